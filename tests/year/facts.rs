//! What the oracle reads in the API's answers about a customer, by the rules of the vendor's pages. Nothing here uses the rules
//! of the program.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::{customer::plus, json::Answers};

/// A subscription as it was sent.
#[derive(Debug)]
pub(crate) struct Item {
    status: String,
    pub(crate) is_licence: bool,
    pub(crate) current: i64,
    renewed: i64,
    wanted: i64,
    pub(crate) is_auto: bool,
    pub(crate) day: NaiveDate,
    is_renewable: bool,
}

/// A customer as it was sent.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) reseller: String,
    pub(crate) anniversary: Option<NaiveDate>,
    pub(crate) items: BTreeMap<String, Item>,
    /// Orders with something to return: the last day, and the licences.
    pub(crate) returns: Vec<(NaiveDate, i64)>,
    /// The day of the latest failed renewal that no later one has mended.
    pub(crate) failed: Option<NaiveDate>,
    pub(crate) commitment: Option<Terms>,
    /// The status of the request to commit again.
    pub(crate) again: Option<String>,
    /// The morning on which automatic renewal was last seen to have been switched off.
    pub(crate) turned_off: Option<NaiveDate>,
    /// True if the customer has left.
    pub(crate) is_gone: bool,
}

#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) status: String,
    pub(crate) end: NaiveDate,
    pub(crate) licences: i64,
}

fn text(json: &Value) -> String {
    json.as_str().unwrap().to_owned()
}

fn day(json: &Value) -> NaiveDate {
    json.as_str().unwrap()[..10].parse().unwrap()
}

/// Returns true for offers of licences: the two characters of the level are digits.
fn is_licence(offer: &Value) -> bool {
    offer.as_str().unwrap().as_bytes()[10].is_ascii_digit()
}

impl Item {
    fn of(json: &Value) -> Self {
        let number = |value: &Value| value.as_i64().unwrap_or_default();
        let actions = json["allowedActions"].as_array();
        Self {
            status: text(&json["status"]),
            is_licence: is_licence(&json["offerId"]),
            current: number(&json["currentQuantity"]),
            renewed: number(&json["renewedQuantity"]),
            wanted: number(&json["autoRenewal"]["renewalQuantity"]),
            is_auto: json["autoRenewal"]["enabled"].as_bool().unwrap(),
            day: day(&json["renewalDate"]),
            is_renewable: actions.is_some_and(|actions| actions.contains(&"MANUAL_RENEWAL".into())),
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.status == "1000"
    }

    pub(crate) fn is_scheduled(&self) -> bool {
        self.status == "1009"
    }

    /// Returns true if it has ended and the server allows a late renewal.
    pub(crate) fn is_late(&self) -> bool {
        self.status == "1004" && self.is_renewable
    }

    /// Returns what was not renewed early.
    pub(crate) fn left(&self) -> i64 {
        if self.is_active() { (self.current - self.renewed).max(0) } else { 0 }
    }

    /// Returns true if it is active and anything is left to renew or to end.
    pub(crate) fn is_open(&self) -> bool {
        self.left() > 0 || self.to_renew() > 0
    }

    /// Returns true if a part of licences that renew automatically was renewed early.
    pub(crate) fn is_partly_renewed(&self) -> bool {
        self.is_licence && self.is_auto && self.renewed > 0 && self.left() > 0
    }

    /// Returns what renews automatically: the renewal quantity, or no more than what is left after an early renewal.
    pub(crate) fn to_renew(&self) -> i64 {
        match (self.is_active() && self.is_auto, self.renewed) {
            (false, _) => 0,
            (true, 0) => self.wanted,
            (true, _) => self.wanted.min(self.left()),
        }
    }

    /// Returns what ends on the renewal date.
    pub(crate) fn lapsing(&self) -> i64 {
        if self.is_auto { 0 } else { self.left() }
    }
}

impl Facts {
    /// Reads a customer, of whom these facts were known before.
    pub(crate) fn of(answers: &Answers, before: Option<&Self>, today: NaiveDate) -> Self {
        let list = |json: &Value| json["items"].as_array().unwrap().clone();
        let items: BTreeMap<String, Item> = list(&answers.subscriptions)
            .iter()
            .map(|item| (text(&item["subscriptionId"]), Item::of(item)))
            .collect();
        let is_off = |known: &Self| {
            items
                .iter()
                .any(|(id, item)| known.items.get(id).is_some_and(|then| then.is_auto && !item.is_auto))
        };
        let turned_off = before.filter(|known| is_off(known)).map(|_| today);
        let orders = list(&answers.orders);
        let benefit = &answers.record["benefits"][0];
        let in_force = Some(&benefit["commitment"]).filter(|terms| terms.is_object());
        let terms = in_force.or(Some(&benefit["commitmentRequest"])).filter(|terms| terms.is_object());
        Self {
            id: answers.id.clone(),
            name: text(&answers.row["companyProfile"]["companyName"]),
            reseller: answers.reseller.to_owned(),
            anniversary: Some(&answers.record["cotermDate"]).filter(|day| day.is_string()).map(day),
            items,
            returns: orders.iter().filter_map(returnable).collect(),
            failed: failed(&orders),
            commitment: terms.map(|terms| Terms {
                status: text(&terms["status"]),
                end: day(&terms["endDate"]),
                licences: terms["minimumQuantities"][0]["quantity"].as_i64().unwrap(),
            }),
            again: benefit["recommitmentRequest"]["status"].as_str().map(str::to_owned),
            turned_off: turned_off.or_else(|| before?.turned_off),
            is_gone: false,
        }
    }

    /// Adds something up over the active subscriptions of licences.
    pub(crate) fn sum(&self, of: impl Fn(&Item) -> i64) -> i64 {
        self.items.values().filter(|item| item.is_active() && item.is_licence).map(of).sum()
    }

    /// Returns the earliest renewal date of what ends on it.
    pub(crate) fn lapses(&self) -> Option<NaiveDate> {
        self.items.values().filter(|item| item.lapsing() > 0).map(|item| item.day).min()
    }

    /// Returns the earliest renewal date of what can be renewed late.
    pub(crate) fn late_since(&self) -> Option<NaiveDate> {
        self.items.values().filter(|item| item.is_late()).map(|item| item.day).min()
    }
}

/// Returns until when licences of an order can be returned, and how many: those of completed purchases and renewals, except of
/// High Growth Offers and consumables, for 14 days.
fn returnable(order: &Value) -> Option<(NaiveDate, i64)> {
    let is_of_kind = order["orderType"] == "NEW" || order["orderType"] == "RENEWAL";
    if !is_of_kind || order["status"] != "1000" {
        return None;
    }
    let lines = order["lineItems"].as_array().unwrap().iter();
    let counted = lines
        .filter(|line| is_licence(&line["offerId"]) && !line["offerId"].as_str().unwrap().ends_with("X12"));
    let licences: i64 = counted.map(|line| line["remainingQuantity"].as_i64().unwrap()).sum();
    (licences > 0).then(|| (plus(day(&order["creationDate"]), 14), licences))
}

/// Returns the day of the latest renewal order that failed, except those of which each subscription was renewed later.
fn failed(orders: &[Value]) -> Option<NaiveDate> {
    let renewals = || orders.iter().filter(|order| order["orderType"] == "RENEWAL");
    let ids = |order: &Value| -> Vec<String> {
        let lines = order["lineItems"].as_array().unwrap();
        lines.iter().map(|line| text(&line["subscriptionId"])).collect()
    };
    // Times are all of one form, and so sort as texts.
    let is_later =
        |order: &Value, than: &Value| order["creationDate"].as_str() > than["creationDate"].as_str();
    let is_mended = |failure: &Value| {
        let later = || renewals().filter(|order| order["status"] == "1000" && is_later(order, failure));
        ids(failure).iter().all(|id| later().any(|order| ids(order).contains(id)))
    };
    let open = renewals().filter(|order| {
        !matches!(order["status"].as_str().unwrap(), "1000" | "1002" | "1008") && !is_mended(order)
    });
    open.map(|order| day(&order["creationDate"])).max()
}

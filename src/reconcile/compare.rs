//! The comparison of a list with the local copy.

use std::collections::BTreeMap;

use super::{
    CopiedSubscription, Difference, DifferenceKind, FileLines,
    key::SubscriptionKey,
    listed::{ListedRenewal, ListedSubscription},
};
use crate::model::{EntityKind, Status};

/// Returns the differences, by company and subscription. With `only_listed`, what the list does not have is none.
///
/// Active subscriptions of the copy have to be in the list; others need not be.
pub fn compare_lists(lines: &FileLines, copy: &[CopiedSubscription], only_listed: bool) -> Vec<Difference> {
    let mut copied: BTreeMap<SubscriptionKey, Vec<&CopiedSubscription>> = BTreeMap::new();
    for subscription in copy {
        if let Some(key) = lines.key.of_copied(subscription) {
            copied.entry(key).or_default().push(subscription);
        }
    }
    for group in copied.values_mut() {
        // What has ended says nothing as long as something is active.
        if group.iter().any(|copied| copied.is_active()) {
            group.retain(|copied| copied.is_active());
        }
    }
    let mut found = Vec::new();
    for (key, listed) in &lines.subscriptions {
        match copied.get(key) {
            Some(copied) => {
                let about = about(key, Some(listed), copied);
                found.extend(fields(listed, copied).into_iter().map(|(difference, in_file, in_copy)| {
                    Difference { difference, in_file: Some(in_file), in_copy, ..about.clone() }
                }));
            }
            // What has come to its end need not be anywhere.
            None if listed.is_over() => {}
            None => {
                let in_file = listed.quantity.map(|quantity| quantity.to_string());
                found.push(Difference { in_file, ..about(key, Some(listed), &[]) });
            }
        }
    }
    let is_missing = |key: &SubscriptionKey, copied: &[&CopiedSubscription]| {
        !only_listed && copied[0].is_active() && !lines.subscriptions.contains_key(key)
    };
    for (key, copied) in copied.iter().filter(|(key, copied)| is_missing(key, copied)) {
        let in_copy = quantity_of(copied).map(|quantity| quantity.to_string());
        let difference = DifferenceKind::MissingInFile;
        found.push(Difference { difference, in_copy, ..about(key, None, copied) });
    }
    found.sort_by_cached_key(|difference| {
        let Difference { company, customer_id, subscription_id, offer_id, .. } = difference;
        (company.clone(), customer_id.clone(), subscription_id.clone(), offer_id.clone())
    });
    found
}

/// Returns a difference without its values. The copy knows customers better than a list does.
fn about(
    key: &SubscriptionKey,
    listed: Option<&ListedSubscription>,
    copied: &[&CopiedSubscription],
) -> Difference {
    let first = copied.first();
    let of_listed = |read: fn(&ListedSubscription) -> &Option<String>| read(listed?).clone();
    Difference {
        customer_id: first
            .map(|copied| copied.customer_id.clone())
            .or_else(|| of_listed(|listed| &listed.customer_id)),
        company: first
            .and_then(|copied| copied.company.clone())
            .or_else(|| of_listed(|listed| &listed.company)),
        subscription_id: key.subscription_id().map(str::to_owned),
        offer_id: first
            .and_then(|copied| copied.offer_id.clone())
            .or_else(|| of_listed(|listed| &listed.offer_id)),
        difference: DifferenceKind::MissingInCopy,
        in_file: None,
        in_copy: None,
        rows: listed.map(|listed| listed.rows.clone()).unwrap_or_default(),
    }
}

/// Returns the sum of the quantities; `None` if one is not known.
fn quantity_of(copied: &[&CopiedSubscription]) -> Option<i64> {
    copied.iter().try_fold(0_i64, |sum, copied| Some(sum.saturating_add(copied.quantity?)))
}

/// A field that differs, with what the list and what the copy has.
type DifferentField = (DifferenceKind, String, Option<String>);

fn fields(listed: &ListedSubscription, copied: &[&CopiedSubscription]) -> Vec<DifferentField> {
    let mut found: Vec<DifferentField> = Vec::new();
    let has_ended = copied.iter().all(|copied| copied.has_ended());
    if !(has_ended && listed.is_over()) {
        // A list of charges does not name statuses: what has ended in the copy has no licences there.
        let is_of_charges = listed.statuses.is_empty();
        let quantity = if has_ended && is_of_charges { Some(0) } else { quantity_of(copied) };
        if let Some(own) = listed.quantity.filter(|own| quantity != Some(*own)) {
            let shown = quantity.map(|quantity| quantity.to_string());
            found.push((DifferenceKind::Quantity, own.to_string(), shown));
        }
        let has = |renewal: &ListedRenewal| {
            copied.iter().any(|copied| copied.renewal_date.is_some_and(|day| renewal.may_be(day)))
        };
        if !listed.renewals.iter().all(has) {
            let in_file = each(listed.renewals.iter().map(|renewal| renewal.day().to_string()));
            let days = copied.iter().filter_map(|copied| copied.renewal_date);
            let in_copy = each(days.map(|day| day.to_string()));
            found.push((DifferenceKind::RenewalDate, in_file.unwrap_or_default(), in_copy));
        }
        let shown = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
        let has = |flag: &bool| copied.iter().any(|copied| copied.auto_renewal == Some(*flag));
        if !listed.auto_renewals.iter().all(has) {
            let in_file = each(listed.auto_renewals.iter().map(|flag| shown(*flag)));
            let in_copy = each(copied.iter().filter_map(|copied| copied.auto_renewal.map(shown)));
            found.push((DifferenceKind::AutoRenewal, in_file.unwrap_or_default(), in_copy));
        }
    }
    let has = |status: &String| copied.iter().any(|copied| copied.status == *status);
    if !listed.statuses.iter().all(has) {
        let shown = |code: &String| Status::new(code).label(EntityKind::Subscription).to_owned();
        let in_copy = each(copied.iter().map(|copied| shown(&copied.status)));
        let in_file = each(listed.statuses.iter().map(shown));
        found.push((DifferenceKind::Status, in_file.unwrap_or_default(), in_copy));
    }
    found
}

/// Returns each different text once, between commas; `None` if there is none.
fn each(texts: impl Iterator<Item = String>) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    if all.is_empty() { None } else { Some(all.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::super::{MatchKey, read_lines};
    use super::*;
    use crate::tables::{ReadOptions, find_table, read_bytes};

    fn copied(id: &str, quantity: i64, renewal: &str, auto: bool, status: &str) -> CopiedSubscription {
        CopiedSubscription {
            subscription_id: Some(id.into()),
            customer_id: "1010012532".into(),
            company: Some("Hartsmere & Quernstone PLC".into()),
            offer_id: Some("65304966CA01A12".into()),
            quantity: Some(quantity),
            renewal_date: renewal.parse().ok(),
            auto_renewal: Some(auto),
            status: status.into(),
        }
    }

    fn shown_by(key: MatchKey, text: &str, copy: &[CopiedSubscription], only_listed: bool) -> Vec<String> {
        let file = read_bytes(text.as_bytes()).unwrap();
        let table = find_table(file, &key.wanted_columns(), &ReadOptions::default()).unwrap();
        let words = |difference: Difference| {
            let value = |value: Option<String>| value.unwrap_or("none".into());
            let Difference { subscription_id, difference, in_file, in_copy, .. } = difference;
            format!(
                "{} {}: {} / {}",
                value(subscription_id),
                difference.name(),
                value(in_file),
                value(in_copy)
            )
        };
        compare_lists(&read_lines(table, key), copy, only_listed).into_iter().map(words).collect()
    }

    fn shown(text: &str, copy: &[CopiedSubscription]) -> Vec<String> {
        shown_by(MatchKey::SubscriptionId, text, copy, false)
    }

    const LIST: &str = "Subscription ID,Seats,End Date,Auto Renew,Status\na1,10,2026-11-30,Y,Active\n";

    #[test]
    fn what_is_equal_is_no_difference() {
        for renewal in ["2026-11-30", "2026-12-01"] {
            assert!(shown(LIST, &[copied("a1", 10, renewal, true, "1000")]).is_empty());
        }
    }

    #[test]
    fn each_field_and_each_side_is_compared() {
        let copy =
            [copied("a1", 12, "2026-12-02", false, "1004"), copied("b2", 3, "2027-01-01", true, "1000")];
        let expected = [
            "a1 quantity: 10 / 12",
            "a1 renewal-date: 2026-11-30 / 2026-12-02",
            "a1 auto-renewal: yes / no",
            "a1 status: Active / Inactive",
            "b2 missing-in-file: none / 3",
        ];
        assert_eq!(shown(LIST, &copy), expected);
        assert_eq!(shown_by(MatchKey::SubscriptionId, LIST, &copy, true), expected[..4]);
        assert_eq!(shown(LIST, &[]), ["a1 missing-in-copy: 10 / none"]);
    }

    #[test]
    fn what_was_returned_may_be_inactive_or_gone() {
        let list = "Subscription ID,Quantity,Charge End Date,Charge Type\na1,10,2026-11-30,INVOICE\na1,10,2026-11-30,RETURN\n";
        assert!(shown(list, &[]).is_empty());
        assert!(shown(list, &[copied("a1", 10, "2025-12-01", false, "1004")]).is_empty());
        let active = [copied("a1", 10, "2026-12-01", true, "1000")];
        assert_eq!(shown(list, &active), ["a1 quantity: 0 / 10"]);
        let bought = "Subscription ID,Quantity,Charge Type\na1,10,INVOICE\n";
        let ended = [copied("a1", 10, "2026-12-01", true, "1004")];
        assert_eq!(shown(bought, &ended), ["a1 quantity: 10 / 0"]);
        let others = [copied("b2", 10, "2026-12-01", true, "1004")];
        assert_eq!(shown(LIST, &others), ["a1 missing-in-copy: 10 / none"], "and b2 need not be listed");
    }

    #[test]
    fn lines_that_contradict_each_other_differ_from_the_copy() {
        let list = "Subscription ID,Auto Renew,Status\na1,Y,active\na1,N,pending\n";
        let copy = [copied("a1", 10, "2026-12-01", true, "1000")];
        let expected = ["a1 auto-renewal: no, yes / yes", "a1 status: Active, Pending / Active"];
        assert_eq!(shown(list, &copy), expected);
    }

    #[test]
    fn a_subscription_that_has_moved_to_another_customer_counts_once() {
        let moved =
            CopiedSubscription { customer_id: "2".into(), ..copied("a1", 10, "2025-12-01", false, "1004") };
        assert!(shown(LIST, &[moved, copied("a1", 10, "2026-11-30", true, "1000")]).is_empty());
    }

    #[test]
    fn products_of_customers_are_compared_as_sums() {
        let by_product = |seats: &str, renewal: &str| {
            let list =
                format!("Customer ID,SKU,Seats,Renewal Date\n1010012532,65304966CA03A12,{seats},{renewal}\n");
            let copy = [
                copied("a1", 10, "2026-11-30", true, "1000"),
                copied("b2", 5, "2027-01-31", true, "1000"),
                copied("c3", 99, "2020-01-31", true, "1004"),
            ];
            shown_by(MatchKey::CustomerProduct, &list, &copy, false)
        };
        assert!(by_product("15", "2027-01-31").is_empty());
        let expected = ["none quantity: 14 / 15", "none renewal-date: 2026-12-31 / 2026-11-30, 2027-01-31"];
        assert_eq!(by_product("14", "2026-12-31"), expected);
    }
}

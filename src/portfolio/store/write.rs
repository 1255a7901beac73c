//! Writing what was read: list entries, records, subscriptions. Each write records what it changes.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use super::{PortfolioStore, body, changes, read, renewal_dates, time, unread};
use crate::{
    model::{
        Customer, CustomerRow, OfferKind, Problem, Row, Subscription, SubscriptionList, Timestamp, Unreadable,
    },
    portfolio::{
        StoreError,
        change::{FieldChange, ListedFields, SubscriptionFields, subscription_changes},
        entry::{RecordFacts, SubscriptionFacts},
        facts::contact_name,
    },
};

/// The walk that lists a customer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listing {
    /// Its number.
    pub(super) walk: i64,
    /// True if an earlier walk of the reseller was verified, so that a new customer has joined since.
    pub(super) is_known: bool,
}

/// The parts of a customer whose JSON is stored. Letters, since each customer has three or four of them: names would take 1 %
/// of the file.
pub(super) mod part {
    pub(crate) const ROW: &str = "l";
    pub(crate) const RECORD: &str = "r";
    pub(crate) const SUBSCRIPTIONS: &str = "s";
    pub(crate) const ORDERS: &str = "o";
}

/// Stores a list entry, and what it changes. Returns true if a fact is new.
pub(super) fn put_row(
    tx: &Connection,
    reseller: &str,
    row: &CustomerRow,
    listing: Listing,
    keeps_contacts: bool,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let id = row.customer_id.as_str();
    let known = listed_fields(tx, id)?;
    let restored = unread::restore(tx, (id, part::ROW), &row.raw, &row.problems, keeps_contacts)?;
    let (row, places) = match restored {
        Some((json, places)) => (Cow::Owned(restored_row(row, json)), places),
        None => (Cow::Borrowed(row), Vec::new()),
    };
    let unread_before = unread::replace(tx, id, part::ROW, &places)?;
    // Every customer has a status, so one that was not sent is not known.
    let status = match (row.status.code(), &known) {
        ("", Some((before, _))) => before.status.clone(),
        (code, _) => code.to_owned(),
    };
    let listed = ListedFields {
        name: row.company_name.clone(),
        status,
        reference: row.external_reference_id.clone(),
        reseller: reseller.to_owned(),
    };
    let mut found = Vec::new();
    match &known {
        Some((before, is_gone)) => {
            found.extend(is_gone.then(|| FieldChange::event("returned")));
            found.extend(unread::without_unread(before.changes(&listed), &unread_before, &places));
        }
        None => found.extend(listing.is_known.then(|| FieldChange::event("joined"))),
    }
    let created = row.creation_date.as_ref().and_then(stored_time);
    let is_news = known.as_ref().is_none_or(|(before, is_gone)| *is_gone || *before != listed)
        || created.is_some() && created != created_of(tx, id)?;
    tx.prepare_cached(
        "INSERT INTO customer (id, reseller_id, name, reference, status, created, walk, listed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (id) DO UPDATE SET reseller_id = ?2, name = ?3, reference = ?4, status = ?5,
            created = COALESCE(?6, created), walk = ?7, listed_at = ?8, gone_at = NULL,
            failed_at = CASE WHEN gone_at IS NULL THEN failed_at END, failure = CASE WHEN gone_at IS NULL THEN failure END",
    )?
    .execute(params![
        id,
        reseller,
        listed.name,
        listed.reference,
        listed.status,
        created,
        listing.walk,
        time::to_text(now),
    ])?;
    // What was damaged on the way is kept beside the value.
    let kept = Row::Customer(Box::new(row.into_owned())).into_kept();
    put_raw(tx, id, part::ROW, kept, keeps_contacts)?;
    changes::add(tx, id, &found, now)?;
    Ok(is_news)
}

/// Returns the stored time at which a customer was created.
fn created_of(tx: &Connection, id: &str) -> Result<Option<String>, StoreError> {
    let mut stored = tx.prepare_cached("SELECT created FROM customer WHERE id = ?")?;
    Ok(stored.query_row([id], |row| row.get(0)).optional()?.flatten())
}

/// Reads a list entry in which earlier values were restored. Damage of other values stays with it.
fn restored_row(sent: &CustomerRow, json: Value) -> CustomerRow {
    let is_left = |problem: &&Problem| {
        problem.is_damage
            && (problem.at.is_empty() || json.pointer(&problem.at) == sent.raw.pointer(&problem.at))
    };
    let damage: Vec<Problem> = sent.problems.iter().filter(is_left).cloned().collect();
    match Row::read(0, json) {
        Row::Customer(mut row) => {
            row.problems.extend(damage);
            *row
        }
        Row::Unreadable { .. } => sent.clone(),
    }
}

/// Returns the time of a timestamp; `None` if it has no known form.
pub(super) fn stored_time(of: &Timestamp) -> Option<String> {
    let at = of.at()?;
    Some(if of.is_plain_date() { of.text().trim().to_owned() } else { time::to_text(at) })
}

pub(super) fn listed_fields(tx: &Connection, id: &str) -> Result<Option<(ListedFields, bool)>, StoreError> {
    let found = tx
        .prepare_cached(
            "SELECT name, status, reference, reseller_id, gone_at IS NOT NULL FROM customer WHERE id = ?",
        )?
        .query_row([id], |row| {
            let fields = ListedFields {
                name: row.get(0)?,
                status: row.get(1)?,
                reference: row.get(2)?,
                reseller: row.get(3)?,
            };
            Ok((fields, row.get(4)?))
        })
        .optional()?;
    Ok(found)
}

/// Stores the JSON of a part, without contacts if they are not kept.
pub(super) fn put_raw(
    tx: &Connection,
    id: &str,
    part: &str,
    mut value: Value,
    keeps_contacts: bool,
) -> Result<(), StoreError> {
    if !keeps_contacts {
        body::remove_contacts(&mut value);
    }
    tx.prepare_cached("INSERT OR REPLACE INTO raw (customer_id, part, body) VALUES (?, ?, ?)")?
        .execute(params![id, part, body::pack(&value)?])?;
    Ok(())
}

impl PortfolioStore {
    /// Stores a customer's record, and what it changes. A customer that is not in the portfolio is left out.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn put_record(
        &mut self,
        id: &str,
        customer: &Customer,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let keeps_contacts = self.keeps_contacts;
        let tx = self.cache.transaction()?;
        if listed_fields(&tx, id)?.is_none() {
            return Ok(());
        }
        let (sent, problems) = (&customer.raw, &customer.problems);
        let restored = unread::restore(&tx, (id, part::RECORD), sent, problems, keeps_contacts)?;
        let (customer, places) = match restored {
            Some((json, places)) => (Cow::Owned(read_again(&json, Customer::from_slice)?), places),
            None => (Cow::Borrowed(customer), Vec::new()),
        };
        let unread_before = unread::replace(&tx, id, part::RECORD, &places)?;
        let mut facts = RecordFacts::of(&customer);
        if !keeps_contacts {
            facts.contacts.clear();
            facts.emails.clear();
        }
        let before = read::record_facts(&tx, id)?;
        let is_news = before.as_ref() != Some(&facts);
        if let Some(before) = before {
            let found = before.changes(&facts, keeps_contacts);
            changes::add(&tx, id, &unread::without_unread(found, &unread_before, &places), now)?;
        }
        let day = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string());
        // As JSON, since a tag may hold any separator.
        let tags = (!facts.tags.is_empty()).then(|| serde_json::to_string(&facts.tags)).transpose()?;
        tx.prepare_cached(
            "UPDATE customer SET segment = ?2, country = ?3, region = ?4, city = ?5, language = ?6, licence_level = ?7,
                consumables_level = ?8, commitment_status = ?9, commitment_end = ?10, anniversary = ?11, tags = ?12,
                record_at = ?13, commitment_licences = ?14, commitment_consumables = ?15,
                commitment_renewal = ?16, commitment_request = ?17, failed_at = NULL, failure = NULL
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            facts.segment,
            facts.country,
            facts.region,
            facts.city,
            facts.language,
            facts.licence_level,
            facts.consumables_level,
            facts.commitment_status,
            day(facts.commitment_end),
            day(facts.anniversary),
            tags,
            time::to_text(now),
            facts.commitment_licences,
            facts.commitment_consumables,
            facts.commitment_renewal,
            facts.commitment_request,
        ])?;
        tx.execute("DELETE FROM contact WHERE customer_id = ?", [id])?;
        if keeps_contacts {
            for (position, contact) in customer.contacts.iter().enumerate() {
                let name = contact_name(contact);
                tx.prepare_cached(
                    "INSERT INTO contact (customer_id, position, name, email, phone) VALUES (?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    id,
                    i64::try_from(position).unwrap_or(i64::MAX),
                    (!name.is_empty()).then_some(name),
                    contact.email,
                    contact.phone_number
                ])?;
            }
        }
        put_raw(&tx, id, part::RECORD, customer.raw.clone(), keeps_contacts)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }

    /// Stores a customer's subscriptions, and what they change. A customer that is not in the portfolio is left out.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn put_subscriptions(
        &mut self,
        id: &str,
        list: &SubscriptionList,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let keeps_contacts = self.keeps_contacts;
        let tx = self.cache.transaction()?;
        let known: Option<(Option<String>, Option<i64>)> = tx
            .query_row("SELECT subscriptions_at, late_renewals FROM customer WHERE id = ?", [id], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((known_at, late_before)) = known else { return Ok(()) };
        let (sent, problems) = (&list.raw, &list.problems);
        let restored = unread::restore(&tx, (id, part::SUBSCRIPTIONS), sent, problems, keeps_contacts)?;
        let (list, places) = match restored {
            Some((json, places)) => (Cow::Owned(read_again(&json, SubscriptionList::from_slice)?), places),
            None => (Cow::Borrowed(list), Vec::new()),
        };
        let unread_before = unread::replace(&tx, id, part::SUBSCRIPTIONS, &places)?;
        let (before, after) = (read::subscription_fields(&tx, id)?, fields_by_id(&list));
        let facts = SubscriptionFacts::of(&list);
        let is_news = known_at.is_none() || before != after || late_before != Some(facts.renewal.late_count);
        if known_at.is_some() {
            let found = subscription_changes(&before, &after);
            changes::add(&tx, id, &unread::without_unread(found, &unread_before, &places), now)?;
        }
        tx.prepare_cached(
            "UPDATE customer SET next_renewal = ?2, auto_on = ?3, auto_off = ?4, seats = ?5, consumables = ?6, lapsing = ?7,
                subscriptions_at = ?8, to_renew = ?9, to_renew_approximate = ?10, renewal_change = ?11, late_renewals = ?12,
                late_since = ?13, all_renewed = ?14, scheduled = ?15, lapses = ?16, several_dates = ?17, failed_at = NULL,
                failure = NULL
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            facts.renewal.next().map(|date| date.to_string()),
            facts.auto_renewal_on,
            facts.auto_renewal_off,
            facts.seats,
            facts.consumables,
            facts.lapsing_seats,
            time::to_text(now),
            facts.to_renew,
            facts.is_to_renew_approximate,
            facts.renewal_change,
            facts.renewal.late_count,
            facts.renewal.late_since.map(|date| date.to_string()),
            facts.renewal.is_renewed,
            facts.scheduled,
            facts.renewal.lapses().map(|date| date.to_string()),
            facts.several_dates().map(renewal_dates::to_text),
        ])?;
        tx.execute("DELETE FROM subscription WHERE customer_id = ?", [id])?;
        for (position, item) in list.items.iter().enumerate() {
            put_subscription(&tx, id, position, item)?;
        }
        put_raw(&tx, id, part::SUBSCRIPTIONS, list.raw.clone(), keeps_contacts)?;
        tx.commit()?;
        self.note_facts(is_news);
        Ok(())
    }

    /// Stores that a customer is gone: in no list of its reseller, and without a record. Returns false if that was known.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn mark_gone(&mut self, id: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let tx = self.cache.transaction()?;
        let marked = tx.execute(
            "UPDATE customer SET gone_at = ?2 WHERE id = ?1 AND gone_at IS NULL",
            params![id, time::to_text(now)],
        )?;
        if marked > 0 {
            changes::add(&tx, id, &[FieldChange::event("gone")], now)?;
        }
        tx.execute("UPDATE customer SET failed_at = ?2 WHERE id = ?1", params![id, time::to_text(now)])?;
        tx.commit()?;
        self.note_facts(marked > 0);
        Ok(marked > 0)
    }

    /// Stores that a customer that its reseller's lists do not show has a record all the same, so that it is not gone. Its
    /// name, status, reference and reseller are those of the record.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn mark_present(
        &mut self,
        id: &str,
        customer: &Customer,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let keeps_contacts = self.keeps_contacts;
        let tx = self.cache.transaction()?;
        let Some((before, is_gone)) = listed_fields(&tx, id)? else { return Ok(()) };
        let row = body::row_of(&customer.raw);
        let restored = unread::restore(&tx, (id, part::ROW), &row, &customer.problems, keeps_contacts)?;
        let (row, places) = restored.unwrap_or((row, Vec::new()));
        let unread_before = unread::replace(&tx, id, part::ROW, &places)?;
        let status = customer.status.code();
        let after = ListedFields {
            name: customer.company_name.clone().or_else(|| before.name.clone()),
            status: if status.is_empty() { before.status.clone() } else { status.to_owned() },
            reference: customer.external_reference_id.clone().or_else(|| before.reference.clone()),
            reseller: customer.reseller_id.clone().unwrap_or_else(|| before.reseller.clone()),
        };
        // The latest walk of that reseller counts as having seen it; there may have been none yet.
        tx.execute(
            "UPDATE customer SET name = ?2, status = ?3, reference = ?4, reseller_id = ?5, gone_at = NULL, failed_at = NULL,
                walk = COALESCE((SELECT walk FROM reseller WHERE reseller.id = ?5), 0) WHERE id = ?1",
            params![id, after.name, after.status, after.reference, after.reseller],
        )?;
        put_raw(&tx, id, part::ROW, row, keeps_contacts)?;
        let returned = is_gone.then(|| FieldChange::event("returned"));
        let changes = unread::without_unread(before.changes(&after), &unread_before, &places);
        let found: Vec<FieldChange> = returned.into_iter().chain(changes).collect();
        changes::add(&tx, id, &found, now)?;
        tx.commit()?;
        self.note_facts(is_gone || before != after);
        Ok(())
    }

    /// Stores that a customer's record or subscriptions could not be read.
    ///
    /// # Errors
    /// Fails if the store cannot be written.
    pub fn mark_failed(&mut self, id: &str, failure: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.cache.execute(
            "UPDATE customer SET failed_at = ?2, failure = ?3 WHERE id = ?1",
            params![id, time::to_text(now), failure],
        )?;
        Ok(())
    }
}

/// Reads a part in which earlier values were restored.
pub(super) fn read_again<T>(
    json: &Value,
    read: impl FnOnce(&[u8]) -> Result<T, Unreadable>,
) -> Result<T, StoreError> {
    read(&serde_json::to_vec(json)?).map_err(|error| StoreError::Value(error.to_string()))
}

fn put_subscription(
    tx: &Connection,
    id: &str,
    position: usize,
    item: &Subscription,
) -> Result<(), StoreError> {
    let kind = match item.offer_kind() {
        OfferKind::Licence => "licence",
        OfferKind::Consumable => "consumable",
        OfferKind::Unknown => "unknown",
    };
    tx.prepare_cached(
        "INSERT INTO subscription (customer_id, position, id, offer_id, kind, quantity, used, renewed, status, created,
            renewal_date, auto_renewal, renewal_quantity, currency, deployment_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id,
        i64::try_from(position).unwrap_or(i64::MAX),
        item.subscription_id,
        item.offer_id,
        kind,
        item.current_quantity,
        item.used_quantity,
        item.renewed_quantity,
        item.status.code(),
        item.creation_date.as_ref().and_then(stored_time),
        item.renewal_date.as_ref().and_then(stored_day),
        item.auto_renewal.enabled,
        item.auto_renewal.renewal_quantity,
        item.currency_code,
        item.deployment_id,
    ])?;
    Ok(())
}

/// Returns the day of a date; `None` if it has no known form.
fn stored_day(of: &Timestamp) -> Option<String> {
    of.date().map(|date| date.to_string())
}

/// Returns the fields of subscriptions by their IDs. Those without one are told apart by their position.
fn fields_by_id(list: &SubscriptionList) -> BTreeMap<String, SubscriptionFields> {
    let fields = |(position, item): (usize, &Subscription)| {
        let id = item.subscription_id.clone().unwrap_or_else(|| format!("#{position}"));
        let fields = SubscriptionFields {
            status: item.status.code().to_owned(),
            offer: item.offer_id.clone(),
            quantity: item.current_quantity,
            renewed: item.renewed_quantity,
            renewal_date: item.renewal_date.as_ref().and_then(stored_day),
            auto_renewal: item.auto_renewal.enabled,
            renewal_quantity: item.auto_renewal.renewal_quantity,
        };
        (id, fields)
    };
    list.items.iter().enumerate().map(fields).collect()
}

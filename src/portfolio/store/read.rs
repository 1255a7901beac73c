//! Reading what is stored: facts for the index, whole customers for output, and how complete everything is.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::{DateTime, Utc};
use rusqlite::{
    Connection, OptionalExtension as _, Row as SqlRow, Rows,
    fallible_streaming_iterator::FallibleStreamingIterator as _,
};

use super::{
    Notes, PendingLicences, PortfolioStore,
    acquisitions::{self, AllToOrder},
    body, renewal_dates, time,
};
use crate::{
    model::{
        CopyFacts, Customer, CustomerNote, CustomerRenewal, DatedRenewal, HistoryExtent, OrderPage,
        ReturnableOrder, Returns, Row, Status, SubscriptionList, Timestamp,
    },
    portfolio::{
        StoreError,
        change::SubscriptionFields,
        entry::{Entry, RecordFacts, SubscriptionFacts},
    },
};

/// A customer's list entry and record.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    /// The list entry.
    pub row: Row,
    /// The record and the time at which it was read.
    pub record: Option<(Customer, DateTime<Utc>)>,
    /// True if one of them was stored but cannot be read any more. Without the list entry, the row is made of what is stored
    /// beside it.
    pub is_damaged: bool,
}

/// A customer with everything that is stored of it.
#[derive(Debug, Clone)]
pub struct StoredCustomer {
    /// The list entry.
    pub row: Row,
    /// The record and the time at which it was read.
    pub record: Option<(Customer, DateTime<Utc>)>,
    /// The subscriptions and the time at which they were read.
    pub subscriptions: Option<(SubscriptionList, DateTime<Utc>)>,
    /// The orders and the time at which they were read.
    pub orders: Option<(OrderPage, DateTime<Utc>)>,
    /// What is derived of them, and remembered.
    pub facts: CopyFacts,
    /// The user's own note.
    pub note: Option<CustomerNote>,
    /// True if a part of it was stored but cannot be read any more. Without the list entry itself, the row is made of what is
    /// stored beside it.
    pub is_damaged: bool,
}

/// The extent of what is stored, and its age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// The customers that are not known to be gone.
    pub customers: u64,
    /// The customers that are known to be gone.
    pub gone: u64,
    /// The customers whose record is stored.
    pub records: u64,
    /// The customers whose subscriptions are stored.
    pub subscriptions: u64,
    /// The customers whose orders are stored, of whatever time. None are where nobody reads them.
    pub orders: u64,
    /// The customers that could not be read the last time.
    pub failed: u64,
    /// The customers of which a value was sent that could not be read: an earlier one is kept in its place, if there is any.
    pub unread: u64,
    /// True if contacts are kept.
    pub keeps_contacts: bool,
    /// The customers that no list shows any more and whose own record has not been read since: they may be gone.
    pub unchecked: u64,
    /// The resellers, and those whose lists were read to their end at least once.
    pub resellers: (u64, u64),
    /// The reasons why a list may be incomplete, with the reseller's ID.
    pub doubts: Vec<(String, String)>,
    /// The time at which the oldest of the latest lists was read.
    pub listed_at: Option<DateTime<Utc>>,
    /// The time at which the oldest record or subscription of a customer that is not known to be gone was read.
    pub oldest_at: Option<DateTime<Utc>>,
    /// The licences that are pending an order.
    pub to_order: PendingLicences,
    /// The user's own notes, of whichever customers.
    pub notes: u64,
    /// True if notes cannot be read.
    pub lacks_notes: bool,
}

impl Completeness {
    /// Returns the number of customers whose orders are not stored although those of others are.
    pub fn without_orders(&self) -> u64 {
        if self.orders == 0 { 0 } else { self.customers.saturating_sub(self.orders) }
    }

    /// Returns true if every customer of every list is stored with its record and subscriptions.
    pub fn is_complete(&self) -> bool {
        self.resellers.0 > 0
            && self.resellers.0 == self.resellers.1
            && self.doubts.is_empty()
            && self.unchecked == 0
            && self.unread == 0
            && self.records == self.customers
            && self.subscriptions == self.customers
    }
}

/// The columns of a record's facts, in the order in which they are read.
const RECORD: &str =
    "segment, country, region, city, language, licence_level, consumables_level, commitment_status,
    commitment_end, anniversary, tags, commitment_licences, commitment_consumables, commitment_renewal,
    commitment_request";

/// Rows that belong to customers, whose IDs are their first column and their order.
struct Beside<'s> {
    /// The row that is next is its current one.
    rows: Rows<'s>,
}

impl<'s> Beside<'s> {
    fn new(mut rows: Rows<'s>) -> Result<Self, rusqlite::Error> {
        rows.advance()?;
        Ok(Self { rows })
    }

    /// Takes the rows of the next customer.
    fn take_of(
        &mut self,
        id: &str,
        mut take: impl FnMut(&SqlRow<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), rusqlite::Error> {
        while let Some(row) = self.rows.get() {
            match row.get_ref(0)?.as_bytes()?.cmp(id.as_bytes()) {
                // The customer is not stored.
                Ordering::Less => {}
                Ordering::Equal => take(row)?,
                Ordering::Greater => return Ok(()),
            }
            self.rows.advance()?;
        }
        Ok(())
    }
}

impl PortfolioStore {
    /// Returns true if contacts are kept.
    pub fn keeps_contacts(&self) -> bool {
        self.keeps_contacts
    }

    /// Hands the facts of every customer to `take`, in the order of their IDs. Returns the extent of what is known of the changes
    /// that were observed.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn entries(&self, mut take: impl FnMut(Entry)) -> Result<HistoryExtent, StoreError> {
        // Those that cannot be read are missing here; `notes` says so.
        let mut notes = self.notes()?.unwrap_or_default();
        // One snapshot of all tables.
        let tx = self.cache.unchecked_transaction()?;
        let mut contacts =
            tx.prepare("SELECT customer_id, name, email FROM contact ORDER BY customer_id, position")?;
        let mut contacts = Beside::new(contacts.query([])?)?;
        let mut subscriptions =
            tx.prepare("SELECT customer_id, id, offer_id FROM subscription ORDER BY customer_id, position")?;
        let mut subscriptions = Beside::new(subscriptions.query([])?)?;
        let mut orders = tx.prepare(
            "SELECT customer_id, reference, returnable_until, returnable FROM purchase
             WHERE reference <> '' OR returnable_until IS NOT NULL ORDER BY customer_id, position",
        )?;
        let mut orders = Beside::new(orders.query([])?)?;
        let to_order = AllToOrder::read(&tx)?;
        let auto_changes = self.auto_changes()?;
        let mut all = tx.prepare(&format!(
            "SELECT id, name, reference, status, created, reseller_id, gone_at, changed_at, record_at,
                subscriptions_at, next_renewal, auto_on, auto_off, seats, consumables, lapsing, to_renew, to_renew_approximate,
                renewal_change, late_renewals, late_since, all_renewed, orders_at, orders_since,
                scheduled, renewal_failed, lapses, several_dates, {RECORD}
             FROM customer ORDER BY id"
        ))?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let (mut names, mut emails) = (Vec::new(), Vec::new());
            contacts.take_of(&id, |contact| {
                names.extend(contact.get::<_, Option<String>>(1)?);
                emails.extend(contact.get::<_, Option<String>>(2)?);
                Ok(())
            })?;
            let (mut ids, mut offers) = (Vec::new(), Vec::new());
            subscriptions.take_of(&id, |subscription| {
                ids.extend(subscription.get::<_, Option<String>>(1)?);
                add_once(&mut offers, subscription, 2)
            })?;
            let mut order_references = Vec::new();
            let mut returnable = Vec::new();
            orders.take_of(&id, |order| {
                if let Some(until) = time::day_from_text(text(order, 2)?) {
                    returnable.push(ReturnableOrder { until, licences: order.get(3)? });
                }
                add_once(&mut order_references, order, 1)
            })?;
            let moment = |index: usize| -> Result<Option<DateTime<Utc>>, rusqlite::Error> {
                Ok(time::from_text(text(row, index)?))
            };
            let record = match moment(8)? {
                Some(_) => Some(RecordFacts { contacts: names, emails, ..facts_of(row, 28)? }),
                None => None,
            };
            let subscriptions = match moment(9)? {
                Some(_) => Some(subscription_facts(row, ids, offers)?),
                None => None,
            };
            let returns = match moment(22)? {
                Some(_) => Some(Returns { since: time::day_from_text(text(row, 23)?), orders: returnable }),
                None => None,
            };
            let reseller_id: String = row.get(5)?;
            take(Entry {
                to_order: to_order.of(&id, &reseller_id),
                note: notes.remove(&id),
                order_references,
                returns,
                renewal_failed: time::day_from_text(text(row, 25)?),
                auto_changed: auto_changes.of(&id, subscriptions.is_some()),
                turned_off: auto_changes.turned_off(&id),
                customer_id: id,
                company_name: row.get(1)?,
                reference: row.get(2)?,
                status: Status::new(text(row, 3)?.unwrap_or_default()),
                created: created_at(text(row, 4)?),
                reseller_id,
                gone_at: moment(6)?,
                changed_at: moment(7)?,
                record,
                subscriptions,
            });
        }
        Ok(auto_changes.extent)
    }

    pub(super) fn raw(&self, id: &str, part: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let body: Option<Vec<u8>> = self
            .cache
            .prepare_cached("SELECT body FROM raw WHERE customer_id = ? AND part = ?")?
            .query_row([id, part], |row| row.get(0))
            .optional()?;
        body.map(|body| body::unpack(&body)).transpose()
    }

    /// Returns the IDs of customers that have exactly this ID, subscription ID or order ID.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn customers_by_id(&self, id: &str) -> Result<Vec<String>, StoreError> {
        let mut found = self.cache.prepare_cached(
            "SELECT id FROM customer WHERE id = ?1 UNION SELECT customer_id FROM subscription WHERE id = ?1
             UNION SELECT customer_id FROM purchase WHERE id = ?1",
        )?;
        let ids = found.query_map([id], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Returns the extent of everything that is stored, and its age.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn completeness(&self) -> Result<Completeness, StoreError> {
        self.completeness_of(None)
    }

    /// Returns the extent of what is stored of these resellers (`None`: of all), and its age.
    ///
    /// # Errors
    /// Fails if the store cannot be read.
    pub fn completeness_of(&self, resellers: Option<&[String]>) -> Result<Completeness, StoreError> {
        let chosen = resellers.map(serde_json::to_string).transpose()?;
        let tx = self.cache.unchecked_transaction()?;
        let mut found = tx.query_row(
            "SELECT COUNT(*) FILTER (WHERE gone_at IS NULL), COUNT(*) FILTER (WHERE gone_at IS NOT NULL),
                COUNT(record_at) FILTER (WHERE gone_at IS NULL), COUNT(subscriptions_at) FILTER (WHERE gone_at IS NULL),
                COUNT(failed_at) FILTER (WHERE gone_at IS NULL),
                MIN(record_at) FILTER (WHERE gone_at IS NULL), MIN(subscriptions_at) FILTER (WHERE gone_at IS NULL),
                COUNT(*) FILTER (WHERE gone_at IS NULL AND id IN (SELECT customer_id FROM unread)),
                COUNT(*) FILTER (WHERE gone_at IS NULL
                    AND walk < (SELECT walk FROM reseller WHERE reseller.id = reseller_id AND walk_started_at IS NULL)),
                COUNT(orders_at) FILTER (WHERE gone_at IS NULL)
             FROM customer WHERE ?1 IS NULL OR reseller_id IN (SELECT value FROM json_each(?1))",
            [&chosen],
            |row| {
                let count = |index: usize| row.get::<_, i64>(index).map(|count| u64::try_from(count).unwrap_or_default());
                let moment = |index: usize| {
                    row.get::<_, Option<String>>(index).map(|text| time::from_text(text.as_deref()))
                };
                Ok(Completeness {
                    customers: count(0)?,
                    gone: count(1)?,
                    records: count(2)?,
                    subscriptions: count(3)?,
                    failed: count(4)?,
                    keeps_contacts: self.keeps_contacts,
                    unread: count(7)?,
                    unchecked: count(8)?,
                    orders: count(9)?,
                    oldest_at: moment(5)?.into_iter().chain(moment(6)?).min(),
                    ..Completeness::default()
                })
            },
        )?;
        let mut resellers = tx.prepare(
            "SELECT id, listed_at, doubt FROM reseller
             WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1)) ORDER BY id",
        )?;
        let mut rows = resellers.query([&chosen])?;
        while let Some(row) = rows.next()? {
            found.resellers.0 += 1;
            let listed_at = time::from_text(row.get::<_, Option<String>>(1)?.as_deref());
            if let Some(at) = listed_at {
                found.resellers.1 += 1;
                found.listed_at = Some(found.listed_at.map_or(at, |oldest| oldest.min(at)));
            }
            if let Some(doubt) = row.get::<_, Option<String>>(2)? {
                found.doubts.push((row.get(0)?, doubt));
            }
        }
        found.to_order = acquisitions::pending(&tx, chosen.as_deref())?;
        let notes = self.notes()?;
        (found.notes, found.lacks_notes) = (notes.as_ref().map_or(0, Notes::len) as u64, notes.is_none());
        Ok(found)
    }
}

/// Returns the facts of a stored record; `None` if there is none.
pub(super) fn record_facts(tx: &Connection, id: &str) -> Result<Option<RecordFacts>, StoreError> {
    let sql = format!("SELECT {RECORD} FROM customer WHERE id = ? AND record_at IS NOT NULL");
    let found = tx.prepare_cached(&sql)?.query_row([id], |row| facts_of(row, 0)).optional()?;
    let Some(mut facts) = found else { return Ok(None) };
    let mut contacts =
        tx.prepare_cached("SELECT name, email FROM contact WHERE customer_id = ? ORDER BY position")?;
    let mut rows = contacts.query([id])?;
    while let Some(row) = rows.next()? {
        facts.contacts.extend(row.get::<_, Option<String>>(0)?);
        facts.emails.extend(row.get::<_, Option<String>>(1)?);
    }
    Ok(Some(facts))
}

/// Returns the text of a column.
fn text<'r>(row: &'r SqlRow<'_>, column: usize) -> Result<Option<&'r str>, rusqlite::Error> {
    Ok(row.get_ref(column)?.as_str_or_null()?)
}

/// Adds the text of a column, unless it is empty or there already.
fn add_once(texts: &mut Vec<String>, row: &SqlRow<'_>, column: usize) -> Result<(), rusqlite::Error> {
    if let Some(text) = text(row, column)?.filter(|text| !text.is_empty())
        && !texts.iter().any(|known| known == text)
    {
        texts.push(text.to_owned());
    }
    Ok(())
}

/// Reads the time of a creation: as the API sent it, or as it is stored here.
fn created_at(text: Option<&str>) -> Option<DateTime<Utc>> {
    time::from_text(text).or_else(|| Timestamp::new(text?).at())
}

/// Reads the facts of a customer's subscriptions, of which these are the IDs and the offers.
fn subscription_facts(
    row: &rusqlite::Row<'_>,
    ids: Vec<String>,
    offers: Vec<String>,
) -> Result<SubscriptionFacts, rusqlite::Error> {
    let day = |index| Ok::<_, rusqlite::Error>(time::day_from_text(text(row, index)?));
    let number = |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(index)?.unwrap_or_default());
    let flag = |index| Ok::<_, rusqlite::Error>(row.get::<_, Option<bool>>(index)?.unwrap_or_default());
    let only = DatedRenewal::only(day(10)?, day(26)?, [number(16)?, number(15)?, number(18)?]);
    Ok(SubscriptionFacts {
        renewal: CustomerRenewal {
            dates: renewal_dates::of_row(row, 27, only)?,
            late_since: day(20)?,
            late_count: number(19)?,
            is_renewed: flag(21)?,
        },
        auto_renewal_on: flag(11)?,
        auto_renewal_off: flag(12)?,
        seats: number(13)?,
        consumables: number(14)?,
        lapsing_seats: number(15)?,
        to_renew: number(16)?,
        is_to_renew_approximate: flag(17)?,
        renewal_change: number(18)?,
        ids,
        products: offers,
        scheduled: number(24)?,
    })
}

/// Reads the facts of a record, whose columns begin at one.
fn facts_of(row: &SqlRow<'_>, first: usize) -> Result<RecordFacts, rusqlite::Error> {
    let tags = text(row, first + 10)?;
    Ok(RecordFacts {
        segment: row.get(first)?,
        country: row.get(first + 1)?,
        region: row.get(first + 2)?,
        city: row.get(first + 3)?,
        language: row.get(first + 4)?,
        licence_level: row.get(first + 5)?,
        consumables_level: row.get(first + 6)?,
        commitment_status: row.get(first + 7)?,
        commitment_licences: row.get(first + 11)?,
        commitment_consumables: row.get(first + 12)?,
        commitment_renewal: row.get(first + 13)?,
        commitment_request: row.get(first + 14)?,
        commitment_end: time::day_from_text(text(row, first + 8)?),
        anniversary: time::day_from_text(text(row, first + 9)?),
        contacts: Vec::new(),
        emails: Vec::new(),
        tags: tags.and_then(|tags| serde_json::from_str(tags).ok()).unwrap_or_default(),
    })
}

/// Returns the fields of a customer's stored subscriptions, by their IDs.
pub(super) fn subscription_fields(
    tx: &Connection,
    id: &str,
) -> Result<BTreeMap<String, SubscriptionFields>, StoreError> {
    let mut stored = tx.prepare_cached(
        "SELECT id, position, status, offer_id, quantity, renewed, renewal_date, auto_renewal, renewal_quantity
         FROM subscription WHERE customer_id = ? ORDER BY position",
    )?;
    let rows = stored.query_map([id], |row| {
        let own: Option<String> = row.get(0)?;
        let own = match own {
            Some(own) => own,
            None => format!("#{}", row.get::<_, i64>(1)?),
        };
        let fields = SubscriptionFields {
            status: row.get(2)?,
            offer: row.get(3)?,
            quantity: row.get(4)?,
            renewed: row.get(5)?,
            renewal_date: row.get(6)?,
            auto_renewal: row.get(7)?,
            renewal_quantity: row.get(8)?,
        };
        Ok((own, fields))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

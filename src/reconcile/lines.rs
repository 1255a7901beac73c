//! The subscriptions of a list.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fmt::Display,
};

use chrono::{Days, NaiveDate};

use super::{
    MatchKey,
    charge::ChargeSign,
    key::{KeylessRow, SubscriptionKey},
    listed::{ListedRenewal, ListedSubscription},
    status::status_code,
};
use crate::{
    products::base_of,
    tables::{FoundRow, FoundTable, Meaning, TableReport, ValueError},
    text,
};

/// The subscriptions of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLines {
    /// The key by which its subscriptions are told apart.
    pub(super) key: MatchKey,
    pub(super) subscriptions: BTreeMap<SubscriptionKey, ListedSubscription>,
    /// The report of what was understood of the file.
    pub report: TableReport,
    /// The values that could not be read and were not compared, in words.
    pub unread: Vec<String>,
}

impl FileLines {
    /// Returns the number of subscriptions in the list; with [`MatchKey::CustomerProduct`], of products of customers.
    pub fn count(&self) -> usize {
        self.subscriptions.len()
    }
}

/// The values that are named; more are counted.
const NAMED: usize = 20;

/// Reads the subscriptions of a table that was found by the columns of this key.
pub fn read_lines(table: FoundTable, key: MatchKey) -> FileLines {
    let mut lines = Reading::default();
    for row in table.rows() {
        lines.take(row, key);
    }
    let mut report = table.report;
    for (row, reason) in lines.left_out {
        report.rows -= 1;
        report.leave_out(row, reason);
    }
    if lines.more_unread > 0 {
        lines.unread.push(format!("{} more values could not be read", text::group_digits(lines.more_unread)));
    }
    FileLines { key, subscriptions: lines.subscriptions, report, unread: lines.unread }
}

/// A list while its rows are read.
#[derive(Default)]
struct Reading {
    subscriptions: BTreeMap<SubscriptionKey, ListedSubscription>,
    left_out: Vec<(u32, String)>,
    unread: Vec<String>,
    more_unread: u64,
}

impl Reading {
    fn take(&mut self, row: FoundRow<'_>, key: MatchKey) {
        let own = match key.of_row(row) {
            Ok(own) => own,
            Err(KeylessRow::Other(reason)) => {
                return self.left_out.push((row.number(), reason.to_owned()));
            }
            Err(KeylessRow::Unread(meaning, why)) => {
                self.note(row, meaning, &why);
                return self.left_out.push((row.number(), format!("{meaning} cannot be read")));
            }
        };
        let sign = self.sign(row);
        let new = self.line(row, sign, key);
        let mut entry = match self.subscriptions.entry(own) {
            Entry::Vacant(entry) => {
                entry.insert(new);
                return;
            }
            Entry::Occupied(entry) => entry,
        };
        match (entry.get().term_end, new.term_end) {
            // Lines of an earlier term say nothing about this one.
            (Some(known), Some(other)) if known > other => {
                self.left_out.push((row.number(), EARLIER.to_owned()));
            }
            (Some(known), Some(other)) if known < other => {
                let earlier = entry.insert(new).rows;
                self.left_out.extend(earlier.into_iter().map(|row| (row, EARLIER.to_owned())));
            }
            (known, other) => {
                let listed = entry.get_mut();
                let has_sum = listed.add(new);
                if known != other {
                    listed.quantity = None;
                    listed.term_end = known.or(other);
                    let why = "some rows of the subscription have no term, so that there is no sum";
                    self.note(row, Meaning::Quantity, &why);
                } else if !has_sum && sign.is_some() {
                    let why = "some rows of the subscription have none, so that there is no sum";
                    self.note(row, Meaning::Quantity, &why);
                }
            }
        }
    }

    /// Reads the sign of a charge. Without it, the quantity is unknown, which is noted.
    fn sign(&mut self, row: FoundRow<'_>) -> Option<ChargeSign> {
        let word = self.value(row, Meaning::ChargeType, FoundRow::word)?;
        let sign = ChargeSign::of(&word);
        if sign.is_none() {
            let kind = text::truncate(&text::clean(&word), 40).into_owned();
            let why = format!("\"{kind}\" may add to the quantity or take from it");
            self.note(row, Meaning::ChargeType, &why);
        }
        sign
    }

    fn line(&mut self, row: FoundRow<'_>, sign: Option<ChargeSign>, key: MatchKey) -> ListedSubscription {
        let quantity = self.value(row, Meaning::Quantity, FoundRow::quantity);
        let charge_end = self.value(row, Meaning::ChargeEndDate, FoundRow::date);
        let renewal = match charge_end.and_then(|day| day.checked_add_days(Days::new(1))) {
            Some(day) => Some(ListedRenewal::On(day)),
            None => match self.value(row, Meaning::RenewalDate, FoundRow::date) {
                Some(day) => Some(ListedRenewal::On(day)),
                None => self.value(row, Meaning::EndDate, FoundRow::date).map(ListedRenewal::Ends),
            },
        };
        let auto_renewal = self.value(row, Meaning::AutoRenewal, FoundRow::flag);
        let term_end: Option<NaiveDate> = match key {
            MatchKey::SubscriptionId => renewal.map(ListedRenewal::day),
            // Subscriptions for one product may have different terms.
            MatchKey::CustomerProduct => None,
        };
        let text = |meaning| Some(row.text(meaning).trim().to_owned()).filter(|text| !text.is_empty());
        let id = |meaning| row.id(meaning).ok().flatten().map(std::borrow::Cow::into_owned);
        ListedSubscription {
            customer_id: id(Meaning::CustomerId),
            company: text(Meaning::CustomerName),
            offer_id: id(Meaning::OfferId).filter(|id| base_of(id).is_some()),
            quantity: quantity.zip(sign).map(|(quantity, sign)| sign.apply(quantity)),
            renewals: renewal.into_iter().collect(),
            auto_renewals: auto_renewal.into_iter().collect(),
            statuses: self.status(row),
            rows: vec![row.number()],
            term_end,
        }
    }

    /// Reads a value. One that cannot be read is noted and not compared.
    fn value<'t, T>(
        &mut self,
        row: FoundRow<'t>,
        meaning: Meaning,
        read: impl FnOnce(FoundRow<'t>, Meaning) -> Result<Option<T>, ValueError>,
    ) -> Option<T> {
        read(row, meaning).unwrap_or_else(|error| {
            self.note(row, meaning, &error);
            None
        })
    }

    fn status(&mut self, row: FoundRow<'_>) -> BTreeSet<String> {
        let text = self.value(row, Meaning::Status, FoundRow::word).unwrap_or_default();
        let code = status_code(&text);
        if code.is_none() && !text.trim().is_empty() {
            self.note(row, Meaning::Status, &format!("{text} is not a status that is known"));
        }
        code.map(str::to_owned).into_iter().collect()
    }

    fn note(&mut self, row: FoundRow<'_>, meaning: Meaning, why: &dyn Display) {
        if self.unread.len() >= NAMED {
            self.more_unread += 1;
            return;
        }
        let words = text::clean(&format!("row {}: {meaning}: {why}", row.number())).into_owned();
        self.unread.push(text::truncate(&words, 200).into_owned());
    }
}

/// The reason for leaving out a row about a term that is over.
const EARLIER: &str = "an earlier term of the subscription";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{ReadOptions, find_table, read_bytes};

    fn read_by(key: MatchKey, text: &str) -> FileLines {
        let file = read_bytes(text.as_bytes()).unwrap();
        read_lines(find_table(file, &key.wanted_columns(), &ReadOptions::default()).unwrap(), key)
    }

    fn read(text: &str) -> FileLines {
        read_by(MatchKey::SubscriptionId, text)
    }

    fn only(lines: &FileLines) -> &ListedSubscription {
        assert_eq!(lines.count(), 1);
        lines.subscriptions.values().next().unwrap()
    }

    #[test]
    fn lines_of_a_subscription_add_up_by_the_sign_of_the_charge() {
        let lines = read(
            "Subscription ID,Charge End Date,Quantity,Charge Type,Ext Price\n\
             a1,11-Jun-2026,900,INVOICE,1\na1,11-Jun-2027,1173,INVOICE,1\na1,11-Jun-2027,27,INVOICE,1\n\
             a1,11-Jun-2027,100,RETURN,1\na1,11-Jun-2027,-50,CREDIT,1\n",
        );
        let found = only(&lines);
        assert_eq!(found.quantity, Some(1_173 + 27 - 100 - 50));
        assert_eq!(found.renewals, [ListedRenewal::On("2027-06-12".parse().unwrap())]);
        assert_eq!(found.rows, [3, 4, 5, 6]);
        let left_out: Vec<(&str, &[u32])> =
            lines.report.left_out.iter().map(|out| (out.reason.as_str(), &out.first[..])).collect();
        assert_eq!(left_out, [(EARLIER, &[2][..])]);
        assert_eq!((lines.report.rows, &lines.unread[..]), (4, &[][..]));
    }

    #[test]
    fn an_unknown_charge_leaves_the_quantity_unknown_and_the_subscription_in_the_list() {
        for (charge, why) in [
            ("ADJUSTMENT", "\"ADJUSTMENT\" may add to the quantity or take from it"),
            ("#N/A", "\"#N/A\" may add to the quantity or take from it"),
        ] {
            let rows =
                format!("a1,11-Jun-2027,9,INVOICE\na1,11-Jun-2027,5,{charge}\nb2,11-Jun-2027,5,{charge}\n");
            let lines = read(&format!("Subscription ID,Charge End Date,Quantity,Charge Type\n{rows}"));
            let quantities: Vec<Option<i64>> =
                lines.subscriptions.values().map(|listed| listed.quantity).collect();
            assert_eq!(quantities, [None, None], "{charge}");
            assert!(lines.report.left_out.is_empty());
            let noted = [3, 4].map(|row| format!("row {row}: charge-type: {why}"));
            assert_eq!(lines.unread, noted);
        }
    }

    #[test]
    fn a_row_without_a_term_is_of_no_earlier_one() {
        for rows in ["a1,11-Jun-2027,9,INVOICE\na1,,5,CREDIT\n", "a1,,5,CREDIT\na1,11-Jun-2027,9,INVOICE\n"] {
            let lines = read(&format!("Subscription ID,Charge End Date,Quantity,Charge Type\n{rows}"));
            let found = only(&lines);
            assert_eq!((found.quantity, found.term_end), (None, "2027-06-12".parse().ok()));
            assert!(lines.report.left_out.is_empty());
            let why = "row 3: quantity: some rows of the subscription have no term, so that there is no sum";
            assert_eq!(lines.unread, [why]);
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_noted_and_not_compared() {
        let lines = read("Subscription ID,Qty,Auto Renew,Status\na1,many,perhaps,odd\na1,5,Y,active\n");
        let found = only(&lines);
        assert_eq!((found.quantity, &found.auto_renewals), (None, &BTreeSet::from([true])));
        assert_eq!(found.statuses, BTreeSet::from(["1000".to_owned()]));
        let unread = [
            "row 2: quantity: many is not a whole number",
            "row 2: auto-renewal: perhaps is neither yes nor no",
            "row 2: status: odd is not a status that is known",
            "row 3: quantity: some rows of the subscription have none, so that there is no sum",
        ];
        assert_eq!(lines.unread, unread);
    }

    #[test]
    fn of_a_list_of_several_terms_the_latest_counts() {
        let lines = read("Subscription ID,Seats,Renewal Date\na1,9,2026-11-30\na1,12,2027-11-30\n");
        assert_eq!((only(&lines).quantity, &only(&lines).rows[..]), (Some(12), &[3][..]));
    }

    #[test]
    fn the_products_of_a_customer_add_up_without_subscription_ids() {
        let text = "Customer ID,SKU,Seats,Renewal Date\n1010012532,65304966CA01A12,5,2026-11-30\n\
            1010012532,65304966CA02A12,7,2027-01-31\n1010012532,OTHER-VENDOR,3,2026-11-30\n,65304966CA01A12,2,2026-11-30\n";
        let lines = read_by(MatchKey::CustomerProduct, text);
        let found = only(&lines);
        assert_eq!((found.quantity, found.renewals.len(), &found.rows[..]), (Some(12), 2, &[2, 3][..]));
        assert_eq!(lines.unread, ["row 5: customer-id: the cell is empty"]);
        assert_eq!(lines.report.rows, 2);
    }
}

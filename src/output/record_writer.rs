//! Writes customers for reading: the record line by line, then subscriptions and orders as tables.

use std::{io::Write, sync::Arc};

use super::{
    Format, Options, OutputError, Sink,
    table::{CellStyle, paint},
    vertical::write_fields,
};
use crate::{
    columns::{Columns, Item, Orders, RowSchema},
    model::SubscriptionList,
    products::ProductNames,
    text,
};

/// The schema whose columns are the lines of a record.
const RECORD: RowSchema = RowSchema::Customers { details: true, subscriptions: false };

/// A writer of customers, separated by blank lines.
#[derive(Debug, Clone)]
pub struct RecordWriter {
    record: Columns,
    subscriptions: Columns,
    /// True if subscriptions were requested.
    has_subscriptions: bool,
    options: Options,
    is_begun: bool,
}

impl RecordWriter {
    /// Creates a writer of all fields of a record, or of the chosen columns only.
    ///
    /// Chosen columns of subscriptions become the columns of their table. With `has_subscriptions`, a customer without a
    /// list of subscriptions is one whose list could not be fetched.
    pub fn new(has_subscriptions: bool, chosen: Option<&Columns>, options: Options) -> Self {
        let usual = Columns::for_table(RowSchema::Customers { details: false, subscriptions: true });
        let (_, usual) = usual.partition_by(RECORD);
        let (record, subscriptions) = match chosen {
            None => (Columns::all(RECORD), usual),
            Some(chosen) => match chosen.partition_by(RECORD) {
                (record, none) if none.as_slice().is_empty() => (record, usual),
                both => both,
            },
        };
        Self { record, subscriptions, has_subscriptions, options, is_begun: false }
    }

    /// Shows products by these names.
    #[must_use]
    pub fn with_names(self, names: &Arc<ProductNames>) -> Self {
        Self {
            record: self.record.with_names(Arc::clone(names)),
            subscriptions: self.subscriptions.with_names(Arc::clone(names)),
            ..self
        }
    }

    /// Writes one customer.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, item: &Item<'_>, mut out: impl Write + Send) -> Result<(), OutputError> {
        if std::mem::replace(&mut self.is_begun, true) {
            writeln!(out)?;
        }
        let records = self.record.lines(item);
        let Some(first) = records.first() else { return Ok(()) };
        write_fields(first, &self.record, self.options, &mut out)?;
        if self.has_subscriptions {
            self.subscriptions(item, item.subscriptions, &mut out)?;
        }
        if let Some(orders) = item.orders {
            self.orders(orders, &mut out)?;
        }
        Ok(out.flush()?)
    }

    fn subscriptions(
        &self,
        item: &Item<'_>,
        list: Option<&SubscriptionList>,
        out: &mut (impl Write + Send),
    ) -> Result<(), OutputError> {
        match list.map(|list| (list.count(), count_of_total(list.count(), list.total_count))) {
            None => self.heading("Subscriptions could not be fetched", out),
            Some((0, None)) => self.heading("No subscriptions", out),
            Some((count, of)) => {
                self.heading(
                    &format!("Subscriptions ({})", of.unwrap_or_else(|| text::group_digits(count as u64))),
                    out,
                )?;
                if count == 0 {
                    return Ok(());
                }
                // Its problem is already among the fields of the record.
                self.table(&self.subscriptions, &[item.clone().without_problem()], out)
            }
        }
    }

    fn orders(&self, orders: Orders<'_>, out: &mut (impl Write + Send)) -> Result<(), OutputError> {
        let span = orders.since.map_or("in the current term".to_owned(), |day| format!("since {day}"));
        let Some(page) = orders.page else {
            return self.heading(&format!("Orders {span} could not be fetched"), out);
        };
        let of = count_of_total(page.count(), page.total_count);
        match (page.count(), of) {
            (0, None) => return self.heading(&format!("No orders {span}"), out),
            (0, Some(of)) => return self.heading(&format!("Orders {span} ({of})"), out),
            (count, of) => {
                let count = of.unwrap_or_else(|| text::group_digits(count as u64));
                self.heading(&format!("Orders {span} ({count})"), out)?;
            }
        }
        let columns = Columns::for_table(RowSchema::Orders).with_names(Arc::clone(self.record.names()));
        self.table(&columns, &Item::orders(page, None), out)
    }

    fn heading(&self, words: &str, out: &mut impl Write) -> Result<(), OutputError> {
        writeln!(out)?;
        paint(out, self.options.colour, CellStyle::Strong, words)?;
        Ok(writeln!(out)?)
    }

    fn table(
        &self,
        columns: &Columns,
        items: &[Item<'_>],
        out: &mut (impl Write + Send),
    ) -> Result<(), OutputError> {
        let mut sink = Sink::new(Format::Table, columns, self.options, out)?;
        for item in items {
            sink.item(item)?;
        }
        sink.finish().map(drop)
    }
}

/// Returns both numbers, such as `1 of 9`, if the server's total differs.
fn count_of_total(came: usize, total: Option<u64>) -> Option<String> {
    let total = total.filter(|total| *total != came as u64)?;
    Some(format!("{} of {}", text::group_digits(came as u64), text::group_digits(total)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::sample;
    use crate::model::{Customer, OrderPage};

    fn written(items: &[Item<'_>], chosen: Option<&str>) -> String {
        let schema = RowSchema::Customers { details: true, subscriptions: true };
        let chosen = chosen.map(|text| Columns::parse(schema, text).unwrap());
        let mut writer =
            RecordWriter::new(true, chosen.as_ref(), Options { width: Some(80), ..Options::default() });
        let mut out = Vec::new();
        for item in items {
            writer.write(item, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_is_followed_by_the_requested_parts() {
        let customer = sample::details();
        let list = SubscriptionList::from_slice(
            br#"{"totalCount": 3, "items": [
                {"offerId": "65304479CA01A12", "currentQuantity": 1200, "usedQuantity": 3, "status": "1000",
                 "renewalDate": "2026-07-07", "autoRenewal": {"enabled": true}}, 7]}"#,
        )
        .unwrap();
        let orders = OrderPage::from_slice(
            br#"{"totalCount": 1, "items": [{"orderId": "P1", "orderType": "NEW", "status": "1000",
                "creationDate": "2025-08-27T12:57:22Z", "currencyCode": "EUR", "lineItems": [
                {"offerId": "65304479CA01A12", "quantity": 5}, {"offerId": "65322651CA01A12", "quantity": 12}]}]}"#,
        )
        .unwrap();
        let whole = Item::customer(&customer).with_subscriptions(&list).with_orders(Some(&orders), None);
        insta::assert_snapshot!(written(&[whole], None));
    }

    #[test]
    fn missing_parts_are_reported_in_their_place() {
        let customer = Customer::from_slice(br#"{"customerId": "1", "status": "1000"}"#).unwrap();
        let none = SubscriptionList::from_slice(br#"{"items": []}"#).unwrap();
        let empty = OrderPage::from_slice(br#"{"items": []}"#).unwrap();
        let since = "2026-01-31".parse().ok();
        let items = [
            Item::customer(&customer).with_subscriptions(&none).with_orders(Some(&empty), since),
            Item::customer(&customer).with_orders(None, None).with_problem("503 from the server"),
        ];
        let expected = "\
Customer ID  1

No subscriptions

No orders since 2026-01-31

Customer ID  1
Problem      503 from the server

Subscriptions could not be fetched

Orders in the current term could not be fetched
";
        assert_eq!(written(&items, Some("customer-id")), expected);
    }

    #[test]
    fn chosen_columns_go_to_the_record_or_the_table() {
        let customer = Customer::from_slice(br#"{"customerId": "1", "status": "1000"}"#).unwrap();
        let list =
            SubscriptionList::from_slice(br#"{"items": [{"offerId": "o", "currencyCode": "EUR"}]}"#).unwrap();
        let item = Item::customer(&customer).with_subscriptions(&list);
        let expected = "\
Status       ● Active
Customer ID  1

Subscriptions (1)
Currency  Offer ID
EUR       o
";
        assert_eq!(written(&[item], Some("currency,status,offer-id,customer-id")), expected);
    }
}

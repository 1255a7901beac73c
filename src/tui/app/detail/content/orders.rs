//! The Orders tab: the customer's order history, as a table if there is room.

use super::{
    LineBuilder, TextLine, Tone,
    products::TABLE_FROM,
    table::{DetailColumn, table, with_names},
};
use crate::{
    columns::{RowSchema, TableLine},
    model::{EntityKind, Order, Status, Timestamp},
    products::ProductNames,
    text,
    tui::app::detail::Detail,
};

pub(super) fn orders(page: &mut LineBuilder, detail: &Detail) {
    let other = if detail.all_orders { "current term only" } else { "all time" };
    let other = format!("[{}] {other}", detail.labels.order_term);
    if let Some(orders) = detail.orders.value() {
        let term = if orders.all_time { "all time" } else { "the current term" };
        let here = orders.page.count() as u64;
        let count = match orders.page.total_count {
            Some(total) if total != here => {
                format!("{} of {} orders of {term}", text::group_digits(here), text::group_digits(total))
            }
            _ => format!("{here} {} of {term}", if here == 1 { "order" } else { "orders" }),
        };
        let both = format!("{count}  {other}");
        if text::width(&both) <= page.width {
            page.paragraph(Tone::Dim, &both);
        } else {
            page.paragraph(Tone::Dim, &count);
            page.paragraph(Tone::Dim, &other);
        }
        match &orders.failed {
            Some(error) => page.error(&detail.labels.tell(error)),
            // What is still to come is not missing.
            None if orders.next.is_some() => {}
            None => page.doubt(orders.page.doubt()),
        }
        let names = detail.records.names();
        if page.width < TABLE_FROM || !order_table(page, &orders.page.items, names) {
            for order in &orders.page.items {
                one_order(page, order, names);
            }
        }
        if orders.next.is_some() {
            page.blank();
            page.paragraph(Tone::Dim, "More orders follow …");
        }
        page.problems(&orders.page.problems);
    }
    page.waiting(detail, &detail.orders, "orders");
}

const COLUMNS: [DetailColumn; 8] = [
    DetailColumn::new("created", "Created"),
    DetailColumn::new("order-id", "Order"),
    DetailColumn::new("type", "Type").gives(8),
    DetailColumn::new("status", "Status").gives(8),
    DetailColumn::new("offer-id", "Offer").gives(12),
    DetailColumn::new("quantity", "Quantity"),
    DetailColumn::new("currency", "Currency").optional(),
    // Shown only if a line has another status than its order.
    DetailColumn::new("line-status", "Line status").gives(8),
];

/// Adds one line for each line item, as `vipmp show --orders` has them; returns false if they do not fit.
fn order_table(page: &mut LineBuilder, orders: &[Order], names: &ProductNames) -> bool {
    let mut records = Vec::new();
    for order in orders {
        let record = TableLine { order: Some(order), names: Some(names), ..TableLine::default() };
        if order.line_items.is_empty() {
            records.push((order, record));
        } else {
            let lines =
                order.line_items.iter().map(|line| TableLine { line_item: Some(line), ..record.clone() });
            records.extend(lines.map(|record| (order, record)));
        }
    }
    let (orders, records): (Vec<&Order>, Vec<TableLine<'_>>) = records.into_iter().unzip();
    let tone = |key: &str, place: usize| match key {
        "status" => tone(&orders[place].status),
        "created" => Tone::Strong,
        _ => Tone::Plain,
    };
    let is_other = |(order, record): (&&Order, &TableLine<'_>)| {
        record.line_item.is_some_and(|line| line.status != order.status && !line.status.code().is_empty())
    };
    let differ = orders.iter().zip(&records).any(is_other);
    let columns = if differ { &COLUMNS[..] } else { &COLUMNS[..COLUMNS.len() - 1] };
    let forms = with_names(columns, &records);
    forms.iter().any(|columns| table(page, RowSchema::Orders, columns, &records, tone))
}

fn one_order(page: &mut LineBuilder, order: &Order, names: &ProductNames) {
    page.blank();
    let status = order.status.label(EntityKind::Order);
    let date = order.creation_date.as_ref().map_or("—".to_owned(), Timestamp::day);
    let kind = order.order_type.as_deref().unwrap_or("—");
    let head = format!("{}  {kind}", text::pad_end(&date, 11));
    if text::width(&head) + 1 + text::width(status) > page.width {
        // Date and kind come first; what went wrong can stand below.
        page.paragraph(Tone::Strong, &head);
        page.paragraph(tone(&order.status), status);
    } else {
        let room = page.width - text::width(status) - 1;
        let head = text::pad_end(&text::clean(&head), room);
        page.push(
            TextLine::toned(Tone::Strong, &head).with(Tone::Plain, " ").with(tone(&order.status), status),
        );
    }
    let mut facts = vec![order.order_id.as_deref().unwrap_or("—")];
    facts.extend(order.external_reference_id.as_deref());
    let source = order.source.as_deref().map(|source| format!("Source: {}", source.to_lowercase()));
    facts.extend(source.as_deref());
    facts.extend(order.currency_code.as_deref());
    page.paragraph(Tone::Dim, &facts.join(" · "));
    if let Some(reference) = &order.reference_order_id {
        page.paragraph(Tone::Dim, &format!("refers to order {reference}"));
    }
    for line in &order.line_items {
        let quantity = line.quantity.map_or("—".to_owned(), text::group_digits);
        let offer = line.offer_id.as_deref().unwrap_or("—");
        let name = line.offer_id.as_deref().and_then(|offer_id| names.name_of(offer_id));
        let shown = text::clean(name.unwrap_or(offer));
        let mut text = TextLine::plain(&format!("{} × {shown}", text::pad_start(&quantity, 5)));
        if line.status != order.status && !line.status.code().is_empty() {
            text = text.with(tone(&line.status), &format!("  {}", line.status.label(EntityKind::Order)));
        }
        page.push(text);
        if name.is_some() {
            page.push(TextLine::toned(Tone::Dim, &format!("        {}", text::clean(offer))));
        }
    }
}

fn tone(status: &Status) -> Tone {
    match status.code() {
        "1000" => Tone::Good,
        "1002" => Tone::Warn,
        "1008" => Tone::Dim,
        _ => Tone::Bad,
    }
}

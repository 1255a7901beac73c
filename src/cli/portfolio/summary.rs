//! `vipmp summary`: what the customers of the local copy add up to, as the screen's summary shows it in charts.

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use serde_json::{Map, Value, json};

use super::{
    facets::words,
    find_doubts::query_doubts,
    open::{details_doubt, list_doubts, open_to_read, print_age},
    views::read_query,
};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note},
        signals::run_until_signal,
    },
    model::{PortfolioSummary, SummaryGroup, SummaryWeek},
    portfolio::{SeatLedger, load_index, summarise},
    text,
};

/// The arguments of `vipmp summary`.
#[derive(Debug, Clone, Args)]
pub struct SummaryArgs {
    /// The customers to add up, as in `vipmp find`; all of them if there is none
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,

    /// Begin with the query of this view
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,

    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,

    /// Exit with 0 although the result rests on part of the portfolio
    #[arg(long)]
    pub partial: bool,
}

/// Prints the summary.
pub(in crate::cli) async fn summary(
    wanted: &SummaryArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

async fn run(wanted: &SummaryArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let query = read_query(&wanted.query, wanted.view.as_deref(), arguments, context)?;
    let copy = open_to_read(arguments, context).await?;
    let (names, of_rows) = (Arc::clone(&copy.names), query.clone());
    let read = copy.read(move |store| {
        let (index, held) = load_index(store, &names)?;
        let ledger = SeatLedger::read(store, &index, &names)?;
        let figures = summarise(&index, &ledger, &of_rows, of_rows.as_of.today);
        Ok((figures, held, store.resellers()?, index.history()))
    });
    let (figures, held, resellers, history) = read.await?;
    if wanted.json {
        print(&serde_json::to_string_pretty(&as_json(&figures)).unwrap_or_default())?;
    } else {
        lines(&figures, &resellers).iter().try_for_each(|line| print(line))?;
    }
    print_age(&held);
    if figures.customers == 0 {
        print_note("No customer matches.");
    }
    let mut doubts: Vec<String> = copy.doubt.into_iter().chain(list_doubts(&held)).collect();
    doubts.extend(details_doubt(figures.with_record.min(figures.with_subscriptions), figures.customers));
    doubts.extend(query_doubts(&query, figures.unknown, &held, history, context));
    for doubt in &doubts {
        print_error(doubt);
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

/// Returns a line: the group that a figure belongs to, the figure, and words.
fn line(group: &str, number: u64, words: &str) -> String {
    format!("{group:10} {:>7}  {}", text::group_digits(number), text::clean(words)).trim_end().to_owned()
}

/// Returns the figures as lines for people.
fn lines(figures: &PortfolioSummary, resellers: &[(String, Option<String>)]) -> Vec<String> {
    let mut lines = vec![line("customers", figures.customers, "")];
    if figures.gone > 0 {
        lines.push(line("gone", figures.gone, "not counted below"));
    }
    for SummaryGroup { counts, without } in &figures.groups {
        let of_value = |(value, count): &(String, u64)| {
            line(counts.field, *count, &words(counts.field, value, resellers))
        };
        lines.extend(counts.values.iter().map(of_value));
        lines.extend((*without > 0).then(|| line(counts.field, *without, "none")));
    }
    for month in &figures.months {
        lines.push(line("joined", month.customers, &month.first_day.format("%Y-%m").to_string()));
    }
    lines.extend((figures.joined_before > 0).then(|| line("joined", figures.joined_before, "earlier")));
    lines.extend(
        (figures.joined_otherwise > 0)
            .then(|| line("joined", figures.joined_otherwise, "later or not known")),
    );
    lines.extend(figures.weeks.iter().map(week_line));
    let other = figures.other_seats;
    for (seats, words) in [
        (other.earlier, "seats before these weeks"),
        (other.later, "seats after these weeks"),
        (other.undated, "seats without a renewal date"),
    ] {
        lines.extend((seats > 0).then(|| line("renewal", seats, words)));
    }
    for product in &figures.products {
        let customers = text::pluralize(product.customers, "customer", "customers");
        lines.push(line("product", product.seats, &format!("seats of {} · {customers}", product.product)));
    }
    lines.extend((figures.other_product_seats > 0).then(|| {
        line("product", figures.other_product_seats, "seats of other products, or without an offer ID")
    }));
    lines
}

/// Returns the line of a week: its seats, and what becomes of them.
fn week_line(week: &SummaryWeek) -> String {
    let renewals = &week.renewals;
    let words = format!(
        "seats in {}..{}: {} lapse, {} undecided, {}{} renew · {}",
        renewals.first_day,
        renewals.last_day(),
        text::group_digits(renewals.lapsing),
        text::group_digits(renewals.undecided),
        if renewals.is_approximate { "about " } else { "" },
        text::group_digits(renewals.renewing),
        text::pluralize(renewals.customers, "customer", "customers"),
    );
    line("renewal", renewals.seats(), &words)
}

/// Returns the figures as JSON, with the codes of the API.
fn as_json(figures: &PortfolioSummary) -> Value {
    let groups = figures.groups.iter().map(|group| {
        let values = group.counts.values.iter().map(|(value, count)| (value.clone(), Value::from(*count)));
        let counts = json!({ "values": values.collect::<Map<_, _>>(), "none": group.without });
        (group.counts.field.to_owned(), counts)
    });
    let months = figures.months.iter().map(
        |month| json!({"month": month.first_day.format("%Y-%m").to_string(), "customers": month.customers}),
    );
    let weeks = figures.weeks.iter().map(|SummaryWeek { renewals, found }| {
        json!({
            "from": renewals.first_day,
            "to": renewals.last_day(),
            "lapsing": renewals.lapsing,
            "undecided": renewals.undecided,
            "renewing": renewals.renewing,
            "renewing_is_approximate": renewals.is_approximate,
            "customers": renewals.customers,
            "customers_with_renewal": found,
        })
    });
    let products = figures.products.iter().map(
        |product| json!({"product": product.product, "seats": product.seats, "customers": product.customers}),
    );
    json!({
        "day": figures.today,
        "customers": figures.customers,
        "gone": figures.gone,
        "may_match": figures.unknown,
        "records": figures.with_record,
        "subscriptions": figures.with_subscriptions,
        "groups": groups.collect::<Map<_, _>>(),
        "joined": {
            "months": months.collect::<Vec<_>>(),
            "earlier": figures.joined_before,
            "later_or_unknown": figures.joined_otherwise,
        },
        "renewals": {
            "weeks": weeks.collect::<Vec<_>>(),
            "earlier": figures.other_seats.earlier,
            "later": figures.other_seats.later,
            "without_date": figures.other_seats.undated,
        },
        "products": {
            "top": products.collect::<Vec<_>>(),
            "others": figures.other_products,
            "other_seats": figures.other_product_seats,
        },
    })
}

//! `vipmp today`: the lists that an account manager works through each morning, for a terminal, a mail or a script.

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use serde_json::{Value, json};

use super::{
    deadlines::{DeadlineFormat, events_of, last_changes, last_returns, write_calendar},
    find_doubts::today_doubts,
    open::{detail_doubts, list_doubts, open_to_read, print_age},
};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note, usage},
        signals::run_until_signal,
    },
    model::{AsOf, TodayFigures, format_date},
    portfolio::{
        CHANGE_BY, FOLLOW_UPS, TODAY, TodayList, TodayRow, history_doubt, index::PortfolioIndex, load_index,
        query::QueryError,
    },
    text,
};

/// The customers of a list that are printed unless somebody says otherwise.
const MOST_ROWS: usize = 10;

/// The arguments of `vipmp today`.
#[derive(Debug, Clone, Args)]
pub struct TodayArgs {
    /// Print at most N customers of each list [default: 10]
    #[arg(long, value_name = "N", conflicts_with = "json")]
    pub limit: Option<u32>,

    /// Output format: table, json or ics, a calendar of deadlines
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: DeadlineFormat,

    /// Print every list and customer as JSON
    #[arg(long, conflicts_with = "output")]
    pub json: bool,

    /// In a calendar, remind at 9 o'clock so many days before
    #[arg(long, value_name = "DAYS")]
    pub alarm: Option<u8>,

    /// Exit with 0 although the result rests on part of the portfolio
    #[arg(long)]
    pub partial: bool,
}

/// Prints the lists of the day.
pub(in crate::cli) async fn today(
    wanted: &TodayArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

/// A list with its figures and its first customers.
struct Filled {
    list: &'static TodayList,
    figures: TodayFigures,
    rows: Vec<TodayRow>,
}

async fn run(wanted: &TodayArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let format = if wanted.json { DeadlineFormat::Json } else { wanted.output };
    format.check_alarm(wanted.alarm)?;
    let most = match (format, wanted.limit) {
        (DeadlineFormat::Table, limit) => limit.map_or(MOST_ROWS, |limit| limit as usize),
        (_, None) => usize::MAX,
        (_, Some(_)) => {
            return Err(usage("--limit is for lines that people read: JSON and calendars are complete"));
        }
    };
    let copy = open_to_read(arguments, context).await?;
    let names = Arc::clone(&copy.names);
    let (index, held) = copy.read(move |store| load_index(store, &names)).await?;
    let as_of = context.as_of();
    let lists = TODAY.iter().map(|list| fill(list, &index, as_of, most)).collect::<Result<Vec<_>, _>>()?;
    match format {
        DeadlineFormat::Table => {
            lines(&lists, as_of, &target_flags(arguments)).iter().try_for_each(|line| print(line))?;
        }
        DeadlineFormat::Json => {
            print(&serde_json::to_string_pretty(&as_json(&lists, as_of)).unwrap_or_default())?;
        }
        DeadlineFormat::Ics => {
            let mut events =
                last_changes(&index, as_of).map_err(|error| unreadable(CHANGE_BY.key, &error))?;
            events.extend(last_returns(&index, as_of).map_err(|error| unreadable("returnable", &error))?);
            let follow_ups = fill(&FOLLOW_UPS, &index, as_of, usize::MAX)?;
            // Those that are due are among all of them.
            let others = lists.iter().filter(|filled| filled.list.key != FOLLOW_UPS.key);
            events
                .extend(others.chain([&follow_ups]).flat_map(|filled| events_of(filled.list, &filled.rows)));
            events.sort_by_key(|event| event.day);
            write_calendar("Deadlines (vipmp)", &events, wanted.alarm)?;
        }
    }
    print_age(&held);
    let mut doubts: Vec<String> = copy.doubt.into_iter().chain(list_doubts(&held)).collect();
    doubts.extend(detail_doubts(&held));
    doubts.extend(today_doubts(lists.iter().map(|filled| &filled.figures), &held, context));
    doubts.extend(history_doubt(&index, as_of));
    for doubt in &doubts {
        print_error(doubt);
    }
    if lists.iter().all(|filled| filled.figures.customers == 0) {
        print_note("No list has a customer.");
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

fn fill(
    list: &'static TodayList,
    index: &PortfolioIndex,
    as_of: AsOf,
    most: usize,
) -> Result<Filled, Failure> {
    let filled = list
        .figures(index, as_of)
        .and_then(|figures| Ok(Filled { list, figures, rows: list.rows(index, as_of, most)? }));
    filled.map_err(|error| unreadable(list.key, &error))
}

fn unreadable(list: &str, error: &QueryError) -> Failure {
    print_error(&format!("the list {list} cannot be read: {error}"));
    Failure::Failed
}

/// Returns the lists as lines for people; empty lists are left out. Commands in them have the flags of the target.
fn lines(lists: &[Filled], as_of: AsOf, target: &str) -> Vec<String> {
    let mut lines = vec![format!("Today · {}", format_date(as_of.today))];
    for Filled { list, figures, rows } in lists.iter().filter(|filled| filled.figures.customers > 0) {
        let mut heading =
            format!("{}: {}", list.title, text::pluralize(figures.customers, "customer", "customers"));
        if let Some(((one, several), amount)) = list.unit().zip(figures.amount) {
            heading.push_str(if figures.is_approximate { ", about " } else { ", " });
            heading.push_str(&text::pluralize(amount.max(0).unsigned_abs(), one, several));
        }
        lines.extend([String::new(), heading]);
        lines.extend(rows.iter().map(|row| row_line(list, row)));
        let more = figures.customers.saturating_sub(rows.len() as u64);
        if more > 0 {
            let sort = list.sort.join(",");
            lines.push(format!(
                "  and {} more; all of them: vipmp{target} find '{}' --sort={sort}",
                text::group_digits(more),
                list.query
            ));
        }
    }
    lines
}

/// Returns the flags that name the same target in another command, with a space before each.
fn target_flags(arguments: &Arguments) -> String {
    let quoted = |value: &str| format!("'{}'", text::clean(value).replace('\'', r"'\''"));
    let demo = arguments.demo.then(|| " --demo".to_owned());
    let profile = arguments.profile.as_ref().map(|name| format!(" --profile {}", quoted(name)));
    let config =
        arguments.config.as_ref().map(|path| format!(" --config {}", quoted(&path.to_string_lossy())));
    demo.into_iter().chain(profile).chain(config).collect()
}

/// Returns the line of a customer: the day, the amount, the company and its ID.
fn row_line(list: &TodayList, row: &TodayRow) -> String {
    let day = row.day.map(format_date).unwrap_or_default();
    let amount = match (list.unit(), row.amount) {
        (Some(_), Some(amount)) => text::group_digits(amount.max(0).unsigned_abs()),
        _ => String::new(),
    };
    let company = row.company.as_deref().unwrap_or("(no name)");
    format!("  {day:>11}  {amount:>7}  {} · {}", text::clean(company), text::clean(&row.customer_id))
}

/// Returns every list as JSON.
fn as_json(lists: &[Filled], as_of: AsOf) -> Value {
    let list = |Filled { list, figures, rows }: &Filled| {
        let row = |row: &TodayRow| {
            json!({
                "customer_id": row.customer_id,
                "company": row.company,
                "reseller_id": row.reseller_id,
                "amount": row.amount,
                "date": row.day,
            })
        };
        json!({
            "key": list.key,
            "title": list.title,
            "query": list.query,
            "count": figures.customers,
            "may_match": figures.unknown,
            "unit": list.unit().map(|(_, several)| several),
            "amount": figures.amount,
            "amount_is_approximate": figures.is_approximate,
            "first_date": figures.first,
            "customers": rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    json!({ "date": as_of.today, "lists": lists.iter().map(list).collect::<Vec<_>>() })
}

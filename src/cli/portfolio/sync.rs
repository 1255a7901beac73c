//! `vipmp sync`: brings the local copy up to date.

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{NaiveDate, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::{
    duration::read_duration,
    open::{folder, identity_of, print_store_error, print_sync_error, read_demo, unread_words},
    sync_progress::show,
    to_order::to_order_json,
};
use crate::{
    account::{Account, AccountId},
    api::{ErrorKind, RequestOptions, Urgency},
    cli::{
        Arguments,
        account::{open, select_target},
        context::CommandContext,
        exit::{Failure, print, print_api_error, print_error, print_note, usage},
        progress::clear,
        prompt,
        row_stream::{ChosenResellers, choose_resellers, source_of},
        signals::run_until_signal,
    },
    model::{Edge, parse_date},
    portfolio::{
        OpenedStore, PortfolioStore,
        sync::{
            OrdersScope, SharedStore, SyncError, SyncJob, SyncProgress, SyncReport, SyncScope,
            sync as run_sync,
        },
    },
    text,
};

/// The shortest time between two syncs of `--watch`.
const SHORTEST_WATCH: Duration = Duration::from_mins(1);

/// The arguments of `vipmp sync`.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct SyncArgs {
    /// Comma-separated reseller IDs, or all [default: all that the account lists]
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    pub resellers: Vec<String>,

    /// Read all orders since this day, due or not: 2026-11-01, 2026-11, 2026, -30d, -2w, -3m or -1y
    #[arg(long, value_name = "SINCE", allow_hyphen_values = true)]
    pub orders: Option<String>,

    /// Keep no names, e-mail addresses or phone numbers of contacts, from now on
    #[arg(long, conflicts_with = "contacts")]
    pub no_contacts: bool,

    /// Keep contacts, from now on
    #[arg(long)]
    pub contacts: bool,

    /// Keep a copy of this profile's customers on this disk, from now on, without asking
    #[arg(long)]
    pub keep: bool,

    /// Sync again after this time, until Ctrl-C: 30m, 1h, 1d
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    pub watch: Option<Duration>,

    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,

    /// Show no progress
    #[arg(long, short)]
    pub quiet: bool,
}

impl SyncArgs {
    /// Returns the orders to read: all since the day that is given, or those of so many days where they are due.
    fn orders(&self, days: u16, today: NaiveDate) -> Result<OrdersScope, String> {
        let Some(text) = self.orders.as_deref() else { return Ok(OrdersScope::Recent(days)) };
        parse_date(text, today, Edge::From)
            .map(OrdersScope::Since)
            .map_err(|error| format!("--orders {}: {error}", text::clean(text)))
    }

    /// Returns the first option given that says something about a copy on disk.
    fn of_profiles_only(&self) -> Option<&'static str> {
        let given = [
            ("--resellers", !self.resellers.is_empty()),
            ("--orders", self.orders.is_some()),
            ("--no-contacts", self.no_contacts),
            ("--contacts", self.contacts),
            ("--keep", self.keep),
            ("--watch", self.watch.is_some()),
        ];
        given.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
    }
}

/// Syncs the portfolio of the selected profile.
pub(in crate::cli) async fn sync(
    wanted: &SyncArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    let stopped = || {
        clear();
        print_note("Stopped. What was read is stored: run the same command again to continue.");
    };
    run_until_signal(context, run(wanted, arguments, context), stopped).await
}

async fn run(wanted: &SyncArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let days = context.loaded.config.portfolio.orders_days;
    let orders = || wanted.orders(days, Utc::now().date_naive()).map_err(|error| usage(&error));
    orders()?;
    if wanted.watch.is_some_and(|time| time < SHORTEST_WATCH) {
        return Err(usage("--watch: the shortest time is 1m"));
    }
    let target = select_target(arguments, context)?;
    let AccountId::Profile { name, profile } = &target else {
        return sync_demo(wanted, arguments, context).await;
    };
    let folder = folder(context, name)?;
    let agreed = agree(wanted, context, name)?;
    let opened =
        PortfolioStore::open(&folder, &identity_of(profile), agreed.keeps_contacts(context), Utc::now());
    let OpenedStore { store, notices } = opened.map_err(|error| print_store_error(&error))?;
    agreed.remember(context, name);
    for notice in notices {
        print_error(&notice);
    }
    let store = SharedStore::new(store);
    let (account, _demo) = open(&target, arguments, context, &context.network).await?;
    loop {
        let outcome = async {
            let progress = Arc::new(SyncProgress::default());
            let (resellers, is_all) = choose(&account, wanted).await?;
            let job = SyncJob {
                source: source_of(&account),
                options: RequestOptions::new(Urgency::background()),
                store: store.clone(),
                scope: SyncScope {
                    resellers: resellers.ids.iter().cloned().zip(resellers.names.iter().cloned()).collect(),
                    is_all,
                    orders: orders()?,
                },
                at_once: context.network.concurrency,
                per_minute: Some(context.loaded.config.portfolio.requests_per_minute.into()),
            };
            let begun = Instant::now();
            let outcome = tokio::select! {
                outcome = run_sync(job, Arc::clone(&progress)) => outcome,
                never = show(&progress, wanted.quiet) => match never {},
            };
            clear();
            let reported = match outcome {
                Ok(report) => print_report(&report, &progress, begun.elapsed(), wanted),
                Err(error @ SyncError::PortfolioStore(_)) => return Err(print_sync_error(&error)),
                Err(SyncError::Api(error)) => {
                    let failure = print_api_error(&account.error(*error));
                    print_note("What was read before is stored: run the same command again to continue.");
                    Err(failure)
                }
            };
            reported.and(resellers.report_doubt())
        }
        .await;
        let Some(time) = wanted.watch else { return outcome };
        // What another attempt cannot help ends the watch.
        if matches!(outcome, Err(Failure::Authentication | Failure::Usage)) {
            return outcome;
        }
        tokio::time::sleep(time).await;
    }
}

/// Returns the named resellers; by default, all that the account lists and its own, or its own alone if it may not list
/// any. The second value is true if these are known to be all.
async fn choose(account: &Account, wanted: &SyncArgs) -> Result<(ChosenResellers, bool), Failure> {
    let failed = |error| print_api_error(&error);
    if !wanted.resellers.is_empty() {
        return Ok((choose_resellers(account, &wanted.resellers).await.map_err(failed)?, false));
    }
    match choose_resellers(account, &["all".to_owned()]).await {
        Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {
            print_note("This account may not list resellers, so only its own customers are read.");
            Ok((choose_resellers(account, &[]).await.map_err(failed)?, false))
        }
        Ok(mut chosen) => {
            let is_all = chosen.doubt.is_none() && !chosen.ids.is_empty();
            if !chosen.ids.contains(&account.reseller_id) {
                chosen.ids.push(account.reseller_id.clone());
                chosen.names.push(None);
            }
            Ok((chosen, is_all))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Reads the demo's customers into memory, for the sake of the demonstration.
async fn sync_demo(
    wanted: &SyncArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<(), Failure> {
    if let Some(option) = wanted.of_profiles_only() {
        return Err(usage(&format!(
            "{option} has no effect on the demo, whose copy is in memory only while a command runs: choose a profile \
             with --profile"
        )));
    }
    let begun = Instant::now();
    let progress = Arc::new(SyncProgress::default());
    let read = tokio::select! {
        read = read_demo(arguments, context, &progress) => read,
        never = show(&progress, wanted.quiet) => match never {},
    };
    clear();
    let reported = print_report(&read?.1, &progress, begun.elapsed(), wanted);
    print_note(
        "The demo's copy is kept in memory only; find, changes, sql and the screen read it by themselves.",
    );
    reported
}

/// A user's decision to have a copy on disk.
struct Agreement {
    /// True if contacts are part of it; `None` leaves that to the configuration.
    contacts: Option<bool>,
    /// True if it was made just now.
    is_new: bool,
}

impl Agreement {
    fn keeps_contacts(&self, context: &CommandContext) -> bool {
        self.contacts.unwrap_or(context.loaded.config.portfolio.contacts)
    }

    /// Remembers a new decision.
    fn remember(&self, context: &CommandContext, name: &str) {
        if !self.is_new {
            return;
        }
        let remembered = context.home.store.update(|state| {
            let of = state.profiles.entry(name.to_owned()).or_default();
            of.keep_portfolio = Some(true);
            of.keep_contacts = self.contacts;
        });
        if let Err(error) = remembered {
            print_error(&format!("the decision cannot be remembered: {error}"));
        }
    }
}

/// Makes sure that the user wants a copy on disk.
fn agree(wanted: &SyncArgs, context: &CommandContext, name: &str) -> Result<Agreement, Failure> {
    let remembered = context.state.profiles.get(name);
    let settings = context.loaded.config.portfolio;
    let mut contacts = match (wanted.no_contacts, wanted.contacts) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => remembered.and_then(|of| of.keep_contacts),
    };
    let keep = remembered.and_then(|of| of.keep_portfolio).or(settings.keep);
    let mut is_new = wanted.keep || wanted.no_contacts || wanted.contacts;
    match (wanted.keep, keep) {
        (true, _) | (_, Some(true)) => {}
        (false, Some(false)) => {
            return Err(usage(&format!(
                "no copy of {name} is to be kept on this disk: use --keep to change that"
            )));
        }
        (false, None) if prompt::is_interactive() => {
            print_note(&format!(
                "vipmp can keep a copy of all customers of {name} on this disk, in files that only you can read. You \
                 can then search, sort and export them offline. `vipmp portfolio forget` deletes it."
            ));
            let question = "Keep a copy? y with contacts, c without contacts, n not at all";
            let answer = prompt::line(question, Some("n")).map_err(|_| Failure::Interrupted)?;
            match answer.unwrap_or_default().to_lowercase().as_str() {
                "y" | "yes" => contacts = Some(!wanted.no_contacts),
                "c" => contacts = Some(false),
                _ => {
                    print_note("Nothing was kept.");
                    return Err(Failure::Failed);
                }
            }
            is_new = true;
        }
        (false, None) => {
            return Err(usage(
                "a copy of the customers would be kept on this disk: use --keep, or set `keep = true` below [portfolio]",
            ));
        }
    }
    Ok(Agreement { contacts, is_new })
}

/// Prints the outcome of a sync.
///
/// # Errors
/// [`Failure::Partial`] if something could not be read.
fn print_report(
    report: &SyncReport,
    progress: &SyncProgress,
    elapsed: Duration,
    wanted: &SyncArgs,
) -> Result<(), Failure> {
    if wanted.json {
        let json = serde_json::to_string_pretty(&as_json(report, progress, elapsed)).unwrap_or_default();
        print(&json)?;
    } else if !wanted.quiet {
        let held = &report.completeness;
        print_note(&format!(
            "{}, {} with details. Since the last sync: {}, {}. It took {} and {} s.",
            text::pluralize(held.customers, "customer", "customers"),
            text::group_digits(held.records.min(held.subscriptions)),
            text::pluralize(report.changes, "change", "changes"),
            if report.gone == 0 {
                "no customer gone".to_owned()
            } else {
                text::pluralize(report.gone, "customer gone", "customers gone")
            },
            text::pluralize(progress.requests(), "request", "requests"),
            elapsed.as_secs()
        ));
    }
    let held = &report.completeness;
    for (reseller, reason) in &report.unread_resellers {
        print_error(&format!("reseller {reseller} could not be read: {reason}"));
    }
    let is_unread = |reseller: &String| report.unread_resellers.iter().any(|(id, _)| id == reseller);
    for (reseller, doubt) in held.doubts.iter().filter(|(reseller, _)| !is_unread(reseller)) {
        print_error(&format!("reseller {reseller}: the list may be incomplete: {doubt}."));
    }
    for doubt in held.to_order.complaints() {
        if report.unread_acquisitions.is_empty() {
            print_note(&text::sentence(&doubt));
        } else {
            print_error(&doubt);
        }
    }
    if let Some(reason) = &report.refused_orders {
        print_note(&format!(
            "Orders were not read: {reason} To do without them, set `orders_days = 0` in [portfolio]."
        ));
    }
    for (id, reason) in &report.failures {
        print_error(&format!("customer {id}: {reason}"));
    }
    let more = report.failed.saturating_sub(report.failures.len() as u64);
    if more > 0 {
        print_note(&format!(
            "{} could not be read.",
            text::pluralize(more, "more customer", "more customers")
        ));
    }
    for value in &report.unread {
        print_error(&unread_words(value));
    }
    if held.unread > 0 {
        print_note(&format!(
            "Values of {} could not be read; older ones are kept, if there are any.",
            text::pluralize(held.unread, "customer", "customers")
        ));
    }
    let details = held.records.min(held.subscriptions);
    if report.failed == 0 && details < held.customers {
        let customers = text::pluralize(held.customers - details, "customer is", "customers are");
        print_error(&format!("{customers} still without details: run the command again."));
    }
    if report.unlisted > 0 {
        print_note(&format!(
            "{} missing from the lists, although the API still has the record.",
            text::pluralize(report.unlisted, "customer is", "customers are")
        ));
    }
    if report.is_complete() { Ok(()) } else { Err(Failure::Partial) }
}

fn as_json(report: &SyncReport, progress: &SyncProgress, elapsed: Duration) -> Value {
    let held = &report.completeness;
    let pairs = |all: &[(String, String)], key: &str| -> Vec<Value> {
        all.iter().map(|(id, reason)| json!({ key: id, "reason": reason })).collect()
    };
    json!({
        "complete": report.is_complete(),
        "customers": held.customers,
        "records": held.records,
        "subscriptions": held.subscriptions,
        "known_gone": held.gone,
        "gone": report.gone,
        "unlisted": report.unlisted,
        "changes": report.changes,
        "failed": report.failed,
        "failures": pairs(&report.failures, "customer_id"),
        "customers_with_unread_values": held.unread,
        "unread_values": report.unread.iter().map(unread_words).collect::<Vec<_>>(),
        "doubts": pairs(&held.doubts, "reseller_id"),
        "unread_resellers": pairs(&report.unread_resellers, "reseller_id"),
        "to_order": to_order_json(&held.to_order),
        "refused_orders": report.refused_orders,
        "unread_to_order": pairs(&held.to_order.doubts, "reseller_id"),
        "resellers": { "known": held.resellers.0, "listed": held.resellers.1 },
        "requests": progress.requests(),
        "seconds": elapsed.as_secs(),
    })
}

//! `vipmp find`: customers of the local copy that match a query, in any format, without requests.

use std::{process::ExitCode, sync::Arc};

use clap::Args;

use super::{
    facets::print_facets,
    find_doubts::{NO_NOTES, Printed, add_doubts, orders_hint, query_doubts},
    open::{detail_doubts, list_doubts, open_to_read, print_age},
    views::find_view,
};
use crate::{
    cli::{
        Arguments,
        account::select_target,
        context::CommandContext,
        exit::{Failure, print_error, print_note, report_unreadable, usage},
        output_args::{OutputArgs, write_failure},
        signals::run_until_signal,
    },
    columns::{Columns, Item, RowSchema},
    model::{AsOf, CopyPart, HistoryExtent},
    output::Format,
    portfolio::{
        Completeness, StoredCustomer,
        index::{PortfolioIndex, SortColumn, SortKey, facet_counts},
        load_index,
        query::{FieldNeeds, Query},
    },
    state::SavedView,
    text,
};

/// The number of customers that are taken from the store at once.
const CHUNK: usize = 200;

/// The arguments of `vipmp find`.
#[derive(Debug, Clone, Args)]
pub struct FindArgs {
    /// What to look for: words, "exact phrases", -without (after -- if it comes first), and fields such as status:pending
    /// renewal:..30d seats:>100
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,

    /// Begin with the query, columns and order of this view
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,

    /// Columns to sort by, the most significant first, - for the other direction: -seats,company [default: relevance]
    #[arg(long, value_name = "NAME,NAME", allow_hyphen_values = true)]
    pub sort: Option<String>,

    /// Print at most N customers
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Include subscriptions: one row each, or nested in JSON
    #[arg(long)]
    pub subscriptions: bool,

    /// Count the customers by status, reseller, segment, country, level, 3YC status, renewal state and product instead
    #[arg(long, conflicts_with_all = ["sort", "limit", "subscriptions"])]
    pub facets: bool,

    /// Exit with 0 although the result rests on part of the portfolio
    #[arg(long)]
    pub partial: bool,

    /// The output options.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Prints the customers that match.
pub(in crate::cli) async fn find(
    wanted: &FindArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    run_until_signal(context, run(wanted, arguments, context), || ()).await
}

/// A search as the arguments and the view say.
struct FindPlan {
    typed: String,
    query: Query,
    sort: Vec<SortKey>,
    columns: Columns,
    /// True if each subscription is a row.
    subscriptions: bool,
}

impl FindPlan {
    /// Returns true if the query or the order is about licences that nobody has ordered yet.
    fn tests_to_order(&self) -> bool {
        let is_sorted_by = |key: &SortKey| matches!(key.column, SortColumn::ToOrder | SortColumn::ToOrderBy);
        self.query.tests_to_order() || self.sort.iter().any(is_sorted_by)
    }

    /// Returns why not all observed changes may be known that are searched, sorted by or shown, in words; `None` if they are.
    fn history_doubt(&self, history: HistoryExtent, wanted: &FindArgs) -> Option<String> {
        if self.query.tests_history() {
            return self.query.history_doubt(history);
        }
        let is_sorted = self.sort.iter().any(|key| key.column.is_of_history());
        history.doubt(None).filter(|_| is_sorted || self.shows(CopyPart::History, wanted))
    }

    /// Returns true if the user wants to see such a part of the copy. It is among all columns even where no account may read it.
    fn shows(&self, part: CopyPart, wanted: &FindArgs) -> bool {
        let are_chosen = wanted.output.columns.is_some() || wanted.view.is_some();
        are_chosen && self.columns.as_slice().iter().any(|column| column.copy_part() == Some(part))
    }

    /// Returns what the user wants to see of the latest orders, in words; `None` if nothing.
    fn shown_of_orders(&self, wanted: &FindArgs) -> Option<&'static str> {
        match [CopyPart::Returns, CopyPart::RecentOrders].map(|part| self.shows(part, wanted)) {
            [true, true] => Some("returnable licences and renewals that failed"),
            [true, false] => Some("returnable licences"),
            [false, true] => Some("renewals that failed"),
            [false, false] => None,
        }
    }

    /// Returns true if a date that stands for the next renewal is printed without a word that says which one it is.
    fn hides_basis(&self, format: Format) -> bool {
        let has = |key: &str| self.columns.as_slice().iter().any(|column| column.key == key);
        !matches!(format, Format::Json | Format::Jsonl) && has("next-renewal") && !has("renewal-basis")
    }
}

async fn run(wanted: &FindArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    wanted.output.check_terminal().map_err(usage)?;
    let view = match &wanted.view {
        Some(name) => Some(find_view(name, &select_target(arguments, context)?, context)?),
        None => None,
    };
    let search = read_search(wanted, view.as_ref(), context.as_of())?;
    let copy = open_to_read(arguments, context).await?;
    let names = Arc::clone(&copy.names);
    let (index, held) = copy.read(move |store| load_index(store, &names)).await?;
    if wanted.facets {
        let resellers = copy.read(|store| store.resellers()).await?;
        print_facets(&facet_counts(&index, &search.query), &resellers, wanted.output.format())?;
        let doubts = copy.doubt.into_iter().collect();
        return report_doubts_of_facets(wanted, &search, &index, &held, context, doubts);
    }
    let most = wanted.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let found = index.search(&search.query, &search.sort, 0..most);
    let columns = search.columns.clone().with_names(Arc::clone(&copy.names));
    let mut out = wanted.output.writer(&columns);
    let (as_of, mut printed) = (search.query.as_of, Printed::default());
    for rows in found.rows.chunks(CHUNK) {
        let ids: Vec<String> =
            rows.iter().filter_map(|row| Some(index.view(*row)?.customer_id().into_owned())).collect();
        let customers = copy
            .read(move |store| ids.iter().map(|id| store.customer(id)).collect::<Result<Vec<_>, _>>())
            .await?;
        printed.missing += customers.iter().filter(|customer| customer.is_none()).count() as u64;
        for customer in customers.iter().flatten() {
            printed.count(customer, &search.columns, as_of);
            out.item(&item(customer, search.subscriptions, as_of)).map_err(|error| write_failure(&error))?;
        }
        out.flush().map_err(|error| write_failure(&error))?;
    }
    let unreadable = out.unreadable();
    out.finish().map_err(|error| write_failure(&error))?;
    print_age(&held);
    if search.hides_basis(wanted.output.format()) {
        printed.note_other_dates();
    }
    if found.total > found.rows.len() {
        print_note(&format!(
            "{} of {} were printed: --limit allows more.",
            text::group_digits(found.rows.len() as u64),
            text::pluralize(found.total as u64, "match", "matches")
        ));
    }
    if found.total == 0 {
        print_note("No customer matches.");
        if !held.keeps_contacts {
            print_note("Contacts are left out of this copy, so they were not searched.");
        }
        suggest(&search, &index);
    }
    let mut doubts: Vec<String> = copy.doubt.into_iter().chain(list_doubts(&held)).collect();
    doubts.extend(query_doubts(&search.query, found.unknown as u64, &held, index.history(), context));
    add_doubts(&mut doubts, contact_doubts(wanted, &search, &held));
    add_doubts(&mut doubts, search.history_doubt(index.history(), wanted));
    if found.unsorted > 0 {
        doubts.push(format!(
            "{} last only because what they are sorted by has not been read yet.",
            text::pluralize(found.unsorted as u64, "customer is", "customers are")
        ));
    }
    let shows_to_order = search.shows(CopyPart::ToOrder, wanted);
    if search.tests_to_order() || shows_to_order {
        add_doubts(&mut doubts, held.to_order.complaints());
    }
    let of_orders = search.shown_of_orders(wanted);
    doubts.extend(printed.doubts(shows_to_order, of_orders));
    add_doubts(&mut doubts, note_doubts(wanted, &search, &held));
    let lacks_orders = found.unsorted > 0 && search.sort.iter().any(|key| key.column.is_of_orders())
        || printed.without_orders > 0 && of_orders.is_some();
    add_doubts(&mut doubts, orders_hint(context).filter(|_| lacks_orders));
    for doubt in &doubts {
        print_error(doubt);
    }
    report_unreadable(unreadable, "customer")?;
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

/// Returns the reasons why columns or an order lack contacts, in words.
fn contact_doubts(wanted: &FindArgs, search: &FindPlan, held: &Completeness) -> Vec<String> {
    let mut doubts = Vec::new();
    if held.keeps_contacts || search.query.tests_contacts() {
        return doubts;
    }
    let shows_contacts = search.columns.as_slice().iter().any(|column| column.is_of_contacts());
    let is_of_contacts = |key: &SortKey| matches!(key.column, SortColumn::Contact | SortColumn::Email);
    if shows_contacts && wanted.output.columns.is_some() || search.sort.iter().any(is_of_contacts) {
        doubts.push("contacts are left out of this copy: `vipmp sync --contacts` keeps them.".to_owned());
    }
    doubts
}

/// Returns the reason why columns or an order lack notes, in words.
fn note_doubts(wanted: &FindArgs, search: &FindPlan, held: &Completeness) -> Option<String> {
    let is_asked_for =
        search.sort.iter().any(|key| key.column.is_of_notes()) || search.shows(CopyPart::Note, wanted);
    (held.lacks_notes && is_asked_for).then(|| NO_NOTES.to_owned())
}

/// Reports how old the counted facets are, and what they may lack.
fn report_doubts_of_facets(
    wanted: &FindArgs,
    search: &FindPlan,
    index: &PortfolioIndex,
    held: &Completeness,
    context: &CommandContext,
    mut doubts: Vec<String>,
) -> Result<(), Failure> {
    print_age(held);
    let unknown = index.search(&search.query, &[], 0..0).unknown as u64;
    doubts.extend(list_doubts(held).into_iter().chain(detail_doubts(held)));
    doubts.extend(query_doubts(&search.query, unknown, held, index.history(), context));
    for doubt in &doubts {
        print_error(doubt);
    }
    if doubts.is_empty() || wanted.partial { Ok(()) } else { Err(Failure::Partial) }
}

fn read_search(wanted: &FindArgs, view: Option<&SavedView>, as_of: AsOf) -> Result<FindPlan, Failure> {
    let mut typed = wanted.query.join(" ");
    if let Some(view) = view.filter(|view| !view.query.is_empty()) {
        let both = format!("{} {typed}", view.query);
        both.trim_end().clone_into(&mut typed);
    }
    let query = Query::read(&typed, as_of).map_err(|error| usage(&error.to_string()))?;
    let sort = match (&wanted.sort, view) {
        (Some(sort), _) => {
            SortKey::parse_all(sort.split(',')).map_err(|error| usage(&format!("--sort: {error}")))?
        }
        (None, Some(view)) if !view.sort.is_empty() => {
            SortKey::parse_all(view.sort.iter().map(String::as_str))
                .map_err(|error| usage(&format!("view {}: {error}", view.name)))?
        }
        _ => vec![SortKey::ascending(SortColumn::Relevance)],
    };
    let parse = |subscriptions: bool| {
        let schema = RowSchema::Portfolio { details: true, subscriptions };
        match view.filter(|view| !view.columns.is_empty() && wanted.output.columns.is_none()) {
            Some(view) => Columns::parse(schema, &view.columns.join(","))
                .map_err(|error| format!("view {}: {error}", view.name)),
            None => wanted.output.columns(schema),
        }
    };
    // Columns of subscriptions bring a row for each.
    let (columns, subscriptions) = match parse(wanted.subscriptions) {
        Ok(columns) => (columns, wanted.subscriptions),
        Err(error) => (parse(true).map_err(|_| usage(&error))?, true),
    };
    Ok(FindPlan { typed, query, sort, columns, subscriptions })
}

fn item(customer: &StoredCustomer, with_subscriptions: bool, as_of: AsOf) -> Item<'_> {
    let row = Item::row(&customer.row);
    let mut item = row.with_copy(&customer.facts, customer.note.as_ref(), as_of);
    if let Some((record, _)) = &customer.record {
        item = item.with_details(record);
    }
    if let Some((list, _)) = customer.subscriptions.as_ref().filter(|_| with_subscriptions) {
        item = item.with_subscriptions(list);
    }
    item
}

/// Prints words of the portfolio that are close to those that were not found.
fn suggest(search: &FindPlan, index: &PortfolioIndex) {
    // The words of a query that tests what is not known yet may be right.
    if search.query.needs().iter().any(|needs| *needs != FieldNeeds::Row) && index.is_empty() {
        return;
    }
    for suggestion in index.suggestions(&search.query) {
        print_note(&suggestion);
    }
    if search.typed.trim().is_empty() {
        print_note("The portfolio is empty: run `vipmp sync`.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::PortfolioSettings, model::CHANGE_MARGIN};

    #[test]
    fn the_margin_is_the_same_with_and_without_a_configuration() {
        assert_eq!(PortfolioSettings::default().change_margin_days, CHANGE_MARGIN);
    }

    #[test]
    fn columns_have_the_same_names_for_showing_and_sorting() {
        let is_shown = |name: &str| {
            let schema = |subscriptions| RowSchema::Portfolio { details: true, subscriptions };
            [false, true].into_iter().any(|subscriptions| Columns::parse(schema(subscriptions), name).is_ok())
        };
        let typed = SortColumn::ALL.into_iter().map(SortColumn::key).filter(|key| *key != "relevance");
        let others =
            ["name", "ID", "ref", "reseller", "date", "joined", "segment", "level", "contact", "mail"];
        for name in
            typed.chain(others).chain(["renewal", "next-renewal", "changed-at", "gone-at", "licences"])
        {
            assert!(is_shown(name), "--columns {name}");
            assert!(SortKey::parse(name).is_ok(), "--sort {name}");
        }
        for name in ["size", ""] {
            assert!(!is_shown(name) && SortKey::parse(name).is_err(), "{name:?}");
        }
    }
}

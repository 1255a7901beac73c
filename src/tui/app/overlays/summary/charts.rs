//! The charts of a summary: bars with their labels, their numbers, and what each of them opens.

use chrono::NaiveDate;

use super::super::BarFill;
use crate::{
    model::{MonthCount, PortfolioSummary, ProductSeats, RenewalWeek, SummaryGroup, SummaryWeek},
    portfolio::query::{Field, Test, add, compare_levels, label_of, refine, refine_by},
    text,
};

/// The most bars of a chart by values. The rest is added up in words.
const MOST: usize = 10;

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) kind: ChartKind,
    /// The customers that it is about, and all of them, unless it is about all.
    pub(super) known: Option<(u64, u64)>,
    /// The parts of its bars with their names, if they have several.
    pub(super) legend: Vec<(BarFill, &'static str)>,
    pub(super) bars: Vec<ChartBar>,
    /// The lines below the bars.
    pub(super) notes: Vec<String>,
}

/// The form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChartKind {
    /// A line for each bar.
    Bars,
    /// A column for each bar.
    Sparkline,
}

/// A bar that the cursor can be on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChartBar {
    /// Its label. It is clean.
    pub(super) label: String,
    pub(super) parts: Vec<BarPart>,
    /// What its numbers mean, in shorter forms too. They are clean.
    pub(super) says: Vec<String>,
    /// The customers that its query finds.
    pub(super) finds: u64,
    /// Words about these customers if they are not exactly those that the bar counts.
    pub(super) found: &'static str,
    pub(super) narrowing: Narrowing,
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BarPart {
    pub(super) fill: BarFill,
    pub(super) value: u64,
    pub(super) is_approximate: bool,
}

impl BarPart {
    fn exactly(fill: BarFill, value: u64) -> Self {
        Self { fill, value, is_approximate: false }
    }

    /// Returns its number as text.
    pub(super) fn text(self) -> String {
        format!("{}{}", if self.is_approximate { "~" } else { "" }, text::group_digits(self.value))
    }
}

/// The step from the query of a summary to that of a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Narrowing {
    /// The field has this value alone, in place of those that the query allows.
    Only(Field, String),
    /// The field has this value too: a customer may have several, or a range that the query cuts off.
    Also(Field, String),
    /// The field has no value.
    Without(Field),
}

impl Narrowing {
    /// Returns the query of the customers that a query finds and that are in the bar.
    pub(crate) fn of(&self, query: &str) -> String {
        match self {
            Self::Only(field, value) => refine(query, *field, value),
            Self::Also(field, value) => add(query, *field, value),
            Self::Without(field) => refine_by(query, *field, &[Test::Missing]),
        }
    }
}

/// Returns the charts of a summary. `reseller_name` names a reseller by its ID.
pub(super) fn charts(figures: &PortfolioSummary, reseller_name: impl Fn(&str) -> String) -> Vec<Chart> {
    let groups: Vec<Chart> =
        figures.groups.iter().map(|group| by_value(figures, group, &reseller_name)).collect();
    let mut groups = groups.into_iter();
    // The customers by status come first.
    let mut charts: Vec<Chart> = groups.next().into_iter().collect();
    charts.push(by_month(figures));
    charts.push(by_week(figures));
    charts.extend(groups);
    charts.push(by_product(figures));
    charts
}

fn customers(count: u64) -> String {
    text::pluralize(count, "customer", "customers")
}

fn seats(count: u64) -> String {
    text::pluralize(count, "seat", "seats")
}

/// Returns the customers of which something is known, and all of them, unless it is known of all.
fn known(known: u64, figures: &PortfolioSummary) -> Option<(u64, u64)> {
    (known < figures.customers).then_some((known, figures.customers))
}

/// Returns the chart of the customers by the values of a field.
fn by_value(
    figures: &PortfolioSummary,
    group: &SummaryGroup,
    reseller_name: impl Fn(&str) -> String,
) -> Chart {
    let field = Field::from_name(group.counts.field).unwrap_or(Field::Status);
    let (title, noun, is_of_record) = match field {
        Field::Segment => ("Segments", "Segment", true),
        Field::Country => ("Countries", "Country", true),
        Field::Level => ("Discount levels", "Level", true),
        Field::Reseller => ("Resellers", "Reseller", false),
        _ => ("Customers by status", "Status", false),
    };
    let label = |value: &str| match field {
        Field::Reseller => reseller_name(value),
        field => label_of(field, value).to_owned(),
    };
    let bar = |label: &str, says: String, count: u64, narrowing: Narrowing| ChartBar {
        label: text::clean(label).into_owned(),
        parts: vec![BarPart::exactly(BarFill::Plain, count)],
        says: vec![text::clean(&says).into_owned()],
        finds: count,
        found: "",
        narrowing,
    };
    let (shown, rest) = group.counts.values.split_at(group.counts.values.len().min(MOST));
    let mut shown = shown.to_vec();
    if field == Field::Level {
        // Levels have an order, those of licences before those of consumables.
        let is_letter = |level: &str| !level.starts_with(|c: char| c.is_ascii_digit());
        shown.sort_by(|(a, _), (b, _)| {
            compare_levels(a, b).unwrap_or_else(|| is_letter(a).cmp(&is_letter(b)))
        });
    }
    let mut bars: Vec<ChartBar> = shown
        .iter()
        .map(|(value, count)| {
            let label = label(value);
            let says = format!("{noun} {label}: {}", customers(*count));
            let narrowing = match field {
                Field::Level => Narrowing::Also(field, value.clone()),
                _ => Narrowing::Only(field, value.clone()),
            };
            bar(&label, says, *count, narrowing)
        })
        .collect();
    if group.without > 0 {
        let says = format!("No {}: {}", noun.to_lowercase(), customers(group.without));
        bars.push(bar("none", says, group.without, Narrowing::Without(field)));
    }
    let mut notes = Vec::new();
    if !rest.is_empty() {
        let count = rest.iter().map(|(_, count)| count).sum::<u64>();
        notes.push(format!(
            "and {} more: {}",
            text::group_digits(rest.len() as u64),
            text::group_digits(count)
        ));
    }
    if field == Field::Level && !bars.is_empty() {
        notes.push("Licences and consumables: a customer may have two.".to_owned());
    }
    let known = known(figures.with_record, figures).filter(|_| is_of_record);
    Chart { title, kind: ChartKind::Bars, known, legend: Vec::new(), bars, notes }
}

/// Returns the chart of new customers.
fn by_month(figures: &PortfolioSummary) -> Chart {
    let bar = |month: &MonthCount| {
        let label = month.first_day.format("%b %Y").to_string();
        let is_current =
            month.first_day.format("%Y-%m").to_string() == figures.today.format("%Y-%m").to_string();
        let so_far = if is_current { " so far" } else { "" };
        let joined = text::pluralize(month.customers, "new customer", "new customers");
        ChartBar {
            says: vec![format!("{label}: {joined}{so_far}")],
            label,
            parts: vec![BarPart::exactly(BarFill::Plain, month.customers)],
            finds: month.customers,
            found: "",
            narrowing: Narrowing::Also(Field::Joined, month.first_day.format("%Y-%m").to_string()),
        }
    };
    let joined: u64 = figures.months.iter().map(|month| month.customers).sum();
    let mut note = format!("{} months: {}", figures.months.len(), text::group_digits(joined));
    for (count, words) in [(figures.joined_before, "earlier"), (figures.joined_otherwise, "other dates")] {
        if count > 0 {
            note = format!("{note} · {words}: {}", text::group_digits(count));
        }
    }
    Chart {
        title: "New customers per month",
        kind: ChartKind::Sparkline,
        known: None,
        legend: Vec::new(),
        bars: figures.months.iter().map(bar).collect(),
        notes: vec![note],
    }
}

/// Returns the chart of the seats that renew, lapse or are undecided.
fn by_week(figures: &PortfolioSummary) -> Chart {
    let is_any_undecided = figures.weeks.iter().any(|week| week.renewals.undecided > 0);
    let mut legend =
        vec![(BarFill::Lapsing, "lapse"), (BarFill::Undecided, "undecided"), (BarFill::Renewing, "renew")];
    legend.retain(|(fill, _)| *fill != BarFill::Undecided || is_any_undecided);
    let bar = |SummaryWeek { renewals: week, found }: &SummaryWeek| {
        // What needs work comes first.
        let parts = legend.iter().map(|(fill, _)| match fill {
            BarFill::Lapsing => BarPart::exactly(*fill, week.lapsing),
            BarFill::Undecided => BarPart::exactly(*fill, week.undecided),
            BarFill::Renewing | BarFill::Plain => {
                BarPart { fill: *fill, value: week.renewing, is_approximate: week.is_approximate }
            }
        });
        let (from, to) = (week.first_day, week.last_day());
        ChartBar {
            label: from.format("%-d %b").to_string(),
            parts: parts.collect(),
            says: week_in_words(week),
            finds: *found,
            found: " with a renewal in that week",
            narrowing: Narrowing::Also(Field::Renewal, format!("{from}..{to}")),
        }
    };
    let other = figures.other_seats;
    let others = [(other.earlier, "past"), (other.later, "later"), (other.undated, "undated")];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let others: Vec<String> =
        others.map(|(count, words)| format!("{} {words}", text::group_digits(count))).collect();
    let mut notes = vec!["Seven-day weeks, starting today.".to_owned()];
    notes.extend((!others.is_empty()).then(|| format!("Other seats: {}", others.join(" · "))));
    let is_about = figures.weeks.iter().any(|week| week.renewals.is_approximate);
    notes.extend(is_about.then(|| "~ approximate: some seats were renewed early.".to_owned()));
    let bars = figures.weeks.iter().map(bar).collect();
    Chart {
        title: "Renewals per week, in seats",
        kind: ChartKind::Bars,
        known: known(figures.with_subscriptions, figures),
        legend,
        bars,
        notes,
    }
}

/// Returns what happens in a week: `7–13 Dec 2026: 34 seats lapse, about 120 renew, of 9 customers`; a shorter form follows.
fn week_in_words(week: &RenewalWeek) -> Vec<String> {
    let days = days_in_words(week.first_day, week.last_day());
    let about = if week.is_approximate { "about " } else { "" };
    let parts = [
        (week.lapsing, "", ["lapses", "lapse"]),
        (week.undecided, "", ["is undecided", "are undecided"]),
        (week.renewing, about, ["renews", "renew"]),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|(count, ..)| *count > 0).collect();
    if parts.is_empty() {
        return vec![format!("{days}: no seats renew")];
    }
    let said = |of_first: [&str; 2]| {
        let said = parts.iter().enumerate().map(|(at, (count, about, verbs))| {
            let form = usize::from(*count != 1);
            let noun = if at == 0 { of_first[form] } else { "" };
            format!("{about}{}{noun} {}", text::group_digits(*count), verbs[form])
        });
        said.collect::<Vec<_>>().join(", ")
    };
    let customers = customers(week.customers);
    vec![
        format!("{days}: {}, of {customers}", said([" seat", " seats"])),
        format!("{}: {}, of {customers}", week.first_day.format("%-d %b"), said(["", ""])),
    ]
}

/// Returns a range of days, without what the last day says as well: `28 Dec–3 Jan 2027`.
pub(crate) fn days_in_words(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        return to.format("%-d %b %Y").to_string();
    }
    let is_same = |part: &str| from.format(part).to_string() == to.format(part).to_string();
    let form = match (is_same("%Y"), is_same("%b")) {
        (true, true) => "%-d",
        (true, false) => "%-d %b",
        (false, _) => "%-d %b %Y",
    };
    format!("{}–{}", from.format(form), to.format("%-d %b %Y"))
}

/// Returns the chart of the products with the most seats.
fn by_product(figures: &PortfolioSummary) -> Chart {
    let (shown, rest) = figures.products.split_at(figures.products.len().min(MOST));
    let bar = |product: &ProductSeats| ChartBar {
        label: text::clean(&product.product).into_owned(),
        parts: vec![BarPart::exactly(BarFill::Plain, product.seats)],
        says: ["of active subscriptions", ""]
            .map(|of| format!("{}: {} {of}", product.product, seats(product.seats)))
            .map(|words| text::clean(words.trim_end()).into_owned())
            .into(),
        finds: product.customers,
        found: " that have it in any state",
        narrowing: Narrowing::Also(Field::Product, product.product.clone()),
    };
    let others = rest.len() as u64 + figures.other_products;
    let of_others =
        rest.iter().fold(figures.other_product_seats, |sum, product| sum.saturating_add(product.seats));
    let note = match (others, of_others) {
        (_, 0) => None,
        (0, of_others) => Some(format!("without an offer ID: {}", text::group_digits(of_others))),
        (others, of_others) => {
            Some(format!("and {} more: {}", text::group_digits(others), text::group_digits(of_others)))
        }
    };
    Chart {
        title: "Top products by seats",
        kind: ChartKind::Bars,
        known: known(figures.with_subscriptions, figures),
        legend: Vec::new(),
        bars: shown.iter().map(bar).collect(),
        notes: note.into_iter().collect(),
    }
}

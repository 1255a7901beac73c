//! The first sheet: what the report is about, what it may lack, and the figures as tables with charts.

use chrono::NaiveDate;
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{
    charts::{self, ChartData, Series},
    page,
    summary_tables::{PlacedTable, SummaryCell, Tables},
};
use crate::model::{
    EntityKind, MonthCount, PortfolioSummary, ProductSeats, RenewalWeek, Status, SummaryGroup, SummaryWeek,
    TodayFigures,
};

/// The name of the sheet.
pub(super) const SUMMARY: &str = "Summary";

/// The most products in the chart.
const CHART_PRODUCTS: u32 = 10;

const LAPSING: u32 = 0x00C0_504D;
const UNDECIDED: u32 = 0x00E6_A23C;
const RENEWING: u32 = 0x005B_9A5B;

/// What is said about a report as a whole.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    /// The title.
    pub title: String,
    /// The lines below it: whose customers, which of them, the day, and the age of the copy.
    pub lines: Vec<String>,
    /// What may be wrong or missing, in sentences.
    pub doubts: Vec<String>,
}

/// What a list adds up to.
#[derive(Debug, Clone)]
pub struct ListTotals {
    /// The name of its sheet.
    pub sheet: &'static str,
    /// The title.
    pub title: String,
    /// The figures.
    pub figures: TodayFigures,
    /// The unit of the amount, several; `None` if customers alone are counted.
    pub unit: Option<&'static str>,
}

pub(super) fn sheet(
    cover: &Cover,
    figures: &PortfolioSummary,
    lists: &[ListTotals],
    today: NaiveDate,
) -> Result<Worksheet, XlsxError> {
    let mut tables = Tables::new(SUMMARY)?;
    tables.cover(cover)?;
    let top = key_figures(&mut tables, figures)?;
    list_totals(&mut tables, lists)?;
    statuses(&mut tables, figures, top)?;
    months(&mut tables, figures)?;
    weeks(&mut tables, figures)?;
    products(&mut tables, figures)?;
    let mut sheet = tables.into_sheet();
    page::set_up_summary(&mut sheet, SUMMARY, &cover.title, today);
    Ok(sheet)
}

fn key_figures(tables: &mut Tables, figures: &PortfolioSummary) -> Result<PlacedTable, XlsxError> {
    let of_weeks = |seats: fn(&RenewalWeek) -> u64| {
        figures.weeks.iter().map(|week| seats(&week.renewals)).fold(0, u64::saturating_add)
    };
    let of_products = figures.products.iter().map(|product| product.seats).fold(0, u64::saturating_add);
    let weeks = figures.weeks.len();
    let rows = [
        ("Customers".to_owned(), figures.customers),
        ("Customers that are gone, not counted here".to_owned(), figures.gone),
        ("Seats of active subscriptions".to_owned(), of_products.saturating_add(figures.other_product_seats)),
        (format!("Seats that lapse within {weeks} weeks"), of_weeks(|week| week.lapsing)),
        (format!("Seats undecided within {weeks} weeks"), of_weeks(|week| week.undecided)),
        (format!("Seats that renew within {weeks} weeks"), of_weeks(|week| week.renewing)),
    ];
    let rows =
        rows.into_iter().map(|(label, number)| vec![SummaryCell::Text(label), SummaryCell::Number(number)]);
    let placed = tables.table("Key figures", &["Figure", "Number"], &rows.collect::<Vec<_>>())?;
    tables.gap();
    Ok(placed)
}

fn list_totals(tables: &mut Tables, lists: &[ListTotals]) -> Result<(), XlsxError> {
    let row = |of: &ListTotals| {
        let amount = of.figures.amount.map(|amount| SummaryCell::Number(amount.max(0).unsigned_abs()));
        vec![
            SummaryCell::Sheet { name: of.sheet, text: of.title.clone() },
            SummaryCell::Number(of.figures.customers),
            amount.unwrap_or(SummaryCell::None),
            of.unit.map_or(SummaryCell::None, |unit| {
                let about = if of.figures.is_approximate { " (approximate)" } else { "" };
                SummaryCell::Text(format!("{unit}{about}"))
            }),
            of.figures.first.map_or(SummaryCell::None, SummaryCell::Day),
            SummaryCell::Number(of.figures.unknown),
        ]
    };
    let headings = ["List", "Customers", "Amount", "Unit", "First day", "May belong too"];
    tables.table("Lists", &headings, &lists.iter().map(row).collect::<Vec<_>>())?;
    tables.gap();
    Ok(())
}

/// Writes the customers by status. Their chart is beside the table at the top, where there is room.
fn statuses(tables: &mut Tables, figures: &PortfolioSummary, top: PlacedTable) -> Result<(), XlsxError> {
    let Some(SummaryGroup { counts, without }) =
        figures.groups.iter().find(|group| group.counts.field == "status")
    else {
        return Ok(());
    };
    let row = |label: &str, count: u64| vec![SummaryCell::Text(label.to_owned()), SummaryCell::Number(count)];
    let mut rows: Vec<Vec<SummaryCell>> = counts
        .values
        .iter()
        .map(|(code, count)| row(Status::new(code).label(EntityKind::Account), *count))
        .collect();
    rows.extend((*without > 0).then(|| row("none", *without)));
    let placed = tables.table("Customers by status", &["Status", "Customers"], &rows)?;
    let series = Series { column: 1, name: "Customers", colour: None };
    let title = "Customers by status";
    let chart = placed.data.map(|data| charts::columns(title, data, &[series], "General"));
    tables.beside(top, chart)
}

fn months(tables: &mut Tables, figures: &PortfolioSummary) -> Result<(), XlsxError> {
    let row =
        |month: &MonthCount| vec![SummaryCell::Month(month.first_day), SummaryCell::Number(month.customers)];
    let title = "New customers by month";
    let rows: Vec<_> = figures.months.iter().map(row).collect();
    let placed = tables.table(title, &["Month", "Customers"], &rows)?;
    tables.remainder("Earlier", figures.joined_before)?;
    tables.remainder("Later, or not known", figures.joined_otherwise)?;
    let series = Series { column: 1, name: "Customers", colour: None };
    chart_beside(tables, placed, |data| charts::columns(title, data, &[series], "mmm yyyy"))
}

fn weeks(tables: &mut Tables, figures: &PortfolioSummary) -> Result<(), XlsxError> {
    let row = |week: &SummaryWeek| {
        let renewals = &week.renewals;
        vec![
            SummaryCell::Day(renewals.first_day),
            SummaryCell::Number(renewals.lapsing),
            SummaryCell::Number(renewals.undecided),
            SummaryCell::Number(renewals.renewing),
            SummaryCell::Number(renewals.customers),
            SummaryCell::Day(renewals.last_day()),
        ]
    };
    let title = "Seats that lapse or renew, by week";
    let headings = ["Week from", "Lapse", "Undecided", "Renew", "Customers", "Until"];
    let placed = tables.table(title, &headings, &figures.weeks.iter().map(row).collect::<Vec<_>>())?;
    let other = figures.other_seats;
    tables.remainder("Seats before these weeks", other.earlier)?;
    tables.remainder("Seats after these weeks", other.later)?;
    tables.remainder("Seats without a renewal date", other.undated)?;
    if figures.weeks.iter().any(|week| week.renewals.is_approximate) {
        tables
            .note("Some numbers of seats that renew are approximate: the API does not say them exactly.")?;
    }
    let series = [
        Series { column: 1, name: "Lapse", colour: Some(LAPSING) },
        Series { column: 2, name: "Undecided", colour: Some(UNDECIDED) },
        Series { column: 3, name: "Renew", colour: Some(RENEWING) },
    ];
    chart_beside(tables, placed, |data| charts::columns(title, data, &series, "d mmm"))
}

fn products(tables: &mut Tables, figures: &PortfolioSummary) -> Result<(), XlsxError> {
    let row = |product: &ProductSeats| {
        vec![
            SummaryCell::Text(product.product.clone()),
            SummaryCell::Number(product.seats),
            SummaryCell::Number(product.customers),
        ]
    };
    let title = "Products with the most seats";
    let rows: Vec<_> = figures.products.iter().map(row).collect();
    let placed = tables.table(title, &["Product", "Seats", "Customers"], &rows)?;
    tables.remainder("Other products, or without an offer ID", figures.other_product_seats)?;
    let series = Series { column: 1, name: "Seats", colour: None };
    chart_beside(tables, placed, |data| {
        let last = data.last.min(data.first + CHART_PRODUCTS - 1);
        charts::bars(title, ChartData { last, ..data }, series)
    })
}

/// Puts the chart of a table beside it; a table without rows has none.
fn chart_beside(
    tables: &mut Tables,
    placed: PlacedTable,
    draw: impl FnOnce(ChartData) -> rust_xlsxwriter::Chart,
) -> Result<(), XlsxError> {
    let chart = placed.data.map(draw);
    tables.beside(placed, chart)
}

//! Finding the table in a file: the row of headings, below titles and above totals, in whichever sheet it is.

use std::collections::BTreeMap;

use super::{
    ColumnChoice, Meaning, RawCell, RawFile, RawSheet, ReadOptions, TableError, TableReport, ValueError,
    dates::DateRules,
    fold::fold_heading,
    found::{FoundColumn, FoundTable},
    headings::{KnownHeadings, known},
    quantities::QuantityRules,
    raw::RawRow,
};

/// The rows of a sheet among which the headings are looked for.
const SEARCHED: usize = 100;

/// The headings that a message names.
const NAMED: usize = 12;

/// The meanings that a reader of a table wants.
#[derive(Debug, Clone, Copy)]
pub struct WantedColumns<'w> {
    /// The meaning without which a row says nothing.
    pub key: Meaning,
    /// Further meanings without which the table is refused.
    pub needed: &'w [Meaning],
    /// Of these, at least one is needed; none if the key suffices.
    pub one_of: &'w [Meaning],
    /// Further meanings that are read.
    pub others: &'w [Meaning],
}

impl WantedColumns<'_> {
    /// Returns all meanings that are read.
    pub fn meanings(&self) -> Vec<Meaning> {
        [&[self.key], self.needed, self.one_of, self.others].concat()
    }
}

/// The columns that a row of headings gives.
#[derive(Default)]
struct Headings {
    columns: BTreeMap<Meaning, (usize, usize)>,
    repeated: Vec<(usize, Meaning)>,
}

/// Finds the table.
///
/// # Errors
/// If headings are missing, or if a column has dates in which day and month cannot be told apart.
pub fn find_table(
    file: RawFile,
    wanted: &WantedColumns<'_>,
    options: &ReadOptions,
) -> Result<FoundTable, TableError> {
    let all: Vec<Meaning> = wanted.meanings();
    let known = known(&all);
    let mut best: Option<(usize, usize, usize, Headings)> = None;
    for (sheet, rows) in file.sheets.iter().map(|sheet| &sheet.rows).enumerate() {
        for (place, row) in rows.iter().take(SEARCHED).enumerate() {
            let headings = read_headings(row, &all, &known, &options.columns);
            let score = headings.columns.len() + usize::from(headings.columns.contains_key(&wanted.key));
            if score > best.as_ref().map_or(0, |best| best.0) {
                best = Some((score, sheet, place, headings));
            }
        }
    }
    let Some((_, sheet, place, headings)) = best else {
        let near = first_texts(&file);
        return Err(unknown_heading(searched(&file), &options.columns, &near).unwrap_or_else(|| {
            TableError::NoHeadings { missing: missing(&Headings::default(), wanted), near }
        }));
    };
    let RawFile { mut sheets, form, is_1904 } = file;
    let RawSheet { name, mut rows } = sheets.swap_remove(sheet);
    drop(sheets);
    let body = rows.split_off(place + 1);
    let Some(heading_row) = rows.pop() else {
        return Err(TableError::NoHeadings { missing: vec![wanted.key], near: Vec::new() });
    };
    check(&headings, &heading_row, wanted, options)?;
    let mut table = FoundTable {
        report: report(form, name.clone(), &heading_row, &headings),
        titles: titles(&rows, name),
        columns: BTreeMap::new(),
        rows: body,
    };
    leave_out(&mut table, &headings, &heading_row, wanted);
    for (meaning, (place, _)) in headings.columns {
        let cells = || table.rows.iter().filter_map(|row| row.cells.get(place));
        let mut column = FoundColumn { place, ..FoundColumn::default() };
        if meaning.is_date() {
            column.dates = DateRules::of(cells(), options.dates, is_1904);
            check_dates(column, &table.rows, &heading_row)?;
        } else if meaning == Meaning::Quantity {
            column.quantities = QuantityRules::of(cells());
        }
        table.columns.insert(meaning, column);
    }
    Ok(table)
}

/// Returns the columns that a row has if it is taken for headings. Those that the user has named come before any other.
fn read_headings(
    row: &RawRow,
    wanted: &[Meaning],
    known: &KnownHeadings,
    choices: &[ColumnChoice],
) -> Headings {
    let mut headings = Headings::default();
    for (place, cell) in row.cells.iter().enumerate() {
        let RawCell::Text(text) = cell else { continue };
        let folded = fold_heading(text);
        let chosen = choices.iter().find(|choice| fold_heading(&choice.heading) == folded);
        let found = match chosen {
            Some(choice) if wanted.contains(&choice.meaning) => Some((choice.meaning, 0)),
            Some(_) => None,
            None => known.get(&folded).map(|(meaning, rank)| (*meaning, rank + 1)),
        };
        let Some((meaning, rank)) = found else { continue };
        match headings.columns.get_mut(&meaning) {
            None => {
                headings.columns.insert(meaning, (place, rank));
            }
            Some(other) if rank < other.1 => {
                headings.repeated.push((other.0, meaning));
                *other = (place, rank);
            }
            Some(_) => headings.repeated.push((place, meaning)),
        }
    }
    headings
}

fn missing(headings: &Headings, wanted: &WantedColumns<'_>) -> Vec<Meaning> {
    let lacks = |meaning: &&Meaning| !headings.columns.contains_key(meaning);
    let needed = std::iter::once(&wanted.key).chain(wanted.needed);
    let mut missing: Vec<Meaning> = needed.filter(lacks).copied().collect();
    if !wanted.one_of.is_empty() && wanted.one_of.iter().all(|meaning| lacks(&meaning)) {
        missing.push(wanted.one_of[0]);
    }
    missing
}

fn check(
    headings: &Headings,
    row: &RawRow,
    wanted: &WantedColumns<'_>,
    options: &ReadOptions,
) -> Result<(), TableError> {
    let near: Vec<String> = texts(row).take(NAMED).collect();
    if let Some(error) = unknown_heading(std::iter::once(row), &options.columns, &near) {
        return Err(error);
    }
    let missing = missing(headings, wanted);
    if missing.is_empty() { Ok(()) } else { Err(TableError::NoHeadings { missing, near }) }
}

/// Returns the error for the first heading of the user that none of these rows has.
fn unknown_heading<'r>(
    rows: impl Iterator<Item = &'r RawRow>,
    choices: &[ColumnChoice],
    near: &[String],
) -> Option<TableError> {
    let rows: Vec<&RawRow> = rows.collect();
    let is_there = |choice: &&ColumnChoice| {
        let folded = fold_heading(&choice.heading);
        rows.iter().any(|row| row.cells.iter().any(|cell| fold_heading(&cell.shown()) == folded))
    };
    let unknown = choices.iter().find(|choice| !is_there(choice))?;
    let heading = cleaned(&unknown.heading);
    Some(TableError::NoSuchHeading { meaning: unknown.meaning, heading, near: near.to_vec() })
}

/// Iterates over the rows among which the headings are looked for.
fn searched(file: &RawFile) -> impl Iterator<Item = &RawRow> {
    file.sheets.iter().flat_map(|sheet| sheet.rows.iter().take(SEARCHED))
}

/// Returns the texts of a row, fit for a message.
fn texts(row: &RawRow) -> impl Iterator<Item = String> {
    row.cells.iter().filter(|cell| !cell.is_empty()).map(|cell| cleaned(&cell.shown()))
}

fn cleaned(text: &str) -> String {
    crate::text::truncate(&crate::text::clean(text), 60).into_owned()
}

/// Returns the texts of the row that looks most like headings: the first with the most cells.
fn first_texts(file: &RawFile) -> Vec<String> {
    let filled = |row: &RawRow| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let fullest = searched(file).reduce(|best, next| if filled(next) > filled(best) { next } else { best });
    fullest.map(|row| texts(row).take(NAMED).collect()).unwrap_or_default()
}

fn report(form: String, sheet: Option<String>, row: &RawRow, headings: &Headings) -> TableReport {
    let heading = |place: usize| row.cells.get(place).map(|cell| cleaned(&cell.shown())).unwrap_or_default();
    let mut columns: Vec<(usize, Meaning)> =
        headings.columns.iter().map(|(meaning, (place, _))| (*place, *meaning)).collect();
    columns.sort_unstable();
    let is_used = |place: usize| columns.iter().chain(&headings.repeated).any(|(used, _)| *used == place);
    let unused = (0..row.cells.len()).filter(|place| !is_used(*place) && !row.cells[*place].is_empty());
    let named = |(place, meaning): &(usize, Meaning)| (heading(*place), *meaning);
    TableReport {
        form,
        sheet: sheet.map(|name| cleaned(&name)),
        heading_row: row.number,
        columns: columns.iter().map(named).collect(),
        repeated: headings.repeated.iter().map(named).collect(),
        unused: unused.map(heading).collect(),
        ..TableReport::default()
    }
}

fn titles(above: &[RawRow], sheet: Option<String>) -> Vec<String> {
    let cells = above.iter().flat_map(texts);
    cells.chain(sheet.map(|name| cleaned(&name))).take(SEARCHED).collect()
}

/// Words that begin a row of totals.
const TOTALS: [&str; 10] =
    ["total", "sum", "subtotal", "grandtotal", "summe", "gesamt", "zwischensumme", "somme", "suma", "合計"];

/// Takes out the rows that are no data: blank ones, headings that come again, totals, and rows without the key.
fn leave_out(table: &mut FoundTable, headings: &Headings, heading_row: &RawRow, wanted: &WantedColumns<'_>) {
    let folded = |row: &RawRow| row.cells.iter().map(|cell| fold_heading(&cell.shown())).collect::<Vec<_>>();
    let heading = folded(heading_row);
    let key = headings.columns.get(&wanted.key).map(|(place, _)| *place);
    let report = &mut table.report;
    table.rows.retain(|row| {
        if row.is_blank() {
            return false;
        }
        let key = key.and_then(|place| row.cells.get(place)).filter(|cell| !cell.is_empty());
        let key_text = key.map(|cell| fold_heading(&cell.shown()));
        let is_total = |text: &str| TOTALS.iter().any(|word| text == *word || text == format!("{word}s"));
        let reason = match &key_text {
            Some(text)
                if headings.columns.values().any(|(place, _)| heading.get(*place) == Some(text))
                    && folded(row) == heading =>
            {
                Some("the headings again".to_owned())
            }
            Some(text) if is_total(text) => Some("a total".to_owned()),
            Some(_) => None,
            None => {
                let mut texts = row.cells.iter().map(|cell| fold_heading(&cell.shown()));
                let begins = texts
                    .find(|text| !text.is_empty())
                    .is_some_and(|text| TOTALS.iter().any(|word| text.starts_with(word)));
                Some(if begins { "a total".to_owned() } else { format!("no {}", wanted.key) })
            }
        };
        if let Some(reason) = reason {
            report.leave_out(row.number, reason);
            return false;
        }
        report.rows += 1;
        report.first_row.get_or_insert(row.number);
        true
    });
}

fn check_dates(column: FoundColumn, rows: &[RawRow], heading_row: &RawRow) -> Result<(), TableError> {
    for row in rows {
        let Some(cell) = row.cells.get(column.place) else { continue };
        if let Err(ValueError::AmbiguousDate(value)) = column.dates.read(cell) {
            let heading = heading_row.cells.get(column.place).map(|cell| cleaned(&cell.shown()));
            return Err(TableError::AmbiguousDates {
                row: row.number,
                value: cleaned(&value),
                heading: heading.unwrap_or_default(),
                is_mixed: column.dates.is_mixed,
            });
        }
    }
    Ok(())
}

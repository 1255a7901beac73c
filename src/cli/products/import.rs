//! `vipmp products import`: product names from a price list or an invoice workbook.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use chrono::{Days, NaiveDate, Utc};
use clap::Args;

use super::{TableArgs, print_file_error, print_report, read_table, refuse_demo};
use crate::{
    cli::{
        Arguments,
        context::CommandContext,
        exit::{Failure, print_error, print_note, usage},
    },
    products::{
        ListKind, ListOutcome, LoadedNames, ProductFile, ProductList, WANTED_COLUMNS, parse_month, read_list,
    },
    text,
};

/// The arguments of `vipmp products import`.
#[derive(Debug, Clone, Args)]
pub struct ImportArgs {
    /// Price list or invoice workbook, as CSV or .xlsx
    pub file: PathBuf,

    /// Month of the list, such as 202601; the newest list wins [default: as the file says, or when it was last changed]
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    pub month: Option<NaiveDate>,

    /// The options for reading the file.
    #[command(flatten)]
    pub table: TableArgs,

    /// Only report what would be read
    #[arg(long)]
    pub dry_run: bool,
}

/// Reads product names from a file, and reports what was understood.
pub(super) fn import(
    wanted: &ImportArgs,
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<(), Failure> {
    refuse_demo(arguments)?;
    let today = Utc::now().date_naive();
    // The list of the next month may be out already; a later one would win over all others for years.
    if wanted.month.is_some_and(|month| month > today + Days::new(31)) {
        return Err(usage("--month: that month is still to come: use the month of the list"));
    }
    let file = ProductFile::new(context.data.as_deref());
    let table = read_table(&wanted.file, &wanted.table, &WANTED_COLUMNS)?;
    let name = wanted.file.file_name().unwrap_or_default().to_string_lossy();
    let list = read_list(table, &name, wanted.month, modified(&wanted.file), today);
    let list = list.map_err(|error| {
        print_error(&format!("{}: {error}.", text::display_path(&wanted.file)));
        Failure::Failed
    })?;
    report_list(&list);
    let LoadedNames { mut names, notice } = file.load();
    if let Some(notice) = notice {
        print_error(&notice);
    }
    let outcome = if wanted.dry_run {
        names.take_over(list.products)
    } else {
        let products = list.products;
        file.update(|names| names.take_over(products)).map_err(|error| print_file_error(&error))?
    };
    report_outcome(outcome, wanted.dry_run);
    Ok(())
}

/// Returns the time at which a file was last changed; now if the system does not say.
fn modified(path: &Path) -> SystemTime {
    let modified = fs::metadata(path).and_then(|about| about.modified());
    modified.unwrap_or_else(|_| SystemTime::now())
}

fn report_list(list: &ProductList) {
    print_report(&list.report);
    let kind = if list.kind == ListKind::Invoices { "Invoices" } else { "Price list" };
    print_note(&format!("{kind} of {}.", list.date.in_words()));
    if list.with_several_names > 0 {
        print_note(&format!(
            "{} several names in the list; the first one was taken.",
            text::pluralize(list.with_several_names, "product has", "products have")
        ));
    }
}

fn report_outcome(outcome: ListOutcome, is_dry: bool) {
    let ListOutcome { added, changed, unchanged, kept } = outcome;
    let all = text::pluralize(added + changed + unchanged + kept, "product", "products");
    let count = text::group_digits;
    let kept = match kept {
        0 => String::new(),
        kept => format!(", {} kept, since a newer list or a price list names them", count(kept)),
    };
    print_note(&format!(
        "{all}: {} new, {} changed, {} as before{kept}.",
        count(added),
        count(changed),
        count(unchanged)
    ));
    if is_dry {
        print_note("Nothing was stored, since this is a dry run.");
    }
}

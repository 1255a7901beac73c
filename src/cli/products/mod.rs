//! `vipmp products`: the names of products, which the API does not send.

mod import;
mod table_args;

use std::process::ExitCode;

use clap::Subcommand;

pub use import::ImportArgs;
pub use table_args::TableArgs;

pub(super) use table_args::{print_report, read_table};

use super::{
    Arguments,
    context::CommandContext,
    exit::{Failure, print_error, print_note, usage},
    help,
    output_args::{OutputArgs, write_failure},
    prompt,
    signals::run_until_signal,
};
use crate::{
    account::AccountId,
    columns::{Item, RowSchema},
    config::DEMO,
    products::{LoadedNames, ProductFile, ProductFileError},
};

/// The commands below `vipmp products`.
#[derive(Debug, Clone, Subcommand)]
pub enum ProductsCommand {
    /// Read product names from a price list or an invoice workbook; prices are not read
    #[command(after_help = help::after("products import"))]
    Import(ImportArgs),

    /// List the products whose names are known
    #[command(after_help = help::after("products list"))]
    List(OutputArgs),

    /// Delete all product names
    #[command(after_help = help::after("products forget"))]
    Forget {
        /// Skip the confirmation
        #[arg(long)]
        yes: bool,
    },
}

/// Runs a command below `vipmp products`.
pub(super) async fn products(
    command: &ProductsCommand,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    let work = async {
        match command {
            ProductsCommand::Import(wanted) => import::import(wanted, arguments, context),
            ProductsCommand::List(output) => list(output, arguments, context),
            ProductsCommand::Forget { yes } => forget(*yes, arguments, context),
        }
    };
    run_until_signal(context, work, || ()).await
}

/// Returns true if the command line names the demo, which has product names of its own.
fn is_demo(arguments: &Arguments) -> bool {
    arguments.demo || arguments.profile.as_deref() == Some(DEMO)
}

/// Refuses to change the demo's product names.
fn refuse_demo(arguments: &Arguments) -> Result<(), Failure> {
    if is_demo(arguments) {
        return Err(usage("the demo has product names of its own: leave out --demo to work with yours"));
    }
    Ok(())
}

fn print_file_error(error: &ProductFileError) -> Failure {
    print_error(&format!("{error}."));
    Failure::Failed
}

fn list(output: &OutputArgs, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    let columns = output.columns(RowSchema::Products).map_err(|error| usage(&error))?;
    output.check_terminal().map_err(usage)?;
    let LoadedNames { names, notice } = if is_demo(arguments) {
        AccountId::Demo.product_names(None)
    } else {
        ProductFile::new(context.data.as_deref()).load()
    };
    let mut out = output.writer(&columns);
    for product in names.iter() {
        out.item(&Item::product(product)).map_err(|error| write_failure(&error))?;
    }
    out.finish().map_err(|error| write_failure(&error))?;
    if let Some(notice) = notice {
        print_error(&notice);
        return Err(Failure::Partial);
    }
    if names.is_empty() {
        print_note("No product names are known: `vipmp products import FILE` reads them from a price list.");
    }
    Ok(())
}

fn forget(yes: bool, arguments: &Arguments, context: &CommandContext) -> Result<(), Failure> {
    refuse_demo(arguments)?;
    if !yes {
        if !prompt::is_interactive() {
            return Err(usage("use --yes to delete the product names without confirmation"));
        }
        let is_sure = prompt::confirm("Delete all product names?").map_err(|_| Failure::Interrupted)?;
        if !is_sure {
            print_note("Nothing was changed.");
            return Err(Failure::Failed);
        }
    }
    let file = ProductFile::new(context.data.as_deref());
    let is_deleted = file.forget().map_err(|error| print_file_error(&error))?;
    print_note(if is_deleted { "Deleted all product names." } else { "There were no product names." });
    Ok(())
}

//! `vipmp views`: the views of the portfolio.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::Utc;
use clap::Subcommand;

use crate::{
    account::AccountId,
    cli::{
        Arguments,
        account::select_target,
        context::CommandContext,
        exit::{Failure, print, print_error, print_note, usage},
        help,
        signals::run_until_signal,
    },
    columns::{Columns, RowSchema},
    config::DEMO,
    files,
    portfolio::{
        index::SortKey,
        query::{self, Query},
    },
    state::{SavedView, ViewChange, ViewFile},
    text,
};

/// The greatest size of a file of views, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// The commands below `vipmp views`.
#[derive(Debug, Clone, Subcommand)]
pub enum ViewsCommand {
    /// List the views, the built-in ones first
    #[command(after_help = help::after("views list"))]
    List,

    /// Save a view, or replace one of that name
    #[command(after_help = help::after("views save"))]
    Save {
        /// Its name
        name: String,
        /// Its query; empty for all customers
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
        /// Its columns, in this order
        #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
        columns: Vec<String>,
        /// The columns to sort by, - before one for the other direction
        #[arg(long, value_name = "NAME,NAME", value_delimiter = ',', allow_hyphen_values = true)]
        sort: Vec<String>,
    },

    /// Delete a view
    #[command(after_help = help::after("views delete"))]
    Delete {
        /// Its name
        name: String,
    },

    /// Print your own views as TOML
    #[command(after_help = help::after("views export"))]
    Export,

    /// Read views from a TOML file; - reads standard input. Views of the same names are replaced
    #[command(after_help = help::after("views import"))]
    Import {
        /// The file
        file: PathBuf,
    },
}

/// Runs a command below `vipmp views`.
pub(in crate::cli) async fn views(
    command: &ViewsCommand,
    arguments: &Arguments,
    context: &CommandContext,
) -> ExitCode {
    let work = async { run(command, &select_target(arguments, context)?, context) };
    run_until_signal(context, work, || ()).await
}

/// Returns the name under which a target's views are remembered.
fn name_of(target: &AccountId) -> &str {
    target.name().unwrap_or(DEMO)
}

/// Returns the user's own views of a target.
fn own_views(target: &AccountId, context: &CommandContext) -> Vec<SavedView> {
    context.state.profiles.get(name_of(target)).map(|of| of.views.clone()).unwrap_or_default()
}

/// Returns the view of this name.
///
/// # Errors
/// The failure, once the nearest name has been printed.
pub(super) fn find_view(
    name: &str,
    target: &AccountId,
    context: &CommandContext,
) -> Result<SavedView, Failure> {
    SavedView::named(name, &own_views(target, context)).map_err(|error| {
        print_error(&error);
        Failure::NotFound
    })
}

/// Reads the query of a view, if one is named, together with what is typed.
///
/// # Errors
/// The failure, once it has been printed what is wrong with either.
pub(super) fn read_query(
    typed: &[String],
    view: Option<&str>,
    arguments: &Arguments,
    context: &CommandContext,
) -> Result<Query, Failure> {
    let of_view = match view {
        Some(name) => find_view(name, &select_target(arguments, context)?, context)?.query,
        None => String::new(),
    };
    let typed = format!("{of_view} {}", typed.join(" "));
    Query::read(typed.trim(), context.as_of()).map_err(|error| usage(&error.to_string()))
}

fn run(command: &ViewsCommand, target: &AccountId, context: &CommandContext) -> Result<(), Failure> {
    let change = |changes: &[ViewChange]| {
        context.home.store.change_views(name_of(target), changes).map_err(|error| {
            print_error(&context.home.store.unkept(&error));
            Failure::Failed
        })
    };
    match command {
        ViewsCommand::List => {
            for view in SavedView::all(&own_views(target, context)) {
                let query = if view.query.is_empty() { "(all)" } else { &view.query };
                print(&format!("{}  {}", text::pad_end(&text::clean(&view.name), 20), text::clean(query)))?;
            }
            Ok(())
        }
        ViewsCommand::Save { name, query, columns, sort } => {
            let view = SavedView {
                name: name.trim().to_owned(),
                query: query.join(" "),
                columns: columns.clone(),
                sort: sort.clone(),
            };
            check(&view).map_err(|error| usage(&error))?;
            let saved = format!("View {} saved.", text::clean(&view.name));
            change(&[ViewChange::Put(view)])?;
            print_note(&saved);
            Ok(())
        }
        ViewsCommand::Delete { name } => {
            if !own_views(target, context).iter().any(|view| view.is_named(name)) {
                let found = find_view(name, target, context)?;
                return Err(usage(&format!("{} is built in and cannot be deleted", found.name)));
            }
            change(&[ViewChange::Delete(name.clone())])?;
            print_note(&format!("View {} deleted.", text::clean(name)));
            Ok(())
        }
        ViewsCommand::Export => print(ViewFile { views: own_views(target, context) }.to_text().trim_end()),
        ViewsCommand::Import { file } => {
            let shown = text::display_path(file);
            let read = ViewFile::parse(&read_file(file)?);
            let read = read.map_err(|error| usage(&format!("{shown}: {error}")))?;
            for view in &read.views {
                check(view).map_err(|error| usage(&format!("{shown}: view {}: {error}", view.name)))?;
            }
            let count = read.views.len() as u64;
            change(&read.views.into_iter().map(ViewChange::Put).collect::<Vec<_>>())?;
            print_note(&format!("{} read.", text::pluralize(count, "view", "views")));
            Ok(())
        }
    }
}

/// Checks that a view can be used.
///
/// # Errors
/// The first mistake in it, in words.
fn check(view: &SavedView) -> Result<(), String> {
    SavedView::check_name(&view.name)?;
    query::parse(&view.query, Utc::now().date_naive()).map_err(|error| error.to_string())?;
    SortKey::parse_all(view.sort.iter().map(String::as_str))?;
    if !view.columns.is_empty() {
        let schema = RowSchema::Portfolio { details: true, subscriptions: true };
        Columns::parse(schema, &view.columns.join(",")).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<String, Failure> {
    let read = if path.as_os_str() == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(LARGEST + 1).read_to_string(&mut text);
        read.and_then(|size| {
            if size as u64 > LARGEST {
                return Err(std::io::Error::other("it is larger than 1 MiB"));
            }
            Ok(Some(text))
        })
    } else {
        files::read_text(path, LARGEST)
    };
    let why = match read {
        Ok(Some(text)) => return Ok(text),
        Ok(None) => "there is no such file".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(usage(&format!("{}: {why}", text::display_path(path))))
}

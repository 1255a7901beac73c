//! The definitions of the command line.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;

use super::{
    ChangesArgs, ExportArgs, FindArgs, ListArgs, NoteArgs, PortfolioCommand, ProductsCommand, ReconcileArgs,
    RenewalsArgs, ReportArgs, ResellersArgs, ShowArgs, SqlArgs, SummaryArgs, SyncArgs, TodayArgs,
    ViewsCommand, help,
};
use crate::{
    config::Environment,
    demo::{Faults, RateLimit},
};

/// The heading of the options that all commands share.
const GLOBAL_OPTIONS: &str = "Global options";
/// The heading of the options of the embedded demo API.
const DEMO_OPTIONS: &str = "Demo options";

/// The default number of customers in the demo.
pub(super) const DEMO_CUSTOMERS: u32 = 1_307;
/// The default seed of the demo.
pub(super) const DEMO_SEED: u64 = 1;

/// Browse the customers of an Adobe VIP Marketplace reseller
///
/// Without a profile, vipmp shows fictional customers from a built-in demo API: no account is needed. To see your own,
/// run `vipmp profile add`, or press p inside vipmp. Press ? inside vipmp for a list of all keys.
#[derive(Debug, Clone, Parser)]
#[command(version, about, max_term_width = 100, after_help = help::after(""))]
pub struct Arguments {
    /// The command to run instead of opening the full-screen view.
    #[command(subcommand)]
    pub command: Option<CliCommand>,

    /// Use this profile instead of `VIPMP_PROFILE` or the default one; "demo" selects the built-in demo
    #[arg(long, value_name = "NAME", global = true, help_heading = GLOBAL_OPTIONS)]
    pub profile: Option<String>,

    /// Use the built-in demo with fictional customers, regardless of configuration
    #[arg(long, global = true, help_heading = GLOBAL_OPTIONS, conflicts_with = "profile")]
    pub demo: bool,

    /// Read this file instead of the usual config.toml
    #[arg(long, value_name = "FILE", global = true, help_heading = GLOBAL_OPTIONS)]
    pub config: Option<PathBuf>,

    /// Number of demo customers, up to 1,000,000
    #[arg(long, global = true, help_heading = DEMO_OPTIONS, value_name = "N", default_value_t = DEMO_CUSTOMERS, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub demo_customers: u32,

    /// Delay each demo response by MS milliseconds
    #[arg(long, global = true, help_heading = DEMO_OPTIONS, value_name = "MS", default_value_t = 0, value_parser = value_parser!(u64).range(0..=600_000))]
    pub demo_latency: u64,

    /// Seed for the demo data and faults; the same seed always gives the same data
    #[arg(long, global = true, help_heading = DEMO_OPTIONS, value_name = "N", default_value_t = DEMO_SEED)]
    pub demo_seed: u64,

    /// Inject demo faults with these probabilities, such as 429:0.1,reset:0.02,drift
    #[arg(long, global = true, help_heading = DEMO_OPTIONS, value_name = "SPEC")]
    pub demo_faults: Option<Faults>,

    /// Log every request to this file, without secrets; `VIPMP_LOG` sets the levels
    #[arg(long, value_name = "PATH", global = true, help_heading = GLOBAL_OPTIONS)]
    pub log_file: Option<PathBuf>,
}

/// A command that runs without the full-screen view.
#[derive(Debug, Clone, Subcommand)]
pub enum CliCommand {
    /// List customers, with the same filters and sorting as the screen
    #[command(after_help = help::after("list"))]
    List(ListArgs),

    /// Show customers by ID, with subscriptions and orders if requested
    #[command(after_help = help::after("show"))]
    Show(ShowArgs),

    /// Export all matching customers to a .csv, .xlsx, .json or .jsonl file
    #[command(after_help = help::after("export"))]
    Export(ExportArgs),

    /// List the resellers that you have access to
    #[command(after_help = help::after("resellers"))]
    Resellers(ResellersArgs),

    /// Search the local copy, offline: names, IDs, contacts, dates and more
    #[command(after_help = help::after("find"))]
    Find(FindArgs),

    /// Print what needs attention today: what to order, what lapses or renews
    #[command(after_help = help::after("today"))]
    Today(TodayArgs),

    /// Print the renewals of the next days, or write them to a calendar
    #[command(after_help = help::after("renewals"))]
    Renewals(RenewalsArgs),

    /// Add up the local copy: customers by status, country and more, renewals by week
    #[command(after_help = help::after("summary"))]
    Summary(SummaryArgs),

    /// Print, write or delete your own note on a customer; notes stay on this machine and are never sent
    #[command(after_help = help::after("note"))]
    Note(NoteArgs),

    /// Write a workbook: a summary with charts, and a sheet for each list of the day
    #[command(after_help = help::after("report"))]
    Report(ReportArgs),

    /// Bring the local copy of a profile's customers up to date
    #[command(after_help = help::after("sync"))]
    Sync(SyncArgs),

    /// Show, check or delete the local copy
    #[command(subcommand, after_help = help::after("portfolio"))]
    Portfolio(PortfolioCommand),

    /// List, save, delete, export or import views of the local copy
    #[command(subcommand, after_help = help::after("views"))]
    Views(ViewsCommand),

    /// List the changes that were observed between syncs
    #[command(after_help = help::after("changes"))]
    Changes(ChangesArgs),

    /// Run one SELECT statement on the local copy
    #[command(after_help = help::after("sql"))]
    Sql(SqlArgs),

    /// Compare a list of subscriptions with the local copy; exits with 1 if anything differs
    #[command(after_help = help::after("reconcile"))]
    Reconcile(ReconcileArgs),

    /// Read product names from a price list, list them, or delete them
    #[command(subcommand, after_help = help::after("products"))]
    Products(ProductsCommand),

    /// List, add, edit, remove, select or test profiles
    #[command(subcommand, after_help = help::after("profile"))]
    Profile(ProfileCommand),

    /// Check configuration, permissions, keyring, network and sign-in, and explain how to fix problems
    #[command(after_help = help::after("doctor"))]
    Doctor {
        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },

    /// Serve the demo API as a simulator of the Partner API until Ctrl-C, and print a profile for it
    #[command(after_help = help::after("serve"))]
    Serve(ServeArgs),

    /// Print shell completions
    #[command(after_help = help::after("completions"))]
    Completions {
        /// Shell to print completions for
        shell: Shell,
    },

    /// Print the manual, or write one page per command to a folder
    #[command(after_help = help::after("man"))]
    Man {
        /// Write the pages to this folder (created if missing) instead of printing the manual
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// The arguments of `vipmp serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Port to listen on (0 = any free port)
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// Address to listen on; any non-loopback address can be reached from the network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,

    /// Number of customers of the first reseller, up to 1,000,000
    #[arg(long, value_name = "N", default_value_t = DEMO_CUSTOMERS, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub customers: u32,

    /// Seed for the customers and faults; the same seed always gives the same data
    #[arg(long, value_name = "N", default_value_t = DEMO_SEED)]
    pub seed: u64,

    /// Delay each response by MS milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = value_parser!(u64).range(0..=600_000))]
    pub latency: u64,

    /// Inject faults with these probabilities, such as 429:0.1,reset:0.02,drift
    #[arg(long, value_name = "SPEC")]
    pub faults: Option<Faults>,

    /// Requests per second allowed for each client, such as 5/s or 0.5/s; excess requests get 429
    #[arg(long, value_name = "N/s")]
    pub rate_limit: Option<RateLimit>,

    /// Client ID to accept; random on each start by default
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,

    /// Client secret to accept; random on each start by default
    #[arg(long, value_name = "SECRET")]
    pub client_secret: Option<String>,

    /// Do not log requests
    #[arg(long)]
    pub quiet: bool,

    /// Print the OpenAPI description and exit
    #[arg(long)]
    pub openapi: bool,
}

/// The commands below `vipmp profile`.
#[derive(Debug, Clone, Subcommand)]
pub enum ProfileCommand {
    /// List profiles
    #[command(after_help = help::after("profile list"))]
    List {
        /// Print the profiles as JSON
        #[arg(long)]
        json: bool,
    },

    /// Add a profile; on a terminal, prompts for anything missing and tests each step
    #[command(after_help = help::after("profile add"))]
    Add {
        /// Profile name: letters, digits, dots, hyphens and underscores
        name: Option<String>,

        /// The settings of the profile.
        #[command(flatten)]
        fields: ProfileFields,

        /// Save without testing
        #[arg(long)]
        no_test: bool,

        /// Make it the default (the first profile always is)
        #[arg(long)]
        default: bool,
    },

    /// Edit a profile; on a terminal and without options, prompts for everything
    #[command(after_help = help::after("profile edit"))]
    Edit {
        /// Profile to edit
        name: String,

        /// New name
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,

        /// The settings of the profile.
        #[command(flatten)]
        fields: ProfileFields,

        /// Save without testing
        #[arg(long)]
        no_test: bool,
    },

    /// Remove a profile, its secret and its token
    #[command(after_help = help::after("profile remove"))]
    Remove {
        /// Profile to remove
        name: String,

        /// Skip the confirmation
        #[arg(long)]
        yes: bool,
    },

    /// Make a profile the default
    #[command(after_help = help::after("profile use"))]
    Use {
        /// Profile to use; "demo" selects the built-in demo
        name: String,
    },

    /// Test a profile: sign in, ping the API and load a page
    #[command(after_help = help::after("profile test"))]
    Test {
        /// Profile to test; the default profile if omitted
        name: Option<String>,

        /// Print the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// The settings of a profile as options. A secret is never passed as an option: other users could see it.
#[derive(Debug, Clone, Default, Args)]
pub struct ProfileFields {
    /// Environment of the API
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: Option<EnvironmentName>,

    /// Root URL of the API (custom environment only)
    #[arg(long, value_name = "URL")]
    pub api_url: Option<String>,

    /// URL of the token service, if not the default
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,

    /// Reseller ID
    #[arg(long, value_name = "ID")]
    pub reseller_id: Option<String>,

    /// Client ID, which is also the API key
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,

    /// Read the client secret from standard input
    #[arg(long, group = "source")]
    pub client_secret_stdin: bool,

    /// Read an existing access token from standard input instead of a secret
    #[arg(long, group = "source")]
    pub access_token_stdin: bool,

    /// Environment variable that holds the secret
    #[arg(long, value_name = "VARIABLE", group = "source")]
    pub secret_env: Option<String>,

    /// File that holds the secret
    #[arg(long, value_name = "PATH", group = "source")]
    pub secret_file: Option<PathBuf>,

    /// Program that prints the secret, with its arguments (write one that starts with - as --secret-command=-c)
    #[arg(long, value_name = "WORD", group = "source", num_args = 1..)]
    pub secret_command: Vec<String>,

    /// Use the value of --secret-env, --secret-file or --secret-command as an access token
    #[arg(long, requires = "source")]
    pub access_token: bool,

    /// Place to store a secret that you type or pipe in
    #[arg(long, value_name = "PLACE")]
    pub keep: Option<SecretStorage>,
}

impl ProfileFields {
    /// Returns true if no setting is given.
    pub fn is_empty(&self) -> bool {
        self.environment.is_none()
            && self.api_url.is_none()
            && self.token_url.is_none()
            && self.reseller_id.is_none()
            && self.client_id.is_none()
            && !self.has_source()
            && self.keep.is_none()
    }

    /// Returns true if a secret is read from standard input.
    pub fn reads_secret(&self) -> bool {
        self.client_secret_stdin || self.access_token_stdin
    }

    /// Returns true if the source of the secret is given.
    pub fn has_source(&self) -> bool {
        self.reads_secret()
            || self.secret_env.is_some()
            || self.secret_file.is_some()
            || !self.secret_command.is_empty()
    }
}

/// An environment, as named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvironmentName {
    /// Adobe production
    Production,
    /// Adobe's sandbox
    Sandbox,
    /// Your own URLs
    Custom,
}

impl From<EnvironmentName> for Environment {
    fn from(name: EnvironmentName) -> Self {
        match name {
            EnvironmentName::Production => Self::Production,
            EnvironmentName::Sandbox => Self::Sandbox,
            EnvironmentName::Custom => Self::Custom,
        }
    }
}

/// A place to store a secret that was typed or piped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecretStorage {
    /// The system's keyring
    Keyring,
    /// A file that only you can read
    File,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(words: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("vipmp").chain(words.split(' ')))
    }

    #[test]
    fn the_definitions_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_demo_is_bounded() {
        let customers = |n: &str| parse(&format!("--demo-customers {n}"));
        assert_eq!(customers("1000000").unwrap().demo_customers, 1_000_000);
        assert!(customers("1000001").is_err() && customers("0").is_err() && customers("many").is_err());
        assert!(parse("serve --customers 1000001").is_err());
    }

    #[test]
    fn misspelt_faults_have_a_suggestion() {
        let read = parse("--demo-faults 429:0.1,drift").unwrap().demo_faults;
        assert_eq!(read.map(|faults| faults.to_string()).as_deref(), Some("429:0.1,drift:0.1"));
        for words in ["--demo-faults rset", "serve --faults rset"] {
            let message = parse(words).unwrap_err().to_string();
            assert!(message.contains("there is no fault \"rset\", did you mean reset?"), "{message}");
        }
    }

    #[test]
    fn a_secret_has_one_source_and_is_never_an_argument() {
        assert!(parse("profile add a --client-secret-stdin --secret-env X").is_err());
        assert!(parse("profile add a --access-token").is_err(), "it needs a source");
        assert!(parse("profile add a --client-secret x").is_err());
        let command = parse("profile add a --secret-command pass show x --reseller-id 1").unwrap().command;
        let Some(CliCommand::Profile(ProfileCommand::Add { fields, .. })) = command else { panic!("add") };
        assert_eq!(fields.secret_command, ["pass", "show", "x"]);
        assert!(fields.has_source() && !fields.is_empty() && ProfileFields::default().is_empty());
    }

    #[test]
    fn a_profile_can_be_named_before_and_after_the_command() {
        for words in ["--profile x doctor", "doctor --profile x"] {
            assert_eq!(parse(words).unwrap().profile.as_deref(), Some("x"));
        }
        assert!(parse("--profile x --demo").is_err());
    }
}

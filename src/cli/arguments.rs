//! The definitions of the command line.

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;

use super::{Export, ListCustomers, Resellers, Show};
use crate::{
    config::Environment,
    demo::{Faults, RateLimit},
};

/// The heading of what all commands know.
const EVERYWHERE: &str = "Options of all commands";
/// The heading of what the embedded demo API is told.
const OF_THE_DEMO: &str = "Options of the demo";

/// Customers of the demo where nothing is said.
pub(super) const DEMO_CUSTOMERS: u32 = 1_307;
/// The demo's seed where nothing is said.
pub(super) const DEMO_SEED: u64 = 1;

/// Browse the customers of a reseller in Adobe VIP Marketplace.
///
/// Without a profile, vipmp shows the customers of an invented reseller, served by a demo API of its own: no account
/// is needed. `vipmp profile add`, or the key p in the program, adds your own. Press ? in the program for all keys.
#[derive(Debug, Clone, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do instead of showing the screen.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The profile to use, instead of the default one; demo is the demo.
    #[arg(long, value_name = "NAME", global = true, help_heading = EVERYWHERE)]
    #[arg(
        help = "The profile to use, instead of the one in VIPMP_PROFILE or the default one; demo is the demo"
    )]
    pub profile: Option<String>,

    /// Use the embedded demo API with invented customers, whatever is configured
    #[arg(long, global = true, help_heading = EVERYWHERE, conflicts_with = "profile")]
    pub demo: bool,

    /// Read this file instead of config.toml in its usual place
    #[arg(long, value_name = "FILE", global = true, help_heading = EVERYWHERE)]
    pub config: Option<PathBuf>,

    /// Customers in the demo, up to 1,000,000
    #[arg(long, global = true, help_heading = OF_THE_DEMO, value_name = "N", default_value_t = DEMO_CUSTOMERS, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub demo_customers: u32,

    /// Milliseconds that the demo API takes for every answer
    #[arg(long, global = true, help_heading = OF_THE_DEMO, value_name = "MS", default_value_t = 0, value_parser = value_parser!(u64).range(0..=600_000))]
    pub demo_latency: u64,

    /// Seed of the demo's customers and faults: the same seed, the same ones
    #[arg(long, global = true, help_heading = OF_THE_DEMO, value_name = "N", default_value_t = DEMO_SEED)]
    pub demo_seed: u64,

    /// What goes wrong in the demo, and how often: 429:0.1,reset:0.02,drift
    #[arg(long, global = true, help_heading = OF_THE_DEMO, value_name = "SPEC")]
    pub demo_faults: Option<Faults>,

    /// Where the log goes; without it, nothing is logged.
    #[arg(long, value_name = "PATH", global = true, help_heading = EVERYWHERE)]
    #[arg(help = "Write a log to this file; VIPMP_LOG chooses its levels")]
    pub log_file: Option<PathBuf>,
}

/// What vipmp does without its screen.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// List customers, filtered and sorted as on the screen
    List(ListCustomers),

    /// Show customers by their ids, with their subscriptions and orders where asked for
    Show(Show),

    /// Write all customers that match to a file: .csv, .xlsx, .json or .jsonl
    Export(Export),

    /// List the resellers that the account may see
    Resellers(Resellers),

    /// List, add, change, remove, choose or test profiles
    #[command(subcommand)]
    Profile(ProfileCommand),

    /// Check configuration, permissions, keyring, network and sign-in, and say what to do
    Doctor {
        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },

    /// Serve the demo API until Ctrl-C as a stand-in for the Partner API, and print a profile for it
    Serve(Serve),

    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },

    /// Print the manual of all commands, or write one page for each into a folder
    Man {
        /// Write the pages into this folder, which is made if need be, instead of printing them
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// `vipmp serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The port; 0 takes one that is free
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,

    /// The address to listen at; others on the network reach any that is not this machine's own loopback
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,

    /// Customers of the first reseller, up to 1,000,000
    #[arg(long, value_name = "N", default_value_t = DEMO_CUSTOMERS, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub customers: u32,

    /// Seed of the customers and of the faults: the same seed, the same ones
    #[arg(long, value_name = "N", default_value_t = DEMO_SEED)]
    pub seed: u64,

    /// Milliseconds that every answer takes
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = value_parser!(u64).range(0..=600_000))]
    pub latency: u64,

    /// What goes wrong, and how often: 429:0.1,reset:0.02,drift
    #[arg(long, value_name = "SPEC")]
    pub faults: Option<Faults>,

    /// Requests that each client may send in a second, 5/s or 0.5/s; what is beyond is answered with 429
    #[arg(long, value_name = "N/s")]
    pub rate_limit: Option<RateLimit>,

    /// The client id to accept, instead of one that is new for each start
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,

    /// The client secret to accept, instead of one that is new for each start
    #[arg(long, value_name = "SECRET")]
    pub client_secret: Option<String>,

    /// Do not tell each request on standard error
    #[arg(long)]
    pub quiet: bool,

    /// Print the OpenAPI description of what is served, and serve nothing
    #[arg(long)]
    pub openapi: bool,
}

/// `vipmp profile …`.
#[derive(Debug, Clone, Subcommand)]
pub enum ProfileCommand {
    /// List the profiles
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },

    /// Add a profile; on a terminal, what is missing is asked for and each step is tested
    Add {
        /// Its name: letters, digits, dots, - and _
        name: Option<String>,

        /// What it says.
        #[command(flatten)]
        fields: ProfileFields,

        /// Save it without asking the network whether it works
        #[arg(long)]
        no_test: bool,

        /// Start with it from now on; the first profile does so anyway
        #[arg(long)]
        default: bool,
    },

    /// Change a profile; on a terminal and without options, everything is asked for
    Edit {
        /// The profile
        name: String,

        /// Its new name
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,

        /// What it says.
        #[command(flatten)]
        fields: ProfileFields,

        /// Save it without asking the network whether it works
        #[arg(long)]
        no_test: bool,
    },

    /// Remove a profile, its secret and its token
    Remove {
        /// The profile
        name: String,

        /// Do not ask
        #[arg(long)]
        yes: bool,
    },

    /// Start with this profile from now on
    Use {
        /// The profile; demo is the demo
        name: String,
    },

    /// Test a profile: token, ping, first page
    Test {
        /// The profile; without it, the one that vipmp would start with
        name: Option<String>,

        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },
}

/// What a profile says, as options. A secret is never one of them.
#[derive(Debug, Clone, Default, Args)]
pub struct ProfileFields {
    /// Which API
    #[arg(long, value_name = "ENVIRONMENT")]
    pub environment: Option<EnvironmentName>,

    /// The API root of a custom environment
    #[arg(long, value_name = "URL")]
    pub api_url: Option<String>,

    /// The whole address of the token request, where it is not the usual one
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,

    /// The reseller whose customers are browsed
    #[arg(long, value_name = "ID")]
    pub reseller_id: Option<String>,

    /// The client id, which is also the API key
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,

    /// Read the client secret from standard input
    #[arg(long, group = "source")]
    pub client_secret_stdin: bool,

    /// Read a ready access token from standard input instead of a secret
    #[arg(long, group = "source")]
    pub access_token_stdin: bool,

    /// The environment variable with the secret
    #[arg(long, value_name = "VARIABLE", group = "source")]
    pub secret_env: Option<String>,

    /// The file with the secret
    #[arg(long, value_name = "PATH", group = "source")]
    pub secret_file: Option<PathBuf>,

    /// The program that prints the secret, and its arguments; --secret-command=-c for one that begins with -
    #[arg(long, value_name = "WORD", group = "source", num_args = 1..)]
    pub secret_command: Vec<String>,

    /// The variable, file or program has a ready access token rather than a client secret
    #[arg(long, requires = "source")]
    pub access_token: bool,

    /// Where a secret that is typed or read is kept
    #[arg(long, value_name = "PLACE")]
    pub keep: Option<KeepPlace>,
}

impl ProfileFields {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.environment.is_none()
            && self.api_url.is_none()
            && self.token_url.is_none()
            && self.reseller_id.is_none()
            && self.client_id.is_none()
            && !self.has_source()
            && self.keep.is_none()
    }

    /// Whether a secret is read from standard input.
    pub fn reads_secret(&self) -> bool {
        self.client_secret_stdin || self.access_token_stdin
    }

    /// Whether it says where the secret comes from.
    pub fn has_source(&self) -> bool {
        self.reads_secret()
            || self.secret_env.is_some()
            || self.secret_file.is_some()
            || !self.secret_command.is_empty()
    }
}

/// An environment by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnvironmentName {
    /// The real thing.
    Production,
    /// Adobe's sandbox.
    Sandbox,
    /// Another address.
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

/// Where a typed secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeepPlace {
    /// In the system's keyring.
    Keyring,
    /// In a file that only its owner can read.
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
    fn the_definitions_agree_with_themselves() {
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
    fn faults_are_read_with_what_was_meant() {
        let read = parse("--demo-faults 429:0.1,drift").unwrap().demo_faults;
        assert_eq!(read.map(|faults| faults.to_string()).as_deref(), Some("429:0.1,drift:0.1"));
        for words in ["--demo-faults rset", "serve --faults rset"] {
            let told = parse(words).unwrap_err().to_string();
            assert!(told.contains("there is no fault \"rset\", did you mean reset?"), "{told}");
        }
    }

    #[test]
    fn a_secret_has_one_source_and_is_no_argument() {
        assert!(parse("profile add a --client-secret-stdin --secret-env X").is_err());
        assert!(parse("profile add a --access-token").is_err(), "a flag, of a source");
        assert!(parse("profile add a --client-secret x").is_err());
        let command = parse("profile add a --secret-command pass show x --reseller-id 1").unwrap().command;
        let Some(Command::Profile(ProfileCommand::Add { fields, .. })) = command else { panic!("add") };
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

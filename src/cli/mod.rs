//! The command line: what can be asked for, and how that becomes a running screen.

mod start;

use std::path::PathBuf;

use clap::{Parser, value_parser};

pub use start::start;

/// Browse the customers of a reseller in Adobe VIP Marketplace.
///
/// Without options, vipmp shows the customers of an invented reseller, served by a demo API of its own: no account
/// is needed. Press ? in the program for all keys.
#[derive(Debug, Clone, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Arguments {
    /// Use the embedded demo API with invented customers (for now the only source)
    #[arg(long)]
    pub demo: bool,

    /// Customers in the demo, up to 1,000,000
    #[arg(long, value_name = "N", default_value_t = 1_307, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub demo_customers: u32,

    /// Milliseconds that the demo API takes for every answer
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = value_parser!(u64).range(0..=600_000))]
    pub demo_latency: u64,

    /// Seed of the demo's customers: the same seed, the same customers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub demo_seed: u64,

    /// Where the log goes; without it, nothing is logged.
    #[arg(long, value_name = "PATH", help = "Write a log to this file; VIPMP_LOG chooses its levels")]
    pub log_file: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_agree_with_themselves() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_demo_is_bounded() {
        let parse = |n: &str| Arguments::try_parse_from(["vipmp", "--demo-customers", n]);
        assert_eq!(parse("1000000").unwrap().demo_customers, 1_000_000);
        assert!(parse("1000001").is_err() && parse("0").is_err() && parse("many").is_err());
    }
}

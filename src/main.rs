//! The `vipmp` program: everything is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    vipmp::cli::start(&vipmp::cli::Arguments::parse())
}

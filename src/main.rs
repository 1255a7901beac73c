//! The `vipmp` executable. All code is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match vipmp::cli::parse() {
        Ok(arguments) => vipmp::cli::start(&arguments),
        Err(code) => code,
    }
}

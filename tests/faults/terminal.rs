//! Faults of the terminal.

use std::process::Command;

use crate::catalogue::{Case, case};

pub(crate) const CASES: &[Case] = &[case!(output_is_no_terminal, "standard output is no terminal")];

#[test]
fn output_is_no_terminal() {
    let output = Command::new(env!("CARGO_BIN_EXE_vipmp")).arg("--demo").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]));
    assert!(told.contains("the output is not a terminal"), "{told}");
}

//! The `vipmp` program.

fn main() {}

//! The `pyrsc` command.
fn main() {}

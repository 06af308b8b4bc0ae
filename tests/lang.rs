//! The language tests: every program below `tests/lang`, on both engines, against what CPython 3.14 prints.
//!
//! `cargo test --test lang -- FILTER` runs some of them; for the other arguments see `support/suite.rs`.

mod support;

use support::suite::{Suite, main as run_suite};

fn main() -> std::process::ExitCode {
    let folder = support::project().join("tests/lang");
    run_suite(&Suite {
        name: "lang",
        known_failures: folder.join("known-failures.txt"),
        root: folder,
        default_checks: &["plain"],
    })
}

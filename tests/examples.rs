//! The programs of `examples/`, on both engines, against what CPython 3.14 prints.

mod support;

use support::suite::{Suite, main as run_suite};

fn main() -> std::process::ExitCode {
    run_suite(&Suite {
        name: "examples",
        root: support::project().join("examples"),
        known_failures: support::project().join("tests/known-example-failures.txt"),
        default_checks: &["plain"],
    })
}

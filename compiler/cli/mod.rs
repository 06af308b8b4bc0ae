//! The command line: what the user asked for, and the exit status. 2 is wrong usage, 1 a program that does not compile.
//!
//! The interpreter's own forms (`-c`, `-m`, `-`, nothing) are taken before the subcommands are looked at, because what
//! follows them belongs to the program. They are the same after `pyrsc run`.

mod arguments;
mod build;
mod diagnostics;
mod prompt;
mod run;
mod stages;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs the command.
pub fn main() -> ExitCode {
    let given: Vec<String> =
        std::env::args_os().skip(1).map(|text| text.to_string_lossy().into_owned()).collect();
    if matches!(given.first().map(String::as_str), None | Some("-" | "-c" | "-m")) {
        return run::program(given, &[]);
    }
    match Arguments::parse().command {
        Command::Build(options) => build::run(&options),
        Command::Run(options) => run::program(options.program, &options.paths),
        Command::Dis(options) => stages::disassemble(&options),
        Command::Compile(options) => stages::compile(&options),
    }
}

/// Says what went wrong, in one line.
fn complain(message: impl std::fmt::Display) {
    eprintln!("pyrsc: {message}");
}

/// The exit status of a program that does not compile, and of anything else that went wrong.
fn failure() -> ExitCode {
    ExitCode::from(1)
}

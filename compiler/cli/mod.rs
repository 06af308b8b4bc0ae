//! The command line: what the user asked for, and the exit status. 2 is wrong usage, 1 a program that does not compile.

mod arguments;
mod build;
mod diagnostics;
mod stages;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs the command.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Build(options) => build::run(&options),
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

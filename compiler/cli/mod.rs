//! The command line: what the user asked for, and the exit status. 2 is wrong usage, 1 a program that does not compile.
//!
//! The interpreter's own forms (`-c`, `-m`, `-`, nothing) are taken before the subcommands are looked at, because what
//! follows them belongs to the program.

mod arguments;
mod build;
mod diagnostics;
mod prompt;
mod run;
mod stages;

use std::process::ExitCode;

use clap::Parser;
use pyrsc_vm::run::Program;

use arguments::{Arguments, Command};

/// Runs the command.
pub fn main() -> ExitCode {
    let given: Vec<String> =
        std::env::args_os().skip(1).map(|text| text.to_string_lossy().into_owned()).collect();
    let rest = || given[1..].to_vec();
    match given.first().map(String::as_str) {
        None => return run::interactive(),
        Some("-") => return run::standard_input(rest()),
        Some(option @ ("-c" | "-m")) => {
            let Some(what) = given.get(1).cloned() else {
                complain(format!("argument expected for the {option} option"));
                return ExitCode::from(2);
            };
            let program = if option == "-c" { Program::Command(what) } else { Program::Module(what) };
            let arguments = [vec![option.to_string()], given[2..].to_vec()].concat();
            return run::program(program, arguments, String::new());
        }
        Some(_) => {}
    }
    match Arguments::parse().command {
        Command::Build(options) => build::run(&options),
        Command::Run(options) => run::file(&options),
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

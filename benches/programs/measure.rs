//! Runs one benchmark process: the lines that it prints and its peak memory.
//!
//! The operating system keeps the peak of all children of a process together. So each benchmark is started by a process
//! that has no other child: this same program, called with [`HELPER`].

use std::process::{Command, ExitCode, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use crate::engines::{Kind, Prepared};

/// The first argument with which this program is the helper.
pub const HELPER: &str = "--run-one-and-print-peak";

/// What starts the line in which the helper reports the peak, in kilobytes.
const PEAK: &str = "PEAK_KILOBYTES ";

/// One printed result: times in seconds.
#[derive(Clone)]
pub struct Line {
    pub name: String,
    pub first: f64,
    pub best: f64,
    pub median: f64,
}

/// What one process did.
pub struct Measured {
    pub lines: Vec<Line>,
    pub peak_bytes: u64,
}

/// One result of one engine.
pub struct Sample {
    pub engine: Kind,
    pub line: Line,
    pub peak_bytes: u64,
}

/// Runs a prepared command with an argument of the script; an error is the last line of what went wrong.
pub fn run(prepared: &Prepared, argument: Option<&str>, seconds: f64) -> Result<Measured, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this)
        .arg(HELPER)
        .arg(&prepared.program)
        .args(&prepared.words)
        .args(argument)
        .envs(prepared.variables.iter().cloned())
        .env("STUB_SECONDS", seconds.to_string())
        .output()
        .map_err(|error| error.to_string())?;
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let last = errors.lines().rfind(|line| !line.starts_with(PEAK));
        return Err(format!("{}: {}", output.status, last.unwrap_or("no message")));
    }
    let lines: Vec<Line> = text.lines().filter_map(parse).collect();
    let peak = errors.lines().rev().find_map(|line| line.strip_prefix(PEAK)?.parse::<u64>().ok());
    match peak {
        Some(kilobytes) if !lines.is_empty() => Ok(Measured { lines, peak_bytes: kilobytes * 1024 }),
        _ => Err("printed no result".to_owned()),
    }
}

/// `BENCH name first=S best=S median=S n=N`
fn parse(line: &str) -> Option<Line> {
    let mut words = line.strip_prefix("BENCH ")?.split_whitespace();
    let name = words.next()?.to_owned();
    let mut seconds = |key: &str| words.next()?.strip_prefix(key)?.strip_prefix('=')?.parse().ok();
    Some(Line { name, first: seconds("first")?, best: seconds("best")?, median: seconds("median")? })
}

/// The helper: runs a command as its only child and prints the child's peak memory to standard error.
pub fn helper(words: &[String]) -> ExitCode {
    let Some((program, rest)) = words.split_first() else { return ExitCode::from(2) };
    let status = Command::new(program).args(rest).stdin(Stdio::null()).status();
    match status {
        Ok(status) => {
            let peak = getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss());
            eprintln!("{PEAK}{peak}");
            ExitCode::from(u8::try_from(status.code().unwrap_or(255)).unwrap_or(255))
        }
        Err(error) => {
            eprintln!("{program}: {error}");
            ExitCode::from(127)
        }
    }
}

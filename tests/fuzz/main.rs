//! Random programs: the VM and the native build of each must print the same and end the same.
//!
//! A program is made from a seed alone, so a failing seed can be run again anywhere. Environment variables:
//! - `PYRSC_FUZZ_SEEDS=N` how many programs (24), `PYRSC_FUZZ_START=S` the first seed (1)
//! - `PYRSC_FUZZ_PYTHON=PATH` compares both engines with a CPython 3.14 too
//! - `PYRSC_FUZZ_SHOW=S` prints the program of a seed and does nothing else
//!
//! The first failing program is made smaller by leaving out top-level parts while the failure stays.

#[path = "../support/mod.rs"]
mod support;

mod generator;
mod random;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use support::{End, Outcome};

const LIMIT: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let number = |name: &str, default: u64| {
        std::env::var(name)
            .ok()
            .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    if std::env::var_os("PYRSC_FUZZ_SHOW").is_some() {
        print!("{}", generator::program(number("PYRSC_FUZZ_SHOW", 1)).join(""));
        return ExitCode::SUCCESS;
    }
    let start = number("PYRSC_FUZZ_START", 1);
    let seeds: Vec<u64> = (start..start + number("PYRSC_FUZZ_SEEDS", 24)).collect();
    let folder = support::scratch("fuzz");
    let engines = Engines { python: std::env::var_os("PYRSC_FUZZ_PYTHON").map(PathBuf::from) };

    let results = support::in_parallel(&seeds, |&seed| {
        let parts = generator::program(seed);
        engines.disagreement(&folder, &format!("seed_{seed}"), &parts).map(|text| (seed, parts, text))
    });
    let failures: Vec<_> = results.into_iter().flatten().collect();
    println!("fuzz: {} of {} programs agree", seeds.len() - failures.len(), seeds.len());
    for (seed, _, text) in &failures {
        println!("FAILED seed {seed}: {}/seed_{seed}.py\n{text}", folder.display());
    }
    if let Some((seed, parts, _)) = failures.into_iter().next() {
        let smaller = reduce(&engines, &folder, parts);
        println!("smaller program of seed {seed}:\n{}", smaller.join(""));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// What a program is run on.
struct Engines {
    python: Option<PathBuf>,
}

impl Engines {
    /// How the engines differ on a program; `None` when they agree.
    fn disagreement(&self, folder: &Path, name: &str, parts: &[String]) -> Option<String> {
        let script = format!("{name}.py");
        fs::write(folder.join(&script), parts.join("")).expect("write a program");
        let in_vm = support::run(support::command(support::PYRSC, folder).args(["run", &script]), b"", LIMIT);
        let native = Self::native(folder, name, &script);
        let mut pairs = vec![("VM (-) and native (+)", &in_vm, &native)];
        let reference = self
            .python
            .as_ref()
            .map(|python| support::run(support::command(python, folder).arg(&script), b"", LIMIT));
        if let Some(reference) = &reference {
            pairs.push(("CPython (-) and VM (+)", reference, &in_vm));
        }
        if let End::Signal(_) | End::TimeLimit(_) = in_vm.end {
            return Some(format!("  VM: {}\n", in_vm.end));
        }
        pairs
            .into_iter()
            .find_map(|(title, a, b)| Some(format!("  {title}:\n{}", support::difference(a, b)?)))
    }

    fn native(folder: &Path, name: &str, script: &str) -> Outcome {
        let executable = folder.join(name);
        let mut build = support::command(support::PYRSC, folder);
        let built = support::run(build.args(["build", script, "-o", name]), b"", LIMIT * 2);
        if built.end != End::Status(0) {
            return built;
        }
        let outcome = support::run(&mut support::command(&executable, folder), b"", LIMIT);
        drop(fs::remove_file(executable));
        outcome
    }
}

/// Leaves out parts of a failing program as long as it fails; a few dozen attempts.
fn reduce(engines: &Engines, folder: &Path, mut parts: Vec<String>) -> Vec<String> {
    let mut attempts = 80;
    let mut size = parts.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < parts.len() && attempts > 0 {
            attempts -= 1;
            let mut fewer = parts.clone();
            fewer.drain(at..(at + size).min(parts.len()));
            if engines.disagreement(folder, "smaller", &fewer).is_some() {
                parts = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    parts
}

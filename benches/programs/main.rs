//! `make bench`: benchmark scripts on every engine, side by side.
//!
//! The engines are native executables, the VM, and whatever CPython and PyPy there are (`PYTHON` and `PYPY` name them, else
//! they are looked for on PATH). Every script is run on one engine after the other, round after round, so that a slow
//! moment of the machine meets all of them. A script prints the time of its first run and of its steady state
//! (`benches/pyperf.py`); a process's peak memory comes from the operating system.

mod engines;
mod hello;
mod measure;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use engines::{Engine, Kind};
use measure::{Measured, Sample};

/// The scripts of pyperformance that are run.
const SCRIPTS: &[&str] = &[
    "nbody",
    "richards",
    "deltablue",
    "float",
    "chaos",
    "raytrace",
    "spectral_norm",
    "fannkuch",
    "go",
    "hexiom",
    "nqueens",
    "meteor_contest",
    "scimark",
    "pyflate",
];

const USAGE: &str = "\
usage: cargo bench --bench programs -- [SCRIPT...] [options]
  --rounds N         how often each script runs on each engine (2)
  --seconds S        how long a benchmark is repeated in one run (1)
  --engines A,B      of native, vm, cpython, pypy (all that are there)
  --json FILE        writes every figure to FILE too
  --check            each script once, briefly: for seeing that all of them run";

/// What the command line asks for.
struct Options {
    scripts: Vec<String>,
    rounds: usize,
    seconds: f64,
    engines: Option<Vec<String>>,
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.first().is_some_and(|word| word == measure::HELPER) {
        return measure::helper(&words.split_off(1));
    }
    let options = match parse(words) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(all_ran) => ExitCode::from(u8::from(!all_ran)),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn parse(words: Vec<String>) -> Result<Options, String> {
    let mut options = Options { scripts: Vec::new(), rounds: 2, seconds: 1.0, engines: None, json: None };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--rounds" => options.rounds = value()?.parse().map_err(|_| "--rounds needs a number")?,
            "--seconds" => options.seconds = value()?.parse().map_err(|_| "--seconds needs a number")?,
            "--engines" => options.engines = Some(value()?.split(',').map(str::to_owned).collect()),
            "--json" => options.json = Some(PathBuf::from(value()?)),
            "--check" => (options.rounds, options.seconds) = (1, 0.0),
            flag if flag.starts_with('-') => return Err(format!("unknown option {flag}")),
            script if SCRIPTS.contains(&script) => options.scripts.push(script.to_owned()),
            other => return Err(format!("no benchmark {other}; there are {}", SCRIPTS.join(" "))),
        }
    }
    if options.scripts.is_empty() {
        options.scripts = SCRIPTS.iter().map(|&script| script.to_owned()).collect();
    }
    Ok(options)
}

/// Runs everything and prints the tables; whether every script ran on our own engines.
fn run(options: &Options) -> Result<bool, String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = project.join("target/benchmarks");
    if !folder.join(".complete").exists() {
        return Err("the benchmark scripts are not there: run scripts/fetch-benchmarks".to_owned());
    }
    let engines = engines::find(options.engines.as_deref());
    for engine in &engines {
        println!("{:<8} {}", engine.kind.name(), engine.description);
    }
    let mut all_ran = true;
    let mut samples = Vec::new();
    for name in &options.scripts {
        let script = folder.join(format!("bm_{name}/run_benchmark.py"));
        all_ran &= run_script(options, project, &script, name, &engines, &mut samples);
    }
    report::print(&engines, &samples);
    let hello = hello::measure(&engines);
    hello::print(&hello);
    if let Some(path) = &options.json {
        std::fs::write(path, report::json(&engines, &samples, &hello))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(all_ran)
}

fn run_script(
    options: &Options,
    project: &Path,
    script: &Path,
    name: &str,
    engines: &[Engine],
    samples: &mut Vec<Sample>,
) -> bool {
    let mut ran = true;
    let mut commands = Vec::new();
    for engine in engines {
        match engine.prepare(project, script, name) {
            Ok(command) => commands.push((engine, command)),
            Err(problem) => {
                ran = false;
                println!("{name}: {}: {problem}", engine.kind.name());
            }
        }
    }
    for argument in arguments(name) {
        for _ in 0..options.rounds {
            commands.retain(|(engine, command)| match measure::run(command, *argument, options.seconds) {
                Ok(Measured { lines, peak_bytes, .. }) => {
                    samples.extend(lines.into_iter().map(|line| Sample {
                        engine: engine.kind,
                        line,
                        peak_bytes,
                    }));
                    true
                }
                Err(problem) => {
                    ran &= matches!(engine.kind, Kind::CPython | Kind::PyPy);
                    println!("{name}: {}: {problem}", engine.kind.name());
                    false
                }
            });
        }
    }
    ran
}

/// The arguments with which a script is run, one run for each: scimark's five programs are asked for by name.
fn arguments(script: &str) -> &'static [Option<&'static str>] {
    match script {
        "scimark" => &[Some("fft"), Some("lu"), Some("monte_carlo"), Some("sor"), Some("sparse_mat_mult")],
        _ => &[None],
    }
}

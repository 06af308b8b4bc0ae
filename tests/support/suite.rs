//! A suite of recorded programs: every program in every mode, compared, against a checked-in list of known failures.
//!
//! A *mode* is an engine (VM or native executable) and a check: plain, reference-count audit, or a collection at every
//! poll. The list of known failures holds one `mode path` a line and is always true: a failure that is not listed and a
//! pass that is listed both fail the run. `PYRSC_TEST_UPDATE=1` rewrites it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::{End, Outcome, Program};

/// What runs a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Vm,
    Native,
}

/// How it is run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    Plain,
    /// The process fails when more objects are alive at its end than at its start.
    Audit,
    /// The cycle collector runs at every poll.
    Stress,
}

const MODES: [(&str, Engine, Check); 6] = [
    ("vm", Engine::Vm, Check::Plain),
    ("vm-audit", Engine::Vm, Check::Audit),
    ("vm-stress", Engine::Vm, Check::Stress),
    ("native", Engine::Native, Check::Plain),
    ("native-audit", Engine::Native, Check::Audit),
    ("native-stress", Engine::Native, Check::Stress),
];

const USAGE: &str = "\
arguments: [FILTER...] [--engine vm|native] [--check plain|audit|stress] [--show-known] [--list]
FILTER: part of a program's path; several are alternatives
--show-known prints the differences of known failures too
environment: PYRSC_TEST_UPDATE=1 rewrites the list of known failures (of the modes that ran)
             PYRSC_TEST_SECONDS=N is the time limit of one program, 20 when not given";

/// The suite's place.
pub struct Suite {
    /// Names the suite in messages: `cargo test --test NAME`.
    pub name: &'static str,
    /// The folder with the programs; they are started from it, by relative path.
    pub root: PathBuf,
    pub known_failures: PathBuf,
    /// Modes that run when none is asked for.
    pub default_checks: &'static [&'static str],
}

#[derive(Default)]
struct Options {
    filters: Vec<String>,
    engine: Option<String>,
    check: Option<String>,
    show_known: bool,
    list: bool,
}

struct Report {
    mode: &'static str,
    path: String,
    /// `None`: passed.
    difference: Option<String>,
}

/// Runs the suite as the command line asks.
pub fn main(suite: &Suite) -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let mut programs = super::programs(&suite.root);
    let wanted =
        |path: &str| options.filters.is_empty() || options.filters.iter().any(|f| path.contains(f.as_str()));
    programs.retain(|program| wanted(&program.path));
    if options.list {
        programs.iter().for_each(|program| println!("{}", program.path));
        return ExitCode::SUCCESS;
    }
    let modes = modes(suite, &options);
    let seconds = std::env::var("PYRSC_TEST_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let limit = Duration::from_secs(seconds);

    let start = Instant::now();
    let known = known(&suite.known_failures);
    let reports: Vec<Report> =
        super::in_parallel(&programs, |program| run_program(suite, program, &modes, &known, limit))
            .into_iter()
            .flatten()
            .collect();
    let ran: BTreeSet<&str> = modes.iter().map(|mode| mode.0).collect();
    if std::env::var_os("PYRSC_TEST_UPDATE").is_some() {
        update_known(suite, &reports, &ran, &wanted);
    }
    conclude(suite, &reports, &ran, &options, &wanted, start.elapsed())
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--engine" => options.engine = Some(words.next().ok_or("--engine needs vm or native")?),
            "--check" => options.check = Some(words.next().ok_or("--check needs plain, audit or stress")?),
            "--show-known" => options.show_known = true,
            "--list" => options.list = true,
            // What `cargo test -- ...` may pass to every test of the workspace.
            "--quiet" | "-q" | "--nocapture" | "--no-capture" | "--exact" => {}
            flag if flag.starts_with('-') => return Err(format!("unknown argument {flag}")),
            _ => options.filters.push(word),
        }
    }
    Ok(options)
}

fn modes(suite: &Suite, options: &Options) -> Vec<(&'static str, Engine, Check)> {
    let matches = |(name, engine, _): &&(&str, Engine, Check)| {
        let check = name.split_once('-').map_or("plain", |(_, check)| check);
        let engine_asked = options.engine.as_deref();
        engine_asked.is_none_or(|asked| asked == if *engine == Engine::Vm { "vm" } else { "native" })
            && options.check.as_deref().map_or(suite.default_checks.contains(&check), |asked| asked == check)
    };
    MODES.iter().filter(matches).copied().collect()
}

fn run_program(
    suite: &Suite,
    program: &Program,
    modes: &[(&'static str, Engine, Check)],
    known: &BTreeSet<String>,
    limit: Duration,
) -> Vec<Report> {
    let report = |mode, difference| Report { mode, path: program.path.clone(), difference };
    let Some(expected) = &program.expected else {
        let missing = "    nothing is recorded for it: run scripts/record-expected on it\n";
        return modes.iter().map(|mode| report(mode.0, Some(missing.to_owned()))).collect();
    };
    let native = modes.iter().any(|mode| mode.1 == Engine::Native).then(|| build(suite, program, limit));
    let mut reports: Vec<Report> = Vec::new();
    for &(name, engine, check) in modes {
        // A program that fails plainly is not audited or stressed: that would say the same thing again.
        let plain = if engine == Engine::Vm { "vm" } else { "native" };
        let fails_plainly = reports.iter().any(|report| report.mode == plain && report.difference.is_some());
        if fails_plainly || check != Check::Plain && known.contains(&format!("{plain} {}", program.path)) {
            continue;
        }
        let mut command = match (engine, &native) {
            (Engine::Native, Some(Ok(executable))) => super::command(executable, &suite.root),
            (Engine::Native, Some(Err(outcome))) => {
                // A program that must not compile says so at build time with what CPython prints.
                let difference = super::difference(expected, outcome);
                reports.push(report(name, difference.map(|text| format!("    pyrsc build:\n{text}"))));
                continue;
            }
            _ => {
                let mut command = super::command(super::PYRSC, &suite.root);
                command.args(["run", &program.path]);
                command
            }
        };
        command.args(&program.args);
        match check {
            Check::Plain => {}
            Check::Audit => drop(command.env("PYRSC_AUDIT", "1")),
            Check::Stress => drop(command.env("PYRSC_GC_STRESS", "1")),
        }
        let limit = if check == Check::Stress { limit * 3 } else { limit };
        let actual = super::without_folder(super::run(&mut command, &program.stdin, limit), &suite.root);
        reports.push(report(name, super::difference(expected, &actual)));
    }
    if let Some(Ok(executable)) = native {
        drop(fs::remove_file(executable));
    }
    reports
}

/// Builds a program natively: the executable, or what the failed build printed.
fn build(suite: &Suite, program: &Program, limit: Duration) -> Result<PathBuf, Outcome> {
    let flat = program.path.trim_end_matches(".py").replace('/', "-");
    let executable = super::scratch(suite.name).join(flat);
    drop(fs::remove_file(&executable));
    let mut command = super::command(super::PYRSC, &suite.root);
    command.args(["build", &program.path, "-o"]).arg(&executable);
    let outcome = super::run(&mut command, b"", limit * 3);
    if outcome.end == End::Status(0) && executable.exists() {
        return Ok(executable);
    }
    let mut outcome = super::without_folder(outcome, &suite.root);
    if outcome.end == End::Status(0) {
        outcome.stderr.extend_from_slice(b"pyrsc build ended well but wrote no executable\n");
        outcome.end = End::Status(125);
    }
    Err(outcome)
}

fn known(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

fn update_known(suite: &Suite, reports: &[Report], ran: &BTreeSet<&str>, wanted: &dyn Fn(&str) -> bool) {
    let mut lines = known(&suite.known_failures);
    lines.retain(|line| !covered(line, ran, wanted));
    lines.extend(reports.iter().filter(|r| r.difference.is_some()).map(|r| format!("{} {}", r.mode, r.path)));
    let mut text = String::from(
        "# Programs that do not behave as recorded yet: mode and path. Rewritten by PYRSC_TEST_UPDATE=1.\n",
    );
    for line in lines {
        writeln!(text, "{line}").expect("write to a string");
    }
    fs::write(&suite.known_failures, text).expect("write the list of known failures");
}

/// Whether a line of the list speaks of something that this run covers.
fn covered(line: &str, ran: &BTreeSet<&str>, wanted: &dyn Fn(&str) -> bool) -> bool {
    line.split_once(' ').is_some_and(|(mode, path)| ran.contains(mode) && wanted(path))
}

fn conclude(
    suite: &Suite,
    reports: &[Report],
    ran: &BTreeSet<&str>,
    options: &Options,
    wanted: &dyn Fn(&str) -> bool,
    time: Duration,
) -> ExitCode {
    let known = known(&suite.known_failures);
    let mut fresh = 0;
    let mut seen = BTreeSet::new();
    let mut unexpected_passes = Vec::new();
    for report in reports {
        let line = format!("{} {}", report.mode, report.path);
        let listed = known.contains(&line);
        match &report.difference {
            Some(difference) if !listed => {
                fresh += 1;
                println!("FAILED {line}\n{difference}");
            }
            Some(difference) if options.show_known => println!("known failure {line}\n{difference}"),
            None if listed => unexpected_passes.push(line.clone()),
            _ => {}
        }
        seen.insert(line);
    }
    let gone: Vec<&String> =
        known.iter().filter(|line| covered(line, ran, wanted) && !seen.contains(*line)).collect();
    for &mode in ran {
        let of_mode = reports.iter().filter(|report| report.mode == mode);
        let passed = of_mode.clone().filter(|report| report.difference.is_none()).count();
        println!("{}: {mode}: {passed} of {} programs pass", suite.name, of_mode.count());
    }
    println!("{}: {} known failures in all, {:.1} s", suite.name, known.len(), time.as_secs_f64());
    let how = format!("PYRSC_TEST_UPDATE=1 cargo test --test {}", suite.name);
    if !unexpected_passes.is_empty() || !gone.is_empty() {
        for line in unexpected_passes.iter().chain(gone.iter().copied()) {
            println!("no failure any more: {line}");
        }
        println!(
            "{} stale lines in {}: take them out with {how}",
            unexpected_passes.len() + gone.len(),
            suite.known_failures.display()
        );
    }
    if fresh > 0 {
        println!("{fresh} new failures: mend them, or where they must wait, list them with {how}");
    }
    ExitCode::from(u8::from(fresh > 0 || !unexpected_passes.is_empty() || !gone.is_empty()))
}

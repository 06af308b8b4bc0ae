//! What the end-to-end tests share: finding recorded programs, running a process with a time limit, comparing.
//!
//! A *recorded program* is a `.py` file with what CPython 3.14 printed for it beside it (`scripts/record-expected`):
//! `.out` standard output, `.err` standard error when there was any, `.status` the exit status when it was not 0.
//! It reads `.in` and is given the words of `.args` when these files exist.

#![allow(dead_code, reason = "each test crate uses its own part")]

pub mod suite;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The `pyrsc` command that this build of the workspace made.
pub const PYRSC: &str = env!("CARGO_BIN_EXE_pyrsc");

/// The top folder of the project.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder for what tests build, below `target/`.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("create a scratch folder");
    folder
}

/// What a process did, or should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Status(i32),
    Signal(i32),
    TimeLimit(Duration),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Status(status) => write!(f, "exit status {status}"),
            End::Signal(signal) => write!(f, "killed by signal {signal}"),
            End::TimeLimit(limit) => write!(f, "stopped after {} s", limit.as_secs()),
        }
    }
}

/// A program and what CPython does with it.
pub struct Program {
    /// Relative to the root folder that it was found under; also its name.
    pub path: String,
    pub args: Vec<String>,
    pub stdin: Vec<u8>,
    /// `None` when nothing was recorded.
    pub expected: Option<Outcome>,
}

/// The programs below `root`, sorted by path. In a folder with a `main.py` only that file is a program, the others are
/// its modules.
pub fn programs(root: &Path) -> Vec<Program> {
    let mut found = Vec::new();
    collect(root, Path::new(""), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Program>) {
    let here = root.join(folder);
    if here.join("main.py").exists() {
        found.push(load(root, &folder.join("main.py")));
        return;
    }
    for entry in fs::read_dir(&here).expect("read a folder of test programs") {
        let entry = entry.expect("read a folder of test programs");
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(load(root, &path));
        }
    }
}

fn load(root: &Path, path: &Path) -> Program {
    let file = root.join(path);
    let read = |extension: &str| fs::read(file.with_extension(extension)).ok();
    let text = |extension: &str| read(extension).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let expected = read("out").map(|stdout| Outcome {
        stdout,
        stderr: read("err").unwrap_or_default(),
        end: End::Status(text("status").map_or(0, |t| t.trim().parse().expect("a number in a .status file"))),
    });
    Program {
        path: path.to_str().expect("test programs have ASCII names").to_owned(),
        args: text("args").map_or_else(Vec::new, |t| t.split_whitespace().map(str::to_owned).collect()),
        stdin: read("in").unwrap_or_default(),
        expected,
    }
}

/// A command in the environment in which outputs were recorded: fixed hash seed, locale and time zone.
pub fn command(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear();
    for kept in ["PATH", "HOME", "LLVM_SYS_191_PREFIX", "CARGO", "CARGO_HOME", "RUSTUP_HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.envs([
        ("LC_ALL", "C.UTF-8"),
        ("TZ", "UTC"),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("NO_COLOR", "1"),
        ("RUST_BACKTRACE", "1"),
    ]);
    command.env("PYRSC_CACHE", scratch("cache"));
    command
}

/// Runs a command to its end, or to the time limit.
pub fn run(command: &mut Command, stdin: &[u8], limit: Duration) -> Outcome {
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            let stderr = format!("{}: {error}\n", command.get_program().to_string_lossy()).into_bytes();
            return Outcome { stdout: Vec::new(), stderr, end: End::Status(127) };
        }
    };
    let mut input = child.stdin.take().expect("a piped stdin");
    let stdin = stdin.to_vec();
    // A program that ends without reading its input is not a failure: the write's error is of no interest.
    let writer = thread::spawn(move || drop(input.write_all(&stdin)));
    let stdout = reader(child.stdout.take().expect("a piped stdout"));
    let stderr = reader(child.stderr.take().expect("a piped stderr"));
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_micros(200);
    let end = loop {
        if let Some(status) = child.try_wait().expect("wait for a child process") {
            break end_of(status);
        }
        if Instant::now() > deadline {
            drop(child.kill());
            drop(child.wait());
            break End::TimeLimit(limit);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    };
    let outcome = Outcome { stdout: joined(stdout), stderr: joined(stderr), end };
    drop(writer);
    outcome
}

type Reader = thread::JoinHandle<Vec<u8>>;

/// Output beyond this is not kept: a program that prints without end must not fill the memory.
const OUTPUT_LIMIT: usize = 4 << 20;

fn reader(mut from: impl Read + Send + 'static) -> Reader {
    thread::spawn(move || {
        let (mut kept, mut buffer) = (Vec::new(), [0; 8192]);
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if kept.len() < OUTPUT_LIMIT {
                kept.extend_from_slice(&buffer[..count]);
            }
        }
        kept
    })
}

fn joined(reader: Reader) -> Vec<u8> {
    reader.join().expect("a reader thread")
}

fn end_of(status: std::process::ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt;
    status.code().map_or_else(|| End::Signal(status.signal().unwrap_or(0)), End::Status)
}

/// Takes the place of the programs' folder out of an output, as the recording did.
pub fn without_folder(mut outcome: Outcome, folder: &Path) -> Outcome {
    let prefix = format!("{}/", folder.display()).into_bytes();
    for stream in [&mut outcome.stdout, &mut outcome.stderr] {
        let mut result = Vec::with_capacity(stream.len());
        let mut at = 0;
        while at < stream.len() {
            if stream[at..].starts_with(&prefix) {
                at += prefix.len();
            } else {
                result.push(stream[at]);
                at += 1;
            }
        }
        *stream = result;
    }
    outcome
}

/// How two outcomes differ, for a reader; `None` when they are the same.
pub fn difference(expected: &Outcome, actual: &Outcome) -> Option<String> {
    if expected == actual {
        return None;
    }
    let mut text = String::new();
    if expected.end != actual.end {
        text += &format!("    ended with {}, expected {}\n", actual.end, expected.end);
    }
    text += &stream_difference("stdout", &expected.stdout, &actual.stdout);
    text += &stream_difference("stderr", &expected.stderr, &actual.stderr);
    Some(text)
}

fn stream_difference(name: &str, expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    text_difference(&expected, &actual).map_or(String::new(), |lines| format!("    {name}, {lines}"))
}

/// The lines of a text from the first difference on: a few are enough to see what happened. `None` when there is none.
pub fn text_difference(expected: &str, actual: &str) -> Option<String> {
    const SHOWN: usize = 6;
    if expected == actual {
        return None;
    }
    let expected: Vec<&str> = expected.split_inclusive('\n').collect();
    let actual: Vec<&str> = actual.split_inclusive('\n').collect();
    let same = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let tail =
        expected[same..].iter().rev().zip(actual[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut text = format!("line {}:\n", same + 1);
    for (sign, lines) in
        [('-', &expected[same..expected.len() - tail]), ('+', &actual[same..actual.len() - tail])]
    {
        for line in lines.iter().take(SHOWN) {
            text += &format!("    {sign} {}\n", line.trim_end_matches('\n'));
        }
        if lines.len() > SHOWN {
            text += &format!("    {sign} ... {} more lines\n", lines.len() - SHOWN);
        }
    }
    Some(text)
}

/// Calls `work` for every item on as many threads as there are processors; results in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(item) = items.get(index) else { return done };
                        done.push((index, work(item)));
                    }
                })
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a worker thread")).collect()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

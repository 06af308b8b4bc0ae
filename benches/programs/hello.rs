//! `print("hello, world")`: how long it takes to start and end, and what it takes to build natively.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::engines::{Engine, Kind};

/// Starts of which the median is taken.
const STARTS: usize = 101;

/// The figures of one engine.
pub struct Hello {
    engine: Kind,
    start: Duration,
    build: Option<Build>,
}

/// Of the native engine.
struct Build {
    /// With an empty object cache.
    cold: Duration,
    /// Again, with nothing changed.
    warm: Duration,
    bytes: u64,
    /// Without symbols; `None` where there is no `strip`.
    stripped_bytes: Option<u64>,
}

/// Measures every engine that can run the program.
pub fn measure(engines: &[Engine]) -> Vec<Hello> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-hello");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).expect("create a scratch folder");
    let script = folder.join("hello.py");
    std::fs::write(&script, "print(\"hello, world\")\n").expect("write a scratch file");
    engines.iter().filter_map(|engine| measure_engine(engine, &folder, &script)).collect()
}

fn measure_engine(engine: &Engine, folder: &Path, script: &Path) -> Option<Hello> {
    let executable = folder.join("hello");
    let mut build = None;
    let (program, words) = match engine.kind {
        Kind::Native => {
            let cold = build_once(engine, folder, script, &executable)?;
            let warm = build_once(engine, folder, script, &executable)?;
            build = Some(sizes(cold, warm, &executable)?);
            (executable.as_path(), Vec::new())
        }
        Kind::Vm => (engine.program(), vec![Path::new("run"), script]),
        Kind::CPython | Kind::PyPy => (engine.program(), vec![script]),
    };
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let output = Command::new(program).args(&words).stdin(Stdio::null()).output().ok()?;
        times.push(start.elapsed());
        if output.stdout != b"hello, world\n" {
            println!("hello: {}: does not run", engine.kind.name());
            return None;
        }
    }
    times.sort();
    Some(Hello { engine: engine.kind, start: times[STARTS / 2], build })
}

fn build_once(engine: &Engine, folder: &Path, script: &Path, executable: &Path) -> Option<Duration> {
    let start = Instant::now();
    let output = Command::new(engine.program())
        .arg("build")
        .args([script, Path::new("-o"), executable])
        .env("PYRSC_CACHE", folder.join("cache"))
        .output()
        .ok()?;
    let time = start.elapsed();
    if !output.status.success() {
        println!("hello: native: does not build");
        return None;
    }
    Some(time)
}

fn sizes(cold: Duration, warm: Duration, executable: &Path) -> Option<Build> {
    let stripped = executable.with_extension("stripped");
    let strip = Command::new("strip").arg("-o").args([&stripped, executable]).status();
    let stripped_bytes = strip.ok().and_then(|_| Some(std::fs::metadata(&stripped).ok()?.len()));
    Some(Build { cold, warm, bytes: std::fs::metadata(executable).ok()?.len(), stripped_bytes })
}

/// Prints the figures.
pub fn print(hello: &[Hello]) {
    println!("\nhello, world");
    for figures in hello {
        println!("  {:<8} starts and ends in {:.2} ms", figures.engine.name(), milliseconds(figures.start));
        if let Some(build) = &figures.build {
            let stripped = build.stripped_bytes.map_or(String::new(), |bytes| format!(", {bytes} stripped"));
            println!(
                "  {:<8} builds in {:.0} ms with an empty cache, {:.0} ms again; {} bytes{stripped}",
                "",
                milliseconds(build.cold),
                milliseconds(build.warm),
                build.bytes
            );
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

impl Hello {
    /// The figures as a member of a JSON object: times in seconds, sizes in bytes.
    pub fn json(&self) -> String {
        let mut members = vec![format!("\"start\": {}", self.start.as_secs_f64())];
        if let Some(build) = &self.build {
            members.push(format!("\"build_cold\": {}", build.cold.as_secs_f64()));
            members.push(format!("\"build_warm\": {}", build.warm.as_secs_f64()));
            members.push(format!("\"bytes\": {}", build.bytes));
            members.extend(build.stripped_bytes.map(|bytes| format!("\"stripped_bytes\": {bytes}")));
        }
        format!("{:?}: {{{}}}", self.engine.name(), members.join(", "))
    }
}

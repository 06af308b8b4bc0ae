//! Snapshots of the compiler's stages: for each program of `tests/stages`, its bytecode, its MIR before and after the
//! passes, and what its LLVM IR calls. `UPDATE_EXPECT=1 cargo test --test stages` rewrites them; review the difference.
//!
//! LLVM IR itself is too long to be reviewed, and mostly the templates of operations. What tells whether an operation has
//! kept its fast path is which functions of the runtime are called, and from how many places.

// The suites of programs use the rest.
mod support;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use support::End;

/// Checks the snapshots of one stage.
fn check(stage: &str) {
    let folder = support::project().join("tests/stages");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("read the folder of snapshots")
        .filter_map(|entry| {
            entry.ok()?.file_name().into_string().ok()?.strip_suffix(".py").map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 30, "the programs are there");
    let results = support::in_parallel(&names, |name| compare(&folder, name, stage, update));
    let differences: Vec<String> = results.into_iter().flatten().collect();
    assert!(
        differences.is_empty(),
        "{} of {} differ; if that is right, UPDATE_EXPECT=1 cargo test --test stages\n{}",
        differences.len(),
        names.len(),
        differences.join("\n")
    );
}

/// How a program's stage differs from its snapshot.
fn compare(folder: &Path, name: &str, stage: &str, update: bool) -> Option<String> {
    let written = support::scratch("stages").join(format!("{name}.{stage}"));
    drop(fs::remove_file(&written));
    let mut command = support::command(support::PYRSC, folder);
    command.args(["build", &format!("{name}.py"), "--emit", stage, "-o"]).arg(&written);
    let outcome = support::run(&mut command, b"", Duration::from_secs(60));
    if outcome.end != End::Status(0) {
        return Some(format!("{name}: {}: {}", outcome.end, String::from_utf8_lossy(&outcome.stderr)));
    }
    let actual = fs::read_to_string(&written).unwrap_or_default();
    let actual = if stage == "llvm-ir" { calls(&actual) } else { actual };
    if actual.trim().is_empty() {
        return Some(format!("{name}: pyrsc build --emit {stage} wrote nothing"));
    }
    assert!(!actual.contains(&folder.display().to_string()), "{name}.{stage} has the path of this machine");
    let snapshot = folder.join(format!("{name}.{stage}"));
    if update {
        fs::write(&snapshot, &actual).expect("write a snapshot");
        return None;
    }
    let expected = fs::read_to_string(&snapshot).unwrap_or_default();
    let lines = support::text_difference(&expected, &actual)?;
    Some(format!("{name}.{stage}: {lines}"))
}

/// The functions of LLVM IR, each with what it calls and from how many places.
fn calls(text: &str) -> String {
    let mut summary = String::new();
    let mut counts: Option<BTreeMap<&str, usize>> = None;
    for line in text.lines() {
        if line.starts_with("define ") {
            let name = symbol(line).unwrap_or("?");
            // Stubs say nothing about the program.
            counts = (!name.starts_with("slow.")).then(BTreeMap::new);
            if counts.is_some() {
                let _ = writeln!(summary, "{name}");
            }
        } else if line == "}" {
            for (name, count) in counts.take().into_iter().flatten() {
                let _ = writeln!(summary, "  {count} {name}");
            }
        } else if let Some(counts) = &mut counts
            && line.contains(" call ")
            && let Some(name) = symbol(line).filter(|name| !name.starts_with("llvm."))
        {
            *counts.entry(name).or_default() += 1;
        }
    }
    summary
}

/// The function that a line defines or calls.
fn symbol(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once('@')?;
    rest.split_once('(').map(|(name, _)| name)
}

#[test]
fn bytecode() {
    check("bytecode");
}

#[test]
fn mir() {
    check("mir");
}

#[test]
fn mir_after_the_passes() {
    check("mir-opt");
}

#[test]
fn llvm_ir() {
    check("llvm-ir");
}

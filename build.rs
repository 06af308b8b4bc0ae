//! Builds what the `pyrsc` command carries: the standard library's archive, and (in release builds) the runtime archive
//! that executables are linked with.
//!
//! A development build of the command does not carry the runtime archive: it asks cargo for it when it first builds a
//! program, so that `cargo check` stays quick.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "compiler/driver/src/library.rs"]
#[allow(dead_code)]
mod library;

/// Folders of the standard library that programs do not import.
const LEFT_OUT: &[&str] =
    &["test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "__pycache__"];

fn main() {
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));

    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=compiler/driver/src/library.rs");
    let mut files = Vec::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut files);
    fs::write(output.join("library.bin"), library::Library::pack(files))
        .expect("the library's archive is written");

    println!("cargo::rustc-env=PYRSC_WORKSPACE={}", root.display());
    let archive = output.join("runtime.bin");
    if env::var("PROFILE").as_deref() == Ok("release") {
        for folder in ["runtime", "compiler/frontend", "compiler/bytecode", "Cargo.lock"] {
            println!("cargo::rerun-if-changed={folder}");
        }
        let target = root.join("target/runtime");
        build_runtime(&root, &target);
        fs::copy(target.join("release/libpyrsc_runtime.a"), archive).expect("the runtime archive is copied");
    } else {
        fs::write(archive, []).expect("an empty archive is written");
    }
}

fn build_runtime(root: &Path, target: &Path) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", "pyrsc-runtime", "--target-dir"])
        .arg(target)
        .current_dir(root)
        // Flags of the outer build are not this one's.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "the runtime archive could not be built");
}

/// Every `.py` file below a folder, with its path relative to the top.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let relative = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            let is_test = matches!(name.as_str(), "test" | "tests");
            if !is_test && !LEFT_OUT.contains(&name.as_str()) {
                collect(&path, &relative, files);
            }
        } else if name.ends_with(".py") {
            files.push((relative, fs::read(&path).expect("a file of the library is readable")));
        }
    }
}

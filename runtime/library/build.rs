//! Packs the pure Python part of the standard library.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "src/archive.rs"]
#[allow(dead_code)]
mod archive;

/// Folders of the standard library that programs do not import.
const LEFT_OUT: &[&str] =
    &["test", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "__pycache__"];

fn main() {
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/archive.rs");
    let mut files = Vec::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut files);
    fs::write(output.join("library.bin"), archive::Library::pack(files))
        .expect("the library's archive is written");
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

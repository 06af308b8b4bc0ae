//! Builds the runtime archive that the `pyrsc` command carries in release builds: executables are linked with it.
//!
//! A development build of the command does not carry the runtime archive: it asks cargo for it when it first builds a
//! program, so that `cargo check` stays quick.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));

    println!("cargo::rerun-if-changed=build.rs");
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

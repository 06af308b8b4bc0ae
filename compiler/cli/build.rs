//! `pyrsc build`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pyrsc_codegen::Options as CodegenOptions;
use pyrsc_driver::SearchPath;
use pyrsc_driver::build::{BuildError, BuildOptions, build, main_source, stage};
use pyrsc_driver::cache::{Cache, hash};
use pyrsc_driver::link::{LinkOptions, check_driver};

use super::arguments::BuildArguments;
use super::{complain, diagnostics, failure};

/// The runtime archive; empty in development builds of this command.
static RUNTIME: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/runtime.bin"));

/// Builds, or writes a stage.
pub fn run(arguments: &BuildArguments) -> ExitCode {
    match try_run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(BuildError::Mistakes(mistakes)) => {
            for mistake in &mistakes {
                diagnostics::print(mistake);
            }
            failure()
        }
        Err(error @ BuildError::Script(..)) => {
            complain(error);
            ExitCode::from(2)
        }
        Err(error) => {
            complain(error);
            failure()
        }
    }
}

fn try_run(arguments: &BuildArguments) -> Result<(), BuildError> {
    let main = main_source(&arguments.script)?;
    let options = BuildOptions {
        codegen: CodegenOptions { optimization: arguments.opt, position_independent: arguments.pie },
        passes: pyrsc_driver::build::PassOptions {
            stop_after: arguments.stop_after,
            without: arguments.without_pass.clone(),
            verify: arguments.verify || cfg!(debug_assertions),
        },
        link: LinkOptions {
            linker: arguments.linker.clone(),
            position_independent: arguments.pie,
            is_static: arguments.is_static,
            keep_symbols: arguments.symbols,
        },
        without_source: arguments.no_source,
        compiler: identity(),
    };
    if let Some(emit) = arguments.emit {
        let (wanted, extension) = emit.stage();
        let bytes = stage(&main, wanted, &options)?;
        return match &arguments.output {
            Some(path) if path.as_os_str() != "-" => fs::write(path, bytes).map_err(BuildError::Io),
            Some(_) => io::stdout().write_all(&bytes).map_err(BuildError::Io),
            None if extension == "o" => {
                fs::write(stem(&arguments.script).with_extension("o"), bytes).map_err(BuildError::Io)
            }
            None => io::stdout().write_all(&bytes).map_err(BuildError::Io),
        };
    }
    let script = Path::new(&main.path);
    let folder = script.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let search = SearchPath::for_script(folder, &arguments.paths, pyrsc_library::standard().clone());
    let output = arguments.output.clone().unwrap_or_else(|| stem(&arguments.script));
    let cache = Cache::of_user();
    check_driver().map_err(BuildError::Link)?;
    let archive = || runtime_archive(&cache);
    let reports = build(main, &search, &archive, &output, &options, &cache)?;
    if arguments.report {
        for report in reports {
            print!("{report}");
        }
    }
    Ok(())
}

/// The executable's name when none is given: the script's, without `.py`, in the current folder.
fn stem(script: &Path) -> PathBuf {
    script.file_stem().map_or_else(|| PathBuf::from("program"), PathBuf::from)
}

/// What tells this compiler from others in the object cache.
pub fn identity() -> Vec<u8> {
    let command = std::env::current_exe().and_then(fs::metadata);
    let stamp = command.and_then(|data| Ok((data.len(), data.modified()?)));
    match stamp {
        Ok((length, modified)) => format!("{} {length} {modified:?}", env!("CARGO_PKG_VERSION")).into_bytes(),
        Err(_) => env!("CARGO_PKG_VERSION").into(),
    }
}

/// The file of the runtime archive: the one that this command carries, written to the cache at the first use; or, in a
/// development build, the one that cargo makes.
fn runtime_archive(cache: &Cache) -> io::Result<PathBuf> {
    if let Some(path) = std::env::var_os("PYRSC_RUNTIME_ARCHIVE") {
        return Ok(PathBuf::from(path));
    }
    if RUNTIME.is_empty() {
        return build_runtime();
    }
    let key = hash(&[b"runtime", RUNTIME]);
    match cache.find(key, "a") {
        Some(path) => Ok(path),
        None => cache.store(key, "a", RUNTIME),
    }
}

fn build_runtime() -> io::Result<PathBuf> {
    let workspace = Path::new(env!("PYRSC_WORKSPACE"));
    let target = workspace.join("target/runtime");
    let status = std::process::Command::new("cargo")
        .args(["build", "--release", "--quiet", "--package", "pyrsc-runtime", "--target-dir"])
        .arg(&target)
        .current_dir(workspace)
        .status()?;
    if status.success() {
        Ok(target.join("release/libpyrsc_runtime.a"))
    } else {
        Err(io::Error::other("the runtime archive could not be built"))
    }
}

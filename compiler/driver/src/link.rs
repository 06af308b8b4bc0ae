//! Linking objects and the runtime archive into an executable, through the system's C compiler driver.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the executable is linked.
#[derive(Clone, Debug, Default)]
pub struct LinkOptions {
    /// `lld`, `mold`: another linker than the system's.
    pub linker: Option<String>,
    pub position_independent: bool,
    pub is_static: bool,
    /// Leave the symbols in.
    pub keep_symbols: bool,
}

/// Why there is no executable.
#[derive(Debug)]
pub enum LinkError {
    /// There is no linker driver.
    Missing(String),
    /// It could not be started.
    Io(io::Error),
    /// It failed, saying this.
    Failed(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Missing(driver) => write!(
                f,
                "there is no linker: `{driver}` was not found; install a C compiler (Debian: apt-get install gcc) or set CC"
            ),
            LinkError::Io(error) => write!(f, "the linker could not be run: {error}"),
            LinkError::Failed(text) => write!(f, "the linker failed:\n{text}"),
        }
    }
}

/// Whether there is a linker driver, to be asked before long work is done for it.
pub fn check_driver() -> Result<(), LinkError> {
    let driver = driver();
    let is_there = if driver.contains('/') {
        Path::new(&driver).exists()
    } else {
        env::var_os("PATH")
            .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(&driver).exists()))
    };
    if is_there { Ok(()) } else { Err(LinkError::Missing(driver)) }
}

/// The linker driver: `$CC`, else `cc`.
fn driver() -> String {
    env::var("CC").ok().filter(|driver| !driver.is_empty()).unwrap_or_else(|| "cc".to_string())
}

/// Links an executable.
pub fn link(
    objects: &[PathBuf],
    archive: &Path,
    output: &Path,
    options: &LinkOptions,
) -> Result<(), LinkError> {
    let driver = driver();
    let mut command = Command::new(&driver);
    command.arg("-o").arg(output).args(objects).arg(archive);
    command.args(["-static-libgcc", "-Wl,--gc-sections", "-Wl,--as-needed"]);
    command.arg(if options.position_independent { "-pie" } else { "-no-pie" });
    if options.is_static {
        command.arg("-static");
    }
    if !options.keep_symbols {
        command.arg("-Wl,--strip-all");
    }
    if let Some(linker) = &options.linker {
        command.arg(format!("-fuse-ld={linker}"));
    }
    command.args(["-lm", "-lpthread", "-ldl"]);
    let output = command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => LinkError::Missing(driver.clone()),
        _ => LinkError::Io(error),
    })?;
    if output.status.success() {
        Ok(())
    } else {
        Err(LinkError::Failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

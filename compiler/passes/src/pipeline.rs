//! The pipeline: which passes run, in which order. Its runner dumps, times and verifies.

use std::time::{Duration, Instant};

use pyrsc_mir::Function;
use pyrsc_mir::verify::{VerifyError, verify};

/// One pass.
pub struct Pass {
    pub name: &'static str,
    pub run: fn(&mut Function),
}

macro_rules! passes {
    ($($name:ident),* $(,)?) => {
        /// All passes, in the order in which they run.
        pub const PASSES: &[Pass] = &[$(Pass { name: stringify!($name), run: crate::$name::run },)*];
    };
}

passes! {
    clean_control_flow,
    simplify_parameters,
    infer_types,
    fold_branches,
    clean_control_flow,
    simplify_parameters,
    remove_dead_code,
    renumber,
    version_blocks,
    clean_control_flow,
    simplify_parameters,
    remove_dead_code,
    renumber,
    insert_reference_counts,
    clean_control_flow,
    renumber,
}

/// How the pipeline runs.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Stop after so many passes (to bisect a miscompilation).
    pub stop_after: Option<usize>,
    /// Names of passes to leave out. The late pass that inserts reference counts cannot be.
    pub without: Vec<String>,
    /// Check the function after every pass.
    pub verify: bool,
}

/// How long each pass took, over all functions.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    /// Indexed as [`PASSES`].
    pub spent: Vec<Duration>,
}

/// A pass broke a function: a bug of the compiler.
#[derive(Debug)]
pub struct PassError {
    /// The pass, or none when the function was broken before.
    pub pass: Option<&'static str>,
    pub error: VerifyError,
}

impl std::fmt::Display for PassError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "compiler bug after pass {}: {}", self.pass.unwrap_or("(none)"), self.error)
    }
}

/// Runs the passes. `dump` is told the function after each one.
pub fn run(
    function: &mut Function,
    options: &Options,
    timings: &mut Timings,
    mut dump: impl FnMut(&'static str, &Function),
) -> Result<(), PassError> {
    timings.spent.resize(PASSES.len(), Duration::ZERO);
    if options.verify {
        verify(function).map_err(|error| PassError { pass: None, error })?;
    }
    let count = options.stop_after.unwrap_or(PASSES.len());
    for (pass, spent) in PASSES.iter().zip(&mut timings.spent).take(count) {
        if pass.name != "insert_reference_counts" && options.without.iter().any(|name| name == pass.name) {
            continue;
        }
        let start = Instant::now();
        (pass.run)(function);
        *spent += start.elapsed();
        dump(pass.name, function);
        if options.verify {
            verify(function).map_err(|error| PassError { pass: Some(pass.name), error })?;
        }
    }
    Ok(())
}

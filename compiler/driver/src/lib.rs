//! From a script's path to an executable: finding modules, compiling them in parallel, the object cache, linking,
//! reports.
//!
//! **Invariant:** the only crate of the compiler that touches files and processes.

#![forbid(unsafe_code)]

pub mod build;
pub mod cache;
pub mod compile;
pub mod graph;
pub mod link;
pub mod report;
pub mod search;

pub use build::{BuildError, BuildOptions, Stage, build, stage};
pub use search::{ModuleSource, SearchPath};

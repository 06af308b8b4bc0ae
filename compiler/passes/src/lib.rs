//! The passes over MIR: [`pipeline`] is the list, one file a pass.
//!
//! **Invariant:** a pass leaves a function that the verifier accepts; reference counts appear in the last pass alone.

#![forbid(unsafe_code)]

pub mod pipeline;

mod clean_control_flow;
mod fold_branches;
mod infer_types;
mod insert_reference_counts;
mod remove_dead_code;
mod renumber;
mod simplify_parameters;
mod version_blocks;

pub use pipeline::{Options, PASSES, Pass, Timings, run};

//! codegen of pyrsc.

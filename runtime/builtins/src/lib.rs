//! builtins of pyrsc.

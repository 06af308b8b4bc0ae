//! macros of pyrsc.

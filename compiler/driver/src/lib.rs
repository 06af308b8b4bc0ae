//! driver of pyrsc.

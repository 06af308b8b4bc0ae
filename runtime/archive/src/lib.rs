//! archive of pyrsc.

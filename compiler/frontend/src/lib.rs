//! frontend of pyrsc.

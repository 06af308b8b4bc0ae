//! core of pyrsc.

//! passes of pyrsc.

//! bytecode of pyrsc.

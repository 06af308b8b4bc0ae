//! abi of pyrsc.

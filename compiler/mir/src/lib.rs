//! mir of pyrsc.

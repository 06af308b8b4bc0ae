//! vm of pyrsc.

//! The built-in types' methods and the built-in functions.

pub mod bool;
pub mod complex;
pub mod float;
pub mod int;
pub mod number_format;

//! The cycle collector: frees objects that only keep each other alive.

mod traverse;

pub use traverse::{
    Garbage, Plain, Traverse, Visitor, clear_function, drop_function, page_kind, traverse_function,
};

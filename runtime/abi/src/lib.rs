//! The facts that generated code and the runtime share: how a value is encoded, where an object's fields lie, which
//! shape ids are fixed, what the thread block and a code descriptor look like.
//!
//! This crate has no dependencies and no behaviour: both the compiler and the runtime read it, so that the two cannot
//! disagree. Addresses of objects, allocation and reference counting are `pyrsc-core`'s.
//!
//! **Invariant:** a layout constant is derived from the struct with `offset_of!`; nothing writes a number by hand.

pub mod descriptor;
pub mod header;
pub mod layout;
pub mod native_module;
pub mod page;
pub mod runtime_functions;
pub mod shapes;
pub mod thread_block;
pub mod value;

pub use descriptor::CodeDescriptor;
pub use header::Header;
pub use shapes::ShapeId;
pub use thread_block::ThreadBlock;
pub use value::Value;

//! The middle representation: SSA over the bytecode's registers, with a representation, a type and a range for every
//! value.
//!
//! [`op`] is the table of operations, [`function`] the data, [`from_bytecode`] the way in. MIR has no reference counts
//! until the late pass of `pyrsc-passes` inserts them; every operation says what it reads, writes, owns and may raise.
//!
//! **Invariant:** nothing here knows LLVM, files or processes.

#![forbid(unsafe_code)]

pub mod bit_set;
pub mod effects;
pub mod function;
pub mod ids;
#[macro_use]
pub mod op;
pub mod builder;
pub mod from_bytecode;
pub mod parse;
mod print;
pub mod range;
pub mod types;
pub mod verify;

pub use builder::FunctionBuilder;
pub use effects::{Effects, Heaps};
pub use function::{Block, BlockCall, Function, Instruction, Terminator, ValueData};
pub use ids::{BlockId, FunctionId, ValueId};
pub use op::{ImmediateKind, Lowering, Op, OpInfo, OperandKind, ResultKind};
pub use range::Range;
pub use types::{Representation, Type};

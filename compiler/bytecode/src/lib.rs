//! The register bytecode: what the frontend emits, the virtual machine runs and the MIR builder reads.
//!
//! A [`Code`] is one function, class body, module or lambda. Its registers are numbered: first the parameters, then
//! the other locals, then the free variables' cells, then the temporaries, allocated like a stack. An instruction is
//! one or two 64-bit units (see [`instruction`]); every fact about it is a row of [`for_each_instruction!`].
//!
//! Ownership of temporaries is explicit. A source operand with the *last use* bit moves the value out of its register
//! and leaves it empty; an operand without the bit copies. Ranges are always moved. Locals are never moved: they keep
//! their value until rebound, deleted, or the end of the function. When an exception reaches a handler, the engine
//! first drops every temporary at or above the handler's depth, highest register first.
//!
//! **Invariant:** nothing here touches files, and no input (a corrupt `.pyc` included) makes anything here panic.

#![forbid(unsafe_code)]

#[macro_use]
mod table;
mod code;
mod constant;
mod disassemble;
pub mod instruction;
pub mod operand;
mod position;
mod pyc;
mod serialize;
mod tree;
mod verify;

pub use code::{Code, CodeFlags, Handler, Local, LocalKind};
pub use constant::{BigInteger, Constant, PythonString};
pub use disassemble::{disassemble, disassemble_all};
pub use instruction::{DecodeError, Effects, Instruction, InstructionHandler, Opcode, Site, dispatch};
pub use operand::{
    AwaitContext, CacheIndex, Cell, CommonConstant, ConstantIndex, Conversion, Count, Def, DefPair, DefRange,
    FunctionAttributes, Immediate, Kill, Label, LocalRead, MoveRange, NameIndex, OperandRef, Pair, Register,
    SpecialMethod, SuperForm, Update, Use,
};
pub use position::{Position, PositionTable};
pub use pyc::{MAGIC_NUMBER, PycError, PycHeader, Validation, pyc_tag, read_pyc, source_hash, write_pyc};
pub use serialize::{SerializeError, deserialize, serialize};
pub use tree::{Tree, TreeNode};
pub use verify::{BindingAnalysis, VerifyError, analyze_bindings, verify, verify_all};

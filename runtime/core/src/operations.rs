//! The meaning of Python's operations, for both engines and for runtime code: `add(left, right)` is what `left + right`
//! does, whatever the operands are.

mod arithmetic;
mod attributes;
mod calling;
mod comparison;
mod conversion;
mod subscript;

pub use arithmetic::*;
pub use attributes::*;
pub use calling::*;
pub use comparison::*;
pub use conversion::*;
pub use subscript::*;

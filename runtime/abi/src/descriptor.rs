//! What a function object points to: how its code is entered.

use crate::value::Value;

/// The entry that every callable code has: arguments in `arguments[..count]` (borrowed; the callee may take one by
/// writing 0), of which the last `len(names)` are keyword arguments named by the tuple `names` (or 0). The result is
/// owned, or 0 with an exception pending.
pub type GenericEntry =
    unsafe extern "C" fn(callable: Value, arguments: *mut Value, count: usize, names: Value) -> Value;

/// The static description of a function's code.
#[repr(C)]
pub struct CodeDescriptor {
    /// Takes any arguments.
    pub generic: GenericEntry,
    /// Takes exactly `positional_count` positional arguments in registers, `(function, a0 … a5)`; null when there is
    /// none (defaults used, star arguments, more than six, or code that runs in the VM).
    pub direct: *const (),
    /// Positional parameters, with the positional-only ones.
    pub positional_count: u32,
    pub positional_only_count: u32,
    pub keyword_only_count: u32,
    /// CPython's `CO_*` bits.
    pub flags: u32,
    /// The code object (borrowed: it owns the descriptor, or both are static).
    pub code: Value,
}

// SAFETY: descriptors are immutable once published; `code` is an immortal or owning object.
unsafe impl Sync for CodeDescriptor {}
// SAFETY: as above.
unsafe impl Send for CodeDescriptor {}

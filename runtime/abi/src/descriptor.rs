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
    /// Takes exactly so many positional arguments in registers, `(function, a0 … a5)`, as `direct_count` says; null when
    /// there is none (star arguments, more than six, or code that runs in the VM).
    pub direct: *const (),
    /// The number of arguments of the direct entry, with [`TAKES_ARGUMENTS`] where it takes references over;
    /// [`NO_DIRECT_ENTRY`] where there is none.
    pub direct_count: u32,
    /// The arguments whose references the direct entry takes over, as bits: those of parameters that are rebound.
    pub direct_takes: u32,
    /// Positional parameters, with the positional-only ones.
    pub positional_count: u32,
    pub positional_only_count: u32,
    pub keyword_only_count: u32,
    /// CPython's `CO_*` bits.
    pub flags: u32,
    /// The code object (borrowed: it owns the descriptor, or both are static).
    pub code: Value,
}

/// Added to `direct_count` where `direct_takes` is not 0.
pub const TAKES_ARGUMENTS: u32 = 1 << 16;
/// A `direct_count` that no call has.
pub const NO_DIRECT_ENTRY: u32 = u32::MAX;

// SAFETY: descriptors are immutable once published; `code` is an immortal or owning object.
unsafe impl Sync for CodeDescriptor {}
// SAFETY: as above.
unsafe impl Send for CodeDescriptor {}

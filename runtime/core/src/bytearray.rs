//! `bytearray`: the storage. The methods that Python sees are in `pyrsc-builtins`.
//!
//! While buffers of the bytes are exported (memoryviews, running system calls), the size must not change.

use std::cell::{Cell, UnsafeCell};

use pyrsc_abi::{Header, Value};
use pyrsc_macros::pyclass;

use crate::buffer_error;
use crate::collector::{Traverse, Visitor};
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, TypeObject};

/// A Python `bytearray`.
#[pyclass(
    name = "bytearray",
    module = "builtins",
    shape = BYTEARRAY,
    flags(BASETYPE, SEQUENCE, MATCH_SELF),
    doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer"
)]
#[repr(C)]
pub struct ByteArray {
    header: Header,
    contents: Contents,
    exports: Cell<usize>,
}

struct Contents(UnsafeCell<Vec<u8>>);

// SAFETY: bytes own no values.
unsafe impl Traverse for Contents {
    const HOLDS: bool = false;

    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
}

impl ByteArray {
    /// A bytearray of these bytes.
    pub fn new(bytes: Vec<u8>) -> Ref<ByteArray> {
        ByteArray::new_in(ByteArray::type_object(), bytes)
    }

    /// An instance of a class that is or derives from `bytearray`.
    pub fn new_in(class: &TypeObject, bytes: Vec<u8>) -> Ref<ByteArray> {
        let contents = ByteArray {
            header: Header::unset(),
            contents: Contents(UnsafeCell::new(bytes)),
            exports: Cell::new(0),
        };
        memory::allocate(class, contents)
    }

    /// The bytes. The caller runs no Python code, and changes nothing, while it has them.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the GIL is held, and nobody holds a mutable reference across calls of this module's functions.
        unsafe { &*self.contents.0.get() }
    }

    /// A copy of the bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        self.as_slice().to_vec()
    }

    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        // SAFETY: as in `as_slice`.
        unsafe { (*self.contents.0.get()).capacity() }
    }

    /// Changes bytes in place, not how many there are. `change` runs no Python code.
    pub fn with_bytes<T>(&self, change: impl FnOnce(&mut [u8]) -> T) -> T {
        // SAFETY: the GIL is held and `change` does not reach this object otherwise.
        change(unsafe { (*self.contents.0.get()).as_mut_slice() })
    }

    /// Changes bytes and how many there are; BufferError while they are exported. `change` runs no Python code.
    pub fn with_vec<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> Result<T> {
        self.check_resizable()?;
        // SAFETY: as above, and nobody has the address of the old bytes.
        Ok(change(unsafe { &mut *self.contents.0.get() }))
    }

    /// BufferError while bytes are exported.
    pub fn check_resizable(&self) -> Result<()> {
        if self.exports.get() > 0 {
            return Err(buffer_error!("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// The address of the bytes, for as long as they are exported.
    pub(crate) fn export(&self) -> *mut u8 {
        self.exports.set(self.exports.get() + 1);
        // SAFETY: as in `as_slice`; the address stays valid because exports forbid changes of size.
        unsafe { (*self.contents.0.get()).as_mut_ptr() }
    }

    pub(crate) fn release_export(&self) {
        self.exports.set(self.exports.get() - 1);
    }

    /// This object as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a bytearray is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    pub fn to_owned(&self) -> Owned {
        self.object().to_owned()
    }
}

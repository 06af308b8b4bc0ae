//! `bytes`: the object and what Rust code does with it. The methods that Python sees are in `pyrsc-builtins`.
//!
//! The bytes lie behind the struct, with a zero one at the end. The empty object and the 256 of one byte are static.

use std::cell::Cell;
use std::mem::ManuallyDrop;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::hash_bytes::hash_bytes;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, TypeObject};

/// A Python `bytes`; see the module's documentation.
#[pyclass(
    name = "bytes",
    module = "builtins",
    shape = BYTES,
    flags(BASETYPE, SEQUENCE, MATCH_SELF, BYTES_SUBCLASS),
    variable_size = size_of_object,
    doc = "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer"
)]
#[repr(C)]
pub struct Bytes {
    header: Header,
    length: usize,
    /// 0: not computed yet.
    hash: Cell<i64>,
}

// SAFETY: the cells are touched only by the thread that holds the GIL.
unsafe impl Sync for Bytes {}

#[repr(C)]
struct StaticBytes {
    bytes: ManuallyDrop<Bytes>,
    data: [u8; 8],
}

impl StaticBytes {
    const fn new(length: usize, byte: u8) -> StaticBytes {
        let bytes = Bytes { header: Header::immortal(ShapeId::BYTES), length, hash: Cell::new(0) };
        StaticBytes { bytes: ManuallyDrop::new(bytes), data: [byte, 0, 0, 0, 0, 0, 0, 0] }
    }

    fn get(&'static self) -> &'static Bytes {
        debug_assert_eq!(self.bytes.length.min(1), self.bytes.length);
        debug_assert_eq!(self.data[1], 0);
        // SAFETY: the pointer is derived from the whole struct, so that the data may be read through it.
        unsafe { &*std::ptr::from_ref(self).cast::<Bytes>() }
    }
}

static EMPTY: StaticBytes = StaticBytes::new(0, 0);
static ONE_BYTE: [StaticBytes; 256] = {
    let mut all = [const { StaticBytes::new(1, 0) }; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = StaticBytes::new(1, byte as u8);
        byte += 1;
    }
    all
};

/// Bytes of a `bytes` with its contents.
///
/// # Safety
/// `object` points to a `bytes`.
unsafe fn size_of_object(object: *const u8) -> usize {
    // SAFETY: the caller's promise.
    size_of::<Bytes>() + unsafe { &*object.cast::<Bytes>() }.tail_size()
}

impl Bytes {
    /// A copy of some bytes.
    pub fn new(bytes: &[u8]) -> Ref<Bytes> {
        match *bytes {
            [] => Bytes::empty(),
            [byte] => ONE_BYTE[byte as usize].get().to_ref(),
            // SAFETY: the copy fills all.
            _ => unsafe {
                Bytes::try_make(bytes.len(), |target| {
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
                })
                .expect("memory for bytes")
            },
        }
    }

    /// The empty object.
    pub fn empty() -> Ref<Bytes> {
        EMPTY.get().to_ref()
    }

    /// Makes an object of `length` bytes, which `fill` writes; MemoryError where there is no memory.
    ///
    /// # Safety
    /// `fill` writes every byte.
    pub unsafe fn try_make(length: usize, fill: impl FnOnce(*mut u8)) -> Result<Ref<Bytes>> {
        if length == 0 {
            return Ok(Bytes::empty());
        }
        if length > isize::MAX as usize / 2 {
            return Err(crate::memory_error!());
        }
        let pointer = memory::allocate_variable::<Bytes>(Bytes::type_object(), length + 1)?;
        // SAFETY: the cell has room for the struct and `length + 1` bytes; the header is written by the allocator.
        unsafe {
            (&raw mut (*pointer).length).write(length);
            (&raw mut (*pointer).hash).write(Cell::new(0));
            let data = pointer.add(1).cast::<u8>();
            data.add(length).write(0);
            fill(data);
            if length == 1 {
                let byte = data.read();
                drop(Owned::from_raw(Value(pointer as u64)));
                return Ok(ONE_BYTE[byte as usize].get().to_ref());
            }
            Ok(Owned::from_raw(Value(pointer as u64)).downcast_unchecked())
        }
    }

    /// A copy of some bytes that is an instance of a class that is or derives from `bytes`.
    pub fn copy_in(class: &TypeObject, bytes: &[u8]) -> Result<Ref<Bytes>> {
        let pointer = memory::allocate_variable::<Bytes>(class, bytes.len() + 1)?;
        // SAFETY: the cell has room for the struct and the tail; the header is written by the allocator.
        unsafe {
            (&raw mut (*pointer).length).write(bytes.len());
            (&raw mut (*pointer).hash).write(Cell::new(0));
            let data = pointer.add(1).cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
            data.add(bytes.len()).write(0);
            Ok(Owned::from_raw(Value(pointer as u64)).downcast_unchecked())
        }
    }

    /// An object of zeros.
    pub fn zeros(length: usize) -> Result<Ref<Bytes>> {
        // SAFETY: all bytes are written.
        unsafe { Bytes::try_make(length, |data| std::ptr::write_bytes(data, 0, length)) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // The address comes from the pointer to the struct: data follows it in the same cell.
        let data = (std::ptr::from_ref(self) as usize + size_of::<Bytes>()) as *const u8;
        // SAFETY: that many bytes follow the struct and live as long as it.
        unsafe { std::slice::from_raw_parts(data, self.length) }
    }

    /// Bytes of the variable part.
    pub fn tail_size(&self) -> usize {
        self.length + 1
    }

    /// This object as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a bytes object is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// A new reference to this object.
    pub fn to_ref(&self) -> Ref<Bytes> {
        // SAFETY: the class is known.
        unsafe { self.object().to_owned().downcast_unchecked() }
    }

    /// The hash, computed at the first call: that of a string of the same bytes.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 {
            self.hash.set(hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }

    /// `left + right`.
    pub fn concat(left: &[u8], right: &[u8]) -> Result<Ref<Bytes>> {
        // SAFETY: both parts are written.
        unsafe {
            Bytes::try_make(left.len() + right.len(), |target| {
                std::ptr::copy_nonoverlapping(left.as_ptr(), target, left.len());
                std::ptr::copy_nonoverlapping(right.as_ptr(), target.add(left.len()), right.len());
            })
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

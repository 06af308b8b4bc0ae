//! The buffer protocol: how one object reads or writes another's memory.
//!
//! [`acquire`] gives a [`Buffer`], which keeps the exporter alive and, where that matters, its size fixed until it is
//! dropped. `bytes`, `bytearray` and `memoryview` are known here; native modules register others ([`register`]); classes
//! written in Python have `__buffer__` (PEP 688).

use std::borrow::Cow;
use std::cell::RefCell;

use crate::bytearray::ByteArray;
use crate::bytes::Bytes;
use crate::gil::Static;
use crate::memoryview::MemoryView;
use crate::names::{self, Name};
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::type_object::{TypeObject, name_of};
use crate::{buffer_error, int, operations, type_error};

/// What an exported buffer looks like.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The first item.
    pub pointer: *mut u8,
    /// Bytes of all items together.
    pub length: usize,
    pub readonly: bool,
    /// Bytes of one item.
    pub item_size: usize,
    /// In the language of the module `struct`.
    pub format: Cow<'static, str>,
    /// Items in each dimension.
    pub shape: Vec<usize>,
    /// Bytes from one item to the next in each dimension.
    pub strides: Vec<isize>,
}

impl Layout {
    /// One dimension of bytes.
    pub fn bytes(pointer: *mut u8, length: usize, readonly: bool) -> Layout {
        Layout {
            pointer,
            length,
            readonly,
            item_size: 1,
            format: Cow::Borrowed("B"),
            shape: vec![length],
            strides: vec![1],
        }
    }

    /// Whether the items follow each other in C's order.
    pub fn is_c_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (&count, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if count == 0 {
                return true;
            }
            if count > 1 && stride != expected {
                return false;
            }
            expected *= count as isize;
        }
        true
    }

    /// Whether the items follow each other in Fortran's order.
    pub fn is_f_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (&count, &stride) in self.shape.iter().zip(&self.strides) {
            if count == 0 {
                return true;
            }
            if count > 1 && stride != expected {
                return false;
            }
            expected *= count as isize;
        }
        true
    }

    /// The addresses of the items in C's order.
    pub fn item_addresses(&self) -> Vec<*mut u8> {
        let mut addresses = vec![self.pointer];
        for (&count, &stride) in self.shape.iter().zip(&self.strides) {
            addresses = addresses
                .into_iter()
                .flat_map(|start| (0..count).map(move |index| start.wrapping_offset(index as isize * stride)))
                .collect();
        }
        addresses
    }

    /// The bytes of the items in C's order.
    ///
    /// # Safety
    /// The buffer is still exported.
    pub unsafe fn gather(&self) -> Vec<u8> {
        if self.is_c_contiguous() {
            // SAFETY: `length` bytes follow `pointer`; a null pointer only comes with none.
            return unsafe { slice_of(self.pointer, self.length) }.to_vec();
        }
        let mut bytes = Vec::with_capacity(self.length);
        for address in self.item_addresses() {
            // SAFETY: addresses of items lie within the exported memory.
            bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(address, self.item_size) });
        }
        bytes
    }
}

/// # Safety
/// `length` readable bytes follow `pointer` while the result is in use.
unsafe fn slice_of<'a>(pointer: *const u8, length: usize) -> &'a [u8] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(pointer, length) }
}

/// An exported buffer, released when it is dropped.
pub struct Buffer {
    owner: Owned,
    pub layout: Layout,
    release: Option<fn(&Object)>,
}

impl Buffer {
    /// The exporter.
    pub fn owner(&self) -> &Object {
        &self.owner
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.layout.length
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, which follow each other ([`acquire`] checks it). The caller runs no Python code while it has them.
    pub fn as_slice(&self) -> &[u8] {
        debug_assert!(self.layout.is_c_contiguous());
        // SAFETY: the memory stays exported until `self` is dropped.
        unsafe { slice_of(self.layout.pointer, self.layout.length) }
    }

    /// The bytes for writing; the caller has checked that the buffer is writable.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        assert!(!self.layout.readonly);
        if self.layout.length == 0 {
            return &mut [];
        }
        // SAFETY: as above; the GIL is held, and the caller runs no Python code meanwhile.
        unsafe { std::slice::from_raw_parts_mut(self.layout.pointer, self.layout.length) }
    }

    /// A copy of the bytes in C's order.
    pub fn to_vec(&self) -> Vec<u8> {
        // SAFETY: the memory stays exported until `self` is dropped.
        unsafe { self.layout.gather() }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            release(&self.owner);
        }
    }
}

/// How objects of a type written in Rust export buffers.
pub struct Exporter {
    pub ty: &'static TypeObject,
    /// The layout; counts one more export.
    pub acquire: fn(&Object) -> Result<Layout>,
    /// Counts one export less.
    pub release: Option<fn(&Object)>,
}

static EXPORTERS: Static<RefCell<Vec<&'static Exporter>>> = Static::new(RefCell::new(Vec::new()));

/// Makes a type known that exports buffers.
pub fn register(exporter: &'static Exporter) {
    let mut exporters = EXPORTERS.borrow_mut();
    if !exporters.iter().any(|known| std::ptr::eq(known.ty, exporter.ty)) {
        exporters.push(exporter);
    }
}

fn exporter_of(object: &Object) -> Option<&'static Exporter> {
    let ty = object.type_object();
    EXPORTERS.borrow().iter().find(|exporter| ty.is_subtype(exporter.ty)).copied()
}

/// Whether an object exports buffers.
pub fn is_supported(object: &Object) -> bool {
    object.is_instance_of::<Bytes>()
        || object.is_instance_of::<ByteArray>()
        || object.is_instance_of::<MemoryView>()
        || exporter_of(object).is_some()
        || object.type_object().lookup(names::get(Name::__buffer__)).is_some()
}

/// The buffer of an object, of any layout.
pub fn acquire_any(object: &Object) -> Result<Buffer> {
    if let Some(bytes) = object.downcast::<Bytes>() {
        let slice = bytes.as_slice();
        let layout = Layout::bytes(slice.as_ptr().cast_mut(), slice.len(), true);
        return Ok(Buffer { owner: object.to_owned(), layout, release: None });
    }
    if let Some(array) = object.downcast::<ByteArray>() {
        let layout = Layout::bytes(array.export(), array.len(), false);
        return Ok(Buffer { owner: object.to_owned(), layout, release: Some(release_bytearray) });
    }
    if let Some(view) = object.downcast::<MemoryView>() {
        let layout = view.export()?;
        return Ok(Buffer { owner: object.to_owned(), layout, release: Some(release_memoryview) });
    }
    if let Some(exporter) = exporter_of(object) {
        let layout = (exporter.acquire)(object)?;
        return Ok(Buffer { owner: object.to_owned(), layout, release: exporter.release });
    }
    match crate::attribute::lookup_special(object, names::get(Name::__buffer__))? {
        // The flags of a request for everything: `PyBUF_FULL_RO`.
        Some(method) => {
            let view = operations::call(&method, &[&int::from_i64(0x011C)])?;
            match view.into_ref::<MemoryView>() {
                Ok(view) => acquire_any(&view.into_owned()),
                Err(other) => {
                    Err(type_error!("__buffer__ returned non-memoryview object (type {})", name_of(&other)))
                }
            }
        }
        None => Err(type_error!("a bytes-like object is required, not '{}'", name_of(object))),
    }
}

fn release_bytearray(object: &Object) {
    if let Some(array) = object.downcast::<ByteArray>() {
        array.release_export();
    }
}

fn release_memoryview(object: &Object) {
    if let Some(view) = object.downcast::<MemoryView>() {
        view.release_export();
    }
}

/// The bytes of a bytes-like object, which follow each other.
pub fn acquire(object: &Object) -> Result<Buffer> {
    let buffer = acquire_any(object)?;
    if !buffer.layout.is_c_contiguous() {
        return Err(buffer_error!("memoryview: underlying buffer is not C-contiguous"));
    }
    Ok(buffer)
}

/// The bytes of a bytes-like object for writing. `what` is as in `readinto() argument`.
pub fn acquire_writable(object: &Object, what: &str) -> Result<Buffer> {
    if is_supported(object) {
        let buffer = acquire_any(object)?;
        if !buffer.layout.readonly && buffer.layout.is_c_contiguous() {
            return Ok(buffer);
        }
    }
    Err(type_error!("{} must be read-write bytes-like object, not {}", what, name_of(object)))
}

/// The bytes of a bytes-like object where a method takes nothing else. `what` is as in `foo() argument 1`.
pub fn acquire_argument(object: &Object, what: &str) -> Result<Buffer> {
    if !is_supported(object) {
        return Err(type_error!("{} must be a bytes-like object, not {}", what, name_of(object)));
    }
    acquire(object)
}

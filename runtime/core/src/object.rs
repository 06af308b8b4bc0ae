//! A borrowed value: `&Object`.
//!
//! `Object` has no size; a reference to it *is* the value's 64-bit word ([`Value`]), so borrowing an int, a float or None
//! costs as little as borrowing an object in memory, and `Option<&Object>` is one word. References to `Object` must come
//! from a live owner: an [`Owned`], a field of a live object, an argument.
//!
//! Typed references (`&List`) are what [`Object::downcast`] gives; they point into the object's storage, whose fields are
//! cells.

use std::cell::{Cell, UnsafeCell};

use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::{ShapeId, Value};

use crate::owned::Owned;
use crate::shape::{self, Shape};
use crate::type_object::{Class, TypeObject};

/// See the module's documentation.
#[repr(C)]
pub struct Object {
    /// Without the cell the compiler would take a reference for one to memory that never changes, and leave out the
    /// writes to reference counts that go through it.
    nothing: UnsafeCell<[u8; 0]>,
}

/// The reserved shape of each immediate that is neither an int nor a float, by bits 3 to 7 of its word.
const SINGLETON_SHAPES: [ShapeId; 7] = [
    ShapeId::BOOL,
    ShapeId::BOOL,
    ShapeId::NONE,
    ShapeId::ELLIPSIS,
    ShapeId::NOT_IMPLEMENTED,
    ShapeId::OBJECT,
    ShapeId::OBJECT,
];

impl Object {
    /// The reference that a word stands for.
    ///
    /// # Safety
    /// `value` is not the word 0, and its owner outlives `'a`.
    #[inline(always)]
    pub const unsafe fn from_value<'a>(value: Value) -> &'a Object {
        debug_assert!(value.0 != 0);
        // SAFETY: a reference to a type of size 0 and alignment 1 may have any non-null address.
        unsafe { std::mem::transmute::<u64, &'a Object>(value.0) }
    }

    /// The reference that a word stands for, `None` for the word 0.
    ///
    /// # Safety
    /// The value's owner outlives `'a`.
    #[inline(always)]
    pub const unsafe fn from_optional_value<'a>(value: Value) -> Option<&'a Object> {
        // SAFETY: as above; the word 0 is `None`.
        unsafe { std::mem::transmute::<u64, Option<&'a Object>>(value.0) }
    }

    /// This value's word.
    #[inline(always)]
    pub fn value(&self) -> Value {
        Value(std::ptr::from_ref(self) as u64)
    }

    /// A new reference to this value.
    #[inline(always)]
    pub fn to_owned(&self) -> Owned {
        let value = self.value();
        if value.is_pointer() {
            // SAFETY: a live object starts with its header.
            unsafe { increment(value) };
        }
        // SAFETY: the count just taken is handed over.
        unsafe { Owned::from_raw(value) }
    }

    /// The header, for a value that is an object in memory.
    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        let value = self.value();
        // SAFETY: a pointer value points to a live object, which starts with its header.
        if value.is_pointer() { Some(unsafe { &*(value.0 as *const Header) }) } else { None }
    }

    /// The address, for a value that is an object in memory; meaningless for an immediate.
    #[inline(always)]
    pub fn address<T>(&self) -> *mut T {
        self.value().0 as *mut T
    }

    /// The id of this value's shape; immediates have reserved ones.
    #[inline(always)]
    pub fn shape_id(&self) -> ShapeId {
        match self.header() {
            Some(header) => header.shape.get(),
            None => immediate_shape(self.value()),
        }
    }

    /// This value's shape.
    #[inline(always)]
    pub fn shape(&self) -> &'static Shape {
        shape::get(self.shape_id())
    }

    /// This value's type.
    #[inline(always)]
    pub fn type_object(&self) -> &TypeObject {
        self.shape().type_object()
    }

    /// Identity, as `is` tells it: words, and for heap floats and complex numbers of the exact types, bits.
    #[inline(always)]
    pub fn is(&self, other: &Object) -> bool {
        let (left, right) = (self.value(), other.value());
        left == right || left.is_pointer() && right.is_pointer() && self.is_by_bits(other)
    }

    /// As `is`, for two objects in memory.
    #[inline]
    fn is_by_bits(&self, other: &Object) -> bool {
        let shape = self.shape_id();
        matches!(shape, ShapeId::HEAP_FLOAT | ShapeId::COMPLEX)
            && shape == other.shape_id()
            && self.has_same_bits(other, shape)
    }

    #[cold]
    fn has_same_bits(&self, other: &Object, shape: ShapeId) -> bool {
        let words = match shape {
            ShapeId::HEAP_FLOAT => 1,
            ShapeId::COMPLEX => 2,
            _ => return false,
        };
        // SAFETY: both shapes are a header and then that many f64.
        unsafe {
            let left = std::slice::from_raw_parts(self.address::<u64>().add(1), words);
            let right = std::slice::from_raw_parts(other.address::<u64>().add(1), words);
            left == right
        }
    }

    pub fn is_none(&self) -> bool {
        self.value() == Value::NONE
    }

    pub fn is_not_implemented(&self) -> bool {
        self.value() == Value::NOT_IMPLEMENTED
    }

    /// Whether the type is exactly `T`.
    #[inline(always)]
    pub fn is_exact<T: Class>(&self) -> bool {
        std::ptr::eq(self.type_object(), T::type_object())
    }

    /// Whether the type is `T` or derives from it.
    #[inline(always)]
    pub fn is_instance_of<T: Class>(&self) -> bool {
        let ty = self.type_object();
        std::ptr::eq(ty, T::type_object()) || ty.is_subtype(T::type_object())
    }

    /// This value as a `T`, when its type is `T` or derives from it *and* it lies in memory (an immediate int is no
    /// struct).
    #[inline(always)]
    pub fn downcast<T: Class>(&self) -> Option<&T> {
        if self.value().is_pointer() && self.is_instance_of::<T>() {
            // SAFETY: an object of the class starts with the class's struct.
            Some(unsafe { &*self.address::<T>() })
        } else {
            None
        }
    }

    /// This value as a `T`, when its type is exactly `T`.
    #[inline(always)]
    pub fn downcast_exact<T: Class>(&self) -> Option<&T> {
        if self.value().is_pointer() && self.is_exact::<T>() {
            // SAFETY: as in `downcast`.
            Some(unsafe { &*self.address::<T>() })
        } else {
            None
        }
    }

    /// This value as a `T`, when its shape is the one fixed for plain instances of `T`: one compare.
    #[inline(always)]
    pub fn downcast_shape<T: Class>(&self, shape: ShapeId) -> Option<&T> {
        match self.header() {
            // SAFETY: the shape says what lies there.
            Some(header) if header.shape.get() == shape => Some(unsafe { &*self.address::<T>() }),
            _ => None,
        }
    }
}

/// The reserved shape of an immediate.
#[inline]
fn immediate_shape(value: Value) -> ShapeId {
    if value.is_int() {
        ShapeId::INT
    } else if value.is_float() {
        ShapeId::FLOAT
    } else {
        SINGLETON_SHAPES[(value.0 >> 3) as usize % SINGLETON_SHAPES.len()]
    }
}

/// Counts one more reference.
///
/// # Safety
/// `value` points to a live object.
#[inline(always)]
pub unsafe fn increment(value: Value) {
    // SAFETY: the caller's promise.
    let count: &Cell<u32> = unsafe { &(*(value.0 as *const Header)).reference_count };
    count.set(count.get() + 1);
}

/// Drops a reference that the word owns; frees the object when it was the last.
///
/// # Safety
/// The caller owns one reference to `value` and does not use it afterwards. Any Python code may run.
#[inline(always)]
pub unsafe fn release(value: Value) {
    if value.is_pointer() && value.0 != 0 {
        // SAFETY: the caller's promise.
        let count: &Cell<u32> = unsafe { &(*(value.0 as *const Header)).reference_count };
        let rest = count.get() - 1;
        count.set(rest);
        if rest == 0 {
            // SAFETY: the last reference is gone.
            unsafe { crate::deallocate::deallocate(value) };
        }
    }
}

/// Whether the object is never freed.
pub fn is_immortal(header: &Header) -> bool {
    header.reference_count.get() >= IMMORTAL
}

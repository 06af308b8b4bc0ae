//! An owned reference: [`Owned`], and [`Ref`] for one whose class is known.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use pyrsc_abi::Value;

use crate::object::{Object, release};
use crate::type_object::Class;

/// One counted reference to a value. Cloning counts one more; dropping one less, which can run any Python code
/// (`__del__`, weak reference callbacks).
#[repr(transparent)]
pub struct Owned(NonNull<Object>);

/// What a Python operation gives: `Err` means that an exception is pending in the thread block. One word, 0 for `Err`,
/// as in generated code.
pub type Result<T = Owned> = std::result::Result<T, Raised>;

/// An exception is pending in the thread block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised;

const _: () = assert!(size_of::<Result<Owned>>() == 8 && size_of::<Option<Owned>>() == 8);

impl Owned {
    /// Takes over the reference that a word owns.
    ///
    /// # Safety
    /// `value` is not the word 0, and the caller gives up one reference to it (none for an immediate).
    #[inline(always)]
    pub const unsafe fn from_raw(value: Value) -> Owned {
        debug_assert!(value.0 != 0);
        // SAFETY: not 0, by the caller's promise.
        Owned(unsafe { std::mem::transmute::<u64, NonNull<Object>>(value.0) })
    }

    /// Takes over the result of generated code or of an `extern "C"` function: 0 is `Err`.
    ///
    /// # Safety
    /// As for [`Owned::from_raw`], but for the word 0.
    #[inline(always)]
    pub unsafe fn from_result(value: Value) -> Result {
        // SAFETY: the caller's promise.
        if value.0 == 0 { Err(Raised) } else { Ok(unsafe { Owned::from_raw(value) }) }
    }

    /// Gives up the reference: whoever takes the word owns it.
    #[inline(always)]
    pub fn into_raw(self) -> Value {
        let this = ManuallyDrop::new(self);
        Value(this.0.as_ptr() as *mut u8 as u64)
    }

    /// The value of an immediate word that is known to be one.
    #[inline(always)]
    const fn immediate(value: Value) -> Owned {
        debug_assert!(!value.is_pointer());
        // SAFETY: an immediate is not counted and not 0.
        unsafe { Owned::from_raw(value) }
    }

    pub const fn none() -> Owned {
        Owned::immediate(Value::NONE)
    }

    pub const fn not_implemented() -> Owned {
        Owned::immediate(Value::NOT_IMPLEMENTED)
    }

    pub const fn ellipsis() -> Owned {
        Owned::immediate(Value::ELLIPSIS)
    }

    pub const fn bool(truth: bool) -> Owned {
        Owned::immediate(Value::from_bool(truth))
    }

    /// An int that is known to fit 63 bits. `int::from_i64` in this crate takes any.
    pub const fn small_int(number: i64) -> Owned {
        Owned::immediate(Value::from_small_int(number))
    }

    /// This reference as one to a `T`.
    pub fn into_ref<T: Class>(self) -> std::result::Result<Ref<T>, Owned> {
        if (*self).downcast::<T>().is_some() {
            Ok(Ref { owned: self, class: PhantomData })
        } else {
            Err(self)
        }
    }

    /// This reference as one to a `T`.
    ///
    /// # Safety
    /// The value lies in memory and its class is `T` or derives from it.
    #[inline(always)]
    pub unsafe fn downcast_unchecked<T: Class>(self) -> Ref<T> {
        Ref { owned: self, class: PhantomData }
    }
}

impl Deref for Owned {
    type Target = Object;
    #[inline(always)]
    fn deref(&self) -> &Object {
        // SAFETY: as long as this reference lives, so does the value; `NonNull<Object>` is the word.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for Owned {
    #[inline(always)]
    fn clone(&self) -> Owned {
        (**self).to_owned()
    }
}

impl Drop for Owned {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this reference is given up exactly once, here.
        unsafe { release(self.value()) }
    }
}

impl fmt::Debug for Owned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{} {:#x}>", self.type_object().name(), self.value().0)
    }
}

/// One counted reference to an object of class `T` (or one derived from it) in memory.
#[repr(transparent)]
pub struct Ref<T: Class> {
    owned: Owned,
    class: PhantomData<T>,
}

impl<T: Class> Ref<T> {
    /// The same reference, with the class forgotten.
    #[inline(always)]
    pub fn into_owned(self) -> Owned {
        self.owned
    }

    /// Borrowed, with the class forgotten.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        &self.owned
    }
}

impl<T: Class> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Ref<T>` is only made of a value whose storage starts with a `T`.
        unsafe { &*self.owned.address::<T>() }
    }
}

impl<T: Class> Clone for Ref<T> {
    fn clone(&self) -> Ref<T> {
        Ref { owned: self.owned.clone(), class: PhantomData }
    }
}

impl<T: Class> From<Ref<T>> for Owned {
    fn from(reference: Ref<T>) -> Owned {
        reference.owned
    }
}

impl From<bool> for Owned {
    fn from(truth: bool) -> Owned {
        Owned::bool(truth)
    }
}

//! How the cycle collector sees what a struct's fields own: [`Traverse`].

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::marker::PhantomData;

use pyrsc_abi::header::Header;
use pyrsc_abi::page::PageKind;
use pyrsc_abi::{ShapeId, Value};

use crate::owned::{Owned, Ref};
use crate::slot::Slot;
use crate::type_object::Class;

/// Is called with every value that an object owns.
pub struct Visitor<'a> {
    visit: &'a mut dyn FnMut(Value),
}

impl<'a> Visitor<'a> {
    pub fn new(visit: &'a mut dyn FnMut(Value)) -> Visitor<'a> {
        Visitor { visit }
    }

    /// Tells of one reference. Immediates and the word 0 are let through: nobody counts them.
    #[inline(always)]
    pub fn visit(&mut self, value: Value) {
        if value.is_pointer() && value.0 != 0 {
            (self.visit)(value);
        }
    }
}

/// A field that may own values, or plain data that owns none.
///
/// # Safety
/// `traverse` visits each counted reference that `self` owns exactly once, and nothing else. It runs no Python code and
/// drops nothing. `HOLDS` is true when it can visit anything.
pub unsafe trait Traverse {
    /// Whether a value of this type can own references at all.
    const HOLDS: bool;

    fn traverse(&self, visitor: &mut Visitor<'_>);

    /// Drops what can be replaced through a shared reference, to break cycles; `self` stays valid. What cannot be
    /// replaced is left: something else in its cycle can.
    fn break_cycles(&self) {}

    /// Moves what can be taken out into `garbage`, for a cell whose contents these are; `self` stays valid.
    fn take_references(&mut self, garbage: &mut Garbage) {
        let _ = garbage;
    }
}

/// What [`Traverse::take_references`] has taken out: dropped when the cell it came from is consistent again.
pub type Garbage = Vec<Box<dyn Any>>;

/// The kind of page that objects with these contents live in.
pub const fn page_kind<T: Traverse>() -> PageKind {
    if T::HOLDS { PageKind::Container } else { PageKind::Leaf }
}

/// `TypeSpec::traverse` for a class's struct.
pub const fn traverse_function<T: Traverse>() -> Option<unsafe fn(*const u8, &mut Visitor<'_>)> {
    unsafe fn traverse<T: Traverse>(contents: *const u8, visitor: &mut Visitor<'_>) {
        // SAFETY: the caller passes an object whose struct is `T`.
        unsafe { &*(contents as *const T) }.traverse(visitor);
    }
    if T::HOLDS { Some(traverse::<T>) } else { None }
}

/// `TypeSpec::clear` for a class's struct.
pub const fn clear_function<T: Traverse>() -> Option<unsafe fn(*mut u8)> {
    unsafe fn clear<T: Traverse>(contents: *mut u8) {
        // SAFETY: the caller passes an object whose struct is `T`.
        unsafe { &*(contents as *const T) }.break_cycles();
    }
    if T::HOLDS { Some(clear::<T>) } else { None }
}

/// `TypeSpec::drop` for a class's struct.
pub const fn drop_function<T>() -> Option<unsafe fn(*mut u8)> {
    unsafe fn drop<T>(contents: *mut u8) {
        // SAFETY: the caller passes an object whose struct is `T`, and does not use the struct afterwards.
        unsafe { std::ptr::drop_in_place(contents as *mut T) }
    }
    if std::mem::needs_drop::<T>() { Some(drop::<T>) } else { None }
}

// SAFETY: visits its one reference.
unsafe impl Traverse for Owned {
    const HOLDS: bool = true;
    #[inline]
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(self.value());
    }
}

// SAFETY: visits its one reference.
unsafe impl<T: Class> Traverse for Ref<T> {
    const HOLDS: bool = true;
    #[inline]
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(self.object().value());
    }
}

// SAFETY: visits its one reference, if it is not empty.
unsafe impl Traverse for Slot {
    const HOLDS: bool = true;
    #[inline]
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(self.cell().get());
    }
    fn break_cycles(&self) {
        drop(self.replace(None));
    }
    fn take_references(&mut self, garbage: &mut Garbage) {
        garbage.push(Box::new(self.replace(None)));
    }
}

macro_rules! plain_data {
    ($($ty:ty),*) => {
        $(
            // SAFETY: plain data owns no values.
            unsafe impl Traverse for $ty {
                const HOLDS: bool = false;
                fn traverse(&self, _: &mut Visitor<'_>) {}
            }
        )*
    };
}

plain_data!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    bool,
    char,
    (),
    String,
    str,
    Header,
    ShapeId,
    std::time::Instant,
    std::time::Duration,
    std::time::SystemTime,
    std::fs::File,
    std::path::PathBuf,
    std::ffi::OsString,
    std::ffi::CString,
    std::os::fd::OwnedFd
);

/// Wraps a type of another crate that owns no values, for a field of a class.
#[repr(transparent)]
#[derive(Clone, Copy, Default, Debug)]
pub struct Plain<T>(pub T);

// SAFETY: whoever wraps a type in `Plain` says that it owns no values; a value inside would only leak with its cycle.
unsafe impl<T> Traverse for Plain<T> {
    const HOLDS: bool = false;
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

impl<T> std::ops::Deref for Plain<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Plain<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

macro_rules! atomics {
    ($($ty:ident),*) => {
        $(
            // SAFETY: plain data owns no values.
            unsafe impl Traverse for std::sync::atomic::$ty {
                const HOLDS: bool = false;
                fn traverse(&self, _: &mut Visitor<'_>) {}
            }
        )*
    };
}

atomics!(AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, AtomicI64);

/// A pointer or reference that is not owned: what it points to is someone else's to visit.
macro_rules! pointers {
    ($($ty:ty),*) => {
        $(
            // SAFETY: borrowed: no counted reference.
            unsafe impl<T: ?Sized> Traverse for $ty {
                const HOLDS: bool = false;
                fn traverse(&self, _: &mut Visitor<'_>) {}
            }
        )*
    };
}

pointers!(*const T, *mut T, &'static T, PhantomData<T>, std::ptr::NonNull<T>);

macro_rules! functions {
    ($(($($argument:ident),*))*) => {
        $(
            // SAFETY: a function owns no values.
            unsafe impl<R, $($argument),*> Traverse for fn($($argument),*) -> R {
                const HOLDS: bool = false;
                fn traverse(&self, _: &mut Visitor<'_>) {}
            }
        )*
    };
}

functions!(()(A)(A, B)(A, B, C)(A, B, C, D));

/// Types that hold any number of `T`, in an order; they are cleared by whoever can replace them whole.
macro_rules! sequences {
    ($($ty:ty),*) => {
        $(
            // SAFETY: visits what each element visits.
            unsafe impl<T: Traverse + 'static> Traverse for $ty {
                const HOLDS: bool = T::HOLDS;
                fn traverse(&self, visitor: &mut Visitor<'_>) {
                    if T::HOLDS {
                        self.iter().for_each(|element| element.traverse(visitor));
                    }
                }
                fn break_cycles(&self) {
                    if T::HOLDS {
                        self.iter().for_each(Traverse::break_cycles);
                    }
                }
                fn take_references(&mut self, garbage: &mut Garbage) {
                    if T::HOLDS {
                        garbage.push(Box::new(std::mem::take(self)));
                    }
                }
            }
        )*
    };
}

sequences!(Vec<T>, VecDeque<T>, Option<T>);

// SAFETY: visits what each element visits.
unsafe impl<T: Traverse> Traverse for [T] {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if T::HOLDS {
            self.iter().for_each(|element| element.traverse(visitor));
        }
    }
    fn break_cycles(&self) {
        if T::HOLDS {
            self.iter().for_each(Traverse::break_cycles);
        }
    }
    fn take_references(&mut self, garbage: &mut Garbage) {
        if T::HOLDS {
            self.iter_mut().for_each(|element| element.take_references(garbage));
        }
    }
}

// SAFETY: visits what each element visits.
unsafe impl<T: Traverse, const N: usize> Traverse for [T; N] {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        self.as_slice().traverse(visitor);
    }
    fn break_cycles(&self) {
        self.as_slice().break_cycles();
    }
    fn take_references(&mut self, garbage: &mut Garbage) {
        self.as_mut_slice().take_references(garbage);
    }
}

// SAFETY: visits what the contents visit.
unsafe impl<T: Traverse + ?Sized> Traverse for Box<T> {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        (**self).traverse(visitor);
    }
    fn break_cycles(&self) {
        (**self).break_cycles();
    }
    fn take_references(&mut self, garbage: &mut Garbage) {
        (**self).take_references(garbage);
    }
}

macro_rules! maps {
    ($($ty:ty),*) => {
        $(
            // SAFETY: visits what each key and each element visits.
            unsafe impl<K: Traverse + 'static, T: Traverse + 'static> Traverse for $ty {
                const HOLDS: bool = K::HOLDS || T::HOLDS;
                fn traverse(&self, visitor: &mut Visitor<'_>) {
                    for (key, element) in self {
                        key.traverse(visitor);
                        element.traverse(visitor);
                    }
                }
                fn take_references(&mut self, garbage: &mut Garbage) {
                    if Self::HOLDS {
                        garbage.push(Box::new(std::mem::take(self)));
                    }
                }
            }
        )*
    };
}

maps!(HashMap<K, T>, BTreeMap<K, T>);

// SAFETY: visits what the contents visit. Nothing else runs meanwhile, so reading through the pointer is a plain read.
unsafe impl<T: Traverse> Traverse for Cell<T> {
    const HOLDS: bool = T::HOLDS;
    #[inline]
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if T::HOLDS {
            // SAFETY: `traverse` runs no code that could replace the contents.
            unsafe { &*self.as_ptr() }.traverse(visitor);
        }
    }
    fn break_cycles(&self) {
        if T::HOLDS {
            let mut garbage = Garbage::new();
            // SAFETY: `empty` only moves contents; it runs no code that could reach this cell.
            unsafe { &mut *self.as_ptr() }.take_references(&mut garbage);
        }
    }
}

// SAFETY: as for `Cell`. A collection never runs while the contents are borrowed mutably: borrows do not last across
// anything that can run Python code.
unsafe impl<T: Traverse> Traverse for RefCell<T> {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if T::HOLDS {
            // SAFETY: `traverse` runs no code that could replace the contents.
            unsafe { &*self.as_ptr() }.traverse(visitor);
        }
    }
    fn break_cycles(&self) {
        if T::HOLDS
            && let Ok(mut contents) = self.try_borrow_mut()
        {
            let mut garbage = Garbage::new();
            contents.take_references(&mut garbage);
            drop(contents);
        }
    }
}

// SAFETY: visits what the contents visit.
unsafe impl<T: Traverse> Traverse for OnceCell<T> {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(contents) = self.get() {
            contents.traverse(visitor);
        }
    }
}

// SAFETY: as for `RefCell`.
unsafe impl<T: Traverse> Traverse for UnsafeCell<T> {
    const HOLDS: bool = T::HOLDS;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        // SAFETY: `traverse` runs no code that could replace the contents.
        unsafe { &*self.get() }.traverse(visitor);
    }
}

macro_rules! tuples {
    ($(($($element:ident . $index:tt),*))*) => {
        $(
            // SAFETY: visits what each element visits.
            unsafe impl<$($element: Traverse),*> Traverse for ($($element,)*) {
                const HOLDS: bool = false $(|| $element::HOLDS)*;
                fn traverse(&self, visitor: &mut Visitor<'_>) {
                    $(self.$index.traverse(visitor);)*
                }
                fn break_cycles(&self) {
                    $(self.$index.break_cycles();)*
                }
                fn take_references(&mut self, garbage: &mut Garbage) {
                    $(self.$index.take_references(garbage);)*
                }
            }
        )*
    };
}

tuples!((A.0)(A.0, B.1)(A.0, B.1, C.2)(A.0, B.1, C.2, D.3));

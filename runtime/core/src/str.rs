//! `str`: the object and what Rust code does with it. The methods that Python sees are in `pyrsc-builtins`.
//!
//! PEP 393: code points are stored in the least width of 1, 2 or 4 bytes that holds them all, behind the struct, with a
//! zero unit at the end. Lone surrogates are allowed. The empty string and the 256 one-character strings of Latin-1 are
//! static ([`one_character`]); so are the identifiers of [`names`](crate::names).
//!
//! **Invariant:** the width is the least possible, so equal strings have equal bytes (and so equal hashes).

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;
use std::fmt;
use std::mem::ManuallyDrop;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::hash_bytes::hash_bytes;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::str_units::{self, CodePoints, Unit, Units, kind_of};
use crate::type_object::{Class, TypeObject};
use crate::with_units;

pub use crate::str_builder::StrBuilder;
pub use crate::str_intern::{intern, intern_object};

/// A Python string; see the module's documentation.
#[pyclass(
    name = "str",
    module = "builtins",
    shape = STR,
    flags(BASETYPE, MATCH_SELF, STR_SUBCLASS),
    variable_size = size_of_object,
    doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'."
)]
#[repr(C)]
pub struct Str {
    header: Header,
    length: Cell<usize>,
    hash: Cell<i64>,
    kind: u8,
    ascii: Cell<bool>,
    interned: Cell<bool>,
}

// SAFETY: the cells are touched only by the thread that holds the GIL.
unsafe impl Sync for Str {}

const _: () = {
    use pyrsc_abi::layout::StrLayout;
    assert!(size_of::<Str>() == size_of::<StrLayout>());
    assert!(std::mem::offset_of!(Str, length) == std::mem::offset_of!(StrLayout, length));
    assert!(std::mem::offset_of!(Str, hash) == std::mem::offset_of!(StrLayout, hash));
    assert!(std::mem::offset_of!(Str, kind) == std::mem::offset_of!(StrLayout, kind));
    assert!(std::mem::offset_of!(Str, ascii) == std::mem::offset_of!(StrLayout, ascii));
    assert!(std::mem::offset_of!(Str, interned) == std::mem::offset_of!(StrLayout, interned));
};

/// A string in static memory with room for `N - 1` bytes of Latin-1.
#[repr(C)]
pub(crate) struct StaticStr<const N: usize> {
    str: ManuallyDrop<Str>,
    data: [u8; N],
}

impl<const N: usize> StaticStr<N> {
    /// An immortal, interned string of Latin-1.
    pub(crate) const fn new(latin1: &[u8]) -> StaticStr<N> {
        assert!(latin1.len() < N);
        let mut data = [0; N];
        let mut ascii = true;
        let mut index = 0;
        while index < latin1.len() {
            data[index] = latin1[index];
            ascii &= latin1[index] < 0x80;
            index += 1;
        }
        StaticStr {
            str: ManuallyDrop::new(Str {
                header: Header::immortal(ShapeId::STR),
                length: Cell::new(latin1.len()),
                hash: Cell::new(0),
                kind: 0,
                ascii: Cell::new(ascii),
                interned: Cell::new(true),
            }),
            data,
        }
    }

    #[inline(always)]
    pub(crate) fn as_str(&'static self) -> &'static Str {
        // SAFETY: the pointer is derived from the whole struct, so that the data behind `str` may be read through it.
        unsafe { &*std::ptr::from_ref(self).cast::<Str>() }
    }
}

static EMPTY: StaticStr<1> = StaticStr::new(b"");

static ONE_CHARACTER: [StaticStr<8>; 256] = {
    let mut all = [const { StaticStr::new(b"") }; 256];
    let mut code = 0;
    while code < 256 {
        all[code] = StaticStr::new(&[code as u8]);
        code += 1;
    }
    all
};

/// The static string of one Latin-1 character.
#[inline(always)]
pub fn one_character(code: u8) -> &'static Str {
    ONE_CHARACTER[code as usize].as_str()
}

/// The static empty string.
#[inline(always)]
pub fn empty() -> &'static Str {
    EMPTY.as_str()
}

/// Bytes of a str with its characters.
///
/// # Safety
/// `object` points to a str.
unsafe fn size_of_object(object: *const u8) -> usize {
    // SAFETY: the caller's promise.
    size_of::<Str>() + unsafe { &*object.cast::<Str>() }.tail_size()
}

impl Str {
    /// A string of Rust text.
    pub fn new(text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return Str::from_ascii(text.as_bytes());
        }
        Str::from_code_point_iterator(text.chars().map(u32::from))
    }

    /// The empty string.
    pub fn empty() -> Ref<Str> {
        empty().to_ref()
    }

    /// A string of ASCII bytes.
    pub fn from_ascii(bytes: &[u8]) -> Ref<Str> {
        debug_assert!(bytes.is_ascii());
        match *bytes {
            [] => Str::empty(),
            [code] => one_character(code).to_ref(),
            _ => Str::copy_units(bytes, true),
        }
    }

    /// A string of bytes that are code points.
    pub fn from_latin1(bytes: &[u8]) -> Ref<Str> {
        match *bytes {
            [] => Str::empty(),
            [code] => one_character(code).to_ref(),
            _ => Str::copy_units(bytes, bytes.is_ascii()),
        }
    }

    /// The string of one code point.
    pub fn from_code_point(code: u32) -> Ref<Str> {
        match code {
            0..0x100 => one_character(code as u8).to_ref(),
            0x100..0x1_0000 => Str::copy_units(&[code as u16], false),
            _ => Str::copy_units(&[code], false),
        }
    }

    /// A string of code points in any width; the least one is found.
    pub fn from_units(units: Units<'_>) -> Ref<Str> {
        match units.len() {
            0 => return Str::empty(),
            1 => return Str::from_code_point(units.at(0)),
            _ => {}
        }
        let (kind, ascii) = units.narrowest();
        if kind == units.kind() {
            return with_units!(units, |units| Str::copy_units(units, ascii));
        }
        // SAFETY: `narrowest` says that every unit fits, and all of them are written.
        unsafe { Str::make(kind, ascii, units.len(), |target| target.fill_units(units)) }
    }

    /// A string of code points.
    pub fn from_code_points(codes: &[u32]) -> Ref<Str> {
        Str::from_units(Units::Four(codes))
    }

    /// A string of code points that are counted and measured first, by a copy of the iterator.
    pub fn from_code_point_iterator(codes: impl Iterator<Item = u32> + Clone) -> Ref<Str> {
        let (mut length, mut all) = (0, 0);
        for code in codes.clone() {
            length += 1;
            all |= code;
        }
        match length {
            0 => return Str::empty(),
            1 => return Str::from_code_point(all),
            _ => {}
        }
        let mut codes = codes;
        // SAFETY: the width holds the bitwise or of all code points, so each; the iterator's copy gave `length` of them.
        unsafe {
            Str::make(kind_of(all), all < 0x80, length, |target| {
                let mut written = 0;
                for index in 0..length {
                    let Some(code) = codes.next() else { break };
                    target.write(index, code);
                    written += 1;
                }
                assert_eq!(written, length, "a copied iterator gives as many items");
            })
        }
    }

    /// Copies units whose width is known to be the least one.
    fn copy_units<U: Unit>(units: &[U], ascii: bool) -> Ref<Str> {
        // SAFETY: the copy fills all units.
        unsafe {
            Str::make(U::KIND, ascii, units.len(), |target| {
                std::ptr::copy_nonoverlapping(units.as_ptr(), target.pointer.cast(), units.len());
            })
        }
    }

    /// Makes a string of `length` units of width `kind`, which `fill` writes.
    ///
    /// # Safety
    /// `fill` writes every unit; the width is the least one for them, and `ascii` is right.
    pub unsafe fn make(kind: u8, ascii: bool, length: usize, fill: impl FnOnce(TargetUnits)) -> Ref<Str> {
        // SAFETY: the caller's promise.
        unsafe { Str::try_make(kind, ascii, length, fill) }.expect("memory for a string")
    }

    /// As [`Str::make`], with MemoryError where there is no memory.
    ///
    /// # Safety
    /// As for [`Str::make`].
    pub unsafe fn try_make(
        kind: u8,
        ascii: bool,
        length: usize,
        fill: impl FnOnce(TargetUnits),
    ) -> Result<Ref<Str>> {
        let extra = length.checked_add(1).and_then(|units| units.checked_mul(1 << kind));
        let extra = extra.filter(|&bytes| bytes < isize::MAX as usize / 2);
        let Some(extra) = extra else { return Err(crate::memory_error!()) };
        let pointer = memory::allocate_variable::<Str>(Str::type_object(), extra)?;
        // SAFETY: the cell has room for the struct and `extra` bytes; the header is written by the allocator.
        unsafe {
            (&raw mut (*pointer).length).write(Cell::new(length));
            (&raw mut (*pointer).hash).write(Cell::new(0));
            (&raw mut (*pointer).kind).write(kind);
            (&raw mut (*pointer).ascii).write(Cell::new(ascii));
            (&raw mut (*pointer).interned).write(Cell::new(false));
            let data = pointer.add(1).cast::<u8>();
            let width = 1usize << kind;
            std::ptr::write_bytes(data.add(length * width), 0, width);
            fill(TargetUnits { pointer: data, kind });
            Ok(Owned::from_raw(Value(pointer as u64)).downcast_unchecked())
        }
    }

    /// Bytes of the variable part of a string: its units and the zero one.
    pub fn tail_size(&self) -> usize {
        (self.length.get() + 1) << self.kind
    }

    /// How many code points there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all code points are below 128.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.ascii.get()
    }

    /// Width of a unit as a power of two: 0, 1 or 2.
    #[inline(always)]
    pub fn kind(&self) -> u8 {
        self.kind
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.interned.get()
    }

    pub(crate) fn set_interned(&self, interned: bool) {
        self.interned.set(interned);
    }

    #[inline(always)]
    fn data(&self) -> *const u8 {
        // The address comes from the pointer to the struct: data follows it in the same cell.
        (std::ptr::from_ref(self) as usize + size_of::<Str>()) as *const u8
    }

    /// The code points.
    #[inline(always)]
    pub fn units(&self) -> Units<'_> {
        let (data, length) = (self.data(), self.len());
        // SAFETY: that many units of that width follow the struct and live as long as it.
        unsafe {
            match self.kind {
                0 => Units::One(std::slice::from_raw_parts(data, length)),
                1 => Units::Two(std::slice::from_raw_parts(data.cast(), length)),
                _ => Units::Four(std::slice::from_raw_parts(data.cast(), length)),
            }
        }
    }

    /// The code point at `index`.
    #[inline]
    pub fn at(&self, index: usize) -> u32 {
        self.units().at(index)
    }

    /// The code points in order.
    pub fn code_points(&self) -> CodePoints<'_> {
        self.units().iter()
    }

    /// The text, where it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        if !self.is_ascii() {
            return None;
        }
        // SAFETY: ASCII bytes are UTF-8, and ASCII strings have units of one byte.
        Some(unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.data(), self.len())) })
    }

    /// The text; `None` where there are lone surrogates. For names: the UTF-8 of text that is not ASCII is kept for the
    /// life of the process (see [`Str::to_utf8`] for data).
    pub fn as_utf8(&self) -> Option<&str> {
        match self.as_ascii() {
            Some(text) => Some(text),
            None => crate::str_intern::keep_utf8(&self.to_utf8()?),
        }
    }

    /// The text as UTF-8; `None` where there are lone surrogates.
    pub fn to_utf8(&self) -> Option<Cow<'_, str>> {
        if let Some(text) = self.as_ascii() {
            return Some(Cow::Borrowed(text));
        }
        String::from_utf8(self.to_utf8_surrogates()).ok().map(Cow::Owned)
    }

    /// The text as UTF-8, with surrogates in the three bytes that the pattern gives.
    pub fn to_utf8_surrogates(&self) -> Vec<u8> {
        if let Some(text) = self.as_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut bytes = Vec::with_capacity(self.len() + (self.len() >> 1));
        self.code_points().for_each(|code| str_units::push_utf8(&mut bytes, code));
        bytes
    }

    /// The text with each lone surrogate as U+FFFD.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.as_ascii() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.code_points()
                    .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect(),
            ),
        }
    }

    /// This string as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a string is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// A new reference to this string.
    #[inline(always)]
    pub fn to_ref(&self) -> Ref<Str> {
        // SAFETY: the class is known.
        unsafe { self.object().to_owned().downcast_unchecked() }
    }

    /// A new reference, as a value.
    #[inline(always)]
    pub fn to_owned(&self) -> Owned {
        self.object().to_owned()
    }

    /// This string itself where its type is exactly `str`, else a copy of that type.
    pub fn to_exact(&self) -> Ref<Str> {
        if self.object().is_exact::<Str>() { self.to_ref() } else { self.copy() }
    }

    /// A copy that is an instance of a class that is or derives from `str`.
    pub fn copy_in(&self, class: &TypeObject) -> Result<Ref<Str>> {
        let pointer = memory::allocate_variable::<Str>(class, self.tail_size())?;
        // SAFETY: the cell has room for the struct and the tail; the header is written by the allocator.
        unsafe {
            (&raw mut (*pointer).length).write(Cell::new(self.len()));
            (&raw mut (*pointer).hash).write(Cell::new(self.hash.get()));
            (&raw mut (*pointer).kind).write(self.kind);
            (&raw mut (*pointer).ascii).write(Cell::new(self.is_ascii()));
            (&raw mut (*pointer).interned).write(Cell::new(false));
            std::ptr::copy_nonoverlapping(self.data(), pointer.add(1).cast::<u8>(), self.tail_size());
            Ok(Owned::from_raw(Value(pointer as u64)).downcast_unchecked())
        }
    }

    fn copy(&self) -> Ref<Str> {
        with_units!(self.units(), |units| match units.len() {
            0 | 1 => Str::from_units(self.units()),
            _ => Str::copy_units(units, self.is_ascii()),
        })
    }

    /// Whether both hold the same text.
    #[inline]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.len() != other.len() || self.kind != other.kind {
            return false;
        }
        let (left, right) = (self.hash.get(), other.hash.get());
        if left != right && left != 0 && right != 0 {
            return false;
        }
        self.units().as_bytes() == other.units().as_bytes()
    }

    /// Whether the text is `text`.
    pub fn equals_text(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => !text.is_ascii() && self.code_points().eq(text.chars().map(u32::from)),
        }
    }

    /// Compares by code points.
    pub fn compare(&self, other: &Str) -> Ordering {
        self.units().compare(other.units())
    }

    /// The hash, computed at the first call.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let hash = self.hash.get();
        if hash != 0 { hash } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = hash_bytes(self.units().as_bytes());
        self.hash.set(hash);
        hash
    }

    /// The code points from `start` to `end`; this string itself for all of them.
    pub fn substring(&self, start: usize, end: usize) -> Ref<Str> {
        if start >= end {
            return Str::empty();
        }
        if start == 0 && end == self.len() {
            return self.to_exact();
        }
        match self.as_ascii() {
            Some(text) => Str::from_ascii(&text.as_bytes()[start..end]),
            None => Str::from_units(self.units().slice(start, end)),
        }
    }

    /// `left + right`.
    pub fn concat(left: &Str, right: &Str) -> Result<Ref<Str>> {
        if right.is_empty() && left.object().is_exact::<Str>() {
            return Ok(left.to_ref());
        }
        if left.is_empty() && right.object().is_exact::<Str>() {
            return Ok(right.to_ref());
        }
        let kind = left.kind.max(right.kind);
        let length = left.len() + right.len();
        match length {
            0 => return Ok(Str::empty()),
            // Only instances of subclasses come here: the shared one-character string.
            1 => return Ok(Str::from_code_point(if left.is_empty() { right.at(0) } else { left.at(0) })),
            _ => {}
        }
        // SAFETY: both parts are written, and the wider of two least widths is the least.
        unsafe {
            Str::try_make(kind, left.is_ascii() && right.is_ascii(), length, |target| {
                target.fill_units(left.units());
                target.offset(left.len()).fill_units(right.units());
            })
        }
    }

    /// `left + right` for a left operand that the caller gives up: where nobody else refers to it, it grows in place.
    pub fn append(left: Owned, right: &Str) -> Result<Ref<Str>> {
        // SAFETY: callers pass a string.
        let left: Ref<Str> = unsafe { left.downcast_unchecked() };
        let unshared = left.header.reference_count.get() == 1
            && !left.is_interned()
            && left.kind >= right.kind
            && !left.is_empty()
            && !right.is_empty()
            && left.object().is_exact::<Str>();
        if !unshared {
            return Str::concat(&left, right);
        }
        let (old_length, length) = (left.len(), left.len() + right.len());
        let Some(extra) = length.checked_add(1).and_then(|units| units.checked_mul(1 << left.kind)) else {
            return Err(crate::memory_error!());
        };
        let old_extra = left.tail_size();
        let pointer = left.into_owned().into_raw().0 as *mut Str;
        // SAFETY: this is the only reference; the cell may move, and its contents up to the old size move with it.
        let pointer = unsafe { memory::resize_variable::<Str>(pointer, old_extra, extra) }?;
        // SAFETY: the cell now has room for all units; the data pointer is of the whole cell.
        unsafe {
            let string = &*pointer;
            string.length.set(length);
            string.hash.set(0);
            string.ascii.set(string.is_ascii() && right.is_ascii());
            let (data, width) = (pointer.add(1).cast::<u8>(), 1usize << string.kind);
            TargetUnits { pointer: data.add(old_length * width), kind: string.kind }
                .fill_units(right.units());
            std::ptr::write_bytes(data.add(length * width), 0, width);
            Ok(Owned::from_raw(Value(pointer as u64)).downcast_unchecked())
        }
    }

    /// This string `count` times.
    pub fn repeat(&self, count: usize) -> Result<Ref<Str>> {
        let total = match (self.len(), count) {
            (0, _) | (_, 0) => return Ok(Str::empty()),
            (_, 1) => return Ok(self.to_exact()),
            (length, count) => {
                length.checked_mul(count).filter(|&total| total < isize::MAX as usize >> self.kind)
            }
        };
        let Some(total) = total else { return Err(crate::memory_error!()) };
        let bytes = self.units().as_bytes();
        // SAFETY: `total` units are written: the first copy, then doubled until the rest is less than what is there.
        unsafe {
            Str::try_make(self.kind, self.is_ascii(), total, |target| {
                let (data, all) = (target.pointer, total << self.kind);
                if let [byte] = *bytes {
                    std::ptr::write_bytes(data, byte, all);
                    return;
                }
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
                let mut done = bytes.len();
                while done < all {
                    let step = done.min(all - done);
                    std::ptr::copy_nonoverlapping(data, data.add(done), step);
                    done += step;
                }
            })
        }
    }

    pub fn contains(&self, needle: &Str) -> bool {
        needle.kind <= self.kind && self.units().contains(needle.units())
    }

    /// The string in quotes with what is not printable escaped: `repr()`.
    pub fn repr(&self) -> Ref<Str> {
        crate::str_repr::repr(self)
    }
}

impl Drop for Str {
    #[inline]
    fn drop(&mut self) {
        if self.interned.get() {
            crate::str_intern::forget(self);
        }
    }
}

/// The units of a string that is being made.
#[derive(Clone, Copy)]
pub struct TargetUnits {
    pointer: *mut u8,
    kind: u8,
}

impl TargetUnits {
    /// Where the units lie.
    pub fn pointer(self) -> *mut u8 {
        self.pointer
    }

    /// The same units without the first `count`.
    ///
    /// # Safety
    /// There are at least `count`.
    pub unsafe fn offset(self, count: usize) -> TargetUnits {
        // SAFETY: the caller's promise.
        TargetUnits { pointer: unsafe { self.pointer.add(count << self.kind) }, kind: self.kind }
    }

    /// Writes one code point.
    ///
    /// # Safety
    /// `index` is within the string.
    #[inline(always)]
    pub unsafe fn write(self, index: usize, code: u32) {
        // SAFETY: the caller's promise; cells are aligned to 16 bytes and the struct's size is a multiple of 8.
        unsafe {
            match self.kind {
                0 => self.pointer.add(index).write(code as u8),
                1 => self.pointer.cast::<u16>().add(index).write(code as u16),
                _ => self.pointer.cast::<u32>().add(index).write(code),
            }
        }
    }

    /// Writes units of any width, which must fit.
    ///
    /// # Safety
    /// The string has room for them.
    pub unsafe fn fill<U: Unit>(self, units: &[U]) {
        // SAFETY: the caller's promise.
        unsafe {
            if U::KIND == self.kind {
                std::ptr::copy_nonoverlapping(units.as_ptr(), self.pointer.cast(), units.len());
                return;
            }
            match self.kind {
                0 => units
                    .iter()
                    .enumerate()
                    .for_each(|(index, unit)| self.pointer.add(index).write(unit.code() as u8)),
                1 => {
                    let data = self.pointer.cast::<u16>();
                    units
                        .iter()
                        .enumerate()
                        .for_each(|(index, unit)| data.add(index).write(unit.code() as u16));
                }
                _ => {
                    let data = self.pointer.cast::<u32>();
                    units.iter().enumerate().for_each(|(index, unit)| data.add(index).write(unit.code()));
                }
            }
        }
    }

    /// As [`TargetUnits::fill`].
    ///
    /// # Safety
    /// As for [`TargetUnits::fill`].
    pub unsafe fn fill_units(self, units: Units<'_>) {
        // SAFETY: the caller's promise.
        with_units!(units, |units| unsafe { self.fill(units) })
    }
}

impl fmt::Display for Str {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.to_string_lossy())
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.to_string_lossy(), formatter)
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Str) -> bool {
        self.equals(other)
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.equals_text(other)
    }
}

impl From<&str> for Ref<Str> {
    fn from(text: &str) -> Ref<Str> {
        Str::new(text)
    }
}

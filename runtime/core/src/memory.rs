//! Where objects live: pages of cells of one size, and blocks for large objects.
//!
//! - `system`: address space from the operating system;
//! - `page`: a page of cells, with its metadata at its start;
//! - `allocator`: which page the next cell comes from, and the registry of pages that the collector walks.
//!
//! Objects that refer to no others (*leaf* pages) lie apart from those that may (*container* pages), and from the small
//! arrays that belong to lists and sets. The address of a
//! page is that of any object in it with the low 16 bits cleared; objects in static memory are immortal and have no page,
//! so look at the count first.
//!
//! **Invariant:** nothing moves, and allocating runs no Python code: it only requests a collection at the next poll.

mod allocator;
pub mod page;
mod system;

use std::alloc::Layout;

use pyrsc_abi::Value;
use pyrsc_abi::header::Header;
use pyrsc_abi::page::{LARGEST_CELL, PageKind, size_class};

pub use allocator::{
    CURRENT_PAGES, LARGEST_OBJECT, allocate_cell, free_cell, heap_size, pages, release_empty_pages,
    release_freed_blocks,
};

use crate::memory_error;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, TypeObject, flags};

/// The kind of page for instances of a type.
#[inline(always)]
pub fn kind_of(ty: &TypeObject) -> PageKind {
    // Instances of classes written in Python may have attributes, whatever their built-in base is; the bit that says that
    // an object is weakly referenced is a container page's.
    if ty.flags() & (flags::HEAP | flags::DICT | flags::WEAKREF) != 0 {
        PageKind::Container
    } else {
        ty.spec().kind
    }
}

/// Allocates an instance of a type whose struct starts with `T`, with the given contents (whose header is overwritten).
#[inline]
pub fn allocate<T: Class>(ty: &TypeObject, contents: T) -> Ref<T> {
    let size = ty.instance_size();
    debug_assert!(size >= size_of::<T>(), "the struct of {} is that large", ty.name());
    debug_assert!(ty.version() != 0, "{} is in a table of types that is made ready", ty.name());
    let cell = allocate_cell(kind_of(ty), size);
    if cell.is_null() {
        exhausted(size);
    }
    // SAFETY: the cell is large enough and nobody's; what is behind the struct is zeroed, which is "unset" for members of
    // `__slots__` and for attribute slots.
    unsafe {
        if size > size_of::<T>() {
            cell.add(size_of::<T>()).write_bytes(0, size - size_of::<T>());
        }
        (cell as *mut T).write(contents);
        (cell as *mut Header).write(Header::new(ty.instance_shape()));
        Owned::from_raw(Value(cell as u64)).downcast_unchecked()
    }
}

/// Allocates an instance without attributes of a class written in Python that derives from no built-in type but
/// `object`.
#[inline]
pub fn allocate_instance(class: &TypeObject) -> Owned {
    let size = class.instance_size();
    let cell = allocate_cell(PageKind::Container, size);
    if cell.is_null() {
        exhausted(size);
    }
    // Members of `__slots__` are unset as long as they are 0, and so is the dict of an instance that wants one;
    // attribute slots hold nothing until the shape says so.
    let shape = class.instance_shape();
    let end = if crate::shape::get(shape).kind() == crate::shape::ShapeKind::Slots {
        class.slots_offset()
    } else {
        size
    };
    // SAFETY: the cell is large enough and nobody's.
    unsafe {
        (cell as *mut Header).write(Header::new(shape));
        for offset in (size_of::<Header>()..end).step_by(8) {
            (cell.add(offset) as *mut u64).write(0);
        }
        Owned::from_raw(Value(cell as u64))
    }
}

/// Allocates an instance of a type, all zero but the header, with room for `extra` bytes behind its fixed part.
pub fn allocate_zeroed(ty: &TypeObject, extra: usize) -> Result {
    let size = ty.instance_size().saturating_add(extra);
    let cell = allocate_cell(kind_of(ty), size);
    if cell.is_null() {
        return Err(memory_error!());
    }
    // SAFETY: the cell is large enough and nobody's.
    unsafe {
        cell.write_bytes(0, size);
        (cell as *mut Header).write(Header::new(ty.instance_shape()));
        Ok(Owned::from_raw(Value(cell as u64)))
    }
}

/// Allocates an instance of a type with a variable part of `extra` bytes behind the struct `T`. The header, and the word
/// for attributes behind the variable part where instances have one, are written; the rest is the caller's to fill.
#[inline]
pub fn allocate_variable<T: Class>(ty: &TypeObject, extra: usize) -> Result<*mut T> {
    match try_allocate_variable(ty, extra) {
        Some(object) => Ok(object),
        None => Err(memory_error!()),
    }
}

/// As [`allocate_variable`], but without raising.
#[inline]
pub fn try_allocate_variable<T: Class>(ty: &TypeObject, extra: usize) -> Option<*mut T> {
    if extra > LARGEST_OBJECT {
        return None;
    }
    let mut size = size_of::<T>() + extra;
    // Members of `__slots__` and the word for attributes lie behind the variable part.
    let behind = ty.instance_size().saturating_sub(size_of::<T>().next_multiple_of(8));
    if behind != 0 {
        size = size.next_multiple_of(8) + behind;
    }
    let cell = allocate_cell(kind_of(ty), size);
    if cell.is_null() {
        return None;
    }
    // SAFETY: the cell is large enough and nobody's.
    unsafe {
        (cell as *mut Header).write(Header::new(ty.instance_shape()));
        if behind != 0 {
            cell.add(size - behind).write_bytes(0, behind);
        }
    }
    Some(cell as *mut T)
}

/// Gives an object with one owner and no attribute word room for another size of its variable part, in place or by
/// moving it. On `Err` the object is freed, without dropping what its fields own.
///
/// # Safety
/// `object` came from [`allocate_variable`] for a leaf type, with `old_extra` bytes; the caller owns the only reference.
pub unsafe fn resize_variable<T: Class>(object: *mut T, old_extra: usize, extra: usize) -> Result<*mut T> {
    // SAFETY: the object is on the heap.
    let page = unsafe { page::Page::of(object as *mut u8) };
    if extra <= LARGEST_OBJECT {
        let size = size_of::<T>() + extra;
        let room = page.room();
        if size <= room && size >= room / 2 {
            return Ok(object);
        }
        // A string that grows is likely to grow on.
        let roomy = if size > room && size > page::LARGEST_IN_PAGE { size + size / 8 } else { size };
        let cell = allocate_cell(page.kind(), roomy);
        if !cell.is_null() {
            // SAFETY: both have that many bytes; the old object is not used any more.
            unsafe {
                let kept = size_of::<T>() + old_extra.min(extra);
                std::ptr::copy_nonoverlapping(object as *const u8, cell, kept);
                free_cell(object as *mut u8);
            }
            return Ok(cell as *mut T);
        }
    }
    // SAFETY: the caller gives the object up.
    unsafe { free_cell(object as *mut u8) };
    Err(memory_error!())
}

/// Allocates an array that belongs to an object: small ones lie in pages, others are the system's. Null when there is no
/// memory. `bytes` is not 0.
#[inline]
pub fn allocate_array(bytes: usize) -> *mut u8 {
    if bytes <= LARGEST_CELL {
        return allocate_cell(PageKind::Array, bytes);
    }
    // SAFETY: the layout is not empty.
    array_layout(bytes).map_or(std::ptr::null_mut(), |layout| unsafe { std::alloc::alloc(layout) })
}

fn array_layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, align_of::<u64>()).ok()
}

/// Frees an array.
///
/// # Safety
/// `array` came from [`allocate_array`] or [`resize_array`] for as many bytes, and is not used afterwards.
#[inline]
pub unsafe fn free_array(array: *mut u8, bytes: usize) {
    if bytes <= LARGEST_CELL {
        // SAFETY: the caller's promise: it is a cell.
        unsafe { free_cell(array) };
    } else if let Some(layout) = array_layout(bytes) {
        // SAFETY: the caller's promise: allocated with this layout.
        unsafe { std::alloc::dealloc(array, layout) };
    }
}

/// Gives an array another size, which is not 0, in place or by moving it; what fits is kept. Null when there is no memory:
/// the array is then as it was.
///
/// # Safety
/// As for [`free_array`], with `old` bytes.
pub unsafe fn resize_array(array: *mut u8, old: usize, new: usize) -> *mut u8 {
    if old > LARGEST_CELL && new > LARGEST_CELL {
        return match (array_layout(old), array_layout(new)) {
            // SAFETY: the caller's promise; the new size is not 0.
            (Some(layout), Some(_)) => unsafe { std::alloc::realloc(array, layout, new) },
            _ => std::ptr::null_mut(),
        };
    }
    if old <= LARGEST_CELL && new <= LARGEST_CELL && size_class(old) == size_class(new) {
        return array;
    }
    let moved = allocate_array(new);
    if !moved.is_null() {
        // SAFETY: both arrays have that many bytes; the old one is not used any more.
        unsafe {
            std::ptr::copy_nonoverlapping(array, moved, old.min(new));
            free_array(array, old);
        }
    }
    moved
}

/// Ends the process where an object of a fixed size cannot be allocated and no exception can be raised.
#[cold]
pub fn exhausted(size: usize) -> ! {
    eprintln!("pyrsc: out of memory (allocating {size} bytes)");
    std::process::abort()
}

//! Memory (being replaced by the page allocator).
use crate::owned::{Owned, Ref};
use crate::type_object::{Class, TypeObject};
use pyrsc_abi::header::Header;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};

/// Allocates an instance of a type whose struct starts with `T`, with the given contents.
pub fn allocate<T: Class>(ty: &TypeObject, contents: T) -> Ref<T> {
    let object = allocate_zeroed(ty, 0);
    // SAFETY: fresh, large enough.
    unsafe {
        (object.address::<T>()).write(contents);
        let header = Header::new(ty.instance_shape());
        (object.address::<Header>()).write(header);
        object.downcast_unchecked()
    }
}

/// Allocates an instance of a type, all zero but the header, with room for `extra` bytes behind the struct.
pub fn allocate_zeroed(ty: &TypeObject, extra: usize) -> Owned {
    // SAFETY: the layout is not empty.
    unsafe {
        let address =
            alloc_zeroed(Layout::from_size_align_unchecked(ty.instance_size().max(16) + extra + 16, 16));
        (address as *mut Header).write(Header::new(ty.instance_shape()));
        Owned::from_raw(pyrsc_abi::Value(address as u64))
    }
}

/// Allocates an instance of a type with a variable part of `extra` bytes; only the header is written.
pub fn allocate_variable<T: Class>(ty: &TypeObject, extra: usize) -> crate::owned::Result<*mut T> {
    Ok(allocate_zeroed(ty, extra).into_raw().0 as *mut T)
}
/// Moves a variable-size object to a cell of another size.
///
/// # Safety
/// The caller has the only reference.
pub unsafe fn resize_variable<T: Class>(
    pointer: *mut T,
    old_extra: usize,
    extra: usize,
) -> crate::owned::Result<*mut T> {
    let new = allocate_variable::<T>(T::type_object(), extra)?;
    // SAFETY: both cells are that long.
    unsafe {
        std::ptr::copy_nonoverlapping(
            pointer as *const u8,
            new as *mut u8,
            size_of::<T>() + old_extra.min(extra),
        )
    };
    Ok(new)
}
#[allow(unused)]
fn unused() {
    let _ = (alloc as usize, dealloc as usize);
}

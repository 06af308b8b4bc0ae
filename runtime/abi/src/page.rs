//! Geometry of the pages that objects live in.
//!
//! A page is 64 KiB, aligned to its size, holds cells of one size class and one kind, and starts with [`PageHeader`].
//! Blocks of large objects start with the same header. The page of any object is its address with the low bits cleared.

use core::cell::Cell;

/// Bytes in a page, and its alignment.
pub const PAGE_SIZE: usize = 1 << 16;
/// Sizes of cells are multiples of this.
pub const CELL_GRANULE: usize = 16;
/// Objects above this many bytes have a block of their own.
pub const LARGEST_CELL: usize = 1024;
/// How many size classes there are: one a granule up to [`LARGEST_CELL`].
pub const SIZE_CLASSES: usize = LARGEST_CELL / CELL_GRANULE + 1;

/// The size class of an object of `size` bytes (at most [`LARGEST_CELL`]).
pub const fn size_class(size: usize) -> usize {
    size.div_ceil(CELL_GRANULE)
}

/// What lies in a page.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageKind {
    /// Objects that refer to no others (str, bytes, big ints, heap floats): never scanned by the cycle collector.
    Leaf = 0,
    /// Objects that may refer to others.
    Container = 1,
    /// Arrays that belong to an object elsewhere: what lies there is no object.
    Array = 2,
}

/// How many kinds of pages there are.
pub const PAGE_KINDS: usize = 3;

/// The start of every page, as generated code sees it. The allocator keeps more behind it.
#[repr(C)]
pub struct PageHeader {
    /// First free cell, or null. A free cell's first word is the next one. Pages that allocation has left because they
    /// were full end their list with [`FULL_PAGE_END`] instead, so that the first cell freed there is noticed.
    pub free: Cell<*mut u8>,
}

/// See [`PageHeader::free`]. Freeing a cell: `next = page.free; *cell = next; page.free = cell`, and when `next` is this,
/// the runtime has to be told (`pyrsc_rt_page_has_room(page)`).
pub const FULL_PAGE_END: usize = 1;

/// The pages that allocation takes cells from, by kind and size class; generated code knows its address.
///
/// Allocation: `cell = page.free`; where it is null the runtime allocates; else `page.free = *cell`. Never null itself: at
/// first every entry is a page without cells. Whoever allocates from a container page adds 1 to `container_balance`.
#[repr(C)]
pub struct CurrentPages {
    pub pages: [[Cell<*mut PageHeader>; SIZE_CLASSES]; PAGE_KINDS],
    /// Container objects allocated since the last collection, less those freed since.
    pub container_balance: Cell<i64>,
}

// SAFETY: touched only by the thread that holds the GIL.
unsafe impl Sync for CurrentPages {}

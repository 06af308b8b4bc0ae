//! Address space from the operating system: pages of 64 KiB, and blocks of several.
//!
//! Pages are cut from chunks of address space that are never given back; the memory behind a free page is. Blocks are
//! mapped one by one, and a few freed ones are kept for the next allocation of their size.

use std::cell::RefCell;

use pyrsc_abi::page::PAGE_SIZE;

use crate::gil::Static;

/// Address space that pages are cut from.
const CHUNK_SIZE: usize = 64 * PAGE_SIZE;
/// Free pages whose memory is kept, for the next page that is needed.
const WARM_PAGES: usize = 16;
/// Freed blocks that are kept, and the largest size of one.
const KEPT_BLOCKS: usize = 8;
const LARGEST_KEPT_BLOCK: usize = 1 << 20;

/// What is free.
struct Supply {
    /// Pages that may hold old data.
    warm: Vec<usize>,
    /// Pages without memory behind them: all zero when touched.
    cold: Vec<usize>,
    /// What is left of the newest chunk.
    chunk: (usize, usize),
    /// Blocks: address and size.
    blocks: Vec<(usize, usize)>,
}

static SUPPLY: Static<RefCell<Supply>> = Static::new(RefCell::new(Supply {
    warm: Vec::new(),
    cold: Vec::new(),
    chunk: (0, 0),
    blocks: Vec::new(),
}));

/// A page, aligned to its size, of any contents; null when there is no memory.
pub fn take_page() -> *mut u8 {
    let mut supply = SUPPLY.borrow_mut();
    if let Some(page) = supply.warm.pop().or_else(|| supply.cold.pop()) {
        return page as *mut u8;
    }
    if supply.chunk.0 == supply.chunk.1 {
        let chunk = map_aligned(CHUNK_SIZE);
        if chunk.is_null() {
            return chunk;
        }
        supply.chunk = (chunk as usize, chunk as usize + CHUNK_SIZE);
    }
    let page = supply.chunk.0;
    supply.chunk.0 += PAGE_SIZE;
    page as *mut u8
}

/// Takes a page back.
///
/// # Safety
/// The page came from [`take_page`]; nobody uses it.
pub unsafe fn give_page(page: *mut u8) {
    let mut supply = SUPPLY.borrow_mut();
    if supply.warm.len() < WARM_PAGES {
        supply.warm.push(page as usize);
        return;
    }
    // SAFETY: the page is mapped and not in use; afterwards it reads as zeros.
    unsafe { libc::madvise(page.cast(), PAGE_SIZE, libc::MADV_DONTNEED) };
    supply.cold.push(page as usize);
}

/// A block of `size` bytes (a multiple of the page size), aligned to the page size; null when there is no memory.
pub fn take_block(size: usize) -> *mut u8 {
    let mut supply = SUPPLY.borrow_mut();
    if let Some(index) = supply.blocks.iter().position(|&(_, kept)| kept == size) {
        return supply.blocks.swap_remove(index).0 as *mut u8;
    }
    map_aligned(size)
}

/// Takes a block back.
///
/// # Safety
/// The block came from [`take_block`] with this size; nobody uses it.
pub unsafe fn give_block(block: *mut u8, size: usize) {
    let mut supply = SUPPLY.borrow_mut();
    if size <= LARGEST_KEPT_BLOCK {
        supply.blocks.push((block as usize, size));
        if supply.blocks.len() <= KEPT_BLOCKS {
            return;
        }
        let (oldest, size) = supply.blocks.remove(0);
        // SAFETY: the block was mapped with this size; nobody uses it.
        unsafe { libc::munmap(oldest as *mut _, size) };
        return;
    }
    // SAFETY: as above.
    unsafe { libc::munmap(block.cast(), size) };
}

/// Maps zeroed memory, aligned to the page size; null when there is none.
fn map_aligned(size: usize) -> *mut u8 {
    let Some(length) = size.checked_add(PAGE_SIZE) else { return std::ptr::null_mut() };
    // SAFETY: an anonymous mapping at an address of the system's choice; what sticks out of the aligned part is unmapped.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        let start =
            libc::mmap(std::ptr::null_mut(), length, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if start == libc::MAP_FAILED {
            return std::ptr::null_mut();
        }
        let aligned = (start as usize).next_multiple_of(PAGE_SIZE);
        let before = aligned - start as usize;
        if before > 0 {
            libc::munmap(start, before);
        }
        let after = PAGE_SIZE - before;
        if after > 0 {
            libc::munmap((aligned + size) as *mut _, after);
        }
        aligned as *mut u8
    }
}

//! A page of cells of one size, and a block that holds one large object: both start with [`Page`].

use std::cell::Cell;

use pyrsc_abi::page::{
    CELL_GRANULE, FULL_PAGE_END, LARGEST_CELL, PAGE_SIZE, PageHeader, PageKind, SIZE_CLASSES,
};
use pyrsc_abi::shapes::FIRST_SHAPE;
use pyrsc_abi::{Header, Value};

/// How many cells of each class above [`LARGEST_CELL`] a page holds. Larger objects have a block of their own.
const MEDIUM_COUNTS: [usize; 20] = [51, 42, 36, 31, 28, 25, 21, 18, 15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
/// Size classes of pages, the small ones (`pyrsc_abi::page`) first.
pub const CLASS_COUNT: usize = SIZE_CLASSES + MEDIUM_COUNTS.len();
/// The largest object that lies in a page.
pub const LARGEST_IN_PAGE: usize = cell_size(CLASS_COUNT - 1);

/// Bytes of a cell of a class.
pub const fn cell_size(class: usize) -> usize {
    if class < SIZE_CLASSES {
        return class * CELL_GRANULE;
    }
    let count = MEDIUM_COUNTS[class - SIZE_CLASSES];
    // A container page has a byte a cell in front.
    (PAGE_SIZE - (size_of::<Page>() + count).next_multiple_of(CELL_GRANULE)) / count / CELL_GRANULE
        * CELL_GRANULE
}

/// The class for objects of `size` bytes, more than [`LARGEST_CELL`] and at most [`LARGEST_IN_PAGE`].
pub fn medium_class(size: usize) -> usize {
    debug_assert!(size > LARGEST_CELL && size <= LARGEST_IN_PAGE);
    (SIZE_CLASSES..CLASS_COUNT).find(|&class| size <= cell_size(class)).expect("a size that lies in a page")
}

/// Where allocation stands with a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum PageState {
    /// Allocation takes cells from it.
    Current,
    /// It had no room when allocation left it; its free list ends with `FULL_PAGE_END`.
    Full,
    /// It has room again, and waits in its class's list.
    Partial,
    /// Not a page of cells: a block with one object.
    Block,
}

/// Bits of the byte that container pages keep for each cell; 0 for a free cell and a new object.
pub mod cell_bits {
    /// The generation (0 to 2; 3 is `gc.freeze`'s permanent one).
    pub const GENERATION: u8 = 3;
    /// The object is referred to weakly: the side table has an entry.
    pub const WEAKLY_REFERENCED: u8 = 4;
    /// `__del__` has been called.
    pub const FINALIZED: u8 = 8;
}

/// What a page or block starts with.
#[repr(C)]
pub struct Page {
    header: PageHeader,
    /// While a collection runs over this page: a word for each cell (see the collector). Null otherwise.
    pub counts: Cell<*mut u32>,
    /// Bytes of a block; for pages [`PAGE_SIZE`].
    size: usize,
    /// Where the page is in the registry.
    pub registry_index: Cell<u32>,
    /// Offset of the first cell that was never used.
    unused: Cell<u32>,
    /// Offset after the last cell.
    end: u32,
    /// Offset of the first cell.
    first: u32,
    /// Bytes of a cell.
    cell_size: u32,
    /// `ceil(2^32 / cell_size)`: turns offsets into indices.
    reciprocal: u32,
    class: u8,
    kind: PageKind,
    state: Cell<PageState>,
    /// Which of the collector's page lists this page is in.
    pub generations: Cell<u8>,
}

impl Page {
    /// The page or block that an object on the heap lies in.
    ///
    /// # Safety
    /// `address` is inside a cell of a page, or the start of the object in a block.
    #[inline(always)]
    pub unsafe fn of<'a>(address: *mut u8) -> &'a Page {
        // SAFETY: pages and blocks are aligned to the page size and start with their header.
        unsafe { &*((address as usize & !(PAGE_SIZE - 1)) as *const Page) }
    }

    /// Makes a page of cells of `memory`.
    ///
    /// # Safety
    /// `memory` is a page of writable memory that nobody uses.
    pub unsafe fn create<'a>(memory: *mut u8, kind: PageKind, class: usize) -> &'a Page {
        let cell = cell_size(class);
        let room = PAGE_SIZE - size_of::<Page>();
        let (count, bits) = match kind {
            PageKind::Leaf | PageKind::Array => (room / cell, 0),
            PageKind::Container => {
                let count = room / (cell + 1);
                (count, count)
            }
        };
        let first = (size_of::<Page>() + bits).next_multiple_of(CELL_GRANULE);
        let count = count.min((PAGE_SIZE - first) / cell);
        let page = Page {
            header: PageHeader { free: Cell::new(std::ptr::null_mut()) },
            counts: Cell::new(std::ptr::null_mut()),
            size: PAGE_SIZE,
            registry_index: Cell::new(0),
            unused: Cell::new(first as u32),
            end: (first + count * cell) as u32,
            first: first as u32,
            cell_size: cell as u32,
            reciprocal: reciprocal(cell),
            class: class as u8,
            kind,
            state: Cell::new(PageState::Current),
            generations: Cell::new(0),
        };
        // SAFETY: the caller's promise; the bits lie behind the header.
        unsafe {
            (memory as *mut Page).write(page);
            memory.add(size_of::<Page>()).write_bytes(0, bits);
            &*(memory as *const Page)
        }
    }

    /// Makes a block with room for one object of `memory`, and gives the object's address.
    ///
    /// # Safety
    /// `memory` is `size` bytes, at least [`BLOCK_OVERHEAD`], of writable memory that nobody uses.
    pub unsafe fn create_block(memory: *mut u8, kind: PageKind, size: usize) -> *mut u8 {
        let page = Page {
            header: PageHeader { free: Cell::new(std::ptr::null_mut()) },
            counts: Cell::new(std::ptr::null_mut()),
            size,
            registry_index: Cell::new(0),
            unused: Cell::new(0),
            end: 0,
            first: BLOCK_OVERHEAD as u32,
            cell_size: 0,
            // Every address is that of cell 0.
            reciprocal: 0,
            class: 0,
            kind,
            state: Cell::new(PageState::Block),
            generations: Cell::new(0),
        };
        // SAFETY: the caller's promise; one byte of bits lies behind the header.
        unsafe {
            (memory as *mut Page).write(page);
            memory.add(size_of::<Page>()).write(0);
            memory.add(BLOCK_OVERHEAD)
        }
    }

    #[inline(always)]
    pub fn kind(&self) -> PageKind {
        self.kind
    }

    #[inline(always)]
    pub fn is_block(&self) -> bool {
        self.state.get() == PageState::Block
    }

    pub fn state(&self) -> PageState {
        self.state.get()
    }

    pub fn set_state(&self, state: PageState) {
        self.state.set(state);
    }

    pub fn class(&self) -> usize {
        self.class as usize
    }

    /// Bytes of the page or block.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Bytes that the object at an address may have.
    pub fn room(&self) -> usize {
        if self.is_block() { self.size - BLOCK_OVERHEAD } else { self.cell_size as usize }
    }

    #[inline(always)]
    pub fn header(&self) -> &PageHeader {
        &self.header
    }

    fn base(&self) -> *mut u8 {
        std::ptr::from_ref(self) as *mut u8
    }

    /// How many cells there are, with the free ones.
    pub fn cell_count(&self) -> usize {
        if self.is_block() { 1 } else { (self.end - self.first) as usize / self.cell_size as usize }
    }

    /// The index of an object's cell.
    #[inline(always)]
    pub fn index(&self, address: *mut u8) -> usize {
        let offset = (address as usize).wrapping_sub(self.base() as usize + self.first as usize) as u64;
        ((offset * u64::from(self.reciprocal)) >> 32) as usize
    }

    /// The bits of a cell of a container page, see [`cell_bits`].
    #[inline(always)]
    pub fn bits(&self, index: usize) -> &Cell<u8> {
        debug_assert!(self.kind == PageKind::Container && index < self.cell_count());
        // SAFETY: container pages have a byte for each cell behind the header.
        unsafe { &*(self.base().add(size_of::<Page>() + index) as *const Cell<u8>) }
    }

    /// The objects in the page: cells that hold one, also one that is being freed (its count is 0).
    pub fn objects(&self) -> impl Iterator<Item = (usize, Value)> + '_ {
        let (step, count) = if self.is_block() {
            (0, 1)
        } else {
            (self.cell_size as usize, ((self.unused.get() - self.first) / self.cell_size) as usize)
        };
        let first = self.base() as usize + self.first as usize;
        (0..count).filter_map(move |index| {
            let address = first + index * step;
            // SAFETY: the cell has been used, so its first word is a header or a link.
            let header = unsafe { &*(address as *const Header) };
            (header.shape.get().0 >= FIRST_SHAPE).then_some((index, Value(address as u64)))
        })
    }

    /// Puts cells that were never used in the free list; false when there are none.
    pub fn extend_free_list(&self) -> bool {
        debug_assert!(self.header.free.get().is_null());
        let unused = self.unused.get() as usize;
        if unused == self.end as usize {
            return false;
        }
        // Some cells at a time: memory is not touched before it is needed.
        const BATCH: usize = 4096;
        let cell = self.cell_size as usize;
        let stop = (unused + (BATCH / cell).max(1) * cell).min(self.end as usize);
        let base = self.base();
        // SAFETY: the cells lie in the page and are not in use.
        unsafe {
            let mut offset = unused;
            while offset < stop {
                let next = if offset + cell < stop { base.add(offset + cell) } else { std::ptr::null_mut() };
                (base.add(offset) as *mut *mut u8).write(next);
                offset += cell;
            }
            self.header.free.set(base.add(unused));
        }
        self.unused.set(stop as u32);
        true
    }

    /// Ends the free list of a page that is full in the way that makes the next free noticed.
    pub fn mark_full(&self) {
        debug_assert!(self.header.free.get().is_null());
        self.header.free.set(FULL_PAGE_END as *mut u8);
        self.state.set(PageState::Full);
    }

    /// Whether no cell holds an object. Walks the free list.
    pub fn is_empty(&self) -> bool {
        let used = (self.unused.get() - self.first) as usize / self.cell_size as usize;
        let mut free = 0;
        let mut cell = self.header.free.get();
        while cell as usize > FULL_PAGE_END {
            free += 1;
            // SAFETY: a cell in the free list starts with the next one.
            cell = unsafe { *(cell as *mut *mut u8) };
        }
        free == used
    }
}

/// Bytes of a block before its object.
pub const BLOCK_OVERHEAD: usize = (size_of::<Page>() + 1).next_multiple_of(CELL_GRANULE);

/// `ceil(2^32 / size)`, which divides offsets of whole cells exactly: the error is below 1 in 2^16.
fn reciprocal(size: usize) -> u32 {
    (1u64 << 32).div_ceil(size as u64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_grow_and_cover_all_sizes() {
        for class in 2..CLASS_COUNT {
            assert!(cell_size(class) > cell_size(class - 1), "class {class}");
            assert_eq!(cell_size(class) % CELL_GRANULE, 0);
        }
        for size in LARGEST_CELL + 1..=LARGEST_IN_PAGE {
            let class = medium_class(size);
            assert!(cell_size(class) >= size && (class == SIZE_CLASSES || cell_size(class - 1) < size));
        }
    }

    #[test]
    fn reciprocals_find_every_cell() {
        for class in 1..CLASS_COUNT {
            let size = cell_size(class);
            for index in 0..PAGE_SIZE / size {
                assert_eq!(((index * size) as u64 * u64::from(reciprocal(size))) >> 32, index as u64);
            }
        }
    }
}

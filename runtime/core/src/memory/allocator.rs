//! Cells from pages, and the registry of all pages.

use std::cell::{Cell, RefCell};
use std::ptr::null_mut;

use pyrsc_abi::page::{
    CurrentPages, FULL_PAGE_END, LARGEST_CELL, PAGE_KINDS, PAGE_SIZE, PageHeader, PageKind, SIZE_CLASSES,
    size_class,
};

use super::page::{BLOCK_OVERHEAD, CLASS_COUNT, LARGEST_IN_PAGE, Page, PageState, medium_class};
use super::system;
use crate::collector;
use crate::gil::Static;

/// Objects are never larger than this.
pub const LARGEST_OBJECT: usize = isize::MAX as usize / 2;
/// After so many pages got room again, empty ones are looked for.
const ROOM_EVENTS_PER_RELEASE: u32 = 1024;

/// A page without cells: what [`CURRENT_PAGES`] starts with.
struct NoPage(PageHeader);
// SAFETY: never written: it has no cell to take, and none is freed to it.
unsafe impl Sync for NoPage {}
static NO_PAGE: NoPage = NoPage(PageHeader { free: Cell::new(null_mut()) });

const fn no_page() -> Cell<*mut PageHeader> {
    Cell::new(&raw const NO_PAGE.0 as *mut PageHeader)
}

/// See [`CurrentPages`].
#[unsafe(export_name = "pyrsc_rt_current_pages")]
pub static CURRENT_PAGES: CurrentPages = CurrentPages {
    pages: [const { [const { no_page() }; SIZE_CLASSES] }; PAGE_KINDS],
    container_balance: Cell::new(0),
};

/// What generated code does not see.
struct Heap {
    /// The current pages of the larger size classes.
    medium_pages: [[Cell<*mut PageHeader>; CLASS_COUNT - SIZE_CLASSES]; PAGE_KINDS],
    /// Pages with room, by kind and class.
    partial: [[RefCell<Vec<*const Page>>; CLASS_COUNT]; PAGE_KINDS],
    /// All pages and blocks, by kind.
    registry: [RefCell<Vec<*const Page>>; PAGE_KINDS],
    room_events: Cell<u32>,
    /// Blocks that were freed while the collector was walking pages.
    freed_blocks: RefCell<Vec<*const Page>>,
    /// Bytes of all pages and blocks.
    size: Cell<usize>,
}

static HEAP: Static<Heap> = Static::new(Heap {
    medium_pages: [const { [const { no_page() }; CLASS_COUNT - SIZE_CLASSES] }; PAGE_KINDS],
    partial: [const { [const { RefCell::new(Vec::new()) }; CLASS_COUNT] }; PAGE_KINDS],
    registry: [const { RefCell::new(Vec::new()) }; PAGE_KINDS],
    room_events: Cell::new(0),
    freed_blocks: RefCell::new(Vec::new()),
    size: Cell::new(0),
});

/// A cell of at least `size` bytes, of any contents; null when there is no memory.
#[inline(always)]
pub fn allocate_cell(kind: PageKind, size: usize) -> *mut u8 {
    if size > LARGEST_CELL {
        return allocate_larger(kind, size);
    }
    let class = size_class(size);
    let page = CURRENT_PAGES.pages[kind as usize][class].get();
    // SAFETY: an entry is a page, or the page without cells; a free cell starts with the next one.
    unsafe {
        let cell = (*page).free.get();
        if cell.is_null() {
            return allocate_slowly(kind, class);
        }
        (*page).free.set(*(cell as *mut *mut u8));
        if matches!(kind, PageKind::Container) {
            count_container();
        }
        cell
    }
}

#[inline(always)]
fn count_container() {
    let balance = &CURRENT_PAGES.container_balance;
    balance.set(balance.get() + 1);
}

/// Frees a cell or a block.
///
/// # Safety
/// `address` came from [`allocate_cell`] and is not used afterwards.
#[inline(always)]
pub unsafe fn free_cell(address: *mut u8) {
    // SAFETY: the address is one of this allocator's.
    let page = unsafe { Page::of(address) };
    if matches!(page.kind(), PageKind::Container) {
        page.bits(page.index(address)).set(0);
        let balance = &CURRENT_PAGES.container_balance;
        if balance.get() > 0 {
            balance.set(balance.get() - 1);
        }
    }
    if page.is_block() {
        // SAFETY: the caller's promise.
        unsafe { free_block(page) };
        return;
    }
    let next = page.header().free.get();
    // SAFETY: the cell is large enough for a link.
    unsafe { (address as *mut *mut u8).write(next) };
    page.header().free.set(address);
    if next as usize == FULL_PAGE_END {
        // SAFETY: the page is one of this allocator's, and its list has one cell.
        unsafe { page_has_room(page) };
    }
}

/// A page that was full has its first free cell.
///
/// # Safety
/// The page's free list is that cell and `FULL_PAGE_END`.
#[cold]
unsafe fn page_has_room(page: &Page) {
    let cell = page.header().free.get();
    // SAFETY: the caller's promise.
    unsafe { (cell as *mut *mut u8).write(null_mut()) };
    page.set_state(PageState::Partial);
    HEAP.partial[page.kind() as usize][page.class()].borrow_mut().push(page);
    HEAP.room_events.set(HEAP.room_events.get() + 1);
    if HEAP.room_events.get() >= ROOM_EVENTS_PER_RELEASE && !collector::is_collecting() {
        release_empty_pages();
    }
}

/// What generated code calls when a cell it frees was the first in a full page.
///
/// # Safety
/// As for `page_has_room`.
#[unsafe(export_name = "pyrsc_rt_page_has_room")]
pub unsafe extern "C" fn page_has_room_entry(page: *const PageHeader) {
    // SAFETY: the caller's promise; a page starts with its header.
    unsafe { page_has_room(&*(page as *const Page)) }
}

fn current_page(kind: PageKind, class: usize) -> &'static Cell<*mut PageHeader> {
    if class < SIZE_CLASSES {
        &CURRENT_PAGES.pages[kind as usize][class]
    } else {
        &HEAP.medium_pages[kind as usize][class - SIZE_CLASSES]
    }
}

/// The current page has no free cell.
#[cold]
#[inline(never)]
fn allocate_slowly(kind: PageKind, class: usize) -> *mut u8 {
    // Objects have a header and at least a word.
    debug_assert!(class > 0);
    let current = current_page(kind, class);
    let left = current.get() as *const Page;
    let page = 'page: {
        if left as *const PageHeader != &raw const NO_PAGE.0 {
            // SAFETY: the entry is a real page.
            let left = unsafe { &*left };
            if left.extend_free_list() {
                break 'page left;
            }
            left.mark_full();
            current.set(&raw const NO_PAGE.0 as *mut PageHeader);
        }
        if let Some(page) = HEAP.partial[kind as usize][class].borrow_mut().pop() {
            // SAFETY: pages in the lists are alive.
            let page = unsafe { &*page };
            page.set_state(PageState::Current);
            break 'page page;
        }
        let memory = system::take_page();
        if memory.is_null() {
            return null_mut();
        }
        // SAFETY: a fresh page.
        let page = unsafe { Page::create(memory, kind, class) };
        page.extend_free_list();
        register(page);
        page
    };
    current.set(page.header() as *const PageHeader as *mut PageHeader);
    let cell = page.header().free.get();
    // SAFETY: the page has room; a free cell starts with the next one.
    page.header().free.set(unsafe { *(cell as *mut *mut u8) });
    if kind == PageKind::Container {
        count_container();
        collector::note_allocation(page);
    }
    cell
}

/// An object of more than [`LARGEST_CELL`] bytes.
#[inline(never)]
fn allocate_larger(kind: PageKind, size: usize) -> *mut u8 {
    if size > LARGEST_IN_PAGE {
        return allocate_block(kind, size);
    }
    let class = medium_class(size);
    let page = current_page(kind, class).get();
    // SAFETY: as in `allocate_cell`.
    unsafe {
        let cell = (*page).free.get();
        if cell.is_null() {
            return allocate_slowly(kind, class);
        }
        (*page).free.set(*(cell as *mut *mut u8));
        if kind == PageKind::Container {
            count_container();
        }
        cell
    }
}

fn allocate_block(kind: PageKind, size: usize) -> *mut u8 {
    if size > LARGEST_OBJECT {
        return null_mut();
    }
    let size = (size + BLOCK_OVERHEAD).next_multiple_of(PAGE_SIZE);
    let memory = system::take_block(size);
    if memory.is_null() {
        return null_mut();
    }
    // SAFETY: a fresh block of this size.
    let object = unsafe { Page::create_block(memory, kind, size) };
    // SAFETY: the block starts with a page header.
    let page = unsafe { Page::of(object) };
    // The cell reads as free until the object is there.
    // SAFETY: the object's first word.
    unsafe { (object as *mut u64).write(0) };
    register(page);
    if kind == PageKind::Container {
        count_container();
        collector::note_allocation(page);
    }
    object
}

/// # Safety
/// The block's object is not used any more.
#[cold]
unsafe fn free_block(page: &Page) {
    if collector::is_collecting() {
        // The collector may still look at the page; its cell reads as free.
        // SAFETY: the object is gone; its first word is in the block.
        unsafe { ((std::ptr::from_ref(page) as *mut u8).add(BLOCK_OVERHEAD) as *mut u64).write(0) };
        HEAP.freed_blocks.borrow_mut().push(page);
        return;
    }
    collector::forget_page(page);
    unregister(page);
    // SAFETY: the block was allocated with its size.
    unsafe { system::give_block(std::ptr::from_ref(page) as *mut u8, page.size()) };
}

/// Frees the blocks whose objects went while the collector was walking pages.
pub fn release_freed_blocks() {
    let blocks = std::mem::take(&mut *HEAP.freed_blocks.borrow_mut());
    for page in blocks {
        // SAFETY: the blocks' objects are gone.
        unsafe { free_block(&*page) };
    }
}

fn register(page: &Page) {
    let mut registry = HEAP.registry[page.kind() as usize].borrow_mut();
    page.registry_index.set(registry.len() as u32);
    registry.push(page);
    HEAP.size.set(HEAP.size.get() + page.size());
}

fn unregister(page: &Page) {
    let mut registry = HEAP.registry[page.kind() as usize].borrow_mut();
    let index = page.registry_index.get() as usize;
    registry.swap_remove(index);
    if let Some(&moved) = registry.get(index) {
        // SAFETY: pages in the registry are alive.
        unsafe { &*moved }.registry_index.set(index as u32);
    }
    HEAP.size.set(HEAP.size.get() - page.size());
}

/// Gives empty pages back to the system. Not while pages are being walked.
pub fn release_empty_pages() {
    HEAP.room_events.set(0);
    for list in HEAP.partial.iter().flatten() {
        list.borrow_mut().retain(|&page| {
            // SAFETY: pages in the lists are alive.
            let page = unsafe { &*page };
            if !page.is_empty() {
                return true;
            }
            collector::forget_page(page);
            unregister(page);
            // SAFETY: no cell of the page is in use.
            unsafe { system::give_page(std::ptr::from_ref(page) as *mut u8) };
            false
        });
    }
}

/// All pages and blocks of a kind at this moment. They stay valid until something is allocated or freed.
pub fn pages(kind: PageKind) -> Vec<&'static Page> {
    // SAFETY: pages in the registry are alive.
    HEAP.registry[kind as usize].borrow().iter().map(|&page| unsafe { &*page }).collect()
}

/// Bytes of all pages and blocks.
pub fn heap_size() -> usize {
    HEAP.size.get()
}

//! When which generation is collected: thresholds, counts and requests, as in CPython (Python/gc.c).

use std::cell::{Cell, RefCell};

use pyrsc_abi::page::PageKind;

use super::reach::Inspection;
use super::unreachable;
use crate::deallocate::run_python;
use crate::dict::Dict;
use crate::exception;
use crate::gil::{self, Static};
use crate::list::List;
use crate::memory::page::{Page, PageState, cell_bits};
use crate::memory::{self, CURRENT_PAGES};
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str::Str;

/// The generation that `gc.freeze` puts objects in: never inspected.
pub const PERMANENT: u8 = 3;
/// In which of the lists of pages below a page is (`Page::generations`).
const IN_YOUNG: u8 = 1;
const IN_MIDDLE: u8 = 2;

/// Bits of `gc.set_debug`.
#[allow(non_snake_case)]
pub mod Debug {
    pub const STATS: i32 = 1;
    pub const COLLECTABLE: i32 = 2;
    pub const UNCOLLECTABLE: i32 = 4;
    pub const SAVEALL: i32 = 32;
}

/// What `gc.get_stats` tells of one generation.
#[derive(Clone, Copy, Default)]
pub struct Statistics {
    pub collections: u64,
    pub collected: u64,
    pub uncollectable: u64,
}

struct Collector {
    enabled: Cell<bool>,
    collecting: Cell<bool>,
    requested: Cell<bool>,
    /// How many polls go by before a collection is forced, for `PYRSC_GC_STRESS`; 0: none is.
    stress: Cell<u32>,
    thresholds: [Cell<i32>; 3],
    /// How many collections of the generation before there were since the last of this one; the first is unused.
    counts: [Cell<i32>; 3],
    /// Objects that survived a full collection, and those that joined the oldest generation since.
    long_lived_total: Cell<usize>,
    long_lived_pending: Cell<usize>,
    statistics: [Cell<Statistics>; 3],
    debug: Cell<i32>,
    /// Pages that may have objects of the youngest generation, and of the one after.
    young: RefCell<Vec<*const Page>>,
    middle: RefCell<Vec<*const Page>>,
    garbage: RefCell<Option<Ref<List>>>,
}

static COLLECTOR: Static<Collector> = Static::new(Collector {
    enabled: Cell::new(true),
    collecting: Cell::new(false),
    requested: Cell::new(false),
    stress: Cell::new(0),
    thresholds: [Cell::new(2000), Cell::new(10), Cell::new(10)],
    counts: [const { Cell::new(0) }; 3],
    long_lived_total: Cell::new(0),
    long_lived_pending: Cell::new(0),
    statistics: [const { Cell::new(Statistics { collections: 0, collected: 0, uncollectable: 0 }) }; 3],
    debug: Cell::new(0),
    young: RefCell::new(Vec::new()),
    middle: RefCell::new(Vec::new()),
    garbage: RefCell::new(None),
});

/// `gc.callbacks`, once the `gc` module has been imported.
pub static CALLBACKS: Static<RefCell<Option<Ref<List>>>> = Static::new(RefCell::new(None));

/// Reads the environment: `PYRSC_GC_STRESS=N` collects at every Nth poll, whatever has been allocated.
pub fn configure() {
    if let Ok(text) = std::env::var("PYRSC_GC_STRESS") {
        let every = text.parse().unwrap_or(1);
        COLLECTOR.stress.set(every);
        if every > 0 {
            gil::request_poll();
        }
    }
}

/// Whether a collection is going on.
pub fn is_collecting() -> bool {
    COLLECTOR.collecting.get()
}

/// Allocation has turned to this page of containers: it may get young objects, and it is time to look at the threshold.
pub fn note_allocation(page: &Page) {
    if page.generations.get() & IN_YOUNG == 0 {
        page.generations.set(page.generations.get() | IN_YOUNG);
        COLLECTOR.young.borrow_mut().push(page);
    }
    let threshold = i64::from(COLLECTOR.thresholds[0].get());
    if CURRENT_PAGES.container_balance.get() > threshold
        && threshold != 0
        && COLLECTOR.enabled.get()
        && !COLLECTOR.collecting.get()
        && !COLLECTOR.requested.get()
    {
        COLLECTOR.requested.set(true);
        gil::request_poll();
    }
}

/// A page or block is about to go.
pub fn forget_page(page: &Page) {
    for (list, bit) in [(&COLLECTOR.young, IN_YOUNG), (&COLLECTOR.middle, IN_MIDDLE)] {
        if page.generations.get() & bit != 0 {
            list.borrow_mut().retain(|&known| !std::ptr::eq(known, page));
        }
    }
}

/// What a poll does: collects, where that was requested. Any Python code may run.
pub fn poll() {
    let stress = COLLECTOR.stress.get();
    if stress != 0 && !COLLECTOR.collecting.get() {
        thread_local! { static POLLS: Cell<u32> = const { Cell::new(0) }; }
        let polls = POLLS.get() + 1;
        POLLS.set(polls);
        if polls.is_multiple_of(stress) {
            // Mostly young objects, now and then everything.
            let generation = if polls.is_multiple_of(stress.saturating_mul(64)) { 2 } else { 0 };
            let _ = run(generation);
        }
        gil::request_poll();
        return;
    }
    if COLLECTOR.requested.replace(false) && COLLECTOR.enabled.get() && !COLLECTOR.collecting.get() {
        let generation = due_generation();
        run(generation);
    }
}

/// The oldest generation whose threshold is exceeded. The oldest of all waits until a quarter of its objects is new.
fn due_generation() -> usize {
    for generation in [2, 1] {
        if COLLECTOR.counts[generation].get() > COLLECTOR.thresholds[generation].get() {
            if generation == 2 && COLLECTOR.long_lived_pending.get() < COLLECTOR.long_lived_total.get() / 4 {
                continue;
            }
            return generation;
        }
    }
    0
}

/// `gc.collect`: how many unreachable objects there were. 0 while a collection is going on.
pub fn collect(generation: usize) -> usize {
    if COLLECTOR.collecting.get() { 0 } else { run(generation) }
}

fn run(generation: usize) -> usize {
    COLLECTOR.collecting.set(true);
    call_callbacks("start", generation, 0, 0);
    let start = std::time::Instant::now();
    if generation < 2 {
        let count = &COLLECTOR.counts[generation + 1];
        count.set(count.get() + 1);
    }
    for younger in &COLLECTOR.counts[..=generation] {
        younger.set(0);
    }
    CURRENT_PAGES.container_balance.set(0);
    let debug = COLLECTOR.debug.get();
    if debug & Debug::STATS != 0 {
        eprintln!("gc: collecting generation {generation}...");
    }
    let pages = take_pages(generation);
    let mut inspection = Inspection::new(pages, generation);
    inspection.find_unreachable();
    let promoted = inspection.promote();
    keep_pages(&inspection, generation);
    match generation {
        2 => {
            COLLECTOR.long_lived_pending.set(0);
            COLLECTOR.long_lived_total.set(promoted);
        }
        1 => COLLECTOR.long_lived_pending.set(COLLECTOR.long_lived_pending.get() + promoted),
        _ => {}
    }
    let collected = unreachable::dispose(inspection, debug);
    let statistics = &COLLECTOR.statistics[generation];
    let mut numbers = statistics.get();
    numbers.collections += 1;
    numbers.collected += collected as u64;
    statistics.set(numbers);
    if debug & Debug::STATS != 0 {
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("gc: done, {collected} unreachable, 0 uncollectable, {seconds:.4}s elapsed");
    }
    call_callbacks("stop", generation, collected, 0);
    COLLECTOR.collecting.set(false);
    memory::release_freed_blocks();
    if generation == 2 {
        memory::release_empty_pages();
    }
    collected
}

/// The pages whose objects may be of these generations.
fn take_pages(generation: usize) -> Vec<&'static Page> {
    if generation == 2 {
        return memory::pages(PageKind::Container);
    }
    // SAFETY: a page that goes is taken out of the lists.
    let mut pages: Vec<&Page> = COLLECTOR.young.borrow().iter().map(|&page| unsafe { &*page }).collect();
    if generation == 1 {
        let middle = COLLECTOR.middle.borrow();
        // SAFETY: as above.
        let others = middle.iter().map(|&page| unsafe { &*page });
        pages.extend(others.filter(|page| page.generations.get() & IN_YOUNG == 0));
    }
    pages
}

/// Updates the lists of pages after objects have been moved to the next generation.
fn keep_pages(inspection: &Inspection, generation: usize) {
    let mut young = COLLECTOR.young.borrow_mut();
    let mut middle = COLLECTOR.middle.borrow_mut();
    if generation > 0 {
        for page in middle.drain(..) {
            // SAFETY: a page that goes is taken out of the lists.
            let generations = unsafe { &(*page).generations };
            generations.set(generations.get() & !IN_MIDDLE);
        }
    } else {
        for page in inspection.pages() {
            if page.generations.get() & IN_MIDDLE == 0 {
                page.generations.set(page.generations.get() | IN_MIDDLE);
                middle.push(*page);
            }
        }
    }
    // Allocation goes on in the current pages: only those can have young objects now.
    young.retain(|&page| {
        // SAFETY: as above.
        let page = unsafe { &*page };
        let current = page.state() == PageState::Current;
        if !current {
            page.generations.set(page.generations.get() & !IN_YOUNG);
        }
        current
    });
}

fn call_callbacks(phase: &str, generation: usize, collected: usize, uncollectable: usize) {
    let Some(callbacks) = CALLBACKS.borrow().clone() else { return };
    if callbacks.is_empty() {
        return;
    }
    run_python(|| {
        let information = || -> Result<Ref<Dict>> {
            let information = Dict::new();
            for (name, number) in
                [("generation", generation), ("collected", collected), ("uncollectable", uncollectable)]
            {
                information.set(Str::new(name).object(), &Owned::small_int(number as i64))?;
            }
            Ok(information)
        };
        let mut index = 0;
        while let Some(callback) = callbacks.get(index) {
            let result = information().and_then(|information| {
                operations::call(&callback, &[Str::new(phase).object(), information.object()])
            });
            if result.is_err() {
                exception::report_unraisable_in(
                    "Exception ignored while calling GC callback",
                    Some(&callback),
                );
            }
            index += 1;
        }
    });
}

/// `gc.enable` and `gc.disable`.
pub fn enable(enabled: bool) {
    COLLECTOR.enabled.set(enabled);
}

pub fn is_enabled() -> bool {
    COLLECTOR.enabled.get()
}

pub fn thresholds() -> [i32; 3] {
    [0, 1, 2].map(|generation: usize| COLLECTOR.thresholds[generation].get())
}

/// Sets the thresholds; the first being 0 turns automatic collection off.
pub fn set_thresholds(thresholds: [i32; 3]) {
    for (known, threshold) in COLLECTOR.thresholds.iter().zip(thresholds) {
        known.set(threshold);
    }
}

/// `gc.get_count`.
pub fn counts() -> [i64; 3] {
    let young = CURRENT_PAGES.container_balance.get();
    [young, i64::from(COLLECTOR.counts[1].get()), i64::from(COLLECTOR.counts[2].get())]
}

pub fn statistics() -> [Statistics; 3] {
    [0, 1, 2].map(|generation: usize| COLLECTOR.statistics[generation].get())
}

/// Bits of [`Debug`].
pub fn debug() -> i32 {
    COLLECTOR.debug.get()
}

pub fn set_debug(bits: i32) {
    COLLECTOR.debug.set(bits);
}

/// `gc.garbage`.
pub fn garbage() -> Ref<List> {
    COLLECTOR.garbage.borrow_mut().get_or_insert_with(List::new).clone()
}

/// Forgets `gc.callbacks` and `gc.garbage`, at the end of the program.
pub fn forget_lists() {
    let lists = (CALLBACKS.borrow_mut().take(), COLLECTOR.garbage.borrow_mut().take());
    drop(lists);
}

/// `gc.freeze`: all objects go to the permanent generation.
pub fn freeze() {
    move_all(|generation| generation != PERMANENT, PERMANENT);
    CURRENT_PAGES.container_balance.set(0);
}

/// `gc.unfreeze`: back to the oldest.
pub fn unfreeze() {
    move_all(|generation| generation == PERMANENT, 2);
}

fn move_all(which: impl Fn(u8) -> bool, to: u8) {
    for page in memory::pages(PageKind::Container) {
        for (index, _) in page.objects() {
            let bits = page.bits(index);
            if which(bits.get() & cell_bits::GENERATION) {
                bits.set(bits.get() & !cell_bits::GENERATION | to);
            }
        }
    }
}

/// `gc.get_freeze_count`.
pub fn frozen_count() -> usize {
    memory::pages(PageKind::Container)
        .iter()
        .map(|page| {
            page.objects()
                .filter(|&(index, _)| page.bits(index).get() & cell_bits::GENERATION == PERMANENT)
                .count()
        })
        .sum()
}

//! Which of the objects in some pages can be reached from outside.

use pyrsc_abi::Value;
use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::page::PageKind;

use super::generations::PERMANENT;
use super::{Visitor, object, traverse_object};
use crate::memory::page::{Page, cell_bits};
use crate::object::Object;
use crate::type_object::{TypeObject, flags};

/// The word of a cell whose object is not under inspection.
const OUTSIDE: u32 = u32::MAX;
/// The word of an object that was found reachable. Below it: references that are not accounted for.
const REACHABLE: u32 = u32::MAX - 1;

/// The objects of some generations, while they are under inspection: each cell of their pages has a word in `counts`.
pub struct Inspection {
    pages: Vec<&'static Page>,
    generation: u8,
    /// Keeps what the pages' `counts` point to.
    counts: Vec<u32>,
    candidates: Vec<Value>,
    unreachable: Vec<Value>,
}

impl Inspection {
    /// The objects of these generations in these pages. Classes are inspected only with everything else.
    pub fn new(pages: Vec<&'static Page>, generation: usize) -> Inspection {
        let cells = pages.iter().map(|page| page.cell_count()).sum();
        let mut this = Inspection {
            pages,
            generation: generation as u8,
            counts: vec![OUTSIDE; cells],
            candidates: Vec::new(),
            unreachable: Vec::new(),
        };
        let mut next = this.counts.as_mut_ptr();
        for page in &this.pages {
            page.counts.set(next);
            // SAFETY: the vector has a word for each cell of each page.
            next = unsafe { next.add(page.cell_count()) };
        }
        this
    }

    /// The pages under inspection.
    pub fn pages(&self) -> &[&'static Page] {
        &self.pages
    }

    /// Finds the objects that cannot be reached from outside.
    pub fn find_unreachable(&mut self) {
        let mut roots = Vec::new();
        let mut candidates = Vec::new();
        for page in &self.pages {
            for (index, value) in page.objects() {
                // SAFETY: the cell holds an object.
                let (count, ty) = unsafe {
                    let object = object(value);
                    ((*object.address::<Header>()).reference_count.get(), object.type_object())
                };
                let generation = page.bits(index).get() & cell_bits::GENERATION;
                let inspected = count > 0
                    && count < IMMORTAL
                    && generation <= self.generation
                    && generation != PERMANENT
                    && (self.generation == 2 || !ty.has_flag(flags::TYPE_SUBCLASS));
                if inspected {
                    set_word(value, count);
                    candidates.push(value);
                } else if self.generation == 2 {
                    // Not inspected, but there: so is its class.
                    roots.push(ty);
                }
            }
        }
        self.candidates = candidates;
        self.unreachable = self.unreachable_among(&self.candidates, &roots);
    }

    /// The unreachable ones among objects whose words hold their counts.
    fn unreachable_among(&self, candidates: &[Value], root_types: &[&TypeObject]) -> Vec<Value> {
        let mut subtract = |value: Value| {
            if let Some(word) = word_of(value) {
                // SAFETY: the word is in the vector of counts.
                unsafe {
                    debug_assert!(*word > 0, "more references visited than counted");
                    // Should a count ever be too low, the object is kept, not freed.
                    *word = if *word == 0 { IMMORTAL } else { *word - 1 };
                }
            }
        };
        let mut visitor = Visitor::new(&mut subtract);
        for &candidate in candidates {
            // SAFETY: the candidate is alive: nothing has been freed since it was listed.
            traverse_object(unsafe { object(candidate) }, &mut visitor);
        }
        let mut pending: Vec<Value> = Vec::new();
        for ty in root_types {
            reach(ty.object().value(), &mut pending);
        }
        for &candidate in candidates {
            // SAFETY: a candidate has a word.
            if word_of(candidate).is_some_and(|word| unsafe { *word } > 0) {
                reach(candidate, &mut pending);
            }
            while let Some(value) = pending.pop() {
                // SAFETY: reachable objects are alive.
                let object = unsafe { object(value) };
                reach(object.type_object().object().value(), &mut pending);
                let mut found = |value: Value| reach(value, &mut pending);
                traverse_object(object, &mut Visitor::new(&mut found));
            }
        }
        candidates.iter().copied().filter(|&candidate| word_of(candidate).is_some()).collect()
    }

    /// Moves the survivors to the next generation, and classes that were not inspected; tells how many survived.
    pub fn promote(&mut self) -> usize {
        let next = (self.generation + 1).min(2);
        let mut survivors = 0;
        for page in &self.pages {
            for (index, value) in page.objects() {
                let bits = page.bits(index);
                if bits.get() & cell_bits::GENERATION <= self.generation && word_of(value).is_none() {
                    bits.set(bits.get() & !cell_bits::GENERATION | next);
                    survivors += 1;
                }
            }
        }
        self.candidates = Vec::new();
        survivors
    }

    /// Takes the unreachable objects out.
    pub fn take_unreachable(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.unreachable)
    }

    /// Of objects that were unreachable and that the caller owns one reference to each, those that still are, now that
    /// finalizers have run.
    pub fn still_unreachable(&mut self, values: &[Value]) -> Vec<Value> {
        self.counts.fill(OUTSIDE);
        for &value in values {
            // SAFETY: the caller keeps the objects alive.
            let count = unsafe { (*object(value).address::<Header>()).reference_count.get() };
            set_word(value, count - 1);
        }
        self.unreachable_among(values, &[])
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        for page in &self.pages {
            page.counts.set(std::ptr::null_mut());
        }
    }
}

/// Marks an object under inspection reachable, and notes it for its own references to be followed.
#[inline]
fn reach(value: Value, pending: &mut Vec<Value>) {
    if let Some(word) = word_of(value) {
        // SAFETY: the word is in the vector of counts.
        unsafe { *word = REACHABLE };
        pending.push(value);
    }
}

/// The word of an object under inspection that was not found reachable yet.
#[inline]
fn word_of(value: Value) -> Option<*mut u32> {
    let address = value.0 as *mut u8;
    // SAFETY: the value is an object: visitors leave immediates out.
    let count = unsafe { (*(address as *const Header)).reference_count.get() };
    if count >= IMMORTAL {
        return None;
    }
    // SAFETY: an object that is not immortal lies in a page.
    let page = unsafe { Page::of(address) };
    let counts = page.counts.get();
    if counts.is_null() || page.kind() == PageKind::Leaf {
        return None;
    }
    // SAFETY: there is a word for each cell.
    let word = unsafe { counts.add(page.index(address)) };
    // SAFETY: as above.
    if unsafe { *word } >= REACHABLE { None } else { Some(word) }
}

fn set_word(value: Value, count: u32) {
    let address = value.0 as *mut u8;
    // SAFETY: the object lies in a page under inspection, whose cells have a word each.
    unsafe {
        let page = Page::of(address);
        *page.counts.get().add(page.index(address)) = count;
    }
}

/// Whether an object is a class that can die.
pub fn is_type(object: &Object) -> bool {
    object.type_object().has_flag(flags::TYPE_SUBCLASS)
}

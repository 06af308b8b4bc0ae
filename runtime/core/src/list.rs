//! `list`: a growing array of values.
//!
//! Nothing here runs Python code, except that dropping what a method gives back can. Methods that take values out of
//! the list leave it consistent first and hand them to the caller.

use std::cell::Cell;
use std::mem::offset_of;
use std::ops::Range;
use std::ptr::null_mut;

use pyrsc_abi::layout::ListLayout;
use pyrsc_abi::page::LARGEST_CELL;
use pyrsc_abi::{Header, Value};
use pyrsc_macros::pyclass;
use smallvec::SmallVec;

use crate::collector::{Traverse, Visitor};
use crate::memory;
use crate::memory_error;
use crate::object::{Object, increment, release};
use crate::owned::{Owned, Ref, Result};
use crate::slice::SliceRange;
use crate::type_object::{Class, TypeObject};

/// A `list`.
#[pyclass(name = "list", module = "builtins", shape = LIST, flags(BASETYPE, SEQUENCE, MATCH_SELF, LIST_SUBCLASS))]
#[repr(C)]
pub struct List {
    header: Header,
    items: Items,
}

/// An array of owned words that grows as CPython's does.
#[repr(C)]
pub struct Items {
    length: Cell<usize>,
    words: Cell<*mut Value>,
    capacity: Cell<usize>,
}

const _: () = {
    assert!(offset_of!(List, items) + offset_of!(Items, length) == offset_of!(ListLayout, length));
    assert!(offset_of!(List, items) + offset_of!(Items, words) == offset_of!(ListLayout, items));
    assert!(offset_of!(List, items) + offset_of!(Items, capacity) == offset_of!(ListLayout, capacity));
};

impl Items {
    pub const fn new() -> Items {
        Items { length: Cell::new(0), words: Cell::new(null_mut()), capacity: Cell::new(0) }
    }

    fn from_vec(items: Vec<Owned>) -> Items {
        let array = Items::new();
        let mut items = std::mem::ManuallyDrop::new(items);
        let (length, capacity) = (items.len(), items.capacity());
        if Items::is_small(capacity) {
            if capacity > 0 && !array.set_capacity(capacity) {
                memory::exhausted(capacity * size_of::<Value>());
            }
            // SAFETY: there is room for the words, which move; the vector's allocation is freed without them.
            unsafe {
                if length > 0 {
                    std::ptr::copy_nonoverlapping(items.as_ptr().cast::<Value>(), array.words.get(), length);
                }
                items.set_len(0);
                drop(std::mem::ManuallyDrop::into_inner(items));
            }
        } else {
            // A large `Vec<Owned>` has the allocation that an array of as many words has.
            array.words.set(items.as_mut_ptr().cast());
            array.capacity.set(capacity);
        }
        array.length.set(length);
        array
    }

    /// Whether an array of so many words lies in a page.
    fn is_small(capacity: usize) -> bool {
        capacity <= LARGEST_CELL / size_of::<Value>()
    }

    fn into_vec(self) -> Vec<Owned> {
        let items = std::mem::ManuallyDrop::new(self);
        let (words, length, capacity) = (items.words.get(), items.length.get(), items.capacity.get());
        if !Items::is_small(capacity) {
            // SAFETY: the words are owned, not 0, and were allocated as an array of `capacity` words.
            return unsafe { Vec::from_raw_parts(words.cast(), length, capacity) };
        }
        // SAFETY: the words are owned, and move.
        let vector = items.slice().iter().map(|word| unsafe { Owned::from_raw(word.get()) }).collect();
        items.set_capacity(0);
        vector
    }

    /// Makes room for as many words. False: there is no memory.
    fn set_capacity(&self, capacity: usize) -> bool {
        const WORD: usize = size_of::<Value>();
        let old = self.capacity.get();
        if capacity > isize::MAX as usize / WORD {
            return false;
        }
        let words = self.words.get().cast();
        // SAFETY: the array has `old` words, and is none where that is 0.
        let words = unsafe {
            match (old, capacity) {
                (0, 0) => return true,
                (_, 0) => {
                    memory::free_array(words, old * WORD);
                    null_mut()
                }
                (0, _) => memory::allocate_array(capacity * WORD),
                _ => memory::resize_array(words, old * WORD, capacity * WORD),
            }
        };
        if capacity > 0 && words.is_null() {
            return false;
        }
        self.words.set(words.cast());
        self.capacity.set(capacity);
        true
    }

    /// Sets the length, with CPython's growth pattern (`list_resize`). New words are the caller's to fill.
    fn resize(&self, length: usize) -> bool {
        let capacity = self.capacity.get();
        if capacity < length || length < capacity / 2 {
            let grown = |length: usize| {
                if length == 0 {
                    return 0;
                }
                let roomy = (length + (length >> 3) + 6) & !3;
                // A large step is taken exactly: more is unlikely to follow.
                if length.saturating_sub(self.length.get()) > roomy - length {
                    (length + 3) & !3
                } else {
                    roomy
                }
            };
            if length > isize::MAX as usize / 16 || !self.set_capacity(grown(length)) {
                return false;
            }
        }
        self.length.set(length);
        true
    }

    #[inline(always)]
    fn slice(&self) -> &[Cell<Value>] {
        if self.words.get().is_null() {
            return &[];
        }
        // SAFETY: `length` words are initialised; cells may change under the slice, but callers run no Python code
        // while they hold it.
        unsafe { std::slice::from_raw_parts(self.words.get().cast(), self.length.get()) }
    }
}

impl Default for Items {
    fn default() -> Items {
        Items::new()
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        // From the last to the first, as CPython does.
        for index in (0..self.length.replace(0)).rev() {
            // SAFETY: the words were owned, and nobody else sees the array.
            unsafe { release(*self.words.get().add(index)) };
        }
        self.set_capacity(0);
    }
}

// SAFETY: visits each word once.
unsafe impl Traverse for Items {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for word in self.slice() {
            visitor.visit(word.get());
        }
    }

    fn break_cycles(&self) {
        drop(self.take());
    }
}

impl Items {
    /// Moves everything out.
    fn take(&self) -> Items {
        let taken =
            Items { length: self.length.clone(), words: self.words.clone(), capacity: self.capacity.clone() };
        self.length.set(0);
        self.words.set(null_mut());
        self.capacity.set(0);
        taken
    }
}

impl List {
    /// An empty list.
    pub fn new() -> Ref<List> {
        List::new_in(List::type_object())
    }

    /// An empty list of a class that derives from `list`.
    pub fn new_in(class: &TypeObject) -> Ref<List> {
        memory::allocate(class, List { header: Header::unset(), items: Items::new() })
    }

    /// An empty list with room for `capacity` values.
    pub fn with_capacity(capacity: usize) -> Result<Ref<List>> {
        let list = List::new();
        if list.items.set_capacity(capacity) { Ok(list) } else { Err(memory_error!()) }
    }

    /// A list of these values.
    pub fn from_vec(items: Vec<Owned>) -> Ref<List> {
        memory::allocate(List::type_object(), List { header: Header::unset(), items: Items::from_vec(items) })
    }

    /// A list of words that are moved out of an array. On `Err` they are still the caller's.
    ///
    /// # Safety
    /// `words` points to `count` owned words, which the caller gives up.
    pub unsafe fn from_words(words: *const Value, count: usize) -> Result<Ref<List>> {
        let list = List::with_capacity(count)?;
        if count > 0 {
            // SAFETY: there is room for as many words.
            unsafe { std::ptr::copy_nonoverlapping(words, list.items.words.get(), count) };
        }
        list.items.length.set(count);
        Ok(list)
    }

    /// This list as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a list is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.length.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values there is room for.
    pub fn capacity(&self) -> usize {
        self.items.capacity.get()
    }

    /// The value at an index.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Owned> {
        // SAFETY: the list owns its words.
        self.items.slice().get(index).map(|word| unsafe { Object::from_value(word.get()) }.to_owned())
    }

    /// The words: only as long as no Python code runs.
    #[inline(always)]
    pub fn words(&self) -> &[Cell<Value>] {
        self.items.slice()
    }

    /// New references to the values.
    pub fn to_vec(&self) -> Vec<Owned> {
        // SAFETY: the list owns its words.
        self.words().iter().map(|word| unsafe { Object::from_value(word.get()) }.to_owned()).collect()
    }

    /// New references to the values in a range, which is cut off at the list's end.
    pub fn range_to_vec(&self, range: Range<usize>) -> Vec<Owned> {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        // SAFETY: the list owns its words.
        self.words()[start..end]
            .iter()
            .map(|word| unsafe { Object::from_value(word.get()) }.to_owned())
            .collect()
    }

    /// A new list of the values at some places, which lie within this one.
    pub fn slice(&self, range: SliceRange) -> Result<Ref<List>> {
        let list = List::with_capacity(range.count)?;
        let words = self.words();
        // SAFETY: there is room for as many words; the list owns the old ones, and each is counted once more.
        unsafe {
            let mut to = list.items.words.get();
            let mut copy = |word: Value| {
                if word.is_pointer() {
                    increment(word);
                }
                to.write(word);
                to = to.add(1);
            };
            if range.step == 1 && range.count > 0 {
                let start = range.start as usize;
                words[start..start + range.count].iter().for_each(|word| copy(word.get()));
            } else if range.step == -1 && range.count > 0 {
                let end = range.start as usize + 1;
                words[end - range.count..end].iter().rev().for_each(|word| copy(word.get()));
            } else {
                range.indices().for_each(|index| copy(words[index].get()));
            }
        }
        list.items.length.set(range.count);
        Ok(list)
    }

    /// Replaces values by as many others, which are words that stay their owner's; gives the old ones back that have to
    /// be dropped.
    pub fn overwrite(&self, start: usize, others: &[Cell<Value>]) -> SmallVec<[Owned; 8]> {
        let mut old = SmallVec::new();
        for (word, other) in self.words()[start..start + others.len()].iter().zip(others) {
            let other = other.get();
            if other.is_pointer() {
                // SAFETY: a live value.
                unsafe { increment(other) };
            }
            let replaced = word.replace(other);
            if replaced.is_pointer() {
                // SAFETY: the list owned it.
                old.push(unsafe { Owned::from_raw(replaced) });
            }
        }
        old
    }

    /// Replaces the value at an index; gives the old one back, or the new one when there is no such index.
    pub fn replace(&self, index: usize, item: Owned) -> std::result::Result<Owned, Owned> {
        match self.words().get(index) {
            // SAFETY: the list owned the old word.
            Some(word) => Ok(unsafe { Owned::from_raw(word.replace(item.into_raw())) }),
            None => Err(item),
        }
    }

    /// Replaces the value at an index and drops the old one. False: there is no such index.
    pub fn set(&self, index: usize, item: Owned) -> bool {
        self.replace(index, item).is_ok()
    }

    /// Appends a value.
    #[inline(always)]
    pub fn push(&self, item: Owned) -> Result<()> {
        let length = self.len();
        if length < self.items.capacity.get() {
            self.items.length.set(length + 1);
        } else if !self.items.resize(length + 1) {
            return Err(memory_error!());
        }
        // SAFETY: there is room for it.
        unsafe { self.items.words.get().add(length).write(item.into_raw()) };
        Ok(())
    }

    /// Takes the last value out.
    pub fn pop(&self) -> Option<Owned> {
        let last = self.len().checked_sub(1)?;
        let word = self.words()[last].get();
        self.items.resize(last);
        // SAFETY: the list owned it.
        Some(unsafe { Owned::from_raw(word) })
    }

    /// Takes the value at an index out.
    pub fn remove(&self, index: usize) -> Option<Owned> {
        let length = self.len();
        if index >= length {
            return None;
        }
        let word = self.words()[index].get();
        // SAFETY: both ranges are within the array; the word has moved out.
        unsafe {
            let at = self.items.words.get().add(index);
            std::ptr::copy(at.add(1), at, length - index - 1);
        }
        self.items.resize(length - 1);
        // SAFETY: the list owned it.
        Some(unsafe { Owned::from_raw(word) })
    }

    /// Puts a value before the one at an index (at the end when there is none).
    pub fn insert(&self, index: usize, item: Owned) -> Result<()> {
        let length = self.len();
        let index = index.min(length);
        if !self.items.resize(length + 1) {
            return Err(memory_error!());
        }
        // SAFETY: there is room for one word more.
        unsafe {
            let at = self.items.words.get().add(index);
            std::ptr::copy(at, at.add(1), length - index);
            at.write(item.into_raw());
        }
        Ok(())
    }

    /// Appends values.
    pub fn extend(&self, items: Vec<Owned>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let length = self.len();
        let count = items.len();
        if !self.items.resize(length + count) {
            return Err(memory_error!());
        }
        let items = std::mem::ManuallyDrop::new(items);
        // SAFETY: there is room for `count` words more, and the vector gives its values up.
        unsafe {
            std::ptr::copy_nonoverlapping(
                items.as_ptr().cast::<Value>(),
                self.items.words.get().add(length),
                count,
            );
            let mut items = std::mem::ManuallyDrop::into_inner(items);
            items.set_len(0);
            drop(items);
        }
        Ok(())
    }

    /// Replaces the values in a range (within the list) by others; gives the old ones back.
    pub fn splice(&self, range: Range<usize>, items: Vec<Owned>) -> Result<Vec<Owned>> {
        let length = self.len();
        assert!(range.start <= range.end && range.end <= length);
        let removed_count = range.end - range.start;
        let new_length = length - removed_count + items.len();
        // SAFETY: the range is within the list; the words move to the vector.
        // The last comes first: whoever drops them frees them in CPython's order.
        let removed: Vec<Owned> = self.words()[range.clone()]
            .iter()
            .rev()
            .map(|word| unsafe { Owned::from_raw(word.get()) })
            .collect();
        let tail = length - range.end;
        if new_length > length && !self.items.resize(new_length) {
            removed.into_iter().for_each(std::mem::forget);
            return Err(memory_error!());
        }
        let count = items.len();
        if new_length > 0 {
            // SAFETY: the array has room for both the old and the new length; the range's words have moved out.
            unsafe {
                let start = self.items.words.get().add(range.start);
                std::ptr::copy(start.add(removed_count), start.add(count), tail);
                for (index, item) in items.into_iter().enumerate() {
                    start.add(index).write(item.into_raw());
                }
            }
        }
        if new_length < length {
            self.items.resize(new_length);
        }
        Ok(removed)
    }

    /// Keeps the values whose index satisfies a predicate; gives the others back.
    pub fn retain_indices(&self, mut keep: impl FnMut(usize) -> bool) -> Vec<Owned> {
        let length = self.len();
        let words = self.words();
        let mut removed = Vec::new();
        let mut kept = 0;
        for index in 0..length {
            let word = words[index].get();
            if keep(index) {
                words[kept].set(word);
                kept += 1;
            } else {
                // SAFETY: the list owned it; it is left out below.
                removed.push(unsafe { Owned::from_raw(word) });
            }
        }
        self.items.resize(kept);
        removed
    }

    /// Takes everything out.
    #[must_use = "dropping the values can run Python code"]
    pub fn take(&self) -> Vec<Owned> {
        self.items.take().into_vec()
    }

    /// Puts values in place of all that is there; gives the old ones back.
    #[must_use = "dropping the values can run Python code"]
    pub fn replace_all(&self, items: Vec<Owned>) -> Vec<Owned> {
        let old = self.items.take();
        let new = Items::from_vec(items);
        self.items.length.set(new.length.get());
        self.items.words.set(new.words.get());
        self.items.capacity.set(new.capacity.get());
        std::mem::forget(new);
        old.into_vec()
    }

    /// Drops everything.
    pub fn clear(&self) {
        // From the end, as CPython does.
        let mut items = self.take();
        while items.pop().is_some() {}
    }

    /// Turns the order round.
    pub fn reverse(&self) {
        let words = self.words();
        let length = words.len();
        for index in 0..length / 2 {
            words[index].swap(&words[length - 1 - index]);
        }
    }
}

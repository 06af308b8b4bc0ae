//! The hash table of a `dict`: a sparse index into a dense array of entries in order of insertion.
//!
//! One block holds both: `size` index words (a power of two; of 1, 2 or 4 bytes each), then room for `capacity` entries.
//! An entry is `key, value` while every key is an exact `str` (whose hash is cached in it), else `key, value, hash`. A
//! removed entry leaves a hole (key 0) that the next rebuild closes. In a namespace the value word is the address of a
//! cell; see [`super::namespace`].
//!
//! Everything here moves words; ownership is the caller's affair where a comment says so. Nothing in this file runs
//! Python code but [`Table::find`], which starts again when a key's `__eq__` changed the table under it.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::ptr::null_mut;

use pyrsc_abi::{ShapeId, Value};

use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Result};
use crate::special_methods::Comparison;
use crate::str::Str;

/// The smallest index.
const MINIMUM_SIZE: usize = 8;
/// No index is larger: entry numbers fit 32 bits.
const MAXIMUM_SIZE: usize = 1 << 32;
/// How many bits of the hash each further probe takes in.
const PERTURB_SHIFT: u32 = 5;

/// An index word that never led anywhere.
const EMPTY: usize = usize::MAX;
/// An index word whose entry was removed.
const DUMMY: usize = usize::MAX - 1;

/// Entries carry their hash.
const WITH_HASHES: u8 = 1;
/// Values lie in cells.
const WITH_CELLS: u8 = 2;

/// See the module's documentation.
#[repr(C)]
pub struct Table {
    /// Entries that are bound.
    live: Cell<usize>,
    /// Entries of a namespace that have a cell but no value.
    reserved: Cell<usize>,
    /// Entries from the start of the array that were filled, holes included.
    used: Cell<usize>,
    /// No entry before this one is filled.
    first: Cell<usize>,
    /// Entries that there is room for.
    capacity: Cell<usize>,
    block: Cell<*mut u8>,
    /// Changes whenever an entry appears, disappears or moves.
    version: Cell<u32>,
    /// The index has `1 << log2_size` words; 0: there is no block.
    log2_size: Cell<u8>,
    flags: Cell<u8>,
}

/// The order in which index words are looked at: CPython's, so that every bit of the hash takes part in the end.
struct Probe {
    slot: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { slot: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.slot = self.slot.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1) & self.mask;
    }
}

/// The exact `str` that a key is, if it is one.
#[inline(always)]
pub fn exact_str(key: &Object) -> Option<&Str> {
    key.downcast_shape::<Str>(ShapeId::STR)
}

impl Table {
    /// An empty table without a block.
    pub const fn new(cells: bool) -> Table {
        Table {
            live: Cell::new(0),
            reserved: Cell::new(0),
            used: Cell::new(0),
            first: Cell::new(0),
            capacity: Cell::new(0),
            block: Cell::new(null_mut()),
            version: Cell::new(0),
            log2_size: Cell::new(0),
            flags: Cell::new(if cells { WITH_CELLS } else { 0 }),
        }
    }

    /// How many keys are bound.
    #[inline(always)]
    pub fn live(&self) -> usize {
        self.live.get()
    }

    /// One past the last entry that may be filled.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// No entry before this one is filled: where a walk may begin.
    #[inline(always)]
    pub fn first(&self) -> usize {
        self.first.get()
    }

    /// A number that differs whenever an entry has appeared, disappeared or moved.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// Whether values lie in cells.
    #[inline(always)]
    pub fn has_cells(&self) -> bool {
        self.flags.get() & WITH_CELLS != 0
    }

    /// Whether entries carry hashes: some key may be no exact `str`.
    #[inline(always)]
    pub fn has_hashes(&self) -> bool {
        self.flags.get() & WITH_HASHES != 0
    }

    /// Bytes that the block takes.
    pub fn block_bytes(&self) -> usize {
        if self.block.get().is_null() {
            return 0;
        }
        self.index_bytes() + self.capacity.get() * self.stride()
    }

    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    #[inline(always)]
    fn stride(&self) -> usize {
        if self.has_hashes() { 24 } else { 16 }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        (1usize << self.log2_size.get()) - 1
    }

    #[inline(always)]
    fn index_bytes(&self) -> usize {
        index_bytes(self.log2_size.get())
    }

    /// The index word at `slot`.
    #[inline(always)]
    fn index(&self, slot: usize) -> usize {
        let block = self.block.get();
        // SAFETY: there is a block (callers see to it) and `slot` is below its index's size.
        unsafe {
            match self.log2_size.get() {
                ..=8 => match *block.add(slot) {
                    u8::MAX => EMPTY,
                    254 => DUMMY,
                    entry => entry as usize,
                },
                9..=16 => match *block.cast::<u16>().add(slot) {
                    u16::MAX => EMPTY,
                    65534 => DUMMY,
                    entry => entry as usize,
                },
                _ => match *block.cast::<u32>().add(slot) {
                    u32::MAX => EMPTY,
                    0xFFFF_FFFE => DUMMY,
                    entry => entry as usize,
                },
            }
        }
    }

    #[inline(always)]
    fn set_index(&self, slot: usize, entry: usize) {
        let block = self.block.get();
        // SAFETY: as in `index`. EMPTY and DUMMY end in the width's own ones when truncated.
        unsafe {
            match self.log2_size.get() {
                ..=8 => *block.add(slot) = entry as u8,
                9..=16 => *block.cast::<u16>().add(slot) = entry as u16,
                _ => *block.cast::<u32>().add(slot) = entry as u32,
            }
        }
    }

    #[inline(always)]
    fn entry(&self, number: usize) -> *mut u64 {
        debug_assert!(number < self.capacity.get());
        // SAFETY: the block has room for `capacity` entries behind the index.
        unsafe { self.block.get().add(self.index_bytes() + number * self.stride()).cast() }
    }

    /// The key word of an entry, 0 for a hole.
    #[inline(always)]
    pub fn key(&self, number: usize) -> Value {
        // SAFETY: `entry` is within the block.
        Value(unsafe { *self.entry(number) })
    }

    /// The value word of an entry: a value, or in a namespace a cell's address with its marks.
    #[inline(always)]
    pub fn payload(&self, number: usize) -> u64 {
        // SAFETY: as above.
        unsafe { *self.entry(number).add(1) }
    }

    /// Replaces the value word of an entry.
    #[inline(always)]
    pub fn set_payload(&self, number: usize, payload: u64) {
        // SAFETY: as above.
        unsafe { *self.entry(number).add(1) = payload }
    }

    /// The hash of an entry's key.
    #[inline(always)]
    pub fn hash(&self, number: usize) -> i64 {
        let entry = self.entry(number);
        if self.has_hashes() {
            // SAFETY: entries with hashes are three words.
            unsafe { *entry.add(2) as i64 }
        } else {
            // SAFETY: without hashes every key is an exact `str` that this table owns.
            unsafe { (*(*entry as *const Str)).hash() }
        }
    }

    /// The entry whose key is this exact `str`. Keys that are no exact `str` are not compared, so no Python code runs.
    #[inline]
    pub fn find_str(&self, key: &Str) -> Option<usize> {
        if self.block.get().is_null() {
            return None;
        }
        let hash = key.hash();
        let word = std::ptr::from_ref(key) as u64;
        let mut probe = Probe::new(hash, self.mask());
        loop {
            match self.index(probe.slot) {
                EMPTY => return None,
                DUMMY => {}
                number => {
                    let candidate = self.key(number);
                    if candidate.0 == word {
                        return Some(number);
                    }
                    if self.hash(number) == hash {
                        // SAFETY: the table owns its keys.
                        let candidate = exact_str(unsafe { Object::from_value(candidate) });
                        if candidate.is_some_and(|candidate| candidate.equals(key)) {
                            return Some(number);
                        }
                    }
                }
            }
            probe.advance();
        }
    }

    /// The entry whose key equals `key`, as Python tells it: identity first, then `==`.
    #[inline]
    pub fn find(&self, key: &Object, hash: i64) -> Result<Option<usize>> {
        match exact_str(key) {
            Some(text) if !self.has_hashes() => Ok(self.find_str(text)),
            _ => self.find_general(key, hash),
        }
    }

    fn find_general(&self, key: &Object, hash: i64) -> Result<Option<usize>> {
        'restart: loop {
            if self.block.get().is_null() {
                return Ok(None);
            }
            let version = self.version();
            let mut probe = Probe::new(hash, self.mask());
            loop {
                match self.index(probe.slot) {
                    EMPTY => return Ok(None),
                    DUMMY => {}
                    number => {
                        let candidate = self.key(number);
                        if candidate == key.value() {
                            return Ok(Some(number));
                        }
                        if self.hash(number) == hash {
                            // SAFETY: the table owns its keys.
                            let candidate = unsafe { Object::from_value(candidate) };
                            match equal_without_python(candidate, key) {
                                Some(true) => return Ok(Some(number)),
                                Some(false) => {}
                                None => {
                                    let candidate = candidate.to_owned();
                                    let same = operations::compare_truth(&candidate, key, Comparison::Equal)?;
                                    drop(candidate);
                                    if self.version() != version {
                                        continue 'restart;
                                    }
                                    if same {
                                        return Ok(Some(number));
                                    }
                                }
                            }
                        }
                    }
                }
                probe.advance();
            }
        }
    }

    /// Appends an entry whose key is not in the table; takes the references that key and payload own (also when it
    /// fails: then they are given back).
    pub fn append(
        &self,
        key: Owned,
        hash: i64,
        payload: u64,
        bound: bool,
    ) -> std::result::Result<(), (Owned, u64)> {
        if !self.has_hashes() && exact_str(&key).is_none() {
            let entries = self.live.get() + self.reserved.get();
            if !self.rebuild(entries + 1, true) {
                return Err((key, payload));
            }
        } else if self.used.get() == self.capacity.get() {
            let entries = self.live.get() + self.reserved.get();
            let wanted = (entries * 2).max(entries + 1);
            if !self.rebuild(wanted, self.has_hashes()) {
                return Err((key, payload));
            }
        }
        let number = self.used.get();
        let mut probe = Probe::new(hash, self.mask());
        while self.index(probe.slot) < DUMMY {
            probe.advance();
        }
        self.set_index(probe.slot, number);
        let entry = self.entry(number);
        // SAFETY: there is room for this entry.
        unsafe {
            *entry = key.into_raw().0;
            *entry.add(1) = payload;
            if self.has_hashes() {
                *entry.add(2) = hash as u64;
            }
        }
        self.used.set(number + 1);
        let count = if bound { &self.live } else { &self.reserved };
        count.set(count.get() + 1);
        self.changed();
        Ok(())
    }

    /// Takes an entry out; the caller owns the key and the payload now. Counts as bound unless told otherwise.
    pub fn take(&self, number: usize, bound: bool) -> (Value, u64) {
        let hash = self.hash(number);
        let mut probe = Probe::new(hash, self.mask());
        while self.index(probe.slot) != number {
            probe.advance();
        }
        self.set_index(probe.slot, DUMMY);
        let entry = self.entry(number);
        // SAFETY: within the block; the key becomes a hole.
        let taken = unsafe { (Value(entry.replace(0)), entry.add(1).replace(0)) };
        let count = if bound { &self.live } else { &self.reserved };
        count.set(count.get() - 1);
        if number + 1 == self.used.get() {
            self.used.set(number);
        }
        if number == self.first.get() {
            self.first.set((number + 1).min(self.used.get()));
        }
        self.changed();
        taken
    }

    /// Counts a bound entry as reserved.
    pub fn mark_reserved(&self) {
        self.live.set(self.live.get() - 1);
        self.reserved.set(self.reserved.get() + 1);
        self.changed();
    }

    /// Counts a reserved entry as bound.
    pub fn mark_bound(&self) {
        self.live.set(self.live.get() + 1);
        self.reserved.set(self.reserved.get() - 1);
        self.changed();
    }

    /// Makes room for `entries` in all. False: there is no memory.
    #[must_use]
    pub fn reserve(&self, entries: usize) -> bool {
        let filled = self.live.get() + self.reserved.get();
        entries <= filled
            || self.capacity.get() - self.used.get() >= entries - filled
            || self.rebuild(entries, self.has_hashes())
    }

    /// Moves the entries, without holes, into a block with room for `entries`.
    fn rebuild(&self, entries: usize, with_hashes: bool) -> bool {
        let log2_size = log2_size_for(entries);
        let size = 1usize << log2_size;
        if size > MAXIMUM_SIZE {
            return false;
        }
        let capacity = capacity_of(size);
        let stride = if with_hashes { 24 } else { 16 };
        let index_bytes = index_bytes(log2_size);
        let Ok(layout) = Layout::from_size_align(index_bytes + capacity * stride, 8) else { return false };
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc(layout) };
        if block.is_null() {
            return false;
        }
        // SAFETY: the index is at the start of the new block; every width's EMPTY is all ones.
        unsafe { block.write_bytes(0xFF, index_bytes) };
        let new = Table {
            live: Cell::new(0),
            reserved: Cell::new(0),
            used: Cell::new(0),
            first: Cell::new(0),
            capacity: Cell::new(capacity),
            block: Cell::new(block),
            version: Cell::new(0),
            log2_size: Cell::new(log2_size),
            flags: Cell::new(self.flags.get() & WITH_CELLS | if with_hashes { WITH_HASHES } else { 0 }),
        };
        let mut filled = 0;
        for number in 0..self.used.get() {
            let key = self.key(number);
            if key.0 == 0 {
                continue;
            }
            let hash = self.hash(number);
            let mut probe = Probe::new(hash, new.mask());
            while new.index(probe.slot) != EMPTY {
                probe.advance();
            }
            new.set_index(probe.slot, filled);
            let entry = new.entry(filled);
            // SAFETY: there are at most `entries` filled entries, and room for them.
            unsafe {
                *entry = key.0;
                *entry.add(1) = self.payload(number);
                if with_hashes {
                    *entry.add(2) = hash as u64;
                }
            }
            filled += 1;
        }
        self.free_block();
        // The block is this table's from here on.
        let flags = new.flags.get();
        std::mem::forget(new);
        self.block.set(block);
        self.used.set(filled);
        self.first.set(0);
        self.capacity.set(capacity);
        self.log2_size.set(log2_size);
        self.flags.set(flags);
        self.changed();
        true
    }

    /// Moves all of this table's contents out, leaving it empty.
    pub fn take_all(&self) -> Table {
        let taken = Table {
            live: self.live.clone(),
            reserved: self.reserved.clone(),
            used: self.used.clone(),
            first: self.first.clone(),
            capacity: self.capacity.clone(),
            block: self.block.clone(),
            version: self.version.clone(),
            log2_size: self.log2_size.clone(),
            flags: self.flags.clone(),
        };
        self.live.set(0);
        self.reserved.set(0);
        self.used.set(0);
        self.first.set(0);
        self.capacity.set(0);
        self.block.set(null_mut());
        self.log2_size.set(0);
        self.flags.set(self.flags.get() & WITH_CELLS);
        self.changed();
        taken
    }

    /// Makes this empty table a copy of `other`'s words (neither has cells), counting a reference for each. False: there
    /// is no memory.
    #[must_use]
    pub fn copy_from(&self, other: &Table) -> bool {
        debug_assert!(self.block.get().is_null() && !self.has_cells() && !other.has_cells());
        if other.live() == 0 {
            return true;
        }
        let holes = other.used() - other.live();
        if holes > other.live() / 2 {
            self.flags.set(other.flags.get());
            if !self.rebuild(other.live(), other.has_hashes()) {
                return false;
            }
            for number in 0..other.used() {
                let key = other.key(number);
                if key.0 == 0 {
                    continue;
                }
                // SAFETY: the other table owns both.
                let (key, value) = unsafe {
                    (
                        Object::from_value(key).to_owned(),
                        Object::from_value(Value(other.payload(number))).to_owned(),
                    )
                };
                if self.append(key, other.hash(number), value.into_raw().0, true).is_err() {
                    unreachable!("the table was made large enough");
                }
            }
            return true;
        }
        let bytes = other.block_bytes();
        let layout = other.layout();
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc(layout) };
        if block.is_null() {
            return false;
        }
        // SAFETY: both blocks have that many bytes.
        unsafe { std::ptr::copy_nonoverlapping(other.block.get(), block, bytes) };
        self.live.set(other.live.get());
        self.used.set(other.used.get());
        self.first.set(other.first.get());
        self.capacity.set(other.capacity.get());
        self.log2_size.set(other.log2_size.get());
        self.flags.set(other.flags.get());
        self.block.set(block);
        for number in 0..self.used.get() {
            let key = self.key(number);
            if key.0 != 0 {
                // SAFETY: the other table owns both; the copy owns what is counted here.
                unsafe {
                    std::mem::forget(Object::from_value(key).to_owned());
                    std::mem::forget(Object::from_value(Value(self.payload(number))).to_owned());
                }
            }
        }
        self.changed();
        true
    }

    fn layout(&self) -> Layout {
        Layout::from_size_align(self.block_bytes(), 8).expect("the block was allocated with this layout")
    }

    fn free_block(&self) {
        let block = self.block.get();
        if !block.is_null() {
            // SAFETY: the block was allocated with this layout.
            unsafe { dealloc(block, self.layout()) };
        }
    }
}

impl Drop for Table {
    /// Frees the block alone: the entries are the owner's to drop.
    fn drop(&mut self) {
        self.free_block();
    }
}

/// Whether two keys of equal hash are equal, when that can be told without running Python code.
#[inline]
pub fn equal_without_python(left: &Object, right: &Object) -> Option<bool> {
    if let (Some(left), Some(right)) = (exact_str(left), exact_str(right)) {
        return Some(left.equals(right));
    }
    if left.is(right) {
        return Some(true);
    }
    let (left, right) = (left.value(), right.value());
    if left.is_int() && right.is_int() {
        return Some(false);
    }
    None
}

/// Bytes of an index.
#[inline(always)]
const fn index_bytes(log2_size: u8) -> usize {
    let width = match log2_size {
        ..=8 => 0,
        9..=16 => 1,
        _ => 2,
    };
    1 << (log2_size + width)
}

/// How many entries an index of this size is for: two thirds, so that probing ends soon.
const fn capacity_of(size: usize) -> usize {
    size / 3 * 2 + (size % 3) * 2 / 3
}

/// The smallest index that takes this many entries.
fn log2_size_for(entries: usize) -> u8 {
    let wanted = entries.saturating_mul(3).div_ceil(2).max(MINIMUM_SIZE);
    (usize::BITS - (wanted - 1).leading_zeros()) as u8
}

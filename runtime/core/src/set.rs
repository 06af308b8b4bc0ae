//! `set` and `frozenset`: CPython's own hash table, probing and growth, so that sets iterate in the same order.
//!
//! Keys lie in the table itself. A removed key leaves a dummy, which a later key may take. The table
//! of 8 entries that every set starts with is allocated with the first key.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::Cell;
use std::ptr::null_mut;

use pyrsc_abi::page::LARGEST_CELL;
use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::collector::{Traverse, Visitor};
use crate::dict::{Dict, equal_without_python, exact_str, explain_unhashable};
use crate::memory;
use crate::memory_error;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::special_methods::Comparison;
use crate::type_object::{Class, TypeObject};

/// The mask of the smallest table.
const SMALLEST_MASK: usize = 7;
/// How many neighbours are looked at before the next jump.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// The key word of a removed entry.
const DUMMY: Value = Value::UNBOUND;
/// What a frozenset's cached hash is before it is computed; no frozenset hashes to it.
const NO_HASH: i64 = -1;

/// A `set`.
#[pyclass(name = "set", module = "builtins", shape = SET, flags(BASETYPE, MATCH_SELF, WEAKREF))]
#[repr(C)]
pub struct Set {
    header: Header,
    table: SetTable,
}

/// A `frozenset`.
#[pyclass(
    name = "frozenset", module = "builtins", shape = FROZENSET, static_name = FROZENSET,
    flags(BASETYPE, MATCH_SELF, WEAKREF)
)]
#[repr(C)]
pub struct FrozenSet {
    header: Header,
    table: SetTable,
    hash: Cell<i64>,
}

/// One place of a table: a key word (0: free) and its hash.
#[derive(Clone, Copy)]
#[repr(C)]
struct Entry {
    key: Value,
    hash: i64,
}

/// The hash table of a set or frozenset.
#[repr(C)]
pub struct SetTable {
    /// Keys and dummies.
    fill: Cell<usize>,
    /// Keys.
    used: Cell<usize>,
    mask: Cell<usize>,
    /// Where `pop` goes on.
    finger: Cell<usize>,
    /// Null while nothing was ever put into the smallest table.
    entries: Cell<*mut Entry>,
    /// Changes with every change of the contents.
    version: Cell<u32>,
}

/// The table of a set or frozenset, or of an instance of a class that derives from them.
#[inline]
pub fn any_set(object: &Object) -> Option<&SetTable> {
    match object.shape_id() {
        // SAFETY: the shapes say what it is.
        ShapeId::SET => return Some(unsafe { &(*object.address::<Set>()).table }),
        // SAFETY: as above.
        ShapeId::FROZENSET => return Some(unsafe { &(*object.address::<FrozenSet>()).table }),
        _ => {}
    }
    match object.downcast::<Set>() {
        Some(set) => Some(&set.table),
        None => object.downcast::<FrozenSet>().map(|set| &set.table),
    }
}

impl Set {
    /// An empty set.
    pub fn new() -> Ref<Set> {
        Set::new_in(Set::type_object(), SetTable::new())
    }

    /// A set, of a class that derives from `set`, with a table's contents.
    pub fn new_in(class: &TypeObject, table: SetTable) -> Ref<Set> {
        memory::allocate(class, Set { header: Header::unset(), table })
    }

    pub fn table(&self) -> &SetTable {
        &self.table
    }

    /// This set as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a set is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

impl FrozenSet {
    /// A frozenset with a table's contents.
    pub fn new(table: SetTable) -> Ref<FrozenSet> {
        FrozenSet::new_in(FrozenSet::type_object(), table)
    }

    /// A frozenset, of a class that derives from `frozenset`, with a table's contents.
    pub fn new_in(class: &TypeObject, table: SetTable) -> Ref<FrozenSet> {
        memory::allocate(class, FrozenSet { header: Header::unset(), table, hash: Cell::new(NO_HASH) })
    }

    pub fn table(&self) -> &SetTable {
        &self.table
    }

    /// This frozenset as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a frozenset is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// The hash, if it has been computed.
    pub fn known_hash(&self) -> Option<i64> {
        (self.hash.get() != NO_HASH).then(|| self.hash.get())
    }

    /// The hash, which is computed once.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == NO_HASH {
            self.hash.set(self.table.frozen_hash());
        }
        self.hash.get()
    }
}

/// The hash of an element. The error for an unhashable one says that it was to be an element.
#[inline]
pub fn element_hash(element: &Object) -> Result<i64> {
    match exact_str(element) {
        Some(text) => Ok(text.hash()),
        None => operations::hash(element).map_err(|_| explain_unhashable(element, "a set element")),
    }
}

/// The places where a key of some hash may lie, in order: runs of neighbours, then a jump.
struct Probe {
    index: usize,
    /// How many neighbours are left in this run.
    neighbours: usize,
    start: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        let start = hash as usize & mask;
        Probe { index: start, neighbours: Probe::run(start, mask), start, perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn run(start: usize, mask: usize) -> usize {
        if start + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
    }

    #[inline(always)]
    fn advance(&mut self) {
        if self.neighbours > 0 {
            self.neighbours -= 1;
            self.index += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.start =
            self.start.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & self.mask;
        self.index = self.start;
        self.neighbours = Probe::run(self.start, self.mask);
    }
}

impl SetTable {
    pub const fn new() -> SetTable {
        SetTable {
            fill: Cell::new(0),
            used: Cell::new(0),
            mask: Cell::new(SMALLEST_MASK),
            finger: Cell::new(0),
            entries: Cell::new(null_mut()),
            version: Cell::new(0),
        }
    }

    /// How many keys there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Places in the table.
    pub fn capacity(&self) -> usize {
        self.mask.get() + 1
    }

    /// Bytes of the table.
    pub fn allocated_bytes(&self) -> usize {
        if self.entries.get().is_null() { 0 } else { self.capacity() * size_of::<Entry>() }
    }

    /// A number that differs after every change.
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    #[inline(always)]
    fn entry(&self, index: usize) -> *mut Entry {
        debug_assert!(index <= self.mask.get() && !self.entries.get().is_null());
        // SAFETY: the table has `mask + 1` entries.
        unsafe { self.entries.get().add(index) }
    }

    #[inline(always)]
    fn read(&self, index: usize) -> Entry {
        // SAFETY: within the table.
        unsafe { *self.entry(index) }
    }

    /// Where a key lies, or else the place where it would be put: the last dummy on the way, or the free place at its end.
    fn search(&self, key: &Object, hash: i64) -> Result<std::result::Result<usize, usize>> {
        debug_assert!(!self.entries.get().is_null());
        'restart: loop {
            let version = self.version();
            let mut probe = Probe::new(hash, self.mask.get());
            let mut dummy = None;
            loop {
                let entry = self.read(probe.index);
                if entry.key.0 == 0 {
                    return Ok(Err(dummy.unwrap_or(probe.index)));
                }
                if entry.key == DUMMY {
                    dummy = Some(probe.index);
                } else if entry.hash == hash {
                    if entry.key == key.value() {
                        return Ok(Ok(probe.index));
                    }
                    // SAFETY: the table owns its keys.
                    let candidate = unsafe { Object::from_value(entry.key) };
                    match equal_without_python(candidate, key) {
                        Some(true) => return Ok(Ok(probe.index)),
                        Some(false) => {}
                        None => {
                            let candidate = candidate.to_owned();
                            let same = operations::compare_truth(&candidate, key, Comparison::Equal)?;
                            drop(candidate);
                            if self.version() != version {
                                if self.entries.get().is_null() {
                                    self.resize(0)?;
                                }
                                continue 'restart;
                            }
                            if same {
                                return Ok(Ok(probe.index));
                            }
                        }
                    }
                }
                probe.advance();
            }
        }
    }

    /// Whether an element is there.
    pub fn contains(&self, element: &Object) -> Result<bool> {
        let hash = element_hash(element)?;
        self.contains_with_hash(element, hash)
    }

    /// Whether an element whose hash is known is there.
    pub fn contains_with_hash(&self, element: &Object, hash: i64) -> Result<bool> {
        if self.entries.get().is_null() {
            return Ok(false);
        }
        match self.contains_word(element.value(), hash) {
            Some(found) => Ok(found),
            None => Ok(self.search(element, hash)?.is_ok()),
        }
    }

    /// As `contains_with_hash`, by identity; `None` where elements have to be compared.
    #[inline]
    fn contains_word(&self, element: Value, hash: i64) -> Option<bool> {
        let mask = self.mask.get();
        let (mut start, mut perturb) = (hash as usize & mask, hash as u64);
        loop {
            for index in start..=start + Probe::run(start, mask) {
                let entry = self.read(index);
                if entry.key == element {
                    return Some(true);
                }
                if entry.key.0 == 0 {
                    return Some(false);
                }
                // Two different words that are ints are different ints.
                if entry.hash == hash && !(entry.key.is_int() && element.is_int()) {
                    return None;
                }
            }
            perturb >>= PERTURB_SHIFT;
            start = start.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
        }
    }

    /// Adds an element; tells whether it is new.
    pub fn add(&self, element: &Object) -> Result<bool> {
        let hash = element_hash(element)?;
        self.add_with_hash(element, hash)
    }

    /// Adds an element whose hash is known; tells whether it is new.
    pub fn add_with_hash(&self, element: &Object, hash: i64) -> Result<bool> {
        if self.entries.get().is_null() {
            self.resize(0)?;
        }
        let Err(index) = self.search(element, hash)? else { return Ok(false) };
        let takes_dummy = self.read(index).key == DUMMY;
        // SAFETY: within the table, which `search` left as it is now.
        unsafe { *self.entry(index) = Entry { key: element.to_owned().into_raw(), hash } };
        self.used.set(self.used.get() + 1);
        self.changed();
        if takes_dummy {
            return Ok(true);
        }
        self.fill.set(self.fill.get() + 1);
        if self.fill.get() * 5 >= self.mask.get() * 3 {
            self.grow()?;
        }
        Ok(true)
    }

    fn grow(&self) -> Result<()> {
        let used = self.used.get();
        self.resize(if used > 50000 { used * 2 } else { used * 4 })
    }

    /// Removes an element; tells whether it was there.
    pub fn discard(&self, element: &Object) -> Result<bool> {
        let hash = element_hash(element)?;
        self.discard_with_hash(element, hash)
    }

    /// Removes an element whose hash is known; tells whether it was there.
    pub fn discard_with_hash(&self, element: &Object, hash: i64) -> Result<bool> {
        if self.entries.get().is_null() {
            return Ok(false);
        }
        match self.search(element, hash)? {
            Ok(index) => {
                drop(self.remove_at(index));
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    fn remove_at(&self, index: usize) -> Owned {
        // SAFETY: within the table; the entry holds a key that the table owned.
        let removed = unsafe {
            let entry = self.entry(index);
            let key = (*entry).key;
            *entry = Entry { key: DUMMY, hash: -1 };
            Owned::from_raw(key)
        };
        self.used.set(self.used.get() - 1);
        self.changed();
        removed
    }

    /// Removes some element.
    pub fn pop(&self) -> Option<Owned> {
        if self.is_empty() {
            return None;
        }
        let mask = self.mask.get();
        let mut index = self.finger.get() & mask;
        while self.key_at(index).is_none() {
            index = if index == mask { 0 } else { index + 1 };
        }
        let removed = self.remove_at(index);
        self.finger.set(index + 1);
        Some(removed)
    }

    #[inline(always)]
    fn key_at(&self, index: usize) -> Option<Value> {
        let key = self.read(index).key;
        (key.0 != 0 && key != DUMMY).then_some(key)
    }

    /// The first element at or after a position, with its hash; moves the position past it. Start with 0.
    #[inline]
    pub fn next(&self, position: &mut usize) -> Option<(Owned, i64)> {
        if self.entries.get().is_null() {
            return None;
        }
        while *position <= self.mask.get() {
            let index = *position;
            *position += 1;
            if let Some(key) = self.key_at(index) {
                // SAFETY: the table owns its keys.
                return Some((unsafe { Object::from_value(key) }.to_owned(), self.read(index).hash));
            }
        }
        None
    }

    /// The elements in the order of the table.
    pub fn to_vec(&self) -> Vec<Owned> {
        let mut elements = Vec::with_capacity(self.len());
        let mut position = 0;
        while let Some((element, _)) = self.next(&mut position) {
            elements.push(element);
        }
        elements
    }

    /// Moves the keys, without dummies, into a table that takes more than `minimum` of them.
    pub fn resize(&self, minimum: usize) -> Result<()> {
        let mut size = SMALLEST_MASK + 1;
        while size <= minimum {
            size <<= 1;
        }
        if size == SMALLEST_MASK + 1
            && self.mask.get() == SMALLEST_MASK
            && self.fill.get() == self.used.get()
            && !self.entries.get().is_null()
        {
            return Ok(());
        }
        let Ok(layout) = Layout::array::<Entry>(size) else { return Err(memory_error!()) };
        // SAFETY: the layout is not empty. A zeroed entry is free.
        let entries: *mut Entry = unsafe {
            if layout.size() <= LARGEST_CELL {
                let bytes = memory::allocate_array(layout.size());
                if !bytes.is_null() {
                    bytes.write_bytes(0, layout.size());
                }
                bytes.cast()
            } else {
                alloc_zeroed(layout).cast()
            }
        };
        if entries.is_null() {
            return Err(memory_error!());
        }
        let old = self.take();
        self.entries.set(entries);
        self.mask.set(size - 1);
        self.finger.set(old.finger.get());
        if !old.entries.get().is_null() {
            for index in 0..=old.mask.get() {
                if old.key_at(index).is_some() {
                    self.insert_new(old.read(index));
                }
            }
        }
        self.fill.set(old.used.get());
        self.used.set(old.used.get());
        old.fill.set(0);
        old.used.set(0);
        old.free();
        self.changed();
        Ok(())
    }

    /// Puts in an entry whose key is not there, into a table without dummies. The counts are the caller's.
    fn insert_new(&self, entry: Entry) {
        let mut probe = Probe::new(entry.hash, self.mask.get());
        while self.read(probe.index).key.0 != 0 {
            probe.advance();
        }
        // SAFETY: within the table.
        unsafe { *self.entry(probe.index) = entry };
    }

    /// Takes in another table's elements.
    pub fn merge(&self, other: &SetTable) -> Result<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        self.reserve_for(other.len())?;
        if self.fill.get() == 0 {
            if self.entries.get().is_null() {
                self.resize(0)?;
            }
            if self.mask.get() == other.mask.get() && other.fill.get() == other.used.get() {
                // SAFETY: both tables have as many entries.
                unsafe {
                    std::ptr::copy_nonoverlapping(other.entries.get(), self.entries.get(), self.capacity());
                }
            } else {
                for index in 0..=other.mask.get() {
                    if other.key_at(index).is_some() {
                        self.insert_new(other.read(index));
                    }
                }
            }
            for index in 0..=self.mask.get() {
                if let Some(key) = self.key_at(index) {
                    // SAFETY: the other table owns the key; this one owns what is counted here.
                    std::mem::forget(unsafe { Object::from_value(key) }.to_owned());
                }
            }
            self.fill.set(other.used.get());
            self.used.set(other.used.get());
            self.changed();
            return Ok(());
        }
        let mut position = 0;
        while let Some((element, hash)) = other.next(&mut position) {
            self.add_with_hash(&element, hash)?;
        }
        Ok(())
    }

    /// Takes in a dict's keys.
    pub fn merge_dict(&self, other: &Dict) -> Result<()> {
        self.reserve_for(other.len())?;
        let mut position = 0;
        while let Some((key, hash, _)) = other.next_with_hash(&mut position) {
            self.add_with_hash(&key, hash)?;
        }
        Ok(())
    }

    /// One large step instead of many, where that many elements come in.
    fn reserve_for(&self, count: usize) -> Result<()> {
        if (self.fill.get() + count) * 5 >= self.mask.get() * 3 {
            self.resize((self.used.get() + count) * 2)?;
        }
        Ok(())
    }

    /// Gets rid of the dummies when they are more than a quarter, as after a difference.
    pub fn tidy(&self) -> Result<()> {
        if self.fill.get() - self.used.get() > self.mask.get() / 4 { self.grow() } else { Ok(()) }
    }

    /// A table with the same elements.
    pub fn copy(&self) -> Result<SetTable> {
        let copy = SetTable::new();
        copy.merge(self)?;
        Ok(copy)
    }

    /// Moves everything out.
    pub fn take(&self) -> SetTable {
        let taken = SetTable {
            fill: self.fill.clone(),
            used: self.used.clone(),
            mask: self.mask.clone(),
            finger: self.finger.clone(),
            entries: self.entries.clone(),
            version: self.version.clone(),
        };
        self.fill.set(0);
        self.used.set(0);
        self.mask.set(SMALLEST_MASK);
        self.finger.set(0);
        self.entries.set(null_mut());
        self.changed();
        taken
    }

    /// Puts another table's contents in place of this one's, which are given back.
    #[must_use = "dropping the elements can run Python code"]
    pub fn replace(&self, other: SetTable) -> SetTable {
        let old = self.take();
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        self.mask.swap(&other.mask);
        self.finger.swap(&other.finger);
        self.entries.swap(&other.entries);
        old
    }

    /// Removes every element.
    pub fn clear(&self) {
        drop(self.take());
    }

    fn free(&self) {
        let entries = self.entries.replace(null_mut());
        if !entries.is_null() {
            let layout =
                Layout::array::<Entry>(self.capacity()).expect("the table was allocated with this layout");
            // SAFETY: allocated with this layout, or as a small array.
            unsafe {
                if layout.size() <= LARGEST_CELL {
                    memory::free_array(entries.cast(), layout.size());
                } else {
                    dealloc(entries.cast(), layout);
                }
            }
        }
    }

    /// CPython's `frozenset_hash`: independent of the order.
    fn frozen_hash(&self) -> i64 {
        let shuffle = |hash: u64| ((hash ^ 89869747) ^ (hash << 16)).wrapping_mul(3644798167);
        let mut hash = 0u64;
        let mut position = 0;
        while let Some((_, element)) = self.next(&mut position) {
            hash ^= shuffle(element as u64);
        }
        hash ^= (self.len() as u64 + 1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == u64::MAX { 590923713 } else { hash as i64 }
    }
}

impl Default for SetTable {
    fn default() -> SetTable {
        SetTable::new()
    }
}

impl Drop for SetTable {
    fn drop(&mut self) {
        if self.entries.get().is_null() {
            return;
        }
        for index in 0..=self.mask.get() {
            if let Some(key) = self.key_at(index) {
                // SAFETY: the table owned it, and is not looked at again for this entry.
                drop(unsafe { Owned::from_raw(key) });
            }
        }
        self.free();
    }
}

// SAFETY: every key that the table owns is visited once.
unsafe impl Traverse for SetTable {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if self.entries.get().is_null() {
            return;
        }
        for index in 0..=self.mask.get() {
            if let Some(key) = self.key_at(index) {
                visitor.visit(key);
            }
        }
    }

    fn break_cycles(&self) {
        SetTable::clear(self);
    }
}

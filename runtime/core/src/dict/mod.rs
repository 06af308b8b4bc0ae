//! `dict`: an insertion-ordered hash table ([`table`]), and the namespaces that look like one ([`namespace`]).
//!
//! Every operation on dicts, in Rust or seen from Python, goes through the methods of [`Dict`], so that a namespace
//! behaves as the dict it is. Methods that may run Python code (`__hash__`, `__eq__`, `__del__` of what is replaced) give
//! a `Result` or say so; none holds a reference into the table while it does.

mod namespace;
mod table;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::collector::{Traverse, Visitor};
use crate::exception;
use crate::memory;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str::Str;
use crate::type_object::{Class, name_of};
use crate::{key_error, memory_error, runtime_error, type_error};

use table::Table;
pub(crate) use table::{equal_without_python, exact_str};

/// A `dict`, or a namespace.
#[pyclass(name = "dict", module = "builtins", shape = DICT, flags(BASETYPE, MAPPING, MATCH_SELF, DICT_SUBCLASS))]
#[repr(C)]
pub struct Dict {
    header: Header,
    table: Table,
}

/// What [`Dict::merge`] does with a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Its value is replaced.
    Replace,
    /// Its value stays.
    Keep,
    /// It is an error: KeyError of the key.
    Refuse,
}

impl Dict {
    /// An empty dict.
    pub fn new() -> Ref<Dict> {
        Dict::new_in(Dict::type_object())
    }

    /// An empty dict of a class that derives from `dict`.
    pub fn new_in(class: &crate::type_object::TypeObject) -> Ref<Dict> {
        memory::allocate(class, Dict::empty_contents())
    }

    /// The contents of an empty dict, for a class whose struct starts with one.
    pub const fn empty_contents() -> Dict {
        Dict { header: Header::unset(), table: Table::new(false) }
    }

    /// An empty dict with room for `entries`.
    pub fn with_capacity(entries: usize) -> Result<Ref<Dict>> {
        let dict = Dict::new();
        dict.reserve(entries)?;
        Ok(dict)
    }

    /// This dict as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a dict is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// How many keys there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table.live()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One past the last position that [`Dict::next`] may have to look at.
    #[inline(always)]
    pub fn end_position(&self) -> usize {
        self.table.used()
    }

    /// A number that differs whenever a key has appeared or disappeared.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.table.version()
    }

    /// Whether all keys are exact `str`s, as far as is known without looking at them.
    pub fn has_only_str_keys(&self) -> bool {
        !self.table.has_hashes()
    }

    /// Bytes of memory apart from the object's own.
    pub fn extra_bytes(&self) -> usize {
        self.table.block_bytes()
    }

    /// Makes room for `entries` keys in all.
    pub fn reserve(&self, entries: usize) -> Result<()> {
        if self.table.reserve(entries) { Ok(()) } else { Err(memory_error!()) }
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: &Object) -> Result<Option<Owned>> {
        let hash = key_hash(key)?;
        self.get_with_hash(key, hash)
    }

    /// The value of a key whose hash is known.
    #[inline]
    pub fn get_with_hash(&self, key: &Object, hash: i64) -> Result<Option<Owned>> {
        Ok(self.table.find(key, hash)?.and_then(|number| self.value_at(number)))
    }

    /// Whether there is a key.
    #[inline]
    pub fn contains(&self, key: &Object) -> Result<bool> {
        let hash = key_hash(key)?;
        self.contains_with_hash(key, hash)
    }

    /// Whether there is a key whose hash is known.
    pub fn contains_with_hash(&self, key: &Object, hash: i64) -> Result<bool> {
        Ok(self.table.find(key, hash)?.is_some_and(|number| self.word_at(number).is_some()))
    }

    /// Sets a key's value.
    #[inline]
    pub fn set(&self, key: &Object, value: &Object) -> Result<()> {
        let hash = key_hash(key)?;
        self.set_with_hash(key, hash, value)
    }

    /// Sets the value of a key whose hash is known.
    pub fn set_with_hash(&self, key: &Object, hash: i64, value: &Object) -> Result<()> {
        match self.table.find(key, hash)? {
            Some(number) => self.store(number, value.to_owned()),
            None => self.insert(key.to_owned(), hash, value.to_owned()),
        }
    }

    /// A key's value, set to `default` first when there is none; and whether it was there.
    pub fn set_default(&self, key: &Object, default: &Object) -> Result<(Owned, bool)> {
        let hash = key_hash(key)?;
        let found = self.table.find(key, hash)?;
        if let Some(number) = found
            && let Some(value) = self.value_at(number)
        {
            return Ok((value, true));
        }
        match found {
            Some(number) => self.store(number, default.to_owned())?,
            None => self.insert(key.to_owned(), hash, default.to_owned())?,
        }
        Ok((default.to_owned(), false))
    }

    /// Removes a key; gives its value if it was there.
    pub fn remove(&self, key: &Object) -> Result<Option<Owned>> {
        let hash = key_hash(key)?;
        self.remove_with_hash(key, hash)
    }

    /// Removes a key whose hash is known; gives its value if it was there.
    pub fn remove_with_hash(&self, key: &Object, hash: i64) -> Result<Option<Owned>> {
        Ok(self.table.find(key, hash)?.and_then(|number| self.remove_at(number)).map(|(_, value)| value))
    }

    /// Removes the key inserted last.
    pub fn pop_last(&self) -> Option<(Owned, Owned)> {
        let mut number = self.table.used();
        while number > 0 {
            number -= 1;
            if self.word_at(number).is_some() {
                return self.remove_at(number);
            }
        }
        None
    }

    /// Removes the key inserted first.
    pub fn pop_first(&self) -> Option<(Owned, Owned)> {
        let mut position = 0;
        let number = self.next_number(&mut position)?;
        self.remove_at(number)
    }

    /// Makes a key the last, or the first, in order; false when it is not there. Not for namespaces.
    pub fn move_to_end(&self, key: &Object, last: bool) -> Result<bool> {
        debug_assert!(!self.table.has_cells());
        let hash = key_hash(key)?;
        let Some(number) = self.table.find(key, hash)? else { return Ok(false) };
        if last && number + 1 == self.table.used() {
            return Ok(true);
        }
        let (key, value) = self.table.take(number, true);
        // SAFETY: the table gave the key up.
        let key = unsafe { Owned::from_raw(key) };
        if last {
            return self.put_back(key, hash, value).map(|()| true);
        }
        let old = self.table.take_all();
        self.put_back(key, hash, value)?;
        for number in 0..old.used() {
            let key = old.key(number);
            if key.0 != 0 {
                // SAFETY: the old table owned the key, and is not looked at again for this entry.
                self.put_back(unsafe { Owned::from_raw(key) }, old.hash(number), old.payload(number))?;
            }
        }
        Ok(true)
    }

    /// Appends an entry that was taken out.
    fn put_back(&self, key: Owned, hash: i64, payload: u64) -> Result<()> {
        self.table.append(key, hash, payload, true).map_err(|(key, payload)| {
            // SAFETY: the table did not take the value.
            drop((key, unsafe { Owned::from_raw(Value(payload)) }));
            memory_error!()
        })
    }

    /// The value of an exact `str` key. Never runs Python code; keys that are no exact `str` are not considered.
    #[inline]
    pub fn get_str(&self, key: &Str) -> Option<Owned> {
        self.table.find_str(key).and_then(|number| self.value_at(number))
    }

    /// Whether there is an exact `str` key. Never runs Python code.
    pub fn contains_str(&self, key: &Str) -> bool {
        self.table.find_str(key).is_some_and(|number| self.word_at(number).is_some())
    }

    /// Sets the value of an exact `str` key. Runs no Python code but `__del__` of the old value.
    pub fn set_str(&self, key: &Str, value: &Object) -> Result<()> {
        match self.table.find_str(key) {
            Some(number) => self.store(number, value.to_owned()),
            None => self.insert(key.object().to_owned(), key.hash(), value.to_owned()),
        }
    }

    /// Removes an exact `str` key. Never runs Python code but the key's own end.
    pub fn remove_str(&self, key: &Str) -> Option<Owned> {
        self.table.find_str(key).and_then(|number| self.remove_at(number)).map(|(_, value)| value)
    }

    /// The first key at or after a position, and its value; moves the position past it. Start with 0.
    #[inline]
    pub fn next(&self, position: &mut usize) -> Option<(Owned, Owned)> {
        let number = self.next_number(position)?;
        // SAFETY: the table owns its keys.
        let key = unsafe { Object::from_value(self.table.key(number)) }.to_owned();
        Some((key, self.value_at(number)?))
    }

    /// As [`Dict::next`], with the key's hash.
    pub fn next_with_hash(&self, position: &mut usize) -> Option<(Owned, i64, Owned)> {
        let (key, value) = self.next(position)?;
        let hash = self.table.hash(*position - 1);
        Some((key, hash, value))
    }

    /// The last key before a position; moves the position to it. Start with [`Dict::end_position`].
    pub fn previous(&self, position: &mut usize) -> Option<(Owned, Owned)> {
        let mut number = (*position).min(self.table.used());
        while number > 0 {
            number -= 1;
            if let Some(value) = self.value_at(number) {
                *position = number;
                // SAFETY: the table owns its keys.
                return Some((unsafe { Object::from_value(self.table.key(number)) }.to_owned(), value));
            }
        }
        *position = 0;
        None
    }

    /// Removes every key.
    pub fn clear(&self) {
        if self.table.has_cells() {
            return self.clear_cells();
        }
        drop_entries(self.table.take_all());
    }

    /// A plain dict with the same keys and values.
    pub fn copy(&self) -> Result<Ref<Dict>> {
        let copy = Dict::new();
        if self.table.has_cells() {
            copy.reserve(self.len())?;
            copy.merge(self, Merge::Replace)?;
        } else if !copy.table.copy_from(&self.table) {
            return Err(memory_error!());
        }
        Ok(copy)
    }

    /// Takes in the keys and values of another dict.
    pub fn merge(&self, other: &Dict, mode: Merge) -> Result<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if self.table.used() == 0 && !self.table.has_cells() && !other.table.has_cells() {
            drop_entries(self.table.take_all());
            return if self.table.copy_from(&other.table) { Ok(()) } else { Err(memory_error!()) };
        }
        if mode == Merge::Replace && self.len() < other.len() {
            self.reserve(self.len() + other.len())?;
        }
        let version = other.version();
        let mut position = 0;
        while let Some((key, hash, value)) = other.next_with_hash(&mut position) {
            match mode {
                Merge::Replace => self.set_with_hash(&key, hash, &value)?,
                Merge::Keep | Merge::Refuse => {
                    if !self.contains_with_hash(&key, hash)? {
                        self.set_with_hash(&key, hash, &value)?;
                    } else if mode == Merge::Refuse {
                        return Err(key_error(&key));
                    }
                }
            }
            drop((key, value));
            if other.version() != version {
                return Err(runtime_error!("dict mutated during update"));
            }
        }
        Ok(())
    }

    /// Whether two dicts have the same keys with equal values.
    pub fn equals(&self, other: &Dict) -> Result<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        let mut position = 0;
        while let Some((key, hash, value)) = self.next_with_hash(&mut position) {
            let Some(theirs) = other.get_with_hash(&key, hash)? else { return Ok(false) };
            if !operations::equal(&theirs, &value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The keys in order.
    pub fn keys(&self) -> Vec<Owned> {
        let mut keys = Vec::with_capacity(self.len());
        let mut position = 0;
        while let Some(number) = self.next_number(&mut position) {
            // SAFETY: the table owns its keys.
            keys.push(unsafe { Object::from_value(self.table.key(number)) }.to_owned());
        }
        keys
    }

    /// The values in order.
    pub fn values(&self) -> Vec<Owned> {
        let mut values = Vec::with_capacity(self.len());
        let mut position = 0;
        while let Some(number) = self.next_number(&mut position) {
            values.extend(self.value_at(number));
        }
        values
    }

    /// The keys and values in order.
    pub fn items(&self) -> Vec<(Owned, Owned)> {
        let mut items = Vec::with_capacity(self.len());
        let mut position = 0;
        while let Some(item) = self.next(&mut position) {
            items.push(item);
        }
        items
    }

    /// The first bound entry at or after a position; moves the position past it.
    #[inline]
    fn next_number(&self, position: &mut usize) -> Option<usize> {
        let end = self.table.used();
        if *position < self.table.first() {
            *position = self.table.first();
        }
        while *position < end {
            let number = *position;
            *position += 1;
            if self.word_at(number).is_some() {
                return Some(number);
            }
        }
        None
    }

    /// The value word of an entry that is bound.
    #[inline(always)]
    fn word_at(&self, number: usize) -> Option<Value> {
        if self.table.key(number).0 == 0 {
            return None;
        }
        let payload = self.table.payload(number);
        if self.table.has_cells() { namespace::read(payload) } else { Some(Value(payload)) }
    }

    #[inline(always)]
    fn value_at(&self, number: usize) -> Option<Owned> {
        // SAFETY: the dict owns its values.
        self.word_at(number).map(|value| unsafe { Object::from_value(value) }.to_owned())
    }

    /// Replaces the value of an entry.
    fn store(&self, number: usize, value: Owned) -> Result<()> {
        if self.table.has_cells() {
            return self.store_in_cell(number, value);
        }
        let old = self.table.payload(number);
        self.table.set_payload(number, value.into_raw().0);
        // SAFETY: the table owned the old value.
        drop(unsafe { Owned::from_raw(Value(old)) });
        Ok(())
    }

    /// Adds an entry whose key is not there.
    fn insert(&self, key: Owned, hash: i64, value: Owned) -> Result<()> {
        if self.table.has_cells() {
            return self.insert_in_cell(key, hash, value);
        }
        match self.table.append(key, hash, value.into_raw().0, true) {
            Ok(()) => Ok(()),
            Err((key, payload)) => {
                // SAFETY: the table did not take the value.
                drop((key, unsafe { Owned::from_raw(Value(payload)) }));
                Err(memory_error!())
            }
        }
    }

    /// Removes an entry; `None` when it was not bound.
    fn remove_at(&self, number: usize) -> Option<(Owned, Owned)> {
        if self.table.has_cells() {
            return self.remove_from_cell(number);
        }
        let (key, value) = self.table.take(number, true);
        // SAFETY: the table gave both up.
        Some(unsafe { (Owned::from_raw(key), Owned::from_raw(Value(value))) })
    }
}

/// Drops keys and values that nobody else can reach any more.
fn drop_entries(table: Table) {
    for number in 0..table.used() {
        let key = table.key(number);
        if key.0 != 0 {
            // SAFETY: the table owned both, and is not looked at again for this entry.
            drop(unsafe { (Owned::from_raw(key), Owned::from_raw(Value(table.payload(number)))) });
        }
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        if self.table.has_cells() {
            self.free_cells();
        } else {
            drop_entries(self.table.take_all());
        }
    }
}

// SAFETY: every key and value that the table owns is visited once.
unsafe impl Traverse for Table {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for number in 0..self.used() {
            let key = self.key(number);
            if key.0 == 0 {
                continue;
            }
            visitor.visit(key);
            let payload = self.payload(number);
            let value = if self.has_cells() { namespace::read(payload) } else { Some(Value(payload)) };
            if let Some(value) = value {
                visitor.visit(value);
            }
        }
    }

    fn break_cycles(&self) {
        if self.has_cells() {
            namespace::clear_values(self);
        } else {
            drop_entries(self.take_all());
        }
    }
}

/// The hash of a key. The error for an unhashable one says that it was to be a key.
#[inline]
pub fn key_hash(key: &Object) -> Result<i64> {
    match exact_str(key) {
        Some(text) => Ok(text.hash()),
        None => operations::hash(key).map_err(|_| explain_unhashable(key, "a dict key")),
    }
}

/// Replaces a pending plain TypeError by one that says what the unhashable value was to be.
#[cold]
pub(crate) fn explain_unhashable(key: &Object, role: &str) -> crate::owned::Raised {
    let error = exception::take();
    if !error.is_exact::<crate::exception::TypeError>() {
        exception::restore(error);
        return crate::owned::Raised;
    }
    let text = match operations::str(&error) {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(raised) => return raised,
    };
    type_error!("cannot use '{}' as {} ({})", name_of(key), role, text)
}

/// Whether the type is exactly `dict`, namespaces included.
pub fn is_exact_dict(object: &Object) -> bool {
    matches!(object.shape_id(), ShapeId::DICT | ShapeId::NAMESPACE)
}

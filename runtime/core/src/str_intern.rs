//! Interned strings: one object for each text, so that names are compared by address.
//!
//! Static strings (the one-character ones and [`names`](crate::names)) are found first, through a table made at compile
//! time; the others are in a table that does not own them: a string that dies takes itself out ([`forget`]).

use std::cell::RefCell;
use std::collections::HashSet;

use hashbrown::HashTable;
use pyrsc_abi::Value;

use crate::gil::Static;
use crate::names;
use crate::object::Object;
use crate::owned::{Owned, Ref};
use crate::str::{Str, empty, one_character};
use crate::str_units::Units;

static TABLE: Static<RefCell<HashTable<*const Str>>> = Static::new(RefCell::new(HashTable::new()));
static KEPT_UTF8: Static<RefCell<Option<HashSet<&'static str>>>> = Static::new(RefCell::new(None));

/// The hash of the intern tables (FNV-1a). It does not depend on `PYTHONHASHSEED`, so that the table of static names can
/// be made at compile time.
pub(crate) const fn intern_hash(bytes: &[u8]) -> u32 {
    let mut hash = 0x811C_9DC5u32;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    hash
}

fn spread(hash: u32) -> u64 {
    // hashbrown takes its tags from the top bits.
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The interned string of a text.
pub fn intern(text: &str) -> Ref<Str> {
    if text.is_ascii() {
        intern_units(Units::One(text.as_bytes()), || Str::new(text))
    } else {
        intern_object(&Str::new(text))
    }
}

/// The interned string of the same text as `string`, which becomes it where there is none and its type is exactly `str`.
pub fn intern_object(string: &Str) -> Ref<Str> {
    if string.is_interned() {
        return string.to_ref();
    }
    intern_units(string.units(), || string.to_exact())
}

fn intern_units(units: Units<'_>, make: impl FnOnce() -> Ref<Str>) -> Ref<Str> {
    if let Units::One(bytes) = units {
        match *bytes {
            [] => return empty().to_ref(),
            [code] => return one_character(code).to_ref(),
            _ => {}
        }
    }
    let bytes = units.as_bytes();
    let hash = intern_hash(bytes);
    if let (Units::One(bytes), Some(name)) = (units, names::find(bytes, hash)) {
        debug_assert_eq!(bytes.len(), name.len());
        return name.to_ref();
    }
    let same = |known: &*const Str| {
        // SAFETY: strings in the table are alive: they take themselves out when they die.
        let known = unsafe { &**known };
        known.units().kind() == units.kind() && known.units().as_bytes() == bytes
    };
    if let Some(&known) = TABLE.borrow().find(spread(hash), same) {
        // SAFETY: as above; the reference is counted before the table can change.
        return unsafe { Object::from_value(Value(known as u64)).to_owned().downcast_unchecked() };
    }
    let made = make();
    made.set_interned(true);
    let rehash = |known: &*const Str| {
        // SAFETY: as above.
        spread(intern_hash(unsafe { &**known }.units().as_bytes()))
    };
    TABLE.borrow_mut().insert_unique(spread(hash), std::ptr::from_ref(&*made), rehash);
    made
}

/// Takes a dying string out of the table.
#[cold]
pub(crate) fn forget(string: &Str) {
    let hash = spread(intern_hash(string.units().as_bytes()));
    let address = std::ptr::from_ref(string);
    if let Ok(entry) = TABLE.borrow_mut().find_entry(hash, |&known| known == address) {
        entry.remove();
    }
}

/// Keeps a text for the life of the process, once.
#[cold]
pub(crate) fn keep_utf8(text: &str) -> Option<&'static str> {
    let mut kept = KEPT_UTF8.borrow_mut();
    let kept = kept.get_or_insert_default();
    if let Some(known) = kept.get(text) {
        return Some(known);
    }
    let leaked: &'static str = Box::leak(Box::from(text));
    kept.insert(leaked);
    Some(leaked)
}

/// Interned strings as values, for tables that are built by Rust code.
pub fn intern_value(text: &str) -> Owned {
    intern(text).into_owned()
}

/// A name that runtime code uses often: interned at its first use and kept for good. See [`interned!`](crate::interned).
pub struct InternedName {
    text: &'static str,
    string: std::cell::Cell<*const Str>,
}

// SAFETY: touched only by the thread that holds the GIL.
unsafe impl Sync for InternedName {}

impl InternedName {
    pub const fn new(text: &'static str) -> InternedName {
        InternedName { text, string: std::cell::Cell::new(std::ptr::null()) }
    }

    /// The interned string.
    #[inline(always)]
    pub fn get(&self) -> &'static Str {
        // SAFETY: null, or a string whose reference `intern_for_good` keeps.
        match unsafe { self.string.get().as_ref() } {
            Some(string) => string,
            None => self.intern_for_good(),
        }
    }

    #[cold]
    fn intern_for_good(&self) -> &'static Str {
        let string = intern(self.text);
        let pointer: *const Str = &*string;
        std::mem::forget(string);
        self.string.set(pointer);
        // SAFETY: the reference that keeps the string alive has just been forgotten.
        unsafe { &*pointer }
    }
}

/// The interned string of a literal, looked up once a place in the code: `interned!("__add__")`.
#[macro_export]
macro_rules! interned {
    ($text:expr) => {{
        static NAME: $crate::str_intern::InternedName = $crate::str_intern::InternedName::new($text);
        NAME.get()
    }};
}

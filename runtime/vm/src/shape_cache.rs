//! What all attribute accesses share: for a shape and a name, where the attribute was.
//!
//! An instruction that sees objects of many shapes misses its own inline cache often; this table answers then, without
//! looking the name up. Not an authority: an entry is an [`InlineCache`] like those of instructions, and is checked in
//! the same way.

use std::cell::Cell;

use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::str::Str;

use crate::code::InlineCache;

/// What is done with the attribute: one name can mean something else for each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Load = 1,
    Method = 2,
    Store = 3,
}

/// One entry of the table.
pub struct Entry {
    /// The address of the interned name, with the access in its low bits.
    key: Cell<usize>,
    pub cache: InlineCache,
}

const SIZE: usize = 2048;
/// One in so many answers is copied to the instruction's own cache, so that it follows what it sees most.
const ADOPTED: u32 = 8;

impl Entry {
    const fn empty() -> Entry {
        Entry {
            key: Cell::new(0),
            cache: InlineCache {
                shape: Cell::new(0),
                version: Cell::new(0),
                kind: Cell::new(0),
                offset: Cell::new(0),
                first: Cell::new(0),
                second: Cell::new(0),
            },
        }
    }
}

static TABLE: Static<[Entry; SIZE]> = Static::new([const { Entry::empty() }; SIZE]);
static ANSWERS: Static<Cell<u32>> = Static::new(Cell::new(0));

fn key(name: &Str, access: Access) -> usize {
    std::ptr::from_ref(name) as usize | access as usize
}

/// The entry where an access is remembered, whatever it holds now.
#[inline]
pub fn entry(shape: u32, name: &Str, access: Access) -> &'static Entry {
    let key = key(name, access);
    let mixed = (key >> 4) ^ (key >> 15) ^ (shape as usize).wrapping_mul(0x9E5) ^ (key << 9);
    // SAFETY: statics live for good.
    unsafe { &*std::ptr::from_ref(&TABLE[mixed % SIZE]) }
}

impl Entry {
    /// Whether the entry is about the access; its cache says whether it is about the object.
    #[inline]
    pub fn is_for(&self, name: &Str, access: Access) -> bool {
        self.key.get() == key(name, access)
    }

    /// Remembers what an instruction has found.
    pub fn set(&self, name: &Str, access: Access, cache: &InlineCache) {
        self.key.set(key(name, access));
        self.cache.copy_from(cache);
    }

    /// Lets an instruction that the entry has answered know it by itself from now on, now and then.
    #[inline]
    pub fn offer(&self, cache: &InlineCache) {
        let answers = ANSWERS.get().wrapping_add(1);
        ANSWERS.set(answers);
        if answers.is_multiple_of(ADOPTED) || cache.shape.get() == 0 {
            cache.copy_from(&self.cache);
        }
    }
}

impl InlineCache {
    /// Takes over what another cache knows.
    pub fn copy_from(&self, other: &InlineCache) {
        self.shape.set(other.shape.get());
        self.version.set(other.version.get());
        self.kind.set(other.kind.get());
        self.offset.set(other.offset.get());
        self.first.set(other.first.get());
        self.second.set(other.second.get());
    }
}

/// The shape by which an object's accesses are remembered; `None` for those that are not.
#[inline]
pub fn shape_of(object: &Object) -> Option<u32> {
    object.header().map(|header| header.shape.get().0)
}

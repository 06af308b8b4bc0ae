//! `tuple`: its values lie in the object itself.

use std::cell::Cell;
use std::mem::offset_of;

use pyrsc_abi::layout::TupleLayout;
use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::collector::{Traverse, Visitor};
use crate::gil;
use crate::memory;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, TypeObject};

/// What the cached hash is before it is computed; no tuple hashes to it.
const NO_HASH: i64 = -1;

/// A `tuple`. `length` values follow.
#[pyclass(name = "tuple", module = "builtins", shape = TUPLE, flags(BASETYPE, SEQUENCE, MATCH_SELF, TUPLE_SUBCLASS), variable_size = size_of_object)]
#[repr(C)]
pub struct Tuple {
    header: Header,
    length: usize,
    hash: Cell<i64>,
    items: Items,
}

/// Stands where a tuple's values start. It is only ever a field of a [`Tuple`].
#[repr(C)]
struct Items([Value; 0]);

const _: () = {
    assert!(offset_of!(Tuple, length) == offset_of!(TupleLayout, length));
    assert!(offset_of!(Tuple, hash) == offset_of!(TupleLayout, hash));
    assert!(offset_of!(Tuple, items) == size_of::<TupleLayout>());
};

/// The one empty tuple.
static EMPTY: gil::Static<Tuple> = gil::Static::new(Tuple {
    header: Header::immortal(ShapeId::TUPLE),
    length: 0,
    hash: Cell::new(NO_HASH),
    items: Items([]),
});

/// Bytes of a tuple with its items.
///
/// # Safety
/// `object` points to a tuple.
unsafe fn size_of_object(object: *const u8) -> usize {
    // SAFETY: the caller's promise.
    size_of::<Tuple>() + size_of_val(unsafe { &*object.cast::<Tuple>() }.words())
}

impl Tuple {
    /// The empty tuple.
    pub fn empty() -> Ref<Tuple> {
        // SAFETY: a static tuple is an object; immortal ones need no count.
        unsafe {
            Object::from_value(Value(std::ptr::from_ref::<Tuple>(&EMPTY) as u64))
                .to_owned()
                .downcast_unchecked()
        }
    }

    /// A tuple of these values.
    pub fn from_vec(items: Vec<Owned>) -> Ref<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        Tuple::from_vec_in(Tuple::type_object(), items)
    }

    /// A tuple of words that are moved out of an array.
    ///
    /// # Safety
    /// `words` points to `count` owned words, which the caller gives up.
    pub unsafe fn from_words(words: *const Value, count: usize) -> Ref<Tuple> {
        if count == 0 {
            return Tuple::empty();
        }
        // SAFETY: the caller's promise.
        let items = (0..count).map(|index| unsafe { Owned::from_raw(*words.add(index)) });
        Tuple::from_exact_iter(Tuple::type_object(), count, items)
    }

    /// A tuple of new references to these values.
    pub fn from_slice(items: &[Owned]) -> Ref<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        Tuple::from_exact_iter(Tuple::type_object(), items.len(), items.iter().cloned())
    }

    /// A tuple of new references to these values.
    pub fn from_objects(items: &[&Object]) -> Ref<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        Tuple::from_exact_iter(
            Tuple::type_object(),
            items.len(),
            items.iter().map(|item| Object::to_owned(item)),
        )
    }

    /// A tuple of two values.
    pub fn pair(first: Owned, second: Owned) -> Ref<Tuple> {
        Tuple::from_exact_iter(Tuple::type_object(), 2, [first, second].into_iter())
    }

    /// An instance, of `tuple` or of a class that derives from it, with these values. Never the shared empty tuple.
    pub fn from_vec_in(class: &TypeObject, items: Vec<Owned>) -> Ref<Tuple> {
        Tuple::from_exact_iter(class, items.len(), items.into_iter())
    }

    /// `length` values from an iterator that runs no Python code.
    fn from_exact_iter(class: &TypeObject, length: usize, items: impl Iterator<Item = Owned>) -> Ref<Tuple> {
        let tuple: *mut Tuple = memory::allocate_variable(class, length * size_of::<Value>())
            .expect("a tuple of what fits a vector fits memory");
        // SAFETY: the new object has room for the struct and `length` values; nobody else knows it yet.
        unsafe {
            (&raw mut (*tuple).length).write(length);
            (&raw mut (*tuple).hash).write(Cell::new(NO_HASH));
            let words: *mut Value = (&raw mut (*tuple).items).cast();
            let mut written = 0;
            for item in items.take(length) {
                words.add(written).write(item.into_raw());
                written += 1;
            }
            assert_eq!(written, length, "the iterator tells its length");
            Owned::from_raw(Value(tuple as u64)).downcast_unchecked()
        }
    }

    /// Starts an instance of a type that lays out its items itself.
    ///
    /// # Safety
    /// `tuple` is new, with room for `length` values, which the caller writes next.
    pub(crate) unsafe fn write_length(tuple: *mut Tuple, length: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            (&raw mut (*tuple).length).write(length);
            (&raw mut (*tuple).hash).write(Cell::new(NO_HASH));
        }
    }

    /// This tuple as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a tuple is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    #[inline(always)]
    fn words(&self) -> &[Value] {
        // SAFETY: `length` words follow the struct.
        unsafe { std::slice::from_raw_parts((&raw const self.items).cast(), self.length) }
    }

    /// The values, which do not change as long as the tuple lives.
    #[inline(always)]
    pub fn items(&self) -> &[&Object] {
        // SAFETY: words that are not 0 are `&Object`s; the tuple owns them.
        unsafe { std::slice::from_raw_parts((&raw const self.items).cast(), self.length) }
    }

    /// The value at an index.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<&Object> {
        self.items().get(index).copied()
    }

    /// The values in order.
    #[inline(always)]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Object> + ExactSizeIterator {
        self.items().iter().copied()
    }

    /// New references to the values.
    pub fn to_vec(&self) -> Vec<Owned> {
        self.iter().map(Object::to_owned).collect()
    }

    /// A tuple of the values in a range.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Ref<Tuple> {
        Tuple::from_objects(&self.items()[range])
    }

    /// The hash, computed at the first call: the xxHash variant of CPython's `tuple_hash`.
    pub fn hash(&self) -> Result<i64> {
        if self.hash.get() != NO_HASH {
            return Ok(self.hash.get());
        }
        const PRIME_1: u64 = 11400714785074694791;
        const PRIME_2: u64 = 14029467366897019727;
        const PRIME_5: u64 = 2870177450012600261;
        let mut sum = PRIME_5;
        for item in self.iter() {
            let lane = operations::hash(item)? as u64;
            sum = sum.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
        }
        sum = sum.wrapping_add(self.length as u64 ^ (PRIME_5 ^ 3527539));
        let hash = if sum == u64::MAX { 1546275796 } else { sum as i64 };
        self.hash.set(hash);
        Ok(hash)
    }
}

impl Items {
    /// The values of the tuple that this is a field of.
    fn words(&self) -> &[Value] {
        let start = std::ptr::from_ref(self).cast::<u8>();
        // SAFETY: it is only ever a field of a tuple, which starts that many bytes before.
        unsafe { &*start.sub(offset_of!(Tuple, items)).cast::<Tuple>() }.words()
    }
}

// SAFETY: visits each value once.
unsafe impl Traverse for Items {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for &word in self.words() {
            visitor.visit(word);
        }
    }

    /// A tuple is immutable: cycles through it are broken elsewhere, as in CPython.
    fn break_cycles(&self) {}
}

impl Drop for Items {
    fn drop(&mut self) {
        // As in CPython, the last item dies first.
        for &word in self.words().iter().rev() {
            // SAFETY: the tuple owned the value and is going away.
            drop(unsafe { Owned::from_raw(word) });
        }
    }
}

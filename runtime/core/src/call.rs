//! Arguments of a call, and how anything is called.

use pyrsc_abi::Value;

use crate::object::Object;
use crate::owned::Owned;
use crate::tuple::Tuple;

/// The arguments of one call: borrowed words, of which the last `names.len()` are keyword arguments.
///
/// The callee may take an argument out ([`Arguments::take`]); its word is then 0, and the caller drops what is left.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    values: &'a [std::cell::Cell<Value>],
    names: Option<&'a Tuple>,
}

impl<'a> Arguments<'a> {
    pub const EMPTY: Arguments<'static> = Arguments { values: &[], names: None };

    /// Positional arguments alone.
    #[inline]
    pub fn positional_only(values: &'a [Owned]) -> Arguments<'a> {
        Arguments::new(values, None)
    }

    /// Arguments of which the last `names.len()` are keyword arguments. They are borrowed: none may be taken out, so a
    /// callee that wants ownership counts one more.
    #[inline]
    pub fn new(values: &'a [Owned], names: Option<&'a Tuple>) -> Arguments<'a> {
        // SAFETY: `Owned` is a transparent word that is not 0; `take` is unsafe and says when words may be cleared.
        let values = unsafe { &*(std::ptr::from_ref(values) as *const [std::cell::Cell<Value>]) };
        Arguments { values, names }
    }

    /// Arguments as the generic entry of a code descriptor gets them.
    ///
    /// # Safety
    /// `values` points to `count` words that stay valid and owned by the caller for `'a`; `names` is a tuple or 0.
    #[inline]
    pub unsafe fn from_raw(values: *mut Value, count: usize, names: Value) -> Arguments<'a> {
        let values = if count == 0 {
            &[][..]
        } else {
            // SAFETY: the caller's promise.
            unsafe { std::slice::from_raw_parts(values as *const std::cell::Cell<Value>, count) }
        };
        // SAFETY: the caller's promise.
        let names =
            unsafe { Object::from_optional_value(names) }.map(|names| unsafe { &*names.address::<Tuple>() });
        Arguments { values, names }
    }

    /// The words, for a callee in generated code.
    #[inline]
    pub fn as_raw(&self) -> (*mut Value, usize, Value) {
        let names = self.names.map_or(Value(0), |names| Value(std::ptr::from_ref(names) as u64));
        (self.values.as_ptr() as *mut Value, self.values.len(), names)
    }

    /// How many arguments there are in all.
    #[inline]
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// How many of them are positional.
    #[inline]
    pub fn positional_count(&self) -> usize {
        self.values.len() - self.names.map_or(0, |names| names.len())
    }

    /// How many of them are keyword arguments.
    #[inline]
    pub fn keyword_count(&self) -> usize {
        self.names.map_or(0, |names| names.len())
    }

    /// The keyword arguments' names.
    #[inline]
    pub fn names(&self) -> Option<&'a Tuple> {
        self.names
    }

    /// Argument `index`, positional ones first.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a Object> {
        // SAFETY: the caller of the function keeps the arguments alive for `'a`.
        self.values.get(index).and_then(|cell| unsafe { Object::from_optional_value(cell.get()) })
    }

    /// Positional argument `index`.
    #[inline]
    pub fn positional(&self, index: usize) -> Option<&'a Object> {
        if index < self.positional_count() { self.get(index) } else { None }
    }

    /// The positional arguments in order.
    pub fn iter_positional(&self) -> impl ExactSizeIterator<Item = &'a Object> + use<'a> {
        let this = *self;
        (0..self.positional_count()).map(move |index| this.get(index).expect("argument not taken out"))
    }

    /// The keyword arguments in order: name (an exact `str`) and value.
    pub fn iter_keywords(&self) -> impl ExactSizeIterator<Item = (&'a Object, &'a Object)> + use<'a> {
        let this = *self;
        let first = self.positional_count();
        (0..self.keyword_count()).map(move |index| {
            let name =
                this.names.and_then(|names| names.get(index)).expect("a name for each keyword argument");
            (name, this.get(first + index).expect("argument not taken out"))
        })
    }

    /// The same arguments without the first `count` positional ones.
    #[inline]
    pub fn without_first(&self, count: usize) -> Arguments<'a> {
        debug_assert!(count <= self.positional_count());
        Arguments { values: &self.values[count..], names: self.names }
    }

    /// The positional arguments from `start` on, without the keyword arguments.
    #[inline]
    pub fn positional_from(&self, start: usize) -> Arguments<'a> {
        let end = self.positional_count();
        Arguments { values: &self.values[start.min(end)..end], names: None }
    }

    /// Takes argument `index` over from a caller that allows it (a generic entry's `argv`).
    ///
    /// # Safety
    /// The arguments came through a generic entry, whose caller drops only what is left.
    pub unsafe fn take(&self, index: usize) -> Option<Owned> {
        let value = self.values[index].replace(Value(0));
        // SAFETY: the caller owned the reference and gives it up.
        if value.0 == 0 { None } else { Some(unsafe { Owned::from_raw(value) }) }
    }
}

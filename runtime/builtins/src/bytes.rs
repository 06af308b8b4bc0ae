//! `bytes`: its special methods and its own methods; what it shares with `bytearray` is in
//! [`byte_strings`](crate::byte_strings).

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::names::Name;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{self, Subscript};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{attribute, buffer, index_error, int, memory, names, operations, type_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::byte_strings::{self as common, Needle};

fn make(bytes: &[u8]) -> Owned {
    Bytes::new(bytes).into_owned()
}

crate::byte_string_methods!(Bytes, make);

#[pymethods(Bytes)]
mod methods {
    use super::*;

    #[slot(signature = "(source=b'', encoding='utf-8', errors='strict')")]
    fn new(
        class: &TypeObject,
        source: Option<&Object>,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> Result {
        let exact = std::ptr::eq(class, Bytes::type_object());
        let mut made = None;
        if let (Some(source), None, None) = (source, encoding, errors) {
            if exact && source.is_exact::<Bytes>() {
                return Ok(source.to_owned());
            }
            if let Some(method) = attribute::lookup_special(source, names::get(Name::__bytes__))? {
                let result = operations::call(&method, &[])?;
                match result.into_ref::<Bytes>() {
                    Ok(bytes) if exact => return Ok(bytes.into_owned()),
                    Ok(bytes) => made = Some(bytes.as_slice().to_vec()),
                    Err(other) => {
                        return Err(type_error!("__bytes__ returned non-bytes (type {})", name_of(&other)));
                    }
                }
            }
        }
        let bytes = match made {
            Some(bytes) => bytes,
            None => common::construct(source, encoding, errors, "bytes")?,
        };
        Ok(if exact { make(&bytes) } else { Bytes::copy_in(class, &bytes)?.into_owned() })
    }

    #[slot]
    fn repr(this: &Bytes) -> Ref<Str> {
        Str::from_ascii(pyrsc_core::str_repr::bytes_repr(this.as_slice()).as_bytes())
    }

    #[slot]
    fn hash(this: &Bytes) -> Result<i64> {
        Ok(this.hash())
    }

    #[slot]
    fn compare(this: &Bytes, other: &Object, comparison: Comparison) -> Result {
        compare_bytes(this.as_slice(), other, comparison)
    }

    #[slot]
    fn iter(this: &Bytes) -> Result {
        Ok(new_iterator(this.object(), BytesIterator::type_object()))
    }

    #[slot]
    fn length(this: &Bytes) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn contains(this: &Bytes, item: &Object) -> Result<bool> {
        contains_bytes(&|| this.as_slice().to_vec(), item)
    }

    #[slot]
    fn get_item(this: &Bytes, item: &Object) -> Result {
        match slice::subscript(item, "byte")? {
            Subscript::Index(index) => match slice::place(index, this.len()) {
                Some(place) => Ok(Owned::small_int(i64::from(this.as_slice()[place]))),
                None => Err(index_error!("index out of range")),
            },
            Subscript::Slice(slice) => {
                let range = slice.range(this.len())?;
                if range.count == this.len() && range.step == 1 && this.object().is_exact::<Bytes>() {
                    return Ok(this.object().to_owned());
                }
                Ok(slice_bytes(this.as_slice(), range))
            }
        }
    }

    #[slot]
    fn concat(this: &Bytes, other: &Object) -> Result {
        Ok(make(&common::concat(this.as_slice(), other, name_of(this.object()))?))
    }

    #[slot]
    fn repeat(this: &Bytes, count: isize) -> Result {
        if count == 1 && this.object().is_exact::<Bytes>() {
            return Ok(this.object().to_owned());
        }
        Ok(make(&common::repeat(this.as_slice(), count)?))
    }

    #[slot]
    fn remainder(this: &Object, arguments: &Object) -> Result {
        match this.downcast::<Bytes>() {
            Some(format) => Ok(make(&crate::percent_format::format_bytes(format.as_slice(), arguments)?)),
            None => Ok(Owned::not_implemented()),
        }
    }

    #[classmethod]
    fn fromhex(class: &TypeObject, string: &Object) -> Result {
        let bytes = make(&common::from_hex(string)?);
        if std::ptr::eq(class, Bytes::type_object()) {
            Ok(bytes)
        } else {
            operations::call(class.object(), &[&bytes])
        }
    }

    #[pymethod]
    fn __bytes__(this: &Bytes) -> Owned {
        if this.object().is_exact::<Bytes>() { this.object().to_owned() } else { make(this.as_slice()) }
    }

    #[pymethod]
    fn __getnewargs__(this: &Bytes) -> Owned {
        Tuple::from_vec(vec![make(this.as_slice())]).into_owned()
    }

    #[pymethod]
    fn __buffer__(this: &Bytes, _flags: i64) -> Result {
        Ok(pyrsc_core::memoryview::MemoryView::new(this.object())?.into_owned())
    }

    #[pymethod]
    fn __sizeof__(this: &Bytes) -> usize {
        size_of::<Bytes>() + this.tail_size()
    }
}

fn slice_bytes(bytes: &[u8], range: slice::SliceRange) -> Owned {
    if range.step == 1 {
        return make(&bytes[range.start as usize..range.start as usize + range.count]);
    }
    make(&range.indices().map(|index| bytes[index]).collect::<Vec<u8>>())
}

/// Compares with a bytes-like object; NotImplemented for anything else.
pub fn compare_bytes(bytes: &[u8], other: &Object, comparison: Comparison) -> Result {
    if let Some(other) = other.downcast::<Bytes>() {
        return Ok(Owned::bool(comparison.holds(bytes.cmp(other.as_slice()))));
    }
    if !buffer::is_supported(other) {
        return Ok(Owned::not_implemented());
    }
    let other = buffer::acquire_any(other)?.to_vec();
    Ok(Owned::bool(comparison.holds(bytes.cmp(&other))))
}

/// Whether a byte or a part is in the bytes.
pub fn contains_bytes(bytes: &dyn Fn() -> Vec<u8>, item: &Object) -> Result<bool> {
    if !buffer::is_supported(item) && !slice::has_index(item) {
        return Err(type_error!("a bytes-like object is required, not '{}'", name_of(item)));
    }
    let needle = Needle::new(item)?;
    let bytes = bytes();
    Ok(needle.with(|needle| memchr::memmem::find(&bytes, needle).is_some()))
}

/// Goes through the bytes of a `bytes`.
#[pyclass(name = "bytes_iterator", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct BytesIterator {
    header: Header,
    /// Empty when the iterator is exhausted.
    sequence: Slot,
    index: Cell<usize>,
}

/// Goes through the bytes of a `bytearray`.
#[pyclass(name = "bytearray_iterator", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct ByteArrayIterator {
    header: Header,
    sequence: Slot,
    index: Cell<usize>,
}

const _: () = assert!(size_of::<ByteArrayIterator>() == size_of::<BytesIterator>());

/// An iterator of either type.
pub fn new_iterator(sequence: &Object, class: &'static TypeObject) -> Owned {
    let contents = BytesIterator {
        header: Header::unset(),
        sequence: Slot::new(sequence.to_owned()),
        index: Cell::new(0),
    };
    memory::allocate(class, contents).into_owned()
}

fn byte_at(sequence: &Object, index: usize) -> Option<u8> {
    if let Some(bytes) = sequence.downcast::<Bytes>() {
        return bytes.as_slice().get(index).copied();
    }
    sequence.downcast::<ByteArray>().and_then(|array| array.as_slice().get(index).copied())
}

fn length_of(sequence: &Object) -> usize {
    if let Some(bytes) = sequence.downcast::<Bytes>() {
        return bytes.len();
    }
    sequence.downcast::<ByteArray>().map_or(0, ByteArray::len)
}

macro_rules! iterator_methods {
    ($module:ident, $class:ident) => {
        #[pymethods($class)]
        mod $module {
            use super::*;

            fn parts(this: &Object) -> &BytesIterator {
                // SAFETY: both iterators consist of the same fields, and descriptors check the receiver.
                unsafe { &*this.address::<BytesIterator>() }
            }

            #[slot]
            fn iter(this: &Object) -> Result {
                Ok(this.to_owned())
            }

            #[slot]
            fn next(this: &Object) -> Result<Option<Owned>> {
                let this = parts(this);
                let Some(sequence) = this.sequence.get() else { return Ok(None) };
                let index = this.index.get();
                if let Some(byte) = byte_at(&sequence, index) {
                    this.index.set(index + 1);
                    return Ok(Some(Owned::small_int(i64::from(byte))));
                }
                drop(this.sequence.replace(None));
                Ok(None)
            }

            #[pymethod]
            fn __length_hint__(this: &Object) -> usize {
                let this = parts(this);
                this.sequence
                    .get()
                    .map_or(0, |sequence| length_of(&sequence).saturating_sub(this.index.get()))
            }

            #[pymethod]
            fn __reduce__(this: &Object) -> Result {
                let this = parts(this);
                let iter = pyrsc_core::startup::builtin("iter")?;
                Ok(match this.sequence.get() {
                    Some(sequence) => {
                        let index = int::from_i64(this.index.get() as i64);
                        Tuple::from_vec(vec![iter, Tuple::from_vec(vec![sequence]).into_owned(), index])
                            .into_owned()
                    }
                    None => {
                        let empty = Tuple::from_vec(vec![Tuple::empty().into_owned()]).into_owned();
                        Tuple::from_vec(vec![iter, empty]).into_owned()
                    }
                })
            }

            #[pymethod]
            fn __setstate__(this: &Object, state: i64) {
                let this = parts(this);
                if let Some(sequence) = this.sequence.get() {
                    this.index.set((state.max(0) as usize).min(length_of(&sequence)));
                }
            }
        }
    };
}

iterator_methods!(iterator_methods, BytesIterator);
iterator_methods!(array_iterator_methods, ByteArrayIterator);

//! `bytearray`: its special methods and what changes it; what it shares with `bytes` is in
//! [`byte_strings`](crate::byte_strings).

use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{self, Subscript};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer, index_error, memory_error, operations, type_error, value_error};
use pyrsc_macros::pymethods;

use crate::byte_strings::{self as common, byte_value};
use crate::bytes::{ByteArrayIterator, compare_bytes, contains_bytes, new_iterator};

fn make(bytes: &[u8]) -> Owned {
    ByteArray::new(bytes.to_vec()).into_owned()
}

crate::byte_string_methods!(ByteArray, make);

#[pymethods(ByteArray)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        Ok(ByteArray::new_in(class, Vec::new()).into_owned())
    }

    #[slot(signature = "(source=b'', encoding='utf-8', errors='strict')")]
    fn init(
        this: &ByteArray,
        source: Option<&Object>,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> Result<()> {
        let bytes = common::construct(source, encoding, errors, "bytearray")?;
        this.with_vec(|contents| *contents = bytes)
    }

    #[slot]
    fn repr(this: &ByteArray) -> Ref<Str> {
        let text = pyrsc_core::str_repr::bytes_repr(this.as_slice());
        Str::new(&format!("{}({text})", name_of(this.object())))
    }

    #[slot]
    fn compare(this: &ByteArray, other: &Object, comparison: Comparison) -> Result {
        compare_bytes(&this.to_vec(), other, comparison)
    }

    #[slot]
    fn iter(this: &ByteArray) -> Result {
        Ok(new_iterator(this.object(), ByteArrayIterator::type_object()))
    }

    #[slot]
    fn length(this: &ByteArray) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn contains(this: &ByteArray, item: &Object) -> Result<bool> {
        contains_bytes(&|| this.to_vec(), item)
    }

    #[slot]
    fn get_item(this: &ByteArray, item: &Object) -> Result {
        match slice::subscript(item, "bytearray")? {
            Subscript::Index(index) => match slice::place(index, this.len()) {
                Some(place) => Ok(Owned::small_int(i64::from(this.as_slice()[place]))),
                None => Err(index_error!("bytearray index out of range")),
            },
            Subscript::Slice(slice) => {
                let bounds = slice.unpack()?;
                let range = bounds.fit(this.len());
                let bytes = this.as_slice();
                Ok(make(&range.indices().map(|index| bytes[index]).collect::<Vec<u8>>()))
            }
        }
    }

    #[slot]
    fn set_item(this: &ByteArray, item: &Object, value: Option<&Object>) -> Result<()> {
        match slice::subscript(item, "bytearray")? {
            Subscript::Index(index) => {
                let byte = value.map(byte_value).transpose()?;
                let Some(place) = slice::place(index, this.len()) else {
                    return Err(index_error!("bytearray index out of range"));
                };
                match byte {
                    Some(byte) => this.with_bytes(|bytes| bytes[place] = byte),
                    None => this.with_vec(|bytes| {
                        bytes.remove(place);
                    })?,
                }
                Ok(())
            }
            Subscript::Slice(slice) => {
                let new = value.map(slice_value).transpose()?;
                let bounds = slice.unpack()?;
                let range = bounds.fit(this.len());
                replace_range(this, range, new)
            }
        }
    }

    #[slot]
    fn concat(this: &ByteArray, other: &Object) -> Result {
        Ok(make(&common::concat(&this.to_vec(), other, name_of(this.object()))?))
    }

    #[slot]
    fn inplace_concat(this: &ByteArray, other: &Object) -> Result {
        if !buffer::is_supported(other) {
            return Err(type_error!("can't concat {} to {}", name_of(other), name_of(this.object())));
        }
        let added = buffer::acquire_any(other)?.to_vec();
        if !added.is_empty() {
            this.with_vec(|bytes| bytes.extend_from_slice(&added))?;
        }
        Ok(this.to_owned())
    }

    #[slot]
    fn repeat(this: &ByteArray, count: isize) -> Result {
        Ok(make(&common::repeat(this.as_slice(), count)?))
    }

    #[slot]
    fn inplace_repeat(this: &ByteArray, count: isize) -> Result {
        if count != 1 {
            let repeated = common::repeat(this.as_slice(), count)?;
            this.with_vec(|bytes| *bytes = repeated)?;
        }
        Ok(this.to_owned())
    }

    #[slot]
    fn remainder(this: &Object, arguments: &Object) -> Result {
        match this.downcast::<ByteArray>() {
            Some(format) => Ok(make(&crate::percent_format::format_bytes(&format.to_vec(), arguments)?)),
            None => Ok(Owned::not_implemented()),
        }
    }

    #[classmethod]
    fn fromhex(class: &TypeObject, string: &Object) -> Result {
        let bytes = make(&common::from_hex(string)?);
        if std::ptr::eq(class, ByteArray::type_object()) {
            Ok(bytes)
        } else {
            operations::call(class.object(), &[&bytes])
        }
    }

    #[pymethod]
    fn append(this: &ByteArray, item: &Object) -> Result<()> {
        let byte = byte_value(item)?;
        this.with_vec(|bytes| bytes.push(byte))
    }

    #[pymethod]
    fn extend(this: &ByteArray, iterable_of_ints: &Object) -> Result<()> {
        let added = extension(iterable_of_ints)?;
        if added.is_empty() {
            return Ok(());
        }
        this.with_vec(|bytes| bytes.extend_from_slice(&added))
    }

    #[pymethod]
    fn insert(this: &ByteArray, index: isize, item: &Object) -> Result<()> {
        let byte = byte_value(item)?;
        this.with_vec(|bytes| {
            let length = bytes.len() as isize;
            let place = if index < 0 { (index + length).max(0) } else { index.min(length) };
            bytes.insert(place as usize, byte);
        })
    }

    #[pymethod(signature = "(self, index=-1, /)")]
    fn pop(this: &ByteArray, index: isize) -> Result<i64> {
        if this.is_empty() {
            return Err(index_error!("pop from empty bytearray"));
        }
        match slice::place(index as i64, this.len()) {
            Some(place) => this.with_vec(|bytes| i64::from(bytes.remove(place))),
            None => Err(index_error!("pop index out of range")),
        }
    }

    #[pymethod]
    fn remove(this: &ByteArray, value: &Object) -> Result<()> {
        let byte = byte_value(value)?;
        match memchr::memchr(byte, this.as_slice()) {
            Some(place) => this.with_vec(|bytes| {
                bytes.remove(place);
            }),
            None => Err(value_error!("value not found in bytearray")),
        }
    }

    #[pymethod]
    fn reverse(this: &ByteArray) {
        this.with_bytes(|bytes| bytes.reverse());
    }

    #[pymethod]
    fn clear(this: &ByteArray) -> Result<()> {
        this.with_vec(Vec::clear)
    }

    #[pymethod]
    fn copy(this: &ByteArray) -> Owned {
        make(this.as_slice())
    }

    #[pymethod]
    fn resize(this: &ByteArray, size: isize) -> Result<()> {
        if size < 0 {
            return Err(value_error!("Can only resize to positive sizes, got {size}"));
        }
        if size > 1 << 40 {
            return Err(memory_error!());
        }
        this.with_vec(|bytes| bytes.resize(size as usize, 0))
    }

    #[pymethod]
    fn __alloc__(this: &ByteArray) -> usize {
        if this.capacity() == 0 { 0 } else { this.capacity() + 1 }
    }

    #[pymethod]
    fn __sizeof__(this: &ByteArray) -> usize {
        size_of::<ByteArray>() + this.capacity()
    }

    #[pymethod]
    fn __buffer__(this: &ByteArray, _flags: i64) -> Result {
        Ok(pyrsc_core::memoryview::MemoryView::new(this.object())?.into_owned())
    }

    #[pymethod]
    fn __reduce__(this: &ByteArray) -> Result {
        reduce(this, 2)
    }

    #[pymethod(signature = "(self, proto=0, /)")]
    fn __reduce_ex__(this: &ByteArray, proto: i32) -> Result {
        reduce(this, proto)
    }
}

fn reduce(this: &ByteArray, protocol: i32) -> Result {
    let state = if pyrsc_core::instance::has_attributes(this.object()) {
        pyrsc_core::instance::dictionary(this.object()).into_owned()
    } else {
        Owned::none()
    };
    let arguments = if protocol < 3 {
        let text = Str::from_latin1(this.as_slice()).into_owned();
        vec![text, Str::new("latin-1").into_owned()]
    } else {
        vec![Bytes::new(this.as_slice()).into_owned()]
    };
    let class = this.object().type_object().to_owned();
    Ok(Tuple::from_vec(vec![class, Tuple::from_vec(arguments).into_owned(), state]).into_owned())
}

/// The bytes that a slice is set to.
fn slice_value(value: &Object) -> Result<Vec<u8>> {
    if buffer::is_supported(value) {
        return Ok(buffer::acquire_any(value)?.to_vec());
    }
    let iterable = value.type_object().special().iter.is_some();
    if slice::has_index(value) || value.is_instance_of::<Str>() || !iterable {
        return Err(type_error!("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    common::from_argument(value, "bytearray")
}

fn replace_range(this: &ByteArray, range: slice::SliceRange, new: Option<Vec<u8>>) -> Result<()> {
    let start = range.start as usize;
    match new {
        Some(new) if range.step == 1 => {
            if new.len() == range.count {
                this.with_bytes(|bytes| bytes[start..start + range.count].copy_from_slice(&new));
                return Ok(());
            }
            this.with_vec(|bytes| drop(bytes.splice(start..start + range.count, new)))
        }
        Some(new) => {
            if new.len() != range.count {
                if new.is_empty() {
                    return replace_range(this, range, None);
                }
                return Err(value_error!(
                    "attempt to assign bytes of size {} to extended slice of size {}",
                    new.len(),
                    range.count
                ));
            }
            this.with_bytes(|bytes| range.indices().zip(new).for_each(|(index, byte)| bytes[index] = byte));
            Ok(())
        }
        None if range.count == 0 => Ok(()),
        None => {
            let mut doomed: Vec<usize> = range.indices().collect();
            doomed.sort_unstable();
            this.with_vec(|bytes| {
                let mut index = 0;
                bytes.retain(|_| {
                    index += 1;
                    doomed.binary_search(&(index - 1)).is_err()
                });
            })
        }
    }
}

/// The bytes that `extend` adds.
fn extension(iterable: &Object) -> Result<Vec<u8>> {
    if buffer::is_supported(iterable) {
        return Ok(buffer::acquire_any(iterable)?.to_vec());
    }
    let text = iterable.is_instance_of::<Str>();
    let iterator = match pyrsc_core::iteration::iterate(iterable) {
        Ok(iterator) => iterator,
        Err(_) if pyrsc_core::exception::catch::<pyrsc_core::exception::TypeError>() => {
            return Err(type_error!("can't extend bytearray with {}", name_of(iterable)));
        }
        Err(raised) => return Err(raised),
    };
    let mut bytes = Vec::new();
    while let Some(item) = pyrsc_core::iteration::next(&iterator)? {
        if text && !slice::has_index(&item) {
            return Err(type_error!("expected iterable of integers; got: '{}'", name_of(iterable)));
        }
        bytes.push(byte_value(&item)?);
    }
    Ok(bytes)
}

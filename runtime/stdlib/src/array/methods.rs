//! The methods of `array.array`.

use pyrsc_builtins::sequence;
use pyrsc_core::arguments::check_positional;
use pyrsc_core::buffer;
use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{self, Slice, SliceRange, has_index, index_or_index_error};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, memory_error, type_error, value_error};
use pyrsc_macros::pymethods;

use super::code::Code;
use super::{Array, ArrayIterator};

/// Appends what an iterable gives; an array must be of the same kind.
fn extend(array: &Array, iterable: &Object) -> Result<()> {
    if let Some(other) = iterable.downcast::<Array>() {
        if *other.code != *array.code {
            return Err(type_error!("can only extend with array of same kind"));
        }
        let added = other.bytes.borrow().clone();
        let length = array.len();
        return array.splice(length..length, &added);
    }
    iteration::for_each(iterable, |item| array.push(&item))
}

fn append_bytes(array: &Array, bytes: &[u8]) -> Result<()> {
    if !bytes.len().is_multiple_of(array.code.size()) {
        return Err(value_error!("bytes length not a multiple of item size"));
    }
    let length = array.len();
    array.splice(length..length, bytes)
}

fn append_text(array: &Array, text: &Str) -> Result<()> {
    let bytes: Vec<u8> = text.code_points().flat_map(u32::to_ne_bytes).collect();
    append_bytes(array, &bytes)
}

fn place(array: &Array, item: &Object, error: &str) -> Result<usize> {
    if item.value().is_int() {
        return slice::place(item.value().int(), array.len()).ok_or_else(|| index_error!("{error}"));
    }
    if !has_index(item) {
        return Err(type_error!("array indices must be integers"));
    }
    let index = index_or_index_error(item)?;
    slice::place(index, array.len()).ok_or_else(|| index_error!("{error}"))
}

/// The bytes of the items that a slice names.
fn slice_bytes(array: &Array, range: SliceRange) -> Vec<u8> {
    let size = array.code.size();
    let bytes = array.bytes.borrow();
    range.indices().flat_map(|index| bytes[index * size..(index + 1) * size].to_vec()).collect()
}

fn set_slice(array: &Array, slice: &Slice, value: Option<&Object>) -> Result<()> {
    let added = match value {
        None => Vec::new(),
        Some(value) => match value.downcast::<Array>() {
            Some(other) if *other.code == *array.code => other.bytes.borrow().clone(),
            Some(_) => return Err(type_error!("bad argument type for built-in operation")),
            None => {
                return Err(type_error!("can only assign array (not \"{}\") to array slice", name_of(value)));
            }
        },
    };
    let range = slice.range(array.len())?;
    if range.step == 1 {
        let start = range.start as usize;
        return array.splice(start..range.stop.max(range.start) as usize, &added);
    }
    let size = array.code.size();
    if value.is_some() {
        if added.len() / size != range.count {
            return Err(value_error!(
                "attempt to assign array of size {} to extended slice of size {}",
                added.len() / size,
                range.count
            ));
        }
        let mut bytes = array.bytes.borrow_mut();
        for (index, item) in range.indices().zip(added.chunks_exact(size)) {
            bytes[index * size..(index + 1) * size].copy_from_slice(item);
        }
        return Ok(());
    }
    if range.count > 0 {
        array.check_resizable()?;
        let removed: std::collections::HashSet<usize> = range.indices().collect();
        let mut kept = Vec::new();
        for (index, item) in array.bytes.borrow().chunks_exact(size).enumerate() {
            if !removed.contains(&index) {
                kept.extend_from_slice(item);
            }
        }
        *array.bytes.borrow_mut() = kept;
    }
    Ok(())
}

fn repeated(array: &Array, times: isize) -> Result<Vec<u8>> {
    let bytes = array.bytes.borrow();
    let times = times.max(0) as usize;
    let length = bytes.len().checked_mul(times).filter(|&length| length <= isize::MAX as usize);
    let mut result = Vec::new();
    match length {
        Some(length) if result.try_reserve_exact(length).is_ok() => {}
        _ => return Err(memory_error!()),
    }
    for _ in 0..times {
        result.extend_from_slice(&bytes);
    }
    Ok(result)
}

fn to_list(array: &Array) -> Result<Ref<List>> {
    let list = List::new();
    let mut index = 0;
    while let Some(item) = array.get(index) {
        list.push(item?)?;
        index += 1;
    }
    Ok(list)
}

fn to_text(array: &Array) -> Result<Ref<Str>> {
    if !array.code.is_text() {
        return Err(value_error!("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    let codes: Vec<u32> = array
        .bytes
        .borrow()
        .chunks_exact(4)
        .map(|item| u32::from_ne_bytes([item[0], item[1], item[2], item[3]]))
        .collect();
    Ok(Str::from_code_points(&codes))
}

#[pymethods(Array)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let exact = std::ptr::eq(class, Array::type_object());
        if given.keyword_count() > 0 && exact {
            return Err(type_error!("array.array() takes no keyword arguments"));
        }
        match given.positional_count() {
            0 => return Err(type_error!("array() takes at least 1 argument (0 given)")),
            1 | 2 => {}
            count => return Err(type_error!("array() takes at most 2 arguments ({} given)", count)),
        }
        check_positional("array", given.positional_from(0), 1, 2)?;
        let letter = pyrsc_core::arguments::required(given.positional(0));
        let code = match letter.downcast::<Str>() {
            Some(letter) if letter.len() == 1 => letter.at(0),
            Some(letter) => {
                return Err(type_error!(
                    "array() argument 1 must be a unicode character, not a string of length {}",
                    letter.len()
                ));
            }
            None => {
                return Err(type_error!(
                    "array() argument 1 must be a unicode character, not {}",
                    name_of(letter)
                ));
            }
        };
        let initial = given.positional(1);
        let code = char::from_u32(code).unwrap_or('\0');
        let other_code = initial.and_then(|initial| initial.downcast::<Array>()).map(|array| *array.code);
        if code != 'u' && code != 'w' {
            if initial.is_some_and(|initial| initial.downcast::<Str>().is_some()) {
                return Err(type_error!("cannot use a str to initialize an array with typecode '{}'", code));
            }
            if other_code.is_some_and(Code::is_text) {
                return Err(type_error!(
                    "cannot use a unicode array to initialize an array with typecode '{}'",
                    code
                ));
            }
        }
        let array = Array::new_in(class, Code::new(code)?, Vec::new());
        let Some(initial) = initial else { return Ok(array.into_owned()) };
        if let Some(text) = initial.downcast::<Str>() {
            append_text(&array, text)?;
        } else if let Some(bytes) = initial.downcast::<Bytes>() {
            append_bytes(&array, bytes.as_slice())?;
        } else if let Some(bytes) = initial.downcast::<ByteArray>() {
            append_bytes(&array, &bytes.to_vec())?;
        } else if other_code == Some(*array.code) {
            extend(&array, initial)?;
        } else {
            iteration::for_each(initial, |item| array.push(&item))?;
        }
        Ok(array.into_owned())
    }

    #[slot]
    fn length(this: &Array) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn repr(this: &Array) -> Result {
        let (name, code) = (name_of(this.object()), this.code.letter());
        let text = if this.len() == 0 {
            format!("{name}('{code}')")
        } else {
            let items =
                if this.code.is_text() { to_text(this)?.into_owned() } else { to_list(this)?.into_owned() };
            format!("{name}('{code}', {})", operations::repr_string(&items)?)
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn compare(this: &Array, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Array>() else { return Ok(Owned::not_implemented()) };
        if this.len() != other.len() && matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::bool(comparison == Comparison::NotEqual));
        }
        sequence::compare(
            |index| this.item(index),
            |index| other.item(index),
            || (this.len(), other.len()),
            comparison,
        )
    }

    #[slot]
    fn iter(this: &Array) -> Result {
        let contents = ArrayIterator {
            header: pyrsc_abi::Header::unset(),
            array: Slot::new(this.object().to_owned()),
            index: std::cell::Cell::new(0),
        };
        Ok(memory::allocate(ArrayIterator::type_object(), contents).into_owned())
    }

    #[slot]
    fn contains(this: &Array, value: &Object) -> Result<bool> {
        Ok(sequence::find(|index| this.item(index), value, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn get_item(this: &Array, item: &Object) -> Result {
        if let Some(slice) = item.downcast::<Slice>() {
            let range = slice.range(this.len())?;
            return Ok(this.like(slice_bytes(this, range)));
        }
        let place = place(this, item, "array index out of range")?;
        this.get(place).unwrap_or_else(|| Err(Array::out_of_range()))
    }

    #[slot]
    fn set_item(this: &Array, item: &Object, value: Option<&Object>) -> Result<()> {
        if let Some(slice) = item.downcast::<Slice>() {
            return set_slice(this, slice, value);
        }
        let place = place(this, item, "array assignment index out of range")?;
        match value {
            None => this.splice(place..place + 1, &[]),
            Some(value) => {
                let size = this.code.size();
                if let Some(item) = this.bytes.borrow_mut().get_mut(place * size..(place + 1) * size)
                    && this.code.store(value, item)
                {
                    return Ok(());
                }
                let encoded = this.code.encode(value)?;
                match this.bytes.borrow_mut().get_mut(place * size..(place + 1) * size) {
                    Some(item) => {
                        item.copy_from_slice(&encoded);
                        Ok(())
                    }
                    None => Err(index_error!("array assignment index out of range")),
                }
            }
        }
    }

    #[slot]
    fn concat(this: &Array, other: &Object) -> Result {
        let Some(other) = other.downcast::<Array>() else {
            return Err(type_error!("can only append array (not \"{}\") to array", name_of(other)));
        };
        if *other.code != *this.code {
            return Err(type_error!("bad argument type for built-in operation"));
        }
        let mut bytes = this.bytes.borrow().clone();
        bytes.extend_from_slice(&other.bytes.borrow());
        Ok(this.like(bytes))
    }

    #[slot]
    fn inplace_concat(this: &Array, other: &Object) -> Result {
        if other.downcast::<Array>().is_none() {
            return Err(type_error!("can only extend with array (not \"{}\")", name_of(other)));
        }
        extend(this, other)?;
        Ok(this.object().to_owned())
    }

    #[slot]
    fn repeat(this: &Array, times: isize) -> Result {
        Ok(this.like(repeated(this, times)?))
    }

    #[slot]
    fn inplace_repeat(this: &Array, times: isize) -> Result {
        let bytes = repeated(this, times)?;
        let length = this.len();
        this.splice(0..length, &bytes)?;
        Ok(this.object().to_owned())
    }

    #[getter]
    fn typecode(this: &Array) -> String {
        (this.code.letter()).to_string()
    }

    #[getter]
    fn itemsize(this: &Array) -> usize {
        this.code.size()
    }

    /// Adds an item at the end.
    #[pymethod(signature = "(self, v, /)")]
    fn append(this: &Array, item: &Object) -> Result<()> {
        this.push(item)
    }

    /// Adds the items of an iterable at the end.
    #[pymethod(name = "extend", signature = "(self, bb, /)")]
    fn extend_method(this: &Array, iterable: &Object) -> Result<()> {
        extend(this, iterable)
    }

    /// Puts an item before the one at an index.
    #[pymethod(signature = "(self, i, v, /)")]
    fn insert(this: &Array, index: isize, item: &Object) -> Result<()> {
        let item = this.code.encode(item)?;
        let length = this.len() as isize;
        let place = if index < 0 { index.saturating_add(length).max(0) } else { index.min(length) } as usize;
        this.splice(place..place, &item)
    }

    /// Takes the item at an index (the last by default) out.
    #[pymethod(signature = "(self, i=-1, /)")]
    fn pop(this: &Array, index: isize) -> Result {
        if this.len() == 0 {
            return Err(index_error!("pop from empty array"));
        }
        let Some(place) = slice::place(index as i64, this.len()) else {
            return Err(index_error!("pop index out of range"));
        };
        let item = this.get(place).unwrap_or_else(|| Err(Array::out_of_range()))?;
        this.splice(place..place + 1, &[])?;
        Ok(item)
    }

    /// Removes the first item that equals the argument.
    #[pymethod(signature = "(self, v, /)")]
    fn remove(this: &Array, value: &Object) -> Result<()> {
        match sequence::find(|index| this.item(index), value, 0, usize::MAX)? {
            Some(place) => this.splice(place..place + 1, &[]),
            None => Err(value_error!("array.remove(x): x not in array")),
        }
    }

    /// Removes every item.
    #[pymethod]
    fn clear(this: &Array) -> Result<()> {
        let length = this.len();
        this.splice(0..length, &[])
    }

    /// The index of the first item that equals the argument.
    #[pymethod(signature = "(self, v, start=0, stop=9223372036854775807, /)")]
    fn index(this: &Array, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize> {
        let (start, stop) = pyrsc_builtins::list::search_bounds(start, stop, this.len())?;
        match sequence::find(|index| this.item(index), value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(value_error!("array.index(x): x not in array")),
        }
    }

    /// How many items equal the argument.
    #[pymethod(signature = "(self, v, /)")]
    fn count(this: &Array, value: &Object) -> Result<usize> {
        sequence::count(|index| this.item(index), value)
    }

    /// Turns the order round.
    #[pymethod]
    fn reverse(this: &Array) {
        let size = this.code.size();
        let mut bytes = this.bytes.borrow_mut();
        // Turning the bytes round turns each item round, too: that is taken back.
        bytes.reverse();
        bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }

    /// Turns the bytes of each item round.
    #[pymethod]
    fn byteswap(this: &Array) {
        let size = this.code.size();
        this.bytes.borrow_mut().chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }

    /// The items as a list.
    #[pymethod]
    fn tolist(this: &Array) -> Result<Ref<List>> {
        to_list(this)
    }

    /// Adds the items of a list at the end.
    #[pymethod(signature = "(self, list, /)")]
    fn fromlist(this: &Array, list: &Object) -> Result<()> {
        let Some(list) = list.downcast::<List>() else { return Err(type_error!("arg must be list")) };
        let mut added = Vec::new();
        for item in list.to_vec() {
            added.extend(this.code.encode(&item)?);
        }
        append_bytes(this, &added)
    }

    /// The memory of the items.
    #[pymethod]
    fn tobytes(this: &Array) -> Ref<Bytes> {
        Bytes::new(&this.bytes.borrow())
    }

    /// Adds items from their memory.
    #[pymethod(signature = "(self, buffer, /)")]
    fn frombytes(this: &Array, source: &Object) -> Result<()> {
        let bytes = buffer::acquire(source)?.to_vec();
        append_bytes(this, &bytes)
    }

    /// The characters as a str.
    #[pymethod]
    fn tounicode(this: &Array) -> Result<Ref<Str>> {
        to_text(this)
    }

    /// Adds the characters of a str.
    #[pymethod(signature = "(self, ustr, /)")]
    fn fromunicode(this: &Array, text: &Object) -> Result<()> {
        let Some(text) = text.downcast::<Str>() else {
            return Err(type_error!("fromunicode() argument must be str, not {}", name_of(text)));
        };
        if !this.code.is_text() {
            return Err(value_error!("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        append_text(this, text)
    }

    /// Reads items from a file.
    #[pymethod(signature = "(self, f, n, /)")]
    fn fromfile(this: &Array, file: &Object, count: isize) -> Result<()> {
        let Ok(count) = usize::try_from(count) else { return Err(value_error!("negative count")) };
        let wanted = count.saturating_mul(this.code.size());
        let read = operations::call_method(file, "read", &[&int::from_usize(wanted)])?;
        let Some(bytes) = read.downcast::<Bytes>() else {
            return Err(type_error!("read() didn't return bytes"));
        };
        append_bytes(this, bytes.as_slice())?;
        if bytes.len() != wanted {
            return Err(pyrsc_core::eof_error!("read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Writes the items to a file.
    #[pymethod(signature = "(self, f, /)")]
    fn tofile(this: &Array, file: &Object) -> Result<()> {
        const BLOCK: usize = 64 * 1024;
        let bytes = this.bytes.borrow().clone();
        for block in bytes.chunks(BLOCK) {
            operations::call_method(file, "write", &[Bytes::new(block).object()])?;
        }
        Ok(())
    }

    /// The address of the memory, and how many items there are.
    #[pymethod]
    fn buffer_info(this: &Array) -> Ref<Tuple> {
        let address = this.bytes.borrow().as_ptr() as usize;
        Tuple::pair(int::from_usize(address), int::from_usize(this.len()))
    }

    #[pymethod(name = "__copy__")]
    fn copy(this: &Array) -> Owned {
        this.like(this.bytes.borrow().clone())
    }

    #[pymethod(name = "__deepcopy__")]
    fn deep_copy(this: &Array, _memo: &Object) -> Owned {
        this.like(this.bytes.borrow().clone())
    }

    #[pymethod(name = "__reduce_ex__", signature = "(self, value, /)")]
    fn reduce(this: &Array, protocol: i64) -> Result {
        let object = this.object();
        let state = match pyrsc_core::instance::has_attributes(object) {
            true => pyrsc_core::instance::dictionary(object).into_owned(),
            false => Owned::none(),
        };
        let class = object.type_object().to_owned();
        let letter = Str::new(&(this.code.letter()).to_string()).into_owned();
        if protocol < 3 {
            let items =
                if this.code.is_text() { to_text(this)?.into_owned() } else { to_list(this)?.into_owned() };
            return pyrsc_builtins::reduce::call(class, vec![letter, items], Some(state));
        }
        let module =
            operations::call(&*pyrsc_core::startup::builtin("__import__")?, &[Str::new("array").object()])?;
        let reconstructor = operations::get_attribute_named(&module, "_array_reconstructor")?;
        let format = int::from_i64(this.code.machine_format());
        let bytes = Bytes::new(&this.bytes.borrow()).into_owned();
        pyrsc_builtins::reduce::call(reconstructor, vec![class, letter, format, bytes], Some(state))
    }

    #[pymethod(name = "__sizeof__")]
    fn allocated_size(this: &Array) -> usize {
        this.object().type_object().instance_size() + this.bytes.borrow().capacity()
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

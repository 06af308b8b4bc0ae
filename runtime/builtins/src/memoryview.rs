//! `memoryview`: what Python sees. The storage is in `pyrsc_core::memoryview`.

use std::borrow::Cow;
use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::buffer::{self, Layout};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::list::List;
use pyrsc_core::memoryview::MemoryView;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slice::{self, Slice};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{
    exception, float, index_error, int, memory, not_implemented_error, operations, type_error, value_error,
};
use pyrsc_macros::{pyclass, pymethods};

/// Bytes of an item in native mode, for the formats of one character that can be read and written.
fn item_size(format: char) -> Option<usize> {
    Some(match format {
        'b' | 'B' | 'c' | '?' => 1,
        'h' | 'H' | 'e' => 2,
        'i' | 'I' | 'f' => 4,
        'l' | 'L' | 'q' | 'Q' | 'n' | 'N' | 'd' | 'P' | 'F' => 8,
        'D' => 16,
        _ => return None,
    })
}

/// The single character of a native format.
fn format_character(format: &str) -> Option<char> {
    let mut characters = format.strip_prefix('@').unwrap_or(format).chars();
    let character = characters.next()?;
    (characters.next().is_none() && item_size(character).is_some()).then_some(character)
}

fn known_format(layout: &Layout) -> Result<char> {
    format_character(&layout.format)
        .ok_or_else(|| not_implemented_error!("memoryview: format {} not supported", layout.format))
}

/// The value of an item.
fn unpack(bytes: &[u8], format: char) -> Owned {
    fn word<const N: usize>(bytes: &[u8]) -> [u8; N] {
        let mut word = [0; N];
        word.copy_from_slice(&bytes[..N]);
        word
    }
    match format {
        'B' => Owned::small_int(i64::from(bytes[0])),
        'b' => Owned::small_int(i64::from(bytes[0] as i8)),
        'c' => Bytes::new(&bytes[..1]).into_owned(),
        '?' => Owned::bool(bytes[0] != 0),
        'h' => int::from_i64(i64::from(i16::from_ne_bytes(word(bytes)))),
        'H' => int::from_i64(i64::from(u16::from_ne_bytes(word(bytes)))),
        'i' => int::from_i64(i64::from(i32::from_ne_bytes(word(bytes)))),
        'I' => int::from_i64(i64::from(u32::from_ne_bytes(word(bytes)))),
        'l' | 'q' | 'n' => int::from_i64(i64::from_ne_bytes(word(bytes))),
        'e' => float::from_f64(half_to_f64(u16::from_ne_bytes(word(bytes)))),
        'f' => float::from_f64(f64::from(f32::from_ne_bytes(word(bytes)))),
        'd' => float::from_f64(f64::from_ne_bytes(word(bytes))),
        'F' => pyrsc_core::complex::from_parts(
            f64::from(f32::from_ne_bytes(word(bytes))),
            f64::from(f32::from_ne_bytes(word(&bytes[4..]))),
        ),
        'D' => pyrsc_core::complex::from_parts(
            f64::from_ne_bytes(word(bytes)),
            f64::from_ne_bytes(word(&bytes[8..])),
        ),
        _ => int::from_u64(u64::from_ne_bytes(word(bytes))),
    }
}

/// The number of an IEEE 754 half-precision float.
fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3FF));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The half-precision float nearest to a number, ties to even; `None` where it is too large.
fn half_from_f64(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = number.abs();
    if magnitude.is_nan() {
        return Some(sign | 0x7E00);
    }
    if magnitude.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let exponent = if magnitude < 2f64.powi(-14) { -14 } else { magnitude.log2().floor() as i32 };
    let units = (magnitude / 2f64.powi(exponent - 10)).round_ties_even() as u32;
    // The units carry into the exponent's bits by themselves.
    let bits = if exponent == -14 && units < 1024 { units } else { ((exponent + 14) as u32 * 1024) + units };
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}

/// The bytes of a value as an item.
fn pack(value: &Object, format: char) -> Result<Vec<u8>> {
    let wrong_type = || type_error!("memoryview: invalid type for format '{}'", format);
    let wrong_value = || value_error!("memoryview: invalid value for format '{}'", format);
    let integer = || -> Result<i128> {
        if !slice::has_index(value) {
            return Err(wrong_type());
        }
        int::to_i128(&*operations::index(value)?).ok_or_else(wrong_value)
    };
    let number = || -> Result<f64> {
        if !value.is_instance_of::<Str>()
            && let Ok(number) = float::as_f64(value)
        {
            return Ok(number);
        }
        exception::clear();
        Err(wrong_type())
    };
    macro_rules! pack_integer {
        ($ty:ty) => {
            <$ty>::try_from(integer()?).map_err(|_| wrong_value())?.to_ne_bytes().to_vec()
        };
    }
    Ok(match format {
        'b' => pack_integer!(i8),
        'B' => pack_integer!(u8),
        'h' => pack_integer!(i16),
        'H' => pack_integer!(u16),
        'i' => pack_integer!(i32),
        'I' => pack_integer!(u32),
        'l' | 'q' | 'n' => pack_integer!(i64),
        'L' | 'Q' | 'N' | 'P' => pack_integer!(u64),
        '?' => vec![u8::from(operations::is_true(value)?)],
        'c' => match value.downcast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => bytes.as_slice().to_vec(),
            Some(_) => return Err(wrong_value()),
            None => return Err(wrong_type()),
        },
        'e' => half_from_f64(number()?).ok_or_else(wrong_value)?.to_ne_bytes().to_vec(),
        'f' => (number()? as f32).to_ne_bytes().to_vec(),
        'd' => number()?.to_ne_bytes().to_vec(),
        _ => return Err(not_implemented_error!("memoryview: format {} not supported", format)),
    })
}

/// The bytes of the item at an address.
fn item_bytes<'a>(address: *const u8, layout: &Layout) -> &'a [u8] {
    // SAFETY: addresses of items lie within memory that stays exported while the view's method runs.
    unsafe { std::slice::from_raw_parts(address, layout.item_size) }
}

fn write_item(address: *mut u8, bytes: &[u8]) {
    // SAFETY: as above; callers have checked that the memory is writable.
    unsafe { std::ptr::copy(bytes.as_ptr(), address, bytes.len()) }
}

/// The address of the first item with an index in the first dimension.
fn sub_address(layout: &Layout, index: usize) -> *mut u8 {
    layout.pointer.wrapping_offset(index as isize * layout.strides[0])
}

/// The layout without its first dimension, at an index of it.
fn sub_layout(layout: &Layout, index: usize) -> Layout {
    let shape = layout.shape[1..].to_vec();
    Layout {
        pointer: sub_address(layout, index),
        length: shape.iter().product::<usize>() * layout.item_size,
        shape,
        strides: layout.strides[1..].to_vec(),
        ..layout.clone()
    }
}

/// The layout of a slice of the first dimension.
fn sliced(layout: &Layout, slice: &Slice) -> Result<Layout> {
    let range = slice.range(layout.shape[0])?;
    let mut result = layout.clone();
    result.pointer = layout.pointer.wrapping_offset(range.start as isize * layout.strides[0]);
    result.shape[0] = range.count;
    result.strides[0] = layout.strides[0] * range.step as isize;
    result.length = result.shape.iter().product::<usize>() * layout.item_size;
    Ok(result)
}

/// The address that an index of every dimension names.
fn item_address(layout: &Layout, indices: &Tuple) -> Result<*mut u8> {
    let mut address = layout.pointer;
    for (dimension, index) in indices.iter().enumerate() {
        let index = slice::index_or_index_error(index)?;
        let Some(place) = slice::place(index, layout.shape[dimension]) else {
            return Err(index_error!("index out of bounds on dimension {}", dimension + 1));
        };
        address = address.wrapping_offset(place as isize * layout.strides[dimension]);
    }
    Ok(address)
}

/// A subscript, told apart.
enum Subscript<'a> {
    Index(i64),
    Slice(&'a Slice),
    Indices(&'a Tuple),
}

fn subscript<'a>(item: &'a Object, layout: &Layout) -> Result<Subscript<'a>> {
    if slice::has_index(item) {
        return Ok(Subscript::Index(slice::index_or_index_error(item)?));
    }
    if let Some(slice) = item.downcast::<Slice>() {
        return Ok(Subscript::Slice(slice));
    }
    if let Some(indices) = item.downcast::<Tuple>() {
        if indices.iter().all(slice::has_index) {
            let dimensions = layout.shape.len();
            if indices.len() > dimensions {
                return Err(type_error!(
                    "cannot index {dimensions}-dimension view with {}-element tuple",
                    indices.len()
                ));
            }
            if indices.len() < dimensions {
                return Err(not_implemented_error!("sub-views are not implemented"));
            }
            return Ok(Subscript::Indices(indices));
        }
        if indices.iter().all(|item| item.is_instance_of::<Slice>() || slice::has_index(item)) {
            return Err(not_implemented_error!("multi-dimensional slicing is not implemented"));
        }
    }
    Err(type_error!("memoryview: invalid slice key"))
}

fn out_of_bounds() -> Raised {
    index_error!("index out of bounds on dimension 1")
}

/// Nested lists of the items.
fn to_list(layout: &Layout, format: char) -> Owned {
    if layout.shape.is_empty() {
        return unpack(item_bytes(layout.pointer, layout), format);
    }
    let items = (0..layout.shape[0]).map(|index| to_list(&sub_layout(layout, index), format)).collect();
    List::from_vec(items).into_owned()
}

/// The bytes of all items in C's order, or in Fortran's.
fn gather(layout: &Layout, fortran: bool) -> Vec<u8> {
    if !fortran || layout.shape.len() < 2 {
        // SAFETY: the view's memory stays exported while its method runs.
        return unsafe { layout.gather() };
    }
    let turned = Layout {
        shape: layout.shape.iter().rev().copied().collect(),
        strides: layout.strides.iter().rev().copied().collect(),
        ..layout.clone()
    };
    let mut bytes = Vec::with_capacity(layout.length);
    for address in turned.item_addresses() {
        bytes.extend_from_slice(item_bytes(address, layout));
    }
    bytes
}

/// Whether two layouts have equal items.
fn equal(left: &Layout, right: &Layout) -> Result<bool> {
    if left.shape != right.shape {
        return Ok(false);
    }
    let (Some(one), Some(two)) = (format_character(&left.format), format_character(&right.format)) else {
        // SAFETY: both memories stay exported while this runs.
        return Ok(left.format == right.format && unsafe { left.gather() == right.gather() });
    };
    if one == two
        && matches!(one, 'b' | 'B' | 'c' | 'h' | 'H' | 'i' | 'I' | 'l' | 'L' | 'q' | 'Q' | 'n' | 'N')
    {
        // SAFETY: both memories stay exported while this runs.
        return Ok(unsafe { left.gather() == right.gather() });
    }
    for (first, second) in left.item_addresses().into_iter().zip(right.item_addresses()) {
        let (first, second) = (unpack(item_bytes(first, left), one), unpack(item_bytes(second, right), two));
        // Identity does not count: NaN is unequal to itself.
        if !operations::compare_truth(&first, &second, Comparison::Equal)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn numbers(values: impl Iterator<Item = i64>) -> Owned {
    Tuple::from_vec(values.map(int::from_i64).collect()).into_owned()
}

/// C's strides for a shape.
fn c_strides(shape: &[usize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = item_size as isize;
    for (stride, &count) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= count as isize;
    }
    strides
}

fn cast(layout: &Layout, format: &Str, shape: Option<&Object>) -> Result<Layout> {
    if !layout.is_c_contiguous() {
        return Err(type_error!("memoryview: casts are restricted to C-contiguous views"));
    }
    if (shape.is_some() || layout.shape.len() != 1) && layout.shape.len() > 1 && shape.is_some() {
        return Err(type_error!("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let text = format.to_string_lossy();
    let Some(new) = format_character(&text) else {
        return Err(value_error!(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        ));
    };
    let Some(old) = format_character(&layout.format) else {
        return Err(value_error!(
            "memoryview: source format must be a native single character format prefixed with an optional '@'"
        ));
    };
    let is_byte = |format: char| matches!(format, 'b' | 'B' | 'c');
    if !is_byte(new) && !is_byte(old) {
        return Err(type_error!("memoryview: cannot cast between two non-byte formats"));
    }
    let size = item_size(new).unwrap_or(1);
    if !layout.length.is_multiple_of(size) {
        return Err(type_error!("memoryview: length is not a multiple of itemsize"));
    }
    let shape = match shape {
        None => vec![layout.length / size],
        Some(shape) => {
            let items = if let Some(list) = shape.downcast::<List>() {
                list.to_vec()
            } else if let Some(tuple) = shape.downcast::<Tuple>() {
                tuple.iter().map(Object::to_owned).collect()
            } else {
                return Err(type_error!("shape must be a list or a tuple"));
            };
            if items.len() > 64 {
                return Err(value_error!("memoryview: number of dimensions must not exceed 64"));
            }
            let mut shape = Vec::with_capacity(items.len());
            for item in &items {
                if !int::is_int(item) {
                    return Err(type_error!("memoryview.cast(): elements of shape must be integers"));
                }
                match int::index_i64(item)? {
                    count if count > 0 => shape.push(count as usize),
                    _ => {
                        return Err(value_error!(
                            "memoryview.cast(): elements of shape must be integers > 0"
                        ));
                    }
                }
            }
            if shape.iter().product::<usize>() * size != layout.length {
                return Err(type_error!("memoryview: product(shape) * itemsize != buffer size"));
            }
            shape
        }
    };
    let strides = c_strides(&shape, size);
    Ok(Layout { format: Cow::Owned(text.into_owned()), item_size: size, shape, strides, ..layout.clone() })
}

/// What a slice of a view is set to.
fn assign(target: &Layout, value: &Object) -> Result<()> {
    let source = buffer::acquire_any(value)?;
    let same_format = target.format.trim_start_matches('@') == source.layout.format.trim_start_matches('@');
    if !same_format || target.shape != source.layout.shape {
        return Err(value_error!("memoryview assignment: lvalue and rvalue have different structures"));
    }
    // A copy in between, for memories that overlap.
    let bytes = source.to_vec();
    for (address, item) in target.item_addresses().into_iter().zip(bytes.chunks(target.item_size.max(1))) {
        write_item(address, item);
    }
    Ok(())
}

#[pymethods(MemoryView)]
mod methods {
    use super::*;

    #[slot(signature = "(object)")]
    fn new(_class: &TypeObject, object: &Object) -> Result {
        Ok(MemoryView::new(object)?.into_owned())
    }

    #[slot]
    fn repr(this: &MemoryView) -> Ref<Str> {
        let kind = if this.is_released() { "released memory" } else { "memory" };
        Str::new(&format!("<{kind} at {:#x}>", this.object().value().0))
    }

    #[slot]
    fn hash(this: &MemoryView) -> Result<i64> {
        if this.hash.get() != -1 {
            return Ok(this.hash.get());
        }
        let layout = this.layout()?;
        if !layout.readonly {
            return Err(value_error!("cannot hash writable memoryview object"));
        }
        if !matches!(format_character(&layout.format), Some('B' | 'b' | 'c')) {
            return Err(value_error!("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        operations::hash(&*this.exporter()?)?;
        let hash = pyrsc_core::hash_bytes::hash_bytes(&gather(&layout, false));
        this.hash.set(hash);
        Ok(hash)
    }

    #[slot]
    fn compare(this: &MemoryView, other: &Object, comparison: Comparison) -> Result {
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::not_implemented());
        }
        let answer = |same: bool| Ok(Owned::bool(same == (comparison == Comparison::Equal)));
        if std::ptr::eq(this.object(), other) && this.is_released() {
            return answer(true);
        }
        if this.is_released() || other.downcast::<MemoryView>().is_some_and(MemoryView::is_released) {
            return answer(std::ptr::eq(this.object(), other));
        }
        if !buffer::is_supported(other) {
            return Ok(Owned::not_implemented());
        }
        let Ok(right) = buffer::acquire_any(other) else {
            exception::clear();
            return Ok(Owned::not_implemented());
        };
        answer(equal(&*this.layout()?, &right.layout)?)
    }

    #[slot]
    fn length(this: &MemoryView) -> Result<usize> {
        match this.layout()?.shape.first() {
            Some(&length) => Ok(length),
            None => Err(type_error!("0-dim memory has no length")),
        }
    }

    #[slot]
    fn iter(this: &MemoryView) -> Result {
        let layout = this.layout()?;
        known_format(&layout)?;
        match layout.shape.len() {
            0 => return Err(type_error!("invalid indexing of 0-dim memory")),
            1 => {}
            _ => return Err(not_implemented_error!("multi-dimensional sub-views are not implemented")),
        }
        let contents = MemoryIterator {
            header: Header::unset(),
            view: Slot::new(this.object().to_owned()),
            index: Cell::new(0),
        };
        Ok(memory::allocate(MemoryIterator::type_object(), contents).into_owned())
    }

    #[slot]
    fn get_item(this: &MemoryView, item: &Object) -> Result {
        let layout = this.layout()?;
        if layout.shape.is_empty() {
            if item.downcast::<Tuple>().is_some_and(|indices| indices.is_empty()) {
                return Ok(unpack(item_bytes(layout.pointer, &layout), known_format(&layout)?));
            }
            if item.value() == pyrsc_abi::Value::ELLIPSIS {
                return Ok(this.object().to_owned());
            }
            return Err(type_error!("invalid indexing of 0-dim memory"));
        }
        match subscript(item, &layout)? {
            Subscript::Index(index) => {
                let format = known_format(&layout)?;
                if layout.shape.len() > 1 {
                    return Err(not_implemented_error!("multi-dimensional sub-views are not implemented"));
                }
                // `__index__` may have released the view.
                let layout = this.layout()?;
                let place = slice::place(index, layout.shape[0]).ok_or_else(out_of_bounds)?;
                Ok(unpack(item_bytes(sub_address(&layout, place), &layout), format))
            }
            Subscript::Slice(slice) => Ok(this.with_layout(|layout| sliced(layout, slice))?.into_owned()),
            Subscript::Indices(indices) => {
                let format = known_format(&layout)?;
                let address = item_address(&layout, indices)?;
                this.layout()?;
                Ok(unpack(item_bytes(address, &layout), format))
            }
        }
    }

    #[slot]
    fn set_item(this: &MemoryView, item: &Object, value: Option<&Object>) -> Result<()> {
        let layout = this.layout()?;
        if layout.readonly {
            return Err(type_error!("cannot modify read-only memory"));
        }
        let Some(value) = value else { return Err(type_error!("cannot delete memory")) };
        let format = known_format(&layout)?;
        if layout.shape.is_empty() {
            let whole = item.value() == pyrsc_abi::Value::ELLIPSIS
                || item.downcast::<Tuple>().is_some_and(|indices| indices.is_empty());
            if !whole {
                return Err(type_error!("invalid indexing of 0-dim memory"));
            }
            let bytes = pack(value, format)?;
            this.layout()?;
            write_item(layout.pointer, &bytes);
            return Ok(());
        }
        match subscript(item, &layout)? {
            Subscript::Index(index) => {
                if layout.shape.len() > 1 {
                    return Err(not_implemented_error!("sub-views are not implemented"));
                }
                let place = slice::place(index, layout.shape[0]).ok_or_else(out_of_bounds)?;
                let bytes = pack(value, format)?;
                this.layout()?;
                write_item(sub_address(&layout, place), &bytes);
                Ok(())
            }
            Subscript::Slice(slice) => {
                if layout.shape.len() > 1 {
                    return Err(not_implemented_error!(
                        "memoryview slice assignments are currently restricted to ndim = 1"
                    ));
                }
                let target = sliced(&layout, slice)?;
                this.layout()?;
                assign(&target, value)
            }
            Subscript::Indices(indices) => {
                let address = item_address(&layout, indices)?;
                let bytes = pack(value, format)?;
                this.layout()?;
                write_item(address, &bytes);
                Ok(())
            }
        }
    }

    #[pymethod]
    fn tolist(this: &MemoryView) -> Result {
        let layout = this.layout()?;
        let format = known_format(&layout)?;
        Ok(to_list(&layout, format))
    }

    #[pymethod(signature = "(self, /, order='C')")]
    fn tobytes(this: &MemoryView, order: Option<&Object>) -> Result {
        let layout = this.layout()?;
        let order = match order {
            Some(order) if !order.is_none() => {
                order.downcast::<Str>().map(|order| order.to_string_lossy().into_owned())
            }
            _ => Some("C".to_string()),
        };
        let fortran = match order.as_deref() {
            Some("C") => false,
            Some("F") => true,
            Some("A") => !layout.is_c_contiguous() && layout.is_f_contiguous(),
            _ => return Err(value_error!("order must be 'C', 'F' or 'A'")),
        };
        Ok(Bytes::new(&gather(&layout, fortran)).into_owned())
    }

    #[pymethod(signature = "(self, /, sep=None, bytes_per_sep=1)")]
    fn hex(this: &MemoryView, sep: Option<&Object>, bytes_per_sep: isize) -> Result<String> {
        let bytes = gather(&*this.layout()?, false);
        crate::byte_strings::hex(&bytes, sep, bytes_per_sep)
    }

    #[pymethod(name = "cast", signature = "(self, /, format, shape=None)")]
    fn cast_view(this: &MemoryView, format: &Str, shape: Option<&Object>) -> Result {
        let shape = shape.filter(|shape| !shape.is_none());
        Ok(this.with_layout(|layout| cast(layout, format, shape))?.into_owned())
    }

    #[pymethod]
    fn toreadonly(this: &MemoryView) -> Result {
        Ok(this.with_layout(|layout| Ok(Layout { readonly: true, ..layout.clone() }))?.into_owned())
    }

    #[pymethod]
    fn release(this: &MemoryView) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn count(this: &MemoryView, value: &Object) -> Result<usize> {
        let mut count = 0;
        pyrsc_core::iteration::for_each(this.object(), |item| {
            count += usize::from(operations::equal(&item, value)?);
            Ok(())
        })?;
        Ok(count)
    }

    #[pymethod(signature = "(self, value, start=0, stop=9223372036854775807, /)")]
    fn index(this: &MemoryView, value: &Object, start: i64, stop: i64) -> Result<usize> {
        let layout = this.layout()?;
        match layout.shape.len() {
            0 => return Err(type_error!("invalid lookup on 0-dim memory")),
            1 => {}
            _ => return Err(not_implemented_error!("multi-dimensional lookup is not implemented")),
        }
        let length = layout.shape[0] as i64;
        let fit =
            |place: i64| if place < 0 { place.saturating_add(length).max(0) } else { place.min(length) };
        for place in fit(start)..fit(stop) {
            let item = get_item(this, &int::from_i64(place))?;
            if operations::equal(&item, value)? {
                return Ok(place as usize);
            }
        }
        Err(value_error!("memoryview.index(x): x not found"))
    }

    #[pymethod]
    fn __enter__(this: &MemoryView) -> Result {
        this.layout()?;
        Ok(this.object().to_owned())
    }

    #[pymethod]
    fn __exit__(this: &MemoryView, _arguments: Arguments<'_>) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn __buffer__(this: &MemoryView, _flags: i64) -> Result {
        Ok(MemoryView::new(this.object())?.into_owned())
    }

    #[pymethod]
    fn __release_buffer__(_this: &MemoryView, view: &Object) -> Result<()> {
        view.downcast::<MemoryView>().map_or(Ok(()), MemoryView::release)
    }

    #[classmethod]
    fn _from_flags(_class: &TypeObject, object: &Object, flags: i64) -> Result {
        let _ = flags;
        Ok(MemoryView::new(object)?.into_owned())
    }

    #[classmethod]
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }

    #[getter]
    fn obj(this: &MemoryView) -> Result {
        this.exporter()
    }
    #[getter]
    fn nbytes(this: &MemoryView) -> Result<usize> {
        Ok(this.layout()?.length)
    }
    #[getter]
    fn readonly(this: &MemoryView) -> Result<bool> {
        Ok(this.layout()?.readonly)
    }
    #[getter]
    fn itemsize(this: &MemoryView) -> Result<usize> {
        Ok(this.layout()?.item_size)
    }
    #[getter]
    fn format(this: &MemoryView) -> Result<String> {
        Ok(this.layout()?.format.to_string())
    }
    #[getter]
    fn ndim(this: &MemoryView) -> Result<usize> {
        Ok(this.layout()?.shape.len())
    }
    #[getter]
    fn shape(this: &MemoryView) -> Result {
        Ok(numbers(this.layout()?.shape.iter().map(|&count| count as i64)))
    }
    #[getter]
    fn strides(this: &MemoryView) -> Result {
        Ok(numbers(this.layout()?.strides.iter().map(|&stride| stride as i64)))
    }
    #[getter]
    fn suboffsets(this: &MemoryView) -> Result {
        this.layout()?;
        Ok(Tuple::empty().into_owned())
    }
    #[getter]
    fn c_contiguous(this: &MemoryView) -> Result<bool> {
        Ok(this.layout()?.is_c_contiguous())
    }
    #[getter]
    fn f_contiguous(this: &MemoryView) -> Result<bool> {
        Ok(this.layout()?.is_f_contiguous())
    }
    #[getter]
    fn contiguous(this: &MemoryView) -> Result<bool> {
        let layout = this.layout()?;
        Ok(layout.is_c_contiguous() || layout.is_f_contiguous())
    }
}

/// Goes through the items of a view.
#[pyclass(name = "memory_iterator", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct MemoryIterator {
    header: Header,
    /// Empty when the iterator is exhausted.
    view: Slot,
    index: Cell<usize>,
}

#[pymethods(MemoryIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &MemoryIterator) -> Result<Option<Owned>> {
        let Some(view) = this.view.get() else { return Ok(None) };
        let Some(view) = view.downcast::<MemoryView>() else { return Ok(None) };
        let layout = view.layout()?;
        let index = this.index.get();
        if index < layout.shape[0] {
            this.index.set(index + 1);
            let address = sub_address(&layout, index);
            return Ok(Some(unpack(item_bytes(address, &layout), known_format(&layout)?)));
        }
        drop(this.view.replace(None));
        Ok(None)
    }
}

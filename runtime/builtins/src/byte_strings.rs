//! What `bytes` and `bytearray` have in common: methods that look at bytes, cut them or make new ones.
//!
//! [`byte_string_methods!`](crate::byte_string_methods) writes the method table of either type over the functions here.

use pyrsc_core::buffer::{self, Buffer};
use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{int, memory_error, operations, overflow_error, slice, type_error, value_error};

use crate::str::search_range;

/// The argument of a searching method: bytes, or one byte as an int.
pub enum Needle {
    Buffer(Buffer),
    Byte(u8),
}

impl Needle {
    pub fn new(object: &Object) -> Result<Needle> {
        if buffer::is_supported(object) {
            return Ok(Needle::Buffer(buffer::acquire(object)?));
        }
        if !slice::has_index(object) {
            return Err(type_error!(
                "argument should be integer or bytes-like object, not '{}'",
                name_of(object)
            ));
        }
        Ok(Needle::Byte(byte_value(object)?))
    }

    pub fn with<T>(&self, action: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Needle::Buffer(buffer) => action(buffer.as_slice()),
            Needle::Byte(byte) => action(&[*byte]),
        }
    }
}

/// An int as a byte.
pub fn byte_value(object: &Object) -> Result<u8> {
    let number = operations::index(object)?;
    int::to_i64(&number)
        .and_then(|number| u8::try_from(number).ok())
        .ok_or_else(|| value_error!("byte must be in range(0, 256)"))
}

/// The bytes of a bytes-like argument.
pub fn bytes_like(object: &Object) -> Result<Buffer> {
    buffer::acquire(object)
}

/// Where a part lies, by `find` on the range that Python bounds name.
pub fn look(
    bytes: impl Fn() -> Vec<u8>,
    sub: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    find: impl Fn(Units<'_>, Units<'_>) -> Option<usize>,
) -> Result<Option<usize>> {
    let needle = Needle::new(sub)?;
    let bytes = bytes();
    let Some(range) = search_range(start, end, || bytes.len())? else { return Ok(None) };
    let found = needle.with(|needle| find(Units::One(&bytes[range.clone()]), Units::One(needle)));
    Ok(found.map(|found| found + range.start))
}

pub fn count(bytes: &[u8], sub: &Object, start: Option<&Object>, end: Option<&Object>) -> Result<usize> {
    let needle = Needle::new(sub)?;
    let Some(range) = search_range(start, end, || bytes.len())? else { return Ok(0) };
    Ok(needle.with(|needle| Units::One(&bytes[range]).count(Units::One(needle), usize::MAX)))
}

pub fn any_affix(
    bytes: &[u8],
    affix: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    method: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> Result<bool> {
    let range = search_range(start, end, || bytes.len())?;
    let part = range.map(|range| &bytes[range]);
    if let Some(tuple) = affix.downcast::<Tuple>() {
        for item in tuple.iter() {
            let item = bytes_like(item)?;
            if part.is_some_and(|part| test(part, item.as_slice())) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !buffer::is_supported(affix) {
        return Err(type_error!(
            "{} first arg must be bytes or a tuple of bytes, not {}",
            method,
            name_of(affix)
        ));
    }
    let affix = bytes_like(affix)?;
    Ok(part.is_some_and(|part| test(part, affix.as_slice())))
}

pub fn is_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | 32)
}

/// The argument of `split`: `None` for whitespace.
pub fn separator(sep: Option<&Object>) -> Result<Option<Vec<u8>>> {
    match sep {
        Some(sep) if !sep.is_none() => non_empty(sep).map(Some),
        _ => Ok(None),
    }
}

/// A separator that is not empty.
pub fn non_empty(sep: &Object) -> Result<Vec<u8>> {
    let sep = bytes_like(sep)?.to_vec();
    if sep.is_empty() { Err(value_error!("empty separator")) } else { Ok(sep) }
}

/// The pieces of `split`, from the left.
pub fn split<'a>(bytes: &'a [u8], sep: Option<&[u8]>, limit: usize) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    match sep {
        None => {
            let mut rest = bytes;
            while let Some(start) = rest.iter().position(|&byte| !is_space(byte)) {
                rest = &rest[start..];
                if pieces.len() == limit {
                    pieces.push(rest);
                    break;
                }
                let end = rest.iter().position(|&byte| is_space(byte)).unwrap_or(rest.len());
                pieces.push(&rest[..end]);
                rest = &rest[end..];
            }
        }
        Some(sep) => {
            let finder = memchr::memmem::Finder::new(sep);
            let mut rest = bytes;
            while pieces.len() < limit {
                let Some(found) = finder.find(rest) else { break };
                pieces.push(&rest[..found]);
                rest = &rest[found + sep.len()..];
            }
            pieces.push(rest);
        }
    }
    pieces
}

/// The pieces of `rsplit`, from the left.
pub fn rsplit<'a>(bytes: &'a [u8], sep: Option<&[u8]>, limit: usize) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    match sep {
        None => {
            while let Some(last) = rest.iter().rposition(|&byte| !is_space(byte)) {
                rest = &rest[..=last];
                if pieces.len() == limit {
                    pieces.push(rest);
                    break;
                }
                let start = rest.iter().rposition(|&byte| is_space(byte)).map_or(0, |space| space + 1);
                pieces.push(&rest[start..]);
                rest = &rest[..start];
            }
        }
        Some(sep) => {
            while pieces.len() < limit {
                let Some(found) = memchr::memmem::rfind(rest, sep) else { break };
                pieces.push(&rest[found + sep.len()..]);
                rest = &rest[..found];
            }
            pieces.push(rest);
        }
    }
    pieces.reverse();
    pieces
}

pub fn split_lines(bytes: &[u8], keep_ends: bool) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let (end, next) = match memchr::memchr2(b'\n', b'\r', &bytes[start..]).map(|found| found + start) {
            None => (bytes.len(), bytes.len()),
            Some(end) if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') => (end, end + 2),
            Some(end) => (end, end + 1),
        };
        lines.push(&bytes[start..if keep_ends { next } else { end }]);
        start = next;
    }
    lines
}

/// What is left when bytes are stripped off the ends.
pub fn strip(bytes: Vec<u8>, chars: Option<&Object>, left: bool, right: bool) -> Result<Vec<u8>> {
    let set = match chars {
        Some(chars) if !chars.is_none() => Some(bytes_like(chars)?.to_vec()),
        _ => None,
    };
    let test = |byte: &u8| set.as_ref().map_or(is_space(*byte), |set| set.contains(byte));
    let start = if left { bytes.iter().position(|byte| !test(byte)).unwrap_or(bytes.len()) } else { 0 };
    let end = if right {
        bytes.iter().rposition(|byte| !test(byte)).map_or(start, |last| last + 1)
    } else {
        bytes.len()
    };
    Ok(bytes[start..end.max(start)].to_vec())
}

/// The pad byte of `center`, `ljust` and `rjust`.
pub fn fill_byte(fill: Option<&Object>, method: &str) -> Result<u8> {
    let Some(fill) = fill else { return Ok(b' ') };
    let (bytes, kind) = if let Some(bytes) = fill.downcast::<Bytes>() {
        (bytes.as_slice().to_vec(), "bytes")
    } else if let Some(array) = fill.downcast::<ByteArray>() {
        (array.to_vec(), "bytearray")
    } else {
        return Err(type_error!(
            "{method}() argument 2 must be a byte string of length 1, not {}",
            name_of(fill)
        ));
    };
    match *bytes {
        [byte] => Ok(byte),
        _ => Err(type_error!(
            "{method}(): argument 2 must be a byte string of length 1, not a {kind} object of length {}",
            bytes.len()
        )),
    }
}

/// The bytes with padding at the ends.
pub fn pad(bytes: &[u8], width: isize, fill: u8, left_share: impl Fn(usize) -> usize) -> Result<Vec<u8>> {
    let missing = (width.max(0) as usize).saturating_sub(bytes.len());
    if missing > 1 << 40 {
        return Err(memory_error!());
    }
    let left = left_share(missing);
    let mut out = Vec::with_capacity(bytes.len() + missing);
    out.resize(left, fill);
    out.extend_from_slice(bytes);
    out.resize(bytes.len() + missing, fill);
    Ok(out)
}

pub fn zero_fill(bytes: &[u8], width: isize) -> Result<Vec<u8>> {
    let mut out = pad(bytes, width, b'0', |missing| missing)?;
    let missing = out.len() - bytes.len();
    if missing > 0 && matches!(bytes.first(), Some(b'+' | b'-')) {
        out.swap(0, missing);
    }
    Ok(out)
}

pub fn expand_tabs(bytes: &[u8], tab_size: i32) -> Result<Vec<u8>> {
    let tab = tab_size.max(0) as usize;
    let (mut out, mut column) = (Vec::with_capacity(bytes.len()), 0usize);
    for &byte in bytes {
        if byte == b'\t' {
            let spaces = if tab > 0 { tab - column % tab } else { 0 };
            if out.len() + spaces > isize::MAX as usize / 8 {
                return Err(overflow_error!("result too long"));
            }
            out.resize(out.len() + spaces, b' ');
            column += spaces;
        } else {
            out.push(byte);
            column = if byte == b'\n' || byte == b'\r' { 0 } else { column + 1 };
        }
    }
    Ok(out)
}

/// Replaces the first `limit` occurrences of `old`.
pub fn replace(bytes: &[u8], old: &[u8], new: &[u8], limit: usize) -> Result<Vec<u8>> {
    let too_long = || overflow_error!("replace bytes is too long");
    if old.is_empty() {
        let count = limit.min(bytes.len() + 1);
        let total = count
            .checked_mul(new.len())
            .filter(|&total| total < isize::MAX as usize / 8)
            .ok_or_else(too_long)?;
        let mut out = Vec::with_capacity(bytes.len() + total);
        for (index, &byte) in bytes.iter().enumerate() {
            if index < count {
                out.extend_from_slice(new);
            }
            out.push(byte);
        }
        if count > bytes.len() {
            out.extend_from_slice(new);
        }
        return Ok(out);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let finder = memchr::memmem::Finder::new(old);
    for _ in 0..limit {
        let Some(found) = finder.find(rest) else { break };
        if out.len() + found + new.len() > isize::MAX as usize / 8 {
            return Err(too_long());
        }
        out.extend_from_slice(&rest[..found]);
        out.extend_from_slice(new);
        rest = &rest[found + old.len()..];
    }
    out.extend_from_slice(rest);
    Ok(out)
}

pub fn translate(bytes: &[u8], table: &Object, delete: Option<&Object>) -> Result<Vec<u8>> {
    let table = if table.is_none() { None } else { Some(bytes_like(table)?.to_vec()) };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(value_error!("translation table must be 256 characters long"));
    }
    let delete = delete.map(|delete| bytes_like(delete).map(|delete| delete.to_vec())).transpose()?;
    let mut deleted = [false; 256];
    delete.iter().flatten().for_each(|&byte| deleted[usize::from(byte)] = true);
    let kept = bytes.iter().filter(|&&byte| !deleted[usize::from(byte)]);
    Ok(match table {
        Some(table) => kept.map(|&byte| table[usize::from(byte)]).collect(),
        None => kept.copied().collect(),
    })
}

/// `bytes.maketrans(from, to)`
pub fn make_table(from: &Object, to: &Object) -> Result {
    let (from, to) = (bytes_like(from)?, bytes_like(to)?);
    if from.len() != to.len() {
        return Err(value_error!("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&from, &to) in from.as_slice().iter().zip(to.as_slice()) {
        table[usize::from(from)] = to;
    }
    Ok(Bytes::new(&table).into_owned())
}

/// `separator.join(iterable)`
pub fn join(separator: &[u8], iterable: &Object) -> Result<Vec<u8>> {
    let items = crate::str::joinable(iterable)?;
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if !buffer::is_supported(item) {
            return Err(type_error!(
                "sequence item {}: expected a bytes-like object, {} found",
                index,
                name_of(item)
            ));
        }
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(&buffer::acquire_any(item)?.to_vec());
    }
    Ok(out)
}

/// `left + right` for a left operand of the named type.
pub fn concat(left: &[u8], right: &Object, type_name: &str) -> Result<Vec<u8>> {
    if !buffer::is_supported(right) {
        return Err(type_error!("can't concat {} to {}", name_of(right), type_name));
    }
    let right = buffer::acquire_any(right)?;
    let mut out = Vec::with_capacity(left.len() + right.len());
    out.extend_from_slice(left);
    out.extend_from_slice(&right.to_vec());
    Ok(out)
}

/// Bytes some times over.
pub fn repeat(bytes: &[u8], count: isize) -> Result<Vec<u8>> {
    let count = count.max(0) as usize;
    match bytes.len().checked_mul(count) {
        Some(total) if total < 1 << 40 => Ok(bytes.repeat(count)),
        _ => Err(memory_error!()),
    }
}

/// `bytes.hex(sep, bytes_per_sep)`
pub fn hex(bytes: &[u8], sep: Option<&Object>, group: isize) -> Result<String> {
    let separator = match sep {
        None => None,
        Some(sep) => {
            if operations::length(sep)? != 1 {
                return Err(value_error!("sep must be length 1."));
            }
            let code = if let Some(sep) = sep.downcast::<Str>() {
                sep.at(0)
            } else if let Some(sep) = sep.downcast::<Bytes>() {
                u32::from(sep.as_slice()[0])
            } else {
                return Err(type_error!("sep must be str or bytes."));
            };
            if code >= 0x80 {
                return Err(value_error!("sep must be ASCII."));
            }
            Some(code as u8 as char)
        }
    };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    let size = group.unsigned_abs();
    for (index, &byte) in bytes.iter().enumerate() {
        if let (Some(separator), true) = (separator, index > 0 && size > 0) {
            // Positive groups are counted from the right.
            let place = if group > 0 { bytes.len() - index } else { index };
            if place % size == 0 {
                out.push(separator);
            }
        }
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    Ok(out)
}

/// The bytes that `fromhex` reads.
pub fn from_hex(text: &Object) -> Result<Vec<u8>> {
    let codes: Vec<u32> = match text.downcast::<Str>() {
        Some(text) => text.code_points().collect(),
        None if buffer::is_supported(text) => {
            buffer::acquire(text)?.as_slice().iter().map(|&byte| u32::from(byte)).collect()
        }
        None => {
            return Err(type_error!("fromhex() argument must be str or bytes-like, not {}", name_of(text)));
        }
    };
    let digit = |index: usize| codes.get(index).and_then(|&code| char::from_u32(code)?.to_digit(16));
    let mut out = Vec::with_capacity(codes.len() / 2);
    let mut index = 0;
    while index < codes.len() {
        if codes[index] < 0x80 && is_space(codes[index] as u8) {
            index += 1;
            continue;
        }
        let bad = |index: usize| {
            Err(value_error!("non-hexadecimal number found in fromhex() arg at position {}", index))
        };
        let Some(high) = digit(index) else { return bad(index) };
        if index + 1 >= codes.len() {
            return Err(value_error!("fromhex() arg must contain an even number of hexadecimal digits"));
        }
        let Some(low) = digit(index + 1) else { return bad(index + 1) };
        out.push((high << 4 | low) as u8);
        index += 2;
    }
    Ok(out)
}

/// `title`, `swapcase` and `capitalize`: maps each byte, told whether a letter comes before it.
pub fn map_case(bytes: &[u8], map: impl Fn(u8, bool, usize) -> u8) -> Vec<u8> {
    let mut after_letter = false;
    bytes
        .iter()
        .enumerate()
        .map(|(index, &byte)| {
            let mapped = map(byte, after_letter, index);
            after_letter = byte.is_ascii_alphabetic();
            mapped
        })
        .collect()
}

pub fn is_title(bytes: &[u8]) -> bool {
    let (mut cased, mut after_letter) = (false, false);
    for &byte in bytes {
        if byte.is_ascii_uppercase() && after_letter || byte.is_ascii_lowercase() && !after_letter {
            return false;
        }
        after_letter = byte.is_ascii_alphabetic();
        cased |= after_letter;
    }
    cased
}

/// The bytes that a constructor's argument stands for, as `bytes(x)` and `bytearray(x)` take it. `type_name` is for
/// messages.
pub fn from_argument(source: &Object, type_name: &str) -> Result<Vec<u8>> {
    if slice::has_index(source) {
        let count = operations::index(source)?;
        return match int::to_i64(&count) {
            Some(count) if count < 0 => Err(value_error!("negative count")),
            Some(count) if count < 1 << 40 => Ok(vec![0; count as usize]),
            Some(_) => Err(memory_error!()),
            None => Err(overflow_error!("cannot fit '{}' into an index-sized integer", name_of(source))),
        };
    }
    if buffer::is_supported(source) {
        return Ok(buffer::acquire_any(source)?.to_vec());
    }
    if source.is_instance_of::<Str>() {
        return Err(type_error!("string argument without an encoding"));
    }
    let iterator = match pyrsc_core::iteration::iterate(source) {
        Ok(iterator) => iterator,
        Err(_) if pyrsc_core::exception::catch::<pyrsc_core::exception::TypeError>() => {
            return Err(type_error!("cannot convert '{}' object to {}", name_of(source), type_name));
        }
        Err(raised) => return Err(raised),
    };
    let mut bytes = Vec::new();
    let range =
        if type_name == "bytes" { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    while let Some(item) = pyrsc_core::iteration::next(&iterator)? {
        let number = operations::index(&item)?;
        match int::to_i64(&number).and_then(|number| u8::try_from(number).ok()) {
            Some(byte) => bytes.push(byte),
            None => return Err(value_error!("{range}")),
        }
    }
    Ok(bytes)
}

/// The bytes for the arguments `source`, `encoding` and `errors` of either constructor, `__bytes__` left aside.
pub fn construct(
    source: Option<&Object>,
    encoding: Option<&Str>,
    errors: Option<&Str>,
    type_name: &str,
) -> Result<Vec<u8>> {
    let text = source.and_then(|source| source.downcast::<Str>());
    if let (Some(text), Some(_)) = (text, encoding) {
        let encoded = crate::codecs::encode_to_bytes(text, encoding, errors)?;
        return Ok(encoded.downcast::<Bytes>().map_or_else(Vec::new, |bytes| bytes.as_slice().to_vec()));
    }
    if encoding.is_some() {
        return Err(type_error!("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(match text {
            Some(_) => type_error!("string argument without an encoding"),
            None => type_error!("errors without a string argument"),
        });
    }
    source.map_or(Ok(Vec::new()), |source| from_argument(source, type_name))
}

/// The pieces as objects in a list.
pub fn list_of(pieces: Vec<&[u8]>, make: impl Fn(&[u8]) -> Owned) -> Owned {
    pyrsc_core::list::List::from_vec(pieces.into_iter().map(make).collect()).into_owned()
}

/// Writes the table `SHARED` of the methods that `bytes` and `bytearray` share: `byte_string_methods!(Bytes, make)`,
/// where `make` makes an object of a slice.
#[macro_export]
macro_rules! byte_string_methods {
    ($class:ident, $make:path) => {
        #[pyrsc_macros::pymethods($class)]
        mod shared {
            use super::*;
            use pyrsc_core::object::Object;
            use pyrsc_core::owned::{Owned, Result};
            use pyrsc_core::str::Str;
            use pyrsc_core::tuple::Tuple;
            use pyrsc_core::value_error;
            use $crate::byte_strings::{self as common};

            #[pymethod]
            fn find(
                this: &$class,
                sub: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<i64> {
                let found = common::look(
                    || this.as_slice().to_vec(),
                    sub,
                    start,
                    end,
                    |bytes, part| bytes.find(part),
                )?;
                Ok(found.map_or(-1, |found| found as i64))
            }
            #[pymethod]
            fn rfind(
                this: &$class,
                sub: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<i64> {
                let found = common::look(
                    || this.as_slice().to_vec(),
                    sub,
                    start,
                    end,
                    |bytes, part| bytes.rfind(part),
                )?;
                Ok(found.map_or(-1, |found| found as i64))
            }
            #[pymethod]
            fn index(
                this: &$class,
                sub: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<usize> {
                common::look(|| this.as_slice().to_vec(), sub, start, end, |bytes, part| bytes.find(part))?
                    .ok_or_else(|| value_error!("subsection not found"))
            }
            #[pymethod]
            fn rindex(
                this: &$class,
                sub: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<usize> {
                common::look(|| this.as_slice().to_vec(), sub, start, end, |bytes, part| bytes.rfind(part))?
                    .ok_or_else(|| value_error!("subsection not found"))
            }
            #[pymethod]
            fn count(
                this: &$class,
                sub: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<usize> {
                common::count(&this.as_slice().to_vec(), sub, start, end)
            }
            #[pymethod]
            fn startswith(
                this: &$class,
                prefix: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<bool> {
                let bytes = this.as_slice().to_vec();
                common::any_affix(&bytes, prefix, start, end, "startswith", |bytes, part| {
                    bytes.starts_with(part)
                })
            }
            #[pymethod]
            fn endswith(
                this: &$class,
                suffix: &Object,
                start: Option<&Object>,
                end: Option<&Object>,
            ) -> Result<bool> {
                let bytes = this.as_slice().to_vec();
                common::any_affix(&bytes, suffix, start, end, "endswith", |bytes, part| bytes.ends_with(part))
            }
            #[pymethod(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn split(this: &$class, sep: Option<&Object>, maxsplit: isize) -> Result {
                let sep = common::separator(sep)?;
                let limit = if maxsplit < 0 { usize::MAX } else { maxsplit as usize };
                Ok(common::list_of(common::split(this.as_slice(), sep.as_deref(), limit), $make))
            }
            #[pymethod(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn rsplit(this: &$class, sep: Option<&Object>, maxsplit: isize) -> Result {
                let sep = common::separator(sep)?;
                let limit = if maxsplit < 0 { usize::MAX } else { maxsplit as usize };
                Ok(common::list_of(common::rsplit(this.as_slice(), sep.as_deref(), limit), $make))
            }
            #[pymethod(signature = "(self, /, keepends=False)")]
            fn splitlines(this: &$class, keepends: bool) -> Result {
                Ok(common::list_of(common::split_lines(this.as_slice(), keepends), $make))
            }
            #[pymethod]
            fn partition(this: &$class, sep: &Object) -> Result {
                let sep = common::non_empty(sep)?;
                let bytes = this.as_slice();
                let parts = match memchr::memmem::find(bytes, &sep) {
                    Some(found) => [&bytes[..found], &sep, &bytes[found + sep.len()..]],
                    None => [bytes, &[], &[]],
                };
                Ok(Tuple::from_vec(parts.into_iter().map($make).collect()).into_owned())
            }
            #[pymethod]
            fn rpartition(this: &$class, sep: &Object) -> Result {
                let sep = common::non_empty(sep)?;
                let bytes = this.as_slice();
                let parts = match memchr::memmem::rfind(bytes, &sep) {
                    Some(found) => [&bytes[..found], &sep, &bytes[found + sep.len()..]],
                    None => [&[], &[], bytes],
                };
                Ok(Tuple::from_vec(parts.into_iter().map($make).collect()).into_owned())
            }
            #[pymethod]
            fn join(this: &$class, iterable: &Object) -> Result {
                Ok($make(&common::join(&this.as_slice().to_vec(), iterable)?))
            }
            #[pymethod]
            fn strip(this: &$class, chars: Option<&Object>) -> Result {
                Ok($make(&common::strip(this.as_slice().to_vec(), chars, true, true)?))
            }
            #[pymethod]
            fn lstrip(this: &$class, chars: Option<&Object>) -> Result {
                Ok($make(&common::strip(this.as_slice().to_vec(), chars, true, false)?))
            }
            #[pymethod]
            fn rstrip(this: &$class, chars: Option<&Object>) -> Result {
                Ok($make(&common::strip(this.as_slice().to_vec(), chars, false, true)?))
            }
            #[pymethod]
            fn center(this: &$class, width: isize, fillchar: Option<&Object>) -> Result {
                let fill = common::fill_byte(fillchar, "center")?;
                let odd = width.max(0) as usize & 1;
                let padded =
                    common::pad(this.as_slice(), width, fill, |missing| missing / 2 + (missing & odd))?;
                Ok($make(&padded))
            }
            #[pymethod]
            fn ljust(this: &$class, width: isize, fillchar: Option<&Object>) -> Result {
                let fill = common::fill_byte(fillchar, "ljust")?;
                Ok($make(&common::pad(this.as_slice(), width, fill, |_| 0)?))
            }
            #[pymethod]
            fn rjust(this: &$class, width: isize, fillchar: Option<&Object>) -> Result {
                let fill = common::fill_byte(fillchar, "rjust")?;
                Ok($make(&common::pad(this.as_slice(), width, fill, |missing| missing)?))
            }
            #[pymethod]
            fn zfill(this: &$class, width: isize) -> Result {
                Ok($make(&common::zero_fill(this.as_slice(), width)?))
            }
            #[pymethod(signature = "(self, /, tabsize=8)")]
            fn expandtabs(this: &$class, tabsize: i32) -> Result {
                Ok($make(&common::expand_tabs(this.as_slice(), tabsize)?))
            }
            #[pymethod]
            fn removeprefix(this: &$class, prefix: &Object) -> Result {
                let prefix = common::bytes_like(prefix)?.to_vec();
                let bytes = this.as_slice();
                Ok($make(bytes.strip_prefix(&*prefix).unwrap_or(bytes)))
            }
            #[pymethod]
            fn removesuffix(this: &$class, suffix: &Object) -> Result {
                let suffix = common::bytes_like(suffix)?.to_vec();
                let bytes = this.as_slice();
                Ok($make(bytes.strip_suffix(&*suffix).unwrap_or(bytes)))
            }
            #[pymethod(signature = "(self, old, new, count=-1, /)")]
            fn replace(this: &$class, old: &Object, new: &Object, count: isize) -> Result {
                let (old, new) = (common::bytes_like(old)?, common::bytes_like(new)?);
                let limit = if count < 0 { usize::MAX } else { count as usize };
                Ok($make(&common::replace(this.as_slice(), old.as_slice(), new.as_slice(), limit)?))
            }
            #[pymethod(signature = "(self, table, /, delete=b'')")]
            fn translate(this: &$class, table: &Object, delete: Option<&Object>) -> Result {
                Ok($make(&common::translate(&this.as_slice().to_vec(), table, delete)?))
            }
            #[staticmethod]
            fn maketrans(frm: &Object, to: &Object) -> Result {
                common::make_table(frm, to)
            }
            #[pymethod(signature = "(self, /, encoding='utf-8', errors='strict')")]
            fn decode(this: &$class, encoding: Option<&Str>, errors: Option<&Str>) -> Result {
                Ok($crate::codecs::decode_to_str(this.object(), encoding, errors)?.into_owned())
            }
            #[pymethod(signature = "(self, /, sep=None, bytes_per_sep=1)")]
            fn hex(this: &$class, sep: Option<&Object>, bytes_per_sep: isize) -> Result<String> {
                common::hex(&this.as_slice().to_vec(), sep, bytes_per_sep)
            }
            #[pymethod]
            fn lower(this: &$class) -> Owned {
                $make(&this.as_slice().to_ascii_lowercase())
            }
            #[pymethod]
            fn upper(this: &$class) -> Owned {
                $make(&this.as_slice().to_ascii_uppercase())
            }
            #[pymethod]
            fn swapcase(this: &$class) -> Owned {
                $make(&common::map_case(this.as_slice(), |byte, _, _| {
                    if byte.is_ascii_uppercase() {
                        byte.to_ascii_lowercase()
                    } else {
                        byte.to_ascii_uppercase()
                    }
                }))
            }
            #[pymethod]
            fn title(this: &$class) -> Owned {
                $make(&common::map_case(this.as_slice(), |byte, after_letter, _| {
                    if after_letter { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() }
                }))
            }
            #[pymethod]
            fn capitalize(this: &$class) -> Owned {
                $make(&common::map_case(this.as_slice(), |byte, _, index| {
                    if index == 0 { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
                }))
            }
            #[pymethod]
            fn isascii(this: &$class) -> bool {
                this.as_slice().is_ascii()
            }
            #[pymethod]
            fn isalnum(this: &$class) -> bool {
                !this.is_empty() && this.as_slice().iter().all(u8::is_ascii_alphanumeric)
            }
            #[pymethod]
            fn isalpha(this: &$class) -> bool {
                !this.is_empty() && this.as_slice().iter().all(u8::is_ascii_alphabetic)
            }
            #[pymethod]
            fn isdigit(this: &$class) -> bool {
                !this.is_empty() && this.as_slice().iter().all(u8::is_ascii_digit)
            }
            #[pymethod]
            fn isspace(this: &$class) -> bool {
                !this.is_empty() && this.as_slice().iter().all(|&byte| common::is_space(byte))
            }
            #[pymethod]
            fn islower(this: &$class) -> bool {
                let bytes = this.as_slice();
                bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
            }
            #[pymethod]
            fn isupper(this: &$class) -> bool {
                let bytes = this.as_slice();
                bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
            }
            #[pymethod]
            fn istitle(this: &$class) -> bool {
                common::is_title(this.as_slice())
            }
        }
    };
}

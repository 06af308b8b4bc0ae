//! What `list` and `tuple` (and others that hold values in order) have in common: comparing, searching, showing,
//! concatenating.
//!
//! A sequence is passed as a function that gives the value at an index, or `None` past the end, because a list may change
//! while its values are compared.

use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::{overflow_error, type_error};

/// Compares two sequences as lists and tuples do: the first items that differ decide, then the lengths.
pub fn compare(
    left: impl Fn(usize) -> Option<Owned>,
    right: impl Fn(usize) -> Option<Owned>,
    lengths: impl Fn() -> (usize, usize),
    comparison: Comparison,
) -> Result {
    let mut index = 0;
    let (first, second) = loop {
        let (Some(first), Some(second)) = (left(index), right(index)) else {
            let (left, right) = lengths();
            return Ok(Owned::bool(comparison.holds(left.cmp(&right))));
        };
        if !operations::equal(&first, &second)? {
            break (first, second);
        }
        index += 1;
    };
    match comparison {
        Comparison::Equal => Ok(Owned::bool(false)),
        Comparison::NotEqual => Ok(Owned::bool(true)),
        _ => operations::compare(&first, &second, comparison),
    }
}

/// The index of the first value in a range that equals `wanted`.
pub fn find(
    get: impl Fn(usize) -> Option<Owned>,
    wanted: &Object,
    start: usize,
    stop: usize,
) -> Result<Option<usize>> {
    for index in start..stop {
        let Some(item) = get(index) else { break };
        if operations::equal(&item, wanted)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// How many values equal `wanted`.
pub fn count(get: impl Fn(usize) -> Option<Owned>, wanted: &Object) -> Result<usize> {
    let mut index = 0;
    let mut found = 0;
    while let Some(item) = get(index) {
        found += usize::from(operations::equal(&item, wanted)?);
        index += 1;
    }
    Ok(found)
}

/// `[1, 2]`: the values' representations between an opening and a closing text; `...` where the sequence is being shown
/// already.
pub fn repr(
    object: &Object,
    get: impl Fn(usize) -> Option<Owned>,
    open: &str,
    close: &str,
    single_comma: bool,
) -> Result<Ref<Str>> {
    if !recursion::repr_enter(object) {
        return Ok(Str::new(&format!("{open}...{close}")));
    }
    let result = repr_items(get, open, close, single_comma);
    recursion::repr_leave(object);
    result
}

fn repr_items(
    get: impl Fn(usize) -> Option<Owned>,
    open: &str,
    close: &str,
    single_comma: bool,
) -> Result<Ref<Str>> {
    let mut builder = StrBuilder::new();
    builder.push_str(open);
    let mut index = 0;
    while let Some(item) = get(index) {
        if index > 0 {
            builder.push_str(", ");
        }
        builder.push_object(&*operations::repr(&item)?);
        index += 1;
    }
    if single_comma && index == 1 {
        builder.push_str(",");
    }
    builder.push_str(close);
    Ok(builder.finish())
}

/// The values repeated; an error when they would be too many.
pub fn repeat(items: Vec<Owned>, times: isize) -> Result<Vec<Owned>> {
    let times = times.max(0) as usize;
    let Some(length) = items.len().checked_mul(times).filter(|&length| length <= isize::MAX as usize / 8)
    else {
        return Err(pyrsc_core::memory_error!());
    };
    let mut repeated = Vec::new();
    if repeated.try_reserve_exact(length).is_err() {
        return Err(pyrsc_core::memory_error!());
    }
    for _ in 1..times {
        repeated.extend_from_slice(&items);
    }
    if times > 0 {
        repeated.extend(items);
    }
    Ok(repeated)
}

/// An argument that must be a plain count: an int that fits, with CPython's OverflowError.
pub fn ssize_argument(object: &Object) -> Result<i64> {
    if !pyrsc_core::slice::has_index(object) {
        return Err(type_error!(
            "'{}' object cannot be interpreted as an integer",
            pyrsc_core::type_object::name_of(object)
        ));
    }
    let number = pyrsc_core::int::index(object)?;
    match pyrsc_core::int::to_i64(&number) {
        Some(number) => Ok(number),
        None => Err(overflow_error!("Python int too large to convert to C ssize_t")),
    }
}

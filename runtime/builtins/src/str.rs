//! `str`: its special methods and the methods that look at it or cut it; the others are in the modules below.
//!
//! The object itself and its kernels are in `pyrsc_core::str`.

mod case;
mod edit;
pub mod iterator;
mod search;
mod split;
mod translate;

pub use case::CASE;
pub use edit::EDIT;
pub use search::SEARCH;
pub use split::SPLIT;
pub(crate) use split::joinable;
pub use translate::TRANSLATE;

use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::{self, Slice};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{index_error, memory_error, type_error};
use pyrsc_macros::pymethods;

use crate::codecs;

#[pymethods(Str)]
mod methods {
    use super::*;

    #[slot(signature = "(object='', encoding='utf-8', errors='strict')")]
    fn new(
        class: &TypeObject,
        object: Option<&Object>,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> Result {
        let made: Ref<Str> = match object {
            None => Str::empty(),
            Some(object) if encoding.is_none() && errors.is_none() => operations::str(object)?,
            Some(object) => codecs::decode_to_str(object, encoding, errors)?,
        };
        if std::ptr::eq(class, Str::type_object()) {
            Ok(made.into_owned())
        } else {
            Ok(made.copy_in(class)?.into_owned())
        }
    }

    #[slot]
    fn repr(this: &Str) -> Ref<Str> {
        this.repr()
    }

    #[slot]
    fn str(this: &Str) -> Ref<Str> {
        this.to_exact()
    }

    #[slot]
    fn hash(this: &Str) -> Result<i64> {
        Ok(this.hash())
    }

    #[slot]
    fn compare(this: &Str, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Str>() else { return Ok(Owned::not_implemented()) };
        Ok(Owned::bool(match comparison {
            Comparison::Equal => this.equals(other),
            Comparison::NotEqual => !this.equals(other),
            _ => comparison.holds(this.compare(other)),
        }))
    }

    #[slot]
    fn iter(this: &Str) -> Result {
        Ok(iterator::new(this))
    }

    #[slot]
    fn length(this: &Str) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn contains(this: &Str, item: &Object) -> Result<bool> {
        match item.downcast::<Str>() {
            Some(item) => Ok(this.contains(item)),
            None => Err(type_error!("'in <string>' requires string as left operand, not {}", name_of(item))),
        }
    }

    #[slot]
    fn get_item(this: &Str, item: &Object) -> Result {
        if let Some(slice) = item.downcast::<Slice>() {
            let range = slice.range(this.len())?;
            if range.step == 1 {
                return Ok(this
                    .substring(range.start as usize, range.start as usize + range.count)
                    .into_owned());
            }
            let units = this.units();
            let mut out = StrBuilder::with_capacity(range.count);
            range.indices().for_each(|index| out.push(units.at(index)));
            return Ok(out.finish().into_owned());
        }
        if !slice::has_index(item) {
            return Err(type_error!("string indices must be integers, not '{}'", name_of(item)));
        }
        let index = slice::index_or_index_error(item)?;
        match slice::place(index, this.len()) {
            Some(place) => Ok(Str::from_code_point(this.at(place)).into_owned()),
            None => Err(index_error!("string index out of range")),
        }
    }

    #[slot]
    fn concat(this: &Str, other: &Object) -> Result {
        match other.downcast::<Str>() {
            Some(other) => Ok(Str::concat(this, other)?.into_owned()),
            None => Err(type_error!("can only concatenate str (not \"{}\") to str", name_of(other))),
        }
    }

    #[slot]
    fn repeat(this: &Str, count: isize) -> Result {
        let count = count.max(0) as usize;
        if this.len().checked_mul(count).is_none() {
            return Err(memory_error!());
        }
        Ok(this.repeat(count)?.into_owned())
    }

    #[slot]
    fn remainder(this: &Object, arguments: &Object) -> Result {
        match this.downcast::<Str>() {
            Some(format) => crate::percent_format::format_str(format, arguments),
            None => Ok(Owned::not_implemented()),
        }
    }

    #[pymethod]
    fn __format__(this: &Str, spec: &Str) -> Result {
        crate::str_format::format_str_value(this, spec)
    }

    #[pymethod]
    fn format(this: &Str, arguments: Arguments<'_>) -> Result {
        crate::str_format::format(this, crate::str_format::Source::Arguments(arguments))
    }

    #[pymethod]
    fn format_map(this: &Str, mapping: &Object) -> Result {
        crate::str_format::format(this, crate::str_format::Source::Mapping(mapping))
    }

    #[pymethod(signature = "(self, /, encoding='utf-8', errors='strict')")]
    fn encode(this: &Str, encoding: Option<&Str>, errors: Option<&Str>) -> Result {
        codecs::encode_to_bytes(this, encoding, errors)
    }

    #[pymethod]
    fn __getnewargs__(this: &Str) -> Result {
        Ok(pyrsc_core::tuple::Tuple::from_vec(vec![this.to_exact().into_owned()]).into_owned())
    }

    #[pymethod]
    fn __sizeof__(this: &Str) -> Result<usize> {
        Ok(size_of::<Str>() + this.tail_size())
    }
}

/// The code points from `start` to `end` that optional Python bounds name in a sequence; `None` when the start lies
/// beyond the end of the sequence.
pub(crate) fn search_range(
    start: Option<&Object>,
    end: Option<&Object>,
    length: impl FnOnce() -> usize,
) -> Result<Option<std::ops::Range<usize>>> {
    let start = optional_bound(start)?.unwrap_or(0);
    let end = optional_bound(end)?.unwrap_or(i64::MAX);
    let length = length() as i64;
    let fit = |place: i64| if place < 0 { place.saturating_add(length).max(0) } else { place };
    let (start, end) = (fit(start), fit(end).min(length));
    Ok(if start > end { None } else { Some(start as usize..end as usize) })
}

/// A bound as the searching methods take it: None stands for its being left out.
fn optional_bound(bound: Option<&Object>) -> Result<Option<i64>> {
    match bound {
        None => Ok(None),
        Some(bound) if bound.is_none() => Ok(None),
        Some(bound) if !slice::has_index(bound) => {
            Err(type_error!("slice indices must be integers or None or have an __index__ method"))
        }
        Some(bound) => Ok(Some(pyrsc_core::int::index_clamped(bound)?)),
    }
}

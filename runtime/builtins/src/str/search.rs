//! Methods of `str` that look for something in it.

use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::str::Str;
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use super::search_range;

#[pymethods(Str)]
mod search {
    use super::*;

    #[pymethod]
    fn find(this: &Str, sub: &Str, start: Option<&Object>, end: Option<&Object>) -> Result<i64> {
        Ok(look(this, sub, start, end, |text, part| text.find(part))?.map_or(-1, |found| found as i64))
    }

    #[pymethod]
    fn rfind(this: &Str, sub: &Str, start: Option<&Object>, end: Option<&Object>) -> Result<i64> {
        Ok(look(this, sub, start, end, |text, part| text.rfind(part))?.map_or(-1, |found| found as i64))
    }

    #[pymethod]
    fn index(this: &Str, sub: &Str, start: Option<&Object>, end: Option<&Object>) -> Result<usize> {
        look(this, sub, start, end, |text, part| text.find(part))?
            .ok_or_else(|| value_error!("substring not found"))
    }

    #[pymethod]
    fn rindex(this: &Str, sub: &Str, start: Option<&Object>, end: Option<&Object>) -> Result<usize> {
        look(this, sub, start, end, |text, part| text.rfind(part))?
            .ok_or_else(|| value_error!("substring not found"))
    }

    #[pymethod]
    fn count(this: &Str, sub: &Str, start: Option<&Object>, end: Option<&Object>) -> Result<usize> {
        let Some(range) = search_range(start, end, || this.len())? else { return Ok(0) };
        Ok(this.units().slice(range.start, range.end).count(sub.units(), usize::MAX))
    }

    #[pymethod]
    fn startswith(this: &Str, prefix: &Object, start: Option<&Object>, end: Option<&Object>) -> Result<bool> {
        any_affix(this, prefix, start, end, "startswith", |text, part| text.starts_with(part))
    }

    #[pymethod]
    fn endswith(this: &Str, suffix: &Object, start: Option<&Object>, end: Option<&Object>) -> Result<bool> {
        any_affix(this, suffix, start, end, "endswith", |text, part| text.ends_with(part))
    }
}

fn look(
    this: &Str,
    sub: &Str,
    start: Option<&Object>,
    end: Option<&Object>,
    find: impl Fn(Units<'_>, Units<'_>) -> Option<usize>,
) -> Result<Option<usize>> {
    let Some(range) = search_range(start, end, || this.len())? else { return Ok(None) };
    if sub.kind() > this.kind() {
        return Ok(None);
    }
    let found = find(this.units().slice(range.start, range.end), sub.units());
    Ok(found.map(|found| found + range.start))
}

fn any_affix(
    this: &Str,
    affix: &Object,
    start: Option<&Object>,
    end: Option<&Object>,
    method: &str,
    test: impl Fn(Units<'_>, Units<'_>) -> bool,
) -> Result<bool> {
    let range = search_range(start, end, || this.len())?;
    let matches = |affix: &Str| {
        range.clone().is_some_and(|range| test(this.units().slice(range.start, range.end), affix.units()))
    };
    if let Some(tuple) = affix.downcast::<Tuple>() {
        for item in tuple.iter() {
            let Some(item) = item.downcast::<Str>() else {
                return Err(type_error!("tuple for {} must only contain str, not {}", method, name_of(item)));
            };
            if matches(item) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match affix.downcast::<Str>() {
        Some(affix) => Ok(matches(affix)),
        None => {
            Err(type_error!("{} first arg must be str or a tuple of str, not {}", method, name_of(affix)))
        }
    }
}

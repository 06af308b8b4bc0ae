//! Methods of `str` that pad, strip or replace.

use pyrsc_core::object::Object;
use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::{Str, StrBuilder, TargetUnits};
use pyrsc_core::str_units::{Searcher, Units};
use pyrsc_core::type_object::name_of;
use pyrsc_core::{memory_error, overflow_error, type_error, unicode};
use pyrsc_macros::pymethods;

#[pymethods(Str)]
mod edit {
    use super::*;

    #[pymethod]
    fn center(this: &Str, width: isize, fillchar: Option<&Object>) -> Result<Ref<Str>> {
        let fill = fill_character(fillchar)?;
        let missing = missing(this, width);
        // CPython's rule for the odd one.
        let left = missing / 2 + (missing & width.max(0) as usize & 1);
        pad(this, left, missing - left, fill)
    }

    #[pymethod]
    fn ljust(this: &Str, width: isize, fillchar: Option<&Object>) -> Result<Ref<Str>> {
        let fill = fill_character(fillchar)?;
        pad(this, 0, missing(this, width), fill)
    }

    #[pymethod]
    fn rjust(this: &Str, width: isize, fillchar: Option<&Object>) -> Result<Ref<Str>> {
        let fill = fill_character(fillchar)?;
        pad(this, missing(this, width), 0, fill)
    }

    #[pymethod]
    fn zfill(this: &Str, width: isize) -> Result<Ref<Str>> {
        let missing = missing(this, width);
        if missing == 0 {
            return Ok(this.to_exact());
        }
        let sign =
            if this.is_empty() { None } else { Some(this.at(0)).filter(|&code| code == 43 || code == 45) };
        let mut out = StrBuilder::with_capacity(this.len() + missing);
        sign.into_iter().for_each(|code| out.push(code));
        out.push_repeated(u32::from(b'0'), missing);
        out.push_units(this.units().slice(usize::from(sign.is_some()), this.len()));
        Ok(out.finish())
    }

    #[pymethod(signature = "(self, /, tabsize=8)")]
    fn expandtabs(this: &Str, tabsize: i32) -> Result<Ref<Str>> {
        let tab = tabsize.max(0) as usize;
        let (mut total, mut column) = (0usize, 0usize);
        let mut out = StrBuilder::with_capacity(this.len());
        for code in this.code_points() {
            if code == 9 {
                let spaces = if tab > 0 { tab - column % tab } else { 0 };
                total = total.saturating_add(spaces);
                if total > isize::MAX as usize / 8 {
                    return Err(overflow_error!("new string is too long"));
                }
                column += spaces;
                out.push_repeated(32, spaces);
            } else {
                total += 1;
                column = if code == 10 || code == 13 { 0 } else { column + 1 };
                out.push(code);
            }
        }
        Ok(out.finish())
    }

    #[pymethod]
    fn strip(this: &Str, chars: Option<&Object>) -> Result<Ref<Str>> {
        strip_ends(this, chars, "strip", true, true)
    }

    #[pymethod]
    fn lstrip(this: &Str, chars: Option<&Object>) -> Result<Ref<Str>> {
        strip_ends(this, chars, "lstrip", true, false)
    }

    #[pymethod]
    fn rstrip(this: &Str, chars: Option<&Object>) -> Result<Ref<Str>> {
        strip_ends(this, chars, "rstrip", false, true)
    }

    #[pymethod]
    fn removeprefix(this: &Str, prefix: &Str) -> Ref<Str> {
        let start = if this.units().starts_with(prefix.units()) { prefix.len() } else { 0 };
        this.substring(start, this.len())
    }

    #[pymethod]
    fn removesuffix(this: &Str, suffix: &Str) -> Ref<Str> {
        let cut = if this.units().ends_with(suffix.units()) { suffix.len() } else { 0 };
        this.substring(0, this.len() - cut)
    }

    #[pymethod(signature = "(self, old, new, /, count=-1)")]
    fn replace(this: &Str, old: &Str, new: &Str, count: isize) -> Result<Ref<Str>> {
        let limit = if count < 0 { usize::MAX } else { count as usize };
        replace_all(this, old, new, limit)
    }
}

fn missing(this: &Str, width: isize) -> usize {
    (width.max(0) as usize).saturating_sub(this.len())
}

fn fill_character(fill: Option<&Object>) -> Result<u32> {
    let Some(fill) = fill else { return Ok(u32::from(b' ')) };
    let Some(fill) = fill.downcast::<Str>() else {
        return Err(type_error!("The fill character must be a unicode character, not {}", name_of(fill)));
    };
    if fill.len() != 1 {
        return Err(type_error!("The fill character must be exactly one character long"));
    }
    Ok(fill.at(0))
}

/// The string with `left` and `right` times `fill` at its ends.
pub(crate) fn pad(this: &Str, left: usize, right: usize, fill: u32) -> Result<Ref<Str>> {
    if left == 0 && right == 0 {
        return Ok(this.to_exact());
    }
    let length = left.checked_add(right).and_then(|length| length.checked_add(this.len()));
    let Some(length) = length else { return Err(overflow_error!("padded string is too long")) };
    if length == 1 {
        return Ok(Str::from_code_point(fill));
    }
    let kind = this.kind().max(pyrsc_core::str_units::kind_of(fill));
    // SAFETY: all three parts are written, and the width is the wider of two least ones.
    unsafe {
        Str::try_make(kind, this.is_ascii() && fill < 0x80, length, |target: TargetUnits| {
            (0..left).for_each(|index| target.write(index, fill));
            target.offset(left).fill_units(this.units());
            (0..right).for_each(|index| target.write(left + this.len() + index, fill));
        })
    }
}

fn strip_ends(this: &Str, chars: Option<&Object>, method: &str, left: bool, right: bool) -> Result<Ref<Str>> {
    match chars {
        Some(chars) if !chars.is_none() => match chars.downcast::<Str>() {
            Some(chars) => {
                let set = chars.units();
                Ok(strip_where(this, |code| set.find_code(code).is_some(), left, right))
            }
            None => Err(type_error!("{} arg must be None or str", method)),
        },
        _ => Ok(strip_where(this, unicode::is_space, left, right)),
    }
}

fn strip_where(this: &Str, test: impl Fn(u32) -> bool, left: bool, right: bool) -> Ref<Str> {
    let units = this.units();
    let (mut start, mut end) = (0, units.len());
    while left && start < end && test(units.at(start)) {
        start += 1;
    }
    while right && end > start && test(units.at(end - 1)) {
        end -= 1;
    }
    this.substring(start, end)
}

/// Replaces the first `limit` occurrences of `old`.
pub fn replace_all(this: &Str, old: &Str, new: &Str, limit: usize) -> Result<Ref<Str>> {
    let units = this.units();
    if limit == 0 || old.len() > units.len() || old.kind() > this.kind() || old.equals(new) {
        return Ok(this.to_exact());
    }
    if old.is_empty() {
        return insert_everywhere(this, new, limit);
    }
    let count = units.count(old.units(), limit);
    if count == 0 {
        return Ok(this.to_exact());
    }
    let kept = units.len() - count * old.len();
    if count
        .checked_mul(new.len())
        .and_then(|added| added.checked_add(kept))
        .is_none_or(|total| total > isize::MAX as usize / 4)
    {
        return Err(overflow_error!("replace string is too long"));
    }
    let mut out = StrBuilder::with_capacity(kept + count * new.len());
    let Some(searcher) = Searcher::new(old.units(), this.kind()) else { return Ok(this.to_exact()) };
    let mut start = 0;
    for _ in 0..count {
        let Some(found) = searcher.find(units, start) else { break };
        out.push_units(units.slice(start, found));
        out.push_object(new);
        start = found + old.len();
    }
    out.push_units(units.slice(start, units.len()));
    Ok(out.finish())
}

/// `''.replace('', new)`: before each character and at the end.
fn insert_everywhere(this: &Str, new: &Str, limit: usize) -> Result<Ref<Str>> {
    let units: Units<'_> = this.units();
    let count = limit.min(units.len() + 1);
    let Some(total) = count.checked_mul(new.len()).filter(|&total| total < isize::MAX as usize / 8) else {
        return Err(memory_error!());
    };
    let mut out = StrBuilder::with_capacity(total + units.len());
    for index in 0..units.len() {
        if index < count {
            out.push_object(new);
        }
        out.push(units.at(index));
    }
    if count > units.len() {
        out.push_object(new);
    }
    Ok(out.finish())
}

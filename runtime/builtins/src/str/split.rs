//! Methods of `str` that cut it to pieces or put pieces together.

use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{Str, TargetUnits};
use pyrsc_core::str_units::{Searcher, Unit};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{exception, iteration, memory_error, type_error, unicode, value_error, with_units};
use pyrsc_macros::pymethods;

#[pymethods(Str)]
mod split {
    use super::*;

    #[pymethod(signature = "(self, /, sep=None, maxsplit=-1)")]
    fn split(this: &Str, sep: Option<&Object>, maxsplit: isize) -> Result {
        let limit = if maxsplit < 0 { usize::MAX } else { maxsplit as usize };
        let pieces = match separator(sep)? {
            None => split_whitespace(this, limit),
            Some(separator) => split_on(this, separator, limit),
        };
        Ok(List::from_vec(pieces).into_owned())
    }

    #[pymethod(signature = "(self, /, sep=None, maxsplit=-1)")]
    fn rsplit(this: &Str, sep: Option<&Object>, maxsplit: isize) -> Result {
        let limit = if maxsplit < 0 { usize::MAX } else { maxsplit as usize };
        let mut pieces = match separator(sep)? {
            None => rsplit_whitespace(this, limit),
            Some(separator) => rsplit_on(this, separator, limit),
        };
        pieces.reverse();
        Ok(List::from_vec(pieces).into_owned())
    }

    #[pymethod(signature = "(self, /, keepends=False)")]
    fn splitlines(this: &Str, keepends: bool) -> Result {
        let units = this.units();
        let length = units.len();
        let (mut pieces, mut start) = (Vec::new(), 0);
        while start < length {
            let line_end = (start..length).find(|&index| unicode::is_line_break(units.at(index)));
            let (end, next) = match line_end {
                None => (length, length),
                Some(end) if units.at(end) == 13 && end + 1 < length && units.at(end + 1) == 10 => {
                    (end, end + 2)
                }
                Some(end) => (end, end + 1),
            };
            pieces.push(this.substring(start, if keepends { next } else { end }).into_owned());
            start = next;
        }
        Ok(List::from_vec(pieces).into_owned())
    }

    #[pymethod]
    fn partition(this: &Str, sep: &Object) -> Result {
        let separator = partition_separator(sep)?;
        Ok(match this.units().find(separator.units()) {
            Some(found) => three(this, found, separator),
            None => Tuple::from_vec(vec![
                this.to_exact().into_owned(),
                Str::empty().into_owned(),
                Str::empty().into_owned(),
            ])
            .into_owned(),
        })
    }

    #[pymethod]
    fn rpartition(this: &Str, sep: &Object) -> Result {
        let separator = partition_separator(sep)?;
        Ok(match this.units().rfind(separator.units()) {
            Some(found) => three(this, found, separator),
            None => Tuple::from_vec(vec![
                Str::empty().into_owned(),
                Str::empty().into_owned(),
                this.to_exact().into_owned(),
            ])
            .into_owned(),
        })
    }

    #[pymethod]
    fn join(this: &Str, iterable: &Object) -> Result {
        Ok(join_iterable(this, iterable)?.into_owned())
    }
}

fn separator(sep: Option<&Object>) -> Result<Option<&Str>> {
    match sep {
        None => Ok(None),
        Some(sep) if sep.is_none() => Ok(None),
        Some(sep) => match sep.downcast::<Str>() {
            Some(sep) if sep.is_empty() => Err(value_error!("empty separator")),
            Some(sep) => Ok(Some(sep)),
            None => Err(type_error!("must be str or None, not {}", name_of(sep))),
        },
    }
}

fn partition_separator(sep: &Object) -> Result<&Str> {
    match sep.downcast::<Str>() {
        Some(sep) if sep.is_empty() => Err(value_error!("empty separator")),
        Some(sep) => Ok(sep),
        None => Err(type_error!("must be str, not {}", name_of(sep))),
    }
}

fn three(this: &Str, found: usize, separator: &Str) -> Owned {
    let parts = vec![
        this.substring(0, found).into_owned(),
        separator.to_owned(),
        this.substring(found + separator.len(), this.len()).into_owned(),
    ];
    Tuple::from_vec(parts).into_owned()
}

/// Runs of what is not whitespace from the left: at most `limit`, then the rest to the end.
fn words<U: Unit>(units: &[U], limit: usize, mut piece: impl FnMut(usize, usize)) {
    let is_space = |unit: &U| {
        let code = unit.code();
        if code < 0x80 { matches!(code, 9..=13 | 28..=32) } else { unicode::is_space(code) }
    };
    let (mut position, mut count) = (0, 0);
    while let Some(skipped) = units[position..].iter().position(|unit| !is_space(unit)) {
        let start = position + skipped;
        if count == limit {
            piece(start, units.len());
            return;
        }
        let end = units[start..].iter().position(is_space).map_or(units.len(), |length| start + length);
        piece(start, end);
        count += 1;
        position = end;
    }
}

fn split_whitespace(this: &Str, limit: usize) -> Vec<Owned> {
    let mut pieces = Vec::new();
    with_units!(this.units(), |units| words(units, limit, |start, end| {
        pieces.push(this.substring(start, end).into_owned());
    }));
    pieces
}

/// The pieces from the right.
fn rsplit_whitespace(this: &Str, limit: usize) -> Vec<Owned> {
    let units = this.units();
    let (mut pieces, mut position) = (Vec::new(), units.len());
    loop {
        let Some(last) = units.slice(0, position).iter().rposition(|code| !unicode::is_space(code)) else {
            return pieces;
        };
        if pieces.len() == limit {
            pieces.push(this.substring(0, last + 1).into_owned());
            return pieces;
        }
        let start = units.slice(0, last).iter().rposition(unicode::is_space).map_or(0, |space| space + 1);
        pieces.push(this.substring(start, last + 1).into_owned());
        position = start;
    }
}

fn split_on(this: &Str, separator: &Str, limit: usize) -> Vec<Owned> {
    let units = this.units();
    let (mut pieces, mut start) = (Vec::new(), 0);
    if let Some(searcher) = Searcher::new(separator.units(), this.kind()) {
        while pieces.len() < limit {
            let Some(found) = searcher.find(units, start) else { break };
            pieces.push(this.substring(start, found).into_owned());
            start = found + separator.len();
        }
    }
    pieces.push(this.substring(start, units.len()).into_owned());
    pieces
}

/// The pieces from the right.
fn rsplit_on(this: &Str, separator: &Str, limit: usize) -> Vec<Owned> {
    let units = this.units();
    let (mut pieces, mut end) = (Vec::new(), units.len());
    while pieces.len() < limit && separator.kind() <= this.kind() {
        let Some(found) = units.slice(0, end).rfind(separator.units()) else { break };
        pieces.push(this.substring(found + separator.len(), end).into_owned());
        end = found;
    }
    pieces.push(this.substring(0, end).into_owned());
    pieces
}

/// The items of what `join` is given; TypeError for what cannot be iterated over.
pub(crate) fn joinable(iterable: &Object) -> Result<Vec<Owned>> {
    if iterable.is_exact::<List>() || iterable.is_exact::<Tuple>() {
        return iteration::collect(iterable);
    }
    match iteration::iterate(iterable) {
        Ok(iterator) => iteration::collect(&iterator),
        Err(_) if exception::catch::<exception::TypeError>() => Err(type_error!("can only join an iterable")),
        Err(raised) => Err(raised),
    }
}

/// `separator.join(iterable)`.
pub(crate) fn join_iterable(separator: &Str, iterable: &Object) -> Result<Ref<Str>> {
    join(separator, &joinable(iterable)?)
}

/// The items with `separator` between them.
pub fn join(separator: &Str, items: &[Owned]) -> Result<Ref<Str>> {
    if let [item] = items
        && let Some(item) = item.downcast_exact::<Str>()
    {
        return Ok(item.to_ref());
    }
    let (mut kind, mut ascii) = (0, true);
    let mut length = separator.len().checked_mul(items.len().saturating_sub(1));
    if items.len() > 1 {
        (kind, ascii) = (separator.kind(), separator.is_ascii());
    }
    for (index, item) in items.iter().enumerate() {
        let Some(item) = item.downcast::<Str>() else {
            return Err(type_error!(
                "sequence item {}: expected str instance, {} found",
                index,
                name_of(item)
            ));
        };
        kind = kind.max(item.kind());
        ascii &= item.is_ascii();
        length = length.and_then(|length| length.checked_add(item.len()));
    }
    let Some(length) = length else { return Err(memory_error!()) };
    if length < 2 {
        let mut out = pyrsc_core::str::StrBuilder::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push_object(separator);
            }
            out.push_object(item.downcast::<Str>().expect("checked above"));
        }
        return Ok(out.finish());
    }
    // SAFETY: the lengths add up, and the widest of least widths is the least.
    unsafe {
        Str::try_make(kind, ascii, length, |mut target: TargetUnits| {
            for (index, item) in items.iter().enumerate() {
                if index > 0 && !separator.is_empty() {
                    target.fill_units(separator.units());
                    target = target.offset(separator.len());
                }
                let item = item.downcast::<Str>().expect("checked above");
                target.fill_units(item.units());
                target = target.offset(item.len());
            }
        })
    }
}

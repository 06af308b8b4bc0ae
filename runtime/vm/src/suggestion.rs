//! "Did you mean": the closest of some names, by CPython's measure (Python/suggestions.c).

use pyrsc_core::exception::{self, AttributeError, BaseException, ImportError, NameError};
use pyrsc_core::object::Object;
use pyrsc_core::owned::Owned;
use pyrsc_core::str::Str;
use pyrsc_core::traceback::Traceback;

use crate::frame_object::FrameObject;

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
const MAXIMUM_CANDIDATES: usize = 750;
const MAXIMUM_LENGTH: usize = 40;

fn substitution_cost(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The weighted edit distance, or something above `limit`.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some(first), Some(second)) = (a.first(), b.first())
        && first == second
    {
        (a, b) = (&a[1..], &b[1..]);
    }
    while let (Some(first), Some(second)) = (a.last(), b.last())
        && first == second
    {
        (a, b) = (&a[..a.len() - 1], &b[..b.len() - 1]);
    }
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAXIMUM_LENGTH || b.len() > MAXIMUM_LENGTH {
        return limit + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|index| index * MOVE_COST).collect();
    let mut result = 0;
    for (b_index, &b_byte) in b.iter().enumerate() {
        let mut diagonal = b_index * MOVE_COST;
        result = diagonal;
        let mut minimum = usize::MAX;
        for (index, &a_byte) in a.iter().enumerate() {
            let substitute = diagonal + substitution_cost(b_byte, a_byte);
            diagonal = row[index];
            let insert_delete = result.min(diagonal) + MOVE_COST;
            result = insert_delete.min(substitute);
            row[index] = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}

/// The candidate that is most like `name`, if any is alike enough.
pub fn closest<'a>(name: &str, candidates: &[&'a str]) -> Option<&'a str> {
    if candidates.len() >= MAXIMUM_CANDIDATES {
        return None;
    }
    let mut best = None;
    let mut best_distance = usize::MAX;
    for &candidate in candidates {
        if candidate == name {
            continue;
        }
        let limit = (name.len() + candidate.len() + 3) * MOVE_COST / 6;
        let limit = limit.min(best_distance.saturating_sub(1));
        let found = distance(name, candidate, limit);
        if found > limit {
            continue;
        }
        if best.is_none() || found < best_distance {
            best = Some(candidate);
            best_distance = found;
        }
    }
    best
}

/// The module of the standard library that a NameError's name is, for a program that forgot to import it.
pub fn forgotten_module(error: &Object) -> Option<String> {
    let name = error.downcast::<NameError>()?.name.get()?;
    let names = pyrsc_core::startup::system("stdlib_module_names")?;
    let known = pyrsc_core::operations::contains(&names, &name).unwrap_or(false);
    exception::clear();
    if known { Some(name.downcast::<Str>()?.to_string_lossy().into_owned()) } else { None }
}

/// The name that a NameError, AttributeError or ImportError may have meant.
pub fn for_error(error: &Object) -> Option<String> {
    let found = candidates(error);
    exception::clear();
    let forgotten = forgotten_self(error);
    exception::clear();
    if forgotten.is_some() {
        return forgotten;
    }
    let (name, candidates) = found?;
    let candidates: Vec<&str> = candidates.iter().map(String::as_str).collect();
    closest(&name, &candidates).map(str::to_string)
}

fn text(value: &Object) -> Option<String> {
    value.downcast::<Str>().map(|text| text.to_string_lossy().into_owned())
}

/// The frame in which an exception was raised.
fn innermost_frame(error: &Object) -> Option<Owned> {
    let base = error.downcast::<BaseException>()?;
    let first = base.traceback.get()?;
    let mut entry = first.downcast::<Traceback>()?;
    while let Some(next) = crate::traceback::next(entry) {
        entry = next;
    }
    entry.frame.get()
}

/// `self.name` for a NameError in a method whose object has an attribute of that name.
fn forgotten_self(error: &Object) -> Option<String> {
    let name = error.downcast::<NameError>()?.name.get()?;
    let name = name.downcast::<Str>()?;
    let frame = innermost_frame(error)?;
    let frame = frame.downcast::<FrameObject>()?;
    let index = frame.code().code().locals.iter().position(|local| &*local.name == "self")?;
    let this = frame.local(index)?;
    let has = pyrsc_core::operations::has_attribute(&this, name).unwrap_or(false);
    has.then(|| format!("self.{}", name.to_string_lossy()))
}

/// The misspelt name, and the names that there are.
fn candidates(error: &Object) -> Option<(String, Vec<String>)> {
    if let Some(attribute) = error.downcast::<AttributeError>() {
        let name = text(&*attribute.name.get()?)?;
        let object = attribute.object.get()?;
        let names = crate::introspection::dir(Some(&object)).ok()?;
        let mut names: Vec<String> =
            pyrsc_core::iteration::collect(&names).ok()?.iter().filter_map(|name| text(name)).collect();
        if !name.starts_with('_') {
            names.retain(|candidate| !candidate.starts_with('_'));
        }
        return Some((name, names));
    }
    if let Some(import) = error.downcast::<ImportError>() {
        let name = text(&*import.name_from.get()?)?;
        let module = crate::import::loaded(&text(&*import.name.get()?)?)?;
        let names = crate::introspection::dir(Some(&module)).ok()?;
        let mut names: Vec<String> =
            pyrsc_core::iteration::collect(&names).ok()?.iter().filter_map(|name| text(name)).collect();
        if !name.starts_with('_') {
            names.retain(|candidate| !candidate.starts_with('_'));
        }
        return Some((name, names));
    }
    let unknown = error.downcast::<NameError>()?;
    let name = text(&*unknown.name.get()?)?;
    let frame = innermost_frame(error)?;
    let frame = frame.downcast::<FrameObject>()?;
    let mut names = Vec::new();
    for (index, local) in frame.code().code().locals.iter().enumerate() {
        if frame.local(index).is_some() {
            names.push(local.name.to_string());
        }
    }
    for namespace in frame.namespaces() {
        names.extend(namespace.keys().iter().filter_map(|key| text(key)));
    }
    Some((name, names))
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn finds_what_is_alike() {
        assert_eq!(closest("colour", &["color", "count"]), Some("color"));
        assert_eq!(closest("x", &["completely", "different"]), None);
        assert_eq!(closest("Name", &["name"]), Some("name"));
    }
}

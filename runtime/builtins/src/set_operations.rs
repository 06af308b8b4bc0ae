//! The algebra of sets, for `set`, `frozenset` and the views of dicts: each operation visits elements in CPython's order,
//! so that the results iterate as they do there.

use pyrsc_core::dict::{Dict, is_exact_dict};
use pyrsc_core::iteration;
use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::set::{SetTable, any_set, element_hash};
use pyrsc_core::special_methods::Comparison;

/// An exact dict.
fn exact_dict(object: &Object) -> Option<&Dict> {
    if is_exact_dict(object) { object.downcast::<Dict>() } else { None }
}

/// Adds what an iterable gives.
pub fn update(table: &SetTable, other: &Object) -> Result<()> {
    if let Some(other) = any_set(other) {
        return table.merge(other);
    }
    if let Some(dict) = exact_dict(other) {
        return table.merge_dict(dict);
    }
    iteration::for_each(other, |element| table.add(&element).map(drop))
}

/// A table of what an iterable gives.
pub fn from_iterable(iterable: &Object) -> Result<SetTable> {
    let table = SetTable::new();
    update(&table, iterable)?;
    Ok(table)
}

/// Removes what an iterable gives.
pub fn difference_update(table: &SetTable, other: &Object) -> Result<()> {
    match any_set(other) {
        Some(other) if std::ptr::eq(table, other) => {
            table.clear();
            return Ok(());
        }
        Some(other) => {
            // A much larger set is cut down to what matters first.
            let common =
                if other.len() >> 3 > table.len() { Some(intersection_of(table, other)?) } else { None };
            let other = common.as_ref().unwrap_or(other);
            let mut position = 0;
            while let Some((element, hash)) = other.next(&mut position) {
                table.discard_with_hash(&element, hash)?;
            }
        }
        None => iteration::for_each(other, |element| table.discard(&element).map(drop))?,
    }
    table.tidy()
}

/// The elements that are not in an iterable.
pub fn difference(table: &SetTable, other: &Object) -> Result<SetTable> {
    let other_length = match (any_set(other), exact_dict(other)) {
        (Some(set), _) => Some(set.len()),
        (None, Some(dict)) => Some(dict.len()),
        (None, None) => None,
    };
    if other_length.is_none_or(|length| table.len() >> 2 > length) {
        let copy = table.copy()?;
        difference_update(&copy, other)?;
        return Ok(copy);
    }
    let result = SetTable::new();
    let mut position = 0;
    while let Some((element, hash)) = table.next(&mut position) {
        let found = match (any_set(other), exact_dict(other)) {
            (Some(set), _) => set.contains_with_hash(&element, hash)?,
            (None, Some(dict)) => dict.contains_with_hash(&element, hash)?,
            (None, None) => false,
        };
        if !found {
            result.add_with_hash(&element, hash)?;
        }
    }
    Ok(result)
}

/// The elements of two tables in common.
fn intersection_of(table: &SetTable, other: &SetTable) -> Result<SetTable> {
    if std::ptr::eq(table, other) {
        return table.copy();
    }
    let (larger, smaller) = if other.len() > table.len() { (other, table) } else { (table, other) };
    let result = SetTable::new();
    let mut position = 0;
    while let Some((element, hash)) = smaller.next(&mut position) {
        if larger.contains_with_hash(&element, hash)? {
            result.add_with_hash(&element, hash)?;
        }
    }
    Ok(result)
}

/// The elements that an iterable gives, too.
pub fn intersection(table: &SetTable, other: &Object) -> Result<SetTable> {
    if let Some(other) = any_set(other) {
        return intersection_of(table, other);
    }
    let result = SetTable::new();
    iteration::for_each(other, |element| {
        let hash = element_hash(&element)?;
        if table.contains_with_hash(&element, hash)? {
            result.add_with_hash(&element, hash)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// Removes what an iterable gives and is there, and adds the rest of what it gives.
pub fn symmetric_difference_update(table: &SetTable, other: &Object) -> Result<()> {
    if let Some(dict) = exact_dict(other) {
        let mut position = 0;
        while let Some((element, hash, _)) = dict.next_with_hash(&mut position) {
            if !table.discard_with_hash(&element, hash)? {
                table.add_with_hash(&element, hash)?;
            }
        }
        return Ok(());
    }
    match any_set(other) {
        Some(other) if std::ptr::eq(table, other) => {
            table.clear();
            Ok(())
        }
        Some(other) => toggle(table, other),
        None => toggle(table, &from_iterable(other)?),
    }
}

fn toggle(table: &SetTable, other: &SetTable) -> Result<()> {
    let mut position = 0;
    while let Some((element, hash)) = other.next(&mut position) {
        if !table.discard_with_hash(&element, hash)? {
            table.add_with_hash(&element, hash)?;
        }
    }
    Ok(())
}

/// The elements that are in one of a table and an iterable, but not in both.
pub fn symmetric_difference(table: &SetTable, other: &Object) -> Result<SetTable> {
    let result = from_iterable(other)?;
    toggle(&result, table)?;
    Ok(result)
}

/// Whether a table and an iterable have no element in common.
pub fn is_disjoint(table: &SetTable, other: &Object) -> Result<bool> {
    if let Some(other) = any_set(other) {
        if std::ptr::eq(table, other) {
            return Ok(table.is_empty());
        }
        let (larger, smaller) = if other.len() > table.len() { (other, table) } else { (table, other) };
        let mut position = 0;
        while let Some((element, hash)) = smaller.next(&mut position) {
            if larger.contains_with_hash(&element, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let iterator = iteration::iterate(other)?;
    while let Some(element) = iteration::next(&iterator)? {
        if table.contains(&element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every element of a table is in another.
pub fn is_subset_of(table: &SetTable, other: &SetTable) -> Result<bool> {
    if table.len() > other.len() {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((element, hash)) = table.next(&mut position) {
        if !other.contains_with_hash(&element, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether every element of a table is given by an iterable.
pub fn is_subset(table: &SetTable, other: &Object) -> Result<bool> {
    match any_set(other) {
        Some(other) => is_subset_of(table, other),
        None => {
            let common = intersection(table, other)?;
            Ok(common.len() == table.len())
        }
    }
}

/// Whether a table has every element that an iterable gives.
pub fn is_superset(table: &SetTable, other: &Object) -> Result<bool> {
    if let Some(other) = any_set(other) {
        return is_subset_of(other, table);
    }
    let iterator = iteration::iterate(other)?;
    while let Some(element) = iteration::next(&iterator)? {
        if !table.contains(&element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The comparison operators: inclusion.
pub fn compare(table: &SetTable, other: &SetTable, comparison: Comparison) -> Result<bool> {
    match comparison {
        Comparison::Equal => Ok(table.len() == other.len() && is_subset_of(table, other)?),
        Comparison::NotEqual => Ok(!compare(table, other, Comparison::Equal)?),
        Comparison::LessEqual => is_subset_of(table, other),
        Comparison::GreaterEqual => is_subset_of(other, table),
        Comparison::Less => Ok(table.len() < other.len() && is_subset_of(table, other)?),
        Comparison::Greater => Ok(table.len() > other.len() && is_subset_of(other, table)?),
    }
}

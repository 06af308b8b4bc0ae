//! The module `_bisect`: places in sorted sequences.

use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::value_error;
use pyrsc_macros::pymodule;

/// Where `value` goes in a sorted sequence: before or behind what is equal to it.
fn search(
    sequence: &Object,
    value: &Object,
    low: isize,
    high: Option<&Object>,
    key: Option<&Object>,
    behind: bool,
) -> Result<i64> {
    let Ok(mut low) =
        i64::try_from(low).map_err(drop).and_then(|low| if low < 0 { Err(()) } else { Ok(low) })
    else {
        return Err(value_error!("lo must be non-negative"));
    };
    let mut high = match high.filter(|high| !high.is_none()) {
        Some(high) => int::index_i64(high)?,
        None => -1,
    };
    if high < 0 {
        high = operations::length(sequence)? as i64;
    }
    let key = key.filter(|key| !key.is_none());
    while low < high {
        let middle = low + (high - low) / 2;
        let item = operations::get_item(sequence, &int::from_i64(middle))?;
        let item = match key {
            Some(key) => operations::call(key, &[&item])?,
            None => item,
        };
        let go_left = if behind {
            operations::compare_truth(value, &item, Comparison::Less)?
        } else {
            !operations::compare_truth(&item, value, Comparison::Less)?
        };
        if go_left {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn insert(sequence: &Object, place: i64, value: &Object) -> Result<()> {
    match sequence.downcast_exact::<List>() {
        Some(list) => list.insert(place as usize, value.to_owned()),
        None => operations::call_method(sequence, "insert", &[&int::from_i64(place), value]).map(drop),
    }
}

/// The value to search for when items have keys: its own key.
fn key_of(value: &Object, key: Option<&Object>) -> Result<Owned> {
    match key.filter(|key| !key.is_none()) {
        Some(key) => operations::call(key, &[value]),
        None => Ok(value.to_owned()),
    }
}

#[pymodule(name = "_bisect", doc = "Places in sorted sequences.")]
mod module {
    use super::*;

    /// Where a value goes in a sorted sequence, behind what is equal to it.
    #[pyfunction(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<&Object>,
        key: Option<&Object>,
    ) -> Result<i64> {
        search(a, x, lo, hi, key, true)
    }

    /// Where a value goes in a sorted sequence, before what is equal to it.
    #[pyfunction(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<&Object>,
        key: Option<&Object>,
    ) -> Result<i64> {
        search(a, x, lo, hi, key, false)
    }

    /// Puts a value in a sorted sequence, behind what is equal to it.
    #[pyfunction(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<&Object>,
        key: Option<&Object>,
    ) -> Result<()> {
        let place = search(a, &*key_of(x, key)?, lo, hi, key, true)?;
        insert(a, place, x)
    }

    /// Puts a value in a sorted sequence, before what is equal to it.
    #[pyfunction(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        a: &Object,
        x: &Object,
        lo: isize,
        hi: Option<&Object>,
        key: Option<&Object>,
    ) -> Result<()> {
        let place = search(a, &*key_of(x, key)?, lo, hi, key, false)?;
        insert(a, place, x)
    }
}

//! Comparison, truth, hashing, membership. CPython: `do_richcompare`, `PyObject_IsTrue`, `PyObject_Hash` in
//! Objects/object.c.

use pyrsc_abi::Value;

use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::recursion;
use crate::special_methods::Comparison;
use crate::type_error;
use crate::{exception, iteration};

/// An immediate number that a double represents exactly.
#[inline]
fn exact_number(value: Value) -> Option<f64> {
    const EXACT: i64 = 1 << 53;
    if value.is_float() {
        return Some(value.float());
    }
    (value.is_int() && (-EXACT..=EXACT).contains(&value.int())).then(|| value.int() as f64)
}

/// `left < right` and the others, as an object.
pub fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
    let (left_word, right_word) = (left.value(), right.value());
    if left_word.is_int() && right_word.is_int() {
        return Ok(Owned::bool(comparison.holds(left_word.int().cmp(&right_word.int()))));
    }
    if let (Some(left), Some(right)) = (exact_number(left_word), exact_number(right_word)) {
        return Ok(Owned::bool(match left.partial_cmp(&right) {
            Some(ordering) => comparison.holds(ordering),
            None => comparison == Comparison::NotEqual,
        }));
    }
    recursion::check(" in comparison")?;
    let (left_type, right_type) = (left.type_object(), right.type_object());
    let mut reflected_done = false;
    if !std::ptr::eq(left_type, right_type)
        && right_type.is_subtype(left_type)
        && let Some(method) = right_type.special().compare
    {
        reflected_done = true;
        let result = method(right, left, comparison.reflected())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(method) = left_type.special().compare {
        let result = method(left, right, comparison)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if !reflected_done && let Some(method) = right_type.special().compare {
        let result = method(right, left, comparison.reflected())?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    match comparison {
        Comparison::Equal => Ok(Owned::bool(left.is(right))),
        Comparison::NotEqual => Ok(Owned::bool(!left.is(right))),
        _ => Err(type_error!(
            "'{}' not supported between instances of '{}' and '{}'",
            comparison.symbol(),
            left_type.full_name(),
            right_type.full_name()
        )),
    }
}

/// `left < right` and the others, as a truth value.
pub fn compare_truth(left: &Object, right: &Object, comparison: Comparison) -> Result<bool> {
    is_true(&*compare(left, right, comparison)?)
}

/// Equality as containers see it: identity first.
#[inline]
pub fn equal(left: &Object, right: &Object) -> Result<bool> {
    if left.is(right) {
        return Ok(true);
    }
    if left.value().is_int() && right.value().is_int() {
        return Ok(false);
    }
    compare_truth(left, right, Comparison::Equal)
}

/// `bool(object)`.
#[inline]
pub fn is_true(object: &Object) -> Result<bool> {
    match object.value() {
        Value::TRUE => Ok(true),
        Value::FALSE | Value::NONE => Ok(false),
        value if value.is_int() => Ok(value.int() != 0),
        _ => is_true_slow(object),
    }
}

fn is_true_slow(object: &Object) -> Result<bool> {
    let special = object.type_object().special();
    if let Some(truth) = special.truth {
        return truth(object);
    }
    if let Some(length) = special.length {
        return Ok(length(object)? != 0);
    }
    Ok(true)
}

/// `hash(object)`.
#[inline]
pub fn hash(object: &Object) -> Result<i64> {
    match object.type_object().special().hash {
        Some(hash) => hash(object),
        None => unhashable(object),
    }
}

/// The `hash` entry of types that have no hash.
#[cold]
pub fn unhashable(object: &Object) -> Result<i64> {
    Err(type_error!("unhashable type: '{}'", object.type_object().full_name()))
}

/// The hash that comes from identity alone.
pub fn hash_of_identity(object: &Object) -> i64 {
    let word = object.value().0;
    let hash = word.rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}

/// `item in container`.
pub fn contains(container: &Object, item: &Object) -> Result<bool> {
    match container.type_object().special().contains {
        Some(contains) => contains(container, item),
        None => contains_by_iteration(container, item),
    }
}

/// `item in container` where the container has no `__contains__`.
pub fn contains_by_iteration(container: &Object, item: &Object) -> Result<bool> {
    let special = container.type_object().special();
    if special.iter.is_none() && special.get_item.is_none() {
        return Err(type_error!(
            "argument of type '{}' is not a container or iterable",
            container.type_object().full_name()
        ));
    }
    let iterator = match iteration::iterate(container) {
        Ok(iterator) => iterator,
        Err(_) if exception::catch::<exception::TypeError>() => {
            return Err(type_error!(
                "argument of type '{}' is not a container or iterable",
                container.type_object().full_name()
            ));
        }
        Err(raised) => return Err(raised),
    };
    while let Some(element) = iteration::next(&iterator)? {
        if equal(&element, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

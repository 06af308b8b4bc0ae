//! What `__reduce__` of iterators gives: a call of a built-in function, and the state to set.

use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::tuple::Tuple;

/// `(builtins.<function>, (iterable,), state)`; without a state, two values.
pub fn iterator(function: &str, iterable: Owned, state: Option<Owned>) -> Result {
    call(pyrsc_core::startup::builtin(function)?, vec![iterable], state)
}

/// `(callable, arguments, state)`; without a state, two values.
pub fn call(callable: Owned, arguments: Vec<Owned>, state: Option<Owned>) -> Result {
    let mut parts = vec![callable, Tuple::from_vec(arguments).into_owned()];
    parts.extend(state);
    Ok(Tuple::from_vec(parts).into_owned())
}

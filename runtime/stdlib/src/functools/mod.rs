//! The module `_functools`: the parts of `functools` that are written in Rust.

mod comparison_key;
mod lru_cache;
mod partial;

use pyrsc_core::spec::BuiltinType;
use pyrsc_macros::pymodule;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &partial::PARTIAL, methods: &[&partial::METHODS] },
    BuiltinType { ty: &partial::PLACEHOLDER_TYPE, methods: &[&partial::PLACEHOLDER_METHODS] },
    BuiltinType { ty: &comparison_key::KEY_WRAPPER, methods: &[&comparison_key::METHODS] },
    BuiltinType { ty: &lru_cache::LRU_CACHE_WRAPPER, methods: &[&lru_cache::METHODS] },
];

#[pymodule(
    name = "_functools",
    doc = "Tools that operate on functions.",
    types(partial::PARTIAL, partial::PLACEHOLDER_TYPE, lru_cache::LRU_CACHE_WRAPPER)
)]
mod module {
    use pyrsc_core::exception::{self, TypeError};
    use pyrsc_core::iteration;
    use pyrsc_core::object::Object;
    use pyrsc_core::operations;
    use pyrsc_core::owned::{Owned, Result};
    use pyrsc_core::type_error;

    use super::*;

    #[attribute(name = "Placeholder")]
    fn placeholder() -> Owned {
        partial::placeholder()
    }

    /// Combines the items of an iterable from left to right by a function of two arguments.
    #[pyfunction(signature = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(function: &Object, iterable: &Object, initial: Option<&Object>) -> Result {
        let iterator = iteration::iterate(iterable).map_err(|raised| {
            if exception::catch::<TypeError>() {
                type_error!("reduce() arg 2 must support iteration")
            } else {
                raised
            }
        })?;
        let mut result = initial.map(Object::to_owned);
        while let Some(item) = iteration::next(&iterator)? {
            result = Some(match result {
                None => item,
                Some(result) => operations::call(function, &[&result, &item])?,
            });
        }
        result.ok_or_else(|| type_error!("reduce() of empty iterable with no initial value"))
    }

    /// Makes a key function of a comparison function.
    #[pyfunction(signature = "(mycmp)")]
    fn cmp_to_key(comparison: &Object) -> Owned {
        comparison_key::KeyWrapper::new(comparison, None)
    }
}

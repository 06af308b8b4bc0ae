//! The module `_collections`: the parts of `collections` that are written in Rust.

mod default_dict;
mod deque;
mod deque_iterators;
mod ordered_dict;
mod tuple_getter;

use pyrsc_core::spec::BuiltinType;
use pyrsc_macros::pymodule;

pub use deque::Deque;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &deque::DEQUE, methods: &[&deque::METHODS] },
    BuiltinType { ty: &deque_iterators::DEQUE_ITERATOR, methods: &[&deque_iterators::FORWARD_METHODS] },
    BuiltinType {
        ty: &deque_iterators::DEQUE_REVERSE_ITERATOR,
        methods: &[&deque_iterators::BACKWARD_METHODS],
    },
    BuiltinType { ty: &default_dict::DEFAULT_DICT, methods: &[&default_dict::METHODS] },
    BuiltinType { ty: &ordered_dict::ORDERED_DICT, methods: &[&ordered_dict::METHODS] },
    BuiltinType { ty: &ordered_dict::ORDERED_DICT_ITERATOR, methods: &[&ordered_dict::ITERATOR_METHODS] },
    BuiltinType { ty: &ordered_dict::ORDERED_DICT_KEYS, methods: &[&ordered_dict::KEYS_METHODS] },
    BuiltinType { ty: &ordered_dict::ORDERED_DICT_VALUES, methods: &[&ordered_dict::VALUES_METHODS] },
    BuiltinType { ty: &ordered_dict::ORDERED_DICT_ITEMS, methods: &[&ordered_dict::ITEMS_METHODS] },
    BuiltinType { ty: &tuple_getter::TUPLE_GETTER, methods: &[&tuple_getter::METHODS] },
];

#[pymodule(
    name = "_collections",
    doc = "Specialised containers.",
    types(
        deque::DEQUE,
        deque_iterators::DEQUE_ITERATOR,
        deque_iterators::DEQUE_REVERSE_ITERATOR,
        default_dict::DEFAULT_DICT,
        ordered_dict::ORDERED_DICT,
        tuple_getter::TUPLE_GETTER
    )
)]
mod module {
    use pyrsc_core::dict::Dict;
    use pyrsc_core::iteration;
    use pyrsc_core::object::Object;
    use pyrsc_core::operations;
    use pyrsc_core::owned::{Owned, Result};
    use pyrsc_core::str;
    use pyrsc_core::type_object::Class;

    use super::*;

    /// Adds to a mapping's values how often their keys occur in an iterable.
    #[pyfunction(signature = "(mapping, iterable, /)")]
    fn _count_elements(mapping: &Object, iterable: &Object) -> Result<()> {
        let one = Owned::small_int(1);
        if let Some(dict) = mapping.downcast::<Dict>()
            && plain_access(mapping)
        {
            return iteration::for_each(iterable, |key| {
                let hash = operations::hash(&key)?;
                let count = match dict.get_with_hash(&key, hash)? {
                    Some(count) => operations::add(&count, &one)?,
                    None => one.clone(),
                };
                dict.set_with_hash(&key, hash, &count)
            });
        }
        let get = operations::get_attribute_named(mapping, "get")?;
        let zero = Owned::small_int(0);
        iteration::for_each(iterable, |key| {
            let count = operations::call(&get, &[&key, &zero])?;
            operations::set_item(mapping, &key, &*operations::add(&count, &one)?)
        })
    }

    /// Whether `get` and `__setitem__` of an instance of a class that derives from `dict` are dict's own.
    fn plain_access(mapping: &Object) -> bool {
        ["get", "__setitem__"].iter().all(|name| {
            let name = str::intern(name);
            match (mapping.type_object().lookup(&name), Dict::type_object().lookup(&name)) {
                (Some(theirs), Some(own)) => theirs.is(&own),
                _ => false,
            }
        })
    }
}

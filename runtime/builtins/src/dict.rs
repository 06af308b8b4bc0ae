//! The methods of `dict`. Views are in [`crate::dict_views`], iterators in [`crate::dict_iterators`].

use pyrsc_core::call::Arguments;
use pyrsc_core::dict::{Dict, Merge, is_exact_dict};
use pyrsc_core::exception::{self, TypeError, key_error, raise_with};
use pyrsc_core::iteration;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use crate::dict_iterators::{DictKeyIterator, DictReverseKeyIterator, Direction};
use crate::dict_views::{DictItems, DictKeys, DictValues};

/// What `dict(...)`, `update(...)` and `|=` do: takes in a mapping or an iterable of pairs.
pub fn update(dict: &Dict, source: &Object) -> Result<()> {
    if is_exact_dict(source)
        && let Some(other) = source.downcast::<Dict>()
    {
        return dict.merge(other, Merge::Replace);
    }
    if operations::has_attribute(source, names::get(Name::keys))? {
        merge_mapping(dict, source, Merge::Replace)
    } else {
        merge_pairs(dict, source)
    }
}

/// Takes in a mapping: a dict directly, anything else through its `keys` and its items.
pub fn merge_mapping(dict: &Dict, mapping: &Object, mode: Merge) -> Result<()> {
    if let Some(other) = mapping.downcast::<Dict>() {
        let own_iter = Dict::type_object().special().iter;
        let their_iter = mapping.type_object().special().iter;
        if is_exact_dict(mapping)
            || own_iter.map(|iter| iter as usize) == their_iter.map(|iter| iter as usize)
        {
            return dict.merge(other, mode);
        }
    }
    let keys = operations::call_method(mapping, "keys", &[])?;
    let iterator = iteration::iterate(&keys)?;
    while let Some(key) = iteration::next(&iterator)? {
        if mode != Merge::Replace && dict.contains(&key)? {
            if mode == Merge::Refuse {
                return Err(key_error(&key));
            }
            continue;
        }
        let value = operations::get_item(mapping, &key)?;
        dict.set(&key, &value)?;
    }
    Ok(())
}

/// Takes in an iterable of pairs.
fn merge_pairs(dict: &Dict, pairs: &Object) -> Result<()> {
    let iterator = iteration::iterate(pairs)?;
    let mut number = 0;
    while let Some(item) = iteration::next(&iterator)? {
        let pair = pair(&item, number)?;
        if pair.len() != 2 {
            return Err(value_error!(
                "dictionary update sequence element #{} has length {}; 2 is required",
                number,
                pair.len()
            ));
        }
        dict.set(&pair[0], &pair[1])?;
        number += 1;
    }
    Ok(())
}

/// The values of one element of an iterable of pairs.
fn pair(item: &Object, number: usize) -> Result<Vec<Owned>> {
    crate::list::collect_or(item, || type_error!("object is not iterable")).map_err(|raised| {
        if exception::matches(TypeError::type_object()) { add_note(number) } else { raised }
    })
}

/// Adds to the pending exception which element it is about.
fn add_note(number: usize) -> pyrsc_core::owned::Raised {
    let error = exception::take();
    let note =
        Str::new(&format!("Cannot convert dictionary update sequence element #{number} to a sequence"));
    match operations::call_method(&error, "add_note", &[note.object()]) {
        Ok(_) => exception::restore(error),
        Err(raised) => raised,
    }
}

/// `dict(...)` and `update(...)`: at most one positional argument, and any keywords.
fn update_with(dict: &Dict, name: &str, given: Arguments<'_>) -> Result<()> {
    let positional = given.positional_count();
    if positional > 1 {
        return Err(type_error!("{} expected at most 1 argument, got {}", name, positional));
    }
    if let Some(source) = given.positional(0) {
        update(dict, source)?;
    }
    for (key, value) in given.iter_keywords() {
        dict.set(key, value)?;
    }
    Ok(())
}

#[pymethods(Dict)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(Dict::new_in(class).into_owned())
    }

    #[slot]
    fn init(this: &Dict, given: Arguments<'_>) -> Result<()> {
        update_with(this, "dict", given)
    }

    #[slot]
    fn length(this: &Dict) -> Result<usize> {
        Ok(this.len())
    }

    #[slot]
    fn repr(this: &Dict) -> Result {
        if this.is_empty() {
            return Ok(Str::new("{}").into_owned());
        }
        if !recursion::repr_enter(this.object()) {
            return Ok(Str::new("{...}").into_owned());
        }
        let result = repr_items(this);
        recursion::repr_leave(this.object());
        Ok(result?.into_owned())
    }

    #[slot]
    fn compare(this: &Dict, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<Dict>() else { return Ok(Owned::not_implemented()) };
        match comparison {
            Comparison::Equal => Ok(Owned::bool(this.equals(other)?)),
            Comparison::NotEqual => Ok(Owned::bool(!this.equals(other)?)),
            _ => Ok(Owned::not_implemented()),
        }
    }

    #[slot]
    fn iter(this: &Dict) -> Result {
        Ok(DictKeyIterator::new(this, Direction::Forward).into_owned())
    }

    #[slot]
    fn contains(this: &Dict, key: &Object) -> Result<bool> {
        this.contains(key)
    }

    #[slot]
    fn get_item(this: &Dict, key: &Object) -> Result {
        if let Some(value) = this.get(key)? {
            return Ok(value);
        }
        if !is_exact_dict(this.object())
            && let Some(missing) =
                pyrsc_core::attribute::lookup_special(this.object(), names::get(Name::__missing__))?
        {
            return operations::call(&missing, &[key]);
        }
        Err(key_error(key))
    }

    #[slot]
    fn set_item(this: &Dict, key: &Object, value: Option<&Object>) -> Result<()> {
        match value {
            Some(value) => this.set(key, value),
            None => match this.remove(key)? {
                Some(_) => Ok(()),
                None => Err(key_error(key)),
            },
        }
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        let (Some(left), Some(_)) = (left.downcast::<Dict>(), right.downcast::<Dict>()) else {
            return Ok(Owned::not_implemented());
        };
        let merged = left.copy()?;
        update(&merged, right)?;
        Ok(merged.into_owned())
    }

    #[slot]
    fn inplace_or(this: &Dict, other: &Object) -> Result {
        update(this, other)?;
        Ok(this.object().to_owned())
    }

    /// The value of a key, or the default.
    #[pymethod(signature = "(self, key, default=None, /)")]
    fn get(this: &Dict, key: &Object, default: &Object) -> Result {
        Ok(this.get(key)?.unwrap_or_else(|| default.to_owned()))
    }

    /// The value of a key, which is set to the default if there is none.
    #[pymethod(signature = "(self, key, default=None, /)")]
    fn setdefault(this: &Dict, key: &Object, default: &Object) -> Result {
        Ok(this.set_default(key, default)?.0)
    }

    /// Removes a key and gives its value, or the default.
    #[pymethod]
    fn pop(this: &Dict, key: &Object, default: Option<&Object>) -> Result {
        let removed = if this.is_empty() { None } else { this.remove(key)? };
        match removed.or_else(|| default.map(Object::to_owned)) {
            Some(value) => Ok(value),
            None => Err(key_error(key)),
        }
    }

    /// Removes the key that was inserted last, and gives it with its value.
    #[pymethod]
    fn popitem(this: &Dict) -> Result<Ref<Tuple>> {
        match this.pop_last() {
            Some((key, value)) => Ok(Tuple::pair(key, value)),
            None => Err(raise_with(
                exception::KeyError::type_object(),
                Str::new("popitem(): dictionary is empty").into_owned(),
            )),
        }
    }

    /// A view of the keys.
    #[pymethod]
    fn keys(this: &Dict) -> Ref<DictKeys> {
        DictKeys::new(this)
    }

    /// A view of the values.
    #[pymethod]
    fn values(this: &Dict) -> Ref<DictValues> {
        DictValues::new(this)
    }

    /// A view of the keys with their values.
    #[pymethod]
    fn items(this: &Dict) -> Ref<DictItems> {
        DictItems::new(this)
    }

    /// Takes in the keys and values of a mapping or an iterable of pairs, and of the keyword arguments.
    #[pymethod(name = "update")]
    fn update_method(this: &Dict, given: Arguments<'_>) -> Result<()> {
        update_with(this, "update", given)
    }

    /// Removes every key.
    #[pymethod]
    fn clear(this: &Dict) {
        this.clear();
    }

    /// A dict with the same keys and values.
    #[pymethod]
    fn copy(this: &Dict) -> Result<Ref<Dict>> {
        this.copy()
    }

    /// A dict with the keys that an iterable gives, all with one value.
    #[classmethod]
    fn fromkeys(class: &TypeObject, iterable: &Object, value: Option<&Object>) -> Result {
        let none = Owned::none();
        let value = value.unwrap_or(&none);
        let result = operations::call(class.object(), &[])?;
        let exact = if is_exact_dict(&result) { result.downcast::<Dict>() } else { None };
        let iterator = iteration::iterate(iterable)?;
        while let Some(key) = iteration::next(&iterator)? {
            match exact {
                Some(dict) => dict.set(&key, value)?,
                None => operations::set_item(&result, &key, value)?,
            }
        }
        Ok(result)
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &Dict) -> Ref<DictReverseKeyIterator> {
        DictReverseKeyIterator::new(this, Direction::Backward)
    }

    #[pymethod(name = "__sizeof__")]
    fn size_of(this: &Dict) -> usize {
        this.object().type_object().instance_size() + this.extra_bytes()
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

fn repr_items(dict: &Dict) -> Result<Ref<Str>> {
    let mut builder = StrBuilder::new();
    builder.push_str("{");
    let mut position = 0;
    let mut first = true;
    while let Some((key, value)) = dict.next(&mut position) {
        if !first {
            builder.push_str(", ");
        }
        first = false;
        builder.push_object(&*operations::repr(&key)?);
        builder.push_str(": ");
        builder.push_object(&*operations::repr(&value)?);
    }
    builder.push_str("}");
    Ok(builder.finish())
}

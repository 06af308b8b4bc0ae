//! `dict_keys`, `dict_values` and `dict_items`: live views of a dict, the first and the last with the operations of sets.

use pyrsc_abi::Header;
use pyrsc_core::dict::Dict;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::set::{FrozenSet, Set, SetTable, any_set};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, name_of};
use pyrsc_macros::{pyclass, pymethods};

use crate::dict_iterators::{
    DictItemIterator, DictKeyIterator, DictReverseItemIterator, DictReverseKeyIterator,
    DictReverseValueIterator, DictValueIterator, Direction,
};
use crate::set_operations;

macro_rules! dict_views {
    ($($(#[$doc:meta])* $name:ident $iterator:ident $reverse:ident #[pyclass($($class:tt)*)];)*) => {
        $(
            $(#[$doc])*
            #[pyclass($($class)*, flags(NO_CONSTRUCTOR))]
            #[repr(C)]
            pub struct $name {
                header: Header,
                dict: Ref<Dict>,
            }

            impl $name {
                pub fn new(dict: &Dict) -> Ref<$name> {
                    memory::allocate($name::type_object(), $name::contents(dict))
                }

                /// The contents of a view, for a class whose struct starts with one.
                pub fn contents(dict: &Dict) -> $name {
                    // SAFETY: the value is a dict.
                    let dict = unsafe { dict.object().to_owned().downcast_unchecked::<Dict>() };
                    $name { header: Header::unset(), dict }
                }

                /// The dict that is viewed.
                pub fn dict(&self) -> &Dict {
                    &self.dict
                }

                fn iterate(&self) -> Owned {
                    $iterator::new(&self.dict, Direction::Forward).into_owned()
                }

                fn iterate_reversed(&self) -> Owned {
                    $reverse::new(&self.dict, Direction::Backward).into_owned()
                }
            }
        )*
    };
}

dict_views! {
    /// A view of the keys.
    DictKeys DictKeyIterator DictReverseKeyIterator #[pyclass(name = "dict_keys", static_name = DICT_KEYS)];
    /// A view of the values.
    DictValues DictValueIterator DictReverseValueIterator #[pyclass(name = "dict_values", static_name = DICT_VALUES)];
    /// A view of the items.
    DictItems DictItemIterator DictReverseItemIterator #[pyclass(name = "dict_items", static_name = DICT_ITEMS)];
}

/// The dict of a view that has the operations of sets.
fn set_like(object: &Object) -> Option<&Dict> {
    match object.downcast::<DictKeys>() {
        Some(keys) => Some(&keys.dict),
        None => object.downcast::<DictItems>().map(|items| &*items.dict),
    }
}

fn contains_item(dict: &Dict, item: &Object) -> Result<bool> {
    let Some(pair) = item.downcast::<Tuple>().filter(|pair| pair.len() == 2) else { return Ok(false) };
    let items = pair.items();
    match dict.get(items[0])? {
        Some(value) => operations::equal(&value, items[1]),
        None => Ok(false),
    }
}

fn contains(view: &Object, element: &Object) -> Result<bool> {
    match view.downcast::<DictKeys>() {
        Some(keys) => keys.dict.contains(element),
        None => match view.downcast::<DictItems>() {
            Some(items) => contains_item(&items.dict, element),
            None => operations::contains(view, element),
        },
    }
}

/// Whether everything that `inner` gives is in `outer`.
fn all_contained(inner: &Object, outer: &Object) -> Result<bool> {
    let iterator = iteration::iterate(inner)?;
    while let Some(element) = iteration::next(&iterator)? {
        if !operations::contains(outer, &element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(view: &Object, dict: &Dict, other: &Object, comparison: Comparison) -> Result {
    if any_set(other).is_none() && set_like(other).is_none() {
        return Ok(Owned::not_implemented());
    }
    let (length, theirs) = (dict.len(), operations::length(other)?);
    let holds = match comparison {
        Comparison::Equal => length == theirs && all_contained(view, other)?,
        Comparison::NotEqual => !(length == theirs && all_contained(view, other)?),
        Comparison::Less => length < theirs && all_contained(view, other)?,
        Comparison::LessEqual => length <= theirs && all_contained(view, other)?,
        Comparison::Greater => length > theirs && all_contained(other, view)?,
        Comparison::GreaterEqual => length >= theirs && all_contained(other, view)?,
    };
    Ok(Owned::bool(holds))
}

/// A set of what a view (or the left operand of an operator) gives.
fn to_set(view: &Object) -> Result<SetTable> {
    let table = SetTable::new();
    match view.downcast_exact::<DictKeys>() {
        Some(keys) => set_operations::update(&table, keys.dict.object())?,
        None => set_operations::update(&table, view)?,
    }
    Ok(table)
}

fn set_object(table: SetTable) -> Owned {
    Set::new_in(Set::type_object(), table).into_owned()
}

fn subtract(left: &Object, right: &Object) -> Result {
    let table = to_set(left)?;
    set_operations::difference_update(&table, right)?;
    Ok(set_object(table))
}

fn or(left: &Object, right: &Object) -> Result {
    let table = to_set(left)?;
    set_operations::update(&table, right)?;
    Ok(set_object(table))
}

fn and(left: &Object, right: &Object) -> Result {
    let (mut view, mut other) = if set_like(left).is_some() { (left, right) } else { (right, left) };
    let length = set_like(view).map_or(0, Dict::len);
    if let Some(theirs) = any_set(other)
        && (other.is_exact::<Set>() || other.is_exact::<FrozenSet>())
        && length <= theirs.len()
    {
        return operations::call_method(other, "intersection", &[view]);
    }
    if set_like(other).is_some_and(|dict| dict.len() > length) {
        std::mem::swap(&mut view, &mut other);
    }
    let table = SetTable::new();
    let iterator = iteration::iterate(other)?;
    while let Some(element) = iteration::next(&iterator)? {
        if contains(view, &element)? {
            table.add(&element)?;
        }
    }
    Ok(set_object(table))
}

fn xor(left: &Object, right: &Object) -> Result {
    if let (Some(left), Some(right)) = (left.downcast::<DictItems>(), right.downcast::<DictItems>()) {
        return xor_items(&left.dict, &right.dict);
    }
    let table = to_set(left)?;
    set_operations::symmetric_difference_update(&table, right)?;
    Ok(set_object(table))
}

fn xor_items(left: &Dict, right: &Dict) -> Result {
    let (smaller, larger) = if left.len() > right.len() { (right, left) } else { (left, right) };
    let rest = smaller.copy()?;
    let table = SetTable::new();
    let mut position = 0;
    while let Some((key, hash, value)) = larger.next_with_hash(&mut position) {
        let same = match rest.get_with_hash(&key, hash)? {
            Some(own) => operations::equal(&own, &value)?,
            None => false,
        };
        if same {
            drop(rest.remove_with_hash(&key, hash)?);
        } else {
            table.add(Tuple::pair(key, value).object())?;
        }
    }
    let mut position = 0;
    while let Some((key, value)) = rest.next(&mut position) {
        table.add(Tuple::pair(key, value).object())?;
    }
    Ok(set_object(table))
}

fn is_disjoint(view: &Object, dict: &Dict, other: &Object) -> Result<bool> {
    if view.is(other) {
        return Ok(dict.is_empty());
    }
    let (mut view, mut other) = (view, other);
    if (any_set(other).is_some_and(|_| other.is_exact::<Set>() || other.is_exact::<FrozenSet>())
        || set_like(other).is_some())
        && operations::length(other)? > dict.len()
    {
        std::mem::swap(&mut view, &mut other);
    }
    let iterator = iteration::iterate(other)?;
    while let Some(element) = iteration::next(&iterator)? {
        if operations::contains(view, &element)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `dict_keys([...])`
fn repr(view: &Object) -> Result {
    if !recursion::repr_enter(view) {
        return Ok(Str::new("...").into_owned());
    }
    let result = crate::list::collect(view)
        .and_then(|items| operations::repr(pyrsc_core::list::List::from_vec(items).object()));
    recursion::repr_leave(view);
    let mut builder = StrBuilder::new();
    builder.push_str(name_of(view));
    builder.push_str("(");
    builder.push_object(&*result?);
    builder.push_str(")");
    Ok(builder.finish().into_owned())
}

/// The methods that all views have, and those of a view that is like a set.
macro_rules! view_methods {
    ($methods:ident $name:ident { $($more:tt)* }) => {
        #[pymethods($name)]
        mod $methods {
            use super::*;

            #[slot]
            fn length(this: &$name) -> Result<usize> {
                Ok(this.dict.len())
            }

            #[slot]
            fn iter(this: &$name) -> Result {
                Ok(this.iterate())
            }

            #[slot]
            fn repr(this: &Object) -> Result {
                super::repr(this)
            }

            #[getter]
            fn mapping(this: &$name) -> Result {
                Ok(crate::mapping_proxy::MappingProxy::new(this.dict.object()).into_owned())
            }

            #[pymethod(name = "__reversed__")]
            fn reversed(this: &$name) -> Owned {
                this.iterate_reversed()
            }

            $($more)*
        }
    };
}

macro_rules! set_like_methods {
    ($methods:ident $name:ident { $($more:tt)* }) => {
        view_methods! { $methods $name {
            #[slot]
            fn compare(this: &Object, other: &Object, comparison: Comparison) -> Result {
                match set_like(this) {
                    Some(dict) => super::compare(this, dict, other, comparison),
                    None => Ok(Owned::not_implemented()),
                }
            }

            #[slot]
            fn contains(this: &Object, element: &Object) -> Result<bool> {
                super::contains(this, element)
            }

            #[slot]
            fn subtract(left: &Object, right: &Object) -> Result {
                super::subtract(left, right)
            }

            #[slot]
            fn and(left: &Object, right: &Object) -> Result {
                super::and(left, right)
            }

            #[slot]
            fn or(left: &Object, right: &Object) -> Result {
                super::or(left, right)
            }

            #[slot]
            fn xor(left: &Object, right: &Object) -> Result {
                super::xor(left, right)
            }

            /// Whether the view and an iterable have no element in common.
            #[pymethod(signature = "(self, other, /)")]
            fn isdisjoint(this: &Object, other: &Object) -> Result<bool> {
                match set_like(this) {
                    Some(dict) => is_disjoint(this, dict, other),
                    None => Ok(false),
                }
            }

            $($more)*
        } }
    };
}

set_like_methods! { key_methods DictKeys {} }
set_like_methods! { item_methods DictItems {} }
view_methods! { value_methods DictValues {} }

//! The methods of `set` and `frozenset`, and their iterator. What the operations do is in [`crate::set_operations`].

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::key_error;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::set::{FrozenSet, Set, SetTable, any_set, element_hash};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{exception, runtime_error, type_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::{reduce, set_operations};

/// An iterator over a set or frozenset.
#[pyclass(name = "set_iterator", module = "builtins", shape = SET_ITERATOR, static_name = SET_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct SetIterator {
    header: Header,
    /// The set; empty when exhausted.
    set: Slot,
    /// How many elements the set had; more than any when it was found changed.
    expected: Cell<usize>,
    position: Cell<usize>,
    remaining: Cell<usize>,
}

impl SetIterator {
    fn new(set: &Object, table: &SetTable) -> Ref<SetIterator> {
        memory::allocate(
            SetIterator::type_object(),
            SetIterator {
                header: Header::unset(),
                set: Slot::new(set.to_owned()),
                expected: Cell::new(table.len()),
                position: Cell::new(0),
                remaining: Cell::new(table.len()),
            },
        )
    }
}

/// The table of a receiver that is a set or frozenset.
fn table(this: &Object) -> &SetTable {
    any_set(this).expect("methods of sets get sets")
}

/// A set of the same kind as `like`: `frozenset` for a frozenset and what derives from it.
fn make(like: &Object, table: SetTable) -> Owned {
    match like.downcast::<Set>() {
        Some(_) => Set::new_in(Set::type_object(), table).into_owned(),
        None => FrozenSet::new(table).into_owned(),
    }
}

/// A key to look for: a set is looked for as the frozenset with the same elements.
fn with_lookup_key<T>(key: &Object, look: impl Fn(&Object, i64) -> Result<T>) -> Result<T> {
    match element_hash(key) {
        Ok(hash) => look(key, hash),
        Err(raised) => match key.downcast::<Set>() {
            Some(set) if exception::matches(exception::TypeError::type_object()) => {
                exception::clear();
                let frozen = FrozenSet::new(set.table().copy()?);
                look(frozen.object(), frozen.hash())
            }
            _ => Err(raised),
        },
    }
}

fn repr(this: &Object) -> Result {
    let name = name_of(this);
    if table(this).is_empty() {
        return Ok(Str::new(&format!("{name}()")).into_owned());
    }
    if !recursion::repr_enter(this) {
        return Ok(Str::new(&format!("{name}(...)")).into_owned());
    }
    let items = operations::repr(List::from_vec(table(this).to_vec()).object());
    recursion::repr_leave(this);
    let items = items?;
    let inner = items.substring(1, items.len() - 1);
    let plain = this.is_exact::<Set>();
    let mut builder = StrBuilder::new();
    if !plain {
        builder.push_str(name);
        builder.push_str("(");
    }
    builder.push_str("{");
    builder.push_object(&inner);
    builder.push_str("}");
    if !plain {
        builder.push_str(")");
    }
    Ok(builder.finish().into_owned())
}

fn binary(left: &Object, right: &Object, operation: fn(&SetTable, &Object) -> Result<SetTable>) -> Result {
    let (Some(table), Some(_)) = (any_set(left), any_set(right)) else {
        return Ok(Owned::not_implemented());
    };
    Ok(make(left, operation(table, right)?))
}

fn union(table: &SetTable, other: &Object) -> Result<SetTable> {
    let result = table.copy()?;
    set_operations::update(&result, other)?;
    Ok(result)
}

fn in_place(this: &Set, other: &Object, operation: fn(&SetTable, &Object) -> Result<()>) -> Result {
    if any_set(other).is_none() {
        return Ok(Owned::not_implemented());
    }
    operation(this.table(), other)?;
    Ok(this.object().to_owned())
}

fn intersection_update(table: &SetTable, other: &Object) -> Result<()> {
    let common = set_operations::intersection(table, other)?;
    drop(table.replace(common));
    Ok(())
}

/// Refuses keyword arguments, except for classes that derive from `name` and have an `__init__` of their own.
fn check_no_keywords(exact: bool, name: &str, given: Arguments<'_>) -> Result<()> {
    if exact && given.keyword_count() > 0 {
        return Err(type_error!("{}() takes no keyword arguments", name));
    }
    Ok(())
}

fn check_at_most_one(name: &str, given: Arguments<'_>) -> Result<()> {
    if given.positional_count() > 1 {
        return Err(type_error!("{} expected at most 1 argument, got {}", name, given.positional_count()));
    }
    Ok(())
}

/// The methods that `set` and `frozenset` have in common.
macro_rules! set_methods {
    ($methods:ident $class:ident { $($more:tt)* }) => {
        #[pymethods($class)]
        mod $methods {
            use super::*;

            #[slot]
            fn length(this: &$class) -> Result<usize> {
                Ok(this.table().len())
            }

            #[slot]
            fn repr(this: &Object) -> Result {
                super::repr(this)
            }

            #[slot]
            fn iter(this: &$class) -> Result {
                Ok(SetIterator::new(this.object(), this.table()).into_owned())
            }

            #[slot]
            fn contains(this: &$class, element: &Object) -> Result<bool> {
                with_lookup_key(element, |key, hash| this.table().contains_with_hash(key, hash))
            }

            #[slot]
            fn compare(this: &$class, other: &Object, comparison: Comparison) -> Result {
                let Some(theirs) = any_set(other) else { return Ok(Owned::not_implemented()) };
                if let (Some(left), Some(right)) =
                    (this.object().downcast::<FrozenSet>(), other.downcast::<FrozenSet>())
                    && matches!(comparison, Comparison::Equal | Comparison::NotEqual)
                    && left.known_hash().zip(right.known_hash()).is_some_and(|(left, right)| left != right)
                {
                    return Ok(Owned::bool(comparison == Comparison::NotEqual));
                }
                Ok(Owned::bool(set_operations::compare(this.table(), theirs, comparison)?))
            }

            #[slot]
            fn or(left: &Object, right: &Object) -> Result {
                binary(left, right, union)
            }

            #[slot]
            fn and(left: &Object, right: &Object) -> Result {
                binary(left, right, set_operations::intersection)
            }

            #[slot]
            fn subtract(left: &Object, right: &Object) -> Result {
                binary(left, right, set_operations::difference)
            }

            #[slot]
            fn xor(left: &Object, right: &Object) -> Result {
                binary(left, right, set_operations::symmetric_difference)
            }

            /// The elements of the set and of all the others.
            #[pymethod(signature = "(self, /, *others)", name = "union")]
            fn union_method(this: &$class, others: Arguments<'_>) -> Result {
                let result = this.table().copy()?;
                for other in others.iter_positional() {
                    set_operations::update(&result, other)?;
                }
                Ok(make(this.object(), result))
            }

            /// The elements that the set and all the others have in common.
            #[pymethod(signature = "(self, /, *others)")]
            fn intersection(this: &$class, others: Arguments<'_>) -> Result {
                let mut result = None;
                for other in others.iter_positional() {
                    let table = result.as_ref().unwrap_or(this.table());
                    result = Some(set_operations::intersection(table, other)?);
                }
                Ok(make(this.object(), result.map_or_else(|| this.table().copy(), Ok)?))
            }

            /// The elements of the set that are in none of the others.
            #[pymethod(signature = "(self, /, *others)")]
            fn difference(this: &$class, others: Arguments<'_>) -> Result {
                let mut others = others.iter_positional();
                let Some(first) = others.next() else {
                    return Ok(make(this.object(), this.table().copy()?));
                };
                let result = set_operations::difference(this.table(), first)?;
                for other in others {
                    set_operations::difference_update(&result, other)?;
                }
                Ok(make(this.object(), result))
            }

            /// The elements that are in the set or the other, but not in both.
            #[pymethod(signature = "(self, other, /)")]
            fn symmetric_difference(this: &$class, other: &Object) -> Result {
                Ok(make(this.object(), set_operations::symmetric_difference(this.table(), other)?))
            }

            /// Whether the set and the other have no element in common.
            #[pymethod(signature = "(self, other, /)")]
            fn isdisjoint(this: &$class, other: &Object) -> Result<bool> {
                set_operations::is_disjoint(this.table(), other)
            }

            /// Whether the other has every element of the set.
            #[pymethod(signature = "(self, other, /)")]
            fn issubset(this: &$class, other: &Object) -> Result<bool> {
                set_operations::is_subset(this.table(), other)
            }

            /// Whether the set has every element of the other.
            #[pymethod(signature = "(self, other, /)")]
            fn issuperset(this: &$class, other: &Object) -> Result<bool> {
                set_operations::is_superset(this.table(), other)
            }

            #[pymethod(name = "__reduce__")]
            fn reduce(this: &$class) -> Result {
                let object = this.object();
                let elements = List::from_vec(this.table().to_vec()).into_owned();
                let state = operations::call_method(object, "__getstate__", &[])?;
                reduce::call(object.type_object().to_owned(), vec![elements], Some(state))
            }

            #[pymethod(name = "__sizeof__")]
            fn size_of(this: &$class) -> usize {
                this.object().type_object().instance_size() + this.table().allocated_bytes()
            }

            #[classmethod(name = "__class_getitem__")]
            fn class_getitem(class: &TypeObject, item: &Object) -> Result {
                pyrsc_core::generic_alias::create(class.object(), item)
            }

            $($more)*
        }
    };
}

set_methods! { set_type_methods Set {
    #[slot]
    fn new(class: &TypeObject, _given: Arguments<'_>) -> Result {
        Ok(Set::new_in(class, SetTable::new()).into_owned())
    }

    #[slot]
    fn init(this: &Set, given: Arguments<'_>) -> Result<()> {
        let class = this.object().type_object();
        let own = class.special().init.map(|init| init as usize)
            == Set::type_object().special().init.map(|init| init as usize);
        check_no_keywords(own, "set", given)?;
        check_at_most_one("set", given)?;
        this.table().clear();
        match given.positional(0) {
            Some(iterable) => set_operations::update(this.table(), iterable),
            None => Ok(()),
        }
    }

    #[slot]
    fn inplace_or(this: &Set, other: &Object) -> Result {
        in_place(this, other, set_operations::update)
    }

    #[slot]
    fn inplace_and(this: &Set, other: &Object) -> Result {
        in_place(this, other, super::intersection_update)
    }

    #[slot]
    fn inplace_subtract(this: &Set, other: &Object) -> Result {
        in_place(this, other, set_operations::difference_update)
    }

    #[slot]
    fn inplace_xor(this: &Set, other: &Object) -> Result {
        in_place(this, other, set_operations::symmetric_difference_update)
    }

    /// Adds an element.
    #[pymethod(signature = "(self, object, /)")]
    fn add(this: &Set, object: &Object) -> Result<()> {
        this.table().add(object).map(drop)
    }

    /// Removes an element, which must be there.
    #[pymethod(signature = "(self, object, /)")]
    fn remove(this: &Set, object: &Object) -> Result<()> {
        if with_lookup_key(object, |key, hash| this.table().discard_with_hash(key, hash))? {
            Ok(())
        } else {
            Err(key_error(object))
        }
    }

    /// Removes an element, if it is there.
    #[pymethod(signature = "(self, object, /)")]
    fn discard(this: &Set, object: &Object) -> Result<()> {
        with_lookup_key(object, |key, hash| this.table().discard_with_hash(key, hash)).map(drop)
    }

    /// Removes some element and gives it.
    #[pymethod]
    fn pop(this: &Set) -> Result {
        match this.table().pop() {
            Some(element) => Ok(element),
            None => Err(key_error(Str::new("pop from an empty set").object())),
        }
    }

    /// Removes every element.
    #[pymethod]
    fn clear(this: &Set) {
        this.table().clear();
    }

    /// A set with the same elements.
    #[pymethod]
    fn copy(this: &Set) -> Result {
        Ok(make(this.object(), this.table().copy()?))
    }

    /// Adds the elements of all the others.
    #[pymethod(signature = "(self, /, *others)")]
    fn update(this: &Set, others: Arguments<'_>) -> Result<()> {
        others.iter_positional().try_for_each(|other| set_operations::update(this.table(), other))
    }

    /// Keeps the elements that all the others have, too.
    #[pymethod(signature = "(self, /, *others)")]
    fn intersection_update(this: &Set, others: Arguments<'_>) -> Result<()> {
        let mut result = None;
        for other in others.iter_positional() {
            let table = result.as_ref().unwrap_or(this.table());
            result = Some(set_operations::intersection(table, other)?);
        }
        if let Some(result) = result {
            drop(this.table().replace(result));
        }
        Ok(())
    }

    /// Removes the elements of all the others.
    #[pymethod(signature = "(self, /, *others)")]
    fn difference_update(this: &Set, others: Arguments<'_>) -> Result<()> {
        others.iter_positional().try_for_each(|other| set_operations::difference_update(this.table(), other))
    }

    /// Removes the elements that the other has, and adds the rest of the other's.
    #[pymethod(signature = "(self, other, /)")]
    fn symmetric_difference_update(this: &Set, other: &Object) -> Result<()> {
        set_operations::symmetric_difference_update(this.table(), other)
    }
} }

set_methods! { frozenset_type_methods FrozenSet {
    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let exact = std::ptr::eq(class, FrozenSet::type_object());
        let own_init = class.special().init.map(|init| init as usize)
            == FrozenSet::type_object().special().init.map(|init| init as usize);
        check_no_keywords(exact || own_init, "frozenset", given)?;
        check_at_most_one("frozenset", given)?;
        let table = match given.positional(0) {
            Some(iterable) if exact && iterable.is_exact::<FrozenSet>() => return Ok(iterable.to_owned()),
            Some(iterable) => set_operations::from_iterable(iterable)?,
            None => SetTable::new(),
        };
        Ok(FrozenSet::new_in(class, table).into_owned())
    }

    #[slot]
    fn hash(this: &FrozenSet) -> Result<i64> {
        Ok(this.hash())
    }

    /// The set itself, or for an instance of a derived class a frozenset with the same elements.
    #[pymethod]
    fn copy(this: &FrozenSet) -> Result {
        if this.object().is_exact::<FrozenSet>() {
            return Ok(this.object().to_owned());
        }
        Ok(make(this.object(), this.table().copy()?))
    }
} }

#[pymethods(SetIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &SetIterator) -> Result<Option<Owned>> {
        let Some(table) = this.set.borrow().map(table) else { return Ok(None) };
        if table.len() != this.expected.get() {
            this.expected.set(usize::MAX);
            return Err(runtime_error!("Set changed size during iteration"));
        }
        let mut position = this.position.get();
        let element = table.next(&mut position);
        this.position.set(position);
        match element {
            Some((element, _)) => {
                this.remaining.set(this.remaining.get().saturating_sub(1));
                Ok(Some(element))
            }
            None => {
                this.set.set(None);
                Ok(None)
            }
        }
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &SetIterator) -> usize {
        match this.set.borrow().and_then(any_set) {
            Some(table) if table.len() == this.expected.get() => this.remaining.get(),
            _ => 0,
        }
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &SetIterator) -> Result {
        let rest = List::new();
        if let Some(set) = this.set.get() {
            let table = table(&set);
            if table.len() != this.expected.get() {
                return Err(runtime_error!("Set changed size during iteration"));
            }
            let mut position = this.position.get();
            while let Some((element, _)) = table.next(&mut position) {
                rest.push(element)?;
            }
        }
        reduce::iterator("iter", rest.into_owned(), None)
    }
}

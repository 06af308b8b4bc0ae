//! `collections.OrderedDict`: a dict whose order counts, with operations on its ends.

use std::cell::Cell;

use pyrsc_abi::{Header, Value};
use pyrsc_builtins::dict_iterators::Direction;
use pyrsc_builtins::dict_views::{DICT_ITEMS, DICT_KEYS, DICT_VALUES, DictItems, DictKeys, DictValues};
use pyrsc_builtins::reduce;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{KeyError, key_error, raise_with};
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{runtime_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// A dict whose order takes part in comparisons.
#[pyclass(
    name = "OrderedDict", module = "collections", base = pyrsc_core::dict::DICT,
    static_name = ORDERED_DICT, flags(BASETYPE, DICT, WEAKREF)
)]
#[repr(C)]
pub struct OrderedDict {
    base: Dict,
}

/// What an iterator gives of each entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
    Item,
}

/// Iterates over keys, values or items, in either direction.
#[pyclass(name = "odict_iterator", static_name = ORDERED_DICT_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct OrderedDictIterator {
    header: Header,
    dict: pyrsc_core::slot::Slot,
    version: Cell<u32>,
    position: Cell<usize>,
    remaining: Cell<usize>,
    part: pyrsc_core::collector::Plain<Part>,
    backward: bool,
}

impl OrderedDictIterator {
    fn new(dict: &Dict, part: Part, direction: Direction) -> Ref<OrderedDictIterator> {
        let backward = direction == Direction::Backward;
        memory::allocate(
            OrderedDictIterator::type_object(),
            OrderedDictIterator {
                header: Header::unset(),
                dict: pyrsc_core::slot::Slot::new(dict.object().to_owned()),
                version: Cell::new(dict.version()),
                position: Cell::new(if backward { dict.end_position() } else { 0 }),
                remaining: Cell::new(dict.len()),
                part: pyrsc_core::collector::Plain(part),
                backward,
            },
        )
    }

    fn next(&self) -> Result<Option<Owned>> {
        let Some(object) = self.dict.get() else { return Ok(None) };
        let Some(dict) = object.downcast::<Dict>() else { return Ok(None) };
        if dict.version() != self.version.get() {
            self.dict.set(None);
            return Err(runtime_error!("OrderedDict mutated during iteration"));
        }
        let mut position = self.position.get();
        let entry = if self.backward { dict.previous(&mut position) } else { dict.next(&mut position) };
        self.position.set(position);
        let Some((key, value)) = entry else {
            self.dict.set(None);
            return Ok(None);
        };
        self.remaining.set(self.remaining.get().saturating_sub(1));
        Ok(Some(match *self.part {
            Part::Key => key,
            Part::Value => value,
            Part::Item => Tuple::pair(key, value).into_owned(),
        }))
    }
}

macro_rules! ordered_views {
    ($($(#[$doc:meta])* $name:ident $base:ident $static_base:ident $static_name:ident $python:tt $methods:ident $part:ident;)*) => {
        $(
            $(#[$doc])*
            #[pyclass(name = $python, base = $static_base, static_name = $static_name, flags(NO_CONSTRUCTOR))]
            #[repr(C)]
            pub struct $name {
                base: $base,
            }

            impl $name {
                fn new(dict: &Dict) -> Ref<$name> {
                    memory::allocate($name::type_object(), $name { base: $base::contents(dict) })
                }
            }

            #[pymethods($name)]
            mod $methods {
                use super::*;

                #[slot]
                fn iter(this: &$name) -> Result {
                    Ok(OrderedDictIterator::new(this.base.dict(), Part::$part, Direction::Forward).into_owned())
                }

                #[pymethod(name = "__reversed__")]
                fn reversed(this: &$name) -> Ref<OrderedDictIterator> {
                    OrderedDictIterator::new(this.base.dict(), Part::$part, Direction::Backward)
                }
            }
        )*
    };
}

ordered_views! {
    /// A view of the keys.
    OrderedDictKeys DictKeys DICT_KEYS ORDERED_DICT_KEYS "odict_keys" keys_methods Key;
    /// A view of the values.
    OrderedDictValues DictValues DICT_VALUES ORDERED_DICT_VALUES "odict_values" values_methods Value;
    /// A view of the items.
    OrderedDictItems DictItems DICT_ITEMS ORDERED_DICT_ITEMS "odict_items" items_methods Item;
}

impl OrderedDict {
    fn object(&self) -> &Object {
        // SAFETY: an OrderedDict is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// Whether item access of the class is dict's own.
    fn is_exact(&self) -> bool {
        self.object().is_exact::<OrderedDict>()
    }
}

/// Takes in a mapping or an iterable of pairs, and keyword arguments, through `self[key] = value`.
fn update(target: &Object, name: &str, given: Arguments<'_>) -> Result<()> {
    let count = given.positional_count();
    if count > 1 {
        return Err(if name == "update" {
            type_error!("update() takes at most 1 positional argument ({} given)", count)
        } else {
            type_error!("expected at most 1 argument, got {}", count)
        });
    }
    let exact = target.downcast_exact::<OrderedDict>();
    let set = |key: &Object, value: &Object| match exact {
        Some(dict) => dict.base.set(key, value),
        None => operations::set_item(target, key, value),
    };
    if let Some(source) = given.positional(0) {
        if operations::has_attribute(source, names::get(Name::keys))? {
            let gathered = Dict::new();
            pyrsc_builtins::dict::update(&gathered, source)?;
            for (key, value) in gathered.items() {
                set(&key, &value)?;
            }
        } else {
            iteration::for_each(source, |pair| {
                let (key, value) = unpack_pair(&pair)?;
                set(&key, &value)
            })?;
        }
    }
    for (key, value) in given.iter_keywords() {
        set(key, value)?;
    }
    Ok(())
}

/// The two values of one element of an iterable of pairs.
fn unpack_pair(pair: &Object) -> Result<(Owned, Owned)> {
    let iterator = iteration::iterate(pair)?;
    let Some(key) = iteration::next(&iterator)? else {
        return Err(value_error!("need more than 0 values to unpack"));
    };
    let Some(value) = iteration::next(&iterator)? else {
        return Err(value_error!("need more than 1 value to unpack"));
    };
    if iteration::next(&iterator)?.is_some() {
        return Err(value_error!("too many values to unpack (expected 2)"));
    }
    Ok((key, value))
}

#[pymethods(OrderedDict)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _given: Arguments<'_>) -> Result {
        Ok(memory::allocate(class, OrderedDict { base: Dict::empty_contents() }).into_owned())
    }

    #[slot]
    fn init(this: &OrderedDict, given: Arguments<'_>) -> Result<()> {
        super::update(this.object(), "OrderedDict", given)
    }

    #[slot]
    fn repr(this: &OrderedDict) -> Result {
        let name = name_of(this.object());
        if this.base.is_empty() {
            return Ok(Str::new(&format!("{name}()")).into_owned());
        }
        if !recursion::repr_enter(this.object()) {
            return Ok(Str::new("...").into_owned());
        }
        let items = if this.is_exact() {
            this.base.copy().and_then(|copy| operations::repr_string(copy.object()))
        } else {
            operations::call_method(this.object(), "items", &[]).and_then(|items| {
                let copy = Dict::new();
                pyrsc_builtins::dict::update(&copy, &items)?;
                operations::repr_string(copy.object())
            })
        };
        recursion::repr_leave(this.object());
        Ok(Str::new(&format!("{name}({})", items?)).into_owned())
    }

    #[slot]
    fn iter(this: &OrderedDict) -> Result {
        Ok(OrderedDictIterator::new(&this.base, Part::Key, Direction::Forward).into_owned())
    }

    #[slot]
    fn compare(this: &OrderedDict, other: &Object, comparison: Comparison) -> Result {
        let Some(theirs) = other.downcast::<Dict>() else { return Ok(Owned::not_implemented()) };
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::not_implemented());
        }
        let mut same = this.base.equals(theirs)?;
        if same && other.is_instance_of::<OrderedDict>() {
            for (left, right) in this.base.keys().iter().zip(theirs.keys()) {
                same = same && operations::equal(left, &right)?;
            }
        }
        Ok(Owned::bool(same == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        if left.downcast::<Dict>().is_none() || right.downcast::<Dict>().is_none() {
            return Ok(Owned::not_implemented());
        }
        let class = match left.is_instance_of::<OrderedDict>() {
            true => left.type_object(),
            false => right.type_object(),
        };
        let merged = operations::call(class.object(), &[left])?;
        super::update(&merged, "update", Arguments::positional_only(&[right.to_owned()]))?;
        Ok(merged)
    }

    #[slot]
    fn inplace_or(this: &OrderedDict, other: &Object) -> Result {
        super::update(this.object(), "update", Arguments::positional_only(&[other.to_owned()]))?;
        Ok(this.object().to_owned())
    }

    /// Takes in the keys and values of a mapping or an iterable of pairs, and of the keyword arguments.
    #[pymethod]
    fn update(this: &OrderedDict, given: Arguments<'_>) -> Result<()> {
        super::update(this.object(), "update", given)
    }

    /// A view of the keys.
    #[pymethod]
    fn keys(this: &OrderedDict) -> Ref<OrderedDictKeys> {
        OrderedDictKeys::new(&this.base)
    }

    /// A view of the values.
    #[pymethod]
    fn values(this: &OrderedDict) -> Ref<OrderedDictValues> {
        OrderedDictValues::new(&this.base)
    }

    /// A view of the keys with their values.
    #[pymethod]
    fn items(this: &OrderedDict) -> Ref<OrderedDictItems> {
        OrderedDictItems::new(&this.base)
    }

    /// Removes the last key, or the first, and gives it with its value.
    #[pymethod(signature = "(self, last=True)")]
    fn popitem(this: &OrderedDict, last: bool) -> Result<Ref<Tuple>> {
        let entry = if last { this.base.pop_last() } else { this.base.pop_first() };
        match entry {
            Some((key, value)) => Ok(Tuple::pair(key, value)),
            None => Err(raise_with(KeyError::type_object(), Str::new("dictionary is empty").into_owned())),
        }
    }

    /// Makes a key the last one, or the first.
    #[pymethod(signature = "(self, key, last=True)")]
    fn move_to_end(this: &OrderedDict, key: &Object, last: bool) -> Result<()> {
        if this.base.move_to_end(key, last)? { Ok(()) } else { Err(key_error(key)) }
    }

    /// Removes a key and gives its value, or the default.
    #[pymethod(signature = "(self, key, default=<unrepresentable>)")]
    fn pop(this: &OrderedDict, key: &Object, default: Option<&Object>) -> Result {
        if this.is_exact() {
            let removed = this.base.remove(key)?;
            return removed.or_else(|| default.map(Object::to_owned)).ok_or_else(|| key_error(key));
        }
        if operations::contains(this.object(), key)? {
            let value = operations::get_item(this.object(), key)?;
            operations::delete_item(this.object(), key)?;
            return Ok(value);
        }
        default.map(Object::to_owned).ok_or_else(|| key_error(key))
    }

    /// The value of a key, which is set to the default if there is none.
    #[pymethod(signature = "(self, key, default=None)")]
    fn setdefault(this: &OrderedDict, key: &Object, default: &Object) -> Result {
        if this.is_exact() {
            return Ok(this.base.set_default(key, default)?.0);
        }
        if operations::contains(this.object(), key)? {
            return operations::get_item(this.object(), key);
        }
        operations::set_item(this.object(), key, default)?;
        Ok(default.to_owned())
    }

    /// A copy that shares the values.
    #[pymethod]
    fn copy(this: &OrderedDict) -> Result {
        operations::call(this.object().type_object().object(), &[this.object()])
    }

    #[classmethod]
    fn fromkeys(class: &TypeObject, given: Arguments<'_>) -> Result {
        let iterable = given.positional(0).or_else(|| pyrsc_core::arguments::find_keyword(given, "iterable"));
        let Some(iterable) = iterable else {
            return Err(type_error!("fromkeys() missing required argument 'iterable' (pos 1)"));
        };
        let value = given.positional(1).or_else(|| pyrsc_core::arguments::find_keyword(given, "value"));
        let value = value.map_or(Owned::none(), Object::to_owned);
        let result = operations::call(class.object(), &[])?;
        iteration::for_each(iterable, |key| operations::set_item(&result, &key, &value))?;
        Ok(result)
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &OrderedDict) -> Ref<OrderedDictIterator> {
        OrderedDictIterator::new(&this.base, Part::Key, Direction::Backward)
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &OrderedDict) -> Result {
        let state = operations::call_method(this.object(), "__getstate__", &[])?;
        let items = operations::call_method(this.object(), "items", &[])?;
        Ok(Tuple::from_vec(vec![
            this.object().type_object().to_owned(),
            Tuple::empty().into_owned(),
            state,
            Owned::none(),
            iteration::iterate(&items)?,
        ])
        .into_owned())
    }
}

#[pymethods(OrderedDictIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &OrderedDictIterator) -> Result<Option<Owned>> {
        this.next()
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &OrderedDictIterator) -> usize {
        if this.dict.is_empty() { 0 } else { this.remaining.get() }
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &OrderedDictIterator) -> Result {
        let ahead = memory::allocate(
            OrderedDictIterator::type_object(),
            OrderedDictIterator {
                header: Header::unset(),
                dict: pyrsc_core::slot::Slot::from_option(this.dict.get()),
                version: this.version.clone(),
                position: this.position.clone(),
                remaining: this.remaining.clone(),
                part: pyrsc_core::collector::Plain(*this.part),
                backward: this.backward,
            },
        );
        let rest = List::new();
        while let Some(item) = ahead.next()? {
            rest.push(item)?;
        }
        reduce::iterator("iter", rest.into_owned(), None)
    }
}

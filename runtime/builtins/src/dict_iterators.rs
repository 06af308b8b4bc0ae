//! Iterators over a dict's keys, values and items, in both directions.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::runtime_error;
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::{Traverse, pyclass, pymethods};

use crate::reduce;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// Where an iteration over a dict is.
#[derive(Traverse)]
pub struct DictWalk {
    /// The dict; empty when exhausted.
    dict: Slot,
    /// How many keys the dict had; more than any when it was found changed.
    expected: Cell<usize>,
    position: Cell<usize>,
    remaining: Cell<usize>,
    backward: bool,
}

impl DictWalk {
    fn new(dict: &Dict, direction: Direction) -> DictWalk {
        let backward = direction == Direction::Backward;
        DictWalk {
            dict: Slot::new(dict.object().to_owned()),
            expected: Cell::new(dict.len()),
            position: Cell::new(if backward { dict.end_position() } else { 0 }),
            remaining: Cell::new(dict.len()),
            backward,
        }
    }

    fn next(&self) -> Result<Option<(Owned, Owned)>> {
        let Some(dict) = self.dict.borrow().and_then(|dict| dict.downcast::<Dict>()) else { return Ok(None) };
        if dict.len() != self.expected.get() {
            self.expected.set(usize::MAX);
            return Err(runtime_error!("dictionary changed size during iteration"));
        }
        let mut position = self.position.get();
        let item = if self.backward { dict.previous(&mut position) } else { dict.next(&mut position) };
        self.position.set(position);
        if item.is_none() {
            self.dict.set(None);
            return Ok(None);
        }
        let Some(remaining) = self.remaining.get().checked_sub(1) else {
            self.dict.set(None);
            return Err(runtime_error!("dictionary keys changed during iteration"));
        };
        self.remaining.set(remaining);
        Ok(item)
    }

    fn length_hint(&self) -> usize {
        match self.dict.borrow().and_then(|dict| dict.downcast::<Dict>()) {
            Some(dict) if dict.len() == self.expected.get() => self.remaining.get(),
            _ => 0,
        }
    }

    /// What is still to come, as a list, without going on.
    fn rest(&self, part: fn(Owned, Owned) -> Owned) -> Result {
        let ahead = DictWalk {
            dict: Slot::from_option(self.dict.get()),
            expected: self.expected.clone(),
            position: self.position.clone(),
            remaining: self.remaining.clone(),
            backward: self.backward,
        };
        let rest = List::new();
        while let Some((key, value)) = ahead.next()? {
            rest.push(part(key, value))?;
        }
        reduce::iterator("iter", rest.into_owned(), None)
    }
}

fn key(key: Owned, _value: Owned) -> Owned {
    key
}

fn value(_key: Owned, value: Owned) -> Owned {
    value
}

fn item(key: Owned, value: Owned) -> Owned {
    Tuple::pair(key, value).into_owned()
}

macro_rules! dict_iterators {
    ($($(#[$doc:meta])* $name:ident $methods:ident $part:ident #[pyclass($($class:tt)*)];)*) => {
        $(
            $(#[$doc])*
            #[pyclass($($class)*, flags(NO_CONSTRUCTOR))]
            #[repr(C)]
            pub struct $name {
                header: Header,
                walk: DictWalk,
            }

            impl $name {
                pub fn new(dict: &Dict, direction: Direction) -> Ref<$name> {
                    memory::allocate(
                        $name::type_object(),
                        $name { header: Header::unset(), walk: DictWalk::new(dict, direction) },
                    )
                }
            }

            #[pymethods($name)]
            mod $methods {
                use super::*;

                #[slot]
                fn iter(this: &Object) -> Result {
                    Ok(this.to_owned())
                }

                #[slot]
                fn next(this: &$name) -> Result<Option<Owned>> {
                    Ok(this.walk.next()?.map(|(key, value)| $part(key, value)))
                }

                #[pymethod(name = "__length_hint__")]
                fn length_hint(this: &$name) -> usize {
                    this.walk.length_hint()
                }

                #[pymethod(name = "__reduce__")]
                fn reduce(this: &$name) -> Result {
                    this.walk.rest($part)
                }
            }
        )*
    };
}

dict_iterators! {
    /// Iterates over keys.
    DictKeyIterator key_methods key
        #[pyclass(name = "dict_keyiterator", shape = DICT_KEY_ITERATOR, static_name = DICT_KEY_ITERATOR)];
    /// Iterates over values.
    DictValueIterator value_methods value
        #[pyclass(name = "dict_valueiterator", shape = DICT_VALUE_ITERATOR, static_name = DICT_VALUE_ITERATOR)];
    /// Iterates over items.
    DictItemIterator item_methods item
        #[pyclass(name = "dict_itemiterator", shape = DICT_ITEM_ITERATOR, static_name = DICT_ITEM_ITERATOR)];
    /// Iterates over keys from the last to the first.
    DictReverseKeyIterator reverse_key_methods key
        #[pyclass(name = "dict_reversekeyiterator", static_name = DICT_REVERSE_KEY_ITERATOR)];
    /// Iterates over values from the last to the first.
    DictReverseValueIterator reverse_value_methods value
        #[pyclass(name = "dict_reversevalueiterator", static_name = DICT_REVERSE_VALUE_ITERATOR)];
    /// Iterates over items from the last to the first.
    DictReverseItemIterator reverse_item_methods item
        #[pyclass(name = "dict_reverseitemiterator", static_name = DICT_REVERSE_ITEM_ITERATOR)];
}

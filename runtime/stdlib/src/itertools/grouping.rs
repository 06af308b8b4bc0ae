//! `groupby`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// Neighbouring items with equal keys.
#[pyclass(name = "groupby", module = "itertools", static_name = GROUP_BY, flags(BASETYPE))]
#[repr(C)]
pub struct GroupBy {
    header: Header,
    iterator: Owned,
    /// Empty: the items are their keys.
    key_function: Slot,
    /// Of the group given last.
    target_key: Slot,
    /// Of the item read last.
    current_key: Slot,
    current_value: Slot,
    /// Which group's iterator is still good: the number of the group given last.
    group: Cell<u64>,
}

/// The items of one group.
#[pyclass(name = "_grouper", module = "itertools", static_name = GROUPER)]
#[repr(C)]
pub struct Grouper {
    header: Header,
    parent: Ref<GroupBy>,
    key: Owned,
    group: u64,
}

impl GroupBy {
    /// Reads one item; false when there is none.
    fn step(&self) -> Result<bool> {
        let Some(value) = iteration::next(&self.iterator)? else { return Ok(false) };
        let key = match self.key_function.get() {
            None => value.clone(),
            Some(function) => operations::call(&function, &[&value])?,
        };
        let old = (self.current_value.replace(Some(value)), self.current_key.replace(Some(key)));
        drop(old);
        Ok(true)
    }
}

#[pymethods(GroupBy)]
mod group_by_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, key=None)")]
    fn new(class: &TypeObject, iterable: &Object, key: Option<&Object>) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = GroupBy {
            header: Header::unset(),
            iterator,
            key_function: Slot::from_option(key.filter(|key| !key.is_none()).map(Object::to_owned)),
            target_key: Slot::empty(),
            current_key: Slot::empty(),
            current_value: Slot::empty(),
            group: Cell::new(0),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Object) -> Result<Option<Owned>> {
        let Ok(this) = this.to_owned().into_ref::<GroupBy>() else { return Ok(None) };
        this.group.set(this.group.get() + 1);
        // To the first item of another group.
        loop {
            if let Some(current) = this.current_key.get() {
                let Some(target) = this.target_key.get() else { break };
                if !operations::equal(&target, &current)? {
                    break;
                }
            }
            if !this.step()? {
                return Ok(None);
            }
        }
        let key = this.current_key.get_or_none();
        this.target_key.set(Some(key.clone()));
        let group = this.group.get();
        let grouper = memory::allocate(
            Grouper::type_object(),
            Grouper { header: Header::unset(), parent: this, key: key.clone(), group },
        );
        Ok(Some(Tuple::pair(key, grouper.into_owned()).into_owned()))
    }
}

#[pymethods(Grouper)]
mod grouper_methods {
    use super::*;

    #[slot(signature = "(cls, parent, tgtkey, /)")]
    fn new(class: &TypeObject, parent: &Object, target_key: &Object) -> Result {
        let Ok(parent) = parent.to_owned().into_ref::<GroupBy>() else {
            return Err(type_error!("incorrect usage of internal _grouper"));
        };
        let group = parent.group.get();
        let contents = Grouper { header: Header::unset(), parent, key: target_key.to_owned(), group };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Grouper) -> Result<Option<Owned>> {
        let parent = this.parent.clone();
        if parent.group.get() != this.group {
            return Ok(None);
        }
        if parent.current_value.is_empty() && !parent.step()? {
            return Ok(None);
        }
        let current = parent.current_key.get_or_none();
        if !operations::equal(&this.key, &current)? {
            return Ok(None);
        }
        let value = parent.current_value.replace(None);
        drop(parent.current_key.replace(None));
        Ok(value)
    }
}

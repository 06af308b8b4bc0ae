//! `tee`: iterators that share what they have read ahead of each other.

use std::cell::{Cell, RefCell};

use pyrsc_abi::Header;
use pyrsc_core::attribute;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{runtime_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// How many items one link of the shared chain holds.
const LINK_ITEMS: usize = 57;

/// One of the iterators.
#[pyclass(name = "_tee", module = "itertools", static_name = TEE, flags(WEAKREF))]
#[repr(C)]
pub struct Tee {
    header: Header,
    data: RefCell<Ref<TeeData>>,
    index: Cell<usize>,
}

/// A link of the chain of items that were read; iterators hold the link that they are at, so that what all have passed is
/// freed.
#[pyclass(name = "_tee_dataobject", module = "itertools", static_name = TEE_DATA, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct TeeData {
    header: Header,
    iterator: Owned,
    items: RefCell<Vec<Owned>>,
    next: Slot,
    running: Cell<bool>,
}

impl TeeData {
    fn new(iterator: Owned) -> Ref<TeeData> {
        memory::allocate(
            TeeData::type_object(),
            TeeData {
                header: Header::unset(),
                iterator,
                items: RefCell::new(Vec::new()),
                next: Slot::empty(),
                running: Cell::new(false),
            },
        )
    }

    fn next_link(&self) -> Ref<TeeData> {
        if self.next.is_empty() {
            self.next.set(Some(TeeData::new(self.iterator.clone()).into_owned()));
        }
        // SAFETY: the slot only ever holds a link.
        unsafe { self.next.get_or_none().downcast_unchecked() }
    }

    /// The item at an index, which is at most one behind those that were read.
    fn item(&self, index: usize) -> Result<Option<Owned>> {
        if let Some(item) = self.items.borrow().get(index) {
            return Ok(Some(item.clone()));
        }
        if self.running.replace(true) {
            return Err(runtime_error!("cannot re-enter the tee iterator"));
        }
        let item = iteration::next(&self.iterator);
        self.running.set(false);
        let item = item?;
        if let Some(item) = &item {
            self.items.borrow_mut().push(item.clone());
        }
        Ok(item)
    }
}

impl Drop for TeeData {
    /// Long chains are taken apart one by one, not by recursion.
    fn drop(&mut self) {
        let mut next = self.next.replace(None);
        while let Some(link) = next {
            next = match link.into_ref::<TeeData>() {
                Ok(link) if is_only_reference(&link) => link.next.replace(None),
                _ => None,
            };
        }
    }
}

fn is_only_reference(link: &Ref<TeeData>) -> bool {
    link.header.reference_count.get() == 1
}

fn new_tee(class: &TypeObject, iterable: &Object) -> Result<Ref<Tee>> {
    let iterator = iteration::iterate(iterable)?;
    if let Some(other) = iterator.downcast::<Tee>() {
        return Ok(copy(class, other));
    }
    let data = RefCell::new(TeeData::new(iterator.to_owned()));
    Ok(memory::allocate(class, Tee { header: Header::unset(), data, index: Cell::new(0) }))
}

fn copy(class: &TypeObject, tee: &Tee) -> Ref<Tee> {
    let data = RefCell::new(tee.data.borrow().clone());
    memory::allocate(class, Tee { header: Header::unset(), data, index: tee.index.clone() })
}

/// `tee(iterable, n)`
pub fn tee(iterable: &Object, count: isize) -> Result {
    let Ok(count) = usize::try_from(count) else { return Err(value_error!("n must be >= 0")) };
    if count == 0 {
        return Ok(Tuple::empty().into_owned());
    }
    let iterator = iteration::iterate(iterable)?;
    let name = str::intern("__copy__");
    let copyable = match attribute::get_attribute_optional(&iterator, &name)? {
        Some(_) if !iterator.is_instance_of::<Tee>() => iterator,
        _ => new_tee(Tee::type_object(), &iterator)?.into_owned(),
    };
    let mut copies = vec![copyable.clone()];
    while copies.len() < count {
        copies.push(operations::call_method(&copyable, "__copy__", &[])?);
    }
    Ok(Tuple::from_vec(copies).into_owned())
}

#[pymethods(Tee)]
mod tee_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, /)")]
    fn new(class: &TypeObject, iterable: &Object) -> Result {
        Ok(new_tee(class, iterable)?.into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Tee) -> Result<Option<Owned>> {
        if this.index.get() >= LINK_ITEMS {
            let next = this.data.borrow().next_link();
            let passed = this.data.replace(next);
            drop(passed);
            this.index.set(0);
        }
        let data = this.data.borrow().clone();
        let item = data.item(this.index.get())?;
        if item.is_some() {
            this.index.set(this.index.get() + 1);
        }
        Ok(item)
    }

    #[pymethod(name = "__copy__")]
    fn copy_method(this: &Tee) -> Ref<Tee> {
        copy(Tee::type_object(), this)
    }
}

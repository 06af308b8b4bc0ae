//! `count`, `cycle` and `repeat`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::{pyclass, pymethods};

/// Numbers at equal distances.
#[pyclass(name = "count", module = "itertools", static_name = COUNT, flags(BASETYPE))]
#[repr(C)]
pub struct Count {
    header: Header,
    next: Slot,
    step: Owned,
}

fn is_number(object: &Object) -> bool {
    let special = object.type_object().special();
    special.index.is_some()
        || special.int.is_some()
        || special.float.is_some()
        || object.is_instance_of::<pyrsc_core::complex::Complex>()
}

#[pymethods(Count)]
mod count_methods {
    use super::*;

    #[slot(signature = "(cls, start=0, step=1)")]
    fn new(class: &TypeObject, start: Option<&Object>, step: Option<&Object>) -> Result {
        if start.is_some_and(|start| !is_number(start)) || step.is_some_and(|step| !is_number(step)) {
            return Err(type_error!("a number is required"));
        }
        let start = start.map_or(Owned::small_int(0), Object::to_owned);
        // A bool counts on as an int.
        let start = if start.value().is_bool() { int::to_exact(&start)? } else { start };
        let step = step.map_or(Owned::small_int(1), Object::to_owned);
        Ok(memory::allocate(class, Count { header: Header::unset(), next: Slot::new(start), step })
            .into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Count) -> Result<Option<Owned>> {
        let number = this.next.get_or_none();
        this.next.set(Some(operations::add(&number, &this.step)?));
        Ok(Some(number))
    }

    #[slot]
    fn repr(this: &Count) -> Result {
        let next = operations::repr_string(&this.next.get_or_none())?;
        let text = if this.step.value() == Owned::small_int(1).value() {
            format!("count({next})")
        } else {
            format!("count({next}, {})", operations::repr_string(&this.step)?)
        };
        Ok(Str::new(&text).into_owned())
    }
}

/// The items of an iterable, again and again.
#[pyclass(name = "cycle", module = "itertools", static_name = CYCLE, flags(BASETYPE))]
#[repr(C)]
pub struct Cycle {
    header: Header,
    /// Empty from the second time on.
    iterator: Slot,
    saved: Ref<List>,
    index: Cell<usize>,
}

#[pymethods(Cycle)]
mod cycle_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, /)")]
    fn new(class: &TypeObject, iterable: &Object) -> Result {
        let iterator = Slot::new(iteration::iterate(iterable)?);
        let contents = Cycle { header: Header::unset(), iterator, saved: List::new(), index: Cell::new(0) };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Cycle) -> Result<Option<Owned>> {
        if let Some(iterator) = this.iterator.get() {
            if let Some(item) = iteration::next(&iterator)? {
                this.saved.push(item.clone())?;
                return Ok(Some(item));
            }
            this.iterator.set(None);
        }
        let index = this.index.get();
        let item = this.saved.get(index);
        this.index.set(if index + 1 >= this.saved.len() { 0 } else { index + 1 });
        Ok(item)
    }
}

/// One value, forever or some number of times.
#[pyclass(name = "repeat", module = "itertools", static_name = REPEAT, flags(BASETYPE))]
#[repr(C)]
pub struct Repeat {
    header: Header,
    object: Owned,
    /// How often it is still to be given; none: forever.
    remaining: Cell<Option<usize>>,
}

#[pymethods(Repeat)]
mod repeat_methods {
    use super::*;

    #[slot(signature = "(cls, object, times=None)")]
    fn new(class: &TypeObject, object: &Object, times: Option<isize>) -> Result {
        let remaining = Cell::new(times.map(|times| times.max(0) as usize));
        Ok(memory::allocate(class, Repeat { header: Header::unset(), object: object.to_owned(), remaining })
            .into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Repeat) -> Result<Option<Owned>> {
        if let Some(remaining) = this.remaining.get() {
            let Some(rest) = remaining.checked_sub(1) else { return Ok(None) };
            this.remaining.set(Some(rest));
        }
        Ok(Some(this.object.clone()))
    }

    #[slot]
    fn repr(this: &Repeat) -> Result {
        let object = operations::repr_string(&this.object)?;
        let text = match this.remaining.get() {
            None => format!("repeat({object})"),
            Some(remaining) => format!("repeat({object}, {remaining})"),
        };
        Ok(Str::new(&text).into_owned())
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &Repeat) -> Result<usize> {
        this.remaining.get().ok_or_else(|| type_error!("len() of unsized object"))
    }
}

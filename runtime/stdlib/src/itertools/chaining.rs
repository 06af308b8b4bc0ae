//! `chain`, `starmap`, `zip_longest`, `pairwise`, `batched` and `accumulate`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::arguments::find_keyword;
use pyrsc_core::call::Arguments;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// The items of several iterables, one iterable after the other.
#[pyclass(name = "chain", module = "itertools", static_name = CHAIN, flags(BASETYPE))]
#[repr(C)]
pub struct Chain {
    header: Header,
    /// An iterator over the iterables; empty when exhausted.
    source: Slot,
    active: Slot,
}

fn new_chain(class: &TypeObject, iterables: &Object) -> Result {
    let source = Slot::new(iteration::iterate(iterables)?);
    Ok(memory::allocate(class, Chain { header: Header::unset(), source, active: Slot::empty() }).into_owned())
}

#[pymethods(Chain)]
mod chain_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        if given.keyword_count() > 0 && std::ptr::eq(class, Chain::type_object()) {
            return Err(type_error!("chain() takes no keyword arguments"));
        }
        let iterables = Tuple::from_vec(given.iter_positional().map(Object::to_owned).collect());
        new_chain(class, iterables.object())
    }

    /// A chain of the iterables that an iterable gives.
    #[classmethod]
    fn from_iterable(class: &TypeObject, iterable: &Object) -> Result {
        new_chain(class, iterable)
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Chain) -> Result<Option<Owned>> {
        loop {
            if let Some(active) = this.active.get() {
                if let Some(item) = iteration::next(&active)? {
                    return Ok(Some(item));
                }
                this.active.set(None);
            }
            let Some(source) = this.source.get() else { return Ok(None) };
            let iterable = match iteration::next(&source) {
                Ok(Some(iterable)) => iterable,
                exhausted => {
                    this.source.set(None);
                    return exhausted;
                }
            };
            match iteration::iterate(&iterable) {
                Ok(iterator) => this.active.set(Some(iterator)),
                Err(raised) => {
                    this.source.set(None);
                    return Err(raised);
                }
            }
        }
    }
}

/// A function's results for tuples of arguments.
#[pyclass(name = "starmap", module = "itertools", static_name = STAR_MAP, flags(BASETYPE))]
#[repr(C)]
pub struct StarMap {
    header: Header,
    function: Owned,
    iterator: Owned,
}

#[pymethods(StarMap)]
mod star_map_methods {
    use super::*;

    #[slot(signature = "(cls, function, iterable, /)")]
    fn new(class: &TypeObject, function: &Object, iterable: &Object) -> Result {
        let iterator = iteration::iterate(iterable)?;
        let contents = StarMap { header: Header::unset(), function: function.to_owned(), iterator };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &StarMap) -> Result<Option<Owned>> {
        let Some(arguments) = iteration::next(&this.iterator)? else { return Ok(None) };
        let arguments = pyrsc_builtins::list::collect(&arguments)?;
        operations::call_arguments(&this.function, Arguments::positional_only(&arguments)).map(Some)
    }
}

/// One item of each iterable, with a fill value for those that are exhausted.
#[pyclass(name = "zip_longest", module = "itertools", static_name = ZIP_LONGEST, flags(BASETYPE))]
#[repr(C)]
pub struct ZipLongest {
    header: Header,
    /// Empty where exhausted.
    iterators: Vec<Slot>,
    active: Cell<usize>,
    fill: Owned,
}

#[pymethods(ZipLongest)]
mod zip_longest_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let fill = find_keyword(given, "fillvalue");
        if given.keyword_count() > usize::from(fill.is_some()) {
            return Err(type_error!("zip_longest() got an unexpected keyword argument"));
        }
        let iterators = given
            .iter_positional()
            .map(|iterable| iteration::iterate(iterable).map(Slot::new))
            .collect::<Result<Vec<_>>>()?;
        let contents = ZipLongest {
            header: Header::unset(),
            active: Cell::new(iterators.len()),
            iterators,
            fill: fill.map_or(Owned::none(), Object::to_owned),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &ZipLongest) -> Result<Option<Owned>> {
        if this.active.get() == 0 {
            return Ok(None);
        }
        let mut items = Vec::with_capacity(this.iterators.len());
        for slot in &this.iterators {
            let Some(iterator) = slot.get() else {
                items.push(this.fill.clone());
                continue;
            };
            match iteration::next(&iterator) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    this.active.set(this.active.get() - 1);
                    if this.active.get() == 0 {
                        return Ok(None);
                    }
                    items.push(this.fill.clone());
                    slot.set(None);
                }
                Err(raised) => {
                    this.active.set(0);
                    return Err(raised);
                }
            }
        }
        Ok(Some(Tuple::from_vec(items).into_owned()))
    }
}

/// Each item with the one after it.
#[pyclass(name = "pairwise", module = "itertools", static_name = PAIRWISE, flags(BASETYPE))]
#[repr(C)]
pub struct Pairwise {
    header: Header,
    /// Empty when exhausted.
    iterator: Slot,
    previous: Slot,
}

#[pymethods(Pairwise)]
mod pairwise_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, /)")]
    fn new(class: &TypeObject, iterable: &Object) -> Result {
        let iterator = Slot::new(iteration::iterate(iterable)?);
        Ok(memory::allocate(class, Pairwise { header: Header::unset(), iterator, previous: Slot::empty() })
            .into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Pairwise) -> Result<Option<Owned>> {
        let finish = || {
            this.iterator.set(None);
            this.previous.set(None);
        };
        let Some(iterator) = this.iterator.get() else { return Ok(None) };
        if this.previous.is_empty() {
            let first = match iteration::next(&iterator) {
                Ok(Some(first)) => first,
                exhausted => {
                    finish();
                    return exhausted;
                }
            };
            this.previous.set(Some(first));
            // Asking for the item may have exhausted this iterator through a second call.
            if this.iterator.is_empty() {
                this.previous.set(None);
                return Ok(None);
            }
        }
        let previous = this.previous.get_or_none();
        match iteration::next(&iterator) {
            Ok(Some(item)) => {
                this.previous.set(Some(item.clone()));
                Ok(Some(Tuple::pair(previous, item).into_owned()))
            }
            exhausted => {
                finish();
                exhausted
            }
        }
    }
}

/// Tuples of so many items each.
#[pyclass(name = "batched", module = "itertools", static_name = BATCHED, flags(BASETYPE))]
#[repr(C)]
pub struct Batched {
    header: Header,
    /// Empty when exhausted.
    iterator: Slot,
    size: usize,
    strict: bool,
}

#[pymethods(Batched)]
mod batched_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, n, *, strict=False)")]
    fn new(class: &TypeObject, iterable: &Object, n: isize, strict: bool) -> Result {
        if n < 1 {
            return Err(value_error!("n must be at least one"));
        }
        let iterator = Slot::new(iteration::iterate(iterable)?);
        Ok(memory::allocate(class, Batched { header: Header::unset(), iterator, size: n as usize, strict })
            .into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Batched) -> Result<Option<Owned>> {
        let Some(iterator) = this.iterator.get() else { return Ok(None) };
        let mut items = Vec::with_capacity(this.size.min(1 << 12));
        while items.len() < this.size {
            match iteration::next(&iterator) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => {
                    this.iterator.set(None);
                    if items.is_empty() {
                        return Ok(None);
                    }
                    if this.strict {
                        return Err(value_error!("batched(): incomplete batch"));
                    }
                    break;
                }
                Err(raised) => {
                    this.iterator.set(None);
                    return Err(raised);
                }
            }
        }
        Ok(Some(Tuple::from_vec(items).into_owned()))
    }
}

/// Running totals.
#[pyclass(name = "accumulate", module = "itertools", static_name = ACCUMULATE, flags(BASETYPE))]
#[repr(C)]
pub struct Accumulate {
    header: Header,
    iterator: Owned,
    /// Empty: addition.
    function: Slot,
    total: Slot,
    /// What comes first; empty once it was given.
    initial: Slot,
}

#[pymethods(Accumulate)]
mod accumulate_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, func=None, *, initial=None)")]
    fn new(class: &TypeObject, iterable: &Object, func: Option<&Object>, initial: Option<&Object>) -> Result {
        let given = |object: Option<&Object>| {
            Slot::from_option(object.filter(|it| !it.is_none()).map(Object::to_owned))
        };
        let iterator = iteration::iterate(iterable)?;
        let contents = Accumulate {
            header: Header::unset(),
            iterator,
            function: given(func),
            total: Slot::empty(),
            initial: given(initial),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Accumulate) -> Result<Option<Owned>> {
        if let Some(initial) = this.initial.replace(None) {
            this.total.set(Some(initial.clone()));
            return Ok(Some(initial));
        }
        let Some(item) = iteration::next(&this.iterator)? else { return Ok(None) };
        let total = match (this.total.get(), this.function.get()) {
            (None, _) => item,
            (Some(total), None) => operations::add(&total, &item)?,
            (Some(total), Some(function)) => operations::call(&function, &[&total, &item])?,
        };
        this.total.set(Some(total.clone()));
        Ok(Some(total))
    }
}

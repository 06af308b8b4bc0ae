//! `zip` and `map`: iterators that go on in step.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{arguments, type_error, value_error};
use pyrsc_macros::{Traverse, pyclass, pymethods};

use crate::reduce;

/// Iterators that give one item each at a time.
#[derive(Traverse)]
pub struct Together {
    iterators: Ref<Tuple>,
    /// They must be exhausted at the same time.
    strict: Cell<bool>,
}

impl Together {
    fn new(iterables: Arguments<'_>, strict: bool) -> Result<Together> {
        let iterators = iterables.iter_positional().map(iteration::iterate).collect::<Result<Vec<_>>>()?;
        Ok(Together { iterators: Tuple::from_vec(iterators), strict: Cell::new(strict) })
    }

    /// One item of each, or `None` when one of them is exhausted.
    fn next(&self, function: &str) -> Result<Option<Vec<Owned>>> {
        let mut items = Vec::with_capacity(self.iterators.len());
        for (number, iterator) in self.iterators.iter().enumerate() {
            match iteration::next(iterator)? {
                Some(item) => items.push(item),
                None => {
                    drop(items);
                    if self.strict.get() {
                        self.check_exhausted(function, number)?;
                    }
                    return Ok(None);
                }
            }
        }
        Ok(Some(items))
    }

    /// Iterator `number` was found exhausted first: the others must be, too.
    fn check_exhausted(&self, function: &str, number: usize) -> Result<()> {
        let others = |count: usize| if count == 1 { " ".to_string() } else { "s 1-".to_string() };
        if number > 0 {
            return Err(value_error!(
                "{}() argument {} is shorter than argument{}{}",
                function,
                number + 1,
                others(number),
                number
            ));
        }
        for (number, iterator) in self.iterators.iter().enumerate().skip(1) {
            if iteration::next(iterator)?.is_some() {
                return Err(value_error!(
                    "{}() argument {} is longer than argument{}{}",
                    function,
                    number + 1,
                    others(number),
                    number
                ));
            }
        }
        Ok(())
    }
}

/// `zip`
#[pyclass(name = "zip", module = "builtins", shape = ZIP, static_name = ZIP, flags(BASETYPE))]
#[repr(C)]
pub struct Zip {
    header: Header,
    together: Together,
}

/// `map`
#[pyclass(name = "map", module = "builtins", static_name = MAP, flags(BASETYPE))]
#[repr(C)]
pub struct Map {
    header: Header,
    function: Owned,
    together: Together,
}

/// The `strict` argument; no other keyword is allowed.
fn strict_argument(function: &str, given: Arguments<'_>) -> Result<bool> {
    for (name, _) in given.iter_keywords() {
        let name = operations::str(name)?;
        if !name.equals_text("strict") {
            return Err(type_error!(
                "{}() got an unexpected keyword argument '{}'",
                function,
                name.to_string_lossy()
            ));
        }
    }
    arguments::find_keyword(given, "strict").map_or(Ok(false), operations::is_true)
}

#[pymethods(Zip)]
mod zip_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let strict = strict_argument("zip", given)?;
        let together = Together::new(given, strict)?;
        Ok(memory::allocate(class, Zip { header: Header::unset(), together }).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Zip) -> Result<Option<Owned>> {
        if this.together.iterators.is_empty() {
            return Ok(None);
        }
        Ok(this.together.next("zip")?.map(|items| Tuple::from_vec(items).into_owned()))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Zip) -> Result {
        // SAFETY: the receiver is an object; its address is its word.
        let object = unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(this) as u64)) };
        let state = this.together.strict.get().then(|| Owned::bool(true));
        reduce::call(object.type_object().to_owned(), this.together.iterators.to_vec(), state)
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &Zip, state: &Object) -> Result<()> {
        this.together.strict.set(operations::is_true(state)?);
        Ok(())
    }
}

#[pymethods(Map)]
mod map_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let strict = strict_argument("map", given)?;
        if given.positional_count() < 2 {
            return Err(type_error!("map() must have at least two arguments."));
        }
        let function = arguments::required(given.get(0)).to_owned();
        let together = Together::new(given.positional_from(1), strict)?;
        Ok(memory::allocate(class, Map { header: Header::unset(), function, together }).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Map) -> Result<Option<Owned>> {
        if let [iterator] = this.together.iterators.items() {
            let Some(item) = iteration::next(iterator)? else { return Ok(None) };
            return operations::call(&this.function, &[&item]).map(Some);
        }
        let Some(items) = this.together.next("map")? else { return Ok(None) };
        operations::call_arguments(&this.function, Arguments::positional_only(&items)).map(Some)
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Map) -> Result {
        // SAFETY: the receiver is an object; its address is its word.
        let object = unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(this) as u64)) };
        let mut parts = vec![this.function.clone()];
        parts.extend(this.together.iterators.to_vec());
        let state = this.together.strict.get().then(|| Owned::bool(true));
        reduce::call(object.type_object().to_owned(), parts, state)
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &Map, state: &Object) -> Result<()> {
        this.together.strict.set(operations::is_true(state)?);
        Ok(())
    }
}

//! `collections.defaultdict`.

use pyrsc_abi::Value;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::{Dict, Merge};
use pyrsc_core::exception::key_error;
use pyrsc_core::iteration;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::recursion;
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_macros::{pyclass, pymethods};

/// A dict that makes values of missing keys by calling a factory.
#[pyclass(
    name = "defaultdict", module = "collections", base = pyrsc_core::dict::DICT,
    static_name = DEFAULT_DICT, flags(BASETYPE)
)]
#[repr(C)]
pub struct DefaultDict {
    base: Dict,
    /// Empty stands for None.
    factory: Slot,
}

impl DefaultDict {
    fn object(&self) -> &Object {
        // SAFETY: a defaultdict is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// A dict of the same class with the same factory and items.
    fn copy(&self) -> Result {
        let class = self.object().type_object();
        operations::call(class.object(), &[&self.factory.get_or_none(), self.object()])
    }
}

#[pymethods(DefaultDict)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _given: Arguments<'_>) -> Result {
        let contents = DefaultDict { base: Dict::empty_contents(), factory: Slot::empty() };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn init(this: &DefaultDict, given: Arguments<'_>) -> Result<()> {
        let rest = if given.positional_count() > 0 {
            let factory = pyrsc_core::arguments::required(given.positional(0));
            if !factory.is_none() && !operations::is_callable(factory) {
                return Err(type_error!("first argument must be callable or None"));
            }
            this.factory.set(Some(factory.to_owned()).filter(|factory| !factory.is_none()));
            given.without_first(1)
        } else {
            this.factory.set(None);
            given
        };
        match Dict::type_object().special().init {
            Some(init) => init(this.object(), rest),
            None => Ok(()),
        }
    }

    #[slot]
    fn repr(this: &DefaultDict) -> Result {
        let items = match Dict::type_object().special().repr {
            Some(repr) => operations::str_string(&*repr(this.object())?)?,
            None => String::new(),
        };
        let factory = match this.factory.get() {
            None => "None".to_string(),
            // The factory may be a method of this very dict.
            Some(factory) => {
                if recursion::repr_enter(this.object()) {
                    let shown = operations::repr_string(&factory);
                    recursion::repr_leave(this.object());
                    shown?
                } else {
                    "...".to_string()
                }
            }
        };
        Ok(Str::new(&format!("{}({factory}, {items})", name_of(this.object()))).into_owned())
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        let (Some(first), Some(_)) = (left.downcast::<Dict>(), right.downcast::<Dict>()) else {
            return Ok(Owned::not_implemented());
        };
        let own = left.downcast::<DefaultDict>().or_else(|| right.downcast::<DefaultDict>());
        let Some(own) = own else { return Ok(Owned::not_implemented()) };
        let class = own.object().type_object();
        let merged = operations::call(class.object(), &[&own.factory.get_or_none(), first.object()])?;
        if let Some(merged) = merged.downcast::<Dict>() {
            pyrsc_builtins::dict::merge_mapping(merged, right, Merge::Replace)?;
        }
        Ok(merged)
    }

    #[getter]
    fn default_factory(this: &DefaultDict) -> Owned {
        this.factory.get_or_none()
    }

    #[setter]
    fn set_default_factory(this: &DefaultDict, factory: Option<&Object>) -> Result<()> {
        this.factory.set(factory.filter(|factory| !factory.is_none()).map(Object::to_owned));
        Ok(())
    }

    /// Makes the value of a missing key.
    #[pymethod(name = "__missing__", signature = "(self, key, /)")]
    fn missing(this: &DefaultDict, key: &Object) -> Result {
        let Some(factory) = this.factory.get() else { return Err(key_error(key)) };
        let value = operations::call(&factory, &[])?;
        operations::set_item(this.object(), key, &value)?;
        Ok(value)
    }

    /// A copy that shares the values.
    #[pymethod]
    fn copy(this: &DefaultDict) -> Result {
        this.copy()
    }

    #[pymethod(name = "__copy__")]
    fn copy_protocol(this: &DefaultDict) -> Result {
        this.copy()
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &DefaultDict) -> Result {
        let arguments = Tuple::from_vec(this.factory.get().into_iter().collect());
        let items = operations::call_method(this.object(), "items", &[])?;
        let iterator = iteration::iterate(&items)?;
        Ok(Tuple::from_vec(vec![
            this.object().type_object().to_owned(),
            arguments.into_owned(),
            Owned::none(),
            Owned::none(),
            iterator,
        ])
        .into_owned())
    }
}

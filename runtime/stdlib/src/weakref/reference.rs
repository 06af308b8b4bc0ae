//! The methods of `weakref.ref`.

use pyrsc_core::arguments::wrong_count;
use pyrsc_core::call::Arguments;
use pyrsc_core::generic_alias;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::weak_reference::WeakReference;
use pyrsc_macros::pymethods;

#[pymethods(WeakReference)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result<Ref<WeakReference>> {
        // Derived classes may take keywords: their `__init__` looks at them.
        check_count("__new__", arguments)?;
        let object = arguments.get(0).expect("counted above");
        let callback = arguments.positional(1).filter(|callback| !callback.is_none());
        WeakReference::new(class, object, callback)
    }

    #[slot]
    fn init(_this: &Object, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() != 0 {
            return Err(type_error!("ref() takes no keyword arguments"));
        }
        check_count("__init__", arguments)
    }

    fn check_count(name: &str, arguments: Arguments<'_>) -> Result<()> {
        let count = arguments.positional_count();
        if (1..=2).contains(&count) { Ok(()) } else { Err(wrong_count(name, 1, 2, count)) }
    }

    #[slot]
    fn call(this: &WeakReference, arguments: Arguments<'_>) -> Result {
        if arguments.keyword_count() != 0 {
            return Err(type_error!("weakref() takes no keyword arguments"));
        }
        if arguments.count() != 0 {
            return Err(wrong_count("weakref", 0, 0, arguments.count()));
        }
        Ok(this.referent().unwrap_or(Owned::none()))
    }

    #[slot]
    fn hash(this: &WeakReference) -> Result<i64> {
        this.hash()?.ok_or_else(|| type_error!("weak object has gone away"))
    }

    #[slot]
    fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
        let wanted = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let (Some(one), Some(other)) = (left.downcast::<WeakReference>(), right.downcast::<WeakReference>())
        else {
            return Ok(Owned::not_implemented());
        };
        if !wanted {
            return Ok(Owned::not_implemented());
        }
        match (one.referent(), other.referent()) {
            (Some(one), Some(other)) => operations::compare(&one, &other, comparison),
            _ => Ok(Owned::bool(left.is(right) == (comparison == Comparison::Equal))),
        }
    }

    #[slot]
    fn repr(this: &Object) -> Result<Ref<Str>> {
        let referent = this.downcast::<WeakReference>().and_then(WeakReference::referent);
        Ok(Str::new(&super::super::proxy::shown("weakref", this, referent)))
    }

    #[getter(name = "__callback__")]
    fn callback(this: &WeakReference) -> Option<Owned> {
        this.callback()
    }

    #[classmethod(doc = "See PEP 585")]
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        generic_alias::create(class.object(), item)
    }
}

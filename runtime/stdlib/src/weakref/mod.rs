//! `_weakref`: what `weakref.py` builds on. The objects are `pyrsc_core::weak_reference`'s.

pub mod proxy;
pub mod reference;

use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::type_error;
use pyrsc_core::type_object::Class;
use pyrsc_core::weak_reference::{self, WEAK_CALLABLE_PROXY, WEAK_PROXY, WEAK_REFERENCE, WeakReference};
use pyrsc_macros::pymodule;

#[pymodule(name = "_weakref", doc = "Weak-reference support module.")]
mod module {
    use super::*;

    #[pyfunction(doc = "Return the number of weak references to 'object'.")]
    fn getweakrefcount(object: &Object) -> usize {
        weak_reference::count(object)
    }

    #[pyfunction(doc = "Return a list of all weak reference objects pointing to 'object'.")]
    fn getweakrefs(object: &Object) -> Ref<List> {
        List::from_vec(weak_reference::references(object))
    }

    #[pyfunction(
        signature = "(object, callback=None, /)",
        doc = "Create a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized."
    )]
    fn proxy(object: &Object, callback: Option<&Object>) -> Result {
        weak_reference::new_proxy(object, callback.filter(|callback| !callback.is_none()))
    }

    #[pyfunction(doc = "Atomically remove key from dict if it points to a dead weakref.")]
    fn _remove_dead_weakref(dct: &Dict, key: &Object) -> Result<()> {
        let Some(value) = dct.get(key)? else { return Ok(()) };
        if !value.is_instance_of::<WeakReference>() {
            return Err(type_error!("not a weakref"));
        }
        if weak_reference::is_dead(&value) {
            drop(dct.remove(key)?);
        }
        Ok(())
    }

    #[attribute(name = "ref")]
    fn reference_type() -> Owned {
        WEAK_REFERENCE.to_owned()
    }

    #[attribute(name = "ReferenceType")]
    fn reference_type_by_its_name() -> Owned {
        WeakReference::type_object().to_owned()
    }

    #[attribute(name = "ProxyType")]
    fn proxy_type() -> Owned {
        WEAK_PROXY.to_owned()
    }

    #[attribute(name = "CallableProxyType")]
    fn callable_proxy_type() -> Owned {
        WEAK_CALLABLE_PROXY.to_owned()
    }
}

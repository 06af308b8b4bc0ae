//! `types.MappingProxyType`: a read-only view of a mapping.

use pyrsc_abi::Header;
use pyrsc_core::iteration;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_macros::{pyclass, pymethods};

/// A read-only view of a mapping.
#[pyclass(name = "mappingproxy", module = "builtins", static_name = MAPPING_PROXY, flags(MAPPING))]
#[repr(C)]
pub struct MappingProxy {
    header: Header,
    mapping: Owned,
}

impl MappingProxy {
    /// A view of a mapping.
    pub fn new(mapping: &Object) -> Ref<MappingProxy> {
        memory::allocate(
            MappingProxy::type_object(),
            MappingProxy { header: Header::unset(), mapping: mapping.to_owned() },
        )
    }

    /// What it is a view of.
    pub fn mapping(&self) -> &Object {
        &self.mapping
    }
}

/// The mapping behind a proxy; anything else is itself.
fn unwrap(object: &Object) -> &Object {
    object.downcast::<MappingProxy>().map_or(object, |proxy| &proxy.mapping)
}

#[pymethods(MappingProxy)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, mapping)")]
    fn new(_class: &TypeObject, mapping: &Object) -> Result {
        let special = mapping.type_object().special();
        if special.get_item.is_none() || mapping.is_instance_of::<List>() || mapping.is_instance_of::<Tuple>()
        {
            return Err(type_error!("mappingproxy() argument must be a mapping, not {}", name_of(mapping)));
        }
        Ok(MappingProxy::new(mapping).into_owned())
    }

    #[slot]
    fn length(this: &MappingProxy) -> Result<usize> {
        operations::length(&this.mapping)
    }

    #[slot]
    fn get_item(this: &MappingProxy, key: &Object) -> Result {
        operations::get_item(&this.mapping, key)
    }

    #[slot]
    fn contains(this: &MappingProxy, key: &Object) -> Result<bool> {
        operations::contains(&this.mapping, key)
    }

    #[slot]
    fn iter(this: &MappingProxy) -> Result {
        iteration::iterate(&this.mapping)
    }

    #[slot]
    fn hash(this: &MappingProxy) -> Result<i64> {
        operations::hash(&this.mapping)
    }

    #[slot]
    fn compare(this: &MappingProxy, other: &Object, comparison: Comparison) -> Result {
        operations::compare(&this.mapping, unwrap(other), comparison)
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        operations::or(unwrap(left), unwrap(right))
    }

    #[slot]
    fn inplace_or(this: &MappingProxy, _other: &Object) -> Result {
        Err(type_error!("'|=' is not supported by {}; use '|' instead", this.mapping_proxy_name()))
    }

    #[slot]
    fn repr(this: &MappingProxy) -> Result {
        let inner = operations::repr(&this.mapping)?;
        Ok(Str::new(&format!("mappingproxy({})", inner.to_string_lossy())).into_owned())
    }

    #[slot]
    fn str(this: &MappingProxy) -> Result {
        Ok(operations::str(&this.mapping)?.into_owned())
    }

    /// The value of a key, or the default.
    #[pymethod(signature = "(self, key, default=None, /)")]
    fn get(this: &MappingProxy, key: &Object, default: &Object) -> Result {
        operations::call_method(&this.mapping, "get", &[key, default])
    }

    /// The mapping's keys.
    #[pymethod]
    fn keys(this: &MappingProxy) -> Result {
        operations::call_method(&this.mapping, "keys", &[])
    }

    /// The mapping's values.
    #[pymethod]
    fn values(this: &MappingProxy) -> Result {
        operations::call_method(&this.mapping, "values", &[])
    }

    /// The mapping's items.
    #[pymethod]
    fn items(this: &MappingProxy) -> Result {
        operations::call_method(&this.mapping, "items", &[])
    }

    /// A copy of the mapping.
    #[pymethod]
    fn copy(this: &MappingProxy) -> Result {
        operations::call_method(&this.mapping, "copy", &[])
    }

    #[pymethod(name = "__reversed__")]
    fn reversed(this: &MappingProxy) -> Result {
        operations::call_method(&this.mapping, "__reversed__", &[])
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

impl MappingProxy {
    fn mapping_proxy_name(&self) -> &'static str {
        MappingProxy::type_object().name()
    }
}

//! `FrameLocalsProxy`: `f_locals` of a function's frame, which reads and writes the locals themselves (PEP 667).

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{key_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::FrameObject;

/// See the module's documentation.
#[pyclass(name = "FrameLocalsProxy", module = "builtins", flags(MAPPING))]
#[repr(C)]
pub struct LocalsProxy {
    header: Header,
    frame: Slot,
}

impl LocalsProxy {
    /// The proxy of a frame object.
    pub fn new(frame: Owned) -> Owned {
        memory::allocate(
            LocalsProxy::type_object(),
            LocalsProxy { header: Header::unset(), frame: Slot::new(frame) },
        )
        .into_owned()
    }

    fn frame(&self) -> &FrameObject {
        self.frame.borrow().and_then(|frame| frame.downcast::<FrameObject>()).expect("a proxy has a frame")
    }

    /// The local that a key names.
    fn index_of(&self, key: &Object) -> Option<usize> {
        let key = key.downcast::<Str>()?;
        self.frame().code().code().locals.iter().position(|local| key.equals_text(&local.name))
    }

    fn extra(&self, create: bool) -> Option<Ref<Dict>> {
        let slot = &self.frame().extra_locals;
        if slot.is_empty() && create {
            slot.set(Some(Dict::new().into_owned()));
        }
        slot.get().and_then(|dict| dict.into_ref::<Dict>().ok())
    }

    fn get(&self, key: &Object) -> Result<Option<Owned>> {
        if let Some(value) = self.index_of(key).and_then(|index| self.frame().local(index)) {
            return Ok(Some(value));
        }
        match self.extra(false) {
            Some(extra) => extra.get(key),
            None => Ok(None),
        }
    }

    /// The names and values, as a dict.
    pub fn to_dict(&self) -> Result<Ref<Dict>> {
        let dict = Dict::new();
        let frame = self.frame();
        for (index, local) in frame.code().code().locals.iter().enumerate() {
            if let Some(value) = frame.local(index) {
                dict.set_str(&str::intern(&local.name), &value)?;
            }
        }
        if let Some(extra) = self.extra(false) {
            for (key, value) in extra.items() {
                dict.set(&key, &value)?;
            }
        }
        Ok(dict)
    }

    fn update(&self, other: &Object) -> Result<()> {
        let pairs = match other.downcast::<LocalsProxy>() {
            Some(proxy) => proxy.to_dict()?,
            None => {
                let dict = Dict::new();
                crate::containers::dict_update(&dict, other)?;
                dict
            }
        };
        for (key, value) in pairs.items() {
            self.set(&key, Some(&value))?;
        }
        Ok(())
    }

    fn set(&self, key: &Object, value: Option<&Object>) -> Result<()> {
        if let Some(index) = self.index_of(key) {
            let Some(value) = value else {
                return Err(value_error!("cannot remove local variables from FrameLocalsProxy"));
            };
            self.frame().set_local(index, Some(value.to_owned()));
            return Ok(());
        }
        match value {
            Some(value) => self.extra(true).expect("made").set(key, value),
            None => match self.extra(false) {
                Some(extra) if extra.remove(key)?.is_some() => Ok(()),
                _ => Err(key_error(key)),
            },
        }
    }
}

#[pymethods(LocalsProxy)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, frame, /)")]
    fn new(_class: &TypeObject, frame: &Object) -> Result {
        if !frame.is_instance_of::<FrameObject>() {
            return Err(type_error!("expect frame, not {}", frame.type_object().name()));
        }
        Ok(LocalsProxy::new(frame.to_owned()))
    }

    #[slot]
    fn length(this: &LocalsProxy) -> Result<usize> {
        Ok(this.to_dict()?.len())
    }

    #[slot]
    fn get_item(this: &LocalsProxy, key: &Object) -> Result {
        match this.get(key)? {
            Some(value) => Ok(value),
            None => Err(key_error(key)),
        }
    }

    #[slot]
    fn set_item(this: &LocalsProxy, key: &Object, value: Option<&Object>) -> Result<()> {
        this.set(key, value)
    }

    #[slot]
    fn contains(this: &LocalsProxy, key: &Object) -> Result<bool> {
        Ok(this.get(key)?.is_some())
    }

    #[slot]
    fn iter(this: &LocalsProxy) -> Result {
        pyrsc_core::iteration::iterate(List::from_vec(this.to_dict()?.keys()).object())
    }

    #[slot]
    fn repr(this: &LocalsProxy) -> Result {
        Ok(operations::repr(this.to_dict()?.object())?.into_owned())
    }

    #[slot]
    fn compare(this: &LocalsProxy, other: &Object, comparison: Comparison) -> Result {
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(Owned::not_implemented());
        }
        let equal = match other.downcast::<LocalsProxy>() {
            Some(proxy) => std::ptr::eq(this.frame(), proxy.frame()),
            None if other.is_instance_of::<Dict>() => operations::equal(this.to_dict()?.object(), other)?,
            None => return Ok(Owned::not_implemented()),
        };
        Ok(Owned::bool(equal == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        let side = |object: &Object| match object.downcast::<LocalsProxy>() {
            Some(proxy) => proxy.to_dict().map(|dict| Some(dict.into_owned())),
            None if object.is_instance_of::<Dict>() => Ok(Some(object.to_owned())),
            None => Ok(None),
        };
        match (side(left)?, side(right)?) {
            (Some(left), Some(right)) => operations::or(&left, &right),
            _ => Ok(Owned::not_implemented()),
        }
    }

    #[slot]
    fn inplace_or(this: &LocalsProxy, other: &Object) -> Result {
        this.update(other)?;
        // SAFETY: the proxy is an object; its address is its word.
        Ok(unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(this) as u64)) }.to_owned())
    }

    #[pymethod(signature = "(self, key, default=None, /)")]
    fn get(this: &LocalsProxy, key: &Object, default: Option<&Object>) -> Result {
        Ok(this.get(key)?.unwrap_or_else(|| default.map_or(Owned::none(), Object::to_owned)))
    }

    #[pymethod(signature = "(self, key, default=None, /)")]
    fn setdefault(this: &LocalsProxy, key: &Object, default: Option<&Object>) -> Result {
        if let Some(value) = this.get(key)? {
            return Ok(value);
        }
        let value = default.map_or(Owned::none(), Object::to_owned);
        this.set(key, Some(&value))?;
        Ok(value)
    }

    #[pymethod(signature = "(self, key, default=None, /)")]
    fn pop(this: &LocalsProxy, key: &Object, default: Option<&Object>) -> Result {
        match this.get(key)? {
            Some(value) => {
                this.set(key, None)?;
                Ok(value)
            }
            None => match default {
                Some(default) => Ok(default.to_owned()),
                None => Err(key_error(key)),
            },
        }
    }

    #[pymethod]
    fn keys(this: &LocalsProxy) -> Result {
        Ok(List::from_vec(this.to_dict()?.keys()).into_owned())
    }

    #[pymethod]
    fn values(this: &LocalsProxy) -> Result {
        Ok(List::from_vec(this.to_dict()?.values()).into_owned())
    }

    #[pymethod]
    fn items(this: &LocalsProxy) -> Result {
        let pairs = this.to_dict()?.items();
        let pairs = pairs.into_iter().map(|(key, value)| Tuple::pair(key, value).into_owned()).collect();
        Ok(List::from_vec(pairs).into_owned())
    }

    #[pymethod]
    fn copy(this: &LocalsProxy) -> Result {
        Ok(this.to_dict()?.into_owned())
    }

    #[pymethod]
    fn __reversed__(this: &LocalsProxy) -> Result {
        let mut keys = this.to_dict()?.keys();
        keys.reverse();
        pyrsc_core::iteration::iterate(List::from_vec(keys).object())
    }

    #[pymethod]
    fn update(this: &LocalsProxy, arguments: Arguments<'_>) -> Result<()> {
        match arguments.positional(0) {
            Some(other) => this.update(other),
            None => Err(type_error!("update() takes exactly one argument (0 given)")),
        }
    }
}

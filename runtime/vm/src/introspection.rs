//! `globals()`, `locals()`, `vars()`, `dir()`: what they say of the running function.

use pyrsc_bytecode::CodeFlags;
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str;
use pyrsc_core::{system_error, type_error};

use crate::frame::{self, Frame};
use crate::frame_object::{self, FrameObject, LocalsProxy};

/// The running Python function's frame.
pub fn running_frame() -> Option<&'static Frame> {
    // SAFETY: the innermost frame is live; callers do not keep it beyond the call that asked.
    unsafe { frame::current().as_ref() }
}

fn no_frame(function: &str) -> Raised {
    system_error!("{function}(): no Python function is running")
}

/// `globals()`
pub fn current_globals() -> Result {
    match running_frame() {
        Some(frame) => Ok(frame.globals().object().to_owned()),
        None => Err(no_frame("globals")),
    }
}

/// `locals()`
pub fn current_locals() -> Result {
    let Some(frame) = running_frame() else { return Err(no_frame("locals")) };
    if let Some(namespace) = frame.namespace() {
        return Ok(namespace.to_owned());
    }
    if !frame.code().has_flags(CodeFlags::OPTIMIZED) {
        return Ok(frame.globals().object().to_owned());
    }
    let object = frame_object::of_frame(std::ptr::from_ref(frame) as *mut Frame);
    let proxy = object.downcast::<FrameObject>().expect("a frame object").locals()?;
    match proxy.downcast::<LocalsProxy>() {
        Some(proxy) => Ok(proxy.to_dict()?.into_owned()),
        None => Ok(proxy.clone()),
    }
}

/// `vars(object)`
pub fn vars(object: Option<&Object>) -> Result {
    match object {
        None => current_locals(),
        Some(object) => match operations::get_attribute_optional(object, &str::intern("__dict__"))? {
            Some(dict) => Ok(dict),
            None => Err(type_error!("vars() argument must have __dict__ attribute")),
        },
    }
}

/// `dir(object)`
pub fn dir(object: Option<&Object>) -> Result {
    let names = match object {
        None => {
            let locals = current_locals()?;
            match locals.downcast::<Dict>() {
                Some(locals) => List::from_vec(locals.keys()).into_owned(),
                None => operations::call_method(&locals, "keys", &[])?,
            }
        }
        Some(object) => {
            let method = pyrsc_core::attribute::lookup_special(object, &str::intern("__dir__"))?;
            match method {
                Some(method) => operations::call(&method, &[])?,
                None => return Err(type_error!("object does not provide __dir__")),
            }
        }
    };
    let list: Owned = List::from_vec(pyrsc_core::iteration::collect(&names)?).into_owned();
    operations::call_method(&list, "sort", &[])?;
    Ok(list)
}

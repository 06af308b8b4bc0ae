//! `globals()`, `locals()`, `vars()`, `dir()`: what they say of the running function.

use pyrsc_bytecode::{CodeFlags, LocalKind};
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str;
use pyrsc_core::{runtime_error, system_error, type_error};

use crate::frame::{self, Frame};
use crate::frame_object::{self, FrameObject, LocalsProxy};
use crate::stack::{self, Activation, NativeActivation};

fn no_frame(function: &str) -> Raised {
    system_error!("{function}(): no Python function is running")
}

/// `globals()`
pub fn current_globals() -> Result {
    match stack::innermost() {
        Some(activation) => Ok(activation.globals().object().to_owned()),
        None => Err(no_frame("globals")),
    }
}

/// `locals()`
pub fn current_locals() -> Result {
    let frame = match stack::innermost() {
        // SAFETY: the frame is live; it is not used beyond this call.
        Some(Activation::Interpreted(frame)) => unsafe { &*frame },
        Some(Activation::Native(native)) => return native_locals(&native),
        None => return Err(no_frame("locals")),
    };
    // In a comprehension that runs in a module's or class's frame, its variables alone.
    let is_hidden = |kind| matches!(kind, LocalKind::Hidden | LocalKind::HiddenCell);
    if !frame.code().has_flags(CodeFlags::OPTIMIZED)
        && frame.code().code().locals.iter().any(|local| is_hidden(local.kind))
    {
        let dict = Dict::new();
        for (index, local) in frame.code().code().locals.iter().enumerate() {
            if is_hidden(local.kind)
                && let Some(value) = frame::local_value(frame, index)
            {
                dict.set_str(&str::intern(&local.name), &value)?;
            }
        }
        if !dict.is_empty() {
            return Ok(dict.into_owned());
        }
    }
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

/// The locals of a natively compiled function: a module's body has its globals, others have none that could be shown.
fn native_locals(native: &NativeActivation) -> Result {
    if native.code.has_flags(CodeFlags::OPTIMIZED) {
        return Err(frame_object::no_locals(native.code));
    }
    Ok(native.globals().object().to_owned())
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

/// What `super()` without arguments means in the running function: the class that its `__class__` cell holds, and its
/// first argument.
pub fn super_arguments() -> Result<(Owned, Owned)> {
    let frame = match stack::innermost() {
        // SAFETY: the frame is live; it is not used beyond this call.
        Some(Activation::Interpreted(frame)) => unsafe { &*frame },
        Some(Activation::Native(native)) => {
            return Err(runtime_error!(
                "super(): call it as super() in {}(), which is compiled natively",
                native.code.name_text()
            ));
        }
        None => return Err(runtime_error!("super(): no current frame")),
    };
    let code = frame.code().code();
    if code.argument_count == 0 {
        return Err(runtime_error!("super(): no arguments"));
    }
    let Some(first) = frame::local_value(frame, 0) else {
        return Err(runtime_error!("super(): arg[0] deleted"));
    };
    let Some(index) =
        code.locals.iter().position(|local| local.kind == LocalKind::Free && &*local.name == "__class__")
    else {
        return Err(runtime_error!("super(): __class__ cell not found"));
    };
    match frame::local_value(frame, index) {
        Some(class) => Ok((class, first)),
        None => Err(runtime_error!("super(): empty __class__ cell")),
    }
}

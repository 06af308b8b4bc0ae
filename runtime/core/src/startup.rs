//! Making the built-in types usable at the start of a program.

use std::cell::RefCell;

use crate::gil::Static;
use crate::owned::{Owned, Raised, Result};
use crate::spec::BuiltinType;
use crate::str;
use crate::type_object::TypeObject;

/// Gives the built-in types their shapes and tables. Bases must come before the types that derive from them.
pub fn ready_types(types: &'static [BuiltinType]) {
    // The tables first: making a type ready makes its bases ready, which need theirs.
    for entry in types {
        entry.ty.set_methods(entry.methods);
    }
    for entry in types {
        ready_type(entry.ty);
    }
}

/// Makes one type ready, and its bases before it.
pub fn ready_type(ty: &'static TypeObject) {
    if let Some(base) = ty.spec().base
        && base.version() == 0
    {
        ready_type(base);
    }
    ty.ready_static();
}

/// The namespace of the module `builtins`, once there is one.
static BUILTINS: Static<RefCell<Option<crate::owned::Ref<crate::dict::Dict>>>> =
    Static::new(RefCell::new(None));

/// Tells the namespace of the module `builtins`.
pub fn set_builtins(namespace: crate::owned::Ref<crate::dict::Dict>) {
    *BUILTINS.borrow_mut() = Some(namespace);
}

/// The namespace of the module `builtins`.
pub fn builtins() -> Option<crate::owned::Ref<crate::dict::Dict>> {
    BUILTINS.borrow().clone()
}

/// A name of the module `builtins`.
pub fn builtin(name: &str) -> Result {
    builtins()
        .and_then(|namespace| namespace.get_str(&str::intern(name)))
        .ok_or_else(|| -> Raised { crate::runtime_error!("lost builtins.{name}") })
}

/// Forgets the namespace at the end of the program; gives it back to be dropped.
pub fn take_builtins() -> Option<Owned> {
    BUILTINS.borrow_mut().take().map(crate::owned::Ref::into_owned)
}

/// The namespace of the module `sys`, once there is one.
static SYSTEM: Static<RefCell<Option<crate::owned::Ref<crate::dict::Dict>>>> =
    Static::new(RefCell::new(None));

/// Tells the namespace of the module `sys`.
pub fn set_system(namespace: crate::owned::Ref<crate::dict::Dict>) {
    *SYSTEM.borrow_mut() = Some(namespace);
}

/// A name of the module `sys`.
pub fn system(name: &str) -> Option<Owned> {
    let namespace = SYSTEM.borrow().clone()?;
    namespace.get_str(&str::intern(name))
}

/// Forgets the namespace of `sys` at the end of the program; gives it back to be dropped.
pub fn take_system() -> Option<Owned> {
    SYSTEM.borrow_mut().take().map(crate::owned::Ref::into_owned)
}

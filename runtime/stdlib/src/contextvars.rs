//! `_contextvars`: context variables, contexts, tokens.
//!
//! A context holds its variables' values in a dict of its own; copying a context copies the dict. The current context is
//! the thread's.

use std::cell::{Cell, OnceCell, RefCell};
use std::mem::ManuallyDrop;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{
    exception, generic_alias, iteration, memory, operations, runtime_error, type_error, value_error,
};
use pyrsc_macros::{pyclass, pymethods, pymodule};

thread_local! {
    /// The current context of this thread; dropped by `forget`, with the GIL.
    static CURRENT: RefCell<Option<ManuallyDrop<Ref<Context>>>> = const { RefCell::new(None) };
}

#[pyclass(name = "Context", module = "_contextvars", flags(WEAKREF))]
#[repr(C)]
pub struct Context {
    header: Header,
    values: Slot,
    /// The context that was current when this one was entered.
    previous: Slot,
    entered: Cell<bool>,
}

#[pyclass(name = "ContextVar", module = "_contextvars")]
#[repr(C)]
pub struct ContextVar {
    header: Header,
    name: Owned,
    default: Slot,
}

#[pyclass(name = "Token", module = "_contextvars")]
#[repr(C)]
pub struct Token {
    header: Header,
    context: Owned,
    variable: Owned,
    old_value: Slot,
    used: Cell<bool>,
}

/// The one value that says that a variable had none.
#[pyclass(name = "Token.MISSING", module = "_contextvars")]
#[repr(C)]
pub struct Missing {
    header: Header,
}

fn missing() -> Owned {
    static MISSING_OBJECT: Static<OnceCell<Owned>> = Static::new(OnceCell::new());
    let object = MISSING_OBJECT.get_or_init(|| {
        let object =
            memory::allocate(Missing::type_object(), Missing { header: Header::unset() }).into_owned();
        pyrsc_core::collector::audit::keep(&object);
        object
    });
    object.clone()
}

fn new_context(values: Ref<Dict>) -> Ref<Context> {
    memory::allocate(
        Context::type_object(),
        Context {
            header: Header::unset(),
            values: Slot::new(values.into_owned()),
            previous: Slot::empty(),
            entered: Cell::new(false),
        },
    )
}

/// The thread's current context; a new, empty one at first.
pub fn current() -> Ref<Context> {
    let current = CURRENT.with(|current| current.borrow().as_ref().map(|context| Ref::clone(context)));
    match current {
        Some(context) => context,
        None => {
            let context = new_context(Dict::new());
            drop(set_current(Some(context.clone())));
            context
        }
    }
}

/// Drops the thread's current context, at the end of the thread.
pub fn forget() {
    drop(set_current(None));
}

/// Changes the thread's current context; gives back the one before.
fn set_current(context: Option<Ref<Context>>) -> Option<Ref<Context>> {
    CURRENT.with(|current| current.replace(context.map(ManuallyDrop::new))).map(ManuallyDrop::into_inner)
}

impl Context {
    fn values(&self) -> Ref<Dict> {
        let values = self.values.get().expect("a context has its dict until it is collected");
        values.into_ref::<Dict>().expect("the values are in a dict")
    }

    /// A context with the same values.
    pub fn copy(&self) -> Result<Ref<Context>> {
        Ok(new_context(self.values().copy()?))
    }

    fn object(&self) -> &Object {
        // SAFETY: a context is an object; its address is its word.
        unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(self) as u64)) }
    }

    /// Makes this the current context.
    pub fn enter(&self) -> Result<()> {
        if self.entered.get() {
            let shown = operations::repr_string(self.object())?;
            return Err(runtime_error!("cannot enter context: {shown} is already entered"));
        }
        let this = self.object().to_owned().into_ref::<Context>().expect("a context");
        self.entered.set(true);
        let before = set_current(Some(this));
        self.previous.set(before.map(Ref::into_owned));
        Ok(())
    }

    /// Makes the context before this one current again.
    pub fn exit(&self) {
        self.entered.set(false);
        let before = self.previous.replace(None).and_then(|before| before.into_ref::<Context>().ok());
        drop(set_current(before));
    }
}

/// The variable that a context is indexed with.
fn variable_key(key: &Object) -> Result<&Object> {
    if key.is_instance_of::<ContextVar>() {
        return Ok(key);
    }
    Err(type_error!("a ContextVar key was expected, got {}", operations::repr_string(key)?))
}

#[pymethods(Context)]
mod context_methods {
    use super::*;

    #[slot]
    fn new(_class: &TypeObject, arguments: Arguments<'_>) -> Result<Ref<Context>> {
        if arguments.count() != 0 {
            return Err(type_error!("Context() does not accept any arguments"));
        }
        Ok(new_context(Dict::new()))
    }

    #[slot]
    fn length(this: &Context) -> Result<usize> {
        Ok(this.values().len())
    }

    #[slot]
    fn get_item(this: &Object, key: &Object) -> Result {
        let Some(context) = this.downcast::<Context>() else { return Ok(Owned::not_implemented()) };
        match context.values().get(variable_key(key)?)? {
            Some(value) => Ok(value),
            None => Err(exception::key_error(key)),
        }
    }

    #[slot]
    fn contains(this: &Context, key: &Object) -> Result<bool> {
        this.values().contains(variable_key(key)?)
    }

    #[slot]
    fn iter(this: &Context) -> Result {
        iteration::iterate(this.values().object())
    }

    #[slot]
    fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
        let (Some(left), Some(right)) = (left.downcast::<Context>(), right.downcast::<Context>()) else {
            return Ok(Owned::not_implemented());
        };
        let equal = || left.values().equals(&right.values());
        match comparison {
            Comparison::Equal => Ok(Owned::bool(equal()?)),
            Comparison::NotEqual => Ok(Owned::bool(!equal()?)),
            _ => Ok(Owned::not_implemented()),
        }
    }

    #[pymethod(
        doc = "Return the value for `key` if `key` has the value in the context object.\n\nIf `key` does not exist, return `default`. If `default` is not given,\nreturn None."
    )]
    fn get(this: &Context, key: &Object, default: Option<&Object>) -> Result {
        let found = this.values().get(variable_key(key)?)?;
        Ok(found.unwrap_or_else(|| default.map_or(Owned::none(), Object::to_owned)))
    }

    #[pymethod(
        doc = "Return all variables and their values in the context object.\n\nThe result is returned as a list of 2-tuples (variable, value)."
    )]
    fn items(this: &Context) -> Result {
        operations::call_method(this.values().object(), "items", &[])
    }

    #[pymethod(doc = "Return a list of all variables in the context object.")]
    fn keys(this: &Context) -> Result {
        operations::call_method(this.values().object(), "keys", &[])
    }

    #[pymethod(doc = "Return a list of all variables' values in the context object.")]
    fn values(this: &Context) -> Result {
        operations::call_method(this.values().object(), "values", &[])
    }

    #[pymethod(doc = "Return a shallow copy of the context object.")]
    fn copy(this: &Context) -> Result<Ref<Context>> {
        this.copy()
    }

    #[pymethod]
    fn run(this: &Context, arguments: Arguments<'_>) -> Result {
        let Some(callable) = arguments.positional(0) else {
            return Err(type_error!("run() missing 1 required positional argument"));
        };
        this.enter()?;
        let result = operations::call_arguments(callable, arguments.without_first(1));
        this.exit();
        result
    }
}

fn new_token(context: &Context, variable: &Object, old_value: Option<Owned>) -> Owned {
    let contents = Token {
        header: Header::unset(),
        context: context.object().to_owned(),
        variable: variable.to_owned(),
        old_value: Slot::from_option(old_value),
        used: Cell::new(false),
    };
    memory::allocate(Token::type_object(), contents).into_owned()
}

/// Gives a variable back the value that it had before the token was made.
fn reset(variable: &Object, token: &Object) -> Result<()> {
    let Some(contents) = token.downcast::<Token>() else {
        return Err(type_error!("expected an instance of Token, got {}", operations::repr_string(token)?));
    };
    let shown = || operations::repr_string(token);
    if contents.used.get() {
        return Err(runtime_error!("{} has already been used once", shown()?));
    }
    if !contents.variable.is(variable) {
        return Err(value_error!("{} was created by a different ContextVar", shown()?));
    }
    let context = current();
    if !contents.context.is(context.object()) {
        return Err(value_error!("{} was created in a different Context", shown()?));
    }
    contents.used.set(true);
    match contents.old_value.get() {
        Some(old) => context.values().set(variable, &old),
        None => context.values().remove(variable).map(drop),
    }
}

#[pymethods(ContextVar)]
mod variable_methods {
    use super::*;

    #[slot(signature = "(name, /, *, default=None)")]
    fn new(_class: &TypeObject, name: &Object, default: Option<&Object>) -> Result<Ref<ContextVar>> {
        if !name.is_instance_of::<Str>() {
            return Err(type_error!("context variable name must be a str"));
        }
        let contents = ContextVar {
            header: Header::unset(),
            name: name.to_owned(),
            default: Slot::from_option(default.map(Object::to_owned)),
        };
        Ok(memory::allocate(ContextVar::type_object(), contents))
    }

    #[slot]
    fn repr(this: &Object) -> Result<String> {
        let Some(variable) = this.downcast::<ContextVar>() else { return Ok(String::new()) };
        let default = match variable.default.get() {
            Some(default) => format!(" default={}", operations::repr_string(&default)?),
            None => String::new(),
        };
        let name = operations::repr_string(&variable.name)?;
        Ok(format!("<ContextVar name={name}{default} at {:#x}>", this.value().0))
    }

    #[pymethod(
        doc = "Return a value for the context variable for the current context.\n\nIf there is no value for the variable in the current context, the method will:\n * return the value of the default argument of the method, if provided; or\n * return the default value for the context variable, if it was created\n   with one; or\n * raise a LookupError."
    )]
    fn get(this: &Object, default: Option<&Object>) -> Result {
        if let Some(value) = current().values().get(this)? {
            return Ok(value);
        }
        if let Some(default) = default {
            return Ok(default.to_owned());
        }
        match this.downcast::<ContextVar>().and_then(|variable| variable.default.get()) {
            Some(default) => Ok(default),
            None => Err(exception::raise_with(exception::LookupError::type_object(), this.to_owned())),
        }
    }

    #[pymethod(
        doc = "Call to set a new value for the context variable in the current context.\n\nThe required *value* argument is the new value for the context variable.\n\nReturns a Token object that can be used to restore the variable to its previous\nvalue via the `ContextVar.reset()` method."
    )]
    fn set(this: &Object, value: &Object) -> Result {
        let context = current();
        let values = context.values();
        let old = values.get(this)?;
        values.set(this, value)?;
        Ok(new_token(&context, this, old))
    }

    #[pymethod(
        name = "reset",
        doc = "Reset the context variable.\n\nThe variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used."
    )]
    fn reset_variable(this: &Object, token: &Object) -> Result<()> {
        reset(this, token)
    }

    #[getter]
    fn name(this: &ContextVar) -> Owned {
        this.name.clone()
    }

    #[classmethod(name = "__class_getitem__", doc = "See PEP 585")]
    fn class_getitem(class: &Object, item: &Object) -> Result {
        generic_alias::create(class, item)
    }
}

#[pymethods(Token)]
mod token_methods {
    use super::*;

    #[slot]
    fn new(_class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(runtime_error!("Tokens can only be created by ContextVars"))
    }

    #[slot]
    fn repr(this: &Object) -> Result<String> {
        let Some(token) = this.downcast::<Token>() else { return Ok(String::new()) };
        let used = if token.used.get() { " used" } else { "" };
        let variable = operations::repr_string(&token.variable)?;
        Ok(format!("<Token{used} var={variable} at {:#x}>", this.value().0))
    }

    #[getter]
    fn var(this: &Token) -> Owned {
        this.variable.clone()
    }

    #[getter]
    fn old_value(this: &Token) -> Owned {
        this.old_value.get().unwrap_or_else(missing)
    }

    #[attribute(name = "MISSING")]
    fn missing_value() -> Owned {
        missing()
    }

    #[pymethod(name = "__enter__", doc = "Enter into Token context manager.")]
    fn enter(this: &Object) -> Owned {
        this.to_owned()
    }

    #[pymethod(name = "__exit__", doc = "Exit from Token context manager, restore the linked ContextVar.")]
    fn exit(this: &Object, _type: &Object, _value: &Object, _traceback: &Object) -> Result<()> {
        let Some(token) = this.downcast::<Token>() else { return Ok(()) };
        reset(&token.variable, this)
    }

    #[classmethod(name = "__class_getitem__", doc = "See PEP 585")]
    fn class_getitem(class: &Object, item: &Object) -> Result {
        generic_alias::create(class, item)
    }
}

#[pymethods(Missing)]
mod missing_methods {
    use super::*;

    #[slot]
    fn repr(_this: &Object) -> &'static str {
        "<Token.MISSING>"
    }
}

#[pymodule(name = "_contextvars", doc = "Context Variables", types(CONTEXT, CONTEXT_VAR, TOKEN))]
mod module {
    use super::*;

    #[pyfunction]
    fn copy_context() -> Result<Ref<Context>> {
        current().copy()
    }
}

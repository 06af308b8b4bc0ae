//! Function objects as Python code sees them, and how the interpreter makes them.

use pyrsc_abi::ShapeId;
use pyrsc_bytecode::{CodeFlags, Constant, FunctionAttributes};
use pyrsc_core::cell::Variable;
use pyrsc_core::dict::Dict;
use pyrsc_core::function::Function;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use crate::code::CodeObject;
use crate::frame::Frame;

/// The built-ins that functions with some globals use: what `__builtins__` says, a module or a dict.
pub fn builtins_of(globals: &Dict) -> Result {
    if let Some(found) = globals.get_str(names::get(Name::__builtins__)) {
        return Ok(match found.downcast::<pyrsc_core::module::Module>() {
            Some(module) => module.namespace().into_owned(),
            None => found.clone(),
        });
    }
    match pyrsc_core::startup::builtins() {
        Some(builtins) => Ok(builtins.into_owned()),
        None => Ok(Dict::new_namespace().into_owned()),
    }
}

/// A function of a code object with globals.
pub fn new(code: &CodeObject, globals: &Dict, closure: Option<Owned>) -> Result<Ref<Function>> {
    let builtins = builtins_of(globals)?;
    Ok(with_builtins(code, globals.object(), builtins, closure))
}

fn with_builtins(
    code: &CodeObject,
    globals: &Object,
    builtins: Owned,
    closure: Option<Owned>,
) -> Ref<Function> {
    // SAFETY: the code object owns its descriptor.
    unsafe {
        Function::new(
            code.descriptor_for(globals.value()),
            code.object().to_owned(),
            globals.to_owned(),
            builtins,
            closure,
        )
    }
}

/// What `make_function` makes: `parts` are the attributes, in the order of the bits.
pub fn make(frame: &Frame, constant: usize, attributes: FunctionAttributes, parts: Vec<Owned>) -> Result {
    let code = frame.code().constant(constant)?;
    let code = code.downcast::<CodeObject>().expect("the verifier checks that the constant is code");
    make_of(code, frame.globals(), frame.builtins().to_owned(), attributes, parts)
}

/// A function of a code object, with attributes in the order of the bits.
pub fn make_of(
    code: &CodeObject,
    globals: &Dict,
    builtins: Owned,
    attributes: FunctionAttributes,
    parts: Vec<Owned>,
) -> Result {
    let function = with_builtins(code, globals.object(), builtins, None);
    let mut parts = parts.into_iter();
    let mut next = |bit| if attributes.contains(bit) { parts.next() } else { None };
    function.defaults.set(next(FunctionAttributes::DEFAULTS));
    function.keyword_defaults.set(next(FunctionAttributes::KEYWORD_DEFAULTS));
    function.annotate.set(next(FunctionAttributes::ANNOTATE));
    function.set_closure(next(FunctionAttributes::CLOSURE));
    function.module.set(globals.get_str(names::get(Name::__name__)));
    Ok(function.into_owned())
}

/// Sets `__type_params__` of a new function.
pub fn set_type_params(function: Owned, params: Owned) -> Result {
    match function.downcast::<Function>() {
        Some(object) => object.type_params.set(Some(params)),
        None => return Err(type_error!("type parameters need a function")),
    }
    Ok(function)
}

fn code_of(function: &Function) -> Option<Ref<CodeObject>> {
    let code = function.code.get()?;
    code.into_ref::<CodeObject>().ok()
}

/// `__qualname__`
pub fn qualified_name(function: &Function) -> Ref<Str> {
    if let Some(name) = function.qualified_name.get().and_then(|name| name.into_ref::<Str>().ok()) {
        return name;
    }
    match code_of(function) {
        Some(code) => str::intern(&code.code().qualified_name),
        None => Str::new("?"),
    }
}

/// `__name__`
pub fn name(function: &Function) -> Ref<Str> {
    if let Some(name) = function.name.get().and_then(|name| name.into_ref::<Str>().ok()) {
        return name;
    }
    match code_of(function) {
        Some(code) => str::intern(&code.code().name),
        None => Str::new("?"),
    }
}

fn doc(function: &Function) -> Owned {
    if let Some(doc) = function.doc.get() {
        return doc;
    }
    let Some(code) = code_of(function) else { return Owned::none() };
    if code.has_flags(CodeFlags::HAS_DOCSTRING)
        && matches!(code.code().constants.first(), Some(Constant::Str(_)))
    {
        return code.constant(0).unwrap_or(Owned::none());
    }
    Owned::none()
}

fn annotations(function: &Function) -> Result {
    let held = function.annotations.get();
    if let Some(held) = held {
        if held.shape_id() != ShapeId::TUPLE {
            return Ok(held);
        }
        // `from __future__ import annotations`: alternating names and strings.
        let dict = Dict::new();
        let pairs = held.downcast::<Tuple>().map(Tuple::to_vec).unwrap_or_default();
        for pair in pairs.chunks_exact(2) {
            dict.set(&pair[0], &pair[1])?;
        }
        let dict = dict.into_owned();
        function.annotations.set(Some(dict.clone()));
        return Ok(dict);
    }
    let dict = match function.annotate.get().filter(|annotate| operations::is_callable(annotate)) {
        Some(annotate) => {
            let made = operations::call(&annotate, &[&Owned::small_int(1)])?;
            if !made.is_instance_of::<Dict>() {
                return Err(type_error!(
                    "__annotate__() must return a dict, not {}",
                    made.type_object().name()
                ));
            }
            made
        }
        None => Dict::new().into_owned(),
    };
    function.annotations.set(Some(dict.clone()));
    Ok(dict)
}

/// An attribute that must be a str.
fn string_value(value: Option<&Object>, name: &str) -> Result {
    match value {
        Some(value) if value.is_instance_of::<Str>() => Ok(value.to_owned()),
        _ => Err(type_error!("{name} must be set to a string object")),
    }
}

#[pymethods(Function)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new(
        _class: &TypeObject,
        code: &Object,
        globals: &Object,
        name: Option<&Object>,
        defaults: Option<&Object>,
        closure: Option<&Object>,
        keyword_defaults: Option<&Object>,
    ) -> Result {
        let Some(code) = code.downcast::<CodeObject>() else {
            return Err(type_error!(
                "function() argument 'code' must be code, not {}",
                code.type_object().name()
            ));
        };
        let Some(globals) = globals.downcast::<Dict>() else {
            return Err(type_error!(
                "function() argument 'globals' must be dict, not {}",
                globals.type_object().name()
            ));
        };
        let given = |value: Option<&Object>| value.filter(|value| !value.is_none()).map(Object::to_owned);
        let (name, defaults, closure) = (given(name), given(defaults), given(closure));
        let keyword_defaults = given(keyword_defaults);
        if name.as_ref().is_some_and(|name| !name.is_instance_of::<Str>()) {
            return Err(type_error!("arg 3 (name) must be None or string"));
        }
        if defaults.as_ref().is_some_and(|defaults| !defaults.is_instance_of::<Tuple>()) {
            return Err(type_error!("arg 4 (defaults) must be None or tuple"));
        }
        let free = code.code().free_variable_count();
        match &closure {
            None if free > 0 => return Err(type_error!("arg 5 (closure) must be tuple")),
            None => {}
            Some(cells) => match cells.downcast::<Tuple>() {
                None => return Err(type_error!("arg 5 (closure) must be None or tuple")),
                Some(cells) => check_closure(code, cells, free)?,
            },
        }
        if keyword_defaults.as_ref().is_some_and(|defaults| !defaults.is_instance_of::<Dict>()) {
            return Err(type_error!("arg 6 (kwdefaults) must be None or dict"));
        }
        let function = super::new(code, globals, closure)?;
        function.module.set(globals.get_str(names::get(Name::__name__)));
        function.name.set(name);
        function.defaults.set(defaults);
        function.keyword_defaults.set(keyword_defaults);
        Ok(function.into_owned())
    }

    fn check_closure(code: &CodeObject, cells: &Tuple, free: usize) -> Result<()> {
        if cells.len() != free {
            return Err(value_error!(
                "{} requires closure of length {}, not {}",
                code.code().name,
                free,
                cells.len()
            ));
        }
        for cell in cells.iter() {
            if !cell.is_instance_of::<Variable>() {
                return Err(type_error!(
                    "arg 5 (closure) expected cell, found {}",
                    cell.type_object().name()
                ));
            }
        }
        Ok(())
    }

    #[slot]
    fn repr(this: &Function) -> Result {
        let text = format!(
            "<function {} at {:#x}>",
            qualified_name(this).to_string_lossy(),
            this.object().value().0
        );
        Ok(Str::new(&text).into_owned())
    }

    #[getter(name = "__code__")]
    fn code(this: &Function) -> Result {
        Ok(this.code.get_or_none())
    }

    #[setter(name = "__code__")]
    fn set_code(this: &Function, value: Option<&Object>) -> Result<()> {
        let Some(code) = value.and_then(|value| value.downcast::<CodeObject>()) else {
            return Err(type_error!("__code__ must be set to a code object"));
        };
        let free = code.code().free_variable_count();
        let cells = this.closure().map_or(0, Tuple::len);
        if free != cells {
            return Err(value_error!(
                "{}() requires a code object with {} free vars, not {}",
                name(this).to_string_lossy(),
                cells,
                free
            ));
        }
        // Names that came from the old code stay.
        if this.name.is_empty() {
            this.name.set(Some(name(this).into_owned()));
        }
        if this.qualified_name.is_empty() {
            this.qualified_name.set(Some(qualified_name(this).into_owned()));
        }
        if this.doc.is_empty() {
            this.doc.set(Some(super::doc(this)));
        }
        // SAFETY: the code object owns its descriptor.
        let old =
            unsafe { this.set_code(code.descriptor_for(this.globals_word()), code.object().to_owned()) };
        // A frame may be running it, and does not own it.
        std::mem::forget(old);
        Ok(())
    }

    #[getter(name = "__globals__")]
    fn globals(this: &Function) -> Result {
        Ok(this.globals().object().to_owned())
    }

    #[getter(name = "__builtins__")]
    fn builtins(this: &Function) -> Result {
        Ok(this.builtins.get_or_none())
    }

    #[getter(name = "__closure__")]
    fn closure(this: &Function) -> Result {
        Ok(this.closure().map_or(Owned::none(), |closure| closure.object().to_owned()))
    }

    #[getter(name = "__name__")]
    fn get_name(this: &Function) -> Result {
        Ok(name(this).into_owned())
    }

    #[setter(name = "__name__")]
    fn set_name(this: &Function, value: Option<&Object>) -> Result<()> {
        this.name.set(Some(string_value(value, "__name__")?));
        Ok(())
    }

    #[getter(name = "__qualname__")]
    fn get_qualified_name(this: &Function) -> Result {
        Ok(qualified_name(this).into_owned())
    }

    #[setter(name = "__qualname__")]
    fn set_qualified_name(this: &Function, value: Option<&Object>) -> Result<()> {
        this.qualified_name.set(Some(string_value(value, "__qualname__")?));
        Ok(())
    }

    #[getter(name = "__doc__")]
    fn get_doc(this: &Function) -> Result {
        Ok(super::doc(this))
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: &Function, value: Option<&Object>) -> Result<()> {
        this.doc.set(Some(value.map_or(Owned::none(), Object::to_owned)));
        Ok(())
    }

    #[getter(name = "__module__")]
    fn module(this: &Function) -> Result {
        Ok(this.module.get_or_none())
    }

    #[setter(name = "__module__")]
    fn set_module(this: &Function, value: Option<&Object>) -> Result<()> {
        this.module.set(value.map(Object::to_owned));
        Ok(())
    }

    #[getter(name = "__defaults__")]
    fn defaults(this: &Function) -> Result {
        Ok(this.defaults.get_or_none())
    }

    #[setter(name = "__defaults__")]
    fn set_defaults(this: &Function, value: Option<&Object>) -> Result<()> {
        match value.filter(|value| !value.is_none()) {
            None => this.defaults.set(None),
            Some(value) if value.is_instance_of::<Tuple>() => this.defaults.set(Some(value.to_owned())),
            Some(_) => return Err(type_error!("__defaults__ must be set to a tuple object")),
        }
        Ok(())
    }

    #[getter(name = "__kwdefaults__")]
    fn keyword_defaults(this: &Function) -> Result {
        Ok(this.keyword_defaults.get_or_none())
    }

    #[setter(name = "__kwdefaults__")]
    fn set_keyword_defaults(this: &Function, value: Option<&Object>) -> Result<()> {
        match value.filter(|value| !value.is_none()) {
            None => this.keyword_defaults.set(None),
            Some(value) if value.is_instance_of::<Dict>() => {
                this.keyword_defaults.set(Some(value.to_owned()))
            }
            Some(_) => return Err(type_error!("__kwdefaults__ must be set to a dict object")),
        }
        Ok(())
    }

    #[getter(name = "__annotations__")]
    fn get_annotations(this: &Function) -> Result {
        super::annotations(this)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(this: &Function, value: Option<&Object>) -> Result<()> {
        match value.filter(|value| !value.is_none()) {
            None => this.annotations.set(None),
            Some(value) if value.is_instance_of::<Dict>() => this.annotations.set(Some(value.to_owned())),
            Some(_) => return Err(type_error!("__annotations__ must be set to a dict object")),
        }
        this.annotate.set(None);
        Ok(())
    }

    #[getter(name = "__annotate__")]
    fn annotate(this: &Function) -> Result {
        Ok(this.annotate.get_or_none())
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(this: &Function, value: Option<&Object>) -> Result<()> {
        match value {
            None => return Err(type_error!("__annotate__ cannot be deleted")),
            Some(value) if value.is_none() => this.annotate.set(None),
            Some(value) if operations::is_callable(value) => {
                this.annotate.set(Some(value.to_owned()));
                this.annotations.set(None);
            }
            Some(_) => return Err(type_error!("__annotate__ must be callable or None")),
        }
        Ok(())
    }

    #[getter(name = "__type_params__")]
    fn type_params(this: &Function) -> Result {
        Ok(this.type_params.get().unwrap_or_else(|| Tuple::empty().into_owned()))
    }

    #[setter(name = "__type_params__")]
    fn set_type_params(this: &Function, value: Option<&Object>) -> Result<()> {
        match value {
            Some(value) if value.is_instance_of::<Tuple>() => {
                this.type_params.set(Some(value.to_owned()));
                Ok(())
            }
            _ => Err(type_error!("__type_params__ must be set to a tuple")),
        }
    }
}

/// What Python code sees of cells.
#[pymethods(Variable)]
mod cell_methods {
    use super::*;

    #[slot(signature = "(cls, contents=None, /)")]
    fn new(_class: &TypeObject, contents: Option<&Object>) -> Result {
        Ok(Variable::new(contents.map(Object::to_owned)).into_owned())
    }

    #[slot]
    fn repr(this: &Variable) -> Result {
        let address = this.object().value().0;
        let text = match this.get() {
            None => format!("<cell at {address:#x}: empty>"),
            Some(value) => {
                format!(
                    "<cell at {address:#x}: {} object at {:#x}>",
                    value.type_object().name(),
                    value.value().0
                )
            }
        };
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn compare(
        this: &Variable,
        other: &Object,
        comparison: pyrsc_core::special_methods::Comparison,
    ) -> Result {
        let Some(other) = other.downcast::<Variable>() else { return Ok(Owned::not_implemented()) };
        match (this.get(), other.get()) {
            (Some(left), Some(right)) => operations::compare(&left, &right, comparison),
            (left, right) => Ok(Owned::bool(comparison.holds(left.is_some().cmp(&right.is_some())))),
        }
    }

    #[getter]
    fn cell_contents(this: &Variable) -> Result {
        this.get().ok_or_else(|| value_error!("cell is empty"))
    }

    #[setter(name = "cell_contents")]
    fn set_cell_contents(this: &Variable, value: Option<&Object>) -> Result<()> {
        this.set(value.map(Object::to_owned));
        Ok(())
    }
}

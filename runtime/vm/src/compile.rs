//! Compiling at run time, as Python code asks for it: `compile`, `exec`, `eval`, and the errors of sources.

use pyrsc_bytecode::CodeFlags;
use pyrsc_core::bytes_like;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, SyntaxError};
use pyrsc_core::function::Function;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::value_error;

use crate::code::CodeObject;
use crate::hooks::{self, Mode, Request, SourceWarning, SyntaxFault};

/// `compile(…, flags)`: the result is a syntax tree.
pub const ONLY_AST: u32 = 0x400;
/// `compile(…, flags)`: top-level `await` is allowed.
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;

/// Raises the SyntaxError of a mistake.
pub fn raise_syntax_error(fault: &SyntaxFault, request: &Request<'_>) -> Raised {
    let filename = request.filename;
    let result = (|| -> Result {
        let class = pyrsc_core::startup::builtin(fault.class)?;
        let message = Str::new(&fault.message).into_owned();
        if !class.downcast::<pyrsc_core::type_object::TypeObject>().is_some_and(|class| {
            class.is_subtype(<SyntaxError as pyrsc_core::type_object::Class>::type_object())
        }) {
            return operations::call(&class, &[&message]);
        }
        let number = |number: i64| Owned::small_int(number);
        let is_file = std::path::Path::new(filename).exists();
        let text = fault.text.as_ref().filter(|_| !fault.is_text_of_file || is_file);
        let mut details = vec![
            Str::new(filename).into_owned(),
            number(i64::from(fault.line)),
            number(i64::from(fault.column)),
            text.map_or(Owned::none(), |text| Str::new(text).into_owned()),
            number(i64::from(fault.end_line)),
            number(i64::from(fault.end_column)),
        ];
        // What a keyword typo is looked for in: the source, where it cannot be read from the file.
        if !fault.is_text_of_file {
            let source = match is_file {
                true => Owned::none(),
                false => Str::new(&String::from_utf8_lossy(request.source)).into_owned(),
            };
            details.push(Tuple::from_vec(vec![number(0), number(0), source]).into_owned());
        }
        let details = Tuple::from_vec(details).into_owned();
        operations::call(&class, &[&message, &details])
    })();
    match result {
        Ok(error) => exception::raise_object(error),
        Err(raised) => raised,
    }
}

/// Issues a warning of the compiler.
pub fn issue_warning(warning: &SourceWarning, filename: &str) -> Result<()> {
    let warnings = crate::import::import_module("warnings")?;
    let explicit = operations::get_attribute_named(&warnings, "warn_explicit")?;
    let category = pyrsc_core::startup::builtin(warning.class)?;
    let message = Str::new(&warning.message).into_owned();
    let filename = Str::new(filename).into_owned();
    let line = Owned::small_int(i64::from(warning.line));
    operations::call(&explicit, &[&message, &category, &filename, &line]).map(drop)
}

/// The bytes of a source argument, and whether it was text.
fn source_bytes(source: &Object, function: &str) -> Result<(Vec<u8>, bool)> {
    if let Some(text) = source.downcast::<Str>() {
        let bytes = match text.to_utf8() {
            Some(bytes) => bytes.as_bytes().to_vec(),
            None => {
                // Raises UnicodeEncodeError for the surrogate.
                let utf8 = pyrsc_core::str::intern("utf-8").into_owned();
                operations::call_method(source, "encode", &[&utf8])?;
                return Err(value_error!("source code string cannot contain surrogates"));
            }
        };
        if bytes.contains(&0) {
            return Err(null_bytes());
        }
        return Ok((bytes, true));
    }
    match bytes_like::argument(source) {
        Ok(bytes) => {
            if bytes.contains(&0) {
                return Err(null_bytes());
            }
            Ok((bytes, false))
        }
        Err(Raised) => {
            exception::clear();
            let expected =
                if function == "compile" { "string, bytes or AST" } else { "string, bytes or code" };
            Err(type_error!("{function}() arg 1 must be a {expected} object"))
        }
    }
}

fn null_bytes() -> Raised {
    let fault = SyntaxFault {
        class: "SyntaxError",
        message: "source code string cannot contain null bytes".to_string(),
        line: 0,
        column: 0,
        end_line: 0,
        end_column: 0,
        text: None,
        is_text_of_file: false,
    };
    let message = Str::new(&fault.message).into_owned();
    match pyrsc_core::startup::builtin(fault.class).and_then(|class| operations::call(&class, &[&message])) {
        Ok(error) => exception::raise_object(error),
        Err(raised) => raised,
    }
}

/// The `__future__` features of the running function, for code that it compiles.
fn inherited_flags() -> u32 {
    let flags = crate::stack::innermost().map_or(0, |activation| activation.code().code().flags.0);
    (flags & CodeFlags::FUTURE_ANNOTATIONS) as u32
}

/// Compiles a source argument.
pub fn compile_source(
    source: &Object,
    filename: &str,
    mode: Mode,
    flags: u32,
    function: &str,
) -> Result<Ref<CodeObject>> {
    let (bytes, is_text) = source_bytes(source, function)?;
    let request = Request { source: &bytes, is_text, filename, mode, flags, optimize: -1 };
    CodeObject::new(hooks::compile(&request)?)
}

/// `compile(source, filename, mode, flags, dont_inherit, optimize)`
pub fn compile(
    source: &Object,
    filename: &Object,
    mode: &str,
    flags: i64,
    dont_inherit: bool,
    optimize: i64,
) -> Result {
    let filename = match filename.downcast::<Str>() {
        Some(filename) => filename.to_string_lossy().into_owned(),
        None => {
            let path = crate::import::file_system_path(filename)?;
            operations::str(&path)?.to_string_lossy().into_owned()
        }
    };
    let mut flags = u32::try_from(flags).map_err(|_| value_error!("compile(): unrecognised flags"))?;
    if !(-1..=2).contains(&optimize) {
        return Err(value_error!("compile(): invalid optimize value"));
    }
    let optimize = optimize as i32;
    let mode_name = mode;
    let mode = match mode {
        "exec" => Mode::Module,
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        _ => return Err(value_error!("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    if !dont_inherit {
        flags |= inherited_flags();
    }
    if crate::syntax_tree::is_tree(source)? {
        if flags & ONLY_AST != 0 {
            return Ok(source.to_owned());
        }
        let tree = crate::syntax_tree::from_object(source, mode_name)?;
        let request = Request { source: b"", is_text: true, filename: &filename, mode, flags, optimize };
        return Ok(CodeObject::new(hooks::compile_tree(&tree, &request)?)?.into_owned());
    }
    let (bytes, is_text) = source_bytes(source, "compile")?;
    let request = Request { source: &bytes, is_text, filename: &filename, mode, flags, optimize };
    if flags & ONLY_AST != 0 {
        return crate::syntax_tree::to_object(&hooks::parse_tree(&request)?);
    }
    Ok(CodeObject::new(hooks::compile(&request)?)?.into_owned())
}

/// The globals and locals that `exec` and `eval` use where they are not given: those of the running function.
fn namespaces(function: &str, globals: Option<&Object>, locals: Option<&Object>) -> Result<(Owned, Owned)> {
    let locals = locals.filter(|locals| !locals.is_none()).map(Object::to_owned);
    let globals = match globals.filter(|globals| !globals.is_none()) {
        Some(globals) => {
            if !globals.is_instance_of::<Dict>() {
                let what = if function == "eval" {
                    "globals must be a real dict; try eval(code, {}, mapping)"
                } else {
                    ""
                };
                if function == "eval" && locals.is_none() {
                    return Err(type_error!("{what}"));
                }
                return Err(type_error!(
                    "{function}() globals must be a dict, not {}",
                    globals.type_object().name()
                ));
            }
            Some(globals.to_owned())
        }
        None => None,
    };
    if locals.as_ref().is_some_and(|locals| locals.type_object().special().get_item.is_none()) {
        return Err(type_error!(
            "{function}() locals must be a mapping or None, not {}",
            locals.as_ref().map_or("None", |locals| locals.type_object().name())
        ));
    }
    Ok(match globals {
        Some(globals) => {
            let locals = locals.unwrap_or_else(|| globals.clone());
            (globals, locals)
        }
        None => {
            let globals = crate::introspection::current_globals()?;
            let locals = match locals {
                Some(locals) => locals,
                None => crate::introspection::current_locals()?,
            };
            (globals, locals)
        }
    })
}

/// Makes sure that globals say what the built-ins are.
pub fn set_builtins(globals: &Dict) -> Result<()> {
    let key = names::get(Name::__builtins__);
    if globals.get_str(key).is_none()
        && let Some(builtins) = pyrsc_core::startup::builtins()
    {
        let module = crate::import::loaded("builtins").unwrap_or(builtins.into_owned());
        globals.set_str(key, &module)?;
    }
    Ok(())
}

fn run(code: &CodeObject, globals: &Object, locals: &Object, closure: Option<Owned>) -> Result {
    let dict = globals.downcast::<Dict>().ok_or_else(|| type_error!("globals must be a dict"))?;
    set_builtins(dict)?;
    let function: Ref<Function> = crate::function::new(code, dict, closure)?;
    crate::call::run_in_namespace(&function, Some(locals))
}

/// `exec(source, globals, locals, closure=closure)`
pub fn exec(
    source: &Object,
    globals: Option<&Object>,
    locals: Option<&Object>,
    closure: Option<&Object>,
) -> Result<()> {
    let (globals, locals) = namespaces("exec", globals, locals)?;
    let closure = closure.filter(|closure| !closure.is_none());
    if let Some(code) = source.downcast::<CodeObject>() {
        let free = code.code().free_variable_count();
        let closure = match closure {
            None if free > 0 => {
                return Err(type_error!("code object requires a closure of exactly length {free}"));
            }
            None => None,
            Some(_) if free == 0 => {
                return Err(type_error!("cannot use a closure with this code object"));
            }
            Some(closure) => match closure.downcast_exact::<Tuple>() {
                Some(cells)
                    if cells.len() == free
                        && cells.iter().all(|cell| cell.is_exact::<pyrsc_core::cell::Variable>()) =>
                {
                    Some(closure.to_owned())
                }
                _ => return Err(type_error!("code object requires a closure of exactly length {free}")),
            },
        };
        return run(code, &globals, &locals, closure).map(drop);
    }
    if closure.is_some() {
        return Err(type_error!("closure argument can only be used with code objects"));
    }
    let code = compile_source(source, "<string>", Mode::Module, inherited_flags(), "exec")?;
    run(&code, &globals, &locals, None).map(drop)
}

/// `eval(source, globals, locals)`
pub fn eval(source: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Result {
    let (globals, locals) = namespaces("eval", globals, locals)?;
    if let Some(code) = source.downcast::<CodeObject>() {
        if code.code().free_variable_count() > 0 {
            return Err(type_error!("code object passed to eval() may not contain free variables"));
        }
        return run(code, &globals, &locals, None);
    }
    // Leading blanks are allowed.
    let text = source.downcast::<Str>().and_then(|text| text.to_utf8().map(|text| text.into_owned()));
    let trimmed = text.map(|text| Str::new(text.trim_start_matches([' ', '\t'])).into_owned());
    let source = trimmed.as_deref().unwrap_or(source);
    let code = compile_source(source, "<string>", Mode::Expression, inherited_flags(), "eval")?;
    run(&code, &globals, &locals, None)
}

//! `sys.displayhook`, `sys.excepthook`, `sys.unraisablehook`: what happens to values and exceptions that end up nowhere.

use std::cell::Cell;

use pyrsc_core::exception::{self, BaseException};
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};
use pyrsc_core::struct_sequence;
use pyrsc_core::{runtime_error, type_error};

use super::info::UNRAISABLE_FIELDS;

/// Writes a text to `sys.stderr`; to the process's where that is gone.
pub fn write_error(text: &str) {
    if let Some(stderr) = startup::system("stderr").filter(|stderr| !stderr.is_none()) {
        let written = operations::call_method(&stderr, "write", &[Str::new(text).object()])
            .and_then(|_| operations::call_method(&stderr, "flush", &[]));
        if written.is_ok() {
            return;
        }
        exception::clear();
    }
    eprint!("{text}");
}

/// Shows the value of an expression statement at the prompt, and keeps it as `builtins._`.
pub fn display(value: &Object) -> Result<()> {
    if value.is_none() {
        return Ok(());
    }
    let Some(builtins) = startup::builtins() else { return Err(runtime_error!("lost builtins module")) };
    let name = str::intern("_");
    builtins.set_str(&name, &Owned::none())?;
    let Some(stdout) = startup::system("stdout").filter(|stdout| !stdout.is_none()) else {
        return Err(runtime_error!("lost sys.stdout"));
    };
    let text = operations::repr(value)?;
    operations::call_method(&stdout, "write", &[text.object()])?;
    operations::call_method(&stdout, "write", &[str::one_character(b'\n').object()])?;
    builtins.set_str(&name, value)
}

/// How an exception with its traceback is shown; the engine sets it.
pub static FORMATTER: Static<Cell<Option<fn(&Object) -> Result<String>>>> = Static::new(Cell::new(None));

/// Shows an exception as the interpreter does when a program ends with it.
pub fn print_exception(value: &Object, traceback: &Object) -> Result<()> {
    if !value.is_instance_of::<BaseException>() {
        return Err(type_error!(
            "print_exception(): Exception expected for value, {} found",
            value.type_object().name()
        ));
    }
    if let Some(error) = value.downcast::<BaseException>()
        && error.traceback.is_empty()
        && !traceback.is_none()
    {
        error.traceback.set(Some(traceback.to_owned()));
    }
    let text = match FORMATTER.get() {
        Some(format) => format(value)?,
        None => format!("{}: {}\n", value.type_object().name(), operations::str_string(value)?),
    };
    write_error(&text);
    Ok(())
}

/// What the runtime does with an exception that nobody can receive: calls `sys.unraisablehook`.
pub fn report_unraisable(raised: &Object, message: &str, object: Option<&Object>) {
    let handled = exception::set_handled(None);
    let traceback =
        raised.downcast::<BaseException>().map_or(Owned::none(), |error| error.traceback.get_or_none());
    let arguments = struct_sequence::new(
        &UNRAISABLE_FIELDS,
        vec![
            raised.type_object().to_owned(),
            raised.to_owned(),
            traceback,
            if message.is_empty() { Owned::none() } else { Str::new(message).into_owned() },
            object.map_or(Owned::none(), Object::to_owned),
        ],
    );
    let shown = match startup::system("unraisablehook").filter(|hook| !hook.is_none()) {
        Some(hook) => operations::call(&hook, &[&arguments]).map(drop),
        None => print_unraisable(&arguments),
    };
    if shown.is_err() {
        exception::clear();
    }
    drop(exception::set_handled(handled));
}

/// `sys.unraisablehook`'s own doing: says what was ignored, and where.
pub fn print_unraisable(arguments: &Object) -> Result<()> {
    let field = |name: &str| operations::get_attribute_named(arguments, name);
    let value = field("exc_value")?;
    let message = field("err_msg")?;
    let object = field("object")?;
    let mut text = String::new();
    let shown = if object.is_none() {
        None
    } else {
        Some(operations::repr_string(&object).unwrap_or_else(|_| {
            exception::clear();
            "<object repr() failed>".to_string()
        }))
    };
    match (message.is_none(), shown) {
        (true, None) => text.push_str("Exception ignored:\n"),
        (true, Some(shown)) => text.push_str(&format!("Exception ignored in: {shown}\n")),
        (false, None) => text.push_str(&format!("{}:\n", operations::str_string(&message)?)),
        (false, Some(shown)) => text.push_str(&format!("{}: {shown}\n", operations::str_string(&message)?)),
    }
    match FORMATTER.get() {
        Some(format) if !value.is_none() => text.push_str(&format(&value)?),
        _ => text.push_str(&format!("{}\n", operations::repr_string(&value)?)),
    }
    write_error(&text);
    Ok(())
}

/// The class `types.SimpleNamespace`.
pub fn simple_namespace() -> Result {
    Ok(crate::types::SIMPLE_NAMESPACE.to_owned())
}

//! `print`.

use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};
use pyrsc_core::{runtime_error, type_error};
use pyrsc_macros::pyfunction;

/// A `sep` or `end` that was given: a str, or None for the default.
fn separator(value: &Object, name: &str) -> Result<Option<Owned>> {
    if value.is_none() {
        return Ok(None);
    }
    if !value.is_instance_of::<Str>() {
        return Err(type_error!("{name} must be None or a string, not {}", value.type_object().name()));
    }
    Ok(Some(value.to_owned()))
}

#[pyfunction]
pub fn print(arguments: Arguments<'_>) -> Result<()> {
    let (mut between, mut end, mut file, mut flush) = (None, None, None, false);
    for (name, value) in arguments.iter_keywords() {
        let name = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match name.as_str() {
            "sep" => between = separator(value, "sep")?,
            "end" => end = separator(value, "end")?,
            "file" => file = Some(value.to_owned()).filter(|file| !file.is_none()),
            "flush" => flush = operations::is_true(value)?,
            _ => return Err(type_error!("print() got an unexpected keyword argument '{name}'")),
        }
    }
    let file = match file {
        Some(file) => file,
        None => match startup::system("stdout") {
            Some(stdout) if stdout.is_none() => return Ok(()),
            Some(stdout) => stdout,
            None => return Err(runtime_error!("lost sys.stdout")),
        },
    };
    let write = operations::get_attribute(&file, &str::intern("write"))?;
    let between = between.unwrap_or_else(|| str::one_character(b' ').object().to_owned());
    let end = end.unwrap_or_else(|| str::one_character(b'\n').object().to_owned());
    for (index, value) in arguments.iter_positional().enumerate() {
        if index > 0 {
            operations::call(&write, &[&between])?;
        }
        let text = operations::str(value)?;
        operations::call(&write, &[text.object()])?;
    }
    operations::call(&write, &[&end])?;
    if flush {
        operations::call_method(&file, "flush", &[])?;
    }
    Ok(())
}

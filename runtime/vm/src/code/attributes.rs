//! What Python code sees of code objects.

use std::sync::Arc;

use pyrsc_bytecode::{Code, CodeFlags, LocalKind};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use super::CodeObject;

fn text(value: &Object, name: &str) -> Result<Arc<str>> {
    match value.downcast::<Str>() {
        Some(text) => Ok(text.to_string_lossy().as_ref().into()),
        None => {
            Err(type_error!("replace() argument '{name}' must be str, not {}", value.type_object().name()))
        }
    }
}

fn number(value: &Object) -> Result<u32> {
    let number = pyrsc_core::int::index_i64(value)?;
    u32::try_from(number).map_err(|_| value_error!("code: argument out of range"))
}

/// A tuple of the names of locals.
fn names(this: &CodeObject, wanted: impl Fn(LocalKind) -> bool) -> Owned {
    Tuple::from_vec(this.local_names(wanted)).into_owned()
}

fn is_variable(code: &Code, index: usize) -> bool {
    match code.locals[index].kind {
        LocalKind::Plain => true,
        LocalKind::Cell => index < code.parameter_count(),
        LocalKind::Free | LocalKind::Hidden | LocalKind::HiddenCell => false,
    }
}

fn variable_names(this: &CodeObject) -> Vec<Owned> {
    let code = this.code();
    if !code.flags.contains(CodeFlags::OPTIMIZED) {
        return Vec::new();
    }
    let indices = (0..code.locals.len()).filter(|&index| is_variable(code, index));
    indices.map(|index| str::intern(&code.locals[index].name).into_owned()).collect()
}

fn optional(number: Option<u32>) -> Owned {
    number.map_or(Owned::none(), |number| Owned::small_int(i64::from(number)))
}

#[pymethods(CodeObject)]
mod methods {
    use super::*;

    #[slot]
    fn repr(this: &CodeObject) -> Result {
        let code = this.code();
        let shown = format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            code.name,
            this.object().value().0,
            code.filename,
            code.first_line
        );
        Ok(Str::new(&shown).into_owned())
    }

    #[slot]
    fn hash(this: &CodeObject) -> Result<i64> {
        let code = this.code();
        let name = Str::new(&code.name).hash();
        Ok(name
            ^ i64::from(code.first_line)
            ^ (code.instructions.len() as i64) << 20
            ^ i64::from(code.argument_count))
    }

    #[slot]
    fn compare(this: &CodeObject, other: &Object, comparison: Comparison) -> Result {
        let Some(other) = other.downcast::<CodeObject>() else { return Ok(Owned::not_implemented()) };
        let equal = std::ptr::eq(this, other)
            || Arc::ptr_eq(this.code(), other.code())
            || this.code() == other.code();
        match comparison {
            Comparison::Equal => Ok(Owned::bool(equal)),
            Comparison::NotEqual => Ok(Owned::bool(!equal)),
            _ => Ok(Owned::not_implemented()),
        }
    }

    #[getter]
    fn co_name(this: &CodeObject) -> Result {
        Ok(str::intern(&this.code().name).into_owned())
    }

    #[getter]
    fn co_qualname(this: &CodeObject) -> Result {
        Ok(str::intern(&this.code().qualified_name).into_owned())
    }

    #[getter]
    fn co_filename(this: &CodeObject) -> Result {
        Ok(str::intern(&this.code().filename).into_owned())
    }

    #[getter]
    fn co_firstlineno(this: &CodeObject) -> Result<i64> {
        Ok(i64::from(this.code().first_line))
    }

    #[getter]
    fn co_flags(this: &CodeObject) -> Result<i64> {
        Ok((this.code().flags.0 & CodeFlags::PUBLIC) as i64)
    }

    #[getter]
    fn co_argcount(this: &CodeObject) -> Result<i64> {
        Ok(i64::from(this.code().argument_count))
    }

    #[getter]
    fn co_posonlyargcount(this: &CodeObject) -> Result<i64> {
        Ok(i64::from(this.code().positional_only_count))
    }

    #[getter]
    fn co_kwonlyargcount(this: &CodeObject) -> Result<i64> {
        Ok(i64::from(this.code().keyword_only_count))
    }

    #[getter]
    fn co_nlocals(this: &CodeObject) -> Result<i64> {
        Ok(variable_names(this).len() as i64)
    }

    #[getter]
    fn co_stacksize(this: &CodeObject) -> Result<i64> {
        Ok(i64::from(this.code().temporary_count))
    }

    #[getter]
    fn co_varnames(this: &CodeObject) -> Result {
        Ok(Tuple::from_vec(variable_names(this)).into_owned())
    }

    #[getter]
    fn co_cellvars(this: &CodeObject) -> Result {
        Ok(names(this, |kind| kind == LocalKind::Cell))
    }

    #[getter]
    fn co_freevars(this: &CodeObject) -> Result {
        Ok(names(this, |kind| kind == LocalKind::Free))
    }

    #[getter]
    fn co_names(this: &CodeObject) -> Result {
        let names = this.names().iter().map(|name| name.clone().into_owned()).collect();
        Ok(Tuple::from_vec(names).into_owned())
    }

    #[getter]
    fn co_consts(this: &CodeObject) -> Result {
        let constants: Result<Vec<Owned>> =
            (0..this.code().constants.len()).map(|index| this.constant(index)).collect();
        Ok(Tuple::from_vec(constants?).into_owned())
    }

    #[getter]
    fn co_code(this: &CodeObject) -> Result {
        let bytes: Vec<u8> = this.code().instructions.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        Ok(Bytes::new(&bytes).into_owned())
    }

    #[getter]
    fn _co_code_adaptive(this: &CodeObject) -> Result {
        co_code(this)
    }

    #[getter]
    fn co_linetable(this: &CodeObject) -> Result {
        Ok(Bytes::new(this.code().positions.as_bytes()).into_owned())
    }

    #[getter]
    fn co_exceptiontable(this: &CodeObject) -> Result {
        let words =
            this.code().handlers.iter().flat_map(|handler| {
                [handler.start, handler.end, handler.target.0, u32::from(handler.depth.0)]
            });
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        Ok(Bytes::new(&bytes).into_owned())
    }

    /// One entry a unit: two bytes of `tb_lasti`.
    #[pymethod]
    fn co_positions(this: &CodeObject) -> Result {
        let mut entries = Vec::new();
        for (_, length, position) in this.code().positions.runs() {
            let entry = match position {
                Some(position) => vec![
                    optional(Some(position.line)),
                    optional(Some(position.end_line)),
                    optional(position.column),
                    optional(position.end_column),
                ],
                None => vec![Owned::none(); 4],
            };
            let entry = Tuple::from_vec(entry).into_owned();
            entries.extend((0..length).map(|_| entry.clone()));
        }
        pyrsc_core::iteration::iterate(Tuple::from_vec(entries).object())
    }

    #[pymethod]
    fn co_lines(this: &CodeObject) -> Result {
        let mut entries: Vec<(u32, u32, Option<u32>)> = Vec::new();
        for (start, length, position) in this.code().positions.runs() {
            let line = position.map(|position| position.line);
            match entries.last_mut() {
                Some(last) if last.2 == line => last.1 = (start + length) * 2,
                _ => entries.push((start * 2, (start + length) * 2, line)),
            }
        }
        let entries = entries.into_iter().map(|(start, end, line)| {
            Tuple::from_vec(vec![optional(Some(start)), optional(Some(end)), optional(line)]).into_owned()
        });
        pyrsc_core::iteration::iterate(Tuple::from_vec(entries.collect()).object())
    }

    #[pymethod]
    fn co_branches(_this: &CodeObject) -> Result {
        pyrsc_core::iteration::iterate(Tuple::empty().object())
    }

    #[pymethod]
    fn _varname_from_oparg(this: &CodeObject, index: i64) -> Result {
        match this.code().locals.get(index as usize) {
            Some(local) => Ok(str::intern(&local.name).into_owned()),
            None => Err(pyrsc_core::index_error!("tuple index out of range")),
        }
    }

    #[pymethod]
    fn replace(this: &CodeObject, arguments: Arguments<'_>) -> Result {
        if arguments.positional_count() > 1 {
            return Err(type_error!(
                "replace() takes exactly 0 positional arguments ({} given)",
                arguments.positional_count() - 1
            ));
        }
        let mut code = Code::clone(this.code());
        for (name, value) in arguments.iter_keywords() {
            let name = operations::str_string(name)?;
            match name.as_str() {
                "co_name" => code.name = text(value, &name)?,
                "co_qualname" => code.qualified_name = text(value, &name)?,
                "co_filename" => code.filename = text(value, &name)?,
                "co_firstlineno" => code.first_line = number(value)?,
                "co_flags" => {
                    let public = u64::from(number(value)?);
                    code.flags = CodeFlags(code.flags.0 & !CodeFlags::PUBLIC | public);
                }
                "co_consts" | "co_names" | "co_varnames" | "co_cellvars" | "co_freevars" | "co_code"
                | "co_linetable" | "co_exceptiontable" | "co_argcount" | "co_posonlyargcount"
                | "co_kwonlyargcount" | "co_nlocals" | "co_stacksize" => {
                    let current = operations::get_attribute(this.object(), &str::intern(&name))?;
                    if !operations::equal(&current, value)? {
                        return Err(value_error!(
                            "code.replace(): '{name}' of code compiled by pyrsc cannot be changed"
                        ));
                    }
                }
                _ => return Err(type_error!("replace() got an unexpected keyword argument '{name}'")),
            }
        }
        Ok(CodeObject::new(Arc::new(code))?.into_owned())
    }

    #[pymethod]
    fn __replace__(this: &CodeObject, arguments: Arguments<'_>) -> Result {
        replace(this, arguments)
    }
}

//! `OSError`: the class that an error number asks for, and its text.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::*;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{attribute_error, type_error};
use pyrsc_macros::pymethods;

use super::{allocate, object, positional, slot_properties};

/// The class for an error number.
fn class_for(number: i64) -> Option<&'static TypeObject> {
    Some(match number as i32 {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => BlockingIOError::type_object(),
        libc::EPIPE | libc::ESHUTDOWN => BrokenPipeError::type_object(),
        libc::ECHILD => ChildProcessError::type_object(),
        libc::ECONNABORTED => ConnectionAbortedError::type_object(),
        libc::ECONNREFUSED => ConnectionRefusedError::type_object(),
        libc::ECONNRESET => ConnectionResetError::type_object(),
        libc::EEXIST => FileExistsError::type_object(),
        libc::ENOENT => FileNotFoundError::type_object(),
        libc::EISDIR => IsADirectoryError::type_object(),
        libc::ENOTDIR => NotADirectoryError::type_object(),
        libc::EINTR => InterruptedError::type_object(),
        libc::EACCES | libc::EPERM => PermissionError::type_object(),
        libc::ESRCH => ProcessLookupError::type_object(),
        libc::ETIMEDOUT => TimeoutError::type_object(),
        _ => return None,
    })
}

/// Fills the fields from `(errno, strerror[, filename[, winerror[, filename2]]])`.
fn fill(this: &OSError, arguments: Arguments<'_>) -> Result<()> {
    let count = arguments.positional_count();
    if (2..=5).contains(&count) {
        let argument = |index: usize| arguments.positional(index).map(Object::to_owned);
        this.errno.set(argument(0));
        this.message.set(argument(1));
        let filename = argument(2).filter(|filename| !filename.is_none());
        let is_blocking = object(this).is_instance_of::<BlockingIOError>();
        match filename {
            Some(filename) if is_blocking && operations::index(&filename).is_ok() => {
                let written = operations::index_isize(&filename)?;
                this.characters_written.set(written as i64);
            }
            Some(filename) => {
                pyrsc_core::exception::clear();
                this.filename.set(Some(filename));
                let second = argument(4).filter(|second| !second.is_none());
                this.second_filename.set(second);
                let shown = Tuple::pair(argument(0).expect("counted"), argument(1).expect("counted"));
                this.base.base.arguments.set(Some(shown.into_owned()));
                return Ok(());
            }
            None => {}
        }
    }
    this.base.base.arguments.set(Some(positional(arguments)));
    Ok(())
}

#[pymethods(OSError)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        let mut class = class;
        if std::ptr::eq(class, OSError::type_object())
            && arguments.positional_count() >= 2
            && let Some(number) = arguments.positional(0).and_then(pyrsc_core::int::to_i64)
            && let Some(better) = class_for(number)
        {
            class = better;
        }
        let exception = allocate(class, arguments)?;
        if let Some(error) = exception.downcast::<OSError>() {
            fill(error, arguments)?;
        }
        Ok(exception)
    }

    #[slot]
    fn init(this: &OSError, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() > 0 {
            return Err(type_error!("{}() takes no keyword arguments", object(this).type_object().name()));
        }
        // `__new__` has filled the fields, unless a class of its own passes other arguments here.
        if this.errno.is_empty() { fill(this, arguments) } else { Ok(()) }
    }

    #[slot]
    fn str(this: &OSError) -> Result {
        let show = |slot: &pyrsc_core::slot::Slot| operations::str_string(&slot.get_or_none());
        let text = match (this.filename.get(), this.second_filename.get()) {
            (Some(filename), Some(second)) => format!(
                "[Errno {}] {}: {} -> {}",
                show(&this.errno)?,
                show(&this.message)?,
                operations::repr_string(&filename)?,
                operations::repr_string(&second)?
            ),
            (Some(filename), None) => format!(
                "[Errno {}] {}: {}",
                show(&this.errno)?,
                show(&this.message)?,
                operations::repr_string(&filename)?
            ),
            _ if !this.errno.is_empty() && !this.message.is_empty() => {
                format!("[Errno {}] {}", show(&this.errno)?, show(&this.message)?)
            }
            _ => {
                let arguments = super::super::arguments_of(&this.base.base);
                return match arguments.downcast::<Tuple>() {
                    Some(tuple) if tuple.is_empty() => Ok(Str::empty().into_owned()),
                    Some(tuple) if tuple.len() == 1 => {
                        Ok(operations::str(tuple.get(0).expect("one"))?.into_owned())
                    }
                    _ => Ok(operations::str(&arguments)?.into_owned()),
                };
            }
        };
        Ok(Str::new(&text).into_owned())
    }

    #[getter]
    fn characters_written(this: &OSError) -> Result {
        match this.characters_written.get() {
            -1 => Err(attribute_error!("characters_written")),
            written => Ok(pyrsc_core::int::from_i64(written)),
        }
    }

    #[setter]
    fn set_characters_written(this: &OSError, value: Option<&Object>) -> Result<()> {
        match value {
            None if this.characters_written.get() == -1 => Err(attribute_error!("characters_written")),
            None => {
                this.characters_written.set(-1);
                Ok(())
            }
            Some(value) => {
                this.characters_written.set(operations::index_isize(value)? as i64);
                Ok(())
            }
        }
    }
}

slot_properties! {
    attributes, OSError {
        errno set_errno errno;
        strerror set_strerror message;
        filename set_filename filename;
        filename2 set_filename2 second_filename;
    }
}

//! The standard streams of a program that runs without `_io`: text that goes straight to a file descriptor.

use std::io::{BufRead, Write};

use pyrsc_abi::Header;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_error;
use pyrsc_core::type_object::Class;
use pyrsc_macros::{pyclass, pymethods};

/// A standard stream.
#[pyclass(name = "StandardStream", module = "sys", flags(DICT))]
#[repr(C)]
pub struct StandardStream {
    header: Header,
    descriptor: i64,
}

impl StandardStream {
    /// The stream of a descriptor: 0, 1 or 2.
    pub fn new(descriptor: i64) -> Owned {
        memory::allocate(
            StandardStream::type_object(),
            StandardStream { header: Header::unset(), descriptor },
        )
        .into_owned()
    }
}

fn failed(error: std::io::Error) -> pyrsc_core::owned::Raised {
    pyrsc_core::raise!(pyrsc_core::exception::OSError, "{}", error)
}

#[pymethods(StandardStream)]
mod methods {
    use super::*;

    #[pymethod]
    fn write(this: &StandardStream, text: &Object) -> Result<i64> {
        let Some(text) = text.downcast::<Str>() else {
            return Err(type_error!("write() argument must be str, not {}", text.type_object().name()));
        };
        let bytes = text.to_string_lossy();
        let result = match this.descriptor {
            2 => std::io::stderr().write_all(bytes.as_bytes()),
            _ => std::io::stdout().write_all(bytes.as_bytes()),
        };
        result.map_err(failed)?;
        Ok(text.len() as i64)
    }

    #[pymethod]
    fn flush(_this: &StandardStream) -> Result<()> {
        std::io::stdout().flush().map_err(failed)
    }

    #[pymethod]
    fn readline(_this: &StandardStream) -> Result {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
        Ok(Str::new(&line).into_owned())
    }

    #[pymethod]
    fn fileno(this: &StandardStream) -> Result<i64> {
        Ok(this.descriptor)
    }

    #[pymethod]
    fn isatty(this: &StandardStream) -> Result<bool> {
        // SAFETY: asks about a descriptor, whatever it is.
        Ok(unsafe { libc::isatty(this.descriptor as i32) } == 1)
    }

    #[getter]
    fn encoding(_this: &StandardStream) -> Result {
        Ok(str::intern("utf-8").into_owned())
    }

    #[getter]
    fn errors(this: &StandardStream) -> Result {
        Ok(str::intern(if this.descriptor == 2 { "backslashreplace" } else { "strict" }).into_owned())
    }
}

/// The stream of a descriptor: of `_io` where the program has it.
pub fn open(descriptor: i64) -> Result {
    if crate::import::native("_io").is_none() {
        return Ok(StandardStream::new(descriptor));
    }
    let io = crate::import::import_module("_io")?;
    let open = pyrsc_core::operations::get_attribute_named(&io, "open")?;
    let names = crate::import::names_tuple(&["buffering", "encoding", "errors", "newline", "closefd"]);
    let mode = if descriptor == 0 { "r" } else { "w" };
    let words = [
        Owned::small_int(descriptor),
        str::intern(mode).into_owned(),
        Owned::small_int(-1),
        str::intern("utf-8").into_owned(),
        str::intern(if descriptor == 2 { "backslashreplace" } else { "strict" }).into_owned(),
        if descriptor == 0 { Owned::none() } else { str::intern("\n").into_owned() },
        Owned::bool(false),
    ];
    let names = names.downcast::<pyrsc_core::tuple::Tuple>();
    let arguments = pyrsc_core::call::Arguments::new(&words, names);
    let stream = pyrsc_core::operations::call_arguments(&open, arguments)?;
    let shown = ["<stdin>", "<stdout>", "<stderr>"][descriptor as usize % 3];
    let buffer = pyrsc_core::operations::get_attribute_named(&stream, "buffer")?;
    let raw = pyrsc_core::operations::get_attribute_named(&buffer, "raw")?;
    pyrsc_core::operations::set_attribute(&raw, &str::intern("name"), Str::new(shown).object())?;
    pyrsc_core::operations::set_attribute(&stream, &str::intern("mode"), str::intern(mode).object())?;
    if descriptor == 2 {
        let names = crate::import::names_tuple(&["line_buffering"]);
        let words = [Owned::bool(true)];
        let arguments =
            pyrsc_core::call::Arguments::new(&words, names.downcast::<pyrsc_core::tuple::Tuple>());
        let method = pyrsc_core::operations::get_attribute_named(&stream, "reconfigure")?;
        pyrsc_core::operations::call_arguments(&method, arguments)?;
    }
    Ok(stream)
}

//! `BufferedRWPair`: a reader and a writer over two raw streams.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::intern;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{int, memory, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::base::{BufferedIoBase, call};
use super::buffered::{BufferedReader, BufferedWriter};

/// See the module's documentation.
#[pyclass(name = "BufferedRWPair", module = "_io", base = crate::io::base::BUFFERED_IO_BASE, flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct BufferedRwPair {
    base: BufferedIoBase,
    reader: Slot,
    writer: Slot,
}

fn half(slot: &Slot) -> Result {
    slot.get().ok_or_else(|| value_error!("I/O operation on uninitialized object"))
}

#[pymethods(BufferedRwPair)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        let contents =
            BufferedRwPair { base: BufferedIoBase::new(), reader: Slot::empty(), writer: Slot::empty() };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot(signature = "(reader, writer, buffer_size=131072, /)")]
    fn init(this: &BufferedRwPair, reader: &Object, writer: &Object, buffer_size: isize) -> Result<()> {
        let size = int::from_i64(buffer_size as i64);
        let reader = operations::call(BufferedReader::type_object().object(), &[reader, &size])?;
        let writer = operations::call(BufferedWriter::type_object().object(), &[writer, &size])?;
        this.reader.set(Some(reader));
        this.writer.set(Some(writer));
        Ok(())
    }

    #[pymethod]
    fn read(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.reader, "read", arguments)
    }
    #[pymethod]
    fn peek(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.reader, "peek", arguments)
    }
    #[pymethod]
    fn read1(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.reader, "read1", arguments)
    }
    #[pymethod]
    fn readinto(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.reader, "readinto", arguments)
    }
    #[pymethod]
    fn readinto1(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.reader, "readinto1", arguments)
    }
    #[pymethod]
    fn write(this: &BufferedRwPair, arguments: Arguments<'_>) -> Result {
        forward(&this.writer, "write", arguments)
    }
    #[pymethod]
    fn flush(this: &BufferedRwPair) -> Result {
        call(&*half(&this.writer)?, "flush")
    }
    #[pymethod]
    fn readable(this: &BufferedRwPair) -> Result {
        call(&*half(&this.reader)?, "readable")
    }
    #[pymethod]
    fn writable(this: &BufferedRwPair) -> Result {
        call(&*half(&this.writer)?, "writable")
    }

    #[pymethod]
    fn close(this: &BufferedRwPair) -> Result<()> {
        let written = half(&this.writer).and_then(|writer| call(&writer, "close"));
        let error = if written.is_err() { exception::take_optional() } else { None };
        let read = half(&this.reader).and_then(|reader| call(&reader, "close"));
        match error {
            None => read.map(drop),
            Some(error) => {
                if read.is_err() {
                    let newer = exception::take();
                    exception::set_context(&newer, error);
                    return Err(exception::restore(newer));
                }
                Err(exception::restore(error))
            }
        }
    }

    #[pymethod]
    fn isatty(this: &BufferedRwPair) -> Result {
        let answer = call(&*half(&this.writer)?, "isatty")?;
        if operations::is_true(&answer)? { Ok(answer) } else { call(&*half(&this.reader)?, "isatty") }
    }

    #[getter]
    fn closed(this: &BufferedRwPair) -> Result {
        operations::get_attribute(&*half(&this.writer)?, &intern("closed"))
    }
}

fn forward(slot: &Slot, method: &str, arguments: Arguments<'_>) -> Result {
    let values: Vec<Owned> = arguments.iter_positional().map(Object::to_owned).collect();
    let borrowed: Vec<&Object> = values.iter().map(|value| &**value).collect();
    operations::call_method(&*half(slot)?, method, &borrowed)
}

//! The abstract classes of `_io`: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::intern;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{buffer, exception, int, iteration, operations, slice, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::{DEFAULT_BUFFER_SIZE, unsupported};

/// The base of all streams.
#[pyclass(name = "_IOBase", module = "_io", flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct IoBase {
    header: Header,
    pub closed: Cell<bool>,
}

impl IoBase {
    pub fn new() -> IoBase {
        IoBase { header: Header::unset(), closed: Cell::new(false) }
    }
}

impl Default for IoBase {
    fn default() -> IoBase {
        IoBase::new()
    }
}

macro_rules! abstract_class {
    ($(#[$doc:meta])* $class:ident, $name:tt) => {
        $(#[$doc])*
        #[pyclass(name = $name, module = "_io", base = crate::io::base::IO_BASE, flags(BASETYPE, DICT, WEAKREF))]
        #[repr(C)]
        pub struct $class {
            pub base: IoBase,
        }

        impl $class {
            pub fn new() -> $class {
                $class { base: IoBase::new() }
            }
        }

        impl Default for $class {
            fn default() -> $class {
                $class::new()
            }
        }
    };
}

abstract_class!(
    /// Streams of bytes without a buffer.
    RawIoBase, "_RawIOBase"
);
abstract_class!(
    /// Streams of bytes with a buffer.
    BufferedIoBase, "_BufferedIOBase"
);
abstract_class!(
    /// Streams of text.
    TextIoBase, "_TextIOBase"
);

/// Calls a method without arguments.
pub fn call(object: &Object, method: &str) -> Result {
    operations::call_method(object, method, &[])
}

/// Whether the attribute `closed` is true.
pub fn is_closed(object: &Object) -> Result<bool> {
    operations::is_true(&*operations::get_attribute(object, &intern("closed"))?)
}

/// ValueError where a stream is closed.
pub fn check_closed(object: &Object) -> Result<()> {
    if is_closed(object)? { Err(closed_error()) } else { Ok(()) }
}

/// ValueError for an operation on a closed stream.
pub fn closed_error() -> Raised {
    value_error!("I/O operation on closed file.")
}

fn check(object: &Object, method: &str, complaint: &str) -> Result {
    let answer = call(object, method)?;
    if answer.value() == pyrsc_abi::Value::TRUE { Ok(answer) } else { Err(unsupported(complaint)) }
}

/// A size argument: None and negative numbers stand for everything.
pub fn size_argument(size: Option<&Object>) -> Result<Option<usize>> {
    match size {
        None => Ok(None),
        Some(size) if size.is_none() => Ok(None),
        Some(size) if slice::has_index(size) => Ok(usize::try_from(int::index_i64(size)?).ok()),
        Some(size) => Err(type_error!("argument should be integer or None, not '{}'", name_of(size))),
    }
}

#[pymethods(IoBase)]
mod base_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        check_closed(this)?;
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Object) -> Result<Option<Owned>> {
        let line = call(this, "readline")?;
        Ok(if operations::length(&line)? == 0 { None } else { Some(line) })
    }

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        let closed = operations::get_attribute_optional(this, &intern("closed"));
        let closed = closed.and_then(|closed| closed.map_or(Ok(true), |closed| operations::is_true(&closed)));
        if closed == Ok(false) {
            drop(call(this, "close"));
        }
        // Errors in finalisation are nobody's.
        exception::clear();
        Ok(())
    }

    #[pymethod(signature = "(self, offset, whence=0, /)")]
    fn seek(_this: &Object, _offset: &Object, _whence: Option<&Object>) -> Result {
        Err(unsupported("seek"))
    }

    #[pymethod]
    fn tell(this: &Object) -> Result {
        operations::call_method(this, "seek", &[&Owned::small_int(0), &Owned::small_int(1)])
    }

    #[pymethod]
    fn truncate(_this: &Object, _size: Option<&Object>) -> Result {
        Err(unsupported("truncate"))
    }

    #[pymethod]
    fn fileno(_this: &Object) -> Result {
        Err(unsupported("fileno"))
    }

    #[pymethod]
    fn isatty(this: &Object) -> Result<bool> {
        check_closed(this)?;
        Ok(false)
    }

    #[pymethod]
    fn flush(this: &IoBase) -> Result<()> {
        if this.closed.get() { Err(closed_error()) } else { Ok(()) }
    }

    #[pymethod]
    fn close(this: &Object) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let base = unsafe { &*this.address::<IoBase>() };
        if base.closed.get() {
            return Ok(());
        }
        let flushed = call(this, "flush");
        base.closed.set(true);
        flushed.map(drop)
    }

    #[pymethod]
    fn seekable(this: &Object) -> Result<bool> {
        let _ = this;
        Ok(false)
    }

    #[pymethod]
    fn readable(this: &Object) -> Result<bool> {
        let _ = this;
        Ok(false)
    }

    #[pymethod]
    fn writable(this: &Object) -> Result<bool> {
        let _ = this;
        Ok(false)
    }

    #[pymethod]
    fn _checkClosed(this: &Object, _message: Option<&Object>) -> Result<()> {
        check_closed(this)
    }

    #[pymethod]
    fn _checkSeekable(this: &Object) -> Result {
        check(this, "seekable", "File or stream is not seekable.")
    }

    #[pymethod]
    fn _checkReadable(this: &Object) -> Result {
        check(this, "readable", "File or stream is not readable.")
    }

    #[pymethod]
    fn _checkWritable(this: &Object) -> Result {
        check(this, "writable", "File or stream is not writable.")
    }

    #[pymethod]
    fn __enter__(this: &Object) -> Result {
        check_closed(this)?;
        Ok(this.to_owned())
    }

    #[pymethod(signature = "(self, /, *args)")]
    fn __exit__(this: &Object, _arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        call(this, "close")
    }

    #[getter]
    fn closed(this: &IoBase) -> bool {
        this.closed.get()
    }

    #[pymethod]
    fn readline(this: &Object, size: Option<&Object>) -> Result {
        let limit = size_argument(size)?;
        let peek = operations::get_attribute_optional(this, &intern("peek"))?;
        let mut line: Vec<u8> = Vec::new();
        while limit.is_none_or(|limit| line.len() < limit) {
            let mut wanted = 1;
            if let Some(peek) = &peek {
                let ahead = operations::call(peek, &[&Owned::small_int(1)])?;
                let Some(ahead) = ahead.downcast::<Bytes>() else {
                    return Err(pyrsc_core::raise!(
                        exception::OSError,
                        "peek() should have returned a bytes object, not '{}'",
                        name_of(&ahead)
                    ));
                };
                let ahead = ahead.as_slice();
                if !ahead.is_empty() {
                    let room = limit.map_or(ahead.len(), |limit| (limit - line.len()).min(ahead.len()));
                    wanted =
                        ahead[..room].iter().position(|&byte| byte == b'\n').map_or(room, |found| found + 1);
                }
            }
            let piece = operations::call_method(this, "read", &[&int::from_i64(wanted as i64)])?;
            let Some(piece) = piece.downcast::<Bytes>() else {
                return Err(pyrsc_core::raise!(
                    exception::OSError,
                    "read() should have returned a bytes object, not '{}'",
                    name_of(&piece)
                ));
            };
            if piece.is_empty() {
                break;
            }
            line.extend_from_slice(piece.as_slice());
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(&line).into_owned())
    }

    #[pymethod]
    fn readlines(this: &Object, hint: Option<&Object>) -> Result {
        let hint = size_argument(hint)?.filter(|&hint| hint > 0);
        let lines = List::new();
        let mut total = 0;
        let iterator = iteration::iterate(this)?;
        while let Some(line) = iteration::next(&iterator)? {
            if let Some(hint) = hint {
                total += operations::length(&line)?;
                lines.push(line)?;
                if total >= hint {
                    break;
                }
                continue;
            }
            lines.push(line)?;
        }
        Ok(lines.into_owned())
    }

    #[pymethod]
    fn writelines(this: &Object, lines: &Object) -> Result<()> {
        check_closed(this)?;
        iteration::for_each(lines, |line| operations::call_method(this, "write", &[&line]).map(drop))
    }
}

#[pymethods(RawIoBase)]
mod raw_methods {
    use super::*;

    #[pymethod(signature = "(self, size=-1, /)")]
    fn read(this: &Object, size: isize) -> Result {
        if size < 0 {
            return call(this, "readall");
        }
        let target = ByteArray::new(vec![0; size as usize]);
        let count = operations::call_method(this, "readinto", &[target.object()])?;
        if count.is_none() {
            return Ok(count);
        }
        let count = int::index_i64(&count)?;
        match usize::try_from(count) {
            Ok(count) if count <= target.len() => Ok(Bytes::new(&target.as_slice()[..count]).into_owned()),
            _ => Err(value_error!("readinto returned {} outside buffer size {}", count, target.len())),
        }
    }

    #[pymethod]
    fn readall(this: &Object) -> Result {
        let mut all: Vec<u8> = Vec::new();
        loop {
            let piece =
                operations::call_method(this, "read", &[&Owned::small_int(DEFAULT_BUFFER_SIZE as i64)])?;
            if piece.is_none() && all.is_empty() {
                return Ok(piece);
            }
            if piece.is_none() {
                break;
            }
            let Some(piece) = piece.downcast::<Bytes>() else {
                return Err(type_error!("read() should return bytes"));
            };
            if piece.is_empty() {
                break;
            }
            all.extend_from_slice(piece.as_slice());
        }
        Ok(Bytes::new(&all).into_owned())
    }
}

fn read_into(this: &Object, target: &Object, method: &str) -> Result<usize> {
    let mut target = buffer::acquire_writable(
        target,
        &format!("{}() argument", if method == "read" { "readinto" } else { "readinto1" }),
    )?;
    let data = operations::call_method(this, method, &[&int::from_i64(target.len() as i64)])?;
    let Some(data) = data.downcast::<Bytes>() else {
        return Err(type_error!("{method}() should return bytes"));
    };
    if data.len() > target.len() {
        return Err(value_error!(
            "{method}() returned too much data: {} bytes requested, {} returned",
            target.len(),
            data.len()
        ));
    }
    target.as_mut_slice()[..data.len()].copy_from_slice(data.as_slice());
    Ok(data.len())
}

#[pymethods(BufferedIoBase)]
mod buffered_methods {
    use super::*;

    #[pymethod]
    fn detach(_this: &Object) -> Result {
        Err(unsupported("detach"))
    }

    #[pymethod]
    fn read(_this: &Object, _size: Option<&Object>) -> Result {
        Err(unsupported("read"))
    }

    #[pymethod]
    fn read1(_this: &Object, _size: Option<&Object>) -> Result {
        Err(unsupported("read1"))
    }

    #[pymethod]
    fn write(_this: &Object, _data: &Object) -> Result {
        Err(unsupported("write"))
    }

    #[pymethod]
    fn readinto(this: &Object, target: &Object) -> Result<usize> {
        read_into(this, target, "read")
    }

    #[pymethod]
    fn readinto1(this: &Object, target: &Object) -> Result<usize> {
        read_into(this, target, "read1")
    }
}

#[pymethods(TextIoBase)]
mod text_methods {
    use super::*;

    #[pymethod]
    fn detach(_this: &Object) -> Result {
        Err(unsupported("detach"))
    }

    #[pymethod]
    fn read(_this: &Object, _size: Option<&Object>) -> Result {
        Err(unsupported("read"))
    }

    #[pymethod]
    fn readline(_this: &Object, _size: Option<&Object>) -> Result {
        Err(unsupported("readline"))
    }

    #[pymethod]
    fn write(_this: &Object, _text: &Object) -> Result {
        Err(unsupported("write"))
    }

    #[getter]
    fn encoding(_this: &Object) -> Owned {
        Owned::none()
    }

    #[getter]
    fn newlines(_this: &Object) -> Owned {
        Owned::none()
    }

    #[getter]
    fn errors(_this: &Object) -> Owned {
        Owned::none()
    }
}

//! `BytesIO`: bytes in memory as a stream.

use std::cell::{Cell, RefCell};

use pyrsc_core::buffer::{self, Exporter, Layout};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::memoryview::MemoryView;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer_error, instance, int, iteration, memory, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::base::{BufferedIoBase, closed_error, size_argument};

/// See the module's documentation.
#[pyclass(name = "BytesIO", module = "_io", base = crate::io::base::BUFFERED_IO_BASE, flags(BASETYPE, DICT, WEAKREF), doc = "Buffered I/O implementation using an in-memory bytes buffer.")]
#[repr(C)]
pub struct BytesIo {
    base: BufferedIoBase,
    /// `None` when closed.
    contents: RefCell<Option<Vec<u8>>>,
    position: Cell<usize>,
    exports: Cell<usize>,
}

static EXPORTER: Exporter = Exporter { ty: &BYTES_IO_BUFFER, acquire: export, release: Some(release) };

/// What `getbuffer` views: it keeps the stream alive and its size fixed.
#[pyclass(name = "_BytesIOBuffer", module = "_io", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct BytesIoBuffer {
    header: pyrsc_abi::Header,
    stream: Owned,
}

fn stream_of(view: &Object) -> Option<&BytesIo> {
    view.downcast::<BytesIoBuffer>().and_then(|view| view.stream.downcast::<BytesIo>())
}

fn export(view: &Object) -> Result<Layout> {
    let Some(stream) = stream_of(view) else { return Err(closed_error()) };
    let mut contents = stream.contents.borrow_mut();
    let Some(bytes) = contents.as_mut() else { return Err(closed_error()) };
    stream.exports.set(stream.exports.get() + 1);
    Ok(Layout::bytes(bytes.as_mut_ptr(), bytes.len(), false))
}

fn release(view: &Object) {
    if let Some(stream) = stream_of(view) {
        stream.exports.set(stream.exports.get() - 1);
    }
}

impl BytesIo {
    /// Looks at the bytes; ValueError when the stream is closed.
    fn with<T>(&self, action: impl FnOnce(&[u8]) -> T) -> Result<T> {
        match self.contents.borrow().as_deref() {
            Some(bytes) => Ok(action(bytes)),
            None => Err(closed_error()),
        }
    }

    fn check_open(&self) -> Result<()> {
        self.with(|_| ())
    }

    fn check_resizable(&self) -> Result<()> {
        if self.exports.get() > 0 {
            return Err(buffer_error!("Existing exports of data: object cannot be re-sized"));
        }
        self.check_open()
    }

    fn take(&self, size: Option<usize>) -> Result<Vec<u8>> {
        self.with(|bytes| {
            let start = self.position.get().min(bytes.len());
            let end = bytes.len().min(start.saturating_add(size.unwrap_or(usize::MAX)));
            if end > start {
                self.position.set(end);
            }
            bytes[start..end].to_vec()
        })
    }

    fn take_line(&self, size: Option<usize>) -> Result<Vec<u8>> {
        let length = self.with(|bytes| {
            let rest = &bytes[self.position.get().min(bytes.len())..];
            let rest = &rest[..rest.len().min(size.unwrap_or(usize::MAX))];
            memchr::memchr(b'\n', rest).map_or(rest.len(), |found| found + 1)
        })?;
        self.take(Some(length))
    }

    fn put(&self, added: &[u8]) -> Result<usize> {
        self.check_open()?;
        if added.is_empty() {
            return Ok(0);
        }
        let position = self.position.get();
        let mut contents = self.contents.borrow_mut();
        let Some(bytes) = contents.as_mut() else { return Err(closed_error()) };
        let end = position + added.len();
        if end > bytes.len() {
            if self.exports.get() > 0 {
                return Err(buffer_error!("Existing exports of data: object cannot be re-sized"));
            }
            bytes.resize(end, 0);
        }
        bytes[position..end].copy_from_slice(added);
        self.position.set(end);
        Ok(added.len())
    }
}

#[pymethods(BytesIo)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        let contents = BytesIo {
            base: BufferedIoBase::new(),
            contents: RefCell::new(Some(Vec::new())),
            position: Cell::new(0),
            exports: Cell::new(0),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot(signature = "(initial_bytes=b'')")]
    fn init(this: &BytesIo, initial_bytes: Option<&Object>) -> Result<()> {
        if this.exports.get() > 0 {
            return Err(buffer_error!("Existing exports of data: object cannot be re-sized"));
        }
        let bytes = match initial_bytes {
            Some(initial) if !initial.is_none() => buffer::acquire(initial)?.to_vec(),
            _ => Vec::new(),
        };
        *this.contents.borrow_mut() = Some(bytes);
        this.position.set(0);
        Ok(())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        // SAFETY: the slot is only called with instances.
        unsafe { &*this.address::<BytesIo>() }.check_open()?;
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &BytesIo) -> Result<Option<Owned>> {
        let line = this.take_line(None)?;
        Ok(if line.is_empty() { None } else { Some(Bytes::new(&line).into_owned()) })
    }

    #[pymethod]
    fn read(this: &BytesIo, size: Option<&Object>) -> Result {
        let size = size_argument(size)?;
        Ok(Bytes::new(&this.take(size)?).into_owned())
    }

    #[pymethod]
    fn read1(this: &BytesIo, size: Option<&Object>) -> Result {
        let size = size_argument(size)?;
        Ok(Bytes::new(&this.take(size)?).into_owned())
    }

    #[pymethod]
    fn readline(this: &BytesIo, size: Option<&Object>) -> Result {
        let size = size_argument(size)?;
        Ok(Bytes::new(&this.take_line(size)?).into_owned())
    }

    #[pymethod]
    fn readlines(this: &BytesIo, hint: Option<&Object>) -> Result {
        let hint = size_argument(hint)?.filter(|&hint| hint > 0).unwrap_or(usize::MAX);
        let (mut lines, mut total) = (Vec::new(), 0);
        loop {
            let line = this.take_line(None)?;
            if line.is_empty() {
                break;
            }
            total += line.len();
            lines.push(Bytes::new(&line).into_owned());
            if total >= hint {
                break;
            }
        }
        Ok(List::from_vec(lines).into_owned())
    }

    #[pymethod]
    fn readinto(this: &BytesIo, target: &Object) -> Result<usize> {
        this.check_open()?;
        let mut target = buffer::acquire_writable(target, "readinto() argument")?;
        let bytes = this.take(Some(target.len()))?;
        target.as_mut_slice()[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    #[pymethod]
    fn write(this: &BytesIo, data: &Object) -> Result<usize> {
        this.check_open()?;
        let data = buffer::acquire(data)?.to_vec();
        this.put(&data)
    }

    #[pymethod]
    fn writelines(this: &BytesIo, lines: &Object) -> Result<()> {
        this.check_open()?;
        iteration::for_each(lines, |line| {
            let line = buffer::acquire(&line)?.to_vec();
            this.put(&line).map(drop)
        })
    }

    #[pymethod(signature = "(self, pos, whence=0, /)")]
    fn seek(this: &BytesIo, pos: i64, whence: i64) -> Result<i64> {
        let length = this.with(|bytes| bytes.len())? as i64;
        let position = match whence {
            0 if pos < 0 => return Err(value_error!("negative seek value {pos}")),
            0 => pos,
            1 => (this.position.get() as i64).saturating_add(pos).max(0),
            2 => length.saturating_add(pos).max(0),
            _ => return Err(value_error!("invalid whence ({whence}, should be 0, 1 or 2)")),
        };
        this.position.set(position as usize);
        Ok(position)
    }

    #[pymethod]
    fn tell(this: &BytesIo) -> Result<usize> {
        this.check_open()?;
        Ok(this.position.get())
    }

    #[pymethod]
    fn truncate(this: &BytesIo, size: Option<&Object>) -> Result<i64> {
        this.check_resizable()?;
        let size = match size {
            Some(size) if !size.is_none() => {
                if !pyrsc_core::slice::has_index(size) {
                    return Err(type_error!("argument should be integer or None, not '{}'", name_of(size)));
                }
                int::index_i64(size)?
            }
            _ => this.position.get() as i64,
        };
        if size < 0 {
            return Err(value_error!("negative size value {size}"));
        }
        if let Some(bytes) = this.contents.borrow_mut().as_mut() {
            bytes.truncate(size as usize);
        }
        Ok(size)
    }

    #[pymethod]
    fn getvalue(this: &BytesIo) -> Result {
        this.with(|bytes| Bytes::new(bytes).into_owned())
    }

    #[pymethod]
    fn getbuffer(this: &Object) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        unsafe { &*this.address::<BytesIo>() }.check_open()?;
        buffer::register(&EXPORTER);
        let view = BytesIoBuffer { header: pyrsc_abi::Header::unset(), stream: this.to_owned() };
        let view = memory::allocate(BytesIoBuffer::type_object(), view);
        Ok(MemoryView::new(view.object())?.into_owned())
    }

    #[pymethod]
    fn close(this: &BytesIo) -> Result<()> {
        if this.exports.get() > 0 {
            return Err(buffer_error!("Existing exports of data: object cannot be re-sized"));
        }
        *this.contents.borrow_mut() = None;
        this.base.base.closed.set(true);
        Ok(())
    }

    #[pymethod]
    fn flush(this: &BytesIo) -> Result<()> {
        this.check_open()
    }

    #[pymethod]
    fn isatty(this: &BytesIo) -> Result<bool> {
        this.check_open().map(|()| false)
    }

    #[pymethod]
    fn readable(this: &BytesIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[pymethod]
    fn writable(this: &BytesIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[pymethod]
    fn seekable(this: &BytesIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[getter]
    fn closed(this: &BytesIo) -> bool {
        this.contents.borrow().is_none()
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<BytesIo>() };
        let value = stream.with(|bytes| Bytes::new(bytes).into_owned())?;
        let attributes = if instance::has_attributes(this) {
            instance::dictionary(this).copy()?.into_owned()
        } else {
            Owned::none()
        };
        let position = int::from_i64(stream.position.get() as i64);
        Ok(Tuple::from_vec(vec![value, position, attributes]).into_owned())
    }

    #[pymethod]
    fn __setstate__(this: &Object, state: &Object) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<BytesIo>() };
        let parts = state.downcast::<Tuple>().filter(|state| state.len() >= 3);
        let Some((Some(value), Some(position), Some(attributes))) =
            parts.map(|parts| (parts.get(0), parts.get(1), parts.get(2)))
        else {
            return Err(type_error!(
                "{}.__setstate__ argument should be 3-tuple, got {}",
                this.type_object().name(),
                name_of(state)
            ));
        };
        *stream.contents.borrow_mut() = Some(buffer::acquire(value)?.to_vec());
        let position = int::index_i64(position)?;
        if position < 0 {
            return Err(value_error!("position value cannot be negative"));
        }
        stream.position.set(position as usize);
        if let Some(attributes) = attributes.downcast::<Dict>() {
            let mut place = 0;
            while let Some((name, value)) = attributes.next(&mut place) {
                if let Some(name) = name.downcast::<Str>() {
                    operations::set_attribute(this, &pyrsc_core::str::intern_object(name), &value)?;
                }
            }
        }
        Ok(())
    }

    #[pymethod]
    fn __sizeof__(this: &BytesIo) -> usize {
        size_of::<BytesIo>() + this.contents.borrow().as_ref().map_or(0, Vec::capacity)
    }
}

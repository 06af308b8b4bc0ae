//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: one implementation, [`Buffered`], behind three classes.
//!
//! Bytes that have been read ahead and bytes that wait to be written are in two buffers, of which at most one is not
//! empty. The raw stream's own position is asked for when it matters. No buffer is borrowed while the raw stream's
//! methods run.

use std::cell::{Cell, RefCell};

use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::{self, BlockingIOError};
use pyrsc_core::memoryview::MemoryView;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{Str, intern};
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer, int, memory, operations, recursion, type_error, value_error};
use pyrsc_macros::{Traverse, pyclass, pymethods};

use super::base::{BufferedIoBase, call, is_closed, size_argument};
use super::file::FileIo;
use super::{DEFAULT_BUFFER_SIZE, unsupported};

/// What the three classes consist of.
#[derive(Traverse)]
pub struct Buffered {
    /// Empty before initialisation and after `detach`.
    raw: Slot,
    detached: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    size: Cell<usize>,
    ahead: RefCell<Vec<u8>>,
    /// Where the bytes that have not been handed out start in `ahead`.
    position: Cell<usize>,
    waiting: RefCell<Vec<u8>>,
    /// `close` is running.
    closing: Cell<bool>,
}

macro_rules! buffered_class {
    ($(#[$doc:meta])* $class:ident, $name:tt) => {
        $(#[$doc])*
        #[pyclass(name = $name, module = "_io", base = crate::io::base::BUFFERED_IO_BASE, flags(BASETYPE, DICT, WEAKREF))]
        #[repr(C)]
        pub struct $class {
            base: BufferedIoBase,
            parts: Buffered,
        }
    };
}

buffered_class!(
    /// A buffer over a raw stream that is read.
    BufferedReader, "BufferedReader"
);
buffered_class!(
    /// A buffer over a raw stream that is written.
    BufferedWriter, "BufferedWriter"
);
buffered_class!(
    /// A buffer over a raw stream that is read and written, and can seek.
    BufferedRandom, "BufferedRandom"
);

impl Buffered {
    fn new() -> Buffered {
        Buffered {
            raw: Slot::empty(),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            size: Cell::new(DEFAULT_BUFFER_SIZE),
            ahead: RefCell::new(Vec::new()),
            position: Cell::new(0),
            waiting: RefCell::new(Vec::new()),
            closing: Cell::new(false),
        }
    }

    fn initialize(&self, raw: &Object, size: isize, readable: bool, writable: bool) -> Result<()> {
        if size <= 0 {
            return Err(value_error!("buffer size must be strictly positive"));
        }
        drop(self.raw.replace(Some(raw.to_owned())));
        self.detached.set(false);
        self.readable.set(readable);
        self.writable.set(writable);
        self.size.set(size as usize);
        self.forget_ahead();
        self.waiting.borrow_mut().truncate(0);
        Ok(())
    }

    /// The raw stream.
    pub fn raw(&self) -> Result {
        match self.raw.get() {
            Some(raw) => Ok(raw),
            None if self.detached.get() => Err(value_error!("raw stream has been detached")),
            None => Err(value_error!("I/O operation on uninitialized object")),
        }
    }

    fn open_raw(&self, complaint: &str) -> Result {
        let raw = self.raw()?;
        if raw_is_closed(&raw)? { Err(value_error!("{complaint}")) } else { Ok(raw) }
    }

    fn unread(&self) -> usize {
        self.ahead.borrow().len() - self.position.get()
    }

    fn forget_ahead(&self) {
        self.ahead.borrow_mut().truncate(0);
        self.position.set(0);
    }

    /// Hands out up to `count` of the bytes that have been read ahead.
    fn take_ahead(&self, count: usize, target: &mut Vec<u8>) {
        let ahead = self.ahead.borrow();
        let start = self.position.get();
        let end = ahead.len().min(start.saturating_add(count));
        target.extend_from_slice(&ahead[start..end]);
        self.position.set(end);
    }

    /// Reads ahead once; how many bytes there were, `None` when it would block.
    fn fill(&self, raw: &Object) -> Result<Option<usize>> {
        let mut ahead = self.ahead.take();
        ahead.resize(self.size.get(), 0);
        let result = read_into(raw, &mut ahead);
        ahead.truncate(*result.as_ref().unwrap_or(&None).as_ref().unwrap_or(&0));
        *self.ahead.borrow_mut() = ahead;
        self.position.set(0);
        result
    }

    /// Before reading: what waits is written.
    fn prepare_read(&self, complaint: &str) -> Result {
        if !self.readable.get() {
            return Err(unsupported("read"));
        }
        let raw = self.open_raw(complaint)?;
        if self.writable.get() {
            self.write_out(&raw)?;
        }
        Ok(raw)
    }

    /// Writes what waits.
    fn write_out(&self, raw: &Object) -> Result<()> {
        let waiting = self.waiting.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let mut written = 0;
        let result = loop {
            if written == waiting.len() {
                break Ok(());
            }
            match write_from(raw, &waiting[written..]) {
                Ok(Some(count)) => written += count,
                Ok(None) => break Err(would_block(0)),
                Err(raised) => break Err(raised),
            }
        };
        // What others have added meanwhile comes after the rest.
        let mut kept = self.waiting.borrow_mut();
        if written < waiting.len() {
            kept.splice(0..0, waiting[written..].iter().copied());
        } else if kept.is_empty() {
            let mut empty = waiting;
            empty.truncate(0);
            *kept = empty;
        }
        result
    }

    /// Writes what waits, and gives up what has been read ahead.
    fn settle(&self, raw: &Object) -> Result<()> {
        if self.writable.get() {
            self.write_out(raw)?;
        }
        let unread = self.unread();
        if unread > 0 {
            self.forget_ahead();
            raw_seek(raw, -(unread as i64), 1)?;
        }
        Ok(())
    }

    fn read_all(&self, raw: &Object) -> Result {
        let mut all = Vec::new();
        self.take_ahead(usize::MAX, &mut all);
        self.forget_ahead();
        if let Some(file) = exact_file(raw) {
            return Ok(match file.read_all()? {
                None if all.is_empty() => Owned::none(),
                Some(rest) if all.is_empty() => Bytes::new(&rest).into_owned(),
                rest => {
                    all.extend(rest.unwrap_or_default());
                    Bytes::new(&all).into_owned()
                }
            });
        }
        if let Some(read_all) = operations::get_attribute_optional(raw, &intern("readall"))? {
            let rest = operations::call(&read_all, &[])?;
            if rest.is_none() {
                return Ok(if all.is_empty() { rest } else { Bytes::new(&all).into_owned() });
            }
            let Some(rest) = rest.downcast::<Bytes>() else {
                return Err(type_error!("readall() should return bytes"));
            };
            all.extend_from_slice(rest.as_slice());
            return Ok(Bytes::new(&all).into_owned());
        }
        loop {
            let piece = operations::call_method(raw, "read", &[])?;
            if piece.is_none() {
                return Ok(if all.is_empty() { piece } else { Bytes::new(&all).into_owned() });
            }
            let Some(piece) = piece.downcast::<Bytes>() else {
                return Err(type_error!("read() should return bytes"));
            };
            if piece.is_empty() {
                return Ok(Bytes::new(&all).into_owned());
            }
            all.extend_from_slice(piece.as_slice());
        }
    }

    /// Up to `count` bytes, fewer only at the end; `None` when it would block at once.
    pub fn read(&self, raw: &Object, count: usize) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::with_capacity(count.min(1 << 20));
        self.take_ahead(count, &mut bytes);
        while bytes.len() < count {
            let missing = count - bytes.len();
            let got = if missing >= self.size.get() {
                self.forget_ahead();
                let start = bytes.len();
                bytes.resize(start + missing.min(1 << 30), 0);
                let got = read_into(raw, &mut bytes[start..]);
                bytes.truncate(start + *got.as_ref().unwrap_or(&None).as_ref().unwrap_or(&0));
                got?
            } else {
                let got = self.fill(raw)?;
                self.take_ahead(missing, &mut bytes);
                got
            };
            match got {
                None if bytes.is_empty() => return Ok(None),
                None | Some(0) => break,
                Some(_) => {}
            }
        }
        Ok(Some(bytes))
    }

    /// A line, or as much of it as `limit` allows.
    pub fn read_line(&self, raw: &Object, limit: usize) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            {
                let ahead = self.ahead.borrow();
                let start = self.position.get();
                let room = (ahead.len() - start).min(limit - line.len());
                let part = &ahead[start..start + room];
                let end = memchr::memchr(b'\n', part).map_or(room, |found| found + 1);
                line.extend_from_slice(&part[..end]);
                self.position.set(start + end);
            }
            if line.last() == Some(&b'\n') || line.len() >= limit {
                return Ok(line);
            }
            if matches!(self.fill(raw)?, None | Some(0)) {
                return Ok(line);
            }
        }
    }

    /// Takes bytes for writing.
    pub fn write(&self, bytes: &[u8]) -> Result<usize> {
        let raw = self.open_raw("write to closed file")?;
        if !self.writable.get() {
            return Err(unsupported("write"));
        }
        if self.unread() > 0 {
            self.settle(&raw)?;
        }
        if self.waiting.borrow().len() + bytes.len() <= self.size.get() {
            self.waiting.borrow_mut().extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        if let Err(raised) = self.write_out(&raw) {
            if !exception::matches(BlockingIOError::type_object()) {
                return Err(raised);
            }
            // As much as fits waits; the rest is not taken.
            let mut waiting = self.waiting.borrow_mut();
            let room = self.size.get().saturating_sub(waiting.len()).min(bytes.len());
            waiting.extend_from_slice(&bytes[..room]);
            if room == bytes.len() {
                exception::clear();
                return Ok(room);
            }
            exception::clear();
            return Err(would_block(room));
        }
        let mut written = 0;
        while bytes.len() - written > self.size.get() {
            match write_from(&raw, &bytes[written..])? {
                Some(count) => written += count,
                None => {
                    let room = self.size.get().min(bytes.len() - written);
                    self.waiting.borrow_mut().extend_from_slice(&bytes[written..written + room]);
                    return Err(would_block(written + room));
                }
            }
        }
        self.waiting.borrow_mut().extend_from_slice(&bytes[written..]);
        Ok(bytes.len())
    }

    /// Writes what waits, for streams built on this one.
    pub fn flush(&self) -> Result<()> {
        let raw = self.open_raw("flush of closed file")?;
        self.settle(&raw)
    }
}

fn would_block(written: usize) -> Raised {
    let arguments = [
        Owned::small_int(i64::from(libc::EAGAIN)),
        Str::new("write could not complete without blocking").into_owned(),
        int::from_i64(written as i64),
    ];
    exception::raise_with_arguments(BlockingIOError::type_object(), &arguments)
}

/// The raw stream where its methods are known.
fn exact_file(raw: &Object) -> Option<&FileIo> {
    raw.downcast_exact::<FileIo>()
}

fn raw_is_closed(raw: &Object) -> Result<bool> {
    match exact_file(raw) {
        Some(file) => Ok(file.is_closed()),
        None => is_closed(raw),
    }
}

fn read_into(raw: &Object, target: &mut [u8]) -> Result<Option<usize>> {
    if let Some(file) = exact_file(raw) {
        return file.read_into(target);
    }
    let array = ByteArray::new(vec![0; target.len()]);
    let view = MemoryView::new(array.object())?;
    let count = operations::call_method(raw, "readinto", &[view.object()])?;
    drop(view);
    if count.is_none() {
        return Ok(None);
    }
    let count = int::index_i64(&count)?;
    match usize::try_from(count) {
        Ok(count) if count <= target.len() && count <= array.len() => {
            target[..count].copy_from_slice(&array.as_slice()[..count]);
            Ok(Some(count))
        }
        _ => Err(pyrsc_core::raise!(
            exception::OSError,
            "raw readinto() returned invalid length {} (should have been between 0 and {})",
            count,
            target.len()
        )),
    }
}

fn write_from(raw: &Object, bytes: &[u8]) -> Result<Option<usize>> {
    if let Some(file) = exact_file(raw) {
        return file.write_from(bytes);
    }
    let view = MemoryView::new(Bytes::new(bytes).object())?;
    let count = operations::call_method(raw, "write", &[view.object()])?;
    if count.is_none() {
        return Ok(None);
    }
    let count = int::index_i64(&count)?;
    match usize::try_from(count) {
        Ok(count) if count <= bytes.len() => Ok(Some(count)),
        _ => Err(pyrsc_core::raise!(
            exception::OSError,
            "raw write() returned invalid length {} (should have been between 0 and {})",
            count,
            bytes.len()
        )),
    }
}

fn raw_seek(raw: &Object, offset: i64, whence: i64) -> Result<i64> {
    let position = operations::call_method(raw, "seek", &[&int::from_i64(offset), &int::from_i64(whence)])?;
    checked_position(&position)
}

fn raw_tell(raw: &Object) -> Result<i64> {
    checked_position(&*call(raw, "tell")?)
}

fn checked_position(position: &Object) -> Result<i64> {
    match int::index_i64(position)? {
        position if position < 0 => {
            Err(pyrsc_core::raise!(exception::OSError, "Raw stream returned invalid position {}", position))
        }
        position => Ok(position),
    }
}

/// The parts of a stream of one of the three classes.
pub fn parts(this: &Object) -> &Buffered {
    // SAFETY: the three classes have the same fields, and callers have checked the class.
    unsafe { &(*this.address::<BufferedReader>()).parts }
}

const _: () = assert!(
    std::mem::offset_of!(BufferedReader, parts) == std::mem::offset_of!(BufferedWriter, parts)
        && std::mem::offset_of!(BufferedReader, parts) == std::mem::offset_of!(BufferedRandom, parts)
);

/// A writer over a raw stream, for the standard streams.
pub fn new_writer(raw: &Object, size: usize) -> Result<Ref<BufferedWriter>> {
    let parts = Buffered::new();
    parts.initialize(raw, size as isize, false, true)?;
    Ok(memory::allocate(BufferedWriter::type_object(), BufferedWriter { base: BufferedIoBase::new(), parts }))
}

/// A reader over a raw stream, for the standard streams.
pub fn new_reader(raw: &Object, size: usize) -> Result<Ref<BufferedReader>> {
    let parts = Buffered::new();
    parts.initialize(raw, size as isize, true, false)?;
    Ok(memory::allocate(BufferedReader::type_object(), BufferedReader { base: BufferedIoBase::new(), parts }))
}

/// An instance of the class that suits the mode.
pub fn open(class: &TypeObject, raw: &Object, size: usize) -> Result {
    operations::call(class.object(), &[raw, &int::from_i64(size as i64)])
}

fn check_raw(raw: &Object, method: &str, complaint: &str) -> Result<()> {
    if operations::is_true(&*call(raw, method)?)? {
        return Ok(());
    }
    Err(unsupported(complaint))
}

fn repr_of(this: &Object) -> Result<Ref<Str>> {
    let class = format!("_io.{}", this.type_object().name());
    let name = match operations::get_attribute_optional(this, &intern("name")) {
        Ok(name) => name,
        Err(_) if exception::catch::<exception::ValueError>() => None,
        Err(raised) => return Err(raised),
    };
    let Some(name) = name else { return Ok(Str::new(&format!("<{class}>"))) };
    if !recursion::repr_enter(this) {
        return Err(pyrsc_core::runtime_error!(
            "reentrant call inside {}.__repr__",
            this.type_object().name()
        ));
    }
    let shown = operations::repr_string(&name);
    recursion::repr_leave(this);
    Ok(Str::new(&format!("<{class} name={}>", shown?)))
}

macro_rules! common_methods {
    ($class:ident, $module:ident, $readable:literal, $writable:literal, $($check:literal => $complaint:literal),*) => {
        #[pymethods($class)]
        mod $module {
            use super::*;

            #[slot]
            fn new(class: &TypeObject, _arguments: pyrsc_core::call::Arguments<'_>) -> Result {
                let contents = $class { base: BufferedIoBase::new(), parts: Buffered::new() };
                Ok(memory::allocate(class, contents).into_owned())
            }

            #[slot(signature = "(raw, buffer_size=131072)")]
            fn init(this: &$class, raw: &Object, buffer_size: isize) -> Result<()> {
                $(check_raw(raw, $check, $complaint)?;)*
                this.parts.initialize(raw, buffer_size, $readable, $writable)
            }

            #[slot]
            fn repr(this: &Object) -> Result<Ref<Str>> {
                repr_of(this)
            }

            #[pymethod]
            fn flush(this: &$class) -> Result<()> {
                this.parts.flush()
            }

            #[pymethod]
            fn close(this: &Object) -> Result<()> {
                let parts = parts(this);
                let raw = parts.raw()?;
                if parts.closing.get() || is_closed(&raw)? {
                    return Ok(());
                }
                let flushed = call(this, "flush").map(drop);
                let error = if flushed.is_err() { exception::take_optional() } else { None };
                parts.closing.set(true);
                let closed = call(&raw, "close").map(drop);
                parts.closing.set(false);
                match error {
                    None => closed,
                    Some(error) => {
                        if closed.is_err() {
                            let newer = exception::take();
                            exception::set_context(&newer, error);
                            return Err(exception::restore(newer));
                        }
                        Err(exception::restore(error))
                    }
                }
            }

            #[pymethod]
            fn detach(this: &Object) -> Result {
                call(this, "flush")?;
                let parts = parts(this);
                let raw = parts.raw()?;
                parts.detached.set(true);
                drop(parts.raw.replace(None));
                Ok(raw)
            }

            #[pymethod]
            fn tell(this: &$class) -> Result<i64> {
                let parts = &this.parts;
                let raw = parts.raw()?;
                let position = raw_tell(&raw)?;
                Ok((position - parts.unread() as i64 + parts.waiting.borrow().len() as i64).max(0))
            }

            #[pymethod(signature = "(self, target, whence=0, /)")]
            fn seek(this: &$class, target: i64, whence: i64) -> Result<i64> {
                if !(0..=4).contains(&whence) {
                    return Err(value_error!("whence value {whence} unsupported"));
                }
                let parts = &this.parts;
                let raw = parts.open_raw("seek of closed file")?;
                check_raw(&raw, "seekable", "File or stream is not seekable.")?;
                let unread = parts.unread() as i64;
                if whence < 2 && unread > 0 {
                    // Within what has been read ahead, nothing but the place in it changes.
                    let current = raw_tell(&raw)? - unread;
                    let offset = if whence == 0 { target - current } else { target };
                    if offset >= -(parts.position.get() as i64) && offset <= unread {
                        parts.position.set((parts.position.get() as i64 + offset) as usize);
                        return Ok(current + offset);
                    }
                }
                parts.write_out(&raw)?;
                let target = if whence == 1 { target - unread } else { target };
                let position = raw_seek(&raw, target, whence)?;
                parts.forget_ahead();
                Ok(position)
            }

            #[pymethod]
            fn truncate(this: &Object, pos: Option<&Object>) -> Result {
                let parts = parts(this);
                let raw = parts.open_raw("truncate of closed file")?;
                if !parts.writable.get() {
                    return Err(unsupported("truncate"));
                }
                parts.settle(&raw)?;
                let size = match pos {
                    Some(size) if !size.is_none() => size.to_owned(),
                    _ => int::from_i64(raw_tell(&raw)?),
                };
                operations::call_method(&raw, "truncate", &[&size])
            }

            #[pymethod]
            fn seekable(this: &$class) -> Result {
                call(&*this.parts.raw()?, "seekable")
            }

            #[pymethod]
            fn readable(this: &$class) -> Result {
                if $readable { call(&*this.parts.raw()?, "readable") } else { Ok(Owned::bool(false)) }
            }

            #[pymethod]
            fn writable(this: &$class) -> Result {
                if $writable { call(&*this.parts.raw()?, "writable") } else { Ok(Owned::bool(false)) }
            }

            #[pymethod]
            fn fileno(this: &$class) -> Result {
                call(&*this.parts.raw()?, "fileno")
            }

            #[pymethod]
            fn isatty(this: &$class) -> Result {
                call(&*this.parts.raw()?, "isatty")
            }

            #[pymethod]
            fn _dealloc_warn(_this: &$class, _source: &Object) {}

            #[getter]
            fn closed(this: &$class) -> Result<bool> {
                raw_is_closed(&*this.parts.raw()?)
            }

            #[getter]
            fn raw(this: &$class) -> Owned {
                this.parts.raw.get_or_none()
            }

            #[getter]
            fn name(this: &$class) -> Result {
                operations::get_attribute(&*this.parts.raw()?, &intern("name"))
            }

            #[getter]
            fn mode(this: &$class) -> Result {
                operations::get_attribute(&*this.parts.raw()?, &intern("mode"))
            }

            #[pymethod]
            fn __getstate__(this: &Object) -> Result {
                Err(type_error!("cannot pickle '{}' instances", this.type_object().full_name()))
            }

            #[pymethod]
            fn __sizeof__(this: &$class) -> usize {
                size_of::<$class>() + this.parts.size.get()
            }
        }
    };
}

common_methods!(BufferedReader, reader_common, true, false, "readable" => "File or stream is not readable.");
common_methods!(BufferedWriter, writer_common, false, true, "writable" => "File or stream is not writable.");
common_methods!(
    BufferedRandom, random_common, true, true,
    "seekable" => "File or stream is not seekable.",
    "readable" => "File or stream is not readable.",
    "writable" => "File or stream is not writable."
);

macro_rules! reading_methods {
    ($class:ident, $module:ident) => {
        #[pymethods($class)]
        mod $module {
            use super::*;

            #[slot]
            fn next(this: &$class) -> Result<Option<Owned>> {
                let raw = this.parts.prepare_read("readline of closed file")?;
                let line = this.parts.read_line(&raw, usize::MAX)?;
                Ok(if line.is_empty() { None } else { Some(Bytes::new(&line).into_owned()) })
            }

            #[pymethod]
            fn read(this: &$class, size: Option<&Object>) -> Result {
                if let Some(size) = size.filter(|size| !size.is_none() && pyrsc_core::slice::has_index(size))
                {
                    if int::index_i64(size)? < -1 {
                        return Err(value_error!("read length must be non-negative or -1"));
                    }
                }
                let size = size_argument(size)?;
                let raw = this.parts.prepare_read("read of closed file")?;
                match size {
                    None => this.parts.read_all(&raw),
                    Some(size) => Ok(this
                        .parts
                        .read(&raw, size)?
                        .map_or(Owned::none(), |bytes| Bytes::new(&bytes).into_owned())),
                }
            }

            #[pymethod(signature = "(self, size=-1, /)")]
            fn read1(this: &$class, size: isize) -> Result {
                let size = if size < 0 { this.parts.size.get() } else { size as usize };
                let raw = this.parts.prepare_read("read of closed file")?;
                let mut bytes = Vec::new();
                if size > 0 && this.parts.unread() == 0 {
                    this.parts.forget_ahead();
                    bytes.resize(size.min(1 << 30), 0);
                    let got = read_into(&raw, &mut bytes)?;
                    bytes.truncate(got.unwrap_or(0));
                } else {
                    this.parts.take_ahead(size, &mut bytes);
                }
                Ok(Bytes::new(&bytes).into_owned())
            }

            #[pymethod(signature = "(self, size=0, /)")]
            fn peek(this: &$class, size: isize) -> Result {
                let _ = size;
                let raw = this.parts.prepare_read("peek of closed file")?;
                if this.parts.unread() == 0 {
                    this.parts.fill(&raw)?;
                }
                let ahead = this.parts.ahead.borrow();
                Ok(Bytes::new(&ahead[this.parts.position.get()..]).into_owned())
            }

            #[pymethod]
            fn readline(this: &$class, size: Option<&Object>) -> Result {
                let limit = size_argument(size)?.unwrap_or(usize::MAX);
                let raw = this.parts.prepare_read("readline of closed file")?;
                Ok(Bytes::new(&this.parts.read_line(&raw, limit)?).into_owned())
            }

            #[pymethod]
            fn readinto(this: &$class, target: &Object) -> Result {
                let raw = this.parts.prepare_read("readinto of closed file")?;
                let mut target = buffer::acquire_writable(target, "readinto() argument")?;
                match this.parts.read(&raw, target.len())? {
                    None => Ok(Owned::none()),
                    Some(bytes) => {
                        target.as_mut_slice()[..bytes.len()].copy_from_slice(&bytes);
                        Ok(int::from_i64(bytes.len() as i64))
                    }
                }
            }

            #[pymethod]
            fn readinto1(this: &$class, target: &Object) -> Result {
                let raw = this.parts.prepare_read("readinto of closed file")?;
                let mut target = buffer::acquire_writable(target, "readinto1() argument")?;
                if this.parts.unread() == 0 && this.parts.fill(&raw)?.is_none() {
                    return Ok(Owned::none());
                }
                let mut bytes = Vec::new();
                this.parts.take_ahead(target.len(), &mut bytes);
                target.as_mut_slice()[..bytes.len()].copy_from_slice(&bytes);
                Ok(int::from_i64(bytes.len() as i64))
            }
        }
    };
}

reading_methods!(BufferedReader, reader_methods);
reading_methods!(BufferedRandom, random_reading);

macro_rules! writing_methods {
    ($class:ident, $module:ident) => {
        #[pymethods($class)]
        mod $module {
            use super::*;

            #[pymethod]
            fn write(this: &$class, data: &Object) -> Result<usize> {
                if data.is_instance_of::<Str>() || !buffer::is_supported(data) {
                    return Err(type_error!("a bytes-like object is required, not '{}'", name_of(data)));
                }
                let data = buffer::acquire(data)?;
                this.parts.write(data.as_slice())
            }
        }
    };
}

writing_methods!(BufferedWriter, writer_methods);
writing_methods!(BufferedRandom, random_writing);

//! `FileIO`: a file descriptor as a stream of bytes without a buffer.

use std::cell::Cell;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};

use pyrsc_core::str::{Str, intern};
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer, int, memory, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::base::{RawIoBase, closed_error};
use super::{DEFAULT_BUFFER_SIZE, system, unsupported};
use crate::path_argument::{self, Path};

/// See the module's documentation.
#[pyclass(name = "FileIO", module = "_io", base = crate::io::base::RAW_IO_BASE, flags(BASETYPE, DICT, WEAKREF), doc = "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\nwriting, exclusive creation or appending.")]
#[repr(C)]
pub struct FileIo {
    base: RawIoBase,
    /// -1: closed, or not opened yet.
    descriptor: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    close_descriptor: Cell<bool>,
    /// Whether the position can be set; asked once.
    seekable: Cell<Option<bool>>,
    block_size: Cell<usize>,
}

impl FileIo {
    fn closed_parts() -> FileIo {
        FileIo {
            base: RawIoBase::new(),
            descriptor: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            close_descriptor: Cell::new(true),
            seekable: Cell::new(None),
            block_size: Cell::new(DEFAULT_BUFFER_SIZE),
        }
    }

    /// A stream over a descriptor of this process, which it does not close.
    pub fn of_descriptor(descriptor: i32, writable: bool) -> Ref<FileIo> {
        let file = FileIo::closed_parts();
        file.descriptor.set(descriptor);
        file.readable.set(!writable);
        file.writable.set(writable);
        file.close_descriptor.set(false);
        memory::allocate(FileIo::type_object(), file)
    }

    /// The descriptor; ValueError when the stream is closed.
    pub fn descriptor(&self) -> Result<i32> {
        match self.descriptor.get() {
            descriptor if descriptor < 0 => Err(closed_error()),
            descriptor => Ok(descriptor),
        }
    }

    /// Whether the stream is closed.
    pub fn is_closed(&self) -> bool {
        self.descriptor.get() < 0
    }

    pub fn is_readable(&self) -> bool {
        self.readable.get()
    }

    pub fn is_writable(&self) -> bool {
        self.writable.get()
    }

    fn mode(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    fn open(
        &self,
        this: &Object,
        file: &Object,
        mode: &str,
        close: bool,
        opener: Option<&Object>,
    ) -> Result<()> {
        let flags = self.parse_mode(mode)?;
        self.close_descriptor.set(close);
        let given = pyrsc_core::slice::has_index(file);
        if given {
            let descriptor = int::index_i64(file)?;
            let Ok(descriptor) = i32::try_from(descriptor) else {
                return Err(pyrsc_core::overflow_error!("Python int too large to convert to C int"));
            };
            if descriptor < 0 {
                return Err(value_error!("negative file descriptor"));
            }
            self.descriptor.set(descriptor);
        } else {
            if !close {
                return Err(value_error!("Cannot use closefd=False with file name"));
            }
            self.descriptor.set(match opener {
                Some(opener) => {
                    let result = operations::call(opener, &[file, &int::from_i64(i64::from(flags))])?;
                    if !int::is_int(&result) {
                        return Err(type_error!("expected integer from opener"));
                    }
                    match int::index_i64(&result)? {
                        descriptor if descriptor < 0 => {
                            return Err(value_error!("opener returned {descriptor}"));
                        }
                        descriptor => descriptor as i32,
                    }
                }
                None => {
                    let path = Path::new(file, "open", "path")?;
                    let c_path = path.c_string()?;
                    let pointer = c_path.as_ptr() as usize;
                    loop {
                        let (result, error) = pyrsc_core::gil::without(|| {
                            // SAFETY: the path ends with a zero byte and lives during the call.
                            let result = unsafe {
                                libc::open(pointer as *const libc::c_char, flags | libc::O_CLOEXEC, 0o666)
                            };
                            (result, std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
                        });
                        if result >= 0 {
                            break result;
                        }
                        if error != libc::EINTR {
                            return Err(path_argument::os_error_with(error, &[file]));
                        }
                        pyrsc_core::gil::check_signals()?;
                    }
                }
            });
        }
        let descriptor = self.descriptor.get();
        let fail = |error: i32, named: bool| {
            if !given {
                // SAFETY: this stream opened the descriptor.
                unsafe { libc::close(descriptor) };
            }
            self.descriptor.set(-1);
            if named { path_argument::os_error_with(error, &[file]) } else { exception::os_error(error) }
        };
        match system::status(descriptor) {
            Some(status) if status.st_mode & libc::S_IFMT == libc::S_IFDIR => {
                return Err(fail(libc::EISDIR, true));
            }
            Some(status) => {
                if status.st_blksize > 1 {
                    self.block_size.set(status.st_blksize as usize);
                }
            }
            None if std::io::Error::last_os_error().raw_os_error() == Some(libc::EBADF) => {
                return Err(fail(libc::EBADF, given));
            }
            None => {}
        }
        operations::set_attribute(this, &intern("name"), file)?;
        if self.appending.get() && system::seek(descriptor, 0, libc::SEEK_END).is_err() {
            // A pipe or a terminal has no position.
            exception::clear();
        }
        Ok(())
    }

    fn parse_mode(&self, mode: &str) -> Result<i32> {
        let bad =
            || value_error!("Must have exactly one of create/read/write/append mode and at most one plus");
        let (mut plus, mut chosen, mut flags) = (false, false, 0);
        for character in mode.chars() {
            match character {
                'x' | 'r' | 'w' | 'a' => {
                    if std::mem::replace(&mut chosen, true) {
                        return Err(bad());
                    }
                    self.readable.set(character == 'r');
                    self.writable.set(character != 'r');
                    self.created.set(character == 'x');
                    self.appending.set(character == 'a');
                    flags |= match character {
                        'x' => libc::O_EXCL | libc::O_CREAT,
                        'w' => libc::O_CREAT | libc::O_TRUNC,
                        'a' => libc::O_APPEND | libc::O_CREAT,
                        _ => 0,
                    };
                }
                'b' => {}
                '+' => {
                    if std::mem::replace(&mut plus, true) {
                        return Err(bad());
                    }
                }
                _ => return Err(value_error!("invalid mode: {}", mode)),
            }
        }
        if !chosen {
            return Err(bad());
        }
        if plus {
            self.readable.set(true);
            self.writable.set(true);
        }
        Ok(flags
            | match (self.readable.get(), self.writable.get()) {
                (true, true) => libc::O_RDWR,
                (true, false) => libc::O_RDONLY,
                _ => libc::O_WRONLY,
            })
    }

    /// Reads into memory; `None` when it would block.
    pub fn read_into(&self, target: &mut [u8]) -> Result<Option<usize>> {
        let descriptor = self.descriptor()?;
        if !self.readable.get() {
            return Err(unsupported("File not open for reading"));
        }
        system::read(descriptor, target)
    }

    /// Writes; `None` when it would block.
    pub fn write_from(&self, bytes: &[u8]) -> Result<Option<usize>> {
        let descriptor = self.descriptor()?;
        if !self.writable.get() {
            return Err(unsupported("File not open for writing"));
        }
        system::write(descriptor, bytes)
    }

    /// Everything that is left; `None` when it would block at once.
    pub fn read_all(&self) -> Result<Option<Vec<u8>>> {
        let descriptor = self.descriptor()?;
        if !self.readable.get() {
            return Err(unsupported("File not open for reading"));
        }
        let size = system::status(descriptor).map_or(0, |status| status.st_size.max(0) as usize);
        // SAFETY: no memory is passed.
        let position = unsafe { libc::lseek(descriptor, 0, libc::SEEK_CUR) }.max(0) as usize;
        let mut all = Vec::new();
        // One more byte than is left, so that the end is seen at the first read.
        let mut step = (size.saturating_sub(position) + 1).clamp(DEFAULT_BUFFER_SIZE.min(8192), 1 << 30);
        loop {
            let start = all.len();
            all.resize(start + step, 0);
            let count = system::read(descriptor, &mut all[start..])?;
            all.truncate(start + count.unwrap_or(0));
            match count {
                None if start == 0 => return Ok(None),
                None | Some(0) => return Ok(Some(all)),
                Some(_) => step = step.max(all.len() / 4).max(8192),
            }
        }
    }

    fn is_seekable(&self) -> Result<bool> {
        let descriptor = self.descriptor()?;
        if self.seekable.get().is_none() {
            // SAFETY: no memory is passed.
            self.seekable.set(Some(unsafe { libc::lseek(descriptor, 0, libc::SEEK_CUR) } >= 0));
        }
        Ok(self.seekable.get() == Some(true))
    }

    /// Closes the descriptor.
    fn close_now(&self) -> Result<()> {
        let descriptor = self.descriptor.replace(-1);
        if descriptor >= 0 && self.close_descriptor.get() {
            // SAFETY: this stream owns the descriptor.
            let result = pyrsc_core::gil::without(|| unsafe { libc::close(descriptor) });
            if result < 0 {
                return Err(exception::last_os_error());
            }
        }
        Ok(())
    }
}

#[pymethods(FileIo)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(memory::allocate(class, FileIo::closed_parts()).into_owned())
    }

    #[slot(signature = "(file, mode='r', closefd=True, opener=None)")]
    fn init(
        this: &Object,
        file: &Object,
        mode: Option<&Str>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> Result<()> {
        // SAFETY: the slot is only called with instances.
        let stream = unsafe { &*this.address::<FileIo>() };
        stream.close_now()?;
        stream.base.base.closed.set(false);
        stream.seekable.set(None);
        let mode = mode.map_or("r".into(), |mode| mode.to_string_lossy());
        stream.open(this, file, &mode, closefd, opener.filter(|opener| !opener.is_none()))
    }

    #[slot]
    fn repr(this: &Object) -> Result<Ref<Str>> {
        // SAFETY: the slot is only called with instances.
        let stream = unsafe { &*this.address::<FileIo>() };
        let descriptor = stream.descriptor.get();
        if descriptor < 0 {
            return Ok(Str::new("<_io.FileIO [closed]>"));
        }
        let closefd = if stream.close_descriptor.get() { "True" } else { "False" };
        let name = operations::get_attribute_optional(this, &intern("name"))?;
        let shown = match name {
            Some(name) => format!("name={}", operations::repr_string(&name)?),
            None => format!("fd={descriptor}"),
        };
        Ok(Str::new(&format!("<_io.FileIO {shown} mode='{}' closefd={closefd}>", stream.mode())))
    }

    #[pymethod(signature = "(self, size=-1, /)")]
    fn read(this: &FileIo, size: Option<&Object>) -> Result {
        let Some(size) = super::super::base::size_argument(size)? else { return readall(this) };
        let mut bytes = vec![0; size.min(1 << 40)];
        Ok(match this.read_into(&mut bytes)? {
            Some(count) => Bytes::new(&bytes[..count]).into_owned(),
            None => Owned::none(),
        })
    }

    #[pymethod]
    fn readall(this: &FileIo) -> Result {
        Ok(this.read_all()?.map_or(Owned::none(), |bytes| Bytes::new(&bytes).into_owned()))
    }

    #[pymethod]
    fn readinto(this: &FileIo, target: &Object) -> Result<Option<usize>> {
        this.descriptor()?;
        if !this.readable.get() {
            return Err(unsupported("File not open for reading"));
        }
        let mut target = buffer::acquire_writable(target, "readinto() argument")?;
        this.read_into(target.as_mut_slice())
    }

    #[pymethod]
    fn write(this: &FileIo, data: &Object) -> Result<Option<usize>> {
        this.descriptor()?;
        if !this.writable.get() {
            return Err(unsupported("File not open for writing"));
        }
        let data = buffer::acquire(data)?;
        this.write_from(data.as_slice())
    }

    #[pymethod(signature = "(self, pos, whence=0, /)")]
    fn seek(this: &FileIo, offset: &Object, whence: i32) -> Result<i64> {
        if pyrsc_core::float::is_exact(offset) {
            return Err(type_error!("'{}' object cannot be interpreted as an integer", name_of(offset)));
        }
        let descriptor = this.descriptor()?;
        system::seek(descriptor, int::index_i64(offset)?, whence)
    }

    #[pymethod]
    fn tell(this: &FileIo) -> Result<i64> {
        system::seek(this.descriptor()?, 0, libc::SEEK_CUR)
    }

    #[pymethod]
    fn truncate(this: &FileIo, size: Option<&Object>) -> Result {
        let descriptor = this.descriptor()?;
        if !this.writable.get() {
            return Err(unsupported("File not open for writing"));
        }
        let size = match size {
            Some(size) if !size.is_none() => size.to_owned(),
            _ => int::from_i64(system::seek(descriptor, 0, libc::SEEK_CUR)?),
        };
        let length = int::index_i64(&size)?;
        // SAFETY: no memory is passed.
        if pyrsc_core::gil::without(|| unsafe { libc::ftruncate(descriptor, length) }) < 0 {
            return Err(exception::last_os_error());
        }
        Ok(size)
    }

    #[pymethod]
    fn close(this: &Object) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<FileIo>() };
        stream.base.base.closed.set(true);
        stream.close_now()
    }

    #[pymethod]
    fn seekable(this: &FileIo) -> Result<bool> {
        this.is_seekable()
    }

    #[pymethod]
    fn readable(this: &FileIo) -> Result<bool> {
        this.descriptor().map(|_| this.readable.get())
    }

    #[pymethod]
    fn writable(this: &FileIo) -> Result<bool> {
        this.descriptor().map(|_| this.writable.get())
    }

    #[pymethod]
    fn fileno(this: &FileIo) -> Result<i32> {
        this.descriptor()
    }

    #[pymethod]
    fn isatty(this: &FileIo) -> Result<bool> {
        this.descriptor().map(system::is_terminal)
    }

    #[pymethod]
    fn _isatty_open_only(this: &FileIo) -> Result<bool> {
        this.descriptor().map(system::is_terminal)
    }

    #[getter]
    fn closed(this: &FileIo) -> bool {
        this.descriptor.get() < 0
    }

    #[getter]
    fn closefd(this: &FileIo) -> bool {
        this.close_descriptor.get()
    }

    #[getter]
    fn mode(this: &FileIo) -> &'static str {
        this.mode()
    }

    #[getter]
    fn _blksize(this: &FileIo) -> usize {
        this.block_size.get()
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        Err(type_error!("cannot pickle '{}' instances", this.type_object().full_name()))
    }
}

impl Drop for FileIo {
    fn drop(&mut self) {
        let descriptor = self.descriptor.get();
        if descriptor >= 0 && self.close_descriptor.get() {
            // SAFETY: this stream owns the descriptor.
            unsafe { libc::close(descriptor) };
        }
    }
}

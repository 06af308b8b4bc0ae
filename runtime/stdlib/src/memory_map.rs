//! `mmap`: files and memory that is shared between processes, as mutable bytes.

use std::cell::Cell;

use memchr::memmem;
use pyrsc_abi::Header;
use pyrsc_core::buffer::{self, Exporter, Layout};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::collector::Plain;
use pyrsc_core::exception::{self, OSError};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::Slice;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer_error, index_error, int, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use crate::libc_numbers;

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    MADV_DODUMP MADV_DOFORK MADV_DONTDUMP MADV_DONTFORK MADV_DONTNEED MADV_FREE MADV_HUGEPAGE MADV_HWPOISON
    MADV_MERGEABLE MADV_NOHUGEPAGE MADV_NORMAL MADV_RANDOM MADV_REMOVE MADV_SEQUENTIAL MADV_UNMERGEABLE MADV_WILLNEED
    MAP_ANON MAP_ANONYMOUS MAP_DENYWRITE MAP_EXECUTABLE MAP_NORESERVE MAP_POPULATE MAP_PRIVATE MAP_SHARED MAP_STACK
    PROT_EXEC PROT_READ PROT_WRITE
};

const ACCESS_DEFAULT: i64 = 0;
const ACCESS_READ: i64 = 1;
const ACCESS_WRITE: i64 = 2;
const ACCESS_COPY: i64 = 3;

fn page_size() -> usize {
    // SAFETY: no memory is passed.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

/// A part of the address space, which is given back with its object.
struct Mapping {
    start: Cell<*mut u8>,
    length: Cell<usize>,
    descriptor: Cell<i32>,
}

impl Mapping {
    fn release(&self) {
        let start = self.start.replace(std::ptr::null_mut());
        if !start.is_null() {
            // SAFETY: the mapping is this object's own, and nobody has exported it.
            unsafe { libc::munmap(start.cast(), self.length.get()) };
        }
        let descriptor = self.descriptor.replace(-1);
        if descriptor >= 0 {
            // SAFETY: the descriptor is this object's own copy.
            unsafe { libc::close(descriptor) };
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.release();
    }
}

/// `mmap.mmap`
#[pyclass(name = "mmap", module = "mmap", static_name = MEMORY_MAP, flags(BASETYPE, WEAKREF, SEQUENCE))]
#[repr(C)]
pub struct MemoryMap {
    header: Header,
    mapping: Plain<Mapping>,
    position: Cell<usize>,
    access: Cell<i64>,
    flags: Cell<i32>,
    offset: Cell<i64>,
    exports: Cell<usize>,
}

static EXPORTER: Exporter = Exporter { ty: &MEMORY_MAP, acquire: export, release: Some(release) };

fn export(object: &Object) -> Result<Layout> {
    let Some(map) = object.downcast::<MemoryMap>() else {
        return Err(type_error!("a bytes-like object is required"));
    };
    map.check()?;
    map.exports.set(map.exports.get() + 1);
    let mapping = &map.mapping.0;
    Ok(Layout::bytes(mapping.start.get(), mapping.length.get(), map.access.get() == ACCESS_READ))
}

fn release(object: &Object) {
    if let Some(map) = object.downcast::<MemoryMap>() {
        map.exports.set(map.exports.get().saturating_sub(1));
    }
}

impl MemoryMap {
    fn check(&self) -> Result<()> {
        if self.mapping.0.start.get().is_null() {
            return Err(value_error!("mmap closed or invalid"));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.mapping.0.length.get()
    }

    /// The bytes; no Python code runs while they are borrowed.
    fn bytes(&self) -> Result<&[u8]> {
        self.check()?;
        // SAFETY: the mapping is that long and readable.
        Ok(unsafe { std::slice::from_raw_parts(self.mapping.0.start.get(), self.len()) })
    }

    /// Copies bytes to a place that is within the mapping.
    fn store(&self, at: usize, bytes: &[u8]) -> Result<()> {
        self.check()?;
        if self.access.get() == ACCESS_READ {
            return Err(type_error!("mmap can't modify a readonly memory map."));
        }
        // A conversion of the value may have made the mapping smaller.
        if at.checked_add(bytes.len()).is_none_or(|end| end > self.len()) {
            return Err(index_error!("mmap index out of range"));
        }
        // SAFETY: the place is within the mapping, checked just now; the source may overlap it.
        unsafe { std::ptr::copy(bytes.as_ptr(), self.mapping.0.start.get().add(at), bytes.len()) };
        Ok(())
    }

    fn take(&self, count: usize) -> Result<Ref<Bytes>> {
        let bytes = self.bytes()?;
        let start = self.position.get().min(bytes.len());
        let end = start.saturating_add(count).min(bytes.len());
        self.position.set(end);
        Ok(Bytes::new(&bytes[start..end]))
    }

    fn search(
        &self,
        wanted: &Object,
        start: Option<&Object>,
        end: Option<&Object>,
        reverse: bool,
    ) -> Result<i64> {
        let wanted = buffer::acquire(wanted)?.to_vec();
        let bound = |bound: Option<&Object>, default: usize| -> Result<usize> {
            let Some(bound) = bound.filter(|bound| !bound.is_none()) else { return Ok(default) };
            let number = int::index_i64(bound)?;
            let length = self.len() as i64;
            let number = if number < 0 { number + length } else { number };
            Ok(number.clamp(0, length) as usize)
        };
        let start = bound(start, if reverse { 0 } else { self.position.get() })?;
        let end = bound(end, self.len())?;
        let bytes = self.bytes()?;
        let end = end.min(bytes.len());
        if start > end {
            return Ok(-1);
        }
        let part = &bytes[start..end];
        let found = if reverse { memmem::rfind(part, &wanted) } else { memmem::find(part, &wanted) };
        Ok(found.map_or(-1, |found| (start + found) as i64))
    }

    fn place(&self, index: i64) -> Result<usize> {
        pyrsc_core::slice::place(index, self.len()).ok_or_else(|| index_error!("mmap index out of range"))
    }
}

/// A byte as an item.
fn byte(object: &Object) -> Result<u8> {
    if !pyrsc_core::slice::has_index(object) {
        return Err(type_error!("mmap item value must be an int, not {}", name_of(object)));
    }
    u8::try_from(int::index_i64(object)?)
        .map_err(|_| value_error!("mmap item value must be in range(0, 256)"))
}

#[pymethods(MemoryMap)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, fileno, length, flags=1, prot=3, access=0, offset=0, *, trackfd=True)")]
    fn new(
        class: &TypeObject,
        fileno: i32,
        length: i64,
        flags: Option<i32>,
        prot: Option<i32>,
        access: Option<i64>,
        offset: Option<i64>,
        trackfd: Option<bool>,
    ) -> Result {
        let (access, offset) = (access.unwrap_or(ACCESS_DEFAULT), offset.unwrap_or(0));
        let Ok(mut size) = usize::try_from(length) else {
            return Err(pyrsc_core::overflow_error!("memory mapped length must be positive"));
        };
        if offset < 0 {
            return Err(pyrsc_core::overflow_error!("memory mapped offset must be positive"));
        }
        if access != ACCESS_DEFAULT
            && (flags.is_some_and(|flags| flags != libc::MAP_SHARED) || prot.is_some_and(|prot| prot != 3))
        {
            return Err(value_error!("mmap can't specify both access and flags, prot."));
        }
        let (mut flags, protection) = match access {
            ACCESS_DEFAULT => {
                (flags.unwrap_or(libc::MAP_SHARED), prot.unwrap_or(libc::PROT_READ | libc::PROT_WRITE))
            }
            ACCESS_READ => (libc::MAP_SHARED, libc::PROT_READ),
            ACCESS_WRITE => (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
            ACCESS_COPY => (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
            _ => return Err(value_error!("mmap invalid access parameter.")),
        };
        let access = match access {
            ACCESS_DEFAULT if protection & libc::PROT_WRITE == 0 => ACCESS_READ,
            access => access,
        };
        let mut descriptor = -1;
        if fileno == -1 {
            flags |= libc::MAP_ANONYMOUS;
            if size == 0 {
                return Err(exception::os_error(libc::EINVAL));
            }
        } else {
            if let Some(status) = crate::io::system::status(fileno)
                && status.st_mode & libc::S_IFMT == libc::S_IFREG
            {
                if size == 0 {
                    if status.st_size == 0 {
                        return Err(value_error!("cannot mmap an empty file"));
                    }
                    if offset >= status.st_size {
                        return Err(value_error!("mmap offset is greater than file size"));
                    }
                    size = (status.st_size - offset) as usize;
                } else if offset > status.st_size || status.st_size - offset < size as i64 {
                    return Err(value_error!("mmap length is greater than file size"));
                }
            }
            if trackfd.unwrap_or(true) {
                // SAFETY: no memory is passed.
                descriptor = unsafe { libc::fcntl(fileno, libc::F_DUPFD_CLOEXEC, 0) };
                if descriptor < 0 {
                    return Err(exception::last_os_error());
                }
            }
        }
        let mapping = Mapping {
            start: Cell::new(std::ptr::null_mut()),
            length: Cell::new(size),
            descriptor: Cell::new(descriptor),
        };
        // SAFETY: the system chooses the place.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), size, protection, flags, fileno, offset) };
        if start == libc::MAP_FAILED {
            return Err(exception::last_os_error());
        }
        mapping.start.set(start.cast());
        let contents = MemoryMap {
            header: Header::unset(),
            mapping: Plain(mapping),
            position: Cell::new(0),
            access: Cell::new(access),
            flags: Cell::new(flags),
            offset: Cell::new(offset),
            exports: Cell::new(0),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn repr(this: &Object) -> Result<String> {
        let Some(map) = this.downcast::<MemoryMap>() else { return Ok(String::new()) };
        let class = this.type_object().full_name();
        if map.check().is_err() {
            exception::clear();
            return Ok(format!("<{class} closed=True>"));
        }
        let access = match map.access.get() {
            ACCESS_READ => "ACCESS_READ",
            ACCESS_COPY => "ACCESS_COPY",
            ACCESS_WRITE => "ACCESS_WRITE",
            _ => "ACCESS_DEFAULT",
        };
        Ok(format!(
            "<{class} closed=False, access={access}, length={}, pos={}, offset={}>",
            map.len(),
            map.position.get(),
            map.offset.get()
        ))
    }

    #[slot]
    fn length(this: &MemoryMap) -> Result<usize> {
        this.check()?;
        Ok(this.len())
    }

    #[slot]
    fn get_item(this: &MemoryMap, item: &Object) -> Result {
        this.check()?;
        if let Some(slice) = item.downcast::<Slice>() {
            let range = slice.range(this.len())?;
            let bytes = this.bytes()?;
            let taken: Vec<u8> = range.indices().filter_map(|index| bytes.get(index).copied()).collect();
            return Ok(Bytes::new(&taken).into_owned());
        }
        if !pyrsc_core::slice::has_index(item) {
            return Err(type_error!("mmap indices must be integers"));
        }
        let index = this.place(int::index_i64(item)?)?;
        match this.bytes()?.get(index) {
            Some(byte) => Ok(Owned::small_int(i64::from(*byte))),
            None => Err(index_error!("mmap index out of range")),
        }
    }

    #[slot]
    fn set_item(this: &MemoryMap, item: &Object, value: Option<&Object>) -> Result<()> {
        this.check()?;
        let Some(value) = value else {
            return Err(type_error!("mmap object doesn't support item deletion"));
        };
        if let Some(slice) = item.downcast::<Slice>() {
            let bytes = buffer::acquire(value)?.to_vec();
            let range = slice.range(this.len())?;
            if bytes.len() != range.count {
                return Err(index_error!("mmap slice assignment is wrong size"));
            }
            for (index, byte) in range.indices().zip(&bytes) {
                this.store(index, &[*byte])?;
            }
            return Ok(());
        }
        if !pyrsc_core::slice::has_index(item) {
            return Err(type_error!("mmap indices must be integers"));
        }
        let index = this.place(int::index_i64(item)?)?;
        let byte = byte(value)?;
        this.store(index, &[byte])
    }

    #[getter]
    fn closed(this: &MemoryMap) -> bool {
        this.mapping.0.start.get().is_null()
    }

    #[pymethod]
    fn close(this: &MemoryMap) -> Result<()> {
        if this.exports.get() > 0 {
            return Err(buffer_error!("cannot close exported pointers exist"));
        }
        this.mapping.0.release();
        Ok(())
    }

    #[pymethod(signature = "(self, view, start=None, end=None, /)")]
    fn find(this: &MemoryMap, view: &Object, start: Option<&Object>, end: Option<&Object>) -> Result<i64> {
        this.check()?;
        this.search(view, start, end, false)
    }

    #[pymethod(signature = "(self, view, start=None, end=None, /)")]
    fn rfind(this: &MemoryMap, view: &Object, start: Option<&Object>, end: Option<&Object>) -> Result<i64> {
        this.check()?;
        let here = int::from_usize(this.position.get());
        this.search(view, Some(start.unwrap_or(&here)), end, true)
    }

    #[pymethod(signature = "(self, offset=0, size=-1, /)")]
    fn flush(this: &MemoryMap, offset: Option<i64>, size: Option<i64>) -> Result<()> {
        this.check()?;
        let offset = offset.unwrap_or(0);
        let size = size.filter(|size| *size >= 0).unwrap_or(this.len() as i64 - offset);
        if offset < 0 || size < 0 || (this.len() as i64) - offset < size {
            return Err(value_error!("flush values out of range"));
        }
        if this.access.get() == ACCESS_READ || this.access.get() == ACCESS_COPY {
            return Ok(());
        }
        // SAFETY: the part is within the mapping.
        let result = unsafe {
            libc::msync(this.mapping.0.start.get().add(offset as usize).cast(), size as usize, libc::MS_SYNC)
        };
        if result < 0 { Err(exception::last_os_error()) } else { Ok(()) }
    }

    #[pymethod(signature = "(self, option, start=0, length=None, /)")]
    fn madvise(this: &MemoryMap, option: i32, start: Option<i64>, length: Option<i64>) -> Result<()> {
        this.check()?;
        let start = start.unwrap_or(0);
        if start < 0 || start as usize >= this.len() {
            return Err(value_error!("madvise start out of bounds"));
        }
        let most = this.len() - start as usize;
        let length = match length {
            None => most,
            Some(length) if length < 0 => return Err(value_error!("madvise length invalid")),
            Some(length) => (length as usize).min(most),
        };
        // SAFETY: the part is within the mapping.
        let result =
            unsafe { libc::madvise(this.mapping.0.start.get().add(start as usize).cast(), length, option) };
        if result < 0 { Err(exception::last_os_error()) } else { Ok(()) }
    }

    #[pymethod(name = "move", signature = "(self, dest, src, count, /)")]
    fn move_bytes(this: &MemoryMap, dest: i64, src: i64, count: i64) -> Result<()> {
        this.check()?;
        let length = this.len() as i64;
        if dest < 0 || src < 0 || count < 0 || length - dest < count || length - src < count {
            return Err(value_error!("source, destination, or count out of range"));
        }
        let source = &this.bytes()?[src as usize..(src + count) as usize];
        this.store(dest as usize, source)
    }

    #[pymethod(signature = "(self, n=None, /)")]
    fn read(this: &MemoryMap, n: Option<&Object>) -> Result<Ref<Bytes>> {
        this.check()?;
        let count = match n.filter(|n| !n.is_none()) {
            None => usize::MAX,
            Some(n) => usize::try_from(int::index_i64(n)?).unwrap_or(usize::MAX),
        };
        this.take(count)
    }

    #[pymethod]
    fn read_byte(this: &MemoryMap) -> Result<i64> {
        match this.take(1)?.as_slice() {
            [byte] => Ok(i64::from(*byte)),
            _ => Err(value_error!("read byte out of range")),
        }
    }

    #[pymethod]
    fn readline(this: &MemoryMap) -> Result<Ref<Bytes>> {
        let bytes = this.bytes()?;
        let rest = &bytes[this.position.get().min(bytes.len())..];
        let count = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        this.take(count)
    }

    #[pymethod(signature = "(self, newsize, /)")]
    fn resize(this: &MemoryMap, newsize: i64) -> Result<()> {
        this.check()?;
        if this.exports.get() > 0 {
            return Err(buffer_error!("mmap can't resize with extant buffers exported."));
        }
        if this.access.get() == ACCESS_READ || this.access.get() == ACCESS_COPY {
            return Err(type_error!("mmap can't resize a readonly or copy-on-write memory map."));
        }
        let Ok(size) = usize::try_from(newsize) else { return Err(value_error!("new size out of range")) };
        let mapping = &this.mapping.0;
        let shared = libc::MAP_ANONYMOUS | libc::MAP_SHARED;
        if this.flags.get() & shared == shared && size > this.len() {
            return Err(value_error!("mmap: can't expand a shared anonymous mapping"));
        }
        if this.flags.get() & libc::MAP_ANONYMOUS == 0 {
            let descriptor = mapping.descriptor.get();
            if descriptor < 0 {
                return Err(value_error!("mmap can't resize with trackfd=False."));
            }
            // SAFETY: no memory is passed.
            if unsafe { libc::ftruncate(descriptor, this.offset.get() + newsize) } < 0 {
                return Err(exception::last_os_error());
            }
        }
        // SAFETY: the mapping is this object's own, and nobody has exported it.
        let start = unsafe {
            libc::mremap(mapping.start.get().cast(), mapping.length.get(), size, libc::MREMAP_MAYMOVE)
        };
        if start == libc::MAP_FAILED {
            return Err(exception::last_os_error());
        }
        mapping.start.set(start.cast());
        mapping.length.set(size);
        Ok(())
    }

    #[pymethod(signature = "(self, pos, whence=0, /)")]
    fn seek(this: &MemoryMap, pos: i64, whence: Option<i64>) -> Result<i64> {
        this.check()?;
        let base = match whence.unwrap_or(0) {
            0 => 0,
            1 => this.position.get() as i64,
            2 => this.len() as i64,
            _ => return Err(value_error!("unknown seek type")),
        };
        let place = base.checked_add(pos).filter(|place| (0..=this.len() as i64).contains(place));
        let Some(place) = place else { return Err(value_error!("seek out of range")) };
        this.position.set(place as usize);
        Ok(place)
    }

    #[pymethod]
    fn seekable(_this: &MemoryMap) -> bool {
        true
    }

    #[pymethod]
    fn tell(this: &MemoryMap) -> Result<usize> {
        this.check()?;
        Ok(this.position.get())
    }

    #[pymethod]
    fn size(this: &MemoryMap) -> Result<i64> {
        this.check()?;
        match this.mapping.0.descriptor.get() {
            -1 => Ok(this.len() as i64),
            descriptor => match crate::io::system::status(descriptor) {
                Some(status) => Ok(status.st_size),
                None => Err(exception::last_os_error()),
            },
        }
    }

    #[pymethod(signature = "(self, bytes, /)")]
    fn write(this: &MemoryMap, bytes: &Object) -> Result<usize> {
        let bytes = buffer::acquire(bytes)?.to_vec();
        this.check()?;
        if this.access.get() == ACCESS_READ {
            return Err(type_error!("mmap can't modify a readonly memory map."));
        }
        let position = this.position.get();
        if position > this.len() || this.len() - position < bytes.len() {
            return Err(value_error!("data out of range"));
        }
        this.store(position, &bytes)?;
        this.position.set(position + bytes.len());
        Ok(bytes.len())
    }

    #[pymethod(signature = "(self, byte, /)")]
    fn write_byte(this: &MemoryMap, byte: u8) -> Result<()> {
        this.check()?;
        let position = this.position.get();
        if position >= this.len() {
            return Err(value_error!("write byte out of range"));
        }
        this.store(position, &[byte])?;
        this.position.set(position + 1);
        Ok(())
    }

    #[pymethod]
    fn __enter__(this: &Object) -> Result {
        if let Some(map) = this.downcast::<MemoryMap>() {
            map.check()?;
        }
        Ok(this.to_owned())
    }

    #[pymethod(signature = "(self, exc_type, exc_value, traceback, /)")]
    fn __exit__(this: &MemoryMap, _type: &Object, _value: &Object, _traceback: &Object) -> Result<()> {
        close(this)
    }
}

#[pymodule(name = "mmap", types(MEMORY_MAP))]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Owned {
        OSError::type_object().to_owned()
    }

    #[attribute(name = "PAGESIZE")]
    fn size_of_page() -> usize {
        page_size()
    }

    #[attribute(name = "ALLOCATIONGRANULARITY")]
    fn granularity() -> usize {
        page_size()
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        buffer::register(&EXPORTER);
        crate::numbers::add_to(
            module,
            &[
                ("ACCESS_DEFAULT", ACCESS_DEFAULT),
                ("ACCESS_READ", ACCESS_READ),
                ("ACCESS_WRITE", ACCESS_WRITE),
                ("ACCESS_COPY", ACCESS_COPY),
            ],
        )?;
        crate::numbers::add_to(module, NUMBERS)
    }
}

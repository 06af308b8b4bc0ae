//! `os.listdir`, `os.scandir` and `DirEntry`.

use std::cell::{Cell, RefCell};
use std::ffi::CStr;

use pyrsc_abi::Header;
use pyrsc_core::exception;
use pyrsc_core::gil;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{memory, operations};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use super::status;
use crate::path_argument::{self, Path};

/// One entry as the system tells it.
struct RawEntry {
    name: Vec<u8>,
    kind: u8,
    inode: u64,
}

/// All entries of a directory but `.` and `..`.
fn read(path: &Path) -> Result<Vec<RawEntry>> {
    let c_path = path.c_string()?;
    let descriptor = path.descriptor;
    let result = gil::without(|| {
        let mut entries = Vec::new();
        let last_error = || std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        // SAFETY: the path ends with a zero byte; the stream is used and closed here alone; an entry is valid until the
        // next call.
        unsafe {
            let stream = match descriptor {
                Some(descriptor) => {
                    let copy = libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 0);
                    if copy < 0 {
                        return Err(last_error());
                    }
                    libc::fdopendir(copy)
                }
                None => libc::opendir(c_path.as_ptr()),
            };
            if stream.is_null() {
                return Err(last_error());
            }
            if descriptor.is_some() {
                libc::rewinddir(stream);
            }
            loop {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(stream);
                if entry.is_null() {
                    let error = last_error();
                    libc::closedir(stream);
                    return if error == 0 { Ok(entries) } else { Err(error) };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name != b"." && name != b".." {
                    entries.push(RawEntry {
                        name: name.to_vec(),
                        kind: (*entry).d_type,
                        inode: (*entry).d_ino,
                    });
                }
            }
        }
    });
    result.map_err(|error| path_argument::os_error_with(error, &[&path.object]))
}

/// `os.DirEntry`
#[pyclass(name = "DirEntry", module = "posix", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct DirectoryEntry {
    header: Header,
    name: Owned,
    path: Owned,
    kind: Cell<u8>,
    inode: u64,
    /// The open folder that it is in, where `scandir` was given one; else the current one.
    folder: i32,
    status: Slot,
    link_status: Slot,
}

impl DirectoryEntry {
    fn location(&self) -> Result<Path> {
        Path::new(&self.path, "DirEntry", "path")
    }

    fn stat(&self, follow: bool) -> Result {
        let slot = if follow { &self.status } else { &self.link_status };
        if let Some(known) = slot.get() {
            return Ok(known);
        }
        let path = self.location()?;
        match status::of_path_in(self.folder, &path, follow) {
            Ok(found) => {
                let made = status::result(&found);
                slot.set(Some(made.clone()));
                Ok(made)
            }
            Err(error) => Err(path_argument::os_error_with(error, &[&self.path])),
        }
    }

    /// Whether the entry is of a kind: `DT_DIR` or `DT_REG`.
    fn is(&self, kind: u8, mode: libc::mode_t, follow: bool) -> Result<bool> {
        let known = self.kind.get();
        if known != libc::DT_UNKNOWN && !(follow && known == libc::DT_LNK) {
            return Ok(known == kind);
        }
        let path = self.location()?;
        match status::of_path_in(self.folder, &path, follow) {
            Ok(found) => Ok(found.st_mode & libc::S_IFMT == mode),
            Err(libc::ENOENT) => Ok(false),
            Err(error) => Err(path_argument::os_error_with(error, &[&self.path])),
        }
    }
}

#[pymethods(DirectoryEntry)]
mod entry_methods {
    use super::*;

    #[slot]
    fn repr(this: &DirectoryEntry) -> Result<Ref<Str>> {
        Ok(Str::new(&format!("<DirEntry {}>", operations::repr_string(&this.name)?)))
    }

    #[getter]
    fn name(this: &DirectoryEntry) -> Owned {
        this.name.clone()
    }

    #[getter]
    fn path(this: &DirectoryEntry) -> Owned {
        this.path.clone()
    }

    #[pymethod]
    fn __fspath__(this: &DirectoryEntry) -> Owned {
        this.path.clone()
    }

    #[pymethod]
    fn inode(this: &DirectoryEntry) -> Owned {
        int::from_u64(this.inode)
    }

    #[pymethod(signature = "(self, /, *, follow_symlinks=True)")]
    fn is_dir(this: &DirectoryEntry, follow_symlinks: bool) -> Result<bool> {
        this.is(libc::DT_DIR, libc::S_IFDIR, follow_symlinks)
    }

    #[pymethod(signature = "(self, /, *, follow_symlinks=True)")]
    fn is_file(this: &DirectoryEntry, follow_symlinks: bool) -> Result<bool> {
        this.is(libc::DT_REG, libc::S_IFREG, follow_symlinks)
    }

    #[pymethod]
    fn is_symlink(this: &DirectoryEntry) -> Result<bool> {
        this.is(libc::DT_LNK, libc::S_IFLNK, false)
    }

    #[pymethod]
    fn is_junction(_this: &DirectoryEntry) -> bool {
        false
    }

    #[pymethod(signature = "(self, /, *, follow_symlinks=True)")]
    fn stat(this: &DirectoryEntry, follow_symlinks: bool) -> Result {
        this.stat(follow_symlinks)
    }

    #[classmethod]
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

/// What `os.scandir` gives.
#[pyclass(name = "ScandirIterator", module = "posix", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct ScandirIterator {
    header: Header,
    entries: RefCell<Vec<Owned>>,
}

#[pymethods(ScandirIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &ScandirIterator) -> Result<Option<Owned>> {
        Ok(this.entries.borrow_mut().pop())
    }

    #[pymethod]
    fn close(this: &ScandirIterator) {
        let entries = this.entries.take();
        drop(entries);
    }

    #[pymethod]
    fn __enter__(this: &Object) -> Owned {
        this.to_owned()
    }

    #[pymethod]
    fn __exit__(this: &ScandirIterator, _arguments: pyrsc_core::call::Arguments<'_>) {
        let entries = this.entries.take();
        drop(entries);
    }
}

#[pymodule(name = "posix", types(DIRECTORY_ENTRY))]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(path=None)")]
    fn listdir(path: Option<&Object>) -> Result {
        let path = Path::parse(path.unwrap_or(&Owned::none()), "listdir", "path", true, true)?;
        let names = read(&path)?.into_iter().map(|entry| path.result(&entry.name)).collect();
        Ok(List::from_vec(names).into_owned())
    }

    #[pyfunction(signature = "(path=None)")]
    fn scandir(path: Option<&Object>) -> Result {
        let path = Path::parse(path.unwrap_or(&Owned::none()), "scandir", "path", true, true)?;
        let mut entries = Vec::new();
        for entry in read(&path)? {
            let mut full = path.bytes.clone();
            if path.descriptor.is_none() {
                if full.last().is_some_and(|&last| last != b'/') {
                    full.push(b'/');
                }
                full.extend_from_slice(&entry.name);
            } else {
                full = entry.name.clone();
            }
            let contents = DirectoryEntry {
                header: Header::unset(),
                name: path.result(&entry.name),
                path: path.result(&full),
                kind: Cell::new(entry.kind),
                inode: entry.inode,
                folder: path.descriptor.unwrap_or(libc::AT_FDCWD),
                status: Slot::empty(),
                link_status: Slot::empty(),
            };
            entries.push(memory::allocate(DirectoryEntry::type_object(), contents).into_owned());
        }
        entries.reverse();
        let contents = ScandirIterator { header: Header::unset(), entries: RefCell::new(entries) };
        Ok(memory::allocate(ScandirIterator::type_object(), contents).into_owned())
    }

    #[pyfunction]
    fn getcwd() -> Result {
        Ok(path_argument::decode(&current()?).into_owned())
    }

    #[pyfunction]
    fn getcwdb() -> Result {
        Ok(pyrsc_core::bytes::Bytes::new(&current()?).into_owned())
    }
}

fn current() -> Result<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match std::env::current_dir() {
        Ok(path) => Ok(path.into_os_string().into_vec()),
        Err(error) => Err(exception::os_error(error.raw_os_error().unwrap_or(0))),
    }
}

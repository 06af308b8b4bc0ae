//! Functions of `posix` on file descriptors and paths.

use std::os::raw::c_int;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception;
use pyrsc_core::gil;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::struct_sequence;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{buffer, float, type_error, value_error};
use pyrsc_macros::pymodule;

use super::status::directory_descriptor;
use crate::io::system;
use crate::path_argument::{self, Path, last_os_error_with};

/// The result of a call that gives a negative number when it fails.
fn check(result: c_int) -> Result<c_int> {
    if result < 0 { Err(exception::last_os_error()) } else { Ok(result) }
}

/// Calls a function with the path, without the GIL; errors name the path.
fn on_path(path: &Path, call: impl Fn(*const libc::c_char) -> c_int) -> Result<()> {
    let c_path = path.c_string()?;
    let failed = gil::without(|| {
        (call(c_path.as_ptr()) < 0).then(|| std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
    });
    match failed {
        Some(error) => Err(path_argument::os_error_with(error, &[&path.object])),
        None => Ok(()),
    }
}

fn on_two_paths(
    first: &Path,
    second: &Path,
    call: impl Fn(*const libc::c_char, *const libc::c_char) -> c_int,
) -> Result<()> {
    let (one, two) = (first.c_string()?, second.c_string()?);
    let failed = gil::without(|| {
        (call(one.as_ptr(), two.as_ptr()) < 0)
            .then(|| std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
    });
    match failed {
        Some(error) => Err(path_argument::os_error_with(error, &[&first.object, &second.object])),
        None => Ok(()),
    }
}

pyrsc_core::struct_sequence! {
    /// `os.terminal_size`
    pub static TERMINAL_SIZE: "os" "terminal_size", methods TERMINAL_SIZE_METHODS, fields TERMINAL_SIZE_FIELDS,
    doc "A tuple of (columns, lines) for holding terminal window size",
    visible { columns "width of the terminal window in characters", lines "height of the terminal window in characters", }
    hidden {}
}

#[pymodule(name = "posix", types(TERMINAL_SIZE))]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(path, flags, mode=511, *, dir_fd=None)")]
    fn open(path: &Object, flags: i32, mode: i32, dir_fd: Option<&Object>) -> Result<i32> {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::new(path, "open", "path")?;
        let c_path = path.c_string()?;
        let pointer = c_path.as_ptr() as usize;
        // SAFETY: the path ends with a zero byte and lives during the call.
        let result = system::retry(|| unsafe {
            libc::openat(folder, pointer as *const libc::c_char, flags | libc::O_CLOEXEC, mode) as isize
        });
        match result {
            Ok(Some(descriptor)) => Ok(descriptor as i32),
            Ok(None) => Err(path_argument::os_error_with(libc::EAGAIN, &[&path.object])),
            Err(_) => {
                let error = exception::take();
                let number = error
                    .downcast::<exception::OSError>()
                    .and_then(|error| error.errno.get())
                    .and_then(|number| int::to_i64(&number));
                match number {
                    Some(number) => Err(path_argument::os_error_with(number as i32, &[&path.object])),
                    None => Err(exception::restore(error)),
                }
            }
        }
    }

    #[pyfunction(signature = "(fd)")]
    fn close(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(gil::without(|| unsafe { libc::close(fd) })).map(drop)
    }

    #[pyfunction]
    fn closerange(low: i32, high: i32) {
        for descriptor in low.max(0)..high {
            // SAFETY: no memory is passed; descriptors that are not open are passed over.
            unsafe { libc::close(descriptor) };
        }
    }

    #[pyfunction]
    fn read(fd: i32, length: i64) -> Result {
        if length < 0 {
            return Err(exception::os_error(libc::EINVAL));
        }
        let mut bytes = vec![0; length.min(1 << 31) as usize];
        match system::read(fd, &mut bytes)? {
            Some(count) => Ok(Bytes::new(&bytes[..count]).into_owned()),
            None => Err(exception::os_error(libc::EAGAIN)),
        }
    }

    #[pyfunction]
    fn write(fd: i32, data: &Object) -> Result<usize> {
        let data = buffer::acquire(data)?;
        match system::write(fd, data.as_slice())? {
            Some(count) => Ok(count),
            None => Err(exception::os_error(libc::EAGAIN)),
        }
    }

    #[pyfunction]
    fn lseek(fd: i32, position: i64, whence: i32) -> Result<i64> {
        system::seek(fd, position, whence)
    }

    #[pyfunction]
    fn ftruncate(fd: i32, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        check(gil::without(|| unsafe { libc::ftruncate(fd, length) })).map(drop)
    }

    #[pyfunction(signature = "(path, length)")]
    fn truncate(path: &Object, length: i64) -> Result<()> {
        let path = Path::parse(path, "truncate", "path", true, false)?;
        match path.descriptor {
            Some(descriptor) => ftruncate(descriptor, length),
            // SAFETY: the path ends with a zero byte.
            None => on_path(&path, |path| unsafe { libc::truncate(path, length) }),
        }
    }

    #[pyfunction(signature = "(fd)")]
    fn fsync(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(gil::without(|| unsafe { libc::fsync(fd) })).map(drop)
    }

    #[pyfunction(signature = "(fd)")]
    fn fdatasync(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(gil::without(|| unsafe { libc::fdatasync(fd) })).map(drop)
    }

    #[pyfunction]
    fn isatty(fd: i32) -> bool {
        system::is_terminal(fd)
    }

    #[pyfunction]
    fn dup(fd: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
    }

    #[pyfunction(signature = "(fd, fd2, inheritable=True)")]
    fn dup2(fd: i32, fd2: i32, inheritable: bool) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe {
            if inheritable || fd == fd2 { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) }
        })
    }

    #[pyfunction]
    fn pipe() -> Result {
        pipe2(libc::O_CLOEXEC)
    }

    #[pyfunction]
    fn pipe2(flags: i32) -> Result {
        let mut ends = [0; 2];
        // SAFETY: the array has room for two descriptors.
        check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
        let [read, write] = ends.map(|end| int::from_i64(i64::from(end)));
        Ok(Tuple::pair(read, write).into_owned())
    }

    #[pyfunction]
    fn get_inheritable(fd: i32) -> Result<bool> {
        // SAFETY: no memory is passed.
        Ok(check(unsafe { libc::fcntl(fd, libc::F_GETFD) })? & libc::FD_CLOEXEC == 0)
    }

    #[pyfunction]
    fn set_inheritable(fd: i32, inheritable: bool) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fcntl(fd, libc::F_SETFD, if inheritable { 0 } else { libc::FD_CLOEXEC }) })
            .map(drop)
    }

    #[pyfunction]
    fn get_blocking(fd: i32) -> Result<bool> {
        // SAFETY: no memory is passed.
        Ok(check(unsafe { libc::fcntl(fd, libc::F_GETFL) })? & libc::O_NONBLOCK == 0)
    }

    #[pyfunction]
    fn set_blocking(fd: i32, blocking: bool) -> Result<()> {
        // SAFETY: no memory is passed.
        unsafe {
            let flags = check(libc::fcntl(fd, libc::F_GETFL))?;
            let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            check(libc::fcntl(fd, libc::F_SETFL, flags)).map(drop)
        }
    }

    #[pyfunction(signature = "(fd=1, /)")]
    fn get_terminal_size(fd: i32) -> Result {
        // SAFETY: the structure is plain numbers.
        let mut size: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: the call fills the structure.
        check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) })?;
        let values = vec![int::from_i64(i64::from(size.ws_col)), int::from_i64(i64::from(size.ws_row))];
        Ok(struct_sequence::new(&TERMINAL_SIZE_FIELDS, values))
    }

    #[pyfunction]
    fn device_encoding(fd: i32) -> Owned {
        if system::is_terminal(fd) { Str::new("UTF-8").into_owned() } else { Owned::none() }
    }

    #[pyfunction(signature = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(path: &Object, mode: u32, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        // SAFETY: the path ends with a zero byte.
        on_path(&Path::new(path, "mkdir", "path")?, |path| unsafe { libc::mkdirat(folder, path, mode) })
    }

    #[pyfunction(signature = "(path, *, dir_fd=None)")]
    fn rmdir(path: &Object, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        // SAFETY: the path ends with a zero byte.
        on_path(&Path::new(path, "rmdir", "path")?, |path| unsafe {
            libc::unlinkat(folder, path, libc::AT_REMOVEDIR)
        })
    }

    #[pyfunction(signature = "(path, *, dir_fd=None)")]
    fn unlink(path: &Object, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        // SAFETY: the path ends with a zero byte.
        on_path(&Path::new(path, "unlink", "path")?, |path| unsafe { libc::unlinkat(folder, path, 0) })
    }

    #[pyfunction(signature = "(path, *, dir_fd=None)")]
    fn remove(path: &Object, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        // SAFETY: the path ends with a zero byte.
        on_path(&Path::new(path, "remove", "path")?, |path| unsafe { libc::unlinkat(folder, path, 0) })
    }

    #[pyfunction(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        src: &Object,
        dst: &Object,
        src_dir_fd: Option<&Object>,
        dst_dir_fd: Option<&Object>,
    ) -> Result<()> {
        let (source, target) = (directory_descriptor(src_dir_fd)?, directory_descriptor(dst_dir_fd)?);
        let (from, to) = (Path::new(src, "rename", "src")?, Path::new(dst, "rename", "dst")?);
        // SAFETY: the paths end with a zero byte.
        on_two_paths(&from, &to, |from, to| unsafe { libc::renameat(source, from, target, to) })
    }

    #[pyfunction(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        src: &Object,
        dst: &Object,
        src_dir_fd: Option<&Object>,
        dst_dir_fd: Option<&Object>,
    ) -> Result<()> {
        rename(src, dst, src_dir_fd, dst_dir_fd)
    }

    #[pyfunction(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        src: &Object,
        dst: &Object,
        src_dir_fd: Option<&Object>,
        dst_dir_fd: Option<&Object>,
        follow_symlinks: bool,
    ) -> Result<()> {
        let (source, target) = (directory_descriptor(src_dir_fd)?, directory_descriptor(dst_dir_fd)?);
        let (from, to) = (Path::new(src, "link", "src")?, Path::new(dst, "link", "dst")?);
        let flags = if follow_symlinks { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: the paths end with a zero byte.
        on_two_paths(&from, &to, |from, to| unsafe { libc::linkat(source, from, target, to, flags) })
    }

    #[pyfunction(signature = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(src: &Object, dst: &Object, target_is_directory: bool, dir_fd: Option<&Object>) -> Result<()> {
        let _ = target_is_directory;
        let folder = directory_descriptor(dir_fd)?;
        let (from, to) = (Path::new(src, "symlink", "src")?, Path::new(dst, "symlink", "dst")?);
        // SAFETY: the paths end with a zero byte.
        on_two_paths(&from, &to, |from, to| unsafe { libc::symlinkat(from, folder, to) })
    }

    #[pyfunction(signature = "(path, *, dir_fd=None)")]
    fn readlink(path: &Object, dir_fd: Option<&Object>) -> Result {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::new(path, "readlink", "path")?;
        let c_path = path.c_string()?;
        let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
        // SAFETY: the path ends with a zero byte; the target has room for what is asked for.
        let length =
            unsafe { libc::readlinkat(folder, c_path.as_ptr(), target.as_mut_ptr().cast(), target.len()) };
        if length < 0 {
            return Err(last_os_error_with(&[&path.object]));
        }
        Ok(path.result(&target[..length as usize]))
    }

    #[pyfunction(signature = "(path)")]
    fn chdir(path: &Object) -> Result<()> {
        let path = Path::parse(path, "chdir", "path", true, false)?;
        match path.descriptor {
            Some(descriptor) => fchdir(descriptor),
            // SAFETY: the path ends with a zero byte.
            None => on_path(&path, |path| unsafe { libc::chdir(path) }),
        }
    }

    #[pyfunction(signature = "(fd)")]
    fn fchdir(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchdir(fd) }).map(drop)
    }

    #[pyfunction(signature = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(path: &Object, mode: u32, dir_fd: Option<&Object>, follow_symlinks: bool) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        if !follow_symlinks {
            return Err(pyrsc_core::not_implemented_error!(
                "chmod: follow_symlinks unavailable on this platform"
            ));
        }
        let path = Path::parse(path, "chmod", "path", true, false)?;
        match path.descriptor {
            Some(descriptor) => fchmod(descriptor, mode),
            // SAFETY: the path ends with a zero byte.
            None => on_path(&path, |path| unsafe { libc::fchmodat(folder, path, mode, 0) }),
        }
    }

    #[pyfunction(signature = "(fd, mode)")]
    fn fchmod(fd: i32, mode: u32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchmod(fd, mode) }).map(drop)
    }

    #[pyfunction(signature = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        path: &Object,
        uid: i64,
        gid: i64,
        dir_fd: Option<&Object>,
        follow_symlinks: bool,
    ) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::parse(path, "chown", "path", true, false)?;
        if let Some(descriptor) = path.descriptor {
            // SAFETY: no memory is passed.
            return check(unsafe { libc::fchown(descriptor, uid as u32, gid as u32) }).map(drop);
        }
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path ends with a zero byte.
        on_path(&path, |path| unsafe { libc::fchownat(folder, path, uid as u32, gid as u32, flags) })
    }

    #[pyfunction(signature = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        path: &Object,
        mode: i32,
        dir_fd: Option<&Object>,
        effective_ids: bool,
        follow_symlinks: bool,
    ) -> Result<bool> {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::new(path, "access", "path")?;
        let c_path = path.c_string()?;
        let mut flags = 0;
        if effective_ids {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        // SAFETY: the path ends with a zero byte.
        Ok(unsafe { libc::faccessat(folder, c_path.as_ptr(), mode, flags) } == 0)
    }

    #[pyfunction(signature = "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        path: &Object,
        times: Option<&Object>,
        ns: Option<&Object>,
        dir_fd: Option<&Object>,
        follow_symlinks: bool,
    ) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        let times = times.filter(|times| !times.is_none());
        if times.is_some() && ns.is_some() {
            return Err(value_error!("utime: you may specify either 'times' or 'ns' but not both"));
        }
        let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
        let mut specified = [now, now];
        if let Some(pair) = times.or(ns) {
            let Some(pair) = pair.downcast::<Tuple>().filter(|pair| pair.len() == 2) else {
                return Err(if ns.is_some() {
                    type_error!("utime: 'ns' must be a tuple of two ints")
                } else {
                    type_error!("utime: 'times' must be either a tuple of two ints or None")
                });
            };
            for (target, item) in specified.iter_mut().zip(pair.iter()) {
                let nanoseconds = if ns.is_some() {
                    i128::from(int::index_i64(item)?)
                } else if pyrsc_core::slice::has_index(item) {
                    i128::from(int::index_i64(item)?) * 1_000_000_000
                } else {
                    (float::as_f64(item)? * 1e9).floor() as i128
                };
                target.tv_sec = nanoseconds.div_euclid(1_000_000_000) as i64;
                target.tv_nsec = nanoseconds.rem_euclid(1_000_000_000) as i64;
            }
        }
        let path = Path::parse(path, "utime", "path", true, false)?;
        let times = specified.as_ptr() as usize;
        if let Some(descriptor) = path.descriptor {
            // SAFETY: the array has two items.
            return check(unsafe { libc::futimens(descriptor, times as *const libc::timespec) }).map(drop);
        }
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path ends with a zero byte; the array has two items.
        on_path(&path, |path| unsafe { libc::utimensat(folder, path, times as *const libc::timespec, flags) })
    }

    #[pyfunction]
    fn umask(mask: u32) -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::umask(mask) })
    }

    #[pyfunction(signature = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(path: &Object, mode: u32, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        // SAFETY: the path ends with a zero byte.
        on_path(&Path::new(path, "mkfifo", "path")?, |path| unsafe { libc::mkfifoat(folder, path, mode) })
    }

    #[pyfunction(signature = "(path)")]
    fn fspath(path: &Object) -> Result {
        path_argument::fspath(path)
    }
}

//! Functions of `posix` about terminals, devices, extended attributes and Linux's special descriptors.

use std::ffi::{CStr, CString};

use pyrsc_core::buffer;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::value_error;
use pyrsc_macros::pymodule;

use super::status::directory_descriptor;
use crate::io::system;
use crate::path_argument::{self, Path};

fn check(result: libc::c_int) -> Result<i32> {
    if result < 0 { Err(exception::last_os_error()) } else { Ok(result) }
}

fn check_path(result: isize, path: &Path) -> Result<usize> {
    usize::try_from(result).map_err(|_| path_argument::last_os_error_with(&[&path.object]))
}

/// The paths and names of the functions for extended attributes.
struct Attribute {
    path: Path,
    c_path: CString,
    name: CString,
    follow: bool,
}

impl Attribute {
    fn new(path: &Object, name: Option<&Object>, follow: bool, what: &str) -> Result<Attribute> {
        let path = Path::parse(path, what, "path", true, false)?;
        if path.descriptor.is_some() && !follow {
            return Err(value_error!("{what}: cannot use fd and follow_symlinks together"));
        }
        let c_path = path.c_string()?;
        let name = match name {
            Some(name) => Path::new(name, what, "attribute")?.c_string()?,
            None => CString::default(),
        };
        Ok(Attribute { path, c_path, name, follow })
    }
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[pyfunction]
    fn openpty() -> Result<(i32, i32)> {
        let (mut master, mut slave) = (0, 0);
        let null = std::ptr::null_mut();
        // SAFETY: the targets are locals; no name, mode or size is asked for.
        unsafe {
            check(libc::openpty(&raw mut master, &raw mut slave, null, std::ptr::null(), std::ptr::null()))?;
            for descriptor in [master, slave] {
                check(libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC))?;
            }
        }
        Ok((master, slave))
    }

    #[pyfunction(signature = "(oflag, /)")]
    fn posix_openpt(oflag: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::posix_openpt(oflag | libc::O_CLOEXEC) })
    }

    #[pyfunction(signature = "(fd, /)")]
    fn grantpt(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::grantpt(fd) }).map(drop)
    }

    #[pyfunction(signature = "(fd, /)")]
    fn unlockpt(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::unlockpt(fd) }).map(drop)
    }

    #[pyfunction(signature = "(fd, /)")]
    fn ptsname(fd: i32) -> Result {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: the buffer is a local of that length.
        match unsafe { libc::ptsname_r(fd, name.as_mut_ptr(), name.len()) } {
            // SAFETY: the call ended the name with a zero byte.
            0 => Ok(path_argument::decode(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes()).into_owned()),
            error => Err(exception::os_error(error)),
        }
    }

    #[pyfunction(signature = "(fd, /)")]
    fn login_tty(fd: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::login_tty(fd) }).map(drop)
    }

    #[pyfunction(signature = "(fd, /)")]
    fn ttyname(fd: i32) -> Result {
        let mut name = [0 as libc::c_char; 256];
        // SAFETY: the buffer is a local of that length.
        match unsafe { libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) } {
            // SAFETY: the call ended the name with a zero byte.
            0 => Ok(path_argument::decode(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes()).into_owned()),
            error => Err(exception::os_error(error)),
        }
    }

    #[pyfunction(signature = "(fd, /)")]
    fn tcgetpgrp(fd: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcgetpgrp(fd) })
    }

    #[pyfunction(signature = "(fd, pgid, /)")]
    fn tcsetpgrp(fd: i32, pgid: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcsetpgrp(fd, pgid) }).map(drop)
    }

    #[pyfunction(signature = "(fd, uid, gid)")]
    fn fchown(fd: i32, uid: i64, gid: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchown(fd, uid as u32, gid as u32) }).map(drop)
    }

    #[pyfunction(signature = "(path, uid, gid)")]
    fn lchown(path: &Object, uid: i64, gid: i64) -> Result<()> {
        let path = Path::new(path, "lchown", "path")?;
        let c_path = path.c_string()?;
        // SAFETY: the path ends with a zero byte.
        let result = unsafe { libc::lchown(c_path.as_ptr(), uid as u32, gid as u32) };
        check_path(result as isize, &path).map(drop)
    }

    #[pyfunction(signature = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(path: &Object, mode: Option<u32>, device: Option<u64>, dir_fd: Option<&Object>) -> Result<()> {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::new(path, "mknod", "path")?;
        let c_path = path.c_string()?;
        // SAFETY: the path ends with a zero byte.
        let result =
            unsafe { libc::mknodat(folder, c_path.as_ptr(), mode.unwrap_or(0o600), device.unwrap_or(0)) };
        check_path(result as isize, &path).map(drop)
    }

    #[pyfunction(signature = "(device, /)")]
    fn major(device: u64) -> u32 {
        libc::major(device)
    }

    #[pyfunction(signature = "(device, /)")]
    fn minor(device: u64) -> u32 {
        libc::minor(device)
    }

    #[pyfunction(signature = "(major, minor, /)")]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }

    #[pyfunction(signature = "(name, flags=1)")]
    fn memfd_create(name: &Object, flags: Option<u32>) -> Result<i32> {
        let name = Path::new(name, "memfd_create", "name")?.c_string()?;
        // SAFETY: the name ends with a zero byte.
        check(unsafe { libc::memfd_create(name.as_ptr(), flags.unwrap_or(libc::MFD_CLOEXEC)) })
    }

    #[pyfunction(signature = "(initval, flags=524288)")]
    fn eventfd(initval: u32, flags: Option<i32>) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::eventfd(initval, flags.unwrap_or(libc::EFD_CLOEXEC)) })
    }

    #[pyfunction(signature = "(fd)")]
    fn eventfd_read(fd: i32) -> Result<u64> {
        let value = std::cell::Cell::new(0u64);
        let place = value.as_ptr() as usize;
        // SAFETY: the target is a local.
        system::call(|| unsafe { libc::eventfd_read(fd, place as *mut u64) as isize })?;
        Ok(value.get())
    }

    #[pyfunction(signature = "(fd, value)")]
    fn eventfd_write(fd: i32, value: u64) -> Result<()> {
        // SAFETY: no memory is passed.
        system::call(|| unsafe { libc::eventfd_write(fd, value) as isize }).map(drop)
    }

    #[pyfunction(signature = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(path: &Object, attribute: &Object, follow_symlinks: Option<bool>) -> Result {
        let asked = Attribute::new(path, Some(attribute), follow_symlinks.unwrap_or(true), "getxattr")?;
        let mut value = vec![0u8; 65536];
        let (target, room) = (value.as_mut_ptr().cast(), value.len());
        // SAFETY: the strings end with a zero byte; the buffer is a local of that length.
        let length = unsafe {
            let (path, name) = (asked.c_path.as_ptr(), asked.name.as_ptr());
            match asked.path.descriptor {
                Some(descriptor) => libc::fgetxattr(descriptor, name, target, room),
                None if asked.follow => libc::getxattr(path, name, target, room),
                None => libc::lgetxattr(path, name, target, room),
            }
        };
        Ok(Bytes::new(&value[..check_path(length, &asked.path)?]).into_owned())
    }

    #[pyfunction(signature = "(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        path: &Object,
        attribute: &Object,
        value: &Object,
        flags: Option<i32>,
        follow_symlinks: Option<bool>,
    ) -> Result<()> {
        let asked = Attribute::new(path, Some(attribute), follow_symlinks.unwrap_or(true), "setxattr")?;
        let value = buffer::acquire(value)?.to_vec();
        let flags = flags.unwrap_or(0);
        let (source, length) = (value.as_ptr().cast(), value.len());
        // SAFETY: the strings end with a zero byte; the value is a local of that length.
        let result = unsafe {
            let (path, name) = (asked.c_path.as_ptr(), asked.name.as_ptr());
            match asked.path.descriptor {
                Some(descriptor) => libc::fsetxattr(descriptor, name, source, length, flags),
                None if asked.follow => libc::setxattr(path, name, source, length, flags),
                None => libc::lsetxattr(path, name, source, length, flags),
            }
        };
        check_path(result as isize, &asked.path).map(drop)
    }

    #[pyfunction(signature = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(path: &Object, attribute: &Object, follow_symlinks: Option<bool>) -> Result<()> {
        let asked = Attribute::new(path, Some(attribute), follow_symlinks.unwrap_or(true), "removexattr")?;
        // SAFETY: the strings end with a zero byte.
        let result = unsafe {
            let (path, name) = (asked.c_path.as_ptr(), asked.name.as_ptr());
            match asked.path.descriptor {
                Some(descriptor) => libc::fremovexattr(descriptor, name),
                None if asked.follow => libc::removexattr(path, name),
                None => libc::lremovexattr(path, name),
            }
        };
        check_path(result as isize, &asked.path).map(drop)
    }

    #[pyfunction(signature = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(path: Option<&Object>, follow_symlinks: Option<bool>) -> Result {
        let here = pyrsc_core::str::intern(".");
        let path = path.filter(|path| !path.is_none()).unwrap_or(here.object());
        let asked = Attribute::new(path, None, follow_symlinks.unwrap_or(true), "listxattr")?;
        let mut names = vec![0u8; 65536];
        let (target, room) = (names.as_mut_ptr().cast(), names.len());
        // SAFETY: the path ends with a zero byte; the buffer is a local of that length.
        let length = unsafe {
            match asked.path.descriptor {
                Some(descriptor) => libc::flistxattr(descriptor, target, room),
                None if asked.follow => libc::listxattr(asked.c_path.as_ptr(), target, room),
                None => libc::llistxattr(asked.c_path.as_ptr(), target, room),
            }
        };
        let length = check_path(length, &asked.path)?;
        let names: Vec<Owned> = names[..length]
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty())
            .map(|name| path_argument::decode(name).into_owned())
            .collect();
        Ok(List::from_vec(names).into_owned())
    }

    #[attribute(name = "NGROUPS_MAX")]
    fn most_groups() -> Owned {
        int::from_i64(65536)
    }
}

//! `fcntl`: control of open files.

use pyrsc_core::buffer;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::{int, value_error};
use pyrsc_macros::pymodule;

use crate::io::system;
use crate::libc_numbers;
use crate::numbers::descriptor_of;

const NUMBERS: &[(&str, i64)] = libc_numbers! {
           FD_CLOEXEC F_ADD_SEALS F_DUPFD
    F_DUPFD_CLOEXEC F_GETFD F_GETFL F_GETLEASE F_GETLK F_GETOWN F_GETPIPE_SZ F_GET_SEALS F_NOTIFY F_OFD_GETLK
    F_OFD_SETLK F_OFD_SETLKW F_RDLCK F_SEAL_GROW F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_WRITE F_SETFD F_SETFL F_SETLEASE
    F_SETLK F_SETLKW F_SETOWN F_SETPIPE_SZ F_UNLCK F_WRLCK LOCK_EX LOCK_NB LOCK_SH LOCK_UN
};

/// Numbers that the crate has no name for, as `asm-generic/fcntl.h` has them.
const MORE_NUMBERS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_ATTRIB", 32),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 2147483648),
    ("DN_RENAME", 16),
    ("FASYNC", 0o20000),
    ("F_EXLCK", 4),
    ("F_GETLK64", 5),
    ("F_GETSIG", 11),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("F_SETSIG", 10),
    ("F_SHLCK", 8),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_RW", 192),
    ("LOCK_WRITE", 128),
];

/// The largest argument that is copied.
const COPIED: usize = 1024;

/// An argument that is an int.
fn number_argument(argument: Option<&Object>) -> Result<Option<i64>> {
    match argument {
        None => Ok(Some(0)),
        Some(argument) if pyrsc_core::slice::has_index(argument) => {
            let number = int::index(argument)?;
            int::to_i64(&number)
                .or_else(|| int::to_u64(&number).map(|number| number as i64))
                .map(Some)
                .ok_or_else(|| pyrsc_core::overflow_error!("Python int too large to convert to C long"))
        }
        Some(_) => Ok(None),
    }
}

/// The bytes of an argument that is text or a buffer.
fn bytes_argument(argument: &Object) -> Result<Vec<u8>> {
    match argument.downcast::<Str>() {
        Some(text) => crate::path_argument::encode(text),
        None => Ok(buffer::acquire(argument)?.to_vec()),
    }
}

#[pymodule(
    name = "fcntl",
    doc = "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object."
)]
mod module {
    use super::*;

    #[pyfunction(name = "fcntl", signature = "(fd, cmd, arg=0, /)")]
    fn control(fd: &Object, cmd: i32, arg: Option<&Object>) -> Result {
        let descriptor = descriptor_of(fd)?;
        if let Some(number) = number_argument(arg)? {
            // SAFETY: commands with a number touch no memory of ours.
            let result = system::call(|| unsafe { libc::fcntl(descriptor, cmd, number) as isize })?;
            return Ok(int::from_usize(result));
        }
        let mut bytes = bytes_argument(arg.expect("not a number"))?;
        let length = bytes.len();
        if length > COPIED {
            return Err(value_error!("fcntl argument 3 is too long"));
        }
        bytes.resize(COPIED, 0);
        let address = bytes.as_mut_ptr() as usize;
        // SAFETY: the structure that the command fills is not larger than the buffer.
        system::call(|| unsafe { libc::fcntl(descriptor, cmd, address as *mut u8) as isize })?;
        Ok(Bytes::new(&bytes[..length]).into_owned())
    }

    #[pyfunction(signature = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(fd: &Object, request: &Object, arg: Option<&Object>, mutate_flag: Option<bool>) -> Result {
        let descriptor = descriptor_of(fd)?;
        let request = int::index(request)?;
        let request = int::to_i64(&request)
            .or_else(|| int::to_u64(&request).map(|number| number as i64))
            .ok_or_else(|| pyrsc_core::overflow_error!("Python int too large to convert to C long"))?;
        let request = request as libc::c_ulong;
        if let Some(number) = number_argument(arg)? {
            // SAFETY: requests with a number touch no memory of ours.
            let result = system::call(|| unsafe { libc::ioctl(descriptor, request, number) as isize })?;
            return Ok(int::from_usize(result));
        }
        let argument = arg.expect("not a number");
        let mutate = mutate_flag.unwrap_or(true);
        let mut bytes = bytes_argument(argument)?;
        let length = bytes.len();
        bytes.resize(length.max(COPIED), 0);
        let address = bytes.as_mut_ptr() as usize;
        // SAFETY: the structure that the request fills is not larger than the buffer.
        let result =
            system::call(|| unsafe { libc::ioctl(descriptor, request, address as *mut u8) as isize })?;
        if argument.downcast::<Str>().is_none() && argument.downcast::<Bytes>().is_none() && mutate {
            let mut target = buffer::acquire(argument)?;
            if !target.layout.readonly {
                let count = target.len().min(length);
                target.as_mut_slice()[..count].copy_from_slice(&bytes[..count]);
                return Ok(int::from_usize(result));
            }
        }
        Ok(Bytes::new(&bytes[..length]).into_owned())
    }

    #[pyfunction(signature = "(fd, operation, /)")]
    fn flock(fd: &Object, operation: i32) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: no memory is passed.
        system::call(|| unsafe { libc::flock(descriptor, operation) as isize }).map(drop)
    }

    #[pyfunction(signature = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        fd: &Object,
        cmd: i32,
        len: Option<&Object>,
        start: Option<&Object>,
        whence: Option<i64>,
    ) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: plain numbers.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(value_error!("unrecognized lockf argument"));
        } as libc::c_short;
        lock.l_start = start.map_or(Ok(0), int::index_i64)?;
        lock.l_len = len.map_or(Ok(0), int::index_i64)?;
        lock.l_whence = whence.unwrap_or(0) as libc::c_short;
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        let address = &raw const lock as usize;
        // SAFETY: the lock is a local.
        system::call(|| unsafe { libc::fcntl(descriptor, command, address as *const libc::flock) as isize })
            .map(drop)
    }

    #[attribute]
    fn error() -> Owned {
        <exception::OSError as pyrsc_core::type_object::Class>::type_object().to_owned()
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)?;
        crate::numbers::add_to(module, MORE_NUMBERS)
    }
}

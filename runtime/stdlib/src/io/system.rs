//! System calls on file descriptors: without the GIL, again after a signal, errors as OSError.

use pyrsc_core::exception;
use pyrsc_core::gil;
use pyrsc_core::owned::Result;

/// Runs a system call until it is not interrupted by a signal; handlers run in between. `None`: it would block.
pub fn retry(call: impl Fn() -> isize) -> Result<Option<usize>> {
    loop {
        let (result, error) = gil::without(|| {
            let result = call();
            (result, std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
        });
        if result >= 0 {
            return Ok(Some(result as usize));
        }
        match error {
            libc::EINTR => gil::check_signals()?,
            libc::EAGAIN => return Ok(None),
            _ => return Err(exception::os_error(error)),
        }
    }
}

/// `read(2)`; `None` when it would block.
pub fn read(descriptor: i32, target: &mut [u8]) -> Result<Option<usize>> {
    let (pointer, length) = (target.as_mut_ptr() as usize, target.len());
    // SAFETY: the buffer is the caller's for the duration of the call.
    retry(|| unsafe { libc::read(descriptor, pointer as *mut libc::c_void, length) })
}

/// `write(2)`; `None` when it would block.
pub fn write(descriptor: i32, bytes: &[u8]) -> Result<Option<usize>> {
    let (pointer, length) = (bytes.as_ptr() as usize, bytes.len().min(i32::MAX as usize));
    // SAFETY: the buffer is the caller's for the duration of the call.
    retry(|| unsafe { libc::write(descriptor, pointer as *const libc::c_void, length) })
}

/// `lseek(2)`
pub fn seek(descriptor: i32, offset: i64, whence: i32) -> Result<i64> {
    // SAFETY: no memory is passed.
    let position = gil::without(|| unsafe { libc::lseek(descriptor, offset, whence) });
    if position < 0 { Err(exception::last_os_error()) } else { Ok(position) }
}

/// `isatty(3)`
pub fn is_terminal(descriptor: i32) -> bool {
    // SAFETY: no memory is passed.
    unsafe { libc::isatty(descriptor) == 1 }
}

/// `fstat(2)`; `None` where it fails.
pub fn status(descriptor: i32) -> Option<libc::stat> {
    let mut status = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the target is a local of the right type, which a successful call fills.
    unsafe { (libc::fstat(descriptor, status.as_mut_ptr()) == 0).then(|| status.assume_init()) }
}

/// Runs a system call until it is not interrupted by a signal; handlers run in between. All other errors are OSErrors.
pub fn call(call: impl Fn() -> isize) -> Result<usize> {
    match retry(call)? {
        Some(result) => Ok(result),
        None => Err(exception::os_error(libc::EAGAIN)),
    }
}

/// Runs a system call once, without the GIL.
pub fn once(call: impl FnOnce() -> isize) -> std::result::Result<usize, i32> {
    gil::without(|| {
        let result = call();
        if result < 0 {
            Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
        } else {
            Ok(result as usize)
        }
    })
}

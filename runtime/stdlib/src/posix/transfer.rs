//! Functions of `posix` that move bytes: at positions, to many buffers, between descriptors.

use pyrsc_core::buffer::{self, Buffer};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::{iteration, type_error};
use pyrsc_macros::pymodule;

use crate::io::system;

/// The buffers of `readv` and its kin, with the array that the kernel takes.
struct Vectors {
    /// Keeps the memory in place.
    _buffers: Vec<Buffer>,
    array: Vec<libc::iovec>,
}

impl Vectors {
    fn new(objects: &Object, writable: bool, what: &str) -> Result<Vectors> {
        if objects.type_object().special().get_item.is_none() {
            return Err(type_error!("{what}() arg 2 must be a sequence"));
        }
        let mut buffers = Vec::new();
        for object in iteration::collect(objects)? {
            buffers.push(if writable {
                buffer::acquire_writable(&object, &format!("{what}() argument 2 item"))?
            } else {
                buffer::acquire(&object)?
            });
        }
        let array = buffers
            .iter()
            .map(|buffer| libc::iovec { iov_base: buffer.layout.pointer.cast(), iov_len: buffer.len() })
            .collect();
        Ok(Vectors { _buffers: buffers, array })
    }

    fn parts(&self) -> (usize, i32) {
        (self.array.as_ptr() as usize, self.array.len() as i32)
    }
}

/// An offset that may be None.
fn optional_offset(offset: Option<&Object>) -> Result<Option<i64>> {
    offset.filter(|offset| !offset.is_none()).map(int::index_i64).transpose()
}

fn pointer(offset: &mut Option<i64>) -> usize {
    offset.as_mut().map_or(0, |offset| std::ptr::from_mut(offset) as usize)
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(fd, length, offset, /)")]
    fn pread(fd: i32, length: i64, offset: i64) -> Result {
        let Ok(length) = usize::try_from(length) else { return Err(exception::os_error(libc::EINVAL)) };
        let mut bytes = vec![0u8; length];
        let place = bytes.as_mut_ptr() as usize;
        // SAFETY: the buffer is a local of that length.
        let count = system::call(|| unsafe { libc::pread(fd, place as *mut libc::c_void, length, offset) })?;
        Ok(Bytes::new(&bytes[..count]).into_owned())
    }

    #[pyfunction(signature = "(fd, buffer, offset, /)")]
    fn pwrite(fd: i32, buffer: &Object, offset: i64) -> Result<usize> {
        let buffer = buffer::acquire(buffer)?;
        let (place, length) = (buffer.layout.pointer as usize, buffer.len());
        // SAFETY: the export keeps the memory in place.
        system::call(|| unsafe { libc::pwrite(fd, place as *const libc::c_void, length, offset) })
    }

    #[pyfunction(signature = "(fd, buffer, /)")]
    fn readinto(fd: i32, buffer: &Object) -> Result<usize> {
        let buffer = buffer::acquire_writable(buffer, "readinto() argument 2")?;
        let (place, length) = (buffer.layout.pointer as usize, buffer.len());
        // SAFETY: the export keeps the memory in place.
        system::call(|| unsafe { libc::read(fd, place as *mut libc::c_void, length) })
    }

    #[pyfunction(signature = "(fd, buffers, /)")]
    fn readv(fd: i32, buffers: &Object) -> Result<usize> {
        let vectors = Vectors::new(buffers, true, "readv")?;
        let (array, count) = vectors.parts();
        // SAFETY: the exports keep the memory in place.
        system::call(|| unsafe { libc::readv(fd, array as *const libc::iovec, count) })
    }

    #[pyfunction(signature = "(fd, buffers, /)")]
    fn writev(fd: i32, buffers: &Object) -> Result<usize> {
        let vectors = Vectors::new(buffers, false, "writev")?;
        let (array, count) = vectors.parts();
        // SAFETY: the exports keep the memory in place.
        system::call(|| unsafe { libc::writev(fd, array as *const libc::iovec, count) })
    }

    #[pyfunction(signature = "(fd, buffers, offset, flags=0, /)")]
    fn preadv(fd: i32, buffers: &Object, offset: i64, flags: Option<i32>) -> Result<usize> {
        let vectors = Vectors::new(buffers, true, "preadv")?;
        let (array, count) = vectors.parts();
        let flags = flags.unwrap_or(0);
        // SAFETY: the exports keep the memory in place.
        system::call(|| unsafe { libc::preadv2(fd, array as *const libc::iovec, count, offset, flags) })
    }

    #[pyfunction(signature = "(fd, buffers, offset, flags=0, /)")]
    fn pwritev(fd: i32, buffers: &Object, offset: i64, flags: Option<i32>) -> Result<usize> {
        let vectors = Vectors::new(buffers, false, "pwritev")?;
        let (array, count) = vectors.parts();
        let flags = flags.unwrap_or(0);
        // SAFETY: the exports keep the memory in place.
        system::call(|| unsafe { libc::pwritev2(fd, array as *const libc::iovec, count, offset, flags) })
    }

    #[pyfunction(signature = "(out_fd, in_fd, offset, count)")]
    fn sendfile(out_fd: i32, in_fd: i32, offset: &Object, count: i64) -> Result<usize> {
        let mut offset = optional_offset(Some(offset))?;
        let place = pointer(&mut offset);
        // SAFETY: the offset is a local, or null.
        system::call(|| unsafe { libc::sendfile(out_fd, in_fd, place as *mut i64, count.max(0) as usize) })
    }

    #[pyfunction(signature = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        src: i32,
        dst: i32,
        count: i64,
        offset_src: Option<&Object>,
        offset_dst: Option<&Object>,
    ) -> Result<usize> {
        if count < 0 {
            return Err(pyrsc_core::value_error!("negative value for 'count' not allowed"));
        }
        let (mut from, mut to) = (optional_offset(offset_src)?, optional_offset(offset_dst)?);
        let (from, to) = (pointer(&mut from), pointer(&mut to));
        // SAFETY: the offsets are locals, or null.
        system::call(|| unsafe {
            libc::copy_file_range(src, from as *mut i64, dst, to as *mut i64, count as usize, 0)
        })
    }

    #[pyfunction(signature = "(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(
        src: i32,
        dst: i32,
        count: i64,
        offset_src: Option<&Object>,
        offset_dst: Option<&Object>,
        flags: Option<u32>,
    ) -> Result<usize> {
        if count < 0 {
            return Err(pyrsc_core::value_error!("negative value for 'count' not allowed"));
        }
        let (mut from, mut to) = (optional_offset(offset_src)?, optional_offset(offset_dst)?);
        let (from, to) = (pointer(&mut from), pointer(&mut to));
        let flags = flags.unwrap_or(0);
        // SAFETY: the offsets are locals, or null.
        system::call(|| unsafe {
            libc::splice(src, from as *mut i64, dst, to as *mut i64, count as usize, flags)
        })
    }

    #[pyfunction(signature = "(fd, offset, length, advice, /)")]
    fn posix_fadvise(fd: i32, offset: i64, length: i64, advice: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        match unsafe { libc::posix_fadvise(fd, offset, length, advice) } {
            0 => Ok(()),
            error => Err(exception::os_error(error)),
        }
    }

    #[pyfunction(signature = "(fd, offset, length, /)")]
    fn posix_fallocate(fd: i32, offset: i64, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        match unsafe { libc::posix_fallocate(fd, offset, length) } {
            0 => Ok(()),
            error => Err(exception::os_error(error)),
        }
    }

    #[pyfunction(signature = "(fd, command, length, /)")]
    fn lockf(fd: i32, command: i32, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        system::call(|| unsafe { libc::lockf(fd, command, length) as isize }).map(drop)
    }

    #[pyfunction]
    fn sync() {
        // SAFETY: no memory is passed.
        pyrsc_core::gil::without(|| unsafe { libc::sync() });
    }
}

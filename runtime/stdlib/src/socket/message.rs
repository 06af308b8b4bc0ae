//! `sendmsg` and `recvmsg`: messages in parts, with ancillary data.

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::OSError;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{buffer, iteration, type_error, value_error};

use super::address::Address;
use super::object::{Socket, Wait};

/// Memory of the caller's that takes part in a message.
#[derive(Clone, Copy)]
pub struct Part {
    start: usize,
    length: usize,
}

impl Part {
    pub fn of(bytes: &[u8]) -> Part {
        Part { start: bytes.as_ptr() as usize, length: bytes.len() }
    }

    pub fn of_mut(bytes: &mut [u8]) -> Part {
        Part { start: bytes.as_mut_ptr() as usize, length: bytes.len() }
    }

    fn vector(self) -> libc::iovec {
        libc::iovec { iov_base: self.start as *mut libc::c_void, iov_len: self.length }
    }
}

/// Bytes of the header of a control message, which is aligned.
const HEADER: usize = size_of::<libc::cmsghdr>().next_multiple_of(size_of::<usize>());

/// Bytes of a control message with so many bytes of data, without padding behind; `None`: too many.
pub fn length_of(size: usize) -> Option<usize> {
    size.checked_add(HEADER).filter(|length| *length <= i32::MAX as usize)
}

/// As [`length_of`], with padding.
pub fn space_of(size: usize) -> Option<usize> {
    length_of(size.checked_next_multiple_of(size_of::<usize>())?)
}

/// A message that has come in.
pub struct Received {
    pub count: usize,
    ancillary: Vec<(i32, i32, Vec<u8>)>,
    flags: i32,
    address: Address,
}

impl Received {
    /// `(data, ancdata, msg_flags, address)`
    pub fn into_tuple(self, data: Owned) -> Result {
        let ancillary = self.ancillary.iter().map(|(level, kind, bytes)| {
            let numbers = [*level, *kind].map(|number| Owned::small_int(i64::from(number)));
            let [level, kind] = numbers;
            Tuple::from_vec(vec![level, kind, Bytes::new(bytes).into_owned()]).into_owned()
        });
        Ok(Tuple::from_vec(vec![
            data,
            List::from_vec(ancillary.collect()).into_owned(),
            Owned::small_int(i64::from(self.flags)),
            self.address.to_object()?,
        ])
        .into_owned())
    }
}

/// A control buffer, aligned as the kernel wants it.
fn control_buffer(size: usize) -> Vec<u64> {
    vec![0; size.div_ceil(8)]
}

fn header(vectors: &mut [libc::iovec], control: &mut [u64], control_size: usize) -> libc::msghdr {
    // SAFETY: plain numbers and null pointers.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = vectors.as_mut_ptr();
    header.msg_iovlen = vectors.len();
    if control_size > 0 {
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = control_size;
    }
    header
}

/// Receives a message into parts.
pub fn receive(socket: &Socket, parts: &[Part], control_size: i64, flags: i32) -> Result<Received> {
    let Some(control_size) = usize::try_from(control_size).ok().filter(|size| *size < i32::MAX as usize)
    else {
        return Err(value_error!("invalid ancillary data buffer length"));
    };
    let mut vectors: Vec<libc::iovec> = parts.iter().map(|part| part.vector()).collect();
    let mut control = control_buffer(control_size);
    let mut address = Address::room();
    let mut header = header(&mut vectors, &mut control, control_size);
    header.msg_name = address.pointer_mut().cast();
    let place = &raw mut header as usize;
    let room = address.length();
    let count = socket.call(Wait::Read, |descriptor| {
        // SAFETY: the header and what it points to are locals of the caller.
        unsafe {
            let header = &mut *(place as *mut libc::msghdr);
            header.msg_namelen = room;
            header.msg_controllen = control_size;
            libc::recvmsg(descriptor, header, flags | libc::MSG_CMSG_CLOEXEC)
        }
    })?;
    // SAFETY: the length is within the room.
    unsafe { *address.length_mut() = header.msg_namelen.min(room) };
    let mut ancillary = Vec::new();
    // SAFETY: walks the control buffer that the kernel filled in.
    unsafe {
        let mut message =
            if control_size == 0 { std::ptr::null_mut() } else { libc::CMSG_FIRSTHDR(&raw const header) };
        while !message.is_null() {
            let entry = &*message;
            let start = libc::CMSG_DATA(message);
            let before = start as usize - message as usize;
            let end = control.as_ptr() as usize + header.msg_controllen;
            let length = (entry.cmsg_len).saturating_sub(before).min(end.saturating_sub(start as usize));
            let bytes = std::slice::from_raw_parts(start, length).to_vec();
            ancillary.push((entry.cmsg_level, entry.cmsg_type, bytes));
            message = libc::CMSG_NXTHDR(&raw const header, message);
        }
    }
    Ok(Received { count, ancillary, flags: header.msg_flags, address })
}

/// Sends a message of parts.
pub fn send(
    socket: &Socket,
    parts: &[Part],
    ancillary: Option<&Object>,
    flags: i32,
    address: Option<Address>,
) -> Result<usize> {
    let mut messages = Vec::new();
    if let Some(ancillary) = ancillary.filter(|ancillary| !ancillary.is_none()) {
        let items = iteration::collect(ancillary)
            .map_err(|_| type_error!("sendmsg() argument 2 must be an iterable"))?;
        for item in items {
            let parts = item.downcast::<Tuple>().filter(|parts| parts.len() == 3);
            let Some(parts) = parts else {
                return Err(type_error!("[sendmsg() ancillary data items] must be 3-item sequences"));
            };
            let level = int::index_i64(parts.get(0).expect("counted"))? as i32;
            let kind = int::index_i64(parts.get(1).expect("counted"))? as i32;
            let data = buffer::acquire(parts.get(2).expect("counted"))?.to_vec();
            messages.push((level, kind, data));
        }
    }
    let mut control_size = 0;
    for (_, _, data) in &messages {
        control_size += space_of(data.len())
            .ok_or_else(|| pyrsc_core::raise!(OSError, "ancillary data item too large"))?;
    }
    let mut vectors: Vec<libc::iovec> = parts.iter().map(|part| part.vector()).collect();
    let mut control = control_buffer(control_size);
    let mut header = header(&mut vectors, &mut control, control_size);
    if let Some(address) = &address {
        header.msg_name = address.pointer().cast_mut().cast();
        header.msg_namelen = address.length();
    }
    // SAFETY: the control buffer has room for all messages, counted above.
    unsafe {
        let mut place =
            if control_size == 0 { std::ptr::null_mut() } else { libc::CMSG_FIRSTHDR(&raw const header) };
        for (level, kind, data) in &messages {
            assert!(!place.is_null(), "the control buffer has room");
            (*place).cmsg_level = *level;
            (*place).cmsg_type = *kind;
            (*place).cmsg_len = libc::CMSG_LEN(data.len() as u32) as usize;
            std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(place), data.len());
            place = libc::CMSG_NXTHDR(&raw const header, place);
        }
    }
    let place = &raw const header as usize;
    // SAFETY: the header and what it points to are locals of the caller.
    socket.call(Wait::Write, |descriptor| unsafe {
        libc::sendmsg(descriptor, place as *const libc::msghdr, flags | libc::MSG_NOSIGNAL)
    })
}

//! `_socket.socket`.

use std::cell::Cell;
use std::time::Duration;

use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::collector::Plain;
use pyrsc_core::exception::{self, TimeoutError};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer, float, gil, int, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::address::{self, Address};
use super::message;
use crate::deadline::{Deadline, duration};
use crate::io::system;
use crate::select::epoll::Descriptor;

/// An endpoint of communication.
#[pyclass(
    name = "socket",
    module = "_socket",
    flags(BASETYPE),
    doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.  The family argument specifies the\naddress family; it defaults to AF_INET.  The type argument specifies\nwhether this is a stream (SOCK_STREAM, this is the default)\nor datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\nspecifying the default protocol.  Keyword arguments are accepted.\nThe socket is created as non-inheritable."
)]
#[repr(C)]
pub struct Socket {
    header: Header,
    descriptor: Plain<Descriptor>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// None: blocking; zero: non-blocking.
    timeout: Cell<Option<Duration>>,
}

/// What a call waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Read,
    Write,
    Connect,
}

fn last_error() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn timed_out() -> Raised {
    exception::raise(TimeoutError::type_object(), "timed out")
}

/// A timeout as an argument.
pub fn timeout_argument(value: &Object) -> Result<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let text = format!("'{}' object cannot be interpreted as an integer", name_of(value));
    match duration(value, Duration::from_secs(1), &text)? {
        Ok(time) => Ok(Some(time)),
        Err(()) => Err(value_error!("Timeout value out of range")),
    }
}

/// A timeout as Python has it.
pub fn timeout_object(timeout: Option<Duration>) -> Owned {
    timeout.map_or(Owned::none(), |timeout| float::from_f64(timeout.as_secs_f64()))
}

/// Makes a descriptor blocking or not.
pub fn set_blocking(descriptor: i32, blocking: bool) -> Result<()> {
    let mut flag = libc::c_int::from(!blocking);
    // SAFETY: the flag is a local.
    if unsafe { libc::ioctl(descriptor, libc::FIONBIO, &raw mut flag) } < 0 {
        return Err(exception::last_os_error());
    }
    Ok(())
}

impl Socket {
    pub fn descriptor(&self) -> i32 {
        self.descriptor.0.0.get()
    }

    fn take_over(&self, descriptor: i32, family: i32, kind: i32, protocol: i32) -> Result<()> {
        self.descriptor.0.0.set(descriptor);
        self.family.set(family);
        self.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        self.protocol.set(protocol);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.set(Some(Duration::ZERO));
        } else {
            let timeout = super::DEFAULT_TIMEOUT.get();
            self.timeout.set(timeout);
            if timeout.is_some() {
                set_blocking(descriptor, false)?;
            }
        }
        Ok(())
    }

    /// Waits until the socket is ready; whether it is before the deadline.
    fn wait(&self, wait: Wait, deadline: Deadline) -> Result<bool> {
        let events = match wait {
            Wait::Read => libc::POLLIN,
            Wait::Write => libc::POLLOUT,
            Wait::Connect => libc::POLLOUT | libc::POLLERR,
        };
        loop {
            let descriptor = self.descriptor();
            let time = deadline.milliseconds();
            let result = system::once(|| {
                let mut file = libc::pollfd { fd: descriptor, events, revents: 0 };
                // SAFETY: the structure is a local.
                unsafe { libc::poll(&raw mut file, 1, time) as isize }
            });
            match result {
                Ok(0) => return Ok(false),
                Ok(_) => return Ok(true),
                Err(libc::EINTR) => {
                    gil::check_signals()?;
                    if deadline.is_over() {
                        return Ok(false);
                    }
                }
                Err(error) => return Err(exception::os_error(error)),
            }
        }
    }

    /// Makes a call within the socket's timeout.
    pub fn call(&self, wait: Wait, call: impl Fn(i32) -> isize) -> Result<usize> {
        self.call_until(wait, Deadline::after(self.timeout.get()), call)
    }

    fn call_until(&self, wait: Wait, deadline: Deadline, call: impl Fn(i32) -> isize) -> Result<usize> {
        let limited = self.timeout.get().is_some_and(|timeout| !timeout.is_zero());
        loop {
            if limited && !self.wait(wait, deadline)? {
                return Err(timed_out());
            }
            let descriptor = self.descriptor();
            match system::once(|| call(descriptor)) {
                Ok(result) => return Ok(result),
                Err(libc::EINTR) => gil::check_signals()?,
                Err(error) if limited && (error == libc::EAGAIN || error == libc::EWOULDBLOCK) => {}
                Err(error) => return Err(exception::os_error(error)),
            }
        }
    }

    /// Connects; the error number where that fails.
    fn connect_to(&self, address: &Address) -> Result<i32> {
        let descriptor = self.descriptor();
        // SAFETY: the address is the caller's.
        let result = system::once(|| unsafe {
            libc::connect(descriptor, address.pointer(), address.length()) as isize
        });
        let Err(error) = result else { return Ok(0) };
        let timeout = self.timeout.get();
        let goes_on = match error {
            // The system goes on connecting after a signal.
            libc::EINTR => {
                gil::check_signals()?;
                timeout.is_none_or(|timeout| !timeout.is_zero())
            }
            libc::EINPROGRESS => timeout.is_some_and(|timeout| !timeout.is_zero()),
            _ => false,
        };
        if !goes_on {
            return Ok(error);
        }
        if !self.wait(Wait::Connect, Deadline::after(timeout))? {
            return Err(timed_out());
        }
        let mut status: libc::c_int = 0;
        let mut length = size_of::<libc::c_int>() as libc::socklen_t;
        // SAFETY: the targets are locals.
        let result = unsafe {
            libc::getsockopt(
                self.descriptor(),
                libc::SOL_SOCKET,
                libc::SO_ERROR,
                (&raw mut status).cast(),
                &raw mut length,
            )
        };
        if result < 0 {
            return Err(exception::last_os_error());
        }
        Ok(if status == libc::EISCONN { 0 } else { status })
    }

    fn receive(&self, target: &mut [u8], flags: i32, from: Option<&mut Address>) -> Result<usize> {
        let (pointer, length) = (target.as_mut_ptr() as usize, target.len());
        let from = from.map(|from| std::ptr::from_mut(from) as usize);
        self.call(Wait::Read, |descriptor| {
            // SAFETY: the buffer and the address are the caller's for the duration of the call.
            unsafe {
                let target = pointer as *mut libc::c_void;
                match from {
                    None => libc::recv(descriptor, target, length, flags),
                    Some(from) => {
                        let from = &mut *(from as *mut Address);
                        *from = Address::room();
                        let length_pointer = from.length_mut();
                        libc::recvfrom(descriptor, target, length, flags, from.pointer_mut(), length_pointer)
                    }
                }
            }
        })
    }

    /// Receives so many bytes at most into a new bytes object.
    fn receive_bytes(
        &self,
        size: i64,
        flags: i32,
        from: Option<&mut Address>,
        what: &str,
    ) -> Result<Ref<Bytes>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(value_error!("negative buffersize in {what}"));
        };
        let mut target = Vec::new();
        if target.try_reserve_exact(size).is_err() {
            return Err(pyrsc_core::memory_error!());
        }
        target.resize(size, 0);
        let count = self.receive(&mut target, flags, from)?;
        Ok(Bytes::new(&target[..count]))
    }

    /// Receives into a buffer of the caller's.
    fn receive_into(
        &self,
        target: &Object,
        size: Option<i64>,
        flags: i32,
        from: Option<&mut Address>,
        what: &str,
    ) -> Result<usize> {
        let mut target = buffer::acquire_writable(target, &format!("{what}() argument 1"))?;
        let wanted = match size.unwrap_or(0) {
            size if size < 0 => return Err(value_error!("negative buffersize in {what}")),
            0 => target.len(),
            size if size as usize > target.len() => {
                return Err(value_error!("buffer too small for requested bytes"));
            }
            size => size as usize,
        };
        let slice = &mut target.as_mut_slice()[..wanted];
        // SAFETY: the export keeps the memory in place while the GIL is let go.
        let slice = unsafe { std::slice::from_raw_parts_mut(slice.as_mut_ptr(), slice.len()) };
        self.receive(slice, flags, from)
    }

    fn send_bytes(
        &self,
        bytes: &[u8],
        flags: i32,
        deadline: Deadline,
        to: Option<&Address>,
    ) -> Result<usize> {
        let (pointer, length) = (bytes.as_ptr() as usize, bytes.len());
        self.call_until(Wait::Write, deadline, |descriptor| {
            let source = pointer as *const libc::c_void;
            // SAFETY: the bytes and the address are the caller's for the duration of the call.
            unsafe {
                match to {
                    None => libc::send(descriptor, source, length, flags | libc::MSG_NOSIGNAL),
                    Some(to) => libc::sendto(
                        descriptor,
                        source,
                        length,
                        flags | libc::MSG_NOSIGNAL,
                        to.pointer(),
                        to.length(),
                    ),
                }
            }
        })
    }

    fn own_deadline(&self) -> Deadline {
        Deadline::after(self.timeout.get())
    }

    fn close_descriptor(&self) -> Result<()> {
        let descriptor = self.descriptor.0.0.replace(-1);
        if descriptor < 0 {
            return Ok(());
        }
        // SAFETY: the descriptor is the socket's own.
        match system::once(|| unsafe { libc::close(descriptor) as isize }) {
            Err(error) if error != libc::ECONNRESET => Err(exception::os_error(error)),
            _ => Ok(()),
        }
    }

    /// Asks for one of the two names of the connection.
    fn name(
        &self,
        ask: unsafe extern "C" fn(libc::c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> libc::c_int,
    ) -> Result {
        let mut address = Address::room();
        let length = address.length_mut();
        // SAFETY: the room is a local.
        if unsafe { ask(self.descriptor(), address.pointer_mut(), length) } < 0 {
            return Err(exception::last_os_error());
        }
        address.to_object()
    }
}

/// A descriptor given as `fileno`.
fn given_descriptor(object: &Object) -> Result<i32> {
    if float::to_f64(object).is_some() && !int::is_int(object) {
        return Err(type_error!("integer argument expected, got float"));
    }
    let number = int::index_i64(object)?;
    match i32::try_from(number) {
        Ok(number) if number >= 0 => Ok(number),
        Ok(_) => Err(value_error!("negative file descriptor")),
        Err(_) => Err(pyrsc_core::overflow_error!("Python int too large to convert to C int")),
    }
}

/// An option of a socket that is a number.
fn option_of(descriptor: i32, option: i32) -> std::result::Result<i32, i32> {
    let mut value: libc::c_int = 0;
    let mut length = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the targets are locals.
    let result = unsafe {
        libc::getsockopt(descriptor, libc::SOL_SOCKET, option, (&raw mut value).cast(), &raw mut length)
    };
    if result < 0 { Err(last_error()) } else { Ok(value) }
}

#[pymethods(Socket)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        let socket = Socket {
            header: Header::unset(),
            descriptor: Plain(Descriptor(Cell::new(-1))),
            family: Cell::new(0),
            kind: Cell::new(0),
            protocol: Cell::new(0),
            timeout: Cell::new(super::super::DEFAULT_TIMEOUT.get()),
        };
        Ok(memory::allocate(class, socket).into_owned())
    }

    #[slot(signature = "(self, /, family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(
        this: &Socket,
        family: Option<i32>,
        kind: Option<i32>,
        protocol: Option<i32>,
        fileno: Option<&Object>,
    ) -> Result<()> {
        let (mut family, mut kind, mut protocol) =
            (family.unwrap_or(-1), kind.unwrap_or(-1), protocol.unwrap_or(-1));
        if let Some(fileno) = fileno.filter(|fileno| !fileno.is_none()) {
            let descriptor = given_descriptor(fileno)?;
            let mut address = Address::room();
            let length = address.length_mut();
            // SAFETY: the room is a local.
            if unsafe { libc::getsockname(descriptor, address.pointer_mut(), length) } < 0 {
                let error = last_error();
                if family == -1 || error == libc::EBADF || error == libc::ENOTSOCK {
                    return Err(exception::os_error(error));
                }
            } else if family == -1 {
                family = address.family();
            }
            if kind == -1 {
                kind = option_of(descriptor, libc::SO_TYPE).map_err(exception::os_error)?;
            }
            if protocol == -1 {
                protocol = option_of(descriptor, libc::SO_PROTOCOL).map_err(exception::os_error)?;
            }
            return this.take_over(descriptor, family, kind, protocol);
        }
        if family == -1 {
            family = libc::AF_INET;
        }
        if kind == -1 {
            kind = libc::SOCK_STREAM;
        }
        if protocol == -1 {
            protocol = 0;
        }
        // SAFETY: no memory is passed.
        let descriptor =
            system::once(|| unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) as isize })
                .map_err(exception::os_error)?;
        this.take_over(descriptor as i32, family, kind, protocol)
    }

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        let Some(socket) = this.downcast::<Socket>() else { return Ok(()) };
        if socket.descriptor() < 0 {
            return Ok(());
        }
        let shown = operations::repr_string(this).unwrap_or_else(|_| {
            exception::clear();
            "<socket>".to_string()
        });
        let category = exception::ResourceWarning::type_object();
        if pyrsc_core::warnings::warn(category, &format!("unclosed {shown}")).is_err() {
            exception::report_unraisable("Exception ignored while finalizing socket", Some(this));
        }
        if socket.close_descriptor().is_err() {
            exception::clear();
        }
        Ok(())
    }

    #[slot]
    fn repr(this: &Socket) -> String {
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            this.descriptor(),
            this.family.get(),
            this.kind.get(),
            this.protocol.get()
        )
    }

    #[getter(doc = "the socket family")]
    fn family(this: &Socket) -> i32 {
        this.family.get()
    }

    #[getter(name = "type", doc = "the socket type")]
    fn kind(this: &Socket) -> i32 {
        this.kind.get()
    }

    #[getter(name = "proto", doc = "the socket protocol")]
    fn protocol(this: &Socket) -> i32 {
        this.protocol.get()
    }

    #[getter(doc = "the socket timeout")]
    fn timeout(this: &Socket) -> Owned {
        timeout_object(this.timeout.get())
    }

    #[pymethod(
        doc = "_accept() -> (integer, address info)\n\nWait for an incoming connection.  Return a new socket file descriptor\nrepresenting the connection, and the address of the client.\nFor IP sockets, the address info is a pair (hostaddr, port)."
    )]
    fn _accept(this: &Socket) -> Result {
        let address = Cell::new(Address::room());
        let place = address.as_ptr() as usize;
        let descriptor = this.call(Wait::Read, |descriptor| {
            // SAFETY: the room is a local of the caller.
            unsafe {
                let address = &mut *(place as *mut Address);
                *address = Address::room();
                let length = address.length_mut();
                libc::accept4(descriptor, address.pointer_mut(), length, libc::SOCK_CLOEXEC) as isize
            }
        })?;
        Ok(Tuple::pair(int::from_usize(descriptor), address.get().to_object()?).into_owned())
    }

    #[pymethod(
        doc = "bind(address)\n\nBind the socket to a local address.  For IP sockets, the address is a\npair (host, port); the host must refer to the local host. For raw packet\nsockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])"
    )]
    fn bind(this: &Socket, address: &Object) -> Result<()> {
        let address = address::parse(this.family.get(), address, "bind")?;
        let descriptor = this.descriptor();
        // SAFETY: the address is a local.
        system::once(|| unsafe { libc::bind(descriptor, address.pointer(), address.length()) as isize })
            .map(drop)
            .map_err(exception::os_error)
    }

    #[pymethod(doc = "close()\n\nClose the socket.  It cannot be used after this call.")]
    fn close(this: &Socket) -> Result<()> {
        this.close_descriptor()
    }

    #[pymethod(
        doc = "connect(address)\n\nConnect the socket to a remote address.  For IP sockets, the address\nis a pair (host, port)."
    )]
    fn connect(this: &Socket, address: &Object) -> Result<()> {
        let address = address::parse(this.family.get(), address, "connect")?;
        match this.connect_to(&address)? {
            0 => Ok(()),
            error => Err(exception::os_error(error)),
        }
    }

    #[pymethod(
        doc = "connect_ex(address) -> errno\n\nThis is like connect(address), but returns an error code (the errno value)\ninstead of raising an exception when an error occurs."
    )]
    fn connect_ex(this: &Socket, address: &Object) -> Result<i64> {
        let address = address::parse(this.family.get(), address, "connect_ex")?;
        match this.connect_to(&address) {
            Ok(error) => Ok(i64::from(error)),
            Err(_) if exception::matches(TimeoutError::type_object()) => {
                exception::clear();
                Ok(i64::from(libc::EWOULDBLOCK))
            }
            Err(raised) => Err(raised),
        }
    }

    #[pymethod(
        doc = "detach()\n\nClose the socket object without closing the underlying file descriptor.\nThe object cannot be used after this call, but the file descriptor\ncan be reused for other purposes.  The file descriptor is returned."
    )]
    fn detach(this: &Socket) -> i32 {
        this.descriptor.0.0.replace(-1)
    }

    #[pymethod(doc = "fileno() -> integer\n\nReturn the integer file descriptor of the socket.")]
    fn fileno(this: &Socket) -> i32 {
        this.descriptor()
    }

    #[pymethod(
        doc = "getpeername() -> address info\n\nReturn the address of the remote endpoint.  For IP sockets, the address\ninfo is a pair (hostaddr, port)."
    )]
    fn getpeername(this: &Socket) -> Result {
        this.name(libc::getpeername)
    }

    #[pymethod(
        doc = "getsockname() -> address info\n\nReturn the address of the local endpoint. The format depends on the\naddress family. For IPv4 sockets, the address info is a pair\n(hostaddr, port). For IPv6 sockets, the address info is a 4-tuple\n(hostaddr, port, flowinfo, scope_id)."
    )]
    fn getsockname(this: &Socket) -> Result {
        this.name(libc::getsockname)
    }

    #[pymethod(
        doc = "getsockopt(level, option[, buffersize]) -> value\n\nGet a socket option.  See the Unix manual for level and option.\nIf a nonzero buffersize argument is given, the return value is a\nstring of that length; otherwise it is an integer."
    )]
    fn getsockopt(this: &Socket, level: i32, option: i32, buffersize: Option<i64>) -> Result {
        let size = buffersize.unwrap_or(0);
        if !(0..=1024).contains(&size) {
            return Err(pyrsc_core::raise!(exception::OSError, "getsockopt buflen out of range"));
        }
        let mut target = vec![0u8; if size == 0 { size_of::<libc::c_int>() } else { size as usize }];
        let mut length = target.len() as libc::socklen_t;
        // SAFETY: the buffer is a local of that length.
        let result = unsafe {
            libc::getsockopt(this.descriptor(), level, option, target.as_mut_ptr().cast(), &raw mut length)
        };
        if result < 0 {
            return Err(exception::last_os_error());
        }
        if size == 0 {
            let number = i32::from_ne_bytes(target[..4].try_into().expect("four bytes"));
            return Ok(Owned::small_int(i64::from(number)));
        }
        Ok(Bytes::new(&target[..length as usize]).into_owned())
    }

    #[pymethod(
        doc = "setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\nsetsockopt(level, option, None, optlen: int)\n\nSet a socket option.  See the Unix manual for level and option.\nThe value argument can either be an integer, a string buffer, or\nNone, optlen."
    )]
    fn setsockopt(this: &Socket, level: i32, option: i32, value: &Object, optlen: Option<u32>) -> Result<()> {
        let bytes = if let Some(length) = optlen {
            if !value.is_none() {
                return Err(type_error!("socket option should be None, not {}", name_of(value)));
            }
            // SAFETY: with a null pointer nothing is read.
            let result =
                unsafe { libc::setsockopt(this.descriptor(), level, option, std::ptr::null(), length) };
            return if result < 0 { Err(exception::last_os_error()) } else { Ok(()) };
        } else if pyrsc_core::slice::has_index(value) {
            let number = int::index_i64(value)?;
            let Ok(number) = i32::try_from(number) else {
                return Err(pyrsc_core::overflow_error!("Python int too large to convert to C int"));
            };
            number.to_ne_bytes().to_vec()
        } else if value.is_none() {
            return Err(type_error!("setsockopt() requires 4 arguments when the third argument is None"));
        } else {
            buffer::acquire(value)?.to_vec()
        };
        // SAFETY: the bytes are a local.
        let result = unsafe {
            libc::setsockopt(
                this.descriptor(),
                level,
                option,
                bytes.as_ptr().cast(),
                bytes.len() as libc::socklen_t,
            )
        };
        if result < 0 { Err(exception::last_os_error()) } else { Ok(()) }
    }

    #[pymethod(
        doc = "listen([backlog])\n\nEnable a server to accept connections.  If backlog is specified, it must be\nat least 0 (if it is lower, it is set to 0); it specifies the number of\nunaccepted connections that the system will allow before refusing new\nconnections. If not specified, a default reasonable value is chosen."
    )]
    fn listen(this: &Socket, backlog: Option<i32>) -> Result<()> {
        let backlog = backlog.unwrap_or(128).max(0);
        let descriptor = this.descriptor();
        // SAFETY: no memory is passed.
        system::once(|| unsafe { libc::listen(descriptor, backlog) as isize })
            .map(drop)
            .map_err(exception::os_error)
    }

    #[pymethod(
        doc = "recv(buffersize[, flags]) -> data\n\nReceive up to buffersize bytes from the socket.  For the optional flags\nargument, see the Unix manual.  When no data is available, block until\nat least one byte is available or until the remote end is closed.  When\nthe remote end is closed and all data is read, return the empty string."
    )]
    fn recv(this: &Socket, buffersize: i64, flags: Option<i32>) -> Result<Ref<Bytes>> {
        this.receive_bytes(buffersize, flags.unwrap_or(0), None, "recv")
    }

    #[pymethod(
        signature = "(self, buffer, nbytes=0, flags=0)",
        doc = "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read\n\nA version of recv() that stores its data into a buffer rather than creating\na new string.  Receive up to buffersize bytes from the socket.  If buffersize\nis not specified (or 0), receive up to the size available in the given buffer.\n\nSee recv() for documentation about the flags."
    )]
    fn recv_into(this: &Socket, buffer: &Object, nbytes: Option<i64>, flags: Option<i32>) -> Result<usize> {
        this.receive_into(buffer, nbytes, flags.unwrap_or(0), None, "recv_into")
    }

    #[pymethod(
        doc = "recvfrom(buffersize[, flags]) -> (data, address info)\n\nLike recv(buffersize, flags) but also return the sender's address info."
    )]
    fn recvfrom(this: &Socket, buffersize: i64, flags: Option<i32>) -> Result {
        let mut from = Address::room();
        let bytes = this.receive_bytes(buffersize, flags.unwrap_or(0), Some(&mut from), "recvfrom")?;
        Ok(Tuple::pair(bytes.into_owned(), from.to_object()?).into_owned())
    }

    #[pymethod(
        signature = "(self, buffer, nbytes=0, flags=0)",
        doc = "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)\n\nLike recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info."
    )]
    fn recvfrom_into(this: &Socket, buffer: &Object, nbytes: Option<i64>, flags: Option<i32>) -> Result {
        let mut from = Address::room();
        let count =
            this.receive_into(buffer, nbytes, flags.unwrap_or(0), Some(&mut from), "recvfrom_into")?;
        Ok(Tuple::pair(int::from_usize(count), from.to_object()?).into_owned())
    }

    #[pymethod(
        doc = "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)\n\nReceive normal data (up to bufsize bytes) and ancillary data from the\nsocket.  The ancbufsize argument sets the size in bytes of the\ninternal buffer used to receive the ancillary data; it defaults to 0,\nmeaning that no ancillary data will be received."
    )]
    fn recvmsg(this: &Socket, bufsize: i64, ancbufsize: Option<i64>, flags: Option<i32>) -> Result {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(value_error!("negative buffer size in recvmsg()"));
        };
        let mut target = vec![0u8; size];
        let parts = [message::Part::of_mut(&mut target)];
        let received = message::receive(this, &parts, ancbufsize.unwrap_or(0), flags.unwrap_or(0))?;
        let data = Bytes::new(&target[..received.count]);
        received.into_tuple(data.into_owned())
    }

    #[pymethod(
        doc = "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)\n\nReceive normal data and ancillary data from the socket, scattering the\nnon-ancillary data into a series of buffers."
    )]
    fn recvmsg_into(this: &Socket, buffers: &Object, ancbufsize: Option<i64>, flags: Option<i32>) -> Result {
        let objects = pyrsc_core::iteration::collect(buffers)
            .map_err(|_| type_error!("recvmsg_into() argument 1 must be an iterable"))?;
        let mut targets = Vec::new();
        for object in &objects {
            targets.push(buffer::acquire_writable(object, "recvmsg_into() argument 1 item")?);
        }
        let parts: Vec<_> =
            targets.iter_mut().map(|target| message::Part::of_mut(target.as_mut_slice())).collect();
        let received = message::receive(this, &parts, ancbufsize.unwrap_or(0), flags.unwrap_or(0))?;
        let count = int::from_usize(received.count);
        received.into_tuple(count)
    }

    #[pymethod(
        doc = "send(data[, flags]) -> count\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  Return the number of bytes\nsent; this may be less than len(data) if the network is busy."
    )]
    fn send(this: &Socket, data: &Object, flags: Option<i32>) -> Result<usize> {
        let data = buffer::acquire(data)?;
        this.send_bytes(data.as_slice(), flags.unwrap_or(0), this.own_deadline(), None)
    }

    #[pymethod(
        doc = "sendall(data[, flags])\n\nSend a data string to the socket.  For the optional flags\nargument, see the Unix manual.  This calls send() repeatedly\nuntil all data is sent.  If an error occurs, it's impossible\nto tell how much data has been sent."
    )]
    fn sendall(this: &Socket, data: &Object, flags: Option<i32>) -> Result<()> {
        let data = buffer::acquire(data)?;
        let deadline = this.own_deadline();
        let mut sent = 0;
        loop {
            let rest = &data.as_slice()[sent..];
            sent += this.send_bytes(rest, flags.unwrap_or(0), deadline, None)?;
            gil::check_signals()?;
            if sent >= data.len() {
                return Ok(());
            }
        }
    }

    #[pymethod(
        doc = "sendto(data[, flags], address) -> count\n\nLike send(data, flags) but allows specifying the destination address.\nFor IP sockets, the address is a pair (hostaddr, port)."
    )]
    fn sendto(this: &Socket, arguments: pyrsc_core::call::Arguments<'_>) -> Result<usize> {
        let count = arguments.positional_count();
        let (flags, address) = match (arguments.positional(1), arguments.positional(2)) {
            (Some(address), None) => (0, address),
            (Some(flags), Some(address)) if count == 3 => {
                (i32::try_from(int::index_i64(flags)?).unwrap_or(0), address)
            }
            _ => return Err(type_error!("sendto() takes 2 or 3 arguments ({count} given)")),
        };
        let data = buffer::acquire(arguments.positional(0).expect("counted"))?;
        let address = address::parse(this.family.get(), address, "sendto")?;
        this.send_bytes(data.as_slice(), flags, this.own_deadline(), Some(&address))
    }

    #[pymethod(
        doc = "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count\n\nSend normal and ancillary data to the socket, gathering the\nnon-ancillary data from a series of buffers and concatenating it into\na single message."
    )]
    fn sendmsg(
        this: &Socket,
        buffers: &Object,
        ancdata: Option<&Object>,
        flags: Option<i32>,
        address: Option<&Object>,
    ) -> Result<usize> {
        let objects = pyrsc_core::iteration::collect(buffers)
            .map_err(|_| type_error!("sendmsg() argument 1 must be an iterable"))?;
        let address = match address.filter(|address| !address.is_none()) {
            Some(address) => Some(address::parse(this.family.get(), address, "sendmsg")?),
            None => None,
        };
        let mut sources = Vec::new();
        for object in &objects {
            sources.push(buffer::acquire(object)?);
        }
        let parts: Vec<_> = sources.iter().map(|source| message::Part::of(source.as_slice())).collect();
        message::send(this, &parts, ancdata, flags.unwrap_or(0), address)
    }

    #[pymethod(
        doc = "setblocking(flag)\n\nSet the socket to blocking (flag is true) or non-blocking (false).\nsetblocking(True) is equivalent to settimeout(None);\nsetblocking(False) is equivalent to settimeout(0.0)."
    )]
    fn setblocking(this: &Socket, flag: bool) -> Result<()> {
        this.timeout.set(if flag { None } else { Some(Duration::ZERO) });
        set_blocking(this.descriptor(), flag)
    }

    #[pymethod(
        doc = "getblocking()\n\nReturns True if socket is in blocking mode, or False if it\nis in non-blocking mode."
    )]
    fn getblocking(this: &Socket) -> bool {
        this.timeout.get().is_none_or(|timeout| !timeout.is_zero())
    }

    #[pymethod(
        doc = "settimeout(timeout)\n\nSet a timeout on socket operations.  'timeout' can be a float,\ngiving in seconds, or None.  Setting a timeout of None disables\nthe timeout feature and is equivalent to setblocking(1).\nSetting a timeout of zero is the same as setblocking(0)."
    )]
    fn settimeout(this: &Socket, timeout: &Object) -> Result<()> {
        let timeout = timeout_argument(timeout)?;
        this.timeout.set(timeout);
        set_blocking(this.descriptor(), timeout.is_none())
    }

    #[pymethod(
        doc = "gettimeout() -> timeout\n\nReturns the timeout in seconds (float) associated with socket\noperations. A timeout of None indicates that timeouts on socket\noperations are disabled."
    )]
    fn gettimeout(this: &Socket) -> Owned {
        timeout_object(this.timeout.get())
    }

    #[pymethod(
        doc = "shutdown(flag)\n\nShut down the reading side of the socket (flag == SHUT_RD), the writing side\nof the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR)."
    )]
    fn shutdown(this: &Socket, flag: i32) -> Result<()> {
        let descriptor = this.descriptor();
        // SAFETY: no memory is passed.
        system::once(|| unsafe { libc::shutdown(descriptor, flag) as isize })
            .map(drop)
            .map_err(exception::os_error)
    }
}

//! `_socket`: communication between processes and machines, over IPv4, IPv6, Unix and netlink sockets.
//!
//! [`object`] has the class, [`address`] the addresses, [`names`] the look-up of names, [`message`] `sendmsg` and its kin.

pub mod address;
pub mod constants;
pub mod message;
pub mod names;
pub mod object;

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::{self, OSError, TimeoutError};
use pyrsc_core::gil::Static;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{buffer, int, operations, overflow_error, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::io::system;

/// The timeout of new sockets.
pub static DEFAULT_TIMEOUT: Static<Cell<Option<Duration>>> = Static::new(Cell::new(None));

fn c_string(text: &Str) -> Result<CString> {
    CString::new(crate::path_argument::encode(text)?).map_err(|_| value_error!("embedded null character"))
}

fn os_text(message: &str) -> pyrsc_core::owned::Raised {
    exception::raise(OSError::type_object(), message)
}

/// A number of so many bits for the byte-order functions.
fn unsigned(number: &Object, bits: u32) -> Result<u32> {
    let number = int::index(number)?;
    if int::View::of(&number).is_some_and(|number| number.is_negative()) {
        return Err(value_error!("Cannot convert negative int"));
    }
    int::to_u64(&number)
        .filter(|number| *number < 1 << bits)
        .map(|number| number as u32)
        .ok_or_else(|| overflow_error!("Python int too large for C uint{bits}_t"))
}

#[pymodule(
    name = "_socket",
    doc = "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    types(object::SOCKET)
)]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Owned {
        OSError::type_object().to_owned()
    }

    #[attribute]
    fn timeout() -> Owned {
        TimeoutError::type_object().to_owned()
    }

    #[attribute]
    fn gaierror() -> Result {
        names::ADDRESS_ERROR.get()
    }

    #[attribute]
    fn herror() -> Result {
        names::HOST_ERROR.get()
    }

    #[attribute(name = "SocketType")]
    fn socket_type() -> Owned {
        object::Socket::type_object().to_owned()
    }

    #[attribute]
    fn has_ipv6() -> bool {
        true
    }

    #[pyfunction(
        doc = "close(integer) -> None\n\nClose an integer socket file descriptor.  This is like os.close(), but for\nsockets; on some platforms os.close() won't work for socket file descriptors."
    )]
    fn close(fd: i32) -> Result<()> {
        // SAFETY: the caller owns the descriptor.
        match system::once(|| unsafe { libc::close(fd) as isize }) {
            Err(error) if error != libc::ECONNRESET => Err(exception::os_error(error)),
            _ => Ok(()),
        }
    }

    #[pyfunction(
        doc = "dup(integer) -> integer\n\nDuplicate an integer socket file descriptor.  This is like os.dup(), but for\nsockets; on some platforms os.dup() won't work for socket file descriptors."
    )]
    fn dup(fd: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if new < 0 { Err(exception::last_os_error()) } else { Ok(new) }
    }

    #[pyfunction(
        doc = "getdefaulttimeout() -> timeout\n\nReturns the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None."
    )]
    fn getdefaulttimeout() -> Owned {
        object::timeout_object(DEFAULT_TIMEOUT.get())
    }

    #[pyfunction(
        doc = "setdefaulttimeout(timeout)\n\nSet the default timeout in seconds (float) for new socket objects.\nA value of None indicates that new socket objects have no timeout.\nWhen the socket module is first imported, the default is None."
    )]
    fn setdefaulttimeout(timeout: &Object) -> Result<()> {
        DEFAULT_TIMEOUT.set(object::timeout_argument(timeout)?);
        Ok(())
    }

    #[pyfunction(
        doc = "socketpair([family[, type [, proto]]]) -> (socket object, socket object)\n\nCreate a pair of socket objects from the sockets returned by the platform\nsocketpair() function.\nThe arguments are the same as for socket() except the default family is\nAF_UNIX if defined on the platform; otherwise, the default is AF_INET."
    )]
    fn socketpair(family: Option<&Object>, kind: Option<i32>, protocol: Option<i32>) -> Result {
        let family = match family.filter(|family| !family.is_none()) {
            Some(family) => int::index_i64(family)? as i32,
            None => libc::AF_UNIX,
        };
        let (kind, protocol) = (kind.unwrap_or(libc::SOCK_STREAM), protocol.unwrap_or(0));
        let mut pair = [0; 2];
        // SAFETY: the target is a local of two descriptors.
        if unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, pair.as_mut_ptr()) } < 0 {
            return Err(exception::last_os_error());
        }
        let make = |descriptor: i32| {
            let numbers =
                [family, kind, protocol, descriptor].map(|number| Owned::small_int(i64::from(number)));
            let [family, kind, protocol, descriptor] = &numbers;
            operations::call(object::Socket::type_object().object(), &[family, kind, protocol, descriptor])
        };
        Ok(Tuple::pair(make(pair[0])?, make(pair[1])?).into_owned())
    }

    #[pyfunction(doc = "gethostname() -> string\n\nReturn the current host name.")]
    fn gethostname() -> Result {
        let mut name = [0u8; 1024];
        // SAFETY: the buffer is a local, one byte longer than what is told.
        if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } < 0 {
            return Err(exception::last_os_error());
        }
        let name = CStr::from_bytes_until_nul(&name).map_or(&[][..], CStr::to_bytes);
        Ok(crate::path_argument::decode(name).into_owned())
    }

    #[pyfunction(doc = "sethostname(name)\n\nSets the hostname to name.")]
    fn sethostname(name: &Object) -> Result<()> {
        let name = names::host_argument(name, "sethostname() argument 1")?;
        // SAFETY: the name is a local of that length.
        if unsafe { libc::sethostname(name.as_ptr(), name.as_bytes().len()) } < 0 {
            return Err(exception::last_os_error());
        }
        Ok(())
    }

    #[pyfunction(
        doc = "gethostbyname(host) -> address\n\nReturn the IP address (a string of the form '255.255.255.255') for a host."
    )]
    fn gethostbyname(host: &Object) -> Result<String> {
        let host = names::host_argument(host, "gethostbyname() argument 1")?;
        names::numeric_host(&names::resolve(&host, libc::AF_INET)?)
    }

    #[pyfunction(
        doc = "gethostbyname_ex(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number."
    )]
    fn gethostbyname_ex(host: &Object) -> Result {
        names::by_name(&names::host_argument(host, "gethostbyname_ex() argument 1")?)
    }

    #[pyfunction(
        doc = "gethostbyaddr(host) -> (name, aliaslist, addresslist)\n\nReturn the true host name, a list of aliases, and a list of IP addresses,\nfor a host.  The host argument is a string giving a host name or IP number."
    )]
    fn gethostbyaddr(host: &Object) -> Result {
        names::by_address(&names::host_argument(host, "gethostbyaddr() argument 1")?)
    }

    #[pyfunction(
        doc = "getservbyname(servicename[, protocolname]) -> integer\n\nReturn a port number from a service name and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match."
    )]
    fn getservbyname(name: &Str, protocol: Option<&Str>) -> Result<i64> {
        let (name, protocol) = (c_string(name)?, protocol.map(c_string).transpose()?);
        names::service_port(&name, protocol.as_deref())
    }

    #[pyfunction(
        doc = "getservbyport(port[, protocolname]) -> string\n\nReturn the service name from a port number and protocol name.\nThe optional protocol name, if given, should be 'tcp' or 'udp',\notherwise any protocol will match."
    )]
    fn getservbyport(port: i32, protocol: Option<&Str>) -> Result<String> {
        let port =
            u16::try_from(port).map_err(|_| overflow_error!("getservbyport: port must be 0-65535."))?;
        let protocol = protocol.map(c_string).transpose()?;
        names::port_service(port, protocol.as_deref())
    }

    #[pyfunction(
        doc = "getprotobyname(name) -> integer\n\nReturn the protocol number for the named protocol.  (Rarely used.)"
    )]
    fn getprotobyname(name: &Str) -> Result<i64> {
        names::protocol_number(&c_string(name)?)
    }

    #[pyfunction(
        signature = "(host, port, family=0, type=0, proto=0, flags=0)",
        doc = "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)\n\nResolve host and port into addrinfo struct."
    )]
    fn getaddrinfo(
        host: &Object,
        port: &Object,
        family: Option<i32>,
        kind: Option<i32>,
        protocol: Option<i32>,
        flags: Option<i32>,
    ) -> Result {
        let host_text = if host.is_none() {
            None
        } else {
            match names::host_argument(host, "getaddrinfo() argument 1") {
                Ok(host) => Some(host),
                Err(raised) => {
                    if !(host.is_instance_of::<Str>() || host.is_instance_of::<Bytes>()) {
                        exception::clear();
                        return Err(type_error!("getaddrinfo() argument 1 must be string or None"));
                    }
                    return Err(raised);
                }
            }
        };
        let service = if port.is_none() {
            None
        } else if int::is_int(port) {
            let number = int::index_i64(port)?;
            Some(CString::new(number.to_string()).expect("digits have no zero byte"))
        } else if let Some(text) = port.downcast::<Str>() {
            Some(c_string(text)?)
        } else if let Some(bytes) = port.downcast::<Bytes>() {
            Some(CString::new(bytes.as_slice()).map_err(|_| value_error!("embedded null byte"))?)
        } else {
            return Err(os_text("Int or String expected"));
        };
        let found = names::look_up(
            host_text.as_deref(),
            service.as_deref(),
            family.unwrap_or(0),
            kind.unwrap_or(0),
            protocol.unwrap_or(0),
            flags.unwrap_or(0),
        )?;
        let mut all = Vec::new();
        for entry in found {
            let [family, kind, protocol] =
                [entry.family, entry.kind, entry.protocol].map(|number| Owned::small_int(i64::from(number)));
            let name = Str::new(&entry.canonical).into_owned();
            all.push(
                Tuple::from_vec(vec![family, kind, protocol, name, entry.address.to_object()?]).into_owned(),
            );
        }
        Ok(List::from_vec(all).into_owned())
    }

    #[pyfunction(doc = "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr.")]
    fn getnameinfo(sockaddr: &Object, flags: i32) -> Result<(String, String)> {
        let Some(parts) = sockaddr.downcast::<Tuple>() else {
            return Err(type_error!("getnameinfo() argument 1 must be a tuple"));
        };
        let (2..=4, Some(host), Some(port)) = (parts.len(), parts.get(0), parts.get(1)) else {
            return Err(type_error!("getnameinfo(): illegal sockaddr argument"));
        };
        let Some(host) = host.downcast::<Str>() else {
            return Err(type_error!("getnameinfo(): illegal sockaddr argument"));
        };
        let number = |index: usize| -> Result<u32> {
            parts.get(index).map_or(Ok(0), |part| Ok(int::index_i64(part)? as u32))
        };
        let flow = number(2)?;
        if flow > 0xF_FFFF {
            return Err(overflow_error!("getnameinfo(): flowinfo must be 0-1048575."));
        }
        let service = CString::new(int::index_i64(port)?.to_string()).expect("digits have no zero byte");
        let found = names::look_up(
            Some(&c_string(host)?),
            Some(&service),
            libc::AF_UNSPEC,
            libc::SOCK_DGRAM,
            0,
            libc::AI_NUMERICHOST,
        )?;
        let [entry] = found.as_slice() else {
            return Err(os_text("sockaddr resolved to multiple addresses"));
        };
        if entry.family == libc::AF_INET && parts.len() != 2 {
            return Err(os_text("IPv4 sockaddr must be 2 tuple"));
        }
        let port = int::index_i64(port)? as u16;
        let address = address::with_port(entry.address, port, flow, number(3)?);
        names::name_info(&address, flags)
    }

    #[pyfunction(doc = "Convert a 16-bit unsigned integer from host to network byte order.")]
    fn htons(x: &Object) -> Result<i64> {
        Ok(i64::from((unsigned(x, 16)? as u16).to_be()))
    }

    #[pyfunction(doc = "Convert a 16-bit unsigned integer from network to host byte order.")]
    fn ntohs(x: &Object) -> Result<i64> {
        Ok(i64::from(u16::from_be(unsigned(x, 16)? as u16)))
    }

    #[pyfunction(
        doc = "htonl(integer) -> integer\n\nConvert a 32-bit integer from host to network byte order."
    )]
    fn htonl(x: &Object) -> Result<u32> {
        Ok(unsigned(x, 32)?.to_be())
    }

    #[pyfunction(
        doc = "ntohl(integer) -> integer\n\nConvert a 32-bit integer from network to host byte order."
    )]
    fn ntohl(x: &Object) -> Result<u32> {
        Ok(u32::from_be(unsigned(x, 32)?))
    }

    #[pyfunction(
        doc = "Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions."
    )]
    fn inet_aton(ip_addr: &Str) -> Result {
        let text = c_string(ip_addr)?;
        let mut number = 0;
        // SAFETY: the string ends with a zero byte; the target is a local.
        if unsafe { inet_aton_of_c(text.as_ptr(), &raw mut number) } == 0 {
            return Err(os_text("illegal IP address string passed to inet_aton"));
        }
        Ok(Bytes::new(&number.to_ne_bytes()).into_owned())
    }

    #[pyfunction(doc = "Convert an IP address from 32-bit packed binary format to string format.")]
    fn inet_ntoa(packed_ip: &Object) -> Result<String> {
        let bytes = buffer::acquire(packed_ip)?.to_vec();
        match <[u8; 4]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Ok(Ipv4Addr::from(bytes).to_string()),
            Err(_) => Err(os_text("packed IP wrong length")),
        }
    }

    #[pyfunction(
        doc = "inet_pton(af, ip) -> packed IP address string\n\nConvert an IP address from string format to a packed string suitable\nfor use with low-level network functions."
    )]
    fn inet_pton(af: i32, ip: &Str) -> Result {
        let text = ip.to_string_lossy();
        let illegal = || os_text("illegal IP address string passed to inet_pton");
        match af {
            libc::AF_INET => {
                Ok(Bytes::new(&text.parse::<Ipv4Addr>().map_err(|_| illegal())?.octets()).into_owned())
            }
            libc::AF_INET6 => {
                Ok(Bytes::new(&text.parse::<Ipv6Addr>().map_err(|_| illegal())?.octets()).into_owned())
            }
            _ => Err(exception::os_error(libc::EAFNOSUPPORT)),
        }
    }

    #[pyfunction(
        doc = "inet_ntop(af, packed_ip) -> string formatted IP address\n\nConvert a packed IP address of the given family to string format."
    )]
    fn inet_ntop(af: i32, packed_ip: &Object) -> Result<String> {
        let bytes = buffer::acquire(packed_ip)?.to_vec();
        let wrong = || value_error!("invalid length of packed IP address string");
        match af {
            libc::AF_INET => {
                let bytes: [u8; 4] = bytes.as_slice().try_into().map_err(|_| wrong())?;
                Ok(Ipv4Addr::from(bytes).to_string())
            }
            libc::AF_INET6 => {
                let bytes: [u8; 16] = bytes.as_slice().try_into().map_err(|_| wrong())?;
                let mut text = [0 as libc::c_char; 64];
                // SAFETY: 16 bytes are read, and at most as many written as there is room.
                unsafe {
                    inet_ntop_of_c(
                        af,
                        bytes.as_ptr().cast(),
                        text.as_mut_ptr(),
                        text.len() as libc::socklen_t,
                    );
                    Ok(CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned())
                }
            }
            _ => Err(value_error!("unknown address family {af}")),
        }
    }

    #[pyfunction(doc = "Returns the interface index corresponding to the interface name if_name.")]
    fn if_nametoindex(oname: &Object) -> Result<u32> {
        let name = names::host_argument(oname, "if_nametoindex() argument 1")?;
        // SAFETY: the name ends with a zero byte.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(exception::last_os_error()),
            index => Ok(index),
        }
    }

    #[pyfunction(doc = "Returns the interface name corresponding to the interface index if_index.")]
    fn if_indextoname(if_index: &Object) -> Result<String> {
        let if_index = unsigned(if_index, 32)?;
        let mut name = [0 as libc::c_char; libc::IF_NAMESIZE];
        // SAFETY: the buffer has the room that the call asks for.
        unsafe {
            if libc::if_indextoname(if_index, name.as_mut_ptr()).is_null() {
                return Err(exception::last_os_error());
            }
            Ok(CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned())
        }
    }

    #[pyfunction(
        doc = "if_nameindex()\n\nReturns a list of network interface information (index, name) tuples."
    )]
    fn if_nameindex() -> Result {
        let mut all = Vec::new();
        // SAFETY: the array ends with an entry of index 0, and is given back.
        unsafe {
            let first = libc::if_nameindex();
            if first.is_null() {
                return Err(exception::last_os_error());
            }
            let mut entry = first;
            while (*entry).if_index != 0 {
                let name = CStr::from_ptr((*entry).if_name).to_string_lossy().into_owned();
                let index = Owned::small_int(i64::from((*entry).if_index));
                all.push(Tuple::pair(index, Str::new(&name).into_owned()).into_owned());
                entry = entry.add(1);
            }
            libc::if_freenameindex(first);
        }
        Ok(List::from_vec(all).into_owned())
    }

    #[pyfunction(
        name = "CMSG_LEN",
        doc = "CMSG_LEN(length) -> control message length\n\nReturn the total length, without trailing padding, of an ancillary\ndata item with associated data of the given length."
    )]
    fn message_length(length: i64) -> Result<usize> {
        usize::try_from(length)
            .ok()
            .and_then(message::length_of)
            .ok_or_else(|| overflow_error!("CMSG_LEN() argument out of range"))
    }

    #[pyfunction(
        name = "CMSG_SPACE",
        doc = "CMSG_SPACE(length) -> buffer size\n\nReturn the buffer size needed for recvmsg() to receive an ancillary\ndata item with associated data of the given length, along with any\ntrailing padding."
    )]
    fn message_space(length: i64) -> Result<usize> {
        usize::try_from(length)
            .ok()
            .and_then(message::space_of)
            .ok_or_else(|| overflow_error!("CMSG_SPACE() argument out of range"))
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, constants::NUMBERS)
    }
}

unsafe extern "C" {
    #[link_name = "inet_aton"]
    fn inet_aton_of_c(text: *const libc::c_char, number: *mut u32) -> libc::c_int;
    #[link_name = "inet_ntop"]
    fn inet_ntop_of_c(
        family: libc::c_int,
        source: *const libc::c_void,
        target: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
}

/// The types of the module.
pub const TYPES: &[pyrsc_core::spec::BuiltinType] =
    &[pyrsc_core::spec::BuiltinType { ty: &object::SOCKET, methods: &[&object::METHODS] }];

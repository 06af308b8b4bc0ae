//! Names of hosts, services and protocols.

use std::ffi::{CStr, CString};
use std::net::Ipv4Addr;

use pyrsc_core::exception::{self, OSError};
use pyrsc_core::gil;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{int, type_error};

use super::address::{self, Address};
use crate::exception_class::ExceptionClass;

/// `socket.gaierror`
pub static ADDRESS_ERROR: ExceptionClass =
    ExceptionClass::new("socket", "gaierror", || Ok(OSError::type_object().to_owned()));
/// `socket.herror`
pub static HOST_ERROR: ExceptionClass =
    ExceptionClass::new("socket", "herror", || Ok(OSError::type_object().to_owned()));

/// Raises `socket.gaierror`.
pub fn address_error(code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return exception::last_os_error();
    }
    // SAFETY: the text is a constant of the C library.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    ADDRESS_ERROR.raise_with(&[int::from_i64(i64::from(code)), Str::new(&text).into_owned()])
}

/// One result of `getaddrinfo`.
pub struct Found {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical: String,
    pub address: Address,
}

/// `getaddrinfo(3)`, without the GIL.
pub fn look_up(
    host: Option<&CStr>,
    service: Option<&CStr>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> Result<Vec<Found>> {
    // SAFETY: plain numbers and null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = family;
    hints.ai_socktype = kind;
    hints.ai_protocol = protocol;
    hints.ai_flags = flags;
    let mut first: *mut libc::addrinfo = std::ptr::null_mut();
    let code = gil::without(|| {
        let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
        // SAFETY: the strings end with a zero byte; the results are read below and given back.
        unsafe { libc::getaddrinfo(pointer(host), pointer(service), &raw const hints, &raw mut first) }
    });
    if code != 0 {
        return Err(address_error(code));
    }
    let mut all = Vec::new();
    let mut entry = first;
    while !entry.is_null() {
        // SAFETY: the list is valid until it is given back.
        unsafe {
            let info = &*entry;
            let canonical = if info.ai_canonname.is_null() {
                String::new()
            } else {
                CStr::from_ptr(info.ai_canonname).to_string_lossy().into_owned()
            };
            all.push(Found {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                canonical,
                address: Address::read(info.ai_addr, info.ai_addrlen),
            });
            entry = info.ai_next;
        }
    }
    // SAFETY: what `getaddrinfo` made.
    unsafe { libc::freeaddrinfo(first) };
    Ok(all)
}

/// The address of a host, of a family (0: any): the empty name is any interface's address.
pub fn resolve(host: &CStr, family: i32) -> Result<Address> {
    let bytes = host.to_bytes();
    if bytes.is_empty() {
        let found = look_up(None, Some(c"0"), family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE)?;
        if found.len() > 1 {
            return Err(pyrsc_core::raise!(OSError, "wildcard resolved to multiple address"));
        }
        return found.first().map(|found| found.address).ok_or_else(|| address_error(libc::EAI_NONAME));
    }
    if bytes == b"<broadcast>" || bytes == b"255.255.255.255" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(pyrsc_core::raise!(OSError, "address family mismatched"));
        }
        return Ok(address::v4(Ipv4Addr::BROADCAST));
    }
    if let Some(found) = std::str::from_utf8(bytes).ok().and_then(|text| address::numeric(text, family)) {
        return Ok(found);
    }
    let found = look_up(Some(host), None, family, 0, 0, 0)?;
    found.first().map(|found| found.address).ok_or_else(|| address_error(libc::EAI_NONAME))
}

/// `getnameinfo(3)`: host and service.
pub fn name_info(address: &Address, flags: i32) -> Result<(String, String)> {
    let mut host = [0 as libc::c_char; libc::NI_MAXHOST as usize];
    let mut service = [0 as libc::c_char; 32];
    let (host_pointer, service_pointer) = (host.as_mut_ptr() as usize, service.as_mut_ptr() as usize);
    let (host_size, service_size) = (host.len() as libc::socklen_t, service.len() as libc::socklen_t);
    let code = gil::without(|| {
        // SAFETY: the buffers are locals with these lengths.
        unsafe {
            libc::getnameinfo(
                address.pointer(),
                address.length(),
                host_pointer as *mut libc::c_char,
                host_size,
                service_pointer as *mut libc::c_char,
                service_size,
                flags,
            )
        }
    });
    if code != 0 {
        return Err(address_error(code));
    }
    // SAFETY: the call ended both with a zero byte.
    let text =
        |buffer: &[libc::c_char]| unsafe { CStr::from_ptr(buffer.as_ptr()) }.to_string_lossy().into_owned();
    Ok((text(&host), text(&service)))
}

/// The host of an address in numbers.
pub fn numeric_host(address: &Address) -> Result<String> {
    Ok(name_info(address, libc::NI_NUMERICHOST | libc::NI_NUMERICSERV)?.0)
}

/// A host's argument as the C library takes it.
pub fn host_argument(host: &Object, what: &str) -> Result<CString> {
    CString::new(address::host_name(host, what)?)
        .map_err(|_| type_error!("host name must not contain null character"))
}

/// The error of a failed look-up of a host.
fn host_error(code: i32) -> Raised {
    let text = match code {
        1 => "Unknown host",
        2 => "Host name lookup failure",
        3 => "Unknown server error",
        4 => "No address associated with name",
        _ => "host not found",
    };
    HOST_ERROR.raise_with(&[int::from_i64(i64::from(code)), Str::new(text).into_owned()])
}

/// `(name, aliases, addresses)` of a host, from the resolver.
pub fn host_entry(name: &str, aliases: Vec<Owned>, addresses: Vec<Owned>) -> Owned {
    Tuple::from_vec(vec![
        Str::new(name).into_owned(),
        List::from_vec(aliases).into_owned(),
        List::from_vec(addresses).into_owned(),
    ])
    .into_owned()
}

/// `gethostbyname_ex`
pub fn by_name(host: &CStr) -> Result {
    let canonical = libc::AI_CANONNAME;
    let found = look_up(Some(host), None, libc::AF_INET, libc::SOCK_STREAM, 0, canonical)?;
    let name = found.first().map(|first| first.canonical.clone()).unwrap_or_default();
    let mut addresses = Vec::new();
    let mut aliases = Vec::new();
    for entry in &found {
        addresses.push(Str::new(&numeric_host(&entry.address)?).into_owned());
    }
    let asked = host.to_string_lossy();
    if asked != name && address::numeric(&asked, libc::AF_INET).is_none() {
        aliases.push(Str::new(&asked).into_owned());
    }
    Ok(host_entry(&name, aliases, addresses))
}

/// `gethostbyaddr`
pub fn by_address(host: &CStr) -> Result {
    let address = resolve(host, libc::AF_UNSPEC)?;
    match name_info(&address, libc::NI_NAMEREQD) {
        Ok((name, _)) => {
            let number = Str::new(&numeric_host(&address)?).into_owned();
            Ok(host_entry(&name, Vec::new(), vec![number]))
        }
        Err(_) => {
            exception::clear();
            Err(host_error(1))
        }
    }
}

/// The port of a service.
pub fn service_port(name: &CStr, protocol: Option<&CStr>) -> Result<i64> {
    // SAFETY: the strings end with a zero byte; the GIL is held while the result is read.
    let port = unsafe {
        let entry = libc::getservbyname(name.as_ptr(), protocol.map_or(std::ptr::null(), CStr::as_ptr));
        if entry.is_null() { None } else { Some(u16::from_be((*entry).s_port as u16)) }
    };
    match port {
        Some(port) => Ok(i64::from(port)),
        None => Err(pyrsc_core::raise!(OSError, "service/proto not found")),
    }
}

unsafe extern "C" {
    fn getservbyport(port: libc::c_int, protocol: *const libc::c_char) -> *mut libc::servent;
}

/// The service of a port.
pub fn port_service(port: u16, protocol: Option<&CStr>) -> Result<String> {
    // SAFETY: the string ends with a zero byte; the GIL is held while the result is read.
    let name = unsafe {
        let entry = getservbyport(i32::from(port.to_be()), protocol.map_or(std::ptr::null(), CStr::as_ptr));
        if entry.is_null() {
            None
        } else {
            Some(CStr::from_ptr((*entry).s_name).to_string_lossy().into_owned())
        }
    };
    name.ok_or_else(|| pyrsc_core::raise!(OSError, "port/proto not found"))
}

/// The number of a protocol.
pub fn protocol_number(name: &CStr) -> Result<i64> {
    // SAFETY: the string ends with a zero byte; the GIL is held while the result is read.
    let number = unsafe {
        let entry = libc::getprotobyname(name.as_ptr());
        if entry.is_null() { None } else { Some((*entry).p_proto) }
    };
    number.map(i64::from).ok_or_else(|| pyrsc_core::raise!(OSError, "protocol not found"))
}

//! Addresses of sockets: as Python has them and as the kernel does.

use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};

use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{buffer, exception, int, overflow_error, type_error};

use crate::path_argument;

use super::names;

/// An address as the kernel has it.
#[derive(Clone, Copy)]
pub struct Address {
    storage: libc::sockaddr_storage,
    length: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn room() -> Address {
        // SAFETY: plain bytes.
        let storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
        Address { storage, length: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    fn of<T: Copy>(contents: T, length: usize) -> Address {
        let mut address = Address::room();
        assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>());
        // SAFETY: the storage is large enough for every kind of address.
        unsafe { std::ptr::from_mut(&mut address.storage).cast::<T>().write(contents) };
        address.length = length as libc::socklen_t;
        address
    }

    /// The address that a pointer of the C library's points to.
    ///
    /// # Safety
    /// So many bytes can be read.
    pub unsafe fn read(pointer: *const libc::sockaddr, length: libc::socklen_t) -> Address {
        let mut address = Address::room();
        let length = (length as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: the caller's promise; the storage is that large.
        unsafe {
            std::ptr::copy_nonoverlapping(
                pointer.cast::<u8>(),
                std::ptr::from_mut(&mut address.storage).cast::<u8>(),
                length,
            );
        }
        address.length = length as libc::socklen_t;
        address
    }

    pub fn pointer(&self) -> *const libc::sockaddr {
        std::ptr::from_ref(&self.storage).cast()
    }

    pub fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        std::ptr::from_mut(&mut self.storage).cast()
    }

    pub fn length(&self) -> libc::socklen_t {
        self.length
    }

    pub fn length_mut(&mut self) -> *mut libc::socklen_t {
        &raw mut self.length
    }

    pub fn family(&self) -> i32 {
        i32::from(self.storage.ss_family)
    }

    /// The bytes after the family.
    fn bytes(&self) -> &[u8] {
        let length = (self.length as usize).min(size_of::<libc::sockaddr_storage>());
        // SAFETY: the storage is that large, and plain bytes.
        unsafe { std::slice::from_raw_parts(self.pointer().cast::<u8>(), length) }
    }

    fn as_v4(&self) -> libc::sockaddr_in {
        // SAFETY: the storage is large enough for every kind of address; any bytes are one.
        unsafe { *self.pointer().cast() }
    }

    fn as_v6(&self) -> libc::sockaddr_in6 {
        // SAFETY: as above.
        unsafe { *self.pointer().cast() }
    }

    /// The address as Python has it; None where there is none.
    pub fn to_object(self) -> Result {
        if self.length == 0 {
            return Ok(Owned::none());
        }
        match self.family() {
            libc::AF_INET => {
                let address = self.as_v4();
                let host = Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).to_string();
                let port = i64::from(u16::from_be(address.sin_port));
                Ok(Tuple::pair(Str::new(&host).into_owned(), Owned::small_int(port)).into_owned())
            }
            libc::AF_INET6 => {
                let address = self.as_v6();
                let mut host = names::numeric_host(&self)?;
                if let Some(zone) = host.find('%') {
                    host.truncate(zone);
                }
                Ok(Tuple::from_vec(vec![
                    Str::new(&host).into_owned(),
                    Owned::small_int(i64::from(u16::from_be(address.sin6_port))),
                    Owned::small_int(i64::from(u32::from_be(address.sin6_flowinfo))),
                    Owned::small_int(i64::from(address.sin6_scope_id)),
                ])
                .into_owned())
            }
            libc::AF_UNIX => {
                let path = self.bytes().get(2..).unwrap_or_default();
                // A name in the abstract namespace starts with a zero byte and may have more.
                if path.first() == Some(&0) {
                    return Ok(Bytes::new(path).into_owned());
                }
                let end = path.iter().position(|&byte| byte == 0).unwrap_or(path.len());
                Ok(path_argument::decode(&path[..end]).into_owned())
            }
            libc::AF_NETLINK => {
                // SAFETY: as above.
                let address: libc::sockaddr_nl = unsafe { *self.pointer().cast() };
                let numbers =
                    [address.nl_pid, address.nl_groups].map(|number| int::from_i64(i64::from(number)));
                Ok(Tuple::from_vec(numbers.into()).into_owned())
            }
            family => {
                let rest = Bytes::new(self.bytes().get(2..).unwrap_or_default());
                Ok(Tuple::pair(Owned::small_int(i64::from(family)), rest.into_owned()).into_owned())
            }
        }
    }
}

/// A host's name as the C library takes it: ASCII as it is, other text by the codec `idna`.
pub fn host_name(host: &Object, what: &str) -> Result<Vec<u8>> {
    if let Some(text) = host.downcast::<Str>() {
        if text.is_ascii() {
            return Ok(text.to_string_lossy().into_owned().into_bytes());
        }
        let encoding = pyrsc_core::str::intern("idna");
        let encoded = pyrsc_core::operations::call_method(host, "encode", &[encoding.object()])?;
        return Ok(buffer::acquire(&encoded)?.to_vec());
    }
    if host.is_instance_of::<Bytes>() || host.is_instance_of::<ByteArray>() {
        return Ok(buffer::acquire(host)?.to_vec());
    }
    Err(type_error!("{what} must be str, bytes or bytearray, not {}", name_of(host)))
}

fn c_host(host: &Object) -> Result<CString> {
    let bytes = host_name(host, "str, bytes or bytearray expected, not").map_err(|raised| {
        if !exception::matches(<exception::TypeError as pyrsc_core::type_object::Class>::type_object()) {
            return raised;
        }
        exception::clear();
        type_error!("str, bytes or bytearray expected, not {}", name_of(host))
    })?;
    CString::new(bytes).map_err(|_| type_error!("host name must not contain null character"))
}

/// A port; `what` is the method's name.
fn port(object: &Object, what: &str) -> Result<u16> {
    if !pyrsc_core::slice::has_index(object) {
        return Err(type_error!("'{}' object cannot be interpreted as an integer", name_of(object)));
    }
    let number = int::index(object)?;
    int::to_i64(&number)
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| overflow_error!("{what}(): port must be 0-65535."))
}

fn small(object: Option<&Object>) -> Result<u32> {
    match object {
        None => Ok(0),
        Some(object) => u32::try_from(int::index_i64(object)?)
            .map_err(|_| overflow_error!("can't convert negative value to unsigned int")),
    }
}

/// The address that an object says; `what` is the method's name.
pub fn parse(family: i32, object: &Object, what: &str) -> Result<Address> {
    match family {
        libc::AF_INET => {
            let Some(parts) = object.downcast::<Tuple>() else {
                return Err(type_error!("{what}(): AF_INET address must be tuple, not {}", name_of(object)));
            };
            let (2, Some(host), Some(number)) = (parts.len(), parts.get(0), parts.get(1)) else {
                return Err(type_error!("{what}(): AF_INET address must be a pair (host, port)"));
            };
            let host = names::resolve(&c_host(host)?, libc::AF_INET)?;
            let mut address = host.as_v4();
            address.sin_port = port(number, what)?.to_be();
            Ok(Address::of(address, size_of::<libc::sockaddr_in>()))
        }
        libc::AF_INET6 => {
            let Some(parts) = object.downcast::<Tuple>() else {
                return Err(type_error!("{what}(): AF_INET6 address must be tuple, not {}", name_of(object)));
            };
            let (2..=4, Some(host), Some(number)) = (parts.len(), parts.get(0), parts.get(1)) else {
                return Err(type_error!(
                    "{what}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
                ));
            };
            let host = names::resolve(&c_host(host)?, libc::AF_INET6)?;
            let port = port(number, what)?;
            let flow = small(parts.get(2))?;
            if flow > 0xF_FFFF {
                return Err(overflow_error!("{what}(): flowinfo must be 0-1048575."));
            }
            let mut address = host.as_v6();
            address.sin6_port = port.to_be();
            address.sin6_flowinfo = flow.to_be();
            if parts.len() == 4 {
                address.sin6_scope_id = small(parts.get(3))?;
            }
            Ok(Address::of(address, size_of::<libc::sockaddr_in6>()))
        }
        libc::AF_UNIX => {
            let path = match object.downcast::<Str>() {
                Some(text) => path_argument::encode(text)?,
                None => buffer::acquire(object)?.to_vec(),
            };
            // SAFETY: plain bytes.
            let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
            address.sun_family = libc::AF_UNIX as libc::sa_family_t;
            let is_abstract = path.first() == Some(&0);
            let room = address.sun_path.len();
            if path.len() > room || (!is_abstract && path.len() >= room) {
                return Err(pyrsc_core::raise!(exception::OSError, "AF_UNIX path too long"));
            }
            for (place, byte) in address.sun_path.iter_mut().zip(&path) {
                *place = *byte as libc::c_char;
            }
            let end = if is_abstract || path.is_empty() { path.len() } else { path.len() + 1 };
            Ok(Address::of(address, 2 + end))
        }
        libc::AF_NETLINK => {
            let parts = object.downcast::<Tuple>().filter(|parts| parts.len() == 2);
            let Some(parts) = parts else {
                return Err(type_error!("{what}(): AF_NETLINK address must be a pair (pid, groups)"));
            };
            // SAFETY: plain bytes.
            let mut address: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
            address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            address.nl_pid = small(parts.get(0))?;
            address.nl_groups = small(parts.get(1))?;
            Ok(Address::of(address, size_of::<libc::sockaddr_nl>()))
        }
        _ => Err(pyrsc_core::raise!(exception::OSError, "{what}(): bad family")),
    }
}

/// An IPv4 or IPv6 address in text, as an address of a family; `None` for anything else.
pub fn numeric(text: &str, family: i32) -> Option<Address> {
    if family != libc::AF_INET6
        && let Ok(number) = text.parse::<Ipv4Addr>()
    {
        return Some(v4(number));
    }
    if family != libc::AF_INET
        && let Ok(number) = text.parse::<Ipv6Addr>()
    {
        // SAFETY: plain bytes.
        let mut address: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
        address.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        address.sin6_addr.s6_addr = number.octets();
        return Some(Address::of(address, size_of::<libc::sockaddr_in6>()));
    }
    None
}

/// An address of IPv4.
pub fn v4(number: Ipv4Addr) -> Address {
    // SAFETY: plain bytes.
    let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    address.sin_family = libc::AF_INET as libc::sa_family_t;
    address.sin_addr.s_addr = u32::from(number).to_be();
    Address::of(address, size_of::<libc::sockaddr_in>())
}

/// An address of IPv6 with its scope, for `getnameinfo`.
pub fn with_port(mut address: Address, port: u16, flow: u32, scope: u32) -> Address {
    match address.family() {
        libc::AF_INET => {
            let mut contents = address.as_v4();
            contents.sin_port = port.to_be();
            address = Address::of(contents, size_of::<libc::sockaddr_in>());
        }
        libc::AF_INET6 => {
            let mut contents = address.as_v6();
            contents.sin6_port = port.to_be();
            contents.sin6_flowinfo = flow.to_be();
            contents.sin6_scope_id = scope;
            address = Address::of(contents, size_of::<libc::sockaddr_in6>());
        }
        _ => {}
    }
    address
}

//! `select`: waiting for files to become ready.
//!
//! [`poll`] has the objects of `poll()`, [`epoll`] those of `epoll`.

pub mod epoll;
pub mod poll;

use std::time::Duration;

use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::type_object::Class;
use pyrsc_core::{exception, gil, iteration, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::deadline::{Deadline, duration};
use crate::io::system;
use crate::libc_numbers;
use crate::numbers::descriptor_of;

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    EPOLLERR EPOLLET EPOLLEXCLUSIVE EPOLLHUP EPOLLIN EPOLLMSG EPOLLONESHOT EPOLLOUT EPOLLPRI EPOLLRDBAND EPOLLRDHUP
    EPOLLRDNORM EPOLLWAKEUP EPOLLWRBAND EPOLLWRNORM EPOLL_CLOEXEC PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL POLLOUT
    POLLPRI POLLRDBAND POLLRDHUP POLLRDNORM POLLWRBAND POLLWRNORM
};

/// One of the three sets of `select`: the objects with their descriptors, and the bits.
struct Set {
    members: Vec<(Owned, i32)>,
    bits: libc::fd_set,
}

impl Set {
    fn new(objects: &Object) -> Result<Set> {
        let mut members = Vec::new();
        for object in iteration::collect(objects)? {
            let descriptor = descriptor_of(&object)?;
            if descriptor as usize >= libc::FD_SETSIZE {
                return Err(value_error!("filedescriptor out of range in select()"));
            }
            members.push((object, descriptor));
        }
        let mut set = Set {
            members,
            // SAFETY: plain bits.
            bits: unsafe { std::mem::zeroed() },
        };
        set.fill();
        Ok(set)
    }

    fn fill(&mut self) {
        // SAFETY: the descriptors were checked to be within the set.
        unsafe {
            libc::FD_ZERO(&raw mut self.bits);
            for (_, descriptor) in &self.members {
                libc::FD_SET(*descriptor, &raw mut self.bits);
            }
        }
    }

    fn highest(&self) -> i32 {
        self.members.iter().map(|(_, descriptor)| *descriptor).max().unwrap_or(-1)
    }

    fn ready(&self) -> Owned {
        // SAFETY: as above.
        let is_ready = |descriptor: i32| unsafe { libc::FD_ISSET(descriptor, &raw const self.bits) };
        let ready = self.members.iter().filter(|(_, descriptor)| is_ready(*descriptor));
        List::from_vec(ready.map(|(object, _)| object.clone()).collect()).into_owned()
    }
}

#[pymodule(
    name = "select",
    doc = "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    types(epoll::EPOLL)
)]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Owned {
        exception::OSError::type_object().to_owned()
    }

    #[pyfunction(
        name = "select",
        signature = "(rlist, wlist, xlist, timeout=None, /)",
        doc = "Wait until one or more file descriptors are ready for some kind of I/O.\n\nThe first three arguments are iterables of file descriptors to be waited for:\nrlist -- wait until ready for reading\nwlist -- wait until ready for writing\nxlist -- wait for an \"exceptional condition\"\nIf only one kind of condition is required, pass [] for the other lists.\n\nA file descriptor is either a socket or file object, or a small integer\ngotten from a fileno() method call on one of those."
    )]
    fn select_sets(rlist: &Object, wlist: &Object, xlist: &Object, timeout: Option<&Object>) -> Result {
        let time = match timeout.filter(|timeout| !timeout.is_none()) {
            None => None,
            Some(timeout) => {
                match duration(timeout, Duration::from_secs(1), "timeout must be a float or None")? {
                    Ok(time) => Some(time),
                    Err(()) => return Err(value_error!("timeout must be non-negative")),
                }
            }
        };
        let mut sets = [Set::new(rlist)?, Set::new(wlist)?, Set::new(xlist)?];
        let count = sets.iter().map(Set::highest).max().unwrap_or(-1) + 1;
        let deadline = Deadline::after(time);
        loop {
            let left = deadline.left().map(|left| libc::timeval {
                tv_sec: left.as_secs() as libc::time_t,
                tv_usec: libc::suseconds_t::from(left.subsec_micros()),
            });
            let [read, write, exceptional] = &mut sets;
            let addresses =
                [&mut read.bits, &mut write.bits, &mut exceptional.bits].map(|bits| bits as *mut _ as usize);
            let result = system::once(|| {
                let mut left = left;
                let time = left.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
                let [read, write, exceptional] = addresses.map(|address| address as *mut libc::fd_set);
                // SAFETY: the sets and the time are locals of this call.
                unsafe { libc::select(count, read, write, exceptional, time) as isize }
            });
            match result {
                Ok(_) => break,
                Err(libc::EINTR) => {
                    gil::check_signals()?;
                    if deadline.is_over() {
                        // SAFETY: the sets' own bits.
                        sets.iter_mut().for_each(|set| unsafe { libc::FD_ZERO(&raw mut set.bits) });
                        break;
                    }
                    sets.iter_mut().for_each(Set::fill);
                }
                Err(error) => return Err(exception::os_error(error)),
            }
        }
        let [read, write, exceptional] = &sets;
        Ok(pyrsc_core::tuple::Tuple::from_vec(vec![read.ready(), write.ready(), exceptional.ready()])
            .into_owned())
    }

    #[pyfunction(
        name = "poll",
        doc = "Returns a polling object.\n\nThis object supports registering and unregistering file descriptors, and then\npolling them for I/O events."
    )]
    fn new_poll() -> Ref<poll::Poll> {
        poll::Poll::new()
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)
    }
}

/// The types of the module.
pub const TYPES: &[pyrsc_core::spec::BuiltinType] = &[
    pyrsc_core::spec::BuiltinType { ty: &poll::POLL, methods: &[&poll::METHODS] },
    pyrsc_core::spec::BuiltinType { ty: &epoll::EPOLL, methods: &[&epoll::METHODS] },
];

/// A timeout in units, where None and negative numbers mean for ever.
fn endless(timeout: Option<&Object>, unit: Duration, text: &str) -> Result<Deadline> {
    match timeout.filter(|timeout| !timeout.is_none()) {
        None => Ok(Deadline::after(None)),
        Some(timeout) => Ok(Deadline::after(duration(timeout, unit, text)?.ok())),
    }
}

/// An event mask that fits so many bits.
fn mask(object: &Object, bits: u32) -> Result<u32> {
    use pyrsc_core::int;
    if !pyrsc_core::slice::has_index(object) {
        return Err(type_error!(
            "'{}' object cannot be interpreted as an integer",
            pyrsc_core::type_object::name_of(object)
        ));
    }
    let number = int::index(object)?;
    if int::View::of(&number).is_some_and(|number| number.is_negative()) {
        return Err(value_error!("value must be positive"));
    }
    match int::to_u64(&number) {
        Some(number) if number < 1 << bits => Ok(number as u32),
        _ if bits == 16 => Err(pyrsc_core::overflow_error!("Python int too large for C unsigned short")),
        _ => Err(pyrsc_core::overflow_error!("Python int too large for C unsigned int")),
    }
}

//! `select.poll()`.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use pyrsc_abi::Header;
use pyrsc_core::collector::Plain;
use pyrsc_core::exception::{self, KeyError};
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{gil, int, runtime_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::io::system;
use crate::numbers::descriptor_of;

/// A set of descriptors and what is waited for.
#[pyclass(name = "poll", module = "select", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Poll {
    header: Header,
    /// In the order in which they were registered first.
    files: RefCell<Plain<Vec<(i32, u16)>>>,
    running: Cell<bool>,
}

impl Poll {
    pub fn new() -> Ref<Poll> {
        memory::allocate(
            Poll::type_object(),
            Poll { header: Header::unset(), files: RefCell::default(), running: Cell::new(false) },
        )
    }
}

const EVERYTHING: u32 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u32;

#[pymethods(Poll)]
mod methods {
    use super::*;

    #[pymethod(
        signature = "(self, fd, eventmask=7, /)",
        doc = "Register a file descriptor with the polling object."
    )]
    fn register(this: &Poll, fd: &Object, eventmask: Option<&Object>) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        let events = eventmask.map_or(Ok(EVERYTHING), |mask| super::super::mask(mask, 16))? as u16;
        let mut files = this.files.borrow_mut();
        match files.0.iter_mut().find(|(known, _)| *known == descriptor) {
            Some((_, known)) => *known = events,
            None => files.0.push((descriptor, events)),
        }
        Ok(())
    }

    #[pymethod(doc = "Modify an already registered file descriptor.")]
    fn modify(this: &Poll, fd: &Object, eventmask: &Object) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        let events = super::super::mask(eventmask, 16)? as u16;
        match this.files.borrow_mut().0.iter_mut().find(|(known, _)| *known == descriptor) {
            Some((_, known)) => *known = events,
            None => return Err(exception::os_error(libc::ENOENT)),
        }
        Ok(())
    }

    #[pymethod(doc = "Remove a file descriptor being tracked by the polling object.")]
    fn unregister(this: &Poll, fd: &Object) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        let mut files = this.files.borrow_mut();
        match files.0.iter().position(|(known, _)| *known == descriptor) {
            Some(index) => drop(files.0.remove(index)),
            None => {
                return Err(exception::raise_with(
                    KeyError::type_object(),
                    int::from_i64(i64::from(descriptor)),
                ));
            }
        }
        Ok(())
    }

    #[pymethod(
        signature = "(self, timeout=None, /)",
        doc = "Polls the set of registered file descriptors.\n\n  timeout\n    The maximum time to wait in milliseconds, or else None (or a negative\n    value) to wait indefinitely.\n\nReturns a list containing any descriptors that have events or errors to\nreport, as a list of (fd, event) 2-tuples."
    )]
    fn poll(this: &Poll, timeout: Option<&Object>) -> Result {
        let deadline =
            super::super::endless(timeout, Duration::from_millis(1), "timeout must be an integer or None")?;
        if this.running.replace(true) {
            return Err(runtime_error!("concurrent poll() invocation"));
        }
        let mut files: Vec<libc::pollfd> = this
            .files
            .borrow()
            .0
            .iter()
            .map(|&(fd, events)| libc::pollfd { fd, events: events as i16, revents: 0 })
            .collect();
        let result = loop {
            let (address, count) = (files.as_mut_ptr() as usize, files.len());
            let time = deadline.milliseconds();
            // SAFETY: the array is this call's.
            let result = system::once(|| unsafe {
                libc::poll(address as *mut libc::pollfd, count as libc::nfds_t, time) as isize
            });
            match result {
                Ok(_) => break Ok(()),
                Err(libc::EINTR) => {
                    if let Err(raised) = gil::check_signals() {
                        break Err(raised);
                    }
                    if deadline.is_over() {
                        files.iter_mut().for_each(|file| file.revents = 0);
                        break Ok(());
                    }
                }
                Err(error) => break Err(exception::os_error(error)),
            }
        };
        this.running.set(false);
        result?;
        let ready = files.iter().filter(|file| file.revents != 0);
        let pairs = ready.map(|file| {
            let events = Owned::small_int(i64::from(file.revents as u16));
            Tuple::pair(Owned::small_int(i64::from(file.fd)), events).into_owned()
        });
        Ok(List::from_vec(pairs.collect()).into_owned())
    }
}

//! `select.epoll`.

use std::cell::Cell;
use std::time::Duration;

use pyrsc_abi::Header;
use pyrsc_core::collector::Plain;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{exception, gil, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::io::system;
use crate::numbers::descriptor_of;

/// A descriptor that is closed with its object; -1: closed already.
pub struct Descriptor(pub Cell<i32>);

impl Drop for Descriptor {
    fn drop(&mut self) {
        let descriptor = self.0.replace(-1);
        if descriptor >= 0 {
            // SAFETY: the descriptor is this object's own.
            unsafe { libc::close(descriptor) };
        }
    }
}

/// An epoll set of the kernel.
#[pyclass(
    name = "epoll",
    module = "select",
    doc = "Returns an epolling object.\n\n  sizehint\n    The expected number of events to be registered.  It must be positive,\n    or -1 to use the default.  It is only used on older systems where\n    epoll_create1() is not available; otherwise it has no effect (though its\n    value is still checked).\n  flags\n    Deprecated and completely ignored.  However, when supplied, its value\n    must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised."
)]
#[repr(C)]
pub struct Epoll {
    header: Header,
    descriptor: Plain<Descriptor>,
}

impl Epoll {
    fn of(class: &TypeObject, descriptor: i32) -> Ref<Epoll> {
        let descriptor = Plain(Descriptor(Cell::new(descriptor)));
        memory::allocate(class, Epoll { header: Header::unset(), descriptor })
    }

    fn descriptor(&self) -> Result<i32> {
        match self.descriptor.0.0.get() {
            -1 => Err(value_error!("I/O operation on closed epoll object")),
            descriptor => Ok(descriptor),
        }
    }

    fn control(&self, operation: i32, file: &Object, events: u32) -> Result<()> {
        let own = self.descriptor()?;
        let descriptor = descriptor_of(file)?;
        let mut event = libc::epoll_event { events, u64: descriptor as u64 };
        // SAFETY: the event is a local.
        if unsafe { libc::epoll_ctl(own, operation, descriptor, &raw mut event) } < 0 {
            return Err(exception::last_os_error());
        }
        Ok(())
    }
}

const EVERYTHING: u32 = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;

#[pymethods(Epoll)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, sizehint=-1, flags=0)")]
    fn new(class: &TypeObject, sizehint: Option<i32>, flags: Option<i32>) -> Result {
        let hint = sizehint.unwrap_or(-1);
        if hint != -1 && hint <= 0 {
            return Err(value_error!("sizehint must be positive or -1"));
        }
        if flags.unwrap_or(0) & !libc::EPOLL_CLOEXEC != 0 {
            return Err(exception::os_error(libc::EINVAL));
        }
        // SAFETY: no memory is passed.
        let descriptor = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if descriptor < 0 {
            return Err(exception::last_os_error());
        }
        Ok(Epoll::of(class, descriptor).into_owned())
    }

    #[classmethod(doc = "Create an epoll object from a given control fd.")]
    fn fromfd(class: &TypeObject, fd: i32) -> Result {
        Ok(Epoll::of(class, fd).into_owned())
    }

    #[pymethod(
        doc = "Close the epoll control file descriptor.\n\nFurther operations on the epoll object will raise an exception."
    )]
    fn close(this: &Epoll) -> Result<()> {
        let descriptor = this.descriptor.0.0.replace(-1);
        // SAFETY: the descriptor is this object's own.
        if descriptor >= 0 && unsafe { libc::close(descriptor) } < 0 {
            return Err(exception::last_os_error());
        }
        Ok(())
    }

    #[getter]
    fn closed(this: &Epoll) -> bool {
        this.descriptor.0.0.get() < 0
    }

    #[pymethod(doc = "Return the epoll control file descriptor.")]
    fn fileno(this: &Epoll) -> Result<i32> {
        this.descriptor()
    }

    #[pymethod(
        signature = "(self, fd, eventmask=7)",
        doc = "Registers a new fd or raises an OSError if the fd is already registered."
    )]
    fn register(this: &Epoll, fd: &Object, eventmask: Option<&Object>) -> Result<()> {
        let events = eventmask.map_or(Ok(EVERYTHING), |mask| super::super::mask(mask, 32))?;
        this.control(libc::EPOLL_CTL_ADD, fd, events)
    }

    #[pymethod(
        signature = "(self, fd, eventmask)",
        doc = "Modify event mask for a registered file descriptor."
    )]
    fn modify(this: &Epoll, fd: &Object, eventmask: &Object) -> Result<()> {
        this.control(libc::EPOLL_CTL_MOD, fd, super::super::mask(eventmask, 32)?)
    }

    #[pymethod(signature = "(self, fd)", doc = "Remove a registered file descriptor from the epoll object.")]
    fn unregister(this: &Epoll, fd: &Object) -> Result<()> {
        this.control(libc::EPOLL_CTL_DEL, fd, 0)
    }

    #[pymethod(
        signature = "(self, timeout=None, maxevents=-1)",
        doc = "Wait for events on the epoll file descriptor.\n\n  timeout\n    the maximum time to wait in seconds (as float);\n    a timeout of None or -1 makes poll wait indefinitely\n  maxevents\n    the maximum number of events returned; -1 means no limit\n\nReturns a list containing any descriptors that have events to report,\nas a list of (fd, events) 2-tuples."
    )]
    fn poll(this: &Epoll, timeout: Option<&Object>, maxevents: Option<i32>) -> Result {
        let own = this.descriptor()?;
        let deadline =
            super::super::endless(timeout, Duration::from_secs(1), "timeout must be an integer or None")?;
        let most = match maxevents.unwrap_or(-1) {
            -1 => libc::FD_SETSIZE as i32 - 1,
            most if most < 1 => {
                return Err(value_error!("maxevents must be greater than 0, got {most}"));
            }
            most => most,
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
        let count = loop {
            let address = events.as_mut_ptr() as usize;
            let time = deadline.milliseconds();
            // SAFETY: the array is this call's and as long.
            let result = system::once(|| unsafe {
                libc::epoll_wait(own, address as *mut libc::epoll_event, most, time) as isize
            });
            match result {
                Ok(count) => break count,
                Err(libc::EINTR) => {
                    gil::check_signals()?;
                    if deadline.is_over() {
                        break 0;
                    }
                }
                Err(error) => return Err(exception::os_error(error)),
            }
        };
        let pairs = events[..count].iter().map(|event| {
            let (descriptor, events) = (event.u64 as i32, event.events);
            Tuple::pair(Owned::small_int(i64::from(descriptor)), Owned::small_int(i64::from(events)))
                .into_owned()
        });
        Ok(List::from_vec(pairs.collect()).into_owned())
    }

    #[pymethod]
    fn __enter__(this: &Object) -> Result {
        if let Some(epoll) = this.downcast::<Epoll>() {
            epoll.descriptor()?;
        }
        Ok(this.to_owned())
    }

    #[pymethod(signature = "(self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        this: &Epoll,
        _exc_type: Option<&Object>,
        _exc_value: Option<&Object>,
        _exc_tb: Option<&Object>,
    ) -> Result<()> {
        close(this)
    }
}

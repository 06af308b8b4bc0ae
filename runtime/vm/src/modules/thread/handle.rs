//! `_ThreadHandle`: a thread that can be waited for.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use pyrsc_abi::{Header, Value};
use pyrsc_core::gil;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::runtime_error;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// Whether a thread has ended, for those who wait.
#[derive(Default)]
struct Done {
    ended: Mutex<bool>,
    changed: Condvar,
}

/// See the module's documentation.
#[pyclass(name = "_ThreadHandle", module = "_thread", custom_traverse)]
#[repr(C)]
pub struct ThreadHandle {
    header: Header,
    identity: Cell<u64>,
    started: Cell<bool>,
    done: Arc<Done>,
}

// SAFETY: there is no value in it.
unsafe impl pyrsc_core::collector::Traverse for ThreadHandle {
    const HOLDS: bool = false;
    fn traverse(&self, _visitor: &mut pyrsc_core::collector::Visitor<'_>) {}
    fn break_cycles(&self) {}
}

impl ThreadHandle {
    /// A handle of a thread that has not started.
    pub fn new(identity: u64) -> Ref<ThreadHandle> {
        memory::allocate(
            ThreadHandle::type_object(),
            ThreadHandle {
                header: Header::unset(),
                identity: Cell::new(identity),
                started: Cell::new(identity != 0),
                done: Arc::new(Done::default()),
            },
        )
    }

    /// Says that the thread is being started.
    pub fn begin(&self) -> Result<()> {
        if self.started.replace(true) {
            return Err(runtime_error!("thread already started"));
        }
        Ok(())
    }

    /// Says that starting failed.
    pub fn reset(&self) {
        self.started.set(false);
    }

    /// The thread's identity.
    pub fn identity(&self) -> u64 {
        self.identity.get()
    }

    /// Tells the thread's identity.
    pub fn set_identity(&self, identity: u64) {
        self.identity.set(identity);
    }

    /// The handle's own address.
    pub fn object_identity(&self) -> u64 {
        Value(std::ptr::from_ref(self) as u64).0
    }

    /// Says that the thread has ended.
    pub fn finish(&self) {
        *self.done.ended.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = true;
        self.done.changed.notify_all();
    }

    fn is_done(&self) -> bool {
        *self.done.ended.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Waits until the thread has ended, or for so long.
    pub fn join(&self, timeout: Option<f64>) -> Result<()> {
        if !self.started.get() {
            return Err(runtime_error!("thread not started"));
        }
        if self.identity.get() == super::identity() && !self.is_done() {
            return Err(runtime_error!("Cannot join current thread"));
        }
        let done = self.done.clone();
        let limit = timeout.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, 1e9)));
        loop {
            let step = Duration::from_millis(50);
            let step = limit.map_or(step, |limit| step.min(limit.saturating_duration_since(Instant::now())));
            let ended = gil::without(|| {
                let ended = done.ended.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                if *ended {
                    return true;
                }
                let (ended, _) =
                    done.changed.wait_timeout(ended, step).unwrap_or_else(|poisoned| poisoned.into_inner());
                *ended
            });
            if ended || limit.is_some_and(|limit| Instant::now() >= limit) {
                return Ok(());
            }
            gil::check_signals()?;
        }
    }
}

#[pymethods(ThreadHandle)]
mod methods {
    use super::*;

    #[slot(signature = "(cls)")]
    fn new(_class: &TypeObject) -> Result {
        Ok(ThreadHandle::new(0).into_owned())
    }

    #[slot]
    fn repr(this: &ThreadHandle) -> Result {
        Ok(Str::new(&format!("<_ThreadHandle object: ident={}>", this.identity())).into_owned())
    }

    #[getter]
    fn ident(this: &ThreadHandle) -> Result {
        Ok(pyrsc_core::int::from_u64(this.identity()))
    }

    #[pymethod(signature = "(self, timeout=None, /)")]
    fn join(this: &ThreadHandle, timeout: Option<&Object>) -> Result<()> {
        let timeout = match timeout.filter(|timeout| !timeout.is_none()) {
            Some(timeout) => {
                let seconds = pyrsc_core::operations::as_float(timeout)?;
                if seconds < 0.0 { None } else { Some(seconds) }
            }
            None => None,
        };
        this.join(timeout)
    }

    #[pymethod]
    fn is_done(this: &ThreadHandle) -> Result<bool> {
        Ok(this.is_done())
    }

    #[pymethod]
    fn _set_done(this: &ThreadHandle) -> Result {
        this.finish();
        Ok(Owned::none())
    }
}

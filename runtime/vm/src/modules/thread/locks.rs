//! `_thread.lock` and `_thread.RLock`.

use std::cell::Cell;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::{Traverse, Visitor};
use pyrsc_core::gil;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{overflow_error, runtime_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// A lock that may be let go by another thread than the one that took it.
#[derive(Default)]
struct State {
    held: Mutex<bool>,
    free: Condvar,
}

impl State {
    fn try_acquire(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        !std::mem::replace(&mut *held, true)
    }

    /// Waits for so long at most; whether it got the lock.
    fn wait(&self, time: Duration) -> bool {
        let held = self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (mut held, _) = self
            .free
            .wait_timeout_while(held, time, |held| *held)
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        !std::mem::replace(&mut *held, true)
    }

    fn release(&self) -> bool {
        let was_held = {
            let mut held = self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            std::mem::replace(&mut *held, false)
        };
        self.free.notify_one();
        was_held
    }

    fn is_held(&self) -> bool {
        *self.held.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Takes a lock: `timeout` in seconds, none: for ever. Signals are handled meanwhile.
fn acquire(state: &Arc<State>, timeout: Option<f64>) -> Result<bool> {
    if state.try_acquire() {
        return Ok(true);
    }
    let limit = timeout.map(|seconds| Instant::now() + Duration::from_secs_f64(seconds.min(1e9)));
    let state = state.clone();
    loop {
        let step = Duration::from_millis(50);
        let step = limit.map_or(step, |limit| step.min(limit.saturating_duration_since(Instant::now())));
        if gil::without(|| state.wait(step)) {
            return Ok(true);
        }
        if limit.is_some_and(|limit| Instant::now() >= limit) {
            return Ok(false);
        }
        gil::check_signals()?;
    }
}

/// The arguments `blocking=True, timeout=-1`: none: do not wait.
fn waiting_time(blocking: Option<&Object>, timeout: Option<&Object>) -> Result<Option<Option<f64>>> {
    let blocking = match blocking {
        Some(blocking) => operations::is_true(blocking)?,
        None => true,
    };
    let timeout = match timeout {
        Some(timeout) => operations::as_float(timeout)?,
        None => -1.0,
    };
    if !blocking {
        if timeout != -1.0 {
            return Err(value_error!("can't specify a timeout for a non-blocking call"));
        }
        return Ok(None);
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(value_error!("timeout value must be a non-negative number"));
    }
    if timeout > 9_223_372_036.0 {
        return Err(overflow_error!("timeout value is too large"));
    }
    Ok(Some(if timeout < 0.0 { None } else { Some(timeout) }))
}

/// `_thread.lock`
#[pyclass(name = "lock", module = "_thread", flags(WEAKREF), custom_traverse)]
#[repr(C)]
pub struct Lock {
    header: Header,
    state: Arc<State>,
}

/// `_thread.RLock`
#[pyclass(name = "RLock", module = "_thread", flags(BASETYPE, WEAKREF), custom_traverse)]
#[repr(C)]
pub struct ReentrantLock {
    header: Header,
    state: Arc<State>,
    owner: Cell<u64>,
    count: Cell<u64>,
}

macro_rules! holds_nothing {
    ($($class:ident)*) => { $(
        // SAFETY: there is no value in it.
        unsafe impl Traverse for $class {
            const HOLDS: bool = false;
            fn traverse(&self, _visitor: &mut Visitor<'_>) {}
            fn break_cycles(&self) {}
        }
    )* };
}

holds_nothing!(Lock ReentrantLock);

/// A new lock.
pub fn new_lock() -> Owned {
    memory::allocate(Lock::type_object(), Lock { header: Header::unset(), state: Arc::new(State::default()) })
        .into_owned()
}

impl Lock {
    fn release(&self) -> Result<()> {
        if self.state.release() { Ok(()) } else { Err(runtime_error!("release unlocked lock")) }
    }

    fn acquire(&self, blocking: Option<&Object>, timeout: Option<&Object>) -> Result<bool> {
        match waiting_time(blocking, timeout)? {
            None => Ok(self.state.try_acquire()),
            Some(timeout) => acquire(&self.state, timeout),
        }
    }
}

#[pymethods(Lock)]
mod lock_methods {
    use super::*;

    #[slot(signature = "(cls)")]
    fn new(_class: &TypeObject) -> Result {
        Ok(new_lock())
    }

    #[slot]
    fn repr(this: &Lock) -> Result {
        let state = if this.state.is_held() { "locked" } else { "unlocked" };
        Ok(Str::new(&format!("<{state} _thread.lock object at {:#x}>", std::ptr::from_ref(this) as usize))
            .into_owned())
    }

    #[pymethod(signature = "(self, blocking=True, timeout=-1)")]
    fn acquire(this: &Lock, blocking: Option<&Object>, timeout: Option<&Object>) -> Result<bool> {
        this.acquire(blocking, timeout)
    }

    #[pymethod(signature = "(self, blocking=True, timeout=-1)")]
    fn acquire_lock(this: &Lock, blocking: Option<&Object>, timeout: Option<&Object>) -> Result<bool> {
        this.acquire(blocking, timeout)
    }

    #[pymethod]
    fn release(this: &Lock) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn release_lock(this: &Lock) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn locked(this: &Lock) -> Result<bool> {
        Ok(this.state.is_held())
    }

    #[pymethod]
    fn locked_lock(this: &Lock) -> Result<bool> {
        Ok(this.state.is_held())
    }

    #[pymethod]
    fn __enter__(this: &Lock) -> Result<bool> {
        this.acquire(None, None)
    }

    #[pymethod]
    fn __exit__(this: &Lock, _arguments: Arguments<'_>) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn _at_fork_reinit(this: &Lock) -> Result<()> {
        this.state.release();
        Ok(())
    }
}

impl ReentrantLock {
    fn owned(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == super::identity()
    }

    fn acquire(&self, blocking: Option<&Object>, timeout: Option<&Object>) -> Result<bool> {
        let time = waiting_time(blocking, timeout)?;
        if self.owned() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let got = match time {
            None => self.state.try_acquire(),
            Some(timeout) => acquire(&self.state, timeout)?,
        };
        if got {
            self.owner.set(super::identity());
            self.count.set(1);
        }
        Ok(got)
    }

    fn release(&self) -> Result<()> {
        if !self.owned() {
            return Err(runtime_error!("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.state.release();
        }
        Ok(())
    }
}

#[pymethods(ReentrantLock)]
mod reentrant_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(memory::allocate(
            class,
            ReentrantLock {
                header: Header::unset(),
                state: Arc::new(State::default()),
                owner: Cell::new(0),
                count: Cell::new(0),
            },
        )
        .into_owned())
    }

    #[slot]
    fn repr(this: &ReentrantLock) -> Result {
        let state = if this.count.get() > 0 { "locked" } else { "unlocked" };
        let text = format!(
            "<{state} _thread.RLock object owner={} count={} at {:#x}>",
            this.owner.get(),
            this.count.get(),
            std::ptr::from_ref(this) as usize
        );
        Ok(Str::new(&text).into_owned())
    }

    #[pymethod(signature = "(self, blocking=True, timeout=-1)")]
    fn acquire(this: &ReentrantLock, blocking: Option<&Object>, timeout: Option<&Object>) -> Result<bool> {
        this.acquire(blocking, timeout)
    }

    #[pymethod]
    fn release(this: &ReentrantLock) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn locked(this: &ReentrantLock) -> Result<bool> {
        Ok(this.count.get() > 0)
    }

    #[pymethod]
    fn __enter__(this: &ReentrantLock) -> Result<bool> {
        this.acquire(None, None)
    }

    #[pymethod]
    fn __exit__(this: &ReentrantLock, _arguments: Arguments<'_>) -> Result<()> {
        this.release()
    }

    #[pymethod]
    fn _is_owned(this: &ReentrantLock) -> Result<bool> {
        Ok(this.owned())
    }

    #[pymethod]
    fn _recursion_count(this: &ReentrantLock) -> Result<i64> {
        Ok(if this.owned() { this.count.get() as i64 } else { 0 })
    }

    #[pymethod]
    fn _release_save(this: &ReentrantLock) -> Result {
        if this.count.get() == 0 {
            return Err(runtime_error!("cannot release un-acquired lock"));
        }
        let (count, owner) = (this.count.replace(0), this.owner.replace(0));
        this.state.release();
        Ok(Tuple::pair(pyrsc_core::int::from_u64(count), pyrsc_core::int::from_u64(owner)).into_owned())
    }

    #[pymethod]
    fn _acquire_restore(this: &ReentrantLock, saved: &Tuple) -> Result<()> {
        let number = |index: usize| saved.get(index).and_then(pyrsc_core::int::to_u64).unwrap_or(0);
        let (count, owner) = (number(0), number(1));
        super::acquire(&this.state, None)?;
        this.count.set(count);
        this.owner.set(owner);
        Ok(())
    }

    #[pymethod]
    fn _at_fork_reinit(this: &ReentrantLock) -> Result<()> {
        this.count.set(0);
        this.owner.set(0);
        this.state.release();
        Ok(())
    }
}

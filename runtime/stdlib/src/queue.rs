//! `_queue`: the simple queue of `queue`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use pyrsc_abi::Header;
use pyrsc_core::collector::Plain;
use pyrsc_core::exception::Exception;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{gil, value_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use crate::deadline::{Deadline, duration};
use crate::exception_class::ExceptionClass;

static EMPTY: ExceptionClass =
    ExceptionClass::new("_queue", "Empty", || Ok(Exception::type_object().to_owned()));

/// How long a waiting thread sleeps before it looks after signals.
const STEP: Duration = Duration::from_millis(50);

/// Tells waiting threads that something was put in: counts the puts.
#[derive(Default)]
struct Bell {
    rung: Mutex<u64>,
    sound: Condvar,
}

impl Bell {
    fn count(&self) -> u64 {
        *self.rung.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) += 1;
        self.sound.notify_all();
    }

    /// Waits until it has rung since it had rung so often.
    fn wait(&self, known: u64, time: Duration) {
        let rung = self.rung.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        drop(self.sound.wait_timeout_while(rung, time, |rung| *rung == known));
    }
}

/// `_queue.SimpleQueue`
#[pyclass(
    name = "SimpleQueue",
    module = "_queue",
    flags(BASETYPE, WEAKREF),
    doc = "Simple, unbounded, reentrant FIFO queue."
)]
#[repr(C)]
pub struct SimpleQueue {
    header: Header,
    items: RefCell<VecDeque<Owned>>,
    bell: Plain<Arc<Bell>>,
}

impl SimpleQueue {
    fn take(&self, block: bool, timeout: Option<&Object>) -> Result {
        let mut time = None;
        if block && let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) {
            match duration(timeout, Duration::from_secs(1), "'timeout' must be a number")? {
                Ok(given) => time = Some(given),
                Err(()) => return Err(value_error!("'timeout' must be a non-negative number")),
            }
        }
        let deadline = Deadline::after(time);
        loop {
            // The GIL is held: nothing is put in between the look and the count.
            if let Some(item) = self.items.borrow_mut().pop_front() {
                return Ok(item);
            }
            if !block || deadline.is_over() {
                return Err(EMPTY.raise_with(&[]));
            }
            let bell = self.bell.0.clone();
            let known = bell.count();
            let step = deadline.left().map_or(STEP, |left| left.min(STEP));
            gil::without(|| bell.wait(known, step));
            gil::check_signals()?;
        }
    }
}

#[pymethods(SimpleQueue)]
mod methods {
    use super::*;

    #[slot(signature = "(cls)")]
    fn new(class: &TypeObject) -> Result {
        let queue = SimpleQueue {
            header: Header::unset(),
            items: RefCell::default(),
            bell: Plain(Arc::new(Bell::default())),
        };
        Ok(memory::allocate(class, queue).into_owned())
    }

    #[pymethod(
        signature = "(self, /, item, block=True, timeout=None)",
        doc = "Put the item on the queue.\n\nThe optional 'block' and 'timeout' arguments are ignored, as this method\nnever blocks.  They are provided for compatibility with the Queue class."
    )]
    fn put(
        this: &SimpleQueue,
        item: &Object,
        _block: Option<&Object>,
        _timeout: Option<&Object>,
    ) -> Result<()> {
        this.items.borrow_mut().push_back(item.to_owned());
        this.bell.0.ring();
        Ok(())
    }

    #[pymethod(
        signature = "(self, /, item)",
        doc = "Put an item into the queue without blocking.\n\nThis is exactly equivalent to `put(item)` and is only provided\nfor compatibility with the Queue class."
    )]
    fn put_nowait(this: &SimpleQueue, item: &Object) -> Result<()> {
        put(this, item, None, None)
    }

    #[pymethod(
        signature = "(self, /, block=True, timeout=None)",
        doc = "Remove and return an item from the queue.\n\nIf optional args 'block' is true and 'timeout' is None (the default),\nblock if necessary until an item is available.  If 'timeout' is\na non-negative number, it blocks at most 'timeout' seconds and raises\nthe Empty exception if no item was available within that time.\nOtherwise ('block' is false), return an item if one is immediately\navailable, else raise the Empty exception ('timeout' is ignored\nin that case)."
    )]
    fn get(this: &SimpleQueue, block: Option<&Object>, timeout: Option<&Object>) -> Result {
        let block = block.map_or(Ok(true), operations::is_true)?;
        this.take(block, timeout)
    }

    #[pymethod(
        doc = "Remove and return an item from the queue without blocking.\n\nOnly get an item if one is immediately available. Otherwise\nraise the Empty exception."
    )]
    fn get_nowait(this: &SimpleQueue) -> Result {
        this.take(false, None)
    }

    #[pymethod(doc = "Return True if the queue is empty, False otherwise (not reliable!).")]
    fn empty(this: &SimpleQueue) -> bool {
        this.items.borrow().is_empty()
    }

    #[pymethod(doc = "Return the approximate size of the queue (not reliable!).")]
    fn qsize(this: &SimpleQueue) -> usize {
        this.items.borrow().len()
    }

    #[classmethod(doc = "See PEP 585")]
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

#[pymodule(
    name = "_queue",
    doc = "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
    types(SIMPLE_QUEUE)
)]
mod module {
    use super::*;

    #[attribute(name = "Empty")]
    fn empty_class() -> Result {
        EMPTY.get()
    }
}

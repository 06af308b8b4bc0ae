//! `_thread`: threads, locks, and thread-local data.

mod handle;
mod local;
mod locks;

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, SystemExit};
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::thread;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{runtime_error, type_error, value_error};
use pyrsc_macros::pymodule;

pub use handle::{METHODS as HANDLE_METHODS, THREAD_HANDLE, ThreadHandle};
pub use local::{LOCAL, LOCAL_METHODS};
pub use locks::{LOCK, LOCK_METHODS, REENTRANT_LOCK, REENTRANT_METHODS};

/// How many threads were started and have not ended.
static RUNNING: AtomicUsize = AtomicUsize::new(0);
/// The identity of the first thread.
static MAIN_IDENTITY: AtomicUsize = AtomicUsize::new(0);
/// Bytes of a new thread's stack; 0: the default.
static STACK_SIZE: Static<Cell<usize>> = Static::new(Cell::new(0));
/// Handles of threads that are to be joined at the end.
static JOINABLE: Static<RefCell<Vec<Owned>>> = Static::new(RefCell::new(Vec::new()));

/// The calling thread's identity.
pub fn identity() -> u64 {
    // SAFETY: asks for the thread's own id.
    unsafe { libc::pthread_self() as u64 }
}

/// Remembers the first thread.
pub fn set_main() {
    MAIN_IDENTITY.store(identity() as usize, Ordering::Relaxed);
}

/// What a new thread owns. It is only touched with the GIL held.
struct Work {
    function: Owned,
    arguments: Vec<Owned>,
    keywords: Option<Owned>,
    handle: Option<Owned>,
}

// SAFETY: the values are moved to the new thread, which touches them when it has the GIL.
unsafe impl Send for Work {}

impl Work {
    fn run(self) {
        let names = self.keywords.as_ref().and_then(|names| names.downcast::<Tuple>());
        let result = operations::call_arguments(&self.function, Arguments::new(&self.arguments, names));
        if result.is_err() {
            if exception::matches(SystemExit::type_object()) {
                exception::clear();
            } else {
                let name = operations::repr_string(&self.function).unwrap_or_default();
                exception::report_unraisable(&format!("Exception ignored in thread started by {name}"), None);
            }
        }
        drop(result);
        if let Some(handle) = &self.handle
            && let Some(handle) = handle.downcast::<ThreadHandle>()
        {
            handle.finish();
            let identity = handle.object_identity();
            JOINABLE.borrow_mut().retain(|known| known.value().0 != identity);
        }
        local::forget_thread();
        pyrsc_stdlib::contextvars::forget();
        drop(self);
        crate::frame::free_thread_stack();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

fn start(
    function: &Object,
    arguments: Vec<Owned>,
    keywords: Option<Owned>,
    handle: Option<Owned>,
) -> Result<u64> {
    if crate::run::is_finalizing() {
        return Err(pyrsc_core::raise!(
            exception::PythonFinalizationError,
            "can't create new thread at interpreter shutdown"
        ));
    }
    let work = Work { function: function.to_owned(), arguments, keywords, handle };
    let size = if STACK_SIZE.get() == 0 { thread::STACK_SIZE } else { STACK_SIZE.get() };
    RUNNING.fetch_add(1, Ordering::SeqCst);
    match thread::spawn(size, move || {
        let work = work;
        work.run();
    }) {
        Ok(started) => {
            use std::os::unix::thread::JoinHandleExt;
            let identity = started.as_pthread_t();
            drop(started);
            Ok(identity)
        }
        Err(_) => {
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            Err(runtime_error!("can't start new thread"))
        }
    }
}

/// Whether a thread beside the main thread runs Python code.
pub fn is_any_running() -> bool {
    RUNNING.load(Ordering::SeqCst) > 0
}

/// Waits for the threads that are to be joined at the end.
fn join_all() -> Result<()> {
    loop {
        let own = identity();
        let next = JOINABLE
            .borrow()
            .iter()
            .find(|handle| handle.downcast::<ThreadHandle>().is_some_and(|handle| handle.identity() != own))
            .cloned();
        let Some(next) = next else { return Ok(()) };
        if let Some(handle) = next.downcast::<ThreadHandle>() {
            handle.join(None)?;
            let identity = handle.object_identity();
            JOINABLE.borrow_mut().retain(|known| known.value().0 != identity);
        }
    }
}

#[pymodule(name = "_thread", types(THREAD_HANDLE, LOCK, REENTRANT_LOCK, LOCAL))]
mod functions {
    use super::*;

    #[init]
    fn init(module: &Object) -> Result<()> {
        let set = |name: &str, value: &Object| {
            operations::set_attribute(module, &pyrsc_core::str::intern(name), value)
        };
        set("error", exception::RuntimeError::type_object().object())?;
        set("LockType", LOCK.object())?;
        set("TIMEOUT_MAX", &pyrsc_core::float::from_f64(9_223_372_036.0))
    }

    fn parts(
        function: &Object,
        arguments: &Object,
        keywords: Option<&Object>,
    ) -> Result<(Vec<Owned>, Option<Owned>)> {
        if !operations::is_callable(function) {
            return Err(type_error!("first arg must be callable"));
        }
        let Some(tuple) = arguments.downcast::<Tuple>() else {
            return Err(type_error!("2nd arg must be a tuple"));
        };
        let mut words = tuple.to_vec();
        let names = match keywords {
            None => None,
            Some(keywords) => {
                let Some(keywords) = keywords.downcast::<Dict>() else {
                    return Err(type_error!("optional 3rd arg must be a dictionary"));
                };
                let mut names = Vec::new();
                for (name, value) in keywords.items() {
                    names.push(name);
                    words.push(value);
                }
                Some(Tuple::from_vec(names).into_owned())
            }
        };
        Ok((words, names))
    }

    #[pyfunction]
    fn start_new_thread(function: &Object, arguments: &Object, keywords: Option<&Object>) -> Result {
        let (words, names) = parts(function, arguments, keywords)?;
        Ok(pyrsc_core::int::from_u64(start(function, words, names, None)?))
    }

    #[pyfunction]
    fn start_new(function: &Object, arguments: &Object, keywords: Option<&Object>) -> Result {
        start_new_thread(function, arguments, keywords)
    }

    #[pyfunction(signature = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(function: &Object, handle: Option<&Object>, daemon: Option<bool>) -> Result {
        if !operations::is_callable(function) {
            return Err(type_error!("thread function must be callable"));
        }
        let handle = match handle.filter(|handle| !handle.is_none()) {
            None => ThreadHandle::new(0).into_owned(),
            Some(handle) if handle.is_instance_of::<ThreadHandle>() => handle.to_owned(),
            Some(_) => return Err(type_error!("'handle' must be a _ThreadHandle")),
        };
        let this = handle.downcast::<ThreadHandle>().expect("checked");
        this.begin()?;
        if !daemon.unwrap_or(true) {
            JOINABLE.borrow_mut().push(handle.clone());
        }
        let started = start(function, Vec::new(), None, Some(handle.clone()));
        match started {
            Ok(identity) => this.set_identity(identity),
            Err(Raised) => {
                this.reset();
                let identity = this.object_identity();
                JOINABLE.borrow_mut().retain(|known| known.value().0 != identity);
                return Err(Raised);
            }
        }
        Ok(handle)
    }

    #[pyfunction]
    fn daemon_threads_allowed() -> Result<bool> {
        Ok(true)
    }

    #[pyfunction]
    fn allocate_lock() -> Result {
        Ok(locks::new_lock())
    }

    #[pyfunction]
    fn allocate() -> Result {
        Ok(locks::new_lock())
    }

    #[pyfunction]
    fn get_ident() -> Result {
        Ok(pyrsc_core::int::from_u64(identity()))
    }

    #[pyfunction]
    fn get_native_id() -> Result<i64> {
        // SAFETY: asks the system for the thread's own id.
        Ok(unsafe { libc::syscall(libc::SYS_gettid) })
    }

    #[pyfunction]
    fn _get_main_thread_ident() -> Result {
        Ok(pyrsc_core::int::from_usize(MAIN_IDENTITY.load(Ordering::Relaxed)))
    }

    #[pyfunction]
    fn _is_main_interpreter() -> Result<bool> {
        Ok(true)
    }

    #[pyfunction]
    fn _count() -> Result<i64> {
        Ok(RUNNING.load(Ordering::SeqCst) as i64)
    }

    #[pyfunction(signature = "(size=0, /)")]
    fn stack_size(size: Option<i64>) -> Result<i64> {
        let old = STACK_SIZE.get();
        if let Some(size) = size {
            if size != 0 && size < 32 << 10 {
                return Err(value_error!("size not valid: {size} bytes"));
            }
            STACK_SIZE.set(size.max(0) as usize);
        }
        Ok(old as i64)
    }

    #[pyfunction]
    fn exit() -> Result {
        Err(exception::raise_object(operations::call(SystemExit::type_object().object(), &[])?))
    }

    #[pyfunction]
    fn exit_thread() -> Result {
        exit()
    }

    #[pyfunction(signature = "(signum=2, /)")]
    fn interrupt_main(signum: Option<i64>) -> Result<()> {
        // SAFETY: sends a signal to the process itself.
        unsafe { libc::raise(signum.unwrap_or(2) as i32) };
        Ok(())
    }

    #[pyfunction]
    fn _shutdown() -> Result<()> {
        join_all()
    }

    #[pyfunction]
    fn _make_thread_handle(identity: i64) -> Result {
        let handle: Ref<ThreadHandle> = ThreadHandle::new(identity as u64);
        handle.set_identity(identity as u64);
        Ok(handle.into_owned())
    }

    #[pyfunction(signature = "(name)")]
    fn set_name(name: &Str) -> Result<()> {
        let mut bytes: Vec<u8> = name.to_string_lossy().bytes().take(15).filter(|&byte| byte != 0).collect();
        bytes.push(0);
        // SAFETY: the name ends with a zero byte.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
        Ok(())
    }
}

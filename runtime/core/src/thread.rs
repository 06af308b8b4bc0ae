//! Threads, and who holds the GIL: real threads of the operating system, of which one runs Python at a time.
//!
//! A thread that waits for the GIL asks its holder, after the switch interval, to let it go at the next poll; the holder
//! then waits until another thread has taken it (CPython: Python/ceval_gil.c). What the thread block holds is exchanged
//! when the GIL changes hands.
//!
//! Every thread that runs Python has a known stack limit: [`start`] finds out the first thread's, [`spawn`] gives new ones
//! a large stack, of which only what is used takes memory.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use pyrsc_abi::Value;

use crate::collector;
use crate::gil::{self, THREAD};
use crate::owned::Result;
use crate::recursion;

/// Bytes of a new thread's stack, unless told otherwise.
pub const STACK_SIZE: usize = 64 << 20;
/// Bytes of the stack that Python code may not use: room for runtime functions that do not check, and for handling the
/// RecursionError.
const STACK_RESERVE: usize = 128 << 10;

/// Who holds the GIL.
struct Lock {
    held: bool,
    /// How often it has changed hands.
    switches: u64,
}

static LOCK: Mutex<Lock> = Mutex::new(Lock { held: false, switches: 0 });
/// The GIL was let go.
static FREE: Condvar = Condvar::new();
/// The GIL was taken by another thread.
static TAKEN: Condvar = Condvar::new();
/// Threads that wait for the GIL.
static WAITING: AtomicUsize = AtomicUsize::new(0);
static SWITCH_MICROSECONDS: AtomicU64 = AtomicU64::new(5000);

/// What a thread keeps of the thread block while it does not hold the GIL.
struct Saved {
    pending: Cell<Value>,
    handled: Cell<Value>,
    stop_value: Cell<Value>,
    stack_limit: Cell<usize>,
    usual_stack_limit: Cell<usize>,
    stack_base: Cell<usize>,
    frame_depth: Cell<usize>,
    vm_frame: Cell<*mut u8>,
}

thread_local! {
    static SAVED: Saved = const {
        Saved {
            pending: Cell::new(Value(0)),
            handled: Cell::new(Value(0)),
            stop_value: Cell::new(Value(0)),
            stack_limit: Cell::new(0),
            usual_stack_limit: Cell::new(0),
            stack_base: Cell::new(0),
            frame_depth: Cell::new(0),
            vm_frame: Cell::new(std::ptr::null_mut()),
        }
    };
}

impl Saved {
    /// Notes where the calling thread's stack is.
    fn find_stack(&self) {
        self.stack_limit.set(own_stack_limit());
        self.stack_base.set(recursion::stack_pointer());
    }

    /// Exchanges this with what the thread block holds.
    fn exchange(&self) {
        self.pending.swap(&THREAD.pending);
        self.handled.swap(&THREAD.handled);
        self.stop_value.swap(&THREAD.stop_value);
        self.stack_limit.swap(&THREAD.real_stack_limit);
        self.usual_stack_limit.swap(&THREAD.usual_stack_limit);
        self.stack_base.swap(&THREAD.stack_base);
        self.frame_depth.swap(&THREAD.frame_depth);
        self.vm_frame.swap(&THREAD.vm_frame);
    }
}

fn lock() -> MutexGuard<'static, Lock> {
    LOCK.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Takes the GIL for the calling thread, and its state with it.
pub fn acquire() {
    let mut state = lock();
    if state.held {
        WAITING.fetch_add(1, Ordering::SeqCst);
        while state.held {
            let before = state.switches;
            let interval = Duration::from_micros(SWITCH_MICROSECONDS.load(Ordering::Relaxed));
            let (woken, timeout) =
                FREE.wait_timeout(state, interval).unwrap_or_else(|poisoned| poisoned.into_inner());
            state = woken;
            if state.held && timeout.timed_out() && state.switches == before {
                gil::request_poll();
            }
        }
        WAITING.fetch_sub(1, Ordering::SeqCst);
    }
    state.held = true;
    state.switches += 1;
    TAKEN.notify_all();
    drop(state);
    SAVED.with(Saved::exchange);
    if THREAD.poll.load(Ordering::Relaxed) == 0 {
        gil::clear_poll_request();
    }
}

/// Lets the GIL go: the calling thread touches no object until it has it again.
pub fn release() {
    SAVED.with(Saved::exchange);
    let mut state = lock();
    state.held = false;
    FREE.notify_one();
}

/// Lets another thread run, if one waits.
fn hand_over() {
    if WAITING.load(Ordering::SeqCst) == 0 {
        return;
    }
    let before = lock().switches;
    release();
    let mut state = lock();
    // Without this the same thread would often be the first to take the GIL again.
    while state.switches == before && WAITING.load(Ordering::SeqCst) > 0 {
        let (woken, timeout) = TAKEN
            .wait_timeout(state, Duration::from_millis(5))
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        state = woken;
        if timeout.timed_out() {
            break;
        }
    }
    drop(state);
    acquire();
}

/// What a function's entry or a loop does when its poll was asked for: collects garbage, runs signal handlers, lets other
/// threads run. Any Python code may run.
pub fn poll() -> Result<()> {
    gil::clear_poll_request();
    collector::poll();
    gil::check_signals()?;
    hand_over();
    Ok(())
}

/// `sys.getswitchinterval`.
pub fn switch_interval() -> Duration {
    Duration::from_micros(SWITCH_MICROSECONDS.load(Ordering::Relaxed))
}

/// `sys.setswitchinterval`.
pub fn set_switch_interval(interval: Duration) {
    SWITCH_MICROSECONDS.store(interval.as_micros().clamp(1, u64::MAX.into()) as u64, Ordering::Relaxed);
}

/// The thread that called [`start`]; 0 before.
static MAIN: AtomicUsize = AtomicUsize::new(0);

/// Whether the calling thread is the first one that ran Python: the one that handles signals.
pub fn is_main() -> bool {
    // SAFETY: asks for the calling thread's id.
    MAIN.load(Ordering::Relaxed) == unsafe { libc::pthread_self() } as usize
}

/// Makes the calling thread the first one that runs Python: it takes the GIL, and its stack's limit is found out.
pub fn start() {
    // SAFETY: asks for the calling thread's id.
    MAIN.store(unsafe { libc::pthread_self() } as usize, Ordering::Relaxed);
    gil::set_handover(release, acquire);
    collector::configure();
    SAVED.with(Saved::find_stack);
    acquire();
    recursion::limit_changed();
}

/// Runs a program's main part on a stack of this size, and waits for it.
pub fn run_with_stack<T: Send>(size: usize, run: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, run)?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Starts a thread that runs Python: `run` is called with the GIL held.
pub fn spawn(
    stack_size: usize,
    run: impl FnOnce() + Send + 'static,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new().stack_size(stack_size).spawn(move || {
        SAVED.with(Saved::find_stack);
        acquire();
        recursion::limit_changed();
        run();
        crate::exception::clear();
        drop(crate::exception::set_handled(None));
        gil::set_stop_value(None);
        release();
    })
}

/// In the child of a fork: the calling thread is the only one, and holds the GIL.
pub fn after_fork() {
    WAITING.store(0, Ordering::SeqCst);
}

/// The lowest address of the calling thread's stack that Python code may reach.
fn own_stack_limit() -> usize {
    // SAFETY: the attributes are filled by the call, read, and destroyed.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        let mut lowest = std::ptr::null_mut();
        let mut size = 0;
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            // Nothing is known: a megabyte from here on is there on every system.
            let here = std::ptr::from_ref(std::hint::black_box(&size)) as usize;
            return here - (1 << 20) + STACK_RESERVE;
        }
        libc::pthread_attr_getstack(&attributes, &mut lowest, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        lowest as usize + STACK_RESERVE.min(size / 4)
    }
}

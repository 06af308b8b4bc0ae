//! `_signal`: POSIX signals, and Ctrl-C as KeyboardInterrupt.
//!
//! A handler in the sense of the operating system only notes that the signal has come and asks for a poll; the Python
//! handler runs at the main thread's next poll ([`run_handlers`]).

use std::cell::RefCell;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use pyrsc_core::descriptor::BuiltinFunction;
use pyrsc_core::exception;
use pyrsc_core::gil::{self, Static};
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::set::Set;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::Class;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::{pyfunction, pymodule};

/// Signals are numbered from 1 to one less than this.
const SIGNAL_COUNT: usize = 65;

/// The signals that have come and whose handlers have not run, by number.
static ARRIVED: AtomicU64 = AtomicU64::new(0);
/// Where a byte is written when a signal comes (`set_wakeup_fd`), or -1.
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
/// The Python handlers by signal: None for one that Python did not set.
static HANDLERS: Static<RefCell<Vec<Option<Owned>>>> = Static::new(RefCell::new(Vec::new()));

const DEFAULT: i64 = libc::SIG_DFL as i64;
const IGNORE: i64 = libc::SIG_IGN as i64;

extern "C" fn note(signal: libc::c_int) {
    ARRIVED.fetch_or(1 << (signal - 1), Ordering::SeqCst);
    gil::request_poll();
    let wakeup = WAKEUP.load(Ordering::Relaxed);
    if wakeup >= 0 {
        let byte = signal as u8;
        // SAFETY: `write` may be called in a signal handler; one byte is read.
        unsafe { libc::write(wakeup, std::ptr::from_ref(&byte).cast(), 1) };
    }
}

/// Sets what the operating system does with a signal.
fn set_action(signal: i32, action: libc::sighandler_t) -> Result<()> {
    // SAFETY: the structure is filled in; the handler is `note`, or one of the two constants.
    let result = unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = action;
        libc::sigemptyset(&mut new.sa_mask);
        libc::sigaction(signal, &new, std::ptr::null_mut())
    };
    if result < 0 { Err(os_error()) } else { Ok(()) }
}

/// Raises OSError for the system call that has just failed.
fn os_error() -> pyrsc_core::owned::Raised {
    let error = std::io::Error::last_os_error();
    let number = error.raw_os_error().unwrap_or(0);
    exception::raise_numbered(exception::OSError::type_object(), number, &message(number))
}

/// The system's text for an error number.
fn message(number: i32) -> String {
    // SAFETY: the returned string is static or lives until the next call in this thread.
    unsafe { std::ffi::CStr::from_ptr(libc::strerror(number)) }.to_string_lossy().into_owned()
}

fn check_signal(signal: i64) -> Result<i32> {
    if (1..SIGNAL_COUNT as i64).contains(&signal) {
        return Ok(signal as i32);
    }
    Err(value_error!("signal number out of range"))
}

/// Runs the Python handlers of the signals that have come.
pub fn run_handlers() -> Result<()> {
    if !pyrsc_core::thread::is_main() {
        // They are the main thread's: ask again, for when it has the GIL.
        return Ok(());
    }
    loop {
        let arrived = ARRIVED.load(Ordering::SeqCst);
        if arrived == 0 {
            return Ok(());
        }
        let bit = arrived.trailing_zeros();
        ARRIVED.fetch_and(!(1 << bit), Ordering::SeqCst);
        let signal = bit as usize + 1;
        let handler = HANDLERS.borrow().get(signal).cloned().flatten();
        if let Some(handler) = handler
            && operations::is_callable(&handler)
        {
            let frame = operations::call(
                &*operations::get_attribute_named(&*system_module()?, "_getframe")?,
                &[&Owned::small_int(0)],
            );
            let frame = frame.unwrap_or_else(|_| {
                exception::clear();
                Owned::none()
            });
            operations::call(&handler, &[&Owned::small_int(signal as i64), &frame])?;
        }
    }
}

fn system_module() -> Result {
    let import = pyrsc_core::startup::builtin("__import__")?;
    operations::call(&import, &[Str::new("sys").object()])
}

/// Whether a signal whose handler has not run has come.
pub fn is_pending() -> bool {
    ARRIVED.load(Ordering::SeqCst) != 0
}

/// Makes Ctrl-C raise KeyboardInterrupt in the main thread, and ignores SIGPIPE, as the interpreter does at its start.
pub fn install() -> Result<()> {
    gil::SIGNAL_HOOK.set(Some(run_handlers));
    *HANDLERS.borrow_mut() = vec![None; SIGNAL_COUNT];
    set_action(libc::SIGPIPE, libc::SIG_IGN)?;
    // A shell that started the program in the background has SIGINT ignored: it stays so.
    // SAFETY: only reads the present action.
    let inherited = unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old);
        old.sa_sigaction
    };
    if inherited == libc::SIG_DFL {
        HANDLERS.borrow_mut()[libc::SIGINT as usize] = Some(interrupt_handler());
        set_action(libc::SIGINT, note as *const () as libc::sighandler_t)?;
    }
    Ok(())
}

/// Drops the handlers; signals do what the system does with them from here on.
pub(crate) fn forget() {
    let old = HANDLERS.take();
    for (signal, handler) in old.iter().enumerate() {
        if handler.is_some() {
            let _ = set_action(signal as i32, libc::SIG_DFL);
        }
    }
}

/// What a handler is as `signal.getsignal` tells it.
fn current(signal: i32) -> Owned {
    if let Some(handler) = HANDLERS.borrow().get(signal as usize).cloned().flatten() {
        return handler;
    }
    // SAFETY: only reads the present action.
    let action = unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(signal, std::ptr::null(), &mut old) < 0 {
            return Owned::none();
        }
        old.sa_sigaction
    };
    match action {
        libc::SIG_DFL => Owned::small_int(DEFAULT),
        libc::SIG_IGN => Owned::small_int(IGNORE),
        _ => Owned::none(),
    }
}

fn signal_set(mask: &libc::sigset_t) -> Result {
    let set = Set::new();
    for signal in 1..SIGNAL_COUNT as i32 {
        // SAFETY: the set is initialised.
        if unsafe { libc::sigismember(mask, signal) } == 1 {
            set.table().add(&Owned::small_int(i64::from(signal)))?;
        }
    }
    Ok(set.object().to_owned())
}

fn parse_set(signals: &Object) -> Result<libc::sigset_t> {
    // SAFETY: `sigemptyset` initialises it.
    let mut mask = unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut mask);
        mask
    };
    pyrsc_core::iteration::for_each(signals, |signal| {
        let number = operations::index_isize(&signal)? as i64;
        if !(1..SIGNAL_COUNT as i64).contains(&number) {
            return Err(value_error!("signal number {number} out of range [1; {}]", SIGNAL_COUNT - 1));
        }
        // SAFETY: the set is initialised.
        unsafe { libc::sigaddset(&mut mask, number as i32) };
        Ok(())
    })?;
    Ok(mask)
}

const NUMBERS: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSYS", libc::SIGSYS),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("NSIG", SIGNAL_COUNT as i32),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("ITIMER_REAL", libc::ITIMER_REAL),
    ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL),
    ("ITIMER_PROF", libc::ITIMER_PROF),
];

fn timer_value(value: libc::timeval) -> f64 {
    value.tv_sec as f64 + value.tv_usec as f64 / 1e6
}

fn timer_pair(timer: libc::itimerval) -> Owned {
    let number = pyrsc_core::float::from_f64;
    pyrsc_core::tuple::Tuple::pair(
        number(timer_value(timer.it_value)),
        number(timer_value(timer.it_interval)),
    )
    .into_owned()
}

fn as_timer(seconds: f64) -> libc::timeval {
    libc::timeval { tv_sec: seconds.trunc() as i64, tv_usec: (seconds.fract() * 1e6) as i64 }
}

/// The handler of SIGINT: raises KeyboardInterrupt.
#[pyfunction]
pub fn default_int_handler(_signalnum: &Object, _frame: &Object) -> Result {
    Err(exception::raise_bare(exception::KeyboardInterrupt::type_object()))
}

/// `default_int_handler` as an object.
fn interrupt_handler() -> Owned {
    BuiltinFunction::new(&DEFAULT_INT_HANDLER, Some(Str::new("_signal").into_owned()), None).into_owned()
}

/// The one that is installed, if it is, so that there is one object of it.
fn current_interrupt_handler() -> Owned {
    let installed = HANDLERS.borrow().get(libc::SIGINT as usize).cloned().flatten();
    installed.filter(|handler| handler.is_exact::<BuiltinFunction>()).unwrap_or_else(interrupt_handler)
}

#[pymodule(name = "_signal", doc = "This module provides mechanisms to use signal handlers in Python.")]
pub mod members {
    use super::*;

    #[pyfunction]
    fn signal(signalnum: i64, handler: &Object) -> Result {
        let number = check_signal(signalnum)?;
        if !pyrsc_core::thread::is_main() {
            return Err(value_error!("signal only works in main thread of the main interpreter"));
        }
        let action = match int::to_i64(handler) {
            Some(DEFAULT) => libc::SIG_DFL,
            Some(IGNORE) => libc::SIG_IGN,
            _ if operations::is_callable(handler) => note as *const () as libc::sighandler_t,
            _ => {
                return Err(type_error!(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                ));
            }
        };
        gil::check_signals()?;
        let old = current(number);
        set_action(number, action)?;
        let mut handlers = HANDLERS.borrow_mut();
        if handlers.is_empty() {
            handlers.resize_with(SIGNAL_COUNT, || None);
        }
        handlers[number as usize] = Some(handler.to_owned());
        drop(handlers);
        gil::SIGNAL_HOOK.set(Some(run_handlers));
        Ok(old)
    }

    #[pyfunction]
    fn getsignal(signalnum: i64) -> Result {
        Ok(current(check_signal(signalnum)?))
    }

    #[pyfunction]
    fn raise_signal(signalnum: i64) -> Result<()> {
        // SAFETY: sends a signal to this process.
        if unsafe { libc::raise(signalnum as i32) } != 0 {
            return Err(os_error());
        }
        gil::check_signals()
    }

    #[pyfunction]
    fn alarm(seconds: i64) -> i64 {
        // SAFETY: sets a timer of this process.
        i64::from(unsafe { libc::alarm(seconds as u32) })
    }

    #[pyfunction]
    fn pause() -> Result<()> {
        gil::without(|| {
            // SAFETY: waits for a signal.
            unsafe { libc::pause() };
        });
        gil::check_signals()
    }

    #[pyfunction]
    fn strsignal(signalnum: i64) -> Result {
        let number = check_signal(signalnum)?;
        // SAFETY: the string lives until the next call in this thread.
        let text =
            unsafe { std::ffi::CStr::from_ptr(libc::strsignal(number)) }.to_string_lossy().into_owned();
        if text.starts_with("Unknown signal") {
            return Ok(Owned::none());
        }
        Ok(Str::new(&text).into_owned())
    }

    #[pyfunction]
    fn siginterrupt(signalnum: i64, flag: i64) -> Result<()> {
        let number = check_signal(signalnum)?;
        // SAFETY: reads and sets one signal's action.
        let result = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            libc::sigaction(number, std::ptr::null(), &mut action);
            if flag != 0 {
                action.sa_flags &= !libc::SA_RESTART;
            } else {
                action.sa_flags |= libc::SA_RESTART;
            }
            libc::sigaction(number, &action, std::ptr::null_mut())
        };
        if result < 0 { Err(os_error()) } else { Ok(()) }
    }

    #[pyfunction(signature = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i64, warn_on_full_buffer: Option<bool>) -> i64 {
        let _ = warn_on_full_buffer;
        i64::from(WAKEUP.swap(fd as i32, Ordering::SeqCst))
    }

    #[pyfunction]
    fn valid_signals() -> Result {
        // SAFETY: `sigfillset` initialises it.
        let mask = unsafe {
            let mut mask: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&mut mask);
            mask
        };
        signal_set(&mask)
    }

    #[pyfunction]
    fn pthread_sigmask(how: i64, mask: &Object) -> Result {
        let new = parse_set(mask)?;
        // SAFETY: both sets are initialised.
        let old = unsafe {
            let mut old: libc::sigset_t = std::mem::zeroed();
            let error = libc::pthread_sigmask(how as i32, &new, &mut old);
            if error != 0 {
                return Err(exception::raise_numbered(
                    exception::OSError::type_object(),
                    error,
                    &message(error),
                ));
            }
            old
        };
        gil::check_signals()?;
        signal_set(&old)
    }

    #[pyfunction]
    fn sigpending() -> Result {
        // SAFETY: the call initialises the set.
        let mask = unsafe {
            let mut mask: libc::sigset_t = std::mem::zeroed();
            if libc::sigpending(&mut mask) < 0 {
                return Err(os_error());
            }
            mask
        };
        signal_set(&mask)
    }

    #[pyfunction]
    fn sigwait(sigset: &Object) -> Result {
        let mask = parse_set(sigset)?;
        let mut signal = 0;
        let error = gil::without(|| {
            // SAFETY: the set is initialised, the number is written.
            unsafe { libc::sigwait(&mask, &mut signal) }
        });
        if error != 0 {
            return Err(exception::raise_numbered(exception::OSError::type_object(), error, &message(error)));
        }
        Ok(Owned::small_int(i64::from(signal)))
    }

    #[pyfunction]
    fn pthread_kill(thread_id: i64, signalnum: i64) -> Result<()> {
        // SAFETY: the id is a thread's, as the caller says; 0 and stale ids give an error.
        let error = unsafe { libc::pthread_kill(thread_id as libc::pthread_t, signalnum as i32) };
        if error != 0 {
            return Err(exception::raise_numbered(exception::OSError::type_object(), error, &message(error)));
        }
        gil::check_signals()
    }

    #[pyfunction]
    fn setitimer(which: i64, seconds: f64, interval: Option<f64>) -> Result {
        let new =
            libc::itimerval { it_interval: as_timer(interval.unwrap_or(0.0)), it_value: as_timer(seconds) };
        // SAFETY: both structures are initialised or written.
        unsafe {
            let mut old: libc::itimerval = std::mem::zeroed();
            if libc::setitimer(which as _, &new, &mut old) != 0 {
                return Err(os_error());
            }
            Ok(timer_pair(old))
        }
    }

    #[pyfunction]
    fn getitimer(which: i64) -> Result {
        // SAFETY: the structure is written.
        unsafe {
            let mut now: libc::itimerval = std::mem::zeroed();
            if libc::getitimer(which as _, &mut now) != 0 {
                return Err(os_error());
            }
            Ok(timer_pair(now))
        }
    }

    #[init]
    fn fill(module: &Object) -> Result<()> {
        let set = |name: &str, value: &Object| {
            operations::set_attribute(module, &pyrsc_core::str::intern(name), value)
        };
        for &(name, number) in NUMBERS {
            set(name, &Owned::small_int(i64::from(number)))?;
        }
        set("default_int_handler", &current_interrupt_handler())?;
        set("SIG_DFL", &Owned::small_int(DEFAULT))?;
        set("SIG_IGN", &Owned::small_int(IGNORE))?;
        set("ItimerError", exception::OSError::type_object().object())
    }
}

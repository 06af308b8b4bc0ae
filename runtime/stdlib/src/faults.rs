//! `_faults`: says what happened when the process dies of a fatal signal. `faulthandler` is made of it.

use std::sync::atomic::{AtomicI32, Ordering};

use pyrsc_core::exception;
use pyrsc_core::owned::Result;
use pyrsc_macros::pymodule;

/// Where the message goes.
static TARGET: AtomicI32 = AtomicI32::new(2);

const SIGNALS: &[(libc::c_int, &str)] = &[
    (libc::SIGBUS, "Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, "Fatal Python error: Illegal instruction\n\n"),
    (libc::SIGFPE, "Fatal Python error: Floating-point exception\n\n"),
    (libc::SIGABRT, "Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, "Fatal Python error: Segmentation fault\n\n"),
];

extern "C" fn handle(signal: libc::c_int) {
    for (known, text) in SIGNALS {
        if *known == signal {
            // SAFETY: system calls that a signal handler may make, on constants.
            unsafe { libc::write(TARGET.load(Ordering::Relaxed), text.as_ptr().cast(), text.len()) };
        }
    }
    // SAFETY: as above; the signal then ends the process as if nobody had handled it.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

#[pymodule(name = "_faults")]
mod module {
    use super::*;

    #[pyfunction]
    fn enable(descriptor: i32) -> Result<()> {
        TARGET.store(descriptor, Ordering::Relaxed);
        for (signal, _) in SIGNALS {
            // SAFETY: the handler makes only calls that are allowed in one.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = handle as extern "C" fn(libc::c_int) as usize;
                action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
                if libc::sigaction(*signal, &raw const action, std::ptr::null_mut()) < 0 {
                    return Err(exception::last_os_error());
                }
            }
        }
        Ok(())
    }

    #[pyfunction]
    fn disable() {
        for (signal, _) in SIGNALS {
            // SAFETY: gives the signal its default action.
            unsafe { libc::signal(*signal, libc::SIG_DFL) };
        }
    }
}

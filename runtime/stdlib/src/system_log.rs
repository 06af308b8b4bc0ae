//! `syslog`: messages to the system's log.

use std::cell::RefCell;
use std::ffi::CString;

use pyrsc_core::call::Arguments;
use pyrsc_core::gil::Static;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::str::Str;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymodule;

use crate::libc_numbers;

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    LOG_ALERT LOG_AUTH LOG_AUTHPRIV LOG_CONS LOG_CRIT LOG_CRON LOG_DAEMON LOG_DEBUG LOG_EMERG LOG_ERR LOG_FTP LOG_INFO
    LOG_KERN LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3 LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_LPR LOG_MAIL
    LOG_NDELAY LOG_NEWS LOG_NOTICE LOG_NOWAIT LOG_ODELAY LOG_PERROR LOG_PID LOG_SYSLOG LOG_USER LOG_UUCP LOG_WARNING
};

/// The program's name in the log; the C library keeps a pointer to it.
static IDENTITY: Static<RefCell<Option<CString>>> = Static::new(RefCell::new(None));

fn c_string(text: &Str) -> Result<CString> {
    CString::new(crate::path_argument::encode(text)?).map_err(|_| value_error!("embedded null character"))
}

#[pymodule(name = "syslog")]
mod module {
    use super::*;

    #[pyfunction(signature = "(ident=None, logoption=0, facility=8)")]
    fn openlog(ident: Option<&Object>, logoption: Option<i32>, facility: Option<i32>) -> Result<()> {
        let identity = match ident.filter(|ident| !ident.is_none()) {
            Some(ident) => match ident.downcast::<Str>() {
                Some(text) => Some(c_string(text)?),
                None => {
                    return Err(type_error!(
                        "openlog() argument 1 must be str, not {}",
                        pyrsc_core::type_object::name_of(ident)
                    ));
                }
            },
            None => None,
        };
        let mut kept = IDENTITY.borrow_mut();
        // SAFETY: the name lives until the next call, or is null; the old one is dropped after the library lets go of it.
        unsafe {
            libc::openlog(
                identity.as_ref().map_or(std::ptr::null(), |identity| identity.as_ptr()),
                logoption.unwrap_or(0),
                facility.unwrap_or(libc::LOG_USER),
            );
        }
        *kept = identity;
        Ok(())
    }

    #[pyfunction]
    fn syslog(arguments: Arguments<'_>) -> Result<()> {
        pyrsc_core::arguments::check_positional("syslog.syslog", arguments, 1, 2)?;
        let (priority, message) = match (arguments.get(0), arguments.get(1)) {
            (Some(priority), Some(message)) => (int::index_i64(priority)? as i32, message),
            (Some(message), _) => (libc::LOG_INFO, message),
            _ => return Err(type_error!("syslog.syslog requires 1 to 2 arguments")),
        };
        let Some(message) = message.downcast::<Str>() else {
            return Err(type_error!(
                "a message must be str, not {}",
                pyrsc_core::type_object::name_of(message)
            ));
        };
        let message = c_string(message)?;
        pyrsc_core::gil::without(|| {
            // SAFETY: the format takes one string, which ends with a zero byte.
            unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) }
        });
        Ok(())
    }

    #[pyfunction]
    fn closelog() {
        // SAFETY: no memory is passed; the name may be dropped afterwards.
        unsafe { libc::closelog() };
        *IDENTITY.borrow_mut() = None;
    }

    #[pyfunction(signature = "(maskpri, /)")]
    fn setlogmask(maskpri: i32) -> i32 {
        // SAFETY: no memory is passed.
        unsafe { libc::setlogmask(maskpri) }
    }

    #[pyfunction(name = "LOG_MASK", signature = "(pri, /)")]
    fn mask_of(pri: i32) -> i64 {
        1i64.checked_shl(pri as u32).unwrap_or(0)
    }

    #[pyfunction(name = "LOG_UPTO", signature = "(pri, /)")]
    fn mask_up_to(pri: i32) -> i64 {
        1i64.checked_shl(pri as u32 + 1).unwrap_or(0) - 1
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)
    }
}

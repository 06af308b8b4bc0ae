//! The numbers of `posix`, and what `os` looks up to know what the functions can do.

use pyrsc_core::exception::OSError;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::module::Module;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::Class;
use pyrsc_macros::pymodule;

const NUMBERS: &[(&str, i64)] = &[
    ("F_LOCK", libc::F_LOCK as i64),
    ("F_OK", libc::F_OK as i64),
    ("F_TEST", libc::F_TEST as i64),
    ("F_TLOCK", libc::F_TLOCK as i64),
    ("F_ULOCK", libc::F_ULOCK as i64),
    ("GRND_NONBLOCK", libc::GRND_NONBLOCK as i64),
    ("GRND_RANDOM", libc::GRND_RANDOM as i64),
    ("O_APPEND", libc::O_APPEND as i64),
    ("O_ASYNC", libc::O_ASYNC as i64),
    ("O_CLOEXEC", libc::O_CLOEXEC as i64),
    ("O_CREAT", libc::O_CREAT as i64),
    ("O_DIRECT", libc::O_DIRECT as i64),
    ("O_DIRECTORY", libc::O_DIRECTORY as i64),
    ("O_DSYNC", libc::O_DSYNC as i64),
    ("O_EXCL", libc::O_EXCL as i64),
    ("O_LARGEFILE", libc::O_LARGEFILE as i64),
    ("O_NDELAY", libc::O_NDELAY as i64),
    ("O_NOATIME", libc::O_NOATIME as i64),
    ("O_NOCTTY", libc::O_NOCTTY as i64),
    ("O_NOFOLLOW", libc::O_NOFOLLOW as i64),
    ("O_NONBLOCK", libc::O_NONBLOCK as i64),
    ("O_PATH", libc::O_PATH as i64),
    ("O_RDONLY", libc::O_RDONLY as i64),
    ("O_RDWR", libc::O_RDWR as i64),
    ("O_RSYNC", libc::O_RSYNC as i64),
    ("O_SYNC", libc::O_SYNC as i64),
    ("O_TMPFILE", libc::O_TMPFILE as i64),
    ("O_TRUNC", libc::O_TRUNC as i64),
    ("O_WRONLY", libc::O_WRONLY as i64),
    ("PRIO_PGRP", libc::PRIO_PGRP as i64),
    ("PRIO_PROCESS", libc::PRIO_PROCESS as i64),
    ("PRIO_USER", libc::PRIO_USER as i64),
    ("P_ALL", libc::P_ALL as i64),
    ("P_PGID", libc::P_PGID as i64),
    ("P_PID", libc::P_PID as i64),
    ("RTLD_GLOBAL", libc::RTLD_GLOBAL as i64),
    ("RTLD_LAZY", libc::RTLD_LAZY as i64),
    ("RTLD_LOCAL", libc::RTLD_LOCAL as i64),
    ("RTLD_NODELETE", libc::RTLD_NODELETE as i64),
    ("RTLD_NOLOAD", libc::RTLD_NOLOAD as i64),
    ("RTLD_NOW", libc::RTLD_NOW as i64),
    ("R_OK", libc::R_OK as i64),
    ("SCHED_BATCH", libc::SCHED_BATCH as i64),
    ("SCHED_FIFO", libc::SCHED_FIFO as i64),
    ("SCHED_IDLE", libc::SCHED_IDLE as i64),
    ("SCHED_OTHER", libc::SCHED_OTHER as i64),
    ("SCHED_RR", libc::SCHED_RR as i64),
    ("SEEK_DATA", libc::SEEK_DATA as i64),
    ("SEEK_HOLE", libc::SEEK_HOLE as i64),
    ("ST_NOSUID", libc::ST_NOSUID as i64),
    ("ST_RDONLY", libc::ST_RDONLY as i64),
    ("WCONTINUED", libc::WCONTINUED as i64),
    ("WEXITED", libc::WEXITED as i64),
    ("WNOHANG", libc::WNOHANG as i64),
    ("WNOWAIT", libc::WNOWAIT as i64),
    ("WSTOPPED", libc::WSTOPPED as i64),
    ("WUNTRACED", libc::WUNTRACED as i64),
    ("W_OK", libc::W_OK as i64),
    ("X_OK", libc::X_OK as i64),
    // Exit statuses of `sysexits.h`.
    ("EX_CANTCREAT", 73),
    ("EX_CONFIG", 78),
    ("EX_DATAERR", 65),
    ("EX_IOERR", 74),
    ("EX_NOHOST", 68),
    ("EX_NOINPUT", 66),
    ("EX_NOPERM", 77),
    ("EX_NOUSER", 67),
    ("EX_OK", 0),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_PROTOCOL", 76),
    ("EX_SOFTWARE", 70),
    ("EX_TEMPFAIL", 75),
    ("EX_UNAVAILABLE", 69),
    ("EX_USAGE", 64),
];

/// Adds the numbers to the module.
pub fn add_to(module: &Object) -> Result<()> {
    let Some(module) = module.downcast::<Module>() else { return Ok(()) };
    for (name, number) in NUMBERS {
        module.set(name, &int::from_i64(*number))?;
    }
    Ok(())
}

#[pymodule(name = "posix")]
pub mod module {
    use super::*;

    #[attribute]
    fn error() -> Result {
        Ok(OSError::type_object().to_owned())
    }

    #[attribute]
    fn _have_functions() -> Result {
        let names = [
            "HAVE_FCHDIR",
            "HAVE_FCHMOD",
            "HAVE_FDOPENDIR",
            "HAVE_FEXECVE",
            "HAVE_FTRUNCATE",
            "HAVE_FUTIMENS",
            "HAVE_LSTAT",
            "HAVE_UTIMENSAT",
        ];
        let names: Vec<Owned> = names.iter().map(|name| Str::new(name).into_owned()).collect();
        Ok(List::from_vec(names).into_owned())
    }
}

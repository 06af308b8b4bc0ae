//! `resource`: limits and use of the system's resources.

use pyrsc_core::exception;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::struct_sequence;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{float, int, iteration, value_error};
use pyrsc_macros::pymodule;

use crate::libc_numbers;

pyrsc_core::struct_sequence! {
    /// `resource.struct_rusage`
    pub static RESOURCE_USE: "resource" "struct_rusage", methods RESOURCE_USE_METHODS, fields RESOURCE_USE_FIELDS,
    doc "struct_rusage: Result from getrusage.",
    visible {
        ru_utime "user time used", ru_stime "system time used", ru_maxrss "max. resident set size",
        ru_ixrss "shared memory size", ru_idrss "unshared data size", ru_isrss "unshared stack size",
        ru_minflt "page faults not requiring I/O", ru_majflt "page faults requiring I/O",
        ru_nswap "number of swap outs", ru_inblock "block input operations", ru_oublock "block output operations",
        ru_msgsnd "IPC messages sent", ru_msgrcv "IPC messages received", ru_nsignals "signals received",
        ru_nvcsw "voluntary context switches", ru_nivcsw "involuntary context switches",
    }
    hidden {}
}

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE
    RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK RUSAGE_CHILDREN RUSAGE_SELF
    RUSAGE_THREAD
};

fn seconds(time: libc::timeval) -> Owned {
    float::from_f64(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6)
}

fn limit_value(limit: libc::rlim_t) -> Owned {
    if limit == libc::RLIM_INFINITY { Owned::small_int(-1) } else { int::from_u64(limit) }
}

fn limit_argument(limit: &Object) -> Result<libc::rlim_t> {
    let number = int::index(limit)?;
    match int::to_i64(&number) {
        Some(-1) => Ok(libc::RLIM_INFINITY),
        Some(number) if number < 0 => Err(value_error!("not allowed to raise maximum limit")),
        _ => int::to_u64(&number)
            .ok_or_else(|| pyrsc_core::overflow_error!("Python int too large to convert to C long")),
    }
}

fn limits_argument(limits: &Object) -> Result<libc::rlimit> {
    let limits = iteration::collect(limits)?;
    let [soft, hard] = limits.as_slice() else {
        return Err(value_error!("expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit { rlim_cur: limit_argument(soft)?, rlim_max: limit_argument(hard)? })
}

fn pair(limits: libc::rlimit) -> Owned {
    Tuple::pair(limit_value(limits.rlim_cur), limit_value(limits.rlim_max)).into_owned()
}

fn check_resource(resource: i32) -> Result<u32> {
    match u32::try_from(resource) {
        Ok(resource) if resource < 16 => Ok(resource),
        _ => Err(value_error!("invalid resource specified")),
    }
}

/// The change of limits that the system refused.
fn refused(error: i32) -> pyrsc_core::owned::Raised {
    match error {
        libc::EINVAL => value_error!("current limit exceeds maximum limit"),
        libc::EPERM => value_error!("not allowed to raise maximum limit"),
        error => exception::os_error(error),
    }
}

fn last_error() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

#[pymodule(name = "resource", types(RESOURCE_USE))]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Result {
        Ok(<exception::OSError as pyrsc_core::type_object::Class>::type_object().to_owned())
    }

    #[attribute(name = "RLIM_INFINITY")]
    fn infinity() -> i64 {
        -1
    }

    #[attribute(name = "RLIMIT_OFILE")]
    fn old_name_of_files() -> i64 {
        i64::from(libc::RLIMIT_NOFILE)
    }

    #[pyfunction(signature = "(who, /)")]
    fn getrusage(who: i32) -> Result {
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: the target is a local of the right type.
        if unsafe { libc::getrusage(who, usage.as_mut_ptr()) } < 0 {
            return Err(match last_error() {
                libc::EINVAL => value_error!("invalid who parameter"),
                error => exception::os_error(error),
            });
        }
        // SAFETY: filled in by the call.
        let usage = unsafe { usage.assume_init() };
        let mut values = vec![seconds(usage.ru_utime), seconds(usage.ru_stime)];
        values.extend(
            [
                usage.ru_maxrss,
                usage.ru_ixrss,
                usage.ru_idrss,
                usage.ru_isrss,
                usage.ru_minflt,
                usage.ru_majflt,
                usage.ru_nswap,
                usage.ru_inblock,
                usage.ru_oublock,
                usage.ru_msgsnd,
                usage.ru_msgrcv,
                usage.ru_nsignals,
                usage.ru_nvcsw,
                usage.ru_nivcsw,
            ]
            .map(int::from_i64),
        );
        Ok(struct_sequence::new(&RESOURCE_USE_FIELDS, values))
    }

    #[pyfunction(signature = "(resource, /)")]
    fn getrlimit(resource: i32) -> Result {
        let resource = check_resource(resource)?;
        let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the target is a local.
        if unsafe { libc::getrlimit(resource, &raw mut limits) } < 0 {
            return Err(exception::last_os_error());
        }
        Ok(pair(limits))
    }

    #[pyfunction(signature = "(resource, limits, /)")]
    fn setrlimit(resource: i32, limits: &Object) -> Result<()> {
        let resource = check_resource(resource)?;
        let limits = limits_argument(limits)?;
        // SAFETY: the limits are a local.
        if unsafe { libc::setrlimit(resource, &raw const limits) } < 0 {
            return Err(refused(last_error()));
        }
        Ok(())
    }

    #[pyfunction(signature = "(pid, resource, limits=None, /)")]
    fn prlimit(pid: i32, resource: i32, limits: Option<&Object>) -> Result {
        let resource = check_resource(resource)?;
        let new = limits.filter(|limits| !limits.is_none()).map(limits_argument).transpose()?;
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let new_pointer = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: both are locals, or null.
        if unsafe { libc::prlimit(pid, resource, new_pointer, &raw mut old) } < 0 {
            return Err(refused(last_error()));
        }
        Ok(pair(old))
    }

    #[pyfunction]
    fn getpagesize() -> i64 {
        // SAFETY: no memory is passed.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)
    }
}

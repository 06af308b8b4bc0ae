//! Functions of `posix` about who a process is, how it is scheduled, and how its children end.

use std::ffi::CStr;

use pyrsc_core::exception;
use pyrsc_core::float;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::struct_sequence;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{iteration, overflow_error, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::io::system;
use crate::path_argument;

pyrsc_core::struct_sequence! {
    /// `os.waitid_result`
    pub static WAITID_RESULT: "posix" "waitid_result", methods WAITID_RESULT_METHODS, fields WAITID_RESULT_FIELDS,
    doc "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
    visible { si_pid "", si_uid "", si_signo "", si_status "", si_code "", }
    hidden {}
}

pyrsc_core::struct_sequence! {
    /// `os.sched_param`
    pub static SCHEDULING_PARAMETER: "posix" "sched_param", methods SCHEDULING_PARAMETER_METHODS,
    fields SCHEDULING_PARAMETER_FIELDS,
    doc "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
    visible { sched_priority "the scheduling priority", }
    hidden {}
}

fn check(result: libc::c_int) -> Result<()> {
    if result < 0 { Err(exception::last_os_error()) } else { Ok(()) }
}

/// A user's or group's number; -1 stands for "as it is".
fn id(object: &Object, what: &str) -> Result<u32> {
    if !pyrsc_core::slice::has_index(object) {
        return Err(type_error!(
            "{what} should be integer, not {}",
            pyrsc_core::type_object::name_of(object)
        ));
    }
    let number = int::index(object)?;
    match int::to_i64(&number) {
        Some(-1) => Ok(u32::MAX),
        Some(number) if number < 0 => Err(overflow_error!("{what} is less than minimum")),
        Some(number) => u32::try_from(number).map_err(|_| overflow_error!("{what} is greater than maximum")),
        None => Err(overflow_error!("{what} is greater than maximum")),
    }
}

fn ids(numbers: [u32; 3]) -> Owned {
    Tuple::from_vec(numbers.map(|number| int::from_i64(i64::from(number))).into()).into_owned()
}

fn priority_of(parameter: &Object) -> Result<libc::sched_param> {
    if !std::ptr::eq(parameter.type_object(), &SCHEDULING_PARAMETER) {
        return Err(type_error!("must have a sched_param object"));
    }
    let priority = int::index_i64(&struct_sequence::field(parameter, 0))?;
    let priority = i32::try_from(priority).map_err(|_| overflow_error!("sched_priority out of range"))?;
    // SAFETY: plain numbers.
    let mut result: libc::sched_param = unsafe { std::mem::zeroed() };
    result.sched_priority = priority;
    Ok(result)
}

/// The use of resources as `resource` shows it, for `wait3` and `wait4`.
fn resource_use(usage: &libc::rusage) -> Owned {
    let seconds = |time: libc::timeval| float::from_f64(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
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
    struct_sequence::new(&crate::resource::RESOURCE_USE_FIELDS, values)
}

#[pymodule(name = "posix", types(WAITID_RESULT, SCHEDULING_PARAMETER))]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(uid, /)")]
    fn setuid(uid: &Object) -> Result<()> {
        let uid = id(uid, "uid")?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::setuid(uid) })
    }

    #[pyfunction(signature = "(euid, /)")]
    fn seteuid(euid: &Object) -> Result<()> {
        let uid = id(euid, "uid")?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::seteuid(uid) })
    }

    #[pyfunction(signature = "(gid, /)")]
    fn setgid(gid: &Object) -> Result<()> {
        let gid = id(gid, "gid")?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::setgid(gid) })
    }

    #[pyfunction(signature = "(egid, /)")]
    fn setegid(egid: &Object) -> Result<()> {
        let gid = id(egid, "gid")?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::setegid(gid) })
    }

    #[pyfunction(signature = "(ruid, euid, /)")]
    fn setreuid(ruid: &Object, euid: &Object) -> Result<()> {
        let (real, effective) = (id(ruid, "uid")?, id(euid, "uid")?);
        // SAFETY: no memory is passed.
        check(unsafe { libc::setreuid(real, effective) })
    }

    #[pyfunction(signature = "(rgid, egid, /)")]
    fn setregid(rgid: &Object, egid: &Object) -> Result<()> {
        let (real, effective) = (id(rgid, "gid")?, id(egid, "gid")?);
        // SAFETY: no memory is passed.
        check(unsafe { libc::setregid(real, effective) })
    }

    #[pyfunction(signature = "(ruid, euid, suid, /)")]
    fn setresuid(ruid: &Object, euid: &Object, suid: &Object) -> Result<()> {
        let (real, effective, saved) = (id(ruid, "uid")?, id(euid, "uid")?, id(suid, "uid")?);
        // SAFETY: no memory is passed.
        check(unsafe { libc::setresuid(real, effective, saved) })
    }

    #[pyfunction(signature = "(rgid, egid, sgid, /)")]
    fn setresgid(rgid: &Object, egid: &Object, sgid: &Object) -> Result<()> {
        let (real, effective, saved) = (id(rgid, "gid")?, id(egid, "gid")?, id(sgid, "gid")?);
        // SAFETY: no memory is passed.
        check(unsafe { libc::setresgid(real, effective, saved) })
    }

    #[pyfunction]
    fn getresuid() -> Result {
        let mut numbers = [0; 3];
        let [real, effective, saved] = &mut numbers;
        // SAFETY: the targets are locals.
        check(unsafe { libc::getresuid(real, effective, saved) })?;
        Ok(ids(numbers))
    }

    #[pyfunction]
    fn getresgid() -> Result {
        let mut numbers = [0; 3];
        let [real, effective, saved] = &mut numbers;
        // SAFETY: the targets are locals.
        check(unsafe { libc::getresgid(real, effective, saved) })?;
        Ok(ids(numbers))
    }

    #[pyfunction(signature = "(groups, /)")]
    fn setgroups(groups: &Object) -> Result<()> {
        let mut numbers = Vec::new();
        iteration::for_each(groups, |group| {
            numbers.push(id(&group, "gid")?);
            Ok(())
        })?;
        // SAFETY: the array is a local of that length.
        check(unsafe { libc::setgroups(numbers.len(), numbers.as_ptr()) })
    }

    #[pyfunction(signature = "(user, group, /)")]
    fn getgrouplist(user: &Str, group: &Object) -> Result {
        let user = std::ffi::CString::new(path_argument::encode(user)?)
            .map_err(|_| value_error!("embedded null character"))?;
        let group = id(group, "gid")?;
        let mut count = 64;
        loop {
            let mut groups = vec![0; count as usize];
            let room = count;
            // SAFETY: the array has the length that is told.
            if unsafe { libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &raw mut count) } >= 0 {
                groups.truncate(count as usize);
                let groups = groups.iter().map(|group| int::from_i64(i64::from(*group))).collect();
                return Ok(List::from_vec(groups).into_owned());
            }
            count = count.max(room * 2);
        }
    }

    #[pyfunction(signature = "(username, gid, /)")]
    fn initgroups(username: &Str, gid: &Object) -> Result<()> {
        let user = std::ffi::CString::new(path_argument::encode(username)?)
            .map_err(|_| value_error!("embedded null character"))?;
        let group = id(gid, "gid")?;
        // SAFETY: the name ends with a zero byte.
        check(unsafe { libc::initgroups(user.as_ptr(), group) })
    }

    #[pyfunction]
    fn getlogin() -> Result {
        // SAFETY: the name is the C library's, ends with a zero byte, and is read at once.
        unsafe {
            let name = libc::getlogin();
            if name.is_null() {
                return Err(exception::last_os_error());
            }
            Ok(path_argument::decode(CStr::from_ptr(name).to_bytes()).into_owned())
        }
    }

    #[pyfunction]
    fn setpgrp() -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::setpgid(0, 0) })
    }

    #[pyfunction(signature = "(which, who, priority)")]
    fn setpriority(which: u32, who: u32, priority: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::setpriority(which, who, priority) })
    }

    #[pyfunction(signature = "(policy)")]
    fn sched_get_priority_max(policy: i32) -> Result<i64> {
        // SAFETY: no memory is passed.
        let priority = unsafe { libc::sched_get_priority_max(policy) };
        check(priority).map(|()| i64::from(priority))
    }

    #[pyfunction(signature = "(policy)")]
    fn sched_get_priority_min(policy: i32) -> Result<i64> {
        // SAFETY: no memory is passed.
        let priority = unsafe { libc::sched_get_priority_min(policy) };
        check(priority).map(|()| i64::from(priority))
    }

    #[pyfunction(signature = "(pid, /)")]
    fn sched_getscheduler(pid: i32) -> Result<i64> {
        // SAFETY: no memory is passed.
        let policy = unsafe { libc::sched_getscheduler(pid) };
        check(policy).map(|()| i64::from(policy))
    }

    #[pyfunction(signature = "(pid, policy, param, /)")]
    fn sched_setscheduler(pid: i32, policy: i32, param: &Object) -> Result<()> {
        let parameter = priority_of(param)?;
        // SAFETY: the parameter is a local.
        check(unsafe { libc::sched_setscheduler(pid, policy, &raw const parameter) })
    }

    #[pyfunction(signature = "(pid, /)")]
    fn sched_getparam(pid: i32) -> Result {
        // SAFETY: plain numbers.
        let mut parameter: libc::sched_param = unsafe { std::mem::zeroed() };
        // SAFETY: the target is a local.
        check(unsafe { libc::sched_getparam(pid, &raw mut parameter) })?;
        let priority = int::from_i64(i64::from(parameter.sched_priority));
        Ok(struct_sequence::new(&SCHEDULING_PARAMETER_FIELDS, vec![priority]))
    }

    #[pyfunction(signature = "(pid, param, /)")]
    fn sched_setparam(pid: i32, param: &Object) -> Result<()> {
        let parameter = priority_of(param)?;
        // SAFETY: the parameter is a local.
        check(unsafe { libc::sched_setparam(pid, &raw const parameter) })
    }

    #[pyfunction(signature = "(pid, /)")]
    fn sched_rr_get_interval(pid: i32) -> Result<f64> {
        let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the target is a local.
        check(unsafe { libc::sched_rr_get_interval(pid, &raw mut interval) })?;
        Ok(interval.tv_sec as f64 + 1e-9 * interval.tv_nsec as f64)
    }

    #[pyfunction(signature = "(pid, mask, /)")]
    fn sched_setaffinity(pid: i32, mask: &Object) -> Result<()> {
        // SAFETY: plain bits.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        iteration::for_each(mask, |cpu| {
            let number = int::index_i64(&cpu)?;
            match usize::try_from(number) {
                Err(_) => return Err(value_error!("negative CPU number")),
                Ok(number) if number >= libc::CPU_SETSIZE as usize => {
                    return Err(overflow_error!("CPU number too large"));
                }
                // SAFETY: the number is within the set.
                Ok(number) => unsafe { libc::CPU_SET(number, &mut set) },
            }
            Ok(())
        })?;
        // SAFETY: the set is a local.
        check(unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const set) })
    }

    #[pyfunction(signature = "(options)")]
    fn wait3(options: i32) -> Result {
        wait4(-1, options)
    }

    #[pyfunction(signature = "(pid, options)")]
    fn wait4(pid: i32, options: i32) -> Result {
        let status = std::cell::Cell::new(0);
        // SAFETY: plain numbers.
        let usage = std::cell::Cell::new(unsafe { std::mem::zeroed::<libc::rusage>() });
        let (status_place, usage_place) = (status.as_ptr() as usize, usage.as_ptr() as usize);
        // SAFETY: the targets are locals.
        let child = system::call(|| unsafe {
            libc::wait4(pid, status_place as *mut libc::c_int, options, usage_place as *mut libc::rusage)
                as isize
        })?;
        let parts =
            vec![int::from_usize(child), int::from_i64(i64::from(status.get())), resource_use(&usage.get())];
        Ok(Tuple::from_vec(parts).into_owned())
    }

    #[pyfunction(signature = "(idtype, id, options, /)")]
    fn waitid(idtype: u32, id: i64, options: i32) -> Result {
        // SAFETY: plain numbers.
        let info = std::cell::Cell::new(unsafe { std::mem::zeroed::<libc::siginfo_t>() });
        let place = info.as_ptr() as usize;
        // SAFETY: the target is a local.
        system::call(|| unsafe {
            libc::waitid(idtype, id as libc::id_t, place as *mut libc::siginfo_t, options) as isize
        })?;
        let info = info.get();
        // SAFETY: the kernel fills in these fields for children.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(Owned::none());
        }
        let values = [
            i64::from(pid),
            i64::from(uid),
            i64::from(info.si_signo),
            i64::from(status),
            i64::from(info.si_code),
        ];
        Ok(struct_sequence::new(&WAITID_RESULT_FIELDS, values.map(int::from_i64).into()))
    }

    #[pyfunction(name = "WCOREDUMP", signature = "(status, /)")]
    fn dumped_core(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    #[pyfunction(name = "WIFCONTINUED", signature = "(status)")]
    fn continued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    #[pyfunction(signature = "(pid, flags=0)")]
    fn pidfd_open(pid: i32, flags: Option<u32>) -> Result<i64> {
        // SAFETY: no memory is passed.
        let descriptor = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags.unwrap_or(0)) };
        if descriptor < 0 { Err(exception::last_os_error()) } else { Ok(descriptor) }
    }

    #[pyfunction(signature = "(path)")]
    fn chroot(path: &Object) -> Result<()> {
        let path = path_argument::Path::new(path, "chroot", "path")?;
        let c_path = path.c_string()?;
        // SAFETY: the path ends with a zero byte.
        if unsafe { libc::chroot(c_path.as_ptr()) } < 0 {
            return Err(path_argument::last_os_error_with(&[&path.object]));
        }
        Ok(())
    }
}

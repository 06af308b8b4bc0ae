//! Functions of `posix` about this process, others and the machine.

use std::cell::RefCell;
use std::ffi::{CStr, CString};

use pyrsc_core::bytes::Bytes;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::gil::{self, Static};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::struct_sequence;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{float, int, iteration, operations, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::path_argument::{self, Path};

fn check(result: libc::c_int) -> Result<i64> {
    if result < 0 { Err(exception::last_os_error()) } else { Ok(i64::from(result)) }
}

pyrsc_core::struct_sequence! {
    /// `os.uname_result`
    pub static UNAME_RESULT: "posix" "uname_result", methods UNAME_RESULT_METHODS, fields UNAME_RESULT_FIELDS,
    doc "uname_result: Result from os.uname().",
    visible {
        sysname "operating system name", nodename "name of machine on network (implementation-defined)",
        release "operating system release", version "operating system version", machine "hardware identifier",
    }
    hidden {}
}

pyrsc_core::struct_sequence! {
    /// `os.times_result`
    pub static TIMES_RESULT: "posix" "times_result", methods TIMES_RESULT_METHODS, fields TIMES_RESULT_FIELDS,
    doc "times_result: Result from os.times().",
    visible {
        user "user time", system "system time", children_user "user time of children",
        children_system "system time of children", elapsed "elapsed time since an arbitrary point in the past",
    }
    hidden {}
}

/// What `os.register_at_fork` has been given.
#[derive(Default)]
struct ForkHooks {
    before: Vec<Owned>,
    after_in_child: Vec<Owned>,
    after_in_parent: Vec<Owned>,
}

static FORK_HOOKS: Static<RefCell<ForkHooks>> = Static::new(RefCell::new(ForkHooks {
    before: Vec::new(),
    after_in_child: Vec::new(),
    after_in_parent: Vec::new(),
}));

/// Drops the hooks.
pub(crate) fn forget() {
    let old = FORK_HOOKS.take();
    drop(old);
}

/// Calls hooks; their errors are reported and forgotten.
fn run_fork_hooks(select: impl FnOnce(&ForkHooks) -> Vec<Owned>) {
    let hooks = select(&FORK_HOOKS.borrow());
    for hook in hooks {
        if operations::call(&hook, &[]).is_err() {
            exception::report_unraisable("Exception ignored in fork hook", Some(&hook));
        }
    }
}

/// Runs what `os.register_at_fork` was given for the time before a fork.
pub fn run_hooks_before_fork() {
    run_fork_hooks(|hooks| hooks.before.iter().rev().cloned().collect());
}

/// Runs what `os.register_at_fork` was given for the child.
pub fn run_hooks_in_child() {
    run_fork_hooks(|hooks| hooks.after_in_child.clone());
}

/// Runs what `os.register_at_fork` was given for the parent.
pub fn run_hooks_in_parent() {
    run_fork_hooks(|hooks| hooks.after_in_parent.clone());
}

/// Text or bytes of an argument or environment variable as the C library takes it.
fn c_string(object: &Object) -> Result<CString> {
    Path::new(object, "execv", "arg")?.c_string()
}

fn c_strings(objects: &Object) -> Result<Vec<CString>> {
    let mut strings = Vec::new();
    iteration::for_each(objects, |object| {
        strings.push(c_string(&object)?);
        Ok(())
    })?;
    Ok(strings)
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

#[pymodule(name = "posix", types(UNAME_RESULT, TIMES_RESULT))]
pub mod module {
    use super::*;

    #[pyfunction]
    fn getpid() -> i64 {
        i64::from(std::process::id())
    }

    #[pyfunction]
    fn getppid() -> i64 {
        i64::from(std::os::unix::process::parent_id())
    }

    #[pyfunction]
    fn getuid() -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::getuid() })
    }

    #[pyfunction]
    fn geteuid() -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::geteuid() })
    }

    #[pyfunction]
    fn getgid() -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::getgid() })
    }

    #[pyfunction]
    fn getegid() -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::getegid() })
    }

    #[pyfunction(signature = "(pid)")]
    fn getpgid(pid: i32) -> Result<i64> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::getpgid(pid) })
    }

    #[pyfunction]
    fn getpgrp() -> i64 {
        // SAFETY: no memory is passed.
        i64::from(unsafe { libc::getpgrp() })
    }

    #[pyfunction]
    fn setpgid(pid: i32, pgrp: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::setpgid(pid, pgrp) }).map(drop)
    }

    #[pyfunction]
    fn setsid() -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::setsid() }).map(drop)
    }

    #[pyfunction]
    fn getsid(pid: i32) -> Result<i64> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::getsid(pid) })
    }

    #[pyfunction]
    fn kill(pid: i32, signal: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::kill(pid, signal) })?;
        gil::check_signals()
    }

    #[pyfunction]
    fn killpg(pgid: i32, signal: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::killpg(pgid, signal) })?;
        gil::check_signals()
    }

    #[pyfunction]
    fn nice(increment: i32) -> Result<i64> {
        // SAFETY: no memory is passed; the error number tells failure from a niceness of -1.
        unsafe {
            *libc::__errno_location() = 0;
            let niceness = libc::nice(increment);
            if niceness == -1 && *libc::__errno_location() != 0 {
                return Err(exception::last_os_error());
            }
            Ok(i64::from(niceness))
        }
    }

    #[pyfunction(signature = "(status)")]
    fn _exit(status: i32) -> Result<()> {
        // SAFETY: ends the process at once, as documented.
        unsafe { libc::_exit(status) }
    }

    #[pyfunction]
    fn abort() -> Result<()> {
        std::process::abort()
    }

    #[pyfunction]
    fn fork() -> Result<i64> {
        run_fork_hooks(|hooks| hooks.before.iter().rev().cloned().collect());
        // SAFETY: the child goes on with this thread alone; what that means for locks is put right in `after_fork`.
        let child = unsafe { libc::fork() };
        if child == 0 {
            pyrsc_core::thread::after_fork();
            run_fork_hooks(|hooks| hooks.after_in_child.clone());
        } else {
            let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
            run_fork_hooks(|hooks| hooks.after_in_parent.clone());
            if child < 0 {
                return Err(exception::os_error(error));
            }
        }
        check(child)
    }

    #[pyfunction(signature = "(*, before=None, after_in_child=None, after_in_parent=None)")]
    fn register_at_fork(
        before: Option<&Object>,
        after_in_child: Option<&Object>,
        after_in_parent: Option<&Object>,
    ) -> Result<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(type_error!("At least one argument is required."));
        }
        for (name, hook) in
            [("before", before), ("after_in_child", after_in_child), ("after_in_parent", after_in_parent)]
        {
            if hook.is_some_and(|hook| !operations::is_callable(hook)) {
                return Err(type_error!("'{name}' must be callable, not {}", hook.map_or("?", name_of)));
            }
        }
        let mut hooks = FORK_HOOKS.borrow_mut();
        hooks.before.extend(before.map(Object::to_owned));
        hooks.after_in_child.extend(after_in_child.map(Object::to_owned));
        hooks.after_in_parent.extend(after_in_parent.map(Object::to_owned));
        Ok(())
    }

    #[pyfunction]
    fn sched_getaffinity(pid: i32) -> Result {
        // SAFETY: the set is plain bits, which the call fills.
        let set = unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            check(libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut set))?;
            set
        };
        let mut numbers = Vec::new();
        for number in 0..libc::CPU_SETSIZE as usize {
            // SAFETY: the number is within the set.
            if unsafe { libc::CPU_ISSET(number, &set) } {
                numbers.push(int::from_i64(number as i64));
            }
        }
        let list = pyrsc_core::list::List::from_vec(numbers);
        operations::call(&*pyrsc_core::startup::builtin("set")?, &[list.object()])
    }

    #[pyfunction]
    fn getgroups() -> Result {
        // SAFETY: no memory is passed: the call only counts.
        let count = check(unsafe { libc::getgroups(0, std::ptr::null_mut()) })?;
        let mut groups = vec![0; count as usize];
        // SAFETY: the array has room for as many groups.
        let count = check(unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) })?;
        let groups = groups[..count as usize].iter().map(|&group| int::from_i64(i64::from(group))).collect();
        Ok(pyrsc_core::list::List::from_vec(groups).into_owned())
    }

    #[pyfunction]
    fn getpriority(which: u32, who: u32) -> Result<i64> {
        // SAFETY: no memory is passed; the error number tells failure from a priority of -1.
        unsafe {
            *libc::__errno_location() = 0;
            let priority = libc::getpriority(which, who);
            if priority == -1 && *libc::__errno_location() != 0 {
                return Err(exception::last_os_error());
            }
            Ok(i64::from(priority))
        }
    }

    #[pyfunction]
    fn wait() -> Result {
        waitpid(-1, 0)
    }

    #[pyfunction]
    fn waitpid(pid: i32, options: i32) -> Result {
        let status = std::cell::Cell::new(0);
        let target = status.as_ptr() as usize;
        // SAFETY: the target is a local.
        let child = crate::io::system::retry(|| unsafe {
            libc::waitpid(pid, target as *mut libc::c_int, options) as isize
        })?;
        let child = int::from_i64(child.unwrap_or(0) as i64);
        Ok(Tuple::pair(child, int::from_i64(i64::from(status.get()))).into_owned())
    }

    #[pyfunction(signature = "(status)")]
    fn waitstatus_to_exitcode(status: i32) -> Result<i64> {
        if libc::WIFEXITED(status) {
            return Ok(i64::from(libc::WEXITSTATUS(status)));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-i64::from(libc::WTERMSIG(status)));
        }
        if libc::WIFSTOPPED(status) {
            return Err(value_error!("process stopped by delivery of signal {}", libc::WSTOPSIG(status)));
        }
        Err(value_error!("invalid wait status: {status}"))
    }

    #[pyfunction(name = "WIFEXITED", signature = "(status)")]
    fn exited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    #[pyfunction(name = "WEXITSTATUS", signature = "(status)")]
    fn exit_status(status: i32) -> i64 {
        i64::from(libc::WEXITSTATUS(status))
    }

    #[pyfunction(name = "WIFSIGNALED", signature = "(status)")]
    fn signaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    #[pyfunction(name = "WTERMSIG", signature = "(status)")]
    fn terminating_signal(status: i32) -> i64 {
        i64::from(libc::WTERMSIG(status))
    }

    #[pyfunction(name = "WIFSTOPPED", signature = "(status)")]
    fn stopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    #[pyfunction(name = "WSTOPSIG", signature = "(status)")]
    fn stop_signal(status: i32) -> i64 {
        i64::from(libc::WSTOPSIG(status))
    }

    #[pyfunction]
    fn execv(path: &Object, argv: &Object) -> Result<()> {
        let path = Path::new(path, "execv", "path")?;
        let arguments = c_strings(argv)?;
        if arguments.is_empty() {
            return Err(value_error!("execv() arg 2 must not be empty"));
        }
        let c_path = path.c_string()?;
        // SAFETY: all strings end with a zero byte, and the array with a null pointer.
        unsafe { libc::execv(c_path.as_ptr(), pointers(&arguments).as_ptr()) };
        Err(path_argument::last_os_error_with(&[&path.object]))
    }

    #[pyfunction(signature = "(path, argv, env)")]
    fn execve(path: &Object, argv: &Object, env: &Object) -> Result<()> {
        let path = Path::new(path, "execve", "path")?;
        let arguments = c_strings(argv)?;
        if arguments.is_empty() {
            return Err(value_error!("execve: argv must not be empty"));
        }
        let mut environment = Vec::new();
        let items = operations::call_method(env, "items", &[])?;
        iteration::for_each(&items, |item| {
            let Some((Some(name), Some(value))) =
                item.downcast::<Tuple>().map(|item| (item.get(0), item.get(1)))
            else {
                return Err(type_error!("env.items() must give pairs"));
            };
            let mut entry = c_string(name)?.into_bytes();
            entry.push(b'=');
            entry.extend_from_slice(c_string(value)?.as_bytes());
            environment.push(CString::new(entry).map_err(|_| value_error!("embedded null byte"))?);
            Ok(())
        })?;
        let c_path = path.c_string()?;
        // SAFETY: all strings end with a zero byte, and the arrays with a null pointer.
        unsafe {
            libc::execve(c_path.as_ptr(), pointers(&arguments).as_ptr(), pointers(&environment).as_ptr())
        };
        Err(path_argument::last_os_error_with(&[&path.object]))
    }

    #[pyfunction(signature = "(command)")]
    fn system(command: &Object) -> Result<i64> {
        let command = c_string(command)?;
        // SAFETY: the string ends with a zero byte.
        Ok(i64::from(gil::without(|| unsafe { libc::system(command.as_ptr()) })))
    }

    #[pyfunction]
    fn urandom(size: i64) -> Result {
        if size < 0 {
            return Err(value_error!("negative argument not allowed"));
        }
        let mut bytes = vec![0u8; size as usize];
        let mut done = 0;
        while done < bytes.len() {
            let rest = &mut bytes[done..];
            // SAFETY: the buffer is valid for its length.
            let count = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
            if count < 0 {
                return Err(exception::last_os_error());
            }
            done += count as usize;
        }
        Ok(Bytes::new(&bytes).into_owned())
    }

    #[pyfunction(signature = "(size, flags=0)")]
    fn getrandom(size: i64, flags: u32) -> Result {
        let _ = flags;
        urandom(size)
    }

    #[pyfunction]
    fn cpu_count() -> Owned {
        // SAFETY: no memory is passed.
        match unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } {
            count if count > 0 => int::from_i64(count),
            _ => Owned::none(),
        }
    }

    #[pyfunction]
    fn sched_yield() -> Result<()> {
        // SAFETY: no memory is passed.
        check(gil::without(|| unsafe { libc::sched_yield() })).map(drop)
    }

    #[pyfunction]
    fn strerror(code: i32) -> String {
        let text = std::io::Error::from_raw_os_error(code).to_string();
        text.split(" (os error").next().unwrap_or_default().to_string()
    }

    #[pyfunction]
    fn putenv(name: &Object, value: &Object) -> Result<()> {
        let (name, value) = (c_string(name)?, c_string(value)?);
        if name.as_bytes().contains(&b'=') {
            return Err(value_error!("illegal environment variable name"));
        }
        // SAFETY: both strings end with a zero byte; the GIL keeps other Python threads from the environment.
        check(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }).map(drop)
    }

    #[pyfunction]
    fn unsetenv(name: &Object) -> Result<()> {
        let name = c_string(name)?;
        // SAFETY: as above.
        check(unsafe { libc::unsetenv(name.as_ptr()) }).map(drop)
    }

    #[pyfunction]
    fn uname() -> Result {
        // SAFETY: the structure is plain bytes.
        let mut names: libc::utsname = unsafe { std::mem::zeroed() };
        // SAFETY: the call fills the structure.
        check(unsafe { libc::uname(&raw mut names) })?;
        let text = |field: &[libc::c_char]| {
            // SAFETY: the system ends each field with a zero byte.
            path_argument::decode(unsafe { CStr::from_ptr(field.as_ptr()) }.to_bytes()).into_owned()
        };
        let values = vec![
            text(&names.sysname),
            text(&names.nodename),
            text(&names.release),
            text(&names.version),
            text(&names.machine),
        ];
        Ok(struct_sequence::new(&UNAME_RESULT_FIELDS, values))
    }

    #[pyfunction]
    fn times() -> Result {
        // SAFETY: the structure is plain numbers.
        let mut times: libc::tms = unsafe { std::mem::zeroed() };
        // SAFETY: the call fills the structure.
        let elapsed = unsafe { libc::times(&raw mut times) };
        // SAFETY: no memory is passed.
        let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        let seconds = |clock: libc::clock_t| float::from_f64(clock as f64 / ticks);
        let values = [times.tms_utime, times.tms_stime, times.tms_cutime, times.tms_cstime, elapsed];
        Ok(struct_sequence::new(&TIMES_RESULT_FIELDS, values.into_iter().map(seconds).collect()))
    }

    #[pyfunction]
    fn getloadavg() -> Result {
        let mut loads = [0.0; 3];
        // SAFETY: the array has room for three numbers.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
            return Err(pyrsc_core::raise!(exception::OSError, "Load averages are unobtainable"));
        }
        Ok(Tuple::from_vec(loads.into_iter().map(float::from_f64).collect()).into_owned())
    }

    #[attribute]
    fn environ() -> Result {
        use std::os::unix::ffi::OsStrExt;
        let environ = Dict::new();
        for (name, value) in std::env::vars_os() {
            environ.set(Bytes::new(name.as_bytes()).object(), Bytes::new(value.as_bytes()).object())?;
        }
        Ok(environ.into_owned())
    }

    #[pyfunction]
    fn _create_environ() -> Result {
        environ()
    }

    #[pyfunction]
    fn ctermid() -> Owned {
        Str::new("/dev/tty").into_owned()
    }
}

//! `_posixsubprocess`: starts a program for `subprocess`.

use std::ffi::CString;

use pyrsc_core::exception;
use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{int, iteration, operations, type_error, value_error};
use pyrsc_macros::pymodule;

use crate::path_argument::Path;

/// What the child is to do, with no object of Python in it.
struct Plan {
    programs: Vec<CString>,
    arguments: Option<Vec<CString>>,
    environment: Option<Vec<CString>>,
    folder: Option<CString>,
    close_others: bool,
    kept: Vec<i32>,
    /// Standard input, output and error of the child: where -1, it keeps its own.
    streams: [i32; 3],
    /// The parent's ends of the pipes, which the child closes.
    foreign: [i32; 3],
    error_pipe: i32,
    restore_signals: bool,
    new_session: bool,
    process_group: i32,
    group: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    user: Option<u32>,
    mask: i32,
}

fn c_strings(objects: &Object, what: &str) -> Result<Vec<CString>> {
    let mut strings = Vec::new();
    iteration::for_each(objects, |object| {
        strings.push(Path::new(&object, "fork_exec", what)?.c_string()?);
        Ok(())
    })?;
    Ok(strings)
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

fn last_error() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn check(result: libc::c_int) -> std::result::Result<libc::c_int, i32> {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

/// What of a child's start failed: its error number, and whether that was before the program was looked for.
struct Failure {
    error: i32,
    before: &'static str,
}

/// Runs in the child, in the order of `child_exec` in Modules/_posixsubprocess.c, up to `exec`.
fn run_child(
    plan: &Plan,
    argument_pointers: Option<&[*const libc::c_char]>,
    environment_pointers: Option<&[*const libc::c_char]>,
    prepare: impl FnOnce() -> std::result::Result<(), ()>,
) -> Failure {
    let early = |error: i32| Failure { error, before: "noexec" };
    let setup = || -> std::result::Result<[i32; 3], Failure> {
        // SAFETY: system calls on descriptors and strings that the plan owns, in a process with one thread.
        unsafe {
            for &descriptor in &plan.kept {
                if descriptor != plan.error_pipe {
                    let flags = check(libc::fcntl(descriptor, libc::F_GETFD)).map_err(early)?;
                    check(libc::fcntl(descriptor, libc::F_SETFD, flags & !libc::FD_CLOEXEC))
                        .map_err(early)?;
                }
            }
            for &descriptor in &plan.foreign {
                if descriptor != -1 {
                    libc::close(descriptor);
                }
            }
            let mut streams = plan.streams;
            // A pipe that lies where an earlier standard stream goes would be overwritten by its `dup2`.
            if streams[1] == 0 {
                streams[1] = check(libc::dup(streams[1])).map_err(early)?;
            }
            while streams[2] == 0 || streams[2] == 1 {
                streams[2] = check(libc::dup(streams[2])).map_err(early)?;
            }
            for (index, &stream) in streams.iter().enumerate() {
                let wanted = index as i32;
                if stream == wanted {
                    let flags = check(libc::fcntl(stream, libc::F_GETFD)).map_err(early)?;
                    check(libc::fcntl(stream, libc::F_SETFD, flags & !libc::FD_CLOEXEC)).map_err(early)?;
                } else if stream != -1 {
                    check(libc::dup2(stream, wanted)).map_err(early)?;
                }
            }
            if let Some(folder) = &plan.folder {
                check(libc::chdir(folder.as_ptr()))
                    .map_err(|error| Failure { error, before: "noexec:chdir" })?;
            }
            if plan.mask >= 0 {
                libc::umask(plan.mask as libc::mode_t);
            }
            if plan.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if plan.new_session {
                libc::setsid();
            }
            if plan.process_group >= 0 {
                check(libc::setpgid(0, plan.process_group)).map_err(early)?;
            }
            if let Some(groups) = &plan.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr())).map_err(early)?;
            }
            if let Some(group) = plan.group {
                check(libc::setregid(group, group)).map_err(early)?;
            }
            if let Some(user) = plan.user {
                check(libc::setreuid(user, user)).map_err(early)?;
            }
            Ok(streams)
        }
    };
    if let Err(failure) = setup() {
        return failure;
    }
    if prepare().is_err() {
        return Failure { error: 0, before: "preexec" };
    }
    if plan.close_others {
        close_others(&plan.kept);
    }
    let mut saved = 0;
    for program in &plan.programs {
        // SAFETY: all strings end with a zero byte, and the arrays with a null pointer.
        unsafe {
            let arguments = argument_pointers.map_or(std::ptr::null(), <[_]>::as_ptr);
            match environment_pointers {
                Some(environment) => libc::execve(program.as_ptr(), arguments, environment.as_ptr()),
                None => libc::execv(program.as_ptr(), arguments),
            };
        }
        let error = last_error();
        if error != libc::ENOENT && error != libc::ENOTDIR && saved == 0 {
            saved = error;
        }
    }
    Failure { error: if saved != 0 { saved } else { last_error() }, before: "" }
}

/// Closes all descriptors from 3 on but those that are kept, which are sorted.
fn close_others(kept: &[i32]) {
    let close = |from: i32, to: i32| {
        if from > to {
            return;
        }
        // SAFETY: descriptors of the child that nobody uses before `exec`.
        unsafe {
            if libc::syscall(libc::SYS_close_range, from as u32, to as u32, 0) == 0 {
                return;
            }
            let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 20) as i32;
            for descriptor in from..=to.min(most) {
                libc::close(descriptor);
            }
        }
    };
    let mut from = 3;
    for &descriptor in kept {
        if descriptor >= from {
            close(from, descriptor - 1);
            from = descriptor + 1;
        }
    }
    close(from, i32::MAX);
}

/// Tells the parent what failed, in the form that `subprocess` reads, and ends the child.
fn report(failure: &Failure, pipe: i32) -> ! {
    let text = match (failure.before, failure.error) {
        ("preexec", _) => "SubprocessError:0:Exception occurred in preexec_fn.".to_string(),
        (before, error) => format!("OSError:{error:X}:{before}"),
    };
    // SAFETY: writes a local buffer to the child's own descriptor, and ends the process.
    unsafe {
        libc::write(pipe, text.as_ptr().cast(), text.len());
        libc::_exit(255)
    }
}

fn number(object: &Object) -> Result<i32> {
    i32::try_from(int::index_i64(object)?)
        .map_err(|_| pyrsc_core::overflow_error!("Python int too large to convert to C int"))
}

/// A user's or group's number, or None.
fn account(object: &Object, what: &str) -> Result<Option<u32>> {
    if object.is_none() {
        return Ok(None);
    }
    let number = int::index_i64(object)?;
    u32::try_from(number).map(Some).map_err(|_| value_error!("invalid {what}"))
}

#[pymodule(name = "_posixsubprocess", doc = "A POSIX helper for the subprocess module.")]
mod module {
    use super::*;

    #[pyfunction(
        signature = "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)",
        doc = "Spawn a fresh new child process.\n\nFork a child process, close parent file descriptors as appropriate in the\nchild and duplicate the few that are needed before calling exec() in the\nchild process."
    )]
    fn fork_exec(arguments: pyrsc_core::call::Arguments<'_>) -> Result<i64> {
        pyrsc_core::arguments::check_positional("fork_exec", arguments, 22, 22)?;
        let given = |index: usize| arguments.positional(index).expect("counted");
        let descriptor = |index: usize| number(given(index));
        let Some(kept) = given(3).downcast::<Tuple>() else {
            return Err(type_error!("fork_exec() argument 4 must be tuple, not {}", name_of(given(3))));
        };
        let close_others = operations::is_true(given(2))?;
        let mut kept_descriptors = Vec::new();
        for object in kept.iter() {
            match int::to_i64(object).and_then(|number| i32::try_from(number).ok()) {
                Some(number) if number >= 0 && kept_descriptors.last().is_none_or(|last| *last < number) => {
                    kept_descriptors.push(number);
                }
                _ => return Err(value_error!("bad value(s) in fds_to_keep")),
            }
        }
        let prepare = Some(given(21)).filter(|function| !function.is_none());
        let optional_strings = |index: usize, what: &str| -> Result<Option<Vec<CString>>> {
            if given(index).is_none() { Ok(None) } else { c_strings(given(index), what).map(Some) }
        };
        let groups = if given(18).is_none() {
            None
        } else {
            let mut groups = Vec::new();
            iteration::for_each(given(18), |group| {
                groups.push(account(&group, "group id")?.ok_or_else(|| value_error!("invalid group id"))?);
                Ok(())
            })?;
            Some(groups)
        };
        let plan = Plan {
            programs: c_strings(given(1), "executable")?,
            arguments: optional_strings(0, "args")?,
            environment: optional_strings(5, "env")?,
            folder: if given(4).is_none() {
                None
            } else {
                Some(Path::new(given(4), "fork_exec", "cwd")?.c_string()?)
            },
            close_others,
            kept: kept_descriptors,
            streams: [descriptor(6)?, descriptor(9)?, descriptor(11)?],
            foreign: [descriptor(7)?, descriptor(8)?, descriptor(10)?],
            error_pipe: descriptor(13)?,
            restore_signals: operations::is_true(given(14))?,
            new_session: operations::is_true(given(15))?,
            process_group: number(given(16))?,
            group: account(given(17), "group id")?,
            groups,
            user: account(given(19), "user id")?,
            mask: number(given(20))?,
        };
        if plan.close_others && plan.error_pipe < 3 {
            return Err(value_error!("errpipe_write must be >= 3"));
        }
        let argument_pointers = plan.arguments.as_deref().map(pointers);
        let environment_pointers = plan.environment.as_deref().map(pointers);
        if prepare.is_some() {
            crate::posix::process::run_hooks_before_fork();
        }
        // SAFETY: the child makes system calls on what was prepared, or runs `preexec_fn` after putting locks right.
        let child = unsafe { libc::fork() };
        if child == 0 {
            if prepare.is_some() {
                pyrsc_core::thread::after_fork();
                crate::posix::process::run_hooks_in_child();
            }
            let failure =
                run_child(&plan, argument_pointers.as_deref(), environment_pointers.as_deref(), || {
                    match prepare {
                        Some(function) => operations::call(function, &[]).map(drop).map_err(drop),
                        None => Ok(()),
                    }
                });
            report(&failure, plan.error_pipe);
        }
        let error = last_error();
        if prepare.is_some() {
            crate::posix::process::run_hooks_in_parent();
        }
        if child < 0 {
            return Err(exception::os_error(error));
        }
        Ok(i64::from(child))
    }
}

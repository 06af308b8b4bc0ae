//! `pwd` and `grp`: the databases of users and groups.

use std::ffi::{CStr, CString};

use pyrsc_core::exception::{self, KeyError};
use pyrsc_core::gil;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::struct_sequence;
use pyrsc_core::type_object::Class;
use pyrsc_core::value_error;

use crate::path_argument;

pyrsc_core::struct_sequence! {
    /// `pwd.struct_passwd`
    pub static PASSWORD_ENTRY: "pwd" "struct_passwd", methods PASSWORD_ENTRY_METHODS, fields PASSWORD_ENTRY_FIELDS,
    doc "pwd.struct_passwd: Results from getpw*() routines.",
    visible {
        pw_name "user name", pw_passwd "password", pw_uid "user id", pw_gid "group id", pw_gecos "real name",
        pw_dir "home directory", pw_shell "shell program",
    }
    hidden {}
}

pyrsc_core::struct_sequence! {
    /// `grp.struct_group`
    pub static GROUP_ENTRY: "grp" "struct_group", methods GROUP_ENTRY_METHODS, fields GROUP_ENTRY_FIELDS,
    doc "grp.struct_group: Results from getgr*() routines.",
    visible {
        gr_name "group name", gr_passwd "password", gr_gid "group id", gr_mem "group members",
    }
    hidden {}
}

/// A string of the C library; None where there is none.
fn text(pointer: *const libc::c_char) -> Owned {
    if pointer.is_null() {
        return Owned::none();
    }
    // SAFETY: the strings of an entry end with a zero byte and live as long as its buffer.
    path_argument::decode(unsafe { CStr::from_ptr(pointer) }.to_bytes()).into_owned()
}

fn password_entry(entry: &libc::passwd) -> Owned {
    struct_sequence::new(
        &PASSWORD_ENTRY_FIELDS,
        vec![
            text(entry.pw_name),
            text(entry.pw_passwd),
            int::from_i64(i64::from(entry.pw_uid)),
            int::from_i64(i64::from(entry.pw_gid)),
            text(entry.pw_gecos),
            text(entry.pw_dir),
            text(entry.pw_shell),
        ],
    )
}

fn group_entry(entry: &libc::group) -> Owned {
    let mut members = Vec::new();
    let mut place = entry.gr_mem;
    // SAFETY: the array of members ends with a null pointer.
    unsafe {
        while !place.is_null() && !(*place).is_null() {
            members.push(text(*place));
            place = place.add(1);
        }
    }
    struct_sequence::new(
        &GROUP_ENTRY_FIELDS,
        vec![
            text(entry.gr_name),
            text(entry.gr_passwd),
            int::from_i64(i64::from(entry.gr_gid)),
            List::from_vec(members).into_owned(),
        ],
    )
}

/// Asks one of the reentrant functions with a growing buffer. `None`: there is no such entry.
fn ask<Entry>(
    call: impl Fn(*mut Entry, *mut libc::c_char, usize, *mut *mut Entry) -> i32,
    convert: impl FnOnce(&Entry) -> Owned,
) -> Result<Option<Owned>> {
    let mut size = 1024;
    loop {
        let mut buffer: Vec<libc::c_char> = vec![0; size];
        let mut entry = std::mem::MaybeUninit::<Entry>::zeroed();
        let mut result = std::ptr::null_mut();
        let status = gil::without(|| call(entry.as_mut_ptr(), buffer.as_mut_ptr(), size, &mut result));
        match status {
            libc::ERANGE if size < 1 << 24 => size *= 2,
            libc::EINTR => gil::check_signals()?,
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM if result.is_null() => {
                return Ok(None);
            }
            // SAFETY: a result that is not null points to the entry, filled in.
            0 => return Ok(Some(convert(unsafe { &*result }))),
            error => return Err(exception::os_error(error)),
        }
    }
}

fn key_error(message: String) -> Raised {
    exception::raise(KeyError::type_object(), &message)
}

fn name_argument(name: &Object, function: &str) -> Result<CString> {
    let Some(text) = name.downcast::<Str>() else {
        return Err(pyrsc_core::type_error!(
            "{function}() argument must be str, not {}",
            pyrsc_core::type_object::name_of(name)
        ));
    };
    CString::new(path_argument::encode(text)?).map_err(|_| value_error!("embedded null character"))
}

/// A user's or group's number; `None` for what cannot be one.
fn id_argument(id: &Object) -> Result<Option<u32>> {
    let id = int::index(id)?;
    Ok(match int::to_i64(&id) {
        Some(-1) => Some(u32::MAX),
        Some(number) => u32::try_from(number).ok(),
        None => None,
    })
}

/// The module `pwd`.
pub mod users {
    use super::*;
    use pyrsc_macros::pymodule;

    #[pymodule(
        name = "pwd",
        doc = "This module provides access to the Unix password database.\nIt is available on all Unix versions.",
        types(PASSWORD_ENTRY)
    )]
    mod module {
        use super::*;

        #[pyfunction(signature = "(uidobj, /)")]
        fn getpwuid(uid: &Object) -> Result {
            let missing = || key_error(format!("getpwuid(): uid not found: {}", shown(uid)));
            let Some(number) = id_argument(uid)? else { return Err(missing()) };
            // SAFETY: the buffers are those of `ask`.
            let found = ask(
                |entry, buffer, size, result| unsafe {
                    libc::getpwuid_r(number, entry, buffer, size, result)
                },
                password_entry,
            )?;
            found.ok_or_else(missing)
        }

        #[pyfunction(signature = "(name, /)")]
        fn getpwnam(name: &Object) -> Result {
            let c_name = name_argument(name, "getpwnam")?;
            // SAFETY: the buffers are those of `ask`; the name ends with a zero byte.
            let found = ask(
                |entry, buffer, size, result| unsafe {
                    libc::getpwnam_r(c_name.as_ptr(), entry, buffer, size, result)
                },
                password_entry,
            )?;
            found.ok_or_else(|| key_error(format!("getpwnam(): name not found: {}", quoted(name))))
        }

        #[pyfunction]
        fn getpwall() -> Result {
            let mut entries = Vec::new();
            // SAFETY: the GIL is held: nobody else walks the database.
            unsafe {
                libc::setpwent();
                loop {
                    let entry = libc::getpwent();
                    if entry.is_null() {
                        break;
                    }
                    entries.push(password_entry(&*entry));
                }
                libc::endpwent();
            }
            Ok(List::from_vec(entries).into_owned())
        }
    }
}

fn shown(object: &Object) -> String {
    pyrsc_core::operations::str_string(object).unwrap_or_default()
}

fn quoted(object: &Object) -> String {
    pyrsc_core::operations::repr_string(object).unwrap_or_default()
}

/// The module `grp`.
pub mod groups {
    use super::*;
    use pyrsc_macros::pymodule;

    #[pymodule(
        name = "grp",
        doc = "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  name   - name of the group\n  passwd - group password (encrypted); often empty\n  gid    - numeric ID of the group\n  mem    - list of members",
        types(GROUP_ENTRY)
    )]
    mod module {
        use super::*;

        #[pyfunction(signature = "(id)")]
        fn getgrgid(id: &Object) -> Result {
            let missing = || key_error(format!("getgrgid(): gid not found: {}", shown(id)));
            let Some(number) = id_argument(id)? else { return Err(missing()) };
            // SAFETY: the buffers are those of `ask`.
            let found = ask(
                |entry, buffer, size, result| unsafe {
                    libc::getgrgid_r(number, entry, buffer, size, result)
                },
                group_entry,
            )?;
            found.ok_or_else(missing)
        }

        #[pyfunction(signature = "(name)")]
        fn getgrnam(name: &Object) -> Result {
            let c_name = name_argument(name, "getgrnam")?;
            // SAFETY: the buffers are those of `ask`; the name ends with a zero byte.
            let found = ask(
                |entry, buffer, size, result| unsafe {
                    libc::getgrnam_r(c_name.as_ptr(), entry, buffer, size, result)
                },
                group_entry,
            )?;
            found.ok_or_else(|| key_error(format!("getgrnam(): name not found: {}", quoted(name))))
        }

        #[pyfunction]
        fn getgrall() -> Result {
            let mut entries = Vec::new();
            // SAFETY: the GIL is held: nobody else walks the database.
            unsafe {
                libc::setgrent();
                loop {
                    let entry = libc::getgrent();
                    if entry.is_null() {
                        break;
                    }
                    entries.push(group_entry(&*entry));
                }
                libc::endgrent();
            }
            Ok(List::from_vec(entries).into_owned())
        }
    }
}

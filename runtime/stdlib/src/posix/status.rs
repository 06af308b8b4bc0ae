//! `os.stat` and its kin.

use pyrsc_core::exception;
use pyrsc_core::float;
use pyrsc_core::gil;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::spec::{Member, MethodTable, PropertySpec, TypeSpec};
use pyrsc_core::special_methods::SpecialMethods;
use pyrsc_core::struct_sequence::{self, Fields};
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::pymodule;

use crate::path_argument::{self, Path};

/// `os.stat_result`. Its items 7 to 9 are times in whole seconds, which have no names of their own.
pub static STAT_RESULT: TypeObject = {
    static SPEC: TypeSpec = struct_sequence::type_spec(
        "stat_result",
        "os",
        Some(
            "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.",
        ),
    );
    TypeObject::new_static(&SPEC)
};

static FIELDS: Fields = Fields {
    ty: || &STAT_RESULT,
    full_name: "os.stat_result",
    names: &[
        Some("st_mode"),
        Some("st_ino"),
        Some("st_dev"),
        Some("st_nlink"),
        Some("st_uid"),
        Some("st_gid"),
        Some("st_size"),
        None,
        None,
        None,
        Some("st_atime"),
        Some("st_mtime"),
        Some("st_ctime"),
        Some("st_atime_ns"),
        Some("st_mtime_ns"),
        Some("st_ctime_ns"),
        Some("st_blksize"),
        Some("st_blocks"),
        Some("st_rdev"),
    ],
    visible: 10,
};

macro_rules! field_properties {
    ($($name:literal $index:literal,)*) => {
        &[
            $(Member::Property(&PropertySpec {
                name: $name,
                doc: None,
                get: |this| Ok(struct_sequence::field(this, $index)),
                set: None,
            }),)*
            Member::Attribute("n_fields", || Ok(Owned::small_int(19))),
            Member::Attribute("n_sequence_fields", || Ok(Owned::small_int(10))),
            Member::Attribute("n_unnamed_fields", || Ok(Owned::small_int(3))),
            Member::Attribute("__match_args__", || Ok(struct_sequence::match_args(&FIELDS))),
            Member::Method(&pyrsc_core::spec::FunctionSpec {
                name: "__reduce__",
                signature: Some("($self, /)"),
                doc: None,
                call: |arguments| struct_sequence::reduce(&FIELDS, arguments),
            }),
        ]
    };
}

/// The methods of `stat_result`.
pub static STAT_RESULT_METHODS: MethodTable = MethodTable {
    special: SpecialMethods {
        new: Some(|class, arguments| struct_sequence::construct(&FIELDS, class, arguments)),
        repr: Some(|this| struct_sequence::repr(&FIELDS, this)),
        ..SpecialMethods::NONE
    },
    members: field_properties! {
        "st_mode" 0, "st_ino" 1, "st_dev" 2, "st_nlink" 3, "st_uid" 4, "st_gid" 5, "st_size" 6,
        "st_atime" 10, "st_mtime" 11, "st_ctime" 12, "st_atime_ns" 13, "st_mtime_ns" 14, "st_ctime_ns" 15,
        "st_blksize" 16, "st_blocks" 17, "st_rdev" 18,
    },
};

/// A `stat_result` of what the system tells.
pub fn result(status: &libc::stat) -> Owned {
    let number = |number: i128| int::from_i128(number);
    let times = [
        (status.st_atime, status.st_atime_nsec),
        (status.st_mtime, status.st_mtime_nsec),
        (status.st_ctime, status.st_ctime_nsec),
    ];
    let mut values = vec![
        number(i128::from(status.st_mode)),
        number(i128::from(status.st_ino)),
        number(i128::from(status.st_dev)),
        number(i128::from(status.st_nlink)),
        number(i128::from(status.st_uid)),
        number(i128::from(status.st_gid)),
        number(i128::from(status.st_size)),
    ];
    values.extend(times.iter().map(|&(seconds, _)| int::from_i64(seconds)));
    values.extend(times.iter().map(|&(seconds, rest)| float::from_f64(seconds as f64 + 1e-9 * rest as f64)));
    values.extend(
        times.iter().map(|&(seconds, rest)| number(i128::from(seconds) * 1_000_000_000 + i128::from(rest))),
    );
    values.push(number(i128::from(status.st_blksize)));
    values.push(number(i128::from(status.st_blocks)));
    values.push(number(i128::from(status.st_rdev)));
    struct_sequence::new(&FIELDS, values)
}

/// `stat(2)`, `lstat(2)` or `fstat(2)`.
pub fn of_path(path: &Path, follow: bool) -> std::result::Result<libc::stat, i32> {
    of_path_in(libc::AT_FDCWD, path, follow)
}

/// As [`of_path`], with relative paths from a folder.
pub fn of_path_in(folder: i32, path: &Path, follow: bool) -> std::result::Result<libc::stat, i32> {
    let c_path = std::ffi::CString::new(path.bytes.clone()).map_err(|_| libc::ENOENT)?;
    let mut status = std::mem::MaybeUninit::<libc::stat>::uninit();
    let target = status.as_mut_ptr() as usize;
    let failed = gil::without(|| {
        let target = target as *mut libc::stat;
        // SAFETY: the path ends with a zero byte; the target is a local of the right type.
        let result = unsafe {
            match path.descriptor {
                Some(descriptor) => libc::fstat(descriptor, target),
                None => {
                    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                    libc::fstatat(folder, c_path.as_ptr(), target, flags)
                }
            }
        };
        (result != 0).then(|| std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
    });
    match failed {
        Some(error) => Err(error),
        // SAFETY: a successful call fills the target.
        None => Ok(unsafe { status.assume_init() }),
    }
}

/// A directory's descriptor, which relative paths start from; without one the current directory.
pub fn directory_descriptor(descriptor: Option<&Object>) -> Result<i32> {
    match descriptor.filter(|descriptor| !descriptor.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(descriptor) if pyrsc_core::slice::has_index(descriptor) => {
            i32::try_from(int::index_i64(descriptor)?)
                .map_err(|_| pyrsc_core::overflow_error!("fd is greater than maximum"))
        }
        Some(descriptor) => Err(pyrsc_core::type_error!(
            "argument should be integer or None, not {}",
            pyrsc_core::type_object::name_of(descriptor)
        )),
    }
}

#[pymodule(name = "posix", types(STAT_RESULT))]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(path: &Object, dir_fd: Option<&Object>, follow_symlinks: bool) -> Result {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::parse(path, "stat", "path", true, false)?;
        of_path_in(folder, &path, follow_symlinks)
            .map(|status| result(&status))
            .map_err(|error| path_argument::os_error_with(error, &[&path.object]))
    }

    #[pyfunction(signature = "(path, *, dir_fd=None)")]
    fn lstat(path: &Object, dir_fd: Option<&Object>) -> Result {
        let folder = directory_descriptor(dir_fd)?;
        let path = Path::new(path, "lstat", "path")?;
        of_path_in(folder, &path, false)
            .map(|status| result(&status))
            .map_err(|error| path_argument::os_error_with(error, &[&path.object]))
    }

    #[pyfunction(signature = "(fd)")]
    fn fstat(fd: i32) -> Result {
        let path = Path { object: Owned::none(), bytes: Vec::new(), is_bytes: false, descriptor: Some(fd) };
        of_path(&path, true).map(|status| result(&status)).map_err(exception::os_error)
    }
}

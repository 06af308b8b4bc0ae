//! Arguments that name files: str, bytes, `os.PathLike`, file descriptors.

use std::ffi::CString;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::{self, OSError};
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::type_object::{Class, name_of};
use pyrsc_core::{attribute, int, operations, type_error, value_error};

/// A path or, where a function allows it, a file descriptor.
pub struct Path {
    /// What was given, for error messages.
    pub object: Owned,
    /// The path's bytes, in the file system's encoding.
    pub bytes: Vec<u8>,
    /// Whether results should be bytes too.
    pub is_bytes: bool,
    pub descriptor: Option<i32>,
}

impl Path {
    /// A path that is no descriptor, for parameter `parameter` of `function`.
    pub fn new(object: &Object, function: &str, parameter: &str) -> Result<Path> {
        Path::parse(object, function, parameter, false, false)
    }

    /// A path, or a descriptor where `descriptor` allows it; None stands for `.` where `optional` does.
    pub fn parse(
        object: &Object,
        function: &str,
        parameter: &str,
        descriptor: bool,
        optional: bool,
    ) -> Result<Path> {
        if optional && object.is_none() {
            return Ok(Path {
                object: object.to_owned(),
                bytes: b".".to_vec(),
                is_bytes: false,
                descriptor: None,
            });
        }
        if descriptor && pyrsc_core::slice::has_index(object) {
            let number = int::index_i64(object)?;
            let number = i32::try_from(number)
                .map_err(|_| pyrsc_core::overflow_error!("fd is greater than maximum"))?;
            return Ok(Path {
                object: object.to_owned(),
                bytes: Vec::new(),
                is_bytes: false,
                descriptor: Some(number),
            });
        }
        let allowed = match (descriptor, optional) {
            (true, true) => "string, bytes, os.PathLike, integer or None",
            (true, false) => "string, bytes, os.PathLike or integer",
            (false, true) => "string, bytes, os.PathLike or None",
            (false, false) => "string, bytes or os.PathLike",
        };
        let complaint = || match function {
            "open" if !descriptor => {
                type_error!("expected str, bytes or os.PathLike object, not {}", name_of(object))
            }
            _ => type_error!("{function}: {parameter} should be {allowed}, not {}", name_of(object)),
        };
        let resolved = if object.is_instance_of::<Str>() || object.is_instance_of::<Bytes>() {
            object.to_owned()
        } else {
            fspath_or(object, complaint)?
        };
        let (bytes, is_bytes) = if let Some(text) = resolved.downcast::<Str>() {
            (encode(text)?, false)
        } else if let Some(bytes) = resolved.downcast::<Bytes>() {
            (bytes.as_slice().to_vec(), true)
        } else {
            return Err(complaint());
        };
        if bytes.contains(&0) {
            return Err(if function == "open" {
                value_error!("embedded null byte")
            } else {
                value_error!(
                    "{function}: embedded null {} in {parameter}",
                    if is_bytes { "byte" } else { "character" }
                )
            });
        }
        Ok(Path { object: resolved, bytes, is_bytes, descriptor: None })
    }

    /// The path as the C library takes it.
    pub fn c_string(&self) -> Result<CString> {
        CString::new(self.bytes.clone()).map_err(|_| value_error!("embedded null byte"))
    }

    /// A path in a result: bytes where the argument was.
    pub fn result(&self, bytes: &[u8]) -> Owned {
        if self.is_bytes { Bytes::new(bytes).into_owned() } else { decode(bytes).into_owned() }
    }
}

/// `os.fspath(object)`
pub fn fspath(object: &Object) -> Result {
    if object.is_instance_of::<Str>() || object.is_instance_of::<Bytes>() {
        return Ok(object.to_owned());
    }
    fspath_or(object, || type_error!("expected str, bytes or os.PathLike object, not {}", name_of(object)))
}

fn fspath_or(object: &Object, complaint: impl FnOnce() -> Raised) -> Result {
    match attribute::lookup_special(object, names::get(Name::__fspath__))? {
        Some(method) => {
            let path = operations::call(&method, &[])?;
            if path.is_instance_of::<Str>() || path.is_instance_of::<Bytes>() {
                return Ok(path);
            }
            Err(type_error!(
                "expected {}.__fspath__() to return str or bytes, not {}",
                name_of(object),
                name_of(&path)
            ))
        }
        None => Err(complaint()),
    }
}

/// Text in the file system's encoding: UTF-8 with `surrogateescape`.
pub fn encode(text: &Str) -> Result<Vec<u8>> {
    use pyrsc_builtins::codecs::{errors::Errors, utf8};
    utf8::encode(text, &Errors::SurrogateEscape)
}

/// Bytes of the file system's encoding as text.
pub fn decode(bytes: &[u8]) -> Ref<Str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Str::new(text);
    }
    let mut out = StrBuilder::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|&byte| out.push(0xDC00 + u32::from(byte)));
    }
    out.finish()
}

/// Raises the OSError of an error number with one or two file names.
#[cold]
pub fn os_error_with(number: i32, names: &[&Object]) -> Raised {
    let message = std::io::Error::from_raw_os_error(number).to_string();
    let message = message.split(" (os error").next().unwrap_or_default();
    let mut arguments = vec![int::from_i64(i64::from(number)), Str::new(message).into_owned()];
    if let Some(first) = names.first() {
        arguments.push((*first).to_owned());
    }
    if let Some(second) = names.get(1) {
        arguments.push(Owned::none());
        arguments.push((*second).to_owned());
    }
    exception::raise_with_arguments(OSError::type_object(), &arguments)
}

/// Raises the OSError of the C library's last error with file names.
#[cold]
pub fn last_os_error_with(names: &[&Object]) -> Raised {
    os_error_with(std::io::Error::last_os_error().raw_os_error().unwrap_or(0), names)
}

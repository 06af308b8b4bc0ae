//! The numbers that modules take from the C library's headers.

use pyrsc_core::int;
use pyrsc_core::module::Module;
use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;

/// A table of numbers that the crate `libc` has under the same names.
#[macro_export]
macro_rules! libc_numbers {
    ($($name:ident)*) => {
        &[$((stringify!($name), libc::$name as i64),)*]
    };
}

/// Adds numbers to a module.
pub fn add_to(module: &Object, numbers: &[(&str, i64)]) -> Result<()> {
    let Some(module) = module.downcast::<Module>() else { return Ok(()) };
    for (name, number) in numbers {
        module.set(name, &int::from_i64(*number))?;
    }
    Ok(())
}

/// The descriptor of a file: an int, or what its `fileno()` gives.
pub fn descriptor_of(object: &Object) -> Result<i32> {
    use pyrsc_core::{operations, str, type_error, value_error};
    let number = if int::is_int(object) {
        object.to_owned()
    } else {
        match operations::get_attribute_optional(object, &str::intern("fileno"))? {
            Some(method) => {
                let number = operations::call(&method, &[])?;
                if !int::is_int(&number) {
                    return Err(type_error!("fileno() returned a non-integer"));
                }
                number
            }
            None => return Err(type_error!("argument must be an int, or have a fileno() method.")),
        }
    };
    let Some(descriptor) = int::to_i64(&number).and_then(|number| i32::try_from(number).ok()) else {
        return Err(pyrsc_core::overflow_error!("Python int too large to convert to C int"));
    };
    if descriptor < 0 {
        return Err(value_error!("file descriptor cannot be a negative integer ({descriptor})"));
    }
    Ok(descriptor)
}

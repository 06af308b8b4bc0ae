//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_macros::pymethods;

use super::{object, positional, slot_properties};

/// A code point as the texts of these errors show it.
fn shown(code: u32) -> String {
    match code {
        0..=0xFF => format!("\\x{code:02x}"),
        0x100..=0xFFFF => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// The code point at a place of an error's object, for a str, or the byte, for bytes.
fn unit_at(object: &Object, index: isize) -> Option<u32> {
    if index < 0 {
        return None;
    }
    if let Some(text) = object.downcast::<Str>() {
        return ((index as usize) < text.len()).then(|| text.at(index as usize));
    }
    let item = operations::get_item(object, &pyrsc_core::int::from_i64(index as i64));
    match item {
        Ok(item) => pyrsc_core::int::to_i64(&item).map(|unit| unit as u32),
        Err(_) => {
            pyrsc_core::exception::clear();
            None
        }
    }
}

fn check_count(object: &Object, arguments: Arguments<'_>, count: usize) -> Result<()> {
    let given = arguments.positional_count();
    if given != count || arguments.keyword_count() > 0 {
        return Err(type_error!("function takes exactly {count} arguments ({given} given)"));
    }
    let _ = object;
    Ok(())
}

macro_rules! coding_error {
    ($module:ident, $attributes:ident, $class:ident, $verb:literal, $unit:literal, $object_type:literal) => {
        #[pymethods($class)]
        pub mod $module {
            use super::*;

            #[slot]
            fn init(this: &$class, arguments: Arguments<'_>) -> Result<()> {
                check_count(object(this), arguments, 5)?;
                let argument = |index: usize| arguments.positional(index).expect("counted");
                for (index, name) in [(0, "str"), (1, $object_type), (4, "str")] {
                    let right = match name {
                        "bytes" => argument(index).downcast::<Str>().is_none(),
                        _ => argument(index).downcast::<Str>().is_some(),
                    };
                    if !right {
                        return Err(type_error!(
                            "argument {} must be {}, not {}",
                            index + 1,
                            name,
                            argument(index).type_object().name()
                        ));
                    }
                }
                this.encoding.set(Some(argument(0).to_owned()));
                this.object.set(Some(argument(1).to_owned()));
                this.start.set(operations::index_isize(argument(2))?);
                this.end.set(operations::index_isize(argument(3))?);
                this.reason.set(Some(argument(4).to_owned()));
                this.base.base.base.base.arguments.set(Some(positional(arguments)));
                Ok(())
            }

            #[slot]
            fn str(this: &$class) -> Result {
                let Some(object) = this.object.get() else { return Ok(Str::empty().into_owned()) };
                let encoding = operations::str_string(&this.encoding.get_or_none())?;
                let reason = operations::str_string(&this.reason.get_or_none())?;
                let (start, end) = (this.start.get(), this.end.get());
                let text = match unit_at(&object, start) {
                    Some(unit) if end == start + 1 => {
                        let what = if $unit == "byte" {
                            format!("0x{unit:02x}")
                        } else {
                            format!("'{}'", shown(unit))
                        };
                        format!(
                            "'{encoding}' codec can't {} {} {what} in position {start}: {reason}",
                            $verb, $unit
                        )
                    }
                    _ => format!(
                        "'{encoding}' codec can't {} {}s in position {start}-{}: {reason}",
                        $verb,
                        $unit,
                        end - 1
                    ),
                };
                Ok(Str::new(&text).into_owned())
            }

            #[getter(name = "object")]
            fn object_value(this: &$class) -> Owned {
                this.object.get_or_none()
            }
            #[getter]
            fn start(this: &$class) -> i64 {
                this.start.get() as i64
            }
            #[setter]
            fn set_start(this: &$class, value: &Object) -> Result<()> {
                this.start.set(operations::index_isize(value)?);
                Ok(())
            }
            #[getter]
            fn end(this: &$class) -> i64 {
                this.end.get() as i64
            }
            #[setter]
            fn set_end(this: &$class, value: &Object) -> Result<()> {
                this.end.set(operations::index_isize(value)?);
                Ok(())
            }
        }

        slot_properties! {
            $attributes, $class {
                encoding set_encoding encoding;
                reason set_reason reason;
            }
        }
    };
}

coding_error!(encode, encode_attributes, UnicodeEncodeError, "encode", "character", "str");
coding_error!(decode, decode_attributes, UnicodeDecodeError, "decode", "byte", "bytes");

#[pymethods(UnicodeTranslateError)]
pub mod translate {
    use super::*;

    #[slot]
    fn init(this: &UnicodeTranslateError, arguments: Arguments<'_>) -> Result<()> {
        check_count(object(this), arguments, 4)?;
        let argument = |index: usize| arguments.positional(index).expect("counted");
        this.object.set(Some(argument(0).to_owned()));
        this.start.set(operations::index_isize(argument(1))?);
        this.end.set(operations::index_isize(argument(2))?);
        this.reason.set(Some(argument(3).to_owned()));
        this.base.base.base.base.arguments.set(Some(positional(arguments)));
        Ok(())
    }

    #[slot]
    fn str(this: &UnicodeTranslateError) -> Result {
        let Some(object) = this.object.get() else { return Ok(Str::empty().into_owned()) };
        let reason = operations::str_string(&this.reason.get_or_none())?;
        let (start, end) = (this.start.get(), this.end.get());
        let text = match unit_at(&object, start) {
            Some(unit) if end == start + 1 => {
                format!("can't translate character '{}' in position {start}: {reason}", shown(unit))
            }
            _ => format!("can't translate characters in position {start}-{}: {reason}", end - 1),
        };
        Ok(Str::new(&text).into_owned())
    }

    #[getter(name = "object")]
    fn object_value(this: &UnicodeTranslateError) -> Owned {
        this.object.get_or_none()
    }

    #[getter]
    fn start(this: &UnicodeTranslateError) -> i64 {
        this.start.get() as i64
    }

    #[setter]
    fn set_start(this: &UnicodeTranslateError, value: &Object) -> Result<()> {
        this.start.set(operations::index_isize(value)?);
        Ok(())
    }

    #[getter]
    fn end(this: &UnicodeTranslateError) -> i64 {
        this.end.get() as i64
    }

    #[setter]
    fn set_end(this: &UnicodeTranslateError, value: &Object) -> Result<()> {
        this.end.set(operations::index_isize(value)?);
        Ok(())
    }
}

slot_properties! {
    translate_attributes, UnicodeTranslateError {
        reason set_reason reason;
    }
}

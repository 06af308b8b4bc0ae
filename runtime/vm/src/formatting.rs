//! f-strings and t-strings.

use pyrsc_bytecode::Conversion;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::type_error;

use crate::interpreter::Taken;

/// `str(x)`, `repr(x)` or `ascii(x)`.
pub fn convert(value: &Object, conversion: Conversion) -> Result {
    match conversion {
        Conversion::None => Ok(value.to_owned()),
        Conversion::Str => Ok(operations::str(value)?.into_owned()),
        Conversion::Repr => Ok(operations::repr(value)?.into_owned()),
        Conversion::Ascii => operations::call(&*pyrsc_core::startup::builtin("ascii")?, &[value]),
    }
}

/// `format(x, "")`
pub fn format_simple(value: Taken) -> Result {
    if value.is_exact::<Str>() {
        return Ok(value.into_owned());
    }
    Ok(operations::format(&value, str::empty())?.into_owned())
}

/// `format(x, spec)`
pub fn format_with_spec(value: &Object, spec: &Object) -> Result {
    match spec.downcast::<Str>() {
        Some(spec) => Ok(operations::format(value, spec)?.into_owned()),
        None => Err(type_error!("format_spec must be a str, not {}", spec.type_object().name())),
    }
}

/// The concatenation of strings.
pub fn build_string(parts: Vec<Owned>) -> Result {
    let mut builder = StrBuilder::new();
    for part in &parts {
        if let Some(part) = part.downcast::<Str>() {
            builder.push_object(part);
        }
    }
    Ok(builder.finish().into_owned())
}

/// One `{...}` of a t-string.
pub fn interpolation(value: Owned, expression: Owned, conversion: Conversion, spec: Option<Owned>) -> Result {
    let conversion = match conversion {
        Conversion::None => Owned::none(),
        Conversion::Str => str::intern("s").into_owned(),
        Conversion::Repr => str::intern("r").into_owned(),
        Conversion::Ascii => str::intern("a").into_owned(),
    };
    let spec = spec.unwrap_or_else(|| Str::empty().into_owned());
    crate::template::new_interpolation(value, expression, conversion, spec)
}

/// A t-string.
pub fn template(strings: Owned, interpolations: Owned) -> Result {
    crate::template::new_template(strings, interpolations)
}

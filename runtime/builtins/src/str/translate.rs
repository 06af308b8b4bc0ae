//! `str.translate` and `str.maketrans`.

use pyrsc_core::dict::Dict;
use pyrsc_core::exception::LookupError;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::{exception, int, operations, type_error, value_error};
use pyrsc_macros::pymethods;

#[pymethods(Str)]
mod translate {
    use super::*;

    #[pymethod]
    fn translate(this: &Str, table: &Object) -> Result<Ref<Str>> {
        let mut out = StrBuilder::with_capacity(this.len());
        // What each ASCII character becomes, as far as it is one character and has been seen.
        let mut seen = [None::<u32>; 128];
        for code in this.code_points() {
            if let Some(&Some(mapped)) = seen.get(code as usize) {
                out.push(mapped);
                continue;
            }
            match lookup(table, code)? {
                Mapped::Same => {
                    if let Some(seen) = seen.get_mut(code as usize) {
                        *seen = Some(code);
                    }
                    out.push(code);
                }
                Mapped::Code(mapped) => {
                    if let Some(seen) = seen.get_mut(code as usize) {
                        *seen = Some(mapped);
                    }
                    out.push(mapped);
                }
                Mapped::Nothing => {}
                Mapped::Text(text) => out.push_object(&text),
            }
        }
        Ok(out.finish())
    }

    #[staticmethod(signature = "(x, y=None, z=None, /)")]
    fn maketrans(x: &Object, y: Option<&Str>, z: Option<&Str>) -> Result {
        let table = Dict::new();
        match y {
            Some(to) => {
                let Some(from) = x.downcast::<Str>() else {
                    return Err(type_error!(
                        "first maketrans argument must be a string if there is a second argument"
                    ));
                };
                if from.len() != to.len() {
                    return Err(value_error!("the first two maketrans arguments must have equal length"));
                }
                for (from, to) in from.code_points().zip(to.code_points()) {
                    table.set(&int::from_i64(i64::from(from)), &int::from_i64(i64::from(to)))?;
                }
                for code in z.into_iter().flat_map(|deleted| deleted.code_points()) {
                    table.set(&int::from_i64(i64::from(code)), &Owned::none())?;
                }
            }
            None => {
                let Some(mapping) = x.downcast_exact::<Dict>() else {
                    return Err(type_error!("if you give only one argument to maketrans it must be a dict"));
                };
                let mut position = 0;
                while let Some((key, value)) = mapping.next(&mut position) {
                    if let Some(text) = key.downcast::<Str>() {
                        if text.len() != 1 {
                            return Err(value_error!("string keys in translate table must be of length 1"));
                        }
                        table.set(&int::from_i64(i64::from(text.at(0))), &value)?;
                    } else if int::to_i64(&key).is_some()
                        || key.type_object().special().int.is_some() && int::is_int(&key)
                    {
                        table.set(&key, &value)?;
                    } else {
                        return Err(type_error!("keys in translate table must be strings or integers"));
                    }
                }
            }
        }
        Ok(table.into_owned())
    }
}

/// What a translation table says of a character.
pub(crate) enum Mapped {
    Same,
    Nothing,
    Code(u32),
    Text(Ref<Str>),
}

/// Asks a translation table for a code point.
pub(crate) fn lookup(table: &Object, code: u32) -> Result<Mapped> {
    let found = match operations::get_item(table, &int::from_i64(i64::from(code))) {
        Ok(found) => found,
        Err(_) if exception::catch::<LookupError>() => return Ok(Mapped::Same),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(Mapped::Nothing);
    }
    if int::is_int(&found) {
        return match int::to_i64(&found) {
            Some(code @ 0..0x11_0000) => Ok(Mapped::Code(code as u32)),
            _ => Err(value_error!("character mapping must be in range(0x110000)")),
        };
    }
    match found.into_ref::<Str>() {
        Ok(text) => Ok(Mapped::Text(text)),
        Err(_) => Err(type_error!("character mapping must return integer, None or str")),
    }
}

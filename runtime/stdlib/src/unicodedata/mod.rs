//! `unicodedata`: properties of characters, names and normal forms.

pub mod database;
#[rustfmt::skip]
mod tables;

use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::is_surrogate;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{float, key_error, type_error, unicode, value_error};
use pyrsc_macros::pymodule;
use unicode_normalization::UnicodeNormalization;

/// The one character of an argument.
fn character(object: &Object, function: &str) -> Result<u32> {
    match object.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.at(0)),
        Some(text) => Err(type_error!(
            "{function}(): argument must be a unicode character, not a string of length {}",
            text.len()
        )),
        None => {
            Err(type_error!("{function}() argument must be a unicode character, not {}", name_of(object)))
        }
    }
}

/// The first of two arguments, a character.
fn first_character(object: &Object, function: &str) -> Result<u32> {
    match object.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.at(0)),
        Some(text) => Err(type_error!(
            "{function}(): argument 1 must be a unicode character, not a string of length {}",
            text.len()
        )),
        None => {
            Err(type_error!("{function}() argument 1 must be a unicode character, not {}", name_of(object)))
        }
    }
}

/// The normal form of a text. Lone surrogates stay where they are.
fn normal_form(form: &str, text: &Str) -> Result<Ref<Str>> {
    let convert = |part: &str| -> Result<String> {
        Ok(match form {
            "NFC" => part.nfc().collect(),
            "NFD" => part.nfd().collect(),
            "NFKC" => part.nfkc().collect(),
            "NFKD" => part.nfkd().collect(),
            _ => return Err(value_error!("invalid normalization form")),
        })
    };
    if let Some(whole) = text.to_utf8() {
        let converted = convert(&whole)?;
        return Ok(if converted == *whole { text.to_exact() } else { Str::new(&converted) });
    }
    let mut out = pyrsc_core::str::StrBuilder::new();
    let mut part = String::new();
    for code in text.code_points() {
        match char::from_u32(code) {
            Some(character) if !is_surrogate(code) => part.push(character),
            _ => {
                out.push_str(&convert(&std::mem::take(&mut part))?);
                out.push(code);
            }
        }
    }
    out.push_str(&convert(&part)?);
    Ok(out.finish())
}

#[pymodule(
    name = "unicodedata",
    doc = "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode\nConsortium.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0."
)]
pub mod module {
    use super::*;

    #[pyfunction]
    fn category(chr: &Object) -> Result<&'static str> {
        Ok(database::record(character(chr, "category")?).category())
    }

    #[pyfunction]
    fn bidirectional(chr: &Object) -> Result<&'static str> {
        Ok(database::record(character(chr, "bidirectional")?).bidirectional())
    }

    #[pyfunction]
    fn combining(chr: &Object) -> Result<i64> {
        Ok(i64::from(database::record(character(chr, "combining")?).combining()))
    }

    #[pyfunction]
    fn east_asian_width(chr: &Object) -> Result<&'static str> {
        Ok(database::record(character(chr, "east_asian_width")?).east_asian_width())
    }

    #[pyfunction]
    fn mirrored(chr: &Object) -> Result<i64> {
        Ok(i64::from(database::record(character(chr, "mirrored")?).is_mirrored()))
    }

    #[pyfunction]
    fn decomposition(chr: &Object) -> Result<&'static str> {
        Ok(database::decomposition(character(chr, "decomposition")?))
    }

    #[pyfunction]
    fn decimal(chr: &Object, default: Option<&Object>) -> Result {
        match unicode::decimal(first_character(chr, "decimal")?) {
            Some(value) => Ok(Owned::small_int(i64::from(value))),
            None => default.map(Object::to_owned).ok_or_else(|| value_error!("not a decimal")),
        }
    }

    #[pyfunction]
    fn digit(chr: &Object, default: Option<&Object>) -> Result {
        match unicode::digit(first_character(chr, "digit")?) {
            Some(value) => Ok(Owned::small_int(i64::from(value))),
            None => default.map(Object::to_owned).ok_or_else(|| value_error!("not a digit")),
        }
    }

    #[pyfunction]
    fn numeric(chr: &Object, default: Option<&Object>) -> Result {
        match database::number(first_character(chr, "numeric")?) {
            Some(value) => Ok(float::from_f64(value)),
            None => default.map(Object::to_owned).ok_or_else(|| value_error!("not a numeric character")),
        }
    }

    #[pyfunction]
    fn name(chr: &Object, default: Option<&Object>) -> Result {
        let code = first_character(chr, "name")?;
        match char::from_u32(code).and_then(unicode_names2::name) {
            Some(name) => Ok(Str::new(&name.to_string()).into_owned()),
            None => default.map(Object::to_owned).ok_or_else(|| value_error!("no such name")),
        }
    }

    #[pyfunction]
    fn lookup(name: &Str) -> Result {
        let text = name.to_string_lossy();
        match unicode_names2::character(&text) {
            Some(found) => Ok(Str::from_code_point(u32::from(found)).into_owned()),
            None => Err(key_error(Str::new(&format!("undefined character name '{text}'")).object())),
        }
    }

    #[pyfunction]
    fn normalize(form: &Str, unistr: &Str) -> Result<Ref<Str>> {
        if unistr.is_ascii() && matches!(&*form.to_string_lossy(), "NFC" | "NFD" | "NFKC" | "NFKD") {
            return Ok(unistr.to_exact());
        }
        normal_form(&form.to_string_lossy(), unistr)
    }

    #[pyfunction]
    fn is_normalized(form: &Str, unistr: &Str) -> Result<bool> {
        Ok(normal_form(&form.to_string_lossy(), unistr)?.equals(unistr))
    }

    #[attribute]
    fn unidata_version() -> Result {
        Ok(Str::new(unicode::UNICODE_VERSION).into_owned())
    }
}

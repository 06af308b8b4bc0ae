//! What happens to what cannot be encoded or decoded: the named error handlers.
//!
//! Codecs call [`Decoding::fail`] and [`Encoding::fail`], which do the well-known handlers' work directly and make an
//! exception object only for others. The same handlers are callable from Python with such an object ([`handle`]).

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::{
    self, BaseException, UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError,
};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::str_repr::push_numeric_escape;
use pyrsc_core::str_units::{Units, is_surrogate};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, name_of};
use pyrsc_core::{buffer, index_error, int, operations, type_error};

use super::registry;

/// An error handler by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errors<'a> {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// One that has been registered.
    Other(&'a str),
}

/// The handlers that need no registry.
pub const NAMED: [(&str, Errors<'static>); 8] = [
    ("strict", Errors::Strict),
    ("ignore", Errors::Ignore),
    ("replace", Errors::Replace),
    ("backslashreplace", Errors::BackslashReplace),
    ("xmlcharrefreplace", Errors::XmlCharRefReplace),
    ("namereplace", Errors::NameReplace),
    ("surrogateescape", Errors::SurrogateEscape),
    ("surrogatepass", Errors::SurrogatePass),
];

impl<'a> Errors<'a> {
    pub fn named(name: &'a str) -> Errors<'a> {
        if registry::has_own_handlers() {
            // A program may register its own function under a well-known name.
            if registry::own_handler(name).is_some() {
                return Errors::Other(name);
            }
        }
        NAMED.iter().find(|(known, _)| *known == name).map_or(Errors::Other(name), |&(_, errors)| errors)
    }
}

/// A running decoder, for error handling.
pub struct Decoding<'a> {
    pub encoding: &'a str,
    pub input: &'a [u8],
    pub errors: &'a Errors<'a>,
    pub out: StrBuilder,
}

impl<'a> Decoding<'a> {
    pub fn new(encoding: &'a str, input: &'a [u8], errors: &'a Errors<'a>) -> Decoding<'a> {
        Decoding { encoding, input, errors, out: StrBuilder::with_capacity(input.len()) }
    }

    /// Handles bytes that cannot be decoded; gives the position to go on at.
    pub fn fail(&mut self, start: usize, end: usize, reason: &str) -> Result<usize> {
        let bad = &self.input[start..end];
        match self.errors {
            Errors::Ignore => return Ok(end),
            Errors::Replace => {
                self.out.push(0xFFFD);
                return Ok(end);
            }
            Errors::BackslashReplace => {
                bad.iter().for_each(|&byte| push_numeric_escape(&mut self.out, u32::from(byte)));
                return Ok(end);
            }
            Errors::SurrogateEscape => {
                let escaped = bad.iter().take_while(|&&byte| byte >= 0x80).count();
                if escaped > 0 {
                    bad[..escaped].iter().for_each(|&byte| self.out.push(0xDC00 + u32::from(byte)));
                    return Ok(start + escaped);
                }
            }
            Errors::SurrogatePass => {
                if let Some((code, length)) = surrogate_at(self.encoding, &self.input[start..]) {
                    self.out.push(code);
                    return Ok(start + length);
                }
            }
            Errors::Other(name) => {
                let handler = registry::lookup_error(name)?;
                let error = self.exception(start, end, reason)?;
                let (replacement, position) =
                    call_handler(&handler, &error, "decoding error handler must return (str, int) tuple")?;
                let Some(text) = replacement.downcast::<Str>() else {
                    return Err(type_error!("decoding error handler must return (str, int) tuple"));
                };
                let position = new_position(position, self.input.len())?;
                self.out.push_object(text);
                return Ok(position);
            }
            _ => {}
        }
        if matches!(self.errors, Errors::XmlCharRefReplace | Errors::NameReplace) {
            return Err(type_error!("don't know how to handle UnicodeDecodeError in error callback"));
        }
        Err(exception::raise_object(self.exception(start, end, reason)?))
    }

    fn exception(&self, start: usize, end: usize, reason: &str) -> Result {
        decode_error(self.encoding, Bytes::new(self.input).into_owned(), start, end, reason)
    }
}

/// `UnicodeDecodeError(…)`
pub fn decode_error(encoding: &str, input: Owned, start: usize, end: usize, reason: &str) -> Result {
    operations::call(
        UnicodeDecodeError::type_object().object(),
        &[
            Str::new(encoding).object(),
            &input,
            &int::from_i64(start as i64),
            &int::from_i64(end as i64),
            Str::new(reason).object(),
        ],
    )
}

/// A running encoder, for error handling.
pub struct Encoding<'a> {
    pub encoding: &'a str,
    pub input: &'a Str,
    pub errors: &'a Errors<'a>,
}

/// What stands for what could not be encoded.
pub enum Replacement {
    /// To be encoded in its turn.
    Text(Ref<Str>),
    Bytes(Vec<u8>),
}

impl Encoding<'_> {
    /// Handles characters that cannot be encoded; gives what stands for them and the position to go on at.
    pub fn fail(&self, start: usize, end: usize, reason: &str) -> Result<(Replacement, usize)> {
        let bad = self.input.units().slice(start, end);
        let error = || encode_error(self.encoding, self.input.object(), start, end, reason);
        match self.errors {
            Errors::Strict => Err(exception::raise_object(error()?)),
            Errors::Other(name) => {
                let handler = registry::lookup_error(name)?;
                let (replacement, position) = call_handler(
                    &handler,
                    &*error()?,
                    "encoding error handler must return (str/bytes, int) tuple",
                )?;
                let position = new_position(position, self.input.len())?;
                if let Some(bytes) = replacement.downcast::<Bytes>() {
                    return Ok((Replacement::Bytes(bytes.as_slice().to_vec()), position));
                }
                match replacement.into_ref::<Str>() {
                    Ok(text) => Ok((Replacement::Text(text), position)),
                    Err(_) => Err(type_error!("encoding error handler must return (str/bytes, int) tuple")),
                }
            }
            errors => match replace_unencodable(*errors, self.encoding, bad)? {
                Some((replacement, count)) => Ok((replacement, start + count)),
                None => Err(exception::raise_object(error()?)),
            },
        }
    }
}

/// What a well-known handler makes of characters that cannot be encoded, and how many of them it took.
fn replace_unencodable(
    errors: Errors<'_>,
    encoding: &str,
    bad: Units<'_>,
) -> Result<Option<(Replacement, usize)>> {
    let mut out = StrBuilder::new();
    match errors {
        Errors::Ignore => {}
        Errors::Replace => out.push_repeated(u32::from(b'?'), bad.len()),
        Errors::BackslashReplace => bad.iter().for_each(|code| push_numeric_escape(&mut out, code)),
        Errors::XmlCharRefReplace => bad.iter().for_each(|code| out.push_str(&format!("&#{code};"))),
        Errors::NameReplace => {
            for code in bad.iter() {
                match unicode_name(code)? {
                    Some(name) => {
                        out.push_str("\\N{");
                        out.push_object(&name);
                        out.push_str("}");
                    }
                    None => push_numeric_escape(&mut out, code),
                }
            }
        }
        Errors::SurrogateEscape => {
            let bytes: Vec<u8> = bad
                .iter()
                .take_while(|code| (0xDC80..0xDD00).contains(code))
                .map(|code| (code - 0xDC00) as u8)
                .collect();
            // Like CPython, all or nothing is escaped.
            if bytes.len() != bad.len() && bytes.is_empty() {
                return Ok(None);
            }
            let count = bytes.len();
            return Ok(Some((Replacement::Bytes(bytes), count)));
        }
        Errors::SurrogatePass => {
            let mut bytes = Vec::new();
            for code in bad.iter() {
                if !is_surrogate(code) || !push_surrogate(encoding, code, &mut bytes) {
                    return Ok(None);
                }
            }
            return Ok(Some((Replacement::Bytes(bytes), bad.len())));
        }
        Errors::Strict | Errors::Other(_) => return Ok(None),
    }
    Ok(Some((Replacement::Text(out.finish()), bad.len())))
}

/// `UnicodeEncodeError(…)`
pub fn encode_error(encoding: &str, input: &Object, start: usize, end: usize, reason: &str) -> Result {
    operations::call(
        UnicodeEncodeError::type_object().object(),
        &[
            Str::new(encoding).object(),
            input,
            &int::from_i64(start as i64),
            &int::from_i64(end as i64),
            Str::new(reason).object(),
        ],
    )
}

fn call_handler(handler: &Object, error: &Object, complaint: &str) -> Result<(Owned, i64)> {
    let result = operations::call(handler, &[error])?;
    let pair = result.downcast::<Tuple>().filter(|tuple| tuple.len() == 2);
    match pair.and_then(|pair| Some((pair.get(0)?, pair.get(1)?))) {
        Some((replacement, position)) => {
            if !replacement.is_instance_of::<Str>() && !replacement.is_instance_of::<Bytes>() {
                return Err(type_error!("{}", complaint));
            }
            Ok((replacement.to_owned(), int::index_i64(position)?))
        }
        None => Err(type_error!("{}", complaint)),
    }
}

fn new_position(position: i64, length: usize) -> Result<usize> {
    let place = if position < 0 { position.saturating_add(length as i64) } else { position };
    if (0..=length as i64).contains(&place) {
        Ok(place as usize)
    } else {
        Err(index_error!("position {} from error handler out of bounds", position))
    }
}

/// How surrogates look in the encodings that `surrogatepass` knows: bytes a unit, and whether little-endian.
fn surrogate_form(encoding: &str) -> Option<(usize, bool)> {
    let name = super::normalize(encoding);
    Some(match name.as_str() {
        "utf_8" | "utf8" => (3, false),
        "utf_16" | "utf16" | "utf_16_le" | "utf_16le" => (2, true),
        "utf_16_be" | "utf_16be" => (2, false),
        "utf_32" | "utf32" | "utf_32_le" | "utf_32le" => (4, true),
        "utf_32_be" | "utf_32be" => (4, false),
        _ => return None,
    })
}

fn surrogate_at(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (length, little) = surrogate_form(encoding)?;
    let bytes = bytes.get(..length)?;
    let code = match (length, little) {
        (3, _) => {
            if bytes[0] & 0xF0 != 0xE0 || bytes[1] & 0xC0 != 0x80 || bytes[2] & 0xC0 != 0x80 {
                return None;
            }
            u32::from(bytes[0] & 15) << 12 | u32::from(bytes[1] & 63) << 6 | u32::from(bytes[2] & 63)
        }
        (2, true) => u32::from(u16::from_le_bytes([bytes[0], bytes[1]])),
        (2, false) => u32::from(u16::from_be_bytes([bytes[0], bytes[1]])),
        (_, true) => u32::from_le_bytes(bytes.try_into().ok()?),
        (_, false) => u32::from_be_bytes(bytes.try_into().ok()?),
    };
    is_surrogate(code).then_some((code, length))
}

fn push_surrogate(encoding: &str, code: u32, bytes: &mut Vec<u8>) -> bool {
    match surrogate_form(encoding) {
        Some((3, _)) => pyrsc_core::str_units::push_utf8(bytes, code),
        Some((2, true)) => bytes.extend((code as u16).to_le_bytes()),
        Some((2, false)) => bytes.extend((code as u16).to_be_bytes()),
        Some((_, true)) => bytes.extend(code.to_le_bytes()),
        Some((_, false)) => bytes.extend(code.to_be_bytes()),
        None => return false,
    }
    true
}

/// The name of a character, from the module `unicodedata`.
fn unicode_name(code: u32) -> Result<Option<Ref<Str>>> {
    let module = registry::import("unicodedata")?;
    let name =
        operations::call_method(&module, "name", &[Str::from_code_point(code).object(), &Owned::none()])?;
    Ok(name.into_ref::<Str>().ok())
}

/// A well-known handler called from Python with an exception: the replacement and the position to go on at.
pub fn handle(errors: Errors<'static>, error: &Object) -> Result {
    if !error.is_instance_of::<BaseException>() {
        return Err(type_error!("codec must pass exception instance"));
    }
    if errors == Errors::Strict {
        return Err(exception::raise_object(error.to_owned()));
    }
    let pair = |replacement: Owned, position: usize| {
        Ok(Tuple::pair(replacement, int::from_i64(position as i64)).into_owned())
    };
    if let Some(decode) = error.downcast::<UnicodeDecodeError>() {
        let Some(input) = decode.object.get() else { return Err(unknown(error)) };
        let input = buffer::acquire(&input)?.to_vec();
        let (start, end) = clamp(decode.start.get(), decode.end.get(), input.len());
        if matches!(errors, Errors::XmlCharRefReplace | Errors::NameReplace) {
            return Err(unknown(error));
        }
        let encoding = decode.encoding.get().and_then(|name| name.into_ref::<Str>().ok());
        let encoding = encoding.map_or(String::new(), |name| name.to_string_lossy().into_owned());
        let mut decoding = Decoding::new(&encoding, &input, &errors);
        let position = match decoding.fail(start, end, "") {
            Ok(position) => position,
            Err(_) => {
                exception::clear();
                return Err(exception::raise_object(error.to_owned()));
            }
        };
        return pair(decoding.out.finish().into_owned(), position);
    }
    if let Some(encode) = error.downcast::<UnicodeEncodeError>() {
        let Some(Ok(input)) = encode.object.get().map(|input| input.into_ref::<Str>()) else {
            return Err(unknown(error));
        };
        let (start, end) = clamp(encode.start.get(), encode.end.get(), input.len());
        let encoding = encode.encoding.get().and_then(|name| name.into_ref::<Str>().ok());
        let encoding = encoding.map_or(String::new(), |name| name.to_string_lossy().into_owned());
        return match replace_unencodable(errors, &encoding, input.units().slice(start, end))? {
            Some((Replacement::Text(text), count)) => pair(text.into_owned(), start + count),
            Some((Replacement::Bytes(bytes), count)) => pair(Bytes::new(&bytes).into_owned(), start + count),
            None => Err(exception::raise_object(error.to_owned())),
        };
    }
    if let Some(translate) = error.downcast::<UnicodeTranslateError>() {
        let Some(Ok(input)) = translate.object.get().map(|input| input.into_ref::<Str>()) else {
            return Err(unknown(error));
        };
        let (start, end) = clamp(translate.start.get(), translate.end.get(), input.len());
        let mut out = StrBuilder::new();
        match errors {
            Errors::Ignore => {}
            Errors::Replace => out.push_repeated(0xFFFD, end - start),
            Errors::BackslashReplace => {
                input.units().slice(start, end).iter().for_each(|code| push_numeric_escape(&mut out, code));
            }
            _ => return Err(unknown(error)),
        }
        return pair(out.finish().into_owned(), end);
    }
    Err(unknown(error))
}

fn unknown(error: &Object) -> Raised {
    type_error!("don't know how to handle {} in error callback", name_of(error))
}

fn clamp(start: isize, end: isize, length: usize) -> (usize, usize) {
    let start = start.clamp(0, (length as isize - 1).max(0)) as usize;
    let end = end.clamp(0, length as isize).max((start as isize + 1).min(length as isize)) as usize;
    (start.min(end), end)
}

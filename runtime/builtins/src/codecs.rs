//! Text encodings: the codecs that the runtime itself needs, error handlers, and the registry of the others.
//!
//! The module `_codecs` shows these functions to Python; the standard library's package `encodings` registers the rest.

pub mod charmap;
pub mod errors;
pub mod escape;
pub mod registry;
pub mod single;
pub mod utf8;
pub mod wide;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{buffer, lookup_error, type_error, value_error};

use errors::Errors;

/// An encoding that needs no registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Utf8,
    Latin1,
    Ascii,
    Utf16(wide::Order),
    Utf32(wide::Order),
}

impl Codec {
    /// The codec of a normalised name.
    fn of(name: &str) -> Option<Codec> {
        use wide::Order;
        Some(match name {
            "utf_8" | "utf8" => Codec::Utf8,
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Codec::Latin1,
            "ascii" | "us_ascii" => Codec::Ascii,
            "utf_16" | "utf16" => Codec::Utf16(Order::Marked),
            "utf_16_le" => Codec::Utf16(Order::Little),
            "utf_16_be" => Codec::Utf16(Order::Big),
            "utf_32" | "utf32" => Codec::Utf32(Order::Marked),
            "utf_32_le" => Codec::Utf32(Order::Little),
            "utf_32_be" => Codec::Utf32(Order::Big),
            _ => return None,
        })
    }

    /// Encodes a string.
    pub fn encode(self, text: &Str, errors: &Errors<'_>) -> Result<Vec<u8>> {
        match self {
            Codec::Utf8 => utf8::encode(text, errors),
            Codec::Latin1 => single::encode(text, errors, single::Range::Latin1),
            Codec::Ascii => single::encode(text, errors, single::Range::Ascii),
            Codec::Utf16(order) => wide::encode_utf16(text, errors, order),
            Codec::Utf32(order) => wide::encode_utf32(text, errors, order),
        }
    }

    /// Decodes bytes, all of them.
    pub fn decode(self, bytes: &[u8], errors: &Errors<'_>) -> Result<Ref<Str>> {
        match self {
            Codec::Utf8 => Ok(utf8::decode(bytes, errors, true)?.0),
            Codec::Latin1 => Ok(Str::from_latin1(bytes)),
            Codec::Ascii => single::decode_ascii(bytes, errors),
            Codec::Utf16(order) => Ok(wide::decode_utf16(bytes, errors, order, true)?.text),
            Codec::Utf32(order) => Ok(wide::decode_utf32(bytes, errors, order, true)?.text),
        }
    }
}

/// A name as the registry compares it: lower case, runs of what is no letter, digit or dot as one underscore.
pub fn normalize(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut gap = false;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'.' {
            if gap && !normalized.is_empty() {
                normalized.push('_');
            }
            gap = false;
            normalized.push(char::from(byte.to_ascii_lowercase()));
        } else {
            gap = true;
        }
    }
    normalized
}

/// The name of an encoding or an error handler as Rust text.
fn name_text(name: Option<&Str>, default: &'static str) -> Result<std::borrow::Cow<'static, str>> {
    let Some(name) = name else { return Ok(default.into()) };
    if name.units().find_code(0).is_some() {
        return Err(value_error!("embedded null character"));
    }
    Ok(name.to_string_lossy().into_owned().into())
}

/// `text.encode(encoding, errors)`
pub fn encode_to_bytes(text: &Str, encoding: Option<&Str>, errors: Option<&Str>) -> Result {
    let encoding = name_text(encoding, "utf-8")?;
    let handler = name_text(errors, "strict")?;
    if let Some(codec) = Codec::of(&normalize(&encoding)) {
        if let (Codec::Utf8 | Codec::Ascii | Codec::Latin1, Some(ascii)) = (codec, text.as_ascii()) {
            return Ok(Bytes::new(ascii.as_bytes()).into_owned());
        }
        return Ok(Bytes::new(&codec.encode(text, &Errors::named(&handler))?).into_owned());
    }
    let result = registry::encode(text.object(), &encoding, errors, true)?;
    if result.is_instance_of::<Bytes>() {
        return Ok(result);
    }
    if let Some(array) = result.downcast::<pyrsc_core::bytearray::ByteArray>() {
        return Ok(Bytes::new(array.as_slice()).into_owned());
    }
    Err(type_error!(
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        encoding,
        name_of(&result)
    ))
}

/// `str(object, encoding, errors)` and `object.decode(encoding, errors)`.
pub fn decode_to_str(object: &Object, encoding: Option<&Str>, errors: Option<&Str>) -> Result<Ref<Str>> {
    if object.is_instance_of::<Str>() {
        return Err(type_error!("decoding str is not supported"));
    }
    if !buffer::is_supported(object) {
        return Err(type_error!("decoding to str: need a bytes-like object, {} found", name_of(object)));
    }
    let encoding = name_text(encoding, "utf-8")?;
    let handler = name_text(errors, "strict")?;
    let bytes = buffer::acquire(object)?;
    if bytes.is_empty() {
        return Ok(Str::empty());
    }
    if let Some(codec) = Codec::of(&normalize(&encoding)) {
        return codec.decode(bytes.as_slice(), &Errors::named(&handler));
    }
    let input: Owned = if object.is_exact::<Bytes>() {
        object.to_owned()
    } else {
        pyrsc_core::memoryview::MemoryView::from_buffer(bytes).into_owned()
    };
    let result = registry::decode(&input, &encoding, errors, true)?;
    match result.into_ref::<Str>() {
        Ok(text) => Ok(text),
        Err(other) => Err(type_error!(
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            encoding,
            name_of(&other)
        )),
    }
}

/// LookupError for an encoding that nobody knows.
pub fn unknown_encoding(name: &str) -> pyrsc_core::owned::Raised {
    lookup_error!("unknown encoding: {}", name)
}

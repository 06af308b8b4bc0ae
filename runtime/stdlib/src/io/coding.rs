//! How a text stream encodes and decodes: directly for the encodings that the runtime knows, through the registry's
//! incremental codecs for others.

use std::cell::RefCell;

use pyrsc_builtins::codecs::errors::Errors;
use pyrsc_builtins::codecs::{normalize, registry, single, utf8};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{Str, intern};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{int, operations, type_error};

use super::newline::Newlines;

/// An encoding that needs no registry: stateless but for incomplete sequences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Utf8,
    Ascii,
    Latin1,
}

impl Known {
    /// The encoding of a name.
    pub fn of(name: &str) -> Option<Known> {
        match normalize(name).as_str() {
            "utf_8" | "utf8" => Some(Known::Utf8),
            "ascii" | "us_ascii" => Some(Known::Ascii),
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Some(Known::Latin1),
            _ => None,
        }
    }
}

/// Encodes what is written.
#[derive(Clone)]
pub enum Encoder {
    Known(Known),
    /// An incremental encoder.
    Object(Owned),
}

impl Encoder {
    pub fn new(encoding: &str, errors: &str) -> Result<Encoder> {
        match Known::of(encoding) {
            Some(known) => Ok(Encoder::Known(known)),
            None => Ok(Encoder::Object(incremental(encoding, errors, "incrementalencoder")?)),
        }
    }

    pub fn encode(&self, text: &Str, errors: &str, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Encoder::Known(known) => {
                if let Some(ascii) = text.as_ascii() {
                    out.extend_from_slice(ascii.as_bytes());
                    return Ok(());
                }
                let errors = Errors::named(errors);
                out.extend(match known {
                    Known::Utf8 => utf8::encode(text, &errors)?,
                    Known::Ascii => single::encode(text, &errors, single::Range::Ascii)?,
                    Known::Latin1 => single::encode(text, &errors, single::Range::Latin1)?,
                });
                Ok(())
            }
            Encoder::Object(encoder) => {
                let bytes = operations::call_method(encoder, "encode", &[text.object()])?;
                match bytes.downcast::<Bytes>() {
                    Some(bytes) => {
                        out.extend_from_slice(bytes.as_slice());
                        Ok(())
                    }
                    None => {
                        Err(type_error!("encoder should return a bytes object, not '{}'", name_of(&bytes)))
                    }
                }
            }
        }
    }

    /// At the start of a stream, or further on (where no byte order mark is written).
    pub fn set_start(&self, at_start: bool) -> Result<()> {
        if let Encoder::Object(encoder) = self {
            if at_start {
                operations::call_method(encoder, "reset", &[])?;
            } else {
                operations::call_method(encoder, "setstate", &[&Owned::small_int(0)])?;
            }
        }
        Ok(())
    }
}

enum Inner {
    Known(Known),
    /// An incremental decoder.
    Object(Owned),
}

/// Decodes what is read, newlines included.
pub struct Decoder {
    inner: Inner,
    errors: String,
    /// Bytes of an incomplete sequence.
    pending: RefCell<Vec<u8>>,
    /// None: newlines are left alone.
    pub newlines: Option<Newlines>,
}

/// What a decoder remembers: bytes it holds back, and its flags.
pub struct State {
    pub pending: Vec<u8>,
    pub flags: u64,
}

impl Decoder {
    pub fn new(encoding: &str, errors: &str, newlines: Option<Newlines>) -> Result<Decoder> {
        let inner = match Known::of(encoding) {
            Some(known) => Inner::Known(known),
            None => Inner::Object(incremental(encoding, errors, "incrementaldecoder")?),
        };
        Ok(Decoder { inner, errors: errors.to_string(), pending: RefCell::new(Vec::new()), newlines })
    }

    /// The object that the cycle collector should know of.
    pub fn object(&self) -> Option<&Object> {
        match &self.inner {
            Inner::Object(decoder) => Some(decoder),
            Inner::Known(_) => None,
        }
    }

    pub fn decode(&self, bytes: &[u8], is_final: bool) -> Result<Ref<Str>> {
        let text = match &self.inner {
            Inner::Known(Known::Latin1) => Str::from_latin1(bytes),
            Inner::Known(known) => {
                let errors = Errors::named(&self.errors);
                let mut all = self.pending.take();
                let input = if all.is_empty() {
                    bytes
                } else {
                    all.extend_from_slice(bytes);
                    &all
                };
                if *known == Known::Ascii {
                    single::decode_ascii(input, &errors)?
                } else {
                    let (text, used) = utf8::decode(input, &errors, is_final)?;
                    *self.pending.borrow_mut() = input[used..].to_vec();
                    text
                }
            }
            Inner::Object(decoder) => {
                let input = Bytes::new(bytes);
                let text =
                    operations::call_method(decoder, "decode", &[input.object(), &Owned::bool(is_final)])?;
                match text.into_ref::<Str>() {
                    Ok(text) => text,
                    Err(other) => {
                        return Err(type_error!(
                            "decoder should return a string result, not '{}'",
                            name_of(&other)
                        ));
                    }
                }
            }
        };
        Ok(match &self.newlines {
            Some(newlines) => newlines.decode(text, is_final),
            None => text,
        })
    }

    pub fn state(&self) -> Result<State> {
        let mut state = match &self.inner {
            Inner::Known(_) => State { pending: self.pending.borrow().clone(), flags: 0 },
            Inner::Object(decoder) => {
                let state = operations::call_method(decoder, "getstate", &[])?;
                match state.downcast::<Tuple>().map(|state| (state.get(0), state.get(1))) {
                    Some((Some(pending), Some(flags))) => {
                        let Some(pending) = pending.downcast::<Bytes>() else {
                            return Err(type_error!(
                                "illegal decoder state: the first item should be a bytes object"
                            ));
                        };
                        State { pending: pending.as_slice().to_vec(), flags: int::index_i64(flags)? as u64 }
                    }
                    _ => return Err(type_error!("illegal decoder state")),
                }
            }
        };
        if let Some(newlines) = &self.newlines {
            state.flags = state.flags << 1 | u64::from(newlines.pending.get());
        }
        Ok(state)
    }

    pub fn set_state(&self, state: &State) -> Result<()> {
        let mut flags = state.flags;
        if let Some(newlines) = &self.newlines {
            newlines.pending.set(flags & 1 != 0);
            flags >>= 1;
        }
        match &self.inner {
            Inner::Known(_) => *self.pending.borrow_mut() = state.pending.clone(),
            Inner::Object(decoder) => {
                let pair = Tuple::pair(Bytes::new(&state.pending).into_owned(), int::from_i64(flags as i64));
                operations::call_method(decoder, "setstate", &[pair.object()])?;
            }
        }
        Ok(())
    }

    pub fn reset(&self) -> Result<()> {
        if let Some(newlines) = &self.newlines {
            newlines.reset();
        }
        match &self.inner {
            Inner::Known(_) => self.pending.borrow_mut().clear(),
            Inner::Object(decoder) => drop(operations::call_method(decoder, "reset", &[])?),
        }
        Ok(())
    }
}

fn incremental(encoding: &str, errors: &str, which: &str) -> Result {
    let codec = registry::lookup(encoding)?;
    let make = operations::get_attribute(&codec, &intern(which))?;
    operations::call(&make, &[Str::new(errors).object()])
}

/// LookupError for an encoding that is unknown or none of text.
pub fn check_encoding(encoding: &str) -> Result<()> {
    if Known::of(encoding).is_some() {
        return Ok(());
    }
    let codec = registry::lookup(encoding)?;
    let is_text = operations::get_attribute_optional(&codec, &intern("_is_text_encoding"))?;
    match is_text {
        Some(is_text) if !operations::is_true(&is_text)? => Err(pyrsc_core::lookup_error!(
            "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        )),
        _ => Ok(()),
    }
}

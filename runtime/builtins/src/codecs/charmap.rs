//! Encodings that map single bytes by a table: `charmap_encode` and `charmap_decode`.

use pyrsc_core::bytes::Bytes;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, LookupError};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::{int, operations, type_error};

use super::errors::{Decoding, Encoding, Errors, Replacement};

const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes bytes by a table: a string of 256 characters, or a mapping from bytes to code points, strings or None.
pub fn decode(bytes: &[u8], errors: &Errors<'_>, mapping: &Object) -> Result<Ref<Str>> {
    let mut decoding = Decoding::new("charmap", bytes, errors);
    let mut position = 0;
    while position < bytes.len() {
        let byte = bytes[position];
        let defined = match mapping.downcast::<Str>() {
            Some(table) if usize::from(byte) < table.len() && table.at(usize::from(byte)) != 0xFFFE => {
                decoding.out.push(table.at(usize::from(byte)));
                true
            }
            Some(_) => false,
            None => match lookup(mapping, u32::from(byte))? {
                None => false,
                Some(found) if found.is_none() => false,
                Some(found) if int::is_int(&found) => match int::to_i64(&found) {
                    Some(0xFFFE) => false,
                    Some(code @ 0..0x11_0000) => {
                        decoding.out.push(code as u32);
                        true
                    }
                    _ => return Err(type_error!("character mapping must be in range(0x110000)")),
                },
                Some(found) => match found.downcast::<Str>() {
                    Some(text) if text.len() == 1 && text.at(0) == 0xFFFE => false,
                    Some(text) => {
                        decoding.out.push_object(text);
                        true
                    }
                    None => return Err(type_error!("character mapping must return integer, None or str")),
                },
            },
        };
        position = if defined { position + 1 } else { decoding.fail(position, position + 1, UNDEFINED)? };
    }
    Ok(decoding.out.finish())
}

/// Encodes a string by a mapping from code points to bytes, ints or None.
pub fn encode(text: &Str, errors: &Errors<'_>, mapping: &Object) -> Result<Vec<u8>> {
    let units = text.units();
    let encoding = Encoding { encoding: "charmap", input: text, errors };
    let mut bytes = Vec::with_capacity(units.len());
    let mut position = 0;
    while position < units.len() {
        if push_mapped(mapping, units.at(position), &mut bytes)? {
            position += 1;
            continue;
        }
        let start = position;
        let mut end = position + 1;
        let mut nothing = Vec::new();
        while end < units.len() && !push_mapped(mapping, units.at(end), &mut nothing)? {
            end += 1;
        }
        let (replacement, next) = encoding.fail(start, end, UNDEFINED)?;
        match replacement {
            Replacement::Bytes(replacement) => bytes.extend(replacement),
            Replacement::Text(replacement) => {
                for code in replacement.code_points() {
                    if !push_mapped(mapping, code, &mut bytes)? {
                        let error =
                            super::errors::encode_error("charmap", text.object(), start, end, UNDEFINED)?;
                        return Err(exception::raise_object(error));
                    }
                }
            }
        }
        position = next;
    }
    Ok(bytes)
}

fn lookup(mapping: &Object, code: u32) -> Result<Option<pyrsc_core::owned::Owned>> {
    match operations::get_item(mapping, &int::from_i64(i64::from(code))) {
        Ok(found) => Ok(Some(found)),
        Err(_) if exception::catch::<LookupError>() => Ok(None),
        Err(raised) => Err(raised),
    }
}

fn push_mapped(mapping: &Object, code: u32, bytes: &mut Vec<u8>) -> Result<bool> {
    let Some(found) = lookup(mapping, code)? else { return Ok(false) };
    if found.is_none() {
        return Ok(false);
    }
    if int::is_int(&found) {
        return match int::to_i64(&found) {
            Some(byte @ 0..256) => {
                bytes.push(byte as u8);
                Ok(true)
            }
            _ => Err(type_error!("character mapping must be in range(256)")),
        };
    }
    match found.downcast::<Bytes>() {
        Some(found) => {
            bytes.extend_from_slice(found.as_slice());
            Ok(true)
        }
        None => Err(type_error!(
            "character mapping must return integer, bytes or None, not {}",
            pyrsc_core::type_object::name_of(&found)
        )),
    }
}

/// `charmap_build(table)`: the encoding table of a decoding table.
pub fn build(table: &Str) -> Result {
    let map = Dict::new();
    for (byte, code) in table.code_points().enumerate().take(256) {
        if code != 0xFFFE {
            map.set(&int::from_i64(i64::from(code)), &int::from_i64(byte as i64))?;
        }
    }
    Ok(map.into_owned())
}

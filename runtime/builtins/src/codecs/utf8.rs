//! UTF-8.

use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::{Units, is_surrogate, push_utf8};

use super::errors::{Decoding, Encoding, Errors, Replacement};

/// Decodes bytes; gives the string and how many bytes were used. An incomplete sequence at the end is an error only when
/// `is_final`.
pub fn decode(bytes: &[u8], errors: &Errors<'_>, is_final: bool) -> Result<(Ref<Str>, usize)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Str::new(text), bytes.len())),
        Err(error) if error.error_len().is_none() && !is_final => {
            let valid = &bytes[..error.valid_up_to()];
            return Ok((Str::new(std::str::from_utf8(valid).expect("checked")), valid.len()));
        }
        Err(_) => {}
    }
    let mut decoding = Decoding::new("utf-8", bytes, errors);
    let mut position = 0;
    while position < bytes.len() {
        let rest = &bytes[position..];
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                decoding.out.push_str(text);
                position = bytes.len();
                break;
            }
            Err(error) => error,
        };
        decoding.out.push_str(std::str::from_utf8(&rest[..error.valid_up_to()]).expect("checked"));
        let start = position + error.valid_up_to();
        position = match error.error_len() {
            None if !is_final => {
                position = start;
                break;
            }
            None => decoding.fail(start, bytes.len(), "unexpected end of data")?,
            Some(length) => {
                let starts = matches!(bytes[start], 0xC2..=0xF4);
                let reason = if starts { "invalid continuation byte" } else { "invalid start byte" };
                decoding.fail(start, start + length, reason)?
            }
        };
    }
    Ok((decoding.out.finish(), position))
}

/// Encodes a string.
pub fn encode(text: &Str, errors: &Errors<'_>) -> Result<Vec<u8>> {
    if let Some(ascii) = text.as_ascii() {
        return Ok(ascii.as_bytes().to_vec());
    }
    let units = text.units();
    let mut bytes = Vec::with_capacity(units.len() + units.len() / 2);
    if let Units::One(units) = units {
        units.iter().for_each(|&unit| push_utf8(&mut bytes, u32::from(unit)));
        return Ok(bytes);
    }
    let encoding = Encoding { encoding: "utf-8", input: text, errors };
    let mut position = 0;
    while position < units.len() {
        let code = units.at(position);
        if !is_surrogate(code) {
            push_utf8(&mut bytes, code);
            position += 1;
            continue;
        }
        let end =
            (position..units.len()).find(|&index| !is_surrogate(units.at(index))).unwrap_or(units.len());
        let (replacement, next) = encoding.fail(position, end, "surrogates not allowed")?;
        match replacement {
            Replacement::Bytes(replacement) => bytes.extend(replacement),
            Replacement::Text(replacement) => {
                // What a handler gives must be encodable itself; CPython accepts ASCII alone here.
                if !replacement.is_ascii() && replacement.code_points().any(is_surrogate) {
                    return Err(pyrsc_core::exception::raise_object(super::errors::encode_error(
                        "utf-8",
                        text.object(),
                        position,
                        end,
                        "surrogates not allowed",
                    )?));
                }
                replacement.code_points().for_each(|code| push_utf8(&mut bytes, code));
            }
        }
        position = next;
    }
    Ok(bytes)
}

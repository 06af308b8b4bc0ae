//! ASCII and Latin-1.

use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::Str;

use super::errors::{Decoding, Encoding, Errors, Replacement};

/// Which code points can be encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Range {
    Ascii,
    Latin1,
}

impl Range {
    fn limit(self) -> u32 {
        if self == Range::Ascii { 0x80 } else { 0x100 }
    }

    fn name(self) -> &'static str {
        if self == Range::Ascii { "ascii" } else { "latin-1" }
    }

    fn reason(self) -> &'static str {
        if self == Range::Ascii { "ordinal not in range(128)" } else { "ordinal not in range(256)" }
    }
}

/// Decodes ASCII.
pub fn decode_ascii(bytes: &[u8], errors: &Errors<'_>) -> Result<Ref<Str>> {
    if bytes.is_ascii() {
        return Ok(Str::from_ascii(bytes));
    }
    let mut decoding = Decoding::new("ascii", bytes, errors);
    let mut position = 0;
    while position < bytes.len() {
        if bytes[position] < 0x80 {
            decoding.out.push(u32::from(bytes[position]));
            position += 1;
        } else {
            position = decoding.fail(position, position + 1, Range::Ascii.reason())?;
        }
    }
    Ok(decoding.out.finish())
}

/// Encodes a string.
pub fn encode(text: &Str, errors: &Errors<'_>, range: Range) -> Result<Vec<u8>> {
    let (units, limit) = (text.units(), range.limit());
    if text.is_ascii() || range == Range::Latin1 && text.kind() == 0 {
        return Ok(units.as_bytes().to_vec());
    }
    let encoding = Encoding { encoding: range.name(), input: text, errors };
    let mut bytes = Vec::with_capacity(units.len());
    let mut position = 0;
    while position < units.len() {
        let code = units.at(position);
        if code < limit {
            bytes.push(code as u8);
            position += 1;
            continue;
        }
        let end = (position..units.len()).find(|&index| units.at(index) < limit).unwrap_or(units.len());
        let (replacement, next) = encoding.fail(position, end, range.reason())?;
        match replacement {
            Replacement::Bytes(replacement) => bytes.extend(replacement),
            Replacement::Text(replacement) => {
                if replacement.code_points().any(|code| code >= limit) {
                    let error = super::errors::encode_error(
                        range.name(),
                        text.object(),
                        position,
                        end,
                        range.reason(),
                    )?;
                    return Err(pyrsc_core::exception::raise_object(error));
                }
                bytes.extend(replacement.code_points().map(|code| code as u8));
            }
        }
        position = next;
    }
    Ok(bytes)
}

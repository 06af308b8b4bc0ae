//! UTF-16 and UTF-32.

use pyrsc_core::owned::{Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::is_surrogate;

use super::errors::{Decoding, Encoding, Errors, Replacement};

/// The order of the bytes of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little,
    Big,
    /// Told by a byte order mark; the machine's without one. Written with a mark.
    Marked,
}

/// What a decoder gives.
pub struct Decoded {
    pub text: Ref<Str>,
    /// How many bytes were used.
    pub used: usize,
    /// The order of bytes that was found or given.
    pub order: Order,
}

const NATIVE: Order = if cfg!(target_endian = "little") { Order::Little } else { Order::Big };

fn find_order(bytes: &[u8], order: Order, marks: [&[u8]; 2]) -> (Order, usize) {
    match order {
        Order::Marked if bytes.starts_with(marks[0]) => (Order::Little, marks[0].len()),
        Order::Marked if bytes.starts_with(marks[1]) => (Order::Big, marks[1].len()),
        Order::Marked => (NATIVE, 0),
        order => (order, 0),
    }
}

/// Decodes UTF-16.
pub fn decode_utf16(bytes: &[u8], errors: &Errors<'_>, order: Order, is_final: bool) -> Result<Decoded> {
    let (found, mut position) = find_order(bytes, order, [&[0xFF, 0xFE], &[0xFE, 0xFF]]);
    let marked = order == Order::Marked && (position > 0 || bytes.len() >= 2);
    let little = found == Order::Little;
    let name = match (order, little) {
        (Order::Marked, true) | (Order::Little, _) => "utf-16-le",
        _ => "utf-16-be",
    };
    let mut decoding = Decoding::new(name, bytes, errors);
    let unit = |position: usize| {
        let pair = [bytes[position], bytes[position + 1]];
        u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    while position < bytes.len() {
        let rest = bytes.len() - position;
        if rest < 2 {
            if !is_final {
                break;
            }
            position = decoding.fail(position, bytes.len(), "truncated data")?;
            continue;
        }
        let first = unit(position);
        match first {
            0xD800..0xDC00 => {
                if rest < 4 {
                    if !is_final {
                        break;
                    }
                    position = decoding.fail(position, bytes.len(), "unexpected end of data")?;
                    continue;
                }
                let second = unit(position + 2);
                if (0xDC00..0xE000).contains(&second) {
                    decoding.out.push(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                    position += 4;
                } else {
                    position = decoding.fail(position, position + 2, "illegal UTF-16 surrogate")?;
                }
            }
            0xDC00..0xE000 => position = decoding.fail(position, position + 2, "illegal encoding")?,
            _ => {
                decoding.out.push(first);
                position += 2;
            }
        }
    }
    let order = if order == Order::Marked && !marked { Order::Marked } else { found };
    Ok(Decoded { text: decoding.out.finish(), used: position, order })
}

/// Decodes UTF-32.
pub fn decode_utf32(bytes: &[u8], errors: &Errors<'_>, order: Order, is_final: bool) -> Result<Decoded> {
    let (found, mut position) = find_order(bytes, order, [&[0xFF, 0xFE, 0, 0], &[0, 0, 0xFE, 0xFF]]);
    let marked = order == Order::Marked && (position > 0 || bytes.len() >= 4);
    let little = found == Order::Little;
    let mut decoding = Decoding::new(if little { "utf-32-le" } else { "utf-32-be" }, bytes, errors);
    while position < bytes.len() {
        let Some(quad) = bytes.get(position..position + 4) else {
            if !is_final {
                break;
            }
            position = decoding.fail(position, bytes.len(), "truncated data")?;
            continue;
        };
        let quad: [u8; 4] = quad.try_into().expect("four bytes");
        let code = if little { u32::from_le_bytes(quad) } else { u32::from_be_bytes(quad) };
        if is_surrogate(code) {
            let reason = "code point in surrogate code point range(0xd800, 0xe000)";
            position = decoding.fail(position, position + 4, reason)?;
        } else if code >= 0x11_0000 {
            position = decoding.fail(position, position + 4, "code point not in range(0x110000)")?;
        } else {
            decoding.out.push(code);
            position += 4;
        }
    }
    let order = if order == Order::Marked && !marked { Order::Marked } else { found };
    Ok(Decoded { text: decoding.out.finish(), used: position, order })
}

/// Encodes to UTF-16.
pub fn encode_utf16(text: &Str, errors: &Errors<'_>, order: Order) -> Result<Vec<u8>> {
    let little = matches!((order, NATIVE), (Order::Little, _) | (Order::Marked, Order::Little));
    let name = match order {
        Order::Marked => "utf-16",
        Order::Little => "utf-16-le",
        Order::Big => "utf-16-be",
    };
    encode_with(text, errors, name, order, 2, |code, bytes| {
        let mut push = |unit: u16| bytes.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        match code.checked_sub(0x1_0000) {
            Some(rest) => {
                push(0xD800 + (rest >> 10) as u16);
                push(0xDC00 + (rest & 0x3FF) as u16);
            }
            None => push(code as u16),
        }
    })
}

/// Encodes to UTF-32.
pub fn encode_utf32(text: &Str, errors: &Errors<'_>, order: Order) -> Result<Vec<u8>> {
    let little = matches!((order, NATIVE), (Order::Little, _) | (Order::Marked, Order::Little));
    let name = match order {
        Order::Marked => "utf-32",
        Order::Little => "utf-32-le",
        Order::Big => "utf-32-be",
    };
    encode_with(text, errors, name, order, 4, |code, bytes| {
        bytes.extend(if little { code.to_le_bytes() } else { code.to_be_bytes() });
    })
}

fn encode_with(
    text: &Str,
    errors: &Errors<'_>,
    name: &str,
    order: Order,
    width: usize,
    mut push: impl FnMut(u32, &mut Vec<u8>),
) -> Result<Vec<u8>> {
    let units = text.units();
    let mut bytes = Vec::with_capacity((units.len() + 1) * width);
    if order == Order::Marked {
        push(0xFEFF, &mut bytes);
    }
    let encoding = Encoding { encoding: name, input: text, errors };
    let mut position = 0;
    while position < units.len() {
        let code = units.at(position);
        if !is_surrogate(code) {
            push(code, &mut bytes);
            position += 1;
            continue;
        }
        let reason = "surrogates not allowed";
        let (replacement, next) = encoding.fail(position, position + 1, reason)?;
        let encodable = match &replacement {
            Replacement::Bytes(replacement) => {
                bytes.extend_from_slice(replacement);
                replacement.len() % width == 0
            }
            Replacement::Text(replacement) => {
                replacement.code_points().for_each(|code| push(code, &mut bytes));
                !replacement.code_points().any(is_surrogate)
            }
        };
        if !encodable {
            let error = super::errors::encode_error(name, text.object(), position, position + 1, reason)?;
            return Err(pyrsc_core::exception::raise_object(error));
        }
        position = next;
    }
    Ok(bytes)
}

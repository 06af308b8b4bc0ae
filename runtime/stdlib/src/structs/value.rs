//! Single values of `struct` formats as bytes.

use pyrsc_core::bytearray::ByteArray;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::complex;
use pyrsc_core::exception;
use pyrsc_core::float;
use pyrsc_core::int::{self, bits};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::overflow_error;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::slice::has_index;
use pyrsc_core::type_object::Class;

use super::struct_error;

/// Whether an integer code is signed.
fn is_signed(code: u8) -> bool {
    matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n')
}

/// Writes little-endian bytes in the order that is wanted.
fn store(bytes: &[u8], target: &mut [u8], little_endian: bool) {
    target.copy_from_slice(bytes);
    if !little_endian {
        target.reverse();
    }
}

/// Packs a value into exactly the bytes of its field.
pub fn pack(code: u8, value: &Object, target: &mut [u8], little_endian: bool) -> Result<()> {
    match code {
        b'c' => match value.downcast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => target.copy_from_slice(bytes.as_slice()),
            _ => return Err(struct_error!("char format requires a bytes object of length 1")),
        },
        b's' | b'p' => {
            let bytes = match (value.downcast::<Bytes>(), value.downcast::<ByteArray>()) {
                (Some(bytes), _) => bytes.as_slice().to_vec(),
                (None, Some(array)) => array.to_vec(),
                (None, None) => {
                    return Err(struct_error!("argument for '{}' must be a bytes object", code as char));
                }
            };
            let (count, target) = if code == b'p' {
                let Some((length, rest)) = target.split_first_mut() else { return Ok(()) };
                let count = bytes.len().min(rest.len());
                *length = count.min(255) as u8;
                (count, rest)
            } else {
                (bytes.len().min(target.len()), target)
            };
            target[..count].copy_from_slice(&bytes[..count]);
        }
        b'?' => target[0] = u8::from(operations::is_true(value)?),
        b'e' | b'f' | b'd' => pack_float(code, number(value)?, target, little_endian)?,
        b'F' | b'D' => {
            let number = match complex::to_number(value) {
                Some(number) => number,
                None => {
                    // What has `__complex__` or is a real number.
                    let class = complex::Complex::type_object().object();
                    let converted = operations::call(class, &[value]).ok();
                    converted.as_deref().and_then(complex::to_number).ok_or_else(|| {
                        exception::clear();
                        struct_error!("required argument is not a complex")
                    })?
                }
            };
            let part = if code == b'F' { b'f' } else { b'd' };
            let (real, imaginary) = target.split_at_mut(target.len() / 2);
            pack_float(part, number.real, real, little_endian)?;
            pack_float(part, number.imaginary, imaginary, little_endian)?;
        }
        _ => pack_int(code, value, target, little_endian)?,
    }
    Ok(())
}

fn number(value: &Object) -> Result<f64> {
    float::as_f64(value).map_err(|_| {
        exception::clear();
        struct_error!("required argument is not a float")
    })
}

/// Packs a float of a code, `e`, `f` or `d`.
pub fn pack_float(code: u8, number: f64, target: &mut [u8], little_endian: bool) -> Result<()> {
    let too_large =
        |code: u8| -> Raised { overflow_error!("float too large to pack with {} format", code as char) };
    match code {
        b'e' => {
            let half = to_half(number).ok_or_else(|| too_large(code))?;
            store(&half.to_le_bytes(), target, little_endian);
        }
        b'f' => {
            let single = number as f32;
            if single.is_infinite() && number.is_finite() {
                return Err(too_large(code));
            }
            store(&single.to_le_bytes(), target, little_endian);
        }
        _ => store(&number.to_le_bytes(), target, little_endian),
    }
    Ok(())
}

fn pack_int(code: u8, value: &Object, target: &mut [u8], little_endian: bool) -> Result<()> {
    if !has_index(value) {
        return Err(struct_error!("required argument is not an integer"));
    }
    let number = int::index(value)?;
    let Some(view) = int::View::of(&number) else {
        return Err(struct_error!("required argument is not an integer"));
    };
    let signed = is_signed(code) || code == b'P' && view.is_negative();
    match bits::to_little_endian(view, target.len(), signed) {
        Ok(bytes) => {
            store(&bytes, target, little_endian);
            Ok(())
        }
        Err(_) => {
            let width = target.len() as u32 * 8;
            let (low, high) = if signed {
                (-(1i128 << (width - 1)), (1i128 << (width - 1)) - 1)
            } else {
                (0, (1i128 << width) - 1)
            };
            if code == b'P' {
                return Err(overflow_error!("int too large to convert to pointer"));
            }
            Err(struct_error!("'{}' format requires {} <= number <= {}", code as char, low, high))
        }
    }
}

/// The value of a field's bytes.
pub fn unpack(code: u8, bytes: &[u8], little_endian: bool) -> Result {
    let ordered = || {
        let mut word = [0u8; 8];
        let count = bytes.len().min(8);
        word[..count].copy_from_slice(&bytes[..count]);
        if !little_endian {
            word[..count].reverse();
        }
        word
    };
    Ok(match code {
        b'c' | b's' => Bytes::new(bytes).into_owned(),
        b'p' => {
            let count = bytes.first().map_or(0, |&count| count as usize).min(bytes.len().saturating_sub(1));
            let start = usize::from(!bytes.is_empty());
            Bytes::new(&bytes[start..start + count]).into_owned()
        }
        b'?' => Owned::bool(bytes[0] != 0),
        b'e' => float::from_f64(from_half(u16::from_le_bytes([ordered()[0], ordered()[1]]))),
        b'f' => {
            let [a, b, c, d, ..] = ordered();
            float::from_f64(f32::from_le_bytes([a, b, c, d]) as f64)
        }
        b'd' => float::from_f64(f64::from_le_bytes(ordered())),
        b'F' | b'D' => {
            let part = if code == b'F' { b'f' } else { b'd' };
            let (real, imaginary) = bytes.split_at(bytes.len() / 2);
            let real = float::as_f64(&*unpack(part, real, little_endian)?)?;
            let imaginary = float::as_f64(&*unpack(part, imaginary, little_endian)?)?;
            complex::from_parts(real, imaginary)
        }
        _ => {
            let word = ordered();
            if is_signed(code) {
                let unused = 64 - bytes.len() as u32 * 8;
                int::from_i64(i64::from_le_bytes(word) << unused >> unused)
            } else {
                int::from_u64(u64::from_le_bytes(word))
            }
        }
    })
}

/// IEEE 754 binary16, rounded half to even; `None` when the number is too large for it.
pub fn to_half(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 0x8000 } else { 0 };
    if number.is_nan() {
        // The upper bits of the payload are kept, and the number stays a NaN.
        let payload = (number.to_bits() >> 42) as u16 & 0x3FF;
        return Some(sign | 0x7C00 | if payload == 0 { 0x200 } else { payload });
    }
    if number.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let magnitude = number.abs();
    if magnitude < 2f64.powi(-14) {
        // Subnormal: a multiple of 2^-24. Rounding up to 1024 gives the smallest normal number.
        return Some(sign | round_half_even(magnitude * 2f64.powi(24)) as u16);
    }
    let exponent = ((magnitude.to_bits() >> 52) as i32) - 1023;
    let mut exponent = exponent;
    let mut fraction = round_half_even(magnitude * 2f64.powi(10 - exponent)) as u32;
    if fraction == 2048 {
        fraction = 1024;
        exponent += 1;
    }
    if exponent > 15 {
        return None;
    }
    Some(sign | ((exponent + 15) as u16) << 10 | (fraction - 1024) as u16)
}

fn round_half_even(number: f64) -> f64 {
    number.round_ties_even()
}

/// The value of an IEEE 754 binary16.
pub fn from_half(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((half >> 10 & 0x1F) as i32, (half & 0x3FF) as f64);
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => {
            let bits = (half as u64 & 0x8000) << 48 | 0x7FF0_0000_0000_0000 | (half as u64 & 0x3FF) << 42;
            f64::from_bits(bits)
        }
        _ => sign * (1024.0 + fraction) * 2f64.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip() {
        for half in 0..=u16::MAX {
            let number = from_half(half);
            if !number.is_nan() {
                assert_eq!(to_half(number), Some(half));
            } else {
                assert!(from_half(to_half(number).expect("a NaN")).is_nan());
            }
        }
        assert_eq!(to_half(65519.99), Some(0x7BFF));
        assert_eq!(to_half(65520.0), None);
        assert_eq!(to_half(1e-10), Some(0));
    }
}

//! Type codes of arrays: how items lie in memory.

use pyrsc_core::float;
use pyrsc_core::int::{self, bits};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slice::has_index;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{overflow_error, type_error, value_error};

use crate::structs::value;

/// All type codes.
pub const CODES: &str = "bBuwhHiIlLqQfd";

/// What the items of an array are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code(pub u8);

const LITTLE_ENDIAN: bool = cfg!(target_endian = "little");

/// Bytes that are known to be so many.
fn exact<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut word = [0; N];
    word.copy_from_slice(bytes);
    word
}

impl Code {
    pub fn new(letter: char) -> Result<Code> {
        if CODES.contains(letter) {
            return Ok(Code(letter as u8));
        }
        Err(value_error!("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"))
    }

    /// The letter.
    pub fn letter(self) -> char {
        self.0 as char
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self.0 {
            b'b' | b'B' => 1,
            b'h' | b'H' => 2,
            b'i' | b'I' | b'f' | b'u' | b'w' => 4,
            b'l' | b'L' => size_of::<std::ffi::c_long>(),
            _ => 8,
        }
    }

    /// Whether the items are characters.
    pub fn is_text(self) -> bool {
        matches!(self.0, b'u' | b'w')
    }

    /// The code in the language of `struct`, for memory views.
    pub fn buffer_format(self) -> &'static str {
        match self.0 {
            b'b' => "b",
            b'B' => "B",
            b'u' | b'w' => "w",
            b'h' => "h",
            b'H' => "H",
            b'i' => "i",
            b'I' => "I",
            b'l' => "l",
            b'L' => "L",
            b'q' => "q",
            b'Q' => "Q",
            b'f' => "f",
            _ => "d",
        }
    }

    /// The code of `_array_reconstructor` for this machine's format.
    pub fn machine_format(self) -> i64 {
        let swapped = i64::from(!LITTLE_ENDIAN);
        match self.0 {
            b'b' => 1,
            b'B' => 0,
            b'u' | b'w' => 20 + swapped,
            b'f' => 14 + swapped,
            b'd' => 16 + swapped,
            letter => {
                let width = match self.size() {
                    2 => 2,
                    4 => 6,
                    _ => 10,
                };
                width + if letter.is_ascii_lowercase() { 2 } else { 0 } + swapped
            }
        }
    }

    /// The item of some bytes.
    pub fn decode(self, bytes: &[u8]) -> Result {
        if self.is_text() {
            let mut word = [0; 4];
            word.copy_from_slice(bytes);
            let code = u32::from_ne_bytes(word);
            if code > 0x10FFFF {
                return Err(value_error!("character U+{:x} is not in range [U+0000; U+10ffff]", code));
            }
            return Ok(Str::from_code_point(code).into_owned());
        }
        Ok(match (self.0, bytes.len()) {
            (b'd', 8) => float::from_f64(f64::from_ne_bytes(exact(bytes))),
            (b'f', 4) => float::from_f64(f64::from(f32::from_ne_bytes(exact(bytes)))),
            (b'b', 1) => Owned::small_int((bytes[0] as i8).into()),
            (b'B', 1) => Owned::small_int(bytes[0].into()),
            (b'h', 2) => Owned::small_int(i16::from_ne_bytes(exact(bytes)).into()),
            (b'H', 2) => Owned::small_int(u16::from_ne_bytes(exact(bytes)).into()),
            (b'i' | b'l', 4) => Owned::small_int(i32::from_ne_bytes(exact(bytes)).into()),
            (b'I' | b'L', 4) => Owned::small_int(u32::from_ne_bytes(exact(bytes)).into()),
            (b'l' | b'q', 8) => int::from_i64(i64::from_ne_bytes(exact(bytes))),
            (b'L' | b'Q', 8) => int::from_u64(u64::from_ne_bytes(exact(bytes))),
            _ => return value::unpack(self.0, bytes, LITTLE_ENDIAN),
        })
    }

    /// Writes an immediate number where an item lies. False: it is not immediate, or does not fit.
    #[inline]
    pub fn store(self, item: &Object, target: &mut [u8]) -> bool {
        let value = item.value();
        if self.0 == b'd' && value.is_float() {
            target.copy_from_slice(&value.float().to_ne_bytes());
            return true;
        }
        if !value.is_int() {
            return false;
        }
        let number = value.int();
        macro_rules! store {
            ($ty:ty) => {
                match <$ty>::try_from(number) {
                    Ok(number) => target.copy_from_slice(&number.to_ne_bytes()),
                    Err(_) => return false,
                }
            };
        }
        match (self.0, target.len()) {
            (b'b', 1) => store!(i8),
            (b'B', 1) => store!(u8),
            (b'h', 2) => store!(i16),
            (b'H', 2) => store!(u16),
            (b'i' | b'l', 4) => store!(i32),
            (b'I' | b'L', 4) => store!(u32),
            (b'l' | b'q', 8) => store!(i64),
            (b'L' | b'Q', 8) => store!(u64),
            _ => return false,
        }
        true
    }

    /// The bytes of an item.
    pub fn encode(self, item: &Object) -> Result<Vec<u8>> {
        match self.0 {
            b'u' | b'w' => match item.downcast::<Str>() {
                Some(text) if text.len() == 1 => Ok(text.at(0).to_ne_bytes().to_vec()),
                Some(text) => Err(type_error!(
                    "array item must be a unicode character, not a string of length {}",
                    text.len()
                )),
                None => Err(type_error!("array item must be a unicode character, not {}", name_of(item))),
            },
            b'f' => Ok((float::as_f64(item)? as f32).to_ne_bytes().to_vec()),
            b'd' => Ok(float::as_f64(item)?.to_ne_bytes().to_vec()),
            _ => self.encode_int(item),
        }
    }

    fn encode_int(self, item: &Object) -> Result<Vec<u8>> {
        if !has_index(item) {
            return Err(type_error!("'{}' object cannot be interpreted as an integer", name_of(item)));
        }
        let number: Owned = int::index(item)?;
        let signed = self.0.is_ascii_lowercase();
        let view = int::View::of(&number);
        let negative = view.as_ref().is_some_and(|view| view.is_negative());
        let bytes = view.map(|view| bits::to_little_endian(view, self.size(), signed));
        if let Some(Ok(mut bytes)) = bytes {
            if !LITTLE_ENDIAN {
                bytes.reverse();
            }
            return Ok(bytes);
        }
        let side = if negative { "less than minimum" } else { "greater than maximum" };
        Err(match self.0 {
            b'b' => overflow_error!("signed char is {}", side),
            b'B' => overflow_error!("unsigned byte integer is {}", side),
            b'h' => overflow_error!("signed short integer is {}", side),
            b'H' if negative => overflow_error!("unsigned short is less than minimum"),
            b'H' => overflow_error!("unsigned short is greater than maximum"),
            b'i' => overflow_error!("signed integer is {}", side),
            b'I' if negative => overflow_error!("can't convert negative value to unsigned int"),
            b'I' => overflow_error!("unsigned int is greater than maximum"),
            b'l' => overflow_error!("Python int too large to convert to C long"),
            b'L' if negative => overflow_error!("can't convert negative value to unsigned int"),
            b'L' => overflow_error!("Python int too large to convert to C unsigned long"),
            b'Q' if negative => overflow_error!("can't convert negative int to unsigned"),
            _ => overflow_error!("int too big to convert"),
        })
    }
}

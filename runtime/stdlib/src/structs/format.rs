//! Formats of `struct`: what they mean, and packing and unpacking by them.

use pyrsc_core::call::Arguments;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;

use super::{struct_error, value};

/// One or several values of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The letter.
    pub code: u8,
    /// Bytes of one value.
    pub size: usize,
    /// How many values.
    pub repeat: usize,
    /// Where the first one lies.
    pub offset: usize,
}

/// A compiled format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    pub text: String,
    pub fields: Vec<Field>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub count: usize,
    pub little_endian: bool,
}

/// Size and alignment of a code: the platform's, or the standard size without alignment.
fn size_and_alignment(code: u8, native: bool) -> Option<(usize, usize)> {
    let size = match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                size_of::<std::ffi::c_long>()
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => size_of::<usize>(),
        b'F' => return Some((8, if native { 4 } else { 1 })),
        b'D' => return Some((16, if native { 8 } else { 1 })),
        _ => return None,
    };
    Some((size, if native { size } else { 1 }))
}

impl Format {
    /// Compiles a format.
    pub fn parse(text: &[u8]) -> Result<Format> {
        let too_long = || struct_error!("total struct size too long");
        let (native, little_endian, skipped) = match text.first() {
            Some(b'@') => (true, cfg!(target_endian = "little"), 1),
            Some(b'=') => (false, cfg!(target_endian = "little"), 1),
            Some(b'<') => (false, true, 1),
            Some(b'>' | b'!') => (false, false, 1),
            _ => (true, cfg!(target_endian = "little"), 0),
        };
        let mut fields = Vec::new();
        let (mut size, mut count) = (0usize, 0usize);
        let mut letters = text[skipped..].iter().copied().peekable();
        while let Some(letter) = letters.next() {
            if letter.is_ascii_whitespace() {
                continue;
            }
            let (mut code, mut number) = (letter, None);
            if letter.is_ascii_digit() {
                let mut repeat = (letter - b'0') as usize;
                while let Some(digit) = letters.next_if(u8::is_ascii_digit) {
                    repeat = repeat
                        .checked_mul(10)
                        .and_then(|repeat| repeat.checked_add((digit - b'0') as usize))
                        .filter(|&repeat| repeat <= isize::MAX as usize)
                        .ok_or_else(too_long)?;
                }
                code = letters
                    .next()
                    .ok_or_else(|| struct_error!("repeat count given without format specifier"))?;
                number = Some(repeat);
            }
            let Some((item_size, alignment)) = size_and_alignment(code, native) else {
                return Err(struct_error!("bad char in struct format"));
            };
            let number = number.unwrap_or(1);
            let offset = size.checked_next_multiple_of(alignment).ok_or_else(too_long)?;
            let bytes = item_size.checked_mul(number).ok_or_else(too_long)?;
            size =
                offset.checked_add(bytes).filter(|&size| size <= isize::MAX as usize).ok_or_else(too_long)?;
            match code {
                b'x' => {}
                b's' | b'p' => {
                    fields.push(Field { code, size: number, repeat: 1, offset });
                    count += 1;
                }
                _ if number > 0 => {
                    fields.push(Field { code, size: item_size, repeat: number, offset });
                    count += number;
                }
                _ => {}
            }
        }
        let text = String::from_utf8_lossy(text).into_owned();
        Ok(Format { text, fields, size, count, little_endian })
    }

    /// The values' bytes; there are as many values as the format says.
    pub fn pack(&self, values: Arguments<'_>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; self.size];
        let mut values = values.iter_positional();
        for field in &self.fields {
            for number in 0..field.repeat {
                let Some(value) = values.next() else { return Ok(bytes) };
                let start = field.offset + number * field.size;
                value::pack(field.code, value, &mut bytes[start..start + field.size], self.little_endian)?;
            }
        }
        Ok(bytes)
    }

    /// The values of bytes that are as many as the format says.
    pub fn unpack(&self, bytes: &[u8]) -> Result<Ref<Tuple>> {
        let mut values: Vec<Owned> = Vec::with_capacity(self.count);
        for field in &self.fields {
            for number in 0..field.repeat {
                let start = field.offset + number * field.size;
                values.push(value::unpack(
                    field.code,
                    &bytes[start..start + field.size],
                    self.little_endian,
                )?);
            }
        }
        Ok(Tuple::from_vec(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> (usize, usize) {
        let format = Format::parse(text.as_bytes()).expect("a format");
        (format.size, format.count)
    }

    #[test]
    fn sizes_follow_the_byte_order_mark() {
        assert_eq!(size("bi"), (8, 2));
        assert_eq!(size("<bi"), (5, 2));
        assert_eq!(size("i0q"), (8, 1));
        assert_eq!(size("xbxi3s"), (11, 3));
        assert_eq!(size("> 2h 10s ?"), (15, 4));
        assert_eq!(size("<l"), (4, 1));
    }
}

//! Decimal digits of all scripts, for reading numbers from text.
//!
//! Each script's ten digits are consecutive code points (Unicode's stability policy), so their zeros say it all.

use std::borrow::Cow;

/// The zeros beyond ASCII, in order (Unicode 16, general category Nd).
const ZEROS: [u32; 75] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730,
    0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50,
    0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1,
    0x1e950, 0x1fbf0,
];

/// The value of a decimal digit of any script.
pub fn value(character: char) -> Option<u32> {
    if character.is_ascii() {
        return character.to_digit(10);
    }
    let code = u32::from(character);
    let before = ZEROS.partition_point(|zero| *zero <= code);
    let digit = code - ZEROS[before.checked_sub(1)?];
    (digit < 10).then_some(digit)
}

/// Whether `str.isspace` takes the character for a space.
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1C'..='\x1F').contains(&character)
}

/// The text with digits of other scripts replaced by ASCII ones and spaces by `' '`; anything else that is not ASCII
/// becomes `'?'`, which is in no number.
pub fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !(0x1C..=0x1F).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|character| match value(character) {
        Some(digit) => char::from(b'0' + digit as u8),
        None if is_space(character) => ' ',
        None if character.is_ascii() => character,
        None => '?',
    });
    Cow::Owned(replaced.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_other_scripts_have_values() {
        assert_eq!(value('7'), Some(7));
        assert_eq!(value('\u{663}'), Some(3));
        assert_eq!(value('\u{FF19}'), Some(9));
        assert_eq!(value('\u{66A}'), None);
        assert_eq!(value('a'), None);
        assert_eq!(to_ascii("\u{a0}\u{967}\u{968}\u{e9}"), " 12?");
    }
}

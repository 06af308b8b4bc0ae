//! Text of any script made ready for reading numbers from it.

use std::borrow::Cow;

use crate::unicode;

/// The text with digits of other scripts replaced by ASCII ones and spaces by `' '`; anything else that is not ASCII
/// becomes `'?'`, which is in no number.
pub fn to_ascii(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !(0x1C..=0x1F).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|character| match unicode::decimal(u32::from(character)) {
        Some(digit) => char::from(b'0' + digit),
        None if unicode::is_space(u32::from(character)) => ' ',
        None if character.is_ascii() => character,
        None => '?',
    });
    Cow::Owned(replaced.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_spaces_of_other_scripts_are_replaced() {
        assert_eq!(to_ascii("\u{a0}\u{967}\u{968}\u{e9}"), " 12?");
        assert_eq!(to_ascii("\x1c1\u{FF19}"), " 19");
        assert!(matches!(to_ascii("12"), Cow::Borrowed("12")));
    }
}

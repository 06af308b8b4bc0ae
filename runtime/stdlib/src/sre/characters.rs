//! What a character is to a regular expression: sets, categories, letter case.

use pyrsc_core::unicode;

use super::opcodes::*;

fn is_ascii_word(code: u32) -> bool {
    code < 0x80 && (code as u8 == b'_' || (code as u8).is_ascii_alphanumeric())
}

/// Whether a character counts as part of a word, by the Unicode database.
pub fn is_word(code: u32) -> bool {
    if code < 0x80 { is_ascii_word(code) } else { unicode::is_alphanumeric(code) }
}

/// Whether a character is in a category.
pub fn in_category(category: u32, code: u32) -> bool {
    match category {
        CATEGORY_DIGIT => (48..58).contains(&code),
        CATEGORY_NOT_DIGIT => !(48..58).contains(&code),
        CATEGORY_SPACE => matches!(code, 9..=13 | 32),
        CATEGORY_NOT_SPACE => !matches!(code, 9..=13 | 32),
        CATEGORY_WORD | CATEGORY_LOC_WORD => is_ascii_word(code),
        CATEGORY_NOT_WORD | CATEGORY_LOC_NOT_WORD => !is_ascii_word(code),
        CATEGORY_LINEBREAK => code == 10,
        CATEGORY_NOT_LINEBREAK => code != 10,
        CATEGORY_UNI_DIGIT => unicode::is_decimal(code),
        CATEGORY_UNI_NOT_DIGIT => !unicode::is_decimal(code),
        CATEGORY_UNI_SPACE => unicode::is_space(code),
        CATEGORY_UNI_NOT_SPACE => !unicode::is_space(code),
        CATEGORY_UNI_WORD => is_word(code),
        CATEGORY_UNI_NOT_WORD => !is_word(code),
        CATEGORY_UNI_LINEBREAK => unicode::is_line_break(code),
        CATEGORY_UNI_NOT_LINEBREAK => !unicode::is_line_break(code),
        _ => false,
    }
}

/// Whether a character is in the set whose instructions start at `set`.
pub fn in_set(set: &[u32], code: u32) -> bool {
    let mut positive = true;
    let mut at = 0;
    loop {
        match set[at] {
            FAILURE => return !positive,
            LITERAL => {
                if set[at + 1] == code {
                    return positive;
                }
                at += 2;
            }
            CATEGORY => {
                if in_category(set[at + 1], code) {
                    return positive;
                }
                at += 2;
            }
            CHARSET => {
                if code < 256 && set[at + 1 + (code >> 5) as usize] & 1 << (code & 31) != 0 {
                    return positive;
                }
                at += 9;
            }
            RANGE => {
                if (set[at + 1]..=set[at + 2]).contains(&code) {
                    return positive;
                }
                at += 3;
            }
            RANGE_UNI_IGNORE => {
                let range = set[at + 1]..=set[at + 2];
                if range.contains(&code) || range.contains(&unicode::simple_upper(code)) {
                    return positive;
                }
                at += 3;
            }
            NEGATE => {
                positive = !positive;
                at += 1;
            }
            BIGCHARSET => {
                let count = set[at + 1] as usize;
                let blocks = &set[at + 2..at + 2 + 64];
                if code < 0x1_0000 {
                    let high = (code >> 8) as usize;
                    let block = (blocks[high / 4] >> (8 * (high % 4)) & 0xFF) as usize;
                    let word = set[at + 66 + block * 8 + (code as usize >> 5 & 7)];
                    if word & 1 << (code & 31) != 0 {
                        return positive;
                    }
                }
                at += 66 + count * 8;
            }
            _ => return false,
        }
    }
}

/// How two characters are compared without regard to case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    None,
    Ascii,
    Unicode,
}

impl Folding {
    /// The lower-case character.
    #[inline]
    pub fn lower(self, code: u32) -> u32 {
        match self {
            Folding::None => code,
            Folding::Ascii => lower_ascii(code),
            Folding::Unicode if code < 0x80 => lower_ascii(code),
            Folding::Unicode => unicode::simple_lower(code),
        }
    }
}

/// The lower-case letter of an ASCII letter.
pub fn lower_ascii(code: u32) -> u32 {
    if (65..91).contains(&code) { code + 32 } else { code }
}

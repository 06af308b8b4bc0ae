//! What code points are: letters, digits, cases, spaces, printable; from the Unicode database of the Python version that
//! this project follows.

use crate::unicode_tables::{CASE_BLOCKS, CASE_INDICES, CASE_SHIFT, RECORDS, SPECIAL_CASES};

pub use crate::unicode_tables::UNICODE_VERSION;

/// The properties of one or more code points.
pub struct Record {
    flags: u16,
    lower: i32,
    upper: i32,
    title: i32,
    decimal: u8,
    digit: u8,
}

impl Record {
    pub(crate) const fn new(
        flags: u16,
        lower: i32,
        upper: i32,
        title: i32,
        decimal: u8,
        digit: u8,
    ) -> Record {
        Record { flags, lower, upper, title, decimal, digit }
    }
}

/// The case mappings of a code point that are not one code point each.
pub struct SpecialCase {
    code: u32,
    lower: &'static [u32],
    upper: &'static [u32],
    title: &'static [u32],
    fold: &'static [u32],
}

impl SpecialCase {
    pub(crate) const fn new(
        code: u32,
        lower: &'static [u32],
        upper: &'static [u32],
        title: &'static [u32],
        fold: &'static [u32],
    ) -> SpecialCase {
        SpecialCase { code, lower, upper, title, fold }
    }
}

#[inline]
fn record(code: u32) -> &'static Record {
    let block = CASE_BLOCKS.get((code >> CASE_SHIFT) as usize).copied().unwrap_or(0) as usize;
    let index = CASE_INDICES[(block << CASE_SHIFT) + (code as usize & ((1 << CASE_SHIFT) - 1))];
    &RECORDS[index as usize]
}

macro_rules! flag_tests {
    ($($(#[$doc:meta])* $name:ident $bit:literal;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(code: u32) -> bool {
            record(code).flags & 1 << $bit != 0
        }
    )*};
}

flag_tests! {
    is_alphabetic 0;
    is_decimal 1;
    is_digit 2;
    is_numeric 3;
    is_lower 4;
    is_upper 5;
    /// Whether the general category is Lt.
    is_title 6;
    is_space 7;
    is_printable 8;
    is_identifier_start 9;
    is_identifier_continue 10;
    /// Whether the code point is cased and not passed over by the rule for the final sigma.
    is_cased 11;
    is_case_ignorable 12;
    has_special_case 13;
}

/// Whether `str.isalnum` holds for the code point alone.
pub fn is_alphanumeric(code: u32) -> bool {
    record(code).flags & 0b1111 != 0
}

/// Whether `str.splitlines` ends a line here.
#[inline]
pub fn is_line_break(code: u32) -> bool {
    matches!(code, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit.
pub fn decimal(code: u32) -> Option<u8> {
    Some(record(code).decimal).filter(|&value| value != 255)
}

/// The value of a digit.
pub fn digit(code: u32) -> Option<u8> {
    Some(record(code).digit).filter(|&value| value != 255)
}

/// A case mapping: up to three code points.
pub type Mapping = arrayvec::ArrayVec<u32, 3>;

fn special(code: u32) -> Option<&'static SpecialCase> {
    SPECIAL_CASES.binary_search_by_key(&code, |case| case.code).ok().map(|index| &SPECIAL_CASES[index])
}

fn map(code: u32, delta: impl Fn(&Record) -> i32, full: impl Fn(&SpecialCase) -> &'static [u32]) -> Mapping {
    let record = record(code);
    let mut mapping = Mapping::new();
    match if record.flags & 1 << 13 != 0 { special(code) } else { None } {
        Some(case) => full(case).iter().for_each(|&code| mapping.push(code)),
        None => mapping.push(code.wrapping_add_signed(delta(record))),
    }
    mapping
}

/// The full lower-case mapping, without the rule for the final sigma.
pub fn to_lower(code: u32) -> Mapping {
    map(code, |record| record.lower, |case| case.lower)
}

/// The full upper-case mapping.
pub fn to_upper(code: u32) -> Mapping {
    map(code, |record| record.upper, |case| case.upper)
}

/// The full title-case mapping.
pub fn to_title(code: u32) -> Mapping {
    map(code, |record| record.title, |case| case.title)
}

/// The full case folding.
pub fn to_fold(code: u32) -> Mapping {
    map(code, |record| record.lower, |case| case.fold)
}

/// The lower-case mapping where it is one code point, else the code point itself.
pub fn simple_lower(code: u32) -> u32 {
    match to_lower(code).as_slice() {
        [mapped] => *mapped,
        // The only one: U+0130, whose simple mapping is `i`.
        _ => u32::from(b'i'),
    }
}

/// The upper-case mapping where it is one code point, else the code point itself.
pub fn simple_upper(code: u32) -> u32 {
    match to_upper(code).as_slice() {
        [mapped] => *mapped,
        _ => code.wrapping_add_signed(record(code).title),
    }
}

/// Whether a name is an identifier (keywords are), by its code points.
pub fn is_identifier(mut codes: impl Iterator<Item = u32>) -> bool {
    codes.next().is_some_and(is_identifier_start) && codes.all(is_identifier_continue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_those_of_the_database() {
        assert!(is_alphabetic(0x41) && is_alphabetic(0xE9) && !is_alphabetic(0x31));
        assert!(is_space(0x2003) && !is_space(0x200B));
        assert!(!is_printable(0x7F) && is_printable(0x1F600) && !is_printable(0xE000));
        assert_eq!((decimal(0x0663), digit(0xB2), decimal(0xB2)), (Some(3), Some(2), None));
        assert_eq!(to_upper(0xDF).as_slice(), [0x53, 0x53]);
        assert_eq!(to_fold(0xDF).as_slice(), [0x73, 0x73]);
        assert_eq!(to_title(0x1C6).as_slice(), [0x1C5]);
        assert_eq!(to_lower(0x130).as_slice(), [0x69, 0x307]);
        assert_eq!((simple_lower(0x130), simple_upper(0xDF)), (0x69, 0xDF));
        assert!(is_identifier("añ_1".chars().map(u32::from)) && !is_identifier("1a".chars().map(u32::from)));
    }
}

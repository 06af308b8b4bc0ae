//! Ints written and read as digits in any base.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::limbs;
use super::{View, from_i64, from_sign_and_ubig};
use crate::object::Object;
use crate::owned::{Owned, Raised, Result};

/// The default of `sys.get_int_max_str_digits()`.
pub const DEFAULT_MAXIMUM_DIGITS: usize = 4300;
/// The smallest limit that may be set, but for 0.
pub const LEAST_MAXIMUM_DIGITS: usize = 640;

static MAXIMUM_DIGITS: AtomicUsize = AtomicUsize::new(DEFAULT_MAXIMUM_DIGITS);

/// The most digits that are converted in bases that are no power of two; 0 means any number.
pub fn maximum_digits() -> usize {
    MAXIMUM_DIGITS.load(Ordering::Relaxed)
}

/// Sets [`maximum_digits`].
pub fn set_maximum_digits(limit: usize) {
    MAXIMUM_DIGITS.store(limit, Ordering::Relaxed);
}

/// The decimal digits of an int, with `-` before a negative one; ValueError when there are too many.
pub fn to_decimal(number: &Object) -> Result<String> {
    match View::of(number) {
        Some(view) => view_to_decimal(view),
        None => Err(crate::type_error!("an int is required, not {}", crate::type_object::name_of(number))),
    }
}

/// As [`to_decimal`].
pub fn view_to_decimal(number: View<'_>) -> Result<String> {
    let int = match number {
        View::Small(number) => return Ok(number.to_string()),
        View::Big(int) => int,
    };
    let limit = maximum_digits();
    // Not more than the real number of digits.
    let digits_at_least = ((limbs::bit_length(int.limbs()) - 1) as f64 * std::f64::consts::LOG10_2) as usize;
    if limit > 0 && digits_at_least > limit {
        return Err(too_many_digits(limit));
    }
    let digits = to_base(number, 10);
    if limit > 0 && digits.len() - usize::from(int.is_negative()) > limit {
        return Err(too_many_digits(limit));
    }
    Ok(digits)
}

fn too_many_digits(limit: usize) -> Raised {
    crate::value_error!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to \
         increase the limit"
    )
}

/// The digits of an int in a base from 2 to 36, in small letters, with `-` before a negative one. Without a limit.
pub fn to_base(number: View<'_>, base: u32) -> String {
    match number {
        View::Small(number) => {
            let magnitude = number.unsigned_abs();
            let mut digits = match base {
                2 => format!("{magnitude:b}"),
                8 => format!("{magnitude:o}"),
                10 => magnitude.to_string(),
                16 => format!("{magnitude:x}"),
                _ => {
                    let mut rest = magnitude;
                    let mut digits = Vec::new();
                    loop {
                        digits
                            .push(char::from_digit((rest % u64::from(base)) as u32, base).expect("a digit"));
                        rest /= u64::from(base);
                        if rest == 0 {
                            break digits.iter().rev().collect();
                        }
                    }
                }
            };
            if number < 0 {
                digits.insert(0, '-');
            }
            digits
        }
        View::Big(int) => {
            let magnitude = limbs::to_ubig(int.limbs());
            let digits = magnitude.in_radix(base as u8);
            if int.is_negative() { format!("-{digits}") } else { digits.to_string() }
        }
    }
}

/// Why a text is no int.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// It is no literal of the base.
    Invalid,
    /// It has too many digits: this many.
    TooLong(usize),
    /// An exception is pending.
    Raised,
}

impl ParseError {
    /// Raises the ValueError; `literal` is the `repr` of what was parsed.
    pub fn raise(self, base: u32, literal: &str) -> Raised {
        match self {
            ParseError::Invalid => {
                crate::value_error!("invalid literal for int() with base {base}: {literal}")
            }
            ParseError::TooLong(digits) => crate::value_error!(
                "Exceeds the limit ({} digits) for integer string conversion: value has {digits} digits; use \
                 sys.set_int_max_str_digits() to increase the limit",
                maximum_digits()
            ),
            ParseError::Raised => Raised,
        }
    }
}

/// Reads an int as `int(text, base)` does: spaces around, a sign, a prefix where the base allows it, single underscores
/// between digits. The base is 0 (as in source code) or from 2 to 36. Digits of other scripts and Unicode spaces have
/// been replaced by the caller ([`crate::decimal_digits`]).
pub fn parse(text: &str, base: u32) -> std::result::Result<Owned, ParseError> {
    let text = text.trim_matches(is_space);
    let (negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix_base = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => Some(16),
        [b'0', b'o' | b'O', ..] => Some(8),
        [b'0', b'b' | b'B', ..] => Some(2),
        _ => None,
    };
    let (digits, base, only_zeros) = match prefix_base {
        Some(found) if base == found || base == 0 => {
            let rest = &digits[2..];
            (rest.strip_prefix('_').unwrap_or(rest), found, false)
        }
        // Decimal literals in source code do not start with a zero, unless they are zero.
        _ if base == 0 => (digits, 10, digits.starts_with('0')),
        _ => (digits, base, false),
    };
    let magnitude = parse_digits(digits, base)?;
    let number = if let Some(small) = magnitude.small {
        if only_zeros && small != 0 {
            return Err(ParseError::Invalid);
        }
        Ok(from_i64(if negative { -small } else { small }))
    } else {
        if only_zeros {
            return Err(ParseError::Invalid);
        }
        from_sign_and_ubig(negative, &magnitude.big)
    };
    number.map_err(|Raised| ParseError::Raised)
}

/// What CPython's `Py_ISSPACE` takes for a space.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C')
}

struct Magnitude {
    small: Option<i64>,
    big: dashu_int::UBig,
}

fn parse_digits(text: &str, base: u32) -> std::result::Result<Magnitude, ParseError> {
    let mut small = Some(0i64);
    let mut digits = 0;
    let mut after_digit = false;
    for character in text.bytes() {
        if character == b'_' {
            if !after_digit {
                return Err(ParseError::Invalid);
            }
            after_digit = false;
            continue;
        }
        let Some(digit) = char::from(character).to_digit(base) else { return Err(ParseError::Invalid) };
        small = small
            .and_then(|number| number.checked_mul(base.into()))
            .and_then(|number| number.checked_add(digit.into()));
        digits += 1;
        after_digit = true;
    }
    if !after_digit {
        return Err(ParseError::Invalid);
    }
    let limit = maximum_digits();
    if limit > 0 && digits > limit && !base.is_power_of_two() {
        return Err(ParseError::TooLong(digits));
    }
    if small.is_some() {
        return Ok(Magnitude { small, big: dashu_int::UBig::ZERO });
    }
    let parsed = if text.contains('_') {
        dashu_int::UBig::from_str_radix(&text.replace('_', ""), base)
    } else {
        dashu_int::UBig::from_str_radix(text, base)
    };
    parsed.map(|big| Magnitude { small: None, big }).map_err(|_| ParseError::Invalid)
}

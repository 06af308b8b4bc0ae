//! Floats written and read as text: `repr`, the `e`, `f` and `g` formats, hexadecimal.
//!
//! Digits come from the standard library, whose conversions are correctly rounded and, without a precision, the shortest
//! that read back as the same float.

/// How a float is laid out as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `repr`: the shortest digits that read back; an exponent when it is below -4 or above 15.
    Repr,
    /// So many digits after the point, with an exponent.
    Exponent,
    /// So many digits after the point.
    Fixed,
    /// So many digits in all, trailing zeros dropped; an exponent when it is below -4 or not below the digits.
    General,
}

/// Further wishes for [`format`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Options {
    /// Always a decimal point, and trailing zeros in the general style (`#`).
    pub alternate: bool,
    /// `.0` after a whole number without an exponent.
    pub add_point_zero: bool,
    /// A sign for positive numbers as well.
    pub plus: bool,
    /// `E`, `INF`, `NAN`.
    pub upper: bool,
    /// No sign for a number that is written as zero (`z`).
    pub no_negative_zero: bool,
}

/// More digits than any float has; the rest are zeros.
const MOST_DIGITS: usize = 1100;

/// `repr(number)`
pub fn repr(number: f64) -> String {
    format(number, Style::Repr, 0, Options { add_point_zero: true, ..Options::default() })
}

/// The digits of a finite number's magnitude without a point, and where the point goes.
struct Digits {
    digits: String,
    /// The number is `0.digits * 10^point`.
    point: i64,
}

impl Digits {
    fn from_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').expect("scientific notation has an exponent");
        let digits = mantissa.chars().filter(|character| *character != '.').collect();
        Digits { digits, point: exponent.parse::<i64>().expect("an exponent is an int") + 1 }
    }

    /// The shortest digits that read back as the same number; of several the nearest to it, ties to even.
    fn shortest(magnitude: f64) -> Digits {
        // The standard library does not round ties to even here; they only occur among long digits.
        const SHORTEST_TIE: usize = 15;
        let shortest = Digits::from_scientific(&format!("{magnitude:e}"));
        if shortest.digits.len() >= SHORTEST_TIE {
            let text = format!("{magnitude:.*e}", shortest.digits.len() - 1);
            let nearest = Digits::from_scientific(&text);
            if nearest.digits != shortest.digits && text.parse() == Ok(magnitude) {
                return nearest;
            }
        }
        shortest
    }

    /// So many significant digits.
    fn significant(magnitude: f64, count: usize) -> Digits {
        let known = count.min(MOST_DIGITS);
        let mut digits = Digits::from_scientific(&format!("{magnitude:.*e}", known - 1));
        digits.digits.extend(std::iter::repeat_n('0', count - known));
        digits
    }

    /// So many digits after the point.
    fn after_point(magnitude: f64, count: usize) -> Digits {
        let known = count.min(MOST_DIGITS);
        let text = format!("{magnitude:.known$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut digits = format!("{whole}{fraction}");
        digits.extend(std::iter::repeat_n('0', count - known));
        Digits { digits, point: whole.len() as i64 }
    }
}

/// Writes a float. `precision` is ignored for `Style::Repr`.
pub fn format(number: f64, style: Style, precision: usize, options: Options) -> String {
    let mut negative = number.is_sign_negative();
    let body = if number.is_nan() {
        negative = false;
        if options.upper { "NAN" } else { "nan" }.to_string()
    } else if number.is_infinite() {
        if options.upper { "INF" } else { "inf" }.to_string()
    } else {
        format_magnitude(number.abs(), style, precision, options)
    };
    if negative && options.no_negative_zero && number.is_finite() {
        let mantissa = body.split(['e', 'E']).next().unwrap_or_default();
        negative = mantissa.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    }
    match (negative, options.plus) {
        (true, _) => format!("-{body}"),
        (false, true) => format!("+{body}"),
        (false, false) => body,
    }
}

fn format_magnitude(magnitude: f64, style: Style, precision: usize, options: Options) -> String {
    let precision = if style == Style::General { precision.max(1) } else { precision };
    let mut digits = match style {
        Style::Repr => Digits::shortest(magnitude),
        Style::Exponent => Digits::significant(magnitude, precision + 1),
        Style::Fixed => Digits::after_point(magnitude, precision),
        Style::General => Digits::significant(magnitude, precision),
    };
    let exponent = digits.point - 1;
    let with_exponent = match style {
        Style::Repr => !(-4..16).contains(&exponent),
        Style::Exponent => true,
        Style::Fixed => false,
        // Where `.0` may follow, it counts as one of the digits.
        Style::General => exponent < -4 || exponent >= precision as i64 - i64::from(options.add_point_zero),
    };
    if style == Style::General && !options.alternate {
        let kept = digits.digits.trim_end_matches('0').len().max(1);
        digits.digits.truncate(kept);
    }
    let mut text = if with_exponent {
        let (first, rest) = digits.digits.split_at(1);
        if rest.is_empty() { first.to_string() } else { format!("{first}.{rest}") }
    } else {
        place_point(&digits)
    };
    if !text.contains('.') {
        if options.alternate {
            text.push('.');
        } else if options.add_point_zero && !with_exponent {
            text.push_str(".0");
        }
    }
    if with_exponent {
        text.push(if options.upper { 'E' } else { 'e' });
        text.push(if exponent < 0 { '-' } else { '+' });
        text.push_str(&format!("{:02}", exponent.abs()));
    }
    text
}

/// The digits with the point where it belongs, and no point when nothing follows it.
fn place_point(digits: &Digits) -> String {
    let count = digits.digits.len() as i64;
    if digits.point <= 0 {
        format!("0.{}{}", "0".repeat(-digits.point as usize), digits.digits)
    } else if digits.point >= count {
        format!("{}{}", digits.digits, "0".repeat((digits.point - count) as usize))
    } else {
        let (whole, fraction) = digits.digits.split_at(digits.point as usize);
        format!("{whole}.{fraction}")
    }
}

/// Reads a float as `float(text)` does: spaces around, a sign, single underscores between digits, `inf`, `infinity` and
/// `nan`. Digits of other scripts and Unicode spaces have been replaced by the caller ([`crate::decimal_digits`]).
pub fn parse(text: &str) -> Option<f64> {
    parse_number(text.trim_matches([' ', '\t', '\n', '\r', '\x0B', '\x0C']))
}

/// As [`parse`], but without spaces.
pub fn parse_number(text: &str) -> Option<f64> {
    let (without_underscores, has_underscores) = match text.contains('_') {
        true => (remove_underscores(text)?, true),
        false => (String::new(), false),
    };
    let text = if has_underscores { &without_underscores } else { text };
    let (negative, body) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        f64::INFINITY
    } else if body.eq_ignore_ascii_case("nan") {
        f64::NAN
    } else {
        // The standard library takes other spellings of infinity and a second sign too: only digits from here on.
        if !body.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            || !body.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        {
            return None;
        }
        body.parse().ok()?
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// The text without underscores, each of which must be between two digits.
fn remove_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        let digit_at = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
        if *byte == b'_' && !(index > 0 && digit_at(index - 1) && digit_at(index + 1)) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

/// `number.hex()`
pub fn to_hex(number: f64) -> String {
    if !number.is_finite() {
        return repr(number);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7FF) as i64;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// Why [`from_hex`] gives no float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    Invalid,
    TooLarge,
}

/// `float.fromhex(text)`
pub fn from_hex(text: &str) -> Result<f64, HexError> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0B', '\x0C']);
    let (sign, body) = match text.as_bytes() {
        [b'-', ..] => (-1.0, &text[1..]),
        [b'+', ..] => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        return Ok(sign * f64::INFINITY);
    }
    if body.eq_ignore_ascii_case("nan") {
        return Ok(f64::NAN.copysign(sign));
    }
    let body = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).unwrap_or(body);
    let (digits, exponent) = match body.find(['p', 'P']) {
        Some(position) => {
            (&body[..position], parse_exponent(&body[position + 1..]).ok_or(HexError::Invalid)?)
        }
        None => (body, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(HexError::Invalid);
    }
    // Enough digits for one limb; what follows only tells whether anything was lost.
    let (mut mantissa, mut dropped, mut lost) = (0u64, 0i64, false);
    for character in whole.chars().chain(fraction.chars()) {
        let digit = character.to_digit(16).ok_or(HexError::Invalid)?;
        if mantissa >> 59 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
        } else {
            dropped += 4;
            lost |= digit != 0;
        }
    }
    let exponent = exponent.saturating_add(dropped).saturating_sub(4 * fraction.len() as i64);
    if mantissa == 0 {
        return Ok(sign * 0.0);
    }
    let exponent = exponent.clamp(-1 << 40, 1 << 40);
    match crate::int::limbs::to_f64(&[mantissa], exponent, lost) {
        Some(magnitude) => Ok(sign * magnitude),
        None => Err(HexError::TooLarge),
    }
}

/// A decimal exponent with an optional sign; saturates.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_switches_to_exponents() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1_375_455_476_353_571.3, "1375455476353571.2"),
            (2f64.powi(-44), "5.684341886080802e-14"),
            (9007199254740993.0, "9007199254740992.0"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (number, text) in cases {
            assert_eq!(repr(number), text);
        }
    }

    #[test]
    fn formats_follow_c() {
        let none = Options::default();
        let alternate = Options { alternate: true, ..none };
        assert_eq!(format(0.5, Style::Fixed, 0, none), "0");
        assert_eq!(format(2.5, Style::Fixed, 0, alternate), "2.");
        assert_eq!(format(1234567.0, Style::General, 6, none), "1.23457e+06");
        assert_eq!(format(100.0, Style::General, 6, none), "100");
        assert_eq!(format(100.0, Style::General, 6, alternate), "100.000");
        assert_eq!(format(0.0, Style::General, 6, none), "0");
        assert_eq!(format(0.0, Style::Exponent, 3, none), "0.000e+00");
        assert_eq!(format(9.99, Style::Exponent, 1, none), "1.0e+01");
        assert_eq!(format(1e300, Style::Exponent, 0, Options { upper: true, ..none }), "1E+300");
        assert_eq!(format(-0.001, Style::Fixed, 1, Options { no_negative_zero: true, ..none }), "0.0");
        assert_eq!(format(0.1, Style::Fixed, 1200, none).len(), 1202);
    }

    #[test]
    fn hexadecimal_round_trips_and_rounds() {
        for number in [1.5, -0.1, 5e-324, f64::MAX, 1e-310, 0.0] {
            assert_eq!(from_hex(&to_hex(number)), Ok(number));
        }
        assert_eq!(from_hex("0x1.00000000000008p0"), Ok(1.0));
        assert_eq!(from_hex("0x1.000000000000080000000000000000001p0"), Ok(1.0000000000000002));
        assert_eq!(from_hex("0x1p1024"), Err(HexError::TooLarge));
        assert_eq!(from_hex("0x1p-1080"), Ok(0.0));
        assert_eq!(from_hex("0x."), Err(HexError::Invalid));
        assert_eq!(from_hex("1 2"), Err(HexError::Invalid));
    }

    #[test]
    fn only_float_literals_are_read() {
        assert_eq!(parse(" 1_000.5e-1\n"), Some(100.05));
        assert_eq!(parse("-.5"), Some(-0.5));
        assert_eq!(parse("5."), Some(5.0));
        for text in ["", ".", "1__0", "_1", "1_", "1e", "--1", "0x10", "1_.0", "infin", "+-inf"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

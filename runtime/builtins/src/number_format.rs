//! `format(number, spec)`: the mini-language of format specifications, and numbers written by it.
//!
//! [`Spec::parse`] serves `str` as well. Formats in the style of `%` use [`pyrsc_core::float::text`] and
//! [`pyrsc_core::int::text`] directly.

use pyrsc_core::complex::Number;
use pyrsc_core::float::text::{Options, Style};
use pyrsc_core::int::{self, View};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::{float, memory_error, overflow_error, value_error};

/// Where the padding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alignment {
    Left,
    Right,
    Center,
    /// Between the sign and the digits.
    AfterSign,
}

/// Which numbers get a sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// Negative ones.
    Negative,
    /// All.
    Always,
    /// Negative ones; a space before others.
    Space,
}

/// A parsed format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][grouping][type]`.
#[derive(Clone, Debug)]
pub struct Spec {
    /// A code point.
    pub fill: u32,
    pub alignment: Alignment,
    /// Whether the specification has an alignment.
    pub alignment_given: bool,
    pub sign: Option<Sign>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<char>,
    /// The type's code point; the default one when it is left out.
    pub kind: u32,
}

/// The largest width or precision.
const LARGEST_SIZE: usize = i64::MAX as usize;

struct Reader<'a> {
    codes: &'a [u32],
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.codes.get(self.position).and_then(|code| char::from_u32(*code))
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.position += usize::from(found);
        found
    }

    /// A number, if there is one. Any script's digits count, as in CPython.
    fn number(&mut self) -> Result<Option<usize>> {
        let mut number = None;
        while let Some(digit) =
            self.codes.get(self.position).and_then(|code| pyrsc_core::unicode::decimal(*code))
        {
            let larger = number
                .unwrap_or(0usize)
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(digit.into()))
                .filter(|number| *number <= LARGEST_SIZE);
            if larger.is_none() {
                return Err(value_error!("Too many decimal digits in format string"));
            }
            number = larger;
            self.position += 1;
        }
        Ok(number)
    }

    /// One `,` or `_`, if there is one; a second one is an error.
    fn grouping(&mut self) -> Result<Option<char>> {
        let Some(grouping) = self.peek().filter(|character| matches!(character, ',' | '_')) else {
            return Ok(None);
        };
        self.position += 1;
        match self.peek() {
            Some(second) if second == grouping => {
                Err(value_error!("Cannot specify '{grouping}' with '{grouping}'."))
            }
            Some(',' | '_') => Err(value_error!("Cannot specify both ',' and '_'.")),
            _ => Ok(Some(grouping)),
        }
    }
}

fn alignment_of(code: Option<&u32>) -> Option<Alignment> {
    match char::from_u32(*code?)? {
        '<' => Some(Alignment::Left),
        '>' => Some(Alignment::Right),
        '^' => Some(Alignment::Center),
        '=' => Some(Alignment::AfterSign),
        _ => None,
    }
}

/// A type's character as error messages show it.
fn shown_kind(kind: u32) -> String {
    match char::from_u32(kind) {
        Some(character) if kind > 32 && kind < 128 => character.to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

impl Spec {
    /// Parses a specification for an object, which error messages name; numbers are aligned to the right by default.
    pub fn parse(
        object: &Object,
        text: &Str,
        default_kind: char,
        default_alignment: Alignment,
    ) -> Result<Spec> {
        let codes: Vec<u32> = text.code_points().collect();
        let mut reader = Reader { codes: &codes, position: 0 };
        let mut spec = Spec {
            fill: ' '.into(),
            alignment: default_alignment,
            alignment_given: false,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: default_kind.into(),
        };
        let mut fill_given = false;
        if let Some(alignment) = alignment_of(codes.get(1)) {
            spec.fill = codes[0];
            fill_given = true;
            spec.alignment = alignment;
            spec.alignment_given = true;
            reader.position = 2;
        } else if let Some(alignment) = alignment_of(codes.first()) {
            spec.alignment = alignment;
            spec.alignment_given = true;
            reader.position = 1;
        }
        spec.sign = match reader.peek() {
            Some('+') => Some(Sign::Always),
            Some('-') => Some(Sign::Negative),
            Some(' ') => Some(Sign::Space),
            _ => None,
        };
        reader.position += usize::from(spec.sign.is_some());
        spec.no_negative_zero = reader.take('z');
        spec.alternate = reader.take('#');
        if !fill_given && reader.take('0') {
            spec.fill = '0'.into();
            if !spec.alignment_given && default_alignment == Alignment::Right {
                spec.alignment = Alignment::AfterSign;
            }
        }
        spec.width = reader.number()?.unwrap_or(0);
        spec.grouping = reader.grouping()?;
        if reader.take('.') {
            spec.precision = reader.number()?;
            spec.fraction_grouping = reader.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err(value_error!("Format specifier missing precision"));
            }
        }
        match codes.len() - reader.position {
            0 => {}
            1 => spec.kind = codes[reader.position],
            _ => {
                return Err(value_error!(
                    "Invalid format specifier '{}' for object of type '{}'",
                    text.to_string_lossy(),
                    pyrsc_core::type_object::name_of(object)
                ));
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&self) -> Result<()> {
        let kind = char::from_u32(self.kind).unwrap_or('\u{FFFD}');
        let float_like = matches!(kind, 'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0');
        if let Some(grouping) = self.grouping {
            let by_fours = grouping == '_' && matches!(kind, 'b' | 'o' | 'x' | 'X');
            if !float_like && !by_fours {
                return Err(value_error!("Cannot specify '{grouping}' with '{}'.", shown_kind(self.kind)));
            }
        }
        Ok(())
    }

    /// The type as a character; anything that is none is an unknown type.
    pub fn kind(&self) -> char {
        char::from_u32(self.kind).unwrap_or('\u{FFFD}')
    }

    /// The error for a type that the object does not know.
    pub fn unknown_kind(&self, object: &Object) -> Raised {
        value_error!(
            "Unknown format code '{}' for object of type '{}'",
            shown_kind(self.kind),
            pyrsc_core::type_object::name_of(object)
        )
    }

    /// Pads a text that has no sign. `length` is its number of code points.
    pub fn pad(&self, length: usize, push: impl FnOnce(&mut StrBuilder)) -> Result<Ref<Str>> {
        let padding = self.width.saturating_sub(length);
        check_size(padding)?;
        let before = match self.alignment {
            Alignment::Left => 0,
            Alignment::Right | Alignment::AfterSign => padding,
            Alignment::Center => padding / 2,
        };
        let mut out = StrBuilder::with_capacity(length + padding);
        out.push_repeated(self.fill, before);
        push(&mut out);
        out.push_repeated(self.fill, padding - before);
        Ok(out.finish())
    }
}

/// Widths that no memory holds raise MemoryError.
fn check_size(size: usize) -> Result<()> {
    const LARGEST_TEXT: usize = 1 << 40;
    if size > LARGEST_TEXT { Err(memory_error!()) } else { Ok(()) }
}

/// A number as text, taken apart for padding and grouping.
struct Pieces<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    /// The digits before the point.
    whole: &'a str,
    /// The digits after it, with the point.
    fraction: &'a str,
    /// Exponent, `%`, `inf`, `j`.
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// Takes a float's text apart: `-12.5e+10%`.
    fn of_float(text: &'a str) -> Pieces<'a> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let whole_end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (whole, after) = text.split_at(whole_end);
        let fraction_end = match after.strip_prefix('.') {
            Some(digits) => {
                1 + digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len())
            }
            None => 0,
        };
        let (fraction, rest) = after.split_at(fraction_end);
        Pieces { negative, prefix: "", whole, fraction, rest }
    }
}

/// Where digits are separated: by what, and in groups of how many.
#[derive(Clone, Copy)]
struct Grouping {
    separator: char,
    size: usize,
}

/// Digits with separators, zeros added at the front up to a width; a separator is never first.
fn group_digits(digits: &str, grouping: Option<Grouping>, least_width: usize) -> String {
    let Some(Grouping { separator, size }) = grouping else {
        let zeros = least_width.saturating_sub(digits.len());
        return format!("{}{digits}", "0".repeat(zeros));
    };
    let mut reversed = String::new();
    let mut digits_left = digits.len();
    let mut width_left = least_width;
    let mut source = digits.bytes().rev();
    loop {
        let group = size.min(digits_left.max(width_left).max(1));
        for _ in 0..group {
            reversed.push(source.next().map_or('0', char::from));
        }
        digits_left = digits_left.saturating_sub(group);
        width_left = width_left.saturating_sub(group);
        if digits_left == 0 && width_left == 0 {
            break;
        }
        reversed.push(separator);
        width_left = width_left.saturating_sub(1);
    }
    reversed.chars().rev().collect()
}

/// The digits after the point with separators, counted from the point.
fn group_fraction(fraction: &str, separator: char) -> String {
    let Some(digits) = fraction.strip_prefix('.') else { return fraction.to_string() };
    let groups: Vec<&str> =
        digits.as_bytes().chunks(3).map(|group| std::str::from_utf8(group).expect("ASCII digits")).collect();
    format!(".{}", groups.join(&separator.to_string()))
}

/// Sign, prefix, digits with separators: the number without padding around it. The padding between sign and digits
/// counts the separators where it is zeros.
fn assemble(spec: &Spec, pieces: &Pieces<'_>, upper_prefix: bool) -> Result<(String, String)> {
    let sign = match (pieces.negative, spec.sign) {
        (true, _) => "-",
        (false, Some(Sign::Always)) => "+",
        (false, Some(Sign::Space)) => " ",
        (false, _) => "",
    };
    let prefix = if upper_prefix { pieces.prefix.to_uppercase() } else { pieces.prefix.to_string() };
    let fraction = match spec.fraction_grouping {
        Some(separator) => group_fraction(pieces.fraction, separator),
        None => pieces.fraction.to_string(),
    };
    let grouping = spec.grouping.map(|separator| Grouping {
        separator,
        size: if matches!(spec.kind(), 'b' | 'o' | 'x' | 'X') { 4 } else { 3 },
    });
    let zero_filled = spec.fill == u32::from('0') && spec.alignment == Alignment::AfterSign;
    let around = sign.len() + prefix.len() + fraction.len() + pieces.rest.len();
    let least_width = if zero_filled { spec.width.saturating_sub(around) } else { 0 };
    check_size(least_width)?;
    let whole = if pieces.whole.is_empty() && !zero_filled {
        String::new()
    } else if pieces.whole.is_empty() {
        // No digits (`inf`): zeros without separators.
        "0".repeat(least_width)
    } else {
        group_digits(pieces.whole, grouping, least_width)
    };
    Ok((format!("{sign}{prefix}"), format!("{whole}{fraction}{}", pieces.rest)))
}

/// Pads a number: its sign and prefix, and what follows them.
fn pad_number(spec: &Spec, head: &str, body: &str) -> Result<Ref<Str>> {
    let length = head.len() + body.len();
    if spec.alignment == Alignment::AfterSign {
        let padding = spec.width.saturating_sub(length);
        check_size(padding)?;
        let mut out = StrBuilder::with_capacity(length + padding);
        out.push_str(head);
        out.push_repeated(spec.fill, padding);
        out.push_str(body);
        return Ok(out.finish());
    }
    spec.pad(length, |out| {
        out.push_str(head);
        out.push_str(body);
    })
}

/// `int.__format__`; the specification is not empty.
pub fn format_int(object: &Object, text: &Str) -> Result<Ref<Str>> {
    let spec = Spec::parse(object, text, 'd', Alignment::Right)?;
    let Some(number) = View::of(object) else { return Err(spec.unknown_kind(object)) };
    match spec.kind() {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => format_int_by(&spec, number),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => format_float_by(&spec, object, int::to_f64(object)?),
        _ => Err(spec.unknown_kind(object)),
    }
}

fn format_int_by(spec: &Spec, number: View<'_>) -> Result<Ref<Str>> {
    if spec.precision.is_some() {
        return Err(value_error!("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(value_error!("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let kind = spec.kind();
    if kind == 'c' {
        return format_character(spec, number);
    }
    let (base, prefix) = match kind {
        'b' => (2, "0b"),
        'o' => (8, "0o"),
        'x' | 'X' => (16, "0x"),
        _ => (10, ""),
    };
    let mut digits =
        if base == 10 { int::text::view_to_decimal(number)? } else { int::text::to_base(number, base) };
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    let pieces = Pieces {
        negative: number.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        whole: digits.trim_start_matches('-'),
        fraction: "",
        rest: "",
    };
    let (head, body) = assemble(spec, &pieces, kind == 'X')?;
    pad_number(spec, &head, &body)
}

fn format_character(spec: &Spec, number: View<'_>) -> Result<Ref<Str>> {
    if spec.sign.is_some() {
        return Err(value_error!("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(value_error!("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let Some(code) = number.to_i64() else {
        return Err(overflow_error!("Python int too large to convert to C long"));
    };
    match u32::try_from(code) {
        Ok(code) if code <= 0x10_FFFF => spec.pad(1, |out| out.push(code)),
        _ => Err(overflow_error!("%c arg not in range(0x110000)")),
    }
}

/// `float.__format__`; the specification is not empty.
pub fn format_float(object: &Object, number: f64, text: &Str) -> Result<Ref<Str>> {
    let spec = Spec::parse(object, text, '\0', Alignment::Right)?;
    match spec.kind() {
        '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%' => format_float_by(&spec, object, number),
        _ => Err(spec.unknown_kind(object)),
    }
}

/// The digits of one float, without the sign's rules, as its specification wants them.
fn float_digits(spec: &Spec, number: f64, add_point_zero: bool) -> Result<String> {
    if spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(value_error!("precision too big"));
    }
    let kind = spec.kind();
    let (style, precision) = match (kind, spec.precision) {
        ('\0', None) => (Style::Repr, 0),
        ('\0', Some(precision)) => (Style::General, precision),
        ('e' | 'E', precision) => (Style::Exponent, precision.unwrap_or(6)),
        ('f' | 'F' | '%', precision) => (Style::Fixed, precision.unwrap_or(6)),
        (_, precision) => (Style::General, precision.unwrap_or(6)),
    };
    let number = if kind == '%' { number * 100.0 } else { number };
    let options = Options {
        alternate: spec.alternate,
        add_point_zero: add_point_zero && kind == '\0',
        plus: false,
        upper: matches!(kind, 'E' | 'F' | 'G'),
        no_negative_zero: spec.no_negative_zero,
    };
    let mut digits = float::text::format(number, style, precision, options);
    if kind == '%' {
        digits.push('%');
    }
    Ok(digits)
}

fn format_float_by(spec: &Spec, _object: &Object, number: f64) -> Result<Ref<Str>> {
    let digits = float_digits(spec, number, true)?;
    let (head, body) = assemble(spec, &Pieces::of_float(&digits), false)?;
    pad_number(spec, &head, &body)
}

/// `complex.__format__`; the specification is not empty.
pub fn format_complex(object: &Object, number: Number, text: &Str) -> Result<Ref<Str>> {
    let spec = Spec::parse(object, text, '\0', Alignment::Right)?;
    if !matches!(spec.kind(), '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') {
        return Err(spec.unknown_kind(object));
    }
    if spec.fill == u32::from('0') {
        return Err(value_error!("Zero padding is not allowed in complex format specifier"));
    }
    if spec.alignment == Alignment::AfterSign {
        return Err(value_error!("'=' alignment flag is not allowed in complex format specifier"));
    }
    let plain = spec.kind() == '\0';
    let skip_real = plain && number.real == 0.0 && number.real.is_sign_positive();
    let part_spec = Spec { width: 0, ..spec.clone() };
    let part = |part: f64, sign: Option<Sign>| -> Result<String> {
        let spec = Spec { sign, ..part_spec.clone() };
        let digits = float_digits(&spec, part, false)?;
        let (head, body) = assemble(&spec, &Pieces::of_float(&digits), false)?;
        Ok(head + &body)
    };
    let text = if skip_real {
        format!("{}j", part(number.imaginary, spec.sign)?)
    } else {
        let both =
            format!("{}{}j", part(number.real, spec.sign)?, part(number.imaginary, Some(Sign::Always))?);
        if plain { format!("({both})") } else { both }
    };
    spec.pad(text.len(), |out| out.push_str(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_reach_the_width_without_a_separator_in_front() {
        let by_threes = Some(Grouping { separator: ',', size: 3 });
        assert_eq!(group_digits("1234", by_threes, 0), "1,234");
        assert_eq!(group_digits("1234", by_threes, 5), "1,234");
        assert_eq!(group_digits("1234", by_threes, 6), "01,234");
        assert_eq!(group_digits("123", by_threes, 4), "0,123");
        assert_eq!(group_digits("1234", by_threes, 10), "00,001,234");
        assert_eq!(group_digits("12", None, 4), "0012");
        assert_eq!(group_fraction(".67890", ','), ".678,90");
    }

    #[test]
    fn float_texts_come_apart() {
        let pieces = Pieces::of_float("-12.50e+10%");
        assert_eq!(
            (pieces.negative, pieces.whole, pieces.fraction, pieces.rest),
            (true, "12", ".50", "e+10%")
        );
        let pieces = Pieces::of_float("inf");
        assert_eq!((pieces.whole, pieces.fraction, pieces.rest), ("", "", "inf"));
    }
}

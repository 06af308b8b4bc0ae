//! `format % values`, for `str`, `bytes` and `bytearray`.

use pyrsc_core::bytes::Bytes;
use pyrsc_core::float::text::{Options, Style};
use pyrsc_core::int::{self, View};
use pyrsc_core::names::Name;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{
    buffer, exception, float, memory_error, names, operations, overflow_error, type_error, value_error,
};

/// `format % arguments` for a `str`.
pub fn format_str(format: &Str, arguments: &Object) -> Result {
    let mut out = StrBuilder::with_capacity(format.len() + 32);
    format_units(format.units(), arguments, Flavor::Text, &mut out)?;
    Ok(out.finish().into_owned())
}

/// `format % arguments` for bytes: the result's bytes.
pub fn format_bytes(format: &[u8], arguments: &Object) -> Result<Vec<u8>> {
    let mut out = StrBuilder::with_capacity(format.len() + 32);
    format_units(Units::One(format), arguments, Flavor::Bytes, &mut out)?;
    Ok(out.units().as_bytes().to_vec())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavor {
    Text,
    Bytes,
}

/// The largest width or precision: more than any memory holds.
const LARGEST: i64 = isize::MAX as i64;

/// One conversion: `%(key)-08.3f`.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// Hands the values out.
struct Values<'a> {
    /// The right operand, or the value that a key named.
    single: Owned,
    tuple: Option<&'a Tuple>,
    next: usize,
    mapping: Option<&'a Object>,
    /// Whether the single value has been used.
    used: bool,
}

impl<'a> Values<'a> {
    fn new(arguments: &'a Object, flavor: Flavor) -> Values<'a> {
        let tuple = arguments.downcast::<Tuple>();
        let is_text = match flavor {
            Flavor::Text => arguments.is_instance_of::<Str>(),
            Flavor::Bytes => {
                arguments.is_instance_of::<Bytes>()
                    || arguments.is_instance_of::<pyrsc_core::bytearray::ByteArray>()
            }
        };
        let is_mapping = tuple.is_none() && !is_text && arguments.type_object().special().get_item.is_some();
        // For bytes, a str is no mapping either.
        let is_mapping = is_mapping && !arguments.is_instance_of::<Str>();
        Values {
            single: arguments.to_owned(),
            tuple,
            next: 0,
            mapping: is_mapping.then_some(arguments),
            used: false,
        }
    }

    fn take(&mut self) -> Result {
        match self.tuple {
            Some(tuple) => {
                if let Some(value) = tuple.get(self.next) {
                    self.next += 1;
                    return Ok(value.to_owned());
                }
            }
            None if !self.used => {
                self.used = true;
                return Ok(self.single.clone());
            }
            None => {}
        }
        Err(type_error!("not enough arguments for format string"))
    }

    /// Looks a key up: its value is the next one.
    fn select(&mut self, key: &Object) -> Result<()> {
        let Some(mapping) = self.mapping else { return Err(type_error!("format requires a mapping")) };
        self.single = operations::get_item(mapping, key)?;
        self.tuple = None;
        self.used = false;
        Ok(())
    }

    fn all_used(&self) -> bool {
        if self.mapping.is_some() {
            return true;
        }
        match self.tuple {
            Some(tuple) => self.next >= tuple.len(),
            None => self.used,
        }
    }
}

fn format_units(format: Units<'_>, arguments: &Object, flavor: Flavor, out: &mut StrBuilder) -> Result<()> {
    let mut values = Values::new(arguments, flavor);
    let (mut position, length) = (0, format.len());
    while position < length {
        let percent = format
            .slice(position, length)
            .find_code(u32::from(b'%'))
            .map_or(length, |found| position + found);
        out.push_units(format.slice(position, percent));
        position = percent + 1;
        if percent < length {
            position = convert(format, position, &mut values, flavor, out)?;
        }
    }
    if values.all_used() {
        return Ok(());
    }
    Err(match flavor {
        Flavor::Text => type_error!("not all arguments converted during string formatting"),
        Flavor::Bytes => type_error!("not all arguments converted during bytes formatting"),
    })
}

/// Reads one conversion, which starts after its `%`, and writes its value; gives the position after it.
fn convert(
    format: Units<'_>,
    mut position: usize,
    values: &mut Values<'_>,
    flavor: Flavor,
    out: &mut StrBuilder,
) -> Result<usize> {
    let at = |position: usize| (position < format.len()).then(|| format.at(position));
    let is = |position: usize, character: u8| at(position) == Some(u32::from(character));
    if is(position, b'%') {
        out.push(u32::from(b'%'));
        return Ok(position + 1);
    }
    let mut conversion = Conversion::default();
    if is(position, b'(') {
        if values.mapping.is_none() {
            return Err(type_error!("format requires a mapping"));
        }
        let start = position + 1;
        let mut open = 1;
        position = start;
        while open > 0 {
            match at(position) {
                Some(40) => open += 1,
                Some(41) => open -= 1,
                Some(_) => {}
                None => return Err(value_error!("incomplete format key")),
            }
            position += 1;
        }
        let key = format.slice(start, position - 1);
        match flavor {
            Flavor::Text => values.select(&Str::from_units(key).into_owned())?,
            Flavor::Bytes => values.select(Bytes::new(key.as_bytes()).object())?,
        }
    }
    loop {
        match at(position).and_then(char::from_u32) {
            Some('-') => conversion.left = true,
            Some('+') => conversion.plus = true,
            Some(' ') => conversion.space = true,
            Some('#') => conversion.alternate = true,
            Some('0') => conversion.zero = true,
            _ => break,
        }
        position += 1;
    }
    if is(position, b'*') {
        position += 1;
        let width = star(values)?;
        conversion.left |= width < 0;
        conversion.width = width.unsigned_abs() as usize;
    } else {
        let (width, next) = number(format, position).ok_or_else(|| value_error!("width too big"))?;
        (conversion.width, position) = (width.unwrap_or(0), next);
    }
    if is(position, b'.') {
        position += 1;
        if is(position, b'*') {
            position += 1;
            let precision = i32::try_from(star(values)?)
                .map_err(|_| overflow_error!("Python int too large to convert to C int"))?;
            conversion.precision = Some(precision.max(0) as usize);
        } else {
            let Some((precision, next)) = number(format, position) else {
                return Err(match flavor {
                    Flavor::Text => value_error!("precision too big"),
                    Flavor::Bytes => value_error!("prec too big"),
                });
            };
            conversion.precision = Some(precision.unwrap_or(0));
            position = next;
        }
    }
    if matches!(at(position).and_then(char::from_u32), Some('h' | 'l' | 'L')) {
        position += 1;
    }
    let Some(code) = at(position) else { return Err(value_error!("incomplete format")) };
    let kind = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    if kind == '%' {
        return Err(unsupported(kind, position));
    }
    let value = values.take()?;
    conversion.write(kind, &value, flavor, position, out)?;
    Ok(position + 1)
}

/// A width or precision given as `*`.
fn star(values: &mut Values<'_>) -> Result<i64> {
    let value = values.take()?;
    if !int::is_int(&value) {
        return Err(type_error!("* wants int"));
    }
    int::to_i64(&value).ok_or_else(|| overflow_error!("Python int too large to convert to C ssize_t"))
}

/// Digits from `position`: the number, if any, and where they end; `None` for too large a number.
fn number(format: Units<'_>, mut position: usize) -> Option<(Option<usize>, usize)> {
    let mut number = None::<i64>;
    while position < format.len() && (48..58).contains(&format.at(position)) {
        let digit = i64::from(format.at(position) - 48);
        number =
            Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit).filter(|&number| number < LARGEST)?);
        position += 1;
    }
    Some((number.map(|number| number as usize), position))
}

impl Conversion {
    fn write(
        &self,
        kind: char,
        value: &Object,
        flavor: Flavor,
        position: usize,
        out: &mut StrBuilder,
    ) -> Result<()> {
        match kind {
            's' | 'r' | 'a' | 'b' => {
                let text = match (kind, flavor) {
                    ('s' | 'b', Flavor::Bytes) => {
                        let bytes = bytes_of(value)?;
                        return self.pad_units(Units::One(&bytes), out);
                    }
                    ('s', Flavor::Text) => operations::str(value)?,
                    ('r', Flavor::Text) => operations::repr(value)?,
                    ('a', _) | ('r', Flavor::Bytes) => crate::str_format::ascii(value)?,
                    _ => return Err(unsupported(kind, position)),
                };
                self.pad_units(text.units(), out)
            }
            'c' => {
                let code = match flavor {
                    Flavor::Text => character(value)?,
                    Flavor::Bytes => byte(value)?,
                };
                self.fill(1, false, out, |out| out.push(code))
            }
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
                let text = self.integer(kind, value)?;
                self.pad_number(&text, out)
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = match (real_number(value)?, flavor) {
                    (Some(number), _) => number,
                    (None, Flavor::Text) => {
                        return Err(type_error!("must be real number, not {}", name_of(value)));
                    }
                    (None, Flavor::Bytes) => {
                        return Err(type_error!("float argument required, not {}", name_of(value)));
                    }
                };
                let style = match kind.to_ascii_lowercase() {
                    'e' => Style::Exponent,
                    'f' => Style::Fixed,
                    _ => Style::General,
                };
                let options = Options {
                    upper: kind.is_ascii_uppercase(),
                    alternate: self.alternate,
                    ..Options::default()
                };
                let precision = self.precision.unwrap_or(6);
                if precision > i32::MAX as usize {
                    return Err(value_error!("precision too big"));
                }
                self.pad_number(&float::text::format(number, style, precision, options), out)
            }
            _ => Err(unsupported(kind, position)),
        }
    }

    /// The digits of an int with sign, prefix and the zeros that the precision asks for.
    fn integer(&self, kind: char, value: &Object) -> Result<String> {
        let number = if int::is_int(value) {
            value.to_owned()
        } else {
            match if matches!(kind, 'd' | 'i' | 'u') { truncate(value) } else { operations::index(value) } {
                Ok(number) => number,
                Err(raised) => {
                    if !exception::catch::<exception::TypeError>() {
                        return Err(raised);
                    }
                    return Err(if matches!(kind, 'd' | 'i' | 'u') {
                        type_error!("%{} format: a real number is required, not {}", kind, name_of(value))
                    } else {
                        type_error!("%{} format: an integer is required, not {}", kind, name_of(value))
                    });
                }
            }
        };
        let view = View::of(&number).ok_or_else(|| type_error!("* wants int"))?;
        let negative = view.is_negative();
        let (mut digits, prefix) = match kind {
            'o' => (int::text::to_base(view, 8), "0o"),
            'x' => (int::text::to_base(view, 16), "0x"),
            'X' => (int::text::to_base(view, 16).to_ascii_uppercase(), "0X"),
            _ => (int::text::view_to_decimal(view)?, ""),
        };
        if digits.starts_with('-') {
            digits.remove(0);
        }
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        if zeros > i32::MAX as usize {
            return Err(memory_error!());
        }
        let sign = if negative { "-" } else { "" };
        let prefix = if self.alternate { prefix } else { "" };
        Ok(format!("{sign}{prefix}{}{digits}", "0".repeat(zeros)))
    }

    /// Writes a number, whose text starts with `-` when it is negative.
    fn pad_number(&self, text: &str, out: &mut StrBuilder) -> Result<()> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None if self.plus => ("+", text),
            None if self.space => (" ", text),
            None => ("", text),
        };
        // Zeros go between the prefix and the digits.
        let prefixed = self.alternate && rest.len() > 1 && matches!(rest.as_bytes()[1], b'x' | b'X' | b'o');
        let (prefix, digits) = rest.split_at(if prefixed { 2 } else { 0 });
        let length = text.len().max(sign.len() + rest.len());
        if self.zero && !self.left {
            check_size(self.width)?;
            out.push_str(sign);
            out.push_str(prefix);
            out.push_repeated(u32::from(b'0'), self.width.saturating_sub(length));
            out.push_str(digits);
            return Ok(());
        }
        self.fill(length, self.left, out, |out| {
            out.push_str(sign);
            out.push_str(rest);
        })
    }

    fn pad_units(&self, units: Units<'_>, out: &mut StrBuilder) -> Result<()> {
        let length = units.len().min(self.precision.unwrap_or(usize::MAX));
        self.fill(length, self.left, out, |out| out.push_units(units.slice(0, length)))
    }

    fn fill(
        &self,
        length: usize,
        left: bool,
        out: &mut StrBuilder,
        push: impl FnOnce(&mut StrBuilder),
    ) -> Result<()> {
        let left = left || self.left;
        let padding = self.width.saturating_sub(length);
        check_size(padding)?;
        if !left {
            out.push_repeated(u32::from(b' '), padding);
        }
        push(out);
        if left {
            out.push_repeated(u32::from(b' '), padding);
        }
        Ok(())
    }
}

fn check_size(size: usize) -> Result<()> {
    if size > 1 << 40 { Err(memory_error!()) } else { Ok(()) }
}

fn unsupported(kind: char, position: usize) -> pyrsc_core::owned::Raised {
    let shown = if (' '..='~').contains(&kind) { kind } else { '?' };
    value_error!("unsupported format character '{}' (0x{:x}) at index {}", shown, u32::from(kind), position)
}

/// A real number's value; `None` for what is none.
fn real_number(value: &Object) -> Result<Option<f64>> {
    match float::operand(value)? {
        Some(number) => Ok(Some(number)),
        None => float::convert(value),
    }
}

/// What `int()` makes of a number.
fn truncate(value: &Object) -> Result {
    match value.type_object().special().int {
        Some(method) => {
            let number = method(value)?;
            if int::is_int(&number) {
                Ok(number)
            } else {
                Err(type_error!("__int__ returned non-int (type {})", name_of(&number)))
            }
        }
        None => operations::index(value),
    }
}

/// What `%c` writes in a `str`.
fn character(value: &Object) -> Result<u32> {
    if let Some(text) = value.downcast::<Str>() {
        if text.len() != 1 {
            return Err(type_error!(
                "%c requires an int or a unicode character, not a string of length {}",
                text.len()
            ));
        }
        return Ok(text.at(0));
    }
    if !pyrsc_core::slice::has_index(value) {
        return Err(type_error!("%c requires an int or a unicode character, not {}", name_of(value)));
    }
    match int::to_i64(&*operations::index(value)?) {
        Some(code @ 0..0x11_0000) => Ok(code as u32),
        _ => Err(overflow_error!("%c arg not in range(0x110000)")),
    }
}

/// What `%c` writes in bytes.
fn byte(value: &Object) -> Result<u32> {
    for (bytes, kind) in [
        (value.downcast::<Bytes>().map(|bytes| bytes.as_slice().to_vec()), "bytes"),
        (value.downcast::<pyrsc_core::bytearray::ByteArray>().map(|bytes| bytes.to_vec()), "bytearray"),
    ] {
        match bytes.as_deref() {
            Some([byte]) => return Ok(u32::from(*byte)),
            Some(bytes) => {
                return Err(type_error!(
                    "%c requires an integer in range(256) or a single byte, not a {} object of length {}",
                    kind,
                    bytes.len()
                ));
            }
            None => {}
        }
    }
    if !pyrsc_core::slice::has_index(value) {
        return Err(type_error!(
            "%c requires an integer in range(256) or a single byte, not {}",
            name_of(value)
        ));
    }
    match int::to_i64(&*operations::index(value)?) {
        Some(byte @ 0..256) => Ok(byte as u32),
        _ => Err(overflow_error!("%c arg not in range(256)")),
    }
}

/// What `%b` writes: a bytes-like object's bytes, or what `__bytes__` gives.
fn bytes_of(value: &Object) -> Result<Vec<u8>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(method) = pyrsc_core::attribute::lookup_special(value, names::get(Name::__bytes__))? {
        let result = operations::call(&method, &[])?;
        return match result.into_ref::<Bytes>() {
            Ok(bytes) => Ok(bytes.as_slice().to_vec()),
            Err(other) => Err(type_error!("__bytes__ returned non-bytes (type {})", name_of(&other))),
        };
    }
    if buffer::is_supported(value) {
        return Ok(buffer::acquire(value)?.to_vec());
    }
    Err(type_error!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        name_of(value)
    ))
}

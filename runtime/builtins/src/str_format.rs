//! `str.format`, `str.format_map`, `format(str, spec)` and the parsers that `_string` gives to `string.Formatter`.
//!
//! The grammar is that of `Objects/stringlib/unicode_format.h`: literal text, `{{`, `}}` and replacement fields
//! `{name!conversion:spec}`, whose specification may contain fields again, one level deep.

use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{Str, StrBuilder, intern_object};
use pyrsc_core::str_units::Units;
use pyrsc_core::{index_error, int, key_error, operations, unicode, value_error};

use crate::number_format::{Alignment, Spec};

/// How many levels of fields within specifications there may be.
const DEPTH: u32 = 2;

/// Where the fields' values come from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// The arguments of `format`.
    Arguments(Arguments<'a>),
    /// The argument of `format_map`.
    Mapping(&'a Object),
}

/// One step of the parser: literal text and, where `has_field` says so, a field.
pub struct Piece {
    pub literal: (usize, usize),
    pub has_field: bool,
    pub name: (usize, usize),
    pub conversion: Option<u32>,
    pub specification: (usize, usize),
    pub nested: bool,
}

/// Cuts a format string to [`Piece`]s, whose places are in the string.
pub struct Parser<'a> {
    units: Units<'a>,
    position: usize,
    end: usize,
}

impl<'a> Parser<'a> {
    /// A parser of the part of a string from `start` to `end`.
    pub fn new(units: Units<'a>, start: usize, end: usize) -> Parser<'a> {
        Parser { units, position: start, end }
    }

    /// Where the next piece starts.
    pub fn position(&self) -> usize {
        self.position
    }

    fn take(&mut self) -> Option<char> {
        if self.position >= self.end {
            return None;
        }
        self.position += 1;
        Some(char::from_u32(self.units.at(self.position - 1)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The next piece; `None` at the end.
    pub fn next_piece(&mut self) -> Result<Option<Piece>> {
        if self.position >= self.end {
            return Ok(None);
        }
        let start = self.position;
        let brace = loop {
            match self.take() {
                Some(brace @ ('{' | '}')) => break Some(brace),
                Some(_) => {}
                None => break None,
            }
        };
        let mut piece = Piece {
            literal: (start, self.position),
            has_field: false,
            name: (0, 0),
            conversion: None,
            specification: (0, 0),
            nested: false,
        };
        let Some(brace) = brace else { return Ok(Some(piece)) };
        let next = (self.position < self.end).then(|| self.units.at(self.position));
        let doubled = next == Some(u32::from(brace));
        if brace == '}' && !doubled {
            return Err(value_error!("Single '}}' encountered in format string"));
        }
        if next.is_none() {
            return Err(value_error!("Single '{{' encountered in format string"));
        }
        if doubled {
            self.position += 1;
            return Ok(Some(piece));
        }
        piece.literal.1 -= 1;
        piece.has_field = true;
        self.field(&mut piece)?;
        Ok(Some(piece))
    }

    fn field(&mut self, piece: &mut Piece) -> Result<()> {
        piece.name.0 = self.position;
        let mut terminator = None;
        while let Some(character) = self.take() {
            match character {
                '{' => return Err(value_error!("unexpected '{{' in field name")),
                '[' => {
                    while self.position < self.end && self.units.at(self.position) != u32::from(b']') {
                        self.position += 1;
                    }
                }
                '}' | ':' | '!' => {
                    terminator = Some(character);
                    break;
                }
                _ => {}
            }
        }
        if terminator.is_none() {
            return Err(value_error!("expected '}}' before end of string"));
        }
        piece.name.1 = self.position - 1;
        if terminator == Some('}') {
            return Ok(());
        }
        if terminator == Some('!') {
            if self.position >= self.end {
                return Err(value_error!("end of string while looking for conversion specifier"));
            }
            piece.conversion = Some(self.units.at(self.position));
            self.position += 1;
            match self.take() {
                Some('}') => return Ok(()),
                Some(':') | None => {}
                Some(_) => return Err(value_error!("expected ':' after conversion specifier")),
            }
        }
        let start = self.position;
        let mut open = 1;
        while let Some(character) = self.take() {
            match character {
                '{' => {
                    piece.nested = true;
                    open += 1;
                }
                '}' => {
                    open -= 1;
                    if open == 0 {
                        piece.specification = (start, self.position - 1);
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(value_error!("unmatched '{{' in format spec"))
    }
}

/// A name's first part, or an accessor after it: text, or a number where it consists of digits.
pub enum Key {
    Index(usize),
    Name(Ref<Str>),
}

impl Key {
    fn parse(units: Units<'_>) -> Result<Key> {
        if units.is_empty() {
            return Ok(Key::Name(Str::empty()));
        }
        let mut number: usize = 0;
        for code in units.iter() {
            let Some(digit) = unicode::decimal(code) else { return Ok(Key::Name(Str::from_units(units))) };
            let next = number.checked_mul(10).and_then(|number| number.checked_add(usize::from(digit)));
            number = match next {
                Some(number) if number <= isize::MAX as usize => number,
                _ => return Err(value_error!("Too many decimal digits in format string")),
            };
        }
        Ok(Key::Index(number))
    }

    /// As Python sees it.
    pub fn to_owned(&self) -> Owned {
        match self {
            Key::Index(index) => int::from_i64(*index as i64),
            Key::Name(name) => name.object().to_owned(),
        }
    }
}

/// The first part of a field's name, and where the accessors start.
pub fn split_name(name: Units<'_>) -> Result<(Key, usize)> {
    let end =
        name.iter().position(|code| code == u32::from(b'.') || code == u32::from(b'[')).unwrap_or(name.len());
    Ok((Key::parse(name.slice(0, end))?, end))
}

/// The accessor at `position` of a field's name: whether it is an attribute, what it names, and where the next starts.
pub fn next_accessor(name: Units<'_>, position: usize) -> Result<Option<(bool, Key, usize)>> {
    if position >= name.len() {
        return Ok(None);
    }
    let start = position + 1;
    let (is_attribute, end, next) = match char::from_u32(name.at(position)) {
        Some('.') => {
            let end = (start..name.len())
                .find(|&index| name.at(index) == u32::from(b'.') || name.at(index) == u32::from(b'['))
                .unwrap_or(name.len());
            (true, end, end)
        }
        Some('[') => match (start..name.len()).find(|&index| name.at(index) == u32::from(b']')) {
            Some(end) => (false, end, end + 1),
            None => return Err(value_error!("Missing ']' in format string")),
        },
        _ => return Err(value_error!("Only '.' or '[' may follow ']' in format field specifier")),
    };
    if start == end {
        return Err(value_error!("Empty attribute in format string"));
    }
    let key = if is_attribute {
        Key::Name(Str::from_units(name.slice(start, end)))
    } else {
        Key::parse(name.slice(start, end))?
    };
    Ok(Some((is_attribute, key, next)))
}

/// Whether fields are numbered by hand or by themselves.
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    units: Units<'a>,
    source: Source<'a>,
    numbering: Numbering,
}

/// `format.format(*args, **kwargs)` and `format.format_map(mapping)`.
pub fn format(template: &Str, source: Source<'_>) -> Result {
    let mut formatter = Formatter { units: template.units(), source, numbering: Numbering::Unknown };
    Ok(formatter.build(0, template.len(), DEPTH)?.finish().into_owned())
}

impl Formatter<'_> {
    fn build(&mut self, start: usize, end: usize, depth: u32) -> Result<StrBuilder> {
        if depth == 0 {
            return Err(value_error!("Max string recursion exceeded"));
        }
        let mut out = StrBuilder::with_capacity(end - start);
        let mut parser = Parser::new(self.units, start, end);
        while let Some(piece) = parser.next_piece()? {
            out.push_units(self.units.slice(piece.literal.0, piece.literal.1));
            if piece.has_field {
                self.field(&piece, depth, &mut out)?;
            }
        }
        Ok(out)
    }

    fn field(&mut self, piece: &Piece, depth: u32, out: &mut StrBuilder) -> Result<()> {
        let mut value = self.value(self.units.slice(piece.name.0, piece.name.1))?;
        if let Some(conversion) = piece.conversion {
            value = convert(&value, conversion)?;
        }
        let specification = if piece.nested {
            self.build(piece.specification.0, piece.specification.1, depth - 1)?.finish()
        } else {
            Str::from_units(self.units.slice(piece.specification.0, piece.specification.1))
        };
        match value.downcast_exact::<Str>() {
            Some(text) if specification.is_empty() => out.push_object(text),
            _ => out.push_object(&*operations::format(&value, &specification)?),
        }
        Ok(())
    }

    fn value(&mut self, name: Units<'_>) -> Result {
        let (first, mut position) = split_name(name)?;
        let automatic = position == 0;
        let mut index = None;
        if automatic || matches!(first, Key::Index(_)) {
            if matches!(self.numbering, Numbering::Unknown) {
                self.numbering = if automatic { Numbering::Automatic(0) } else { Numbering::Manual };
            }
            index = Some(match (&mut self.numbering, &first) {
                (Numbering::Automatic(next), _) if automatic => {
                    *next += 1;
                    *next - 1
                }
                (Numbering::Manual, Key::Index(index)) => *index,
                (Numbering::Manual, _) => {
                    return Err(value_error!(
                        "cannot switch from manual field specification to automatic field numbering"
                    ));
                }
                _ => {
                    return Err(value_error!(
                        "cannot switch from automatic field numbering to manual field specification"
                    ));
                }
            });
        }
        let mut value = match (index, self.source) {
            (Some(_), Source::Mapping(_)) => {
                return Err(value_error!("Format string contains positional fields"));
            }
            (Some(index), Source::Arguments(arguments)) => match arguments.positional(index) {
                Some(value) => value.to_owned(),
                None => {
                    return Err(index_error!(
                        "Replacement index {index} out of range for positional args tuple"
                    ));
                }
            },
            (None, Source::Mapping(mapping)) => operations::get_item(mapping, &first.to_owned())?,
            (None, Source::Arguments(arguments)) => keyword(arguments, &first)?,
        };
        while let Some((is_attribute, key, next)) = next_accessor(name, position)? {
            value = match (&key, is_attribute) {
                (Key::Name(attribute), true) => operations::get_attribute(&value, &intern_object(attribute))?,
                _ => operations::get_item(&value, &key.to_owned())?,
            };
            position = next;
        }
        Ok(value)
    }
}

fn keyword(arguments: Arguments<'_>, key: &Key) -> Result {
    if let Key::Name(name) = key {
        for (keyword, value) in arguments.iter_keywords() {
            if keyword.downcast::<Str>().is_some_and(|keyword| keyword.equals(name)) {
                return Ok(value.to_owned());
            }
        }
    }
    Err(key_error(&key.to_owned()))
}

/// Applies `!r`, `!s` or `!a`.
pub fn convert(value: &Object, conversion: u32) -> Result {
    Ok(match char::from_u32(conversion) {
        Some('r') => operations::repr(value)?.into_owned(),
        Some('s') => operations::str(value)?.into_owned(),
        Some('a') => ascii(value)?.into_owned(),
        Some(other @ '!'..='~') => return Err(value_error!("Unknown conversion specifier {other}")),
        _ => return Err(value_error!("Unknown conversion specifier \\x{conversion:x}")),
    })
}

/// `ascii(value)`.
pub fn ascii(value: &Object) -> Result<Ref<Str>> {
    let text = operations::repr(value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    let mut out = StrBuilder::with_capacity(text.len() + 8);
    for code in text.code_points() {
        if code < 0x80 { out.push(code) } else { pyrsc_core::str_repr::push_numeric_escape(&mut out, code) }
    }
    Ok(out.finish())
}

/// `format(text, specification)`.
pub fn format_str_value(text: &Str, specification: &Str) -> Result {
    if specification.is_empty() {
        return Ok(text.to_exact().into_owned());
    }
    let spec = Spec::parse(text.object(), specification, 's', Alignment::Left)?;
    if spec.kind() != 's' {
        return Err(spec.unknown_kind(text.object()));
    }
    match spec.sign {
        Some(crate::number_format::Sign::Space) => {
            return Err(value_error!("Space not allowed in string format specifier"));
        }
        Some(_) => return Err(value_error!("Sign not allowed in string format specifier")),
        None => {}
    }
    if spec.no_negative_zero {
        return Err(value_error!("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if spec.alternate {
        return Err(value_error!("Alternate form (#) not allowed in string format specifier"));
    }
    if spec.alignment == Alignment::AfterSign {
        return Err(value_error!("'=' alignment not allowed in string format specifier"));
    }
    let length = text.len().min(spec.precision.unwrap_or(usize::MAX));
    if length == text.len() && spec.width <= length {
        return Ok(text.to_exact().into_owned());
    }
    Ok(spec.pad(length, |out| out.push_units(text.units().slice(0, length)))?.into_owned())
}

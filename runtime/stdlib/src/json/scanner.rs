//! `_json.make_scanner` and `_json.scanstring`: values from JSON text.

use std::cell::RefCell;
use std::collections::HashMap;

use pyrsc_abi::Header;
use pyrsc_core::dict::Dict;
use pyrsc_core::float::{self, FLOAT};
use pyrsc_core::int::{self, INT};
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TypeObject, name_of};
use pyrsc_core::{exception, memory, operations, recursion, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use crate::time::import_attribute;

#[pyclass(name = "Scanner", module = "_json", flags(BASETYPE), doc = "JSON scanner object")]
#[repr(C)]
pub struct Scanner {
    header: Header,
    strict: bool,
    object_hook: Option<Owned>,
    object_pairs_hook: Option<Owned>,
    parse_float: Owned,
    parse_int: Owned,
    parse_constant: Owned,
}

/// Why there is no value.
enum Failure {
    Raised,
    /// No value starts here.
    NoValue(usize),
}

impl From<Raised> for Failure {
    fn from(_: Raised) -> Failure {
        Failure::Raised
    }
}

type Scan<T> = std::result::Result<T, Failure>;

/// Raises `json.JSONDecodeError`.
#[cold]
fn decode_error(message: &str, text: &Str, position: i64) -> Raised {
    let class = match import_json_error() {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    let arguments = [Str::new(message).into_owned(), text.object().to_owned(), int::from_i64(position)];
    match class.downcast::<TypeObject>() {
        Some(class) => exception::raise_with_arguments(class, &arguments),
        None => type_error!("json.decoder.JSONDecodeError is no class"),
    }
}

fn import_json_error() -> Result {
    // The import gives the package; the submodule is an attribute of it.
    let decoder = import_attribute("json.decoder", "decoder")?;
    operations::get_attribute_named(&decoder, "JSONDecodeError")
}

/// A text that is being scanned.
struct Source<'a> {
    text: &'a Str,
    units: Units<'a>,
    scanner: Option<&'a Scanner>,
    /// Keys that have been seen: equal ones are one object.
    keys: RefCell<HashMap<Vec<u8>, Ref<Str>>>,
}

impl<'a> Source<'a> {
    fn new(text: &'a Str, scanner: Option<&'a Scanner>) -> Source<'a> {
        Source { text, units: text.units(), scanner, keys: RefCell::default() }
    }

    fn error(&self, message: &str, position: usize) -> Failure {
        decode_error(message, self.text, position as i64);
        Failure::Raised
    }

    #[inline]
    fn at(&self, index: usize) -> Option<u32> {
        if index < self.units.len() { Some(self.units.at(index)) } else { None }
    }

    #[inline]
    fn is_at(&self, index: usize, character: char) -> bool {
        self.at(index) == Some(character.into())
    }

    fn starts_with(&self, index: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, character)| self.is_at(index + offset, character))
    }

    #[inline]
    fn skip_spaces(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(0x20 | 0x09 | 0x0A | 0x0D)) {
            index += 1;
        }
        index
    }

    /// Where an unescaped run of a string ends: at a quote, a backslash, a control character, or the text's end.
    fn run_end(&self, start: usize) -> usize {
        match self.units {
            Units::One(bytes) => bytes[start..]
                .iter()
                .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)
                .map_or(bytes.len(), |offset| start + offset),
            _ => {
                let mut index = start;
                while let Some(code) = self.at(index) {
                    if code == u32::from('"') || code == u32::from('\\') || code < 0x20 {
                        break;
                    }
                    index += 1;
                }
                index
            }
        }
    }

    /// The string whose contents start at an index, and where it ends. `begin` is the position of its quote.
    fn string(&self, start: usize, strict: bool) -> Scan<(Ref<Str>, usize)> {
        let begin = start as i64 - 1;
        let unterminated = || {
            decode_error("Unterminated string starting at", self.text, begin);
            Failure::Raised
        };
        let end = self.run_end(start);
        if self.is_at(end, '"') {
            return Ok((self.text.substring(start, end), end + 1));
        }
        let mut out = StrBuilder::with_capacity(end - start + 16);
        let mut index = start;
        loop {
            let end = self.run_end(index);
            out.push_units(self.units.slice(index, end));
            let Some(terminator) = self.at(end) else { return Err(unterminated()) };
            index = end + 1;
            if terminator == u32::from('"') {
                return Ok((out.finish(), index));
            }
            if terminator != u32::from('\\') {
                if strict {
                    return Err(self.error("Invalid control character at", end));
                }
                out.push(terminator);
                continue;
            }
            let Some(escape) = self.at(index) else { return Err(unterminated()) };
            index += 1;
            let code = match char::from_u32(escape) {
                Some('"') => '"'.into(),
                Some('\\') => '\\'.into(),
                Some('/') => '/'.into(),
                Some('b') => 8,
                Some('f') => 12,
                Some('n') => 10,
                Some('r') => 13,
                Some('t') => 9,
                Some('u') => {
                    let high = self.four_digits(index)?;
                    index += 4;
                    let mut code = high;
                    if (0xD800..0xDC00).contains(&high)
                        && self.starts_with(index, "\\u")
                        && index + 6 <= self.units.len()
                    {
                        let low = self.four_digits(index + 2)?;
                        if (0xDC00..0xE000).contains(&low) {
                            code = 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00));
                            index += 6;
                        }
                    }
                    code
                }
                _ => return Err(self.error("Invalid \\escape", index - 2)),
            };
            out.push(code);
        }
    }

    fn four_digits(&self, start: usize) -> Scan<u32> {
        let mut code = 0;
        for offset in 0..4 {
            let digit = self.at(start + offset).and_then(char::from_u32).and_then(|digit| digit.to_digit(16));
            match digit {
                Some(digit) => code = code << 4 | digit,
                None => return Err(self.error("Invalid \\uXXXX escape", start - 1)),
            }
        }
        Ok(code)
    }

    fn scanner(&self) -> &'a Scanner {
        self.scanner.expect("values are scanned with a scanner")
    }

    /// The value that starts at an index, and where it ends.
    fn value(&self, index: usize) -> Scan<(Owned, usize)> {
        let Some(first) = self.at(index).and_then(char::from_u32) else {
            return Err(Failure::NoValue(index));
        };
        let scanner = self.scanner();
        match first {
            '"' => {
                let (string, end) = self.string(index + 1, scanner.strict)?;
                return Ok((string.into_owned(), end));
            }
            '{' => {
                recursion::check(" while decoding a JSON object from a unicode string")?;
                return self.object(index + 1);
            }
            '[' => {
                recursion::check(" while decoding a JSON array from a unicode string")?;
                return self.array(index + 1);
            }
            'n' if self.starts_with(index, "null") => return Ok((Owned::none(), index + 4)),
            't' if self.starts_with(index, "true") => return Ok((Owned::bool(true), index + 4)),
            'f' if self.starts_with(index, "false") => return Ok((Owned::bool(false), index + 5)),
            _ => {}
        }
        for constant in ["NaN", "Infinity", "-Infinity"] {
            if self.starts_with(index, constant) {
                let value = operations::call(&scanner.parse_constant, &[Str::new(constant).object()])?;
                return Ok((value, index + constant.len()));
            }
        }
        self.number(index)
    }

    fn digits_end(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(0x30..=0x39)) {
            index += 1;
        }
        index
    }

    fn number(&self, start: usize) -> Scan<(Owned, usize)> {
        let first = if self.is_at(start, '-') { start + 1 } else { start };
        let mut end = match self.at(first) {
            Some(0x30) => first + 1,
            Some(0x31..=0x39) => self.digits_end(first),
            _ => return Err(Failure::NoValue(start)),
        };
        let mut whole = true;
        if self.is_at(end, '.') {
            let fraction = self.digits_end(end + 1);
            if fraction > end + 1 {
                end = fraction;
                whole = false;
            }
        }
        if self.is_at(end, 'e') || self.is_at(end, 'E') {
            let sign = usize::from(self.is_at(end + 1, '+') || self.is_at(end + 1, '-'));
            let exponent = self.digits_end(end + 1 + sign);
            if exponent > end + 1 + sign {
                end = exponent;
                whole = false;
            }
        }
        let scanner = self.scanner();
        let digits: String =
            (start..end).map(|index| char::from_u32(self.units.at(index)).unwrap_or('?')).collect();
        let number = if whole {
            if scanner.parse_int.is(INT.object()) {
                match int::text::parse(&digits, 10) {
                    Ok(number) => number,
                    Err(error) => return Err(error.raise(10, &digits).into()),
                }
            } else {
                operations::call(&scanner.parse_int, &[Str::new(&digits).object()])?
            }
        } else if scanner.parse_float.is(FLOAT.object()) {
            float::from_f64(float::text::parse(&digits).unwrap_or(f64::NAN))
        } else {
            operations::call(&scanner.parse_float, &[Str::new(&digits).object()])?
        };
        Ok((number, end))
    }

    /// As [`Source::value`]; an error where no value starts.
    fn expected_value(&self, index: usize) -> Scan<(Owned, usize)> {
        match self.value(index) {
            Err(Failure::NoValue(position)) => Err(self.error("Expecting value", position)),
            result => result,
        }
    }

    fn array(&self, start: usize) -> Scan<(Owned, usize)> {
        let mut items = Vec::new();
        let mut index = self.skip_spaces(start);
        if self.is_at(index, ']') {
            return Ok((List::from_vec(items).into_owned(), index + 1));
        }
        loop {
            let (item, end) = self.expected_value(index)?;
            items.push(item);
            index = self.skip_spaces(end);
            if self.is_at(index, ']') {
                return Ok((List::from_vec(items).into_owned(), index + 1));
            }
            if !self.is_at(index, ',') {
                return Err(self.error("Expecting ',' delimiter", index));
            }
            let comma = index;
            index = self.skip_spaces(index + 1);
            if self.is_at(index, ']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    /// The one object for keys that are equal to this one.
    fn shared_key(&self, key: Ref<Str>) -> Ref<Str> {
        if key.kind() != 0 {
            return key;
        }
        let bytes = key.units().as_bytes().to_vec();
        self.keys.borrow_mut().entry(bytes).or_insert(key).clone()
    }

    fn object(&self, start: usize) -> Scan<(Owned, usize)> {
        let scanner = self.scanner();
        let mut pairs = Vec::new();
        let dict = Dict::new();
        let mut index = self.skip_spaces(start);
        if self.is_at(index, '}') {
            index += 1;
        } else {
            loop {
                if !self.is_at(index, '"') {
                    return Err(self.error("Expecting property name enclosed in double quotes", index));
                }
                let (key, end) = self.string(index + 1, scanner.strict)?;
                let key = self.shared_key(key);
                index = self.skip_spaces(end);
                if !self.is_at(index, ':') {
                    return Err(self.error("Expecting ':' delimiter", index));
                }
                index = self.skip_spaces(index + 1);
                let (value, end) = self.expected_value(index)?;
                if scanner.object_pairs_hook.is_some() {
                    pairs.push(Tuple::pair(key.into_owned(), value).into_owned());
                } else {
                    dict.set(key.object(), &value)?;
                }
                index = self.skip_spaces(end);
                if self.is_at(index, '}') {
                    index += 1;
                    break;
                }
                if !self.is_at(index, ',') {
                    return Err(self.error("Expecting ',' delimiter", index));
                }
                let comma = index;
                index = self.skip_spaces(index + 1);
                if self.is_at(index, '}') {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        let value = if let Some(hook) = &scanner.object_pairs_hook {
            operations::call(hook, &[List::from_vec(pairs).object()])?
        } else if let Some(hook) = &scanner.object_hook {
            operations::call(hook, &[dict.object()])?
        } else {
            dict.into_owned()
        };
        Ok((value, index))
    }
}

/// `_json.scanstring(string, end, strict)`
pub fn scan_string(string: &Object, end: i64, strict: bool) -> Result {
    let Some(text) = string.downcast::<Str>() else {
        return Err(type_error!("first argument must be a string, not {}", name_of(string)));
    };
    let start = match usize::try_from(end) {
        Ok(start) if start <= text.len() => start,
        _ => return Err(value_error!("end is out of bounds")),
    };
    match Source::new(text, None).string(start, strict) {
        Ok((string, end)) => Ok(Tuple::pair(string.into_owned(), int::from_usize(end)).into_owned()),
        Err(_) => Err(Raised),
    }
}

#[pymethods(Scanner)]
mod methods {
    use super::*;

    #[slot(signature = "(context)")]
    fn new(class: &TypeObject, context: &Object) -> Result<Ref<Scanner>> {
        let attribute = |name: &str| operations::get_attribute_named(context, name);
        let hook = |name: &str| attribute(name).map(|hook| Some(hook).filter(|hook| !hook.is_none()));
        let contents = Scanner {
            header: Header::unset(),
            strict: operations::is_true(&*attribute("strict")?)?,
            object_hook: hook("object_hook")?,
            object_pairs_hook: hook("object_pairs_hook")?,
            parse_float: attribute("parse_float")?,
            parse_int: attribute("parse_int")?,
            parse_constant: attribute("parse_constant")?,
        };
        Ok(memory::allocate(class, contents))
    }

    #[slot(signature = "(string, idx)")]
    fn call(this: &Scanner, string: &Object, idx: i64) -> Result {
        let Some(text) = string.downcast::<Str>() else {
            return Err(type_error!("first argument must be a string, not {}", name_of(string)));
        };
        let Ok(start) = usize::try_from(idx) else { return Err(value_error!("idx cannot be negative")) };
        match Source::new(text, Some(this)).value(start) {
            Ok((value, end)) => Ok(Tuple::pair(value, int::from_usize(end)).into_owned()),
            Err(Failure::NoValue(position)) => {
                Err(exception::stop_iteration(Some(int::from_usize(position))))
            }
            Err(Failure::Raised) => Err(Raised),
        }
    }

    #[getter]
    fn strict(this: &Scanner) -> bool {
        this.strict
    }

    #[getter]
    fn object_hook(this: &Scanner) -> Owned {
        this.object_hook.clone().unwrap_or(Owned::none())
    }

    #[getter]
    fn object_pairs_hook(this: &Scanner) -> Owned {
        this.object_pairs_hook.clone().unwrap_or(Owned::none())
    }

    #[getter]
    fn parse_float(this: &Scanner) -> Owned {
        this.parse_float.clone()
    }

    #[getter]
    fn parse_int(this: &Scanner) -> Owned {
        this.parse_int.clone()
    }

    #[getter]
    fn parse_constant(this: &Scanner) -> Owned {
        this.parse_constant.clone()
    }
}

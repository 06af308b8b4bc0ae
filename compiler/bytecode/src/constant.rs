//! The constants of a code object.

use std::fmt;
use std::sync::Arc;

use crate::Code;

/// A Python string: UTF-8, in which lone surrogates are encoded like any other code point (WTF-8).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PythonString {
    bytes: Vec<u8>,
}

impl PythonString {
    /// An empty string.
    pub fn new() -> PythonString {
        PythonString::default()
    }

    /// The string's WTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The string as UTF-8, unless it has a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Appends a code point, surrogates included; false when it is not a code point.
    pub fn push_code_point(&mut self, code_point: u32) -> bool {
        match code_point {
            0..=0x7f => self.bytes.push(code_point as u8),
            0x80..=0x7ff => self.bytes.extend([0xc0 | (code_point >> 6) as u8, continuation(code_point)]),
            0x800..=0xffff => {
                self.bytes.extend([
                    0xe0 | (code_point >> 12) as u8,
                    continuation(code_point >> 6),
                    continuation(code_point),
                ]);
            }
            0x1_0000..=0x10_ffff => self.bytes.extend([
                0xf0 | (code_point >> 18) as u8,
                continuation(code_point >> 12),
                continuation(code_point >> 6),
                continuation(code_point),
            ]),
            _ => return false,
        }
        true
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends another string. Surrogates on both sides of the seam stay two code points.
    pub fn push(&mut self, other: &PythonString) {
        self.bytes.extend_from_slice(&other.bytes);
    }

    /// Whether there are no code points.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The number of code points.
    pub fn code_point_count(&self) -> usize {
        self.bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
    }

    /// The code points, in order.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let (code_point, length) = decode_code_point(rest)?;
            rest = &rest[length..];
            Some(code_point)
        })
    }

    /// The string from bytes, if they are WTF-8.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<PythonString> {
        if std::str::from_utf8(&bytes).is_err() {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                rest = &rest[decode_code_point(rest)?.1..];
            }
        }
        Some(PythonString { bytes })
    }
}

fn continuation(code_point: u32) -> u8 {
    0x80 | (code_point & 0x3f) as u8
}

/// The first code point of WTF-8 and its length in bytes.
fn decode_code_point(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = *bytes.first()? as u32;
    let (length, lead, least) = match first {
        0..=0x7f => return Some((first, 1)),
        0xc2..=0xdf => (2, first & 0x1f, 0x80),
        0xe0..=0xef => (3, first & 0xf, 0x800),
        0xf0..=0xf4 => (4, first & 7, 0x1_0000),
        _ => return None,
    };
    let mut code_point = lead;
    for index in 1..length {
        let byte = *bytes.get(index)? as u32;
        if byte & 0xc0 != 0x80 {
            return None;
        }
        code_point = code_point << 6 | byte & 0x3f;
    }
    (code_point >= least && code_point <= 0x10_ffff).then_some((code_point, length))
}

impl From<&str> for PythonString {
    fn from(text: &str) -> Self {
        PythonString { bytes: text.as_bytes().to_vec() }
    }
}

impl From<String> for PythonString {
    fn from(text: String) -> Self {
        PythonString { bytes: text.into_bytes() }
    }
}

impl fmt::Display for PythonString {
    /// Quoted like `repr`, ASCII only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("'")?;
        for code_point in self.code_points() {
            match code_point {
                0x27 => f.write_str("\\'")?,
                0x5c => f.write_str("\\\\")?,
                0x0a => f.write_str("\\n")?,
                0x0d => f.write_str("\\r")?,
                0x09 => f.write_str("\\t")?,
                0x20..=0x7e => write!(f, "{}", code_point as u8 as char)?,
                0..=0xff => write!(f, "\\x{code_point:02x}")?,
                0x100..=0xffff => write!(f, "\\u{code_point:04x}")?,
                _ => write!(f, "\\U{code_point:08x}")?,
            }
        }
        f.write_str("'")
    }
}

impl fmt::Debug for PythonString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An int that does not fit 64 bits: sign and magnitude, little-endian bytes without trailing zeros.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BigInteger {
    /// Whether the number is below zero.
    pub negative: bool,
    /// The magnitude's bytes, least significant first; the last one is not zero.
    pub magnitude: Vec<u8>,
}

/// A constant. Floats compare by their bits, so that `0.0` and `-0.0` are two constants.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// A larger int.
    BigInt(BigInteger),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A str.
    Str(PythonString),
    /// A bytes object.
    Bytes(Vec<u8>),
    /// A tuple.
    Tuple(Vec<Constant>),
    /// A frozenset, its items in the order of the source.
    FrozenSet(Vec<Constant>),
    /// `slice(start, stop, step)`
    Slice(Box<[Constant; 3]>),
    /// The code of a function, class body, lambda, comprehension or annotation scope.
    Code(Arc<Code>),
}

impl Constant {
    /// A str constant.
    pub fn string(text: &str) -> Constant {
        Constant::Str(text.into())
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Constant::None, Constant::None) | (Constant::Ellipsis, Constant::Ellipsis) => true,
            (Constant::Bool(a), Constant::Bool(b)) => a == b,
            (Constant::Int(a), Constant::Int(b)) => a == b,
            (Constant::BigInt(a), Constant::BigInt(b)) => a == b,
            (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
            (Constant::Complex(a, b), Constant::Complex(c, d)) => {
                (a.to_bits(), b.to_bits()) == (c.to_bits(), d.to_bits())
            }
            (Constant::Str(a), Constant::Str(b)) => a == b,
            (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
            (Constant::Tuple(a), Constant::Tuple(b)) | (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
                a == b
            }
            (Constant::Slice(a), Constant::Slice(b)) => a == b,
            (Constant::Code(a), Constant::Code(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Constant {}

impl std::hash::Hash for Constant {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Constant::None | Constant::Ellipsis => {}
            Constant::Bool(value) => value.hash(state),
            Constant::Int(value) => value.hash(state),
            Constant::BigInt(value) => value.hash(state),
            Constant::Float(value) => value.to_bits().hash(state),
            Constant::Complex(real, imaginary) => (real.to_bits(), imaginary.to_bits()).hash(state),
            Constant::Str(value) => value.hash(state),
            Constant::Bytes(value) => value.hash(state),
            Constant::Tuple(items) | Constant::FrozenSet(items) => items.hash(state),
            Constant::Slice(parts) => parts.hash(state),
            Constant::Code(code) => {
                (&code.qualified_name, code.first_line, code.instructions.len()).hash(state)
            }
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn list(f: &mut fmt::Formatter<'_>, items: &[Constant]) -> fmt::Result {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{item}")?;
            }
            Ok(())
        }
        match self {
            Constant::None => f.write_str("None"),
            Constant::Bool(true) => f.write_str("True"),
            Constant::Bool(false) => f.write_str("False"),
            Constant::Ellipsis => f.write_str("..."),
            Constant::Int(value) => write!(f, "{value}"),
            Constant::BigInt(value) => {
                f.write_str(if value.negative { "-0x" } else { "0x" })?;
                value.magnitude.iter().rev().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Constant::Float(value) => write!(f, "{value:?}"),
            Constant::Complex(real, imaginary) => write!(f, "({real:?}{imaginary:+?}j)"),
            Constant::Str(value) => write!(f, "{value}"),
            Constant::Bytes(value) => {
                f.write_str("b'")?;
                value.iter().try_for_each(|byte| write!(f, "{}", byte.escape_ascii()))?;
                f.write_str("'")
            }
            Constant::Tuple(items) => {
                f.write_str("(")?;
                list(f, items)?;
                f.write_str(if items.len() == 1 { ",)" } else { ")" })
            }
            Constant::FrozenSet(items) => {
                f.write_str("frozenset({")?;
                list(f, items)?;
                f.write_str("})")
            }
            Constant::Slice(parts) => {
                f.write_str("slice(")?;
                list(f, parts.as_slice())?;
                f.write_str(")")
            }
            Constant::Code(code) => write!(f, "<code {}>", code.qualified_name),
        }
    }
}

//! Code objects as bytes, and back. Reading trusts nothing: what it accepts has passed the verifier.
//!
//! Numbers are LEB128, strings have their length in front, a table of shared strings comes first.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::code::{Code, CodeFlags, Handler, Local, LocalKind};
use crate::constant::{BigInteger, Constant, PythonString};
use crate::operand::{Label, Register};
use crate::position::PositionTable;
use crate::verify::{VerifyError, verify_all};

/// Why bytes are not a code object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SerializeError {
    /// The bytes end too early, or a value in them is impossible.
    Malformed,
    /// The code does not verify.
    Invalid(VerifyError),
}

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SerializeError::Malformed => write!(f, "malformed code object"),
            SerializeError::Invalid(error) => write!(f, "invalid code object: {error}"),
        }
    }
}

impl std::error::Error for SerializeError {}

/// The bytes of a code object and everything in it.
pub fn serialize(code: &Code) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.code(code);
    let mut bytes = Vec::new();
    write_number(&mut bytes, writer.strings.len() as u64);
    for string in &writer.strings {
        write_number(&mut bytes, string.len() as u64);
        bytes.extend_from_slice(string.as_bytes());
    }
    bytes.extend_from_slice(&writer.bytes);
    bytes
}

/// The code object of [`serialize`]'s bytes.
pub fn deserialize(bytes: &[u8]) -> Result<Code, SerializeError> {
    let mut reader = Reader { rest: bytes, strings: Vec::new() };
    let code = reader.file().ok_or(SerializeError::Malformed)?;
    verify_all(&code).map_err(SerializeError::Invalid)?;
    Ok(code)
}

/// How deep constants (tuples, code objects) may nest.
const MAX_DEPTH: usize = 1000;

fn write_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    strings: Vec<Arc<str>>,
    string_numbers: HashMap<Arc<str>, u64>,
}

impl Writer {
    fn number(&mut self, value: u64) {
        write_number(&mut self.bytes, value);
    }

    fn blob(&mut self, blob: &[u8]) {
        self.number(blob.len() as u64);
        self.bytes.extend_from_slice(blob);
    }

    fn string(&mut self, string: &Arc<str>) {
        let number = match self.string_numbers.get(string) {
            Some(&number) => number,
            None => {
                let number = self.strings.len() as u64;
                self.strings.push(string.clone());
                self.string_numbers.insert(string.clone(), number);
                number
            }
        };
        self.number(number);
    }

    fn strings(&mut self, strings: &[Arc<str>]) {
        self.number(strings.len() as u64);
        strings.iter().for_each(|string| self.string(string));
    }

    fn code(&mut self, code: &Code) {
        self.string(&code.name);
        self.string(&code.qualified_name);
        self.string(&code.filename);
        self.number(code.first_line.into());
        self.number(code.flags.0);
        self.number(code.positional_only_count.into());
        self.number(code.argument_count.into());
        self.number(code.keyword_only_count.into());
        self.number(code.locals.len() as u64);
        for local in &code.locals {
            self.string(&local.name);
            self.bytes.push(local.kind as u8);
        }
        self.number(code.temporary_count.into());
        self.number(code.cache_count.into());
        self.strings(&code.names);
        self.number(code.constants.len() as u64);
        code.constants.iter().for_each(|constant| self.constant(constant));
        self.number(code.instructions.len() as u64);
        code.instructions.iter().for_each(|unit| self.bytes.extend_from_slice(&unit.to_le_bytes()));
        self.number(code.handlers.len() as u64);
        for handler in &code.handlers {
            self.number(handler.start.into());
            self.number(handler.end.into());
            self.number(handler.target.0.into());
            self.number(handler.depth.0.into());
        }
        self.blob(code.positions.as_bytes());
        self.strings(&code.static_attributes);
    }

    fn constant(&mut self, constant: &Constant) {
        match constant {
            Constant::None => self.bytes.push(0),
            Constant::Bool(false) => self.bytes.push(1),
            Constant::Bool(true) => self.bytes.push(2),
            Constant::Ellipsis => self.bytes.push(3),
            Constant::Int(value) => {
                self.bytes.push(4);
                self.bytes.extend_from_slice(&value.to_le_bytes());
            }
            Constant::BigInt(value) => {
                self.bytes.push(if value.negative { 6 } else { 5 });
                self.blob(&value.magnitude);
            }
            Constant::Float(value) => {
                self.bytes.push(7);
                self.bytes.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Constant::Complex(real, imaginary) => {
                self.bytes.push(8);
                self.bytes.extend_from_slice(&real.to_bits().to_le_bytes());
                self.bytes.extend_from_slice(&imaginary.to_bits().to_le_bytes());
            }
            Constant::Str(value) => {
                self.bytes.push(9);
                self.blob(value.as_bytes());
            }
            Constant::Bytes(value) => {
                self.bytes.push(10);
                self.blob(value);
            }
            Constant::Tuple(items) => self.items(11, items),
            Constant::FrozenSet(items) => self.items(12, items),
            Constant::Slice(parts) => self.items(13, parts.as_slice()),
            Constant::Code(code) => {
                self.bytes.push(14);
                self.code(code);
            }
        }
    }

    fn items(&mut self, tag: u8, items: &[Constant]) {
        self.bytes.push(tag);
        self.number(items.len() as u64);
        items.iter().for_each(|item| self.constant(item));
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    strings: Vec<Arc<str>>,
}

impl<'a> Reader<'a> {
    fn file(&mut self) -> Option<Code> {
        let count = self.length()?;
        for _ in 0..count {
            let text = std::str::from_utf8(self.blob()?).ok()?;
            self.strings.push(text.into());
        }
        let code = self.code(MAX_DEPTH)?;
        self.rest.is_empty().then_some(code)
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0u128;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u128::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u64::try_from(value).ok();
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A count of things that each take at least a byte, so that a corrupt count cannot allocate much.
    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|&count| count <= self.rest.len())
    }

    fn blob(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    fn string(&mut self) -> Option<Arc<str>> {
        let number = usize::try_from(self.number()?).ok()?;
        self.strings.get(number).cloned()
    }

    fn strings(&mut self) -> Option<Vec<Arc<str>>> {
        (0..self.length()?).map(|_| self.string()).collect()
    }

    fn code(&mut self, depth: usize) -> Option<Code> {
        let depth = depth.checked_sub(1)?;
        Some(Code {
            name: self.string()?,
            qualified_name: self.string()?,
            filename: self.string()?,
            first_line: self.small()?,
            flags: CodeFlags(self.number()?),
            positional_only_count: self.small()?,
            argument_count: self.small()?,
            keyword_only_count: self.small()?,
            locals: (0..self.length()?).map(|_| self.local()).collect::<Option<_>>()?,
            temporary_count: u16::try_from(self.number()?).ok()?,
            cache_count: self.small()?,
            names: self.strings()?,
            constants: (0..self.length()?).map(|_| self.constant(depth)).collect::<Option<_>>()?,
            instructions: (0..self.length()?).map(|_| self.word()).collect::<Option<_>>()?,
            handlers: (0..self.length()?).map(|_| self.handler()).collect::<Option<_>>()?,
            positions: PositionTable::from_bytes(self.blob()?.to_vec()),
            static_attributes: self.strings()?,
        })
    }

    fn local(&mut self) -> Option<Local> {
        let name = self.string()?;
        let kind = match self.byte()? {
            0 => LocalKind::Plain,
            1 => LocalKind::Cell,
            2 => LocalKind::Free,
            3 => LocalKind::Hidden,
            4 => LocalKind::HiddenCell,
            _ => return None,
        };
        Some(Local { name, kind })
    }

    fn handler(&mut self) -> Option<Handler> {
        Some(Handler {
            start: self.small()?,
            end: self.small()?,
            target: Label(self.small()?),
            depth: Register(u16::try_from(self.number()?).ok().filter(|&number| number <= Register::MAX)?),
        })
    }

    fn constant(&mut self, depth: usize) -> Option<Constant> {
        Some(match self.byte()? {
            0 => Constant::None,
            1 => Constant::Bool(false),
            2 => Constant::Bool(true),
            3 => Constant::Ellipsis,
            4 => Constant::Int(self.word()? as i64),
            tag @ (5 | 6) => {
                let magnitude = self.blob()?.to_vec();
                if *magnitude.last()? == 0 {
                    return None;
                }
                Constant::BigInt(BigInteger { negative: tag == 6, magnitude })
            }
            7 => Constant::Float(f64::from_bits(self.word()?)),
            8 => Constant::Complex(f64::from_bits(self.word()?), f64::from_bits(self.word()?)),
            9 => Constant::Str(PythonString::from_bytes(self.blob()?.to_vec())?),
            10 => Constant::Bytes(self.blob()?.to_vec()),
            11 => Constant::Tuple(self.items(depth)?),
            12 => Constant::FrozenSet(self.items(depth)?),
            13 => Constant::Slice(Box::new(self.items(depth)?.try_into().ok()?)),
            14 => Constant::Code(Arc::new(self.code(depth)?)),
            _ => return None,
        })
    }

    fn items(&mut self, depth: usize) -> Option<Vec<Constant>> {
        let depth = depth.checked_sub(1)?;
        (0..self.length()?).map(|_| self.constant(depth)).collect()
    }
}

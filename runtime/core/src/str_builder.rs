//! Makes a string piece by piece: [`StrBuilder`].

use std::fmt;

use crate::owned::Ref;
use crate::str::Str;
use crate::str_units::{Unit, Units, kind_of};
use crate::with_units;

/// Code points that become a string; stored in the least width that has been needed so far.
pub struct StrBuilder {
    buffer: Buffer,
}

enum Buffer {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for StrBuilder {
    fn default() -> StrBuilder {
        StrBuilder::new()
    }
}

impl StrBuilder {
    pub const fn new() -> StrBuilder {
        StrBuilder { buffer: Buffer::One(Vec::new()) }
    }

    /// With room for `capacity` code points of Latin-1.
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        StrBuilder { buffer: Buffer::One(Vec::with_capacity(capacity)) }
    }

    /// How many code points there are so far.
    pub fn len(&self) -> usize {
        self.units().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code points so far.
    pub fn units(&self) -> Units<'_> {
        match &self.buffer {
            Buffer::One(units) => Units::One(units),
            Buffer::Two(units) => Units::Two(units),
            Buffer::Four(units) => Units::Four(units),
        }
    }

    /// Adds one code point.
    #[inline]
    pub fn push(&mut self, code: u32) {
        match &mut self.buffer {
            Buffer::One(units) if code < 0x100 => units.push(code as u8),
            Buffer::Two(units) if code < 0x1_0000 => units.push(code as u16),
            Buffer::Four(units) => units.push(code),
            _ => {
                self.widen(kind_of(code));
                self.push(code);
            }
        }
    }

    #[cold]
    fn widen(&mut self, kind: u8) {
        let units = self.units();
        self.buffer = if kind == 1 {
            Buffer::Two(with_units!(units, |units| units.iter().map(|unit| unit.code() as u16).collect()))
        } else {
            Buffer::Four(with_units!(units, |units| units.iter().map(|unit| unit.code()).collect()))
        };
    }

    /// Adds `count` times the same code point.
    pub fn push_repeated(&mut self, code: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.push(code);
        match &mut self.buffer {
            Buffer::One(units) => units.resize(units.len() + count - 1, code as u8),
            Buffer::Two(units) => units.resize(units.len() + count - 1, code as u16),
            Buffer::Four(units) => units.resize(units.len() + count - 1, code),
        }
    }

    /// Adds Rust text.
    pub fn push_str(&mut self, text: &str) {
        match &mut self.buffer {
            Buffer::One(units) if text.is_ascii() => units.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|character| self.push(u32::from(character))),
        }
    }

    /// Adds a string.
    pub fn push_object(&mut self, string: &Str) {
        self.push_units(string.units());
    }

    /// Adds code points.
    pub fn push_units(&mut self, added: Units<'_>) {
        match (&mut self.buffer, added) {
            (Buffer::One(units), Units::One(added)) => units.extend_from_slice(added),
            (Buffer::Two(units), Units::Two(added)) => units.extend_from_slice(added),
            (Buffer::Four(units), Units::Four(added)) => units.extend_from_slice(added),
            (Buffer::Two(units), Units::One(added)) => {
                units.extend(added.iter().map(|&unit| u16::from(unit)))
            }
            (Buffer::Four(units), added) => units.extend(added.iter()),
            _ => added.iter().for_each(|code| self.push(code)),
        }
    }

    /// The string.
    pub fn finish(self) -> Ref<Str> {
        Str::from_units(self.units())
    }
}

impl fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

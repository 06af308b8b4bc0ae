//! Source positions of instructions, compactly: one record an instruction that differs from the one before it.
//!
//! A record is a run length in units (varint), then the line relative to the record before (zigzag varint), the number of
//! lines spanned (varint), and start and end column (varint of column + 1; 0 means unknown). A record of an instruction
//! without a position has a single zero after its length. The bytes are platform-independent.

/// Where in the source an instruction came from. Columns are byte offsets in the line, as in CPython.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Position {
    /// First line, from 1.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Start column, from 0; `None` when unknown.
    pub column: Option<u32>,
    /// End column, exclusive.
    pub end_column: Option<u32>,
}

/// The positions of all instructions of a code object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PositionTable {
    bytes: Vec<u8>,
}

impl PositionTable {
    /// The table for instructions given in order, each with its number of units.
    pub fn build(instructions: impl IntoIterator<Item = (u32, Option<Position>)>) -> PositionTable {
        let mut table = PositionTable::default();
        let mut run: Option<(u32, Option<Position>)> = None;
        let mut line = 0;
        for (units, position) in instructions {
            match &mut run {
                Some((length, current)) if *current == position => *length += units,
                _ => {
                    if let Some((length, current)) = run {
                        table.push_run(length, current, &mut line);
                    }
                    run = Some((units, position));
                }
            }
        }
        if let Some((length, current)) = run {
            table.push_run(length, current, &mut line);
        }
        table
    }

    fn push_run(&mut self, length: u32, position: Option<Position>, line: &mut u32) {
        write_varint(&mut self.bytes, length);
        let Some(position) = position else {
            write_varint(&mut self.bytes, 0);
            return;
        };
        let delta = position.line as i32 - *line as i32;
        *line = position.line;
        let zigzag = ((delta << 1) ^ (delta >> 31)) as u32;
        write_varint(&mut self.bytes, zigzag.wrapping_add(1));
        write_varint(&mut self.bytes, position.end_line.saturating_sub(position.line));
        write_varint(&mut self.bytes, position.column.map_or(0, |column| column + 1));
        write_varint(&mut self.bytes, position.end_column.map_or(0, |column| column + 1));
    }

    /// The runs: first unit, number of units, position.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32, Option<Position>)> + '_ {
        let mut rest = self.bytes.as_slice();
        let (mut unit, mut line) = (0u32, 0u32);
        std::iter::from_fn(move || {
            let length = read_varint(&mut rest)?;
            let start = unit;
            unit = unit.checked_add(length)?;
            let zigzag = read_varint(&mut rest)?;
            if zigzag == 0 {
                return Some((start, length, None));
            }
            let zigzag = zigzag - 1;
            line = line.wrapping_add_signed((zigzag >> 1) as i32 ^ -((zigzag & 1) as i32));
            let end_line = line.saturating_add(read_varint(&mut rest)?);
            let column = read_varint(&mut rest)?.checked_sub(1);
            let end_column = read_varint(&mut rest)?.checked_sub(1);
            Some((start, length, Some(Position { line, end_line, column, end_column })))
        })
    }

    /// The position of the instruction at `unit`. Linear; for whole tables use [`PositionTable::runs`].
    pub fn at(&self, unit: u32) -> Option<Position> {
        self.runs().find(|&(start, length, _)| unit >= start && unit - start < length)?.2
    }

    /// The encoded table.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A table from its bytes; what is unreadable in them reads as "no position".
    pub fn from_bytes(bytes: Vec<u8>) -> PositionTable {
        PositionTable { bytes }
    }
}

fn write_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0u64;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_encoding() {
        let first = Some(Position { line: 7, end_line: 9, column: Some(4), end_column: Some(200) });
        let second = Some(Position { line: 3, end_line: 3, column: None, end_column: None });
        let table = PositionTable::build([(2, first), (1, first), (1, None), (2, second)]);
        assert_eq!(table.at(0), first);
        assert_eq!(table.at(2), first);
        assert_eq!(table.at(3), None);
        assert_eq!(table.at(5), second);
        assert_eq!(table.at(6), None);
    }
}

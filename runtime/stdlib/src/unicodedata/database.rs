//! The tables of the Unicode database by code point.

use super::tables::{
    BIDIRECTIONAL_CLASSES, CATEGORIES, DATABASE_BLOCKS, DATABASE_INDICES, DATABASE_SHIFT, DECOMPOSITIONS,
    EAST_ASIAN_WIDTHS, NUMBERS, RECORDS,
};

/// The properties of one or more code points.
pub struct Record {
    category: u8,
    bidirectional: u8,
    combining: u8,
    east_asian_width: u8,
    mirrored: bool,
}

impl Record {
    pub(crate) const fn new(
        category: u8,
        bidirectional: u8,
        combining: u8,
        east_asian_width: u8,
        mirrored: bool,
    ) -> Record {
        Record { category, bidirectional, combining, east_asian_width, mirrored }
    }

    pub fn category(&self) -> &'static str {
        CATEGORIES[usize::from(self.category)]
    }

    pub fn bidirectional(&self) -> &'static str {
        BIDIRECTIONAL_CLASSES[usize::from(self.bidirectional)]
    }

    pub fn combining(&self) -> u8 {
        self.combining
    }

    pub fn east_asian_width(&self) -> &'static str {
        EAST_ASIAN_WIDTHS[usize::from(self.east_asian_width)]
    }

    pub fn is_mirrored(&self) -> bool {
        self.mirrored
    }
}

/// The record of a code point.
pub fn record(code: u32) -> &'static Record {
    let block = DATABASE_BLOCKS.get((code >> DATABASE_SHIFT) as usize).copied().unwrap_or(0) as usize;
    let index = DATABASE_INDICES[(block << DATABASE_SHIFT) + (code as usize & ((1 << DATABASE_SHIFT) - 1))];
    &RECORDS[index as usize]
}

/// The numeric value of a code point.
pub fn number(code: u32) -> Option<f64> {
    NUMBERS.binary_search_by_key(&code, |&(code, _)| code).ok().map(|index| NUMBERS[index].1)
}

/// The decomposition mapping of a code point, empty for none.
pub fn decomposition(code: u32) -> &'static str {
    DECOMPOSITIONS.binary_search_by_key(&code, |&(code, _)| code).map_or("", |index| DECOMPOSITIONS[index].1)
}

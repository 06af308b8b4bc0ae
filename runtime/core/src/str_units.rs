//! The code points of a string as a slice of the width they are stored in, and the algorithms on such slices.
//!
//! Nothing here knows objects: [`Str`](crate::str::Str) gives its [`Units`], and the kernels (search, compare, convert)
//! work on them. Code points are `u32` because a Python string may hold lone surrogates.

use std::cmp::Ordering;

use memchr::memmem;

/// One stored code point: `u8`, `u16` or `u32`.
pub trait Unit: Copy + Ord + Send + Sync + 'static {
    /// Bytes of one unit as a power of two: 0, 1 or 2.
    const KIND: u8;
    /// The code point.
    fn code(self) -> u32;
    /// The unit for a code point that fits.
    fn from_code(code: u32) -> Self;
    /// Wraps a slice.
    fn wrap(units: &[Self]) -> Units<'_>;
    /// The slice of `units` when they are of this width.
    fn unwrap(units: Units<'_>) -> Option<&[Self]>;
}

macro_rules! units {
    ($($ty:ty, $kind:literal, $variant:ident;)*) => {$(
        impl Unit for $ty {
            const KIND: u8 = $kind;
            #[inline(always)]
            fn code(self) -> u32 {
                u32::from(self)
            }
            #[inline(always)]
            fn from_code(code: u32) -> $ty {
                code as $ty
            }
            #[inline(always)]
            fn wrap(units: &[$ty]) -> Units<'_> {
                Units::$variant(units)
            }
            #[inline(always)]
            fn unwrap(units: Units<'_>) -> Option<&[$ty]> {
                if let Units::$variant(units) = units { Some(units) } else { None }
            }
        }
    )*};
}

units! { u8, 0, One; u16, 1, Two; u32, 2, Four; }

/// A string's code points, in the width they are stored in.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Evaluates an expression for whichever width a [`Units`] has: `with_units!(units, |slice| slice.len())`.
#[macro_export]
macro_rules! with_units {
    ($units:expr, |$slice:ident| $body:expr) => {
        match $units {
            $crate::str_units::Units::One($slice) => $body,
            $crate::str_units::Units::Two($slice) => $body,
            $crate::str_units::Units::Four($slice) => $body,
        }
    };
}

/// The smallest width that holds `code`.
#[inline]
pub fn kind_of(code: u32) -> u8 {
    if code < 0x100 { 0 } else { 1 + u8::from(code >= 0x1_0000) }
}

impl<'a> Units<'a> {
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, |units| units.len())
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn kind(self) -> u8 {
        match self {
            Units::One(_) => 0,
            Units::Two(_) => 1,
            Units::Four(_) => 2,
        }
    }

    /// The code point at `index`.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        with_units!(self, |units| units[index].code())
    }

    /// The code points from `start` to `end`.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Units<'a> {
        match self {
            Units::One(units) => Units::One(&units[start..end]),
            Units::Two(units) => Units::Two(&units[start..end]),
            Units::Four(units) => Units::Four(&units[start..end]),
        }
    }

    /// The code points in order.
    pub fn iter(self) -> CodePoints<'a> {
        CodePoints { units: self, front: 0, back: self.len() }
    }

    /// The bytes in memory.
    pub fn as_bytes(self) -> &'a [u8] {
        match self {
            Units::One(units) => units,
            Units::Two(units) => bytes_of(units),
            Units::Four(units) => bytes_of(units),
        }
    }

    /// The largest code point, 0 for none.
    pub fn max(self) -> u32 {
        // The bitwise or is at least as large, finds the same width, and is computed many units at a time.
        with_units!(self, |units| units.iter().fold(0, |all, unit| all | unit.code()))
    }

    /// The least width that holds every code point, and whether all are ASCII.
    pub fn narrowest(self) -> (u8, bool) {
        match self {
            Units::One(units) => (0, units.is_ascii()),
            _ => {
                let all = self.max();
                (kind_of(all), all < 0x80)
            }
        }
    }

    pub fn equals(self, other: Units<'_>) -> bool {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a == b,
            (Units::Two(a), Units::Two(b)) => a == b,
            (Units::Four(a), Units::Four(b)) => a == b,
            _ => self.len() == other.len() && self.iter().eq(other.iter()),
        }
    }

    /// Compares by code points.
    pub fn compare(self, other: Units<'_>) -> Ordering {
        match (self, other) {
            (Units::One(a), Units::One(b)) => a.cmp(b),
            (Units::Two(a), Units::Two(b)) => a.cmp(b),
            (Units::Four(a), Units::Four(b)) => a.cmp(b),
            _ => self.iter().cmp(other.iter()),
        }
    }

    pub fn starts_with(self, prefix: Units<'_>) -> bool {
        prefix.len() <= self.len() && self.slice(0, prefix.len()).equals(prefix)
    }

    pub fn ends_with(self, suffix: Units<'_>) -> bool {
        suffix.len() <= self.len() && self.slice(self.len() - suffix.len(), self.len()).equals(suffix)
    }

    /// The first index of a code point.
    pub fn find_code(self, code: u32) -> Option<usize> {
        match self {
            Units::One(units) => {
                if code < 0x100 {
                    memchr::memchr(code as u8, units)
                } else {
                    None
                }
            }
            Units::Two(units) => units.iter().position(|&unit| u32::from(unit) == code),
            Units::Four(units) => units.iter().position(|&unit| unit == code),
        }
    }

    /// The last index of a code point.
    pub fn rfind_code(self, code: u32) -> Option<usize> {
        match self {
            Units::One(units) => {
                if code < 0x100 {
                    memchr::memrchr(code as u8, units)
                } else {
                    None
                }
            }
            Units::Two(units) => units.iter().rposition(|&unit| u32::from(unit) == code),
            Units::Four(units) => units.iter().rposition(|&unit| unit == code),
        }
    }

    pub fn contains(self, needle: Units<'_>) -> bool {
        self.find(needle).is_some()
    }

    /// The first index of `needle`.
    pub fn find(self, needle: Units<'_>) -> Option<usize> {
        Searcher::new(needle, self.kind())?.find(self, 0)
    }

    /// The last index of `needle`.
    pub fn rfind(self, needle: Units<'_>) -> Option<usize> {
        match needle.len() {
            0 => return Some(self.len()),
            1 => return self.rfind_code(needle.at(0)),
            length if length > self.len() => return None,
            _ => {}
        }
        let widened = widen_bytes(needle, self.kind())?;
        let (bytes, width) = (self.as_bytes(), 1 << self.kind());
        let finder = memmem::FinderRev::new(&*widened);
        let mut end = bytes.len();
        loop {
            let found = finder.rfind(&bytes[..end])?;
            if found % width == 0 {
                return Some(found / width);
            }
            end = found + widened.len() - 1;
        }
    }

    /// How many times `needle` occurs without overlap, at most `limit`.
    pub fn count(self, needle: Units<'_>, limit: usize) -> usize {
        if needle.is_empty() {
            return (self.len() + 1).min(limit);
        }
        if let (Units::One(units), 1) = (self, needle.len()) {
            let code = needle.at(0);
            let count = if code < 0x100 { memchr::memchr_iter(code as u8, units).count() } else { 0 };
            return count.min(limit);
        }
        let Some(searcher) = Searcher::new(needle, self.kind()) else { return 0 };
        let (mut count, mut position) = (0, 0);
        while count < limit {
            let Some(found) = searcher.find(self, position) else { break };
            count += 1;
            position = found + needle.len();
        }
        count
    }
}

/// A needle that is prepared for repeated searches in strings of one width.
pub enum Searcher<'a> {
    Empty,
    One(u32),
    Many { finder: Box<memmem::Finder<'a>>, bytes: usize },
}

impl<'a> Searcher<'a> {
    /// `None` when the needle has code points that strings of width `kind` cannot hold.
    pub fn new(needle: Units<'a>, kind: u8) -> Option<Searcher<'a>> {
        match needle.len() {
            0 => Some(Searcher::Empty),
            1 => Some(Searcher::One(needle.at(0))),
            _ => {
                let finder = match widen_bytes(needle, kind)? {
                    std::borrow::Cow::Borrowed(bytes) => memmem::Finder::new(bytes),
                    std::borrow::Cow::Owned(bytes) => memmem::Finder::new(&bytes).into_owned(),
                };
                let bytes = finder.needle().len();
                Some(Searcher::Many { finder: Box::new(finder), bytes })
            }
        }
    }

    /// The first index at or after `start`.
    pub fn find(&self, haystack: Units<'_>, start: usize) -> Option<usize> {
        let length = haystack.len();
        if start > length {
            return None;
        }
        match self {
            Searcher::Empty => Some(start),
            Searcher::One(code) => haystack.slice(start, length).find_code(*code).map(|found| found + start),
            Searcher::Many { finder, bytes } => {
                let (all, width) = (haystack.as_bytes(), 1usize << haystack.kind());
                let mut position = start * width;
                // A match of the bytes that does not start at a unit's first byte is none.
                while position + bytes <= all.len() {
                    let found = finder.find(&all[position..])? + position;
                    if found.is_multiple_of(width) {
                        return Some(found / width);
                    }
                    position = found + 1;
                }
                None
            }
        }
    }
}

/// The bytes of `needle` in units of width `kind`; `None` when they do not fit.
fn widen_bytes(needle: Units<'_>, kind: u8) -> Option<std::borrow::Cow<'_, [u8]>> {
    use std::borrow::Cow;
    match (needle.kind(), kind) {
        (from, to) if from == to => Some(Cow::Borrowed(needle.as_bytes())),
        (_, 1) if needle.max() < 0x1_0000 => {
            Some(Cow::Owned(needle.iter().flat_map(|code| (code as u16).to_ne_bytes()).collect()))
        }
        (_, 2) => Some(Cow::Owned(needle.iter().flat_map(u32::to_ne_bytes).collect())),
        (_, 0) if needle.max() < 0x100 => Some(Cow::Owned(needle.iter().map(|code| code as u8).collect())),
        _ => None,
    }
}

/// The bytes of a slice of units.
pub fn bytes_of<U: Unit>(units: &[U]) -> &[u8] {
    // SAFETY: units are plain integers without padding.
    unsafe { std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
}

/// The code points of a [`Units`].
#[derive(Clone)]
pub struct CodePoints<'a> {
    units: Units<'a>,
    front: usize,
    back: usize,
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.front += 1;
        Some(self.units.at(self.front - 1))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        if self.front == self.back {
            return None;
        }
        self.back -= 1;
        Some(self.units.at(self.back))
    }
}

impl ExactSizeIterator for CodePoints<'_> {}

/// Writes the UTF-8 of a code point; surrogates get the three bytes that the pattern gives (`surrogatepass`).
pub fn push_utf8(bytes: &mut Vec<u8>, code: u32) {
    match code {
        0..0x80 => bytes.push(code as u8),
        0x80..0x800 => bytes.extend([0xC0 | (code >> 6) as u8, 0x80 | (code & 0x3F) as u8]),
        0x800..0x1_0000 => bytes.extend([
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
        _ => bytes.extend([
            0xF0 | (code >> 18) as u8,
            0x80 | (code >> 12 & 0x3F) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

/// Whether a code point is half of a surrogate pair.
#[inline]
pub fn is_surrogate(code: u32) -> bool {
    (0xD800..0xE000).contains(&code)
}

/// Decodes UTF-8 that is known to be valid, but for surrogates encoded as three bytes.
pub fn utf8_code_points(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut position = 0;
    std::iter::from_fn(move || {
        let first = u32::from(*bytes.get(position)?);
        let length = match first {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        let code = bytes[position + 1..position + length]
            .iter()
            .fold(if length == 1 { first } else { first & (0x7F >> length) }, |code, &byte| {
                code << 6 | u32::from(byte & 0x3F)
            });
        position += length;
        Some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_agree_across_widths() {
        let hay: Vec<u32> = "abcabcab".chars().map(u32::from).collect();
        let hay16: Vec<u16> = hay.iter().map(|&code| code as u16).collect();
        let needle = Units::One(b"cab");
        for hay in [Units::One(b"abcabcab"), Units::Two(&hay16), Units::Four(&hay)] {
            assert_eq!(hay.find(needle), Some(2));
            assert_eq!(hay.rfind(needle), Some(5));
            assert_eq!(hay.count(needle, usize::MAX), 2);
            assert_eq!(hay.count(Units::One(b""), usize::MAX), 9);
            assert_eq!(hay.find(Units::One(b"x")), None);
            assert_eq!(hay.find(Units::Four(&[0x1_0000, 1])), None);
            assert_eq!(hay.compare(Units::One(b"abcabd")), Ordering::Less);
        }
    }

    #[test]
    fn a_match_between_two_units_is_no_match() {
        let hay = [0x0101u16, 0x0201, 0x0102, 0x0103];
        assert_eq!(Units::Two(&hay).find(Units::Two(&[0x0101, 0x0102])), None);
        assert_eq!(Units::Two(&hay).find(Units::Two(&[0x0102, 0x0103])), Some(2));
        assert_eq!(Units::Two(&hay).rfind(Units::Two(&[0x0201, 0x0102])), Some(1));
    }

    #[test]
    fn utf8_round_trips_with_surrogates() {
        let codes = [0x41, 0xE9, 0x20AC, 0xD800, 0x1F600, 0x10FFFF];
        let mut bytes = Vec::new();
        codes.iter().for_each(|&code| push_utf8(&mut bytes, code));
        assert_eq!(utf8_code_points(&bytes).collect::<Vec<_>>(), codes);
    }
}

//! Which integers a value can be: an interval with both ends in it.

use std::fmt;

/// `low ..= high`; a range without members cannot be expressed (such a value's type is `never`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub low: i64,
    pub high: i64,
}

impl Range {
    /// Nothing is known.
    pub const FULL: Range = Range { low: i64::MIN, high: i64::MAX };
    /// What an immediate int can hold: 63 bits.
    pub const SMALL_INT: Range = Range { low: i64::MIN >> 1, high: i64::MAX >> 1 };

    /// One number.
    pub const fn exactly(number: i64) -> Range {
        Range { low: number, high: number }
    }

    /// Whether nothing is known.
    pub fn is_full(self) -> bool {
        self == Range::FULL
    }

    /// Whether every member is in `other`.
    pub fn is_within(self, other: Range) -> bool {
        self.low >= other.low && self.high <= other.high
    }

    /// The smallest range with the members of both.
    pub fn union(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The members of both, if there are any.
    pub fn meet(self, other: Range) -> Option<Range> {
        let meet = Range { low: self.low.max(other.low), high: self.high.min(other.high) };
        (meet.low <= meet.high).then_some(meet)
    }

    /// Sums of a member of each, if none overflows 64 bits.
    pub fn checked_add(self, other: Range) -> Option<Range> {
        Some(Range { low: self.low.checked_add(other.low)?, high: self.high.checked_add(other.high)? })
    }

    /// Differences of a member of each, if none overflows 64 bits.
    pub fn checked_subtract(self, other: Range) -> Option<Range> {
        Some(Range { low: self.low.checked_sub(other.high)?, high: self.high.checked_sub(other.low)? })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}..{}]", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stays_within_64_bits() {
        let one = Range::exactly(1);
        assert_eq!(Range { low: 0, high: 9 }.checked_add(one), Some(Range { low: 1, high: 10 }));
        assert_eq!(Range::FULL.checked_add(one), None);
        assert!(
            Range::SMALL_INT.checked_subtract(one).is_some_and(|range| !range.is_within(Range::SMALL_INT))
        );
        assert_eq!(Range::exactly(3).meet(one), None);
    }
}

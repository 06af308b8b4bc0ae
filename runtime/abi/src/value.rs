//! One Python value in one 64-bit word.
//!
//! ```text
//! ...x1  int of 63 bits, (n << 1) | 1
//! ...10  float, rotate_left(bits + FLOAT_BIAS, 4), where the low bits of that come out as 10
//! ..000  pointer to an object (8-aligned); the word 0 is never a value: it means "an exception is pending"
//! ..100  singletons: False, True, None, Ellipsis, NotImplemented, and the internal UNBOUND and STOP
//! ```
//! The biased rotation makes every float in `{±0, inf, nan, |x| in [2^-127, 2^129), very small, very large}` immediate
//! (float self-tagging, Melançon, Feeley and Serrano, OOPSLA 2025, with Bigloo's bias); the others are heap floats.

/// Added to a float's bits before they are rotated, so that one tag covers the middle exponents, zero, infinity and NaN.
pub const FLOAT_BIAS: u64 = 0x2800_0000_0000_0000;
/// Bits by which a biased float is rotated left.
pub const FLOAT_ROTATION: u32 = 4;
/// Low bits that are zero in a pointer and non-zero in every immediate.
pub const IMMEDIATE_MASK: u64 = 7;
/// Low bit of an immediate int.
pub const INT_TAG: u64 = 1;
/// The two low bits that tell a float from an int and a pointer.
pub const FLOAT_MASK: u64 = 3;
/// What the two low bits are in an immediate float.
pub const FLOAT_TAG: u64 = 2;
/// The largest int that is immediate.
pub const INT_MAX: i64 = i64::MAX >> 1;
/// The smallest int that is immediate.
pub const INT_MIN: i64 = i64::MIN >> 1;

/// A Python value as it lies in registers, slots and items. Copying it does not count a reference.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value(pub u64);

impl Value {
    /// Not a value: an exception is pending in the thread block.
    pub const PENDING: Value = Value(0);
    pub const FALSE: Value = Value(0x04);
    pub const TRUE: Value = Value(0x0C);
    pub const NONE: Value = Value(0x14);
    pub const ELLIPSIS: Value = Value(0x1C);
    pub const NOT_IMPLEMENTED: Value = Value(0x24);
    /// A variable, cell or slot that holds nothing. Never seen by Python code.
    pub const UNBOUND: Value = Value(0x2C);
    /// An iterator is exhausted. Never seen by Python code.
    pub const STOP: Value = Value(0x34);

    /// The word of a bool.
    pub const fn from_bool(truth: bool) -> Value {
        if truth { Value::TRUE } else { Value::FALSE }
    }

    /// The word of an int, when it fits 63 bits.
    pub const fn from_int(number: i64) -> Option<Value> {
        if number >= INT_MIN && number <= INT_MAX { Some(Value::from_small_int(number)) } else { None }
    }

    /// The word of an int that is known to fit 63 bits.
    pub const fn from_small_int(number: i64) -> Value {
        debug_assert!(number >= INT_MIN && number <= INT_MAX);
        Value(((number as u64) << 1) | INT_TAG)
    }

    /// The word of a float, when it needs no allocation.
    pub const fn from_float(number: f64) -> Option<Value> {
        let word = number.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(FLOAT_ROTATION);
        if word & FLOAT_MASK == FLOAT_TAG { Some(Value(word)) } else { None }
    }

    /// Whether this is an immediate int.
    pub const fn is_int(self) -> bool {
        self.0 & INT_TAG != 0
    }

    /// Whether this is an immediate float.
    pub const fn is_float(self) -> bool {
        self.0 & FLOAT_MASK == FLOAT_TAG
    }

    /// Whether this is a pointer to an object; false for the word 0 only by the caller's care.
    pub const fn is_pointer(self) -> bool {
        self.0 & IMMEDIATE_MASK == 0
    }

    /// Whether this is True or False.
    pub const fn is_bool(self) -> bool {
        self.0 | 8 == Value::TRUE.0
    }

    /// The number of an immediate int.
    pub const fn int(self) -> i64 {
        debug_assert!(self.is_int());
        (self.0 as i64) >> 1
    }

    /// The number of an immediate float.
    pub const fn float(self) -> f64 {
        debug_assert!(self.is_float());
        f64::from_bits(self.0.rotate_right(FLOAT_ROTATION).wrapping_sub(FLOAT_BIAS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_round_trip_at_the_edges() {
        for number in [0, 1, -1, INT_MAX, INT_MIN] {
            assert_eq!(Value::from_int(number).map(Value::int), Some(number));
        }
        assert_eq!(Value::from_int(INT_MAX + 1), None);
        assert_eq!(Value::from_int(INT_MIN - 1), None);
    }

    #[test]
    fn common_floats_are_immediate_and_round_trip() {
        for number in [0.0, -0.0, 1.0, -1.5, 3.5e38, 1e-38, f64::INFINITY, f64::NEG_INFINITY, 1e300, 5e-324] {
            let word = Value::from_float(number).expect("immediate");
            assert_eq!(word.float().to_bits(), number.to_bits());
        }
        assert!(Value::from_float(f64::NAN).expect("immediate").float().is_nan());
        assert_eq!(Value::from_float(1e100), None);
        assert_eq!(Value::from_float(1e-50), None);
    }

    #[test]
    fn tags_are_disjoint_for_all_exponents() {
        for exponent in 0..2048u64 {
            for sign in [0, 1u64 << 63] {
                let number = f64::from_bits(sign | exponent << 52 | 0x000F_1234_5678_9ABC);
                if let Some(word) = Value::from_float(number) {
                    assert!(word.is_float() && !word.is_int() && !word.is_pointer());
                    assert_eq!(word.float().to_bits(), number.to_bits());
                }
            }
        }
    }
}

//! Ints compared, hashed, turned into floats and divided into floats.

use std::cmp::Ordering;

use super::arithmetic::operands;
use super::limbs::{self, LIMB_BITS, Limb};
use super::{View, from_i64, from_sign_and_limbs};
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::special_methods::Comparison;

/// Hashes of numbers are computed modulo this prime.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// How two numbers compare.
pub fn ordering(left: View<'_>, right: View<'_>) -> Ordering {
    if let (View::Small(left), View::Small(right)) = (left, right) {
        return left.cmp(&right);
    }
    let (left, right) = (left.parts(), right.parts());
    match (left.negative, right.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => limbs::compare(left.limbs(), right.limbs()),
        (true, true) => limbs::compare(right.limbs(), left.limbs()),
    }
}

/// A rich comparison; NotImplemented when an operand is no int.
#[inline]
pub fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
    let (left, right) = operands!(left, right);
    Ok(Owned::bool(comparison.holds(ordering(left, right))))
}

/// Whether two ints are equal; `None` when an operand is no int.
pub fn equal(left: &Object, right: &Object) -> Option<bool> {
    Some(ordering(View::of(left)?, View::of(right)?).is_eq())
}

/// How a number compares to a float, exactly; `None` for NaN.
pub fn compare_with_float(number: View<'_>, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if let View::Small(number) = number
        && number.unsigned_abs() <= 1 << 53
    {
        return (number as f64).partial_cmp(&float);
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let negative = number.is_negative();
    if negative != (float < 0.0) {
        return Some(if negative { Ordering::Less } else { Ordering::Greater });
    }
    let parts = number.parts();
    let whole = magnitude_of_float(float);
    let ordering = limbs::compare(parts.limbs(), &whole).then(if float.fract() == 0.0 {
        Ordering::Equal
    } else {
        Ordering::Less
    });
    Some(if negative { ordering.reverse() } else { ordering })
}

/// The magnitude of a finite float, cut to a whole number.
fn magnitude_of_float(float: f64) -> Vec<Limb> {
    let (mantissa, exponent) = decompose(float);
    if exponent <= 0 {
        return vec![if exponent > -64 { mantissa >> -exponent } else { 0 }];
    }
    let shift = exponent as usize;
    let mut result = vec![0; 2 + shift / LIMB_BITS];
    limbs::shift_left(&[mantissa], shift, &mut result);
    result
}

/// Mantissa (a whole number below 2^53) and binary exponent of the magnitude of a finite float.
pub fn decompose(float: f64) -> (u64, i32) {
    let bits = float.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// The int that a float is cut to.
pub fn from_f64(float: f64) -> Result {
    if float.abs() < 9.2e18 {
        return Ok(from_i64(float as i64));
    }
    if float.is_nan() {
        return Err(crate::value_error!("cannot convert float NaN to integer"));
    }
    if float.is_infinite() {
        return Err(crate::overflow_error!("cannot convert float infinity to integer"));
    }
    from_sign_and_limbs(float < 0.0, &magnitude_of_float(float))
}

/// The float nearest to a number, ties to even; `None`: too large.
pub fn view_to_f64(number: View<'_>) -> Option<f64> {
    match number {
        View::Small(number) => Some(number as f64),
        View::Big(int) => {
            let magnitude = limbs::to_f64(int.limbs(), 0, false)?;
            Some(if int.is_negative() { -magnitude } else { magnitude })
        }
    }
}

/// The float nearest to an int, ties to even; OverflowError when it is too large.
pub fn to_f64(number: &Object) -> Result<f64> {
    match View::of(number) {
        Some(view) => {
            view_to_f64(view).ok_or_else(|| crate::overflow_error!("int too large to convert to float"))
        }
        None => Err(crate::type_error!("an int is required, not {}", crate::type_object::name_of(number))),
    }
}

/// Mantissa in [0.5, 1) with the number's sign, and exponent: `number == mantissa * 2^exponent`, rounded to the nearest
/// float. For logarithms of numbers that are no floats.
pub fn to_mantissa_and_exponent(number: View<'_>) -> (f64, i64) {
    let parts = number.parts();
    let bits = limbs::bit_length(parts.limbs()) as i64;
    if bits == 0 {
        return (0.0, 0);
    }
    let magnitude = limbs::to_f64(parts.limbs(), -bits, false).expect("a number of at most one is a float");
    let (magnitude, bits) = if magnitude == 1.0 { (0.5, bits + 1) } else { (magnitude, bits) };
    (if parts.negative { -magnitude } else { magnitude }, bits)
}

/// `left / right`, correctly rounded.
pub fn true_divide(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if right.is_zero() {
        return Err(crate::zero_division_error!("division by zero"));
    }
    match quotient_as_float(left, right) {
        Some(quotient) => Ok(crate::float::from_f64(quotient)),
        None => Err(crate::overflow_error!("integer division result too large for a float")),
    }
}

/// The float nearest to a quotient whose divisor is not zero; `None`: too large.
pub fn quotient_as_float(left: View<'_>, right: View<'_>) -> Option<f64> {
    const EXACT: u64 = 1 << 53;
    if let (View::Small(left), View::Small(right)) = (left, right)
        && left.unsigned_abs() <= EXACT
        && right.unsigned_abs() <= EXACT
    {
        return Some(left as f64 / right as f64);
    }
    let (left, right) = (left.parts(), right.parts());
    let sign = if left.negative != right.negative { -1.0 } else { 1.0 };
    if left.limbs().is_empty() {
        return Some(sign * 0.0);
    }
    let difference = limbs::bit_length(left.limbs()) as i64 - limbs::bit_length(right.limbs()) as i64;
    if difference > 1025 {
        return None;
    }
    if difference < -1080 {
        return Some(sign * 0.0);
    }
    // Scaled so that the whole quotient has 55 or 56 bits: enough for correct rounding with what the remainder tells.
    let shift = 55 - difference;
    let scaled = |limbs: &[Limb], bits: usize| {
        let mut result = vec![0; limbs.len() + bits / LIMB_BITS + 1];
        limbs::shift_left(limbs, bits, &mut result);
        result
    };
    let (dividend, divisor) = if shift >= 0 {
        (scaled(left.limbs(), shift as usize), right.limbs().to_vec())
    } else {
        (left.limbs().to_vec(), scaled(right.limbs(), -shift as usize))
    };
    let (quotient, remainder) = limbs::divide(&dividend, &divisor);
    let lost = !limbs::trimmed(&remainder).is_empty();
    Some(sign * limbs::to_f64(&quotient, -shift, lost)?)
}

/// `hash(number)`
#[inline]
pub fn hash(number: &Object) -> i64 {
    match View::of(number) {
        Some(View::Small(number)) => hash_of_i64(number),
        Some(View::Big(int)) => {
            // 2^64 is 8 modulo 2^61 - 1.
            let magnitude = int.limbs().iter().rev().fold(0u64, |hash, limb| {
                ((u128::from(hash) * 8 + u128::from(*limb)) % u128::from(HASH_MODULUS)) as u64
            }) as i64;
            finish_hash(if int.is_negative() { -magnitude } else { magnitude })
        }
        None => 0,
    }
}

/// `hash(number)`
#[inline]
pub fn hash_of_i64(number: i64) -> i64 {
    let magnitude = (number.unsigned_abs() % HASH_MODULUS) as i64;
    finish_hash(if number < 0 { -magnitude } else { magnitude })
}

/// No hash is -1.
#[inline]
pub fn finish_hash(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

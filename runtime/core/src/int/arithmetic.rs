//! `+ - * // % divmod ** pow` and negation of ints.
//!
//! The binary functions give NotImplemented for operands that are no ints, as special methods do.

use dashu_int::UBig;

use super::limbs::{self, LIMB_BITS, Limb};
use super::{
    Building, MAXIMUM_LIMBS, Parts, View, from_i64, from_i128, from_sign_and_limbs, from_sign_and_ubig,
    to_exact,
};
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::tuple::Tuple;

/// The views of two operands, or NotImplemented from the calling function.
macro_rules! operands {
    ($left:expr, $right:expr) => {
        match ($crate::int::View::of($left), $crate::int::View::of($right)) {
            (Some(left), Some(right)) => (left, right),
            _ => return Ok($crate::owned::Owned::not_implemented()),
        }
    };
}
pub(super) use operands;

/// `left + right`
#[inline]
pub fn add(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if let (View::Small(left), View::Small(right)) = (left, right) {
        return Ok(match left.checked_add(right) {
            Some(sum) => from_i64(sum),
            None => from_i128(i128::from(left) + i128::from(right)),
        });
    }
    add_parts(&left.parts(), &right.parts(), right.is_negative())
}

/// `left - right`
#[inline]
pub fn subtract(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if let (View::Small(left), View::Small(right)) = (left, right) {
        return Ok(match left.checked_sub(right) {
            Some(difference) => from_i64(difference),
            None => from_i128(i128::from(left) - i128::from(right)),
        });
    }
    add_parts(&left.parts(), &right.parts(), !right.is_negative())
}

/// The sum of two numbers, of which the right one is taken with the given sign.
fn add_parts(left: &Parts<'_>, right: &Parts<'_>, right_negative: bool) -> Result {
    let (first, second) = (left.limbs(), right.limbs());
    if left.negative == right_negative {
        let (long, short) = if first.len() >= second.len() { (first, second) } else { (second, first) };
        let mut sum = Building::new(long.len() + 1)?;
        limbs::add(long, short, sum.limbs());
        return Ok(sum.finish(left.negative));
    }
    let (large, small, negative) = if limbs::compare(first, second).is_ge() {
        (first, second, left.negative)
    } else {
        (second, first, right_negative)
    };
    let mut difference = Building::new(large.len())?;
    limbs::subtract(large, small, difference.limbs());
    Ok(difference.finish(negative))
}

/// `left * right`
#[inline]
pub fn multiply(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if let (View::Small(left), View::Small(right)) = (left, right) {
        return Ok(match left.checked_mul(right) {
            Some(product) => from_i64(product),
            None => from_i128(i128::from(left) * i128::from(right)),
        });
    }
    let (left, right) = (left.parts(), right.parts());
    if left.limbs().is_empty() || right.limbs().is_empty() {
        return Ok(from_i64(0));
    }
    let mut product = Building::new(left.limbs().len() + right.limbs().len())?;
    limbs::multiply(left.limbs(), right.limbs(), product.limbs());
    Ok(product.finish(left.negative != right.negative))
}

fn division_by_zero() -> crate::owned::Raised {
    crate::zero_division_error!("division by zero")
}

/// Quotient and remainder of a division of machine integers that rounds down; the divisor is not zero.
#[inline]
fn floor_division(left: i64, right: i64) -> (i128, i64) {
    let (quotient, remainder) = (i128::from(left) / i128::from(right), left.wrapping_rem(right));
    if remainder != 0 && (remainder < 0) != (right < 0) {
        (quotient - 1, remainder + right)
    } else {
        (quotient, remainder)
    }
}

/// `left // right`
#[inline]
pub fn floor_divide(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    match (left, right) {
        (_, View::Small(0)) => Err(division_by_zero()),
        (View::Small(left), View::Small(right)) => Ok(from_i128(floor_division(left, right).0)),
        _ => divide_parts(left, right).quotient(),
    }
}

/// `left % right`
#[inline]
pub fn remainder(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    match (left, right) {
        (_, View::Small(0)) => Err(division_by_zero()),
        (View::Small(left), View::Small(right)) => Ok(from_i64(floor_division(left, right).1)),
        _ => divide_parts(left, right).remainder(),
    }
}

/// `divmod(left, right)`, not yet in a tuple. Both are ints and the divisor is not zero.
pub fn floor_division_of(left: &Object, right: &Object) -> Result<(Owned, Owned)> {
    let (Some(left), Some(right)) = (View::of(left), View::of(right)) else {
        return Err(crate::type_error!("ints are required"));
    };
    match (left, right) {
        (_, View::Small(0)) => Err(division_by_zero()),
        (View::Small(left), View::Small(right)) => {
            let (quotient, remainder) = floor_division(left, right);
            Ok((from_i128(quotient), from_i64(remainder)))
        }
        _ => {
            let division = divide_parts(left, right);
            Ok((division.quotient()?, division.remainder()?))
        }
    }
}

/// `divmod(left, right)`
pub fn divmod(left: &Object, right: &Object) -> Result {
    let _ = operands!(left, right);
    let (quotient, remainder) = floor_division_of(left, right)?;
    Ok(Tuple::from_vec(vec![quotient, remainder]).into_owned())
}

/// A division that rounds down, with one operand that is big.
struct Division {
    quotient: Vec<Limb>,
    remainder: Vec<Limb>,
    quotient_negative: bool,
    remainder_negative: bool,
}

impl Division {
    fn quotient(&self) -> Result {
        from_sign_and_limbs(self.quotient_negative, &self.quotient)
    }

    fn remainder(&self) -> Result {
        from_sign_and_limbs(self.remainder_negative, &self.remainder)
    }
}

fn divide_parts(left: View<'_>, right: View<'_>) -> Division {
    let (left, right) = (left.parts(), right.parts());
    let (mut quotient, mut remainder) = limbs::divide(left.limbs(), right.limbs());
    if left.negative != right.negative && !limbs::trimmed(&remainder).is_empty() {
        if limbs::increment(&mut quotient) {
            quotient.push(1);
        }
        let mut rest = vec![0; right.limbs().len()];
        limbs::subtract(right.limbs(), limbs::trimmed(&remainder), &mut rest);
        remainder = rest;
    }
    Division {
        quotient,
        remainder,
        quotient_negative: left.negative != right.negative,
        remainder_negative: right.negative,
    }
}

/// `-number`
pub fn negative(number: &Object) -> Result {
    match View::of(number) {
        Some(View::Small(number)) => Ok(from_i128(-i128::from(number))),
        Some(View::Big(int)) => from_sign_and_limbs(!int.is_negative(), int.limbs()),
        None => Ok(Owned::not_implemented()),
    }
}

/// `+number`
pub fn positive(number: &Object) -> Result {
    to_exact(number)
}

/// `abs(number)`
pub fn absolute(number: &Object) -> Result {
    match View::of(number) {
        Some(view) if view.is_negative() => negative(number),
        _ => to_exact(number),
    }
}

/// `pow(base, exponent, modulus)`, and `base ** exponent` without a modulus.
pub fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
    let (base_view, exponent_view) = operands!(base, exponent);
    let Some(modulus) = modulus.filter(|modulus| !modulus.is_none()) else {
        if exponent_view.is_negative() {
            // As CPython does: the float power of both.
            let (base, exponent) = (super::to_f64(base)?, super::to_f64(exponent)?);
            return crate::float::power_of_floats(base, exponent);
        }
        return plain_power(base_view, exponent_view);
    };
    match View::of(modulus) {
        Some(modulus) => modular_power(base_view, exponent_view, modulus),
        None => Ok(Owned::not_implemented()),
    }
}

/// `base ** exponent` for an exponent that is not negative.
fn plain_power(base: View<'_>, exponent: View<'_>) -> Result {
    let odd = match exponent {
        View::Small(exponent) => exponent & 1 == 1,
        View::Big(int) => int.limbs()[0] & 1 == 1,
    };
    match (base, exponent) {
        (_, View::Small(0)) => return Ok(from_i64(1)),
        (View::Small(number @ (0 | 1)), _) => return Ok(from_i64(number)),
        (View::Small(-1), _) => return Ok(from_i64(if odd { -1 } else { 1 })),
        (_, View::Big(_)) => return Err(crate::memory_error!()),
        (View::Small(base), View::Small(exponent)) => {
            if let Some(power) = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent))
            {
                return Ok(from_i64(power));
            }
        }
        _ => {}
    }
    let View::Small(exponent) = exponent else { return Err(crate::memory_error!()) };
    let exponent = exponent as usize;
    let base = base.parts();
    let negative = base.negative && odd;
    let bits = limbs::bit_length(base.limbs()) as u128 - 1;
    if bits * exponent as u128 / LIMB_BITS as u128 > MAXIMUM_LIMBS as u128 {
        return Err(crate::memory_error!());
    }
    // Powers of two are shifts; the two's part of any base as well.
    let zeros = limbs::trailing_zeros(base.limbs());
    let mut odd_part = vec![0; base.limbs().len() - zeros / LIMB_BITS];
    limbs::shift_right(base.limbs(), zeros, &mut odd_part);
    let odd_part = limbs::trimmed(&odd_part);
    let power = if let [1] = *odd_part { UBig::ONE } else { limbs::to_ubig(odd_part).pow(exponent) };
    let words = power.as_words();
    let shift = zeros * exponent;
    let mut result = Building::new(words.len() + shift / LIMB_BITS + 1)?;
    limbs::shift_left(words, shift, result.limbs());
    Ok(result.finish(negative))
}

/// `pow(base, exponent, modulus)`
fn modular_power(base: View<'_>, exponent: View<'_>, modulus: View<'_>) -> Result {
    if modulus.is_zero() {
        return Err(crate::value_error!("pow() 3rd argument cannot be 0"));
    }
    let divisor = modulus.parts();
    if let [1] = *divisor.limbs() {
        return Ok(from_i64(0));
    }
    let ring_modulus = limbs::to_ubig(divisor.limbs());
    let base_parts = base.parts();
    let mut residue = limbs::to_ubig(base_parts.limbs()) % &ring_modulus;
    if base_parts.negative && !residue.is_zero() {
        residue = &ring_modulus - residue;
    }
    let ring = dashu_int::fast_div::ConstDivisor::new(ring_modulus.clone());
    let mut element = ring.reduce(residue);
    if exponent.is_negative() {
        element = match element.inv() {
            Some(inverse) => inverse,
            None => return Err(crate::value_error!("base is not invertible for the given modulus")),
        };
    }
    let exponent = limbs::to_ubig(exponent.parts().limbs());
    let mut result = element.pow(&exponent).residue();
    if divisor.negative && !result.is_zero() {
        // The result takes the modulus's sign.
        result = ring_modulus - result;
    }
    from_sign_and_ubig(divisor.negative, &result)
}

/// The greatest common divisor of two ints, never negative.
pub fn gcd(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if let (View::Small(left), View::Small(right)) = (left, right) {
        let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
        while right != 0 {
            (left, right) = (right, left % right);
        }
        return Ok(super::from_u64(left));
    }
    let (left, right) = (left.parts(), right.parts());
    if right.limbs().is_empty() {
        return from_sign_and_limbs(false, left.limbs());
    }
    if left.limbs().is_empty() {
        return from_sign_and_limbs(false, right.limbs());
    }
    use dashu_int::ops::Gcd;
    from_sign_and_ubig(false, &limbs::to_ubig(left.limbs()).gcd(limbs::to_ubig(right.limbs())))
}

/// The largest int whose square is not above this one, which is not negative.
pub fn square_root(number: &Object) -> Result {
    use dashu_int::ops::SquareRoot;
    match View::of(number) {
        Some(View::Small(number)) => Ok(from_i64((number as u64).isqrt() as i64)),
        Some(View::Big(int)) => from_sign_and_ubig(false, &limbs::to_ubig(int.limbs()).sqrt()),
        None => Ok(Owned::not_implemented()),
    }
}

//! Floats: immediate words for the common ones, heap floats for the others, which nobody can tell apart.
//!
//! [`text`] writes and reads them.

pub mod text;

use std::cmp::Ordering;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::complex::Number;
use crate::int::{self, View, number};
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::special_methods::Comparison;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::type_object::{Class, TypeObject, name_of};

/// A float in memory: one that is not immediate, or an instance of a subclass.
#[pyclass(
    name = "float",
    module = "builtins",
    shape = HEAP_FLOAT,
    flags(BASETYPE, MATCH_SELF),
    doc = "Convert a string or number to a floating-point number, if possible."
)]
#[repr(C)]
pub struct Float {
    header: Header,
    number: f64,
}

/// The float of this number.
#[inline(always)]
pub fn from_f64(number: f64) -> Owned {
    match Value::from_float(number) {
        // SAFETY: an immediate.
        Some(value) => unsafe { Owned::from_raw(value) },
        None => new_heap_float(number),
    }
}

#[cold]
fn new_heap_float(number: f64) -> Owned {
    memory::allocate(Float::type_object(), Float { header: Header::unset(), number }).into_owned()
}

/// An instance of a subclass of float.
pub fn new_instance(class: &TypeObject, number: f64) -> Owned {
    memory::allocate(class, Float { header: Header::unset(), number }).into_owned()
}

/// The number of a float or an instance of a subclass; `None` for anything else, ints too.
#[inline(always)]
pub fn to_f64(object: &Object) -> Option<f64> {
    let value = object.value();
    if value.is_float() { Some(value.float()) } else { to_f64_from_memory(object) }
}

#[inline]
fn to_f64_from_memory(object: &Object) -> Option<f64> {
    object.downcast::<Float>().map(|float| float.number)
}

/// Whether the type is `float` itself.
#[inline(always)]
pub fn is_exact(object: &Object) -> bool {
    let value = object.value();
    value.is_float() || value.is_pointer() && object.shape_id() == ShapeId::HEAP_FLOAT
}

/// The number of an operand of float arithmetic: a float, or an int, which may be too large. `None` for anything else.
#[inline]
pub fn operand(object: &Object) -> Result<Option<f64>> {
    if let Some(number) = to_f64(object) {
        return Ok(Some(number));
    }
    if int::is_int(object) { int::to_f64(object).map(Some) } else { Ok(None) }
}

/// A real number as a float: a float, or what `__float__` or `__index__` gives. TypeError for anything else.
pub fn as_f64(object: &Object) -> Result<f64> {
    if let Some(number) = to_f64(object) {
        return Ok(number);
    }
    if int::is_int(object) {
        return int::to_f64(object);
    }
    match convert(object)? {
        Some(number) => Ok(number),
        None => Err(crate::type_error!("must be real number, not {}", name_of(object))),
    }
}

/// What `__float__` or `__index__` gives; `None` when the object has neither.
pub fn convert(object: &Object) -> Result<Option<f64>> {
    let special = object.type_object().special();
    if let Some(method) = special.float {
        let result = method(object)?;
        let Some(number) = to_f64(&result) else {
            return Err(crate::type_error!(
                "{}.__float__ returned non-float (type {})",
                name_of(object),
                name_of(&result)
            ));
        };
        if !is_exact(&result) {
            crate::warnings::deprecated(&format!(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict \
                 subclass of float is deprecated, and may be removed in a future version of Python.",
                name_of(object),
                name_of(&result)
            ))?;
        }
        return Ok(Some(number));
    }
    if special.index.is_some() {
        return int::to_f64(&*int::index(object)?).map(Some);
    }
    Ok(None)
}

/// The numbers of two operands, or NotImplemented from the calling function.
macro_rules! operands {
    ($left:expr, $right:expr) => {{
        let Some(left) = operand($left)? else { return Ok(Owned::not_implemented()) };
        let Some(right) = operand($right)? else { return Ok(Owned::not_implemented()) };
        (left, right)
    }};
}

/// `left + right`
pub fn add(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    Ok(from_f64(left + right))
}

/// `left - right`
pub fn subtract(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    Ok(from_f64(left - right))
}

/// `left * right`
pub fn multiply(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    Ok(from_f64(left * right))
}

/// `left / right`
pub fn true_divide(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if right == 0.0 {
        return Err(division_by_zero());
    }
    Ok(from_f64(left / right))
}

/// `left // right`
pub fn floor_divide(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    Ok(from_f64(floor_division(left, right)?.0))
}

/// `left % right`
pub fn remainder(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if right == 0.0 {
        return Err(division_by_zero());
    }
    Ok(from_f64(floor_remainder(left, right)))
}

/// `divmod(left, right)`
pub fn divmod(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    let (quotient, remainder) = floor_division(left, right)?;
    Ok(Tuple::from_vec(vec![from_f64(quotient), from_f64(remainder)]).into_owned())
}

fn division_by_zero() -> crate::owned::Raised {
    crate::zero_division_error!("division by zero")
}

/// The remainder with the divisor's sign; the divisor is not zero.
pub fn floor_remainder(left: f64, right: f64) -> f64 {
    let remainder = left % right;
    if remainder == 0.0 {
        0f64.copysign(right)
    } else if (right < 0.0) != (remainder < 0.0) {
        remainder + right
    } else {
        remainder
    }
}

/// The whole quotient, rounded down, and the remainder with the divisor's sign.
pub fn floor_division(left: f64, right: f64) -> Result<(f64, f64)> {
    if right == 0.0 {
        return Err(division_by_zero());
    }
    let truncated = left % right;
    let mut quotient = (left - truncated) / right;
    let remainder = floor_remainder(left, right);
    if truncated != 0.0 && (right < 0.0) != (truncated < 0.0) {
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0f64.copysign(left / right)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Ok((whole, remainder))
}

/// `base ** exponent`
pub fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
    if modulus.is_some_and(|modulus| !modulus.is_none()) {
        return Err(crate::type_error!("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (base, exponent) = operands!(base, exponent);
    power_of_floats(base, exponent)
}

/// `base ** exponent`; a complex number for a negative base and an exponent that is no whole number.
pub fn power_of_floats(base: f64, exponent: f64) -> Result {
    if base == 0.0 && exponent < 0.0 && exponent.is_finite() {
        return Err(crate::zero_division_error!("zero to a negative power"));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.fract() != 0.0 {
        let (base, exponent) = (Number::from_real(base), Number::from_real(exponent));
        return Ok(crate::complex::from_number(crate::complex::power_of_numbers(base, exponent)?));
    }
    let result = base.powf(exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(out_of_range());
    }
    Ok(from_f64(result))
}

/// OverflowError with the arguments of C's `ERANGE`.
pub fn out_of_range() -> crate::owned::Raised {
    let message = Str::new("Numerical result out of range");
    let arguments = [Owned::small_int(34), message.into_owned()];
    crate::exception::raise_with_arguments(crate::exception::OverflowError::type_object(), &arguments)
}

/// A rich comparison with a float on the left; the right operand may be an int.
pub fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
    let Some(left) = to_f64(left) else { return Ok(Owned::not_implemented()) };
    let ordering = match to_f64(right) {
        Some(right) => left.partial_cmp(&right),
        None => match View::of(right) {
            Some(right) => number::compare_with_float(right, left).map(Ordering::reverse),
            None => return Ok(Owned::not_implemented()),
        },
    };
    Ok(Owned::bool(holds(comparison, ordering)))
}

/// What a comparison says of floats; no comparison but `!=` holds for NaN.
pub fn holds(comparison: Comparison, ordering: Option<Ordering>) -> bool {
    match ordering {
        Some(ordering) => comparison.holds(ordering),
        None => comparison == Comparison::NotEqual,
    }
}

/// `hash(number)`: equal to the hash of an equal int. A NaN's depends on its bits.
pub fn hash(number: f64) -> i64 {
    if number.is_nan() {
        return number::finish_hash((number.to_bits() >> 4 & number::HASH_MODULUS) as i64);
    }
    if number.is_infinite() {
        return if number > 0.0 { 314_159 } else { -314_159 };
    }
    let (mantissa, exponent) = number::decompose(number);
    // 2^61 is 1 modulo 2^61 - 1: a shift is a rotation of 61 bits.
    let shift = exponent.rem_euclid(61) as u32;
    let mantissa = mantissa % number::HASH_MODULUS;
    let rotated = if shift == 0 {
        mantissa
    } else {
        (mantissa << shift & number::HASH_MODULUS) | mantissa >> (61 - shift)
    };
    let magnitude = (rotated % number::HASH_MODULUS) as i64;
    number::finish_hash(if number < 0.0 { -magnitude } else { magnitude })
}

/// The number rounded to the nearest whole one, ties to even.
pub fn round_half_even(number: f64) -> f64 {
    number.round_ties_even()
}

/// `round(number, digits)`: correctly rounded as its decimal digits. `None`: too large.
pub fn round_to_digits(number: f64, digits: i64) -> Option<f64> {
    if !number.is_finite() || number == 0.0 {
        return Some(number);
    }
    // More digits than any float has, or fewer.
    if digits > 323 {
        return Some(number);
    }
    if digits < -308 {
        return Some(0f64.copysign(number));
    }
    let rounded = if digits >= 0 {
        format!("{:.*}", digits as usize, number.abs()).parse().ok()
    } else {
        round_to_powers_of_ten(number.abs(), -digits as usize)
    };
    rounded.filter(|magnitude: &f64| magnitude.is_finite()).map(|magnitude| magnitude.copysign(number))
}

/// A magnitude rounded to a multiple of `10^zeros`, ties to even.
fn round_to_powers_of_ten(magnitude: f64, zeros: usize) -> Option<f64> {
    // The digits of the whole number are exact; the fraction only breaks a tie.
    let whole = format!("{:.0}", magnitude.trunc());
    let kept = whole.len() as i64 - zeros as i64;
    if kept < 0 {
        return Some(0.0);
    }
    let (head, tail) = whole.split_at(kept as usize);
    let exact_half =
        tail.starts_with('5') && tail[1..].bytes().all(|digit| digit == b'0') && magnitude.fract() == 0.0;
    let odd = head.bytes().last().is_some_and(|digit| digit % 2 == 1);
    let up = if exact_half { odd } else { tail.as_bytes().first().is_some_and(|digit| *digit >= b'5') };
    let head = if head.is_empty() { "0" } else { head };
    let mut digits: Vec<u8> = head.bytes().collect();
    if up {
        let mut index = digits.len();
        loop {
            if index == 0 {
                digits.insert(0, b'1');
                break;
            }
            index -= 1;
            if digits[index] != b'9' {
                digits[index] += 1;
                break;
            }
            digits[index] = b'0';
        }
    }
    let head = String::from_utf8(digits).ok()?;
    format!("{head}e{zeros}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_agree_with_ints() {
        assert_eq!(hash(1.5), 1152921504606846977);
        assert_eq!(hash(-1.0), -2);
        assert_eq!(hash(2f64.powi(61)), 1);
        assert_eq!(hash(1e300), 1224995262755759164);
        assert_eq!(hash(9007199254740993.0), number::hash_of_i64(9007199254740992));
        assert_eq!(hash(0.0), 0);
        assert_eq!(hash(5e-324), 16777216);
    }

    #[test]
    fn rounding_is_of_the_exact_decimal() {
        assert_eq!(round_to_digits(2.675, 2), Some(2.67));
        assert_eq!(round_to_digits(0.125, 2), Some(0.12));
        assert_eq!(round_to_digits(25.0, -1), Some(20.0));
        assert_eq!(round_to_digits(35.0, -1), Some(40.0));
        assert_eq!(round_to_digits(25.1, -1), Some(30.0));
        assert_eq!(round_to_digits(6.0, -1), Some(10.0));
        assert_eq!(round_to_digits(5.0, -1), Some(0.0));
        assert_eq!(round_to_digits(995.0, -1), Some(1000.0));
        assert_eq!(round_to_digits(-1e308, -308), Some(-1e308));
        assert_eq!(round_to_digits(1.7e308, -308), None);
        assert_eq!(round_to_digits(123.0, -5).map(f64::to_bits), Some(0));
    }

    #[test]
    fn remainders_take_the_divisors_sign() {
        assert_eq!(floor_remainder(-1.0, 3.0), 2.0);
        assert_eq!(floor_remainder(1.0, -3.0), -2.0);
        assert!(floor_remainder(3.0, -3.0).is_sign_negative());
        assert_eq!(floor_division(-7.0, 2.0).unwrap(), (-4.0, 1.0));
    }
}

//! Complex numbers. Arithmetic with a real operand leaves the other component alone, as C's Annex G and CPython 3.14 do.

use pyrsc_abi::{Header, ShapeId};
use pyrsc_macros::pyclass;

use crate::float;
use crate::int::{self, number};
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Raised, Result};
use crate::special_methods::Comparison;
use crate::type_object::{Class, TypeObject};

/// A complex number in memory.
#[pyclass(
    name = "complex",
    module = "builtins",
    shape = COMPLEX,
    flags(BASETYPE),
    doc = "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components."
)]
#[repr(C)]
pub struct Complex {
    header: Header,
    real: f64,
    imaginary: f64,
}

/// A complex number by itself.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Number {
    pub real: f64,
    pub imaginary: f64,
}

/// An operand of complex arithmetic.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Number),
}

impl Number {
    pub const fn new(real: f64, imaginary: f64) -> Number {
        Number { real, imaginary }
    }

    pub const fn from_real(real: f64) -> Number {
        Number { real, imaginary: 0.0 }
    }

    pub fn is_finite(self) -> bool {
        self.real.is_finite() && self.imaginary.is_finite()
    }

    fn is_infinite(self) -> bool {
        self.real.is_infinite() || self.imaginary.is_infinite()
    }

    fn is_all_nan(self) -> bool {
        self.real.is_nan() && self.imaginary.is_nan()
    }

    fn is_zero(self) -> bool {
        self.real == 0.0 && self.imaginary == 0.0
    }

    /// Components 1 where they are infinite and 0 elsewhere, with their signs.
    fn boxed(self) -> Number {
        let unit = |part: f64| if part.is_infinite() { 1f64 } else { 0.0 }.copysign(part);
        Number::new(unit(self.real), unit(self.imaginary))
    }

    /// NaN components replaced by zeros of their signs.
    fn without_nan(self) -> Number {
        let zero = |part: f64| if part.is_nan() { 0f64.copysign(part) } else { part };
        Number::new(zero(self.real), zero(self.imaginary))
    }

    fn scaled(self, factor: f64) -> Number {
        Number::new(factor * self.real, factor * self.imaginary)
    }

    fn times_plainly(self, other: Number) -> Number {
        Number::new(
            self.real * other.real - self.imaginary * other.imaginary,
            self.real * other.imaginary + self.imaginary * other.real,
        )
    }

    /// The product; an infinite factor gives an infinite product (C11, Annex G.5.1).
    pub fn times(self, other: Number) -> Number {
        let product = self.times_plainly(other);
        if !product.is_all_nan() {
            return product;
        }
        let (mut left, mut right) = (self, other);
        let mut recover = false;
        if left.is_infinite() {
            left = left.boxed();
            right = right.without_nan();
            recover = true;
        }
        if right.is_infinite() {
            right = right.boxed();
            left = left.without_nan();
            recover = true;
        }
        let overflowed = [
            self.real * other.real,
            self.imaginary * other.imaginary,
            self.real * other.imaginary,
            self.imaginary * other.real,
        ];
        if !recover && overflowed.iter().any(|part| part.is_infinite()) {
            left = left.without_nan();
            right = right.without_nan();
            recover = true;
        }
        if recover { left.times_plainly(right).scaled(f64::INFINITY) } else { product }
    }

    /// The quotient by a number that is not zero, by Smith's method; infinities and zeros as in C11, Annex G.5.1.
    pub fn over(self, divisor: Number) -> Number {
        let quotient = if divisor.real.abs() >= divisor.imaginary.abs() {
            let ratio = divisor.imaginary / divisor.real;
            let denominator = divisor.real + divisor.imaginary * ratio;
            Number::new(
                (self.real + self.imaginary * ratio) / denominator,
                (self.imaginary - self.real * ratio) / denominator,
            )
        } else if divisor.imaginary.abs() >= divisor.real.abs() {
            let ratio = divisor.real / divisor.imaginary;
            let denominator = divisor.real * ratio + divisor.imaginary;
            Number::new(
                (self.real * ratio + self.imaginary) / denominator,
                (self.imaginary * ratio - self.real) / denominator,
            )
        } else {
            Number::new(f64::NAN, f64::NAN)
        };
        if !quotient.is_all_nan() {
            return quotient;
        }
        if self.is_infinite() && divisor.is_finite() {
            let unit = self.boxed();
            Number::new(
                unit.real * divisor.real + unit.imaginary * divisor.imaginary,
                unit.imaginary * divisor.real - unit.real * divisor.imaginary,
            )
            .scaled(f64::INFINITY)
        } else if divisor.is_infinite() && self.is_finite() {
            let unit = divisor.boxed();
            Number::new(
                self.real * unit.real + self.imaginary * unit.imaginary,
                self.imaginary * unit.real - self.real * unit.imaginary,
            )
            .scaled(0.0)
        } else {
            quotient
        }
    }

    /// The quotient of a real number by a complex one that is not zero.
    fn real_over(dividend: f64, divisor: Number) -> Number {
        let quotient = if divisor.real.abs() >= divisor.imaginary.abs() {
            let ratio = divisor.imaginary / divisor.real;
            let denominator = divisor.real + divisor.imaginary * ratio;
            Number::new(dividend / denominator, -dividend * ratio / denominator)
        } else if divisor.imaginary.abs() >= divisor.real.abs() {
            let ratio = divisor.real / divisor.imaginary;
            let denominator = divisor.real * ratio + divisor.imaginary;
            Number::new(dividend * ratio / denominator, -dividend / denominator)
        } else {
            Number::new(f64::NAN, f64::NAN)
        };
        if quotient.is_all_nan() && dividend.is_finite() && divisor.is_infinite() {
            let unit = divisor.boxed();
            return Number::new(dividend * unit.real, -dividend * unit.imaginary).scaled(0.0);
        }
        quotient
    }

    /// The distance from zero; infinite when a component is, and when it is too large.
    pub fn magnitude(self) -> f64 {
        if self.is_infinite() { f64::INFINITY } else { self.real.hypot(self.imaginary) }
    }
}

/// The complex number with these components.
pub fn from_parts(real: f64, imaginary: f64) -> Owned {
    new_instance(Complex::type_object(), Number { real, imaginary })
}

/// The complex number.
pub fn from_number(number: Number) -> Owned {
    new_instance(Complex::type_object(), number)
}

/// An instance of `complex` or a subclass.
pub fn new_instance(class: &TypeObject, number: Number) -> Owned {
    let contents = Complex { header: Header::unset(), real: number.real, imaginary: number.imaginary };
    memory::allocate(class, contents).into_owned()
}

/// The number of a complex object or an instance of a subclass; `None` for anything else, real numbers too.
pub fn to_number(object: &Object) -> Option<Number> {
    object.downcast::<Complex>().map(|complex| Number::new(complex.real, complex.imaginary))
}

/// Whether the type is `complex` itself.
pub fn is_exact(object: &Object) -> bool {
    object.value().is_pointer() && object.shape_id() == ShapeId::COMPLEX
}

fn operand(object: &Object) -> Result<Option<Operand>> {
    if let Some(number) = to_number(object) {
        return Ok(Some(Operand::Complex(number)));
    }
    Ok(float::operand(object)?.map(Operand::Real))
}

/// Two operands, or NotImplemented from the calling function.
macro_rules! operands {
    ($left:expr, $right:expr) => {{
        let Some(left) = operand($left)? else { return Ok(Owned::not_implemented()) };
        let Some(right) = operand($right)? else { return Ok(Owned::not_implemented()) };
        (left, right)
    }};
}

/// `left + right`
pub fn add(left: &Object, right: &Object) -> Result {
    Ok(from_number(match operands!(left, right) {
        (Operand::Real(left), Operand::Real(right)) => Number::from_real(left + right),
        (Operand::Real(real), Operand::Complex(number)) | (Operand::Complex(number), Operand::Real(real)) => {
            Number::new(number.real + real, number.imaginary)
        }
        (Operand::Complex(left), Operand::Complex(right)) => {
            Number::new(left.real + right.real, left.imaginary + right.imaginary)
        }
    }))
}

/// `left - right`
pub fn subtract(left: &Object, right: &Object) -> Result {
    Ok(from_number(match operands!(left, right) {
        (Operand::Real(left), Operand::Real(right)) => Number::from_real(left - right),
        (Operand::Real(left), Operand::Complex(right)) => Number::new(left - right.real, -right.imaginary),
        (Operand::Complex(left), Operand::Real(right)) => Number::new(left.real - right, left.imaginary),
        (Operand::Complex(left), Operand::Complex(right)) => {
            Number::new(left.real - right.real, left.imaginary - right.imaginary)
        }
    }))
}

/// `left * right`
pub fn multiply(left: &Object, right: &Object) -> Result {
    Ok(from_number(match operands!(left, right) {
        (Operand::Real(left), Operand::Real(right)) => Number::from_real(left * right),
        (Operand::Real(real), Operand::Complex(number)) | (Operand::Complex(number), Operand::Real(real)) => {
            number.scaled(real)
        }
        (Operand::Complex(left), Operand::Complex(right)) => left.times(right),
    }))
}

/// `left / right`
pub fn true_divide(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    let zero = match right {
        Operand::Real(right) => right == 0.0,
        Operand::Complex(right) => right.is_zero(),
    };
    if zero {
        return Err(crate::zero_division_error!("division by zero"));
    }
    Ok(from_number(match (left, right) {
        (Operand::Real(left), Operand::Real(right)) => Number::from_real(left / right),
        (Operand::Real(left), Operand::Complex(right)) => Number::real_over(left, right),
        (Operand::Complex(left), Operand::Real(right)) => {
            Number::new(left.real / right, left.imaginary / right)
        }
        (Operand::Complex(left), Operand::Complex(right)) => left.over(right),
    }))
}

/// `base ** exponent`
pub fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
    let (base, exponent) = operands!(base, exponent);
    if modulus.is_some_and(|modulus| !modulus.is_none()) {
        return Err(crate::value_error!("complex modulo"));
    }
    let number = |operand| match operand {
        Operand::Real(real) => Number::from_real(real),
        Operand::Complex(number) => number,
    };
    Ok(from_number(power_of_numbers(number(base), number(exponent))?))
}

/// `base ** exponent`; ZeroDivisionError or OverflowError where there is no result.
pub fn power_of_numbers(base: Number, exponent: Number) -> Result<Number> {
    const LARGEST_WHOLE: f64 = 100.0;
    let result = if exponent.imaginary == 0.0
        && exponent.real == exponent.real.floor()
        && exponent.real.abs() <= LARGEST_WHOLE
    {
        let positive = whole_power(base, exponent.real.abs() as u32);
        if exponent.real >= 0.0 {
            positive
        } else if positive.is_zero() {
            return Err(zero_to_negative_power());
        } else {
            Number::from_real(1.0).over(positive)
        }
    } else if exponent.is_zero() {
        Number::from_real(1.0)
    } else if base.is_zero() {
        if exponent.imaginary != 0.0 || exponent.real < 0.0 {
            return Err(zero_to_negative_power());
        }
        Number::from_real(0.0)
    } else {
        let magnitude = base.real.hypot(base.imaginary);
        let mut length = magnitude.powf(exponent.real);
        let angle = base.imaginary.atan2(base.real);
        let mut phase = angle * exponent.real;
        if exponent.imaginary != 0.0 {
            length *= (-angle * exponent.imaginary).exp();
            phase += exponent.imaginary * magnitude.ln();
        }
        Number::new(length * phase.cos(), length * phase.sin())
    };
    if result.is_infinite() {
        return Err(crate::overflow_error!("complex exponentiation"));
    }
    Ok(result)
}

fn zero_to_negative_power() -> Raised {
    crate::zero_division_error!("zero to a negative or complex power")
}

fn whole_power(base: Number, exponent: u32) -> Number {
    let mut result = Number::from_real(1.0);
    let mut power = base;
    let mut mask = 1;
    while mask <= exponent {
        if exponent & mask != 0 {
            result = result.times(power);
        }
        mask <<= 1;
        power = power.times(power);
    }
    result
}

/// `==` and `!=`; complex numbers have no order.
pub fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
    let Some(left) = to_number(left) else { return Ok(Owned::not_implemented()) };
    let equal = if let Some(right) = to_number(right) {
        left == right
    } else if let Some(right) = float::to_f64(right) {
        left.imaginary == 0.0 && left.real == right
    } else if let Some(right) = int::View::of(right) {
        left.imaginary == 0.0
            && number::compare_with_float(right, left.real).is_some_and(std::cmp::Ordering::is_eq)
    } else {
        return Ok(Owned::not_implemented());
    };
    match comparison {
        Comparison::Equal => Ok(Owned::bool(equal)),
        Comparison::NotEqual => Ok(Owned::bool(!equal)),
        _ => Ok(Owned::not_implemented()),
    }
}

/// `hash(number)`
pub fn hash(number: Number) -> i64 {
    const IMAGINARY_FACTOR: i64 = 1_000_003;
    let combined =
        float::hash(number.real).wrapping_add(IMAGINARY_FACTOR.wrapping_mul(float::hash(number.imaginary)));
    number::finish_hash(combined)
}

/// `repr(number)`
pub fn repr(number: Number) -> String {
    use float::text::{Options, Style, format};
    let part = |part: f64, plus: bool| format(part, Style::Repr, 0, Options { plus, ..Options::default() });
    if number.real == 0.0 && number.real.is_sign_positive() {
        format!("{}j", part(number.imaginary, false))
    } else {
        format!("({}{}j)", part(number.real, false), part(number.imaginary, true))
    }
}

/// Reads a complex number as `complex(text)` does. Digits of other scripts and Unicode spaces have been replaced by the
/// caller ([`crate::decimal_digits`]).
pub fn parse(text: &str) -> Option<Number> {
    const SPACES: [char; 6] = [' ', '\t', '\n', '\r', '\x0B', '\x0C'];
    let mut text = text.trim_matches(SPACES);
    if let Some(inner) = text.strip_prefix('(') {
        text = inner.strip_suffix(')')?.trim_matches(SPACES);
    }
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return float::text::parse_number(text).map(Number::from_real);
    };
    // The imaginary part starts at the last sign that belongs to no exponent.
    let bytes = body.as_bytes();
    let split = (0..bytes.len())
        .rev()
        .find(|&index| {
            matches!(bytes[index], b'+' | b'-') && !(index > 0 && matches!(bytes[index - 1], b'e' | b'E'))
        })
        .unwrap_or(0);
    let (real, imaginary) = body.split_at(split);
    let imaginary = match imaginary {
        "" | "+" => 1.0,
        "-" => -1.0,
        _ => float::text::parse_number(imaginary)?,
    };
    let real = if real.is_empty() { 0.0 } else { float::text::parse_number(real)? };
    Some(Number::new(real, imaginary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        assert_eq!(parse(" (1+2j) "), Some(Number::new(1.0, 2.0)));
        assert_eq!(parse("-j"), Some(Number::new(0.0, -1.0)));
        assert_eq!(parse("1e-5-1e+5J"), Some(Number::new(1e-5, -1e5)));
        assert_eq!(parse("inf-nanj").map(|number| number.real), Some(f64::INFINITY));
        assert_eq!(parse("1e5"), Some(Number::new(1e5, 0.0)));
        for text in ["", "j1", "1+2", "1 + 2j", "(1", "1jj", "++1j"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(repr(Number::new(0.0, 1.0)), "1j");
        assert_eq!(repr(Number::new(-0.0, 1.0)), "(-0+1j)");
        assert_eq!(repr(Number::new(1.5, -2.0)), "(1.5-2j)");
    }

    #[test]
    fn infinities_survive_products_and_quotients() {
        let infinite = Number::new(f64::INFINITY, f64::NAN);
        assert!(infinite.times(Number::new(1.0, 1.0)).is_infinite());
        assert!(Number::new(1.0, 1.0).over(Number::new(f64::INFINITY, f64::INFINITY)).is_zero());
        assert_eq!(Number::from_real(1.0).over(Number::new(1.0, 1.0)), Number::new(0.5, -0.5));
    }
}

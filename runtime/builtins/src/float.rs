//! The methods of `float`.

use pyrsc_core::float::text::{self, HexError};
use pyrsc_core::float::{self, Float};
use pyrsc_core::int::{self, number};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{bytes_like, decimal_digits, operations, overflow_error, type_error, value_error};
use pyrsc_macros::pymethods;

use crate::number_format;

/// The number of a receiver, which is a float.
fn number_of(this: &Object) -> f64 {
    float::to_f64(this).expect("the receiver of a float's method is a float")
}

/// The number that `float(object)` gives.
pub fn from_object(object: &Object) -> Result<f64> {
    if let Some(number) = float::to_f64(object) {
        return Ok(number);
    }
    let parsed = if let Some(string) = object.downcast::<Str>() {
        text::parse(&decimal_digits::to_ascii(&string.to_string_lossy()))
    } else if let Some(number) =
        if int::is_int(object) { Some(int::to_f64(object)?) } else { float::convert(object)? }
    {
        return Ok(number);
    } else if let Some(bytes) = bytes_like::contents(object)? {
        std::str::from_utf8(&bytes).ok().filter(|string| string.is_ascii()).and_then(text::parse)
    } else {
        return Err(type_error!(
            "float() argument must be a string or a real number, not '{}'",
            name_of(object)
        ));
    };
    match parsed {
        Some(number) => Ok(number),
        None => Err(value_error!("could not convert string to float: {}", operations::repr_string(object)?)),
    }
}

/// An instance of `float` or a subclass.
fn instance(class: &TypeObject, number: f64) -> Result {
    if std::ptr::eq(class, Float::type_object()) {
        Ok(float::from_f64(number))
    } else {
        operations::call(class.object(), &[&float::from_f64(number)])
    }
}

/// `number.as_integer_ratio()`
fn integer_ratio(number: f64) -> Result<(Owned, Owned)> {
    if number.is_nan() {
        return Err(value_error!("cannot convert NaN to integer ratio"));
    }
    if number.is_infinite() {
        return Err(overflow_error!("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = number::decompose(number);
    if mantissa == 0 {
        return Ok((int::from_i64(0), int::from_i64(1)));
    }
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = ((mantissa >> zeros) as i64, i64::from(exponent) + i64::from(zeros));
    let numerator = int::from_i64(if number < 0.0 { -mantissa } else { mantissa });
    let power = |exponent| int::left_shift(&int::from_i64(1), &int::from_i64(exponent));
    if exponent >= 0 {
        Ok((int::left_shift(&numerator, &int::from_i64(exponent))?, int::from_i64(1)))
    } else {
        Ok((numerator, power(-exponent)?))
    }
}

#[pymethods(Float)]
mod methods {
    use super::*;

    #[slot(signature = "(x=0, /)")]
    fn new(class: &TypeObject, arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        let x = pyrsc_core::arguments::of_new(class, Float::type_object(), arguments, 1)?.get(0);
        let exact = std::ptr::eq(class, Float::type_object());
        let number = match x {
            None => 0.0,
            Some(x) if exact && float::is_exact(x) => return Ok(x.to_owned()),
            Some(x) => from_object(x)?,
        };
        Ok(if exact { float::from_f64(number) } else { float::new_instance(class, number) })
    }

    #[slot]
    fn repr(this: &Object) -> String {
        text::repr(number_of(this))
    }

    #[slot]
    fn hash(this: &Object) -> Result<i64> {
        let number = number_of(this);
        // NaNs are equal to nothing: their hash is that of their identity.
        Ok(if number.is_nan() { operations::hash_of_identity(this) } else { float::hash(number) })
    }

    #[slot]
    fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
        float::compare(left, right, comparison)
    }

    #[slot]
    fn add(left: &Object, right: &Object) -> Result {
        float::add(left, right)
    }

    #[slot]
    fn subtract(left: &Object, right: &Object) -> Result {
        float::subtract(left, right)
    }

    #[slot]
    fn multiply(left: &Object, right: &Object) -> Result {
        float::multiply(left, right)
    }

    #[slot]
    fn true_divide(left: &Object, right: &Object) -> Result {
        float::true_divide(left, right)
    }

    #[slot]
    fn floor_divide(left: &Object, right: &Object) -> Result {
        float::floor_divide(left, right)
    }

    #[slot]
    fn remainder(left: &Object, right: &Object) -> Result {
        float::remainder(left, right)
    }

    #[slot]
    fn divmod(left: &Object, right: &Object) -> Result {
        float::divmod(left, right)
    }

    #[slot]
    fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
        float::power(base, exponent, modulus)
    }

    #[slot]
    fn negative(this: &Object) -> Result<f64> {
        Ok(-number_of(this))
    }

    #[slot]
    fn positive(this: &Object) -> Result<f64> {
        Ok(number_of(this))
    }

    #[slot]
    fn absolute(this: &Object) -> Result<f64> {
        Ok(number_of(this).abs())
    }

    #[slot]
    fn truth(this: &Object) -> Result<bool> {
        Ok(number_of(this) != 0.0)
    }

    #[slot]
    fn int(this: &Object) -> Result {
        pyrsc_core::int::from_f64(number_of(this))
    }

    #[slot]
    fn float(this: &Object) -> Result<f64> {
        Ok(number_of(this))
    }

    /// Return self, the complex conjugate of any float.
    #[pymethod]
    fn conjugate(this: &Object) -> f64 {
        number_of(this)
    }

    /// Return the Integral closest to x between 0 and x.
    #[pymethod(name = "__trunc__")]
    fn trunc(this: &Object) -> Result {
        pyrsc_core::int::from_f64(number_of(this))
    }

    /// Return the floor as an Integral.
    #[pymethod(name = "__floor__")]
    fn floor(this: &Object) -> Result {
        pyrsc_core::int::from_f64(number_of(this).floor())
    }

    /// Return the ceiling as an Integral.
    #[pymethod(name = "__ceil__")]
    fn ceil(this: &Object) -> Result {
        pyrsc_core::int::from_f64(number_of(this).ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[pymethod(name = "__round__")]
    fn round(this: &Object, ndigits: Option<&Object>) -> Result {
        let number = number_of(this);
        let Some(digits) = ndigits.filter(|digits| !digits.is_none()) else {
            return pyrsc_core::int::from_f64(pyrsc_core::float::round_half_even(number));
        };
        let digits = pyrsc_core::int::index_clamped(digits)?;
        match pyrsc_core::float::round_to_digits(number, digits) {
            Some(rounded) => Ok(pyrsc_core::float::from_f64(rounded)),
            None => Err(overflow_error!("rounded value too large to represent")),
        }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Raise
    /// OverflowError on infinities and a ValueError on NaNs.
    #[pymethod]
    fn as_integer_ratio(this: &Object) -> Result {
        let (numerator, denominator) = integer_ratio(number_of(this))?;
        Ok(Tuple::pair(numerator, denominator).into_owned())
    }

    /// Return True if the float is an integer.
    #[pymethod]
    fn is_integer(this: &Object) -> bool {
        let number = number_of(this);
        number.is_finite() && number.fract() == 0.0
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    /// >>> 3.14159.hex()
    /// '0x1.921f9f01b866ep+1'
    #[pymethod]
    fn hex(this: &Object) -> String {
        text::to_hex(number_of(this))
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.ffffp10')
    /// 2047.984375
    /// >>> float.fromhex('-0x1p-1074')
    /// -5e-324
    #[classmethod]
    fn fromhex(class: &TypeObject, string: &Str) -> Result {
        match text::from_hex(&string.to_string_lossy()) {
            Ok(number) => instance(class, number),
            Err(HexError::Invalid) => Err(value_error!("invalid hexadecimal floating-point string")),
            Err(HexError::TooLarge) => {
                Err(overflow_error!("hexadecimal value too large to represent as a float"))
            }
        }
    }

    /// Convert real number to a floating-point number.
    #[classmethod]
    fn from_number(class: &TypeObject, number: &Object) -> Result {
        if std::ptr::eq(class, Float::type_object()) && pyrsc_core::float::is_exact(number) {
            return Ok(number.to_owned());
        }
        instance(class, pyrsc_core::float::as_f64(number)?)
    }

    #[pymethod(name = "__sizeof__", doc = "Returns size in memory, in bytes.")]
    fn sizeof(_this: &Object) -> usize {
        // CPython's, so that a float's representation does not show.
        24
    }

    #[pymethod(name = "__getnewargs__")]
    fn getnewargs(this: &Object) -> Result {
        Ok(Tuple::from_vec(vec![pyrsc_core::float::from_f64(number_of(this))]).into_owned())
    }

    /// Formats the float according to format_spec.
    #[pymethod(name = "__format__")]
    fn format(this: &Object, format_spec: &Str) -> Result<Ref<Str>> {
        if format_spec.is_empty() {
            return operations::str(this);
        }
        number_format::format_float(this, number_of(this), format_spec)
    }

    /// You probably don't want to use this function.
    ///
    /// It exists mainly to be used in Python's test suite.
    #[classmethod(name = "__getformat__")]
    fn getformat(_class: &TypeObject, typestr: &Str) -> Result<&'static str> {
        match typestr.as_utf8() {
            Some("double" | "float") if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            Some("double" | "float") => Ok("IEEE, big-endian"),
            _ => Err(value_error!("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: &Object) -> f64 {
        number_of(this)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: &Object) -> f64 {
        0.0
    }
}

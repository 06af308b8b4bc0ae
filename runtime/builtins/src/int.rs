//! The methods of `int`.

use pyrsc_core::int::bits::{self, BytesError};
use pyrsc_core::int::{self, Int, View, text};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{bytes_like, decimal_digits, operations, overflow_error, type_error, value_error, warnings};
use pyrsc_macros::pymethods;

use crate::number_format;

/// `int(number)`: an exact int.
pub fn from_object(number: &Object) -> Result {
    if int::is_exact(number) {
        return Ok(number.to_owned());
    }
    let special = number.type_object().special();
    if let Some(method) = special.int {
        let result = method(number)?;
        if int::is_exact(&result) {
            return Ok(result);
        }
        let found = name_of(&result);
        if !int::is_int(&result) {
            return Err(type_error!("__int__ returned non-int (type {found})"));
        }
        warnings::deprecated(&format!(
            "__int__ returned non-int (type {found}).  The ability to return an instance of a strict \
             subclass of int is deprecated, and may be removed in a future version of Python."
        ))?;
        return int::to_exact(&result);
    }
    if special.index.is_some() {
        return int::to_exact(&*int::index(number)?);
    }
    match parse_text(number, 10)? {
        Some(result) => Ok(result),
        None => Err(type_error!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            name_of(number)
        )),
    }
}

/// The int that a str, bytes or bytearray spells; `None` for anything else.
fn parse_text(object: &Object, base: u32) -> Result<Option<Owned>> {
    let parsed = if let Some(string) = object.downcast::<Str>() {
        text::parse(&decimal_digits::to_ascii(&string.to_string_lossy()), base)
    } else if let Some(bytes) = bytes_like::contents(object)? {
        match std::str::from_utf8(&bytes) {
            Ok(string) if string.is_ascii() => text::parse(string, base),
            _ => Err(text::ParseError::Invalid),
        }
    } else {
        return Ok(None);
    };
    match parsed {
        Ok(number) => Ok(Some(number)),
        Err(error) => {
            let literal = match error {
                text::ParseError::Invalid => operations::repr_string(object)?.chars().take(200).collect(),
                _ => String::new(),
            };
            Err(error.raise(base, &literal))
        }
    }
}

/// `int.__round__(number, digits)` with digits: a multiple of a power of ten, ties to even.
fn round_to_power_of_ten(number: &Object, digits: &Object) -> Result {
    let digits = int::index(digits)?;
    let view = View::of(&digits).expect("index gives an int");
    if !view.is_negative() {
        return int::to_exact(number);
    }
    let exact = int::to_exact(number)?;
    let zeros = match view.to_i64() {
        Some(digits) if digits.unsigned_abs() as usize <= int::bit_length(number) => {
            int::from_u64(digits.unsigned_abs())
        }
        // The number is less than half of that power of ten.
        _ => return Ok(int::from_i64(0)),
    };
    let unit = int::power(&int::from_i64(10), &zeros, None)?;
    let (quotient, rest) = int::arithmetic::floor_division_of(&exact, &unit)?;
    let twice = int::add(&rest, &rest)?;
    let order = int::number::ordering(
        View::of(&twice).expect("a remainder is an int"),
        View::of(&unit).expect("a power is an int"),
    );
    let odd = int::and(&quotient, &int::from_i64(1))?;
    let up = order.is_gt() || order.is_eq() && int::to_i64(&odd) == Some(1);
    let quotient = if up { int::add(&quotient, &int::from_i64(1))? } else { quotient };
    int::multiply(&quotient, &unit)
}

/// Which end of the bytes comes first.
fn is_little_endian(order: Option<&Str>) -> Result<bool> {
    match order {
        None => Ok(false),
        Some(order) if order.equals_text("little") => Ok(true),
        Some(order) if order.equals_text("big") => Ok(false),
        Some(_) => Err(value_error!("byteorder must be either 'little' or 'big'")),
    }
}

#[pymethods(Int)]
mod methods {
    use super::*;

    #[slot(signature = "(x=0, /, base=10)")]
    fn new(class: &TypeObject, x: Option<&Object>, base: Option<&Object>) -> Result {
        let number = match (x, base) {
            (None, None) => int::from_i64(0),
            (None, Some(_)) => return Err(type_error!("int() missing string argument")),
            (Some(x), None) => from_object(x)?,
            (Some(x), Some(base)) => {
                let base = int::index_clamped(base)?;
                let base = match u32::try_from(base) {
                    Ok(base @ (0 | 2..=36)) => base,
                    _ => return Err(value_error!("int() base must be >= 2 and <= 36, or 0")),
                };
                let text = x.is_instance_of::<Str>() || bytes_like::contents(x)?.is_some();
                match if text { parse_text(x, base)? } else { None } {
                    Some(number) => number,
                    None => return Err(type_error!("int() can't convert non-string with explicit base")),
                }
            }
        };
        if std::ptr::eq(class, Int::type_object()) { Ok(number) } else { int::new_instance(class, &number) }
    }

    #[slot]
    fn repr(this: &Object) -> Result<String> {
        text::to_decimal(this)
    }

    #[slot]
    fn hash(this: &Object) -> Result<i64> {
        Ok(int::hash(this))
    }

    #[slot]
    fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
        int::compare(left, right, comparison)
    }

    #[slot]
    fn add(left: &Object, right: &Object) -> Result {
        int::add(left, right)
    }

    #[slot]
    fn subtract(left: &Object, right: &Object) -> Result {
        int::subtract(left, right)
    }

    #[slot]
    fn multiply(left: &Object, right: &Object) -> Result {
        int::multiply(left, right)
    }

    #[slot]
    fn remainder(left: &Object, right: &Object) -> Result {
        int::remainder(left, right)
    }

    #[slot]
    fn divmod(left: &Object, right: &Object) -> Result {
        int::divmod(left, right)
    }

    #[slot]
    fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
        int::power(base, exponent, modulus)
    }

    #[slot]
    fn left_shift(left: &Object, right: &Object) -> Result {
        int::left_shift(left, right)
    }

    #[slot]
    fn right_shift(left: &Object, right: &Object) -> Result {
        int::right_shift(left, right)
    }

    #[slot]
    fn and(left: &Object, right: &Object) -> Result {
        int::and(left, right)
    }

    #[slot]
    fn xor(left: &Object, right: &Object) -> Result {
        int::xor(left, right)
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        int::or(left, right)
    }

    #[slot]
    fn floor_divide(left: &Object, right: &Object) -> Result {
        int::floor_divide(left, right)
    }

    #[slot]
    fn true_divide(left: &Object, right: &Object) -> Result {
        int::true_divide(left, right)
    }

    #[slot]
    fn negative(this: &Object) -> Result {
        int::negative(this)
    }

    #[slot]
    fn positive(this: &Object) -> Result {
        int::positive(this)
    }

    #[slot]
    fn absolute(this: &Object) -> Result {
        int::absolute(this)
    }

    #[slot]
    fn invert(this: &Object) -> Result {
        int::invert(this)
    }

    #[slot]
    fn truth(this: &Object) -> Result<bool> {
        Ok(!View::of(this).is_some_and(|view| view.is_zero()))
    }

    #[slot]
    fn int(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    #[slot]
    fn float(this: &Object) -> Result<f64> {
        pyrsc_core::int::to_f64(this)
    }

    #[slot]
    fn index(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    /// Returns self, the complex conjugate of any int.
    #[pymethod]
    fn conjugate(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(37)
    /// '0b100101'
    /// >>> (37).bit_length()
    /// 6
    #[pymethod]
    fn bit_length(this: &Object) -> usize {
        bits::bit_length(this)
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// Also known as the population count.
    ///
    /// >>> bin(13)
    /// '0b1101'
    /// >>> (13).bit_count()
    /// 3
    #[pymethod]
    fn bit_count(this: &Object) -> usize {
        bits::bit_count(this)
    }

    /// Returns a pair of integers, whose ratio is equal to the original int.
    ///
    /// The ratio is in lowest terms and has a positive denominator.
    #[pymethod]
    fn as_integer_ratio(this: &Object) -> Result {
        let pair = vec![pyrsc_core::int::to_exact(this)?, pyrsc_core::int::from_i64(1)];
        Ok(Tuple::from_vec(pair).into_owned())
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[pymethod]
    fn is_integer(_this: &Object) -> bool {
        true
    }

    /// Return an array of bytes representing an integer.
    #[pymethod(signature = "(self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        this: &Object,
        length: Option<isize>,
        byteorder: Option<&Str>,
        signed: bool,
    ) -> Result<Ref<pyrsc_core::bytes::Bytes>> {
        let little = is_little_endian(byteorder)?;
        let Ok(length) = usize::try_from(length.unwrap_or(1)) else {
            return Err(value_error!("length argument must be non-negative"));
        };
        let Some(number) = View::of(this) else { return Err(type_error!("an int is required")) };
        match bits::to_little_endian(number, length, signed) {
            Ok(mut bytes) => {
                if !little {
                    bytes.reverse();
                }
                Ok(pyrsc_core::bytes::Bytes::new(&bytes))
            }
            Err(BytesError::Negative) => Err(overflow_error!("can't convert negative int to unsigned")),
            Err(BytesError::TooBig) => Err(overflow_error!("int too big to convert")),
        }
    }

    /// Return the integer represented by the given array of bytes.
    #[classmethod(signature = "(cls, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(class: &TypeObject, bytes: &Object, byteorder: Option<&Str>, signed: bool) -> Result {
        let little = is_little_endian(byteorder)?;
        let mut bytes = bytes_like::convert(bytes)?;
        if !little {
            bytes.reverse();
        }
        let number = bits::from_little_endian(&bytes, signed)?;
        if std::ptr::eq(class, Int::type_object()) {
            Ok(number)
        } else {
            operations::call(class.object(), &[&number])
        }
    }

    #[pymethod(name = "__trunc__", doc = "Truncating an Integral returns itself.")]
    fn trunc(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    #[pymethod(name = "__floor__", doc = "Flooring an Integral returns itself.")]
    fn floor(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    #[pymethod(name = "__ceil__", doc = "Ceiling of an Integral returns itself.")]
    fn ceil(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    #[pymethod(
        name = "__round__",
        doc = "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer."
    )]
    fn round(this: &Object, ndigits: Option<&Object>) -> Result {
        match ndigits.filter(|digits| !digits.is_none()) {
            None => pyrsc_core::int::to_exact(this),
            Some(digits) => round_to_power_of_ten(this, digits),
        }
    }

    #[pymethod(name = "__getnewargs__")]
    fn getnewargs(this: &Object) -> Result {
        Ok(Tuple::from_vec(vec![pyrsc_core::int::to_exact(this)?]).into_owned())
    }

    #[pymethod(name = "__format__", doc = "Convert to a string according to format_spec.")]
    fn format(this: &Object, format_spec: &Str) -> Result<Ref<Str>> {
        if format_spec.is_empty() {
            return operations::str(this);
        }
        number_format::format_int(this, format_spec)
    }

    #[pymethod(name = "__sizeof__", doc = "Returns size in memory, in bytes.")]
    fn sizeof(this: &Object) -> usize {
        // CPython's: digits of 30 bits, at least one.
        let digits = bits::bit_length(this).div_ceil(30).max(1);
        24 + 4 * digits
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: &Object) -> i64 {
        0
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: &Object) -> Result {
        pyrsc_core::int::to_exact(this)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(_this: &Object) -> i64 {
        1
    }
}

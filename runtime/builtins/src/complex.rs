//! The methods of `complex`.

use pyrsc_core::complex::{self, Complex, Number};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{decimal_digits, float, int, operations, overflow_error, type_error, value_error, warnings};
use pyrsc_macros::pymethods;

use crate::number_format;

/// The number of a receiver, which is complex.
fn number_of(this: &Object) -> Number {
    complex::to_number(this).expect("the receiver of a complex number's method is one")
}

/// What `__complex__` gives; `None` when the object has no such method.
fn convert(object: &Object) -> Result<Option<Number>> {
    if complex::is_exact(object) {
        return Ok(complex::to_number(object));
    }
    let Some(method) = object.type_object().lookup(&pyrsc_core::str::intern("__complex__")) else {
        return Ok(None);
    };
    drop(method);
    let result = operations::call_method(object, "__complex__", &[])?;
    let Some(number) = complex::to_number(&result) else {
        return Err(type_error!("__complex__ returned non-complex (type {})", name_of(&result)));
    };
    if !complex::is_exact(&result) {
        warnings::deprecated(&format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of \
             complex is deprecated, and may be removed in a future version of Python.",
            name_of(&result)
        ))?;
    }
    Ok(Some(number))
}

/// The complex number of anything that arithmetic in `cmath` takes: a complex number, or what `__complex__`, `__float__` or
/// `__index__` gives.
pub fn as_number(object: &Object) -> Result<Number> {
    if let Some(number) = complex::to_number(object) {
        return Ok(number);
    }
    match convert(object)? {
        Some(number) => Ok(number),
        None => Ok(Number::from_real(float::as_f64(object)?)),
    }
}

/// A number that is an int, a float or something with `__float__` or `__index__`; `None` for anything else.
fn real_number(object: &Object) -> Result<Option<f64>> {
    if let Some(number) = float::to_f64(object) {
        return Ok(Some(number));
    }
    if int::is_int(object) { int::to_f64(object).map(Some) } else { float::convert(object) }
}

fn instance(class: &TypeObject, number: Number) -> Owned {
    complex::new_instance(class, number)
}

/// `complex(text)`
fn parse(class: &TypeObject, text: &Str) -> Result {
    match complex::parse(&decimal_digits::to_ascii(&text.to_string_lossy())) {
        Some(number) => Ok(instance(class, number)),
        None => Err(value_error!("complex() arg is a malformed string")),
    }
}

/// `complex(value)` of a single argument.
fn from_one(class: &TypeObject, value: &Object) -> Result {
    if std::ptr::eq(class, Complex::type_object()) && complex::is_exact(value) {
        return Ok(value.to_owned());
    }
    if let Some(text) = value.downcast::<Str>() {
        return parse(class, text);
    }
    let number = match convert(value)? {
        Some(number) => number,
        None => match complex::to_number(value) {
            Some(number) => number,
            None => match real_number(value)? {
                Some(real) => Number::from_real(real),
                None => {
                    return Err(type_error!(
                        "complex() argument must be a string or a number, not {}",
                        name_of(value)
                    ));
                }
            },
        },
    };
    Ok(instance(class, number))
}

/// One of two arguments of `complex(real, imag)`: complex ones are deprecated there, but still taken.
fn component(value: &Object, name: &str) -> Result<(Number, bool)> {
    let number = match convert(value)? {
        Some(number) => Some(number),
        None => complex::to_number(value),
    };
    if let Some(number) = number {
        warnings::deprecated(&format!(
            "complex() argument '{name}' must be a real number, not {}",
            name_of(value)
        ))?;
        return Ok((number, true));
    }
    match real_number(value)? {
        Some(real) => Ok((Number::from_real(real), false)),
        None => Err(type_error!("complex() argument '{name}' must be a real number, not {}", name_of(value))),
    }
}

#[pymethods(Complex)]
mod methods {
    use super::*;

    #[slot(signature = "(real=0, imag=0)")]
    fn new(class: &TypeObject, real: Option<&Object>, imag: Option<&Object>) -> Result {
        let (real, imag) = match (real, imag) {
            (None, None) => return Ok(instance(class, Number::from_real(0.0))),
            (Some(real), None) => return from_one(class, real),
            both => both,
        };
        let (mut result, real_is_complex) = match real {
            Some(real) => component(real, "real")?,
            None => (Number::from_real(0.0), false),
        };
        if let Some(imag) = imag {
            let (imaginary, imag_is_complex) = component(imag, "imag")?;
            // real + imaginary * 1j, without touching components that are not there.
            if imag_is_complex {
                result.real -= imaginary.imaginary;
            }
            result.imaginary =
                if real_is_complex { result.imaginary + imaginary.real } else { imaginary.real };
        }
        Ok(instance(class, result))
    }

    #[slot]
    fn repr(this: &Object) -> String {
        complex::repr(number_of(this))
    }

    #[slot]
    fn hash(this: &Object) -> Result<i64> {
        Ok(complex::hash(number_of(this)))
    }

    #[slot]
    fn compare(left: &Object, right: &Object, comparison: Comparison) -> Result {
        complex::compare(left, right, comparison)
    }

    #[slot]
    fn add(left: &Object, right: &Object) -> Result {
        complex::add(left, right)
    }

    #[slot]
    fn subtract(left: &Object, right: &Object) -> Result {
        complex::subtract(left, right)
    }

    #[slot]
    fn multiply(left: &Object, right: &Object) -> Result {
        complex::multiply(left, right)
    }

    #[slot]
    fn true_divide(left: &Object, right: &Object) -> Result {
        complex::true_divide(left, right)
    }

    #[slot]
    fn power(base: &Object, exponent: &Object, modulus: Option<&Object>) -> Result {
        complex::power(base, exponent, modulus)
    }

    #[slot]
    fn negative(this: &Object) -> Result {
        let number = number_of(this);
        Ok(complex::from_parts(-number.real, -number.imaginary))
    }

    #[slot]
    fn positive(this: &Object) -> Result {
        Ok(complex::from_number(number_of(this)))
    }

    #[slot]
    fn absolute(this: &Object) -> Result<f64> {
        let number = number_of(this);
        let magnitude = number.magnitude();
        if magnitude.is_infinite() && number.is_finite() {
            return Err(overflow_error!("absolute value too large"));
        }
        Ok(magnitude)
    }

    #[slot]
    fn truth(this: &Object) -> Result<bool> {
        let number = number_of(this);
        Ok(number.real != 0.0 || number.imaginary != 0.0)
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[pymethod]
    fn conjugate(this: &Object) -> Owned {
        let number = number_of(this);
        complex::from_parts(number.real, -number.imaginary)
    }

    /// Convert this value to exact type complex.
    #[pymethod(name = "__complex__")]
    fn to_complex(this: &Object) -> Owned {
        if complex::is_exact(this) { this.to_owned() } else { complex::from_number(number_of(this)) }
    }

    /// Convert number to a complex floating-point number.
    #[classmethod]
    fn from_number(class: &TypeObject, number: &Object) -> Result {
        let exact = std::ptr::eq(class, Complex::type_object());
        if exact && complex::is_exact(number) {
            return Ok(number.to_owned());
        }
        let number = complex::from_number(as_number(number)?);
        if exact { Ok(number) } else { operations::call(class.object(), &[&number]) }
    }

    #[pymethod(name = "__getnewargs__")]
    fn getnewargs(this: &Object) -> Owned {
        let number = number_of(this);
        Tuple::pair(float::from_f64(number.real), float::from_f64(number.imaginary)).into_owned()
    }

    /// Convert to a string according to format_spec.
    #[pymethod(name = "__format__")]
    fn format(this: &Object, format_spec: &Str) -> Result<Ref<Str>> {
        if format_spec.is_empty() {
            return operations::str(this);
        }
        number_format::format_complex(this, number_of(this), format_spec)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: &Object) -> f64 {
        number_of(this).real
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(this: &Object) -> f64 {
        number_of(this).imaginary
    }
}

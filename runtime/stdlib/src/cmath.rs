//! `cmath`: the complex functions of C's library (whose special values are those of C99, Annex G), with Python's errors.

use pyrsc_builtins::complex::as_number;
use pyrsc_core::complex::{self, Number};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::{overflow_error, value_error};
use pyrsc_macros::pymodule;

/// C's `double complex`: passed and returned as two floats are.
#[repr(C)]
#[derive(Clone, Copy)]
struct DoubleComplex {
    real: f64,
    imaginary: f64,
}

mod c {
    use super::DoubleComplex;

    unsafe extern "C" {
        pub safe fn cacos(z: DoubleComplex) -> DoubleComplex;
        pub safe fn cacosh(z: DoubleComplex) -> DoubleComplex;
        pub safe fn casin(z: DoubleComplex) -> DoubleComplex;
        pub safe fn casinh(z: DoubleComplex) -> DoubleComplex;
        pub safe fn catan(z: DoubleComplex) -> DoubleComplex;
        pub safe fn catanh(z: DoubleComplex) -> DoubleComplex;
        pub safe fn ccosh(z: DoubleComplex) -> DoubleComplex;
        pub safe fn cexp(z: DoubleComplex) -> DoubleComplex;
        pub safe fn clog(z: DoubleComplex) -> DoubleComplex;
        pub safe fn csinh(z: DoubleComplex) -> DoubleComplex;
        pub safe fn csqrt(z: DoubleComplex) -> DoubleComplex;
        pub safe fn ctanh(z: DoubleComplex) -> DoubleComplex;
    }
}

type Function = unsafe extern "C" fn(DoubleComplex) -> DoubleComplex;

fn domain_error() -> Raised {
    value_error!("math domain error")
}

fn apply(function: Function, z: Number) -> Number {
    // SAFETY: the functions above take any numbers.
    let result = unsafe { function(DoubleComplex { real: z.real, imaginary: z.imaginary }) };
    Number::new(result.real, result.imaginary)
}

/// A function without errors of its own: only results that are too large raise.
fn checked(function: Function, z: Number) -> Result<Number> {
    let result = apply(function, z);
    let infinite = result.real.is_infinite() || result.imaginary.is_infinite();
    if infinite && z.is_finite() {
        return Err(overflow_error!("math range error"));
    }
    Ok(result)
}

/// `exp`, `cosh`, `sinh` and `tanh` have no value where the angle is infinite; `has_limit` says where they still do.
fn with_angle(function: Function, z: Number, has_limit: impl Fn(f64) -> bool) -> Result<Number> {
    if z.imaginary.is_infinite() && !z.real.is_nan() && !has_limit(z.real) {
        return Err(domain_error());
    }
    checked(function, z)
}

fn cosh(z: Number) -> Result<Number> {
    with_angle(c::ccosh, z, |_| false)
}

fn sinh(z: Number) -> Result<Number> {
    with_angle(c::csinh, z, |_| false)
}

fn tanh(z: Number) -> Result<Number> {
    with_angle(c::ctanh, z, f64::is_infinite)
}

/// `-i * number`
fn over_i(number: Number) -> Number {
    Number::new(number.imaginary, -number.real)
}

/// `i * number`
fn times_i(number: Number) -> Number {
    Number::new(-number.imaginary, number.real)
}

fn logarithm(z: Number) -> Result<Number> {
    if z.real == 0.0 && z.imaginary == 0.0 {
        return Err(domain_error());
    }
    Ok(apply(c::clog, z))
}

fn magnitude(z: Number) -> Result<f64> {
    let magnitude = z.magnitude();
    if magnitude.is_infinite() && z.is_finite() {
        return Err(overflow_error!("math range error"));
    }
    Ok(magnitude)
}

fn angle(z: Number) -> f64 {
    z.imaginary.atan2(z.real)
}

/// A function of one complex number.
macro_rules! complex_functions {
    ($($name:ident $doc:literal |$z:ident| $body:expr;)*) => {
        /// The module's functions of one complex number, by name.
        mod functions {
            use super::*;
            $(
                #[doc = $doc]
                pub fn $name($z: Number) -> Result<Number> {
                    $body
                }
            )*
        }
    };
}

complex_functions! {
    acos "The arc cosine." |z| checked(c::cacos, z);
    acosh "The inverse hyperbolic cosine." |z| checked(c::cacosh, z);
    asin "The arc sine." |z| checked(c::casin, z);
    asinh "The inverse hyperbolic sine." |z| checked(c::casinh, z);
    atan "The arc tangent." |z| {
        if z.real == 0.0 && z.imaginary.abs() == 1.0 { Err(domain_error()) } else { checked(c::catan, z) }
    };
    atanh "The inverse hyperbolic tangent." |z| {
        if z.imaginary == 0.0 && z.real.abs() == 1.0 { Err(domain_error()) } else { checked(c::catanh, z) }
    };
    exp "The exponential." |z| with_angle(c::cexp, z, |real| real == f64::NEG_INFINITY);
    sqrt "The square root." |z| Ok(apply(c::csqrt, z));
    cos "The cosine." |z| cosh(times_i(z));
    sin "The sine." |z| sinh(times_i(z)).map(over_i);
    tan "The tangent." |z| tanh(times_i(z)).map(over_i);
}

fn call(function: fn(Number) -> Result<Number>, z: &Object) -> Result {
    Ok(complex::from_number(function(as_number(z)?)?))
}

#[pymodule(
    name = "cmath",
    doc = "This module provides access to mathematical functions for complex\nnumbers."
)]
mod module {
    use super::*;

    #[attribute]
    fn e() -> f64 {
        std::f64::consts::E
    }

    #[attribute]
    fn pi() -> f64 {
        std::f64::consts::PI
    }

    #[attribute]
    fn tau() -> f64 {
        std::f64::consts::TAU
    }

    #[attribute]
    fn inf() -> f64 {
        f64::INFINITY
    }

    #[attribute]
    fn nan() -> f64 {
        f64::NAN
    }

    #[attribute]
    fn infj() -> Owned {
        complex::from_parts(0.0, f64::INFINITY)
    }

    #[attribute]
    fn nanj() -> Owned {
        complex::from_parts(0.0, f64::NAN)
    }

    /// Return the arc cosine of z.
    #[pyfunction]
    fn acos(z: &Object) -> Result {
        call(functions::acos, z)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[pyfunction]
    fn acosh(z: &Object) -> Result {
        call(functions::acosh, z)
    }

    /// Return the arc sine of z.
    #[pyfunction]
    fn asin(z: &Object) -> Result {
        call(functions::asin, z)
    }

    /// Return the inverse hyperbolic sine of z.
    #[pyfunction]
    fn asinh(z: &Object) -> Result {
        call(functions::asinh, z)
    }

    /// Return the arc tangent of z.
    #[pyfunction]
    fn atan(z: &Object) -> Result {
        call(functions::atan, z)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[pyfunction]
    fn atanh(z: &Object) -> Result {
        call(functions::atanh, z)
    }

    /// Return the cosine of z.
    #[pyfunction]
    fn cos(z: &Object) -> Result {
        call(functions::cos, z)
    }

    /// Return the hyperbolic cosine of z.
    #[pyfunction]
    fn cosh(z: &Object) -> Result {
        call(super::cosh, z)
    }

    /// Return the exponential value e**z.
    #[pyfunction]
    fn exp(z: &Object) -> Result {
        call(functions::exp, z)
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[pyfunction]
    fn log(z: &Object, base: Option<&Object>) -> Result {
        let numerator = logarithm(as_number(z)?)?;
        let Some(base) = base else { return Ok(complex::from_number(numerator)) };
        let denominator = logarithm(as_number(base)?)?;
        if denominator.real == 0.0 && denominator.imaginary == 0.0 {
            return Err(domain_error());
        }
        Ok(complex::from_number(numerator.over(denominator)))
    }

    /// Return the base-10 logarithm of z.
    #[pyfunction]
    fn log10(z: &Object) -> Result {
        let natural = logarithm(as_number(z)?)?;
        let scale = std::f64::consts::LN_10;
        Ok(complex::from_parts(natural.real / scale, natural.imaginary / scale))
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[pyfunction]
    fn phase(z: &Object) -> Result<f64> {
        Ok(angle(as_number(z)?))
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[pyfunction]
    fn polar(z: &Object) -> Result<(f64, f64)> {
        let z = as_number(z)?;
        Ok((magnitude(z)?, angle(z)))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[pyfunction]
    fn rect(r: f64, phi: f64) -> Result {
        if phi.is_infinite() && r != 0.0 && !r.is_nan() {
            return Err(domain_error());
        }
        if phi == 0.0 {
            return Ok(complex::from_parts(r, r * phi));
        }
        let part = |direction: f64| if r == 0.0 { 0f64.copysign(r * direction) } else { r * direction };
        if phi.is_infinite() {
            return Ok(complex::from_parts(0.0, 0.0));
        }
        Ok(complex::from_parts(part(phi.cos()), part(phi.sin())))
    }

    /// Return the sine of z.
    #[pyfunction]
    fn sin(z: &Object) -> Result {
        call(functions::sin, z)
    }

    /// Return the hyperbolic sine of z.
    #[pyfunction]
    fn sinh(z: &Object) -> Result {
        call(super::sinh, z)
    }

    /// Return the square root of z.
    #[pyfunction]
    fn sqrt(z: &Object) -> Result {
        call(functions::sqrt, z)
    }

    /// Return the tangent of z.
    #[pyfunction]
    fn tan(z: &Object) -> Result {
        call(functions::tan, z)
    }

    /// Return the hyperbolic tangent of z.
    #[pyfunction]
    fn tanh(z: &Object) -> Result {
        call(super::tanh, z)
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[pyfunction]
    fn isfinite(z: &Object) -> Result<bool> {
        Ok(as_number(z)?.is_finite())
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[pyfunction]
    fn isinf(z: &Object) -> Result<bool> {
        let z = as_number(z)?;
        Ok(z.real.is_infinite() || z.imaginary.is_infinite())
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[pyfunction]
    fn isnan(z: &Object) -> Result<bool> {
        let z = as_number(z)?;
        Ok(z.real.is_nan() || z.imaginary.is_nan())
    }

    #[pyfunction(
        signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        doc = "Determine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them must be\nsmaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is\nnot close to anything, even itself. inf and -inf are only close to themselves."
    )]
    fn isclose(a: &Object, b: &Object, rel_tol: f64, abs_tol: f64) -> Result<bool> {
        let (a, b) = (as_number(a)?, as_number(b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(value_error!("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        let infinite = |z: Number| z.real.is_infinite() || z.imaginary.is_infinite();
        if infinite(a) || infinite(b) {
            return Ok(false);
        }
        let difference = Number::new(a.real - b.real, a.imaginary - b.imaginary).magnitude();
        Ok(difference <= rel_tol * b.magnitude()
            || difference <= rel_tol * a.magnitude()
            || difference <= abs_tol)
    }
}

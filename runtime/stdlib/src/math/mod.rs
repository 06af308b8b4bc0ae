//! `math`: the functions of C's library with Python's errors, exact sums, and functions on ints.
//!
//! - [`gamma`]: the gamma function
//! - [`integers`]: factorial, comb, perm, gcd, …
//! - [`sums`]: fsum, sumprod, hypot, dist

pub mod gamma;
pub mod integers;
pub mod sums;

use pyrsc_core::call::Arguments;
use pyrsc_core::int::{self, View};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::type_object::name_of;
use pyrsc_core::{arguments, float, iteration, operations, overflow_error, type_error, value_error};
use pyrsc_macros::pymodule;

use gamma::GammaError;
use sums::{ExactSum, SumError, TripleSum};

/// What the platform's mathematical library has and Rust's standard library has not, or computes otherwise.
pub mod c {
    unsafe extern "C" {
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn cbrt(x: f64) -> f64;
        pub safe fn cosh(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
        pub safe fn exp2(x: f64) -> f64;
        pub safe fn expm1(x: f64) -> f64;
        pub safe fn ldexp(x: f64, exponent: i32) -> f64;
        pub safe fn log1p(x: f64) -> f64;
        pub safe fn log2(x: f64) -> f64;
        pub safe fn nextafter(x: f64, toward: f64) -> f64;
        pub safe fn sinh(x: f64) -> f64;
        pub safe fn tanh(x: f64) -> f64;
    }
}

/// `x * 2^exponent`, rounded once.
pub fn ldexp(x: f64, exponent: i64) -> f64 {
    c::ldexp(x, exponent.clamp(-100_000, 100_000) as i32)
}

/// Mantissa with magnitude in [0.5, 1) and exponent; 0 and what is not finite come back with exponent 0.
pub fn frexp(x: f64) -> (f64, i64) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (scaled, offset) = if x.abs() < f64::MIN_POSITIVE { (x * 2f64.powi(64), -64) } else { (x, 0) };
    let bits = scaled.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64 - 1022;
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent + offset)
}

fn domain_error() -> Raised {
    value_error!("math domain error")
}

fn range_error() -> Raised {
    overflow_error!("math range error")
}

/// The result of a function of one float. A NaN that does not come from a NaN, and an infinity of a function that has
/// poles, is a domain error; another infinity a range error.
fn checked(x: f64, result: f64, can_overflow: bool, expected: &str) -> Result<f64> {
    if result.is_nan() && !x.is_nan() || result.is_infinite() && x.is_finite() && !can_overflow {
        return Err(value_error!("expected {expected}, got {}", float::text::repr(x)));
    }
    if result.is_infinite() && x.is_finite() {
        return Err(range_error());
    }
    Ok(result)
}

/// The result of a function of two floats.
fn checked_pair(x: f64, y: f64, result: f64) -> Result<f64> {
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error());
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error());
    }
    Ok(result)
}

const UNIT_RANGE: &str = "a number in range from -1 up to 1";
const FINITE: &str = "a finite input";
const POSITIVE: &str = "a positive input";
const NO_POLE: &str = "a noninteger or positive integer";

/// A logarithm of a float that is positive, or an error.
fn logarithm_of_float(x: f64, function: fn(f64) -> f64) -> Result<f64> {
    if x > 0.0 || x.is_nan() {
        Ok(function(x))
    } else {
        Err(value_error!("expected {POSITIVE}, got {}", float::text::repr(x)))
    }
}

/// A logarithm of any real number; ints that are no floats count too.
fn logarithm(x: &Object, function: fn(f64) -> f64) -> Result<f64> {
    let Some(view) = View::of(x) else { return logarithm_of_float(float::as_f64(x)?, function) };
    if view.sign() <= 0 {
        return Err(value_error!("expected {POSITIVE}"));
    }
    Ok(match int::number::view_to_f64(view) {
        Some(x) => function(x),
        None => {
            let (mantissa, exponent) = int::number::to_mantissa_and_exponent(view);
            function(mantissa) + function(2.0) * exponent as f64
        }
    })
}

/// Calls a special method that a float does not need.
fn special(object: &Object, name: &str) -> Result<Option<Owned>> {
    if object.type_object().lookup(&pyrsc_core::str::intern(name)).is_none() {
        return Ok(None);
    }
    operations::call_method(object, name, &[]).map(Some)
}

fn gamma_result(x: f64, result: std::result::Result<f64, GammaError>) -> Result<f64> {
    result.map_err(|error| match error {
        GammaError::Domain => value_error!("expected {NO_POLE}, got {}", float::text::repr(x)),
        GammaError::Range => range_error(),
    })
}

/// The IEEE remainder: `x - n * y` for the whole number nearest to `x / y`, ties to even.
fn ieee_remainder(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return x;
    }
    let (magnitude, divisor) = (x.abs(), y.abs());
    let remainder = magnitude % divisor;
    let complement = divisor - remainder;
    let nearest = if remainder < complement {
        remainder
    } else if remainder > complement {
        -complement
    } else {
        // A tie: the quotient is even when the remainder of the half by the divisor is zero.
        remainder - 2.0 * ((0.5 * (magnitude - remainder)) % divisor)
    };
    1f64.copysign(x) * nearest
}

/// `x ** y` by the rules of C99, with Python's errors.
fn power(x: f64, y: f64) -> Result<f64> {
    let result = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if result.is_nan() {
            return Err(domain_error());
        }
        if result.is_infinite() {
            return Err(if x == 0.0 { domain_error() } else { range_error() });
        }
    }
    Ok(result)
}

/// The float so many steps after `x` in the direction of `y`.
fn next_after_steps(x: f64, y: f64, steps: u64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if steps == 0 {
        return x;
    }
    if x == y {
        return y;
    }
    // Floats counted from zero: the order of their bits.
    let position = |number: f64| {
        let magnitude = (number.to_bits() & !(1 << 63)) as i64;
        if number.is_sign_negative() { -magnitude } else { magnitude }
    };
    let (start, end) = (position(x), position(y));
    let distance = i128::from(end) - i128::from(start);
    let travelled = i128::from(steps).min(distance.abs());
    if travelled == distance.abs() {
        return y;
    }
    let target = i128::from(start) + if distance < 0 { -travelled } else { travelled };
    let magnitude = f64::from_bits(target.unsigned_abs() as u64);
    let negative = target < 0 || target == 0 && x.is_sign_negative();
    if negative { -magnitude } else { magnitude }
}

/// The items of a vector for `dist`.
fn point(object: &Object) -> Result<Vec<Owned>> {
    iteration::collect(object)
}

/// The running total of `sumprod`, in the representation that is exact for what has come so far.
#[derive(Default)]
struct ProductSum {
    total: Option<Owned>,
    ints: i64,
    floats: TripleSum,
    floats_used: bool,
}

impl ProductSum {
    /// Adds what the fast representations hold to the total.
    fn flush(&mut self) -> Result<()> {
        let mut total = self.total.take().unwrap_or_else(|| int::from_i64(0));
        if self.ints != 0 {
            total = operations::add(&total, &int::from_i64(self.ints))?;
            self.ints = 0;
        }
        if self.floats_used {
            total = operations::add(&total, &float::from_f64(self.floats.total()))?;
            self.floats = TripleSum::default();
            self.floats_used = false;
        }
        self.total = Some(total);
        Ok(())
    }

    fn add(&mut self, p: &Object, q: &Object) -> Result<()> {
        if int::is_exact(p) && int::is_exact(q) && !self.floats_used {
            if let (Some(left), Some(right)) = (int::to_i64(p), int::to_i64(q))
                && let Some(sum) = left.checked_mul(right).and_then(|product| self.ints.checked_add(product))
            {
                self.ints = sum;
                return Ok(());
            }
        } else if (float::is_exact(p) || float::is_exact(q))
            && let (Some(left), Some(right)) = (plain(p), plain(q))
        {
            let sum = self.floats.add_product(left, right);
            if left.is_finite() && right.is_finite() && sum.is_finite() {
                if self.ints != 0 {
                    self.flush()?;
                }
                self.floats = sum;
                self.floats_used = true;
                return Ok(());
            }
        }
        self.flush()?;
        let product = operations::multiply(p, q)?;
        let total = self.total.take().unwrap_or_else(|| int::from_i64(0));
        self.total = Some(operations::add(&total, &product)?);
        Ok(())
    }
}

/// The float of an exact float, or of an exact int or bool that is one.
fn plain(object: &Object) -> Option<f64> {
    if float::is_exact(object) {
        return float::to_f64(object);
    }
    if int::is_exact(object) || object.value().is_bool() {
        return int::number::view_to_f64(View::of(object)?);
    }
    None
}

#[pymodule(
    name = "math",
    doc = "This module provides access to the mathematical functions\ndefined by the C standard."
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

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[pyfunction]
    fn acos(x: f64) -> Result<f64> {
        checked(x, x.acos(), false, UNIT_RANGE)
    }

    /// Return the inverse hyperbolic cosine of x.
    #[pyfunction]
    fn acosh(x: f64) -> Result<f64> {
        checked(x, c::acosh(x), false, "argument value not less than 1")
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction]
    fn asin(x: f64) -> Result<f64> {
        checked(x, x.asin(), false, UNIT_RANGE)
    }

    /// Return the inverse hyperbolic sine of x.
    #[pyfunction]
    fn asinh(x: f64) -> f64 {
        c::asinh(x)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[pyfunction]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[pyfunction]
    fn atanh(x: f64) -> Result<f64> {
        checked(x, c::atanh(x), false, "a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[pyfunction]
    fn cbrt(x: f64) -> f64 {
        c::cbrt(x)
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[pyfunction]
    fn ceil(x: &Object) -> Result {
        if !float::is_exact(x)
            && let Some(result) = special(x, "__ceil__")?
        {
            return Ok(result);
        }
        int::from_f64(float::as_f64(x)?.ceil())
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[pyfunction]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[pyfunction]
    fn cos(x: f64) -> Result<f64> {
        checked(x, x.cos(), false, FINITE)
    }

    /// Return the hyperbolic cosine of x.
    #[pyfunction]
    fn cosh(x: f64) -> Result<f64> {
        checked(x, c::cosh(x), true, FINITE)
    }

    /// Convert angle x from radians to degrees.
    #[pyfunction]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[pyfunction]
    fn dist(p: &Object, q: &Object) -> Result<f64> {
        let (p, q) = (point(p)?, point(q)?);
        if p.len() != q.len() {
            return Err(value_error!("both points must have the same number of dimensions"));
        }
        let mut differences = Vec::with_capacity(p.len());
        for (p, q) in p.iter().zip(&q) {
            differences.push((float::as_f64(p)? - float::as_f64(q)?).abs());
        }
        Ok(sums::norm(&differences))
    }

    /// Error function at x.
    #[pyfunction]
    fn erf(x: f64) -> f64 {
        c::erf(x)
    }

    /// Complementary error function at x.
    #[pyfunction]
    fn erfc(x: f64) -> f64 {
        c::erfc(x)
    }

    /// Return e raised to the power of x.
    #[pyfunction]
    fn exp(x: f64) -> Result<f64> {
        checked(x, x.exp(), true, FINITE)
    }

    /// Return 2 raised to the power of x.
    #[pyfunction]
    fn exp2(x: f64) -> Result<f64> {
        checked(x, c::exp2(x), true, FINITE)
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[pyfunction]
    fn expm1(x: f64) -> Result<f64> {
        checked(x, c::expm1(x), true, FINITE)
    }

    /// Return the absolute value of the float x.
    #[pyfunction]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Find n!.
    #[pyfunction]
    fn factorial(n: &Object) -> Result {
        integers::factorial(n)
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[pyfunction]
    fn floor(x: &Object) -> Result {
        if !float::is_exact(x)
            && let Some(result) = special(x, "__floor__")?
        {
            return Ok(result);
        }
        int::from_f64(float::as_f64(x)?.floor())
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[pyfunction]
    fn fma(x: f64, y: f64, z: f64) -> Result<f64> {
        let result = x.mul_add(y, z);
        if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(value_error!("invalid operation in fma"));
        }
        if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(overflow_error!("overflow in fma"));
        }
        Ok(result)
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[pyfunction]
    fn fmod(x: f64, y: f64) -> Result<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        checked_pair(x, y, x % y)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[pyfunction]
    fn frexp(x: f64) -> (f64, i64) {
        super::frexp(x)
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[pyfunction]
    fn fsum(seq: &Object) -> Result<f64> {
        let error = |error| match error {
            SumError::IntermediateOverflow => overflow_error!("intermediate overflow in fsum"),
            SumError::OppositeInfinities => value_error!("-inf + inf in fsum"),
        };
        let mut sum = ExactSum::default();
        iteration::for_each(seq, |item| sum.add(float::as_f64(&item)?).map_err(error))?;
        sum.total().map_err(error)
    }

    /// Gamma function at x.
    #[pyfunction]
    fn gamma(x: f64) -> Result<f64> {
        gamma_result(x, super::gamma::gamma(x))
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[pyfunction]
    fn lgamma(x: f64) -> Result<f64> {
        gamma_result(x, super::gamma::log_gamma(x))
    }

    /// Greatest Common Divisor.
    #[pyfunction(signature = "(*integers)")]
    fn gcd(integers: Arguments<'_>) -> Result {
        super::integers::gcd(integers.iter_positional())
    }

    /// Least Common Multiple.
    #[pyfunction(signature = "(*integers)")]
    fn lcm(integers: Arguments<'_>) -> Result {
        super::integers::lcm(integers.iter_positional())
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction]
    fn comb(n: &Object, k: &Object) -> Result {
        integers::comb(n, k)
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction(signature = "(n, k=None, /)")]
    fn perm(n: &Object, k: Option<&Object>) -> Result {
        integers::perm(n, k)
    }

    /// Return the integer part of the square root of the input.
    #[pyfunction]
    fn isqrt(n: &Object) -> Result {
        integers::isqrt(n)
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[pyfunction(signature = "(*coordinates)")]
    fn hypot(coordinates: Arguments<'_>) -> Result<f64> {
        let mut magnitudes = Vec::with_capacity(coordinates.count());
        for coordinate in coordinates.iter_positional() {
            magnitudes.push(float::as_f64(coordinate)?.abs());
        }
        Ok(sums::norm(&magnitudes))
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[pyfunction(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> Result<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(value_error!("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs() || difference <= (rel_tol * a).abs() || difference <= abs_tol)
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[pyfunction]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[pyfunction]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[pyfunction]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[pyfunction]
    fn ldexp(x: f64, i: &Object) -> Result<f64> {
        let Some(exponent) = View::of(i) else {
            return Err(type_error!("Expected an int as second argument to ldexp."));
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let exponent = exponent.to_i64().unwrap_or(if exponent.is_negative() { i64::MIN } else { i64::MAX });
        let result = super::ldexp(x, exponent);
        if result.is_infinite() { Err(range_error()) } else { Ok(result) }
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[pyfunction]
    fn log(arguments: Arguments<'_>) -> Result {
        if arguments.keyword_count() != 0 {
            return Err(type_error!("math.log() takes no keyword arguments"));
        }
        arguments::check_positional("log", arguments, 1, 2)?;
        let natural = |index| logarithm(arguments::required(arguments.get(index)), f64::ln);
        let numerator = natural(0)?;
        if arguments.count() == 1 {
            return Ok(float::from_f64(numerator));
        }
        float::true_divide(&float::from_f64(numerator), &float::from_f64(natural(1)?))
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[pyfunction]
    fn log1p(x: f64) -> Result<f64> {
        checked(x, if x == 0.0 { x } else { c::log1p(x) }, false, "argument value > -1")
    }

    /// Return the base 2 logarithm of x.
    #[pyfunction]
    fn log2(x: &Object) -> Result<f64> {
        logarithm(x, |x| c::log2(x))
    }

    /// Return the base 10 logarithm of x.
    #[pyfunction]
    fn log10(x: &Object) -> Result<f64> {
        logarithm(x, f64::log10)
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[pyfunction]
    fn modf(x: f64) -> (f64, f64) {
        if x.is_infinite() {
            return (0f64.copysign(x), x);
        }
        if x.is_nan() {
            return (x, x);
        }
        let whole = x.trunc();
        ((x - whole).copysign(x), whole)
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not an integer.
    /// Raises ValueError if steps is negative.
    #[pyfunction(signature = "(x, y, /, *, steps=None)")]
    fn nextafter(x: f64, y: f64, steps: Option<&Object>) -> Result<f64> {
        let Some(steps) = steps.filter(|steps| !steps.is_none()) else { return Ok(c::nextafter(x, y)) };
        let steps = int::index(steps)?;
        let view = View::of(&steps).expect("index gives an int");
        if view.is_negative() {
            return Err(value_error!("steps must be a non-negative integer"));
        }
        Ok(next_after_steps(x, y, int::to_u64(&steps).unwrap_or(u64::MAX)))
    }

    /// Return x**y (x to the power of y).
    #[pyfunction]
    fn pow(x: f64, y: f64) -> Result<f64> {
        power(x, y)
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[pyfunction(signature = "(iterable, /, *, start=1)")]
    fn prod(iterable: &Object, start: Option<&Object>) -> Result {
        let mut result = start.map_or_else(|| int::from_i64(1), Object::to_owned);
        iteration::for_each(iterable, |item| {
            result = operations::multiply(&result, &item)?;
            Ok(())
        })?;
        Ok(result)
    }

    /// Convert angle x from degrees to radians.
    #[pyfunction]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[pyfunction]
    fn remainder(x: f64, y: f64) -> Result<f64> {
        checked_pair(x, y, ieee_remainder(x, y))
    }

    /// Return the sine of x (measured in radians).
    #[pyfunction]
    fn sin(x: f64) -> Result<f64> {
        checked(x, x.sin(), false, FINITE)
    }

    /// Return the hyperbolic sine of x.
    #[pyfunction]
    fn sinh(x: f64) -> Result<f64> {
        checked(x, c::sinh(x), true, FINITE)
    }

    /// Return the square root of x.
    #[pyfunction]
    fn sqrt(x: f64) -> Result<f64> {
        checked(x, x.sqrt(), false, "a nonnegative input")
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[pyfunction]
    fn sumprod(p: &Object, q: &Object) -> Result {
        let (p, q) = (iteration::iterate(p)?, iteration::iterate(q)?);
        let mut sum = ProductSum::default();
        loop {
            match (iteration::next(&p)?, iteration::next(&q)?) {
                (Some(p), Some(q)) => sum.add(&p, &q)?,
                (None, None) => break,
                _ => return Err(value_error!("Inputs are not the same length")),
            }
        }
        sum.flush()?;
        Ok(sum.total.unwrap_or_else(|| int::from_i64(0)))
    }

    /// Return the tangent of x (measured in radians).
    #[pyfunction]
    fn tan(x: f64) -> Result<f64> {
        checked(x, x.tan(), false, FINITE)
    }

    /// Return the hyperbolic tangent of x.
    #[pyfunction]
    fn tanh(x: f64) -> f64 {
        c::tanh(x)
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[pyfunction]
    fn trunc(x: &Object) -> Result {
        if float::is_exact(x) {
            return int::from_f64(float::as_f64(x)?);
        }
        match special(x, "__trunc__")? {
            Some(result) => Ok(result),
            None => Err(type_error!("type {} doesn't define __trunc__ method", name_of(x))),
        }
    }

    /// Return the value of the least significant bit of the float x.
    #[pyfunction]
    fn ulp(x: f64) -> f64 {
        let magnitude = x.abs();
        if !magnitude.is_finite() {
            return magnitude;
        }
        let next = c::nextafter(magnitude, f64::INFINITY);
        // The largest float has no finite neighbour above.
        if next.is_infinite() { magnitude - c::nextafter(magnitude, 0.0) } else { next - magnitude }
    }
}

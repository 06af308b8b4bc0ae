//! The gamma function and its logarithm, by Lanczos' approximation with the coefficients that Boost publishes (and CPython
//! uses, so that results agree to the last bit).

use std::f64::consts::PI;

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GammaError {
    /// A pole.
    Domain,
    /// Too large.
    Range,
}

const LANCZOS_G: f64 = 6.024_680_040_776_73;
const LANCZOS_G_MINUS_HALF: f64 = 5.524_680_040_776_73;

/// Numerator and denominator of the rational function, from the constant term on.
#[allow(clippy::excessive_precision)]
const COEFFICIENTS: [(f64, f64); 13] = [
    (23531376880.410759688572007674451636754734846804940, 0.0),
    (42919803642.649098768957899047001988850926355848959, 39916800.0),
    (35711959237.355668049440185451547166705960488635843, 120543840.0),
    (17921034426.037209699919755754458931112671403265390, 150917976.0),
    (6039542586.3520280050642916443072979210699388420708, 105258076.0),
    (1439720407.3117216736632230727949123939715485786372, 45995730.0),
    (248874557.86205415651146038641322942321632125127801, 13339535.0),
    (31426415.585400194380614231628318205362874684987640, 2637558.0),
    (2876370.6289353724412254090516208496135991145378768, 357423.0),
    (186056.26539522349504029498971604569928220784236328, 32670.0),
    (8071.6720023658162106380029022722506138218516325024, 1925.0),
    (210.82427775157934587250973392071336271166969580291, 66.0),
    (2.5066282746310002701649081771338373386264310793408, 1.0),
];

/// The rational function at a positive number; evaluated from the end that loses least.
fn lanczos_sum(x: f64) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    if x < 5.0 {
        for (above, below) in COEFFICIENTS.iter().rev() {
            numerator = numerator * x + above;
            denominator = denominator * x + below;
        }
    } else {
        for (above, below) in COEFFICIENTS {
            numerator = numerator / x + above;
            denominator = denominator / x + below;
        }
    }
    numerator / denominator
}

/// `sin(pi * x)`, exact at multiples of a half.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        // Written so that -0.0 does not come out at 1.
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * result
}

/// `math.gamma(x)`
pub fn gamma(x: f64) -> Result<f64, GammaError> {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(GammaError::Domain) };
    }
    if x == 0.0 || x < 0.0 && x == x.floor() {
        return Err(GammaError::Domain);
    }
    if x == x.floor() && x <= 23.0 {
        return Ok((1..x as u64).product::<u64>() as f64);
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        let result = 1.0 / x;
        return if result.is_infinite() { Err(GammaError::Range) } else { Ok(result) };
    }
    if magnitude > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(GammaError::Range) };
    }
    let y = magnitude + LANCZOS_G_MINUS_HALF;
    // What was lost in that sum.
    let lost = if magnitude > LANCZOS_G_MINUS_HALF {
        (y - magnitude) - LANCZOS_G_MINUS_HALF
    } else {
        (y - LANCZOS_G_MINUS_HALF) - magnitude
    };
    let correction = lost * LANCZOS_G / y;
    // The power in two halves where it alone would overflow.
    let power = |exponent: f64| y.powf(exponent);
    let result = if x < 0.0 {
        let mut result = -PI / sin_pi(magnitude) / magnitude * y.exp() / lanczos_sum(magnitude);
        result -= correction * result;
        if magnitude < 140.0 {
            result / power(magnitude - 0.5)
        } else {
            let half = power(magnitude / 2.0 - 0.25);
            result / half / half
        }
    } else {
        let mut result = lanczos_sum(magnitude) / y.exp();
        result += correction * result;
        if magnitude < 140.0 {
            result * power(magnitude - 0.5)
        } else {
            let half = power(magnitude / 2.0 - 0.25);
            result * half * half
        }
    };
    if result.is_infinite() { Err(GammaError::Range) } else { Ok(result) }
}

/// `math.lgamma(x)`: the logarithm of the gamma function's magnitude.
pub fn log_gamma(x: f64) -> Result<f64, GammaError> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(GammaError::Domain) } else { Ok(0.0) };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Ok(-magnitude.ln());
    }
    let mut result = lanczos_sum(magnitude).ln() - LANCZOS_G;
    result += (magnitude - 0.5) * ((magnitude + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        const LOG_PI: f64 = 1.144729885849400174143427351353058711647;
        result = LOG_PI - sin_pi(magnitude).abs().ln() - magnitude.ln() - result;
    }
    if result.is_infinite() { Err(GammaError::Range) } else { Ok(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_of_whole_numbers_is_the_factorial() {
        assert_eq!(gamma(1.0), Ok(1.0));
        assert_eq!(gamma(6.0), Ok(120.0));
        assert_eq!(gamma(0.5), Ok(1.7724538509055159));
        assert_eq!(gamma(170.5), Ok(5.56209241456e+305));
        assert_eq!(gamma(-1.0), Err(GammaError::Domain));
        assert_eq!(gamma(172.0), Err(GammaError::Range));
        assert!(log_gamma(3.0).is_ok_and(|result| (result - std::f64::consts::LN_2).abs() < 1e-14));
        assert_eq!(log_gamma(0.5), Ok(0.5723649429247004));
    }
}

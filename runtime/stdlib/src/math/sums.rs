//! Sums without rounding errors, and norms of vectors.

/// The sum of two floats and what rounding lost.
fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let from_x = sum - y;
    let from_y = sum - from_x;
    (sum, (x - from_x) + (y - from_y))
}

/// The sum of two floats, the first of larger magnitude, and what rounding lost.
fn fast_two_sum(large: f64, small: f64) -> (f64, f64) {
    let sum = large + small;
    (sum, small - (sum - large))
}

/// The product of two floats and what rounding lost.
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    (product, x.mul_add(y, -product))
}

/// A sum held exactly, as floats that do not overlap, smallest first (Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic and Fast Robust Geometric Predicates").
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    /// The sum of the infinities and NaNs.
    special: f64,
    infinities: f64,
}

/// Why there is no sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumError {
    IntermediateOverflow,
    OppositeInfinities,
}

impl ExactSum {
    pub fn add(&mut self, number: f64) -> Result<(), SumError> {
        let mut x = number;
        let mut kept = 0;
        for index in 0..self.partials.len() {
            let mut y = self.partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let (high, low) = fast_two_sum(x, y);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if !x.is_finite() {
            if number.is_finite() {
                return Err(SumError::IntermediateOverflow);
            }
            if number.is_infinite() {
                self.infinities += number;
            }
            self.special += number;
            self.partials.clear();
        } else {
            self.partials.push(x);
        }
        Ok(())
    }

    /// The sum, correctly rounded.
    pub fn total(mut self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() {
                Err(SumError::OppositeInfinities)
            } else {
                Ok(self.special)
            };
        }
        let Some(mut high) = self.partials.pop() else { return Ok(0.0) };
        let mut low = 0.0;
        while let Some(next) = self.partials.pop() {
            (high, low) = fast_two_sum(high, next);
            if low != 0.0 {
                break;
            }
        }
        // A tie that was rounded to even goes the other way when more follows in the same direction.
        if let Some(next) = self.partials.last()
            && (low < 0.0 && *next < 0.0 || low > 0.0 && *next > 0.0)
        {
            let doubled = low * 2.0;
            let moved = high + doubled;
            if doubled == moved - high {
                high = moved;
            }
        }
        Ok(high)
    }
}

/// A sum of products held in three floats (Ogita, Rump and Oishi, "Accurate Sum and Dot Product").
#[derive(Clone, Copy, Default)]
pub struct TripleSum {
    high: f64,
    low: f64,
    tiny: f64,
}

impl TripleSum {
    /// The sum with a product added.
    pub fn add_product(self, x: f64, y: f64) -> TripleSum {
        let (product, product_lost) = two_product(x, y);
        let (high, high_lost) = two_sum(self.high, product);
        let (first, first_lost) = two_sum(self.low, product_lost);
        let (low, low_lost) = two_sum(first, high_lost);
        TripleSum { high, low, tiny: self.tiny + (first_lost + low_lost) }
    }

    pub fn is_finite(self) -> bool {
        self.high.is_finite()
    }

    pub fn total(self) -> f64 {
        let (last, _) = two_sum(self.tiny, self.low);
        let (sum, _) = two_sum(self.high, last);
        sum
    }
}

/// The Euclidean length of a vector of magnitudes, with an error below one unit in the last place.
pub fn norm(magnitudes: &[f64]) -> f64 {
    let largest = magnitudes.iter().copied().fold(0.0, f64::max);
    if magnitudes.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if magnitudes.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || magnitudes.len() <= 1 {
        return largest;
    }
    let exponent = super::frexp(largest).1;
    if exponent < -1023 {
        // Subnormal numbers: scaled to normal ones first.
        let scaled: Vec<f64> = magnitudes.iter().map(|x| x / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * norm(&scaled);
    }
    let scale = super::ldexp(1.0, -exponent);
    let mut sum = 1.0;
    let (mut first, mut second) = (0.0, 0.0);
    for x in magnitudes {
        let x = x * scale;
        let (square, lost) = two_product(x, x);
        let (next, sum_lost) = fast_two_sum(sum, square);
        sum = next;
        first += lost;
        second += sum_lost;
    }
    let mut root = (sum - 1.0 + (first + second)).sqrt();
    // One step of Newton's method with the exact residue.
    let (square, lost) = two_product(-root, root);
    let (next, sum_lost) = fast_two_sum(sum, square);
    sum = next;
    first += lost;
    second += sum_lost;
    let residue = sum - 1.0 + (first + second);
    root += residue / (2.0 * root);
    root / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_correctly_rounded() {
        let sum = |numbers: &[f64]| {
            let mut sum = ExactSum::default();
            numbers.iter().try_for_each(|number| sum.add(*number))?;
            sum.total()
        };
        assert_eq!(sum(&[0.1; 10]), Ok(1.0));
        assert_eq!(sum(&[1e100, 1.0, -1e100]), Ok(1.0));
        assert_eq!(sum(&[1.0, f64::EPSILON / 2.0, 1e-300]), Ok(1.0 + f64::EPSILON));
        assert_eq!(sum(&[1e308, 1e308]), Err(SumError::IntermediateOverflow));
        assert_eq!(sum(&[f64::INFINITY, f64::NEG_INFINITY]), Err(SumError::OppositeInfinities));
        let products = [(1e100, 1.0), (1.0, 1.0), (-1e100, 1.0)]
            .iter()
            .fold(TripleSum::default(), |sum, (x, y)| sum.add_product(*x, *y));
        assert_eq!(products.total(), 1.0);
    }

    #[test]
    fn norms_do_not_overflow() {
        assert_eq!(norm(&[3.0, 4.0]), 5.0);
        assert_eq!(norm(&[3e300, 4e300]), 5e300);
        assert_eq!(norm(&[3e-320, 4e-320]), 5e-320);
        assert_eq!(norm(&[f64::INFINITY, f64::NAN]), f64::INFINITY);
    }
}

//! The functions of `math` on ints.

use dashu_int::UBig;
use pyrsc_core::int::{self, View, limbs};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::{overflow_error, value_error};

/// The product of a range of numbers, by halves, so that the factors of long products are of like lengths.
fn product_of_range(first: u64, last: u64) -> UBig {
    const SHORT: u64 = 12;
    if first > last {
        return UBig::ONE;
    }
    if last - first < SHORT {
        return (first..=last).fold(UBig::ONE, |product, factor| product * UBig::from(factor));
    }
    let middle = first + (last - first) / 2;
    product_of_range(first, middle) * product_of_range(middle + 1, last)
}

/// The product of the odd numbers in a range whose ends are odd.
fn product_of_odd_range(first: u64, last: u64) -> UBig {
    const SHORT: u64 = 24;
    if first > last {
        return UBig::ONE;
    }
    if last - first < SHORT {
        return (first..=last).step_by(2).fold(UBig::ONE, |product, factor| product * UBig::from(factor));
    }
    let middle = (first + (last - first) / 2) | 1;
    product_of_odd_range(first, middle) * product_of_odd_range(middle + 2, last)
}

/// `n!`: the odd parts of the numbers up to n, multiplied by halves, and a shift.
fn factorial_of(n: u64) -> UBig {
    let mut odd_part = UBig::ONE;
    let mut inner = UBig::ONE;
    for shift in (0..64 - n.leading_zeros()).rev() {
        let (limit, before) = (n >> shift, n >> (shift + 1));
        if limit >= 3 {
            let first = (before + 1).max(3) | 1;
            let last = if limit % 2 == 1 { limit } else { limit - 1 };
            inner *= product_of_odd_range(first, last);
        }
        odd_part *= &inner;
    }
    odd_part << (n - u64::from(n.count_ones())) as usize
}

fn to_int(magnitude: &UBig) -> Result {
    int::from_sign_and_ubig(false, magnitude)
}

/// `math.factorial(n)`
pub fn factorial(n: &Object) -> Result {
    let n = int::index(n)?;
    let view = View::of(&n).expect("index gives an int");
    if view.is_negative() {
        return Err(value_error!("factorial() not defined for negative values"));
    }
    match view.to_i64() {
        Some(n) => to_int(&factorial_of(n as u64)),
        None => Err(overflow_error!("factorial() argument should not exceed {}", i64::MAX)),
    }
}

/// An argument that must not be negative.
fn natural(object: &Object, name: &str) -> Result {
    let number = int::index(object)?;
    if View::of(&number).is_some_and(|view| view.is_negative()) {
        return Err(value_error!("{name} must be a non-negative integer"));
    }
    Ok(number)
}

/// The product of `n * (n - 1) * …` with so many factors, for any n that is large enough.
fn falling_factorial(n: &Object, count: u64) -> UBig {
    if let Some(n) = int::to_u64(n) {
        return product_of_range(n - count + 1, n);
    }
    let n = limbs::to_ubig(View::of(n).expect("an int").parts().limbs());
    (0..count).fold(UBig::ONE, |product, offset| product * (&n - UBig::from(offset)))
}

/// `math.perm(n, k)`
pub fn perm(n: &Object, k: Option<&Object>) -> Result {
    let Some(k) = k.filter(|k| !k.is_none()) else { return factorial(n) };
    let (n, k) = (natural(n, "n")?, natural(k, "k")?);
    let view = |object: &Owned| int::to_u64(object);
    if int::number::ordering(View::of(&k).expect("an int"), View::of(&n).expect("an int")).is_gt() {
        return Ok(int::from_i64(0));
    }
    match view(&k).filter(|k| *k <= i64::MAX as u64) {
        Some(0) => Ok(int::from_i64(1)),
        Some(k) => to_int(&falling_factorial(&n, k)),
        None => Err(overflow_error!("k must not exceed {}", i64::MAX)),
    }
}

/// `math.comb(n, k)`
pub fn comb(n: &Object, k: &Object) -> Result {
    let (n, k) = (natural(n, "n")?, natural(k, "k")?);
    let rest = int::subtract(&n, &k)?;
    if View::of(&rest).is_some_and(|view| view.is_negative()) {
        return Ok(int::from_i64(0));
    }
    let shorter = |left: &Owned, right: &Owned| {
        int::number::ordering(View::of(left).expect("an int"), View::of(right).expect("an int")).is_lt()
    };
    let k = if shorter(&rest, &k) { rest } else { k };
    match int::to_u64(&k).filter(|k| *k <= i64::MAX as u64) {
        Some(0) => Ok(int::from_i64(1)),
        Some(k) => to_int(&(falling_factorial(&n, k) / factorial_of(k))),
        None => Err(overflow_error!("min(n - k, k) must not exceed {}", i64::MAX)),
    }
}

/// `math.isqrt(n)`
pub fn isqrt(n: &Object) -> Result {
    let n = int::index(n)?;
    if View::of(&n).is_some_and(|view| view.is_negative()) {
        return Err(value_error!("isqrt() argument must be nonnegative"));
    }
    int::arithmetic::square_root(&n)
}

/// `math.gcd(*integers)`
pub fn gcd<'a>(numbers: impl Iterator<Item = &'a Object>) -> Result {
    let mut result = int::from_i64(0);
    for number in numbers {
        result = int::arithmetic::gcd(&result, &*int::index(number)?)?;
    }
    Ok(result)
}

/// `math.lcm(*integers)`
pub fn lcm<'a>(numbers: impl Iterator<Item = &'a Object>) -> Result {
    let mut result = int::from_i64(1);
    for number in numbers {
        let number = int::index(number)?;
        if View::of(&result).is_some_and(|view| view.is_zero()) {
            continue;
        }
        let divisor = int::arithmetic::gcd(&result, &number)?;
        if View::of(&divisor).is_some_and(|view| view.is_zero()) {
            result = int::from_i64(0);
            continue;
        }
        result = int::absolute(&*int::multiply(&*int::floor_divide(&result, &divisor)?, &number)?)?;
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_agree_with_plain_products() {
        let mut product = UBig::ONE;
        for n in 0..200u64 {
            if n > 0 {
                product *= UBig::from(n);
            }
            assert_eq!(factorial_of(n), product, "{n}");
        }
        assert_eq!(product_of_range(101, 200) * factorial_of(100), factorial_of(200));
    }
}

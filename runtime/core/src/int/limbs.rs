//! Arithmetic on magnitudes: little-endian slices of 64-bit limbs.
//!
//! Slices may have zero limbs at the top unless a function says otherwise. Short operands are handled here; for long ones
//! the algorithms of `dashu-int` are used through [`to_ubig`]. Nothing here knows about objects or signs.

use std::cmp::Ordering;

use dashu_int::UBig;

/// One digit of a big int.
pub type Limb = u64;

/// Bits in a limb.
pub const LIMB_BITS: usize = 64;

/// Products with a factor of at most this many limbs are computed here, digit by digit.
const SCHOOLBOOK_LIMBS: usize = 24;

/// The slice without its zero limbs at the top.
pub fn trimmed(limbs: &[Limb]) -> &[Limb] {
    let mut length = limbs.len();
    while length > 0 && limbs[length - 1] == 0 {
        length -= 1;
    }
    &limbs[..length]
}

/// How many bits the magnitude needs.
pub fn bit_length(limbs: &[Limb]) -> usize {
    let limbs = trimmed(limbs);
    match limbs.last() {
        Some(top) => limbs.len() * LIMB_BITS - top.leading_zeros() as usize,
        None => 0,
    }
}

/// The bit at a position; zero beyond the top.
pub fn bit(limbs: &[Limb], position: usize) -> bool {
    limbs.get(position / LIMB_BITS).is_some_and(|limb| limb >> (position % LIMB_BITS) & 1 == 1)
}

/// How many zero bits there are below the lowest one; 0 for zero.
pub fn trailing_zeros(limbs: &[Limb]) -> usize {
    match limbs.iter().position(|limb| *limb != 0) {
        Some(index) => index * LIMB_BITS + limbs[index].trailing_zeros() as usize,
        None => 0,
    }
}

/// Compares two magnitudes.
pub fn compare(left: &[Limb], right: &[Limb]) -> Ordering {
    let (left, right) = (trimmed(left), trimmed(right));
    left.len().cmp(&right.len()).then_with(|| left.iter().rev().cmp(right.iter().rev()))
}

/// `result = left + right`; the result has more limbs than the longer operand, and `left` is that.
pub fn add(left: &[Limb], right: &[Limb], result: &mut [Limb]) {
    debug_assert!(left.len() >= right.len() && result.len() > left.len());
    let mut carry = false;
    for (index, limb) in left.iter().enumerate() {
        let (sum, first) = limb.overflowing_add(right.get(index).copied().unwrap_or(0));
        let (sum, second) = sum.overflowing_add(carry.into());
        result[index] = sum;
        carry = first | second;
    }
    result[left.len()] = carry.into();
    result[left.len() + 1..].fill(0);
}

/// `result = left - right`, where `left >= right` and no operand is longer than `left` and the result.
pub fn subtract(left: &[Limb], right: &[Limb], result: &mut [Limb]) {
    debug_assert!(left.len() >= right.len() && result.len() >= left.len());
    let mut borrow = false;
    for (index, limb) in left.iter().enumerate() {
        let (difference, first) = limb.overflowing_sub(right.get(index).copied().unwrap_or(0));
        let (difference, second) = difference.overflowing_sub(borrow.into());
        result[index] = difference;
        borrow = first | second;
    }
    debug_assert!(!borrow);
    result[left.len()..].fill(0);
}

/// `result = left * right`; the result has as many limbs as both operands together.
pub fn multiply(left: &[Limb], right: &[Limb], result: &mut [Limb]) {
    debug_assert_eq!(result.len(), left.len() + right.len());
    let (long, short) = if left.len() >= right.len() { (left, right) } else { (right, left) };
    if short.len() > SCHOOLBOOK_LIMBS {
        let product =
            if std::ptr::eq(left, right) { to_ubig(left).sqr() } else { to_ubig(left) * to_ubig(right) };
        return copy_ubig(&product, result);
    }
    result.fill(0);
    for (offset, factor) in short.iter().enumerate() {
        let mut carry = 0u128;
        for (index, limb) in long.iter().enumerate() {
            let sum = u128::from(*limb) * u128::from(*factor) + u128::from(result[offset + index]) + carry;
            result[offset + index] = sum as Limb;
            carry = sum >> LIMB_BITS;
        }
        result[offset + long.len()] = carry as Limb;
    }
}

/// `limbs = limbs * factor + addend`; gives what does not fit.
pub fn multiply_add_small(limbs: &mut [Limb], factor: Limb, addend: Limb) -> Limb {
    let mut carry = u128::from(addend);
    for limb in limbs {
        let sum = u128::from(*limb) * u128::from(factor) + carry;
        *limb = sum as Limb;
        carry = sum >> LIMB_BITS;
    }
    carry as Limb
}

/// `limbs = limbs / divisor`; gives the remainder.
pub fn divide_small(limbs: &mut [Limb], divisor: Limb) -> Limb {
    let mut remainder = 0;
    for limb in limbs.iter_mut().rev() {
        let part = u128::from(remainder) << LIMB_BITS | u128::from(*limb);
        *limb = (part / u128::from(divisor)) as Limb;
        remainder = (part % u128::from(divisor)) as Limb;
    }
    remainder
}

/// The remainder of a division by one limb.
pub fn remainder_small(limbs: &[Limb], divisor: Limb) -> Limb {
    limbs.iter().rev().fold(0, |remainder, limb| {
        ((u128::from(remainder) << LIMB_BITS | u128::from(*limb)) % u128::from(divisor)) as Limb
    })
}

/// Quotient and remainder of the truncating division; the divisor is not zero.
pub fn divide(left: &[Limb], right: &[Limb]) -> (Vec<Limb>, Vec<Limb>) {
    let right = trimmed(right);
    debug_assert!(!right.is_empty());
    if compare(left, right).is_lt() {
        return (Vec::new(), left.to_vec());
    }
    if let [divisor] = *right {
        let mut quotient = left.to_vec();
        let remainder = divide_small(&mut quotient, divisor);
        return (quotient, vec![remainder]);
    }
    use dashu_int::ops::DivRem;
    let (quotient, remainder) = to_ubig(left).div_rem(to_ubig(right));
    (quotient.as_words().to_vec(), remainder.as_words().to_vec())
}

/// `result = limbs << bits`; the result has `bits / 64 + 1` limbs more than the operand.
pub fn shift_left(limbs: &[Limb], bits: usize, result: &mut [Limb]) {
    let (whole, part) = (bits / LIMB_BITS, bits % LIMB_BITS);
    debug_assert!(result.len() > limbs.len() + whole);
    result[..whole].fill(0);
    let mut carry = 0;
    for (index, limb) in limbs.iter().enumerate() {
        result[whole + index] = limb << part | carry;
        carry = if part == 0 { 0 } else { limb >> (LIMB_BITS - part) };
    }
    result[whole + limbs.len()] = carry;
    result[whole + limbs.len() + 1..].fill(0);
}

/// `result = limbs >> bits`, cut off; the result has `bits / 64` limbs less than the operand. Gives whether a one bit
/// was lost.
pub fn shift_right(limbs: &[Limb], bits: usize, result: &mut [Limb]) -> bool {
    let (whole, part) = (bits / LIMB_BITS, bits % LIMB_BITS);
    debug_assert!(whole < limbs.len() && result.len() == limbs.len() - whole);
    let kept = &limbs[whole..];
    for (index, limb) in kept.iter().enumerate() {
        let above = kept.get(index + 1).copied().unwrap_or(0);
        result[index] = limb >> part | if part == 0 { 0 } else { above << (LIMB_BITS - part) };
    }
    limbs[..whole].iter().any(|limb| *limb != 0) || kept[0] & ((1 << part) - 1) != 0
}

/// Adds one; gives whether it overflowed.
pub fn increment(limbs: &mut [Limb]) -> bool {
    for limb in limbs {
        *limb = limb.wrapping_add(1);
        if *limb != 0 {
            return false;
        }
    }
    true
}

/// Turns a magnitude into the two's complement of its negation, or back.
pub fn negate(limbs: &mut [Limb]) {
    for limb in limbs.iter_mut() {
        *limb = !*limb;
    }
    increment(limbs);
}

/// The same magnitude as `dashu-int` holds it.
pub fn to_ubig(limbs: &[Limb]) -> UBig {
    UBig::from_words(trimmed(limbs))
}

/// Fills `result` with a magnitude that fits.
pub fn copy_ubig(number: &UBig, result: &mut [Limb]) {
    let words = number.as_words();
    result[..words.len()].copy_from_slice(words);
    result[words.len()..].fill(0);
}

/// The float nearest to the magnitude times `2^exponent` (ties to even), where `lost` says that the magnitude has been cut
/// off and is really larger. `None`: too large.
pub fn to_f64(limbs: &[Limb], exponent: i64, lost: bool) -> Option<f64> {
    let bits = bit_length(limbs) as i64;
    if bits == 0 {
        return Some(0.0);
    }
    // The value is in [2^(top-1), 2^top).
    let top = bits + exponent;
    if top > 1024 {
        return None;
    }
    // Bits of the result's mantissa: fewer for subnormal numbers.
    let wanted = (top + 1074).min(53);
    if wanted < 0 {
        return Some(0.0);
    }
    let drop = bits - wanted;
    let (mut mantissa, half, below) = if drop <= 0 {
        (limbs[0] << -drop, false, lost)
    } else {
        let drop = drop as usize;
        let mut mantissa = 0;
        for position in (drop..bits as usize).rev() {
            mantissa = mantissa << 1 | u64::from(bit(limbs, position));
        }
        (mantissa, bit(limbs, drop - 1), lost || trailing_zeros(limbs) < drop - 1)
    };
    if half && (below || mantissa & 1 == 1) {
        mantissa += 1;
    }
    // `mantissa * 2^(top - wanted)`, exactly; in two steps, as the power of two alone may be no float.
    let scale = top - wanted;
    let result = if scale >= 0 {
        mantissa as f64 * power_of_two(scale.min(900)) * power_of_two((scale - 900).max(0))
    } else {
        mantissa as f64 * power_of_two(scale.max(-900)) * power_of_two((scale + 900).min(0))
    };
    if result.is_infinite() { None } else { Some(result) }
}

/// `2^exponent` for an exponent of a normal number.
fn power_of_two(exponent: i64) -> f64 {
    debug_assert!((-1022..=1023).contains(&exponent));
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addition_carries_and_subtraction_borrows() {
        let mut sum = [9; 4];
        add(&[u64::MAX, u64::MAX], &[1], &mut sum);
        assert_eq!(sum, [0, 0, 1, 0]);
        let mut difference = [9; 3];
        subtract(&[0, 0, 1], &[1], &mut difference);
        assert_eq!(difference, [u64::MAX, u64::MAX, 0]);
    }

    #[test]
    fn long_products_agree_with_short_ones() {
        let left: Vec<u64> = (1..60).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        let right: Vec<u64> = (1..30).map(|n: u64| n.wrapping_mul(0xD1B5_4A32_D192_ED03)).collect();
        let mut long = vec![0; left.len() + right.len()];
        multiply(&left, &right, &mut long);
        let mut sum: Vec<Limb> = vec![0; long.len()];
        for (offset, limb) in right.iter().enumerate() {
            let mut part = vec![0; left.len() + 1];
            multiply(&left, &[*limb], &mut part);
            let mut carry = false;
            for index in 0..sum.len() - offset {
                let addend = part.get(index).copied().unwrap_or(0);
                let (value, first) = sum[offset + index].overflowing_add(addend);
                let (value, second) = value.overflowing_add(carry.into());
                sum[offset + index] = value;
                carry = first | second;
            }
        }
        assert_eq!(long, sum);
        let (quotient, remainder) = divide(&long, &left);
        assert_eq!(compare(&quotient, &right), Ordering::Equal);
        assert_eq!(bit_length(&remainder), 0);
    }

    #[test]
    fn shifts_undo_each_other() {
        for bits in [0, 1, 63, 64, 65, 130] {
            let limbs = [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210];
            let mut up = vec![7; limbs.len() + bits / 64 + 1];
            shift_left(&limbs, bits, &mut up);
            let mut down = vec![7; up.len() - bits / 64];
            assert!(!shift_right(&up, bits, &mut down));
            assert_eq!(compare(&down, &limbs), Ordering::Equal);
        }
        assert!(shift_right(&[1, 1], 64, &mut [0]));
    }

    #[test]
    fn floats_round_half_to_even() {
        assert_eq!(to_f64(&[(1 << 53) + 1], 0, false), Some(9007199254740992.0));
        assert_eq!(to_f64(&[(1 << 53) + 1], 0, true), Some(9007199254740994.0));
        assert_eq!(to_f64(&[(1 << 53) + 3], 0, false), Some(9007199254740996.0));
        assert_eq!(to_f64(&[0, 0, 1], 0, false), Some(2f64.powi(128)));
        assert_eq!(to_f64(&[1], -1074, false), Some(5e-324));
        assert_eq!(to_f64(&[1], -1075, false), Some(0.0));
        assert_eq!(to_f64(&[3], -1076, false), Some(5e-324));
        assert_eq!(to_f64(&[1], -1075, true), Some(5e-324));
        assert_eq!(to_f64(&[1], 1023, false), Some(2f64.powi(1023)));
        assert_eq!(to_f64(&[1], 1024, false), None);
        assert_eq!(to_f64(&[u64::MAX], 960, false), None);
        assert_eq!(to_f64(&[u64::MAX << 11], 960, false), Some(f64::MAX));
    }
}

//! Bitwise operations on ints, as on infinite two's complement numbers; bit lengths; conversion to and from bytes.

use super::arithmetic::operands;
use super::limbs::{self, LIMB_BITS, Limb};
use super::{Building, MAXIMUM_LIMBS, Parts, View, from_i64, from_i128, from_sign_and_limbs};
use crate::object::Object;
use crate::owned::{Owned, Result};

/// `left << right`
pub fn left_shift(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if right.is_negative() {
        return Err(crate::value_error!("negative shift count"));
    }
    if left.is_zero() {
        return Ok(from_i64(0));
    }
    let Some(count) = right.to_i64() else {
        return Err(crate::overflow_error!("too many digits in integer"));
    };
    if let View::Small(left) = left
        && count < 64
    {
        return Ok(from_i128(i128::from(left) << count));
    }
    let count = count as usize;
    if count / LIMB_BITS >= MAXIMUM_LIMBS {
        return Err(crate::memory_error!());
    }
    let parts = left.parts();
    let mut result = Building::new(parts.limbs().len() + count / LIMB_BITS + 1)?;
    limbs::shift_left(parts.limbs(), count, result.limbs());
    Ok(result.finish(parts.negative))
}

/// `left >> right`
pub fn right_shift(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    if right.is_negative() {
        return Err(crate::value_error!("negative shift count"));
    }
    let all_gone = from_i64(if left.is_negative() { -1 } else { 0 });
    let Some(count) = right.to_i64() else { return Ok(all_gone) };
    let int = match left {
        View::Small(left) => return Ok(if count < 64 { from_i64(left >> count) } else { all_gone }),
        View::Big(int) => int,
    };
    let count = count as usize;
    if count / LIMB_BITS >= int.limbs().len() {
        return Ok(all_gone);
    }
    // One limb more: rounding a negative number down may carry.
    let kept = int.limbs().len() - count / LIMB_BITS;
    let mut result = Building::new(kept + 1)?;
    result.limbs()[kept] = 0;
    let lost = limbs::shift_right(int.limbs(), count, &mut result.limbs()[..kept]);
    if lost && int.is_negative() {
        limbs::increment(result.limbs());
    }
    Ok(result.finish(int.is_negative()))
}

/// `left & right`
pub fn and(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    match (left, right) {
        (View::Small(left), View::Small(right)) => Ok(from_i64(left & right)),
        _ => bitwise(&left.parts(), &right.parts(), |left, right| left & right),
    }
}

/// `left | right`
pub fn or(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    match (left, right) {
        (View::Small(left), View::Small(right)) => Ok(from_i64(left | right)),
        _ => bitwise(&left.parts(), &right.parts(), |left, right| left | right),
    }
}

/// `left ^ right`
pub fn xor(left: &Object, right: &Object) -> Result {
    let (left, right) = operands!(left, right);
    match (left, right) {
        (View::Small(left), View::Small(right)) => Ok(from_i64(left ^ right)),
        _ => bitwise(&left.parts(), &right.parts(), |left, right| left ^ right),
    }
}

/// The two's complement of a number in so many limbs.
fn twos_complement(number: &Parts<'_>, length: usize) -> Vec<Limb> {
    let mut result = number.limbs().to_vec();
    result.resize(length, 0);
    if number.negative {
        limbs::negate(&mut result);
    }
    result
}

fn bitwise(left: &Parts<'_>, right: &Parts<'_>, operation: impl Fn(Limb, Limb) -> Limb) -> Result {
    let length = left.limbs().len().max(right.limbs().len()) + 1;
    let (left, right) = (twos_complement(left, length), twos_complement(right, length));
    let mut result = Building::new(length)?;
    for (index, limb) in result.limbs().iter_mut().enumerate() {
        *limb = operation(left[index], right[index]);
    }
    // The top limb holds nothing but the sign.
    let negative = result.limbs()[length - 1] != 0;
    if negative {
        limbs::negate(result.limbs());
    }
    Ok(result.finish(negative))
}

/// `~number`
pub fn invert(number: &Object) -> Result {
    match View::of(number) {
        Some(View::Small(number)) => Ok(from_i64(!number)),
        Some(View::Big(_)) => super::subtract(&from_i64(-1), number),
        None => Ok(Owned::not_implemented()),
    }
}

/// `number.bit_length()`
pub fn bit_length(number: &Object) -> usize {
    View::of(number).map_or(0, |view| limbs::bit_length(view.parts().limbs()))
}

/// `number.bit_count()`: one bits of the magnitude.
pub fn bit_count(number: &Object) -> usize {
    View::of(number)
        .map_or(0, |view| view.parts().limbs().iter().map(|limb| limb.count_ones() as usize).sum())
}

/// Why an int has no representation in so many bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BytesError {
    /// It is negative, and the bytes are to be unsigned.
    Negative,
    TooBig,
}

/// The little-endian bytes of an int, exactly as many as asked for.
pub fn to_little_endian(
    number: View<'_>,
    length: usize,
    signed: bool,
) -> std::result::Result<Vec<u8>, BytesError> {
    let parts = number.parts();
    if parts.negative && !signed {
        return Err(BytesError::Negative);
    }
    let magnitude = parts.limbs();
    let bits = limbs::bit_length(magnitude);
    // A negative power of two needs no bit for the sign.
    let power_of_two = bits > 0 && limbs::trailing_zeros(magnitude) == bits - 1;
    let needed = if !signed || parts.negative && power_of_two { bits } else { bits + 1 };
    if needed > length.saturating_mul(8) && !(bits == 0 && length == 0) {
        return Err(BytesError::TooBig);
    }
    let limbs = twos_complement(&parts, magnitude.len() + 1);
    let fill = if parts.negative { 0xFF } else { 0 };
    let mut bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    bytes.resize(length, fill);
    Ok(bytes)
}

/// The int of little-endian bytes.
pub fn from_little_endian(bytes: &[u8], signed: bool) -> Result {
    let negative = signed && bytes.last().is_some_and(|top| top & 0x80 != 0);
    let fill = if negative { 0xFF } else { 0 };
    let mut limbs: Vec<Limb> = bytes
        .chunks(size_of::<Limb>())
        .map(|chunk| {
            let mut word = [fill; size_of::<Limb>()];
            word[..chunk.len()].copy_from_slice(chunk);
            Limb::from_le_bytes(word)
        })
        .collect();
    if negative {
        limbs::negate(&mut limbs);
    }
    from_sign_and_limbs(negative, &limbs)
}

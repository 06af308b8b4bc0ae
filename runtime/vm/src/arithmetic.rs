//! Arithmetic and comparison of immediate ints and floats: what the interpreter does without a call.
//!
//! Each function gives `None` where the operands are of other types, or the result needs more than a word.

use pyrsc_abi::Value;

/// The float of an operand of mixed arithmetic: an immediate int that a float holds exactly, or an immediate float.
#[inline(always)]
fn as_float(value: Value) -> Option<f64> {
    if value.is_float() {
        Some(value.float())
    } else if value.is_int() {
        Some(value.int() as f64)
    } else {
        None
    }
}

#[inline(always)]
fn floats(left: Value, right: Value) -> Option<(f64, f64)> {
    // At least one of the two has to be a float: two ints have been tried before.
    if left.is_float() || right.is_float() { Some((as_float(left)?, as_float(right)?)) } else { None }
}

#[inline(always)]
fn both_ints(left: Value, right: Value) -> bool {
    left.0 & right.0 & 1 != 0
}

#[inline(always)]
pub fn add(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) {
        return (left.0 as i64 - 1).checked_add(right.0 as i64).map(|word| Value(word as u64));
    }
    let (left, right) = floats(left, right)?;
    Value::from_float(left + right)
}

#[inline(always)]
pub fn subtract(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) {
        return (left.0 as i64).checked_sub(right.0 as i64 - 1).map(|word| Value(word as u64));
    }
    let (left, right) = floats(left, right)?;
    Value::from_float(left - right)
}

#[inline(always)]
pub fn multiply(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) {
        return (left.0 as i64 - 1).checked_mul(right.int()).map(|word| Value(word as u64 | 1));
    }
    let (left, right) = floats(left, right)?;
    Value::from_float(left * right)
}

#[inline(always)]
pub fn true_divide(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) {
        let (left, right) = (left.int(), right.int());
        // Ints that a float holds exactly: the quotient is then rounded once, as CPython's is.
        const EXACT: i64 = 1 << 53;
        if right == 0 || left.unsigned_abs() > EXACT as u64 || right.unsigned_abs() > EXACT as u64 {
            return None;
        }
        return Value::from_float(left as f64 / right as f64);
    }
    let (left, right) = floats(left, right)?;
    if right == 0.0 { None } else { Value::from_float(left / right) }
}

#[inline(always)]
pub fn floor_divide(left: Value, right: Value) -> Option<Value> {
    if !both_ints(left, right) {
        return None;
    }
    let (left, right) = (left.int(), right.int());
    if right == 0 {
        return None;
    }
    let quotient = left / right;
    let floor = if left % right != 0 && (left < 0) != (right < 0) { quotient - 1 } else { quotient };
    Value::from_int(floor)
}

#[inline(always)]
pub fn remainder(left: Value, right: Value) -> Option<Value> {
    if !both_ints(left, right) {
        return None;
    }
    let (left, right) = (left.int(), right.int());
    if right == 0 {
        return None;
    }
    let rest = left % right;
    Some(Value::from_small_int(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }))
}

#[inline(always)]
pub fn bit_and(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) { Some(Value(left.0 & right.0)) } else { None }
}

#[inline(always)]
pub fn bit_or(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) { Some(Value(left.0 | right.0)) } else { None }
}

#[inline(always)]
pub fn bit_xor(left: Value, right: Value) -> Option<Value> {
    if both_ints(left, right) { Some(Value(left.0 ^ right.0 | 1)) } else { None }
}

#[inline(always)]
pub fn left_shift(left: Value, right: Value) -> Option<Value> {
    if !both_ints(left, right) {
        return None;
    }
    let (left, right) = (left.int(), right.int());
    if !(0..62).contains(&right) {
        return None;
    }
    let shifted = left << right;
    if shifted >> right == left { Value::from_int(shifted) } else { None }
}

#[inline(always)]
pub fn right_shift(left: Value, right: Value) -> Option<Value> {
    if !both_ints(left, right) || right.int() < 0 {
        return None;
    }
    Some(Value::from_small_int(left.int() >> right.int().min(63)))
}

#[inline(always)]
pub fn negative(value: Value) -> Option<Value> {
    if value.is_int() {
        Value::from_int(-value.int())
    } else if value.is_float() {
        Value::from_float(-value.float())
    } else {
        None
    }
}

macro_rules! comparisons {
    ($($name:ident $operator:tt;)*) => { $(
        #[inline(always)]
        pub fn $name(left: Value, right: Value) -> Option<bool> {
            if both_ints(left, right) {
                // The tag is the same in both: the words compare as the numbers do.
                return Some((left.0 as i64) $operator (right.0 as i64));
            }
            if left.is_float() && right.is_float() {
                return Some(left.float() $operator right.float());
            }
            None
        }
    )* };
}

comparisons! {
    less <;
    less_equal <=;
    equal ==;
    not_equal !=;
    greater >;
    greater_equal >=;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(number: i64) -> Value {
        Value::from_small_int(number)
    }

    #[test]
    fn ints_follow_pythons_rules_for_signs() {
        for (left, right, quotient, rest) in
            [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (-6, 3, -2, 0)]
        {
            assert_eq!(floor_divide(int(left), int(right)), Some(int(quotient)));
            assert_eq!(remainder(int(left), int(right)), Some(int(rest)));
        }
    }

    #[test]
    fn overflow_is_left_to_the_runtime() {
        let largest = int(pyrsc_abi::value::INT_MAX);
        assert_eq!(add(largest, int(1)), None);
        assert_eq!(subtract(int(pyrsc_abi::value::INT_MIN), int(1)), None);
        assert_eq!(multiply(largest, int(2)), None);
        assert_eq!(left_shift(int(1), int(62)), None);
        assert_eq!(add(int(-5), int(3)), Some(int(-2)));
        assert_eq!(multiply(int(-5), int(3)), Some(int(-15)));
    }

    #[test]
    fn mixed_operands_become_floats() {
        assert_eq!(add(int(1), Value::from_float(0.5).unwrap()).unwrap().float(), 1.5);
        assert_eq!(true_divide(int(1), int(4)).unwrap().float(), 0.25);
        assert_eq!(true_divide(int(1), int(0)), None);
    }
}

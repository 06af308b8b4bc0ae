//! Constant folding, within CPython's limits (ast_preprocess.c and flowgraph.c).
//!
//! An operation that would raise is not folded, so that it raises when it is executed.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use pyrsc_bytecode::{Constant, PythonString};
use ruff_python_ast::{Operator, UnaryOp};

use crate::literal::{int_constant, int_value};

const MAX_INT_BITS: u64 = 128;
const MAX_COLLECTION_SIZE: usize = 256;
const MAX_STRING_SIZE: usize = 4096;
const MAX_TOTAL_ITEMS: i64 = 1024;

/// Whether a constant counts as true.
pub(crate) fn truth(constant: &Constant) -> bool {
    match constant {
        Constant::None => false,
        Constant::Bool(value) => *value,
        Constant::Ellipsis | Constant::BigInt(_) | Constant::Slice(_) | Constant::Code(_) => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
        Constant::Str(value) => !value.is_empty(),
        Constant::Bytes(value) => !value.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

pub(crate) fn unary(operator: UnaryOp, operand: &Constant) -> Option<Constant> {
    match (operator, operand) {
        (UnaryOp::Not, operand) => Some(Constant::Bool(!truth(operand))),
        (UnaryOp::USub, Constant::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOp::USub, Constant::Complex(real, imaginary)) => Some(Constant::Complex(-real, -imaginary)),
        (UnaryOp::UAdd, Constant::Float(_) | Constant::Complex(..)) => Some(operand.clone()),
        (UnaryOp::USub, operand) => Some(int_constant(&-int_value(operand)?)),
        (UnaryOp::UAdd, operand) => Some(int_constant(&int_value(operand)?)),
        // Inverting a bool is deprecated: it is left to run time, which warns.
        (UnaryOp::Invert, Constant::Bool(_)) => None,
        (UnaryOp::Invert, operand) => Some(int_constant(&!int_value(operand)?)),
    }
}

pub(crate) fn binary(operator: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Some(left_int), Some(right_int)) = (int_value(left), int_value(right)) {
        if let (Constant::Bool(left), Constant::Bool(right)) = (left, right) {
            match operator {
                Operator::BitAnd => return Some(Constant::Bool(left & right)),
                Operator::BitOr => return Some(Constant::Bool(left | right)),
                Operator::BitXor => return Some(Constant::Bool(left ^ right)),
                _ => {}
            }
        }
        return integers(operator, &left_int, &right_int);
    }
    match (left, right) {
        (Constant::Complex(..), _) | (_, Constant::Complex(..)) => complexes(operator, left, right),
        (Constant::Float(_), _) | (_, Constant::Float(_)) => floats(operator, real(left)?, real(right)?),
        (Constant::Str(left), Constant::Str(right)) if operator == Operator::Add => {
            let mut joined = left.clone();
            joined.push(right);
            (joined.as_bytes().len() <= MAX_STRING_SIZE).then_some(Constant::Str(joined))
        }
        (Constant::Bytes(left), Constant::Bytes(right)) if operator == Operator::Add => {
            Some(Constant::Bytes([left.as_slice(), right].concat()))
        }
        (Constant::Tuple(left), Constant::Tuple(right)) if operator == Operator::Add => {
            Some(Constant::Tuple([left.as_slice(), right].concat()))
        }
        _ if operator == Operator::Mult => match (int_value(left), int_value(right)) {
            (_, Some(count)) => repeat(left, &count),
            (Some(count), _) => repeat(right, &count),
            _ => None,
        },
        _ => None,
    }
}

/// A constant's item or part.
pub(crate) fn subscript(object: &Constant, index: &Constant) -> Option<Constant> {
    if let Constant::Slice(parts) = index {
        return slice(object, parts);
    }
    let index = int_value(index)?.to_i64()?;
    let at = |length: usize| {
        let index = if index < 0 { index + length as i64 } else { index };
        usize::try_from(index).ok().filter(|&index| index < length)
    };
    match object {
        Constant::Tuple(items) => items.get(at(items.len())?).cloned(),
        Constant::Bytes(bytes) => Some(Constant::Int(bytes[at(bytes.len())?] as i64)),
        Constant::Str(text) => {
            let code_point = text.code_points().nth(at(text.code_point_count())?)?;
            let mut item = PythonString::new();
            item.push_code_point(code_point);
            Some(Constant::Str(item))
        }
        _ => None,
    }
}

fn slice(object: &Constant, parts: &[Constant; 3]) -> Option<Constant> {
    let indices = |length: usize| -> Option<Vec<usize>> {
        let number = |constant: &Constant| match constant {
            Constant::None => Some(None),
            other => Some(Some(int_value(other)?.to_i64()?)),
        };
        let length = length as i64;
        let step = number(&parts[2])?.unwrap_or(1);
        if step == 0 {
            return None;
        }
        let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
        let clamp = |value: Option<i64>, default: i64| match value {
            None => default,
            Some(value) if value < 0 => value.saturating_add(length).max(low),
            Some(value) => value.min(high),
        };
        let (mut at, stop) = if step < 0 {
            (clamp(number(&parts[0])?, high), clamp(number(&parts[1])?, low))
        } else {
            (clamp(number(&parts[0])?, low), clamp(number(&parts[1])?, high))
        };
        let mut found = Vec::new();
        while if step > 0 { at < stop } else { at > stop } {
            found.push(at as usize);
            at = at.saturating_add(step);
        }
        Some(found)
    };
    match object {
        Constant::Tuple(items) => {
            Some(Constant::Tuple(indices(items.len())?.into_iter().map(|at| items[at].clone()).collect()))
        }
        Constant::Bytes(bytes) => {
            Some(Constant::Bytes(indices(bytes.len())?.into_iter().map(|at| bytes[at]).collect()))
        }
        Constant::Str(text) => {
            let code_points: Vec<u32> = text.code_points().collect();
            let mut part = PythonString::new();
            for at in indices(code_points.len())? {
                part.push_code_point(code_points[at]);
            }
            Some(Constant::Str(part))
        }
        _ => None,
    }
}

fn integers(operator: Operator, left: &BigInt, right: &BigInt) -> Option<Constant> {
    let value = match operator {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => {
            if !left.is_zero() && !right.is_zero() && left.bits() + right.bits() > MAX_INT_BITS {
                return None;
            }
            left * right
        }
        Operator::FloorDiv if !right.is_zero() => left.div_floor(right),
        Operator::Mod if !right.is_zero() => left.mod_floor(right),
        Operator::Pow => {
            if right.is_negative() {
                if left.is_zero() {
                    return None;
                }
                return floats(operator, left.to_f64()?, right.to_f64()?);
            }
            let exponent = right.to_u64()?;
            if !left.is_zero() && exponent > 0 && left.bits().checked_mul(exponent)? > MAX_INT_BITS {
                return None;
            }
            left.pow(u32::try_from(exponent).ok()?)
        }
        Operator::LShift => {
            let shift = right.to_u64()?;
            if !left.is_zero() && (shift > MAX_INT_BITS || left.bits() > MAX_INT_BITS - shift) {
                return None;
            }
            left << shift
        }
        Operator::RShift => left >> right.to_u64()?,
        Operator::BitAnd => left & right,
        Operator::BitOr => left | right,
        Operator::BitXor => left ^ right,
        Operator::Div => {
            // Exact when both operands are: then one rounding is the right one.
            let exact = |value: &BigInt| value.bits() <= 53;
            if right.is_zero() || !exact(left) || !exact(right) {
                return None;
            }
            return Some(Constant::Float(left.to_f64()? / right.to_f64()?));
        }
        Operator::FloorDiv | Operator::Mod | Operator::MatMult => return None,
    };
    Some(int_constant(&value))
}

/// The float of a real constant, when the conversion is exact.
fn real(constant: &Constant) -> Option<f64> {
    match constant {
        Constant::Float(value) => Some(*value),
        other => {
            let value = int_value(other)?;
            (value.bits() <= 53).then(|| value.to_f64())?
        }
    }
}

fn floats(operator: Operator, left: f64, right: f64) -> Option<Constant> {
    let value = match operator {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div if right != 0.0 => left / right,
        Operator::Mod if right != 0.0 => float_divmod(left, right).1,
        Operator::FloorDiv if right != 0.0 => float_divmod(left, right).0,
        Operator::Pow => {
            if left == 0.0 && right < 0.0 || left < 0.0 && right.fract() != 0.0 {
                return None;
            }
            let value = left.powf(right);
            if value.is_infinite() && left.is_finite() && right.is_finite() {
                return None;
            }
            value
        }
        _ => return None,
    };
    Some(Constant::Float(value))
}

/// Python's `divmod` of floats: the remainder has the divisor's sign.
fn float_divmod(left: f64, right: f64) -> (f64, f64) {
    let mut remainder = left % right;
    let mut quotient = (left - remainder) / right;
    if remainder != 0.0 {
        if (right < 0.0) != (remainder < 0.0) {
            remainder += right;
            quotient -= 1.0;
        }
    } else {
        remainder = 0f64.copysign(right);
    }
    let floored = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0f64.copysign(left / right)
    };
    (floored, remainder)
}

/// Sums and differences, and products with a real number; the rest is left to run time.
fn complexes(operator: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    let (real, imaginary) = match (left, right) {
        (Constant::Complex(a, b), Constant::Complex(c, d)) => match operator {
            Operator::Add => (a + c, b + d),
            Operator::Sub => (a - c, b - d),
            Operator::Mult if [a, b, c, d].iter().all(|part| part.is_finite()) => {
                (a * c - b * d, a * d + b * c)
            }
            _ => return None,
        },
        (Constant::Complex(a, b), other) => {
            let other = real(other)?;
            match operator {
                Operator::Add => (a + other, *b),
                Operator::Sub => (a - other, *b),
                Operator::Mult => (a * other, b * other),
                _ => return None,
            }
        }
        (other, Constant::Complex(a, b)) => {
            let other = real(other)?;
            match operator {
                Operator::Add => (other + a, *b),
                Operator::Sub => (other - a, -b),
                Operator::Mult => (other * a, other * b),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(Constant::Complex(real, imaginary))
}

fn repeat(sequence: &Constant, count: &BigInt) -> Option<Constant> {
    let count = count.to_i64()?.max(0) as usize;
    match sequence {
        Constant::Str(text) => {
            let length = text.code_point_count();
            if length > 0 && count > MAX_STRING_SIZE / length {
                return None;
            }
            let mut repeated = PythonString::new();
            (0..count).for_each(|_| repeated.push(text));
            Some(Constant::Str(repeated))
        }
        Constant::Bytes(bytes) => {
            if !bytes.is_empty() && count > MAX_STRING_SIZE / bytes.len() {
                return None;
            }
            Some(Constant::Bytes(bytes.repeat(count)))
        }
        Constant::Tuple(items) => {
            if !items.is_empty() {
                if count > MAX_COLLECTION_SIZE / items.len() {
                    return None;
                }
                if count > 0 && within_complexity(items, MAX_TOTAL_ITEMS / count as i64) < 0 {
                    return None;
                }
            }
            Some(Constant::Tuple(std::iter::repeat_n(items, count).flatten().cloned().collect()))
        }
        _ => None,
    }
}

/// What is left of `limit` after the items of nested tuples; negative when they exceed it.
fn within_complexity(items: &[Constant], limit: i64) -> i64 {
    let mut limit = limit - items.len() as i64;
    for item in items {
        if limit < 0 {
            break;
        }
        if let Constant::Tuple(inner) | Constant::FrozenSet(inner) = item {
            limit = within_complexity(inner, limit);
        }
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_as_python_does() {
        let int = |value: i64| Constant::Int(value);
        assert_eq!(binary(Operator::FloorDiv, &int(-7), &int(2)), Some(int(-4)));
        assert_eq!(binary(Operator::Mod, &int(-7), &int(2)), Some(int(1)));
        assert_eq!(binary(Operator::Div, &int(1), &int(0)), None);
        assert_eq!(binary(Operator::LShift, &int(1), &int(200)), None);
        assert_eq!(binary(Operator::Mod, &Constant::Float(-1.0), &int(3)), Some(Constant::Float(2.0)));
        assert_eq!(binary(Operator::Mult, &int(2), &Constant::string("ab")), Some(Constant::string("abab")));
        assert_eq!(unary(UnaryOp::USub, &Constant::Float(0.0)), Some(Constant::Float(-0.0)));
        let tuple = Constant::Tuple(vec![int(1), int(2), int(3)]);
        assert_eq!(subscript(&tuple, &int(-1)), Some(int(3)));
    }
}

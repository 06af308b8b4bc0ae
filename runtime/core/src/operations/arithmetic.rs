//! Binary, in-place and unary operators. CPython: `binary_op1`, `binary_iop1`, `PyNumber_Add` … in Objects/abstract.c.

use crate::object::Object;
use crate::owned::{Owned, Raised, Result};
use crate::special_methods::{BinaryMethod, SpecialMethods};
use crate::type_error;

/// Tries the operands' entries in CPython's order; NotImplemented when neither knows the other.
#[inline]
fn try_binary(
    left: &Object,
    right: &Object,
    entry: impl Fn(&SpecialMethods) -> Option<BinaryMethod>,
) -> Result {
    let (left_type, right_type) = (left.type_object(), right.type_object());
    let left_method = entry(left_type.special());
    let mut right_method =
        if std::ptr::eq(left_type, right_type) { None } else { entry(right_type.special()) };
    if let (Some(left), Some(right)) = (left_method, right_method)
        && left as usize == right as usize
    {
        right_method = None;
    }
    if let Some(method) = left_method {
        if let Some(reflected) = right_method
            && right_type.is_subtype(left_type)
        {
            let result = reflected(left, right)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            right_method = None;
        }
        let result = method(left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    match right_method {
        Some(method) => method(left, right),
        None => Ok(Owned::not_implemented()),
    }
}

#[cold]
fn unsupported(left: &Object, right: &Object, operator: &str) -> Raised {
    if operator == ">>" && left.type_object().name() == "builtin_function_or_method" {
        let is_print = left
            .downcast::<crate::descriptor::BuiltinFunction>()
            .is_some_and(|function| function.spec.name == "print");
        if is_print {
            return type_error!(
                "unsupported operand type(s) for {}: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                operator,
                left.type_object().full_name(),
                right.type_object().full_name()
            );
        }
    }
    type_error!(
        "unsupported operand type(s) for {}: '{}' and '{}'",
        operator,
        left.type_object().full_name(),
        right.type_object().full_name()
    )
}

macro_rules! binary_operators {
    ($($(#[$doc:meta])* $name:ident, $inplace:ident, $entry:ident, $inplace_entry:ident, $symbol:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(left: &Object, right: &Object) -> Result {
                let result = try_binary(left, right, |special| special.$entry)?;
                if !result.is_not_implemented() { return Ok(result); }
                Err(unsupported(left, right, $symbol))
            }

            /// The in-place form: the left operand's in-place entry first.
            pub fn $inplace(left: &Object, right: &Object) -> Result {
                if let Some(method) = left.type_object().special().$inplace_entry {
                    let result = method(left, right)?;
                    if !result.is_not_implemented() { return Ok(result); }
                }
                let result = try_binary(left, right, |special| special.$entry)?;
                if !result.is_not_implemented() { return Ok(result); }
                Err(unsupported(left, right, concat!($symbol, "=")))
            }
        )*
    };
}

binary_operators! {
    subtract, inplace_subtract, subtract, inplace_subtract, "-";
    remainder, inplace_remainder, remainder, inplace_remainder, "%";
    left_shift, inplace_left_shift, left_shift, inplace_left_shift, "<<";
    right_shift, inplace_right_shift, right_shift, inplace_right_shift, ">>";
    and, inplace_and, and, inplace_and, "&";
    xor, inplace_xor, xor, inplace_xor, "^";
    or, inplace_or, or, inplace_or, "|";
    floor_divide, inplace_floor_divide, floor_divide, inplace_floor_divide, "//";
    true_divide, inplace_true_divide, true_divide, inplace_true_divide, "/";
    matrix_multiply, inplace_matrix_multiply, matrix_multiply, inplace_matrix_multiply, "@";
}

/// `left + right`: numbers first, then the left operand as a sequence.
pub fn add(left: &Object, right: &Object) -> Result {
    let result = try_binary(left, right, |special| special.add)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    if let Some(concat) = left.type_object().special().concat {
        return concat(left, right);
    }
    Err(unsupported(left, right, "+"))
}

/// `left += right`.
pub fn inplace_add(left: &Object, right: &Object) -> Result {
    if let Some(method) = left.type_object().special().inplace_add {
        let result = method(left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    let result = try_binary(left, right, |special| special.add)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    let special = left.type_object().special();
    if let Some(concat) = special.inplace_concat.or(special.concat) {
        return concat(left, right);
    }
    Err(unsupported(left, right, "+="))
}

/// `left * right`: numbers first, then either operand as a sequence.
pub fn multiply(left: &Object, right: &Object) -> Result {
    let result = try_binary(left, right, |special| special.multiply)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    repeat(left, right, left.type_object().special().repeat, "*")
}

/// `left *= right`.
pub fn inplace_multiply(left: &Object, right: &Object) -> Result {
    if let Some(method) = left.type_object().special().inplace_multiply {
        let result = method(left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    let result = try_binary(left, right, |special| special.multiply)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    let special = left.type_object().special();
    repeat(left, right, special.inplace_repeat.or(special.repeat), "*=")
}

fn repeat(
    left: &Object,
    right: &Object,
    left_repeat: Option<crate::special_methods::RepeatMethod>,
    symbol: &str,
) -> Result {
    let (sequence, count, method) = match (left_repeat, right.type_object().special().repeat) {
        (Some(method), _) => (left, right, method),
        (None, Some(method)) => (right, left, method),
        (None, None) => return Err(unsupported(left, right, symbol)),
    };
    if count.type_object().special().index.is_none() {
        return Err(type_error!(
            "can't multiply sequence by non-int of type '{}'",
            count.type_object().full_name()
        ));
    }
    method(sequence, super::index_isize(count)?)
}

/// `divmod(left, right)`.
pub fn divmod(left: &Object, right: &Object) -> Result {
    let result = try_binary(left, right, |special| special.divmod)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    Err(unsupported(left, right, "divmod()"))
}

/// `left ** right`, `pow(left, right, modulus)`.
pub fn power(left: &Object, right: &Object, modulus: Option<&Object>) -> Result {
    let result = try_power(left, right, modulus)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    Err(match modulus {
        None => unsupported(left, right, "** or pow()"),
        Some(modulus) => type_error!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            left.type_object().full_name(),
            right.type_object().full_name(),
            modulus.type_object().full_name()
        ),
    })
}

/// `left **= right`.
pub fn inplace_power(left: &Object, right: &Object) -> Result {
    if let Some(method) = left.type_object().special().inplace_power {
        let result = method(left, right)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    let result = try_power(left, right, None)?;
    if !result.is_not_implemented() {
        return Ok(result);
    }
    Err(unsupported(left, right, "**="))
}

fn try_power(left: &Object, right: &Object, modulus: Option<&Object>) -> Result {
    let (left_type, right_type) = (left.type_object(), right.type_object());
    let left_method = left_type.special().power;
    let mut right_method =
        if std::ptr::eq(left_type, right_type) { None } else { right_type.special().power };
    if let (Some(left), Some(right)) = (left_method, right_method)
        && left as usize == right as usize
    {
        right_method = None;
    }
    if let Some(method) = left_method {
        if let Some(reflected) = right_method
            && right_type.is_subtype(left_type)
        {
            let result = reflected(left, right, modulus)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
            right_method = None;
        }
        let result = method(left, right, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(method) = right_method {
        let result = method(left, right, modulus)?;
        if !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if let Some(modulus) = modulus
        && let Some(method) = modulus.type_object().special().power
        && Some(method as usize) != left_method.map(|method| method as usize)
        && Some(method as usize) != right_type.special().power.map(|method| method as usize)
    {
        return method(left, right, Some(modulus));
    }
    Ok(Owned::not_implemented())
}

macro_rules! unary_operators {
    ($($(#[$doc:meta])* $name:ident, $text:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(operand: &Object) -> Result {
                match operand.type_object().special().$name {
                    Some(method) => method(operand),
                    None => Err(type_error!("bad operand type for {}: '{}'", $text, operand.type_object().full_name())),
                }
            }
        )*
    };
}

unary_operators! {
    /// `-operand`
    negative, "unary -";
    /// `+operand`
    positive, "unary +";
    /// `~operand`
    invert, "unary ~";
    /// `abs(operand)`
    absolute, "abs()";
}

/// Whether an operator's result of runtime code is True; for entries that give a bool.
pub fn not(operand: &Object) -> Result {
    Ok(Owned::bool(!super::is_true(operand)?))
}

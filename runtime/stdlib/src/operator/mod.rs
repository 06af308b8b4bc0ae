//! The module `_operator`: operators as functions, and functions that get items, attributes or call methods.

mod getters;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::iteration;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::Result;
use pyrsc_core::slice::has_index;
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::type_object::name_of;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymodule;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &getters::ITEM_GETTER, methods: &[&getters::ITEM_GETTER_METHODS] },
    BuiltinType { ty: &getters::ATTRIBUTE_GETTER, methods: &[&getters::ATTRIBUTE_GETTER_METHODS] },
    BuiltinType { ty: &getters::METHOD_CALLER, methods: &[&getters::METHOD_CALLER_METHODS] },
];

/// Whether an object is a sequence, as `concat` asks.
fn check_sequence(object: &Object) -> Result<()> {
    if object.type_object().special().get_item.is_none() {
        return Err(type_error!("'{}' object can't be concatenated", name_of(object)));
    }
    Ok(())
}

/// Compares bytes in a time that does not depend on where they differ.
fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    let mut difference = u8::from(left.len() != right.len());
    // With different lengths, the right one is compared with itself.
    let left = if left.len() == right.len() { left } else { right };
    for (left, right) in left.iter().zip(right) {
        difference |= std::hint::black_box(left ^ right);
    }
    difference == 0
}

#[pymodule(
    name = "_operator",
    doc = "Operators as functions.",
    types(getters::ITEM_GETTER, getters::ATTRIBUTE_GETTER, getters::METHOD_CALLER)
)]
mod module {
    use super::*;

    /// a + b
    #[pyfunction(signature = "(a, b, /)")]
    fn add(a: &Object, b: &Object) -> Result {
        operations::add(a, b)
    }

    /// a - b
    #[pyfunction(signature = "(a, b, /)")]
    fn sub(a: &Object, b: &Object) -> Result {
        operations::subtract(a, b)
    }

    /// a * b
    #[pyfunction(signature = "(a, b, /)")]
    fn mul(a: &Object, b: &Object) -> Result {
        operations::multiply(a, b)
    }

    /// a @ b
    #[pyfunction(signature = "(a, b, /)")]
    fn matmul(a: &Object, b: &Object) -> Result {
        operations::matrix_multiply(a, b)
    }

    /// a // b
    #[pyfunction(signature = "(a, b, /)")]
    fn floordiv(a: &Object, b: &Object) -> Result {
        operations::floor_divide(a, b)
    }

    /// a / b
    #[pyfunction(signature = "(a, b, /)")]
    fn truediv(a: &Object, b: &Object) -> Result {
        operations::true_divide(a, b)
    }

    /// a % b
    #[pyfunction(name = "mod", signature = "(a, b, /)")]
    fn remainder(a: &Object, b: &Object) -> Result {
        operations::remainder(a, b)
    }

    /// a ** b
    #[pyfunction(signature = "(a, b, /)")]
    fn pow(a: &Object, b: &Object) -> Result {
        operations::power(a, b, None)
    }

    /// a << b
    #[pyfunction(signature = "(a, b, /)")]
    fn lshift(a: &Object, b: &Object) -> Result {
        operations::left_shift(a, b)
    }

    /// a >> b
    #[pyfunction(signature = "(a, b, /)")]
    fn rshift(a: &Object, b: &Object) -> Result {
        operations::right_shift(a, b)
    }

    /// a & b
    #[pyfunction(signature = "(a, b, /)")]
    fn and_(a: &Object, b: &Object) -> Result {
        operations::and(a, b)
    }

    /// a | b
    #[pyfunction(signature = "(a, b, /)")]
    fn or_(a: &Object, b: &Object) -> Result {
        operations::or(a, b)
    }

    /// a ^ b
    #[pyfunction(signature = "(a, b, /)")]
    fn xor(a: &Object, b: &Object) -> Result {
        operations::xor(a, b)
    }

    /// a += b
    #[pyfunction(signature = "(a, b, /)")]
    fn iadd(a: &Object, b: &Object) -> Result {
        operations::inplace_add(a, b)
    }

    /// a -= b
    #[pyfunction(signature = "(a, b, /)")]
    fn isub(a: &Object, b: &Object) -> Result {
        operations::inplace_subtract(a, b)
    }

    /// a *= b
    #[pyfunction(signature = "(a, b, /)")]
    fn imul(a: &Object, b: &Object) -> Result {
        operations::inplace_multiply(a, b)
    }

    /// a @= b
    #[pyfunction(signature = "(a, b, /)")]
    fn imatmul(a: &Object, b: &Object) -> Result {
        operations::inplace_matrix_multiply(a, b)
    }

    /// a //= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ifloordiv(a: &Object, b: &Object) -> Result {
        operations::inplace_floor_divide(a, b)
    }

    /// a /= b
    #[pyfunction(signature = "(a, b, /)")]
    fn itruediv(a: &Object, b: &Object) -> Result {
        operations::inplace_true_divide(a, b)
    }

    /// a %= b
    #[pyfunction(signature = "(a, b, /)")]
    fn imod(a: &Object, b: &Object) -> Result {
        operations::inplace_remainder(a, b)
    }

    /// a **= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ipow(a: &Object, b: &Object) -> Result {
        operations::inplace_power(a, b)
    }

    /// a <<= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ilshift(a: &Object, b: &Object) -> Result {
        operations::inplace_left_shift(a, b)
    }

    /// a >>= b
    #[pyfunction(signature = "(a, b, /)")]
    fn irshift(a: &Object, b: &Object) -> Result {
        operations::inplace_right_shift(a, b)
    }

    /// a &= b
    #[pyfunction(signature = "(a, b, /)")]
    fn iand(a: &Object, b: &Object) -> Result {
        operations::inplace_and(a, b)
    }

    /// a |= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ior(a: &Object, b: &Object) -> Result {
        operations::inplace_or(a, b)
    }

    /// a ^= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ixor(a: &Object, b: &Object) -> Result {
        operations::inplace_xor(a, b)
    }

    /// a + b, for sequences
    #[pyfunction(signature = "(a, b, /)")]
    fn concat(a: &Object, b: &Object) -> Result {
        check_sequence(a)?;
        operations::add(a, b)
    }

    /// a += b, for sequences
    #[pyfunction(signature = "(a, b, /)")]
    fn iconcat(a: &Object, b: &Object) -> Result {
        check_sequence(a)?;
        operations::inplace_add(a, b)
    }

    /// -a
    #[pyfunction(signature = "(a, /)")]
    fn neg(a: &Object) -> Result {
        operations::negative(a)
    }

    /// +a
    #[pyfunction(signature = "(a, /)")]
    fn pos(a: &Object) -> Result {
        operations::positive(a)
    }

    /// The absolute value.
    #[pyfunction(signature = "(a, /)")]
    fn abs(a: &Object) -> Result {
        operations::absolute(a)
    }

    /// ~a
    #[pyfunction(signature = "(a, /)")]
    fn inv(a: &Object) -> Result {
        operations::invert(a)
    }

    /// ~a
    #[pyfunction(signature = "(a, /)")]
    fn invert(a: &Object) -> Result {
        operations::invert(a)
    }

    /// The int that `__index__` gives.
    #[pyfunction(signature = "(a, /)")]
    fn index(a: &Object) -> Result {
        int::to_exact(&*int::index(a)?)
    }

    /// not a
    #[pyfunction(signature = "(a, /)")]
    fn not_(a: &Object) -> Result<bool> {
        Ok(!operations::is_true(a)?)
    }

    /// Whether a is true.
    #[pyfunction(signature = "(a, /)")]
    fn truth(a: &Object) -> Result<bool> {
        operations::is_true(a)
    }

    /// a is b
    #[pyfunction(signature = "(a, b, /)")]
    fn is_(a: &Object, b: &Object) -> bool {
        a.is(b)
    }

    /// a is not b
    #[pyfunction(signature = "(a, b, /)")]
    fn is_not(a: &Object, b: &Object) -> bool {
        !a.is(b)
    }

    /// a is None
    #[pyfunction(signature = "(a, /)")]
    fn is_none(a: &Object) -> bool {
        a.is_none()
    }

    /// a is not None
    #[pyfunction(signature = "(a, /)")]
    fn is_not_none(a: &Object) -> bool {
        !a.is_none()
    }

    /// a < b
    #[pyfunction(signature = "(a, b, /)")]
    fn lt(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::Less)
    }

    /// a <= b
    #[pyfunction(signature = "(a, b, /)")]
    fn le(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::LessEqual)
    }

    /// a == b
    #[pyfunction(signature = "(a, b, /)")]
    fn eq(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::Equal)
    }

    /// a != b
    #[pyfunction(signature = "(a, b, /)")]
    fn ne(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::NotEqual)
    }

    /// a > b
    #[pyfunction(signature = "(a, b, /)")]
    fn gt(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::Greater)
    }

    /// a >= b
    #[pyfunction(signature = "(a, b, /)")]
    fn ge(a: &Object, b: &Object) -> Result {
        operations::compare(a, b, Comparison::GreaterEqual)
    }

    /// b in a
    #[pyfunction(signature = "(a, b, /)")]
    fn contains(a: &Object, b: &Object) -> Result<bool> {
        operations::contains(a, b)
    }

    /// `a[b]`
    #[pyfunction(signature = "(a, b, /)")]
    fn getitem(a: &Object, b: &Object) -> Result {
        operations::get_item(a, b)
    }

    /// `a[b] = c`
    #[pyfunction(signature = "(a, b, c, /)")]
    fn setitem(a: &Object, b: &Object, c: &Object) -> Result<()> {
        operations::set_item(a, b, c)
    }

    /// `del a[b]`
    #[pyfunction(signature = "(a, b, /)")]
    fn delitem(a: &Object, b: &Object) -> Result<()> {
        operations::delete_item(a, b)
    }

    /// How many items equal b.
    #[pyfunction(name = "countOf", signature = "(a, b, /)")]
    fn count_of(a: &Object, b: &Object) -> Result<i64> {
        let mut count = 0;
        iteration::for_each(a, |item| {
            count += i64::from(operations::equal(&item, b)?);
            Ok(())
        })?;
        Ok(count)
    }

    /// The index of the first item that equals b.
    #[pyfunction(name = "indexOf", signature = "(a, b, /)")]
    fn index_of(a: &Object, b: &Object) -> Result<i64> {
        let iterator = iteration::iterate(a)?;
        let mut index = 0;
        while let Some(item) = iteration::next(&iterator)? {
            if operations::equal(&item, b)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(value_error!("sequence.index(x): x not in sequence"))
    }

    /// An estimate of how many items an object gives.
    #[pyfunction(signature = "(obj, default=0, /)")]
    fn length_hint(object: &Object, default: Option<&Object>) -> Result<usize> {
        let default = match default {
            Some(default) if !has_index(default) => {
                return Err(type_error!("'{}' object cannot be interpreted as an integer", name_of(default)));
            }
            Some(default) => int::index_i64(default)?.max(0) as usize,
            None => 0,
        };
        operations::length_hint(object, default)
    }

    /// Calls an object.
    #[pyfunction(name = "call")]
    fn call_object(arguments: Arguments<'_>) -> Result {
        let Some(callable) = arguments.positional(0) else {
            return Err(type_error!("call expected at least 1 argument, got 0"));
        };
        operations::call_arguments(callable, arguments.without_first(1))
    }

    /// Compares two texts or bytes in a time that does not depend on where they differ.
    #[pyfunction(signature = "(a, b, /)")]
    fn _compare_digest(a: &Object, b: &Object) -> Result<bool> {
        if let (Some(left), Some(right)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            let (Some(left), Some(right)) = (left.as_ascii(), right.as_ascii()) else {
                return Err(type_error!("comparing strings with non-ASCII characters is not supported"));
            };
            return Ok(same_bytes(left.as_bytes(), right.as_bytes()));
        }
        let bytes = |object: &Object| -> Result<Vec<u8>> {
            if !pyrsc_core::buffer::is_supported(object) {
                return Err(type_error!(
                    "unsupported operand types(s) or combination of types: '{}' and '{}'",
                    name_of(a),
                    name_of(b)
                ));
            }
            match object.downcast::<Bytes>() {
                Some(bytes) => Ok(bytes.as_slice().to_vec()),
                None => Ok(pyrsc_core::buffer::acquire(object)?.to_vec()),
            }
        };
        Ok(same_bytes(&bytes(a)?, &bytes(b)?))
    }
}

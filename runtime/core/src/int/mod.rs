//! Ints: immediate words of 63 bits, and big ints, whose limbs lie in the object.
//!
//! [`Int`] is the object of a big int and of an instance of a subclass; an exact int that fits a word never lies in
//! memory (**Invariant**), a subclass's instance always does. Every function takes `&Object` and looks at the number
//! through [`View`], so that bools and instances of subclasses count as ints.
//!
//! - [`arithmetic`]: `+ - * // % divmod ** pow`, negation
//! - [`bits`]: `<< >> & | ^ ~`, `bit_length`, bytes
//! - [`number`]: comparison, hash, floats, true division
//! - [`text`]: digits in any base
//! - [`limbs`]: magnitudes without sign or object

pub mod arithmetic;
pub mod bits;
pub mod limbs;
pub mod number;
pub mod text;

use std::cell::Cell;
pub use text::{maximum_digits, set_maximum_digits};

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::{Class, TypeObject, flags};

pub use arithmetic::{
    absolute, add, divmod, floor_divide, multiply, negative, positive, power, remainder, subtract,
};
pub use bits::{and, bit_length, invert, left_shift, or, right_shift, xor};
pub use number::{compare, compare_with_float, from_f64, hash, to_f64, true_divide};

use limbs::{LIMB_BITS, Limb};

/// The most limbs that a number may have; more raises MemoryError.
pub const MAXIMUM_LIMBS: usize = 1 << 31;

/// An int in memory: see the module's documentation.
#[pyclass(
    name = "int",
    module = "builtins",
    shape = BIG_INT,
    flags(BASETYPE, INT_SUBCLASS, MATCH_SELF),
    variable_size = size_of_object,
    doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4"
)]
#[repr(C)]
pub struct Int {
    header: Header,
    /// How many limbs follow; the top one is not zero.
    length: Cell<u32>,
    negative: Cell<bool>,
}

impl Int {
    /// The magnitude.
    pub fn limbs(&self) -> &[Limb] {
        // SAFETY: every int in memory is allocated with `length` limbs after the struct, and they never change.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).add(1) as *const Limb,
                self.length.get() as usize,
            )
        }
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative.get()
    }

    /// Bytes from the object's start to what follows the limbs.
    pub fn payload_size(&self) -> usize {
        size_of::<Int>() + size_of::<Limb>() * self.length.get() as usize
    }
}

/// Bytes of an int in memory, with its limbs.
///
/// # Safety
/// `object` points to an int.
unsafe fn size_of_object(object: *const u8) -> usize {
    // SAFETY: the caller's promise.
    unsafe { &*object.cast::<Int>() }.payload_size()
}

const _: () = assert!(size_of::<Int>() == 16);

/// A number, wherever it lies.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// It fits 64 bits.
    Small(i64),
    /// It does not.
    Big(&'a Int),
}

impl<'a> View<'a> {
    /// The number of an int, a bool or an instance of a subclass; `None` for anything else.
    #[inline(always)]
    pub fn of(object: &'a Object) -> Option<View<'a>> {
        let value = object.value();
        if value.is_int() {
            return Some(View::Small(value.int()));
        }
        View::of_other(object)
    }

    #[inline]
    fn of_other(object: &'a Object) -> Option<View<'a>> {
        let value = object.value();
        if value.is_bool() {
            return Some(View::Small((value == Value::TRUE).into()));
        }
        if !value.is_pointer() || !object.type_object().has_flag(flags::INT_SUBCLASS) {
            return None;
        }
        // SAFETY: an object in memory whose type derives from int starts with `Int`.
        let int = unsafe { &*object.address::<Int>() };
        Some(match *int.limbs() {
            [] => View::Small(0),
            [limb] if limb <= i64::MAX as u64 => {
                View::Small(if int.is_negative() { -(limb as i64) } else { limb as i64 })
            }
            [limb] if limb == 1 << 63 && int.is_negative() => View::Small(i64::MIN),
            _ => View::Big(int),
        })
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        match self {
            View::Small(number) => *number < 0,
            View::Big(int) => int.is_negative(),
        }
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self, View::Small(0))
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i64 {
        match self {
            View::Small(number) => number.signum(),
            View::Big(int) => {
                if int.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    /// The number, when it fits.
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            View::Small(number) => Some(*number),
            View::Big(_) => None,
        }
    }

    /// Sign and magnitude.
    pub fn parts(&self) -> Parts<'a> {
        match self {
            View::Small(number) => Parts { negative: *number < 0, one: [number.unsigned_abs()], limbs: None },
            View::Big(int) => Parts { negative: int.is_negative(), one: [0], limbs: Some(int.limbs()) },
        }
    }
}

/// Sign and magnitude of a number.
pub struct Parts<'a> {
    pub negative: bool,
    one: [Limb; 1],
    limbs: Option<&'a [Limb]>,
}

impl Parts<'_> {
    /// The magnitude, without zero limbs at the top.
    pub fn limbs(&self) -> &[Limb] {
        self.limbs.unwrap_or(limbs::trimmed(&self.one))
    }
}

/// An int in memory that is being filled in. It becomes a value with [`Building::finish`].
pub struct Building(Ref<Int>);

impl Building {
    /// Room for so many limbs; their contents are arbitrary.
    pub fn new(limbs: usize) -> Result<Building> {
        Building::of_class(Int::type_object(), limbs)
    }

    fn of_class(class: &TypeObject, limbs: usize) -> Result<Building> {
        if limbs > MAXIMUM_LIMBS {
            return Err(crate::memory_error!());
        }
        let object = memory::allocate_variable::<Int>(class, limbs * size_of::<Limb>())?;
        // SAFETY: the allocator gives storage for the struct and the limbs, with a header, and one owner.
        unsafe {
            (*object).length = Cell::new(limbs as u32);
            (*object).negative = Cell::new(false);
            Ok(Building(Owned::from_raw(Value(object as u64)).downcast_unchecked()))
        }
    }

    /// The limbs to fill in.
    pub fn limbs(&mut self) -> &mut [Limb] {
        let length = self.0.length.get() as usize;
        // SAFETY: the storage has room for `length` limbs, and this is the only reference to it.
        unsafe {
            std::slice::from_raw_parts_mut((self.0.object().address::<Int>()).add(1) as *mut Limb, length)
        }
    }

    /// The number, as an immediate when it fits.
    pub fn finish(mut self, negative: bool) -> Owned {
        let length = limbs::trimmed(self.limbs()).len();
        if length <= 1 {
            let limb = if length == 0 { 0 } else { self.limbs()[0] };
            if let Some(value) = small_value(negative, limb) {
                // SAFETY: an immediate.
                return unsafe { Owned::from_raw(value) };
            }
        }
        self.0.length.set(length as u32);
        self.0.negative.set(negative);
        self.0.into_owned()
    }
}

/// The immediate of a number in sign and magnitude, when it fits.
fn small_value(negative: bool, limb: Limb) -> Option<Value> {
    let number = if negative { 0i64.checked_sub_unsigned(limb) } else { i64::try_from(limb).ok() };
    number.and_then(Value::from_int)
}

/// The int of this number.
#[inline(always)]
pub fn from_i64(number: i64) -> Owned {
    match Value::from_int(number) {
        // SAFETY: an immediate.
        Some(value) => unsafe { Owned::from_raw(value) },
        None => from_sign_and_limbs(number < 0, &[number.unsigned_abs()]).expect("memory for one limb"),
    }
}

/// The int of this number.
pub fn from_u64(number: u64) -> Owned {
    match i64::try_from(number) {
        Ok(number) => from_i64(number),
        Err(_) => from_sign_and_limbs(false, &[number]).expect("memory for one limb"),
    }
}

/// The int of this number.
pub fn from_usize(number: usize) -> Owned {
    from_u64(number as u64)
}

/// The int of this number.
pub fn from_i128(number: i128) -> Owned {
    match i64::try_from(number) {
        Ok(number) => from_i64(number),
        Err(_) => {
            let magnitude = number.unsigned_abs();
            from_sign_and_limbs(number < 0, &[magnitude as Limb, (magnitude >> LIMB_BITS) as Limb])
                .expect("memory for two limbs")
        }
    }
}

/// The int of this number.
pub fn from_u128(number: u128) -> Owned {
    from_sign_and_limbs(false, &[number as Limb, (number >> LIMB_BITS) as Limb])
        .expect("memory for two limbs")
}

/// The int of this sign and magnitude.
pub fn from_sign_and_limbs(negative: bool, magnitude: &[Limb]) -> Result {
    let magnitude = limbs::trimmed(magnitude);
    if let Some(value) = match *magnitude {
        [] => small_value(negative, 0),
        [limb] => small_value(negative, limb),
        _ => None,
    } {
        // SAFETY: an immediate.
        return Ok(unsafe { Owned::from_raw(value) });
    }
    let mut building = Building::new(magnitude.len())?;
    building.limbs().copy_from_slice(magnitude);
    Ok(building.finish(negative))
}

/// The int of this sign and magnitude.
pub fn from_sign_and_ubig(negative: bool, magnitude: &dashu_int::UBig) -> Result {
    from_sign_and_limbs(negative, magnitude.as_words())
}

/// An exact int of the same number as an int, a bool or an instance of a subclass.
pub fn to_exact(object: &Object) -> Result {
    if is_exact(object) {
        return Ok(object.to_owned());
    }
    match View::of(object) {
        Some(View::Small(number)) => Ok(from_i64(number)),
        Some(View::Big(int)) => from_sign_and_limbs(int.is_negative(), int.limbs()),
        None => Err(crate::type_error!("an int is required, not {}", crate::type_object::name_of(object))),
    }
}

/// An instance of a subclass of int.
pub fn new_instance(class: &TypeObject, number: &Object) -> Result {
    let Some(view) = View::of(number) else { return to_exact(number) };
    let parts = view.parts();
    let mut building = Building::of_class(class, parts.limbs().len())?;
    building.limbs().copy_from_slice(parts.limbs());
    building.0.negative.set(parts.negative);
    Ok(building.0.into_owned())
}

/// Whether the type is `int` itself.
#[inline(always)]
pub fn is_exact(object: &Object) -> bool {
    let value = object.value();
    value.is_int() || value.is_pointer() && object.shape_id() == ShapeId::BIG_INT
}

/// Whether the type is `int` or derives from it.
#[inline(always)]
pub fn is_int(object: &Object) -> bool {
    let value = object.value();
    value.is_int()
        || value.is_bool()
        || value.is_pointer() && object.type_object().has_flag(flags::INT_SUBCLASS)
}

/// The number of an int (or bool, or instance of a subclass) that fits 64 bits.
#[inline(always)]
pub fn to_i64(object: &Object) -> Option<i64> {
    View::of(object)?.to_i64()
}

/// The number of an int that fits 64 bits without a sign.
pub fn to_u64(object: &Object) -> Option<u64> {
    match View::of(object)? {
        View::Small(number) => u64::try_from(number).ok(),
        View::Big(int) => match *int.limbs() {
            [limb] if !int.is_negative() => Some(limb),
            _ => None,
        },
    }
}

/// The number of an int that fits 128 bits.
pub fn to_i128(object: &Object) -> Option<i128> {
    match View::of(object)? {
        View::Small(number) => Some(number.into()),
        View::Big(int) => {
            let magnitude = match *int.limbs() {
                [limb] => u128::from(limb),
                [low, high] => u128::from(high) << LIMB_BITS | u128::from(low),
                _ => return None,
            };
            if int.is_negative() {
                0i128.checked_sub_unsigned(magnitude)
            } else {
                i128::try_from(magnitude).ok()
            }
        }
    }
}

/// What `operator.index` gives, as an int (never a bool; an instance of a subclass of int is given as it is).
pub fn index(object: &Object) -> Result {
    if is_int(object) {
        return Ok(object.to_owned());
    }
    let name = crate::type_object::name_of(object);
    let Some(method) = object.type_object().special().index else {
        return Err(crate::type_error!("'{name}' object cannot be interpreted as an integer"));
    };
    let result = method(object)?;
    if is_exact(&result) {
        return Ok(result);
    }
    let found = crate::type_object::name_of(&result);
    if !is_int(&result) {
        return Err(crate::type_error!("__index__ returned non-int (type {found})"));
    }
    crate::warnings::deprecated(&format!(
        "__index__ returned non-int (type {found}).  The ability to return an instance of a strict \
         subclass of int is deprecated, and may be removed in a future version of Python."
    ))?;
    Ok(result)
}

/// `operator.index` as a machine integer; OverflowError when it does not fit.
pub fn index_i64(object: &Object) -> Result<i64> {
    if object.value().is_int() {
        return Ok(object.value().int());
    }
    let number = index(object)?;
    to_i64(&number).ok_or_else(|| crate::overflow_error!("Python int too large to convert to C ssize_t"))
}

/// `operator.index` cut to the range of a machine integer, as slices want it.
pub fn index_clamped(object: &Object) -> Result<i64> {
    if object.value().is_int() {
        return Ok(object.value().int());
    }
    let number = index(object)?;
    let view = View::of(&number).expect("index gives an int");
    Ok(view.to_i64().unwrap_or(if view.is_negative() { i64::MIN } else { i64::MAX }))
}

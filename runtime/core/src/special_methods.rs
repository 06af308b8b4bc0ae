//! The table of special methods: what a type can do, one function pointer an operation.
//!
//! Every type object holds a [`SpecialMethods`]: built-in types fill it from their `#[slot]` functions, classes written in
//! Python get trampolines that look the `__dunder__` name up, and both inherit entry by entry along the MRO. The row of
//! an operation below is the only place that ties its entry, its signature and its names in Python together; slot
//! wrappers (`int.__add__`), trampolines and the macro `#[pymethods]` derive from it.
//!
//! As in CPython, a binary numeric entry is called as `(left, right)` whichever operand's type it comes from, and gives
//! NotImplemented for operands that it does not know.

use crate::call::Arguments;
use crate::object::Object;
use crate::owned::{Owned, Result};
use crate::str::Str;
use crate::type_object::TypeObject;

/// The six rich comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Comparison {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

impl Comparison {
    /// The comparison that gives the same answer with the operands exchanged.
    pub const fn reflected(self) -> Comparison {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessEqual => Comparison::GreaterEqual,
            Comparison::Equal => Comparison::Equal,
            Comparison::NotEqual => Comparison::NotEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterEqual => Comparison::LessEqual,
        }
    }

    /// The operator as it is written.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The special method's name.
    pub const fn method(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }

    /// What the comparison says of two things in this order.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Less => ordering.is_lt(),
            Comparison::LessEqual => ordering.is_le(),
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterEqual => ordering.is_ge(),
        }
    }
}

pub type UnaryMethod = fn(&Object) -> Result;
pub type BinaryMethod = fn(&Object, &Object) -> Result;
pub type PowerMethod = fn(&Object, &Object, Option<&Object>) -> Result;
pub type LengthMethod = fn(&Object) -> Result<usize>;
pub type TruthMethod = fn(&Object) -> Result<bool>;
pub type HashMethod = fn(&Object) -> Result<i64>;
pub type ContainsMethod = fn(&Object, &Object) -> Result<bool>;
pub type RepeatMethod = fn(&Object, isize) -> Result;
pub type CompareMethod = fn(&Object, &Object, Comparison) -> Result;
/// `None` deletes the item.
pub type SetItemMethod = fn(&Object, &Object, Option<&Object>) -> Result<()>;
pub type GetAttributeMethod = fn(&Object, &Str) -> Result;
/// `None` deletes the attribute.
pub type SetAttributeMethod = fn(&Object, &Str, Option<&Object>) -> Result<()>;
pub type CallMethod = fn(&Object, Arguments<'_>) -> Result;
pub type NewMethod = fn(&TypeObject, Arguments<'_>) -> Result;
pub type InitMethod = fn(&Object, Arguments<'_>) -> Result<()>;
/// `Ok(None)`: exhausted. A generator's return value is then in the thread block's `stop_value`.
pub type NextMethod = fn(&Object) -> Result<Option<Owned>>;
/// The descriptor, the instance (none for access on the class), the class.
pub type DescriptorGetMethod = fn(&Object, Option<&Object>, Option<&Object>) -> Result;
/// The descriptor, the instance, the value (none deletes).
pub type DescriptorSetMethod = fn(&Object, &Object, Option<&Object>) -> Result<()>;
pub type FinalizeMethod = fn(&Object) -> Result<()>;

/// Calls `$callback! { rows }`. A row: `entry: Signature [dunder names];`
///
/// Two names of a binary operation are the plain and the reflected one. `SetItem`-like rows name the setting and the
/// deleting method; `compare` its six.
#[macro_export]
macro_rules! for_each_special_method {
    ($callback:ident) => {
        $callback! {
            repr: UnaryMethod ["__repr__"];
            str: UnaryMethod ["__str__"];
            hash: HashMethod ["__hash__"];
            call: CallMethod ["__call__"];
            get_attribute: GetAttributeMethod ["__getattribute__"];
            get_attribute_fallback: GetAttributeMethod ["__getattr__"];
            set_attribute: SetAttributeMethod ["__setattr__", "__delattr__"];
            compare: CompareMethod ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"];
            iter: UnaryMethod ["__iter__"];
            next: NextMethod ["__next__"];
            descriptor_get: DescriptorGetMethod ["__get__"];
            descriptor_set: DescriptorSetMethod ["__set__", "__delete__"];
            init: InitMethod ["__init__"];
            new: NewMethod ["__new__"];
            finalize: FinalizeMethod ["__del__"];
            r#await: UnaryMethod ["__await__"];
            aiter: UnaryMethod ["__aiter__"];
            anext: UnaryMethod ["__anext__"];
            add: BinaryMethod ["__add__", "__radd__"];
            subtract: BinaryMethod ["__sub__", "__rsub__"];
            multiply: BinaryMethod ["__mul__", "__rmul__"];
            remainder: BinaryMethod ["__mod__", "__rmod__"];
            divmod: BinaryMethod ["__divmod__", "__rdivmod__"];
            power: PowerMethod ["__pow__", "__rpow__"];
            left_shift: BinaryMethod ["__lshift__", "__rlshift__"];
            right_shift: BinaryMethod ["__rshift__", "__rrshift__"];
            and: BinaryMethod ["__and__", "__rand__"];
            xor: BinaryMethod ["__xor__", "__rxor__"];
            or: BinaryMethod ["__or__", "__ror__"];
            floor_divide: BinaryMethod ["__floordiv__", "__rfloordiv__"];
            true_divide: BinaryMethod ["__truediv__", "__rtruediv__"];
            matrix_multiply: BinaryMethod ["__matmul__", "__rmatmul__"];
            inplace_add: BinaryMethod ["__iadd__"];
            inplace_subtract: BinaryMethod ["__isub__"];
            inplace_multiply: BinaryMethod ["__imul__"];
            inplace_remainder: BinaryMethod ["__imod__"];
            inplace_power: BinaryMethod ["__ipow__"];
            inplace_left_shift: BinaryMethod ["__ilshift__"];
            inplace_right_shift: BinaryMethod ["__irshift__"];
            inplace_and: BinaryMethod ["__iand__"];
            inplace_xor: BinaryMethod ["__ixor__"];
            inplace_or: BinaryMethod ["__ior__"];
            inplace_floor_divide: BinaryMethod ["__ifloordiv__"];
            inplace_true_divide: BinaryMethod ["__itruediv__"];
            inplace_matrix_multiply: BinaryMethod ["__imatmul__"];
            negative: UnaryMethod ["__neg__"];
            positive: UnaryMethod ["__pos__"];
            absolute: UnaryMethod ["__abs__"];
            invert: UnaryMethod ["__invert__"];
            truth: TruthMethod ["__bool__"];
            int: UnaryMethod ["__int__"];
            float: UnaryMethod ["__float__"];
            index: UnaryMethod ["__index__"];
            length: LengthMethod ["__len__"];
            contains: ContainsMethod ["__contains__"];
            get_item: BinaryMethod ["__getitem__"];
            set_item: SetItemMethod ["__setitem__", "__delitem__"];
            concat: BinaryMethod ["__add__"];
            repeat: RepeatMethod ["__mul__", "__rmul__"];
            inplace_concat: BinaryMethod ["__iadd__"];
            inplace_repeat: RepeatMethod ["__imul__"];
        }
    };
}

macro_rules! define_special_methods {
    ($($entry:ident: $signature:ident [$($name:literal),*];)*) => {
        /// What a type can do; see the module's documentation. An entry is `None` when the operation is not supported.
        #[derive(Clone, Copy)]
        pub struct SpecialMethods { $(pub $entry: Option<$signature>,)* }

        impl SpecialMethods {
            /// No operation at all.
            pub const NONE: SpecialMethods = SpecialMethods { $($entry: None,)* };

            /// Takes from `base` every entry that is missing here.
            pub fn inherit(&mut self, base: &SpecialMethods) {
                $(if self.$entry.is_none() { self.$entry = base.$entry; })*
            }
        }

        /// The entries of [`SpecialMethods`], by name.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Entry { $($entry,)* }

        /// Every entry with its names in Python.
        pub const ENTRIES: &[(Entry, &[&str])] = &[$((Entry::$entry, &[$($name),*]),)*];
    };
}

for_each_special_method!(define_special_methods);

// SAFETY: plain data.
unsafe impl crate::collector::Traverse for Entry {
    const HOLDS: bool = false;
    fn traverse(&self, _: &mut crate::collector::Visitor<'_>) {}
}

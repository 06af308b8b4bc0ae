//! Slot wrappers: special methods of built-in types as Python sees them (`int.__add__`), and the other way round, the
//! trampolines by which a class written in Python fills the entries of its table.
//!
//! Both derive from the rows of [`crate::special_methods`], by the row's signature.

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_macros::pyclass;

use crate::attribute;
use crate::call::Arguments;
use crate::exception;
use crate::for_each_special_method;
use crate::interned;
use crate::memory;
use crate::names;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Raised, Ref, Result};
use crate::slot::Slot;
use crate::special_methods::{Comparison, ENTRIES, Entry, SpecialMethods};
use crate::str::{self, Str};
use crate::type_error;
use crate::type_object::{Class, TypeObject};

/// `wrapper_descriptor`: a special method of a built-in type in its namespace.
#[pyclass(name = "wrapper_descriptor", shape = SLOT_WRAPPER)]
#[repr(C)]
pub struct SlotWrapper {
    header: Header,
    pub owner: &'static TypeObject,
    pub entry: Entry,
    /// Which of the entry's names it is.
    pub index: u8,
}

/// `method-wrapper`: a slot wrapper bound to an object.
#[pyclass(name = "method-wrapper")]
#[repr(C)]
pub struct MethodWrapper {
    header: Header,
    pub wrapper: Slot,
    pub receiver: Slot,
}

impl SlotWrapper {
    pub fn new(owner: &'static TypeObject, entry: Entry, index: u8) -> Ref<SlotWrapper> {
        memory::allocate(
            SlotWrapper::type_object(),
            SlotWrapper { header: Header::new(ShapeId::SLOT_WRAPPER), owner, entry, index },
        )
    }

    /// `__add__`
    pub fn name(&self) -> &'static str {
        ENTRIES[self.entry as usize].1[self.index as usize]
    }

    /// Calls it with the receiver as the first argument.
    pub fn call(&self, arguments: Arguments<'_>) -> Result {
        match arguments.positional(0) {
            None => Err(type_error!(
                "descriptor '{}' of '{}' object needs an argument",
                self.name(),
                self.owner.name()
            )),
            Some(receiver) if receiver.type_object().is_subtype(self.owner) => {
                self.call_with(receiver, arguments.without_first(1))
            }
            Some(receiver) => Err(type_error!(
                "descriptor '{}' requires a '{}' object but received a '{}'",
                self.name(),
                self.owner.name(),
                receiver.type_object().full_name()
            )),
        }
    }

    /// Calls it on a receiver of the right type.
    pub fn call_with(&self, receiver: &Object, arguments: Arguments<'_>) -> Result {
        let takes_keywords = matches!(self.entry, Entry::call | Entry::init);
        if !takes_keywords && arguments.keyword_count() > 0 {
            return Err(type_error!("wrapper {}() takes no keyword arguments", self.name()));
        }
        call_entry(self.entry, self.owner.special(), self.index as usize, receiver, arguments)
    }
}

impl MethodWrapper {
    pub fn new(wrapper: Owned, receiver: Owned) -> Ref<MethodWrapper> {
        memory::allocate(
            MethodWrapper::type_object(),
            MethodWrapper {
                header: Header::new(ShapeId::OBJECT),
                wrapper: Slot::new(wrapper),
                receiver: Slot::new(receiver),
            },
        )
    }

    /// Calls it.
    pub fn call(&self, arguments: Arguments<'_>) -> Result {
        let wrapper = self.wrapper.get_or_none();
        let receiver = self.receiver.get_or_none();
        match wrapper.downcast::<SlotWrapper>() {
            Some(wrapper) => wrapper.call_with(&receiver, arguments),
            None => {
                Err(exception::raise(exception::SystemError::type_object(), "a bound slot wrapper is empty"))
            }
        }
    }
}

/// Checks how many positional arguments a wrapper got.
fn expect(arguments: Arguments<'_>, low: usize, high: usize) -> Result<()> {
    let given = arguments.positional_count();
    if given >= low && given <= high {
        return Ok(());
    }
    let (bound, limit) = if given < low { ("at least ", low) } else { ("at most ", high) };
    let bound = if low == high { "" } else { bound };
    let plural = if limit == 1 { "" } else { "s" };
    Err(type_error!("expected {bound}{limit} argument{plural}, got {given}"))
}

/// How a wrapper calls an entry, by the entry's signature: `(function, which name, receiver, arguments)`.
#[allow(non_snake_case)]
mod wrap {
    use super::*;
    use crate::special_methods::*;

    fn argument<'a>(arguments: Arguments<'a>, index: usize) -> &'a Object {
        arguments.positional(index).expect("counted before")
    }

    pub fn UnaryMethod(
        function: UnaryMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 0, 0)?;
        function(receiver)
    }

    pub fn BinaryMethod(
        function: BinaryMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 1)?;
        let other = argument(arguments, 0);
        if index == 0 { function(receiver, other) } else { function(other, receiver) }
    }

    pub fn PowerMethod(
        function: PowerMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 2)?;
        let other = argument(arguments, 0);
        let modulus = arguments.positional(1).filter(|modulus| !modulus.is_none());
        if index == 0 { function(receiver, other, modulus) } else { function(other, receiver, modulus) }
    }

    pub fn LengthMethod(
        function: LengthMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 0, 0)?;
        Ok(crate::int::from_u64(function(receiver)? as u64))
    }

    pub fn TruthMethod(
        function: TruthMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 0, 0)?;
        Ok(Owned::bool(function(receiver)?))
    }

    pub fn HashMethod(function: HashMethod, _: usize, receiver: &Object, arguments: Arguments<'_>) -> Result {
        expect(arguments, 0, 0)?;
        Ok(crate::int::from_i64(function(receiver)?))
    }

    pub fn ContainsMethod(
        f: ContainsMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 1)?;
        Ok(Owned::bool(f(receiver, argument(arguments, 0))?))
    }

    pub fn RepeatMethod(
        function: RepeatMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 1)?;
        let count = operations::index_isize(argument(arguments, 0))?;
        function(receiver, count)
    }

    pub fn CompareMethod(
        f: CompareMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 1)?;
        f(receiver, argument(arguments, 0), COMPARISONS[index])
    }

    pub fn SetItemMethod(
        f: SetItemMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        let count = if index == 0 { 2 } else { 1 };
        expect(arguments, count, count)?;
        f(receiver, argument(arguments, 0), arguments.positional(1))?;
        Ok(Owned::none())
    }

    pub fn GetAttributeMethod(
        function: GetAttributeMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 1)?;
        function(receiver, attribute_name(argument(arguments, 0))?)
    }

    pub fn SetAttributeMethod(
        function: SetAttributeMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        let count = if index == 0 { 2 } else { 1 };
        expect(arguments, count, count)?;
        function(receiver, attribute_name(argument(arguments, 0))?, arguments.positional(1))?;
        Ok(Owned::none())
    }

    pub fn CallMethod(function: CallMethod, _: usize, receiver: &Object, arguments: Arguments<'_>) -> Result {
        function(receiver, arguments)
    }

    pub fn NewMethod(_: NewMethod, _: usize, _: &Object, _: Arguments<'_>) -> Result {
        Err(exception::raise(exception::SystemError::type_object(), "__new__ has no slot wrapper"))
    }

    pub fn InitMethod(function: InitMethod, _: usize, receiver: &Object, arguments: Arguments<'_>) -> Result {
        function(receiver, arguments)?;
        Ok(Owned::none())
    }

    pub fn NextMethod(function: NextMethod, _: usize, receiver: &Object, arguments: Arguments<'_>) -> Result {
        expect(arguments, 0, 0)?;
        match function(receiver)? {
            Some(value) => Ok(value),
            None => Err(exception::stop_iteration(crate::gil::take_stop_value())),
        }
    }

    pub fn DescriptorGetMethod(
        function: DescriptorGetMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 1, 2)?;
        let instance = arguments.positional(0).filter(|instance| !instance.is_none());
        let owner = arguments.positional(1).filter(|owner| !owner.is_none());
        if instance.is_none() && owner.is_none() {
            return Err(type_error!("__get__(None, None) is invalid"));
        }
        function(receiver, instance, owner)
    }

    pub fn DescriptorSetMethod(
        function: DescriptorSetMethod,
        index: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        let count = if index == 0 { 2 } else { 1 };
        expect(arguments, count, count)?;
        function(receiver, argument(arguments, 0), arguments.positional(1))?;
        Ok(Owned::none())
    }

    pub fn FinalizeMethod(
        function: FinalizeMethod,
        _: usize,
        receiver: &Object,
        arguments: Arguments<'_>,
    ) -> Result {
        expect(arguments, 0, 0)?;
        function(receiver)?;
        Ok(Owned::none())
    }
}

/// The comparisons in the order of the `compare` row's names.
const COMPARISONS: [Comparison; 6] = [
    Comparison::Less,
    Comparison::LessEqual,
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Greater,
    Comparison::GreaterEqual,
];

/// An attribute's name as it was passed to `__getattribute__` and its kin.
pub fn attribute_name(name: &Object) -> Result<&Str> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name),
        None => Err(type_error!("attribute name must be string, not '{}'", name.type_object().full_name())),
    }
}

/// How a class written in Python answers an entry, by the entry's signature: a function that looks the name up in the
/// object's type and calls it.
macro_rules! trampoline {
    (UnaryMethod, $name:literal $(, $other:literal)*) => {
        |this: &Object| named_call(this, interned!($name), &[])
    };
    (BinaryMethod, "__getitem__") => {
        |this: &Object, key: &Object| named_call(this, interned!("__getitem__"), &[key])
    };
    (BinaryMethod, $name:literal, $reflected:literal) => {
        |left: &Object, right: &Object| binary(left, right, interned!($name), interned!($reflected))
    };
    (BinaryMethod, $name:literal) => {
        |this: &Object, other: &Object| named_call(this, interned!($name), &[other])
    };
    (PowerMethod, $name:literal, $reflected:literal) => {
        power
    };
    (PowerMethod, $name:literal) => {
        |this: &Object, other: &Object, _: Option<&Object>| named_call(this, interned!($name), &[other])
    };
    (LengthMethod, $name:literal) => {
        length
    };
    (TruthMethod, $name:literal) => {
        truth
    };
    (HashMethod, $name:literal) => {
        hash
    };
    (ContainsMethod, $name:literal) => {
        contains
    };
    (RepeatMethod, $($name:literal),*) => {
        |_: &Object, _: isize| Ok(Owned::not_implemented())
    };
    (CompareMethod, $($name:literal),*) => {
        compare
    };
    (SetItemMethod, $name:literal, $delete:literal) => {
        |this: &Object, key: &Object, value: Option<&Object>| {
            set(interned!($name), interned!($delete), this, key, value)
        }
    };
    (GetAttributeMethod, "__getattribute__") => {
        get_attribute
    };
    (GetAttributeMethod, $name:literal) => {
        |this: &Object, name: &Str| named_call(this, interned!($name), &[name.object()])
    };
    (SetAttributeMethod, $name:literal, $delete:literal) => {
        |this: &Object, name: &Str, value: Option<&Object>| {
            set(interned!($name), interned!($delete), this, name.object(), value)
        }
    };
    (CallMethod, $name:literal) => {
        |this: &Object, arguments: Arguments<'_>| special_call_arguments(this, interned!($name), arguments)
    };
    (NewMethod, $name:literal) => {
        new
    };
    (InitMethod, $name:literal) => {
        init
    };
    (NextMethod, $name:literal) => {
        next
    };
    (DescriptorGetMethod, $name:literal) => {
        descriptor_get
    };
    (DescriptorSetMethod, $name:literal, $delete:literal) => {
        |this: &Object, instance: &Object, value: Option<&Object>| {
            set(interned!($name), interned!($delete), this, instance, value)
        }
    };
    (FinalizeMethod, $name:literal) => {
        |this: &Object| named_call(this, interned!($name), &[]).map(drop)
    };
}

macro_rules! define_entry_functions {
    ($($entry:ident: $signature:ident [$($name:tt),*];)*) => {
        /// Calls an entry through its wrapper.
        fn call_entry(
            entry: Entry, special: &SpecialMethods, index: usize, receiver: &Object, arguments: Arguments<'_>,
        ) -> Result {
            match entry {
                $(Entry::$entry => match special.$entry {
                    Some(function) => wrap::$signature(function, index, receiver, arguments),
                    None => Err(type_error!("'{}' object does not support this operation", receiver.type_object().full_name())),
                },)*
            }
        }

        /// Whether a table has an entry.
        pub fn is_set(special: &SpecialMethods, entry: Entry) -> bool {
            match entry { $(Entry::$entry => special.$entry.is_some(),)* }
        }

        /// Whether two tables have the same function as an entry.
        pub fn is_same(left: &SpecialMethods, right: &SpecialMethods, entry: Entry) -> bool {
            match entry {
                $(Entry::$entry => left.$entry.map(|f| f as usize) == right.$entry.map(|f| f as usize),)*
            }
        }

        /// Copies an entry from another table.
        pub fn copy(into: &mut SpecialMethods, from: &SpecialMethods, entry: Entry) {
            match entry { $(Entry::$entry => into.$entry = from.$entry,)* }
        }

        /// Fills an entry with the trampoline, or empties it.
        pub fn set_trampoline(into: &mut SpecialMethods, entry: Entry, on: bool) {
            match entry {
                $(Entry::$entry => into.$entry = if on { Some(trampoline!($signature, $($name),*)) } else { None },)*
            }
        }
    };
}

for_each_special_method!(define_entry_functions);

/// Finds a special method of an object's type; `None` when there is none.
fn find(this: &Object, name: &Str) -> Result<Option<attribute::Method>> {
    let ty = this.type_object();
    let Some(found) = ty.lookup(name) else { return Ok(None) };
    if crate::descriptor::is_method_like(&found) {
        return Ok(Some(attribute::Method::Unbound(found)));
    }
    Ok(Some(attribute::Method::Bound(attribute::bind(found, Some(this), ty)?)))
}

/// Calls a special method of an object's type; AttributeError when there is none.
fn named_call(this: &Object, name: &Str, arguments: &[&Object]) -> Result {
    match named_call_optional(this, name, arguments)? {
        Some(result) => Ok(result),
        None => Err(exception::no_attribute(this, name)),
    }
}

/// Calls a special method of an object's type, if there is one.
pub fn special_call_optional(this: &Object, name: &str, arguments: &[&Object]) -> Result<Option<Owned>> {
    named_call_optional(this, &str::intern(name), arguments)
}

/// Calls a special method of an object's type by its interned name, if there is one.
pub fn named_call_optional(this: &Object, name: &Str, arguments: &[&Object]) -> Result<Option<Owned>> {
    let ty = this.type_object();
    let Some(cell) = attribute::lookup_cell(ty, name) else { return Ok(None) };
    // SAFETY: the cell is bound and owns its value.
    let found = unsafe { Object::from_value(*cell) }.to_owned();
    if crate::descriptor::is_method_like(&found) {
        // SAFETY: a reference to an object is its word; the words stay the caller's.
        return unsafe {
            let words = arguments.as_ptr() as *const Value;
            operations::call_with_first(&found, this, words, arguments.len(), Value(0)).map(Some)
        };
    }
    operations::call(&*attribute::bind(found, Some(this), ty)?, arguments).map(Some)
}

fn special_call_arguments(this: &Object, name: &Str, arguments: Arguments<'_>) -> Result {
    match find(this, name)? {
        None => Err(exception::no_attribute(this, name)),
        Some(attribute::Method::Bound(callable)) => operations::call_arguments(&callable, arguments),
        Some(attribute::Method::Unbound(function)) => {
            crate::descriptor::with_first(this, arguments, |arguments| {
                operations::call_arguments(&function, arguments)
            })
        }
    }
}

/// CPython's `SLOT1BIN`: the left operand's method, then the right one's reflected method, which goes first when the right
/// operand's type derives from the left's and has a method of its own.
fn binary(left: &Object, right: &Object, name: &Str, reflected: &Str) -> Result {
    let (left_type, right_type) = (left.type_object(), right.type_object());
    if std::ptr::eq(left_type, right_type) && left_type.has_flag(crate::type_object::flags::HEAP) {
        // Both operands have the same methods: the reflected one is not asked.
        return Ok(named_call_optional(left, name, &[right])?.unwrap_or(Owned::not_implemented()));
    }
    let left_has = has_python_method(left_type, name, reflected);
    let mut right_has =
        !std::ptr::eq(left_type, right_type) && has_python_method(right_type, name, reflected);
    if left_has {
        if right_has && right_type.is_subtype(left_type) && overrides(left_type, right_type, reflected) {
            match named_call_optional(right, reflected, &[left])? {
                Some(result) if !result.is_not_implemented() => return Ok(result),
                _ => right_has = false,
            }
        }
        match named_call_optional(left, name, &[right])? {
            Some(result) if !result.is_not_implemented() => return Ok(result),
            _ if std::ptr::eq(left_type, right_type) => return Ok(Owned::not_implemented()),
            _ => {}
        }
    }
    if right_has && let Some(result) = named_call_optional(right, reflected, &[left])? {
        return Ok(result);
    }
    Ok(Owned::not_implemented())
}

/// Whether the type's entry for an operator is a trampoline: one of its names is not a built-in type's.
fn has_python_method(ty: &TypeObject, name: &Str, reflected: &Str) -> bool {
    let heap = ty.has_flag(crate::type_object::flags::HEAP);
    [name, reflected].iter().any(|name| {
        attribute::lookup_cell(ty, name).is_some_and(|cell| {
            // SAFETY: the cell is bound and owns its value.
            heap || unsafe { Object::from_value(*cell) }.shape_id() != ShapeId::SLOT_WRAPPER
        })
    })
}

/// Whether a derived class finds another method under a name than its base.
fn overrides(base: &TypeObject, derived: &TypeObject, name: &Str) -> bool {
    match (base.lookup(name), derived.lookup(name)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(left), Some(right)) => !left.is(&right),
    }
}

fn power(left: &Object, right: &Object, modulus: Option<&Object>) -> Result {
    match modulus {
        None => binary(left, right, interned!("__pow__"), interned!("__rpow__")),
        // Three-argument power asks the left operand first, then (3.14) the right one.
        Some(modulus) => {
            if has_python_method(left.type_object(), interned!("__pow__"), interned!("__pow__"))
                && let Some(result) = named_call_optional(left, interned!("__pow__"), &[right, modulus])?
                && !result.is_not_implemented()
            {
                return Ok(result);
            }
            if has_python_method(right.type_object(), interned!("__rpow__"), interned!("__rpow__"))
                && let Some(result) = named_call_optional(right, interned!("__rpow__"), &[left, modulus])?
            {
                return Ok(result);
            }
            Ok(Owned::not_implemented())
        }
    }
}

fn length(this: &Object) -> Result<usize> {
    let result = named_call(this, interned!("__len__"), &[])?;
    let index = operations::index(&result)?;
    match crate::int::to_i64(&index) {
        Some(length) if length >= 0 => Ok(length as usize),
        _ if operations::compare_truth(&index, &Owned::small_int(0), Comparison::Less)? => {
            Err(crate::value_error!("__len__() should return >= 0"))
        }
        _ => Err(crate::overflow_error!(
            "cannot fit '{}' into an index-sized integer",
            result.type_object().full_name()
        )),
    }
}

fn truth(this: &Object) -> Result<bool> {
    let result = named_call(this, interned!("__bool__"), &[])?;
    if !result.value().is_bool() {
        return Err(type_error!(
            "__bool__ should return bool, returned {}",
            result.type_object().full_name()
        ));
    }
    Ok(result.value() == pyrsc_abi::Value::TRUE)
}

fn hash(this: &Object) -> Result<i64> {
    let found = this.type_object().lookup(interned!("__hash__"));
    if found.is_none_or(|found| found.is_none()) {
        return operations::unhashable(this);
    }
    let result = named_call(this, interned!("__hash__"), &[])?;
    if !result.is_instance_of::<crate::int::Int>() {
        return Err(type_error!("__hash__ method should return an integer"));
    }
    let hash = match crate::int::to_i64(&result) {
        Some(number) => number,
        None => operations::hash(&result)?,
    };
    Ok(if hash == -1 { -2 } else { hash })
}

fn contains(this: &Object, item: &Object) -> Result<bool> {
    let found = this.type_object().lookup(interned!("__contains__"));
    match found {
        Some(found) if found.is_none() => {
            Err(type_error!("'{}' object is not a container", this.type_object().full_name()))
        }
        Some(_) => operations::is_true(&*named_call(this, interned!("__contains__"), &[item])?),
        None => operations::contains_by_iteration(this, item),
    }
}

/// The interned name of a comparison's method.
fn comparison_name(comparison: Comparison) -> &'static Str {
    match comparison {
        Comparison::Less => interned!("__lt__"),
        Comparison::LessEqual => interned!("__le__"),
        Comparison::Equal => interned!("__eq__"),
        Comparison::NotEqual => interned!("__ne__"),
        Comparison::Greater => interned!("__gt__"),
        Comparison::GreaterEqual => interned!("__ge__"),
    }
}

fn compare(this: &Object, other: &Object, comparison: Comparison) -> Result {
    match named_call_optional(this, comparison_name(comparison), &[other])? {
        Some(result) => Ok(result),
        None => Ok(Owned::not_implemented()),
    }
}

fn set(name: &Str, delete: &Str, this: &Object, key: &Object, value: Option<&Object>) -> Result<()> {
    match value {
        Some(value) => named_call(this, name, &[key, value]).map(drop),
        None => named_call(this, delete, &[key]).map(drop),
    }
}

/// `__getattribute__`, and `__getattr__` where that raises AttributeError.
fn get_attribute(this: &Object, name: &Str) -> Result {
    let ty = this.type_object();
    let result = match ty.lookup(names::get(names::Name::__getattribute__)) {
        Some(found) if found.shape_id() == ShapeId::SLOT_WRAPPER => match found.downcast::<SlotWrapper>() {
            Some(wrapper) => match wrapper.owner.special().get_attribute {
                Some(get) => get(this, name),
                None => attribute::generic_get(this, name),
            },
            None => attribute::generic_get(this, name),
        },
        Some(_) => named_call(this, interned!("__getattribute__"), &[name.object()]),
        None => attribute::generic_get(this, name),
    };
    match result {
        Err(_) if exception::matches(exception::AttributeError::type_object()) => {
            match find(this, interned!("__getattr__")) {
                Ok(Some(attribute::Method::Unbound(function))) => {
                    exception::clear();
                    operations::call(&function, &[this, name.object()])
                }
                Ok(Some(attribute::Method::Bound(callable))) => {
                    exception::clear();
                    operations::call(&callable, &[name.object()])
                }
                Ok(None) => Err(crate::owned::Raised),
                Err(raised) => Err(raised),
            }
        }
        result => result,
    }
}

fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
    let found = attribute::get_attribute(class.object(), interned!("__new__"))?;
    crate::descriptor::with_first(class.object(), arguments, |arguments| {
        operations::call_arguments(&found, arguments)
    })
}

fn init(this: &Object, arguments: Arguments<'_>) -> Result<()> {
    let result = special_call_arguments(this, interned!("__init__"), arguments)?;
    if !result.is_none() {
        return Err(initializer_result(&result));
    }
    Ok(())
}

/// The error for an `__init__` that returned something.
#[cold]
pub fn initializer_result(result: &Object) -> Raised {
    type_error!("__init__() should return None, not '{}'", result.type_object().full_name())
}

fn next(this: &Object) -> Result<Option<Owned>> {
    match named_call(this, interned!("__next__"), &[]) {
        Ok(value) => Ok(Some(value)),
        Err(_) if exception::matches(exception::StopIteration::type_object()) => {
            let raised = exception::take();
            let value = raised.downcast::<exception::StopIteration>().and_then(|error| error.value.get());
            crate::gil::set_stop_value(value.filter(|value| !value.is_none()));
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn descriptor_get(this: &Object, instance: Option<&Object>, owner: Option<&Object>) -> Result {
    let none = Owned::none();
    named_call(this, interned!("__get__"), &[instance.unwrap_or(&none), owner.unwrap_or(&none)])
}

/// The `__new__` of a built-in type in its namespace: `object.__new__(cls, ...)`.
pub fn new_method(owner: &'static TypeObject) -> Owned {
    NewMethodWrapper::create(owner).into_owned()
}

/// `__new__` of a built-in type: a built-in function that checks the class it is asked to make an instance of.
#[pyclass(name = "builtin_function_or_method")]
#[repr(C)]
pub struct NewMethodWrapper {
    header: Header,
    pub owner: &'static TypeObject,
}

impl NewMethodWrapper {
    fn create(owner: &'static TypeObject) -> Ref<NewMethodWrapper> {
        memory::allocate(
            NewMethodWrapper::type_object(),
            NewMethodWrapper { header: Header::new(ShapeId::OBJECT), owner },
        )
    }

    /// Calls it: the first argument is the class to make an instance of.
    pub fn call(&self, arguments: Arguments<'_>) -> Result {
        let owner = self.owner.name();
        let Some(class) = arguments.positional(0) else {
            return Err(type_error!("{owner}.__new__(): not enough arguments"));
        };
        let Some(class) = class.downcast::<TypeObject>() else {
            let name = class.type_object().name();
            return Err(type_error!("{owner}.__new__(X): X is not a type object ({name})"));
        };
        if !class.is_subtype(self.owner) {
            return Err(type_error!("{owner}.__new__({0}): {0} is not a subtype of {owner}", class.name()));
        }
        // The class must have been made for this struct: object.__new__(int) is refused.
        if !std::ptr::eq(class.spec(), self.owner.spec())
            && !std::ptr::eq(crate::class::nearest_builtin_new(class), self.owner)
        {
            return Err(type_error!(
                "{owner}.__new__({0}) is not safe, use {1}.__new__()",
                class.name(),
                crate::class::nearest_builtin_new(class).name()
            ));
        }
        match self.owner.special().new {
            Some(new) => new(class, arguments.without_first(1)),
            None => Err(type_error!("cannot create '{}' instances", class.name())),
        }
    }
}

//! From a call's arguments to a Rust function's parameters, and from its result to a Python value.
//!
//! The code that `#[pymethods]` and `#[pyfunction]` generate has one static [`Parameters`] a function, binds the call's
//! arguments to it, converts each with [`FromArgument`], and the result with [`IntoResult`]. Error texts are those of
//! CPython's argument parsers (Python/getargs.c, and the call checks of Objects/methodobject.c and descrobject.c).

use pyrsc_abi::Value;

use crate::call::Arguments;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::type_object::{Class, TypeObject};
use crate::{attribute_error, float, int, overflow_error, type_error};

/// Where a function belongs: how error texts name it.
pub enum FunctionOwner {
    Class(fn() -> &'static TypeObject),
    Module(&'static str),
    Builtins,
}

/// The parameters of a function written in Rust, without the receiver.
pub struct Parameters {
    /// None for a class that is called: its name is the function's.
    pub function: Option<&'static str>,
    pub owner: FunctionOwner,
    /// All but a `*` parameter, positional ones first.
    pub names: &'static [&'static str],
    /// How many can only be given by position.
    pub positional_only: usize,
    /// How many can be given by position.
    pub positional: usize,
    /// How many of those must be given.
    pub required_positional: usize,
    /// How many of the keyword-only ones must be given; those come first among them.
    pub required_keyword: usize,
    /// Whether further positional arguments are taken.
    pub variadic: bool,
}

/// One parameter, for error texts.
#[derive(Clone, Copy)]
pub struct Position {
    pub parameters: &'static Parameters,
    pub index: usize,
}

impl Parameters {
    /// The argument of each parameter, `None` for those that are left out.
    #[inline]
    pub fn bind<'a, const N: usize>(
        &'static self,
        arguments: Arguments<'a>,
    ) -> Result<[Option<&'a Object>; N]> {
        let count = arguments.count();
        let mut bound = [None; N];
        if arguments.keyword_count() == 0
            && count >= self.required_positional
            && self.required_keyword == 0
            && (count <= self.positional || self.variadic)
        {
            for (index, place) in bound.iter_mut().take(count.min(self.positional)).enumerate() {
                *place = arguments.get(index);
            }
            return Ok(bound);
        }
        self.bind_slowly(arguments, &mut bound)?;
        Ok(bound)
    }

    #[cold]
    fn bind_slowly<'a>(
        &'static self,
        arguments: Arguments<'a>,
        bound: &mut [Option<&'a Object>],
    ) -> Result<()> {
        if self.positional_only == self.names.len() && !self.variadic {
            return self.positional_error(arguments);
        }
        self.bind_keywords(arguments, bound)
    }

    /// The name as `list.append` or `math.sqrt`: how the checks of calls name a function.
    fn qualified_name(&self) -> String {
        match (&self.owner, self.function) {
            (FunctionOwner::Class(class), Some(function)) => format!("{}.{function}", class().name()),
            (FunctionOwner::Module(module), Some(function)) => format!("{module}.{function}"),
            _ => self.name().to_string(),
        }
    }

    /// The name alone: how argument parsers name a function.
    pub fn name(&self) -> &str {
        match (&self.owner, self.function) {
            (_, Some(function)) => function,
            (FunctionOwner::Class(class), None) => class().name(),
            (_, None) => "function",
        }
    }

    /// What is wrong with the arguments of a function that takes positional ones alone.
    fn positional_error(&self, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() != 0 {
            return Err(type_error!("{}() takes no keyword arguments", self.qualified_name()));
        }
        let given = arguments.count();
        if self.function.is_some() {
            if self.positional == 0 {
                return Err(type_error!("{}() takes no arguments ({given} given)", self.qualified_name()));
            }
            if self.positional == 1 && self.required_positional == 1 {
                let name = self.qualified_name();
                return Err(type_error!("{name}() takes exactly one argument ({given} given)"));
            }
        }
        let (least, most) = (self.required_positional, self.positional);
        Err(wrong_count(self.name(), least, most, given))
    }

    fn bind_keywords<'a>(
        &'static self,
        arguments: Arguments<'a>,
        bound: &mut [Option<&'a Object>],
    ) -> Result<()> {
        let name = self.name();
        let positional = arguments.positional_count();
        let keywords = arguments.keyword_count();
        let all = self.names.len();
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        if !self.variadic {
            if positional + keywords > all {
                let kind = if positional == 0 { "keyword " } else { "" };
                let given = positional + keywords;
                return Err(type_error!(
                    "{name}() takes at most {all} {kind}argument{} ({given} given)",
                    plural(all)
                ));
            }
            if positional > self.positional {
                if self.positional == 0 {
                    return Err(type_error!("{name}() takes no positional arguments"));
                }
                let bound = if self.required_positional < self.positional { "at most" } else { "exactly" };
                let most = self.positional;
                return Err(type_error!(
                    "{name}() takes {bound} {most} positional argument{} ({positional} given)",
                    plural(most)
                ));
            }
        }
        let least = self.positional_only.min(self.required_positional);
        if positional < least {
            let bound = if least < self.positional { "at least" } else { "exactly" };
            return Err(type_error!(
                "{name}() takes {bound} {least} positional argument{} ({positional} given)",
                plural(least)
            ));
        }
        for (index, place) in bound.iter_mut().take(positional.min(self.positional)).enumerate() {
            *place = arguments.get(index);
        }
        let mut unused = keywords;
        let required_up_to = if self.required_keyword > 0 {
            self.positional + self.required_keyword
        } else {
            self.required_positional
        };
        let first = if positional > self.positional { self.positional } else { positional };
        for (index, place) in bound.iter_mut().enumerate().skip(first.max(self.positional_only)) {
            if unused > 0
                && let Some(value) = find_keyword(arguments, self.names[index])
            {
                *place = Some(value);
                unused -= 1;
            } else if index < self.required_positional || (index >= self.positional && index < required_up_to)
            {
                let parameter = self.names[index];
                return Err(type_error!(
                    "{name}() missing required argument '{parameter}' (pos {})",
                    index + 1
                ));
            }
        }
        if unused > 0 {
            return self.unexpected_keyword(arguments, first);
        }
        Ok(())
    }

    fn unexpected_keyword(&self, arguments: Arguments<'_>, positional: usize) -> Result<()> {
        let name = self.name();
        for (index, parameter) in self.names.iter().enumerate().take(positional).skip(self.positional_only) {
            if find_keyword(arguments, parameter).is_some() {
                let position = index + 1;
                return Err(type_error!(
                    "argument for {name}() given by name ('{parameter}') and position ({position})"
                ));
            }
        }
        let known = &self.names[self.positional_only..];
        for (keyword, _) in arguments.iter_keywords() {
            let Some(keyword) = keyword.downcast::<Str>() else { continue };
            let keyword = keyword.to_string_lossy();
            if known.contains(&&*keyword) {
                continue;
            }
            return Err(match closest(&keyword, known) {
                Some(meant) => type_error!(
                    "{name}() got an unexpected keyword argument '{keyword}'. Did you mean '{meant}'?"
                ),
                None => type_error!("{name}() got an unexpected keyword argument '{keyword}'"),
            });
        }
        Ok(())
    }
}

/// The error of a call with the wrong number of positional arguments, as `PyArg_UnpackTuple` words it.
pub fn wrong_count(name: &str, least: usize, most: usize, given: usize) -> crate::owned::Raised {
    let (bound, count) = match given < least {
        _ if least == most => ("", least),
        true => ("at least ", least),
        false => ("at most ", most),
    };
    let plural = if count == 1 { "" } else { "s" };
    type_error!("{name} expected {bound}{count} argument{plural}, got {given}")
}

/// Checks the arguments of a function that takes between `least` and `most` positional ones and no others.
pub fn check_positional(name: &str, arguments: Arguments<'_>, least: usize, most: usize) -> Result<()> {
    if arguments.keyword_count() != 0 {
        return Err(type_error!("{name}() takes no keyword arguments"));
    }
    let given = arguments.count();
    if given < least || given > most { Err(wrong_count(name, least, most, given)) } else { Ok(()) }
}

/// The positional arguments of a built-in class's `__new__`, at most so many. A subclass with an `__init__` of its own may
/// have keywords for that.
pub fn of_new<'a>(
    class: &TypeObject,
    built_in: &TypeObject,
    arguments: Arguments<'a>,
    most: usize,
) -> Result<Arguments<'a>> {
    let init = |ty: &TypeObject| ty.special().init.map(|init| init as usize);
    let own_init = !std::ptr::eq(class, built_in) && init(class) != init(built_in);
    if arguments.keyword_count() != 0 && !own_init {
        return Err(type_error!("{}() takes no keyword arguments", built_in.name()));
    }
    let positional = arguments.positional_from(0);
    check_positional(built_in.name(), positional, 0, most)?;
    Ok(positional)
}

/// The keyword argument of a name.
pub fn find_keyword<'a>(arguments: Arguments<'a>, name: &str) -> Option<&'a Object> {
    arguments
        .iter_keywords()
        .find(|(keyword, _)| keyword.downcast::<Str>().is_some_and(|keyword| keyword.as_utf8() == Some(name)))
        .map(|(_, value)| value)
}

/// The known name that is nearest to a misspelt one, by the distance of Python/suggestions.c: case changes cost 1, other
/// edits 2, and more than a third of the letters may not differ.
fn closest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for &candidate in known {
        let most = (word.len() + candidate.len() + 3) * 2 / 6;
        let limit = best.map_or(most, |(distance, _)| most.min(distance.saturating_sub(1)));
        let distance = edit_distance(word.as_bytes(), candidate.as_bytes());
        if distance <= limit && candidate != word {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn edit_distance(left: &[u8], right: &[u8]) -> usize {
    const MOVE: usize = 2;
    let substitution = |a: u8, b: u8| match a == b {
        true => 0,
        false if a.eq_ignore_ascii_case(&b) => 1,
        false => MOVE,
    };
    let mut row: Vec<usize> = (0..=right.len()).map(|index| index * MOVE).collect();
    for (line, &a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (line + 1) * MOVE;
        for (column, &b) in right.iter().enumerate() {
            let cost = (diagonal + substitution(a, b)).min(row[column] + MOVE).min(row[column + 1] + MOVE);
            diagonal = row[column + 1];
            row[column + 1] = cost;
        }
    }
    row[right.len()]
}

/// The receiver of a method call, which the caller has checked.
#[inline(always)]
pub fn receiver<'a>(arguments: Arguments<'a>) -> &'a Object {
    arguments.get(0).expect("a method is called with its receiver first")
}

/// The receiver of a class method.
#[inline(always)]
pub fn class_receiver(class: &Object) -> &TypeObject {
    class.downcast::<TypeObject>().expect("a class method is called with its class first")
}

/// The argument of a required parameter: binding has seen to it.
#[inline(always)]
pub fn required(bound: Option<&Object>) -> &Object {
    bound.expect("binding checks required parameters")
}

/// None, for a parameter of which it is the default.
pub fn none_reference() -> &'static Object {
    // SAFETY: None is an immediate: it is always alive.
    unsafe { Object::from_value(Value::NONE) }
}

/// The value that a setter gets; attributes with such a setter cannot be deleted.
pub fn not_deleted<'a>(value: Option<&'a Object>, name: &str) -> Result<&'a Object> {
    value.ok_or_else(|| attribute_error!("cannot delete attribute '{name}'"))
}

/// A parameter's type: how its argument is converted.
pub trait FromArgument<'a>: Sized {
    fn from_argument(value: &'a Object, position: Position) -> Result<Self>;
}

impl<'a> FromArgument<'a> for &'a Object {
    #[inline(always)]
    fn from_argument(value: &'a Object, _: Position) -> Result<&'a Object> {
        Ok(value)
    }
}

impl FromArgument<'_> for Owned {
    #[inline(always)]
    fn from_argument(value: &Object, _: Position) -> Result<Owned> {
        Ok(value.to_owned())
    }
}

impl<'a, T: Class> FromArgument<'a> for &'a T {
    #[inline]
    fn from_argument(value: &'a Object, position: Position) -> Result<&'a T> {
        match value.downcast::<T>() {
            Some(value) => Ok(value),
            None => Err(position.wrong_type(T::type_object().name(), value)),
        }
    }
}

impl<T: Class> FromArgument<'_> for Ref<T> {
    #[inline]
    fn from_argument(value: &Object, position: Position) -> Result<Ref<T>> {
        match value.to_owned().into_ref::<T>() {
            Ok(value) => Ok(value),
            Err(_) => Err(position.wrong_type(T::type_object().name(), value)),
        }
    }
}

impl Position {
    /// The TypeError of an argument that is not what the parameter asks for: `f() argument 1 must be str, not int`.
    #[cold]
    pub fn wrong_type(self, expected: &str, value: &Object) -> crate::owned::Raised {
        let parameters = self.parameters;
        let given = if value.is_none() { "None" } else { value.type_object().name() };
        let name = parameters.name();
        if self.index >= parameters.positional_only {
            let argument = parameters.names[self.index];
            return type_error!("{name}() argument '{argument}' must be {expected}, not {given}");
        }
        if parameters.names.len() == 1 && parameters.required_positional == 1 && parameters.function.is_some()
        {
            return type_error!("{name}() argument must be {expected}, not {given}");
        }
        type_error!("{name}() argument {} must be {expected}, not {given}", self.index + 1)
    }
}

impl FromArgument<'_> for bool {
    #[inline]
    fn from_argument(value: &Object, _: Position) -> Result<bool> {
        operations::is_true(value)
    }
}

impl FromArgument<'_> for f64 {
    #[inline]
    fn from_argument(value: &Object, _: Position) -> Result<f64> {
        if let Some(number) = float::to_f64(value) {
            return Ok(number);
        }
        real_number(value)
    }
}

/// `PyFloat_AsDouble` of something that is not a float.
#[cold]
fn real_number(value: &Object) -> Result<f64> {
    let special = value.type_object().special();
    let (result, method) = match (special.float, special.index) {
        (Some(convert), _) => (convert(value)?, "__float__"),
        (None, Some(convert)) => (operations::float(&*convert(value)?)?, "__index__"),
        (None, None) => return Err(type_error!("must be real number, not {}", value.type_object().name())),
    };
    float::to_f64(&result).ok_or_else(|| {
        let (ty, given) = (value.type_object().name(), result.type_object().name());
        type_error!("{ty}.{method} returned non-float (type {given})")
    })
}

macro_rules! signed_arguments {
    ($($ty:ty: $c_type:literal,)*) => {
        $(
            impl FromArgument<'_> for $ty {
                #[inline]
                fn from_argument(value: &Object, _: Position) -> Result<$ty> {
                    let immediate = value.value().is_int().then(|| value.value().int());
                    if let Some(number) = immediate.and_then(|number| <$ty>::try_from(number).ok()) {
                        return Ok(number);
                    }
                    let index = int::index(value)?;
                    int::to_i64(&index).and_then(|number| <$ty>::try_from(number).ok()).ok_or_else(|| {
                        overflow_error!(concat!("Python int too large to convert to C ", $c_type))
                    })
                }
            }
        )*
    };
}

signed_arguments! {
    i64: "long",
    isize: "ssize_t",
    i32: "int",
}

macro_rules! unsigned_arguments {
    ($($ty:ty: $c_type:literal,)*) => {
        $(
            impl FromArgument<'_> for $ty {
                #[inline]
                fn from_argument(value: &Object, _: Position) -> Result<$ty> {
                    let index = int::index(value)?;
                    if let Some(number) = int::to_u64(&index).and_then(|number| <$ty>::try_from(number).ok()) {
                        return Ok(number);
                    }
                    if int::View::of(&index).is_some_and(|number| number.is_negative()) {
                        return Err(overflow_error!(concat!("can't convert negative value to ", $c_type)));
                    }
                    Err(overflow_error!(concat!("Python int too large to convert to C ", $c_type)))
                }
            }
        )*
    };
}

unsigned_arguments! {
    usize: "size_t",
    u64: "unsigned long",
    u32: "unsigned int",
    u8: "unsigned char",
}

/// What a function written in Rust may give.
pub trait IntoResult {
    fn into_result(self) -> Result;
}

/// What can be made a Python value.
pub trait IntoObject {
    fn into_object(self) -> Owned;
}

impl<T: IntoObject> IntoResult for T {
    #[inline(always)]
    fn into_result(self) -> Result {
        Ok(self.into_object())
    }
}

impl<T: IntoObject> IntoResult for Result<T> {
    #[inline(always)]
    fn into_result(self) -> Result {
        self.map(T::into_object)
    }
}

macro_rules! into_object {
    ($($ty:ty: $value:ident => $object:expr,)*) => {
        $(
            impl IntoObject for $ty {
                #[inline(always)]
                fn into_object(self) -> Owned {
                    let $value = self;
                    $object
                }
            }
        )*
    };
}

into_object! {
    Owned: value => value,
    (): _value => Owned::none(),
    bool: value => Owned::bool(value),
    i64: value => int::from_i64(value),
    isize: value => int::from_i64(value as i64),
    i32: value => Owned::small_int(i64::from(value)),
    u64: value => int::from_u64(value),
    usize: value => int::from_u64(value as u64),
    u32: value => Owned::small_int(i64::from(value)),
    u8: value => Owned::small_int(i64::from(value)),
    i128: value => int::from_i128(value),
    f64: value => float::from_f64(value),
    &str: value => Str::new(value).into_owned(),
    String: value => Str::new(&value).into_owned(),
    &Object: value => value.to_owned(),
}

impl<T: Class> IntoObject for Ref<T> {
    #[inline(always)]
    fn into_object(self) -> Owned {
        self.into_owned()
    }
}

impl<T: IntoObject> IntoObject for Option<T> {
    #[inline(always)]
    fn into_object(self) -> Owned {
        self.map_or(Owned::none(), T::into_object)
    }
}

impl<A: IntoObject, B: IntoObject> IntoObject for (A, B) {
    fn into_object(self) -> Owned {
        Tuple::from_vec(vec![self.0.into_object(), self.1.into_object()]).into_owned()
    }
}

impl<A: IntoObject, B: IntoObject, C: IntoObject> IntoObject for (A, B, C) {
    fn into_object(self) -> Owned {
        Tuple::from_vec(vec![self.0.into_object(), self.1.into_object(), self.2.into_object()]).into_owned()
    }
}

/// What a special method written in Rust may give, for an entry that gives a `T`.
pub trait IntoSlotResult<T> {
    fn into_slot_result(self) -> Result<T>;
}

impl<T> IntoSlotResult<T> for Result<T> {
    #[inline(always)]
    fn into_slot_result(self) -> Result<T> {
        self
    }
}

macro_rules! slot_results {
    ($($ty:ty),*) => {
        $(
            impl IntoSlotResult<Owned> for Result<$ty> {
                #[inline(always)]
                fn into_slot_result(self) -> Result {
                    self.map(IntoObject::into_object)
                }
            }
            impl IntoSlotResult<Owned> for $ty {
                #[inline(always)]
                fn into_slot_result(self) -> Result {
                    Ok(self.into_object())
                }
            }
        )*
    };
}

slot_results!(bool, i64, f64, String, &str);

impl IntoSlotResult<Owned> for Owned {
    #[inline(always)]
    fn into_slot_result(self) -> Result {
        Ok(self)
    }
}

impl<T: Class> IntoSlotResult<Owned> for Result<Ref<T>> {
    #[inline(always)]
    fn into_slot_result(self) -> Result {
        self.map(Ref::into_owned)
    }
}

impl<T: Class> IntoSlotResult<Owned> for Ref<T> {
    #[inline(always)]
    fn into_slot_result(self) -> Result {
        Ok(self.into_owned())
    }
}

macro_rules! plain_slot_results {
    ($($ty:ty),*) => {
        $(
            impl IntoSlotResult<$ty> for $ty {
                #[inline(always)]
                fn into_slot_result(self) -> Result<$ty> {
                    Ok(self)
                }
            }
        )*
    };
}

plain_slot_results!(usize, bool, i64, ());

impl<T: Class> IntoSlotResult<Option<Owned>> for Result<Option<Ref<T>>> {
    #[inline(always)]
    fn into_slot_result(self) -> Result<Option<Owned>> {
        self.map(|value| value.map(Ref::into_owned))
    }
}

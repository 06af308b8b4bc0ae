//! Tuples with named items: `time.struct_time`, `os.stat_result`, `sys.version_info`.
//!
//! Such a type derives from `tuple`. Some of its fields may be hidden: they have names but are no items. The hidden values
//! lie behind the tuple's items, after a word that counts them.
//!
//! [`struct_sequence!`](crate::struct_sequence) declares a type; [`new`] makes an instance.

use pyrsc_abi::Value;

use crate::call::Arguments;
use crate::collector::Visitor;
use crate::dict::Dict;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Result};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::type_object::TypeObject;
use crate::{iteration, memory, type_error};

/// The names of a type's fields: those that are items, then the hidden ones. A field without a name of its own is `None`.
pub struct Fields {
    pub ty: fn() -> &'static TypeObject,
    /// `time.struct_time`
    pub full_name: &'static str,
    pub names: &'static [Option<&'static str>],
    /// How many of them are items.
    pub visible: usize,
}

/// Declares a struct sequence type.
///
/// ```ignore
/// struct_sequence! {
///     /// The type's documentation.
///     pub static STRUCT_TIME: "time" "struct_time", methods STRUCT_TIME_METHODS, fields STRUCT_TIME_FIELDS,
///     doc "…",
///     visible { tm_year "year", }
///     hidden { tm_zone "abbreviation of timezone name", }
/// }
/// ```
#[macro_export]
macro_rules! struct_sequence {
    (
        $(#[$attribute:meta])*
        pub static $static:ident: $module:literal $name:literal, methods $methods:ident, fields $fields:ident,
        doc $doc:expr,
        visible { $($visible:ident $visible_doc:literal,)* }
        hidden { $($hidden:ident $hidden_doc:literal,)* }
    ) => {
        $(#[$attribute])*
        pub static $static: $crate::type_object::TypeObject = {
            static SPEC: $crate::spec::TypeSpec =
                $crate::struct_sequence::type_spec($name, $module, Some($doc));
            $crate::type_object::TypeObject::new_static(&SPEC)
        };

        /// The names of the fields.
        pub static $fields: $crate::struct_sequence::Fields = $crate::struct_sequence::Fields {
            ty: || &$static,
            full_name: concat!($module, ".", $name),
            names: &[$(Some(stringify!($visible)),)* $(Some(stringify!($hidden)),)*],
            visible: [$(stringify!($visible)),*].len(),
        };

        /// The methods of the type.
        pub static $methods: $crate::spec::MethodTable = {
            #[allow(non_camel_case_types, clippy::enum_variant_names, dead_code)]
            enum Index { $($visible,)* $($hidden,)* }
            $crate::spec::MethodTable {
                special: $crate::special_methods::SpecialMethods {
                    new: Some(|class, arguments| $crate::struct_sequence::construct(&$fields, class, arguments)),
                    repr: Some(|this| $crate::struct_sequence::repr(&$fields, this)),
                    ..$crate::special_methods::SpecialMethods::NONE
                },
                members: &[
                    $($crate::spec::Member::Property(&$crate::spec::PropertySpec {
                        name: stringify!($visible),
                        doc: Some($visible_doc),
                        get: |this| Ok($crate::struct_sequence::field(this, Index::$visible as usize)),
                        set: None,
                    }),)*
                    $($crate::spec::Member::Property(&$crate::spec::PropertySpec {
                        name: stringify!($hidden),
                        doc: Some($hidden_doc),
                        get: |this| Ok($crate::struct_sequence::field(this, Index::$hidden as usize)),
                        set: None,
                    }),)*
                    $crate::spec::Member::Attribute("n_fields", || {
                        Ok($crate::int::from_usize($fields.names.len()))
                    }),
                    $crate::spec::Member::Attribute("n_sequence_fields", || {
                        Ok($crate::int::from_usize($fields.visible))
                    }),
                    $crate::spec::Member::Attribute("n_unnamed_fields", || Ok($crate::int::from_i64(0))),
                    $crate::spec::Member::Attribute("__match_args__", || {
                        Ok($crate::struct_sequence::match_args(&$fields))
                    }),
                    $crate::spec::Member::Method(&$crate::spec::FunctionSpec {
                        name: "__reduce__",
                        signature: Some("($self, /)"),
                        doc: None,
                        call: |arguments| $crate::struct_sequence::reduce(&$fields, arguments),
                    }),
                    $crate::spec::Member::Method(&$crate::spec::FunctionSpec {
                        name: "__replace__",
                        signature: Some("($self, /, **changes)"),
                        doc: Some("Return a copy of the structure with new values for the specified fields."),
                        call: |arguments| $crate::struct_sequence::replace(&$fields, arguments),
                    }),
                ],
            }
        };
    };
}

/// The description of a struct sequence type.
pub const fn type_spec(
    name: &'static str,
    module: &'static str,
    doc: Option<&'static str>,
) -> crate::spec::TypeSpec {
    crate::spec::TypeSpec {
        name,
        module,
        doc,
        base: Some(&crate::tuple::TUPLE),
        shape: None,
        size: size_of::<Tuple>(),
        variable_size: Some(size_of_object),
        kind: pyrsc_abi::page::PageKind::Container,
        flags: crate::type_object::flags::TUPLE_SUBCLASS,
        traverse: Some(traverse),
        clear: None,
        drop: Some(drop_contents),
    }
}

/// All values of an instance, hidden ones too, and how many of them are items.
///
/// # Safety
/// `object` points to an instance of a struct sequence type.
unsafe fn words<'a>(object: *const u8) -> (&'a [Value], &'a [Value]) {
    // SAFETY: the instance starts with a tuple, whose items are followed by a count and as many values.
    unsafe {
        let visible = (*object.cast::<Tuple>()).len();
        let items = object.add(size_of::<Tuple>()).cast::<Value>();
        let hidden = (*items.add(visible)).0 as usize;
        (
            std::slice::from_raw_parts(items, visible),
            std::slice::from_raw_parts(items.add(visible + 1), hidden),
        )
    }
}

unsafe fn size_of_object(object: *const u8) -> usize {
    // SAFETY: called for instances alone.
    let (visible, hidden) = unsafe { words(object) };
    size_of::<Tuple>() + (visible.len() + 1 + hidden.len()) * size_of::<Value>()
}

unsafe fn traverse(object: *const u8, visitor: &mut Visitor<'_>) {
    // SAFETY: called for instances alone.
    let (visible, hidden) = unsafe { words(object) };
    for word in visible.iter().chain(hidden) {
        visitor.visit(*word);
    }
}

unsafe fn drop_contents(object: *mut u8) {
    // SAFETY: called once for an instance that goes away; it owns its values.
    unsafe {
        let (visible, hidden) = words(object);
        for word in visible.iter().chain(hidden) {
            drop(Owned::from_raw(*word));
        }
    }
}

/// An instance with these values: as many as the type has fields.
pub fn new(fields: &Fields, values: Vec<Owned>) -> Owned {
    new_of_class(fields, (fields.ty)(), values)
}

fn new_of_class(fields: &Fields, class: &TypeObject, values: Vec<Owned>) -> Owned {
    assert_eq!(values.len(), fields.names.len(), "a value for each field of {}", fields.full_name);
    let hidden = fields.names.len() - fields.visible;
    let tuple = memory::allocate_variable::<Tuple>(class, (values.len() + 1) * size_of::<Value>())
        .expect("memory for a small tuple");
    // SAFETY: the new object has room for the values and their count; nobody else knows it yet.
    unsafe {
        Tuple::write_length(tuple, fields.visible);
        let mut place = tuple.cast::<u8>().add(size_of::<Tuple>()).cast::<Value>();
        for (index, value) in values.into_iter().enumerate() {
            if index == fields.visible {
                place.write(Value(hidden as u64));
                place = place.add(1);
            }
            place.write(value.into_raw());
            place = place.add(1);
        }
        if hidden == 0 {
            place.write(Value(0));
        }
        Owned::from_raw(Value(tuple as u64))
    }
}

/// Field `index`, hidden ones after the items.
pub fn field(this: &Object, index: usize) -> Owned {
    // SAFETY: properties check their receiver.
    let (visible, hidden) = unsafe { words(this.address::<u8>()) };
    let word = if index < visible.len() { visible[index] } else { hidden[index - visible.len()] };
    // SAFETY: the instance owns the value.
    unsafe { Object::from_value(word) }.to_owned()
}

/// `type(sequence, dict)`
pub fn construct(fields: &Fields, class: &TypeObject, arguments: Arguments<'_>) -> Result {
    let keyword = |name| crate::arguments::find_keyword(arguments, name);
    let sequence = arguments.positional(0).or_else(|| keyword("sequence"));
    let dict = arguments.positional(1).or_else(|| keyword("dict"));
    let Some(sequence) = sequence else {
        return Err(type_error!("{}() missing required argument 'sequence' (pos 1)", class.name()));
    };
    let dict = match dict.filter(|dict| !dict.is_none()).map(|dict| dict.downcast::<Dict>()) {
        None => None,
        Some(Some(dict)) => Some(dict),
        Some(None) => {
            return Err(type_error!("{}() takes a dict as second arg, if any", fields.full_name));
        }
    };
    if sequence.type_object().special().iter.is_none() && sequence.type_object().special().get_item.is_none()
    {
        return Err(type_error!("constructor requires a sequence"));
    }
    let mut values = iteration::collect(sequence)?;
    let (least, most, given) = (fields.visible, fields.names.len(), values.len());
    if given < least || given > most {
        let (bound, count) = match (least == most, given < least) {
            (true, _) => ("a ", least),
            (false, true) => ("an at least ", least),
            (false, false) => ("an at most ", most),
        };
        return Err(type_error!(
            "{}() takes {bound}{count}-sequence ({given}-sequence given)",
            fields.full_name
        ));
    }
    for name in &fields.names[given..] {
        let value = match (dict, name) {
            (Some(dict), Some(name)) => dict.get_str(&crate::str::intern(name)),
            _ => None,
        };
        values.push(value.unwrap_or_else(Owned::none));
    }
    Ok(new_of_class(fields, class, values))
}

/// `time.struct_time(tm_year=1970, …)`
pub fn repr(fields: &Fields, this: &Object) -> Result {
    let mut parts = Vec::new();
    for (index, name) in fields.names[..fields.visible].iter().enumerate() {
        let value = operations::repr_string(&field(this, index))?;
        parts.push(format!("{}={value}", name.unwrap_or("?")));
    }
    let text = format!("{}({})", fields.full_name, parts.join(", "));
    Ok(Str::new(&text).into_owned())
}

/// `__match_args__`
pub fn match_args(fields: &Fields) -> Owned {
    let names = fields.names[..fields.visible].iter().flatten();
    Tuple::from_vec(names.map(|name| crate::str::intern(name).into_owned()).collect()).into_owned()
}

/// `__reduce__()`
pub fn reduce(fields: &Fields, arguments: Arguments<'_>) -> Result {
    let this = crate::arguments::receiver(arguments);
    let visible: Vec<Owned> = (0..fields.visible).map(|index| field(this, index)).collect();
    let hidden = Dict::new();
    for (index, name) in fields.names.iter().enumerate().skip(fields.visible) {
        if let Some(name) = name {
            hidden.set_str(&crate::str::intern(name), &field(this, index))?;
        }
    }
    let state = Tuple::pair(Tuple::from_vec(visible).into_owned(), hidden.into_owned());
    Ok(Tuple::pair(this.type_object().to_owned(), state.into_owned()).into_owned())
}

/// `__replace__(**changes)`
pub fn replace(fields: &Fields, arguments: Arguments<'_>) -> Result {
    let this = crate::arguments::receiver(arguments);
    let mut values: Vec<Owned> = (0..fields.names.len()).map(|index| field(this, index)).collect();
    let mut unexpected: Vec<Owned> = Vec::new();
    for (name, value) in arguments.iter_keywords() {
        let known = name.downcast::<Str>().and_then(|name| {
            fields.names.iter().position(|known| known.is_some_and(|known| name.equals_text(known)))
        });
        match known {
            Some(index) => values[index] = value.to_owned(),
            None => unexpected.push(name.to_owned()),
        }
    }
    if !unexpected.is_empty() {
        let names = crate::list::List::from_vec(unexpected);
        let names = operations::repr_string(names.object())?;
        return Err(type_error!("Got unexpected field name(s): {names}"));
    }
    Ok(new_of_class(fields, this.type_object(), values))
}

//! The `match` statement.

use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, AttributeError};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{TypeObject, flags};
use pyrsc_core::value_error;

/// Whether a mapping pattern may match.
pub fn is_mapping(subject: &Object) -> bool {
    subject.type_object().has_flag(flags::MAPPING)
}

/// Whether a sequence pattern may match.
pub fn is_sequence(subject: &Object) -> bool {
    let ty = subject.type_object();
    ty.has_flag(flags::SEQUENCE)
        && !ty.has_flag(flags::STR_SUBCLASS | flags::BYTES_SUBCLASS)
        && !subject.is_instance_of::<pyrsc_core::bytearray::ByteArray>()
}

/// `len(subject)`
pub fn length(subject: &Object) -> Result {
    Ok(Owned::small_int(operations::length(subject)? as i64))
}

/// The values of some keys, or None when one is missing.
pub fn keys(subject: &Object, keys: &Object) -> Result {
    let Some(keys) = keys.downcast::<Tuple>() else {
        return Err(type_error!("the keys of a mapping pattern are a tuple"));
    };
    if keys.is_empty() {
        return Ok(Tuple::empty().into_owned());
    }
    let seen = pyrsc_core::set::Set::new();
    let get = operations::get_attribute(subject, &str::intern("get"))?;
    let missing = operations::call(pyrsc_core::type_object::OBJECT.object(), &[])?;
    let mut values = Vec::with_capacity(keys.len());
    for key in keys.iter() {
        if seen.table().contains(key)? {
            return Err(value_error!(
                "mapping pattern checks duplicate key ({})",
                operations::repr_string(key)?
            ));
        }
        seen.table().add(key)?;
        let value = match subject.downcast_exact::<Dict>() {
            Some(dict) => match dict.get(key)? {
                Some(value) => value,
                None => return Ok(Owned::none()),
            },
            None => operations::call(&get, &[key, &missing])?,
        };
        if value.is(&missing) {
            return Ok(Owned::none());
        }
        values.push(value);
    }
    Ok(Tuple::from_vec(values).into_owned())
}

/// The attribute of a class pattern; `None` when there is none.
fn attribute(
    subject: &Object,
    class: &TypeObject,
    name: &Object,
    seen: &mut Vec<String>,
) -> Result<Option<Owned>> {
    let Some(name) = name.downcast::<Str>() else {
        return Err(type_error!(
            "__match_args__ elements must be strings (got {})",
            name.type_object().name()
        ));
    };
    let text = name.to_string_lossy().into_owned();
    if seen.contains(&text) {
        return Err(type_error!(
            "{}() got multiple sub-patterns for attribute {}",
            class.name(),
            operations::repr_string(name.object())?
        ));
    }
    seen.push(text);
    operations::get_attribute_optional(subject, name)
}

/// The attributes of a class pattern: positional ones by `__match_args__`, then those of `names`; None when the subject
/// does not match.
pub fn class(subject: &Object, class: &Object, positional: usize, names: &Object) -> Result {
    let Some(class) = class.downcast::<TypeObject>() else {
        return Err(type_error!("called match pattern must be a class"));
    };
    if !operations::is_instance(subject, class.object())? {
        return Ok(Owned::none());
    }
    let mut seen = Vec::new();
    let mut values = Vec::new();
    if positional > 0 {
        let mut match_self = false;
        let arguments = match operations::get_attribute(class.object(), &str::intern("__match_args__")) {
            Ok(arguments) => arguments,
            Err(Raised) if exception::catch::<AttributeError>() => {
                match_self = class.has_flag(flags::MATCH_SELF);
                Tuple::empty().into_owned()
            }
            Err(Raised) => return Err(Raised),
        };
        let Some(arguments) = arguments.downcast_exact::<Tuple>() else {
            return Err(type_error!(
                "{}.__match_args__ must be a tuple (got {})",
                class.name(),
                arguments.type_object().name()
            ));
        };
        let allowed = if match_self { 1 } else { arguments.len() };
        if allowed < positional {
            return Err(type_error!(
                "{}() accepts {} positional sub-pattern{} ({} given)",
                class.name(),
                allowed,
                if allowed == 1 { "" } else { "s" },
                positional
            ));
        }
        if match_self {
            values.push(subject.to_owned());
        } else {
            for index in 0..positional {
                let name = arguments.get(index).expect("compared with the length");
                match attribute(subject, class, name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(Owned::none()),
                }
            }
        }
    }
    if let Some(names) = names.downcast::<Tuple>() {
        for name in names.iter() {
            match attribute(subject, class, name, &mut seen)? {
                Some(value) => values.push(value),
                None => return Ok(Owned::none()),
            }
        }
    }
    Ok(Tuple::from_vec(values).into_owned())
}

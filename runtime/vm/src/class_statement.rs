//! Class statements: `__build_class__`; and the interactive prompt's expressions.

use pyrsc_core::call::Arguments;
use pyrsc_core::cell::Variable;
use pyrsc_core::dict::Dict;
use pyrsc_core::function::Function;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TYPE, TypeObject};
use pyrsc_core::{runtime_error, type_error};

/// The bases with what their `__mro_entries__` say; `None` when nothing changed.
pub fn resolve_bases(bases: &Tuple) -> Result<Option<Ref<Tuple>>> {
    let mut resolved = Vec::with_capacity(bases.len());
    let mut changed = false;
    for base in bases.iter() {
        if base.is_instance_of::<TypeObject>() {
            resolved.push(base.to_owned());
            continue;
        }
        match operations::get_attribute_optional(base, &str::intern("__mro_entries__"))? {
            None => resolved.push(base.to_owned()),
            Some(method) => {
                let entries = operations::call(&method, &[bases.object()])?;
                let Some(entries) = entries.downcast::<Tuple>() else {
                    return Err(type_error!("__mro_entries__ must return a tuple"));
                };
                changed = true;
                resolved.extend(entries.to_vec());
            }
        }
    }
    Ok(if changed { Some(Tuple::from_vec(resolved)) } else { None })
}

/// Calls something with positional and keyword arguments.
fn call_with_keywords(callable: &Object, positional: &[&Object], keywords: &[(Owned, Owned)]) -> Result {
    let mut words: Vec<Owned> = positional.iter().map(|&argument| argument.to_owned()).collect();
    words.extend(keywords.iter().map(|(_, value)| value.clone()));
    let names = Tuple::from_vec(keywords.iter().map(|(name, _)| name.clone()).collect());
    let names = if keywords.is_empty() { None } else { Some(&*names) };
    operations::call_arguments(callable, Arguments::new(&words, names))
}

/// `__build_class__(function, name, *bases, metaclass, **keywords)`
pub fn build_class(arguments: Arguments<'_>) -> Result {
    let (Some(function), Some(name)) = (arguments.positional(0), arguments.positional(1)) else {
        return Err(type_error!("__build_class__: not enough arguments"));
    };
    let Some(function) = function.downcast_exact::<Function>() else {
        return Err(type_error!("__build_class__: func must be a function"));
    };
    if !name.is_instance_of::<Str>() {
        return Err(type_error!("__build_class__: name is not a string"));
    }
    let original: Vec<Owned> = arguments.iter_positional().skip(2).map(Object::to_owned).collect();
    let original = Tuple::from_vec(original);
    let resolved = resolve_bases(&original)?;
    let bases = resolved.clone().unwrap_or_else(|| original.clone());
    let mut metaclass = None;
    let mut keywords = Vec::new();
    for (name, value) in arguments.iter_keywords() {
        if name.downcast::<Str>().is_some_and(|name| name.equals_text("metaclass")) {
            metaclass = Some(value.to_owned());
        } else {
            keywords.push((name.to_owned(), value.to_owned()));
        }
    }
    let mut metaclass = match metaclass {
        Some(metaclass) => metaclass,
        None => match bases.get(0) {
            Some(base) => base.type_object().to_owned(),
            None => TYPE.to_owned(),
        },
    };
    if metaclass.is_instance_of::<TypeObject>() {
        metaclass = pyrsc_core::class::winning_metaclass(&metaclass, &bases)?;
    }
    let namespace = match operations::get_attribute_optional(&metaclass, &str::intern("__prepare__"))? {
        Some(prepare) => call_with_keywords(&prepare, &[name, bases.object()], &keywords)?,
        None => Dict::new().into_owned(),
    };
    if namespace.type_object().special().get_item.is_none() {
        let metaclass_name = match metaclass.downcast::<TypeObject>() {
            Some(metaclass) => metaclass.name().to_string(),
            None => "<metaclass>".to_string(),
        };
        return Err(type_error!(
            "{metaclass_name}.__prepare__() must return a mapping, not {}",
            namespace.type_object().name()
        ));
    }
    let cell = crate::call::run_in_namespace(function, Some(&namespace))?;
    if resolved.is_some() {
        operations::set_item(&namespace, str::intern("__orig_bases__").object(), original.object())?;
    }
    let class = call_with_keywords(&metaclass, &[name, bases.object(), &namespace], &keywords)?;
    if class.is_instance_of::<TypeObject>()
        && let Some(cell) = cell.downcast_exact::<Variable>()
    {
        match cell.get() {
            None => {
                return Err(runtime_error!(
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    operations::repr_string(name)?,
                    operations::repr_string(&class)?
                ));
            }
            Some(set) if !set.is(&class) => {
                return Err(type_error!(
                    "__class__ set to {} defining {} as {}",
                    operations::repr_string(&set)?,
                    operations::repr_string(name)?,
                    operations::repr_string(&class)?
                ));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

/// `sys.displayhook(value)`
pub fn display(value: &Object) -> Result<()> {
    let sys = crate::import::import_module("sys")?;
    match operations::get_attribute_optional(&sys, &str::intern("displayhook"))? {
        Some(hook) => operations::call(&hook, &[value]).map(drop),
        None => Err(runtime_error!("lost sys.displayhook")),
    }
}

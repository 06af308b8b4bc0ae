//! `types.GenericAlias`: `list[int]`.
//!
//! CPython: Objects/genericaliasobject.c.

use pyrsc_core::call::Arguments;
use pyrsc_core::generic_alias::{GenericAlias, create};
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::pymethods;

/// Names that are the alias's own; all others are its origin's.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__parameters__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
    "__unpacked__",
    "__typing_unpacked_tuple_args__",
];

fn origin(this: &GenericAlias) -> Owned {
    this.origin.get_or_none()
}

fn arguments_of(this: &GenericAlias) -> Ref<Tuple> {
    this.arguments.get().and_then(|tuple| tuple.into_ref::<Tuple>().ok()).unwrap_or_else(Tuple::empty)
}

/// How a type shows in an alias's repr: its qualified name.
pub fn type_repr(value: &Object) -> Result<String> {
    if value.value() == pyrsc_abi::Value::ELLIPSIS {
        return Ok("...".to_string());
    }
    if value.is_instance_of::<GenericAlias>() {
        return operations::repr_string(value);
    }
    if value.is_none() {
        return Ok("None".to_string());
    }
    if let Some(class) = value.downcast::<TypeObject>() {
        return Ok(operations::qualified_type_name(class));
    }
    if let Some(list) = value.downcast_exact::<List>() {
        let mut parts = Vec::new();
        for index in 0..list.len() {
            if let Some(item) = list.get(index) {
                parts.push(type_repr(&item)?);
            }
        }
        return Ok(format!("[{}]", parts.join(", ")));
    }
    operations::repr_string(value)
}

/// The type variables in arguments, in order, each once.
pub fn parameters_of(arguments: &Tuple) -> Result<Vec<Owned>> {
    let mut found: Vec<Owned> = Vec::new();
    let mut add = |value: Owned| {
        if !found.iter().any(|known| known.is(&value)) {
            found.push(value);
        }
    };
    for argument in arguments.iter() {
        if argument.is_instance_of::<TypeObject>() {
            continue;
        }
        if argument.type_object().lookup(&str::intern("__typing_subst__")).is_some() {
            add(argument.to_owned());
        } else if let Some(tuple) = argument.downcast::<Tuple>() {
            for value in parameters_of(tuple)? {
                add(value);
            }
        } else if let Some(list) = argument.downcast_exact::<List>() {
            let tuple = Tuple::from_vec(pyrsc_core::iteration::collect(list.object())?);
            for value in parameters_of(&tuple)? {
                add(value);
            }
        } else if let Some(parameters) =
            operations::get_attribute_optional(argument, &str::intern("__parameters__"))?
            && let Some(parameters) = parameters.downcast::<Tuple>()
        {
            for value in parameters.iter() {
                add(value.to_owned());
            }
        }
    }
    Ok(found)
}

fn parameters(this: &GenericAlias) -> Result<Ref<Tuple>> {
    if this.parameters.is_empty() {
        let found = Tuple::from_vec(parameters_of(&arguments_of(this))?);
        this.parameters.set(Some(found.into_owned()));
    }
    Ok(this.parameters.get().and_then(|tuple| tuple.into_ref::<Tuple>().ok()).unwrap_or_else(Tuple::empty))
}

/// Puts arguments in the place of type variables.
pub fn substitute(this: &Object, arguments: &Tuple, parameters: &Tuple, item: &Object) -> Result<Vec<Owned>> {
    if parameters.is_empty() {
        return Err(type_error!("{} is not a generic class", operations::repr_string(this)?));
    }
    let mut given: Vec<Owned> = match item.downcast_exact::<Tuple>() {
        Some(tuple) => tuple.iter().map(Object::to_owned).collect(),
        None => vec![item.to_owned()],
    };
    let prepare = str::intern("__typing_prepare_subst__");
    for parameter in parameters.iter() {
        if let Some(method) = operations::get_attribute_optional(parameter, &prepare)?
            && !method.is_none()
        {
            let all = Tuple::from_vec(given.clone());
            let prepared = operations::call(&method, &[this, all.object()])?;
            given = pyrsc_core::iteration::collect(&prepared)?;
        }
    }
    if given.len() != parameters.len() {
        return Err(type_error!(
            "Too {} arguments for {}; actual {}, expected {}",
            if given.len() > parameters.len() { "many" } else { "few" },
            operations::repr_string(this)?,
            given.len(),
            parameters.len()
        ));
    }
    let mut result = Vec::new();
    for argument in arguments.iter() {
        if argument.is_instance_of::<TypeObject>() {
            result.push(argument.to_owned());
            continue;
        }
        if let Some(index) = parameters.iter().position(|parameter| parameter.is(argument)) {
            let substituted = operations::call_method(argument, "__typing_subst__", &[&given[index]])?;
            match substituted.downcast_exact::<Tuple>() {
                Some(tuple)
                    if operations::get_attribute_optional(
                        argument,
                        &str::intern("__typing_is_unpacked_typevartuple__"),
                    )?
                    .is_some() =>
                {
                    result.extend(tuple.iter().map(Object::to_owned));
                }
                _ => result.push(substituted),
            }
            continue;
        }
        let inner = operations::get_attribute_optional(argument, &str::intern("__parameters__"))?;
        match inner.as_ref().and_then(|inner| inner.downcast::<Tuple>()).filter(|inner| !inner.is_empty()) {
            Some(inner) => {
                let chosen: Vec<Owned> = inner
                    .iter()
                    .map(|wanted| {
                        let index = parameters.iter().position(|parameter| parameter.is(wanted));
                        index.map_or_else(|| wanted.to_owned(), |index| given[index].clone())
                    })
                    .collect();
                result.push(operations::get_item(argument, Tuple::from_vec(chosen).object())?);
            }
            None => result.push(argument.to_owned()),
        }
    }
    Ok(result)
}

#[pymethods(GenericAlias)]
pub mod methods {
    use super::*;

    #[slot(signature = "(origin, args, /)")]
    fn new(_class: &TypeObject, origin: &Object, args: &Object) -> Result {
        create(origin, args)
    }

    #[slot]
    fn call(this: &GenericAlias, arguments: Arguments<'_>) -> Result {
        let created = operations::call_arguments(&origin(this), arguments)?;
        // The instance remembers what it was made as, where it can.
        let original = super::super::exceptions::object(this);
        if operations::set_attribute(&created, &str::intern("__orig_class__"), original).is_err()
            && !pyrsc_core::exception::catch::<pyrsc_core::exception::AttributeError>()
            && !pyrsc_core::exception::catch::<pyrsc_core::exception::TypeError>()
        {
            return Err(pyrsc_core::owned::Raised);
        }
        Ok(created)
    }

    #[slot]
    fn repr(this: &GenericAlias) -> Result {
        let arguments = arguments_of(this);
        let mut parts = Vec::new();
        for argument in arguments.iter() {
            parts.push(type_repr(argument)?);
        }
        let shown = if parts.is_empty() { "()".to_string() } else { parts.join(", ") };
        let star = if this.starred.get() { "*" } else { "" };
        Ok(Str::new(&format!("{star}{}[{shown}]", type_repr(&origin(this))?)).into_owned())
    }

    #[slot]
    fn hash(this: &GenericAlias) -> Result<i64> {
        Ok(operations::hash(&origin(this))? ^ operations::hash(arguments_of(this).object())?)
    }

    #[slot]
    fn compare(this: &GenericAlias, other: &Object, comparison: Comparison) -> Result {
        let (Comparison::Equal | Comparison::NotEqual, Some(other)) =
            (comparison, other.downcast::<GenericAlias>())
        else {
            return Ok(Owned::not_implemented());
        };
        let equal = this.starred.get() == other.starred.get()
            && operations::equal(&origin(this), &origin(other))?
            && operations::equal(arguments_of(this).object(), arguments_of(other).object())?;
        Ok(Owned::bool(equal == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        crate::union::of(left, right)
    }

    #[slot]
    fn get_item(this: &Object, item: &Object) -> Result {
        let alias = this.downcast::<GenericAlias>().expect("an alias");
        let arguments = substitute(this, &arguments_of(alias), &*parameters(alias)?, item)?;
        create(&origin(alias), Tuple::from_vec(arguments).object())
    }

    #[slot]
    fn iter(this: &GenericAlias) -> Result {
        let starred = create(&origin(this), arguments_of(this).object())?;
        if let Some(alias) = starred.downcast::<GenericAlias>() {
            alias.starred.set(true);
        }
        pyrsc_core::iteration::iterate(Tuple::from_vec(vec![starred]).object())
    }

    #[slot]
    fn get_attribute(this: &Object, name: &Str) -> Result {
        let text = name.to_string_lossy();
        let is_dunder = text.starts_with("__") && text.ends_with("__");
        let own = OWN_ATTRIBUTES.contains(&&*text);
        let excluded = matches!(&*text, "__bases__" | "__instancecheck__" | "__subclasscheck__");
        if !own && !excluded && (!is_dunder || !matches!(&*text, "__call__" | "__getitem__" | "__repr__")) {
            let alias = this.downcast::<GenericAlias>().expect("an alias");
            if let Some(found) = operations::get_attribute_optional(&origin(alias), name)? {
                return Ok(found);
            }
        }
        pyrsc_core::attribute::generic_get(this, name)
    }

    #[getter]
    fn __origin__(this: &GenericAlias) -> Owned {
        origin(this)
    }

    #[getter]
    fn __args__(this: &GenericAlias) -> Owned {
        arguments_of(this).into_owned()
    }

    #[getter]
    fn __parameters__(this: &GenericAlias) -> Result {
        Ok(parameters(this)?.into_owned())
    }

    #[getter]
    fn __unpacked__(this: &GenericAlias) -> bool {
        this.starred.get()
    }

    #[getter]
    fn __typing_unpacked_tuple_args__(this: &GenericAlias) -> Owned {
        let is_tuple = std::ptr::eq(
            origin(this).address::<TypeObject>(),
            <Tuple as pyrsc_core::type_object::Class>::type_object(),
        );
        if this.starred.get() && is_tuple { arguments_of(this).into_owned() } else { Owned::none() }
    }

    #[pymethod]
    fn __mro_entries__(this: &GenericAlias, _bases: &Object) -> Owned {
        Tuple::from_vec(vec![origin(this)]).into_owned()
    }

    #[pymethod]
    fn __instancecheck__(_this: &GenericAlias, _instance: &Object) -> Result<bool> {
        Err(type_error!("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[pymethod]
    fn __subclasscheck__(_this: &GenericAlias, _subclass: &Object) -> Result<bool> {
        Err(type_error!("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[pymethod]
    fn __reduce__(this: &Object) -> Result {
        let alias = this.downcast::<GenericAlias>().expect("an alias");
        let parts = Tuple::pair(origin(alias), arguments_of(alias).into_owned()).into_owned();
        Ok(Tuple::pair(this.type_object().to_owned(), parts).into_owned())
    }

    #[pymethod]
    fn __dir__(this: &GenericAlias) -> Result {
        let names = operations::call_method(&origin(this), "__dir__", &[]);
        let names = match names {
            Ok(names) => names,
            Err(_) => {
                pyrsc_core::exception::clear();
                operations::call(&*pyrsc_core::startup::builtin("dir")?, &[&origin(this)])?
            }
        };
        let mut all = pyrsc_core::iteration::collect(&names)?;
        all.extend(OWN_ATTRIBUTES.iter().map(|name| str::intern(name).into_owned()));
        Ok(List::from_vec(all).into_owned())
    }
}

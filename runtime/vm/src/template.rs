//! `string.templatelib`: what t-strings make (PEP 750).

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// `Template`
#[pyclass(name = "Template", module = "string.templatelib")]
#[repr(C)]
pub struct Template {
    header: Header,
    /// A tuple, one longer than the interpolations.
    strings: Slot,
    /// A tuple.
    interpolations: Slot,
}

/// `Interpolation`
#[pyclass(name = "Interpolation", module = "string.templatelib")]
#[repr(C)]
pub struct Interpolation {
    header: Header,
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

/// Iterates over the parts of a template: non-empty strings and interpolations in turn.
#[pyclass(name = "TemplateIter", module = "string.templatelib")]
#[repr(C)]
pub struct TemplateIterator {
    header: Header,
    template: Slot,
    position: Cell<usize>,
}

/// One `{...}` of a t-string.
pub fn new_interpolation(value: Owned, expression: Owned, conversion: Owned, format_spec: Owned) -> Result {
    Ok(memory::allocate(
        Interpolation::type_object(),
        Interpolation {
            header: Header::unset(),
            value: Slot::new(value),
            expression: Slot::new(expression),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(format_spec),
        },
    )
    .into_owned())
}

/// A t-string of a tuple of strings and a tuple of interpolations.
pub fn new_template(strings: Owned, interpolations: Owned) -> Result {
    Ok(memory::allocate(
        Template::type_object(),
        Template {
            header: Header::unset(),
            strings: Slot::new(strings),
            interpolations: Slot::new(interpolations),
        },
    )
    .into_owned())
}

impl Template {
    fn parts(&self) -> (Ref<Tuple>, Ref<Tuple>) {
        let tuple = |slot: &Slot| slot.get_or_none().into_ref::<Tuple>().unwrap_or_else(|_| Tuple::empty());
        (tuple(&self.strings), tuple(&self.interpolations))
    }
}

fn concatenate(left: &Template, right: &Template) -> Result {
    let (left_strings, left_interpolations) = left.parts();
    let (right_strings, right_interpolations) = right.parts();
    let mut strings = left_strings.to_vec();
    let mut rest = right_strings.to_vec().into_iter();
    if let (Some(last), Some(first)) = (strings.pop(), rest.next()) {
        strings.push(operations::add(&last, &first)?);
    }
    strings.extend(rest);
    let mut interpolations = left_interpolations.to_vec();
    interpolations.extend(right_interpolations.to_vec());
    new_template(Tuple::from_vec(strings).into_owned(), Tuple::from_vec(interpolations).into_owned())
}

#[pymethods(Template)]
mod methods {
    use super::*;

    #[slot]
    fn new(_class: &TypeObject, arguments: Arguments<'_>) -> Result {
        if arguments.keyword_count() > 0 {
            return Err(type_error!("Template.__new__ only accepts *args arguments"));
        }
        let mut strings: Vec<Owned> = Vec::new();
        let mut interpolations = Vec::new();
        let mut last_is_string = false;
        for argument in arguments.iter_positional() {
            if argument.is_instance_of::<Str>() {
                match strings.pop() {
                    Some(previous) if last_is_string => strings.push(operations::add(&previous, argument)?),
                    previous => {
                        strings.extend(previous);
                        strings.push(argument.to_owned());
                    }
                }
                last_is_string = true;
            } else if argument.is_instance_of::<Interpolation>() {
                if !last_is_string {
                    strings.push(Str::empty().into_owned());
                }
                interpolations.push(argument.to_owned());
                last_is_string = false;
            } else {
                return Err(type_error!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    argument.type_object().name()
                ));
            }
        }
        if !last_is_string {
            strings.push(Str::empty().into_owned());
        }
        new_template(Tuple::from_vec(strings).into_owned(), Tuple::from_vec(interpolations).into_owned())
    }

    #[slot]
    fn repr(this: &Template) -> Result {
        let (strings, interpolations) = this.parts();
        let text = format!(
            "Template(strings={}, interpolations={})",
            operations::repr_string(strings.object())?,
            operations::repr_string(interpolations.object())?
        );
        Ok(Str::new(&text).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(memory::allocate(
            TemplateIterator::type_object(),
            TemplateIterator {
                header: Header::unset(),
                template: Slot::new(this.to_owned()),
                position: Cell::new(0),
            },
        )
        .into_owned())
    }

    #[slot]
    fn concat(this: &Template, other: &Object) -> Result {
        match other.downcast::<Template>() {
            Some(other) => concatenate(this, other),
            None => Err(type_error!(
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                other.type_object().name()
            )),
        }
    }

    #[getter]
    fn strings(this: &Template) -> Result {
        Ok(this.strings.get_or_none())
    }

    #[getter]
    fn interpolations(this: &Template) -> Result {
        Ok(this.interpolations.get_or_none())
    }

    #[getter]
    fn values(this: &Template) -> Result {
        let (_, interpolations) = this.parts();
        let values = interpolations
            .iter()
            .filter_map(|interpolation| interpolation.downcast::<Interpolation>())
            .map(|interpolation| interpolation.value.get_or_none())
            .collect();
        Ok(Tuple::from_vec(values).into_owned())
    }

    #[pymethod]
    fn __reduce__(this: &Template) -> Result {
        let module = crate::import::import_module("string.templatelib")?;
        let function = operations::get_attribute_named(&module, "_template_unpickle")?;
        let (strings, interpolations) = this.parts();
        let arguments = Tuple::from_vec(vec![strings.into_owned(), interpolations.into_owned()]);
        Ok(Tuple::from_vec(vec![function, arguments.into_owned()]).into_owned())
    }
}

#[pymethods(TemplateIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &TemplateIterator) -> Result<Option<Owned>> {
        let template = this.template.get_or_none();
        let Some(template) = template.downcast::<Template>() else { return Ok(None) };
        let (strings, interpolations) = template.parts();
        loop {
            let position = this.position.get();
            this.position.set(position + 1);
            if position % 2 == 1 {
                return Ok(interpolations.get(position / 2).map(Object::to_owned));
            }
            match strings.get(position / 2) {
                None => return Ok(None),
                Some(part) if part.downcast::<Str>().is_some_and(Str::is_empty) => {}
                Some(part) => return Ok(Some(part.to_owned())),
            }
        }
    }
}

#[pymethods(Interpolation)]
mod interpolation_methods {
    use super::*;

    #[slot(signature = "(cls, value, expression='', conversion=None, format_spec='')")]
    fn new(
        _class: &TypeObject,
        value: Owned,
        expression: Option<&Object>,
        conversion: Option<&Object>,
        format_spec: Option<&Object>,
    ) -> Result {
        let text = |given: Option<&Object>, name: &str| match given {
            None => Ok(Str::empty().into_owned()),
            Some(given) if given.is_instance_of::<Str>() => Ok(given.to_owned()),
            Some(given) => Err(type_error!(
                "Interpolation() argument '{name}' must be str, not {}",
                given.type_object().name()
            )),
        };
        let conversion = match conversion.filter(|conversion| !conversion.is_none()) {
            None => Owned::none(),
            Some(given) => match given.downcast::<Str>().map(|text| text.to_string_lossy().into_owned()) {
                Some(text) if matches!(text.as_str(), "s" | "r" | "a") => given.to_owned(),
                Some(_) => {
                    return Err(value_error!(
                        "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                    ));
                }
                None => {
                    return Err(type_error!(
                        "Interpolation() argument 'conversion' must be str, not {}",
                        given.type_object().name()
                    ));
                }
            },
        };
        new_interpolation(
            value,
            text(expression, "expression")?,
            conversion,
            text(format_spec, "format_spec")?,
        )
    }

    #[slot]
    fn repr(this: &Interpolation) -> Result {
        let shown = |slot: &Slot| operations::repr_string(&slot.get_or_none());
        let text = format!(
            "Interpolation({}, {}, {}, {})",
            shown(&this.value)?,
            shown(&this.expression)?,
            shown(&this.conversion)?,
            shown(&this.format_spec)?
        );
        Ok(Str::new(&text).into_owned())
    }

    #[attribute]
    fn __match_args__() -> Result {
        let names = ["value", "expression", "conversion", "format_spec"];
        Ok(Tuple::from_vec(names.map(|name| pyrsc_core::str::intern(name).into_owned()).into()).into_owned())
    }

    #[getter]
    fn value(this: &Interpolation) -> Result {
        Ok(this.value.get_or_none())
    }

    #[getter]
    fn expression(this: &Interpolation) -> Result {
        Ok(this.expression.get_or_none())
    }

    #[getter]
    fn conversion(this: &Interpolation) -> Result {
        Ok(this.conversion.get_or_none())
    }

    #[getter]
    fn format_spec(this: &Interpolation) -> Result {
        Ok(this.format_spec.get_or_none())
    }

    #[pymethod]
    fn __reduce__(this: &Interpolation) -> Result {
        let parts = [&this.value, &this.expression, &this.conversion, &this.format_spec];
        let arguments = Tuple::from_vec(parts.iter().map(|slot| slot.get_or_none()).collect());
        Ok(Tuple::from_vec(vec![Interpolation::type_object().to_owned(), arguments.into_owned()])
            .into_owned())
    }
}

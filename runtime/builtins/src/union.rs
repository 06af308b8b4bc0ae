//! `typing.Union`: `int | str` (PEP 604; one type for both spellings since 3.14).
//!
//! CPython: Objects/unionobject.c.

use pyrsc_abi::{Header, ShapeId};
use pyrsc_core::generic_alias::GenericAlias;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

use crate::generic_alias;
use crate::singletons::NoneType;

/// A union of types.
#[pyclass(name = "Union", module = "typing", flags(WEAKREF))]
#[repr(C)]
pub struct Union {
    header: Header,
    /// A tuple of two or more types, each once.
    arguments: Slot,
    /// A tuple, made when it is asked for.
    parameters: Slot,
}

fn arguments_of(this: &Union) -> Ref<Tuple> {
    this.arguments.get().and_then(|tuple| tuple.into_ref::<Tuple>().ok()).unwrap_or_else(Tuple::empty)
}

/// Whether `|` makes a union of the value.
fn is_unionable(value: &Object) -> bool {
    value.is_none()
        || value.is_instance_of::<TypeObject>()
        || value.is_instance_of::<GenericAlias>()
        || value.is_instance_of::<Union>()
        || matches!(value.type_object().name(), "TypeAliasType" | "TypeVar" | "ParamSpec" | "TypeVarTuple")
}

/// `left | right` of types; NotImplemented where an operand is none.
pub fn of(left: &Object, right: &Object) -> Result {
    if !is_unionable(left) || !is_unionable(right) {
        return Ok(Owned::not_implemented());
    }
    from_types(vec![left.to_owned(), right.to_owned()])
}

/// The union of types: unions among them are flattened, None stands for its type, doubles go.
pub fn from_types(types: Vec<Owned>) -> Result {
    let mut flat: Vec<Owned> = Vec::new();
    for ty in types {
        let parts = match ty.downcast::<Union>() {
            Some(union) => arguments_of(union).to_vec(),
            None if ty.is_none() => vec![NoneType::type_object().to_owned()],
            None => vec![ty],
        };
        for part in parts {
            let mut known = false;
            for other in &flat {
                known |= operations::equal(other, &part)?;
            }
            if !known {
                flat.push(part);
            }
        }
    }
    if flat.len() == 1 {
        return Ok(flat.pop().expect("one"));
    }
    Ok(memory::allocate(
        Union::type_object(),
        Union {
            header: Header::new(ShapeId::OBJECT),
            arguments: Slot::new(Tuple::from_vec(flat).into_owned()),
            parameters: Slot::empty(),
        },
    )
    .into_owned())
}

fn parameters(this: &Union) -> Result<Ref<Tuple>> {
    if this.parameters.is_empty() {
        let found = Tuple::from_vec(generic_alias::parameters_of(&arguments_of(this))?);
        this.parameters.set(Some(found.into_owned()));
    }
    Ok(this.parameters.get().and_then(|tuple| tuple.into_ref::<Tuple>().ok()).unwrap_or_else(Tuple::empty))
}

#[pymethods(Union)]
pub mod methods {
    use super::*;

    #[slot]
    fn repr(this: &Union) -> Result {
        let arguments = arguments_of(this);
        let mut parts = Vec::new();
        for argument in arguments.iter() {
            let is_none = std::ptr::eq(argument.address::<TypeObject>(), NoneType::type_object());
            parts.push(if is_none { "None".to_string() } else { generic_alias::type_repr(argument)? });
        }
        Ok(Str::new(&parts.join(" | ")).into_owned())
    }

    #[slot]
    fn hash(this: &Union) -> Result<i64> {
        let mut hash = 0;
        for argument in arguments_of(this).iter() {
            hash ^= operations::hash(argument)?.wrapping_mul(0x9E37_79B9);
        }
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot]
    fn compare(this: &Union, other: &Object, comparison: Comparison) -> Result {
        let (Comparison::Equal | Comparison::NotEqual, Some(other)) = (comparison, other.downcast::<Union>())
        else {
            return Ok(Owned::not_implemented());
        };
        let (left, right) = (arguments_of(this), arguments_of(other));
        let mut equal = left.len() == right.len();
        for argument in left.iter() {
            equal = equal && operations::contains(right.object(), argument)?;
        }
        Ok(Owned::bool(equal == (comparison == Comparison::Equal)))
    }

    #[slot]
    fn or(left: &Object, right: &Object) -> Result {
        of(left, right)
    }

    #[slot]
    fn get_item(this: &Object, item: &Object) -> Result {
        let union = this.downcast::<Union>().expect("a union");
        let types = generic_alias::substitute(this, &arguments_of(union), &*parameters(union)?, item)?;
        from_types(types)
    }

    #[getter]
    fn __args__(this: &Union) -> Owned {
        arguments_of(this).into_owned()
    }

    #[getter]
    fn __parameters__(this: &Union) -> Result {
        Ok(parameters(this)?.into_owned())
    }

    #[getter]
    fn __origin__(_this: &Union) -> Owned {
        Union::type_object().to_owned()
    }

    #[getter]
    fn __name__(_this: &Union) -> Owned {
        str::intern("Union").into_owned()
    }

    #[getter]
    fn __qualname__(_this: &Union) -> Owned {
        str::intern("Union").into_owned()
    }

    #[pymethod]
    fn __instancecheck__(this: &Union, instance: &Object) -> Result<bool> {
        for argument in arguments_of(this).iter() {
            if argument.is_instance_of::<GenericAlias>() {
                return Err(type_error!("isinstance() argument 2 cannot be a parameterized generic"));
            }
            if operations::is_instance(instance, argument)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pymethod]
    fn __subclasscheck__(this: &Union, subclass: &Object) -> Result<bool> {
        if !subclass.is_instance_of::<TypeObject>() {
            return Err(type_error!("issubclass() arg 1 must be a class"));
        }
        for argument in arguments_of(this).iter() {
            if argument.is_instance_of::<GenericAlias>() {
                return Err(type_error!("issubclass() argument 2 cannot be a parameterized generic"));
            }
            if operations::is_subclass(subclass, argument)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pymethod]
    fn __mro_entries__(this: &Object, _bases: &Object) -> Result {
        Err(type_error!("Cannot subclass {}", operations::repr_string(this)?))
    }

    #[classmethod]
    fn __class_getitem__(_class: &TypeObject, item: &Object) -> Result {
        match item.downcast_exact::<Tuple>() {
            Some(tuple) if tuple.is_empty() => Err(type_error!("Cannot take a Union of no types.")),
            Some(tuple) => from_types(tuple.to_vec()),
            None => from_types(vec![item.to_owned()]),
        }
    }
}

//! `types.SimpleNamespace`.

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::instance;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::recursion;
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::TypeObject;
use pyrsc_macros::{pyclass, pymethods};

/// An object with any attributes.
#[pyclass(name = "SimpleNamespace", module = "types", flags(BASETYPE, DICT))]
#[repr(C)]
pub struct SimpleNamespace {
    header: Header,
}

#[pymethods(SimpleNamespace)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        pyrsc_core::memory::allocate_zeroed(class, 0)
    }

    #[slot]
    fn init(this: &Object, arguments: Arguments<'_>) -> Result<()> {
        let class = this.type_object();
        match arguments.positional_count() {
            0 => {}
            1 => {
                let given = arguments.positional(0).expect("counted");
                let dict = operations::call(
                    <Dict as pyrsc_core::type_object::Class>::type_object().object(),
                    &[given],
                )?;
                for (key, value) in dict.downcast::<Dict>().expect("a dict").items() {
                    let Some(key) = key.downcast::<Str>() else {
                        return Err(type_error!("keywords must be strings"));
                    };
                    operations::set_attribute(this, key, &value)?;
                }
            }
            count => {
                return Err(type_error!("{} expected at most 1 argument, got {count}", class.name()));
            }
        }
        for (name, value) in arguments.iter_keywords() {
            if let Some(name) = name.downcast::<Str>() {
                operations::set_attribute(this, name, value)?;
            }
        }
        Ok(())
    }

    #[slot]
    fn repr(this: &Object) -> Result {
        let class = this.type_object();
        let name = if class.name() == "SimpleNamespace" { "namespace" } else { class.name() };
        if !recursion::repr_enter(this) {
            return Ok(Str::new(&format!("{name}(...)")).into_owned());
        }
        let mut parts = Vec::new();
        for (key, value) in instance::dictionary(this).items() {
            if let Some(key) = key.downcast::<Str>() {
                match operations::repr_string(&value) {
                    Ok(value) => parts.push(format!("{}={value}", key.to_string_lossy())),
                    Err(raised) => {
                        recursion::repr_leave(this);
                        return Err(raised);
                    }
                }
            }
        }
        recursion::repr_leave(this);
        Ok(Str::new(&format!("{name}({})", parts.join(", "))).into_owned())
    }

    #[slot]
    fn compare(this: &Object, other: &Object, comparison: Comparison) -> Result {
        if !other.is_instance_of::<SimpleNamespace>() {
            return Ok(Owned::not_implemented());
        }
        operations::compare(
            instance::dictionary(this).object(),
            instance::dictionary(other).object(),
            comparison,
        )
    }

    #[getter]
    fn __dict__(this: &Object) -> Owned {
        instance::dictionary(this).into_owned()
    }

    #[pymethod]
    fn __reduce__(this: &Object) -> Result {
        let state = instance::dictionary(this).into_owned();
        Ok(Tuple::from_vec(vec![this.type_object().to_owned(), Tuple::empty().into_owned(), state])
            .into_owned())
    }

    #[pymethod]
    fn __replace__(this: &Object, arguments: Arguments<'_>) -> Result {
        if arguments.positional_count() > 0 {
            return Err(type_error!("__replace__() takes no positional arguments"));
        }
        let copy = operations::call(this.type_object().object(), &[])?;
        for (key, value) in instance::dictionary(this).items() {
            if let Some(key) = key.downcast::<Str>() {
                operations::set_attribute(&copy, key, &value)?;
            }
        }
        for (name, value) in arguments.iter_keywords() {
            if let Some(name) = name.downcast::<Str>() {
                operations::set_attribute(&copy, name, value)?;
            }
        }
        Ok(copy)
    }
}

//! The descriptor of a field of a named tuple.

use pyrsc_abi::{Header, Value};
use pyrsc_builtins::reduce;
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{attribute_error, index_error, type_error};
use pyrsc_macros::{pyclass, pymethods};

/// Reads one value of a tuple.
#[pyclass(name = "_tuplegetter", module = "collections", static_name = TUPLE_GETTER)]
#[repr(C)]
pub struct TupleGetter {
    header: Header,
    index: i64,
    doc: Slot,
}

impl TupleGetter {
    fn object(&self) -> &Object {
        // SAFETY: a getter is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

#[pymethods(TupleGetter)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, index, doc, /)")]
    fn new(class: &TypeObject, index: i64, doc: &Object) -> Result {
        let contents = TupleGetter { header: Header::unset(), index, doc: Slot::new(doc.to_owned()) };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn descriptor_get(this: &TupleGetter, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        let Some(instance) = instance else { return Ok(this.object().to_owned()) };
        if instance.is_none() {
            return Ok(this.object().to_owned());
        }
        let Some(tuple) = instance.downcast::<Tuple>() else {
            return Err(type_error!(
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                this.index,
                name_of(instance)
            ));
        };
        match usize::try_from(this.index).ok().and_then(|index| tuple.get(index)) {
            Some(value) => Ok(value.to_owned()),
            None => Err(index_error!("tuple index out of range")),
        }
    }

    #[slot]
    fn descriptor_set(_this: &TupleGetter, _instance: &Object, value: Option<&Object>) -> Result<()> {
        Err(match value {
            Some(_) => attribute_error!("can't set attribute"),
            None => attribute_error!("can't delete attribute"),
        })
    }

    #[slot]
    fn repr(this: &TupleGetter) -> Result {
        let doc = operations::repr_string(&this.doc.get_or_none())?;
        Ok(Str::new(&format!("{}({}, {doc})", TupleGetter::type_object().name(), this.index)).into_owned())
    }

    #[getter(name = "__doc__")]
    fn doc(this: &TupleGetter) -> Owned {
        this.doc.get_or_none()
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: &TupleGetter, doc: Option<&Object>) -> Result<()> {
        this.doc.set(doc.map(Object::to_owned));
        Ok(())
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &TupleGetter) -> Result {
        let arguments = vec![int::from_i64(this.index), this.doc.get_or_none()];
        reduce::call(TupleGetter::type_object().to_owned(), arguments, None)
    }
}

//! `operator.itemgetter`, `attrgetter` and `methodcaller`.

use pyrsc_abi::{Header, Value};
use pyrsc_builtins::reduce;
use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// Gets items by keys.
#[pyclass(name = "itemgetter", module = "operator", static_name = ITEM_GETTER)]
#[repr(C)]
pub struct ItemGetter {
    header: Header,
    keys: Ref<Tuple>,
}

/// Gets attributes by names with dots.
#[pyclass(name = "attrgetter", module = "operator", static_name = ATTRIBUTE_GETTER)]
#[repr(C)]
pub struct AttributeGetter {
    header: Header,
    names: Ref<Tuple>,
    /// A list of interned parts for each name.
    parts: Vec<Vec<Owned>>,
}

/// Calls a method by name.
#[pyclass(name = "methodcaller", module = "operator", static_name = METHOD_CALLER)]
#[repr(C)]
pub struct MethodCaller {
    header: Header,
    name: Ref<Str>,
    positional: Ref<Tuple>,
    keyword_names: Ref<Tuple>,
    keyword_values: Ref<Tuple>,
}

fn this_object<T: Class>(this: &T) -> &Object {
    // SAFETY: an instance is an object; its address is its word.
    unsafe { Object::from_value(Value(std::ptr::from_ref(this) as u64)) }
}

/// The one argument of a call of a getter.
fn only_argument<'a>(name: &str, given: Arguments<'a>) -> Result<&'a Object> {
    if given.keyword_count() > 0 {
        return Err(type_error!("{}() takes no keyword arguments", name));
    }
    match given.positional(0) {
        Some(object) if given.positional_count() == 1 => Ok(object),
        _ => Err(type_error!("{} expected 1 argument, got {}", name, given.positional_count())),
    }
}

fn check_constructor(class: &TypeObject, given: Arguments<'_>) -> Result<()> {
    if given.keyword_count() > 0 {
        return Err(type_error!("{}() takes no keyword arguments", class.name()));
    }
    if given.positional_count() == 0 {
        return Err(type_error!("{} expected 1 argument, got 0", class.name()));
    }
    Ok(())
}

/// `operator.name(parts)`, where the parts' representations are between commas.
fn repr(this: &Object, show: impl FnOnce() -> Result<Vec<String>>) -> Result {
    let name = operations::qualified_type_name(this.type_object());
    if !recursion::repr_enter(this) {
        return Ok(Str::new(&format!("{name}(...)")).into_owned());
    }
    let parts = show();
    recursion::repr_leave(this);
    Ok(Str::new(&format!("{name}({})", parts?.join(", "))).into_owned())
}

fn all_reprs(tuple: &Tuple) -> Result<Vec<String>> {
    tuple.iter().map(operations::repr_string).collect()
}

#[pymethods(ItemGetter)]
mod item_getter_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        check_constructor(class, given)?;
        let keys = Tuple::from_vec(given.iter_positional().map(Object::to_owned).collect());
        Ok(memory::allocate(class, ItemGetter { header: Header::unset(), keys }).into_owned())
    }

    #[slot]
    fn call(this: &ItemGetter, given: Arguments<'_>) -> Result {
        let object = only_argument("itemgetter", given)?;
        if let [key] = this.keys.items() {
            // The usual case: an index of a tuple or a list.
            if key.value().is_int() && key.value().int() >= 0 {
                let index = key.value().int() as usize;
                if let Some(item) = object.downcast_exact::<Tuple>().and_then(|tuple| tuple.get(index)) {
                    return Ok(item.to_owned());
                }
                if let Some(item) = object.downcast_exact::<List>().and_then(|list| list.get(index)) {
                    return Ok(item);
                }
            }
            return operations::get_item(object, key);
        }
        let items =
            this.keys.iter().map(|key| operations::get_item(object, key)).collect::<Result<Vec<_>>>()?;
        Ok(Tuple::from_vec(items).into_owned())
    }

    #[slot]
    fn repr(this: &ItemGetter) -> Result {
        super::repr(this_object(this), || all_reprs(&this.keys))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &ItemGetter) -> Result {
        reduce::call(this_object(this).type_object().to_owned(), this.keys.to_vec(), None)
    }
}

#[pymethods(AttributeGetter)]
mod attribute_getter_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        check_constructor(class, given)?;
        let mut names = Vec::new();
        let mut parts = Vec::new();
        for name in given.iter_positional() {
            let Some(text) = name.downcast::<Str>() else {
                return Err(type_error!("attribute name must be a string"));
            };
            names.push(name.to_owned());
            let dotted = operations::call_method(name, "split", &[Str::new(".").object()])?;
            let dotted =
                dotted.downcast::<List>().map_or_else(|| vec![text.object().to_owned()], List::to_vec);
            let interned = dotted.iter().filter_map(|part| part.downcast::<Str>());
            parts.push(interned.map(|part| str::intern_object(part).into_owned()).collect());
        }
        let contents = AttributeGetter { header: Header::unset(), names: Tuple::from_vec(names), parts };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn call(this: &AttributeGetter, given: Arguments<'_>) -> Result {
        let object = only_argument("attrgetter", given)?;
        let get = |parts: &Vec<Owned>| {
            let mut value = object.to_owned();
            for part in parts.iter().filter_map(|part| part.downcast::<Str>()) {
                value = attribute::get_attribute(&value, part)?;
            }
            Ok(value)
        };
        if let [only] = this.parts.as_slice() {
            return get(only);
        }
        Ok(Tuple::from_vec(this.parts.iter().map(get).collect::<Result<Vec<_>>>()?).into_owned())
    }

    #[slot]
    fn repr(this: &AttributeGetter) -> Result {
        super::repr(this_object(this), || all_reprs(&this.names))
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &AttributeGetter) -> Result {
        reduce::call(this_object(this).type_object().to_owned(), this.names.to_vec(), None)
    }
}

#[pymethods(MethodCaller)]
mod method_caller_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let Some(name) = given.positional(0) else {
            return Err(type_error!("methodcaller needs at least one argument, the method name"));
        };
        let Some(name) = name.downcast::<Str>() else {
            return Err(type_error!("method name must be a string"));
        };
        let positional = given.iter_positional().skip(1).map(Object::to_owned).collect();
        let (names, values) =
            given.iter_keywords().map(|(name, value)| (name.to_owned(), value.to_owned())).unzip();
        let contents = MethodCaller {
            header: Header::unset(),
            name: str::intern_object(name),
            positional: Tuple::from_vec(positional),
            keyword_names: Tuple::from_vec(names),
            keyword_values: Tuple::from_vec(values),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn call(this: &MethodCaller, given: Arguments<'_>) -> Result {
        let object = only_argument("methodcaller", given)?;
        let method = attribute::get_attribute(object, &this.name)?;
        let mut values = this.positional.to_vec();
        values.extend(this.keyword_values.to_vec());
        let names = (!this.keyword_names.is_empty()).then_some(&*this.keyword_names);
        operations::call_arguments(&method, Arguments::new(&values, names))
    }

    #[slot]
    fn repr(this: &MethodCaller) -> Result {
        super::repr(this_object(this), || {
            let mut parts = vec![operations::repr_string(this.name.object())?];
            parts.extend(all_reprs(&this.positional)?);
            for (name, value) in this.keyword_names.iter().zip(this.keyword_values.iter()) {
                parts.push(format!("{}={}", operations::str_string(name)?, operations::repr_string(value)?));
            }
            Ok(parts)
        })
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &MethodCaller) -> Result {
        let class = this_object(this).type_object().to_owned();
        let mut arguments = vec![this.name.object().to_owned()];
        arguments.extend(this.positional.to_vec());
        if this.keyword_names.is_empty() {
            return reduce::call(class, arguments, None);
        }
        // A partial call of the class gives the keyword arguments back.
        let import = pyrsc_core::startup::builtin("__import__")?;
        let functools = operations::call(&import, &[Str::new("functools").object()])?;
        let partial = operations::get_attribute_named(&functools, "partial")?;
        let mut values = vec![class];
        values.extend(arguments);
        values.extend(this.keyword_values.to_vec());
        let call = operations::call_arguments(&partial, Arguments::new(&values, Some(&this.keyword_names)))?;
        reduce::call(call, Vec::new(), None)
    }
}

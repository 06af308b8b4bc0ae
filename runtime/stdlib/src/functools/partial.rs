//! `functools.partial` and `functools.Placeholder`.

use std::cell::{Cell, RefCell};

use pyrsc_abi::{Header, Value};
use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::BoundMethod;
use pyrsc_core::dict::{Dict, Merge};
use pyrsc_core::gil::Static;
use pyrsc_core::instance;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::slot::Slot;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_macros::{pyclass, pymethods};

/// A function with some of its arguments.
#[pyclass(name = "partial", module = "functools", static_name = PARTIAL, flags(BASETYPE, DICT, WEAKREF))]
#[repr(C)]
pub struct Partial {
    header: Header,
    function: Slot,
    /// A tuple.
    arguments: Slot,
    /// A dict.
    keywords: Slot,
    /// How many of the arguments are placeholders.
    placeholders: Cell<usize>,
}

/// The type of `Placeholder`.
#[pyclass(name = "_PlaceholderType", module = "functools", static_name = PLACEHOLDER_TYPE)]
#[repr(C)]
pub struct PlaceholderType {
    header: Header,
}

static PLACEHOLDER: Static<RefCell<Option<Owned>>> = Static::new(RefCell::new(None));

/// `functools.Placeholder`
pub fn placeholder() -> Owned {
    PLACEHOLDER
        .borrow_mut()
        .get_or_insert_with(|| {
            let new = PlaceholderType { header: Header::unset() };
            let placeholder = memory::allocate(PlaceholderType::type_object(), new).into_owned();
            pyrsc_core::collector::audit::keep(&placeholder);
            placeholder
        })
        .clone()
}

fn is_placeholder(object: &Object) -> bool {
    object.is_exact::<PlaceholderType>()
}

/// Whether attributes were ever set on an object.
fn has_own_attributes(object: &Object) -> bool {
    let mut any = false;
    if instance::has_attributes(object) {
        instance::for_each_value(object, |_| any = true);
    }
    any
}

fn count_placeholders(arguments: &[Owned]) -> usize {
    arguments.iter().filter(|argument| is_placeholder(argument)).count()
}

/// Puts given arguments in the places of placeholders, and what is left behind.
fn fill(stored: &[&Object], given: &mut dyn Iterator<Item = &Object>) -> Vec<Owned> {
    let mut filled = Vec::with_capacity(stored.len());
    for argument in stored {
        let argument = if is_placeholder(argument) { given.next().unwrap_or(argument) } else { argument };
        filled.push(argument.to_owned());
    }
    filled.extend(given.map(Object::to_owned));
    filled
}

impl Partial {
    fn object(&self) -> &Object {
        // SAFETY: a partial is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    fn stored_arguments(&self) -> Ref<Tuple> {
        // SAFETY: the slot only ever holds a tuple.
        unsafe { self.arguments.get_or_none().downcast_unchecked() }
    }

    fn stored_keywords(&self) -> Ref<Dict> {
        // SAFETY: the slot only ever holds a dict.
        unsafe { self.keywords.get_or_none().downcast_unchecked() }
    }

    fn invoke(&self, given: Arguments<'_>) -> Result {
        let placeholders = self.placeholders.get();
        if given.positional_count() < placeholders {
            return Err(type_error!(
                "missing positional arguments in 'partial' call; expected at least {}, got {}",
                placeholders,
                given.positional_count()
            ));
        }
        let function = self.function.get_or_none();
        let (stored, keywords) = (self.stored_arguments(), self.stored_keywords());
        let mut values = fill(stored.items(), &mut given.iter_positional());
        if keywords.is_empty() {
            values.extend(given.iter_keywords().map(|(_, value)| value.to_owned()));
            return operations::call_arguments(&function, Arguments::new(&values, given.names()));
        }
        let merged = keywords.copy()?;
        for (name, value) in given.iter_keywords() {
            merged.set(name, value)?;
        }
        let mut names = Vec::with_capacity(merged.len());
        for (name, value) in merged.items() {
            if name.downcast::<Str>().is_none() {
                return Err(type_error!("keywords must be strings"));
            }
            names.push(name);
            values.push(value);
        }
        let names = Tuple::from_vec(names);
        operations::call_arguments(&function, Arguments::new(&values, Some(&names)))
    }
}

#[pymethods(Partial)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let Some(function) = given.positional(0) else {
            return Err(type_error!("type 'partial' takes at least one argument"));
        };
        if !operations::is_callable(function) {
            return Err(type_error!("the first argument must be callable"));
        }
        let rest = given.positional_from(1);
        let count = rest.positional_count();
        if count > 0 && rest.positional(count - 1).is_some_and(is_placeholder) {
            return Err(type_error!("trailing Placeholders are not allowed"));
        }
        if given.iter_keywords().any(|(_, value)| is_placeholder(value)) {
            return Err(type_error!("Placeholder cannot be passed as a keyword argument"));
        }
        let inner = function.downcast_exact::<Partial>().filter(|_| !has_own_attributes(function));
        let keywords = Dict::new();
        let (function, arguments) = match inner {
            Some(inner) => {
                keywords.merge(&inner.stored_keywords(), Merge::Replace)?;
                let stored = inner.stored_arguments();
                let mut arguments = fill(stored.items(), &mut rest.iter_positional());
                while arguments.last().is_some_and(|last| is_placeholder(last)) && count > 0 {
                    arguments.pop();
                }
                (inner.function.get_or_none(), arguments)
            }
            None => (function.to_owned(), rest.iter_positional().map(Object::to_owned).collect()),
        };
        for (name, value) in given.iter_keywords() {
            keywords.set(name, value)?;
        }
        let placeholders = Cell::new(count_placeholders(&arguments));
        let contents = Partial {
            header: Header::unset(),
            function: Slot::new(function),
            arguments: Slot::new(Tuple::from_vec(arguments).into_owned()),
            keywords: Slot::new(keywords.into_owned()),
            placeholders,
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn call(this: &Partial, given: Arguments<'_>) -> Result {
        this.invoke(given)
    }

    #[slot]
    fn descriptor_get(this: &Partial, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        match instance.filter(|instance| !instance.is_none()) {
            None => Ok(this.object().to_owned()),
            Some(instance) => {
                Ok(BoundMethod::new(this.object().to_owned(), instance.to_owned()).into_owned())
            }
        }
    }

    #[slot]
    fn repr(this: &Partial) -> Result {
        if !recursion::repr_enter(this.object()) {
            return Ok(Str::new("...").into_owned());
        }
        let result = super::repr_parts(this);
        recursion::repr_leave(this.object());
        Ok(Str::new(&result?).into_owned())
    }

    #[getter]
    fn func(this: &Partial) -> Owned {
        this.function.get_or_none()
    }

    #[getter]
    fn args(this: &Partial) -> Owned {
        this.arguments.get_or_none()
    }

    #[getter]
    fn keywords(this: &Partial) -> Owned {
        this.keywords.get_or_none()
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Partial) -> Result {
        let object = this.object();
        let function = this.function.get_or_none();
        let attributes = if has_own_attributes(object) {
            instance::dictionary(object).into_owned()
        } else {
            Owned::none()
        };
        let state =
            vec![function.clone(), this.arguments.get_or_none(), this.keywords.get_or_none(), attributes];
        Ok(Tuple::from_vec(vec![
            object.type_object().to_owned(),
            Tuple::from_vec(vec![function]).into_owned(),
            Tuple::from_vec(state).into_owned(),
        ])
        .into_owned())
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &Partial, state: &Object) -> Result<()> {
        let parts = state.downcast::<Tuple>().filter(|parts| parts.len() == 4).map(Tuple::to_vec);
        let Some([function, arguments, keywords, attributes]) = parts.as_deref() else {
            return Err(type_error!("invalid partial state"));
        };
        let Some(tuple) = arguments.downcast::<Tuple>() else {
            return Err(type_error!("invalid partial state"));
        };
        if !operations::is_callable(function) || !keywords.is_none() && keywords.downcast::<Dict>().is_none()
        {
            return Err(type_error!("invalid partial state"));
        }
        if tuple.iter().last().is_some_and(is_placeholder) {
            return Err(type_error!("trailing Placeholders are not allowed"));
        }
        let stored = tuple.to_vec();
        let count = count_placeholders(&stored);
        let keywords = match keywords.downcast::<Dict>() {
            Some(keywords) => keywords.copy()?,
            None => Dict::new(),
        };
        let old = (
            this.function.replace(Some(function.clone())),
            this.arguments.replace(Some(Tuple::from_vec(stored).into_owned())),
            this.keywords.replace(Some(keywords.into_owned())),
        );
        this.placeholders.set(count);
        drop(old);
        if let Some(attributes) = attributes.downcast::<Dict>() {
            drop(instance::set_dictionary(this.object(), attributes.copy()?));
        }
        Ok(())
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

fn repr_parts(partial: &Partial) -> Result<String> {
    let class = partial.object().type_object();
    let mut text = operations::qualified_type_name(class);
    text.push('(');
    text += &operations::repr_string(&partial.function.get_or_none())?;
    for argument in partial.stored_arguments().iter() {
        text += ", ";
        text += &operations::repr_string(argument)?;
    }
    for (name, value) in partial.stored_keywords().items() {
        text += &format!(", {}={}", operations::str_string(&name)?, operations::repr_string(&value)?);
    }
    text.push(')');
    Ok(text)
}

#[pymethods(PlaceholderType)]
mod placeholder_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        if given.count() > 0 {
            return Err(type_error!("{} takes no arguments", class.name()));
        }
        Ok(placeholder())
    }

    #[slot]
    fn repr(this: &Object) -> Result {
        debug_assert_eq!(name_of(this), "_PlaceholderType");
        Ok(Str::new("Placeholder").into_owned())
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(_this: &PlaceholderType) -> Owned {
        Str::new("Placeholder").into_owned()
    }
}

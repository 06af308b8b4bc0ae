//! `_thread._local`: attributes of which every thread has its own.

use std::cell::{Cell, RefCell};

use pyrsc_abi::Header;
use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::gil::Static;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_error;
use pyrsc_core::type_object::{OBJECT, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// See the module's documentation.
#[pyclass(name = "_local", module = "_thread", flags(BASETYPE, WEAKREF))]
#[repr(C)]
pub struct Local {
    header: Header,
    /// What `__init__` gets in each thread: a tuple and a dict, or empty.
    arguments: Slot,
    keywords: Slot,
    number: Cell<u64>,
}

static NEXT_NUMBER: Static<Cell<u64>> = Static::new(Cell::new(1));

thread_local! {
    static OWN: RefCell<Vec<(u64, Ref<Dict>)>> = const { RefCell::new(Vec::new()) };
}

/// The thread ends: its attributes die.
pub fn forget_thread() {
    let own = OWN.with(|own| std::mem::take(&mut *own.borrow_mut()));
    drop(own);
}

impl Local {
    /// The calling thread's attributes; `__init__` runs for a thread that has none yet.
    fn attributes(&self, this: &Object) -> Result<Ref<Dict>> {
        let number = self.number.get();
        let found = OWN.with(|own| {
            own.borrow().iter().find(|(known, _)| *known == number).map(|(_, dict)| dict.clone())
        });
        if let Some(dict) = found {
            return Ok(dict);
        }
        let dict = Dict::new();
        OWN.with(|own| own.borrow_mut().push((number, dict.clone())));
        if let Some(arguments) = self.arguments.get() {
            let init = operations::get_attribute_named(this, "__init__")?;
            let mut words: Vec<Owned> = pyrsc_core::iteration::collect(&arguments)?;
            let mut names = Vec::new();
            if let Some(keywords) = self.keywords.get().and_then(|keywords| keywords.into_ref::<Dict>().ok())
            {
                for (name, value) in keywords.items() {
                    names.push(name);
                    words.push(value);
                }
            }
            let names = pyrsc_core::tuple::Tuple::from_vec(names);
            let names = if names.is_empty() { None } else { Some(&*names) };
            operations::call_arguments(&init, Arguments::new(&words, names))?;
        }
        Ok(dict)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let number = self.number.get();
        // The attributes of other threads live until those end.
        let own = OWN.try_with(|own| {
            let mut own = own.borrow_mut();
            let index = own.iter().position(|(known, _)| *known == number)?;
            Some(own.swap_remove(index))
        });
        drop(own);
    }
}

#[pymethods(Local)]
mod local_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        let has_init = class
            .lookup(&str::intern("__init__"))
            .is_some_and(|init| OBJECT.lookup(&str::intern("__init__")).is_none_or(|own| !own.is(&init)));
        if arguments.count() > 0 && !has_init {
            return Err(type_error!("Initialization arguments are not supported"));
        }
        let number = NEXT_NUMBER.get();
        NEXT_NUMBER.set(number + 1);
        let positional = arguments.iter_positional().map(Object::to_owned).collect();
        let keywords = Dict::new();
        for (name, value) in arguments.iter_keywords() {
            keywords.set(name, value)?;
        }
        // The thread that makes the object runs `__init__` now, not at the first look.
        OWN.with(|own| own.borrow_mut().push((number, Dict::new())));
        Ok(memory::allocate(
            class,
            Local {
                header: Header::unset(),
                arguments: Slot::new(pyrsc_core::tuple::Tuple::from_vec(positional).into_owned()),
                keywords: Slot::new(keywords.into_owned()),
                number: Cell::new(number),
            },
        )
        .into_owned())
    }

    #[slot]
    fn get_attribute(this: &Object, name: &Str) -> Result {
        let Some(local) = this.downcast::<Local>() else { return attribute::generic_get(this, name) };
        let attributes = local.attributes(this)?;
        if name.equals_text("__dict__") {
            return Ok(attributes.into_owned());
        }
        let class = this.type_object();
        let found = class.lookup(name);
        if let Some(found) = &found
            && let Some(get) = found.type_object().special().descriptor_get
            && found.type_object().special().descriptor_set.is_some()
        {
            return get(found, Some(this), Some(class.object()));
        }
        if let Some(value) = attributes.get(name.object())? {
            return Ok(value);
        }
        match found {
            Some(found) => attribute::bind(found, Some(this), class),
            None => Err(exception::no_attribute(this, name)),
        }
    }

    #[slot]
    fn set_attribute(this: &Object, name: &Str, value: Option<&Object>) -> Result<()> {
        let Some(local) = this.downcast::<Local>() else { return attribute::generic_set(this, name, value) };
        if name.equals_text("__dict__") {
            let message = format!("'{}' object attribute '__dict__' is read-only", this.type_object().name());
            return Err(exception::attribute_error_for(this, name, &message));
        }
        if let Some(found) = this.type_object().lookup(name)
            && let Some(set) = found.type_object().special().descriptor_set
        {
            return set(&found, this, value);
        }
        let attributes = local.attributes(this)?;
        match value {
            Some(value) => attributes.set(name.object(), value),
            None => match attributes.remove(name.object())? {
                Some(_) => Ok(()),
                None => Err(exception::no_attribute(this, name)),
            },
        }
    }
}

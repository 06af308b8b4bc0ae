//! `atexit`: functions that run at the end of the program, the last one registered first.

use std::cell::RefCell;

use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_macros::pymodule;

/// One registration.
struct Callback {
    function: Owned,
    values: Vec<Owned>,
    /// Names of the last values.
    names: Option<Ref<Tuple>>,
}

static CALLBACKS: Static<RefCell<Vec<Option<Callback>>>> = Static::new(RefCell::new(Vec::new()));

/// Drops what is registered.
pub(crate) fn forget() {
    let old = CALLBACKS.take();
    drop(old);
}

/// Calls what is registered; exceptions are reported and do not stop it.
fn run_all() {
    loop {
        let Some(last) = CALLBACKS.borrow_mut().pop() else { return };
        let Some(callback) = last else { continue };
        let arguments = Arguments::new(&callback.values, callback.names.as_deref());
        if operations::call_arguments(&callback.function, arguments).is_err() {
            let message = match operations::repr_string(&callback.function) {
                Ok(text) => format!("Exception ignored in atexit callback {text}"),
                Err(_) => {
                    exception::clear();
                    "Exception ignored in atexit callback".to_owned()
                }
            };
            exception::report_unraisable(&message, None);
        }
    }
}

#[pymodule(name = "atexit", doc = "Functions that run at the end of the program.")]
mod module {
    use super::*;

    /// Registers a function, to be called with these arguments; gives the function.
    #[pyfunction]
    fn register(arguments: Arguments<'_>) -> Result {
        let Some(function) = arguments.positional(0) else {
            return Err(type_error!("register() takes at least 1 argument (0 given)"));
        };
        if !operations::is_callable(function) {
            return Err(type_error!("the first argument must be callable"));
        }
        let rest = arguments.without_first(1);
        let mut values: Vec<Owned> = rest.iter_positional().map(Object::to_owned).collect();
        let mut names = Vec::new();
        for (name, value) in rest.iter_keywords() {
            names.push(name.to_owned());
            values.push(value.to_owned());
        }
        let names = (!names.is_empty()).then(|| Tuple::from_vec(names));
        CALLBACKS.borrow_mut().push(Some(Callback { function: function.to_owned(), values, names }));
        Ok(function.to_owned())
    }

    /// Takes back every registration of a function.
    #[pyfunction]
    fn unregister(function: &Object) -> Result<()> {
        let mut index = CALLBACKS.borrow().len();
        while index > 0 {
            index -= 1;
            let candidate = CALLBACKS
                .borrow()
                .get(index)
                .and_then(|entry| entry.as_ref().map(|entry| entry.function.clone()));
            let Some(candidate) = candidate else { continue };
            if operations::equal(&candidate, function)? {
                let old = CALLBACKS.borrow_mut().get_mut(index).and_then(Option::take);
                drop(old);
            }
        }
        Ok(())
    }

    /// Forgets all registrations.
    #[pyfunction]
    fn _clear() {
        let old = CALLBACKS.take();
        drop(old);
    }

    /// Calls all that is registered, now.
    #[pyfunction]
    fn _run_exitfuncs() {
        run_all();
    }

    /// How many functions are registered.
    #[pyfunction]
    fn _ncallbacks() -> usize {
        CALLBACKS.borrow().iter().flatten().count()
    }
}

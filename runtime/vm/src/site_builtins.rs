//! What CPython's `site` adds to `builtins`: `exit`, `quit`, `copyright`, `credits`, `license` and `help`.
//!
//! The classes say that they belong to `_sitebuiltins`, as there.

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, SystemExit};
use pyrsc_core::memory;
use pyrsc_core::module::Module;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::Class;
use pyrsc_macros::{pyclass, pymethods};

const CREDITS: &str = "Thanks to CWI, CNRI, BeOpen, Zope Corporation, the Python Software\n\
Foundation, and a cast of thousands for supporting Python\n\
development.  See www.python.org for more information.";
const LICENSE: &str = "See https://www.python.org/psf/license/";

/// `exit` and `quit`.
#[pyclass(name = "Quitter", module = "_sitebuiltins", flags(DICT, WEAKREF))]
#[repr(C)]
pub struct Quitter {
    header: Header,
    name: &'static str,
}

#[pymethods(Quitter)]
pub mod quitter_methods {
    use super::*;

    #[slot]
    fn repr(this: &Quitter) -> Result {
        Ok(Str::new(&format!("Use {}() or Ctrl-D (i.e. EOF) to exit", this.name)).into_owned())
    }

    #[slot(signature = "(code=None)")]
    fn call(_this: &Quitter, code: Option<&Object>) -> Result {
        // Shells catch SystemExit and ask standard input whether they go on.
        if let Some(stdin) = startup::system("stdin")
            && operations::call_method(&stdin, "close", &[]).is_err()
        {
            exception::clear();
        }
        let none = Owned::none();
        let error = operations::call(SystemExit::type_object().object(), &[code.unwrap_or(&none)])?;
        Err(exception::raise_object(error))
    }

    #[getter]
    fn name(this: &Quitter) -> Owned {
        str::intern(this.name).into_owned()
    }

    #[getter]
    fn eof(_this: &Quitter) -> Owned {
        str::intern("Ctrl-D (i.e. EOF)").into_owned()
    }
}

/// `copyright`, `credits` and `license`.
#[pyclass(name = "_Printer", module = "_sitebuiltins", flags(DICT, WEAKREF))]
#[repr(C)]
pub struct Printer {
    header: Header,
    text: Owned,
}

#[pymethods(Printer)]
pub mod printer_methods {
    use super::*;

    #[slot]
    fn repr(this: &Printer) -> Result {
        Ok(this.text.clone())
    }

    #[slot(signature = "()")]
    fn call(this: &Printer) -> Result {
        operations::call(&*startup::builtin("print")?, &[&this.text])
    }
}

/// `help`.
#[pyclass(name = "_Helper", module = "_sitebuiltins", flags(DICT, WEAKREF))]
#[repr(C)]
pub struct Helper {
    header: Header,
}

#[pymethods(Helper)]
pub mod helper_methods {
    use super::*;

    #[slot]
    fn repr(_this: &Helper) -> Result {
        let text = "Type help() for interactive help, or help(object) for help about object.";
        Ok(Str::new(text).into_owned())
    }

    #[slot]
    fn call(_this: &Helper, arguments: Arguments<'_>) -> Result {
        let pydoc = crate::import::import(&str::intern("pydoc"), None, None, 0)?;
        let help = operations::get_attribute_named(&pydoc, "help")?;
        operations::call_arguments(&help, arguments)
    }
}

/// Adds them to the module `builtins`.
pub fn add_to(builtins: &Module) -> Result<()> {
    fn make<T: Class>(contents: T) -> Owned {
        memory::allocate(T::type_object(), contents).into_owned()
    }
    for name in ["quit", "exit"] {
        builtins.set(name, &make(Quitter { header: Header::unset(), name }))?;
    }
    let copyright = startup::system("copyright").unwrap_or_else(|| Str::empty().into_owned());
    for (name, text) in [
        ("copyright", copyright),
        ("credits", Str::new(CREDITS).into_owned()),
        ("license", Str::new(LICENSE).into_owned()),
    ] {
        builtins.set(name, &make(Printer { header: Header::unset(), text }))?;
    }
    builtins.set("help", &make(Helper { header: Header::unset() }))
}

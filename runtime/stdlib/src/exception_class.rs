//! Exception classes of native modules, such as `binascii.Error`.

use std::cell::OnceCell;

use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::gil::Static;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TYPE, TypeObject};

/// A class that is made when it is first used.
pub struct ExceptionClass {
    module: &'static str,
    name: &'static str,
    base: fn() -> Result,
    class: Static<OnceCell<Owned>>,
}

impl ExceptionClass {
    /// The class `module.name`, derived from what `base` gives.
    pub const fn new(module: &'static str, name: &'static str, base: fn() -> Result) -> ExceptionClass {
        ExceptionClass { module, name, base, class: Static::new(OnceCell::new()) }
    }

    /// The class.
    pub fn get(&self) -> Result {
        if let Some(class) = self.class.get() {
            return Ok(class.clone());
        }
        let namespace = Dict::new();
        namespace.set_str(&str::intern("__module__"), Str::new(self.module).object())?;
        let bases = Tuple::from_vec(vec![(self.base)()?]);
        let name = Str::new(self.name);
        let class = operations::call(TYPE.object(), &[name.object(), bases.object(), namespace.object()])?;
        pyrsc_core::collector::audit::keep(&class);
        Ok(self.class.get_or_init(|| class).clone())
    }

    /// Raises an instance with a message.
    #[cold]
    pub fn raise(&self, message: &str) -> Raised {
        self.raise_with(&[Str::new(message).into_owned()])
    }

    /// Raises an instance with these arguments.
    #[cold]
    pub fn raise_with(&self, arguments: &[Owned]) -> Raised {
        match self.get() {
            Ok(class) => match class.downcast::<TypeObject>() {
                Some(class) => exception::raise_with_arguments(class, arguments),
                None => pyrsc_core::system_error!("{}.{} is no class", self.module, self.name),
            },
            Err(raised) => raised,
        }
    }
}

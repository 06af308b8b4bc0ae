//! `ImportError`.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::ImportError;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_macros::pymethods;

use super::{keywords, object, slot_properties};

#[pymethods(ImportError)]
pub mod methods {
    use super::*;

    #[slot]
    fn init(this: &ImportError, arguments: Arguments<'_>) -> Result<()> {
        let targets = [("name", &this.name), ("path", &this.path), ("name_from", &this.name_from)];
        keywords(object(this).type_object(), arguments, &targets)?;
        this.base.base.arguments.set(Some(super::super::positional(arguments)));
        let message = arguments.positional(0).filter(|_| arguments.positional_count() == 1);
        this.message.set(message.map(Object::to_owned));
        Ok(())
    }

    #[slot]
    fn str(this: &ImportError) -> Result {
        match this.message.get() {
            Some(message) if message.is_exact::<Str>() => Ok(message),
            _ => {
                let arguments = super::super::arguments_of(&this.base.base);
                match arguments.downcast::<pyrsc_core::tuple::Tuple>() {
                    Some(tuple) if tuple.is_empty() => Ok(Str::empty().into_owned()),
                    Some(tuple) if tuple.len() == 1 => {
                        Ok(operations::str(tuple.get(0).expect("one"))?.into_owned())
                    }
                    _ => Ok(operations::str(&arguments)?.into_owned()),
                }
            }
        }
    }
}

slot_properties! {
    attributes, ImportError {
        msg set_msg message;
        name set_name name;
        path set_path path;
        name_from set_name_from name_from;
    }
}

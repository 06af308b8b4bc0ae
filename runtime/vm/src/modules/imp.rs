//! `_imp`: what importlib asks of the interpreter.

use pyrsc_core::bytes::Bytes;
use pyrsc_core::list::List;
use pyrsc_core::module::{self, Module};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_macros::pymodule;

use crate::import::{self, embedded};

#[pymodule(name = "_imp")]
mod functions {
    use super::*;

    #[pyfunction]
    fn acquire_lock() -> Result<()> {
        Ok(())
    }

    #[pyfunction]
    fn release_lock() -> Result<()> {
        Ok(())
    }

    #[pyfunction]
    fn lock_held() -> Result<bool> {
        Ok(false)
    }

    #[pyfunction]
    fn is_builtin(name: &Str) -> Result<i64> {
        let text = name.to_string_lossy();
        if matches!(&*text, "sys" | "builtins") {
            return Ok(-1);
        }
        Ok(i64::from(import::native(&text).is_some()))
    }

    #[pyfunction]
    fn is_frozen(_name: &Object) -> Result<bool> {
        Ok(false)
    }

    #[pyfunction]
    fn is_frozen_package(name: &Str) -> Result<bool> {
        Err(not_frozen(name))
    }

    #[pyfunction(signature = "(name, /, *, withdata=False)")]
    fn find_frozen(_name: &Object, _withdata: Option<bool>) -> Result {
        Ok(Owned::none())
    }

    #[pyfunction]
    fn get_frozen_object(name: &Str, _data: Option<&Object>) -> Result {
        Err(not_frozen(name))
    }

    #[pyfunction]
    fn init_frozen(_name: &Object) -> Result {
        Ok(Owned::none())
    }

    #[pyfunction]
    fn _frozen_module_names() -> Result {
        Ok(List::new().into_owned())
    }

    #[pyfunction]
    fn _override_frozen_modules_for_tests(_value: &Object) -> Result<()> {
        Ok(())
    }

    #[pyfunction]
    fn _override_multi_interp_extensions_check(_value: &Object) -> Result<i64> {
        Ok(0)
    }

    /// Makes a native module from a spec; one that is there already is given back.
    #[pyfunction]
    fn create_builtin(spec: &Object) -> Result {
        let name = operations::get_attribute_named(spec, "name")?;
        let text = operations::str_string(&name)?;
        if let Some(loaded) = import::loaded(&text) {
            return Ok(loaded);
        }
        match import::native(&text) {
            Some(native) => Ok(Module::new(native.name, native.doc)?.into_owned()),
            None => Ok(Owned::none()),
        }
    }

    #[pyfunction]
    fn exec_builtin(object: &Object) -> Result<i64> {
        let Some(module) = object.downcast::<Module>() else { return Ok(0) };
        let name = module.name().unwrap_or_default();
        let namespace = module.namespace();
        // One that has been filled before stays as it is.
        let filled = namespace.len() > 6;
        if let Some(native) = import::native(&name)
            && !filled
        {
            module::fill_from_spec(module, native)?;
        }
        Ok(0)
    }

    #[pyfunction]
    fn extension_suffixes() -> Result {
        Ok(List::new().into_owned())
    }

    #[pyfunction]
    fn create_dynamic(spec: &Object, _file: Option<&Object>) -> Result {
        let name = operations::get_attribute_named(spec, "name")?;
        Err(import::import_failure(
            <pyrsc_core::exception::ImportError as pyrsc_core::type_object::Class>::type_object(),
            "extension modules in machine code cannot be loaded",
            &name,
            None,
        ))
    }

    #[pyfunction]
    fn exec_dynamic(_module: &Object) -> Result<i64> {
        Ok(0)
    }

    #[pyfunction]
    fn _fix_co_filename(_code: &Object, _path: &Object) -> Result<()> {
        Ok(())
    }

    #[pyfunction]
    fn source_hash(_key: i64, source: &Object) -> Result {
        let bytes = pyrsc_core::bytes_like::argument(source)?;
        Ok(Bytes::new(&pyrsc_bytecode::source_hash(&bytes).to_le_bytes()).into_owned())
    }

    /// Imports a module that is not in `sys.modules`.
    #[pyfunction]
    fn _find_and_load(name: &Object, _import: &Object) -> Result {
        match name.downcast::<Str>() {
            Some(name) => import::import_full(&str::intern_object(name)),
            None => Err(pyrsc_core::type_error!("module name must be a str")),
        }
    }

    #[pyfunction]
    fn _is_embedded_folder(folder: &Object) -> Result<bool> {
        Ok(folder.downcast::<Str>().is_some_and(|folder| embedded::is_folder(&folder.to_string_lossy())))
    }

    /// File and kind of a module that lies in a folder of the executable.
    #[pyfunction]
    fn _embedded_location(name: &Str, folder: &Str) -> Result {
        let found = embedded::location(&name.to_string_lossy(), &folder.to_string_lossy());
        Ok(found.map_or(Owned::none(), |(path, is_package)| {
            Tuple::pair(Str::new(&path).into_owned(), Owned::bool(is_package)).into_owned()
        }))
    }

    /// The names of the modules in a folder of the executable.
    #[pyfunction]
    fn _embedded_modules(folder: &Str) -> Result {
        let modules = embedded::modules_in(&folder.to_string_lossy()).into_iter();
        let pairs = modules.map(|(name, is_package)| {
            Tuple::pair(Str::new(&name).into_owned(), Owned::bool(is_package)).into_owned()
        });
        Ok(List::from_vec(pairs.collect()).into_owned())
    }

    #[attribute]
    fn check_hash_based_pycs() -> Result {
        Ok(str::intern("default").into_owned())
    }

    #[attribute]
    fn pyc_magic_number_token() -> Result {
        Ok(Owned::small_int(i64::from(u32::from_le_bytes(pyrsc_bytecode::MAGIC_NUMBER))))
    }

    fn not_frozen(name: &Str) -> pyrsc_core::owned::Raised {
        let message = format!("No such frozen object named {}", name.to_string_lossy());
        import::import_failure(
            <pyrsc_core::exception::ImportError as pyrsc_core::type_object::Class>::type_object(),
            &message,
            name.object(),
            None,
        )
    }
}

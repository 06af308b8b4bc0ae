//! `__spec__` and `__loader__` of modules.
//!
//! Until the program imports importlib, modules get light objects with the attributes that specs and loaders have. Once
//! `_frozen_importlib` is loaded (from importlib's own source), modules get its `ModuleSpec` and loaders, and those that
//! were imported before get theirs.

use std::cell::{Cell, RefCell};
use std::path::Path;

use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, ImportError};
use pyrsc_core::gil::Static;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::module::Module;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::{pyclass, pymethods};

use crate::hooks::{self, BundledContents, Mode, Request};
use crate::import;

/// Where a module came from.
pub enum Origin {
    Native,
    Source {
        path: String,
        is_package: bool,
    },
    /// A package of folders: its path.
    Namespace(Owned),
}

/// A module's spec, as long as importlib is not loaded.
#[pyclass(name = "ModuleSpec", module = "importlib._bootstrap", flags(DICT))]
#[repr(C)]
pub struct LightSpec {
    header: Header,
}

/// The loader of a native module, or of a source file, as long as importlib is not loaded.
#[pyclass(name = "SourceFileLoader", module = "importlib._bootstrap_external", flags(DICT))]
#[repr(C)]
pub struct LightLoader {
    header: Header,
    name: Slot,
    /// Empty for a native module.
    path: Slot,
    is_package: Cell<bool>,
}

/// What importlib's modules gave, once they are loaded.
struct Importlib {
    bootstrap: Owned,
    external: Owned,
    /// The finders in `sys.meta_path` that stand for what is found natively.
    finders: Vec<Owned>,
}

static IMPORTLIB: Static<RefCell<Option<Importlib>>> = Static::new(RefCell::new(None));

/// Forgets importlib at the end of the program.
pub fn forget() {
    let taken = IMPORTLIB.borrow_mut().take();
    drop(taken);
}

/// Whether a finder in `sys.meta_path` stands for what is found natively.
pub fn is_native_finder(finder: &Object) -> bool {
    IMPORTLIB
        .borrow()
        .as_ref()
        .is_some_and(|importlib| importlib.finders.iter().any(|known| known.is(finder)))
}

fn set(object: &Object, name: &str, value: &Object) -> Result<()> {
    operations::set_attribute(object, &str::intern(name), value)
}

/// Gives a module its `__spec__`, `__loader__` and `__package__`.
pub fn attach(module: &Module, name: &Str, origin: Origin) -> Result<()> {
    let spec = match real_parts() {
        Some((bootstrap, external)) => real_spec(&bootstrap, &external, name, &origin)?,
        None => light_spec(name, &origin)?,
    };
    let namespace = module.namespace();
    namespace.set_str(names::get(Name::__spec__), &spec)?;
    let loader = operations::get_attribute_named(&spec, "loader")?;
    namespace.set_str(names::get(Name::__loader__), &loader)?;
    let parent = operations::get_attribute_named(&spec, "parent")?;
    namespace.set_str(names::get(Name::__package__), &parent)?;
    if let Origin::Source { .. } = origin {
        let cached = operations::get_attribute_named(&spec, "cached")?;
        namespace.set_str(&str::intern("__cached__"), &cached)?;
    }
    Ok(())
}

fn real_parts() -> Option<(Owned, Owned)> {
    let importlib = IMPORTLIB.borrow();
    importlib.as_ref().map(|importlib| (importlib.bootstrap.clone(), importlib.external.clone()))
}

/// A spec of importlib's class.
fn real_spec(bootstrap: &Object, external: &Object, name: &Str, origin: &Origin) -> Result {
    let class = operations::get_attribute_named(bootstrap, "ModuleSpec")?;
    let none = Owned::none();
    match origin {
        Origin::Native => {
            let loader = operations::get_attribute_named(bootstrap, "BuiltinImporter")?;
            let names = import::names_tuple(&["origin"]);
            let words = [name.to_owned(), loader, str::intern("built-in").into_owned()];
            operations::call_arguments(&class, Arguments::new(&words, names.downcast::<Tuple>()))
        }
        Origin::Source { path, is_package } => {
            let file = Str::new(path).into_owned();
            let loader_class = operations::get_attribute_named(external, "SourceFileLoader")?;
            let loader = operations::call(&loader_class, &[name.object(), &file])?;
            let names = import::names_tuple(&["origin", "is_package"]);
            let words = [name.to_owned(), loader, file, Owned::bool(*is_package)];
            let spec = operations::call_arguments(&class, Arguments::new(&words, names.downcast::<Tuple>()))?;
            set(&spec, "_set_fileattr", &Owned::bool(true))?;
            if *is_package {
                let folder = Path::new(path).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
                let list = List::from_vec(vec![Str::new(&folder).into_owned()]);
                set(&spec, "submodule_search_locations", list.object())?;
            }
            set(&spec, "cached", &cached_path(path))?;
            Ok(spec)
        }
        Origin::Namespace(paths) => {
            let loader_class = operations::get_attribute_named(external, "NamespaceLoader")?;
            let finder = operations::get_attribute_named(external, "PathFinder")?;
            let get_spec = operations::get_attribute_named(&finder, "_get_spec")?;
            let loader = operations::call(&loader_class, &[name.object(), paths, &get_spec])?;
            let names = import::names_tuple(&["origin", "is_package"]);
            let words = [name.to_owned(), loader, none, Owned::bool(true)];
            let spec = operations::call_arguments(&class, Arguments::new(&words, names.downcast::<Tuple>()))?;
            set(&spec, "submodule_search_locations", paths)?;
            Ok(spec)
        }
    }
}

fn cached_path(path: &str) -> Owned {
    crate::import::cache_path(Path::new(path))
        .map_or(Owned::none(), |cache| Str::new(&cache.to_string_lossy()).into_owned())
}

/// A spec with the same attributes.
fn light_spec(name: &Str, origin: &Origin) -> Result {
    let spec = memory::allocate(LightSpec::type_object(), LightSpec { header: Header::unset() }).into_owned();
    let text = name.to_string_lossy().into_owned();
    let (path, is_package) = match origin {
        Origin::Native => (None, false),
        Origin::Source { path, is_package } => (Some(path.clone()), *is_package),
        Origin::Namespace(_) => (None, true),
    };
    let loader = memory::allocate(
        LightLoader::type_object(),
        LightLoader {
            header: Header::unset(),
            name: Slot::new(name.to_owned()),
            path: Slot::from_option(path.as_ref().map(|path| Str::new(path).into_owned())),
            is_package: Cell::new(is_package),
        },
    );
    let parent = if is_package {
        text.clone()
    } else {
        text.rfind('.').map_or(String::new(), |dot| text[..dot].to_string())
    };
    let locations = match origin {
        Origin::Namespace(paths) => paths.clone(),
        Origin::Source { path, is_package: true } => {
            let folder = Path::new(path).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
            List::from_vec(vec![Str::new(&folder).into_owned()]).into_owned()
        }
        _ => Owned::none(),
    };
    let shown_origin = match origin {
        Origin::Native => str::intern("built-in").into_owned(),
        Origin::Source { path, .. } => Str::new(path).into_owned(),
        Origin::Namespace(_) => Owned::none(),
    };
    set(&spec, "name", name.object())?;
    set(&spec, "loader", loader.object())?;
    set(&spec, "origin", &shown_origin)?;
    set(&spec, "loader_state", &Owned::none())?;
    set(&spec, "submodule_search_locations", &locations)?;
    set(&spec, "_uninitialized_submodules", List::new().object())?;
    set(&spec, "_set_fileattr", &Owned::bool(path.is_some()))?;
    set(&spec, "has_location", &Owned::bool(path.is_some()))?;
    let cached = path.as_ref().map_or(Owned::none(), |path| cached_path(path));
    set(&spec, "cached", &cached)?;
    set(&spec, "parent", Str::new(&parent).object())?;
    set(&spec, "_initializing", &Owned::bool(false))?;
    Ok(spec)
}

/// Says in a module's spec whether it is being run for the first time.
pub fn set_initializing(module: &Module, on: bool) {
    if let Some(spec) = module.namespace().get_str(names::get(Name::__spec__)).filter(|spec| !spec.is_none())
    {
        let pending = exception::take_optional();
        if set(&spec, "_initializing", &Owned::bool(on)).is_err() {
            exception::clear();
        }
        if let Some(pending) = pending {
            exception::restore(pending);
        }
    }
}

/// Loads `_frozen_importlib` or `_frozen_importlib_external` from importlib's source; `None` for other names.
pub fn load_bootstrap(name: &str) -> Result<Option<Owned>> {
    if !matches!(name, "_frozen_importlib" | "_frozen_importlib_external") {
        return Ok(None);
    }
    if IMPORTLIB.borrow().is_none() {
        for needed in ["_imp", "_thread", "_warnings", "_weakref", "_io", "marshal", "posix", "time"] {
            import::import_module(needed)?;
        }
        let bootstrap = run_frozen("_frozen_importlib", "importlib._bootstrap")?;
        let system = import::import_module("sys")?;
        let imp = import::import_module("_imp")?;
        operations::call(&*operations::get_attribute_named(&bootstrap, "_setup")?, &[&system, &imp])?;
        let external = run_frozen("_frozen_importlib_external", "importlib._bootstrap_external")?;
        set(&bootstrap, "_bootstrap_external", &external)?;
        operations::call(&*operations::get_attribute_named(&external, "_install")?, &[&bootstrap])?;
        let builtin = operations::get_attribute_named(&bootstrap, "BuiltinImporter")?;
        let frozen = operations::get_attribute_named(&bootstrap, "FrozenImporter")?;
        let path_finder = operations::get_attribute_named(&external, "PathFinder")?;
        let meta_path = operations::get_attribute_named(&system, "meta_path")?;
        let finders = vec![builtin, frozen, path_finder];
        if let Some(list) = meta_path.downcast::<List>() {
            let mut all = finders.clone();
            all.extend(
                list.to_vec().into_iter().filter(|known| !finders.iter().any(|finder| finder.is(known))),
            );
            drop(list.replace_all(all));
        }
        // Imports stay native when importlib is asked for them.
        set(&bootstrap, "_find_and_load", &*operations::get_attribute_named(&imp, "_find_and_load")?)?;
        *IMPORTLIB.borrow_mut() = Some(Importlib { bootstrap, external, finders });
        upgrade_specs()?;
        let embedded = import::import_module("_embedded")?;
        let hook = operations::get_attribute_named(&embedded, "EmbeddedFinder")?;
        let path_hooks = operations::get_attribute_named(&system, "path_hooks")?;
        operations::call_method(&path_hooks, "insert", &[&Owned::small_int(0), &hook])?;
    }
    Ok(import::loaded(name))
}

/// Runs a part of importlib under the name that it has where it is frozen.
fn run_frozen(name: &str, source_name: &str) -> Result {
    if let Some(embedded) = crate::native::program::find(source_name) {
        let module = import::new_module(&str::intern(name))?;
        let namespace = module.namespace();
        crate::compile::set_builtins(&namespace)?;
        embedded.run(&namespace)?;
        return Ok(module.into_owned());
    }
    let Some(bundled) = hooks::find_bundled(source_name) else {
        return Err(import::import_failure(
            ImportError::type_object(),
            &format!("the standard library does not have {source_name}"),
            str::intern(name).object(),
            None,
        ));
    };
    let code = match bundled.contents {
        BundledContents::Code(code) => code,
        BundledContents::Source(source) => import::code_of_bundled(&bundled.path, &source)?,
    };
    let module = import::new_module(&str::intern(name))?;
    let namespace = module.namespace();
    crate::compile::set_builtins(&namespace)?;
    import::run_code(code, &namespace)?;
    Ok(module.into_owned())
}

/// Gives importlib's specs to the modules that were imported before it.
fn upgrade_specs() -> Result<()> {
    for (name, module) in import::modules().items() {
        let (Some(name), Some(module)) = (name.downcast::<Str>(), module.downcast::<Module>()) else {
            continue;
        };
        let namespace = module.namespace();
        let Some(spec) = namespace.get_str(names::get(Name::__spec__)) else { continue };
        if !spec.is_exact::<LightSpec>() {
            continue;
        }
        let loader = operations::get_attribute_named(&spec, "loader")?;
        let Some(loader) = loader.downcast::<LightLoader>() else { continue };
        let locations = operations::get_attribute_named(&spec, "submodule_search_locations")?;
        let initializing = operations::get_attribute_named(&spec, "_initializing")?;
        let origin = match loader.path.get() {
            Some(path) => {
                Origin::Source { path: operations::str_string(&path)?, is_package: loader.is_package.get() }
            }
            None if locations.is_none() => Origin::Native,
            None => Origin::Namespace(locations),
        };
        attach(module, name, origin)?;
        set_initializing(module, operations::is_true(&initializing)?);
    }
    Ok(())
}

#[pymethods(LightSpec)]
mod spec_methods {
    use super::*;

    #[slot]
    fn repr(this: &Object) -> Result {
        let name = operations::get_attribute_named(this, "name")?;
        let loader = operations::get_attribute_named(this, "loader")?;
        let origin = operations::get_attribute_named(this, "origin")?;
        let mut text = format!(
            "ModuleSpec(name={}, loader={}",
            operations::repr_string(&name)?,
            operations::repr_string(&loader)?
        );
        if !origin.is_none() {
            text.push_str(&format!(", origin={}", operations::repr_string(&origin)?));
        }
        text.push(')');
        Ok(Str::new(&text).into_owned())
    }
}

impl LightLoader {
    fn path(&self) -> Result<String> {
        match self.path.get() {
            Some(path) => operations::str_string(&path),
            None => Err(import::import_failure(
                ImportError::type_object(),
                "a native module has no source",
                &self.name.get_or_none(),
                None,
            )),
        }
    }

    fn read(path: &str) -> Result<Vec<u8>> {
        import::read_source(path)
            .map_err(|error| pyrsc_core::raise!(exception::OSError, "{}: '{}'", error, path))
    }
}

#[pymethods(LightLoader)]
mod loader_methods {
    use super::*;

    #[slot]
    fn repr(this: &Object) -> Result {
        let Some(loader) = this.downcast::<LightLoader>() else { return Ok(Owned::none()) };
        if loader.path.is_empty() {
            return Ok(Str::new("<class '_frozen_importlib.BuiltinImporter'>").into_owned());
        }
        let text = format!("<_frozen_importlib_external.SourceFileLoader object at {:#x}>", this.value().0);
        Ok(Str::new(&text).into_owned())
    }

    #[getter]
    fn name(this: &LightLoader) -> Result {
        Ok(this.name.get_or_none())
    }

    #[getter]
    fn path(this: &LightLoader) -> Result {
        Ok(this.path.get_or_none())
    }

    #[pymethod]
    fn get_filename(this: &LightLoader, _name: Option<&Object>) -> Result {
        Ok(Str::new(&this.path()?).into_owned())
    }

    #[pymethod]
    fn is_package(this: &LightLoader, _name: Option<&Object>) -> Result<bool> {
        Ok(this.is_package.get())
    }

    #[pymethod]
    fn get_data(_this: &LightLoader, path: &Object) -> Result {
        Ok(Bytes::new(&LightLoader::read(&operations::str_string(path)?)?).into_owned())
    }

    #[pymethod]
    fn get_source(this: &LightLoader, _name: Option<&Object>) -> Result {
        if this.path.is_empty() {
            return Ok(Owned::none());
        }
        let source = LightLoader::read(&this.path()?)?;
        Ok(Str::new(&String::from_utf8_lossy(&source).replace("\r\n", "\n")).into_owned())
    }

    #[pymethod]
    fn get_code(this: &LightLoader, _name: Option<&Object>) -> Result {
        if this.path.is_empty() {
            return Ok(Owned::none());
        }
        let path = this.path()?;
        let source = LightLoader::read(&path)?;
        let request = Request {
            source: &source,
            is_text: false,
            filename: &path,
            mode: Mode::Module,
            flags: 0,
            optimize: -1,
        };
        Ok(crate::code::CodeObject::new(hooks::compile(&request)?)?.into_owned())
    }
}

//! Importing: `sys.modules`, and how a module that is not there is found and run.
//!
//! The order is that of CPython's `sys.meta_path`: native modules, then the bundled standard library and the folders of
//! the path, with other finders that the program put in `sys.meta_path` in front. What importlib needs of specs and
//! loaders is in [`crate::module_spec`].

pub mod embedded;
mod finder;
mod source;

use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, ImportError, ModuleNotFoundError};
use pyrsc_core::gil::Static;
use pyrsc_core::module::Module;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::spec::ModuleSpec;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{key_error, type_error, value_error};

pub use finder::Found;
pub use source::{cache_path, code_of_bundled, embedded_source, read_source, run_code, run_source_file};

/// The native modules that there are, by name; set at start.
static NATIVE: Static<std::cell::RefCell<Vec<&'static ModuleSpec>>> =
    Static::new(std::cell::RefCell::new(Vec::new()));

/// `sys.modules`, as long as nobody replaces it.
static MODULES: Static<std::cell::RefCell<Option<Ref<Dict>>>> = Static::new(std::cell::RefCell::new(None));

/// Tells the native modules.
pub fn add_native(modules: &[&'static ModuleSpec]) {
    NATIVE.borrow_mut().extend_from_slice(modules);
}

/// The native module of a name.
pub fn native(name: &str) -> Option<&'static ModuleSpec> {
    NATIVE.borrow().iter().find(|spec| spec.name == name).copied()
}

/// The names of the native modules, sorted.
pub fn native_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = NATIVE.borrow().iter().map(|spec| spec.name).collect();
    names.extend(crate::python_modules::NAMES);
    names.push("builtins");
    names.push("sys");
    names.sort_unstable();
    names.dedup();
    names
}

/// `sys.modules`
pub fn modules() -> Ref<Dict> {
    MODULES.borrow_mut().get_or_insert_with(Dict::new).clone()
}

/// Forgets `sys.modules` at the end of the program.
pub fn take_modules() -> Option<Ref<Dict>> {
    MODULES.borrow_mut().take()
}

/// A module that has been imported.
pub fn loaded(name: &str) -> Option<Owned> {
    modules().get_str(&str::intern(name)).filter(|module| !module.is_none())
}

/// Imports a module by its full name and gives it.
pub fn import_module(name: &str) -> Result {
    let name = str::intern(name);
    import_full(&name)
}

/// `os.fspath`, in so far as strings and bytes and what has `__fspath__` go.
pub fn file_system_path(path: &Object) -> Result {
    if path.is_instance_of::<Str>() {
        return Ok(path.to_owned());
    }
    if let Some(bytes) = path.downcast::<pyrsc_core::bytes::Bytes>() {
        return Ok(Str::new(&String::from_utf8_lossy(bytes.as_slice())).into_owned());
    }
    match pyrsc_core::attribute::lookup_special(path, &str::intern("__fspath__"))? {
        Some(method) => operations::call(&method, &[]),
        None => {
            Err(type_error!("expected str, bytes or os.PathLike object, not {}", path.type_object().name()))
        }
    }
}

/// ImportError with the module's name and path.
#[cold]
pub fn import_failure(
    class: &pyrsc_core::type_object::TypeObject,
    message: &str,
    name: &Object,
    path: Option<Owned>,
) -> Raised {
    let raised = exception::raise(class, message);
    if let Some(error) = exception::pending().and_then(|error| error.downcast::<ImportError>()) {
        error.name.set(Some(name.to_owned()));
        error.path.set(path);
    }
    raised
}

#[cold]
fn not_found(name: &Str, detail: Option<&str>) -> Raised {
    let mut message = format!("No module named '{}'", name.to_string_lossy());
    if let Some(detail) = detail {
        message.push_str(detail);
    }
    import_failure(ModuleNotFoundError::type_object(), &message, name.object(), None)
}

/// Whether a module that is in `sys.modules` is still being imported.
fn is_initializing(module: &Object) -> bool {
    let spec = operations::get_attribute_optional(module, names::get(Name::__spec__));
    let flag = match spec {
        Ok(Some(spec)) if !spec.is_none() => {
            operations::get_attribute_optional(&spec, &str::intern("_initializing"))
        }
        other => other.map(|_| None),
    };
    match flag {
        Ok(Some(flag)) => operations::is_true(&flag).unwrap_or(false),
        Ok(None) => false,
        Err(Raised) => {
            exception::clear();
            false
        }
    }
}

/// The module of a full name, imported where it is not yet.
pub fn import_full(name: &Str) -> Result {
    if let Some(module) = modules().get_str(name) {
        if module.is_none() {
            return Err(import_failure(
                ModuleNotFoundError::type_object(),
                &format!("import of {} halted; None in sys.modules", name.to_string_lossy()),
                name.object(),
                None,
            ));
        }
        return Ok(module);
    }
    find_and_load(name)
}

/// Imports a module that is not in `sys.modules`; its parents come first.
fn find_and_load(name: &Str) -> Result {
    pyrsc_core::recursion::check(" during import")?;
    let text = name.to_string_lossy().into_owned();
    let mut search_path = None;
    let parent = match text.rfind('.') {
        None => None,
        Some(dot) => {
            let parent_name = str::intern(&text[..dot]);
            let parent = import_full(&parent_name)?;
            // Importing the parent may have imported this one.
            if let Some(module) = modules().get_str(name) {
                return Ok(module);
            }
            match operations::get_attribute_optional(&parent, names::get(Name::__path__))? {
                Some(path) => search_path = Some(path),
                None => {
                    return Err(not_found(
                        name,
                        Some(&format!("; '{}' is not a package", parent_name.to_string_lossy())),
                    ));
                }
            }
            Some(parent)
        }
    };
    let Some(module) = finder::find_and_load(name, search_path.as_deref())? else {
        return Err(not_found(name, None));
    };
    if let Some(parent) = parent {
        let child = &text[text.rfind('.').map_or(0, |dot| dot + 1)..];
        if operations::set_attribute(&parent, &str::intern(child), &module).is_err() {
            if !exception::catch::<exception::AttributeError>() {
                return Err(Raised);
            }
        }
    }
    Ok(module)
}

/// The package that relative imports of some globals are relative to.
fn package_of(globals: Option<&Dict>) -> Result<String> {
    let get = |wanted: Name| globals.and_then(|globals| globals.get_str(names::get(wanted)));
    let text = |value: &Object| value.downcast::<Str>().map(|text| text.to_string_lossy().into_owned());
    let package = get(Name::__package__).filter(|package| !package.is_none());
    let spec = get(Name::__spec__).filter(|spec| !spec.is_none());
    if let Some(package) = package {
        return text(&package).ok_or_else(|| type_error!("package must be a string"));
    }
    if let Some(spec) = spec {
        let parent = operations::get_attribute_named(&spec, "parent")?;
        return text(&parent).ok_or_else(|| type_error!("__spec__.parent must be a string"));
    }
    let Some(name) = get(Name::__name__) else {
        return Err(key_error(str::intern("'__name__' not in globals").object()));
    };
    let Some(name) = text(&name) else { return Err(type_error!("__name__ must be a string")) };
    if get(Name::__path__).is_some() {
        return Ok(name);
    }
    Ok(name.rfind('.').map_or(String::new(), |dot| name[..dot].to_string()))
}

/// The full name that a relative import means.
fn resolve(name: &str, globals: Option<&Dict>, level: i64) -> Result<Ref<Str>> {
    let package = package_of(globals)?;
    if package.is_empty() {
        return Err(pyrsc_core::raise!(
            ImportError,
            "attempted relative import with no known parent package"
        ));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => {
                return Err(pyrsc_core::raise!(
                    ImportError,
                    "attempted relative import beyond top-level package"
                ));
            }
        }
    }
    Ok(if name.is_empty() { str::intern(base) } else { str::intern(&format!("{base}.{name}")) })
}

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import(name: &Str, globals: Option<&Dict>, fromlist: Option<&Object>, level: i64) -> Result {
    if level < 0 {
        return Err(value_error!("level must be >= 0"));
    }
    let text = name.to_string_lossy().into_owned();
    if level == 0 && text.is_empty() {
        return Err(value_error!("Empty module name"));
    }
    let full = if level > 0 { resolve(&text, globals, level)? } else { str::intern_object(name) };
    let module = import_full(&full)?;
    let wants_names = match fromlist {
        Some(fromlist) if !fromlist.is_none() => operations::is_true(fromlist)?,
        _ => false,
    };
    if wants_names {
        if let Some(fromlist) = fromlist
            && operations::has_attribute(&module, names::get(Name::__path__))?
        {
            import_submodules(&module, fromlist, false)?;
        }
        return Ok(module);
    }
    if level == 0 {
        return match text.find('.') {
            None => Ok(module),
            Some(dot) => import_full(&str::intern(&text[..dot])),
        };
    }
    // The package up to the first dot of what was written.
    if text.is_empty() {
        return Ok(module);
    }
    let Some(dot) = text.find('.') else { return Ok(module) };
    let cut = text.len() - dot;
    let full_text = full.to_string_lossy().into_owned();
    import_full(&str::intern(&full_text[..full_text.len() - cut]))
}

/// Imports the submodules that a `from package import …` names.
fn import_submodules(package: &Object, fromlist: &Object, recursive: bool) -> Result<()> {
    let package_name = operations::get_attribute(package, names::get(Name::__name__))?;
    let package_name = operations::str_string(&package_name)?;
    for item in pyrsc_core::iteration::collect(fromlist)? {
        let Some(item_text) = item.downcast::<Str>() else {
            let place =
                if recursive { format!("{package_name}.__all__") } else { "`from list''".to_string() };
            return Err(type_error!("Item in {} must be str, not {}", place, item.type_object().name()));
        };
        if item_text.equals_text("*") {
            if !recursive
                && let Some(all) = operations::get_attribute_optional(package, &str::intern("__all__"))?
            {
                import_submodules(package, &all, true)?;
            }
            continue;
        }
        if operations::has_attribute(package, item_text)? {
            continue;
        }
        let full = str::intern(&format!("{package_name}.{}", item_text.to_string_lossy()));
        if import_full(&full).is_err() {
            // A name that is no submodule is looked up later, and missed there.
            let missing = exception::pending()
                .and_then(|error| error.downcast::<ModuleNotFoundError>())
                .map(|error| error.base.name.get_or_none());
            match missing {
                Some(missing)
                    if missing.downcast::<Str>().is_some_and(|missing| missing.equals(&full))
                        && modules().get_str(&full).is_none() =>
                {
                    exception::clear();
                }
                _ => return Err(Raised),
            }
        }
    }
    Ok(())
}

/// `from module import name`
pub fn import_from(module: &Object, name: &Str) -> Result {
    if let Some(value) = operations::get_attribute_optional(module, name)? {
        return Ok(value);
    }
    let shown = name.to_string_lossy();
    let package = operations::get_attribute_optional(module, names::get(Name::__name__))?;
    let package_name = match package.as_ref().and_then(|package| package.downcast::<Str>()) {
        Some(package_name) => {
            let full = str::intern(&format!("{}.{shown}", package_name.to_string_lossy()));
            if let Some(found) = modules().get_str(&full) {
                return Ok(found);
            }
            Some(package_name.to_string_lossy().into_owned())
        }
        None => None,
    };
    let origin = match operations::get_attribute_optional(module, names::get(Name::__spec__))? {
        Some(spec) if !spec.is_none() => operations::get_attribute_optional(&spec, &str::intern("origin"))?,
        _ => None,
    };
    let file = match origin.filter(|origin| origin.is_instance_of::<Str>()) {
        Some(origin) => Some(origin),
        None => operations::get_attribute_optional(module, names::get(Name::__file__))?
            .filter(|file| file.is_instance_of::<Str>()),
    };
    let location = match &file {
        Some(file) => operations::str_string(file)?,
        None => "unknown location".to_string(),
    };
    let quoted = match &package_name {
        Some(name) => format!("'{name}'"),
        None => "'<unknown module name>'".to_string(),
    };
    let initializing = is_initializing(module);
    let advice = match (&file, &package_name) {
        (Some(file), Some(name)) => pyrsc_core::module::shadowing_advice(file, name, initializing),
        _ => None,
    };
    let message = if let Some(advice) = advice {
        format!("cannot import name '{shown}' from {quoted} ({advice})")
    } else if initializing {
        format!(
            "cannot import name '{shown}' from partially initialized module {quoted} (most likely due to a circular import) ({location})"
        )
    } else {
        format!("cannot import name '{shown}' from {quoted} ({location})")
    };
    let raised =
        import_failure(ImportError::type_object(), &message, &package.unwrap_or(Owned::none()), file);
    if let Some(error) = exception::pending().and_then(|error| error.downcast::<ImportError>()) {
        error.name_from.set(Some(name.object().to_owned()));
    }
    Err(raised)
}

/// `from module import *`, into a namespace.
pub fn import_star(module: &Object, namespace: &Object) -> Result<()> {
    let all = operations::get_attribute_optional(module, &str::intern("__all__"))?;
    let (names_to_import, skip_private) = match all {
        Some(all) => (pyrsc_core::iteration::collect(&all)?, false),
        None => match operations::get_attribute_optional(module, names::get(Name::__dict__))? {
            Some(dict) => {
                let keys = operations::call_method(&dict, "keys", &[])?;
                (pyrsc_core::iteration::collect(&keys)?, true)
            }
            None => {
                return Err(pyrsc_core::raise!(
                    ImportError,
                    "from-import-* object has no __dict__ and no __all__"
                ));
            }
        },
    };
    for name in names_to_import {
        let Some(text) = name.downcast::<Str>() else {
            let module_name = operations::get_attribute(module, names::get(Name::__name__))?;
            let module_name = operations::str_string(&module_name)?;
            return Err(if skip_private {
                type_error!("Key in {module_name}.__dict__ must be str, not {}", name.type_object().name())
            } else {
                type_error!("Item in {module_name}.__all__ must be str, not {}", name.type_object().name())
            });
        };
        if skip_private && !text.is_empty() && text.at(0) == u32::from(b'_') {
            continue;
        }
        let value = operations::get_attribute(module, text)?;
        match namespace.downcast_exact::<Dict>() {
            Some(namespace) => namespace.set_str(&str::intern_object(text), &value)?,
            None => operations::set_item(namespace, &name, &value)?,
        }
    }
    Ok(())
}

/// A tuple of names.
pub fn names_tuple(names: &[&str]) -> Owned {
    Tuple::from_vec(names.iter().map(|name| str::intern(name).into_owned()).collect()).into_owned()
}

/// A new module that is in `sys.modules` from the start.
pub fn new_module(name: &Str) -> Result<Ref<Module>> {
    let module = Module::new(&name.to_string_lossy(), None)?;
    modules().set_str(name, module.object())?;
    Ok(module)
}

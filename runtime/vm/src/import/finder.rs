//! Where modules are found: among the native ones, in the bundled standard library, in the folders of the path, by finders
//! that the program installed.

use std::path::{Path, PathBuf};

use pyrsc_core::exception;
use pyrsc_core::list::List;
use pyrsc_core::module::{self, Module};
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};

use super::source;
use crate::hooks;
use crate::module_spec::{self, Origin};

/// A module that was found in a folder.
pub enum Found {
    /// `name.py`, or `name/__init__.py`.
    Source { path: PathBuf, is_package: bool },
    /// A folder without `__init__.py` is part of a namespace package.
    Portion(PathBuf),
}

/// Finds a module, makes it and runs it; `None` when nobody knows it.
pub fn find_and_load(name: &Str, search_path: Option<&Object>) -> Result<Option<Owned>> {
    if let Some(module) = ask_finders(name, search_path)? {
        return Ok(Some(module));
    }
    let text = name.to_string_lossy().into_owned();
    if let Some(spec) = super::native(&text) {
        return load_native(name, spec).map(Some);
    }
    if let Some(python) = crate::python_modules::source(&text) {
        return load_python(name, python).map(Some);
    }
    if let Some(module) = module_spec::load_bootstrap(&text)? {
        return Ok(Some(module));
    }
    if let Some(module) = crate::native::program::find(&text) {
        return match module.portions() {
            Some(portions) => load_namespace_package(name, &portions).map(Some),
            None => source::load_embedded(name, module).map(Some),
        };
    }
    let tail = text.rsplit('.').next().unwrap_or(&text).to_string();
    let mut portions = Vec::new();
    let folders = match search_path {
        Some(path) => pyrsc_core::iteration::collect(path)?,
        None => match startup::system("path") {
            Some(path) => pyrsc_core::iteration::collect(&path)?,
            None => Vec::new(),
        },
    };
    for folder in folders {
        let Some(folder) = folder.downcast::<Str>().map(|folder| folder.to_string_lossy().into_owned())
        else {
            continue;
        };
        // `site` makes the entries of the path absolute.
        if hooks::bundled_folder().is_some_and(|bundled| {
            folder == bundled
                || folder.starts_with(&format!("{bundled}/"))
                || folder.ends_with(&format!("/{bundled}"))
        }) && let Some(bundled) = hooks::find_bundled(&text)
        {
            return source::load_bundled(name, bundled).map(Some);
        }
        match find_in_folder(&folder, &tail) {
            Some(Found::Source { path, is_package }) => {
                return source::load_file(name, &path, is_package).map(Some);
            }
            Some(Found::Portion(path)) => portions.push(path),
            None => {}
        }
    }
    if portions.is_empty() { Ok(None) } else { load_namespace_package(name, &portions).map(Some) }
}

/// Looks a module up in one folder.
fn find_in_folder(folder: &str, tail: &str) -> Option<Found> {
    let folder = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let candidate = folder.join(tail);
    let is_folder = candidate.is_dir();
    if is_folder {
        let init = candidate.join("__init__.py");
        if init.is_file() {
            return Some(Found::Source { path: init, is_package: true });
        }
    }
    let file = folder.join(format!("{tail}.py"));
    if file.is_file() {
        return Some(Found::Source { path: file, is_package: false });
    }
    if is_folder { Some(Found::Portion(candidate)) } else { None }
}

/// Makes and runs a native module.
fn load_native(name: &Str, spec: &'static pyrsc_core::spec::ModuleSpec) -> Result {
    let module = Module::new(spec.name, spec.doc)?;
    super::modules().set_str(name, module.object())?;
    let result = module_spec::attach(&module, name, Origin::Native)
        .and_then(|()| module::fill_from_spec(&module, spec));
    if result.is_err() {
        let pending = exception::take();
        drop(super::modules().remove_str(name));
        return Err(exception::restore(pending));
    }
    Ok(module.into_owned())
}

/// Makes and runs a module of the runtime that is written in Python.
fn load_python(name: &Str, python: &str) -> Result {
    let code = crate::python_modules::compile(&name.to_string_lossy(), python)?;
    let module: Ref<Module> = super::new_module(name)?;
    let result = module_spec::attach(&module, name, Origin::Native)
        .and_then(|()| crate::compile::set_builtins(&module.namespace()))
        .and_then(|()| super::run_code(code, &module.namespace()));
    if result.is_err() {
        let pending = exception::take();
        drop(super::modules().remove_str(name));
        return Err(exception::restore(pending));
    }
    Ok(module.into_owned())
}

/// Makes a package of folders without `__init__.py`.
fn load_namespace_package(name: &Str, portions: &[PathBuf]) -> Result {
    let module: Ref<Module> = super::new_module(name)?;
    let paths = portions.iter().map(|path| Str::new(&path.to_string_lossy()).into_owned()).collect();
    let list = List::from_vec(paths).into_owned();
    // Its path is one of importlib's, which follows the path of the parent.
    let external = super::import_module("_frozen_importlib_external")?;
    let finder = operations::get_attribute_named(&external, "PathFinder")?;
    let get_spec = operations::get_attribute_named(&finder, "_get_spec")?;
    let class = operations::get_attribute_named(&external, "_NamespacePath")?;
    let path = operations::call(&class, &[name.object(), &list, &get_spec])?;
    module_spec::attach(&module, name, Origin::Namespace(path.clone()))?;
    module.namespace().set_str(names::get(Name::__path__), &path)?;
    Ok(module.into_owned())
}

/// Asks the finders that the program put in `sys.meta_path`, other than those that stand for the native ones.
fn ask_finders(name: &Str, search_path: Option<&Object>) -> Result<Option<Owned>> {
    let Some(meta_path) = startup::system("meta_path") else { return Ok(None) };
    let Some(list) = meta_path.downcast::<List>() else { return Ok(None) };
    let none = Owned::none();
    for finder in list.to_vec() {
        if module_spec::is_native_finder(&finder) {
            continue;
        }
        let Some(find_spec) = operations::get_attribute_optional(&finder, &str::intern("find_spec"))? else {
            continue;
        };
        let spec = operations::call(&find_spec, &[name.object(), search_path.unwrap_or(&none), &none])?;
        if spec.is_none() {
            continue;
        }
        return load_by_spec(name, &spec).map(Some);
    }
    Ok(None)
}

/// Loads a module by a spec that a finder gave, as `importlib._bootstrap._load` does.
fn load_by_spec(name: &Str, spec: &Object) -> Result {
    let bootstrap = super::import_module("_frozen_importlib")?;
    let load = operations::get_attribute_named(&bootstrap, "_load_unlocked")?;
    let module = operations::call(&load, &[spec])?;
    // The module may have replaced itself.
    match super::modules().get_str(name) {
        Some(module) => Ok(module),
        None => Ok(module),
    }
}

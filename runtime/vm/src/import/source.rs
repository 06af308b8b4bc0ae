//! Modules that are written in Python: reading, compiling or finding the compiled form, running.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use pyrsc_bytecode::{Code, PycHeader, Validation, pyc_tag, read_pyc, write_pyc};
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::list::List;
use pyrsc_core::module::Module;
use pyrsc_core::names::{self, Name};
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};

use crate::code::CodeObject;
use crate::compile::set_builtins;
use crate::hooks::{self, BundledContents, BundledModule, Mode, Request};
use crate::module_spec::{self, Origin};
use crate::native::program::EmbeddedModule;

/// Loads a module from a file.
pub fn load_file(name: &Str, path: &Path, is_package: bool) -> Result {
    let code = code_of_file(path)?;
    run_module(name, &path.to_string_lossy(), is_package, |namespace| run_code(code, namespace))
}

/// Loads a module of the bundled standard library.
pub fn load_bundled(name: &Str, bundled: BundledModule) -> Result {
    let code = match bundled.contents {
        BundledContents::Code(code) => code,
        BundledContents::Source(source) => code_of_bundled(&bundled.path, &source)?,
    };
    run_module(name, &bundled.path, bundled.is_package, |namespace| run_code(code, namespace))
}

/// Loads a module that the executable carries.
pub fn load_embedded(name: &Str, module: EmbeddedModule) -> Result {
    run_module(name, module.path(), module.is_package(), |namespace| module.run(namespace))
}

/// The source of a file: of a module that the executable carries, of the bundled library, or on the disk.
pub fn read_source(path: &str) -> std::io::Result<Vec<u8>> {
    match embedded_source(path) {
        Some(source) => Ok(source),
        None => std::fs::read(path),
    }
}

/// The source of a module that is in no file of its own.
pub fn embedded_source(path: &str) -> Option<Vec<u8>> {
    crate::native::program::source_of(path).or_else(|| hooks::bundled_source(path))
}

/// The code of a bundled module whose source is given.
pub fn code_of_bundled(path: &str, source: &[u8]) -> Result<Arc<Code>> {
    let path = Path::new(path);
    match cached_code(path, source) {
        Some(code) => Ok(code),
        None => compile_and_cache(path, source),
    }
}

/// Makes the module, runs its code in it, and gives what `sys.modules` then has.
fn run_module(name: &Str, path: &str, is_package: bool, body: impl FnOnce(&Dict) -> Result) -> Result {
    let module = super::new_module(name)?;
    let namespace = module.namespace();
    let file = Str::new(path).into_owned();
    namespace.set_str(names::get(Name::__file__), &file)?;
    if is_package {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        let list = List::from_vec(vec![Str::new(&folder.to_string_lossy()).into_owned()]);
        namespace.set_str(names::get(Name::__path__), list.object())?;
    }
    module_spec::attach(&module, name, Origin::Source { path: path.to_string(), is_package })?;
    set_builtins(&namespace)?;
    module_spec::set_initializing(&module, true);
    let result = body(&namespace);
    module_spec::set_initializing(&module, false);
    if result.is_err() {
        let pending = exception::take();
        drop(super::modules().remove_str(name));
        return Err(exception::restore(pending));
    }
    match super::modules().get_str(name) {
        Some(module) => Ok(module),
        None => Err(super::import_failure(
            <exception::ImportError as pyrsc_core::type_object::Class>::type_object(),
            &format!("module '{}' not in sys.modules", name.to_string_lossy()),
            name.object(),
            None,
        )),
    }
}

/// Runs code in a namespace that is its globals and its locals.
pub fn run_code(code: Arc<Code>, namespace: &Dict) -> Result {
    let code = CodeObject::new(code)?;
    let function = crate::function::new(&code, namespace, None)?;
    crate::call::run_in_namespace(&function, Some(namespace.object()))
}

/// The code of a file: from `__pycache__` where that is up to date, else compiled.
fn code_of_file(path: &Path) -> Result<Arc<Code>> {
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            return Err(pyrsc_core::raise!(
                exception::OSError,
                "cannot read '{}': {}",
                path.display(),
                error
            ));
        }
    };
    if let Some(code) = cached_code(path, &source) {
        return Ok(code);
    }
    compile_and_cache(path, &source)
}

/// Where the compiled form of a source file lies.
pub fn cache_path(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_str()?;
    Some(path.parent()?.join("__pycache__").join(format!("{stem}.{}.pyc", pyc_tag())))
}

/// Modification time (seconds) and size of a source file, as `.pyc` files record them.
fn stamp(path: &Path) -> Option<(u32, u32)> {
    let metadata = std::fs::metadata(path).ok()?;
    let seconds = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some((seconds as u32, metadata.len() as u32))
}

fn cached_code(path: &Path, source: &[u8]) -> Option<Arc<Code>> {
    let bytes = std::fs::read(cache_path(path)?).ok()?;
    let (header, code) = read_pyc(&bytes).ok()?;
    pyrsc_bytecode::verify_all(&code).ok()?;
    let valid = match header.validation {
        Validation::Timestamp { modified, size } => stamp(path) == Some((modified, size)),
        Validation::Hash { hash, check_source } => {
            !check_source || hash == pyrsc_bytecode::source_hash(source)
        }
    };
    // The file may have been compiled under another name.
    (valid && *code.filename == *path.to_string_lossy()).then(|| Arc::new(code))
}

fn compile_and_cache(path: &Path, source: &[u8]) -> Result<Arc<Code>> {
    let filename = path.to_string_lossy();
    let request =
        Request { source, is_text: false, filename: &filename, mode: Mode::Module, flags: 0, optimize: -1 };
    let code = hooks::compile(&request)?;
    let skip =
        startup::system("dont_write_bytecode").is_some_and(|skip| skip.value() == pyrsc_abi::Value::TRUE);
    if !skip && let (Some(cache), Some((modified, size))) = (cache_path(path), stamp(path)) {
        // A folder that cannot be written to costs nothing but the time of compiling again.
        let header = PycHeader { validation: Validation::Timestamp { modified, size } };
        let _ = write_cache(&cache, &write_pyc(header, &code));
    }
    Ok(code)
}

/// Writes a file so that readers see the old contents or the new ones.
fn write_cache(cache: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = cache.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let temporary = cache.with_extension(format!("pyc.{}", std::process::id()));
    std::fs::write(&temporary, bytes)?;
    std::fs::rename(&temporary, cache)
}

/// Runs a source file as the main module.
pub fn run_source_file(path: &str, main: &Ref<Module>) -> Result<()> {
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => {
            return Err(pyrsc_core::raise!(exception::OSError, "can't open file '{}': {}", path, error));
        }
    };
    let request = Request {
        source: &source,
        is_text: false,
        filename: path,
        mode: Mode::Module,
        flags: 0,
        optimize: -1,
    };
    let code = hooks::compile(&request)?;
    let namespace = main.namespace();
    let file: Owned = Str::new(path).into_owned();
    namespace.set_str(&str::intern("__file__"), &file)?;
    run_code(code, &namespace).map(drop)
}

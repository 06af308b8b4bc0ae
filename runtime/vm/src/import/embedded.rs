//! Where modules without a file of their own seem to lie: those of an executable at the paths that they had when it was
//! built, the library's below its own folder.

use std::collections::BTreeSet;

use crate::hooks;
use crate::native::program;

/// Whether modules seem to lie in a folder.
pub fn is_folder(folder: &str) -> bool {
    is_bundled(folder) || program::all().any(|module| module.is_package() && module.path() == init_of(folder))
}

/// File and kind of a module, when it seems to lie in that folder. The modules of the program that are in no package also
/// seem to lie in the folder of the library, which is in the path of every program.
pub fn location(name: &str, folder: &str) -> Option<(String, bool)> {
    let (path, is_package) = match program::find(name).filter(|module| module.portions().is_none()) {
        Some(module) => (module.path().to_string(), module.is_package()),
        None => hooks::find_bundled(name).map(|module| (module.path, module.is_package))?,
    };
    let is_here =
        parent(&path, is_package) == folder || hooks::bundled_folder() == Some(folder) && !name.contains('.');
    is_here.then_some((path, is_package))
}

/// The modules that seem to lie in a folder, by their last names, sorted.
pub fn modules_in(folder: &str) -> BTreeSet<(String, bool)> {
    let bundled = if is_bundled(folder) { hooks::bundled_paths() } else { Vec::new() };
    let program =
        program::all().filter(|module| module.portions().is_none()).map(|module| module.path().to_string());
    let name = |path: &str| {
        let is_package = path.ends_with("/__init__.py");
        let rest = path.strip_prefix(folder)?.strip_prefix('/')?;
        let name = rest.strip_suffix(if is_package { "/__init__.py" } else { ".py" })?;
        (!name.contains('/') && name != "__init__").then(|| (name.to_string(), is_package))
    };
    bundled.into_iter().chain(program).filter_map(|path| name(&path)).collect()
}

fn is_bundled(folder: &str) -> bool {
    hooks::bundled_folder().is_some_and(|root| {
        folder.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn init_of(folder: &str) -> String {
    format!("{folder}/__init__.py")
}

/// The folder that a module is found in.
fn parent(path: &str, is_package: bool) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if is_package { folder.rsplit_once('/').map_or("", |(folder, _)| folder) } else { folder }
}

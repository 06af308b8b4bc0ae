//! Finding modules as CPython finds them: the script's folder, PYTHONPATH, `--path`, an active virtual environment's
//! site-packages, then the standard library that the command carries.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pyrsc_library::Library;

/// A module's source.
#[derive(Clone, Debug)]
pub struct ModuleSource {
    /// The dotted name.
    pub name: String,
    /// What `__file__` says; of a namespace package its folders, separated as in PYTHONPATH.
    pub path: String,
    pub is_package: bool,
    /// Whether it is a package of folders without `__init__.py`.
    pub is_namespace: bool,
    pub bytes: Vec<u8>,
    /// Whether it is of the standard library.
    pub is_library: bool,
}

/// Where modules are looked for.
#[derive(Clone, Debug, Default)]
pub struct SearchPath {
    pub folders: Vec<PathBuf>,
    pub library: Library,
}

impl SearchPath {
    /// The search path of a script: `first` is its folder.
    pub fn for_script(first: &Path, extra: &[PathBuf], library: Library) -> SearchPath {
        let mut folders = vec![first.to_path_buf()];
        if let Some(paths) = env::var_os("PYTHONPATH") {
            folders.extend(env::split_paths(&paths).filter(|path| !path.as_os_str().is_empty()));
        }
        folders.extend_from_slice(extra);
        if let Some(environment) = env::var_os("VIRTUAL_ENV") {
            folders.push(Path::new(&environment).join("lib/python3.14/site-packages"));
        }
        SearchPath { folders, library }
    }

    /// The module of a dotted name; none when there is no source for it.
    pub fn find(&self, name: &str) -> io::Result<Option<ModuleSource>> {
        let relative = name.replace('.', "/");
        let first = relative.split('/').next().unwrap_or_default();
        let mut portions: Vec<String> = Vec::new();
        for folder in &self.folders {
            // The first folder that has the top-level name has all of it, as its `__path__` says.
            let top = folder.join(first);
            let has_top = top.join("__init__.py").is_file() || folder.join(format!("{first}.py")).is_file();
            if !has_top && !top.is_dir() {
                continue;
            }
            for (candidate, is_package) in candidates(&relative) {
                let path = folder.join(&candidate);
                if path.is_file() {
                    let path_text = path.to_string_lossy().into_owned();
                    let bytes = fs::read(&path)?;
                    let name = name.to_string();
                    return Ok(Some(ModuleSource {
                        name,
                        path: path_text,
                        is_package,
                        is_namespace: false,
                        bytes,
                        is_library: false,
                    }));
                }
            }
            if has_top && !folder.join(&relative).is_dir() {
                return Ok(None);
            }
            if folder.join(&relative).is_dir() {
                portions.push(folder.join(&relative).to_string_lossy().into_owned());
            }
        }
        let found = self.library.find(name).map(|module| ModuleSource {
            name: name.to_string(),
            path: module.path,
            is_package: module.is_package,
            is_namespace: false,
            bytes: module.source,
            is_library: true,
        });
        Ok(found.or_else(|| {
            (!portions.is_empty()).then(|| ModuleSource {
                name: name.to_string(),
                path: portions.join(":"),
                is_package: true,
                is_namespace: true,
                bytes: Vec::new(),
                is_library: false,
            })
        }))
    }
}

fn candidates(relative: &str) -> [(String, bool); 2] {
    [(format!("{relative}/__init__.py"), true), (format!("{relative}.py"), false)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_come_before_modules_and_folders_before_the_library() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join("shop/parts")).expect("folders");
        fs::write(root.join("shop/__init__.py"), "").expect("written");
        fs::write(root.join("shop.py"), "").expect("written");
        fs::write(root.join("shop/parts/wheel.py"), "x").expect("written");
        let archive = Library::pack(vec![("abc.py".into(), vec![]), ("shop/other.py".into(), vec![])]).leak();
        let library = Library::open(archive).expect("an archive");
        let search = SearchPath { folders: vec![root.to_path_buf()], library };
        let find = |name: &str| search.find(name).expect("readable");
        assert!(find("shop").is_some_and(|module| module.is_package));
        assert!(find("shop.parts.wheel").is_some_and(|module| module.bytes == b"x" && !module.is_package));
        assert!(find("abc").is_some_and(|module| module.is_library && module.path == "<pyrsc>/abc.py"));
        assert!(find("shop.other").is_none());
        assert!(find("nothing").is_none());
        assert!(find("shop.parts").is_some_and(|module| module.is_namespace));
    }
}

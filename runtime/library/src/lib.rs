//! The pure Python part of the standard library, which the command and every executable carry: a build needs no files
//! beside the command, and a run-time import of any library module works without any.

#![forbid(unsafe_code)]

mod archive;

use std::sync::OnceLock;

pub use archive::Library;

/// Where `__file__` of the library's modules seems to lie.
pub const LIBRARY_ROOT: &str = "<pyrsc>";

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The standard library.
pub fn standard() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::open(BYTES).expect("the build script packs a well-formed archive"))
}

/// A module's file.
pub struct Module {
    /// Below [`LIBRARY_ROOT`].
    pub path: String,
    pub is_package: bool,
    pub source: Vec<u8>,
}

impl Library {
    /// The module of a dotted name.
    pub fn find(&self, name: &str) -> Option<Module> {
        let relative = name.replace('.', "/");
        [(format!("{relative}/__init__.py"), true), (format!("{relative}.py"), false)].into_iter().find_map(
            |(file, is_package)| {
                let source = self.read(&file)?;
                Some(Module { path: format!("{LIBRARY_ROOT}/{file}"), is_package, source })
            },
        )
    }

    /// The `__file__` of every module.
    pub fn file_names(&self) -> Vec<String> {
        self.paths().map(|path| format!("{LIBRARY_ROOT}/{path}")).collect()
    }

    /// The file whose `__file__` this is.
    pub fn read_path(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path.strip_prefix(LIBRARY_ROOT)?.strip_prefix('/')?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_there() {
        let module = standard().find("json.decoder").expect("a module of the library");
        assert_eq!(module.path, "<pyrsc>/json/decoder.py");
        assert!(!module.is_package);
        assert_eq!(standard().read_path(&module.path), Some(module.source));
        assert!(standard().find("json").is_some_and(|module| module.is_package));
        assert!(standard().find("no_such_module").is_none());
    }
}

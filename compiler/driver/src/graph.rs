//! Which modules a program consists of: the script, and what it and they import.
//!
//! Of a library module, only what it imports when it is imported itself is linked: what its functions import is seldom
//! needed, and comes at run time from the library that every executable carries.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use pyrsc_bytecode::instruction::instructions;
use pyrsc_bytecode::{Code, CodeFlags, Constant, Instruction};

use crate::compile::{CompileError, compile_source};
use crate::search::{ModuleSource, SearchPath};

/// A module of the program.
#[derive(Clone, Debug)]
pub struct Module {
    pub source: ModuleSource,
    pub code: Arc<Code>,
}

/// Why the program's modules could not be collected.
#[derive(Debug)]
pub enum GraphError {
    /// Mistakes in the program, in the order of its modules.
    Mistakes(Vec<CompileError>),
    /// A source could not be read.
    Io(io::Error),
}

/// Collects the modules that `main` needs, itself first. A module of the standard library that does not compile is left
/// out: it may be one that is only imported elsewhere.
pub fn collect(main: ModuleSource, search: &SearchPath) -> Result<Vec<Module>, GraphError> {
    let mut mistakes = Vec::new();
    let mut modules: Vec<Module> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::from([main.name.clone()]);
    let mut waiting = vec![main];
    let mut exists: BTreeMap<String, bool> = BTreeMap::new();
    while let Some(source) = waiting.pop() {
        let code = match compile_source(&source) {
            Ok(code) => code,
            Err(error) => {
                if !source.is_library {
                    mistakes.push(error);
                }
                continue;
            }
        };
        let mut wanted = Vec::new();
        imports(&code, &source, &mut wanted);
        modules.push(Module { source, code });
        for name in wanted.into_iter().rev() {
            let with_parents = name.match_indices('.').map(|(at, _)| &name[..at]).chain([name.as_str()]);
            for part in with_parents {
                if seen.contains(part) || exists.get(part) == Some(&false) {
                    continue;
                }
                match search.find(part).map_err(GraphError::Io)? {
                    Some(found) => {
                        seen.insert(part.to_string());
                        waiting.push(found);
                    }
                    None => {
                        exists.insert(part.to_string(), false);
                    }
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(modules) } else { Err(GraphError::Mistakes(mistakes)) }
}

/// The names that a code object and those nested in it may import: modules, and names that may be submodules.
fn imports(code: &Code, source: &ModuleSource, wanted: &mut Vec<String>) {
    for (_, instruction) in instructions(&code.instructions) {
        let Instruction::ImportName { name, fromlist, level, .. } = instruction else { continue };
        let Some(base) = absolute(&code.names[name.index()], level.0, source) else { continue };
        if let Constant::Tuple(names) = &code.constants[fromlist.index()] {
            for name in names {
                if let Constant::Str(name) = name
                    && let Some(name) = name.as_str()
                    && name != "*"
                {
                    wanted.push(if base.is_empty() { name.to_string() } else { format!("{base}.{name}") });
                }
            }
        }
        if !base.is_empty() {
            wanted.push(base);
        }
    }
    for nested in code.nested() {
        if !source.is_library || nested.flags.contains(CodeFlags::CLASS_BODY) {
            imports(nested, source, wanted);
        }
    }
}

/// The absolute name of `level` dots and `name` in a module.
fn absolute(name: &str, level: i32, source: &ModuleSource) -> Option<String> {
    if level <= 0 {
        return Some(name.to_string());
    }
    let mut package: Vec<&str> = source.name.split('.').collect();
    if !source.is_package {
        package.pop();
    }
    let kept = package.len().checked_sub(level as usize - 1)?;
    let mut parts = package[..kept].to_vec();
    if !name.is_empty() {
        parts.push(name);
    }
    Some(parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, is_package: bool) -> ModuleSource {
        ModuleSource {
            name: name.into(),
            path: String::new(),
            is_package,
            is_namespace: false,
            bytes: vec![],
            is_library: false,
        }
    }

    #[test]
    fn relative_names_resolve_as_in_cpython() {
        let module = source("a.b.c", false);
        assert_eq!(absolute("x", 0, &module).as_deref(), Some("x"));
        assert_eq!(absolute("x", 1, &module).as_deref(), Some("a.b.x"));
        assert_eq!(absolute("", 2, &module).as_deref(), Some("a"));
        assert_eq!(absolute("x", 9, &module), None);
        assert_eq!(absolute("x", 1, &source("a.b", true)).as_deref(), Some("a.b.x"));
    }
}

//! `pyrsc build`: all modules of a program, in parallel, into one executable.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyrsc_codegen::{CodegenError, Machine, Options as CodegenOptions, Output, program_text};
pub use pyrsc_passes::pipeline::Options as PassOptions;
use pyrsc_passes::pipeline::{PassError, Timings};

use crate::cache::{Cache, hash};
use crate::compile::{CompileError, Parts, lower};
use crate::graph::{GraphError, Module, collect};
use crate::link::{LinkError, LinkOptions, link};
use crate::report::ModuleReport;
use crate::search::{ModuleSource, SearchPath};

/// How a program is built.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    pub codegen: CodegenOptions,
    pub passes: PassOptions,
    pub link: LinkOptions,
    /// Leave the sources out of the executable.
    pub without_source: bool,
    /// Distinguishes compilers in the object cache: a hash of the command itself.
    pub compiler: Vec<u8>,
}

/// Why a program could not be built.
#[derive(Debug)]
pub enum BuildError {
    /// The script cannot be read.
    Script(PathBuf, io::Error),
    Mistakes(Vec<CompileError>),
    Pass(PassError),
    Codegen(CodegenError),
    Link(LinkError),
    Io(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Script(path, error) => {
                write!(f, "can't open file '{}': {error}", path.display())
            }
            BuildError::Mistakes(mistakes) => {
                write!(f, "{} modules have mistakes", mistakes.len())
            }
            BuildError::Pass(error) => write!(f, "{error}"),
            BuildError::Codegen(error) => write!(f, "compiler bug: LLVM refused the generated code: {error}"),
            BuildError::Link(error) => write!(f, "{error}"),
            BuildError::Io(error) => write!(f, "{error}"),
        }
    }
}

impl From<GraphError> for BuildError {
    fn from(error: GraphError) -> Self {
        match error {
            GraphError::Mistakes(mistakes) => BuildError::Mistakes(mistakes),
            GraphError::Io(error) => BuildError::Io(error),
        }
    }
}

/// The script as the main module; a folder stands for the `__main__.py` in it.
pub fn main_source(script: &Path) -> Result<ModuleSource, BuildError> {
    let path = if script.is_dir() { script.join("__main__.py") } else { script.to_path_buf() };
    let bytes = fs::read(&path).map_err(|error| BuildError::Script(path.clone(), error))?;
    let path = std::path::absolute(&path).unwrap_or(path).to_string_lossy().into_owned();
    Ok(ModuleSource {
        name: "__main__".into(),
        path,
        is_package: false,
        is_namespace: false,
        bytes,
        is_library: false,
    })
}

/// Builds an executable; tells what runs in the VM. `archive` gives the file of the runtime's archive: it is asked for when
/// the program has turned out to be without mistakes.
pub fn build(
    main: ModuleSource,
    search: &SearchPath,
    archive: &dyn Fn() -> io::Result<PathBuf>,
    output: &Path,
    options: &BuildOptions,
    cache: &Cache,
) -> Result<Vec<ModuleReport>, BuildError> {
    let modules = collect(main, search)?;
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Result<(Vec<PathBuf>, ModuleReport), BuildError>>>> =
        Mutex::new(modules.iter().map(|_| None).collect());
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(modules.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            std::thread::Builder::new()
                .stack_size(64 << 20)
                .spawn_scoped(scope, || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(module) = modules.get(index) else { break };
                        let result = object(module, options, cache);
                        if let Ok(mut results) = results.lock() {
                            results[index] = Some(result);
                        }
                    }
                })
                .expect("the system gives threads");
        }
    });
    let results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut objects = Vec::new();
    let mut reports = Vec::new();
    for result in results {
        let (paths, report) = result.unwrap_or_else(|| {
            Err(BuildError::Io(io::Error::other("a compiler thread ended early; this is a bug of pyrsc")))
        })?;
        objects.extend(paths);
        reports.push(report);
    }
    let machine = Machine::host(options.codegen).map_err(BuildError::Codegen)?;
    let names: Vec<&str> = modules.iter().map(|module| module.source.name.as_str()).collect();
    let text = program_text(&names, 0, machine.triple(), machine.data_layout());
    let key = hash(&[b"program", text.as_bytes(), &options.compiler]);
    let program = match cache.find(key, "o") {
        Some(path) => path,
        None => {
            let object = machine.compile(&text, Output::Object).map_err(BuildError::Codegen)?;
            cache.store(key, "o", &object).map_err(BuildError::Io)?
        }
    };
    objects.push(program);
    let archive = archive().map_err(BuildError::Io)?;
    link(&objects, &archive, output, &options.link).map_err(BuildError::Link)?;
    Ok(reports)
}

/// A module's objects, from the cache if they are there.
fn object(
    module: &Module,
    options: &BuildOptions,
    cache: &Cache,
) -> Result<(Vec<PathBuf>, ModuleReport), BuildError> {
    let mut timings = Timings::default();
    let native = lower(
        &module.source.name,
        &module.code,
        module.source.is_library,
        Some(&options.passes),
        &mut timings,
    )
    .map_err(BuildError::Pass)?;
    let flags = format!("{:?} {:?} {}", options.codegen, options.passes, options.without_source);
    let source = &module.source;
    let key = hash(&[
        &options.compiler,
        flags.as_bytes(),
        source.name.as_bytes(),
        source.path.as_bytes(),
        &source.bytes,
    ]);
    let has_sites = !native.functions.is_empty();
    if let Some(path) = cache.find(key, "o") {
        if !has_sites {
            return Ok((vec![path], native.report));
        }
        if let Some(sites) = cache.find(key, "sites.o") {
            return Ok((vec![path, sites], native.report));
        }
    }
    let machine = Machine::host(options.codegen).map_err(BuildError::Codegen)?;
    let parts = Parts::new(source, &native, !options.without_source);
    let bytes = machine.compile(&parts.llvm_text(&machine), Output::Object).map_err(BuildError::Codegen)?;
    let mut paths = vec![cache.store(key, "o", &bytes).map_err(BuildError::Io)?];
    if let Some(sites) = parts.sites(&machine, &bytes).map_err(BuildError::Codegen)? {
        paths.push(cache.store(key, "sites.o", &sites).map_err(BuildError::Io)?);
    }
    Ok((paths, native.report))
}

/// What `--emit` can write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Bytecode,
    Mir,
    MirOptimized,
    LlvmIr,
    Assembly,
    Object,
}

/// One stage of one module.
pub fn stage(source: &ModuleSource, stage: Stage, options: &BuildOptions) -> Result<Vec<u8>, BuildError> {
    let code = crate::compile::compile_source(source).map_err(|error| BuildError::Mistakes(vec![error]))?;
    let mut timings = Timings::default();
    let mut mir = |optimize: bool| {
        lower(&source.name, &code, false, optimize.then_some(&options.passes), &mut timings)
            .map_err(BuildError::Pass)
    };
    let functions = |functions: &[pyrsc_mir::Function]| {
        functions.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into_bytes()
    };
    let output = match stage {
        Stage::Bytecode => return Ok(pyrsc_bytecode::disassemble_all(&code).into_bytes()),
        Stage::Mir => return Ok(functions(&mir(false)?.functions)),
        Stage::MirOptimized => return Ok(functions(&mir(true)?.functions)),
        Stage::LlvmIr => Output::Ir,
        Stage::Assembly => Output::Assembly,
        Stage::Object => Output::Object,
    };
    let machine = Machine::host(options.codegen).map_err(BuildError::Codegen)?;
    let native = mir(true)?;
    let text = Parts::new(source, &native, !options.without_source).llvm_text(&machine);
    machine.compile(&text, output).map_err(BuildError::Codegen)
}

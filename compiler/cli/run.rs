//! Running programs in the virtual machine: `pyrsc run`, `-c`, `-m`, `-`, and the interactive prompt.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use pyrsc_driver::cache::{Cache, hash};
use pyrsc_library::LIBRARY_ROOT;
use pyrsc_vm::hooks::{self, BundledContents, BundledModule, Hooks, Mode, Request};
use pyrsc_vm::run::Program;

use super::{build, complain, prompt};

/// Runs what the first of these words says (a script's path, `-c`, `-m`, `-`; the prompt when there is none) with the
/// others as its arguments. Modules are looked for in `extra` too.
pub fn program(words: Vec<String>, extra: &[PathBuf]) -> ExitCode {
    match words.first().map(String::as_str) {
        // The prompt on a terminal, else the program on standard input.
        None if std::io::IsTerminal::is_terminal(&std::io::stdin()) => {
            run(Program::Native(prompt::run), vec![String::new()], String::new(), extra, true)
        }
        None => standard_input(vec![String::new()], extra),
        Some("-") => standard_input(words, extra),
        Some(option @ ("-c" | "-m")) => {
            let Some(what) = words.get(1).cloned() else {
                complain(format!("argument expected for the {option} option"));
                return ExitCode::from(2);
            };
            let (program, first) = match option {
                "-c" => (Program::Command(what), String::new()),
                _ => (Program::Module(what), current_folder()),
            };
            let arguments = [vec![option.to_string()], words[2..].to_vec()].concat();
            run(program, arguments, first, extra, false)
        }
        Some(_) => file(words, extra),
    }
}

fn current_folder() -> String {
    std::env::current_dir().map_or(String::new(), |folder| folder.to_string_lossy().into_owned())
}

/// Runs a script, or a folder with a `__main__.py`.
fn file(words: Vec<String>, extra: &[PathBuf]) -> ExitCode {
    let path = Path::new(&words[0]);
    let is_folder = path.is_dir();
    let path = if is_folder { path.join("__main__.py") } else { path.to_path_buf() };
    if let Err(error) = std::fs::File::open(&path) {
        complain(format!("can't open file '{}': {error}", path.display()));
        return ExitCode::from(2);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let first = folder.to_string_lossy().into_owned();
    let path = std::path::absolute(&path).unwrap_or(path);
    run(Program::File(path.to_string_lossy().into_owned()), words, first, extra, false)
}

/// The text of a program from standard input, until it is run.
static STANDARD_INPUT: OnceLock<Vec<u8>> = OnceLock::new();

/// Runs the program on standard input.
fn standard_input(arguments: Vec<String>, extra: &[PathBuf]) -> ExitCode {
    let mut text = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut text) {
        complain(format!("can't read standard input: {error}"));
        return ExitCode::from(2);
    }
    let _ = STANDARD_INPUT.set(text);
    let program = Program::Native(|main| {
        let request = Request {
            source: STANDARD_INPUT.get().map_or(&[], Vec::as_slice),
            is_text: false,
            filename: "<stdin>",
            mode: Mode::Module,
            flags: 0,
            optimize: -1,
        };
        pyrsc_vm::import::run_code(hooks::compile(&request)?, &main.namespace()).map(drop)
    });
    run(program, arguments, String::new(), extra, false)
}

fn run(
    program: Program,
    arguments: Vec<String>,
    first: String,
    extra: &[PathBuf],
    is_interactive: bool,
) -> ExitCode {
    hooks::install(Hooks {
        tokens: Some(pyrsc_runtime::tokens::tokens),
        parse_tree: Some(pyrsc_runtime::compiler::parse_tree),
        compile_tree: Some(pyrsc_runtime::compiler::compile_tree),
        keyword_typo: Some(pyrsc_runtime::compiler::keyword_typo),
        compile: Some(pyrsc_runtime::compiler::compile),
        find_bundled: Some(find_bundled),
        bundled_source: Some(|path| pyrsc_library::standard().read_path(path)),
        bundled_paths: Some(|| pyrsc_library::standard().file_names()),
        bundled_folder: Some(LIBRARY_ROOT.to_string()),
    });
    let mut path = vec![first];
    if let Some(more) = std::env::var_os("PYTHONPATH") {
        let more = std::env::split_paths(&more).filter(|path| !path.as_os_str().is_empty());
        path.extend(more.map(|path| path.to_string_lossy().into_owned()));
    }
    path.extend(extra.iter().map(|path| path.to_string_lossy().into_owned()));
    path.push(LIBRARY_ROOT.to_string());
    if let Some(environment) = std::env::var_os("VIRTUAL_ENV") {
        let packages = Path::new(&environment).join("lib/python3.14/site-packages");
        path.push(packages.to_string_lossy().into_owned());
    }
    let executable =
        std::env::current_exe().map_or(String::new(), |path| path.to_string_lossy().into_owned());
    let system = pyrsc_stdlib::sys::Configuration {
        original_arguments: std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect(),
        arguments,
        executable,
        interactive: is_interactive,
        ..pyrsc_stdlib::sys::Configuration::from_environment()
    };
    let status = pyrsc_vm::run_main(pyrsc_vm::Configuration { program, system, path, modules: Vec::new() });
    ExitCode::from(status as u8)
}

/// A module of the standard library that this command carries; its bytecode is kept in the user's cache.
fn find_bundled(name: &str) -> Option<BundledModule> {
    let pyrsc_library::Module { path, is_package, source } = pyrsc_library::standard().find(name)?;
    let contents = match cached(&path, &source) {
        Some(code) => BundledContents::Code(code),
        None => BundledContents::Source(source),
    };
    Some(BundledModule { is_package, path, contents })
}

/// The bytecode of a library module: from the cache, or compiled and put there.
fn cached(path: &str, source: &[u8]) -> Option<Arc<pyrsc_bytecode::Code>> {
    let cache = Cache::of_user();
    let key = hash(&[
        b"bytecode",
        pyrsc_bytecode::MAGIC_NUMBER.as_slice(),
        &build::identity(),
        path.as_bytes(),
        source,
    ]);
    if let Some(file) = cache.find(key, "pyc")
        && let Ok(bytes) = std::fs::read(file)
        && let Ok(code) = pyrsc_bytecode::deserialize(&bytes)
        && pyrsc_bytecode::verify_all(&code).is_ok()
    {
        return Some(Arc::new(code));
    }
    let request =
        Request { source, is_text: false, filename: path, mode: Mode::Module, flags: 0, optimize: -1 };
    let (code, _) = pyrsc_runtime::compiler::compile(&request).ok()?;
    // A cache that cannot be written to costs time, nothing else.
    let _ = cache.store(key, "pyc", &pyrsc_bytecode::serialize(&code));
    Some(code)
}

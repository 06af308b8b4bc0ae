//! Runs a Python program on the virtual machine: `cargo run -p pyrsc-vm --example run FILE [ARGUMENT …]`, `-c CODE`, or
//! `-m MODULE`.
//!
//! The standard library's source is taken from the folder that `PYRSC_LIB` names.

use std::path::Path;
use std::sync::Arc;

use pyrsc_frontend::{ErrorKind, Options, SyntaxError, WarningCategory};
use pyrsc_vm::hooks::{
    self, BundledContents, BundledModule, Compiled, Hooks, Mode, Request, SourceWarning, SyntaxFault,
};
use pyrsc_vm::run::Program;

fn compile(request: &Request<'_>) -> Compiled {
    let source = if request.is_text {
        String::from_utf8_lossy(request.source).into_owned()
    } else {
        match pyrsc_frontend::decode_source(request.source, request.filename) {
            Ok(source) => source,
            Err(error) => {
                return Err(SyntaxFault {
                    class: "SyntaxError",
                    message: error.message,
                    line: error.line.unwrap_or(0),
                    column: 0,
                    end_line: 0,
                    end_column: 0,
                    text: None,
                    is_text_of_file: false,
                });
            }
        }
    };
    let options = Options {
        mode: match request.mode {
            Mode::Module => pyrsc_frontend::Mode::Exec,
            Mode::Expression => pyrsc_frontend::Mode::Eval,
            Mode::Interactive => pyrsc_frontend::Mode::Single,
        },
        optimize: request.optimize.max(0) as u8,
        future_annotations: request.flags & 0x100_0000 != 0,
        top_level_await: request.flags & pyrsc_vm::compile::ALLOW_TOP_LEVEL_AWAIT != 0,
        ..Options::default()
    };
    match pyrsc_frontend::compile(&source, request.filename, &options) {
        Ok(compiled) => {
            if let Err(error) = pyrsc_bytecode::verify_all(&compiled.code) {
                panic!("{}: the frontend made code that is not valid: {error}", request.filename);
            }
            if std::env::var_os("PYRSC_DIS").is_some() {
                eprintln!("{}", pyrsc_bytecode::disassemble_all(&compiled.code));
            }
            let warnings = compiled.warnings.into_iter().map(|warning| SourceWarning {
                class: match warning.category {
                    WarningCategory::Syntax => "SyntaxWarning",
                    WarningCategory::Deprecation => "DeprecationWarning",
                },
                message: warning.message,
                line: warning.line,
            });
            Ok((Arc::new(compiled.code), warnings.collect()))
        }
        Err(errors) => Err(fault(errors.into_iter().next().expect("an error"))),
    }
}

fn fault(error: SyntaxError) -> SyntaxFault {
    SyntaxFault {
        class: match error.kind {
            ErrorKind::Syntax | ErrorKind::Encoding => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Memory => "MemoryError",
        },
        message: error.message,
        line: error.line.unwrap_or(0),
        column: error.offset.unwrap_or(0),
        end_line: error.end_line.unwrap_or(0),
        end_column: error.end_offset.unwrap_or(0),
        text: error.text,
        is_text_of_file: error.is_text_of_file,
    }
}

/// The folder of the standard library.
fn library() -> Option<String> {
    std::env::var("PYRSC_LIB").ok()
}

fn find_bundled(name: &str) -> Option<BundledModule> {
    let base = Path::new(&library()?).join(name.replace('.', "/"));
    let package = base.join("__init__.py");
    let (path, is_package) =
        if package.is_file() { (package, true) } else { (base.with_extension("py"), false) };
    let source = std::fs::read(&path).ok()?;
    Some(BundledModule {
        is_package,
        path: path.to_string_lossy().into_owned(),
        contents: BundledContents::Source(source),
    })
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (program, rest) = match arguments.first().map(String::as_str) {
        Some("-c") => {
            (Program::Command(arguments[1].clone()), [&["-c".to_string()], &arguments[2..]].concat())
        }
        Some("-m") => {
            (Program::Module(arguments[1].clone()), [&["-m".to_string()], &arguments[2..]].concat())
        }
        Some(file) => (Program::File(file.to_string()), arguments.clone()),
        None => {
            eprintln!("usage: run FILE [ARGUMENT …] | -c CODE | -m MODULE");
            std::process::exit(2);
        }
    };
    hooks::install(Hooks {
        tokens: None,
        parse_tree: None,
        compile_tree: None,
        keyword_typo: None,
        compile: Some(compile),
        find_bundled: Some(find_bundled),
        bundled_source: None,
        bundled_paths: None,
        bundled_folder: library(),
    });
    let mut path = Vec::new();
    match &program {
        Program::File(file) => {
            let folder = Path::new(file).parent().unwrap_or(Path::new(""));
            let folder =
                std::fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
            path.push(folder.map_or(String::new(), |folder| folder.to_string_lossy().into_owned()));
        }
        _ => path.push(String::new()),
    }
    path.extend(library());
    let executable =
        std::env::current_exe().map_or(String::new(), |path| path.to_string_lossy().into_owned());
    let system = pyrsc_stdlib::sys::Configuration {
        original_arguments: std::env::args().collect(),
        arguments: rest,
        executable,
        ..Default::default()
    };
    let configuration = pyrsc_vm::Configuration { program, system, path, modules: Vec::new() };
    std::process::exit(pyrsc_vm::run_main(configuration));
}

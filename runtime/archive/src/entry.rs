//! The entry of executables: what the object that the driver writes calls from `main`.

use std::ffi::{CStr, c_char, c_int};
use std::path::Path;

use pyrsc_abi::native_module::Program as ProgramTable;
use pyrsc_vm::hooks::{self, BundledContents, BundledModule, Hooks};
use pyrsc_vm::native::program;
use pyrsc_vm::run::Program;

/// Runs a program to its end; its exit status.
///
/// # Safety
/// `arguments` are `count` C strings; the table is static.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pyrsc_rt_main(
    count: c_int,
    arguments: *const *const c_char,
    table: &'static ProgramTable,
) -> c_int {
    let arguments: Vec<String> = (0..count as usize)
        // SAFETY: the C runtime gives so many strings.
        .map(|index| unsafe { CStr::from_ptr(*arguments.add(index)) }.to_string_lossy().into_owned())
        .collect();
    program::set(table);
    hooks::install(Hooks {
        tokens: Some(crate::tokens::tokens),
        parse_tree: Some(crate::compiler::parse_tree),
        compile_tree: Some(crate::compiler::compile_tree),
        keyword_typo: Some(crate::compiler::keyword_typo),
        compile: Some(crate::compiler::compile),
        find_bundled: Some(find_bundled),
        bundled_source: Some(|path| pyrsc_library::standard().read_path(path)),
        bundled_paths: Some(|| pyrsc_library::standard().file_names()),
        bundled_folder: Some(pyrsc_library::LIBRARY_ROOT.to_string()),
    });
    let executable =
        std::env::current_exe().map_or(String::new(), |path| path.to_string_lossy().into_owned());
    let folder =
        Path::new(&executable).parent().map_or(String::new(), |path| path.to_string_lossy().into_owned());
    let mut path = vec![folder];
    if let Some(more) = std::env::var_os("PYTHONPATH") {
        path.extend(std::env::split_paths(&more).map(|path| path.to_string_lossy().into_owned()));
    }
    path.push(pyrsc_library::LIBRARY_ROOT.to_string());
    let system = pyrsc_stdlib::sys::Configuration {
        original_arguments: arguments.clone(),
        arguments,
        executable,
        ..pyrsc_stdlib::sys::Configuration::from_environment()
    };
    pyrsc_vm::run_main(pyrsc_vm::Configuration {
        program: Program::Native(program::run_main_module),
        system,
        path,
        modules: Vec::new(),
    })
}

/// A module of the standard library that the program was not seen to import when it was built.
fn find_bundled(name: &str) -> Option<BundledModule> {
    let pyrsc_library::Module { path, is_package, source } = pyrsc_library::standard().find(name)?;
    Some(BundledModule { is_package, path, contents: BundledContents::Source(source) })
}

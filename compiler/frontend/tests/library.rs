//! Compiles whole libraries: every file must be accepted (but for those that CPython rejects), verify, and survive
//! being written and read.

use std::path::{Path, PathBuf};

use pyrsc_bytecode::{deserialize, serialize, verify_all};
use pyrsc_frontend::{Options, compile, decode_source};

/// Files of CPython's own tests that CPython 3.14 rejects.
const INVALID: &[&str] = &[
    "test/tokenizedata/bad_coding.py",
    "test/tokenizedata/bad_coding2.py",
    "test/tokenizedata/badsyntax_3131.py",
    "test/tokenizedata/badsyntax_pep3120.py",
    "test/test_future_stmt/badsyntax_future.py",
];

fn python_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            python_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}

/// What is wrong with the code of a file, if something is.
fn problem(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    let name = path.display().to_string();
    let source = match decode_source(&bytes, &name) {
        Ok(source) => source,
        Err(error) => return Some(error.message),
    };
    let code = match compile(&source, &name, &Options::default()) {
        Ok(compiled) => compiled.code,
        Err(errors) => return Some(errors[0].to_string()),
    };
    if let Err(error) = verify_all(&code) {
        return Some(error.to_string());
    }
    match deserialize(&serialize(&code)) {
        Ok(again) if again == code => None,
        Ok(_) => Some("the code changes when it is written and read".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// Compiles every file of a folder. Says how many there are, and fails when they are too few to be a library.
fn check(folder: &Path, at_least: usize) {
    let mut files = Vec::new();
    python_files(folder, &mut files);
    println!("{} files in {}", files.len(), folder.display());
    assert!(files.len() >= at_least, "only {} files in {}", files.len(), folder.display());
    let judge = |file: &PathBuf| {
        let is_invalid = INVALID.iter().any(|invalid| file.ends_with(invalid));
        match problem(file) {
            Some(problem) if !is_invalid => Some(format!("{}: {problem}", file.display())),
            None if is_invalid => Some(format!("{}: accepted, CPython rejects it", file.display())),
            _ => None,
        }
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let handles: Vec<_> = files
            .chunks(files.len().div_ceil(workers))
            .map(|chunk| scope.spawn(move || chunk.iter().filter_map(judge).collect::<Vec<_>>()))
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("compiling does not panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_bundled_library_compiles() {
    check(Path::new(rustpython_pylib::LIB_PATH), 500);
}

/// The `Lib` of an installed CPython 3.14, its `test` folder included: the one that `PYRSC_CPYTHON_LIB` names, else that of
/// the `python3.14` on the PATH. Where there is none, there is nothing to compare with.
#[test]
fn an_installed_library_compiles() {
    let Some(folder) = installed_library() else {
        println!("no CPython 3.14 with its tests: set PYRSC_CPYTHON_LIB to its Lib");
        return;
    };
    check(&folder, 1000);
}

fn installed_library() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("PYRSC_CPYTHON_LIB") {
        return Some(folder.into());
    }
    let script = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let output = std::process::Command::new("python3.14").args(["-c", script]).output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    folder.join("test").is_dir().then_some(folder)
}

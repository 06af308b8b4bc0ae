//! `pyrsc dis` and `pyrsc compile`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use pyrsc_bytecode::{PycHeader, Validation, pyc_tag, write_pyc};
use pyrsc_driver::build::{BuildError, BuildOptions, Stage, main_source, stage};
use pyrsc_driver::compile::compile_source;

use super::arguments::{CompileArguments, DisArguments};
use super::{complain, diagnostics, failure};

/// Prints the bytecode of a file.
pub fn disassemble(arguments: &DisArguments) -> ExitCode {
    let result = main_source(&arguments.file)
        .and_then(|source| stage(&source, Stage::Bytecode, &BuildOptions::default()));
    match result {
        Ok(text) => {
            print!("{}", String::from_utf8_lossy(&text));
            ExitCode::SUCCESS
        }
        Err(BuildError::Mistakes(mistakes)) => {
            mistakes.iter().for_each(diagnostics::print);
            failure()
        }
        Err(error) => {
            complain(error);
            ExitCode::from(2)
        }
    }
}

/// Writes `.pyc` files.
pub fn compile(arguments: &CompileArguments) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for file in &arguments.files {
        match main_source(file) {
            Err(error) => {
                complain(error);
                status = ExitCode::from(2);
            }
            Ok(source) => match compile_source(&source) {
                Err(mistake) => {
                    diagnostics::print(&mistake);
                    status = failure();
                }
                Ok(code) => {
                    let written = header(file, &source.bytes, arguments.hash)
                        .and_then(|header| write(file, &write_pyc(header, &code)));
                    if let Err(error) = written {
                        complain(format!("{}: {error}", file.display()));
                        status = failure();
                    }
                }
            },
        }
    }
    status
}

/// The header of a `.pyc` file that is valid as long as its source is not touched, or has this content.
fn header(file: &Path, source: &[u8], by_hash: bool) -> io::Result<PycHeader> {
    if by_hash {
        let hash = pyrsc_bytecode::source_hash(source);
        return Ok(PycHeader { validation: Validation::Hash { hash, check_source: true } });
    }
    let data = fs::metadata(file)?;
    let modified = data.modified()?.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    Ok(PycHeader { validation: Validation::Timestamp { modified: modified as u32, size: data.len() as u32 } })
}

fn write(file: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("")).join("__pycache__");
    fs::create_dir_all(&folder)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let path: PathBuf = folder.join(format!("{stem}.{}.pyc", pyc_tag()));
    // A reader never sees half of it.
    let temporary = folder.join(format!("{stem}.{}.{}", pyc_tag(), std::process::id()));
    fs::write(&temporary, contents)?;
    fs::rename(&temporary, path)
}

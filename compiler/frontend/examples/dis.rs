//! Prints the bytecode of Python files, or checks them: `dis FILE...`, `dis --check FILE...`.

use pyrsc_frontend::{Options, compile, decode_source};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|first| first == "--check");
    if check {
        arguments.remove(0);
    }
    let (mut lines, mut failures) = (0, 0);
    let start = std::time::Instant::now();
    for path in &arguments {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let source = match decode_source(&bytes, path) {
            Ok(source) => source,
            Err(error) => {
                println!("{path}: {}", error.message);
                failures += 1;
                continue;
            }
        };
        lines += source.lines().count();
        match compile(&source, path, &Options::default()) {
            Err(errors) => {
                failures += 1;
                for error in errors.iter().take(2) {
                    println!(
                        "{path}:{:?}:{:?}-{:?}:{:?}: {}",
                        error.line, error.offset, error.end_line, error.end_offset, error.message
                    );
                }
            }
            Ok(compiled) => {
                if let Err(error) = pyrsc_bytecode::verify_all(&compiled.code) {
                    failures += 1;
                    println!("{path}: {error}");
                }
                if !check {
                    print!("{}", pyrsc_bytecode::disassemble_all(&compiled.code));
                    for warning in &compiled.warnings {
                        println!("{path}:{}: {:?}: {}", warning.line, warning.category, warning.message);
                    }
                }
            }
        }
    }
    if check {
        let seconds = start.elapsed().as_secs_f64();
        println!("{} files, {lines} lines, {failures} failures, {seconds:.2} s", arguments.len());
    }
}

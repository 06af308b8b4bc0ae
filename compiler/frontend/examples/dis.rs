//! Prints the bytecode of Python files, checks them, or prints what Python programs can ask about their code objects:
//! `dis FILE...`, `dis --check FILE...`, `dis --metadata FILE...`; or, for sources separated by null characters in a file,
//! what is wrong with each: `dis --errors FILE`. Such a source begins with a letter for its mode (`x` exec, `e` eval, `s`
//! single), and with `d` and `i` for blocks that must be ended and sources that may be unfinished.

use pyrsc_bytecode::{Code, CodeFlags, LocalKind};
use pyrsc_frontend::{ErrorKind, Mode, Options, compile, decode_source};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|first| first == "--check");
    let metadata = arguments.first().is_some_and(|first| first == "--metadata");
    if check || metadata {
        arguments.remove(0);
    }
    if arguments.first().is_some_and(|first| first == "--errors") {
        return print_errors(&arguments[1]);
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
                if metadata {
                    print_metadata(&compiled.code, 0);
                } else if !check {
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

fn print_metadata(code: &Code, depth: usize) {
    let names = |keep: &dyn Fn(usize, LocalKind) -> bool| -> String {
        let kept = code.locals.iter().enumerate().filter(|(at, local)| keep(*at, local.kind));
        kept.map(|(_, local)| &*local.name).collect::<Vec<_>>().join(",")
    };
    let parameters = code.parameter_count();
    let sorted = |names: String| {
        let mut names: Vec<&str> = names.split(',').collect();
        names.sort_unstable();
        names.dedup();
        names.join(",")
    };
    println!(
        "{}{} {} line {} args {} {} {} flags {:x} vars {} cells {} free {}",
        " ".repeat(depth),
        code.name,
        code.qualified_name,
        code.first_line,
        code.argument_count,
        code.positional_only_count,
        code.keyword_only_count,
        code.flags.0 & CodeFlags::PUBLIC,
        sorted(names(&|at, kind| matches!(kind, LocalKind::Plain | LocalKind::Hidden) || at < parameters)),
        sorted(names(&|_, kind| matches!(kind, LocalKind::Cell | LocalKind::HiddenCell))),
        names(&|_, kind| kind == LocalKind::Free),
    );
    let mut nested: Vec<_> = code.nested().collect();
    nested.sort_by_key(|code| (code.first_line, code.name.clone()));
    nested.into_iter().for_each(|code| print_metadata(code, depth + 1));
}

fn print_errors(path: &str) {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    for source in text.split_terminator('\0') {
        let (header, source) = source.split_once(':').unwrap_or(("x", source));
        let mode = match header.chars().next() {
            Some('e') => Mode::Eval,
            Some('s') => Mode::Single,
            _ => Mode::Exec,
        };
        let options = Options {
            mode,
            dont_imply_dedent: header.contains('d'),
            allow_incomplete: header.contains('i'),
            ..Options::default()
        };
        match compile(source, "<t>", &options) {
            Ok(_) => print!("OK\0"),
            Err(errors) => {
                let error = &errors[0];
                let kind = match error.kind {
                    ErrorKind::Syntax | ErrorKind::Encoding => "SyntaxError",
                    ErrorKind::Indentation => "IndentationError",
                    ErrorKind::Tab => "TabError",
                    ErrorKind::Incomplete => "_IncompleteInputError",
                    ErrorKind::Recursion => "RecursionError",
                    ErrorKind::Memory => "MemoryError",
                };
                let number = |value: Option<i64>| value.map_or("None".to_owned(), |value| value.to_string());
                print!(
                    "{kind}|{}|{}|{}|{}|{}|{}\0",
                    error.message,
                    number(error.line.map(i64::from)),
                    number(error.offset.map(i64::from)),
                    number(error.end_line.map(i64::from)),
                    number(error.end_offset.map(i64::from)),
                    error.text.as_deref().filter(|_| !error.is_text_of_file).unwrap_or("None")
                );
            }
        }
    }
}

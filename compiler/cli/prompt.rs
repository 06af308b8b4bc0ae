//! The interactive prompt: statements as they are typed, with history.

use pyrsc_core::exception::{self, SystemExit};
use pyrsc_core::module::Module;
use pyrsc_core::owned::{Raised, Result};
use pyrsc_core::type_object::Class;
use pyrsc_vm::hooks::{self, Mode, Request};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

// Flags of `compile`: an unfinished statement is an error of its own, and blocks end with an empty line.
const UNFINISHED: u32 = 0x200 | 0x4000;

/// Reads and runs statements in the main module, until the input ends or the program exits.
pub fn run(main: &Module) -> Result<()> {
    println!("pyrsc {} (Python 3.14) on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS);
    println!("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.");
    let mut editor = match DefaultEditor::new() {
        Ok(editor) => editor,
        Err(error) => return Err(pyrsc_core::runtime_error!("the terminal cannot be used: {error}")),
    };
    let history = std::env::var_os("HOME").map(|home| std::path::Path::new(&home).join(".pyrsc_history"));
    if let Some(path) = &history {
        let _ = editor.load_history(path);
    }
    let mut text = String::new();
    let result = loop {
        let line = editor.readline(if text.is_empty() { ">>> " } else { "... " });
        match line {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
            }
            Err(ReadlineError::Interrupted) => {
                println!("KeyboardInterrupt");
                text.clear();
                continue;
            }
            Err(_) => break Ok(()),
        }
        if text.trim().is_empty() {
            text.clear();
            continue;
        }
        // Without the last newline a block is unfinished; an empty line is what ends it.
        match execute(main, &text[..text.len() - 1]) {
            Step::Unfinished => continue,
            Step::Done => {}
            Step::Exit => break Err(Raised),
        }
        let _ = editor.add_history_entry(text.trim_end());
        text.clear();
    };
    if let Some(path) = &history {
        let _ = editor.save_history(path);
    }
    result
}

enum Step {
    /// The statement goes on.
    Unfinished,
    Done,
    /// SystemExit is pending.
    Exit,
}

fn execute(main: &Module, text: &str) -> Step {
    let request = Request {
        source: text.as_bytes(),
        is_text: true,
        filename: "<stdin>",
        mode: Mode::Interactive,
        flags: UNFINISHED,
        optimize: -1,
    };
    let result = match hooks::compile(&request) {
        Ok(code) => {
            pyrsc_vm::typed_source::register(&code, text);
            pyrsc_vm::import::run_code(code, &main.namespace()).map(drop)
        }
        Err(Raised) => {
            let is_unfinished = exception::pending()
                .is_some_and(|error| error.type_object().name() == "_IncompleteInputError");
            if is_unfinished {
                exception::clear();
                return Step::Unfinished;
            }
            Err(Raised)
        }
    };
    if result.is_err() {
        if exception::matches(SystemExit::type_object()) {
            return Step::Exit;
        }
        pyrsc_vm::run::print_pending();
    }
    Step::Done
}

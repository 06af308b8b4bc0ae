//! What a user at a terminal sees: the prompt, its history, Ctrl-C, colours.

use std::path::Path;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

/// `pyrsc` on a terminal, in a folder that is also the user's home.
fn start(home: &Path, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrsc"));
    command.args(arguments).current_dir(home).env_clear();
    command.env("HOME", home).env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    spawn_command(command, Some(60_000)).expect("start the command on a terminal")
}

/// Types a line at a prompt.
fn type_line(session: &mut PtySession, prompt: &str, line: &str) {
    session.exp_string(prompt).unwrap_or_else(|error| panic!("before {line:?}: {error}"));
    session.send_line(line).expect("type a line");
}

fn expect(session: &mut PtySession, text: &str) {
    session.exp_string(text).unwrap_or_else(|error| panic!("waiting for {text:?}: {error}"));
}

#[test]
fn statements_and_values_at_the_prompt() {
    let home = TempDir::new().expect("create a folder");
    let mut session = start(home.path(), &[]);
    expect(&mut session, "Python 3.14");
    type_line(&mut session, ">>> ", "6 * 7");
    expect(&mut session, "42");
    type_line(&mut session, ">>> ", "def twice(x):");
    type_line(&mut session, "... ", "    return 2 * x");
    type_line(&mut session, "... ", "");
    type_line(&mut session, ">>> ", "twice(_) + 1");
    expect(&mut session, "85");
    type_line(&mut session, ">>> ", "twice(1 / 0)");
    expect(&mut session, "ZeroDivisionError: division by zero");
    type_line(&mut session, ">>> ", "raise SystemExit(3)");
    let status = session.process().wait().expect("wait for the command");
    assert!(format!("{status:?}").contains(", 3)"), "{status:?}");
}

#[test]
fn the_end_of_input_ends_the_prompt_and_history_is_kept() {
    let home = TempDir::new().expect("create a folder");
    let mut session = start(home.path(), &["run"]);
    type_line(&mut session, ">>> ", "'remem' + 'bered'");
    expect(&mut session, "'remembered'");
    expect(&mut session, ">>> ");
    session.send_control('d').expect("type Ctrl-D");
    session.exp_eof().expect("the command ends");

    let mut session = start(home.path(), &[]);
    expect(&mut session, ">>> ");
    // The arrow up.
    session.send("\x1b[A\r").expect("type a key");
    session.flush().expect("type a key");
    expect(&mut session, "'remembered'");
}

#[test]
fn control_c_gives_a_new_prompt() {
    let home = TempDir::new().expect("create a folder");
    let mut session = start(home.path(), &[]);
    type_line(&mut session, ">>> ", "print('run' + 'ning')\u{20}");
    expect(&mut session, "running");
    type_line(&mut session, ">>> ", "while True: pass");
    type_line(&mut session, "... ", "");
    // The loop runs once the empty line has been read.
    std::thread::sleep(std::time::Duration::from_millis(500));
    session.send_control('c').expect("type Ctrl-C");
    expect(&mut session, "KeyboardInterrupt");
    expect(&mut session, ">>> ");
    session.send("half a line").expect("type");
    session.send_control('c').expect("type Ctrl-C");
    type_line(&mut session, ">>> ", "1 + 1");
    expect(&mut session, "2");
}

#[test]
fn mistakes_are_coloured_on_a_terminal() {
    let home = TempDir::new().expect("create a folder");
    std::fs::write(home.path().join("app.py"), "x = (1 +\n").expect("write a file");
    let mut session = start(home.path(), &["build", "app.py"]);
    let text = session.exp_eof().expect("the command ends");
    assert!(text.contains("'(' was never closed") && text.contains("\x1b["), "{text}");
}

//! The command line: every command, its exit statuses, and what it says when something is wrong.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with files in it, in which commands are run.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(TempDir::new().expect("create a folder"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("create a folder");
        fs::write(path, text).expect("write a file");
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// `pyrsc` with arguments, started in the folder.
    fn pyrsc(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pyrsc"));
        command.args(arguments).current_dir(self.0.path()).timeout(Duration::from_secs(180));
        for variable in ["PYTHONPATH", "VIRTUAL_ENV", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"] {
            command.env_remove(variable);
        }
        command.env("XDG_CACHE_HOME", self.path(".cache")).env("NO_COLOR", "1");
        command
    }

    /// A program that was built in the folder.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.path(name));
        command.current_dir(self.0.path()).timeout(Duration::from_secs(60)).env("NO_COLOR", "1");
        command
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn stdout(command: &mut Command) -> String {
    text(&command.assert().success().get_output().stdout)
}

/// Asserts the exit status and gives what was printed to standard error.
fn fails(command: &mut Command, status: i32) -> String {
    text(&command.assert().failure().code(status).get_output().stderr)
}

const ARGUMENTS: &str = "import sys\nprint(sys.argv, __name__)\n";

// Running

#[test]
fn run_passes_arguments_and_exit_status() {
    let folder = Folder::with(&[("app.py", ARGUMENTS), ("exit.py", "raise SystemExit(7)")]);
    assert_eq!(
        stdout(&mut folder.pyrsc(&["run", "app.py", "a", "-b", "--help"])),
        "['app.py', 'a', '-b', '--help'] __main__\n"
    );
    fails(&mut folder.pyrsc(&["run", "exit.py"]), 7);
}

#[test]
fn run_code() {
    let folder = Folder::with(&[("helper.py", "X = 5")]);
    assert_eq!(stdout(&mut folder.pyrsc(&["run", "-c", ARGUMENTS, "a", "b"])), "['-c', 'a', 'b'] __main__\n");
    assert_eq!(stdout(&mut folder.pyrsc(&["run", "-c", "import helper; print(helper.X)"])), "5\n");
    let message = fails(&mut folder.pyrsc(&["run", "-c", "1 / 0"]), 1);
    assert!(message.ends_with("  File \"<string>\", line 1, in <module>\n    1 / 0\n    ~~^~~\nZeroDivisionError: division by zero\n"), "{message}");
}

#[test]
fn run_module() {
    let folder = Folder::with(&[
        ("tool.py", ARGUMENTS),
        ("package/__init__.py", "print('package')"),
        ("package/__main__.py", "from . import part\nprint(__package__, part.X)"),
        ("package/part.py", "X = 3"),
    ]);
    let output = stdout(&mut folder.pyrsc(&["run", "-m", "tool", "x"]));
    assert!(output.ends_with("tool.py', 'x'] __main__\n"), "{output}");
    assert_eq!(stdout(&mut folder.pyrsc(&["run", "-m", "package"])), "package\npackage 3\n");
    let message = fails(&mut folder.pyrsc(&["run", "-m", "no_such_module"]), 1);
    assert!(message.contains("No module named no_such_module"), "{message}");
}

#[test]
fn run_standard_input() {
    let folder = Folder::with(&[]);
    assert_eq!(stdout(folder.pyrsc(&["run", "-", "a"]).write_stdin(ARGUMENTS)), "['-', 'a'] __main__\n");
    assert_eq!(stdout(folder.pyrsc(&["run"]).write_stdin("print(6 * 7)\n")), "42\n");
}

#[test]
fn run_package_folder() {
    let folder = Folder::with(&[("app/__main__.py", "import part; print(part.X)"), ("app/part.py", "X = 9")]);
    assert_eq!(stdout(&mut folder.pyrsc(&["run", "app"])), "9\n");
}

#[test]
fn traceback_goes_to_standard_error() {
    let folder = Folder::with(&[("app.py", "def f(x):\n    return x.y + 1\nprint('before')\nf(5)\n")]);
    let output = folder.pyrsc(&["run", "app.py"]).assert().code(1).get_output().clone();
    assert_eq!(text(&output.stdout), "before\n");
    let message = text(&output.stderr);
    assert!(message.starts_with("Traceback (most recent call last):\n"), "{message}");
    assert!(
        message.ends_with(
            "    return x.y + 1\n           ^^^\nAttributeError: 'int' object has no attribute 'y'\n"
        ),
        "{message}"
    );
}

#[test]
fn missing_file_is_wrong_usage() {
    let folder = Folder::with(&[]);
    for command in ["run", "build", "dis", "compile"] {
        let message = fails(&mut folder.pyrsc(&[command, "nowhere.py"]), 2);
        assert!(message.contains("nowhere.py"), "{command}: {message}");
    }
}

#[test]
fn wrong_usage() {
    let folder = Folder::with(&[("app.py", "")]);
    for arguments in [
        &["no-such-command"][..],
        &["build"],
        &["build", "app.py", "--no-such-flag"],
        &["build", "app.py", "--emit", "nonsense"],
    ] {
        let message = fails(&mut folder.pyrsc(arguments), 2);
        assert!(!message.is_empty(), "{arguments:?}");
    }
    let help = stdout(&mut folder.pyrsc(&["--help"]));
    for command in ["build", "run", "dis", "compile"] {
        assert!(help.contains(command), "{help}");
    }
    let version = stdout(&mut folder.pyrsc(&["--version"]));
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
}

// Building

#[test]
fn build_makes_one_executable() {
    let folder = Folder::with(&[("app.py", ARGUMENTS), ("exit.py", "import sys\nsys.exit('gone')")]);
    folder.pyrsc(&["build", "app.py", "-o", "app"]).assert().success().stdout("").stderr("");
    let elsewhere = Folder::with(&[]);
    fs::copy(folder.path("app"), elsewhere.path("moved")).expect("copy the executable");
    let output = stdout(elsewhere.program("moved").args(["a", "-b"]));
    assert!(output.ends_with("moved', 'a', '-b'] __main__\n"), "{output}");
    folder.pyrsc(&["build", "exit.py", "-o", "exit"]).assert().success();
    assert_eq!(fails(&mut folder.program("exit"), 1), "gone\n");
}

#[test]
fn build_links_all_modules() {
    let folder = Folder::with(&[
        (
            "app.py",
            "import one\nfrom package import two\nfrom package.deep import three\nprint(one.X, two.X, three.X)",
        ),
        ("one.py", "import app_cycle\nX = 1"),
        ("app_cycle.py", "import one"),
        ("package/__init__.py", ""),
        ("package/two.py", "X = 2"),
        ("package/deep/__init__.py", ""),
        ("package/deep/three.py", "from ..two import X as two\nX = two + 1"),
    ]);
    folder.pyrsc(&["build", "app.py", "-o", "app"]).assert().success();
    let elsewhere = Folder::with(&[]);
    fs::copy(folder.path("app"), elsewhere.path("app")).expect("copy the executable");
    drop(folder);
    assert_eq!(stdout(&mut elsewhere.program("app")), "1 2 3\n");
}

#[test]
fn modules_are_found_along_the_paths() {
    let folder = Folder::with(&[
        ("src/app.py", "import beside, named, listed\nprint(beside.X, named.X, listed.X)"),
        ("src/beside.py", "X = 'beside'"),
        ("given/named.py", "X = 'given'"),
        ("listed/listed.py", "X = 'listed'"),
    ]);
    let mut build = folder.pyrsc(&["build", "src/app.py", "--path", "given", "-o", "app"]);
    build.env("PYTHONPATH", folder.path("listed")).assert().success();
    assert_eq!(stdout(&mut folder.program("app")), "beside given listed\n");
}

#[test]
fn packages_of_a_virtual_environment_are_found() {
    let folder = Folder::with(&[
        ("app.py", "import installed\nprint(installed.X)"),
        ("venv/lib/python3.14/site-packages/installed/__init__.py", "X = 'installed'"),
    ]);
    let environment = folder.path("venv");
    assert_eq!(stdout(folder.pyrsc(&["run", "app.py"]).env("VIRTUAL_ENV", &environment)), "installed\n");
    let mut build = folder.pyrsc(&["build", "app.py", "-o", "app"]);
    build.env("VIRTUAL_ENV", &environment).assert().success();
    fs::remove_dir_all(environment).expect("remove the environment");
    assert_eq!(stdout(&mut folder.program("app")), "installed\n");
}

#[test]
fn paths_for_a_run() {
    let folder = Folder::with(&[
        ("app.py", "import named, listed\nprint(named.X, listed.X)"),
        ("given/named.py", "X = 'given'"),
        ("listed/listed.py", "X = 'listed'"),
    ]);
    let mut run = folder.pyrsc(&["run", "--path", "given", "app.py"]);
    assert_eq!(stdout(run.env("PYTHONPATH", folder.path("listed"))), "given listed\n");
}

#[test]
fn sources_are_left_out_when_they_are_not_wanted() {
    let folder = Folder::with(&[("app.py", "def f():\n    return 1 / 0\nf()\n")]);
    folder.pyrsc(&["build", "app.py", "-o", "with"]).assert().success();
    let message = fails(&mut folder.program("with"), 1);
    assert!(message.contains("    return 1 / 0\n           ~~^~~\n"), "{message}");
    folder.pyrsc(&["build", "--no-source", "app.py", "-o", "without"]).assert().success();
    // The script itself would be read where it still lies.
    fs::remove_file(folder.path("app.py")).expect("remove the source");
    let message = fails(&mut folder.program("without"), 1);
    assert!(message.contains("line 2, in f\n") && !message.contains("return 1 / 0"), "{message}");
}

#[test]
fn position_independent_executables() {
    let source = "class C:\n    def m(self):\n        return sum(i for i in range(5))\nprint(C().m())\n";
    let folder = Folder::with(&[("app.py", source)]);
    folder.pyrsc(&["build", "--pie", "app.py", "-o", "app"]).assert().success();
    assert_eq!(stdout(&mut folder.program("app")), "10\n");
    let bytes = fs::read(folder.path("app")).expect("the executable");
    assert_eq!(bytes[16], 3, "the file type of shared objects");
}

#[test]
fn an_executable_imports_files_that_appear_later() {
    let folder = Folder::with(&[(
        "app.py",
        "import sys\nsys.path.insert(0, 'late')\nname = 'appeared'\nprint(__import__(name).X, eval('1 + 1'))",
    )]);
    folder.pyrsc(&["build", "app.py", "-o", "app"]).assert().success();
    folder.write("late/appeared.py", "X = [i * i for i in range(4)]");
    assert_eq!(stdout(&mut folder.program("app")), "[0, 1, 4, 9] 2\n");
}

#[test]
fn report_names_what_runs_in_the_vm() {
    let folder = Folder::with(&[("app.py", "exec('x = 1')\nprint(x)")]);
    let output =
        folder.pyrsc(&["build", "app.py", "-o", "app", "--report"]).assert().success().get_output().clone();
    let report = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(
        report,
        "__main__: 0 native, 1 in the VM\n  line 1: <module>: it is a module body without loops, which runs once\n"
    );
}

#[test]
fn emit_writes_each_stage() {
    let source = "def add(a, b):\n    return a + b\nprint(add(1, 2))\n";
    let folder = Folder::with(&[("app.py", source)]);
    for (stage, mark) in
        [("bytecode", "add"), ("mir", "add"), ("mir-opt", "add"), ("llvm-ir", "define"), ("asm", ".text")]
    {
        folder.pyrsc(&["build", "app.py", "--emit", stage, "-o", stage]).assert().success();
        let written =
            fs::read_to_string(folder.path(stage)).unwrap_or_else(|error| panic!("{stage}: {error}"));
        assert!(written.contains(mark), "{stage}: {written}");
    }
    folder.pyrsc(&["build", "app.py", "--emit", "obj", "-o", "app.o"]).assert().success();
    assert!(fs::read(folder.path("app.o")).expect("the object file").starts_with(b"\x7fELF"));
}

#[test]
fn dis_prints_bytecode() {
    let folder = Folder::with(&[("app.py", "def double(x):\n    return x * 2\nprint(double(4))\n")]);
    let output = stdout(&mut folder.pyrsc(&["dis", "app.py"]));
    assert!(output.contains("double") && output.lines().count() > 5, "{output}");
}

#[test]
fn a_missing_linker_is_said_in_one_sentence() {
    let folder = Folder::with(&[("app.py", "print(1)")]);
    let message = fails(folder.pyrsc(&["build", "app.py", "-o", "app"]).env("PATH", folder.path("empty")), 1);
    assert!(message.contains("linker") && message.lines().count() <= 3, "{message}");
}

// Mistakes in the source

#[test]
fn a_syntax_error_is_underlined() {
    let folder = Folder::with(&[("app.py", "print('not run')\nx = (1 +\n")]);
    let underlined = |command: &[&str], mark: &str| {
        let output = folder.pyrsc(command).assert().code(1).get_output().clone();
        let message = text(&output.stderr);
        assert_eq!(text(&output.stdout), "", "{command:?}");
        assert!(message.contains(mark), "{command:?}: {message}");
        assert!(!message.contains('\x1b'), "no colours outside a terminal: {message}");
    };
    let mark = "app.py\", line 2\n    x = (1 +\n        ^\nSyntaxError: '(' was never closed\n";
    for command in [
        &["build", "app.py", "-o", "app"][..],
        &["run", "app.py"],
        &["dis", "app.py"],
        &["compile", "app.py"],
    ] {
        underlined(command, mark);
    }
    assert!(!folder.path("app").exists());
}

#[test]
fn a_syntax_error_in_an_imported_module_names_the_module() {
    let folder = Folder::with(&[("app.py", "import broken"), ("broken.py", "def f(:\n    pass\n")]);
    let message = fails(&mut folder.pyrsc(&["run", "app.py"]), 1);
    assert!(
        message.contains("broken.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n"),
        "{message}"
    );
}

// Compiled files

/// The compiled file of a module in the folder.
fn compiled(folder: &Folder, module: &str) -> std::path::PathBuf {
    let cache = folder.path("__pycache__");
    let entries = fs::read_dir(&cache).unwrap_or_else(|error| panic!("{}: {error}", cache.display()));
    let found = entries.filter_map(Result::ok).map(|entry| entry.path()).find(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        name.starts_with(&format!("{module}.pyrsc-"))
            && Path::new(name).extension().is_some_and(|e| e == "pyc")
    });
    found.unwrap_or_else(|| panic!("no compiled file of {module}"))
}

#[test]
fn compile_writes_a_pyc() {
    let folder = Folder::with(&[("app.py", "print('compiled')")]);
    folder.pyrsc(&["compile", "app.py"]).assert().success();
    assert!(compiled(&folder, "app").exists());
}

#[test]
fn import_writes_and_reads_pyc_files() {
    let folder = Folder::with(&[("app.py", "import part\nprint(part.X)"), ("part.py", "X = 1")]);
    let run = || stdout(&mut folder.pyrsc(&["run", "app.py"]));
    assert_eq!(run(), "1\n");
    let file = compiled(&folder, "part");
    let first = fs::read(&file).expect("the compiled file");
    assert_eq!(run(), "1\n");
    assert_eq!(fs::read(&file).expect("the compiled file"), first);

    folder.write("part.py", "X = 'another length'");
    assert_eq!(run(), "another length\n", "a stale file is compiled anew");
    for (case, bytes) in [
        ("truncated", &first[..first.len() / 2]),
        ("empty", b""),
        ("foreign", b"\xa7\r\r\n0123456789abcdef?"),
    ] {
        fs::write(&file, bytes).expect("write the compiled file");
        assert_eq!(run(), "another length\n", "{case}");
    }
    let mut damaged = fs::read(&file).expect("the compiled file");
    for at in (16..damaged.len()).step_by(3) {
        damaged[at] ^= 0x5A;
    }
    fs::write(&file, damaged).expect("write the compiled file");
    assert_eq!(run(), "another length\n", "damaged");
}

#[test]
fn files_that_are_valid_by_hash() {
    let folder = Folder::with(&[("app.py", "import part\nprint(part.X)"), ("part.py", "X = 1")]);
    folder.pyrsc(&["compile", "--hash", "part.py"]).assert().success();
    let file = compiled(&folder, "part");
    let first = fs::read(&file).expect("the compiled file");
    let run = || stdout(&mut folder.pyrsc(&["run", "app.py"]));
    // The same length at another time: the hash is the same, and the file stays.
    folder.write("part.py", "X = 1");
    assert_eq!(run(), "1\n");
    assert_eq!(fs::read(&file).expect("the compiled file"), first);
    folder.write("part.py", "X = 2");
    assert_eq!(run(), "2\n");
}

#[test]
fn no_pyc_files_when_they_are_not_wanted() {
    let folder = Folder::with(&[("app.py", "import part"), ("part.py", "X = 1")]);
    folder.pyrsc(&["run", "app.py"]).env("PYTHONDONTWRITEBYTECODE", "1").assert().success();
    assert!(!folder.path("__pycache__").exists());
}

// Signals

/// A program that is interrupted after it has said that it is ready.
fn interrupted(command: &mut std::process::Command) -> (String, std::process::ExitStatus) {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;

    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("start the program");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a piped stdout")).read_line(&mut line).expect("read a line");
    assert_eq!(line, "ready\n");
    let signalled = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signalled.expect("run kill").success());
    let mut message = String::new();
    child.stderr.take().expect("a piped stderr").read_to_string(&mut message).expect("read standard error");
    (message, child.wait().expect("wait for the program"))
}

#[test]
fn control_c_is_keyboard_interrupt_in_both_engines() {
    use std::os::unix::process::ExitStatusExt;

    let source = "print('ready', flush=True)\nn = 0\nwhile True:\n    n += 1\n";
    let folder = Folder::with(&[("app.py", source)]);
    folder.pyrsc(&["build", "app.py", "-o", "app"]).assert().success();
    let mut in_vm = std::process::Command::new(env!("CARGO_BIN_EXE_pyrsc"));
    in_vm.args(["run", "app.py"]).current_dir(folder.0.path());
    let mut native = std::process::Command::new(folder.path("app"));
    for command in [&mut in_vm, &mut native] {
        let (message, status) = interrupted(command);
        assert!(message.trim_end().ends_with("KeyboardInterrupt"), "{message}");
        assert_eq!(status.signal(), Some(2), "{status:?}");
    }
}

//! The engines that are compared: finding them, and the command that runs a script on each.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What sort of engine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Native,
    Vm,
    CPython,
    PyPy,
}

impl Kind {
    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Native => "native",
            Kind::Vm => "vm",
            Kind::CPython => "cpython",
            Kind::PyPy => "pypy",
        }
    }
}

/// An engine of this machine.
pub struct Engine {
    pub kind: Kind,
    /// Its version, for the reader of the table.
    pub description: String,
    program: PathBuf,
}

/// A command and its variables, so that it can be started more than once.
pub struct Prepared {
    pub program: PathBuf,
    pub words: Vec<String>,
    pub variables: Vec<(String, String)>,
}

const PYRSC: &str = env!("CARGO_BIN_EXE_pyrsc");

/// The engines that are there, of those asked for.
pub fn find(asked: Option<&[String]>) -> Vec<Engine> {
    let wanted = |kind: Kind| asked.is_none_or(|names| names.iter().any(|name| name == kind.name()));
    let mut found = Vec::new();
    for kind in [Kind::Native, Kind::Vm] {
        if wanted(kind) {
            let description = format!("pyrsc {}", env!("CARGO_PKG_VERSION"));
            found.push(Engine { kind, description, program: PathBuf::from(PYRSC) });
        }
    }
    for (kind, variable, names) in
        [(Kind::CPython, "PYTHON", &["python3.14", "python3"][..]), (Kind::PyPy, "PYPY", &["pypy3"][..])]
    {
        let named = std::env::var(variable).ok().filter(|name| !name.is_empty());
        let mut candidates = named.into_iter().chain(names.iter().map(|&name| name.to_owned()));
        if wanted(kind)
            && let Some(engine) = candidates.find_map(|program| interpreter(kind, &program))
        {
            found.push(engine);
        }
    }
    found
}

/// An interpreter, when `program` starts one of this kind.
fn interpreter(kind: Kind, program: &str) -> Option<Engine> {
    let ask = "import sys; print(sys.implementation.name, sys.version.replace('\\n', ' '))";
    let output = Command::new(program).args(["-c", ask]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && text.starts_with(kind.name())).then(|| Engine {
        kind,
        description: text,
        program: PathBuf::from(program),
    })
}

impl Engine {
    /// The command that runs a script; for the native engine, after building it.
    pub fn prepare(&self, project: &Path, script: &Path, name: &str) -> Result<Prepared, String> {
        let stand_in = project.join("benches").display().to_string();
        let script = script.display().to_string();
        let variables = vec![("PYTHONPATH".to_owned(), stand_in.clone())];
        if self.kind != Kind::Native {
            let mut words = vec![script];
            if self.kind == Kind::Vm {
                words.insert(0, "run".to_owned());
            }
            return Ok(Prepared { program: self.program.clone(), words, variables });
        }
        let executable = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{name}"));
        let build = Command::new(&self.program)
            .args(["build", &script, "-o"])
            .arg(&executable)
            .env("PYTHONPATH", &stand_in)
            .output()
            .map_err(|error| error.to_string())?;
        if !build.status.success() || !executable.exists() {
            let text = String::from_utf8_lossy(&build.stderr);
            return Err(format!("does not build: {}", text.lines().last().unwrap_or("no message")));
        }
        Ok(Prepared { program: executable, words: Vec::new(), variables })
    }

    /// The program itself.
    pub fn program(&self) -> &Path {
        &self.program
    }
}

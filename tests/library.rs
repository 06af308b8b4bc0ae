//! The standard library in the VM: every module imports, but for those that need what is out of reach, which say so.

use std::time::Duration;

use assert_cmd::Command;

/// Modules that cannot be imported: bindings of foreign libraries and what is made of them, the other interpreters and
/// the extension modules of CPython's own tests.
const OUT_OF_REACH: &[&str] = &[
    "_bz2",
    "_codecs_cn",
    "_codecs_hk",
    "_codecs_iso2022",
    "_codecs_jp",
    "_codecs_kr",
    "_codecs_tw",
    "_ctypes",
    "_curses",
    "_curses_panel",
    "_dbm",
    "_gdbm",
    "_hashlib",
    "_hmac",
    "_interpchannels",
    "_interpqueues",
    "_interpreters",
    "_lsprof",
    "_lzma",
    "_multibytecodec",
    "_multiprocessing",
    "_posixshmem",
    "_remote_debugging",
    "_sqlite3",
    "_ssl",
    "_symtable",
    "_tkinter",
    "_zstd",
    "bz2",
    "cProfile",
    "ctypes",
    "curses",
    "ensurepip",
    "idlelib",
    "lzma",
    "pyexpat",
    "plistlib",
    "readline",
    "sqlite3",
    "ssl",
    "stringprep",
    "symtable",
    "tkinter",
    "turtle",
    "turtledemo",
    // Accelerators of modules that are whole without them.
    "_asyncio",
    "_datetime",
    "_decimal",
    "_elementtree",
    "_pickle",
    "_stat",
    "_statistics",
    "_suggestions",
    "_sysconfig",
    "_uuid",
    "_zoneinfo",
    // They do something when they are imported.
    "antigravity",
    "this",
    // For other systems.
    "_android_support",
    "_apple_support",
    "_ios_support",
    "_aix_support",
    "_osx_support",
    "_overlapped",
    "_scproxy",
    "_winapi",
    "_wmi",
    "msvcrt",
    "nt",
    "winreg",
    "winsound",
];

const PROGRAM: &str = r#"
import importlib, os, sys
out_of_reach = set(sys.argv[1:])
wrong = []
for name in sorted(sys.stdlib_module_names):
    try:
        importlib.import_module(name)
    except ImportError as error:
        if name not in out_of_reach:
            wrong.append(f"{name}: {error!r}")
    except BaseException as error:
        wrong.append(f"{name}: {error!r}")
    else:
        if name in out_of_reach and name not in ("antigravity", "this") and not name.startswith("_"):
            wrong.append(f"{name} is listed as out of reach, and imports")
print("\n".join(wrong))
"#;

#[test]
fn all_modules_within_reach_import() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pyrsc"));
    let skipped = ["antigravity", "this", "idlelib"];
    let program = format!("import sys\nsys.stdlib_module_names -= {{{}}}\n{PROGRAM}", {
        let quoted: Vec<String> = skipped.iter().map(|name| format!("{name:?}")).collect();
        quoted.join(", ")
    });
    let output = command
        .args(["-c", &program])
        .args(OUT_OF_REACH)
        .env_remove("PYTHONPATH")
        .timeout(Duration::from_secs(600))
        .assert()
        .success();
    let printed = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert_eq!(printed.trim(), "", "modules that do not import as they should");
}

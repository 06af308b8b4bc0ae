//! MIR text in, one pass, MIR text out: `tests/text/<pass>/<name>.mir` holds both, parted by a line `; becomes`.
//!
//! `UPDATE_EXPECT=1` rewrites the second half.

use std::fs;
use std::path::Path;

use pyrsc_mir::parse::parse_function;
use pyrsc_mir::verify::verify;

#[test]
fn passes_do_what_their_texts_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/text");
    let mut failures = Vec::new();
    let mut count = 0;
    for pass in pyrsc_passes::PASSES {
        let Ok(entries) = fs::read_dir(root.join(pass.name)) else { continue };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
        paths.sort();
        for path in paths {
            count += 1;
            let text = fs::read_to_string(&path).expect("readable");
            let (before, expected) = text.split_once("; becomes\n").unwrap_or((&text, ""));
            let mut function =
                parse_function(before).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            verify(&function).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (pass.run)(&mut function);
            verify(&function)
                .unwrap_or_else(|error| panic!("{}, afterwards: {error}\n{function}", path.display()));
            let actual = function.to_string();
            if std::env::var_os("UPDATE_EXPECT").is_some() {
                fs::write(&path, format!("{before}; becomes\n{actual}")).expect("writable");
            } else if actual != expected {
                failures.push(format!("{}:\n{actual}", path.display()));
            }
        }
    }
    assert!(count >= 8, "only {count} texts found");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

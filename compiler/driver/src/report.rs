//! What runs in the VM instead of natively, and why: `pyrsc build --report`.

use std::fmt;

use pyrsc_bytecode::Code;
use pyrsc_mir::from_bytecode::NotLowered;

/// One module's part of the report.
#[derive(Clone, Debug)]
pub struct ModuleReport {
    pub module: String,
    /// How many functions run natively.
    pub native: usize,
    /// How many functions run in the VM because they are of the standard library, which is not compiled again.
    pub library: usize,
    /// What else does not: line, qualified name, reason.
    pub interpreted: Vec<(u32, String, NotLowered)>,
}

impl ModuleReport {
    /// An empty report.
    pub fn new(module: &str) -> ModuleReport {
        ModuleReport { module: module.to_string(), native: 0, library: 0, interpreted: Vec::new() }
    }

    /// Counts a code object that runs in the VM.
    pub fn add(&mut self, code: &Code, reason: NotLowered) {
        self.interpreted.push((code.first_line, code.qualified_name.to_string(), reason));
    }
}

impl fmt::Display for ModuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} native, {} in the VM",
            self.module,
            self.native,
            self.interpreted.len() + self.library
        )?;
        if self.library > 0 {
            writeln!(f, "  it is a module of the standard library")?;
        }
        for (line, name, reason) in &self.interpreted {
            writeln!(f, "  line {line}: {name}: {reason}")?;
        }
        Ok(())
    }
}

//! Source positions on their way into the object file, as DWARF.
//!
//! The line of a machine instruction is the line in the Python source; its column is not a column but the ordinal, among
//! the sites of that line in that function, of the instruction of the bytecode that it belongs to, from 1. So debuggers
//! and profilers show Python lines, and [`crate::sites`] finds the instruction again. Column 0 is the function's entry.
//!
//! Only calls get a location: what runs while another function does is in a call.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use pyrsc_bytecode::Code;
use pyrsc_mir::Function;

/// A line and the ordinal of a site in it.
pub type Location = (u32, u32);

/// DWARF keeps 16 bits for a column; sites behind that many in one line share the line alone.
const MAXIMUM_ORDINAL: u32 = u16::MAX as u32;

/// The location of every site of a function, by the unit of its instruction.
pub fn locations(function: &Function, code: &Code) -> HashMap<u32, Location> {
    let lines: Vec<(u32, u32)> = code
        .positions
        .runs()
        .map(|(start, _, position)| (start, position.map_or(code.first_line, |position| position.line)))
        .collect();
    let sites: BTreeSet<u32> = function
        .blocks
        .iter()
        .flat_map(|block| &block.instructions)
        .filter_map(|instruction| instruction.site)
        .collect();
    let mut ordinals: HashMap<u32, u32> = HashMap::new();
    let mut locations = HashMap::new();
    for unit in sites {
        let run = lines.partition_point(|&(start, _)| start <= unit);
        let line = run.checked_sub(1).map_or(code.first_line, |run| lines[run].1);
        let ordinal = ordinals.entry(line).or_insert(0);
        *ordinal = (*ordinal + 1).min(MAXIMUM_ORDINAL);
        locations.insert(unit, (line, *ordinal));
    }
    locations
}

/// Numbers of metadata nodes below this are the templates'.
const FIRST_NODE: usize = 100;
/// The nodes that every module has: the unit, the file, the type of all functions, an empty list, two flags.
const UNIT: usize = FIRST_NODE;
const FILE: usize = FIRST_NODE + 1;
const TYPE: usize = FIRST_NODE + 2;
const EMPTY: usize = FIRST_NODE + 3;
const FLAGS: usize = FIRST_NODE + 4;

/// The debug metadata of a module in the making.
#[derive(Default)]
pub struct DebugInfo {
    /// The text of the nodes behind the fixed ones.
    nodes: Vec<String>,
    locations: HashMap<(usize, Location), usize>,
}

impl DebugInfo {
    fn add(&mut self, node: String) -> usize {
        self.nodes.push(node);
        FLAGS + 2 + self.nodes.len() - 1
    }

    /// The node of a function.
    pub fn function(&mut self, name: &str, line: u32) -> usize {
        let name = escaped(name);
        self.add(format!(
            "distinct !DISubprogram(name: \"{name}\", scope: !{FILE}, file: !{FILE}, line: {line}, type: !{TYPE}, \
             scopeLine: {line}, spFlags: DISPFlagDefinition | DISPFlagOptimized, unit: !{UNIT})"
        ))
    }

    /// The node of a location in a function.
    pub fn location(&mut self, function: usize, location: Location) -> usize {
        if let Some(&node) = self.locations.get(&(function, location)) {
            return node;
        }
        let (line, column) = location;
        let node = self.add(format!("!DILocation(line: {line}, column: {column}, scope: !{function})"));
        self.locations.insert((function, location), node);
        node
    }

    /// Writes the module's metadata.
    pub fn write(&self, path: &str, text: &mut String) -> std::fmt::Result {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        writeln!(text, "!llvm.dbg.cu = !{{!{UNIT}}}")?;
        writeln!(text, "!llvm.module.flags = !{{!{FLAGS}, !{}}}", FLAGS + 1)?;
        writeln!(
            text,
            "!{UNIT} = distinct !DICompileUnit(language: DW_LANG_Python, file: !{FILE}, producer: \"pyrsc\", \
             isOptimized: true, runtimeVersion: 0, emissionKind: LineTablesOnly)"
        )?;
        writeln!(
            text,
            "!{FILE} = !DIFile(filename: \"{}\", directory: \"{}\")",
            escaped(file),
            escaped(folder)
        )?;
        writeln!(text, "!{TYPE} = !DISubroutineType(types: !{EMPTY})")?;
        writeln!(text, "!{EMPTY} = !{{}}")?;
        writeln!(text, "!{FLAGS} = !{{i32 2, !\"Debug Info Version\", i32 3}}")?;
        writeln!(text, "!{} = !{{i32 7, !\"Dwarf Version\", i32 4}}", FLAGS + 1)?;
        for (index, node) in self.nodes.iter().enumerate() {
            writeln!(text, "!{} = {node}", FLAGS + 2 + index)?;
        }
        Ok(())
    }
}

/// A string as LLVM writes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => escaped.push(char::from(byte)),
            _ => {
                let _ = write!(escaped, "\\{byte:02X}");
            }
        }
    }
    escaped
}

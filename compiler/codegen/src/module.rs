//! One Python module as LLVM IR text: its functions, and the tables of `pyrsc_abi::native_module`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use pyrsc_bytecode::Code;
use pyrsc_mir::Function;

use crate::debug_info::DebugInfo;
use crate::function::{body_symbol, emit, generic_symbol, has_direct_entry, taken_parameters};
use crate::sites::sites_symbol;
use crate::templates::prelude;

/// What a module's object is made of.
#[derive(Clone, Copy)]
pub struct ModuleInput<'a> {
    /// The dotted name.
    pub name: &'a str,
    /// What `__file__` says.
    pub path: &'a str,
    pub is_package: bool,
    /// Whether the path is a list of folders without `__init__.py`.
    pub is_namespace: bool,
    /// Every code object of the module, in pre-order.
    pub codes: &'a [Arc<Code>],
    /// Optimised MIR of the functions that run natively, with their reference counts.
    pub functions: &'a [Function],
    /// The serialised code object, compressed, and its length before.
    pub bytecode: (&'a [u8], usize),
    /// The source, compressed, and its length before; none when it is left out.
    pub source: Option<(&'a [u8], usize)>,
}

/// Every code object of a module, in the order that numbers them: a code object before the ones among its constants.
pub fn number_codes(root: &Arc<Code>) -> Vec<Arc<Code>> {
    fn visit(code: &Arc<Code>, codes: &mut Vec<Arc<Code>>) {
        codes.push(code.clone());
        for nested in code.nested() {
            visit(nested, codes);
        }
    }
    let mut codes = Vec::new();
    visit(root, &mut codes);
    codes
}

/// The symbol of a module's table.
pub fn module_symbol(name: &str) -> String {
    format!("pyrsc_module_{name}")
}

/// Text and tables of a module in the making.
pub struct ModuleText<'a> {
    input: ModuleInput<'a>,
    /// The functions' text.
    pub(crate) functions: String,
    /// Words that the runtime fills in: number of the code object, kind, index.
    constants: BTreeSet<(u32, u32, u32)>,
    /// Global names, numbered.
    globals: BTreeMap<String, usize>,
    /// Inline caches: number of the code object, ordinal.
    caches: BTreeSet<(u32, u64)>,
    pub(crate) debug: DebugInfo,
}

/// The module's whole LLVM IR text.
pub fn module_text(input: ModuleInput<'_>, target_triple: &str, data_layout: &str) -> String {
    let mut text = ModuleText {
        input,
        functions: String::new(),
        constants: BTreeSet::new(),
        globals: BTreeMap::new(),
        caches: BTreeSet::new(),
        debug: DebugInfo::default(),
    };
    for function in input.functions {
        emit(&mut text, function, &input.codes[function.id.index()]);
    }
    let mut whole = if input.functions.is_empty() {
        format!("target datalayout = \"{data_layout}\"\ntarget triple = \"{target_triple}\"\n")
    } else {
        prelude(target_triple, data_layout)
    };
    whole.push_str(&text.functions);
    text.tables(&mut whole);
    whole
}

impl ModuleText<'_> {
    /// The address of a word that holds a constant (kind 0) or name (kind 1) of a code object.
    pub(crate) fn constant(&mut self, code: u32, kind: u32, index: u32) -> String {
        self.constants.insert((code, kind, index));
        format!("@word.{code}.{kind}.{index}")
    }

    /// The cell of a global name, and the word with the address of the built-in's cell.
    pub(crate) fn global(&mut self, code: u32, name: u32) -> (String, String) {
        let name = self.input.codes[code as usize].names[name as usize].to_string();
        let next = self.globals.len();
        let number = *self.globals.entry(name).or_insert(next);
        (format!("@global.{number}"), format!("@builtin.{number}"))
    }

    /// The address of an inline cache.
    pub(crate) fn cache(&mut self, code: u32, ordinal: u64) -> String {
        self.caches.insert((code, ordinal));
        format!("@cache.{code}.{ordinal}")
    }

    fn tables(&self, text: &mut String) {
        let _ = self.write_tables(text);
    }

    fn write_tables(&self, text: &mut String) -> std::fmt::Result {
        let cache_size = size_of::<pyrsc_abi::native_module::InlineCache>();
        for (code, ordinal) in &self.caches {
            writeln!(
                text,
                "@cache.{code}.{ordinal} = internal global [{cache_size} x i8] zeroinitializer, align 8"
            )?;
        }
        for (code, kind, index) in &self.constants {
            writeln!(text, "@word.{code}.{kind}.{index} = internal global i64 0")?;
        }
        let sources: Vec<String> = self
            .constants
            .iter()
            .map(|(code, kind, index)| {
                format!("{SOURCE} {{ i32 {code}, i32 {kind}, i32 {index}, ptr @word.{code}.{kind}.{index} }}")
            })
            .collect();
        table(text, "constants", SOURCE, &sources)?;

        let mut names: Vec<(&String, usize)> =
            self.globals.iter().map(|(name, number)| (name, *number)).collect();
        names.sort_by_key(|(_, number)| *number);
        let mut rows = Vec::new();
        for (name, number) in names {
            writeln!(text, "@global.{number} = internal global i64 {}", pyrsc_abi::Value::UNBOUND.0)?;
            writeln!(text, "@builtin.{number} = internal global ptr null")?;
            bytes(text, &format!("name.{number}"), name.as_bytes())?;
            rows.push(format!(
                "{GLOBAL} {{ ptr @name.{number}, i64 {}, ptr @global.{number}, ptr @builtin.{number} }}",
                name.len()
            ));
        }
        table(text, "globals", GLOBAL, &rows)?;

        let functions: Vec<String> = self
            .input
            .functions
            .iter()
            .map(|function| {
                let code = &self.input.codes[function.id.index()];
                let direct = if has_direct_entry(code) || code.flags.suspends() {
                    format!("@{}", body_symbol(function))
                } else {
                    "null".to_string()
                };
                format!(
                    "{FUNCTION} {{ i32 {}, ptr @{}, ptr {direct}, ptr @{}, i32 {} }}",
                    function.id.0,
                    generic_symbol(function),
                    body_symbol(function),
                    taken_parameters(function)
                        .into_iter()
                        .fold(0, |mask, index| mask | 1_u32 << index.min(31)),
                )
            })
            .collect();
        table(text, "functions", FUNCTION, &functions)?;

        let sites = if self.input.functions.is_empty() {
            "null".to_string()
        } else {
            self.debug.write(self.input.path, text)?;
            let symbol = sites_symbol(self.input.name);
            writeln!(text, "@\"{symbol}\" = external hidden constant i8")?;
            format!("@\"{symbol}\"")
        };

        let input = &self.input;
        bytes(text, "module.name", input.name.as_bytes())?;
        bytes(text, "module.path", input.path.as_bytes())?;
        bytes(text, "module.bytecode", input.bytecode.0)?;
        bytes(text, "module.source", input.source.map_or(&[], |(source, _)| source))?;
        let (source, source_length) = match input.source {
            Some((source, length)) => (format!("ptr @module.source, i64 {}", source.len()), length),
            None => ("ptr null, i64 0".to_string(), 0),
        };
        writeln!(
            text,
            "@\"{}\" = hidden constant {{ ptr, i64, ptr, i64, ptr, i64, i64, ptr, i64, i64, i8, i8, ptr, i64, ptr, i64, ptr, i64, ptr }} {{ \
             ptr @module.name, i64 {}, ptr @module.path, i64 {}, ptr @module.bytecode, i64 {}, i64 {}, {source}, \
             i64 {source_length}, i8 {}, i8 {}, ptr @functions, i64 {}, ptr @constants, i64 {}, ptr @globals, i64 {}, ptr {sites} }}",
            module_symbol(input.name),
            input.name.len(),
            input.path.len(),
            input.bytecode.0.len(),
            input.bytecode.1,
            u8::from(input.is_package),
            u8::from(input.is_namespace),
            functions.len(),
            sources.len(),
            rows.len(),
        )
    }
}

const SOURCE: &str = "{ i32, i32, i32, ptr }";
const GLOBAL: &str = "{ ptr, i64, ptr, ptr }";
const FUNCTION: &str = "{ i32, ptr, ptr, ptr, i32 }";

fn table(text: &mut String, name: &str, ty: &str, rows: &[String]) -> std::fmt::Result {
    writeln!(text, "@{name} = internal constant [{} x {ty}] [{}]", rows.len(), rows.join(", "))
}

pub(crate) fn bytes(text: &mut String, name: &str, bytes: &[u8]) -> std::fmt::Result {
    write!(text, "@{name} = internal constant [{} x i8] c\"", bytes.len())?;
    for byte in bytes {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => text.push(char::from(*byte)),
            _ => write!(text, "\\{byte:02X}")?,
        }
    }
    writeln!(text, "\"")
}

/// The object that ties an executable together: its modules, and the entry that the C runtime calls.
pub fn program_text(modules: &[&str], main: usize, target_triple: &str, data_layout: &str) -> String {
    let mut text = format!("target datalayout = \"{data_layout}\"\ntarget triple = \"{target_triple}\"\n");
    for module in modules {
        let _ = writeln!(text, "@\"{}\" = external hidden constant i8", module_symbol(module));
    }
    let rows: Vec<String> =
        modules.iter().map(|module| format!("ptr @\"{}\"", module_symbol(module))).collect();
    let _ = table(&mut text, "modules", "ptr", &rows);
    let _ = write!(
        text,
        "@program = internal constant {{ ptr, i64, i64 }} {{ ptr @modules, i64 {}, i64 {main} }}
declare i32 @pyrsc_rt_main(i32, ptr, ptr)
define i32 @main(i32 %count, ptr %arguments) {{
  %status = call i32 @pyrsc_rt_main(i32 %count, ptr %arguments, ptr @program)
  ret i32 %status
}}
",
        modules.len()
    );
    text
}

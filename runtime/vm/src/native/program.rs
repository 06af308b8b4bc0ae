//! Modules of the executable: found by name, decompressed, and tied to their native code.

use std::cell::{Cell, OnceCell};
use std::path::PathBuf;
use std::sync::Arc;

use pyrsc_abi::Value;
use pyrsc_abi::native_module::{NativeModule, Program, StaticBytes};
use pyrsc_bytecode::Constant;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::audit;
use pyrsc_core::dict::Dict;
use pyrsc_core::gil::Static;
use pyrsc_core::module::Module;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{self, Str};

use crate::code::CodeObject;
use crate::native::exports::EXPORTS;
use crate::stack::NativeCode;

/// The program that this executable is, if it is one.
static PROGRAM: Static<OnceCell<&'static Program>> = Static::new(OnceCell::new());

/// Modules whose native code has been given to an instance: later instances run in the interpreter.
static ATTACHED: Static<Cell<Vec<usize>>> = Static::new(Cell::new(Vec::new()));

/// The code objects of attached modules, to which descriptors and the table of bodies point, and their globals, which
/// native code reaches without a reference of its own.
static KEPT: Static<Cell<Vec<Owned>>> = Static::new(Cell::new(Vec::new()));

/// At the end of the program: leaves the modules' globals to what else holds them. A native function that still runs has
/// them through its function object.
pub fn forget() {
    for object in KEPT.take() {
        if let Some(code) = object.downcast::<CodeObject>() {
            code.forget_namespaces();
            // The table of bodies still points to it.
            std::mem::forget(object);
        }
    }
}

/// At the very end, when no native code can run any more: its constants go.
pub fn release_constants() {
    for address in ATTACHED.take() {
        // SAFETY: addresses of static tables; the words own what `attach` has put there.
        unsafe {
            let table = &*(address as *const NativeModule);
            if table.constant_count == 0 {
                continue;
            }
            for source in std::slice::from_raw_parts(table.constants, table.constant_count) {
                let word = std::mem::replace(&mut *source.word, Value(0));
                if word.0 != 0 {
                    drop(Owned::from_raw(word));
                }
            }
        }
    }
}

/// Says which program this executable is.
pub fn set(program: &'static Program) {
    debug_assert!(!EXPORTS.is_empty());
    let _ = PROGRAM.set(program);
}

fn text(bytes: &StaticBytes) -> &'static [u8] {
    if bytes.pointer.is_null() {
        return &[];
    }
    // SAFETY: the table's bytes are static.
    unsafe { std::slice::from_raw_parts(bytes.pointer, bytes.length) }
}

fn modules() -> &'static [*const NativeModule] {
    match PROGRAM.get() {
        // SAFETY: the program's table is static.
        Some(program) => unsafe { std::slice::from_raw_parts(program.modules, program.module_count) },
        None => &[],
    }
}

/// A module of the program.
#[derive(Clone, Copy)]
pub struct EmbeddedModule {
    table: &'static NativeModule,
}

/// The module of a dotted name. The main module is `__main__`.
pub fn find(name: &str) -> Option<EmbeddedModule> {
    modules()
        .iter()
        // SAFETY: the tables are static.
        .map(|table| EmbeddedModule { table: unsafe { &**table } })
        .find(|module| module.name().as_bytes() == name.as_bytes())
}

/// The module that runs as `__main__`.
pub fn main() -> Option<EmbeddedModule> {
    let program = PROGRAM.get()?;
    // SAFETY: the tables are static.
    modules().get(program.main).map(|table| EmbeddedModule { table: unsafe { &**table } })
}

/// All modules of the program.
pub fn all() -> impl Iterator<Item = EmbeddedModule> {
    // SAFETY: the tables are static.
    modules().iter().map(|table| EmbeddedModule { table: unsafe { &**table } })
}

/// The source of the embedded module whose `__file__` this is.
pub fn source_of(path: &str) -> Option<Vec<u8>> {
    modules()
        .iter()
        // SAFETY: the tables are static.
        .map(|table| EmbeddedModule { table: unsafe { &**table } })
        .find(|module| module.path() == path)?
        .source()
}

/// Runs the program's main module, for `Program::Native`.
pub fn run_main_module(main: &Module) -> Result<()> {
    let Some(module) = self::main() else {
        return Err(pyrsc_core::system_error!("the executable has no main module"));
    };
    let namespace = main.namespace();
    namespace.set_str(&str::intern("__file__"), Str::new(module.path()).object())?;
    module.run(&namespace).map(drop)
}

impl EmbeddedModule {
    /// Runs the module's body in a namespace.
    pub fn run(&self, namespace: &Dict) -> Result {
        let code = self.load(namespace)?;
        let function = crate::function::new(&code, namespace, None)?;
        if crate::call::python_code(&function).is_some() {
            return crate::call::run_in_namespace(&function, Some(namespace.object()));
        }
        pyrsc_core::operations::call_arguments(function.object(), Arguments::EMPTY)
    }

    /// The dotted name.
    pub fn name(&self) -> &'static str {
        std::str::from_utf8(text(&self.table.name)).unwrap_or("")
    }

    /// What `__file__` says.
    pub fn path(&self) -> &'static str {
        std::str::from_utf8(text(&self.table.path)).unwrap_or("")
    }

    /// Whether it is a package.
    pub fn is_package(&self) -> bool {
        self.table.is_package
    }

    /// The folders of a namespace package.
    pub fn portions(&self) -> Option<Vec<PathBuf>> {
        self.table.is_namespace.then(|| self.path().split(':').map(PathBuf::from).collect())
    }

    /// The source, unless it was left out.
    pub fn source(&self) -> Option<Vec<u8>> {
        let compressed = text(&self.table.source);
        if self.table.source.pointer.is_null() {
            return None;
        }
        lz4_flex::block::decompress(compressed, self.table.source_length).ok()
    }

    /// The module's code object, whose functions with these globals run natively when this is the module's first
    /// instance.
    pub fn load(&self, globals: &Dict) -> Result<Ref<CodeObject>> {
        let damaged = || {
            pyrsc_core::raise!(
                pyrsc_core::exception::ImportError,
                "the bytecode of module '{}' is damaged",
                self.name()
            )
        };
        let bytes = lz4_flex::block::decompress(text(&self.table.bytecode), self.table.bytecode_length)
            .map_err(|_| damaged())?;
        let code = pyrsc_bytecode::deserialize(&bytes).map_err(|_| damaged())?;
        let root = CodeObject::new(Arc::new(code))?;
        let address = std::ptr::from_ref(self.table) as usize;
        let mut attached = ATTACHED.take();
        let is_first = !attached.contains(&address);
        if is_first {
            attached.push(address);
        }
        ATTACHED.set(attached);
        if is_first {
            self.attach(&root, globals)?;
        }
        Ok(root)
    }

    /// Gives the code objects their native entries, and the native code its constants and cells.
    fn attach(&self, root: &CodeObject, globals: &Dict) -> Result<()> {
        let table = self.table;
        let mut codes: Vec<Owned> = Vec::new();
        number(root, &mut codes)?;
        let code_at = |index: u32| -> &CodeObject {
            // SAFETY: `number` collects code objects, which its vector keeps alive.
            unsafe { &*codes[index as usize].address::<CodeObject>() }
        };
        // SAFETY: the tables are static, and their words are this module's alone.
        unsafe {
            if table.constant_count > 0 {
                for source in std::slice::from_raw_parts(table.constants, table.constant_count) {
                    let code = code_at(source.code);
                    let value = match source.kind {
                        0 => code.constant(source.index as usize)?,
                        1 => code.name(source.index as usize).object().to_owned(),
                        _ => code.object().to_owned(),
                    };
                    // The module's native code keeps it until `release_constants`.
                    *source.word = value.into_raw();
                }
            }
            if table.global_count > 0 {
                let builtins = crate::function::builtins_of(globals)?;
                for global in std::slice::from_raw_parts(table.globals, table.global_count) {
                    let name = str::intern(std::str::from_utf8(text(&global.name)).unwrap_or(""));
                    if !globals.adopt_cell(&name, global.cell)? {
                        // Another cell of that name is known already: this instance runs in the interpreter.
                        return Ok(());
                    }
                    let builtin = match builtins.downcast::<Dict>() {
                        Some(builtins) => builtins.cell_for(&name)?,
                        None => None,
                    };
                    *global.builtin = builtin.unwrap_or(std::ptr::from_ref(&NOTHING.0).cast_mut());
                }
            }
            if table.function_count > 0 {
                for function in std::slice::from_raw_parts(table.functions, table.function_count) {
                    let code = code_at(function.code);
                    let globals = globals.object().value();
                    code.attach_native(function.generic, function.direct, function.direct_takes, globals);
                    // SAFETY: the code is kept below; at the end, functions keep it as long as they run.
                    let code = &*std::ptr::from_ref(code);
                    let runs = site_runs(table, function.code);
                    crate::stack::register_body(function.body, NativeCode { code, globals, runs });
                }
            }
        }
        codes.iter().for_each(|code| audit::keep(code));
        codes.push(globals.object().to_owned());
        let mut known = KEPT.take();
        known.append(&mut codes);
        KEPT.set(known);
        Ok(())
    }
}

/// The runs of machine code of a function of a module.
fn site_runs(module: &NativeModule, code: u32) -> &'static [u8] {
    // SAFETY: the tables are static.
    unsafe {
        let Some(table) = module.sites.as_ref().filter(|table| table.function_count > 0) else { return &[] };
        let functions = std::slice::from_raw_parts(table.functions, table.function_count);
        match functions.iter().find(|function| function.code == code) {
            Some(function) => {
                let runs = std::slice::from_raw_parts(table.runs, table.run_bytes);
                &runs[function.start as usize..function.end as usize]
            }
            None => &[],
        }
    }
}

/// An unbound cell, for built-ins that are no namespace.
static NOTHING: Nothing = Nothing(Value::UNBOUND);

struct Nothing(Value);

// SAFETY: it is only read.
unsafe impl Sync for Nothing {}

/// Numbers a code object and those among its constants, in pre-order.
fn number(code: &CodeObject, codes: &mut Vec<Owned>) -> Result<()> {
    codes.push(code.object().to_owned());
    let constants: &[Constant] = &code.code().constants;
    for (index, constant) in constants.iter().enumerate() {
        if matches!(constant, Constant::Code(_)) {
            let nested = code.constant(index)?;
            // SAFETY: the constant is a code object, which its own reference keeps alive.
            number(unsafe { &*nested.address::<CodeObject>() }, codes)?;
        }
    }
    Ok(())
}

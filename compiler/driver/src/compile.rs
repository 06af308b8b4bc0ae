//! One module from source to an object: frontend, MIR, passes, code generation.

use std::sync::Arc;

use pyrsc_bytecode::Code;
use pyrsc_codegen::{CodegenError, Machine, ModuleInput, Output, module_text, number_codes, sites_text};
use pyrsc_frontend::{ErrorKind, Options, SyntaxError, decode_source};
use pyrsc_mir::from_bytecode::build_function;
use pyrsc_mir::{Function, FunctionId};
use pyrsc_passes::pipeline::{self, PassError, Timings};

use crate::report::ModuleReport;
use crate::search::ModuleSource;

/// A module that is no valid Python.
#[derive(Debug)]
pub struct CompileError {
    pub errors: Vec<SyntaxError>,
    /// The source, for diagnostics that show more than a line.
    pub source: String,
}

/// The bytecode of a module.
pub fn compile_source(source: &ModuleSource) -> Result<Arc<Code>, CompileError> {
    let text = match decode_source(&source.bytes, &source.path) {
        Ok(text) => text,
        Err(error) => {
            let mistake = SyntaxError {
                kind: ErrorKind::Encoding,
                message: error.message,
                filename: source.path.clone(),
                line: error.line,
                offset: None,
                end_line: None,
                end_offset: None,
                text: None,
                is_text_of_file: true,
            };
            let source = String::from_utf8_lossy(&source.bytes).into_owned();
            return Err(CompileError { errors: vec![mistake], source });
        }
    };
    match pyrsc_frontend::compile(&text, &source.path, &Options::default()) {
        Ok(compiled) => Ok(Arc::new(compiled.code)),
        Err(errors) => Err(CompileError { errors, source: text }),
    }
}

/// The functions of a module that run natively.
pub struct NativeModule {
    /// All code objects, numbered.
    pub codes: Vec<Arc<Code>>,
    pub functions: Vec<Function>,
    pub report: ModuleReport,
}

/// Builds and optimises MIR; none for a module that is to run in the VM altogether. Without `optimize` the functions are as the builder made them, without reference counts.
pub fn lower(
    name: &str,
    code: &Arc<Code>,
    in_interpreter: bool,
    optimize: Option<&pipeline::Options>,
    timings: &mut Timings,
) -> Result<NativeModule, PassError> {
    let codes = number_codes(code);
    let mut functions = Vec::new();
    let mut report = ModuleReport::new(name);
    for (index, code) in codes.iter().enumerate() {
        if in_interpreter {
            report.library += 1;
            continue;
        }
        match build_function(code, FunctionId::from_index(index)) {
            Ok(mut function) => {
                if let Some(options) = optimize {
                    pipeline::run(&mut function, options, timings, |_, _| {})?;
                }
                report.native += 1;
                functions.push(function);
            }
            Err(reason) => report.add(code, reason),
        }
    }
    Ok(NativeModule { codes, functions, report })
}

/// What a module's object is made of: its parts in the form in which they are embedded.
pub struct Parts<'a> {
    source: &'a ModuleSource,
    native: &'a NativeModule,
    bytecode: (Vec<u8>, usize),
    compressed_source: Option<Vec<u8>>,
}

impl<'a> Parts<'a> {
    /// The parts of a module.
    pub fn new(source: &'a ModuleSource, native: &'a NativeModule, with_source: bool) -> Parts<'a> {
        let bytecode = pyrsc_bytecode::serialize(&native.codes[0]);
        Parts {
            source,
            native,
            bytecode: (lz4_flex::block::compress(&bytecode), bytecode.len()),
            // The library's sources are in every executable.
            compressed_source: (with_source && !source.is_library)
                .then(|| lz4_flex::block::compress(&source.bytes)),
        }
    }

    fn input(&self) -> ModuleInput<'_> {
        ModuleInput {
            name: &self.source.name,
            path: &self.source.path,
            is_package: self.source.is_package,
            is_namespace: self.source.is_namespace,
            codes: &self.native.codes,
            functions: &self.native.functions,
            bytecode: (&self.bytecode.0, self.bytecode.1),
            source: self.compressed_source.as_deref().map(|bytes| (bytes, self.source.bytes.len())),
        }
    }

    /// The LLVM IR text of the module, before LLVM has optimised it.
    pub fn llvm_text(&self, machine: &Machine) -> String {
        module_text(self.input(), machine.triple(), machine.data_layout())
    }

    /// The object of the module's table of sites, to be linked with its object; none for a module that has none.
    pub fn sites(&self, machine: &Machine, object: &[u8]) -> Result<Option<Vec<u8>>, CodegenError> {
        if self.native.functions.is_empty() {
            return Ok(None);
        }
        let text = sites_text(self.input(), object, machine.triple(), machine.data_layout())?;
        machine.compile(&text, Output::Object).map(Some)
    }
}

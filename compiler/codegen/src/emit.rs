//! LLVM: text in, optimised IR, assembly or an object out.

use std::fmt;

use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};

/// What to give back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// Optimised LLVM IR text.
    Ir,
    Assembly,
    Object,
}

/// How code is generated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// 0 to 3.
    pub optimization: u8,
    /// Position-independent code.
    pub position_independent: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { optimization: 2, position_independent: false }
    }
}

/// LLVM refused something: always a bug of the compiler, or a missing target.
#[derive(Debug)]
pub struct CodegenError(pub String);

impl fmt::Display for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodegenError {}

/// The machine that code is generated for.
pub struct Machine {
    machine: TargetMachine,
    triple: String,
    layout: String,
    options: Options,
}

impl Machine {
    /// The machine that this runs on.
    pub fn host(options: Options) -> Result<Machine, CodegenError> {
        Target::initialize_native(&InitializationConfig::default()).map_err(CodegenError)?;
        let triple = TargetMachine::get_default_triple();
        let target = Target::from_triple(&triple).map_err(|error| CodegenError(error.to_string()))?;
        let level = match options.optimization {
            0 => OptimizationLevel::None,
            1 => OptimizationLevel::Less,
            2 => OptimizationLevel::Default,
            _ => OptimizationLevel::Aggressive,
        };
        let mode = if options.position_independent { RelocMode::PIC } else { RelocMode::Static };
        let machine =
            target
                .create_target_machine(&triple, "generic", "", level, mode, CodeModel::Default)
                .ok_or_else(|| CodegenError("LLVM has no code generator for this machine".to_string()))?;
        let layout = machine.get_target_data().get_data_layout().as_str().to_string_lossy().into_owned();
        let triple = text_of(&triple);
        Ok(Machine { machine, triple, layout, options })
    }

    /// The target triple, for the head of a text.
    pub fn triple(&self) -> &str {
        &self.triple
    }

    /// The data layout, for the head of a text.
    pub fn data_layout(&self) -> &str {
        &self.layout
    }

    /// Compiles LLVM IR text.
    pub fn compile(&self, text: &str, output: Output) -> Result<Vec<u8>, CodegenError> {
        let fail = |error: inkwell::support::LLVMString| CodegenError(error.to_string());
        let context = Context::create();
        let buffer = MemoryBuffer::create_from_memory_range_copy(format!("{text}\0").as_bytes(), "module");
        let module = context.create_module_from_ir(buffer).map_err(fail)?;
        let passes = match self.options.optimization {
            0 => "always-inline,globaldce,function(sroa,instcombine<no-verify-fixpoint>,simplifycfg)",
            1 => "default<O1>",
            2 => "default<O2>",
            _ => "default<O3>",
        };
        module.run_passes(passes, &self.machine, PassBuilderOptions::create()).map_err(fail)?;
        match output {
            Output::Ir => Ok(module.print_to_string().to_string().into_bytes()),
            Output::Assembly | Output::Object => {
                let kind = if output == Output::Object { FileType::Object } else { FileType::Assembly };
                let buffer = self.machine.write_to_memory_buffer(&module, kind).map_err(fail)?;
                Ok(buffer.as_slice().to_vec())
            }
        }
    }
}

fn text_of(triple: &TargetTriple) -> String {
    triple.as_str().to_string_lossy().into_owned()
}

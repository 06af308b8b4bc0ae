//! The shape of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pyrsc_driver::Stage;

/// An ahead-of-time compiler for Python 3.14.
///
/// Without a command it is an interpreter: `pyrsc` alone is the interactive prompt, `pyrsc -c CODE`, `pyrsc -m MODULE`
/// and `pyrsc -` (standard input) run programs, each with the arguments that follow.
#[derive(Debug, Parser)]
#[command(name = "pyrsc", version, about, subcommand_required = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compile a program into one executable
    Build(BuildArguments),
    /// Run a program in the virtual machine
    Run(RunArguments),
    /// Print a file's bytecode
    Dis(DisArguments),
    /// Write the compiled bytecode of files into __pycache__
    Compile(CompileArguments),
}

#[derive(Debug, Args)]
pub struct BuildArguments {
    /// The script, or a folder with a __main__.py
    pub script: PathBuf,
    /// Where to write the result
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Write a stage of the script itself instead of an executable
    #[arg(long, value_enum)]
    pub emit: Option<EmitStage>,
    /// Say what runs in the VM instead of natively, and why
    #[arg(long)]
    pub report: bool,
    /// Look for modules in this folder too
    #[arg(long = "path", value_name = "DIR")]
    pub paths: Vec<PathBuf>,
    /// Leave the sources out (tracebacks then have no source lines)
    #[arg(long)]
    pub no_source: bool,
    /// How much to optimise
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub opt: u8,
    /// Make a position-independent executable
    #[arg(long)]
    pub pie: bool,
    /// Link everything statically
    #[arg(long = "static")]
    pub is_static: bool,
    /// Another linker: lld, mold
    #[arg(long, value_name = "NAME")]
    pub linker: Option<String>,
    /// Leave the symbols in, for debuggers and profilers
    #[arg(short = 'g', long)]
    pub symbols: bool,
    /// Stop the optimiser after so many passes
    #[arg(long, hide = true)]
    pub stop_after: Option<usize>,
    /// Leave a pass out
    #[arg(long, hide = true)]
    pub without_pass: Vec<String>,
    /// Check the compiler's own work after every pass
    #[arg(long, hide = true)]
    pub verify: bool,
}

#[derive(Debug, Args)]
pub struct RunArguments {
    /// Look for modules in this folder too
    #[arg(long = "path", value_name = "DIR")]
    pub paths: Vec<PathBuf>,
    /// A script, a folder with a __main__.py, -c CODE, -m MODULE or - (standard input), and the program's arguments;
    /// nothing for the interactive prompt
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "SCRIPT [ARGUMENT]...")]
    pub program: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DisArguments {
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct CompileArguments {
    /// Make the files valid by the source's hash, not by its time and size
    #[arg(long)]
    pub hash: bool,
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum EmitStage {
    Bytecode,
    Mir,
    MirOpt,
    LlvmIr,
    Asm,
    Obj,
}

impl EmitStage {
    /// The driver's name of the stage, and the usual end of the file's name.
    pub fn stage(self) -> (Stage, &'static str) {
        match self {
            EmitStage::Bytecode => (Stage::Bytecode, "dis"),
            EmitStage::Mir => (Stage::Mir, "mir"),
            EmitStage::MirOpt => (Stage::MirOptimized, "mir"),
            EmitStage::LlvmIr => (Stage::LlvmIr, "ll"),
            EmitStage::Asm => (Stage::Assembly, "s"),
            EmitStage::Obj => (Stage::Object, "o"),
        }
    }
}

//! Why a code object runs in the VM instead of natively: the text of `pyrsc build --report`.

use std::fmt;

use pyrsc_bytecode::instruction::instructions;
use pyrsc_bytecode::{Code, CodeFlags, Instruction, LocalKind, Opcode, OperandRef, Register};

/// See the module's documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NotLowered {
    /// A class body runs once and works on its namespace.
    ClassBody,
    /// A module body without loops runs once.
    ModuleBodyWithoutLoops,
    /// The registers must be addressable by name.
    AddressableLocals,
    /// The namespace itself is used as an object.
    Namespace,
}

impl NotLowered {
    /// Every reason, in the order of reports.
    pub const ALL: [NotLowered; 4] = [
        NotLowered::ClassBody,
        NotLowered::ModuleBodyWithoutLoops,
        NotLowered::AddressableLocals,
        NotLowered::Namespace,
    ];
}

impl fmt::Display for NotLowered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotLowered::ClassBody => "it is a class body, which runs once",
            NotLowered::ModuleBodyWithoutLoops => "it is a module body without loops, which runs once",
            NotLowered::AddressableLocals => "it mentions locals, vars, eval, exec, dir or frames",
            NotLowered::Namespace => "it works on the module's namespace as a whole",
        })
    }
}

/// Whether a function asks for frame objects: its own is then the interpreter's, with the locals.
fn asks_for_frames(code: &Code) -> bool {
    const NAMES: [&str; 6] = ["_getframe", "currentframe", "f_locals", "locals", "breakpoint", "set_trace"];
    code.flags.contains(CodeFlags::OPTIMIZED) && code.names.iter().any(|name| NAMES.contains(&&**name))
}

/// Whether a function mentions `vars` and `dir` only to call them with an argument: then they need no locals.
fn asks_of_objects_alone(code: &Code) -> bool {
    if code.names.iter().any(|name| matches!(&**name, "eval" | "exec" | "locals")) {
        return false;
    }
    // The temporaries that hold one of the two functions, to be called.
    let mut callees: Vec<Register> = Vec::new();
    for (_, instruction) in instructions(&code.instructions) {
        let mut is_other_use = false;
        match instruction {
            Instruction::Call { range, .. } if callees.contains(&range.base) && range.count > 1 => {
                callees.retain(|callee| *callee != range.base);
            }
            _ => instruction.for_each_operand(|_, operand| {
                is_other_use |= match operand {
                    OperandRef::Use(operand) => callees.contains(&operand.register),
                    OperandRef::MoveRange(range) => {
                        let registers = range.base.0..range.base.0 + range.count;
                        callees.iter().any(|callee| registers.contains(&callee.0))
                    }
                    _ => false,
                };
            }),
        }
        if is_other_use {
            return false;
        }
        if let Instruction::LoadGlobal { dst, name, .. } = instruction
            && matches!(&*code.names[name.index()], "vars" | "dir")
        {
            if dst.0.index() < code.locals.len() {
                return false;
            }
            callees.push(dst.0);
        }
    }
    callees.is_empty()
}

/// Whether a module's body has comprehensions and mentions what shows their variables.
fn has_hidden_locals_that_are_asked_for(code: &Code) -> bool {
    const NAMES: [&str; 5] = ["locals", "vars", "eval", "exec", "dir"];
    !code.flags.contains(CodeFlags::OPTIMIZED)
        && code.locals.iter().any(|local| matches!(local.kind, LocalKind::Hidden | LocalKind::HiddenCell))
        && code.names.iter().any(|name| NAMES.contains(&&**name))
}

pub(super) fn why_not_lowered(code: &Code) -> Option<NotLowered> {
    if code.flags.contains(CodeFlags::CLASS_BODY) {
        return Some(NotLowered::ClassBody);
    }
    if code.flags.contains(CodeFlags::ADDRESSABLE_LOCALS) && !asks_of_objects_alone(code)
        || asks_for_frames(code)
    {
        return Some(NotLowered::AddressableLocals);
    }
    if has_hidden_locals_that_are_asked_for(code) {
        return Some(NotLowered::AddressableLocals);
    }
    let mut has_loop = false;
    for (_, instruction) in instructions(&code.instructions) {
        match instruction.opcode() {
            Opcode::JumpBack => has_loop = true,
            Opcode::LoadLocals | Opcode::SetupAnnotations | Opcode::ImportStar => {
                return Some(NotLowered::Namespace);
            }
            _ => {}
        }
    }
    if !code.flags.contains(CodeFlags::OPTIMIZED) && !has_loop {
        return Some(NotLowered::ModuleBodyWithoutLoops);
    }
    None
}

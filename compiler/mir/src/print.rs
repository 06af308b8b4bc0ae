//! MIR as text. [`crate::parse`] reads it back.

use std::fmt::{self, Write};

use crate::function::{BlockCall, Function, Instruction, Terminator};
use crate::ids::ValueId;
use crate::op::ImmediateKind;
use crate::types::{Representation, Type};

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "function {} {:?} {{", self.id, self.name)?;
        for (id, block) in self.iter_blocks() {
            write!(f, "{id}(")?;
            for (index, &parameter) in block.parameters.iter().enumerate() {
                let separator = if index == 0 { "" } else { ", " };
                write!(f, "{separator}{}", Definition { function: self, value: parameter })?;
            }
            writeln!(f, "):")?;
            for instruction in &block.instructions {
                writeln!(f, "  {}", Line { function: self, instruction })?;
            }
            writeln!(f, "  {}", block.terminator)?;
        }
        writeln!(f, "}}")
    }
}

/// A value where it is defined, with what is known of it.
struct Definition<'a> {
    function: &'a Function,
    value: ValueId,
}

impl fmt::Display for Definition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let data = self.function.value(self.value);
        write!(f, "{}: {}", self.value, data.representation)?;
        if data.representation == Representation::Boxed && !Type::ANY.is_subtype_of(data.ty) {
            write!(f, " {}", data.ty)?;
        }
        if !data.range.is_full() {
            write!(f, " {}", data.range)?;
        }
        Ok(())
    }
}

struct Line<'a> {
    function: &'a Function,
    instruction: &'a Instruction,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { function, instruction } = *self;
        for (index, &value) in instruction.results.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}", Definition { function, value })?;
        }
        if !instruction.results.is_empty() {
            f.write_str(" = ")?;
        }
        write!(f, "{}", instruction.op)?;
        let mut separator = " ";
        for operand in &instruction.operands {
            write!(f, "{separator}{operand}")?;
            separator = ", ";
        }
        for (&immediate, (_, kind)) in instruction.immediates.iter().zip(instruction.op.info().immediates) {
            f.write_str(separator)?;
            separator = ", ";
            match kind {
                ImmediateKind::Word => write!(f, "{}", WordText(immediate))?,
                ImmediateKind::Constant => write!(f, "const{immediate}")?,
                ImmediateKind::Name => write!(f, "name{immediate}")?,
                ImmediateKind::Cache => write!(f, "cache{immediate}")?,
                ImmediateKind::Register => write!(f, "r{immediate}")?,
                ImmediateKind::Number => write!(f, "#{}", immediate as i64)?,
            }
        }
        if let Some(site) = instruction.site {
            write!(f, " @{site}")?;
        }
        if let Some(target) = &instruction.on_error {
            write!(f, " !{target}")?;
        }
        Ok(())
    }
}

/// A word, for people where it is a common one.
struct WordText(u64);

/// Words that have names in MIR text.
pub(crate) const WORD_NAMES: &[(u64, &str)] =
    &[(0x04, "False"), (0x0C, "True"), (0x14, "None"), (0x1C, "Ellipsis"), (0x2C, "Unbound"), (0x34, "Stop")];

impl fmt::Display for WordText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = WORD_NAMES.iter().find(|(word, _)| *word == self.0) {
            f.write_str(name)
        } else if self.0 & 1 != 0 {
            write!(f, "int {}", self.0 as i64 >> 1)
        } else {
            write!(f, "{:#x}", self.0)
        }
    }
}

impl fmt::Display for BlockCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        f.write_char('(')?;
        for (index, argument) in self.arguments.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{argument}")?;
        }
        f.write_char(')')
    }
}

impl fmt::Display for Terminator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Terminator::Jump(target) => write!(f, "jump {target}"),
            Terminator::Branch { condition, then, otherwise } => {
                write!(f, "branch {condition}, {then}, {otherwise}")
            }
            Terminator::Switch { index, targets } => {
                write!(f, "switch {index}")?;
                targets.iter().try_for_each(|target| write!(f, ", {target}"))
            }
            Terminator::Suspend(value) => write!(f, "suspend {value}"),
            Terminator::Return(value) => write!(f, "return {value}"),
            Terminator::Unwind => f.write_str("unwind"),
            Terminator::Unreachable => f.write_str("unreachable"),
        }
    }
}

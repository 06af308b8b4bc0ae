//! The disassembler: stable text, without addresses or hash order.
//!
//! Locals appear by name, temporaries as `t0`, `t1`, ...; `!` marks a last use, `L12` a jump target.

use std::fmt::Write;

use crate::code::{Code, CodeFlags, LocalKind};
use crate::instruction::{Instruction, instructions};
use crate::operand::{FunctionAttributes, OperandRef, Register};

/// The text of one code object.
pub fn disassemble(code: &Code) -> String {
    let mut text = String::new();
    write_header(&mut text, code);
    write_instructions(&mut text, code);
    write_handlers(&mut text, code);
    text
}

/// The text of a code object and all that are nested in it, in the order of the constants.
pub fn disassemble_all(code: &Code) -> String {
    let mut text = disassemble(code);
    for nested in code.nested() {
        text.push('\n');
        text.push_str(&disassemble_all(nested));
    }
    text
}

// Writing to a String cannot fail, so the results of `write!` are ignored below.

fn write_header(text: &mut String, code: &Code) {
    let _ = write!(text, "{} (line {})", code.qualified_name, code.first_line);
    let flags = [
        (CodeFlags::GENERATOR, "generator"),
        (CodeFlags::COROUTINE, "coroutine"),
        (CodeFlags::ASYNC_GENERATOR, "async generator"),
        (CodeFlags::CLASS_BODY, "class body"),
        (CodeFlags::ADDRESSABLE_LOCALS, "addressable locals"),
    ];
    for (bit, name) in flags {
        if code.flags.contains(bit) {
            let _ = write!(text, ", {name}");
        }
    }
    text.push('\n');
    if !code.locals.is_empty() {
        text.push_str("  locals:");
        for (index, local) in code.locals.iter().enumerate() {
            let kind = match local.kind {
                LocalKind::Plain => "",
                LocalKind::Cell => " cell",
                LocalKind::Free => " free",
                LocalKind::Hidden => " hidden",
                LocalKind::HiddenCell => " hidden cell",
            };
            let parameter = if index < code.parameter_count() { " parameter" } else { "" };
            let separator = if index == 0 { "" } else { "," };
            let _ = write!(text, "{separator} {}{parameter}{kind}", local.name);
        }
        text.push('\n');
    }
    if code.temporary_count > 0 {
        let _ = writeln!(text, "  temporaries: {}", code.temporary_count);
    }
}

fn write_instructions(text: &mut String, code: &Code) {
    let mut targets: Vec<u32> = instructions(&code.instructions)
        .filter_map(|(_, instruction)| Some(instruction.label()?.0))
        .collect();
    targets.extend(code.handlers.iter().map(|handler| handler.target.0));
    targets.sort_unstable();
    targets.dedup();
    let mut positions = code.positions.runs().peekable();
    let mut shown_line = 0;
    for (unit, instruction) in instructions(&code.instructions) {
        while positions.peek().is_some_and(|&(start, length, _)| unit >= start.saturating_add(length)) {
            positions.next();
        }
        let line = positions.peek().and_then(|run| run.2).map_or(0, |position| position.line);
        if targets.binary_search(&unit).is_ok() {
            let _ = writeln!(text, "L{unit}:");
        }
        if line != shown_line && line != 0 {
            let _ = write!(text, "{line:5} ");
            shown_line = line;
        } else {
            text.push_str("      ");
        }
        write_instruction(text, code, &instruction);
        text.push('\n');
    }
}

fn write_instruction(text: &mut String, code: &Code, instruction: &Instruction) {
    let start = text.len();
    let _ = write!(text, "{:<23} ", instruction.opcode().name());
    let mut separator = "";
    instruction.for_each_operand(|_, operand| {
        if matches!(operand, OperandRef::Cache(_)) {
            return;
        }
        text.push_str(separator);
        separator = ", ";
        write_operand(text, code, operand);
    });
    let length = text.trim_end().len();
    text.truncate(length.max(start));
}

fn write_operand(text: &mut String, code: &Code, operand: OperandRef) {
    let _ = match operand {
        OperandRef::Def(register)
        | OperandRef::Cell(register)
        | OperandRef::Update(register)
        | OperandRef::Kill(register)
        | OperandRef::LocalRead(register) => write_register(text, code, register),
        OperandRef::Use(source) => {
            let _ = write_register(text, code, source.register);
            text.write_str(if source.last { "!" } else { "" })
        }
        OperandRef::DefPair(base) | OperandRef::Pair(base) => {
            let _ = write_register(text, code, base);
            text.push(':');
            write_register(text, code, Register(base.0 + 1))
        }
        OperandRef::MoveRange(range) => write_range(text, code, range.base, range.count),
        OperandRef::DefRange(range) => write_range(text, code, range.base, range.count),
        OperandRef::Constant(index) => match code.constants.get(index.index()) {
            Some(constant) => write!(text, "{constant}"),
            None => write!(text, "constant {}", index.0),
        },
        OperandRef::Name(index) => match code.names.get(index.index()) {
            Some(name) => write!(text, ".{name}"),
            None => write!(text, "name {}", index.0),
        },
        OperandRef::Label(label) => write!(text, "L{}", label.0),
        OperandRef::Cache(cache) => write!(text, "cache {}", cache.0),
        OperandRef::Immediate(value) => write!(text, "{value}"),
        OperandRef::Count(count) => write!(text, "{count}"),
        OperandRef::Conversion(conversion) => write!(text, "{conversion}"),
        OperandRef::SpecialMethod(method) => write!(text, "{method}"),
        OperandRef::CommonConstant(constant) => write!(text, "{constant}"),
        OperandRef::AwaitContext(context) => write!(text, "{context}"),
        OperandRef::SuperForm(form) => write!(text, "{form}"),
        OperandRef::FunctionAttributes(attributes) => write_attributes(text, attributes),
    };
}

fn write_register(text: &mut String, code: &Code, register: Register) -> std::fmt::Result {
    match code.locals.get(register.index()) {
        Some(local) if local.kind == LocalKind::Hidden || local.kind == LocalKind::HiddenCell => {
            write!(text, "{}'", local.name)
        }
        Some(local) => write!(text, "{}", local.name),
        None => write!(text, "t{}", register.index() - code.locals.len()),
    }
}

fn write_range(text: &mut String, code: &Code, base: Register, count: u16) -> std::fmt::Result {
    if count == 0 {
        return write!(text, "[]");
    }
    text.push('[');
    let _ = write_register(text, code, base);
    if count > 1 {
        text.push_str("..");
        let _ = write_register(text, code, Register(base.0.saturating_add(count - 1)));
    }
    text.write_str("]")
}

fn write_attributes(text: &mut String, attributes: FunctionAttributes) -> std::fmt::Result {
    let names = [
        (FunctionAttributes::DEFAULTS, "defaults"),
        (FunctionAttributes::KEYWORD_DEFAULTS, "keyword_defaults"),
        (FunctionAttributes::CLOSURE, "closure"),
        (FunctionAttributes::ANNOTATE, "annotate"),
    ];
    let set: Vec<&str> =
        names.iter().filter(|(bit, _)| attributes.contains(*bit)).map(|(_, name)| *name).collect();
    write!(text, "{{{}}}", set.join(" "))
}

fn write_handlers(text: &mut String, code: &Code) {
    for handler in &code.handlers {
        let depth = handler.depth.index() as i64 - code.locals.len() as i64;
        let _ = writeln!(
            text,
            "  handler {}..{} -> L{}, drops from t{depth}",
            handler.start, handler.end, handler.target.0
        );
    }
}

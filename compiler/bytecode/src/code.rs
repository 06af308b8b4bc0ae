//! Code objects.

use std::sync::Arc;

use crate::constant::Constant;
use crate::operand::{Label, Register};
use crate::position::{Position, PositionTable};

/// Flags of a code object: the low bits are CPython's `CO_*`, with their values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CodeFlags(pub u64);

impl CodeFlags {
    /// Locals are registers (a function).
    pub const OPTIMIZED: u64 = 0x1;
    /// A call makes a new namespace.
    pub const NEW_LOCALS: u64 = 0x2;
    /// Has a `*args` parameter.
    pub const VARARGS: u64 = 0x4;
    /// Has a `**kwargs` parameter.
    pub const VARKEYWORDS: u64 = 0x8;
    /// Defined inside a function.
    pub const NESTED: u64 = 0x10;
    /// A generator.
    pub const GENERATOR: u64 = 0x20;
    /// An `async def` without `yield`.
    pub const COROUTINE: u64 = 0x80;
    /// A generator that can be awaited (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u64 = 0x100;
    /// An `async def` with `yield`.
    pub const ASYNC_GENERATOR: u64 = 0x200;
    /// `from __future__ import annotations`
    pub const FUTURE_ANNOTATIONS: u64 = 0x100_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u64 = 0x400_0000;
    /// A function in a class body.
    pub const METHOD: u64 = 0x800_0000;
    /// Mentions `locals`, `vars`, `eval`, `exec` or `dir`: the registers must stay addressable. Not CPython's.
    pub const ADDRESSABLE_LOCALS: u64 = 0x1_0000_0000;
    /// A class body. Not CPython's.
    pub const CLASS_BODY: u64 = 0x2_0000_0000;
    /// The bits that Python code sees in `co_flags`.
    pub const PUBLIC: u64 = 0xffff_ffff;

    /// Whether a call makes an object that is resumed: a generator, a coroutine, an asynchronous generator.
    pub fn suspends(self) -> bool {
        self.0 & (Self::GENERATOR | Self::COROUTINE | Self::ASYNC_GENERATOR) != 0
    }

    /// Whether all of `bits` are set.
    pub fn contains(self, bits: u64) -> bool {
        self.0 & bits == bits
    }

    /// Sets `bits`.
    pub fn insert(&mut self, bits: u64) {
        self.0 |= bits;
    }
}

/// What a local's register holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalKind {
    /// A value.
    Plain,
    /// A cell that the function makes; it is in `co_cellvars` (and, a parameter, in `co_varnames`).
    Cell,
    /// A cell of the closure; it is in `co_freevars`.
    Free,
    /// A value: the variable of a comprehension that is inlined into the function.
    Hidden,
    /// A cell: as `Hidden`, when a nested function uses the variable.
    HiddenCell,
}

impl LocalKind {
    /// Whether the register holds a cell.
    pub fn is_cell(self) -> bool {
        matches!(self, LocalKind::Cell | LocalKind::Free | LocalKind::HiddenCell)
    }
}

/// A named register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Local {
    /// The variable's name, mangled.
    pub name: Arc<str>,
    /// What the register holds.
    pub kind: LocalKind,
}

/// A row of the exception table. Rows do not overlap, and are sorted by `start`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// The first unit covered.
    pub start: u32,
    /// The first unit no longer covered.
    pub end: u32,
    /// Where the handler is.
    pub target: Label,
    /// The first register whose value is dropped when the handler is entered: all temporaries from here on are dead.
    pub depth: Register,
}

/// A function, class body, module, lambda, comprehension or annotation scope.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// `co_name`
    pub name: Arc<str>,
    /// `co_qualname`
    pub qualified_name: Arc<str>,
    /// `co_filename`
    pub filename: Arc<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_flags` and more.
    pub flags: CodeFlags,
    /// `co_posonlyargcount`
    pub positional_only_count: u32,
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub argument_count: u32,
    /// `co_kwonlyargcount`
    pub keyword_only_count: u32,
    /// The named registers, from register 0: parameters (positional, keyword-only, `*args`, `**kwargs`), other locals, free
    /// variables.
    pub locals: Vec<Local>,
    /// How many temporaries follow the locals.
    pub temporary_count: u16,
    /// How many inline caches the instructions number.
    pub cache_count: u32,
    /// Names of globals, attributes and modules.
    pub names: Vec<Arc<str>>,
    /// The constants; code objects of nested scopes among them.
    pub constants: Vec<Constant>,
    /// The units of the instructions, and one zero unit of padding.
    pub instructions: Vec<u64>,
    /// The exception table.
    pub handlers: Vec<Handler>,
    /// Where each instruction came from.
    pub positions: PositionTable,
    /// Of a class body: the attributes that its methods assign through their first parameter, sorted
    /// (`__static_attributes__`).
    pub static_attributes: Vec<Arc<str>>,
}

impl Code {
    /// How many parameters there are, `*args` and `**kwargs` included.
    pub fn parameter_count(&self) -> usize {
        let stars = self.flags.contains(CodeFlags::VARARGS) as usize
            + self.flags.contains(CodeFlags::VARKEYWORDS) as usize;
        self.argument_count as usize + self.keyword_only_count as usize + stars
    }

    /// How many registers a frame needs.
    pub fn register_count(&self) -> usize {
        self.locals.len() + self.temporary_count as usize
    }

    /// The first temporary.
    pub fn first_temporary(&self) -> Register {
        Register(self.locals.len().min(Register::MAX as usize) as u16)
    }

    /// How many free variables there are; they are the last of the locals.
    pub fn free_variable_count(&self) -> usize {
        self.locals.iter().rev().take_while(|local| local.kind == LocalKind::Free).count()
    }

    /// The handler that covers the instruction at `unit`.
    pub fn handler_at(&self, unit: u32) -> Option<&Handler> {
        let index = self.handlers.partition_point(|handler| handler.start <= unit);
        self.handlers[..index].last().filter(|handler| unit < handler.end)
    }

    /// The source position of the instruction at `unit`.
    pub fn position_at(&self, unit: u32) -> Option<Position> {
        self.positions.at(unit)
    }

    /// The code objects among the constants.
    pub fn nested(&self) -> impl Iterator<Item = &Arc<Code>> {
        self.constants.iter().filter_map(|constant| match constant {
            Constant::Code(code) => Some(code),
            _ => None,
        })
    }
}

//! The code object under construction.
//!
//! Registers have provisional numbers until the end: named ones from 0, free variables from [`FREE_BASE`], temporaries
//! from [`TEMPORARY_BASE`]; how many named ones there are is known only when the last inlined comprehension has been
//! seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use pyrsc_bytecode::{
    CacheIndex, CodeFlags, Constant, ConstantIndex, Instruction, Label, Local, LocalKind, NameIndex,
    Position, Register, Use,
};
use ruff_python_ast as ast;
use rustc_hash::FxHashMap;

use crate::scope::{Name, ScopeId};

pub(super) const FREE_BASE: u16 = 0x3000;
pub(super) const TEMPORARY_BASE: u16 = 0x4000;

/// What a code object is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Generator,
    TypeParameters,
    Lazy,
}

/// An instruction that has no place yet.
pub(super) struct Item {
    pub instruction: Instruction,
    pub position: Option<Position>,
    pub handler: Option<u32>,
}

/// A handler: where it is, and how many temporaries stay.
#[derive(Clone, Copy)]
pub(super) struct HandlerSpec {
    pub label: Label,
    pub depth: u16,
}

/// A value in a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub register: Register,
    pub is_temporary: bool,
}

impl Operand {
    /// The operand's only or last read.
    pub fn take(self) -> Use {
        Use { register: self.register, last: self.is_temporary }
    }

    /// A read after which the value is still needed.
    pub fn peek(self) -> Use {
        Use::copy(self.register)
    }
}

/// How many blocks may be inside each other, as in CPython.
pub(super) const MAX_BLOCKS: usize = 21;
pub(super) const TOO_MANY_BLOCKS: &str = "too many statically nested blocks";

/// A statement around the current one that matters to `return`, `break` and `continue`.
#[derive(Clone, Copy)]
pub(super) enum Block<'a> {
    Loop {
        continue_label: Label,
        break_label: Label,
        /// The iterator to drop.
        iterator: Option<Register>,
    },
    /// `try` with `finally`: the handler outside of it, and the statements to run.
    Finally { outer_handler: Option<u32>, body: &'a [ast::Stmt] },
    /// The body of `try` with `except`.
    Try { outer_handler: Option<u32> },
    /// `with`
    With { outer_handler: Option<u32>, exit: Register, is_async: bool, location: Option<Position> },
    /// An `except` body or an exceptional `finally`: the saved exception, the exception if it is still there, and the
    /// name to unbind.
    Handler {
        outer_handler: Option<u32>,
        saved: Register,
        exception: Option<Register>,
        name: Option<&'a str>,
    },
    /// The body of `except*`, which must not be left by a jump.
    GroupHandler,
}

/// A comprehension whose code is part of the unit's.
pub(super) struct InlinedScope {
    pub scope: ScopeId,
    pub registers: FxHashMap<Name, Register>,
}

pub(super) struct Unit<'a> {
    pub kind: UnitKind,
    pub scope: ScopeId,
    pub name: Arc<str>,
    pub qualified_name: Arc<str>,
    pub first_line: u32,
    pub flags: CodeFlags,
    pub positional_only_count: u32,
    pub argument_count: u32,
    pub keyword_only_count: u32,
    pub private: Option<Arc<str>>,

    pub locals: Vec<Local>,
    pub registers: FxHashMap<Name, Register>,
    pub free_names: Vec<Name>,
    pub names: Vec<Name>,
    name_index: FxHashMap<Name, u32>,
    pub constants: Vec<Constant>,
    constant_index: FxHashMap<Constant, u32>,

    pub items: Vec<Item>,
    pub labels: Vec<Option<u32>>,
    pub handlers: Vec<HandlerSpec>,
    pub handler: Option<u32>,

    pub depth: u16,
    pub max_depth: u16,

    pub blocks: Vec<Block<'a>>,
    pub inlined: Vec<InlinedScope>,
    pub has_walrus: bool,
    pub deferred_annotations: Vec<(&'a ast::StmtAnnAssign, Option<i64>)>,
    pub next_conditional_annotation: i64,
    pub in_conditional_block: bool,
    pub static_attributes: BTreeSet<Name>,
    pub overflow: bool,
}

impl<'a> Unit<'a> {
    pub fn new(
        kind: UnitKind,
        scope: ScopeId,
        name: &str,
        qualified_name: String,
        first_line: u32,
    ) -> Unit<'a> {
        Unit {
            kind,
            scope,
            name: name.into(),
            qualified_name: qualified_name.into(),
            first_line,
            flags: CodeFlags::default(),
            positional_only_count: 0,
            argument_count: 0,
            keyword_only_count: 0,
            private: None,
            locals: Vec::new(),
            registers: FxHashMap::default(),
            free_names: Vec::new(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            constants: Vec::new(),
            constant_index: FxHashMap::default(),
            items: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            handler: None,
            depth: 0,
            max_depth: 0,
            blocks: Vec::new(),
            inlined: Vec::new(),
            has_walrus: false,
            deferred_annotations: Vec::new(),
            next_conditional_annotation: 0,
            in_conditional_block: false,
            static_attributes: BTreeSet::new(),
            overflow: false,
        }
    }

    /// How many of the locals are parameters.
    /// How many of Python's blocks are around: one for a loop, a `try`, a `with` and an inlined comprehension, two for a
    /// handler.
    pub fn nesting(&self) -> usize {
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Handler { exception: None, .. } | Block::GroupHandler => 2,
            _ => 1,
        });
        blocks.sum::<usize>() + self.inlined.len()
    }

    pub fn parameter_count(&self) -> usize {
        let stars = self.flags.contains(CodeFlags::VARARGS) as usize
            + self.flags.contains(CodeFlags::VARKEYWORDS) as usize;
        self.argument_count as usize + self.keyword_only_count as usize + stars
    }

    /// Adds a named register.
    pub fn add_local(&mut self, name: &Name, kind: LocalKind) -> Register {
        let number = self.locals.len();
        if number >= FREE_BASE as usize {
            self.overflow = true;
            return Register(FREE_BASE - 1);
        }
        self.locals.push(Local { name: name.clone(), kind });
        Register(number as u16)
    }

    /// Declares the free variables, in order.
    pub fn add_free(&mut self, names: &[Name]) {
        for name in names {
            let number = self.free_names.len();
            if number >= (TEMPORARY_BASE - FREE_BASE) as usize {
                self.overflow = true;
                return;
            }
            self.free_names.push(name.clone());
        }
    }

    /// The register of a free variable.
    pub fn free_register(&self, name: &str) -> Option<Register> {
        let at = self.free_names.iter().position(|free| &**free == name)?;
        Some(Register(FREE_BASE + at as u16))
    }

    /// A new temporary, on top of the others.
    pub fn allocate(&mut self) -> Register {
        if self.depth >= 0x3ff0 {
            self.overflow = true;
            return Register(TEMPORARY_BASE + self.depth);
        }
        let register = Register(TEMPORARY_BASE + self.depth);
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
        register
    }

    pub fn is_temporary(register: Register) -> bool {
        register.0 >= TEMPORARY_BASE
    }

    pub fn constant(&mut self, constant: Constant) -> ConstantIndex {
        if let Constant::Code(_) = constant {
            self.constants.push(constant);
            return ConstantIndex(self.constants.len() as u32 - 1);
        }
        if let Some(&index) = self.constant_index.get(&constant) {
            return ConstantIndex(index);
        }
        let index = self.constants.len() as u32;
        self.constants.push(constant.clone());
        self.constant_index.insert(constant, index);
        ConstantIndex(index)
    }

    pub fn name(&mut self, name: &Name) -> NameIndex {
        if let Some(&index) = self.name_index.get(name) {
            return NameIndex(index);
        }
        let index = self.names.len() as u32;
        self.names.push(name.clone());
        self.name_index.insert(name.clone(), index);
        NameIndex(index)
    }

    pub fn cache(&mut self) -> CacheIndex {
        // Numbered by the assembler; instructions that turn out to be unreachable take no cache.
        CacheIndex(0)
    }

    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = Some(self.items.len() as u32);
    }

    pub fn is_bound(&self, label: Label) -> bool {
        self.labels[label.0 as usize].is_some()
    }

    /// A handler that keeps the temporaries below `depth`.
    pub fn add_handler(&mut self, label: Label, depth: u16) -> u32 {
        self.handlers.push(HandlerSpec { label, depth });
        self.handlers.len() as u32 - 1
    }
}

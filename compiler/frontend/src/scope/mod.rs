//! Scopes: which variable a name means. The counterpart of CPython's symtable.c.
//!
//! [`build`] walks the tree once and records for each scope what happens to each name; [`analyze`] then decides, from
//! the outside in, whether a name is local, global, a cell or free. List, set and dictionary comprehensions are scopes
//! of their own, but are inlined into the code of the scope around them (PEP 709): their variables become hidden
//! registers there, and names that they do not bind mean what they mean outside.

mod analyze;
mod build;

use std::sync::Arc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

pub(crate) use build::{all_parameters, build};

/// An identifier, after mangling.
pub(crate) type Name = Arc<str>;

/// The number of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ScopeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    /// `__annotate__`
    Annotation,
    /// The lazily evaluated bound, constraints or default of a type parameter.
    TypeVariable,
    /// The lazily evaluated value of a `type` statement.
    TypeAlias,
    /// The scope around a generic function, class or alias.
    TypeParameters,
}

impl ScopeKind {
    /// Whether names are registers.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

impl ComprehensionKind {
    pub fn code_name(self) -> &'static str {
        match self {
            ComprehensionKind::List => "<listcomp>",
            ComprehensionKind::Set => "<setcomp>",
            ComprehensionKind::Dict => "<dictcomp>",
            ComprehensionKind::Generator => "<genexpr>",
        }
    }

    fn description(self) -> &'static str {
        match self {
            ComprehensionKind::List => "list comprehension",
            ComprehensionKind::Set => "set comprehension",
            ComprehensionKind::Dict => "dict comprehension",
            ComprehensionKind::Generator => "generator expression",
        }
    }
}

/// What happens to a name in a scope.
pub(crate) mod flag {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAMETER: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 16;
    pub const IMPORT: u16 = 32;
    pub const ANNOTATED: u16 = 64;
    pub const TYPE_PARAMETER: u16 = 128;
    pub const COMPREHENSION_TARGET: u16 = 256;
    /// The class body both binds the name and passes on a variable of that name from outside.
    pub const FREE_IN_CLASS: u16 = 512;
    pub const BOUND: u16 = LOCAL | PARAMETER | IMPORT | TYPE_PARAMETER;
}

/// What a name means in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Resolution {
    Local,
    /// Local, and used by a nested function.
    Cell,
    Free,
    GlobalExplicit,
    GlobalImplicit,
}

#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    pub name: Name,
    pub flags: u16,
    pub resolution: Resolution,
}

/// A `global` or `nonlocal` statement's name, for error positions.
#[derive(Clone, Debug)]
struct Directive {
    name: Name,
    range: TextRange,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub comprehension: Option<ComprehensionKind>,
    pub is_lambda: bool,
    /// Whether the comprehension's code is part of the code of the scope around it.
    pub is_inlined: bool,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: Vec<Symbol>,
    index: FxHashMap<Name, u32>,
    pub is_generator: bool,
    pub is_coroutine: bool,
    pub has_await_in_comprehension: bool,
    /// A walrus somewhere in the scope (comprehensions in it included): evaluating an expression can rebind a local.
    pub has_walrus: bool,
    /// A class body whose methods use `__class__`.
    pub needs_class_closure: bool,
    /// A class body whose annotation scopes look names up in its namespace.
    pub needs_class_dict: bool,
    /// An annotation scope directly in a class body, which sees the class's names.
    pub can_see_class_scope: bool,
    pub has_conditional_annotations: bool,
    pub has_annotations: bool,
    /// The `__annotate__` scope of a class body or module.
    pub annotation_scope: Option<ScopeId>,
    /// Names of outer functions that this scope or one in it uses, sorted.
    pub free_names: Vec<Name>,
    directives: Vec<Directive>,
    /// The class name for mangling.
    pub private: Option<Arc<str>>,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    comprehension_target: bool,
    comprehension_iterable: u32,
    /// What an annotation scope is, for messages.
    context: &'static str,
}

impl Scope {
    pub fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.index.get(name).map(|&at| &self.symbols[at as usize])
    }

    fn flags(&self, name: &str) -> u16 {
        self.symbol(name).map_or(0, |symbol| symbol.flags)
    }

    fn add(&mut self, name: &Name, flags: u16) -> &mut Symbol {
        let next = self.symbols.len() as u32;
        let at = *self.index.entry(name.clone()).or_insert(next);
        if at == next {
            self.symbols.push(Symbol {
                name: name.clone(),
                flags: 0,
                resolution: Resolution::GlobalImplicit,
            });
        }
        let symbol = &mut self.symbols[at as usize];
        symbol.flags |= flags;
        symbol
    }
}

/// Which of a node's scopes is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Role {
    Body,
    TypeParameters,
    Annotations,
    Default,
}

/// All scopes of a module.
pub(crate) struct ScopeTable {
    pub scopes: Vec<Scope>,
    by_node: FxHashMap<(usize, Role), ScopeId>,
}

/// The identity of a node: trees do not move while scopes refer to them.
pub(crate) fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node).cast::<u8>().addr()
}

impl ScopeTable {
    pub const MODULE: ScopeId = ScopeId(0);

    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The scope of a node; the module's for a node that has none, which no caller passes.
    pub fn of<T>(&self, node: &T, role: Role) -> ScopeId {
        self.of_key(node_key(node), role)
    }

    /// As `of`, by the node's key.
    pub fn of_key(&self, key: usize, role: Role) -> ScopeId {
        self.by_node.get(&(key, role)).copied().unwrap_or(Self::MODULE)
    }
}

/// The mangled form of a private name (`__x` in a class), or the name itself.
pub(crate) fn mangle(private: Option<&str>, name: &str) -> Option<String> {
    let class = private?;
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    (!class.is_empty()).then(|| format!("_{class}{name}"))
}

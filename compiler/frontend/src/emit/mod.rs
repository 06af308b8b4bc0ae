//! From the tree to bytecode. The counterpart of CPython's codegen.c, for registers.
//!
//! An expression is compiled either *into* a register ([`Emitter::expression_into`]) or to an [`unit::Operand`], which
//! for a local variable is the variable's own register. Temporaries are a stack: an expression that is compiled into a
//! temporary finds it on top, and leaves the stack as it was. The order of evaluation is Python's.

mod annotation;
mod assemble;
mod assignment;
mod call;
mod class;
mod comprehension;
mod condition;
mod constant;
mod control;
mod expression;
mod function;
mod import;
mod name;
mod pattern;
mod statement;
mod string;
mod type_parameter;
mod unit;

use std::sync::Arc;

use pyrsc_bytecode::{
    Code, CodeFlags, Constant, Def, Immediate, Instruction, Kill, Label, LocalKind, Position, Register,
    Update, Use,
};
use ruff_python_ast::{self as ast, Mod};
use ruff_text_size::{Ranged, TextRange};

use self::unit::{Item, Operand, TEMPORARY_BASE, Unit, UnitKind};
use crate::diagnostic::{ErrorKind, Fault, Result, WarningCategory};
use crate::literal::EscapeWarning;
use crate::recursion::Depth;
use crate::scope::{Resolution, ScopeId, ScopeKind, ScopeTable};
use crate::source::SourceIndex;
use crate::{Mode, Options};

/// The source position of an instruction; none for what has no place in the source.
type Location = Option<Position>;

/// A warning before it has lines and columns.
pub(crate) struct RawWarning {
    pub category: WarningCategory,
    pub message: String,
    pub range: TextRange,
}

pub(crate) struct Emitter<'a> {
    index: &'a SourceIndex<'a>,
    table: &'a ScopeTable,
    options: &'a Options,
    filename: Arc<str>,
    future_annotations: bool,
    unit: Unit<'a>,
    outer: Vec<Unit<'a>>,
    depth: Depth,
    pub warnings: Vec<RawWarning>,
}

/// Compiles a whole module.
pub(crate) fn emit<'a>(
    module: &'a Mod,
    index: &'a SourceIndex<'a>,
    table: &'a ScopeTable,
    options: &'a Options,
    filename: &Arc<str>,
    future_annotations: bool,
) -> Result<(Code, Vec<RawWarning>)> {
    let unit = Unit::new(UnitKind::Module, ScopeTable::MODULE, "<module>", "<module>".to_owned(), 1);
    let mut emitter = Emitter {
        index,
        table,
        options,
        filename: filename.clone(),
        future_annotations,
        unit,
        outer: Vec::new(),
        depth: Depth::new(),
        warnings: Vec::new(),
    };
    emitter.begin_unit();
    match module {
        Mod::Module(module) => emitter.module(&module.body)?,
        Mod::Expression(expression) => {
            let value = emitter.operand(&expression.body)?;
            let location = emitter.location(&*expression.body);
            emitter.emit(location, Instruction::Return { src: value.take() });
        }
    }
    let code = emitter.finish_unit()?;
    Ok((code, emitter.warnings))
}

impl<'a> Emitter<'a> {
    fn module(&mut self, body: &'a [ast::Stmt]) -> Result<()> {
        let start = Some(Position { line: 1, end_line: 1, column: Some(0), end_column: Some(0) });
        if self.scope().has_conditional_annotations && !self.future_annotations {
            self.new_conditional_annotations(start)?;
        }
        self.body(body, start, true)?;
        let location = body.last().and_then(|statement| self.location(statement));
        self.emit(location, Instruction::ReturnNone {});
        Ok(())
    }

    /// The statements of a module or class body, its docstring and annotations included.
    fn body(&mut self, body: &'a [ast::Stmt], start: Location, with_docstring: bool) -> Result<()> {
        if self.future_annotations && self.scope().has_annotations {
            self.emit(start, Instruction::SetupAnnotations {});
        }
        let mut statements = body;
        let interactive = self.options.mode == Mode::Single && self.unit.kind == UnitKind::Module;
        if with_docstring
            && !interactive
            && let Some((text, statement)) = self.docstring(body)?
        {
            statements = &body[1..];
            if self.options.optimize < 2 {
                let location = self.location(statement);
                let value = self.allocate();
                let constant = self.unit.constant(Constant::Str(text));
                self.emit(location, Instruction::LoadConst { dst: Def(value), constant });
                self.store_name("__doc__", location, Operand { register: value, is_temporary: true })?;
                self.release(value);
            }
        }
        self.statements(statements)?;
        if !self.future_annotations {
            self.deferred_annotations(start)?;
        }
        Ok(())
    }

    /// The docstring that a body begins with, cleaned as Python's compiler cleans it.
    fn docstring(
        &mut self,
        body: &'a [ast::Stmt],
    ) -> Result<Option<(pyrsc_bytecode::PythonString, &'a ast::Stmt)>> {
        let Some(statement @ ast::Stmt::Expr(node)) = body.first() else { return Ok(None) };
        let ast::Expr::StringLiteral(literal) = &*node.value else { return Ok(None) };
        let text = self.string_value(literal)?;
        Ok(Some((string::clean_docstring(&text), statement)))
    }

    fn scope(&self) -> &'a crate::scope::Scope {
        self.table.get(self.unit.scope)
    }

    fn location(&self, node: &impl Ranged) -> Location {
        Some(self.index.position(node.range()))
    }

    fn emit(&mut self, location: Location, instruction: Instruction) {
        let handler = self.unit.handler;
        self.unit.items.push(Item { instruction, position: location, handler });
    }

    fn bind(&mut self, label: Label) {
        self.unit.bind(label);
    }

    fn label(&mut self) -> Label {
        self.unit.label()
    }

    fn allocate(&mut self) -> Register {
        self.unit.allocate()
    }

    /// Gives back `register` and all temporaries above it. They are empty.
    fn release(&mut self, register: Register) {
        debug_assert!(Unit::is_temporary(register));
        self.unit.depth = register.0 - TEMPORARY_BASE;
    }

    fn mark(&self) -> u16 {
        self.unit.depth
    }

    fn release_to(&mut self, mark: u16) {
        debug_assert!(self.unit.depth >= mark);
        self.unit.depth = mark;
    }

    fn drop_temporary(&mut self, location: Location, register: Register) {
        self.emit(location, Instruction::Drop { register: Kill(register) });
    }

    /// A fault at an instruction's position.
    fn fault_at(&self, message: &str, location: Location) -> Box<Fault> {
        match location {
            Some(position) => {
                let start = self.index.offset(position.line, position.column.unwrap_or(0));
                let end = self.index.offset(position.end_line, position.end_column.unwrap_or(0));
                Fault::new(message, TextRange::new(start.into(), end.max(start).into()))
            }
            None => Fault::at(ErrorKind::Syntax, message, 0),
        }
    }

    fn warn(&mut self, message: impl Into<String>, node: &impl Ranged) {
        let range = node.range();
        self.warnings.push(RawWarning { category: WarningCategory::Syntax, message: message.into(), range });
    }

    fn warn_escapes(&mut self, escapes: Vec<EscapeWarning>) {
        for escape in escapes {
            let range = TextRange::empty(escape.offset.into());
            self.warnings.push(RawWarning {
                category: WarningCategory::Syntax,
                message: escape.message,
                range,
            });
        }
    }

    /// Begins a nested code object.
    fn enter_unit(&mut self, kind: UnitKind, scope: ScopeId, name: &str, first_line: u32) {
        let qualified_name = self.qualified_name(kind, name);
        let mut unit = Unit::new(kind, scope, name, qualified_name, first_line);
        unit.private = self.table.get(scope).private.clone();
        let outer = std::mem::replace(&mut self.unit, unit);
        self.outer.push(outer);
        self.begin_unit();
    }

    fn qualified_name(&self, kind: UnitKind, name: &str) -> String {
        let mut parent = &self.unit;
        if matches!(parent.kind, UnitKind::TypeParameters | UnitKind::Lazy)
            && let Some(outer) = self.outer.last()
        {
            parent = outer;
        }
        if parent.kind == UnitKind::Module {
            return name.to_owned();
        }
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let mangled = crate::scope::mangle(parent.private.as_deref(), name);
            let symbol = self.table.get(parent.scope).symbol(mangled.as_deref().unwrap_or(name));
            if symbol.is_some_and(|symbol| symbol.resolution == Resolution::GlobalExplicit) {
                return name.to_owned();
            }
        }
        let has_locals =
            matches!(parent.kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda);
        let infix = if has_locals { ".<locals>." } else { "." };
        format!("{}{infix}{name}", parent.qualified_name)
    }

    /// Registers for the scope's names, and the instructions that every code object begins with.
    fn begin_unit(&mut self) {
        let scope = self.scope();
        let start = Some(Position {
            line: self.unit.first_line,
            end_line: self.unit.first_line,
            column: Some(0),
            end_column: Some(0),
        });
        self.unit.has_walrus = scope.has_walrus;
        self.unit.add_free(&scope.free_names);
        if scope.kind.is_function_like() {
            let is_parameter = |flags: u16| flags & crate::scope::flag::PARAMETER != 0;
            let own = |resolution| matches!(resolution, Resolution::Local | Resolution::Cell);
            let parameters = scope.symbols.iter().filter(|symbol| is_parameter(symbol.flags));
            let others = scope.symbols.iter().filter(|symbol| !is_parameter(symbol.flags));
            for symbol in parameters.chain(others).filter(|symbol| own(symbol.resolution)) {
                let kind =
                    if symbol.resolution == Resolution::Cell { LocalKind::Cell } else { LocalKind::Plain };
                // The parameter of an annotation scope has a name that no annotation can mean.
                let shown = if &*symbol.name == ".format" && scope.kind == ScopeKind::Annotation {
                    "format".into()
                } else {
                    symbol.name.clone()
                };
                let register = self.unit.add_local(&shown, kind);
                self.unit.registers.insert(symbol.name.clone(), register);
            }
        } else if scope.kind == ScopeKind::Class {
            let special = [
                ("__class__", scope.needs_class_closure),
                ("__classdict__", scope.needs_class_dict),
                (
                    "__conditional_annotations__",
                    scope.has_conditional_annotations && !self.future_annotations,
                ),
            ];
            for (name, _) in special.into_iter().filter(|(_, needed)| *needed) {
                let name = name.into();
                let register = self.unit.add_local(&name, LocalKind::Cell);
                self.unit.registers.insert(name, register);
            }
        }
        self.unit.flags = self.code_flags();
        if !self.unit.free_names.is_empty() {
            let cells = pyrsc_bytecode::DefRange {
                base: Register(unit::FREE_BASE),
                count: self.unit.free_names.len() as u16,
            };
            self.emit(start, Instruction::CopyFreeVariables { cells });
        }
        for number in 0..self.unit.locals.len() {
            if self.unit.locals[number].kind == LocalKind::Cell {
                self.emit(start, Instruction::MakeCell { register: Update(Register(number as u16)) });
            }
        }
        let suspends = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        if self.unit.flags.0 & suspends != 0 {
            self.emit(start, Instruction::ReturnGenerator {});
        }
    }

    fn code_flags(&self) -> CodeFlags {
        let scope = self.scope();
        let mut flags = CodeFlags::default();
        if scope.kind.is_function_like() {
            flags.insert(CodeFlags::NEW_LOCALS | CodeFlags::OPTIMIZED);
            let mut parent = scope.parent;
            while let Some(id) = parent {
                let outer = self.table.get(id);
                if outer.kind.is_function_like() {
                    flags.insert(CodeFlags::NESTED);
                }
                parent = outer.parent;
            }
            let is_async = scope.is_coroutine
                && (self.unit.kind == UnitKind::AsyncFunction || self.unit.kind == UnitKind::Generator);
            match (scope.is_generator, is_async) {
                (true, true) => flags.insert(CodeFlags::ASYNC_GENERATOR),
                (true, false) => flags.insert(CodeFlags::GENERATOR),
                (false, true) => flags.insert(CodeFlags::COROUTINE),
                (false, false) => {}
            }
            let parent_is_class = scope.parent.is_some_and(|id| self.table.get(id).kind == ScopeKind::Class);
            if parent_is_class && scope.kind == ScopeKind::Function {
                flags.insert(CodeFlags::METHOD);
            }
            let mentions_frame = ["locals", "vars", "eval", "exec", "dir"].iter().any(|name| {
                scope.symbol(name).is_some_and(|symbol| symbol.resolution == Resolution::GlobalImplicit)
            });
            if mentions_frame {
                flags.insert(CodeFlags::ADDRESSABLE_LOCALS);
            }
        } else if scope.kind == ScopeKind::Class {
            flags.insert(CodeFlags::CLASS_BODY);
        } else if self.options.top_level_await && scope.is_coroutine {
            flags.insert(CodeFlags::COROUTINE);
        }
        if self.future_annotations {
            flags.insert(CodeFlags::FUTURE_ANNOTATIONS);
        }
        flags
    }

    /// Ends the current code object and goes back to the one around it.
    fn finish_unit(&mut self) -> Result<Code> {
        let outer = self.outer.pop();
        let placeholder = || Unit::new(UnitKind::Module, ScopeTable::MODULE, "", String::new(), 1);
        let unit = std::mem::replace(&mut self.unit, outer.unwrap_or_else(placeholder));
        if unit.overflow {
            return Err(Fault::at(ErrorKind::Syntax, "too many variables or values in one function", 0));
        }
        let name = unit.qualified_name.clone();
        assemble::assemble(unit, &self.filename).map_err(|error| {
            let message = format!("internal error of the compiler in {name}: {error}");
            Fault::at(ErrorKind::Syntax, message, 0)
        })
    }

    /// Loads a constant in the shortest way.
    fn load_constant(&mut self, location: Location, dst: Register, constant: Constant) {
        let dst = Def(dst);
        let instruction = match constant {
            Constant::None => Instruction::LoadNone { dst },
            Constant::Bool(true) => Instruction::LoadTrue { dst },
            Constant::Bool(false) => Instruction::LoadFalse { dst },
            Constant::Int(value) if i32::try_from(value).is_ok() => {
                Instruction::LoadInt { dst, value: Immediate(value as i32) }
            }
            constant => Instruction::LoadConst { dst, constant: self.unit.constant(constant) },
        };
        self.emit(location, instruction);
    }

    fn move_value(&mut self, location: Location, dst: Register, src: Use) {
        if dst != src.register {
            self.emit(location, Instruction::Move { dst: Def(dst), src });
        }
    }
}

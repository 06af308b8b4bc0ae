//! Statements that are no definitions, assignments or imports; the compound ones are in `control`.

use pyrsc_bytecode::{CommonConstant, Constant, Def, Instruction, MoveRange, Use};
use ruff_python_ast::{self as ast, Expr, Stmt};

use super::unit::{Block, UnitKind};
use super::{Emitter, Location};
use crate::Mode;
use crate::diagnostic::{Result, fail};

impl<'a> Emitter<'a> {
    pub(super) fn statements(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    /// The body of a compound statement: annotations in it are conditional.
    pub(super) fn conditional(&mut self, body: &'a [Stmt]) -> Result<()> {
        let outer = std::mem::replace(&mut self.unit.in_conditional_block, true);
        self.statements(body)?;
        self.unit.in_conditional_block = outer;
        Ok(())
    }

    fn statement(&mut self, statement: &'a Stmt) -> Result<()> {
        self.depth.enter(statement)?;
        let mark = self.mark();
        self.statement_inner(statement)?;
        debug_assert_eq!(self.mark(), mark, "a statement must leave the temporaries as it found them");
        self.depth.leave();
        Ok(())
    }

    fn statement_inner(&mut self, statement: &'a Stmt) -> Result<()> {
        let location = self.location(statement);
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::Return(node) => self.return_statement(node, location),
            Stmt::Delete(node) => node.targets.iter().try_for_each(|target| self.delete(target)),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Assign(node) => self.assign(&node.targets, &node.value),
            Stmt::AugAssign(node) => self.augmented_assignment(node),
            Stmt::AnnAssign(node) => self.annotated_assignment(node),
            Stmt::For(node) if node.is_async => self.async_for(node),
            Stmt::For(node) => self.for_statement(node),
            Stmt::While(node) => self.while_statement(node),
            Stmt::If(node) => self.if_statement(node),
            Stmt::With(node) => self.with_statement(node, location),
            Stmt::Match(node) => self.match_statement(node),
            Stmt::Raise(node) => self.raise(node, location),
            Stmt::Try(node) => self.try_statement(node),
            Stmt::Assert(node) => self.assert(node, location),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(node) => self.expression_statement(node, location),
            // A `pass` keeps its line for whoever steps through the program.
            Stmt::Pass(_) => {
                self.emit(location, Instruction::Nop {});
                Ok(())
            }
            Stmt::Break(_) => self.break_or_continue(statement, location, true),
            Stmt::Continue(_) => self.break_or_continue(statement, location, false),
            Stmt::IpyEscapeCommand(_) => fail("invalid syntax", statement),
        }
    }

    fn expression_statement(&mut self, node: &'a ast::StmtExpr, location: Location) -> Result<()> {
        if self.options.mode == Mode::Single && self.unit.kind == UnitKind::Module {
            let mark = self.mark();
            let src = self.operand(&node.value)?.take();
            self.emit(location, Instruction::PrintExpression { src });
            self.release_to(mark);
            return Ok(());
        }
        if let Some(_constant) = self.constant(&node.value)? {
            self.emit(location, Instruction::Nop {});
            return Ok(());
        }
        self.discard(&node.value)
    }

    fn assert(&mut self, node: &'a ast::StmtAssert, location: Location) -> Result<()> {
        if let Expr::Tuple(tuple) = &*node.test
            && !tuple.elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?", node);
        }
        if self.options.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        self.jump_if(&node.test, true, end)?;
        let mark = self.mark();
        let error = self.allocate();
        // Python marks the condition in the traceback.
        let location = self.location(&*node.test).or(location);
        self.emit(
            location,
            Instruction::LoadCommon { dst: Def(error), which: CommonConstant::AssertionError },
        );
        if let Some(message) = &node.msg {
            self.temporary(message)?;
            let range = MoveRange { base: error, count: 2 };
            self.emit(location, Instruction::Call { dst: Def(error), range });
        }
        self.emit(location, Instruction::Raise { exception: Use::last(error) });
        self.release_to(mark);
        self.bind(end);
        Ok(())
    }

    fn raise(&mut self, node: &'a ast::StmtRaise, location: Location) -> Result<()> {
        let mark = self.mark();
        match (&node.exc, &node.cause) {
            (None, _) => self.emit(location, Instruction::RaiseCurrent {}),
            (Some(exception), None) => {
                let exception = self.operand(exception)?.take();
                self.emit(location, Instruction::Raise { exception });
            }
            (Some(exception), Some(cause)) => {
                let exception = self.operand_for_later(exception, &[cause])?;
                let cause = self.operand(cause)?;
                let (exception, cause) = (exception.take(), cause.take());
                self.emit(location, Instruction::RaiseFrom { exception, cause });
            }
        }
        self.release_to(mark);
        Ok(())
    }

    fn return_statement(&mut self, node: &'a ast::StmtReturn, location: Location) -> Result<()> {
        match self.unit.kind {
            UnitKind::Function | UnitKind::Lambda | UnitKind::AsyncFunction => {}
            UnitKind::Module if self.options.top_level_await => {
                return fail("'return' outside function", node);
            }
            UnitKind::Module
            | UnitKind::Class
            | UnitKind::Generator
            | UnitKind::TypeParameters
            | UnitKind::Lazy => return fail("'return' outside function", node),
        }
        if node.value.is_some() && self.is_async_generator() {
            return fail("'return' with value in async generator", node);
        }
        let mark = self.mark();
        let mut value = None;
        let mut constant = None;
        if let Some(expression) = node.value.as_deref() {
            constant = self.constant(expression)?;
            if constant.is_none() {
                let operand = self.operand(expression)?;
                // What runs on the way out can rebind a local.
                let is_stable = operand.is_temporary || self.unit.blocks.is_empty();
                value = Some(if is_stable {
                    operand
                } else {
                    let copy = self.allocate();
                    self.move_value(location, copy, operand.peek());
                    super::Operand { register: copy, is_temporary: true }
                });
            }
        }
        self.unwind(self.unit.blocks.len(), 0, location, None)?;
        match (value, constant) {
            (Some(value), _) => self.emit(location, Instruction::Return { src: value.take() }),
            (None, None | Some(Constant::None)) => self.emit(location, Instruction::ReturnNone {}),
            (None, Some(constant)) => {
                let register = self.allocate();
                self.load_constant(location, register, constant);
                self.emit(location, Instruction::Return { src: Use::last(register) });
            }
        }
        self.release_to(mark);
        Ok(())
    }

    fn break_or_continue(&mut self, statement: &'a Stmt, location: Location, is_break: bool) -> Result<()> {
        let found = self.unit.blocks.iter().rposition(|block| matches!(block, Block::Loop { .. }));
        let word = if is_break { "break" } else { "continue" };
        let group = self.unit.blocks.iter().rposition(|block| matches!(block, Block::GroupHandler));
        if let Some(group) = group
            && found.is_none_or(|found| found < group)
        {
            return fail("'break', 'continue' and 'return' cannot appear in an except* block", statement);
        }
        let Some(found) = found else {
            let message = match is_break {
                true => "'break' outside loop".to_owned(),
                false => format!("'{word}' not properly in loop"),
            };
            return fail(message, statement);
        };
        let Block::Loop { continue_label, break_label, .. } = self.unit.blocks[found] else { return Ok(()) };
        let jump = if is_break {
            Instruction::Jump { target: break_label }
        } else if self.unit.is_bound(continue_label) {
            Instruction::JumpBack { target: continue_label }
        } else {
            Instruction::Jump { target: continue_label }
        };
        self.unwind(self.unit.blocks.len(), found + 1, location, Some(jump))?;
        // Code after it is unreachable, but is compiled with the handlers that it stands in.
        Ok(())
    }
}

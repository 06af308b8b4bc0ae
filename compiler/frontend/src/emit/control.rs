//! Control flow: `if`, loops, `with`, `try`, and the ways out of them.
//!
//! A handler region is the stretch of instructions emitted while [`super::unit::Unit::handler`] is set. A handler begins
//! with `enter_handler saved, exception`, the saved exception below; while it runs, a clean-up handler makes the saved
//! exception the handled one again should something raise.

use pyrsc_bytecode::{
    AwaitContext, Constant, Def, DefPair, Instruction, MoveRange, Pair, Register, SpecialMethod, Use,
};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged;

use super::unit::{Block, MAX_BLOCKS, Operand, TEMPORARY_BASE, TOO_MANY_BLOCKS, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};

impl<'a> Emitter<'a> {
    pub(super) fn if_statement(&mut self, node: &'a ast::StmtIf) -> Result<()> {
        let end = self.label();
        let mut next = self.label();
        self.jump_if(&node.test, false, next)?;
        self.conditional(&node.body)?;
        for clause in &node.elif_else_clauses {
            self.emit(None, Instruction::Jump { target: end });
            self.bind(next);
            next = self.label();
            if let Some(test) = &clause.test {
                self.jump_if(test, false, next)?;
            }
            self.conditional(&clause.body)?;
        }
        self.bind(next);
        self.bind(end);
        Ok(())
    }

    /// Keeps to Python's limit on blocks inside each other.
    fn check_nesting(&self, node: &impl Ranged) -> Result<()> {
        match self.unit.nesting() >= MAX_BLOCKS {
            true => fail(TOO_MANY_BLOCKS, node),
            false => Ok(()),
        }
    }

    pub(super) fn while_statement(&mut self, node: &'a ast::StmtWhile) -> Result<()> {
        self.check_nesting(node)?;
        let location = self.location(node);
        let (start, otherwise, end) = (self.label(), self.label(), self.label());
        self.bind(start);
        self.jump_if(&node.test, false, otherwise)?;
        self.unit.blocks.push(Block::Loop { continue_label: start, break_label: end, iterator: None });
        self.conditional(&node.body)?;
        self.unit.blocks.pop();
        self.emit(location, Instruction::JumpBack { target: start });
        self.bind(otherwise);
        self.conditional(&node.orelse)?;
        self.bind(end);
        Ok(())
    }

    pub(super) fn for_statement(&mut self, node: &'a ast::StmtFor) -> Result<()> {
        self.check_nesting(node)?;
        let iter_location = self.location(&*node.iter);
        let target_location = self.location(&*node.target);
        let mark = self.mark();
        let iterator = self.allocate();
        self.iterable_into(&node.iter, iter_location, iterator)?;
        self.emit(iter_location, Instruction::GetIter { dst: Def(iterator), src: Use::last(iterator) });
        let (start, exhausted) = (self.label(), self.label());
        // Without an `else` both ways out drop the iterator at the same place.
        let has_else = !node.orelse.is_empty();
        let (drop, end) = (self.label(), self.label());
        self.bind(start);
        self.for_iter(&node.target, iter_location, target_location, iterator, exhausted)?;
        let break_label = if has_else { drop } else { exhausted };
        self.unit.blocks.push(Block::Loop { continue_label: start, break_label, iterator: Some(iterator) });
        self.conditional(&node.body)?;
        self.unit.blocks.pop();
        self.emit(iter_location, Instruction::JumpBack { target: start });
        self.bind(exhausted);
        self.drop_temporary(iter_location, iterator);
        self.release_to(mark);
        if has_else {
            self.conditional(&node.orelse)?;
            self.emit(None, Instruction::Jump { target: end });
            self.bind(drop);
            self.drop_temporary(iter_location, iterator);
            self.bind(end);
        }
        Ok(())
    }

    /// What a loop iterates over: a list or set of constants need not be built.
    fn iterable_into(&mut self, iterable: &'a Expr, location: Location, dst: Register) -> Result<()> {
        let (items, is_set) = match iterable {
            Expr::List(node) => (&node.elts, false),
            Expr::Set(node) => (&node.elts, true),
            _ => return self.expression_into(iterable, dst),
        };
        let mut constants = Vec::with_capacity(items.len());
        for item in items {
            match self.constant(item)? {
                Some(constant) => constants.push(constant),
                None => return self.expression_into(iterable, dst),
            }
        }
        let constant = if is_set { Constant::FrozenSet(constants) } else { Constant::Tuple(constants) };
        self.load_constant(location, dst, constant);
        Ok(())
    }

    /// The next item of an iterator into the target.
    pub(super) fn for_iter(
        &mut self,
        target: &'a Expr,
        iter_location: Location,
        _target_location: Location,
        iterator: Register,
        exhausted: pyrsc_bytecode::Label,
    ) -> Result<()> {
        let iterator = Use::copy(iterator);
        if let Expr::Name(name) = target
            && let Some(register) = self.direct_target(&name.id)
        {
            self.emit(iter_location, Instruction::ForIter { dst: Def(register), iterator, exhausted });
            return Ok(());
        }
        let item = self.allocate();
        self.emit(iter_location, Instruction::ForIter { dst: Def(item), iterator, exhausted });
        self.store_target(target, item, true)?;
        self.release(item);
        Ok(())
    }

    pub(super) fn async_for(&mut self, node: &'a ast::StmtFor) -> Result<()> {
        if self.unit.kind != UnitKind::AsyncFunction && !self.allows_top_level_await() {
            return fail("'async for' outside async function", node);
        }
        let iter_location = self.location(&*node.iter);
        let mark = self.mark();
        let iterator = self.temporary(&node.iter)?;
        let src = Use::last(iterator);
        self.emit(iter_location, Instruction::GetAsyncIter { dst: Def(iterator), src });
        let (start, exhausted, drop, end) = (self.label(), self.label(), self.label(), self.label());
        self.bind(start);
        let outer_handler = self.unit.handler;
        self.unit.handler = Some(self.unit.add_handler(exhausted, mark + 1));
        let item = self.allocate();
        let next = Instruction::GetAsyncNext { dst: Def(item), iterator: Use::copy(iterator) };
        self.emit(iter_location, next);
        self.emit(iter_location, Instruction::Delegate { dst: Def(item), receiver: Use::last(item) });
        self.unit.handler = outer_handler;
        self.store_target(&node.target, item, true)?;
        self.release(item);
        self.unit.blocks.push(Block::Loop {
            continue_label: start,
            break_label: drop,
            iterator: Some(iterator),
        });
        self.conditional(&node.body)?;
        self.unit.blocks.pop();
        self.emit(iter_location, Instruction::JumpBack { target: start });
        self.bind(exhausted);
        self.emit(iter_location, Instruction::EndAsyncFor {});
        self.drop_temporary(iter_location, iterator);
        self.release_to(mark);
        self.conditional(&node.orelse)?;
        self.emit(None, Instruction::Jump { target: end });
        self.bind(drop);
        self.drop_temporary(iter_location, iterator);
        self.bind(end);
        Ok(())
    }

    pub(super) fn with_statement(&mut self, node: &'a ast::StmtWith, location: Location) -> Result<()> {
        if node.is_async && self.unit.kind != UnitKind::AsyncFunction && !self.allows_top_level_await() {
            return fail("'async with' outside async function", node);
        }
        self.with_items(&node.items, &node.body, node.is_async, location)
    }

    fn with_items(
        &mut self,
        items: &'a [ast::WithItem],
        body: &'a [Stmt],
        is_async: bool,
        statement_location: Location,
    ) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.conditional(body) };
        self.depth.enter(item)?;
        let location = self.location(&item.context_expr);
        let mark = self.mark();
        let exit = self.allocate();
        self.allocate();
        let after_exit = self.mark();
        let manager = self.operand(&item.context_expr)?;
        let (enter_method, exit_method) = match is_async {
            true => (SpecialMethod::AsyncEnter, SpecialMethod::AsyncExit),
            false => (SpecialMethod::Enter, SpecialMethod::Exit),
        };
        let load = Instruction::LoadSpecial { pair: DefPair(exit), obj: manager.peek(), method: exit_method };
        self.emit(location, load);
        let enter = self.allocate();
        self.allocate();
        let load =
            Instruction::LoadSpecial { pair: DefPair(enter), obj: manager.take(), method: enter_method };
        self.emit(location, load);
        self.release_to(after_exit);
        let direct = match item.optional_vars.as_deref() {
            Some(Expr::Name(name)) if !is_async => self.direct_target(&name.id),
            _ => None,
        };
        let value = self.allocate();
        let dst = direct.unwrap_or(value);
        let range = MoveRange { base: enter, count: 2 };
        self.emit(location, Instruction::CallMethod { dst: Def(dst), range });
        if is_async {
            self.await_value(location, Use::last(value), AwaitContext::AsyncEnter, value);
        }
        if self.unit.nesting() + 1 >= MAX_BLOCKS {
            return fail(TOO_MANY_BLOCKS, &item.context_expr);
        }
        let outer_handler = self.unit.handler;
        let handler = self.label();
        self.unit.handler = Some(self.unit.add_handler(handler, after_exit));
        self.unit.blocks.push(Block::With { outer_handler, exit, is_async, location });
        if direct.is_none() {
            match item.optional_vars.as_deref() {
                Some(target) => self.store_target(target, value, true)?,
                None => self.drop_temporary(location, value),
            }
        } else if let Some(Expr::Name(name)) = item.optional_vars.as_deref() {
            self.check_assignable(&name.id, name)?;
        }
        self.release(value);
        if rest.is_empty() {
            self.conditional(body)?;
        } else {
            self.with_items(rest, body, is_async, statement_location)?;
        }
        self.unit.blocks.pop();
        self.unit.handler = outer_handler;
        self.call_exit(location, exit, is_async);
        let (end, suppressed) = (self.label(), self.label());
        self.emit(None, Instruction::Jump { target: end });

        self.bind(handler);
        let (saved, exception) = self.enter_handler(location);
        let cleanup = self.begin_cleanup(saved);
        let result = self.allocate();
        let call = Instruction::CallExitWithException {
            dst: Def(result),
            exit: Pair(exit),
            exception: Use::copy(exception),
        };
        self.emit(location, call);
        if is_async {
            self.await_value(location, Use::last(result), AwaitContext::AsyncExit, result);
        }
        self.emit(location, Instruction::JumpIfTrue { src: Use::last(result), target: suppressed });
        self.unit.handler = outer_handler;
        self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(location, Instruction::Reraise { exception: Use::last(exception) });
        self.bind(suppressed);
        self.drop_temporary(location, exception);
        self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.drop_temporary(location, Register(exit.0 + 1));
        self.drop_temporary(location, exit);
        self.emit(None, Instruction::Jump { target: end });
        self.end_cleanup(location, cleanup, saved);
        self.bind(end);
        self.release_to(mark);
        self.depth.leave();
        Ok(())
    }

    fn call_exit(&mut self, location: Location, exit: Register, is_async: bool) {
        let mark = self.mark();
        let result = self.allocate();
        let exit = MoveRange { base: exit, count: 2 };
        self.emit(location, Instruction::CallExit { dst: Def(result), exit });
        if is_async {
            self.await_value(location, Use::last(result), AwaitContext::AsyncExit, result);
        }
        self.drop_temporary(location, result);
        self.release_to(mark);
    }

    /// The entry of a handler. The two temporaries are the saved exception and, above it, the exception.
    fn enter_handler(&mut self, location: Location) -> (Register, Register) {
        let saved = self.allocate();
        let exception = self.allocate();
        self.emit(location, Instruction::EnterHandler { exception: Def(exception), saved: Def(saved) });
        (saved, exception)
    }

    /// From here on an exception restores the saved one on its way out.
    fn begin_cleanup(&mut self, saved: Register) -> pyrsc_bytecode::Label {
        let label = self.label();
        self.unit.handler = Some(self.unit.add_handler(label, saved.0 - TEMPORARY_BASE + 1));
        label
    }

    /// The code of the clean-up handler.
    fn end_cleanup(&mut self, location: Location, label: pyrsc_bytecode::Label, saved: Register) {
        self.bind(label);
        let exception = Register(saved.0 + 1);
        self.emit(location, Instruction::TakePending { exception: Def(exception) });
        self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(location, Instruction::Reraise { exception: Use::last(exception) });
    }

    pub(super) fn try_statement(&mut self, node: &'a ast::StmtTry) -> Result<()> {
        self.check_nesting(node)?;
        if node.finalbody.is_empty() {
            return self.try_except(node);
        }
        let location = None;
        let mark = self.mark();
        let outer_handler = self.unit.handler;
        let (handler, end) = (self.label(), self.label());
        self.unit.handler = Some(self.unit.add_handler(handler, mark));
        self.unit.blocks.push(Block::Finally { outer_handler, body: &node.finalbody });
        if node.handlers.is_empty() {
            self.conditional(&node.body)?;
            self.conditional(&node.orelse)?;
        } else {
            self.try_except(node)?;
        }
        self.unit.blocks.pop();
        self.unit.handler = outer_handler;
        self.conditional(&node.finalbody)?;
        self.emit(None, Instruction::Jump { target: end });

        self.bind(handler);
        let (saved, exception) = self.enter_handler(location);
        let cleanup = self.begin_cleanup(saved);
        let exception_left = Some(exception);
        self.unit.blocks.push(Block::Handler { outer_handler, saved, exception: exception_left, name: None });
        self.conditional(&node.finalbody)?;
        self.unit.blocks.pop();
        self.unit.handler = outer_handler;
        self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(location, Instruction::Reraise { exception: Use::last(exception) });
        self.end_cleanup(location, cleanup, saved);
        self.bind(end);
        self.release_to(mark);
        Ok(())
    }

    fn try_except(&mut self, node: &'a ast::StmtTry) -> Result<()> {
        let mark = self.mark();
        let outer_handler = self.unit.handler;
        let (handler, end) = (self.label(), self.label());
        self.unit.handler = Some(self.unit.add_handler(handler, mark));
        self.unit.blocks.push(Block::Try { outer_handler });
        self.conditional(&node.body)?;
        self.unit.blocks.pop();
        self.unit.handler = outer_handler;
        self.conditional(&node.orelse)?;
        self.emit(None, Instruction::Jump { target: end });

        self.bind(handler);
        let location = None;
        let (saved, exception) = self.enter_handler(location);
        let cleanup = self.begin_cleanup(saved);
        if node.is_star {
            self.group_handlers(node, saved, exception, outer_handler, end)?;
        } else {
            self.handlers(node, saved, exception, outer_handler, end)?;
        }
        self.unit.handler = outer_handler;
        self.end_cleanup(location, cleanup, saved);
        self.bind(end);
        self.release_to(mark);
        Ok(())
    }

    fn handlers(
        &mut self,
        node: &'a ast::StmtTry,
        saved: Register,
        exception: Register,
        outer_handler: Option<u32>,
        end: pyrsc_bytecode::Label,
    ) -> Result<()> {
        let cleanup_handler = self.unit.handler;
        let without_exception = self.mark() - 1;
        for (at, ExceptHandler::ExceptHandler(clause)) in node.handlers.iter().enumerate() {
            let location = self.location(clause);
            let next = self.label();
            match &clause.type_ {
                Some(classes) => {
                    let mark = self.mark();
                    let classes_location = self.location(&**classes);
                    let classes = self.operand(classes)?.take();
                    let test = Instruction::JumpIfNoExceptionMatch {
                        exception: Use::copy(exception),
                        classes,
                        target: next,
                    };
                    self.emit(classes_location, test);
                    self.release_to(mark);
                }
                None if at + 1 < node.handlers.len() => {
                    return fail("default 'except:' must be last", clause);
                }
                None => {}
            }
            // Python counts the handlers' region, and each handler.
            if self.unit.nesting() + 1 >= MAX_BLOCKS {
                return fail(TOO_MANY_BLOCKS, clause);
            }
            let name = clause.name.as_ref().map(|name| name.as_str());
            match &clause.name {
                Some(name) => {
                    self.check_assignable(name, clause)?;
                    let value = Operand { register: exception, is_temporary: true };
                    self.store_name(name, location, value)?;
                }
                None => self.drop_temporary(location, exception),
            }
            self.release_to(without_exception);
            let unbind = name.map(|_| self.label());
            if let Some(unbind) = unbind {
                let depth = without_exception;
                self.unit.handler = Some(self.unit.add_handler(unbind, depth));
            }
            self.unit.blocks.push(Block::Handler { outer_handler, saved, exception: None, name });
            self.conditional(&clause.body)?;
            self.unit.blocks.pop();
            self.unit.handler = outer_handler;
            self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
            if let Some(name) = name {
                self.clear_name(name, location)?;
            }
            self.emit(None, Instruction::Jump { target: end });
            self.unit.handler = cleanup_handler;
            if let (Some(unbind), Some(name)) = (unbind, name) {
                // Something in the body raises: the name goes, then the exception goes on.
                self.bind(unbind);
                let pending = self.allocate();
                self.emit(location, Instruction::TakePending { exception: Def(pending) });
                self.clear_name(name, location)?;
                self.unit.handler = outer_handler;
                self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
                self.emit(location, Instruction::Reraise { exception: Use::last(pending) });
                self.unit.handler = cleanup_handler;
                self.release(pending);
            }
            self.bind(next);
            // In the next clause the exception is still there.
            self.allocate();
        }
        self.unit.handler = outer_handler;
        self.emit(None, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(None, Instruction::Reraise { exception: Use::last(exception) });
        Ok(())
    }

    fn group_handlers(
        &mut self,
        node: &'a ast::StmtTry,
        saved: Register,
        original: Register,
        outer_handler: Option<u32>,
        end: pyrsc_bytecode::Label,
    ) -> Result<()> {
        let cleanup_handler = self.unit.handler;
        let raised = self.allocate();
        let range = MoveRange { base: raised, count: 0 };
        self.emit(None, Instruction::BuildList { dst: Def(raised), range });
        let rest = self.allocate();
        self.emit(None, Instruction::Move { dst: Def(rest), src: Use::copy(original) });
        let depth = self.mark();
        for ExceptHandler::ExceptHandler(clause) in &node.handlers {
            let location = self.location(clause);
            let Some(classes) = &clause.type_ else {
                return fail("expected one or more exception types", clause);
            };
            let (next, unmatched) = (self.label(), self.label());
            let classes_location = self.location(&**classes);
            let matched = self.allocate();
            let classes = self.operand(classes)?.take();
            let split = Instruction::MatchExceptionGroup {
                rest: Def(rest),
                matched: Def(matched),
                exception: Use::last(rest),
                classes,
            };
            self.emit(classes_location, split);
            self.emit(location, Instruction::JumpIfNone { src: Use::copy(matched), target: unmatched });
            // Python counts the handlers' region, and each handler.
            if self.unit.nesting() + 1 >= MAX_BLOCKS {
                return fail(TOO_MANY_BLOCKS, clause);
            }
            let name = clause.name.as_ref().map(|name| name.as_str());
            match &clause.name {
                Some(name) => {
                    self.check_assignable(name, clause)?;
                    self.store_name(name, location, Operand { register: matched, is_temporary: true })?;
                }
                None => self.drop_temporary(location, matched),
            }
            self.release_to(depth);
            let collect = self.label();
            self.unit.handler = Some(self.unit.add_handler(collect, depth));
            self.unit.blocks.push(Block::GroupHandler);
            self.conditional(&clause.body)?;
            self.unit.blocks.pop();
            self.unit.handler = cleanup_handler;
            if let Some(name) = name {
                self.clear_name(name, location)?;
            }
            self.emit(None, Instruction::Jump { target: next });
            // Whatever the body raises is raised at the end, together with the rest.
            self.bind(collect);
            let pending = self.allocate();
            self.emit(location, Instruction::TakePending { exception: Def(pending) });
            if let Some(name) = name {
                self.clear_name(name, location)?;
            }
            let append = Instruction::ListAppend { list: Use::copy(raised), value: Use::last(pending) };
            self.emit(location, append);
            self.emit(None, Instruction::Jump { target: next });
            self.bind(unmatched);
            self.drop_temporary(location, matched);
            self.release_to(depth);
            self.bind(next);
        }
        let append = Instruction::ListAppend { list: Use::copy(raised), value: Use::last(rest) };
        self.emit(None, append);
        let prepare = Instruction::PrepareReraiseGroup {
            dst: Def(raised),
            original: Use::last(original),
            exceptions: Use::last(raised),
        };
        self.emit(None, prepare);
        let nothing = self.label();
        self.emit(None, Instruction::JumpIfNone { src: Use::copy(raised), target: nothing });
        self.unit.handler = outer_handler;
        self.emit(None, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(None, Instruction::Reraise { exception: Use::last(raised) });
        self.bind(nothing);
        self.drop_temporary(None, raised);
        self.emit(None, Instruction::LeaveHandler { saved: Use::last(saved) });
        self.emit(None, Instruction::Jump { target: end });
        Ok(())
    }

    /// Leaves the blocks from number `from` (exclusive) down to `to`, the innermost first: drops iterators, calls `__exit__`,
    /// runs `finally`. Then comes `jump`, outside of the handlers left behind.
    pub(super) fn unwind(
        &mut self,
        from: usize,
        to: usize,
        location: Location,
        jump: Option<Instruction>,
    ) -> Result<()> {
        let handler = self.unit.handler;
        let blocks = self.unit.blocks.clone();
        for at in (to..from).rev() {
            self.unit.blocks.truncate(at);
            match blocks[at] {
                Block::Loop { iterator: Some(iterator), .. } => self.drop_temporary(location, iterator),
                Block::Loop { iterator: None, .. } => {}
                Block::Finally { outer_handler, body } => {
                    self.unit.handler = outer_handler;
                    self.conditional(body)?;
                }
                Block::Try { outer_handler } => self.unit.handler = outer_handler,
                Block::With { outer_handler, exit, is_async, location: with_location } => {
                    self.unit.handler = outer_handler;
                    self.call_exit(with_location.or(location), exit, is_async);
                }
                Block::Handler { outer_handler, saved, exception, name } => {
                    if let Some(exception) = exception {
                        self.drop_temporary(location, exception);
                    }
                    self.unit.handler = outer_handler;
                    self.emit(location, Instruction::LeaveHandler { saved: Use::last(saved) });
                    if let Some(name) = name {
                        self.clear_name(name, location)?;
                    }
                }
                Block::GroupHandler => {
                    let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                    return Err(self.fault_at(message, location));
                }
            }
        }
        if let Some(jump) = jump {
            self.emit(location, jump);
        }
        self.unit.blocks = blocks;
        self.unit.handler = handler;
        Ok(())
    }
}

//! Comprehensions. Lists, sets and dictionaries are built in the code around them (PEP 709); generator expressions, and
//! comprehensions in annotation scopes of classes, are functions of one argument, the outermost iterator.

use pyrsc_bytecode::{Def, Instruction, Kill, Label, LocalKind, MoveRange, Register, Update, Use};
use ruff_python_ast::{Comprehension, Expr};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::expression::Display;
use super::unit::{InlinedScope, MAX_BLOCKS, TOO_MANY_BLOCKS, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};
use crate::scope::{ComprehensionKind, Resolution, Role, ScopeId};

impl<'a> Emitter<'a> {
    pub(super) fn inlined_or_nested(
        &mut self,
        expression: &'a Expr,
        node: usize,
        kind: ComprehensionKind,
        generators: &'a [Comprehension],
        element: (&'a Expr, Option<&'a Expr>),
        dst: Register,
    ) -> Result<()> {
        let scope = self.table.of_key(node, Role::Body);
        let info = self.table.get(scope);
        let is_async_allowed = matches!(self.unit.kind, UnitKind::AsyncFunction)
            || self.allows_top_level_await()
            || self.unit.kind == UnitKind::Generator && self.scope().is_coroutine;
        if info.is_coroutine && kind != ComprehensionKind::Generator && !is_async_allowed {
            return fail("asynchronous comprehension outside of an asynchronous function", expression);
        }
        let location = match expression {
            // As the only argument of a call it has the call's parentheses.
            Expr::Generator(node) if !node.parenthesized => {
                let range = self.index.with_parentheses(node.range);
                self.location(&range)
            }
            _ => self.location(expression),
        };
        if info.is_inlined {
            self.inlined(scope, location, kind, generators, element, dst)
        } else {
            self.nested(scope, location, kind, generators, element, dst)
        }
    }

    fn nested(
        &mut self,
        scope: ScopeId,
        location: Location,
        kind: ComprehensionKind,
        generators: &'a [Comprehension],
        element: (&'a Expr, Option<&'a Expr>),
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let line = location.map_or(1, |position| position.line);
        self.enter_unit(UnitKind::Generator, scope, kind.code_name(), line);
        let argument = match self.unit.locals.first() {
            Some(local) if &*local.name == ".0" => Register(0),
            // A list comprehension in an annotation scope has no parameter of its own in the scope table.
            _ => return fail("comprehension without an argument", &generators[0].iter),
        };
        self.unit.argument_count = 1;
        self.unit.positional_only_count = 0;
        let result = self.allocate();
        if kind != ComprehensionKind::Generator {
            self.emit(location, new_collection(kind, result));
        }
        let iterator = self.allocate();
        self.emit(location, Instruction::Move { dst: Def(iterator), src: Use::copy(argument) });
        let target = (kind != ComprehensionKind::Generator).then_some(result);
        self.loops(location, kind, generators, element, target, Some(iterator))?;
        if kind == ComprehensionKind::Generator {
            self.emit(location, Instruction::ReturnNone {});
        } else {
            self.emit(location, Instruction::Return { src: Use::last(result) });
        }
        let is_coroutine = self.unit.flags.contains(pyrsc_bytecode::CodeFlags::COROUTINE);
        let code = self.finish_unit()?;
        let base = self.scratch(dst);
        self.make_closure(location, code, scope, super::function::Attributes::default(), base);
        let argument = self.temporary(&generators[0].iter)?;
        let iter_location = self.location(&generators[0].iter);
        let src = Use::last(argument);
        let get = if generators[0].is_async {
            Instruction::GetAsyncIter { dst: Def(argument), src }
        } else {
            Instruction::GetIter { dst: Def(argument), src }
        };
        self.emit(iter_location, get);
        let range = MoveRange { base, count: 2 };
        if is_coroutine && kind != ComprehensionKind::Generator {
            self.emit(location, Instruction::Call { dst: Def(base), range });
            self.release(argument);
            self.await_value(location, Use::last(base), pyrsc_bytecode::AwaitContext::Plain, base);
            self.move_value(location, dst, Use::last(base));
        } else {
            self.emit(location, Instruction::Call { dst: Def(dst), range });
        }
        self.release_to(mark);
        Ok(())
    }

    fn inlined(
        &mut self,
        scope: ScopeId,
        location: Location,
        kind: ComprehensionKind,
        generators: &'a [Comprehension],
        element: (&'a Expr, Option<&'a Expr>),
        dst: Register,
    ) -> Result<()> {
        if self.unit.nesting() >= MAX_BLOCKS
            && let Some(position) = location
        {
            let start = self.index.offset(position.line, position.column.unwrap_or(0));
            let end = self.index.offset(position.end_line, position.end_column.unwrap_or(0));
            return fail(TOO_MANY_BLOCKS, &TextRange::new(start.into(), end.into()));
        }
        let mark = self.mark();
        let result = self.scratch(dst);
        // The outermost iterable is evaluated outside of the comprehension's scope.
        let iterator = self.temporary(&generators[0].iter)?;
        let iter_location = self.location(&generators[0].iter);
        let src = Use::last(iterator);
        let get = if generators[0].is_async {
            Instruction::GetAsyncIter { dst: Def(iterator), src }
        } else {
            Instruction::GetIter { dst: Def(iterator), src }
        };
        self.emit(iter_location, get);
        let hidden = self.enter_inlined(scope, location);
        self.emit(location, new_collection(kind, result));
        let cleanup = self.label();
        let outer_handler = self.unit.handler;
        let depth = result.0 - super::TEMPORARY_BASE;
        self.unit.handler = Some(self.unit.add_handler(cleanup, depth));
        self.loops(location, kind, generators, element, Some(result), Some(iterator))?;
        self.unit.handler = outer_handler;
        self.unit.inlined.pop();
        for &register in &hidden {
            self.emit(location, Instruction::DeleteLocal { register: Kill(register) });
        }
        self.release(iterator);
        let end = self.label();
        self.emit(None, Instruction::Jump { target: end });
        self.bind(cleanup);
        self.emit(location, Instruction::TakePending { exception: Def(result) });
        for &register in &hidden {
            self.emit(location, Instruction::DeleteLocal { register: Kill(register) });
        }
        self.emit(location, Instruction::Reraise { exception: Use::last(result) });
        self.bind(end);
        self.move_value(location, dst, Use::last(result));
        self.release_to(mark);
        Ok(())
    }

    /// Registers for the variables of an inlined comprehension.
    fn enter_inlined(&mut self, scope: ScopeId, location: Location) -> Vec<Register> {
        let mut registers = FxHashMap::default();
        let mut hidden = Vec::new();
        for symbol in &self.table.get(scope).symbols {
            let kind = match symbol.resolution {
                Resolution::Local => LocalKind::Hidden,
                Resolution::Cell => LocalKind::HiddenCell,
                Resolution::Free | Resolution::GlobalExplicit | Resolution::GlobalImplicit => continue,
            };
            let register = self.unit.add_local(&symbol.name, kind);
            registers.insert(symbol.name.clone(), register);
            hidden.push(register);
            if kind == LocalKind::HiddenCell {
                self.emit(location, Instruction::MakeCell { register: Update(register) });
            }
        }
        self.unit.inlined.push(InlinedScope { scope, registers });
        hidden
    }

    /// The nested loops. `iterator` is the outermost iterator, ready in a temporary on top.
    fn loops(
        &mut self,
        location: Location,
        kind: ComprehensionKind,
        generators: &'a [Comprehension],
        element: (&'a Expr, Option<&'a Expr>),
        result: Option<Register>,
        iterator: Option<Register>,
    ) -> Result<()> {
        let Some((generator, rest)) = generators.split_first() else {
            return self.element(location, kind, element, result);
        };
        self.depth.enter(generator)?;
        let mark = self.mark();
        let iter_location = self.location(&generator.iter);
        let iterator = match iterator {
            Some(iterator) => iterator,
            None => {
                // for x in [value]: an assignment in disguise, as Python compiles it.
                if let Some(value) = single_item(generator) {
                    return self.assignment_loop(generator, value, rest, location, kind, element, result);
                }
                let iterator = self.temporary(&generator.iter)?;
                let (dst, src) = (Def(iterator), Use::last(iterator));
                let get = if generator.is_async {
                    Instruction::GetAsyncIter { dst, src }
                } else {
                    Instruction::GetIter { dst, src }
                };
                self.emit(iter_location, get);
                iterator
            }
        };
        let (start, exhausted, next) = (self.label(), self.label(), self.label());
        self.bind(start);
        let target_location = self.location(&generator.target);
        if generator.is_async {
            let outer_handler = self.unit.handler;
            let depth = self.mark();
            self.unit.handler = Some(self.unit.add_handler(exhausted, depth));
            let value = self.allocate();
            let iterator = Use::copy(iterator);
            self.emit(location, Instruction::GetAsyncNext { dst: Def(value), iterator });
            self.emit(location, Instruction::Delegate { dst: Def(value), receiver: Use::last(value) });
            self.unit.handler = outer_handler;
            self.store_target(&generator.target, value, true)?;
            self.release(value);
        } else {
            self.for_iter(&generator.target, iter_location, target_location, iterator, exhausted)?;
        }
        for condition in &generator.ifs {
            self.jump_if(condition, false, next)?;
        }
        self.loops(location, kind, rest, element, result, None)?;
        self.bind(next);
        self.emit(location, Instruction::JumpBack { target: start });
        self.bind(exhausted);
        if generator.is_async {
            self.emit(location, Instruction::EndAsyncFor {});
        }
        self.drop_temporary(iter_location, iterator);
        self.release_to(mark);
        self.depth.leave();
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn assignment_loop(
        &mut self,
        generator: &'a Comprehension,
        value: &'a Expr,
        rest: &'a [Comprehension],
        location: Location,
        kind: ComprehensionKind,
        element: (&'a Expr, Option<&'a Expr>),
        result: Option<Register>,
    ) -> Result<()> {
        let next: Label = self.label();
        let item = self.temporary(value)?;
        self.store_target(&generator.target, item, true)?;
        self.release(item);
        for condition in &generator.ifs {
            self.jump_if(condition, false, next)?;
        }
        self.loops(location, kind, rest, element, result, None)?;
        self.bind(next);
        self.depth.leave();
        Ok(())
    }

    fn element(
        &mut self,
        location: Location,
        kind: ComprehensionKind,
        (first, second): (&'a Expr, Option<&'a Expr>),
        result: Option<Register>,
    ) -> Result<()> {
        let mark = self.mark();
        let collection = result.map(Use::copy);
        let element_location = self.location(first);
        match (kind, collection, second) {
            (ComprehensionKind::List, Some(list), _) => {
                let value = self.operand(first)?.take();
                self.emit(element_location, Instruction::ListAppend { list, value });
            }
            (ComprehensionKind::Set, Some(set), _) => {
                let value = self.operand(first)?.take();
                self.emit(element_location, Instruction::SetAdd { set, value });
            }
            (ComprehensionKind::Dict, Some(dict), Some(value)) => {
                let key = self.operand_for_later(first, &[value])?;
                let value = self.operand(value)?;
                self.emit(
                    element_location,
                    Instruction::DictInsert { dict, key: key.take(), value: value.take() },
                );
            }
            _ => {
                let value = self.operand(first)?;
                let src = value.take();
                let sent = if value.is_temporary { value.register } else { self.allocate() };
                let instruction = if self.is_async_generator() {
                    Instruction::AsyncYield { dst: Def(sent), src }
                } else {
                    Instruction::Yield { dst: Def(sent), src }
                };
                self.emit(element_location, instruction);
                self.drop_temporary(location, sent);
            }
        }
        self.release_to(mark);
        Ok(())
    }
}

fn new_collection(kind: ComprehensionKind, register: Register) -> Instruction {
    let range = MoveRange { base: register, count: 0 };
    match kind {
        ComprehensionKind::Set => Display::Set.build(Def(register), range),
        ComprehensionKind::Dict => Instruction::BuildDict { dst: Def(register), range },
        ComprehensionKind::List | ComprehensionKind::Generator => Display::List.build(Def(register), range),
    }
}

/// The value of `for x in [value]` or `for x in (value,)`.
fn single_item(generator: &Comprehension) -> Option<&Expr> {
    let items = match &generator.iter {
        Expr::List(node) => &node.elts,
        Expr::Tuple(node) => &node.elts,
        _ => return None,
    };
    match items.as_slice() {
        [item] if !generator.is_async && !item.is_starred_expr() => Some(item),
        _ => None,
    }
}

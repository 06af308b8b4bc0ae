//! Expressions.

use pyrsc_bytecode::{AwaitContext, Constant, Def, Instruction, MoveRange, Register, Use};
use ruff_python_ast::{self as ast, CmpOp, Expr, Operator, UnaryOp};

use super::unit::{Operand, Unit, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};
use crate::scope::ComprehensionKind;

/// Displays with more items are built piece by piece.
pub(super) const MAX_RANGE: usize = 30;

impl<'a> Emitter<'a> {
    /// An expression's value: a local's own register, or a new temporary on top.
    pub(super) fn operand(&mut self, expression: &'a Expr) -> Result<Operand> {
        if let Some(operand) = self.local(expression) {
            return Ok(operand);
        }
        let register = self.allocate();
        self.expression_into(expression, register)?;
        Ok(Operand { register, is_temporary: true })
    }

    /// As `operand`; uses `scratch` if that is a temporary (it must be empty and on top).
    fn operand_at(&mut self, expression: &'a Expr, scratch: Register) -> Result<Operand> {
        if let Some(operand) = self.local(expression) {
            return Ok(operand);
        }
        let register = if Unit::is_temporary(scratch) { scratch } else { self.allocate() };
        self.expression_into(expression, register)?;
        Ok(Operand { register, is_temporary: true })
    }

    /// As `operand_at`, for an operand that is read after `others` have been evaluated, which could rebind the local.
    fn operand_before(
        &mut self,
        expression: &'a Expr,
        scratch: Register,
        others: &[&Expr],
    ) -> Result<Operand> {
        if self.unit.has_walrus && !others.iter().all(|other| is_simple(other)) {
            let register = if Unit::is_temporary(scratch) { scratch } else { self.allocate() };
            self.expression_into(expression, register)?;
            return Ok(Operand { register, is_temporary: true });
        }
        self.operand_at(expression, scratch)
    }

    fn local(&mut self, expression: &Expr) -> Option<Operand> {
        match expression {
            Expr::Name(node) if node.id != "__debug__" => {
                let location = self.location(node);
                self.local_operand(&node.id, location)
            }
            _ => None,
        }
    }

    /// An expression's value in a new temporary on top.
    pub(super) fn temporary(&mut self, expression: &'a Expr) -> Result<Register> {
        let register = self.allocate();
        self.expression_into(expression, register)?;
        Ok(register)
    }

    /// An expression whose value is not needed.
    pub(super) fn discard(&mut self, expression: &'a Expr) -> Result<()> {
        let mark = self.mark();
        let location = self.location(expression);
        let value = self.operand(expression)?;
        if value.is_temporary {
            self.drop_temporary(location, value.register);
        }
        self.release_to(mark);
        Ok(())
    }

    /// Compiles an expression into `dst`: a local, or an empty temporary on top.
    pub(super) fn expression_into(&mut self, expression: &'a Expr, dst: Register) -> Result<()> {
        self.depth.enter(expression)?;
        let mark = self.mark();
        self.expression_inner(expression, dst)?;
        debug_assert_eq!(self.mark(), mark, "an expression must leave the temporaries as it found them");
        self.depth.leave();
        Ok(())
    }

    fn expression_inner(&mut self, expression: &'a Expr, dst: Register) -> Result<()> {
        let location = self.location(expression);
        if let Some(constant) = self.constant(expression)? {
            self.load_constant(location, dst, constant);
            return Ok(());
        }
        let mark = self.mark();
        match expression {
            Expr::Name(node) => self.load_name(&node.id, location, dst),
            Expr::BinOp(node) => {
                let left = self.operand_before(&node.left, dst, &[&node.right])?;
                let right = self.operand(&node.right)?;
                self.emit(location, binary(node.op, Def(dst), left.take(), right.take()));
            }
            Expr::UnaryOp(node) => {
                let src = self.operand_at(&node.operand, dst)?.take();
                let dst = Def(dst);
                let instruction = match node.op {
                    UnaryOp::Invert => Instruction::Invert { dst, src },
                    UnaryOp::Not => Instruction::Not { dst, src },
                    UnaryOp::UAdd => Instruction::Positive { dst, src },
                    UnaryOp::USub => Instruction::Negative { dst, src },
                };
                self.emit(location, instruction);
            }
            Expr::BoolOp(_) => return self.boolean_value(expression, dst),
            Expr::Compare(node) => return self.comparison_value(node, dst),
            Expr::If(node) => {
                let (otherwise, end) = (self.label(), self.label());
                // The value of each branch goes to `dst` last, so a local can be written directly.
                self.jump_if(&node.test, false, otherwise)?;
                self.expression_into(&node.body, dst)?;
                self.emit(None, Instruction::Jump { target: end });
                self.bind(otherwise);
                self.expression_into(&node.orelse, dst)?;
                self.bind(end);
            }
            Expr::Named(node) => {
                let Expr::Name(target) = &*node.target else {
                    return fail("cannot use assignment expressions with expression", &*node.target);
                };
                self.check_assignable(&target.id, target)?;
                let target_location = self.location(target);
                let value = self.operand_at(&node.value, dst)?;
                let copy = Operand { register: value.register, is_temporary: false };
                self.store_name(&target.id, target_location, copy)?;
                self.move_value(location, dst, value.take());
            }
            Expr::Lambda(node) => self.lambda(node, location, dst)?,
            Expr::Dict(node) => self.dict(node, location, dst)?,
            Expr::Set(node) => self.display(&node.elts, Display::Set, location, dst)?,
            Expr::List(node) => self.display(&node.elts, Display::List, location, dst)?,
            Expr::Tuple(node) => self.display(&node.elts, Display::Tuple, location, dst)?,
            Expr::ListComp(node) => {
                self.inlined_or_nested(
                    expression,
                    crate::scope::node_key(node),
                    ComprehensionKind::List,
                    &node.generators,
                    (&node.elt, None),
                    dst,
                )?;
            }
            Expr::SetComp(node) => {
                self.inlined_or_nested(
                    expression,
                    crate::scope::node_key(node),
                    ComprehensionKind::Set,
                    &node.generators,
                    (&node.elt, None),
                    dst,
                )?;
            }
            Expr::DictComp(node) => {
                self.inlined_or_nested(
                    expression,
                    crate::scope::node_key(node),
                    ComprehensionKind::Dict,
                    &node.generators,
                    (&node.key, Some(&node.value)),
                    dst,
                )?;
            }
            Expr::Generator(node) => {
                self.inlined_or_nested(
                    expression,
                    crate::scope::node_key(node),
                    ComprehensionKind::Generator,
                    &node.generators,
                    (&node.elt, None),
                    dst,
                )?;
            }
            Expr::Await(node) => {
                self.check_await(expression)?;
                let src = self.operand_at(&node.value, dst)?.take();
                self.await_value(location, src, AwaitContext::Plain, dst);
            }
            Expr::Yield(node) => {
                self.check_yield(expression)?;
                let src = match &node.value {
                    Some(value) => self.operand_at(value, dst)?.take(),
                    None => {
                        let none = self.scratch(dst);
                        self.load_constant(location, none, Constant::None);
                        Use::last(none)
                    }
                };
                let is_async = self.is_async_generator();
                let dst = Def(dst);
                let instruction = if is_async {
                    Instruction::AsyncYield { dst, src }
                } else {
                    Instruction::Yield { dst, src }
                };
                self.emit(location, instruction);
            }
            Expr::YieldFrom(node) => {
                self.check_yield(expression)?;
                if self.unit.kind == UnitKind::AsyncFunction {
                    return fail("'yield from' inside async function", expression);
                }
                let src = self.operand_at(&node.value, dst)?.take();
                let receiver = self.scratch(dst);
                self.emit(location, Instruction::GetYieldFromIter { dst: Def(receiver), src });
                self.emit(location, Instruction::Delegate { dst: Def(dst), receiver: Use::last(receiver) });
            }
            Expr::Call(node) => self.call(node, dst)?,
            Expr::FString(node) => self.f_string(node, location, dst)?,
            Expr::TString(node) => self.t_string(node, location, dst)?,
            Expr::Attribute(node) => self.attribute(node, dst)?,
            Expr::Subscript(node) => self.subscript(node, location, dst)?,
            Expr::Starred(_) => return fail("can't use starred expression here", expression),
            Expr::Slice(node) => self.slice(node, location, dst)?,
            Expr::IpyEscapeCommand(_) => return fail("invalid syntax", expression),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => {
                if let Some(constant) = self.literal(expression)? {
                    self.load_constant(location, dst, constant);
                }
            }
        }
        self.release_to(mark);
        Ok(())
    }

    /// `dst` if that is a temporary, else a new one.
    pub(super) fn scratch(&mut self, dst: Register) -> Register {
        if Unit::is_temporary(dst) { dst } else { self.allocate() }
    }

    pub(super) fn await_value(&mut self, location: Location, src: Use, context: AwaitContext, dst: Register) {
        let receiver = self.scratch(dst);
        self.emit(location, Instruction::GetAwaitable { dst: Def(receiver), src, context });
        self.emit(location, Instruction::Delegate { dst: Def(dst), receiver: Use::last(receiver) });
        if receiver != dst {
            self.release(receiver);
        }
    }

    pub(super) fn allows_top_level_await(&self) -> bool {
        self.options.top_level_await && self.unit.kind == UnitKind::Module
    }

    fn check_await(&self, expression: &Expr) -> Result<()> {
        if self.allows_top_level_await() {
            return Ok(());
        }
        if matches!(
            self.unit.kind,
            UnitKind::Module | UnitKind::Class | UnitKind::Lazy | UnitKind::TypeParameters
        ) {
            return fail("'await' outside function", expression);
        }
        if !matches!(self.unit.kind, UnitKind::AsyncFunction | UnitKind::Generator) {
            return fail("'await' outside async function", expression);
        }
        Ok(())
    }

    fn check_yield(&self, expression: &Expr) -> Result<()> {
        match self.unit.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda | UnitKind::Generator => Ok(()),
            UnitKind::Module | UnitKind::Class | UnitKind::Lazy | UnitKind::TypeParameters => {
                let word = if matches!(expression, Expr::YieldFrom(_)) { "yield from" } else { "yield" };
                fail(format!("'{word}' outside function"), expression)
            }
        }
    }

    pub(super) fn is_async_generator(&self) -> bool {
        self.unit.flags.contains(pyrsc_bytecode::CodeFlags::ASYNC_GENERATOR)
    }

    fn attribute(&mut self, node: &'a ast::ExprAttribute, dst: Register) -> Result<()> {
        let location = self.attribute_location(node);
        if self.super_attribute(node, location, dst)? {
            return Ok(());
        }
        let obj = self.operand_at(&node.value, dst)?.take();
        let name = self.attribute_name(&node.attr);
        let cache = self.unit.cache();
        self.emit(location, Instruction::LoadAttr { dst: Def(dst), obj, name, cache });
        Ok(())
    }

    pub(super) fn attribute_name(&mut self, attribute: &str) -> pyrsc_bytecode::NameIndex {
        let name = self.mangled(attribute);
        self.unit.name(&name)
    }

    /// The position of an attribute access; in a chain over several lines, only that of the attribute.
    pub(super) fn attribute_location(&self, node: &ast::ExprAttribute) -> Location {
        let mut position = self.index.position(node.range);
        let attribute = self.index.position(node.attr.range);
        if position.line != attribute.line {
            position.line = attribute.line;
            position.column = attribute.column;
        }
        Some(position)
    }

    fn subscript(&mut self, node: &'a ast::ExprSubscript, location: Location, dst: Register) -> Result<()> {
        self.check_subscript(node)?;
        if let Expr::Slice(slice) = &*node.slice
            && slice.step.is_none()
            && self.constant(&node.slice)?.is_none()
        {
            let parts: Vec<&Expr> =
                [&slice.lower, &slice.upper].into_iter().flatten().map(|part| &**part).collect();
            let obj = self.operand_before(&node.value, dst, &parts)?;
            let start = self.slice_part(slice.lower.as_deref(), slice)?;
            let stop = self.slice_part(slice.upper.as_deref(), slice)?;
            let (obj, start, stop) = (obj.take(), start.take(), stop.take());
            self.emit(location, Instruction::LoadSlice { dst: Def(dst), obj, start, stop });
            return Ok(());
        }
        let obj = self.operand_before(&node.value, dst, &[&node.slice])?;
        let index = self.operand(&node.slice)?;
        self.emit(location, Instruction::LoadItem { dst: Def(dst), obj: obj.take(), index: index.take() });
        Ok(())
    }

    pub(super) fn slice_part(&mut self, part: Option<&'a Expr>, slice: &ast::ExprSlice) -> Result<Operand> {
        match part {
            // A local could be rebound by a walrus in a later part.
            Some(part) if self.unit.has_walrus => {
                let register = self.temporary(part)?;
                Ok(Operand { register, is_temporary: true })
            }
            Some(part) => self.operand(part),
            None => {
                let register = self.allocate();
                let location = self.location(slice);
                self.load_constant(location, register, Constant::None);
                Ok(Operand { register, is_temporary: true })
            }
        }
    }

    fn slice(&mut self, node: &'a ast::ExprSlice, location: Location, dst: Register) -> Result<()> {
        let start = self.slice_part(node.lower.as_deref(), node)?;
        let stop = self.slice_part(node.upper.as_deref(), node)?;
        let step = match &node.step {
            Some(step) => Some(self.operand(step)?),
            None => None,
        };
        let (start, stop, dst) = (start.take(), stop.take(), Def(dst));
        let instruction = match step {
            None => Instruction::BuildSlice { dst, start, stop },
            Some(step) => Instruction::BuildSliceStep { dst, start, stop, step: step.take() },
        };
        self.emit(location, instruction);
        Ok(())
    }

    /// Warns about subscripts that cannot work.
    fn check_subscript(&mut self, node: &ast::ExprSubscript) -> Result<()> {
        if !node.ctx.is_load() {
            return Ok(());
        }
        let not_subscriptable = match &*node.value {
            Expr::NoneLiteral(_) => Some("NoneType"),
            Expr::BooleanLiteral(_) => Some("bool"),
            Expr::EllipsisLiteral(_) => Some("ellipsis"),
            Expr::NumberLiteral(number) => Some(number_type(number)),
            Expr::Set(_) => Some("set"),
            Expr::SetComp(_) => Some("set"),
            Expr::Generator(_) => Some("generator"),
            Expr::TString(_) => Some("string.templatelib.Template"),
            Expr::Lambda(_) => Some("function"),
            _ => None,
        };
        if let Some(name) = not_subscriptable {
            self.warn(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"), node);
            return Ok(());
        }
        let sequence = match &*node.value {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            _ => return Ok(()),
        };
        let index = match &*node.slice {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Set(_) | Expr::SetComp(_) => "set",
            Expr::Dict(_) | Expr::DictComp(_) => "dict",
            Expr::Generator(_) => "generator",
            Expr::Lambda(_) => "function",
            Expr::NoneLiteral(_) => "NoneType",
            Expr::EllipsisLiteral(_) => "ellipsis",
            Expr::NumberLiteral(number) if number_type(number) != "int" => number_type(number),
            _ => return Ok(()),
        };
        let message = format!(
            "{sequence} indices must be integers or slices, not {index}; perhaps you missed a comma?"
        );
        self.warn(message, node);
        Ok(())
    }

    /// A list, tuple or set display.
    pub(super) fn display(
        &mut self,
        items: &'a [Expr],
        kind: Display,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let has_star = items.iter().any(|item| matches!(item, Expr::Starred(_)));
        if !has_star && items.len() <= MAX_RANGE {
            if kind != Display::Tuple && items.len() >= 3 {
                let constants = self.constants(items)?;
                if let Some(constants) = constants {
                    return self.constant_display(constants, kind, location, dst);
                }
            }
            let range = self.range_of(items, dst)?;
            self.emit(location, kind.build(Def(dst), range));
            return Ok(());
        }
        if !has_star
            && kind != Display::Tuple
            && let Some(constants) = self.constants(items)?
        {
            return self.constant_display(constants, kind, location, dst);
        }
        let collection = self.scratch(dst);
        let first_star = items.iter().position(|item| matches!(item, Expr::Starred(_))).unwrap_or(0);
        let before = first_star.min(MAX_RANGE);
        let range = self.range_of(&items[..before], collection)?;
        let kind_while_building = if kind == Display::Set { Display::Set } else { Display::List };
        self.emit(location, kind_while_building.build(Def(collection), range));
        for item in &items[before..] {
            self.append_item(collection, item, kind == Display::Set, location)?;
        }
        if kind == Display::Tuple {
            self.emit(location, Instruction::ListToTuple { dst: Def(dst), list: Use::last(collection) });
        } else {
            self.move_value(location, dst, Use::last(collection));
        }
        Ok(())
    }

    /// Adds one (possibly starred) item of a display or call to a collection under construction.
    pub(super) fn append_item(
        &mut self,
        collection: Register,
        item: &'a Expr,
        is_set: bool,
        location: Location,
    ) -> Result<()> {
        let mark = self.mark();
        let collection = Use::copy(collection);
        let instruction = match (item, is_set) {
            (Expr::Starred(star), false) => {
                let iterable = self.operand(&star.value)?.take();
                Instruction::ListExtend { list: collection, iterable }
            }
            (Expr::Starred(star), true) => {
                let iterable = self.operand(&star.value)?.take();
                Instruction::SetUpdate { set: collection, iterable }
            }
            (item, false) => Instruction::ListAppend { list: collection, value: self.operand(item)?.take() },
            (item, true) => Instruction::SetAdd { set: collection, value: self.operand(item)?.take() },
        };
        self.emit(location, instruction);
        self.release_to(mark);
        Ok(())
    }

    fn constants(&mut self, items: &'a [Expr]) -> Result<Option<Vec<Constant>>> {
        let mut constants = Vec::with_capacity(items.len());
        for item in items {
            match self.constant(item)? {
                Some(constant) => constants.push(constant),
                None => return Ok(None),
            }
        }
        Ok(Some(constants))
    }

    fn constant_display(
        &mut self,
        constants: Vec<Constant>,
        kind: Display,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let collection = self.scratch(dst);
        let empty = MoveRange { base: collection, count: 0 };
        self.emit(location, kind.build(Def(collection), empty));
        let items = self.allocate();
        let constant =
            if kind == Display::Set { Constant::FrozenSet(constants) } else { Constant::Tuple(constants) };
        self.load_constant(location, items, constant);
        let iterable = Use::last(items);
        let instruction = match kind {
            Display::Set => Instruction::SetUpdate { set: Use::copy(collection), iterable },
            _ => Instruction::ListExtend { list: Use::copy(collection), iterable },
        };
        self.emit(location, instruction);
        self.release(items);
        self.move_value(location, dst, Use::last(collection));
        Ok(())
    }

    /// Evaluates expressions into consecutive temporaries, the first of them `dst` if that is one.
    pub(super) fn range_of(&mut self, items: &'a [Expr], dst: Register) -> Result<MoveRange> {
        let Some((first, rest)) = items.split_first() else {
            return Ok(MoveRange { base: self.unit_temporary(dst), count: 0 });
        };
        let base = self.scratch(dst);
        self.expression_into(first, base)?;
        for item in rest {
            self.temporary(item)?;
        }
        Ok(MoveRange { base, count: items.len() as u16 })
    }

    /// Any temporary, for an empty range.
    fn unit_temporary(&mut self, dst: Register) -> Register {
        self.scratch(dst)
    }

    fn dict(&mut self, node: &'a ast::ExprDict, location: Location, dst: Register) -> Result<()> {
        let has_star = node.items.iter().any(|item| item.key.is_none());
        if !has_star && node.items.len() <= MAX_RANGE / 2 {
            let base = self.scratch(dst);
            for (at, item) in node.items.iter().enumerate() {
                if let Some(key) = &item.key {
                    if at == 0 {
                        self.expression_into(key, base)?;
                    } else {
                        self.temporary(key)?;
                    }
                    self.temporary(&item.value)?;
                }
            }
            let range = MoveRange { base, count: node.items.len() as u16 * 2 };
            self.emit(location, Instruction::BuildDict { dst: Def(dst), range });
            return Ok(());
        }
        let dict = self.scratch(dst);
        let range = MoveRange { base: dict, count: 0 };
        self.emit(location, Instruction::BuildDict { dst: Def(dict), range });
        for item in &node.items {
            let mark = self.mark();
            let target = Use::copy(dict);
            match &item.key {
                Some(key) => {
                    let key = self.operand_for_later(key, &[&item.value])?;
                    let value = self.operand(&item.value)?;
                    let insert =
                        Instruction::DictInsert { dict: target, key: key.take(), value: value.take() };
                    self.emit(location, insert);
                }
                None => {
                    let mapping = self.operand(&item.value)?.take();
                    self.emit(location, Instruction::DictUpdate { dict: target, mapping });
                }
            }
            self.release_to(mark);
        }
        self.move_value(location, dst, Use::last(dict));
        Ok(())
    }

    /// An operand that is read after `others` have been evaluated, in a new temporary or its own register.
    pub(super) fn operand_for_later(&mut self, expression: &'a Expr, others: &[&Expr]) -> Result<Operand> {
        if self.unit.has_walrus && !others.iter().all(|other| is_simple(other)) {
            let register = self.temporary(expression)?;
            return Ok(Operand { register, is_temporary: true });
        }
        self.operand(expression)
    }
}

/// A kind of display.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Display {
    List,
    Tuple,
    Set,
}

impl Display {
    pub(super) fn build(self, dst: Def, range: MoveRange) -> Instruction {
        match self {
            Display::List => Instruction::BuildList { dst, range },
            Display::Tuple => Instruction::BuildTuple { dst, range },
            Display::Set => Instruction::BuildSet { dst, range },
        }
    }
}

/// Whether evaluating an expression cannot bind a variable.
fn is_simple(expression: &Expr) -> bool {
    match expression {
        Expr::Name(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_) => true,
        Expr::Attribute(node) => is_simple(&node.value),
        _ => false,
    }
}

pub(super) fn number_type(number: &ast::ExprNumberLiteral) -> &'static str {
    match number.value {
        ast::Number::Int(_) => "int",
        ast::Number::Float(_) => "float",
        ast::Number::Complex { .. } => "complex",
    }
}

fn binary(operator: Operator, dst: Def, lhs: Use, rhs: Use) -> Instruction {
    match operator {
        Operator::Add => Instruction::Add { dst, lhs, rhs },
        Operator::Sub => Instruction::Subtract { dst, lhs, rhs },
        Operator::Mult => Instruction::Multiply { dst, lhs, rhs },
        Operator::MatMult => Instruction::MatrixMultiply { dst, lhs, rhs },
        Operator::Div => Instruction::TrueDivide { dst, lhs, rhs },
        Operator::Mod => Instruction::Remainder { dst, lhs, rhs },
        Operator::Pow => Instruction::Power { dst, lhs, rhs },
        Operator::LShift => Instruction::LeftShift { dst, lhs, rhs },
        Operator::RShift => Instruction::RightShift { dst, lhs, rhs },
        Operator::BitOr => Instruction::BitOr { dst, lhs, rhs },
        Operator::BitXor => Instruction::BitXor { dst, lhs, rhs },
        Operator::BitAnd => Instruction::BitAnd { dst, lhs, rhs },
        Operator::FloorDiv => Instruction::FloorDivide { dst, lhs, rhs },
    }
}

pub(super) fn in_place(operator: Operator, dst: Def, lhs: Use, rhs: Use) -> Instruction {
    match operator {
        Operator::Add => Instruction::InplaceAdd { dst, lhs, rhs },
        Operator::Sub => Instruction::InplaceSubtract { dst, lhs, rhs },
        Operator::Mult => Instruction::InplaceMultiply { dst, lhs, rhs },
        Operator::MatMult => Instruction::InplaceMatrixMultiply { dst, lhs, rhs },
        Operator::Div => Instruction::InplaceTrueDivide { dst, lhs, rhs },
        Operator::Mod => Instruction::InplaceRemainder { dst, lhs, rhs },
        Operator::Pow => Instruction::InplacePower { dst, lhs, rhs },
        Operator::LShift => Instruction::InplaceLeftShift { dst, lhs, rhs },
        Operator::RShift => Instruction::InplaceRightShift { dst, lhs, rhs },
        Operator::BitOr => Instruction::InplaceBitOr { dst, lhs, rhs },
        Operator::BitXor => Instruction::InplaceBitXor { dst, lhs, rhs },
        Operator::BitAnd => Instruction::InplaceBitAnd { dst, lhs, rhs },
        Operator::FloorDiv => Instruction::InplaceFloorDivide { dst, lhs, rhs },
    }
}

pub(super) fn comparison(operator: CmpOp, dst: Def, lhs: Use, rhs: Use) -> Instruction {
    match operator {
        CmpOp::Eq => Instruction::Equal { dst, lhs, rhs },
        CmpOp::NotEq => Instruction::NotEqual { dst, lhs, rhs },
        CmpOp::Lt => Instruction::Less { dst, lhs, rhs },
        CmpOp::LtE => Instruction::LessEqual { dst, lhs, rhs },
        CmpOp::Gt => Instruction::Greater { dst, lhs, rhs },
        CmpOp::GtE => Instruction::GreaterEqual { dst, lhs, rhs },
        CmpOp::Is => Instruction::Is { dst, lhs, rhs },
        CmpOp::IsNot => Instruction::IsNot { dst, lhs, rhs },
        CmpOp::In => Instruction::Contains { dst, lhs, rhs },
        CmpOp::NotIn => Instruction::NotContains { dst, lhs, rhs },
    }
}

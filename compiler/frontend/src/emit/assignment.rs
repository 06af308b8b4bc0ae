//! Assignment, augmented assignment and deletion.

use pyrsc_bytecode::{Count, Def, DefRange, Instruction, Register, Use};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::expression::{MAX_RANGE, in_place};
use super::unit::Operand;
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};

impl<'a> Emitter<'a> {
    /// `target = ... = value`
    pub(super) fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Result<()> {
        let mark = self.mark();
        if let [target] = targets {
            if let Expr::Name(name) = target
                && let Some(register) = self.direct_target(&name.id)
            {
                self.check_assignable(&name.id, name)?;
                self.expression_into(value, register)?;
                return Ok(());
            }
            if self.assign_in_parallel(target, value)? {
                return Ok(());
            }
            let value = self.operand_for_later(value, &[target])?;
            self.store_operand(target, value)?;
            self.release_to(mark);
            return Ok(());
        }
        // A local that is the value could be rebound by one of the targets.
        let value = self.temporary(value)?;
        for (at, target) in targets.iter().enumerate() {
            self.store_target(target, value, at + 1 == targets.len())?;
        }
        self.release_to(mark);
        Ok(())
    }

    /// `a, b = x, y` without the tuple.
    fn assign_in_parallel(&mut self, target: &'a Expr, value: &'a Expr) -> Result<bool> {
        let items = |expression: &'a Expr| match expression {
            Expr::Tuple(node) => Some(&node.elts),
            Expr::List(node) => Some(&node.elts),
            _ => None,
        };
        let (Some(targets), Some(values)) = (items(target), items(value)) else { return Ok(false) };
        let has_star = |items: &[Expr]| items.iter().any(Expr::is_starred_expr);
        let fits = targets.len() == values.len() && !targets.is_empty() && targets.len() <= MAX_RANGE;
        if !fits || has_star(targets) || has_star(values) {
            return Ok(false);
        }
        let mark = self.mark();
        let mut registers = Vec::with_capacity(values.len());
        for value in values {
            registers.push(self.temporary(value)?);
        }
        for (target, register) in targets.iter().zip(registers) {
            self.store_target(target, register, true)?;
        }
        self.release_to(mark);
        Ok(true)
    }

    /// Stores a temporary, which is moved when `last` is set.
    pub(super) fn store_target(&mut self, target: &'a Expr, value: Register, last: bool) -> Result<()> {
        self.store_operand(target, Operand { register: value, is_temporary: last })
    }

    pub(super) fn store_operand(&mut self, target: &'a Expr, value: Operand) -> Result<()> {
        self.depth.enter(target)?;
        let location = self.location(target);
        let mark = self.mark();
        match target {
            Expr::Name(node) => {
                self.check_assignable(&node.id, node)?;
                self.store_name(&node.id, location, value)?;
            }
            Expr::Attribute(node) => {
                self.check_assignable(&node.attr, node)?;
                let obj = self.operand(&node.value)?.take();
                let location = self.attribute_location(node);
                let name = self.attribute_name(&node.attr);
                let cache = self.unit.cache();
                self.emit(location, Instruction::StoreAttr { obj, value: value.take(), name, cache });
            }
            Expr::Subscript(node) => {
                let (obj, index) = match &*node.slice {
                    Expr::Slice(slice) if slice.step.is_none() && self.constant(&node.slice)?.is_none() => {
                        let obj = self.operand_for_later(&node.value, &[&node.slice])?;
                        let start = self.slice_part(slice.lower.as_deref(), slice)?;
                        let stop = self.slice_part(slice.upper.as_deref(), slice)?;
                        let (obj, start, stop) = (obj.take(), start.take(), stop.take());
                        self.emit(
                            location,
                            Instruction::StoreSlice { obj, start, stop, value: value.take() },
                        );
                        self.release_to(mark);
                        self.depth.leave();
                        return Ok(());
                    }
                    index => (self.operand_for_later(&node.value, &[index])?, self.operand(index)?),
                };
                let (obj, index) = (obj.take(), index.take());
                self.emit(location, Instruction::StoreItem { obj, index, value: value.take() });
            }
            Expr::Tuple(node) => self.unpack(target, &node.elts, location, value)?,
            Expr::List(node) => self.unpack(target, &node.elts, location, value)?,
            Expr::Starred(_) => return fail("starred assignment target must be in a list or tuple", target),
            _ => return fail("cannot assign to expression", target),
        }
        self.release_to(mark);
        self.depth.leave();
        Ok(())
    }

    fn unpack(
        &mut self,
        whole: &'a Expr,
        targets: &'a [Expr],
        location: Location,
        value: Operand,
    ) -> Result<()> {
        let stars: Vec<usize> =
            (0..targets.len()).filter(|&at| matches!(targets[at], Expr::Starred(_))).collect();
        if stars.len() > 1 {
            return fail("multiple starred expressions in assignment", whole);
        }
        // CPython keeps the number of targets before the star in a byte.
        if targets.len() > 0x3f00 || stars.first().is_some_and(|&star| star > 0xff) {
            return fail("too many expressions in star-unpacking assignment", whole);
        }
        let base = self.allocate();
        for _ in 1..targets.len() {
            self.allocate();
        }
        if targets.is_empty() {
            self.release(base);
        }
        let range = DefRange { base, count: targets.len() as u16 };
        match stars.first() {
            None => self.emit(location, Instruction::UnpackSequence { src: value.take(), targets: range }),
            Some(&star) => {
                let before = Count(star as u16);
                self.emit(location, Instruction::UnpackStarred { src: value.take(), targets: range, before });
            }
        }
        for (target, register) in targets.iter().zip(range.registers()) {
            let target = match target {
                Expr::Starred(star) => &*star.value,
                target => target,
            };
            self.store_target(target, register, true)?;
        }
        Ok(())
    }

    /// `target += value`
    pub(super) fn augmented_assignment(&mut self, node: &'a ast::StmtAugAssign) -> Result<()> {
        let location = self.location(node);
        let target_location = self.location(&*node.target);
        let mark = self.mark();
        match &*node.target {
            Expr::Name(target) => {
                self.check_assignable(&target.id, target)?;
                if let Some(register) = self.direct_target(&target.id) {
                    let lhs = self.local_before(target, register, &node.value)?;
                    let rhs = self.operand(&node.value)?;
                    self.emit(location, in_place(node.op, Def(register), lhs.take(), rhs.take()));
                } else {
                    let value = self.allocate();
                    self.load_name(&target.id, target_location, value);
                    let rhs = self.operand(&node.value)?;
                    self.emit(location, in_place(node.op, Def(value), Use::last(value), rhs.take()));
                    let value = Operand { register: value, is_temporary: true };
                    self.store_name(&target.id, target_location, value)?;
                }
            }
            Expr::Attribute(target) => {
                self.check_assignable(&target.attr, target)?;
                let obj = self.operand_for_later(&target.value, &[&node.value])?;
                let name = self.attribute_name(&target.attr);
                let attribute_location = self.attribute_location(target);
                let value = self.allocate();
                let cache = self.unit.cache();
                let load = Instruction::LoadAttr { dst: Def(value), obj: obj.peek(), name, cache };
                self.emit(attribute_location, load);
                let rhs = self.operand(&node.value)?;
                self.emit(location, in_place(node.op, Def(value), Use::last(value), rhs.take()));
                let value = Use::last(value);
                self.emit(attribute_location, Instruction::StoreAttr { obj: obj.take(), value, name, cache });
            }
            Expr::Subscript(target) => self.augmented_subscript(node, target, location, target_location)?,
            other => return fail("illegal expression for augmented assignment", other),
        }
        self.release_to(mark);
        Ok(())
    }

    /// The local on the left of an in-place operator; a copy when the right side could rebind it.
    fn local_before(
        &mut self,
        target: &'a ast::ExprName,
        register: Register,
        value: &'a Expr,
    ) -> Result<Operand> {
        let location = self.location(target);
        let rebindable = self.unit.has_walrus && !value.is_literal_expr() && !value.is_name_expr();
        if rebindable {
            let copy = self.allocate();
            self.load_name(&target.id, location, copy);
            return Ok(Operand { register: copy, is_temporary: true });
        }
        Ok(self.local_operand(&target.id, location).unwrap_or(Operand { register, is_temporary: false }))
    }

    fn augmented_subscript(
        &mut self,
        node: &'a ast::StmtAugAssign,
        target: &'a ast::ExprSubscript,
        location: Location,
        target_location: Location,
    ) -> Result<()> {
        let obj = self.operand_for_later(&target.value, &[&target.slice, &node.value])?;
        if let Expr::Slice(slice) = &*target.slice
            && slice.step.is_none()
            && self.constant(&target.slice)?.is_none()
        {
            let start = self.slice_part(slice.lower.as_deref(), slice)?;
            let stop = self.slice_part(slice.upper.as_deref(), slice)?;
            let value = self.allocate();
            let load = Instruction::LoadSlice {
                dst: Def(value),
                obj: obj.peek(),
                start: start.peek(),
                stop: stop.peek(),
            };
            self.emit(target_location, load);
            let rhs = self.operand(&node.value)?;
            self.emit(location, in_place(node.op, Def(value), Use::last(value), rhs.take()));
            let store = Instruction::StoreSlice {
                obj: obj.take(),
                start: start.take(),
                stop: stop.take(),
                value: Use::last(value),
            };
            self.emit(target_location, store);
            return Ok(());
        }
        let index = self.operand_for_later(&target.slice, &[&node.value])?;
        let value = self.allocate();
        let load = Instruction::LoadItem { dst: Def(value), obj: obj.peek(), index: index.peek() };
        self.emit(target_location, load);
        let rhs = self.operand(&node.value)?;
        self.emit(location, in_place(node.op, Def(value), Use::last(value), rhs.take()));
        let store = Instruction::StoreItem { obj: obj.take(), index: index.take(), value: Use::last(value) };
        self.emit(target_location, store);
        Ok(())
    }

    /// `del target`
    pub(super) fn delete(&mut self, target: &'a Expr) -> Result<()> {
        self.depth.enter(target)?;
        let location = self.location(target);
        let mark = self.mark();
        match target {
            Expr::Name(node) => {
                self.check_deletable(&node.id, node)?;
                self.delete_name(&node.id, location);
            }
            Expr::Attribute(node) => {
                self.check_deletable(&node.attr, node)?;
                let obj = self.operand(&node.value)?.take();
                let location = self.attribute_location(node);
                let name = self.attribute_name(&node.attr);
                self.emit(location, Instruction::DeleteAttr { obj, name });
            }
            Expr::Subscript(node) => {
                let obj = self.operand_for_later(&node.value, &[&node.slice])?;
                let index = self.operand(&node.slice)?;
                self.emit(location, Instruction::DeleteItem { obj: obj.take(), index: index.take() });
            }
            Expr::Tuple(node) => node.elts.iter().try_for_each(|item| self.delete(item))?,
            Expr::List(node) => node.elts.iter().try_for_each(|item| self.delete(item))?,
            other => return fail("cannot delete expression", &other.range()),
        }
        self.release_to(mark);
        self.depth.leave();
        Ok(())
    }
}

//! Truth: `and`, `or`, comparisons, and conditions that become jumps.

use pyrsc_bytecode::{Constant, Def, Instruction, Label, Register, Use};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};

use super::expression::{comparison, number_type};
use super::unit::{Operand, Unit};
use super::{Emitter, Location};
use crate::diagnostic::Result;
use crate::fold;

impl<'a> Emitter<'a> {
    /// Jumps to `target` when the truth of `condition` is `sense`, else falls through.
    pub(super) fn jump_if(&mut self, condition: &'a Expr, sense: bool, target: Label) -> Result<()> {
        self.depth.enter(condition)?;
        self.jump_if_inner(condition, sense, target)?;
        self.depth.leave();
        Ok(())
    }

    fn jump_if_inner(&mut self, condition: &'a Expr, sense: bool, target: Label) -> Result<()> {
        let location = self.location(condition);
        if let Some(constant) = self.constant(condition)? {
            if fold::truth(&constant) == sense {
                self.emit(location, Instruction::Jump { target });
            }
            return Ok(());
        }
        match condition {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => self.jump_if(&node.operand, !sense, target),
            Expr::BoolOp(node) => {
                let short_circuit = node.op == BoolOp::Or;
                let end = self.label();
                let Some((last, init)) = node.values.split_last() else { return Ok(()) };
                for value in init {
                    let where_to = if short_circuit == sense { target } else { end };
                    self.jump_if(value, short_circuit, where_to)?;
                }
                self.jump_if(last, sense, target)?;
                self.bind(end);
                Ok(())
            }
            Expr::If(node) => {
                let (otherwise, end) = (self.label(), self.label());
                self.jump_if(&node.test, false, otherwise)?;
                self.jump_if(&node.body, sense, target)?;
                self.emit(None, Instruction::Jump { target: end });
                self.bind(otherwise);
                self.jump_if(&node.orelse, sense, target)?;
                self.bind(end);
                Ok(())
            }
            Expr::Compare(node) => self.jump_if_comparison(node, sense, target, location),
            _ => {
                let mark = self.mark();
                let src = self.operand(condition)?.take();
                self.emit(location, jump_on_truth(src, sense, target));
                self.release_to(mark);
                Ok(())
            }
        }
    }

    fn jump_if_comparison(
        &mut self,
        node: &'a ast::ExprCompare,
        sense: bool,
        target: Label,
        location: Location,
    ) -> Result<()> {
        self.check_comparison(node);
        let mark = self.mark();
        let comparators: Vec<&Expr> = node.comparators.iter().collect();
        let last = node.ops.len() - 1;
        let mut left = self.operand_for_later(&node.left, &comparators)?;
        // Where comparisons in the middle of a chain go when they fail, and what they must drop there.
        let mut failures: Vec<(Label, Register)> = Vec::new();
        let end = self.label();
        for (at, (&operator, comparator)) in node.ops.iter().zip(&node.comparators).enumerate() {
            if at == last {
                if let Some(is_none) = none_test(operator, comparator) {
                    let src = left.take();
                    let jump = if is_none == sense {
                        Instruction::JumpIfNone { src, target }
                    } else {
                        Instruction::JumpIfNotNone { src, target }
                    };
                    self.emit(location, jump);
                    break;
                }
                let right = self.comparator(comparator, operator)?;
                self.emit(location, jump_on_comparison(operator, left.take(), right.take(), sense, target));
                break;
            }
            let right = self.chain_operand(comparator)?;
            let failure = if right.is_temporary {
                let label = self.label();
                failures.push((label, right.register));
                label
            } else if sense {
                end
            } else {
                target
            };
            self.emit(location, jump_on_comparison(operator, left.take(), right.peek(), false, failure));
            left = right;
        }
        self.release_to(mark);
        if !failures.is_empty() {
            self.emit(None, Instruction::Jump { target: end });
            for (label, register) in failures {
                self.bind(label);
                self.drop_temporary(location, register);
                self.emit(location, Instruction::Jump { target: if sense { end } else { target } });
            }
        }
        self.bind(end);
        Ok(())
    }

    /// An operand in the middle of a chain: read twice, so a local that a later part could rebind is copied.
    fn chain_operand(&mut self, expression: &'a Expr) -> Result<Operand> {
        if self.unit.has_walrus {
            let register = self.temporary(expression)?;
            return Ok(Operand { register, is_temporary: true });
        }
        self.operand(expression)
    }

    /// The right operand of a comparison; a constant list or set after `in` becomes a constant.
    fn comparator(&mut self, expression: &'a Expr, operator: CmpOp) -> Result<Operand> {
        if matches!(operator, CmpOp::In | CmpOp::NotIn) {
            let (items, is_set) = match expression {
                Expr::List(node) => (Some(&node.elts), false),
                Expr::Set(node) => (Some(&node.elts), true),
                _ => (None, false),
            };
            if let Some(items) = items {
                let mut constants = Vec::with_capacity(items.len());
                for item in items {
                    match self.constant(item)? {
                        Some(constant) => constants.push(constant),
                        None => return self.operand(expression),
                    }
                }
                let register = self.allocate();
                let location = self.location(expression);
                let constant =
                    if is_set { Constant::FrozenSet(constants) } else { Constant::Tuple(constants) };
                self.load_constant(location, register, constant);
                return Ok(Operand { register, is_temporary: true });
            }
        }
        self.operand(expression)
    }

    /// A comparison's value.
    pub(super) fn comparison_value(&mut self, node: &'a ast::ExprCompare, dst: Register) -> Result<()> {
        self.check_comparison(node);
        let location = self.location(node);
        let mark = self.mark();
        let last = node.ops.len() - 1;
        let comparators: Vec<&Expr> = node.comparators.iter().collect();
        if last == 0 {
            let left = match Unit::is_temporary(dst) && !matches!(&*node.left, Expr::Name(_)) {
                true => {
                    self.expression_into(&node.left, dst)?;
                    Operand { register: dst, is_temporary: true }
                }
                false => self.operand_for_later(&node.left, &comparators)?,
            };
            let right = self.comparator(&node.comparators[0], node.ops[0])?;
            self.emit(location, comparison(node.ops[0], Def(dst), left.take(), right.take()));
            self.release_to(mark);
            return Ok(());
        }
        let result = self.scratch(dst);
        let mut left = self.operand_for_later(&node.left, &comparators)?;
        let mut failures: Vec<(Label, Option<Register>)> = Vec::new();
        let end = self.label();
        for (at, (&operator, comparator)) in node.ops.iter().zip(&node.comparators).enumerate() {
            if at == last {
                let right = self.comparator(comparator, operator)?;
                self.emit(location, comparison(operator, Def(result), left.take(), right.take()));
                break;
            }
            let right = self.chain_operand(comparator)?;
            self.emit(location, comparison(operator, Def(result), left.take(), right.peek()));
            let label = self.label();
            self.emit(location, Instruction::JumpIfFalse { src: Use::copy(result), target: label });
            failures.push((label, right.is_temporary.then_some(right.register)));
            self.drop_temporary(location, result);
            left = right;
        }
        self.emit(None, Instruction::Jump { target: end });
        for (label, register) in failures {
            self.bind(label);
            if let Some(register) = register {
                self.drop_temporary(location, register);
            }
            self.emit(location, Instruction::Jump { target: end });
        }
        self.bind(end);
        self.move_value(location, dst, Use::last(result));
        self.release_to(mark);
        Ok(())
    }

    /// Warns about `is` with a literal.
    fn check_comparison(&mut self, node: &ast::ExprCompare) {
        let literal = |expression: &Expr| match expression {
            Expr::NumberLiteral(number) => Some(number_type(number)),
            Expr::StringLiteral(_) => Some("str"),
            Expr::BytesLiteral(_) => Some("bytes"),
            Expr::Tuple(tuple) if tuple.elts.iter().all(|item| item.is_literal_expr()) => Some("tuple"),
            _ => None,
        };
        let mut left = literal(&node.left);
        for (operator, comparator) in node.ops.iter().zip(&node.comparators) {
            let right = literal(comparator);
            let word = match operator {
                CmpOp::Is => "is",
                CmpOp::IsNot => "is not",
                _ => {
                    left = right;
                    continue;
                }
            };
            if let Some(name) = left.or(right) {
                let instead = if word == "is" { "==" } else { "!=" };
                self.warn(format!("\"{word}\" with '{name}' literal. Did you mean \"{instead}\"?"), node);
                return;
            }
            left = right;
        }
    }

    /// The value of `and` and `or`.
    pub(super) fn boolean_value(&mut self, expression: &'a Expr, dst: Register) -> Result<()> {
        let mark = self.mark();
        let location = self.location(expression);
        let result = self.scratch(dst);
        if let Expr::BoolOp(node) = expression
            && let Some((last, init)) = node.values.split_last()
        {
            let end = self.label();
            for value in init {
                self.value_and_jump(value, result, node.op == BoolOp::Or, end)?;
                self.drop_temporary(location, result);
            }
            self.expression_into(last, result)?;
            self.bind(end);
        }
        self.move_value(location, dst, Use::last(result));
        self.release_to(mark);
        Ok(())
    }

    /// Evaluates into the temporary `dst` and jumps when the truth of the value is `sense`; the value stays in `dst` on both
    /// ways. No truth is tested twice.
    fn value_and_jump(
        &mut self,
        expression: &'a Expr,
        dst: Register,
        sense: bool,
        target: Label,
    ) -> Result<()> {
        let location = self.location(expression);
        let Expr::BoolOp(node) = expression else {
            self.expression_into(expression, dst)?;
            self.emit(location, jump_on_truth(Use::copy(dst), sense, target));
            return Ok(());
        };
        self.depth.enter(expression)?;
        let short_circuit = node.op == BoolOp::Or;
        let end = self.label();
        if let Some((last, init)) = node.values.split_last() {
            for value in init {
                let where_to = if short_circuit == sense { target } else { end };
                self.value_and_jump(value, dst, short_circuit, where_to)?;
                self.drop_temporary(location, dst);
            }
            self.value_and_jump(last, dst, sense, target)?;
        }
        self.bind(end);
        self.depth.leave();
        Ok(())
    }
}

/// Whether a comparison tests for None: `is None` (true) or `is not None` (false).
fn none_test(operator: CmpOp, comparator: &Expr) -> Option<bool> {
    match (operator, comparator) {
        (CmpOp::Is, Expr::NoneLiteral(_)) => Some(true),
        (CmpOp::IsNot, Expr::NoneLiteral(_)) => Some(false),
        _ => None,
    }
}

pub(super) fn jump_on_truth(src: Use, sense: bool, target: Label) -> Instruction {
    if sense { Instruction::JumpIfTrue { src, target } } else { Instruction::JumpIfFalse { src, target } }
}

fn jump_on_comparison(operator: CmpOp, lhs: Use, rhs: Use, sense: bool, target: Label) -> Instruction {
    match (operator, sense) {
        (CmpOp::Lt, true) => Instruction::JumpIfLess { lhs, rhs, target },
        (CmpOp::Lt, false) => Instruction::JumpIfNotLess { lhs, rhs, target },
        (CmpOp::LtE, true) => Instruction::JumpIfLessEqual { lhs, rhs, target },
        (CmpOp::LtE, false) => Instruction::JumpIfNotLessEqual { lhs, rhs, target },
        (CmpOp::Eq, true) => Instruction::JumpIfEqual { lhs, rhs, target },
        (CmpOp::Eq, false) => Instruction::JumpIfNotEqual { lhs, rhs, target },
        (CmpOp::NotEq, true) => Instruction::JumpIfUnequal { lhs, rhs, target },
        (CmpOp::NotEq, false) => Instruction::JumpIfNotUnequal { lhs, rhs, target },
        (CmpOp::Gt, true) => Instruction::JumpIfGreater { lhs, rhs, target },
        (CmpOp::Gt, false) => Instruction::JumpIfNotGreater { lhs, rhs, target },
        (CmpOp::GtE, true) => Instruction::JumpIfGreaterEqual { lhs, rhs, target },
        (CmpOp::GtE, false) => Instruction::JumpIfNotGreaterEqual { lhs, rhs, target },
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Instruction::JumpIfIs { lhs, rhs, target },
        (CmpOp::Is, false) | (CmpOp::IsNot, true) => Instruction::JumpIfIsNot { lhs, rhs, target },
        (CmpOp::In, true) | (CmpOp::NotIn, false) => Instruction::JumpIfContains { lhs, rhs, target },
        (CmpOp::In, false) | (CmpOp::NotIn, true) => Instruction::JumpIfNotContains { lhs, rhs, target },
    }
}

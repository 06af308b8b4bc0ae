//! Recognises constant expressions.

use pyrsc_bytecode::{Constant, PythonString};
use ruff_python_ast::{self as ast, Expr};

use super::Emitter;
use crate::diagnostic::Result;
use crate::{fold, literal};

impl<'a> Emitter<'a> {
    /// The value of a string literal; its escapes are reported.
    pub(super) fn string_value(&mut self, node: &ast::ExprStringLiteral) -> Result<PythonString> {
        let mut escapes = Vec::new();
        let value = literal::string(node, self.index, &mut escapes)?;
        self.warn_escapes(escapes);
        Ok(value)
    }

    /// The value of a literal.
    pub(super) fn literal(&mut self, expression: &Expr) -> Result<Option<Constant>> {
        Ok(Some(match expression {
            Expr::StringLiteral(node) => Constant::Str(self.string_value(node)?),
            Expr::BytesLiteral(node) => {
                let mut escapes = Vec::new();
                let value = literal::bytes(node, self.index, &mut escapes)?;
                self.warn_escapes(escapes);
                Constant::Bytes(value)
            }
            Expr::NumberLiteral(node) => literal::number(node, self.index)?,
            Expr::BooleanLiteral(node) => Constant::Bool(node.value),
            Expr::NoneLiteral(_) => Constant::None,
            Expr::EllipsisLiteral(_) => Constant::Ellipsis,
            Expr::Name(node) if node.id == "__debug__" && node.ctx.is_load() => {
                Constant::Bool(self.options.optimize == 0)
            }
            _ => return Ok(None),
        }))
    }

    /// Whether an expression has the shape of a constant; cheap, so that most expressions are never folded.
    fn may_be_constant(expression: &Expr) -> bool {
        match expression {
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => true,
            Expr::Name(node) => node.id == "__debug__",
            Expr::Tuple(node) => node.elts.iter().all(Self::may_be_constant),
            Expr::UnaryOp(node) => {
                let mut operand = &*node.operand;
                while let Expr::UnaryOp(inner) = operand {
                    operand = &inner.operand;
                }
                Self::may_be_constant(operand)
            }
            Expr::BinOp(node) => {
                // Down a long chain of operators without recursion.
                let mut left = &*node.left;
                let mut right_is_constant = Self::may_be_constant(&node.right);
                while let Expr::BinOp(inner) = left {
                    if !right_is_constant {
                        return false;
                    }
                    right_is_constant = Self::may_be_constant(&inner.right);
                    left = &inner.left;
                }
                right_is_constant && Self::may_be_constant(left)
            }
            Expr::Subscript(node) => Self::may_be_constant(&node.value) && Self::may_be_constant(&node.slice),
            Expr::Slice(node) => [&node.lower, &node.upper, &node.step]
                .into_iter()
                .flatten()
                .all(|part| Self::may_be_constant(part)),
            _ => false,
        }
    }

    /// The value of an expression that is constant.
    pub(super) fn constant(&mut self, expression: &Expr) -> Result<Option<Constant>> {
        if !Self::may_be_constant(expression) {
            return Ok(None);
        }
        self.fold(expression)
    }

    fn fold(&mut self, expression: &Expr) -> Result<Option<Constant>> {
        self.depth.enter(expression)?;
        let folded = self.fold_inner(expression)?;
        self.depth.leave();
        Ok(folded)
    }

    fn fold_inner(&mut self, expression: &Expr) -> Result<Option<Constant>> {
        Ok(match expression {
            Expr::Tuple(node) => {
                let mut items = Vec::with_capacity(node.elts.len());
                for item in &node.elts {
                    match self.fold(item)? {
                        Some(item) => items.push(item),
                        None => return Ok(None),
                    }
                }
                Some(Constant::Tuple(items))
            }
            Expr::UnaryOp(node) => {
                self.fold(&node.operand)?.and_then(|operand| fold::unary(node.op, &operand))
            }
            Expr::BinOp(node) => match (self.fold(&node.left)?, self.fold(&node.right)?) {
                (Some(left), Some(right)) => fold::binary(node.op, &left, &right),
                _ => None,
            },
            Expr::Subscript(node) if node.ctx.is_load() => {
                match (self.fold(&node.value)?, self.fold(&node.slice)?) {
                    (Some(object), Some(index)) => fold::subscript(&object, &index),
                    _ => None,
                }
            }
            Expr::Slice(node) => {
                let mut parts = Vec::with_capacity(3);
                for part in [&node.lower, &node.upper, &node.step] {
                    match part {
                        None => parts.push(Constant::None),
                        Some(part) => match self.fold(part)? {
                            Some(part) => parts.push(part),
                            None => return Ok(None),
                        },
                    }
                }
                match <[Constant; 3]>::try_from(parts) {
                    Ok(parts) => Some(Constant::Slice(Box::new(parts))),
                    Err(_) => None,
                }
            }
            literal => self.literal(literal)?,
        })
    }
}

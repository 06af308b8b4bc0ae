//! Nodes of expressions.

use pyrsc_bytecode::{Constant, Tree};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, ExprContext, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Builder, name, optional_name, unsupported};
use crate::diagnostic::Result;
use crate::literal;

/// The class of a binary operator.
pub(super) fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    }
}

fn comparison(operator: CmpOp) -> &'static str {
    match operator {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    }
}

fn context(context: ExprContext) -> (&'static str, Tree) {
    let class = match context {
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::Load | ExprContext::Invalid => "Load",
    };
    ("ctx", Tree::node(class, Vec::new()))
}

/// The fields of a constant.
pub(super) fn constant(value: Constant, kind: Option<&str>) -> Vec<(&'static str, Tree)> {
    let kind = kind.map_or(Tree::Nothing, |kind| Tree::Name(kind.to_owned()));
    vec![("value", Tree::Constant(value)), ("kind", kind)]
}

impl Builder<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) -> Result<Tree> {
        let range = expression.range();
        let (class, fields) = match expression {
            Expr::BoolOp(node) => {
                let op = if node.op == BoolOp::And { "And" } else { "Or" };
                let op = Tree::node(op, Vec::new());
                ("BoolOp", vec![("op", op), ("values", self.expressions(&node.values)?)])
            }
            Expr::Named(node) => {
                let target = self.expression(&node.target)?;
                ("NamedExpr", vec![("target", target), ("value", self.expression(&node.value)?)])
            }
            Expr::BinOp(node) => {
                let left = self.expression(&node.left)?;
                let op = Tree::node(operator(node.op), Vec::new());
                ("BinOp", vec![("left", left), ("op", op), ("right", self.expression(&node.right)?)])
            }
            Expr::UnaryOp(node) => {
                let op = match node.op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                let op = Tree::node(op, Vec::new());
                ("UnaryOp", vec![("op", op), ("operand", self.expression(&node.operand)?)])
            }
            Expr::Lambda(node) => {
                let parameters = match &node.parameters {
                    Some(parameters) => self.parameters(parameters)?,
                    None => self.parameters(&ast::Parameters::default())?,
                };
                ("Lambda", vec![("args", parameters), ("body", self.expression(&node.body)?)])
            }
            Expr::If(node) => {
                let test = self.expression(&node.test)?;
                let body = self.expression(&node.body)?;
                ("IfExp", vec![("test", test), ("body", body), ("orelse", self.expression(&node.orelse)?)])
            }
            Expr::Dict(node) => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for item in &node.items {
                    keys.push(self.optional(item.key.as_ref())?);
                    values.push(self.expression(&item.value)?);
                }
                ("Dict", vec![("keys", Tree::List(keys)), ("values", Tree::List(values))])
            }
            Expr::Set(node) => ("Set", vec![("elts", self.expressions(&node.elts)?)]),
            Expr::ListComp(node) => {
                let element = self.expression(&node.elt)?;
                ("ListComp", vec![("elt", element), ("generators", self.comprehensions(&node.generators)?)])
            }
            Expr::SetComp(node) => {
                let element = self.expression(&node.elt)?;
                ("SetComp", vec![("elt", element), ("generators", self.comprehensions(&node.generators)?)])
            }
            Expr::DictComp(node) => {
                let key = self.expression(&node.key)?;
                let value = self.expression(&node.value)?;
                let generators = self.comprehensions(&node.generators)?;
                ("DictComp", vec![("key", key), ("value", value), ("generators", generators)])
            }
            Expr::Generator(node) => {
                let element = self.expression(&node.elt)?;
                let generators = self.comprehensions(&node.generators)?;
                let range = if node.parenthesized { range } else { self.index.with_parentheses(range) };
                let fields = vec![("elt", element), ("generators", generators)];
                return Ok(Tree::placed("GeneratorExp", self.position(range), fields));
            }
            Expr::Await(node) => ("Await", vec![("value", self.expression(&node.value)?)]),
            Expr::Yield(node) => ("Yield", vec![("value", self.optional(node.value.as_deref())?)]),
            Expr::YieldFrom(node) => ("YieldFrom", vec![("value", self.expression(&node.value)?)]),
            Expr::Compare(node) => {
                let left = self.expression(&node.left)?;
                let ops = Tree::list(node.ops.iter().map(|&op| Tree::node(comparison(op), Vec::new())));
                let comparators = self.expressions(&node.comparators)?;
                ("Compare", vec![("left", left), ("ops", ops), ("comparators", comparators)])
            }
            Expr::Call(node) => {
                let function = self.expression(&node.func)?;
                let arguments = self.expressions(&node.arguments.args)?;
                let keywords = self.keywords(&node.arguments.keywords)?;
                ("Call", vec![("func", function), ("args", arguments), ("keywords", keywords)])
            }
            Expr::FString(node) => return self.f_string(node),
            Expr::TString(node) => return self.t_string(node),
            Expr::StringLiteral(node) => {
                let value = literal::string(node, self.index, &mut self.warnings)?;
                let is_unicode = self.index.slice(node.range).starts_with(['u', 'U']);
                ("Constant", constant(Constant::Str(value), is_unicode.then_some("u")))
            }
            Expr::BytesLiteral(node) => {
                let value = literal::bytes(node, self.index, &mut self.warnings)?;
                ("Constant", constant(Constant::Bytes(value), None))
            }
            Expr::NumberLiteral(node) => ("Constant", constant(literal::number(node, self.index)?, None)),
            Expr::BooleanLiteral(node) => ("Constant", constant(Constant::Bool(node.value), None)),
            Expr::NoneLiteral(_) => ("Constant", constant(Constant::None, None)),
            Expr::EllipsisLiteral(_) => ("Constant", constant(Constant::Ellipsis, None)),
            Expr::Attribute(node) => {
                let value = self.expression(&node.value)?;
                ("Attribute", vec![("value", value), ("attr", name(&node.attr)), context(node.ctx)])
            }
            Expr::Subscript(node) => {
                let value = self.expression(&node.value)?;
                let slice = self.expression(&node.slice)?;
                ("Subscript", vec![("value", value), ("slice", slice), context(node.ctx)])
            }
            Expr::Starred(node) => {
                ("Starred", vec![("value", self.expression(&node.value)?), context(node.ctx)])
            }
            Expr::Name(node) => ("Name", vec![("id", Tree::Name(node.id.to_string())), context(node.ctx)]),
            Expr::List(node) => ("List", vec![("elts", self.expressions(&node.elts)?), context(node.ctx)]),
            Expr::Tuple(node) => ("Tuple", vec![("elts", self.expressions(&node.elts)?), context(node.ctx)]),
            Expr::Slice(node) => {
                let lower = self.optional(node.lower.as_deref())?;
                let upper = self.optional(node.upper.as_deref())?;
                let step = self.optional(node.step.as_deref())?;
                ("Slice", vec![("lower", lower), ("upper", upper), ("step", step)])
            }
            Expr::IpyEscapeCommand(node) => return unsupported(node),
        };
        Ok(Tree::placed(class, self.position(range), fields))
    }

    /// The keyword arguments of a call or class.
    pub(super) fn keywords(&mut self, keywords: &[ast::Keyword]) -> Result<Tree> {
        let mut items = Vec::new();
        for keyword in keywords {
            let fields = vec![
                ("arg", optional_name(keyword.arg.as_ref())),
                ("value", self.expression(&keyword.value)?),
            ];
            items.push(Tree::placed("keyword", self.position(keyword.range), fields));
        }
        Ok(Tree::List(items))
    }

    fn comprehensions(&mut self, generators: &[ast::Comprehension]) -> Result<Tree> {
        let mut items = Vec::new();
        for generator in generators {
            let target = self.expression(&generator.target)?;
            let iterable = self.expression(&generator.iter)?;
            let conditions = self.expressions(&generator.ifs)?;
            let is_async = Tree::Number(i64::from(generator.is_async));
            let fields =
                vec![("target", target), ("iter", iterable), ("ifs", conditions), ("is_async", is_async)];
            items.push(Tree::node("comprehension", fields));
        }
        Ok(Tree::List(items))
    }
}

impl crate::source::SourceIndex<'_> {
    /// A range extended to the parentheses around it.
    pub(crate) fn with_parentheses(&self, range: TextRange) -> TextRange {
        let before = self.text[..range.start().to_usize()].rfind('(').unwrap_or(range.start().to_usize());
        let after =
            self.text[range.end().to_usize()..].find(')').map_or(0, |at| at + 1) + range.end().to_usize();
        TextRange::new(TextSize::from(before as u32), TextSize::from(after as u32))
    }
}

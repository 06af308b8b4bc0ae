//! Expressions as text, the way Python writes annotations under `from __future__ import annotations` (ast_unparse.c).

use pyrsc_bytecode::{Constant, PythonString};
use ruff_python_ast::{
    self as ast, BoolOp, CmpOp, ConversionFlag, Expr, InterpolatedStringElement, Operator, UnaryOp,
};
use ruff_text_size::Ranged;

use crate::literal;
use crate::source::SourceIndex;

/// Binding strength, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    Expression,
    BitXor,
    BitAnd,
    Shift,
    Arithmetic,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    /// The next stronger level.
    fn above(self) -> Level {
        const ALL: [Level; 16] = [
            Level::Tuple,
            Level::Test,
            Level::Or,
            Level::And,
            Level::Not,
            Level::Compare,
            Level::Expression,
            Level::BitXor,
            Level::BitAnd,
            Level::Shift,
            Level::Arithmetic,
            Level::Term,
            Level::Factor,
            Level::Power,
            Level::Await,
            Level::Atom,
        ];
        ALL[(self as usize + 1).min(ALL.len() - 1)]
    }
}

/// The text of an expression.
pub(crate) fn unparse(expression: &Expr, index: &SourceIndex<'_>) -> String {
    let mut writer = Writer { text: String::new(), index };
    writer.expression(expression, Level::Test);
    writer.text
}

struct Writer<'a> {
    text: String,
    index: &'a SourceIndex<'a>,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn wrapped(&mut self, wrap: bool, write: impl FnOnce(&mut Self)) {
        if wrap {
            self.push("(");
        }
        write(self);
        if wrap {
            self.push(")");
        }
    }

    fn list(&mut self, items: &[Expr], level: Level) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.expression(item, level);
        }
    }

    fn expression(&mut self, expression: &Expr, level: Level) {
        match expression {
            Expr::BoolOp(node) => {
                let (word, own) = match node.op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.wrapped(level > own, |writer| {
                    for (at, value) in node.values.iter().enumerate() {
                        if at > 0 {
                            writer.push(word);
                        }
                        writer.expression(value, own.above());
                    }
                });
            }
            Expr::BinOp(node) => self.binary(node, level),
            Expr::UnaryOp(node) => {
                let (word, own) = match node.op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.wrapped(level > own, |writer| {
                    writer.push(word);
                    writer.expression(&node.operand, own);
                });
            }
            Expr::Lambda(node) => self.wrapped(level > Level::Test, |writer| {
                writer.push("lambda");
                if let Some(parameters) = &node.parameters {
                    writer.push(" ");
                    writer.parameters(parameters);
                }
                writer.push(": ");
                writer.expression(&node.body, Level::Test);
            }),
            Expr::If(node) => self.wrapped(level > Level::Test, |writer| {
                writer.expression(&node.body, Level::Test.above());
                writer.push(" if ");
                writer.expression(&node.test, Level::Test.above());
                writer.push(" else ");
                writer.expression(&node.orelse, Level::Test);
            }),
            Expr::Dict(node) => {
                self.push("{");
                for (at, item) in node.items.iter().enumerate() {
                    if at > 0 {
                        self.push(", ");
                    }
                    match &item.key {
                        Some(key) => {
                            self.expression(key, Level::Test);
                            self.push(": ");
                            self.expression(&item.value, Level::Test);
                        }
                        None => {
                            self.push("**");
                            self.expression(&item.value, Level::Expression);
                        }
                    }
                }
                self.push("}");
            }
            Expr::Set(node) => {
                self.push("{");
                self.list(&node.elts, Level::Test);
                self.push("}");
            }
            Expr::Generator(node) => {
                self.push("(");
                self.comprehension(&node.elt, None, &node.generators);
                self.push(")");
            }
            Expr::ListComp(node) => {
                self.push("[");
                self.comprehension(&node.elt, None, &node.generators);
                self.push("]");
            }
            Expr::SetComp(node) => {
                self.push("{");
                self.comprehension(&node.elt, None, &node.generators);
                self.push("}");
            }
            Expr::DictComp(node) => {
                self.push("{");
                self.comprehension(&node.key, Some(&node.value), &node.generators);
                self.push("}");
            }
            Expr::Yield(node) => {
                self.push("(yield");
                if let Some(value) = &node.value {
                    self.push(" ");
                    self.expression(value, Level::Test);
                }
                self.push(")");
            }
            Expr::YieldFrom(node) => {
                self.push("(yield from ");
                self.expression(&node.value, Level::Test);
                self.push(")");
            }
            Expr::Await(node) => self.wrapped(level > Level::Await, |writer| {
                writer.push("await ");
                writer.expression(&node.value, Level::Atom);
            }),
            Expr::Compare(node) => self.wrapped(level > Level::Compare, |writer| {
                writer.expression(&node.left, Level::Compare.above());
                for (operator, comparator) in node.ops.iter().zip(&node.comparators) {
                    writer.push(match operator {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    writer.expression(comparator, Level::Compare.above());
                }
            }),
            Expr::Call(node) => {
                self.expression(&node.func, Level::Atom);
                if let ([generator @ Expr::Generator(_)], []) =
                    (&*node.arguments.args, &*node.arguments.keywords)
                {
                    self.expression(generator, Level::Test);
                    return;
                }
                self.push("(");
                self.list(&node.arguments.args, Level::Test);
                for (at, keyword) in node.arguments.keywords.iter().enumerate() {
                    if at > 0 || !node.arguments.args.is_empty() {
                        self.push(", ");
                    }
                    match &keyword.arg {
                        Some(name) => {
                            self.push(name);
                            self.push("=");
                        }
                        None => self.push("**"),
                    }
                    self.expression(&keyword.value, Level::Test);
                }
                self.push(")");
            }
            Expr::Attribute(node) => {
                self.expression(&node.value, Level::Atom);
                // `1.real` would be a float.
                let is_int = matches!(&*node.value, Expr::NumberLiteral(number) if number.value.is_int());
                self.push(if is_int { " ." } else { "." });
                self.push(&node.attr);
            }
            Expr::Starred(node) => {
                self.push("*");
                self.expression(&node.value, Level::Expression);
            }
            Expr::Name(node) => self.push(&node.id),
            Expr::List(node) => {
                self.push("[");
                self.list(&node.elts, Level::Test);
                self.push("]");
            }
            Expr::Tuple(node) => {
                if node.elts.is_empty() {
                    self.push("()");
                    return;
                }
                self.wrapped(level > Level::Tuple, |writer| {
                    writer.list(&node.elts, Level::Test);
                    if node.elts.len() == 1 {
                        writer.push(",");
                    }
                });
            }
            Expr::Subscript(node) => {
                self.expression(&node.value, Level::Atom);
                self.push("[");
                self.expression(&node.slice, Level::Tuple);
                self.push("]");
            }
            Expr::Slice(node) => {
                if let Some(lower) = &node.lower {
                    self.expression(lower, Level::Test);
                }
                self.push(":");
                if let Some(upper) = &node.upper {
                    self.expression(upper, Level::Test);
                }
                if let Some(step) = &node.step {
                    self.push(":");
                    self.expression(step, Level::Test);
                }
            }
            Expr::Named(node) => self.wrapped(level > Level::Tuple, |writer| {
                writer.expression(&node.target, Level::Atom);
                writer.push(" := ");
                writer.expression(&node.value, Level::Atom);
            }),
            Expr::FString(node) => {
                let mut body = PythonString::new();
                for part in &node.value {
                    match part {
                        ast::FStringPart::Literal(part) => push_doubled(&mut body, &part.value),
                        ast::FStringPart::FString(part) => self.interpolated(&part.elements, &mut body),
                    }
                }
                self.push("f");
                self.push(&repr(&body));
            }
            Expr::TString(node) => {
                let mut body = PythonString::new();
                for part in &node.value {
                    self.interpolated(&part.elements, &mut body);
                }
                self.push("t");
                self.push(&repr(&body));
            }
            Expr::StringLiteral(node) => {
                let value = literal::string(node, self.index, &mut Vec::new()).unwrap_or_default();
                self.push(&repr(&value));
            }
            Expr::BytesLiteral(node) => {
                let value = literal::bytes(node, self.index, &mut Vec::new()).unwrap_or_default();
                self.push(&bytes_repr(&value));
            }
            Expr::NumberLiteral(node) => {
                let text = match literal::number(node, self.index) {
                    Ok(Constant::Int(value)) => value.to_string(),
                    Ok(Constant::Float(value)) => float_repr(value),
                    Ok(Constant::Complex(_, imaginary)) => {
                        let text = float_repr(imaginary);
                        format!("{}j", text.strip_suffix(".0").unwrap_or(&text))
                    }
                    Ok(big @ Constant::BigInt(_)) => {
                        literal::int_value(&big).map_or_else(String::new, |value| value.to_string())
                    }
                    _ => self.index.slice(node.range()).to_owned(),
                };
                self.push(&text);
            }
            Expr::BooleanLiteral(node) => self.push(if node.value { "True" } else { "False" }),
            Expr::NoneLiteral(_) => self.push("None"),
            Expr::EllipsisLiteral(_) => self.push("..."),
            Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn binary(&mut self, node: &ast::ExprBinOp, level: Level) {
        let (word, own, is_right) = match node.op {
            Operator::Add => (" + ", Level::Arithmetic, false),
            Operator::Sub => (" - ", Level::Arithmetic, false),
            Operator::Mult => (" * ", Level::Term, false),
            Operator::MatMult => (" @ ", Level::Term, false),
            Operator::Div => (" / ", Level::Term, false),
            Operator::Mod => (" % ", Level::Term, false),
            Operator::FloorDiv => (" // ", Level::Term, false),
            Operator::LShift => (" << ", Level::Shift, false),
            Operator::RShift => (" >> ", Level::Shift, false),
            Operator::BitOr => (" | ", Level::Expression, false),
            Operator::BitXor => (" ^ ", Level::BitXor, false),
            Operator::BitAnd => (" & ", Level::BitAnd, false),
            Operator::Pow => (" ** ", Level::Power, true),
        };
        self.wrapped(level > own, |writer| {
            writer.expression(&node.left, if is_right { own.above() } else { own });
            writer.push(word);
            writer.expression(&node.right, if is_right { own } else { own.above() });
        });
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut separator = "";
        let positional = parameters.posonlyargs.len();
        for (at, parameter) in parameters.posonlyargs.iter().chain(&parameters.args).enumerate() {
            self.push(separator);
            separator = ", ";
            self.parameter(parameter);
            if at + 1 == positional {
                self.push(", /");
            }
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            self.push(separator);
            separator = ", ";
            self.push("*");
            if let Some(parameter) = &parameters.vararg {
                self.push(&parameter.name);
            }
        }
        for parameter in &parameters.kwonlyargs {
            self.push(separator);
            separator = ", ";
            self.parameter(parameter);
        }
        if let Some(parameter) = &parameters.kwarg {
            self.push(separator);
            self.push("**");
            self.push(&parameter.name);
        }
    }

    fn parameter(&mut self, parameter: &ast::ParameterWithDefault) {
        self.push(&parameter.parameter.name);
        if let Some(default) = &parameter.default {
            self.push("=");
            self.expression(default, Level::Test);
        }
    }

    fn comprehension(&mut self, first: &Expr, second: Option<&Expr>, generators: &[ast::Comprehension]) {
        self.expression(first, Level::Test);
        if let Some(second) = second {
            self.push(": ");
            self.expression(second, Level::Test);
        }
        for generator in generators {
            self.push(if generator.is_async { " async for " } else { " for " });
            self.expression(&generator.target, Level::Tuple);
            self.push(" in ");
            self.expression(&generator.iter, Level::Test.above());
            for condition in &generator.ifs {
                self.push(" if ");
                self.expression(condition, Level::Test.above());
            }
        }
    }

    fn interpolated(&mut self, elements: &[InterpolatedStringElement], body: &mut PythonString) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(element) => push_doubled(body, &element.value),
                InterpolatedStringElement::Interpolation(element) => {
                    if let Some(debug) = &element.debug_text {
                        push_doubled(body, &debug.leading);
                        push_doubled(body, self.index.slice(element.expression.range()));
                        push_doubled(body, &debug.trailing);
                    }
                    let mut inner = Writer { text: String::new(), index: self.index };
                    inner.expression(&element.expression, Level::Test.above());
                    body.push_str(if inner.text.starts_with('{') { "{ " } else { "{" });
                    body.push_str(&inner.text);
                    body.push_str(match element.conversion {
                        ConversionFlag::Str => "!s",
                        ConversionFlag::Repr => "!r",
                        ConversionFlag::Ascii => "!a",
                        ConversionFlag::None
                            if element.debug_text.is_some() && element.format_spec.is_none() =>
                        {
                            "!r"
                        }
                        ConversionFlag::None => "",
                    });
                    if let Some(spec) = &element.format_spec {
                        body.push_str(":");
                        self.interpolated(&spec.elements, body);
                    }
                    body.push_str("}");
                }
            }
        }
    }
}

fn push_doubled(body: &mut PythonString, text: &str) {
    body.push_str(&text.replace('{', "{{").replace('}', "}}"));
}

/// `repr` of a str.
fn repr(value: &PythonString) -> String {
    let code_points: Vec<u32> = value.code_points().collect();
    let has_single = code_points.contains(&('\'' as u32));
    let has_double = code_points.contains(&('"' as u32));
    let quote = if has_single && !has_double { '"' } else { '\'' };
    let mut text = String::from(quote);
    for code_point in code_points {
        match char::from_u32(code_point) {
            Some(character) if character == quote || character == '\\' => {
                text.push('\\');
                text.push(character);
            }
            Some('\n') => text.push_str("\\n"),
            Some('\r') => text.push_str("\\r"),
            Some('\t') => text.push_str("\\t"),
            Some(character) if character < ' ' || character == '\x7f' => {
                text.push_str(&format!("\\x{:02x}", character as u32));
            }
            Some(character) => text.push(character),
            None => text.push_str(&format!("\\u{code_point:04x}")),
        }
    }
    text.push(quote);
    text
}

fn bytes_repr(value: &[u8]) -> String {
    let quote = if value.contains(&b'\'') && !value.contains(&b'"') { b'"' } else { b'\'' };
    let mut text = format!("b{}", quote as char);
    for &byte in value {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            byte if byte == quote => {
                text.push('\\');
                text.push(byte as char);
            }
            b' '..=b'~' => text.push(byte as char),
            byte => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text.push(quote as char);
    text
}

/// `repr` of a float; infinity as a literal that overflows.
fn float_repr(value: f64) -> String {
    if value.is_infinite() {
        return "1e309".to_owned();
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        return match text.split_once('e') {
            Some((digits, exponent)) => {
                let (sign, number) = match exponent.strip_prefix('-') {
                    Some(number) => ('-', number),
                    None => ('+', exponent),
                };
                format!("{digits}e{sign}{number:0>2}")
            }
            None => text,
        };
    }
    format!("{value:?}")
}

//! Nodes of f-strings and t-strings.

use pyrsc_bytecode::{Constant, Position, PythonString, Tree};
use ruff_python_ast::{self as ast, ConversionFlag, FStringPart, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Builder;
use super::expression::constant;
use crate::diagnostic::Result;
use crate::literal::{self, without_comments};

/// The parts of a string: adjacent texts are one constant.
#[derive(Default)]
struct Parts {
    parts: Vec<Tree>,
    text: PythonString,
    place: Option<Position>,
    is_unicode: bool,
}

impl Parts {
    fn push_text(&mut self, text: &PythonString, place: Position) {
        self.text.push(text);
        self.place = Some(match self.place {
            Some(first) => Position { end_line: place.end_line, end_column: place.end_column, ..first },
            None => place,
        });
    }

    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let place = self.place.take();
        if !text.is_empty() {
            let kind = self.is_unicode.then_some("u");
            self.parts.push(Tree::placed("Constant", place, constant(Constant::Str(text), kind)));
        }
    }

    fn push(&mut self, part: Tree) {
        self.end_text();
        self.parts.push(part);
    }

    fn finish(mut self) -> Tree {
        self.end_text();
        Tree::List(self.parts)
    }
}

impl Builder<'_> {
    pub(super) fn f_string(&mut self, node: &ast::ExprFString) -> Result<Tree> {
        let is_unicode = self.index.slice(node.range).starts_with(['u', 'U']);
        let mut parts = Parts { is_unicode, ..Parts::default() };
        for part in &node.value {
            match part {
                FStringPart::Literal(part) => {
                    let mut text = PythonString::new();
                    literal::string_part(part, self.index, &mut self.warnings, &mut text)?;
                    parts.push_text(&text, self.index.position(part.range));
                }
                FStringPart::FString(part) => {
                    let is_raw = part.flags.prefix().is_raw();
                    self.elements(&part.elements, is_raw, false, &mut parts)?;
                }
            }
        }
        Ok(Tree::placed("JoinedStr", self.position(node.range), vec![("values", parts.finish())]))
    }

    pub(super) fn t_string(&mut self, node: &ast::ExprTString) -> Result<Tree> {
        let mut parts = Parts::default();
        for part in &node.value {
            let is_raw = part.flags.prefix().is_raw();
            self.elements(&part.elements, is_raw, true, &mut parts)?;
        }
        Ok(Tree::placed("TemplateStr", self.position(node.range), vec![("values", parts.finish())]))
    }

    fn elements(
        &mut self,
        elements: &[InterpolatedStringElement],
        is_raw: bool,
        is_template: bool,
        parts: &mut Parts,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(element) => {
                    let mut text = PythonString::new();
                    literal::interpolated_part(element, is_raw, self.index, &mut self.warnings, &mut text)?;
                    parts.push_text(&text, self.index.position(element.range));
                }
                InterpolatedStringElement::Interpolation(element) => {
                    self.field(element, is_raw, is_template, parts)?;
                }
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        element: &ast::InterpolatedElement,
        is_raw: bool,
        is_template: bool,
        parts: &mut Parts,
    ) -> Result<()> {
        let rest = &self.index.text[element.expression.end().to_usize()..element.range.end().to_usize()];
        if let Some(debug) = &element.debug_text {
            // `{x = }`: the text up to the value is a part of its own.
            let trailing = rest.find(debug.trailing.as_str()).unwrap_or(0) + debug.trailing.len();
            let start = element.range.start() + TextSize::from(1);
            let end = element.expression.end() + TextSize::try_from(trailing).unwrap_or_default();
            let range = TextRange::new(start, end);
            let mut text = PythonString::new();
            text.push_str(&without_comments(self.index.slice(range)));
            parts.push_text(&text, self.index.position(range));
        }
        let conversion = match element.conversion {
            ConversionFlag::Str => i64::from(b's'),
            ConversionFlag::Repr => i64::from(b'r'),
            ConversionFlag::Ascii => i64::from(b'a'),
            ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => {
                i64::from(b'r')
            }
            ConversionFlag::None => -1,
        };
        let value = self.expression(&element.expression)?;
        let specification = match &element.format_spec {
            None => Tree::Nothing,
            Some(specification) => {
                let mut inner = Parts::default();
                self.elements(&specification.elements, is_raw, false, &mut inner)?;
                // The colon belongs to it.
                let range = TextRange::new(
                    specification.range.start() - TextSize::from(1),
                    specification.range.end(),
                );
                Tree::placed("JoinedStr", self.position(range), vec![("values", inner.finish())])
            }
        };
        let mut fields = vec![("value", value)];
        if is_template {
            let closing = rest.find(['=', '!', ':', '}']).unwrap_or(0);
            let start = element.range.start() + TextSize::from(1);
            let end = element.expression.end() + TextSize::try_from(closing).unwrap_or_default();
            let text = without_comments(self.index.slice(TextRange::new(start, end)));
            fields.push(("str", Tree::Constant(Constant::string(&text))));
        }
        fields.push(("conversion", Tree::Number(conversion)));
        fields.push(("format_spec", specification));
        let class = if is_template { "Interpolation" } else { "FormattedValue" };
        parts.push(Tree::placed(class, self.position(element.range), fields));
        Ok(())
    }
}

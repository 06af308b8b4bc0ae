//! f-strings, t-strings and docstrings.

use pyrsc_bytecode::{Constant, Conversion, Def, Instruction, MoveRange, PythonString, Register, Use};
use ruff_python_ast::{self as ast, ConversionFlag, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::expression::MAX_RANGE;
use super::{Emitter, Location};
use crate::diagnostic::Result;
use crate::literal;

/// A piece of an f-string: text between interpolations (joined across parts), or an interpolation.
enum Piece<'a> {
    Text(PythonString, TextRange),
    Value(&'a ast::InterpolatedElement, bool),
}

impl<'a> Emitter<'a> {
    pub(super) fn f_string(
        &mut self,
        node: &'a ast::ExprFString,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let mut pieces = Vec::new();
        for part in &node.value {
            match part {
                ast::FStringPart::Literal(part) => {
                    let mut escapes = Vec::new();
                    let mut text = PythonString::new();
                    literal::string_part(part, self.index, &mut escapes, &mut text)?;
                    self.warn_escapes(escapes);
                    push_text(&mut pieces, text, part.range());
                }
                ast::FStringPart::FString(part) => {
                    let is_raw = part.flags.prefix().is_raw();
                    self.pieces(&part.elements, is_raw, &mut pieces)?;
                }
            }
        }
        self.join(pieces, location, dst)
    }

    fn pieces(
        &mut self,
        elements: &'a [InterpolatedStringElement],
        is_raw: bool,
        pieces: &mut Vec<Piece<'a>>,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(element) => {
                    let mut escapes = Vec::new();
                    let mut text = PythonString::new();
                    literal::interpolated_part(element, is_raw, self.index, &mut escapes, &mut text)?;
                    self.warn_escapes(escapes);
                    push_text(pieces, text, element.range);
                }
                InterpolatedStringElement::Interpolation(element) => {
                    if element.debug_text.is_some() {
                        let (text, range) = self.debug_text(element);
                        push_text(pieces, text.into(), range);
                    }
                    pieces.push(Piece::Value(element, is_raw));
                }
            }
        }
        Ok(())
    }

    /// The text of `{x=}` up to the value.
    fn debug_text(&self, element: &ast::InterpolatedElement) -> (String, TextRange) {
        let Some(debug) = &element.debug_text else { return (String::new(), element.range) };
        let text = self.index.slice(self.expression_range(element));
        let text = format!("{}{text}{}", debug.leading, debug.trailing);
        (literal::without_comments(&text).into_owned(), element.range)
    }

    /// The range of an interpolation's expression, its parentheses included.
    fn expression_range(&self, element: &ast::InterpolatedElement) -> TextRange {
        match &element.debug_text {
            Some(debug) => {
                let start = element.range.start() + TextSize::from(1) + TextSize::of(debug.leading.as_str());
                let rest =
                    &self.index.text[element.expression.end().to_usize()..element.range.end().to_usize()];
                // Closing parentheses around the expression belong to it.
                let trailing = rest.find(debug.trailing.as_str()).unwrap_or(0);
                TextRange::new(
                    start,
                    element.expression.end() + TextSize::try_from(trailing).unwrap_or_default(),
                )
            }
            None => element.expression.range(),
        }
    }

    fn join(&mut self, pieces: Vec<Piece<'a>>, location: Location, dst: Register) -> Result<()> {
        let mark = self.mark();
        match pieces.len() {
            0 => {
                self.load_constant(location, dst, Constant::Str(PythonString::new()));
                return Ok(());
            }
            1 => {
                self.piece(&pieces[0], dst)?;
                self.release_to(mark);
                return Ok(());
            }
            _ => {}
        }
        let base = self.scratch(dst);
        let after_base = self.mark();
        let mut count = 0u16;
        for piece in &pieces {
            let register = if count == 0 { base } else { self.allocate() };
            self.piece(piece, register)?;
            count += 1;
            if count as usize == MAX_RANGE {
                // Long f-strings are joined in portions.
                let range = MoveRange { base, count };
                self.emit(location, Instruction::BuildString { dst: Def(base), range });
                self.release_to(after_base);
                count = 1;
            }
        }
        let range = MoveRange { base, count };
        self.emit(location, Instruction::BuildString { dst: Def(dst), range });
        self.release_to(mark);
        Ok(())
    }

    fn piece(&mut self, piece: &Piece<'a>, dst: Register) -> Result<()> {
        match piece {
            Piece::Text(text, range) => {
                let location = self.location(range);
                self.load_constant(location, dst, Constant::Str(text.clone()));
                Ok(())
            }
            Piece::Value(element, is_raw) => self.formatted_value(element, *is_raw, dst),
        }
    }

    fn formatted_value(
        &mut self,
        element: &'a ast::InterpolatedElement,
        is_raw: bool,
        dst: Register,
    ) -> Result<()> {
        let location = self.location(element);
        let mark = self.mark();
        let value = self.scratch(dst);
        self.expression_into(&element.expression, value)?;
        let conversion = conversion(element);
        if conversion != Conversion::None {
            self.emit(location, Instruction::Convert { dst: Def(value), src: Use::last(value), conversion });
        }
        let src = Use::last(value);
        match &element.format_spec {
            None => self.emit(location, Instruction::FormatSimple { dst: Def(dst), src }),
            Some(spec) => {
                let text = self.allocate();
                self.format_spec(spec, is_raw, text)?;
                self.emit(
                    location,
                    Instruction::FormatWithSpec { dst: Def(dst), src, spec: Use::last(text) },
                );
            }
        }
        self.release_to(mark);
        Ok(())
    }

    fn format_spec(
        &mut self,
        spec: &'a ast::InterpolatedStringFormatSpec,
        is_raw: bool,
        dst: Register,
    ) -> Result<()> {
        self.depth.enter(spec)?;
        let location = self.location(spec);
        let mut pieces = Vec::new();
        self.pieces(&spec.elements, is_raw, &mut pieces)?;
        self.join(pieces, location, dst)?;
        self.depth.leave();
        Ok(())
    }

    /// A t-string: the texts around and between the interpolations, and the interpolations.
    pub(super) fn t_string(
        &mut self,
        node: &'a ast::ExprTString,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let mut pieces = Vec::new();
        for part in &node.value {
            self.pieces(&part.elements, part.flags.prefix().is_raw(), &mut pieces)?;
        }
        let mut strings = vec![PythonString::new()];
        let mut values = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Text(text, _) => {
                    if let Some(last) = strings.last_mut() {
                        last.push(&text);
                    }
                }
                Piece::Value(element, is_raw) => {
                    values.push((element, is_raw));
                    strings.push(PythonString::new());
                }
            }
        }
        let texts = self.scratch(dst);
        let constant = Constant::Tuple(strings.into_iter().map(Constant::Str).collect());
        self.load_constant(location, texts, constant);
        let list = self.allocate();
        if values.len() <= MAX_RANGE {
            let count = values.len() as u16;
            for (at, (element, is_raw)) in values.into_iter().enumerate() {
                let register = if at == 0 { list } else { self.allocate() };
                self.interpolation(element, is_raw, register)?;
            }
            let range = MoveRange { base: list, count };
            self.emit(location, Instruction::BuildTuple { dst: Def(list), range });
        } else {
            let range = MoveRange { base: list, count: 0 };
            self.emit(location, Instruction::BuildList { dst: Def(list), range });
            for (element, is_raw) in values {
                let value = self.allocate();
                self.interpolation(element, is_raw, value)?;
                self.emit(
                    location,
                    Instruction::ListAppend { list: Use::copy(list), value: Use::last(value) },
                );
                self.release(value);
            }
            self.emit(location, Instruction::ListToTuple { dst: Def(list), list: Use::last(list) });
        }
        let (strings, interpolations) = (Use::last(texts), Use::last(list));
        self.emit(location, Instruction::BuildTemplate { dst: Def(dst), strings, interpolations });
        self.release_to(mark);
        Ok(())
    }

    fn interpolation(
        &mut self,
        element: &'a ast::InterpolatedElement,
        is_raw: bool,
        dst: Register,
    ) -> Result<()> {
        let location = self.location(element);
        let mark = self.mark();
        self.expression_into(&element.expression, dst)?;
        // The text between the brace and whatever ends the expression.
        let start = element.range.start() + TextSize::from(1);
        let after = &self.index.text[element.expression.end().to_usize()..element.range.end().to_usize()];
        let closing = after.find(['=', '!', ':', '}']).unwrap_or(0);
        let end = element.expression.end() + TextSize::try_from(closing).unwrap_or_default();
        let text = literal::without_comments(self.index.slice(TextRange::new(start, end)));
        let expression = self.unit.constant(Constant::string(&text));
        let (value, conversion) = (Use::last(dst), conversion(element));
        let instruction = match &element.format_spec {
            None => Instruction::BuildInterpolation { dst: Def(dst), value, conversion, expression },
            Some(spec) => {
                let register = self.allocate();
                self.format_spec(spec, is_raw, register)?;
                let spec = Use::last(register);
                Instruction::BuildInterpolationWithSpec { dst: Def(dst), value, spec, conversion, expression }
            }
        };
        self.emit(location, instruction);
        self.release_to(mark);
        Ok(())
    }
}

fn push_text(pieces: &mut Vec<Piece<'_>>, text: PythonString, range: TextRange) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text(last, last_range)) = pieces.last_mut() {
        last.push(&text);
        *last_range = last_range.cover(range);
    } else {
        pieces.push(Piece::Text(text, range));
    }
}

fn conversion(element: &ast::InterpolatedElement) -> Conversion {
    match element.conversion {
        ConversionFlag::Str => Conversion::Str,
        ConversionFlag::Repr => Conversion::Repr,
        ConversionFlag::Ascii => Conversion::Ascii,
        ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => {
            Conversion::Repr
        }
        ConversionFlag::None => Conversion::None,
    }
}

/// A docstring with its common indentation removed: the blanks that all lines but the first begin with go, tabs expanded,
/// as `inspect.cleandoc` does but for blank lines, which stay.
pub(super) fn clean_docstring(text: &PythonString) -> PythonString {
    let Some(text) = text.as_str() else { return text.clone() };
    let expanded = expand_tabs(text);
    let mut lines = expanded.split('\n');
    let first = lines.next().unwrap_or("");
    let rest: Vec<&str> = lines.collect();
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = rest
        .iter()
        .filter(|line| !line.trim_start_matches(' ').is_empty())
        .map(|line| indent_of(line))
        .min()
        .unwrap_or(0);
    let mut cleaned = String::with_capacity(text.len());
    cleaned.push_str(first.trim_start_matches(' '));
    for line in rest {
        cleaned.push('\n');
        cleaned.push_str(&line[margin.min(indent_of(line))..]);
    }
    cleaned.into()
}

fn expand_tabs(text: &str) -> String {
    if !text.contains('\t') {
        return text.to_owned();
    }
    let mut expanded = String::with_capacity(text.len() + 32);
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => {
                let blanks = 8 - column % 8;
                (0..blanks).for_each(|_| expanded.push(' '));
                column += blanks;
            }
            '\n' | '\r' => {
                expanded.push(character);
                column = 0;
            }
            other => {
                expanded.push(other);
                column += 1;
            }
        }
    }
    expanded
}

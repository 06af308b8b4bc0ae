//! Words the mistakes, and says where they are, as Python counts.

use std::rc::Rc;

use ruff_text_size::{TextRange, TextSize};

use super::matcher::{Matcher, Stop};
use super::node::{Kind, Node};
use crate::diagnostic::{ErrorKind, Place};
use crate::tokenize::{Bracket, Failure, FailureKind, Token, TokenKind};

const INCOMPLETE: &str = "incomplete input";
pub(super) const TOO_COMPLEX: &str = "Parser stack overflowed - Python source too complex to parse";
pub(super) const SEVERAL_STATEMENTS: &str = "multiple statements found while compiling a single statement";

/// A mistake and its place.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    pub kind: ErrorKind,
    pub message: String,
    pub place: Place,
}

impl Mistake {
    pub fn new(kind: ErrorKind, message: impl Into<String>, place: Place) -> Mistake {
        Mistake { kind, message: message.into(), place }
    }
}

/// What may be assigned to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Assign,
    Delete,
    For,
}

/// What a rule for a mistake says, about the parts that it names.
pub(super) enum Report {
    Last(&'static str),
    Next(&'static str),
    Indent(&'static str),
    At(usize, &'static str),
    From(usize, &'static str),
    Span(usize, usize, &'static str),
    Target(Targets, usize),
    Call(Call),
}

/// Reports that depend on more than the rule.
#[derive(Clone, Copy)]
pub(super) enum Call {
    MissingComma,
    LegacyStatement,
    MissingColon,
    ComprehensionTarget,
    GeneratorExtent,
    BareGenerator,
    ArgumentOrder,
    MixedTemplates,
    NotEqual,
}

/// What is checked where a rule fits.
#[derive(Clone, Copy)]
pub(super) enum Check {
    Complex,
    Strings,
    Conversion,
    Middle,
}

type Part<'a> = Option<&'a Rc<Node>>;

impl Matcher<'_> {
    /// Notes the mistake. False when the rule finds none after all.
    pub(super) fn report(
        &mut self,
        report: &Report,
        next: u32,
        a: Part<'_>,
        b: Part<'_>,
    ) -> Result<bool, Stop> {
        let syntax = ErrorKind::Syntax;
        let part = |number: usize| if number == 1 { a } else { b };
        let mistake = match report {
            Report::Last(message) => self.at_last(syntax, *message),
            Report::Indent(message) => {
                let message = self.worded(message, a, b);
                self.at_last(ErrorKind::Indentation, message)
            }
            Report::Next(message) => {
                let token = self.token(next)?;
                self.at_token(syntax, *message, token)
            }
            Report::At(number, message) => {
                let Some(node) = part(*number) else { return Ok(false) };
                Mistake::new(syntax, self.worded(message, a, b), self.place_of(node, node))
            }
            Report::From(number, message) => {
                let Some(node) = part(*number) else { return Ok(false) };
                let place = self.place_from(node);
                Mistake::new(syntax, self.worded(message, a, b), place)
            }
            Report::Span(from, to, message) => {
                let (Some(from), Some(to)) = (part(*from), part(*to)) else { return Ok(false) };
                Mistake::new(syntax, self.worded(message, a, b), self.place_of(from, to))
            }
            Report::Target(targets, number) => {
                let Some(bad) = part(*number).and_then(|node| invalid_target(node, *targets)) else {
                    return Ok(false);
                };
                let verb = if *targets == Targets::Delete { "delete" } else { "assign to" };
                let message = format!("cannot {verb} {}", bad.kind.description());
                Mistake::new(syntax, message, self.place_of(&bad, &bad))
            }
            Report::Call(call) => match self.call(*call, next, a, b) {
                Some(mistake) => mistake,
                None => return Ok(false),
            },
        };
        self.mistake = Some(mistake);
        Ok(true)
    }

    fn call(&mut self, call: Call, next: u32, a: Part<'_>, b: Part<'_>) -> Option<Mistake> {
        let a = a?;
        let syntax = ErrorKind::Syntax;
        match call {
            Call::MissingComma => {
                let last = self.tokens[next as usize - 1];
                if self.is_legacy_name(a) || last.level == 0 {
                    return None;
                }
                let message = "invalid syntax. Perhaps you forgot a comma?";
                Some(Mistake::new(syntax, message, self.place_of(a, b?)))
            }
            Call::LegacyStatement => {
                let name = self.slice(self.tokens[a.first as usize]);
                if !self.is_legacy_name(a) {
                    return None;
                }
                let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                Some(Mistake::new(syntax, message, self.place_of(a, b?)))
            }
            Call::MissingColon => {
                let mut place = self.place_of(a, a);
                place.offset = place.end_offset.unsigned_abs() - 1;
                place.end_offset = 0;
                Some(Mistake::new(syntax, "':' expected after dictionary key", place))
            }
            Call::ComprehensionTarget => {
                let last = b?.children.last()?;
                let message = "did you forget parentheses around the comprehension target?";
                Some(Mistake::new(syntax, message, self.place_of(a, last)))
            }
            Call::GeneratorExtent => {
                Some(Mistake::new(syntax, UNPARENTHESIZED_GENERATOR, self.place_of(a, b?)))
            }
            Call::BareGenerator => {
                let group = [a.clone()];
                let arguments: &[Rc<Node>] = if a.kind == Kind::Group { &a.children } else { &group };
                let mut positional = arguments
                    .iter()
                    .filter(|argument| !matches!(argument.kind, Kind::Keyword | Kind::DoubleStarred));
                let last = positional.next_back()?;
                positional.next()?;
                Some(Mistake::new(syntax, UNPARENTHESIZED_GENERATOR, self.place_of(last, b?)))
            }
            Call::ArgumentOrder => {
                let has_unpacking = a.kind == Kind::DoubleStarred
                    || a.children.iter().any(|argument| argument.kind == Kind::DoubleStarred);
                let unpacking = if has_unpacking { " unpacking" } else { "" };
                let message = format!("positional argument follows keyword argument{unpacking}");
                Some(self.at_last(syntax, message))
            }
            Call::NotEqual => {
                let b = b?;
                let is_one_word = self.tokens[a.last as usize].end == self.tokens[b.first as usize].start;
                let message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
                is_one_word.then(|| Mistake::new(syntax, message, self.place_of(a, b)))
            }
            Call::MixedTemplates => {
                let last = if a.kind == Kind::Group { a.children.last()? } else { a };
                let message = "cannot mix t-string literals with string or bytes literals";
                Some(Mistake::new(syntax, message, self.place_of(last, b?)))
            }
        }
    }

    /// Checks what the grammar alone does not; none when the rule does not fit.
    pub(super) fn check(
        &mut self,
        check: Check,
        parts: &[Rc<Node>],
        a: Part<'_>,
        b: Part<'_>,
    ) -> Result<Option<Rc<Node>>, Stop> {
        match check {
            Check::Complex => {
                for (part, is_real) in [(a, true), (b, false)] {
                    let Some(part) = part else { continue };
                    let text = self.slice(self.tokens[part.first as usize]);
                    if text.ends_with(['j', 'J']) == is_real {
                        let kind = if is_real { "real" } else { "imaginary" };
                        let message = format!("{kind} number required in complex literal");
                        return self.stop(message, self.place_of(part, part));
                    }
                }
                Ok(Some(Node::of_parts(Kind::Operation, parts)))
            }
            Check::Strings => self.check_strings(&parts[0]).map(Some),
            Check::Middle => {
                let Some(part) = a else { return Ok(None) };
                let token = self.tokens[part.first as usize];
                let start = self.interpolation_start(part.first);
                if !start.contains(['r', 'R']) {
                    let range = TextRange::new(token.start.into(), token.end.into());
                    let text = self.slice(token);
                    if let Some(fault) = crate::literal::escape_fault(text, range.start(), range, false) {
                        return self.stop(fault.message, self.place_of(part, part));
                    }
                }
                Ok(Some(part.clone()))
            }
            Check::Conversion => {
                let (Some(a), Some(b)) = (a, b) else { return Ok(None) };
                let (mark, name) = (self.tokens[a.first as usize], self.tokens[b.first as usize]);
                let letter = self.interpolation_letter(a.first);
                if mark.end != name.start {
                    let message = format!(
                        "{letter}-string: conversion type must come right after the exclamation mark"
                    );
                    return self.stop(message, self.place_of(a, b));
                }
                let text = self.slice(name);
                if !matches!(text, "s" | "r" | "a") {
                    let message = format!(
                        "{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'"
                    );
                    return self.stop(message, self.place_of(b, b));
                }
                Ok(Some(Node::of_parts(Kind::Group, parts)))
            }
        }
    }

    /// Prefix and opening quotes of the f-string or t-string that a token lies in.
    fn interpolation_start(&self, token: u32) -> &str {
        let mut depth = 0;
        for token in self.tokens[..token as usize].iter().rev() {
            match token.kind {
                TokenKind::InterpolatedEnd { .. } => depth += 1,
                TokenKind::InterpolatedStart { .. } if depth == 0 => return self.slice(*token),
                TokenKind::InterpolatedStart { .. } => depth -= 1,
                _ => {}
            }
        }
        ""
    }

    /// `f` or `t`: the kind of string that a token lies in.
    fn interpolation_letter(&self, token: u32) -> char {
        if self.interpolation_start(token).contains(['t', 'T']) { 't' } else { 'f' }
    }

    /// The escapes and prefixes of adjacent strings.
    fn check_strings(&mut self, node: &Rc<Node>) -> Result<Rc<Node>, Stop> {
        let mut kind = Kind::Literal;
        let (mut bytes, mut texts) = (false, false);
        let group = [node.clone()];
        let parts: &[Rc<Node>] = if node.kind == Kind::Group { &node.children } else { &group };
        for part in parts {
            if part.kind == Kind::InterpolatedF {
                kind = Kind::InterpolatedF;
                texts = true;
                continue;
            }
            let token = self.tokens[part.first as usize];
            let source = self.slice(token);
            let open = source.find(['\'', '"']).unwrap_or(0);
            let prefix = source[..open].to_ascii_lowercase();
            let is_bytes = prefix.contains('b');
            bytes |= is_bytes;
            texts |= !is_bytes;
            let quotes =
                if source[open..].starts_with("'''") || source[open..].starts_with("\"\"\"") { 3 } else { 1 };
            let content = &source[open + quotes..source.len() - quotes];
            if is_bytes && !content.is_ascii() {
                let message = "bytes can only contain ASCII literal characters";
                return self.stop(message, self.place_of(part, part));
            }
            if !prefix.contains('r') {
                let start = TextSize::from(token.start + (open + quotes) as u32);
                let whole = TextRange::new(token.start.into(), token.end.into());
                if let Some(fault) = crate::literal::escape_fault(content, start, whole, is_bytes) {
                    return self.stop(fault.message, self.place_of(part, part));
                }
            }
        }
        if bytes && texts {
            let mistake = self.at_last(ErrorKind::Syntax, "cannot mix bytes and nonbytes literals");
            self.mistake = Some(mistake);
            return Err(Stop);
        }
        Ok(Rc::new(Node { kind, first: node.first, last: node.last, children: Vec::new() }))
    }

    fn stop<T>(&mut self, message: impl Into<String>, place: Place) -> Result<T, Stop> {
        self.mistake = Some(Mistake::new(ErrorKind::Syntax, message, place));
        Err(Stop)
    }

    fn is_legacy_name(&self, node: &Node) -> bool {
        node.kind == Kind::Name && matches!(self.slice(self.tokens[node.first as usize]), "print" | "exec")
    }

    /// A message with what it says about the parts.
    fn worded(&self, message: &str, a: Part<'_>, b: Part<'_>) -> String {
        let mut text = message.to_owned();
        for (letter, part) in [('a', a), ('b', b)] {
            let Some(part) = part else { continue };
            let token = self.tokens[part.first as usize];
            let is_tuple = part.kind == Kind::Tuple;
            text = text
                .replace(&format!("{{name:{letter}}}"), part.kind.description())
                .replace(&format!("{{text:{letter}}}"), self.slice(token))
                .replace(&format!("{{bound:{letter}}}"), if is_tuple { "constraints" } else { "bound" });
            let line = format!("{{line:{letter}}}");
            if text.contains(&line) {
                text = text.replace(&line, &self.line_of(token).to_string());
            }
        }
        text
    }

    /// Line (from 1), column in characters (from 0) and offset of the line.
    fn position(&self, offset: u32) -> (u32, u32) {
        let before = &self.text.as_bytes()[..offset as usize];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u32;
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        (line, self.text[start..offset as usize].chars().count() as u32)
    }

    /// The line that a token begins on.
    pub(super) fn line_of(&self, token: Token) -> u32 {
        if token.is_placeless { token.reached.1 } else { self.position(token.start).0 }
    }

    /// Up to where the reader is: the line and the number of characters before.
    fn reached(&self, token: Token) -> (u32, u32) {
        let (at, line) = token.reached;
        let bytes = self.text.as_bytes();
        let mut start = at as usize;
        // The newline just read belongs to its line.
        if start > 0 && self.position(at).0 > line {
            start -= 1;
        }
        while start > 0 && bytes[start - 1] != b'\n' {
            start -= 1;
        }
        (line, self.text[start..at as usize].chars().count() as u32)
    }

    fn last_reached(&self) -> (u32, u32) {
        self.tokens.last().map_or((1, 0), |last| self.reached(*last))
    }

    /// The text that is shown: with its newline when the reader is still on the line.
    fn shown_text(&self, line: u32) -> String {
        let text = self.text.split_inclusive('\n').nth(line as usize - 1).unwrap_or("");
        if self.tokenizer_line() <= line { text.to_owned() } else { text.trim_end_matches('\n').to_owned() }
    }

    fn tokenizer_line(&self) -> u32 {
        let is_new = self.tokenizer.at == self.tokenizer.line_start && self.tokenizer.line > 1;
        self.tokenizer.line - u32::from(is_new)
    }

    fn place(&self, line: u32, offset: u32, end_line: u32, end_offset: i32) -> Place {
        Place { line, offset, end_line, end_offset, text: Some(self.shown_text(line)) }
    }

    /// From the first token of a node to the last of another.
    pub(super) fn place_of(&self, from: &Node, to: &Node) -> Place {
        self.place_of_tokens(self.tokens[from.first as usize], self.tokens[to.last as usize])
    }

    pub(super) fn place_of_tokens(&self, from: Token, to: Token) -> Place {
        let (line, offset) = if from.is_placeless {
            (self.line_of(from), 0)
        } else {
            let (line, column) = self.position(from.start);
            (line, column + 1)
        };
        let (end_line, end_offset) = if to.is_placeless {
            (self.line_of(to), 0)
        } else if to.kind == TokenKind::Newline {
            let (line, column) = self.position(to.end - 1);
            (line, column as i32 + 2)
        } else {
            let (line, column) = self.position(to.end);
            (line, column as i32 + 1)
        };
        self.place(line, offset, end_line, end_offset)
    }

    /// From a node to where the reader is.
    fn place_from(&self, node: &Node) -> Place {
        let (line, column) = self.position(self.tokens[node.first as usize].start);
        let (end_line, end) = self.last_reached();
        self.place(line, column + 1, end_line, end as i32)
    }

    /// A mistake at the last token that was read.
    pub(super) fn at_last(&self, kind: ErrorKind, message: impl Into<String>) -> Mistake {
        match self.tokens.last() {
            Some(last) => self.at_token(kind, message, *last),
            None => Mistake::new(kind, message, self.place(1, 0, 1, -1)),
        }
    }

    /// The source ends too early: where the reader is.
    pub(super) fn incomplete(&self) -> Mistake {
        let (line, column) = match self.failure_column {
            Some((line, column)) if column > 0 => (line, column),
            Some((line, _)) => {
                let text = self.text.split_inclusive('\n').nth(line as usize - 1).unwrap_or("");
                (line, text.chars().count() as u32)
            }
            None => return self.at_last(ErrorKind::Incomplete, INCOMPLETE),
        };
        Mistake::new(ErrorKind::Incomplete, INCOMPLETE, self.place(line, column, line, -1))
    }

    fn at_token(&self, kind: ErrorKind, message: impl Into<String>, token: Token) -> Mistake {
        let place = if token.is_placeless {
            let (_, column) = self.last_reached();
            let line = self.line_of(token);
            self.place(line, column, line, -1)
        } else {
            self.place_of_tokens(token, token)
        };
        Mistake::new(kind, message, place)
    }

    pub(super) fn never_closed(&self, bracket: Bracket) -> Mistake {
        let (line, column) = self.position(bracket.at);
        let message = format!("'{}' was never closed", bracket.byte as char);
        Mistake::new(ErrorKind::Syntax, message, self.place(line, column + 1, line, 0))
    }
}

const UNPARENTHESIZED_GENERATOR: &str = "Generator expression must be parenthesized";

/// A mistake of tokenization.
pub(super) fn of_tokenizer(matcher: &Matcher<'_>, failure: &Failure) -> Mistake {
    let kind = match failure.kind {
        FailureKind::Syntax | FailureKind::Continuation => ErrorKind::Syntax,
        FailureKind::Indentation => ErrorKind::Indentation,
        FailureKind::Tab => ErrorKind::Tab,
        FailureKind::EndOfFile => {
            if let Some(bracket) = matcher.tokenizer.brackets.last() {
                return matcher.never_closed(*bracket);
            }
            let line = failure.line;
            let length =
                matcher.text.split_inclusive('\n').nth(line as usize - 1).map_or(0, |t| t.chars().count());
            let place = matcher.place(line, length as u32, line, -1);
            return Mistake::new(ErrorKind::Syntax, failure.message.as_str(), place);
        }
    };
    let mut place = matcher.place(failure.line, failure.column, failure.line, failure.end_column as i32);
    match failure.kind {
        FailureKind::Syntax => {
            if let Some(text) = &mut place.text {
                text.truncate(text.trim_end_matches('\n').len());
            }
        }
        FailureKind::Indentation if !failure.message.starts_with("too many") => place.end_offset = -1,
        _ => {}
    }
    Mistake::new(kind, failure.message.as_str(), place)
}

/// The first part of a target that cannot be one.
fn invalid_target(node: &Rc<Node>, targets: Targets) -> Option<Rc<Node>> {
    match node.kind {
        Kind::List | Kind::Tuple => node.children.iter().find_map(|child| invalid_target(child, targets)),
        Kind::Starred if targets == Targets::Delete => Some(node.clone()),
        Kind::Starred => node.children.first().and_then(|child| invalid_target(child, targets)),
        Kind::Comparison if targets == Targets::For => {
            let is_membership = node.children.get(1).is_some_and(|tail| tail.kind == Kind::In);
            if is_membership { invalid_target(node.children.first()?, targets) } else { None }
        }
        Kind::Name | Kind::Subscript | Kind::Attribute => None,
        _ => Some(node.clone()),
    }
}

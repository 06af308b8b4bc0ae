//! The parser's errors as Python's: same message, same place, for what people write.
//!
//! Python reports one error: one of its tokenizer wherever it is in the file, else a specific one of its grammar, else
//! "invalid syntax" at the token that could not follow. The parser behind us has errors of its own, which are matched
//! here with what Python says in the same situation.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Mod, Stmt};
use ruff_python_parser::{InterpolatedStringErrorType, LexicalErrorType, ParseError, ParseErrorType, Parsed};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::Options;
use crate::diagnostic::{ErrorKind, Fault};
use crate::prescan::Prescan;
use crate::source::SourceIndex;

/// All faults of a parse, the one that Python would report first.
pub(super) fn faults(
    parsed: &Parsed<Mod>,
    text: &str,
    options: &Options,
    scan: &Prescan,
    index: &SourceIndex<'_>,
) -> Vec<Box<Fault>> {
    let mut faults: Vec<Box<Fault>> = Vec::new();
    // Where the parser is content, only what it does not check counts.
    if let Some(fault) = &scan.fault
        && (!parsed.errors().is_empty() || fault.kind == ErrorKind::Tab)
    {
        faults.push(fault.clone());
    }
    let tokens = parsed.tokens().iter().filter(|token| !token.kind().is_trivia()).copied().collect();
    let translator = Translator { tokens, text, index, scan, syntax: parsed.syntax() };
    let mut errors: Vec<&ParseError> = parsed.errors().iter().collect();
    // Python looks at the targets of an assignment before it misses the value.
    if let Some(first) = errors.first().copied()
        && matches!(first.error, ParseErrorType::ExpectedExpression)
        && let Some(target) = errors.iter().position(|error| {
            matches!(error.error, ParseErrorType::InvalidAssignmentTarget)
                && error.location.end() <= first.location.start()
        })
    {
        errors.swap(0, target);
    }
    faults.extend(errors.into_iter().map(|error| translator.fault(error)));
    for error in parsed.unsupported_syntax_errors() {
        let message = error.to_string();
        let message = match message.contains("iterable unpacking in a") {
            true => "iterable unpacking cannot be used in comprehension".to_owned(),
            false => message,
        };
        faults.push(Fault::new(message, error.range));
    }
    if options.allow_incomplete
        && let Some(first) = faults.first_mut()
        && translator.is_unfinished(first)
    {
        first.kind = ErrorKind::Incomplete;
        first.message = "incomplete input".to_owned();
    }
    faults
}

struct Translator<'a> {
    /// Without comments and newlines that end no statement.
    tokens: Vec<Token>,
    text: &'a str,
    index: &'a SourceIndex<'a>,
    scan: &'a Prescan,
    syntax: &'a Mod,
}

impl Translator<'_> {
    /// The number of the first token that ends after `offset`.
    fn token_at(&self, offset: TextSize) -> usize {
        self.tokens.partition_point(|token| token.end() <= offset && token.start() < offset)
    }

    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.token(at).map_or(TokenKind::EndOfFile, |token| token.kind())
    }

    fn slice(&self, range: TextRange) -> &str {
        self.index.slice(range)
    }

    /// Whether more input could have made the source valid.
    fn is_unfinished(&self, fault: &Fault) -> bool {
        let end = self.text.trim_end().len() as u32;
        fault.start >= end
            || fault.message.contains("was never closed")
            || fault.message.contains("unterminated triple")
    }

    fn fault(&self, error: &ParseError) -> Box<Fault> {
        let range = error.location;
        let text = |message: &str| Fault::new(message, range);
        match &error.error {
            ParseErrorType::OtherError(message) => self.other(message, range),
            ParseErrorType::InvalidAssignmentTarget => self.assignment_target(range),
            ParseErrorType::InvalidNamedAssignmentTarget => {
                let name = self.expression(range).map_or("expression", expression_name);
                text(&format!("cannot use assignment expressions with {name}"))
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => {
                match self.expression(range) {
                    Some(Expr::List(_)) => text("only single target (not list) can be annotated"),
                    Some(Expr::Tuple(_)) => text("only single target (not tuple) can be annotated"),
                    _ => {
                        // Python's rule applies to expressions that can be followed by a whole annotation.
                        text("illegal target for annotation")
                    }
                }
            }
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                let name = self.expression(range).map_or("expression", expression_name);
                text(&format!("'{name}' is an illegal expression for augmented assignment"))
            }
            ParseErrorType::InvalidDeleteTarget => {
                let name = self.expression(range).map_or("expression", expression_name);
                text(&format!("cannot delete {name}"))
            }
            ParseErrorType::UnparenthesizedGeneratorExpression => {
                text("Generator expression must be parenthesized")
            }
            ParseErrorType::NonDefaultParamAfterDefaultParam => {
                text("parameter without a default follows parameter with a default")
            }
            ParseErrorType::ParamAfterVarKeywordParam => text("arguments cannot follow var-keyword argument"),
            ParseErrorType::VarParameterWithDefault => self.star_default(range),
            ParseErrorType::ExpectedKeywordParam => text("named arguments must follow bare *"),
            ParseErrorType::DuplicateKeywordArgumentError(name) => {
                text(&format!("keyword argument repeated: {name}"))
            }
            ParseErrorType::PositionalAfterKeywordArgument => {
                text("positional argument follows keyword argument")
            }
            ParseErrorType::PositionalAfterKeywordUnpacking => {
                text("positional argument follows keyword argument unpacking")
            }
            ParseErrorType::InvalidArgumentUnpackingOrder => {
                text("iterable argument unpacking follows keyword argument unpacking")
            }
            ParseErrorType::IterableUnpackingInComprehension => {
                text("iterable unpacking cannot be used in comprehension")
            }
            ParseErrorType::UnexpectedIndentation => self.unexpected_indent(range),
            ParseErrorType::InvalidStarredExpressionUsage => self.starred(range),
            ParseErrorType::ExpectedRealNumber => text("real number required in complex literal"),
            ParseErrorType::ExpectedImaginaryNumber => text("imaginary number required in complex literal"),
            ParseErrorType::EmptyImportNames => self.empty_import(range),
            ParseErrorType::EmptyTypeParams => text("Type parameter list cannot be empty"),
            ParseErrorType::FStringError(kind) => self.interpolated("f-string", kind, range),
            ParseErrorType::TStringError(kind) => self.interpolated("t-string", kind, range),
            ParseErrorType::Lexical(kind) => self.lexical(kind, range),
            ParseErrorType::UnparenthesizedTupleExpression => {
                let first = self.expression(range).and_then(|expression| match expression {
                    Expr::Tuple(tuple) => tuple.elts.first(),
                    _ => None,
                });
                self.generic(first.map_or(range, |first| TextRange::empty(first.end())))
            }
            ParseErrorType::ExpectedToken { expected, .. } => self.expected_token(*expected, range),
            ParseErrorType::ExpectedExpression
            | ParseErrorType::SimpleStatementsOnSameLine
            | ParseErrorType::SimpleAndCompoundStatementOnSameLine
            | ParseErrorType::EmptySlice
            | ParseErrorType::EmptyGlobalNames
            | ParseErrorType::EmptyNonlocalNames
            | ParseErrorType::EmptyDeleteTargets
            | ParseErrorType::UnparenthesizedNamedExpression
            | ParseErrorType::InvalidLambdaExpressionUsage
            | ParseErrorType::InvalidYieldExpressionUsage
            | ParseErrorType::InvalidStarPatternUsage
            | ParseErrorType::UnexpectedTokenAfterAsync(_)
            | ParseErrorType::UnexpectedIpythonEscapeCommand
            | ParseErrorType::UnexpectedExpressionToken => self.generic(range),
        }
    }

    /// "invalid syntax", or what Python's grammar has to say about the place.
    fn generic(&self, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        let Some(token) = self.token(at) else { return self.at_end() };
        match token.kind() {
            TokenKind::EndOfFile => return self.at_end(),
            TokenKind::Indent => return self.unexpected_indent(token.range()),
            TokenKind::Dedent => {
                return Fault::of_kind(ErrorKind::Indentation, "unexpected unindent", token.range());
            }
            _ => {}
        }
        if let Some(fault) = self.specific(at, token) {
            return fault;
        }
        if let Some(fault) = self.never_closed(token.start()) {
            return fault;
        }
        Fault::new("invalid syntax", self.shown(token))
    }

    /// The extent of a token in Python's eyes.
    fn shown(&self, token: Token) -> TextRange {
        match token.kind() {
            TokenKind::Newline => TextRange::at(token.start(), TextSize::from(1)),
            TokenKind::FStringStart | TokenKind::TStringStart => token.range(),
            _ => token.range(),
        }
    }

    fn at_end(&self) -> Box<Fault> {
        let end = self.text.len() as u32;
        if let Some((bracket, at)) = self.scan.unclosed.last() {
            return Fault::at(ErrorKind::Syntax, format!("'{bracket}' was never closed"), *at);
        }
        Fault::new("invalid syntax", TextRange::empty(TextSize::from(end)))
    }

    /// A bracket left open on an earlier line explains most errors after it.
    fn never_closed(&self, at: TextSize) -> Option<Box<Fault>> {
        let (bracket, open) = self.scan.unclosed.last()?;
        (self.index.line(at.to_u32()) > self.index.line(*open))
            .then(|| Fault::at(ErrorKind::Syntax, format!("'{bracket}' was never closed"), *open))
    }

    fn unexpected_indent(&self, range: TextRange) -> Box<Fault> {
        let (line, _) = self.index.line_and_column(range.end().to_u32());
        let width = range.end().to_u32() - self.index.offset(line, 0);
        let start = self.index.offset(line, width.saturating_sub(1));
        Fault::at(ErrorKind::Indentation, "unexpected indent", start)
    }

    /// The rules of Python's grammar that exist for their messages.
    fn specific(&self, at: usize, token: Token) -> Option<Box<Fault>> {
        let previous = at.checked_sub(1).and_then(|at| self.token(at));
        let starts_statement = |at: usize| {
            at == 0
                || matches!(
                    self.kind(at - 1),
                    TokenKind::Newline
                        | TokenKind::Indent
                        | TokenKind::Dedent
                        | TokenKind::Semi
                        | TokenKind::Colon
                )
        };
        // f"{}"
        if at > 1
            && self.kind(at - 1) == TokenKind::Lbrace
            && let Some(kind) = self.interpolation_around(at - 1)
        {
            let message = match token.kind() {
                TokenKind::Rbrace | TokenKind::Exclamation | TokenKind::Colon | TokenKind::Equal => {
                    format!("{kind}: valid expression required before '{}'", self.slice(token.range()))
                }
                _ => format!("{kind}: expecting a valid expression after '{{'"),
            };
            return Some(Fault::new(message, token.range()));
        }
        // print "text"
        if at > 0
            && self.kind(at - 1) == TokenKind::Name
            && starts_expression(token.kind())
            && starts_statement(at - 1)
            && let Some(previous) = previous
        {
            let name = self.slice(previous.range());
            if matches!(name, "print" | "exec") {
                let end = self.statement_end(token.start()).unwrap_or(token.end());
                let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                return Some(Fault::new(message, TextRange::new(previous.start(), end)));
            }
        }
        // import a from b
        if token.kind() == TokenKind::From
            && let Some(start) = (0..at)
                .rev()
                .take_while(|&at| self.kind(at) != TokenKind::Newline)
                .find(|&at| self.kind(at) == TokenKind::Import)
            && starts_statement(start)
        {
            let mut end = at + 1;
            while matches!(self.kind(end), TokenKind::Name | TokenKind::Dot | TokenKind::Ellipsis) {
                end += 1;
            }
            let range = TextRange::new(self.tokens[start].start(), self.tokens[end - 1].end());
            return Some(Fault::new("Did you mean to use 'from ... import ...' instead?", range));
        }
        // "a"b"c": a string in the middle of a string.
        if let Some(previous) = previous
            && token.kind() == TokenKind::Name
            && previous.kind() == TokenKind::String
            && let Some(next) = self.token(at + 1)
        {
            let mut end = at + 1;
            while !matches!(self.kind(end), TokenKind::String | TokenKind::Newline | TokenKind::EndOfFile) {
                end += 1;
            }
            if self.kind(end) == TokenKind::String && starts_statement_string(self, at - 1) {
                let _ = next;
                let last = self.tokens[end - 1];
                let range = TextRange::new(token.start(), last.end());
                return Some(Fault::new("invalid syntax. Is this intended to be part of the string?", range));
            }
        }
        // x = 1 where a comparison was meant.
        if token.kind() == TokenKind::Equal
            && let Some(fault) = self.equal_sign(at)
        {
            return Some(fault);
        }
        if previous
            .is_some_and(|previous| previous.kind() == TokenKind::Else || previous.kind() == TokenKind::Equal)
            && token.kind() == TokenKind::Newline
        {
            return None;
        }
        // f(a b), [1 2]
        if self.is_bracketed(token.start())
            && starts_expression(token.kind())
            && let Some(previous) = previous
            && ends_expression(previous.kind())
            && !(previous.kind() == TokenKind::Name && matches!(token.kind(), TokenKind::String))
        {
            let before = self.expressions_ending_at(previous.end());
            let after = self.expression_starting_at(token.start());
            if let (Some(before), Some(after)) = (before, after) {
                let range = TextRange::new(before.start(), after.end());
                if self.index.line(after.end().to_u32()) >= self.index.line(before.start().to_u32()) {
                    return Some(Fault::new("invalid syntax. Perhaps you forgot a comma?", range));
                }
            }
        }
        None
    }

    /// The kind of string that a brace opens an interpolation in.
    fn interpolation_around(&self, brace: usize) -> Option<&'static str> {
        match self.kind(brace.checked_sub(1)?) {
            TokenKind::FStringStart | TokenKind::FStringMiddle => Some("f-string"),
            TokenKind::TStringStart | TokenKind::TStringMiddle => Some("t-string"),
            TokenKind::Rbrace | TokenKind::Colon => {
                let mut depth = 0;
                for token in self.tokens[..brace].iter().rev() {
                    match token.kind() {
                        TokenKind::FStringEnd | TokenKind::TStringEnd => depth += 1,
                        TokenKind::FStringStart if depth == 0 => return Some("f-string"),
                        TokenKind::TStringStart if depth == 0 => return Some("t-string"),
                        TokenKind::FStringStart | TokenKind::TStringStart => depth -= 1,
                        TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Newline => return None,
                        _ => {}
                    }
                }
                None
            }
            _ => None,
        }
    }

    /// `=` where it cannot be: in a condition or an argument.
    fn equal_sign(&self, at: usize) -> Option<Box<Fault>> {
        let target = self.expressions_ending_at(self.token(at.checked_sub(1)?)?.end())?;
        let value_end = self.operand_end(at + 1)?;
        if matches!(self.kind(value_end + 1), TokenKind::Equal | TokenKind::ColonEqual) {
            return None;
        }
        let expression = self.expression(target);
        if let Some(Expr::Name(_)) = expression {
            let range = TextRange::new(target.start(), self.tokens[value_end].end());
            return Some(Fault::new("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", range));
        }
        match expression {
            Some(
                Expr::List(_)
                | Expr::Tuple(_)
                | Expr::Generator(_)
                | Expr::BooleanLiteral(_)
                | Expr::NoneLiteral(_)
                | Expr::Compare(_),
            )
            | None => None,
            Some(other) => {
                let name = expression_name(other);
                let message = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
                Some(Fault::new(message, target))
            }
        }
    }

    /// The last token of the operand that begins at a token.
    fn operand_end(&self, at: usize) -> Option<usize> {
        if !starts_expression(self.kind(at)) {
            return None;
        }
        let mut depth = 0;
        let mut end = at;
        for (position, token) in self.tokens.iter().enumerate().skip(at) {
            match token.kind() {
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace if depth > 0 => depth -= 1,
                TokenKind::Rpar
                | TokenKind::Rsqb
                | TokenKind::Rbrace
                | TokenKind::Colon
                | TokenKind::Comma
                | TokenKind::Newline
                | TokenKind::Equal
                | TokenKind::ColonEqual
                | TokenKind::EqEqual
                | TokenKind::NotEqual
                | TokenKind::Less
                | TokenKind::LessEqual
                | TokenKind::Greater
                | TokenKind::GreaterEqual
                | TokenKind::If
                | TokenKind::Else
                | TokenKind::And
                | TokenKind::Or
                | TokenKind::Not
                | TokenKind::In
                | TokenKind::Is
                | TokenKind::For
                | TokenKind::EndOfFile
                    if depth == 0 =>
                {
                    break;
                }
                _ => {}
            }
            end = position;
        }
        Some(end)
    }

    fn expected_token(&self, expected: TokenKind, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        let Some(token) = self.token(at) else { return self.at_end() };
        if token.kind() == TokenKind::Equal
            && let Some(fault) = self.equal_sign(at)
        {
            return fault;
        }
        // What Python's grammar insists on.
        let statement = self.statement_keyword(at);
        let insists = match (expected, statement) {
            (TokenKind::Colon, Some(keyword)) => match keyword {
                TokenKind::Def
                | TokenKind::Class
                | TokenKind::Try
                | TokenKind::Finally
                | TokenKind::Else
                | TokenKind::For => true,
                TokenKind::If
                | TokenKind::Elif
                | TokenKind::While
                | TokenKind::With
                | TokenKind::Except
                | TokenKind::Match
                | TokenKind::Case => token.kind() == TokenKind::Newline,
                _ => false,
            },
            (TokenKind::Lpar, Some(TokenKind::Def)) => {
                self.kind(at.wrapping_sub(1)) == TokenKind::Name
                    && self.kind(at.wrapping_sub(2)) == TokenKind::Def
            }
            (TokenKind::In, _) => false,
            _ => false,
        };
        if insists && self.never_closed(token.start()).is_none() {
            let what = match expected {
                TokenKind::Colon => "expected ':'",
                _ => "expected '('",
            };
            return Fault::new(what, self.shown(token));
        }
        if expected == TokenKind::Colon
            && statement == Some(TokenKind::Except)
            && self.kind(at) == TokenKind::Dot
            && self.kind(at.wrapping_sub(2)) == TokenKind::As
        {
            return Fault::new("cannot use except statement with attribute", self.slice_of_dotted(at));
        }
        if token.kind() == TokenKind::Lpar && statement == Some(TokenKind::Def) && expected == TokenKind::Rpar
        {
            return self.parenthesized_parameter(at, "Function parameters cannot be parenthesized");
        }
        if token.kind() == TokenKind::Lpar && expected == TokenKind::Colon && self.in_lambda(at) {
            return self.parenthesized_parameter(at, "Lambda expression parameters cannot be parenthesized");
        }
        if matches!(expected, TokenKind::Rsqb | TokenKind::Rbrace)
            && token.kind() == TokenKind::For
            && let Some(fault) = self.bare_comprehension_target(at)
        {
            return fault;
        }
        self.generic(token.range())
    }

    /// `[x, y for ...]`
    fn bare_comprehension_target(&self, at: usize) -> Option<Box<Fault>> {
        let mut depth = 0;
        let mut start = at;
        let mut has_comma = false;
        for position in (0..at).rev() {
            match self.kind(position) {
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth += 1,
                TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace if depth > 0 => depth -= 1,
                TokenKind::Lsqb | TokenKind::Lbrace => {
                    start = position + 1;
                    break;
                }
                TokenKind::Comma if depth == 0 => has_comma = true,
                TokenKind::Newline | TokenKind::Colon if depth == 0 => return None,
                _ => {}
            }
        }
        let message = "did you forget parentheses around the comprehension target?";
        has_comma.then(|| {
            let range = TextRange::new(self.tokens[start].start(), self.tokens[at - 1].end());
            Fault::new(message, range)
        })
    }

    fn parenthesized_parameter(&self, at: usize, message: &str) -> Box<Fault> {
        let mut depth = 0;
        for token in &self.tokens[at..] {
            match token.kind() {
                TokenKind::Lpar => depth += 1,
                TokenKind::Rpar => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Fault::new(message, TextRange::new(self.tokens[at].start(), token.end()));
            }
        }
        Fault::new(message, self.tokens[at].range())
    }

    fn in_lambda(&self, at: usize) -> bool {
        self.tokens[..at]
            .iter()
            .rev()
            .take_while(|token| token.kind() != TokenKind::Newline)
            .any(|token| token.kind() == TokenKind::Lambda)
    }

    fn slice_of_dotted(&self, at: usize) -> TextRange {
        let mut end = at;
        while matches!(self.kind(end), TokenKind::Name | TokenKind::Dot) {
            end += 1;
        }
        let first = self.token(at.saturating_sub(1)).map_or(TextSize::default(), |token| token.start());
        let last = self.token(end.saturating_sub(1)).map_or(first, |token| token.end());
        TextRange::new(first, last.max(first))
    }

    /// The keyword that the statement around a token begins with.
    fn statement_keyword(&self, at: usize) -> Option<TokenKind> {
        let mut start = at;
        while start > 0
            && !matches!(self.kind(start - 1), TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
        {
            start -= 1;
        }
        let first = self.kind(start);
        if first == TokenKind::Async { Some(self.kind(start + 1)) } else { Some(first) }
    }

    fn assignment_target(&self, range: TextRange) -> Box<Fault> {
        let Some(expression) = self.expression(range) else { return self.generic(range) };
        let name = expression_name(expression);
        if let Expr::Yield(_) | Expr::YieldFrom(_) = expression {
            return Fault::new("assignment to yield expression not possible", range);
        }
        let at = self.token_at(range.end());
        let begins = self.token_at(range.start());
        let is_whole = begins == 0
            || matches!(
                self.kind(begins - 1),
                TokenKind::Newline
                    | TokenKind::Indent
                    | TokenKind::Dedent
                    | TokenKind::Semi
                    | TokenKind::Colon
            );
        let is_plain = !matches!(
            expression,
            Expr::List(_)
                | Expr::Tuple(_)
                | Expr::Generator(_)
                | Expr::BooleanLiteral(_)
                | Expr::NoneLiteral(_)
                | Expr::Compare(_)
                | Expr::BoolOp(_)
                | Expr::If(_)
                | Expr::Lambda(_)
                | Expr::Starred(_)
        ) && !matches!(expression, Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not);
        if is_whole && is_plain && self.kind(at) == TokenKind::Equal {
            let single = self
                .operand_end(at + 1)
                .is_some_and(|end| !matches!(self.kind(end + 1), TokenKind::Equal | TokenKind::ColonEqual));
            if single {
                let message = format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?");
                return Fault::new(message, range);
            }
        }
        Fault::new(format!("cannot assign to {name}"), range)
    }

    fn star_default(&self, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        let is_double =
            (at.saturating_sub(3)..=at).any(|position| self.kind(position) == TokenKind::DoubleStar);
        let what = if is_double { "var-keyword" } else { "var-positional" };
        let equal = (at..at + 6).find(|&position| self.kind(position) == TokenKind::Equal);
        let range = equal.and_then(|position| self.token(position)).map_or(range, |token| token.range());
        Fault::new(format!("{what} argument cannot have default value"), range)
    }

    fn starred(&self, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        match self.kind(at.wrapping_sub(1)) {
            TokenKind::Colon if self.is_in(TokenKind::Lbrace, range.start()) => {
                Fault::new("cannot use a starred expression in a dictionary value", range)
            }
            TokenKind::Lpar => Fault::new("cannot use starred expression here", range),
            _ => self.generic(range),
        }
    }

    fn empty_import(&self, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        match self.token(at) {
            Some(token) if token.kind() == TokenKind::Newline => {
                Fault::new("Expected one or more names after 'import'", self.shown(token))
            }
            _ => self.generic(range),
        }
    }

    fn interpolated(&self, kind: &str, error: &InterpolatedStringErrorType, range: TextRange) -> Box<Fault> {
        use InterpolatedStringErrorType as Type;
        let at_start = |message: &str| {
            let fault = Fault::new(format!("{kind}: {message}"), TextRange::empty(range.start()));
            Box::new(Fault { end: fault.start, ..*fault })
        };
        match error {
            Type::UnclosedLbrace => at_start("expecting '}'"),
            Type::InvalidConversionFlag => {
                let given = self.slice(range);
                let message = format!("invalid conversion character '{given}': expected 's', 'r', or 'a'");
                Fault::new(format!("{kind}: {message}"), range)
            }
            Type::SingleRbrace => at_start("single '}' is not allowed"),
            Type::UnterminatedString | Type::UnterminatedTripleQuotedString => {
                let line = self.index.line(self.text.len() as u32);
                let triple = if matches!(error, Type::UnterminatedString) { "" } else { "triple-quoted " };
                let message = format!("unterminated {triple}{kind} literal (detected at line {line})");
                Fault::new(message, TextRange::empty(range.start()))
            }
            Type::LambdaWithoutParentheses => {
                Fault::new(format!("{kind}: lambda expressions are not allowed without parentheses"), range)
            }
            Type::ConversionFlagNotImmediatelyAfterExclamation => Fault::new(
                format!("{kind}: conversion type must come right after the exclamation mark"),
                range,
            ),
            Type::NewlineInFormatSpec => {
                at_start(&format!("newlines are not allowed in format specifiers for single quoted {kind}s"))
            }
        }
    }

    fn lexical(&self, kind: &LexicalErrorType, range: TextRange) -> Box<Fault> {
        match kind {
            LexicalErrorType::Eof => self.at_end(),
            LexicalErrorType::IndentationError => {
                let message = "unindent does not match any outer indentation level";
                let (line, _) = self.index.line_and_column(range.end().to_u32());
                let end =
                    self.index.offset(line, self.index.line_text(line).trim_end_matches('\n').len() as u32);
                Fault::at(ErrorKind::Indentation, message, end)
            }
            LexicalErrorType::InvalidByteLiteral => {
                Fault::new("bytes can only contain ASCII literal characters", self.string_around(range))
            }
            LexicalErrorType::FStringError(kind) => self.interpolated("f-string", kind, range),
            LexicalErrorType::TStringError(kind) => self.interpolated("t-string", kind, range),
            LexicalErrorType::LineContinuationError => {
                if range.end().to_usize() >= self.text.trim_end_matches('\n').len() {
                    return Fault::at(
                        ErrorKind::Syntax,
                        "unexpected EOF while parsing",
                        range.end().to_u32(),
                    );
                }
                let start = range.start().to_u32() + 1;
                Fault::at(ErrorKind::Syntax, "unexpected character after line continuation character", start)
            }
            LexicalErrorType::MissingUnicodeLbrace
            | LexicalErrorType::MissingUnicodeRbrace
            | LexicalErrorType::UnicodeError
            | LexicalErrorType::StringError => self.unicode(range),
            LexicalErrorType::UnclosedStringError => {
                let line = self.index.line(range.start().to_u32());
                let message = format!("unterminated string literal (detected at line {line})");
                Fault::new(message, TextRange::empty(range.start()))
            }
            LexicalErrorType::UnrecognizedToken { .. } | LexicalErrorType::OtherError(_) => {
                self.generic(range)
            }
        }
    }

    fn string_around(&self, range: TextRange) -> TextRange {
        let at = self.token_at(range.start());
        self.token(at).map_or(range, |token| token.range())
    }

    /// A bad escape: decoding the literal again says what is wrong with it.
    fn unicode(&self, range: TextRange) -> Box<Fault> {
        let at = self.token_at(range.start());
        let Some(token) = self.token(at) else { return self.generic(range) };
        let source = self.slice(token.range());
        let is_middle = matches!(token.kind(), TokenKind::FStringMiddle | TokenKind::TStringMiddle);
        let mut text = source;
        let mut start = token.start();
        if !is_middle {
            let open = source.find(['\'', '"']).unwrap_or(0);
            let quotes =
                if source[open..].starts_with("\"\"\"") || source[open..].starts_with("'''") { 3 } else { 1 };
            text = source.get(open + quotes..source.len().saturating_sub(quotes)).unwrap_or("");
            start += TextSize::from((open + quotes) as u32);
        }
        crate::literal::escape_fault(text, start, token.range()).unwrap_or_else(|| self.generic(range))
    }

    /// Messages of the parser's that are not an enum.
    fn other(&self, message: &str, range: TextRange) -> Box<Fault> {
        if let Some(rest) = message.strip_prefix("Expected an indented block after ") {
            return self.expected_block(rest, range);
        }
        let at = self.token_at(range.start());
        let python = match message {
            "Only one '/' separator allowed" => "/ may appear only once",
            "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
            "Only one '*' parameter allowed" => "* argument may appear only once",
            "Position-only parameter separator not allowed as first parameter" => {
                "at least one argument must precede /"
            }
            "Cannot have both 'except' and 'except*' on the same 'try'" => {
                "cannot have both 'except' and 'except*' on the same 'try'"
            }
            "Trailing comma not allowed" => "trailing comma not allowed without surrounding parentheses",
            "Only single target (not tuple) can be annotated" => {
                "only single target (not tuple) can be annotated"
            }
            "Only single target (not list) can be annotated" => {
                "only single target (not list) can be annotated"
            }
            "Multiple exception types must be parenthesized when using `as`" => {
                "multiple exception types must be parenthesized when using 'as'"
            }
            "Expected one or more exception types" => "expected one or more exception types",
            "Positional patterns cannot follow keyword patterns" => {
                "positional patterns follow keyword patterns"
            }
            "Boolean 'not' expression cannot be used here" => "'not' after an operator must be parenthesized",
            "Bytes literal cannot be mixed with non-bytes literals" => {
                "cannot mix bytes and nonbytes literals"
            }
            "Expected `except` or `finally` after `try` block" => {
                let token = self.token(at).map_or(range, |token| self.shown(token));
                return Fault::new("expected 'except' or 'finally' block", token);
            }
            "Expected a parameter name" => {
                let end = match self.kind(self.token_at(range.end())) {
                    TokenKind::Equal => {
                        self.token(self.token_at(range.end())).map_or(range.end(), |token| token.end())
                    }
                    _ => return self.generic(range),
                };
                let message = match self.expression(range) {
                    Some(Expr::NoneLiteral(_)) => "cannot assign to None",
                    Some(Expr::BooleanLiteral(node)) if node.value => "cannot assign to True",
                    Some(Expr::BooleanLiteral(_)) => "cannot assign to False",
                    _ => "expression cannot contain assignment, perhaps you meant \"==\"?",
                };
                return Fault::new(message, TextRange::new(range.start(), end));
            }
            _ => return self.generic(range),
        };
        Fault::new(python, range)
    }

    fn expected_block(&self, what: &str, range: TextRange) -> Box<Fault> {
        // The line of the statement's keyword: that of the last colon before.
        let at = self.token_at(range.start());
        let mut start = at.saturating_sub(1);
        while start > 0 && self.kind(start) != TokenKind::Colon {
            start -= 1;
        }
        while start > 0
            && !matches!(self.kind(start - 1), TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
        {
            start -= 1;
        }
        let line = self.token(start).map_or(1, |token| self.index.line(token.start().to_u32()));
        let what = what.replace('`', "'").replace(" clause", " statement");
        let what = match what.as_str() {
            "'class' definition" => "class definition".to_owned(),
            "'with' statement" | "function definition" => what,
            other => other.to_owned(),
        };
        let token = self.token(at).map_or(range, |token| self.shown(token));
        Fault::of_kind(
            ErrorKind::Indentation,
            format!("expected an indented block after {what} on line {line}"),
            token,
        )
    }

    /// Whether an offset lies in brackets.
    fn is_bracketed(&self, offset: TextSize) -> bool {
        self.open_brackets(offset).is_some()
    }

    fn is_in(&self, kind: TokenKind, offset: TextSize) -> bool {
        self.open_brackets(offset) == Some(kind)
    }

    /// The innermost bracket open at an offset.
    fn open_brackets(&self, offset: TextSize) -> Option<TokenKind> {
        let mut depth = 0;
        for token in self.tokens[..self.token_at(offset)].iter().rev() {
            match token.kind() {
                TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => depth += 1,
                kind @ (TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace) => {
                    if depth == 0 {
                        return Some(kind);
                    }
                    depth -= 1;
                }
                TokenKind::Newline => return None,
                _ => {}
            }
        }
        None
    }

    /// The end of the statement that begins at an offset, as far as the parser could make one out.
    fn statement_end(&self, start: TextSize) -> Option<TextSize> {
        let mut finder =
            Finder { found: None, matches: &|_| false, statement: Some(start), statement_end: None };
        finder.run(self.syntax);
        finder.statement_end
    }

    fn find(&self, matches: &dyn Fn(TextRange) -> bool) -> Option<&Expr> {
        let mut finder = Finder { found: None, matches, statement: None, statement_end: None };
        finder.run(self.syntax);
        finder.found
    }

    /// The expression of exactly this range.
    fn expression(&self, range: TextRange) -> Option<&Expr> {
        self.find(&|other| other == range)
    }

    /// The largest expression without a comma that ends at an offset.
    fn expressions_ending_at(&self, end: TextSize) -> Option<TextRange> {
        self.find(&|range| range.end() == end && !range.is_empty()).map(Ranged::range)
    }

    fn expression_starting_at(&self, start: TextSize) -> Option<TextRange> {
        self.find(&|range| range.start() == start && !range.is_empty()).map(Ranged::range)
    }
}

fn starts_statement_string(translator: &Translator<'_>, at: usize) -> bool {
    translator.kind(at) == TokenKind::String
}

fn starts_expression(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringStart
            | TokenKind::TStringStart
            | TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::Minus
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Not
            | TokenKind::Lambda
            | TokenKind::Await
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
            | TokenKind::Ellipsis
            | TokenKind::Match
            | TokenKind::Case
            | TokenKind::Type
    )
}

fn ends_expression(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd
            | TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
            | TokenKind::Ellipsis
            | TokenKind::Match
            | TokenKind::Case
            | TokenKind::Type
    )
}

/// What Python's messages call an expression.
fn expression_name(expression: &Expr) -> &'static str {
    match expression {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(node) => {
            if node.value {
                "True"
            } else {
                "False"
            }
        }
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) => "literal",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}

/// Finds the outermost expression that matches (tuples without parentheses and the like excepted), or the end of a
/// statement.
struct Finder<'a, 'm> {
    found: Option<&'a Expr>,
    matches: &'m dyn Fn(TextRange) -> bool,
    statement: Option<TextSize>,
    statement_end: Option<TextSize>,
}

impl<'a> Finder<'a, '_> {
    fn run(&mut self, module: &'a Mod) {
        match module {
            Mod::Module(module) => self.visit_body(&module.body),
            Mod::Expression(expression) => self.visit_expr(&expression.body),
        }
    }
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.found.is_some() || self.statement_end.is_some() {
            return;
        }
        if self.statement == Some(statement.start()) {
            self.statement_end = Some(statement.end());
            return;
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.found.is_some() {
            return;
        }
        let is_open_tuple = matches!(expression, Expr::Tuple(tuple) if !tuple.parenthesized);
        if !is_open_tuple && (self.matches)(expression.range()) {
            self.found = Some(expression);
            return;
        }
        walk_expr(self, expression);
    }
}

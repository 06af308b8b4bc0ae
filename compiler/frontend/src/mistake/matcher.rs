//! Matches the grammar with the tokens of a source: alternatives in order, back to the start of the rule when one fails.
//!
//! Tokens are read when a rule first looks at them, because messages speak about the last one that was read. Results are
//! remembered for exactly the rules that Python's parser remembers, because a result that was remembered without the rules
//! for mistakes hides them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::grammar::{Alternative, Body, Expression, GRAMMAR, Grammar, Item, Outcome};
use super::node::{Kind, Node};
use super::report::{self, Mistake};
use crate::diagnostic::ErrorKind;
use crate::tokenize::{Failure, FailureKind, Token, TokenKind, Tokenizer};
use crate::{Mode, Options};

/// The parse is over: a mistake is known.
pub(super) struct Stop;

/// A node and the token behind it; none when nothing fits.
type Match = Result<Option<(Rc<Node>, u32)>, Stop>;

/// How many rules and groups may be inside each other: more than what 200 brackets need.
const MAX_DEPTH: u32 = 12_000;

/// A reader of one source.
pub(super) struct Matcher<'a> {
    grammar: &'static Grammar,
    options: &'a Options,
    keywords: HashSet<&'static str>,
    pub text: &'a str,
    pub tokenizer: Tokenizer<'a>,
    /// What was read so far.
    pub tokens: Vec<Token>,
    /// Whether the rules for mistakes are tried.
    with_mistakes: bool,
    memory: HashMap<(usize, u32), Option<(Rc<Node>, u32)>>,
    depth: u32,
    /// Whether something of an interactive statement was read: its end stands for a newline then.
    has_started: bool,
    pub mistake: Option<Mistake>,
    /// Whether the mistake is the tokenizer's.
    is_token_mistake: bool,
    /// Where the tokenizer failed.
    pub failure_column: Option<(u32, u32)>,
    /// Whether the tokenizer failed because the source ended.
    is_unfinished: bool,
}

impl<'a> Matcher<'a> {
    pub fn new(text: &'a str, options: &'a Options) -> Matcher<'a> {
        Matcher {
            grammar: &GRAMMAR,
            options,
            keywords: crate::parse::KEYWORDS.into_iter().collect(),
            text,
            tokenizer: Tokenizer::new(text),
            tokens: Vec::new(),
            with_mistakes: false,
            memory: HashMap::new(),
            depth: 0,
            has_started: false,
            mistake: None,
            is_token_mistake: false,
            failure_column: None,
            is_unfinished: false,
        }
    }

    /// The first mistake of the source.
    pub fn run(mut self) -> Option<Mistake> {
        let start = self.grammar.rule(match self.options.mode {
            Mode::Exec => "module",
            Mode::Eval => "single_expression",
            Mode::Single => "interactive",
        });
        if let Ok(Some(_)) = self.rule(start, 0) {
            return (self.options.mode == Mode::Single && self.is_followed())
                .then(|| self.at_last(ErrorKind::Syntax, report::SEVERAL_STATEMENTS));
        }
        if self.options.allow_incomplete && (self.is_at_end() || self.is_unfinished) {
            return Some(self.incomplete());
        }
        let last = self.tokens.last().copied();
        if self.mistake.is_none() {
            self.with_mistakes = true;
            self.memory.clear();
            self.depth = 0;
            if let Ok(Some(_)) = self.rule(start, 0) {
                return None;
            }
        }
        if self.mistake.is_some() {
            if !self.is_token_mistake {
                self.check_rest();
            }
            return self.mistake;
        }
        let last = last?;
        match last.kind {
            TokenKind::Indent => Some(self.at_last(ErrorKind::Indentation, "unexpected indent")),
            TokenKind::Dedent => Some(self.at_last(ErrorKind::Indentation, "unexpected unindent")),
            _ => {
                let place = self.place_of_tokens(last, last);
                self.mistake = Some(Mistake::new(ErrorKind::Syntax, "invalid syntax", place));
                self.check_rest();
                self.mistake
            }
        }
    }

    /// Whether the tokenizer looked past the end of the source.
    fn is_at_end(&self) -> bool {
        let looks_ahead = |token: &Token| {
            matches!(token.kind, TokenKind::Name | TokenKind::Number | TokenKind::Operator)
                && token.end as usize == self.text.len()
        };
        self.tokenizer.is_at_end || self.tokens.last().is_some_and(looks_ahead)
    }

    /// Whether more than blanks and comments follow an interactive statement.
    fn is_followed(&self) -> bool {
        let mut rest = &self.text[self.tokenizer.at.min(self.text.len())..];
        loop {
            rest = rest.trim_start_matches([' ', '\t', '\n', '\x0c']);
            match rest.strip_prefix('#') {
                Some(comment) => rest = comment.split_once('\n').map_or("", |(_, next)| next),
                None => return !rest.is_empty(),
            }
        }
    }

    /// A mistake of tokenization, or a bracket left open on an earlier line, is a better explanation.
    fn check_rest(&mut self) {
        let line = self.tokens.last().map_or(0, |last| self.line_of(*last));
        loop {
            match self.tokenizer.next_token() {
                Ok(token) if token.kind == TokenKind::End => return,
                Ok(_) => {}
                Err(failure) => {
                    if self.tokenizer.is_in_interpolation() {
                        return;
                    }
                    if failure.kind == FailureKind::Syntax {
                        self.mistake = Some(self.token_mistake(&failure));
                    } else if let Some(bracket) = self.tokenizer.brackets.last().copied()
                        && line > bracket.line
                    {
                        self.mistake = Some(self.never_closed(bracket));
                    }
                    return;
                }
            }
        }
    }

    /// The token at a place.
    pub fn token(&mut self, at: u32) -> Result<Token, Stop> {
        while self.tokens.len() <= at as usize {
            match self.tokenizer.next_token() {
                Ok(mut token) => {
                    let is_single = self.options.mode == Mode::Single;
                    if is_single && token.kind == TokenKind::End && self.has_started {
                        token.kind = TokenKind::Newline;
                        self.has_started = false;
                        if !self.options.dont_imply_dedent {
                            self.tokenizer.end_blocks();
                        }
                    } else {
                        self.has_started = true;
                    }
                    self.tokens.push(token);
                }
                Err(failure) => {
                    self.is_unfinished |=
                        failure.is_unfinished_string || failure.kind == FailureKind::EndOfFile;
                    self.is_token_mistake = true;
                    self.failure_column = Some((failure.line, failure.column));
                    self.mistake = Some(self.token_mistake(&failure));
                    return Err(Stop);
                }
            }
        }
        Ok(self.tokens[at as usize])
    }

    pub fn slice(&self, token: Token) -> &'a str {
        &self.text[token.start as usize..token.end as usize]
    }

    fn is_keyword(&self, token: Token) -> bool {
        token.kind == TokenKind::Name && self.keywords.contains(self.slice(token))
    }

    fn rule(&mut self, rule: usize, at: u32) -> Match {
        let definition = &self.grammar.rules[rule];
        if definition.is_memoized
            && let Some(known) = self.memory.get(&(rule, at))
        {
            return Ok(known.clone());
        }
        self.descend()?;
        let result = match &definition.body {
            Body::Alternatives(alternatives) => self.alternatives(alternatives, at),
            Body::Fold(head, tail) => self.fold(head, tail, at),
        };
        self.depth -= 1;
        let result = result?;
        if definition.is_memoized {
            self.memory.insert((rule, at), result.clone());
        }
        Ok(result)
    }

    fn descend(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth < MAX_DEPTH {
            return Ok(());
        }
        let place = crate::diagnostic::Place::default();
        self.mistake = Some(Mistake::new(ErrorKind::Memory, report::TOO_COMPLEX, place));
        self.is_token_mistake = true;
        Err(Stop)
    }

    fn fold(&mut self, head: &Expression, tail: &Expression, start: u32) -> Match {
        let Some((mut node, mut at)) = self.expression(head, start)? else { return Ok(None) };
        while let Some((tail, next)) = self.expression(tail, at)? {
            let mut children = vec![node.clone()];
            children.extend(tail.children.iter().cloned());
            node = Rc::new(Node { kind: tail.kind, first: start, last: next - 1, children });
            at = next;
        }
        Ok(Some((node, at)))
    }

    fn alternatives(&mut self, alternatives: &[Alternative], at: u32) -> Match {
        for alternative in alternatives {
            if !self.with_mistakes && self.is_only_mistake(alternative) {
                continue;
            }
            let mut is_cut = false;
            if let Some(found) = self.alternative(alternative, at, &mut is_cut)? {
                return Ok(Some(found));
            }
            if is_cut {
                break;
            }
        }
        Ok(None)
    }

    /// Whether an alternative is nothing but a rule for mistakes. Python tries such a rule in the midst of an alternative
    /// also when it does not know yet that there is a mistake.
    fn is_only_mistake(&self, alternative: &Alternative) -> bool {
        match alternative.items.as_slice() {
            [Item { expression: Expression::Rule(rule), .. }] => self.grammar.rules[*rule].is_mistake,
            _ => false,
        }
    }

    fn alternative(&mut self, alternative: &Alternative, start: u32, is_cut: &mut bool) -> Match {
        let mut at = start;
        let mut parts: Vec<Rc<Node>> = Vec::with_capacity(alternative.items.len());
        let mut named: [Option<Rc<Node>>; 3] = [const { None }; 3];
        for item in &alternative.items {
            if matches!(item.expression, Expression::Cut) {
                *is_cut = true;
                continue;
            }
            let Some((node, next)) = self.expression(&item.expression, at)? else { return Ok(None) };
            at = next;
            if item.name > 0 {
                named[item.name] = Some(node.clone());
            }
            parts.push(node);
        }
        let node = match &alternative.outcome {
            Outcome::Parts => {
                let mut solid = parts.iter().filter(|part| part.kind != Kind::Nothing);
                match (solid.next(), solid.next()) {
                    (Some(only), None) => only.clone(),
                    _ => Node::of_parts(Kind::Group, &parts),
                }
            }
            // A part in parentheses is smaller than what it was made of.
            Outcome::Kind(kind) => Node::of_tokens(*kind, &parts, start, at - 1),
            Outcome::Named(number) => named[*number].take().unwrap_or_else(Node::nothing),
            Outcome::Check(check) => {
                let [_, a, b] = &named;
                match self.check(*check, &parts, a.as_ref(), b.as_ref())? {
                    Some(node) => node,
                    None => return Ok(None),
                }
            }
            Outcome::Report(report) => {
                let [_, a, b] = &named;
                return match self.report(report, at, a.as_ref(), b.as_ref())? {
                    true => Err(Stop),
                    false => Ok(None),
                };
            }
        };
        Ok(Some((node, at)))
    }

    /// A token of a kind.
    fn kind(&mut self, at: u32, kind: TokenKind, result: Kind) -> Match {
        let token = self.token(at)?;
        Ok((token.kind == kind).then(|| (Node::leaf(result, at), at + 1)))
    }

    fn word(&mut self, word: &str, at: u32) -> Match {
        let token = self.token(at)?;
        let fits = matches!(token.kind, TokenKind::Name | TokenKind::Operator) && self.slice(token) == word;
        Ok(fits.then(|| (Node::leaf(Kind::Word, at), at + 1)))
    }

    fn repeat(&mut self, expression: &Expression, at: u32, parts: &mut Vec<Rc<Node>>) -> Result<u32, Stop> {
        let mut at = at;
        while let Some((node, next)) = self.expression(expression, at)? {
            parts.push(node);
            at = next;
        }
        Ok(at)
    }

    fn expression(&mut self, expression: &Expression, at: u32) -> Match {
        match expression {
            Expression::Word(word) => self.word(word, at),
            Expression::SoftWord(word) => self.word(word, at),
            Expression::Name => {
                let token = self.token(at)?;
                let fits = token.kind == TokenKind::Name && !self.is_keyword(token);
                Ok(fits.then(|| (Node::leaf(Kind::Name, at), at + 1)))
            }
            Expression::Number => self.kind(at, TokenKind::Number, Kind::Literal),
            Expression::String => self.kind(at, TokenKind::String, Kind::Literal),
            Expression::Newline => self.kind(at, TokenKind::Newline, Kind::Word),
            Expression::Indent => self.kind(at, TokenKind::Indent, Kind::Word),
            Expression::Dedent => self.kind(at, TokenKind::Dedent, Kind::Word),
            Expression::End => self.kind(at, TokenKind::End, Kind::Word),
            &Expression::InterpolatedStart(template) => {
                self.kind(at, TokenKind::InterpolatedStart { template }, Kind::Word)
            }
            &Expression::InterpolatedMiddle(template) => {
                self.kind(at, TokenKind::InterpolatedMiddle { template }, Kind::Word)
            }
            &Expression::InterpolatedEnd(template) => {
                self.kind(at, TokenKind::InterpolatedEnd { template }, Kind::Word)
            }
            Expression::SoftKeyword => {
                let token = self.token(at)?;
                let fits = token.kind == TokenKind::Name
                    && matches!(self.slice(token), "match" | "case" | "type" | "_");
                Ok(fits.then(|| (Node::leaf(Kind::Name, at), at + 1)))
            }
            Expression::Rule(rule) => self.rule(*rule, at),
            Expression::WithoutMistakes(rule) => {
                let before = std::mem::replace(&mut self.with_mistakes, false);
                let result = self.rule(*rule, at);
                self.with_mistakes = before;
                result
            }
            Expression::Group(alternatives) => {
                self.descend()?;
                let result = self.alternatives(alternatives, at);
                self.depth -= 1;
                result
            }
            Expression::Optional(inner) => {
                Ok(Some(self.expression(inner, at)?.unwrap_or_else(|| (Node::nothing(), at))))
            }
            Expression::Star(inner) => {
                let mut parts = Vec::new();
                let at = self.repeat(inner, at, &mut parts)?;
                Ok(Some((Node::of_parts(Kind::Group, &parts), at)))
            }
            Expression::Plus(inner) => {
                let mut parts = Vec::new();
                let at = self.repeat(inner, at, &mut parts)?;
                Ok((!parts.is_empty()).then(|| (Node::of_parts(Kind::Group, &parts), at)))
            }
            Expression::List(inner, separator) => {
                let Some((node, mut at)) = self.expression(inner, at)? else { return Ok(None) };
                let mut parts = vec![node];
                while let Some((_, next)) = self.word(separator, at)? {
                    let Some((node, next)) = self.expression(inner, next)? else { break };
                    parts.push(node);
                    at = next;
                }
                Ok(Some((Node::of_parts(Kind::Group, &parts), at)))
            }
            Expression::Ahead(inner) => Ok(self.expression(inner, at)?.map(|_| (Node::nothing(), at))),
            Expression::NotAhead(inner) => Ok(match self.expression(inner, at)? {
                Some(_) => None,
                None => Some((Node::nothing(), at)),
            }),
            Expression::Cut => Ok(Some((Node::nothing(), at))),
            Expression::Forced(word) => match self.word(word, at)? {
                Some(found) => Ok(Some(found)),
                None => {
                    let token = self.token(at)?;
                    let place = self.place_of_tokens(token, token);
                    let message = format!("expected '{word}'");
                    self.mistake = Some(Mistake::new(ErrorKind::Syntax, message, place));
                    Err(Stop)
                }
            },
        }
    }

    fn token_mistake(&self, failure: &Failure) -> Mistake {
        report::of_tokenizer(self, failure)
    }
}

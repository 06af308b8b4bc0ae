//! Reads the grammar's notation, which `python.grammar` explains, into tables.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::node::Kind;
use super::report::{Call, Check, Report, Targets};

/// The grammar.
pub(super) static GRAMMAR: LazyLock<Grammar> = LazyLock::new(Grammar::read);

/// All rules.
pub(super) struct Grammar {
    pub rules: Vec<Rule>,
    numbers: HashMap<String, usize>,
}

/// A rule.
pub(super) struct Rule {
    /// Whether results are remembered.
    pub is_memoized: bool,
    /// Whether it is only tried when the source is known to be wrong.
    pub is_mistake: bool,
    pub body: Body,
}

pub(super) enum Body {
    Alternatives(Vec<Alternative>),
    /// A head, and tails that each make a new node around what is before.
    Fold(Expression, Expression),
}

pub(super) struct Alternative {
    pub items: Vec<Item>,
    pub outcome: Outcome,
}

pub(super) struct Item {
    /// `a` is 1, `b` 2; 0 has no name.
    pub name: usize,
    pub expression: Expression,
}

pub(super) enum Outcome {
    /// The only part, or a group.
    Parts,
    Kind(Kind),
    Named(usize),
    Report(Report),
    Check(Check),
}

pub(super) enum Expression {
    /// A keyword or operator.
    Word(&'static str),
    SoftWord(&'static str),
    /// A kind of token.
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    End,
    SoftKeyword,
    InterpolatedStart(bool),
    InterpolatedMiddle(bool),
    InterpolatedEnd(bool),
    Rule(usize),
    /// The expression without the rules for mistakes.
    WithoutMistakes(usize),
    Group(Vec<Alternative>),
    Optional(Box<Expression>),
    Star(Box<Expression>),
    Plus(Box<Expression>),
    List(Box<Expression>, &'static str),
    Ahead(Box<Expression>),
    NotAhead(Box<Expression>),
    Cut,
    Forced(&'static str),
}

impl Grammar {
    /// The number of a rule.
    pub fn rule(&self, name: &str) -> usize {
        *self.numbers.get(name).unwrap_or_else(|| panic!("the grammar has no rule {name}"))
    }

    fn read() -> Grammar {
        let parameters = include_str!("parameters.grammar");
        let def = parameters
            .replace("P_", "def_")
            .replace("ITEM", "NAME (':' expression)?")
            .replace("STARRED", "| '*' NAME ':' star_expression (',' | &')') P_maybe_default* P_keywords?")
            .replace("P_", "def_")
            .replace("INSIDE", "def_plain+")
            .replace("BARE", "a:'*' (')' | ',' (')' | '**')) => at a \"named arguments must follow bare *\"")
            .replace("PARENS", "Function")
            .replace("&END", "&')'");
        let lambda = parameters
            .replace("P_", "lambda_")
            .replace("ITEM", "NAME")
            .replace("STARRED", "")
            .replace("INSIDE", "lambda_item % ','")
            .replace("BARE", "'*' (':' | ',' (':' | '**')) => last \"named arguments must follow bare *\"")
            .replace("PARENS", "Lambda expression")
            .replace("&END", "&':'");
        let strings = include_str!("interpolated.grammar");
        let interpolated = |letter: &str| {
            let upper = letter.to_ascii_uppercase();
            strings
                .replace(
                    "interpolated_L! =",
                    if letter == "f" { "interpolated_L =" } else { "interpolated_L! =" },
                )
                .replace("InterpolatedL", &format!("Interpolated{upper}"))
                .replace("START", &format!("{upper}STRING_START"))
                .replace("MIDDLE", &format!("{upper}STRING_MIDDLE"))
                .replace("END", &format!("{upper}STRING_END"))
                .replace("_L", &format!("_{letter}"))
                .replace("L-string", &format!("{letter}-string"))
        };
        let text =
            [include_str!("python.grammar").to_owned(), def, lambda, interpolated("f"), interpolated("t")]
                .join("\n");
        // The tables live as long as the process.
        let words = split(Box::leak(text.into_boxed_str()));
        let mut numbers = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            if *word == "=" {
                let count = numbers.len();
                numbers.insert(words[at - 1].trim_end_matches('!').to_owned(), count);
            }
        }
        let mut reader = Reader { words: &words, at: 0, numbers: &numbers };
        let mut rules = Vec::new();
        while reader.at < words.len() {
            rules.push(reader.rule());
        }
        Grammar { rules, numbers }
    }
}

/// The words of the notation, without comments.
fn split(text: &'static str) -> Vec<&'static str> {
    let mut words = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            match bytes[at] {
                b' ' => {
                    at += 1;
                    continue;
                }
                quote @ (b'\'' | b'"') => {
                    at += 1;
                    while bytes[at] != quote {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    at += 1;
                }
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' => {
                    at += 1;
                    while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                        at += 1;
                    }
                    // `name!` at the start of a line is a rule that remembers.
                    if start == 0 && bytes.get(at) == Some(&b'!') {
                        at += 1;
                    }
                }
                _ if line[at..].starts_with("=>")
                    || line[at..].starts_with("->")
                    || line[at..].starts_with("&&") =>
                {
                    at += 2;
                }
                _ => at += 1,
            }
            words.push(&line[start..at]);
        }
    }
    words
}

struct Reader<'a> {
    words: &'a [&'static str],
    at: usize,
    numbers: &'a HashMap<String, usize>,
}

impl Reader<'_> {
    fn peek(&self) -> &'static str {
        self.words.get(self.at).copied().unwrap_or("")
    }

    fn next(&mut self) -> &'static str {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn eat(&mut self, word: &str) -> bool {
        let is_next = self.peek() == word;
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, word: &str) {
        let found = self.next();
        assert!(
            found == word,
            "the grammar has {found} where {word} must be, after {:?}",
            &self.words[self.at.saturating_sub(8)..self.at]
        );
    }

    fn rule(&mut self) -> Rule {
        let name = self.next();
        self.expect("=");
        let body = if self.eat("fold") {
            let head = self.expression();
            Body::Fold(head, self.expression())
        } else {
            Body::Alternatives(self.alternatives())
        };
        Rule { is_memoized: name.ends_with('!'), is_mistake: name.starts_with("mistake_"), body }
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        self.eat("|");
        let mut alternatives = vec![self.alternative()];
        while self.eat("|") {
            alternatives.push(self.alternative());
        }
        alternatives
    }

    /// Whether the next words begin another rule.
    fn is_at_rule(&self) -> bool {
        self.words.get(self.at + 1) == Some(&"=")
    }

    fn alternative(&mut self) -> Alternative {
        let mut items = Vec::new();
        while !matches!(self.peek(), "" | "|" | ")" | "->" | "=>") && !self.is_at_rule() {
            let name = match (self.peek(), self.words.get(self.at + 1)) {
                ("a", Some(&":")) => 1,
                ("b", Some(&":")) => 2,
                _ => 0,
            };
            if name > 0 {
                self.at += 2;
            }
            items.push(Item { name, expression: self.expression() });
        }
        let outcome = if self.eat("->") {
            match self.next() {
                "$a" => Outcome::Named(1),
                word => Outcome::Kind(Kind::of_name(word).unwrap_or_else(|| panic!("no kind {word}"))),
            }
        } else if self.eat("=>") {
            self.report()
        } else {
            Outcome::Parts
        };
        Alternative { items, outcome }
    }

    fn report(&mut self) -> Outcome {
        let verb = self.next();
        let report = match verb {
            "last" => Report::Last(self.message()),
            "next" => Report::Next(self.message()),
            "indent" => Report::Indent(self.message()),
            "at" => Report::At(self.name(), self.message()),
            "from" => Report::From(self.name(), self.message()),
            "span" => Report::Span(self.name(), self.name(), self.message()),
            "target" => {
                let targets = match self.next() {
                    "assign" => Targets::Assign,
                    "delete" => Targets::Delete,
                    "for" => Targets::For,
                    other => panic!("no targets {other}"),
                };
                Report::Target(targets, self.name())
            }
            "call" => Report::Call(match self.next() {
                "missing_comma" => Call::MissingComma,
                "legacy_statement" => Call::LegacyStatement,
                "missing_colon" => Call::MissingColon,
                "comprehension_target" => Call::ComprehensionTarget,
                "generator_extent" => Call::GeneratorExtent,
                "bare_generator" => Call::BareGenerator,
                "argument_order" => Call::ArgumentOrder,
                "mixed_templates" => Call::MixedTemplates,
                "not_equal" => Call::NotEqual,
                other => panic!("no function {other}"),
            }),
            "check" => {
                return Outcome::Check(match self.next() {
                    "complex" => Check::Complex,
                    "strings" => Check::Strings,
                    "conversion" => Check::Conversion,
                    "middle" => Check::Middle,
                    other => panic!("no check {other}"),
                });
            }
            other => panic!("no report {other}"),
        };
        Outcome::Report(report)
    }

    fn name(&mut self) -> usize {
        match self.next() {
            "a" => 1,
            "b" => 2,
            other => panic!("{other} is not the name of a part"),
        }
    }

    fn message(&mut self) -> &'static str {
        let word = self.next();
        let text = word.strip_prefix('"').and_then(|text| text.strip_suffix('"')).expect("a message");
        match text.contains('\\') {
            true => Box::leak(text.replace("\\\"", "\"").into_boxed_str()),
            false => text,
        }
    }

    fn expression(&mut self) -> Expression {
        let mut expression = self.primary();
        loop {
            expression = match self.peek() {
                "?" => Expression::Optional(Box::new(expression)),
                "*" => Expression::Star(Box::new(expression)),
                "+" => Expression::Plus(Box::new(expression)),
                "%" => {
                    self.at += 1;
                    let separator = self.peek().trim_matches('\'');
                    Expression::List(Box::new(expression), separator)
                }
                _ => return expression,
            };
            self.at += 1;
        }
    }

    fn primary(&mut self) -> Expression {
        let word = self.next();
        match word {
            "(" => {
                let group = Expression::Group(self.alternatives());
                self.expect(")");
                group
            }
            "&" => Expression::Ahead(Box::new(self.expression())),
            "!" => Expression::NotAhead(Box::new(self.expression())),
            "~" => Expression::Cut,
            "&&" => Expression::Forced(self.next().trim_matches('\'')),
            "NAME" => Expression::Name,
            "NUMBER" => Expression::Number,
            "STRING" => Expression::String,
            "NEWLINE" => Expression::Newline,
            "INDENT" => Expression::Indent,
            "DEDENT" => Expression::Dedent,
            "END" => Expression::End,
            "SOFT_KEYWORD" => Expression::SoftKeyword,
            "FSTRING_START" | "TSTRING_START" => Expression::InterpolatedStart(word.starts_with('T')),
            "FSTRING_MIDDLE" | "TSTRING_MIDDLE" => Expression::InterpolatedMiddle(word.starts_with('T')),
            "FSTRING_END" | "TSTRING_END" => Expression::InterpolatedEnd(word.starts_with('T')),
            "without_mistakes" => Expression::WithoutMistakes(self.numbers["plain_expression"]),
            word if word.starts_with('\'') => Expression::Word(word.trim_matches('\'')),
            word if word.starts_with('"') => Expression::SoftWord(word.trim_matches('"')),
            word => match self.numbers.get(word) {
                Some(&number) => Expression::Rule(number),
                None => panic!("the grammar has no rule {word}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_can_be_read() {
        assert!(GRAMMAR.rules.len() > 150);
        assert_eq!(GRAMMAR.rules.len(), GRAMMAR.numbers.len());
    }
}

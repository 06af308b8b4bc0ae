//! The tokens of a source, as `tokenize` shows them.

use pyrsc_frontend::tokenize::{Failure, FailureKind, Token, TokenKind, Tokenizer};
use pyrsc_vm::hooks::{SyntaxFault, TokenRow};

/// The operators that have a type of their own, in the order of the types.
const OPERATORS: [&str; 48] = [
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==",
    "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=",
    ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];
const FIRST_OPERATOR: i64 = 7;
const ANY_OPERATOR: i64 = 55;

/// All tokens up to the end or a mistake. `with_extra`: with comments and the ends of blank lines, operators as one type.
pub fn tokens(source: &str, with_extra: bool) -> (Vec<TokenRow>, Option<SyntaxFault>) {
    let returns = source.split_inclusive('\n').map(|line| line.ends_with("\r\n")).collect();
    let mut text = source.replace("\r\n", "\n");
    let lacks_newline = !text.is_empty() && !text.ends_with('\n');
    if lacks_newline {
        text.push('\n');
    }
    let mut tokenizer = if with_extra { Tokenizer::with_extra(&text) } else { Tokenizer::new(&text) };
    let reader = Reader { text: &text, with_extra, lacks_newline, returns, lines: line_starts(&text) };
    let mut rows = Vec::new();
    loop {
        match tokenizer.next_token() {
            Ok(token) => {
                rows.push(reader.row(token));
                if token.kind == TokenKind::End {
                    return (rows, None);
                }
            }
            Err(failure) => return (rows, Some(reader.fault(&failure))),
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

struct Reader<'a> {
    text: &'a str,
    with_extra: bool,
    /// Whether the last newline was added.
    lacks_newline: bool,
    /// Which lines end with a carriage return and a newline.
    returns: Vec<bool>,
    lines: Vec<usize>,
}

impl Reader<'_> {
    /// Line from 1, column in characters.
    fn place(&self, offset: u32) -> (u32, i32) {
        let line = self.lines.partition_point(|&start| start <= offset as usize);
        let start = self.lines[line - 1];
        (line as u32, self.text[start..offset as usize].chars().count() as i32)
    }

    /// The text of lines, the last one's newline left out where it was added.
    fn line_text(&self, first: u32, last: u32) -> String {
        let start = self.lines.get(first as usize - 1).copied().unwrap_or(self.text.len());
        let end = self.lines.get(last as usize).copied().unwrap_or(self.text.len());
        let mut text = self.text.get(start..end).unwrap_or("");
        if self.lacks_newline && end == self.text.len() {
            text = text.strip_suffix('\n').unwrap_or(text);
        }
        if !self.returns.contains(&true) {
            return text.to_owned();
        }
        let lines = text.split_inclusive('\n').enumerate().map(|(at, line)| {
            let returns = self.has_return(first + at as u32);
            if returns { format!("{}\r\n", line.trim_end_matches('\n')) } else { line.to_owned() }
        });
        lines.collect()
    }

    fn has_return(&self, line: u32) -> bool {
        self.returns.get(line as usize - 1).copied().unwrap_or(false)
    }

    fn row(&self, token: Token) -> TokenRow {
        let mut text = self.text[token.start as usize..token.end as usize].to_owned();
        let (mut start, mut end) = (self.place(token.start), self.place(token.end));
        let is_newline = matches!(token.kind, TokenKind::Newline | TokenKind::BlankNewline);
        if is_newline {
            end = (start.0, start.1 + 1);
            if self.has_return(start.0) {
                text = "\r\n".to_owned();
                end.1 += 1;
            }
            if self.lacks_newline && token.end as usize == self.text.len() {
                text.clear();
            }
        }
        let mut last_line = if is_newline { start.0 } else { end.0 };
        // A text that ends with a line has read that line's newline only.
        if matches!(token.kind, TokenKind::InterpolatedMiddle { .. }) && end.1 == 0 && start != end {
            last_line = end.0;
        }
        let mut line = self.line_text(start.0, last_line);
        if !self.with_extra {
            if token.is_placeless {
                let at = token.reached().1;
                (start, end) = ((at, -1), (at, -1));
                line = self.line_text(at, at);
                text.clear();
            } else if is_newline {
                // A comment before the end of the line is taken for a part of it.
                text = self.text[token.start as usize..token.end as usize - 1].to_owned();
                end = self.place(token.end - 1);
            }
        }
        TokenRow { kind: self.kind(token), text, start, end, line }
    }

    fn kind(&self, token: Token) -> i64 {
        let interpolated = |template: bool, kind: i64| if template { kind + 3 } else { kind };
        match token.kind {
            TokenKind::End => 0,
            TokenKind::Name => 1,
            TokenKind::Number => 2,
            TokenKind::String => 3,
            TokenKind::Newline => 4,
            TokenKind::Indent => 5,
            TokenKind::Dedent => 6,
            TokenKind::Operator if self.with_extra => ANY_OPERATOR,
            TokenKind::Operator => {
                let text = &self.text[token.start as usize..token.end as usize];
                OPERATORS
                    .iter()
                    .position(|operator| *operator == text)
                    .map_or(ANY_OPERATOR, |at| FIRST_OPERATOR + at as i64)
            }
            TokenKind::InterpolatedStart { template } => interpolated(template, 59),
            TokenKind::InterpolatedMiddle { template } => interpolated(template, 60),
            TokenKind::InterpolatedEnd { template } => interpolated(template, 61),
            TokenKind::Comment => 65,
            TokenKind::BlankNewline => 66,
        }
    }

    fn fault(&self, failure: &Failure) -> SyntaxFault {
        let class = match failure.kind {
            FailureKind::Indentation => "IndentationError",
            FailureKind::Tab => "TabError",
            FailureKind::Syntax | FailureKind::Continuation | FailureKind::EndOfFile => "SyntaxError",
        };
        let text = self.line_text(failure.line, failure.line).trim_end_matches(['\r', '\n']).to_owned();
        let (message, line, column, text) = match failure.kind {
            FailureKind::EndOfFile => {
                // Behind a backslash the reader stands, in brackets it does not.
                let column = if text.ends_with('\\') { text.chars().count() as u32 + 1 } else { 0 };
                ("unexpected EOF in multi-line statement".to_owned(), failure.line, column, None)
            }
            FailureKind::Syntax => (failure.message.clone(), failure.line, failure.column, Some(text)),
            // The whole line, its end included.
            _ => (failure.message.clone(), failure.line, text.chars().count() as u32 + 1, Some(text)),
        };
        let (end_line, end_column) =
            if failure.kind == FailureKind::Syntax { (line, column as i32) } else { (0, 0) };
        SyntaxFault { class, message, line, column, end_line, end_column, text, is_text_of_file: false }
    }
}

//! Python's tokens, as its own tokenizer splits them: every token, every mistake, at the same place.
//!
//! The compiler's parser has a tokenizer of its own and does not need this one. It serves `tokenize` and `inspect` at run
//! time, and `mistake`, which explains what is wrong with a source that the parser rejects.
//!
//! - `interpolated` the text parts of f-strings and t-strings
//! - `number` number literals
//! - `word` names and prefixes of strings

mod interpolated;
mod number;
mod word;

use interpolated::Interpolation;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// The end of the source.
    End,
    /// A name or a keyword.
    Name,
    /// A number.
    Number,
    /// A string or bytes literal, its prefix and quotes included.
    String,
    /// The end of a statement.
    Newline,
    /// A block begins.
    Indent,
    /// A block ends.
    Dedent,
    /// An operator, a bracket, or another character that stands for itself.
    Operator,
    /// Prefix and opening quotes of an f-string (`template` false) or a t-string.
    InterpolatedStart {
        /// Whether it is a t-string.
        template: bool,
    },
    /// Text between the replacement fields of an f-string or t-string.
    InterpolatedMiddle {
        /// Whether it is a t-string.
        template: bool,
    },
    /// Closing quotes of an f-string or t-string.
    InterpolatedEnd {
        /// Whether it is a t-string.
        template: bool,
    },
    /// A comment; only with [`Tokenizer::with_extra`].
    Comment,
    /// The end of a line that ends no statement; only with [`Tokenizer::with_extra`].
    BlankNewline,
}

/// A token: bytes `start..end` of the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// How many brackets are open after it.
    pub level: u16,
    /// Whether Python knows no column for it: dedents, indents, the end.
    pub is_placeless: bool,
    /// Where the tokenizer had read to, and its line.
    pub(crate) reached: (u32, u32),
}

impl Token {
    /// Where the tokenizer had read to: the offset and its line.
    pub fn reached(&self) -> (u32, u32) {
        self.reached
    }
}

/// Which exception a mistake of tokenization is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// SyntaxError with this place; `end` is given only for incompatible prefixes.
    Syntax,
    /// IndentationError: no column fits, or too many levels.
    Indentation,
    /// TabError.
    Tab,
    /// A backslash with something behind it.
    Continuation,
    /// The source ends inside brackets or after a backslash.
    EndOfFile,
}

/// A mistake of tokenization.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which exception.
    pub kind: FailureKind,
    /// The message.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The last column, where Python gives one.
    pub end_column: u32,
    /// Whether more input could have completed a string.
    pub is_unfinished_string: bool,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub byte: u8,
    pub line: u32,
    pub at: u32,
}

const MAX_BRACKETS: usize = 200;
const MAX_INDENTS: usize = 100;
const MAX_INTERPOLATIONS: usize = 150;
/// How deep replacement fields nest in format specifications.
const MAX_FIELDS: i32 = 3;

/// Splits a source, whose lines end with `\n`, into tokens.
pub struct Tokenizer<'a> {
    pub(crate) text: &'a str,
    bytes: &'a [u8],
    pub(crate) at: usize,
    pub(crate) line: u32,
    pub(crate) line_start: usize,
    pub(crate) brackets: Vec<Bracket>,
    /// Column with tabs to multiples of 8, and with tabs as 1.
    pub(crate) indents: Vec<(usize, usize)>,
    /// Indents (positive) or dedents (negative) that are found and not yet given.
    pub(crate) pending: i32,
    at_line_start: bool,
    is_blank_line: bool,
    /// Whether a comment has just been given, whose line end is told from a statement's.
    after_comment: bool,
    interpolations: Vec<Interpolation>,
    with_extra: bool,
    /// Whether all of the source was read.
    pub(crate) is_at_end: bool,
}

type Result<T> = std::result::Result<T, Box<Failure>>;

impl<'a> Tokenizer<'a> {
    /// A tokenizer that leaves out comments and the ends of blank lines.
    pub fn new(text: &'a str) -> Tokenizer<'a> {
        Tokenizer {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
            line_start: 0,
            brackets: Vec::new(),
            indents: vec![(0, 0)],
            pending: 0,
            at_line_start: true,
            is_blank_line: false,
            after_comment: false,
            interpolations: Vec::new(),
            with_extra: false,
            is_at_end: false,
        }
    }

    /// A tokenizer that gives comments and the ends of blank lines too, and is lenient about brackets, as `tokenize` is.
    pub fn with_extra(text: &'a str) -> Tokenizer<'a> {
        Tokenizer { with_extra: true, ..Tokenizer::new(text) }
    }

    /// The next token. After [`TokenKind::End`] it is given again and again.
    pub fn next_token(&mut self) -> Result<Token> {
        if self.interpolations.last().is_some_and(|interpolation| interpolation.in_text) {
            return self.interpolated_text();
        }
        self.plain_token()
    }

    /// Whether the tokenizer is inside of an f-string or t-string.
    pub(crate) fn is_in_interpolation(&self) -> bool {
        !self.interpolations.is_empty()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    /// Goes behind a character that may be a newline.
    fn advance(&mut self) {
        if self.peek() == Some(b'\n') {
            self.line += 1;
            self.line_start = self.at + 1;
        }
        self.at += 1;
    }

    fn token(&self, kind: TokenKind, start: usize) -> Token {
        self.token_to(kind, start, self.at)
    }

    fn token_to(&self, kind: TokenKind, start: usize, end: usize) -> Token {
        Token {
            kind,
            start: start as u32,
            end: end as u32,
            level: self.brackets.len() as u16,
            is_placeless: false,
            reached: (self.at as u32, self.reached_line()),
        }
    }

    fn placeless(&self, kind: TokenKind) -> Token {
        Token { is_placeless: true, ..self.token(kind, self.at) }
    }

    /// A mistake at the last character that was read.
    fn failure<T>(&self, message: impl Into<String>) -> Result<T> {
        self.failure_at(message, self.line, self.line_start, self.at)
    }

    /// A mistake whose column is the number of characters of `line_start..end`.
    fn failure_at<T>(
        &self,
        message: impl Into<String>,
        line: u32,
        line_start: usize,
        end: usize,
    ) -> Result<T> {
        let column = self.text.get(line_start..end).map_or(end - line_start, |text| text.chars().count());
        Err(Box::new(Failure {
            kind: FailureKind::Syntax,
            message: message.into(),
            line,
            column: column as u32,
            end_column: column as u32,
            is_unfinished_string: false,
        }))
    }

    /// A mistake of a whole line.
    fn line_failure<T>(&mut self, kind: FailureKind, message: &str) -> Result<T> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        let end = self.at + length;
        let width = self.text.get(self.line_start..end).map_or(end - self.line_start, |t| t.chars().count());
        let column = if kind == FailureKind::Tab || message.starts_with("too many") { 1 } else { width };
        Err(Box::new(Failure {
            kind,
            message: message.to_owned(),
            line: self.line,
            column: column as u32,
            end_column: 0,
            is_unfinished_string: false,
        }))
    }

    fn end_of_file<T>(&mut self) -> Result<T> {
        self.is_at_end = true;
        Err(Box::new(Failure {
            kind: FailureKind::EndOfFile,
            message: "unexpected EOF while parsing".to_owned(),
            line: self.reached_line(),
            column: 0,
            end_column: 0,
            is_unfinished_string: false,
        }))
    }

    /// The line that was read last: one that is only begun at the end of the source does not count.
    fn reached_line(&self) -> u32 {
        let is_before_nothing = self.at == self.bytes.len() && self.at == self.line_start && self.line > 1;
        self.line - u32::from(is_before_nothing)
    }

    fn inconsistent<T>(&mut self) -> Result<T> {
        self.line_failure(FailureKind::Tab, "inconsistent use of tabs and spaces in indentation")
    }

    /// Reads the indentation of a line, and notes the indents and dedents that it makes.
    fn indentation(&mut self) -> Result<()> {
        let (mut column, mut alternative) = (0, 0);
        let mut continued = None;
        loop {
            match self.peek() {
                Some(b' ') => {
                    column += 1;
                    alternative += 1;
                }
                Some(b'\t') => {
                    column = (column / 8 + 1) * 8;
                    alternative += 1;
                }
                Some(b'\x0c') => (column, alternative) = (0, 0),
                Some(b'\\') => {
                    // The indentation before the first backslash counts.
                    continued.get_or_insert((column, alternative));
                    self.continuation()?;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        self.is_at_end |= self.peek().is_none();
        self.is_blank_line = matches!(self.peek(), Some(b'#' | b'\n'));
        if self.is_blank_line || !self.brackets.is_empty() {
            return Ok(());
        }
        let (column, alternative) =
            continued.filter(|continued| continued.0 > 0).unwrap_or((column, alternative));
        let (last, last_alternative) = self.indents.last().copied().unwrap_or((0, 0));
        match column.cmp(&last) {
            std::cmp::Ordering::Equal if alternative != last_alternative => return self.inconsistent(),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => {
                if self.indents.len() >= MAX_INDENTS {
                    return self.line_failure(FailureKind::Indentation, "too many levels of indentation");
                }
                if alternative <= last_alternative {
                    return self.inconsistent();
                }
                self.pending += 1;
                self.indents.push((column, alternative));
            }
            std::cmp::Ordering::Less => {
                while self.indents.len() > 1 && self.indents.last().is_some_and(|indent| column < indent.0) {
                    self.indents.pop();
                    self.pending -= 1;
                }
                let (last, last_alternative) = self.indents.last().copied().unwrap_or((0, 0));
                if column != last {
                    let message = "unindent does not match any outer indentation level";
                    return self.line_failure(FailureKind::Indentation, message);
                }
                if alternative != last_alternative {
                    return self.inconsistent();
                }
            }
        }
        Ok(())
    }

    /// A backslash and the newline that must follow.
    fn continuation(&mut self) -> Result<()> {
        self.at += 1;
        match self.peek() {
            Some(b'\n') => self.advance(),
            next => {
                let column = self.text.get(self.line_start..self.at).map_or(0, |text| text.chars().count());
                return Err(Box::new(Failure {
                    kind: FailureKind::Continuation,
                    message: "unexpected character after line continuation character".to_owned(),
                    line: self.line,
                    column: column as u32 + u32::from(next.is_some()),
                    end_column: 0,
                    is_unfinished_string: false,
                }));
            }
        }
        if self.peek().is_none() { self.end_of_file() } else { Ok(()) }
    }

    /// A token outside of the text of f-strings.
    fn plain_token(&mut self) -> Result<Token> {
        loop {
            if self.at_line_start {
                self.at_line_start = false;
                self.is_blank_line = false;
                self.indentation()?;
            }
            if self.pending != 0 {
                return Ok(self.pending_token());
            }
            match self.in_line()? {
                Some(token) => return Ok(token),
                None => continue,
            }
        }
    }

    /// Ends all blocks, where the source ends without a newline.
    pub(crate) fn end_blocks(&mut self) {
        self.pending -= self.indents.len() as i32 - 1;
        self.indents.truncate(1);
    }

    fn pending_token(&mut self) -> Token {
        let is_indent = self.pending > 0;
        self.pending -= self.pending.signum();
        match (is_indent, self.with_extra) {
            (true, true) => self.token(TokenKind::Indent, self.line_start),
            (false, true) => self.token(TokenKind::Dedent, self.at),
            (true, false) => self.placeless(TokenKind::Indent),
            (false, false) => self.placeless(TokenKind::Dedent),
        }
    }

    /// A token that begins in this line; none when the line ends without one.
    fn in_line(&mut self) -> Result<Option<Token>> {
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\x0c')) {
                self.at += 1;
            }
            let start = self.at;
            let mut line_end_start = None;
            if self.peek() == Some(b'#') {
                let rest = &self.bytes[start..];
                self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                if self.with_extra {
                    self.after_comment = self.is_blank_line;
                    return Ok(Some(self.token(TokenKind::Comment, start)));
                }
                // Python's parser takes the comment for a part of the line's end.
                line_end_start = Some(start);
            }
            let Some(byte) = self.peek() else {
                self.is_at_end = true;
                if !self.brackets.is_empty() {
                    return self.end_of_file();
                }
                return Ok(Some(self.placeless(TokenKind::End)));
            };
            let token = match byte {
                b'\n' => {
                    let newline = self.at;
                    self.at_line_start = true;
                    self.advance();
                    if self.is_blank_line || !self.brackets.is_empty() || self.after_comment {
                        self.after_comment = false;
                        if !self.with_extra {
                            return Ok(None);
                        }
                        return Ok(Some(self.before_newline(TokenKind::BlankNewline, newline)));
                    }
                    let mut token = self.before_newline(TokenKind::Newline, newline);
                    token.start = line_end_start.map_or(token.start, |start| start as u32);
                    return Ok(Some(token));
                }
                b'\\' => {
                    self.continuation()?;
                    continue;
                }
                b'"' | b'\'' => self.string(start)?,
                byte if byte.is_ascii_digit() => self.number()?,
                b'.' if self.peek_second().is_some_and(|next| next.is_ascii_digit()) => self.number()?,
                byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word()?,
                byte => self.operator(byte)?,
            };
            return Ok(Some(token));
        }
    }

    /// The end of a line, which is read already.
    fn before_newline(&self, kind: TokenKind, newline: usize) -> Token {
        let mut token = self.token_to(kind, newline, newline + 1);
        token.reached = (newline as u32 + 1, self.line - 1);
        token
    }

    fn operator(&mut self, byte: u8) -> Result<Token> {
        let start = self.at;
        if matches!(byte, b':' | b'}' | b'!' | b'{')
            && let Some(interpolation) = self.interpolations.last_mut()
            && interpolation.field_depth >= 0
        {
            let depth = interpolation.depth - i32::from(byte != b'{');
            if byte == b':' && depth == interpolation.field_depth {
                interpolation.in_text = true;
                interpolation.in_specification = true;
                self.at += 1;
                return Ok(self.token(TokenKind::Operator, start));
            }
        }
        let rest = &self.bytes[start..];
        const LONG: [&[u8]; 24] = [
            b"**=", b"//=", b">>=", b"<<=", b"...", b"!=", b"%=", b"&=", b"**", b"*=", b"+=", b"-=", b"->",
            b"//", b"/=", b":=", b"<<", b"<=", b"==", b">=", b">>", b"@=", b"^=", b"|=",
        ];
        if let Some(long) = LONG.iter().find(|long| rest.starts_with(long)) {
            self.at += long.len();
            return Ok(self.token(TokenKind::Operator, start));
        }
        self.at += 1;
        match byte {
            b'(' | b'[' | b'{' => self.open(byte)?,
            b')' | b']' | b'}' => self.close(byte)?,
            byte if byte < b' ' || byte == 0x7f => {
                return self.failure(format!("invalid non-printable character U+{byte:04X}"));
            }
            _ => {}
        }
        Ok(self.token(TokenKind::Operator, start))
    }

    fn open(&mut self, byte: u8) -> Result<()> {
        if self.brackets.len() >= MAX_BRACKETS {
            return self.failure("too many nested parentheses");
        }
        self.brackets.push(Bracket { byte, line: self.line, at: self.at as u32 - 1 });
        if let Some(interpolation) = self.interpolations.last_mut() {
            interpolation.depth += 1;
        }
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<()> {
        let closing = byte as char;
        if let Some(interpolation) = self.interpolations.last()
            && interpolation.depth == 0
            && byte == b'}'
        {
            return self.failure(format!("{}-string: single '}}' is not allowed", interpolation.letter()));
        }
        match self.brackets.pop() {
            None if self.with_extra => {}
            None => return self.failure(format!("unmatched '{closing}'")),
            Some(open) => {
                let fits = matches!((open.byte, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
                if !fits && !self.with_extra {
                    return self.mismatch(open, closing);
                }
            }
        }
        if let Some(interpolation) = self.interpolations.last_mut() {
            interpolation.depth -= 1;
            if interpolation.depth < 0 {
                let letter = interpolation.letter();
                return self.failure(format!("{letter}-string: unmatched '{closing}'"));
            }
            if byte == b'}' && interpolation.depth == interpolation.field_depth {
                interpolation.field_depth -= 1;
                interpolation.in_text = true;
                interpolation.in_specification = false;
            }
        }
        Ok(())
    }

    fn mismatch(&self, open: Bracket, closing: char) -> Result<()> {
        let opening = open.byte as char;
        if let Some(interpolation) = self.interpolations.last()
            && opening == '{'
            && interpolation.depth - 1 == interpolation.field_depth
        {
            return self.failure(format!("{}-string: unmatched '{closing}'", interpolation.letter()));
        }
        let message =
            format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'");
        if open.line == self.line {
            self.failure(message)
        } else {
            self.failure(format!("{message} on line {}", open.line))
        }
    }

    /// A string, from its opening quote on; `start` is that of its prefix.
    fn string(&mut self, start: usize) -> Result<Token> {
        let quote = self.bytes[self.at];
        let (first_line, first_line_start) = (self.line, self.line_start);
        let is_triple = self.bytes[self.at..].starts_with(&[quote; 3]);
        self.at += if is_triple { 3 } else { 1 };
        let mut escaped_quote = false;
        loop {
            match self.peek() {
                Some(byte) if byte == quote => {
                    let closing: &[u8] = if is_triple { &[quote; 3] } else { &[quote] };
                    if self.bytes[self.at..].starts_with(closing) {
                        self.at += closing.len();
                        return Ok(self.token(TokenKind::String, start));
                    }
                    self.at += 1;
                }
                Some(b'\\') => {
                    self.at += 1;
                    escaped_quote |= self.peek() == Some(quote);
                    if self.peek().is_some() {
                        self.advance();
                    }
                }
                Some(b'\n') if !is_triple => break,
                Some(_) => self.advance(),
                None => break,
            }
        }
        self.is_at_end |= self.peek().is_none();
        let detected = self.reached_line();
        let is_end = self.peek().is_none();
        let fail = |message: String| {
            self.failure_at(message, first_line, first_line_start, start + 1).map_err(
                |mut failure: Box<Failure>| {
                    failure.is_unfinished_string = is_end;
                    failure
                },
            )
        };
        if let Some(interpolation) = self.interpolations.last()
            && interpolation.quote == quote
            && interpolation.is_triple == is_triple
        {
            return fail(format!("{}-string: expecting '}}'", interpolation.letter()));
        }
        match (is_triple, escaped_quote) {
            (true, _) => {
                fail(format!("unterminated triple-quoted string literal (detected at line {detected})"))
            }
            (false, true) => fail(format!(
                "unterminated string literal (detected at line {detected}); perhaps you escaped the end quote?"
            )),
            (false, false) => fail(format!("unterminated string literal (detected at line {detected})")),
        }
    }
}

//! "Did you mean 'while'?": a keyword that is nearly written.
//!
//! As `TracebackException._find_keyword_typos` in CPython's Lib/traceback.py: names of the wrong statement are replaced by
//! keywords like them until the source up to there is valid. Which keywords are like a name is what
//! `difflib.get_close_matches` says.

use crate::tokenize::{TokenKind, Tokenizer};
use crate::{Mode, Options, parse};

/// A name that should be a keyword.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeywordTypo {
    /// The keyword.
    pub keyword: &'static str,
    /// The name's line, from 1.
    pub line: u32,
    /// The name's first character, from 1.
    pub offset: u32,
    /// The character behind it.
    pub end_offset: u32,
    /// The text of the line.
    pub text: String,
}

const MAX_SOURCE: usize = 1024;
const MAX_NAMES: usize = 10;
const MAX_MATCHES: usize = 3;
const CUTOFF: f64 = 0.5;

/// Looks for a keyword typo in a source that has a syntax error with this message on this line. `is_file`: only the names
/// of that line count.
pub fn keyword_typo(source: &str, message: &str, line: u32, is_file: bool) -> Option<KeywordTypo> {
    if message != "invalid syntax" && !message.contains("Perhaps you forgot a comma") {
        return None;
    }
    let lines: Vec<&str> = source.lines().take(line as usize).collect();
    let code = dedent(&lines);
    if code.chars().count() > MAX_SOURCE {
        return None;
    }
    let mut tokenizer = Tokenizer::with_extra(&code);
    let mut names = 0;
    while let Ok(token) = tokenizer.next_token() {
        if token.kind == TokenKind::End {
            break;
        }
        let name = &code[token.start as usize..token.end as usize];
        let before = &code[..token.start as usize];
        let name_line = 1 + before.matches('\n').count() as u32;
        let is_elsewhere = is_file && name_line != line;
        if token.kind != TokenKind::Name || is_elsewhere || parse::KEYWORDS.contains(&name) {
            continue;
        }
        names += 1;
        if names > MAX_NAMES {
            break;
        }
        for keyword in close_keywords(name) {
            let attempt = format!("{before}{keyword}{}", &code[token.end as usize..]);
            if is_acceptable(&attempt) {
                let line_start = before.rfind('\n').map_or(0, |at| at + 1);
                let offset = before[line_start..].chars().count() as u32 + 1;
                return Some(KeywordTypo {
                    keyword,
                    line: name_line,
                    offset,
                    end_offset: offset + name.chars().count() as u32,
                    text: code[line_start..].lines().next().unwrap_or("").to_owned(),
                });
            }
        }
    }
    None
}

/// The lines without the blanks that all of them begin with.
fn dedent(lines: &[&str]) -> String {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let margin = filled.map(|line| blanks(line)).min().unwrap_or(0);
    let cut: Vec<&str> = lines.iter().map(|line| line.get(margin..).unwrap_or("")).collect();
    cut.join("\n")
}

/// Whether a source is valid, or could be continued so that it is.
fn is_acceptable(code: &str) -> bool {
    let options =
        Options { mode: Mode::Exec, allow_incomplete: true, dont_imply_dedent: true, ..Options::default() };
    match parse::parse(&format!("{code}\n"), &options) {
        Ok(_) => true,
        Err(fault) => fault.kind == crate::ErrorKind::Incomplete,
    }
}

/// The keywords that are most like a name, the best first.
fn close_keywords(name: &str) -> Vec<&'static str> {
    let mut scored: Vec<(f64, &'static str)> = parse::KEYWORDS
        .iter()
        .map(|&keyword| (similarity(keyword.as_bytes(), name.as_bytes()), keyword))
        .filter(|&(score, _)| score >= CUTOFF)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(a.1)));
    scored.truncate(MAX_MATCHES);
    scored.into_iter().map(|(_, keyword)| keyword).collect()
}

/// Twice the number of matching characters, in relation to all of them.
fn similarity(a: &[u8], b: &[u8]) -> f64 {
    2.0 * matching(a, b) as f64 / (a.len() + b.len()).max(1) as f64
}

/// How many characters match: those of the longest common stretch, and of what lies on either side of it.
fn matching(a: &[u8], b: &[u8]) -> usize {
    let mut best = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let length = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            if length > best.0 {
                best = (length, i, j);
            }
        }
    }
    let (length, i, j) = best;
    if length == 0 {
        return 0;
    }
    length + matching(&a[..i], &b[..j]) + matching(&a[i + length..], &b[j + length..])
}

//! The marks under a part of a source line: all carets, or tildes around what matters in it.
//!
//! CPython: `_extract_caret_anchors_from_line_segment` in Lib/traceback.py, for the common forms: a binary operation's
//! operator, a call's parentheses, a subscript's brackets.

/// The characters to be marked with carets, when they are not all.
pub fn anchors(characters: &[char]) -> Option<(usize, usize)> {
    let scan = Scan::new(characters)?;
    if let Some(operator) = scan.binary_operator {
        return Some(operator);
    }
    // The whole is a call or a subscript: the last bracket closes it, and opens at depth 0.
    if scan.starts_with_operator {
        return None;
    }
    let open = scan.last_open?;
    let last = *characters.last()?;
    if open > 0 && matches!((characters[open], last), ('(', ')') | ('[', ']')) && !scan.has_top_level_space {
        return Some((open, characters.len()));
    }
    None
}

struct Scan {
    /// Where the lowest-binding operator outside brackets is.
    binary_operator: Option<(usize, usize)>,
    /// The last bracket that opens outside others.
    last_open: Option<usize>,
    has_top_level_space: bool,
    /// `-f(x)`: the operator's operand is not what is marked.
    starts_with_operator: bool,
}

/// Whether an expression is a call: its last brackets are a call's.
pub fn is_call(characters: &[char]) -> bool {
    characters.last() == Some(&')')
        && anchors(characters).is_some_and(|(from, to)| to == characters.len() && characters[from] == '(')
}

/// How loosely an operator binds: the loosest one is the expression's.
fn looseness(operator: &str) -> u8 {
    match operator {
        "|" => 6,
        "^" => 5,
        "&" => 4,
        "<<" | ">>" => 3,
        "+" | "-" => 2,
        "*" | "/" | "//" | "%" | "@" => 1,
        _ => 0,
    }
}

impl Scan {
    fn new(characters: &[char]) -> Option<Scan> {
        let mut scan = Scan {
            binary_operator: None,
            last_open: None,
            has_top_level_space: false,
            starts_with_operator: matches!(characters.first(), Some('-' | '+' | '~' | '*')),
        };
        let mut depth = 0usize;
        let mut index = 0;
        let mut operand_before = false;
        let mut best = 0;
        while index < characters.len() {
            let character = characters[index];
            match character {
                '"' | '\'' => {
                    index = end_of_string(characters, index)?;
                    operand_before = true;
                    continue;
                }
                '(' | '[' | '{' => {
                    if depth == 0 {
                        scan.last_open = Some(index);
                    }
                    depth += 1;
                }
                ')' | ']' | '}' => {
                    depth = depth.checked_sub(1)?;
                    operand_before = true;
                }
                ' ' => {
                    if depth == 0 {
                        scan.has_top_level_space = true;
                    }
                }
                '#' | '=' | '<' | '>' | '!' | ':' | ',' if depth == 0 => {
                    let shift =
                        matches!(character, '<' | '>') && characters.get(index + 1) == Some(&character);
                    if !shift {
                        return None;
                    }
                    if operand_before && best <= 3 {
                        best = 3;
                        scan.binary_operator = Some((index, index + 2));
                    }
                    operand_before = false;
                    index += 2;
                    continue;
                }
                '+' | '-' | '*' | '/' | '%' | '@' | '&' | '|' | '^' if depth == 0 => {
                    let double =
                        matches!(character, '*' | '/') && characters.get(index + 1) == Some(&character);
                    let length = if double { 2 } else { 1 };
                    if characters.get(index + length) == Some(&'=') {
                        return None;
                    }
                    let operator: String = characters[index..index + length].iter().collect();
                    let binds = looseness(&operator);
                    // `**` groups to the right: its first one is the expression's.
                    let wins =
                        scan.binary_operator.is_none() || binds > best || (binds == best && binds != 0);
                    if operand_before && wins {
                        best = binds;
                        scan.binary_operator = Some((index, index + length));
                    }
                    operand_before = false;
                    index += length;
                    continue;
                }
                _ if depth == 0 => {
                    if character.is_alphanumeric() || character == '_' {
                        let start = index;
                        while index < characters.len()
                            && (characters[index].is_alphanumeric() || characters[index] == '_')
                        {
                            index += 1;
                        }
                        let word: String = characters[start..index].iter().collect();
                        if matches!(
                            word.as_str(),
                            "and"
                                | "or"
                                | "not"
                                | "in"
                                | "is"
                                | "if"
                                | "else"
                                | "lambda"
                                | "await"
                                | "yield"
                                | "for"
                                | "raise"
                                | "return"
                                | "assert"
                                | "import"
                                | "from"
                                | "del"
                                | "with"
                        ) {
                            return None;
                        }
                        operand_before = true;
                        continue;
                    }
                    if character != '.' && !character.is_whitespace() {
                        operand_before = true;
                    }
                }
                _ => {}
            }
            index += 1;
        }
        (depth == 0).then_some(scan)
    }
}

/// Behind the string literal that starts at `index`.
fn end_of_string(characters: &[char], index: usize) -> Option<usize> {
    let quote = characters[index];
    let triple = characters.get(index + 1) == Some(&quote) && characters.get(index + 2) == Some(&quote);
    let mut at = index + if triple { 3 } else { 1 };
    while at < characters.len() {
        if characters[at] == '\\' {
            at += 2;
            continue;
        }
        if characters[at] == quote {
            if !triple {
                return Some(at + 1);
            }
            if characters.get(at + 1) == Some(&quote) && characters.get(at + 2) == Some(&quote) {
                return Some(at + 3);
            }
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{anchors, is_call};

    fn marked(expression: &str) -> Option<String> {
        let characters: Vec<char> = expression.chars().collect();
        anchors(&characters).map(|(from, to)| characters[from..to].iter().collect())
    }

    #[test]
    fn operators_calls_and_subscripts_are_marked() {
        assert_eq!(marked("a / 0").as_deref(), Some("/"));
        assert_eq!(marked("f(x)").as_deref(), Some("(x)"));
        assert_eq!(marked("a.b[c]").as_deref(), Some("[c]"));
        assert_eq!(marked("a + b * c").as_deref(), Some("+"));
        assert_eq!(marked("a ** b").as_deref(), Some("**"));
    }

    #[test]
    fn other_expressions_have_no_marks_inside() {
        for expression in ["a.b", "-f(x)", "a < b", "[1, 2]", "not f(x)", "f(x) if y else z"] {
            assert_eq!(marked(expression), None, "{expression}");
        }
    }

    #[test]
    fn calls_are_told_from_operations() {
        let call = |text: &str| is_call(&text.chars().collect::<Vec<_>>());
        assert!(call("f(1)") && call("a.b(c)(d)") && !call("f(1) + g(2)") && !call("a[0]"));
    }
}

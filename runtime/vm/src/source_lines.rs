//! The source lines of a traceback entry, with marks under what was running.
//!
//! CPython: `StackSummary.format_frame_summary` in Lib/traceback.py. Marks are left out when they would be under the whole
//! line and say nothing; of an expression of many lines, its ends and the lines around its operator are shown.

use std::collections::BTreeSet;

use pyrsc_bytecode::Position;

use crate::traceback_anchors;

/// A line and a column, both from 0, in characters.
type Place = (usize, usize);

/// The text for lines of a file, of which `position` says what was running.
pub fn format(lines: &[&str], position: Option<Position>) -> String {
    let Some(first) = lines.first().filter(|line| !line.trim().is_empty()) else { return String::new() };
    let span = position.and_then(|position| Some((position.column?, position.end_column?)));
    let Some((start, end)) = span else { return format!("    {}\n", first.trim()) };
    let indent = common_indent(lines);
    let shown: Vec<Vec<char>> = lines.iter().map(|line| line.chars().skip(indent).collect()).collect();
    let last = lines.len() - 1;
    let start = characters_before(first, start as usize).saturating_sub(indent);
    let end = characters_before(lines[last], end as usize).saturating_sub(indent);
    if (last == 0 && end <= start) || shown[last].len() < end || shown[0].len() < start {
        return format!("    {}\n", first.trim());
    }

    let segment = segment(&shown, start, end);
    let anchors = traceback_anchors::anchors(&segment).map(|(from, to)| {
        let place = |index| place(&segment, index, start);
        (place(from), place(to))
    });
    let with_marks = shows_marks(&shown, start, end, &segment, anchors.is_some());
    let mut text = String::new();
    let mut before: Option<usize> = None;
    for line in significant_lines(last, anchors) {
        match before.map(|before| line - before) {
            Some(2) => push_line(&mut text, &shown, line - 1, (start, end), anchors, with_marks),
            Some(distance @ 3..) => text.push_str(&format!("...<{} lines>...\n", distance - 1)),
            _ => {}
        }
        push_line(&mut text, &shown, line, (start, end), anchors, with_marks);
        before = Some(line);
    }
    indented(&text)
}

/// The white space that all lines begin with.
fn common_indent(lines: &[&str]) -> usize {
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    filled.map(|line| line.chars().take_while(|c| matches!(c, ' ' | '\t')).count()).min().unwrap_or(0)
}

fn characters_before(line: &str, bytes: usize) -> usize {
    line.char_indices().take_while(|(at, _)| *at < bytes).count()
}

/// What was running, its lines joined.
fn segment(lines: &[Vec<char>], start: usize, end: usize) -> Vec<char> {
    let last = lines.len() - 1;
    let mut segment = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let from = if number == 0 { start } else { 0 };
        let to = if number == last { end } else { line.len() };
        if number > 0 {
            segment.push('\n');
        }
        segment.extend(&line[from.min(to)..to]);
    }
    segment
}

/// The place in the lines of an index of the segment, which begins in column `start`.
fn place(segment: &[char], index: usize, start: usize) -> Place {
    let before = &segment[..index];
    let line = before.iter().filter(|c| **c == '\n').count();
    match before.iter().rposition(|c| *c == '\n') {
        Some(newline) => (line, index - newline - 1),
        None => (line, index + start),
    }
}

/// Whether marks tell more than the lines alone.
fn shows_marks(lines: &[Vec<char>], start: usize, end: usize, segment: &[char], anchored: bool) -> bool {
    let before: String = lines[0][..start].iter().collect();
    let after: String = lines[lines.len() - 1][end..].iter().collect();
    let before = before.trim_start();
    if traceback_anchors::is_call(segment) && after.trim().is_empty() {
        let is_return = before == "return " && starts_with_called_name(segment);
        if is_return || is_assignment(before) {
            return false;
        }
    }
    anchored || !before.is_empty() || !after.trim_end().is_empty()
}

/// `name(...)`: a plain name is called, in one step.
fn starts_with_called_name(segment: &[char]) -> bool {
    let name = segment.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
    name > 0
        && segment.get(name) == Some(&'(')
        && traceback_anchors::anchors(segment).is_some_and(|a| a.0 == name)
}

/// `target = `: what comes before the value of a plain assignment.
fn is_assignment(before: &str) -> bool {
    let Some(target) = before.strip_suffix("= ").or_else(|| before.strip_suffix('=')) else { return false };
    let target = target.trim_end();
    !target.is_empty()
        && !target.ends_with(['+', '-', '*', '/', '%', '&', '|', '^', '@', '<', '>', '=', '!', ':'])
        && !target.contains(['(', ':'])
}

/// The first line, the last, and those around the ends of the anchored part.
fn significant_lines(last: usize, anchors: Option<(Place, Place)>) -> BTreeSet<usize> {
    let mut significant = BTreeSet::from([0, last]);
    for line in anchors.into_iter().flat_map(|(left, right)| [left.0, right.0]) {
        significant.extend(line.saturating_sub(1)..=(line + 1).min(last));
    }
    significant
}

fn push_line(
    text: &mut String,
    lines: &[Vec<char>],
    number: usize,
    (start, end): (usize, usize),
    anchors: Option<(Place, Place)>,
    with_marks: bool,
) {
    let line = &lines[number];
    text.extend(line);
    text.push('\n');
    if !with_marks {
        return;
    }
    let indent = line.iter().take_while(|c| c.is_whitespace()).count();
    let length = if number + 1 == lines.len() { end } else { line.len() };
    for (column, character) in line.iter().enumerate().take(length) {
        let mark = if column < indent || (number == 0 && column < start) {
            ' '
        } else {
            match anchors {
                Some((left, right)) if (number, column) < left || (number, column) >= right => '~',
                _ => '^',
            }
        };
        text.extend(std::iter::repeat_n(mark, width(*character)));
    }
    text.push('\n');
}

/// Columns of a terminal that a character takes.
fn width(character: char) -> usize {
    let wide = matches!(u32::from(character),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD);
    if wide { 2 } else { 1 }
}

/// Four columns in, after what all lines begin with is taken out.
fn indented(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let indent = common_indent(&lines);
    lines
        .iter()
        .map(|line| format!("    {}\n", line.chars().skip(indent).collect::<String>().trim_end()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str, start: u32, end: u32) -> String {
        format(&[line], Some(Position { line: 1, end_line: 1, column: Some(start), end_column: Some(end) }))
    }

    #[test]
    fn an_operation_is_marked_around_its_operator() {
        assert_eq!(one("    return 10 / x", 11, 17), "    return 10 / x\n           ~~~^~~\n");
        assert_eq!(one("outer()", 0, 7), "    outer()\n    ~~~~~^^\n");
    }

    #[test]
    fn a_call_that_is_all_of_a_return_or_an_assignment_has_no_marks() {
        assert_eq!(one("    return inner(0)", 11, 19), "    return inner(0)\n");
        assert_eq!(one("x = f(1)", 4, 8), "    x = f(1)\n");
        assert_eq!(one("x += f(1)", 5, 9), "    x += f(1)\n         ~^^^\n");
        assert_eq!(one("raise ValueError(1)", 0, 19), "    raise ValueError(1)\n");
    }

    #[test]
    fn ends_of_a_long_expression_are_shown() {
        let lines = ["    return f(", "        1,", "        2,", "    )"];
        let position = Position { line: 1, end_line: 4, column: Some(11), end_column: Some(5) };
        assert_eq!(format(&lines, Some(position)), "    return f(\n        1,\n        2,\n    )\n");
    }
}

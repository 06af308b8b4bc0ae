//! Reads MIR text, as [`crate::print`] writes it.

use std::collections::BTreeMap;
use std::fmt;

use crate::function::{Block, BlockCall, Function, Instruction, Terminator, ValueData};
use crate::ids::{BlockId, FunctionId, ValueId};
use crate::op::{ImmediateKind, Op};
use crate::print::WORD_NAMES;
use crate::range::Range;
use crate::types::{Representation, Type};

/// What is wrong with a MIR text, and in which of its lines (from 1).
#[derive(Debug, PartialEq, Eq)]
pub struct ParseError {
    pub line: usize,
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Reads one function. Lines that start with `;` are comments.
pub fn parse_function(text: &str) -> Result<Function, ParseError> {
    let mut parser =
        Parser { function: Function::new("", FunctionId(0)), values: BTreeMap::new(), open: None };
    let mut started = false;
    let mut ended = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(';') {
            continue;
        }
        let result = if ended {
            Err("text after the function".to_string())
        } else if !started {
            started = true;
            parser.header(line)
        } else if line == "}" {
            ended = true;
            parser.close_block()
        } else {
            parser.line(line)
        };
        result.map_err(|message| ParseError { line: index + 1, message })?;
    }
    let last = text.lines().count();
    if !ended {
        return Err(ParseError { line: last, message: "the function does not end".to_string() });
    }
    parser.finish().map_err(|message| ParseError { line: last, message })
}

struct Parser {
    function: Function,
    values: BTreeMap<ValueId, ValueData>,
    /// The block that lines are added to; its terminator is missing until it is read.
    open: Option<(Block, bool)>,
}

type Parsed<T = ()> = Result<T, String>;

impl Parser {
    fn header(&mut self, line: &str) -> Parsed {
        let rest = line.strip_prefix("function f").ok_or("expected `function f0 \"name\" {`")?;
        let (id, rest) = rest.split_once(' ').ok_or("expected the function's name")?;
        let name = rest.strip_suffix('{').map(str::trim).ok_or("expected `{`")?;
        let name =
            name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).ok_or("expected a quoted name")?;
        self.function.id = FunctionId(number(id)?);
        self.function.name = name.to_string();
        Ok(())
    }

    fn line(&mut self, line: &str) -> Parsed {
        if line.starts_with('b') && line.ends_with("):") {
            return self.block_header(line);
        }
        let (_, ended) = self.open.as_ref().ok_or("expected a block")?;
        if *ended {
            return Err("the block has ended already".to_string());
        }
        match self.terminator(line)? {
            Some(terminator) => {
                if let Some((block, ended)) = self.open.as_mut() {
                    block.terminator = terminator;
                    *ended = true;
                }
            }
            None => {
                let instruction = self.instruction(line)?;
                if let Some((block, _)) = self.open.as_mut() {
                    block.instructions.push(instruction);
                }
            }
        }
        Ok(())
    }

    fn block_header(&mut self, line: &str) -> Parsed {
        self.close_block()?;
        let (id, parameters) = line.split_once('(').ok_or("expected `(`")?;
        if block_id(id)?.index() != self.function.blocks.len() {
            return Err(format!("expected block b{}", self.function.blocks.len()));
        }
        let parameters = parameters.strip_suffix("):").ok_or("expected `):`")?;
        let parameters = self.definitions(parameters)?;
        let block = Block { parameters, instructions: Vec::new(), terminator: Terminator::Unreachable };
        self.open = Some((block, false));
        Ok(())
    }

    fn close_block(&mut self) -> Parsed {
        match self.open.take() {
            Some((_, false)) => Err("the block has no terminator".to_string()),
            Some((block, true)) => {
                self.function.blocks.push(block);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Parsed<Function> {
        let count = self.values.keys().next_back().map_or(0, |last| last.index() + 1);
        for index in 0..count {
            let id = ValueId::from_index(index);
            self.function.values.push(self.values.get(&id).cloned().unwrap_or(ValueData::BOXED));
        }
        if self.function.blocks.is_empty() {
            return Err("the function has no blocks".to_string());
        }
        Ok(self.function)
    }

    /// `v1: boxed int [0..9], v2: float`
    fn definitions(&mut self, text: &str) -> Parsed<Vec<ValueId>> {
        let mut defined = Vec::new();
        for part in split(text) {
            let (id, description) = part.split_once(':').ok_or("expected `value: representation`")?;
            let id = value_id(id.trim())?;
            let mut words = description.split_whitespace();
            let representation = words
                .next()
                .and_then(Representation::from_name)
                .ok_or_else(|| format!("unknown representation in `{part}`"))?;
            let mut data = ValueData { representation, ..ValueData::BOXED };
            for word in words {
                if let Some(range) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
                    let (low, high) = range.split_once("..").ok_or("expected `[low..high]`")?;
                    data.range = Range { low: number(low)?, high: number(high)? };
                } else {
                    data.ty = Type::from_name(word).ok_or_else(|| format!("unknown type `{word}`"))?;
                }
            }
            if self.values.insert(id, data).is_some() {
                return Err(format!("{id} is defined twice"));
            }
            defined.push(id);
        }
        Ok(defined)
    }

    fn terminator(&self, line: &str) -> Parsed<Option<Terminator>> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        Ok(Some(match word {
            "jump" => Terminator::Jump(block_call(rest)?),
            "branch" => {
                let parts = split(rest);
                let [condition, then, otherwise] = parts[..] else {
                    return Err("expected `branch condition, then, otherwise`".to_string());
                };
                Terminator::Branch {
                    condition: value_id(condition)?,
                    then: block_call(then)?,
                    otherwise: block_call(otherwise)?,
                }
            }
            "switch" => {
                let parts = split(rest);
                let (index, targets) = parts.split_first().ok_or("expected `switch index, targets`")?;
                let targets = targets.iter().map(|target| block_call(target)).collect::<Parsed<_>>()?;
                Terminator::Switch { index: value_id(index)?, targets }
            }
            "suspend" => Terminator::Suspend(value_id(rest)?),
            "return" => Terminator::Return(value_id(rest)?),
            "unwind" => Terminator::Unwind,
            "unreachable" => Terminator::Unreachable,
            _ => return Ok(None),
        }))
    }

    fn instruction(&mut self, line: &str) -> Parsed<Instruction> {
        let (definitions, text) = line.split_once(" = ").unwrap_or(("", line));
        let results = self.definitions(definitions)?;
        let (text, on_error) = match text.split_once(" !") {
            Some((text, target)) => (text, Some(block_call(target)?)),
            None => (text, None),
        };
        let (text, site) = match text.split_once(" @") {
            Some((text, site)) => (text, Some(number(site)?)),
            None => (text, None),
        };
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let op = Op::from_name(name).ok_or_else(|| format!("unknown op `{name}`"))?;
        let parts = split(rest);
        let immediates = op.info().immediates;
        let operands = parts.len().checked_sub(immediates.len()).ok_or("too few operands")?;
        Ok(Instruction {
            op,
            operands: parts[..operands].iter().map(|part| value_id(part)).collect::<Parsed<_>>()?,
            immediates: parts[operands..]
                .iter()
                .zip(immediates)
                .map(|(part, (_, kind))| immediate(part, *kind))
                .collect::<Parsed<_>>()?,
            results,
            site,
            on_error,
        })
    }
}

fn immediate(text: &str, kind: ImmediateKind) -> Parsed<u64> {
    let prefixed = |prefix: &str| {
        text.strip_prefix(prefix)
            .ok_or_else(|| format!("expected `{prefix}` and a number"))
            .and_then(number::<u64>)
    };
    match kind {
        ImmediateKind::Constant => prefixed("const"),
        ImmediateKind::Name => prefixed("name"),
        ImmediateKind::Cache => prefixed("cache"),
        ImmediateKind::Register => prefixed("r"),
        ImmediateKind::Number => text
            .strip_prefix('#')
            .ok_or("expected `#` and a number".to_string())
            .and_then(number::<i64>)
            .map(|n| n as u64),
        ImmediateKind::Word => {
            if let Some((word, _)) = WORD_NAMES.iter().find(|(_, name)| *name == text) {
                Ok(*word)
            } else if let Some(int) = text.strip_prefix("int ") {
                Ok((number::<i64>(int)? as u64) << 1 | 1)
            } else {
                let digits = text.strip_prefix("0x").ok_or("expected a word")?;
                u64::from_str_radix(digits, 16).map_err(|_| format!("`{text}` is no word"))
            }
        }
    }
}

/// The parts between the commas outside parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (index, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

fn number<T: std::str::FromStr>(text: &str) -> Parsed<T> {
    text.trim().parse().map_err(|_| format!("`{text}` is no number"))
}

fn value_id(text: &str) -> Parsed<ValueId> {
    let digits = text.trim().strip_prefix('v').ok_or_else(|| format!("expected a value, not `{text}`"))?;
    Ok(ValueId(number(digits)?))
}

fn block_id(text: &str) -> Parsed<BlockId> {
    let digits = text.trim().strip_prefix('b').ok_or_else(|| format!("expected a block, not `{text}`"))?;
    Ok(BlockId(number(digits)?))
}

fn block_call(text: &str) -> Parsed<BlockCall> {
    let (block, arguments) = text.trim().split_once('(').ok_or("expected `(`")?;
    let arguments = arguments.strip_suffix(')').ok_or("expected `)`")?;
    Ok(BlockCall {
        block: block_id(block)?,
        arguments: split(arguments).into_iter().map(value_id).collect::<Parsed<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
function f3 \"loop\" {
b0(v0: boxed, v1: boxed value):
  v2: boxed small_int [0..0] = const_word int 0
  jump b1(v2)
b1(v3: boxed int):
  v4: truth = py_test_less v3, v1 @4 !b4()
  branch v4, b2(), b3()
b2():
  v5: boxed small_int = const_word int -1
  v6: boxed value = py_subtract v3, v5 @6 !b4()
  v7: boxed value, v8: boxed = py_load_method v6, name2, cache0 @7 !b4()
  jump b1(v6)
b3():
  return v3
b4():
  v9: int = int_const #1
  switch v9, b5(), b6()
b5():
  suspend v0
b6():
  unwind
}
";

    #[test]
    fn what_is_printed_is_read_back() {
        let function = parse_function(TEXT).expect("parses");
        assert_eq!(function.to_string(), TEXT);
    }

    #[test]
    fn errors_name_the_line() {
        let broken = TEXT.replace("py_subtract", "py_sub");
        let error = parse_function(&broken).expect_err("an unknown op");
        assert_eq!(error, ParseError { line: 10, message: "unknown op `py_sub`".to_string() });
        assert!(parse_function("function f0 \"x\" {\nb0():\n}").is_err());
    }
}

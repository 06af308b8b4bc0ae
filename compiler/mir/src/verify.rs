//! Checks a function's invariants: after the builder, after the parser, after every pass.

use std::fmt;

use crate::bit_set::BitSet;
use crate::function::{BlockCall, Function, Terminator};
use crate::ids::{BlockId, ValueId};
use crate::op::ResultKind;
use crate::types::Representation;

/// What is wrong with a function: always a bug of the compiler (or of a test's text).
#[derive(Debug, PartialEq, Eq)]
pub struct VerifyError {
    pub function: String,
    pub block: BlockId,
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {}, {}: {}", self.function, self.block, self.message)
    }
}

/// Checks arities, representations, that every value is defined once and before its uses on every path, that exactly
/// the ops that can raise have an error edge, and that edges fit their blocks' parameters.
pub fn verify(function: &Function) -> Result<(), VerifyError> {
    let mut defined = BitSet::empty(function.values.len());
    for (id, block) in function.iter_blocks() {
        let fail = |message: String| Err(VerifyError { function: function.name.clone(), block: id, message });
        let results = block.instructions.iter().flat_map(|instruction| &instruction.results);
        for value in block.parameters.iter().chain(results) {
            if value.index() >= function.values.len() {
                return fail(format!("{value} is not in the table of values"));
            }
            if !defined.insert(*value) {
                return fail(format!("{value} is defined twice"));
            }
        }
    }
    let order = function.reverse_postorder();
    let entry = available_at_entry(function, &order);
    for &id in &order {
        let block = function.block(id);
        let fail = |message: String| Err(VerifyError { function: function.name.clone(), block: id, message });
        let mut available = entry[id.index()].clone().unwrap_or_else(|| BitSet::empty(function.values.len()));
        available.insert_all(&block.parameters);
        let check_use = |available: &BitSet, value: ValueId, representation: Option<Representation>| {
            if value.index() >= function.values.len() || !available.contains(value) {
                return fail(format!("{value} is used where it need not be defined"));
            }
            let actual = function.value(value).representation;
            if representation.is_some_and(|expected| expected != actual) {
                return fail(format!("{value} is {actual} and not what its use needs"));
            }
            Ok(())
        };
        let check_edge = |available: &BitSet, edge: &BlockCall| {
            let Some(target) = function.blocks.get(edge.block.index()) else {
                return fail(format!("{} does not exist", edge.block));
            };
            if edge.block == BlockId(0) {
                return fail("an edge leads to the entry".to_string());
            }
            if target.parameters.len() != edge.arguments.len() {
                return fail(format!("{edge} has not as many arguments as its block has parameters"));
            }
            for (argument, parameter) in edge.arguments.iter().zip(&target.parameters) {
                check_use(available, *argument, Some(function.value(*parameter).representation))?;
            }
            Ok(())
        };
        for instruction in &block.instructions {
            let info = instruction.op.info();
            let op = instruction.op;
            if instruction.operands.len() < info.operands.len()
                || (info.rest.is_none() && instruction.operands.len() > info.operands.len())
            {
                return fail(format!("{op} has a wrong number of operands"));
            }
            if instruction.immediates.len() != info.immediates.len() {
                return fail(format!("{op} has a wrong number of immediates"));
            }
            for (number, operand) in instruction.operands.iter().enumerate() {
                check_use(&available, *operand, op.operand_kind(number).map(|kind| kind.representation()))?;
            }
            let expected =
                if info.many_results { instruction.immediates[0] as usize } else { info.results.len() };
            if instruction.results.len() != expected {
                return fail(format!("{op} has a wrong number of results"));
            }
            for (number, result) in instruction.results.iter().enumerate() {
                let (kind, _): (ResultKind, _) = info.results[if info.many_results { 0 } else { number }];
                if function.value(*result).representation != kind.representation() {
                    return fail(format!("{result} has not the representation of {op}'s result"));
                }
            }
            if info.effects.raises != instruction.on_error.is_some() {
                return fail(format!("{op} must have an error edge exactly when it can raise"));
            }
            if let Some(edge) = &instruction.on_error {
                check_edge(&available, edge)?;
            }
            available.insert_all(&instruction.results);
        }
        match &block.terminator {
            Terminator::Branch { condition, .. } => {
                check_use(&available, *condition, Some(Representation::Truth))?
            }
            Terminator::Switch { index, .. } => check_use(&available, *index, Some(Representation::Int))?,
            Terminator::Return(value) | Terminator::Suspend(value) => {
                check_use(&available, *value, Some(Representation::Boxed))?;
            }
            Terminator::Jump(_) | Terminator::Unwind | Terminator::Unreachable => {}
        }
        for edge in block.terminator.targets() {
            check_edge(&available, edge)?;
        }
    }
    Ok(())
}

/// For every block, the values that are defined on every path to its start. Exact for extended blocks too: an error
/// edge carries what was defined before its instruction.
fn available_at_entry(function: &Function, order: &[BlockId]) -> Vec<Option<BitSet>> {
    let mut entry: Vec<Option<BitSet>> = vec![None; function.blocks.len()];
    entry[0] = Some(BitSet::empty(function.values.len()));
    let mut changed = true;
    while changed {
        changed = false;
        for &id in order {
            let Some(mut available) = entry[id.index()].clone() else { continue };
            let block = function.block(id);
            available.insert_all(&block.parameters);
            for instruction in &block.instructions {
                if let Some(edge) = &instruction.on_error {
                    changed |= flow(&mut entry, edge.block, &available);
                }
                available.insert_all(&instruction.results);
            }
            for edge in block.terminator.targets() {
                changed |= flow(&mut entry, edge.block, &available);
            }
        }
    }
    entry
}

fn flow(entry: &mut [Option<BitSet>], target: BlockId, available: &BitSet) -> bool {
    match entry.get_mut(target.index()) {
        None => false,
        Some(Some(known)) => known.intersect(available),
        Some(unknown) => {
            *unknown = Some(available.clone());
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse_function;

    fn check(body: &str) -> Result<(), String> {
        let text = format!("function f0 \"test\" {{\n{body}\n}}\n");
        let function = parse_function(&text).map_err(|error| error.to_string())?;
        verify(&function).map_err(|error| error.to_string())
    }

    #[test]
    fn accepts_what_is_right() {
        let body =
            "b0(v0: boxed, v1: boxed):\n v2: boxed = py_add v1, v1 @0 !b1()\n return v2\nb1():\n unwind";
        assert_eq!(check(body), Ok(()));
    }

    #[test]
    fn rejects_what_is_wrong() {
        let wrong = [
            // No error edge.
            "b0(v0: boxed, v1: boxed):\n v2: boxed = py_add v1, v1\n return v2",
            // A use before the definition.
            "b0(v0: boxed):\n v2: boxed = py_add v1, v1 !b1()\n v1: boxed = const_word None\n return v2\nb1():\n unwind",
            // Not defined on the other path.
            "b0(v0: boxed):\n v1: truth = is_word v0, None\n branch v1, b1(), b2()\nb1():\n v2: boxed = const_word None\n jump b2()\nb2():\n return v2",
            // A wrong representation.
            "b0(v0: boxed):\n v1: truth = is_word v0, None\n return v1",
            // A wrong number of arguments.
            "b0(v0: boxed):\n jump b1(v0)\nb1():\n return v0",
            // A result that is not there on the error edge.
            "b0(v0: boxed):\n v1: boxed = py_add v0, v0 !b1(v1)\n return v1\nb1(v2: boxed):\n unwind",
        ];
        for body in wrong {
            assert!(check(body).is_err(), "{body}");
        }
    }
}

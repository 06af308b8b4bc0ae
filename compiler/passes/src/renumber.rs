//! Numbers the values in the order of their definitions, so that dumps are stable and tables small.
//!
//! Needs nothing, loses nothing, linear.

use pyrsc_mir::{Function, ValueId};

/// Runs the pass.
pub fn run(function: &mut Function) {
    let mut new_ids: Vec<Option<ValueId>> = vec![None; function.values.len()];
    let mut values = Vec::new();
    for block in &function.blocks {
        let results = block.instructions.iter().flat_map(|instruction| &instruction.results);
        for value in block.parameters.iter().chain(results) {
            new_ids[value.index()] = Some(ValueId::from_index(values.len()));
            values.push(function.values[value.index()].clone());
        }
    }
    for_each_value(function, |value| {
        if let Some(new) = new_ids[value.index()] {
            *value = new;
        }
    });
    function.values = values;
}

/// Puts other values in the place of some, in all uses. A replacement can have a replacement itself.
pub(crate) fn replace_values(function: &mut Function, replacements: &[Option<ValueId>]) {
    let resolve = |mut value: ValueId| {
        while let Some(next) = replacements[value.index()] {
            value = next;
        }
        value
    };
    for block in &mut function.blocks {
        for instruction in &mut block.instructions {
            instruction.operands.iter_mut().for_each(|operand| *operand = resolve(*operand));
        }
        if let Some(value) = block.terminator.operand_mut() {
            *value = resolve(*value);
        }
        for edge in block.edges_mut() {
            edge.arguments.iter_mut().for_each(|argument| *argument = resolve(*argument));
        }
    }
}

/// Visits every definition and use.
fn for_each_value(function: &mut Function, mut visit: impl FnMut(&mut ValueId)) {
    for block in &mut function.blocks {
        block.parameters.iter_mut().for_each(&mut visit);
        for instruction in &mut block.instructions {
            instruction.results.iter_mut().for_each(&mut visit);
            instruction.operands.iter_mut().for_each(&mut visit);
        }
        block.terminator.operand_mut().into_iter().for_each(&mut visit);
        for edge in block.edges_mut() {
            edge.arguments.iter_mut().for_each(&mut visit);
        }
    }
}

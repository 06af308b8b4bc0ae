//! Removes operations without effects whose results nobody uses.
//!
//! Needs nothing, loses nothing. Ends because uses only become fewer. Linear.

use pyrsc_mir::{Function, ValueId};

/// Runs the pass.
pub fn run(function: &mut Function) {
    let mut uses = vec![0usize; function.values.len()];
    for block in &function.blocks {
        let operands = block.instructions.iter().flat_map(|instruction| &instruction.operands);
        let arguments = block.edges().flat_map(|edge| &edge.arguments);
        operands.chain(arguments).for_each(|value| uses[value.index()] += 1);
        if let Some(value) = block.terminator.operand() {
            uses[value.index()] += 1;
        }
    }
    let mut definers: Vec<Option<(usize, usize)>> = vec![None; function.values.len()];
    for (index, block) in function.blocks.iter().enumerate() {
        for (position, instruction) in block.instructions.iter().enumerate() {
            for result in &instruction.results {
                definers[result.index()] = Some((index, position));
            }
        }
    }
    let mut dead: Vec<Vec<bool>> =
        function.blocks.iter().map(|block| vec![false; block.instructions.len()]).collect();
    let mut work: Vec<ValueId> =
        (0..uses.len()).filter(|index| uses[*index] == 0).map(ValueId::from_index).collect();
    while let Some(value) = work.pop() {
        let Some((index, position)) = definers[value.index()] else { continue };
        let instruction = &function.blocks[index].instructions[position];
        let unused = instruction.results.iter().all(|result| uses[result.index()] == 0);
        if !unused || !instruction.op.info().effects.is_removable() || dead[index][position] {
            continue;
        }
        dead[index][position] = true;
        for operand in &instruction.operands {
            uses[operand.index()] -= 1;
            if uses[operand.index()] == 0 {
                work.push(*operand);
            }
        }
    }
    for (block, dead) in function.blocks.iter_mut().zip(dead) {
        let mut dead = dead.into_iter();
        block.instructions.retain(|_| !dead.next().unwrap_or(false));
    }
}

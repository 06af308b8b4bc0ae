//! Removes block parameters that always get the same value (or themselves), and those that nobody uses.
//!
//! Needs: no unreachable blocks. Loses nothing. Ends because what a parameter is known to be changes twice at most. Cost:
//! edges times parameters, times the depth of loops.
//!
//! ```text
//! b1(v3: boxed, v4: boxed): ... jump b1(v3, v5)     where b0 jumps b1(v1, v2): v3 is v1
//! ```

use pyrsc_mir::{BlockId, Function, ValueId};

use crate::renumber::replace_values;

/// Runs the pass.
pub fn run(function: &mut Function) {
    while remove_redundant(function) {}
    remove_unused(function);
}

/// Optimistic: a parameter is nothing until an edge gives it a value, and that value until another edge gives it another
/// one; then it is itself. Parameters that only get each other and one value, around loops, are found too. What is only
/// then seen to be the same is for another round: whether there was anything to do.
fn remove_redundant(function: &mut Function) -> bool {
    let mut source: Vec<Option<ValueId>> =
        (0..function.values.len()).map(|index| Some(ValueId::from_index(index))).collect();
    for block in &function.blocks[1..] {
        block.parameters.iter().for_each(|parameter| source[parameter.index()] = None);
    }
    let order = function.reverse_postorder();
    let mut changed = true;
    while changed {
        changed = false;
        for id in &order {
            for edge in function.block(*id).edges() {
                let parameters = &function.block(edge.block).parameters;
                for (argument, parameter) in edge.arguments.iter().zip(parameters) {
                    let Some(value) = source[argument.index()] else { continue };
                    let known = &mut source[parameter.index()];
                    let merged = match *known {
                        None => value,
                        Some(old) if old == value || old == *parameter => old,
                        Some(_) => *parameter,
                    };
                    if *known != Some(merged) {
                        *known = Some(merged);
                        changed = true;
                    }
                }
            }
        }
    }
    let mut replacements: Vec<Option<ValueId>> = vec![None; function.values.len()];
    let mut kept: Vec<Vec<bool>> = Vec::with_capacity(function.blocks.len());
    for (index, block) in function.blocks.iter().enumerate() {
        let flags = block.parameters.iter().map(|parameter| {
            let other = source[parameter.index()].filter(|value| index > 0 && value != parameter);
            replacements[parameter.index()] = other;
            other.is_none()
        });
        kept.push(flags.collect());
    }
    keep_parameters(function, &kept);
    replace_values(function, &replacements);
    replacements.iter().any(Option::is_some)
}

/// A parameter that only edges to unused parameters mention is unused.
fn remove_unused(function: &mut Function) {
    let mut used = vec![false; function.values.len()];
    let mut work: Vec<ValueId> = Vec::new();
    let mark = |value: ValueId, used: &mut Vec<bool>, work: &mut Vec<ValueId>| {
        if !std::mem::replace(&mut used[value.index()], true) {
            work.push(value);
        }
    };
    for block in &function.blocks {
        for instruction in &block.instructions {
            instruction.operands.iter().for_each(|operand| mark(*operand, &mut used, &mut work));
        }
        if let Some(value) = block.terminator.operand() {
            mark(value, &mut used, &mut work);
        }
    }
    let mut sources: Vec<Vec<ValueId>> = vec![Vec::new(); function.values.len()];
    for block in &function.blocks {
        for edge in block.edges() {
            let parameters = &function.block(edge.block).parameters;
            for (argument, parameter) in edge.arguments.iter().zip(parameters) {
                sources[parameter.index()].push(*argument);
            }
        }
    }
    while let Some(value) = work.pop() {
        for source in &sources[value.index()] {
            mark(*source, &mut used, &mut work);
        }
    }
    let kept: Vec<Vec<bool>> = function
        .iter_blocks()
        .map(|(id, block)| {
            block.parameters.iter().map(|value| id == BlockId(0) || used[value.index()]).collect()
        })
        .collect();
    keep_parameters(function, &kept);
}

/// Drops the parameters whose flag is off, and the arguments that went to them.
fn keep_parameters(function: &mut Function, kept: &[Vec<bool>]) {
    for (index, flags) in kept.iter().enumerate() {
        let block = &mut function.blocks[index];
        let mut flags = flags.iter();
        block.parameters.retain(|_| flags.next().copied().unwrap_or(true));
        for edge in block.edges_mut() {
            let mut flags = kept[edge.block.index()].iter();
            edge.arguments.retain(|_| flags.next().copied().unwrap_or(true));
        }
    }
}

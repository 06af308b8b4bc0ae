//! Removes block parameters that always get the same value (or themselves), and those that nobody uses.
//!
//! Needs: no unreachable blocks. Loses nothing. Ends because every step removes a parameter. Cost: edges times
//! parameters, times the depth of loops. Braun et al., "Simple and Efficient Construction of Static Single Assignment
//! Form", 2013, section 3.2.
//!
//! ```text
//! b1(v3: boxed, v4: boxed): ... jump b1(v3, v5)     where b0 jumps b1(v1, v2): v3 is v1
//! ```

use pyrsc_mir::{BlockId, Function, ValueId};

use crate::renumber::replace_values;

/// Runs the pass.
pub fn run(function: &mut Function) {
    remove_redundant(function);
    remove_unused(function);
}

fn remove_redundant(function: &mut Function) {
    let mut incoming: Vec<Vec<Vec<ValueId>>> = vec![Vec::new(); function.blocks.len()];
    for block in &function.blocks {
        for edge in block.edges() {
            incoming[edge.block.index()].push(edge.arguments.clone());
        }
    }
    let mut replacements: Vec<Option<ValueId>> = vec![None; function.values.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (index, edges) in incoming.iter().enumerate().skip(1) {
            for (position, &parameter) in function.blocks[index].parameters.iter().enumerate() {
                if replacements[parameter.index()].is_some() {
                    continue;
                }
                let mut only = None;
                let same = edges.iter().all(|arguments| {
                    let argument = resolve(&mut replacements, arguments[position]);
                    argument == parameter || *only.get_or_insert(argument) == argument
                });
                if same && let Some(value) = only {
                    replacements[parameter.index()] = Some(value);
                    changed = true;
                }
            }
        }
    }
    let kept: Vec<Vec<bool>> = function
        .blocks
        .iter()
        .map(|block| block.parameters.iter().map(|value| replacements[value.index()].is_none()).collect())
        .collect();
    keep_parameters(function, &kept);
    replace_values(function, &replacements);
}

/// The value that stands for another in the end; shortens the way there.
fn resolve(replacements: &mut [Option<ValueId>], value: ValueId) -> ValueId {
    let mut last = value;
    while let Some(next) = replacements[last.index()] {
        last = next;
    }
    let mut current = value;
    while let Some(next) = replacements[current.index()] {
        replacements[current.index()] = Some(last);
        current = next;
    }
    last
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

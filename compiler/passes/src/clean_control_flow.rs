//! Removes unreachable blocks, goes round empty ones and joins a block with its only successor.
//!
//! Needs nothing, loses nothing. Ends because every step makes the number of blocks or edges to empty blocks smaller.
//! Linear in the function, times the longest chain of empty blocks.
//!
//! ```text
//! b1(): jump b2(v1)            b1(): return v1
//! b2(v2: boxed): return v2     (b2 is gone)
//! ```

use pyrsc_mir::{Block, BlockCall, BlockId, Function, Terminator, ValueId};

use crate::renumber::replace_values;

/// Runs the pass.
pub fn run(function: &mut Function) {
    skip_empty_blocks(function);
    join_chains(function);
    remove_unreachable(function);
}

/// An edge to a block that only jumps on goes to where that block jumps.
fn skip_empty_blocks(function: &mut Function) {
    let forward: Vec<Option<BlockCall>> = function
        .blocks
        .iter()
        .map(|block| match &block.terminator {
            Terminator::Jump(target) if block.instructions.is_empty() && block.parameters.is_empty() => {
                Some(target.clone())
            }
            _ => None,
        })
        .collect();
    for index in 0..function.blocks.len() {
        for edge in function.blocks[index].edges_mut() {
            // A cycle of empty blocks is an endless loop; it stays one.
            for _ in 0..forward.len() {
                match &forward[edge.block.index()] {
                    Some(target) if target.block != edge.block => *edge = target.clone(),
                    _ => break,
                }
            }
        }
    }
}

/// A block that ends in a jump to a block that nothing else leads to takes that block in.
fn join_chains(function: &mut Function) {
    let mut predecessors = vec![0usize; function.blocks.len()];
    for block in function.reverse_postorder() {
        for edge in function.block(block).edges() {
            predecessors[edge.block.index()] += 1;
        }
    }
    let mut replacements: Vec<Option<ValueId>> = vec![None; function.values.len()];
    for start in function.reverse_postorder() {
        while let Terminator::Jump(target) = &function.block(start).terminator {
            let target = target.clone();
            if predecessors[target.block.index()] != 1 || target.block == start {
                break;
            }
            let emptied = Block {
                parameters: Vec::new(),
                instructions: Vec::new(),
                terminator: Terminator::Unreachable,
            };
            let taken = std::mem::replace(function.block_mut(target.block), emptied);
            predecessors[target.block.index()] = 0;
            for (parameter, argument) in taken.parameters.iter().zip(target.arguments) {
                replacements[parameter.index()] = Some(argument);
            }
            let block = function.block_mut(start);
            block.instructions.extend(taken.instructions);
            block.terminator = taken.terminator;
        }
    }
    replace_values(function, &replacements);
}

/// Removes what the entry does not reach, and puts the blocks in reverse postorder.
fn remove_unreachable(function: &mut Function) {
    let order = function.reverse_postorder();
    let mut new_ids = vec![None; function.blocks.len()];
    for (index, block) in order.iter().enumerate() {
        new_ids[block.index()] = Some(BlockId::from_index(index));
    }
    let mut old: Vec<Option<Block>> = std::mem::take(&mut function.blocks).into_iter().map(Some).collect();
    function.blocks = order.iter().filter_map(|block| old[block.index()].take()).collect();
    for block in &mut function.blocks {
        for edge in block.edges_mut() {
            if let Some(new) = new_ids[edge.block.index()] {
                edge.block = new;
            }
        }
    }
}

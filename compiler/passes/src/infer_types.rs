//! Gives block parameters the union of their arguments' types and ranges.
//!
//! Needs: no unreachable blocks. Loses nothing. Ends because the types climb a lattice of finite height; a range that
//! still grows in the third round becomes full. Cost: edges times parameters times the lattice's height.

use pyrsc_mir::{Function, Range, Type};

/// Runs the pass.
pub fn run(function: &mut Function) {
    let mut known: Vec<Option<(Type, Range)>> =
        function.values.iter().map(|data| Some((data.ty, data.range))).collect();
    for block in &function.blocks[1..] {
        for parameter in &block.parameters {
            known[parameter.index()] = None;
        }
    }
    let mut round = 0;
    let mut changed = true;
    while changed {
        changed = false;
        round += 1;
        for block in &function.blocks {
            for edge in block.edges() {
                for (argument, parameter) in edge.arguments.iter().zip(&function.block(edge.block).parameters)
                {
                    let Some((ty, range)) = known[argument.index()] else { continue };
                    let new = match known[parameter.index()] {
                        None => (ty, range),
                        Some((old_ty, old_range)) => {
                            let union = old_range.union(range);
                            let grown = union != old_range && round > 3;
                            (old_ty.union(ty), if grown { Range::FULL } else { union })
                        }
                    };
                    let same = known[parameter.index()]
                        .is_some_and(|(ty, range)| new.0.is_subtype_of(ty) && new.1 == range);
                    if !same {
                        known[parameter.index()] = Some(new);
                        changed = true;
                    }
                }
            }
        }
    }
    for (data, known) in function.values.iter_mut().zip(known) {
        if let Some((ty, range)) = known {
            data.ty = ty;
            data.range = range;
        }
    }
}

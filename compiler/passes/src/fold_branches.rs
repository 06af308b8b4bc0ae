//! Folds tests whose answer the types or a constant tell, and removes checks that cannot fail.
//!
//! Needs: `infer_types`. Loses: reachability (run `clean_control_flow` after it). One sweep, linear.
//!
//! ```text
//! v2: boxed none = const_word None
//! v3: truth = is_word v2, None          branch v3, b1(), b2()   becomes   jump b1()
//! ```

use pyrsc_mir::{Function, Op, Terminator, Type};

/// Runs the pass.
pub fn run(function: &mut Function) {
    // What is known of words and truths, by value.
    let mut words: Vec<Option<u64>> = vec![None; function.values.len()];
    let mut truths: Vec<Option<bool>> = vec![None; function.values.len()];
    for index in function.reverse_postorder().iter().map(|block| block.index()).collect::<Vec<_>>() {
        let mut instructions = std::mem::take(&mut function.blocks[index].instructions);
        instructions.retain_mut(|instruction| {
            let operand = |position: usize| instruction.operands[position];
            match instruction.op {
                Op::ConstWord => words[instruction.results[0].index()] = Some(instruction.immediates[0]),
                Op::IsWord => {
                    let value = operand(0);
                    let known = words[value.index()].map(|word| word == instruction.immediates[0]);
                    let marker = match instruction.immediates[0] {
                        STOP => Some(Type::STOP),
                        UNBOUND => Some(Type::UNBOUND),
                        NONE => Some(Type::NONE),
                        _ => None,
                    };
                    let excluded =
                        marker.is_some_and(|marker| !function.values[value.index()].ty.overlaps(marker));
                    truths[instruction.results[0].index()] = known.or(excluded.then_some(false));
                }
                Op::TruthNot => {
                    truths[instruction.results[0].index()] = truths[operand(0).index()].map(|truth| !truth);
                }
                Op::PyTruth => {
                    let value = operand(0);
                    let known = match words[value.index()] {
                        Some(FALSE | NONE) => Some(false),
                        Some(word) if word & 1 != 0 => Some(word != 1),
                        Some(TRUE) => Some(true),
                        _ => None,
                    };
                    truths[instruction.results[0].index()] = known;
                }
                Op::CheckBound => return function.values[operand(0).index()].ty.overlaps(Type::UNBOUND),
                _ => {}
            }
            true
        });
        function.blocks[index].instructions = instructions;
        let terminator = &mut function.blocks[index].terminator;
        if let Terminator::Branch { condition, then, otherwise } = terminator
            && let Some(truth) = truths[condition.index()]
        {
            *terminator = Terminator::Jump(if truth { then.clone() } else { otherwise.clone() });
        }
    }
}

const FALSE: u64 = 0x04;
const TRUE: u64 = 0x0C;
const NONE: u64 = 0x14;
const UNBOUND: u64 = 0x2C;
const STOP: u64 = 0x34;

//! Which values are live at every point, and which of these are only kept: their binding has not ended, or a traceback
//! would show them, but no operation reads them.

use std::collections::HashMap;
use std::rc::Rc;

use pyrsc_mir::bit_set::BitSet;
use pyrsc_mir::{BlockCall, Function, Instruction, Op, ValueId};

use super::context::Use;

/// A place between two instructions: before the one at `index`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Point {
    pub block: usize,
    pub index: usize,
}

/// A value that is live at a point.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub value: ValueId,
    pub use_of: Use,
}

/// See the module's documentation.
pub struct Liveness {
    kept: Sets,
    read: Sets,
    /// Values that only arithmetic gives.
    numbers: BitSet,
    cache: HashMap<Point, Rc<[Live]>>,
}

/// The sets at the blocks' starts (with the blocks' parameters) and ends.
struct Sets {
    at_start: Vec<BitSet>,
    /// Whether keeping a value counts as using it.
    with_kept: bool,
}

impl Liveness {
    /// Analyses a function. Values in `everywhere` are never live: they need not be passed on.
    pub fn of(function: &Function, everywhere: &BitSet) -> Liveness {
        Liveness {
            kept: Sets::of(function, everywhere, true),
            read: Sets::of(function, everywhere, false),
            numbers: numbers(function),
            cache: HashMap::new(),
        }
    }

    /// The values that are live at a point, in the order of their numbers.
    pub fn at(&mut self, function: &Function, everywhere: &BitSet, point: Point) -> Rc<[Live]> {
        if let Some(known) = self.cache.get(&point) {
            return known.clone();
        }
        let kept = self.kept.at(function, everywhere, point);
        let read = self.read.at(function, everywhere, point);
        let use_of = |value| match (read.contains(value), self.numbers.contains(value)) {
            (true, _) => Use::Read,
            (false, true) => Use::KeptNumber,
            (false, false) => Use::Kept,
        };
        let live: Rc<[Live]> = kept.iter().map(|value| Live { value, use_of: use_of(value) }).collect();
        self.cache.insert(point, live.clone());
        live
    }
}

impl Sets {
    fn of(function: &Function, everywhere: &BitSet, with_kept: bool) -> Sets {
        let empty = BitSet::empty(function.values.len());
        let mut sets = Sets { at_start: vec![empty; function.blocks.len()], with_kept };
        let mut order = function.reverse_postorder();
        order.reverse();
        let mut changed = true;
        while changed {
            changed = false;
            for id in &order {
                let live = sets.at(function, everywhere, Point { block: id.index(), index: 0 });
                changed |= sets.at_start[id.index()].union(&live);
            }
        }
        sets
    }

    /// The values that are live at a point, from what is live at the starts of the blocks that follow.
    fn at(&self, function: &Function, everywhere: &BitSet, point: Point) -> BitSet {
        let block = &function.blocks[point.block];
        let mut live = BitSet::empty(function.values.len());
        let mut add = |live: &mut BitSet, value: ValueId| {
            if !everywhere.contains(value) {
                live.insert(value);
            }
        };
        for edge in block.terminator.targets() {
            self.edge(function, &mut live, edge, &mut add);
        }
        block.terminator.operand().into_iter().for_each(|value| add(&mut live, value));
        for instruction in block.instructions[point.index..].iter().rev() {
            instruction.results.iter().for_each(|value| {
                live.remove(*value);
            });
            if let Some(edge) = &instruction.on_error {
                self.edge(function, &mut live, edge, &mut add);
            }
            if self.with_kept || !only_keeps(instruction) {
                instruction.operands.iter().for_each(|value| add(&mut live, *value));
            }
        }
        live
    }

    fn edge(
        &self,
        function: &Function,
        live: &mut BitSet,
        edge: &BlockCall,
        add: &mut impl FnMut(&mut BitSet, ValueId),
    ) {
        let target = &function.blocks[edge.block.index()];
        let needed = &self.at_start[edge.block.index()];
        let mut rest = needed.clone();
        for (argument, parameter) in edge.arguments.iter().zip(&target.parameters) {
            rest.remove(*parameter);
            if needed.contains(*parameter) {
                add(live, *argument);
            }
        }
        live.union(&rest);
    }
}

/// The values that come from arithmetic (and constants) alone, directly or through parameters.
fn numbers(function: &Function) -> BitSet {
    let mut arithmetic = BitSet::empty(function.values.len());
    let mut other = BitSet::empty(function.values.len());
    other.insert_all(&function.blocks[0].parameters);
    for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
        if super::arithmetic::is_point(instruction.op) {
            arithmetic.insert_all(&instruction.results);
        } else if instruction.op != Op::ConstWord {
            other.insert_all(&instruction.results);
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for edge in function.blocks.iter().flat_map(|block| block.edges()) {
            for (argument, parameter) in edge.arguments.iter().zip(&function.block(edge.block).parameters) {
                for set in [&mut arithmetic, &mut other] {
                    changed |= set.contains(*argument) && set.insert(*parameter);
                }
            }
        }
    }
    let mut numbers = BitSet::empty(function.values.len());
    arithmetic.iter().filter(|value| !other.contains(*value)).for_each(|value| {
        numbers.insert(value);
    });
    numbers
}

fn only_keeps(instruction: &Instruction) -> bool {
    matches!(instruction.op, Op::Keep | Op::UnwindLocals)
}

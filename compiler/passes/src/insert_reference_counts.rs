//! The late pass that makes reference counts explicit: `retain` and `release`, from liveness and ownership.
//!
//! An *owned* value (an owned result, a boxed block parameter) carries one reference from its definition until its last
//! use. A stolen operand, an argument of an edge and a returned value hand that reference over; when the value is still
//! needed afterwards, or was never owned (the function's parameters, constants), it is retained first. What is no
//! longer needed is released right after its last use, or at the start of the edge on which it dies; `keep`, the
//! explicit end of a local's binding, is such a use, and disappears here.
//!
//! Needs: no unreachable blocks. Loses: nothing may move across a `release` that did not before. Ends: liveness is a
//! data flow over finite sets, the rewriting one sweep. Cost: blocks times values / 64, times the depth of loops.

use std::collections::BTreeMap;

use pyrsc_mir::bit_set::BitSet;
use pyrsc_mir::{
    Block, BlockCall, BlockId, Function, Instruction, Op, OperandKind, Representation, ResultKind,
    Terminator, Type, ValueId,
};

/// Arguments of a call that can be handed over: the bits of an immediate.
const GIVEN_LIMIT: usize = 63;

/// Runs the pass.
pub fn run(function: &mut Function) {
    let owned = owned_values(function);
    let live_in = live_at_entry(function, &owned);
    let mut rewriter =
        Rewriter { owned, live_in, immediate_when_true: BTreeMap::new(), edges: BTreeMap::new() };
    for index in 0..rewriter.live_in.len() {
        rewriter.block(function, BlockId::from_index(index));
    }
}

/// The values that carry a reference.
fn owned_values(function: &Function) -> BitSet {
    let mut owned = BitSet::empty(function.values.len());
    let counted = |value: ValueId| {
        let data = function.value(value);
        data.representation == Representation::Boxed && !data.ty.is_subtype_of(Type::IMMEDIATE)
    };
    for (id, block) in function.iter_blocks() {
        if id != BlockId(0) {
            block.parameters.iter().filter(|value| counted(**value)).for_each(|value| {
                owned.insert(*value);
            });
        }
        for instruction in &block.instructions {
            let info = instruction.op.info();
            for (index, result) in instruction.results.iter().enumerate() {
                let (kind, _) = info.results[if info.many_results { 0 } else { index }];
                if kind == ResultKind::Owned && counted(*result) {
                    owned.insert(*result);
                }
            }
        }
    }
    owned
}

/// The owned values that are needed at the start of every block, its own parameters not counted.
fn live_at_entry(function: &Function, owned: &BitSet) -> Vec<BitSet> {
    let count = function.values.len();
    let mut live_in = vec![BitSet::empty(count); function.blocks.len()];
    let mut order = function.reverse_postorder();
    order.reverse();
    let mut changed = true;
    while changed {
        changed = false;
        for &id in &order {
            let block = function.block(id);
            let mut live = BitSet::empty(count);
            for edge in block.terminator.targets() {
                needed_on_edge(&mut live, &live_in, owned, edge);
            }
            block.terminator.operand().into_iter().for_each(|value| add(&mut live, owned, value));
            for instruction in block.instructions.iter().rev() {
                instruction.results.iter().for_each(|value| {
                    live.remove(*value);
                });
                if let Some(edge) = &instruction.on_error {
                    needed_on_edge(&mut live, &live_in, owned, edge);
                }
                counted_operands(instruction).for_each(|value| add(&mut live, owned, value));
            }
            block.parameters.iter().for_each(|value| {
                live.remove(*value);
            });
            changed |= live_in[id.index()].union(&live);
        }
    }
    live_in
}

/// The operands whose use needs a reference.
fn counted_operands(instruction: &Instruction) -> impl Iterator<Item = ValueId> + '_ {
    let is_counted = |index: usize| instruction.op.operand_kind(index) != Some(OperandKind::Word);
    instruction
        .operands
        .iter()
        .enumerate()
        .filter(move |(index, _)| is_counted(*index))
        .map(|(_, value)| *value)
}

fn add(live: &mut BitSet, owned: &BitSet, value: ValueId) {
    if owned.contains(value) {
        live.insert(value);
    }
}

fn needed_on_edge(live: &mut BitSet, live_in: &[BitSet], owned: &BitSet, edge: &BlockCall) {
    live.union(&live_in[edge.block.index()]);
    edge.arguments.iter().for_each(|value| add(live, owned, *value));
}

/// What an edge does before it arrives.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct EdgeWork {
    retained: Vec<ValueId>,
    released: Vec<ValueId>,
}

struct Rewriter {
    owned: BitSet,
    live_in: Vec<BitSet>,
    /// Truths that say that values are words that are never counted.
    immediate_when_true: BTreeMap<ValueId, Vec<ValueId>>,
    /// Blocks made for edges, shared by edges that do the same.
    edges: BTreeMap<(BlockId, Vec<ValueId>, EdgeWork), BlockId>,
}

impl Rewriter {
    fn block(&mut self, function: &mut Function, id: BlockId) {
        let block = function.block_mut(id);
        let instructions = std::mem::take(&mut block.instructions);
        let mut terminator = block.terminator.clone();
        let count = function.values.len();
        for instruction in &instructions {
            let tells = match instruction.op {
                Op::IsWord => instruction.immediates[0] & 7 != 0,
                Op::IsSmallInt | Op::AreSmallInts | Op::IsImmediateFloat => true,
                _ => false,
            };
            if tells {
                self.immediate_when_true.insert(instruction.results[0], instruction.operands.clone());
            }
        }

        // What is held when the terminator runs is the union over its edges.
        let mut live = BitSet::empty(count);
        for edge in terminator.targets() {
            needed_on_edge(&mut live, &self.live_in, &self.owned, edge);
        }
        // Written backwards.
        let mut written: Vec<Instruction> = Vec::with_capacity(instructions.len() * 2);
        if let Terminator::Return(value) | Terminator::Suspend(value) = terminator {
            if self.owned.contains(value) {
                live.insert(value);
            } else {
                self.push_retain(function, &mut written, value);
            }
        }
        let immediate = match &terminator {
            Terminator::Branch { condition, .. } => {
                self.immediate_when_true.get(condition).cloned().unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let held = live.clone();
        let single = matches!(terminator, Terminator::Jump(_));
        for (index, edge) in terminator.targets_mut().enumerate() {
            let skip: &[ValueId] = if index == 0 { &immediate } else { &[] };
            let work = self.edge_work(function, edge, &held, skip);
            if single {
                // An owned value that goes to a parameter of an immediate type: it is known to be no object by now.
                work.released.iter().rev().for_each(|value| written.push(release(*value)));
                for value in work.retained.iter().rev() {
                    self.push_retain(function, &mut written, *value);
                }
            } else {
                self.place(function, edge, work);
            }
        }

        for mut instruction in instructions.into_iter().rev() {
            let after = live.clone();
            for result in &instruction.results {
                live.remove(*result);
            }
            // What this instruction takes, once for every time that it takes it.
            let mut stolen: Vec<ValueId> = Vec::new();
            let mut borrowed: Vec<ValueId> = Vec::new();
            for (index, &operand) in instruction.operands.iter().enumerate() {
                match instruction.op.operand_kind(index) {
                    Some(OperandKind::Steal) => stolen.push(operand),
                    Some(OperandKind::Borrow) => borrowed.push(operand),
                    _ => {}
                }
            }
            let mut needed = live.clone();
            if let Some(edge) = &instruction.on_error {
                needed_on_edge(&mut needed, &self.live_in, &self.owned, edge);
            }
            let given = self.given_arguments(&instruction, &needed);
            if let (false, Some(mask)) = (given.is_empty(), instruction.immediates.last_mut()) {
                *mask = given.iter().fold(0, |mask, index| mask | 1 << (index - 1));
                for index in &given {
                    let value = instruction.operands[*index];
                    borrowed.retain(|borrowed| *borrowed != value);
                    stolen.push(value);
                }
            }
            borrowed.iter().for_each(|value| add(&mut needed, &self.owned, *value));
            let mut taken: Vec<ValueId> = Vec::new();
            let mut retained: Vec<ValueId> = Vec::new();
            for value in stolen {
                if self.owned.contains(value) && !needed.contains(value) && !taken.contains(&value) {
                    taken.push(value);
                } else {
                    retained.push(value);
                }
            }
            // Held through the instruction, on both ways out.
            let mut held = needed;
            held.iter().filter(|value| taken.contains(value)).collect::<Vec<_>>().into_iter().for_each(
                |value| {
                    held.remove(value);
                },
            );
            let diverges = instruction.op.always_raises();
            if !diverges {
                // Written backwards: operands die from the last to the first, as CPython drops its stack, then results
                // that nobody uses.
                for result in instruction.results.iter().rev() {
                    if self.owned.contains(*result) && !after.contains(*result) {
                        written.push(release(*result));
                    }
                }
                let dying: Vec<ValueId> = held.iter().filter(|value| !after.contains(*value)).collect();
                let in_operand_order = |value: &ValueId| {
                    instruction.operands.iter().position(|operand| operand == value).unwrap_or(usize::MAX)
                };
                let mut dying = dying;
                dying.sort_by_key(in_operand_order);
                for value in dying {
                    written.push(Instruction { site: instruction.site, ..release(value) });
                }
            }
            if let Some(edge) = &mut instruction.on_error {
                let work = self.edge_work(function, edge, &held, &[]);
                self.place(function, edge, work);
            }
            live = held;
            for value in taken {
                live.insert(value);
            }
            if instruction.op != Op::Keep {
                written.push(instruction);
            }
            for value in retained.into_iter().rev() {
                self.push_retain(function, &mut written, value);
            }
        }
        // A parameter that nobody uses dies at once.
        let parameters = function.block(id).parameters.clone();
        for parameter in parameters {
            if self.owned.contains(parameter) && !live.contains(parameter) {
                written.push(release(parameter));
            }
        }
        written.reverse();
        let block = function.block_mut(id);
        block.instructions = written;
        block.terminator = terminator;
    }

    /// The operands of a call whose references it takes over: arguments that nobody needs afterwards.
    fn given_arguments(&self, instruction: &Instruction, needed: &BitSet) -> Vec<usize> {
        let is_call = matches!(
            instruction.op,
            Op::PyCall | Op::PyCallKeywords | Op::PyCallMethod | Op::PyCallMethodKeywords
        );
        if !is_call {
            return Vec::new();
        }
        let operands = &instruction.operands;
        let is_given = |index: &usize| {
            let value = operands[*index];
            self.owned.contains(value)
                && !needed.contains(value)
                && operands.iter().filter(|operand| **operand == value).count() == 1
        };
        (1..operands.len().min(GIVEN_LIMIT + 1)).filter(is_given).collect()
    }

    /// What an edge has to do when `held` is held before it. `immediate` are values known to be no objects on it.
    fn edge_work(
        &self,
        function: &Function,
        edge: &BlockCall,
        held: &BitSet,
        immediate: &[ValueId],
    ) -> EdgeWork {
        let needed = &self.live_in[edge.block.index()];
        let mut handed: Vec<ValueId> = Vec::new();
        let mut retained: Vec<ValueId> = Vec::new();
        let parameters = function.block(edge.block).parameters.clone();
        for (&argument, parameter) in edge.arguments.iter().zip(parameters) {
            if !self.owned.contains(parameter) {
                continue;
            }
            if self.owned.contains(argument) && !needed.contains(argument) && !handed.contains(&argument) {
                handed.push(argument);
            } else if !function.value(argument).ty.is_subtype_of(Type::IMMEDIATE) {
                retained.push(argument);
            }
        }
        // The youngest first, as temporaries are dropped.
        let released = held
            .iter()
            .rev()
            .filter(|value| !needed.contains(*value) && !handed.contains(value) && !immediate.contains(value))
            .collect();
        EdgeWork { retained, released }
    }

    /// Puts an edge's work into a block of its own, if there is any.
    fn place(&mut self, function: &mut Function, edge: &mut BlockCall, work: EdgeWork) {
        if work.retained.is_empty() && work.released.is_empty() {
            return;
        }
        let key = (edge.block, edge.arguments.clone(), work);
        let block = match self.edges.get(&key) {
            Some(block) => *block,
            None => {
                let (_, _, work) = &key;
                let mut instructions: Vec<Instruction> =
                    work.retained.iter().map(|value| retain(*value)).collect();
                instructions.extend(work.released.iter().map(|value| release(*value)));
                let block = function.new_block();
                *function.block_mut(block) = Block {
                    parameters: Vec::new(),
                    instructions,
                    terminator: Terminator::Jump(edge.clone()),
                };
                self.edges.insert(key, block);
                block
            }
        };
        *edge = BlockCall { block, arguments: Vec::new() };
    }

    fn push_retain(&self, function: &Function, written: &mut Vec<Instruction>, value: ValueId) {
        if !function.value(value).ty.is_subtype_of(Type::IMMEDIATE) {
            written.push(retain(value));
        }
    }
}

fn retain(value: ValueId) -> Instruction {
    count(Op::Retain, value)
}

fn release(value: ValueId) -> Instruction {
    count(Op::Release, value)
}

fn count(op: Op, value: ValueId) -> Instruction {
    Instruction { op, operands: vec![value], immediates: vec![], results: vec![], site: None, on_error: None }
}

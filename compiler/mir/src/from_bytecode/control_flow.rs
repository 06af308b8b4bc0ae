//! The basic blocks of a code object, and which temporaries are live at their starts.

use std::collections::BTreeSet;

use pyrsc_bytecode::instruction::instructions;
use pyrsc_bytecode::{Code, Instruction, OperandRef};

/// A basic block of bytecode.
pub struct BytecodeBlock {
    /// The index of its first instruction.
    pub first: usize,
    /// The index after its last instruction.
    pub end: usize,
    /// The temporaries that are full at its start and read later, in order.
    pub live_temporaries: Vec<usize>,
}

/// See the module's documentation.
pub struct ControlFlow {
    /// Every instruction with its first unit.
    pub instructions: Vec<(u32, Instruction)>,
    pub blocks: Vec<BytecodeBlock>,
    /// First unit and index of every block, sorted.
    starts: Vec<(u32, usize)>,
}

impl ControlFlow {
    /// Analyses a verified code object.
    pub fn of(code: &Code) -> ControlFlow {
        let instructions: Vec<(u32, Instruction)> = instructions(&code.instructions).collect();
        let mut leaders: Vec<u32> = vec![0];
        leaders.extend(code.handlers.iter().map(|handler| handler.target.0));
        for (index, (_, instruction)) in instructions.iter().enumerate() {
            let label = instruction.label();
            leaders.extend(label.map(|label| label.0));
            if (label.is_some() || instruction.effects().terminates())
                && let Some((next, _)) = instructions.get(index + 1)
            {
                leaders.push(*next);
            }
        }
        leaders.sort_unstable();
        leaders.dedup();
        let starts: Vec<(u32, usize)> =
            leaders.iter().enumerate().map(|(index, unit)| (*unit, index)).collect();
        let position = |unit: u32| instructions.partition_point(|(start, _)| *start < unit);
        let blocks = leaders
            .iter()
            .enumerate()
            .map(|(index, unit)| BytecodeBlock {
                first: position(*unit),
                end: leaders.get(index + 1).map_or(instructions.len(), |next| position(*next)),
                live_temporaries: Vec::new(),
            })
            .collect();
        let mut flow = ControlFlow { instructions, blocks, starts };
        flow.find_live_temporaries(code);
        flow
    }

    /// The block that begins at a unit.
    pub fn block_at(&self, unit: u32) -> usize {
        let index = self.starts.partition_point(|(start, _)| *start < unit);
        self.starts[index].1
    }

    fn find_live_temporaries(&mut self, code: &Code) {
        let locals = code.locals.len();
        let count = code.register_count();
        let mut live_in = vec![vec![false; count]; self.blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for index in (0..self.blocks.len()).rev() {
                let block = &self.blocks[index];
                let mut live = vec![false; count];
                let last = &self.instructions[block.end - 1].1;
                if !last.effects().terminates() && index + 1 < self.blocks.len() {
                    live.clone_from(&live_in[index + 1]);
                }
                for (unit, instruction) in self.instructions[block.first..block.end].iter().rev() {
                    written(instruction, |register| live[register] = false);
                    if let Some(label) = instruction.label() {
                        join(&mut live, &live_in[self.block_at(label.0)], count);
                    }
                    if instruction.effects().raises()
                        && let Some(handler) = code.handler_at(*unit)
                    {
                        join(&mut live, &live_in[self.block_at(handler.target.0)], handler.depth.index());
                    }
                    read(instruction, |register| live[register] = true);
                }
                live[..locals].fill(false);
                if live != live_in[index] {
                    live_in[index] = live;
                    changed = true;
                }
            }
        }
        for (block, live) in self.blocks.iter_mut().zip(live_in) {
            block.live_temporaries = (locals..count).filter(|register| live[*register]).collect();
        }
    }
}

/// The registers below `count` that instructions write, delete, or turn into cells.
pub fn rebound_registers(instructions: &[(u32, Instruction)], count: usize) -> BTreeSet<usize> {
    let mut rebound = BTreeSet::new();
    for (_, instruction) in instructions {
        written(instruction, |register| {
            rebound.insert(register);
        });
        instruction.for_each_operand(|_, operand| {
            if let OperandRef::Update(register) | OperandRef::Kill(register) = operand {
                rebound.insert(register.index());
            }
        });
    }
    rebound.retain(|register| *register < count);
    rebound
}

fn join(live: &mut [bool], other: &[bool], limit: usize) {
    for (flag, other) in live.iter_mut().zip(&other[..limit.min(other.len())]) {
        *flag |= other;
    }
}

fn written(instruction: &Instruction, mut visit: impl FnMut(usize)) {
    instruction.for_each_operand(|_, operand| match operand {
        OperandRef::Def(register) => visit(register.index()),
        OperandRef::DefPair(base) => {
            visit(base.index());
            visit(base.index() + 1);
        }
        OperandRef::DefRange(range) => range.registers().for_each(|register| visit(register.index())),
        _ => {}
    });
}

fn read(instruction: &Instruction, mut visit: impl FnMut(usize)) {
    instruction.for_each_operand(|_, operand| match operand {
        OperandRef::Use(source) => visit(source.register.index()),
        OperandRef::Cell(register)
        | OperandRef::Update(register)
        | OperandRef::Kill(register)
        | OperandRef::LocalRead(register) => {
            visit(register.index());
        }
        OperandRef::Pair(base) => {
            visit(base.index());
            visit(base.index() + 1);
        }
        OperandRef::MoveRange(range) => range.registers().for_each(|register| visit(register.index())),
        _ => {}
    });
}

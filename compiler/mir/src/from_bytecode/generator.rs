//! Generators: a body that is entered once a resumption.
//!
//! The entry switches on the frame's state. A suspension keeps every full register in the frame, and the block that
//! goes on after it takes them out again; between two suspensions the registers are SSA values as in any function.

use pyrsc_bytecode::{Def, Use};

use super::{Lowering, NONE, TRUE};
use crate::function::{BlockCall, Terminator, ValueData};
use crate::ids::{BlockId, ValueId};
use crate::types::Type;

impl Lowering<'_, '_> {
    /// The first resumption: the arguments are in the frame, the other locals are unbound. The entry's terminator comes
    /// last, when all suspensions are known.
    pub(super) fn generator_entry(&mut self) {
        let entry = self.builder.block;
        let start = self.builder.function.new_block();
        self.builder.block = start;
        let parameters = self.code.parameter_count();
        for register in 0..self.code.locals.len() {
            let value = if register < parameters {
                self.builder.generator_load(register as u64)
            } else {
                self.unbound
            };
            self.registers[register] = Some(value);
        }
        // An exception can be thrown into a generator that has not started.
        self.builder.site = Some(0);
        self.builder.on_error = Some(self.exit_edge());
        self.builder.generator_check_thrown();
        let target = self.call_block(0);
        self.builder.terminate(Terminator::Jump(target));
        self.resume_points.push(start);
        self.builder.block = entry;
    }

    /// The entry's switch.
    pub(super) fn generator_dispatch(&mut self) {
        self.builder.block = BlockId(0);
        let index = self.builder.generator_state();
        let targets = self
            .resume_points
            .iter()
            .map(|block| BlockCall { block: *block, arguments: Vec::new() })
            .collect();
        self.builder.terminate(Terminator::Switch { index, targets });
    }

    /// Suspends with a value; goes on in a new block, with the registers as they were. What is sent goes to `register`;
    /// a generator that delegates has the receiver there.
    fn suspend(&mut self, value: ValueId, register: usize, delegates: bool) {
        let full = self.full_registers();
        for &saved in &full {
            let value = self.registers[saved].unwrap_or(self.unbound);
            self.builder.generator_save(value, saved as u64);
        }
        let unit = u64::from(self.builder.site.unwrap_or(0));
        self.builder.generator_suspend(
            self.resume_points.len() as u64,
            register as u64,
            delegates.into(),
            unit,
        );
        self.builder.terminate(Terminator::Suspend(value));
        self.resume(&full);
        self.builder.generator_check_thrown();
    }

    /// Starts the block of the next place where the generator can be entered, with these registers.
    fn resume(&mut self, full: &[usize]) {
        let resumed = self.builder.function.new_block();
        self.resume_points.push(resumed);
        self.builder.block = resumed;
        for &register in full {
            let value = self.builder.generator_load(register as u64);
            self.registers[register] = Some(value);
        }
        self.refresh_error_edge();
    }

    fn full_registers(&self) -> Vec<usize> {
        (0..self.registers.len()).filter(|register| self.registers[*register].is_some()).collect()
    }

    /// `yield`
    pub(super) fn yield_to_caller(&mut self, dst: Def, src: Use) {
        let value = self.read(src);
        self.yield_value_to_caller(dst, value);
    }

    /// As `yield_to_caller`, with the value.
    pub(super) fn yield_value_to_caller(&mut self, dst: Def, value: ValueId) {
        // What is sent replaces what the register holds, in the frame.
        self.registers[dst.0.index()].get_or_insert(self.unbound);
        self.suspend(value, dst.0.index(), false);
    }

    /// `yield from` and `await`: a loop of sending and suspending. An exception that is thrown while the generator is
    /// suspended here goes to what it delegates to; when that ends, the generator is entered at a second place, with the
    /// result in `dst`.
    pub(super) fn delegate_to(&mut self, dst: Def, receiver: Use) {
        let none = self.word(NONE, Type::NONE);
        let full = self.full_registers();
        let header = self.block_with_parameters(full.len() + 1);
        let parameters = self.builder.function.block(header).parameters.clone();
        // What is sent is no counted value of this function: it is handed through.
        self.builder.function.values[parameters[full.len()].index()].ty = Type::IMMEDIATE;
        self.jump_with(header, &full, none);
        self.builder.block = header;
        for (register, parameter) in full.iter().zip(&parameters) {
            self.registers[*register] = Some(*parameter);
        }
        self.refresh_error_edge();
        let delegate = self.registers[receiver.register.index()].unwrap_or(self.unbound);
        let (value, ended) = self.builder.py_delegate_send(delegate, parameters[full.len()]);
        let ended = self.builder.is_word(ended, TRUE);
        let [done, go_on] = [(); 2].map(|()| self.builder.function.new_block());
        let to = |block| BlockCall { block, arguments: Vec::new() };
        self.builder.terminate(Terminator::Branch { condition: ended, then: to(done), otherwise: to(go_on) });
        let registers = self.registers.clone();
        self.builder.block = go_on;
        self.suspend(value, receiver.register.index(), true);
        let sent = self.builder.generator_take_sent();
        self.jump_with(header, &full, sent);

        // Both ends meet: with the registers that stay, and the result.
        let kept: Vec<usize> =
            full.iter().copied().filter(|register| *register != receiver.register.index()).collect();
        let after = self.block_with_parameters(kept.len() + 1);
        let mut loaded = kept.clone();
        if !loaded.contains(&dst.0.index()) {
            loaded.push(dst.0.index());
        }
        self.resume(&loaded);
        let result = self.registers[dst.0.index()].unwrap_or(self.unbound);
        if kept.contains(&dst.0.index()) {
            // The result has replaced what the register held.
            self.registers[dst.0.index()] = Some(self.unbound);
        }
        self.jump_with(after, &kept, result);
        self.builder.block = done;
        self.registers = registers;
        self.refresh_error_edge();
        self.read(receiver);
        self.jump_with(after, &kept, value);
        self.builder.block = after;
        let parameters = self.builder.function.block(after).parameters.clone();
        for (register, parameter) in kept.iter().zip(&parameters) {
            self.registers[*register] = Some(*parameter);
        }
        if receiver.last {
            self.registers[receiver.register.index()] = None;
        }
        self.refresh_error_edge();
        self.define(dst, parameters[kept.len()]);
    }

    fn block_with_parameters(&mut self, count: usize) -> BlockId {
        let block = self.builder.function.new_block();
        for _ in 0..count {
            let parameter = self.builder.function.new_value(ValueData::BOXED);
            self.builder.function.block_mut(block).parameters.push(parameter);
        }
        block
    }

    /// Jumps with what some registers hold, and one value more.
    fn jump_with(&mut self, block: BlockId, registers: &[usize], last: ValueId) {
        let mut arguments: Vec<ValueId> =
            registers.iter().map(|register| self.registers[*register].unwrap_or(self.unbound)).collect();
        arguments.push(last);
        self.builder.terminate(Terminator::Jump(BlockCall { block, arguments }));
    }

    /// The error edge of the current instruction, for what the registers hold now.
    fn refresh_error_edge(&mut self) {
        if let Some(unit) = self.builder.site {
            self.builder.on_error = Some(self.error_edge(unit));
        }
    }
}

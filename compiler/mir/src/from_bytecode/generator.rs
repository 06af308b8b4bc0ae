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

    /// Suspends with a value; goes on in a new block, with the registers as they were.
    fn suspend(&mut self, value: ValueId) {
        let full: Vec<(usize, ValueId)> = self
            .registers
            .iter()
            .enumerate()
            .filter_map(|(register, value)| Some((register, (*value)?)))
            .collect();
        for (register, value) in &full {
            self.builder.generator_save(*value, *register as u64);
        }
        self.builder.generator_set_state(self.resume_points.len() as u64);
        self.builder.terminate(Terminator::Suspend(value));
        let resumed = self.builder.function.new_block();
        self.resume_points.push(resumed);
        self.builder.block = resumed;
        for (register, _) in full {
            let value = self.builder.generator_load(register as u64);
            self.registers[register] = Some(value);
        }
        self.refresh_error_edge();
    }

    /// `yield`
    pub(super) fn yield_to_caller(&mut self, dst: Def, src: Use) {
        let value = self.read(src);
        self.suspend(value);
        let sent = self.builder.generator_sent();
        self.define(dst, sent);
    }

    /// `yield from` and `await`: a loop of sending and suspending.
    pub(super) fn delegate_to(&mut self, dst: Def, receiver: Use) {
        let none = self.word(NONE, Type::NONE);
        let full: Vec<usize> =
            (0..self.registers.len()).filter(|index| self.registers[*index].is_some()).collect();
        let header = self.builder.function.new_block();
        let mut parameters = Vec::new();
        for _ in 0..=full.len() {
            let parameter = self.builder.function.new_value(ValueData::BOXED);
            self.builder.function.block_mut(header).parameters.push(parameter);
            parameters.push(parameter);
        }
        // What is sent is no counted value of this function: it is handed through.
        self.builder.function.values[parameters[full.len()].index()].ty = Type::IMMEDIATE;
        let jump = |lowering: &mut Self, sent: ValueId| {
            let mut arguments: Vec<ValueId> = full
                .iter()
                .map(|register| lowering.registers[*register].unwrap_or(lowering.unbound))
                .collect();
            arguments.push(sent);
            lowering.builder.terminate(Terminator::Jump(BlockCall { block: header, arguments }));
        };
        jump(self, none);
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
        self.suspend(value);
        let sent = self.builder.generator_take_sent();
        jump(self, sent);
        self.builder.block = done;
        self.registers = registers;
        self.refresh_error_edge();
        self.read(receiver);
        self.define(dst, value);
    }

    /// The error edge of the current instruction, for what the registers hold now.
    fn refresh_error_edge(&mut self) {
        if let Some(unit) = self.builder.site {
            self.builder.on_error = Some(self.error_edge(unit));
        }
    }
}

//! Builds MIR from bytecode: SSA over the registers.
//!
//! Every bytecode block becomes a MIR block whose parameters are the locals and the temporaries that are live there;
//! the pass `simplify_parameters` removes the many that are always the same. Locals are kept to the end of their
//! binding by `keep`, temporaries live until their last use. An instruction that can raise gets an edge to the handler
//! that covers it, else to the function's error exit, which is the last block.
//!
//! **Invariant:** the code object has passed the bytecode verifier.

mod control_flow;
mod generator;
mod lower;
mod reason;

use pyrsc_bytecode::{Code, CodeFlags, Constant, ConstantIndex, dispatch};

pub use reason::NotLowered;

use crate::builder::FunctionBuilder;
use crate::function::{BlockCall, Function, Terminator, ValueData};
use crate::ids::{BlockId, FunctionId, ValueId};
use crate::range::Range;
use crate::types::Type;
use control_flow::ControlFlow;

/// Builds the function of one code object, or tells why it must run in the VM.
pub fn build_function(code: &Code, id: FunctionId) -> Result<Function, NotLowered> {
    if let Some(reason) = reason::why_not_lowered(code) {
        return Err(reason);
    }
    let flow = ControlFlow::of(code);
    let mut function = Function::new(&*code.qualified_name, id);
    let entry = function.new_block();
    // A generator's body gets its frame, which holds the arguments, and whether an exception is thrown.
    let is_generator = code.flags.suspends();
    let parameters = if is_generator { 2 } else { code.parameter_count() };
    for _ in 0..=parameters {
        let parameter = function.new_value(ValueData { ty: Type::VALUE, ..ValueData::BOXED });
        function.block_mut(entry).parameters.push(parameter);
    }
    let blocks: Vec<BlockId> = flow.blocks.iter().map(|_| function.new_block()).collect();
    let locals = code.locals.len();
    for (index, block) in flow.blocks.iter().enumerate() {
        for _ in 0..locals + block.live_temporaries.len() {
            let parameter = function.new_value(ValueData::BOXED);
            function.block_mut(blocks[index]).parameters.push(parameter);
        }
    }
    let error_exit = function.new_block();
    for _ in 0..locals {
        let parameter = function.new_value(ValueData::BOXED);
        function.block_mut(error_exit).parameters.push(parameter);
    }

    let this = function.block(entry).parameters[0];
    let mut builder = FunctionBuilder::new(&mut function, entry);
    let unbound = builder.const_word(UNBOUND);
    builder.function.values[unbound.index()].ty = Type::UNBOUND;
    let is_module_body = !code.flags.contains(CodeFlags::OPTIMIZED);
    let mut lowering = Lowering {
        code,
        flow: &flow,
        blocks: &blocks,
        error_exit,
        builder,
        registers: vec![None; code.register_count()],
        this,
        unbound,
        ended: false,
        is_module_body,
        is_generator,
        resume_points: Vec::new(),
    };
    if is_generator {
        lowering.generator_entry();
    } else {
        lowering.entry();
    }
    for index in 0..flow.blocks.len() {
        lowering.block(index);
    }
    lowering.error_exit();
    if is_generator {
        lowering.generator_dispatch();
    }
    Ok(function)
}

/// The builder's state: what every register holds at this point.
struct Lowering<'a, 'b> {
    code: &'a Code,
    flow: &'a ControlFlow,
    blocks: &'a [BlockId],
    error_exit: BlockId,
    builder: FunctionBuilder<'b>,
    registers: Vec<Option<ValueId>>,
    /// The function object.
    this: ValueId,
    /// What unbound locals and empty temporaries hold.
    unbound: ValueId,
    /// Whether the current block has its terminator.
    ended: bool,
    /// Whether names are globals: the body of a module.
    is_module_body: bool,
    is_generator: bool,
    /// Where a generator goes on after each of its suspensions.
    resume_points: Vec<BlockId>,
}

impl Lowering<'_, '_> {
    /// The parameters arrive in registers; the other locals are unbound. What a parameter that is rebound holds dies then,
    /// unless the caller needs it: its reference is taken over.
    fn entry(&mut self) {
        let parameters = self.builder.function.block(BlockId(0)).parameters.clone();
        let rebound = control_flow::rebound_registers(&self.flow.instructions, parameters.len() - 1);
        for (register, parameter) in parameters.iter().skip(1).enumerate() {
            let is_rebound = rebound.contains(&register);
            let value = if is_rebound { self.builder.take_parameter(*parameter) } else { *parameter };
            self.registers[register] = Some(value);
        }
        for register in parameters.len() - 1..self.code.locals.len() {
            self.registers[register] = Some(self.unbound);
        }
        let target = self.call_block(0);
        self.builder.terminate(Terminator::Jump(target));
    }

    fn block(&mut self, index: usize) {
        let block = &self.flow.blocks[index];
        self.builder.block = self.blocks[index];
        self.ended = false;
        self.registers.fill(None);
        let parameters = self.builder.function.block(self.blocks[index]).parameters.clone();
        let locals = self.code.locals.len();
        for (register, parameter) in (0..locals).chain(block.live_temporaries.iter().copied()).zip(parameters)
        {
            self.registers[register] = Some(parameter);
        }
        self.begin_handler(block.first);
        for &(unit, instruction) in &self.flow.instructions[block.first..block.end] {
            if self.ended {
                break;
            }
            self.builder.site = Some(unit);
            self.builder.on_error = if instruction.effects().raises() {
                Some(self.error_edge(unit))
            } else {
                Some(self.exit_edge())
            };
            let units = &self.code.instructions;
            dispatch(self, unit, units[unit as usize], units[unit as usize + 1]);
        }
        if !self.ended {
            let target = self.call_block(index + 1);
            self.builder.terminate(Terminator::Jump(target));
        }
    }

    /// At a handler's start, shows the locals to the exception's traceback.
    fn begin_handler(&mut self, first: usize) {
        let Some(&(unit, _)) = self.flow.instructions.get(first) else { return };
        let is_handler = self.code.handlers.iter().any(|handler| handler.target.0 == unit);
        if !is_handler || self.is_module_body {
            return;
        }
        let locals: Vec<ValueId> =
            self.registers[..self.code.locals.len()].iter().copied().flatten().collect();
        if !locals.is_empty() {
            self.builder.show_locals(self.this, &locals);
        }
    }

    /// Where an exception in the instruction at `unit` goes.
    fn error_edge(&self, unit: u32) -> BlockCall {
        match self.code.handler_at(unit) {
            Some(handler) => self.call_unit(handler.target.0),
            None => self.exit_edge(),
        }
    }

    /// The edge out of the function.
    fn exit_edge(&self) -> BlockCall {
        let arguments = self.registers[..self.code.locals.len()].iter().copied().flatten().collect();
        BlockCall { block: self.error_exit, arguments }
    }

    fn error_exit(&mut self) {
        self.builder.block = self.error_exit;
        let locals = self.builder.function.block(self.error_exit).parameters.clone();
        if !locals.is_empty() {
            self.builder.unwind_locals(self.this, &locals);
        }
        self.builder.terminate(Terminator::Unwind);
    }

    /// The edge to the bytecode block `index`, with what the registers hold now.
    fn call_block(&self, index: usize) -> BlockCall {
        let locals = 0..self.code.locals.len();
        let registers = locals.chain(self.flow.blocks[index].live_temporaries.iter().copied());
        // Only a temporary that is empty on every way to a `drop_value` has no value here.
        let arguments = registers.map(|register| self.registers[register].unwrap_or(self.unbound)).collect();
        BlockCall { block: self.blocks[index], arguments }
    }

    /// The edge to the bytecode block that begins at `unit`.
    fn call_unit(&self, unit: u32) -> BlockCall {
        self.call_block(self.flow.block_at(unit))
    }

    /// A constant of the code object; numbers that fit a word become words.
    fn constant(&mut self, constant: ConstantIndex) -> ValueId {
        let word = match &self.code.constants[constant.index()] {
            Constant::None => Some((NONE, Type::NONE)),
            Constant::Bool(truth) => Some((pyrsc_abi::Value::from_bool(*truth).0, Type::BOOL)),
            Constant::Ellipsis => Some((pyrsc_abi::Value::ELLIPSIS.0, Type::SINGLETON)),
            Constant::Int(number) => {
                pyrsc_abi::Value::from_int(*number).map(|value| (value.0, Type::SMALL_INT))
            }
            Constant::Float(number) => {
                pyrsc_abi::Value::from_float(*number).map(|value| (value.0, Type::IMMEDIATE_FLOAT))
            }
            _ => None,
        };
        match word {
            Some((word, ty)) => {
                let value = self.word(word, ty);
                if let Constant::Int(number) = self.code.constants[constant.index()] {
                    self.builder.function.values[value.index()].range = Range::exactly(number);
                }
                value
            }
            None => {
                let ty = match &self.code.constants[constant.index()] {
                    Constant::BigInt(_) | Constant::Int(_) => Type::BIG_INT,
                    Constant::Float(_) => Type::HEAP_FLOAT,
                    Constant::Str(_) => Type::STR,
                    Constant::Bytes(_) => Type::BYTES,
                    Constant::Tuple(_) => Type::TUPLE,
                    Constant::Slice(_) => Type::SLICE,
                    _ => Type::OBJECT,
                };
                let value = self.builder.const_object(constant.0.into());
                self.builder.function.values[value.index()].ty = ty;
                value
            }
        }
    }

    /// A constant word of a known type.
    fn word(&mut self, word: u64, ty: Type) -> ValueId {
        let value = self.builder.const_word(word);
        self.builder.function.values[value.index()].ty = ty;
        value
    }
}

// The words of `pyrsc_abi::Value` that the builder writes.
const FALSE: u64 = pyrsc_abi::Value::FALSE.0;
const TRUE: u64 = pyrsc_abi::Value::TRUE.0;
const NONE: u64 = pyrsc_abi::Value::NONE.0;
const UNBOUND: u64 = pyrsc_abi::Value::UNBOUND.0;
const STOP: u64 = pyrsc_abi::Value::STOP.0;

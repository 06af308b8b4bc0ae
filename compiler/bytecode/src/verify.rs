//! The verifier: what every consumer of a [`Code`] may take for granted.
//!
//! * Instructions decode, the last one terminates, and one zero unit of padding follows it.
//! * Indices are in range; jumps lead to instructions, `jump_back` backwards and all others forwards.
//! * Handlers are sorted and disjoint, and begin with `enter_handler`, `take_pending` or `end_async_for`.
//! * Locals are bound where they are read (else a `check_bound` comes first) and are never moved.
//! * Temporaries are written when empty, read when full, agree where control flow merges, and are empty at a return.
//! * Cells are used as cells and values as values.
//!
//! The data flow that proves the locals bound is also offered to the frontend, which drops the `check_bound`
//! instructions that it makes redundant ([`analyze_bindings`]).

use std::fmt;

use crate::code::{Code, Handler, LocalKind};
use crate::constant::Constant;
use crate::instruction::{DecodeError, Instruction, Opcode};
use crate::operand::{OperandRef, Register};

/// What is wrong with a code object, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The qualified name of the code object.
    pub code: String,
    /// The unit of the instruction, when it is about one.
    pub unit: Option<u32>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Some(unit) => write!(f, "{} at unit {unit}: {}", self.code, self.message),
            None => write!(f, "{}: {}", self.code, self.message),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Checks a code object; not the ones nested in it.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    Verifier::new(code)?.run(true).map(|_| ())
}

/// Checks a code object and all that are nested in it.
pub fn verify_all(code: &Code) -> Result<(), VerifyError> {
    verify(code)?;
    code.nested().try_for_each(|nested| verify_all(nested))
}

/// What is known about the locals of a code object.
pub struct BindingAnalysis {
    /// The units of the `check_bound` instructions whose local is always bound.
    pub redundant_checks: Vec<u32>,
}

/// Finds the `check_bound` instructions that can be left out.
pub fn analyze_bindings(code: &Code) -> Result<BindingAnalysis, VerifyError> {
    let redundant_checks = Verifier::new(code)?.run(false)?;
    Ok(BindingAnalysis { redundant_checks })
}

// A register's state is the set of what it may hold.
const EMPTY: u8 = 1;
const VALUE: u8 = 2;
const CELL: u8 = 4;
const METHOD_SELF: u8 = 8;

struct Verifier<'a> {
    code: &'a Code,
    first_temporary: usize,
    instructions: Vec<(u32, Instruction)>,
    /// For every unit the index of the instruction that begins there.
    index_at: Vec<Option<u32>>,
    /// For every instruction the state on entry, where it is a jump target or handler.
    entry: Vec<Option<Box<[u8]>>>,
    is_target: Vec<bool>,
    queued: Vec<bool>,
    worklist: Vec<u32>,
}

impl<'a> Verifier<'a> {
    fn new(code: &'a Code) -> Result<Self, VerifyError> {
        let mut verifier = Verifier {
            code,
            first_temporary: code.locals.len(),
            instructions: Vec::new(),
            index_at: vec![None; code.instructions.len()],
            entry: Vec::new(),
            is_target: Vec::new(),
            queued: Vec::new(),
            worklist: Vec::new(),
        };
        verifier.check_layout()?;
        verifier.decode()?;
        verifier.check_operands()?;
        verifier.check_handlers()?;
        Ok(verifier)
    }

    fn error(&self, unit: Option<u32>, message: impl Into<String>) -> VerifyError {
        VerifyError { code: self.code.qualified_name.to_string(), unit, message: message.into() }
    }

    fn check_layout(&self) -> Result<(), VerifyError> {
        let code = self.code;
        if code.register_count() > Register::MAX as usize + 1 {
            return Err(self.error(None, "too many registers"));
        }
        if code.argument_count < code.positional_only_count || code.parameter_count() > code.locals.len() {
            return Err(self.error(None, "inconsistent parameter counts"));
        }
        let free = code.free_variable_count();
        let named = &code.locals[..code.locals.len() - free];
        if named.iter().any(|local| local.kind == LocalKind::Free) || named.len() < code.parameter_count() {
            return Err(self.error(None, "free variables are not the last locals"));
        }
        if named[..code.parameter_count()]
            .iter()
            .any(|local| !matches!(local.kind, LocalKind::Plain | LocalKind::Cell))
        {
            return Err(self.error(None, "a parameter is hidden"));
        }
        match code.instructions.last() {
            Some(0) if code.instructions.len() < u32::MAX as usize => Ok(()),
            _ => Err(self.error(None, "no padding at the end")),
        }
    }

    fn decode(&mut self) -> Result<(), VerifyError> {
        let units = &self.code.instructions;
        let mut unit = 0;
        while unit < units.len() - 1 {
            let instruction = Instruction::decode(&units[..units.len() - 1], unit)
                .map_err(|error: DecodeError| self.error(Some(unit as u32), error.to_string()))?;
            self.index_at[unit] = Some(self.instructions.len() as u32);
            self.instructions.push((unit as u32, instruction));
            unit += instruction.opcode().units();
        }
        if !self.instructions.last().is_some_and(|(_, last)| last.effects().terminates()) {
            return Err(self.error(None, "control runs off the end"));
        }
        let count = self.instructions.len();
        self.entry = vec![None; count];
        self.is_target = vec![false; count];
        self.queued = vec![false; count];
        Ok(())
    }

    fn index_of(&self, unit: u32) -> Option<u32> {
        self.index_at.get(unit as usize).copied().flatten()
    }

    fn check_operands(&mut self) -> Result<(), VerifyError> {
        let code = self.code;
        let registers = code.register_count();
        let mut targets = Vec::new();
        for &(unit, instruction) in &self.instructions {
            let mut problem: Option<&'static str> = None;
            instruction.for_each_operand(|_, operand| {
                let in_range = |base: Register, count: usize| base.index() + count <= registers;
                let found = match operand {
                    OperandRef::Def(register) | OperandRef::Update(register) | OperandRef::Kill(register) => {
                        in_range(register, 1)
                    }
                    OperandRef::Cell(register) | OperandRef::LocalRead(register) => in_range(register, 1),
                    OperandRef::Use(source) => in_range(source.register, 1),
                    OperandRef::DefPair(base) | OperandRef::Pair(base) => in_range(base, 2),
                    OperandRef::MoveRange(range) => in_range(range.base, range.count as usize),
                    OperandRef::DefRange(range) => in_range(range.base, range.count as usize),
                    OperandRef::Constant(index) => index.index() < code.constants.len(),
                    OperandRef::Name(index) => index.index() < code.names.len(),
                    OperandRef::Cache(index) => index.0 < code.cache_count,
                    OperandRef::Label(label) => match self.index_of(label.0) {
                        None => false,
                        Some(target) => {
                            targets.push(target);
                            (instruction.opcode() == Opcode::JumpBack) == (label.0 <= unit)
                        }
                    },
                    OperandRef::Immediate(_)
                    | OperandRef::Count(_)
                    | OperandRef::Conversion(_)
                    | OperandRef::SpecialMethod(_)
                    | OperandRef::CommonConstant(_)
                    | OperandRef::AwaitContext(_)
                    | OperandRef::SuperForm(_)
                    | OperandRef::FunctionAttributes(_) => true,
                };
                if !found {
                    problem = Some("an operand is out of range");
                }
            });
            if problem.is_none() {
                problem = self.check_constants(&instruction);
            }
            if let Some(problem) = problem {
                return Err(self.error(Some(unit), format!("{}: {problem}", instruction.opcode())));
            }
        }
        for target in targets {
            self.is_target[target as usize] = true;
        }
        Ok(())
    }

    /// Constants must have the type that the instruction expects.
    fn check_constants(&self, instruction: &Instruction) -> Option<&'static str> {
        let constants = &self.code.constants;
        let names = |index: usize, most: usize| match &constants[index] {
            Constant::Tuple(items) => {
                items.len() <= most && items.iter().all(|item| matches!(item, Constant::Str(_)))
            }
            _ => false,
        };
        let is_string = |index: usize| matches!(constants[index], Constant::Str(_));
        let valid = match *instruction {
            Instruction::MakeFunction { code, attributes, range, .. } => {
                matches!(constants[code.index()], Constant::Code(_))
                    && attributes.0.count_ones() == u32::from(range.count)
            }
            Instruction::Call { range, .. } => range.count >= 1,
            Instruction::CallMethod { range, .. } => range.count >= 2,
            Instruction::CallExit { exit, .. } => exit.count == 2,
            Instruction::CallKeywords { range, names: index, .. } => {
                range.count >= 1 && names(index.index(), range.count as usize - 1)
            }
            Instruction::CallMethodKeywords { range, names: index, .. } => {
                range.count >= 2 && names(index.index(), range.count as usize - 2)
            }
            Instruction::MatchClass { names: index, .. } => names(index.index(), usize::MAX),
            Instruction::MakeTypeVar { name, .. }
            | Instruction::MakeTypeVarWithBound { name, .. }
            | Instruction::MakeTypeVarWithConstraints { name, .. }
            | Instruction::MakeParamSpec { name, .. }
            | Instruction::MakeTypeVarTuple { name, .. }
            | Instruction::MakeTypeAlias { name, .. } => is_string(name.index()),
            Instruction::BuildInterpolation { expression, .. }
            | Instruction::BuildInterpolationWithSpec { expression, .. } => is_string(expression.index()),
            Instruction::BuildDict { range, .. } => range.count % 2 == 0,
            Instruction::UnpackStarred { targets, before, .. } => before.0 < targets.count,
            Instruction::CopyFreeVariables { cells } => {
                let free = self.code.free_variable_count();
                cells.count as usize == free && cells.base.index() + free == self.first_temporary
            }
            Instruction::LoadConst { constant, .. } => {
                !matches!(constants[constant.index()], Constant::Code(_))
            }
            _ => true,
        };
        (!valid).then_some("an operand has the wrong type")
    }

    fn check_handlers(&mut self) -> Result<(), VerifyError> {
        let code = self.code;
        let mut previous_end = 0;
        for handler in &code.handlers {
            let boundary =
                |unit: u32| self.index_of(unit).is_some() || unit as usize == code.instructions.len() - 1;
            if handler.start < previous_end
                || handler.start >= handler.end
                || !boundary(handler.start)
                || !boundary(handler.end)
            {
                return Err(self.error(Some(handler.start), "a handler's range is invalid"));
            }
            previous_end = handler.end;
            let target = self.index_of(handler.target.0).filter(|&target| {
                let opcode = self.instructions[target as usize].1.opcode();
                matches!(opcode, Opcode::EnterHandler | Opcode::EndAsyncFor | Opcode::TakePending)
            });
            let Some(target) = target else {
                return Err(self.error(Some(handler.target.0), "a handler does not begin as one"));
            };
            if handler.depth.index() < self.first_temporary || handler.depth.index() > code.register_count() {
                return Err(self.error(Some(handler.start), "a handler's depth is not a temporary"));
            }
            self.is_target[target as usize] = true;
        }
        Ok(())
    }

    /// Runs the data flow to its fixed point; in a second sweep reports errors or collects redundant checks.
    fn run(&mut self, strict: bool) -> Result<Vec<u32>, VerifyError> {
        let code = self.code;
        let parameters = code.parameter_count();
        let mut start = vec![EMPTY; code.register_count()].into_boxed_slice();
        start[..parameters].fill(VALUE);
        self.is_target[0] = true;
        self.merge(0, &start, start.len());
        while let Some(block) = self.worklist.pop() {
            self.queued[block as usize] = false;
            self.flow(block, None)?;
        }
        let mut redundant = Vec::new();
        for block in 0..self.instructions.len() as u32 {
            if self.is_target[block as usize] && self.entry[block as usize].is_some() {
                if strict {
                    self.check_merge(block)?;
                }
                self.flow(block, Some((strict, &mut redundant)))?;
            }
        }
        Ok(redundant)
    }

    fn check_merge(&self, block: u32) -> Result<(), VerifyError> {
        let Some(state) = &self.entry[block as usize] else { return Ok(()) };
        match state[self.first_temporary..].iter().position(|bits| bits.count_ones() > 1) {
            None => Ok(()),
            Some(index) => {
                let unit = self.instructions[block as usize].0;
                Err(self.error(Some(unit), format!("temporary {index} differs where control flow merges")))
            }
        }
    }

    /// Joins `state` into a block's entry state; registers from `depth` on count as empty.
    fn merge(&mut self, block: u32, state: &[u8], depth: usize) {
        let changed = match &mut self.entry[block as usize] {
            Some(entry) => {
                let mut changed = false;
                for (index, bits) in entry.iter_mut().enumerate() {
                    let joined = *bits | if index < depth { state[index] } else { EMPTY };
                    changed |= joined != *bits;
                    *bits = joined;
                }
                changed
            }
            entry => {
                let mut initial: Box<[u8]> = state.into();
                if depth < initial.len() {
                    initial[depth..].fill(EMPTY);
                }
                *entry = Some(initial);
                true
            }
        };
        if changed && !self.queued[block as usize] {
            self.queued[block as usize] = true;
            self.worklist.push(block);
        }
    }

    /// Interprets a block from its entry state. With `report`, errors and redundant checks are reported and nothing is
    /// merged.
    fn flow(&mut self, block: u32, mut report: Option<(bool, &mut Vec<u32>)>) -> Result<(), VerifyError> {
        let code = self.code;
        let Some(entry) = &self.entry[block as usize] else { return Ok(()) };
        let mut state = entry.to_vec();
        let unit = self.instructions[block as usize].0;
        let mut handler_index = code.handlers.partition_point(|handler| handler.end <= unit);
        // The handler that has seen the present state of the registers below its depth.
        let mut informed: Option<usize> = None;
        let mut index = block as usize;
        loop {
            let (unit, instruction) = self.instructions[index];
            if let Some((strict, redundant)) = &mut report {
                if let Instruction::CheckBound { register } = instruction
                    && state[register.0.index()] == VALUE
                {
                    redundant.push(unit);
                }
                if *strict && let Err(message) = self.check_instruction(&instruction, &state) {
                    return Err(self.error(Some(unit), format!("{}: {message}", instruction.opcode())));
                }
            }
            while handler_index < code.handlers.len() && code.handlers[handler_index].end <= unit {
                handler_index += 1;
                informed = None;
            }
            let handler: Option<Handler> =
                code.handlers.get(handler_index).filter(|handler| handler.start <= unit).copied();
            let depth = handler.map_or(0, |handler| handler.depth.index());
            let touched = read_operands(&instruction, &mut state);
            if touched.is_some_and(|lowest| lowest < depth) {
                informed = None;
            }
            if report.is_none() {
                if let Some(handler) = handler
                    && instruction.effects().raises()
                    && informed != Some(handler_index)
                {
                    let target = self.index_of(handler.target.0).unwrap_or(0);
                    self.merge(target, &state, depth);
                    informed = Some(handler_index);
                }
                if let Some(label) = instruction.label()
                    && let Some(target) = self.index_of(label.0)
                {
                    self.merge(target, &state, state.len());
                }
            }
            let touched = write_operands(&instruction, &mut state, code);
            if touched.is_some_and(|lowest| lowest < depth) {
                informed = None;
            }
            if instruction.effects().terminates() {
                return Ok(());
            }
            index += 1;
            if self.is_target[index] {
                if report.is_none() {
                    self.merge(index as u32, &state, state.len());
                }
                return Ok(());
            }
        }
    }

    /// Whether the instruction may execute in `state`.
    fn check_instruction(&self, instruction: &Instruction, state: &[u8]) -> Result<(), String> {
        let first_temporary = self.first_temporary;
        let name = |register: Register| match self.code.locals.get(register.index()) {
            Some(local) => local.name.to_string(),
            None => format!("t{}", register.index() - first_temporary),
        };
        let mut problem: Option<String> = None;
        let mut fail = |register: Register, what: &str| {
            problem.get_or_insert_with(|| format!("{} {what}", name(register)));
        };
        let is_method_call = matches!(
            instruction.opcode(),
            Opcode::CallMethod | Opcode::CallMethodKeywords | Opcode::CallExit
        );
        let mut consumed: Vec<Register> = Vec::new();
        instruction.for_each_operand(|_, operand| match operand {
            OperandRef::Use(source) => {
                let bits = state[source.register.index()];
                if bits != VALUE {
                    fail(source.register, if bits & EMPTY != 0 { "may be empty" } else { "is no value" });
                }
                if source.last {
                    if source.register.index() < first_temporary {
                        fail(source.register, "is a local and is moved");
                    }
                    consumed.push(source.register);
                } else if consumed.contains(&source.register) {
                    fail(source.register, "is read after it was moved");
                }
            }
            OperandRef::MoveRange(range) => {
                for (position, register) in range.registers().enumerate() {
                    let expected = if is_method_call && position == 1 { METHOD_SELF } else { VALUE };
                    if register.index() < first_temporary || state[register.index()] != expected {
                        fail(register, "is not what the range needs");
                    }
                }
            }
            OperandRef::Pair(base)
                if (state[base.index()] != VALUE || state[base.index() + 1] != METHOD_SELF) =>
            {
                fail(base, "is no method pair");
            }
            OperandRef::Cell(register) if state[register.index()] != CELL => fail(register, "is no cell"),
            OperandRef::LocalRead(register)
                if (register.index() >= first_temporary || state[register.index()] & CELL != 0) =>
            {
                fail(register, "is no local value");
            }
            _ => {}
        });
        let mut defined: Vec<Register> = Vec::new();
        instruction.for_each_operand(|_, operand| match operand {
            OperandRef::Def(register) => defined.push(register),
            OperandRef::DefPair(base) => {
                defined.extend([base, Register(base.0 + 1)]);
                if base.index() < first_temporary {
                    fail(base, "is a local and is made half of a pair");
                }
            }
            OperandRef::DefRange(range) if !matches!(instruction, Instruction::CopyFreeVariables { .. }) => {
                defined.extend(range.registers());
            }
            _ => {}
        });
        let mut after = state.to_vec();
        read_operands(instruction, &mut after);
        for register in defined {
            if register.index() >= first_temporary {
                if after[register.index()] != EMPTY {
                    fail(register, "is overwritten while it is full");
                }
            } else if self.code.locals[register.index()].kind.is_cell() {
                fail(register, "is a cell and is overwritten");
            }
        }
        if matches!(instruction.opcode(), Opcode::Return | Opcode::ReturnNone)
            && let Some(leaked) = (first_temporary..after.len()).find(|&index| after[index] != EMPTY)
        {
            fail(Register(leaked as u16), "is full at a return");
        }
        problem.map_or(Ok(()), Err)
    }
}

/// Moves out what the instruction consumes. Returns the lowest register whose state changed.
fn read_operands(instruction: &Instruction, state: &mut [u8]) -> Option<usize> {
    let mut lowest: Option<usize> = None;
    let mut set = |register: Register, bits: u8| {
        if state[register.index()] != bits {
            state[register.index()] = bits;
            lowest = Some(lowest.map_or(register.index(), |index| index.min(register.index())));
        }
    };
    instruction.for_each_operand(|_, operand| match operand {
        OperandRef::Use(source) if source.last => set(source.register, EMPTY),
        OperandRef::MoveRange(range) => range.registers().for_each(|register| set(register, EMPTY)),
        OperandRef::Kill(register) => set(register, EMPTY),
        _ => {}
    });
    lowest
}

/// Writes what the instruction defines. Returns the lowest register whose state changed.
fn write_operands(instruction: &Instruction, state: &mut [u8], code: &Code) -> Option<usize> {
    let mut lowest: Option<usize> = None;
    let mut set = |register: Register, bits: u8| {
        if state[register.index()] != bits {
            state[register.index()] = bits;
            lowest = Some(lowest.map_or(register.index(), |index| index.min(register.index())));
        }
    };
    instruction.for_each_operand(|_, operand| match operand {
        OperandRef::Def(register) | OperandRef::LocalRead(register) => set(register, VALUE),
        OperandRef::Update(register) => set(register, CELL),
        OperandRef::DefPair(base) => {
            set(base, VALUE);
            set(Register(base.0 + 1), METHOD_SELF);
        }
        OperandRef::DefRange(range) => range.registers().for_each(|register| {
            let free = code.locals.get(register.index()).is_some_and(|local| local.kind == LocalKind::Free);
            set(register, if free { CELL } else { VALUE });
        }),
        _ => {}
    });
    lowest
}

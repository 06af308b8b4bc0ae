//! Static basic block versioning: a block is compiled once for every useful set of facts about its live values.
//!
//! A *version* of a point of the function is made for what is known when control comes there: which values are
//! immediate ints, raw doubles, lists. A test that fails does not leave compiled code: it goes to a more general
//! version of what follows. The most general one, which is *plain*, tests nothing and always exists; loops start afresh
//! from it at their headers. A point has at most [`VERSIONS`] versions besides ([`HEADER_VERSIONS`] at a loop's
//! header), and a function only so much code; what is over the limit goes to the plain version.
//!
//! Needs: no reference counts, and types. Loses: nothing; it leaves blocks that one edge leads to and parameters that
//! are always the same. Ends: versions are limited. Cost: the code written, times the live values.
//!
//! Melançon, Feeley and Serrano, "Static Basic Block Versioning", ECOOP 2024.

mod arithmetic;
mod context;
mod liveness;

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use pyrsc_mir::bit_set::BitSet;
use pyrsc_mir::{
    Block, BlockCall, BlockId, Function, Instruction, Op, Range, Representation, Terminator, Type, ValueData,
    ValueId,
};

use context::{Expected, Places, Slot, Use};
use liveness::{Liveness, Point};

/// Versions of a point.
const VERSIONS: usize = 3;
/// Versions of a loop's header.
const HEADER_VERSIONS: usize = 6;
/// Functions with more values stay as they are: the analysis is not linear in them.
const LARGE: usize = 30_000;
/// The name of module bodies: outside of loops they run once.
const MODULE: &str = "<module>";

/// Runs the pass.
pub fn run(function: &mut Function) {
    if function.values.len() > LARGE {
        return;
    }
    let output = Writer::new(function).run();
    *function = output;
}

/// A version that has been asked for.
struct Version {
    block: BlockId,
    expected: Rc<[Expected]>,
    is_plain: bool,
    rank: Rank,
    is_written: bool,
}

/// In which order versions are written, while there is room for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Every test has gone as guessed.
    Likely,
    /// A loop that is entered from plain code.
    Again,
    /// A test went as guessed second.
    Unlikely,
    Plain,
}

impl Rank {
    const COUNT: usize = Rank::Plain as usize + 1;
}

/// A fact that a truth stands for.
#[derive(Clone, Copy)]
enum Fact {
    IsWord(ValueId, u64),
    Less(ValueId, ValueId),
    LessEqual(ValueId, ValueId),
    Equal(ValueId, ValueId),
}

/// Writes the versions, one after the other.
struct Writer<'s> {
    source: &'s Function,
    liveness: Liveness,
    /// Whether a loop begins at the block.
    is_header: Vec<bool>,
    output: Function,
    /// Source values that need not be passed on: constants, and what the entry gets once for all.
    everywhere: BitSet,
    constants: HashMap<u64, ValueId>,
    versions: HashMap<Point, Vec<Version>>,
    /// Versions that have not been written, by rank.
    queues: [VecDeque<(Point, usize)>; Rank::COUNT],
    /// Blocks that convert values on an edge, by target and values.
    conversions: HashMap<(BlockId, Vec<Places>), BlockCall>,
    written: usize,
    budget: usize,

    // The state of the version that is being written.
    block: BlockId,
    slots: Vec<Option<Slot>>,
    /// What slots were before they were written, to go back.
    journal: Vec<(ValueId, Option<Slot>)>,
    is_plain: bool,
    rank: Rank,
    /// Whether the function has a float constant or a true division, or no int constant: what is unknown is then more
    /// likely to be a float.
    expects_floats: bool,
    /// Whether a raw double has been seen: unknown operands are then likely to be floats.
    has_float: bool,
    truths: HashMap<ValueId, bool>,
    facts: HashMap<ValueId, (Fact, bool)>,
}

impl<'s> Writer<'s> {
    fn new(source: &'s Function) -> Writer<'s> {
        let mut everywhere = BitSet::empty(source.values.len());
        let entry = &source.blocks[0];
        // Code generation finds the function object and a generator's frame in the entry's parameters.
        let is_generator = source
            .blocks
            .iter()
            .any(|block| block.instructions.iter().any(|instruction| instruction.op == Op::GeneratorState));
        let fixed = if is_generator { entry.parameters.len() } else { 1 };
        everywhere.insert_all(&entry.parameters[..fixed]);
        let mut count = 0;
        let (mut mentions_floats, mut mentions_ints) = (false, false);
        for block in &source.blocks {
            count += block.instructions.len();
            for instruction in &block.instructions {
                mentions_floats |= match instruction.op {
                    Op::ConstWord | Op::ConstObject => {
                        let ty = source.value(instruction.results[0]).ty;
                        ty.overlaps(Type::FLOAT) && ty.is_subtype_of(Type::FLOAT)
                    }
                    Op::PyTrueDivide | Op::PyInplaceTrueDivide => true,
                    _ => false,
                };
                if instruction.op == Op::ConstWord {
                    mentions_ints |= type_of_word(instruction.immediates[0]).is_subtype_of(Type::SMALL_INT);
                    everywhere.insert_all(&instruction.results);
                }
            }
        }
        Writer {
            source,
            liveness: Liveness::of(source, &everywhere),
            is_header: loop_headers(source),
            output: Function::new(source.name.clone(), source.id),
            everywhere,
            constants: HashMap::new(),
            versions: HashMap::new(),
            queues: Default::default(),
            conversions: HashMap::new(),
            written: 0,
            budget: 4 * count + 200,
            block: BlockId(0),
            slots: vec![None; source.values.len()],
            journal: Vec::new(),
            is_plain: source.name == MODULE,
            rank: Rank::Likely,
            expects_floats: mentions_floats || !mentions_ints,
            has_float: false,
            truths: HashMap::new(),
            facts: HashMap::new(),
        }
    }

    fn run(mut self) -> Function {
        let entry = self.output.new_block();
        for parameter in &self.source.blocks[0].parameters {
            let value = self.output.new_value(self.source.value(*parameter).clone());
            self.output.block_mut(entry).parameters.push(value);
            self.set(*parameter, value);
        }
        for block in &self.source.blocks {
            for instruction in &block.instructions {
                if instruction.op == Op::ConstWord {
                    let result = instruction.results[0];
                    let data = self.source.value(result).clone();
                    let value = self.constant(instruction.immediates[0], data);
                    self.set(result, value);
                }
            }
        }
        let everywhere: Vec<(ValueId, Slot)> = self
            .everywhere
            .iter()
            .filter_map(|value| self.slots[value.index()].map(|slot| (value, slot)))
            .collect();
        self.code_from(Point { block: 0, index: 0 });
        while let Some((point, index)) = self.queues.iter_mut().find_map(VecDeque::pop_front) {
            let Some(version) = self.versions.get_mut(&point).map(|versions| &mut versions[index]) else {
                continue;
            };
            if std::mem::replace(&mut version.is_written, true) {
                continue;
            }
            self.rank = version.rank;
            let (block, expected) = (version.block, version.expected.clone());
            self.is_plain = version.is_plain;
            self.block = block;
            self.has_float = false;
            self.truths.clear();
            self.facts.clear();
            self.journal.clear();
            self.slots.fill(None);
            for (value, slot) in &everywhere {
                self.slots[value.index()] = Some(*slot);
            }
            let live = self.liveness.at(self.source, &self.everywhere, point);
            let parameters = self.output.block(block).parameters.clone();
            let mut parameters = parameters.into_iter();
            let mut next = || parameters.next().expect("as many parameters as the version expects");
            for (live, expected) in live.iter().zip(&*expected) {
                let nothing =
                    Slot { ty: Type::ANY, range: Range::FULL, boxed: None, raw: None, either: None };
                let slot = match *expected {
                    Expected::Value { representation: Representation::Boxed, ty, range } => {
                        Slot { ty, range, boxed: Some(next()), ..nothing }
                    }
                    Expected::Value { representation, ty, range } => {
                        self.has_float |= live.use_of == Use::Read && representation == Representation::Float;
                        Slot { ty, range, raw: Some(next()), ..nothing }
                    }
                    Expected::Either => Slot { either: Some((next(), next())), ..nothing },
                };
                self.slots[live.value.index()] = Some(slot);
            }
            self.code_from(point);
        }
        self.output
    }

    /// A constant word, at the function's start.
    fn constant(&mut self, word: u64, data: ValueData) -> ValueId {
        if let Some(value) = self.constants.get(&word) {
            return *value;
        }
        let value = self.output.new_value(data);
        self.output.block_mut(BlockId(0)).instructions.push(Instruction {
            op: Op::ConstWord,
            operands: vec![],
            immediates: vec![word],
            results: vec![value],
            site: None,
            on_error: None,
        });
        self.constants.insert(word, value);
        value
    }

    // Slots.

    /// A source value is what the output value is, of which nothing more is known.
    fn set(&mut self, source: ValueId, value: ValueId) {
        let data = self.source.value(source);
        let is_boxed = data.representation == Representation::Boxed;
        self.put(
            source,
            Slot {
                ty: data.ty,
                range: data.range,
                boxed: is_boxed.then_some(value),
                raw: (!is_boxed).then_some(value),
                either: None,
            },
        );
    }

    fn put(&mut self, source: ValueId, slot: Slot) {
        let old = self.slots[source.index()].replace(slot);
        self.journal.push((source, old));
    }

    /// A state of the slots that [`Writer::roll_back`] can go back to.
    fn mark(&self) -> (usize, bool) {
        (self.journal.len(), self.has_float)
    }

    fn roll_back(&mut self, (length, has_float): (usize, bool)) {
        while self.journal.len() > length {
            if let Some((source, old)) = self.journal.pop() {
                self.slots[source.index()] = old;
            }
        }
        self.has_float = has_float;
    }

    fn slot(&self, source: ValueId) -> Slot {
        self.slots[source.index()].unwrap_or_else(|| panic!("compiler bug: {source} has no slot"))
    }

    /// The value as a tagged word.
    fn boxed(&mut self, source: ValueId) -> ValueId {
        let slot = self.slot(source);
        if let Some(value) = slot.boxed {
            return value;
        }
        let value = match (slot.raw, slot.either) {
            (Some(raw), _) => self.append(Op::FloatBox, vec![raw])[0],
            (None, Some((bits, is_float))) => self.append(Op::EitherBox, vec![bits, is_float])[0],
            (None, None) => unreachable!("a value lies somewhere"),
        };
        self.put(source, Slot { boxed: Some(value), ..slot });
        value
    }

    /// The value, which is a float, as a raw double.
    fn float(&mut self, source: ValueId) -> ValueId {
        let slot = self.slot(source);
        if let Some(value) = slot.raw {
            return value;
        }
        let boxed = slot.boxed.expect("a value lies somewhere");
        let op = if slot.is(Type::IMMEDIATE_FLOAT) { Op::ImmediateFloatUnbox } else { Op::FloatUnbox };
        let value = self.append(op, vec![boxed])[0];
        self.put(source, Slot { raw: Some(value), ..slot });
        self.has_float = true;
        value
    }

    /// A source value turns out to be of a narrower, immediate type.
    fn refine(&mut self, source: ValueId, ty: Type) {
        let slot = self.slot(source);
        if slot.is(ty) {
            return;
        }
        let boxed = slot.boxed.expect("only words are tested");
        let value = self.append(Op::Refine, vec![boxed])[0];
        self.output.values[value.index()].ty = ty;
        self.put(source, Slot { ty, boxed: Some(value), ..slot });
    }

    // Writing.

    /// Appends an op that cannot raise.
    fn append(&mut self, op: Op, operands: Vec<ValueId>) -> Vec<ValueId> {
        let info = op.info();
        debug_assert!(!info.effects.raises);
        let results: Vec<ValueId> = info
            .results
            .iter()
            .map(|(kind, ty)| {
                let representation = kind.representation();
                self.output.new_value(ValueData { representation, ty: *ty, range: Range::FULL })
            })
            .collect();
        self.push(Instruction {
            op,
            operands,
            immediates: vec![],
            results: results.clone(),
            site: None,
            on_error: None,
        });
        results
    }

    fn push(&mut self, instruction: Instruction) {
        self.written += usize::from(!self.is_plain);
        self.output.block_mut(self.block).instructions.push(instruction);
    }

    fn terminate(&mut self, terminator: Terminator) {
        self.output.block_mut(self.block).terminator = terminator;
    }

    /// Ends the block with a test; goes on where it is true. Gives the block where it is not.
    fn go_on_if(&mut self, condition: ValueId) -> BlockId {
        let otherwise = self.output.new_block();
        self.go_on_if_else(condition, otherwise);
        otherwise
    }

    fn go_on_if_else(&mut self, condition: ValueId, otherwise: BlockId) {
        let then = self.output.new_block();
        let call = |block| BlockCall { block, arguments: vec![] };
        self.terminate(Terminator::Branch { condition, then: call(then), otherwise: call(otherwise) });
        self.block = then;
    }

    /// The code from a point to the end of its block.
    fn code_from(&mut self, point: Point) {
        let block = &self.source.blocks[point.block];
        for (index, instruction) in block.instructions.iter().enumerate().skip(point.index) {
            let here = Point { block: point.block, index };
            if self.is_plain && index > point.index && arithmetic::is_point(instruction.op) {
                // What comes here from tests that failed shares the rest.
                self.go_on_at(here, true);
                return;
            }
            if self.instruction(instruction, Point { index: index + 1, ..here }) {
                return;
            }
        }
        self.terminator(block);
    }

    /// Writes one instruction; whether the block has ended with it, because what follows is a version of its own.
    fn instruction(&mut self, instruction: &Instruction, next: Point) -> bool {
        match instruction.op {
            // At the entry already.
            Op::ConstWord => {}
            Op::Keep => {
                let slot = self.slot(instruction.operands[0]);
                if let Some(boxed) = slot.boxed
                    && !slot.ty.is_subtype_of(Type::IMMEDIATE)
                {
                    self.push(Instruction { operands: vec![boxed], ..instruction.clone() });
                }
            }
            Op::CheckBound => {
                let value = instruction.operands[0];
                if self.slot(value).ty.overlaps(Type::UNBOUND) {
                    self.plain(instruction);
                    let slot = self.slot(value);
                    self.put(value, Slot { ty: slot.ty.without(Type::UNBOUND), ..slot });
                }
            }
            Op::IsWord => self.is_word(instruction),
            Op::TruthNot => {
                let (operand, result) = (instruction.operands[0], instruction.results[0]);
                if let Some(truth) = self.truths.get(&operand).copied() {
                    self.truths.insert(result, !truth);
                }
                if let Some((fact, sense)) = self.facts.get(&operand).copied() {
                    self.facts.insert(result, (fact, !sense));
                }
                self.plain(instruction);
            }
            Op::PyTruth => self.truth(instruction),
            _ if !self.is_plain && arithmetic::is_point(instruction.op) => {
                return self.arithmetic(instruction, next);
            }
            _ => self.plain(instruction),
        }
        false
    }

    /// The instruction as it is.
    fn plain(&mut self, instruction: &Instruction) {
        let ty = arithmetic::result_type(self, instruction);
        let results: Vec<ValueId> = instruction
            .results
            .iter()
            .map(|result| self.output.new_value(self.source.value(*result).clone()))
            .collect();
        let on_error = instruction.on_error.as_ref().map(|edge| self.error_edge(edge));
        let operands: Vec<ValueId> = instruction
            .operands
            .iter()
            .enumerate()
            .map(|(index, operand)| {
                let kind = instruction.op.operand_kind(index);
                match kind.map_or(Representation::Boxed, |kind| kind.representation()) {
                    Representation::Boxed => self.boxed(*operand),
                    _ => self.slot(*operand).raw.expect("a raw operand"),
                }
            })
            .collect();
        for (result, value) in instruction.results.iter().zip(&results) {
            self.set(*result, *value);
            if let Some(ty) = ty {
                let slot = self.slot(*result);
                let ty = slot.ty.meet(ty);
                self.output.values[value.index()].ty = ty;
                self.put(*result, Slot { ty, ..slot });
            }
        }
        self.push(Instruction { operands, results, on_error, ..instruction.clone() });
    }

    fn is_word(&mut self, instruction: &Instruction) {
        let (value, word, result) =
            (instruction.operands[0], instruction.immediates[0], instruction.results[0]);
        let slot = self.slot(value);
        let marker = type_of_word(word);
        if !slot.ty.overlaps(marker) || slot.raw.is_some() {
            self.truths.insert(result, false);
        } else if slot.is(Type::NONE) && marker.is_subtype_of(Type::NONE) {
            self.truths.insert(result, true);
        }
        if slot.boxed.is_none() {
            // A float is no such word, which is all that is asked.
            let zero = self.constant_word(word);
            let value = self.append(Op::IsWord, vec![zero])[0];
            self.last_immediates(vec![!word]);
            self.set(result, value);
            return;
        }
        self.facts.insert(result, (Fact::IsWord(value, word), true));
        self.plain(instruction);
    }

    fn last_immediates(&mut self, immediates: Vec<u64>) {
        if let Some(last) = self.output.block_mut(self.block).instructions.last_mut() {
            last.immediates = immediates;
        }
    }

    fn constant_word(&mut self, word: u64) -> ValueId {
        let ty = type_of_word(word);
        let mut data = ValueData { ty, ..ValueData::BOXED };
        if ty.is_subtype_of(Type::SMALL_INT) {
            data.range = Range::exactly(word as i64 >> 1);
        }
        self.constant(word, data)
    }

    fn truth(&mut self, instruction: &Instruction) {
        let (value, result) = (instruction.operands[0], instruction.results[0]);
        let slot = self.slot(value);
        if slot.is(Type::SMALL_INT) {
            let boxed = self.boxed(value);
            let is_zero = self.append(Op::IsWord, vec![boxed])[0];
            self.last_immediates(vec![1]);
            let truth = self.append(Op::TruthNot, vec![is_zero])[0];
            self.set(result, truth);
        } else if slot.raw.is_some() {
            let raw = self.float(value);
            let zero = self.float_zero();
            let is_zero = self.append(Op::FloatEqual, vec![raw, zero])[0];
            let truth = self.append(Op::TruthNot, vec![is_zero])[0];
            self.set(result, truth);
        } else {
            self.plain(instruction);
        }
    }

    fn float_zero(&mut self) -> ValueId {
        let zero = self.append(Op::FloatConst, vec![])[0];
        self.last_immediates(vec![0]);
        zero
    }

    fn terminator(&mut self, block: &Block) {
        let terminator = match &block.terminator {
            Terminator::Jump(edge) => Terminator::Jump(self.edge_here(edge)),
            Terminator::Branch { condition, then, otherwise } => {
                if let Some(truth) = self.truths.get(condition) {
                    let edge = if *truth { then } else { otherwise };
                    Terminator::Jump(self.edge_here(edge))
                } else {
                    let fact = self.facts.get(condition).copied();
                    let value = self.slot(*condition).raw.expect("a truth");
                    let then = self.edge_knowing(then, fact, true);
                    let otherwise = self.edge_knowing(otherwise, fact, false);
                    Terminator::Branch { condition: value, then, otherwise }
                }
            }
            Terminator::Switch { index, targets } => {
                let index = self.slot(*index).raw.expect("a number");
                let targets = targets.iter().map(|edge| self.edge_apart(edge, self.is_plain)).collect();
                Terminator::Switch { index, targets }
            }
            Terminator::Return(value) => Terminator::Return(self.boxed(*value)),
            Terminator::Suspend(value) => Terminator::Suspend(self.boxed(*value)),
            Terminator::Unwind => Terminator::Unwind,
            Terminator::Unreachable => Terminator::Unreachable,
        };
        self.terminate(terminator);
    }

    // Edges.

    /// An edge of the source's whose conversions are written here.
    fn edge_here(&mut self, edge: &BlockCall) -> BlockCall {
        let point = Point { block: edge.block.index(), index: 0 };
        let values = self.edge_values(point, &edge.arguments);
        let (block, expected) = self.request(point, &values, self.is_plain);
        let arguments = self.convert(&values, &expected);
        BlockCall { block, arguments }
    }

    /// An edge of the source's whose conversions, if there are any, get a block of their own.
    fn edge_apart(&mut self, edge: &BlockCall, is_plain: bool) -> BlockCall {
        let point = Point { block: edge.block.index(), index: 0 };
        let values = self.edge_values(point, &edge.arguments);
        let (block, expected) = self.request(point, &values, is_plain);
        let key: Vec<Places> = values.iter().map(|value| self.slot(*value).places()).collect();
        if let Some(known) = self.conversions.get(&(block, key.clone())) {
            return known.clone();
        }
        let converter = self.output.new_block();
        let here = std::mem::replace(&mut self.block, converter);
        let mark = self.mark();
        let arguments = self.convert(&values, &expected);
        self.roll_back(mark);
        self.block = here;
        let call = BlockCall { block, arguments };
        if self.output.block(converter).instructions.is_empty() {
            return call;
        }
        self.output.block_mut(converter).terminator = Terminator::Jump(call);
        let call = BlockCall { block: converter, arguments: vec![] };
        self.conversions.insert((block, key), call.clone());
        call
    }

    /// The function's error exit has versions for what lies raw; handlers are plain.
    fn error_edge(&mut self, edge: &BlockCall) -> BlockCall {
        let is_exit = self.source.block(edge.block).terminator == Terminator::Unwind;
        self.edge_apart(edge, !is_exit)
    }

    /// An edge of a branch, with what the branch tells.
    fn edge_knowing(&mut self, edge: &BlockCall, fact: Option<(Fact, bool)>, truth: bool) -> BlockCall {
        let Some((fact, sense)) = fact else { return self.edge_apart(edge, self.is_plain) };
        let mark = self.mark();
        self.learn(fact, sense == truth);
        let call = self.edge_apart(edge, self.is_plain);
        self.roll_back(mark);
        call
    }

    /// Takes note of a fact, or of its opposite.
    fn learn(&mut self, fact: Fact, holds: bool) {
        match fact {
            Fact::IsWord(value, word) => {
                let (ty, slot) = (type_of_word(word), self.slot(value));
                if holds && slot.ty.overlaps(ty) {
                    self.put(value, Slot { ty: slot.ty.meet(ty), ..slot });
                } else if !holds && ty.is_subtype_of(Type::NONE.union(Type::STOP).union(Type::UNBOUND)) {
                    self.put(value, Slot { ty: slot.ty.without(ty), ..slot });
                }
            }
            Fact::Less(left, right) | Fact::LessEqual(left, right) => {
                let gap = i64::from(matches!(fact, Fact::Less(..)) == holds);
                let (small, large) = if holds { (left, right) } else { (right, left) };
                let (low, high) = (self.slot_range(small).low, self.slot_range(large).high);
                self.narrow(small, Range { low: i64::MIN, high: high.saturating_sub(gap) });
                self.narrow(large, Range { low: low.saturating_add(gap), high: i64::MAX });
            }
            Fact::Equal(left, right) if holds => {
                let (one, other) = (self.slot_range(left), self.slot_range(right));
                self.narrow(left, other);
                self.narrow(right, one);
            }
            Fact::Equal(..) => {}
        }
    }

    fn narrow(&mut self, value: ValueId, range: Range) {
        let slot = self.slot(value);
        if let Some(range) = slot.int_range().meet(range) {
            self.put(value, Slot { range, ..slot });
        }
    }

    fn slot_range(&self, value: ValueId) -> Range {
        self.slot(value).int_range()
    }

    /// The source values that go to what is live at a point.
    fn edge_values(&mut self, point: Point, arguments: &[ValueId]) -> Vec<ValueId> {
        let live = self.liveness.at(self.source, &self.everywhere, point);
        let parameters: &[ValueId] =
            if point.index == 0 { &self.source.blocks[point.block].parameters } else { &[] };
        live.iter()
            .map(|live| {
                let position = parameters.iter().position(|parameter| *parameter == live.value);
                position.map_or(live.value, |position| arguments[position])
            })
            .collect()
    }

    /// Values in the form that a version expects, written here.
    fn convert(&mut self, values: &[ValueId], expected: &[Expected]) -> Vec<ValueId> {
        let mut arguments = Vec::with_capacity(values.len());
        for (value, expected) in values.iter().zip(expected) {
            match expected {
                Expected::Value { representation: Representation::Boxed, .. } => {
                    arguments.push(self.boxed(*value));
                }
                Expected::Value { representation: Representation::Float, .. } => {
                    arguments.push(self.float(*value));
                }
                Expected::Value { .. } => {
                    arguments.push(self.slot(*value).raw.expect("a raw value"));
                }
                Expected::Either => {
                    let (bits, is_float) = self.either(*value);
                    arguments.extend([bits, is_float]);
                }
            }
        }
        arguments
    }

    /// The value, which is a float or no object, as bits.
    fn either(&mut self, source: ValueId) -> (ValueId, ValueId) {
        let slot = self.slot(source);
        if let Some(either) = slot.either {
            return either;
        }
        let bits = match slot.raw {
            Some(raw) => self.append(Op::FloatBits, vec![raw])[0],
            None => self.append(Op::WordBits, vec![slot.place()])[0],
        };
        let is_float = self.append(Op::TruthConst, vec![])[0];
        self.last_immediates(vec![u64::from(slot.raw.is_some())]);
        self.put(source, Slot { either: Some((bits, is_float)), ..slot });
        (bits, is_float)
    }

    /// The version of a point for what is known of the values that go there.
    fn request(&mut self, point: Point, values: &[ValueId], is_plain: bool) -> (BlockId, Rc<[Expected]>) {
        let live = self.liveness.at(self.source, &self.everywhere, point);
        let is_header = point.index == 0 && self.is_header[point.block];
        // A loop starts afresh.
        let rank = if is_plain && is_header { Rank::Again } else { self.rank };
        let mut is_plain = is_plain && !is_header;
        let room = if rank == Rank::Unlikely { self.budget } else { 2 * self.budget };
        let mut promised: Rc<[Expected]> = live
            .iter()
            .zip(values)
            .map(|(live, value)| self.slot(*value).promise(self.source.value(live.value), live.use_of))
            .collect();
        let nothing: Rc<[Expected]> =
            live.iter().map(|live| Expected::nothing(self.source.value(live.value))).collect();
        let versions = self.versions.entry(point).or_default();
        if !is_plain {
            let same = |version: &&Version| {
                !version.is_plain
                    && version.expected.iter().zip(&*promised).all(|(one, other)| one.is_same(other))
            };
            // A word that is only kept can go where an object is expected.
            let slots: Vec<Slot> = values.iter().filter_map(|value| self.slots[value.index()]).collect();
            let fits = |version: &&Version| {
                let mut pairs = version.expected.iter().zip(&*promised).zip(live.iter().zip(&slots));
                !version.is_plain
                    && pairs.all(|((expected, promised), (live, slot))| {
                        expected.is_same(promised)
                            || (live.use_of != Use::Read
                                && slot.boxed.is_some()
                                && matches!(
                                    expected,
                                    Expected::Value { representation: Representation::Boxed, .. }
                                ))
                    })
            };
            let found = versions.iter().position(|version| same(&version));
            if let Some(index) = found.or_else(|| versions.iter().position(|version| fits(&version))) {
                let version = &mut versions[index];
                if rank < version.rank {
                    version.rank = rank;
                    self.queues[rank as usize].push_back((point, index));
                }
                return (version.block, version.expected.clone());
            }
            let is_exit = self.source.blocks[point.block].terminator == Terminator::Unwind;
            let limit = if is_header || is_exit { HEADER_VERSIONS } else { VERSIONS };
            is_plain = versions.iter().filter(|version| !version.is_plain).count() >= limit
                || (self.written > room && !is_exit);
        }
        if is_plain {
            if let Some(version) = versions.iter().find(|version| version.is_plain) {
                return (version.block, version.expected.clone());
            }
            promised = nothing;
        }
        let block = self.output.new_block();
        for data in promised.iter().flat_map(Expected::parameters) {
            let parameter = self.output.new_value(data);
            self.output.block_mut(block).parameters.push(parameter);
        }
        let rank = if is_plain { Rank::Plain } else { rank };
        self.queues[rank as usize].push_back((point, versions.len()));
        versions.push(Version { block, expected: promised.clone(), is_plain, rank, is_written: false });
        (block, promised)
    }

    /// Ends the block: goes on at `next`, which is in the middle of a block, in a version of its own.
    fn go_on_at(&mut self, next: Point, is_plain: bool) {
        let values = self.edge_values(next, &[]);
        let (block, expected) = self.request(next, &values, is_plain);
        let arguments = self.convert(&values, &expected);
        self.terminate(Terminator::Jump(BlockCall { block, arguments }));
    }
}

/// The type of an immediate word.
fn type_of_word(word: u64) -> Type {
    match word {
        STOP => Type::STOP,
        UNBOUND => Type::UNBOUND,
        NONE => Type::NONE,
        FALSE | TRUE => Type::BOOL,
        _ if word & 1 != 0 => Type::SMALL_INT,
        _ if word & 3 == 2 => Type::IMMEDIATE_FLOAT,
        _ => Type::SINGLETON,
    }
}

const FALSE: u64 = 0x04;
const TRUE: u64 = 0x0C;
const NONE: u64 = 0x14;
const UNBOUND: u64 = 0x2C;
const STOP: u64 = 0x34;

/// The blocks that an edge from later in reverse postorder leads to.
fn loop_headers(function: &Function) -> Vec<bool> {
    let order = function.reverse_postorder();
    let mut position = vec![usize::MAX; function.blocks.len()];
    for (index, block) in order.iter().enumerate() {
        position[block.index()] = index;
    }
    let mut headers = vec![false; function.blocks.len()];
    for block in &order {
        for edge in function.block(*block).edges() {
            headers[edge.block.index()] |= position[edge.block.index()] <= position[block.index()];
        }
    }
    headers
}

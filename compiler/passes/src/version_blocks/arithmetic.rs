//! Arithmetic and comparisons: on what is known, without tests; on what is not, after a test for what is likely.

use pyrsc_mir::{Instruction, Op, Range, Type, ValueId};

use super::context::Slot;
use super::liveness::Point;
use super::{Fact, Rank, Writer};

/// What is known of an operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    SmallInt,
    Float,
    /// Neither.
    Other,
    Unknown,
}

fn class(slot: Slot) -> Class {
    if slot.raw.is_some() || slot.is(Type::FLOAT) {
        Class::Float
    } else if slot.is(Type::SMALL_INT) {
        Class::SmallInt
    } else if slot.ty.overlaps(Type::SMALL_INT.union(Type::FLOAT)) {
        Class::Unknown
    } else {
        Class::Other
    }
}

/// What two operands may be tested for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guess {
    /// All that is unknown is an immediate int.
    SmallInts,
    /// All that is unknown is an immediate float.
    Floats,
}

/// What an operation is on known numbers.
#[derive(Clone, Copy)]
enum Rule {
    /// Gives a number: the op for ints that fit, the one that says whether they do, the one for floats.
    Number { fits: Option<Op>, tries: Option<Op>, float: Option<Op> },
    /// Gives a float.
    TrueDivide,
    /// Gives a truth (or as a value, True or False); `swapped` says that the operands change places, `negated` that
    /// the truth does.
    Compare { int: Op, float: Op, swapped: bool, negated: bool, is_value: bool },
}

fn rule(op: Op) -> Option<Rule> {
    let number = |fits, tries, float| Some(Rule::Number { fits, tries, float });
    let compare = |int, float, swapped, negated, is_value| {
        Some(Rule::Compare { int, float, swapped, negated, is_value })
    };
    let (less, less_equal, equal) = (Op::SmallIntLess, Op::SmallIntLessEqual, Op::SmallIntEqual);
    match op {
        Op::PyAdd | Op::PyInplaceAdd => {
            number(Some(Op::SmallIntAdd), Some(Op::SmallIntTryAdd), Some(Op::FloatAdd))
        }
        Op::PySubtract | Op::PyInplaceSubtract => {
            number(Some(Op::SmallIntSubtract), Some(Op::SmallIntTrySubtract), Some(Op::FloatSubtract))
        }
        Op::PyMultiply | Op::PyInplaceMultiply => {
            number(Some(Op::SmallIntMultiply), Some(Op::SmallIntTryMultiply), Some(Op::FloatMultiply))
        }
        Op::PyFloorDivide | Op::PyInplaceFloorDivide => number(None, Some(Op::SmallIntTryFloorDivide), None),
        Op::PyRemainder | Op::PyInplaceRemainder => number(None, Some(Op::SmallIntTryRemainder), None),
        Op::PyLeftShift | Op::PyInplaceLeftShift => number(None, Some(Op::SmallIntTryLeftShift), None),
        Op::PyRightShift | Op::PyInplaceRightShift => number(None, Some(Op::SmallIntTryRightShift), None),
        Op::PyBitAnd | Op::PyInplaceBitAnd => number(Some(Op::SmallIntAnd), None, None),
        Op::PyBitOr | Op::PyInplaceBitOr => number(Some(Op::SmallIntOr), None, None),
        Op::PyBitXor | Op::PyInplaceBitXor => number(Some(Op::SmallIntXor), None, None),
        Op::PyTrueDivide | Op::PyInplaceTrueDivide => Some(Rule::TrueDivide),
        Op::PyTestLess | Op::PyLess => compare(less, Op::FloatLess, false, false, op == Op::PyLess),
        Op::PyTestGreater | Op::PyGreater => compare(less, Op::FloatLess, true, false, op == Op::PyGreater),
        Op::PyTestLessEqual | Op::PyLessEqual => {
            compare(less_equal, Op::FloatLessEqual, false, false, op == Op::PyLessEqual)
        }
        Op::PyTestGreaterEqual | Op::PyGreaterEqual => {
            compare(less_equal, Op::FloatLessEqual, true, false, op == Op::PyGreaterEqual)
        }
        Op::PyTestEqual | Op::PyEqual => compare(equal, Op::FloatEqual, false, false, op == Op::PyEqual),
        Op::PyTestNotEqual | Op::PyNotEqual => {
            compare(equal, Op::FloatEqual, false, true, op == Op::PyNotEqual)
        }
        _ => None,
    }
}

/// Ints up to here are exact as doubles.
const EXACT: Range = Range { low: -(1 << 53), high: 1 << 53 };

/// Whether tests can part the ways here.
pub(super) fn is_point(op: Op) -> bool {
    op == Op::PyNegative || rule(op).is_some()
}

impl Writer<'_> {
    /// Writes the operation with what is known of its operands; whether what follows is a version of its own.
    pub(super) fn arithmetic(&mut self, instruction: &Instruction, next: Point) -> bool {
        match rule(instruction.op) {
            Some(rule) => self.binary(instruction, rule, next),
            None => {
                self.negative(instruction, next);
                false
            }
        }
    }

    fn binary(&mut self, instruction: &Instruction, rule: Rule, next: Point) -> bool {
        let [left, right] = [instruction.operands[0], instruction.operands[1]];
        let classes = (class(self.slot(left)), class(self.slot(right)));
        let has_float_form = !matches!(rule, Rule::Number { float: None, .. });
        let guesses: &[Guess] = match classes {
            (Class::SmallInt | Class::Float, Class::SmallInt | Class::Float) => {
                if !self.compute(instruction, rule, next) {
                    self.plain(instruction);
                }
                return false;
            }
            (Class::Other, _) | (_, Class::Other) => &[],
            (Class::Float, _) | (_, Class::Float) if has_float_form => &[Guess::Floats, Guess::SmallInts],
            (Class::Float, _) | (_, Class::Float) => &[],
            _ if !has_float_form => &[Guess::SmallInts],
            (Class::Unknown, Class::Unknown) => match rule {
                Rule::Compare { int: Op::SmallIntEqual, .. } => &[],
                Rule::Compare { .. } if self.has_float => &[Guess::Floats],
                Rule::Compare { .. } => &[Guess::SmallInts],
                _ if self.has_float => &[Guess::Floats],
                Rule::TrueDivide => &[Guess::Floats, Guess::SmallInts],
                _ if self.expects_floats => &[Guess::Floats, Guess::SmallInts],
                _ => &[Guess::SmallInts, Guess::Floats],
            },
            _ => match rule {
                Rule::Compare { .. } => &[Guess::SmallInts],
                _ if self.has_float => &[Guess::Floats, Guess::SmallInts],
                _ => &[Guess::SmallInts, Guess::Floats],
            },
        };
        // Where a test has failed already, one guess is enough.
        let guesses = if self.rank == Rank::Unlikely { &guesses[..guesses.len().min(1)] } else { guesses };
        if guesses.is_empty() {
            self.plain(instruction);
            return false;
        }
        // Strings and lists are added too, and compared for equality.
        let can_be_other = match rule {
            Rule::Number { fits: Some(Op::SmallIntAdd), .. }
            | Rule::Compare { int: Op::SmallIntEqual, .. } => {
                classes == (Class::Unknown, Class::Unknown) && !self.has_float
            }
            _ => false,
        };
        self.guess(instruction, rule, next, guesses, !can_be_other);
        true
    }

    /// Tests for each guess in turn; each, and what fits none, goes on in a version of its own.
    fn guess(
        &mut self,
        instruction: &Instruction,
        rule: Rule,
        next: Point,
        guesses: &[Guess],
        is_plain_else: bool,
    ) {
        let mut unknown: Vec<ValueId> = instruction
            .operands
            .iter()
            .copied()
            .filter(|value| class(self.slot(*value)) == Class::Unknown)
            .collect();
        unknown.dedup();
        let mark = self.mark();
        let failed = self.test(guesses[0], &unknown);
        let likely = std::mem::replace(&mut self.block, failed);
        let rank = std::mem::replace(&mut self.rank, Rank::Unlikely);
        for guess in &guesses[1..] {
            let failed = self.test(*guess, &unknown);
            self.take_for(*guess, &unknown);
            if self.compute(instruction, rule, next) {
                self.go_on_at(next, false);
            } else {
                self.plain(instruction);
                self.go_on_at(next, true);
            }
            self.roll_back(mark);
            self.block = failed;
        }
        self.plain(instruction);
        self.go_on_at(next, is_plain_else);
        self.roll_back(mark);
        self.block = likely;
        self.rank = rank;
        self.take_for(guesses[0], &unknown);
        if !self.compute(instruction, rule, next) {
            self.plain(instruction);
        }
        self.go_on_at(next, false);
    }

    /// Tests words, and goes on where they are as guessed; gives the block where one is not.
    fn test(&mut self, guess: Guess, unknown: &[ValueId]) -> pyrsc_mir::BlockId {
        let words: Vec<ValueId> = unknown.iter().map(|value| self.boxed(*value)).collect();
        match (guess, &words[..]) {
            (Guess::SmallInts, [left, right]) => {
                let condition = self.append(Op::AreSmallInts, vec![*left, *right])[0];
                self.go_on_if(condition)
            }
            (Guess::SmallInts, _) => {
                let condition = self.append(Op::IsSmallInt, vec![words[0]])[0];
                self.go_on_if(condition)
            }
            (Guess::Floats, _) => {
                let condition = self.append(Op::IsImmediateFloat, vec![words[0]])[0];
                let failed = self.go_on_if(condition);
                if let Some(second) = words.get(1) {
                    let condition = self.append(Op::IsImmediateFloat, vec![*second])[0];
                    self.go_on_if_else(condition, failed);
                }
                failed
            }
        }
    }

    fn take_for(&mut self, guess: Guess, unknown: &[ValueId]) {
        for value in unknown {
            match guess {
                Guess::SmallInts => self.refine(*value, Type::SMALL_INT),
                Guess::Floats => {
                    self.refine(*value, Type::IMMEDIATE_FLOAT);
                    self.float(*value);
                }
            }
        }
    }

    /// The operation on operands that are known to be numbers; false when it has to be the plain one.
    fn compute(&mut self, instruction: &Instruction, rule: Rule, next: Point) -> bool {
        let [left, right] = [instruction.operands[0], instruction.operands[1]];
        let is_int = |value: ValueId| class(self.slot(value)) == Class::SmallInt;
        if is_int(left) && is_int(right) {
            self.small_ints(instruction, rule, next);
        } else if self.can_be_floats(rule, left, right) {
            self.floats(instruction, rule, next);
        } else {
            return false;
        }
        true
    }

    /// Whether the operation on doubles means the same: a comparison with an int that is not exact does not.
    fn can_be_floats(&self, rule: Rule, left: ValueId, right: ValueId) -> bool {
        let fits = |value: ValueId| {
            let slot = self.slot(value);
            class(slot) == Class::Float || slot.int_range().is_within(EXACT)
        };
        match rule {
            Rule::Number { float, .. } => float.is_some(),
            Rule::TrueDivide => true,
            Rule::Compare { .. } => fits(left) && fits(right),
        }
    }

    /// What is rare leaves here: the plain operation, then the plain version of what follows.
    fn rarely(&mut self, instruction: &Instruction, next: Point, rare: ValueId) {
        let mark = self.mark();
        let usual = self.go_on_if(rare);
        self.plain(instruction);
        self.go_on_at(next, true);
        self.roll_back(mark);
        self.block = usual;
    }

    fn small_ints(&mut self, instruction: &Instruction, rule: Rule, next: Point) {
        let [left, right] = [instruction.operands[0], instruction.operands[1]];
        let words = vec![self.boxed(left), self.boxed(right)];
        let ranges = (self.slot(left).int_range(), self.slot(right).int_range());
        let result = instruction.results[0];
        match rule {
            Rule::Number { fits, tries, .. } => {
                let range = result_range(instruction.op, ranges.0, ranges.1);
                let safe = range.is_some_and(|range| range.is_within(Range::SMALL_INT));
                let range = range.and_then(|range| range.meet(Range::SMALL_INT));
                let value = match (fits, tries) {
                    (Some(op), None) => self.append(op, words)[0],
                    (Some(op), Some(_)) if safe => self.append(op, words)[0],
                    (_, Some(op)) => {
                        let results = self.append(op, words);
                        self.rarely(instruction, next, results[1]);
                        results[0]
                    }
                    (None, None) => unreachable!("a rule for ints has an op"),
                };
                let range = range.unwrap_or(Range::SMALL_INT);
                self.output.values[value.index()].range = range;
                self.put(
                    result,
                    Slot { ty: Type::SMALL_INT, range, boxed: Some(value), raw: None, either: None },
                );
            }
            Rule::TrueDivide => {
                let results = self.append(Op::SmallIntTryTrueDivide, words);
                self.rarely(instruction, next, results[1]);
                self.put_float(result, results[0]);
            }
            Rule::Compare { int, swapped, negated, is_value, .. } => {
                let pair = if swapped { (right, left) } else { (left, right) };
                let mut words = words;
                if swapped {
                    words.reverse();
                }
                let fact = match int {
                    Op::SmallIntLess => Fact::Less(pair.0, pair.1),
                    Op::SmallIntLessEqual => Fact::LessEqual(pair.0, pair.1),
                    _ => Fact::Equal(pair.0, pair.1),
                };
                let truth = self.append(int, words)[0];
                self.put_truth(result, truth, negated, is_value);
                if !is_value {
                    self.facts.insert(result, (fact, !negated));
                }
            }
        }
    }

    fn floats(&mut self, instruction: &Instruction, rule: Rule, next: Point) {
        let [left, right] = [instruction.operands[0], instruction.operands[1]];
        let numbers = vec![self.as_double(left), self.as_double(right)];
        let result = instruction.results[0];
        match rule {
            Rule::Number { float, .. } => {
                let op = float.expect("asked for a float's form");
                let value = self.append(op, numbers)[0];
                self.put_float(result, value);
            }
            Rule::TrueDivide => {
                let slot = self.slot(right);
                let never_zero =
                    slot.is(Type::SMALL_INT) && (slot.int_range().low > 0 || slot.int_range().high < 0);
                if !never_zero {
                    let zero = self.float_zero();
                    let is_zero = self.append(Op::FloatEqual, vec![numbers[1], zero])[0];
                    self.rarely(instruction, next, is_zero);
                }
                let value = self.append(Op::FloatDivide, numbers)[0];
                self.put_float(result, value);
            }
            Rule::Compare { float, swapped, negated, is_value, .. } => {
                let mut numbers = numbers;
                if swapped {
                    numbers.reverse();
                }
                let truth = self.append(float, numbers)[0];
                self.put_truth(result, truth, negated, is_value);
            }
        }
    }

    /// A number as a double.
    fn as_double(&mut self, value: ValueId) -> ValueId {
        if class(self.slot(value)) == Class::SmallInt {
            let word = self.boxed(value);
            return self.append(Op::FloatFromSmallInt, vec![word])[0];
        }
        self.float(value)
    }

    fn put_float(&mut self, source: ValueId, value: ValueId) {
        self.has_float = true;
        self.put(
            source,
            Slot { ty: Type::FLOAT, range: Range::FULL, boxed: None, raw: Some(value), either: None },
        );
    }

    fn put_truth(&mut self, source: ValueId, truth: ValueId, negated: bool, is_value: bool) {
        let truth = if negated { self.append(Op::TruthNot, vec![truth])[0] } else { truth };
        if is_value {
            let value = self.append(Op::BoolFromTruth, vec![truth])[0];
            self.put(
                source,
                Slot { ty: Type::BOOL, range: Range::FULL, boxed: Some(value), raw: None, either: None },
            );
        } else {
            self.put(
                source,
                Slot { ty: Type::ANY, range: Range::FULL, boxed: None, raw: Some(truth), either: None },
            );
        }
    }

    fn negative(&mut self, instruction: &Instruction, next: Point) {
        let (operand, result) = (instruction.operands[0], instruction.results[0]);
        match class(self.slot(operand)) {
            Class::SmallInt => {
                let zero = self.constant_word(1);
                let word = self.boxed(operand);
                let range = self.slot(operand).int_range();
                let results = self.append(Op::SmallIntTrySubtract, vec![zero, word]);
                self.rarely(instruction, next, results[1]);
                let range = Range::exactly(0)
                    .checked_subtract(range)
                    .and_then(|range| range.meet(Range::SMALL_INT))
                    .unwrap_or(Range::SMALL_INT);
                self.put(
                    result,
                    Slot { ty: Type::SMALL_INT, range, boxed: Some(results[0]), raw: None, either: None },
                );
            }
            Class::Float => {
                let number = self.float(operand);
                let value = self.append(Op::FloatNegate, vec![number])[0];
                self.put_float(result, value);
            }
            Class::Other | Class::Unknown => self.plain(instruction),
        }
    }
}

/// The numbers that an operation on ints of these ranges can give, where that is known.
fn result_range(op: Op, left: Range, right: Range) -> Option<Range> {
    match op {
        Op::PyAdd | Op::PyInplaceAdd => left.checked_add(right),
        Op::PySubtract | Op::PyInplaceSubtract => left.checked_subtract(right),
        Op::PyMultiply | Op::PyInplaceMultiply => {
            let corners = [
                left.low.checked_mul(right.low)?,
                left.low.checked_mul(right.high)?,
                left.high.checked_mul(right.low)?,
                left.high.checked_mul(right.high)?,
            ];
            Some(Range { low: *corners.iter().min()?, high: *corners.iter().max()? })
        }
        Op::PyRemainder | Op::PyInplaceRemainder if right.low > 0 => {
            Some(Range { low: 0, high: right.high - 1 })
        }
        Op::PyFloorDivide | Op::PyInplaceFloorDivide if right.low > 0 => {
            Some(Range { low: left.low.min(0), high: left.high.max(0) })
        }
        Op::PyBitAnd | Op::PyInplaceBitAnd if right.low >= 0 => Some(Range { low: 0, high: right.high }),
        Op::PyBitAnd | Op::PyInplaceBitAnd if left.low >= 0 => Some(Range { low: 0, high: left.high }),
        Op::PyRightShift | Op::PyInplaceRightShift if left.low >= 0 => {
            Some(Range { low: 0, high: left.high })
        }
        _ => None,
    }
}

/// A narrower type of a plain operation's result, from its operands' types.
pub(super) fn result_type(writer: &Writer<'_>, instruction: &Instruction) -> Option<Type> {
    use Op::*;
    let [left, right] = instruction.operands[..] else { return None };
    let (left, right) = (writer.slots[left.index()]?, writer.slots[right.index()]?);
    let both = |ty: Type| left.is(ty) && right.is(ty);
    let number = Type::INT.union(Type::FLOAT);
    let one_float = left.is(Type::FLOAT) || right.is(Type::FLOAT);
    match instruction.op {
        PyAdd | PyInplaceAdd if both(Type::STR) => Some(Type::STR),
        PyAdd | PyInplaceAdd if both(Type::LIST) => Some(Type::LIST),
        PyAdd | PyInplaceAdd if both(Type::TUPLE) => Some(Type::TUPLE),
        PyTrueDivide | PyInplaceTrueDivide if both(number) => Some(Type::FLOAT),
        PyAdd | PySubtract | PyMultiply | PyFloorDivide | PyRemainder | PyInplaceAdd | PyInplaceSubtract
        | PyInplaceMultiply | PyInplaceFloorDivide | PyInplaceRemainder
            if both(number) =>
        {
            if both(Type::INT) {
                Some(Type::INT)
            } else {
                one_float.then_some(Type::FLOAT)
            }
        }
        PyBitAnd | PyBitOr | PyBitXor | PyInplaceBitAnd | PyInplaceBitOr | PyInplaceBitXor | PyLeftShift
        | PyRightShift | PyInplaceLeftShift | PyInplaceRightShift
            if both(Type::INT) =>
        {
            Some(Type::INT)
        }
        _ => None,
    }
}

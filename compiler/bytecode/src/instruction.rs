//! Instructions, and everything that derives from the table: opcodes, encoding, decoding, dispatch, operands, effects.
//!
//! An instruction is one or two 64-bit units. The low 16 bits of the first are the opcode; the operands follow in
//! 16-bit slots, three in the first unit and four in the second. A 32-bit operand takes two slots of the same unit.

use std::fmt;

use crate::operand::*;

/// What an instruction can do besides computing its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects(u8);

impl Effects {
    /// Whether the instruction can raise.
    pub const fn raises(self) -> bool {
        self.0 & effect::raises != 0
    }

    /// Whether the operation can run arbitrary Python code.
    pub const fn python(self) -> bool {
        self.0 & effect::python != 0
    }

    /// Whether control never reaches the next instruction.
    pub const fn terminates(self) -> bool {
        self.0 & effect::terminates != 0
    }
}

/// The words of the table's effect lists.
#[allow(non_upper_case_globals)]
mod effect {
    pub const raises: u8 = 1;
    pub const python: u8 = 2;
    pub const terminates: u8 = 4;
}

/// Why a unit is not an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// The opcode is not in the table.
    UnknownOpcode(u16),
    /// An operand has a value that its kind does not allow.
    InvalidOperand(Opcode),
    /// The second unit is missing.
    Truncated,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::UnknownOpcode(number) => write!(f, "unknown opcode {number}"),
            DecodeError::InvalidOperand(opcode) => write!(f, "invalid operand of {opcode}"),
            DecodeError::Truncated => write!(f, "truncated instruction"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Walks over the slots of an instruction; where an operand lies depends only on the widths before it.
#[derive(Clone, Copy)]
struct Slots {
    next: usize,
}

impl Slots {
    #[inline(always)]
    const fn place(&mut self, width: usize) -> usize {
        if width == 2 && self.next == 2 {
            self.next = 3;
        }
        let slot = self.next;
        self.next += width;
        slot
    }
}

#[inline(always)]
fn slot_bits(first: u64, second: u64, slot: usize, width: usize) -> u32 {
    let shifted = if slot < 3 { first >> (16 * (slot + 1)) } else { second >> (16 * (slot - 3)) };
    if width == 2 { shifted as u32 } else { shifted as u16 as u32 }
}

struct Encoder {
    slots: Slots,
    units: [u64; 2],
}

impl Encoder {
    fn push<T: Operand>(&mut self, operand: T) {
        let slot = self.slots.place(T::WIDTH);
        let bits = operand.to_bits() as u64;
        if slot < 3 {
            self.units[0] |= bits << (16 * (slot + 1));
        } else {
            self.units[1] |= bits << (16 * (slot - 3));
        }
    }
}

/// Reads operands in the order of the table. The walk over slots folds to constants when inlined.
struct Decoder {
    slots: Slots,
    first: u64,
    second: u64,
}

impl Decoder {
    #[inline(always)]
    fn checked<T: Operand>(&mut self) -> Option<T> {
        let slot = self.slots.place(T::WIDTH);
        T::from_bits(slot_bits(self.first, self.second, slot, T::WIDTH))
    }

    #[inline(always)]
    fn verified<T: Operand>(&mut self) -> T {
        let slot = self.slots.place(T::WIDTH);
        T::from_verified_bits(slot_bits(self.first, self.second, slot, T::WIDTH))
    }
}

/// Where an instruction lies in [`crate::Code::instructions`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// The index of the instruction's first unit.
    pub unit: u32,
    /// The index of the next instruction's first unit.
    pub next: u32,
}

const fn unit_count(widths: &[usize]) -> usize {
    let mut slots = Slots { next: 0 };
    let mut index = 0;
    while index < widths.len() {
        slots.place(widths[index]);
        index += 1;
    }
    assert!(slots.next <= 7, "an instruction is at most two units");
    if slots.next > 3 { 2 } else { 1 }
}

macro_rules! derive_instructions {
    ($($(#[$doc:meta])* $snake:ident = $camel:ident { $($field:ident : $kind:ident),* } [$($effect:ident)*];)*) => {
        /// The number of an instruction.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum Opcode { $($(#[$doc])* $camel),* }

        #[allow(non_upper_case_globals)]
        mod number {
            $(pub const $snake: u16 = super::Opcode::$camel as u16;)*
        }

        impl Opcode {
            /// All opcodes, in the order of the table.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$camel),*];

            const NAMES: &'static [&'static str] = &[$(stringify!($snake)),*];
            const EFFECTS: &'static [Effects] = &[$(Effects(0 $(| effect::$effect)*)),*];
            const UNITS: &'static [u8] = &[$(unit_count(&[$(<$kind as Operand>::WIDTH),*]) as u8),*];

            /// The opcode's name in disassembly.
            pub fn name(self) -> &'static str { Self::NAMES[self as usize] }

            /// What an instruction with this opcode can do.
            pub fn effects(self) -> Effects { Self::EFFECTS[self as usize] }

            /// How many units an instruction with this opcode has.
            pub fn units(self) -> usize { Self::UNITS[self as usize] as usize }
        }

        /// One instruction, decoded.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Instruction { $($(#[$doc])* $camel { $(#[allow(missing_docs)] $field: $kind),* }),* }

        impl Instruction {
            /// The instruction's opcode.
            pub fn opcode(&self) -> Opcode {
                match self { $(Instruction::$camel { .. } => Opcode::$camel),* }
            }

            /// The instruction's units; the second is meaningful when `opcode().units()` is 2.
            pub fn encode(&self) -> [u64; 2] {
                let mut encoder = Encoder { slots: Slots { next: 0 }, units: [self.opcode() as u64, 0] };
                match *self { $(Instruction::$camel { $($field),* } => { $(encoder.push($field);)* })* }
                encoder.units
            }

            /// The instruction at `unit`, which may be anything.
            pub fn decode(units: &[u64], unit: usize) -> Result<Instruction, DecodeError> {
                let first = *units.get(unit).ok_or(DecodeError::Truncated)?;
                let opcode = *Opcode::ALL.get(first as u16 as usize)
                    .ok_or(DecodeError::UnknownOpcode(first as u16))?;
                let second = match units.get(unit + 1) {
                    Some(&second) => second,
                    None if opcode.units() == 2 => return Err(DecodeError::Truncated),
                    None => 0,
                };
                let mut decoder = Decoder { slots: Slots { next: 0 }, first, second };
                let _ = &mut decoder;
                match opcode {
                    $(Opcode::$camel => {
                        $(let $field = decoder.checked().ok_or(DecodeError::InvalidOperand(opcode))?;)*
                        Ok(Instruction::$camel { $($field),* })
                    })*
                }
            }

            /// Calls `visit` with each operand and its name, in the order of the table.
            pub fn for_each_operand(&self, mut visit: impl FnMut(&'static str, OperandRef)) {
                let _ = &mut visit;
                match *self {
                    $(Instruction::$camel { $($field),* } => { $(visit(stringify!($field), $field.reference());)* })*
                }
            }

            /// The instruction with labels and cache ordinals replaced.
            pub fn rewrite(self, rewriter: &mut dyn Rewriter) -> Instruction {
                let _ = &rewriter;
                match self {
                    $(Instruction::$camel { $($field),* } => {
                        $(let $field = $field.rewrite(rewriter);)*
                        Instruction::$camel { $($field),* }
                    })*
                }
            }
        }

        /// One method an instruction: an engine or a translator that forgets one does not compile.
        #[allow(clippy::too_many_arguments, reason = "one parameter an operand of the row")]
        pub trait InstructionHandler {
            /// What a method returns.
            type Output;

            $(
                $(#[$doc])*
                fn $snake(&mut self, site: Site $(, $field: $kind)*) -> Self::Output;
            )*

            /// A unit whose opcode is unknown; impossible in verified code.
            fn unknown_opcode(&mut self, site: Site, number: u16) -> Self::Output;
        }

        /// Calls the handler's method for the instruction at `unit` of verified code. `first` and `second` are that unit
        /// and the one after it (which exists: code ends with a unit of padding).
        #[inline(always)]
        pub fn dispatch<H: InstructionHandler>(handler: &mut H, unit: u32, first: u64, second: u64) -> H::Output {
            let mut decoder = Decoder { slots: Slots { next: 0 }, first, second };
            let _ = &mut decoder;
            match first as u16 {
                $(number::$snake => {
                    const UNITS: u32 = unit_count(&[$(<$kind as Operand>::WIDTH),*]) as u32;
                    $(let $field = decoder.verified();)*
                    handler.$snake(Site { unit, next: unit + UNITS } $(, $field)*)
                })*
                unknown => handler.unknown_opcode(Site { unit, next: unit + 1 }, unknown),
            }
        }
    };
}

for_each_instruction!(derive_instructions);

impl Instruction {
    /// The target of a jump.
    pub fn label(&self) -> Option<Label> {
        let mut found = None;
        self.for_each_operand(|_, operand| {
            if let OperandRef::Label(label) = operand {
                found = Some(label);
            }
        });
        found
    }

    /// What the instruction can do.
    pub fn effects(&self) -> Effects {
        self.opcode().effects()
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The instructions of a unit stream with the index of their first unit. Ends at the first one that is invalid.
pub fn instructions(units: &[u64]) -> impl Iterator<Item = (u32, Instruction)> + '_ {
    let end = units.len().saturating_sub(1);
    let mut unit = 0;
    std::iter::from_fn(move || {
        if unit >= end {
            return None;
        }
        let instruction = Instruction::decode(units, unit).ok()?;
        let at = unit as u32;
        unit += instruction.opcode().units();
        Some((at, instruction))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_survive_encoding() {
        let samples = [
            Instruction::LoadSuperMethod {
                pair: DefPair(Register(9)),
                super_class: Use::last(Register(1)),
                class: Use::copy(Register(2)),
                object: Use::last(Register(Register::MAX)),
                name: NameIndex(0xdead_beef),
                form: SuperForm::TwoArguments,
            },
            Instruction::JumpIfLess {
                lhs: Use::copy(Register(1)),
                rhs: Use::last(Register(7)),
                target: Label(70_000),
            },
            Instruction::LoadInt { dst: Def(Register(3)), value: Immediate(-5) },
            Instruction::CallKeywords {
                dst: Def(Register(0)),
                range: MoveRange { base: Register(4), count: 3 },
                names: ConstantIndex(2),
            },
        ];
        for sample in samples {
            let units = sample.encode();
            assert_eq!(Instruction::decode(&units, 0), Ok(sample));
        }
    }

    #[test]
    fn invalid_units_are_errors() {
        assert_eq!(Instruction::decode(&[0xffff], 0), Err(DecodeError::UnknownOpcode(0xffff)));
        let truncated = [Opcode::JumpIfLess as u64];
        assert_eq!(Instruction::decode(&truncated, 0), Err(DecodeError::Truncated));
        let bad = [Opcode::LoadNone as u64 | 0xffff << 16, 0];
        assert_eq!(Instruction::decode(&bad, 0), Err(DecodeError::InvalidOperand(Opcode::LoadNone)));
    }
}

//! The kinds of operands: one Rust type a kind, so that a row of the instruction table reads like a declaration.
//!
//! An operand occupies one 16-bit slot, or two when it is 32 bits wide. [`OperandRef`] is the same information as one
//! enum, for code that treats all instructions alike.

use std::fmt;

/// A register number. Bit 15 is never part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Register(pub u16);

impl Register {
    /// The highest register number; the bit above it marks a last use.
    pub const MAX: u16 = 0x7fff;

    /// The register's number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

const LAST_USE: u16 = 0x8000;

/// A register that the instruction writes. A local's old value is dropped after the store; a temporary is empty before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Def(pub Register);

/// A register that the instruction reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// The register read.
    pub register: Register,
    /// Whether the value is moved out, leaving the (temporary) register empty.
    pub last: bool,
}

impl Use {
    /// A read that leaves the value in its register.
    pub fn copy(register: Register) -> Use {
        Use { register, last: false }
    }

    /// A read that moves the value out of a temporary.
    pub fn last(register: Register) -> Use {
        Use { register, last: true }
    }
}

/// A register that holds a cell; the instruction reads or writes the cell's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell(pub Register);

/// A register that is read and written in place; it may be unbound before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Update(pub Register);

/// A register whose value is dropped; a temporary is empty, a local unbound afterwards. It may be empty before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kill(pub Register);

/// A local that is read and may be unbound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocalRead(pub Register);

/// Two consecutive temporaries that the instruction writes: a callable, and its `self` or nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefPair(pub Register);

/// Two consecutive temporaries written by a [`DefPair`], read without being moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair(pub Register);

/// Consecutive temporaries, all of them moved out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoveRange {
    /// The first register.
    pub base: Register,
    /// How many registers.
    pub count: u16,
}

/// Consecutive registers, all of them written, the first one first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefRange {
    /// The first register.
    pub base: Register,
    /// How many registers.
    pub count: u16,
}

/// An index into [`crate::Code::constants`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConstantIndex(pub u32);

/// An index into [`crate::Code::names`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NameIndex(pub u32);

/// A jump target: the index of the target instruction's first unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Label(pub u32);

/// The ordinal of an inline cache, unique within the code object and below [`crate::Code::cache_count`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CacheIndex(pub u32);

/// A signed 32-bit integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Immediate(pub i32);

/// A small unsigned number; the row says of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count(pub u16);

macro_rules! small_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            const ALL: &'static [$name] = &[$($name::$variant),*];
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($name::$variant => $text),* })
            }
        }

        impl Operand for $name {
            const WIDTH: usize = 1;
            fn to_bits(self) -> u32 { self as u32 }
            fn from_bits(bits: u32) -> Option<Self> { Self::ALL.get(bits as usize).copied() }
            #[inline(always)]
            fn from_verified_bits(bits: u32) -> Self {
                Self::ALL[(bits as usize) % Self::ALL.len()]
            }
            fn reference(self) -> OperandRef { OperandRef::$name(self) }
        }
    };
}

small_enum! {
    /// The conversion before formatting: `!s`, `!r`, `!a`, or none.
    Conversion { None = "none", Str = "str", Repr = "repr", Ascii = "ascii" }
}

small_enum! {
    /// A method looked up on the type, not the instance.
    SpecialMethod { Enter = "__enter__", Exit = "__exit__", AsyncEnter = "__aenter__", AsyncExit = "__aexit__" }
}

small_enum! {
    /// An object that the code names without a lookup.
    CommonConstant {
        AssertionError = "AssertionError", NotImplementedError = "NotImplementedError",
        Tuple = "tuple", All = "all", Any = "any",
    }
}

small_enum! {
    /// Where an `await` happens, for the text of the error when the value is not awaitable.
    AwaitContext { Plain = "await", AsyncEnter = "__aenter__", AsyncExit = "__aexit__" }
}

small_enum! {
    /// How `super` was written.
    SuperForm {
        /// `super().name`: should `super` be rebound, it is called without arguments.
        ZeroArguments = "zero",
        /// `super(class, self).name`: should `super` be rebound, it is called with both.
        TwoArguments = "two",
    }
}

/// Which attributes a `make_function` sets; the operands follow in the order of the bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FunctionAttributes(pub u16);

impl FunctionAttributes {
    /// A tuple of positional defaults.
    pub const DEFAULTS: u16 = 1;
    /// A dictionary of keyword-only defaults.
    pub const KEYWORD_DEFAULTS: u16 = 2;
    /// The `__annotate__` function.
    pub const ANNOTATE: u16 = 4;
    /// A tuple of cells.
    pub const CLOSURE: u16 = 8;
    const ALL: u16 = 15;

    /// Whether all of `bits` are set.
    pub fn contains(self, bits: u16) -> bool {
        self.0 & bits == bits
    }
}

/// What all kinds of operands can do. `WIDTH` is in 16-bit slots: 1 or 2.
pub trait Operand: Copy {
    /// How many 16-bit slots the operand occupies.
    const WIDTH: usize;
    /// The operand as bits.
    fn to_bits(self) -> u32;
    /// The operand from bits that may come from anywhere.
    fn from_bits(bits: u32) -> Option<Self>;
    /// The operand from bits that are known to be valid; never panics.
    fn from_verified_bits(bits: u32) -> Self;
    /// The operand as a case of the common enum.
    fn reference(self) -> OperandRef;
    /// The operand with registers, labels and cache ordinals replaced.
    fn rewrite(self, _rewriter: &mut dyn Rewriter) -> Self {
        self
    }
}

/// Replaces registers, labels and cache ordinals, as the assembler needs when it places the instructions.
pub trait Rewriter {
    /// The final number of `register`.
    fn register(&mut self, register: Register) -> Register;
    /// The final label for `label`.
    fn label(&mut self, label: Label) -> Label;
    /// The final index of `constant`.
    fn constant(&mut self, constant: ConstantIndex) -> ConstantIndex;
    /// The final ordinal for `cache`.
    fn cache(&mut self, cache: CacheIndex) -> CacheIndex;
}

/// Any operand, with its role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum OperandRef {
    Def(Register),
    Use(Use),
    Cell(Register),
    Update(Register),
    Kill(Register),
    LocalRead(Register),
    DefPair(Register),
    Pair(Register),
    MoveRange(MoveRange),
    DefRange(DefRange),
    Constant(ConstantIndex),
    Name(NameIndex),
    Label(Label),
    Cache(CacheIndex),
    Immediate(i32),
    Count(u16),
    Conversion(Conversion),
    SpecialMethod(SpecialMethod),
    CommonConstant(CommonConstant),
    AwaitContext(AwaitContext),
    SuperForm(SuperForm),
    FunctionAttributes(FunctionAttributes),
}

macro_rules! register_operand {
    ($($name:ident),*) => { $(
        impl Operand for $name {
            const WIDTH: usize = 1;
            fn to_bits(self) -> u32 { self.0.0 as u32 }
            fn from_bits(bits: u32) -> Option<Self> {
                (bits <= Register::MAX as u32).then(|| $name(Register(bits as u16)))
            }
            #[inline(always)]
            fn from_verified_bits(bits: u32) -> Self { $name(Register(bits as u16)) }
            fn reference(self) -> OperandRef { OperandRef::$name(self.0) }
            fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self { $name(rewriter.register(self.0)) }
        }
    )* };
}
register_operand!(Def, Cell, Update, Kill, LocalRead, DefPair, Pair);

impl Operand for Use {
    const WIDTH: usize = 1;
    fn to_bits(self) -> u32 {
        (self.register.0 | if self.last { LAST_USE } else { 0 }) as u32
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(Self::from_verified_bits(bits))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        Use { register: Register(bits as u16 & Register::MAX), last: bits as u16 & LAST_USE != 0 }
    }
    fn reference(self) -> OperandRef {
        OperandRef::Use(self)
    }
    fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self {
        Use { register: rewriter.register(self.register), last: self.last }
    }
}

macro_rules! range_operand {
    ($($name:ident),*) => { $(
        impl $name {
            /// The registers of the range, in order.
            pub fn registers(self) -> impl DoubleEndedIterator<Item = Register> + Clone {
                (self.base.0..self.base.0.saturating_add(self.count)).map(Register)
            }
        }

        impl Operand for $name {
            const WIDTH: usize = 2;
            fn to_bits(self) -> u32 { self.base.0 as u32 | (self.count as u32) << 16 }
            fn from_bits(bits: u32) -> Option<Self> {
                let (base, count) = (bits & 0xffff, bits >> 16);
                (base + count <= Register::MAX as u32 + 1).then(|| Self::from_verified_bits(bits))
            }
            #[inline(always)]
            fn from_verified_bits(bits: u32) -> Self {
                $name { base: Register(bits as u16), count: (bits >> 16) as u16 }
            }
            fn reference(self) -> OperandRef { OperandRef::$name(self) }
            fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self {
                $name { base: rewriter.register(self.base), count: self.count }
            }
        }
    )* };
}
range_operand!(MoveRange, DefRange);

macro_rules! index_operand {
    ($($name:ident => $case:ident),*) => { $(
        impl $name {
            /// The number as an index.
            pub fn index(self) -> usize { self.0 as usize }
        }

        impl Operand for $name {
            const WIDTH: usize = 2;
            fn to_bits(self) -> u32 { self.0 }
            fn from_bits(bits: u32) -> Option<Self> { Some($name(bits)) }
            #[inline(always)]
            fn from_verified_bits(bits: u32) -> Self { $name(bits) }
            fn reference(self) -> OperandRef { OperandRef::$case(self) }
        }
    )* };
}
index_operand!(NameIndex => Name);

impl ConstantIndex {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Operand for ConstantIndex {
    const WIDTH: usize = 2;
    fn to_bits(self) -> u32 {
        self.0
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(ConstantIndex(bits))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        ConstantIndex(bits)
    }
    fn reference(self) -> OperandRef {
        OperandRef::Constant(self)
    }
    fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self {
        rewriter.constant(self)
    }
}

impl Operand for Label {
    const WIDTH: usize = 2;
    fn to_bits(self) -> u32 {
        self.0
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(Label(bits))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        Label(bits)
    }
    fn reference(self) -> OperandRef {
        OperandRef::Label(self)
    }
    fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self {
        rewriter.label(self)
    }
}

impl Operand for CacheIndex {
    const WIDTH: usize = 2;
    fn to_bits(self) -> u32 {
        self.0
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(CacheIndex(bits))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        CacheIndex(bits)
    }
    fn reference(self) -> OperandRef {
        OperandRef::Cache(self)
    }
    fn rewrite(self, rewriter: &mut dyn Rewriter) -> Self {
        rewriter.cache(self)
    }
}

impl Operand for Immediate {
    const WIDTH: usize = 2;
    fn to_bits(self) -> u32 {
        self.0 as u32
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(Immediate(bits as i32))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        Immediate(bits as i32)
    }
    fn reference(self) -> OperandRef {
        OperandRef::Immediate(self.0)
    }
}

impl Operand for Count {
    const WIDTH: usize = 1;
    fn to_bits(self) -> u32 {
        self.0 as u32
    }
    fn from_bits(bits: u32) -> Option<Self> {
        Some(Count(bits as u16))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        Count(bits as u16)
    }
    fn reference(self) -> OperandRef {
        OperandRef::Count(self.0)
    }
}

impl Operand for FunctionAttributes {
    const WIDTH: usize = 1;
    fn to_bits(self) -> u32 {
        self.0 as u32
    }
    fn from_bits(bits: u32) -> Option<Self> {
        (bits & !(Self::ALL as u32) == 0).then_some(FunctionAttributes(bits as u16))
    }
    #[inline(always)]
    fn from_verified_bits(bits: u32) -> Self {
        FunctionAttributes(bits as u16)
    }
    fn reference(self) -> OperandRef {
        OperandRef::FunctionAttributes(self)
    }
}

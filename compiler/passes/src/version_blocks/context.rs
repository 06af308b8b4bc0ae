//! What is known of the live values where a version of a block begins.

use pyrsc_mir::{Range, Representation, Type, ValueData, ValueId};

/// What a version expects of one live value.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// One parameter.
    Value { representation: Representation, ty: Type, range: Range },
    /// Two parameters: the bits of a double or of an immediate word, and which of the two. For values that are only
    /// kept: what they are does not make versions, and keeping them boxes nothing.
    Either,
}

impl Expected {
    /// What always holds: what the passes before have found.
    pub fn nothing(data: &ValueData) -> Expected {
        Expected::Value { representation: data.representation, ty: data.ty, range: data.range }
    }

    /// A raw double.
    pub const FLOAT: Expected =
        Expected::Value { representation: Representation::Float, ty: Type::FLOAT, range: Range::FULL };

    /// Whether both say the same.
    pub fn is_same(&self, other: &Expected) -> bool {
        match (self, other) {
            (Expected::Either, Expected::Either) => true,
            (
                Expected::Value { representation, ty, range },
                Expected::Value { representation: other_representation, ty: other_ty, range: other_range },
            ) => {
                representation == other_representation
                    && ty.is_subtype_of(*other_ty)
                    && other_ty.is_subtype_of(*ty)
                    && range == other_range
            }
            _ => false,
        }
    }

    /// The parameters of a version for this value.
    pub fn parameters(&self) -> Vec<ValueData> {
        match *self {
            Expected::Value { representation, ty, range } => vec![ValueData { representation, ty, range }],
            Expected::Either => [Representation::Int, Representation::Truth]
                .map(|representation| ValueData { representation, ..ValueData::BOXED })
                .to_vec(),
        }
    }
}

/// What a live value is needed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// An operation reads it.
    Read,
    /// Its binding has not ended, or a traceback would show it.
    Kept,
    /// The same, and only arithmetic has given it, which is likely to lie raw.
    KeptNumber,
}

/// Where a value lies: as a word, raw, as bits.
pub type Places = [Option<ValueId>; 3];

/// What is known of a value at this point of the code that is being written, and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub ty: Type,
    pub range: Range,
    /// The value as a tagged word.
    pub boxed: Option<ValueId>,
    /// The value as a raw number or bit.
    pub raw: Option<ValueId>,
    /// The bits of a double or of an immediate word, and which of the two.
    pub either: Option<(ValueId, ValueId)>,
}

impl Slot {
    /// Whether the type is a part of `ty` (and the value can exist).
    pub fn is(&self, ty: Type) -> bool {
        self.ty.is_subtype_of(ty) && self.ty.overlaps(ty)
    }

    /// All the values that hold it.
    pub fn places(&self) -> Places {
        [self.boxed, self.raw, self.either.map(|(bits, _)| bits)]
    }

    /// One of the values that hold it.
    pub fn place(&self) -> ValueId {
        let bits = self.either.map(|(bits, _)| bits);
        self.boxed.or(self.raw).or(bits).expect("a value lies somewhere")
    }

    /// The members that an immediate int can have.
    pub fn int_range(&self) -> Range {
        self.range.meet(Range::SMALL_INT).unwrap_or(Range::SMALL_INT)
    }

    /// What the next version may expect of the value when it comes there. Only what changes the code much makes
    /// versions: small ints (and coarsely their range), floats, lists and tuples; and for values that are only
    /// kept, that they are no objects.
    pub fn promise(&self, data: &ValueData, use_of: Use) -> Expected {
        let nothing = Expected::nothing(data);
        if data.representation != Representation::Boxed {
            return nothing;
        }
        let with = |ty: Type, range: Range| Expected::Value {
            representation: Representation::Boxed,
            ty: data.ty.meet(ty),
            range,
        };
        match use_of {
            Use::KeptNumber if self.boxed.is_none() || self.is(Type::IMMEDIATE) => return Expected::Either,
            Use::KeptNumber | Use::Kept => return nothing,
            Use::Read => {}
        }
        if self.raw.is_some() || self.is(Type::FLOAT) {
            return Expected::FLOAT;
        }
        if self.is(Type::SMALL_INT) {
            // Whether it is negative, and whether one more still fits.
            let mut range = Range::SMALL_INT;
            if self.int_range().low >= 0 {
                range.low = 0;
            }
            if self.int_range().high < range.high {
                range.high -= 1;
            }
            return with(Type::SMALL_INT, range);
        }
        for ty in [Type::LIST, Type::TUPLE, Type::BOOL] {
            if self.is(ty) {
                return with(ty, data.range);
            }
        }
        nothing
    }
}

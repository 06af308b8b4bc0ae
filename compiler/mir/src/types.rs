//! What is known of a value: its representation, and its type as a set of Python's kinds of values.
//!
//! The lattice is the power set of [`ATOMS`]: `union` goes up, `meet` goes down, [`Type::ANY`] is the top and
//! [`Type::NEVER`] the bottom. A type is a promise: the value is of one of the kinds in the set.
//!
//! **Invariant:** a `Type` has no `==`; code asks `is_subtype_of`, so that a more precise type never fails a test that
//! a less precise one passes.

use std::fmt;

/// How a value lies in registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Representation {
    /// A Python value's tagged word.
    Boxed,
    /// A raw 64-bit integer.
    Int,
    /// A raw double.
    Float,
    /// One bit.
    Truth,
    /// The address of something that is not a Python object.
    Pointer,
}

impl Representation {
    const ALL: [(Representation, &'static str); 5] = [
        (Representation::Boxed, "boxed"),
        (Representation::Int, "int"),
        (Representation::Float, "float"),
        (Representation::Truth, "truth"),
        (Representation::Pointer, "pointer"),
    ];

    /// The representation of that name in MIR text.
    pub fn from_name(name: &str) -> Option<Representation> {
        Self::ALL.iter().find(|(_, text)| *text == name).map(|(representation, _)| *representation)
    }
}

impl fmt::Display for Representation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            Self::ALL.iter().find(|(representation, _)| representation == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

/// A set of kinds of Python values.
#[derive(Clone, Copy)]
pub struct Type(u32);

macro_rules! atoms {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Atom { $($name,)* }

        impl Type {
            $($(#[$doc])* pub const $name: Type = Type(1 << Atom::$name as u32);)*
        }

        /// The kinds, with their names in MIR text.
        const ATOMS: &[(Type, &str)] = &[$((Type::$name, $text),)*];
    };
}

atoms! {
    /// Ints that fit a word.
    SMALL_INT = "small_int";
    /// Ints that do not.
    BIG_INT = "big_int";
    /// Floats that fit a word.
    IMMEDIATE_FLOAT = "immediate_float";
    /// Floats that do not.
    HEAP_FLOAT = "heap_float";
    BOOL = "bool";
    NONE = "none";
    /// Ellipsis and NotImplemented.
    SINGLETON = "singleton";
    /// Exact str objects.
    STR = "str";
    BYTES = "bytes";
    LIST = "list";
    TUPLE = "tuple";
    DICT = "dict";
    SET = "set";
    RANGE = "range";
    SLICE = "slice";
    /// A closure's variable, as an object.
    CELL = "cell";
    FUNCTION = "function";
    /// Any other object.
    OBJECT = "object";
    /// A register or cell that holds nothing.
    UNBOUND = "unbound";
    /// What `next` gives when there is no more.
    STOP = "stop";
}

impl Type {
    /// No value at all: code that has one cannot be reached.
    pub const NEVER: Type = Type(0);
    /// Everything, the internal markers included.
    pub const ANY: Type = Type((1 << ATOMS.len()) - 1);
    /// Every value that Python code can see.
    pub const VALUE: Type = Type(Type::ANY.0 & !Type::UNBOUND.0 & !Type::STOP.0);
    /// Exact ints.
    pub const INT: Type = Type(Type::SMALL_INT.0 | Type::BIG_INT.0);
    /// Exact floats.
    pub const FLOAT: Type = Type(Type::IMMEDIATE_FLOAT.0 | Type::HEAP_FLOAT.0);
    /// Values whose word is no address: reference counting never touches them.
    pub const IMMEDIATE: Type = Type(
        Type::SMALL_INT.0
            | Type::IMMEDIATE_FLOAT.0
            | Type::BOOL.0
            | Type::NONE.0
            | Type::SINGLETON.0
            | Type::UNBOUND.0
            | Type::STOP.0,
    );

    /// Whether every value of this type is one of `other`.
    pub fn is_subtype_of(self, other: Type) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether a value can be of this type and of `other`.
    pub fn overlaps(self, other: Type) -> bool {
        self.0 & other.0 != 0
    }

    /// The values that are of one of the two.
    pub fn union(self, other: Type) -> Type {
        Type(self.0 | other.0)
    }

    /// The values that are of both.
    pub fn meet(self, other: Type) -> Type {
        Type(self.0 & other.0)
    }

    /// The values of this type that are not of `other`.
    pub fn without(self, other: Type) -> Type {
        Type(self.0 & !other.0)
    }

    /// The type that a text of names joined by `|` stands for.
    pub fn from_name(text: &str) -> Option<Type> {
        text.split('|').try_fold(Type::NEVER, |sum, name| {
            let named = NAMED.iter().chain(ATOMS).find(|(_, known)| *known == name)?;
            Some(sum.union(named.0))
        })
    }
}

/// Unions that have names of their own, largest first.
const NAMED: &[(Type, &str)] = &[
    (Type::ANY, "any"),
    (Type::VALUE, "value"),
    (Type::INT, "int"),
    (Type::FLOAT, "float"),
    (Type::NEVER, "never"),
];

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("never");
        }
        let mut rest = *self;
        let mut separator = "";
        for (ty, name) in NAMED.iter().chain(ATOMS) {
            if ty.0 != 0 && ty.is_subtype_of(rest) {
                write!(f, "{separator}{name}")?;
                separator = "|";
                rest = rest.without(*ty);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for ty in [Type::ANY, Type::VALUE, Type::INT, Type::NEVER, Type::LIST.union(Type::FLOAT), Type::STOP]
        {
            let parsed = Type::from_name(&ty.to_string()).expect("a type");
            assert!(parsed.is_subtype_of(ty) && ty.is_subtype_of(parsed), "{ty}");
        }
        assert!(Type::from_name("integer").is_none());
    }

    #[test]
    fn lattice_laws() {
        let number = Type::INT.union(Type::FLOAT);
        assert!(Type::SMALL_INT.is_subtype_of(number) && !number.is_subtype_of(Type::INT));
        assert!(number.meet(Type::LIST).is_subtype_of(Type::NEVER));
        assert!(!Type::IMMEDIATE.overlaps(Type::OBJECT));
    }
}

//! The numbers by which a function's parts are known: values `v3`, blocks `b2`, functions `f1`.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The number as an index into the function's table.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of the entry at `index`.
            pub fn from_index(index: usize) -> $name {
                $name(u32::try_from(index).expect("fewer than 2^32 parts"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )* };
}

ids! {
    /// An SSA value of one function.
    ValueId = "v";
    /// A basic block of one function.
    BlockId = "b";
    /// A function of one module: the index of its code object in the module's pre-order of code objects.
    FunctionId = "f";
}

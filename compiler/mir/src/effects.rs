//! What an operation does besides giving a result: sets of heaps that it reads and writes, and whether it can raise or
//! run Python code.

use std::fmt;

/// A set of places in memory that operations touch. Reference counts are none of them: only the late pass knows counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Heaps(u32);

macro_rules! heaps {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum HeapIndex { $($name,)* COUNT }

        impl Heaps {
            $($(#[$doc])* pub const $name: Heaps = Heaps(1 << HeapIndex::$name as u32);)*
            /// No place.
            pub const NONE: Heaps = Heaps(0);
            /// Every place.
            pub const ALL: Heaps = Heaps((1 << HeapIndex::COUNT as u32) - 1);
        }

        const NAMES: &[(Heaps, &str)] = &[$((Heaps::$name, stringify!($name)),)*];
    };
}

heaps! {
    /// Closure cells.
    CELL,
    /// Module namespaces' cells.
    GLOBAL,
    /// Instances' slots.
    SLOT,
    /// A list's length, items pointer and capacity.
    LIST_HEADER,
    /// A list's items.
    LIST_ITEM,
    /// Dictionaries.
    DICT,
    /// Sets.
    SET,
    /// What a class's names mean.
    CLASS,
    /// Iterators' positions.
    ITERATOR,
    /// The pending and the handled exception.
    EXCEPTION,
    /// Inline caches.
    CACHE,
    /// Everything else.
    OTHER,
}

impl Heaps {
    /// The places of both.
    pub const fn union(self, other: Heaps) -> Heaps {
        Heaps(self.0 | other.0)
    }

    /// Whether the two share a place.
    pub const fn overlaps(self, other: Heaps) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is no place in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Heaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(NAMES.iter().filter(|(heap, _)| self.overlaps(*heap)).map(|(_, name)| name))
            .finish()
    }
}

/// See the module's documentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects {
    pub reads: Heaps,
    pub writes: Heaps,
    /// The operation can leave by its error edge, with an exception pending.
    pub raises: bool,
    /// The operation can run any Python code: it then reads and writes every heap.
    pub runs_python: bool,
    /// The operation must stay where it is although nobody uses its results.
    pub pinned: bool,
}

impl Effects {
    /// Only its result matters.
    pub const PURE: Effects =
        Effects { reads: Heaps::NONE, writes: Heaps::NONE, raises: false, runs_python: false, pinned: false };
    /// Anything can happen.
    pub const PYTHON: Effects =
        Effects { reads: Heaps::ALL, writes: Heaps::ALL, raises: true, runs_python: true, pinned: true };
    /// Makes a new object, for which there may be no memory; touches no other.
    pub const ALLOCATES: Effects = Effects { raises: true, ..Effects::PURE };
    /// Stays where it is, and does nothing that another operation could notice.
    pub const PINNED: Effects = Effects { pinned: true, ..Effects::PURE };

    /// Reads `heaps` alone.
    pub const fn reads(heaps: Heaps) -> Effects {
        Effects { reads: heaps, ..Effects::PURE }
    }

    /// Writes `heaps`.
    pub const fn writes(heaps: Heaps) -> Effects {
        Effects { writes: heaps, pinned: true, ..Effects::PURE }
    }

    /// The same, and it can raise.
    pub const fn raising(self) -> Effects {
        Effects { raises: true, ..self }
    }

    /// Whether an operation whose results nobody uses can be left out.
    pub const fn is_removable(self) -> bool {
        self.writes.is_empty() && !self.raises && !self.runs_python && !self.pinned
    }
}

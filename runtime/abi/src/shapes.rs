//! Shape ids: those that are fixed, and where the others start.
//!
//! Ids start at 2^25 so that a free cell, whose first word is a list link, can never look like an object: the upper half
//! of a 57-bit pointer is below 2^25.

/// The id of a shape: an object's exact type and layout.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ShapeId(pub u32);

/// The first shape id.
pub const FIRST_SHAPE: u32 = 1 << 25;
/// How many shapes there can be in one process.
pub const SHAPE_LIMIT: u32 = 1 << 20;

impl ShapeId {
    /// Where this shape's record lies in the shape table.
    pub const fn index(self) -> usize {
        (self.0 - FIRST_SHAPE) as usize
    }

    /// The shape at an index of the shape table.
    pub const fn from_index(index: usize) -> ShapeId {
        ShapeId(FIRST_SHAPE + index as u32)
    }
}

macro_rules! static_shapes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name,)* COUNT }
        impl ShapeId {
            $($(#[$doc])* pub const $name: ShapeId = ShapeId::from_index(Index::$name as usize);)*
            /// How many shapes have fixed ids; the others follow.
            pub const STATIC_COUNT: usize = Index::COUNT as usize;
        }
        /// The names of the fixed shapes, by index.
        pub const STATIC_SHAPE_NAMES: [&str; ShapeId::STATIC_COUNT] = [$(stringify!($name),)*];
    };
}

static_shapes! {
    /// Immediate ints.
    INT,
    /// Immediate floats.
    FLOAT,
    /// True and False.
    BOOL,
    NONE,
    ELLIPSIS,
    NOT_IMPLEMENTED,
    /// Ints beyond 63 bits.
    BIG_INT,
    /// Floats that are not immediate.
    HEAP_FLOAT,
    COMPLEX,
    STR,
    BYTES,
    BYTEARRAY,
    MEMORYVIEW,
    LIST,
    TUPLE,
    DICT,
    /// A module's or class's namespace: an exact `dict` whose values lie in cells of their own.
    NAMESPACE,
    SET,
    FROZENSET,
    RANGE,
    SLICE,
    /// Plain `object()` instances.
    OBJECT,
    TYPE,
    CELL,
    FUNCTION,
    BUILTIN_FUNCTION,
    BOUND_METHOD,
    METHOD_DESCRIPTOR,
    SLOT_WRAPPER,
    GETSET_DESCRIPTOR,
    MEMBER_DESCRIPTOR,
    PROPERTY,
    CLASS_METHOD,
    STATIC_METHOD,
    SUPER,
    MODULE,
    CODE,
    FRAME,
    TRACEBACK,
    GENERATOR,
    COROUTINE,
    ASYNC_GENERATOR,
    LIST_ITERATOR,
    TUPLE_ITERATOR,
    RANGE_ITERATOR,
    STR_ITERATOR,
    DICT_KEY_ITERATOR,
    DICT_VALUE_ITERATOR,
    DICT_ITEM_ITERATOR,
    SET_ITERATOR,
    ENUMERATE,
    ZIP,
}

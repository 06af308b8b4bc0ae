//! The layouts of the objects whose fields generated code touches.
//!
//! The runtime's types assert that they agree with these (`assert_layout!` in `pyrsc-core`); code generation takes
//! offsets and TBAA nodes from [`OBJECT_FIELDS`].

use core::cell::Cell;

use crate::descriptor::CodeDescriptor;
use crate::header::Header;
use crate::shapes::ShapeId;
use crate::value::Value;

macro_rules! object_layouts {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* })*) => {
        $($(#[$doc])* #[repr(C)] pub struct $name { pub header: Header, $($(#[$field_doc])* pub $field: $ty,)* })*
        /// One field of one layout: `(layout, field, offset in bytes)`.
        pub const OBJECT_FIELDS: &[(&str, &str, usize)] =
            &[$($((stringify!($name), stringify!($field), core::mem::offset_of!($name, $field)),)*)*];
    };
}

object_layouts! {
    /// A float that is not immediate.
    struct HeapFloatLayout { number: f64, }
    /// `items` has room for `capacity` values.
    struct ListLayout { length: Cell<usize>, items: Cell<*mut Value>, capacity: Cell<usize>, }
    /// `length` values follow.
    struct TupleLayout { length: usize, hash: Cell<i64>, }
    /// A closure's variable; 0 while it is unbound.
    struct CellLayout { contents: Cell<Value>, }
    /// PEP 393: `length` code points of `1 << kind` bytes each follow (for kind 0, 1, 2), and a zero one.
    struct StrLayout { length: usize, /** 0: not computed yet. */ hash: Cell<i64>, kind: u8, ascii: bool, interned: Cell<bool>, }
    /// A function written in Python.
    struct FunctionLayout { descriptor: *const CodeDescriptor, globals: Cell<Value>, closure: Cell<Value>, }
    /// The arithmetic progression of a `range` whose members are all immediate ints.
    struct RangeIteratorLayout { next: Cell<i64>, step: i64, remaining: Cell<u64>, }
    /// `items` is the list; `index` past its end means exhausted.
    struct SequenceIteratorLayout { sequence: Cell<Value>, index: Cell<usize>, }
}

/// An inline cache of attribute access: shape and type version that were seen, and where the value was.
#[repr(C)]
pub struct AttributeCache {
    pub shape: Cell<ShapeId>,
    /// What the type's version was.
    pub version: Cell<u32>,
    /// Offset of the slot in the object, in bytes.
    pub offset: Cell<u32>,
    /// What was found: see `AttributeCacheKind` in `pyrsc-core`.
    pub kind: Cell<u32>,
    /// The class's value (borrowed, kept alive by the version), or the address of its cell.
    pub value: Cell<Value>,
}

//! The eight bytes that every object starts with.

use core::cell::Cell;

use crate::shapes::ShapeId;

/// An object's reference count and shape. The shape stands for its exact type and its layout.
#[repr(C)]
pub struct Header {
    pub reference_count: Cell<u32>,
    pub shape: Cell<ShapeId>,
}

/// Objects whose count has reached this are never freed: static data, and counts that saturated.
pub const IMMORTAL: u32 = 1 << 30;

impl Header {
    /// A header for a new object with one owner.
    pub const fn new(shape: ShapeId) -> Header {
        Header { reference_count: Cell::new(1), shape: Cell::new(shape) }
    }

    /// A header that the allocator overwrites.
    pub const fn unset() -> Header {
        Header::new(ShapeId::OBJECT)
    }

    /// A header for an object in static memory.
    pub const fn immortal(shape: ShapeId) -> Header {
        // Half-way above the limit, so that plain increments and decrements never leave the immortal range.
        Header { reference_count: Cell::new(IMMORTAL + (IMMORTAL >> 1)), shape: Cell::new(shape) }
    }
}

const _: () = assert!(size_of::<Header>() == 8);

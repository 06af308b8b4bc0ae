//! Shapes: what the `u32` in an object's header stands for.
//!
//! A shape is an object's exact type together with its layout: which attribute lies in which slot. Shapes of one class
//! form a tree; adding an attribute moves an object to a child ([`Shape::child`]), so that objects built alike share a
//! shape, and one compare of the header tells both the type and where every attribute lies. A class with too many shapes,
//! or an object that loses an attribute in the middle, goes to the class's *dictionary shape*: its attributes are then in
//! a dict, whose word is in slot 0.
//!
//! The shape table is an array in static memory (zero pages until used), so that generated code finds a record by
//! `base + index * 64`.
//!
//! **Invariant:** a shape id is not reused while the process runs. The attribute slots `0..slot_count` of an object are
//! bound (never empty): unbinding one changes the shape.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;

use pyrsc_abi::ShapeId;
use pyrsc_abi::shapes::SHAPE_LIMIT;

use crate::str::Str;
use crate::type_object::TypeObject;

/// The attributes of a shape of more slots than this are found by hash.
const LINEAR_SEARCH_LIMIT: usize = 8;
/// Objects with more attributes than this keep them in a dict.
pub const MAXIMUM_SLOTS: usize = 120;
/// Classes with more shapes than this put the attributes of further kinds of objects in a dict.
pub const MAXIMUM_SHAPES_PER_CLASS: u32 = 256;

/// One record of the shape table.
#[repr(C, align(64))]
pub struct Shape {
    /// Borrowed: a type lives as long as objects with its shapes do (the cycle collector sees to it).
    type_object: Cell<*const TypeObject>,
    /// Attribute names by slot; shared with the parent where this shape is its first child.
    names: Cell<*const SlotNames>,
    id: Cell<ShapeId>,
    slot_count: Cell<u16>,
    kind: Cell<ShapeKind>,
    parent: Cell<Option<ShapeId>>,
    /// Child shapes by the name they add.
    children: UnsafeCell<Vec<(*const Str, ShapeId)>>,
}

/// Where an object of a shape keeps its attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ShapeKind {
    /// The objects have no attributes of their own.
    Fixed = 0,
    /// In slots.
    Slots,
    /// In a dict whose word is in slot 0 (0 until the first attribute is set).
    Dictionary,
}

/// Names by slot, and slots by name.
#[derive(Default)]
struct SlotNames {
    names: RefCell<Vec<*const Str>>,
    index: RefCell<HashMap<usize, u16>>,
}

/// The shape table. Generated code knows its address.
#[repr(C)]
pub struct ShapeTable {
    records: UnsafeCell<[std::mem::MaybeUninit<Shape>; SHAPE_LIMIT as usize]>,
    /// How many shapes there are beside those with fixed ids.
    defined: Cell<usize>,
}

// SAFETY: touched only by the thread that holds the GIL.
unsafe impl Sync for ShapeTable {}

/// See [`ShapeTable`]. All zero at start: a record of zeros is never looked at before `define` fills it.
#[unsafe(export_name = "pyrsc_rt_shape_table")]
pub static SHAPE_TABLE: ShapeTable = ShapeTable {
    // SAFETY: an array of `MaybeUninit` needs no initialisation; zeros keep it in .bss.
    records: UnsafeCell::new(unsafe { std::mem::zeroed() }),
    defined: Cell::new(0),
};

/// The record of a shape.
#[inline(always)]
pub fn get(id: ShapeId) -> &'static Shape {
    // SAFETY: ids come from `define`, which filled the record; records are never moved or freed.
    unsafe { (*(SHAPE_TABLE.records.get() as *const Shape).add(id.index())).assume_record() }
}

/// Defines the shape with a fixed id, or a new one, for objects of a type that have no attributes yet. `None` when the
/// table is full.
pub fn define(id: Option<ShapeId>, type_object: *const TypeObject, kind: ShapeKind) -> Option<ShapeId> {
    let id = match id {
        Some(id) => id,
        None => {
            let index = ShapeId::STATIC_COUNT + SHAPE_TABLE.defined.get();
            if index >= SHAPE_LIMIT as usize {
                return None;
            }
            SHAPE_TABLE.defined.set(index + 1 - ShapeId::STATIC_COUNT);
            ShapeId::from_index(index)
        }
    };
    let record = Shape {
        type_object: Cell::new(type_object),
        names: Cell::new(std::ptr::null()),
        id: Cell::new(id),
        slot_count: Cell::new(0),
        kind: Cell::new(kind),
        parent: Cell::new(None),
        children: UnsafeCell::new(Vec::new()),
    };
    // SAFETY: the index is within the table; nobody refers to this record yet.
    unsafe { (SHAPE_TABLE.records.get() as *mut Shape).add(id.index()).write(record) };
    Some(id)
}

impl Shape {
    /// This record, which has been written.
    fn assume_record(&self) -> &Shape {
        debug_assert!(!self.type_object.get().is_null(), "a shape is defined before it is used");
        self
    }

    /// The exact type of the objects.
    #[inline(always)]
    pub fn type_object(&self) -> &'static TypeObject {
        // SAFETY: a type lives as long as its shapes are in use.
        unsafe { &*self.type_object.get() }
    }

    pub fn id(&self) -> ShapeId {
        self.id.get()
    }

    pub fn kind(&self) -> ShapeKind {
        self.kind.get()
    }

    /// How many attributes lie in slots.
    #[inline(always)]
    pub fn slot_count(&self) -> usize {
        self.slot_count.get() as usize
    }

    fn slot_names(&self) -> Option<&SlotNames> {
        // SAFETY: tables are leaked: shapes are never freed.
        unsafe { self.names.get().as_ref() }
    }

    /// The slot of an attribute, by its interned name.
    pub fn slot_of(&self, name: &Str) -> Option<usize> {
        let count = self.slot_count();
        let table = self.slot_names()?;
        let name = std::ptr::from_ref(name);
        if count <= LINEAR_SEARCH_LIMIT {
            return table.names.borrow()[..count].iter().position(|&known| known == name);
        }
        let slot = *table.index.borrow().get(&(name as usize))? as usize;
        (slot < count).then_some(slot)
    }

    /// The interned name of the attribute in a slot.
    pub fn name_of(&self, slot: usize) -> &'static Str {
        let table = self.slot_names().expect("a shape with slots has names");
        // SAFETY: names in shapes are kept alive by the reference taken in `child`.
        unsafe { &*table.names.borrow()[slot] }
    }

    /// The shape of objects like this one with one more attribute; `None` when they should go to a dict instead.
    pub fn child(&self, name: &Str) -> Option<ShapeId> {
        let key = std::ptr::from_ref(name);
        // SAFETY: no reference into the vector outlives this function, which runs no Python code.
        let children = unsafe { &mut *self.children.get() };
        if let Some(&(_, id)) = children.iter().find(|(known, _)| *known == key) {
            return Some(id);
        }
        let count = self.slot_count();
        let ty = self.type_object();
        if count >= MAXIMUM_SLOTS || ty.shape_count() >= MAXIMUM_SHAPES_PER_CLASS {
            return None;
        }
        let id = define(None, self.type_object.get(), ShapeKind::Slots)?;
        ty.count_shape();
        let child = get(id);
        child.parent.set(Some(self.id()));
        child.slot_count.set(count as u16 + 1);
        let shared = self.slot_names().filter(|table| table.names.borrow().len() == count);
        let table: &'static SlotNames = match shared {
            // SAFETY: tables are leaked.
            Some(table) => unsafe { &*std::ptr::from_ref(table) },
            None => {
                let table = SlotNames::default();
                if let Some(own) = self.slot_names() {
                    let names = own.names.borrow()[..count].to_vec();
                    *table.index.borrow_mut() =
                        names.iter().enumerate().map(|(slot, &name)| (name as usize, slot as u16)).collect();
                    *table.names.borrow_mut() = names;
                }
                Box::leak(Box::new(table))
            }
        };
        // The shape owns a reference to the name, for good.
        std::mem::forget(name.object().to_owned());
        table.names.borrow_mut().push(key);
        table.index.borrow_mut().insert(key as usize, count as u16);
        child.names.set(table);
        children.push((key, id));
        Some(id)
    }

    /// The shape without the attribute added last.
    pub fn parent(&self) -> Option<ShapeId> {
        self.parent.get()
    }
}

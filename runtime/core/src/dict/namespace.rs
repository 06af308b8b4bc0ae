//! Namespaces of modules and classes: dicts whose values lie in cells of their own.
//!
//! A cell is 8 bytes that keep their address for the life of the namespace, so that compiled code and the VM's caches
//! read a global variable with one load. A name without a value has [`Value::UNBOUND`] in its cell. Code that holds a
//! cell's address may replace a bound value by itself; binding and unbinding go through the dict, which keeps the order
//! of binding and the count.
//!
//! An entry's payload is the cell's address with two marks in its low bits.

use pyrsc_abi::{Header, ShapeId, Value};

use super::Dict;
use super::table::Table;
use crate::memory;
use crate::memory_error;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::str::Str;
use crate::type_object::Class;

/// Somebody knows the cell's address: it stays when the name is deleted.
const PINNED: u64 = 1;
/// The cell lies in static memory.
const STATIC: u64 = 2;
const MARKS: u64 = PINNED | STATIC;

#[inline(always)]
fn cell(payload: u64) -> *mut Value {
    (payload & !MARKS) as *mut Value
}

/// The value in a payload's cell, unless it is unbound.
#[inline(always)]
pub(super) fn read(payload: u64) -> Option<Value> {
    // SAFETY: cells live as long as the namespace that refers to them.
    let value = unsafe { *cell(payload) };
    (value != Value::UNBOUND).then_some(value)
}

fn new_cell(value: Value) -> u64 {
    Box::into_raw(Box::new(value)) as u64
}

/// # Safety
/// The payload's entry is gone, and its cell holds nothing that is owned.
unsafe fn free_cell(payload: u64) {
    if payload & STATIC == 0 {
        // SAFETY: made by `new_cell`.
        drop(unsafe { Box::from_raw(cell(payload)) });
    }
}

impl Dict {
    /// An empty namespace.
    pub fn new_namespace() -> Ref<Dict> {
        let namespace: Ref<Dict> =
            memory::allocate(Dict::type_object(), Dict { header: Header::unset(), table: Table::new(true) });
        namespace.header.shape.set(ShapeId::NAMESPACE);
        namespace
    }

    /// Whether the values lie in cells.
    pub fn is_namespace(&self) -> bool {
        self.table.has_cells()
    }

    /// The cell of a name, which keeps its address as long as the namespace lives. Reserves one, unbound, for a name that
    /// has none; that is not visible from Python. `None` for a dict that is no namespace.
    pub fn cell_for(&self, name: &Str) -> Result<Option<*mut Value>> {
        if !self.table.has_cells() {
            return Ok(None);
        }
        let payload = match self.table.find_str(name) {
            Some(number) => {
                let payload = self.table.payload(number) | PINNED;
                self.table.set_payload(number, payload);
                payload
            }
            None => {
                let payload = new_cell(Value::UNBOUND) | PINNED;
                self.reserve_name(name, payload)?;
                payload
            }
        };
        Ok(Some(cell(payload)))
    }

    /// The cell of a name that is bound; it keeps its address as long as the namespace lives.
    pub fn bound_cell(&self, name: &Str) -> Option<*mut Value> {
        if !self.table.has_cells() {
            return None;
        }
        let number = self.table.find_str(name)?;
        let payload = self.table.payload(number);
        read(payload)?;
        self.table.set_payload(number, payload | PINNED);
        Some(cell(payload))
    }

    /// A namespace with the keys and values of this dict.
    pub fn copy_to_namespace(&self) -> Result<Ref<Dict>> {
        let namespace = Dict::new_namespace();
        namespace.merge(self, super::Merge::Replace)?;
        Ok(namespace)
    }

    /// Makes a cell in static memory, which is UNBOUND, the one of a name. Where the name has a value already, it moves
    /// there. False when the name has another cell whose address is known.
    ///
    /// # Safety
    /// The cell outlives the namespace, belongs to no other, and starts UNBOUND.
    pub unsafe fn adopt_cell(&self, name: &Str, static_cell: *mut Value) -> Result<bool> {
        debug_assert!(self.table.has_cells());
        let payload = static_cell as u64 | PINNED | STATIC;
        let Some(number) = self.table.find_str(name) else {
            self.reserve_name(name, payload)?;
            return Ok(true);
        };
        let old = self.table.payload(number);
        if old & PINNED != 0 {
            return Ok(cell(old) == static_cell);
        }
        // SAFETY: both cells are live; the old one's address is known to nobody else.
        unsafe {
            static_cell.write(*cell(old));
            self.table.set_payload(number, payload);
            free_cell(old);
        }
        Ok(true)
    }

    fn reserve_name(&self, name: &Str, payload: u64) -> Result<()> {
        match self.table.append(name.object().to_owned(), name.hash(), payload, false) {
            Ok(()) => Ok(()),
            Err((name, payload)) => {
                drop(name);
                // SAFETY: not in the table, and unbound.
                unsafe { free_cell(payload) };
                Err(memory_error!())
            }
        }
    }

    /// Replaces, or binds, the value of an entry.
    pub(super) fn store_in_cell(&self, number: usize, value: Owned) -> Result<()> {
        let payload = self.table.payload(number);
        // SAFETY: the cell is live.
        let old = unsafe { cell(payload).replace(value.into_raw()) };
        if old != Value::UNBOUND {
            // SAFETY: the cell owned it.
            drop(unsafe { Owned::from_raw(old) });
            return Ok(());
        }
        if number + 1 == self.table.used() {
            self.table.mark_bound();
            return Ok(());
        }
        // The name takes its place at the end of the order.
        let hash = self.table.hash(number);
        let (key, payload) = self.table.take(number, false);
        // SAFETY: the table gave the key up.
        let key = unsafe { Owned::from_raw(key) };
        if let Err((key, payload)) = self.table.append(key, hash, payload, true) {
            // Code may know the cell, so it is left alone, holding its value.
            let _ = payload;
            drop(key);
            return Err(memory_error!());
        }
        Ok(())
    }

    /// Binds a key that is not there.
    pub(super) fn insert_in_cell(&self, key: Owned, hash: i64, value: Owned) -> Result<()> {
        match self.table.append(key, hash, new_cell(value.into_raw()), true) {
            Ok(()) => Ok(()),
            Err((key, payload)) => {
                // SAFETY: the table took neither the key nor the cell, which owns the value.
                unsafe {
                    let value = Owned::from_raw(*cell(payload));
                    free_cell(payload);
                    drop((key, value));
                }
                Err(memory_error!())
            }
        }
    }

    /// Unbinds an entry; `None` when it was not bound.
    pub(super) fn remove_from_cell(&self, number: usize) -> Option<(Owned, Owned)> {
        if self.table.key(number).0 == 0 {
            return None;
        }
        let payload = self.table.payload(number);
        read(payload)?;
        // SAFETY: the cell is live and owned this value.
        let value = unsafe { Owned::from_raw(cell(payload).replace(Value::UNBOUND)) };
        let key = if payload & PINNED != 0 {
            self.table.mark_reserved();
            // SAFETY: the table keeps its own reference.
            unsafe { Object::from_value(self.table.key(number)) }.to_owned()
        } else {
            let (key, payload) = self.table.take(number, true);
            // SAFETY: the entry is gone and its cell unbound.
            unsafe {
                free_cell(payload);
                Owned::from_raw(key)
            }
        };
        Some((key, value))
    }

    /// Unbinds every name.
    pub(super) fn clear_cells(&self) {
        let mut removed = Vec::with_capacity(self.len());
        for number in (0..self.table.used()).rev() {
            removed.extend(self.remove_from_cell(number));
        }
        removed.reverse();
        drop(removed);
    }

    /// Drops the values and frees the cells of a namespace that nobody can reach any more.
    pub(super) fn free_cells(&mut self) {
        let table = self.table.take_all();
        for number in 0..table.used() {
            let key = table.key(number);
            if key.0 == 0 {
                continue;
            }
            let payload = table.payload(number);
            // SAFETY: the table owned key and cell, and the cell its value.
            unsafe {
                let value = cell(payload).replace(Value::UNBOUND);
                free_cell(payload);
                if value != Value::UNBOUND {
                    drop(Owned::from_raw(value));
                }
                drop(Owned::from_raw(key));
            }
        }
    }
}

/// Unbinds every name of a namespace that is garbage, for the cycle collector.
pub(super) fn clear_values(table: &Table) {
    let mut number = 0;
    while number < table.used() {
        if table.key(number).0 != 0 {
            // SAFETY: the cell is live.
            let value = unsafe { cell(table.payload(number)).replace(Value::UNBOUND) };
            if value != Value::UNBOUND {
                table.mark_reserved();
                // SAFETY: the cell owned it.
                drop(unsafe { Owned::from_raw(value) });
            }
        }
        number += 1;
    }
}

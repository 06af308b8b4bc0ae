//! Keeps a class's table of special methods in step with its namespaces.
//!
//! CPython: `update_one_slot` in Objects/typeobject.c.

use pyrsc_abi::ShapeId;

use crate::slot_wrapper::{self, NewMethodWrapper, SlotWrapper};
use crate::special_methods::{ENTRIES, Entry, SpecialMethods};
use crate::str::{self, Str};
use crate::type_object::{TypeObject, flags};

/// Works the entries of a class out anew from what its names mean now, and those of the classes that derive from it; with
/// a name, only the entries that the name fills.
pub fn update_special_methods(class: &TypeObject, name: Option<&Str>) {
    let name = name.map(|name| name.to_string_lossy().into_owned());
    if let Some(name) = &name
        && !(name.starts_with("__") && name.ends_with("__"))
    {
        return;
    }
    update(class, name.as_deref());
}

fn update(class: &TypeObject, name: Option<&str>) {
    if class.has_flag(flags::HEAP) {
        let mut special = *class.special();
        for &(entry, names) in ENTRIES {
            let concerned = match name {
                None => true,
                Some(name) => names.contains(&name) || entry == Entry::get_attribute && name == "__getattr__",
            };
            if concerned {
                update_entry(class, &mut special, entry, names);
            }
        }
        class.set_special(special);
    }
    for subclass in class.subclasses() {
        update(subclass, name);
    }
}

fn update_entry(class: &TypeObject, special: &mut SpecialMethods, entry: Entry, names: &[&str]) {
    // Entries that share their names with numeric ones exist in built-in types alone.
    let builtin_only =
        matches!(entry, Entry::concat | Entry::repeat | Entry::inplace_concat | Entry::inplace_repeat);
    if entry == Entry::get_attribute && class.lookup(&str::intern("__getattr__")).is_some() {
        slot_wrapper::set_trampoline(special, entry, true);
        return;
    }
    let mut any = false;
    let mut python = false;
    let mut source: Option<&'static TypeObject> = None;
    for name in names {
        let Some(found) = class.lookup(&str::intern(name)) else { continue };
        if entry == Entry::new {
            any = true;
            match found.downcast::<NewMethodWrapper>() {
                Some(wrapper) => source = Some(wrapper.owner),
                None => python = true,
            }
            continue;
        }
        if found.shape_id() == ShapeId::SLOT_WRAPPER {
            let Some(wrapper) = found.downcast::<SlotWrapper>() else { continue };
            if wrapper.entry != entry {
                // `__add__` of a list fills `concat`, not `add`; but any wrapper may be bound to another name
                // (`__str__ = int.__repr__`), and is then called as it is.
                let (_, own_names) = ENTRIES[wrapper.entry as usize];
                if !own_names.contains(name) {
                    any = true;
                    python = true;
                }
                continue;
            }
            any = true;
            match source {
                Some(owner) if !slot_wrapper::is_same(owner.special(), wrapper.owner.special(), entry) => {
                    python = true;
                }
                _ => source = Some(wrapper.owner),
            }
        } else {
            any = true;
            python = true;
        }
    }
    if python && !builtin_only {
        slot_wrapper::set_trampoline(special, entry, true);
    } else if let (true, false, Some(owner)) = (any, python, source) {
        slot_wrapper::copy(special, owner.special(), entry);
    } else {
        slot_wrapper::set_trampoline(special, entry, false);
    }
    if entry == Entry::hash && special.hash.is_none() {
        special.hash = Some(crate::operations::unhashable);
    }
}

/// Whether the class's `__new__` is written in Python.
pub fn has_python_new(class: &TypeObject) -> bool {
    let mut trampoline = SpecialMethods::NONE;
    slot_wrapper::set_trampoline(&mut trampoline, Entry::new, true);
    slot_wrapper::is_same(class.special(), &trampoline, Entry::new)
}

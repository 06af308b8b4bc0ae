//! What instances of a new class look like: solid base, members of `__slots__`, attribute slots.

use crate::dict::Dict;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str::{self, Str};
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::{Class, TypeObject, flags};

/// Attribute slots of instances whose class assigns no attribute that the compiler saw.
const DEFAULT_SLOT_CAPACITY: u32 = 3;

/// The outcome: see [`plan`].
pub struct Plan {
    pub flags: u32,
    pub slots_offset: u32,
    pub slot_capacity: u32,
    pub adds_dict: bool,
    pub adds_weakref: bool,
    /// Members of `__slots__` (mangled, interned) and their offsets.
    pub members: Vec<(Ref<Str>, usize)>,
}

/// The type nearest to `object` that has the same layout.
pub(super) fn solid_base(ty: &TypeObject) -> &TypeObject {
    match ty.base() {
        Some(base) if std::ptr::eq(base.spec(), ty.spec()) || base.spec().size == ty.spec().size => {
            if base.slots_offset() == ty.slots_offset() { solid_base(base) } else { ty }
        }
        _ => ty,
    }
}

/// The base whose layout the class extends.
pub fn best_base(bases: &[&'static TypeObject]) -> Result<&'static TypeObject> {
    let mut winner: Option<(&'static TypeObject, &'static TypeObject)> = None;
    for &base in bases {
        let candidate = solid_base(base);
        winner = match winner {
            None => Some((candidate, base)),
            Some((solid, _)) if solid.is_subtype(candidate) => winner,
            Some((solid, _)) if candidate.is_subtype(solid) => Some((candidate, base)),
            Some(_) => return Err(type_error!("multiple bases have instance lay-out conflict")),
        };
    }
    Ok(winner.expect("a class has a base").1)
}

/// Plans the instances of a class from its namespace and bases. `__slots__` is read, not removed.
pub fn plan(
    class_name: &Str,
    namespace: &Dict,
    solid: &'static TypeObject,
    bases: &[&'static TypeObject],
) -> Result<Plan> {
    let inherited = bases.iter().fold(0, |all, base| all | base.flags() & flags::INHERITED);
    let mut plan = Plan {
        flags: inherited | flags::BASETYPE,
        slots_offset: solid.slots_offset() as u32,
        slot_capacity: 0,
        adds_dict: false,
        adds_weakref: false,
        members: Vec::new(),
    };
    let had_dict = inherited & flags::DICT != 0;
    let had_weakref = inherited & flags::WEAKREF != 0;
    match namespace.get_str(&str::intern("__slots__")) {
        None => {
            // Classes have a namespace from `type` already.
            plan.adds_dict = !had_dict && !solid.is_subtype(<TypeObject as Class>::type_object());
            plan.adds_weakref = !had_weakref && !has_items(solid);
            plan.flags |= flags::DICT;
            if plan.adds_weakref {
                plan.flags |= flags::WEAKREF;
            }
        }
        Some(slots) => plan_slots(class_name, namespace, solid, &slots, had_dict, had_weakref, &mut plan)?,
    }
    if plan.flags & flags::DICT != 0 {
        plan.slots_offset = plan.slots_offset.next_multiple_of(8);
        let seen = count_static_attributes(namespace, bases);
        let wanted = if seen == 0 { DEFAULT_SLOT_CAPACITY } else { seen }.max(solid.slot_capacity() as u32);
        // Cells come in multiples of 16 bytes: a slot that fits the last one is free.
        let size = (plan.slots_offset + 8 * wanted).next_multiple_of(16);
        plan.slot_capacity =
            if solid.spec().variable_size.is_some() { 1 } else { (size - plan.slots_offset) / 8 };
    }
    Ok(plan)
}

/// Whether instances of a type have an array of items at their end in CPython, behind which no member can lie. Characters of
/// a str are no such items there.
fn has_items(solid: &TypeObject) -> bool {
    solid.spec().variable_size.is_some() && !solid.is_subtype(Str::type_object())
}

fn plan_slots(
    class_name: &Str,
    namespace: &Dict,
    solid: &'static TypeObject,
    slots: &Object,
    had_dict: bool,
    had_weakref: bool,
    plan: &mut Plan,
) -> Result<()> {
    let names: Vec<Owned> = if slots.is_instance_of::<Str>() {
        vec![slots.to_owned()]
    } else {
        crate::iteration::collect(slots)?
    };
    if !names.is_empty() && has_items(solid) {
        return Err(type_error!("nonempty __slots__ not supported for subtype of '{}'", solid.name()));
    }
    let mut members: Vec<Ref<Str>> = Vec::new();
    for name in names {
        let Ok(name) = name.clone().into_ref::<Str>() else {
            return Err(type_error!("__slots__ items must be strings, not '{}'", name.type_object().name()));
        };
        let text = name.to_string_lossy().into_owned();
        if !operations::is_identifier(&name) {
            return Err(type_error!("__slots__ must be identifiers"));
        }
        match text.as_str() {
            "__dict__" => {
                if had_dict || plan.adds_dict {
                    return Err(type_error!("__dict__ slot disallowed: we already got one"));
                }
                plan.adds_dict = true;
                plan.flags |= flags::DICT;
            }
            "__weakref__" => {
                if had_weakref || plan.adds_weakref {
                    return Err(type_error!("__weakref__ slot disallowed: we already got one"));
                }
                plan.adds_weakref = true;
                plan.flags |= flags::WEAKREF;
            }
            _ => {
                let mangled = str::intern(&mangle(&class_name.to_string_lossy(), &text));
                if namespace.get_str(&mangled).is_some() && text != "__qualname__" && text != "__classcell__"
                {
                    return Err(crate::value_error!(
                        "{} in __slots__ conflicts with class variable",
                        operations::repr_string(name.object())?
                    ));
                }
                members.push(mangled);
            }
        }
    }
    members.sort_by(|left, right| left.to_string_lossy().cmp(&right.to_string_lossy()));
    plan.slots_offset = plan.slots_offset.next_multiple_of(8);
    for member in members {
        plan.members.push((member, plan.slots_offset as usize));
        plan.slots_offset += 8;
    }
    Ok(())
}

/// How many attributes the compiler saw assigned through `self` in a class and its bases.
fn count_static_attributes(namespace: &Dict, bases: &[&'static TypeObject]) -> u32 {
    let key = str::intern("__static_attributes__");
    let mut names: Vec<Owned> = Vec::new();
    let mut add = |value: Option<Owned>| {
        if let Some(value) = value
            && let Some(tuple) = value.into_ref::<Tuple>().ok()
        {
            for name in tuple.iter() {
                if !names.iter().any(|known| known.is(name)) {
                    names.push(name.to_owned());
                }
            }
        }
    };
    add(namespace.get_str(&key));
    for base in bases {
        for ty in base.iter_mro() {
            if ty.has_flag(flags::HEAP) {
                add(ty.namespace().get_str(&key));
            }
        }
    }
    names.len().min(crate::shape::MAXIMUM_SLOTS) as u32
}

/// A private name as it is in a class: `__x` in class `C` is `_C__x`.
pub fn mangle(class_name: &str, name: &str) -> String {
    let class_name = class_name.trim_start_matches('_');
    if class_name.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_string();
    }
    format!("_{class_name}{name}")
}

/// Whether `__class__` may be assigned: both types have the same layout.
pub fn same_layout(old: &TypeObject, new: &TypeObject) -> bool {
    std::ptr::eq(old.spec(), new.spec())
        && old.slots_offset() == new.slots_offset()
        && old.has_flag(flags::DICT) == new.has_flag(flags::DICT)
        && old.instance_size() == new.instance_size()
}

//! The reference-count audit: with `PYRSC_AUDIT=1`, the objects that are alive when a program has ended are compared with
//! those that were there when it began.
//!
//! Left out is what the runtime keeps on purpose: what static types own (their namespaces are filled when they are first
//! looked at), what statics hold ([`keep`]), and interned strings.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use pyrsc_abi::Value;
use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::page::PageKind;

use super::{Visitor, object, traverse_object};
use crate::gil::Static;
use crate::memory;
use crate::object::Object;
use crate::str::Str;
use crate::type_object::{OBJECT, TypeObject, flags};

/// The exit status of a program that left objects behind.
pub const EXIT_STATUS: i32 = 99;

/// Live objects by the name of their type.
type Census = BTreeMap<String, usize>;

static START: Static<RefCell<Option<Census>>> = Static::new(RefCell::new(None));

/// What statics of the runtime hold on purpose until the process ends.
static KEPT: Static<RefCell<Vec<Value>>> = Static::new(RefCell::new(Vec::new()));

/// Notes that a static of the runtime holds an object, and what can be reached from it, until the process ends.
pub fn keep(object: &Object) {
    KEPT.borrow_mut().push(object.value());
}

/// Whether the environment asks for an audit.
pub fn is_requested() -> bool {
    std::env::var_os("PYRSC_AUDIT").is_some_and(|text| text == "1")
}

/// Counts the live objects that are not immortal, but for what the runtime keeps on purpose.
pub fn census() -> Census {
    let kept = kept_on_purpose();
    let mut census = Census::new();
    for kind in [PageKind::Leaf, PageKind::Container] {
        for page in memory::pages(kind) {
            for (_, value) in page.objects() {
                // SAFETY: the cell holds an object.
                let object = unsafe { object(value) };
                // SAFETY: as above.
                let count = unsafe { (*object.address::<Header>()).reference_count.get() };
                let interned = object.downcast_exact::<Str>().is_some_and(Str::is_interned);
                if count > 0 && count < IMMORTAL && !interned && !kept.contains(&value.0) {
                    *census.entry(object.type_object().name().to_string()).or_default() += 1;
                }
            }
        }
    }
    census
}

/// The addresses of what can be reached from the static types and what statics hold.
fn kept_on_purpose() -> HashSet<u64> {
    let mut kept = HashSet::new();
    let mut types = vec![&OBJECT];
    let mut pending = KEPT.borrow().clone();
    while let Some(ty) = types.pop() {
        types.extend(ty.subclasses().into_iter().filter(|ty| !ty.has_flag(flags::HEAP)));
        pending.extend(ty.owned_words().map(|word| word.get()));
    }
    while let Some(value) = pending.pop() {
        if !value.is_pointer() || value.0 == 0 || !kept.insert(value.0) {
            continue;
        }
        // SAFETY: words that live objects own are of live objects.
        let object = unsafe { object(value) };
        let is_static = object.downcast::<TypeObject>().is_some_and(|ty| !ty.has_flag(flags::HEAP));
        if !is_static {
            let mut found = |value: Value| pending.push(value);
            traverse_object(object, &mut Visitor::new(&mut found));
        }
    }
    kept
}

/// Notes what is alive before the program's first statement, where the environment asks for it.
pub fn start() {
    if is_requested() {
        *START.borrow_mut() = Some(census());
    }
}

/// Compares with what [`start`] noted; prints what is left over to stderr, by type. True when nothing is.
pub fn finish() -> bool {
    let Some(start) = START.borrow_mut().take() else { return true };
    super::forget_lists();
    super::collect(2);
    let mut clean = true;
    for (name, count) in census() {
        let before = start.get(&name).copied().unwrap_or(0);
        if count > before {
            eprintln!("pyrsc: audit: {} more objects of type {name} than at the start", count - before);
            clean = false;
        }
    }
    clean
}

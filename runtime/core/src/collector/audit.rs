//! The reference-count audit: with `PYRSC_AUDIT=1`, the objects that are alive when a program has ended are compared with
//! those that were there when it began.

use std::cell::RefCell;
use std::collections::BTreeMap;

use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::page::PageKind;

use super::object;
use crate::gil::Static;
use crate::memory;

/// The exit status of a program that left objects behind.
pub const EXIT_STATUS: i32 = 99;

/// Live objects by the name of their type.
type Census = BTreeMap<String, usize>;

static START: Static<RefCell<Option<Census>>> = Static::new(RefCell::new(None));

/// Whether the environment asks for an audit.
pub fn is_requested() -> bool {
    std::env::var_os("PYRSC_AUDIT").is_some_and(|text| text == "1")
}

/// Counts the live objects that are not immortal.
pub fn census() -> Census {
    let mut census = Census::new();
    for kind in [PageKind::Leaf, PageKind::Container] {
        for page in memory::pages(kind) {
            for (_, value) in page.objects() {
                // SAFETY: the cell holds an object.
                let object = unsafe { object(value) };
                // SAFETY: as above.
                let count = unsafe { (*object.address::<Header>()).reference_count.get() };
                if count > 0 && count < IMMORTAL {
                    *census.entry(object.type_object().name().to_string()).or_default() += 1;
                }
            }
        }
    }
    census
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

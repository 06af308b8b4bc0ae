//! The source of code that no file holds: what follows `-c`, and what is typed at the prompt. Tracebacks show its lines.
//!
//! Not the text of `exec` and `eval`: their tracebacks have no source lines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use pyrsc_bytecode::{Code, Constant};
use pyrsc_core::gil::Static;

/// A code object, kept so that its address stays its own, and the lines of the text that it is from.
type Known = (Arc<Code>, Arc<Vec<String>>);

/// By the address of the code.
static KNOWN: Static<RefCell<Option<HashMap<usize, Known>>>> = Static::new(RefCell::new(None));

/// Notes the text that a code object, and those within it, are from.
pub fn register(code: &Arc<Code>, text: &str) {
    let lines = Arc::new(text.lines().map(str::to_owned).collect());
    let mut known = KNOWN.borrow_mut();
    let known = known.get_or_insert_default();
    let mut pending = vec![code.clone()];
    while let Some(code) = pending.pop() {
        pending.extend(code.constants.iter().filter_map(|constant| match constant {
            Constant::Code(code) => Some(code.clone()),
            _ => None,
        }));
        known.insert(Arc::as_ptr(&code) as usize, (code, Arc::clone(&lines)));
    }
}

/// The lines of the text that a code object is from, where that is known.
pub fn lines(code: &Arc<Code>) -> Option<Arc<Vec<String>>> {
    let known = KNOWN.borrow();
    known.as_ref()?.get(&(Arc::as_ptr(code) as usize)).map(|(_, lines)| Arc::clone(lines))
}

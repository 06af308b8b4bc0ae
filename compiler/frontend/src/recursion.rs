//! The limit on how deeply walks over the tree may nest.

use ruff_text_size::Ranged;

use crate::diagnostic::{ErrorKind, Fault, Result};

/// How deep trees may be. Deeper than the nesting that Python's own parser and compiler manage in their stack.
pub(crate) const LIMIT: u32 = 20_000;

/// Counts the nesting of a walk.
pub(crate) struct Depth {
    depth: u32,
}

impl Depth {
    pub fn new() -> Depth {
        Depth { depth: 0 }
    }

    #[inline]
    pub fn enter(&mut self, node: &impl Ranged) -> Result<()> {
        self.depth += 1;
        if self.depth > LIMIT {
            let message = "maximum recursion depth exceeded during compilation";
            return Err(Fault::of_kind(ErrorKind::Recursion, message, node.range()));
        }
        Ok(())
    }

    #[inline]
    pub fn leave(&mut self) {
        self.depth -= 1;
    }
}

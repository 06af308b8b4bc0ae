//! What is wrong with a source, in Python's words and at Python's place.
//!
//! Python's messages come out of its grammar: which rule is tried first, which mistakes have rules of their own, which
//! token was the last that the parser looked at. So a source that the compiler's parser rejects is read here once more, by
//! a slow matcher with that grammar: first without the rules for mistakes, then with them, then the rest of the file for
//! mistakes of tokenization, which come before others.
//!
//! - `python.grammar`, `parameters.grammar`, `interpolated.grammar`: the grammar
//! - `grammar` reads it
//! - `matcher` matches it with tokens, and remembers
//! - `report` words the mistakes

mod grammar;
mod matcher;
mod node;
mod report;

use crate::Options;
use crate::diagnostic::{ErrorKind, Place};

pub(crate) use report::Mistake;

/// The first mistake of a source; none where Python's grammar accepts it.
pub(crate) fn find(text: &str, options: &Options) -> Option<Mistake> {
    // The matcher recurses deeply, through several functions for every rule.
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || matcher::Matcher::new(text, options).run());
        match worker.map(|worker| worker.join()) {
            Ok(Ok(mistake)) => mistake,
            Ok(Err(_)) | Err(_) => Some(Mistake {
                kind: ErrorKind::Memory,
                message: report::TOO_COMPLEX.to_owned(),
                place: Place::default(),
            }),
        }
    })
}

/// Reserved, not used, by most sources.
const STACK: usize = 1 << 30;

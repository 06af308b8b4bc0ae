//! The next item of any iterator, for loops.

use pyrsc_core::exception::{self, StopIteration};
use pyrsc_core::gil;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};

/// The next item; `None` at the end, whatever a generator returned.
#[inline]
pub fn next(iterator: &Object) -> Result<Option<Owned>> {
    match pyrsc_core::iteration::next(iterator) {
        Ok(Some(item)) => Ok(Some(item)),
        Ok(None) => {
            drop(gil::take_stop_value());
            Ok(None)
        }
        Err(Raised) if exception::catch::<StopIteration>() => Ok(None),
        Err(Raised) => Err(Raised),
    }
}

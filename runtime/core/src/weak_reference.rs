//! Weak references (being replaced).
use crate::object::Object;
use crate::owned::Owned;
/// The first weak reference.
pub fn first_reference(_object: &Object) -> Option<Owned> {
    None
}

//! Iterators over a deque, in both directions.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::runtime_error;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_macros::{Traverse, pyclass, pymethods};

use super::deque::{Deque, reduce_iterator};

/// Where an iteration over a deque is.
#[derive(Traverse)]
struct DequeWalk {
    deque: Ref<Deque>,
    /// How many items were given.
    given: Cell<usize>,
    remaining: Cell<usize>,
    version: u64,
}

impl DequeWalk {
    fn new(deque: &Deque, skipped: usize) -> DequeWalk {
        // SAFETY: the value is a deque.
        let reference = unsafe { deque.object().to_owned().downcast_unchecked::<Deque>() };
        let skipped = skipped.min(deque.len());
        DequeWalk {
            deque: reference,
            given: Cell::new(skipped),
            remaining: Cell::new(deque.len() - skipped),
            version: deque.version(),
        }
    }

    fn next(&self, backward: bool) -> Result<Option<Owned>> {
        if self.deque.version() != self.version {
            self.remaining.set(0);
            return Err(runtime_error!("deque mutated during iteration"));
        }
        let Some(remaining) = self.remaining.get().checked_sub(1) else { return Ok(None) };
        let given = self.given.get();
        self.remaining.set(remaining);
        self.given.set(given + 1);
        Ok(self.deque.get(if backward { remaining } else { given }))
    }
}

macro_rules! deque_iterators {
    ($($(#[$doc:meta])* $name:ident $methods:ident $backward:literal #[pyclass($($class:tt)*)];)*) => {
        $(
            $(#[$doc])*
            #[pyclass($($class)*)]
            #[repr(C)]
            pub struct $name {
                header: Header,
                walk: DequeWalk,
            }

            impl $name {
                pub fn new(deque: &Deque) -> Ref<$name> {
                    let walk = DequeWalk::new(deque, 0);
                    memory::allocate($name::type_object(), $name { header: Header::unset(), walk })
                }
            }

            #[pymethods($name)]
            mod $methods {
                use super::*;

                #[slot(signature = "(cls, deque, index=0, /)")]
                fn new(class: &TypeObject, deque: &Deque, index: isize) -> Result {
                    let walk = DequeWalk::new(deque, index.max(0) as usize);
                    Ok(memory::allocate(class, $name { header: Header::unset(), walk }).into_owned())
                }

                #[slot]
                fn iter(this: &Object) -> Result {
                    Ok(this.to_owned())
                }

                #[slot]
                fn next(this: &$name) -> Result<Option<Owned>> {
                    this.walk.next($backward)
                }

                #[pymethod(name = "__length_hint__")]
                fn length_hint(this: &$name) -> usize {
                    this.walk.remaining.get()
                }

                #[pymethod(name = "__reduce__")]
                fn reduce(this: &$name) -> Result {
                    let deque = this.walk.deque.clone();
                    let given = deque.len().saturating_sub(this.walk.remaining.get());
                    reduce_iterator($name::type_object(), deque.into_owned(), given)
                }
            }
        )*
    };
}

deque_iterators! {
    /// Iterates from the front.
    DequeIterator forward_methods false
        #[pyclass(name = "_deque_iterator", module = "collections", static_name = DEQUE_ITERATOR)];
    /// Iterates from the end.
    DequeReverseIterator backward_methods true
        #[pyclass(name = "_deque_reverse_iterator", module = "collections", static_name = DEQUE_REVERSE_ITERATOR)];
}

//! The module `_heapq`: priority queues in lists. What a heap looks like is CPython's: each operation makes the same
//! moves.

use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::{index_error, runtime_error, type_error};
use pyrsc_macros::pymodule;

/// Which item is at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    Smallest,
    Largest,
}

/// Whether `left` comes before `right`.
fn before(top: Top, left: &Object, right: &Object) -> Result<bool> {
    match top {
        Top::Smallest => operations::compare_truth(left, right, Comparison::Less),
        Top::Largest => operations::compare_truth(right, left, Comparison::Less),
    }
}

fn changed() -> Raised {
    runtime_error!("list changed size during iteration")
}

fn item(heap: &List, index: usize) -> Result {
    heap.get(index).ok_or_else(|| index_error!("index out of range"))
}

/// `before`, and an error when the comparison changed the list's size.
fn compare(heap: &List, top: Top, left: &Object, right: &Object) -> Result<bool> {
    let length = heap.len();
    let answer = before(top, left, right)?;
    if heap.len() != length { Err(changed()) } else { Ok(answer) }
}

fn swap(heap: &List, left: usize, right: usize) {
    let words = heap.words();
    if left < words.len() && right < words.len() {
        words[left].swap(&words[right]);
    }
}

/// Moves the item at `position` up towards `start`.
fn sift_down(heap: &List, top: Top, start: usize, mut position: usize) -> Result<()> {
    let new = item(heap, position)?;
    while position > start {
        let parent_position = (position - 1) >> 1;
        let parent = item(heap, parent_position)?;
        if !compare(heap, top, &new, &parent)? {
            break;
        }
        swap(heap, parent_position, position);
        position = parent_position;
    }
    Ok(())
}

/// Moves the item at `position` down to a leaf, then up to where it belongs.
fn sift_up(heap: &List, top: Top, mut position: usize) -> Result<()> {
    let (end, start) = (heap.len(), position);
    if position >= end {
        return Err(index_error!("index out of range"));
    }
    let limit = end >> 1;
    while position < limit {
        let mut child = 2 * position + 1;
        if child + 1 < end {
            let (left, right) = (item(heap, child)?, item(heap, child + 1)?);
            if !compare(heap, top, &left, &right)? {
                child += 1;
            }
        }
        swap(heap, child, position);
        position = child;
    }
    sift_down(heap, top, start, position)
}

fn heap_of(heap: &Object) -> Result<&List> {
    heap.downcast::<List>()
        .ok_or_else(|| type_error!("heap argument must be a list, not {}", heap.type_object().name()))
}

fn push(heap: &List, top: Top, new: &Object) -> Result<()> {
    heap.push(new.to_owned())?;
    sift_down(heap, top, 0, heap.len() - 1)
}

fn pop(heap: &List, top: Top) -> Result {
    let last = heap.pop().ok_or_else(|| index_error!("index out of range"))?;
    if heap.is_empty() {
        return Ok(last);
    }
    let first = heap.replace(0, last).map_err(|_| index_error!("index out of range"))?;
    sift_up(heap, top, 0)?;
    Ok(first)
}

fn replace(heap: &List, top: Top, new: &Object) -> Result {
    let first = heap.replace(0, new.to_owned()).map_err(|_| index_error!("index out of range"))?;
    sift_up(heap, top, 0)?;
    Ok(first)
}

fn push_pop(heap: &List, top: Top, new: &Object) -> Result {
    let Some(first) = heap.get(0) else { return Ok(new.to_owned()) };
    if !before(top, &first, new)? {
        return Ok(new.to_owned());
    }
    let first: Owned = heap.replace(0, new.to_owned()).map_err(|_| index_error!("index out of range"))?;
    sift_up(heap, top, 0)?;
    Ok(first)
}

/// Makes a heap of a list.
fn heapify(heap: &List, top: Top) -> Result<()> {
    (0..heap.len() / 2).rev().try_for_each(|position| sift_up(heap, top, position))
}

#[pymodule(name = "_heapq", doc = "Priority queues in lists.")]
mod module {
    use super::*;

    #[attribute(name = "__about__")]
    fn about() -> &'static str {
        "A heap is a list in which no item is larger than those at twice its place, counted from 1."
    }

    /// Adds an item to a heap.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heappush(heap: &Object, item: &Object) -> Result<()> {
        push(heap_of(heap)?, Top::Smallest, item)
    }

    /// Takes the smallest item out of a heap.
    #[pyfunction(signature = "(heap, /)")]
    fn heappop(heap: &Object) -> Result {
        pop(heap_of(heap)?, Top::Smallest)
    }

    /// Takes the smallest item out of a heap and adds another.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heapreplace(heap: &Object, item: &Object) -> Result {
        replace(heap_of(heap)?, Top::Smallest, item)
    }

    /// Adds an item to a heap and takes the smallest out.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heappushpop(heap: &Object, item: &Object) -> Result {
        push_pop(heap_of(heap)?, Top::Smallest, item)
    }

    /// Makes a heap of a list.
    #[pyfunction(name = "heapify", signature = "(heap, /)")]
    fn heapify_smallest(heap: &Object) -> Result<()> {
        heapify(heap_of(heap)?, Top::Smallest)
    }

    /// Adds an item to a heap with the largest item at the top.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heappush_max(heap: &Object, item: &Object) -> Result<()> {
        push(heap_of(heap)?, Top::Largest, item)
    }

    /// Takes the largest item out of a heap.
    #[pyfunction(signature = "(heap, /)")]
    fn heappop_max(heap: &Object) -> Result {
        pop(heap_of(heap)?, Top::Largest)
    }

    /// Takes the largest item out of a heap and adds another.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heapreplace_max(heap: &Object, item: &Object) -> Result {
        replace(heap_of(heap)?, Top::Largest, item)
    }

    /// Adds an item to a heap and takes the largest out.
    #[pyfunction(signature = "(heap, item, /)")]
    fn heappushpop_max(heap: &Object, item: &Object) -> Result {
        push_pop(heap_of(heap)?, Top::Largest, item)
    }

    /// Makes a heap with the largest item at the top of a list.
    #[pyfunction(signature = "(heap, /)")]
    fn heapify_max(heap: &Object) -> Result<()> {
        heapify(heap_of(heap)?, Top::Largest)
    }
}

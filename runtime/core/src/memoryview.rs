//! `memoryview`: the storage. The methods that Python sees are in `pyrsc-builtins`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pyrsc_abi::{Header, Value};
use pyrsc_macros::pyclass;

use crate::buffer::{self, Buffer, Layout};
use crate::collector::{Traverse, Visitor};
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::type_object::Class;
use crate::value_error;

/// A view of another object's memory.
#[pyclass(
    name = "memoryview",
    module = "builtins",
    shape = MEMORYVIEW,
    flags(SEQUENCE, WEAKREF),
    doc = "Create a new memoryview object which references the given object."
)]
#[repr(C)]
pub struct MemoryView {
    header: Header,
    state: State,
    /// Views and running operations that use this view's memory.
    exports: Cell<usize>,
    /// -1: not computed yet.
    pub hash: Cell<i64>,
}

/// `None` when the view is released.
struct State(RefCell<Option<Viewed>>);

#[derive(Clone)]
struct Viewed {
    /// Shared with the views that were made from this one, as CPython's managed buffer.
    buffer: Rc<Buffer>,
    layout: Rc<Layout>,
}

// SAFETY: the only counted reference is the buffer's owner, which is visited where no other view shares it.
unsafe impl Traverse for State {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Ok(state) = self.0.try_borrow()
            && let Some(viewed) = state.as_ref()
        {
            // The buffer's owner is counted once, however many views share it.
            if Rc::strong_count(&viewed.buffer) == 1 {
                visitor.visit(viewed.buffer.owner().value());
            }
        }
    }

    fn break_cycles(&self) {
        let viewed = self.0.borrow_mut().take();
        drop(viewed);
    }
}

impl MemoryView {
    /// `memoryview(object)`
    pub fn new(object: &Object) -> Result<Ref<MemoryView>> {
        if let Some(view) = object.downcast::<MemoryView>() {
            return view.with_layout(|layout| Ok(layout.clone()));
        }
        if !buffer::is_supported(object) {
            return Err(crate::type_error!(
                "memoryview: a bytes-like object is required, not '{}'",
                crate::type_object::name_of(object)
            ));
        }
        let buffer = buffer::acquire_any(object)?;
        Ok(MemoryView::from_buffer(buffer))
    }

    /// A view that keeps a buffer exported.
    pub fn from_buffer(buffer: Buffer) -> Ref<MemoryView> {
        let layout = Rc::new(buffer.layout.clone());
        MemoryView::allocate(Viewed { buffer: Rc::new(buffer), layout })
    }

    fn allocate(viewed: Viewed) -> Ref<MemoryView> {
        let contents = MemoryView {
            header: Header::unset(),
            state: State(RefCell::new(Some(viewed))),
            exports: Cell::new(0),
            hash: Cell::new(-1),
        };
        memory::allocate(MemoryView::type_object(), contents)
    }

    fn viewed(&self) -> Result<Viewed> {
        match self.state.0.borrow().as_ref() {
            Some(viewed) => Ok(viewed.clone()),
            None => Err(value_error!("operation forbidden on released memoryview object")),
        }
    }

    /// The layout; ValueError when the view is released.
    pub fn layout(&self) -> Result<Rc<Layout>> {
        Ok(self.viewed()?.layout)
    }

    /// The object whose memory is viewed; ValueError when the view is released.
    pub fn exporter(&self) -> Result<Owned> {
        Ok(self.viewed()?.buffer.owner().to_owned())
    }

    /// Another view of the same memory with the layout that `change` gives.
    pub fn with_layout(&self, change: impl FnOnce(&Layout) -> Result<Layout>) -> Result<Ref<MemoryView>> {
        let viewed = self.viewed()?;
        let layout = Rc::new(change(&viewed.layout)?);
        Ok(MemoryView::allocate(Viewed { buffer: viewed.buffer, layout }))
    }

    pub fn is_released(&self) -> bool {
        self.state.0.borrow().is_none()
    }

    /// Gives the memory back; BufferError while others use it through this view.
    pub fn release(&self) -> Result<()> {
        let exports = self.exports.get();
        if exports > 0 {
            let plural = if exports == 1 { "" } else { "s" };
            return Err(crate::buffer_error!("memoryview has {exports} exported buffer{plural}"));
        }
        let viewed = self.state.0.borrow_mut().take();
        drop(viewed);
        Ok(())
    }

    pub(crate) fn export(&self) -> Result<Layout> {
        let layout = self.layout()?;
        self.exports.set(self.exports.get() + 1);
        Ok((*layout).clone())
    }

    pub(crate) fn release_export(&self) {
        self.exports.set(self.exports.get() - 1);
    }

    /// This view as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a memoryview is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

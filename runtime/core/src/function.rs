//! Functions written in Python, in whichever engine their code runs.
//!
//! A function points to a [`CodeDescriptor`], which says how it is entered; the rest is what Python code can see and
//! change. Parts that equal what the code object says are empty here until somebody sets them.

use std::cell::Cell;

use pyrsc_abi::layout::FunctionLayout;
use pyrsc_abi::{CodeDescriptor, Header, Value};
use pyrsc_macros::{pyclass, pymethods};

use crate::call::Arguments;
use crate::collector::{Traverse, Visitor};
use crate::dict::Dict;
use crate::memory;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::slot::Slot;
use crate::tuple::Tuple;
use crate::type_object::Class;

/// A function written in Python.
#[pyclass(name = "function", module = "builtins", shape = FUNCTION, flags(DICT, WEAKREF))]
#[repr(C)]
pub struct Function {
    header: Header,
    descriptor: DescriptorPointer,
    globals: Slot,
    /// A tuple of cells, or empty.
    closure: Slot,
    /// The code object; it owns the descriptor.
    pub code: Slot,
    /// What built-in names mean: a dict.
    pub builtins: Slot,
    /// A tuple, or empty.
    pub defaults: Slot,
    /// A dict, or empty.
    pub keyword_defaults: Slot,
    /// Empty: the code's.
    pub name: Slot,
    /// Empty: the code's.
    pub qualified_name: Slot,
    /// Empty: the code's docstring.
    pub doc: Slot,
    /// Empty: None.
    pub module: Slot,
    /// A dict, or a tuple of alternating names and values, or empty.
    pub annotations: Slot,
    /// What makes the annotations (PEP 649), or empty.
    pub annotate: Slot,
    /// A tuple, or empty.
    pub type_params: Slot,
}

/// The address of a descriptor; the code object beside it keeps it alive.
#[repr(transparent)]
pub struct DescriptorPointer(Cell<*const CodeDescriptor>);

// SAFETY: there is no value in it.
unsafe impl Traverse for DescriptorPointer {
    const HOLDS: bool = false;
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
    fn break_cycles(&self) {}
}

const _: () = {
    assert!(std::mem::offset_of!(Function, descriptor) == std::mem::offset_of!(FunctionLayout, descriptor));
    assert!(std::mem::offset_of!(Function, globals) == std::mem::offset_of!(FunctionLayout, globals));
    assert!(std::mem::offset_of!(Function, closure) == std::mem::offset_of!(FunctionLayout, closure));
};

impl Function {
    /// A new function without defaults or annotations.
    ///
    /// # Safety
    /// The descriptor lives as long as `code` does.
    pub unsafe fn new(
        descriptor: *const CodeDescriptor,
        code: Owned,
        globals: Owned,
        builtins: Owned,
        closure: Option<Owned>,
    ) -> Ref<Function> {
        memory::allocate(
            Function::type_object(),
            Function {
                header: Header::unset(),
                descriptor: DescriptorPointer(Cell::new(descriptor)),
                globals: Slot::new(globals),
                closure: Slot::from_option(closure),
                code: Slot::new(code),
                builtins: Slot::new(builtins),
                defaults: Slot::empty(),
                keyword_defaults: Slot::empty(),
                name: Slot::empty(),
                qualified_name: Slot::empty(),
                doc: Slot::empty(),
                module: Slot::empty(),
                annotations: Slot::empty(),
                annotate: Slot::empty(),
                type_params: Slot::empty(),
            },
        )
    }

    /// How the function is entered.
    #[inline(always)]
    pub fn descriptor(&self) -> &CodeDescriptor {
        // SAFETY: the code object keeps it alive.
        unsafe { &*self.descriptor.0.get() }
    }

    /// Whether it may take references out of the arguments of a call.
    pub fn takes_arguments(&self) -> bool {
        let descriptor = self.descriptor();
        descriptor.direct.is_null() || descriptor.direct_takes != 0
    }

    /// Gives the function another code; the old one is given back.
    ///
    /// # Safety
    /// As for [`Function::new`].
    pub unsafe fn set_code(&self, descriptor: *const CodeDescriptor, code: Owned) -> Option<Owned> {
        self.descriptor.0.set(descriptor);
        self.code.replace(Some(code))
    }

    /// The globals: a dict.
    #[inline(always)]
    pub fn globals(&self) -> &Dict {
        // SAFETY: a function is never without globals (a dict) while it can be called; the collector's clearing leaves
        // an object that nobody can reach.
        unsafe { &*self.globals.borrow().expect("a function has globals").address::<Dict>() }
    }

    /// The word of the globals.
    #[inline(always)]
    pub fn globals_word(&self) -> Value {
        self.globals.cell().get()
    }

    /// The cells of the closure, if it has one.
    #[inline(always)]
    pub fn closure(&self) -> Option<&Tuple> {
        // SAFETY: the slot holds a tuple.
        self.closure.borrow().map(|closure| unsafe { &*closure.address::<Tuple>() })
    }

    /// Gives the function its cells, when it is made.
    pub fn set_closure(&self, closure: Option<Owned>) {
        self.closure.set(closure);
    }

    /// The positional defaults.
    pub fn positional_defaults(&self) -> Option<Ref<Tuple>> {
        // SAFETY: the slot holds a tuple.
        self.defaults.get().map(|defaults| unsafe { defaults.downcast_unchecked() })
    }

    /// The function as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a function is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

/// What makes functions callable and methods of classes.
#[pymethods(Function)]
mod protocol {
    use super::*;

    #[slot]
    fn call(this: &Function, arguments: Arguments<'_>) -> Result {
        crate::operations::call_python(this, arguments)
    }

    #[slot]
    fn descriptor_get(this: &Function, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        match instance {
            Some(instance) if !instance.is_none() => {
                Ok(crate::descriptor::BoundMethod::new(this.object().to_owned(), instance.to_owned())
                    .into_owned())
            }
            _ => Ok(this.object().to_owned()),
        }
    }
}

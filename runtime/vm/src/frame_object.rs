//! Frame objects: frames as Python code sees them.
//!
//! While the frame runs (or its generator is suspended) the object refers to it. When the frame ends and somebody still
//! holds the object, the locals move into it.

mod locals_proxy;
mod methods;

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use pyrsc_abi::{Header, Value};
use pyrsc_bytecode::CodeFlags;
use pyrsc_core::cell::Variable;
use pyrsc_core::collector::{Traverse, Visitor};
use pyrsc_core::dict::Dict;
use pyrsc_core::function::Function;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::type_object::Class;
use pyrsc_macros::pyclass;

use crate::code::CodeObject;
use crate::frame::{EMPTY, Frame, flags};
use crate::generator::State;
use crate::stack::{self, Activation, NativeActivation};

pub use locals_proxy::{LOCALS_PROXY, LocalsProxy, METHODS as PROXY_METHODS};
pub use methods::METHODS;

/// A frame object.
#[pyclass(name = "frame", module = "builtins", shape = FRAME)]
#[repr(C)]
pub struct FrameObject {
    header: Header,
    /// The live frame, or null.
    live: FramePointer,
    code: Slot,
    globals: Slot,
    builtins: Slot,
    /// The namespace of a class body or module, or empty.
    namespace: Slot,
    /// The frame below, once this one has ended.
    back: Slot,
    /// The locals of a frame that has ended.
    registers: RefCell<Vec<Slot>>,
    /// Locals that were replaced through `f_locals` while an instruction may still borrow them.
    replaced: RefCell<Vec<Owned>>,
    /// Names that `f_locals` has and the code does not: a dict, or empty.
    pub extra_locals: Slot,
    /// The unit of the instruction that ran last.
    unit: Cell<u32>,
    /// Of a native function: an address in its machine frame, or 0.
    stack: Cell<usize>,
    /// An exception has left the function, and the one below it has not been reached yet.
    left: Cell<bool>,
    /// Of a native function: its locals are in machine registers, or were when it was last seen.
    hides_locals: Cell<bool>,
    /// `f_trace` and its switches.
    pub trace: Slot,
    pub trace_lines: Cell<bool>,
    pub trace_opcodes: Cell<bool>,
}

/// The address of a frame; the frame clears it when it ends.
#[repr(transparent)]
struct FramePointer(Cell<*mut Frame>);

// SAFETY: the frame's values are visited by whoever owns the frame.
unsafe impl Traverse for FramePointer {
    const HOLDS: bool = false;
    fn traverse(&self, _visitor: &mut Visitor<'_>) {}
    fn break_cycles(&self) {}
}

/// The frame object of a live frame, made at the first question.
pub fn of_frame(frame: *mut Frame) -> Owned {
    // SAFETY: the frame is live; it owns its frame object.
    unsafe {
        let word = (*frame).frame_object.get();
        if word.0 != 0 {
            return Object::from_value(word).to_owned();
        }
        let object: Ref<FrameObject> = memory::allocate(
            FrameObject::type_object(),
            FrameObject {
                header: Header::unset(),
                live: FramePointer(Cell::new(frame)),
                code: Slot::new((*frame).code().object().to_owned()),
                globals: Slot::new((*frame).globals().object().to_owned()),
                builtins: Slot::new((*frame).builtins().to_owned()),
                namespace: Slot::from_option((*frame).namespace().map(Object::to_owned)),
                back: Slot::empty(),
                registers: RefCell::new(Vec::new()),
                replaced: RefCell::new(Vec::new()),
                extra_locals: Slot::empty(),
                unit: Cell::new((*frame).unit),
                stack: Cell::new(0),
                left: Cell::new(false),
                hides_locals: Cell::new(false),
                trace: Slot::empty(),
                trace_lines: Cell::new(true),
                trace_opcodes: Cell::new(false),
            },
        );
        (*frame).frame_object.set(object.clone().into_owned().into_raw());
        object.into_owned()
    }
}

/// The frame object of a native function that an exception leaves: where it was. Its locals come when it ends
/// ([`FrameObject::keep_locals`]).
/// `stack` is in its machine frame; `is_left` says that no handler of its own covers the instruction.
pub fn of_native(function: &Function, code: &CodeObject, unit: u32, stack: usize, is_left: bool) -> Owned {
    let object = snapshot(code, function.globals().object(), function.builtins.get_or_none(), unit);
    object.stack.set(stack);
    object.left.set(is_left && !code.code().flags.suspends());
    object.into_owned()
}

/// The frame object of a function that runs: an interpreted one's own, or a snapshot of where a native one is.
pub fn of_activation(activation: &Activation) -> Owned {
    match activation {
        Activation::Interpreted(frame) => of_frame(*frame),
        Activation::Native(native) => of_native_activation(native).into_owned(),
    }
}

fn of_native_activation(native: &NativeActivation) -> Ref<FrameObject> {
    let globals = native.globals();
    let builtins = crate::function::builtins_of(globals).unwrap_or_else(|_| {
        pyrsc_core::exception::clear();
        Owned::none()
    });
    snapshot(native.code, globals.object(), builtins, native.unit.unwrap_or(0))
}

fn snapshot(code: &CodeObject, globals: &Object, builtins: Owned, unit: u32) -> Ref<FrameObject> {
    memory::allocate(
        FrameObject::type_object(),
        FrameObject {
            header: Header::unset(),
            live: FramePointer(Cell::new(std::ptr::null_mut())),
            code: Slot::new(code.object().to_owned()),
            globals: Slot::new(globals.to_owned()),
            builtins: Slot::new(builtins),
            namespace: Slot::empty(),
            back: Slot::empty(),
            registers: RefCell::new(Vec::new()),
            replaced: RefCell::new(Vec::new()),
            extra_locals: Slot::empty(),
            unit: Cell::new(unit),
            stack: Cell::new(0),
            left: Cell::new(false),
            hides_locals: Cell::new(true),
            trace: Slot::empty(),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
        },
    )
}

/// The frame object of the running function so many calls below the innermost one. Where that is a native function, the
/// native functions below it are part of the snapshot, up to the first interpreted one.
pub fn at_depth(depth: usize) -> Option<Owned> {
    let mut left = depth;
    let mut found = Snapshots::default();
    stack::walk(&mut |activation| {
        if left > 0 {
            left -= 1;
            return ControlFlow::Continue(());
        }
        found.add(activation)
    });
    found.into_chain()
}

/// Consecutive running functions, on their way to frame objects: up to the first interpreted one, whose frame object knows
/// what is below it, or to so many native ones, of which the last one then looks for what is below it when it is asked.
#[derive(Default)]
struct Snapshots {
    activations: Vec<Activation>,
}

impl Snapshots {
    const NATIVE_LIMIT: usize = 6;

    /// Takes the next function; breaks when there are enough.
    fn add(&mut self, activation: Activation) -> ControlFlow<()> {
        self.activations.push(activation);
        if matches!(activation, Activation::Interpreted(_)) || self.activations.len() == Self::NATIVE_LIMIT {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// The frame objects, each linked to the next; the first one.
    fn into_chain(self) -> Option<Owned> {
        let mut below: Option<Owned> = None;
        for activation in self.activations.iter().rev() {
            let object = of_activation(activation);
            if let (Activation::Native(native), Some(frame)) = (activation, object.downcast::<FrameObject>())
            {
                if below.is_none() {
                    frame.stack.set(native.stack);
                }
                frame.back.set(below.take());
            }
            below = Some(object);
        }
        below
    }
}

/// The frame object of what runs below an interpreter's frame.
fn below(frame: *mut Frame) -> Option<Owned> {
    // SAFETY: the frame is live.
    let (previous, is_entry) =
        unsafe { ((*frame).previous, (*frame).flags & (flags::ENTRY | flags::NATIVE) != 0) };
    if !is_entry || !stack::has_native_code() {
        return if previous.is_null() { None } else { Some(of_frame(previous)) };
    }
    let mut seen = false;
    let mut found = Snapshots::default();
    stack::walk(&mut |activation| {
        if !seen {
            seen = matches!(activation, Activation::Interpreted(at) if at == frame);
            return ControlFlow::Continue(());
        }
        found.add(activation)
    });
    found.into_chain()
}

/// The unit of the instruction that a native function runs, when it still runs: `stack` is in its machine frame.
fn native_unit(code: &CodeObject, stack: usize) -> Option<u32> {
    let mut found = None;
    stack::walk(&mut |activation| match activation {
        Activation::Native(native) if native.stack <= stack => {
            found = Some(native);
            ControlFlow::Continue(())
        }
        Activation::Native(_) => ControlFlow::Break(()),
        Activation::Interpreted(_) => ControlFlow::Continue(()),
    });
    found.filter(|native| std::ptr::eq(native.code, code)).and_then(|native| native.unit)
}

/// The frame object of what runs below a native function, when that still runs: `stack` is in its machine frame.
fn below_native(code: &CodeObject, stack: usize) -> Option<Owned> {
    let mut found = false;
    let mut below = Snapshots::default();
    let mut is_full = false;
    stack::walk(&mut |activation| {
        match activation {
            // Of the functions whose machine frames start before the address the outermost is the one.
            Activation::Native(native) if native.stack <= stack => {
                found = std::ptr::eq(native.code, code);
                below = Snapshots::default();
                is_full = false;
            }
            Activation::Native(_) if !found || is_full => return ControlFlow::Break(()),
            _ if is_full => {}
            _ => is_full = below.add(activation).is_break(),
        }
        ControlFlow::Continue(())
    });
    if found { below.into_chain() } else { None }
}

/// The error for the locals of a native function, which lie in machine registers.
pub fn no_locals(code: &CodeObject) -> Raised {
    pyrsc_core::runtime_error!(
        "the locals of {}() cannot be seen while it runs: it is compiled natively and does not mention locals, vars, eval, exec or dir",
        code.name_text()
    )
}

/// The frame lies elsewhere now.
///
/// # Safety
/// `frame` is live.
pub unsafe fn moved(frame: *mut Frame) {
    // SAFETY: the frame owns its frame object.
    unsafe {
        if let Some(object) = Object::from_optional_value((*frame).frame_object.get()) {
            (*object.address::<FrameObject>()).live.0.set(frame);
        }
    }
}

/// The frame ends: its object, where somebody else holds it, takes the locals over.
///
/// # Safety
/// `frame` has a frame object and is about to be cleared.
#[cold]
pub unsafe fn detach(frame: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let object = Owned::from_raw((*frame).frame_object.get());
        let holders = object.header().map_or(0, |header| header.reference_count.get());
        let back =
            if holders > 1 && !(*object.address::<FrameObject>()).left.get() { below(frame) } else { None };
        (*frame).frame_object.set(Value(0));
        let this = &*object.address::<FrameObject>();
        this.unit.set((*frame).unit);
        this.live.0.set(std::ptr::null_mut());
        if holders <= 1 {
            return;
        }
        let code = (*frame).code();
        let registers = Frame::registers(frame);
        let mut locals = Vec::with_capacity(code.running().local_count as usize);
        for index in 0..code.running().local_count as usize {
            let value = std::mem::replace(&mut *registers.add(index), EMPTY);
            locals.push(if value.is_pointer() && value.0 == 0 || value == EMPTY {
                Slot::empty()
            } else {
                Slot::new(Owned::from_raw(value))
            });
        }
        *this.registers.borrow_mut() = locals;
        if (*frame).flags & flags::GENERATOR == 0 {
            this.back.set(back);
        }
    }
}

/// An exception leaves a frame through which native code entered the interpreter: the next entry of the traceback tells what
/// is below it.
///
/// # Safety
/// `frame` is live.
pub unsafe fn leave(frame: *mut Frame) {
    // SAFETY: the frame owns its frame object.
    if let Some(object) = unsafe { Object::from_optional_value((*frame).frame_object.get()) } {
        // SAFETY: as above.
        unsafe { (*object.address::<FrameObject>()).left.set(true) };
    }
}

/// What a named local's register means: its value, or the content of its cell.
pub fn local_content(code: &CodeObject, index: usize, value: Value) -> Option<Owned> {
    if value == EMPTY || value.0 == 0 {
        return None;
    }
    // SAFETY: the register holds a live value.
    let object = unsafe { Object::from_value(value) };
    if code.code().locals[index].kind.is_cell()
        && let Some(cell) = object.downcast_exact::<Variable>()
    {
        return cell.get();
    }
    Some(object.to_owned())
}

impl FrameObject {
    /// Takes over the named registers of a native function that an exception leaves.
    pub fn keep_locals(&self, locals: Vec<Owned>) {
        if let Some(frame) = self.live() {
            // A generator's frame ends soon, and what is in its registers then comes here. While the body ran, its
            // locals were in machine registers.
            if frame.flags & flags::NATIVE != 0 {
                let registers = Frame::registers(std::ptr::from_ref(frame) as *mut Frame);
                for (index, value) in locals.into_iter().enumerate() {
                    // SAFETY: named locals are the first registers.
                    unsafe {
                        if *registers.add(index) == EMPTY {
                            *registers.add(index) = value.into_raw();
                        }
                    }
                }
            }
            return;
        }
        self.show_locals(locals);
    }

    /// Holds what the locals of a native function are now, while it goes on.
    pub fn show_locals(&self, locals: Vec<Owned>) {
        if self.registers.borrow().is_empty() {
            let slot = |value: Owned| if value.value() == EMPTY { Slot::empty() } else { Slot::new(value) };
            self.hides_locals.set(false);
            *self.registers.borrow_mut() = locals.into_iter().map(slot).collect();
        }
    }

    /// Whether the locals are in machine registers: of a native generator that runs.
    fn is_in_native_code(&self) -> bool {
        self.live().is_some_and(|frame| {
            frame.flags & flags::NATIVE != 0
                && frame.generator().is_some_and(|generator| generator.state.get() == State::Running)
        })
    }

    /// The code that runs, or ran.
    pub fn code(&self) -> &CodeObject {
        let code = self.code.borrow().expect("a frame object has a code object");
        // SAFETY: the slot holds a code object as long as the frame object lives.
        unsafe { &*code.address::<CodeObject>() }
    }

    /// The live frame.
    pub fn live(&self) -> Option<&Frame> {
        // SAFETY: the frame clears the pointer when it ends.
        unsafe { self.live.0.get().as_ref() }
    }

    /// The unit of the instruction that runs, or ran last.
    pub fn unit(&self) -> u32 {
        if let Some(frame) = self.live() {
            if self.is_in_native_code() {
                stack::walk(&mut |activation| match activation {
                    // The walk has noted where it is.
                    Activation::Interpreted(at) if std::ptr::eq(at, frame) => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                });
            }
            return frame.unit;
        }
        if self.stack.get() != 0 && !self.left.get() && self.back.is_empty() {
            if let Some(unit) = native_unit(self.code(), self.stack.get()) {
                return unit;
            }
        }
        self.unit.get()
    }

    /// The line that runs, or ran last.
    pub fn line(&self) -> Option<u32> {
        self.code().line_at(self.unit())
    }

    /// The frame object below.
    pub fn back(&self) -> Option<Owned> {
        match self.live() {
            Some(frame) => below(std::ptr::from_ref(frame) as *mut Frame),
            None => {
                if self.back.is_empty() && self.stack.get() != 0 && !self.left.get() {
                    self.back.set(below_native(self.code(), self.stack.get()));
                }
                self.back.get()
            }
        }
    }

    /// Tells the frame below, if an exception has just left this one.
    pub fn set_back_after_exit(&self, back: &Owned) {
        if self.left.replace(false) && self.back.is_empty() {
            self.back.set(Some(back.clone()));
        }
    }

    /// The frame object as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a frame object is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// The value of a named local.
    pub fn local(&self, index: usize) -> Option<Owned> {
        match self.live() {
            Some(frame) if !self.is_in_native_code() => crate::frame::local_value(frame, index),
            _ => {
                let word = self.registers.borrow().get(index)?.cell().get();
                local_content(self.code(), index, word)
            }
        }
    }

    /// Sets a named local, or its cell.
    pub fn set_local(&self, index: usize, value: Option<Owned>) {
        let held = match self.live() {
            // SAFETY: named locals are the first registers.
            Some(frame) => unsafe { *Frame::registers(std::ptr::from_ref(frame) as *mut Frame).add(index) },
            None => self.registers.borrow().get(index).map_or(Value(0), |slot| slot.cell().get()),
        };
        if held.is_pointer() && held.0 != 0 && self.code().code().locals[index].kind.is_cell() {
            // SAFETY: the register holds a live value.
            if let Some(cell) = unsafe { Object::from_value(held) }.downcast_exact::<Variable>() {
                cell.set(value);
                return;
            }
        }
        match self.live() {
            Some(frame) => {
                let registers = Frame::registers(std::ptr::from_ref(frame) as *mut Frame);
                let word = value.map_or(EMPTY, Owned::into_raw);
                // SAFETY: as above. An instruction may still borrow the old value: it lives as long as the object.
                unsafe {
                    let old = std::mem::replace(&mut *registers.add(index), word);
                    if old.is_pointer() && old.0 != 0 {
                        self.replaced.borrow_mut().push(Owned::from_raw(old));
                    }
                }
            }
            None => {
                let old = self.registers.borrow().get(index).and_then(|slot| slot.replace(value));
                drop(old);
            }
        }
    }

    /// `f_locals`: a view of a function's locals, or the namespace of a class body or module.
    pub fn locals(&self) -> Result {
        if self.code().has_flags(CodeFlags::OPTIMIZED) {
            let is_hidden =
                self.hides_locals.get() || self.is_in_native_code() && self.registers.borrow().is_empty();
            if is_hidden && !self.code().code().locals.is_empty() {
                return Err(no_locals(self.code()));
            }
            return Ok(LocalsProxy::new(self.object().to_owned()));
        }
        Ok(self.namespace.get().unwrap_or_else(|| self.globals.get_or_none()))
    }

    /// The namespaces that names are looked up in: the class body's or module's, the globals, the built-ins.
    pub fn namespaces(&self) -> Vec<Ref<Dict>> {
        [self.namespace.get(), self.globals.get(), self.builtins.get()]
            .into_iter()
            .flatten()
            .filter_map(|namespace| namespace.into_ref::<Dict>().ok())
            .collect()
    }

    /// Drops the locals of a frame that has ended.
    pub fn clear_locals(&self) {
        let registers = std::mem::take(&mut *self.registers.borrow_mut());
        drop(registers);
        drop(std::mem::take(&mut *self.replaced.borrow_mut()));
        self.extra_locals.set(None);
        self.hides_locals.set(false);
    }
}

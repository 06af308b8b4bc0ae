//! Frames of the interpreter, and the stack of registers that they lie on.
//!
//! A frame is followed by its registers. Frames of functions lie one behind the other on the thread's register stack;
//! a generator's frame lies in the generator. `previous` links them, innermost first, starting at the thread block's
//! `vm_frame`.

use std::cell::Cell;

use pyrsc_abi::Value;
use pyrsc_core::dict::Dict;
use pyrsc_core::gil::THREAD;
use pyrsc_core::object::{Object, increment, release};
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::recursion_error;

use crate::code::CodeObject;
use crate::generator::Generator;
use crate::stack::StackMark;

/// What is in a register that holds nothing: an unbound local, an empty temporary.
pub const EMPTY: Value = Value::UNBOUND;

/// Bits of [`Frame::flags`].
pub mod flags {
    /// Leaving the frame leaves the interpreter's loop.
    pub const ENTRY: u16 = 1;
    /// The frame lies in a generator.
    pub const GENERATOR: u16 = 1 << 1;
    /// A generator's frame is inside an exception handler of its own.
    pub const HANDLING: u16 = 1 << 2;
    /// The result must be None, and is replaced by the object under construction (`Frame::constructed`).
    pub const INITIALIZER: u16 = 1 << 3;
    /// A generator's frame that a `for` loop of the frame below resumed.
    pub const ITERATION: u16 = 1 << 4;
    /// A generator's body is native code.
    pub const NATIVE: u16 = 1 << 5;
}

/// A running (or suspended) function.
#[repr(C)]
pub struct Frame {
    pub previous: *mut Frame,
    /// Borrowed: the function owns it. A function whose code is replaced leaves the old code alive.
    pub code: *const CodeObject,
    /// The function (owned), or the word 0 in a frame that is not in use.
    pub function: Value,
    /// The globals, borrowed from the function.
    pub globals: Value,
    /// The built-ins, borrowed from the function.
    pub builtins: Value,
    /// The namespace of a class body or module (owned), or 0.
    pub namespace: Value,
    /// The frame object, if somebody asked for it (owned), or 0.
    pub frame_object: Cell<Value>,
    /// What was being handled when a generator was resumed, or the object that an initialiser sets up (owned), or 0.
    pub outer: Value,
    /// Where the next frame on the stack goes.
    pub top: *mut Value,
    /// Where the stack ends.
    pub limit: *mut Value,
    /// The unit of the instruction that runs.
    pub unit: u32,
    /// While a frame above runs: the unit where this one goes on.
    pub next: u32,
    /// The caller's register for the result.
    pub result: u16,
    pub flags: u16,
    /// Of an entry frame and of a native generator's: where on the native stack it was entered (see [`crate::stack`]).
    pub mark: StackMark,
}

/// Words that a frame takes, without registers.
pub const FRAME_WORDS: usize = size_of::<Frame>() / size_of::<Value>();

// What native generators' bodies read themselves.
const _: () = {
    assert!(std::mem::offset_of!(Frame, next) == pyrsc_abi::native_module::GeneratorFrame::NEXT);
    assert!(size_of::<Frame>() == pyrsc_abi::native_module::GeneratorFrame::REGISTERS);
};

impl Frame {
    /// The first register.
    #[inline(always)]
    pub fn registers(frame: *mut Frame) -> *mut Value {
        // SAFETY: the registers follow the frame.
        unsafe { frame.add(1) as *mut Value }
    }

    /// The code that runs.
    #[inline(always)]
    pub fn code(&self) -> &CodeObject {
        // SAFETY: see the field.
        unsafe { &*self.code }
    }

    /// The globals.
    #[inline(always)]
    pub fn globals(&self) -> &Dict {
        // SAFETY: globals are a dict that the function keeps alive.
        unsafe { &*Object::from_value(self.globals).address::<Dict>() }
    }

    /// The built-ins.
    pub fn builtins(&self) -> &Object {
        // SAFETY: the function keeps them alive.
        unsafe { Object::from_value(self.builtins) }
    }

    /// The function that runs.
    pub fn function(&self) -> &Object {
        // SAFETY: the frame owns it.
        unsafe { Object::from_value(self.function) }
    }

    /// The namespace of a class body or module.
    pub fn namespace(&self) -> Option<&Object> {
        // SAFETY: the frame owns it.
        unsafe { Object::from_optional_value(self.namespace) }
    }

    /// The line that runs.
    pub fn line(&self) -> Option<u32> {
        self.code().line_at(self.unit)
    }

    /// The generator that the frame lies in.
    pub fn generator(&self) -> Option<&Generator> {
        if self.flags & flags::GENERATOR == 0 {
            return None;
        }
        let offset = std::mem::offset_of!(Generator, frame);
        // SAFETY: frames with the flag are the `frame` field of a generator.
        Some(unsafe { &*(std::ptr::from_ref(self).byte_sub(offset) as *const Generator) })
    }
}

/// Bytes of address space that the main thread's register stack reserves; pages are used as they are touched.
const STACK_BYTES: usize = 1 << 30;

thread_local! {
    static STACK: Cell<(*mut Value, *mut Value)> = const { Cell::new((std::ptr::null_mut(), std::ptr::null_mut())) };
}

/// The thread's register stack: its start and its end.
fn thread_stack() -> Result<(*mut Value, *mut Value)> {
    let known = STACK.get();
    if !known.0.is_null() {
        return Ok(known);
    }
    let mut bytes = STACK_BYTES;
    loop {
        // SAFETY: asks the system for fresh pages, wherever it likes.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if base != libc::MAP_FAILED {
            let start = base as *mut Value;
            // SAFETY: the end of the mapping.
            let stack = (start, unsafe { start.byte_add(bytes) });
            STACK.set(stack);
            return Ok(stack);
        }
        if bytes < 1 << 20 {
            return Err(pyrsc_core::memory_error!());
        }
        bytes /= 4;
    }
}

/// Gives the thread's register stack back to the system, when the thread ends.
pub fn free_thread_stack() {
    let (start, end) = STACK.replace((std::ptr::null_mut(), std::ptr::null_mut()));
    if !start.is_null() {
        // SAFETY: mapped by `thread_stack`; no frame is left.
        unsafe { libc::munmap(start.cast(), end as usize - start as usize) };
    }
}

/// The innermost frame of this thread, or null.
#[inline(always)]
pub fn current() -> *mut Frame {
    THREAD.vm_frame.get() as *mut Frame
}

/// Where the next frame goes, and where the stack ends.
#[inline]
pub fn top_of_stack() -> Result<(*mut Value, *mut Value)> {
    let frame = current();
    if frame.is_null() {
        return thread_stack();
    }
    // SAFETY: the innermost frame is live.
    unsafe { Ok(((*frame).top, (*frame).limit)) }
}

/// Puts a frame for a function on the stack. Its registers are not written yet.
///
/// # Safety
/// `function` is an owned reference to a `Function` whose code is `code`; it goes to the frame, unless this fails.
#[inline(always)]
pub unsafe fn push(
    top: *mut Value,
    limit: *mut Value,
    code: *const CodeObject,
    function: Value,
    frame_flags: u16,
) -> Result<*mut Frame> {
    // SAFETY: `code` is live.
    let count = unsafe { (*code).running().register_count } as usize;
    // SAFETY: an address within or just behind the reserved range; compared before use.
    let end = unsafe { top.add(FRAME_WORDS + count) };
    let depth = THREAD.frame_depth.get();
    if end > limit || depth >= THREAD.frame_limit.get() {
        return Err(overflow(end > limit));
    }
    THREAD.frame_depth.set(depth + 1);
    let frame = top as *mut Frame;
    // SAFETY: there is room for the frame; the function is live.
    unsafe {
        let object = &*(function.0 as *const pyrsc_core::function::Function);
        frame.write(Frame {
            previous: current(),
            code,
            function,
            globals: object.globals_word(),
            builtins: object.builtins.cell().get(),
            namespace: Value(0),
            frame_object: Cell::new(Value(0)),
            outer: Value(0),
            top: end,
            limit,
            unit: 0,
            next: 0,
            result: 0,
            flags: frame_flags,
            mark: StackMark::default(),
        });
    }
    THREAD.vm_frame.set(frame as *mut u8);
    Ok(frame)
}

/// The error for a stack that is too deep. While it is handled there is a little more room.
#[cold]
fn overflow(stack_end: bool) -> Raised {
    if stack_end {
        return pyrsc_core::memory_error!("the stack of Python frames is full");
    }
    let limit = THREAD.frame_limit.get();
    // Making the exception may itself run Python code: it gets some frames more.
    THREAD.frame_limit.set(limit + 50);
    let raised = recursion_error!("maximum recursion depth exceeded");
    THREAD.frame_limit.set(limit);
    raised
}

/// Drops what the registers `from..to` hold, last register first, as CPython does.
///
/// # Safety
/// The registers are the frame's and initialised.
#[inline(always)]
pub unsafe fn clear_registers(registers: *mut Value, from: usize, to: usize) {
    for index in (from..to).rev() {
        // SAFETY: the caller's promise; the register is empty before its value is dropped.
        unsafe {
            let register = registers.add(index);
            let value = *register;
            if value.is_pointer() {
                *register = EMPTY;
                release(value);
            }
        }
    }
}

/// Takes a frame off the stack: its locals die (or go to its frame object, where somebody keeps that), and the frame below
/// is the current one.
///
/// # Safety
/// `frame` is the innermost frame, and lies on the stack.
#[inline(always)]
pub unsafe fn pop(frame: *mut Frame) {
    // SAFETY: the caller's promise. The frame stays the current one while values die, so that Python code that runs then
    // finds its own frame's place above it.
    unsafe {
        if (*frame).frame_object.get().0 != 0 {
            crate::frame_object::detach(frame);
        }
        let count = (*(*frame).code).running().register_count as usize;
        clear_registers(Frame::registers(frame), 0, count);
        if (*frame).namespace.0 != 0 {
            release(std::mem::replace(&mut (*frame).namespace, Value(0)));
        }
        let function = std::mem::replace(&mut (*frame).function, Value(0));
        THREAD.vm_frame.set((*frame).previous as *mut u8);
        THREAD.frame_depth.set(THREAD.frame_depth.get() - 1);
        release(function);
    }
}

/// A new reference to what a register holds.
///
/// # Safety
/// The register is initialised and holds a value.
#[inline(always)]
pub unsafe fn copy(register: *mut Value) -> Value {
    // SAFETY: the caller's promise.
    unsafe {
        let value = *register;
        if value.is_pointer() {
            increment(value);
        }
        value
    }
}

/// The value of a named local of a frame, its cell's content where it is a cell.
pub fn local_value(frame: &Frame, index: usize) -> Option<Owned> {
    let registers = Frame::registers(std::ptr::from_ref(frame) as *mut Frame);
    // SAFETY: named locals are the first registers.
    let value = unsafe { *registers.add(index) };
    crate::frame_object::local_content(frame.code(), index, value)
}

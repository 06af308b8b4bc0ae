//! The interpreter's loop: fetch, dispatch, and what happens when an instruction raises.
//!
//! The state of the loop is a small value that stays in machine registers: handlers are inlined into the loop, and what
//! is out of line gets a frame or registers, never the state itself. A call of a Python function makes a frame and goes
//! on in the same loop; only Rust code that calls Python enters it anew.

use pyrsc_abi::Value;
use pyrsc_bytecode::{Use, dispatch};
use pyrsc_core::exception;
use pyrsc_core::object::{Object, increment, release};
use pyrsc_core::owned::{Owned, Raised, Result};

use crate::code::CodeObject;
use crate::frame::{self, EMPTY, Frame, flags};
use crate::stack::{self, StackMark};
use crate::traceback;

/// What follows an instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The instruction at `next`.
    Next,
    /// An exception is pending.
    Raised,
    /// As `Raised`, without a new traceback entry for this frame.
    Reraised,
    /// The entry frame is left with `result`.
    Leave,
}

/// The state of the loop.
pub struct Interpreter {
    pub frame: *mut Frame,
    pub registers: *mut Value,
    pub units: *const u64,
    /// The next instruction's unit.
    pub next: u32,
    pub result: Value,
}

/// An operand: owned where it was moved out of its register, else borrowed from it.
pub struct Taken {
    value: Value,
    owned: bool,
}

impl Taken {
    /// An operand that is no register's.
    pub fn owned(value: Owned) -> Taken {
        Taken { value: value.into_raw(), owned: true }
    }

    #[inline(always)]
    pub fn value(&self) -> Value {
        self.value
    }

    /// The operand with a reference of its own.
    #[inline(always)]
    pub fn into_owned(self) -> Owned {
        let this = std::mem::ManuallyDrop::new(self);
        if !this.owned && this.value.is_pointer() {
            // SAFETY: the register holds a live value.
            unsafe { increment(this.value) };
        }
        // SAFETY: the reference was the register's, or was counted just now.
        unsafe { Owned::from_raw(this.value) }
    }
}

impl std::ops::Deref for Taken {
    type Target = Object;
    #[inline(always)]
    fn deref(&self) -> &Object {
        // SAFETY: owned here or by the register, which keeps its value while the instruction runs.
        unsafe { Object::from_value(self.value) }
    }
}

impl Drop for Taken {
    #[inline(always)]
    fn drop(&mut self) {
        if self.owned {
            // SAFETY: moved out of the register.
            unsafe { release(self.value) };
        }
    }
}

/// Reads an operand.
///
/// # Safety
/// `registers` are those of a frame whose verified code has the operand.
#[inline(always)]
pub unsafe fn take(registers: *mut Value, operand: Use) -> Taken {
    // SAFETY: the verifier checked register numbers.
    unsafe {
        let register = registers.add(operand.register.index());
        let value = *register;
        if operand.last {
            *register = EMPTY;
        }
        Taken { value, owned: operand.last }
    }
}

/// Writes a result; what the register held dies after that.
///
/// # Safety
/// As for [`take`]; the register takes the reference over.
#[inline(always)]
pub unsafe fn store(registers: *mut Value, register: usize, value: Value) {
    // SAFETY: the caller's promise.
    unsafe {
        let register = registers.add(register);
        let old = *register;
        *register = value;
        if old.is_pointer() {
            release(old);
        }
    }
}

impl Interpreter {
    /// Goes on in a frame, at its `next`.
    #[inline(always)]
    pub fn enter(&mut self, frame: *mut Frame) {
        // SAFETY: the frame is live, and so is its code.
        unsafe {
            self.frame = frame;
            self.registers = Frame::registers(frame);
            self.units = (*(*frame).code).running().units;
            self.next = (*frame).next;
        }
    }

    /// The code that runs.
    #[inline(always)]
    pub fn code(&self) -> &'static CodeObject {
        // SAFETY: the frame's function keeps it alive as long as the frame runs.
        unsafe { &*(*self.frame).code }
    }

    #[inline(always)]
    pub fn peek(&self, operand: Use) -> Value {
        // SAFETY: the verifier checked register numbers.
        unsafe { *self.registers.add(operand.register.index()) }
    }

    #[inline(always)]
    pub fn take(&self, operand: Use) -> Taken {
        // SAFETY: the registers are the running frame's.
        unsafe { take(self.registers, operand) }
    }

    #[inline(always)]
    pub fn store(&mut self, register: pyrsc_bytecode::Def, value: Value) {
        // SAFETY: as above.
        unsafe { store(self.registers, register.0.index(), value) }
    }

    /// Writes a result, or raises.
    #[inline(always)]
    pub fn finish(&mut self, register: pyrsc_bytecode::Def, result: Result) -> Flow {
        match result {
            Ok(value) => {
                self.store(register, value.into_raw());
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }
}

/// The flow after an operation without a result.
#[inline(always)]
pub fn flow(result: Result<()>) -> Flow {
    match result {
        Ok(()) => Flow::Next,
        Err(Raised) => Flow::Raised,
    }
}

/// Runs a frame, and those that it calls, until it is left. The result is owned; 0: an exception is pending.
///
/// # Safety
/// `entry` is the innermost frame of the thread, has the flag `ENTRY`, and its registers are initialised.
pub unsafe fn run(entry: *mut Frame, flow: Flow) -> Value {
    let mut vm = Interpreter {
        frame: entry,
        registers: std::ptr::null_mut(),
        units: std::ptr::null(),
        next: 0,
        result: Value(0),
    };
    vm.enter(entry);
    // SAFETY: the frame is live.
    unsafe { (*entry).mark = StackMark::here() };
    let mut flow = flow;
    loop {
        match flow {
            Flow::Next => {}
            Flow::Leave => return vm.result,
            Flow::Raised | Flow::Reraised => {
                if !unwind(&mut vm, flow == Flow::Reraised) {
                    return Value(0);
                }
            }
        }
        flow = loop {
            let unit = vm.next;
            // SAFETY: the code was verified: control never leaves the instructions, which end with a unit of padding.
            let flow = unsafe {
                let first = *vm.units.add(unit as usize);
                let second = *vm.units.add(unit as usize + 1);
                (*vm.frame).unit = unit;
                dispatch(&mut vm, unit, first, second)
            };
            if flow != Flow::Next {
                break flow;
            }
        };
    }
}

/// Finds the handler of the pending exception, leaving frames on the way. False when the entry frame is left.
#[inline(never)]
fn unwind(vm: &mut Interpreter, mut again: bool) -> bool {
    loop {
        let frame = vm.frame;
        // SAFETY: the frame is live.
        let (unit, code) = unsafe { ((*frame).unit, (*frame).code()) };
        if !again {
            traceback::add_entry(frame);
        }
        again = false;
        if let Some(handler) = code.code().handler_at(unit) {
            let depth = handler.depth.index();
            let count = code.running().register_count as usize;
            let pending = exception::take();
            let registers = Frame::registers(frame);
            for register in (depth.max(code.running().local_count as usize)..count).rev() {
                // SAFETY: temporaries are registers of the frame.
                unsafe { store(registers, register, EMPTY) };
            }
            exception::restore(pending);
            vm.enter(frame);
            vm.next = handler.target.0;
            return true;
        }
        // SAFETY: the frame is live, and the innermost.
        unsafe {
            if (*frame).flags & flags::GENERATOR != 0 {
                crate::generator::fail(frame);
            } else {
                let pending = exception::take();
                if (*frame).outer.0 != 0 {
                    release(std::mem::replace(&mut (*frame).outer, Value(0)));
                }
                let entry = (*frame).flags & flags::ENTRY != 0;
                if entry && stack::has_native_code() {
                    crate::frame_object::leave(frame);
                }
                frame::pop(frame);
                exception::restore(pending);
                if entry {
                    return false;
                }
                vm.enter(frame::current());
                continue;
            }
            let entry = (*frame).flags & flags::ENTRY != 0;
            if entry {
                return false;
            }
            vm.enter(frame::current());
        }
    }
}

//! The running Python functions of this thread, natively compiled and interpreted ones, innermost first.
//!
//! Nothing is kept for this while functions run. The interpreter's frames are linked; a natively compiled function has no
//! more than its machine frame, which the walk finds by the unwind tables: a return address inside a known body is a
//! running function. The two are merged by where they lie on the native stack: each entry into the interpreter notes that
//! in its first frame. Unwind tables, not frame pointers: the code of the runtime and of libraries in between has no frame
//! pointers, and generated code would pay for them in every function.
//!
//! **Invariant:** a walk runs no Python code, so that nothing that it sees changes meanwhile.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;

use pyrsc_abi::Value;
use pyrsc_core::dict::Dict;
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;

use crate::code::CodeObject;
use crate::frame::{self, Frame, flags};

/// A place on the native stack: its address in units of 16 bytes, without the upper bits.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StackMark(u32);

impl StackMark {
    fn of(address: usize) -> StackMark {
        StackMark((address >> 4) as u32)
    }

    /// The place in use now.
    #[inline(always)]
    pub fn here() -> StackMark {
        let local = 0u8;
        StackMark::of(std::ptr::from_ref(std::hint::black_box(&local)) as usize)
    }

    /// Whether this is nearer to the stack's innermost end. Stacks are far smaller than the range of marks.
    fn is_inside(self, other: StackMark) -> bool {
        (self.0.wrapping_sub(other.0) as i32) < 0
    }
}

/// A natively compiled function, as the walk knows it. All of it lives as long as the program.
#[derive(Clone, Copy)]
pub struct NativeCode {
    pub code: &'static CodeObject,
    /// The word of the globals of the module that it belongs to.
    pub globals: Value,
    /// Its part of the module's `SiteTable`.
    pub runs: &'static [u8],
}

/// The unit of the instruction whose machine code covers the byte so far behind the body's start.
fn unit_at(runs: &[u8], offset: u64) -> Option<u32> {
    let mut rest = runs;
    let (mut place, mut unit, mut found) = (0, 0i64, 0);
    while !rest.is_empty() {
        place += varint(&mut rest);
        if place > offset {
            break;
        }
        let zigzag = varint(&mut rest);
        unit += (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        // Code that belongs to no instruction: the one before it is the nearest.
        if unit != 0 {
            found = unit;
        }
    }
    u32::try_from(found - 1).ok()
}

fn varint(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    while let Some((&byte, more)) = rest.split_first() {
        *rest = more;
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

/// The natively compiled functions, by the address where their bodies start.
static BODIES: Static<RefCell<Option<HashMap<usize, NativeCode>>>> = Static::new(RefCell::new(None));

/// Makes a natively compiled function known, by where its body starts.
pub fn register_body(start: *const (), native: NativeCode) {
    BODIES.borrow_mut().get_or_insert_default().insert(start as usize, native);
}

/// Whether there is natively compiled code at all.
pub fn has_native_code() -> bool {
    BODIES.borrow().is_some()
}

/// A natively compiled function that runs.
#[derive(Clone, Copy)]
pub struct NativeActivation {
    pub code: &'static CodeObject,
    /// The word of its globals.
    globals: Value,
    /// The unit of the instruction that runs; none at the function's entry.
    pub unit: Option<u32>,
    /// Where its machine frame starts, at the inner end.
    pub stack: usize,
}

impl NativeActivation {
    /// The globals.
    pub fn globals(&self) -> &'static Dict {
        // SAFETY: the namespace of a module with native code is kept for ever.
        unsafe { &*Object::from_value(self.globals).address::<Dict>() }
    }
}

/// A running Python function.
#[derive(Clone, Copy)]
pub enum Activation {
    Interpreted(*mut Frame),
    Native(NativeActivation),
}

impl Activation {
    /// The code that runs.
    pub fn code(&self) -> &CodeObject {
        match self {
            // SAFETY: the frame is live.
            Activation::Interpreted(frame) => unsafe { &*(**frame).code },
            Activation::Native(native) => native.code,
        }
    }

    /// The globals.
    pub fn globals(&self) -> &Dict {
        match self {
            // SAFETY: the frame is live.
            Activation::Interpreted(frame) => unsafe { (**frame).globals() },
            Activation::Native(native) => native.globals(),
        }
    }

    /// The line that runs.
    pub fn line(&self) -> Option<u32> {
        match self {
            // SAFETY: the frame is live.
            Activation::Interpreted(frame) => unsafe { (**frame).line() },
            Activation::Native(native) => native.code.line_at(native.unit.unwrap_or(0)),
        }
    }
}

/// Visits the running functions of this thread, innermost first, until told to stop.
pub fn walk(visit: &mut dyn FnMut(Activation) -> ControlFlow<()>) {
    let bodies = BODIES.borrow();
    let Some(bodies) = bodies.as_ref() else {
        let mut frame = frame::current();
        while !frame.is_null() && visit(Activation::Interpreted(frame)).is_continue() {
            // SAFETY: the frames of the running thread are live.
            frame = unsafe { (*frame).previous };
        }
        return;
    };
    let frame = frame::current();
    let mut walk = Walk { visit, bodies, frame, mark: None, stopped: false };
    // SAFETY: `step` takes the state that is passed here, and lives as long as the call.
    unsafe { _Unwind_Backtrace(step, std::ptr::from_mut(&mut walk).cast()) };
    if !walk.stopped {
        let _ = walk.interpreted(None);
    }
}

/// The running function so many calls below the innermost one.
pub fn at_depth(depth: usize) -> Option<Activation> {
    let mut left = depth;
    let mut found = None;
    walk(&mut |activation| {
        if left == 0 {
            found = Some(activation);
            return ControlFlow::Break(());
        }
        left -= 1;
        ControlFlow::Continue(())
    });
    found
}

/// The innermost running function.
pub fn innermost() -> Option<Activation> {
    at_depth(0)
}

/// How many Python functions run in this thread.
pub fn depth() -> usize {
    let mut count = 0;
    walk(&mut |_| {
        count += 1;
        ControlFlow::Continue(())
    });
    count
}

struct Walk<'a> {
    visit: &'a mut dyn FnMut(Activation) -> ControlFlow<()>,
    bodies: &'a HashMap<usize, NativeCode>,
    /// The interpreter's frame that comes next.
    frame: *mut Frame,
    /// Where the interpreter was entered for the frame that comes next, once that is known.
    mark: Option<StackMark>,
    stopped: bool,
}

impl Walk<'_> {
    fn visit(&mut self, activation: Activation) -> ControlFlow<()> {
        let flow = (self.visit)(activation);
        self.stopped = flow.is_break();
        flow
    }

    /// Goes to the next frame of the interpreter.
    fn advance(&mut self) {
        // SAFETY: the frames of the running thread are live.
        let frame = unsafe { &*self.frame };
        if frame.flags & (flags::ENTRY | flags::NATIVE) != 0 {
            self.mark = None;
        }
        self.frame = frame.previous;
    }

    /// Visits the interpreter's frames that are inside a place on the stack; without a place, all.
    fn interpreted(&mut self, place: Option<StackMark>) -> ControlFlow<()> {
        while !self.frame.is_null() {
            if let Some(place) = place
                && !self.entry_mark().is_inside(place)
            {
                break;
            }
            self.visit(Activation::Interpreted(self.frame))?;
            self.advance();
        }
        ControlFlow::Continue(())
    }

    /// Where the interpreter was entered for the frame that comes next.
    fn entry_mark(&mut self) -> StackMark {
        if let Some(mark) = self.mark {
            return mark;
        }
        let mut frame = self.frame;
        // SAFETY: the frames of the running thread are live; the outermost is an entry.
        let mark = unsafe {
            while (*frame).flags & (flags::ENTRY | flags::NATIVE) == 0 && !(*frame).previous.is_null() {
                frame = (*frame).previous;
            }
            (*frame).mark
        };
        *self.mark.insert(mark)
    }

    fn machine_frame(&mut self, start: usize, next: usize, stack_pointer: usize) -> ControlFlow<()> {
        let Some(native) = self.bodies.get(&start).copied() else { return ControlFlow::Continue(()) };
        self.interpreted(Some(StackMark::of(stack_pointer)))?;
        // The return address is behind the call.
        let unit = unit_at(native.runs, (next - start).saturating_sub(1) as u64);
        // SAFETY: the frames of the running thread are live.
        if let Some(frame) = unsafe { self.frame.as_mut() }
            && frame.flags & flags::NATIVE != 0
            && std::ptr::eq(frame.code, native.code)
        {
            // A generator's frame stands in the interpreter's chain.
            frame.unit = unit.unwrap_or(0);
            self.visit(Activation::Interpreted(self.frame))?;
            self.advance();
            return ControlFlow::Continue(());
        }
        let NativeCode { code, globals, .. } = native;
        self.visit(Activation::Native(NativeActivation { code, globals, unit, stack: stack_pointer }))
    }
}

/// What the unwinder shows of a machine frame.
#[repr(C)]
struct UnwindContext {
    _private: [u8; 0],
}

type TraceFunction = unsafe extern "C" fn(*mut UnwindContext, *mut c_void) -> c_int;

/// `_URC_NO_REASON`: go on.
const GO_ON: c_int = 0;
/// `_URC_END_OF_STACK`: any other code ends the walk.
const STOP: c_int = 5;

unsafe extern "C" {
    fn _Unwind_Backtrace(trace: TraceFunction, state: *mut c_void) -> c_int;
    fn _Unwind_GetIP(context: *mut UnwindContext) -> usize;
    fn _Unwind_GetRegionStart(context: *mut UnwindContext) -> usize;
    fn _Unwind_GetCFA(context: *mut UnwindContext) -> usize;
}

unsafe extern "C" fn step(context: *mut UnwindContext, state: *mut c_void) -> c_int {
    // SAFETY: `walk` passes its state; the context is the unwinder's.
    let flow = unsafe {
        let walk = &mut *state.cast::<Walk>();
        let start = _Unwind_GetRegionStart(context);
        walk.machine_frame(start, _Unwind_GetIP(context), _Unwind_GetCFA(context))
    };
    match flow {
        ControlFlow::Continue(()) => GO_ON,
        ControlFlow::Break(()) => STOP,
    }
}

#[cfg(test)]
mod tests {
    use super::{StackMark, unit_at};

    #[test]
    fn places_in_runs() {
        // From byte 0 no unit, from 4 unit 9, from 204 unit 2, from 210 none.
        let runs = [0, 0, 4, 20, 0xc8, 1, 13, 6, 5];
        let units: Vec<Option<u32>> =
            [0, 3, 4, 203, 204, 209, 210, 5000].map(|offset| unit_at(&runs, offset)).into();
        assert_eq!(units, [None, None, Some(9), Some(9), Some(2), Some(2), Some(2), Some(2)]);
        assert_eq!(unit_at(&[], 7), None);
    }

    #[test]
    fn marks_are_ordered_across_the_end_of_their_range() {
        let outer = StackMark::of(0x7f00_0000_0010);
        assert!(StackMark::of(0x7eff_ffff_ff00).is_inside(outer));
        assert!(!outer.is_inside(outer));
        assert!(!StackMark::of(0x7f00_0000_1000).is_inside(outer));
    }
}

//! One handler for each instruction: the implementation of the bytecode's handler trait.
//!
//! Handlers are inlined into the interpreter's loop, so they hold the fast cases alone; the rest is a call of a function
//! in the module that has the instruction's noun.

use std::sync::atomic::Ordering;

use pyrsc_abi::layout::{ListLayout, RangeIteratorLayout, SequenceIteratorLayout, TupleLayout};
use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_bytecode::operand::*;
use pyrsc_bytecode::{InstructionHandler, Site};
use pyrsc_core::gil::THREAD;
use pyrsc_core::object::{Object, increment};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::special_methods::Comparison;

use crate::frame::EMPTY;
use crate::interpreter::{Flow, Interpreter, flow};
use crate::{
    arithmetic, async_generator, attributes, awaitable, call, class_statement, containers, exceptions,
    formatting, function, generator, globals, import_statement, iteration, matching, type_parameters,
};

type BinaryOperation = fn(&Object, &Object) -> Result;

/// A binary operation out of line.
///
/// # Safety
/// `registers` are those of the running frame.
#[inline(never)]
unsafe fn binary(registers: *mut Value, dst: Def, lhs: Use, rhs: Use, operation: BinaryOperation) -> Flow {
    // SAFETY: the caller's promise.
    unsafe {
        let left = crate::interpreter::take(registers, lhs);
        let right = crate::interpreter::take(registers, rhs);
        let result = operation(&left, &right);
        drop(left);
        drop(right);
        match result {
            Ok(value) => {
                crate::interpreter::store(registers, dst.0.index(), value.into_raw());
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }
}

#[inline(never)]
unsafe fn compare_truth(registers: *mut Value, lhs: Use, rhs: Use, comparison: Comparison) -> Result<bool> {
    // SAFETY: the caller gives the running frame's registers.
    unsafe {
        let left = crate::interpreter::take(registers, lhs);
        let right = crate::interpreter::take(registers, rhs);
        let result = operations::compare_truth(&left, &right, comparison);
        drop(left);
        drop(right);
        result
    }
}

#[inline(never)]
unsafe fn compare(registers: *mut Value, dst: Def, lhs: Use, rhs: Use, comparison: Comparison) -> Flow {
    // SAFETY: as above.
    unsafe {
        let left = crate::interpreter::take(registers, lhs);
        let right = crate::interpreter::take(registers, rhs);
        let result = operations::compare(&left, &right, comparison);
        drop(left);
        drop(right);
        match result {
            Ok(value) => {
                crate::interpreter::store(registers, dst.0.index(), value.into_raw());
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }
}

/// The truth of a value that needs no call.
#[inline(always)]
fn quick_truth(value: Value) -> Option<bool> {
    match value {
        Value::TRUE => Some(true),
        Value::FALSE | Value::NONE => Some(false),
        _ if value.is_int() => Some(value.0 != Value::from_small_int(0).0),
        _ => None,
    }
}

#[inline(always)]
pub(crate) fn shape_of(value: Value) -> Option<ShapeId> {
    // SAFETY: a pointer value is a live object, which starts with its header.
    if value.is_pointer() { Some(unsafe { &*(value.0 as *const Header) }.shape.get()) } else { None }
}

/// An item of a list or tuple by an immediate int, where it is there.
#[inline(always)]
pub(crate) fn sequence_item(sequence: Value, index: Value) -> Option<Value> {
    if !index.is_int() {
        return None;
    }
    let (items, length) = match shape_of(sequence)? {
        ShapeId::LIST => {
            // SAFETY: the shape says what lies there.
            let list = unsafe { &*(sequence.0 as *const ListLayout) };
            (list.items.get() as *const Value, list.length.get())
        }
        ShapeId::TUPLE => {
            // SAFETY: the shape says what lies there.
            let tuple = unsafe { &*(sequence.0 as *const TupleLayout) };
            // SAFETY: the items follow the struct.
            (unsafe { std::ptr::from_ref(tuple).add(1) as *const Value }, tuple.length)
        }
        _ => return None,
    };
    let index = index.int();
    let index = if index < 0 { index + length as i64 } else { index };
    if (index as u64) < length as u64 {
        // SAFETY: the index was compared with the length.
        let value = unsafe { *items.add(index as usize) };
        if value.is_pointer() {
            // SAFETY: an item is a live value.
            unsafe { increment(value) };
        }
        Some(value)
    } else {
        None
    }
}

impl Interpreter {
    #[inline(always)]
    fn binary_with(
        &mut self,
        site: Site,
        dst: Def,
        lhs: Use,
        rhs: Use,
        fast: impl Fn(Value, Value) -> Option<Value>,
        operation: BinaryOperation,
    ) -> Flow {
        self.next = site.next;
        // Immediates need no counting, so registers that are read for the last time can keep them.
        if let Some(result) = fast(self.peek(lhs), self.peek(rhs)) {
            self.store(dst, result);
            return Flow::Next;
        }
        // SAFETY: the registers are the running frame's.
        unsafe { binary(self.registers, dst, lhs, rhs, operation) }
    }

    #[inline(always)]
    fn compare_with(
        &mut self,
        site: Site,
        dst: Def,
        lhs: Use,
        rhs: Use,
        fast: impl Fn(Value, Value) -> Option<bool>,
        comparison: Comparison,
    ) -> Flow {
        self.next = site.next;
        if let Some(truth) = fast(self.peek(lhs), self.peek(rhs)) {
            self.store(dst, Value::from_bool(truth));
            return Flow::Next;
        }
        // SAFETY: the registers are the running frame's.
        unsafe { compare(self.registers, dst, lhs, rhs, comparison) }
    }

    /// Jumps when the comparison's truth is `wanted`.
    #[inline(always)]
    fn jump_compared(
        &mut self,
        site: Site,
        lhs: Use,
        rhs: Use,
        target: Label,
        fast: impl Fn(Value, Value) -> Option<bool>,
        comparison: Comparison,
        wanted: bool,
    ) -> Flow {
        let truth = match fast(self.peek(lhs), self.peek(rhs)) {
            Some(truth) => truth,
            // SAFETY: the registers are the running frame's.
            None => match unsafe { compare_truth(self.registers, lhs, rhs, comparison) } {
                Ok(truth) => truth,
                Err(Raised) => return Flow::Raised,
            },
        };
        self.next = if truth == wanted { target.0 } else { site.next };
        Flow::Next
    }

    #[inline(always)]
    fn jump_on_truth(&mut self, site: Site, src: Use, target: Label, wanted: bool) -> Flow {
        let truth = match quick_truth(self.peek(src)) {
            Some(truth) => truth,
            None => {
                let value = self.take(src);
                match operations::is_true(&value) {
                    Ok(truth) => truth,
                    Err(Raised) => return Flow::Raised,
                }
            }
        };
        self.next = if truth == wanted { target.0 } else { site.next };
        Flow::Next
    }

    #[inline(always)]
    fn jump_when(&mut self, site: Site, target: Label, condition: bool) -> Flow {
        self.next = if condition { target.0 } else { site.next };
        Flow::Next
    }

    #[inline(always)]
    fn unary(&mut self, site: Site, dst: Def, src: Use, operation: fn(&Object) -> Result) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        let result = operation(&value);
        drop(value);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn contains_truth(&mut self, lhs: Use, rhs: Use) -> Result<bool> {
        let item = self.take(lhs);
        let container = self.take(rhs);
        let result = operations::contains(&container, &item);
        drop(item);
        drop(container);
        result
    }

    /// Whether two operands are the same thing; they are dropped where this is their last use.
    #[inline(always)]
    fn identical(&mut self, lhs: Use, rhs: Use) -> bool {
        let left = self.take(lhs);
        let right = self.take(rhs);
        left.is(&right)
    }

    /// The words of a range, which the instruction moves out.
    #[inline(always)]
    fn range(&self, range: MoveRange) -> *mut Value {
        // SAFETY: the verifier checked the range.
        unsafe { self.registers.add(range.base.index()) }
    }

    #[inline(always)]
    fn take_range(&self, range: MoveRange) -> Vec<Owned> {
        // SAFETY: the registers of a range hold values, which are moved out.
        unsafe { call::take_words(self.range(range), range.count as usize) }
    }
}

macro_rules! binary_handlers {
    ($($name:ident, $inplace:ident: $fast:expr, $operation:path, $inplace_operation:path;)*) => { $(
        #[inline(always)]
        fn $name(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
            self.binary_with(site, dst, lhs, rhs, $fast, $operation)
        }
        #[inline(always)]
        fn $inplace(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
            self.binary_with(site, dst, lhs, rhs, $fast, $inplace_operation)
        }
    )* };
}

macro_rules! comparison_handlers {
    ($($name:ident, $jump:ident, $jump_not:ident: $fast:path, $comparison:ident;)*) => { $(
        #[inline(always)]
        fn $name(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
            self.compare_with(site, dst, lhs, rhs, $fast, Comparison::$comparison)
        }
        #[inline(always)]
        fn $jump(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
            self.jump_compared(site, lhs, rhs, target, $fast, Comparison::$comparison, true)
        }
        #[inline(always)]
        fn $jump_not(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
            self.jump_compared(site, lhs, rhs, target, $fast, Comparison::$comparison, false)
        }
    )* };
}

/// No fast case.
#[inline(always)]
fn never(_left: Value, _right: Value) -> Option<Value> {
    None
}

impl InstructionHandler for Interpreter {
    type Output = Flow;

    #[cold]
    fn unknown_opcode(&mut self, _site: Site, number: u16) -> Flow {
        pyrsc_core::system_error!("unknown opcode {}", number);
        Flow::Raised
    }

    // Registers and constants.

    #[inline(always)]
    fn nop(&mut self, site: Site) -> Flow {
        self.next = site.next;
        Flow::Next
    }

    #[inline(always)]
    fn move_value(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src).into_owned().into_raw();
        self.store(dst, value);
        Flow::Next
    }

    #[inline(always)]
    fn load_none(&mut self, site: Site, dst: Def) -> Flow {
        self.next = site.next;
        self.store(dst, Value::NONE);
        Flow::Next
    }

    #[inline(always)]
    fn load_true(&mut self, site: Site, dst: Def) -> Flow {
        self.next = site.next;
        self.store(dst, Value::TRUE);
        Flow::Next
    }

    #[inline(always)]
    fn load_false(&mut self, site: Site, dst: Def) -> Flow {
        self.next = site.next;
        self.store(dst, Value::FALSE);
        Flow::Next
    }

    #[inline(always)]
    fn load_int(&mut self, site: Site, dst: Def, value: Immediate) -> Flow {
        self.next = site.next;
        self.store(dst, Value::from_small_int(i64::from(value.0)));
        Flow::Next
    }

    #[inline(always)]
    fn load_const(&mut self, site: Site, dst: Def, constant: ConstantIndex) -> Flow {
        self.next = site.next;
        let value = self.code().constant_word(constant.index());
        if value.0 == 0 {
            let result = self.code().constant(constant.index());
            return self.finish(dst, result);
        }
        if value.is_pointer() {
            // SAFETY: the code owns its constants.
            unsafe { increment(value) };
        }
        self.store(dst, value);
        Flow::Next
    }

    #[inline(always)]
    fn load_common(&mut self, site: Site, dst: Def, which: CommonConstant) -> Flow {
        self.next = site.next;
        let result = globals::common_constant(which);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn drop_value(&mut self, site: Site, register: Kill) -> Flow {
        self.next = site.next;
        self.store(Def(register.0), EMPTY);
        Flow::Next
    }

    #[inline(always)]
    fn delete_local(&mut self, site: Site, register: Kill) -> Flow {
        self.next = site.next;
        self.store(Def(register.0), EMPTY);
        Flow::Next
    }

    #[inline(always)]
    fn check_bound(&mut self, site: Site, register: LocalRead) -> Flow {
        self.next = site.next;
        // SAFETY: the verifier checked the register.
        if unsafe { *self.registers.add(register.0.index()) } == EMPTY {
            return globals::unbound_local(self.code(), register.0.index());
        }
        Flow::Next
    }

    // Cells.

    #[inline(always)]
    fn copy_free_variables(&mut self, site: Site, cells: DefRange) -> Flow {
        self.next = site.next;
        // SAFETY: the registers are the running frame's.
        unsafe { globals::copy_free_variables(self.frame, cells) };
        Flow::Next
    }

    #[inline(always)]
    fn make_cell(&mut self, site: Site, register: Update) -> Flow {
        self.next = site.next;
        // SAFETY: the verifier checked the register.
        unsafe { globals::make_cell(self.registers.add(register.0.index())) };
        Flow::Next
    }

    #[inline(always)]
    fn load_closure(&mut self, site: Site, dst: Def, cell: Cell) -> Flow {
        self.next = site.next;
        // SAFETY: the register holds a cell.
        let value = unsafe { crate::frame::copy(self.registers.add(cell.0.index())) };
        self.store(dst, value);
        Flow::Next
    }

    #[inline(always)]
    fn load_cell(&mut self, site: Site, dst: Def, cell: Cell) -> Flow {
        self.next = site.next;
        // SAFETY: the register holds a cell.
        let content = unsafe { globals::cell_at(self.registers, cell) }.get();
        match content {
            Some(value) => {
                self.store(dst, value.into_raw());
                Flow::Next
            }
            None => globals::unbound_cell(self.code(), cell.0.index()),
        }
    }

    #[inline(always)]
    fn store_cell(&mut self, site: Site, cell: Cell, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src).into_owned();
        // SAFETY: the register holds a cell.
        unsafe { globals::cell_at(self.registers, cell) }.set(Some(value));
        Flow::Next
    }

    #[inline(always)]
    fn delete_cell(&mut self, site: Site, cell: Cell) -> Flow {
        self.next = site.next;
        // SAFETY: the register holds a cell.
        match unsafe { globals::cell_at(self.registers, cell) }.replace(None) {
            Some(_) => Flow::Next,
            None => globals::unbound_cell(self.code(), cell.0.index()),
        }
    }

    #[inline(always)]
    fn load_from_dict_or_cell(&mut self, site: Site, dst: Def, mapping: Use, cell: Cell) -> Flow {
        self.next = site.next;
        let mapping = self.take(mapping);
        // SAFETY: the register holds a cell.
        let result = unsafe { globals::load_from_dict_or_cell(self.frame, &mapping, cell) };
        drop(mapping);
        self.finish(dst, result)
    }

    // Names.

    #[inline(always)]
    fn load_name(&mut self, site: Site, dst: Def, name: NameIndex, cache: CacheIndex) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let result = globals::load_name(unsafe { &*self.frame }, name, cache);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn store_name(&mut self, site: Site, src: Use, name: NameIndex) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        // SAFETY: the frame is running.
        flow(globals::store_name(unsafe { &*self.frame }, name, &value))
    }

    #[inline(always)]
    fn delete_name(&mut self, site: Site, name: NameIndex) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        flow(globals::delete_name(unsafe { &*self.frame }, name))
    }

    #[inline(always)]
    fn load_global(&mut self, site: Site, dst: Def, name: NameIndex, cache: CacheIndex) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let frame = unsafe { &*self.frame };
        if let Some(value) = globals::cached_global(frame, cache) {
            self.store(dst, value);
            return Flow::Next;
        }
        let result = globals::load_global(frame, name, Some(cache));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn store_global(&mut self, site: Site, src: Use, name: NameIndex, cache: CacheIndex) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        // SAFETY: the frame is running.
        flow(globals::store_global(unsafe { &*self.frame }, name, cache, value.into_owned()))
    }

    #[inline(always)]
    fn delete_global(&mut self, site: Site, name: NameIndex) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        flow(globals::delete_global(unsafe { &*self.frame }, name))
    }

    #[inline(always)]
    fn load_from_dict_or_globals(&mut self, site: Site, dst: Def, mapping: Use, name: NameIndex) -> Flow {
        self.next = site.next;
        let mapping = self.take(mapping);
        // SAFETY: the frame is running.
        let result = globals::load_from_dict_or_globals(unsafe { &*self.frame }, &mapping, name);
        drop(mapping);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn load_locals(&mut self, site: Site, dst: Def) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let result = globals::load_locals(unsafe { &*self.frame });
        self.finish(dst, result)
    }

    #[inline(always)]
    fn load_build_class(&mut self, site: Site, dst: Def) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let result = globals::load_build_class(unsafe { &*self.frame });
        self.finish(dst, result)
    }

    #[inline(always)]
    fn setup_annotations(&mut self, site: Site) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        flow(globals::setup_annotations(unsafe { &*self.frame }))
    }

    // Unary operators.

    #[inline(always)]
    fn negative(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        if let Some(result) = arithmetic::negative(self.peek(src)) {
            self.next = site.next;
            self.store(dst, result);
            return Flow::Next;
        }
        self.unary(site, dst, src, operations::negative)
    }

    #[inline(always)]
    fn positive(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.unary(site, dst, src, operations::positive)
    }

    #[inline(always)]
    fn invert(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.unary(site, dst, src, operations::invert)
    }

    #[inline(always)]
    fn not(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        if let Some(truth) = quick_truth(self.peek(src)) {
            self.store(dst, Value::from_bool(!truth));
            return Flow::Next;
        }
        let value = self.take(src);
        let result = operations::is_true(&value).map(|truth| Owned::bool(!truth));
        drop(value);
        self.finish(dst, result)
    }

    // Binary operators.

    binary_handlers! {
        add, inplace_add: arithmetic::add, operations::add, operations::inplace_add;
        subtract, inplace_subtract: arithmetic::subtract, operations::subtract, operations::inplace_subtract;
        multiply, inplace_multiply: arithmetic::multiply, operations::multiply, operations::inplace_multiply;
        matrix_multiply, inplace_matrix_multiply: never, operations::matrix_multiply,
            operations::inplace_matrix_multiply;
        true_divide, inplace_true_divide: arithmetic::true_divide, operations::true_divide,
            operations::inplace_true_divide;
        floor_divide, inplace_floor_divide: arithmetic::floor_divide, operations::floor_divide,
            operations::inplace_floor_divide;
        remainder, inplace_remainder: arithmetic::remainder, operations::remainder, operations::inplace_remainder;
        power, inplace_power: never, containers::power, containers::inplace_power;
        left_shift, inplace_left_shift: arithmetic::left_shift, operations::left_shift,
            operations::inplace_left_shift;
        right_shift, inplace_right_shift: arithmetic::right_shift, operations::right_shift,
            operations::inplace_right_shift;
        bit_and, inplace_bit_and: arithmetic::bit_and, operations::and, operations::inplace_and;
        bit_or, inplace_bit_or: arithmetic::bit_or, operations::or, operations::inplace_or;
        bit_xor, inplace_bit_xor: arithmetic::bit_xor, operations::xor, operations::inplace_xor;
    }

    // Comparisons.

    comparison_handlers! {
        less, jump_if_less, jump_if_not_less: arithmetic::less, Less;
        less_equal, jump_if_less_equal, jump_if_not_less_equal: arithmetic::less_equal, LessEqual;
        equal, jump_if_equal, jump_if_not_equal: arithmetic::equal, Equal;
        not_equal, jump_if_unequal, jump_if_not_unequal: arithmetic::not_equal, NotEqual;
        greater, jump_if_greater, jump_if_not_greater: arithmetic::greater, Greater;
        greater_equal, jump_if_greater_equal, jump_if_not_greater_equal: arithmetic::greater_equal, GreaterEqual;
    }

    #[inline(always)]
    fn is(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
        self.next = site.next;
        let truth = self.identical(lhs, rhs);
        self.store(dst, Value::from_bool(truth));
        Flow::Next
    }

    #[inline(always)]
    fn is_not(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
        self.next = site.next;
        let truth = !self.identical(lhs, rhs);
        self.store(dst, Value::from_bool(truth));
        Flow::Next
    }

    #[inline(always)]
    fn contains(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
        self.next = site.next;
        let result = self.contains_truth(lhs, rhs).map(Owned::bool);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn not_contains(&mut self, site: Site, dst: Def, lhs: Use, rhs: Use) -> Flow {
        self.next = site.next;
        let result = self.contains_truth(lhs, rhs).map(|truth| Owned::bool(!truth));
        self.finish(dst, result)
    }

    // Jumps.

    #[inline(always)]
    fn jump(&mut self, _site: Site, target: Label) -> Flow {
        self.next = target.0;
        Flow::Next
    }

    #[inline(always)]
    fn jump_back(&mut self, _site: Site, target: Label) -> Flow {
        self.next = target.0;
        if THREAD.poll.load(Ordering::Relaxed) != 0 {
            return flow(pyrsc_core::thread::poll());
        }
        Flow::Next
    }

    #[inline(always)]
    fn jump_if_true(&mut self, site: Site, src: Use, target: Label) -> Flow {
        self.jump_on_truth(site, src, target, true)
    }

    #[inline(always)]
    fn jump_if_false(&mut self, site: Site, src: Use, target: Label) -> Flow {
        self.jump_on_truth(site, src, target, false)
    }

    #[inline(always)]
    fn jump_if_none(&mut self, site: Site, src: Use, target: Label) -> Flow {
        let is_none = self.take(src).value() == Value::NONE;
        self.jump_when(site, target, is_none)
    }

    #[inline(always)]
    fn jump_if_not_none(&mut self, site: Site, src: Use, target: Label) -> Flow {
        let is_none = self.take(src).value() == Value::NONE;
        self.jump_when(site, target, !is_none)
    }

    #[inline(always)]
    fn jump_if_is(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
        let same = self.identical(lhs, rhs);
        self.jump_when(site, target, same)
    }

    #[inline(always)]
    fn jump_if_is_not(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
        let same = self.identical(lhs, rhs);
        self.jump_when(site, target, !same)
    }

    #[inline(always)]
    fn jump_if_contains(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
        match self.contains_truth(lhs, rhs) {
            Ok(truth) => self.jump_when(site, target, truth),
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn jump_if_not_contains(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) -> Flow {
        match self.contains_truth(lhs, rhs) {
            Ok(truth) => self.jump_when(site, target, !truth),
            Err(Raised) => Flow::Raised,
        }
    }

    // Attributes and items.

    #[inline(always)]
    fn load_attr(&mut self, site: Site, dst: Def, obj: Use, name: NameIndex, cache: CacheIndex) -> Flow {
        self.next = site.next;
        let code = self.code();
        let result = match attributes::cached(self.peek(obj), code.cache(cache.0 as usize)) {
            Some(value) => {
                drop(self.take(obj));
                self.store(dst, value);
                return Flow::Next;
            }
            None => {
                let object = self.take(obj);
                attributes::load(&object, code.name(name.index()), code.cache(cache.0 as usize))
            }
        };
        self.finish(dst, result)
    }

    #[inline(always)]
    fn store_attr(&mut self, site: Site, obj: Use, value: Use, name: NameIndex, cache: CacheIndex) -> Flow {
        self.next = site.next;
        let code = self.code();
        let object = self.take(obj);
        let value = self.take(value);
        if attributes::cached_store(object.value(), code.cache(cache.0 as usize)) {
            // SAFETY: the cache says that the object has a bound slot there.
            unsafe {
                attributes::store_slot(object.value(), code.cache(cache.0 as usize), value.into_owned())
            };
            return Flow::Next;
        }
        flow(attributes::store(&object, code.name(name.index()), value, code.cache(cache.0 as usize)))
    }

    #[inline(always)]
    fn delete_attr(&mut self, site: Site, obj: Use, name: NameIndex) -> Flow {
        self.next = site.next;
        let object = self.take(obj);
        flow(operations::delete_attribute(&object, self.code().name(name.index())))
    }

    #[inline(always)]
    fn load_super_attr(
        &mut self,
        site: Site,
        dst: Def,
        super_class: Use,
        class: Use,
        object: Use,
        name: NameIndex,
        form: SuperForm,
    ) -> Flow {
        self.next = site.next;
        let (super_class, class, object) = (self.take(super_class), self.take(class), self.take(object));
        let result = attributes::load_super(
            self.frame,
            &super_class,
            &class,
            &object,
            self.code().name(name.index()),
            form,
        );
        drop((super_class, class, object));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn load_item(&mut self, site: Site, dst: Def, obj: Use, index: Use) -> Flow {
        self.next = site.next;
        if let Some(value) = sequence_item(self.peek(obj), self.peek(index)) {
            drop(self.take(obj));
            self.store(dst, value);
            return Flow::Next;
        }
        // SAFETY: the registers are the running frame's.
        unsafe { binary(self.registers, dst, obj, index, containers::get_item) }
    }

    #[inline(always)]
    fn store_item(&mut self, site: Site, obj: Use, index: Use, value: Use) -> Flow {
        self.next = site.next;
        let (object, index, value) = (self.take(obj), self.take(index), self.take(value));
        flow(containers::set_item(&object, &index, value))
    }

    #[inline(always)]
    fn delete_item(&mut self, site: Site, obj: Use, index: Use) -> Flow {
        self.next = site.next;
        let (object, index) = (self.take(obj), self.take(index));
        flow(operations::delete_item(&object, &index))
    }

    #[inline(always)]
    fn load_slice(&mut self, site: Site, dst: Def, obj: Use, start: Use, stop: Use) -> Flow {
        self.next = site.next;
        let (object, start, stop) = (self.take(obj), self.take(start), self.take(stop));
        let result = containers::get_slice(&object, &start, &stop);
        drop((object, start, stop));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn store_slice(&mut self, site: Site, obj: Use, start: Use, stop: Use, value: Use) -> Flow {
        self.next = site.next;
        let (object, start, stop) = (self.take(obj), self.take(start), self.take(stop));
        let value = self.take(value);
        flow(containers::set_slice(&object, &start, &stop, &value))
    }

    // Calls.

    #[inline(always)]
    fn call(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        let base = range.base.index();
        self.call_registers(dst, base, base + 1, range.count as usize - 1, None)
    }

    #[inline(always)]
    fn call_keywords(&mut self, site: Site, dst: Def, range: MoveRange, names: ConstantIndex) -> Flow {
        self.next = site.next;
        let base = range.base.index();
        let names = self.code().constant_word(names.index());
        self.call_registers(dst, base, base + 1, range.count as usize - 1, Some(names))
    }

    #[inline(always)]
    fn load_method(
        &mut self,
        site: Site,
        pair: DefPair,
        obj: Use,
        name: NameIndex,
        cache: CacheIndex,
    ) -> Flow {
        self.next = site.next;
        let code = self.code();
        let object = self.take(obj);
        let cache = code.cache(cache.0 as usize);
        let (callee, receiver) = match attributes::cached_method(object.value(), cache) {
            Some(callee) => (callee, object.into_owned().into_raw()),
            None => match attributes::load_method(object, code.name(name.index()), cache) {
                Ok(pair) => pair,
                Err(Raised) => return Flow::Raised,
            },
        };
        self.store_pair(pair, callee, receiver);
        Flow::Next
    }

    #[inline(always)]
    fn load_super_method(
        &mut self,
        site: Site,
        pair: DefPair,
        super_class: Use,
        class: Use,
        object: Use,
        name: NameIndex,
        form: SuperForm,
    ) -> Flow {
        self.next = site.next;
        let (super_class, class, object) = (self.take(super_class), self.take(class), self.take(object));
        let name = self.code().name(name.index());
        match attributes::load_super_method(self.frame, &super_class, &class, &object, name, form) {
            Ok((callee, receiver)) => {
                self.store_pair(pair, callee, receiver);
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn load_special(&mut self, site: Site, pair: DefPair, obj: Use, method: SpecialMethod) -> Flow {
        self.next = site.next;
        let object = self.take(obj);
        match attributes::load_special(object, method) {
            Ok((callee, receiver)) => {
                self.store_pair(pair, callee, receiver);
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn call_method(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        self.call_pair(dst, range, None)
    }

    #[inline(always)]
    fn call_method_keywords(&mut self, site: Site, dst: Def, range: MoveRange, names: ConstantIndex) -> Flow {
        self.next = site.next;
        let names = self.code().constant_word(names.index());
        self.call_pair(dst, range, Some(names))
    }

    #[inline(always)]
    fn call_unpack(&mut self, site: Site, dst: Def, callee: Use, args: Use) -> Flow {
        self.next = site.next;
        let (callee, arguments) = (self.take(callee), self.take(args));
        self.call_unpacked(dst, callee, arguments, None)
    }

    #[inline(always)]
    fn call_unpack_keywords(&mut self, site: Site, dst: Def, callee: Use, args: Use, kwargs: Use) -> Flow {
        self.next = site.next;
        let (callee, arguments, keywords) = (self.take(callee), self.take(args), self.take(kwargs));
        self.call_unpacked(dst, callee, arguments, Some(keywords))
    }

    #[inline(always)]
    fn return_value(&mut self, _site: Site, src: Use) -> Flow {
        let value = self.take(src).into_owned().into_raw();
        self.leave(value)
    }

    #[inline(always)]
    fn return_none(&mut self, _site: Site) -> Flow {
        self.leave(Value::NONE)
    }

    // Functions and classes.

    #[inline(always)]
    fn make_function(
        &mut self,
        site: Site,
        dst: Def,
        code: ConstantIndex,
        attributes: FunctionAttributes,
        range: MoveRange,
    ) -> Flow {
        self.next = site.next;
        let parts = self.take_range(range);
        // SAFETY: the frame is running.
        let result = function::make(unsafe { &*self.frame }, code.index(), attributes, parts);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn set_function_type_params(&mut self, site: Site, dst: Def, function: Use, params: Use) -> Flow {
        self.next = site.next;
        let function = self.take(function).into_owned();
        let params = self.take(params).into_owned();
        let result = function::set_type_params(function, params);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_type_var(&mut self, site: Site, dst: Def, name: ConstantIndex) -> Flow {
        self.next = site.next;
        let result =
            self.code().constant(name.index()).and_then(|name| type_parameters::type_var(name, None, None));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_type_var_with_bound(&mut self, site: Site, dst: Def, name: ConstantIndex, bound: Use) -> Flow {
        self.next = site.next;
        let bound = self.take(bound).into_owned();
        let name = self.code().constant(name.index());
        let result = name.and_then(|name| type_parameters::type_var(name, Some(bound), None));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_type_var_with_constraints(
        &mut self,
        site: Site,
        dst: Def,
        name: ConstantIndex,
        constraints: Use,
    ) -> Flow {
        self.next = site.next;
        let constraints = self.take(constraints).into_owned();
        let name = self.code().constant(name.index());
        let result = name.and_then(|name| type_parameters::type_var(name, None, Some(constraints)));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_param_spec(&mut self, site: Site, dst: Def, name: ConstantIndex) -> Flow {
        self.next = site.next;
        let result = self.code().constant(name.index()).and_then(type_parameters::param_spec);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_type_var_tuple(&mut self, site: Site, dst: Def, name: ConstantIndex) -> Flow {
        self.next = site.next;
        let result = self.code().constant(name.index()).and_then(type_parameters::type_var_tuple);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn set_type_param_default(&mut self, site: Site, dst: Def, param: Use, default: Use) -> Flow {
        self.next = site.next;
        let (param, default) = (self.take(param).into_owned(), self.take(default).into_owned());
        let result = type_parameters::set_default(param, default);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_type_alias(
        &mut self,
        site: Site,
        dst: Def,
        name: ConstantIndex,
        params: Use,
        value: Use,
    ) -> Flow {
        self.next = site.next;
        let (params, value) = (self.take(params).into_owned(), self.take(value).into_owned());
        let name = self.code().constant(name.index());
        let result = name.and_then(|name| type_parameters::type_alias(name, params, value));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn make_generic_base(&mut self, site: Site, dst: Def, params: Use) -> Flow {
        self.next = site.next;
        let params = self.take(params);
        let result = type_parameters::generic_base(&params);
        drop(params);
        self.finish(dst, result)
    }

    // Containers.

    #[inline(always)]
    fn build_tuple(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        // SAFETY: the registers of a range hold values, which are moved out.
        let tuple = unsafe { containers::tuple_of(self.range(range), range.count as usize) };
        self.store(dst, tuple.into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn build_list(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        // SAFETY: as above.
        let list = unsafe { containers::list_of(self.range(range), range.count as usize) };
        self.finish(dst, list)
    }

    #[inline(always)]
    fn build_set(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        let result = containers::set_of(self.take_range(range));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_dict(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        let result = containers::dict_of(self.take_range(range));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_slice(&mut self, site: Site, dst: Def, start: Use, stop: Use) -> Flow {
        self.next = site.next;
        let (start, stop) = (self.take(start).into_owned(), self.take(stop).into_owned());
        let slice = pyrsc_core::slice::Slice::new(start, stop, Owned::none());
        self.store(dst, slice.into_owned().into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn build_slice_step(&mut self, site: Site, dst: Def, start: Use, stop: Use, step: Use) -> Flow {
        self.next = site.next;
        let (start, stop) = (self.take(start).into_owned(), self.take(stop).into_owned());
        let step = self.take(step).into_owned();
        let slice = pyrsc_core::slice::Slice::new(start, stop, step);
        self.store(dst, slice.into_owned().into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn list_append(&mut self, site: Site, list: Use, value: Use) -> Flow {
        self.next = site.next;
        let (list, value) = (self.take(list), self.take(value));
        // SAFETY: the frontend appends to lists that it made.
        flow(unsafe { containers::list_under_construction(&list) }.push(value.into_owned()))
    }

    #[inline(always)]
    fn list_extend(&mut self, site: Site, list: Use, iterable: Use) -> Flow {
        self.next = site.next;
        let (list, iterable) = (self.take(list), self.take(iterable));
        // SAFETY: as above.
        flow(containers::list_extend(unsafe { containers::list_under_construction(&list) }, &iterable))
    }

    #[inline(always)]
    fn list_to_tuple(&mut self, site: Site, dst: Def, list: Use) -> Flow {
        self.next = site.next;
        let list = self.take(list);
        // SAFETY: as above.
        let tuple = containers::list_to_tuple(unsafe { containers::list_under_construction(&list) });
        drop(list);
        self.store(dst, tuple.into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn set_add(&mut self, site: Site, set: Use, value: Use) -> Flow {
        self.next = site.next;
        let (set, value) = (self.take(set), self.take(value));
        flow(containers::set_add(&set, &value))
    }

    #[inline(always)]
    fn set_update(&mut self, site: Site, set: Use, iterable: Use) -> Flow {
        self.next = site.next;
        let (set, iterable) = (self.take(set), self.take(iterable));
        flow(containers::set_update(&set, &iterable))
    }

    #[inline(always)]
    fn dict_insert(&mut self, site: Site, dict: Use, key: Use, value: Use) -> Flow {
        self.next = site.next;
        let (dict, key, value) = (self.take(dict), self.take(key), self.take(value));
        // SAFETY: the frontend inserts in dicts that it made.
        flow(unsafe { containers::dict_under_construction(&dict) }.set(&key, &value))
    }

    #[inline(always)]
    fn dict_update(&mut self, site: Site, dict: Use, mapping: Use) -> Flow {
        self.next = site.next;
        let (dict, mapping) = (self.take(dict), self.take(mapping));
        // SAFETY: as above.
        flow(containers::dict_update(unsafe { containers::dict_under_construction(&dict) }, &mapping))
    }

    #[inline(always)]
    fn dict_merge(&mut self, site: Site, dict: Use, mapping: Use, callee: Use) -> Flow {
        self.next = site.next;
        let (dict, mapping, callee) = (self.take(dict), self.take(mapping), self.take(callee));
        // SAFETY: as above.
        flow(containers::dict_merge(unsafe { containers::dict_under_construction(&dict) }, &mapping, &callee))
    }

    #[inline(always)]
    fn unpack_sequence(&mut self, site: Site, src: Use, targets: DefRange) -> Flow {
        self.next = site.next;
        let sequence = self.take(src);
        // SAFETY: the targets are registers of the running frame.
        flow(unsafe { containers::unpack_sequence(self.registers, sequence, targets) })
    }

    #[inline(always)]
    fn unpack_starred(&mut self, site: Site, src: Use, targets: DefRange, before: Count) -> Flow {
        self.next = site.next;
        let sequence = self.take(src);
        // SAFETY: as above.
        flow(unsafe { containers::unpack_starred(self.registers, sequence, targets, before.0 as usize) })
    }

    // Strings.

    #[inline(always)]
    fn convert(&mut self, site: Site, dst: Def, src: Use, conversion: Conversion) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        let result = formatting::convert(&value, conversion);
        drop(value);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn format_simple(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        let result = formatting::format_simple(value);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn format_with_spec(&mut self, site: Site, dst: Def, src: Use, spec: Use) -> Flow {
        self.next = site.next;
        let (value, spec) = (self.take(src), self.take(spec));
        let result = formatting::format_with_spec(&value, &spec);
        drop((value, spec));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_string(&mut self, site: Site, dst: Def, range: MoveRange) -> Flow {
        self.next = site.next;
        let result = formatting::build_string(self.take_range(range));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_interpolation(
        &mut self,
        site: Site,
        dst: Def,
        value: Use,
        conversion: Conversion,
        expression: ConstantIndex,
    ) -> Flow {
        self.next = site.next;
        let value = self.take(value).into_owned();
        let expression = self.code().constant(expression.index());
        let result =
            expression.and_then(|expression| formatting::interpolation(value, expression, conversion, None));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_interpolation_with_spec(
        &mut self,
        site: Site,
        dst: Def,
        value: Use,
        spec: Use,
        conversion: Conversion,
        expression: ConstantIndex,
    ) -> Flow {
        self.next = site.next;
        let (value, spec) = (self.take(value).into_owned(), self.take(spec).into_owned());
        let expression = self.code().constant(expression.index());
        let result = expression
            .and_then(|expression| formatting::interpolation(value, expression, conversion, Some(spec)));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn build_template(&mut self, site: Site, dst: Def, strings: Use, interpolations: Use) -> Flow {
        self.next = site.next;
        let (strings, interpolations) =
            (self.take(strings).into_owned(), self.take(interpolations).into_owned());
        let result = formatting::template(strings, interpolations);
        self.finish(dst, result)
    }

    // Iteration.

    #[inline(always)]
    fn get_iter(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.unary(site, dst, src, pyrsc_core::iteration::iterate)
    }

    #[inline(always)]
    fn for_iter(&mut self, site: Site, dst: Def, iterator: Use, exhausted: Label) -> Flow {
        self.next = site.next;
        let iterator = self.peek(iterator);
        match shape_of(iterator) {
            Some(ShapeId::RANGE_ITERATOR) => {
                // SAFETY: the shape says what lies there.
                let range = unsafe { &*(iterator.0 as *const RangeIteratorLayout) };
                let remaining = range.remaining.get();
                if remaining == 0 {
                    self.next = exhausted.0;
                    return Flow::Next;
                }
                let number = range.next.get();
                range.remaining.set(remaining - 1);
                range.next.set(number.wrapping_add(range.step));
                self.store(dst, Value::from_small_int(number));
                return Flow::Next;
            }
            Some(ShapeId::LIST_ITERATOR) => {
                // SAFETY: the shape says what lies there.
                let state = unsafe { &*(iterator.0 as *const SequenceIteratorLayout) };
                let list = state.sequence.get();
                if list.0 != 0 && shape_of(list) == Some(ShapeId::LIST) {
                    let index = state.index.get();
                    if let Some(value) = sequence_item(list, Value::from_small_int(index as i64)) {
                        state.index.set(index + 1);
                        self.store(dst, value);
                        return Flow::Next;
                    }
                }
            }
            Some(ShapeId::GENERATOR) => {
                return self.iterate_generator(dst, iterator, exhausted);
            }
            _ => {}
        }
        // SAFETY: the register holds the iterator as long as the loop runs.
        match iteration::next(unsafe { Object::from_value(iterator) }) {
            Ok(Some(value)) => {
                self.store(dst, value.into_raw());
                Flow::Next
            }
            Ok(None) => {
                self.next = exhausted.0;
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }

    // Generators and coroutines.

    #[inline(always)]
    fn return_generator(&mut self, site: Site) -> Flow {
        self.next = site.next;
        self.make_generator()
    }

    #[inline(always)]
    fn yield_value(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src).into_owned();
        self.suspend(dst, value)
    }

    #[inline(always)]
    fn async_yield(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src).into_owned();
        self.suspend(dst, async_generator::wrap(value))
    }

    #[inline(always)]
    fn get_yield_from_iter(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        let result = awaitable::yield_from_iterator(value, self.code());
        self.finish(dst, result)
    }

    #[inline(always)]
    fn get_awaitable(&mut self, site: Site, dst: Def, src: Use, context: AwaitContext) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        let result = awaitable::get(&value, context);
        drop(value);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn delegate(&mut self, site: Site, dst: Def, receiver: Use) -> Flow {
        self.next = site.next;
        self.delegate_to(dst, receiver)
    }

    #[inline(always)]
    fn get_async_iter(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.unary(site, dst, src, awaitable::async_iterator)
    }

    #[inline(always)]
    fn get_async_next(&mut self, site: Site, dst: Def, iterator: Use) -> Flow {
        self.unary(site, dst, iterator, awaitable::async_next)
    }

    #[inline(always)]
    fn end_async_for(&mut self, site: Site) -> Flow {
        self.next = site.next;
        if pyrsc_core::exception::catch::<pyrsc_core::exception::StopAsyncIteration>() {
            Flow::Next
        } else {
            Flow::Reraised
        }
    }

    // Exceptions.

    #[inline(always)]
    fn enter_handler(&mut self, site: Site, exception: Def, saved: Def) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let (new, old) = exceptions::enter_handler(unsafe { &mut *self.frame });
        self.store(saved, old.into_raw());
        self.store(exception, new.into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn leave_handler(&mut self, site: Site, saved: Use) -> Flow {
        self.next = site.next;
        let saved = self.take(saved).into_owned();
        // SAFETY: the frame is running.
        exceptions::leave_handler(unsafe { &mut *self.frame }, saved);
        Flow::Next
    }

    #[inline(always)]
    fn raise(&mut self, _site: Site, exception: Use) -> Flow {
        let exception = self.take(exception);
        exceptions::raise(&exception, None);
        Flow::Raised
    }

    #[inline(always)]
    fn raise_from(&mut self, _site: Site, exception: Use, cause: Use) -> Flow {
        let (exception, cause) = (self.take(exception), self.take(cause));
        exceptions::raise(&exception, Some(&cause));
        Flow::Raised
    }

    #[inline(always)]
    fn raise_current(&mut self, _site: Site) -> Flow {
        exceptions::raise_current()
    }

    #[inline(always)]
    fn reraise(&mut self, _site: Site, exception: Use) -> Flow {
        let exception = self.take(exception).into_owned();
        pyrsc_core::exception::restore(exception);
        Flow::Reraised
    }

    #[inline(always)]
    fn jump_if_no_exception_match(
        &mut self,
        site: Site,
        exception: Use,
        classes: Use,
        target: Label,
    ) -> Flow {
        let (exception, classes) = (self.take(exception), self.take(classes));
        match pyrsc_core::exception::given_matches(&exception, &classes) {
            Ok(matches) => self.jump_when(site, target, !matches),
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn match_exception_group(
        &mut self,
        site: Site,
        rest: Def,
        matched: Def,
        exception: Use,
        classes: Use,
    ) -> Flow {
        self.next = site.next;
        let (exception, classes) = (self.take(exception), self.take(classes));
        match exceptions::match_group(&exception, &classes) {
            Ok((left, found)) => {
                drop((exception, classes));
                self.store(rest, left.into_raw());
                self.store(matched, found.into_raw());
                Flow::Next
            }
            Err(Raised) => Flow::Raised,
        }
    }

    #[inline(always)]
    fn prepare_reraise_group(&mut self, site: Site, dst: Def, original: Use, exceptions: Use) -> Flow {
        self.next = site.next;
        let (original, raised) = (self.take(original), self.take(exceptions));
        let result = exceptions::prepare_reraise_group(&original, &raised);
        drop((original, raised));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn take_pending(&mut self, site: Site, exception: Def) -> Flow {
        self.next = site.next;
        let pending = pyrsc_core::exception::take();
        self.store(exception, pending.into_raw());
        Flow::Next
    }

    #[inline(always)]
    fn call_exit(&mut self, site: Site, dst: Def, exit: MoveRange) -> Flow {
        self.next = site.next;
        let pair = self.take_range(exit);
        let result = exceptions::call_exit_normally(&pair);
        drop(pair);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn call_exit_with_exception(&mut self, site: Site, dst: Def, exit: Pair, exception: Use) -> Flow {
        self.next = site.next;
        let exception = self.take(exception);
        // SAFETY: the pair's registers hold a callable, and its receiver or nothing.
        let (callee, receiver) = unsafe {
            let pair = self.registers.add(exit.0.index());
            (*pair, *pair.add(1))
        };
        let result = exceptions::call_exit(callee, receiver, &exception);
        drop(exception);
        self.finish(dst, result)
    }

    // Imports.

    #[inline(always)]
    fn import_name(
        &mut self,
        site: Site,
        dst: Def,
        name: NameIndex,
        fromlist: ConstantIndex,
        level: Immediate,
    ) -> Flow {
        self.next = site.next;
        // SAFETY: the frame is running.
        let result = import_statement::import_name(unsafe { &*self.frame }, name, fromlist, level.0);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn import_from(&mut self, site: Site, dst: Def, module: Use, name: NameIndex) -> Flow {
        self.next = site.next;
        let module = self.take(module);
        let result = import_statement::import_from(&module, self.code().name(name.index()));
        drop(module);
        self.finish(dst, result)
    }

    #[inline(always)]
    fn import_star(&mut self, site: Site, module: Use) -> Flow {
        self.next = site.next;
        let module = self.take(module);
        // SAFETY: the frame is running.
        flow(import_statement::import_star(unsafe { &*self.frame }, &module))
    }

    // The match statement.

    #[inline(always)]
    fn jump_if_not_mapping(&mut self, site: Site, src: Use, target: Label) -> Flow {
        let is_mapping = matching::is_mapping(&self.take(src));
        self.jump_when(site, target, !is_mapping)
    }

    #[inline(always)]
    fn jump_if_not_sequence(&mut self, site: Site, src: Use, target: Label) -> Flow {
        let is_sequence = matching::is_sequence(&self.take(src));
        self.jump_when(site, target, !is_sequence)
    }

    #[inline(always)]
    fn match_length(&mut self, site: Site, dst: Def, src: Use) -> Flow {
        self.unary(site, dst, src, matching::length)
    }

    #[inline(always)]
    fn match_keys(&mut self, site: Site, dst: Def, subject: Use, keys: Use) -> Flow {
        self.next = site.next;
        let (subject, keys) = (self.take(subject), self.take(keys));
        let result = matching::keys(&subject, &keys);
        drop((subject, keys));
        self.finish(dst, result)
    }

    #[inline(always)]
    fn match_class(
        &mut self,
        site: Site,
        dst: Def,
        subject: Use,
        class: Use,
        positional: Count,
        names: ConstantIndex,
    ) -> Flow {
        self.next = site.next;
        let (subject, class) = (self.take(subject), self.take(class));
        let names = self.code().constant(names.index());
        let result = names.and_then(|names| matching::class(&subject, &class, positional.0 as usize, &names));
        drop((subject, class));
        self.finish(dst, result)
    }

    // The interactive prompt.

    #[inline(always)]
    fn print_expression(&mut self, site: Site, src: Use) -> Flow {
        self.next = site.next;
        let value = self.take(src);
        flow(class_statement::display(&value))
    }
}

impl Interpreter {
    /// Writes a method pair.
    #[inline(always)]
    fn store_pair(&mut self, pair: DefPair, callee: Value, receiver: Value) {
        self.store(Def(pair.0), callee);
        self.store(Def(Register(pair.0.0 + 1)), receiver);
    }

    /// Calls a method pair with the arguments that follow it.
    #[inline(always)]
    fn call_pair(&mut self, dst: Def, range: MoveRange, names: Option<Value>) -> Flow {
        let base = range.base.index();
        // SAFETY: the verifier checked the range.
        let receiver = unsafe { *self.registers.add(base + 1) };
        let count = range.count as usize;
        if receiver == EMPTY {
            self.call_registers(dst, base, base + 2, count - 2, names)
        } else {
            self.call_registers(dst, base, base + 1, count - 1, names)
        }
    }

    /// Leaves the running frame with a result, which is owned.
    #[inline(always)]
    pub fn leave(&mut self, value: Value) -> Flow {
        let frame = self.frame;
        // SAFETY: the frame is the innermost one.
        unsafe {
            if (*frame).flags != 0 {
                return self.leave_specially(value);
            }
            let result = (*frame).result;
            crate::frame::pop(frame);
            self.enter(crate::frame::current());
            crate::interpreter::store(self.registers, result as usize, value);
        }
        Flow::Next
    }

    /// As `leave`, for frames that are more than a plain call.
    #[inline(never)]
    fn leave_specially(&mut self, value: Value) -> Flow {
        use crate::frame::flags;
        let frame = self.frame;
        // SAFETY: the frame is the innermost one.
        unsafe {
            let frame_flags = (*frame).flags;
            let mut value = value;
            if frame_flags & flags::GENERATOR != 0 {
                generator::complete(frame, Owned::from_raw(value));
                if frame_flags & flags::ITERATION != 0 {
                    drop(pyrsc_core::gil::take_stop_value());
                    self.enter(crate::frame::current());
                    self.next = generator::exhausted_label(&*self.frame);
                    return Flow::Next;
                }
                self.result = Value::STOP;
                return Flow::Leave;
            }
            if frame_flags & flags::INITIALIZER != 0 {
                let object = std::mem::replace(&mut (*frame).outer, Value(0));
                if value != Value::NONE {
                    let got = Owned::from_raw(value);
                    pyrsc_core::type_error!(
                        "__init__() should return None, not '{}'",
                        got.type_object().name()
                    );
                    drop(Owned::from_raw(object));
                    drop(got);
                    let pending = pyrsc_core::exception::take();
                    let entry = frame_flags & flags::ENTRY != 0;
                    crate::frame::pop(frame);
                    pyrsc_core::exception::restore(pending);
                    if entry {
                        self.result = Value(0);
                        return Flow::Leave;
                    }
                    self.enter(crate::frame::current());
                    return Flow::Raised;
                }
                value = object;
            }
            let result = (*frame).result;
            crate::frame::pop(frame);
            if frame_flags & flags::ENTRY != 0 {
                self.result = value;
                return Flow::Leave;
            }
            self.enter(crate::frame::current());
            crate::interpreter::store(self.registers, result as usize, value);
        }
        Flow::Next
    }
}

//! One method a bytecode instruction: which ops it becomes.

use pyrsc_bytecode::{
    AwaitContext, CacheIndex, Cell, CommonConstant, ConstantIndex, Conversion, Count, Def, DefPair, DefRange,
    FunctionAttributes, Immediate, InstructionHandler, Kill, Label, LocalRead, MoveRange, NameIndex, Pair,
    Register, Site, SpecialMethod, SuperForm, Update, Use,
};

use super::{FALSE, Lowering, NONE, STOP, TRUE};
use crate::function::{BlockCall, Terminator};
use crate::ids::ValueId;
use crate::op::Op;
use crate::range::Range;
use crate::types::Type;

impl Lowering<'_, '_> {
    pub(super) fn read(&mut self, source: Use) -> ValueId {
        let register = &mut self.registers[source.register.index()];
        let value = register.unwrap_or(self.unbound);
        if source.last {
            *register = None;
        }
        value
    }

    fn read_range(&mut self, range: MoveRange) -> Vec<ValueId> {
        range.registers().map(|register| self.read(Use::last(register))).collect()
    }

    fn cell(&self, cell: Cell) -> ValueId {
        self.registers[cell.0.index()].unwrap_or(self.unbound)
    }

    /// Binds a register; a local's old value lives until here.
    fn bind(&mut self, register: Register, value: ValueId) {
        let old = self.registers[register.index()].replace(value);
        if register.index() < self.code.locals.len() {
            self.end_binding(old);
        }
    }

    fn end_binding(&mut self, old: Option<ValueId>) {
        if let Some(old) = old
            && !self.builder.function.value(old).ty.is_subtype_of(Type::IMMEDIATE)
        {
            self.builder.keep(old);
        }
    }

    pub(super) fn define(&mut self, dst: Def, value: ValueId) {
        self.bind(dst.0, value);
    }

    fn unary(&mut self, op: Op, dst: Def, src: Use) {
        let value = self.read(src);
        let result = self.builder.append(op, vec![value], vec![])[0];
        self.define(dst, result);
    }

    fn binary(&mut self, op: Op, dst: Def, lhs: Use, rhs: Use) {
        let operands = self.read_two(lhs, rhs);
        let result = self.builder.append(op, operands, vec![])[0];
        self.define(dst, result);
    }

    fn ternary(&mut self, op: Op, dst: Def, sources: [Use; 3], immediates: Vec<u64>) {
        let operands = sources.map(|source| self.read(source)).to_vec();
        let result = self.builder.append(op, operands, immediates)[0];
        self.define(dst, result);
    }

    fn read_two(&mut self, lhs: Use, rhs: Use) -> Vec<ValueId> {
        let left = self.read(lhs);
        vec![left, self.read(rhs)]
    }

    fn test(&mut self, op: Op, operands: Vec<ValueId>) -> ValueId {
        self.builder.append(op, operands, vec![])[0]
    }

    /// Defines a bool.
    fn define_truth(&mut self, dst: Def, truth: ValueId, negate: bool) {
        let truth = if negate { self.builder.truth_not(truth) } else { truth };
        let value = self.builder.bool_from_truth(truth);
        self.define(dst, value);
    }

    /// Ends the block: to `target` when the condition is `sense`, else to the next instruction.
    fn branch(&mut self, site: Site, condition: ValueId, sense: bool, target: Label) {
        let taken = self.call_unit(target.0);
        let next = self.call_unit(site.next);
        let (then, otherwise) = if sense { (taken, next) } else { (next, taken) };
        self.end(Terminator::Branch { condition, then, otherwise });
    }

    fn jump_if(&mut self, site: Site, op: Op, sense: bool, lhs: Use, rhs: Use, target: Label) {
        let operands = self.read_two(lhs, rhs);
        let condition = self.test(op, operands);
        self.branch(site, condition, sense, target);
    }

    fn end(&mut self, terminator: Terminator) {
        self.builder.terminate(terminator);
        self.ended = true;
    }

    /// The locals end as CPython clears a frame, the last one first; then the function.
    fn end_function(&mut self, result: ValueId) {
        for register in (0..self.code.locals.len()).rev() {
            let local = self.registers[register];
            self.end_binding(local);
        }
        self.end(Terminator::Return(result));
    }

    /// An op that always raises.
    fn raising(&mut self, op: Op, operands: Vec<ValueId>) {
        self.builder.append(op, operands, vec![]);
        self.end(Terminator::Unreachable);
    }

    /// Which register's name an error about a cell shows.
    fn cell_register(cell: Cell) -> u64 {
        cell.0.index() as u64
    }

    fn define_pair(&mut self, pair: DefPair, op: Op, operands: Vec<ValueId>, immediates: Vec<u64>) {
        let results = self.builder.append(op, operands, immediates);
        self.registers[pair.0.index()] = Some(results[0]);
        self.registers[pair.0.index() + 1] = Some(results[1]);
    }

    fn define_many(&mut self, targets: DefRange, values: &[ValueId]) {
        for (register, value) in targets.registers().zip(values) {
            self.bind(register, *value);
        }
    }

    /// Instructions whose code objects `why_not_lowered` has refused.
    fn refused(&mut self) {
        self.end(Terminator::Unreachable);
    }

    fn make_with_name(&mut self, op: Op, dst: Def, name: ConstantIndex, sources: &[Use]) {
        let operands = sources.iter().map(|source| self.read(*source)).collect();
        let result = self.builder.append(op, operands, vec![name.0.into()])[0];
        self.define(dst, result);
    }
}

impl InstructionHandler for Lowering<'_, '_> {
    type Output = ();

    fn nop(&mut self, _site: Site) {}

    fn move_value(&mut self, _site: Site, dst: Def, src: Use) {
        let value = self.read(src);
        self.define(dst, value);
    }

    fn load_none(&mut self, _site: Site, dst: Def) {
        let value = self.word(NONE, Type::NONE);
        self.define(dst, value);
    }

    fn load_true(&mut self, _site: Site, dst: Def) {
        let value = self.word(TRUE, Type::BOOL);
        self.define(dst, value);
    }

    fn load_false(&mut self, _site: Site, dst: Def) {
        let value = self.word(FALSE, Type::BOOL);
        self.define(dst, value);
    }

    fn load_int(&mut self, _site: Site, dst: Def, value: Immediate) {
        let number = i64::from(value.0);
        let word = pyrsc_abi::Value::from_small_int(number).0;
        let value = self.word(word, Type::SMALL_INT);
        self.builder.function.values[value.index()].range = Range::exactly(number);
        self.define(dst, value);
    }

    fn load_const(&mut self, _site: Site, dst: Def, constant: ConstantIndex) {
        let value = self.constant(constant);
        self.define(dst, value);
    }

    fn load_common(&mut self, _site: Site, dst: Def, which: CommonConstant) {
        let value = self.builder.load_common(which as u64);
        self.define(dst, value);
    }

    fn drop_value(&mut self, _site: Site, register: Kill) {
        let old = self.registers[register.0.index()].take();
        self.end_binding(old);
    }

    fn delete_local(&mut self, _site: Site, register: Kill) {
        let old = self.registers[register.0.index()].replace(self.unbound);
        self.end_binding(old);
    }

    fn check_bound(&mut self, _site: Site, register: LocalRead) {
        let value = self.registers[register.0.index()].unwrap_or(self.unbound);
        self.builder.check_bound(value, register.0.index() as u64);
    }

    fn copy_free_variables(&mut self, _site: Site, cells: DefRange) {
        for (index, register) in cells.registers().enumerate() {
            let cell = self.builder.closure_cell(self.this, index as u64);
            self.registers[register.index()] = Some(cell);
        }
    }

    fn make_cell(&mut self, _site: Site, register: Update) {
        let contents = self.registers[register.0.index()].unwrap_or(self.unbound);
        let cell = self.builder.cell_new(contents);
        self.registers[register.0.index()] = Some(cell);
    }

    fn load_closure(&mut self, _site: Site, dst: Def, cell: Cell) {
        let cell = self.cell(cell);
        self.define(dst, cell);
    }

    fn load_cell(&mut self, _site: Site, dst: Def, cell: Cell) {
        let value = self.builder.cell_load(self.cell(cell), Self::cell_register(cell));
        self.define(dst, value);
    }

    fn store_cell(&mut self, _site: Site, cell: Cell, src: Use) {
        let value = self.read(src);
        self.builder.cell_store(self.cell(cell), value);
    }

    fn delete_cell(&mut self, _site: Site, cell: Cell) {
        self.builder.cell_delete(self.this, self.cell(cell), Self::cell_register(cell));
    }

    fn load_from_dict_or_cell(&mut self, _site: Site, dst: Def, mapping: Use, cell: Cell) {
        let mapping = self.read(mapping);
        let value =
            self.builder.cell_or_key_load(self.this, mapping, self.cell(cell), Self::cell_register(cell));
        self.define(dst, value);
    }

    fn load_name(&mut self, site: Site, dst: Def, name: NameIndex, cache: CacheIndex) {
        debug_assert!(self.is_module_body, "only class bodies have a namespace of their own");
        self.load_global(site, dst, name, cache);
    }

    fn store_name(&mut self, _site: Site, src: Use, name: NameIndex) {
        let value = self.read(src);
        self.builder.store_global(value, name.0.into());
    }

    fn delete_name(&mut self, site: Site, name: NameIndex) {
        self.delete_global(site, name);
    }

    fn load_global(&mut self, _site: Site, dst: Def, name: NameIndex, _cache: CacheIndex) {
        let value = self.builder.load_global(name.0.into());
        self.define(dst, value);
    }

    fn store_global(&mut self, _site: Site, src: Use, name: NameIndex, _cache: CacheIndex) {
        let value = self.read(src);
        self.builder.store_global(value, name.0.into());
    }

    fn delete_global(&mut self, _site: Site, name: NameIndex) {
        self.builder.delete_global(self.this, name.0.into());
    }

    fn load_from_dict_or_globals(&mut self, _site: Site, dst: Def, mapping: Use, name: NameIndex) {
        let mapping = self.read(mapping);
        let value = self.builder.key_or_global_load(self.this, mapping, name.0.into());
        self.define(dst, value);
    }

    fn load_locals(&mut self, _site: Site, _dst: Def) {
        self.refused();
    }

    fn load_build_class(&mut self, _site: Site, dst: Def) {
        let value = self.builder.load_build_class(self.this);
        self.define(dst, value);
    }

    fn setup_annotations(&mut self, _site: Site) {
        self.refused();
    }

    fn negative(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyNegative, dst, src);
    }

    fn positive(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyPositive, dst, src);
    }

    fn invert(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyInvert, dst, src);
    }

    fn not(&mut self, _site: Site, dst: Def, src: Use) {
        let value = self.read(src);
        let truth = self.builder.py_truth(value);
        self.define_truth(dst, truth, true);
    }

    fn add(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyAdd, dst, lhs, rhs);
    }

    fn subtract(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PySubtract, dst, lhs, rhs);
    }

    fn multiply(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyMultiply, dst, lhs, rhs);
    }

    fn matrix_multiply(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyMatrixMultiply, dst, lhs, rhs);
    }

    fn true_divide(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyTrueDivide, dst, lhs, rhs);
    }

    fn floor_divide(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyFloorDivide, dst, lhs, rhs);
    }

    fn remainder(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyRemainder, dst, lhs, rhs);
    }

    fn power(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyPower, dst, lhs, rhs);
    }

    fn left_shift(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyLeftShift, dst, lhs, rhs);
    }

    fn right_shift(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyRightShift, dst, lhs, rhs);
    }

    fn bit_and(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyBitAnd, dst, lhs, rhs);
    }

    fn bit_or(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyBitOr, dst, lhs, rhs);
    }

    fn bit_xor(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyBitXor, dst, lhs, rhs);
    }

    fn inplace_add(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceAdd, dst, lhs, rhs);
    }

    fn inplace_subtract(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceSubtract, dst, lhs, rhs);
    }

    fn inplace_multiply(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceMultiply, dst, lhs, rhs);
    }

    fn inplace_matrix_multiply(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceMatrixMultiply, dst, lhs, rhs);
    }

    fn inplace_true_divide(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceTrueDivide, dst, lhs, rhs);
    }

    fn inplace_floor_divide(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceFloorDivide, dst, lhs, rhs);
    }

    fn inplace_remainder(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceRemainder, dst, lhs, rhs);
    }

    fn inplace_power(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplacePower, dst, lhs, rhs);
    }

    fn inplace_left_shift(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceLeftShift, dst, lhs, rhs);
    }

    fn inplace_right_shift(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceRightShift, dst, lhs, rhs);
    }

    fn inplace_bit_and(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceBitAnd, dst, lhs, rhs);
    }

    fn inplace_bit_or(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceBitOr, dst, lhs, rhs);
    }

    fn inplace_bit_xor(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyInplaceBitXor, dst, lhs, rhs);
    }

    fn less(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyLess, dst, lhs, rhs);
    }

    fn less_equal(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyLessEqual, dst, lhs, rhs);
    }

    fn equal(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyEqual, dst, lhs, rhs);
    }

    fn not_equal(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyNotEqual, dst, lhs, rhs);
    }

    fn greater(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyGreater, dst, lhs, rhs);
    }

    fn greater_equal(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        self.binary(Op::PyGreaterEqual, dst, lhs, rhs);
    }

    fn is(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        let operands = self.read_two(lhs, rhs);
        let truth = self.test(Op::IsSame, operands);
        self.define_truth(dst, truth, false);
    }

    fn is_not(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        let operands = self.read_two(lhs, rhs);
        let truth = self.test(Op::IsSame, operands);
        self.define_truth(dst, truth, true);
    }

    fn contains(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        let operands = self.read_two(lhs, rhs);
        let truth = self.test(Op::PyTestContains, operands);
        self.define_truth(dst, truth, false);
    }

    fn not_contains(&mut self, _site: Site, dst: Def, lhs: Use, rhs: Use) {
        let operands = self.read_two(lhs, rhs);
        let truth = self.test(Op::PyTestContains, operands);
        self.define_truth(dst, truth, true);
    }

    fn jump(&mut self, _site: Site, target: Label) {
        let target = self.call_unit(target.0);
        self.end(Terminator::Jump(target));
    }

    fn jump_back(&mut self, site: Site, target: Label) {
        self.builder.poll();
        self.jump(site, target);
    }

    fn jump_if_true(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.py_truth(value);
        self.branch(site, condition, true, target);
    }

    fn jump_if_false(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.py_truth(value);
        self.branch(site, condition, false, target);
    }

    fn jump_if_none(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.is_word(value, NONE);
        self.branch(site, condition, true, target);
    }

    fn jump_if_not_none(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.is_word(value, NONE);
        self.branch(site, condition, false, target);
    }

    fn jump_if_less(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestLess, true, lhs, rhs, target);
    }

    fn jump_if_not_less(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestLess, false, lhs, rhs, target);
    }

    fn jump_if_less_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestLessEqual, true, lhs, rhs, target);
    }

    fn jump_if_not_less_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestLessEqual, false, lhs, rhs, target);
    }

    fn jump_if_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestEqual, true, lhs, rhs, target);
    }

    fn jump_if_not_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestEqual, false, lhs, rhs, target);
    }

    fn jump_if_unequal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestNotEqual, true, lhs, rhs, target);
    }

    fn jump_if_not_unequal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestNotEqual, false, lhs, rhs, target);
    }

    fn jump_if_greater(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestGreater, true, lhs, rhs, target);
    }

    fn jump_if_not_greater(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestGreater, false, lhs, rhs, target);
    }

    fn jump_if_greater_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestGreaterEqual, true, lhs, rhs, target);
    }

    fn jump_if_not_greater_equal(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestGreaterEqual, false, lhs, rhs, target);
    }

    fn jump_if_is(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::IsSame, true, lhs, rhs, target);
    }

    fn jump_if_is_not(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::IsSame, false, lhs, rhs, target);
    }

    fn jump_if_contains(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestContains, true, lhs, rhs, target);
    }

    fn jump_if_not_contains(&mut self, site: Site, lhs: Use, rhs: Use, target: Label) {
        self.jump_if(site, Op::PyTestContains, false, lhs, rhs, target);
    }

    fn load_attr(&mut self, _site: Site, dst: Def, obj: Use, name: NameIndex, cache: CacheIndex) {
        let object = self.read(obj);
        let value = self.builder.py_load_attribute(object, name.0.into(), cache.0.into());
        self.define(dst, value);
    }

    fn store_attr(&mut self, _site: Site, obj: Use, value: Use, name: NameIndex, cache: CacheIndex) {
        let operands = self.read_two(obj, value);
        self.builder.py_store_attribute(operands[0], operands[1], name.0.into(), cache.0.into());
    }

    fn delete_attr(&mut self, _site: Site, obj: Use, name: NameIndex) {
        let object = self.read(obj);
        self.builder.py_delete_attribute(object, name.0.into());
    }

    fn load_super_attr(
        &mut self,
        _site: Site,
        dst: Def,
        super_class: Use,
        class: Use,
        object: Use,
        name: NameIndex,
        form: SuperForm,
    ) {
        let immediates = vec![name.0.into(), form as u64];
        self.ternary(Op::PyLoadSuperAttribute, dst, [super_class, class, object], immediates);
    }

    fn load_item(&mut self, _site: Site, dst: Def, obj: Use, index: Use) {
        self.binary(Op::PyLoadItem, dst, obj, index);
    }

    fn store_item(&mut self, _site: Site, obj: Use, index: Use, value: Use) {
        let operands = self.read_two(obj, index);
        let value = self.read(value);
        self.builder.py_store_item(operands[0], operands[1], value);
    }

    fn delete_item(&mut self, _site: Site, obj: Use, index: Use) {
        let operands = self.read_two(obj, index);
        self.builder.py_delete_item(operands[0], operands[1]);
    }

    fn load_slice(&mut self, _site: Site, dst: Def, obj: Use, start: Use, stop: Use) {
        self.ternary(Op::PyLoadSlice, dst, [obj, start, stop], vec![]);
    }

    fn store_slice(&mut self, _site: Site, obj: Use, start: Use, stop: Use, value: Use) {
        let [object, start, stop, value] = [obj, start, stop, value].map(|source| self.read(source));
        self.builder.py_store_slice(object, start, stop, value);
    }

    fn call(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let operands = self.read_range(range);
        let result = self.builder.py_call(operands[0], &operands[1..], 0);
        self.define(dst, result);
    }

    fn call_keywords(&mut self, _site: Site, dst: Def, range: MoveRange, names: ConstantIndex) {
        let operands = self.read_range(range);
        let result = self.builder.py_call_keywords(operands[0], &operands[1..], names.0.into(), 0);
        self.define(dst, result);
    }

    fn load_method(&mut self, _site: Site, pair: DefPair, obj: Use, name: NameIndex, cache: CacheIndex) {
        let object = self.read(obj);
        self.define_pair(pair, Op::PyLoadMethod, vec![object], vec![name.0.into(), cache.0.into()]);
    }

    fn load_super_method(
        &mut self,
        _site: Site,
        pair: DefPair,
        super_class: Use,
        class: Use,
        object: Use,
        name: NameIndex,
        form: SuperForm,
    ) {
        let operands = [super_class, class, object].map(|source| self.read(source)).to_vec();
        self.define_pair(pair, Op::PyLoadSuperMethod, operands, vec![name.0.into(), form as u64]);
    }

    fn load_special(&mut self, _site: Site, pair: DefPair, obj: Use, method: SpecialMethod) {
        let object = self.read(obj);
        self.define_pair(pair, Op::PyLoadSpecial, vec![object], vec![method as u64]);
    }

    fn call_method(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let operands = self.read_range(range);
        let result = self.builder.py_call_method(operands[0], operands[1], &operands[2..], 0);
        self.define(dst, result);
    }

    fn call_method_keywords(&mut self, _site: Site, dst: Def, range: MoveRange, names: ConstantIndex) {
        let operands = self.read_range(range);
        let result =
            self.builder.py_call_method_keywords(operands[0], operands[1], &operands[2..], names.0.into(), 0);
        self.define(dst, result);
    }

    fn call_unpack(&mut self, _site: Site, dst: Def, callee: Use, args: Use) {
        self.binary(Op::PyCallUnpack, dst, callee, args);
    }

    fn call_unpack_keywords(&mut self, _site: Site, dst: Def, callee: Use, args: Use, kwargs: Use) {
        self.ternary(Op::PyCallUnpackKeywords, dst, [callee, args, kwargs], vec![]);
    }

    fn return_value(&mut self, _site: Site, src: Use) {
        let result = self.read(src);
        self.end_function(result);
    }

    fn return_none(&mut self, _site: Site) {
        let result = self.word(NONE, Type::NONE);
        self.end_function(result);
    }

    fn make_function(
        &mut self,
        _site: Site,
        dst: Def,
        code: ConstantIndex,
        attributes: FunctionAttributes,
        range: MoveRange,
    ) {
        let values = self.read_range(range);
        let function = self.builder.function_new(self.this, &values, code.0.into(), attributes.0.into());
        self.define(dst, function);
    }

    fn set_function_type_params(&mut self, _site: Site, dst: Def, function: Use, params: Use) {
        self.binary(Op::FunctionSetTypeParameters, dst, function, params);
    }

    fn make_type_var(&mut self, _site: Site, dst: Def, name: ConstantIndex) {
        self.make_with_name(Op::MakeTypeVar, dst, name, &[]);
    }

    fn make_type_var_with_bound(&mut self, _site: Site, dst: Def, name: ConstantIndex, bound: Use) {
        self.make_with_name(Op::MakeTypeVarWithBound, dst, name, &[bound]);
    }

    fn make_type_var_with_constraints(
        &mut self,
        _site: Site,
        dst: Def,
        name: ConstantIndex,
        constraints: Use,
    ) {
        self.make_with_name(Op::MakeTypeVarWithConstraints, dst, name, &[constraints]);
    }

    fn make_param_spec(&mut self, _site: Site, dst: Def, name: ConstantIndex) {
        self.make_with_name(Op::MakeParamSpec, dst, name, &[]);
    }

    fn make_type_var_tuple(&mut self, _site: Site, dst: Def, name: ConstantIndex) {
        self.make_with_name(Op::MakeTypeVarTuple, dst, name, &[]);
    }

    fn set_type_param_default(&mut self, _site: Site, dst: Def, param: Use, default: Use) {
        self.binary(Op::SetTypeParameterDefault, dst, param, default);
    }

    fn make_type_alias(&mut self, _site: Site, dst: Def, name: ConstantIndex, params: Use, value: Use) {
        self.make_with_name(Op::MakeTypeAlias, dst, name, &[params, value]);
    }

    fn make_generic_base(&mut self, _site: Site, dst: Def, params: Use) {
        self.unary(Op::MakeGenericBase, dst, params);
    }

    fn build_tuple(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let items = self.read_range(range);
        let tuple = self.builder.tuple_new(&items);
        self.define(dst, tuple);
    }

    fn build_list(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let items = self.read_range(range);
        let list = self.builder.list_new(&items);
        self.define(dst, list);
    }

    fn build_set(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let items = self.read_range(range);
        let set = self.builder.set_new(&items);
        self.define(dst, set);
    }

    fn build_dict(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let items = self.read_range(range);
        let dict = self.builder.dict_new(&items);
        self.define(dst, dict);
    }

    fn build_slice(&mut self, _site: Site, dst: Def, start: Use, stop: Use) {
        let operands = self.read_two(start, stop);
        let none = self.word(NONE, Type::NONE);
        let slice = self.builder.slice_new(operands[0], operands[1], none);
        self.define(dst, slice);
    }

    fn build_slice_step(&mut self, _site: Site, dst: Def, start: Use, stop: Use, step: Use) {
        self.ternary(Op::SliceNew, dst, [start, stop, step], vec![]);
    }

    fn list_append(&mut self, _site: Site, list: Use, value: Use) {
        let operands = self.read_two(list, value);
        self.builder.list_append(operands[0], operands[1]);
    }

    fn list_extend(&mut self, _site: Site, list: Use, iterable: Use) {
        let operands = self.read_two(list, iterable);
        self.builder.list_extend(operands[0], operands[1]);
    }

    fn list_to_tuple(&mut self, _site: Site, dst: Def, list: Use) {
        self.unary(Op::ListToTuple, dst, list);
    }

    fn set_add(&mut self, _site: Site, set: Use, value: Use) {
        let operands = self.read_two(set, value);
        self.builder.set_add(operands[0], operands[1]);
    }

    fn set_update(&mut self, _site: Site, set: Use, iterable: Use) {
        let operands = self.read_two(set, iterable);
        self.builder.set_update(operands[0], operands[1]);
    }

    fn dict_insert(&mut self, _site: Site, dict: Use, key: Use, value: Use) {
        let [dict, key, value] = [dict, key, value].map(|source| self.read(source));
        self.builder.dict_insert(dict, key, value);
    }

    fn dict_update(&mut self, _site: Site, dict: Use, mapping: Use) {
        let operands = self.read_two(dict, mapping);
        self.builder.dict_update(operands[0], operands[1]);
    }

    fn dict_merge(&mut self, _site: Site, dict: Use, mapping: Use, callee: Use) {
        let [dict, mapping, callee] = [dict, mapping, callee].map(|source| self.read(source));
        self.builder.dict_merge(dict, mapping, callee);
    }

    fn unpack_sequence(&mut self, _site: Site, src: Use, targets: DefRange) {
        let value = self.read(src);
        let items = self.builder.py_unpack(value, targets.count.into());
        self.define_many(targets, &items);
    }

    fn unpack_starred(&mut self, _site: Site, src: Use, targets: DefRange, before: Count) {
        let value = self.read(src);
        let items = self.builder.py_unpack_starred(value, targets.count.into(), before.0.into());
        self.define_many(targets, &items);
    }

    fn convert(&mut self, _site: Site, dst: Def, src: Use, conversion: Conversion) {
        let value = self.read(src);
        let text = self.builder.py_convert(value, conversion as u64);
        self.define(dst, text);
    }

    fn format_simple(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyFormat, dst, src);
    }

    fn format_with_spec(&mut self, _site: Site, dst: Def, src: Use, spec: Use) {
        self.binary(Op::PyFormatWithSpec, dst, src, spec);
    }

    fn build_string(&mut self, _site: Site, dst: Def, range: MoveRange) {
        let parts = self.read_range(range);
        let text = self.builder.str_concatenate(&parts);
        self.define(dst, text);
    }

    fn build_interpolation(
        &mut self,
        _site: Site,
        dst: Def,
        value: Use,
        conversion: Conversion,
        expression: ConstantIndex,
    ) {
        let value = self.read(value);
        let result =
            self.builder.interpolation_new(value, self.unbound, conversion as u64, expression.0.into());
        self.define(dst, result);
    }

    fn build_interpolation_with_spec(
        &mut self,
        _site: Site,
        dst: Def,
        value: Use,
        spec: Use,
        conversion: Conversion,
        expression: ConstantIndex,
    ) {
        let operands = self.read_two(value, spec);
        let result =
            self.builder.interpolation_new(operands[0], operands[1], conversion as u64, expression.0.into());
        self.define(dst, result);
    }

    fn build_template(&mut self, _site: Site, dst: Def, strings: Use, interpolations: Use) {
        self.binary(Op::TemplateNew, dst, strings, interpolations);
    }

    fn get_iter(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyIter, dst, src);
    }

    fn for_iter(&mut self, _site: Site, dst: Def, iterator: Use, exhausted: Label) {
        let iterator = self.read(iterator);
        let item = self.builder.py_next(iterator);
        let stop = self.builder.is_word(item, STOP);
        let body = self.builder.function.new_block();
        let then = self.call_unit(exhausted.0);
        let otherwise = BlockCall { block: body, arguments: Vec::new() };
        self.builder.terminate(Terminator::Branch { condition: stop, then, otherwise });
        self.builder.block = body;
        self.define(dst, item);
    }

    fn return_generator(&mut self, _site: Site) {
        // The generator exists already: this is its first resumption.
    }

    fn yield_value(&mut self, _site: Site, dst: Def, src: Use) {
        self.yield_to_caller(dst, src);
    }

    fn async_yield(&mut self, _site: Site, dst: Def, src: Use) {
        let value = self.read(src);
        let wrapped = self.builder.async_wrap(value);
        self.yield_value_to_caller(dst, wrapped);
    }

    fn get_yield_from_iter(&mut self, _site: Site, dst: Def, src: Use) {
        let value = self.read(src);
        let iterator = self.builder.py_yield_from_iter(self.this, value);
        self.define(dst, iterator);
    }

    fn get_awaitable(&mut self, _site: Site, dst: Def, src: Use, context: AwaitContext) {
        let value = self.read(src);
        let result = self.builder.py_awaitable(value, context as u64);
        self.define(dst, result);
    }

    fn delegate(&mut self, _site: Site, dst: Def, receiver: Use) {
        self.delegate_to(dst, receiver);
    }

    fn get_async_iter(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyAsyncIter, dst, src);
    }

    fn get_async_next(&mut self, _site: Site, dst: Def, iterator: Use) {
        self.unary(Op::PyAsyncNext, dst, iterator);
    }

    fn end_async_for(&mut self, _site: Site) {
        // The exception has its entry of this function already.
        self.builder.site = None;
        self.builder.catch_stop_async();
    }

    fn enter_handler(&mut self, _site: Site, exception: Def, saved: Def) {
        let (pending, handled) = if self.is_generator {
            self.builder.generator_enter_handler()
        } else {
            self.builder.enter_handler()
        };
        self.define(exception, pending);
        self.define(saved, handled);
    }

    fn take_pending(&mut self, _site: Site, exception: Def) {
        let pending = self.builder.take_pending();
        self.define(exception, pending);
    }

    fn call_exit(&mut self, _site: Site, dst: Def, exit: MoveRange) {
        let pair = self.read_range(exit);
        let none = self.word(NONE, Type::NONE);
        let result = self.builder.py_call_method(pair[0], pair[1], &[none, none, none], 0);
        self.define(dst, result);
    }

    fn leave_handler(&mut self, _site: Site, saved: Use) {
        let saved = self.read(saved);
        if self.is_generator {
            self.builder.generator_leave_handler(saved);
        } else {
            self.builder.leave_handler(saved);
        }
    }

    fn raise(&mut self, _site: Site, exception: Use) {
        let exception = self.read(exception);
        self.raising(Op::PyRaise, vec![exception]);
    }

    fn raise_from(&mut self, _site: Site, exception: Use, cause: Use) {
        let operands = self.read_two(exception, cause);
        self.raising(Op::PyRaiseFrom, operands);
    }

    fn raise_current(&mut self, _site: Site) {
        self.builder.site = None;
        self.raising(Op::PyRaiseCurrent, vec![]);
    }

    fn reraise(&mut self, _site: Site, exception: Use) {
        let exception = self.read(exception);
        self.builder.site = None;
        self.raising(Op::PyReraise, vec![exception]);
    }

    fn jump_if_no_exception_match(&mut self, site: Site, exception: Use, classes: Use, target: Label) {
        self.jump_if(site, Op::PyTestExceptionMatches, false, exception, classes, target);
    }

    fn match_exception_group(&mut self, _site: Site, rest: Def, matched: Def, exception: Use, classes: Use) {
        let operands = self.read_two(exception, classes);
        let (rest_value, matched_value) = self.builder.py_match_exception_group(operands[0], operands[1]);
        self.define(rest, rest_value);
        self.define(matched, matched_value);
    }

    fn prepare_reraise_group(&mut self, _site: Site, dst: Def, original: Use, exceptions: Use) {
        self.binary(Op::PyPrepareReraiseGroup, dst, original, exceptions);
    }

    fn call_exit_with_exception(&mut self, _site: Site, dst: Def, exit: Pair, exception: Use) {
        let exit_value = self.registers[exit.0.index()].unwrap_or(self.unbound);
        let receiver = self.registers[exit.0.index() + 1].unwrap_or(self.unbound);
        let exception = self.read(exception);
        let result = self.builder.py_call_exit(exit_value, receiver, exception);
        self.define(dst, result);
    }

    fn import_name(
        &mut self,
        _site: Site,
        dst: Def,
        name: NameIndex,
        fromlist: ConstantIndex,
        level: Immediate,
    ) {
        let module =
            self.builder.py_import(self.this, name.0.into(), fromlist.0.into(), i64::from(level.0) as u64);
        self.define(dst, module);
    }

    fn import_from(&mut self, _site: Site, dst: Def, module: Use, name: NameIndex) {
        let module = self.read(module);
        let value = self.builder.py_import_from(module, name.0.into());
        self.define(dst, value);
    }

    fn import_star(&mut self, _site: Site, _module: Use) {
        self.refused();
    }

    fn jump_if_not_mapping(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.is_mapping(value);
        self.branch(site, condition, false, target);
    }

    fn jump_if_not_sequence(&mut self, site: Site, src: Use, target: Label) {
        let value = self.read(src);
        let condition = self.builder.is_sequence(value);
        self.branch(site, condition, false, target);
    }

    fn match_length(&mut self, _site: Site, dst: Def, src: Use) {
        self.unary(Op::PyLength, dst, src);
    }

    fn match_keys(&mut self, _site: Site, dst: Def, subject: Use, keys: Use) {
        self.binary(Op::PyMatchKeys, dst, subject, keys);
    }

    fn match_class(
        &mut self,
        _site: Site,
        dst: Def,
        subject: Use,
        class: Use,
        positional: Count,
        names: ConstantIndex,
    ) {
        let operands = self.read_two(subject, class);
        let result =
            self.builder.py_match_class(operands[0], operands[1], positional.0.into(), names.0.into());
        self.define(dst, result);
    }

    fn print_expression(&mut self, _site: Site, src: Use) {
        let value = self.read(src);
        self.builder.py_print_expression(value);
    }

    fn unknown_opcode(&mut self, _site: Site, _number: u16) {
        self.end(Terminator::Unreachable);
    }
}

//! The op table: the one place where a MIR operation is declared.
//!
//! `for_each_op!(callback)` calls `callback!` with every row:
//!
//! ```text
//! /// What it does.
//! CamelName snake_name (operand: kind, ...; rest: kind) { immediate: kind, ... }
//!     -> [result type, ...] EFFECTS lowering;
//! ```
//!
//! * Operand kinds: `borrow` (a boxed word that stays the caller's), `steal` (a boxed word whose reference the op takes
//!   over, also when it raises), `word` (a boxed word that is known not to be counted), `int`, `float`, `truth`, `pointer`. A `rest` operand stands for any number of words.
//! * Immediate kinds are the variants of [`ImmediateKind`].
//! * Result kinds: `owned` (a boxed word with a reference of its own), `plain` (a boxed word that is never counted),
//!   `int`, `float`, `truth`, `pointer`; each with its type. `many` stands for as many owned words as the first
//!   immediate says.
//! * Effects are the constants and functions of [`Effects`].
//! * Lowering: `inline` (a method of code generation's lowering trait) or `call name` (the runtime function
//!   `pyrsc_rt_name`, whose arguments are the operands, then the immediates; a `rest` operand is passed as address and
//!   count, before the immediates).
//!
//! Grammar of names: `py_*` is the generic operation of the language; `int_*`, `float_*`, `list_*` work on what is known
//! to be one; `load_*` and `store_*` move values between registers and elsewhere.

use std::fmt;

use crate::effects::{Effects, Heaps};
use crate::types::{Representation, Type};

/// Calls `$callback!` with all rows of the op table.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident) => { $callback! {
        // Constants and parameters.

        /// A word that is not a pointer: an int, a float, None, a bool, UNBOUND.
        ConstWord const_word () { word: Word } -> [plain ANY] (Effects::PURE) inline;
        /// A constant of the code object.
        ConstObject const_object () { constant: Constant } -> [plain VALUE] (Effects::PURE) inline;
        /// A class that the code names without a lookup: an index of the bytecode's `CommonConstant`.
        LoadCommon load_common () { which: Number } -> [owned VALUE] (Effects::PURE) call common_load;

        // Lifetimes. `keep` is written by the builder, the others by the late pass alone.

        /// The value lives until here: the end of a local's binding.
        Keep keep (value: borrow) {} -> [] (Effects::PINNED) inline;
        /// A parameter whose reference the function takes over from its caller, because it rebinds it.
        TakeParameter take_parameter (parameter: borrow) {} -> [owned ANY] (Effects::PINNED) inline;
        /// Counts one more reference.
        Retain retain (value: borrow) {} -> [] (Effects::PINNED) inline;
        /// Drops a reference; at the last one, any Python code can run.
        Release release (value: steal) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) inline;

        // Locals and cells.

        /// Raises UnboundLocalError when the local is unbound.
        CheckBound check_bound (value: borrow) { register: Register } -> [] (Effects::PINNED.raising()) inline;
        /// A new cell.
        CellNew cell_new (contents: steal) {} -> [owned CELL] (Effects::ALLOCATES) inline;
        /// A cell of the function's closure.
        ClosureCell closure_cell (function: borrow) { index: Number } -> [owned CELL] (Effects::PURE) inline;
        /// A cell's contents; an error when it is empty.
        CellLoad cell_load (cell: borrow) { register: Register } -> [owned VALUE] (Effects::reads(Heaps::CELL).raising()) inline;
        /// Sets a cell's contents.
        CellStore cell_store (cell: borrow, value: steal) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) inline;
        /// Empties a cell; an error when it is empty already.
        CellDelete cell_delete (function: borrow, cell: borrow) { register: Register } -> [] (Effects::PYTHON) call cell_delete;
        /// The key named like the cell in a mapping, else the contents of the cell.
        CellOrKeyLoad cell_or_key_load (function: borrow, mapping: borrow, cell: borrow) { register: Register } -> [owned VALUE] (Effects::PYTHON) call cell_or_key_load;

        // Globals.

        /// A global, else a built-in.
        LoadGlobal load_global () { name: Name } -> [owned VALUE] (Effects::PYTHON) inline;
        /// Binds a global.
        StoreGlobal store_global (value: steal) { name: Name } -> [] (Effects::PYTHON) inline;
        /// Unbinds a global.
        DeleteGlobal delete_global (function: borrow) { name: Name } -> [] (Effects::PYTHON) call global_delete;
        /// A key of a mapping, else a global, else a built-in.
        KeyOrGlobalLoad key_or_global_load (function: borrow, mapping: borrow) { name: Name } -> [owned VALUE] (Effects::PYTHON) call key_or_global_load;
        /// `__build_class__` of the built-ins.
        LoadBuildClass load_build_class (function: borrow) {} -> [owned VALUE] (Effects::PYTHON) call build_class_load;

        // Arithmetic.

        PyNegative py_negative (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyPositive py_positive (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) call number_positive;
        PyInvert py_invert (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) call number_invert;
        PyAdd py_add (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PySubtract py_subtract (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyMultiply py_multiply (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyMatrixMultiply py_matrix_multiply (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) call number_matrix_multiply;
        PyTrueDivide py_true_divide (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyFloorDivide py_floor_divide (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyRemainder py_remainder (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyPower py_power (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyLeftShift py_left_shift (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyRightShift py_right_shift (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyBitAnd py_bit_and (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyBitOr py_bit_or (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyBitXor py_bit_xor (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceAdd py_inplace_add (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceSubtract py_inplace_subtract (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceMultiply py_inplace_multiply (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceMatrixMultiply py_inplace_matrix_multiply (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) call number_inplace_matrix_multiply;
        PyInplaceTrueDivide py_inplace_true_divide (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceFloorDivide py_inplace_floor_divide (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceRemainder py_inplace_remainder (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplacePower py_inplace_power (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceLeftShift py_inplace_left_shift (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceRightShift py_inplace_right_shift (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceBitAnd py_inplace_bit_and (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceBitOr py_inplace_bit_or (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyInplaceBitXor py_inplace_bit_xor (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;

        // Comparisons and tests.

        PyLess py_less (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyLessEqual py_less_equal (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyEqual py_equal (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyNotEqual py_not_equal (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyGreater py_greater (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyGreaterEqual py_greater_equal (left: borrow, right: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        /// Whether `left < right` is true.
        PyTestLess py_test_less (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        PyTestLessEqual py_test_less_equal (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        PyTestEqual py_test_equal (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        PyTestNotEqual py_test_not_equal (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        PyTestGreater py_test_greater (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        PyTestGreaterEqual py_test_greater_equal (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        /// Whether `item in container`.
        PyTestContains py_test_contains (item: borrow, container: borrow) {} -> [truth ANY] (Effects::PYTHON) call object_contains;
        /// Whether the value is true.
        PyTruth py_truth (value: borrow) {} -> [truth ANY] (Effects::PYTHON) inline;
        /// `left is right`
        IsSame is_same (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PURE) inline;
        /// Whether the value is the word.
        IsWord is_word (value: borrow) { word: Word } -> [truth ANY] (Effects::PURE) inline;
        /// The other truth.
        TruthNot truth_not (truth: truth) {} -> [truth ANY] (Effects::PURE) inline;
        /// True or False.
        BoolFromTruth bool_from_truth (truth: truth) {} -> [plain BOOL] (Effects::PURE) inline;

        // Control.

        /// At a loop's back edge: runs what was requested (signals, another thread's turn, a collection).
        Poll poll () {} -> [] (Effects::PYTHON) inline;

        // Attributes and items.

        PyLoadAttribute py_load_attribute (object: borrow) { name: Name, cache: Cache } -> [owned VALUE] (Effects::PYTHON) inline;
        PyStoreAttribute py_store_attribute (object: borrow, value: steal) { name: Name, cache: Cache } -> [] (Effects::PYTHON) inline;
        PyDeleteAttribute py_delete_attribute (object: borrow) { name: Name } -> [] (Effects::PYTHON) call attribute_delete;
        /// The callable, and its `self` or UNBOUND.
        PyLoadMethod py_load_method (object: borrow) { name: Name, cache: Cache } -> [owned VALUE, owned ANY] (Effects::PYTHON) inline;
        PyLoadSuperAttribute py_load_super_attribute (super_class: borrow, class: borrow, object: borrow) { name: Name, form: Number } -> [owned VALUE] (Effects::PYTHON) call super_attribute_load;
        /// The callable, and its `self` or UNBOUND.
        PyLoadSuperMethod py_load_super_method (super_class: borrow, class: borrow, object: borrow) { name: Name, form: Number } -> [owned VALUE, owned ANY] (Effects::PYTHON) call super_method_load;
        /// A special method: the callable, and its `self` or UNBOUND; the number is the bytecode's `SpecialMethod`.
        PyLoadSpecial py_load_special (object: borrow) { method: Number } -> [owned VALUE, owned ANY] (Effects::PYTHON) call special_method_load;
        PyLoadItem py_load_item (object: borrow, index: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        PyStoreItem py_store_item (object: borrow, index: borrow, value: steal) {} -> [] (Effects::PYTHON) inline;
        PyDeleteItem py_delete_item (object: borrow, index: borrow) {} -> [] (Effects::PYTHON) call item_delete;
        PyLoadSlice py_load_slice (object: borrow, start: borrow, stop: borrow) {} -> [owned VALUE] (Effects::PYTHON) call slice_load;
        PyStoreSlice py_store_slice (object: borrow, start: borrow, stop: borrow, value: borrow) {} -> [] (Effects::PYTHON) call slice_store;

        // Calls. The last immediate has a bit for every operand after the callable: whether its reference is handed over,
        // which the late pass decides.

        PyCall py_call (callable: borrow; arguments: borrow) { given: Number } -> [owned VALUE] (Effects::PYTHON) inline;
        /// The last arguments are keyword arguments; their names are a constant tuple.
        PyCallKeywords py_call_keywords (callable: borrow; arguments: borrow) { names: Constant, given: Number } -> [owned VALUE] (Effects::PYTHON) inline;
        /// Calls what `py_load_method` gave; `receiver` may be UNBOUND.
        PyCallMethod py_call_method (callable: borrow, receiver: borrow; arguments: borrow) { given: Number } -> [owned VALUE] (Effects::PYTHON) inline;
        PyCallMethodKeywords py_call_method_keywords (callable: borrow, receiver: borrow; arguments: borrow) { names: Constant, given: Number } -> [owned VALUE] (Effects::PYTHON) inline;
        PyCallUnpack py_call_unpack (callable: borrow, arguments: steal) {} -> [owned VALUE] (Effects::PYTHON) call call_unpack;
        PyCallUnpackKeywords py_call_unpack_keywords (callable: borrow, arguments: steal, keywords: steal) {} -> [owned VALUE] (Effects::PYTHON) call call_unpack_keywords;

        // Functions, classes, type parameters.

        /// A function of a constant code object; attributes as in the bytecode's `FunctionAttributes`.
        FunctionNew function_new (function: borrow; attributes: steal) { code: Constant, bits: Number } -> [owned FUNCTION] (Effects::ALLOCATES) call function_new;
        FunctionSetTypeParameters function_set_type_parameters (function: borrow, parameters: borrow) {} -> [owned FUNCTION] (Effects::writes(Heaps::OTHER).raising()) call function_set_type_parameters;
        MakeTypeVar make_type_var () { name: Constant } -> [owned VALUE] (Effects::PYTHON) call type_var_new;
        MakeTypeVarWithBound make_type_var_with_bound (bound: borrow) { name: Constant } -> [owned VALUE] (Effects::PYTHON) call type_var_new_with_bound;
        MakeTypeVarWithConstraints make_type_var_with_constraints (constraints: borrow) { name: Constant } -> [owned VALUE] (Effects::PYTHON) call type_var_new_with_constraints;
        MakeParamSpec make_param_spec () { name: Constant } -> [owned VALUE] (Effects::PYTHON) call param_spec_new;
        MakeTypeVarTuple make_type_var_tuple () { name: Constant } -> [owned VALUE] (Effects::PYTHON) call type_var_tuple_new;
        SetTypeParameterDefault set_type_parameter_default (parameter: borrow, default: borrow) {} -> [owned VALUE] (Effects::PYTHON) call type_parameter_set_default;
        MakeTypeAlias make_type_alias (parameters: borrow, value: borrow) { name: Constant } -> [owned VALUE] (Effects::PYTHON) call type_alias_new;
        MakeGenericBase make_generic_base (parameters: borrow) {} -> [owned VALUE] (Effects::PYTHON) call generic_base_new;

        // Containers.

        TupleNew tuple_new (; items: steal) {} -> [owned TUPLE] (Effects::ALLOCATES) call tuple_new;
        ListNew list_new (; items: steal) {} -> [owned LIST] (Effects::ALLOCATES) call list_new;
        SetNew set_new (; items: steal) {} -> [owned SET] (Effects::PYTHON) call set_new;
        /// Alternating keys and values.
        DictNew dict_new (; items: steal) {} -> [owned DICT] (Effects::PYTHON) call dict_new;
        SliceNew slice_new (start: borrow, stop: borrow, step: borrow) {} -> [owned SLICE] (Effects::ALLOCATES) call slice_new;
        /// Appends to a list under construction.
        ListAppend list_append (list: borrow, value: steal) {} -> [] (Effects::writes(Heaps::LIST_HEADER.union(Heaps::LIST_ITEM)).raising()) inline;
        ListExtend list_extend (list: borrow, iterable: borrow) {} -> [] (Effects::PYTHON) call list_extend;
        ListToTuple list_to_tuple (list: borrow) {} -> [owned TUPLE] (Effects::ALLOCATES) call list_to_tuple;
        SetAdd set_add (set: borrow, value: borrow) {} -> [] (Effects::PYTHON) call set_add;
        SetUpdate set_update (set: borrow, iterable: borrow) {} -> [] (Effects::PYTHON) call set_update;
        DictInsert dict_insert (dict: borrow, key: borrow, value: borrow) {} -> [] (Effects::PYTHON) call dict_insert;
        DictUpdate dict_update (dict: borrow, mapping: borrow) {} -> [] (Effects::PYTHON) call dict_update;
        DictMerge dict_merge (dict: borrow, mapping: borrow, callee: borrow) {} -> [] (Effects::PYTHON) call dict_merge;
        /// As many items as the number says.
        PyUnpack py_unpack (value: borrow) { count: Number } -> [many VALUE] (Effects::PYTHON) inline;
        /// `count` values: `before` items, a list of the middle, and the rest.
        PyUnpackStarred py_unpack_starred (value: borrow) { count: Number, before: Number } -> [many VALUE] (Effects::PYTHON) call sequence_unpack_starred;

        // Strings.

        /// `str(x)`, `repr(x)` or `ascii(x)`: the bytecode's `Conversion`.
        PyConvert py_convert (value: borrow) { conversion: Number } -> [owned VALUE] (Effects::PYTHON) call value_convert;
        PyFormat py_format (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) call value_format;
        PyFormatWithSpec py_format_with_spec (value: borrow, spec: borrow) {} -> [owned VALUE] (Effects::PYTHON) call value_format_with_spec;
        StrConcatenate str_concatenate (; parts: borrow) {} -> [owned STR] (Effects::ALLOCATES) call str_concatenate;
        InterpolationNew interpolation_new (value: borrow, spec: borrow) { conversion: Number, expression: Constant } -> [owned VALUE] (Effects::ALLOCATES) call interpolation_new;
        TemplateNew template_new (strings: borrow, interpolations: borrow) {} -> [owned VALUE] (Effects::ALLOCATES) call template_new;

        // Iteration.

        PyIter py_iter (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) inline;
        /// The next item, or STOP.
        PyNext py_next (iterator: borrow) {} -> [owned ANY] (Effects::PYTHON) inline;

        // Exceptions.

        /// At a handler: the pending exception, which becomes the handled one, and the one handled before, or None.
        EnterHandler enter_handler () {} -> [owned VALUE, owned VALUE] (Effects::writes(Heaps::EXCEPTION)) call handler_enter;
        LeaveHandler leave_handler (saved: steal) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) call handler_leave;
        /// At a handler for clean-up: the pending exception; the handled one stays what it is.
        TakePending take_pending () {} -> [owned VALUE] (Effects::writes(Heaps::EXCEPTION)) inline;
        /// Always leaves by its error edge, as do the following ones.
        PyRaise py_raise (exception: borrow) {} -> [] (Effects::PYTHON) call exception_raise;
        PyRaiseFrom py_raise_from (exception: borrow, cause: borrow) {} -> [] (Effects::PYTHON) call exception_raise_from;
        PyRaiseCurrent py_raise_current () {} -> [] (Effects::PYTHON) call exception_raise_current;
        /// Raises a caught exception again.
        PyReraise py_reraise (exception: borrow) {} -> [] (Effects::PYTHON) call exception_reraise;
        PyTestExceptionMatches py_test_exception_matches (exception: borrow, classes: borrow) {} -> [truth ANY] (Effects::PYTHON) call exception_matches;
        /// What does not match, and what does; None where there is nothing.
        PyMatchExceptionGroup py_match_exception_group (exception: borrow, classes: borrow) {} -> [owned VALUE, owned VALUE] (Effects::PYTHON) call exception_group_match;
        PyPrepareReraiseGroup py_prepare_reraise_group (original: borrow, exceptions: borrow) {} -> [owned VALUE] (Effects::PYTHON) call exception_group_prepare_reraise;
        /// Calls an `__exit__` pair with the exception's type, value and traceback.
        PyCallExit py_call_exit (exit: borrow, receiver: borrow, exception: borrow) {} -> [owned VALUE] (Effects::PYTHON) call exit_call;

        /// At the function's error exit: its locals go to the traceback's entry, in the order of their registers.
        UnwindLocals unwind_locals (function: borrow; locals: steal) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) call traceback_keep_locals;
        /// At a handler's start, where the exception is still pending: what its traceback may show of the locals.
        ShowLocals show_locals (function: borrow; locals: borrow) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) call traceback_show_locals;

        // Imports.

        PyImport py_import (function: borrow) { name: Name, from_list: Constant, level: Number } -> [owned VALUE] (Effects::PYTHON) call module_import;
        PyImportFrom py_import_from (module: borrow) { name: Name } -> [owned VALUE] (Effects::PYTHON) call module_import_from;

        // The match statement.

        IsMapping is_mapping (value: borrow) {} -> [truth ANY] (Effects::reads(Heaps::CLASS)) call value_is_mapping;
        IsSequence is_sequence (value: borrow) {} -> [truth ANY] (Effects::reads(Heaps::CLASS)) call value_is_sequence;
        PyLength py_length (value: borrow) {} -> [owned INT] (Effects::PYTHON) call object_length;
        PyMatchKeys py_match_keys (subject: borrow, keys: borrow) {} -> [owned VALUE] (Effects::PYTHON) call match_keys;
        PyMatchClass py_match_class (subject: borrow, class: borrow) { positional: Number, names: Constant } -> [owned VALUE] (Effects::PYTHON) call match_class;

        // The interactive prompt.

        PyPrintExpression py_print_expression (value: borrow) {} -> [] (Effects::PYTHON) call expression_print;

        // Generators.

        /// What `yield from` iterates.
        PyYieldFromIter py_yield_from_iter (function: borrow, value: borrow) {} -> [owned VALUE] (Effects::PYTHON) call yield_from_iter;
        /// What `await` waits for; the number is the bytecode's `AwaitContext`.
        PyAwaitable py_awaitable (value: borrow) { context: Number } -> [owned VALUE] (Effects::PYTHON) call awaitable_get;
        PyAsyncIter py_async_iter (value: borrow) {} -> [owned VALUE] (Effects::PYTHON) call async_iter;
        PyAsyncNext py_async_next (iterator: borrow) {} -> [owned VALUE] (Effects::PYTHON) call async_next;

        /// What an asynchronous generator hands out for a value that it yields.
        AsyncWrap async_wrap (value: steal) {} -> [owned VALUE] (Effects::ALLOCATES) call async_value_wrap;
        /// At the handler of `async for`: forgets a pending StopAsyncIteration; anything else goes on by the error edge.
        CatchStopAsync catch_stop_async () {} -> [] (Effects::PYTHON) call stop_async_catch;

        /// Where the generator's body goes on: an index into the entry's `switch`.
        GeneratorState generator_state () {} -> [int ANY] (Effects::reads(Heaps::ITERATOR)) inline;
        /// Says where the generator is entered next, which register what is sent goes to (or holds what it delegates to),
        /// and whether it delegates.
        GeneratorSuspend generator_suspend () { state: Number, register: Register, delegates: Number, unit: Number } -> [] (Effects::writes(Heaps::ITERATOR)) inline;
        /// Keeps a value in a register of the generator's frame.
        GeneratorSave generator_save (value: steal) { register: Register } -> [] (Effects::writes(Heaps::ITERATOR)) inline;
        /// Takes a value out of a register of the generator's frame.
        GeneratorLoad generator_load () { register: Register } -> [owned ANY] (Effects::writes(Heaps::ITERATOR)) inline;
        /// Raises what was thrown into the suspended generator, if anything was.
        GeneratorCheckThrown generator_check_thrown () {} -> [] (Effects::PINNED.raising()) inline;
        /// What was sent to a generator that delegates. The word is not counted: `py_delegate_send` takes its reference
        /// over, hence the type.
        GeneratorTakeSent generator_take_sent () {} -> [plain IMMEDIATE] (Effects::writes(Heaps::ITERATOR)) inline;
        /// As `enter_handler` and `leave_handler`, in a generator.
        GeneratorEnterHandler generator_enter_handler () {} -> [owned VALUE, owned VALUE] (Effects::writes(Heaps::EXCEPTION)) inline;
        GeneratorLeaveHandler generator_leave_handler (saved: steal) {} -> [] (Effects { raises: false, ..Effects::PYTHON }) inline;
        /// Sends (a word that it takes over) to what is delegated to; the value, and whether it is the end.
        PyDelegateSend py_delegate_send (receiver: borrow, sent: borrow) {} -> [owned VALUE, plain BOOL] (Effects::PYTHON) call delegate_send;

        // Raw numbers.

        /// A raw integer.
        IntConst int_const () { number: Number } -> [int ANY] (Effects::PURE) inline;
        /// A raw double, by its bits.
        FloatConst float_const () { bits: Word } -> [float ANY] (Effects::PURE) inline;
        /// Whether the word is an immediate int.
        IsSmallInt is_small_int (value: borrow) {} -> [truth ANY] (Effects::PURE) inline;
        /// Whether the value is a float, immediate or not, of exactly that type.
        IsFloat is_float (value: borrow) {} -> [truth ANY] (Effects::PURE) inline;
        /// The number of an immediate int.
        IntUnbox int_unbox (value: borrow) {} -> [int ANY] (Effects::PURE) inline;
        /// The word of an integer that is known to fit one.
        IntBox int_box (number: int) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        /// The number of a float.
        FloatUnbox float_unbox (value: borrow) {} -> [float ANY] (Effects::PURE) inline;
        /// The float of a number, allocated when it does not fit a word.
        FloatBox float_box (number: float) {} -> [owned FLOAT] (Effects::PURE) inline;
        FloatFromInt float_from_int (number: int) {} -> [float ANY] (Effects::PURE) inline;
        FloatAdd float_add (left: float, right: float) {} -> [float ANY] (Effects::PURE) inline;
        FloatSubtract float_subtract (left: float, right: float) {} -> [float ANY] (Effects::PURE) inline;
        FloatMultiply float_multiply (left: float, right: float) {} -> [float ANY] (Effects::PURE) inline;
        /// The divisor is known not to be zero.
        FloatDivide float_divide (left: float, right: float) {} -> [float ANY] (Effects::PURE) inline;
        FloatNegate float_negate (number: float) {} -> [float ANY] (Effects::PURE) inline;
        FloatLess float_less (left: float, right: float) {} -> [truth ANY] (Effects::PURE) inline;
        FloatLessEqual float_less_equal (left: float, right: float) {} -> [truth ANY] (Effects::PURE) inline;
        FloatEqual float_equal (left: float, right: float) {} -> [truth ANY] (Effects::PURE) inline;
        /// The sum, which is known not to overflow.
        IntAdd int_add (left: int, right: int) {} -> [int ANY] (Effects::PURE) inline;
        IntSubtract int_subtract (left: int, right: int) {} -> [int ANY] (Effects::PURE) inline;
        IntMultiply int_multiply (left: int, right: int) {} -> [int ANY] (Effects::PURE) inline;
        IntLess int_less (left: int, right: int) {} -> [truth ANY] (Effects::PURE) inline;
        IntLessEqual int_less_equal (left: int, right: int) {} -> [truth ANY] (Effects::PURE) inline;
        IntEqual int_equal (left: int, right: int) {} -> [truth ANY] (Effects::PURE) inline;

        // Immediate words: their operands are known to be immediate ints (or floats, where the name says so).

        /// The same word, of a narrower type: what a test has shown.
        Refine refine (value: word) {} -> [plain IMMEDIATE] (Effects::PURE) inline;
        /// Whether both words are immediate ints.
        AreSmallInts are_small_ints (left: borrow, right: borrow) {} -> [truth ANY] (Effects::PURE) inline;
        /// Whether the word is an immediate float.
        IsImmediateFloat is_immediate_float (value: borrow) {} -> [truth ANY] (Effects::PURE) inline;
        /// The number of an immediate float.
        ImmediateFloatUnbox immediate_float_unbox (value: word) {} -> [float ANY] (Effects::PURE) inline;
        /// The double nearest to an immediate int.
        FloatFromSmallInt float_from_small_int (value: word) {} -> [float ANY] (Effects::PURE) inline;
        // Values that are only kept: the bits of a double or of an immediate word, and which of the two.

        /// True or false.
        TruthConst truth_const () { number: Number } -> [truth ANY] (Effects::PURE) inline;
        /// The bits of a double.
        FloatBits float_bits (number: float) {} -> [int ANY] (Effects::PURE) inline;
        /// The bits of an immediate word.
        WordBits word_bits (value: word) {} -> [int ANY] (Effects::PURE) inline;
        /// The value of which these are the bits.
        EitherBox either_box (bits: int, is_float: truth) {} -> [owned ANY] (Effects::PURE) inline;

        /// The sum, which is known to fit a word.
        SmallIntAdd small_int_add (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        SmallIntSubtract small_int_subtract (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        SmallIntMultiply small_int_multiply (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        SmallIntAnd small_int_and (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        SmallIntOr small_int_or (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        SmallIntXor small_int_xor (left: word, right: word) {} -> [plain SMALL_INT] (Effects::PURE) inline;
        /// The sum, and whether it does not fit a word (which then means nothing). The following ones likewise; theirs
        /// is true too where the operation would raise.
        SmallIntTryAdd small_int_try_add (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTrySubtract small_int_try_subtract (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTryMultiply small_int_try_multiply (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTryFloorDivide small_int_try_floor_divide (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTryRemainder small_int_try_remainder (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTryLeftShift small_int_try_left_shift (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        SmallIntTryRightShift small_int_try_right_shift (left: word, right: word) {} -> [plain SMALL_INT, truth ANY] (Effects::PURE) inline;
        /// The quotient; the operands are exact as doubles and the divisor is not 0 unless the truth says otherwise.
        SmallIntTryTrueDivide small_int_try_true_divide (left: word, right: word) {} -> [float ANY, truth ANY] (Effects::PURE) inline;
        SmallIntLess small_int_less (left: word, right: word) {} -> [truth ANY] (Effects::PURE) inline;
        SmallIntLessEqual small_int_less_equal (left: word, right: word) {} -> [truth ANY] (Effects::PURE) inline;
        SmallIntEqual small_int_equal (left: word, right: word) {} -> [truth ANY] (Effects::PURE) inline;
    } };
}

/// What an operand is, and whose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandKind {
    /// A boxed word that stays the caller's.
    Borrow,
    /// A boxed word whose reference the op takes over.
    Steal,
    /// A boxed word that is known to be no object: using it needs no reference.
    Word,
    /// A raw value.
    Raw(Representation),
}

impl OperandKind {
    /// How the operand lies in registers.
    pub fn representation(self) -> Representation {
        match self {
            OperandKind::Borrow | OperandKind::Steal | OperandKind::Word => Representation::Boxed,
            OperandKind::Raw(representation) => representation,
        }
    }
}

/// What an immediate stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImmediateKind {
    /// A value's word.
    Word,
    /// An index into the code object's constants.
    Constant,
    /// An index into the code object's names.
    Name,
    /// The ordinal of an inline cache in its function.
    Cache,
    /// A bytecode register, for the name in an error's text.
    Register,
    /// A number whose meaning the op tells.
    Number,
}

/// Who owns a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResultKind {
    /// A boxed word with a reference of its own.
    Owned,
    /// A boxed word that is never counted.
    Plain,
    /// A raw value.
    Raw(Representation),
}

impl ResultKind {
    /// How the result lies in registers.
    pub fn representation(self) -> Representation {
        match self {
            ResultKind::Owned | ResultKind::Plain => Representation::Boxed,
            ResultKind::Raw(representation) => representation,
        }
    }
}

/// How an op becomes LLVM IR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lowering {
    /// By a method of the lowering trait.
    Inline,
    /// By a call of the runtime function of this name (without its prefix).
    Call(&'static str),
}

/// Everything that the table says of an op.
#[derive(Debug)]
pub struct OpInfo {
    pub name: &'static str,
    pub operands: &'static [(&'static str, OperandKind)],
    /// Any number of further operands.
    pub rest: Option<OperandKind>,
    pub immediates: &'static [(&'static str, ImmediateKind)],
    pub results: &'static [(ResultKind, Type)],
    /// The results are as many as the first immediate says, each as `results[0]` tells.
    pub many_results: bool,
    pub effects: Effects,
    pub lowering: Lowering,
}

#[doc(hidden)]
#[macro_export]
macro_rules! operand_kind {
    (borrow) => {
        $crate::op::OperandKind::Borrow
    };
    (steal) => {
        $crate::op::OperandKind::Steal
    };
    (word) => {
        $crate::op::OperandKind::Word
    };
    (int) => {
        $crate::op::OperandKind::Raw($crate::types::Representation::Int)
    };
    (float) => {
        $crate::op::OperandKind::Raw($crate::types::Representation::Float)
    };
    (truth) => {
        $crate::op::OperandKind::Raw($crate::types::Representation::Truth)
    };
    (pointer) => {
        $crate::op::OperandKind::Raw($crate::types::Representation::Pointer)
    };
}

macro_rules! result_kind {
    (owned) => {
        ResultKind::Owned
    };
    (many) => {
        ResultKind::Owned
    };
    (plain) => {
        ResultKind::Plain
    };
    (int) => {
        ResultKind::Raw(Representation::Int)
    };
    (float) => {
        ResultKind::Raw(Representation::Float)
    };
    (truth) => {
        ResultKind::Raw(Representation::Truth)
    };
    (pointer) => {
        ResultKind::Raw(Representation::Pointer)
    };
}

macro_rules! is_many {
    (many) => {
        true
    };
    ($other:ident) => {
        false
    };
}

macro_rules! lowering {
    (inline) => {
        Lowering::Inline
    };
    (call $function:ident) => {
        Lowering::Call(stringify!($function))
    };
}

macro_rules! define_ops {
    ($($(#[$doc:meta])* $op:ident $name:ident
        ($($operand:ident: $kind:ident),* $(; $rest:ident: $rest_kind:ident)?)
        { $($immediate:ident: $immediate_kind:ident),* }
        -> [$($result:ident $ty:ident),*] ($effects:expr) $lowering:ident $($function:ident)?;)*) => {
        /// A MIR operation; see the table.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Op { $($(#[$doc])* $op,)* }

        const INFO: &[OpInfo] = &[$(OpInfo {
            name: stringify!($name),
            operands: &[$((stringify!($operand), operand_kind!($kind)),)*],
            rest: { #[allow(unused_mut, unused_assignments)] let mut rest: Option<OperandKind> = None;
                $(rest = { let _ = stringify!($rest); Some(operand_kind!($rest_kind)) };)? rest },
            immediates: &[$((stringify!($immediate), ImmediateKind::$immediate_kind),)*],
            results: &[$((result_kind!($result), Type::$ty),)*],
            many_results: false $(|| is_many!($result))*,
            effects: $effects,
            lowering: lowering!($lowering $($function)?),
        },)*];

        impl Op {
            /// Every op, in the table's order.
            pub const ALL: &'static [Op] = &[$(Op::$op,)*];
        }
    };
}

for_each_op!(define_ops);

impl Op {
    /// What the table says of this op.
    pub fn info(self) -> &'static OpInfo {
        &INFO[self as usize]
    }

    /// The op of that name in MIR text.
    pub fn from_name(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.info().name == name)
    }

    /// The kind of operand `index`.
    pub fn operand_kind(self, index: usize) -> Option<OperandKind> {
        let info = self.info();
        info.operands.get(index).map(|(_, kind)| *kind).or(info.rest)
    }

    /// Whether control never goes on after this op.
    pub fn always_raises(self) -> bool {
        matches!(self, Op::PyRaise | Op::PyRaiseFrom | Op::PyRaiseCurrent | Op::PyReraise)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for &op in Op::ALL {
            assert_eq!(Op::from_name(op.info().name), Some(op));
        }
    }

    #[test]
    fn running_python_means_touching_every_heap() {
        for &op in Op::ALL {
            let effects = op.info().effects;
            assert!(
                !effects.runs_python || (effects.reads == Heaps::ALL && effects.writes == Heaps::ALL),
                "{op}"
            );
        }
    }
}

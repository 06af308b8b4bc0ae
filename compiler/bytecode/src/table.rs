//! The instruction table: the one place where an instruction is declared.
//!
//! `for_each_instruction!(callback)` calls `callback!` with every row:
//!
//! ```text
//! /// What it does.
//! snake_name = CamelName { operand: Kind, ... } [effects];
//! ```
//!
//! Kinds are the types of [`crate::operand`]. Effects are words:
//! * `raises`: the instruction can raise; a handler that covers it may be entered from it;
//! * `python`: the operation can run arbitrary Python code (dropping a value that a register held can as well, for
//!   every instruction that overwrites a local or moves a temporary);
//! * `terminates`: control never reaches the next instruction.
//!
//! Grammar of names: `load_*`/`store_*`/`delete_*` move values between registers and elsewhere, `build_*` makes a new
//! container, `jump_*` may transfer control, `match_*` serves the `match` statement.

/// Calls `$callback!` with all rows of the instruction table.
#[macro_export]
macro_rules! for_each_instruction {
    ($callback:ident) => { $callback! {
        // Registers and constants.

        /// Does nothing.
        nop = Nop {} [];
        /// Copies or moves a value.
        move_value = Move { dst: Def, src: Use } [];
        /// `None`.
        load_none = LoadNone { dst: Def } [];
        /// `True`.
        load_true = LoadTrue { dst: Def } [];
        /// `False`.
        load_false = LoadFalse { dst: Def } [];
        /// A small int.
        load_int = LoadInt { dst: Def, value: Immediate } [];
        /// Any other constant.
        load_const = LoadConst { dst: Def, constant: ConstantIndex } [];
        /// An object that needs no lookup, such as the class `AssertionError` of an `assert`.
        load_common = LoadCommon { dst: Def, which: CommonConstant } [];
        /// Drops the value of a temporary, or half of a method pair.
        drop_value = Drop { register: Kill } [];
        /// Makes a local unbound; it may already be.
        delete_local = DeleteLocal { register: Kill } [];
        /// Raises UnboundLocalError when the local is unbound.
        check_bound = CheckBound { register: LocalRead } [raises];

        // Cells.

        /// Copies the cells of the running function's closure into the free variables' registers, at entry.
        copy_free_variables = CopyFreeVariables { cells: DefRange } [];
        /// Replaces a local's value (or its absence) by a new cell that holds it.
        make_cell = MakeCell { register: Update } [];
        /// The cell itself, as a value for a closure tuple.
        load_closure = LoadClosure { dst: Def, cell: Cell } [];
        /// The content of a cell; UnboundLocalError (local) or NameError (free variable) when it is empty.
        load_cell = LoadCell { dst: Def, cell: Cell } [raises];
        /// Sets the content of a cell.
        store_cell = StoreCell { cell: Cell, src: Use } [];
        /// Empties a cell; raises as `load_cell` when it is empty already.
        delete_cell = DeleteCell { cell: Cell } [raises];
        /// The key named like the cell in a mapping (a class namespace), else the content of the cell.
        load_from_dict_or_cell = LoadFromDictOrCell { dst: Def, mapping: Use, cell: Cell } [raises python];

        // Names.

        /// A name in the frame's namespace, then its globals, then the built-ins.
        load_name = LoadName { dst: Def, name: NameIndex, cache: CacheIndex } [raises python];
        /// Binds a name in the frame's namespace.
        store_name = StoreName { src: Use, name: NameIndex } [raises python];
        /// Unbinds a name in the frame's namespace.
        delete_name = DeleteName { name: NameIndex } [raises python];
        /// A name in the globals, then the built-ins.
        load_global = LoadGlobal { dst: Def, name: NameIndex, cache: CacheIndex } [raises python];
        /// Binds a global name.
        store_global = StoreGlobal { src: Use, name: NameIndex, cache: CacheIndex } [raises python];
        /// Unbinds a global name.
        delete_global = DeleteGlobal { name: NameIndex } [raises python];
        /// A key of a mapping (a class namespace), then the globals, then the built-ins.
        load_from_dict_or_globals = LoadFromDictOrGlobals { dst: Def, mapping: Use, name: NameIndex } [raises python];
        /// The frame's namespace itself (class bodies and modules).
        load_locals = LoadLocals { dst: Def } [raises];
        /// `__build_class__` of the built-ins.
        load_build_class = LoadBuildClass { dst: Def } [raises python];
        /// Makes sure that the frame's namespace has an `__annotations__` dictionary.
        setup_annotations = SetupAnnotations {} [raises python];

        // Unary operators.

        /// `-x`
        negative = Negative { dst: Def, src: Use } [raises python];
        /// `+x`
        positive = Positive { dst: Def, src: Use } [raises python];
        /// `~x`
        invert = Invert { dst: Def, src: Use } [raises python];
        /// `not x`
        not = Not { dst: Def, src: Use } [raises python];

        // Binary operators.

        /// `x + y`
        add = Add { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x - y`
        subtract = Subtract { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x * y`
        multiply = Multiply { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x @ y`
        matrix_multiply = MatrixMultiply { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x / y`
        true_divide = TrueDivide { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x // y`
        floor_divide = FloorDivide { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x % y`
        remainder = Remainder { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x ** y`
        power = Power { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x << y`
        left_shift = LeftShift { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x >> y`
        right_shift = RightShift { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x & y`
        bit_and = BitAnd { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x | y`
        bit_or = BitOr { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x ^ y`
        bit_xor = BitXor { dst: Def, lhs: Use, rhs: Use } [raises python];

        // In-place operators: the result is then stored where the left operand came from.

        /// `x += y`
        inplace_add = InplaceAdd { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x -= y`
        inplace_subtract = InplaceSubtract { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x *= y`
        inplace_multiply = InplaceMultiply { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x @= y`
        inplace_matrix_multiply = InplaceMatrixMultiply { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x /= y`
        inplace_true_divide = InplaceTrueDivide { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x //= y`
        inplace_floor_divide = InplaceFloorDivide { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x %= y`
        inplace_remainder = InplaceRemainder { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x **= y`
        inplace_power = InplacePower { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x <<= y`
        inplace_left_shift = InplaceLeftShift { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x >>= y`
        inplace_right_shift = InplaceRightShift { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x &= y`
        inplace_bit_and = InplaceBitAnd { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x |= y`
        inplace_bit_or = InplaceBitOr { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x ^= y`
        inplace_bit_xor = InplaceBitXor { dst: Def, lhs: Use, rhs: Use } [raises python];

        // Comparisons, as values.

        /// `x < y`
        less = Less { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x <= y`
        less_equal = LessEqual { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x == y`
        equal = Equal { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x != y`
        not_equal = NotEqual { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x > y`
        greater = Greater { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x >= y`
        greater_equal = GreaterEqual { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x is y`
        is = Is { dst: Def, lhs: Use, rhs: Use } [];
        /// `x is not y`
        is_not = IsNot { dst: Def, lhs: Use, rhs: Use } [];
        /// `x in y`
        contains = Contains { dst: Def, lhs: Use, rhs: Use } [raises python];
        /// `x not in y`
        not_contains = NotContains { dst: Def, lhs: Use, rhs: Use } [raises python];

        // Jumps.

        /// Jumps forward.
        jump = Jump { target: Label } [terminates];
        /// Jumps back to the head of a loop: a poll point.
        jump_back = JumpBack { target: Label } [raises python terminates];
        /// Jumps when the value is true.
        jump_if_true = JumpIfTrue { src: Use, target: Label } [raises python];
        /// Jumps when the value is false.
        jump_if_false = JumpIfFalse { src: Use, target: Label } [raises python];
        /// Jumps when the value is `None`.
        jump_if_none = JumpIfNone { src: Use, target: Label } [];
        /// Jumps when the value is not `None`.
        jump_if_not_none = JumpIfNotNone { src: Use, target: Label } [];
        /// Jumps when `x < y` is true.
        jump_if_less = JumpIfLess { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x < y` is false.
        jump_if_not_less = JumpIfNotLess { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x <= y` is true.
        jump_if_less_equal = JumpIfLessEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x <= y` is false.
        jump_if_not_less_equal = JumpIfNotLessEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x == y` is true.
        jump_if_equal = JumpIfEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x == y` is false (which is not the same as `x != y` being true).
        jump_if_not_equal = JumpIfNotEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x != y` is true.
        jump_if_unequal = JumpIfUnequal { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x != y` is false.
        jump_if_not_unequal = JumpIfNotUnequal { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x > y` is true.
        jump_if_greater = JumpIfGreater { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x > y` is false.
        jump_if_not_greater = JumpIfNotGreater { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x >= y` is true.
        jump_if_greater_equal = JumpIfGreaterEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x >= y` is false.
        jump_if_not_greater_equal = JumpIfNotGreaterEqual { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x is y`.
        jump_if_is = JumpIfIs { lhs: Use, rhs: Use, target: Label } [];
        /// Jumps when `x is not y`.
        jump_if_is_not = JumpIfIsNot { lhs: Use, rhs: Use, target: Label } [];
        /// Jumps when `x in y`.
        jump_if_contains = JumpIfContains { lhs: Use, rhs: Use, target: Label } [raises python];
        /// Jumps when `x not in y`.
        jump_if_not_contains = JumpIfNotContains { lhs: Use, rhs: Use, target: Label } [raises python];

        // Attributes and items.

        /// `obj.name`
        load_attr = LoadAttr { dst: Def, obj: Use, name: NameIndex, cache: CacheIndex } [raises python];
        /// `obj.name = value`
        store_attr = StoreAttr { obj: Use, value: Use, name: NameIndex, cache: CacheIndex } [raises python];
        /// `del obj.name`
        delete_attr = DeleteAttr { obj: Use, name: NameIndex } [raises python];
        /// `super.name`, where `super` is what that name stands for and need not be the built-in class.
        load_super_attr = LoadSuperAttr { dst: Def, super_class: Use, class: Use, object: Use, name: NameIndex, form: SuperForm } [raises python];
        /// `obj[index]`
        load_item = LoadItem { dst: Def, obj: Use, index: Use } [raises python];
        /// `obj[index] = value`
        store_item = StoreItem { obj: Use, index: Use, value: Use } [raises python];
        /// `del obj[index]`
        delete_item = DeleteItem { obj: Use, index: Use } [raises python];
        /// `obj[start:stop]`
        load_slice = LoadSlice { dst: Def, obj: Use, start: Use, stop: Use } [raises python];
        /// `obj[start:stop] = value`
        store_slice = StoreSlice { obj: Use, start: Use, stop: Use, value: Use } [raises python];

        // Calls. The callee and its arguments are consecutive temporaries.

        /// Calls `range[0]` with the positional arguments that follow it.
        call = Call { dst: Def, range: MoveRange } [raises python];
        /// Calls `range[0]`; the last arguments are keywords, whose names are a constant tuple.
        call_keywords = CallKeywords { dst: Def, range: MoveRange, names: ConstantIndex } [raises python];
        /// Looks up a method: a function and its `self`, or any other callable and nothing.
        load_method = LoadMethod { pair: DefPair, obj: Use, name: NameIndex, cache: CacheIndex } [raises python];
        /// As `load_method`, on `super`.
        load_super_method = LoadSuperMethod { pair: DefPair, super_class: Use, class: Use, object: Use, name: NameIndex, form: SuperForm } [raises python];
        /// Looks up a special method on the type of `obj`, as `load_method` does.
        load_special = LoadSpecial { pair: DefPair, obj: Use, method: SpecialMethod } [raises python];
        /// Calls the method pair `range[0..2]` with the positional arguments that follow it.
        call_method = CallMethod { dst: Def, range: MoveRange } [raises python];
        /// As `call_method`; the last arguments are keywords, whose names are a constant tuple.
        call_method_keywords = CallMethodKeywords { dst: Def, range: MoveRange, names: ConstantIndex } [raises python];
        /// `callee(*args)`; `args` is any iterable.
        call_unpack = CallUnpack { dst: Def, callee: Use, args: Use } [raises python];
        /// `callee(*args, **kwargs)`; `args` is any iterable, `kwargs` any mapping.
        call_unpack_keywords = CallUnpackKeywords { dst: Def, callee: Use, args: Use, kwargs: Use } [raises python];
        /// Returns from the function.
        return_value = Return { src: Use } [terminates];
        /// Returns `None`.
        return_none = ReturnNone {} [terminates];

        // Functions and classes.

        /// A function of a constant code object; the values of the attributes are in `range`, in the order of the bits.
        make_function = MakeFunction { dst: Def, code: ConstantIndex, attributes: FunctionAttributes, range: MoveRange } [raises];
        /// Sets `__type_params__` of a new function; `dst` is the function.
        set_function_type_params = SetFunctionTypeParams { dst: Def, function: Use, params: Use } [raises];
        /// `TypeVar(name)`
        make_type_var = MakeTypeVar { dst: Def, name: ConstantIndex } [raises python];
        /// `TypeVar(name)` whose bound is what `bound(1)` returns, evaluated lazily.
        make_type_var_with_bound = MakeTypeVarWithBound { dst: Def, name: ConstantIndex, bound: Use } [raises python];
        /// `TypeVar(name)` whose constraints are what `constraints(1)` returns, evaluated lazily.
        make_type_var_with_constraints = MakeTypeVarWithConstraints { dst: Def, name: ConstantIndex, constraints: Use } [raises python];
        /// `ParamSpec(name)`
        make_param_spec = MakeParamSpec { dst: Def, name: ConstantIndex } [raises python];
        /// `TypeVarTuple(name)`
        make_type_var_tuple = MakeTypeVarTuple { dst: Def, name: ConstantIndex } [raises python];
        /// Gives a type parameter the default that `default(1)` returns; `dst` is the parameter.
        set_type_param_default = SetTypeParamDefault { dst: Def, param: Use, default: Use } [raises python];
        /// `TypeAliasType(name, value, type_params)`; `params` is a tuple or None, `value` a function.
        make_type_alias = MakeTypeAlias { dst: Def, name: ConstantIndex, params: Use, value: Use } [raises python];
        /// `Generic[params]`, where `params` is a tuple.
        make_generic_base = MakeGenericBase { dst: Def, params: Use } [raises python];

        // Containers.

        /// A tuple of the range.
        build_tuple = BuildTuple { dst: Def, range: MoveRange } [raises];
        /// A list of the range.
        build_list = BuildList { dst: Def, range: MoveRange } [raises];
        /// A set of the range.
        build_set = BuildSet { dst: Def, range: MoveRange } [raises python];
        /// A dictionary of the range's alternating keys and values.
        build_dict = BuildDict { dst: Def, range: MoveRange } [raises python];
        /// `slice(start, stop, None)`
        build_slice = BuildSlice { dst: Def, start: Use, stop: Use } [raises];
        /// `slice(start, stop, step)`
        build_slice_step = BuildSliceStep { dst: Def, start: Use, stop: Use, step: Use } [raises];
        /// Appends to a list under construction.
        list_append = ListAppend { list: Use, value: Use } [raises];
        /// Appends all items of an iterable to a list under construction (`*x`).
        list_extend = ListExtend { list: Use, iterable: Use } [raises python];
        /// The list as a tuple.
        list_to_tuple = ListToTuple { dst: Def, list: Use } [raises];
        /// Adds to a set under construction.
        set_add = SetAdd { set: Use, value: Use } [raises python];
        /// Adds all items of an iterable to a set under construction.
        set_update = SetUpdate { set: Use, iterable: Use } [raises python];
        /// `dict[key] = value` on an exact dictionary under construction.
        dict_insert = DictInsert { dict: Use, key: Use, value: Use } [raises python];
        /// `{**mapping}`: later keys win.
        dict_update = DictUpdate { dict: Use, mapping: Use } [raises python];
        /// `callee(**mapping)`: a repeated key is an error that names the callee.
        dict_merge = DictMerge { dict: Use, mapping: Use, callee: Use } [raises python];
        /// Unpacks exactly as many items as there are targets.
        unpack_sequence = UnpackSequence { src: Use, targets: DefRange } [raises python];
        /// Unpacks with a starred target: `before` items, a list of the middle, and the rest.
        unpack_starred = UnpackStarred { src: Use, targets: DefRange, before: Count } [raises python];

        // Strings.

        /// `str(x)`, `repr(x)` or `ascii(x)`.
        convert = Convert { dst: Def, src: Use, conversion: Conversion } [raises python];
        /// `format(x, "")`; an exact str is its own result.
        format_simple = FormatSimple { dst: Def, src: Use } [raises python];
        /// `format(x, spec)`
        format_with_spec = FormatWithSpec { dst: Def, src: Use, spec: Use } [raises python];
        /// The concatenation of strings.
        build_string = BuildString { dst: Def, range: MoveRange } [raises];
        /// One `{...}` of a t-string; the text of the expression is a constant.
        build_interpolation = BuildInterpolation { dst: Def, value: Use, conversion: Conversion, expression: ConstantIndex } [raises];
        /// One `{...:spec}` of a t-string.
        build_interpolation_with_spec = BuildInterpolationWithSpec { dst: Def, value: Use, spec: Use, conversion: Conversion, expression: ConstantIndex } [raises];
        /// A t-string of a tuple of strings and a tuple of interpolations.
        build_template = BuildTemplate { dst: Def, strings: Use, interpolations: Use } [raises];

        // Iteration.

        /// `iter(x)`
        get_iter = GetIter { dst: Def, src: Use } [raises python];
        /// The next item; jumps when there is none. The iterator stays in its register on both ways.
        for_iter = ForIter { dst: Def, iterator: Use, exhausted: Label } [raises python];

        // Generators and coroutines.

        /// First instruction (after the cells) of a generator, coroutine or asynchronous generator: makes the object and
        /// returns it; execution goes on here when it is first resumed. An exception that leaves the body is
        /// converted (StopIteration, and StopAsyncIteration in an asynchronous generator, become RuntimeError)
        /// by the engine.
        return_generator = ReturnGenerator {} [raises];
        /// Suspends with a value; resumes with the value sent, or by raising the exception thrown.
        yield_value = Yield { dst: Def, src: Use } [raises python];
        /// As `yield_value` in an asynchronous generator: the value is wrapped so that the awaiting side can tell it
        /// from what an inner `await` yields.
        async_yield = AsyncYield { dst: Def, src: Use } [raises python];
        /// The iterator of `yield from`: a generator or (in a coroutine) a coroutine itself, else `iter(x)`.
        get_yield_from_iter = GetYieldFromIter { dst: Def, src: Use } [raises python];
        /// What `await` waits for: the iterator of `x.__await__()`, or a coroutine itself.
        get_awaitable = GetAwaitable { dst: Def, src: Use, context: AwaitContext } [raises python];
        /// Runs a sub-iterator to its end (`await`, `yield from`): suspends with each value that it yields, passes on
        /// what is sent and thrown, and ends with its return value. The receiver stays in its register while
        /// suspended, and is dropped at the end.
        delegate = Delegate { dst: Def, receiver: Use } [raises python];
        /// `x.__aiter__()`, checked.
        get_async_iter = GetAsyncIter { dst: Def, src: Use } [raises python];
        /// The awaitable of `x.__anext__()`, ready for `delegate`.
        get_async_next = GetAsyncNext { dst: Def, iterator: Use } [raises python];
        /// A handler's entry: ends an `async for` when the pending exception is StopAsyncIteration (which is dropped),
        /// else raises it on, unchanged.
        end_async_for = EndAsyncFor {} [raises python];

        // Exceptions.

        /// A handler's entry: takes the pending exception, saves the one being handled so far (None if there is none), and
        /// makes the new one the handled one.
        enter_handler = EnterHandler { exception: Def, saved: Def } [];
        /// Makes the saved exception the handled one again.
        leave_handler = LeaveHandler { saved: Use } [];
        /// `raise x`
        raise = Raise { exception: Use } [raises python terminates];
        /// `raise x from y`
        raise_from = RaiseFrom { exception: Use, cause: Use } [raises python terminates];
        /// `raise`: the handled exception again, without a new traceback entry.
        raise_current = RaiseCurrent {} [raises terminates];
        /// Raises a caught exception again, without a new traceback entry.
        reraise = Reraise { exception: Use } [raises terminates];
        /// Jumps when the exception is not an instance of the class, or of any in the tuple of classes.
        jump_if_no_exception_match = JumpIfNoExceptionMatch { exception: Use, classes: Use, target: Label } [raises python];
        /// `except*`: splits an exception (group) by class into the part that does not match and the part that does; each
        /// is None when it is empty. The matched part becomes the handled exception when there is one.
        match_exception_group = MatchExceptionGroup { rest: Def, matched: Def, exception: Use, classes: Use } [raises python];
        /// `except*`: what to raise at the end, from the original exception and the list of those that were raised or not
        /// handled; None when there is nothing.
        prepare_reraise_group = PrepareReraiseGroup { dst: Def, original: Use, exceptions: Use } [raises python];
        /// A handler's entry for clean-up: takes the pending exception; the handled one stays what it is.
        take_pending = TakePending { exception: Def } [];
        /// The normal end of `with`: calls the `__exit__` pair with three Nones.
        call_exit = CallExit { dst: Def, exit: MoveRange } [raises python];
        /// `with`: calls the `__exit__` pair with the handled exception's type, value and traceback.
        call_exit_with_exception = CallExitWithException { dst: Def, exit: Pair, exception: Use } [raises python];

        // Imports.

        /// `__import__(name, globals, locals, fromlist, level)`
        import_name = ImportName { dst: Def, name: NameIndex, fromlist: ConstantIndex, level: Immediate } [raises python];
        /// `from module import name`, with the fallback to `sys.modules`.
        import_from = ImportFrom { dst: Def, module: Use, name: NameIndex } [raises python];
        /// `from module import *`
        import_star = ImportStar { module: Use } [raises python];

        // The match statement.

        /// Jumps when the value is not a mapping.
        jump_if_not_mapping = JumpIfNotMapping { src: Use, target: Label } [];
        /// Jumps when the value is not a sequence (str, bytes and bytearray are none).
        jump_if_not_sequence = JumpIfNotSequence { src: Use, target: Label } [];
        /// `len(x)`
        match_length = MatchLength { dst: Def, src: Use } [raises python];
        /// A tuple of the values of a tuple of keys, or None when one is missing.
        match_keys = MatchKeys { dst: Def, subject: Use, keys: Use } [raises python];
        /// A tuple of positional and keyword attributes, or None when the subject does not match; the names are a constant
        /// tuple.
        match_class = MatchClass { dst: Def, subject: Use, class: Use, positional: Count, names: ConstantIndex } [raises python];

        // The interactive prompt.

        /// `sys.displayhook(x)`
        print_expression = PrintExpression { src: Use } [raises python];
    } };
}

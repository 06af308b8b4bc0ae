//! The table of runtime functions: what generated code calls, as symbols `pyrsc_rt_<name>`.
//!
//! `for_each_runtime_function!(callback)` calls `callback!` with every row:
//!
//! ```text
//! /// What it does.
//! name(argument: kind, ...) -> result [attributes];
//! ```
//!
//! | kind | in registers | in Rust |
//! |---|---|---|
//! | `object` | a value's word, borrowed | `&Object` |
//! | `owned` | a value's word, taken over | `Owned` |
//! | `word` | any word, borrowed: UNBOUND, 0 | `Value` |
//! | `name` | the word of an interned str, borrowed | `&Str` |
//! | `items` | address and count of words, borrowed | `Items` |
//! | `out` | address of words to fill in, owned by the caller | `*mut Value` |
//! | `cache` | address of an inline cache | `&InlineCache` |
//! | `pointer` | an address | `*const ()` |
//! | `number` | a 64-bit integer | `i64` |
//! | `float` | a double | `f64` |
//!
//! Results: `object` (an owned word, 0 when an exception is pending), `truth` (0, 1, or -1 when one is pending),
//! `status` (0, or -1 when one is pending), `word` (an owned word that is never 0), `nothing`.
//!
//! Attributes: `cold` (a slow path: reached through a stub that saves all registers), `plain`.

use crate::value::Value;

/// Address and count of words in the caller's frame; passed in two registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Items {
    pub pointer: *mut Value,
    pub count: usize,
}

/// Calls `$callback!` with all rows of the table.
#[macro_export]
macro_rules! for_each_runtime_function {
    ($callback:ident) => { $callback! {
        // Arithmetic.

        number_negative(value: object) -> object [cold];
        number_positive(value: object) -> object [plain];
        number_invert(value: object) -> object [plain];
        number_add(left: object, right: object) -> object [cold];
        number_subtract(left: object, right: object) -> object [cold];
        number_multiply(left: object, right: object) -> object [cold];
        number_matrix_multiply(left: object, right: object) -> object [plain];
        number_true_divide(left: object, right: object) -> object [cold];
        number_floor_divide(left: object, right: object) -> object [cold];
        number_remainder(left: object, right: object) -> object [cold];
        number_power(left: object, right: object) -> object [plain];
        number_left_shift(left: object, right: object) -> object [cold];
        number_right_shift(left: object, right: object) -> object [cold];
        number_bit_and(left: object, right: object) -> object [cold];
        number_bit_or(left: object, right: object) -> object [cold];
        number_bit_xor(left: object, right: object) -> object [cold];
        number_inplace_add(left: object, right: object) -> object [cold];
        number_inplace_subtract(left: object, right: object) -> object [cold];
        number_inplace_multiply(left: object, right: object) -> object [cold];
        number_inplace_matrix_multiply(left: object, right: object) -> object [plain];
        number_inplace_true_divide(left: object, right: object) -> object [cold];
        number_inplace_floor_divide(left: object, right: object) -> object [cold];
        number_inplace_remainder(left: object, right: object) -> object [cold];
        number_inplace_power(left: object, right: object) -> object [plain];
        number_inplace_left_shift(left: object, right: object) -> object [cold];
        number_inplace_right_shift(left: object, right: object) -> object [cold];
        number_inplace_bit_and(left: object, right: object) -> object [cold];
        number_inplace_bit_or(left: object, right: object) -> object [cold];
        number_inplace_bit_xor(left: object, right: object) -> object [cold];
        /// A float that does not fit a word.
        float_allocate(number: float) -> object [cold];

        // Comparisons and tests.

        compare_less(left: object, right: object) -> object [cold];
        compare_less_equal(left: object, right: object) -> object [cold];
        compare_equal(left: object, right: object) -> object [cold];
        compare_not_equal(left: object, right: object) -> object [cold];
        compare_greater(left: object, right: object) -> object [cold];
        compare_greater_equal(left: object, right: object) -> object [cold];
        test_less(left: object, right: object) -> truth [cold];
        test_less_equal(left: object, right: object) -> truth [cold];
        test_equal(left: object, right: object) -> truth [cold];
        test_not_equal(left: object, right: object) -> truth [cold];
        test_greater(left: object, right: object) -> truth [cold];
        test_greater_equal(left: object, right: object) -> truth [cold];
        object_contains(item: object, container: object) -> truth [plain];
        object_truth(value: object) -> truth [cold];
        /// `is`, for two different words that are both pointers.
        object_is_same(left: object, right: object) -> truth [cold];
        value_is_mapping(value: object) -> truth [plain];
        value_is_sequence(value: object) -> truth [plain];

        // Locals, cells, globals.

        /// Raises UnboundLocalError for a register of the running function.
        unbound_local_raise(function: object, register: number) -> nothing [cold];
        cell_new(contents: word) -> object [plain];
        /// Raises for an empty cell: UnboundLocalError, or NameError for a free variable.
        empty_cell_raise(function: object, register: number) -> nothing [cold];
        cell_delete(function: object, cell: object, register: number) -> status [plain];
        cell_or_key_load(function: object, mapping: object, cell: object, register: number) -> object [plain];
        global_load(function: object, name: name) -> object [cold];
        global_store(function: object, value: owned, name: name) -> status [cold];
        global_delete(function: object, name: name) -> status [plain];
        key_or_global_load(function: object, mapping: object, name: name) -> object [plain];
        build_class_load(function: object) -> object [plain];
        common_load(which: number) -> word [plain];

        // Attributes and items.

        attribute_load(object: object, name: name, cache: cache) -> object [plain];
        attribute_store(object: object, value: owned, name: name, cache: cache) -> status [plain];
        attribute_delete(object: object, name: name) -> status [plain];
        /// Two words: the callable, and its `self` or UNBOUND.
        method_load(object: object, name: name, cache: cache, pair: out) -> status [plain];
        super_attribute_load(super_class: object, class: object, object: object, name: name, form: number) -> object [plain];
        super_method_load(super_class: object, class: object, object: object, name: name, form: number, pair: out) -> status [plain];
        special_method_load(object: object, method: number, pair: out) -> status [plain];
        item_load(object: object, index: object) -> object [plain];
        item_store(object: object, index: object, value: owned) -> status [plain];
        item_delete(object: object, index: object) -> status [plain];
        slice_load(object: object, start: object, stop: object) -> object [plain];
        slice_store(object: object, start: object, stop: object, value: object) -> status [plain];

        // Calls.

        /// Positional arguments alone.
        call_positional(callable: object, arguments: items, given: number) -> object [plain];
        /// The last arguments are named by a tuple.
        call_keywords(callable: object, arguments: items, names: object, given: number) -> object [plain];
        call_unpack(callable: object, arguments: owned) -> object [plain];
        call_unpack_keywords(callable: object, arguments: owned, keywords: owned) -> object [plain];
        /// Fills in a function's parameters, in the order of its registers, all owned.
        arguments_bind(function: object, arguments: items, names: word, parameters: out) -> status [plain];
        /// The callable's code wants its arguments in another way than generated code gives them: too deep, or a poll.
        function_enter() -> status [cold];
        loop_poll() -> status [cold];

        // Functions, classes, type parameters.

        function_new(function: object, attributes: items, code: object, bits: number) -> object [plain];
        function_set_type_parameters(function: object, parameters: object) -> object [plain];
        type_var_new(name: object) -> object [plain];
        type_var_new_with_bound(bound: object, name: object) -> object [plain];
        type_var_new_with_constraints(constraints: object, name: object) -> object [plain];
        param_spec_new(name: object) -> object [plain];
        type_var_tuple_new(name: object) -> object [plain];
        type_parameter_set_default(parameter: object, default: object) -> object [plain];
        type_alias_new(parameters: object, value: object, name: object) -> object [plain];
        generic_base_new(parameters: object) -> object [plain];

        // Containers.

        tuple_new(items: items) -> object [plain];
        list_new(items: items) -> object [plain];
        set_new(items: items) -> object [plain];
        dict_new(items: items) -> object [plain];
        slice_new(start: object, stop: object, step: object) -> object [plain];
        list_append(list: object, value: owned) -> status [cold];
        list_extend(list: object, iterable: object) -> status [plain];
        list_to_tuple(list: object) -> object [plain];
        set_add(set: object, value: object) -> status [plain];
        set_update(set: object, iterable: object) -> status [plain];
        dict_insert(dict: object, key: object, value: object) -> status [plain];
        dict_update(dict: object, mapping: object) -> status [plain];
        dict_merge(dict: object, mapping: object, callee: object) -> status [plain];
        sequence_unpack(value: object, count: number, items: out) -> status [plain];
        sequence_unpack_starred(value: object, count: number, before: number, items: out) -> status [plain];

        // Strings.

        value_convert(value: object, conversion: number) -> object [plain];
        value_format(value: object) -> object [plain];
        value_format_with_spec(value: object, spec: object) -> object [plain];
        str_concatenate(parts: items) -> object [plain];
        interpolation_new(value: object, spec: word, conversion: number, expression: object) -> object [plain];
        template_new(strings: object, interpolations: object) -> object [plain];

        // Iteration.

        object_iter(value: object) -> object [plain];
        /// The next item, or STOP.
        iterator_next(iterator: object) -> object [plain];
        /// A generator of a function, whose body is native; takes the parameters over.
        generator_new(function: object, parameters: items) -> object [plain];
        /// Marks a generator, given by its frame, as suspended.
        generator_suspend(frame: pointer, state: number, register: number, delegates: number, unit: number) -> nothing [plain];
        generator_take_sent(frame: pointer) -> word [plain];
        generator_enter_handler(frame: pointer, pair: out) -> nothing [plain];
        generator_leave_handler(frame: pointer, saved: owned) -> nothing [plain];
        /// Sends (a word that is taken over) to what a generator delegates to: the value, and whether it is the end.
        delegate_send(receiver: object, sent: word, pair: out) -> status [plain];
        yield_from_iter(function: object, value: object) -> object [plain];
        async_value_wrap(value: owned) -> object [plain];
        stop_async_catch() -> status [plain];
        awaitable_get(value: object, context: number) -> object [plain];
        async_iter(value: object) -> object [plain];
        async_next(iterator: object) -> object [plain];

        // Exceptions.

        /// Two words: the pending exception, which becomes the handled one, and the one handled before, or None.
        handler_enter(pair: out) -> nothing [plain];
        handler_leave(saved: owned) -> nothing [plain];
        exception_raise(exception: object) -> status [plain];
        exception_raise_from(exception: object, cause: object) -> status [plain];
        exception_raise_current() -> status [plain];
        exception_reraise(exception: object) -> status [plain];
        exception_matches(exception: object, classes: object) -> truth [plain];
        exception_group_match(exception: object, classes: object, pair: out) -> status [plain];
        exception_group_prepare_reraise(original: object, exceptions: object) -> object [plain];
        exit_call(exit: object, receiver: word, exception: object) -> object [plain];
        /// Adds the running function's entry to the pending exception's traceback: the unit of the instruction that raised.
        traceback_add(function: object, unit: number, stack: pointer) -> nothing [cold];

        /// Hands a function's locals to its entry in the pending exception's traceback.
        traceback_keep_locals(function: object, locals: items) -> nothing [plain];
        /// Gives copies of the locals to the entry of a function that handles the exception, where somebody will look.
        traceback_show_locals(function: object, locals: items) -> nothing [plain];

        // Imports, match, the prompt.

        module_import(function: object, name: name, from_list: object, level: number) -> object [plain];
        module_import_from(module: object, name: name) -> object [plain];
        object_length(value: object) -> object [plain];
        match_keys(subject: object, keys: object) -> object [plain];
        match_class(subject: object, class: object, positional: number, names: object) -> object [plain];
        expression_print(value: object) -> status [plain];

        // Memory.

        /// Frees an object whose count has just reached zero.
        object_deallocate(object: word) -> nothing [cold];
        /// Drops references; 0 stands for a word that was taken.
        words_release(words: items) -> nothing [plain];
    } };
}

/// What a runtime function takes in one argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(non_camel_case_types)]
pub enum ArgumentKind {
    object,
    owned,
    word,
    name,
    items,
    out,
    cache,
    pointer,
    number,
    float,
}

/// What a runtime function gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(non_camel_case_types)]
pub enum ResultKind {
    object,
    truth,
    status,
    word,
    nothing,
}

/// How often a runtime function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(non_camel_case_types)]
pub enum Frequency {
    cold,
    plain,
}

/// One row of the table.
#[derive(Debug)]
pub struct RuntimeFunction {
    /// Without the prefix `pyrsc_rt_`.
    pub name: &'static str,
    pub arguments: &'static [ArgumentKind],
    pub result: ResultKind,
    pub frequency: Frequency,
}

macro_rules! define_table {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ident),*) -> $result:ident [$frequency:ident];)*) => {
        /// Every runtime function.
        pub const RUNTIME_FUNCTIONS: &[RuntimeFunction] = &[$(RuntimeFunction {
            name: stringify!($name),
            arguments: &[$(ArgumentKind::$kind),*],
            result: ResultKind::$result,
            frequency: Frequency::$frequency,
        }),*];
    };
}

for_each_runtime_function!(define_table);

/// The runtime function of that name.
pub fn runtime_function(name: &str) -> Option<&'static RuntimeFunction> {
    RUNTIME_FUNCTIONS.iter().find(|function| function.name == name)
}

//! What the runtime functions do: the table's names for `pyrsc-core`'s operations and the interpreter's helpers.

use pyrsc_abi::runtime_functions::Items;
use pyrsc_abi::{ShapeId, Value};
use pyrsc_bytecode::{AwaitContext, CommonConstant, Conversion};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{deallocate, exception, list, operations, slice};

use crate::frame::Frame;
use crate::interpreter::Taken;
use crate::{
    awaitable, containers, exceptions, formatting, generator, iteration, matching, traceback, type_parameters,
};

pub use super::attributes::{
    attribute_delete, attribute_load, attribute_store, method_load, special_method_load,
    super_attribute_load, super_method_load,
};
pub use super::calls::{
    arguments_bind, call_keywords, call_positional, call_unpack, call_unpack_keywords, exit_call,
    function_enter, function_new, function_set_type_parameters, loop_poll, words_release,
};
pub use super::names::{
    build_class_load, cell_delete, cell_new, cell_or_key_load, empty_cell_raise, global_delete, global_load,
    global_store, key_or_global_load, module_import, module_import_from, unbound_local_raise,
};

// Arithmetic.

pub use operations::{
    add as number_add, and as number_bit_and, floor_divide as number_floor_divide,
    inplace_add as number_inplace_add, inplace_and as number_inplace_bit_and,
    inplace_floor_divide as number_inplace_floor_divide, inplace_left_shift as number_inplace_left_shift,
    inplace_matrix_multiply as number_inplace_matrix_multiply, inplace_multiply as number_inplace_multiply,
    inplace_or as number_inplace_bit_or, inplace_power as number_inplace_power,
    inplace_remainder as number_inplace_remainder, inplace_right_shift as number_inplace_right_shift,
    inplace_subtract as number_inplace_subtract, inplace_true_divide as number_inplace_true_divide,
    inplace_xor as number_inplace_bit_xor, invert as number_invert, left_shift as number_left_shift,
    matrix_multiply as number_matrix_multiply, multiply as number_multiply, negative as number_negative,
    or as number_bit_or, positive as number_positive, remainder as number_remainder,
    right_shift as number_right_shift, subtract as number_subtract, true_divide as number_true_divide,
    xor as number_bit_xor,
};

pub fn number_power(left: &Object, right: &Object) -> Result {
    operations::power(left, right, None)
}

pub fn float_allocate(number: f64) -> Result {
    Ok(pyrsc_core::float::from_f64(number))
}

// Comparisons and tests.

macro_rules! comparisons {
    ($($compare:ident $test:ident $comparison:ident;)*) => { $(
        pub fn $compare(left: &Object, right: &Object) -> Result {
            operations::compare(left, right, Comparison::$comparison)
        }

        pub fn $test(left: &Object, right: &Object) -> Result<bool> {
            let result = operations::compare(left, right, Comparison::$comparison)?;
            operations::is_true(&result)
        }
    )* };
}

comparisons! {
    compare_less test_less Less;
    compare_less_equal test_less_equal LessEqual;
    compare_equal test_equal Equal;
    compare_not_equal test_not_equal NotEqual;
    compare_greater test_greater Greater;
    compare_greater_equal test_greater_equal GreaterEqual;
}

pub use operations::is_true as object_truth;

pub fn object_contains(item: &Object, container: &Object) -> Result<bool> {
    operations::contains(container, item)
}

pub fn object_is_same(left: &Object, right: &Object) -> Result<bool> {
    Ok(left.is(right))
}

pub fn value_is_mapping(value: &Object) -> Result<bool> {
    Ok(matching::is_mapping(value))
}

pub fn value_is_sequence(value: &Object) -> Result<bool> {
    Ok(matching::is_sequence(value))
}

pub fn common_load(which: i64) -> Owned {
    const ALL: [CommonConstant; 5] = [
        CommonConstant::AssertionError,
        CommonConstant::NotImplementedError,
        CommonConstant::Tuple,
        CommonConstant::All,
        CommonConstant::Any,
    ];
    // The built-in namespace always has `all` and `any`; a program that deletes them gets None here.
    crate::globals::common_constant(ALL[which as usize]).unwrap_or_else(|Raised| {
        exception::clear();
        Owned::none()
    })
}

// Items.

pub use containers::get_item as item_load;
pub use containers::{get_slice as slice_load, set_slice as slice_store};
pub use operations::delete_item as item_delete;

pub fn item_store(object: &Object, index: &Object, value: Owned) -> Result<()> {
    containers::set_item(object, index, Taken::owned(value))
}

// Containers.

/// Takes over the words that generated code hands to a container under construction.
fn take(items: Items) -> Vec<Owned> {
    (0..items.count)
        // SAFETY: the words are owned by the caller, who gives them up.
        .map(|index| unsafe { Owned::from_raw(*items.pointer.add(index)) })
        .collect()
}

pub fn tuple_new(items: Items) -> Result {
    // SAFETY: the words are owned by the caller, who gives them up.
    Ok(unsafe { Tuple::from_words(items.pointer, items.count) }.into_owned())
}

pub fn list_new(items: Items) -> Result {
    // SAFETY: the words are owned by the caller, who gives them up; what cannot be put in a list is lost.
    Ok(unsafe { list::List::from_words(items.pointer, items.count) }?.into_owned())
}

pub fn set_new(items: Items) -> Result {
    containers::set_of(take(items))
}

pub fn dict_new(items: Items) -> Result {
    containers::dict_of(take(items))
}

pub fn slice_new(start: &Object, stop: &Object, step: &Object) -> Result {
    Ok(slice::Slice::new(start.to_owned(), stop.to_owned(), step.to_owned()).into_owned())
}

pub fn list_append(list: &Object, value: Owned) -> Result<()> {
    // SAFETY: the list is under construction by generated code: it is an exact one.
    unsafe { containers::list_under_construction(list) }.push(value)
}

pub fn list_extend(list: &Object, iterable: &Object) -> Result<()> {
    // SAFETY: as above.
    containers::list_extend(unsafe { containers::list_under_construction(list) }, iterable)
}

pub fn list_to_tuple(list: &Object) -> Result {
    // SAFETY: as above.
    Ok(containers::list_to_tuple(unsafe { containers::list_under_construction(list) }))
}

pub use containers::{set_add, set_update};

pub fn dict_insert(dict: &Object, key: &Object, value: &Object) -> Result<()> {
    // SAFETY: the dict is under construction by generated code: it is an exact one.
    unsafe { containers::dict_under_construction(dict) }.set(key, value)
}

pub fn dict_update(dict: &Object, mapping: &Object) -> Result<()> {
    // SAFETY: as above.
    containers::dict_update(unsafe { containers::dict_under_construction(dict) }, mapping)
}

pub fn dict_merge(dict: &Object, mapping: &Object, callee: &Object) -> Result<()> {
    // SAFETY: as above.
    containers::dict_merge(unsafe { containers::dict_under_construction(dict) }, mapping, callee)
}

/// Hands items to generated code.
fn give(items: Vec<Owned>, out: *mut Value) {
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: generated code has room for as many words as it asked for.
        unsafe { out.add(index).write(item.into_raw()) };
    }
}

pub fn sequence_unpack(value: &Object, count: i64, out: *mut Value) -> Result<()> {
    if let Some(tuple) = value.downcast_exact::<Tuple>()
        && tuple.len() == count as usize
    {
        for (index, item) in tuple.iter().enumerate() {
            // SAFETY: generated code has room for as many words as it asked for.
            unsafe { out.add(index).write(item.to_owned().into_raw()) };
        }
        return Ok(());
    }
    containers::unpack_items(value, count as usize).map(|items| give(items, out))
}

pub fn sequence_unpack_starred(value: &Object, count: i64, before: i64, out: *mut Value) -> Result<()> {
    containers::unpack_starred_items(value, count as usize, before as usize).map(|items| give(items, out))
}

// Strings.

fn conversion_of(number: i64) -> Conversion {
    [Conversion::None, Conversion::Str, Conversion::Repr, Conversion::Ascii][number as usize]
}

pub fn value_convert(value: &Object, conversion: i64) -> Result {
    formatting::convert(value, conversion_of(conversion))
}

pub fn value_format(value: &Object) -> Result {
    formatting::format_simple(Taken::owned(value.to_owned()))
}

pub use formatting::format_with_spec as value_format_with_spec;

pub fn str_concatenate(parts: Items) -> Result {
    let parts = (0..parts.count)
        // SAFETY: the words are live.
        .map(|index| unsafe { Object::from_value(*parts.pointer.add(index)) }.to_owned())
        .collect();
    formatting::build_string(parts)
}

pub fn interpolation_new(value: &Object, spec: Value, conversion: i64, expression: &Object) -> Result {
    let spec = if spec == Value::UNBOUND {
        None
    } else {
        // SAFETY: the word is a live value.
        Some(unsafe { Object::from_value(spec) }.to_owned())
    };
    formatting::interpolation(value.to_owned(), expression.to_owned(), conversion_of(conversion), spec)
}

pub fn template_new(strings: &Object, interpolations: &Object) -> Result {
    formatting::template(strings.to_owned(), interpolations.to_owned())
}

// Iteration.

pub use pyrsc_core::iteration::iterate as object_iter;

pub fn iterator_next(iterator: &Object) -> Result {
    let next = match iterator.downcast_shape::<generator::Generator>(ShapeId::GENERATOR) {
        Some(generator) => generator.resume(Owned::none()),
        None => iteration::next(iterator),
    };
    match next? {
        Some(item) => Ok(item),
        // SAFETY: STOP is an immediate.
        None => Ok(unsafe { Owned::from_raw(Value::STOP) }),
    }
}

pub fn yield_from_iter(function: &Object, value: &Object) -> Result {
    awaitable::yield_from_iterator(Taken::owned(value.to_owned()), super::names::code_of(function))
}

pub fn async_value_wrap(value: Owned) -> Result {
    Ok(crate::async_generator::wrap(value))
}

pub fn stop_async_catch() -> Result<()> {
    if exception::catch::<exception::StopAsyncIteration>() { Ok(()) } else { Err(Raised) }
}

pub fn generator_new(function: &Object, parameters: Items) -> Result {
    // SAFETY: generated code has bound the parameters and hands them over.
    unsafe { generator::new_native(function, parameters.pointer, parameters.count) }
}

/// The generator whose frame this is.
fn generator_of<'a>(frame: *const ()) -> (&'a generator::Generator, &'a mut Frame) {
    // SAFETY: generated code passes the frame that its body was given, which lies in a generator that is running.
    unsafe {
        let frame = &mut *(frame as *mut Frame);
        ((*std::ptr::from_ref(frame)).generator().expect("a generator's frame"), frame)
    }
}

pub fn generator_suspend(frame: *const (), place: i64, register: i64, delegates: i64, unit: i64) {
    // SAFETY: the body runs, and is about to suspend.
    unsafe {
        generator_of(frame).0.suspend_native(place as u32, register as u16, delegates != 0, unit as u32)
    };
}

pub fn generator_take_sent(frame: *const ()) -> Owned {
    generator_of(frame).0.take_sent()
}

pub fn generator_enter_handler(frame: *const (), pair: *mut Value) {
    let (new, old) = exceptions::enter_handler(generator_of(frame).1);
    give(vec![new, old], pair);
}

pub fn generator_leave_handler(frame: *const (), saved: Owned) {
    exceptions::leave_handler(generator_of(frame).1, saved);
}

pub fn delegate_send(receiver: &Object, sent: Value, pair: *mut Value) -> Result<()> {
    // SAFETY: generated code hands the word over.
    let sent = unsafe { Owned::from_raw(sent) };
    let (value, ended) = match generator::send(receiver, sent)? {
        Some(value) => (value, false),
        None => (pyrsc_core::gil::take_stop_value().unwrap_or(Owned::none()), true),
    };
    give(vec![value, Owned::bool(ended)], pair);
    Ok(())
}

pub fn awaitable_get(value: &Object, context: i64) -> Result {
    let context = [AwaitContext::Plain, AwaitContext::AsyncEnter, AwaitContext::AsyncExit][context as usize];
    awaitable::get(value, context)
}

pub use awaitable::{async_iterator as async_iter, async_next};

// Exceptions.

pub fn handler_enter(pair: *mut Value) {
    let new = exception::take();
    let old = exception::set_handled(Some(new.clone()));
    give(vec![new, old.unwrap_or(Owned::none())], pair);
}

pub fn handler_leave(saved: Owned) {
    drop(exception::set_handled(if saved.is_none() { None } else { Some(saved) }));
}

pub fn exception_raise(raised: &Object) -> Result<()> {
    exceptions::raise(raised, None);
    Err(Raised)
}

pub fn exception_raise_from(raised: &Object, cause: &Object) -> Result<()> {
    exceptions::raise(raised, Some(cause));
    Err(Raised)
}

pub fn exception_raise_current() -> Result<()> {
    exceptions::raise_current();
    Err(Raised)
}

pub fn exception_reraise(raised: &Object) -> Result<()> {
    Err(exception::restore(raised.to_owned()))
}

pub use exception::given_matches as exception_matches;

pub fn exception_group_match(raised: &Object, classes: &Object, pair: *mut Value) -> Result<()> {
    let (rest, matched) = exceptions::match_group(raised, classes)?;
    if !matched.is_none() {
        drop(exception::set_handled(Some(matched.clone())));
    }
    give(vec![rest, matched], pair);
    Ok(())
}

pub use exceptions::prepare_reraise_group as exception_group_prepare_reraise;

pub fn traceback_add(function: &Object, unit: i64, stack: *const ()) {
    let code = super::names::code_of(function);
    traceback::add_native_entry(super::names::function_of(function), code, unit as u32, stack as usize);
}

pub fn traceback_keep_locals(function: &Object, locals: Items) {
    traceback::keep_native_locals(super::names::code_of(function), take(locals));
}

pub fn traceback_show_locals(function: &Object, locals: Items) {
    // Messages of NameError suggest names that are like the missing one: `traceback` looks for them among the locals.
    if !exception::matches(exception::NameError::type_object()) {
        return;
    }
    let copies = (0..locals.count)
        // SAFETY: the words are live.
        .map(|index| unsafe { Object::from_value(*locals.pointer.add(index)) }.to_owned())
        .collect();
    traceback::show_native_locals(super::names::code_of(function), copies);
}

// The match statement, the prompt.

pub use matching::{class as match_class_of, keys as match_keys, length as object_length};

pub fn match_class(subject: &Object, class: &Object, positional: i64, names: &Object) -> Result {
    match_class_of(subject, class, positional as usize, names)
}

pub fn expression_print(value: &Object) -> Result<()> {
    crate::class_statement::display(value)
}

// Type parameters.

pub fn type_var_new(name: &Object) -> Result {
    type_parameters::type_var(name.to_owned(), None, None)
}

pub fn type_var_new_with_bound(bound: &Object, name: &Object) -> Result {
    type_parameters::type_var(name.to_owned(), Some(bound.to_owned()), None)
}

pub fn type_var_new_with_constraints(constraints: &Object, name: &Object) -> Result {
    type_parameters::type_var(name.to_owned(), None, Some(constraints.to_owned()))
}

pub fn param_spec_new(name: &Object) -> Result {
    type_parameters::param_spec(name.to_owned())
}

pub fn type_var_tuple_new(name: &Object) -> Result {
    type_parameters::type_var_tuple(name.to_owned())
}

pub fn type_parameter_set_default(parameter: &Object, default: &Object) -> Result {
    type_parameters::set_default(parameter.to_owned(), default.to_owned())
}

pub fn type_alias_new(parameters: &Object, value: &Object, name: &Object) -> Result {
    type_parameters::type_alias(name.to_owned(), parameters.to_owned(), value.to_owned())
}

pub fn generic_base_new(parameters: &Object) -> Result {
    type_parameters::generic_base(parameters)
}

// Memory.

pub fn object_deallocate(object: Value) {
    // SAFETY: generated code has just dropped the last reference.
    unsafe { deallocate::deallocate(object) };
}

//! The types of this crate with their methods.

use pyrsc_core::spec::{BuiltinType, MethodTable};
use pyrsc_core::type_object::TypeObject;

use crate::modules::thread;
use crate::{
    async_generator, awaitable, code, frame_object, function, generator, module_spec, template, traceback,
};

const fn row(ty: &'static TypeObject, methods: &'static [&'static MethodTable]) -> BuiltinType {
    BuiltinType { ty, methods }
}

/// What `pyrsc_core::startup::ready_types` is given for this crate.
pub static TYPES: &[BuiltinType] = &[
    row(&pyrsc_core::function::FUNCTION, &[&pyrsc_core::function::PROTOCOL, &function::METHODS]),
    row(&pyrsc_core::cell::VARIABLE, &[&function::CELL_METHODS]),
    row(&pyrsc_core::module::MODULE, &[&pyrsc_core::module::METHODS]),
    row(&code::CODE_OBJECT, &[&code::METHODS]),
    row(&pyrsc_core::traceback::TRACEBACK, &[&traceback::METHODS]),
    row(&frame_object::FRAME_OBJECT, &[&frame_object::METHODS]),
    row(&frame_object::LOCALS_PROXY, &[&frame_object::PROXY_METHODS]),
    row(&generator::GENERATOR, &[&generator::METHODS]),
    row(&generator::COROUTINE, &[&generator::COROUTINE_METHODS]),
    row(&generator::ASYNC_GENERATOR, &[&async_generator::METHODS]),
    row(&awaitable::COROUTINE_WRAPPER, &[&awaitable::METHODS]),
    row(&awaitable::ANEXT_WITH_DEFAULT, &[&awaitable::ANEXT_METHODS]),
    row(&async_generator::ASYNC_SEND, &[&async_generator::SEND_METHODS]),
    row(&async_generator::ASYNC_THROW, &[&async_generator::THROW_METHODS]),
    row(&async_generator::WRAPPED_VALUE, &[]),
    row(&template::TEMPLATE, &[&template::METHODS]),
    row(&template::TEMPLATE_ITERATOR, &[&template::ITERATOR_METHODS]),
    row(&template::INTERPOLATION, &[&template::INTERPOLATION_METHODS]),
    row(&module_spec::LIGHT_SPEC, &[&module_spec::SPEC_METHODS]),
    row(&module_spec::LIGHT_LOADER, &[&module_spec::LOADER_METHODS]),
    row(&crate::site_builtins::QUITTER, &[&crate::site_builtins::QUITTER_METHODS]),
    row(&crate::site_builtins::PRINTER, &[&crate::site_builtins::PRINTER_METHODS]),
    row(&crate::site_builtins::HELPER, &[&crate::site_builtins::HELPER_METHODS]),
    row(&thread::THREAD_HANDLE, &[&thread::HANDLE_METHODS]),
    row(&thread::LOCK, &[&thread::LOCK_METHODS]),
    row(&thread::REENTRANT_LOCK, &[&thread::REENTRANT_METHODS]),
    row(&thread::LOCAL, &[&thread::LOCAL_METHODS]),
];

/// The types that the module `_types` names.
pub static NAMED: &[(&str, &TypeObject)] = &[
    ("AsyncGeneratorType", &generator::ASYNC_GENERATOR),
    ("CellType", &pyrsc_core::cell::VARIABLE),
    ("CodeType", &code::CODE_OBJECT),
    ("CoroutineType", &generator::COROUTINE),
    ("FrameLocalsProxyType", &frame_object::LOCALS_PROXY),
    ("FrameType", &frame_object::FRAME_OBJECT),
    ("GeneratorType", &generator::GENERATOR),
];

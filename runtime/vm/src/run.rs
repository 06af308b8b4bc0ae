//! Starting and ending a program.
//!
//! The end is in the order of CPython's `Py_FinalizeEx`: threads are joined, `atexit` functions run, the modules' names are
//! cleared, garbage is collected, the standard streams are flushed.

use std::cell::Cell;

use pyrsc_core::collector;
use pyrsc_core::descriptor::BuiltinFunction;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, BaseException, KeyboardInterrupt, SystemExit};
use pyrsc_core::gil::Static;
use pyrsc_core::module::Module;
use pyrsc_core::names::{self, Name};
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::startup;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::Class;
use pyrsc_stdlib::sys;

use crate::frame_object;
use crate::hooks::{self, Mode, Request};
use crate::{builtin_functions, import, introspection, module_spec, traceback_printer, typed_source};

/// What is run.
pub enum Program {
    /// A source file.
    File(String),
    /// The text of `-c`.
    Command(String),
    /// The module of `-m`.
    Module(String),
    /// Code that the executable carries, under a file name.
    Code(std::sync::Arc<pyrsc_bytecode::Code>),
    /// A function that runs the compiled main module in the module `__main__`.
    Native(fn(&Module) -> Result<()>),
}

/// How a program is started.
pub struct Configuration {
    pub program: Program,
    pub system: sys::Configuration,
    /// `sys.path`
    pub path: Vec<String>,
    /// Native modules beside those of the standard library.
    pub modules: Vec<&'static pyrsc_core::spec::ModuleSpec>,
}

static FINALIZING: Static<Cell<bool>> = Static::new(Cell::new(false));

/// Whether the program is ending.
pub fn is_finalizing() -> bool {
    FINALIZING.get()
}

fn get_frame(depth: usize) -> Result {
    frame_object::at_depth(depth).ok_or_else(|| pyrsc_core::value_error!("call stack is not deep enough"))
}

static ENGINE: sys::EngineFunctions =
    sys::EngineFunctions { get_frame, depth: crate::stack::depth, is_finalizing };

/// Bytes of native stack that Python code may use.
const NATIVE_STACK: u64 = 100 << 20;

/// Lets the main thread's stack grow.
fn raise_stack_limit() {
    // SAFETY: asks for and sets a limit of the process.
    unsafe {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        if libc::getrlimit(libc::RLIMIT_STACK, &mut limit) == 0 {
            let wanted = NATIVE_STACK.min(limit.rlim_max);
            if limit.rlim_cur != libc::RLIM_INFINITY && limit.rlim_cur < wanted {
                limit.rlim_cur = wanted;
                libc::setrlimit(libc::RLIMIT_STACK, &limit);
            }
        }
    }
}

/// Makes the runtime ready: types, `builtins`, `sys`, the standard streams, `__main__`.
fn initialize(configuration: &Configuration) -> Result<Ref<Module>> {
    raise_stack_limit();
    pyrsc_core::thread::start();
    crate::modules::thread::set_main();
    pyrsc_builtins::module::ready();
    startup::ready_types(crate::types::TYPES);
    startup::ready_types(pyrsc_stdlib::TYPES);
    import::add_native(pyrsc_stdlib::MODULES);
    import::add_native(crate::NATIVE_MODULES);
    import::add_native(&configuration.modules);
    pyrsc_core::warnings::HOOK.set(Some(crate::modules::warnings::warn));
    pyrsc_stdlib::types::ENGINE_TYPES.borrow_mut().extend_from_slice(crate::types::NAMED);
    pyrsc_builtins::super_object::ZERO_ARGUMENTS.set(Some(introspection::super_arguments));
    pyrsc_stdlib::io::EMBEDDED_SOURCE.set(Some(import::embedded_source));
    pyrsc_stdlib::signal::install()?;
    sys::set_engine(&ENGINE);
    sys::hooks::FORMATTER.set(Some(traceback_printer::format));

    let builtins = pyrsc_builtins::module::create()?;
    builtin_functions::add_to(&builtins)?;
    let open =
        BuiltinFunction::new(pyrsc_stdlib::io::open_function(), Some(str::intern("_io").into_owned()), None);
    builtins.set("open", open.object())?;
    let modules = import::modules();
    modules.set_str(&str::intern("builtins"), builtins.object())?;
    module_spec::attach(&builtins, &str::intern("builtins"), module_spec::Origin::Native)?;
    let system = sys::create(configuration.system.clone())?;
    modules.set_str(&str::intern("sys"), system.object())?;
    module_spec::attach(&system, &str::intern("sys"), module_spec::Origin::Native)?;
    crate::site_builtins::add_to(&builtins)?;
    system.set("modules", modules.object())?;
    *pyrsc_core::module::SCRIPT_FOLDER.borrow_mut() = configuration.path.first().cloned();
    let path = configuration.path.iter().map(|entry| Str::new(entry).into_owned()).collect();
    system.set("path", pyrsc_core::list::List::from_vec(path).object())?;
    let names = import::native_names().into_iter().map(|name| str::intern(name).into_owned()).collect();
    system.set("builtin_module_names", pyrsc_core::tuple::Tuple::from_vec(names).object())?;
    pyrsc_stdlib::io::standard::install(&system.namespace())?;

    let main = Module::new("__main__", None)?;
    let namespace = main.namespace();
    namespace.set_str(names::get(Name::__builtins__), builtins.object())?;
    modules.set_str(&str::intern("__main__"), main.object())?;
    Ok(main)
}

/// Whether the program ends by an interrupt that nobody caught.
static INTERRUPTED: Static<Cell<bool>> = Static::new(Cell::new(false));

/// Ends the process by the signal that nobody has handled, so that a shell sees it.
fn end_by_interrupt() {
    // SAFETY: sets the default action, and sends the signal to this process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}

/// Runs a program from start to end; the exit status. An interrupt that nobody catches ends the process by its signal.
pub fn run_main(configuration: Configuration) -> i32 {
    let mut status = match initialize(&configuration) {
        Ok(main) => {
            collector::audit::start();
            let result = run_program(&configuration.program, &main);
            drop(main);
            match result {
                Ok(()) => 0,
                Err(Raised) => status_of_error(),
            }
        }
        Err(Raised) => {
            report_start_failure();
            return 1;
        }
    };
    if !finalize() && status == 0 {
        status = 120;
    }
    crate::native::program::release_constants();
    if INTERRUPTED.get() {
        end_by_interrupt();
    }
    // A daemon that still runs holds what it works with.
    if !crate::modules::thread::is_any_running() && !collector::audit::finish() {
        status = collector::audit::EXIT_STATUS;
    }
    status
}

fn report_start_failure() {
    let error = exception::take();
    let text = traceback_printer::format(&error).unwrap_or_else(|_| format!("{error:?}\n"));
    eprint!("{text}");
}

fn run_program(program: &Program, main: &Ref<Module>) -> Result<()> {
    match program {
        Program::File(path) => import::run_source_file(path, main),
        Program::Command(text) => {
            let request = Request {
                source: text.as_bytes(),
                is_text: true,
                filename: "<string>",
                mode: Mode::Module,
                flags: 0,
                optimize: -1,
            };
            let code = hooks::compile(&request)?;
            typed_source::register(&code, text);
            import::run_code(code, &main.namespace()).map(drop)
        }
        Program::Module(name) => {
            let runpy = import::import_module("runpy")?;
            let run = operations::get_attribute_named(&runpy, "_run_module_as_main")?;
            operations::call(&run, &[Str::new(name).object()]).map(drop)
        }
        Program::Code(code) => {
            let namespace = main.namespace();
            namespace.set_str(names::get(Name::__file__), Str::new(&code.filename).object())?;
            import::run_code(code.clone(), &namespace).map(drop)
        }
        Program::Native(run) => run(main),
    }
}

/// The exit status for the pending exception, which is shown unless it is SystemExit.
fn status_of_error() -> i32 {
    if exception::matches(SystemExit::type_object()) {
        return status_of_exit();
    }
    let interrupted = exception::matches(KeyboardInterrupt::type_object());
    print_pending();
    INTERRUPTED.set(interrupted);
    if interrupted { 130 } else { 1 }
}

/// Shows the pending exception by `sys.excepthook`, and forgets it.
pub fn print_pending() {
    let error = exception::take();
    if let Some(namespace) = import::loaded("sys").and_then(|system| system.into_ref::<Module>().ok()) {
        let _ = namespace.set("last_exc", &error);
    }
    let traceback = error
        .downcast::<BaseException>()
        .map_or(Owned::none(), |error| error.traceback.get().unwrap_or(Owned::none()));
    let class = error.type_object().to_owned();
    let result = match startup::system("excepthook").filter(|hook| !hook.is_none()) {
        Some(hook) => operations::call(&hook, &[&class, &error, &traceback]).map(drop),
        None => sys::hooks::print_exception(&error, &traceback),
    };
    flush("stdout");
    if result.is_err() {
        if exception::matches(SystemExit::type_object()) {
            exception::clear();
            return;
        }
        let second = exception::take();
        sys::hooks::write_error("Error in sys.excepthook:\n");
        let _ = sys::hooks::print_exception(&second, &Owned::none());
        sys::hooks::write_error("\nOriginal exception was:\n");
        let _ = sys::hooks::print_exception(&error, &traceback);
        exception::clear();
    }
}

fn status_of_exit() -> i32 {
    let error = exception::take();
    let code = operations::get_attribute_named(&error, "code").unwrap_or_else(|_| {
        exception::clear();
        Owned::none()
    });
    if code.is_none() {
        return 0;
    }
    if pyrsc_core::int::is_int(&code) {
        return pyrsc_core::int::to_i64(&code).map_or(-1, |code| (code & 0xff) as i32);
    }
    flush("stdout");
    let text = operations::str_string(&code).unwrap_or_else(|_| {
        exception::clear();
        String::new()
    });
    sys::hooks::write_error(&format!("{text}\n"));
    1
}

/// Flushes a standard stream; false when that fails.
fn flush(name: &str) -> bool {
    let Some(stream) = startup::system(name).filter(|stream| !stream.is_none()) else { return true };
    match operations::get_attribute_optional(&stream, &str::intern("closed")) {
        Ok(Some(closed)) if operations::is_true(&closed).unwrap_or(false) => return true,
        _ => exception::clear(),
    }
    let flushed = operations::call_method(&stream, "flush", &[]).is_ok();
    if !flushed {
        exception::report_unraisable("", Some(&stream));
    }
    flushed
}

/// Ends the program; false when the output could not be written.
fn finalize() -> bool {
    call_if_loaded("threading", "_shutdown");
    call_if_loaded("atexit", "_run_exitfuncs");
    let mut flushed = flush("stdout");
    flush("stderr");
    FINALIZING.set(true);
    clear_modules();
    collector::collect(2);
    pyrsc_stdlib::forget();
    pyrsc_builtins::codecs::registry::forget();
    flushed &= flush("stdout");
    flush("stderr");
    clear_system();
    flushed
}

/// Clears what Python code can have put into `sys` and `builtins`, and forgets what was imported since the modules were
/// cleared.
fn clear_system() {
    let namespaces = [startup::take_system(), startup::take_builtins()];
    for namespace in namespaces.into_iter().flatten().filter_map(|object| object.into_ref::<Dict>().ok()) {
        clear_namespace(&namespace);
    }
    module_spec::forget();
    drop(import::take_modules());
}

fn call_if_loaded(module: &str, function: &str) {
    let Some(module) = import::loaded(module) else { return };
    let result = operations::get_attribute_optional(&module, &str::intern(function))
        .and_then(|function| function.map_or(Ok(Owned::none()), |function| operations::call(&function, &[])));
    if result.is_err() {
        exception::report_unraisable("Exception ignored on threading shutdown", Some(&module));
    }
}

/// Forgets the modules, as CPython's `finalize_modules`: those that nobody else holds die, in what is left the names are
/// cleared, `sys` and `builtins` last.
fn clear_modules() {
    for (name, value) in [("last_exc", None), ("path", None), ("argv", None), ("meta_path", None)]
        as [(&str, Option<Owned>); 4]
    {
        if let Some(system) = import::loaded("sys").and_then(|system| system.into_ref::<Module>().ok()) {
            let _ = system.set(name, &value.unwrap_or(Owned::none()));
        }
    }
    let Some(modules) = import::take_modules() else { return };
    module_spec::forget();
    crate::native::program::forget();
    let entries = modules.items();
    let mut weak: Vec<(Owned, Owned)> = Vec::new();
    let is_last = |name: &Object| {
        name.downcast::<Str>().is_some_and(|name| name.equals_text("sys") || name.equals_text("builtins"))
    };
    for (name, module) in entries {
        if module.is_instance_of::<Module>() && !is_last(&name) {
            weak.push((name.clone(), module));
        }
        let _ = modules.set(&name, &Owned::none());
    }
    // Modules that only the table held die here, in the order of their import.
    let mut left: Vec<(Owned, Ref<Dict>)> = Vec::new();
    for (name, module) in weak {
        let Ok(module) = module.into_ref::<Module>() else { continue };
        let namespace = module.namespace();
        let alone = module.object().header().is_some_and(|header| header.reference_count.get() == 1);
        if !alone {
            left.push((name, namespace));
        }
        drop(module);
    }
    modules.clear();
    collector::collect(2);
    for (_, namespace) in left.into_iter().rev() {
        clear_namespace(&namespace);
    }
    collector::collect(2);
}

/// Clears a module's names: those with one underscore first, then the others but `__builtins__`.
fn clear_namespace(namespace: &Dict) {
    let text = |key: &Object| key.downcast::<Str>().map(|key| key.to_string_lossy().into_owned());
    for private in [true, false] {
        for key in namespace.keys() {
            let Some(name) = text(&key) else { continue };
            let one_underscore = name.starts_with('_') && !name.starts_with("__");
            if name != "__builtins__" && one_underscore == private {
                let _ = namespace.set(&key, &Owned::none());
            }
        }
    }
}

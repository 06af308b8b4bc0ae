//! `sys`: what a program can ask and set about the interpreter.
//!
//! - [`info`]: the struct sequences (`version_info`, `flags`, `float_info` …)
//! - [`hooks`]: `displayhook`, `excepthook`, `unraisablehook`
//!
//! Frames (`sys._getframe`) and import state (`sys.modules`, `sys.path`) are put in by the VM.

pub mod hooks;
pub mod info;
pub mod jit;
pub mod monitoring;

use std::cell::{Cell, RefCell};

use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::gil::{Static, THREAD};
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::module::Module;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{recursion_error, type_error, value_error};
use pyrsc_macros::pymodule;

/// What the program that starts knows about itself.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// `sys.argv`.
    pub arguments: Vec<String>,
    /// `sys.orig_argv`.
    pub original_arguments: Vec<String>,
    /// `sys.executable`.
    pub executable: String,
    /// `-O`, `-OO`.
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-W` options.
    pub warn_options: Vec<String>,
    /// `-X` options.
    pub x_options: Vec<(String, Option<String>)>,
    pub interactive: bool,
    pub isolated: bool,
    pub no_site: bool,
    pub verbose: bool,
    pub safe_path: bool,
}

impl Configuration {
    /// What the environment's variables say.
    pub fn from_environment() -> Configuration {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let warnings = std::env::var("PYTHONWARNINGS").unwrap_or_default();
        Configuration {
            dont_write_bytecode: is_set("PYTHONDONTWRITEBYTECODE"),
            verbose: is_set("PYTHONVERBOSE"),
            safe_path: is_set("PYTHONSAFEPATH"),
            warn_options: warnings.split(',').filter(|text| !text.is_empty()).map(str::to_owned).collect(),
            ..Configuration::default()
        }
    }
}

/// The functions that the VM lends to `sys`, set before the module is made.
pub struct EngineFunctions {
    /// Takes the depth; the frame object.
    pub get_frame: fn(usize) -> Result,
    /// How many Python functions run in this thread.
    pub depth: fn() -> usize,
    /// Whether the program is being finalised.
    pub is_finalizing: fn() -> bool,
}

static ENGINE: Static<Cell<Option<&'static EngineFunctions>>> = Static::new(Cell::new(None));
static CONFIGURATION: Static<RefCell<Option<Configuration>>> = Static::new(RefCell::new(None));
static SWITCH_INTERVAL: Static<Cell<f64>> = Static::new(Cell::new(0.005));
static ASYNC_HOOKS: Static<(Slot, Slot)> = Static::new((Slot::empty(), Slot::empty()));
static AUDIT_HOOKS: Static<RefCell<Vec<Owned>>> = Static::new(RefCell::new(Vec::new()));
static ORIGIN_TRACKING_DEPTH: Static<Cell<i64>> = Static::new(Cell::new(0));

/// The hooks of async generators: `(firstiter, finalizer)`.
pub fn async_generator_hooks() -> (Option<Owned>, Option<Owned>) {
    (ASYNC_HOOKS.0.get(), ASYNC_HOOKS.1.get())
}

/// Drops the hooks.
pub(crate) fn forget() {
    for hook in [&ASYNC_HOOKS.0, &ASYNC_HOOKS.1] {
        hook.set(None);
    }
    let old = AUDIT_HOOKS.take();
    drop(old);
}

/// Tells the functions that the engine lends.
pub fn set_engine(functions: &'static EngineFunctions) {
    ENGINE.set(Some(functions));
}

/// The switch interval in seconds (`sys.setswitchinterval`).
pub fn switch_interval() -> f64 {
    SWITCH_INTERVAL.get()
}

/// Makes the module from what the program knows about itself, and tells the runtime of its namespace.
pub fn create(configuration: Configuration) -> Result<Ref<Module>> {
    *CONFIGURATION.borrow_mut() = Some(configuration);
    let module = pyrsc_core::module::from_spec(&MODULE)?;
    pyrsc_core::startup::set_system(module.namespace());
    exception::UNRAISABLE_HOOK.set(Some(hooks::report_unraisable));
    Ok(module)
}

fn configuration() -> Configuration {
    CONFIGURATION.borrow().clone().unwrap_or_default()
}

fn text(value: &str) -> Owned {
    Str::new(value).into_owned()
}

fn texts(values: &[String]) -> Owned {
    List::from_vec(values.iter().map(|value| text(value)).collect()).into_owned()
}

/// Calls are not traced: only the absence of a function can be set.
fn untraceable(function: &Object, name: &str) -> Result<()> {
    if function.is_none() {
        return Ok(());
    }
    Err(pyrsc_core::not_implemented_error!("sys.{name}: tracing and profiling functions are not supported"))
}

/// The hexadecimal version: 3.14.0 final.
const HEX_VERSION: i64 = 0x030E_00F0;
const VERSION: &str = "3.14.0";

#[pymodule(
    name = "sys",
    doc = "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter."
)]
pub mod module {
    use super::*;

    #[attribute]
    fn argv() -> Result {
        Ok(texts(&configuration().arguments))
    }

    #[attribute]
    fn orig_argv() -> Result {
        Ok(texts(&configuration().original_arguments))
    }

    #[attribute]
    fn executable() -> Result {
        Ok(text(&configuration().executable))
    }

    #[attribute]
    fn _base_executable() -> Result {
        Ok(text(&configuration().executable))
    }

    #[attribute]
    fn prefix() -> Result {
        Ok(text("/usr"))
    }

    #[attribute]
    fn base_prefix() -> Result {
        Ok(text("/usr"))
    }

    #[attribute]
    fn exec_prefix() -> Result {
        Ok(text("/usr"))
    }

    #[attribute]
    fn base_exec_prefix() -> Result {
        Ok(text("/usr"))
    }

    #[attribute]
    fn platlibdir() -> Result {
        Ok(text("lib"))
    }

    #[attribute]
    fn version() -> Result {
        Ok(text(&format!("{VERSION} (pyrsc {}) [LLVM]", env!("CARGO_PKG_VERSION"))))
    }

    #[attribute]
    fn version_info() -> Result {
        Ok(info::version_info())
    }

    #[attribute]
    fn hexversion() -> Result {
        Ok(int::from_i64(HEX_VERSION))
    }

    #[attribute]
    fn api_version() -> Result {
        Ok(int::from_i64(1013))
    }

    #[attribute]
    fn implementation() -> Result {
        info::implementation()
    }

    #[attribute]
    fn copyright() -> Result {
        Ok(text("Copyright (c) the pyrsc authors."))
    }

    #[attribute]
    fn platform() -> Result {
        Ok(text(std::env::consts::OS))
    }

    #[attribute]
    fn byteorder() -> Result {
        Ok(text(if cfg!(target_endian = "little") { "little" } else { "big" }))
    }

    #[attribute]
    fn maxsize() -> Result {
        Ok(int::from_i64(i64::MAX))
    }

    #[attribute]
    fn maxunicode() -> Result {
        Ok(int::from_i64(0x10FFFF))
    }

    #[attribute]
    fn abiflags() -> Result {
        Ok(text(""))
    }

    #[attribute]
    fn float_repr_style() -> Result {
        Ok(text("short"))
    }

    #[attribute]
    fn flags() -> Result {
        Ok(info::flags(&configuration()))
    }

    #[attribute]
    fn float_info() -> Result {
        Ok(info::float_info())
    }

    #[attribute]
    fn int_info() -> Result {
        Ok(info::int_info())
    }

    #[attribute]
    fn hash_info() -> Result {
        Ok(info::hash_info())
    }

    #[attribute]
    fn thread_info() -> Result {
        Ok(info::thread_info())
    }

    #[attribute]
    fn dont_write_bytecode() -> Result {
        Ok(Owned::bool(configuration().dont_write_bytecode))
    }

    #[attribute]
    fn pycache_prefix() -> Result {
        Ok(Owned::none())
    }

    #[attribute]
    fn warnoptions() -> Result {
        Ok(texts(&configuration().warn_options))
    }

    #[attribute]
    fn _xoptions() -> Result {
        let options = Dict::new();
        for (name, value) in configuration().x_options {
            let value = value.map_or(Owned::bool(true), |value| text(&value));
            options.set_str(&str::intern(&name), &value)?;
        }
        Ok(options.into_owned())
    }

    #[attribute]
    fn _git() -> Result {
        Ok(Tuple::from_vec(vec![text("pyrsc"), text(""), text("")]).into_owned())
    }

    #[attribute]
    fn _framework() -> Result {
        Ok(text(""))
    }

    #[attribute]
    fn path() -> Result {
        Ok(List::from_vec(Vec::new()).into_owned())
    }

    #[attribute]
    fn modules() -> Result {
        Ok(Dict::new().into_owned())
    }

    #[attribute]
    fn meta_path() -> Result {
        Ok(List::from_vec(Vec::new()).into_owned())
    }

    #[attribute]
    fn path_hooks() -> Result {
        Ok(List::from_vec(Vec::new()).into_owned())
    }

    #[attribute]
    fn path_importer_cache() -> Result {
        Ok(Dict::new().into_owned())
    }

    #[attribute]
    fn builtin_module_names() -> Result {
        let mut names: Vec<&str> = crate::MODULES.iter().map(|module| module.name).collect();
        names.extend(["builtins", "sys"]);
        names.sort_unstable();
        names.dedup();
        Ok(Tuple::from_vec(names.into_iter().map(text).collect()).into_owned())
    }

    #[attribute]
    fn ps1() -> Result {
        Ok(text(">>> "))
    }

    #[attribute]
    fn ps2() -> Result {
        Ok(text("... "))
    }

    #[pyfunction]
    fn exit(status: Option<&Object>) -> Result {
        // A tuple gives the exception's arguments, None gives none.
        let arguments: Vec<Owned> = match status.filter(|status| !status.is_none()) {
            None => Vec::new(),
            Some(status) => match status.downcast::<Tuple>() {
                Some(tuple) => tuple.to_vec(),
                None => vec![status.to_owned()],
            },
        };
        let exception = operations::call_arguments(
            exception::SystemExit::type_object().object(),
            pyrsc_core::call::Arguments::positional_only(&arguments),
        )?;
        Err(exception::raise_object(exception))
    }

    #[pyfunction]
    fn exc_info() -> Result {
        let Some(handled) = exception::handled() else {
            return Ok(Tuple::from_vec(vec![Owned::none(), Owned::none(), Owned::none()]).into_owned());
        };
        let traceback = match handled.downcast::<exception::BaseException>() {
            Some(error) => error.traceback.get_or_none(),
            None => Owned::none(),
        };
        Ok(Tuple::from_vec(vec![handled.type_object().to_owned(), handled, traceback]).into_owned())
    }

    #[pyfunction]
    fn exception() -> Owned {
        pyrsc_core::exception::handled().unwrap_or(Owned::none())
    }

    #[pyfunction]
    fn displayhook(object: &Object) -> Result<()> {
        hooks::display(object)
    }

    #[pyfunction]
    fn excepthook(_exctype: &Object, value: &Object, traceback: &Object) -> Result<()> {
        hooks::print_exception(value, traceback)
    }

    #[pyfunction]
    fn unraisablehook(unraisable: &Object) -> Result<()> {
        hooks::print_unraisable(unraisable)
    }

    #[pyfunction]
    fn intern(string: &Object) -> Result {
        if !string.is_exact::<Str>() {
            return Err(match string.downcast::<Str>() {
                Some(_) => type_error!("can't intern {}", string.type_object().name()),
                None => {
                    type_error!("intern() argument must be str, not {}", string.type_object().name())
                }
            });
        }
        let string = string.downcast::<Str>().expect("checked");
        Ok(str::intern_object(string).into_owned())
    }

    #[pyfunction]
    fn _is_interned(string: &Str) -> bool {
        string.is_interned()
    }

    #[pyfunction]
    fn getrefcount(object: &Object) -> i64 {
        // The argument itself counts, as in CPython.
        object.header().map_or(i64::from(u32::MAX), |header| i64::from(header.reference_count.get()))
    }

    #[pyfunction(signature = "(object, default=None)")]
    fn getsizeof(object: &Object, default: Option<&Object>) -> Result {
        match operations::call_method(object, "__sizeof__", &[]) {
            Ok(size) => Ok(size),
            Err(raised) => match default {
                Some(default) if pyrsc_core::exception::catch::<pyrsc_core::exception::TypeError>() => {
                    Ok(default.to_owned())
                }
                _ => Err(raised),
            },
        }
    }

    /// Takes the descriptors of `__dict__` and `__weakref__` out of a class that dataclasses copy.
    #[pyfunction]
    fn _clear_type_descriptors(class: &pyrsc_core::type_object::TypeObject) -> Result<()> {
        for name in ["__dict__", "__weakref__"] {
            drop(class.namespace().remove_str(&str::intern(name)));
        }
        class.modified();
        Ok(())
    }

    /// The number of processors given by `-X cpu_count` or PYTHON_CPU_COUNT, which `os.cpu_count` prefers; -1 when unset.
    #[pyfunction]
    fn _get_cpu_count_config() -> i64 {
        let count = std::env::var("PYTHON_CPU_COUNT").ok().and_then(|text| text.trim().parse().ok());
        count.filter(|&count| count >= 1).unwrap_or(-1)
    }

    #[pyfunction]
    fn getrecursionlimit() -> i64 {
        THREAD.frame_limit.get() as i64
    }

    #[pyfunction]
    fn setrecursionlimit(limit: i64) -> Result<()> {
        if limit < 1 {
            return Err(value_error!("recursion limit must be greater or equal than 1"));
        }
        let depth = ENGINE.get().map_or(0, |engine| (engine.depth)());
        if depth as i64 >= limit {
            return Err(recursion_error!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            ));
        }
        THREAD.frame_limit.set(limit as usize);
        pyrsc_core::recursion::limit_changed();
        Ok(())
    }

    #[pyfunction]
    fn getswitchinterval() -> f64 {
        SWITCH_INTERVAL.get()
    }

    #[pyfunction]
    fn setswitchinterval(interval: f64) -> Result<()> {
        if interval <= 0.0 {
            return Err(value_error!("switch interval must be strictly positive"));
        }
        SWITCH_INTERVAL.set(interval);
        Ok(())
    }

    #[pyfunction]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    #[pyfunction]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    #[pyfunction]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    #[pyfunction]
    fn get_int_max_str_digits() -> i64 {
        int::maximum_digits() as i64
    }

    #[pyfunction(signature = "(maxdigits)")]
    fn set_int_max_str_digits(maxdigits: i64) -> Result<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(value_error!("maxdigits must be >= 640 or 0 for unlimited"));
        }
        int::set_maximum_digits(maxdigits as usize);
        Ok(())
    }

    #[pyfunction]
    fn is_finalizing() -> bool {
        ENGINE.get().is_some_and(|engine| (engine.is_finalizing)())
    }

    #[pyfunction]
    fn _getframe(depth: Option<i64>) -> Result {
        let depth = depth.unwrap_or(0).max(0) as usize;
        match ENGINE.get() {
            Some(engine) => (engine.get_frame)(depth),
            None => Err(value_error!("call stack is not deep enough")),
        }
    }

    #[pyfunction]
    fn _getframemodulename(depth: Option<i64>) -> Result {
        let Some(engine) = ENGINE.get() else { return Ok(Owned::none()) };
        let Ok(frame) = (engine.get_frame)(depth.unwrap_or(0).max(0) as usize) else {
            pyrsc_core::exception::clear();
            return Ok(Owned::none());
        };
        let globals = operations::get_attribute_named(&frame, "f_globals")?;
        operations::call_method(&globals, "get", &[str::intern("__name__").object()])
    }

    #[attribute]
    fn _jit() -> Result {
        Ok(pyrsc_core::module::from_spec(&jit::MODULE)?.into_owned())
    }

    #[attribute]
    fn _stdlib_dir() -> Owned {
        Owned::none()
    }

    #[attribute]
    fn _home() -> Owned {
        Owned::none()
    }

    /// Return the number of memory blocks currently allocated. The pools here are not counted: 0, as without pymalloc.
    #[pyfunction]
    fn getallocatedblocks() -> i64 {
        0
    }

    #[pyfunction]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    #[pyfunction(signature = "(op, /)")]
    fn _is_immortal(op: &Object) -> bool {
        op.header().is_none_or(|header| header.reference_count.get() >= 1 << 30)
    }

    #[attribute(name = "monitoring")]
    fn monitoring_module() -> Result {
        monitoring::create()
    }

    #[pyfunction]
    fn settrace(function: &Object) -> Result<()> {
        untraceable(function, "settrace")
    }

    #[pyfunction]
    fn _settraceallthreads(function: &Object) -> Result<()> {
        untraceable(function, "_settraceallthreads")
    }

    #[pyfunction]
    fn _setprofileallthreads(function: &Object) -> Result<()> {
        untraceable(function, "_setprofileallthreads")
    }

    #[pyfunction]
    fn gettrace() -> Owned {
        Owned::none()
    }

    #[pyfunction]
    fn setprofile(function: &Object) -> Result<()> {
        untraceable(function, "setprofile")
    }

    #[pyfunction]
    fn getprofile() -> Owned {
        Owned::none()
    }

    #[pyfunction(signature = "(firstiter=None, finalizer=None)")]
    fn set_asyncgen_hooks(firstiter: Option<&Object>, finalizer: Option<&Object>) -> Result<()> {
        for (value, name) in [(firstiter, "firstiter"), (finalizer, "finalizer")] {
            if let Some(value) = value
                && !value.is_none()
                && !operations::is_callable(value)
            {
                return Err(type_error!("callable {name} expected, got {}", value.type_object().name()));
            }
        }
        if let Some(first) = firstiter {
            ASYNC_HOOKS.0.set(Some(first.to_owned()).filter(|hook| !hook.is_none()));
        }
        if let Some(finalizer) = finalizer {
            ASYNC_HOOKS.1.set(Some(finalizer.to_owned()).filter(|hook| !hook.is_none()));
        }
        Ok(())
    }

    #[pyfunction]
    fn get_asyncgen_hooks() -> Owned {
        info::async_generator_hooks(ASYNC_HOOKS.0.get_or_none(), ASYNC_HOOKS.1.get_or_none())
    }

    #[pyfunction]
    fn get_coroutine_origin_tracking_depth() -> i64 {
        ORIGIN_TRACKING_DEPTH.get()
    }

    #[pyfunction]
    fn set_coroutine_origin_tracking_depth(depth: i64) -> Result<()> {
        if depth < 0 {
            return Err(value_error!("depth must be >= 0"));
        }
        ORIGIN_TRACKING_DEPTH.set(depth);
        Ok(())
    }

    #[pyfunction]
    fn audit(arguments: pyrsc_core::call::Arguments<'_>) -> Result<()> {
        let hooks = AUDIT_HOOKS.borrow().clone();
        if hooks.is_empty() {
            return Ok(());
        }
        let Some(event) = arguments.positional(0) else {
            return Err(type_error!("audit expected at least 1 argument, got 0"));
        };
        let rest = Tuple::from_vec(arguments.iter_positional().skip(1).map(Object::to_owned).collect());
        for hook in hooks {
            operations::call(&hook, &[event, rest.object()])?;
        }
        Ok(())
    }

    #[pyfunction(signature = "(hook)")]
    fn addaudithook(hook: &Object) {
        AUDIT_HOOKS.borrow_mut().push(hook.to_owned());
    }

    #[pyfunction]
    fn call_tracing(function: &Object, arguments: &Object) -> Result {
        let arguments = pyrsc_core::iteration::collect(arguments)?;
        operations::call_arguments(function, pyrsc_core::call::Arguments::positional_only(&arguments))
    }

    #[pyfunction]
    fn breakpointhook(arguments: pyrsc_core::call::Arguments<'_>) -> Result {
        let _ = arguments;
        let import = pyrsc_core::startup::builtin("__import__")?;
        let debugger = operations::call(&import, &[&text("pdb")])?;
        operations::call_method(&debugger, "set_trace", &[])
    }

    #[pyfunction]
    fn _clear_type_cache() {}

    #[pyfunction]
    fn _clear_internal_caches() {}

    #[pyfunction]
    fn _is_gil_enabled() -> bool {
        true
    }

    #[pyfunction]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    #[init]
    fn finish(module: &Object) -> Result<()> {
        // The originals stay reachable under these names.
        for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
            let function = operations::get_attribute_named(module, name)?;
            operations::set_attribute(module, &str::intern(&format!("__{name}__")), &function)?;
        }
        let names: Vec<Owned> = info::STANDARD_LIBRARY.split_whitespace().map(text).collect();
        let class = pyrsc_core::set::FrozenSet::type_object();
        let names = operations::call(class.object(), &[List::from_vec(names).object()])?;
        operations::set_attribute(module, &str::intern("stdlib_module_names"), &names)
    }
}

//! `sys.monitoring`: the registry of tools. No event is ever delivered: asking for one is an error.

use std::cell::RefCell;

use pyrsc_abi::Header;
use pyrsc_core::gil::Static;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::Class;
use pyrsc_core::{int, not_implemented_error, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

/// Names of events and their bits.
const EVENTS: &[(&str, i64)] = &[
    ("PY_START", 1 << 0),
    ("PY_RESUME", 1 << 1),
    ("PY_RETURN", 1 << 2),
    ("PY_YIELD", 1 << 3),
    ("CALL", 1 << 4),
    ("LINE", 1 << 5),
    ("INSTRUCTION", 1 << 6),
    ("JUMP", 1 << 7),
    ("BRANCH_LEFT", 1 << 8),
    ("BRANCH_RIGHT", 1 << 9),
    ("STOP_ITERATION", 1 << 10),
    ("RAISE", 1 << 11),
    ("EXCEPTION_HANDLED", 1 << 12),
    ("PY_UNWIND", 1 << 13),
    ("PY_THROW", 1 << 14),
    ("RERAISE", 1 << 15),
    ("C_RETURN", 1 << 16),
    ("C_RAISE", 1 << 17),
    ("BRANCH", 1 << 18),
    ("NO_EVENTS", 0),
];

const TOOLS: usize = 6;

/// The names of the tools in use.
static NAMES: Static<RefCell<[Option<Owned>; TOOLS]>> = Static::new(RefCell::new([const { None }; TOOLS]));

/// `sys.monitoring.DISABLE` and `MISSING`.
#[pyclass(name = "object", module = "builtins", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Sentinel {
    header: Header,
}

#[pymethods(Sentinel)]
pub mod sentinel_methods {
    use super::*;

    #[slot]
    fn repr(this: &Object) -> String {
        operations::default_repr(this)
    }
}

fn sentinel() -> Owned {
    memory::allocate(Sentinel::type_object(), Sentinel { header: Header::unset() }).into_owned()
}

fn check(tool: i64) -> Result<usize> {
    usize::try_from(tool)
        .ok()
        .filter(|tool| *tool < TOOLS)
        .ok_or_else(|| value_error!("invalid tool {tool} (must be between 0 and 5)"))
}

fn check_used(tool: i64) -> Result<usize> {
    let index = check(tool)?;
    if NAMES.borrow()[index].is_none() {
        return Err(value_error!("tool {tool} is not in use"));
    }
    Ok(index)
}

fn refuse(events: i64) -> Result<()> {
    match events {
        0 => Ok(()),
        events if !(0..1 << 19).contains(&events) => Err(value_error!("invalid event set 0x{events:x}")),
        _ => Err(not_implemented_error!("sys.monitoring: events are not supported")),
    }
}

#[pymodule(name = "sys.monitoring")]
pub mod module {
    use super::*;

    #[attribute]
    fn events() -> Result {
        let class = super::super::super::types::simple_namespace::SimpleNamespace::type_object();
        let events = operations::call(class.object(), &[])?;
        for (name, bit) in EVENTS {
            operations::set_attribute(&events, &str::intern(name), &int::from_i64(*bit))?;
        }
        Ok(events)
    }

    #[attribute(name = "DISABLE")]
    fn disable() -> Owned {
        sentinel()
    }

    #[attribute(name = "MISSING")]
    fn missing() -> Owned {
        sentinel()
    }

    #[attribute(name = "DEBUGGER_ID")]
    fn debugger() -> i64 {
        0
    }

    #[attribute(name = "COVERAGE_ID")]
    fn coverage() -> i64 {
        1
    }

    #[attribute(name = "PROFILER_ID")]
    fn profiler() -> i64 {
        2
    }

    #[attribute(name = "OPTIMIZER_ID")]
    fn optimizer() -> i64 {
        5
    }

    #[pyfunction(signature = "(tool_id, name, /)")]
    fn use_tool_id(tool_id: i64, name: &Object) -> Result<()> {
        let index = check(tool_id)?;
        if !name.is_instance_of::<Str>() {
            return Err(value_error!("tool name must be a str"));
        }
        let mut names = NAMES.borrow_mut();
        if names[index].is_some() {
            return Err(value_error!("tool {tool_id} is already in use"));
        }
        names[index] = Some(name.to_owned());
        Ok(())
    }

    #[pyfunction(signature = "(tool_id, /)")]
    fn clear_tool_id(tool_id: i64) -> Result<()> {
        check(tool_id).map(drop)
    }

    #[pyfunction(signature = "(tool_id, /)")]
    fn free_tool_id(tool_id: i64) -> Result<()> {
        let index = check(tool_id)?;
        let name = NAMES.borrow_mut()[index].take();
        drop(name);
        Ok(())
    }

    #[pyfunction(signature = "(tool_id, /)")]
    fn get_tool(tool_id: i64) -> Result {
        let index = check(tool_id)?;
        Ok(NAMES.borrow()[index].clone().unwrap_or(Owned::none()))
    }

    #[pyfunction(signature = "(tool_id, event, func, /)")]
    fn register_callback(tool_id: i64, event: i64, func: &Object) -> Result<()> {
        check(tool_id)?;
        if event <= 0 || event & (event - 1) != 0 {
            return Err(value_error!("The callback can only be set for one event at a time"));
        }
        if func.is_none() { Ok(()) } else { refuse(event) }
    }

    #[pyfunction(signature = "(tool_id, /)")]
    fn get_events(tool_id: i64) -> Result<i64> {
        check_used(tool_id).map(|_| 0)
    }

    #[pyfunction(signature = "(tool_id, event_set, /)")]
    fn set_events(tool_id: i64, event_set: i64) -> Result<()> {
        check_used(tool_id)?;
        refuse(event_set)
    }

    #[pyfunction(signature = "(tool_id, code, /)")]
    fn get_local_events(tool_id: i64, code: &Object) -> Result<i64> {
        check_code(code)?;
        check_used(tool_id).map(|_| 0)
    }

    #[pyfunction(signature = "(tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i64, code: &Object, event_set: i64) -> Result<()> {
        check_code(code)?;
        check_used(tool_id)?;
        refuse(event_set)
    }

    #[pyfunction]
    fn restart_events() {}

    #[pyfunction]
    fn _all_events() -> Owned {
        pyrsc_core::dict::Dict::new().into_owned()
    }

    fn check_code(code: &Object) -> Result<()> {
        if code.type_object().name() == "code" {
            Ok(())
        } else {
            Err(type_error!("code must be a code object"))
        }
    }
}

/// The module object.
pub fn create() -> Result {
    Ok(pyrsc_core::module::from_spec(&MODULE)?.into_owned())
}

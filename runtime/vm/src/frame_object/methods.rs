//! What Python code sees of frame objects.

use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_core::{runtime_error, value_error};
use pyrsc_macros::pymethods;

use super::FrameObject;
use crate::generator::State;

fn optional_int(number: Option<u32>) -> Owned {
    number.map_or(Owned::none(), |number| Owned::small_int(i64::from(number)))
}

#[pymethods(FrameObject)]
mod methods {
    use super::*;

    #[slot]
    fn repr(this: &FrameObject) -> Result {
        let code = this.code().code();
        let file = operations::repr_string(Str::new(&code.filename).object())?;
        let line = this.line().map_or("None".to_string(), |line| line.to_string());
        let text = format!(
            "<frame at {:#x}, file {file}, line {line}, code {}>",
            this.object().value().0,
            code.name
        );
        Ok(Str::new(&text).into_owned())
    }

    #[getter]
    fn f_back(this: &FrameObject) -> Result {
        Ok(this.back().unwrap_or(Owned::none()))
    }

    #[getter]
    fn f_code(this: &FrameObject) -> Result {
        Ok(this.code().object().to_owned())
    }

    #[getter]
    fn f_builtins(this: &FrameObject) -> Result {
        Ok(this.builtins.get_or_none())
    }

    #[getter]
    fn f_globals(this: &FrameObject) -> Result {
        Ok(this.globals.get_or_none())
    }

    #[getter]
    fn f_locals(this: &FrameObject) -> Result {
        this.locals()
    }

    #[getter]
    fn f_lasti(this: &FrameObject) -> Result<i64> {
        Ok(i64::from(this.unit()) * 2)
    }

    #[getter]
    fn f_lineno(this: &FrameObject) -> Result {
        Ok(optional_int(this.line()))
    }

    #[setter(name = "f_lineno")]
    fn set_f_lineno(_this: &FrameObject, _value: Option<&Object>) -> Result<()> {
        Err(value_error!("f_lineno can only be set in a trace function"))
    }

    #[getter]
    fn f_generator(this: &FrameObject) -> Result {
        let generator = this.live().and_then(|frame| frame.generator());
        Ok(generator.map_or(Owned::none(), |generator| generator.object().to_owned()))
    }

    #[getter]
    fn f_trace(this: &FrameObject) -> Result {
        Ok(this.trace.get_or_none())
    }

    #[setter(name = "f_trace")]
    fn set_f_trace(this: &FrameObject, value: Option<&Object>) -> Result<()> {
        this.trace.set(value.filter(|value| !value.is_none()).map(Object::to_owned));
        Ok(())
    }

    #[getter]
    fn f_trace_lines(this: &FrameObject) -> Result<bool> {
        Ok(this.trace_lines.get())
    }

    #[setter(name = "f_trace_lines")]
    fn set_f_trace_lines(this: &FrameObject, value: Option<&Object>) -> Result<()> {
        match value {
            Some(value) => this.trace_lines.set(operations::is_true(value)?),
            None => return Err(type_error!("cannot delete attribute")),
        }
        Ok(())
    }

    #[getter]
    fn f_trace_opcodes(this: &FrameObject) -> Result<bool> {
        Ok(this.trace_opcodes.get())
    }

    #[setter(name = "f_trace_opcodes")]
    fn set_f_trace_opcodes(this: &FrameObject, value: Option<&Object>) -> Result<()> {
        match value {
            Some(value) => this.trace_opcodes.set(operations::is_true(value)?),
            None => return Err(type_error!("cannot delete attribute")),
        }
        Ok(())
    }

    #[pymethod]
    fn clear(this: &FrameObject) -> Result<()> {
        if let Some(frame) = this.live() {
            match frame.generator() {
                Some(generator) if generator.state.get() == State::Running => {
                    return Err(runtime_error!("cannot clear an executing frame"));
                }
                Some(generator) if generator.state.get() == State::Suspended => {
                    return Err(runtime_error!("cannot clear a suspended frame"));
                }
                Some(generator) => {
                    generator.close()?;
                }
                None => return Err(runtime_error!("cannot clear an executing frame")),
            }
        }
        this.clear_locals();
        Ok(())
    }
}

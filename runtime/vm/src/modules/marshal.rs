//! `marshal`: code objects as bytes, in the form that compiled files have.

use std::sync::Arc;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::Result;
use pyrsc_core::{eof_error, value_error};
use pyrsc_macros::pymodule;

use crate::code::CodeObject;

#[pymodule(
    name = "marshal",
    doc = "Code objects as bytes and back. Other values are not supported: use pickle."
)]
mod functions {
    use super::*;

    #[init]
    fn init(module: &Object) -> Result<()> {
        operations::set_attribute(module, &pyrsc_core::str::intern("version"), &pyrsc_core::int::from_i64(5))
    }

    #[pyfunction(signature = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(value: &Object, _version: Option<i64>, allow_code: Option<bool>) -> Result {
        match value.downcast::<CodeObject>() {
            Some(_) if allow_code == Some(false) => {
                Err(value_error!("marshalling code objects is disallowed"))
            }
            Some(code) => Ok(Bytes::new(&pyrsc_bytecode::serialize(code.code())).into_owned()),
            None => Err(value_error!("unmarshallable object")),
        }
    }

    #[pyfunction(signature = "(bytes, /, *, allow_code=True)")]
    fn loads(bytes: &Object, allow_code: Option<bool>) -> Result {
        if allow_code == Some(false) {
            return Err(value_error!("unmarshalling code objects is disallowed"));
        }
        let bytes = pyrsc_core::bytes_like::argument(bytes)?;
        if bytes.is_empty() {
            return Err(eof_error!("marshal data too short"));
        }
        let code = pyrsc_bytecode::deserialize(&bytes)
            .map_err(|error| value_error!("bad marshal data ({error})"))?;
        pyrsc_bytecode::verify_all(&code).map_err(|error| value_error!("bad marshal data ({error})"))?;
        Ok(CodeObject::new(Arc::new(code))?.into_owned())
    }

    #[pyfunction(signature = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(value: &Object, file: &Object, version: Option<i64>, allow_code: Option<bool>) -> Result {
        let bytes = dumps(value, version, allow_code)?;
        operations::call_method(file, "write", &[&bytes])
    }

    #[pyfunction(signature = "(file, /, *, allow_code=True)")]
    fn load(file: &Object, allow_code: Option<bool>) -> Result {
        let bytes = operations::call_method(file, "read", &[])?;
        loads(&bytes, allow_code)
    }
}

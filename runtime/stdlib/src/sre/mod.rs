//! `_sre`: the engine of the module `re`, whose compiler is the standard library's.
//!
//! - [`engine`]: the matcher, with [`opcodes`] and [`characters`]
//! - [`pattern`], [`match_object`], [`template`]: what Python sees; [`subject`]: what is searched

pub mod characters;
pub mod engine;
pub mod match_object;
pub mod opcodes;
pub mod pattern;
pub mod subject;
pub mod template;

use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::{int, unicode};
use pyrsc_macros::pymodule;

/// The types of the module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &pattern::PATTERN, methods: &[&pattern::METHODS] },
    BuiltinType { ty: &pattern::SCANNER, methods: &[&pattern::SCANNER_METHODS] },
    BuiltinType { ty: &match_object::MATCH_OBJECT, methods: &[&match_object::METHODS] },
    BuiltinType { ty: &template::TEMPLATE, methods: &[] },
];

#[pymodule(name = "_sre")]
pub mod module {
    use super::*;

    #[pyfunction(signature = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        pattern: &Object,
        flags: i64,
        code: &List,
        groups: i64,
        groupindex: &Object,
        indexgroup: &Object,
    ) -> Result {
        super::pattern::new(pattern, flags, code, groups, groupindex, indexgroup)
    }

    #[pyfunction]
    fn template(_pattern: &Object, template: &Object) -> Result {
        super::template::new(template)
    }

    #[pyfunction]
    fn getcodesize() -> i64 {
        4
    }

    #[pyfunction]
    fn ascii_iscased(character: i64) -> bool {
        u8::try_from(character).is_ok_and(|byte| byte.is_ascii_alphabetic())
    }

    #[pyfunction]
    fn unicode_iscased(character: i64) -> bool {
        let code = character as u32;
        let lower = unicode::simple_lower(code);
        lower != code || unicode::simple_upper(code) != code
    }

    #[pyfunction]
    fn ascii_tolower(character: i64) -> i64 {
        i64::from(characters::lower_ascii(character as u32))
    }

    #[pyfunction]
    fn unicode_tolower(character: i64) -> i64 {
        i64::from(unicode::simple_lower(character as u32))
    }

    #[attribute(name = "MAGIC")]
    fn magic() -> Result {
        Ok(int::from_i64(opcodes::MAGIC))
    }

    #[attribute(name = "CODESIZE")]
    fn code_size() -> Result {
        Ok(Owned::small_int(4))
    }

    #[attribute(name = "MAXREPEAT")]
    fn maximum_repeat() -> Result {
        Ok(int::from_i64(i64::from(opcodes::MAXREPEAT)))
    }

    #[attribute(name = "MAXGROUPS")]
    fn maximum_groups() -> Result {
        Ok(int::from_i64(opcodes::MAXGROUPS))
    }
}

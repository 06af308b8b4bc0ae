//! `_opcode`: facts about CPython 3.14's bytecode, for the modules `opcode` and `dis`. The bytecode of pyrsc is another; its
//! disassembler is `pyrsc dis`.

use std::ops::RangeInclusive;

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::NotImplementedError;
use pyrsc_core::list::List;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::pymodule;

type Ranges = &'static [RangeInclusive<i64>];

const VALID: Ranges = &[0..=120, 128..=211, 234..=266];
const WITH_ARGUMENT: Ranges = &[
    44..=120,
    128..=128,
    143..=153,
    155..=195,
    197..=197,
    200..=200,
    209..=211,
    237..=237,
    239..=239,
    241..=245,
    247..=251,
    253..=253,
    255..=255,
    257..=261,
    263..=266,
];
const WITH_CONSTANT: Ranges = &[82..=82, 190..=191];
const WITH_HANDLER: Ranges = &[263..=265];
const WITH_FREE_VARIABLE: Ranges = &[62..=62, 90..=90, 97..=97, 111..=111];
const WITH_JUMP: Ranges =
    &[68..=68, 70..=70, 75..=77, 100..=103, 106..=106, 172..=176, 237..=237, 248..=248, 257..=260];
const WITH_LOCAL: Ranges = &[3..=3, 63..=63, 83..=89, 112..=114, 261..=261, 266..=266];
const WITH_NAME: Ranges = &[
    61..=61,
    64..=65,
    72..=73,
    80..=80,
    91..=93,
    96..=96,
    110..=110,
    115..=116,
    179..=179,
    189..=189,
    194..=195,
    200..=200,
    249..=249,
];

const INTRINSICS_OF_ONE: &[&str] = &[
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
const INTRINSICS_OF_TWO: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
const OPERATORS: &[(&str, &str)] = &[
    ("ADD", "+"),
    ("AND", "&"),
    ("FLOOR_DIVIDE", "//"),
    ("LSHIFT", "<<"),
    ("MATRIX_MULTIPLY", "@"),
    ("MULTIPLY", "*"),
    ("REMAINDER", "%"),
    ("OR", "|"),
    ("POWER", "**"),
    ("RSHIFT", ">>"),
    ("SUBTRACT", "-"),
    ("TRUE_DIVIDE", "/"),
    ("XOR", "^"),
];
const SPECIAL_METHODS: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];

fn within(ranges: Ranges, opcode: i64) -> bool {
    ranges.iter().any(|range| range.contains(&opcode))
}

fn list_of(texts: &[&str]) -> Owned {
    List::from_vec(texts.iter().map(|text| str::intern(text).into_owned()).collect()).into_owned()
}

fn not_cpython(what: &str) -> Raised {
    let message = format!("{what} is about CPython's bytecode, which pyrsc does not use");
    pyrsc_core::exception::raise(NotImplementedError::type_object(), &message)
}

#[pymodule(name = "_opcode", doc = "Facts about CPython's bytecode.")]
mod module {
    use super::*;

    #[pyfunction(signature = "(opcode)")]
    fn is_valid(opcode: i64) -> bool {
        within(VALID, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_arg(opcode: i64) -> bool {
        within(WITH_ARGUMENT, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_const(opcode: i64) -> bool {
        within(WITH_CONSTANT, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_exc(opcode: i64) -> bool {
        within(WITH_HANDLER, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_free(opcode: i64) -> bool {
        within(WITH_FREE_VARIABLE, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_jump(opcode: i64) -> bool {
        within(WITH_JUMP, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_local(opcode: i64) -> bool {
        within(WITH_LOCAL, opcode)
    }

    #[pyfunction(signature = "(opcode)")]
    fn has_name(opcode: i64) -> bool {
        within(WITH_NAME, opcode)
    }

    #[pyfunction]
    fn get_intrinsic1_descs() -> Owned {
        list_of(INTRINSICS_OF_ONE)
    }

    #[pyfunction]
    fn get_intrinsic2_descs() -> Owned {
        list_of(INTRINSICS_OF_TWO)
    }

    /// Names and signs of the operators, then of their in-place forms, then of subscription.
    #[pyfunction]
    fn get_nb_ops() -> Owned {
        let pair = |name: String, sign: String| {
            Tuple::pair(str::intern(&name).into_owned(), str::intern(&sign).into_owned()).into_owned()
        };
        let plain = OPERATORS.iter().map(|(name, sign)| pair(format!("NB_{name}"), (*sign).to_owned()));
        let in_place =
            OPERATORS.iter().map(|(name, sign)| pair(format!("NB_INPLACE_{name}"), format!("{sign}=")));
        let subscription = std::iter::once(pair("NB_SUBSCR".to_owned(), "[]".to_owned()));
        List::from_vec(plain.chain(in_place).chain(subscription).collect()).into_owned()
    }

    #[pyfunction]
    fn get_special_method_names() -> Owned {
        list_of(SPECIAL_METHODS)
    }

    #[pyfunction]
    fn get_specialization_stats() -> Owned {
        Owned::none()
    }

    #[pyfunction]
    fn stack_effect(arguments: Arguments<'_>) -> Result {
        let _ = arguments;
        Err(not_cpython("stack_effect()"))
    }

    #[pyfunction]
    fn get_executor(arguments: Arguments<'_>) -> Result {
        let _ = arguments;
        Err(not_cpython("get_executor()"))
    }

    #[attribute(name = "ENABLE_SPECIALIZATION")]
    fn enable_specialization() -> Result {
        Ok(Owned::bool(true))
    }

    #[attribute(name = "ENABLE_SPECIALIZATION_FT")]
    fn enable_specialization_ft() -> Result {
        Ok(Owned::bool(false))
    }
}

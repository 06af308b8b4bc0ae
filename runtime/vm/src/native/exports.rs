//! The `extern "C"` symbols `pyrsc_rt_*`: one a row of the table of runtime functions.
//!
//! Words become references and owned values here, results become words and statuses, as the table's page says.

use pyrsc_abi::Value;
use pyrsc_abi::native_module::InlineCache;
use pyrsc_abi::runtime_functions::Items;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;

use super::functions;

macro_rules! raw_argument {
    (object) => { Value };
    (owned) => { Value };
    (word) => { Value };
    (name) => { Value };
    (items) => { Items };
    (out) => { *mut Value };
    (cache) => { *const InlineCache };
    (pointer) => { *const () };
    (number) => { i64 };
    (float) => { f64 };
}

macro_rules! argument {
    (object $argument:ident) => {
        Object::from_value($argument)
    };
    (owned $argument:ident) => {
        Owned::from_raw($argument)
    };
    (name $argument:ident) => {
        &*($argument.0 as *const Str)
    };
    (cache $argument:ident) => {
        &*$argument
    };
    ($kind:ident $argument:ident) => {
        $argument
    };
}

macro_rules! raw_result {
    (object) => {
        Value
    };
    (word) => {
        Value
    };
    (truth) => {
        i32
    };
    (status) => {
        i32
    };
    (nothing) => {
        ()
    };
}

macro_rules! result {
    (object $result:expr) => {
        word_of($result)
    };
    (word $result:expr) => {
        $result.into_raw()
    };
    (truth $result:expr) => {
        truth_of($result)
    };
    (status $result:expr) => {
        status_of($result)
    };
    (nothing $result:expr) => {
        $result
    };
}

fn word_of(result: Result) -> Value {
    match result {
        Ok(value) => value.into_raw(),
        Err(Raised) => Value(0),
    }
}

fn truth_of(result: Result<bool>) -> i32 {
    match result {
        Ok(truth) => truth.into(),
        Err(Raised) => -1,
    }
}

fn status_of(result: Result<()>) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Raised) => -1,
    }
}

macro_rules! define_exports {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $kind:ident),*) -> $result:ident [$frequency:ident];)*) => {
        $(
            #[unsafe(export_name = concat!("pyrsc_rt_", stringify!($name)))]
            unsafe extern "C" fn $name($($argument: raw_argument!($kind)),*) -> raw_result!($result) {
                // SAFETY: generated code passes what the table's row says: live words, names that are interned strs,
                // caches and memory of its own.
                #[allow(unused_unsafe)]
                unsafe { result!($result functions::$name($(argument!($kind $argument)),*)) }
            }
        )*

        /// The address of every export: a reference to this keeps them all in a link.
        pub static EXPORTS: &[Address] = &[$(Address($name as *const ())),*];
    };
}

/// The address of a function.
pub struct Address(#[allow(dead_code)] *const ());

// SAFETY: an address of code is only ever compared.
unsafe impl Sync for Address {}

pyrsc_abi::for_each_runtime_function!(define_exports);

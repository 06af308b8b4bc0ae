//! The modules of the standard library that are written in Rust, one file or folder a module.

use pyrsc_core::spec::{BuiltinType, ModuleSpec};

pub mod abc;
pub mod accounts;
pub mod array;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod deadline;
pub mod errno;
pub mod exception_class;
pub mod faults;
pub mod fcntl;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod math;
pub mod memory_map;
pub mod numbers;
pub mod opcode;
pub mod operator;
pub mod path_argument;
pub mod posix;
pub mod queue;
pub mod random;
pub mod resource;
pub mod select;
pub mod signal;
pub mod socket;
pub mod sre;
pub mod string;
pub mod structs;
pub mod subprocess;
pub mod sys;
pub mod system_log;
pub mod termios;
pub mod time;
pub mod types;
pub mod unicodedata;
pub mod weakref;
pub mod zlib;

/// Drops what Python code has given to the native modules: handlers, hooks, registered things. For the end of the program,
/// when no Python function will be called any more on the occasions that these are for.
pub fn forget() {
    atexit::forget();
    contextvars::forget();
    csv::dialect::forget();
    posix::process::forget();
    signal::forget();
    sys::forget();
}

/// The native modules; `import` finds them by name.
#[rustfmt::skip]
pub static MODULES: &[&ModuleSpec] = &[
    &abc::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &codecs::MODULE,
    &cmath::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &array::MODULE,
    &bisect::MODULE,
    &heapq::MODULE,
    &collections::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &itertools::MODULE,
    &hashes::BLAKE2_MODULE,
    &hashes::MD5_MODULE,
    &hashes::SHA1_MODULE,
    &hashes::SHA2_MODULE,
    &hashes::SHA3_MODULE,
    &json::MODULE,
    &io::MODULE,
    &math::MODULE,
    &memory_map::MODULE,
    &system_log::MODULE,
    &opcode::MODULE,
    &posix::MODULE,
    &operator::MODULE,
    &random::MODULE,
    &signal::MODULE,
    &structs::MODULE,
    &sre::MODULE,
    &string::MODULE,
    &time::MODULE,
    &types::MODULE,
    &unicodedata::MODULE,
    &weakref::MODULE,
    &accounts::users::MODULE,
    &accounts::groups::MODULE,
    &faults::MODULE,
    &fcntl::MODULE,
    &locale::MODULE,
    &queue::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &socket::MODULE,
    &subprocess::MODULE,
    &termios::MODULE,
    &zlib::MODULE,
];

/// The types of these modules with their methods; what `pyrsc_core::startup::ready_types` is given after the built-in
/// types. Bases come first.
pub static TYPES: &[BuiltinType] = &joined::<{ count(TABLES) }>(TABLES);

/// The tables that [`TYPES`] is made of: that of the small modules, and one a module with many types.
const TABLES: &[&[BuiltinType]] = &[
    TYPES_OF_SMALL_MODULES,
    array::TYPES,
    collections::TYPES,
    functools::TYPES,
    io::TYPES,
    posix::TYPES,
    string::TYPES,
    itertools::TYPES,
    operator::TYPES,
    select::TYPES,
    socket::TYPES,
    sre::TYPES,
    structs::TYPES,
];

const fn count(tables: &[&[BuiltinType]]) -> usize {
    let mut count = 0;
    let mut table = 0;
    while table < tables.len() {
        count += tables[table].len();
        table += 1;
    }
    count
}

const fn joined<const COUNT: usize>(tables: &[&[BuiltinType]]) -> [BuiltinType; COUNT] {
    let mut all = [tables[0][0]; COUNT];
    let mut filled = 0;
    let mut table = 0;
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[filled] = tables[table][row];
            filled += 1;
            row += 1;
        }
        table += 1;
    }
    all
}

const TYPES_OF_SMALL_MODULES: &[BuiltinType] = &[
    BuiltinType { ty: &abc::DATA, methods: &[&abc::METHODS] },
    BuiltinType { ty: &pyrsc_core::weak_reference::WEAK_REFERENCE, methods: &[&weakref::reference::METHODS] },
    BuiltinType { ty: &pyrsc_core::weak_reference::WEAK_PROXY, methods: &[&weakref::proxy::METHODS] },
    BuiltinType {
        ty: &pyrsc_core::weak_reference::WEAK_CALLABLE_PROXY,
        methods: &[&weakref::proxy::CALLABLE_METHODS],
    },
    BuiltinType { ty: &abc::DATA, methods: &[] },
    BuiltinType { ty: &contextvars::CONTEXT, methods: &[&contextvars::CONTEXT_METHODS] },
    BuiltinType { ty: &contextvars::CONTEXT_VAR, methods: &[&contextvars::VARIABLE_METHODS] },
    BuiltinType { ty: &contextvars::TOKEN, methods: &[&contextvars::TOKEN_METHODS] },
    BuiltinType { ty: &contextvars::MISSING, methods: &[&contextvars::MISSING_METHODS] },
    BuiltinType { ty: &hashes::HASH, methods: &[&hashes::METHODS] },
    BuiltinType { ty: &hashes::MD5, methods: &[] },
    BuiltinType { ty: &hashes::SHA1, methods: &[] },
    BuiltinType { ty: &hashes::SHA224, methods: &[] },
    BuiltinType { ty: &hashes::SHA256, methods: &[] },
    BuiltinType { ty: &hashes::SHA384, methods: &[] },
    BuiltinType { ty: &hashes::SHA512, methods: &[] },
    BuiltinType { ty: &hashes::SHA3_224, methods: &[&hashes::SHA3_224_METHODS] },
    BuiltinType { ty: &hashes::SHA3_256, methods: &[&hashes::SHA3_256_METHODS] },
    BuiltinType { ty: &hashes::SHA3_384, methods: &[&hashes::SHA3_384_METHODS] },
    BuiltinType { ty: &hashes::SHA3_512, methods: &[&hashes::SHA3_512_METHODS] },
    BuiltinType { ty: &hashes::SHAKE_128, methods: &[&hashes::SHAKE_128_METHODS] },
    BuiltinType { ty: &hashes::SHAKE_256, methods: &[&hashes::SHAKE_256_METHODS] },
    BuiltinType { ty: &hashes::BLAKE2B, methods: &[&hashes::BLAKE2B_METHODS] },
    BuiltinType { ty: &hashes::BLAKE2S, methods: &[&hashes::BLAKE2S_METHODS] },
    BuiltinType { ty: &csv::dialect::DIALECT, methods: &[&csv::dialect::METHODS] },
    BuiltinType { ty: &csv::reader::READER, methods: &[&csv::reader::METHODS] },
    BuiltinType { ty: &csv::writer::WRITER, methods: &[&csv::writer::METHODS] },
    BuiltinType { ty: &json::scanner::SCANNER, methods: &[&json::scanner::METHODS] },
    BuiltinType { ty: &json::encoder::ENCODER, methods: &[&json::encoder::METHODS] },
    BuiltinType { ty: &zlib::COMPRESS, methods: &[&zlib::COMPRESS_METHODS] },
    BuiltinType { ty: &zlib::DECOMPRESS, methods: &[&zlib::DECOMPRESS_METHODS] },
    BuiltinType { ty: &accounts::PASSWORD_ENTRY, methods: &[&accounts::PASSWORD_ENTRY_METHODS] },
    BuiltinType { ty: &accounts::GROUP_ENTRY, methods: &[&accounts::GROUP_ENTRY_METHODS] },
    BuiltinType { ty: &resource::RESOURCE_USE, methods: &[&resource::RESOURCE_USE_METHODS] },
    BuiltinType { ty: &queue::SIMPLE_QUEUE, methods: &[&queue::METHODS] },
    BuiltinType { ty: &memory_map::MEMORY_MAP, methods: &[&memory_map::METHODS] },
    BuiltinType { ty: &random::RANDOM, methods: &[&random::METHODS] },
    BuiltinType { ty: &time::calendar::STRUCT_TIME, methods: &[&time::calendar::STRUCT_TIME_METHODS] },
    BuiltinType { ty: &sys::monitoring::SENTINEL, methods: &[&sys::monitoring::SENTINEL_METHODS] },
    BuiltinType { ty: &sys::info::VERSION_INFO, methods: &[&sys::info::VERSION_INFO_METHODS] },
    BuiltinType { ty: &sys::info::FLAGS, methods: &[&sys::info::FLAGS_METHODS] },
    BuiltinType { ty: &sys::info::FLOAT_INFO, methods: &[&sys::info::FLOAT_INFO_METHODS] },
    BuiltinType { ty: &sys::info::INT_INFO, methods: &[&sys::info::INT_INFO_METHODS] },
    BuiltinType { ty: &sys::info::HASH_INFO, methods: &[&sys::info::HASH_INFO_METHODS] },
    BuiltinType { ty: &sys::info::THREAD_INFO, methods: &[&sys::info::THREAD_INFO_METHODS] },
    BuiltinType { ty: &sys::info::ASYNCGEN_HOOKS, methods: &[&sys::info::ASYNCGEN_HOOKS_METHODS] },
    BuiltinType { ty: &sys::info::UNRAISABLE_ARGUMENTS, methods: &[&sys::info::UNRAISABLE_METHODS] },
    BuiltinType { ty: &types::SIMPLE_NAMESPACE, methods: &[&types::simple_namespace::METHODS] },
];

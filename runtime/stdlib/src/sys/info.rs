//! The struct sequences of `sys`, and `sys.implementation`.

use pyrsc_core::float;
use pyrsc_core::int;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::struct_sequence;

use super::{Configuration, HEX_VERSION};

struct_sequence! {
    /// `sys.version_info`.
    pub static VERSION_INFO: "sys" "version_info", methods VERSION_INFO_METHODS, fields VERSION_INFO_FIELDS,
    doc "Version information as a named tuple.",
    visible {
        major "Major release number", minor "Minor release number", micro "Patch release number",
        releaselevel "'alpha', 'beta', 'candidate', or 'final'", serial "Serial release number",
    }
    hidden {}
}

struct_sequence! {
    /// `sys.flags`.
    pub static FLAGS: "sys" "flags", methods FLAGS_METHODS, fields FLAGS_FIELDS,
    doc "Flags provided through command line arguments or environment vars.",
    visible {
        debug "-d", inspect "-i", interactive "-i", optimize "-O or -OO", dont_write_bytecode "-B",
        no_user_site "-s", no_site "-S", ignore_environment "-E", verbose "-v", bytes_warning "-b", quiet "-q",
        hash_randomization "-R", isolated "-I", dev_mode "-X dev", utf8_mode "-X utf8",
        warn_default_encoding "-X warn_default_encoding", safe_path "-P", int_max_str_digits "-X int_max_str_digits",
    }
    hidden { gil "-X gil", thread_inherit_context "-X thread_inherit_context",
        context_aware_warnings "-X context_aware_warnings", }
}

struct_sequence! {
    /// `sys.float_info`.
    pub static FLOAT_INFO: "sys" "float_info", methods FLOAT_INFO_METHODS, fields FLOAT_INFO_FIELDS,
    doc "Information about the float type.",
    visible {
        max "maximum representable finite float", max_exp "maximum int e such that radix**(e-1) is representable",
        max_10_exp "maximum int e such that 10**e is representable", min "minimum positive normalized float",
        min_exp "minimum int e such that radix**(e-1) is a normalized float",
        min_10_exp "minimum int e such that 10**e is a normalized float",
        dig "maximum number of decimal digits that can be faithfully represented in a float",
        mant_dig "mantissa digits", epsilon "difference between 1 and the next representable float",
        radix "radix of exponent", rounds "rounding mode used for arithmetic operations",
    }
    hidden {}
}

struct_sequence! {
    /// `sys.int_info`.
    pub static INT_INFO: "sys" "int_info", methods INT_INFO_METHODS, fields INT_INFO_FIELDS,
    doc "Information about the int type.",
    visible {
        bits_per_digit "size of a digit in bits", sizeof_digit "size in bytes of a digit",
        default_max_str_digits "maximum string conversion digits limitation",
        str_digits_check_threshold "minimum positive value for int_max_str_digits",
    }
    hidden {}
}

struct_sequence! {
    /// `sys.hash_info`.
    pub static HASH_INFO: "sys" "hash_info", methods HASH_INFO_METHODS, fields HASH_INFO_FIELDS,
    doc "Parameters of the numeric hash.",
    visible {
        width "width of the type used for hashing, in bits", modulus "prime number of the modulus",
        inf "value to be used for hash of a positive infinity", nan "unused",
        imag "multiplier used for the imaginary part of a complex number",
        algorithm "name of the algorithm for hashing of str, bytes and memoryviews",
        hash_bits "internal output size of hash algorithm", seed_bits "seed size of hash algorithm",
        cutoff "small string optimization cutoff",
    }
    hidden {}
}

struct_sequence! {
    /// `sys.thread_info`.
    pub static THREAD_INFO: "sys" "thread_info", methods THREAD_INFO_METHODS, fields THREAD_INFO_FIELDS,
    doc "Information about the thread implementation.",
    visible { name "name of the thread implementation", lock "name of the lock implementation",
        version "name and version of the thread library", }
    hidden {}
}

struct_sequence! {
    /// `sys.get_asyncgen_hooks()`.
    pub static ASYNCGEN_HOOKS: "sys" "asyncgen_hooks", methods ASYNCGEN_HOOKS_METHODS, fields ASYNCGEN_HOOKS_FIELDS,
    doc "Installed asynchronous generators hooks.",
    visible { firstiter "first iteration", finalizer "finalization", }
    hidden {}
}

struct_sequence! {
    /// What `sys.unraisablehook` is given.
    pub static UNRAISABLE_ARGUMENTS: "sys" "UnraisableHookArgs", methods UNRAISABLE_METHODS, fields UNRAISABLE_FIELDS,
    doc "An exception that nobody can receive.",
    visible { exc_type "Exception type", exc_value "Exception value", exc_traceback "Exception traceback",
        err_msg "Error message", object "Object causing the exception", }
    hidden {}
}

fn number(value: i64) -> Owned {
    int::from_i64(value)
}

fn text(value: &str) -> Owned {
    Str::new(value).into_owned()
}

/// `sys.version_info`.
pub fn version_info() -> Owned {
    let values = vec![number(3), number(14), number(0), text("final"), number(0)];
    struct_sequence::new(&VERSION_INFO_FIELDS, values)
}

/// `sys.flags`.
pub fn flags(configuration: &Configuration) -> Owned {
    let on = |flag: bool| number(i64::from(flag));
    let values = vec![
        number(0),
        on(configuration.interactive),
        on(configuration.interactive),
        number(i64::from(configuration.optimize)),
        on(configuration.dont_write_bytecode),
        on(configuration.isolated),
        on(configuration.no_site),
        on(configuration.isolated),
        on(configuration.verbose),
        number(0),
        number(0),
        number(1),
        on(configuration.isolated),
        Owned::bool(false),
        number(1),
        number(0),
        Owned::bool(configuration.safe_path || configuration.isolated),
        number(int::maximum_digits() as i64),
        number(1),
        number(0),
        number(0),
    ];
    struct_sequence::new(&FLAGS_FIELDS, values)
}

/// `sys.float_info`.
pub fn float_info() -> Owned {
    let values = vec![
        float::from_f64(f64::MAX),
        number(i64::from(f64::MAX_EXP)),
        number(i64::from(f64::MAX_10_EXP)),
        float::from_f64(f64::MIN_POSITIVE),
        number(i64::from(f64::MIN_EXP)),
        number(i64::from(f64::MIN_10_EXP)),
        number(i64::from(f64::DIGITS)),
        number(i64::from(f64::MANTISSA_DIGITS)),
        float::from_f64(f64::EPSILON),
        number(2),
        number(1),
    ];
    struct_sequence::new(&FLOAT_INFO_FIELDS, values)
}

/// `sys.int_info`: as CPython tells it, whose values programs compare with.
pub fn int_info() -> Owned {
    struct_sequence::new(&INT_INFO_FIELDS, vec![number(30), number(4), number(4300), number(640)])
}

/// `sys.hash_info`.
pub fn hash_info() -> Owned {
    let values = vec![
        number(64),
        number((1 << 61) - 1),
        number(314159),
        number(0),
        number(1_000_003),
        text("siphash13"),
        number(64),
        number(128),
        number(0),
    ];
    struct_sequence::new(&HASH_INFO_FIELDS, values)
}

/// `sys.thread_info`.
pub fn thread_info() -> Owned {
    struct_sequence::new(&THREAD_INFO_FIELDS, vec![text("pthread"), text("semaphore"), Owned::none()])
}

/// `sys.get_asyncgen_hooks()`.
pub fn async_generator_hooks(first: Owned, finalizer: Owned) -> Owned {
    struct_sequence::new(&ASYNCGEN_HOOKS_FIELDS, vec![first, finalizer])
}

/// `sys.implementation`: a `types.SimpleNamespace`.
///
/// The name is CPython's: programs ask for it to choose between behaviours, and the behaviour here is CPython's.
pub fn implementation() -> Result {
    let class = crate::sys::hooks::simple_namespace()?;
    let object = operations::call(&class, &[])?;
    let set = |name: &str, value: Owned| operations::set_attribute(&object, &str::intern(name), &value);
    set("name", text("cpython"))?;
    set("cache_tag", text("pyrsc-314"))?;
    set("version", version_info())?;
    set("hexversion", number(HEX_VERSION))?;
    set("_multiarch", text(&format!("{}-linux-gnu", std::env::consts::ARCH)))?;
    set("supports_isolated_interpreters", Owned::bool(false))?;
    Ok(object)
}

/// The names of the modules of CPython 3.14's standard library.
pub const STANDARD_LIBRARY: &str = "__future__ _abc _aix_support _android_support _apple_support _ast _ast_unparse \
_asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw \
_collections _collections_abc _colorize _compat_pickle _contextvars _csv _ctypes _curses _curses_panel _datetime _dbm \
_decimal _elementtree _functools _gdbm _hashlib _heapq _hmac _imp _interpchannels _interpqueues _interpreters _io \
_ios_support _json _locale _lsprof _lzma _markupbase _md5 _multibytecodec _multiprocessing _opcode _opcode_metadata \
_operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _py_abc _py_warnings _pydatetime _pydecimal \
_pyio _pylong _pyrepl _queue _random _remote_debugging _scproxy _sha1 _sha2 _sha3 _signal _sitebuiltins _socket \
_sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _suggestions _symtable _sysconfig _thread \
_threading_local _tkinter _tokenize _tracemalloc _types _typing _uuid _warnings _weakref _weakrefset _winapi _wmi \
_zoneinfo _zstd abc annotationlib antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins \
bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser \
contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email \
encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath \
getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io \
ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt \
multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil \
platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat \
queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil \
signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string \
stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading \
time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata \
unittest urllib uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport \
zlib zoneinfo";

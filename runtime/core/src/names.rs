//! Identifiers that are interned before the program starts: immortal strings in static memory.
//!
//! `&names::Name::append` derefs to the `&Str` of `append`. Nothing runs at start: the strings and the table that finds
//! them by text are made at compile time. Further names are interned as they come ([`crate::str_intern`]).

use std::ops::Deref;

use crate::str::{StaticStr, Str};
use crate::str_intern::intern_hash;

/// Bytes of the longest name, and the zero behind it.
const NAME_SIZE: usize = 32;
/// Places in the table that finds names by text: a power of two, at least twice the names.
const TABLE_SIZE: usize = 4096;

/// The string of a name.
#[inline(always)]
pub fn get(identifier: Name) -> &'static Str {
    NAMES[identifier as usize].as_str()
}

impl Deref for Name {
    type Target = Str;
    #[inline(always)]
    fn deref(&self) -> &Str {
        get(*self)
    }
}

/// The static name with the given text, whose hash is `hash`.
pub(crate) fn find(text: &[u8], hash: u32) -> Option<&'static Str> {
    let mut place = hash as usize % TABLE_SIZE;
    loop {
        let index = usize::from(TABLE[place].checked_sub(1)?);
        if TEXTS[index].as_bytes() == text {
            return Some(NAMES[index].as_str());
        }
        place = (place + 1) % TABLE_SIZE;
    }
}

static NAMES: [StaticStr<NAME_SIZE>; TEXTS.len()] = {
    let mut all = [const { StaticStr::new(b"") }; TEXTS.len()];
    let mut index = 0;
    while index < TEXTS.len() {
        all[index] = StaticStr::new(TEXTS[index].as_bytes());
        index += 1;
    }
    all
};

/// Open addressing: the index of a name plus one, or 0.
static TABLE: [u16; TABLE_SIZE] = {
    assert!(TEXTS.len() * 2 <= TABLE_SIZE);
    let mut table = [0u16; TABLE_SIZE];
    let mut index = 0;
    while index < TEXTS.len() {
        let mut place = intern_hash(TEXTS[index].as_bytes()) as usize % TABLE_SIZE;
        while table[place] != 0 {
            place = (place + 1) % TABLE_SIZE;
        }
        table[place] = index as u16 + 1;
        index += 1;
    }
    table
};

macro_rules! names {
    ($($name:ident $text:literal,)*) => {
        /// An identifier with a static string.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u16)]
        pub enum Name { $($name,)* }

        const TEXTS: &[&str] = &[$($text,)*];
    };
}

names! {
    ArithmeticError "ArithmeticError", AssertionError "AssertionError", AttributeError "AttributeError",
    BaseException "BaseException", BaseExceptionGroup "BaseExceptionGroup", BlockingIOError "BlockingIOError",
    BrokenPipeError "BrokenPipeError", BufferError "BufferError", BytesWarning "BytesWarning",
    ChildProcessError "ChildProcessError", ConnectionAbortedError "ConnectionAbortedError",
    ConnectionError "ConnectionError", ConnectionRefusedError "ConnectionRefusedError",
    ConnectionResetError "ConnectionResetError", DeprecationWarning "DeprecationWarning", EOFError "EOFError",
    Ellipsis "Ellipsis", EncodingWarning "EncodingWarning", EnvironmentError "EnvironmentError",
    Exception "Exception", ExceptionGroup "ExceptionGroup", False "False", FileExistsError "FileExistsError",
    FileNotFoundError "FileNotFoundError", FloatingPointError "FloatingPointError",
    FutureWarning "FutureWarning", GeneratorExit "GeneratorExit", IOError "IOError",
    ImportError "ImportError", ImportWarning "ImportWarning", IndentationError "IndentationError",
    IndexError "IndexError", InterruptedError "InterruptedError", IsADirectoryError "IsADirectoryError",
    KeyError "KeyError", KeyboardInterrupt "KeyboardInterrupt", LookupError "LookupError",
    MemoryError "MemoryError", ModuleNotFoundError "ModuleNotFoundError", NameError "NameError", None "None",
    NotADirectoryError "NotADirectoryError", NotImplemented "NotImplemented",
    NotImplementedError "NotImplementedError", OSError "OSError", OverflowError "OverflowError",
    PendingDeprecationWarning "PendingDeprecationWarning", PermissionError "PermissionError",
    ProcessLookupError "ProcessLookupError", PythonFinalizationError "PythonFinalizationError",
    RecursionError "RecursionError", ReferenceError "ReferenceError", ResourceWarning "ResourceWarning",
    RuntimeError "RuntimeError", RuntimeWarning "RuntimeWarning", StopAsyncIteration "StopAsyncIteration",
    StopIteration "StopIteration", SyntaxError "SyntaxError", SyntaxWarning "SyntaxWarning",
    SystemError "SystemError", SystemExit "SystemExit", TabError "TabError", TimeoutError "TimeoutError",
    True "True", TypeError "TypeError", UnboundLocalError "UnboundLocalError",
    UnicodeDecodeError "UnicodeDecodeError", UnicodeEncodeError "UnicodeEncodeError",
    UnicodeError "UnicodeError", UnicodeTranslateError "UnicodeTranslateError",
    UnicodeWarning "UnicodeWarning", UserWarning "UserWarning", ValueError "ValueError", Warning "Warning",
    ZeroDivisionError "ZeroDivisionError", _CHUNK_SIZE "_CHUNK_SIZE",
    _IncompleteInputError "_IncompleteInputError", _ORIGIN "_ORIGIN", __abs__ "__abs__",
    __abstractmethods__ "__abstractmethods__", __add__ "__add__", __aenter__ "__aenter__",
    __aexit__ "__aexit__", __aiter__ "__aiter__", __all__ "__all__", __alloc__ "__alloc__", __and__ "__and__",
    __anext__ "__anext__", __annotate__ "__annotate__", __annotate_func__ "__annotate_func__",
    __annotations__ "__annotations__", __annotations_cache__ "__annotations_cache__", __args__ "__args__",
    __await__ "__await__", __base__ "__base__", __bases__ "__bases__", __basicsize__ "__basicsize__",
    __bool__ "__bool__", __bound__ "__bound__", __breakpointhook__ "__breakpointhook__",
    __buffer__ "__buffer__", __build_class__ "__build_class__", __builtins__ "__builtins__",
    __bytes__ "__bytes__", __cached__ "__cached__", __call__ "__call__", __cause__ "__cause__",
    __ceil__ "__ceil__", __class__ "__class__", __class_getitem__ "__class_getitem__",
    __classcell__ "__classcell__", __classdict__ "__classdict__", __classdictcell__ "__classdictcell__",
    __closure__ "__closure__", __code__ "__code__", __complex__ "__complex__",
    __conditional_annotations__ "__conditional_annotations__", __constraints__ "__constraints__",
    __contains__ "__contains__", __context__ "__context__", __contravariant__ "__contravariant__",
    __copy__ "__copy__", __covariant__ "__covariant__", __dataclass_fields__ "__dataclass_fields__",
    __debug__ "__debug__", __deepcopy__ "__deepcopy__", __default__ "__default__",
    __defaults__ "__defaults__", __del__ "__del__", __delattr__ "__delattr__", __delete__ "__delete__",
    __delitem__ "__delitem__", __dict__ "__dict__", __dictoffset__ "__dictoffset__", __dir__ "__dir__",
    __displayhook__ "__displayhook__", __divmod__ "__divmod__", __doc__ "__doc__", __enter__ "__enter__",
    __eq__ "__eq__", __evaluate__ "__evaluate__", __excepthook__ "__excepthook__", __exit__ "__exit__",
    __file__ "__file__", __firstlineno__ "__firstlineno__", __flags__ "__flags__", __float__ "__float__",
    __floor__ "__floor__", __floordiv__ "__floordiv__", __format__ "__format__", __fspath__ "__fspath__",
    __func__ "__func__", __future__ "__future__", __ge__ "__ge__", __get__ "__get__",
    __getattr__ "__getattr__", __getattribute__ "__getattribute__", __getformat__ "__getformat__",
    __getinitargs__ "__getinitargs__", __getitem__ "__getitem__", __getnewargs__ "__getnewargs__",
    __getnewargs_ex__ "__getnewargs_ex__", __getstate__ "__getstate__", __globals__ "__globals__",
    __gt__ "__gt__", __hash__ "__hash__", __iadd__ "__iadd__", __iand__ "__iand__",
    __ifloordiv__ "__ifloordiv__", __ilshift__ "__ilshift__", __imatmul__ "__imatmul__", __imod__ "__imod__",
    __import__ "__import__", __imul__ "__imul__", __index__ "__index__",
    __infer_variance__ "__infer_variance__", __init__ "__init__", __init_subclass__ "__init_subclass__",
    __instancecheck__ "__instancecheck__", __int__ "__int__", __invert__ "__invert__", __ior__ "__ior__",
    __ipow__ "__ipow__", __irshift__ "__irshift__", __isabstractmethod__ "__isabstractmethod__",
    __isub__ "__isub__", __itemsize__ "__itemsize__", __iter__ "__iter__", __itruediv__ "__itruediv__",
    __ixor__ "__ixor__", __kwdefaults__ "__kwdefaults__", __le__ "__le__", __len__ "__len__",
    __length_hint__ "__length_hint__", __loader__ "__loader__", __lshift__ "__lshift__", __lt__ "__lt__",
    __main__ "__main__", __match_args__ "__match_args__", __matmul__ "__matmul__", __members__ "__members__",
    __missing__ "__missing__", __mod__ "__mod__", __module__ "__module__", __mro__ "__mro__",
    __mro_entries__ "__mro_entries__", __mul__ "__mul__", __name__ "__name__", __ne__ "__ne__",
    __neg__ "__neg__", __new__ "__new__", __newobj__ "__newobj__", __next__ "__next__", __notes__ "__notes__",
    __objclass__ "__objclass__", __or__ "__or__", __orig_bases__ "__orig_bases__",
    __orig_class__ "__orig_class__", __origin__ "__origin__", __package__ "__package__",
    __parameters__ "__parameters__", __path__ "__path__", __pos__ "__pos__", __post_init__ "__post_init__",
    __pow__ "__pow__", __prepare__ "__prepare__", __qualname__ "__qualname__", __radd__ "__radd__",
    __rand__ "__rand__", __rdivmod__ "__rdivmod__", __reduce__ "__reduce__", __reduce_ex__ "__reduce_ex__",
    __release_buffer__ "__release_buffer__", __replace__ "__replace__", __repr__ "__repr__",
    __reversed__ "__reversed__", __rfloordiv__ "__rfloordiv__", __rlshift__ "__rlshift__",
    __rmatmul__ "__rmatmul__", __rmod__ "__rmod__", __rmul__ "__rmul__", __ror__ "__ror__",
    __round__ "__round__", __rpow__ "__rpow__", __rrshift__ "__rrshift__", __rshift__ "__rshift__",
    __rsub__ "__rsub__", __rtruediv__ "__rtruediv__", __rxor__ "__rxor__", __self__ "__self__",
    __self_class__ "__self_class__", __set__ "__set__", __set_name__ "__set_name__",
    __setattr__ "__setattr__", __setitem__ "__setitem__", __setstate__ "__setstate__",
    __signature__ "__signature__", __sizeof__ "__sizeof__", __slots__ "__slots__", __spec__ "__spec__",
    __static_attributes__ "__static_attributes__", __stderr__ "__stderr__", __stdin__ "__stdin__",
    __stdout__ "__stdout__", __str__ "__str__", __sub__ "__sub__", __subclasscheck__ "__subclasscheck__",
    __subclasses__ "__subclasses__", __subclasshook__ "__subclasshook__",
    __suppress_context__ "__suppress_context__", __text_signature__ "__text_signature__",
    __thisclass__ "__thisclass__", __traceback__ "__traceback__", __truediv__ "__truediv__",
    __trunc__ "__trunc__", __type_params__ "__type_params__",
    __typing_prepare_subst__ "__typing_prepare_subst__", __typing_subst__ "__typing_subst__",
    __typing_unpacked_tuple_args__ "__typing_unpacked_tuple_args__", __unpacked__ "__unpacked__",
    __unraisablehook__ "__unraisablehook__", __value__ "__value__", __warningregistry__ "__warningregistry__",
    __weakref__ "__weakref__", __weakrefoffset__ "__weakrefoffset__", __wrapped__ "__wrapped__",
    __xor__ "__xor__", _abc_impl "_abc_impl", _asdict "_asdict", _blksize "_blksize",
    _checkClosed "_checkClosed", _checkReadable "_checkReadable", _checkSeekable "_checkSeekable",
    _checkWritable "_checkWritable", _co_code_adaptive "_co_code_adaptive", _dealloc_warn "_dealloc_warn",
    _field_defaults "_field_defaults", _fields "_fields", _finalizing "_finalizing",
    _find_and_load "_find_and_load", _from_flags "_from_flags", _generate_next_value_ "_generate_next_value_",
    _handle_fromlist "_handle_fromlist", _initializing "_initializing",
    _is_coroutine_marker "_is_coroutine_marker", _isatty_open_only "_isatty_open_only", _make "_make",
    _member_map_ "_member_map_", _metadata "_metadata", _missing_ "_missing_", _name_ "_name_",
    _replace "_replace", _value2member_map_ "_value2member_map_", _value_ "_value_",
    _varname_from_oparg "_varname_from_oparg", abs "abs", aclose "aclose", add "add", add_note "add_note",
    ag_await "ag_await", ag_code "ag_code", ag_frame "ag_frame", ag_running "ag_running",
    ag_suspended "ag_suspended", aiter "aiter", all "all", anext "anext", any "any", append "append",
    appendleft "appendleft", args "args", argv "argv", as_integer_ratio "as_integer_ratio", ascii "ascii",
    asend "asend", athrow "athrow", base "base", bin "bin", bit_count "bit_count", bit_length "bit_length",
    bool "bool", breakpoint "breakpoint", buffer "buffer", buffering "buffering", builtins "builtins",
    bytearray "bytearray", byteorder "byteorder", bytes "bytes", c_contiguous "c_contiguous",
    callable "callable", capitalize "capitalize", casefold "casefold", cast "cast", center "center",
    character "character", characters_written "characters_written", chr "chr", classmethod "classmethod",
    clear "clear", close "close", closed "closed", closefd "closefd", cls "cls", co_argcount "co_argcount",
    co_branches "co_branches", co_cellvars "co_cellvars", co_code "co_code", co_consts "co_consts",
    co_exceptiontable "co_exceptiontable", co_filename "co_filename", co_firstlineno "co_firstlineno",
    co_flags "co_flags", co_freevars "co_freevars", co_kwonlyargcount "co_kwonlyargcount",
    co_lines "co_lines", co_linetable "co_linetable", co_lnotab "co_lnotab", co_name "co_name",
    co_names "co_names", co_nlocals "co_nlocals", co_positions "co_positions",
    co_posonlyargcount "co_posonlyargcount", co_qualname "co_qualname", co_stacksize "co_stacksize",
    co_varnames "co_varnames", code "code", compile "compile", complex "complex", conjugate "conjugate",
    contiguous "contiguous", copy "copy", copyright "copyright", count "count", cr_await "cr_await",
    cr_code "cr_code", cr_frame "cr_frame", cr_origin "cr_origin", cr_running "cr_running",
    cr_suspended "cr_suspended", create_module "create_module", credits "credits", decode "decode",
    default "default", default_factory "default_factory", delattr "delattr", deleter "deleter",
    denominator "denominator", derive "derive", detach "detach", dict "dict", difference "difference",
    difference_update "difference_update", dir "dir", discard "discard", displayhook "displayhook",
    divmod "divmod", encode "encode", encoding "encoding", end "end", end_lineno "end_lineno",
    end_offset "end_offset", endswith "endswith", enumerate "enumerate", errno "errno", errors "errors",
    eval "eval", exc_info "exc_info", excepthook "excepthook", exception "exception", exceptions "exceptions",
    exec "exec", exec_module "exec_module", executable "executable", exit "exit", expandtabs "expandtabs",
    extend "extend", extendleft "extendleft", f_back "f_back", f_builtins "f_builtins", f_code "f_code",
    f_contiguous "f_contiguous", f_generator "f_generator", f_globals "f_globals", f_lasti "f_lasti",
    f_lineno "f_lineno", f_locals "f_locals", f_trace "f_trace", f_trace_lines "f_trace_lines",
    f_trace_opcodes "f_trace_opcodes", fdel "fdel", fget "fget", file "file", filename "filename",
    filename2 "filename2", fileno "fileno", filter "filter", find "find", find_spec "find_spec",
    flags "flags", float "float", flush "flush", format "format", format_map "format_map",
    from_bytes "from_bytes", from_number "from_number", fromhex "fromhex", fromkeys "fromkeys",
    frozenset "frozenset", fset "fset", function "function", get "get", get_code "get_code",
    get_source "get_source", getattr "getattr", getter "getter", gi_code "gi_code", gi_frame "gi_frame",
    gi_running "gi_running", gi_suspended "gi_suspended", gi_yieldfrom "gi_yieldfrom", globals "globals",
    hasattr "hasattr", hash "hash", help "help", hex "hex", id "id", imag "imag",
    implementation "implementation", index "index", indices "indices", input "input", insert "insert",
    instance "instance", int "int", intersection "intersection", intersection_update "intersection_update",
    io "io", is_integer "is_integer", is_package "is_package", isalnum "isalnum", isalpha "isalpha",
    isascii "isascii", isatty "isatty", isdecimal "isdecimal", isdigit "isdigit", isdisjoint "isdisjoint",
    isidentifier "isidentifier", isinstance "isinstance", islower "islower", isnumeric "isnumeric",
    isprintable "isprintable", isspace "isspace", issubclass "issubclass", issubset "issubset",
    issuperset "issuperset", istitle "istitle", isupper "isupper", item "item", items "items",
    itemsize "itemsize", iter "iter", iterable "iterable", join "join", keepends "keepends", key "key",
    keys "keys", kwargs "kwargs", len "len", length "length", level "level", license "license",
    line_buffering "line_buffering", lineno "lineno", list "list", ljust "ljust", load_module "load_module",
    locals "locals", lower "lower", lstrip "lstrip", main "main", maketrans "maketrans", map "map",
    mapping "mapping", max "max", maxlen "maxlen", maxsize "maxsize", maxsplit "maxsplit",
    memoryview "memoryview", message "message", meta_path "meta_path", min "min", mode "mode",
    module "module", modules "modules", move_to_end "move_to_end", mro "mro", msg "msg", name "name",
    name_from "name_from", nbytes "nbytes", ndim "ndim", new "new", newline "newline", newlines "newlines",
    next "next", note "note", number "number", numerator "numerator", obj "obj", object "object", oct "oct",
    offset "offset", old "old", open "open", opener "opener", ord "ord", order "order", os "os",
    other "other", others "others", parent "parent", partition "partition", path "path",
    path_hooks "path_hooks", peek "peek", platform "platform", pop "pop", popitem "popitem",
    popleft "popleft", pow "pow", prefix "prefix", print "print", print_file_and_line "print_file_and_line",
    property "property", protocol "protocol", quit "quit", range "range", raw "raw", re "re", read "read",
    read1 "read1", readable "readable", readall "readall", readinto "readinto", readinto1 "readinto1",
    readline "readline", readlines "readlines", readonly "readonly", real "real", reason "reason",
    reconfigure "reconfigure", release "release", remove "remove", removeprefix "removeprefix",
    removesuffix "removesuffix", replace "replace", repr "repr", resize "resize", reverse "reverse",
    reversed "reversed", rfind "rfind", rindex "rindex", rjust "rjust", rotate "rotate", round "round",
    rpartition "rpartition", rsplit "rsplit", rstrip "rstrip", seek "seek", seekable "seekable", self_ "self",
    send "send", sep "sep", sequence "sequence", set "set", setattr "setattr", setdefault "setdefault",
    setter "setter", shape "shape", signed "signed", size "size", slice "slice", sort "sort", sorted "sorted",
    source "source", split "split", splitlines "splitlines", start "start", startswith "startswith",
    state "state", staticmethod "staticmethod", stderr "stderr", stdin "stdin", stdout "stdout", step "step",
    stop "stop", str "str", strerror "strerror", strict "strict", strides "strides", string "string",
    strip "strip", subclass "subclass", subgroup "subgroup", suboffsets "suboffsets", sum "sum",
    super_ "super", swapcase "swapcase", symmetric_difference "symmetric_difference",
    symmetric_difference_update "symmetric_difference_update", sys "sys", table "table", tabsize "tabsize",
    target "target", tb_frame "tb_frame", tb_lasti "tb_lasti", tb_lineno "tb_lineno", tb_next "tb_next",
    tell "tell", text "text", throw "throw", time "time", title "title", to "to", to_bytes "to_bytes",
    tobytes "tobytes", tolist "tolist", toreadonly "toreadonly", translate "translate", truncate "truncate",
    tuple "tuple", r#type "type", union "union", unraisablehook "unraisablehook", update "update",
    upper "upper", value "value", values "values", vars "vars", version "version", width "width",
    with_traceback "with_traceback", writable "writable", write "write", write_through "write_through",
    writelines "writelines", zfill "zfill", zip "zip", iterable_parameter ".0", genexpr_name "<genexpr>",
    lambda_name "<lambda>", listcomp_name "<listcomp>", module_name "<module>", stderr_name "<stderr>",
    stdin_name "<stdin>", stdout_name "<stdout>", string_name "<string>", iso_8859_1_name "iso-8859-1",
    utf8_name "utf-8",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_by_its_text() {
        for text in TEXTS {
            let found = find(text.as_bytes(), intern_hash(text.as_bytes())).expect("in the table");
            assert!(found.equals_text(text));
        }
        assert!(find(b"no such name", intern_hash(b"no such name")).is_none());
        assert!(Name::__init__.equals_text("__init__"));
    }
}

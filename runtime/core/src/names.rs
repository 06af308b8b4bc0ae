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
    API "API", ASCII "ASCII", Add "Add", After "After", All "All", Also "Also", An "An",
    ArgumentParser "ArgumentParser", Arguments "Arguments", ArithmeticError "ArithmeticError", As "As",
    AssertionError "AssertionError", Assume "Assume", At "At", AttributeError "AttributeError", Base "Base",
    BaseException "BaseException", BaseExceptionGroup "BaseExceptionGroup",
    BlockingIOError "BlockingIOError", BrokenPipeError "BrokenPipeError", BufferError "BufferError",
    But "But", By "By", BytesWarning "BytesWarning", Call "Call", Can "Can", Cannot "Cannot", Check "Check",
    ChildProcessError "ChildProcessError", Class "Class", ConnectionAbortedError "ConnectionAbortedError",
    ConnectionError "ConnectionError", ConnectionRefusedError "ConnectionRefusedError",
    ConnectionResetError "ConnectionResetError", Convert "Convert", Copyright "Copyright", Create "Create",
    DeprecationWarning "DeprecationWarning", Do "Do", Don "Don", EOF "EOF", EOFError "EOFError",
    Each "Each", Ellipsis "Ellipsis", EncodingWarning "EncodingWarning",
    EnvironmentError "EnvironmentError", Error "Error", Example "Example", Exception "Exception",
    ExceptionGroup "ExceptionGroup", False "False", File "File", FileExistsError "FileExistsError",
    FileNotFoundError "FileNotFoundError", Find "Find", First "First",
    FloatingPointError "FloatingPointError", For "For", Functions "Functions",
    FutureWarning "FutureWarning", Generate "Generate", GeneratorExit "GeneratorExit",
    GenericAlias "GenericAlias", Get "Get", Handle "Handle", Helper "Helper", Here "Here",
    However "However", IOError "IOError", If "If", ImportError "ImportError", ImportWarning "ImportWarning",
    In "In", IndentationError "IndentationError", IndexError "IndexError",
    InterruptedError "InterruptedError", Invalid "Invalid", IsADirectoryError "IsADirectoryError", It "It",
    KeyError "KeyError", KeyboardInterrupt "KeyboardInterrupt", List "List", LookupError "LookupError",
    Make "Make", MemoryError "MemoryError", ModuleNotFoundError "ModuleNotFoundError", NOTE "NOTE",
    NameError "NameError", No "No", Non "Non", None "None", Not "Not",
    NotADirectoryError "NotADirectoryError", NotImplemented "NotImplemented",
    NotImplementedError "NotImplementedError", Note "Note", Now "Now", OS "OS", OSError "OSError", On "On",
    Only "Only", Optional "Optional", Otherwise "Otherwise", OverflowError "OverflowError", PEP "PEP",
    Parse "Parse", PendingDeprecationWarning "PendingDeprecationWarning", PermissionError "PermissionError",
    ProcessLookupError "ProcessLookupError", Python "Python",
    PythonFinalizationError "PythonFinalizationError", Raise "Raise", Raises "Raises", Read "Read",
    RecursionError "RecursionError", ReferenceError "ReferenceError", Remove "Remove",
    ResourceWarning "ResourceWarning", Return "Return", Returns "Returns", RuntimeError "RuntimeError",
    RuntimeWarning "RuntimeWarning", Same "Same", See "See", Set "Set", Should "Should", Since "Since",
    So "So", Some "Some", Special "Special", Start "Start", StopAsyncIteration "StopAsyncIteration",
    StopIteration "StopIteration", SyntaxError "SyntaxError", SyntaxWarning "SyntaxWarning",
    SystemError "SystemError", SystemExit "SystemExit", TabError "TabError", That "That", The "The",
    There "There", These "These", They "They", This "This", TimeoutError "TimeoutError", To "To",
    True "True", Try "Try", TypeError "TypeError", UnboundLocalError "UnboundLocalError",
    UnicodeDecodeError "UnicodeDecodeError", UnicodeEncodeError "UnicodeEncodeError",
    UnicodeError "UnicodeError", UnicodeTranslateError "UnicodeTranslateError",
    UnicodeWarning "UnicodeWarning", Unix "Unix", Use "Use", Used "Used", UserWarning "UserWarning",
    ValueError "ValueError", Warning "Warning", We "We", When "When", Windows "Windows", Write "Write",
    XXX "XXX", You "You", ZeroDivisionError "ZeroDivisionError", _CHUNK_SIZE "_CHUNK_SIZE",
    _IncompleteInputError "_IncompleteInputError", _ORIGIN "_ORIGIN", __abs__ "__abs__",
    __abstractmethods__ "__abstractmethods__", __add__ "__add__", __aenter__ "__aenter__",
    __aexit__ "__aexit__", __aiter__ "__aiter__", __all__ "__all__", __alloc__ "__alloc__",
    __and__ "__and__", __anext__ "__anext__", __annotate__ "__annotate__",
    __annotate_func__ "__annotate_func__", __annotations__ "__annotations__",
    __annotations_cache__ "__annotations_cache__", __args__ "__args__", __await__ "__await__",
    __base__ "__base__", __bases__ "__bases__", __basicsize__ "__basicsize__", __bool__ "__bool__",
    __bound__ "__bound__", __breakpointhook__ "__breakpointhook__", __buffer__ "__buffer__",
    __build_class__ "__build_class__", __builtins__ "__builtins__", __bytes__ "__bytes__",
    __cached__ "__cached__", __call__ "__call__", __cause__ "__cause__", __ceil__ "__ceil__",
    __class__ "__class__", __class_getitem__ "__class_getitem__", __classcell__ "__classcell__",
    __classdict__ "__classdict__", __classdictcell__ "__classdictcell__", __closure__ "__closure__",
    __code__ "__code__", __complex__ "__complex__",
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
    __ifloordiv__ "__ifloordiv__", __ilshift__ "__ilshift__", __imatmul__ "__imatmul__",
    __imod__ "__imod__", __import__ "__import__", __imul__ "__imul__", __index__ "__index__",
    __infer_variance__ "__infer_variance__", __init__ "__init__", __init_subclass__ "__init_subclass__",
    __instancecheck__ "__instancecheck__", __int__ "__int__", __invert__ "__invert__", __ior__ "__ior__",
    __ipow__ "__ipow__", __irshift__ "__irshift__", __isabstractmethod__ "__isabstractmethod__",
    __isub__ "__isub__", __itemsize__ "__itemsize__", __iter__ "__iter__", __itruediv__ "__itruediv__",
    __ixor__ "__ixor__", __kwdefaults__ "__kwdefaults__", __le__ "__le__", __len__ "__len__",
    __length_hint__ "__length_hint__", __loader__ "__loader__", __lshift__ "__lshift__", __lt__ "__lt__",
    __main__ "__main__", __match_args__ "__match_args__", __matmul__ "__matmul__",
    __members__ "__members__", __missing__ "__missing__", __mod__ "__mod__", __module__ "__module__",
    __mro__ "__mro__", __mro_entries__ "__mro_entries__", __mul__ "__mul__", __name__ "__name__",
    __ne__ "__ne__", __neg__ "__neg__", __new__ "__new__", __newobj__ "__newobj__", __next__ "__next__",
    __notes__ "__notes__", __objclass__ "__objclass__", __or__ "__or__", __orig_bases__ "__orig_bases__",
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
    __unraisablehook__ "__unraisablehook__", __value__ "__value__",
    __warningregistry__ "__warningregistry__", __weakref__ "__weakref__",
    __weakrefoffset__ "__weakrefoffset__", __wrapped__ "__wrapped__", __xor__ "__xor__",
    _abc_impl "_abc_impl", _asdict "_asdict", _blksize "_blksize", _checkClosed "_checkClosed",
    _checkReadable "_checkReadable", _checkSeekable "_checkSeekable", _checkWritable "_checkWritable",
    _co_code_adaptive "_co_code_adaptive", _dealloc_warn "_dealloc_warn", _field_defaults "_field_defaults",
    _fields "_fields", _finalizing "_finalizing", _find_and_load "_find_and_load",
    _from_flags "_from_flags", _generate_next_value_ "_generate_next_value_",
    _handle_fromlist "_handle_fromlist", _initializing "_initializing",
    _is_coroutine_marker "_is_coroutine_marker", _isatty_open_only "_isatty_open_only", _make "_make",
    _member_map_ "_member_map_", _metadata "_metadata", _missing_ "_missing_", _name_ "_name_",
    _replace "_replace", _value2member_map_ "_value2member_map_", _value_ "_value_",
    _varname_from_oparg "_varname_from_oparg", abc "abc", able "able", about "about", above "above",
    abs "abs", absolute "absolute", abspath "abspath", accept "accept", access "access",
    according "according", aclose "aclose", action "action", actual "actual", actually "actually",
    add "add", add_argument "add_argument", add_note "add_note", added "added", adding "adding",
    addition "addition", additional "additional", adds "adds", after "after", ag_await "ag_await",
    ag_code "ag_code", ag_frame "ag_frame", ag_running "ag_running", ag_suspended "ag_suspended",
    again "again", against "against", aiter "aiter", algorithm "algorithm", all "all", allow "allow",
    allowed "allowed", allows "allows", already "already", also "also", always "always", amount "amount",
    an "an", and "and", anext "anext", another "another", any "any", anything "anything", anyway "anyway",
    appear "appear", append "append", appendleft "appendleft", appropriate "appropriate",
    arbitrary "arbitrary", are "are", aren "aren", arg "arg", argparse "argparse", args "args",
    argument "argument", arguments "arguments", argv "argv", around "around", r#as "as",
    as_integer_ratio "as_integer_ratio", ascii "ascii", asend "asend", assert "assert",
    associated "associated", assume "assume", r#async "async", at "at", athrow "athrow", attempt "attempt",
    attr "attr", attribute "attribute", attributes "attributes", automatically "automatically",
    available "available", avoid "avoid", r#await "await", back "back", backward "backward",
    backwards "backwards", bad "bad", base "base", based "based", basename "basename", basic "basic",
    be "be", because "because", been "been", before "before", beginning "beginning", behavior "behavior",
    behaviour "behaviour", being "being", below "below", best "best", better "better", between "between",
    big "big", bin "bin", binary "binary", bit "bit", bit_count "bit_count", bit_length "bit_length",
    bits "bits", block "block", body "body", bool "bool", both "both", bound "bound", bpo "bpo",
    r#break "break", breakpoint "breakpoint", buffer "buffer", buffering "buffering", bugs "bugs",
    build "build", built "built", builtin "builtin", builtins "builtins", but "but", by "by", byte "byte",
    bytearray "bytearray", byteorder "byteorder", bytes "bytes", c_contiguous "c_contiguous", cache "cache",
    call "call", callable "callable", called "called", caller "caller", calling "calling", calls "calls",
    can "can", cannot "cannot", capitalize "capitalize", case "case", casefold "casefold", cases "cases",
    cast "cast", cause "cause", cell_contents "cell_contents", center "center", chain "chain",
    change "change", changed "changed", changes "changes", character "character", characters "characters",
    characters_written "characters_written", check "check", checked "checked", checking "checking",
    chr "chr", class "class", classes "classes", classmethod "classmethod", clear "clear", close "close",
    closed "closed", closefd "closefd", cls "cls", cmd "cmd", co_argcount "co_argcount",
    co_branches "co_branches", co_cellvars "co_cellvars", co_code "co_code", co_consts "co_consts",
    co_exceptiontable "co_exceptiontable", co_filename "co_filename", co_firstlineno "co_firstlineno",
    co_flags "co_flags", co_freevars "co_freevars", co_kwonlyargcount "co_kwonlyargcount",
    co_lines "co_lines", co_linetable "co_linetable", co_lnotab "co_lnotab", co_name "co_name",
    co_names "co_names", co_nlocals "co_nlocals", co_positions "co_positions",
    co_posonlyargcount "co_posonlyargcount", co_qualname "co_qualname", co_stacksize "co_stacksize",
    co_varnames "co_varnames", code "code", collections "collections", color "color", com "com",
    command "command", commands "commands", comment "comment", common "common", compare "compare",
    compatibility "compatibility", compatible "compatible", compile "compile", compiled "compiled",
    complete "complete", complex "complex", components "components", condition "condition",
    conjugate "conjugate", considered "considered", constants "constants", constructor "constructor",
    contain "contain", containing "containing", contains "contains", content "content", contents "contents",
    context "context", contiguous "contiguous", r#continue "continue", control "control",
    conversion "conversion", convert "convert", converted "converted", copy "copy", copyright "copyright",
    correct "correct", correctly "correctly", corresponding "corresponding", could "could", count "count",
    cpython "cpython", cr_await "cr_await", cr_code "cr_code", cr_frame "cr_frame", cr_origin "cr_origin",
    cr_running "cr_running", cr_suspended "cr_suspended", create "create", create_module "create_module",
    created "created", creating "creating", credits "credits", current "current", currently "currently",
    custom "custom", data "data", decimal "decimal", decode "decode", def "def", default "default",
    default_factory "default_factory", defaultaction "defaultaction", defaults "defaults", define "define",
    defined "defined", definition "definition", del "del", delattr "delattr", deleter "deleter",
    denominator "denominator", depending "depending", deprecated "deprecated", derive "derive",
    derived "derived", described "described", description "description", descriptor "descriptor",
    desired "desired", detach "detach", details "details", determine "determine", dict "dict",
    dictionary "dictionary", didn "didn", difference "difference", difference_update "difference_update",
    different "different", digits "digits", dir "dir", directly "directly", directories "directories",
    directory "directory", dirname "dirname", discard "discard", displayhook "displayhook", divmod "divmod",
    r#do "do", docstring "docstring", documentation "documentation", does "does", doesn "doesn",
    doing "doing", don "don", done "done", down "down", due "due", during "during", each "each",
    effect "effect", either "either", element "element", elements "elements", elif "elif", r#else "else",
    empty "empty", en "en", enable "enable", encode "encode", encoding "encoding", end "end",
    end_lineno "end_lineno", end_offset "end_offset", ends "ends", endswith "endswith", enough "enough",
    ensure "ensure", entries "entries", entry "entry", enumerate "enumerate", environ "environ",
    environment "environment", equal "equal", equivalent "equivalent", err "err", errno "errno",
    error "error", errors "errors", escape "escape", etc "etc", eval "eval", even "even", every "every",
    everything "everything", exact "exact", exactly "exactly", example "example", exc "exc",
    exc_info "exc_info", except "except", excepthook "excepthook", exception "exception",
    exceptions "exceptions", exec "exec", exec_module "exec_module", executable "executable",
    executed "executed", exist "exist", existing "existing", exists "exists", exit "exit",
    expandtabs "expandtabs", expected "expected", explicitly "explicitly", expression "expression",
    extend "extend", extended "extended", extendleft "extendleft", extension "extension", extra "extra",
    f_back "f_back", f_builtins "f_builtins", f_code "f_code", f_contiguous "f_contiguous",
    f_generator "f_generator", f_globals "f_globals", f_lasti "f_lasti", f_lineno "f_lineno",
    f_locals "f_locals", f_trace "f_trace", f_trace_lines "f_trace_lines",
    f_trace_opcodes "f_trace_opcodes", fail "fail", failed "failed", fails "fails", fall "fall",
    fallback "fallback", r#false "false", fast "fast", faster "faster", fd "fd", fdel "fdel", fget "fget",
    field "field", fields "fields", file "file", filename "filename", filename2 "filename2",
    filenames "filenames", fileno "fileno", files "files", filter "filter", filters "filters",
    r#final "final", finally "finally", find "find", find_spec "find_spec", first "first", fixed "fixed",
    flag "flag", flags "flags", float "float", flush "flush", follow "follow", followed "followed",
    following "following", foo "foo", r#for "for", form "form", format "format", format_map "format_map",
    found "found", fp "fp", frame "frame", from "from", from_bytes "from_bytes", from_number "from_number",
    fromhex "fromhex", fromkeys "fromkeys", frozenset "frozenset", fset "fset", full "full", func "func",
    function "function", functions "functions", functools "functools", generate "generate",
    generated "generated", generator "generator", get "get", get_code "get_code", get_source "get_source",
    getattr "getattr", getbuffer "getbuffer", gets "gets", getter "getter", getvalue "getvalue", gh "gh",
    gi_code "gi_code", gi_frame "gi_frame", gi_running "gi_running", gi_suspended "gi_suspended",
    gi_yieldfrom "gi_yieldfrom", given "given", gives "gives", global "global", globals "globals", go "go",
    got "got", group "group", groups "groups", had "had", handle "handle", handled "handled",
    handler "handler", handling "handling", happen "happen", has "has", hasattr "hasattr", hash "hash",
    have "have", header "header", help "help", helper "helper", here "here", hex "hex", how "how",
    html "html", http "http", https "https", id "id", r#if "if", ignore "ignore", ignored "ignored",
    imag "imag", immediately "immediately", implement "implement", implementation "implementation",
    implementations "implementations", implemented "implemented", import "import", imported "imported",
    r#in "in", include "include", includes "includes", including "including", indent "indent",
    index "index", indicates "indicates", indices "indices", info "info", information "information",
    initial "initial", initial_bytes "initial_bytes", input "input", insert "insert", inside "inside",
    inspect "inspect", instance "instance", instances "instances", instead "instead", int "int",
    integer "integer", integers "integers", intended "intended", interface "interface", internal "internal",
    interpreter "interpreter", intersection "intersection", intersection_update "intersection_update",
    into "into", invalid "invalid", io "io", is "is", is_integer "is_integer", is_package "is_package",
    isalnum "isalnum", isalpha "isalpha", isascii "isascii", isatty "isatty", isdecimal "isdecimal",
    isdigit "isdigit", isdir "isdir", isdisjoint "isdisjoint", isfile "isfile", isidentifier "isidentifier",
    isinstance "isinstance", islower "islower", isn "isn", isnumeric "isnumeric", isprintable "isprintable",
    isspace "isspace", issubclass "issubclass", issubset "issubset", issue "issue", issues "issues",
    issuperset "issuperset", istitle "istitle", isupper "isupper", it "it", item "item", items "items",
    itemsize "itemsize", iter "iter", iterable "iterable", iterator "iterator", itertools "itertools",
    its "its", itself "itself", join "join", just "just", keep "keep", keepends "keepends", key "key",
    keys "keys", keyword "keyword", kind "kind", know "know", known "known", kwargs "kwargs",
    lambda "lambda", large "large", last "last", last_exc "last_exc", last_traceback "last_traceback",
    last_type "last_type", last_value "last_value", later "later", leading "leading", least "least",
    left "left", len "len", length "length", less "less", r#let "let", level "level", library "library",
    license "license", like "like", likely "likely", limit "limit", line "line",
    line_buffering "line_buffering", lineno "lineno", lines "lines", link "link", list "list",
    lists "lists", ljust "ljust", ll "ll", load "load", load_module "load_module", local "local",
    locals "locals", location "location", long "long", longer "longer", look "look", looking "looking",
    lookup "lookup", r#loop "loop", lower "lower", lstrip "lstrip", made "made", main "main", make "make",
    makes "makes", maketrans "maketrans", making "making", many "many", map "map", mapping "mapping",
    r#match "match", matches "matches", matching "matching", max "max", maximum "maximum", maxlen "maxlen",
    maxsize "maxsize", maxsplit "maxsplit", may "may", meaning "meaning", means "means", member "member",
    memory "memory", memoryview "memoryview", message "message", messages "messages", meta_path "meta_path",
    metaclass "metaclass", method "method", methods "methods", might "might", min "min", missing "missing",
    mode "mode", modified "modified", modify "modify", module "module", modules "modules", more "more",
    most "most", move_to_end "move_to_end", mro "mro", msg "msg", much "much", multiple "multiple",
    must "must", name "name", name_from "name_from", named "named", namedtuple "namedtuple", names "names",
    namespace "namespace", nargs "nargs", nbytes "nbytes", ndim "ndim", necessary "necessary", need "need",
    needed "needed", needs "needs", negative "negative", never "never", new "new", newline "newline",
    newlines "newlines", next "next", no "no", non "non", nonlocal "nonlocal", nor "nor", normal "normal",
    not "not", note "note", nothing "nothing", now "now", number "number", numbers "numbers",
    numerator "numerator", numeric "numeric", obj "obj", object "object", objects "objects",
    occurs "occurs", oct "oct", of "of", off "off", offset "offset", old "old", omitted "omitted", on "on",
    once "once", onceregistry "onceregistry", one "one", only "only", op "op", open "open", opened "opened",
    opener "opener", operation "operation", operations "operations", option "option", optional "optional",
    options "options", or "or", ord "ord", order "order", org "org", original "original", os "os",
    other "other", others "others", otherwise "otherwise", our "our", out "out", output "output",
    outside "outside", over "over", overridden "overridden", r#override "override", own "own",
    package "package", pair "pair", parameter "parameter", parameters "parameters", parent "parent",
    parse "parse", parse_args "parse_args", parser "parser", part "part", particular "particular",
    partition "partition", parts "parts", pass "pass", passed "passed", path "path",
    path_hooks "path_hooks", paths "paths", peek "peek", per "per", place "place", platform "platform",
    plus "plus", point "point", pop "pop", popitem "popitem", popleft "popleft", pos "pos",
    position "position", positive "positive", possible "possible", possibly "possibly", pow "pow",
    prefix "prefix", present "present", prevent "prevent", previous "previous", print "print",
    print_file_and_line "print_file_and_line", printed "printed", private "private", probably "probably",
    process "process", processing "processing", program "program", property "property", protocol "protocol",
    provide "provide", provided "provided", provides "provides", public "public", put "put", py "py",
    python "python", quit "quit", raise "raise", raised "raised", raises "raises", range "range",
    rather "rather", raw "raw", rb "rb", re "re", read "read", read1 "read1", readable "readable",
    readall "readall", reading "reading", readinto "readinto", readinto1 "readinto1", readline "readline",
    readlines "readlines", readonly "readonly", real "real", really "really", reason "reason",
    reconfigure "reconfigure", recursive "recursive", recursively "recursively", reference "reference",
    references "references", register "register", registered "registered", regular "regular",
    related "related", relative "relative", release "release", remaining "remaining", remove "remove",
    removed "removed", removeprefix "removeprefix", removesuffix "removesuffix", replace "replace",
    replaced "replaced", report "report", repr "repr", representation "representation",
    representing "representing", require "require", required "required", requires "requires", reset "reset",
    resize "resize", rest "rest", result "result", resulting "resulting", results "results",
    r#return "return", returned "returned", returning "returning", returns "returns", reverse "reverse",
    reversed "reversed", rfind "rfind", right "right", rindex "rindex", rjust "rjust", root "root",
    rotate "rotate", round "round", rpartition "rpartition", rsplit "rsplit", rstrip "rstrip", run "run",
    running "running", safe "safe", same "same", script "script", search "search", second "second",
    seconds "seconds", see "see", seek "seek", seekable "seekable", seen "seen", select "select",
    self_ "self", send "send", sep "sep", separate "separate", separated "separated", sequence "sequence",
    set "set", setattr "setattr", setdefault "setdefault", sets "sets", setter "setter", setting "setting",
    shape "shape", shared "shared", short "short", should "should", signal "signal", signature "signature",
    signed "signed", similar "similar", simple "simple", simplefilter "simplefilter", simply "simply",
    since "since", single "single", size "size", skip "skip", slice "slice", small "small", so "so",
    socket "socket", some "some", something "something", sort "sort", sorted "sorted", source "source",
    space "space", spaces "spaces", special "special", specific "specific", specified "specified",
    specifies "specifies", specify "specify", speed "speed", split "split", splitlines "splitlines",
    stack "stack", stacklevel "stacklevel", standard "standard", start "start", starting "starting",
    starts "starts", startswith "startswith", stat "stat", state "state", statement "statement",
    staticmethod "staticmethod", stderr "stderr", stdin "stdin", stdout "stdout", step "step",
    still "still", stop "stop", store "store", store_true "store_true", stored "stored", str "str",
    stream "stream", strerror "strerror", strict "strict", strides "strides", string "string",
    strings "strings", strip "strip", stripped "stripped", style "style", sub "sub", subclass "subclass",
    subclasses "subclasses", subgroup "subgroup", suboffsets "suboffsets", such "such", sum "sum",
    super_ "super", supplied "supplied", support "support", supported "supported", supports "supports",
    sure "sure", swapcase "swapcase", symmetric_difference "symmetric_difference",
    symmetric_difference_update "symmetric_difference_update", syntax "syntax", sys "sys", system "system",
    systems "systems", table "table", tabsize "tabsize", take "take", taken "taken", takes "takes",
    target "target", tb_frame "tb_frame", tb_lasti "tb_lasti", tb_lineno "tb_lineno", tb_next "tb_next",
    tell "tell", test "test", testing "testing", tests "tests", text "text", than "than", that "that",
    the "the", their "their", them "them", then "then", there "there", these "these", they "they",
    thing "thing", things "things", this "this", those "those", though "though", thread "thread",
    three "three", through "through", throw "throw", time "time", times "times", title "title", to "to",
    to_bytes "to_bytes", tobytes "tobytes", tolist "tolist", too "too", top "top", toreadonly "toreadonly",
    total "total", traceback "traceback", trailing "trailing", translate "translate", tree "tree",
    tries "tries", r#true "true", truncate "truncate", r#try "try", trying "trying", tuple "tuple",
    tuples "tuples", two "two", r#type "type", types "types", typically "typically", unchanged "unchanged",
    under "under", underlying "underlying", union "union", unique "unique", unknown "unknown",
    unless "unless", unraisablehook "unraisablehook", unsupported "unsupported", until "until", up "up",
    update "update", upper "upper", us "us", usage "usage", r#use "use", used "used", useful "useful",
    user "user", uses "uses", using "using", usr "usr", usually "usually", utf "utf", val "val",
    valid "valid", value "value", values "values", variable "variable", variables "variables",
    various "various", vars "vars", ve "ve", version "version", versions "versions", very "very", via "via",
    want "want", warn "warn", warnings "warnings", was "was", way "way", wb "wb", we "we", well "well",
    were "were", what "what", when "when", r#where "where", whether "whether", which "which",
    r#while "while", whitespace "whitespace", whole "whole", whose "whose", why "why", width "width",
    will "will", with "with", with_traceback "with_traceback", within "within", without "without",
    won "won", work "work", working "working", works "works", would "would", wrap "wrap", wrapped "wrapped",
    wrapper "wrapper", writable "writable", write "write", write_through "write_through",
    writelines "writelines", writing "writing", written "written", wrong "wrong", www "www", yet "yet",
    r#yield "yield", you "you", your "your", zero "zero", zfill "zfill", zip "zip", iterable_parameter ".0",
    genexpr_name "<genexpr>", lambda_name "<lambda>", listcomp_name "<listcomp>", module_name "<module>",
    stderr_name "<stderr>", stdin_name "<stdin>", stdout_name "<stdout>", string_name "<string>",
    iso_8859_1_name "iso-8859-1", utf8_name "utf-8",
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

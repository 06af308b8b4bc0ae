//! The built-in exception classes: their structs and their places in the hierarchy.
//!
//! Their constructors and methods are in `pyrsc-builtins`; runtime code only raises them.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_macros::pyclass;

use crate::slot::Slot;

/// What every exception has.
#[pyclass(name = "BaseException", flags(BASETYPE, DICT, EXCEPTION_SUBCLASS))]
#[repr(C)]
pub struct BaseException {
    header: Header,
    /// `args`, a tuple.
    pub arguments: Slot,
    /// The newest traceback entry first; empty stands for None.
    pub traceback: Slot,
    pub context: Slot,
    pub cause: Slot,
    pub suppress_context: Cell<bool>,
}

impl BaseException {
    /// A new exception's fields.
    pub fn new(arguments: crate::owned::Owned) -> BaseException {
        BaseException {
            header: Header::new(pyrsc_abi::ShapeId::OBJECT),
            arguments: Slot::new(arguments),
            traceback: Slot::empty(),
            context: Slot::empty(),
            cause: Slot::empty(),
            suppress_context: Cell::new(false),
        }
    }
}

/// Defines exception classes: `Name(Base) { fields }`.
macro_rules! exceptions {
    ($($(#[$doc:meta])* $name:ident($base:ident) $({ $($field:ident: $ty:ty = $empty:expr),* })? ;)*) => {
        $(
            $(#[$doc])*
            #[pyclass(base = $base, flags(BASETYPE, DICT, EXCEPTION_SUBCLASS))]
            #[repr(C)]
            pub struct $name { pub base: $base, $($(pub $field: $ty),*)? }

            impl $name {
                /// A new exception's fields.
                pub fn new(arguments: crate::owned::Owned) -> $name {
                    $name { base: $base::new(arguments), $($($field: $empty),*)? }
                }
            }
        )*
        /// All exception classes but `BaseException`, bases first.
        pub fn exception_types() -> Vec<&'static crate::type_object::TypeObject> {
            use crate::type_object::Class;
            vec![$($name::type_object()),*]
        }
    };
}

exceptions! {
    /// Raised by `sys.exit`.
    SystemExit(BaseException) { code: Slot = Slot::empty() };
    KeyboardInterrupt(BaseException);
    GeneratorExit(BaseException);
    /// PEP 654.
    BaseExceptionGroup(BaseException) { message: Slot = Slot::empty(), exceptions: Slot = Slot::empty() };
    Exception(BaseException);
    StopIteration(Exception) { value: Slot = Slot::empty() };
    StopAsyncIteration(Exception);
    ArithmeticError(Exception);
    FloatingPointError(ArithmeticError);
    OverflowError(ArithmeticError);
    ZeroDivisionError(ArithmeticError);
    AssertionError(Exception);
    AttributeError(Exception) { name: Slot = Slot::empty(), object: Slot = Slot::empty() };
    BufferError(Exception);
    EOFError(Exception);
    ImportError(Exception) {
        message: Slot = Slot::empty(), name: Slot = Slot::empty(), path: Slot = Slot::empty(),
        name_from: Slot = Slot::empty()
    };
    ModuleNotFoundError(ImportError);
    LookupError(Exception);
    IndexError(LookupError);
    KeyError(LookupError);
    MemoryError(Exception);
    NameError(Exception) { name: Slot = Slot::empty() };
    UnboundLocalError(NameError);
    OSError(Exception) {
        errno: Slot = Slot::empty(), message: Slot = Slot::empty(), filename: Slot = Slot::empty(),
        second_filename: Slot = Slot::empty(), characters_written: Cell<i64> = Cell::new(-1)
    };
    BlockingIOError(OSError);
    ChildProcessError(OSError);
    ConnectionError(OSError);
    BrokenPipeError(ConnectionError);
    ConnectionAbortedError(ConnectionError);
    ConnectionRefusedError(ConnectionError);
    ConnectionResetError(ConnectionError);
    FileExistsError(OSError);
    FileNotFoundError(OSError);
    InterruptedError(OSError);
    IsADirectoryError(OSError);
    NotADirectoryError(OSError);
    PermissionError(OSError);
    ProcessLookupError(OSError);
    TimeoutError(OSError);
    ReferenceError(Exception);
    RuntimeError(Exception);
    NotImplementedError(RuntimeError);
    RecursionError(RuntimeError);
    PythonFinalizationError(RuntimeError);
    SyntaxError(Exception) {
        message: Slot = Slot::empty(), filename: Slot = Slot::empty(), line: Slot = Slot::empty(),
        offset: Slot = Slot::empty(), text: Slot = Slot::empty(), end_line: Slot = Slot::empty(),
        end_offset: Slot = Slot::empty(), print_file_and_line: Slot = Slot::empty(), metadata: Slot = Slot::empty()
    };
    IndentationError(SyntaxError);
    TabError(IndentationError);
    _IncompleteInputError(SyntaxError);
    SystemError(Exception);
    TypeError(Exception);
    ValueError(Exception);
    UnicodeError(ValueError);
    UnicodeDecodeError(UnicodeError) {
        encoding: Slot = Slot::empty(), object: Slot = Slot::empty(), start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0), reason: Slot = Slot::empty()
    };
    UnicodeEncodeError(UnicodeError) {
        encoding: Slot = Slot::empty(), object: Slot = Slot::empty(), start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0), reason: Slot = Slot::empty()
    };
    UnicodeTranslateError(UnicodeError) {
        encoding: Slot = Slot::empty(), object: Slot = Slot::empty(), start: Cell<isize> = Cell::new(0),
        end: Cell<isize> = Cell::new(0), reason: Slot = Slot::empty()
    };
    Warning(Exception);
    BytesWarning(Warning);
    DeprecationWarning(Warning);
    EncodingWarning(Warning);
    FutureWarning(Warning);
    ImportWarning(Warning);
    PendingDeprecationWarning(Warning);
    ResourceWarning(Warning);
    RuntimeWarning(Warning);
    SyntaxWarning(Warning);
    UnicodeWarning(Warning);
    UserWarning(Warning);
}

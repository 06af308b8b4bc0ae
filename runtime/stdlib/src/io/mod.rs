//! `_io`: streams, and `open`.
//!
//! - [`base`]: the abstract classes; [`file`]: a descriptor as a stream
//! - [`buffered`], [`pair`]: buffers over raw streams; [`bytes_io`], [`string_io`]: streams in memory
//! - [`text`]: text over bytes, with [`coding`] and [`newline`]
//! - [`standard`]: `sys.stdin`, `sys.stdout`, `sys.stderr`

pub mod base;
pub mod buffered;
pub mod bytes_io;
pub mod coding;
pub mod file;
pub mod newline;
pub mod pair;
pub mod standard;
pub mod string_io;
pub mod system;
pub mod text;

use std::cell::{Cell, RefCell};

use pyrsc_core::bytes::Bytes;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception::{self, OSError, ValueError};
use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::str::{Str, intern};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TYPE, TypeObject, name_of};
use pyrsc_core::{int, operations, type_error, value_error};
use pyrsc_macros::pymodule;

use base::call;

/// Bytes that a buffer holds unless told otherwise.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// Finds the contents of a source file that is in no file of its own; set by the interpreter.
pub static EMBEDDED_SOURCE: Static<Cell<Option<fn(&str) -> Option<Vec<u8>>>>> = Static::new(Cell::new(None));

static UNSUPPORTED_OPERATION: Static<RefCell<Option<Owned>>> = Static::new(RefCell::new(None));

/// The class `UnsupportedOperation`, which derives from OSError and ValueError; made at the first use.
pub fn unsupported_operation() -> Result {
    if let Some(class) = &*UNSUPPORTED_OPERATION.borrow() {
        return Ok(class.clone());
    }
    let namespace = Dict::new();
    namespace.set_str(&intern("__module__"), Str::new("io").object())?;
    let bases = Tuple::pair(OSError::type_object().to_owned(), ValueError::type_object().to_owned());
    let name = intern("UnsupportedOperation");
    let class = operations::call(TYPE.object(), &[name.object(), bases.object(), namespace.object()])?;
    pyrsc_core::collector::audit::keep(&class);
    *UNSUPPORTED_OPERATION.borrow_mut() = Some(class.clone());
    Ok(class)
}

/// Raises `UnsupportedOperation`.
#[cold]
pub fn unsupported(message: &str) -> Raised {
    match unsupported_operation() {
        Ok(class) => match class.downcast::<TypeObject>() {
            Some(class) => exception::raise_with_arguments(class, &[Str::new(message).into_owned()]),
            None => value_error!("{message}"),
        },
        Err(raised) => raised,
    }
}

/// What the letters of a mode say.
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(mode: &str) -> Result<Mode> {
        let has = |letter: char| mode.contains(letter);
        let repeated = mode
            .chars()
            .enumerate()
            .any(|(index, letter)| mode.chars().take(index).any(|other| other == letter));
        if repeated || mode.chars().any(|letter| !"axrwb+t".contains(letter)) {
            return Err(value_error!("invalid mode: '{}'", mode));
        }
        let mode = Mode {
            creating: has('x'),
            reading: has('r'),
            writing: has('w'),
            appending: has('a'),
            updating: has('+'),
            text: has('t'),
            binary: has('b'),
        };
        if mode.text && mode.binary {
            return Err(value_error!("can't have text and binary mode at once"));
        }
        let kinds = [mode.creating, mode.reading, mode.writing, mode.appending];
        if kinds.iter().filter(|&&kind| kind).count() != 1 {
            return Err(value_error!("must have exactly one of create/read/write/append mode"));
        }
        Ok(mode)
    }

    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters.iter().filter(|(present, _)| *present).map(|(_, letter)| *letter).collect()
    }
}

/// The arguments of `open` after the file.
struct OpenOptions<'a> {
    mode: String,
    buffering: i64,
    encoding: Option<&'a Object>,
    errors: Option<&'a Object>,
    newline: Option<&'a Object>,
    close_descriptor: bool,
    opener: Option<&'a Object>,
}

fn given(argument: Option<&Object>) -> bool {
    argument.is_some_and(|argument| !argument.is_none())
}

fn open_stream(file: &Object, options: OpenOptions<'_>) -> Result {
    let path = if pyrsc_core::slice::has_index(file) {
        file.to_owned()
    } else {
        crate::path_argument::fspath(file)?
    };
    let mode = Mode::parse(&options.mode)?;
    if mode.binary && given(options.encoding) {
        return Err(value_error!("binary mode doesn't take an encoding argument"));
    }
    if mode.binary && given(options.errors) {
        return Err(value_error!("binary mode doesn't take an errors argument"));
    }
    if mode.binary && given(options.newline) {
        return Err(value_error!("binary mode doesn't take a newline argument"));
    }
    let mut buffering = options.buffering;
    if mode.binary && buffering == 1 {
        pyrsc_core::warnings::warn(
            exception::RuntimeWarning::type_object(),
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
        )?;
    }
    let raw = operations::call(
        file::FileIo::type_object().object(),
        &[
            &path,
            Str::new(&mode.raw()).object(),
            &Owned::bool(options.close_descriptor),
            options.opener.unwrap_or(&Owned::none()),
        ],
    )?;
    let result = (|| {
        let is_terminal = buffering < 0 && operations::is_true(&*call(&raw, "isatty")?)?;
        let line_buffering = buffering == 1 || is_terminal;
        if buffering < 0 || buffering == 1 {
            let block = operations::get_attribute(&raw, &intern("_blksize"))?;
            buffering = int::index_i64(&block)?.clamp(DEFAULT_BUFFER_SIZE as i64, 8 << 20);
        }
        if buffering == 0 {
            return if mode.binary {
                Ok(raw.clone())
            } else {
                Err(value_error!("can't have unbuffered text I/O"))
            };
        }
        let class = if mode.updating {
            buffered::BufferedRandom::type_object()
        } else if mode.creating || mode.writing || mode.appending {
            buffered::BufferedWriter::type_object()
        } else {
            buffered::BufferedReader::type_object()
        };
        let buffer = buffered::open(class, &raw, buffering as usize)?;
        if mode.binary {
            return Ok(buffer);
        }
        let none = Owned::none();
        let wrapper = operations::call(
            text::TextIoWrapper::type_object().object(),
            &[
                &buffer,
                options.encoding.unwrap_or(&none),
                options.errors.unwrap_or(&none),
                options.newline.unwrap_or(&none),
                &Owned::bool(line_buffering),
            ],
        );
        let wrapper = match wrapper {
            Ok(wrapper) => wrapper,
            Err(raised) => {
                let error = exception::take();
                if call(&buffer, "close").is_err() {
                    exception::clear();
                }
                exception::restore(error);
                return Err(raised);
            }
        };
        operations::set_attribute(&wrapper, &intern("mode"), Str::new(&options.mode).object())?;
        Ok(wrapper)
    })();
    if result.is_err() {
        let error = exception::take();
        if call(&raw, "close").is_err() {
            exception::clear();
        }
        exception::restore(error);
    }
    result
}

#[pymodule(
    name = "_io",
    doc = "The io module provides the Python interfaces to stream handling.",
    types(
        base::IO_BASE,
        base::RAW_IO_BASE,
        base::BUFFERED_IO_BASE,
        base::TEXT_IO_BASE,
        file::FILE_IO,
        buffered::BUFFERED_READER,
        buffered::BUFFERED_WRITER,
        buffered::BUFFERED_RANDOM,
        pair::BUFFERED_RW_PAIR,
        bytes_io::BYTES_IO,
        string_io::STRING_IO,
        text::TEXT_IO_WRAPPER,
        newline::INCREMENTAL_NEWLINE_DECODER
    )
)]
pub mod module {
    use super::*;

    #[pyfunction(
        signature = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    pub fn open(
        file: &Object,
        mode: Option<&Str>,
        buffering: i64,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        closefd: bool,
        opener: Option<&Object>,
    ) -> Result {
        open_stream(
            file,
            OpenOptions {
                mode: mode.map_or("r".to_string(), |mode| mode.to_string_lossy().into_owned()),
                buffering,
                encoding,
                errors,
                newline,
                close_descriptor: closefd,
                opener,
            },
        )
    }

    #[pyfunction]
    fn open_code(path: &Object) -> Result {
        if !path.is_instance_of::<Str>() {
            return Err(type_error!("open_code() argument 'path' must be str, not {}", name_of(path)));
        }
        if let Some(source) = EMBEDDED_SOURCE
            .get()
            .and_then(|find| operations::str_string(path).ok().and_then(|path| find(&path)))
        {
            let class = <bytes_io::BytesIo as Class>::type_object();
            return operations::call(class.object(), &[Bytes::new(&source).object()]);
        }
        open_stream(
            path,
            OpenOptions {
                mode: "rb".to_string(),
                buffering: -1,
                encoding: None,
                errors: None,
                newline: None,
                close_descriptor: true,
                opener: None,
            },
        )
    }

    #[pyfunction(signature = "(encoding, stacklevel=2, /)")]
    fn text_encoding(encoding: &Object, stacklevel: i64) -> Result {
        let _ = stacklevel;
        if encoding.is_none() { Ok(intern("locale").into_owned()) } else { Ok(encoding.to_owned()) }
    }

    #[attribute(name = "DEFAULT_BUFFER_SIZE")]
    fn default_buffer_size() -> Result {
        Ok(int::from_i64(DEFAULT_BUFFER_SIZE as i64))
    }

    #[attribute(name = "UnsupportedOperation")]
    fn unsupported_operation_class() -> Result {
        unsupported_operation()
    }

    #[attribute(name = "BlockingIOError")]
    fn blocking_io_error() -> Result {
        Ok(exception::BlockingIOError::type_object().to_owned())
    }
}

/// The function `open`, which `builtins` has too.
pub fn open_function() -> &'static pyrsc_core::spec::FunctionSpec {
    MODULE
        .members
        .iter()
        .find_map(|member| match member {
            pyrsc_core::spec::ModuleMember::Function(function) if function.name == "open" => Some(*function),
            _ => None,
        })
        .expect("the module has the function")
}

/// The types of the module with their methods, bases first.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &base::IO_BASE, methods: &[&base::BASE_METHODS] },
    BuiltinType { ty: &base::RAW_IO_BASE, methods: &[&base::RAW_METHODS] },
    BuiltinType { ty: &base::BUFFERED_IO_BASE, methods: &[&base::BUFFERED_METHODS] },
    BuiltinType { ty: &base::TEXT_IO_BASE, methods: &[&base::TEXT_METHODS] },
    BuiltinType { ty: &file::FILE_IO, methods: &[&file::METHODS] },
    BuiltinType {
        ty: &buffered::BUFFERED_READER,
        methods: &[&buffered::READER_COMMON, &buffered::READER_METHODS],
    },
    BuiltinType {
        ty: &buffered::BUFFERED_WRITER,
        methods: &[&buffered::WRITER_COMMON, &buffered::WRITER_METHODS],
    },
    BuiltinType {
        ty: &buffered::BUFFERED_RANDOM,
        methods: &[&buffered::RANDOM_COMMON, &buffered::RANDOM_READING, &buffered::RANDOM_WRITING],
    },
    BuiltinType { ty: &pair::BUFFERED_RW_PAIR, methods: &[&pair::METHODS] },
    BuiltinType { ty: &bytes_io::BYTES_IO, methods: &[&bytes_io::METHODS] },
    BuiltinType { ty: &bytes_io::BYTES_IO_BUFFER, methods: &[] },
    BuiltinType { ty: &string_io::STRING_IO, methods: &[&string_io::METHODS] },
    BuiltinType { ty: &text::TEXT_IO_WRAPPER, methods: &[&text::METHODS] },
    BuiltinType { ty: &newline::INCREMENTAL_NEWLINE_DECODER, methods: &[&newline::METHODS] },
];

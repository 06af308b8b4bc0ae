//! `zlib`: compression by deflate. Preset dictionaries are not supported, and say so.
//!
//! [`stream`] reads and writes the formats.

pub mod stream;

use std::cell::{Cell, RefCell};

use flate2::FlushCompress;
use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::Plain;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Raised, Ref, Result};
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{
    buffer, exception, int, memory, not_implemented_error, operations, type_error, value_error,
};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use crate::binascii::{crc32, low_bits};
use crate::exception_class::ExceptionClass;
use stream::{Container, Deflater, Inflater, StreamError, adler32};

static ERROR: ExceptionClass =
    ExceptionClass::new("zlib", "error", || Ok(exception::Exception::type_object().to_owned()));

/// The window that `wbits` means by default.
const MAX_WBITS: i64 = 15;
const DEF_BUF_SIZE: i64 = 16 * 1024;

fn stream_error(error: StreamError) -> Raised {
    ERROR.raise(error.text())
}

/// A level as an argument: -1 is the default, 6.
fn level(level: i64) -> Option<u32> {
    match level {
        -1 => Some(6),
        0..=9 => Some(level as u32),
        _ => None,
    }
}

fn no_dictionary(dictionary: Option<&Object>) -> Result<()> {
    match dictionary.filter(|dictionary| !dictionary.is_none()) {
        Some(_) => Err(not_implemented_error!("zlib: preset dictionaries are not supported")),
        None => Ok(()),
    }
}

#[pyclass(name = "Compress", module = "zlib", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Compress {
    header: Header,
    stream: RefCell<Plain<Deflater>>,
}

#[pyclass(name = "Decompress", module = "zlib", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Decompress {
    header: Header,
    stream: RefCell<Plain<Inflater>>,
    unused_data: RefCell<Vec<u8>>,
    unconsumed_tail: RefCell<Vec<u8>>,
    eof: Cell<bool>,
}

#[pymethods(Compress)]
mod compress_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(type_error!("cannot create '{}' instances", class.full_name()))
    }

    #[pymethod(
        doc = "Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n\nAfter calling this function, some of the input data may still\nbe stored in internal buffers for later processing.\nCall the flush() method to clear these buffers."
    )]
    fn compress(this: &Compress, data: &Object) -> Result<Ref<Bytes>> {
        let data = buffer::acquire(data)?.to_vec();
        let mut stream = this.stream.borrow_mut();
        if stream.is_finished() {
            return Err(ERROR.raise("Error -2 while compressing data: inconsistent stream state"));
        }
        match stream.write(&data, FlushCompress::None) {
            Some(out) => Ok(Bytes::new(&out)),
            None => Err(ERROR.raise("Error -2 while compressing data: inconsistent stream state")),
        }
    }

    #[pymethod(
        doc = "Return a bytes object containing any remaining compressed data.\n\n  mode\n    One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.\n    If mode == Z_FINISH, the compressor object can no longer be\n    used after calling the flush() method.  Otherwise, more data\n    can still be compressed."
    )]
    fn flush(this: &Compress, mode: Option<i64>) -> Result<Ref<Bytes>> {
        let mode = match mode.unwrap_or(4) {
            0 => return Ok(Bytes::empty()),
            1 | 5 => FlushCompress::Partial,
            2 => FlushCompress::Sync,
            3 => FlushCompress::Full,
            4 => FlushCompress::Finish,
            _ => return Err(ERROR.raise("Error -2 while flushing: inconsistent stream state")),
        };
        let mut stream = this.stream.borrow_mut();
        if !stream.is_finished()
            && let Some(out) = stream.write(&[], mode)
        {
            return Ok(Bytes::new(&out));
        }
        Err(ERROR.raise("Error -2 while flushing: inconsistent stream state"))
    }
}

impl Decompress {
    /// Reads on with at most so many bytes of output.
    fn read(&self, data: &[u8], limit: Option<usize>) -> Result<Ref<Bytes>> {
        let mut stream = self.stream.borrow_mut();
        let (out, used) = stream.read(data, limit).map_err(stream_error)?;
        let rest = &data[used..];
        let mut tail = self.unconsumed_tail.borrow_mut();
        tail.clear();
        if stream.is_done() {
            self.unused_data.borrow_mut().extend_from_slice(rest);
            self.eof.set(true);
        } else {
            tail.extend_from_slice(rest);
        }
        Ok(Bytes::new(&out))
    }
}

#[pymethods(Decompress)]
mod decompress_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(type_error!("cannot create '{}' instances", class.full_name()))
    }

    #[pymethod(
        signature = "(self, data, /, max_length=0)",
        doc = "Return a bytes object containing the decompressed version of the data.\n\n  data\n    The binary data to decompress.\n  max_length\n    The maximum allowable length of the decompressed data.\n    Unconsumed input data will be stored in\n    the unconsumed_tail attribute.\n\nAfter calling this function, some of the input data may still be stored in\ninternal buffers for later processing.\nCall the flush() method to clear these buffers."
    )]
    fn decompress(this: &Decompress, data: &Object, max_length: i64) -> Result<Ref<Bytes>> {
        let Ok(limit) = usize::try_from(max_length) else {
            return Err(value_error!("max_length must be non-negative"));
        };
        let data = buffer::acquire(data)?.to_vec();
        this.read(&data, Some(limit).filter(|limit| *limit > 0))
    }

    #[pymethod(
        doc = "Return a bytes object containing any remaining decompressed data.\n\n  length\n    the initial size of the output buffer."
    )]
    fn flush(this: &Decompress, length: Option<i64>) -> Result<Ref<Bytes>> {
        if length.unwrap_or(DEF_BUF_SIZE) <= 0 {
            return Err(value_error!("length must be greater than zero"));
        }
        let tail = std::mem::take(&mut *this.unconsumed_tail.borrow_mut());
        this.read(&tail, None)
    }

    #[getter]
    fn unused_data(this: &Decompress) -> Ref<Bytes> {
        Bytes::new(&this.unused_data.borrow())
    }

    #[getter]
    fn unconsumed_tail(this: &Decompress) -> Ref<Bytes> {
        Bytes::new(&this.unconsumed_tail.borrow())
    }

    #[getter]
    fn eof(this: &Decompress) -> bool {
        this.eof.get()
    }
}

fn invalid_option() -> Raised {
    value_error!("Invalid initialization option")
}

#[pymodule(
    name = "zlib",
    doc = "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip."
)]
mod module {
    use super::*;

    #[init]
    fn init(module: &Object) -> Result<()> {
        let constants = [
            ("MAX_WBITS", MAX_WBITS),
            ("DEFLATED", 8),
            ("DEF_MEM_LEVEL", 8),
            ("DEF_BUF_SIZE", DEF_BUF_SIZE),
            ("Z_BEST_COMPRESSION", 9),
            ("Z_BEST_SPEED", 1),
            ("Z_DEFAULT_COMPRESSION", -1),
            ("Z_NO_COMPRESSION", 0),
            ("Z_DEFAULT_STRATEGY", 0),
            ("Z_FILTERED", 1),
            ("Z_HUFFMAN_ONLY", 2),
            ("Z_RLE", 3),
            ("Z_FIXED", 4),
            ("Z_NO_FLUSH", 0),
            ("Z_PARTIAL_FLUSH", 1),
            ("Z_SYNC_FLUSH", 2),
            ("Z_FULL_FLUSH", 3),
            ("Z_FINISH", 4),
            ("Z_BLOCK", 5),
            ("Z_TREES", 6),
        ];
        for (name, value) in constants {
            operations::set_attribute(module, &pyrsc_core::str::intern(name), &int::from_i64(value))?;
        }
        Ok(())
    }

    #[attribute(name = "error")]
    fn error_class() -> Result {
        ERROR.get()
    }

    #[attribute(name = "ZLIB_VERSION")]
    fn zlib_version() -> &'static str {
        "1.3.1"
    }

    #[attribute(name = "ZLIB_RUNTIME_VERSION")]
    fn zlib_runtime_version() -> &'static str {
        "1.3.1"
    }

    #[pyfunction(
        signature = "(data, /, level=-1, wbits=15)",
        doc = "Returns a bytes object containing compressed data.\n\n  data\n    Binary data to be compressed.\n  level\n    Compression level, in 0-9 or -1.\n  wbits\n    The window buffer size and container format."
    )]
    fn compress(data: &Object, level: i64, wbits: i64) -> Result<Ref<Bytes>> {
        let data = buffer::acquire(data)?.to_vec();
        let Some(level) = super::level(level) else { return Err(ERROR.raise("Bad compression level")) };
        let Some(container) = Container::from_window_bits(wbits, false) else { return Err(invalid_option()) };
        let out =
            pyrsc_core::gil::without(|| Deflater::new(level, container).write(&data, FlushCompress::Finish));
        match out {
            Some(out) => Ok(Bytes::new(&out)),
            None => Err(ERROR.raise("Error -2 while compressing data: inconsistent stream state")),
        }
    }

    #[pyfunction(
        signature = "(data, /, wbits=15, bufsize=16384)",
        doc = "Returns a bytes object containing the uncompressed data.\n\n  data\n    Compressed data.\n  wbits\n    The window buffer size and container format.\n  bufsize\n    The initial output buffer size."
    )]
    fn decompress(data: &Object, wbits: i64, bufsize: i64) -> Result<Ref<Bytes>> {
        if bufsize < 0 {
            return Err(value_error!("bufsize must be non-negative"));
        }
        let data = buffer::acquire(data)?.to_vec();
        let Some(container) = Container::from_window_bits(wbits, true) else { return Err(invalid_option()) };
        let mut inflater = Inflater::new(container);
        let result = pyrsc_core::gil::without(|| inflater.read(&data, None));
        let (out, _) = result.map_err(stream_error)?;
        if !inflater.is_done() {
            return Err(ERROR.raise("Error -5 while decompressing data: incomplete or truncated stream"));
        }
        Ok(Bytes::new(&out))
    }

    #[pyfunction(
        signature = "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
        doc = "Return a compressor object.\n\n  level\n    The compression level (an integer in the range 0-9 or -1; default is\n    currently equivalent to 6).  Higher compression levels are slower,\n    but produce smaller results.\n  method\n    The compression algorithm.  If given, this must be DEFLATED.\n  wbits\n    +9 to +15: The base-two logarithm of the window size.  Include a zlib\n        container.\n    -9 to -15: Generate a raw stream.\n    +25 to +31: Include a gzip container.\n  memLevel\n    Controls the amount of memory used for internal compression state.\n    Valid values range from 1 to 9.  Higher values result in higher memory\n    usage, faster compression, and smaller output.\n  strategy\n    Used to tune the compression algorithm.  Possible values are\n    Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.\n  zdict\n    The predefined compression dictionary - a sequence of bytes\n    containing subsequences that are likely to occur in the input data."
    )]
    fn compressobj(
        level: i64,
        method: i64,
        wbits: i64,
        mem_level: i64,
        strategy: i64,
        zdict: Option<&Object>,
    ) -> Result<Ref<Compress>> {
        no_dictionary(zdict)?;
        let (Some(level), Some(container)) = (super::level(level), Container::from_window_bits(wbits, false))
        else {
            return Err(invalid_option());
        };
        if method != 8 || !(1..=9).contains(&mem_level) || !(0..=4).contains(&strategy) {
            return Err(invalid_option());
        }
        let stream = RefCell::new(Plain(Deflater::new(level, container)));
        Ok(memory::allocate(Compress::type_object(), Compress { header: Header::unset(), stream }))
    }

    #[pyfunction(
        signature = "(wbits=15, zdict=None)",
        doc = "Return a decompressor object.\n\n  wbits\n    The window buffer size and container format.\n  zdict\n    The predefined compression dictionary.  This must be the same\n    dictionary as used by the compressor that produced the input data."
    )]
    fn decompressobj(wbits: i64, zdict: Option<&Object>) -> Result<Ref<Decompress>> {
        no_dictionary(zdict)?;
        let Some(container) = Container::from_window_bits(wbits, true) else { return Err(invalid_option()) };
        let contents = Decompress {
            header: Header::unset(),
            stream: RefCell::new(Plain(Inflater::new(container))),
            unused_data: RefCell::default(),
            unconsumed_tail: RefCell::default(),
            eof: Cell::new(false),
        };
        Ok(memory::allocate(Decompress::type_object(), contents))
    }

    #[pyfunction(
        name = "crc32",
        signature = "(data, value=0, /)",
        doc = "Compute a CRC-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer."
    )]
    fn crc32_of(data: &Object, value: Option<&Object>) -> Result<u32> {
        let before = value.map_or(Ok(0), low_bits)?;
        Ok(crc32(buffer::acquire(data)?.as_slice(), before))
    }

    #[pyfunction(
        name = "adler32",
        signature = "(data, value=1, /)",
        doc = "Compute an Adler-32 checksum of data.\n\n  value\n    Starting value of the checksum.\n\nThe returned checksum is an integer."
    )]
    fn adler32_of(data: &Object, value: Option<&Object>) -> Result<u32> {
        let before = value.map_or(Ok(1), low_bits)?;
        Ok(adler32(buffer::acquire(data)?.as_slice(), before))
    }
}

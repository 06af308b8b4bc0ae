//! `TextIOWrapper`: text over a buffered stream of bytes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::{Traverse, Visitor};
use pyrsc_core::exception;
use pyrsc_core::int::{self, View};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{Str, StrBuilder, intern};
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{memory, operations, recursion, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::base::{TextIoBase, call, is_closed, size_argument};
use super::buffered::{self, BufferedWriter};
use super::coding::{Decoder, Encoder, State, check_encoding};
use super::newline::{LineMode, Newlines, line_end};
use super::unsupported;

/// Bytes that are read, or kept before they are written, at a time.
const CHUNK_SIZE: usize = 8192;

/// See the module's documentation.
#[pyclass(name = "TextIOWrapper", module = "_io", base = crate::io::base::TEXT_IO_BASE, flags(BASETYPE, DICT, WEAKREF), doc = "Character and line based layer over a BufferedIOBase object, buffer.")]
#[repr(C)]
pub struct TextIoWrapper {
    base: TextIoBase,
    /// Empty before initialisation and after `detach`.
    buffer: Slot,
    detached: Cell<bool>,
    encoding: RefCell<String>,
    errors: RefCell<String>,
    /// The argument `newline`.
    newline: RefCell<Option<String>>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    chunk_size: Cell<usize>,
    seekable: Cell<bool>,
    /// Whether `tell` works: not while the stream is iterated over.
    telling: Cell<bool>,
    coders: Coders,
    /// Encoded text that waits.
    waiting: RefCell<Vec<u8>>,
    /// Decoded text, and how much of it has been handed out.
    decoded: Slot,
    used: Cell<usize>,
    /// The decoder's flags before the last chunk, and the bytes that it was given since.
    snapshot: RefCell<Option<(u64, Vec<u8>)>>,
    /// `close` is running.
    closing: Cell<bool>,
}

/// Made when they are first needed.
struct Coders {
    encoder: RefCell<Option<Encoder>>,
    decoder: RefCell<Option<Rc<Decoder>>>,
}

// SAFETY: visits the references that the coders own; a decoder is shared only while a method runs.
unsafe impl Traverse for Coders {
    const HOLDS: bool = true;

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(Encoder::Object(encoder)) = &*self.encoder.borrow() {
            visitor.visit(encoder.value());
        }
        if let Some(decoder) = self.decoder.borrow().as_ref().and_then(|decoder| decoder.object()) {
            visitor.visit(decoder.value());
        }
    }

    fn break_cycles(&self) {
        let coders = (self.encoder.take(), self.decoder.take());
        drop(coders);
    }
}

/// ValueError for what is no newline argument.
pub fn check_newline(newline: Option<&str>) -> Result<()> {
    match newline {
        None | Some("" | "\n" | "\r" | "\r\n") => Ok(()),
        Some(newline) => {
            Err(value_error!("illegal newline value: {}", Str::new(newline).repr().to_string_lossy()))
        }
    }
}

/// A position of a text stream that needs more than the underlying stream's position (`textio.c`, `cookie_type`).
#[derive(Default)]
struct Cookie {
    start: u64,
    flags: u32,
    bytes_to_feed: u32,
    chars_to_skip: u32,
    need_end: bool,
}

impl Cookie {
    fn build(&self) -> Result {
        int::from_sign_and_limbs(
            false,
            &[
                self.start,
                u64::from(self.flags) | u64::from(self.bytes_to_feed) << 32,
                u64::from(self.chars_to_skip) | u64::from(self.need_end) << 32,
            ],
        )
    }

    fn parse(number: &Object) -> Result<Cookie> {
        let view = View::of(number).ok_or_else(|| type_error!("an integer is required"))?;
        if view.is_negative() {
            return Err(value_error!("negative seek position {}", operations::repr_string(number)?));
        }
        let parts = view.parts();
        let limbs = parts.limbs();
        let limb = |index: usize| limbs.get(index).copied().unwrap_or(0);
        Ok(Cookie {
            start: limb(0),
            flags: limb(1) as u32,
            bytes_to_feed: (limb(1) >> 32) as u32,
            chars_to_skip: limb(2) as u32,
            need_end: limb(2) >> 32 != 0,
        })
    }
}

impl TextIoWrapper {
    fn new_parts() -> TextIoWrapper {
        TextIoWrapper {
            base: TextIoBase::new(),
            buffer: Slot::empty(),
            detached: Cell::new(false),
            encoding: RefCell::new(String::new()),
            errors: RefCell::new(String::new()),
            newline: RefCell::new(None),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            chunk_size: Cell::new(CHUNK_SIZE),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            coders: Coders { encoder: RefCell::new(None), decoder: RefCell::new(None) },
            waiting: RefCell::new(Vec::new()),
            decoded: Slot::empty(),
            used: Cell::new(0),
            snapshot: RefCell::new(None),
            closing: Cell::new(false),
        }
    }

    /// A stream for the standard streams: the buffer is known to be open and not to seek.
    pub fn standard(
        buffer: Owned,
        encoding: &str,
        errors: &str,
        line_buffering: bool,
        write_through: bool,
    ) -> Ref<TextIoWrapper> {
        let parts = TextIoWrapper::new_parts();
        *parts.encoding.borrow_mut() = encoding.to_string();
        *parts.errors.borrow_mut() = errors.to_string();
        *parts.newline.borrow_mut() = Some("\n".to_string());
        parts.line_buffering.set(line_buffering);
        parts.write_through.set(write_through);
        parts.buffer.set(Some(buffer));
        memory::allocate(TextIoWrapper::type_object(), parts)
    }

    /// Makes a stream for reading translate newlines.
    pub fn set_universal_newlines(&self) {
        *self.newline.borrow_mut() = None;
    }

    fn buffer(&self) -> Result {
        match self.buffer.get() {
            Some(buffer) => Ok(buffer),
            None if self.detached.get() => Err(value_error!("underlying buffer has been detached")),
            None => Err(value_error!("I/O operation on uninitialized object")),
        }
    }

    fn open_buffer(&self) -> Result {
        let buffer = self.buffer()?;
        let closed = match buffer.downcast_exact::<BufferedWriter>() {
            Some(_) => operations::get_attribute(&*buffers_raw(&buffer)?, &intern("closed"))
                .and_then(|closed| operations::is_true(&closed))?,
            None => is_closed(&buffer)?,
        };
        if closed { Err(super::base::closed_error()) } else { Ok(buffer) }
    }

    fn decoder(&self) -> Result<Rc<Decoder>> {
        if let Some(decoder) = self.coders.decoder.borrow().as_ref() {
            return Ok(decoder.clone());
        }
        if !operations::is_true(&*call(&*self.buffer()?, "readable")?)? {
            return Err(unsupported("not readable"));
        }
        let newlines = match self.newline.borrow().as_deref() {
            None => Some(Newlines::new(true)),
            Some("") => Some(Newlines::new(false)),
            Some(_) => None,
        };
        let decoder =
            Rc::new(Decoder::new(&self.encoding.borrow().clone(), &self.errors.borrow().clone(), newlines)?);
        *self.coders.decoder.borrow_mut() = Some(decoder.clone());
        Ok(decoder)
    }

    fn encoder(&self) -> Result<Encoder> {
        if let Some(encoder) = self.coders.encoder.borrow().as_ref() {
            return Ok(encoder.clone());
        }
        let buffer = self.buffer()?;
        if buffer.downcast_exact::<BufferedWriter>().is_none()
            && !operations::is_true(&*call(&buffer, "writable")?)?
        {
            return Err(unsupported("not writable"));
        }
        let encoder = Encoder::new(&self.encoding.borrow().clone(), &self.errors.borrow().clone())?;
        if let (Encoder::Object(_), true) = (&encoder, self.seekable.get()) {
            let position = call(&buffer, "tell")?;
            if int::to_i64(&position) != Some(0) {
                encoder.set_start(false)?;
            }
        }
        *self.coders.encoder.borrow_mut() = Some(encoder.clone());
        Ok(encoder)
    }

    fn set_decoded(&self, text: Option<Owned>) {
        self.used.set(0);
        self.decoded.set(text);
    }

    fn decoded(&self) -> Option<Ref<Str>> {
        self.decoded.get().and_then(|text| text.into_ref::<Str>().ok())
    }

    /// Text that has been decoded and not been handed out, up to `count` characters; counts it as handed out.
    fn take_decoded(&self, count: usize) -> Ref<Str> {
        let Some(decoded) = self.decoded() else { return Str::empty() };
        let start = self.used.get();
        let end = decoded.len().min(start.saturating_add(count));
        self.used.set(end);
        decoded.substring(start, end)
    }

    /// Hands encoded text to the buffer.
    fn write_out(&self, buffer: &Object) -> Result<()> {
        let waiting = self.waiting.take();
        if waiting.is_empty() {
            return Ok(());
        }
        if buffer.downcast_exact::<BufferedWriter>().is_some() {
            buffered::parts(buffer).write(&waiting)?;
            let mut kept = self.waiting.borrow_mut();
            if kept.is_empty() {
                *kept = waiting;
                // `clear` would be that of `Traverse`, which leaves plain bytes alone.
                kept.truncate(0);
            }
            return Ok(());
        }
        operations::call_method(buffer, "write", &[Bytes::new(&waiting).object()]).map(drop)
    }

    fn flush_buffer(&self, buffer: &Object) -> Result<()> {
        match buffer.downcast_exact::<BufferedWriter>() {
            Some(_) => buffered::parts(buffer).flush(),
            None => call(buffer, "flush").map(drop),
        }
    }

    /// `write(text)`
    pub fn write(&self, text: &Str) -> Result<usize> {
        let buffer = self.open_buffer()?;
        let encoder = self.encoder()?;
        let length = text.len();
        let units = text.units();
        let has_newline = units.find_code(10).is_some();
        let flush = self.line_buffering.get() && (has_newline || units.find_code(13).is_some());
        let translated: Ref<Str>;
        let mut text = text;
        if has_newline {
            let newline = self.newline.borrow().clone();
            if let Some(newline @ ("\r" | "\r\n")) = newline.as_deref() {
                let mut out = StrBuilder::with_capacity(length + 16);
                for code in text.code_points() {
                    if code == 10 { out.push_str(newline) } else { out.push(code) }
                }
                translated = out.finish();
                text = &translated;
            }
        }
        let mut bytes = Vec::new();
        let known = matches!(encoder, Encoder::Known(_)) && text.is_ascii();
        if known {
            // The common case needs no copy in between.
            self.waiting.borrow_mut().extend_from_slice(text.units().as_bytes());
        } else {
            encoder.encode(text, &self.errors.borrow().clone(), &mut bytes)?;
            self.waiting.borrow_mut().extend_from_slice(&bytes);
        }
        let full = self.waiting.borrow().len() > self.chunk_size.get();
        if full || flush || self.write_through.get() {
            self.write_out(&buffer)?;
        }
        if flush || self.write_through.get() && self.line_buffering.get() {
            self.flush_buffer(&buffer)?;
        }
        if self.decoded.borrow().is_some() || self.snapshot.borrow().is_some() {
            self.set_decoded(None);
            *self.snapshot.borrow_mut() = None;
            let decoder = self.coders.decoder.borrow().clone();
            if let Some(decoder) = decoder {
                decoder.reset()?;
            }
        }
        Ok(length)
    }

    /// `flush()`
    pub fn flush(&self) -> Result<()> {
        let buffer = self.open_buffer()?;
        self.telling.set(self.seekable.get());
        self.write_out(&buffer)?;
        self.flush_buffer(&buffer)
    }

    /// Reads and decodes one chunk; false at the end.
    fn read_chunk(&self, hint: usize) -> Result<bool> {
        let decoder = self.decoder()?;
        let buffer = self.buffer()?;
        let before = if self.telling.get() { Some(decoder.state()?) } else { None };
        let size = int::from_i64(self.chunk_size.get().max(hint) as i64);
        let input = match operations::call_method(&buffer, "read1", &[&size]) {
            Err(_) if exception::catch::<exception::AttributeError>() => {
                operations::call_method(&buffer, "read", &[&size])?
            }
            input => input?,
        };
        let Ok(input) = pyrsc_core::buffer::acquire(&input) else {
            exception::clear();
            return Err(type_error!(
                "underlying read1() should have returned a bytes-like object, not '{}'",
                name_of(&input)
            ));
        };
        let input = input.to_vec();
        let at_end = input.is_empty();
        let text = decoder.decode(&input, at_end)?;
        let got = !text.is_empty();
        self.set_decoded(Some(text.into_owned()));
        if let Some(State { mut pending, flags }) = before {
            pending.extend_from_slice(&input);
            *self.snapshot.borrow_mut() = Some((flags, pending));
        }
        Ok(!at_end || got)
    }

    fn line_mode<'a>(&self, newline: &'a Option<String>) -> LineMode<'a> {
        match newline.as_deref() {
            None => LineMode::Translated,
            Some("") => LineMode::Universal,
            Some(newline) => LineMode::Given(newline),
        }
    }

    /// A line, or as much of it as `limit` allows.
    fn read_line(&self, limit: Option<usize>) -> Result<Ref<Str>> {
        let buffer = self.open_buffer()?;
        self.write_out(&buffer)?;
        let newline = self.newline.borrow().clone();
        let mode = self.line_mode(&newline);
        let limit = limit.unwrap_or(usize::MAX);
        // The common case: a line within what has been decoded.
        if let Some(decoded) = self.decoded() {
            let start = self.used.get();
            if let Some(end) = line_end(decoded.units(), start, mode) {
                let end = end.min(start.saturating_add(limit));
                // At the end of a chunk, a carriage return may be half of a newline.
                let whole = end < decoded.len() || !matches!(mode, LineMode::Universal);
                if whole || end - start >= limit || decoded.at(end - 1) == 10 {
                    self.used.set(end);
                    return Ok(decoded.substring(start, end));
                }
            }
        }
        let mut line = StrBuilder::new();
        line.push_object(&self.take_decoded(limit));
        loop {
            let units = line.units();
            if let Some(end) = line_end(units, 0, mode) {
                if end < units.len()
                    || units.at(end - 1) == 10
                    || !matches!(mode, LineMode::Universal)
                    || end >= limit
                {
                    return Ok(self.give_back(line, end.min(limit)));
                }
            }
            if line.len() >= limit {
                return Ok(self.give_back(line, limit));
            }
            let held = line.len();
            let mut more = self.read_chunk(0)?;
            while more && self.decoded().is_none_or(|decoded| decoded.is_empty()) {
                more = self.read_chunk(0)?;
            }
            if !more {
                self.set_decoded(None);
                *self.snapshot.borrow_mut() = None;
                return Ok(line.finish());
            }
            let Some(decoded) = self.decoded() else { return Ok(line.finish()) };
            line.push_object(&decoded);
            self.used.set(decoded.len());
            let _ = held;
        }
    }

    /// A line's first `end` characters; those after it, which come from the last chunk, are handed out again.
    fn give_back(&self, line: StrBuilder, end: usize) -> Ref<Str> {
        let extra = line.len() - end;
        self.used.set(self.used.get() - extra);
        Str::from_units(line.units().slice(0, end))
    }

    fn read_all(&self) -> Result<Ref<Str>> {
        let buffer = self.open_buffer()?;
        let decoder = self.decoder()?;
        self.write_out(&buffer)?;
        let bytes = call(&buffer, "read")?;
        if bytes.is_none() {
            return Err(pyrsc_core::raise!(exception::BlockingIOError, "Read returned None."));
        }
        let Ok(input) = pyrsc_core::buffer::acquire(&bytes) else {
            exception::clear();
            return Err(type_error!(
                "underlying read() should have returned a bytes-like object, not '{}'",
                name_of(&bytes)
            ));
        };
        let text = decoder.decode(&input.to_vec(), true)?;
        let before = self.take_decoded(usize::MAX);
        if self.snapshot.borrow().is_some() {
            self.set_decoded(None);
            *self.snapshot.borrow_mut() = None;
        }
        Str::concat(&before, &text)
    }

    fn read(&self, count: usize) -> Result<Ref<Str>> {
        let buffer = self.open_buffer()?;
        self.decoder()?;
        self.write_out(&buffer)?;
        let first = self.take_decoded(count);
        if first.len() == count {
            return Ok(first);
        }
        let mut out = StrBuilder::new();
        out.push_object(&first);
        while out.len() < count {
            if !self.read_chunk(count - out.len())? {
                break;
            }
            out.push_object(&self.take_decoded(count - out.len()));
        }
        Ok(out.finish())
    }

    fn tell(&self) -> Result {
        let buffer = self.open_buffer()?;
        if !self.seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(pyrsc_core::raise!(exception::OSError, "telling position disabled by next() call"));
        }
        self.write_out(&buffer)?;
        self.flush_buffer(&buffer)?;
        let position = call(&buffer, "tell")?;
        let decoder = self.coders.decoder.borrow().clone();
        let snapshot = self.snapshot.borrow().clone();
        let (Some(decoder), Some((flags, input))) = (decoder, snapshot) else { return Ok(position) };
        let start = (int::index_i64(&position)? - input.len() as i64).max(0) as u64;
        let mut cookie = Cookie { start, flags: flags as u32, ..Cookie::default() };
        let used = self.used.get();
        if used == 0 || self.decoded().is_none() {
            return cookie.build();
        }
        // Feed the chunk again, byte by byte, and remember the last place where the decoder held nothing back.
        let saved = decoder.state()?;
        let result = (|| {
            decoder.set_state(&State { pending: Vec::new(), flags })?;
            let (mut characters, mut fed) = (0, 0);
            let (mut safe_bytes, mut safe_characters, mut safe_flags) = (0, 0, flags);
            while characters < used && fed < input.len() {
                characters += decoder.decode(&input[fed..fed + 1], false)?.len();
                fed += 1;
                let state = decoder.state()?;
                if state.pending.is_empty() && characters <= used {
                    (safe_bytes, safe_characters, safe_flags) = (fed, characters, state.flags);
                }
            }
            let mut need_end = false;
            if characters < used {
                characters += decoder.decode(&[], true)?.len();
                need_end = true;
                if characters < used {
                    return Err(pyrsc_core::raise!(
                        exception::OSError,
                        "can't reconstruct logical file position"
                    ));
                }
            }
            cookie.start += safe_bytes as u64;
            cookie.flags = safe_flags as u32;
            if safe_characters < used {
                cookie.bytes_to_feed = (fed - safe_bytes) as u32;
                cookie.chars_to_skip = (used - safe_characters) as u32;
                cookie.need_end = need_end;
            }
            cookie.build()
        })();
        decoder.set_state(&saved)?;
        result
    }

    fn seek(&self, this: &Object, target: &Object, whence: i64) -> Result {
        let buffer = self.open_buffer()?;
        if !self.seekable.get() {
            return Err(unsupported("underlying stream is not seekable"));
        }
        let is_zero = int::to_i64(target) == Some(0);
        let mut target = target.to_owned();
        match whence {
            0 => {}
            1 if !is_zero => return Err(unsupported("can't do nonzero cur-relative seeks")),
            1 => target = call(this, "tell")?,
            2 if !is_zero => return Err(unsupported("can't do nonzero end-relative seeks")),
            2 => {
                call(this, "flush")?;
                self.set_decoded(None);
                *self.snapshot.borrow_mut() = None;
                self.reset_decoder()?;
                let position =
                    operations::call_method(&buffer, "seek", &[&Owned::small_int(0), &Owned::small_int(2)])?;
                self.restart_encoder(int::to_i64(&position) == Some(0))?;
                return Ok(position);
            }
            _ => return Err(value_error!("invalid whence ({whence}, should be 0, 1 or 2)")),
        }
        let cookie = Cookie::parse(&*int::index(&target)?)?;
        call(this, "flush")?;
        operations::call_method(&buffer, "seek", &[&int::from_u64(cookie.start)])?;
        self.set_decoded(None);
        *self.snapshot.borrow_mut() = None;
        let at_start = cookie.start == 0 && cookie.flags == 0;
        let decoder = self.coders.decoder.borrow().clone();
        if let Some(decoder) = &decoder {
            if at_start {
                decoder.reset()?;
            } else {
                decoder.set_state(&State { pending: Vec::new(), flags: u64::from(cookie.flags) })?;
            }
        }
        if cookie.chars_to_skip > 0 {
            let decoder = self.decoder()?;
            decoder.set_state(&State { pending: Vec::new(), flags: u64::from(cookie.flags) })?;
            let input =
                operations::call_method(&buffer, "read", &[&int::from_i64(i64::from(cookie.bytes_to_feed))])?;
            let input = pyrsc_core::buffer::acquire(&input)?.to_vec();
            let text = decoder.decode(&input, cookie.need_end)?;
            let length = text.len();
            self.set_decoded(Some(text.into_owned()));
            *self.snapshot.borrow_mut() = Some((u64::from(cookie.flags), input));
            if length < cookie.chars_to_skip as usize {
                return Err(pyrsc_core::raise!(exception::OSError, "can't restore logical file position"));
            }
            self.used.set(cookie.chars_to_skip as usize);
        } else {
            *self.snapshot.borrow_mut() = decoder.map(|_| (u64::from(cookie.flags), Vec::new()));
        }
        self.restart_encoder(at_start)?;
        Ok(target)
    }

    fn reset_decoder(&self) -> Result<()> {
        let decoder = self.coders.decoder.borrow().clone();
        decoder.map_or(Ok(()), |decoder| decoder.reset())
    }

    fn restart_encoder(&self, at_start: bool) -> Result<()> {
        let encoder = self.coders.encoder.borrow().clone();
        encoder.map_or(Ok(()), |encoder| encoder.set_start(at_start))
    }
}

fn buffers_raw(buffer: &Object) -> Result {
    buffered::parts(buffer).raw()
}

fn text_argument(argument: Option<&Object>, name: &str) -> Result<Option<String>> {
    match argument {
        None => Ok(None),
        Some(argument) if argument.is_none() => Ok(None),
        Some(argument) => match argument.downcast::<Str>() {
            Some(text) if text.units().find_code(0).is_some() => Err(value_error!("embedded null character")),
            Some(text) => Ok(Some(text.to_string_lossy().into_owned())),
            None => Err(type_error!(
                "TextIOWrapper() argument '{name}' must be str or None, not {}",
                name_of(argument)
            )),
        },
    }
}

#[pymethods(TextIoWrapper)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(memory::allocate(class, TextIoWrapper::new_parts()).into_owned())
    }

    #[slot(
        signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(
        this: &TextIoWrapper,
        buffer: &Object,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: bool,
        write_through: bool,
    ) -> Result<()> {
        let newline = text_argument(newline, "newline")?;
        check_newline(newline.as_deref())?;
        let encoding = match text_argument(encoding, "encoding")? {
            Some(encoding) if encoding != "locale" => encoding,
            _ => "UTF-8".to_string(),
        };
        let errors = text_argument(errors, "errors")?.unwrap_or_else(|| "strict".to_string());
        check_encoding(&encoding)?;
        *this.encoding.borrow_mut() = encoding;
        *this.errors.borrow_mut() = errors;
        *this.newline.borrow_mut() = newline;
        this.line_buffering.set(line_buffering);
        this.write_through.set(write_through);
        this.coders.break_cycles();
        this.waiting.borrow_mut().truncate(0);
        this.set_decoded(None);
        *this.snapshot.borrow_mut() = None;
        this.detached.set(false);
        this.buffer.set(Some(buffer.to_owned()));
        let seekable = operations::is_true(&*call(buffer, "seekable")?)?;
        this.seekable.set(seekable);
        this.telling.set(seekable);
        Ok(())
    }

    #[slot]
    fn repr(this: &Object) -> Result<Ref<Str>> {
        // SAFETY: the slot is only called with instances.
        let stream = unsafe { &*this.address::<TextIoWrapper>() };
        if !recursion::repr_enter(this) {
            return Err(pyrsc_core::runtime_error!(
                "reentrant call inside {}.__repr__",
                this.type_object().name()
            ));
        }
        let result = (|| {
            let mut text = "<_io.TextIOWrapper".to_string();
            for attribute in ["name", "mode"] {
                match operations::get_attribute_optional(this, &intern(attribute)) {
                    Ok(Some(value)) => text += &format!(" {attribute}={}", operations::repr_string(&value)?),
                    Ok(None) => {}
                    Err(_) if exception::catch::<exception::ValueError>() => {}
                    Err(raised) => return Err(raised),
                }
            }
            let encoding = Str::new(&stream.encoding.borrow());
            text += &format!(" encoding={}>", encoding.repr().to_string_lossy());
            Ok(Str::new(&text))
        })();
        recursion::repr_leave(this);
        result
    }

    #[slot]
    fn next(this: &TextIoWrapper) -> Result<Option<Owned>> {
        this.telling.set(false);
        let line = this.read_line(None)?;
        if line.is_empty() {
            *this.snapshot.borrow_mut() = None;
            this.telling.set(this.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.into_owned()))
    }

    #[pymethod]
    fn write(this: &TextIoWrapper, text: &Object) -> Result<usize> {
        match text.downcast::<Str>() {
            Some(text) => this.write(text),
            None => Err(type_error!("write() argument must be str, not {}", name_of(text))),
        }
    }

    #[pymethod]
    fn read(this: &TextIoWrapper, size: Option<&Object>) -> Result<Ref<Str>> {
        match size_argument(size)? {
            None => this.read_all(),
            Some(count) => this.read(count),
        }
    }

    #[pymethod]
    fn readline(this: &TextIoWrapper, size: Option<&Object>) -> Result<Ref<Str>> {
        let limit = size_argument(size)?;
        this.read_line(limit)
    }

    #[pymethod]
    fn flush(this: &TextIoWrapper) -> Result<()> {
        this.flush()
    }

    #[pymethod]
    fn close(this: &Object) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<TextIoWrapper>() };
        let buffer = stream.buffer()?;
        if stream.closing.get() || is_closed(&buffer)? {
            return Ok(());
        }
        let flushed = call(this, "flush").map(drop);
        let error = if flushed.is_err() { exception::take_optional() } else { None };
        stream.closing.set(true);
        let closed = call(&buffer, "close").map(drop);
        stream.closing.set(false);
        match error {
            None => closed,
            Some(error) => {
                if closed.is_err() {
                    let newer = exception::take();
                    exception::set_context(&newer, error);
                    return Err(exception::restore(newer));
                }
                Err(exception::restore(error))
            }
        }
    }

    #[pymethod]
    fn detach(this: &Object) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<TextIoWrapper>() };
        stream.buffer()?;
        call(this, "flush")?;
        let buffer = stream.buffer()?;
        stream.detached.set(true);
        stream.buffer.set(None);
        Ok(buffer)
    }

    #[pymethod(
        signature = "(self, /, *, encoding=None, errors=None, newline=Ellipsis, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        this: &Object,
        encoding: Option<&Object>,
        errors: Option<&Object>,
        newline: Option<&Object>,
        line_buffering: Option<&Object>,
        write_through: Option<&Object>,
    ) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<TextIoWrapper>() };
        let encoding = text_argument(encoding, "encoding")?;
        let errors = text_argument(errors, "errors")?;
        let changes_coding = encoding.is_some() || errors.is_some() || newline.is_some();
        if stream.decoded.borrow().is_some() && changes_coding {
            return Err(unsupported(
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let flag = |argument: Option<&Object>| match argument {
            Some(argument) if !argument.is_none() => operations::is_true(argument).map(Some),
            _ => Ok(None),
        };
        let (line_buffering, write_through) = (flag(line_buffering)?, flag(write_through)?);
        let newline = newline.map(|newline| text_argument(Some(newline), "newline")).transpose()?;
        if let Some(newline) = &newline {
            check_newline(newline.as_deref())?;
        }
        if let Some(encoding) = &encoding {
            check_encoding(encoding)?;
        }
        call(this, "flush")?;
        if changes_coding {
            if let Some(newline) = newline {
                *stream.newline.borrow_mut() = newline;
            }
            if let Some(encoding) = encoding {
                *stream.encoding.borrow_mut() =
                    if encoding == "locale" { "UTF-8".to_string() } else { encoding };
                *stream.errors.borrow_mut() = errors.unwrap_or_else(|| "strict".to_string());
            } else if let Some(errors) = errors {
                *stream.errors.borrow_mut() = errors;
            }
            stream.coders.break_cycles();
        }
        if let Some(line_buffering) = line_buffering {
            stream.line_buffering.set(line_buffering);
        }
        if let Some(write_through) = write_through {
            stream.write_through.set(write_through);
        }
        Ok(())
    }

    #[pymethod]
    fn tell(this: &TextIoWrapper) -> Result {
        this.tell()
    }

    #[pymethod(signature = "(self, cookie, whence=0, /)")]
    fn seek(this: &Object, cookie: &Object, whence: i64) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        unsafe { &*this.address::<TextIoWrapper>() }.seek(this, cookie, whence)
    }

    #[pymethod]
    fn truncate(this: &Object, pos: Option<&Object>) -> Result {
        call(this, "flush")?;
        // SAFETY: the descriptor checks the receiver's class.
        let buffer = unsafe { &*this.address::<TextIoWrapper>() }.buffer()?;
        match pos {
            Some(pos) => operations::call_method(&buffer, "truncate", &[pos]),
            None => call(&buffer, "truncate"),
        }
    }

    #[pymethod]
    fn fileno(this: &TextIoWrapper) -> Result {
        call(&*this.buffer()?, "fileno")
    }

    #[pymethod]
    fn isatty(this: &TextIoWrapper) -> Result {
        call(&*this.buffer()?, "isatty")
    }

    #[pymethod]
    fn seekable(this: &TextIoWrapper) -> Result {
        call(&*this.buffer()?, "seekable")
    }

    #[pymethod]
    fn readable(this: &TextIoWrapper) -> Result {
        call(&*this.buffer()?, "readable")
    }

    #[pymethod]
    fn writable(this: &TextIoWrapper) -> Result {
        call(&*this.buffer()?, "writable")
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        Err(type_error!("cannot pickle '{}' instances", this.type_object().full_name()))
    }

    #[getter]
    fn closed(this: &TextIoWrapper) -> Result {
        operations::get_attribute(&*this.buffer()?, &intern("closed"))
    }

    #[getter]
    fn name(this: &TextIoWrapper) -> Result {
        operations::get_attribute(&*this.buffer()?, &intern("name"))
    }

    #[getter]
    fn buffer(this: &TextIoWrapper) -> Owned {
        this.buffer.get_or_none()
    }

    #[getter]
    fn encoding(this: &TextIoWrapper) -> String {
        this.encoding.borrow().clone()
    }

    #[getter]
    fn errors(this: &TextIoWrapper) -> String {
        this.errors.borrow().clone()
    }

    #[getter]
    fn newlines(this: &TextIoWrapper) -> Owned {
        let decoder = this.coders.decoder.borrow().clone();
        decoder.and_then(|decoder| decoder.newlines.as_ref().map(Newlines::seen)).unwrap_or(Owned::none())
    }

    #[getter]
    fn line_buffering(this: &TextIoWrapper) -> bool {
        this.line_buffering.get()
    }

    #[getter]
    fn write_through(this: &TextIoWrapper) -> bool {
        this.write_through.get()
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(this: &TextIoWrapper) -> usize {
        this.chunk_size.get()
    }

    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(this: &TextIoWrapper, size: &Object) -> Result<()> {
        let size = int::index_i64(size)?;
        if size <= 0 {
            return Err(value_error!("a strictly positive integer is required"));
        }
        this.chunk_size.set(size as usize);
        Ok(())
    }
}

//! `StringIO`: text in memory as a stream.

use std::cell::{Cell, RefCell};

use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TypeObject, name_of};
use pyrsc_core::{instance, int, memory, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::base::{TextIoBase, closed_error, size_argument};
use super::newline::{LineMode, Newlines, line_end};
use super::text::check_newline;
use super::unsupported;

/// See the module's documentation.
#[pyclass(name = "StringIO", module = "_io", base = crate::io::base::TEXT_IO_BASE, flags(BASETYPE, DICT, WEAKREF), doc = "Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.")]
#[repr(C)]
pub struct StringIo {
    base: TextIoBase,
    /// Code points; `None` when closed.
    contents: RefCell<Option<Vec<u32>>>,
    position: Cell<usize>,
    /// The argument `newline`: `None` for universal newlines with translation.
    newline: RefCell<Option<String>>,
    newlines: Newlines,
}

impl StringIo {
    fn check_open(&self) -> Result<()> {
        if self.contents.borrow().is_none() { Err(closed_error()) } else { Ok(()) }
    }

    fn is_universal(&self) -> bool {
        self.newline.borrow().as_deref().is_none_or(str::is_empty)
    }

    fn put(&self, text: &Str) -> Result<()> {
        self.check_open()?;
        let decoded: Ref<Str>;
        let mut text = text;
        if self.is_universal() {
            decoded = self.newlines.decode(text.to_ref(), true);
            text = &decoded;
        }
        let newline = self.newline.borrow();
        let replacement: Option<Vec<u32>> = match newline.as_deref() {
            Some(newline @ ("\r" | "\r\n")) => Some(newline.chars().map(u32::from).collect()),
            _ => None,
        };
        let mut contents = self.contents.borrow_mut();
        let Some(codes) = contents.as_mut() else { return Err(closed_error()) };
        let mut position = self.position.get();
        if position > codes.len() && !text.is_empty() {
            codes.resize(position, 0);
        }
        let mut put = |code: u32| {
            if position < codes.len() {
                codes[position] = code
            } else {
                codes.push(code)
            }
            position += 1;
        };
        for code in text.code_points() {
            match &replacement {
                Some(replacement) if code == 10 => replacement.iter().for_each(|&code| put(code)),
                _ => put(code),
            }
        }
        self.position.set(position);
        Ok(())
    }

    fn take(&self, end_of: impl FnOnce(&[u32], usize) -> usize) -> Result<Ref<Str>> {
        let contents = self.contents.borrow();
        let Some(codes) = contents.as_deref() else { return Err(closed_error()) };
        let start = self.position.get().min(codes.len());
        let end = end_of(codes, start).min(codes.len());
        if end > start {
            self.position.set(end);
        }
        Ok(Str::from_code_points(&codes[start..end]))
    }

    fn take_line(&self, limit: Option<usize>) -> Result<Ref<Str>> {
        let newline = self.newline.borrow().clone();
        let mode = match newline.as_deref() {
            None => LineMode::Translated,
            Some("") => LineMode::Universal,
            Some(newline) => LineMode::Given(newline),
        };
        self.take(|codes, start| {
            let end = line_end(Units::Four(codes), start, mode).unwrap_or(codes.len());
            end.min(start.saturating_add(limit.unwrap_or(usize::MAX)))
        })
    }

    fn value(&self) -> Result<Ref<Str>> {
        match self.contents.borrow().as_deref() {
            Some(codes) => Ok(Str::from_code_points(codes)),
            None => Err(closed_error()),
        }
    }
}

#[pymethods(StringIo)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        let contents = StringIo {
            base: TextIoBase::new(),
            contents: RefCell::new(Some(Vec::new())),
            position: Cell::new(0),
            newline: RefCell::new(Some("\n".to_string())),
            newlines: Newlines::new(false),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot(signature = "(initial_value='', newline='\\n')")]
    fn init(this: &StringIo, initial_value: Option<&Object>, newline: Option<&Object>) -> Result<()> {
        let newline = match newline {
            None => Some("\n".to_string()),
            Some(newline) if newline.is_none() => None,
            Some(newline) => match newline.downcast::<Str>() {
                Some(newline) => Some(newline.to_string_lossy().into_owned()),
                None => return Err(type_error!("newline must be str or None, not {}", name_of(newline))),
            },
        };
        check_newline(newline.as_deref())?;
        this.newlines.reset();
        this.newlines.translate.set(newline.is_none());
        *this.newline.borrow_mut() = newline;
        *this.contents.borrow_mut() = Some(Vec::new());
        this.position.set(0);
        this.base.base.closed.set(false);
        match initial_value {
            Some(initial) if !initial.is_none() => {
                let Some(text) = initial.downcast::<Str>() else {
                    return Err(type_error!("initial_value must be str or None, not {}", name_of(initial)));
                };
                this.put(text)?;
                this.position.set(0);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        // SAFETY: the slot is only called with instances.
        unsafe { &*this.address::<StringIo>() }.check_open()?;
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &StringIo) -> Result<Option<Owned>> {
        let line = this.take_line(None)?;
        Ok(if line.is_empty() { None } else { Some(line.into_owned()) })
    }

    #[pymethod]
    fn read(this: &StringIo, size: Option<&Object>) -> Result<Ref<Str>> {
        let size = size_argument(size)?.unwrap_or(usize::MAX);
        this.take(|_, start| start.saturating_add(size))
    }

    #[pymethod]
    fn readline(this: &StringIo, size: Option<&Object>) -> Result<Ref<Str>> {
        let size = size_argument(size)?;
        this.take_line(size)
    }

    #[pymethod]
    fn write(this: &StringIo, text: &Object) -> Result<usize> {
        let Some(string) = text.downcast::<Str>() else {
            return Err(type_error!("string argument expected, got '{}'", name_of(text)));
        };
        this.put(string)?;
        Ok(string.len())
    }

    #[pymethod]
    fn getvalue(this: &StringIo) -> Result<Ref<Str>> {
        this.value()
    }

    #[pymethod]
    fn tell(this: &StringIo) -> Result<usize> {
        this.check_open()?;
        Ok(this.position.get())
    }

    #[pymethod(signature = "(self, pos, whence=0, /)")]
    fn seek(this: &StringIo, pos: i64, whence: i64) -> Result<i64> {
        this.check_open()?;
        if !(0..=2).contains(&whence) {
            return Err(value_error!("Invalid whence ({whence}, should be 0, 1 or 2)"));
        }
        if whence == 0 && pos < 0 {
            return Err(value_error!("Negative seek position {pos}"));
        }
        if whence != 0 && pos != 0 {
            return Err(pyrsc_core::raise!(
                pyrsc_core::exception::OSError,
                "Can't do nonzero cur-relative seeks"
            ));
        }
        let position = match whence {
            0 => pos as usize,
            1 => this.position.get(),
            _ => this.contents.borrow().as_ref().map_or(0, Vec::len),
        };
        this.position.set(position);
        Ok(position as i64)
    }

    #[pymethod]
    fn truncate(this: &StringIo, size: Option<&Object>) -> Result<i64> {
        this.check_open()?;
        let size = match size {
            Some(size) if !size.is_none() => {
                if !pyrsc_core::slice::has_index(size) {
                    return Err(type_error!("argument should be integer or None, not '{}'", name_of(size)));
                }
                int::index_i64(size)?
            }
            _ => this.position.get() as i64,
        };
        if size < 0 {
            return Err(value_error!("Negative size value {size}"));
        }
        if let Some(codes) = this.contents.borrow_mut().as_mut() {
            codes.truncate(size as usize);
        }
        Ok(size)
    }

    #[pymethod]
    fn close(this: &StringIo) {
        *this.contents.borrow_mut() = None;
        this.base.base.closed.set(true);
    }

    #[pymethod]
    fn flush(this: &StringIo) -> Result<()> {
        this.check_open()
    }

    #[pymethod]
    fn fileno(_this: &StringIo) -> Result {
        Err(unsupported("fileno"))
    }

    #[pymethod]
    fn readable(this: &StringIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[pymethod]
    fn writable(this: &StringIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[pymethod]
    fn seekable(this: &StringIo) -> Result<bool> {
        this.check_open().map(|()| true)
    }

    #[getter]
    fn closed(this: &StringIo) -> bool {
        this.contents.borrow().is_none()
    }

    #[getter]
    fn line_buffering(this: &StringIo) -> Result<bool> {
        this.check_open().map(|()| false)
    }

    #[getter]
    fn newlines(this: &StringIo) -> Result {
        this.check_open()?;
        Ok(if this.is_universal() { this.newlines.seen() } else { Owned::none() })
    }

    #[pymethod]
    fn __getstate__(this: &Object) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<StringIo>() };
        let value = stream.value()?.into_owned();
        let newline = stream
            .newline
            .borrow()
            .as_deref()
            .map_or(Owned::none(), |newline| Str::new(newline).into_owned());
        let attributes = if instance::has_attributes(this) {
            instance::dictionary(this).copy()?.into_owned()
        } else {
            Owned::none()
        };
        let position = int::from_i64(stream.position.get() as i64);
        Ok(Tuple::from_vec(vec![value, newline, position, attributes]).into_owned())
    }

    #[pymethod]
    fn __setstate__(this: &Object, state: &Object) -> Result<()> {
        // SAFETY: the descriptor checks the receiver's class.
        let stream = unsafe { &*this.address::<StringIo>() };
        let parts = state.downcast::<Tuple>().filter(|state| state.len() >= 4);
        let Some(parts) = parts else {
            return Err(type_error!(
                "{}.__setstate__ argument should be 4-tuple, got {}",
                this.type_object().name(),
                name_of(state)
            ));
        };
        let part = |index: usize| parts.get(index).map_or(Owned::none(), Object::to_owned);
        operations::call_method(this, "__init__", &[&part(0), &part(1)])?;
        let position = int::index_i64(&part(2))?;
        if position < 0 {
            return Err(value_error!("position value cannot be negative"));
        }
        // The value had its newlines translated when it was written first.
        if let Some(text) = part(0).downcast::<Str>() {
            *stream.contents.borrow_mut() = Some(text.code_points().collect());
        }
        stream.position.set(position as usize);
        if let Some(attributes) = part(3).downcast::<Dict>() {
            let mut place = 0;
            while let Some((name, value)) = attributes.next(&mut place) {
                if let Some(name) = name.downcast::<Str>() {
                    operations::set_attribute(this, &pyrsc_core::str::intern_object(name), &value)?;
                }
            }
        }
        Ok(())
    }
}

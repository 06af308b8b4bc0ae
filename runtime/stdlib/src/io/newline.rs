//! Universal newlines: [`Newlines`], and `IncrementalNewlineDecoder` around it.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::str_units::Units;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TypeObject, name_of};
use pyrsc_core::{int, memory, operations, type_error};
use pyrsc_macros::{Traverse, pyclass, pymethods};

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// Recognises `\r`, `\n` and `\r\n`, also across pieces.
#[derive(Traverse)]
pub struct Newlines {
    pub translate: Cell<bool>,
    /// A `\r` came last and is held back.
    pub pending: Cell<bool>,
    seen: Cell<u8>,
}

impl Newlines {
    pub const fn new(translate: bool) -> Newlines {
        Newlines { translate: Cell::new(translate), pending: Cell::new(false), seen: Cell::new(0) }
    }

    pub fn reset(&self) {
        self.pending.set(false);
        self.seen.set(0);
    }

    /// Takes a piece of text; with `is_final`, nothing is held back.
    pub fn decode(&self, text: Ref<Str>, is_final: bool) -> Ref<Str> {
        if !self.pending.get() && text.units().find_code(13).is_none() {
            if self.seen.get() & LF == 0 && text.units().find_code(10).is_some() {
                self.seen.set(self.seen.get() | LF);
            }
            return text;
        }
        let units = text.units();
        let held = usize::from(self.pending.get() && (!units.is_empty() || is_final));
        let total = units.len() + held;
        let at = |index: usize| if index < held { 13 } else { units.at(index - held) };
        if held > 0 {
            self.pending.set(false);
        }
        let mut end = total;
        if !is_final && end > 0 && at(end - 1) == 13 {
            end -= 1;
            self.pending.set(true);
        }
        let (mut seen, translate) = (self.seen.get(), self.translate.get());
        let mut out = StrBuilder::with_capacity(end);
        let mut index = 0;
        while index < end {
            let code = at(index);
            index += 1;
            match code {
                13 if index < end && at(index) == 10 => {
                    index += 1;
                    seen |= CRLF;
                    if !translate {
                        out.push(13);
                    }
                    out.push(10);
                }
                13 => {
                    seen |= CR;
                    out.push(if translate { 10 } else { 13 });
                }
                _ => {
                    if code == 10 {
                        seen |= LF;
                    }
                    out.push(code);
                }
            }
        }
        self.seen.set(seen);
        out.finish()
    }

    /// The attribute `newlines`: None, one kind or a tuple of kinds.
    pub fn seen(&self) -> Owned {
        let kinds = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
        let mut found: Vec<Owned> = kinds
            .iter()
            .filter(|(bit, _)| self.seen.get() & bit != 0)
            .map(|(_, text)| Str::new(text).into_owned())
            .collect();
        match found.len() {
            0 => Owned::none(),
            1 => found.remove(0),
            _ => Tuple::from_vec(found).into_owned(),
        }
    }
}

/// Where a line of `units` that starts at `start` ends, its newline included; `None` where it has no end yet.
pub fn line_end(units: Units<'_>, start: usize, mode: LineMode<'_>) -> Option<usize> {
    let rest = units.slice(start, units.len());
    match mode {
        LineMode::Translated => rest.find_code(10).map(|found| start + found + 1),
        LineMode::Universal => {
            let found = match rest {
                Units::One(rest) => memchr::memchr2(b'\n', b'\r', rest),
                _ => rest.iter().position(|code| code == 10 || code == 13),
            }?;
            let crlf = rest.at(found) == 13 && found + 1 < rest.len() && rest.at(found + 1) == 10;
            Some(start + found + 1 + usize::from(crlf))
        }
        LineMode::Given(newline) => {
            rest.find(Units::One(newline.as_bytes())).map(|found| start + found + newline.len())
        }
    }
}

/// What ends a line.
#[derive(Clone, Copy)]
pub enum LineMode<'a> {
    /// `\n`, other newlines having been translated.
    Translated,
    /// Any newline, untranslated.
    Universal,
    Given(&'a str),
}

/// `IncrementalNewlineDecoder`
#[pyclass(name = "IncrementalNewlineDecoder", module = "_io", flags(BASETYPE))]
#[repr(C)]
pub struct IncrementalNewlineDecoder {
    header: Header,
    /// None decodes nothing: strings come in.
    decoder: Slot,
    newlines: Newlines,
}

#[pymethods(IncrementalNewlineDecoder)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        let contents = IncrementalNewlineDecoder {
            header: Header::unset(),
            decoder: Slot::empty(),
            newlines: Newlines::new(false),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot(signature = "(decoder, translate, errors='strict')")]
    fn init(
        this: &IncrementalNewlineDecoder,
        decoder: &Object,
        translate: bool,
        errors: Option<&Object>,
    ) -> Result<()> {
        let _ = errors;
        this.decoder.set(Some(decoder.to_owned()));
        this.newlines.reset();
        this.newlines.translate.set(translate);
        Ok(())
    }

    #[pymethod(signature = "(self, /, input, final=False)")]
    fn decode(this: &IncrementalNewlineDecoder, input: &Object, is_final: bool) -> Result {
        let decoder = this.decoder.get_or_none();
        let text = if decoder.is_none() {
            input.to_owned()
        } else {
            operations::call_method(&decoder, "decode", &[input, &Owned::bool(is_final)])?
        };
        match text.into_ref::<Str>() {
            Ok(text) => Ok(this.newlines.decode(text, is_final).into_owned()),
            Err(other) => {
                Err(type_error!("decoder should return a string result, not '{}'", name_of(&other)))
            }
        }
    }

    #[pymethod]
    fn getstate(this: &IncrementalNewlineDecoder) -> Result {
        let decoder = this.decoder.get_or_none();
        let (bytes, mut flag) = if decoder.is_none() {
            (Bytes::empty().into_owned(), 0)
        } else {
            let state = operations::call_method(&decoder, "getstate", &[])?;
            match state.downcast::<Tuple>().map(|state| (state.get(0), state.get(1))) {
                Some((Some(bytes), Some(flag))) => (bytes.to_owned(), int::index_i64(flag)?),
                _ => return Err(type_error!("illegal decoder state")),
            }
        };
        flag = flag << 1 | i64::from(this.newlines.pending.get());
        Ok(Tuple::pair(bytes, int::from_i64(flag)).into_owned())
    }

    #[pymethod]
    fn setstate(this: &IncrementalNewlineDecoder, state: &Object) -> Result<()> {
        let Some((Some(bytes), Some(flag))) =
            state.downcast::<Tuple>().map(|state| (state.get(0), state.get(1)))
        else {
            return Err(type_error!("state argument must be a tuple"));
        };
        let flag = int::index_i64(flag)?;
        this.newlines.pending.set(flag & 1 != 0);
        let decoder = this.decoder.get_or_none();
        if !decoder.is_none() {
            let inner = Tuple::pair(bytes.to_owned(), int::from_i64(flag >> 1));
            operations::call_method(&decoder, "setstate", &[inner.object()])?;
        }
        Ok(())
    }

    #[pymethod]
    fn reset(this: &IncrementalNewlineDecoder) -> Result<()> {
        this.newlines.reset();
        let decoder = this.decoder.get_or_none();
        if !decoder.is_none() {
            operations::call_method(&decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(this: &IncrementalNewlineDecoder) -> Owned {
        this.newlines.seen()
    }
}

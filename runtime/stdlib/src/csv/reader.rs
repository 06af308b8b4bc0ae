//! `_csv.reader`: fields from lines.

use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{decimal_digits, float, iteration, memory, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::ERROR;
use super::dialect::{self, Dialect, Quoting};

/// The most characters of a field.
pub static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

/// Where in a record the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    QuoteInQuotes,
    AfterLine,
    AfterEscapedLine,
}

#[pyclass(
    name = "reader",
    module = "_csv",
    doc = "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n"
)]
#[repr(C)]
pub struct Reader {
    header: Header,
    lines: Owned,
    dialect: Ref<Dialect>,
    line_number: Cell<u64>,
}

/// One record while it is read.
struct Record<'a> {
    dialect: &'a Dialect,
    state: State,
    field: Vec<u32>,
    /// Whether the field has no quotes so far.
    unquoted: bool,
    fields: Vec<Owned>,
}

impl Record<'_> {
    fn push(&mut self, code: u32) -> Result<()> {
        let limit = FIELD_LIMIT.load(Ordering::Relaxed);
        if self.field.len() as i64 >= limit {
            return Err(ERROR.raise(&format!("field larger than field limit ({limit})")));
        }
        self.field.push(code);
        Ok(())
    }

    fn save(&mut self) -> Result<()> {
        let text = Str::from_code_points(&self.field);
        let quoting = self.dialect.rules().quoting;
        let field = if !self.unquoted {
            text.into_owned()
        } else if self.field.is_empty() && matches!(quoting, Quoting::NotNull | Quoting::Strings) {
            Owned::none()
        } else if !self.field.is_empty() && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
            match float::text::parse(&decimal_digits::to_ascii(&text.to_string_lossy())) {
                Some(number) => float::from_f64(number),
                None => {
                    let shown = operations::repr_string(text.object())?;
                    return Err(value_error!("could not convert string to float: {shown}"));
                }
            }
        } else {
            text.into_owned()
        };
        self.fields.push(field);
        self.field.clear();
        self.unquoted = true;
        Ok(())
    }

    /// Takes one character, or the end of a line.
    fn take(&mut self, code: Option<u32>) -> Result<()> {
        let rules = self.dialect.rules();
        let line_end = code == Some('\n'.into()) || code == Some('\r'.into());
        let quote = |code: u32| rules.quoting != Quoting::None && rules.quote == Some(code);
        match self.state {
            State::StartRecord | State::StartField => {
                if self.state == State::StartRecord {
                    if code.is_none() {
                        return Ok(());
                    }
                    if line_end {
                        self.state = State::AfterLine;
                        return Ok(());
                    }
                }
                self.state = State::StartField;
                match code {
                    None => {
                        self.save()?;
                        self.state = State::StartRecord;
                    }
                    Some(_) if line_end => {
                        self.save()?;
                        self.state = State::AfterLine;
                    }
                    Some(code) if quote(code) => {
                        self.unquoted = false;
                        self.state = State::InQuotes;
                    }
                    Some(code) if rules.escape == Some(code) => self.state = State::Escaped,
                    Some(code) if code == u32::from(' ') && rules.skip_initial_space => {}
                    Some(code) if code == rules.delimiter => self.save()?,
                    Some(code) => {
                        self.push(code)?;
                        self.state = State::InField;
                    }
                }
            }
            State::Escaped => {
                self.push(code.unwrap_or('\n'.into()))?;
                self.state = if line_end { State::AfterEscapedLine } else { State::InField };
            }
            State::AfterEscapedLine if code.is_none() => {}
            State::AfterEscapedLine | State::InField => match code {
                None => {
                    self.save()?;
                    self.state = State::StartRecord;
                }
                Some(_) if line_end => {
                    self.save()?;
                    self.state = State::AfterLine;
                }
                Some(code) if rules.escape == Some(code) => self.state = State::Escaped,
                Some(code) if code == rules.delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                Some(code) => {
                    self.push(code)?;
                    self.state = State::InField;
                }
            },
            State::InQuotes => match code {
                None => {}
                Some(code) if rules.escape == Some(code) => self.state = State::EscapedInQuotes,
                Some(code) if quote(code) => {
                    self.state = if rules.double_quote { State::QuoteInQuotes } else { State::InField };
                }
                Some(code) => self.push(code)?,
            },
            State::EscapedInQuotes => {
                self.push(code.unwrap_or('\n'.into()))?;
                self.state = State::InQuotes;
            }
            State::QuoteInQuotes => match code {
                Some(code) if quote(code) => {
                    self.push(code)?;
                    self.state = State::InQuotes;
                }
                Some(code) if code == rules.delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                None => {
                    self.save()?;
                    self.state = State::StartRecord;
                }
                Some(_) if line_end => {
                    self.save()?;
                    self.state = State::AfterLine;
                }
                Some(code) if !rules.strict => {
                    self.push(code)?;
                    self.state = State::InField;
                }
                Some(_) => {
                    let shown = |code: u32| char::from_u32(code).unwrap_or('?');
                    return Err(ERROR.raise(&format!(
                        "'{}' expected after '{}'",
                        shown(rules.delimiter),
                        shown(rules.quote.unwrap_or('"'.into()))
                    )));
                }
            },
            State::AfterLine => match code {
                None => self.state = State::StartRecord,
                Some(_) if line_end => {}
                Some(_) => {
                    return Err(ERROR.raise(
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
            },
        }
        Ok(())
    }
}

/// `_csv.reader(iterable, dialect, **options)`
pub fn new(arguments: Arguments<'_>) -> Result {
    let count = arguments.positional_count();
    if !(1..=2).contains(&count) {
        return Err(pyrsc_core::arguments::wrong_count("reader", 1, 2, count));
    }
    let lines = iteration::iterate(pyrsc_core::arguments::required(arguments.positional(0)))?;
    let dialect = dialect::from_arguments(arguments.positional(1), arguments)?;
    let contents = Reader { header: Header::unset(), lines, dialect, line_number: Cell::new(0) };
    Ok(memory::allocate(Reader::type_object(), contents).into_owned())
}

#[pymethods(Reader)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(type_error!("cannot create '{}' instances", class.full_name()))
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Reader) -> Result<Option<Owned>> {
        let mut record = Record {
            dialect: &this.dialect,
            state: State::StartRecord,
            field: Vec::new(),
            unquoted: true,
            fields: Vec::new(),
        };
        loop {
            let Some(line) = iteration::next(&this.lines)? else {
                if record.field.is_empty() && record.state != State::InQuotes {
                    return Ok(None);
                }
                if this.dialect.rules().strict {
                    return Err(ERROR.raise("unexpected end of data"));
                }
                record.save()?;
                break;
            };
            let Some(line) = line.downcast::<Str>() else {
                return Err(ERROR.raise(&format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    name_of(&line)
                )));
            };
            this.line_number.set(this.line_number.get() + 1);
            for code in line.code_points() {
                record.take(Some(code))?;
            }
            record.take(None)?;
            if record.state == State::StartRecord {
                break;
            }
        }
        Ok(Some(List::from_vec(record.fields).into_owned()))
    }

    #[getter]
    fn dialect(this: &Reader) -> Owned {
        this.dialect.clone().into_owned()
    }

    #[getter]
    fn line_num(this: &Reader) -> u64 {
        this.line_number.get()
    }
}

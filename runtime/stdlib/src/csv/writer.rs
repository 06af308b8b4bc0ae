//! `_csv.writer`: lines from fields.

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{exception, iteration, memory, operations, type_error};
use pyrsc_macros::{pyclass, pymethods};

use super::ERROR;
use super::dialect::{self, Dialect, Quoting, Rules};

#[pyclass(
    name = "writer",
    module = "_csv",
    doc = "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n"
)]
#[repr(C)]
pub struct Writer {
    header: Header,
    write: Owned,
    dialect: Ref<Dialect>,
}

/// `_csv.writer(file, dialect, **options)`
pub fn new(arguments: Arguments<'_>) -> Result {
    let count = arguments.positional_count();
    if !(1..=2).contains(&count) {
        return Err(pyrsc_core::arguments::wrong_count("writer", 1, 2, count));
    }
    let file = pyrsc_core::arguments::required(arguments.positional(0));
    let dialect = dialect::from_arguments(arguments.positional(1), arguments)?;
    let write = match operations::get_attribute_named(file, "write") {
        Ok(write) if operations::is_callable(&write) => write,
        Ok(_) => return Err(type_error!("argument 1 must have a \"write\" method")),
        Err(raised) if !exception::catch::<exception::AttributeError>() => return Err(raised),
        Err(_) => return Err(type_error!("argument 1 must have a \"write\" method")),
    };
    let contents = Writer { header: Header::unset(), write, dialect };
    Ok(memory::allocate(Writer::type_object(), contents).into_owned())
}

/// Whether `QUOTE_NONNUMERIC` leaves the field without quotes.
fn is_number(object: &Object) -> bool {
    let special = object.type_object().special();
    special.index.is_some()
        || special.int.is_some()
        || special.float.is_some()
        || pyrsc_core::complex::to_number(object).is_some()
}

/// Adds a field to a record; `None` is a null field.
fn push_field(record: &mut Vec<u32>, rules: &Rules, field: Option<&Str>, mut quoted: bool) -> Result<()> {
    let mut body = Vec::new();
    for code in field.into_iter().flat_map(Str::code_points) {
        let special = code == rules.delimiter
            || rules.escape == Some(code)
            || rules.quote == Some(code)
            || code == u32::from('\n')
            || code == u32::from('\r')
            || rules.line_terminator.contains(&code);
        if special {
            let mut escape = rules.quoting == Quoting::None;
            if !escape {
                if rules.quote == Some(code) {
                    if rules.double_quote {
                        body.push(code);
                    } else {
                        escape = true;
                    }
                } else if rules.escape == Some(code) {
                    escape = true;
                }
                if !escape {
                    quoted = true;
                }
            }
            if escape {
                match rules.escape {
                    Some(escape) => body.push(escape),
                    None => return Err(ERROR.raise("need to escape, but no escapechar set")),
                }
            }
        }
        body.push(code);
    }
    if body.is_empty() && rules.delimiter == u32::from(' ') && rules.skip_initial_space {
        if !may_quote_empty(rules, field.is_none()) {
            return Err(ERROR
                .raise("empty field must be quoted if delimiter is a space and skipinitialspace is true"));
        }
        quoted = true;
    }
    match rules.quote.filter(|_| quoted) {
        Some(quote) => {
            record.push(quote);
            record.append(&mut body);
            record.push(quote);
        }
        None => record.append(&mut body),
    }
    Ok(())
}

/// Whether an empty field may have quotes.
fn may_quote_empty(rules: &Rules, null: bool) -> bool {
    rules.quoting != Quoting::None && !(null && matches!(rules.quoting, Quoting::Strings | Quoting::NotNull))
}

fn write_row(writer: &Writer, row: &Object) -> Result {
    let rules = writer.dialect.rules();
    let fields = match iteration::iterate(row) {
        Ok(fields) => fields,
        Err(raised) => {
            if exception::catch::<exception::TypeError>() {
                return Err(ERROR.raise(&format!("iterable expected, not {}", name_of(row))));
            }
            return Err(raised);
        }
    };
    let mut record = Vec::new();
    let mut count = 0;
    let mut null = false;
    while let Some(field) = iteration::next(&fields)? {
        let quoted = match rules.quoting {
            Quoting::NonNumeric => !is_number(&field),
            Quoting::All => true,
            Quoting::Strings => field.is_instance_of::<Str>(),
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::None => false,
        };
        null = field.is_none();
        if count > 0 {
            record.push(rules.delimiter);
        }
        count += 1;
        if null {
            push_field(&mut record, rules, None, quoted)?;
        } else {
            let text = operations::str(&field)?;
            push_field(&mut record, rules, Some(&text), quoted)?;
        }
    }
    if count > 0 && record.is_empty() {
        if !may_quote_empty(rules, null) {
            return Err(ERROR.raise("single empty field record must be quoted"));
        }
        push_field(&mut record, rules, None, true)?;
    }
    record.extend_from_slice(&rules.line_terminator);
    operations::call(&writer.write, &[Str::from_code_points(&record).object()])
}

#[pymethods(Writer)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(type_error!("cannot create '{}' instances", class.full_name()))
    }

    #[pymethod(
        doc = "writerow(iterable)\n\nConstruct and write a CSV record from an iterable of fields.  Non-string\nelements will be converted to string."
    )]
    fn writerow(this: &Writer, row: &Object) -> Result {
        write_row(this, row)
    }

    #[pymethod(
        doc = "writerows(iterable of iterables)\n\nConstruct and write a series of iterables to a csv file.  Non-string\nelements will be converted to string."
    )]
    fn writerows(this: &Writer, rows: &Object) -> Result<()> {
        iteration::for_each(rows, |row| write_row(this, &row).map(drop))
    }

    #[getter]
    fn dialect(this: &Writer) -> Owned {
        this.dialect.clone().into_owned()
    }
}

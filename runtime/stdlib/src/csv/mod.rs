//! `_csv`: what the module `csv` is made of.

pub mod dialect;
pub mod reader;
pub mod writer;

use std::sync::atomic::Ordering;

use pyrsc_core::call::Arguments;
use pyrsc_core::exception;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_error;
use pyrsc_core::type_object::Class;
use pyrsc_macros::pymodule;

use crate::exception_class::ExceptionClass;

/// `_csv.Error`
pub static ERROR: ExceptionClass =
    ExceptionClass::new("_csv", "Error", || Ok(exception::Exception::type_object().to_owned()));

#[pymodule(name = "_csv", doc = "CSV parsing and writing.\n", types(dialect::DIALECT))]
mod module {
    use super::*;

    #[init]
    fn init(module: &Object) -> Result<()> {
        dialect::set_constants(module)
    }

    #[attribute(name = "Error")]
    fn error_class() -> Result {
        ERROR.get()
    }

    #[attribute(name = "Reader")]
    fn reader_type() -> Owned {
        reader::READER.to_owned()
    }

    #[attribute(name = "Writer")]
    fn writer_type() -> Owned {
        writer::WRITER.to_owned()
    }

    #[pyfunction(
        doc = "    csv_reader = reader(iterable [, dialect='excel']\n                             [optional keyword args])\n    for row in csv_reader:\n        process(row)\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" parameter is discussed below.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines)."
    )]
    fn reader(arguments: Arguments<'_>) -> Result {
        super::reader::new(arguments)
    }

    #[pyfunction(
        doc = "    csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keyword args])\n    for row in sequence:\n        csv_writer.writerow(row)\n\n    [or]\n\n    csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keyword args])\n    csv_writer.writerows(rows)\n\nThe \"fileobj\" argument can be any object that supports the file API."
    )]
    fn writer(arguments: Arguments<'_>) -> Result {
        super::writer::new(arguments)
    }

    #[pyfunction(
        doc = "Create a mapping from a string name to a dialect class.\n    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])"
    )]
    fn register_dialect(arguments: Arguments<'_>) -> Result<()> {
        let count = arguments.positional_count();
        if !(1..=2).contains(&count) {
            return Err(pyrsc_core::arguments::wrong_count("register_dialect", 1, 2, count));
        }
        let name = pyrsc_core::arguments::required(arguments.positional(0));
        if !name.is_instance_of::<pyrsc_core::str::Str>() {
            return Err(type_error!("dialect name must be a string"));
        }
        let dialect = dialect::from_arguments(arguments.positional(1), arguments)?;
        dialect::register(name, &dialect)
    }

    #[pyfunction(
        signature = "(name)",
        doc = "Delete the name/dialect mapping associated with a string name.\n\n    csv.unregister_dialect(name)"
    )]
    fn unregister_dialect(name: &Object) -> Result<()> {
        dialect::unregister(name)
    }

    #[pyfunction(
        signature = "(name)",
        doc = "Return the dialect instance associated with name.\n\n    dialect = csv.get_dialect(name)"
    )]
    fn get_dialect(name: &Object) -> Result {
        dialect::find(name)
    }

    #[pyfunction(doc = "Return a list of all known dialect names.\n\n    names = csv.list_dialects()")]
    fn list_dialects() -> Result {
        dialect::names()
    }

    #[pyfunction(
        signature = "(new_limit=None)",
        doc = "Sets an upper limit on parsed fields.\n\n    csv.field_size_limit([limit])\n\nReturns old limit. If limit is not given, no new limit is set and\nthe old limit is returned"
    )]
    fn field_size_limit(new_limit: Option<&Object>) -> Result<i64> {
        let old = super::reader::FIELD_LIMIT.load(Ordering::Relaxed);
        if let Some(limit) = new_limit {
            if !int::is_exact(limit) {
                return Err(type_error!("limit must be an integer"));
            }
            let Some(limit) = int::to_i64(limit) else {
                return Err(pyrsc_core::overflow_error!("Python int too large to convert to C long"));
            };
            super::reader::FIELD_LIMIT.store(limit, Ordering::Relaxed);
        }
        Ok(old)
    }
}

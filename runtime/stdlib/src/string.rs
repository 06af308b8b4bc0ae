//! `_string`: the parsers of format strings, for `string.Formatter`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_builtins::str_format::{Parser, next_accessor, split_name};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, name_of};
use pyrsc_macros::{pyclass, pymethods, pymodule};

/// Goes through the pieces of a format string.
#[pyclass(name = "formatteriterator", module = "_string", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct FormatterIterator {
    header: Header,
    template: Owned,
    position: Cell<usize>,
}

#[pymethods(FormatterIterator)]
mod pieces {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &FormatterIterator) -> Result<Option<Owned>> {
        let Some(template) = this.template.downcast::<Str>() else { return Ok(None) };
        let mut parser = Parser::new(template.units(), this.position.get(), template.len());
        let Some(piece) = parser.next_piece()? else { return Ok(None) };
        this.position.set(parser.position());
        let part = |(start, end): (usize, usize)| template.substring(start, end).into_owned();
        let mut items = vec![part(piece.literal)];
        if piece.has_field {
            items.push(part(piece.name));
            items.push(part(piece.specification));
            items
                .push(piece.conversion.map_or(Owned::none(), |code| Str::from_code_point(code).into_owned()));
        } else {
            items.extend([Owned::none(), Owned::none(), Owned::none()]);
        }
        Ok(Some(Tuple::from_vec(items).into_owned()))
    }
}

/// Goes through the accessors of a field's name.
#[pyclass(name = "fieldnameiterator", module = "_string", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct FieldNameIterator {
    header: Header,
    name: Owned,
    position: Cell<usize>,
}

#[pymethods(FieldNameIterator)]
mod accessors {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &FieldNameIterator) -> Result<Option<Owned>> {
        let Some(name) = this.name.downcast::<Str>() else { return Ok(None) };
        let Some((is_attribute, key, next)) = next_accessor(name.units(), this.position.get())? else {
            return Ok(None);
        };
        this.position.set(next);
        Ok(Some(Tuple::pair(Owned::bool(is_attribute), key.to_owned()).into_owned()))
    }
}

fn text(object: &Object) -> Result<&Str> {
    object.downcast::<Str>().ok_or_else(|| type_error!("expected str, got {}", name_of(object)))
}

#[pymodule(name = "_string")]
pub mod module {
    use super::*;

    #[pyfunction]
    fn formatter_parser(string: &Object) -> Result {
        text(string)?;
        let contents = FormatterIterator {
            header: Header::unset(),
            template: string.to_owned(),
            position: Cell::new(0),
        };
        Ok(memory::allocate(FormatterIterator::type_object(), contents).into_owned())
    }

    #[pyfunction]
    fn formatter_field_name_split(string: &Object) -> Result {
        let (first, position) = split_name(text(string)?.units())?;
        let contents = FieldNameIterator {
            header: Header::unset(),
            name: string.to_owned(),
            position: Cell::new(position),
        };
        let rest = memory::allocate(FieldNameIterator::type_object(), contents).into_owned();
        Ok(Tuple::pair(first.to_owned(), rest).into_owned())
    }
}

/// The types of the module with their methods.
pub const TYPES: &[pyrsc_core::spec::BuiltinType] = &[
    pyrsc_core::spec::BuiltinType { ty: &FORMATTER_ITERATOR, methods: &[&PIECES] },
    pyrsc_core::spec::BuiltinType { ty: &FIELD_NAME_ITERATOR, methods: &[&ACCESSORS] },
];

//! `_tokens`: what `_tokenize` is made of.

use pyrsc_core::list::List;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_macros::pymodule;

use crate::hooks::{self, SyntaxFault, TokenRow};

#[pymodule(name = "_tokens")]
mod functions {
    use super::*;

    /// The tokens of a source up to a mistake, and the mistake: its class, message, line, column, text, and whether its
    /// end is known, which is where it begins.
    #[pyfunction(signature = "(source, extra_tokens, /)")]
    fn split(source: &Str, extra_tokens: bool) -> Result {
        let (rows, fault) = hooks::tokens(&source.to_string_lossy(), extra_tokens)?;
        let rows = List::from_vec(rows.into_iter().map(row).collect()).into_owned();
        Ok(Tuple::from_vec(vec![rows, fault.map_or(Owned::none(), mistake)]).into_owned())
    }
}

fn text(text: &str) -> Owned {
    Str::new(text).into_owned()
}

fn number(number: i64) -> Owned {
    pyrsc_core::int::from_i64(number)
}

fn place((line, column): (u32, i32)) -> Owned {
    Tuple::from_vec(vec![number(line.into()), number(column.into())]).into_owned()
}

fn row(row: TokenRow) -> Owned {
    let parts = vec![number(row.kind), text(&row.text), place(row.start), place(row.end), text(&row.line)];
    Tuple::from_vec(parts).into_owned()
}

fn mistake(fault: SyntaxFault) -> Owned {
    let parts = vec![
        text(fault.class),
        text(&fault.message),
        number(fault.line.into()),
        number(fault.column.into()),
        fault.text.as_deref().map_or(Owned::none(), text),
        Owned::bool(fault.end_line > 0),
    ];
    Tuple::from_vec(parts).into_owned()
}

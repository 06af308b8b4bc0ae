//! Which instruction of the bytecode each place in a module's machine code belongs to: read from the object file's DWARF
//! (see [`crate::debug_info`]), written as a table that is linked with it (`pyrsc_abi::native_module::SiteTable`).
//!
//! A function's part is a list of runs of machine code: how many bytes behind the last run's start it starts, then its
//! unit + 1 relative to the last run's (0 where there is none), as varints, the second in zigzag form.

use std::collections::HashMap;
use std::fmt::Write;

use gimli::{DebugLine, DebugLineOffset, LittleEndian};
use object::{Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

use crate::debug_info::{Location, locations};
use crate::emit::CodegenError;
use crate::function::body_name;
use crate::module::{ModuleInput, bytes};

/// The symbol of a module's table of sites.
pub fn sites_symbol(name: &str) -> String {
    format!("pyrsc_sites_{name}")
}

/// The LLVM IR text of the table for the object that was made of the module.
pub fn sites_text(
    input: ModuleInput<'_>,
    object: &[u8],
    target_triple: &str,
    data_layout: &str,
) -> Result<String, CodegenError> {
    let fail = |error: &dyn std::fmt::Display| CodegenError(format!("reading the object's lines: {error}"));
    let object = object::File::parse(object).map_err(|error| fail(&error))?;
    let rows = line_rows(&object).map_err(|error| fail(&error))?;
    let mut places: HashMap<&str, (u64, u64)> = HashMap::new();
    for symbol in object.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
        if let Ok(name) = symbol.name() {
            places.insert(name, (symbol.address(), symbol.size()));
        }
    }
    let mut table = Vec::new();
    let mut functions = Vec::new();
    for function in input.functions {
        let Some(&(start, size)) = places.get(body_name(function).as_str()) else { continue };
        let first = table.len();
        let code = &input.codes[function.id.index()];
        encode(&locations(function, code), start, start + size, &rows, &mut table);
        functions.push(format!("{FUNCTION} {{ i32 {}, i32 {first}, i32 {} }}", function.id.0, table.len()));
    }
    let mut text = format!("target datalayout = \"{data_layout}\"\ntarget triple = \"{target_triple}\"\n");
    let failed = |_| CodegenError("text cannot be written".to_string());
    bytes(&mut text, "runs", &table).map_err(failed)?;
    writeln!(
        text,
        "@functions = internal constant [{} x {FUNCTION}] [{}]\n\
         @\"{}\" = hidden constant {{ ptr, i64, ptr, i64 }} {{ ptr @functions, i64 {}, ptr @runs, i64 {} }}",
        functions.len(),
        functions.join(", "),
        sites_symbol(input.name),
        functions.len(),
        table.len(),
    )
    .map_err(failed)?;
    Ok(text)
}

const FUNCTION: &str = "{ i32, i32, i32 }";

/// A row of the line program: from this address on the location; none where the code belongs to no line.
type Row = (u64, Option<Location>);

/// The rows of the object's line program, by address.
fn line_rows(object: &object::File<'_>) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let Some(section) = object.section_by_name(".debug_line") else { return Ok(Vec::new()) };
    let mut data = section.data()?.to_vec();
    for (offset, relocation) in section.relocations() {
        // Addresses of code: the only words of the section that are not known before the link.
        if relocation.size() != 64 {
            continue;
        }
        let base = match relocation.target() {
            RelocationTarget::Symbol(index) => object.symbol_by_index(index)?.address(),
            _ => 0,
        };
        let address = base.wrapping_add_signed(relocation.addend());
        let place = usize::try_from(offset)?;
        data.get_mut(place..place + 8)
            .ok_or("a relocation outside its section")?
            .copy_from_slice(&address.to_le_bytes());
    }
    let mut rows: Vec<Row> = Vec::new();
    let line = DebugLine::new(&data, LittleEndian);
    let mut program = line.program(DebugLineOffset(0), 8, None, None)?.rows();
    while let Some((_, row)) = program.next_row()? {
        let line = row.line().and_then(|line| u32::try_from(line.get()).ok());
        let column = match row.column() {
            gimli::ColumnType::LeftEdge => 0,
            gimli::ColumnType::Column(column) => u32::try_from(column.get()).unwrap_or(0),
        };
        let location = if row.end_sequence() { None } else { line.map(|line| (line, column)) };
        rows.push((row.address(), location));
    }
    rows.sort_by_key(|&(address, _)| address);
    Ok(rows)
}

/// Appends a function's runs.
fn encode(locations: &HashMap<u32, Location>, start: u64, end: u64, rows: &[Row], table: &mut Vec<u8>) {
    let mut units: HashMap<Location, u32> = HashMap::new();
    for (&unit, &location) in locations {
        let known = units.entry(location).or_insert(unit);
        *known = unit.min(*known);
    }
    let mut runs: Vec<(u64, u32)> = Vec::new();
    let first = rows.partition_point(|&(address, _)| address < start);
    for &(address, location) in rows[first..].iter().take_while(|&&(address, _)| address < end) {
        let unit = location.and_then(|location| units.get(&location)).map_or(0, |unit| unit + 1);
        // Of rows with one address the last counts.
        if runs.last().is_some_and(|&(last, _)| last == address - start) {
            runs.pop();
        }
        if runs.last().is_none_or(|&(_, last)| last != unit) {
            runs.push((address - start, unit));
        }
    }
    let (mut place, mut last) = (0, 0);
    for (offset, unit) in runs {
        varint(table, offset - place);
        let difference = i64::from(unit) - last;
        varint(table, ((difference << 1) ^ (difference >> 63)) as u64);
        (place, last) = (offset, i64::from(unit));
    }
}

fn varint(table: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        table.push(number as u8 | 0x80);
        number >>= 7;
    }
    table.push(number as u8);
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::encode;

    #[test]
    fn runs_are_a_function_s_own() {
        let locations = HashMap::from([(9, (5, 1)), (2, (4, 1)), (12, (5, 2))]);
        let rows = [
            (90, Some((5, 2))),
            (100, Some((1, 0))),
            (104, Some((5, 2))),
            (104, Some((5, 1))),
            (110, Some((5, 1))),
            (304, Some((4, 1))),
            (310, None),
            (400, Some((5, 2))),
        ];
        let mut table = Vec::new();
        encode(&locations, 100, 400, &rows, &mut table);
        // From byte 0 no unit, from 4 unit 9, from 204 unit 2, from 210 none.
        assert_eq!(table, [0, 0, 4, 20, 0xc8, 1, 13, 6, 5]);
    }
}

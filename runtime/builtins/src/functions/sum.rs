//! `sum`.
//!
//! CPython: `builtin_sum_impl` in Python/bltinmodule.c: ints in a machine word, then floats with compensation (Neumaier,
//! "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen"), then anything.

use pyrsc_core::float;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_macros::pyfunction;

/// A sum of floats with the rounding errors kept apart.
#[derive(Clone, Copy)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn add(&mut self, number: f64) {
        let total = self.high + number;
        if self.high.abs() >= number.abs() {
            self.low += (self.high - total) + number;
        } else {
            self.low += (number - total) + self.high;
        }
        self.high = total;
    }

    fn result(self) -> f64 {
        // An infinite or NaN error says nothing.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// The number of an exact float.
fn exact_float(value: &Object) -> Option<f64> {
    if float::is_exact(value) { float::to_f64(value) } else { None }
}

#[pyfunction(signature = "(iterable, /, start=0)")]
pub fn sum(iterable: &Object, start: Option<&Object>) -> Result {
    let iterator = pyrsc_core::iteration::iterate(iterable)?;
    let mut total = match start {
        None => Owned::small_int(0),
        Some(start) if start.is_instance_of::<Str>() => {
            return Err(type_error!("sum() can't sum strings [use ''.join(seq) instead]"));
        }
        Some(start) if start.is_instance_of::<pyrsc_core::bytes::Bytes>() => {
            return Err(type_error!("sum() can't sum bytes [use b''.join(seq) instead]"));
        }
        Some(start) if start.is_instance_of::<pyrsc_core::bytearray::ByteArray>() => {
            return Err(type_error!("sum() can't sum bytearray [use b''.join(seq) instead]"));
        }
        Some(start) => start.to_owned(),
    };
    if total.value().is_int() {
        let mut integer = total.value().int();
        loop {
            let Some(item) = pyrsc_core::iteration::next(&iterator)? else {
                return Ok(int::from_i64(integer));
            };
            if item.value().is_int()
                && let Some(sum) = integer.checked_add(item.value().int())
            {
                integer = sum;
                continue;
            }
            total = operations::add(&int::from_i64(integer), &item)?;
            break;
        }
    }
    if let Some(number) = exact_float(&total) {
        let mut sum = Compensated { high: number, low: 0.0 };
        loop {
            let Some(item) = pyrsc_core::iteration::next(&iterator)? else {
                return Ok(float::from_f64(sum.result()));
            };
            if let Some(number) = exact_float(&item) {
                sum.add(number);
            } else if item.value().is_int() {
                sum.add(item.value().int() as f64);
            } else {
                total = operations::add(&float::from_f64(sum.result()), &item)?;
                break;
            }
        }
    }
    while let Some(item) = pyrsc_core::iteration::next(&iterator)? {
        total = operations::add(&total, &item)?;
    }
    Ok(total)
}

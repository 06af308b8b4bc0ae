//! How long a call that waits may take.

use std::time::{Duration, Instant};

use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::{float, int, operations, overflow_error, type_error, value_error};

/// A moment to wait for; none: for ever.
#[derive(Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from now; none: for ever.
    pub fn after(time: Option<Duration>) -> Deadline {
        Deadline(time.and_then(|time| Instant::now().checked_add(time)))
    }

    /// What is left; none: for ever.
    pub fn left(self) -> Option<Duration> {
        self.0.map(|moment| moment.saturating_duration_since(Instant::now()))
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        self.0.is_some_and(|moment| Instant::now() >= moment)
    }

    /// What is left in milliseconds, rounded up, as `poll(2)` takes it: -1 is for ever.
    pub fn milliseconds(self) -> i32 {
        match self.left() {
            None => -1,
            Some(left) => i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX),
        }
    }
}

/// A number of units as a length of time. Negative numbers are `Err`; `text` is what is said of what is no number.
pub fn duration(object: &Object, unit: Duration, text: &str) -> Result<std::result::Result<Duration, ()>> {
    let range = || overflow_error!("timestamp out of range for platform time_t");
    if let Some(number) = float::to_f64(object).filter(|_| !int::is_int(object)) {
        if number.is_nan() {
            return Err(value_error!("Invalid value NaN (not a number)"));
        }
        if number < 0.0 {
            return Ok(Err(()));
        }
        let seconds = number * unit.as_secs_f64();
        return Ok(Ok(Duration::try_from_secs_f64(seconds).map_err(|_| range())?));
    }
    if !pyrsc_core::slice::has_index(object) {
        if object.type_object().special().float.is_some() {
            let number = operations::float(object)?;
            return duration(&number, unit, text);
        }
        return Err(type_error!("{text}"));
    }
    let number = int::index(object)?;
    if int::View::of(&number).is_some_and(|number| number.is_negative()) {
        return Ok(Err(()));
    }
    let number = int::to_u64(&number).filter(|number| *number <= i64::MAX as u64).ok_or_else(range)?;
    let seconds = u128::from(number) * unit.as_nanos();
    let whole = u64::try_from(seconds / 1_000_000_000).map_err(|_| range())?;
    Ok(Ok(Duration::new(whole, (seconds % 1_000_000_000) as u32)))
}

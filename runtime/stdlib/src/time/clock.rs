//! Clocks, and lengths of time in nanoseconds.

use std::time::Duration;

use pyrsc_core::exception;
use pyrsc_core::int::{self, View};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::type_object::name_of;
use pyrsc_core::{float, overflow_error, type_error, value_error};

const NANOSECONDS: i64 = 1_000_000_000;

/// What a clock shows, in nanoseconds.
pub fn read(clock: libc::clockid_t) -> Result<i64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a local of the right type.
    if unsafe { libc::clock_gettime(clock, &raw mut time) } != 0 {
        return Err(exception::last_os_error());
    }
    Ok(time.tv_sec * NANOSECONDS + time.tv_nsec)
}

/// The smallest step of a clock, in seconds.
pub fn resolution(clock: libc::clockid_t) -> Result<f64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: as above.
    if unsafe { libc::clock_getres(clock, &raw mut time) } != 0 {
        return Err(exception::last_os_error());
    }
    Ok(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
}

/// Sets a clock.
pub fn set(clock: libc::clockid_t, nanoseconds: i64) -> Result<()> {
    let time = libc::timespec {
        tv_sec: nanoseconds.div_euclid(NANOSECONDS),
        tv_nsec: nanoseconds.rem_euclid(NANOSECONDS),
    };
    // SAFETY: as above.
    if unsafe { libc::clock_settime(clock, &raw const time) } != 0 {
        return Err(exception::last_os_error());
    }
    Ok(())
}

/// Nanoseconds as a float of seconds.
pub fn seconds(nanoseconds: i64) -> f64 {
    if nanoseconds % NANOSECONDS == 0 {
        (nanoseconds / NANOSECONDS) as f64
    } else {
        nanoseconds as f64 / NANOSECONDS as f64
    }
}

/// Which clock a function of `time` reads.
pub fn named(name: &str) -> Result<(libc::clockid_t, &'static str, bool, bool)> {
    Ok(match name {
        "time" => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
        "monotonic" | "perf_counter" => {
            (libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false)
        }
        "process_time" => {
            (libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false)
        }
        "thread_time" => {
            (libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false)
        }
        _ => return Err(value_error!("unknown clock")),
    })
}

/// The argument that says which clock is meant.
pub fn id(object: &Object) -> Result<libc::clockid_t> {
    match View::of(object) {
        Some(view) => match view.to_i64().and_then(|id| i32::try_from(id).ok()) {
            Some(id) => Ok(id),
            None => Err(overflow_error!("clk_id is greater than maximum")),
        },
        None => Err(type_error!("clk_id should be integer, not {}", name_of(object))),
    }
}

/// A length of time in seconds, as an int or float, in nanoseconds; rounded away from zero.
pub fn duration(object: &Object) -> Result<i64> {
    let out_of_range = || overflow_error!("timestamp out of range for C PyTime_t");
    if let Some(seconds) = float::to_f64(object) {
        if seconds.is_nan() {
            return Err(value_error!("Invalid value NaN (not a number)"));
        }
        let nanoseconds = seconds * NANOSECONDS as f64;
        let rounded = if nanoseconds >= 0.0 { nanoseconds.ceil() } else { nanoseconds.floor() };
        if !(-(2f64.powi(63))..2f64.powi(63)).contains(&rounded) {
            return Err(out_of_range());
        }
        return Ok(rounded as i64);
    }
    if !int::is_int(object) && object.type_object().special().index.is_none() {
        return Err(type_error!("'{}' object cannot be interpreted as an integer or float", name_of(object)));
    }
    let number: Owned = int::index(object)?;
    int::to_i64(&number).and_then(|seconds| seconds.checked_mul(NANOSECONDS)).ok_or_else(out_of_range)
}

/// A point in time in seconds since the epoch, rounded down; now for None.
pub fn timestamp(object: Option<&Object>) -> Result<i64> {
    let out_of_range = || overflow_error!("timestamp out of range for platform time_t");
    let Some(object) = object.filter(|object| !object.is_none()) else {
        return Ok(read(libc::CLOCK_REALTIME)?.div_euclid(NANOSECONDS));
    };
    if let Some(seconds) = float::to_f64(object) {
        if seconds.is_nan() {
            return Err(value_error!("Invalid value NaN (not a number)"));
        }
        let whole = seconds.floor();
        if !(-(2f64.powi(63))..2f64.powi(63)).contains(&whole) {
            return Err(out_of_range());
        }
        return Ok(whole as i64);
    }
    let number = int::index(object)?;
    int::to_i64(&number).ok_or_else(out_of_range)
}

/// Sleeps, without the GIL; a signal whose handler raises ends it.
pub fn sleep(nanoseconds: i64) -> Result<()> {
    let deadline = read(libc::CLOCK_MONOTONIC)?.saturating_add(nanoseconds);
    loop {
        let rest = deadline.saturating_sub(read(libc::CLOCK_MONOTONIC)?);
        if rest <= 0 && nanoseconds > 0 {
            return Ok(());
        }
        let rest = Duration::from_nanos(rest.max(0) as u64);
        let request = libc::timespec {
            tv_sec: rest.as_secs() as libc::time_t,
            tv_nsec: i64::from(rest.subsec_nanos()),
        };
        let status = pyrsc_core::gil::without(|| {
            // SAFETY: the pointer is to a local of the right type; the remainder is not wanted.
            unsafe {
                libc::clock_nanosleep(libc::CLOCK_MONOTONIC, 0, &raw const request, std::ptr::null_mut())
            }
        });
        match status {
            0 => return Ok(()),
            libc::EINTR => pyrsc_core::gil::check_signals()?,
            error => return Err(exception::os_error(error)),
        }
    }
}

//! `time`.
//!
//! - [`clock`]: reading clocks, sleeping
//! - [`calendar`]: years, months and days

pub mod calendar;
pub mod clock;

use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{call::Arguments, exception, operations, startup, value_error};
use pyrsc_macros::pymodule;

use calendar::Calendar;

/// An attribute of a module, which is imported.
pub(crate) fn import_attribute(module: &str, attribute: &str) -> Result {
    let import = startup::builtin("__import__")?;
    let module = operations::call(&import, &[Str::new(module).object()])?;
    operations::get_attribute_named(&module, attribute)
}

/// The zone's offset from UTC in seconds (west is positive) and its name, at a timestamp.
fn zone_at(timestamp: i64) -> Result<(i64, String)> {
    let local = Calendar::local(timestamp)?;
    Ok((-local.fields.tm_gmtoff, local.zone()))
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` of the module from the zone's rules.
fn set_zone(module: &Object) -> Result<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = clock::timestamp(None)? / YEAR * YEAR;
    let (winter, summer) = (zone_at(start)?, zone_at(start + YEAR / 2)?);
    // In the southern hemisphere it is the other way round.
    let (standard, other) = if winter.0 < summer.0 { (summer, winter) } else { (winter, summer) };
    let set =
        |name: &str, value: Owned| operations::set_attribute(module, &pyrsc_core::str::intern(name), &value);
    set("daylight", int::from_i64((standard.0 != other.0).into()))?;
    set("timezone", int::from_i64(standard.0))?;
    set("altzone", int::from_i64(other.0))?;
    let names = Tuple::pair(Str::new(&standard.1).into_owned(), Str::new(&other.1).into_owned());
    set("tzname", names.into_owned())
}

fn read_seconds(name: &str) -> Result<f64> {
    Ok(clock::seconds(clock::read(clock::named(name)?.0)?))
}

fn read_nanoseconds(name: &str) -> Result<i64> {
    clock::read(clock::named(name)?.0)
}

/// The time that an optional argument says; now without one.
fn calendar_argument(object: Option<&Object>, function: &str) -> Result<Calendar> {
    match object {
        Some(object) => {
            let mut calendar = Calendar::from_object(object, function)?;
            calendar.check()?;
            Ok(calendar)
        }
        None => Calendar::local(clock::timestamp(None)?),
    }
}

#[pymodule(
    name = "time",
    doc = "This module provides various functions to manipulate time values.\n\nThere are two standard representations of time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\nor a floating-point number (to represent fractions of seconds).\nThe epoch is the point where the time starts, the return value of time.gmtime(0).\nIt is January 1, 1970, 00:00:00 (UTC) on all platforms.\n\nThe other representation is a tuple of 9 integers giving local time.",
    types(calendar::STRUCT_TIME)
)]
mod module {
    use super::*;

    #[init]
    fn init(module: &Object) -> Result<()> {
        let constants = [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_TAI", libc::CLOCK_TAI),
        ];
        for (name, value) in constants {
            operations::set_attribute(module, &pyrsc_core::str::intern(name), &int::from_i64(value.into()))?;
        }
        set_zone(module)
    }

    #[attribute(name = "_STRUCT_TM_ITEMS")]
    fn struct_tm_items() -> i64 {
        11
    }

    /// Return the current time in seconds since the Epoch.
    ///
    /// Fractions of a second may be present if the system clock provides them.
    #[pyfunction]
    fn time() -> Result<f64> {
        read_seconds("time")
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[pyfunction]
    fn time_ns() -> Result<i64> {
        read_nanoseconds("time")
    }

    /// Monotonic clock, cannot go backward.
    #[pyfunction]
    fn monotonic() -> Result<f64> {
        read_seconds("monotonic")
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[pyfunction]
    fn monotonic_ns() -> Result<i64> {
        read_nanoseconds("monotonic")
    }

    /// Performance counter for benchmarking.
    #[pyfunction]
    fn perf_counter() -> Result<f64> {
        read_seconds("perf_counter")
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[pyfunction]
    fn perf_counter_ns() -> Result<i64> {
        read_nanoseconds("perf_counter")
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn process_time() -> Result<f64> {
        read_seconds("process_time")
    }

    /// Process time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn process_time_ns() -> Result<i64> {
        read_nanoseconds("process_time")
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn thread_time() -> Result<f64> {
        read_seconds("thread_time")
    }

    /// Thread time for profiling as nanoseconds: sum of the kernel and user-space CPU time.
    #[pyfunction]
    fn thread_time_ns() -> Result<i64> {
        read_nanoseconds("thread_time")
    }

    /// Return the time of the specified clock clk_id as a float.
    #[pyfunction]
    fn clock_gettime(clk_id: &Object) -> Result<f64> {
        Ok(clock::seconds(clock::read(clock::id(clk_id)?)?))
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[pyfunction]
    fn clock_gettime_ns(clk_id: &Object) -> Result<i64> {
        clock::read(clock::id(clk_id)?)
    }

    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[pyfunction]
    fn clock_getres(clk_id: &Object) -> Result<f64> {
        clock::resolution(clock::id(clk_id)?)
    }

    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[pyfunction]
    fn clock_settime(clk_id: &Object, time: &Object) -> Result<()> {
        clock::set(clock::id(clk_id)?, clock::duration(time)?)
    }

    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[pyfunction]
    fn clock_settime_ns(clk_id: &Object, time: i64) -> Result<()> {
        clock::set(clock::id(clk_id)?, time)
    }

    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[pyfunction]
    fn pthread_getcpuclockid(thread_id: u64) -> Result<i32> {
        let mut clock = 0;
        // SAFETY: the pointer is to a local of the right type; the caller names a live thread, as in CPython.
        let status = unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &raw mut clock) };
        if status == 0 { Ok(clock) } else { Err(exception::os_error(status)) }
    }

    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[pyfunction]
    fn get_clock_info(name: &Str) -> Result {
        let (id, implementation, monotonic, adjustable) = clock::named(&name.to_string_lossy())?;
        let resolution = clock::resolution(id)?;
        let namespace = import_attribute("types", "SimpleNamespace")?;
        let info = operations::call(&namespace, &[])?;
        let set = |name: &str, value: Owned| {
            operations::set_attribute(&info, &pyrsc_core::str::intern(name), &value)
        };
        set("implementation", Str::new(implementation).into_owned())?;
        set("monotonic", monotonic.into())?;
        set("adjustable", adjustable.into())?;
        set("resolution", pyrsc_core::float::from_f64(resolution))?;
        Ok(info)
    }

    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[pyfunction]
    fn sleep(object: &Object) -> Result<()> {
        let nanoseconds = clock::duration(object)?;
        if nanoseconds < 0 {
            return Err(value_error!("sleep length must be non-negative"));
        }
        clock::sleep(nanoseconds)
    }

    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[pyfunction]
    fn gmtime(seconds: Option<&Object>) -> Result {
        Ok(Calendar::utc(clock::timestamp(seconds)?)?.to_object())
    }

    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[pyfunction]
    fn localtime(seconds: Option<&Object>) -> Result {
        Ok(Calendar::local(clock::timestamp(seconds)?)?.to_object())
    }

    /// mktime(tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[pyfunction]
    fn mktime(object: &Object) -> Result<f64> {
        Ok(Calendar::from_object(object, "mktime")?.to_timestamp()? as f64)
    }

    /// asctime([tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[pyfunction]
    fn asctime(tuple: Option<&Object>) -> Result<String> {
        Ok(calendar_argument(tuple, "asctime")?.to_text())
    }

    /// ctime(seconds) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When the time tuple is
    /// not present, current time as returned by localtime() is used.
    #[pyfunction]
    fn ctime(seconds: Option<&Object>) -> Result<String> {
        Ok(Calendar::local(clock::timestamp(seconds)?)?.to_text())
    }

    /// strftime(format[, tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    #[pyfunction]
    fn strftime(format: &Str, tuple: Option<&Object>) -> Result<Ref<Str>> {
        Ok(calendar_argument(tuple, "strftime")?.format(format))
    }

    /// strptime(string, format) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    #[pyfunction]
    fn strptime(arguments: Arguments<'_>) -> Result {
        let parse = import_attribute("_strptime", "_strptime_time")?;
        operations::call_arguments(&parse, arguments)
    }

    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ'].
    #[pyfunction]
    fn tzset() -> Result<()> {
        unsafe extern "C" {
            #[link_name = "tzset"]
            fn read_zone();
        }
        // SAFETY: the GIL keeps other threads from changing the environment.
        unsafe { read_zone() };
        let import = startup::builtin("__import__")?;
        let module = operations::call(&import, &[Str::new("time").object()])?;
        set_zone(&module)
    }
}

//! Broken-down times: `struct_time`, and C's `struct tm`.

use std::ffi::{CStr, CString};

use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::struct_sequence;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{exception, overflow_error, type_error, value_error};

struct_sequence! {
    /// `time.struct_time`
    pub static STRUCT_TIME: "time" "struct_time", methods STRUCT_TIME_METHODS, fields STRUCT_TIME_FIELDS,
    doc "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.",
    visible {
        tm_year "year, for example, 1993",
        tm_mon "month of year, range [1, 12]",
        tm_mday "day of month, range [1, 31]",
        tm_hour "hours, range [0, 23]",
        tm_min "minutes, range [0, 59]",
        tm_sec "seconds, range [0, 61])",
        tm_wday "day of week, range [0, 6], Monday is 0",
        tm_yday "day of year, range [1, 366]",
        tm_isdst "1 if summer time is in effect, 0 if not, and -1 if unknown",
    }
    hidden {
        tm_zone "abbreviation of timezone name",
        tm_gmtoff "offset from UTC in seconds",
    }
}

/// A broken-down time with the zone's name, which C's struct only points to.
#[derive(Clone)]
pub struct Calendar {
    pub fields: libc::tm,
    zone: Option<CString>,
}

fn zeroed() -> libc::tm {
    // SAFETY: a `tm` of zeros is valid: numbers and a null pointer.
    unsafe { std::mem::zeroed() }
}

impl Calendar {
    /// The time at a timestamp, in the local zone.
    pub fn local(timestamp: i64) -> Result<Calendar> {
        let mut fields = zeroed();
        // SAFETY: the pointers are to locals of the right types.
        let found = unsafe { libc::localtime_r(&raw const timestamp, &raw mut fields) };
        if found.is_null() { Err(exception::last_os_error()) } else { Ok(Calendar::with_zone(fields)) }
    }

    /// The time at a timestamp, in UTC.
    pub fn utc(timestamp: i64) -> Result<Calendar> {
        let mut fields = zeroed();
        // SAFETY: the pointers are to locals of the right types.
        let found = unsafe { libc::gmtime_r(&raw const timestamp, &raw mut fields) };
        if found.is_null() { Err(exception::last_os_error()) } else { Ok(Calendar::with_zone(fields)) }
    }

    fn with_zone(mut fields: libc::tm) -> Calendar {
        // SAFETY: the C library set the pointer, to a string that lives until the next `tzset`.
        let zone = unsafe { fields.tm_zone.as_ref() }.map(|zone| unsafe { CStr::from_ptr(zone) }.to_owned());
        fields.tm_zone = std::ptr::null();
        Calendar { fields, zone }
    }

    /// The name of the zone.
    pub fn zone(&self) -> String {
        self.zone.as_ref().map_or_else(String::new, |zone| zone.to_string_lossy().into_owned())
    }

    /// As `struct_time`.
    pub fn to_object(&self) -> Owned {
        let fields = &self.fields;
        let mut values: Vec<Owned> = [
            i64::from(fields.tm_year) + 1900,
            i64::from(fields.tm_mon) + 1,
            fields.tm_mday.into(),
            fields.tm_hour.into(),
            fields.tm_min.into(),
            fields.tm_sec.into(),
            i64::from(fields.tm_wday + 6) % 7,
            i64::from(fields.tm_yday) + 1,
            fields.tm_isdst.into(),
        ]
        .map(int::from_i64)
        .into();
        values.push(Str::new(&self.zone()).into_owned());
        values.push(int::from_i64(fields.tm_gmtoff));
        struct_sequence::new(&STRUCT_TIME_FIELDS, values)
    }

    /// The time that a tuple of nine ints, or a `struct_time`, says. `function` is for error messages.
    pub fn from_object(object: &Object, function: &str) -> Result<Calendar> {
        let Some(tuple) = object.downcast::<Tuple>() else {
            return Err(type_error!("Tuple or struct_time argument required"));
        };
        if tuple.len() != 9 {
            return Err(type_error!("{function}(): illegal time tuple argument"));
        }
        let mut numbers = [0i32; 9];
        for (number, item) in numbers.iter_mut().zip(tuple.iter()) {
            let item = int::index(item)?;
            let Some(value) = int::to_i64(&item) else {
                return Err(overflow_error!("Python int too large to convert to C long"));
            };
            *number = match i32::try_from(value) {
                Ok(value) => value,
                Err(_) if value > 0 => {
                    return Err(overflow_error!("signed integer is greater than maximum"));
                }
                Err(_) => return Err(overflow_error!("signed integer is less than minimum")),
            };
        }
        let mut fields = zeroed();
        let Some(year) = numbers[0].checked_sub(1900) else {
            return Err(overflow_error!("year out of range"));
        };
        fields.tm_year = year;
        fields.tm_mon = numbers[1].wrapping_sub(1);
        fields.tm_mday = numbers[2];
        fields.tm_hour = numbers[3];
        fields.tm_min = numbers[4];
        fields.tm_sec = numbers[5];
        fields.tm_wday = numbers[6].wrapping_add(1) % 7;
        fields.tm_yday = numbers[7].wrapping_sub(1);
        fields.tm_isdst = numbers[8];
        let mut zone = None;
        if std::ptr::eq(object.type_object(), &STRUCT_TIME) {
            let name = struct_sequence::field(object, 9);
            zone = name
                .downcast::<Str>()
                .and_then(|name| CString::new(name.to_string_lossy().into_owned()).ok());
            fields.tm_gmtoff = int::to_i64(&struct_sequence::field(object, 10)).unwrap_or(0);
        }
        Ok(Calendar { fields, zone })
    }

    /// Checks the fields that `strftime` and `asctime` index tables with. Zeros stand for the first month and day.
    pub fn check(&mut self) -> Result<()> {
        let fields = &mut self.fields;
        if fields.tm_mon == -1 {
            fields.tm_mon = 0;
        }
        if fields.tm_mday == 0 {
            fields.tm_mday = 1;
        }
        if fields.tm_yday == -1 {
            fields.tm_yday = 0;
        }
        let rules = [
            (fields.tm_mon, 0, 11, "month"),
            (fields.tm_mday, 0, 31, "day of month"),
            (fields.tm_hour, 0, 23, "hour"),
            (fields.tm_min, 0, 59, "minute"),
            (fields.tm_sec, 0, 61, "seconds"),
            (fields.tm_wday, 0, i32::MAX, "day of week"),
            (fields.tm_yday, 0, 365, "day of year"),
        ];
        for (value, least, most, name) in rules {
            if value < least || value > most {
                return Err(value_error!("{name} out of range"));
            }
        }
        Ok(())
    }

    /// `asctime`
    pub fn to_text(&self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let fields = &self.fields;
        format!(
            "{} {}{:3} {:02}:{:02}:{:02} {}",
            DAYS[fields.tm_wday as usize % 7],
            MONTHS[fields.tm_mon as usize % 12],
            fields.tm_mday,
            fields.tm_hour,
            fields.tm_min,
            fields.tm_sec,
            i64::from(fields.tm_year) + 1900
        )
    }

    /// The timestamp of this local time.
    pub fn to_timestamp(&self) -> Result<i64> {
        let mut fields = self.fields;
        // Tells an error from the time -1: the library sets the day of the week where it succeeds.
        fields.tm_wday = -1;
        // SAFETY: the pointer is to a local of the right type.
        let timestamp = unsafe { libc::mktime(&raw mut fields) };
        if timestamp == -1 && fields.tm_wday == -1 {
            return Err(overflow_error!("mktime argument out of range"));
        }
        Ok(timestamp)
    }

    /// `strftime`: runs of ASCII go to the C library, anything else is copied.
    pub fn format(&self, format: &Str) -> pyrsc_core::owned::Ref<Str> {
        let mut fields = self.fields;
        fields.tm_zone = self.zone.as_ref().map_or(c"".as_ptr(), |zone| zone.as_ptr());
        let mut out = StrBuilder::with_capacity(format.len() * 2);
        let mut run = Vec::new();
        for code in format.code_points() {
            match u8::try_from(code) {
                Ok(byte @ 1..=127) => run.push(byte),
                _ => {
                    format_run(&mut run, &fields, &mut out);
                    out.push(code);
                }
            }
        }
        format_run(&mut run, &fields, &mut out);
        out.finish()
    }
}

/// Formats a run of ASCII and empties it.
fn format_run(run: &mut Vec<u8>, fields: &libc::tm, out: &mut StrBuilder) {
    if run.is_empty() {
        return;
    }
    // A space in front: an empty result is no error then.
    let mut pattern = vec![b' '];
    pattern.append(run);
    let pattern = CString::new(pattern).expect("a run has no zero bytes");
    let mut buffer = vec![0u8; 256.max(pattern.as_bytes().len() * 4)];
    loop {
        // SAFETY: the buffer is as long as is said; the pattern and the fields are valid.
        let written = unsafe {
            libc::strftime(
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                pattern.as_ptr(),
                std::ptr::from_ref(fields),
            )
        };
        if written > 0 || buffer.len() > pattern.as_bytes().len() * 256 + 1024 {
            out.push_str(&String::from_utf8_lossy(&buffer[written.min(1)..written]));
            return;
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}

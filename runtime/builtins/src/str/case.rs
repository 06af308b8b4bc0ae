//! Methods of `str` that change or tell the case, and the other tests of what its characters are.

use pyrsc_core::owned::Ref;
use pyrsc_core::str::{Str, StrBuilder};
use pyrsc_core::str_units::Units;
use pyrsc_core::unicode::{self, Mapping};
use pyrsc_macros::pymethods;

#[pymethods(Str)]
mod case {
    use super::*;

    #[pymethod]
    fn lower(this: &Str) -> Ref<Str> {
        match this.as_ascii() {
            Some(text) => Str::from_ascii(text.to_ascii_lowercase().as_bytes()),
            None => map_all(this, lower_at),
        }
    }

    #[pymethod]
    fn upper(this: &Str) -> Ref<Str> {
        match this.as_ascii() {
            Some(text) => Str::from_ascii(text.to_ascii_uppercase().as_bytes()),
            None => map_all(this, |units, index| unicode::to_upper(units.at(index))),
        }
    }

    #[pymethod]
    fn casefold(this: &Str) -> Ref<Str> {
        match this.as_ascii() {
            Some(text) => Str::from_ascii(text.to_ascii_lowercase().as_bytes()),
            None => map_all(this, |units, index| unicode::to_fold(units.at(index))),
        }
    }

    #[pymethod]
    fn swapcase(this: &Str) -> Ref<Str> {
        map_all(this, |units, index| {
            let code = units.at(index);
            if unicode::is_upper(code) {
                lower_at(units, index)
            } else if unicode::is_lower(code) {
                unicode::to_upper(code)
            } else {
                one(code)
            }
        })
    }

    #[pymethod]
    fn capitalize(this: &Str) -> Ref<Str> {
        map_all(
            this,
            |units, index| if index == 0 { unicode::to_title(units.at(0)) } else { lower_at(units, index) },
        )
    }

    #[pymethod]
    fn title(this: &Str) -> Ref<Str> {
        let mut after_cased = false;
        map_all(this, |units, index| {
            let code = units.at(index);
            let mapped = if after_cased { lower_at(units, index) } else { unicode::to_title(code) };
            after_cased = is_cased(code);
            mapped
        })
    }

    #[pymethod]
    fn islower(this: &Str) -> bool {
        let mut cased = false;
        for code in this.code_points() {
            if unicode::is_upper(code) || unicode::is_title(code) {
                return false;
            }
            cased |= unicode::is_lower(code);
        }
        cased
    }

    #[pymethod]
    fn isupper(this: &Str) -> bool {
        let mut cased = false;
        for code in this.code_points() {
            if unicode::is_lower(code) || unicode::is_title(code) {
                return false;
            }
            cased |= unicode::is_upper(code);
        }
        cased
    }

    #[pymethod]
    fn istitle(this: &Str) -> bool {
        let (mut cased, mut after_cased) = (false, false);
        for code in this.code_points() {
            if unicode::is_upper(code) || unicode::is_title(code) {
                if after_cased {
                    return false;
                }
                (cased, after_cased) = (true, true);
            } else if unicode::is_lower(code) {
                if !after_cased {
                    return false;
                }
                (cased, after_cased) = (true, true);
            } else {
                after_cased = false;
            }
        }
        cased
    }

    #[pymethod]
    fn isalpha(this: &Str) -> bool {
        all(this, unicode::is_alphabetic)
    }

    #[pymethod]
    fn isalnum(this: &Str) -> bool {
        all(this, unicode::is_alphanumeric)
    }

    #[pymethod]
    fn isdecimal(this: &Str) -> bool {
        all(this, unicode::is_decimal)
    }

    #[pymethod]
    fn isdigit(this: &Str) -> bool {
        all(this, unicode::is_digit)
    }

    #[pymethod]
    fn isnumeric(this: &Str) -> bool {
        all(this, unicode::is_numeric)
    }

    #[pymethod]
    fn isspace(this: &Str) -> bool {
        all(this, unicode::is_space)
    }

    #[pymethod]
    fn isprintable(this: &Str) -> bool {
        this.code_points().all(unicode::is_printable)
    }

    #[pymethod]
    fn isascii(this: &Str) -> bool {
        this.is_ascii()
    }

    #[pymethod]
    fn isidentifier(this: &Str) -> bool {
        unicode::is_identifier(this.code_points())
    }
}

fn all(string: &Str, test: impl Fn(u32) -> bool) -> bool {
    !string.is_empty() && string.code_points().all(test)
}

fn is_cased(code: u32) -> bool {
    unicode::is_lower(code) || unicode::is_upper(code) || unicode::is_title(code)
}

fn one(code: u32) -> Mapping {
    let mut mapping = Mapping::new();
    mapping.push(code);
    mapping
}

fn map_all(string: &Str, mut map: impl FnMut(Units<'_>, usize) -> Mapping) -> Ref<Str> {
    let units = string.units();
    let mut out = StrBuilder::with_capacity(units.len());
    for index in 0..units.len() {
        map(units, index).into_iter().for_each(|code| out.push(code));
    }
    out.finish()
}

/// The lower-case mapping; a capital sigma becomes a final one after a cased letter and before none (Unicode 3.13,
/// `Final_Sigma`).
fn lower_at(units: Units<'_>, index: usize) -> Mapping {
    const CAPITAL_SIGMA: u32 = 0x3A3;
    let code = units.at(index);
    if code != CAPITAL_SIGMA {
        return unicode::to_lower(code);
    }
    let mut before = units.slice(0, index).iter().rev().skip_while(|&code| unicode::is_case_ignorable(code));
    let mut after =
        units.slice(index + 1, units.len()).iter().skip_while(|&code| unicode::is_case_ignorable(code));
    let is_final =
        before.next().is_some_and(unicode::is_cased) && !after.next().is_some_and(unicode::is_cased);
    one(if is_final { 0x3C2 } else { 0x3C3 })
}

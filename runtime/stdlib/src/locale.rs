//! `_locale`: the C library's locales.

use std::ffi::{CStr, CString};

use pyrsc_core::dict::Dict;
use pyrsc_core::exception::Exception;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::Class;
use pyrsc_core::value_error;
use pyrsc_macros::pymodule;

use crate::exception_class::ExceptionClass;
use crate::libc_numbers;
use crate::path_argument;

static ERROR: ExceptionClass =
    ExceptionClass::new("locale", "Error", || Ok(Exception::type_object().to_owned()));

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME
    ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7 ABMON_1 ABMON_10 ABMON_11 ABMON_12 ABMON_2 ABMON_3 ABMON_4
    ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ALT_DIGITS AM_STR CODESET CRNCYSTR DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7
    D_FMT D_T_FMT ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT MON_1 MON_10 MON_11 MON_12 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7
    MON_8 MON_9 NOEXPR PM_STR RADIXCHAR THOUSEP T_FMT T_FMT_AMPM YESEXPR
};

fn text(pointer: *const libc::c_char) -> Ref<Str> {
    if pointer.is_null() {
        return Str::empty();
    }
    // SAFETY: strings of the C library end with a zero byte.
    path_argument::decode(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

fn c_text(text: &Str) -> Result<CString> {
    CString::new(path_argument::encode(text)?).map_err(|_| value_error!("embedded null character"))
}

/// The sizes of groups of digits, as bytes up to a zero or `CHAR_MAX`, which is kept.
fn grouping(pointer: *const libc::c_char) -> Owned {
    let mut sizes = Vec::new();
    if !pointer.is_null() {
        // SAFETY: the string ends with a zero byte.
        for &size in unsafe { CStr::from_ptr(pointer) }.to_bytes() {
            sizes.push(Owned::small_int(i64::from(size)));
            if size == libc::c_char::MAX as u8 {
                break;
            }
        }
        if !sizes.is_empty()
            && sizes.last().is_some_and(|last| last.value().int() != i64::from(libc::c_char::MAX))
        {
            sizes.push(Owned::small_int(0));
        }
    }
    List::from_vec(sizes).into_owned()
}

unsafe extern "C" {
    fn gettext(message: *const libc::c_char) -> *mut libc::c_char;
    fn dgettext(domain: *const libc::c_char, message: *const libc::c_char) -> *mut libc::c_char;
    fn dcgettext(
        domain: *const libc::c_char,
        message: *const libc::c_char,
        category: libc::c_int,
    ) -> *mut libc::c_char;
    fn textdomain(domain: *const libc::c_char) -> *mut libc::c_char;
    fn bindtextdomain(domain: *const libc::c_char, folder: *const libc::c_char) -> *mut libc::c_char;
    fn bind_textdomain_codeset(
        domain: *const libc::c_char,
        codeset: *const libc::c_char,
    ) -> *mut libc::c_char;
}

/// A domain or the like that may be None.
fn optional_text(text: Option<&Object>) -> Result<Option<CString>> {
    match text.filter(|text| !text.is_none()) {
        None => Ok(None),
        Some(text) => match text.downcast::<Str>() {
            Some(text) => c_text(text).map(Some),
            None => Err(pyrsc_core::type_error!(
                "expected str or None, not {}",
                pyrsc_core::type_object::name_of(text)
            )),
        },
    }
}

fn pointer(text: &Option<CString>) -> *const libc::c_char {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

#[pymodule(name = "_locale", doc = "Support for POSIX locales.")]
mod module {
    use super::*;

    #[attribute(name = "Error")]
    fn error() -> Result {
        ERROR.get()
    }

    #[attribute(name = "CHAR_MAX")]
    fn largest_char() -> i64 {
        i64::from(libc::c_char::MAX)
    }

    #[pyfunction(signature = "(category, locale=None, /)")]
    fn setlocale(category: i32, locale: Option<&Object>) -> Result {
        let locale = optional_text(locale)?;
        // SAFETY: the string ends with a zero byte, or is null; the GIL is held.
        let result = unsafe { libc::setlocale(category, pointer(&locale)) };
        if result.is_null() {
            let message = if locale.is_some() { "unsupported locale setting" } else { "locale query failed" };
            return Err(ERROR.raise(message));
        }
        Ok(text(result).into_owned())
    }

    #[pyfunction]
    fn localeconv() -> Result {
        // SAFETY: the GIL is held: nobody changes the structure meanwhile.
        let conventions = unsafe { &*libc::localeconv() };
        let result = Dict::new();
        let set = |name: &str, value: Owned| result.set_str(&str::intern(name), &value);
        for (name, value) in [
            ("decimal_point", conventions.decimal_point),
            ("thousands_sep", conventions.thousands_sep),
            ("int_curr_symbol", conventions.int_curr_symbol),
            ("currency_symbol", conventions.currency_symbol),
            ("mon_decimal_point", conventions.mon_decimal_point),
            ("mon_thousands_sep", conventions.mon_thousands_sep),
            ("positive_sign", conventions.positive_sign),
            ("negative_sign", conventions.negative_sign),
        ] {
            set(name, text(value).into_owned())?;
        }
        set("grouping", grouping(conventions.grouping))?;
        set("mon_grouping", grouping(conventions.mon_grouping))?;
        for (name, value) in [
            ("int_frac_digits", conventions.int_frac_digits),
            ("frac_digits", conventions.frac_digits),
            ("p_cs_precedes", conventions.p_cs_precedes),
            ("p_sep_by_space", conventions.p_sep_by_space),
            ("n_cs_precedes", conventions.n_cs_precedes),
            ("n_sep_by_space", conventions.n_sep_by_space),
            ("p_sign_posn", conventions.p_sign_posn),
            ("n_sign_posn", conventions.n_sign_posn),
        ] {
            set(name, Owned::small_int(i64::from(value)))?;
        }
        Ok(result.into_owned())
    }

    #[pyfunction(signature = "(os1, os2, /)")]
    fn strcoll(os1: &Str, os2: &Str) -> Result<i64> {
        let (left, right) = (c_text(os1)?, c_text(os2)?);
        // SAFETY: both strings end with a zero byte.
        Ok(i64::from(unsafe { libc::strcoll(left.as_ptr(), right.as_ptr()) }))
    }

    #[pyfunction(signature = "(string, /)")]
    fn strxfrm(string: &Str) -> Result {
        let source = c_text(string)?;
        // SAFETY: with the length 0 nothing is written; then as much as was asked for.
        unsafe {
            let length = libc::strxfrm(std::ptr::null_mut(), source.as_ptr(), 0);
            let mut target = vec![0u8; length + 1];
            libc::strxfrm(target.as_mut_ptr().cast(), source.as_ptr(), target.len());
            target.truncate(length);
            Ok(path_argument::decode(&target).into_owned())
        }
    }

    #[pyfunction(signature = "(key, /)")]
    fn nl_langinfo(key: i32) -> Result {
        let known =
            NUMBERS.iter().any(|(name, number)| !name.starts_with("LC_") && *number == i64::from(key));
        if !known {
            return Err(value_error!("unsupported langinfo constant"));
        }
        // SAFETY: the constant is one of the C library's.
        Ok(text(unsafe { libc::nl_langinfo(key) }).into_owned())
    }

    #[pyfunction]
    fn getencoding() -> String {
        // SAFETY: the constant is one of the C library's.
        let codeset = text(unsafe { libc::nl_langinfo(libc::CODESET) }).to_string_lossy().into_owned();
        // Text is UTF-8 in the C locale too, as in CPython's UTF-8 mode.
        if codeset.is_empty() || codeset == "ANSI_X3.4-1968" { "UTF-8".to_string() } else { codeset }
    }

    #[pyfunction(name = "gettext", signature = "(msg, /)")]
    fn translate(msg: &Str) -> Result {
        let message = c_text(msg)?;
        // SAFETY: the string ends with a zero byte.
        Ok(text(unsafe { super::gettext(message.as_ptr()) }).into_owned())
    }

    #[pyfunction(name = "dgettext", signature = "(domain, msg, /)")]
    fn translate_in_domain(domain: Option<&Object>, msg: &Str) -> Result {
        let (domain, message) = (optional_text(domain)?, c_text(msg)?);
        // SAFETY: the strings end with a zero byte.
        Ok(text(unsafe { super::dgettext(pointer(&domain), message.as_ptr()) }).into_owned())
    }

    #[pyfunction(name = "dcgettext", signature = "(domain, msg, category, /)")]
    fn translate_in_category(domain: Option<&Object>, msg: &Str, category: i32) -> Result {
        let (domain, message) = (optional_text(domain)?, c_text(msg)?);
        // SAFETY: the strings end with a zero byte.
        Ok(text(unsafe { super::dcgettext(pointer(&domain), message.as_ptr(), category) }).into_owned())
    }

    #[pyfunction(name = "textdomain", signature = "(domain, /)")]
    fn text_domain(domain: Option<&Object>) -> Result {
        let domain = optional_text(domain)?;
        // SAFETY: the string ends with a zero byte, or is null.
        Ok(text(unsafe { super::textdomain(pointer(&domain)) }).into_owned())
    }

    #[pyfunction(name = "bindtextdomain", signature = "(domain, dir, /)")]
    fn bind_text_domain(domain: &Str, dir: Option<&Object>) -> Result {
        if domain.is_empty() {
            return Err(ERROR.raise("domain must be a non-empty string"));
        }
        let (domain, folder) = (c_text(domain)?, optional_text(dir)?);
        // SAFETY: the strings end with a zero byte, or are null.
        Ok(text(unsafe { super::bindtextdomain(domain.as_ptr(), pointer(&folder)) }).into_owned())
    }

    #[pyfunction(name = "bind_textdomain_codeset", signature = "(domain, codeset, /)")]
    fn bind_codeset(domain: &Str, codeset: Option<&Object>) -> Result {
        let (domain, codeset) = (c_text(domain)?, optional_text(codeset)?);
        // SAFETY: the strings end with a zero byte, or are null.
        let result = unsafe { super::bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset)) };
        Ok(if result.is_null() { Owned::none() } else { text(result).into_owned() })
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)
    }
}

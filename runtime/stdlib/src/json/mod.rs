//! `_json`: what makes `json` fast.

pub mod encoder;
pub mod scanner;

use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_macros::pymodule;

#[pymodule(name = "_json", doc = "json speedups\n")]
mod module {
    use super::*;

    #[attribute]
    fn make_scanner() -> Owned {
        scanner::SCANNER.to_owned()
    }

    #[attribute]
    fn make_encoder() -> Owned {
        encoder::ENCODER.to_owned()
    }

    #[pyfunction(
        signature = "(string, end, strict=True, /)",
        doc = "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote."
    )]
    fn scanstring(string: &Object, end: i64, strict: bool) -> Result {
        scanner::scan_string(string, end, strict)
    }

    #[pyfunction(
        doc = "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"
    )]
    fn encode_basestring(string: &Object) -> Result<Ref<Str>> {
        encoder::encode_string(string, false)
    }

    #[pyfunction(
        doc = "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"
    )]
    fn encode_basestring_ascii(string: &Object) -> Result<Ref<Str>> {
        encoder::encode_string(string, true)
    }
}

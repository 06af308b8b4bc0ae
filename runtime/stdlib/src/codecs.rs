//! `_codecs`: the codec registry, the error handlers and the codecs of the runtime, for the package `encodings` and the
//! module `codecs`. The work is done in `pyrsc_builtins::codecs`.

use pyrsc_builtins::codecs::errors::{Errors, NAMED, handle};
use pyrsc_builtins::codecs::wide::{self, Order};
use pyrsc_builtins::codecs::{charmap, escape, registry, single, utf8};
use pyrsc_core::buffer;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::name_of;
use pyrsc_macros::pymodule;

fn handler(errors: Option<&Object>, function: &str) -> Result<String> {
    match errors {
        None => Ok("strict".to_string()),
        Some(errors) if errors.is_none() => Ok("strict".to_string()),
        Some(errors) => match errors.downcast::<Str>() {
            Some(errors) => Ok(errors.to_string_lossy().into_owned()),
            None => Err(type_error!("{function}() argument 2 must be str or None, not {}", name_of(errors))),
        },
    }
}

fn pair(first: Owned, count: usize) -> Owned {
    Tuple::pair(first, int::from_i64(count as i64)).into_owned()
}

fn text_pair((text, used): (Ref<Str>, usize)) -> Owned {
    pair(text.into_owned(), used)
}

fn bytes_pair(bytes: &[u8], length: usize) -> Owned {
    pair(Bytes::new(bytes).into_owned(), length)
}

/// The bytes of a decoder's argument; some take a str of ASCII as well.
fn input(data: &Object) -> Result<Vec<u8>> {
    match data.downcast::<Str>() {
        Some(text) => Ok(text.to_utf8_surrogates()),
        None => Ok(buffer::acquire(data)?.to_vec()),
    }
}

fn decoded(result: wide::Decoded) -> Owned {
    pair(result.text.into_owned(), result.used)
}

fn decoded_with_order(result: wide::Decoded) -> Owned {
    let order = match result.order {
        Order::Little => -1,
        Order::Big => 1,
        Order::Marked => 0,
    };
    let parts = vec![result.text.into_owned(), int::from_i64(result.used as i64), Owned::small_int(order)];
    Tuple::from_vec(parts).into_owned()
}

fn order_of(byteorder: i64) -> Order {
    match byteorder {
        0 => Order::Marked,
        order if order < 0 => Order::Little,
        _ => Order::Big,
    }
}

/// The handler that has the index in the table of named ones.
fn named(index: usize, error: &Object) -> Result {
    handle(NAMED[index].1, error)
}

#[pymodule(name = "_codecs")]
pub mod module {
    use super::*;

    #[pyfunction]
    fn register(search_function: &Object) -> Result<()> {
        registry::register(search_function)
    }

    #[pyfunction]
    fn unregister(search_function: &Object) {
        registry::unregister(search_function);
    }

    #[pyfunction]
    fn lookup(encoding: &Str) -> Result {
        registry::lookup(&encoding.to_string_lossy())
    }

    #[pyfunction(signature = "(obj, encoding='utf-8', errors='strict')")]
    fn encode(obj: &Object, encoding: Option<&Str>, errors: Option<&Str>) -> Result {
        let encoding = encoding.map_or("utf-8".into(), |encoding| encoding.to_string_lossy());
        registry::encode(obj, &encoding, errors, false)
    }

    #[pyfunction(signature = "(obj, encoding='utf-8', errors='strict')")]
    fn decode(obj: &Object, encoding: Option<&Str>, errors: Option<&Str>) -> Result {
        let encoding = encoding.map_or("utf-8".into(), |encoding| encoding.to_string_lossy());
        registry::decode(obj, &encoding, errors, false)
    }

    #[pyfunction]
    fn register_error(errors: &Str, handler: &Object) -> Result<()> {
        registry::register_error(&errors.to_string_lossy(), handler)
    }

    #[pyfunction]
    fn _unregister_error(errors: &Str) -> Result<bool> {
        let name = errors.to_string_lossy();
        if NAMED.iter().any(|(known, _)| *known == name) {
            return Err(pyrsc_core::value_error!("cannot un-register built-in error handler '{}'", name));
        }
        Ok(registry::unregister_error(&name))
    }

    #[pyfunction]
    fn lookup_error(name: &Str) -> Result {
        let name = name.to_string_lossy();
        if let Some(own) = registry::own_handler(&name) {
            return Ok(own);
        }
        let function = match &*name {
            "strict" => "_strict_errors",
            "ignore" => "_ignore_errors",
            "replace" => "_replace_errors",
            "backslashreplace" => "_backslashreplace_errors",
            "xmlcharrefreplace" => "_xmlcharrefreplace_errors",
            "namereplace" => "_namereplace_errors",
            "surrogateescape" => "_surrogateescape_errors",
            "surrogatepass" => "_surrogatepass_errors",
            _ => return registry::lookup_error(&name),
        };
        let module = registry::import("_codecs")?;
        pyrsc_core::operations::get_attribute_named(&module, function)
    }

    #[pyfunction]
    fn _strict_errors(error: &Object) -> Result {
        named(0, error)
    }
    #[pyfunction]
    fn _ignore_errors(error: &Object) -> Result {
        named(1, error)
    }
    #[pyfunction]
    fn _replace_errors(error: &Object) -> Result {
        named(2, error)
    }
    #[pyfunction]
    fn _backslashreplace_errors(error: &Object) -> Result {
        named(3, error)
    }
    #[pyfunction]
    fn _xmlcharrefreplace_errors(error: &Object) -> Result {
        named(4, error)
    }
    #[pyfunction]
    fn _namereplace_errors(error: &Object) -> Result {
        named(5, error)
    }
    #[pyfunction]
    fn _surrogateescape_errors(error: &Object) -> Result {
        named(6, error)
    }
    #[pyfunction]
    fn _surrogatepass_errors(error: &Object) -> Result {
        named(7, error)
    }

    #[pyfunction]
    fn utf_8_encode(text: &Str, errors: Option<&Object>) -> Result {
        let errors = handler(errors, "utf_8_encode")?;
        Ok(bytes_pair(&utf8::encode(text, &Errors::named(&errors))?, text.len()))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_8_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(text_pair(utf8::decode(&data, &Errors::named(&errors), is_final)?))
    }
    #[pyfunction]
    fn ascii_encode(text: &Str, errors: Option<&Object>) -> Result {
        let errors = handler(errors, "ascii_encode")?;
        Ok(bytes_pair(&single::encode(text, &Errors::named(&errors), single::Range::Ascii)?, text.len()))
    }
    #[pyfunction]
    fn ascii_decode(data: &Object, errors: Option<&Object>) -> Result {
        let errors = handler(errors, "ascii_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(text_pair((single::decode_ascii(&data, &Errors::named(&errors))?, data.len())))
    }
    #[pyfunction]
    fn latin_1_encode(text: &Str, errors: Option<&Object>) -> Result {
        let errors = handler(errors, "latin_1_encode")?;
        Ok(bytes_pair(&single::encode(text, &Errors::named(&errors), single::Range::Latin1)?, text.len()))
    }
    #[pyfunction]
    fn latin_1_decode(data: &Object, errors: Option<&Object>) -> Result {
        handler(errors, "latin_1_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(text_pair((Str::from_latin1(&data), data.len())))
    }

    #[pyfunction(signature = "(text, errors=None, byteorder=0, /)")]
    fn utf_16_encode(text: &Str, errors: Option<&Object>, byteorder: i64) -> Result {
        let errors = handler(errors, "utf_16_encode")?;
        Ok(bytes_pair(&wide::encode_utf16(text, &Errors::named(&errors), order_of(byteorder))?, text.len()))
    }
    #[pyfunction]
    fn utf_16_le_encode(text: &Str, errors: Option<&Object>) -> Result {
        utf_16_encode(text, errors, -1)
    }
    #[pyfunction]
    fn utf_16_be_encode(text: &Str, errors: Option<&Object>) -> Result {
        utf_16_encode(text, errors, 1)
    }
    #[pyfunction(signature = "(text, errors=None, byteorder=0, /)")]
    fn utf_32_encode(text: &Str, errors: Option<&Object>, byteorder: i64) -> Result {
        let errors = handler(errors, "utf_32_encode")?;
        Ok(bytes_pair(&wide::encode_utf32(text, &Errors::named(&errors), order_of(byteorder))?, text.len()))
    }
    #[pyfunction]
    fn utf_32_le_encode(text: &Str, errors: Option<&Object>) -> Result {
        utf_32_encode(text, errors, -1)
    }
    #[pyfunction]
    fn utf_32_be_encode(text: &Str, errors: Option<&Object>) -> Result {
        utf_32_encode(text, errors, 1)
    }

    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_16_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf16(&data, &Errors::named(&errors), Order::Marked, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_16_le_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf16(&data, &Errors::named(&errors), Order::Little, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_16_be_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf16(&data, &Errors::named(&errors), Order::Big, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(data: &Object, errors: Option<&Object>, byteorder: i64, is_final: bool) -> Result {
        let errors = handler(errors, "utf_16_ex_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        let order = order_of(byteorder);
        Ok(decoded_with_order(wide::decode_utf16(&data, &Errors::named(&errors), order, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_32_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf32(&data, &Errors::named(&errors), Order::Marked, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_32_le_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf32(&data, &Errors::named(&errors), Order::Little, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "utf_32_be_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        Ok(decoded(wide::decode_utf32(&data, &Errors::named(&errors), Order::Big, is_final)?))
    }
    #[pyfunction(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(data: &Object, errors: Option<&Object>, byteorder: i64, is_final: bool) -> Result {
        let errors = handler(errors, "utf_32_ex_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        let order = order_of(byteorder);
        Ok(decoded_with_order(wide::decode_utf32(&data, &Errors::named(&errors), order, is_final)?))
    }

    #[pyfunction]
    fn unicode_escape_encode(text: &Str, errors: Option<&Object>) -> Result {
        handler(errors, "unicode_escape_encode")?;
        Ok(bytes_pair(&escape::encode_unicode(text), text.len()))
    }
    #[pyfunction(signature = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "unicode_escape_decode")?;
        Ok(text_pair(escape::decode_unicode(&input(data)?, &Errors::named(&errors), is_final)?))
    }
    #[pyfunction]
    fn raw_unicode_escape_encode(text: &Str, errors: Option<&Object>) -> Result {
        handler(errors, "raw_unicode_escape_encode")?;
        Ok(bytes_pair(&escape::encode_raw_unicode(text), text.len()))
    }
    #[pyfunction(signature = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(data: &Object, errors: Option<&Object>, is_final: bool) -> Result {
        let errors = handler(errors, "raw_unicode_escape_decode")?;
        Ok(text_pair(escape::decode_raw_unicode(&input(data)?, &Errors::named(&errors), is_final)?))
    }
    #[pyfunction]
    fn escape_encode(data: &Bytes, errors: Option<&Object>) -> Result {
        handler(errors, "escape_encode")?;
        Ok(bytes_pair(&escape::encode_bytes(data.as_slice()), data.len()))
    }
    #[pyfunction]
    fn escape_decode(data: &Object, errors: Option<&Object>) -> Result {
        let errors = handler(errors, "escape_decode")?;
        let data = input(data)?;
        Ok(bytes_pair(&escape::decode_bytes(&data, &errors)?, data.len()))
    }
    #[pyfunction]
    fn readbuffer_encode(data: &Object, errors: Option<&Object>) -> Result {
        handler(errors, "readbuffer_encode")?;
        let data = input(data)?;
        Ok(bytes_pair(&data, data.len()))
    }

    #[pyfunction]
    fn charmap_encode(text: &Str, errors: Option<&Object>, mapping: Option<&Object>) -> Result {
        let errors = handler(errors, "charmap_encode")?;
        let errors = Errors::named(&errors);
        let bytes = match mapping {
            Some(mapping) if !mapping.is_none() => charmap::encode(text, &errors, mapping)?,
            _ => single::encode(text, &errors, single::Range::Latin1)?,
        };
        Ok(bytes_pair(&bytes, text.len()))
    }
    #[pyfunction]
    fn charmap_decode(data: &Object, errors: Option<&Object>, mapping: Option<&Object>) -> Result {
        let errors = handler(errors, "charmap_decode")?;
        let data = buffer::acquire(data)?.to_vec();
        let text = match mapping {
            Some(mapping) if !mapping.is_none() => charmap::decode(&data, &Errors::named(&errors), mapping)?,
            _ => Str::from_latin1(&data),
        };
        Ok(text_pair((text, data.len())))
    }
    #[pyfunction]
    fn charmap_build(map: &Str) -> Result {
        charmap::build(map)
    }
}

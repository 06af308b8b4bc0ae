//! `_json.make_encoder` and the functions that write strings: JSON text from values.

use pyrsc_abi::Header;
use pyrsc_core::descriptor::BuiltinFunction;
use pyrsc_core::dict::Dict;
use pyrsc_core::float;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_builder::StrBuilder;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{TypeObject, name_of};
use pyrsc_core::{exception, iteration, memory, operations, recursion, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

/// Who writes strings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum StringStyle {
    Ascii,
    Unicode,
    /// A function in Python.
    Custom,
}

#[pyclass(
    name = "Encoder",
    module = "_json",
    flags(BASETYPE),
    doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
)]
#[repr(C)]
pub struct Encoder {
    header: Header,
    /// The containers that are being written, by address; none when cycles are not looked for.
    markers: Option<Ref<Dict>>,
    default: Owned,
    encoder: Owned,
    style: pyrsc_core::collector::Plain<StringStyle>,
    indent: Option<Ref<Str>>,
    key_separator: Ref<Str>,
    item_separator: Ref<Str>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

/// Writes a string in quotes, with everything but ASCII escaped if asked to.
pub fn push_string(out: &mut StrBuilder, string: &Str, ascii: bool) {
    out.push('"'.into());
    let plain = |code: u32| match code {
        0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E => true,
        0x7F.. => !ascii,
        _ => false,
    };
    let units = string.units();
    let mut start = 0;
    for (index, code) in string.code_points().enumerate() {
        if plain(code) {
            continue;
        }
        out.push_units(units.slice(start, index));
        start = index + 1;
        match code {
            0x22 => out.push_str("\\\""),
            0x5C => out.push_str("\\\\"),
            0x0A => out.push_str("\\n"),
            0x0D => out.push_str("\\r"),
            0x09 => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            0..=0xFFFF => out.push_str(&format!("\\u{code:04x}")),
            _ => {
                let rest = code - 0x10000;
                out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF)));
            }
        }
    }
    out.push_units(units.slice(start, units.len()));
    out.push('"'.into());
}

/// `encode_basestring(string)` and `encode_basestring_ascii(string)`
pub fn encode_string(string: &Object, ascii: bool) -> Result<Ref<Str>> {
    let Some(string) = string.downcast::<Str>() else {
        return Err(type_error!("first argument must be a string, not {}", name_of(string)));
    };
    let mut out = StrBuilder::with_capacity(string.len() + 2);
    push_string(&mut out, string, ascii);
    Ok(out.finish())
}

/// Adds a note to the pending exception that says where it happened.
#[cold]
fn note(raised: Raised, text: &str) -> Raised {
    let error = exception::take();
    match operations::call_method(&error, "add_note", &[Str::new(text).object()]) {
        Ok(_) => exception::restore(error),
        Err(_) => raised,
    }
}

/// One run of the encoder.
struct Writer<'a> {
    encoder: &'a Encoder,
    out: StrBuilder,
}

impl Writer<'_> {
    fn string(&mut self, string: &Str) -> Result<()> {
        match *self.encoder.style {
            StringStyle::Ascii => push_string(&mut self.out, string, true),
            StringStyle::Unicode => push_string(&mut self.out, string, false),
            StringStyle::Custom => {
                let encoded = operations::call(&self.encoder.encoder, &[string.object()])?;
                match encoded.downcast::<Str>() {
                    Some(encoded) => self.out.push_object(encoded),
                    None => {
                        return Err(type_error!("encoder() must return a string, not {}", name_of(&encoded)));
                    }
                }
            }
        }
        Ok(())
    }

    fn float(&self, number: f64) -> Result<String> {
        if number.is_finite() {
            return Ok(float::text::repr(number));
        }
        if !self.encoder.allow_nan {
            return Err(value_error!(
                "Out of range float values are not JSON compliant: {}",
                float::text::repr(number)
            ));
        }
        Ok(if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_string())
    }

    fn mark(&self, object: &Object) -> Result<Option<Owned>> {
        let Some(markers) = &self.encoder.markers else { return Ok(None) };
        let id = int::from_u64(object.value().0);
        if markers.contains(&id)? {
            return Err(value_error!("Circular reference detected"));
        }
        markers.set(&id, object)?;
        Ok(Some(id))
    }

    fn unmark(&self, id: Option<Owned>) -> Result<()> {
        if let (Some(markers), Some(id)) = (&self.encoder.markers, id) {
            drop(markers.remove(&id)?);
        }
        Ok(())
    }

    fn new_line(&mut self, level: usize) {
        if let Some(indent) = &self.encoder.indent {
            self.out.push('\n'.into());
            for _ in 0..level {
                self.out.push_object(indent);
            }
        }
    }

    fn separator(&mut self, level: usize) {
        self.out.push_object(&self.encoder.item_separator);
        self.new_line(level);
    }

    fn value(&mut self, value: &Object, level: usize) -> Result<()> {
        if let Some(string) = value.downcast::<Str>() {
            return self.string(string);
        }
        if value.is_none() {
            self.out.push_str("null");
        } else if value.value().is_bool() {
            self.out.push_str(if value.value() == pyrsc_abi::Value::TRUE { "true" } else { "false" });
        } else if int::is_int(value) {
            self.out.push_str(&int::text::to_decimal(value)?);
        } else if let Some(number) = float::to_f64(value) {
            self.out.push_str(&self.float(number)?);
        } else if value.is_instance_of::<List>() || value.is_instance_of::<Tuple>() {
            recursion::check(" while encoding a JSON object")?;
            return self.sequence(value, level);
        } else if let Some(dict) = value.downcast::<Dict>() {
            recursion::check(" while encoding a JSON object")?;
            return self.dict(value, dict, level);
        } else {
            recursion::check(" while encoding a JSON object")?;
            let id = self.mark(value)?;
            let replacement = operations::call(&self.encoder.default, &[value])?;
            self.value(&replacement, level)
                .map_err(|raised| note(raised, &format!("when serializing {} object", name_of(value))))?;
            self.unmark(id)?;
        }
        Ok(())
    }

    fn sequence(&mut self, sequence: &Object, level: usize) -> Result<()> {
        let items = iteration::collect(sequence)?;
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        let id = self.mark(sequence)?;
        self.out.push('['.into());
        for (index, item) in items.iter().enumerate() {
            if index == 0 {
                self.new_line(level + 1);
            } else {
                self.separator(level + 1);
            }
            self.value(item, level + 1).map_err(|raised| {
                note(raised, &format!("when serializing {} item {index}", name_of(sequence)))
            })?;
        }
        self.unmark(id)?;
        self.new_line(level);
        self.out.push(']'.into());
        Ok(())
    }

    /// The text of a key; `None` when it is to be left out.
    fn key(&self, key: &Object) -> Result<Option<Ref<Str>>> {
        let text = if key.is_instance_of::<Str>() {
            return Ok(key.to_owned().into_ref::<Str>().ok());
        } else if let Some(number) = float::to_f64(key) {
            self.float(number)?
        } else if key.value().is_bool() {
            if key.value() == pyrsc_abi::Value::TRUE { "true" } else { "false" }.to_string()
        } else if key.is_none() {
            "null".to_string()
        } else if int::is_int(key) {
            int::text::to_decimal(key)?
        } else if self.encoder.skip_keys {
            return Ok(None);
        } else {
            return Err(type_error!("keys must be str, int, float, bool or None, not {}", name_of(key)));
        };
        Ok(Some(Str::new(&text)))
    }

    fn dict(&mut self, object: &Object, dict: &Dict, level: usize) -> Result<()> {
        if dict.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        let id = self.mark(object)?;
        let pairs = if self.encoder.sort_keys || !object.is_exact::<Dict>() {
            let items = operations::call_method(object, "items", &[])?;
            let items = List::from_vec(iteration::collect(&items)?);
            if self.encoder.sort_keys {
                operations::call_method(items.object(), "sort", &[])?;
            }
            let mut pairs = Vec::with_capacity(items.len());
            for item in items.to_vec() {
                match item.downcast::<Tuple>() {
                    Some(pair) if pair.len() == 2 => {
                        let part = |index| pair.get(index).map(Object::to_owned).unwrap_or(Owned::none());
                        pairs.push((part(0), part(1)));
                    }
                    _ => return Err(value_error!("items must return 2-tuples")),
                }
            }
            pairs
        } else {
            dict.items()
        };
        self.out.push('{'.into());
        let mut first = true;
        for (key, value) in &pairs {
            let Some(text) = self.key(key)? else { continue };
            if first {
                self.new_line(level + 1);
            } else {
                self.separator(level + 1);
            }
            first = false;
            self.string(&text)?;
            self.out.push_object(&self.encoder.key_separator);
            if let Err(raised) = self.value(value, level + 1) {
                let error = exception::take();
                let shown = operations::repr_string(key)?;
                exception::restore(error);
                return Err(note(raised, &format!("when serializing {} item {shown}", name_of(object))));
            }
        }
        self.unmark(id)?;
        if !first {
            self.new_line(level);
        }
        self.out.push('}'.into());
        Ok(())
    }
}

#[pymethods(Encoder)]
mod methods {
    use super::*;

    #[slot(
        signature = "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        class: &TypeObject,
        markers: &Object,
        default: &Object,
        encoder: &Object,
        indent: &Object,
        key_separator: Ref<Str>,
        item_separator: Ref<Str>,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> Result<Ref<Encoder>> {
        let markers = match markers.is_none() {
            true => None,
            false => match markers.to_owned().into_ref::<Dict>() {
                Ok(markers) => Some(markers),
                Err(other) => {
                    return Err(type_error!(
                        "make_encoder() argument 1 must be dict or None, not {}",
                        name_of(&other)
                    ));
                }
            },
        };
        let style = match encoder.downcast::<BuiltinFunction>().map(|function| function.spec.name) {
            Some("encode_basestring_ascii") => StringStyle::Ascii,
            Some("encode_basestring") => StringStyle::Unicode,
            _ => StringStyle::Custom,
        };
        let contents = Encoder {
            header: Header::unset(),
            markers,
            default: default.to_owned(),
            encoder: encoder.to_owned(),
            style: pyrsc_core::collector::Plain(style),
            indent: indent.to_owned().into_ref::<Str>().ok(),
            key_separator,
            item_separator,
            sort_keys,
            skip_keys: skipkeys,
            allow_nan,
        };
        Ok(memory::allocate(class, contents))
    }

    #[slot(signature = "(obj, _current_indent_level)")]
    fn call(this: &Encoder, obj: &Object, current_indent_level: usize) -> Result {
        let mut writer = Writer { encoder: this, out: StrBuilder::with_capacity(64) };
        writer.value(obj, current_indent_level)?;
        Ok(Tuple::from_vec(vec![writer.out.finish().into_owned()]).into_owned())
    }

    #[getter]
    fn markers(this: &Encoder) -> Owned {
        this.markers.clone().map_or(Owned::none(), Ref::into_owned)
    }

    #[getter]
    fn default(this: &Encoder) -> Owned {
        this.default.clone()
    }

    #[getter]
    fn encoder(this: &Encoder) -> Owned {
        this.encoder.clone()
    }

    #[getter]
    fn indent(this: &Encoder) -> Owned {
        this.indent.clone().map_or(Owned::none(), Ref::into_owned)
    }

    #[getter]
    fn key_separator(this: &Encoder) -> Owned {
        this.key_separator.clone().into_owned()
    }

    #[getter]
    fn item_separator(this: &Encoder) -> Owned {
        this.item_separator.clone().into_owned()
    }

    #[getter]
    fn sort_keys(this: &Encoder) -> bool {
        this.sort_keys
    }

    #[getter]
    fn skipkeys(this: &Encoder) -> bool {
        this.skip_keys
    }
}

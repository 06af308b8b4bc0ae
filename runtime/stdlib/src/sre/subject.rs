//! What is searched: a string or a bytes-like object.

use pyrsc_core::buffer::{self, Buffer};
use pyrsc_core::bytes::Bytes;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::str_units::Units;
use pyrsc_core::type_error;
use pyrsc_core::type_object::name_of;

/// The subject of a search, whose characters stay in place.
pub struct Subject {
    pub object: Owned,
    bytes: Option<Buffer>,
}

impl Subject {
    /// The subject for a pattern of bytes, of text, or of neither (`None`).
    pub fn new(object: &Object, bytes_pattern: Option<bool>) -> Result<Subject> {
        if object.is_instance_of::<Str>() {
            if bytes_pattern == Some(true) {
                return Err(type_error!("cannot use a bytes pattern on a string-like object"));
            }
            return Ok(Subject { object: object.to_owned(), bytes: None });
        }
        if !buffer::is_supported(object) {
            return Err(type_error!("expected string or bytes-like object, got '{}'", name_of(object)));
        }
        let buffer = buffer::acquire(object)?;
        if bytes_pattern == Some(false) {
            return Err(type_error!("cannot use a string pattern on a bytes-like object"));
        }
        Ok(Subject { object: object.to_owned(), bytes: Some(buffer) })
    }

    pub fn is_bytes(&self) -> bool {
        self.bytes.is_some()
    }

    /// The characters.
    pub fn units(&self) -> Units<'_> {
        match &self.bytes {
            Some(bytes) => Units::One(bytes.as_slice()),
            None => self.object.downcast::<Str>().map_or(Units::One(&[]), Str::units),
        }
    }

    pub fn unit_count(&self) -> usize {
        self.units().len()
    }

    /// The part from `start` to `end`.
    pub fn slice(&self, start: usize, end: usize) -> Owned {
        match &self.bytes {
            Some(bytes) => {
                if start == 0 && end == bytes.len() && self.object.is_exact::<Bytes>() {
                    return self.object.clone();
                }
                Bytes::new(&bytes.as_slice()[start..end]).into_owned()
            }
            None => self
                .object
                .downcast::<Str>()
                .map_or(Owned::none(), |text| text.substring(start, end).into_owned()),
        }
    }

    /// Nothing, in the subject's kind.
    pub fn empty(&self) -> Owned {
        if self.is_bytes() { Bytes::empty().into_owned() } else { Str::empty().into_owned() }
    }
}

//! The module `_struct`: values packed in bytes.

pub mod format;
pub mod value;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use pyrsc_abi::{Header, Value};
use pyrsc_core::buffer;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::Plain;
use pyrsc_core::exception;
use pyrsc_core::gil::Static;
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use crate::exception_class::ExceptionClass;
use format::Format;

/// `struct.error`
static ERROR: ExceptionClass =
    ExceptionClass::new("struct", "error", || Ok(exception::Exception::type_object().to_owned()));

/// Raises `struct.error`.
macro_rules! struct_error {
    ($($format:tt)*) => { $crate::structs::ERROR.raise(&format!($($format)*)) };
}
pub(crate) use struct_error;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &STRUCT, methods: &[&METHODS] },
    BuiltinType { ty: &UNPACK_ITERATOR, methods: &[&ITERATOR_METHODS] },
];

/// A compiled format.
#[pyclass(name = "Struct", module = "_struct", static_name = STRUCT, flags(BASETYPE, WEAKREF))]
#[repr(C)]
pub struct Struct {
    header: Header,
    format: Plain<RefCell<Rc<Format>>>,
}

/// Unpacks one piece of a buffer after the other.
#[pyclass(name = "unpack_iterator", module = "_struct", static_name = UNPACK_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct UnpackIterator {
    header: Header,
    format: Plain<Rc<Format>>,
    /// Empty when exhausted.
    buffer: Slot,
    position: Cell<usize>,
}

/// How many formats are remembered.
const CACHE_SIZE: usize = 100;

type Cache = RefCell<HashMap<Vec<u8>, Rc<Format>>>;
static CACHE: Static<std::cell::LazyCell<Cache>> = Static::new(std::cell::LazyCell::new(Cache::default));

fn format_bytes(format: &Object) -> Result<Vec<u8>> {
    if let Some(text) = format.downcast::<Str>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => {
                operations::call_method(format, "encode", &[Str::new("ascii").object()])?;
                Err(type_error!("a format is ASCII text"))
            }
        };
    }
    match format.downcast::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => {
            Err(type_error!("Struct() argument 1 must be a str or bytes object, not {}", name_of(format)))
        }
    }
}

/// The compiled form of a format.
fn compile(format: &Object) -> Result<Rc<Format>> {
    let text = format_bytes(format)?;
    if let Some(known) = CACHE.borrow().get(&text) {
        return Ok(known.clone());
    }
    let compiled = Rc::new(Format::parse(&text)?);
    let mut cache = CACHE.borrow_mut();
    if cache.len() >= CACHE_SIZE {
        cache.clear();
    }
    cache.insert(text, compiled.clone());
    Ok(compiled)
}

fn pack(format: &Format, values: Arguments<'_>) -> Result<Ref<Bytes>> {
    check_count(format, "pack", values)?;
    Ok(Bytes::new(&format.pack(values)?))
}

fn check_count(format: &Format, function: &str, values: Arguments<'_>) -> Result<()> {
    if values.positional_count() == format.count {
        return Ok(());
    }
    Err(struct_error!(
        "{} expected {} items for packing (got {})",
        function,
        format.count,
        values.positional_count()
    ))
}

fn pack_into(format: &Format, given: Arguments<'_>) -> Result<()> {
    let Some(target) = given.positional(0) else {
        return Err(struct_error!("pack_into expected buffer argument"));
    };
    let Some(offset) = given.positional(1) else {
        return Err(struct_error!("pack_into expected offset argument"));
    };
    let values = given.positional_from(2);
    check_count(format, "pack_into", values)?;
    let mut target = buffer::acquire_writable(target, "argument")?;
    let mut offset = int::index_i64(offset)?;
    let (length, size) = (target.len() as i64, format.size as i64);
    if offset < 0 {
        if offset + size > 0 {
            return Err(struct_error!("no space to pack {} bytes at offset {}", size, offset));
        }
        if offset + length < 0 {
            return Err(struct_error!("offset {} out of range for {}-byte buffer", offset, length));
        }
        offset += length;
    }
    if length - offset < size {
        return Err(struct_error!(
            "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} (actual buffer size is {})",
            size as i128 + offset as i128,
            size,
            offset,
            length
        ));
    }
    let packed = format.pack(values)?;
    let start = offset as usize;
    target.as_mut_slice()[start..start + format.size].copy_from_slice(&packed);
    Ok(())
}

fn unpack(format: &Format, source: &Object) -> Result<Ref<Tuple>> {
    let source = buffer::acquire(source)?;
    if source.len() != format.size {
        return Err(struct_error!("unpack requires a buffer of {} bytes", format.size));
    }
    let bytes = source.to_vec();
    format.unpack(&bytes)
}

fn unpack_from(format: &Format, source: &Object, mut offset: i64) -> Result<Ref<Tuple>> {
    let source = buffer::acquire(source)?;
    let (length, size) = (source.len() as i64, format.size as i64);
    if offset < 0 {
        if offset + size > 0 {
            return Err(struct_error!("not enough data to unpack {} bytes at offset {}", size, offset));
        }
        if offset + length < 0 {
            return Err(struct_error!("offset {} out of range for {}-byte buffer", offset, length));
        }
        offset += length;
    }
    if length - offset < size {
        return Err(struct_error!(
            "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} (actual buffer size is {})",
            size as i128 + offset as i128,
            size,
            offset,
            length
        ));
    }
    let start = offset as usize;
    let bytes = source.as_slice()[start..start + format.size].to_vec();
    format.unpack(&bytes)
}

fn iter_unpack(format: Rc<Format>, source: &Object) -> Result<Ref<UnpackIterator>> {
    if format.size == 0 {
        return Err(struct_error!("cannot iteratively unpack with a struct of length 0"));
    }
    let buffer = buffer::acquire(source)?;
    if !buffer.len().is_multiple_of(format.size) {
        return Err(struct_error!(
            "iterative unpacking requires a buffer of a multiple of {} bytes",
            format.size
        ));
    }
    Ok(memory::allocate(
        UnpackIterator::type_object(),
        UnpackIterator {
            header: Header::unset(),
            format: Plain(format),
            buffer: Slot::new(source.to_owned()),
            position: Cell::new(0),
        },
    ))
}

impl Struct {
    fn compiled(&self) -> Rc<Format> {
        self.format.borrow().clone()
    }

    fn object(&self) -> &Object {
        // SAFETY: a Struct is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

#[pymethods(Struct)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, format)")]
    fn new(class: &TypeObject, format: &Object) -> Result {
        let format = Plain(RefCell::new(compile(format)?));
        Ok(memory::allocate(class, Struct { header: Header::unset(), format }).into_owned())
    }

    #[slot]
    fn repr(this: &Struct) -> Result {
        let format = operations::repr_string(Str::new(&this.compiled().text).object())?;
        Ok(Str::new(&format!("{}({format})", name_of(this.object()))).into_owned())
    }

    #[getter]
    fn format(this: &Struct) -> String {
        this.compiled().text.clone()
    }

    #[getter]
    fn size(this: &Struct) -> usize {
        this.compiled().size
    }

    /// Packs values in bytes.
    #[pymethod(signature = "(self, /, *values)")]
    fn pack(this: &Struct, values: Arguments<'_>) -> Result<Ref<Bytes>> {
        super::pack(&this.compiled(), values)
    }

    /// Packs values in a buffer, from an offset on.
    #[pymethod(signature = "(self, /, *arguments)")]
    fn pack_into(this: &Struct, arguments: Arguments<'_>) -> Result<()> {
        super::pack_into(&this.compiled(), arguments)
    }

    /// The values that a buffer of exactly the right size holds.
    #[pymethod(signature = "(self, buffer, /)")]
    fn unpack(this: &Struct, source: &Object) -> Result<Ref<Tuple>> {
        super::unpack(&this.compiled(), source)
    }

    /// The values that a buffer holds from an offset on.
    #[pymethod(signature = "(self, /, buffer, offset=0)")]
    fn unpack_from(this: &Struct, source: &Object, offset: i64) -> Result<Ref<Tuple>> {
        super::unpack_from(&this.compiled(), source, offset)
    }

    /// Unpacks one piece of a buffer after the other.
    #[pymethod(signature = "(self, buffer, /)")]
    fn iter_unpack(this: &Struct, source: &Object) -> Result<Ref<UnpackIterator>> {
        super::iter_unpack(this.compiled(), source)
    }
}

#[pymethods(UnpackIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &UnpackIterator) -> Result<Option<Owned>> {
        let Some(source) = this.buffer.get() else { return Ok(None) };
        let source = buffer::acquire(&source)?;
        let (start, end) = (this.position.get(), this.position.get() + this.format.size);
        if end > source.len() {
            drop(source);
            this.buffer.set(None);
            return Ok(None);
        }
        this.position.set(end);
        let bytes = source.as_slice()[start..end].to_vec();
        Ok(Some(this.format.unpack(&bytes)?.into_owned()))
    }

    #[pymethod(name = "__length_hint__")]
    fn length_hint(this: &UnpackIterator) -> Result<usize> {
        match this.buffer.get() {
            None => Ok(0),
            Some(source) => {
                Ok(buffer::acquire(&source)?.len().saturating_sub(this.position.get()) / this.format.size)
            }
        }
    }
}

#[pymodule(name = "_struct", doc = "Values packed in bytes, as C structs are.", types(STRUCT))]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Result {
        ERROR.get()
    }

    fn first<'a>(given: Arguments<'a>) -> Result<&'a Object> {
        given.positional(0).ok_or_else(|| type_error!("missing format argument"))
    }

    /// Packs values in bytes.
    #[pyfunction(signature = "(*arguments)")]
    fn pack(arguments: Arguments<'_>) -> Result<Ref<Bytes>> {
        let format = compile(first(arguments)?)?;
        super::pack(&format, arguments.positional_from(1))
    }

    /// Packs values in a buffer, from an offset on.
    #[pyfunction(signature = "(*arguments)")]
    fn pack_into(arguments: Arguments<'_>) -> Result<()> {
        let format = compile(first(arguments)?)?;
        super::pack_into(&format, arguments.positional_from(1))
    }

    /// The values that a buffer of exactly the right size holds.
    #[pyfunction(signature = "(format, buffer, /)")]
    fn unpack(format: &Object, source: &Object) -> Result<Ref<Tuple>> {
        super::unpack(&*compile(format)?, source)
    }

    /// The values that a buffer holds from an offset on.
    #[pyfunction(signature = "(format, /, buffer, offset=0)")]
    fn unpack_from(format: &Object, source: &Object, offset: i64) -> Result<Ref<Tuple>> {
        super::unpack_from(&*compile(format)?, source, offset)
    }

    /// Unpacks one piece of a buffer after the other.
    #[pyfunction(signature = "(format, buffer, /)")]
    fn iter_unpack(format: &Object, source: &Object) -> Result<Ref<UnpackIterator>> {
        super::iter_unpack(compile(format)?, source)
    }

    /// How many bytes a format takes.
    #[pyfunction(signature = "(format, /)")]
    fn calcsize(format: &Object) -> Result<usize> {
        Ok(compile(format)?.size)
    }

    /// Forgets the compiled formats.
    #[pyfunction]
    fn _clearcache() {
        CACHE.borrow_mut().clear();
    }
}

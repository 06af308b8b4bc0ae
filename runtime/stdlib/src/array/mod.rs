//! The module `array`: arrays of numbers or characters of one kind.

mod code;
mod methods;

use std::cell::{Cell, RefCell};

use pyrsc_abi::{Header, Value};
use pyrsc_builtins::reduce;
use pyrsc_core::buffer::{self, Exporter, Layout};
use pyrsc_core::collector::Plain;
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{buffer_error, index_error, memory_error, type_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use code::Code;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &ARRAY, methods: &[&methods::METHODS] },
    BuiltinType { ty: &ARRAY_ITERATOR, methods: &[&ITERATOR_METHODS] },
];

/// An array.
#[pyclass(name = "array", module = "array", static_name = ARRAY, flags(BASETYPE, WEAKREF, SEQUENCE))]
#[repr(C)]
pub struct Array {
    header: Header,
    code: Plain<Code>,
    bytes: RefCell<Vec<u8>>,
    /// How many buffers are exported: meanwhile the size is fixed.
    exports: Cell<usize>,
}

/// An iterator over an array.
#[pyclass(name = "arrayiterator", module = "array", static_name = ARRAY_ITERATOR, flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct ArrayIterator {
    header: Header,
    /// Empty when exhausted.
    array: Slot,
    index: Cell<usize>,
}

static EXPORTER: Exporter = Exporter { ty: &ARRAY, acquire: export, release: Some(release) };

fn export(object: &Object) -> Result<Layout> {
    let Some(array) = object.downcast::<Array>() else {
        return Err(type_error!("a bytes-like object is required"));
    };
    array.exports.set(array.exports.get() + 1);
    let mut bytes = array.bytes.borrow_mut();
    let (size, length) = (array.code.size(), bytes.len());
    Ok(Layout {
        pointer: bytes.as_mut_ptr(),
        length,
        readonly: false,
        item_size: size,
        format: array.code.buffer_format().into(),
        shape: vec![length / size],
        strides: vec![size as isize],
    })
}

fn release(object: &Object) {
    if let Some(array) = object.downcast::<Array>() {
        array.exports.set(array.exports.get().saturating_sub(1));
    }
}

impl Array {
    fn new_in(class: &TypeObject, code: Code, bytes: Vec<u8>) -> Ref<Array> {
        memory::allocate(
            class,
            Array {
                header: Header::unset(),
                code: Plain(code),
                bytes: RefCell::new(bytes),
                exports: Cell::new(0),
            },
        )
    }

    /// An array with the same kind of items.
    fn like(&self, bytes: Vec<u8>) -> Owned {
        Array::new_in(Array::type_object(), *self.code, bytes).into_owned()
    }

    fn object(&self) -> &Object {
        // SAFETY: an array is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    fn len(&self) -> usize {
        self.bytes.borrow().len() / self.code.size()
    }

    /// The item at an index, `None` past the end.
    fn get(&self, index: usize) -> Option<Result> {
        let size = self.code.size();
        let bytes = self.bytes.borrow();
        let item = bytes.get(index * size..(index + 1) * size)?;
        Some(self.code.decode(item))
    }

    /// As [`Array::get`], for searching: items that cannot be decoded count as missing.
    fn item(&self, index: usize) -> Option<Owned> {
        match self.get(index)? {
            Ok(item) => Some(item),
            Err(_) => {
                pyrsc_core::exception::clear();
                None
            }
        }
    }

    /// An error when the size must not change.
    fn check_resizable(&self) -> Result<()> {
        if self.exports.get() > 0 {
            return Err(buffer_error!("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    fn splice(&self, range: std::ops::Range<usize>, added: &[u8]) -> Result<()> {
        let size = self.code.size();
        if range.len() * size != added.len() {
            self.check_resizable()?;
        }
        let mut bytes = self.bytes.borrow_mut();
        if bytes.try_reserve(added.len()).is_err() {
            return Err(memory_error!());
        }
        bytes.splice(range.start * size..range.end * size, added.iter().copied());
        Ok(())
    }

    fn push(&self, item: &Object) -> Result<()> {
        let item = self.code.encode(item)?;
        self.check_resizable()?;
        self.bytes.borrow_mut().extend_from_slice(&item);
        Ok(())
    }

    fn out_of_range() -> Raised {
        index_error!("array index out of range")
    }
}

#[pymethods(ArrayIterator)]
mod iterator_methods {
    use super::*;

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &ArrayIterator) -> Result<Option<Owned>> {
        let Some(object) = this.array.get() else { return Ok(None) };
        let Some(array) = object.downcast::<Array>() else { return Ok(None) };
        match array.get(this.index.get()) {
            Some(item) => {
                this.index.set(this.index.get() + 1);
                item.map(Some)
            }
            None => {
                this.array.set(None);
                Ok(None)
            }
        }
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &ArrayIterator) -> Result {
        match this.array.get() {
            Some(array) => reduce::iterator("iter", array, Some(int::from_usize(this.index.get()))),
            None => reduce::iterator("iter", pyrsc_core::tuple::Tuple::empty().into_owned(), None),
        }
    }

    #[pymethod(name = "__setstate__")]
    fn set_state(this: &ArrayIterator, state: isize) {
        if let Some(array) = this.array.borrow().and_then(|array| array.downcast::<Array>()) {
            this.index.set((state.max(0) as usize).min(array.len()));
        }
    }
}

#[pymodule(name = "array", doc = "Arrays of numbers or characters of one kind.", types(ARRAY))]
mod module {
    use pyrsc_core::bytes::Bytes;
    use pyrsc_core::operations;
    use pyrsc_core::str::Str;
    use pyrsc_core::value_error;

    use super::*;

    #[attribute]
    fn typecodes() -> &'static str {
        code::CODES
    }

    #[attribute(name = "ArrayType")]
    fn array_type() -> Owned {
        ARRAY.to_owned()
    }

    #[init]
    fn register_exporter(_module: &Object) -> Result<()> {
        buffer::register(&EXPORTER);
        Ok(())
    }

    /// Makes an array of pickled bytes.
    #[pyfunction(signature = "(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(class: &TypeObject, typecode: &Str, format: i64, items: &Object) -> Result {
        if !class.is_subtype(Array::type_object()) {
            return Err(type_error!("{} is not a subtype of array.array", class.name()));
        }
        if typecode.len() != 1 {
            return Err(type_error!("_array_reconstructor() argument 2 must be a unicode character"));
        }
        let code = Code::new(char::from_u32(typecode.at(0)).unwrap_or('\0'))?;
        let Some(bytes) = items.downcast::<Bytes>() else {
            return Err(type_error!("fourth argument should be bytes, not {}", items.type_object().name()));
        };
        // Pairs of codes: little-endian, big-endian.
        let (letter, size) = match format {
            0 => (b'B', 1),
            1 => (b'b', 1),
            2 | 3 => (b'H', 2),
            4 | 5 => (b'h', 2),
            6 | 7 => (b'I', 4),
            8 | 9 => (b'i', 4),
            10 | 11 => (b'Q', 8),
            12 | 13 => (b'q', 8),
            14 | 15 => (b'f', 4),
            16 | 17 => (b'd', 8),
            18..=21 => (b'u', if format < 20 { 2 } else { 4 }),
            _ => return Err(value_error!("third argument must be a valid machine format code.")),
        };
        if !bytes.len().is_multiple_of(size) {
            return Err(value_error!("bytes length not a multiple of item size"));
        }
        let little_endian = format < 2 || format % 2 == 0;
        let mut encoded = Vec::with_capacity(bytes.len());
        if letter == b'u' {
            let encoding = match format {
                18 => "utf-16-le",
                19 => "utf-16-be",
                20 => "utf-32-le",
                _ => "utf-32-be",
            };
            let text = operations::call_method(items, "decode", &[Str::new(encoding).object()])?;
            if let Some(text) = text.downcast::<Str>() {
                encoded.extend(text.code_points().flat_map(u32::to_ne_bytes));
            }
        } else {
            for item in bytes.as_slice().chunks_exact(size) {
                let item = crate::structs::value::unpack(letter, item, little_endian)?;
                encoded.extend(code.encode(&item)?);
            }
        }
        Ok(Array::new_in(class, code, encoded).into_owned())
    }
}

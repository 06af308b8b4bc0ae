//! Type objects: what every class is, built-in or written in Python.
//!
//! A built-in type is a `static` that `#[pyclass]` makes from a [`TypeSpec`]: it needs no allocation, and its namespace is
//! filled at its first look-up. A class statement makes one on the heap ([`crate::class`]).
//!
//! An instance is laid out as: header, the struct of the nearest built-in base, the members of `__slots__` (each a word,
//! 0 when unset), then the attribute slots (or, for built-in types with a variable part, one word after that part).

use std::cell::{Cell, RefCell, UnsafeCell};

use pyrsc_abi::{Header, ShapeId, Value};

use crate::dict::Dict;
use crate::names;
use crate::object::Object;
use crate::owned::{Owned, Ref, Result};
use crate::shape::{self, ShapeKind};
use crate::spec::{MethodTable, TypeSpec};
use crate::special_methods::SpecialMethods;
use crate::str::Str;
use crate::tuple::Tuple;

/// Implemented by `#[pyclass]`.
///
/// # Safety
/// Every object in memory whose type is `type_object()`, or derives from it, starts with `Self`.
pub unsafe trait Class: Sized + 'static {
    /// The Python type.
    fn type_object() -> &'static TypeObject;
}

/// Bits of [`TypeObject::flags`] and of `#[pyclass(flags(...))]`.
pub mod flags {
    /// Python code may derive from it.
    pub const BASETYPE: u32 = 1;
    /// Instances have attributes of their own (`__dict__`).
    pub const DICT: u32 = 1 << 1;
    /// Instances can be referred to weakly.
    pub const WEAKREF: u32 = 1 << 2;
    /// Made by a class statement or a call of `type`.
    pub const HEAP: u32 = 1 << 3;
    /// Attributes of the type cannot be set.
    pub const IMMUTABLE: u32 = 1 << 4;
    /// `match` takes instances as sequences.
    pub const SEQUENCE: u32 = 1 << 5;
    /// `match` takes instances as mappings.
    pub const MAPPING: u32 = 1 << 6;
    /// Has abstract methods that are not overridden.
    pub const ABSTRACT: u32 = 1 << 7;
    /// A class pattern's single positional subpattern matches the whole instance.
    pub const MATCH_SELF: u32 = 1 << 8;
    /// Cannot be instantiated by calling it.
    pub const NO_CONSTRUCTOR: u32 = 1 << 9;
    /// Derives from int, str, … : answers `is_subtype` with one test.
    pub const INT_SUBCLASS: u32 = 1 << 16;
    pub const STR_SUBCLASS: u32 = 1 << 17;
    pub const BYTES_SUBCLASS: u32 = 1 << 18;
    pub const LIST_SUBCLASS: u32 = 1 << 19;
    pub const TUPLE_SUBCLASS: u32 = 1 << 20;
    pub const DICT_SUBCLASS: u32 = 1 << 21;
    pub const EXCEPTION_SUBCLASS: u32 = 1 << 22;
    pub const TYPE_SUBCLASS: u32 = 1 << 23;
    /// Any of those.
    pub const ANY_SUBCLASS: u32 = 0xFF << 16;
    /// What a derived class inherits.
    pub const INHERITED: u32 = DICT | WEAKREF | SEQUENCE | MAPPING | MATCH_SELF | ANY_SUBCLASS;
}

/// A Python type; see the module's documentation.
#[repr(C)]
pub struct TypeObject {
    header: Header,
    /// Changes, for good, whenever a name may have come to mean something else in this type (see
    /// [`TypeObject::modified`]). Caches of attribute look-ups compare it.
    version: Cell<u32>,
    flags: Cell<u32>,
    /// The shape of a new instance.
    instance_shape: Cell<ShapeId>,
    /// Bytes of a new instance; for types with a variable part, without that part.
    instance_size: Cell<u32>,
    /// Bytes before the attribute slots (header, struct, members of `__slots__`).
    slots_offset: Cell<u32>,
    shape_count: Cell<u32>,
    dictionary_shape: Cell<ShapeId>,
    /// The nearest built-in type in the bases: what the instances' struct is.
    spec: &'static TypeSpec,
    special: UnsafeCell<SpecialMethods>,
    /// `__base__`: the solid base.
    base: Cell<Option<&'static TypeObject>>,
    /// `__name__`, an exact str; 0 for a static type until it is asked for.
    name: Cell<Value>,
    /// `__qualname__`; 0 when it is the name.
    qualified_name: Cell<Value>,
    /// `__bases__`, a tuple.
    bases: Cell<Value>,
    /// `__mro__`, a tuple.
    mro: Cell<Value>,
    /// The namespace, a dict; 0 until a static type's is filled.
    namespace: Cell<Value>,
    methods: Cell<&'static [&'static MethodTable]>,
    /// Borrowed: a class takes itself out when it dies.
    subclasses: RefCell<Vec<*const TypeObject>>,
    /// What is known of how the class is called.
    construction: Construction,
}

/// What a call of a class does, as it was when the class had a version.
struct Construction {
    version: Cell<u32>,
    /// Whether it is `object.__new__` and then `__init__`.
    is_plain: Cell<bool>,
    /// Where the `__init__` of a class written in Python is; null where it is that of `object`.
    initializer: Cell<*mut Value>,
}

impl Construction {
    const fn unknown() -> Construction {
        Construction {
            version: Cell::new(0),
            is_plain: Cell::new(false),
            initializer: Cell::new(std::ptr::null_mut()),
        }
    }
}

// SAFETY: touched only by the thread that holds the GIL.
unsafe impl Sync for TypeObject {}

// SAFETY: types are instances of `type` or of a metaclass, which start with this struct.
unsafe impl Class for TypeObject {
    fn type_object() -> &'static TypeObject {
        &TYPE
    }
}

/// What a heap type is made of; see [`TypeObject::new_heap`].
pub struct HeapTypeParts {
    pub spec: &'static TypeSpec,
    pub flags: u32,
    pub base: &'static TypeObject,
    pub bases: Ref<Tuple>,
    pub name: Ref<Str>,
    pub qualified_name: Ref<Str>,
    pub namespace: Ref<Dict>,
    /// Bytes before the attribute slots.
    pub slots_offset: u32,
    /// How many attribute slots to reserve.
    pub slot_capacity: u32,
}

static NEXT_VERSION: crate::gil::Static<Cell<u32>> = crate::gil::Static::new(Cell::new(1));

fn next_version() -> u32 {
    let version = NEXT_VERSION.get();
    NEXT_VERSION.set(version.checked_add(1).expect("fewer than 2^32 changes of classes"));
    version
}

/// Shapes of values that are of the same exact type as those of another shape, but look different: `(shape of new
/// instances, the other)`.
const SECOND_SHAPES: &[(ShapeId, ShapeId)] = &[
    (ShapeId::BIG_INT, ShapeId::INT),
    (ShapeId::HEAP_FLOAT, ShapeId::FLOAT),
    (ShapeId::DICT, ShapeId::NAMESPACE),
];

impl TypeObject {
    /// The static object of a built-in type. [`crate::startup`] makes it usable.
    pub const fn new_static(spec: &'static TypeSpec) -> TypeObject {
        TypeObject {
            header: Header::immortal(ShapeId::TYPE),
            version: Cell::new(0),
            flags: Cell::new(spec.flags | flags::IMMUTABLE),
            instance_shape: Cell::new(ShapeId::OBJECT),
            instance_size: Cell::new(spec.size as u32),
            slots_offset: Cell::new(spec.size as u32),
            shape_count: Cell::new(0),
            dictionary_shape: Cell::new(ShapeId::OBJECT),
            spec,
            special: UnsafeCell::new(SpecialMethods::NONE),
            base: Cell::new(spec.base),
            name: Cell::new(Value(0)),
            qualified_name: Cell::new(Value(0)),
            bases: Cell::new(Value(0)),
            mro: Cell::new(Value(0)),
            namespace: Cell::new(Value(0)),
            methods: Cell::new(&[]),
            subclasses: RefCell::new(Vec::new()),
            construction: Construction::unknown(),
        }
    }

    /// The contents of a new heap type, whose MRO and special methods the caller sets next ([`crate::class`]).
    pub fn new_heap(parts: HeapTypeParts) -> TypeObject {
        TypeObject {
            header: Header::new(ShapeId::TYPE),
            version: Cell::new(next_version()),
            flags: Cell::new(parts.flags | flags::HEAP),
            instance_shape: Cell::new(ShapeId::OBJECT),
            instance_size: Cell::new(parts.slots_offset + 8 * parts.slot_capacity),
            slots_offset: Cell::new(parts.slots_offset),
            shape_count: Cell::new(0),
            dictionary_shape: Cell::new(ShapeId::OBJECT),
            spec: parts.spec,
            special: UnsafeCell::new(SpecialMethods::NONE),
            base: Cell::new(Some(parts.base)),
            name: Cell::new(parts.name.into_owned().into_raw()),
            qualified_name: Cell::new(parts.qualified_name.into_owned().into_raw()),
            bases: Cell::new(parts.bases.into_owned().into_raw()),
            mro: Cell::new(Value(0)),
            namespace: Cell::new(parts.namespace.into_owned().into_raw()),
            methods: Cell::new(&[]),
            subclasses: RefCell::new(Vec::new()),
            construction: Construction::unknown(),
        }
    }

    /// Gives a static type its shape, its special methods and its place among its base's subclasses. Bases come first.
    pub fn ready_static(&'static self) {
        if self.version.get() != 0 {
            return;
        }
        self.version.set(next_version());
        let methods = self.methods.get();
        let mut special = SpecialMethods::NONE;
        for table in methods {
            special.inherit(&table.special);
        }
        // A type that redefines comparison without hashing is not hashable, as in CPython's `inherit_slots`.
        if let Some(base) = self.base.get() {
            debug_assert!(base.version.get() != 0, "the base of {} is ready first", self.spec.name);
            let mut inherited = *base.special();
            if special.compare.is_some() || special.hash.is_some() {
                inherited.compare = None;
                inherited.hash = None;
            }
            special.inherit(&inherited);
            self.flags.set(self.flags.get() | base.flags() & flags::INHERITED);
            base.add_subclass(self);
        }
        self.set_special(special);
        if self.has_flag(flags::DICT) {
            // One word for the attributes: a dict, or an array of slots.
            self.instance_size.set(self.slots_offset.get().next_multiple_of(8) + 8);
        }
        self.define_shapes(self.spec.shape);
    }

    /// Defines the shapes of new instances. A type whose instances have attributes starts with no slot taken.
    pub fn define_shapes(&self, id: Option<ShapeId>) {
        let kind = match self.has_flag(flags::DICT) {
            false => ShapeKind::Fixed,
            // Instances of a type with a fixed shape keep it, whatever attributes they get: it is what fast paths compare.
            true if id.is_some() => ShapeKind::Dictionary,
            true => ShapeKind::Slots,
        };
        for &(of, second) in SECOND_SHAPES {
            if id == Some(of) {
                shape::define(Some(second), self, ShapeKind::Fixed);
            }
        }
        let id = shape::define(id, self, kind).expect("fewer than a million shapes");
        self.instance_shape.set(id);
        self.dictionary_shape.set(id);
        if kind == ShapeKind::Slots {
            let dictionary =
                shape::define(None, self, ShapeKind::Dictionary).expect("fewer than a million shapes");
            self.dictionary_shape.set(dictionary);
        }
    }

    /// The object as a value.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a type object is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    pub fn to_owned(&self) -> Owned {
        self.object().to_owned()
    }

    /// `__name__`: the part after the last dot.
    pub fn name(&self) -> &str {
        // SAFETY: the type owns its name.
        match unsafe { Object::from_optional_value(self.name.get()) } {
            // SAFETY: `name` holds an exact str or 0.
            Some(name) => unsafe { &*name.address::<Str>() }.as_utf8().unwrap_or("?"),
            None => self.spec.name,
        }
    }

    /// The name with its module, as error messages of some built-in types show it.
    pub fn full_name(&self) -> String {
        if self.has_flag(flags::HEAP) || self.spec.module == "builtins" {
            self.name().to_string()
        } else {
            format!("{}.{}", self.spec.module, self.spec.name)
        }
    }

    /// `__name__` as an object.
    pub fn name_object(&self) -> Owned {
        if self.name.get().0 == 0 {
            self.name.set(crate::str::intern(self.spec.name).into_owned().into_raw());
        }
        // SAFETY: set just now, owned by the type.
        unsafe { Object::from_value(self.name.get()) }.to_owned()
    }

    /// Sets `__name__`; gives back the old one for the caller to drop.
    pub fn set_name(&self, name: Ref<Str>) -> Option<Owned> {
        take_owned(self.name.replace(name.into_owned().into_raw()))
    }

    /// `__qualname__` as an object.
    pub fn qualified_name_object(&self) -> Owned {
        // SAFETY: owned by the type.
        match unsafe { Object::from_optional_value(self.qualified_name.get()) } {
            Some(name) => name.to_owned(),
            None => self.name_object(),
        }
    }

    /// Sets `__qualname__`; gives back the old one for the caller to drop.
    pub fn set_qualified_name(&self, name: Ref<Str>) -> Option<Owned> {
        take_owned(self.qualified_name.replace(name.into_owned().into_raw()))
    }

    pub fn spec(&self) -> &'static TypeSpec {
        self.spec
    }

    pub fn flags(&self) -> u32 {
        self.flags.get()
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn set_flag(&self, flag: u32, on: bool) {
        self.flags.set(if on { self.flags.get() | flag } else { self.flags.get() & !flag });
    }

    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    /// Where caches find the version.
    pub fn version_address(&self) -> *const u32 {
        self.version.as_ptr()
    }

    /// Says that a name may have come to mean something else in this type: caches that relied on it, or on a type
    /// derived from it, are stale.
    pub fn modified(&self) {
        self.version.set(next_version());
        for subclass in self.subclasses() {
            subclass.modified();
        }
    }

    #[inline(always)]
    pub fn instance_shape(&self) -> ShapeId {
        self.instance_shape.get()
    }

    /// The shape of instances whose attributes are in a dict.
    pub fn dictionary_shape(&self) -> ShapeId {
        self.dictionary_shape.get()
    }

    pub fn instance_size(&self) -> usize {
        self.instance_size.get() as usize
    }

    /// Bytes before the attribute slots; for types with a variable part, before that part.
    pub fn slots_offset(&self) -> usize {
        self.slots_offset.get() as usize
    }

    /// How many attribute slots an instance has in itself.
    pub fn slot_capacity(&self) -> usize {
        if self.has_flag(flags::DICT) {
            (self.instance_size() - self.slots_offset().next_multiple_of(8)) / 8
        } else {
            0
        }
    }

    pub fn shape_count(&self) -> u32 {
        self.shape_count.get()
    }

    pub fn count_shape(&self) {
        self.shape_count.set(self.shape_count.get() + 1);
    }

    /// The solid base: `__base__`.
    pub fn base(&self) -> Option<&'static TypeObject> {
        self.base.get()
    }

    pub fn set_base(&self, base: &'static TypeObject) {
        self.base.set(Some(base));
    }

    /// `__bases__`.
    pub fn bases(&self) -> Ref<Tuple> {
        if self.bases.get().0 == 0 {
            let bases: Vec<Owned> = self.base.get().map(TypeObject::to_owned).into_iter().collect();
            self.bases.set(Tuple::from_vec(bases).into_owned().into_raw());
        }
        // SAFETY: owned by the type; a tuple.
        unsafe { Object::from_value(self.bases.get()).to_owned().downcast_unchecked() }
    }

    /// Sets `__bases__`; gives back the old ones for the caller to drop.
    pub fn set_bases(&self, bases: Ref<Tuple>) -> Option<Owned> {
        take_owned(self.bases.replace(bases.into_owned().into_raw()))
    }

    /// `__mro__`.
    pub fn mro(&self) -> Ref<Tuple> {
        if self.mro.get().0 == 0 {
            let chain =
                std::iter::successors(Some(self), |ty| ty.base.get()).map(TypeObject::to_owned).collect();
            self.mro.set(Tuple::from_vec(chain).into_owned().into_raw());
        }
        // SAFETY: owned by the type; a tuple.
        unsafe { Object::from_value(self.mro.get()).to_owned().downcast_unchecked() }
    }

    /// Sets `__mro__`; gives back the old one for the caller to drop.
    pub fn set_mro(&self, mro: Ref<Tuple>) -> Option<Owned> {
        take_owned(self.mro.replace(mro.into_owned().into_raw()))
    }

    /// The types of the MRO in order.
    pub fn iter_mro(&self) -> impl Iterator<Item = &'static TypeObject> + use<> {
        let mro = self.mro();
        (0..mro.len()).map(move |index| {
            let ty = mro.get(index).expect("within the tuple");
            // SAFETY: an MRO holds types, which live as long as a type that derives from them.
            unsafe { &*ty.address::<TypeObject>() }
        })
    }

    /// Whether this type is `ancestor` or derives from it, by the MRO.
    #[inline]
    pub fn is_subtype(&self, ancestor: &TypeObject) -> bool {
        std::ptr::eq(self, ancestor) || self.derives_from(ancestor)
    }

    fn derives_from(&self, ancestor: &TypeObject) -> bool {
        // `list`, `int` and their like have a bit of their own, which every class that derives from them inherits.
        let own_bit = ancestor.flags.get() & flags::ANY_SUBCLASS;
        if own_bit != 0
            && !ancestor.has_flag(flags::HEAP)
            && ancestor.base.get().is_some_and(|base| std::ptr::eq(base, &OBJECT))
        {
            return self.has_flag(own_bit);
        }
        if !self.has_flag(flags::HEAP) {
            // Built-in types have one base each.
            return std::iter::successors(Some(self), |ty| ty.base.get())
                .any(|ty| std::ptr::eq(ty, ancestor));
        }
        // SAFETY: owned by the type; a tuple, or 0 while the class is being made.
        match unsafe { Object::from_optional_value(self.mro.get()) } {
            Some(mro) => {
                // SAFETY: as above.
                let mro = unsafe { &*mro.address::<Tuple>() };
                mro.iter().any(|ty| std::ptr::eq(ty.address::<TypeObject>(), ancestor))
            }
            None => {
                std::ptr::eq(self, ancestor) || self.base.get().is_some_and(|base| base.is_subtype(ancestor))
            }
        }
    }

    /// The namespace; a static type's is filled at the first call.
    pub fn namespace(&self) -> &Dict {
        if self.namespace.get().0 == 0 {
            crate::descriptor::fill_namespace(self);
        }
        // SAFETY: owned by the type; a dict.
        unsafe { &*Object::from_value(self.namespace.get()).address::<Dict>() }
    }

    pub(crate) fn set_namespace(&self, namespace: Ref<Dict>) {
        self.namespace.set(namespace.into_owned().into_raw());
    }

    /// What the type can do. Copy the entry out before calling it: the table may change meanwhile.
    #[inline(always)]
    pub fn special(&self) -> &SpecialMethods {
        // SAFETY: replaced only by `set_special`, while nobody holds on to a reference (see above).
        unsafe { &*self.special.get() }
    }

    pub fn set_special(&self, special: SpecialMethods) {
        // SAFETY: as above.
        unsafe { *self.special.get() = special };
    }

    pub fn set_methods(&self, methods: &'static [&'static MethodTable]) {
        self.methods.set(methods);
    }

    pub fn methods(&self) -> &'static [&'static MethodTable] {
        self.methods.get()
    }

    /// Finds a name in the namespaces along the MRO. Never runs Python code.
    #[inline]
    pub fn lookup(&self, name: &Str) -> Option<Owned> {
        crate::attribute::lookup_in_type(self, name)
    }

    /// Puts a name in the namespace of a type and updates what depends on it. For built-in types at start as well.
    pub fn set_attribute(&self, name: &Str, value: &Object) -> Result<()> {
        self.namespace().set_str(name, value)?;
        self.modified();
        crate::class::update_special_methods(self, Some(name));
        Ok(())
    }

    /// For a class whose call makes a plain object and calls `__init__`: the cell of an `__init__` in the class, or none
    /// where it is the one of `object`.
    #[inline]
    pub fn plain_initializer(&self) -> Option<Option<*mut Value>> {
        let known = &self.construction;
        if known.version.get() != self.version() {
            self.look_at_construction();
        }
        // `__new__` may have been rebound without a new version.
        let plain_new = OBJECT.special().new.map(|new| new as usize);
        if !known.is_plain.get()
            || self.has_flag(flags::ABSTRACT)
            || self.special().new.map(|new| new as usize) != plain_new
        {
            return None;
        }
        let cell = known.initializer.get();
        Some((!cell.is_null()).then_some(cell))
    }

    #[cold]
    fn look_at_construction(&self) {
        let known = &self.construction;
        known.version.set(self.version());
        known.initializer.set(std::ptr::null_mut());
        let plain_init = OBJECT.special().init.map(|init| init as usize);
        let derived = self.has_flag(flags::HEAP)
            && self.object().shape_id() == ShapeId::TYPE
            && std::ptr::eq(self.spec, &OBJECT_SPEC)
            && !self.has_flag(flags::NO_CONSTRUCTOR);
        let own_init = self.special().init.map(|init| init as usize) != plain_init;
        if own_init && let Some(cell) = crate::attribute::lookup_cell(self, names::get(names::Name::__init__))
        {
            known.initializer.set(cell);
        }
        known.is_plain.set(derived && own_init != known.initializer.get().is_null());
    }

    pub fn add_subclass(&self, subclass: &TypeObject) {
        self.subclasses.borrow_mut().push(subclass);
    }

    pub fn remove_subclass(&self, subclass: &TypeObject) {
        self.subclasses.borrow_mut().retain(|&known| !std::ptr::eq(known, subclass));
    }

    /// The classes that name this one among their bases.
    pub fn subclasses(&self) -> Vec<&'static TypeObject> {
        // SAFETY: a class that dies takes itself out.
        self.subclasses.borrow().iter().map(|&ty| unsafe { &*ty }).collect()
    }

    /// The words this type owns, for the cycle collector.
    pub fn owned_words(&self) -> [&Cell<Value>; 5] {
        [&self.name, &self.qualified_name, &self.bases, &self.mro, &self.namespace]
    }
}

/// Takes over a word that may be 0.
fn take_owned(value: Value) -> Option<Owned> {
    // SAFETY: the caller replaced a field that owned the word.
    if value.0 == 0 { None } else { Some(unsafe { Owned::from_raw(value) }) }
}

/// `type(object).__name__`, for error messages.
pub fn name_of(object: &Object) -> &str {
    object.type_object().name()
}

static OBJECT_SPEC: TypeSpec = TypeSpec {
    name: "object",
    module: "builtins",
    doc: Some(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    ),
    base: None,
    shape: Some(ShapeId::OBJECT),
    size: size_of::<Header>(),
    variable_size: None,
    kind: pyrsc_abi::page::PageKind::Container,
    flags: flags::BASETYPE,
    traverse: None,
    clear: None,
    drop: None,
};

/// `object`.
pub static OBJECT: TypeObject = TypeObject::new_static(&OBJECT_SPEC);

static TYPE_SPEC: TypeSpec = TypeSpec {
    name: "type",
    module: "builtins",
    doc: Some("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"),
    base: Some(&OBJECT),
    shape: Some(ShapeId::TYPE),
    size: size_of::<TypeObject>(),
    variable_size: None,
    kind: pyrsc_abi::page::PageKind::Container,
    flags: flags::BASETYPE | flags::WEAKREF | flags::TYPE_SUBCLASS,
    traverse: Some(crate::class::traverse_type),
    clear: Some(crate::class::clear_type),
    drop: Some(crate::class::drop_type),
};

/// `type`.
pub static TYPE: TypeObject = TypeObject::new_static(&TYPE_SPEC);

/// The word in the namespace that a class body's `__qualname__` is under.
pub fn qualified_name_key() -> &'static Str {
    names::get(names::Name::__qualname__)
}

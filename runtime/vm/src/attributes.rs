//! Attribute access with inline caches.
//!
//! A cache is about objects of one shape whose type has one version: versions are never used twice, and change with
//! whatever could change what a name means. `first` is the address of the type's version, `second` that of a class
//! value's cell.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_bytecode::{SpecialMethod, SuperForm};
use pyrsc_core::attribute::{self, Method};
use pyrsc_core::descriptor::{self, ClassMethod, MemberDescriptor, Property, StaticMethod};
use pyrsc_core::gil::Static;
use pyrsc_core::instance;
use pyrsc_core::module::Module;
use pyrsc_core::object::{Object, increment};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::shape::ShapeKind;
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_error;
use pyrsc_core::type_object::{TYPE, TypeObject, flags};

use crate::code::InlineCache;
use crate::frame::{EMPTY, Frame};
use crate::handlers::shape_of;
use crate::interpreter::Taken;
use crate::shape_cache::{self, Access};

/// What an attribute cache knows; the numbers are in `InlineCache::kind`.
pub mod kind {
    /// Nothing.
    pub const NONE: u32 = 0;
    /// The value lies in the object, at `offset`.
    pub const SLOT: u32 = 1;
    /// As `SLOT`, for a member of `__slots__`, which may be unset.
    pub const MEMBER: u32 = 2;
    /// The value lies in the class's cell.
    pub const CLASS: u32 = 3;
    /// As `CLASS`; the value takes the object as its first argument.
    pub const METHOD: u32 = 4;
    /// The object is a class of a version; the value lies in the cell.
    pub const OF_CLASS: u32 = 5;
    /// A store adds the attribute at `offset`; `second` is the object's shape afterwards.
    pub const ADDED: u32 = 6;
    /// A property lies in the class's cell.
    pub const PROPERTY: u32 = 7;
    /// The object is a module whose namespace has the number `version`; the value lies in the cell.
    pub const OF_MODULE: u32 = 8;
}

/// Whether the cache is about this object, which lies in memory.
#[inline(always)]
fn hits(value: Value, cache: &InlineCache) -> bool {
    // SAFETY: a filled cache holds the address of a version, whose type lives as long as its shapes are in use; shape 0
    // of an empty cache matches nothing.
    shape_of(value).is_some_and(|shape| shape.0 == cache.shape.get())
        && unsafe { *(cache.first.get() as *const u32) } == cache.version.get()
}

#[inline(always)]
unsafe fn word_at(value: Value, offset: u32) -> *mut Value {
    (value.0 + u64::from(offset)) as *mut Value
}

/// The attribute through the cache, owned.
#[inline(always)]
pub fn cached(value: Value, cache: &InlineCache) -> Option<Value> {
    if !hits(value, cache) {
        return match cache.kind.get() {
            kind::OF_CLASS => cached_of_class(value, cache),
            kind::OF_MODULE => cached_of_module(value, cache),
            _ => None,
        };
    }
    // SAFETY: the cache was filled for objects of this shape.
    let found = unsafe {
        match cache.kind.get() {
            kind::SLOT => *word_at(value, cache.offset.get()),
            kind::CLASS => {
                let found = *(cache.second.get() as *const Value);
                if cache.offset.get() == wrapped::STATIC_METHOD { static_callable(found)? } else { found }
            }
            kind::MEMBER => {
                let word = *word_at(value, cache.offset.get());
                if word.0 == 0 {
                    return None;
                }
                word
            }
            _ => return None,
        }
    };
    if found.is_pointer() {
        // SAFETY: a live value.
        unsafe { increment(found) };
    }
    Some(found)
}

/// The attribute of a class through the cache, owned.
#[inline]
fn cached_of_class(value: Value, cache: &InlineCache) -> Option<Value> {
    if shape_of(value) != Some(ShapeId::TYPE) {
        return None;
    }
    // SAFETY: the shape says that it is a class.
    let class = unsafe { &*(value.0 as *const TypeObject) };
    if class.version() != cache.version.get() {
        return None;
    }
    // SAFETY: the cell stays as long as the version does.
    let mut found = unsafe { *(cache.second.get() as *const Value) };
    match cache.offset.get() {
        wrapped::NOT => {}
        wrapped::STATIC_METHOD => found = static_callable(found)?,
        _ => return None,
    }
    if found.is_pointer() {
        // SAFETY: a live value.
        unsafe { increment(found) };
    }
    Some(found)
}

/// What a class's value is wrapped in: `InlineCache::offset` of `OF_CLASS`.
mod wrapped {
    pub const NOT: u32 = 0;
    pub const STATIC_METHOD: u32 = 1;
    pub const CLASS_METHOD: u32 = 2;
}

/// What a `staticmethod` wraps.
#[inline]
fn static_callable(found: Value) -> Option<Value> {
    if shape_of(found) != Some(ShapeId::STATIC_METHOD) {
        return None;
    }
    // SAFETY: the shape says what it is.
    let callable = unsafe { &*(found.0 as *const StaticMethod) }.callable.cell().get();
    (callable.0 != 0).then_some(callable)
}

/// The function of a class method that the cache knows for this class, owned.
#[inline]
pub fn cached_class_method(value: Value, cache: &InlineCache) -> Option<Value> {
    if cache.kind.get() != kind::OF_CLASS
        || cache.offset.get() != wrapped::CLASS_METHOD
        || shape_of(value) != Some(ShapeId::TYPE)
    {
        return None;
    }
    // SAFETY: the shape says that it is a class; the cell stays as long as the version does.
    unsafe {
        if (*(value.0 as *const TypeObject)).version() != cache.version.get() {
            return None;
        }
        let found = *(cache.second.get() as *const Value);
        if shape_of(found) != Some(ShapeId::CLASS_METHOD) {
            return None;
        }
        let callable = (*(found.0 as *const ClassMethod)).callable.cell().get();
        if shape_of(callable) != Some(ShapeId::FUNCTION) {
            return None;
        }
        increment(callable);
        Some(callable)
    }
}

/// The attribute of a module through the cache, owned.
#[inline]
fn cached_of_module(value: Value, cache: &InlineCache) -> Option<Value> {
    if shape_of(value) != Some(ShapeId::MODULE) {
        return None;
    }
    // SAFETY: the shape says that it is a module.
    let module = unsafe { &*(value.0 as *const Module) };
    if module.namespace_number() != cache.version.get() {
        return None;
    }
    // SAFETY: the cell stays as long as the namespace.
    let found = unsafe { *(cache.second.get() as *const Value) };
    if found == Value::UNBOUND {
        return None;
    }
    if found.is_pointer() {
        // SAFETY: a live value.
        unsafe { increment(found) };
    }
    Some(found)
}

/// The getter of a property that the cache knows, where it is a function written in Python.
#[inline]
fn cached_getter(value: Value, cache: &InlineCache) -> Option<Owned> {
    if cache.kind.get() != kind::PROPERTY || !hits(value, cache) {
        return None;
    }
    // SAFETY: the cell stays as long as the version does, and holds a live value.
    let found = unsafe { Object::from_value(*(cache.second.get() as *const Value)) };
    let getter = found.downcast_shape::<Property>(ShapeId::PROPERTY)?.getter.get()?;
    (getter.shape_id() == ShapeId::FUNCTION).then_some(getter)
}

/// The method's function through the cache, owned; the object is its first argument.
#[inline(always)]
pub fn cached_method(value: Value, cache: &InlineCache) -> Option<Value> {
    if cache.kind.get() != kind::METHOD || !hits(value, cache) {
        return None;
    }
    // SAFETY: the cell stays as long as the version does.
    let found = unsafe { *(cache.second.get() as *const Value) };
    if found.is_pointer() {
        // SAFETY: a live value.
        unsafe { increment(found) };
    }
    Some(found)
}

/// Whether the attribute can be stored in a slot that the object has.
#[inline(always)]
pub fn cached_store(value: Value, cache: &InlineCache) -> bool {
    matches!(cache.kind.get(), kind::SLOT | kind::MEMBER) && hits(value, cache)
}

/// Stores in the slot that the cache knows.
///
/// # Safety
/// [`cached_store`] said yes.
#[inline(always)]
pub unsafe fn store_slot(object: Value, cache: &InlineCache, value: Owned) {
    // SAFETY: the object has the word at this offset; a member's may be 0.
    unsafe {
        let old = word_at(object, cache.offset.get()).replace(value.into_raw());
        if old.0 != 0 {
            drop(Owned::from_raw(old));
        }
    }
}

/// Whether a store adds the attribute to objects like this one.
#[inline(always)]
pub fn cached_addition(value: Value, cache: &InlineCache) -> bool {
    cache.kind.get() == kind::ADDED && hits(value, cache)
}

/// Adds the attribute that the cache knows.
///
/// # Safety
/// [`cached_addition`] said yes.
#[inline(always)]
pub unsafe fn add_slot(object: Value, cache: &InlineCache, value: Owned) {
    // SAFETY: the object has room at this offset, where nothing lies; the new shape says that there is a value.
    unsafe {
        word_at(object, cache.offset.get()).write(value.into_raw());
        (*(object.0 as *const Header)).shape.set(ShapeId(cache.second.get() as u32));
    }
}

fn set_cache(cache: &InlineCache, object: &Object, kind: u32, offset: u32, cell: u64) {
    let ty = object.type_object();
    cache.shape.set(object.shape_id().0);
    cache.version.set(ty.version());
    cache.first.set(ty.version_address() as u64);
    cache.offset.set(offset);
    cache.second.set(cell);
    cache.kind.set(kind);
}

/// Fills the cache for reading or storing an attribute, where it can.
fn fill(object: &Object, name: &Str, cache: &InlineCache, storing: bool) {
    cache.kind.set(kind::NONE);
    cache.shape.set(0);
    if !object.value().is_pointer() {
        return;
    }
    let shape = object.shape();
    let ty = shape.type_object();
    let cell = attribute::lookup_cell(ty, name);
    if let Some(cell) = cell {
        // SAFETY: the cell is bound and owns its value.
        let found = unsafe { Object::from_value(*cell) };
        let special = found.type_object().special();
        if special.descriptor_set.is_some() {
            if let Some(member) = found.downcast_shape::<MemberDescriptor>(ShapeId::MEMBER_DESCRIPTOR)
                && member
                    .owner
                    .borrow()
                    .and_then(|owner| owner.downcast::<TypeObject>())
                    .is_some_and(|owner| ty.is_subtype(owner))
                && ty.spec().variable_size.is_none()
            {
                set_cache(cache, object, kind::MEMBER, member.offset as u32, 0);
            } else if !storing && found.shape_id() == ShapeId::PROPERTY {
                set_cache(cache, object, kind::PROPERTY, 0, cell as u64);
            }
            return;
        }
    }
    if shape.kind() == ShapeKind::Dictionary {
        return;
    }
    if shape.kind() == ShapeKind::Slots
        && let Some(slot) = shape.slot_of(name)
    {
        if let Some(offset) = instance::inline_offset(object, shape, slot) {
            set_cache(cache, object, kind::SLOT, offset, 0);
        }
        return;
    }
    if storing {
        return;
    }
    if let Some(cell) = cell {
        // SAFETY: as above.
        let found = unsafe { Object::from_value(*cell) };
        if found.shape_id() == ShapeId::STATIC_METHOD {
            set_cache(cache, object, kind::CLASS, wrapped::STATIC_METHOD, cell as u64);
        } else if found.type_object().special().descriptor_get.is_none() {
            set_cache(cache, object, kind::CLASS, 0, cell as u64);
        }
    }
}

/// Fills the cache for an attribute of a class, where it can.
fn fill_of_class(class: &TypeObject, name: &Str, cache: &InlineCache) {
    cache.kind.set(kind::NONE);
    cache.shape.set(0);
    if let Some(own) = TYPE.lookup(name)
        && own.type_object().special().descriptor_set.is_some()
    {
        return;
    }
    let Some(cell) = attribute::lookup_cell(class, name) else { return };
    // SAFETY: the cell is bound and owns its value.
    let found = unsafe { Object::from_value(*cell) };
    let wrapper = match found.shape_id() {
        ShapeId::FUNCTION => Some(wrapped::NOT),
        ShapeId::STATIC_METHOD => Some(wrapped::STATIC_METHOD),
        ShapeId::CLASS_METHOD => Some(wrapped::CLASS_METHOD),
        _ => found.type_object().special().descriptor_get.is_none().then_some(wrapped::NOT),
    };
    if let Some(wrapper) = wrapper {
        cache.offset.set(wrapper);
        cache.version.set(class.version());
        cache.second.set(cell as u64);
        cache.kind.set(kind::OF_CLASS);
    }
}

/// Fills the cache for an attribute of a module, where it can.
fn fill_of_module(module: &Module, name: &Str, cache: &InlineCache) {
    cache.kind.set(kind::NONE);
    cache.shape.set(0);
    if let Some((cell, number)) = module.attribute_cell(name)
        && number != 0
    {
        cache.version.set(number);
        cache.second.set(cell as u64);
        cache.kind.set(kind::OF_MODULE);
    }
}

/// The attribute by what is known of the object's shape, and lets the instruction's cache know; `None` where nothing is.
#[inline]
fn load_known(object: &Object, name: &Str, cache: &InlineCache) -> Option<Result> {
    if let Some(getter) = cached_getter(object.value(), cache) {
        return Some(operations::call(&getter, &[object]));
    }
    let entry = shape_cache::entry(shape_cache::shape_of(object)?, name, Access::Load);
    if !entry.is_for(name, Access::Load) {
        return None;
    }
    if let Some(found) = cached(object.value(), &entry.cache) {
        entry.offer(cache);
        // SAFETY: the reference was counted by `cached`.
        return Some(Ok(unsafe { Owned::from_raw(found) }));
    }
    let getter = cached_getter(object.value(), &entry.cache)?;
    entry.offer(cache);
    Some(operations::call(&getter, &[object]))
}

/// Remembers where the attribute is, for the instruction and for others.
fn remember_load(object: &Object, name: &Str, cache: &InlineCache) {
    match object.shape_id() {
        // SAFETY: the shape says that it is a class.
        ShapeId::TYPE => fill_of_class(unsafe { &*object.address::<TypeObject>() }, name, cache),
        // SAFETY: the shape says that it is a module.
        ShapeId::MODULE => fill_of_module(unsafe { &*object.address::<Module>() }, name, cache),
        _ if attribute::is_generic(object.type_object()) => {
            fill(object, name, cache, false);
            if cache.shape.get() != 0 {
                shape_cache::entry(cache.shape.get(), name, Access::Load).set(name, Access::Load, cache);
            }
        }
        _ => {}
    }
}

/// `object.name`, remembering where it was.
#[inline(never)]
pub fn load(object: &Object, name: &Str, cache: &InlineCache) -> Result {
    if let Some(result) = load_known(object, name, cache) {
        return result;
    }
    remember_load(object, name, cache);
    attribute::get_attribute(object, name)
}

/// `object.name = value`, remembering where it went.
#[inline(never)]
pub fn store(object: &Object, name: &Str, value: Taken, cache: &InlineCache) -> Result<()> {
    let word = object.value();
    // SAFETY: each store is of the kind that has just been asked for.
    unsafe {
        if cached_addition(word, cache) {
            add_slot(word, cache, value.into_owned());
            return Ok(());
        }
        if let Some(shape) = shape_cache::shape_of(object) {
            let entry = shape_cache::entry(shape, name, Access::Store);
            if entry.is_for(name, Access::Store) {
                if cached_store(word, &entry.cache) {
                    entry.offer(cache);
                    store_slot(word, &entry.cache, value.into_owned());
                    return Ok(());
                }
                if cached_addition(word, &entry.cache) {
                    entry.offer(cache);
                    add_slot(word, &entry.cache, value.into_owned());
                    return Ok(());
                }
            }
        }
    }
    let (before, had_slots) = (object.shape_id(), object.shape().kind() == ShapeKind::Slots);
    let result = attribute::set_attribute(object, name, &value);
    drop(value);
    if result.is_ok() && attribute::has_generic_set(object.type_object()) {
        fill(object, name, cache, true);
        if cache.kind.get() == kind::SLOT && object.shape_id() != before {
            if had_slots && object.shape().parent() == Some(before) {
                // The next object of the old shape gets the attribute in the same slot.
                cache.shape.set(before.0);
                cache.second.set(object.shape_id().0.into());
                cache.kind.set(kind::ADDED);
            } else {
                cache.shape.set(0);
                cache.kind.set(kind::NONE);
            }
        }
        if cache.shape.get() != 0 {
            shape_cache::entry(cache.shape.get(), name, Access::Store).set(name, Access::Store, cache);
        }
    }
    result
}

/// What `object.name(...)` calls: a callable, and its receiver or nothing.
#[inline(never)]
pub fn load_method(object: Taken, name: &Str, cache: &InlineCache) -> Result<(Value, Value)> {
    if let Some(found) = cached(object.value(), cache) {
        return Ok((found, EMPTY));
    }
    if let Some(function) = cached_class_method(object.value(), cache) {
        return Ok((function, object.into_owned().into_raw()));
    }
    if let Some(shape) = shape_cache::shape_of(&object) {
        let entry = shape_cache::entry(shape, name, Access::Method);
        if entry.is_for(name, Access::Method)
            && let Some(found) = cached_method(object.value(), &entry.cache)
        {
            entry.offer(cache);
            return Ok((found, object.into_owned().into_raw()));
        }
        if let Some(result) = load_known(&object, name, cache) {
            return result.map(|found| (found.into_raw(), EMPTY));
        }
    }
    if matches!(object.shape_id(), ShapeId::TYPE | ShapeId::MODULE) {
        remember_load(&object, name, cache);
        return attribute::get_attribute(&object, name).map(|found| (found.into_raw(), EMPTY));
    }
    let ty = object.type_object();
    match attribute::get_method(&object, name)? {
        Method::Bound(callable) => {
            remember_load(&object, name, cache);
            Ok((callable.into_raw(), EMPTY))
        }
        Method::Unbound(function) => {
            cache.kind.set(kind::NONE);
            cache.shape.set(0);
            if object.value().is_pointer()
                && object.shape().kind() != ShapeKind::Dictionary
                && let Some(cell) = attribute::lookup_cell(ty, name)
            {
                set_cache(cache, &object, kind::METHOD, 0, cell as u64);
                shape_cache::entry(cache.shape.get(), name, Access::Method).set(name, Access::Method, cache);
            }
            Ok((function.into_raw(), object.into_owned().into_raw()))
        }
    }
}

/// The built-in class `super`, and not something else of that name.
fn is_super(class: &Object) -> bool {
    class
        .downcast::<TypeObject>()
        .is_some_and(|class| !class.has_flag(flags::HEAP) && class.name() == "super")
}

/// The type whose MRO `super(class, object)` walks; `None` when `object` does not belong to the class.
fn start_type(class: &TypeObject, object: &Object) -> Result<Option<Owned>> {
    if let Some(given) = object.downcast::<TypeObject>()
        && given.is_subtype(class)
    {
        return Ok(Some(object.to_owned()));
    }
    let ty = object.type_object();
    if ty.is_subtype(class) {
        return Ok(Some(ty.to_owned()));
    }
    let claimed = operations::get_attribute_optional(object, &str::intern("__class__"))?;
    Ok(claimed.filter(|claimed| {
        claimed
            .downcast::<TypeObject>()
            .is_some_and(|claimed| !std::ptr::eq(claimed, ty) && claimed.is_subtype(class))
    }))
}

/// One remembered look-up behind a class, in the MRO of the type that had the version.
struct FoundBehind {
    version: Cell<u32>,
    class: Cell<*const TypeObject>,
    name: Cell<*const Str>,
    cell: Cell<*mut Value>,
}

const FOUND_BEHIND: usize = 256;

static BEHIND: Static<[FoundBehind; FOUND_BEHIND]> = Static::new(
    [const {
        FoundBehind {
            version: Cell::new(0),
            class: Cell::new(std::ptr::null()),
            name: Cell::new(std::ptr::null()),
            cell: Cell::new(std::ptr::null_mut()),
        }
    }; FOUND_BEHIND],
);

/// What a name means in the MRO of a type behind a class.
fn find_behind(start: &TypeObject, class: &TypeObject, name: &Str) -> Option<Owned> {
    let key = (std::ptr::from_ref(class), std::ptr::from_ref(name));
    let version = start.version();
    let entry = &BEHIND[(version as usize ^ (key.0 as usize >> 6) ^ (key.1 as usize >> 4)) % FOUND_BEHIND];
    if entry.version.get() == version && (entry.class.get(), entry.name.get()) == key {
        // SAFETY: the cell stays, and holds a value, as long as the version does.
        return Some(unsafe { Object::from_value(*entry.cell.get()) }.to_owned());
    }
    if name.is_interned()
        && let Some(cell) = behind_in_mro(start, class).find_map(|ty| ty.namespace().bound_cell(name))
    {
        entry.version.set(start.version());
        entry.class.set(key.0);
        entry.name.set(key.1);
        entry.cell.set(cell);
        // SAFETY: the cell is bound and owns its value.
        return Some(unsafe { Object::from_value(*cell) }.to_owned());
    }
    behind_in_mro(start, class).find_map(|ty| ty.namespace().get_str(name))
}

/// The types behind a class in an MRO.
fn behind_in_mro(start: &TypeObject, class: &TypeObject) -> impl Iterator<Item = &'static TypeObject> {
    let class = std::ptr::from_ref(class);
    start.iter_mro().skip_while(move |ty| !std::ptr::eq(*ty, class)).skip(1)
}

/// The `super` object that the code would make.
fn make_super(super_class: &Object, class: &Object, object: &Object, form: SuperForm) -> Result {
    match form {
        SuperForm::ZeroArguments if !is_super(super_class) => operations::call(super_class, &[]),
        _ => operations::call(super_class, &[class, object]),
    }
}

/// `super.name`
pub fn load_super(
    _frame: *mut Frame,
    super_class: &Object,
    class: &Object,
    object: &Object,
    name: &Str,
    form: SuperForm,
) -> Result {
    match find_super(super_class, class, object, name)? {
        Some((found, start)) => match found.type_object().special().descriptor_get {
            Some(get) => {
                let instance = if object.is(&start) { None } else { Some(object) };
                get(&found, instance, Some(&start))
            }
            None => Ok(found),
        },
        None => attribute::get_attribute(&*make_super(super_class, class, object, form)?, name),
    }
}

/// As `load_super`, as a method pair.
pub fn load_super_method(
    frame: *mut Frame,
    super_class: &Object,
    class: &Object,
    object: &Object,
    name: &Str,
    form: SuperForm,
) -> Result<(Value, Value)> {
    if let Some((found, start)) = find_super(super_class, class, object, name)?
        && descriptor::is_method_like(&found)
        && !object.is(&start)
    {
        return Ok((found.into_raw(), object.to_owned().into_raw()));
    }
    load_super(frame, super_class, class, object, name, form).map(|found| (found.into_raw(), EMPTY))
}

/// What the built-in `super` finds, and the type it started from; `None` where the general way has to be gone.
fn find_super(
    super_class: &Object,
    class: &Object,
    object: &Object,
    name: &Str,
) -> Result<Option<(Owned, Owned)>> {
    if !is_super(super_class) || name.equals_text("__class__") {
        return Ok(None);
    }
    let Some(class) = class.downcast::<TypeObject>() else { return Ok(None) };
    let Some(start) = start_type(class, object)? else { return Ok(None) };
    let Some(start_class) = start.downcast::<TypeObject>() else { return Ok(None) };
    Ok(find_behind(start_class, class, name).map(|found| (found, start.clone())))
}

/// The error for an object that `with` cannot use.
#[cold]
fn no_context_manager(object: &Object, method: SpecialMethod) -> Raised {
    let ty = object.type_object();
    let has = |name: &str| ty.lookup(&str::intern(name)).is_some();
    let asynchronous = matches!(method, SpecialMethod::AsyncEnter | SpecialMethod::AsyncExit);
    let (protocol, other, names, keyword) = if asynchronous {
        ("asynchronous context manager", "context manager", ["__enter__", "__exit__"], "with")
    } else {
        ("context manager", "asynchronous context manager", ["__aenter__", "__aexit__"], "async with")
    };
    let mut message =
        format!("'{}' object does not support the {protocol} protocol (missed {method} method)", ty.name());
    if has(names[0]) && has(names[1]) {
        message.push_str(&format!(" but it supports the {other} protocol. Did you mean to use '{keyword}'?"));
    }
    type_error!("{message}")
}

/// A special method of an object's type, as a method pair.
pub fn load_special(object: Taken, method: SpecialMethod) -> Result<(Value, Value)> {
    let name = str::intern(&method.to_string());
    let ty = object.type_object();
    let Some(found) = ty.lookup(&name) else { return Err(no_context_manager(&object, method)) };
    if descriptor::is_method_like(&found) {
        return Ok((found.into_raw(), object.into_owned().into_raw()));
    }
    attribute::bind(found, Some(&object), ty).map(|bound| (bound.into_raw(), EMPTY))
}

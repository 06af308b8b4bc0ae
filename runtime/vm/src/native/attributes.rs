//! Attribute access of generated code: the interpreter's, and the faster caches that generated code reads itself.

use pyrsc_abi::Value;
use pyrsc_abi::native_module::InlineCache;
use pyrsc_bytecode::{SpecialMethod, SuperForm};
use pyrsc_core::attribute;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::shape::ShapeKind;
use pyrsc_core::str::Str;

use crate::attributes as general;
use crate::code::InlineCache as GeneralCache;
use crate::interpreter::Taken;

const _: () = assert!(
    size_of::<GeneralCache>() <= size_of::<[u64; 4]>() && align_of::<GeneralCache>() <= align_of::<u64>()
);

/// The part of a cache that the interpreter's functions use.
fn general_cache(cache: &InlineCache) -> &GeneralCache {
    // SAFETY: the words are as large and aligned as the cache, start zeroed as it does, and nobody else reads them.
    unsafe { &*(std::ptr::from_ref(&cache.general) as *const GeneralCache) }
}

/// Lets generated code find a slot by itself.
fn remember_slot(cache: &InlineCache, shape: u32, new_shape: u32) {
    let general = general_cache(cache);
    cache.shape.set(0);
    if general.kind.get() == general::kind::SLOT {
        cache.offset.set(general.offset.get());
        cache.version.set(general.version.get());
        cache.version_address.set(general.first.get() as *const u32);
        cache.new_shape.set(new_shape);
        cache.shape.set(shape);
    }
}

pub fn attribute_load(object: &Object, name: &Str, cache: &InlineCache) -> Result {
    let known = general_cache(cache);
    if let Some(value) = general::cached(object.value(), known) {
        // SAFETY: the reference was counted by `cached`.
        return Ok(unsafe { Owned::from_raw(value) });
    }
    let result = general::load(object, name, known);
    if result.is_ok() {
        remember_slot(cache, known.shape.get(), 0);
    }
    result
}

pub fn attribute_store(object: &Object, value: Owned, name: &Str, cache: &InlineCache) -> Result<()> {
    let known = general_cache(cache);
    if general::cached_store(object.value(), known) {
        // SAFETY: the cache has just been found to be about this object.
        unsafe { general::store_slot(object.value(), known, value) };
        return Ok(());
    }
    let before = object.shape_id();
    let had_slots = object.shape().kind() == ShapeKind::Slots;
    general::store(object, name, Taken::owned(value), known)?;
    let after = object.shape_id();
    if before == after {
        remember_slot(cache, known.shape.get(), 0);
    } else if had_slots && object.shape().parent() == Some(before) && known.shape.get() == after.0 {
        // The store added the attribute: the next object of the old shape gets it in the same slot.
        remember_slot(cache, before.0, after.0);
    }
    Ok(())
}

pub fn attribute_delete(object: &Object, name: &Str) -> Result<()> {
    attribute::delete_attribute(object, name)
}

pub fn method_load(object: &Object, name: &Str, cache: &InlineCache, pair: *mut Value) -> Result<()> {
    let known = general_cache(cache);
    if let Some(callable) = general::cached_method(object.value(), known) {
        give(pair, (callable, object.to_owned().into_raw()));
        return Ok(());
    }
    let words = general::load_method(Taken::owned(object.to_owned()), name, known)?;
    cache.shape.set(0);
    if known.kind.get() == general::kind::METHOD {
        cache.version.set(known.version.get());
        cache.version_address.set(known.first.get() as *const u32);
        cache.cell.set(known.second.get() as *const Value);
        cache.shape.set(known.shape.get());
    }
    give(pair, words);
    Ok(())
}

fn form_of(number: i64) -> SuperForm {
    if number == SuperForm::ZeroArguments as i64 { SuperForm::ZeroArguments } else { SuperForm::TwoArguments }
}

pub fn super_attribute_load(
    super_class: &Object,
    class: &Object,
    object: &Object,
    name: &Str,
    form: i64,
) -> Result {
    general::load_super(std::ptr::null_mut(), super_class, class, object, name, form_of(form))
}

pub fn super_method_load(
    super_class: &Object,
    class: &Object,
    object: &Object,
    name: &Str,
    form: i64,
    pair: *mut Value,
) -> Result<()> {
    let words =
        general::load_super_method(std::ptr::null_mut(), super_class, class, object, name, form_of(form))?;
    give(pair, words);
    Ok(())
}

pub fn special_method_load(object: &Object, method: i64, pair: *mut Value) -> Result<()> {
    let method =
        [SpecialMethod::Enter, SpecialMethod::Exit, SpecialMethod::AsyncEnter, SpecialMethod::AsyncExit]
            [method as usize];
    let words = general::load_special(Taken::owned(object.to_owned()), method)?;
    give(pair, words);
    Ok(())
}

fn give(pair: *mut Value, (callable, receiver): (Value, Value)) {
    // SAFETY: generated code has room for two words.
    unsafe {
        pair.write(callable);
        pair.add(1).write(receiver);
    }
}

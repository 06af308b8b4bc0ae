//! Attribute access of generated code: the interpreter's, and the faster caches that generated code reads itself.

use pyrsc_abi::Value;
use pyrsc_abi::native_module::InlineCache;
use pyrsc_bytecode::{SpecialMethod, SuperForm};
use pyrsc_core::attribute;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;

use crate::attributes as general;
use crate::code::InlineCache as GeneralCache;
use crate::frame::EMPTY;
use crate::interpreter::Taken;

const _: () = assert!(
    size_of::<GeneralCache>() <= size_of::<[u64; 4]>() && align_of::<GeneralCache>() <= align_of::<u64>()
);

/// The part of a cache that the interpreter's functions use.
fn general_cache(cache: &InlineCache) -> &GeneralCache {
    // SAFETY: the words are as large and aligned as the cache, start zeroed as it does, and nobody else reads them.
    unsafe { &*(std::ptr::from_ref(&cache.general) as *const GeneralCache) }
}

/// One in so many finds takes the place of another once all ways are taken, so that the cache follows what it sees most.
const REPLACED: u32 = 8;

/// Takes over what the interpreter's functions have found: slots and methods go where generated code finds them by
/// itself, the rest where the runtime does.
fn adopt(cache: &InlineCache, found: &GeneralCache) {
    let new_shape = match found.kind.get() {
        general::kind::SLOT | general::kind::MEMBER | general::kind::METHOD => 0,
        general::kind::ADDED => found.second.get() as u32,
        general::kind::NONE => return,
        _ => {
            general_cache(cache).copy_from(found);
            return;
        }
    };
    let shape = found.shape.get();
    let free = cache.ways.iter().find(|way| matches!(way.shape.get(), 0) || way.shape.get() == shape);
    let way = match free {
        Some(way) => way,
        None => {
            let next = cache.next.get().wrapping_add(1);
            cache.next.set(next);
            if !next.is_multiple_of(REPLACED) {
                return;
            }
            &cache.ways[(next / REPLACED) as usize % InlineCache::WAYS]
        }
    };
    way.offset.set(found.offset.get());
    way.version.set(found.version.get());
    way.version_address.set(found.first.get() as *const u32);
    way.cell.set(found.second.get() as *const Value);
    way.new_shape.set(new_shape);
    way.shape.set(shape);
}

pub fn attribute_load(object: &Object, name: &Str, cache: &InlineCache) -> Result {
    if let Some(value) = general::cached(object.value(), general_cache(cache)) {
        // SAFETY: the reference was counted by `cached`.
        return Ok(unsafe { Owned::from_raw(value) });
    }
    let found = GeneralCache::default();
    let result = general::load(object, name, &found);
    adopt(cache, &found);
    result
}

pub fn attribute_store(object: &Object, value: Owned, name: &Str, cache: &InlineCache) -> Result<()> {
    let known = general_cache(cache);
    if general::cached_store(object.value(), known) {
        // SAFETY: the cache has just been found to be about this object.
        unsafe { general::store_slot(object.value(), known, value) };
        return Ok(());
    }
    let found = GeneralCache::default();
    let result = general::store(object, name, Taken::owned(value), &found);
    adopt(cache, &found);
    result
}

pub fn attribute_delete(object: &Object, name: &Str) -> Result<()> {
    attribute::delete_attribute(object, name)
}

pub fn method_load(object: &Object, name: &Str, cache: &InlineCache, pair: *mut Value) -> Result<()> {
    if let Some(callable) = general::cached(object.value(), general_cache(cache)) {
        give(pair, (callable, EMPTY));
        return Ok(());
    }
    if let Some(function) = general::cached_class_method(object.value(), general_cache(cache)) {
        give(pair, (function, object.to_owned().into_raw()));
        return Ok(());
    }
    let found = GeneralCache::default();
    let words = general::load_method(Taken::owned(object.to_owned()), name, &found)?;
    // Generated code takes what it finds for a method: an attribute that is called is the runtime's to find.
    if matches!(found.kind.get(), general::kind::SLOT | general::kind::MEMBER) {
        general_cache(cache).copy_from(&found);
    } else {
        adopt(cache, &found);
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

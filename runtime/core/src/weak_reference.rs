//! Weak references: `weakref.ref` and the two kinds of proxies, which keep no reference to what they refer to.
//!
//! A bit of an object's cell says that it is weakly referenced; a table by address then has its references, in CPython's
//! order (`Objects/weakrefobject.c`): the plain `ref` without a callback and the plain proxy first, which are shared, then
//! the others, the newest first. Nothing moves, so addresses are good keys.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use pyrsc_abi::Value;
use pyrsc_abi::header::{Header, IMMORTAL};
use pyrsc_abi::page::PageKind;
use pyrsc_macros::pyclass;

use crate::collector::Plain;
use crate::deallocate::run_python;
use crate::exception;
use crate::gil::Static;
use crate::memory::page::{Page, cell_bits};
use crate::memory::{self};
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::slot::Slot;
use crate::type_error;
use crate::type_object::{Class, TypeObject, flags};

/// `weakref.ref`.
#[pyclass(name = "ReferenceType", module = "weakref", flags(BASETYPE))]
#[repr(C)]
pub struct WeakReference {
    header: Header,
    link: Link,
}

/// `weakref.ProxyType`.
#[pyclass(name = "ProxyType", module = "weakref", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct WeakProxy {
    header: Header,
    link: Link,
}

/// `weakref.CallableProxyType`.
#[pyclass(name = "CallableProxyType", module = "weakref", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct WeakCallableProxy {
    header: Header,
    link: Link,
}

/// What a weak reference of any kind consists of.
#[derive(pyrsc_macros::Traverse)]
#[repr(C)]
pub struct Link {
    /// Borrowed; the word 0 when the object is gone.
    referent: Plain<Cell<Value>>,
    callback: Slot,
    /// The referent's hash, once it has been asked for.
    hash: Cell<Option<i64>>,
}

/// Hashes addresses, whose low bits say little.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }
    fn write_u64(&mut self, address: u64) {
        self.0 = (self.0 ^ address).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

type Table = HashMap<u64, Vec<Value>, BuildHasherDefault<AddressHasher>>;

/// The weak references to each object that has any, borrowed: a reference that dies takes itself out.
static TABLE: Static<RefCell<Option<Table>>> = Static::new(RefCell::new(None));

fn with_table<R>(act: impl FnOnce(&mut Table) -> R) -> R {
    act(TABLE.borrow_mut().get_or_insert_with(Table::default))
}

/// The bits of an object's cell, where it is on the heap.
fn bits_of(object: &Object) -> Option<&Cell<u8>> {
    let header = object.header()?;
    if header.reference_count.get() >= IMMORTAL || memory::kind_of(object.type_object()) == PageKind::Leaf {
        return None;
    }
    // SAFETY: an object that is not immortal lies in a page.
    let page = unsafe { Page::of(object.address()) };
    Some(page.bits(page.index(object.address())))
}

/// The link of a weak reference of any kind, by its word.
///
/// # Safety
/// `value` is one of the three classes, or of a class derived from `WeakReference`.
unsafe fn link<'a>(value: Value) -> &'a Link {
    const _: () = assert!(
        std::mem::offset_of!(WeakReference, link) == std::mem::offset_of!(WeakProxy, link)
            && std::mem::offset_of!(WeakReference, link) == std::mem::offset_of!(WeakCallableProxy, link)
    );
    // SAFETY: the caller's promise; the structs are alike.
    unsafe { &(*(value.0 as *const WeakReference)).link }
}

impl Link {
    fn new(object: &Object, callback: Option<&Object>) -> Link {
        Link {
            referent: Plain(Cell::new(object.value())),
            callback: Slot::from_option(callback.map(Object::to_owned)),
            hash: Cell::new(None),
        }
    }

    /// What is referred to, if it is still there.
    pub fn referent(&self) -> Option<Owned> {
        // SAFETY: the word is cleared when the object dies.
        let object = unsafe { Object::from_optional_value(self.referent.get()) }?;
        // An object in the middle of being freed has no references, and gets no new one.
        let alive = object.header().is_some_and(|header| header.reference_count.get() > 0);
        alive.then(|| object.to_owned())
    }

    /// What is called when the referent dies.
    pub fn callback(&self) -> Option<Owned> {
        self.callback.get()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let referent = self.referent.replace(Value(0));
        if referent.0 == 0 {
            return;
        }
        let own = std::ptr::from_ref(self) as u64 - std::mem::offset_of!(WeakReference, link) as u64;
        let last = with_table(|table| {
            let Some(references) = table.get_mut(&referent.0) else { return false };
            references.retain(|reference| reference.0 != own);
            let last = references.is_empty();
            if last {
                table.remove(&referent.0);
            }
            last
        });
        // SAFETY: the word is cleared when the object dies, so it is there.
        if last && let Some(bits) = bits_of(unsafe { Object::from_value(referent) }) {
            bits.set(bits.get() & !cell_bits::WEAKLY_REFERENCED);
        }
    }
}

/// Whether a weak reference is one of the two that are shared.
fn is_plain(value: Value) -> bool {
    // SAFETY: the table holds weak references.
    let (reference, link) = unsafe { (Object::from_value(value), link(value)) };
    link.callback.is_empty() && (reference.is_exact::<WeakReference>() || is_proxy(reference))
}

/// Whether an object is a proxy.
pub fn is_proxy(object: &Object) -> bool {
    object.is_exact::<WeakProxy>() || object.is_exact::<WeakCallableProxy>()
}

/// What a proxy stands for; None where the object is no proxy. Raises ReferenceError when the referent is gone.
pub fn proxy_referent(object: &Object) -> Result<Option<Owned>> {
    if !is_proxy(object) {
        return Ok(None);
    }
    // SAFETY: checked just now.
    match unsafe { link(object.value()) }.referent() {
        Some(referent) => Ok(Some(referent)),
        None => Err(crate::raise!(exception::ReferenceError, "weakly-referenced object no longer exists")),
    }
}

fn check_referable(object: &Object) -> Result<()> {
    if object.header().is_some() && object.type_object().has_flag(flags::WEAKREF) {
        return Ok(());
    }
    Err(type_error!("cannot create weak reference to '{}' object", object.type_object().name()))
}

/// The shared reference of a kind to an object, if there is one.
fn find_plain(object: &Object, class: &TypeObject) -> Option<Owned> {
    let references = references(object);
    references.into_iter().take(2).find(|reference| {
        std::ptr::eq(reference.type_object(), class)
            // SAFETY: the table holds weak references.
            && unsafe { link(reference.value()) }.callback.is_empty()
    })
}

/// Puts a new weak reference in its place among those of its referent.
fn enter(object: &Object, reference: Value) {
    with_table(|table| {
        let references = table.entry(object.value().0).or_default();
        let plain = references.iter().take_while(|&&known| is_plain(known)).count();
        // SAFETY: a weak reference, alive.
        let is_ref = unsafe { Object::from_value(reference) }.is_exact::<WeakReference>();
        // The plain `ref` comes before the plain proxy.
        references.insert(if is_plain(reference) && is_ref { 0 } else { plain }, reference);
    });
    if let Some(bits) = bits_of(object) {
        bits.set(bits.get() | cell_bits::WEAKLY_REFERENCED);
    }
}

impl WeakReference {
    /// A weak reference to an object: the shared one where there is no callback and the class is exactly `ref`.
    pub fn new(class: &TypeObject, object: &Object, callback: Option<&Object>) -> Result<Ref<WeakReference>> {
        check_referable(object)?;
        let exact = std::ptr::eq(class, WeakReference::type_object());
        if exact
            && callback.is_none()
            && let Some(shared) = find_plain(object, class)
        {
            // SAFETY: its class is exactly `ref`.
            return Ok(unsafe { shared.downcast_unchecked() });
        }
        let contents = WeakReference { header: Header::unset(), link: Link::new(object, callback) };
        let reference = memory::allocate(class, contents);
        enter(object, reference.object().value());
        Ok(reference)
    }

    /// What is referred to, if it is still there.
    #[inline]
    pub fn referent(&self) -> Option<Owned> {
        self.link.referent()
    }

    /// What is called when the referent dies.
    pub fn callback(&self) -> Option<Owned> {
        self.link.callback()
    }

    /// The referent's hash, which stays the same when it is gone; None when it was not asked for in time.
    pub fn hash(&self) -> Result<Option<i64>> {
        if let Some(hash) = self.link.hash.get() {
            return Ok(Some(hash));
        }
        let Some(referent) = self.referent() else { return Ok(None) };
        let hash = operations::hash(&referent)?;
        self.link.hash.set(Some(hash));
        Ok(Some(hash))
    }
}

/// A proxy of an object: the shared one where there is no callback.
pub fn new_proxy(object: &Object, callback: Option<&Object>) -> Result {
    check_referable(object)?;
    let callable = object.type_object().special().call.is_some();
    let class = if callable { WeakCallableProxy::type_object() } else { WeakProxy::type_object() };
    if callback.is_none()
        && let Some(shared) = find_plain(object, class)
    {
        return Ok(shared);
    }
    let proxy = if callable {
        let contents = WeakCallableProxy { header: Header::unset(), link: Link::new(object, callback) };
        memory::allocate(class, contents).into_owned()
    } else {
        memory::allocate(class, WeakProxy { header: Header::unset(), link: Link::new(object, callback) })
            .into_owned()
    };
    enter(object, proxy.value());
    Ok(proxy)
}

/// All weak references to an object, of all kinds.
pub fn references(object: &Object) -> Vec<Owned> {
    with_table(|table| {
        let references = table.get(&object.value().0).map(Vec::as_slice).unwrap_or_default();
        references
            .iter()
            // SAFETY: a reference that dies takes itself out of the table.
            .map(|&reference| unsafe { Object::from_value(reference) })
            .filter(|reference| reference.header().is_some_and(|header| header.reference_count.get() > 0))
            .map(Object::to_owned)
            .collect()
    })
}

/// How many weak references to an object there are.
pub fn count(object: &Object) -> usize {
    with_table(|table| table.get(&object.value().0).map_or(0, Vec::len))
}

/// What `__weakref__` gives.
pub fn first_reference(object: &Object) -> Option<Owned> {
    references(object).into_iter().next()
}

/// Clears the weak references to an object; gives those back that have a callback, for [`call_callbacks`].
#[must_use = "their callbacks have to be called"]
pub fn clear_references(object: &Object) -> Vec<Owned> {
    let Some(bits) = bits_of(object) else { return Vec::new() };
    if bits.get() & cell_bits::WEAKLY_REFERENCED == 0 {
        return Vec::new();
    }
    bits.set(bits.get() & !cell_bits::WEAKLY_REFERENCED);
    let references = with_table(|table| table.remove(&object.value().0)).unwrap_or_default();
    let mut with_callbacks = Vec::new();
    for reference in references {
        // SAFETY: the table holds weak references that are alive, or that are just being freed.
        let (reference, link) = unsafe { (Object::from_value(reference), link(reference)) };
        link.referent.set(Value(0));
        let alive = reference.header().is_some_and(|header| header.reference_count.get() > 0);
        if alive && !link.callback.is_empty() {
            with_callbacks.push(reference.to_owned());
        }
    }
    with_callbacks
}

/// Clears those weak references to an object that have a callback, as the cycle collector does before finalizers run.
#[must_use = "their callbacks have to be called"]
pub fn clear_references_with_callbacks(object: &Object) -> Vec<Owned> {
    if count(object) == 0 {
        return Vec::new();
    }
    let mut cleared = Vec::new();
    for reference in references(object) {
        // SAFETY: the table holds weak references.
        let link = unsafe { link(reference.value()) };
        if !link.callback.is_empty() {
            cleared.push(reference);
        }
    }
    with_table(|table| {
        if let Some(references) = table.get_mut(&object.value().0) {
            references.retain(|known| cleared.iter().all(|reference| reference.value() != *known));
            if references.is_empty() {
                table.remove(&object.value().0);
                if let Some(bits) = bits_of(object) {
                    bits.set(bits.get() & !cell_bits::WEAKLY_REFERENCED);
                }
            }
        }
    });
    for reference in &cleared {
        // SAFETY: as above.
        unsafe { link(reference.value()) }.referent.set(Value(0));
    }
    cleared
}

/// Calls the callbacks of weak references whose referent is gone, in order.
pub fn call_callbacks(references: Vec<Owned>) {
    for reference in references {
        // SAFETY: a weak reference.
        let Some(callback) = unsafe { link(reference.value()) }.callback.replace(None) else { continue };
        run_python(|| {
            if operations::call(&callback, &[&reference]).is_err() {
                exception::report_unraisable_in(
                    "Exception ignored while calling weakref callback",
                    Some(&callback),
                );
            }
            drop(callback);
            drop(reference);
        });
    }
}

/// Whether there are weak references to an object of a type whose instances may have some.
#[inline]
pub fn is_referred_to(object: &Object) -> bool {
    bits_of(object).is_some_and(|bits| bits.get() & cell_bits::WEAKLY_REFERENCED != 0)
}

/// Clears the weak references to an object that is being freed, and calls their callbacks.
pub fn object_dies(object: &Object) {
    let references = clear_references(object);
    if !references.is_empty() {
        call_callbacks(references);
    }
}

/// Whether an object is a weak reference whose referent is gone.
pub fn is_dead(object: &Object) -> bool {
    match object.downcast::<WeakReference>() {
        Some(reference) => reference.referent().is_none(),
        None => false,
    }
}

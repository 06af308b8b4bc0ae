//! The registry of codecs and error handlers that Python code has registered.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use pyrsc_core::gil::Static;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{Str, intern};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{lookup_error, names, operations, startup, type_error};

use super::{normalize, unknown_encoding};

#[derive(Default)]
struct Registry {
    searches: Vec<Owned>,
    /// `CodecInfo` tuples by normalised name.
    codecs: HashMap<String, Owned>,
    handlers: HashMap<String, Owned>,
}

static REGISTRY: Static<RefCell<Option<Registry>>> = Static::new(RefCell::new(None));
static HAS_OWN_HANDLERS: Static<Cell<bool>> = Static::new(Cell::new(false));
static ENCODINGS_IMPORTED: Static<Cell<bool>> = Static::new(Cell::new(false));

fn with_registry<T>(action: impl FnOnce(&mut Registry) -> T) -> T {
    action(REGISTRY.borrow_mut().get_or_insert_default())
}

/// Drops what is registered, at the end of the program.
pub fn forget() {
    let old = REGISTRY.take();
    drop(old);
}

/// Imports a top-level module.
pub fn import(name: &str) -> Result {
    let import = startup::builtin("__import__")?;
    operations::call(&import, &[intern(name).object()])
}

/// `codecs.register(search_function)`
pub fn register(search: &Object) -> Result<()> {
    if !operations::is_callable(search) {
        return Err(type_error!("argument must be callable"));
    }
    with_registry(|registry| registry.searches.push(search.to_owned()));
    Ok(())
}

/// `codecs.unregister(search_function)`
pub fn unregister(search: &Object) {
    let dropped = with_registry(|registry| {
        let place = registry.searches.iter().position(|known| known.is(search))?;
        let codecs = std::mem::take(&mut registry.codecs);
        Some((registry.searches.remove(place), codecs))
    });
    drop(dropped);
}

/// `codecs.lookup(encoding)`: a tuple of encoder, decoder, stream reader and stream writer.
pub fn lookup(encoding: &str) -> Result {
    let name = normalize(encoding);
    if let Some(known) = with_registry(|registry| registry.codecs.get(&name).cloned()) {
        return Ok(known);
    }
    if !ENCODINGS_IMPORTED.replace(true)
        && let Err(raised) = import("encodings")
    {
        ENCODINGS_IMPORTED.set(false);
        return Err(raised);
    }
    let searches = with_registry(|registry| registry.searches.clone());
    if searches.is_empty() {
        return Err(lookup_error!("no codec search functions registered: can't find encoding"));
    }
    for search in searches {
        let found = operations::call(&search, &[Str::new(&name).object()])?;
        if found.is_none() {
            continue;
        }
        if found.downcast::<Tuple>().is_none_or(|tuple| tuple.len() != 4) {
            return Err(type_error!("codec search functions must return 4-tuples"));
        }
        with_registry(|registry| registry.codecs.insert(name, found.clone()));
        return Ok(found);
    }
    Err(unknown_encoding(encoding))
}

/// The codec's function `index`: 0 encodes, 1 decodes. With `text_only`, codecs that are no text encodings are refused.
fn function(encoding: &str, index: usize, text_only: bool) -> Result {
    let codec = lookup(encoding)?;
    if text_only && !codec.is_exact::<Tuple>() {
        let is_text = operations::get_attribute_optional(&codec, &intern("_is_text_encoding"))?;
        if is_text.is_some_and(|is_text| operations::is_true(&is_text) == Ok(false)) {
            let verb = if index == 0 { "encode" } else { "decode" };
            return Err(lookup_error!(
                "'{encoding}' is not a text encoding; use codecs.{verb}() to handle arbitrary codecs"
            ));
        }
    }
    let function = codec.downcast::<Tuple>().and_then(|codec| codec.get(index)).map(Object::to_owned);
    function.ok_or_else(|| type_error!("codec search functions must return 4-tuples"))
}

fn call(function: &Object, input: &Object, errors: Option<&Str>, what: &str) -> Result {
    let strict = names::get(names::Name::strict);
    let result = operations::call(function, &[input, errors.unwrap_or(strict).object()])?;
    match result.downcast::<Tuple>().filter(|pair| pair.len() == 2).and_then(|pair| pair.get(0)) {
        Some(output) => Ok(output.to_owned()),
        None => Err(type_error!("{what} must return a tuple (object, integer)")),
    }
}

/// `codecs.encode(input, encoding, errors)`
pub fn encode(input: &Object, encoding: &str, errors: Option<&Str>, text_only: bool) -> Result {
    call(&*function(encoding, 0, text_only)?, input, errors, "encoder")
}

/// `codecs.decode(input, encoding, errors)`
pub fn decode(input: &Object, encoding: &str, errors: Option<&Str>, text_only: bool) -> Result {
    call(&*function(encoding, 1, text_only)?, input, errors, "decoder")
}

/// `codecs.register_error(name, handler)`
pub fn register_error(name: &str, handler: &Object) -> Result<()> {
    if !operations::is_callable(handler) {
        return Err(type_error!("handler must be callable"));
    }
    HAS_OWN_HANDLERS.set(true);
    let old = with_registry(|registry| registry.handlers.insert(name.to_string(), handler.to_owned()));
    drop(old);
    Ok(())
}

/// Takes a registered handler away; whether there was one.
pub fn unregister_error(name: &str) -> bool {
    let old = with_registry(|registry| registry.handlers.remove(name));
    old.is_some()
}

/// Whether any handler has been registered.
pub fn has_own_handlers() -> bool {
    HAS_OWN_HANDLERS.get()
}

/// A handler that has been registered.
pub fn own_handler(name: &str) -> Option<Owned> {
    with_registry(|registry| registry.handlers.get(name).cloned())
}

/// The handler that a program registered; LookupError where there is none.
pub fn lookup_error(name: &str) -> Result {
    own_handler(name).ok_or_else(|| lookup_error!("unknown error handler name '{}'", name))
}

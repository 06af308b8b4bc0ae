//! `functools.lru_cache`'s wrapper: a dict in the order of use.

use std::cell::Cell;

use pyrsc_abi::{Header, ShapeId, Value};
use pyrsc_core::call::Arguments;
use pyrsc_core::descriptor::BoundMethod;
use pyrsc_core::dict::Dict;
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slice::has_index;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;
use pyrsc_core::type_object::{OBJECT, TypeObject};
use pyrsc_macros::{pyclass, pymethods};

/// A function that remembers its results.
#[pyclass(
    name = "_lru_cache_wrapper", module = "functools", static_name = LRU_CACHE_WRAPPER,
    flags(BASETYPE, DICT, WEAKREF)
)]
#[repr(C)]
pub struct LruCacheWrapper {
    header: Header,
    function: Owned,
    /// Results by arguments, those used last at the end.
    cache: Ref<Dict>,
    info_class: Owned,
    /// Stands between positional and keyword arguments in keys.
    keyword_mark: Owned,
    maximum: Option<usize>,
    typed: bool,
    hits: Cell<u64>,
    misses: Cell<u64>,
}

impl LruCacheWrapper {
    fn object(&self) -> &Object {
        // SAFETY: a wrapper is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }

    /// The key of a call.
    fn key(&self, given: Arguments<'_>) -> Owned {
        let positional = given.positional_count();
        if !self.typed
            && given.keyword_count() == 0
            && positional == 1
            && let Some(only) = given.positional(0)
            && (only.value().is_int() || matches!(only.shape_id(), ShapeId::STR | ShapeId::BIG_INT))
        {
            return only.to_owned();
        }
        let mut parts: Vec<Owned> = given.iter_positional().map(Object::to_owned).collect();
        if given.keyword_count() > 0 {
            parts.push(self.keyword_mark.clone());
            for (name, value) in given.iter_keywords() {
                parts.extend([name.to_owned(), value.to_owned()]);
            }
        }
        if self.typed {
            let types = given.iter_positional().chain(given.iter_keywords().map(|(_, value)| value));
            parts.extend(types.map(|value| value.type_object().to_owned()));
        }
        Tuple::from_vec(parts).into_owned()
    }

    fn look_up(&self, given: Arguments<'_>) -> Result {
        if self.maximum == Some(0) {
            self.misses.set(self.misses.get() + 1);
            return operations::call_arguments(&self.function, given);
        }
        let key = self.key(given);
        let hash = operations::hash(&key)?;
        if let Some(result) = self.cache.get_with_hash(&key, hash)? {
            self.hits.set(self.hits.get() + 1);
            if self.maximum.is_some() {
                self.cache.move_to_end(&key, true)?;
            }
            return Ok(result);
        }
        self.misses.set(self.misses.get() + 1);
        let result = operations::call_arguments(&self.function, given)?;
        // The call may have filled the cache itself.
        if self.cache.contains_with_hash(&key, hash)? {
            return Ok(result);
        }
        if self.maximum.is_some_and(|maximum| self.cache.len() >= maximum) {
            drop(self.cache.pop_first());
        }
        self.cache.set_with_hash(&key, hash, &result)?;
        Ok(result)
    }
}

#[pymethods(LruCacheWrapper)]
mod methods {
    use super::*;

    #[slot(signature = "(cls, user_function, maxsize, typed, cache_info_type)")]
    fn new(
        class: &TypeObject,
        function: &Object,
        maxsize: &Object,
        typed: bool,
        info_class: &Object,
    ) -> Result {
        if !operations::is_callable(function) {
            return Err(type_error!("the first argument must be callable"));
        }
        let maximum = if maxsize.is_none() {
            None
        } else if has_index(maxsize) {
            Some(int::index_clamped(maxsize)?.max(0) as usize)
        } else {
            return Err(type_error!("maxsize should be integer or None"));
        };
        let contents = LruCacheWrapper {
            header: Header::unset(),
            function: function.to_owned(),
            cache: Dict::new(),
            info_class: info_class.to_owned(),
            keyword_mark: operations::call(OBJECT.object(), &[])?,
            maximum,
            typed,
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn call(this: &LruCacheWrapper, given: Arguments<'_>) -> Result {
        this.look_up(given)
    }

    #[slot]
    fn descriptor_get(this: &LruCacheWrapper, instance: Option<&Object>, _owner: Option<&Object>) -> Result {
        match instance.filter(|instance| !instance.is_none()) {
            None => Ok(this.object().to_owned()),
            Some(instance) => {
                Ok(BoundMethod::new(this.object().to_owned(), instance.to_owned()).into_owned())
            }
        }
    }

    /// How often a result was there and was not, how many there may be and are.
    #[pymethod]
    fn cache_info(this: &LruCacheWrapper) -> Result {
        let maximum = this.maximum.map_or(Owned::none(), int::from_usize);
        let size = int::from_usize(this.cache.len());
        operations::call(
            &this.info_class,
            &[&int::from_u64(this.hits.get()), &int::from_u64(this.misses.get()), &maximum, &size],
        )
    }

    /// Forgets all results.
    #[pymethod]
    fn cache_clear(this: &LruCacheWrapper) {
        this.hits.set(0);
        this.misses.set(0);
        this.cache.clear();
    }

    #[pymethod(name = "__reduce__")]
    fn reduce(this: &Object) -> Result {
        operations::get_attribute_named(this, "__qualname__")
    }

    #[pymethod(name = "__copy__")]
    fn copy(this: &Object) -> Owned {
        this.to_owned()
    }

    #[pymethod(name = "__deepcopy__")]
    fn deep_copy(this: &Object, _memo: &Object) -> Owned {
        this.to_owned()
    }
}

//! `product`, `permutations`, `combinations` and `combinations_with_replacement`.

use std::cell::RefCell;

use pyrsc_abi::Header;
use pyrsc_core::arguments::find_keyword;
use pyrsc_core::call::Arguments;
use pyrsc_core::int;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{memory_error, type_error, value_error};
use pyrsc_macros::{Traverse, pyclass, pymethods};

/// The places of the next result's items; none when exhausted.
#[derive(Traverse)]
struct Places {
    indices: RefCell<Option<Vec<usize>>>,
}

impl Places {
    fn new(indices: Option<Vec<usize>>) -> Places {
        Places { indices: RefCell::new(indices) }
    }

    /// The places of the next result, after which `advance` goes on to the one behind it (false: there is none).
    fn next(&self, advance: impl FnOnce(&mut Vec<usize>) -> bool) -> Option<Vec<usize>> {
        let mut indices = self.indices.borrow_mut();
        let current = indices.clone()?;
        if let Some(next) = indices.as_mut()
            && !advance(next)
        {
            *indices = None;
        }
        Some(current)
    }
}

/// The items of a pool at some places.
fn pick(pool: &Tuple, places: &[usize]) -> Owned {
    Tuple::from_vec(places.iter().filter_map(|&place| pool.get(place)).map(Object::to_owned).collect())
        .into_owned()
}

fn pool_of(iterable: &Object) -> Result<Ref<Tuple>> {
    Ok(Tuple::from_vec(pyrsc_builtins::list::collect(iterable)?))
}

fn length_argument(r: isize) -> Result<usize> {
    usize::try_from(r).map_err(|_| value_error!("r must be non-negative"))
}

/// `0, 1, 2, …`; an error when there are too many.
fn counting(count: usize) -> Result<Vec<usize>> {
    let mut places = Vec::new();
    if places.try_reserve_exact(count).is_err() {
        return Err(memory_error!());
    }
    places.extend(0..count);
    Ok(places)
}

/// The cartesian product of iterables.
#[pyclass(name = "product", module = "itertools", static_name = PRODUCT, flags(BASETYPE))]
#[repr(C)]
pub struct Product {
    header: Header,
    /// A tuple for each iterable.
    pools: Vec<Owned>,
    repeat: usize,
    places: Places,
}

#[pymethods(Product)]
mod product_methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, given: Arguments<'_>) -> Result {
        let repeat = find_keyword(given, "repeat");
        if given.keyword_count() > usize::from(repeat.is_some()) {
            let name = given.iter_keywords().map(|(name, _)| pyrsc_core::operations::str_string(name));
            let name =
                name.filter_map(std::result::Result::ok).find(|name| name != "repeat").unwrap_or_default();
            return Err(type_error!("product() got an unexpected keyword argument '{}'", name));
        }
        let repeat = match repeat {
            Some(repeat) => usize::try_from(int::index_i64(repeat)?)
                .map_err(|_| value_error!("repeat argument cannot be negative"))?,
            None => 1,
        };
        let mut pools = Vec::new();
        let mut empty = false;
        if repeat > 0 {
            for iterable in given.iter_positional() {
                let pool = pool_of(iterable)?;
                empty |= pool.is_empty();
                pools.push(pool.into_owned());
            }
        }
        let count = pools.len().checked_mul(repeat).filter(|&count| count < isize::MAX as usize / 8);
        let Some(count) = count else {
            return Err(pyrsc_core::overflow_error!("repeat argument too large"));
        };
        let mut places = counting(count)?;
        places.fill(0);
        let places = Places::new(if empty { None } else { Some(places) });
        Ok(memory::allocate(class, Product { header: Header::unset(), pools, repeat, places }).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Product) -> Result<Option<Owned>> {
        let pools: Vec<&Tuple> = this.pools.iter().filter_map(|pool| pool.downcast::<Tuple>()).collect();
        let count = pools.len();
        let Some(places) = this.places.next(|places| {
            for position in (0..places.len()).rev() {
                places[position] += 1;
                if places[position] < pools[position % count].len() {
                    return true;
                }
                places[position] = 0;
            }
            false
        }) else {
            return Ok(None);
        };
        debug_assert_eq!(places.len(), count * this.repeat);
        let items =
            places.iter().enumerate().filter_map(|(position, &place)| pools[position % count].get(place));
        Ok(Some(Tuple::from_vec(items.map(Object::to_owned).collect()).into_owned()))
    }
}

/// Sub-sequences in the order of the items.
#[pyclass(name = "combinations", module = "itertools", static_name = COMBINATIONS, flags(BASETYPE))]
#[repr(C)]
pub struct Combinations {
    header: Header,
    pool: Ref<Tuple>,
    places: Places,
}

#[pymethods(Combinations)]
mod combinations_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, r)")]
    fn new(class: &TypeObject, iterable: &Object, r: isize) -> Result {
        let pool = pool_of(iterable)?;
        let length = length_argument(r)?;
        let places = Places::new(if length <= pool.len() { Some(counting(length)?) } else { None });
        Ok(memory::allocate(class, Combinations { header: Header::unset(), pool, places }).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Combinations) -> Result<Option<Owned>> {
        let count = this.pool.len();
        let places = this.places.next(|places| {
            let length = places.len();
            let Some(position) =
                (0..length).rev().find(|&position| places[position] != position + count - length)
            else {
                return false;
            };
            let first = places[position] + 1;
            for (offset, place) in places[position..].iter_mut().enumerate() {
                *place = first + offset;
            }
            true
        });
        Ok(places.map(|places| pick(&this.pool, &places)))
    }
}

/// Sub-sequences in the order of the items, which may be repeated.
#[pyclass(
    name = "combinations_with_replacement", module = "itertools",
    static_name = COMBINATIONS_WITH_REPLACEMENT, flags(BASETYPE)
)]
#[repr(C)]
pub struct CombinationsWithReplacement {
    header: Header,
    pool: Ref<Tuple>,
    places: Places,
}

#[pymethods(CombinationsWithReplacement)]
mod combinations_with_replacement_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, r)")]
    fn new(class: &TypeObject, iterable: &Object, r: isize) -> Result {
        let pool = pool_of(iterable)?;
        let length = length_argument(r)?;
        let mut places = counting(length)?;
        places.fill(0);
        let places = Places::new(if length == 0 || !pool.is_empty() { Some(places) } else { None });
        Ok(memory::allocate(class, CombinationsWithReplacement { header: Header::unset(), pool, places })
            .into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &CombinationsWithReplacement) -> Result<Option<Owned>> {
        let count = this.pool.len();
        let places = this.places.next(|places| {
            let Some(position) = (0..places.len()).rev().find(|&position| places[position] + 1 != count)
            else {
                return false;
            };
            let place = places[position] + 1;
            places[position..].fill(place);
            true
        });
        Ok(places.map(|places| pick(&this.pool, &places)))
    }
}

/// Arrangements.
#[pyclass(name = "permutations", module = "itertools", static_name = PERMUTATIONS, flags(BASETYPE))]
#[repr(C)]
pub struct Permutations {
    header: Header,
    pool: Ref<Tuple>,
    length: usize,
    /// All places: those of the next result, then the others.
    places: Places,
    cycles: RefCell<Vec<usize>>,
}

#[pymethods(Permutations)]
mod permutations_methods {
    use super::*;

    #[slot(signature = "(cls, iterable, r=None)")]
    fn new(class: &TypeObject, iterable: &Object, r: Option<&Object>) -> Result {
        let pool = pool_of(iterable)?;
        let length = match r.filter(|r| !r.is_none()) {
            None => pool.len(),
            Some(r) if int::is_int(r) => length_argument(int::index_i64(r)? as isize)?,
            Some(_) => return Err(type_error!("Expected int as r")),
        };
        let count = pool.len();
        let possible = length <= count;
        let cycles =
            if possible { (0..length).map(|position| count - position).collect() } else { Vec::new() };
        let places = Places::new(if possible { Some(counting(count)?) } else { None });
        let contents =
            Permutations { header: Header::unset(), pool, length, places, cycles: RefCell::new(cycles) };
        Ok(memory::allocate(class, contents).into_owned())
    }

    #[slot]
    fn iter(this: &Object) -> Result {
        Ok(this.to_owned())
    }

    #[slot]
    fn next(this: &Permutations) -> Result<Option<Owned>> {
        let places = this.places.next(|places| {
            let mut cycles = this.cycles.borrow_mut();
            let count = places.len();
            for position in (0..this.length).rev() {
                cycles[position] -= 1;
                if cycles[position] == 0 {
                    places[position..].rotate_left(1);
                    cycles[position] = count - position;
                } else {
                    places.swap(position, count - cycles[position]);
                    return true;
                }
            }
            false
        });
        Ok(places.map(|places| pick(&this.pool, &places[..this.length])))
    }
}

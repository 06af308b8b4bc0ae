//! `gc`: the cycle collector, as Python sees it. The collector is `pyrsc_core::collector`.

use pyrsc_core::call::Arguments;
use pyrsc_core::collector::{self, CALLBACKS, Debug, inspect};
use pyrsc_core::dict::Dict;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymodule;

#[pymodule(name = "gc", doc = "This module provides access to the garbage collector for reference cycles.")]
mod module {
    use super::*;

    #[pyfunction(doc = "Enable automatic garbage collection.")]
    fn enable() {
        collector::enable(true);
    }

    #[pyfunction(doc = "Disable automatic garbage collection.")]
    fn disable() {
        collector::enable(false);
    }

    #[pyfunction(doc = "Returns true if automatic garbage collection is enabled.")]
    fn isenabled() -> bool {
        collector::is_enabled()
    }

    #[pyfunction(
        signature = "(generation=2)",
        doc = "Run the garbage collector.\n\nWith no arguments, run a full collection. The optional argument may be an\ninteger specifying which generation to collect. The number of unreachable\nobjects is returned."
    )]
    fn collect(generation: i32) -> Result<usize> {
        match usize::try_from(generation) {
            Ok(generation) if generation <= 2 => Ok(collector::collect(generation)),
            _ => Err(value_error!("invalid generation")),
        }
    }

    #[pyfunction(doc = "Set the garbage collection debugging flags: the bits of the DEBUG_ constants.")]
    fn set_debug(flags: i32) {
        collector::set_debug(flags);
    }

    #[pyfunction(doc = "Get the garbage collection debugging flags.")]
    fn get_debug() -> i32 {
        collector::debug()
    }

    #[pyfunction(doc = "Set the collection thresholds. 0 for the first turns automatic collection off.")]
    fn set_threshold(arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() != 0 {
            return Err(type_error!("gc.set_threshold() takes no keyword arguments"));
        }
        if !(1..=3).contains(&arguments.count()) {
            return Err(type_error!("gc.set_threshold requires 1 to 3 arguments"));
        }
        let mut thresholds = collector::thresholds();
        for (known, argument) in thresholds.iter_mut().zip(arguments.iter_positional()) {
            let number = int::index_i64(argument)?;
            *known = i32::try_from(number)
                .map_err(|_| pyrsc_core::overflow_error!("Python int too large to convert to C int"))?;
        }
        collector::set_thresholds(thresholds);
        Ok(())
    }

    #[pyfunction(doc = "Return the current collection thresholds.")]
    fn get_threshold() -> Ref<Tuple> {
        numbers(collector::thresholds().map(i64::from))
    }

    #[pyfunction(doc = "Return a three-tuple of the current collection counts.")]
    fn get_count() -> Ref<Tuple> {
        numbers(collector::counts())
    }

    fn numbers(numbers: [i64; 3]) -> Ref<Tuple> {
        Tuple::from_vec(numbers.map(Owned::small_int).to_vec())
    }

    #[pyfunction(doc = "Return a list of dictionaries containing per-generation statistics.")]
    fn get_stats() -> Result<Ref<List>> {
        let mut all = Vec::new();
        for numbers in collector::statistics() {
            let row = Dict::new();
            for (name, number) in [
                ("collections", numbers.collections),
                ("collected", numbers.collected),
                ("uncollectable", numbers.uncollectable),
            ] {
                row.set(Str::new(name).object(), &int::from_u64(number))?;
            }
            all.push(row.into_owned());
        }
        Ok(List::from_vec(all))
    }

    #[pyfunction(
        signature = "(generation=None)",
        doc = "Return a list of objects tracked by the collector (excluding the list returned).\n\nIf generation is not None, only those of that generation."
    )]
    fn get_objects(generation: Option<&Object>) -> Result<Ref<List>> {
        let generation = match generation.filter(|generation| !generation.is_none()) {
            None => None,
            Some(number) => {
                if number.type_object().special().index.is_none() {
                    return Err(type_error!(
                        "argument should be integer or None, not '{}'",
                        number.type_object().name()
                    ));
                }
                let number = int::index_i64(number)?;
                if number < 0 {
                    return Err(value_error!("generation parameter cannot be negative"));
                }
                if number > 2 {
                    return Err(value_error!(
                        "generation parameter must be less than the number of available generations (3)"
                    ));
                }
                Some(number as u8)
            }
        };
        Ok(List::from_vec(inspect::objects(generation)))
    }

    #[pyfunction(
        signature = "(*objs)",
        doc = "Return the list of objects that directly refer to any of 'objs'."
    )]
    fn get_referrers(objs: Arguments<'_>) -> Ref<List> {
        let targets: Vec<_> = objs.iter_positional().map(Object::value).collect();
        List::from_vec(inspect::referrers(&targets))
    }

    #[pyfunction(
        signature = "(*objs)",
        doc = "Return the list of objects that are directly referred to by 'objs'."
    )]
    fn get_referents(objs: Arguments<'_>) -> Ref<List> {
        List::from_vec(objs.iter_positional().flat_map(inspect::referents).collect())
    }

    #[pyfunction(doc = "Returns true if the object is tracked by the garbage collector.")]
    fn is_tracked(obj: &Object) -> bool {
        inspect::is_tracked(obj)
    }

    #[pyfunction(doc = "Returns true if the object has been already finalized by the GC.")]
    fn is_finalized(obj: &Object) -> bool {
        inspect::is_finalized(obj)
    }

    #[pyfunction(
        doc = "Freeze all current tracked objects and ignore them for future collections.\n\nThis can be used before a POSIX fork() call to make the gc copy-on-write\nfriendly. Note: collection before a POSIX fork() call may free pages for\nfuture allocation which can cause copy-on-write."
    )]
    fn freeze() {
        collector::freeze();
    }

    #[pyfunction(
        doc = "Unfreeze all objects in the permanent generation.\n\nPut all objects in the permanent generation back into oldest generation."
    )]
    fn unfreeze() {
        collector::unfreeze();
    }

    #[pyfunction(doc = "Return the number of objects in the permanent generation.")]
    fn get_freeze_count() -> usize {
        collector::frozen_count()
    }

    #[attribute]
    fn callbacks() -> Ref<List> {
        CALLBACKS.borrow_mut().get_or_insert_with(List::new).clone()
    }

    #[attribute]
    fn garbage() -> Ref<List> {
        collector::garbage()
    }

    #[attribute(name = "DEBUG_STATS")]
    fn debug_stats() -> i32 {
        Debug::STATS
    }

    #[attribute(name = "DEBUG_COLLECTABLE")]
    fn debug_collectable() -> i32 {
        Debug::COLLECTABLE
    }

    #[attribute(name = "DEBUG_UNCOLLECTABLE")]
    fn debug_uncollectable() -> i32 {
        Debug::UNCOLLECTABLE
    }

    #[attribute(name = "DEBUG_SAVEALL")]
    fn debug_saveall() -> i32 {
        Debug::SAVEALL
    }

    #[attribute(name = "DEBUG_LEAK")]
    fn debug_leak() -> i32 {
        Debug::COLLECTABLE | Debug::UNCOLLECTABLE | Debug::SAVEALL
    }
}

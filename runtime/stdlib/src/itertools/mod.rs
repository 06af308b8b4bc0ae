//! The module `itertools`.
//!
//! As in CPython 3.14, its iterators can be neither copied (but for `tee`'s) nor pickled.

mod chaining;
mod combinatoric;
mod filtering;
mod grouping;
mod infinite;
mod tee;

use pyrsc_core::spec::BuiltinType;
use pyrsc_macros::pymodule;

/// The types of this module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &infinite::COUNT, methods: &[&infinite::COUNT_METHODS] },
    BuiltinType { ty: &infinite::CYCLE, methods: &[&infinite::CYCLE_METHODS] },
    BuiltinType { ty: &infinite::REPEAT, methods: &[&infinite::REPEAT_METHODS] },
    BuiltinType { ty: &filtering::COMPRESS, methods: &[&filtering::COMPRESS_METHODS] },
    BuiltinType { ty: &filtering::DROP_WHILE, methods: &[&filtering::DROP_WHILE_METHODS] },
    BuiltinType { ty: &filtering::TAKE_WHILE, methods: &[&filtering::TAKE_WHILE_METHODS] },
    BuiltinType { ty: &filtering::FILTER_FALSE, methods: &[&filtering::FILTER_FALSE_METHODS] },
    BuiltinType { ty: &filtering::ITERATOR_SLICE, methods: &[&filtering::ITERATOR_SLICE_METHODS] },
    BuiltinType { ty: &chaining::CHAIN, methods: &[&chaining::CHAIN_METHODS] },
    BuiltinType { ty: &chaining::STAR_MAP, methods: &[&chaining::STAR_MAP_METHODS] },
    BuiltinType { ty: &chaining::ZIP_LONGEST, methods: &[&chaining::ZIP_LONGEST_METHODS] },
    BuiltinType { ty: &chaining::PAIRWISE, methods: &[&chaining::PAIRWISE_METHODS] },
    BuiltinType { ty: &chaining::BATCHED, methods: &[&chaining::BATCHED_METHODS] },
    BuiltinType { ty: &chaining::ACCUMULATE, methods: &[&chaining::ACCUMULATE_METHODS] },
    BuiltinType { ty: &combinatoric::PRODUCT, methods: &[&combinatoric::PRODUCT_METHODS] },
    BuiltinType { ty: &combinatoric::COMBINATIONS, methods: &[&combinatoric::COMBINATIONS_METHODS] },
    BuiltinType {
        ty: &combinatoric::COMBINATIONS_WITH_REPLACEMENT,
        methods: &[&combinatoric::COMBINATIONS_WITH_REPLACEMENT_METHODS],
    },
    BuiltinType { ty: &combinatoric::PERMUTATIONS, methods: &[&combinatoric::PERMUTATIONS_METHODS] },
    BuiltinType { ty: &grouping::GROUP_BY, methods: &[&grouping::GROUP_BY_METHODS] },
    BuiltinType { ty: &grouping::GROUPER, methods: &[&grouping::GROUPER_METHODS] },
    BuiltinType { ty: &tee::TEE, methods: &[&tee::TEE_METHODS] },
    BuiltinType { ty: &tee::TEE_DATA, methods: &[] },
];

#[pymodule(
    name = "itertools",
    doc = "Iterators that compute with iterators.",
    types(
        infinite::COUNT,
        infinite::CYCLE,
        infinite::REPEAT,
        filtering::COMPRESS,
        filtering::DROP_WHILE,
        filtering::TAKE_WHILE,
        filtering::FILTER_FALSE,
        filtering::ITERATOR_SLICE,
        chaining::CHAIN,
        chaining::STAR_MAP,
        chaining::ZIP_LONGEST,
        chaining::PAIRWISE,
        chaining::BATCHED,
        chaining::ACCUMULATE,
        combinatoric::PRODUCT,
        combinatoric::COMBINATIONS,
        combinatoric::COMBINATIONS_WITH_REPLACEMENT,
        combinatoric::PERMUTATIONS,
        grouping::GROUP_BY,
        grouping::GROUPER,
        tee::TEE,
        tee::TEE_DATA
    )
)]
mod module {
    use pyrsc_core::object::Object;
    use pyrsc_core::owned::Result;

    use super::*;

    /// Independent iterators over what one iterable gives.
    #[pyfunction(signature = "(iterable, n=2, /)")]
    fn tee(iterable: &Object, n: isize) -> Result {
        tee::tee(iterable, n)
    }
}

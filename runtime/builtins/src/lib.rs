//! The built-in types' methods and the built-in functions.

use pyrsc_core::spec::{BuiltinType, MethodTable};
use pyrsc_core::type_object::TypeObject;

pub mod bool;
pub mod callable_iterator;
pub mod complex;
pub mod dict;
pub mod dict_iterators;
pub mod dict_views;
pub mod enumerate;
pub mod filter;
pub mod float;
pub mod int;
pub mod list;
pub mod mapping_proxy;
pub mod number_format;
pub mod range;
pub mod reduce;
pub mod reversed;
pub mod sequence;
pub mod set;
pub mod set_operations;
pub mod slice;
pub mod sort;
pub mod tuple;
pub mod zip;

const fn row(ty: &'static TypeObject, methods: &'static [&'static MethodTable]) -> BuiltinType {
    BuiltinType { ty, methods }
}

/// The built-in types with their methods; what [`pyrsc_core::startup::ready_types`] is given. Bases come first.
pub static BUILTIN_TYPES: &[BuiltinType] = &[
    row(&pyrsc_core::int::INT, &[&int::METHODS]),
    row(&bool::BOOL, &[&bool::METHODS]),
    row(&pyrsc_core::float::FLOAT, &[&float::METHODS]),
    row(&pyrsc_core::complex::COMPLEX, &[&complex::METHODS]),
    row(&pyrsc_core::list::LIST, &[&list::METHODS]),
    row(&list::LIST_ITERATOR, &[&list::ITERATOR_METHODS]),
    row(&list::LIST_REVERSE_ITERATOR, &[&list::REVERSE_ITERATOR_METHODS]),
    row(&pyrsc_core::tuple::TUPLE, &[&tuple::METHODS]),
    row(&tuple::TUPLE_ITERATOR, &[&tuple::ITERATOR_METHODS]),
    row(&pyrsc_core::dict::DICT, &[&dict::METHODS]),
    row(&dict_iterators::DICT_KEY_ITERATOR, &[&dict_iterators::KEY_METHODS]),
    row(&dict_iterators::DICT_VALUE_ITERATOR, &[&dict_iterators::VALUE_METHODS]),
    row(&dict_iterators::DICT_ITEM_ITERATOR, &[&dict_iterators::ITEM_METHODS]),
    row(&dict_iterators::DICT_REVERSE_KEY_ITERATOR, &[&dict_iterators::REVERSE_KEY_METHODS]),
    row(&dict_iterators::DICT_REVERSE_VALUE_ITERATOR, &[&dict_iterators::REVERSE_VALUE_METHODS]),
    row(&dict_iterators::DICT_REVERSE_ITEM_ITERATOR, &[&dict_iterators::REVERSE_ITEM_METHODS]),
    row(&dict_views::DICT_KEYS, &[&dict_views::KEY_METHODS]),
    row(&dict_views::DICT_VALUES, &[&dict_views::VALUE_METHODS]),
    row(&dict_views::DICT_ITEMS, &[&dict_views::ITEM_METHODS]),
    row(&mapping_proxy::MAPPING_PROXY, &[&mapping_proxy::METHODS]),
    row(&pyrsc_core::set::SET, &[&set::SET_TYPE_METHODS]),
    row(&pyrsc_core::set::FROZENSET, &[&set::FROZENSET_TYPE_METHODS]),
    row(&set::SET_ITERATOR, &[&set::ITERATOR_METHODS]),
    row(&range::RANGE, &[&range::METHODS]),
    row(&range::RANGE_ITERATOR, &[&range::ITERATOR_METHODS]),
    row(&range::LONG_RANGE_ITERATOR, &[&range::LONG_ITERATOR_METHODS]),
    row(&pyrsc_core::slice::SLICE, &[&slice::METHODS]),
    row(&enumerate::ENUMERATE, &[&enumerate::METHODS]),
    row(&zip::ZIP, &[&zip::ZIP_METHODS]),
    row(&zip::MAP, &[&zip::MAP_METHODS]),
    row(&filter::FILTER, &[&filter::METHODS]),
    row(&reversed::REVERSED, &[&reversed::METHODS]),
    row(&callable_iterator::CALLABLE_ITERATOR, &[&callable_iterator::METHODS]),
];

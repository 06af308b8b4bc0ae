//! The built-in types' methods and the built-in functions.

use pyrsc_core::spec::{BuiltinType, MethodTable};
use pyrsc_core::type_object::{self, TypeObject};
use pyrsc_core::{descriptor, exception, slot_wrapper};

pub mod bool;
pub mod bound_method;
pub mod byte_strings;
pub mod bytearray;
pub mod bytes;
pub mod callable_iterator;
pub mod codecs;
pub mod complex;
pub mod dict;
pub mod dict_iterators;
pub mod dict_views;
pub mod enumerate;
pub mod exceptions;
pub mod filter;
pub mod float;
pub mod functions;
pub mod generic_alias;
pub mod int;
pub mod list;
pub mod mapping_proxy;
pub mod memoryview;
pub mod module;
pub mod number_format;
pub mod object;
pub mod percent_format;
pub mod property;
pub mod range;
pub mod reduce;
pub mod reversed;
pub mod sequence;
pub mod set;
pub mod set_operations;
pub mod singletons;
pub mod slice;
pub mod sort;
pub mod str;
pub mod str_format;
pub mod super_object;
pub mod tuple;
pub mod type_type;
pub mod union;
pub mod zip;

static STR_METHODS: &[&MethodTable] = &[
    &crate::str::METHODS,
    &crate::str::CASE,
    &crate::str::EDIT,
    &crate::str::SEARCH,
    &crate::str::SPLIT,
    &crate::str::TRANSLATE,
];

const fn row(ty: &'static TypeObject, methods: &'static [&'static MethodTable]) -> BuiltinType {
    BuiltinType { ty, methods }
}

/// The built-in types with their methods; what [`pyrsc_core::startup::ready_types`] is given. Bases come first.
pub static BUILTIN_TYPES: &[BuiltinType] = &[
    row(&type_object::OBJECT, &[&object::METHODS]),
    row(&type_object::TYPE, &[&type_type::METHODS]),
    row(&singletons::NONE_TYPE, &[&singletons::NONE]),
    row(&singletons::ELLIPSIS_TYPE, &[&singletons::ELLIPSIS]),
    row(&singletons::NOT_IMPLEMENTED_TYPE, &[&singletons::NOT_IMPLEMENTED]),
    row(&mapping_proxy::MAPPING_PROXY, &[&mapping_proxy::METHODS]),
    row(&descriptor::PROPERTY, &[&property::PROPERTY]),
    row(&descriptor::CLASS_METHOD, &[&property::CLASS_METHOD]),
    row(&descriptor::STATIC_METHOD, &[&property::STATIC_METHOD, &property::STATIC_METHOD_CALL]),
    row(&descriptor::BOUND_METHOD, &[&bound_method::METHOD]),
    row(&descriptor::BUILTIN_FUNCTION, &[&bound_method::BUILTIN_FUNCTION]),
    row(
        &descriptor::METHOD_DESCRIPTOR,
        &[&bound_method::METHOD_DESCRIPTOR, &bound_method::METHOD_DESCRIPTOR_CALL],
    ),
    row(
        &descriptor::CLASS_METHOD_DESCRIPTOR,
        &[&bound_method::CLASS_METHOD_DESCRIPTOR, &bound_method::CLASS_METHOD_DESCRIPTOR_CALL],
    ),
    row(&descriptor::GET_SET_DESCRIPTOR, &[&bound_method::GETSET_DESCRIPTOR]),
    row(&descriptor::MEMBER_DESCRIPTOR, &[&bound_method::MEMBER_DESCRIPTOR]),
    row(&slot_wrapper::SLOT_WRAPPER, &[&bound_method::SLOT_WRAPPER]),
    row(&slot_wrapper::METHOD_WRAPPER, &[&bound_method::METHOD_WRAPPER]),
    row(&slot_wrapper::NEW_METHOD_WRAPPER, &[&bound_method::NEW_METHOD]),
    row(&super_object::SUPER, &[&super_object::METHODS]),
    row(&pyrsc_core::generic_alias::GENERIC_ALIAS, &[&generic_alias::METHODS]),
    row(&callable_iterator::CALLABLE_ITERATOR, &[&callable_iterator::METHODS]),
    row(&union::UNION, &[&union::METHODS]),
    row(&pyrsc_core::iteration::SEQUENCE_ITERATOR, &[&pyrsc_core::iteration::METHODS]),
    row(&exception::BASE_EXCEPTION, &[&exceptions::BASE]),
    row(&exception::SYSTEM_EXIT, &[&exceptions::SYSTEM_EXIT, &exceptions::SYSTEM_EXIT_ATTRIBUTES]),
    row(&exception::BASE_EXCEPTION_GROUP, &[&exceptions::group::METHODS]),
    row(
        &exception::STOP_ITERATION,
        &[&exceptions::STOP_ITERATION_METHODS, &exceptions::STOP_ITERATION_ATTRIBUTES],
    ),
    row(
        &exception::ATTRIBUTE_ERROR,
        &[&exceptions::ATTRIBUTE_ERROR_METHODS, &exceptions::ATTRIBUTE_ERROR_ATTRIBUTES],
    ),
    row(&exception::NAME_ERROR, &[&exceptions::NAME_ERROR_METHODS, &exceptions::NAME_ERROR_ATTRIBUTES]),
    row(&exception::KEY_ERROR, &[&exceptions::KEY_ERROR_METHODS]),
    row(
        &exception::IMPORT_ERROR,
        &[&exceptions::import_error::METHODS, &exceptions::import_error::ATTRIBUTES],
    ),
    row(&exception::OSERROR, &[&exceptions::os_error::METHODS, &exceptions::os_error::ATTRIBUTES]),
    row(
        &exception::SYNTAX_ERROR,
        &[&exceptions::syntax_error::METHODS, &exceptions::syntax_error::ATTRIBUTES],
    ),
    row(
        &exception::UNICODE_ENCODE_ERROR,
        &[&exceptions::unicode_error::ENCODE, &exceptions::unicode_error::ENCODE_ATTRIBUTES],
    ),
    row(
        &exception::UNICODE_DECODE_ERROR,
        &[&exceptions::unicode_error::DECODE, &exceptions::unicode_error::DECODE_ATTRIBUTES],
    ),
    row(
        &exception::UNICODE_TRANSLATE_ERROR,
        &[&exceptions::unicode_error::TRANSLATE, &exceptions::unicode_error::TRANSLATE_ATTRIBUTES],
    ),
    row(&pyrsc_core::int::INT, &[&int::METHODS]),
    row(&bool::BOOL, &[&bool::METHODS]),
    row(&pyrsc_core::float::FLOAT, &[&float::METHODS]),
    row(&pyrsc_core::complex::COMPLEX, &[&complex::METHODS]),
    row(&pyrsc_core::str::STR, STR_METHODS),
    row(&pyrsc_core::bytes::BYTES, &[&bytes::METHODS, &bytes::SHARED]),
    row(&bytes::BYTES_ITERATOR, &[&bytes::ITERATOR_METHODS]),
    row(&pyrsc_core::bytearray::BYTE_ARRAY, &[&bytearray::METHODS, &bytearray::SHARED]),
    row(&pyrsc_core::memoryview::MEMORY_VIEW, &[&memoryview::METHODS]),
    row(&memoryview::MEMORY_ITERATOR, &[&memoryview::ITERATOR_METHODS]),
    row(&bytes::BYTE_ARRAY_ITERATOR, &[&bytes::ARRAY_ITERATOR_METHODS]),
    row(&crate::str::iterator::STR_ITERATOR, &[&crate::str::iterator::METHODS]),
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
];

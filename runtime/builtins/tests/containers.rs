//! The storage of dicts, namespaces, lists and sets, against what CPython 3.14 does.

use std::sync::Mutex;

use pyrsc_abi::Value;
use pyrsc_core::dict::Dict;
use pyrsc_core::int;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::Owned;
use pyrsc_core::set::SetTable;
use pyrsc_core::str;
use pyrsc_core::tuple::Tuple;

/// Stands for the GIL: tests run in threads of their own.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn with_runtime(test: impl FnOnce()) {
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    static READY: std::sync::Once = std::sync::Once::new();
    READY.call_once(pyrsc_builtins::module::ready);
    test();
    drop(guard);
}

fn number(value: i64) -> Owned {
    int::from_i64(value)
}

fn shown(object: &Object) -> String {
    operations::repr_string(object).expect("a representation")
}

#[test]
fn dicts_keep_the_order_of_insertion() {
    with_runtime(|| {
        let dict = Dict::new();
        for key in (0..1000).rev() {
            dict.set(&number(key), &number(key * 2)).expect("set");
        }
        for key in (0..1000).filter(|key| key % 3 != 0) {
            assert!(dict.remove(&number(key)).expect("hashable").is_some());
        }
        assert_eq!(dict.len(), 334);
        dict.set(&number(1), &number(2)).expect("set");
        let keys: Vec<i64> = dict.keys().iter().filter_map(|key| int::to_i64(key)).collect();
        let expected: Vec<i64> = (0..1000).rev().filter(|key| key % 3 == 0).chain([1]).collect();
        assert_eq!(keys, expected);
        for key in expected {
            let value = dict.get(&number(key)).expect("hashable").expect("there");
            assert_eq!(int::to_i64(&value), Some(key * 2));
        }
        let copy = dict.copy().expect("memory");
        assert!(dict.equals(&copy).expect("comparable"));
        assert_eq!(copy.pop_last().and_then(|(key, _)| int::to_i64(&key)), Some(1));
    });
}

#[test]
fn str_keys_turn_to_general_ones() {
    with_runtime(|| {
        let dict = Dict::new();
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            dict.set_str(&str::intern(name), &number(name.len() as i64)).expect("set");
        }
        assert!(dict.has_only_str_keys());
        dict.set(&number(7), &number(8)).expect("set");
        assert!(!dict.has_only_str_keys());
        assert!(dict.get_str(&str::intern("g")).is_some());
        assert!(dict.get_str(&str::intern("h")).is_none());
        assert_eq!(shown(dict.object()), "{'a': 1, 'b': 1, 'c': 1, 'd': 1, 'e': 1, 'f': 1, 'g': 1, 7: 8}");
    });
}

#[test]
fn cells_of_a_namespace_stay_where_they_are() {
    with_runtime(|| {
        let namespace = Dict::new_namespace();
        let cell = namespace.cell_for(&str::intern("late")).expect("memory").expect("a namespace");
        assert_eq!(namespace.len(), 0);
        for index in 0..100 {
            namespace.set_str(&str::intern(&format!("name{index}")), &number(index)).expect("set");
        }
        namespace.set_str(&str::intern("late"), &number(5)).expect("set");
        // SAFETY: the namespace is alive.
        let read = || unsafe { *cell };
        assert_eq!(read(), Value::from_small_int(5));
        assert_eq!(namespace.keys().last().map(|key| shown(key)), Some("'late'".to_string()));
        assert!(namespace.remove_str(&str::intern("late")).is_some());
        assert_eq!(read(), Value::UNBOUND);
        assert!(namespace.remove_str(&str::intern("name3")).is_some());
        assert_eq!(namespace.len(), 99);
        namespace.set_str(&str::intern("late"), &number(6)).expect("set");
        assert_eq!(read(), Value::from_small_int(6));
        namespace.clear();
        assert_eq!((namespace.len(), read()), (0, Value::UNBOUND));
        namespace.set_str(&str::intern("late"), &number(7)).expect("set");
        assert_eq!(shown(namespace.object()), "{'late': 7}");
    });
}

#[test]
fn sets_iterate_in_the_order_of_cpython() {
    with_runtime(|| {
        let table = SetTable::new();
        for index in 0..20 {
            table.add(&number(index * 37 % 101)).expect("hashable");
        }
        for index in 5..12 {
            table.discard(&number(index * 37 % 101)).expect("hashable");
        }
        for index in 0..6 {
            table.add(&number(index * 1000 + 3)).expect("hashable");
        }
        let elements: Vec<i64> = table.to_vec().iter().filter_map(|element| int::to_i64(element)).collect();
        assert_eq!(elements, EXPECTED_SET);
    });
}

/// `list(s)` in CPython 3.14 for the set that the test builds.
const EXPECTED_SET: [i64; 19] =
    [0, 3, 10, 5003, 13, 23, 4003, 37, 40, 47, 50, 3003, 60, 74, 77, 2003, 87, 97, 1003];

#[test]
fn lists_take_and_give_slices() {
    with_runtime(|| {
        let list = List::from_vec((0..10).map(number).collect());
        drop(list.splice(2..5, vec![number(100)]).expect("memory"));
        assert_eq!(shown(list.object()), "[0, 1, 100, 5, 6, 7, 8, 9]");
        list.insert(0, number(-1)).expect("memory");
        assert_eq!(list.remove(3).and_then(|item| int::to_i64(&item)), Some(100));
        list.reverse();
        assert_eq!(shown(list.object()), "[9, 8, 7, 6, 5, 1, 0, -1]");
        let pair = Tuple::pair(list.clone().into_owned(), number(1));
        list.push(pair.into_owned()).expect("memory");
        assert_eq!(shown(list.object()), "[9, 8, 7, 6, 5, 1, 0, -1, ([...], 1)]");
        list.clear();
    });
}

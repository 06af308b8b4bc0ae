//! Classes, instances, weak references and the collector together, and the texts of argument errors: what needs the
//! built-in types, but no interpreter.

use std::sync::{Mutex, MutexGuard};

use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::exception;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::spec::ModuleMember;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, OBJECT, TypeObject};
use pyrsc_core::weak_reference::{self, WeakReference};
use pyrsc_core::{collector, startup};

/// The runtime belongs to the thread that holds the GIL: tests take turns.
fn runtime() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    pyrsc_builtins::module::ready();
    startup::ready_types(pyrsc_stdlib::TYPES);
    collector::enable(false);
    turn
}

fn live(name: &str) -> usize {
    collector::audit::census().get(name).copied().unwrap_or(0)
}

/// `type(name, bases, {})`
fn class(name: &str, bases: &[&TypeObject]) -> Ref<TypeObject> {
    let bases = Tuple::from_vec(bases.iter().map(|base| base.object().to_owned()).collect());
    let name = Str::new(name);
    let namespace = Dict::new();
    let arguments = [name.object(), bases.object(), namespace.object()];
    let class = operations::call(TypeObject::type_object().object(), &arguments);
    class.unwrap_or_else(|_| panic!("{}", message())).into_ref().expect("a class")
}

fn instance(class: &TypeObject) -> Owned {
    operations::call(class.object(), &[]).unwrap_or_else(|_| panic!("{}", message()))
}

fn set(object: &Object, name: &str, value: &Object) {
    operations::set_attribute(object, &str::intern(name), value).expect("an attribute");
}

/// The pending exception as `Type: text`, which is forgotten.
fn message() -> String {
    let exception = exception::take();
    let text = operations::str_string(&exception).expect("a text");
    format!("{}: {text}", exception.type_object().name())
}

fn error(result: Result) -> String {
    assert!(result.is_err(), "an error was expected");
    message()
}

#[test]
fn instances_in_cycles_are_collected() {
    let _turn = runtime();
    let class = class("Knot", &[]);
    collector::collect(2);
    for count in [1, 3, 10] {
        let one = instance(&class);
        for number in 0..count {
            set(&one, &format!("attribute{number}"), &one);
        }
        // Its attributes as a dict, too.
        if count == 3 {
            let dict = operations::get_attribute_named(&one, "__dict__").expect("a dict");
            set(&one, "dict", &dict);
        }
    }
    assert_eq!(live("Knot"), 3);
    assert!(collector::collect(2) >= 3);
    assert_eq!(live("Knot"), 0);
}

#[test]
fn classes_live_as_long_as_their_instances() {
    let _turn = runtime();
    collector::collect(2);
    let before = live("type");
    let base = class("Base", &[]);
    let derived = class("Derived", &[&base]);
    let kept = instance(&derived);
    set(&kept, "name", &Owned::small_int(5));
    drop((base, derived));
    collector::collect(2);
    assert_eq!(live("type"), before + 2, "an instance keeps its class and its bases");
    assert_eq!(operations::get_attribute_named(&kept, "name").expect("it is there").value().int(), 5);
    let list = List::from_vec(vec![kept]);
    set(&list.get(0).expect("an item"), "list", list.object());
    drop(list);
    assert!(collector::collect(2) > 2);
    assert_eq!(live("type"), before, "all went together");
    // The base forgets the class that is gone.
    assert!(OBJECT.subclasses().iter().all(|subclass| subclass.name() != "Base"));
}

#[test]
fn weak_references_to_instances_and_classes() {
    let _turn = runtime();
    collector::collect(2);
    let class = class("Target", &[]);
    let one = instance(&class);
    let make = |object: &Object| {
        operations::call(WeakReference::type_object().object(), &[object])
            .unwrap_or_else(|_| panic!("{}", message()))
    };
    let to_instance = make(&one);
    let to_class = make(class.object());
    let proxy = weak_reference::new_proxy(&one, None).expect("a proxy");
    set(&proxy, "number", &Owned::small_int(7));
    assert_eq!(operations::get_attribute_named(&one, "number").expect("set").value().int(), 7);
    assert!(operations::call(&to_instance, &[]).expect("no error").is(&one));
    let found = weak_reference::references(&one);
    assert!(found.len() == 2 && found[0].is(&to_instance) && found[1].is(&proxy));
    drop(found);
    drop(one);
    assert!(operations::call(&to_instance, &[]).expect("no error").is_none());
    let text = operations::repr_string(&to_instance).expect("a repr");
    assert!(text.starts_with("<weakref at 0x") && text.ends_with("; dead>"), "{text}");
    let text = error(operations::get_attribute_named(&proxy, "number"));
    assert_eq!(text, "ReferenceError: weakly-referenced object no longer exists");
    drop(class);
    assert!(!operations::call(&to_class, &[]).expect("no error").is_none());
    collector::collect(2);
    assert!(operations::call(&to_class, &[]).expect("no error").is_none());
    assert_eq!(
        error(operations::call(WeakReference::type_object().object(), &[&Owned::small_int(1)])),
        "TypeError: cannot create weak reference to 'int' object"
    );
}

#[test]
fn argument_errors_are_worded_as_cpython_does() {
    let _turn = runtime();
    let list = List::from_vec(vec![]);
    let one = Owned::small_int(1);
    let call =
        |name: &str, arguments: &[&Object]| error(operations::call_method(list.object(), name, arguments));
    assert_eq!(call("append", &[]), "TypeError: list.append() takes exactly one argument (0 given)");
    assert_eq!(
        call("append", &[&one, &one]),
        "TypeError: list.append() takes exactly one argument (2 given)"
    );
    assert_eq!(call("clear", &[&one]), "TypeError: list.clear() takes no arguments (1 given)");
    assert_eq!(call("pop", &[&one, &one]), "TypeError: pop expected at most 1 argument, got 2");
    assert_eq!(call("insert", &[]), "TypeError: insert expected 2 arguments, got 0");
    assert_eq!(call("index", &[]), "TypeError: index expected at least 1 argument, got 0");
    assert_eq!(call("sort", &[&one]), "TypeError: sort() takes no positional arguments");
    let keyword = |name: &str, keyword: &str| {
        let method = operations::get_attribute_named(list.object(), name).expect("a method");
        let names = Tuple::from_vec(vec![Str::new(keyword).into_owned()]);
        let values = [one.clone()];
        error(operations::call_arguments(&method, Arguments::new(&values, Some(&names))))
    };
    assert_eq!(keyword("append", "x"), "TypeError: list.append() takes no keyword arguments");
    assert_eq!(keyword("sort", "xyzzy"), "TypeError: sort() got an unexpected keyword argument 'xyzzy'");
    assert_eq!(
        keyword("sort", "kay"),
        "TypeError: sort() got an unexpected keyword argument 'kay'. Did you mean 'key'?"
    );
    let call = |name: &str, arguments: &[&Object]| {
        let function = pyrsc_stdlib::gc::MODULE.members.iter().find_map(|member| match member {
            ModuleMember::Function(function) if function.name == name => Some(*function),
            _ => None,
        });
        let arguments: Vec<Owned> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        error((function.expect("a function").call)(Arguments::positional_only(&arguments)))
    };
    assert_eq!(call("is_tracked", &[]), "TypeError: gc.is_tracked() takes exactly one argument (0 given)");
    assert_eq!(call("collect", &[&Owned::small_int(5)]), "ValueError: invalid generation");
    assert_eq!(
        call("collect", &[Str::new("a").object()]),
        "TypeError: 'str' object cannot be interpreted as an integer"
    );
}

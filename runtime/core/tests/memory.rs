//! Allocation, deallocation, weak references and the cycle collector, through a type that is declared here: also the
//! example of `#[pyclass]` and `#[pymethods]`.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, MutexGuard};

use pyrsc_abi::Header;
use pyrsc_abi::page::PageKind;
use pyrsc_core::arguments::IntoResult;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::{self, Plain};
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::spec::{BuiltinType, Member};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, OBJECT, TYPE};
use pyrsc_core::weak_reference::{self, WeakReference};
use pyrsc_core::{exception, startup};
use pyrsc_macros::{Traverse, pyclass, pymethods};

/// The runtime belongs to the thread that holds the GIL: tests take turns.
fn runtime() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    static TYPES: &[BuiltinType] = &[
        BuiltinType { ty: &OBJECT, methods: &[] },
        BuiltinType { ty: &TYPE, methods: &[] },
        BuiltinType { ty: &pyrsc_core::list::LIST, methods: &[] },
        BuiltinType { ty: &pyrsc_core::tuple::TUPLE, methods: &[] },
        BuiltinType { ty: &pyrsc_core::str::STR, methods: &[] },
        BuiltinType { ty: &pyrsc_core::dict::DICT, methods: &[] },
        BuiltinType { ty: &pyrsc_core::int::INT, methods: &[] },
        BuiltinType { ty: &pyrsc_core::float::FLOAT, methods: &[] },
        BuiltinType { ty: &weak_reference::WEAK_REFERENCE, methods: &[] },
        BuiltinType { ty: &NODE, methods: &[&NODE_METHODS] },
        BuiltinType { ty: &PHOENIX, methods: &[&PHOENIX_METHODS] },
        BuiltinType { ty: &POINT, methods: &[&POINT_METHODS] },
        BuiltinType { ty: &LISTENER, methods: &[&LISTENER_METHODS] },
    ];
    let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    startup::ready_types(TYPES);
    collector::enable(false);
    turn
}

/// Plain data alone: lives in leaf pages.
#[pyclass(name = "Point")]
#[repr(C)]
struct Point {
    header: Header,
    x: Cell<i64>,
    y: f64,
}

#[pymethods(Point)]
mod point_methods {
    use super::*;

    #[pymethod]
    fn shift(this: &Point, by: i64) {
        this.x.set(this.x.get() + by);
    }

    #[pymethod(signature = "(self, /, factor, *, twice=False)")]
    fn scaled(this: &Point, factor: f64, twice: bool) -> f64 {
        this.y * factor * if twice { 2.0 } else { 1.0 }
    }

    #[getter]
    fn x(this: &Point) -> i64 {
        this.x.get()
    }

    #[setter]
    fn set_x(this: &Point, value: &Object) -> Result<()> {
        this.x.set(pyrsc_core::int::index_i64(value)?);
        Ok(())
    }

    #[slot]
    fn length(_this: &Point) -> usize {
        2
    }

    #[slot]
    fn add(left: &Point, right: &Object) -> Result {
        (left.x.get() + pyrsc_core::int::index_i64(right)?).into_result()
    }
}

/// Something that refers to others through fields of several types.
#[pyclass(name = "Node", flags(WEAKREF))]
#[repr(C)]
struct Node {
    header: Header,
    next: Slot,
    others: RefCell<Vec<Owned>>,
    parts: RefCell<Parts>,
}

#[derive(Traverse, Default)]
struct Parts {
    first: Option<Owned>,
    pair: (i64, Option<Owned>),
}

#[pymethods(Node)]
mod node_methods {}

fn node() -> Ref<Node> {
    memory::allocate(
        Node::type_object(),
        Node {
            header: Header::unset(),
            next: Slot::empty(),
            others: RefCell::default(),
            parts: RefCell::default(),
        },
    )
}

thread_local! {
    static REVIVED: RefCell<Vec<Owned>> = const { RefCell::new(Vec::new()) };
    static FINALIZED: Cell<usize> = const { Cell::new(0) };
    static NOTIFIED: Cell<usize> = const { Cell::new(0) };
}

/// Comes back when it is finalized, where it was told to.
#[pyclass(name = "Phoenix")]
#[repr(C)]
struct Phoenix {
    header: Header,
    next: Slot,
    revive: Plain<Cell<bool>>,
}

#[pymethods(Phoenix)]
mod phoenix_methods {
    use super::*;

    #[slot]
    fn finalize(this: &Object) -> Result<()> {
        FINALIZED.set(FINALIZED.get() + 1);
        if this.downcast::<Phoenix>().is_some_and(|phoenix| phoenix.revive.get()) {
            REVIVED.with_borrow_mut(|revived| revived.push(this.to_owned()));
        }
        Ok(())
    }
}

fn phoenix(revive: bool) -> Ref<Phoenix> {
    memory::allocate(
        Phoenix::type_object(),
        Phoenix { header: Header::unset(), next: Slot::empty(), revive: Plain(Cell::new(revive)) },
    )
}

/// A callback.
#[pyclass(name = "Listener")]
#[repr(C)]
struct Listener {
    header: Header,
}

#[pymethods(Listener)]
mod listener_methods {
    use super::*;

    #[slot]
    fn call(_this: &Listener, arguments: Arguments<'_>) -> Result {
        assert_eq!(arguments.count(), 1);
        NOTIFIED.set(NOTIFIED.get() + 1);
        Ok(Owned::none())
    }
}

fn live(name: &str) -> usize {
    collector::audit::census().get(name).copied().unwrap_or(0)
}

fn method<'a>(table: &'a pyrsc_core::spec::MethodTable, name: &str) -> &'a pyrsc_core::spec::FunctionSpec {
    table
        .members
        .iter()
        .find_map(|member| match member {
            Member::Method(spec) if spec.name == name => Some(*spec),
            _ => None,
        })
        .expect("a method of that name")
}

fn point() -> Ref<Point> {
    memory::allocate(Point::type_object(), Point { header: Header::unset(), x: Cell::new(3), y: 1.5 })
}

#[test]
fn a_declared_type_has_its_tables() {
    let _turn = runtime();
    assert_eq!(Point::type_object().name(), "Point");
    assert_eq!(Point::type_object().spec().kind, PageKind::Leaf);
    assert_eq!(Node::type_object().spec().kind, PageKind::Container);
    assert!(Point::type_object().spec().drop.is_none() && Node::type_object().spec().drop.is_some());
    let point = point();
    let special = Point::type_object().special();
    assert_eq!(special.length.map(|length| length(point.object())), Some(Ok(2)));
    let sum = special.add.expect("an entry")(point.object(), &Owned::small_int(4)).expect("a sum");
    assert_eq!(sum.value().int(), 7);
    let other = special.add.expect("an entry")(&Owned::small_int(4), point.object()).expect("no error");
    assert!(other.is_not_implemented());
    let shift = method(&POINT_METHODS, "shift");
    assert_eq!(shift.signature, Some("(self, by, /)"));
    let arguments = [point.clone().into_owned(), Owned::small_int(5)];
    assert!((shift.call)(Arguments::positional_only(&arguments)).expect("no error").is_none());
    assert_eq!(point.x.get(), 8);
    let names = Tuple::from_vec(vec![Str::new("twice").into_owned()]);
    let arguments = [point.clone().into_owned(), pyrsc_core::float::from_f64(2.0), Owned::bool(true)];
    let scaled = method(&POINT_METHODS, "scaled");
    let result = (scaled.call)(Arguments::new(&arguments, Some(&names))).expect("no error");
    assert_eq!(result.value().float(), 6.0);
    assert!(!exception::is_pending());
}

#[test]
fn cells_are_reused_and_counts_come_back() {
    let _turn = runtime();
    let before = live("Node");
    let address = node().object().value();
    assert_eq!(node().object().value(), address, "the cell that was freed last is the next one");
    let nodes: Vec<_> = (0..10_000).map(|_| node()).collect();
    assert_eq!(live("Node"), before + 10_000);
    drop(nodes);
    assert_eq!(live("Node"), before);
}

#[test]
fn empty_pages_and_blocks_go_back() {
    let _turn = runtime();
    memory::release_empty_pages();
    let before = memory::heap_size();
    let strings: Vec<_> = (0..2000).map(|index| Str::new(&"x".repeat(index * 40))).collect();
    assert!(memory::heap_size() > before + 20_000_000);
    for (index, string) in strings.iter().enumerate() {
        assert_eq!(string.len(), index * 40);
    }
    drop(strings);
    memory::release_empty_pages();
    // The current page of each size class stays.
    assert!(memory::heap_size() < before + 100 * 65536, "{} bytes stay", memory::heap_size() - before);
}

#[test]
fn impossible_sizes_are_refused() {
    let _turn = runtime();
    assert!(memory::try_allocate_variable::<Str>(Str::type_object(), usize::MAX).is_none());
    assert!(memory::try_allocate_variable::<Str>(Str::type_object(), isize::MAX as usize / 4).is_none());
}

#[test]
fn deep_structures_are_freed_without_recursion() {
    let _turn = runtime();
    let before = (live("list"), live("Node"));
    let mut list = List::new();
    let mut chain = node();
    for _ in 0..1_000_000 {
        list = List::from_vec(vec![list.into_owned()]);
        let next = node();
        next.next.set(Some(chain.into_owned()));
        chain = next;
    }
    drop(list);
    drop(chain);
    assert_eq!((live("list"), live("Node")), before);
}

#[test]
fn cycles_through_all_kinds_of_fields_are_collected() {
    let _turn = runtime();
    collector::collect(2);
    let before = (live("Node"), live("list"));
    for kind in 0..5 {
        let (left, right) = (node(), node());
        right.next.set(Some(left.clone().into_owned()));
        let target = right.clone().into_owned();
        match kind {
            0 => left.next.set(Some(target)),
            1 => left.others.borrow_mut().push(target),
            2 => left.parts.borrow_mut().first = Some(target),
            3 => left.parts.borrow_mut().pair.1 = Some(target),
            _ => left
                .next
                .set(Some(Tuple::from_vec(vec![List::from_vec(vec![target]).into_owned()]).into_owned())),
        }
    }
    assert_eq!(live("Node"), before.0 + 10);
    // What is reachable stays: this one refers to itself, and is referred to from here.
    let kept = node();
    kept.next.set(Some(kept.clone().into_owned()));
    assert_eq!(collector::collect(0), 12);
    assert_eq!((live("Node"), live("list")), (before.0 + 1, before.1));
    kept.next.set(None);
}

#[test]
fn old_objects_are_left_to_their_generation() {
    let _turn = runtime();
    collector::collect(2);
    let before = live("Node");
    let survivor = node();
    survivor.next.set(Some(survivor.clone().into_owned()));
    collector::collect(0);
    drop(survivor);
    assert_eq!(collector::collect(0), 0, "it is in the next generation now");
    assert_eq!(live("Node"), before + 1);
    assert_eq!(collector::collect(1), 1);
    assert_eq!(live("Node"), before);
}

#[test]
fn allocation_requests_a_collection_that_a_poll_runs() {
    let _turn = runtime();
    collector::collect(2);
    collector::enable(true);
    let before = live("Node");
    for _ in 0..50_000 {
        let node = node();
        node.next.set(Some(node.clone().into_owned()));
        if pyrsc_core::gil::THREAD.poll.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            pyrsc_core::gil::clear_poll_request();
            collector::poll();
        }
    }
    assert!(live("Node") < before + 15_000, "{} are left", live("Node"));
    collector::enable(false);
    collector::collect(2);
    assert_eq!(live("Node"), before);
}

#[test]
fn finalizers_run_once_and_may_revive() {
    let _turn = runtime();
    FINALIZED.set(0);
    let before = live("Phoenix");
    // By its count.
    drop(phoenix(true));
    assert_eq!((FINALIZED.get(), live("Phoenix")), (1, before + 1));
    drop(REVIVED.take());
    assert_eq!((FINALIZED.get(), live("Phoenix")), (1, before), "the second time it goes quietly");
    // In a cycle of three, of which one comes back and keeps the others.
    let cycle = [phoenix(false), phoenix(true), phoenix(false)];
    for index in 0..3 {
        cycle[index].next.set(Some(cycle[(index + 1) % 3].clone().into_owned()));
    }
    drop(cycle);
    assert_eq!(collector::collect(2), 0);
    assert_eq!((FINALIZED.get(), live("Phoenix")), (4, before + 3));
    drop(REVIVED.take());
    assert_eq!(collector::collect(2), 3);
    assert_eq!((FINALIZED.get(), live("Phoenix")), (4, before));
}

#[test]
fn weak_references_are_cleared_and_tell() {
    let _turn = runtime();
    NOTIFIED.set(0);
    let listener = memory::allocate(Listener::type_object(), Listener { header: Header::unset() });
    let class = WeakReference::type_object();
    let target = node();
    let plain = WeakReference::new(class, target.object(), None).expect("referable");
    let again = WeakReference::new(class, target.object(), None).expect("referable");
    assert!(plain.object().is(again.object()), "plain references are shared");
    let telling = WeakReference::new(class, target.object(), Some(listener.object())).expect("referable");
    assert_eq!(weak_reference::count(target.object()), 2);
    assert!(plain.referent().is_some_and(|referent| referent.is(target.object())));
    drop(target);
    assert!(plain.referent().is_none() && telling.referent().is_none());
    assert_eq!(NOTIFIED.get(), 1);
    // In a cycle.
    let target = node();
    target.next.set(Some(target.clone().into_owned()));
    let telling = WeakReference::new(class, target.object(), Some(listener.object())).expect("referable");
    drop(target);
    assert!(telling.referent().is_some());
    assert_eq!(collector::collect(2), 1);
    assert!(telling.referent().is_none());
    assert_eq!(NOTIFIED.get(), 2);
    // A reference that goes first takes itself out.
    let target = node();
    drop(WeakReference::new(class, target.object(), Some(listener.object())));
    assert_eq!(weak_reference::count(target.object()), 0);
    drop(target);
    assert_eq!(NOTIFIED.get(), 2);
    // A plain weak reference makes room for the next one when it goes.
    let target = node();
    drop(WeakReference::new(class, target.object(), None));
    assert_eq!(weak_reference::count(target.object()), 0);
}

#[test]
fn the_heap_can_be_inspected() {
    let _turn = runtime();
    let list = List::from_vec(vec![]);
    let node = node();
    node.next.set(Some(list.clone().into_owned()));
    let referrers = collector::inspect::referrers(&[list.object().value()]);
    assert!(referrers.len() == 1 && referrers[0].is(node.object()));
    let referents = collector::inspect::referents(node.object());
    assert!(referents.len() == 1 && referents[0].is(list.object()));
    assert!(
        collector::inspect::is_tracked(node.object()) && !collector::inspect::is_tracked(point().object())
    );
    assert!(collector::inspect::objects(None).iter().any(|object| object.is(node.object())));
}

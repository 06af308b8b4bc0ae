//! What allocating and freeing cost: `cargo bench -p pyrsc-core --bench memory`.

use std::hint::black_box;
use std::time::Instant;

use pyrsc_abi::page::PageKind;
use pyrsc_core::collector;
use pyrsc_core::list::List;
use pyrsc_core::memory;
use pyrsc_core::owned::Owned;
use pyrsc_core::spec::BuiltinType;
use pyrsc_core::startup;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{OBJECT, TYPE};

const ROUNDS: usize = 10_000_000;

fn report(what: &str, count: usize, act: impl FnOnce()) {
    let start = Instant::now();
    act();
    println!("{what}: {:.2} ns", start.elapsed().as_secs_f64() * 1e9 / count as f64);
}

fn main() {
    static TYPES: &[BuiltinType] = &[
        BuiltinType { ty: &OBJECT, methods: &[] },
        BuiltinType { ty: &TYPE, methods: &[] },
        BuiltinType { ty: &pyrsc_core::list::LIST, methods: &[] },
        BuiltinType { ty: &pyrsc_core::tuple::TUPLE, methods: &[] },
    ];
    startup::ready_types(TYPES);
    report("a leaf cell of 16 bytes, allocated and freed", ROUNDS, || {
        for _ in 0..ROUNDS {
            let cell = black_box(memory::allocate_cell(PageKind::Leaf, 16));
            // SAFETY: allocated just now.
            unsafe { memory::free_cell(cell) };
        }
    });
    report("a container cell of 48 bytes, allocated and freed", ROUNDS, || {
        for _ in 0..ROUNDS {
            let cell = black_box(memory::allocate_cell(PageKind::Container, 48));
            // SAFETY: allocated just now.
            unsafe { memory::free_cell(cell) };
        }
    });
    let mut cells = Vec::with_capacity(1_000_000);
    report("a million container cells of 48 bytes, allocated", 1_000_000, || {
        cells.extend((0..1_000_000).map(|_| memory::allocate_cell(PageKind::Container, 48)));
    });
    report("a million container cells of 48 bytes, freed in order", 1_000_000, || {
        // SAFETY: allocated above.
        cells.drain(..).for_each(|cell| unsafe { memory::free_cell(cell) });
    });
    report("a list, made and dropped", ROUNDS, || {
        for _ in 0..ROUNDS {
            drop(black_box(List::new()));
        }
    });
    report("a tuple of two, made and dropped", ROUNDS, || {
        for _ in 0..ROUNDS {
            drop(black_box(Tuple::from_slice(&[Owned::none(), Owned::none()])));
        }
    });
    let live = List::new();
    for _ in 0..1_000_000 {
        let list = List::from_vec(vec![Owned::none(), live.object().to_owned()]);
        live.push(list.into_owned()).expect("memory");
    }
    report("a full collection of a million live lists in cycles, each", 1_000_000, || {
        assert_eq!(collector::collect(2), 0);
    });
    drop(live);
    report("the same, unreachable, each", 1_000_000, || {
        assert_eq!(collector::collect(2), 1_000_001);
    });
}

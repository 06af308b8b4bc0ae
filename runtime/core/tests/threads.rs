//! The GIL changes hands at polls and around blocking calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pyrsc_abi::Value;
use pyrsc_core::gil::{self, THREAD};
use pyrsc_core::thread;

#[test]
fn threads_take_turns_with_their_own_state() {
    thread::start();
    assert!(THREAD.real_stack_limit.get() > 0);
    thread::set_switch_interval(Duration::from_micros(200));
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    let threads: Vec<_> = (0..4)
        .map(|number| {
            thread::spawn(1 << 20, move || {
                THREAD.frame_depth.set(number);
                for _ in 0..20 {
                    let start = std::time::Instant::now();
                    while THREAD.poll.load(Ordering::Relaxed) == 0
                        && start.elapsed() < Duration::from_millis(5)
                    {
                        assert_eq!(RUNNING.fetch_add(1, Ordering::SeqCst), 0, "one thread at a time");
                        assert_eq!(THREAD.frame_depth.get(), number);
                        RUNNING.fetch_sub(1, Ordering::SeqCst);
                    }
                    thread::poll().expect("nothing raises");
                    TURNS.fetch_add(1, Ordering::SeqCst);
                }
            })
            .expect("a thread")
        })
        .collect();
    THREAD.frame_depth.set(77);
    assert_eq!(TURNS.load(Ordering::SeqCst), 0, "the GIL is ours");
    gil::without(|| threads.into_iter().for_each(|thread| thread.join().expect("no panic")));
    assert_eq!(TURNS.load(Ordering::SeqCst), 80);
    assert_eq!(THREAD.frame_depth.get(), 77);
    assert_eq!(THREAD.pending.get(), Value(0));
}

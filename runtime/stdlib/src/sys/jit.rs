//! `sys._jit`: there is no compiler at run time.

use pyrsc_macros::pymodule;

#[pymodule(name = "sys._jit", doc = "Utilities for observing just-in-time compilation.")]
mod module {
    #[pyfunction]
    fn is_available() -> bool {
        false
    }

    #[pyfunction]
    fn is_enabled() -> bool {
        false
    }

    #[pyfunction]
    fn is_active() -> bool {
        false
    }
}

//! Macros that raise: `return Err(type_error!("…{}", x))`.

/// Raises an exception of a built-in class with a formatted message: `raise!(ValueError, "bad {}", x)`.
#[macro_export]
macro_rules! raise {
    ($class:ty, ) => {
        $crate::exception::raise_bare(<$class as $crate::type_object::Class>::type_object())
    };
    ($class:ty, $($format:tt)*) => {
        $crate::exception::raise(<$class as $crate::type_object::Class>::type_object(), &format!($($format)*))
    };
}

/// Raises `TypeError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! type_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::TypeError, $($format)*) };
}

/// Raises `ValueError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! value_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::ValueError, $($format)*) };
}

/// Raises `IndexError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! index_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::IndexError, $($format)*) };
}

/// Raises `OverflowError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! overflow_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::OverflowError, $($format)*) };
}

/// Raises `AttributeError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! attribute_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::AttributeError, $($format)*) };
}

/// Raises `RuntimeError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! runtime_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::RuntimeError, $($format)*) };
}

/// Raises `ZeroDivisionError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! zero_division_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::ZeroDivisionError, $($format)*) };
}

/// Raises `MemoryError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! memory_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::MemoryError, $($format)*) };
}

/// Raises `NameError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! name_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::NameError, $($format)*) };
}

/// Raises `UnboundLocalError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! unbound_local_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::UnboundLocalError, $($format)*) };
}

/// Raises `RecursionError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! recursion_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::RecursionError, $($format)*) };
}

/// Raises `BufferError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! buffer_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::BufferError, $($format)*) };
}

/// Raises `SystemError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! system_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::SystemError, $($format)*) };
}

/// Raises `EOFError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! eof_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::EOFError, $($format)*) };
}

/// Raises `NotImplementedError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! not_implemented_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::NotImplementedError, $($format)*) };
}

/// Raises `LookupError` with a formatted message; gives `Raised`.
#[macro_export]
macro_rules! lookup_error {
    ($($format:tt)*) => { $crate::raise!($crate::exception::LookupError, $($format)*) };
}

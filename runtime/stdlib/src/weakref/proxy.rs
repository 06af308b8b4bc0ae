//! Proxies: every operation on one is that operation on what it refers to. CPython: Objects/weakrefobject.c.

use pyrsc_core::iteration;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::spec::{FunctionSpec, Member, MethodTable};
use pyrsc_core::special_methods::SpecialMethods;
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_core::weak_reference::proxy_referent;

/// What an operand stands for: a proxy's referent, or itself.
fn unwrap(operand: &Object) -> Result<Owned> {
    Ok(proxy_referent(operand)?.unwrap_or_else(|| operand.to_owned()))
}

/// The repr of a weak reference or proxy.
pub fn shown(kind: &str, reference: &Object, referent: Option<Owned>) -> String {
    let address = reference.value().0;
    match referent {
        None => format!("<{kind} at {address:#x}; dead>"),
        Some(referent) => {
            let name = pyrsc_core::operations::get_attribute_optional(
                &referent,
                &pyrsc_core::str::intern("__name__"),
            );
            let of = format!("to '{}' at {:#x}", referent.type_object().full_name(), referent.value().0);
            match name {
                Ok(Some(name)) => match name.downcast::<Str>() {
                    Some(name) => {
                        format!("<{kind} at {address:#x}; {of} ({})>", name.to_string_lossy())
                    }
                    None => format!("<{kind} at {address:#x}; {of}>"),
                },
                Ok(None) => format!("<{kind} at {address:#x}; {of}>"),
                Err(_) => {
                    pyrsc_core::exception::clear();
                    format!("<{kind} at {address:#x}; {of}>")
                }
            }
        }
    }
}

macro_rules! proxy_operations {
    (unary: $($unary:ident)*; binary: $($binary:ident)*; inplace: $($inplace:ident)*;) => {
        /// What all proxies can do.
        const SPECIAL: SpecialMethods = SpecialMethods {
            $($unary: Some(|operand| operations::$unary(&*unwrap(operand)?)),)*
            $($binary: Some(|left, right| operations::$binary(&*unwrap(left)?, &*unwrap(right)?)),)*
            $($inplace: Some(|left, right| operations::$inplace(&*unwrap(left)?, &*unwrap(right)?)),)*
            power: Some(|left, right, modulus| {
                let modulus = modulus.map(unwrap).transpose()?;
                operations::power(&*unwrap(left)?, &*unwrap(right)?, modulus.as_deref())
            }),
            repr: Some(|this| {
                // A dead proxy has a repr, unlike any other operation.
                let referent = proxy_referent(this).unwrap_or_else(|_| {
                    pyrsc_core::exception::clear();
                    None
                });
                Ok(Str::new(&shown("weakproxy", this, referent)).into_owned())
            }),
            str: Some(|this| Ok(operations::str(&*unwrap(this)?)?.into_owned())),
            hash: Some(|this| operations::unhashable(this)),
            truth: Some(|this| operations::is_true(&*unwrap(this)?)),
            int: Some(|this| {
                let referent = unwrap(this)?;
                match referent.type_object().special().int {
                    Some(int) => int(&referent),
                    None => Err(type_error!(
                        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                        referent.type_object().name()
                    )),
                }
            }),
            length: Some(|this| operations::length(&*unwrap(this)?)),
            contains: Some(|this, item| operations::contains(&*unwrap(this)?, item)),
            get_item: Some(|this, key| operations::get_item(&*unwrap(this)?, key)),
            set_item: Some(|this, key, value| match value {
                Some(value) => operations::set_item(&*unwrap(this)?, key, value),
                None => operations::delete_item(&*unwrap(this)?, key),
            }),
            compare: Some(|left, right, comparison| {
                operations::compare(&*unwrap(left)?, &*unwrap(right)?, comparison)
            }),
            iter: Some(|this| iteration::iterate(&*unwrap(this)?)),
            next: Some(|this| {
                let referent = unwrap(this)?;
                match referent.type_object().special().next {
                    Some(next) => next(&referent),
                    None => Err(type_error!(
                        "Weakref proxy referenced a non-iterator '{}' object",
                        referent.type_object().name()
                    )),
                }
            }),
            get_attribute: Some(|this, name| operations::get_attribute(&*unwrap(this)?, name)),
            set_attribute: Some(|this, name, value| match value {
                Some(value) => operations::set_attribute(&*unwrap(this)?, name, value),
                None => operations::delete_attribute(&*unwrap(this)?, name),
            }),
            ..SpecialMethods::NONE
        };
    };
}

proxy_operations! {
    unary: negative positive absolute invert float index;
    binary: add subtract multiply remainder divmod left_shift right_shift and xor or floor_divide true_divide
        matrix_multiply;
    inplace: inplace_add inplace_subtract inplace_multiply inplace_remainder inplace_power inplace_left_shift
        inplace_right_shift inplace_and inplace_xor inplace_or inplace_floor_divide inplace_true_divide
        inplace_matrix_multiply;
}

/// `ProxyType`.
pub static METHODS: MethodTable = MethodTable { special: SPECIAL, members: MEMBERS };

/// `CallableProxyType`.
pub static CALLABLE_METHODS: MethodTable = MethodTable {
    special: SpecialMethods {
        call: Some(|this, arguments| operations::call_arguments(&*unwrap(this)?, arguments)),
        ..SPECIAL
    },
    members: &[],
};

const MEMBERS: &[Member] = &[Member::Method(&BYTES), Member::Method(&REVERSED)];

static BYTES: FunctionSpec = FunctionSpec {
    name: "__bytes__",
    signature: None,
    doc: None,
    call: |arguments| {
        operations::call_method(&*unwrap(pyrsc_core::arguments::receiver(arguments))?, "__bytes__", &[])
    },
};

static REVERSED: FunctionSpec = FunctionSpec {
    name: "__reversed__",
    signature: None,
    doc: None,
    call: |arguments| {
        operations::call_method(&*unwrap(pyrsc_core::arguments::receiver(arguments))?, "__reversed__", &[])
    },
};

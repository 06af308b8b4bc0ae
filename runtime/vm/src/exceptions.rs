//! Raising, handling, `with`, and exception groups.

use pyrsc_abi::Value;
use pyrsc_core::exception::{self, BaseException, BaseExceptionGroup};
use pyrsc_core::object::{Object, release};
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{runtime_error, type_error};

use crate::frame::{EMPTY, Frame, flags};
use crate::interpreter::Flow;

/// Takes the pending exception, makes it the handled one, and gives it with what was handled before (None: nothing that
/// this frame has to bring back).
pub fn enter_handler(frame: &mut Frame) -> (Owned, Owned) {
    let new = exception::take();
    let old = exception::set_handled(Some(new.clone()));
    if frame.flags & flags::GENERATOR != 0 && frame.flags & flags::HANDLING == 0 {
        // What was handled so far belongs to whoever resumed the generator, who may be another next time.
        frame.flags |= flags::HANDLING;
        drop(old);
        return (new, Owned::none());
    }
    (new, old.unwrap_or(Owned::none()))
}

/// Makes what was handled before the handled exception again.
pub fn leave_handler(frame: &mut Frame, saved: Owned) {
    let back = if !saved.is_none() {
        Some(saved)
    } else if frame.flags & flags::GENERATOR != 0 {
        frame.flags &= !flags::HANDLING;
        // SAFETY: the frame owns it.
        unsafe { Object::from_optional_value(frame.outer) }.map(Object::to_owned)
    } else {
        None
    };
    drop(exception::set_handled(back));
}

/// `raise exception from cause`
#[cold]
pub fn raise(raised: &Object, cause: Option<&Object>) {
    if let Ok(exception) = prepare(raised, cause) {
        exception::raise_object(exception);
    }
}

fn prepare(raised: &Object, cause: Option<&Object>) -> Result {
    let exception = exception::normalize(raised)?;
    if let Some(cause) = cause {
        let cause = if cause.is_none() {
            None
        } else if let Some(class) = cause.downcast::<TypeObject>()
            && class.is_subtype(BaseException::type_object())
        {
            let made = operations::call(cause, &[])?;
            if !made.is_instance_of::<BaseException>() {
                return Err(type_error!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    operations::repr_string(cause)?,
                    operations::repr_string(made.type_object().object())?
                ));
            }
            Some(made)
        } else if cause.is_instance_of::<BaseException>() {
            Some(cause.to_owned())
        } else {
            return Err(type_error!("exception causes must derive from BaseException"));
        };
        if let Some(error) = exception.downcast::<BaseException>() {
            error.cause.set(cause);
            error.suppress_context.set(true);
        }
    }
    Ok(exception)
}

/// `raise`
#[cold]
pub fn raise_current() -> Flow {
    match exception::handled() {
        Some(handled) => {
            exception::restore(handled);
            Flow::Reraised
        }
        None => {
            runtime_error!("No active exception to reraise");
            Flow::Raised
        }
    }
}

/// Calls the `__exit__` pair with three Nones.
pub fn call_exit_normally(pair: &[Owned]) -> Result {
    let none = Owned::none();
    match pair {
        [callee, receiver] if receiver.value() == EMPTY => operations::call(callee, &[&none, &none, &none]),
        [callee, receiver] => operations::call(callee, &[receiver, &none, &none, &none]),
        _ => Err(runtime_error!("an exit pair has two parts")),
    }
}

/// Calls the `__exit__` pair with what is being handled.
pub fn call_exit(callee: Value, receiver: Value, exception: &Object) -> Result {
    let traceback = exception
        .downcast::<BaseException>()
        .map_or(Owned::none(), |exception| exception.traceback.get().unwrap_or(Owned::none()));
    let class = exception.type_object().to_owned();
    // SAFETY: the pair's registers keep both alive.
    unsafe {
        let callee = Object::from_value(callee);
        if receiver == EMPTY {
            operations::call(callee, &[class.borrowed(), exception, traceback.borrowed()])
        } else {
            let receiver = Object::from_value(receiver);
            operations::call(callee, &[receiver, class.borrowed(), exception, traceback.borrowed()])
        }
    }
}

/// An owned value as an argument.
trait Borrowed {
    fn borrowed(&self) -> &Object;
}

impl Borrowed for Owned {
    fn borrowed(&self) -> &Object {
        self
    }
}

/// The check of what follows `except*`.
fn check_group_classes(classes: &Object) -> Result<()> {
    let check = |class: &Object| match class.downcast::<TypeObject>() {
        Some(class) if class.is_subtype(BaseException::type_object()) => {
            if class.is_subtype(BaseExceptionGroup::type_object()) {
                return Err(type_error!(
                    "catching ExceptionGroup with except* is not allowed. Use except instead."
                ));
            }
            Ok(())
        }
        _ => Err(type_error!("catching classes that do not inherit from BaseException is not allowed")),
    };
    match classes.downcast::<Tuple>() {
        None => check(classes),
        Some(tuple) => tuple.iter().try_for_each(check),
    }
}

/// `except*`: the part of an exception that does not match, and the part that does; None where it is empty.
pub fn match_group(raised: &Object, classes: &Object) -> Result<(Owned, Owned)> {
    check_group_classes(classes)?;
    if raised.is_none() {
        return Ok((Owned::none(), Owned::none()));
    }
    let (rest, matched) = if exception::given_matches(raised, classes)? {
        if raised.is_instance_of::<BaseExceptionGroup>() {
            (Owned::none(), raised.to_owned())
        } else {
            // A naked exception is wrapped in a group.
            let class = pyrsc_core::startup::builtin("ExceptionGroup")?;
            let class = if raised.is_instance_of::<exception::Exception>() {
                class
            } else {
                BaseExceptionGroup::type_object().to_owned()
            };
            let message = pyrsc_core::str::Str::new("").into_owned();
            let list = pyrsc_core::list::List::from_vec(vec![raised.to_owned()]).into_owned();
            let group = operations::call(&class, &[&message, &list])?;
            if let (Some(group), Some(error)) =
                (group.downcast::<BaseException>(), raised.downcast::<BaseException>())
            {
                group.traceback.set(error.traceback.get());
            }
            (Owned::none(), group)
        }
    } else if raised.is_instance_of::<BaseExceptionGroup>() {
        let pair = operations::call_method(raised, "split", &[classes])?;
        let Some(pair) = pair.downcast::<Tuple>() else {
            return Err(type_error!(
                "{}.split must return a tuple, not {}",
                raised.type_object().name(),
                pair.type_object().name()
            ));
        };
        match (pair.get(0), pair.get(1)) {
            (Some(matched), Some(rest)) => (rest.to_owned(), matched.to_owned()),
            _ => {
                return Err(type_error!(
                    "{}.split must return a 2-tuple, got tuple of size {}",
                    raised.type_object().name(),
                    pair.len()
                ));
            }
        }
    } else {
        (raised.to_owned(), Owned::none())
    };
    if !matched.is_none() {
        drop(exception::set_handled(Some(matched.clone())));
    }
    Ok((rest, matched))
}

/// Whether an exception is part of what `except*` split: it came from the original, unchanged.
fn same_origin(exception: &Object, original: &Object) -> bool {
    let (Some(exception), Some(original)) =
        (exception.downcast::<BaseException>(), original.downcast::<BaseException>())
    else {
        return false;
    };
    let word = |slot: &pyrsc_core::slot::Slot| slot.cell().get();
    word(&exception.traceback) == word(&original.traceback)
        && word(&exception.cause) == word(&original.cause)
        && word(&exception.context) == word(&original.context)
}

/// `except*`: what to raise at the end; None: nothing.
pub fn prepare_reraise_group(original: &Object, raised: &Object) -> Result {
    let raised: Vec<Owned> = pyrsc_core::iteration::collect(raised)?;
    let raised: Vec<Owned> = raised.into_iter().filter(|exception| !exception.is_none()).collect();
    if raised.is_empty() {
        return Ok(Owned::none());
    }
    if !original.is_instance_of::<BaseExceptionGroup>() {
        return Ok(raised.into_iter().next().unwrap_or(Owned::none()));
    }
    let (reraised, new): (Vec<Owned>, Vec<Owned>) =
        raised.into_iter().partition(|exception| same_origin(exception, original));
    let projected = if reraised.is_empty() { None } else { Some(project(original, &reraised)?) };
    if new.is_empty() {
        return Ok(projected.unwrap_or(Owned::none()));
    }
    let mut all = new;
    all.extend(projected.filter(|projected| !projected.is_none()));
    let class = pyrsc_core::startup::builtin("BaseExceptionGroup")?;
    let message = pyrsc_core::str::Str::new("").into_owned();
    let list = pyrsc_core::list::List::from_vec(all).into_owned();
    operations::call(&class, &[&message, &list])
}

/// The part of a group that consists of the leaves of some of its parts.
fn project(original: &Object, parts: &[Owned]) -> Result {
    let mut leaves = Vec::new();
    for part in parts {
        collect_leaves(part, &mut leaves)?;
    }
    split_by_leaves(original, &leaves)
}

fn collect_leaves(exception: &Object, leaves: &mut Vec<Owned>) -> Result<()> {
    pyrsc_core::recursion::check(" in exception group")?;
    match exception.downcast::<BaseExceptionGroup>() {
        None => leaves.push(exception.to_owned()),
        Some(group) => {
            let members = group.exceptions.get_or_none();
            if let Some(members) = members.downcast::<Tuple>() {
                for member in members.iter() {
                    collect_leaves(member, leaves)?;
                }
            }
        }
    }
    Ok(())
}

/// A group like the original, of the leaves alone; None where it has none of them.
fn split_by_leaves(original: &Object, leaves: &[Owned]) -> Result {
    pyrsc_core::recursion::check(" in exception group")?;
    let Some(group) = original.downcast::<BaseExceptionGroup>() else {
        let wanted = leaves.iter().any(|leaf| leaf.is(original));
        return Ok(if wanted { original.to_owned() } else { Owned::none() });
    };
    let members = group.exceptions.get_or_none();
    let mut kept = Vec::new();
    if let Some(members) = members.downcast::<Tuple>() {
        for member in members.iter() {
            let part = split_by_leaves(member, leaves)?;
            if !part.is_none() {
                kept.push(part);
            }
        }
        if kept.len() == members.len()
            && kept.iter().zip(members.iter()).all(|(kept, member)| kept.is(member))
        {
            return Ok(original.to_owned());
        }
    }
    if kept.is_empty() {
        return Ok(Owned::none());
    }
    let list = pyrsc_core::list::List::from_vec(kept).into_owned();
    let derived = operations::call_method(original, "derive", &[&list])?;
    if let (Some(derived), Some(base)) =
        (derived.downcast::<BaseException>(), original.downcast::<BaseException>())
    {
        derived.traceback.set(base.traceback.get());
        derived.context.set(base.context.get());
        derived.cause.set(base.cause.get());
    }
    let notes = operations::get_attribute_optional(original, &pyrsc_core::str::intern("__notes__"))?;
    if let Some(notes) = notes {
        let copy = pyrsc_core::list::List::from_vec(pyrsc_core::iteration::collect(&notes)?).into_owned();
        operations::set_attribute(&derived, &pyrsc_core::str::intern("__notes__"), &copy)?;
    }
    Ok(derived)
}

/// Gives up what a frame that will not run again was to bring back.
///
/// # Safety
/// The frame is not running.
pub unsafe fn drop_outer(frame: &mut Frame) {
    let outer = std::mem::replace(&mut frame.outer, Value(0));
    if outer.0 != 0 {
        // SAFETY: the frame owned it.
        unsafe { release(outer) };
    }
}

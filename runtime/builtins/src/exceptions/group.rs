//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use pyrsc_core::attribute;
use pyrsc_core::call::Arguments;
use pyrsc_core::exception::{self, BaseException, BaseExceptionGroup, Exception};
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::recursion;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject};
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pymethods;

use super::{allocate, object};

/// `ExceptionGroup`, which derives from both `BaseExceptionGroup` and `Exception`: made like a class statement's class.
pub fn exception_group_type() -> Result<Ref<TypeObject>> {
    let bases =
        Tuple::pair(BaseExceptionGroup::type_object().to_owned(), Exception::type_object().to_owned());
    let namespace = pyrsc_core::dict::Dict::new();
    namespace.set_str(&str::intern("__module__"), str::intern("builtins").object())?;
    let class = pyrsc_core::class::new_class(
        TypeObject::type_object(),
        &str::intern("ExceptionGroup"),
        &bases,
        &namespace,
        &[],
    )?;
    GROUP.set(Some(class.object().to_owned()));
    Ok(class)
}

static GROUP: pyrsc_core::gil::Static<pyrsc_core::slot::Slot> =
    pyrsc_core::gil::Static::new(pyrsc_core::slot::Slot::empty());

#[pymethods(BaseExceptionGroup)]
pub mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, arguments: Arguments<'_>) -> Result {
        new_group(class, arguments)
    }

    #[slot]
    fn init(this: &BaseExceptionGroup, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() > 0 {
            return Err(type_error!("{}() takes no keyword arguments", object(this).type_object().name()));
        }
        this.base.arguments.set(Some(super::super::positional(arguments)));
        Ok(())
    }

    #[slot]
    fn str(this: &BaseExceptionGroup) -> Result {
        let message = operations::str_string(&this.message.get_or_none())?;
        let count = exceptions_of(this).len();
        let plural = if count == 1 { "" } else { "s" };
        Ok(Str::new(&format!("{message} ({count} sub-exception{plural})")).into_owned())
    }

    #[slot]
    fn repr(this: &BaseExceptionGroup) -> Result {
        let name = object(this).type_object().name().to_string();
        let message = operations::repr_string(&this.message.get_or_none())?;
        let arguments = super::super::arguments_of(&this.base);
        let given = arguments.downcast::<Tuple>().and_then(|tuple| tuple.get(1)).map(Object::to_owned);
        let shown = match given {
            Some(list) if list.is_exact::<List>() => {
                let items = exceptions_of(this).to_vec();
                operations::repr_string(List::from_vec(items).object())?
            }
            _ => operations::repr_string(&this.exceptions.get_or_none())?,
        };
        Ok(Str::new(&format!("{name}({message}, {shown})")).into_owned())
    }

    #[getter]
    fn message(this: &BaseExceptionGroup) -> Owned {
        this.message.get_or_none()
    }

    #[getter]
    fn exceptions(this: &BaseExceptionGroup) -> Owned {
        this.exceptions.get_or_none()
    }

    #[pymethod]
    fn derive(this: &BaseExceptionGroup, exceptions: &Object) -> Result {
        let class = BaseExceptionGroup::type_object();
        operations::call(class.object(), &[&this.message.get_or_none(), exceptions])
    }

    #[pymethod]
    fn split(this: &Object, matcher: &Object) -> Result {
        let matcher = Matcher::new(matcher)?;
        let (matched, rest) = split_group(this, &matcher)?;
        Ok(Tuple::pair(matched.unwrap_or(Owned::none()), rest.unwrap_or(Owned::none())).into_owned())
    }

    #[pymethod]
    fn subgroup(this: &Object, matcher: &Object) -> Result {
        let matcher = Matcher::new(matcher)?;
        Ok(split_group(this, &matcher)?.0.unwrap_or(Owned::none()))
    }

    #[classmethod]
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }
}

fn exceptions_of(this: &BaseExceptionGroup) -> Ref<Tuple> {
    this.exceptions.get().and_then(|tuple| tuple.into_ref::<Tuple>().ok()).unwrap_or_else(Tuple::empty)
}

fn new_group(class: &TypeObject, arguments: Arguments<'_>) -> Result {
    let count = arguments.positional_count();
    if count != 2 {
        return Err(type_error!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({count} given)"));
    }
    let message = arguments.positional(0).expect("counted");
    if !message.is_instance_of::<Str>() {
        return Err(type_error!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            message.type_object().name()
        ));
    }
    let given = arguments.positional(1).expect("counted");
    if given.type_object().special().get_item.is_none() || given.type_object().special().length.is_none() {
        return Err(type_error!("second argument (exceptions) must be a sequence"));
    }
    let exceptions = pyrsc_core::iteration::collect(given)?;
    if exceptions.is_empty() {
        return Err(value_error!("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut all_plain = true;
    for (index, exception) in exceptions.iter().enumerate() {
        if !exception.is_instance_of::<BaseException>() {
            return Err(value_error!("Item {index} of second argument (exceptions) is not an exception"));
        }
        all_plain &= exception.is_instance_of::<Exception>();
    }
    let group = GROUP.get();
    let is = |ty: &TypeObject| std::ptr::eq(class, ty);
    let plain_group = group.as_ref().and_then(|group| group.downcast::<TypeObject>());
    let mut class = class;
    if is(BaseExceptionGroup::type_object()) {
        if all_plain && let Some(plain) = plain_group {
            class = plain;
        }
    } else if plain_group.is_some_and(is) {
        if !all_plain {
            return Err(type_error!("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if class.is_subtype(Exception::type_object()) && !all_plain {
        return Err(type_error!("Cannot nest BaseExceptions in '{}'", class.name()));
    }
    let created = allocate(class, arguments)?;
    if let Some(group) = created.downcast::<BaseExceptionGroup>() {
        group.message.set(Some(message.to_owned()));
        group.exceptions.set(Some(Tuple::from_vec(exceptions).into_owned()));
    }
    Ok(created)
}

/// What `split` and `subgroup` look for, and `except*` does.
pub enum Matcher {
    Classes(Owned),
    Predicate(Owned),
}

impl Matcher {
    fn new(value: &Object) -> Result<Matcher> {
        let is_class = |value: &Object| {
            value.downcast::<TypeObject>().is_some_and(|class| class.is_subtype(BaseException::type_object()))
        };
        if is_class(value) || value.downcast::<Tuple>().is_some_and(|tuple| tuple.iter().all(is_class)) {
            return Ok(Matcher::Classes(value.to_owned()));
        }
        if operations::is_callable(value) && !value.is_instance_of::<TypeObject>() {
            return Ok(Matcher::Predicate(value.to_owned()));
        }
        Err(type_error!(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        ))
    }

    fn matches(&self, exception: &Object) -> Result<bool> {
        match self {
            Matcher::Classes(classes) => exception::given_matches(exception, classes),
            Matcher::Predicate(predicate) => {
                operations::is_true(&*operations::call(predicate, &[exception])?)
            }
        }
    }
}

/// Splits a group into what matches and the rest; `None` for an empty part.
pub fn split_group(group: &Object, matcher: &Matcher) -> Result<(Option<Owned>, Option<Owned>)> {
    recursion::check(" in exceptiongroup_split_recursive")?;
    if matcher.matches(group)? {
        return Ok((Some(group.to_owned()), None));
    }
    let Some(parts) = group.downcast::<BaseExceptionGroup>() else {
        return Ok((None, Some(group.to_owned())));
    };
    let (mut matched, mut rest) = (Vec::new(), Vec::new());
    for exception in exceptions_of(parts).to_vec() {
        let (yes, no) = split_group(&exception, matcher)?;
        matched.extend(yes);
        rest.extend(no);
    }
    Ok((derive_group(group, matched)?, derive_group(group, rest)?))
}

/// Splits by the classes of an `except*` clause.
pub fn split_by_classes(exception: &Object, classes: &Object) -> Result<(Option<Owned>, Option<Owned>)> {
    split_group(exception, &Matcher::Classes(classes.to_owned()))
}

/// A group like another with other exceptions in it; `None` when there are none.
pub fn derive_group(group: &Object, exceptions: Vec<Owned>) -> Result<Option<Owned>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let list = List::from_vec(exceptions);
    let derived = operations::call_method(group, "derive", &[list.object()])?;
    if !derived.is_instance_of::<BaseExceptionGroup>() {
        return Err(type_error!("derive must return an instance of BaseExceptionGroup"));
    }
    if let (Some(from), Some(to)) = (group.downcast::<BaseException>(), derived.downcast::<BaseException>()) {
        to.traceback.set(from.traceback.get());
        to.context.set(from.context.get());
        to.cause.set(from.cause.get());
        to.suppress_context.set(from.suppress_context.get());
    }
    let notes = str::intern("__notes__");
    if let Some(found) = attribute::get_attribute_optional(group, &notes)? {
        let copy = List::from_vec(pyrsc_core::iteration::collect(&found)?);
        operations::set_attribute(&derived, &notes, copy.object())?;
    }
    Ok(Some(derived))
}

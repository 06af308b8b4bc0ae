//! `re.Match`.

use pyrsc_abi::Header;
use pyrsc_core::dict::Dict;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_core::{exception, index_error, int, memory, operations};
use pyrsc_macros::{pyclass, pymethods};

use super::engine::{Found, UNSET};
use super::pattern::Pattern;
use super::subject::Subject;

/// See the module's documentation.
#[pyclass(
    name = "Match",
    module = "re",
    flags(NO_CONSTRUCTOR),
    doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True."
)]
#[repr(C)]
pub struct MatchObject {
    header: Header,
    pub(crate) pattern: Owned,
    pub(crate) string: Owned,
    position: usize,
    end_position: usize,
    /// Start and end of the whole match and of each group.
    spans: Vec<usize>,
    last_group: usize,
}

/// A match of a pattern in a subject that was searched from `position` to `end_position`.
pub fn new(
    pattern: &Object,
    subject: &Subject,
    position: usize,
    end_position: usize,
    found: &Found,
) -> Owned {
    let mut spans = vec![found.start, found.end];
    spans.extend_from_slice(&found.marks);
    let contents = MatchObject {
        header: Header::unset(),
        pattern: pattern.to_owned(),
        string: subject.object.clone(),
        position,
        end_position,
        spans,
        last_group: found.last_group,
    };
    memory::allocate(MatchObject::type_object(), contents).into_owned()
}

impl MatchObject {
    fn pattern(&self) -> Option<&Pattern> {
        self.pattern.downcast::<Pattern>()
    }

    /// Start and end of a group that took part in the match.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (*self.spans.get(group * 2)?, *self.spans.get(group * 2 + 1)?);
        (start != UNSET && end != UNSET).then_some((start, end))
    }

    fn group_count(&self) -> usize {
        self.spans.len() / 2
    }

    fn signed_span(&self, group: usize) -> (i64, i64) {
        self.span(group).map_or((-1, -1), |(start, end)| (start as i64, end as i64))
    }

    /// The text of a group; `None` where it took no part.
    pub fn group(&self, subject: &Subject, group: usize) -> Option<Owned> {
        let (start, end) = self.span(group)?;
        let length = subject.unit_count();
        Some(subject.slice(start.min(length), end.min(length)))
    }

    /// The number of the group that a name or number stands for.
    fn index(&self, group: &Object) -> Result<usize> {
        let no_such_group = || index_error!("no such group");
        let number = if pyrsc_core::slice::has_index(group) {
            int::to_i64(&*int::index(group)?)
        } else {
            let found = match self.pattern() {
                Some(pattern) => match pattern.group_index.downcast::<Dict>().map(|names| names.get(group)) {
                    Some(Ok(found)) => found,
                    Some(Err(_)) => {
                        exception::clear();
                        None
                    }
                    None => None,
                },
                None => None,
            };
            found.and_then(|number| int::to_i64(&number))
        };
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(number) if number < self.group_count() => Ok(number),
            _ => Err(no_such_group()),
        }
    }

    fn optional_index(&self, group: Option<&Object>) -> Result<usize> {
        group.map_or(Ok(0), |group| self.index(group))
    }

    pub(crate) fn subject(&self) -> Result<Subject> {
        Subject::new(&self.string, None)
    }

    fn group_or(&self, subject: &Subject, group: usize, default: &Object) -> Owned {
        self.group(subject, group).unwrap_or_else(|| default.to_owned())
    }
}

#[pymethods(MatchObject)]
mod methods {
    use super::*;

    #[slot]
    fn repr(this: &MatchObject) -> Result<Ref<Str>> {
        let subject = this.subject()?;
        let text = this.group(&subject, 0).unwrap_or(Owned::none());
        let shown: String = operations::repr_string(&text)?.chars().take(50).collect();
        let (start, end) = this.signed_span(0);
        Ok(Str::new(&format!("<re.Match object; span=({start}, {end}), match={shown}>")))
    }

    #[slot]
    fn get_item(this: &MatchObject, group: &Object) -> Result {
        let index = this.index(group)?;
        Ok(this.group_or(&this.subject()?, index, &Owned::none()))
    }

    #[pymethod]
    fn group(this: &MatchObject, groups: pyrsc_core::call::Arguments<'_>) -> Result {
        let subject = this.subject()?;
        let none = Owned::none();
        match groups.positional_count() {
            0 => Ok(this.group_or(&subject, 0, &none)),
            1 => {
                let index = this.optional_index(groups.positional(0))?;
                Ok(this.group_or(&subject, index, &none))
            }
            _ => {
                let mut texts = Vec::new();
                for group in groups.iter_positional() {
                    texts.push(this.group_or(&subject, this.index(group)?, &none));
                }
                Ok(Tuple::from_vec(texts).into_owned())
            }
        }
    }

    #[pymethod(signature = "(self, /, default=None)")]
    fn groups(this: &MatchObject, default: Option<&Object>) -> Result {
        let subject = this.subject()?;
        let none = Owned::none();
        let default = default.unwrap_or(&none);
        let texts = (1..this.group_count()).map(|group| this.group_or(&subject, group, default)).collect();
        Ok(Tuple::from_vec(texts).into_owned())
    }

    #[pymethod(signature = "(self, /, default=None)")]
    fn groupdict(this: &MatchObject, default: Option<&Object>) -> Result {
        let subject = this.subject()?;
        let none = Owned::none();
        let default = default.unwrap_or(&none);
        let result = Dict::new();
        let names = this.pattern().map(|pattern| pattern.group_index.clone());
        if let Some(names) = names.as_ref().and_then(|names| names.downcast::<Dict>()) {
            let mut position = 0;
            while let Some((name, number)) = names.next(&mut position) {
                let group = int::to_i64(&number).unwrap_or(0) as usize;
                result.set(&name, &this.group_or(&subject, group, default))?;
            }
        }
        Ok(result.into_owned())
    }

    #[pymethod]
    fn start(this: &MatchObject, group: Option<&Object>) -> Result<i64> {
        Ok(this.signed_span(this.optional_index(group)?).0)
    }

    #[pymethod]
    fn end(this: &MatchObject, group: Option<&Object>) -> Result<i64> {
        Ok(this.signed_span(this.optional_index(group)?).1)
    }

    #[pymethod]
    fn span(this: &MatchObject, group: Option<&Object>) -> Result {
        Ok(span_tuple(this.signed_span(this.optional_index(group)?)))
    }

    #[pymethod(signature = "(self, /, template)")]
    fn expand(this: &Object, template: &Object) -> Result {
        // SAFETY: the descriptor checks the receiver's class.
        let found = unsafe { &*this.address::<MatchObject>() };
        let filter = crate::sre::template::compile(&found.pattern, template)?;
        match filter.downcast::<crate::sre::template::Template>() {
            Some(template) => template.expand(found),
            None => Ok(filter),
        }
    }

    #[pymethod]
    fn __copy__(this: &Object) -> Owned {
        this.to_owned()
    }

    #[pymethod]
    fn __deepcopy__(this: &Object, _memo: &Object) -> Owned {
        this.to_owned()
    }

    #[classmethod]
    fn __class_getitem__(class: &pyrsc_core::type_object::TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }

    #[getter]
    fn string(this: &MatchObject) -> Owned {
        this.string.clone()
    }

    #[getter]
    fn re(this: &MatchObject) -> Owned {
        this.pattern.clone()
    }

    #[getter]
    fn pos(this: &MatchObject) -> usize {
        this.position
    }

    #[getter]
    fn endpos(this: &MatchObject) -> usize {
        this.end_position
    }

    #[getter]
    fn lastindex(this: &MatchObject) -> Owned {
        if this.last_group == 0 { Owned::none() } else { int::from_i64(this.last_group as i64) }
    }

    #[getter]
    fn lastgroup(this: &MatchObject) -> Owned {
        if this.last_group == 0 {
            return Owned::none();
        }
        let names = this.pattern().map(|pattern| pattern.index_group.clone());
        let names = names.as_ref().and_then(|names| names.downcast::<Tuple>());
        names.and_then(|names| names.get(this.last_group)).map_or(Owned::none(), Object::to_owned)
    }

    #[getter]
    fn regs(this: &MatchObject) -> Owned {
        let spans = (0..this.group_count()).map(|group| span_tuple(this.signed_span(group))).collect();
        Tuple::from_vec(spans).into_owned()
    }
}

fn span_tuple((start, end): (i64, i64)) -> Owned {
    Tuple::pair(int::from_i64(start), int::from_i64(end)).into_owned()
}

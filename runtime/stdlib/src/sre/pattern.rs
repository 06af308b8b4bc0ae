//! `re.Pattern`, and the scanner behind `finditer`.

use std::cell::Cell;

use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::{Str, StrBuilder, intern};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{buffer, int, memory, operations, startup, type_error};
use pyrsc_macros::{pyclass, pymethods};

use super::engine::{self, Found, Mode};
use super::match_object;
use super::subject::Subject;
use super::template::{self, Template};

/// See the module's documentation.
#[pyclass(
    name = "Pattern",
    module = "re",
    flags(NO_CONSTRUCTOR, WEAKREF),
    doc = "Compiled regular expression object."
)]
#[repr(C)]
pub struct Pattern {
    header: Header,
    /// What was compiled: str, bytes or None.
    source: Owned,
    flags: i64,
    code: Vec<u32>,
    groups: usize,
    pub(crate) group_index: Owned,
    pub(crate) index_group: Owned,
    /// `None` when the source is neither str nor bytes.
    is_bytes: Option<bool>,
}

/// `_sre.compile(…)`
pub fn new(
    source: &Object,
    flags: i64,
    code: &List,
    groups: i64,
    group_index: &Object,
    index_group: &Object,
) -> Result {
    let mut words = Vec::with_capacity(code.len());
    for word in code.to_vec() {
        match int::to_i64(&word).and_then(|word| u32::try_from(word).ok()) {
            Some(word) => words.push(word),
            None => return Err(pyrsc_core::overflow_error!("regular expression code size limit exceeded")),
        }
    }
    let is_bytes = if source.is_none() {
        None
    } else {
        Some(!source.is_instance_of::<Str>() && Subject::new(source, None)?.is_bytes())
    };
    if words.is_empty() {
        return Err(pyrsc_core::runtime_error!("invalid SRE code"));
    }
    let contents = Pattern {
        header: Header::unset(),
        source: source.to_owned(),
        flags,
        code: words,
        groups: groups.max(0) as usize,
        group_index: group_index.to_owned(),
        index_group: index_group.to_owned(),
        is_bytes,
    };
    Ok(memory::allocate(Pattern::type_object(), contents).into_owned())
}

impl Pattern {
    fn subject(&self, string: &Object) -> Result<Subject> {
        Subject::new(string, self.is_bytes)
    }

    fn run(
        &self,
        subject: &Subject,
        start: usize,
        end: usize,
        mode: Mode,
        must_advance: bool,
    ) -> Result<Option<Found>> {
        if start > end {
            return Ok(None);
        }
        engine::run(&self.code, self.groups, subject.units().slice(0, end), start, mode, must_advance)
    }

    /// Goes through the matches from `start` to `end`, at most `limit`; `visit` gets each.
    fn each(
        &self,
        subject: &Subject,
        (start, end): (usize, usize),
        limit: usize,
        mut visit: impl FnMut(&Found) -> Result<()>,
    ) -> Result<usize> {
        let (mut position, mut must_advance, mut count) = (start, false, 0);
        while count < limit {
            let Some(found) = self.run(subject, position, end, Mode::Search, must_advance)? else { break };
            visit(&found)?;
            count += 1;
            must_advance = found.start == found.end;
            position = found.end;
        }
        Ok(count)
    }

    fn one(&self, this: &Object, string: &Object, pos: i64, endpos: i64, mode: Mode) -> Result {
        let subject = self.subject(string)?;
        let (start, end) = clamp(pos, endpos, subject.unit_count());
        Ok(match self.run(&subject, start, end, mode, false)? {
            Some(found) => match_object::new(this, &subject, start, end, &found),
            None => Owned::none(),
        })
    }

    fn substitute(
        &self,
        this: &Object,
        replacement: &Object,
        string: &Object,
        count: i64,
    ) -> Result<(Owned, usize)> {
        let subject = self.subject(string)?;
        let filter = Filter::new(this, replacement)?;
        let length = subject.unit_count();
        let limit = if count <= 0 { usize::MAX } else { count as usize };
        let mut pieces = Pieces::new(&subject);
        let mut last = 0;
        let replaced = self.each(&subject, (0, length), limit, |found| {
            pieces.push_part(&subject, last, found.start);
            last = found.end;
            match &filter {
                Filter::Literal(text) => pieces.push(text),
                Filter::Template(template) => {
                    let found = match_object::new(this, &subject, 0, length, found);
                    let (Some(template), Some(found)) =
                        (template.downcast::<Template>(), found.downcast::<match_object::MatchObject>())
                    else {
                        return Ok(());
                    };
                    pieces.push(&*template.expand(found)?)
                }
                Filter::Callable(function) => {
                    let found = match_object::new(this, &subject, 0, length, found);
                    let text = operations::call(function, &[&found])?;
                    if text.is_none() { Ok(()) } else { pieces.push(&text) }
                }
            }
        })?;
        if replaced == 0 && (string.is_exact::<Str>() || string.is_exact::<Bytes>()) {
            return Ok((string.to_owned(), 0));
        }
        pieces.push_part(&subject, last, length);
        Ok((pieces.finish(), replaced))
    }
}

/// What `sub` puts in.
enum Filter {
    Literal(Owned),
    Template(Owned),
    Callable(Owned),
}

impl Filter {
    fn new(pattern: &Object, replacement: &Object) -> Result<Filter> {
        if operations::is_callable(replacement) {
            return Ok(Filter::Callable(replacement.to_owned()));
        }
        let plain = match replacement.downcast::<Str>() {
            Some(text) => text.units().find_code(u32::from(b'\\')).is_none(),
            None if buffer::is_supported(replacement) => {
                !buffer::acquire(replacement)?.as_slice().contains(&b'\\')
            }
            None => false,
        };
        if plain {
            return Ok(Filter::Literal(replacement.to_owned()));
        }
        let compiled = template::compile(pattern, replacement)?;
        Ok(if compiled.is_instance_of::<Template>() {
            Filter::Template(compiled)
        } else {
            Filter::Literal(compiled)
        })
    }
}

/// A result that grows.
enum Pieces {
    Text(StrBuilder, usize),
    Bytes(Vec<u8>, usize),
}

impl Pieces {
    fn new(subject: &Subject) -> Pieces {
        if subject.is_bytes() {
            Pieces::Bytes(Vec::with_capacity(subject.unit_count()), 0)
        } else {
            Pieces::Text(StrBuilder::with_capacity(subject.unit_count()), 0)
        }
    }

    fn push_part(&mut self, subject: &Subject, start: usize, end: usize) {
        if start >= end {
            return;
        }
        let units = subject.units().slice(start, end);
        match self {
            Pieces::Text(out, count) => {
                out.push_units(units);
                *count += 1;
            }
            Pieces::Bytes(out, count) => {
                out.extend_from_slice(units.as_bytes());
                *count += 1;
            }
        }
    }

    fn push(&mut self, text: &Object) -> Result<()> {
        match self {
            Pieces::Text(out, count) => match text.downcast::<Str>() {
                Some(text) => {
                    out.push_object(text);
                    *count += 1;
                    Ok(())
                }
                None => Err(type_error!(
                    "sequence item {}: expected str instance, {} found",
                    count,
                    name_of(text)
                )),
            },
            Pieces::Bytes(out, count) => {
                if !buffer::is_supported(text) {
                    return Err(type_error!(
                        "sequence item {}: expected a bytes-like object, {} found",
                        count,
                        name_of(text)
                    ));
                }
                out.extend_from_slice(&buffer::acquire(text)?.to_vec());
                *count += 1;
                Ok(())
            }
        }
    }

    fn finish(self) -> Owned {
        match self {
            Pieces::Text(out, _) => out.finish().into_owned(),
            Pieces::Bytes(out, _) => Bytes::new(&out).into_owned(),
        }
    }
}

fn clamp(start: i64, end: i64, length: usize) -> (usize, usize) {
    let fit = |place: i64| (place.max(0) as u64).min(length as u64) as usize;
    (fit(start), fit(end))
}

/// Groups of a match as `findall` and `split` show them.
fn group_text(subject: &Subject, found: &Found, group: usize) -> Option<Owned> {
    let (start, end) = (found.marks[group * 2], found.marks[group * 2 + 1]);
    (start != engine::UNSET && end != engine::UNSET).then(|| subject.slice(start, end))
}

#[pymethods(Pattern)]
mod methods {
    use super::*;

    #[slot]
    fn repr(this: &Pattern) -> Result<Ref<Str>> {
        const NAMES: [(i64, &str); 8] = [
            (2, "re.IGNORECASE"),
            (4, "re.LOCALE"),
            (8, "re.MULTILINE"),
            (16, "re.DOTALL"),
            (32, "re.UNICODE"),
            (64, "re.VERBOSE"),
            (128, "re.DEBUG"),
            (256, "re.ASCII"),
        ];
        let mut flags = this.flags;
        // Text patterns are of Unicode unless they say otherwise.
        if this.is_bytes != Some(true) && flags & (4 | 32 | 256) == 32 {
            flags &= !32;
        }
        let mut names = Vec::new();
        for (bit, name) in NAMES {
            if flags & bit != 0 {
                names.push(name.to_string());
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("{flags:#x}"));
        }
        let source: String = operations::repr_string(&this.source)?.chars().take(200).collect();
        let flags = if names.is_empty() { String::new() } else { format!(", {}", names.join("|")) };
        Ok(Str::new(&format!("re.compile({source}{flags})")))
    }

    #[slot]
    fn hash(this: &Pattern) -> Result<i64> {
        let bytes: Vec<u8> = this.code.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let hash = operations::hash(&this.source)?
            ^ pyrsc_core::hash_bytes::hash_bytes(&bytes)
            ^ this.flags
            ^ (this.groups as i64);
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot]
    fn compare(this: &Pattern, other: &Object, comparison: Comparison) -> Result {
        let (Some(other), Comparison::Equal | Comparison::NotEqual) =
            (other.downcast::<Pattern>(), comparison)
        else {
            return Ok(Owned::not_implemented());
        };
        let same = this.flags == other.flags
            && this.is_bytes == other.is_bytes
            && this.groups == other.groups
            && this.code == other.code
            && operations::equal(&this.source, &other.source)?;
        Ok(Owned::bool(same == (comparison == Comparison::Equal)))
    }

    #[pymethod(name = "match", signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn match_start(this: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
        receiver(this).one(this, string, pos, endpos, Mode::Match)
    }

    #[pymethod(signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn fullmatch(this: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
        receiver(this).one(this, string, pos, endpos, Mode::Full)
    }

    #[pymethod(signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn search(this: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
        receiver(this).one(this, string, pos, endpos, Mode::Search)
    }

    #[pymethod(signature = "(self, /, repl, string, count=0)")]
    fn sub(this: &Object, repl: &Object, string: &Object, count: i64) -> Result {
        Ok(receiver(this).substitute(this, repl, string, count)?.0)
    }

    #[pymethod(signature = "(self, /, repl, string, count=0)")]
    fn subn(this: &Object, repl: &Object, string: &Object, count: i64) -> Result {
        let (text, replaced) = receiver(this).substitute(this, repl, string, count)?;
        Ok(Tuple::pair(text, int::from_i64(replaced as i64)).into_owned())
    }

    #[pymethod(signature = "(self, /, string, maxsplit=0)")]
    fn split(this: &Pattern, string: &Object, maxsplit: i64) -> Result {
        let subject = this.subject(string)?;
        let limit = if maxsplit == 0 { usize::MAX } else { maxsplit.max(0) as usize };
        let (mut pieces, mut last) = (Vec::new(), 0);
        let length = subject.unit_count();
        this.each(&subject, (0, length), limit, |found| {
            pieces.push(subject.slice(last, found.start));
            for group in 0..this.groups {
                pieces.push(group_text(&subject, found, group).unwrap_or(Owned::none()));
            }
            last = found.end;
            Ok(())
        })?;
        pieces.push(subject.slice(last, length));
        Ok(List::from_vec(pieces).into_owned())
    }

    #[pymethod(signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn findall(this: &Pattern, string: &Object, pos: i64, endpos: i64) -> Result {
        let subject = this.subject(string)?;
        let range = clamp(pos, endpos, subject.unit_count());
        let mut all = Vec::new();
        this.each(&subject, range, usize::MAX, |found| {
            all.push(match this.groups {
                0 => subject.slice(found.start, found.end),
                1 => group_text(&subject, found, 0).unwrap_or_else(|| subject.empty()),
                groups => {
                    let texts = (0..groups)
                        .map(|group| group_text(&subject, found, group).unwrap_or_else(|| subject.empty()))
                        .collect();
                    Tuple::from_vec(texts).into_owned()
                }
            });
            Ok(())
        })?;
        Ok(List::from_vec(all).into_owned())
    }

    #[pymethod(signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn finditer(this: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
        let scanner = new_scanner(this, string, pos, endpos)?;
        let search = operations::get_attribute(&scanner, &intern("search"))?;
        operations::call(&*startup::builtin("iter")?, &[&search, &Owned::none()])
    }

    #[pymethod(signature = "(self, /, string, pos=0, endpos=9223372036854775807)")]
    fn scanner(this: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
        new_scanner(this, string, pos, endpos)
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
    fn __class_getitem__(class: &TypeObject, item: &Object) -> Result {
        pyrsc_core::generic_alias::create(class.object(), item)
    }

    #[getter]
    fn pattern(this: &Pattern) -> Owned {
        this.source.clone()
    }

    #[getter]
    fn flags(this: &Pattern) -> i64 {
        this.flags
    }

    #[getter]
    fn groups(this: &Pattern) -> usize {
        this.groups
    }

    #[getter]
    fn groupindex(this: &Pattern) -> Result {
        operations::call(pyrsc_builtins::mapping_proxy::MAPPING_PROXY.object(), &[&this.group_index])
    }
}

fn receiver(this: &Object) -> &Pattern {
    // SAFETY: descriptors check the receiver's class.
    unsafe { &*this.address::<Pattern>() }
}

/// `pattern.scanner(string)`: gives one match after the other.
#[pyclass(name = "SRE_Scanner", module = "_sre", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Scanner {
    header: Header,
    pattern: Owned,
    string: Owned,
    first: usize,
    end: usize,
    /// Where the next search starts; `None` when there are no more matches.
    position: Cell<Option<usize>>,
    must_advance: Cell<bool>,
}

fn new_scanner(pattern: &Object, string: &Object, pos: i64, endpos: i64) -> Result {
    let subject = receiver(pattern).subject(string)?;
    let (start, end) = clamp(pos, endpos, subject.unit_count());
    let contents = Scanner {
        header: Header::unset(),
        pattern: pattern.to_owned(),
        string: string.to_owned(),
        first: start,
        end,
        position: Cell::new(Some(start)),
        must_advance: Cell::new(false),
    };
    Ok(memory::allocate(Scanner::type_object(), contents).into_owned())
}

impl Scanner {
    fn advance(&self, mode: Mode) -> Result {
        let Some(position) = self.position.get() else { return Ok(Owned::none()) };
        let pattern = receiver(&self.pattern);
        let subject = pattern.subject(&self.string)?;
        let end = self.end.min(subject.unit_count());
        let Some(found) = pattern.run(&subject, position, end, mode, self.must_advance.get())? else {
            self.position.set(None);
            return Ok(Owned::none());
        };
        self.must_advance.set(found.start == found.end);
        self.position.set(Some(found.end));
        Ok(match_object::new(&self.pattern, &subject, self.first, end, &found))
    }
}

#[pymethods(Scanner)]
mod scanner_methods {
    use super::*;

    #[pymethod(name = "match")]
    fn match_next(this: &Scanner) -> Result {
        this.advance(Mode::Match)
    }

    #[pymethod]
    fn search(this: &Scanner) -> Result {
        this.advance(Mode::Search)
    }

    #[getter]
    fn pattern(this: &Scanner) -> Owned {
        this.pattern.clone()
    }
}

//! Compiled replacement texts: `_sre.template`.

use pyrsc_abi::Header;
use pyrsc_builtins::codecs::registry;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{Str, StrBuilder, intern};
use pyrsc_core::type_object::Class;
use pyrsc_core::{int, memory, operations, type_error};
use pyrsc_macros::pyclass;

use super::match_object::MatchObject;

/// Literal texts with groups between them.
#[pyclass(name = "SRE_Template", module = "_sre", flags(NO_CONSTRUCTOR))]
#[repr(C)]
pub struct Template {
    header: Header,
    literal: Owned,
    groups: Vec<usize>,
    /// The text after each group.
    literals: Vec<Owned>,
}

/// `_sre.template(pattern, template)`: of a list of texts and group numbers in turn.
pub fn new(template: &Object) -> Result {
    let wrong = || type_error!("invalid template");
    let Some(list) = template.downcast::<List>() else { return Err(wrong()) };
    let items = list.to_vec();
    let Some((literal, rest)) = items.split_first() else { return Err(wrong()) };
    if rest.len() % 2 != 0 {
        return Err(wrong());
    }
    let (mut groups, mut literals) = (Vec::new(), Vec::new());
    for pair in rest.chunks(2) {
        match int::to_i64(&pair[0]) {
            Some(group) if group >= 0 => groups.push(group as usize),
            _ => return Err(wrong()),
        }
        literals.push(pair[1].clone());
    }
    let contents = Template { header: Header::unset(), literal: literal.clone(), groups, literals };
    Ok(memory::allocate(Template::type_object(), contents).into_owned())
}

/// A replacement text compiled by `re._compile_template`: a [`Template`], or the text where it has no groups.
pub fn compile(pattern: &Object, template: &Object) -> Result {
    let module = registry::import("re")?;
    let function = operations::get_attribute(&module, &intern("_compile_template"))?;
    let result = operations::call(&function, &[pattern, template])?;
    match result.downcast::<Template>() {
        Some(template) if template.groups.is_empty() => Ok(template.literal.clone()),
        _ => Ok(result),
    }
}

impl Template {
    /// The text with the groups of a match put in.
    pub fn expand(&self, found: &MatchObject) -> Result {
        let subject = found.subject()?;
        if subject.is_bytes() {
            let mut out: Vec<u8> = Vec::new();
            let mut push = |text: &Object| {
                if let Some(text) = text.downcast::<Bytes>() {
                    out.extend_from_slice(text.as_slice());
                }
            };
            push(&self.literal);
            for (&group, literal) in self.groups.iter().zip(&self.literals) {
                if let Some(text) = found.group(&subject, group) {
                    push(&text);
                }
                push(literal);
            }
            return Ok(Bytes::new(&out).into_owned());
        }
        let mut out = StrBuilder::new();
        let push = |out: &mut StrBuilder, text: &Object| {
            if let Some(text) = text.downcast::<Str>() {
                out.push_object(text);
            }
        };
        push(&mut out, &self.literal);
        for (&group, literal) in self.groups.iter().zip(&self.literals) {
            if let Some((start, end)) = found.span(group) {
                out.push_units(subject.units().slice(start, end));
            }
            push(&mut out, literal);
        }
        Ok(out.finish().into_owned())
    }
}

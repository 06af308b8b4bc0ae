//! The method resolution order: C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for Dylan").

use crate::attribute;
use crate::exception::{self, TypeError};
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::str;
use crate::tuple::Tuple;
use crate::type_error;
use crate::type_object::{Class, TypeObject};

/// Computes a class's MRO, by the metaclass's `mro` where it has one of its own, and sets it.
pub fn set(class: &Ref<TypeObject>, metaclass: &TypeObject) -> Result<()> {
    let order = if std::ptr::eq(metaclass, TypeObject::type_object()) {
        compute(class)?
    } else {
        let method = attribute::lookup_special(class.object(), &str::intern("mro"))?;
        match method {
            None => compute(class)?,
            Some(method) => {
                let order = operations::call(&method, &[])?;
                let order = crate::iteration::collect(&order)?;
                for ty in &order {
                    if !ty.is_instance_of::<TypeObject>() {
                        return Err(type_error!(
                            "mro() returned a non-class ('{}')",
                            ty.type_object().name()
                        ));
                    }
                    let solid = super::layout::solid_base(class);
                    if let Some(base) = ty.downcast::<TypeObject>()
                        && !solid.is_subtype(super::layout::solid_base(base))
                        && !std::ptr::eq(&**class, base)
                    {
                        return Err(type_error!(
                            "mro() returned base with unsuitable layout ('{}')",
                            base.name()
                        ));
                    }
                }
                order
            }
        }
    };
    drop(class.set_mro(Tuple::from_vec(order)));
    Ok(())
}

/// The C3 linearisation of a class: itself, then its bases' orders merged.
pub fn compute(class: &TypeObject) -> Result<Vec<Owned>> {
    let bases = class.bases();
    let mut sequences: Vec<Vec<Owned>> = Vec::with_capacity(bases.len() + 1);
    for (index, base) in bases.iter().enumerate() {
        if bases.iter().take(index).any(|other| other.is(base)) {
            let name = base.downcast::<TypeObject>().map_or("?", |base| base.name());
            return Err(type_error!("duplicate base class {name}"));
        }
        if let Some(base) = base.downcast::<TypeObject>() {
            sequences.push(base.mro().iter().map(Object::to_owned).collect());
        }
    }
    sequences.push(bases.iter().map(Object::to_owned).collect());
    let mut order = vec![class.to_owned()];
    let mut next: Vec<usize> = vec![0; sequences.len()];
    loop {
        let mut exhausted = true;
        let mut chosen = None;
        for (sequence, &position) in sequences.iter().zip(&next) {
            let Some(candidate) = sequence.get(position) else { continue };
            exhausted = false;
            let in_a_tail = sequences
                .iter()
                .zip(&next)
                .any(|(other, &position)| other.iter().skip(position + 1).any(|ty| ty.is(candidate)));
            if !in_a_tail {
                chosen = Some(candidate.clone());
                break;
            }
        }
        if exhausted {
            return Ok(order);
        }
        let Some(chosen) = chosen else { return Err(inconsistent(&sequences, &next)) };
        for (sequence, position) in sequences.iter().zip(&mut next) {
            if sequence.get(*position).is_some_and(|ty| ty.is(&chosen)) {
                *position += 1;
            }
        }
        order.push(chosen);
    }
}

fn inconsistent(sequences: &[Vec<Owned>], next: &[usize]) -> crate::owned::Raised {
    let mut names: Vec<String> = Vec::new();
    for (sequence, &position) in sequences.iter().zip(next) {
        if let Some(ty) = sequence.get(position).and_then(|ty| ty.downcast::<TypeObject>()) {
            let name = ty.name().to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let message =
        format!("Cannot create a consistent method resolution order (MRO) for bases {}", names.join(", "));
    exception::raise(TypeError::type_object(), &message)
}

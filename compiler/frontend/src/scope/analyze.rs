//! Decides what every name means, from the outside in.
//!
//! A function's locals are visible in the functions inside it, a class's are not (but for the annotation scopes
//! directly in it). What nested functions need of a function's locals becomes cells. An inlined comprehension is the
//! exception: what it uses of the variables around it needs no cell, for it runs in the same frame.

use rustc_hash::FxHashSet;

use super::{ComprehensionKind, Name, Resolution, ScopeId, ScopeKind, ScopeTable, flag};
use crate::diagnostic::{Fault, Result};

type Names = FxHashSet<Name>;

/// What a scope needs from the scopes around it.
#[derive(Default)]
struct Needs {
    /// Through a closure: a cell.
    closure: Names,
    /// Directly, as code of the same frame (an inlined comprehension).
    direct: Names,
}

pub(super) fn analyze(table: &mut ScopeTable) -> Result<()> {
    analyze_scope(table, ScopeTable::MODULE, None, &Names::default(), &Names::default(), None).map(drop)
}

/// `bound`: what functions around bind, or None when there is none. `type_parameters`: those of `bound` that are type
/// parameters. `class`: the class directly around an annotation scope.
fn analyze_scope(
    table: &mut ScopeTable,
    id: ScopeId,
    bound: Option<&Names>,
    globals: &Names,
    type_parameters: &Names,
    class: Option<ScopeId>,
) -> Result<Needs> {
    let kind = table.get(id).kind;
    let is_inlined_here = table.get(id).is_inlined;
    let mut bound_here: Names = bound.cloned().unwrap_or_default();
    let mut globals_here = globals.clone();
    let mut type_parameters_here = type_parameters.clone();
    let mut needs = Needs::default();
    let mut locals = Names::default();
    // What a class body itself uses comes from outside, even when it is called `__class__`.
    let mut of_class_body = Names::default();
    for at in 0..table.get(id).symbols.len() {
        let symbol = table.get(id).symbols[at].clone();
        let (name, flags) = (&symbol.name, symbol.flags);
        let resolution = if flags & flag::GLOBAL != 0 {
            if flags & flag::NONLOCAL != 0 {
                return Err(directive_fault(
                    table,
                    id,
                    name,
                    format!("name '{name}' is nonlocal and global"),
                ));
            }
            globals_here.insert(name.clone());
            bound_here.remove(name);
            Resolution::GlobalExplicit
        } else if flags & flag::NONLOCAL != 0 {
            if kind == ScopeKind::Module {
                let message = "nonlocal declaration not allowed at module level";
                return Err(directive_fault(table, id, name, message));
            }
            if !bound.is_some_and(|bound| bound.contains(name)) {
                return Err(directive_fault(
                    table,
                    id,
                    name,
                    format!("no binding for nonlocal '{name}' found"),
                ));
            }
            if type_parameters.contains(name) {
                let message = format!("nonlocal binding not allowed for type parameter '{name}'");
                return Err(directive_fault(table, id, name, message));
            }
            Resolution::Free
        } else if flags & flag::BOUND != 0 {
            locals.insert(name.clone());
            globals_here.remove(name);
            if flags & flag::TYPE_PARAMETER != 0 {
                type_parameters_here.insert(name.clone());
            } else {
                type_parameters_here.remove(name);
            }
            Resolution::Local
        } else {
            let class_flags = class.map_or(0, |class| table.get(class).flags(name));
            if class_flags & flag::GLOBAL != 0 {
                Resolution::GlobalExplicit
            } else if class_flags & flag::BOUND != 0 && class_flags & flag::NONLOCAL == 0 {
                Resolution::GlobalImplicit
            } else if bound.is_some_and(|bound| bound.contains(name)) {
                Resolution::Free
            } else {
                Resolution::GlobalImplicit
            }
        };
        if resolution == Resolution::Free {
            if kind == ScopeKind::Class {
                of_class_body.insert(name.clone());
            } else if is_inlined_here {
                needs.direct.insert(name.clone());
            } else {
                needs.closure.insert(name.clone());
            }
        }
        table.scopes[id.0 as usize].symbols[at].resolution = resolution;
    }
    match kind {
        ScopeKind::Module => {}
        ScopeKind::Class => {
            for special in ["__class__", "__classdict__", "__conditional_annotations__"] {
                bound_here.insert(special.into());
            }
        }
        _ => bound_here.extend(locals.iter().cloned()),
    }
    let has_bound = kind != ScopeKind::Module;
    let child_class = if kind == ScopeKind::Class { Some(id) } else { class };

    for child in table.get(id).children.clone() {
        let child_scope = table.get(child);
        let inlined = child_scope.comprehension.is_some_and(|kind| kind != ComprehensionKind::Generator)
            && !table.get(id).can_see_class_scope;
        let child_class = if child_scope.can_see_class_scope { child_class } else { None };
        table.scopes[child.0 as usize].is_inlined = inlined;
        let child_needs = analyze_scope(
            table,
            child,
            has_bound.then_some(&bound_here),
            &globals_here,
            &type_parameters_here,
            child_class,
        )?;
        for name in child_needs.closure {
            settle(table, id, &locals, &mut needs, name, true);
        }
        for name in child_needs.direct {
            settle(table, id, &locals, &mut needs, name, false);
        }
    }
    let scope = &mut table.scopes[id.0 as usize];
    if kind == ScopeKind::Class {
        scope.needs_class_closure = take(&mut needs, "__class__");
        scope.needs_class_dict = take(&mut needs, "__classdict__");
        take(&mut needs, "__conditional_annotations__");
        needs.closure.extend(of_class_body);
    }
    let mut free: Vec<Name> = needs.closure.iter().chain(&needs.direct).cloned().collect();
    free.sort_unstable();
    free.dedup();
    scope.free_names = free;
    // A function that inlines a comprehension has the comprehension's needs as its own.
    if !is_inlined_here {
        let direct = std::mem::take(&mut needs.direct);
        needs.closure.extend(direct);
    }
    Ok(needs)
}

fn take(needs: &mut Needs, name: &str) -> bool {
    let closure = needs.closure.remove(name);
    let direct = needs.direct.remove(name);
    closure || direct
}

/// Decides where the variable that an inner scope needs comes from: a local of this scope, or further out.
fn settle(
    table: &mut ScopeTable,
    id: ScopeId,
    locals: &Names,
    needs: &mut Needs,
    name: Name,
    by_closure: bool,
) {
    let scope = &mut table.scopes[id.0 as usize];
    let is_special = matches!(&*name, "__class__" | "__classdict__" | "__conditional_annotations__");
    if scope.kind.is_function_like() && locals.contains(&name) {
        if by_closure {
            scope.add(&name, 0).resolution = Resolution::Cell;
        }
        return;
    }
    if scope.kind == ScopeKind::Class && is_special {
        needs.closure.insert(name);
        return;
    }
    if locals.contains(&name) {
        // A class body that binds the name and passes on another variable of the same name.
        scope.add(&name, flag::FREE_IN_CLASS);
    } else {
        scope.add(&name, 0).resolution = Resolution::Free;
    }
    if by_closure || !scope.is_inlined {
        needs.closure.insert(name);
    } else {
        needs.direct.insert(name);
    }
}

fn directive_fault(table: &ScopeTable, id: ScopeId, name: &str, message: impl Into<String>) -> Box<Fault> {
    let scope = table.get(id);
    let range = scope.directives.iter().find(|directive| &*directive.name == name).map(|found| found.range);
    Fault::new(message, range.unwrap_or_default())
}

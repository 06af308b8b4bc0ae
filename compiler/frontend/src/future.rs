//! `from __future__ import ...`

use ruff_python_ast::{Expr, Mod, Stmt, StmtImportFrom};
use ruff_text_size::Ranged;

use crate::diagnostic::{Result, fail};

/// The features that change how the module is compiled.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Features {
    pub annotations: bool,
}

/// The features of a module. They must be imported before anything but a docstring.
pub(crate) fn future_features(module: &Mod) -> Result<Features> {
    let mut features = Features::default();
    let Mod::Module(module) = module else { return Ok(features) };
    let mut may_follow = true;
    let mut is_first = true;
    for statement in &module.body {
        match statement {
            Stmt::ImportFrom(node) if is_future(node) => {
                if !may_follow {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return fail(message, statement);
                }
                read(node, &mut features)?;
            }
            Stmt::Expr(node) if is_first && matches!(&*node.value, Expr::StringLiteral(_)) => {}
            _ => may_follow = false,
        }
        is_first = false;
    }
    late_imports(&module.body, true)?;
    Ok(features)
}

fn is_future(node: &StmtImportFrom) -> bool {
    node.level == 0 && node.module.as_ref().is_some_and(|module| module.as_str() == "__future__")
}

fn read(node: &StmtImportFrom, features: &mut Features) -> Result<()> {
    for alias in &node.names {
        match alias.name.as_str() {
            "annotations" => features.annotations = true,
            "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
            | "print_function" | "unicode_literals" | "generator_stop" | "barry_as_FLUFL" => {}
            "braces" => return fail("not a chance", alias),
            other => return fail(format!("future feature {other} is not defined"), alias),
        }
    }
    Ok(())
}

/// Refuses such imports inside other statements.
fn late_imports(body: &[Stmt], is_module: bool) -> Result<()> {
    for statement in body {
        let inner: Vec<&[Stmt]> = match statement {
            Stmt::ImportFrom(node) if !is_module && is_future(node) => {
                let message = "from __future__ imports must occur at the beginning of the file";
                return fail(message, &node.range());
            }
            Stmt::FunctionDef(node) => vec![&node.body],
            Stmt::ClassDef(node) => vec![&node.body],
            Stmt::If(node) => {
                let clauses = node.elif_else_clauses.iter().map(|clause| clause.body.as_slice());
                std::iter::once(node.body.as_slice()).chain(clauses).collect()
            }
            Stmt::For(node) => vec![&node.body, &node.orelse],
            Stmt::While(node) => vec![&node.body, &node.orelse],
            Stmt::With(node) => vec![&node.body],
            Stmt::Try(node) => vec![&node.body, &node.orelse, &node.finalbody],
            _ => continue,
        };
        for body in inner {
            late_imports(body, false)?;
        }
    }
    Ok(())
}

//! Syntax trees for Python programs: from source to the nodes of Python's `ast` module, and from such nodes to code.
//!
//! - `statement`, `expression`, `string`, `pattern` make nodes of the parser's tree
//! - `write` makes source text of nodes, and remembers which text is which node's, so that code compiled of nodes has the
//!   positions that they say

mod expression;
mod pattern;
mod statement;
mod string;
mod write;

use pyrsc_bytecode::{Position, Tree};
use ruff_python_ast::{Expr, Mod};
use ruff_text_size::{Ranged, TextRange};

use crate::diagnostic::{Fault, Result};
use crate::source::SourceIndex;
use crate::{Mode, Options, SyntaxError};

pub(crate) use write::write;

/// The syntax tree of a source.
pub fn parse_tree(
    source: &str,
    filename: &str,
    options: &Options,
) -> std::result::Result<Tree, Vec<SyntaxError>> {
    crate::with_text(source, filename, options, |text, index| {
        let module = crate::parse::parse(text, options)?;
        Builder { index, warnings: Vec::new() }.module(&module, options.mode)
    })
}

/// Makes nodes.
struct Builder<'a> {
    index: &'a SourceIndex<'a>,
    /// Wanted by the functions that decode strings; warnings are issued when a tree is compiled, not when it is made.
    warnings: Vec<crate::literal::EscapeWarning>,
}

impl Builder<'_> {
    fn module(&mut self, module: &Mod, mode: Mode) -> Result<Tree> {
        match module {
            Mod::Module(module) => {
                let body = self.statements(&module.body)?;
                Ok(match mode {
                    Mode::Single => Tree::node("Interactive", vec![("body", body)]),
                    _ => Tree::node("Module", vec![("body", body), ("type_ignores", Tree::List(Vec::new()))]),
                })
            }
            Mod::Expression(module) => {
                Ok(Tree::node("Expression", vec![("body", self.expression(&module.body)?)]))
            }
        }
    }

    fn position(&self, range: TextRange) -> Option<Position> {
        Some(self.index.position(range))
    }

    /// The place of a statement with blocks: a semicolon after its last statement belongs to it.
    fn compound_position(&self, range: TextRange) -> Option<Position> {
        let rest = &self.index.text[range.end().to_usize()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\x0c']).len();
        let semicolon = if rest[blanks..].starts_with(';') { blanks + 1 } else { 0 };
        let end = range.end().to_u32() + semicolon as u32;
        self.position(TextRange::new(range.start(), end.into()))
    }

    fn optional(&mut self, expression: Option<&Expr>) -> Result<Tree> {
        expression.map_or(Ok(Tree::Nothing), |expression| self.expression(expression))
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) -> Result<Tree> {
        let items: Result<Vec<Tree>> = expressions.into_iter().map(|item| self.expression(item)).collect();
        Ok(Tree::List(items?))
    }
}

fn name(identifier: &ruff_python_ast::Identifier) -> Tree {
    Tree::Name(identifier.to_string())
}

fn optional_name(identifier: Option<&ruff_python_ast::Identifier>) -> Tree {
    identifier.map_or(Tree::Nothing, name)
}

fn unsupported<T>(node: &impl Ranged) -> Result<T> {
    Err(Fault::new("invalid syntax", node.range()))
}

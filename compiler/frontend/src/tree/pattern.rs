//! Nodes of patterns.

use pyrsc_bytecode::{Constant, Tree};
use ruff_python_ast::{Pattern, Singleton};
use ruff_text_size::Ranged;

use super::{Builder, name, optional_name};
use crate::diagnostic::Result;

impl Builder<'_> {
    fn patterns<'p>(&mut self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Result<Tree> {
        let items: Result<Vec<Tree>> = patterns.into_iter().map(|pattern| self.pattern(pattern)).collect();
        Ok(Tree::List(items?))
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result<Tree> {
        let (class, fields) = match pattern {
            Pattern::MatchValue(node) => ("MatchValue", vec![("value", self.expression(&node.value)?)]),
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    Singleton::None => Constant::None,
                    Singleton::True => Constant::Bool(true),
                    Singleton::False => Constant::Bool(false),
                };
                ("MatchSingleton", vec![("value", Tree::Constant(value))])
            }
            Pattern::MatchSequence(node) => {
                ("MatchSequence", vec![("patterns", self.patterns(&node.patterns)?)])
            }
            Pattern::MatchMapping(node) => {
                let keys = self.expressions(&node.keys)?;
                let patterns = self.patterns(&node.patterns)?;
                let rest = optional_name(node.rest.as_ref());
                ("MatchMapping", vec![("keys", keys), ("patterns", patterns), ("rest", rest)])
            }
            Pattern::MatchClass(node) => {
                let class = self.expression(&node.cls)?;
                let patterns = self.patterns(&node.arguments.patterns)?;
                let keywords = &node.arguments.keywords;
                let names = Tree::list(keywords.iter().map(|keyword| name(&keyword.attr)));
                let values = self.patterns(keywords.iter().map(|keyword| &keyword.pattern))?;
                (
                    "MatchClass",
                    vec![
                        ("cls", class),
                        ("patterns", patterns),
                        ("kwd_attrs", names),
                        ("kwd_patterns", values),
                    ],
                )
            }
            Pattern::MatchStar(node) => ("MatchStar", vec![("name", optional_name(node.name.as_ref()))]),
            Pattern::MatchAs(node) => {
                let inner = match &node.pattern {
                    Some(inner) => self.pattern(inner)?,
                    None => Tree::Nothing,
                };
                ("MatchAs", vec![("pattern", inner), ("name", optional_name(node.name.as_ref()))])
            }
            Pattern::MatchOr(node) => ("MatchOr", vec![("patterns", self.patterns(&node.patterns)?)]),
        };
        Ok(Tree::placed(class, self.position(pattern.range()), fields))
    }
}

//! Syntax trees as data: what `ast.parse` gives and `compile` takes, between the frontend and the interpreter.
//!
//! Classes and fields are those of Python's `ast` module; neither side of this type needs the other's tree.

use std::borrow::Cow;

use crate::{Constant, Position};

/// A value in a syntax tree.
#[derive(Clone, PartialEq, Debug)]
pub enum Tree {
    /// `None`: an optional part that is not there.
    Nothing,
    /// A name.
    Name(String),
    /// A number that is no constant of the program: a level, a flag.
    Number(i64),
    /// The value of a `Constant` or of a pattern.
    Constant(Constant),
    /// Several values.
    List(Vec<Tree>),
    /// A node.
    Node(Box<TreeNode>),
}

/// A node of a syntax tree.
#[derive(Clone, PartialEq, Debug)]
pub struct TreeNode {
    /// The name of its class.
    pub class: Cow<'static, str>,
    /// Names and values of its fields, in order.
    pub fields: Vec<(Cow<'static, str>, Tree)>,
    /// Where it is, when nodes of its class have a place.
    pub position: Option<Position>,
}

impl Tree {
    /// A node without a place.
    pub fn node(class: &'static str, fields: Vec<(&'static str, Tree)>) -> Tree {
        Tree::placed(class, None, fields)
    }

    /// A node.
    pub fn placed(
        class: &'static str,
        position: Option<Position>,
        fields: Vec<(&'static str, Tree)>,
    ) -> Tree {
        let fields = fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        Tree::Node(Box::new(TreeNode { class: Cow::Borrowed(class), fields, position }))
    }

    /// A list of what an iterator gives.
    pub fn list(items: impl IntoIterator<Item = Tree>) -> Tree {
        Tree::List(items.into_iter().collect())
    }
}

impl TreeNode {
    /// The value of a field; nothing when it has none.
    pub fn field(&self, name: &str) -> &Tree {
        self.fields.iter().find(|(field, _)| field == name).map_or(&Tree::Nothing, |(_, value)| value)
    }
}

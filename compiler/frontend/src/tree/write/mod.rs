//! Source text for a syntax tree that a program made, to be compiled as any other source.
//!
//! The text is not for readers: everything that can be is in parentheses. What the tree says about places is kept beside
//! it, by the part of the text that a node became, and [`crate::source::SourceIndex`] answers with it.

mod expression;
mod pattern;
mod statement;

use pyrsc_bytecode::{Position, Tree, TreeNode};

/// The text of a tree, and the places of its parts.
#[derive(Clone, Debug, Default)]
pub struct WrittenTree {
    /// The text.
    pub text: String,
    /// Where the text from the first to the second offset is said to be.
    pub(crate) places: Vec<(u32, u32, Position)>,
}

/// Writes a `Module`, `Expression` or `Interactive`. The tree has been validated; what it has that no source can say is an
/// error.
pub(crate) fn write(tree: &Tree) -> Result<WrittenTree, String> {
    let mut writer = Writer { written: WrittenTree::default(), indent: 0 };
    let Tree::Node(node) = tree else { return Err("expected some sort of mod".to_owned()) };
    match node.field("body") {
        Tree::List(body) => writer.statements(body)?,
        body => writer.expression(body)?,
    }
    Ok(writer.written)
}

struct Writer {
    written: WrittenTree,
    indent: usize,
}

/// What writing gives: an error says what no source can express.
type Written = Result<(), String>;

fn list<'t>(node: &'t TreeNode, field: &str) -> &'t [Tree] {
    match node.field(field) {
        Tree::List(items) => items,
        _ => &[],
    }
}

fn class(tree: &Tree) -> &str {
    match tree {
        Tree::Node(node) => &node.class,
        _ => "",
    }
}

fn is_given(tree: &Tree) -> bool {
    *tree != Tree::Nothing
}

fn operator(tree: &Tree) -> &'static str {
    match class(tree) {
        "Add" | "UAdd" => "+",
        "Sub" | "USub" => "-",
        "Mult" => "*",
        "MatMult" => "@",
        "Div" => "/",
        "Mod" => "%",
        "Pow" => "**",
        "LShift" => "<<",
        "RShift" => ">>",
        "BitOr" => "|",
        "BitXor" => "^",
        "BitAnd" => "&",
        "FloorDiv" => "//",
        "Invert" => "~",
        "Not" => "not ",
        "And" => " and ",
        "Or" => " or ",
        "Eq" => "==",
        "NotEq" => "!=",
        "Lt" => "<",
        "LtE" => "<=",
        "Gt" => ">",
        "GtE" => ">=",
        "Is" => " is ",
        "IsNot" => " is not ",
        "In" => " in ",
        "NotIn" => " not in ",
        _ => "",
    }
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.written.text.push_str(text);
    }

    fn at(&self) -> u32 {
        self.written.text.len() as u32
    }

    fn place(&mut self, start: u32, position: Option<Position>) {
        if let Some(position) = position {
            let end = self.at();
            self.written.places.push((start, end, position));
        }
    }

    fn name(&mut self, tree: &Tree) {
        if let Tree::Name(name) = tree {
            self.push(name);
        }
    }

    fn line(&mut self) {
        for _ in 0..self.indent {
            self.push(" ");
        }
    }

    /// Expressions with commas between them.
    fn sequence(&mut self, items: &[Tree]) -> Written {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.expression(item)?;
        }
        Ok(())
    }

    fn names(&mut self, items: &[Tree]) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.name(item);
        }
    }

    /// ` word expression`, where there is one.
    fn optional(&mut self, word: &str, tree: &Tree) -> Written {
        if is_given(tree) {
            self.push(word);
            self.expression(tree)?;
        }
        Ok(())
    }
}

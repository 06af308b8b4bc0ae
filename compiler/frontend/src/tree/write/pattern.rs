//! Patterns.

use pyrsc_bytecode::Tree;

use super::{Writer, Written, is_given, list, operator};

impl Writer {
    pub(super) fn pattern(&mut self, tree: &Tree) -> Written {
        let Tree::Node(node) = tree else { return Ok(()) };
        let start = self.at();
        match &*node.class {
            "MatchValue" => self.pattern_value(node.field("value"))?,
            "MatchSingleton" => match node.field("value") {
                Tree::Constant(value) => self.constant(value)?,
                _ => self.push("None"),
            },
            "MatchSequence" => {
                self.push("[");
                for pattern in list(node, "patterns") {
                    self.pattern(pattern)?;
                    self.push(", ");
                }
                self.push("]");
            }
            "MatchMapping" => {
                self.push("{");
                for (key, pattern) in list(node, "keys").iter().zip(list(node, "patterns")) {
                    self.pattern_value(key)?;
                    self.push(": ");
                    self.pattern(pattern)?;
                    self.push(", ");
                }
                if is_given(node.field("rest")) {
                    self.push("**");
                    self.name(node.field("rest"));
                }
                self.push("}");
            }
            "MatchClass" => {
                self.bare(node.field("cls"))?;
                self.push("(");
                for pattern in list(node, "patterns") {
                    self.pattern(pattern)?;
                    self.push(", ");
                }
                for (name, pattern) in list(node, "kwd_attrs").iter().zip(list(node, "kwd_patterns")) {
                    self.name(name);
                    self.push("=");
                    self.pattern(pattern)?;
                    self.push(", ");
                }
                self.push(")");
            }
            "MatchStar" => {
                self.push("*");
                self.captured(node.field("name"));
            }
            "MatchAs" if is_given(node.field("pattern")) => {
                self.push("(");
                let start = self.at();
                self.pattern(node.field("pattern"))?;
                self.push(" as ");
                self.name(node.field("name"));
                self.place(start, node.position);
                self.push(")");
                return Ok(());
            }
            "MatchAs" => self.captured(node.field("name")),
            "MatchOr" => {
                self.push("(");
                let start = self.at();
                for (at, pattern) in list(node, "patterns").iter().enumerate() {
                    if at > 0 {
                        self.push(" | ");
                    }
                    self.pattern(pattern)?;
                }
                self.place(start, node.position);
                self.push(")");
                return Ok(());
            }
            other => return Err(format!("expected some sort of pattern, but got {other}")),
        }
        self.place(start, node.position);
        Ok(())
    }

    pub(super) fn captured(&mut self, name: &Tree) {
        match name {
            Tree::Nothing => self.push("_"),
            name => self.name(name),
        }
    }

    /// A value that is matched: numbers with signs, strings, names with dots; none may have parentheses.
    pub(super) fn pattern_value(&mut self, tree: &Tree) -> Written {
        let Tree::Node(node) = tree else { return Ok(()) };
        let start = self.at();
        match &*node.class {
            "UnaryOp" => {
                self.push(operator(node.field("op")));
                self.pattern_value(node.field("operand"))?;
            }
            "BinOp" => {
                self.pattern_value(node.field("left"))?;
                self.push(operator(node.field("op")));
                self.pattern_value(node.field("right"))?;
            }
            _ => return self.bare(tree),
        }
        self.place(start, node.position);
        Ok(())
    }
}

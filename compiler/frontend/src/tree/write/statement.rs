//! Statements, definitions and parameters.

use pyrsc_bytecode::{Position, Tree, TreeNode};

use super::{Writer, Written, class, is_given, list, operator};

impl Writer {
    pub(super) fn block(&mut self, body: &[Tree]) -> Written {
        self.push(":\n");
        self.indent += 1;
        self.statements(body)?;
        self.indent -= 1;
        Ok(())
    }

    pub(super) fn statements(&mut self, body: &[Tree]) -> Written {
        body.iter().try_for_each(|statement| {
            let Tree::Node(node) = statement else { return Ok(()) };
            self.line();
            self.statement(node)
        })
    }

    pub(super) fn decorators(&mut self, node: &TreeNode) -> Written {
        for decorator in list(node, "decorator_list") {
            let start = self.at();
            self.push("@");
            self.expression(decorator)?;
            if let Tree::Node(decorator) = decorator {
                self.place(start, decorator.position);
            }
            self.push("\n");
            self.line();
        }
        Ok(())
    }

    pub(super) fn otherwise(&mut self, word: &str, body: &[Tree]) -> Written {
        if body.is_empty() {
            return Ok(());
        }
        self.line();
        self.push(word);
        self.block(body)
    }

    pub(super) fn statement(&mut self, node: &TreeNode) -> Written {
        if matches!(&*node.class, "FunctionDef" | "AsyncFunctionDef" | "ClassDef") {
            self.decorators(node)?;
        }
        let start = self.at();
        let is_async = node.class.starts_with("Async");
        if is_async {
            self.push("async ");
        }
        match &*node.class {
            "FunctionDef" | "AsyncFunctionDef" => {
                self.push("def ");
                self.name(node.field("name"));
                self.type_parameters(node)?;
                self.push("(");
                self.parameters(node.field("args"))?;
                self.push(")");
                self.optional(" -> ", node.field("returns"))?;
                self.block(list(node, "body"))?;
            }
            "ClassDef" => {
                self.push("class ");
                self.name(node.field("name"));
                self.type_parameters(node)?;
                self.push("(");
                self.arguments(list(node, "bases"), list(node, "keywords"))?;
                self.push(")");
                self.block(list(node, "body"))?;
            }
            "Return" => {
                self.push("return");
                self.optional(" ", node.field("value"))?;
            }
            "Delete" => {
                self.push("del ");
                self.sequence(list(node, "targets"))?;
            }
            "Assign" => {
                for target in list(node, "targets") {
                    self.expression(target)?;
                    self.push(" = ");
                }
                self.expression(node.field("value"))?;
            }
            "TypeAlias" => {
                self.push("type ");
                self.bare(node.field("name"))?;
                self.type_parameters(node)?;
                self.push(" = ");
                self.expression(node.field("value"))?;
            }
            "AugAssign" => {
                self.bare(node.field("target"))?;
                self.push(&format!(" {}= ", operator(node.field("op"))));
                self.expression(node.field("value"))?;
            }
            "AnnAssign" => {
                match node.field("simple") {
                    Tree::Number(0) if class(node.field("target")) == "Name" => {
                        self.push("(");
                        self.bare(node.field("target"))?;
                        self.push(")");
                    }
                    _ => self.bare(node.field("target"))?,
                }
                self.push(": ");
                self.expression(node.field("annotation"))?;
                self.optional(" = ", node.field("value"))?;
            }
            "For" | "AsyncFor" => {
                self.push("for ");
                self.expression(node.field("target"))?;
                self.push(" in ");
                self.expression(node.field("iter"))?;
                self.block(list(node, "body"))?;
                self.otherwise("else", list(node, "orelse"))?;
            }
            "While" | "If" => {
                self.push(if node.class == "If" { "if " } else { "while " });
                self.expression(node.field("test"))?;
                self.block(list(node, "body"))?;
                self.otherwise("else", list(node, "orelse"))?;
            }
            "With" | "AsyncWith" => {
                self.push("with ");
                for (at, item) in list(node, "items").iter().enumerate() {
                    let Tree::Node(item) = item else { continue };
                    if at > 0 {
                        self.push(", ");
                    }
                    self.expression(item.field("context_expr"))?;
                    self.optional(" as ", item.field("optional_vars"))?;
                }
                self.block(list(node, "body"))?;
            }
            "Match" => {
                self.push("match ");
                self.expression(node.field("subject"))?;
                self.push(":\n");
                self.indent += 1;
                for case in list(node, "cases") {
                    let Tree::Node(case) = case else { continue };
                    self.line();
                    self.push("case ");
                    self.pattern(case.field("pattern"))?;
                    self.optional(" if ", case.field("guard"))?;
                    self.block(list(case, "body"))?;
                }
                self.indent -= 1;
            }
            "Raise" => {
                self.push("raise");
                self.optional(" ", node.field("exc"))?;
                self.optional(" from ", node.field("cause"))?;
            }
            "Try" | "TryStar" => {
                self.push("try");
                self.block(list(node, "body"))?;
                for handler in list(node, "handlers") {
                    let Tree::Node(handler) = handler else { continue };
                    self.line();
                    let start = self.at();
                    self.push(if node.class == "TryStar" { "except*" } else { "except" });
                    self.optional(" ", handler.field("type"))?;
                    if is_given(handler.field("name")) {
                        self.push(" as ");
                        self.name(handler.field("name"));
                    }
                    self.block(list(handler, "body"))?;
                    self.end_block(start, handler.position);
                }
                self.otherwise("else", list(node, "orelse"))?;
                self.otherwise("finally", list(node, "finalbody"))?;
            }
            "Assert" => {
                self.push("assert ");
                self.expression(node.field("test"))?;
                self.optional(", ", node.field("msg"))?;
            }
            "Import" => {
                self.push("import ");
                self.aliases(node);
            }
            "ImportFrom" => {
                self.push("from ");
                if let Tree::Number(level) = node.field("level") {
                    self.push(&".".repeat((*level).max(0) as usize));
                }
                self.name(node.field("module"));
                self.push(" import ");
                self.aliases(node);
            }
            "Global" | "Nonlocal" => {
                self.push(if node.class == "Global" { "global " } else { "nonlocal " });
                self.names(list(node, "names"));
            }
            "Expr" => self.expression(node.field("value"))?,
            "Pass" => self.push("pass"),
            "Break" => self.push("break"),
            "Continue" => self.push("continue"),
            other => return Err(format!("expected some sort of stmt, but got {other}")),
        }
        self.end_block(start, node.position);
        if !self.written.text.ends_with('\n') {
            self.push("\n");
        }
        Ok(())
    }

    /// A statement ends before the newline after it.
    pub(super) fn end_block(&mut self, start: u32, position: Option<Position>) {
        if let Some(position) = position {
            let end = self.written.text.trim_end_matches('\n').len() as u32;
            self.written.places.push((start, end, position));
        }
    }

    pub(super) fn aliases(&mut self, node: &TreeNode) {
        for (at, alias) in list(node, "names").iter().enumerate() {
            let Tree::Node(alias) = alias else { continue };
            if at > 0 {
                self.push(", ");
            }
            let start = self.at();
            self.name(alias.field("name"));
            if is_given(alias.field("asname")) {
                self.push(" as ");
                self.name(alias.field("asname"));
            }
            self.place(start, alias.position);
        }
    }

    pub(super) fn type_parameters(&mut self, node: &TreeNode) -> Written {
        let parameters = list(node, "type_params");
        if parameters.is_empty() {
            return Ok(());
        }
        self.push("[");
        for parameter in parameters {
            let Tree::Node(parameter) = parameter else { continue };
            let start = self.at();
            self.push(match &*parameter.class {
                "TypeVarTuple" => "*",
                "ParamSpec" => "**",
                _ => "",
            });
            self.name(parameter.field("name"));
            self.optional(": ", parameter.field("bound"))?;
            self.optional(" = ", parameter.field("default_value"))?;
            self.place(start, parameter.position);
            self.push(", ");
        }
        self.push("]");
        Ok(())
    }

    pub(super) fn parameters(&mut self, tree: &Tree) -> Written {
        let Tree::Node(node) = tree else { return Ok(()) };
        let (positional_only, plain) = (list(node, "posonlyargs"), list(node, "args"));
        let defaults = list(node, "defaults");
        let count = positional_only.len() + plain.len();
        let without_default = count.saturating_sub(defaults.len());
        for (at, parameter) in positional_only.iter().chain(plain).enumerate() {
            self.parameter("", parameter)?;
            if at >= without_default {
                self.optional("=", &defaults[at - without_default])?;
            }
            self.push(", ");
            if at + 1 == positional_only.len() {
                self.push("/, ");
            }
        }
        let keyword_only = list(node, "kwonlyargs");
        if is_given(node.field("vararg")) {
            self.parameter("*", node.field("vararg"))?;
            self.push(", ");
        } else if !keyword_only.is_empty() {
            self.push("*, ");
        }
        for (parameter, default) in keyword_only.iter().zip(list(node, "kw_defaults")) {
            self.parameter("", parameter)?;
            self.optional("=", default)?;
            self.push(", ");
        }
        if is_given(node.field("kwarg")) {
            self.parameter("**", node.field("kwarg"))?;
        }
        Ok(())
    }

    pub(super) fn parameter(&mut self, stars: &str, tree: &Tree) -> Written {
        let Tree::Node(node) = tree else { return Ok(()) };
        let outer = self.at();
        self.push(stars);
        let start = self.at();
        self.name(node.field("arg"));
        match node.field("annotation") {
            annotation if class(annotation) == "Starred" => {
                self.push(": ");
                self.bare(annotation)?;
            }
            annotation => self.optional(": ", annotation)?,
        }
        self.place(start, node.position);
        if outer != start {
            self.place(outer, node.position);
        }
        Ok(())
    }
}

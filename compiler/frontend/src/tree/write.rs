//! Source text for a syntax tree that a program made, to be compiled as any other source.
//!
//! The text is not for readers: everything that can be is in parentheses. What the tree says about places is kept beside
//! it, by the part of the text that a node became, and [`crate::source::SourceIndex`] answers with it.

use pyrsc_bytecode::{Constant, Position, PythonString, Tree, TreeNode};

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

type Result_ = Result<(), String>;

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

    fn block(&mut self, body: &[Tree]) -> Result_ {
        self.push(":\n");
        self.indent += 1;
        self.statements(body)?;
        self.indent -= 1;
        Ok(())
    }

    fn statements(&mut self, body: &[Tree]) -> Result_ {
        body.iter().try_for_each(|statement| {
            let Tree::Node(node) = statement else { return Ok(()) };
            self.line();
            self.statement(node)
        })
    }

    fn decorators(&mut self, node: &TreeNode) -> Result_ {
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

    /// Expressions with commas between them.
    fn sequence(&mut self, items: &[Tree]) -> Result_ {
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
    fn optional(&mut self, word: &str, tree: &Tree) -> Result_ {
        if is_given(tree) {
            self.push(word);
            self.expression(tree)?;
        }
        Ok(())
    }

    fn otherwise(&mut self, word: &str, body: &[Tree]) -> Result_ {
        if body.is_empty() {
            return Ok(());
        }
        self.line();
        self.push(word);
        self.block(body)
    }

    fn statement(&mut self, node: &TreeNode) -> Result_ {
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
    fn end_block(&mut self, start: u32, position: Option<Position>) {
        if let Some(position) = position {
            let end = self.written.text.trim_end_matches('\n').len() as u32;
            self.written.places.push((start, end, position));
        }
    }

    fn aliases(&mut self, node: &TreeNode) {
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

    fn type_parameters(&mut self, node: &TreeNode) -> Result_ {
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

    fn parameters(&mut self, tree: &Tree) -> Result_ {
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

    fn parameter(&mut self, stars: &str, tree: &Tree) -> Result_ {
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

    fn arguments(&mut self, arguments: &[Tree], keywords: &[Tree]) -> Result_ {
        for argument in arguments {
            self.expression(argument)?;
            self.push(", ");
        }
        for keyword in keywords {
            let Tree::Node(keyword) = keyword else { continue };
            let start = self.at();
            if is_given(keyword.field("arg")) {
                self.name(keyword.field("arg"));
                self.push("=");
            } else {
                self.push("**");
            }
            self.expression(keyword.field("value"))?;
            self.place(start, keyword.position);
            self.push(", ");
        }
        Ok(())
    }

    /// An expression, in parentheses where it needs any.
    fn expression(&mut self, tree: &Tree) -> Result_ {
        let has_ends = matches!(
            class(tree),
            "Name"
                | "Starred"
                | "List"
                | "Set"
                | "Dict"
                | "Tuple"
                | "ListComp"
                | "SetComp"
                | "DictComp"
                | "GeneratorExp"
                | "Call"
                | "Attribute"
                | "Subscript"
                | "Slice"
                | "JoinedStr"
                | "TemplateStr"
        );
        if has_ends {
            return self.bare(tree);
        }
        self.push("(");
        self.bare(tree)?;
        self.push(")");
        Ok(())
    }

    fn comprehensions(&mut self, node: &TreeNode) -> Result_ {
        for generator in list(node, "generators") {
            let Tree::Node(generator) = generator else { continue };
            let is_async = !matches!(generator.field("is_async"), Tree::Number(0) | Tree::Nothing);
            self.push(if is_async { " async for " } else { " for " });
            self.expression(generator.field("target"))?;
            self.push(" in ");
            self.expression(generator.field("iter"))?;
            for condition in list(generator, "ifs") {
                self.optional(" if ", condition)?;
            }
        }
        Ok(())
    }

    /// An expression without parentheses around it.
    fn bare(&mut self, tree: &Tree) -> Result_ {
        let Tree::Node(node) = tree else { return Err("expected some sort of expr".to_owned()) };
        let start = self.at();
        match &*node.class {
            "BoolOp" => {
                for (at, value) in list(node, "values").iter().enumerate() {
                    if at > 0 {
                        self.push(operator(node.field("op")));
                    }
                    self.expression(value)?;
                }
            }
            "NamedExpr" => {
                self.bare(node.field("target"))?;
                self.push(" := ");
                self.expression(node.field("value"))?;
            }
            "BinOp" => {
                self.expression(node.field("left"))?;
                self.push(operator(node.field("op")));
                self.expression(node.field("right"))?;
            }
            "UnaryOp" => {
                self.push(operator(node.field("op")));
                self.expression(node.field("operand"))?;
            }
            "Lambda" => {
                self.push("lambda ");
                self.parameters(node.field("args"))?;
                self.push(": ");
                self.expression(node.field("body"))?;
            }
            "IfExp" => {
                self.expression(node.field("body"))?;
                self.push(" if ");
                self.expression(node.field("test"))?;
                self.push(" else ");
                self.expression(node.field("orelse"))?;
            }
            "Dict" => {
                self.push("{");
                for (key, value) in list(node, "keys").iter().zip(list(node, "values")) {
                    match key {
                        Tree::Nothing => self.push("**"),
                        key => {
                            self.expression(key)?;
                            self.push(": ");
                        }
                    }
                    self.expression(value)?;
                    self.push(", ");
                }
                self.push("}");
            }
            "Set" => {
                // An empty set has no display.
                let elements = list(node, "elts");
                self.push(if elements.is_empty() { "{*()" } else { "{" });
                self.sequence(elements)?;
                self.push("}");
            }
            "ListComp" | "SetComp" | "GeneratorExp" | "DictComp" => {
                let (open, close) = match &*node.class {
                    "ListComp" => ("[", "]"),
                    "GeneratorExp" => ("(", ")"),
                    _ => ("{", "}"),
                };
                self.push(open);
                if node.class == "DictComp" {
                    self.expression(node.field("key"))?;
                    self.push(": ");
                    self.expression(node.field("value"))?;
                } else {
                    self.expression(node.field("elt"))?;
                }
                self.comprehensions(node)?;
                self.push(close);
            }
            "Await" => {
                self.push("await ");
                self.expression(node.field("value"))?;
            }
            "Yield" => {
                self.push("yield");
                self.optional(" ", node.field("value"))?;
            }
            "YieldFrom" => {
                self.push("yield from ");
                self.expression(node.field("value"))?;
            }
            "Compare" => {
                self.expression(node.field("left"))?;
                for (op, value) in list(node, "ops").iter().zip(list(node, "comparators")) {
                    self.push(operator(op));
                    self.expression(value)?;
                }
            }
            "Call" => {
                self.expression(node.field("func"))?;
                self.push("(");
                self.arguments(list(node, "args"), list(node, "keywords"))?;
                self.push(")");
            }
            "JoinedStr" => self.interpolated("f", node)?,
            "TemplateStr" => self.interpolated("t", node)?,
            "Constant" => match node.field("value") {
                Tree::Constant(value) => self.constant(value)?,
                _ => return Err("got an invalid type in Constant".to_owned()),
            },
            "Attribute" => {
                self.expression(node.field("value"))?;
                self.push(".");
                self.name(node.field("attr"));
            }
            "Subscript" => {
                self.expression(node.field("value"))?;
                self.push("[");
                match node.field("slice") {
                    Tree::Node(slice) if slice.class == "Tuple" && !list(slice, "elts").is_empty() => {
                        let start = self.at();
                        for element in list(slice, "elts") {
                            self.expression(element)?;
                            self.push(",");
                        }
                        self.place(start, slice.position);
                    }
                    slice => self.expression(slice)?,
                }
                self.push("]");
            }
            "Starred" => {
                self.push("*");
                self.expression(node.field("value"))?;
            }
            "Name" => self.name(node.field("id")),
            "List" => {
                self.push("[");
                self.sequence(list(node, "elts"))?;
                self.push("]");
            }
            "Tuple" => {
                self.push("(");
                for element in list(node, "elts") {
                    self.expression(element)?;
                    self.push(",");
                }
                self.push(")");
            }
            "Slice" => {
                self.optional("", node.field("lower"))?;
                self.push(":");
                self.optional("", node.field("upper"))?;
                self.optional(":", node.field("step"))?;
            }
            other => return Err(format!("expected some sort of expr, but got {other}")),
        }
        self.place(start, node.position);
        Ok(())
    }

    fn interpolated(&mut self, prefix: &str, node: &TreeNode) -> Result_ {
        self.push(prefix);
        self.push("'");
        self.parts(list(node, "values"))?;
        self.push("'");
        Ok(())
    }

    fn parts(&mut self, parts: &[Tree]) -> Result_ {
        for part in parts {
            let Tree::Node(part) = part else { continue };
            match &*part.class {
                "Constant" => {
                    if let Tree::Constant(Constant::Str(text)) = part.field("value") {
                        self.escaped(text, true);
                    }
                }
                "JoinedStr" => self.parts(list(part, "values"))?,
                _ => {
                    let start = self.at();
                    self.push("{");
                    match part.field("str") {
                        // The text is what a template says about the value.
                        Tree::Constant(Constant::Str(text)) if text.as_str().is_some() => {
                            self.push(text.as_str().unwrap_or(""));
                        }
                        _ => {
                            self.push(" ");
                            self.expression(part.field("value"))?;
                        }
                    }
                    if let Tree::Number(conversion @ 97..=115) = part.field("conversion") {
                        self.push("!");
                        self.push(&char::from(*conversion as u8).to_string());
                    }
                    if let Tree::Node(specification) = part.field("format_spec") {
                        self.push(":");
                        self.parts(list(specification, "values"))?;
                    }
                    self.push("}");
                    self.place(start, part.position);
                }
            }
        }
        Ok(())
    }

    /// Text between quotes; in an f-string without braces.
    fn escaped(&mut self, text: &PythonString, in_interpolation: bool) {
        for code_point in text.code_points() {
            match char::from_u32(code_point) {
                Some('{' | '}') if in_interpolation => self.push(&format!("\\x{code_point:02x}")),
                Some(c @ (' '..='&' | '('..='[' | ']'..='~')) => self.written.text.push(c),
                Some(c) if c.is_alphanumeric() => self.written.text.push(c),
                _ if code_point <= 0xff => self.push(&format!("\\x{code_point:02x}")),
                _ => self.push(&format!("\\U{code_point:08x}")),
            }
        }
    }

    fn constant(&mut self, constant: &Constant) -> Result_ {
        match constant {
            Constant::None => self.push("None"),
            Constant::Bool(value) => self.push(if *value { "True" } else { "False" }),
            Constant::Ellipsis => self.push("..."),
            Constant::Int(value) => self.push(&value.to_string()),
            Constant::BigInt(value) => {
                self.push(if value.negative { "-0x" } else { "0x" });
                let digits: String = value.magnitude.iter().rev().map(|byte| format!("{byte:02x}")).collect();
                self.push(&digits);
            }
            Constant::Float(value) => self.float(*value),
            Constant::Complex(real, imaginary) => {
                if real.to_bits() != 0 {
                    self.float(*real);
                    self.push("+");
                }
                self.float(*imaginary);
                // An infinity's text has an exponent; the letter goes behind it all the same.
                self.push("j");
            }
            Constant::Str(text) => {
                self.push("'");
                self.escaped(text, false);
                self.push("'");
            }
            Constant::Bytes(bytes) => {
                self.push("b'");
                for byte in bytes {
                    self.push(&format!("\\x{byte:02x}"));
                }
                self.push("'");
            }
            Constant::Tuple(items) => {
                self.push("(");
                for item in items.iter() {
                    self.constant(item)?;
                    self.push(",");
                }
                self.push(")");
            }
            _ => return Err("a constant that no source has cannot be compiled".to_owned()),
        }
        Ok(())
    }

    fn float(&mut self, value: f64) {
        if value.is_nan() {
            self.push("(1e999-1e999)");
        } else if value.is_infinite() {
            self.push(if value > 0.0 { "1e999" } else { "-1e999" });
        } else {
            self.push(&format!("{value:?}"));
        }
    }

    fn pattern(&mut self, tree: &Tree) -> Result_ {
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

    fn captured(&mut self, name: &Tree) {
        match name {
            Tree::Nothing => self.push("_"),
            name => self.name(name),
        }
    }

    /// A value that is matched: numbers with signs, strings, names with dots; none may have parentheses.
    fn pattern_value(&mut self, tree: &Tree) -> Result_ {
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

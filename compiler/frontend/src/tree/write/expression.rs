//! Expressions, strings and constants.

use pyrsc_bytecode::{Constant, PythonString, Tree, TreeNode};

use super::{Writer, Written, class, is_given, list, operator};

impl Writer {
    pub(super) fn arguments(&mut self, arguments: &[Tree], keywords: &[Tree]) -> Written {
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
    pub(super) fn expression(&mut self, tree: &Tree) -> Written {
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

    pub(super) fn comprehensions(&mut self, node: &TreeNode) -> Written {
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
    pub(super) fn bare(&mut self, tree: &Tree) -> Written {
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

    pub(super) fn interpolated(&mut self, prefix: &str, node: &TreeNode) -> Written {
        self.push(prefix);
        self.push("'");
        self.parts(list(node, "values"))?;
        self.push("'");
        Ok(())
    }

    pub(super) fn parts(&mut self, parts: &[Tree]) -> Written {
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
    pub(super) fn escaped(&mut self, text: &PythonString, in_interpolation: bool) {
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

    pub(super) fn constant(&mut self, constant: &Constant) -> Written {
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

    pub(super) fn float(&mut self, value: f64) {
        if value.is_nan() {
            self.push("(1e999-1e999)");
        } else if value.is_infinite() {
            self.push(if value > 0.0 { "1e999" } else { "-1e999" });
        } else {
            self.push(&format!("{value:?}"));
        }
    }
}

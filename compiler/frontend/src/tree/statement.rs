//! Nodes of statements.

use pyrsc_bytecode::Tree;
use ruff_python_ast::{self as ast, ElifElseClause, ExceptHandler, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Builder, name, optional_name, unsupported};
use crate::diagnostic::Result;

impl Builder<'_> {
    pub(super) fn statements(&mut self, body: &[Stmt]) -> Result<Tree> {
        let items: Result<Vec<Tree>> = body.iter().map(|statement| self.statement(statement)).collect();
        Ok(Tree::List(items?))
    }

    fn statement(&mut self, statement: &Stmt) -> Result<Tree> {
        let range = statement.range();
        let (class, fields) = match statement {
            Stmt::FunctionDef(node) => return self.function(node),
            Stmt::ClassDef(node) => return self.class(node),
            Stmt::Return(node) => ("Return", vec![("value", self.optional(node.value.as_deref())?)]),
            Stmt::Delete(node) => ("Delete", vec![("targets", self.expressions(&node.targets)?)]),
            Stmt::Assign(node) => {
                let targets = self.expressions(&node.targets)?;
                let value = self.expression(&node.value)?;
                ("Assign", vec![("targets", targets), ("value", value), ("type_comment", Tree::Nothing)])
            }
            Stmt::TypeAlias(node) => {
                let alias = self.expression(&node.name)?;
                let parameters = self.type_parameters(node.type_params.as_deref())?;
                let value = self.expression(&node.value)?;
                ("TypeAlias", vec![("name", alias), ("type_params", parameters), ("value", value)])
            }
            Stmt::AugAssign(node) => {
                let target = self.expression(&node.target)?;
                let op = Tree::node(super::expression::operator(node.op), Vec::new());
                ("AugAssign", vec![("target", target), ("op", op), ("value", self.expression(&node.value)?)])
            }
            Stmt::AnnAssign(node) => {
                let target = self.expression(&node.target)?;
                let annotation = self.expression(&node.annotation)?;
                let value = self.optional(node.value.as_deref())?;
                let simple = Tree::Number(i64::from(node.simple));
                (
                    "AnnAssign",
                    vec![
                        ("target", target),
                        ("annotation", annotation),
                        ("value", value),
                        ("simple", simple),
                    ],
                )
            }
            Stmt::For(node) => {
                let class = if node.is_async { "AsyncFor" } else { "For" };
                let target = self.expression(&node.target)?;
                let iterable = self.expression(&node.iter)?;
                let (body, otherwise) = (self.statements(&node.body)?, self.statements(&node.orelse)?);
                let comment = ("type_comment", Tree::Nothing);
                (
                    class,
                    vec![
                        ("target", target),
                        ("iter", iterable),
                        ("body", body),
                        ("orelse", otherwise),
                        comment,
                    ],
                )
            }
            Stmt::While(node) => {
                let test = self.expression(&node.test)?;
                let (body, otherwise) = (self.statements(&node.body)?, self.statements(&node.orelse)?);
                ("While", vec![("test", test), ("body", body), ("orelse", otherwise)])
            }
            Stmt::If(node) => {
                let test = self.expression(&node.test)?;
                let body = self.statements(&node.body)?;
                let otherwise = self.clauses(&node.elif_else_clauses, range.end())?;
                ("If", vec![("test", test), ("body", body), ("orelse", otherwise)])
            }
            Stmt::With(node) => {
                let class = if node.is_async { "AsyncWith" } else { "With" };
                let mut items = Vec::new();
                for item in &node.items {
                    let context = self.expression(&item.context_expr)?;
                    let target = self.optional(item.optional_vars.as_deref())?;
                    items.push(Tree::node(
                        "withitem",
                        vec![("context_expr", context), ("optional_vars", target)],
                    ));
                }
                let body = self.statements(&node.body)?;
                (class, vec![("items", Tree::List(items)), ("body", body), ("type_comment", Tree::Nothing)])
            }
            Stmt::Match(node) => {
                let subject = self.expression(&node.subject)?;
                let mut cases = Vec::new();
                for case in &node.cases {
                    let pattern = self.pattern(&case.pattern)?;
                    let guard = self.optional(case.guard.as_deref())?;
                    let body = self.statements(&case.body)?;
                    let fields = vec![("pattern", pattern), ("guard", guard), ("body", body)];
                    cases.push(Tree::node("match_case", fields));
                }
                ("Match", vec![("subject", subject), ("cases", Tree::List(cases))])
            }
            Stmt::Raise(node) => {
                let exception = self.optional(node.exc.as_deref())?;
                ("Raise", vec![("exc", exception), ("cause", self.optional(node.cause.as_deref())?)])
            }
            Stmt::Try(node) => {
                let class = if node.is_star { "TryStar" } else { "Try" };
                let body = self.statements(&node.body)?;
                let mut handlers = Vec::new();
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    let kind = self.optional(handler.type_.as_deref())?;
                    let bound = optional_name(handler.name.as_ref());
                    let body = self.statements(&handler.body)?;
                    let fields = vec![("type", kind), ("name", bound), ("body", body)];
                    handlers.push(Tree::placed(
                        "ExceptHandler",
                        self.compound_position(handler.range),
                        fields,
                    ));
                }
                let (otherwise, last) = (self.statements(&node.orelse)?, self.statements(&node.finalbody)?);
                let handlers = Tree::List(handlers);
                (
                    class,
                    vec![("body", body), ("handlers", handlers), ("orelse", otherwise), ("finalbody", last)],
                )
            }
            Stmt::Assert(node) => {
                let test = self.expression(&node.test)?;
                ("Assert", vec![("test", test), ("msg", self.optional(node.msg.as_deref())?)])
            }
            Stmt::Import(node) => ("Import", vec![("names", self.aliases(&node.names))]),
            Stmt::ImportFrom(node) => {
                let module = optional_name(node.module.as_ref());
                let level = Tree::Number(i64::from(node.level));
                (
                    "ImportFrom",
                    vec![("module", module), ("names", self.aliases(&node.names)), ("level", level)],
                )
            }
            Stmt::Global(node) => ("Global", vec![("names", Tree::list(node.names.iter().map(name)))]),
            Stmt::Nonlocal(node) => ("Nonlocal", vec![("names", Tree::list(node.names.iter().map(name)))]),
            Stmt::Expr(node) => ("Expr", vec![("value", self.expression(&node.value)?)]),
            Stmt::Pass(_) => ("Pass", Vec::new()),
            Stmt::Break(_) => ("Break", Vec::new()),
            Stmt::Continue(_) => ("Continue", Vec::new()),
            Stmt::IpyEscapeCommand(node) => return unsupported(node),
        };
        let has_blocks = matches!(
            statement,
            Stmt::For(_) | Stmt::While(_) | Stmt::If(_) | Stmt::With(_) | Stmt::Match(_) | Stmt::Try(_)
        );
        let position = if has_blocks { self.compound_position(range) } else { self.position(range) };
        Ok(Tree::placed(class, position, fields))
    }

    /// What follows an `if`: `elif` is an `If` in the other branch, up to the end of the whole statement.
    fn clauses(&mut self, clauses: &[ElifElseClause], end: TextSize) -> Result<Tree> {
        let Some((first, rest)) = clauses.split_first() else { return Ok(Tree::List(Vec::new())) };
        let Some(test) = &first.test else { return self.statements(&first.body) };
        let test = self.expression(test)?;
        let body = self.statements(&first.body)?;
        let otherwise = self.clauses(rest, end)?;
        let fields = vec![("test", test), ("body", body), ("orelse", otherwise)];
        let position = self.compound_position(TextRange::new(first.start(), end));
        Ok(Tree::List(vec![Tree::placed("If", position, fields)]))
    }

    fn aliases(&self, names: &[ast::Alias]) -> Tree {
        Tree::list(names.iter().map(|alias| {
            let fields = vec![("name", name(&alias.name)), ("asname", optional_name(alias.asname.as_ref()))];
            Tree::placed("alias", self.position(alias.range), fields)
        }))
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) -> Result<Tree> {
        self.expressions(decorators.iter().map(|decorator| &decorator.expression))
    }

    /// A definition's place begins at its keyword, after its decorators.
    fn definition(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let start = self.index.keyword_offset(range.start().to_u32(), decorators);
        TextRange::new(start.into(), range.end())
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) -> Result<Tree> {
        let class = if node.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
        let position = self.compound_position(self.definition(node.range, &node.decorator_list));
        let decorators = self.decorators(&node.decorator_list)?;
        let parameters = self.parameters(&node.parameters)?;
        let returns = self.optional(node.returns.as_deref())?;
        let body = self.statements(&node.body)?;
        let type_parameters = self.type_parameters(node.type_params.as_deref())?;
        Ok(Tree::placed(
            class,
            position,
            vec![
                ("name", name(&node.name)),
                ("args", parameters),
                ("body", body),
                ("decorator_list", decorators),
                ("returns", returns),
                ("type_comment", Tree::Nothing),
                ("type_params", type_parameters),
            ],
        ))
    }

    fn class(&mut self, node: &ast::StmtClassDef) -> Result<Tree> {
        let position = self.compound_position(self.definition(node.range, &node.decorator_list));
        let decorators = self.decorators(&node.decorator_list)?;
        let (bases, keywords) = match &node.arguments {
            Some(arguments) => (self.expressions(&arguments.args)?, self.keywords(&arguments.keywords)?),
            None => (Tree::List(Vec::new()), Tree::List(Vec::new())),
        };
        let body = self.statements(&node.body)?;
        let type_parameters = self.type_parameters(node.type_params.as_deref())?;
        Ok(Tree::placed(
            "ClassDef",
            position,
            vec![
                ("name", name(&node.name)),
                ("bases", bases),
                ("keywords", keywords),
                ("body", body),
                ("decorator_list", decorators),
                ("type_params", type_parameters),
            ],
        ))
    }

    fn type_parameters(&mut self, parameters: Option<&ast::TypeParams>) -> Result<Tree> {
        let mut items = Vec::new();
        for parameter in parameters.into_iter().flatten() {
            let (class, label, bound, default) = match parameter {
                TypeParam::TypeVar(node) => {
                    ("TypeVar", &node.name, Some(node.bound.as_deref()), node.default.as_deref())
                }
                TypeParam::TypeVarTuple(node) => ("TypeVarTuple", &node.name, None, node.default.as_deref()),
                TypeParam::ParamSpec(node) => ("ParamSpec", &node.name, None, node.default.as_deref()),
            };
            let mut fields = vec![("name", name(label))];
            if let Some(bound) = bound {
                fields.push(("bound", self.optional(bound)?));
            }
            fields.push(("default_value", self.optional(default)?));
            items.push(Tree::placed(class, self.position(parameter.range()), fields));
        }
        Ok(Tree::List(items))
    }

    /// The parameters of a function.
    pub(super) fn parameters(&mut self, parameters: &ast::Parameters) -> Result<Tree> {
        let mut defaults = Vec::new();
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(default) = &parameter.default {
                defaults.push(self.expression(default)?);
            }
        }
        let mut keyword_defaults = Vec::new();
        for parameter in &parameters.kwonlyargs {
            keyword_defaults.push(self.optional(parameter.default.as_deref())?);
        }
        let positional_only = self.parameter_list(&parameters.posonlyargs)?;
        let plain = self.parameter_list(&parameters.args)?;
        let star = parameters.vararg.as_deref().map_or(Ok(Tree::Nothing), |star| self.parameter(star))?;
        let keyword_only = self.parameter_list(&parameters.kwonlyargs)?;
        let keywords = parameters.kwarg.as_deref().map_or(Ok(Tree::Nothing), |star| self.parameter(star))?;
        Ok(Tree::node(
            "arguments",
            vec![
                ("posonlyargs", positional_only),
                ("args", plain),
                ("vararg", star),
                ("kwonlyargs", keyword_only),
                ("kw_defaults", Tree::List(keyword_defaults)),
                ("kwarg", keywords),
                ("defaults", Tree::List(defaults)),
            ],
        ))
    }

    fn parameter_list(&mut self, parameters: &[ast::ParameterWithDefault]) -> Result<Tree> {
        let items: Result<Vec<Tree>> =
            parameters.iter().map(|parameter| self.parameter(&parameter.parameter)).collect();
        Ok(Tree::List(items?))
    }

    fn parameter(&mut self, parameter: &ast::Parameter) -> Result<Tree> {
        let annotation = self.optional(parameter.annotation.as_deref())?;
        // The stars are not part of it.
        let range = TextRange::new(parameter.name.start(), parameter.range.end());
        let fields =
            vec![("arg", name(&parameter.name)), ("annotation", annotation), ("type_comment", Tree::Nothing)];
        Ok(Tree::placed("arg", self.position(range), fields))
    }
}

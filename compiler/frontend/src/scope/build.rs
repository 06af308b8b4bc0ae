//! Walks the tree and records what each scope does with each name.

use std::sync::Arc;

use ruff_python_ast::{
    self as ast, Comprehension, ExceptHandler, Expr, ExprContext, InterpolatedStringElement, Mod, Parameters,
    Pattern, Stmt, TypeParam,
};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ComprehensionKind, Directive, Name, Role, Scope, ScopeId, ScopeKind, ScopeTable, analyze, flag, mangle,
    node_key,
};
use crate::Options;
use crate::diagnostic::{Fault, Result, fail};
use crate::recursion::Depth;

/// The scopes of a module, analysed.
pub(crate) fn build(module: &Mod, options: &Options, future_annotations: bool) -> Result<ScopeTable> {
    let mut builder = Builder {
        table: ScopeTable { scopes: Vec::new(), by_node: FxHashMap::default() },
        current: ScopeTable::MODULE,
        names: FxHashSet::default(),
        private: None,
        future_annotations,
        depth: Depth::new(),
        interactive_await: options.top_level_await,
        context: "",
    };
    builder.enter(ScopeKind::Module, node_key(module), Role::Body);
    match module {
        Mod::Module(module) => builder.statements(&module.body)?,
        Mod::Expression(expression) => builder.expression(&expression.body)?,
    }
    let mut table = builder.table;
    analyze::analyze(&mut table)?;
    Ok(table)
}

struct Builder {
    table: ScopeTable,
    current: ScopeId,
    names: FxHashSet<Name>,
    private: Option<Arc<str>>,
    future_annotations: bool,
    depth: Depth,
    interactive_await: bool,
    /// What the annotation scope that comes next is, for messages.
    context: &'static str,
}

impl Builder {
    fn scope(&mut self) -> &mut Scope {
        &mut self.table.scopes[self.current.0 as usize]
    }

    fn enter(&mut self, kind: ScopeKind, node: usize, role: Role) -> ScopeId {
        let id = ScopeId(self.table.scopes.len() as u32);
        let parent = (id != ScopeTable::MODULE).then_some(self.current);
        self.table.scopes.push(Scope {
            kind,
            comprehension: None,
            is_lambda: false,
            is_inlined: false,
            parent,
            children: Vec::new(),
            symbols: Vec::new(),
            index: FxHashMap::default(),
            is_generator: false,
            is_coroutine: false,
            has_await_in_comprehension: false,
            has_walrus: false,
            needs_class_closure: false,
            needs_class_dict: false,
            can_see_class_scope: false,
            has_conditional_annotations: false,
            has_annotations: false,
            annotation_scope: None,
            free_names: Vec::new(),
            directives: Vec::new(),
            private: self.private.clone(),
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            comprehension_target: false,
            // A walrus is refused in all that lies in the iterable of a comprehension.
            comprehension_iterable: parent
                .map_or(0, |_| self.table.scopes[self.current.0 as usize].comprehension_iterable),
            context: "",
        });
        if let Some(parent) = parent {
            self.table.scopes[parent.0 as usize].children.push(id);
        }
        self.table.by_node.insert((node, role), id);
        self.current = id;
        id
    }

    fn exit(&mut self) {
        if let Some(parent) = self.scope().parent {
            self.current = parent;
        }
    }

    fn intern(&mut self, name: &str) -> Name {
        let mangled = mangle(self.private.as_deref(), name);
        let name = mangled.as_deref().unwrap_or(name);
        match self.names.get(name) {
            Some(name) => name.clone(),
            None => {
                let interned: Name = name.into();
                self.names.insert(interned.clone());
                interned
            }
        }
    }

    fn add(&mut self, name: &str, flags: u16, range: TextRange) -> Result<()> {
        let name = self.intern(name);
        let scope = self.scope();
        if scope.in_unevaluated_annotation {
            return Ok(());
        }
        let previous = scope.flags(&name);
        if flags & flag::PARAMETER != 0 && previous & flag::PARAMETER != 0 {
            return Err(Fault::new(format!("duplicate argument '{name}' in function definition"), range));
        }
        if flags & flag::TYPE_PARAMETER != 0 && previous & flag::TYPE_PARAMETER != 0 {
            return Err(Fault::new(format!("duplicate type parameter '{name}'"), range));
        }
        let mut flags = flags;
        if scope.comprehension_target {
            // The target of a comprehension binds in the comprehension, unless a walrus in it does so elsewhere.
            if previous & (flag::GLOBAL | flag::NONLOCAL) != 0 {
                let message =
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'");
                return Err(Fault::new(message, range));
            }
            if flags & flag::LOCAL != 0 {
                flags |= flag::COMPREHENSION_TARGET;
            }
        }
        scope.add(&name, flags);
        Ok(())
    }

    fn statements(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    /// The body of a compound statement: annotations in it are conditional.
    fn conditional(&mut self, body: &[Stmt]) -> Result<()> {
        let outer = std::mem::replace(&mut self.scope().in_conditional_block, true);
        self.statements(body)?;
        self.scope().in_conditional_block = outer;
        Ok(())
    }

    fn statement(&mut self, statement: &Stmt) -> Result<()> {
        self.depth.enter(statement)?;
        self.statement_inner(statement)?;
        self.depth.leave();
        Ok(())
    }

    fn statement_inner(&mut self, statement: &Stmt) -> Result<()> {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Return(node) => self.optional(node.value.as_deref()),
            Stmt::Delete(node) => node.targets.iter().try_for_each(|target| self.expression(target)),
            Stmt::Assign(node) => {
                node.targets.iter().try_for_each(|target| self.expression(target))?;
                self.expression(&node.value)
            }
            Stmt::AugAssign(node) => {
                self.expression(&node.target)?;
                self.expression(&node.value)
            }
            Stmt::AnnAssign(node) => self.annotated_assignment(node),
            Stmt::For(node) => {
                self.expression(&node.target)?;
                self.expression(&node.iter)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::While(node) => {
                self.expression(&node.test)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::If(node) => {
                self.expression(&node.test)?;
                self.conditional(&node.body)?;
                for clause in &node.elif_else_clauses {
                    self.optional(clause.test.as_ref())?;
                    self.conditional(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.expression(&item.context_expr)?;
                    self.optional(item.optional_vars.as_deref())?;
                }
                self.conditional(&node.body)
            }
            Stmt::Match(node) => {
                self.expression(&node.subject)?;
                for case in &node.cases {
                    self.pattern(&case.pattern)?;
                    self.optional(case.guard.as_deref())?;
                    self.conditional(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(node) => {
                self.optional(node.exc.as_deref())?;
                self.optional(node.cause.as_deref())
            }
            Stmt::Try(node) => {
                self.conditional(&node.body)?;
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.optional(handler.type_.as_deref())?;
                    if let Some(name) = &handler.name {
                        self.add(name, flag::LOCAL, handler.range)?;
                    }
                    self.conditional(&handler.body)?;
                }
                self.conditional(&node.orelse)?;
                self.conditional(&node.finalbody)
            }
            Stmt::Assert(node) => {
                self.expression(&node.test)?;
                self.optional(node.msg.as_deref())
            }
            Stmt::Import(node) => node.names.iter().try_for_each(|alias| self.import(alias, false)),
            Stmt::ImportFrom(node) => node.names.iter().try_for_each(|alias| self.import(alias, true)),
            Stmt::Global(node) => self.directive(&node.names, node.range, true),
            Stmt::Nonlocal(node) => self.directive(&node.names, node.range, false),
            Stmt::Expr(node) => self.expression(&node.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn import(&mut self, alias: &ast::Alias, is_from: bool) -> Result<()> {
        let bound = match &alias.asname {
            Some(name) => name.as_str(),
            None if is_from => alias.name.as_str(),
            None => alias.name.split('.').next().unwrap_or(""),
        };
        if bound == "*" {
            if self.scope().kind != ScopeKind::Module {
                return fail("import * only allowed at module level", alias);
            }
            return Ok(());
        }
        self.add(bound, flag::IMPORT, alias.range)
    }

    fn directive(&mut self, names: &[ast::Identifier], range: TextRange, is_global: bool) -> Result<()> {
        let word = if is_global { "global" } else { "nonlocal" };
        for name in names {
            let mangled = self.intern(name);
            let previous = self.scope().flags(&mangled);
            let problem = if previous & flag::PARAMETER != 0 {
                Some(format!("name '{mangled}' is parameter and {word}"))
            } else if previous & flag::USE != 0 {
                Some(format!("name '{mangled}' is used prior to {word} declaration"))
            } else if previous & flag::ANNOTATED != 0 {
                Some(format!("annotated name '{mangled}' can't be {word}"))
            } else if previous & (flag::LOCAL | flag::IMPORT) != 0 {
                Some(format!("name '{mangled}' is assigned to before {word} declaration"))
            } else {
                None
            };
            if let Some(message) = problem {
                return Err(Fault::new(message, range));
            }
            self.add(name, if is_global { flag::GLOBAL } else { flag::NONLOCAL }, range)?;
            self.scope().directives.push(Directive { name: mangled, range });
        }
        Ok(())
    }

    fn annotated_assignment(&mut self, node: &ast::StmtAnnAssign) -> Result<()> {
        self.scope().has_annotations = true;
        if let Expr::Name(target) = &*node.target {
            let name = self.intern(&target.id);
            let previous = self.scope().flags(&name);
            let kind = self.scope().kind;
            if previous & (flag::GLOBAL | flag::NONLOCAL) != 0 && node.simple && kind != ScopeKind::Module {
                let word = if previous & flag::GLOBAL != 0 { "global" } else { "nonlocal" };
                return Err(Fault::new(format!("annotated name '{name}' can't be {word}"), node.range));
            }
            if node.simple {
                self.add(&target.id, flag::ANNOTATED | flag::LOCAL, target.range)?;
            } else if node.value.is_some() {
                self.add(&target.id, flag::LOCAL, target.range)?;
            }
        } else {
            self.expression(&node.target)?;
        }
        self.annotation(&node.annotation)?;
        self.optional(node.value.as_deref())
    }

    /// A variable's annotation, which belongs to the `__annotate__` scope of the class or module.
    fn annotation(&mut self, annotation: &Expr) -> Result<()> {
        let parent = self.current;
        let kind = self.scope().kind;
        let is_unevaluated = kind == ScopeKind::Function;
        let is_conditional =
            kind == ScopeKind::Module || kind == ScopeKind::Class && self.scope().in_conditional_block;
        let future = self.future_annotations;
        match self.scope().annotation_scope {
            Some(scope) => self.current = scope,
            None => {
                let scope = self.enter(ScopeKind::Annotation, node_key(annotation), Role::Annotations);
                self.table.scopes[parent.0 as usize].annotation_scope = Some(scope);
                self.add(".format", flag::PARAMETER, annotation.range())?;
                if kind == ScopeKind::Class && !future {
                    self.scope().can_see_class_scope = true;
                    self.add("__classdict__", flag::USE, annotation.range())?;
                }
            }
        }
        if is_conditional && !future {
            self.add("__conditional_annotations__", flag::USE, annotation.range())?;
            let parent = &mut self.table.scopes[parent.0 as usize];
            if !parent.has_conditional_annotations {
                parent.has_conditional_annotations = true;
            }
        }
        self.scope().in_unevaluated_annotation = is_unevaluated || future;
        self.expression(annotation)?;
        self.scope().in_unevaluated_annotation = false;
        self.current = parent;
        Ok(())
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) -> Result<()> {
        self.add(&node.name, flag::LOCAL, node.range)?;
        let parameters = &node.parameters;
        self.defaults(parameters)?;
        node.decorator_list.iter().try_for_each(|decorator| self.expression(&decorator.expression))?;
        if let Some(type_parameters) = &node.type_params {
            self.enter_type_parameters(node_key(node));
            if has_positional_defaults(parameters) {
                self.add(".defaults", flag::PARAMETER, node.range)?;
            }
            if has_keyword_defaults(parameters) {
                self.add(".kwdefaults", flag::PARAMETER, node.range)?;
            }
            self.type_parameters(type_parameters)?;
        }
        self.function_annotations(node)?;
        self.enter(ScopeKind::Function, node_key(node), Role::Body);
        self.scope().is_coroutine = node.is_async;
        self.parameters(parameters)?;
        self.statements(&node.body)?;
        self.exit();
        if node.type_params.is_some() {
            self.exit();
        }
        Ok(())
    }

    fn function_annotations(&mut self, node: &ast::StmtFunctionDef) -> Result<()> {
        let in_class = self.scope().kind == ScopeKind::Class || self.scope().can_see_class_scope;
        self.enter(ScopeKind::Annotation, node_key(node), Role::Annotations);
        self.add(".format", flag::PARAMETER, node.range)?;
        if in_class && !self.future_annotations {
            self.scope().can_see_class_scope = true;
            self.add("__classdict__", flag::USE, node.range)?;
        }
        let future = self.future_annotations;
        self.scope().in_unevaluated_annotation = future;
        for parameter in all_parameters(&node.parameters) {
            self.optional(parameter.annotation.as_deref())?;
        }
        self.optional(node.returns.as_deref())?;
        self.exit();
        Ok(())
    }

    fn defaults(&mut self, parameters: &Parameters) -> Result<()> {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.optional(parameter.default.as_deref())?;
        }
        Ok(())
    }

    fn parameters(&mut self, parameters: &Parameters) -> Result<()> {
        let with_defaults =
            parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs);
        for parameter in with_defaults.map(|parameter| &parameter.parameter) {
            self.add(&parameter.name, flag::PARAMETER, parameter.name.range)?;
        }
        for parameter in parameters.vararg.iter().chain(&parameters.kwarg) {
            self.add(&parameter.name, flag::PARAMETER, parameter.name.range)?;
        }
        Ok(())
    }

    fn class(&mut self, node: &ast::StmtClassDef) -> Result<()> {
        self.add(&node.name, flag::LOCAL, node.range)?;
        node.decorator_list.iter().try_for_each(|decorator| self.expression(&decorator.expression))?;
        let outer_private = self.private.clone();
        if let Some(type_parameters) = &node.type_params {
            self.private = Some(node.name.as_str().into());
            self.enter_type_parameters(node_key(node));
            for name in [".type_params", ".generic_base"] {
                self.add(name, flag::LOCAL | flag::USE, node.range)?;
            }
            self.type_parameters(type_parameters)?;
        }
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments)?;
        }
        self.private = Some(node.name.as_str().into());
        self.enter(ScopeKind::Class, node_key(node), Role::Body);
        if node.type_params.is_some() {
            self.add("__type_params__", flag::LOCAL, node.range)?;
            self.add(".type_params", flag::USE, node.range)?;
        }
        self.statements(&node.body)?;
        self.exit();
        if node.type_params.is_some() {
            self.exit();
        }
        self.private = outer_private;
        Ok(())
    }

    fn type_alias(&mut self, node: &ast::StmtTypeAlias) -> Result<()> {
        self.expression(&node.name)?;
        let in_class = self.scope().kind == ScopeKind::Class;
        if let Some(type_parameters) = &node.type_params {
            self.enter_type_parameters(node_key(node));
            self.type_parameters(type_parameters)?;
        }
        self.lazy(ScopeKind::TypeAlias, node_key(node), Role::Body, in_class, &node.value)?;
        if node.type_params.is_some() {
            self.exit();
        }
        Ok(())
    }

    /// A lazily evaluated expression: a function of one parameter, `format`.
    /// The bound or default of a type parameter.
    fn type_parameter_value(
        &mut self,
        context: &'static str,
        (node, role): (usize, Role),
        in_class: bool,
        value: &Expr,
    ) -> Result<()> {
        self.context = context;
        self.lazy(ScopeKind::TypeVariable, node, role, in_class, value)
    }

    fn lazy(&mut self, kind: ScopeKind, node: usize, role: Role, in_class: bool, value: &Expr) -> Result<()> {
        self.enter(kind, node, role);
        self.scope().context = self.context;
        self.add(".format", flag::PARAMETER, value.range())?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.add("__classdict__", flag::USE, value.range())?;
        }
        self.expression(value)?;
        self.exit();
        Ok(())
    }

    fn enter_type_parameters(&mut self, node: usize) {
        let in_class = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParameters, node, Role::TypeParameters);
        if in_class {
            let name = self.intern("__classdict__");
            self.scope().can_see_class_scope = true;
            self.scope().add(&name, flag::USE);
        }
    }

    fn type_parameters(&mut self, parameters: &ast::TypeParams) -> Result<()> {
        for parameter in parameters {
            let in_class = self.scope().can_see_class_scope;
            let (name, bound, default) = match parameter {
                TypeParam::TypeVar(node) => (&node.name, node.bound.as_deref(), node.default.as_deref()),
                TypeParam::TypeVarTuple(node) => (&node.name, None, node.default.as_deref()),
                TypeParam::ParamSpec(node) => (&node.name, None, node.default.as_deref()),
            };
            if matches!(name.as_str(), "__classdict__" | "__conditional_annotations__") {
                let message = format!("reserved name '{name}' cannot be used for type parameter");
                return fail(message, parameter);
            }
            let default_context = match parameter {
                TypeParam::TypeVar(_) => "a TypeVar default",
                TypeParam::TypeVarTuple(_) => "a TypeVarTuple default",
                TypeParam::ParamSpec(_) => "a ParamSpec default",
            };
            self.add(name, flag::TYPE_PARAMETER | flag::LOCAL, parameter.range())?;
            let node = node_key(parameter);
            if let Some(bound) = bound {
                let is_tuple = matches!(bound, Expr::Tuple(_));
                let context = if is_tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.type_parameter_value(context, (node, Role::Body), in_class, bound)?;
            }
            if let Some(default) = default {
                self.type_parameter_value(default_context, (node, Role::Default), in_class, default)?;
            }
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Result<()> {
        self.depth.enter(pattern)?;
        match pattern {
            Pattern::MatchValue(node) => self.expression(&node.value)?,
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => node.patterns.iter().try_for_each(|inner| self.pattern(inner))?,
            Pattern::MatchMapping(node) => {
                node.keys.iter().try_for_each(|key| self.expression(key))?;
                node.patterns.iter().try_for_each(|inner| self.pattern(inner))?;
                self.capture(node.rest.as_ref())?;
            }
            Pattern::MatchClass(node) => {
                self.expression(&node.cls)?;
                node.arguments.patterns.iter().try_for_each(|inner| self.pattern(inner))?;
                node.arguments.keywords.iter().try_for_each(|keyword| self.pattern(&keyword.pattern))?;
            }
            Pattern::MatchStar(node) => self.capture(node.name.as_ref())?,
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner)?;
                }
                self.capture(node.name.as_ref())?;
            }
            Pattern::MatchOr(node) => node.patterns.iter().try_for_each(|inner| self.pattern(inner))?,
        }
        self.depth.leave();
        Ok(())
    }

    fn capture(&mut self, name: Option<&ast::Identifier>) -> Result<()> {
        match name {
            Some(name) => self.add(name, flag::LOCAL, name.range),
            None => Ok(()),
        }
    }

    fn optional(&mut self, expression: Option<&Expr>) -> Result<()> {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    fn arguments(&mut self, arguments: &ast::Arguments) -> Result<()> {
        arguments.args.iter().try_for_each(|argument| self.expression(argument))?;
        arguments.keywords.iter().try_for_each(|keyword| self.expression(&keyword.value))
    }

    fn expression(&mut self, expression: &Expr) -> Result<()> {
        self.depth.enter(expression)?;
        self.expression_inner(expression)?;
        self.depth.leave();
        Ok(())
    }

    fn expression_inner(&mut self, expression: &Expr) -> Result<()> {
        match expression {
            Expr::Name(node) => {
                let flags = if node.ctx == ExprContext::Load { flag::USE } else { flag::LOCAL };
                self.add(&node.id, flags, node.range)?;
                if node.ctx == ExprContext::Load
                    && node.id == "super"
                    && self.scope().kind == ScopeKind::Function
                {
                    self.add("__class__", flag::USE, node.range)?;
                }
                Ok(())
            }
            Expr::Named(node) => {
                self.refuse_in_annotation(expression, "named expression")?;
                self.walrus(node)
            }
            Expr::BoolOp(node) => node.values.iter().try_for_each(|value| self.expression(value)),
            Expr::BinOp(node) => {
                self.expression(&node.left)?;
                self.expression(&node.right)
            }
            Expr::UnaryOp(node) => self.expression(&node.operand),
            Expr::Lambda(node) => {
                if let Some(parameters) = &node.parameters {
                    self.defaults(parameters)?;
                }
                self.enter(ScopeKind::Function, node_key(node), Role::Body);
                self.scope().is_lambda = true;
                if let Some(parameters) = &node.parameters {
                    self.parameters(parameters)?;
                }
                self.expression(&node.body)?;
                self.exit();
                Ok(())
            }
            Expr::If(node) => {
                self.expression(&node.test)?;
                self.expression(&node.body)?;
                self.expression(&node.orelse)
            }
            Expr::Dict(node) => {
                for item in &node.items {
                    self.optional(item.key.as_ref())?;
                    self.expression(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(node) => node.elts.iter().try_for_each(|item| self.expression(item)),
            Expr::ListComp(node) => self.comprehension(
                expression,
                node_key(node),
                ComprehensionKind::List,
                &node.generators,
                &[&node.elt],
            ),
            Expr::SetComp(node) => self.comprehension(
                expression,
                node_key(node),
                ComprehensionKind::Set,
                &node.generators,
                &[&node.elt],
            ),
            Expr::Generator(node) => self.comprehension(
                expression,
                node_key(node),
                ComprehensionKind::Generator,
                &node.generators,
                &[&node.elt],
            ),
            Expr::DictComp(node) => self.comprehension(
                expression,
                node_key(node),
                ComprehensionKind::Dict,
                &node.generators,
                &[&node.key, &node.value],
            ),
            Expr::Await(node) => {
                self.refuse_in_annotation(expression, "await expression")?;
                if self.scope().kind == ScopeKind::Module && !self.interactive_await {
                    return fail("'await' outside function", expression);
                }
                self.expression(&node.value)?;
                self.scope().is_coroutine = true;
                Ok(())
            }
            Expr::Yield(node) => {
                self.refuse_in_annotation(expression, "yield expression")?;
                self.optional(node.value.as_deref())?;
                self.yields(expression)
            }
            Expr::YieldFrom(node) => {
                self.refuse_in_annotation(expression, "yield expression")?;
                self.expression(&node.value)?;
                self.yields(expression)
            }
            Expr::Compare(node) => {
                self.expression(&node.left)?;
                node.comparators.iter().try_for_each(|value| self.expression(value))
            }
            Expr::Call(node) => {
                self.expression(&node.func)?;
                self.arguments(&node.arguments)
            }
            Expr::FString(node) => {
                for part in &node.value {
                    if let ast::FStringPart::FString(part) = part {
                        self.interpolated(&part.elements)?;
                    }
                }
                Ok(())
            }
            Expr::TString(node) => {
                for part in &node.value {
                    self.interpolated(&part.elements)?;
                }
                Ok(())
            }
            Expr::Attribute(node) => self.expression(&node.value),
            Expr::Subscript(node) => {
                self.expression(&node.value)?;
                self.expression(&node.slice)
            }
            Expr::Starred(node) => self.expression(&node.value),
            Expr::List(node) => node.elts.iter().try_for_each(|item| self.expression(item)),
            Expr::Tuple(node) => node.elts.iter().try_for_each(|item| self.expression(item)),
            Expr::Slice(node) => {
                self.optional(node.lower.as_deref())?;
                self.optional(node.upper.as_deref())?;
                self.optional(node.step.as_deref())
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    fn interpolated(&mut self, elements: &[InterpolatedStringElement]) -> Result<()> {
        for element in elements {
            if let InterpolatedStringElement::Interpolation(element) = element {
                self.expression(&element.expression)?;
                if let Some(spec) = &element.format_spec {
                    self.interpolated(&spec.elements)?;
                }
            }
        }
        Ok(())
    }

    fn yields(&mut self, expression: &Expr) -> Result<()> {
        let scope = self.scope();
        if let Some(kind) = scope.comprehension {
            return fail(format!("'yield' inside {}", kind.description()), expression);
        }
        scope.is_generator = true;
        Ok(())
    }

    /// Annotation scopes allow neither `yield` nor `await` nor a walrus.
    fn refuse_in_annotation(&mut self, expression: &Expr, what: &str) -> Result<()> {
        let scope = self.scope();
        let context = match scope.kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => scope.context,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParameters => "the definition of a generic",
            ScopeKind::Module | ScopeKind::Class | ScopeKind::Function => return Ok(()),
        };
        fail(format!("{what} cannot be used within {context}"), expression)
    }

    fn walrus(&mut self, node: &ast::ExprNamed) -> Result<()> {
        if self.scope().comprehension_iterable > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return fail(message, node);
        }
        self.scope().has_walrus = true;
        if self.scope().comprehension.is_some()
            && let Expr::Name(target) = &*node.target
        {
            self.walrus_in_comprehension(target, node.target.range())?;
        }
        self.expression(&node.value)?;
        match &*node.target {
            // In a comprehension the name has been recorded as declared elsewhere; the binding adds nothing here.
            Expr::Name(target) if self.scope().comprehension.is_some() => {
                let name = self.intern(&target.id);
                self.scope().add(&name, 0);
                Ok(())
            }
            target => self.expression(target),
        }
    }

    /// The target of a walrus in a comprehension belongs to the function around it.
    fn walrus_in_comprehension(&mut self, target: &ast::ExprName, range: TextRange) -> Result<()> {
        let name = self.intern(&target.id);
        let mut id = self.current;
        let mut inner = Vec::new();
        loop {
            let scope = &mut self.table.scopes[id.0 as usize];
            let Some(parent) = scope.parent.filter(|_| scope.comprehension.is_some()) else { break };
            if scope.flags(&name) & flag::COMPREHENSION_TARGET != 0 {
                let message = format!(
                    "assignment expression cannot rebind comprehension iteration variable '{}'",
                    target.id
                );
                return Err(Fault::new(message, range));
            }
            scope.has_walrus = true;
            inner.push(id);
            id = parent;
        }
        let scope = &mut self.table.scopes[id.0 as usize];
        scope.has_walrus = true;
        let inner_flag = match scope.kind {
            ScopeKind::Function => {
                if scope.flags(&name) & flag::GLOBAL != 0 {
                    flag::GLOBAL
                } else {
                    scope.add(&name, flag::LOCAL);
                    flag::NONLOCAL
                }
            }
            ScopeKind::Module => {
                scope.add(&name, flag::GLOBAL);
                flag::GLOBAL
            }
            kind => {
                let context = match kind {
                    ScopeKind::Class => "in a class body",
                    ScopeKind::TypeVariable => "in a TypeVar bound",
                    ScopeKind::TypeAlias => "in a type alias",
                    ScopeKind::TypeParameters => "within the definition of a generic",
                    _ => "within an annotation",
                };
                let message =
                    format!("assignment expression within a comprehension cannot be used {context}");
                return Err(Fault::new(message, range));
            }
        };
        for id in inner {
            self.table.scopes[id.0 as usize].add(&name, inner_flag);
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        expression: &Expr,
        node: usize,
        kind: ComprehensionKind,
        generators: &[Comprehension],
        elements: &[&Expr],
    ) -> Result<()> {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.scope().comprehension_iterable += 1;
        self.expression(&first.iter)?;
        self.scope().comprehension_iterable -= 1;
        let outer_iterable = self.scope().comprehension_iterable;
        let is_never_inlined = self.scope().can_see_class_scope;
        self.enter(ScopeKind::Function, node, Role::Body);
        let scope = self.scope();
        scope.comprehension = Some(kind);
        scope.is_coroutine = first.is_async;
        if outer_iterable > 0 {
            scope.comprehension_iterable = 1;
        }
        if kind == ComprehensionKind::Generator || is_never_inlined {
            self.add(".0", flag::PARAMETER, expression.range())?;
        }
        self.comprehension_targets(&first.target)?;
        first.ifs.iter().try_for_each(|condition| self.expression(condition))?;
        for generator in rest {
            self.comprehension_targets(&generator.target)?;
            self.scope().comprehension_iterable += 1;
            self.expression(&generator.iter)?;
            self.scope().comprehension_iterable -= 1;
            generator.ifs.iter().try_for_each(|condition| self.expression(condition))?;
            if generator.is_async {
                self.scope().is_coroutine = true;
            }
        }
        // Python visits the value of a dictionary comprehension first.
        elements.iter().rev().try_for_each(|element| self.expression(element))?;
        let is_generator = kind == ComprehensionKind::Generator;
        self.scope().is_generator = is_generator;
        let is_async = self.scope().is_coroutine && !is_generator;
        self.exit();
        if is_async {
            self.scope().is_coroutine = true;
            self.scope().has_await_in_comprehension = true;
        }
        Ok(())
    }

    fn comprehension_targets(&mut self, target: &Expr) -> Result<()> {
        self.scope().comprehension_target = true;
        self.expression(target)?;
        self.scope().comprehension_target = false;
        Ok(())
    }
}

/// All parameters, in the order in which their annotations are evaluated.
pub(crate) fn all_parameters(parameters: &Parameters) -> impl Iterator<Item = &ast::Parameter> {
    (parameters.args.iter().chain(&parameters.posonlyargs).map(|parameter| &parameter.parameter))
        .chain(parameters.vararg.as_deref())
        .chain(parameters.kwonlyargs.iter().map(|parameter| &parameter.parameter))
        .chain(parameters.kwarg.as_deref())
}

pub(crate) fn has_positional_defaults(parameters: &Parameters) -> bool {
    parameters.posonlyargs.iter().chain(&parameters.args).any(|parameter| parameter.default.is_some())
}

pub(crate) fn has_keyword_defaults(parameters: &Parameters) -> bool {
    parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some())
}

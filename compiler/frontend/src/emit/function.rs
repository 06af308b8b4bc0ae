//! Function definitions and lambdas.

use std::sync::Arc;

use pyrsc_bytecode::{
    Code, CodeFlags, Constant, Def, FunctionAttributes, Instruction, MoveRange, Register, Use,
};
use ruff_python_ast::{self as ast, Decorator, Parameters, Stmt};

use super::unit::{Operand, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::Result;
use crate::scope::{Role, ScopeId};

impl<'a> Emitter<'a> {
    pub(super) fn function(&mut self, node: &'a ast::StmtFunctionDef) -> Result<()> {
        let location = self.definition_location(node);
        let start = self.index.keyword_offset(node.range.start().to_u32(), &node.decorator_list);
        self.check_assignable(&node.name, &ruff_text_size::TextRange::new(start.into(), node.range.end()))?;
        let mark = self.mark();
        let base = self.decorators(&node.decorator_list)?;
        let function = self.allocate();
        self.defined_function(node, location, function)?;
        self.apply_decorators(&node.decorator_list, base, function);
        let result = Operand { register: base.unwrap_or(function), is_temporary: true };
        self.store_name(&node.name, location, result)?;
        self.release_to(mark);
        Ok(())
    }

    /// Evaluates decorators into consecutive temporaries; the first of them is returned.
    pub(super) fn decorators(&mut self, decorators: &'a [Decorator]) -> Result<Option<Register>> {
        let mut base = None;
        for decorator in decorators {
            let register = self.temporary(&decorator.expression)?;
            base.get_or_insert(register);
        }
        Ok(base)
    }

    /// Calls the decorators, the innermost first. The result is in the first decorator's register.
    pub(super) fn apply_decorators(
        &mut self,
        decorators: &[Decorator],
        base: Option<Register>,
        value: Register,
    ) {
        if base.is_none() {
            return;
        }
        let mut value = value;
        for decorator in decorators.iter().rev() {
            let location = self.location(&decorator.expression);
            let callee = Register(value.0 - 1);
            let range = MoveRange { base: callee, count: 2 };
            self.emit(location, Instruction::Call { dst: Def(callee), range });
            value = callee;
        }
    }

    /// The position of a `def` or `class`: from its keyword, not from its decorators.
    pub(super) fn definition_location(&self, node: &ast::StmtFunctionDef) -> Location {
        let start = self.index.keyword_offset(node.range.start().to_u32(), &node.decorator_list);
        Some(self.index.position(ruff_text_size::TextRange::new(start.into(), node.range.end())))
    }

    /// The line of the first decorator, or of the definition.
    pub(super) fn definition_line(&self, start: u32, decorators: &[Decorator]) -> u32 {
        match decorators.first() {
            Some(decorator) => self.index.line(decorator.range.start().to_u32()),
            None => self.index.line(start),
        }
    }

    fn defined_function(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let first_line = self.definition_line(node.range.start().to_u32(), &node.decorator_list);
        let Some(type_params) = &node.type_params else {
            let base = dst;
            let mut attributes = self.defaults(&node.parameters, location, base)?;
            self.annotations(node, location, base, &mut attributes)?;
            self.function_body(node, location, first_line, attributes, base, dst)?;
            self.release_to(mark);
            return Ok(());
        };
        // A generic function: a function that makes the type parameters and the function, called at once with the
        // defaults, which are evaluated out here.
        let base = dst;
        let next = self.allocate();
        self.release(next);
        let attributes = self.defaults(&node.parameters, location, next)?;
        let argument_count = attributes.count();
        // The defaults wait above the callee's register, which is filled last.
        let scope = self.table.of(node, Role::TypeParameters);
        let name = format!("<generic parameters of {}>", node.name);
        self.enter_unit(UnitKind::TypeParameters, scope, &name, first_line);
        self.unit.argument_count = argument_count;
        let params = self.allocate();
        self.type_parameters(type_params, location, params)?;
        let function = self.allocate();
        let inner_base = function;
        let mut inner = Attributes::default();
        for (bit, argument) in [
            (FunctionAttributes::DEFAULTS, ".defaults"),
            (FunctionAttributes::KEYWORD_DEFAULTS, ".kwdefaults"),
        ] {
            if attributes.bits & bit != 0 {
                let register = if inner.bits == 0 { function } else { self.allocate() };
                self.load_name(argument, location, register);
                inner.add(bit, register);
            }
        }
        self.annotations(node, location, inner_base, &mut inner)?;
        self.function_body(node, location, first_line, inner, inner_base, function)?;
        let set = Instruction::SetFunctionTypeParams {
            dst: Def(function),
            function: Use::last(function),
            params: Use::last(params),
        };
        self.emit(location, set);
        self.emit(location, Instruction::Return { src: Use::last(function) });
        let code = self.finish_unit()?;
        self.make_closure_above(location, code, scope, base);
        let range = MoveRange { base, count: argument_count as u16 + 1 };
        self.emit(location, Instruction::Call { dst: Def(dst), range });
        self.release_to(mark);
        Ok(())
    }

    /// Evaluates the defaults: a tuple and a dictionary, in temporaries from `base` on (which may be on top already).
    fn defaults(
        &mut self,
        parameters: &'a Parameters,
        location: Location,
        base: Register,
    ) -> Result<Attributes> {
        let mut attributes = Attributes::default();
        let positional: Vec<&'a ast::Expr> = parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .filter_map(|parameter| parameter.default.as_deref())
            .collect();
        if !positional.is_empty() {
            let register = self.claim(base);
            self.tuple_of(&positional, location, register)?;
            attributes.add(FunctionAttributes::DEFAULTS, register);
        }
        let keyword: Vec<_> =
            parameters.kwonlyargs.iter().filter(|parameter| parameter.default.is_some()).collect();
        if !keyword.is_empty() {
            let register = if attributes.bits == 0 { self.claim(base) } else { self.allocate() };
            let range = MoveRange { base: register, count: 0 };
            if keyword.len() <= super::expression::MAX_RANGE / 2 {
                let mark = self.mark();
                for (at, parameter) in keyword.iter().enumerate() {
                    let key = if at == 0 { register } else { self.allocate() };
                    let constant = Constant::string(&self.mangled(&parameter.parameter.name));
                    self.load_constant(location, key, constant);
                    if let Some(default) = &parameter.default {
                        self.temporary(default)?;
                    }
                }
                let range = MoveRange { base: register, count: keyword.len() as u16 * 2 };
                self.emit(location, Instruction::BuildDict { dst: Def(register), range });
                self.release_to(mark);
            } else {
                self.emit(location, Instruction::BuildDict { dst: Def(register), range });
                for parameter in keyword {
                    let key = self.allocate();
                    let constant = Constant::string(&self.mangled(&parameter.parameter.name));
                    self.load_constant(location, key, constant);
                    if let Some(default) = &parameter.default {
                        let value = self.operand(default)?.take();
                        let dict = Use::copy(register);
                        self.emit(location, Instruction::DictInsert { dict, key: Use::last(key), value });
                    }
                    self.release(key);
                }
            }
            attributes.add(FunctionAttributes::KEYWORD_DEFAULTS, register);
        }
        Ok(attributes)
    }

    /// `base` if it is the temporary on top or just above it, else a new temporary.
    pub(super) fn claim(&mut self, base: Register) -> Register {
        if base.0 + 1 == super::TEMPORARY_BASE + self.mark() { base } else { self.allocate() }
    }

    /// A tuple of expressions, a constant when they are.
    fn tuple_of(&mut self, items: &[&'a ast::Expr], location: Location, dst: Register) -> Result<()> {
        let mut constants = Vec::with_capacity(items.len());
        for item in items {
            match self.constant(item)? {
                Some(constant) => constants.push(constant),
                None => break,
            }
        }
        if constants.len() == items.len() {
            self.load_constant(location, dst, Constant::Tuple(constants));
            return Ok(());
        }
        let mark = self.mark();
        if items.len() <= super::expression::MAX_RANGE {
            for (at, item) in items.iter().enumerate() {
                if at == 0 {
                    self.expression_into(item, dst)?;
                } else {
                    self.temporary(item)?;
                }
            }
            let range = MoveRange { base: dst, count: items.len() as u16 };
            self.emit(location, Instruction::BuildTuple { dst: Def(dst), range });
        } else {
            let range = MoveRange { base: dst, count: 0 };
            self.emit(location, Instruction::BuildList { dst: Def(dst), range });
            for item in items {
                self.append_item(dst, item, false, location)?;
            }
            self.emit(location, Instruction::ListToTuple { dst: Def(dst), list: Use::last(dst) });
        }
        self.release_to(mark);
        Ok(())
    }

    /// The body of a `def`, and the function made of it. The attributes' values lie from `base` on.
    fn function_body(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        location: Location,
        first_line: u32,
        attributes: Attributes,
        base: Register,
        dst: Register,
    ) -> Result<()> {
        let scope = self.table.of(node, Role::Body);
        let kind = if node.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        self.enter_unit(kind, scope, &node.name, first_line);
        self.unit.private = self.table.get(scope).private.clone();
        self.set_parameters(&node.parameters)?;
        let mut body: &'a [Stmt] = &node.body;
        if let Some((text, _)) = self.docstring(body)? {
            body = &body[1..];
            if self.options.optimize < 2 {
                self.unit.flags.insert(CodeFlags::HAS_DOCSTRING);
                // Python finds the docstring as the first constant.
                self.unit.constant(Constant::Str(text));
            }
        }
        self.statements(body)?;
        let end = node.body.last().and_then(|statement| self.location(statement));
        self.emit(end, Instruction::ReturnNone {});
        let code = self.finish_unit()?;
        let first = attributes.first.unwrap_or(base);
        self.make_closure(location, code, scope, attributes, first);
        if first != dst {
            self.move_value(location, dst, Use::last(first));
        }
        Ok(())
    }

    /// The counts and flags that a parameter list gives to the current code object.
    fn set_parameters(&mut self, parameters: &Parameters) -> Result<()> {
        let counts = [&parameters.posonlyargs, &parameters.args, &parameters.kwonlyargs];
        for parameter in counts.into_iter().flatten() {
            self.check_assignable(&parameter.parameter.name, &parameter.parameter)?;
        }
        for parameter in parameters.vararg.iter().chain(&parameters.kwarg) {
            self.check_assignable(&parameter.name, &parameter.name)?;
        }
        self.unit.positional_only_count = parameters.posonlyargs.len() as u32;
        self.unit.argument_count = (parameters.posonlyargs.len() + parameters.args.len()) as u32;
        self.unit.keyword_only_count = parameters.kwonlyargs.len() as u32;
        if parameters.vararg.is_some() {
            self.unit.flags.insert(CodeFlags::VARARGS);
        }
        if parameters.kwarg.is_some() {
            self.unit.flags.insert(CodeFlags::VARKEYWORDS);
        }
        Ok(())
    }

    pub(super) fn lambda(
        &mut self,
        node: &'a ast::ExprLambda,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let base = self.scratch(dst);
        let attributes = match &node.parameters {
            Some(parameters) => self.defaults(parameters, location, base)?,
            None => Attributes::default(),
        };
        let scope = self.table.of(node, Role::Body);
        let line = location.map_or(1, |position| position.line);
        self.enter_unit(UnitKind::Lambda, scope, "<lambda>", line);
        if let Some(parameters) = &node.parameters {
            self.set_parameters(parameters)?;
        }
        let body_location = self.location(&*node.body);
        let value = self.operand(&node.body)?;
        self.emit(body_location, Instruction::Return { src: value.take() });
        let code = self.finish_unit()?;
        self.make_closure(location, code, scope, attributes, base);
        self.move_value(location, dst, Use::last(base));
        self.release_to(mark);
        Ok(())
    }

    /// Makes a function of a code object into `dst`, which is also where the values of the attributes begin.
    pub(super) fn make_closure(
        &mut self,
        location: Location,
        code: Code,
        scope: ScopeId,
        attributes: Attributes,
        dst: Register,
    ) {
        let mark = self.mark();
        let mut attributes = attributes;
        let free = &self.table.get(scope).free_names;
        if !free.is_empty() {
            let tuple = if attributes.bits == 0 { dst } else { self.allocate() };
            self.closure_tuple(location, free, tuple);
            attributes.insert_closure(tuple);
        }
        let code = self.unit.constant(Constant::Code(Arc::new(code)));
        let range = MoveRange { base: attributes.first.unwrap_or(dst), count: attributes.count() as u16 };
        let attributes = FunctionAttributes(attributes.bits);
        self.emit(location, Instruction::MakeFunction { dst: Def(dst), code, attributes, range });
        self.release_to(mark);
    }

    /// As `make_closure` without attributes, into a `dst` that lies below temporaries in use.
    pub(super) fn make_closure_above(
        &mut self,
        location: Location,
        code: Code,
        scope: ScopeId,
        dst: Register,
    ) {
        let mark = self.mark();
        let function = self.allocate();
        self.make_closure(location, code, scope, Attributes::default(), function);
        self.move_value(location, dst, Use::last(function));
        self.release_to(mark);
    }

    fn closure_tuple(&mut self, location: Location, names: &[crate::scope::Name], dst: Register) {
        let mark = self.mark();
        for (at, name) in names.iter().enumerate() {
            let register = if at == 0 { dst } else { self.allocate() };
            match self.closure_cell(name) {
                Some(cell) => {
                    let cell = pyrsc_bytecode::Cell(cell);
                    self.emit(location, Instruction::LoadClosure { dst: Def(register), cell });
                }
                None => self.load_constant(location, register, Constant::None),
            }
        }
        let range = MoveRange { base: dst, count: names.len() as u16 };
        self.emit(location, Instruction::BuildTuple { dst: Def(dst), range });
        self.release_to(mark);
    }
}

/// The attributes of a function about to be made; their values lie in consecutive temporaries.
#[derive(Clone, Copy, Default)]
pub(super) struct Attributes {
    pub bits: u16,
    pub first: Option<Register>,
}

impl Attributes {
    pub(super) fn add(&mut self, bit: u16, register: Register) {
        self.first.get_or_insert(register);
        self.bits |= bit;
    }

    pub(super) fn count(self) -> u32 {
        self.bits.count_ones()
    }

    fn insert_closure(&mut self, register: Register) {
        self.add(FunctionAttributes::CLOSURE, register);
    }
}

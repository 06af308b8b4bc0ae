//! Type parameters (PEP 695, PEP 696) and `type` statements.

use pyrsc_bytecode::{Constant, Def, FunctionAttributes, Instruction, MoveRange, Register, Use};
use ruff_python_ast::{self as ast, Expr, TypeParam};
use ruff_text_size::Ranged;

use super::function::Attributes;
use super::unit::{Operand, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};
use crate::scope::{Role, ScopeId, node_key};

impl<'a> Emitter<'a> {
    /// Makes and binds the type parameters; a tuple of them goes to `dst`.
    pub(super) fn type_parameters(
        &mut self,
        parameters: &'a ast::TypeParams,
        location: Location,
        dst: Register,
    ) -> Result<()> {
        if parameters.is_empty() {
            return fail("Type parameter list cannot be empty", parameters);
        }
        let mark = self.mark();
        let many = parameters.len() > super::expression::MAX_RANGE;
        if many {
            let range = MoveRange { base: dst, count: 0 };
            self.emit(location, Instruction::BuildList { dst: Def(dst), range });
        }
        let mut seen_default = false;
        for (at, parameter) in parameters.iter().enumerate() {
            let register = if at == 0 && !many { dst } else { self.allocate() };
            let (name, default) = match parameter {
                TypeParam::TypeVar(node) => (&node.name, node.default.as_deref()),
                TypeParam::TypeVarTuple(node) => (&node.name, node.default.as_deref()),
                TypeParam::ParamSpec(node) => (&node.name, node.default.as_deref()),
            };
            self.check_assignable(name, parameter)?;
            if default.is_none() && seen_default {
                let message = format!("non-default type parameter '{name}' follows default type parameter");
                return fail(message, parameter);
            }
            seen_default |= default.is_some();
            self.type_parameter(parameter, register)?;
            let location = self.location(parameter);
            let copy = Operand { register, is_temporary: false };
            self.store_name(name, location, copy)?;
            if many {
                self.emit(
                    location,
                    Instruction::ListAppend { list: Use::copy(dst), value: Use::last(register) },
                );
                self.release(register);
            }
        }
        if many {
            self.emit(location, Instruction::ListToTuple { dst: Def(dst), list: Use::last(dst) });
        } else {
            let range = MoveRange { base: dst, count: parameters.len() as u16 };
            self.emit(location, Instruction::BuildTuple { dst: Def(dst), range });
        }
        self.release_to(mark);
        Ok(())
    }

    fn type_parameter(&mut self, parameter: &'a TypeParam, register: Register) -> Result<()> {
        let location = self.location(parameter);
        let dst = Def(register);
        let mark = self.mark();
        let default = match parameter {
            TypeParam::TypeVar(node) => {
                let name = self.unit.constant(Constant::string(&node.name));
                match &node.bound {
                    None => self.emit(location, Instruction::MakeTypeVar { dst, name }),
                    Some(bound) => {
                        let scope = self.table.of_key(node_key(parameter), Role::Body);
                        let function = self.lazy_value(scope, &node.name, bound, false)?;
                        let value = Use::last(function);
                        self.emit(
                            location,
                            match &**bound {
                                Expr::Tuple(_) => {
                                    Instruction::MakeTypeVarWithConstraints { dst, name, constraints: value }
                                }
                                _ => Instruction::MakeTypeVarWithBound { dst, name, bound: value },
                            },
                        );
                        self.release(function);
                    }
                }
                &node.default
            }
            TypeParam::TypeVarTuple(node) => {
                let name = self.unit.constant(Constant::string(&node.name));
                self.emit(location, Instruction::MakeTypeVarTuple { dst, name });
                &node.default
            }
            TypeParam::ParamSpec(node) => {
                let name = self.unit.constant(Constant::string(&node.name));
                self.emit(location, Instruction::MakeParamSpec { dst, name });
                &node.default
            }
        };
        if let Some(default) = default {
            let scope = self.table.of_key(node_key(parameter), Role::Default);
            let name = match parameter {
                TypeParam::TypeVar(node) => &node.name,
                TypeParam::TypeVarTuple(node) => &node.name,
                TypeParam::ParamSpec(node) => &node.name,
            };
            let allows_star = matches!(parameter, TypeParam::TypeVarTuple(_));
            let function = self.lazy_value(scope, name, default, allows_star)?;
            let (param, default) = (Use::last(register), Use::last(function));
            self.emit(location, Instruction::SetTypeParamDefault { dst, param, default });
        }
        self.release_to(mark);
        Ok(())
    }

    /// The function that evaluates an expression lazily, in a new temporary.
    fn lazy_value(
        &mut self,
        scope: ScopeId,
        name: &str,
        value: &'a Expr,
        allows_star: bool,
    ) -> Result<Register> {
        let location = self.location(value);
        let function = self.allocate();
        // The format is optional: the values are also computed by calling without arguments.
        self.load_constant(location, function, Constant::Tuple(vec![Constant::Int(1)]));
        let mut attributes = Attributes::default();
        attributes.add(FunctionAttributes::DEFAULTS, function);
        self.enter_lazy(scope, name, location);
        let result = match value {
            Expr::Starred(star) if allows_star => {
                let register = self.temporary(&star.value)?;
                let targets = pyrsc_bytecode::DefRange { base: register, count: 1 };
                self.emit(location, Instruction::UnpackSequence { src: Use::last(register), targets });
                Operand { register, is_temporary: true }
            }
            value => self.operand(value)?,
        };
        self.emit(location, Instruction::Return { src: result.take() });
        let code = self.finish_unit()?;
        self.make_closure(location, code, scope, attributes, function);
        Ok(function)
    }

    pub(super) fn type_alias(&mut self, node: &'a ast::StmtTypeAlias) -> Result<()> {
        let location = self.location(node);
        let Expr::Name(target) = &*node.name else { return fail("invalid syntax", &node.range()) };
        self.check_assignable(&target.id, target)?;
        let mark = self.mark();
        let result = self.allocate();
        match &node.type_params {
            None => {
                let params = self.allocate();
                self.load_constant(location, params, Constant::None);
                self.alias_value(node, target, params, result)?;
            }
            Some(parameters) => {
                let scope = self.table.of(node, Role::TypeParameters);
                let name = format!("<generic parameters of {}>", target.id);
                let line = location.map_or(1, |position| position.line);
                self.enter_unit(UnitKind::TypeParameters, scope, &name, line);
                let alias = self.allocate();
                let params = self.allocate();
                self.type_parameters(parameters, location, params)?;
                self.alias_value(node, target, params, alias)?;
                self.emit(location, Instruction::Return { src: Use::last(alias) });
                let code = self.finish_unit()?;
                self.make_closure(location, code, scope, Attributes::default(), result);
                let range = MoveRange { base: result, count: 1 };
                self.emit(location, Instruction::Call { dst: Def(result), range });
            }
        }
        let name_location = self.location(target);
        self.release_to(mark);
        let result = Operand { register: result, is_temporary: true };
        self.store_name(&target.id, name_location, result)
    }

    fn alias_value(
        &mut self,
        node: &'a ast::StmtTypeAlias,
        target: &ast::ExprName,
        params: Register,
        dst: Register,
    ) -> Result<()> {
        let location = self.location(node);
        let scope = self.table.of(node, Role::Body);
        let function = self.lazy_value(scope, &target.id, &node.value, false)?;
        let name = self.unit.constant(Constant::string(&target.id));
        let (params, value) = (Use::last(params), Use::last(function));
        self.emit(location, Instruction::MakeTypeAlias { dst: Def(dst), name, params, value });
        self.release(function);
        Ok(())
    }
}

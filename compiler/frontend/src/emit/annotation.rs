//! Annotations: evaluated lazily by `__annotate__` functions (PEP 649), or kept as strings under
//! `from __future__ import annotations`.

use pyrsc_bytecode::{
    Cell, CommonConstant, Constant, Def, FunctionAttributes, Immediate, Instruction, LocalRead, MoveRange,
    Register, Use,
};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::function::Attributes;
use super::unit::{Operand, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::Result;
use crate::scope::{Role, ScopeId, all_parameters};
use crate::unparse::unparse;

impl<'a> Emitter<'a> {
    /// The annotations of a function, as one more of its attributes.
    pub(super) fn annotations(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        location: Location,
        base: Register,
        attributes: &mut Attributes,
    ) -> Result<()> {
        let named = all_parameters(&node.parameters)
            .filter_map(|parameter| Some((self.mangled(&parameter.name), parameter.annotation.as_deref()?)));
        let returned = node.returns.as_deref().map(|annotation| ("return".into(), annotation));
        let annotated: Vec<(crate::scope::Name, &'a Expr)> = named.chain(returned).collect();
        if annotated.is_empty() {
            return Ok(());
        }
        let register = if attributes.bits == 0 { self.claim(base) } else { self.allocate() };
        let scope = self.table.of(node, Role::Annotations);
        self.enter_annotate(scope, location);
        let dict = self.allocate();
        let range = MoveRange { base: dict, count: 0 };
        self.emit(location, Instruction::BuildDict { dst: Def(dict), range });
        for (name, annotation) in annotated {
            let annotation_location = self.location(annotation);
            let key = self.allocate();
            self.load_constant(annotation_location, key, Constant::string(&name));
            let value = self.annotation_value(annotation)?;
            let insert =
                Instruction::DictInsert { dict: Use::copy(dict), key: Use::last(key), value: value.take() };
            self.emit(location, insert);
            self.release(key);
        }
        self.emit(location, Instruction::Return { src: Use::last(dict) });
        let code = self.finish_unit()?;
        self.make_closure(location, code, scope, Attributes::default(), register);
        attributes.add(FunctionAttributes::ANNOTATE, register);
        Ok(())
    }

    /// An annotation's value; `*args: *Ts` is the one item of the unpacked iterable.
    fn annotation_value(&mut self, annotation: &'a Expr) -> Result<Operand> {
        let Expr::Starred(star) = annotation else { return self.operand(annotation) };
        let register = self.temporary(&star.value)?;
        let location = self.location(annotation);
        let targets = pyrsc_bytecode::DefRange { base: register, count: 1 };
        self.emit(location, Instruction::UnpackSequence { src: Use::last(register), targets });
        Ok(Operand { register, is_temporary: true })
    }

    /// Begins a lazily evaluated scope: a function of the format, which knows no format but the first two.
    fn enter_annotate(&mut self, scope: ScopeId, location: Location) {
        self.enter_lazy(scope, "__annotate__", location);
    }

    pub(super) fn enter_lazy(&mut self, scope: ScopeId, name: &str, location: Location) {
        let line = location.map_or(1, |position| position.line);
        self.enter_unit(UnitKind::Lazy, scope, name, line);
        self.unit.argument_count = 1;
        self.unit.positional_only_count = 1;
        let known = self.label();
        let limit = self.allocate();
        self.emit(location, Instruction::LoadInt { dst: Def(limit), value: Immediate(2) });
        let format = match self.access(".format") {
            super::name::Access::Local(register) => register,
            _ => Register(0),
        };
        self.emit(location, Instruction::CheckBound { register: LocalRead(format) });
        let (lhs, rhs) = (Use::copy(format), Use::last(limit));
        self.emit(location, Instruction::JumpIfNotGreater { lhs, rhs, target: known });
        let which = CommonConstant::NotImplementedError;
        self.emit(location, Instruction::LoadCommon { dst: Def(limit), which });
        self.emit(location, Instruction::Raise { exception: Use::last(limit) });
        self.bind(known);
        self.release(limit);
    }

    /// `__conditional_annotations__ = set()`, which records which annotations have been executed.
    pub(super) fn new_conditional_annotations(&mut self, location: Location) -> Result<()> {
        let set = self.allocate();
        let range = MoveRange { base: set, count: 0 };
        self.emit(location, Instruction::BuildSet { dst: Def(set), range });
        match self.unit.registers.get("__conditional_annotations__") {
            Some(&cell) => {
                self.emit(location, Instruction::StoreCell { cell: Cell(cell), src: Use::last(set) })
            }
            None => {
                let value = Operand { register: set, is_temporary: true };
                self.store_name("__conditional_annotations__", location, value)?;
            }
        }
        self.release(set);
        Ok(())
    }

    /// `target: annotation [= value]`
    pub(super) fn annotated_assignment(&mut self, node: &'a ast::StmtAnnAssign) -> Result<()> {
        let location = self.location(node);
        if let Some(value) = &node.value {
            self.assign(std::slice::from_ref(&*node.target), value)?;
        }
        let in_namespace = matches!(self.unit.kind, UnitKind::Module | UnitKind::Class);
        match &*node.target {
            Expr::Name(target) => {
                self.check_assignable(&target.id, target)?;
                if node.simple && in_namespace {
                    if self.future_annotations {
                        self.store_string_annotation(node, target, location)?;
                    } else {
                        self.record_annotation(node, location);
                    }
                }
            }
            Expr::Attribute(target) => {
                self.check_assignable(&target.attr, target)?;
                if node.value.is_none() {
                    self.discard(&target.value)?;
                }
            }
            Expr::Subscript(target) => {
                if node.value.is_none() {
                    self.discard(&target.value)?;
                    self.discard_index(&target.slice)?;
                }
            }
            _ => {}
        }
        if self.future_annotations && !node.simple && in_namespace {
            // Evaluated for its effects, as a string annotation of a target without a name is kept nowhere.
            self.discard(&node.annotation)?;
        }
        Ok(())
    }

    fn discard_index(&mut self, index: &'a Expr) -> Result<()> {
        match index {
            Expr::Slice(slice) => {
                for part in [&slice.lower, &slice.upper, &slice.step].into_iter().flatten() {
                    self.discard(part)?;
                }
                Ok(())
            }
            Expr::Tuple(tuple) => tuple.elts.iter().try_for_each(|item| self.discard_index(item)),
            other => self.discard(other),
        }
    }

    fn store_string_annotation(
        &mut self,
        node: &'a ast::StmtAnnAssign,
        target: &ast::ExprName,
        location: Location,
    ) -> Result<()> {
        let mark = self.mark();
        let value = self.allocate();
        let text = unparse(&node.annotation, self.index);
        let annotation_location = self.location(&*node.annotation);
        self.load_constant(annotation_location, value, Constant::string(&text));
        let annotations = self.allocate();
        self.load_name("__annotations__", location, annotations);
        let key = self.allocate();
        let name = self.mangled(&target.id);
        self.load_constant(location, key, Constant::string(&name));
        let store = Instruction::StoreItem {
            obj: Use::last(annotations),
            index: Use::last(key),
            value: Use::last(value),
        };
        self.emit(location, store);
        self.release_to(mark);
        Ok(())
    }

    /// Remembers an annotation for `__annotate__`; a conditional one also records, when it is executed, that it was.
    fn record_annotation(&mut self, node: &'a ast::StmtAnnAssign, location: Location) {
        let is_conditional = self.unit.kind == UnitKind::Module || self.unit.in_conditional_block;
        if !is_conditional {
            self.unit.deferred_annotations.push((node, None));
            return;
        }
        let index = self.unit.next_conditional_annotation;
        self.unit.next_conditional_annotation += 1;
        self.unit.deferred_annotations.push((node, Some(index)));
        let mark = self.mark();
        let set = self.allocate();
        self.load_conditional_annotations(location, set);
        let value = self.allocate();
        self.load_constant(location, value, Constant::Int(index));
        self.emit(location, Instruction::SetAdd { set: Use::copy(set), value: Use::last(value) });
        self.drop_temporary(location, set);
        self.release_to(mark);
    }

    fn load_conditional_annotations(&mut self, location: Location, dst: Register) {
        match self.unit.registers.get("__conditional_annotations__") {
            Some(&cell) => self.emit(location, Instruction::LoadCell { dst: Def(dst), cell: Cell(cell) }),
            None => self.load_name("__conditional_annotations__", location, dst),
        }
    }

    /// The `__annotate__` function of a class body or module.
    pub(super) fn deferred_annotations(&mut self, location: Location) -> Result<()> {
        let deferred = std::mem::take(&mut self.unit.deferred_annotations);
        let Some(scope) = self.scope().annotation_scope.filter(|_| !deferred.is_empty()) else {
            return Ok(());
        };
        let is_class = self.unit.kind == UnitKind::Class;
        let location = match is_class {
            true => self.location(&deferred[0].0.range()).map(|position| pyrsc_bytecode::Position {
                line: self.unit.first_line,
                end_line: self.unit.first_line,
                ..position
            }),
            false => location,
        };
        self.enter_annotate(scope, location);
        let dict = self.allocate();
        let range = MoveRange { base: dict, count: 0 };
        self.emit(location, Instruction::BuildDict { dst: Def(dict), range });
        for (node, condition) in deferred {
            let Expr::Name(target) = &*node.target else { continue };
            let node_location = self.location(node);
            let skip = self.label();
            if let Some(index) = condition {
                let key = self.allocate();
                self.load_constant(node_location, key, Constant::Int(index));
                let set = self.allocate();
                match self.unit.free_register("__conditional_annotations__") {
                    Some(cell) => {
                        let cell = Cell(cell);
                        self.emit(node_location, Instruction::LoadCell { dst: Def(set), cell });
                    }
                    None => self.load_name("__conditional_annotations__", node_location, set),
                }
                let (lhs, rhs) = (Use::last(key), Use::last(set));
                self.emit(node_location, Instruction::JumpIfNotContains { lhs, rhs, target: skip });
                self.release(key);
            }
            let mark = self.mark();
            let value = self.allocate();
            self.expression_into(&node.annotation, value)?;
            let key = self.allocate();
            let name = self.mangled(&target.id);
            self.load_constant(node_location, key, Constant::string(&name));
            let insert = Instruction::DictInsert {
                dict: Use::copy(dict),
                key: Use::last(key),
                value: Use::last(value),
            };
            self.emit(node_location, insert);
            self.release_to(mark);
            self.bind(skip);
        }
        self.emit(location, Instruction::Return { src: Use::last(dict) });
        let code = self.finish_unit()?;
        let function = self.allocate();
        self.make_closure(location, code, scope, Attributes::default(), function);
        let name = if is_class { "__annotate_func__" } else { "__annotate__" };
        self.store_name(name, location, Operand { register: function, is_temporary: true })?;
        self.release(function);
        Ok(())
    }
}

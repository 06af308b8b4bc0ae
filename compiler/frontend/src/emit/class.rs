//! Class definitions.

use std::collections::BTreeSet;
use std::sync::Arc;

use pyrsc_bytecode::{Cell, Constant, Def, Instruction, MoveRange, Position, Register, Use};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;

use super::function::Attributes;
use super::unit::{Operand, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::Result;
use crate::scope::{Name, Role};

impl<'a> Emitter<'a> {
    pub(super) fn class(&mut self, node: &'a ast::StmtClassDef) -> Result<()> {
        if let Some(arguments) = &node.arguments {
            self.check_keywords(&arguments.keywords)?;
        }
        let start = self.index.keyword_offset(node.range.start().to_u32(), &node.decorator_list);
        self.check_assignable(&node.name, &ruff_text_size::TextRange::new(start.into(), node.range.end()))?;
        let location = Some(self.index.position(TextRange::new(start.into(), node.range.end())));
        let first_line = self.definition_line(node.range.start().to_u32(), &node.decorator_list);
        let mark = self.mark();
        let base = self.decorators(&node.decorator_list)?;
        let class = self.allocate();
        match &node.type_params {
            None => self.class_call(node, location, first_line, class)?,
            Some(parameters) => {
                let scope = self.table.of(node, Role::TypeParameters);
                let name = format!("<generic parameters of {}>", node.name);
                self.enter_unit(UnitKind::TypeParameters, scope, &name, first_line);
                self.unit.private = Some(node.name.as_str().into());
                let result = self.allocate();
                self.type_parameters(parameters, location, result)?;
                self.store_name(".type_params", location, Operand { register: result, is_temporary: true })?;
                self.class_call(node, location, first_line, result)?;
                self.emit(location, Instruction::Return { src: Use::last(result) });
                let code = self.finish_unit()?;
                self.make_closure(location, code, scope, Attributes::default(), class);
                let range = MoveRange { base: class, count: 1 };
                self.emit(location, Instruction::Call { dst: Def(class), range });
            }
        }
        self.apply_decorators(&node.decorator_list, base, class);
        let result = Operand { register: base.unwrap_or(class), is_temporary: true };
        self.store_name(&node.name, location, result)?;
        self.release_to(mark);
        Ok(())
    }

    /// `__build_class__(body, name, *bases, **keywords)`; `dst` is the temporary on top.
    fn class_call(
        &mut self,
        node: &'a ast::StmtClassDef,
        location: Location,
        first_line: u32,
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let scope = self.table.of(node, Role::Body);
        let code = self.class_body(node, first_line)?;
        self.emit(location, Instruction::LoadBuildClass { dst: Def(dst) });
        let body = self.allocate();
        self.make_closure(location, code, scope, Attributes::default(), body);
        let name = self.allocate();
        self.load_constant(location, name, Constant::string(&node.name));
        let is_generic = node.type_params.is_some();
        if is_generic {
            let params = self.allocate();
            self.load_name(".type_params", location, params);
            let generic = Instruction::MakeGenericBase { dst: Def(params), params: Use::last(params) };
            self.emit(location, generic);
            self.store_name(".generic_base", location, Operand { register: params, is_temporary: true })?;
            self.release(params);
        }
        let (bases, keywords): (&'a [Expr], &'a [ast::Keyword]) = match &node.arguments {
            Some(arguments) => (&arguments.args, &arguments.keywords),
            None => (&[], &[]),
        };
        let extra = is_generic.then_some(".generic_base");
        self.call_with(location, dst, 2, bases, keywords, extra, dst)?;
        self.release_to(mark);
        Ok(())
    }

    fn class_body(&mut self, node: &'a ast::StmtClassDef, first_line: u32) -> Result<pyrsc_bytecode::Code> {
        let scope = self.table.of(node, Role::Body);
        self.enter_unit(UnitKind::Class, scope, &node.name, first_line);
        self.unit.private = Some(node.name.as_str().into());
        let start =
            Some(Position { line: first_line, end_line: first_line, column: Some(0), end_column: Some(0) });
        let value = self.allocate();
        let operand = Operand { register: value, is_temporary: true };
        self.load_name("__name__", start, value);
        self.store_name("__module__", start, operand)?;
        let qualified_name = Constant::string(&self.unit.qualified_name);
        self.load_constant(start, value, qualified_name);
        self.store_name("__qualname__", start, operand)?;
        self.load_constant(start, value, Constant::Int(first_line.into()));
        self.store_name("__firstlineno__", start, operand)?;
        if node.type_params.is_some() {
            self.load_name(".type_params", start, value);
            self.store_name("__type_params__", start, operand)?;
        }
        if let Some(&cell) = self.unit.registers.get("__classdict__") {
            self.emit(start, Instruction::LoadLocals { dst: Def(value) });
            self.emit(start, Instruction::StoreCell { cell: Cell(cell), src: Use::last(value) });
        }
        self.release(value);
        if self.unit.registers.contains_key("__conditional_annotations__") {
            self.new_conditional_annotations(start)?;
        }
        let mut attributes = BTreeSet::new();
        self.collect_static_attributes(&node.body, &mut attributes);
        self.unit.static_attributes = attributes;
        self.body(&node.body, start, true)?;
        let value = self.allocate();
        let names = self.unit.static_attributes.iter().map(|name| Constant::string(name)).collect();
        self.load_constant(start, value, Constant::Tuple(names));
        self.store_name("__static_attributes__", start, operand)?;
        if let Some(&cell) = self.unit.registers.get("__classdict__") {
            self.emit(None, Instruction::LoadClosure { dst: Def(value), cell: Cell(cell) });
            self.store_name("__classdictcell__", None, operand)?;
        }
        match self.unit.registers.get("__class__") {
            Some(&cell) => {
                self.emit(None, Instruction::LoadClosure { dst: Def(value), cell: Cell(cell) });
                self.store_name("__classcell__", None, Operand { register: value, is_temporary: false })?;
                self.emit(None, Instruction::Return { src: Use::last(value) });
            }
            None => self.emit(None, Instruction::ReturnNone {}),
        }
        self.release(value);
        self.finish_unit()
    }

    /// The attributes that the methods of a class assign through `self`, which is how their first parameter must be
    /// called.
    fn collect_static_attributes(&self, body: &'a [ast::Stmt], attributes: &mut BTreeSet<Name>) {
        let mut collector = AttributeCollector { private: self.unit.private.clone(), attributes };
        for statement in body {
            collector.class_statement(statement);
        }
    }
}

/// Finds `self.name = ...` in the functions of a class body.
struct AttributeCollector<'b> {
    private: Option<Arc<str>>,
    attributes: &'b mut BTreeSet<Name>,
}

impl AttributeCollector<'_> {
    /// A statement of the class body: functions in it are searched, nested classes are not.
    fn class_statement(&mut self, statement: &ast::Stmt) {
        match statement {
            ast::Stmt::FunctionDef(node) => node.body.iter().for_each(|inner| self.statement(inner)),
            ast::Stmt::ClassDef(_) => {}
            other => for_each_body(other, &mut |inner| self.class_statement(inner)),
        }
    }

    fn statement(&mut self, statement: &ast::Stmt) {
        match statement {
            ast::Stmt::Assign(node) => node.targets.iter().for_each(|target| self.target(target)),
            ast::Stmt::AugAssign(node) => self.target(&node.target),
            ast::Stmt::AnnAssign(node) if node.value.is_some() => self.target(&node.target),
            ast::Stmt::For(node) => self.target(&node.target),
            ast::Stmt::With(node) => {
                node.items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_deref())
                    .for_each(|target| self.target(target));
            }
            ast::Stmt::FunctionDef(node) => node.body.iter().for_each(|inner| self.statement(inner)),
            ast::Stmt::ClassDef(_) => return,
            _ => {}
        }
        for_each_body(statement, &mut |inner| self.statement(inner));
    }

    fn target(&mut self, target: &Expr) {
        match target {
            Expr::Attribute(node) => {
                if let Expr::Name(object) = &*node.value
                    && object.id == "self"
                {
                    let mangled = crate::scope::mangle(self.private.as_deref(), &node.attr);
                    self.attributes.insert(mangled.as_deref().unwrap_or(&node.attr).into());
                }
            }
            Expr::Tuple(node) => node.elts.iter().for_each(|item| self.target(item)),
            Expr::List(node) => node.elts.iter().for_each(|item| self.target(item)),
            Expr::Starred(node) => self.target(&node.value),
            _ => {}
        }
    }
}

/// Calls `visit` with the statements directly inside a compound statement that is no definition.
fn for_each_body(statement: &ast::Stmt, visit: &mut dyn FnMut(&ast::Stmt)) {
    let mut visit_all = |body: &[ast::Stmt]| body.iter().for_each(&mut *visit);
    match statement {
        ast::Stmt::If(node) => {
            visit_all(&node.body);
            node.elif_else_clauses.iter().for_each(|clause| visit_all(&clause.body));
        }
        ast::Stmt::For(node) => {
            visit_all(&node.body);
            visit_all(&node.orelse);
        }
        ast::Stmt::While(node) => {
            visit_all(&node.body);
            visit_all(&node.orelse);
        }
        ast::Stmt::With(node) => visit_all(&node.body),
        ast::Stmt::Try(node) => {
            visit_all(&node.body);
            for ast::ExceptHandler::ExceptHandler(handler) in &node.handlers {
                visit_all(&handler.body);
            }
            visit_all(&node.orelse);
            visit_all(&node.finalbody);
        }
        ast::Stmt::Match(node) => node.cases.iter().for_each(|case| visit_all(&case.body)),
        _ => {}
    }
}

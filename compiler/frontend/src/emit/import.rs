//! Import statements.

use pyrsc_bytecode::{Constant, Def, Immediate, Instruction, Use};
use ruff_python_ast as ast;

use super::Emitter;
use super::unit::{Operand, UnitKind};
use crate::diagnostic::{Result, fail};
use crate::scope::Name;

impl<'a> Emitter<'a> {
    pub(super) fn import(&mut self, node: &'a ast::StmtImport) -> Result<()> {
        let location = self.location(node);
        for alias in &node.names {
            let mark = self.mark();
            let dst = self.allocate();
            let fromlist = self.unit.constant(Constant::None);
            let name = self.plain_name(&alias.name);
            let level = Immediate(0);
            self.emit(location, Instruction::ImportName { dst: Def(dst), name, fromlist, level });
            match &alias.asname {
                None => {
                    let first = alias.name.split('.').next().unwrap_or("");
                    self.check_assignable(first, alias)?;
                    self.store_name(first, location, Operand { register: dst, is_temporary: true })?;
                }
                Some(bound) => {
                    self.check_assignable(bound, alias)?;
                    // import a.b.c as d: the submodules are looked up like names imported from their package.
                    let mut current = dst;
                    for part in alias.name.split('.').skip(1) {
                        let next = self.allocate();
                        let (name, module) = (self.plain_name(part), Use::copy(current));
                        self.emit(location, Instruction::ImportFrom { dst: Def(next), module, name });
                        self.drop_temporary(location, current);
                        current = next;
                    }
                    self.store_name(bound, location, Operand { register: current, is_temporary: true })?;
                }
            }
            self.release_to(mark);
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, node: &'a ast::StmtImportFrom) -> Result<()> {
        let location = self.location(node);
        let mark = self.mark();
        let module = self.allocate();
        let names = node.names.iter().map(|alias| Constant::string(&alias.name)).collect();
        let fromlist = self.unit.constant(Constant::Tuple(names));
        let name = self.plain_name(node.module.as_ref().map_or("", |module| module.as_str()));
        let level = Immediate(node.level as i32);
        self.emit(location, Instruction::ImportName { dst: Def(module), name, fromlist, level });
        for alias in &node.names {
            if &*alias.name == "*" {
                if self.unit.kind != UnitKind::Module {
                    return fail("import * only allowed at module level", node);
                }
                self.emit(location, Instruction::ImportStar { module: Use::last(module) });
                self.release_to(mark);
                return Ok(());
            }
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.check_assignable(bound, alias)?;
            let alias_location = self.location(alias);
            let name = self.plain_name(&alias.name);
            let direct = self.direct_target(bound);
            let dst = match direct {
                Some(register) => register,
                None => self.allocate(),
            };
            let import = Instruction::ImportFrom { dst: Def(dst), module: Use::copy(module), name };
            self.emit(alias_location, import);
            if direct.is_none() {
                self.store_name(bound, location, Operand { register: dst, is_temporary: true })?;
                self.release(dst);
            }
        }
        self.drop_temporary(location, module);
        self.release_to(mark);
        Ok(())
    }

    /// A name that is not mangled.
    fn plain_name(&mut self, name: &str) -> pyrsc_bytecode::NameIndex {
        let name: Name = name.into();
        self.unit.name(&name)
    }
}

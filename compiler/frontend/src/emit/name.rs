//! Loading, storing and deleting variables.

use pyrsc_bytecode::{Cell, Def, Instruction, Kill, LocalRead, NameIndex, Register, Use};
use ruff_text_size::Ranged;

use super::unit::{Operand, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Result, fail};
use crate::scope::{Name, Resolution, mangle};

/// How a name is reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Access {
    /// A register.
    Local(Register),
    /// A cell in a register.
    Cell(Register),
    /// A cell that the class namespace overrides (class body).
    CellUnlessInNamespace(Register),
    /// A cell that the namespace of the class around overrides (annotation scope).
    CellUnlessInClass(Register),
    /// A global that the namespace of the class around overrides (annotation scope).
    GlobalUnlessInClass,
    /// A global.
    Global,
    /// A name of the frame's namespace, else a global.
    Namespace,
}

impl<'a> Emitter<'a> {
    /// The name as it is known in the current scope.
    pub(super) fn mangled(&self, name: &str) -> Name {
        match mangle(self.unit.private.as_deref(), name) {
            Some(mangled) => mangled.into(),
            None => name.into(),
        }
    }

    pub(super) fn access(&self, name: &str) -> Access {
        let in_comprehension = !self.unit.inlined.is_empty();
        let is_class = self.unit.kind == UnitKind::Class;
        for inlined in self.unit.inlined.iter().rev() {
            let Some(symbol) = self.table.get(inlined.scope).symbol(name) else { continue };
            match symbol.resolution {
                Resolution::Local => return Access::Local(inlined.registers[name]),
                Resolution::Cell => return Access::Cell(inlined.registers[name]),
                Resolution::Free => {}
                Resolution::GlobalExplicit => return Access::Global,
                Resolution::GlobalImplicit if self.unit.kind == UnitKind::Module => return Access::Namespace,
                Resolution::GlobalImplicit => return Access::Global,
            }
        }
        let scope = self.scope();
        let free = |register| {
            if is_class && !in_comprehension {
                Access::CellUnlessInNamespace(register)
            } else if scope.can_see_class_scope {
                Access::CellUnlessInClass(register)
            } else {
                Access::Cell(register)
            }
        };
        if is_class
            && in_comprehension
            && let Some(register) = self.unit.free_register(name)
        {
            return Access::Cell(register);
        }
        let is_function = scope.kind.is_function_like();
        match scope.symbol(name).map(|symbol| symbol.resolution) {
            Some(Resolution::Local | Resolution::Cell) if is_function => {
                match self.unit.registers.get(name) {
                    Some(&register) if self.unit.locals[register.index()].kind.is_cell() => {
                        Access::Cell(register)
                    }
                    Some(&register) => Access::Local(register),
                    None => Access::Global,
                }
            }
            Some(Resolution::Free) => match self.unit.free_register(name) {
                Some(register) => free(register),
                None => Access::Global,
            },
            Some(Resolution::GlobalExplicit) => Access::Global,
            Some(Resolution::GlobalImplicit) if is_function && scope.can_see_class_scope => {
                Access::GlobalUnlessInClass
            }
            _ if is_function => Access::Global,
            _ => Access::Namespace,
        }
    }

    fn name_index(&mut self, name: &str) -> NameIndex {
        let name: Name = name.into();
        self.unit.name(&name)
    }

    /// The register of a plain local, checked to be bound.
    pub(super) fn local_operand(&mut self, name: &str, location: Location) -> Option<Operand> {
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Local(register) => {
                self.emit(location, Instruction::CheckBound { register: LocalRead(register) });
                Some(Operand { register, is_temporary: false })
            }
            _ => None,
        }
    }

    pub(super) fn load_name(&mut self, name: &str, location: Location, dst: Register) {
        let name = self.mangled(name);
        let dst = Def(dst);
        let cache = self.unit.cache();
        match self.access(&name) {
            Access::Local(register) => {
                self.emit(location, Instruction::CheckBound { register: LocalRead(register) });
                self.emit(location, Instruction::Move { dst, src: Use::copy(register) });
            }
            Access::Cell(cell) => self.emit(location, Instruction::LoadCell { dst, cell: Cell(cell) }),
            Access::CellUnlessInNamespace(cell) => {
                let mapping = self.allocate();
                self.emit(location, Instruction::LoadLocals { dst: Def(mapping) });
                let load =
                    Instruction::LoadFromDictOrCell { dst, mapping: Use::last(mapping), cell: Cell(cell) };
                self.emit(location, load);
                self.release(mapping);
            }
            Access::CellUnlessInClass(cell) => {
                let mapping = self.load_class_namespace(location);
                let load =
                    Instruction::LoadFromDictOrCell { dst, mapping: Use::last(mapping), cell: Cell(cell) };
                self.emit(location, load);
                self.release(mapping);
            }
            Access::GlobalUnlessInClass => {
                let mapping = self.load_class_namespace(location);
                let name = self.name_index(&name);
                let load = Instruction::LoadFromDictOrGlobals { dst, mapping: Use::last(mapping), name };
                self.emit(location, load);
                self.release(mapping);
            }
            Access::Global => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::LoadGlobal { dst, name, cache });
            }
            Access::Namespace => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::LoadName { dst, name, cache });
            }
        }
    }

    fn load_class_namespace(&mut self, location: Location) -> Register {
        let mapping = self.allocate();
        match self.unit.free_register("__classdict__") {
            Some(cell) => self.emit(location, Instruction::LoadCell { dst: Def(mapping), cell: Cell(cell) }),
            None => self.emit(location, Instruction::LoadLocals { dst: Def(mapping) }),
        }
        mapping
    }

    /// The register into which a value for `name` can be computed directly.
    pub(super) fn direct_target(&self, name: &str) -> Option<Register> {
        match self.access(&self.mangled(name)) {
            Access::Local(register) => Some(register),
            _ => None,
        }
    }

    pub(super) fn store_name(&mut self, name: &str, location: Location, value: Operand) -> Result<()> {
        let name = self.mangled(name);
        let src = value.take();
        let cache = self.unit.cache();
        match self.access(&name) {
            Access::Local(register) => self.move_value(location, register, src),
            Access::Cell(cell) | Access::CellUnlessInNamespace(cell) | Access::CellUnlessInClass(cell) => {
                self.emit(location, Instruction::StoreCell { cell: Cell(cell), src });
            }
            Access::Global | Access::GlobalUnlessInClass => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::StoreGlobal { src, name, cache });
            }
            Access::Namespace => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::StoreName { src, name });
            }
        }
        Ok(())
    }

    pub(super) fn delete_name(&mut self, name: &str, location: Location) {
        let name = self.mangled(name);
        match self.access(&name) {
            Access::Local(register) => {
                self.emit(location, Instruction::CheckBound { register: LocalRead(register) });
                self.emit(location, Instruction::DeleteLocal { register: Kill(register) });
            }
            Access::Cell(cell) | Access::CellUnlessInNamespace(cell) | Access::CellUnlessInClass(cell) => {
                self.emit(location, Instruction::DeleteCell { cell: Cell(cell) });
            }
            Access::Global | Access::GlobalUnlessInClass => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::DeleteGlobal { name });
            }
            Access::Namespace => {
                let name = self.name_index(&name);
                self.emit(location, Instruction::DeleteName { name });
            }
        }
    }

    /// Unbinds the name of an `except ... as name`, which may be unbound already: binds None, then deletes.
    pub(super) fn clear_name(&mut self, name: &str, location: Location) -> Result<()> {
        if let Some(register) = self.direct_target(name) {
            self.emit(location, Instruction::DeleteLocal { register: Kill(register) });
            return Ok(());
        }
        let none = self.allocate();
        self.emit(location, Instruction::LoadNone { dst: Def(none) });
        self.store_name(name, location, Operand { register: none, is_temporary: true })?;
        self.release(none);
        self.delete_name(name, location);
        Ok(())
    }

    /// Refuses the names that cannot be assigned.
    pub(super) fn check_assignable(&self, name: &str, node: &impl Ranged) -> Result<()> {
        if name == "__debug__" { fail("cannot assign to __debug__", node) } else { Ok(()) }
    }

    /// Refuses the names that cannot be deleted.
    pub(super) fn check_deletable(&self, name: &str, node: &impl Ranged) -> Result<()> {
        if name == "__debug__" { fail("cannot delete __debug__", node) } else { Ok(()) }
    }

    /// The register of the cell that a nested function gets in its closure.
    pub(super) fn closure_cell(&self, name: &str) -> Option<Register> {
        for inlined in self.unit.inlined.iter().rev() {
            let symbol = self.table.get(inlined.scope).symbol(name);
            if symbol.is_some_and(|symbol| symbol.resolution == Resolution::Cell) {
                return inlined.registers.get(name).copied();
            }
        }
        if let Some(&register) = self.unit.registers.get(name)
            && self.unit.locals[register.index()].kind.is_cell()
        {
            return Some(register);
        }
        self.unit.free_register(name)
    }
}

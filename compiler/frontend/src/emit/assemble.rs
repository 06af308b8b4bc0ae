//! From the items of a [`Unit`] to a [`Code`]: drops what cannot be reached, places the rest, numbers registers.

use std::sync::Arc;

use pyrsc_bytecode::operand::Rewriter;
use pyrsc_bytecode::{
    CacheIndex, Code, CodeFlags, Constant, ConstantIndex, Handler, Instruction, Label, Local, LocalKind,
    OperandRef, PositionTable, Register, VerifyError, analyze_bindings,
};

use super::unit::{FREE_BASE, Item, TEMPORARY_BASE, Unit};

/// The finished code object. An error is a bug of the compiler.
pub(super) fn assemble(mut unit: Unit<'_>, filename: &Arc<str>) -> Result<Code, VerifyError> {
    let order = order_locals(&unit);
    let targets = thread_jumps(&mut unit);
    let mut keep = reachable(&unit, &targets);
    drop_useless(&unit, &targets, &mut keep);
    let has_checks = unit
        .items
        .iter()
        .zip(&keep)
        .any(|(item, keep)| *keep && matches!(item.instruction, Instruction::CheckBound { .. }));
    let mut code = place(&unit, &targets, &keep, &order, filename);
    if has_checks {
        let redundant = analyze_bindings(&code)?.redundant_checks;
        if !redundant.is_empty() {
            let mut redundant = redundant.into_iter().collect::<rustc_hash::FxHashSet<u32>>();
            let mut at = 0;
            for (item, keep) in unit.items.iter().zip(keep.iter_mut()) {
                if *keep {
                    *keep = !redundant.remove(&at);
                    at += item.instruction.opcode().units() as u32;
                }
            }
            code = place(&unit, &targets, &keep, &order, filename);
        }
    }
    Ok(code)
}

/// The final order of the named registers, as indices into [`Unit::locals`]: parameters, then plain locals in the order
/// in which the code mentions them (the order that Python gives them, which shows when a frame's locals are dropped),
/// then cells by name. Locals that are never mentioned are left out.
fn order_locals(unit: &Unit<'_>) -> Vec<u16> {
    let parameters = unit.parameter_count();
    let mut order: Vec<u16> = (0..parameters as u16).collect();
    let mut seen: Vec<bool> = (0..unit.locals.len()).map(|index| index < parameters).collect();
    let mut cells: Vec<u16> = Vec::new();
    let mut mention = |register: Register| {
        let index = register.index();
        if register.0 < FREE_BASE && !std::mem::replace(&mut seen[index], true) {
            if unit.locals[index].kind == LocalKind::Cell {
                cells.push(register.0);
            } else {
                order.push(register.0);
            }
        }
    };
    for item in &unit.items {
        // What an instruction reads comes before what it writes.
        for writes in [false, true] {
            item.instruction.for_each_operand(|_, operand| match operand {
                OperandRef::Def(register) if writes => mention(register),
                OperandRef::Use(source) if !writes => mention(source.register),
                OperandRef::Cell(register)
                | OperandRef::Update(register)
                | OperandRef::Kill(register)
                | OperandRef::LocalRead(register)
                    if !writes =>
                {
                    mention(register);
                }
                _ => {}
            });
        }
    }
    cells.sort_by(|&a, &b| unit.locals[a as usize].name.cmp(&unit.locals[b as usize].name));
    order.extend(cells);
    order
}

/// For every label the item that it stands for, jumps to jumps followed to their end.
fn thread_jumps(unit: &mut Unit<'_>) -> Vec<u32> {
    let count = unit.items.len() as u32;
    let bound: Vec<u32> = unit.labels.iter().map(|bound| bound.unwrap_or(count)).collect();
    let targets: Vec<u32> = bound
        .iter()
        .map(|&start| {
            let mut at = start;
            for _ in 0..100 {
                match unit.items.get(at as usize).map(|item| item.instruction) {
                    Some(Instruction::Nop {}) => at += 1,
                    Some(Instruction::Jump { target }) if bound[target.0 as usize] > at => {
                        at = bound[target.0 as usize];
                    }
                    _ => break,
                }
            }
            at
        })
        .collect();
    for at in 0..unit.items.len() {
        if let Instruction::Jump { target } = unit.items[at].instruction
            && let Some(Item { instruction: back @ Instruction::JumpBack { .. }, .. }) =
                unit.items.get(targets[target.0 as usize] as usize)
        {
            unit.items[at].instruction = *back;
        }
    }
    targets
}

fn reachable(unit: &Unit<'_>, targets: &[u32]) -> Vec<bool> {
    let mut reached = vec![false; unit.items.len()];
    let mut worklist = vec![0u32];
    while let Some(start) = worklist.pop() {
        let mut at = start as usize;
        while at < unit.items.len() && !reached[at] {
            reached[at] = true;
            let item = &unit.items[at];
            if let Some(label) = item.instruction.label() {
                worklist.push(targets[label.0 as usize]);
            }
            if let Some(handler) = item.handler
                && item.instruction.effects().raises()
            {
                worklist.push(targets[unit.handlers[handler as usize].label.0 as usize]);
            }
            if item.instruction.effects().terminates() {
                break;
            }
            at += 1;
        }
    }
    reached
}

/// Drops `nop`s and jumps to the next instruction.
fn drop_useless(unit: &Unit<'_>, targets: &[u32], keep: &mut [bool]) {
    let mut next_kept = unit.items.len() as u32;
    for at in (0..unit.items.len()).rev() {
        if !keep[at] {
            continue;
        }
        let useless = match unit.items[at].instruction {
            Instruction::Nop {} => true,
            Instruction::Jump { target } => {
                let target = targets[target.0 as usize];
                target > at as u32
                    && target <= next_kept
                    && (at as u32 + 1..target).all(|i| !keep[i as usize])
            }
            _ => false,
        };
        if useless {
            keep[at] = false;
        } else {
            next_kept = at as u32;
        }
    }
}

struct Placement<'a> {
    /// For every provisional number of a named register the final one.
    register_map: &'a [u16],
    targets: &'a [u32],
    /// For every item (and the end) its unit.
    offsets: &'a [u32],
    local_count: u16,
    free_count: u16,
    cache_count: u32,
    /// The new index of each constant that is used.
    constant_map: Vec<Option<u32>>,
    constants: Vec<Constant>,
    old_constants: &'a [Constant],
}

impl Rewriter for Placement<'_> {
    fn register(&mut self, register: Register) -> Register {
        Register(match register.0 {
            number @ TEMPORARY_BASE.. => self.local_count + self.free_count + (number - TEMPORARY_BASE),
            number @ FREE_BASE.. => self.local_count + (number - FREE_BASE),
            number => self.register_map[number as usize],
        })
    }

    fn label(&mut self, label: Label) -> Label {
        Label(self.offsets[self.targets[label.0 as usize] as usize])
    }

    fn constant(&mut self, constant: ConstantIndex) -> ConstantIndex {
        let next = self.constants.len() as u32;
        let index = *self.constant_map[constant.index()].get_or_insert(next);
        if index == next {
            self.constants.push(self.old_constants[constant.index()].clone());
        }
        ConstantIndex(index)
    }

    fn cache(&mut self, _cache: CacheIndex) -> CacheIndex {
        let cache = CacheIndex(self.cache_count);
        self.cache_count += 1;
        cache
    }
}

fn place(unit: &Unit<'_>, targets: &[u32], keep: &[bool], order: &[u16], filename: &Arc<str>) -> Code {
    let mut register_map = vec![0; unit.locals.len()];
    for (new, &old) in order.iter().enumerate() {
        register_map[old as usize] = new as u16;
    }
    let mut offsets = Vec::with_capacity(unit.items.len() + 1);
    let mut at = 0u32;
    for (item, keep) in unit.items.iter().zip(keep) {
        offsets.push(at);
        if *keep {
            at += item.instruction.opcode().units() as u32;
        }
    }
    offsets.push(at);
    let mut placement = Placement {
        targets,
        offsets: &offsets,
        register_map: &register_map,
        local_count: order.len() as u16,
        free_count: unit.free_names.len() as u16,
        cache_count: 0,
        constant_map: vec![None; unit.constants.len()],
        constants: Vec::new(),
        old_constants: &unit.constants,
    };
    if unit.flags.contains(CodeFlags::HAS_DOCSTRING) {
        placement.constant(ConstantIndex(0));
    }
    let mut instructions = Vec::with_capacity(at as usize + 1);
    let mut positions = Vec::with_capacity(unit.items.len());
    // Each with whether something in its range can raise.
    let mut handlers: Vec<(Handler, bool)> = Vec::new();
    let mut previous_handler = None;
    let mut temporaries = 0;
    let first_temporary = placement.local_count + placement.free_count;
    for (index, item) in unit.items.iter().enumerate() {
        if !keep[index] {
            continue;
        }
        let start = instructions.len() as u32;
        let instruction = item.instruction.rewrite(&mut placement);
        let units = instruction.opcode().units();
        instructions.extend_from_slice(&instruction.encode()[..units]);
        positions.push((units as u32, item.position));
        let end = instructions.len() as u32;
        if let Some(number) = item.handler {
            let spec = unit.handlers[number as usize];
            let raises = instruction.effects().raises();
            match handlers.last_mut() {
                Some((last, needed)) if previous_handler == item.handler && last.end == start => {
                    last.end = end;
                    *needed |= raises;
                }
                _ => {
                    let target = placement.label(spec.label);
                    let depth = Register(first_temporary + spec.depth);
                    handlers.push((Handler { start, end, target, depth }, raises));
                }
            }
        }
        previous_handler = item.handler;
        instruction.for_each_operand(|_, operand| {
            let used = match operand {
                OperandRef::Def(register) | OperandRef::Kill(register) => register.0 + 1,
                OperandRef::DefPair(base) => base.0 + 2,
                OperandRef::DefRange(range) => range.base.0 + range.count,
                _ => 0,
            };
            temporaries = temporaries.max(used.saturating_sub(first_temporary));
        });
    }
    instructions.push(0);
    // A handler is kept only where something in its range can raise; else its target may be unreachable.
    let mut handlers: Vec<Handler> =
        handlers.into_iter().filter(|(_, needed)| *needed).map(|(handler, _)| handler).collect();
    let depth_limit = first_temporary + temporaries;
    for handler in &mut handlers {
        handler.depth = Register(handler.depth.0.min(depth_limit));
    }
    let mut locals: Vec<Local> = order.iter().map(|&index| unit.locals[index as usize].clone()).collect();
    locals.extend(unit.free_names.iter().map(|name| Local { name: name.clone(), kind: LocalKind::Free }));
    Code {
        name: unit.name.clone(),
        qualified_name: unit.qualified_name.clone(),
        filename: filename.clone(),
        first_line: unit.first_line,
        flags: unit.flags,
        positional_only_count: unit.positional_only_count,
        argument_count: unit.argument_count,
        keyword_only_count: unit.keyword_only_count,
        locals,
        temporary_count: temporaries,
        cache_count: placement.cache_count,
        names: unit.names.clone(),
        constants: placement.constants,
        instructions,
        handlers,
        positions: PositionTable::build(positions),
        static_attributes: unit.static_attributes.iter().cloned().collect(),
    }
}

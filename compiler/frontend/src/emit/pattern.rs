//! The `match` statement.
//!
//! While a pattern is being matched, the temporaries above the subject's form a contiguous stack of values: items of
//! sequences, attributes, keys. Where the pattern fails with `n` of them alive, it jumps to the `n`th fail label, from
//! where they are dropped one by one. Names are bound only when the whole pattern has matched.

use pyrsc_bytecode::{
    Constant, Count, Def, DefRange, Immediate, Instruction, Label, MoveRange, Register, Use,
};
use ruff_python_ast::{self as ast, Expr, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};

use super::expression::MAX_RANGE;
use super::unit::Operand;
use super::{Emitter, Location, TEMPORARY_BASE};
use crate::diagnostic::{Fault, Result, fail};

/// The state of matching one pattern.
struct Matching {
    /// The stack height at which nothing of the pattern is alive.
    base: u16,
    /// Where to go on failure, by the number of values alive.
    fail_labels: Vec<Label>,
    /// The names to bind and where their values are, in order.
    captures: Vec<(String, Register, TextRange)>,
    allow_irrefutable: bool,
}

impl<'a> Emitter<'a> {
    pub(super) fn match_statement(&mut self, node: &'a ast::StmtMatch) -> Result<()> {
        let mark = self.mark();
        let subject = self.temporary(&node.subject)?;
        let subject_location = self.location(&*node.subject);
        let end = self.label();
        let last = node.cases.len().saturating_sub(1);
        for (at, case) in node.cases.iter().enumerate() {
            let mut matching = Matching {
                base: self.mark(),
                fail_labels: Vec::new(),
                captures: Vec::new(),
                allow_irrefutable: case.guard.is_some() || at == last,
            };
            let location = self.location(&case.pattern);
            self.pattern(&case.pattern, subject, &mut matching)?;
            self.bind_captures(&mut matching, location)?;
            if let Some(guard) = &case.guard {
                let failed = self.fail_label(&mut matching);
                self.jump_if(guard, false, failed)?;
            }
            self.drop_temporary(subject_location, subject);
            self.release(subject);
            self.conditional(&case.body)?;
            self.emit(None, Instruction::Jump { target: end });
            self.allocate();
            self.emit_failures(&matching, location);
        }
        self.drop_temporary(subject_location, subject);
        self.bind(end);
        self.release_to(mark);
        Ok(())
    }

    /// The label to jump to when the pattern fails now.
    fn fail_label(&mut self, matching: &mut Matching) -> Label {
        let alive = (self.mark() - matching.base) as usize;
        while matching.fail_labels.len() <= alive {
            let label = self.label();
            matching.fail_labels.push(label);
        }
        matching.fail_labels[alive]
    }

    /// The drops that failures need; control goes on after them.
    fn emit_failures(&mut self, matching: &Matching, location: Location) {
        for (alive, &label) in matching.fail_labels.iter().enumerate().rev() {
            self.bind(label);
            if alive > 0 {
                let register = Register(TEMPORARY_BASE + matching.base + alive as u16 - 1);
                self.drop_temporary(location, register);
            }
        }
    }

    /// Binds the captured names and drops everything else that the pattern left.
    fn bind_captures(&mut self, matching: &mut Matching, location: Location) -> Result<()> {
        let first = TEMPORARY_BASE + matching.base;
        let end = TEMPORARY_BASE + self.mark();
        let captures = std::mem::take(&mut matching.captures);
        let mut taken = vec![false; (end - first) as usize];
        for (at, (name, register, range)) in captures.iter().enumerate() {
            let again = captures[at + 1..].iter().any(|(_, other, _)| other == register);
            let is_temporary = register.0 >= first && !again;
            if is_temporary {
                taken[(register.0 - first) as usize] = true;
            }
            let name_location = self.location(range);
            self.store_name(name, name_location, Operand { register: *register, is_temporary })?;
        }
        for number in (first..end).rev() {
            if !taken[(number - first) as usize] {
                self.drop_temporary(location, Register(number));
            }
        }
        self.release_to(matching.base);
        Ok(())
    }

    fn capture(
        &mut self,
        name: &ast::Identifier,
        subject: Register,
        matching: &mut Matching,
        range: TextRange,
    ) -> Result<()> {
        self.check_assignable(name, &range)?;
        if matching.captures.iter().any(|(other, _, _)| other == name.as_str()) {
            return Err(Fault::new(format!("multiple assignments to name '{name}' in pattern"), range));
        }
        matching.captures.push((name.to_string(), subject, range));
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern, subject: Register, matching: &mut Matching) -> Result<()> {
        self.depth.enter(pattern)?;
        let location = self.location(pattern);
        match pattern {
            Pattern::MatchValue(node) => {
                if matches!(&*node.value, ast::Expr::FString(_) | ast::Expr::TString(_)) {
                    return fail("patterns may only match literals and attribute lookups", node);
                }
                let target = self.fail_label(matching);
                let mark = self.mark();
                let value = self.operand(&node.value)?.take();
                let lhs = Use::copy(subject);
                self.emit(location, Instruction::JumpIfNotEqual { lhs, rhs: value, target });
                self.release_to(mark);
            }
            Pattern::MatchSingleton(node) => {
                let target = self.fail_label(matching);
                let lhs = Use::copy(subject);
                let constant = match node.value {
                    Singleton::None => {
                        self.emit(location, Instruction::JumpIfNotNone { src: lhs, target });
                        self.depth.leave();
                        return Ok(());
                    }
                    Singleton::True => true,
                    Singleton::False => false,
                };
                let value = self.allocate();
                self.load_constant(location, value, Constant::Bool(constant));
                self.emit(location, Instruction::JumpIfIsNot { lhs, rhs: Use::last(value), target });
                self.release(value);
            }
            Pattern::MatchSequence(node) => self.sequence_pattern(node, subject, matching, location)?,
            Pattern::MatchMapping(node) => self.mapping_pattern(node, subject, matching, location)?,
            Pattern::MatchClass(node) => self.class_pattern(node, subject, matching, location)?,
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    self.capture(name, subject, matching, node.range)?;
                }
            }
            Pattern::MatchAs(node) => match (&node.pattern, &node.name) {
                (None, None) if !matching.allow_irrefutable => {
                    return fail("wildcard makes remaining patterns unreachable", pattern);
                }
                (None, Some(name)) if !matching.allow_irrefutable => {
                    return fail(
                        format!("name capture '{name}' makes remaining patterns unreachable"),
                        pattern,
                    );
                }
                (None, None) => {}
                (None, Some(name)) => self.capture(name, subject, matching, node.range)?,
                (Some(inner), name) => {
                    self.pattern(inner, subject, matching)?;
                    if let Some(name) = name {
                        if name.as_str() == "_" {
                            return fail("cannot use '_' as a target", name);
                        }
                        self.capture(name, subject, matching, node.range)?;
                    }
                }
            },
            Pattern::MatchOr(node) => self.or_pattern(node, subject, matching, location)?,
        }
        self.depth.leave();
        Ok(())
    }

    fn inner_pattern(
        &mut self,
        pattern: &'a Pattern,
        subject: Register,
        matching: &mut Matching,
    ) -> Result<()> {
        let outer = std::mem::replace(&mut matching.allow_irrefutable, true);
        self.pattern(pattern, subject, matching)?;
        matching.allow_irrefutable = outer;
        Ok(())
    }

    /// Fails unless the subject's length is at least `length`, or exactly that.
    fn check_length(
        &mut self,
        subject: Register,
        length: usize,
        exactly: bool,
        matching: &mut Matching,
        location: Location,
    ) {
        let target = self.fail_label(matching);
        let actual = self.allocate();
        self.emit(location, Instruction::MatchLength { dst: Def(actual), src: Use::copy(subject) });
        let expected = self.allocate();
        self.emit(location, Instruction::LoadInt { dst: Def(expected), value: Immediate(length as i32) });
        let (lhs, rhs) = (Use::last(actual), Use::last(expected));
        let jump = if exactly {
            Instruction::JumpIfNotEqual { lhs, rhs, target }
        } else {
            Instruction::JumpIfNotGreaterEqual { lhs, rhs, target }
        };
        self.emit(location, jump);
        self.release(actual);
    }

    fn sequence_pattern(
        &mut self,
        node: &'a ast::PatternMatchSequence,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let patterns = &node.patterns;
        let mut star = None;
        for (at, pattern) in patterns.iter().enumerate() {
            if matches!(pattern, Pattern::MatchStar(_)) {
                if star.is_some() {
                    return fail("multiple starred names in sequence pattern", node);
                }
                star = Some(at);
            }
        }
        let target = self.fail_label(matching);
        self.emit(location, Instruction::JumpIfNotSequence { src: Use::copy(subject), target });
        match star {
            None => self.check_length(subject, patterns.len(), true, matching, location),
            Some(_) if patterns.len() > 1 => {
                self.check_length(subject, patterns.len() - 1, false, matching, location);
            }
            Some(_) => {}
        }
        if patterns.iter().all(is_wildcard) {
            return Ok(());
        }
        match star {
            Some(star) if is_wildcard(&patterns[star]) => {
                self.sequence_by_index(patterns, star, subject, matching, location)
            }
            star => self.sequence_by_unpacking(patterns, star, subject, matching, location),
        }
    }

    fn sequence_by_unpacking(
        &mut self,
        patterns: &'a [Pattern],
        star: Option<usize>,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let base = self.allocate();
        for _ in 1..patterns.len() {
            self.allocate();
        }
        let targets = DefRange { base, count: patterns.len() as u16 };
        let src = Use::copy(subject);
        let unpack = match star {
            None => Instruction::UnpackSequence { src, targets },
            Some(star) => Instruction::UnpackStarred { src, targets, before: Count(star as u16) },
        };
        self.emit(location, unpack);
        for (pattern, register) in patterns.iter().zip(targets.registers()) {
            if !is_wildcard(pattern) {
                self.inner_pattern(pattern, register, matching)?;
            }
        }
        Ok(())
    }

    /// With `*_` only the items that matter are fetched.
    fn sequence_by_index(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        for (at, pattern) in patterns.iter().enumerate() {
            if is_wildcard(pattern) {
                continue;
            }
            let item = self.allocate();
            if at < star {
                self.emit(location, Instruction::LoadInt { dst: Def(item), value: Immediate(at as i32) });
            } else {
                self.emit(location, Instruction::MatchLength { dst: Def(item), src: Use::copy(subject) });
                let distance = self.allocate();
                let value = Immediate((patterns.len() - at) as i32);
                self.emit(location, Instruction::LoadInt { dst: Def(distance), value });
                let (lhs, rhs) = (Use::last(item), Use::last(distance));
                self.emit(location, Instruction::Subtract { dst: Def(item), lhs, rhs });
                self.release(distance);
            }
            let (obj, index) = (Use::copy(subject), Use::last(item));
            self.emit(location, Instruction::LoadItem { dst: Def(item), obj, index });
            self.inner_pattern(pattern, item, matching)?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        node: &'a ast::PatternMatchMapping,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        if let Some(rest) = node.rest.as_ref().filter(|rest| rest.as_str() == "_") {
            return fail("invalid syntax", rest);
        }
        let target = self.fail_label(matching);
        self.emit(location, Instruction::JumpIfNotMapping { src: Use::copy(subject), target });
        if !node.keys.is_empty() {
            self.check_length(subject, node.keys.len(), false, matching, location);
        }
        if node.keys.is_empty() && node.rest.is_none() {
            return Ok(());
        }
        let mut seen: Vec<Constant> = Vec::new();
        for key in &node.keys {
            match self.constant(key)? {
                Some(constant) => {
                    if seen.iter().any(|other| is_equal_key(other, &constant)) {
                        let key = self.index.slice(key.range());
                        return fail(format!("mapping pattern checks duplicate key ({key})"), node);
                    }
                    seen.push(constant);
                }
                None if !key.is_attribute_expr() => {
                    return fail("mapping pattern keys may only match literals and attribute lookups", key);
                }
                None => {}
            }
        }
        let keys = self.allocate();
        if node.keys.len() <= MAX_RANGE {
            let mark = self.mark();
            for (at, key) in node.keys.iter().enumerate() {
                if at == 0 {
                    self.expression_into(key, keys)?;
                } else {
                    self.temporary(key)?;
                }
            }
            let range = MoveRange { base: keys, count: node.keys.len() as u16 };
            self.emit(location, Instruction::BuildTuple { dst: Def(keys), range });
            self.release_to(mark);
        } else {
            let range = MoveRange { base: keys, count: 0 };
            self.emit(location, Instruction::BuildList { dst: Def(keys), range });
            for key in &node.keys {
                self.append_item(keys, key, false, location)?;
            }
            self.emit(location, Instruction::ListToTuple { dst: Def(keys), list: Use::last(keys) });
        }
        let values = self.allocate();
        let match_keys =
            Instruction::MatchKeys { dst: Def(values), subject: Use::copy(subject), keys: Use::copy(keys) };
        self.emit(location, match_keys);
        let target = self.fail_label(matching);
        self.emit(location, Instruction::JumpIfNone { src: Use::copy(values), target });
        let targets = self.unpack_in_place(values, node.keys.len(), location);
        let rest = match &node.rest {
            None => None,
            Some(name) => {
                // A copy of the mapping without the keys.
                let rest = self.allocate();
                let range = MoveRange { base: rest, count: 0 };
                self.emit(location, Instruction::BuildDict { dst: Def(rest), range });
                let update = Instruction::DictUpdate { dict: Use::copy(rest), mapping: Use::copy(subject) };
                self.emit(location, update);
                self.delete_keys(keys, rest, node.keys.len(), location);
                Some((name, rest))
            }
        };
        for (pattern, register) in node.patterns.iter().zip(targets.registers()) {
            if !is_wildcard(pattern) {
                self.inner_pattern(pattern, register, matching)?;
            }
        }
        if let Some((name, rest)) = rest {
            self.capture(name, rest, matching, name.range)?;
        }
        Ok(())
    }

    /// Unpacks a tuple on top of the stack into temporaries from its own on.
    fn unpack_in_place(&mut self, tuple: Register, count: usize, location: Location) -> DefRange {
        let targets = DefRange { base: tuple, count: count as u16 };
        self.emit(location, Instruction::UnpackSequence { src: Use::last(tuple), targets });
        self.release(tuple);
        (0..count).for_each(|_| {
            self.allocate();
        });
        targets
    }

    fn delete_keys(&mut self, keys: Register, dict: Register, count: usize, location: Location) {
        if count == 0 {
            return;
        }
        let first = self.allocate();
        for _ in 1..count {
            self.allocate();
        }
        let targets = DefRange { base: first, count: count as u16 };
        self.emit(location, Instruction::UnpackSequence { src: Use::copy(keys), targets });
        for key in targets.registers() {
            let (obj, index) = (Use::copy(dict), Use::last(key));
            self.emit(location, Instruction::DeleteItem { obj, index });
        }
        self.release(first);
    }

    fn class_pattern(
        &mut self,
        node: &'a ast::PatternMatchClass,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let arguments = &node.arguments;
        for (at, keyword) in arguments.keywords.iter().enumerate() {
            self.check_assignable(&keyword.attr, &keyword.pattern)?;
            if let Some(again) =
                arguments.keywords[at + 1..].iter().find(|other| other.attr.id == keyword.attr.id)
            {
                let message = format!("attribute name repeated in class pattern: {}", keyword.attr);
                return Err(Fault::new(message, again.pattern.range()));
            }
        }
        let result = self.allocate();
        let class = match &*node.cls {
            Expr::Name(_) => self.operand(&node.cls)?,
            class => {
                self.expression_into(class, result)?;
                Operand { register: result, is_temporary: true }
            }
        };
        let names = arguments.keywords.iter().map(|keyword| Constant::string(&keyword.attr)).collect();
        let names = self.unit.constant(Constant::Tuple(names));
        let match_class = Instruction::MatchClass {
            dst: Def(result),
            subject: Use::copy(subject),
            class: class.take(),
            positional: Count(arguments.patterns.len() as u16),
            names,
        };
        self.emit(location, match_class);
        self.release(result);
        self.allocate();
        let target = self.fail_label(matching);
        self.emit(location, Instruction::JumpIfNone { src: Use::copy(result), target });
        let count = arguments.patterns.len() + arguments.keywords.len();
        let targets = self.unpack_in_place(result, count, location);
        let patterns =
            arguments.patterns.iter().chain(arguments.keywords.iter().map(|keyword| &keyword.pattern));
        for (pattern, register) in patterns.zip(targets.registers()) {
            if !is_wildcard(pattern) {
                self.inner_pattern(pattern, register, matching)?;
            }
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        node: &'a ast::PatternMatchOr,
        subject: Register,
        matching: &mut Matching,
        location: Location,
    ) -> Result<()> {
        let mut names = Vec::new();
        collect_names(&node.patterns[0], &mut names);
        let outer_mark = self.mark();
        // Each name's value goes to the same register, whichever alternative matches.
        let registers: Vec<Register> = names.iter().map(|_| self.allocate()).collect();
        let matched = self.label();
        let last = node.patterns.len() - 1;
        for (at, alternative) in node.patterns.iter().enumerate() {
            let mut inner = Matching {
                base: self.mark(),
                fail_labels: Vec::new(),
                captures: Vec::new(),
                allow_irrefutable: at == last && matching.allow_irrefutable,
            };
            self.pattern(alternative, subject, &mut inner)?;
            if inner.captures.len() != names.len()
                || inner.captures.iter().any(|(name, _, _)| !names.iter().any(|(other, _)| other == name))
            {
                return fail("alternative patterns bind different names", node);
            }
            let first = TEMPORARY_BASE + inner.base;
            let end = TEMPORARY_BASE + self.mark();
            let mut taken = vec![false; (end - first) as usize];
            for (position, (name, register, _)) in inner.captures.iter().enumerate() {
                let again = inner.captures[position + 1..].iter().any(|(_, other, _)| other == register);
                let is_last = register.0 >= first && !again;
                if is_last {
                    taken[(register.0 - first) as usize] = true;
                }
                let src = Use { register: *register, last: is_last };
                if let Some(target) = names.iter().position(|(other, _)| other == name) {
                    self.emit(location, Instruction::Move { dst: Def(registers[target]), src });
                }
            }
            for number in (first..end).rev() {
                if !taken[(number - first) as usize] {
                    self.drop_temporary(location, Register(number));
                }
            }
            self.release_to(inner.base);
            self.emit(None, Instruction::Jump { target: matched });
            self.emit_failures(&inner, location);
        }
        self.release_to(outer_mark);
        let target = self.fail_label(matching);
        self.emit(None, Instruction::Jump { target });
        self.bind(matched);
        for ((name, range), register) in names.into_iter().zip(registers) {
            self.allocate();
            if matching.captures.iter().any(|(other, _, _)| *other == name) {
                return Err(Fault::new(format!("multiple assignments to name '{name}' in pattern"), range));
            }
            matching.captures.push((name, register, range));
        }
        Ok(())
    }
}

/// Whether two keys of a mapping pattern are equal in Python's eyes: numbers of all types compare by their values.
fn is_equal_key(first: &Constant, second: &Constant) -> bool {
    let number = |constant: &Constant| match *constant {
        Constant::Bool(value) => Some((f64::from(u8::from(value)), 0.0)),
        Constant::Int(value) if value.unsigned_abs() < 1 << 53 => Some((value as f64, 0.0)),
        Constant::Float(value) => Some((value, 0.0)),
        Constant::Complex(real, imaginary) => Some((real, imaginary)),
        _ => None,
    };
    match (number(first), number(second)) {
        (Some(first), Some(second)) => first == second,
        _ => first == second,
    }
}

/// `_`, also as the name of a star pattern.
fn is_wildcard(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::MatchAs(node) => node.pattern.is_none() && node.name.is_none(),
        Pattern::MatchStar(node) => node.name.is_none(),
        _ => false,
    }
}

fn collect_names(pattern: &Pattern, names: &mut Vec<(String, TextRange)>) {
    let mut add = |name: &Option<ast::Identifier>, range: TextRange| {
        if let Some(name) = name
            && !names.iter().any(|(other, _)| other == name.as_str())
        {
            names.push((name.to_string(), range));
        }
    };
    match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchSequence(node) => node.patterns.iter().for_each(|inner| collect_names(inner, names)),
        Pattern::MatchMapping(node) => {
            node.patterns.iter().for_each(|inner| collect_names(inner, names));
            if let Some(rest) = &node.rest {
                names.push((rest.to_string(), rest.range));
            }
        }
        Pattern::MatchClass(node) => {
            node.arguments.patterns.iter().for_each(|inner| collect_names(inner, names));
            node.arguments.keywords.iter().for_each(|keyword| collect_names(&keyword.pattern, names));
        }
        Pattern::MatchStar(node) => add(&node.name, node.range),
        Pattern::MatchAs(node) => {
            add(&node.name, node.range);
            if let Some(inner) = &node.pattern {
                collect_names(inner, names);
            }
        }
        Pattern::MatchOr(node) => {
            if let Some(first) = node.patterns.first() {
                collect_names(first, names);
            }
        }
    }
}

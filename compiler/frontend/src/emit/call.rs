//! Calls, and attribute access through `super`.

use pyrsc_bytecode::{Constant, Def, DefPair, Instruction, MoveRange, Register, SuperForm, Use};
use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::{Ranged, TextRange};

use super::expression::{MAX_RANGE, number_type};
use super::unit::{Unit, UnitKind};
use super::{Emitter, Location};
use crate::diagnostic::{Fault, Result};
use crate::scope::Resolution;

impl<'a> Emitter<'a> {
    pub(super) fn call(&mut self, node: &'a ast::ExprCall, dst: Register) -> Result<()> {
        self.check_keywords(&node.arguments.keywords)?;
        let mark = self.mark();
        if let Expr::Attribute(method) = &*node.func
            && is_plain(&node.arguments)
        {
            return self.method_call(node, method, dst);
        }
        self.check_callee(&node.func);
        let location = self.location(node);
        let base = self.scratch(dst);
        self.expression_into(&node.func, base)?;
        self.call_with(location, base, 0, &node.arguments.args, &node.arguments.keywords, None, dst)?;
        self.release_to(mark.max(self.mark_of(dst)));
        Ok(())
    }

    /// The stack height at which `dst`, when it is a temporary, is the top.
    fn mark_of(&self, dst: Register) -> u16 {
        if Unit::is_temporary(dst) { dst.0 - super::TEMPORARY_BASE + 1 } else { 0 }
    }

    fn method_call(
        &mut self,
        node: &'a ast::ExprCall,
        method: &'a ast::ExprAttribute,
        dst: Register,
    ) -> Result<()> {
        let mark = self.mark();
        let base = self.scratch(dst);
        let attribute_location = self.attribute_location(method);
        if !self.super_method(method, attribute_location, base)? {
            let obj = match &*method.value {
                Expr::Name(_) => self.operand(&method.value)?,
                value => {
                    self.expression_into(value, base)?;
                    super::Operand { register: base, is_temporary: true }
                }
            };
            if obj.register != base && obj.is_temporary {
                self.release(obj.register);
            }
            self.allocate();
            let name = self.attribute_name(&method.attr);
            let cache = self.unit.cache();
            let load = Instruction::LoadMethod { pair: DefPair(base), obj: obj.take(), name, cache };
            self.emit(attribute_location, load);
        }
        let location = self.method_call_location(node, method);
        for argument in &node.arguments.args {
            self.temporary(argument)?;
        }
        for keyword in &node.arguments.keywords {
            self.temporary(&keyword.value)?;
        }
        let count = 2 + node.arguments.args.len() + node.arguments.keywords.len();
        let range = MoveRange { base, count: count as u16 };
        let dst = Def(dst);
        let instruction = match self.keyword_names(&node.arguments.keywords) {
            None => Instruction::CallMethod { dst, range },
            Some(names) => {
                let names = self.unit.constant(names);
                Instruction::CallMethodKeywords { dst, range, names }
            }
        };
        self.emit(location, instruction);
        self.release_to(mark);
        Ok(())
    }

    /// The position of a method call: from the method's name on when that is on a later line than its object.
    fn method_call_location(&self, node: &ast::ExprCall, method: &ast::ExprAttribute) -> Location {
        let mut position = self.index.position(node.range);
        let attribute = self.index.position(method.attr.range);
        if position.line != attribute.line {
            position.line = attribute.line;
            position.column = attribute.column;
        }
        Some(position)
    }

    fn keyword_names(&mut self, keywords: &[Keyword]) -> Option<Constant> {
        if keywords.is_empty() {
            return None;
        }
        let names = keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
        Some(Constant::Tuple(names.map(|name| Constant::string(&self.mangled_keyword(name))).collect()))
    }

    fn mangled_keyword(&self, name: &str) -> crate::scope::Name {
        self.mangled(name)
    }

    /// A call whose callee (and `count` arguments after it) are in temporaries from `base` on. `extra` is one more
    /// positional argument, a variable.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn call_with(
        &mut self,
        location: Location,
        base: Register,
        count: u16,
        arguments: &'a [Expr],
        keywords: &'a [Keyword],
        extra: Option<&str>,
        dst: Register,
    ) -> Result<()> {
        let has_star = arguments.iter().any(|argument| matches!(argument, Expr::Starred(_)))
            || keywords.iter().any(|keyword| keyword.arg.is_none());
        let total = count as usize + arguments.len() + keywords.len() + usize::from(extra.is_some());
        if has_star || total > MAX_RANGE {
            return self.call_unpacked(location, base, count, arguments, keywords, extra, dst);
        }
        for argument in arguments {
            self.temporary(argument)?;
        }
        if let Some(extra) = extra {
            let register = self.allocate();
            self.load_name(extra, location, register);
        }
        for keyword in keywords {
            self.temporary(&keyword.value)?;
        }
        let range = MoveRange { base, count: total as u16 + 1 };
        let dst = Def(dst);
        let instruction = match self.keyword_names(keywords) {
            None => Instruction::Call { dst, range },
            Some(names) => {
                let names = self.unit.constant(names);
                Instruction::CallKeywords { dst, range, names }
            }
        };
        self.emit(location, instruction);
        Ok(())
    }

    /// A call with `*` or `**`, or with very many arguments: through a tuple and a dictionary.
    #[allow(clippy::too_many_arguments)]
    fn call_unpacked(
        &mut self,
        location: Location,
        base: Register,
        count: u16,
        arguments: &'a [Expr],
        keywords: &'a [Keyword],
        extra: Option<&str>,
        dst: Register,
    ) -> Result<()> {
        // The arguments so far lie right above the callee.
        let args = if count > 0 { Register(base.0 + 1) } else { self.allocate() };
        match arguments {
            // f(*args): the iterable itself.
            [Expr::Starred(star)] if count == 0 && extra.is_none() => {
                self.expression_into(&star.value, args)?
            }
            _ => {
                let range = MoveRange { base: args, count };
                self.emit(location, Instruction::BuildList { dst: Def(args), range });
                self.release(args);
                self.allocate();
                for argument in arguments {
                    self.append_item(args, argument, false, location)?;
                }
                if let Some(extra) = extra {
                    let value = self.allocate();
                    self.load_name(extra, location, value);
                    self.emit(
                        location,
                        Instruction::ListAppend { list: Use::copy(args), value: Use::last(value) },
                    );
                    self.release(value);
                }
                self.emit(location, Instruction::ListToTuple { dst: Def(args), list: Use::last(args) });
            }
        }
        let (callee, args) = (Use::last(base), Use::last(args));
        if keywords.is_empty() {
            self.emit(location, Instruction::CallUnpack { dst: Def(dst), callee, args });
            return Ok(());
        }
        let kwargs = self.allocate();
        self.keyword_dict(location, base, keywords, kwargs)?;
        let kwargs = Use::last(kwargs);
        self.emit(location, Instruction::CallUnpackKeywords { dst: Def(dst), callee, args, kwargs });
        Ok(())
    }

    /// The dictionary of the keyword arguments; a repeated one is an error that names the callee.
    fn keyword_dict(
        &mut self,
        location: Location,
        callee: Register,
        keywords: &'a [Keyword],
        dict: Register,
    ) -> Result<()> {
        let mut rest = keywords;
        let mut is_first = true;
        while !rest.is_empty() {
            let named = rest.iter().position(|keyword| keyword.arg.is_none()).unwrap_or(rest.len());
            let (group, others) = rest.split_at(named.min(MAX_RANGE / 2));
            if is_first || !group.is_empty() {
                let target = if is_first { dict } else { self.allocate() };
                for (at, keyword) in group.iter().enumerate() {
                    let key = if at == 0 && is_first {
                        dict
                    } else if at == 0 {
                        target
                    } else {
                        self.allocate()
                    };
                    if let Some(name) = &keyword.arg {
                        let constant = Constant::string(&self.mangled(name));
                        let key_location = self.location(keyword);
                        self.load_constant(key_location, key, constant);
                    }
                    self.temporary(&keyword.value)?;
                }
                let range = MoveRange { base: target, count: group.len() as u16 * 2 };
                self.emit(location, Instruction::BuildDict { dst: Def(target), range });
                self.release(target);
                self.allocate();
                if !is_first {
                    self.merge(location, dict, target, callee);
                    self.release(target);
                }
                is_first = false;
            }
            rest = others;
            if let Some(Keyword { arg: None, value, .. }) = rest.first() {
                let mark = self.mark();
                let mapping = self.operand(value)?;
                let merge = Instruction::DictMerge {
                    dict: Use::copy(dict),
                    mapping: mapping.take(),
                    callee: Use::copy(callee),
                };
                self.emit(location, merge);
                self.release_to(mark);
                rest = &rest[1..];
            }
        }
        Ok(())
    }

    fn merge(&mut self, location: Location, dict: Register, mapping: Register, callee: Register) {
        let merge = Instruction::DictMerge {
            dict: Use::copy(dict),
            mapping: Use::last(mapping),
            callee: Use::copy(callee),
        };
        self.emit(location, merge);
    }

    pub(super) fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (at, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else { continue };
            self.check_assignable(name, keyword)?;
            let again = keywords[at + 1..]
                .iter()
                .find(|other| other.arg.as_ref().is_some_and(|other| other.id == name.id));
            if let Some(again) = again {
                return Err(Fault::new(format!("keyword argument repeated: {name}"), again.range()));
            }
        }
        Ok(())
    }

    /// Warns about calling what cannot be called.
    fn check_callee(&mut self, callee: &Expr) {
        let name = match callee {
            Expr::NoneLiteral(_) => "NoneType",
            Expr::BooleanLiteral(_) => "bool",
            Expr::EllipsisLiteral(_) => "ellipsis",
            Expr::NumberLiteral(number) => number_type(number),
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Dict(_) | Expr::DictComp(_) => "dict",
            Expr::Set(_) | Expr::SetComp(_) => "set",
            Expr::Generator(_) => "generator",
            Expr::TString(_) => "string.templatelib.Template",
            _ => return,
        };
        let range: TextRange = callee.range();
        self.warn(format!("'{name}' object is not callable; perhaps you missed a comma?"), &range);
    }

    /// `super().name` or `super(class, self).name`, where `super` is not a variable of the program's functions.
    fn super_parts(&mut self, object: &'a Expr) -> Option<(&'a ast::ExprCall, SuperForm)> {
        let Expr::Call(call) = object else { return None };
        let Expr::Name(callee) = &*call.func else { return None };
        if callee.id != "super" || !call.arguments.keywords.is_empty() {
            return None;
        }
        if !matches!(self.access("super"), super::name::Access::Global) || !self.unit.inlined.is_empty() {
            return None;
        }
        let module = self.table.get(crate::scope::ScopeTable::MODULE);
        if module.symbol("super").is_some_and(|symbol| symbol.resolution != Resolution::GlobalImplicit) {
            return None;
        }
        match &*call.arguments.args {
            [] if matches!(self.unit.kind, UnitKind::Function | UnitKind::AsyncFunction) => {
                let has_self = self.unit.argument_count > 0;
                (has_self && self.unit.free_register("__class__").is_some())
                    .then_some((call, SuperForm::ZeroArguments))
            }
            [first, second] if !first.is_starred_expr() && !second.is_starred_expr() => {
                Some((call, SuperForm::TwoArguments))
            }
            _ => None,
        }
    }

    /// Loads `super`, the class and the object into three temporaries from `base` on.
    fn load_super(
        &mut self,
        call: &'a ast::ExprCall,
        form: SuperForm,
        base: Register,
    ) -> Result<(Use, Use, Use)> {
        let location = self.location(&*call.func);
        self.load_name("super", location, base);
        let location = self.location(call);
        let class = self.allocate();
        match form {
            SuperForm::ZeroArguments => {
                self.load_name("__class__", location, class);
                let object = self.allocate();
                let first = self.unit.locals[0].name.clone();
                self.load_mangled(&first, location, object);
                Ok((Use::last(base), Use::last(class), Use::last(object)))
            }
            SuperForm::TwoArguments => {
                self.expression_into(&call.arguments.args[0], class)?;
                let object = self.temporary(&call.arguments.args[1])?;
                Ok((Use::last(base), Use::last(class), Use::last(object)))
            }
        }
    }

    /// Loads a variable whose name is mangled already.
    fn load_mangled(&mut self, name: &str, location: Location, dst: Register) {
        let private = self.unit.private.take();
        self.load_name(name, location, dst);
        self.unit.private = private;
    }

    pub(super) fn super_attribute(
        &mut self,
        node: &'a ast::ExprAttribute,
        location: Location,
        dst: Register,
    ) -> Result<bool> {
        let Some((call, form)) = self.super_parts(&node.value) else { return Ok(false) };
        let base = self.scratch(dst);
        let (super_class, class, object) = self.load_super(call, form, base)?;
        let name = self.attribute_name(&node.attr);
        self.emit(
            location,
            Instruction::LoadSuperAttr { dst: Def(dst), super_class, class, object, name, form },
        );
        Ok(true)
    }

    fn super_method(
        &mut self,
        node: &'a ast::ExprAttribute,
        location: Location,
        base: Register,
    ) -> Result<bool> {
        let Some((call, form)) = self.super_parts(&node.value) else { return Ok(false) };
        let (super_class, class, object) = self.load_super(call, form, base)?;
        let name = self.attribute_name(&node.attr);
        let pair = DefPair(base);
        self.emit(location, Instruction::LoadSuperMethod { pair, super_class, class, object, name, form });
        self.release(Register(base.0 + 1));
        self.allocate();
        Ok(true)
    }
}

/// Whether the arguments can be passed in registers.
fn is_plain(arguments: &ast::Arguments) -> bool {
    arguments.args.len() + arguments.keywords.len() + 1 < MAX_RANGE
        && !arguments.args.iter().any(Expr::is_starred_expr)
        && arguments.keywords.iter().all(|keyword| keyword.arg.is_some())
}

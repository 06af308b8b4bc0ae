//! Binding of arguments to parameters, with the errors that calls raise.
//!
//! CPython: `initialize_locals` and its helpers in Python/ceval.c.

use pyrsc_abi::Value;
use pyrsc_bytecode::CodeFlags;
use pyrsc_core::dict::Dict;
use pyrsc_core::function::Function;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;

use crate::code::CodeObject;
use crate::frame::{EMPTY, Frame};

/// Initialises the registers of a new frame: parameters from the arguments, the others empty. Words that are bound are
/// moved out of where they lie, which then holds 0. After an error all registers are initialised too.
///
/// # Safety
/// `frame` is new; `arguments` points to `count` owned words, the last of which are named by the tuple `names` (or 0).
pub unsafe fn bind(frame: *mut Frame, arguments: *mut Value, count: usize, names: Value) -> Result<()> {
    // SAFETY: the frame is live, and owns its function, whose code it runs.
    unsafe {
        let code = (*frame).code();
        let registers = Frame::registers(frame);
        let running = code.running();
        let positional = running.descriptor.positional_count as usize;
        let plain = running.plain_parameters && names.0 == 0 && count == positional;
        let taken = if plain { count } else { 0 };
        for index in 0..taken {
            *registers.add(index) = std::mem::replace(&mut *arguments.add(index), Value(0));
        }
        for index in taken..running.register_count as usize {
            *registers.add(index) = EMPTY;
        }
        if plain {
            return Ok(());
        }
        let function = &*(*frame).function().address::<Function>();
        let binder = Binder { function, code, registers, arguments };
        let names = Object::from_optional_value(names).map(|names| &*names.address::<Tuple>());
        binder.bind(count, names)
    }
}

/// Initialises a native function's parameters, which are empty before. What is bound is moved out of the arguments.
///
/// # Safety
/// As for [`bind`]; `parameters` has room for the code's parameters.
pub unsafe fn bind_parameters(
    function: &Function,
    code: &CodeObject,
    parameters: *mut Value,
    arguments: *mut Value,
    count: usize,
    names: Value,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let names = unsafe { Object::from_optional_value(names).map(|names| &*names.address::<Tuple>()) };
    Binder { function, code, registers: parameters, arguments }.bind(count, names)
}

struct Binder<'a> {
    function: &'a Function,
    code: &'a CodeObject,
    registers: *mut Value,
    arguments: *mut Value,
}

impl Binder<'_> {
    /// Moves an argument out.
    fn take(&self, index: usize) -> Value {
        // SAFETY: callers stay within the arguments; each is moved once.
        unsafe { std::mem::replace(&mut *self.arguments.add(index), Value(0)) }
    }

    fn is_bound(&self, register: usize) -> bool {
        // SAFETY: parameters are registers.
        unsafe { *self.registers.add(register) != EMPTY }
    }

    fn set(&self, register: usize, value: Value) {
        // SAFETY: parameters are registers; this one was empty.
        unsafe { *self.registers.add(register) = value }
    }

    fn parameter(&self, index: usize) -> &str {
        &self.code.code().locals[index].name
    }

    /// The function's name in messages.
    fn name(&self) -> String {
        crate::function::qualified_name(self.function).to_string_lossy().into_owned()
    }

    fn bind(&self, count: usize, names: Option<&Tuple>) -> Result<()> {
        let code = self.code.code();
        let positional = code.argument_count as usize;
        let keyword_only = code.keyword_only_count as usize;
        let named = positional + keyword_only;
        let has_star = code.flags.contains(CodeFlags::VARARGS);
        let has_double_star = code.flags.contains(CodeFlags::VARKEYWORDS);
        let keywords = names.map_or(0, Tuple::len);
        let given = count - keywords;

        let extra_keywords = if has_double_star {
            let dict = Dict::new();
            self.set(named + has_star as usize, dict.clone().into_owned().into_raw());
            Some(dict)
        } else {
            None
        };
        for index in 0..given.min(positional) {
            self.set(index, self.take(index));
        }
        if has_star {
            let rest: Vec<Owned> = (positional..given)
                // SAFETY: the words are owned.
                .map(|index| unsafe { Owned::from_raw(self.take(index)) })
                .collect();
            self.set(named, Tuple::from_vec(rest).into_owned().into_raw());
        }
        for keyword in 0..keywords {
            let name = names.and_then(|names| names.get(keyword)).expect("a name for each keyword argument");
            self.bind_keyword(name, given + keyword, extra_keywords.as_deref(), names)?;
        }
        if given > positional && !has_star {
            return Err(self.too_many_positional(given));
        }
        if given < positional {
            self.bind_defaults(given)?;
        }
        if keyword_only > 0 {
            self.bind_keyword_defaults()?;
        }
        Ok(())
    }

    fn bind_keyword(
        &self,
        name: &Object,
        argument: usize,
        extra: Option<&Dict>,
        names: Option<&Tuple>,
    ) -> Result<()> {
        let Some(text) = name.downcast::<Str>() else {
            return Err(type_error!("{}() keywords must be strings", self.name()));
        };
        let code = self.code.code();
        let positional_only = code.positional_only_count as usize;
        let named = (code.argument_count + code.keyword_only_count) as usize;
        let found = (positional_only..named).find(|&index| text.equals_text(self.parameter(index)));
        if let Some(index) = found {
            if self.is_bound(index) {
                return Err(type_error!(
                    "{}() got multiple values for argument '{}'",
                    self.name(),
                    text.to_string_lossy()
                ));
            }
            self.set(index, self.take(argument));
            return Ok(());
        }
        if let Some(extra) = extra {
            // SAFETY: the word is owned.
            let value = unsafe { Owned::from_raw(self.take(argument)) };
            return extra.set(name, &value);
        }
        if positional_only > 0 {
            self.check_positional_only(names)?;
        }
        let mut message =
            format!("{}() got an unexpected keyword argument '{}'", self.name(), text.to_string_lossy());
        let candidates: Vec<&str> = (positional_only..named).map(|index| self.parameter(index)).collect();
        if let Some(suggestion) = crate::suggestion::closest(&text.to_string_lossy(), &candidates) {
            message.push_str(&format!(". Did you mean '{suggestion}'?"));
        }
        Err(type_error!("{message}"))
    }

    /// An error when positional-only parameters were named.
    fn check_positional_only(&self, names: Option<&Tuple>) -> Result<()> {
        let positional_only = self.code.code().positional_only_count as usize;
        let given: Vec<String> = names.map_or(Vec::new(), |names| {
            names
                .iter()
                .filter_map(|name| name.downcast::<Str>())
                .map(|name| name.to_string_lossy().into_owned())
                .collect()
        });
        let misplaced: Vec<&str> = (0..positional_only)
            .map(|index| self.parameter(index))
            .filter(|parameter| given.iter().any(|name| name == parameter))
            .collect();
        if misplaced.is_empty() {
            return Ok(());
        }
        Err(type_error!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            self.name(),
            misplaced.join(", ")
        ))
    }

    fn bind_defaults(&self, given: usize) -> Result<()> {
        let positional = self.code.code().argument_count as usize;
        let defaults = self.function.positional_defaults();
        let default_count = defaults.as_ref().map_or(0, |defaults| defaults.len()).min(positional);
        let required = positional - default_count;
        let missing: Vec<usize> = (given..required).filter(|&index| !self.is_bound(index)).collect();
        if !missing.is_empty() {
            return Err(self.missing("positional", &missing));
        }
        if let Some(defaults) = defaults {
            let skipped = defaults.len() - default_count;
            for index in given.max(required)..positional {
                if !self.is_bound(index)
                    && let Some(default) = defaults.get(index - required + skipped)
                {
                    self.set(index, default.to_owned().into_raw());
                }
            }
        }
        Ok(())
    }

    fn bind_keyword_defaults(&self) -> Result<()> {
        let code = self.code.code();
        let first = code.argument_count as usize;
        let defaults = self.function.keyword_defaults.get();
        let mut missing = Vec::new();
        for index in first..first + code.keyword_only_count as usize {
            if self.is_bound(index) {
                continue;
            }
            if let Some(defaults) = &defaults {
                let name = pyrsc_core::str::intern(self.parameter(index));
                let default = match defaults.downcast::<Dict>() {
                    Some(defaults) => defaults.get(name.object())?,
                    None => None,
                };
                if let Some(default) = default {
                    self.set(index, default.into_raw());
                    continue;
                }
            }
            missing.push(index);
        }
        if missing.is_empty() { Ok(()) } else { Err(self.missing("keyword-only", &missing)) }
    }

    fn missing(&self, kind: &str, parameters: &[usize]) -> Raised {
        let quoted: Vec<String> =
            parameters.iter().map(|&index| format!("'{}'", self.parameter(index))).collect();
        let list = match quoted.as_slice() {
            [only] => only.clone(),
            [first, second] => format!("{first} and {second}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
            [] => String::new(),
        };
        type_error!(
            "{}() missing {} required {kind} argument{}: {list}",
            self.name(),
            parameters.len(),
            if parameters.len() == 1 { "" } else { "s" }
        )
    }

    fn too_many_positional(&self, given: usize) -> Raised {
        let code = self.code.code();
        let positional = code.argument_count as usize;
        let defaults = self.function.positional_defaults().map_or(0, |defaults| defaults.len());
        let keyword_only_given = (positional..positional + code.keyword_only_count as usize)
            .filter(|&index| self.is_bound(index))
            .count();
        let (plural, takes) = if defaults > 0 {
            (true, format!("from {} to {positional}", positional.saturating_sub(defaults)))
        } else {
            (positional != 1, positional.to_string())
        };
        let mut note = String::new();
        if keyword_only_given > 0 {
            note = format!(
                " positional argument{} (and {keyword_only_given} keyword-only argument{})",
                if given != 1 { "s" } else { "" },
                if keyword_only_given != 1 { "s" } else { "" }
            );
        }
        type_error!(
            "{}() takes {takes} positional argument{} but {given}{note} {} given",
            self.name(),
            if plural { "s" } else { "" },
            if given == 1 && keyword_only_given == 0 { "was" } else { "were" }
        )
    }
}

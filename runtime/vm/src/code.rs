//! Code objects: bytecode made ready to run, and what Python code sees of it.
//!
//! A code object shares the [`Code`] that the frontend made (or that a `.pyc` file held) and keeps what running it needs:
//! the constants as values, the names as interned strings, one inline cache for each instruction that wants one.

mod attributes;

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use pyrsc_abi::descriptor::{GenericEntry, NO_DIRECT_ENTRY, TAKES_ARGUMENTS};
use pyrsc_abi::native_module::ResumeEntry;
use pyrsc_abi::{CodeDescriptor, Header, Value};
use pyrsc_bytecode::{Code, CodeFlags, Constant, LocalKind};
use pyrsc_core::collector::{Traverse, Visitor};
use pyrsc_core::memory;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::slot::Slot;
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::Class;
use pyrsc_macros::pyclass;

pub use attributes::METHODS;

/// What an instruction remembers of the last time it ran. What the words mean is the instruction's business.
#[repr(C)]
#[derive(Default)]
pub struct InlineCache {
    pub shape: Cell<u32>,
    pub version: Cell<u32>,
    pub kind: Cell<u32>,
    pub offset: Cell<u32>,
    pub first: Cell<u64>,
    pub second: Cell<u64>,
}

/// A code object.
#[pyclass(name = "code", module = "builtins", shape = CODE, flags(WEAKREF))]
#[repr(C)]
pub struct CodeObject {
    header: Header,
    running: Running,
    /// The namespace whose cells the caches of globals hold; it lives as long as they do.
    cached_globals: Slot,
    /// As `cached_globals`, for the built-ins.
    cached_builtins: Slot,
}

/// What the interpreter reads.
pub struct Running {
    pub descriptor: CodeDescriptor,
    pub code: Arc<Code>,
    /// The instructions.
    pub units: *const u64,
    /// The constants; a nested code object is 0 until it is first needed.
    constants: Box<[Cell<Value>]>,
    names: Box<[Ref<Str>]>,
    caches: Box<[InlineCache]>,
    /// Registers in all.
    pub register_count: u32,
    /// Named registers.
    pub local_count: u32,
    /// Whether binding arguments is no more than copying them when there are as many as positional parameters.
    pub plain_parameters: bool,
    /// Its native entries, for functions with certain globals.
    native: OnceCell<Box<NativeEntries>>,
    /// The lines by run of units, made at the first question.
    lines: OnceCell<Box<[(u32, u32)]>>,
}

/// How code is entered natively.
struct NativeEntries {
    descriptor: CodeDescriptor,
    /// The word of the globals whose cells the native code uses.
    globals: Value,
    /// A generator's body, or null.
    resume: *const (),
}

// SAFETY: the constants are what is owned; strings refer to nothing.
unsafe impl Traverse for Running {
    const HOLDS: bool = true;
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        for constant in &self.constants {
            if constant.get().0 != 0 {
                visitor.visit(constant.get());
            }
        }
    }
    fn break_cycles(&self) {}
}

impl Drop for Running {
    fn drop(&mut self) {
        for constant in &self.constants {
            let value = constant.replace(Value(0));
            if value.0 != 0 {
                // SAFETY: the code owned the constant.
                drop(unsafe { Owned::from_raw(value) });
            }
        }
    }
}

impl CodeObject {
    /// Makes a code object of code that has been verified.
    pub fn new(code: Arc<Code>) -> Result<Ref<CodeObject>> {
        let mut constants = Vec::with_capacity(code.constants.len());
        for constant in &code.constants {
            let value = match constant {
                Constant::Code(_) => Value(0),
                _ => constant_value(constant)?.into_raw(),
            };
            constants.push(Cell::new(value));
        }
        let simple = CodeFlags::VARARGS | CodeFlags::VARKEYWORDS;
        let plain_parameters = code.flags.0 & simple == 0 && code.keyword_only_count == 0;
        let running = Running {
            descriptor: CodeDescriptor {
                generic: crate::call::generic_entry,
                direct: std::ptr::null(),
                direct_count: NO_DIRECT_ENTRY,
                direct_takes: 0,
                positional_count: code.argument_count,
                positional_only_count: code.positional_only_count,
                keyword_only_count: code.keyword_only_count,
                flags: (code.flags.0 & CodeFlags::PUBLIC) as u32,
                code: Value(0),
            },
            constants: constants.into_boxed_slice(),
            names: code.names.iter().map(|name| str::intern(name)).collect(),
            caches: (0..code.cache_count).map(|_| InlineCache::default()).collect(),
            register_count: code.register_count() as u32,
            local_count: code.locals.len() as u32,
            plain_parameters,
            native: OnceCell::new(),
            lines: OnceCell::new(),
            units: code.instructions.as_ptr(),
            code,
        };
        let object: Ref<CodeObject> = memory::allocate(
            CodeObject::type_object(),
            CodeObject {
                header: Header::unset(),
                running,
                cached_globals: Slot::empty(),
                cached_builtins: Slot::empty(),
            },
        );
        // SAFETY: the object is new and nobody else knows it; the descriptor says which code it belongs to.
        unsafe {
            let this = object.object().address::<CodeObject>();
            (*this).running.descriptor.code = object.object().value();
        }
        Ok(object)
    }

    /// What the interpreter reads.
    #[inline(always)]
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The bytecode.
    #[inline(always)]
    pub fn code(&self) -> &Arc<Code> {
        &self.running.code
    }

    /// How a function of this code is entered.
    #[inline(always)]
    pub fn descriptor(&self) -> *const CodeDescriptor {
        &self.running.descriptor
    }

    /// How a function of this code with these globals is entered.
    #[inline]
    pub fn descriptor_for(&self, globals: Value) -> *const CodeDescriptor {
        match self.running.native.get() {
            Some(native) if native.globals == globals => &native.descriptor,
            _ => &self.running.descriptor,
        }
    }

    /// Gives the code its native entries, for functions with these globals; at most once. `direct` is a generator's
    /// body.
    pub fn attach_native(&self, generic: GenericEntry, direct: *const (), direct_takes: u32, globals: Value) {
        let interpreted = &self.running.descriptor;
        let is_generator = self.running.code.flags.suspends();
        let descriptor = CodeDescriptor {
            generic,
            direct: if is_generator { std::ptr::null() } else { direct },
            direct_count: match (is_generator || direct.is_null(), direct_takes) {
                (true, _) => NO_DIRECT_ENTRY,
                (false, 0) => interpreted.positional_count,
                (false, _) => interpreted.positional_count | TAKES_ARGUMENTS,
            },
            direct_takes,
            positional_count: interpreted.positional_count,
            positional_only_count: interpreted.positional_only_count,
            keyword_only_count: interpreted.keyword_only_count,
            flags: interpreted.flags,
            code: interpreted.code,
        };
        let resume = if is_generator { direct } else { std::ptr::null() };
        let _ = self.running.native.set(Box::new(NativeEntries { descriptor, globals, resume }));
    }

    /// The native body of a generator's code.
    pub fn native_resume(&self) -> Option<ResumeEntry> {
        let native = self.running.native.get().filter(|native| !native.resume.is_null())?;
        // SAFETY: the table of a compiled module says that this is a generator's body.
        Some(unsafe { std::mem::transmute::<*const (), ResumeEntry>(native.resume) })
    }

    /// The word of a constant that is no code.
    #[inline(always)]
    pub fn constant_word(&self, index: usize) -> Value {
        // SAFETY: the verifier checked the indices of constants.
        unsafe { self.running.constants.get_unchecked(index) }.get()
    }

    /// A constant, whichever it is.
    pub fn constant(&self, index: usize) -> Result {
        let word = self.running.constants[index].get();
        if word.0 != 0 {
            // SAFETY: the code owns it.
            return Ok(unsafe { Object::from_value(word) }.to_owned());
        }
        let value = constant_value(&self.running.code.constants[index])?;
        self.running.constants[index].set(value.clone().into_raw());
        Ok(value)
    }

    /// An interned name.
    #[inline(always)]
    pub fn name(&self, index: usize) -> &Str {
        // SAFETY: the verifier checked the indices of names.
        unsafe { self.running.names.get_unchecked(index) }
    }

    /// All names, in order.
    pub fn names(&self) -> &[Ref<Str>] {
        &self.running.names
    }

    /// The cache of an instruction.
    #[inline(always)]
    pub fn cache(&self, index: usize) -> &InlineCache {
        // SAFETY: the verifier checked the ordinals of caches.
        unsafe { self.running.caches.get_unchecked(index) }
    }

    /// Whether the caches of globals may hold cells of these two namespaces: they are the first that asked.
    pub fn adopts_namespaces(&self, globals: &Object, builtins: &Object) -> bool {
        if self.cached_globals.is_empty() {
            self.cached_globals.set(Some(globals.to_owned()));
            self.cached_builtins.set(Some(builtins.to_owned()));
            return true;
        }
        self.cached_globals.cell().get() == globals.value()
            && self.cached_builtins.cell().get() == builtins.value()
    }

    /// Forgets the namespaces of the caches of globals.
    pub fn forget_namespaces(&self) {
        self.cached_globals.set(None);
        self.cached_builtins.set(None);
    }

    /// The word of the namespace that the caches of globals are about, or 0.
    #[inline(always)]
    pub fn cached_globals(&self) -> Value {
        self.cached_globals.cell().get()
    }

    /// Whether all of the flags are set.
    #[inline(always)]
    pub fn has_flags(&self, bits: u64) -> bool {
        self.running.code.flags.contains(bits)
    }

    /// The name that tracebacks show.
    pub fn name_text(&self) -> &str {
        &self.running.code.name
    }

    /// The line of the instruction at a unit; the first line where none is known.
    pub fn line_at(&self, unit: u32) -> Option<u32> {
        let lines = self.running.lines.get_or_init(|| {
            let runs = self.running.code.positions.runs();
            runs.map(|(start, _, position)| (start, position.map_or(0, |position| position.line))).collect()
        });
        let after = lines.partition_point(|&(start, _)| start <= unit);
        match after.checked_sub(1).map(|index| lines[index].1) {
            Some(0) | None => None,
            Some(line) => Some(line),
        }
    }

    /// The names of the locals that hold values or cells of a kind, in order.
    pub fn local_names(&self, wanted: impl Fn(LocalKind) -> bool) -> Vec<Owned> {
        let locals = self.running.code.locals.iter().filter(|local| wanted(local.kind));
        locals.map(|local| str::intern(&local.name).into_owned()).collect()
    }

    /// The code as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a code object is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

/// The value that a constant stands for.
pub fn constant_value(constant: &Constant) -> Result {
    Ok(match constant {
        Constant::None => Owned::none(),
        Constant::Bool(truth) => Owned::bool(*truth),
        Constant::Ellipsis => Owned::ellipsis(),
        Constant::Int(number) => pyrsc_core::int::from_i64(*number),
        Constant::BigInt(number) => big_int(number)?,
        Constant::Float(number) => pyrsc_core::float::from_f64(*number),
        Constant::Complex(real, imaginary) => pyrsc_core::complex::from_parts(*real, *imaginary),
        Constant::Str(text) => string_value(text)?,
        Constant::Bytes(bytes) => pyrsc_core::bytes::Bytes::new(bytes).into_owned(),
        Constant::Tuple(items) => Tuple::from_vec(constant_values(items)?).into_owned(),
        Constant::FrozenSet(items) => frozenset(constant_values(items)?)?,
        Constant::Slice(parts) => {
            let [start, stop, step] = [&parts[0], &parts[1], &parts[2]].map(constant_value);
            pyrsc_core::slice::Slice::new(start?, stop?, step?).into_owned()
        }
        Constant::Code(code) => CodeObject::new(code.clone())?.into_owned(),
    })
}

fn constant_values(items: &[Constant]) -> Result<Vec<Owned>> {
    items.iter().map(constant_value).collect()
}

/// The str of a constant; one that could be an identifier is interned, as CPython does.
fn string_value(text: &pyrsc_bytecode::PythonString) -> Result {
    match text.as_str() {
        Some(text) => {
            if text.len() < 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                Ok(str::intern(text).into_owned())
            } else {
                Ok(Str::new(text).into_owned())
            }
        }
        None => Ok(Str::from_code_points(text.code_points().collect::<Vec<u32>>().as_slice()).into_owned()),
    }
}

fn big_int(number: &pyrsc_bytecode::BigInteger) -> Result {
    let mut bytes = number.magnitude.clone();
    bytes.push(0);
    let positive = pyrsc_core::int::bits::from_little_endian(&bytes, false)?;
    if number.negative { pyrsc_core::operations::negative(&positive) } else { Ok(positive) }
}

fn frozenset(items: Vec<Owned>) -> Result {
    let table = pyrsc_core::set::SetTable::new();
    for item in &items {
        table.add(item)?;
    }
    // CPython's compiler makes each constant a second time, from the order of the first: that decides the order in which
    // its elements come (`merge_const_one` in Python/compile.c).
    let again = pyrsc_core::set::SetTable::new();
    let mut position = 0;
    while let Some((item, _)) = table.next(&mut position) {
        again.add(&item)?;
    }
    Ok(pyrsc_core::set::FrozenSet::new(again).into_owned())
}

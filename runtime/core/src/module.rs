//! Module objects: a namespace and how its names are read as attributes.
//!
//! Importing, specs and loaders are the VM's.

use std::cell::{Cell, RefCell};

use pyrsc_abi::{Header, Value};
use pyrsc_macros::{pyclass, pymethods};

use crate::attribute;
use crate::call::Arguments;
use crate::descriptor::BuiltinFunction;
use crate::dict::Dict;
use crate::exception;
use crate::gil::Static;
use crate::memory;
use crate::object::Object;
use crate::operations;
use crate::owned::{Owned, Ref, Result};
use crate::slot::Slot;
use crate::spec::{ModuleMember, ModuleSpec};
use crate::str::{self, Str};
use crate::type_error;
use crate::type_object::{Class, TypeObject};

/// A module.
#[pyclass(
    name = "module",
    module = "builtins",
    shape = MODULE,
    flags(BASETYPE, WEAKREF),
    doc = "Create a module object.\n\nThe name must be a string; the optional docstring can have any type."
)]
#[repr(C)]
pub struct Module {
    header: Header,
    /// `__dict__`: a namespace; empty before `__init__`.
    namespace: Slot,
    /// The namespace's number: none is given twice.
    number: Cell<u32>,
}

static NEXT_NUMBER: Static<Cell<u32>> = Static::new(Cell::new(1));

fn next_number() -> u32 {
    // Numbers that are used up leave caches without an entry: 0 is nobody's.
    let number = NEXT_NUMBER.get();
    NEXT_NUMBER.set(number.saturating_add(1));
    if number == u32::MAX { 0 } else { number }
}

impl Module {
    /// A new module with the names that every module has.
    pub fn new(name: &str, doc: Option<&str>) -> Result<Ref<Module>> {
        let module = Module::allocate(Module::type_object());
        module.initialize(Str::new(name).object(), doc.map(|doc| Str::new(doc).into_owned()))?;
        Ok(module)
    }

    /// A module that lives on a namespace that there is already.
    pub fn with_namespace(namespace: Ref<Dict>) -> Ref<Module> {
        let module = Module::allocate(Module::type_object());
        module.set_namespace(namespace);
        module
    }

    fn set_namespace(&self, namespace: Ref<Dict>) {
        self.namespace.set(Some(namespace.into_owned()));
        self.number.set(next_number());
    }

    fn allocate(class: &TypeObject) -> Ref<Module> {
        memory::allocate(
            class,
            Module { header: Header::unset(), namespace: Slot::empty(), number: Cell::new(0) },
        )
    }

    fn initialize(&self, name: &Object, doc: Option<Owned>) -> Result<()> {
        let namespace = self.namespace();
        namespace.set_str(&crate::str::intern("__name__"), name)?;
        namespace.set_str(&crate::str::intern("__doc__"), &doc.unwrap_or(Owned::none()))?;
        for key in ["__package__", "__loader__", "__spec__"] {
            namespace.set_str(&crate::str::intern(key), &Owned::none())?;
        }
        Ok(())
    }

    /// The module's namespace.
    pub fn namespace(&self) -> Ref<Dict> {
        if self.namespace.is_empty() {
            self.set_namespace(Dict::new_namespace());
        }
        // SAFETY: the slot holds a dict.
        unsafe { self.namespace.get_or_none().downcast_unchecked() }
    }

    /// Where an attribute's value lies for as long as [`Module::namespace_number`] stays what it is, and what that is.
    /// `None` for what is no plain value of the namespace. The cell may be unbound later.
    pub fn attribute_cell(&self, name: &Str) -> Option<(*mut Value, u32)> {
        if !std::ptr::eq(self.object().type_object(), Module::type_object())
            || Module::type_object().lookup(name).is_some()
        {
            return None;
        }
        let cell = self.namespace().bound_cell(name)?;
        Some((cell, self.namespace_number()))
    }

    /// A number that stands for the module's namespace; 0 for none.
    #[inline(always)]
    pub fn namespace_number(&self) -> u32 {
        if self.namespace.is_empty() { 0 } else { self.number.get() }
    }

    /// `__name__`, where it is a str.
    pub fn name(&self) -> Option<String> {
        let name = self.namespace().get_str(&crate::str::intern("__name__"))?;
        name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned())
    }

    /// A name's value.
    pub fn get(&self, name: &str) -> Option<Owned> {
        self.namespace().get_str(&str::intern(name))
    }

    /// Binds a name.
    pub fn set(&self, name: &str, value: &Object) -> Result<()> {
        self.namespace().set_str(&str::intern(name), value)
    }

    /// The module as a value.
    pub fn object(&self) -> &Object {
        // SAFETY: a module is an object; its address is its word.
        unsafe { Object::from_value(Value(std::ptr::from_ref(self) as u64)) }
    }
}

/// Makes a native module from its table, without putting it in `sys.modules`.
pub fn from_spec(spec: &'static ModuleSpec) -> Result<Ref<Module>> {
    let module = Module::new(spec.name, spec.doc)?;
    fill_from_spec(&module, spec)?;
    Ok(module)
}

/// Puts the members of a native module's table in a module, and runs its initialisation.
pub fn fill_from_spec(module: &Module, spec: &'static ModuleSpec) -> Result<()> {
    let name = Str::new(spec.name).into_owned();
    for member in spec.members {
        match member {
            ModuleMember::Function(function) => {
                let value =
                    BuiltinFunction::new(function, Some(name.clone()), Some(module.object().to_owned()));
                module.set(function.name, value.object())?;
            }
            ModuleMember::Type(ty) => module.set(ty.name(), ty.object())?,
            ModuleMember::Attribute(name, value) => module.set(name, &*value()?)?,
        }
    }
    if let Some(init) = spec.init {
        init(module.object())?;
    }
    Ok(())
}

/// The attribute of a module, or nothing: as `object` finds attributes, with the namespace as the object's own.
fn find(module: &Module, name: &Str) -> Result<Option<Owned>> {
    let object = module.object();
    let ty = object.type_object();
    let found = ty.lookup(name);
    if let Some(found) = &found
        && let Some(get) = found.type_object().special().descriptor_get
        && found.type_object().special().descriptor_set.is_some()
    {
        return get(found, Some(object), Some(ty.object())).map(Some);
    }
    if let Some(value) = module.namespace().get_str(name) {
        return Ok(Some(value));
    }
    match found {
        Some(found) => attribute::bind(found, Some(object), ty).map(Some),
        None => Ok(None),
    }
}

/// The folder that was first in `sys.path` at the start: modules in it hide those of libraries.
pub static SCRIPT_FOLDER: Static<RefCell<Option<String>>> = Static::new(RefCell::new(None));

/// What an error says about a module whose file may hide another module of its name: always for one of the standard
/// library, for others while the module is being run.
pub fn shadowing_advice(origin: &Object, name: &str, initializing: bool) -> Option<String> {
    let path = origin.downcast::<Str>()?.to_string_lossy().into_owned();
    let folder = SCRIPT_FOLDER.borrow().clone()?;
    let parent = std::path::Path::new(&path).parent()?;
    let mut parent = parent.to_path_buf();
    if path.ends_with("__init__.py") {
        parent = parent.parent()?.to_path_buf();
    }
    let absolute = |path: &std::path::Path| std::path::absolute(path).ok();
    let same = if folder.is_empty() {
        std::env::current_dir().ok() == absolute(&parent.join(""))
    } else {
        absolute(std::path::Path::new(&folder)) == absolute(&parent)
    };
    if !same {
        return None;
    }
    let shown = operations::repr_string(origin).ok()?;
    let of_library = crate::startup::system("stdlib_module_names")
        .is_some_and(|names| operations::contains(&names, Str::new(name).object()).unwrap_or(false));
    exception::clear();
    if of_library {
        return Some(format!(
            "consider renaming {shown} since it has the same name as the standard library module named '{name}' and prevents importing that standard library module"
        ));
    }
    initializing.then(|| {
        format!("consider renaming {shown} if it has the same name as a library you intended to import")
    })
}

/// The AttributeError for a name that a module lacks, as CPython's `module_getattro` words it.
fn no_attribute(module: &Module, name: &Str) -> crate::owned::Raised {
    let shown = name.to_string_lossy();
    let Some(module_name) = module.name() else {
        return exception::attribute_error_for(
            module.object(),
            name,
            &format!("module has no attribute '{shown}'"),
        );
    };
    let of_spec = |wanted: &str| {
        let spec = module.get("__spec__").filter(|spec| !spec.is_none())?;
        let value = operations::get_attribute_optional(&spec, &str::intern(wanted)).ok().flatten();
        exception::clear();
        value
    };
    let initializing = of_spec("_initializing").is_some_and(|flag| flag.value() == Value::TRUE);
    let origin = of_spec("origin").filter(|origin| origin.is_instance_of::<Str>());
    let shadowing = origin.as_ref().and_then(|origin| shadowing_advice(origin, &module_name, initializing));
    let message = match (shadowing, origin) {
        (Some(advice), _) => format!("module '{module_name}' has no attribute '{shown}' ({advice})"),
        (None, Some(origin)) if initializing => format!(
            "partially initialized module '{module_name}' from {} has no attribute '{shown}' (most likely due to a circular import)",
            operations::repr_string(&origin).unwrap_or_default()
        ),
        (None, None) if initializing => format!(
            "partially initialized module '{module_name}' has no attribute '{shown}' (most likely due to a circular import)"
        ),
        _ => format!("module '{module_name}' has no attribute '{shown}'"),
    };
    exception::attribute_error_for(module.object(), name, &message)
}

#[pymethods(Module)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Ok(Module::allocate(class).into_owned())
    }

    #[slot(signature = "(self, name, doc=None)")]
    fn init(this: &Module, name: &Object, doc: Option<&Object>) -> Result<()> {
        if !name.is_instance_of::<Str>() {
            return Err(type_error!(
                "module.__init__() argument 1 must be str, not {}",
                name.type_object().name()
            ));
        }
        this.initialize(name, doc.map(Object::to_owned))
    }

    #[slot]
    fn get_attribute(this: &Module, name: &Str) -> Result {
        if let Some(value) = find(this, name)? {
            return Ok(value);
        }
        if let Some(fallback) = this.get("__getattr__") {
            return operations::call(&fallback, &[name.object()]);
        }
        Err(no_attribute(this, name))
    }

    #[slot]
    fn set_attribute(this: &Module, name: &Str, value: Option<&Object>) -> Result<()> {
        let found = this.object().type_object().lookup(name);
        if let Some(found) = &found
            && let Some(set) = found.type_object().special().descriptor_set
        {
            return set(found, this.object(), value);
        }
        match value {
            Some(value) => this.namespace().set_str(&str::intern_object(name), value),
            None => match this.namespace().remove_str(name) {
                Some(_) => Ok(()),
                None => Err(no_attribute(this, name)),
            },
        }
    }

    #[slot]
    fn repr(this: &Module) -> Result {
        // `importlib._bootstrap._module_repr` decides by spec and loader; these are its outcomes.
        let name = match this.get("__name__") {
            Some(name) => operations::repr(&name)?.to_string_lossy().into_owned(),
            None => "'?'".to_string(),
        };
        let spec = this.get("__spec__").filter(|spec| !spec.is_none());
        if let Some(spec) = &spec {
            let spec_name = operations::get_attribute(spec, &str::intern("name"))?;
            let spec_name = operations::repr(&spec_name)?.to_string_lossy().into_owned();
            let origin = operations::get_attribute(spec, &str::intern("origin"))?;
            let has_location = match operations::get_attribute_optional(spec, &str::intern("has_location"))? {
                Some(flag) => operations::is_true(&flag)?,
                None => false,
            };
            if origin.is_none() {
                let loader = operations::get_attribute(spec, &str::intern("loader"))?;
                if loader.is_none() {
                    return Ok(Str::new(&format!("<module {spec_name}>")).into_owned());
                }
                let loader = operations::repr(&loader)?;
                return Ok(
                    Str::new(&format!("<module {spec_name} ({})>", loader.to_string_lossy())).into_owned()
                );
            }
            let text = if has_location {
                format!("<module {spec_name} from {}>", operations::repr(&origin)?.to_string_lossy())
            } else {
                format!("<module {spec_name} ({})>", operations::str(&origin)?.to_string_lossy())
            };
            return Ok(Str::new(&text).into_owned());
        }
        let text = match this.get("__file__") {
            Some(file) => format!("<module {name} from {}>", operations::repr(&file)?.to_string_lossy()),
            None => match this.get("__loader__").filter(|loader| !loader.is_none()) {
                Some(loader) => format!("<module {name} ({})>", operations::repr(&loader)?.to_string_lossy()),
                None => format!("<module {name}>"),
            },
        };
        Ok(Str::new(&text).into_owned())
    }

    #[getter(name = "__dict__")]
    fn dictionary(this: &Module) -> Result {
        Ok(this.namespace().into_owned())
    }

    #[pymethod(name = "__dir__")]
    fn dir(this: &Module) -> Result {
        let namespace = this.namespace();
        if let Some(function) = namespace.get_str(&str::intern("__dir__")) {
            return operations::call(&function, &[]);
        }
        Ok(crate::list::List::from_vec(namespace.keys()).into_owned())
    }

    #[getter(name = "__annotations__")]
    fn annotations(this: &Module) -> Result {
        let namespace = this.namespace();
        if let Some(value) = namespace.get_str(&str::intern("__annotations__")) {
            return Ok(value);
        }
        let value =
            match namespace.get_str(&str::intern("__annotate__")).filter(|annotate| !annotate.is_none()) {
                Some(annotate) => {
                    let value = operations::call(&annotate, &[&Owned::small_int(1)])?;
                    if (*value).downcast::<Dict>().is_none() {
                        return Err(type_error!(
                            "__annotate__() must return a dict, not {}",
                            value.type_object().name()
                        ));
                    }
                    value
                }
                None => Dict::new().into_owned(),
            };
        namespace.set_str(&str::intern("__annotations__"), &value)?;
        Ok(value)
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(this: &Module, value: Option<&Object>) -> Result<()> {
        let namespace = this.namespace();
        match value {
            Some(value) => namespace.set_str(&str::intern("__annotations__"), value)?,
            None => {
                if namespace.remove_str(&str::intern("__annotations__")).is_none() {
                    return Err(no_attribute(this, &str::intern("__annotations__")));
                }
            }
        }
        drop(namespace.remove_str(&str::intern("__annotate__")));
        Ok(())
    }

    #[getter(name = "__annotate__")]
    fn annotate(this: &Module) -> Result {
        let namespace = this.namespace();
        if let Some(value) = namespace.get_str(&str::intern("__annotate__")) {
            return Ok(value);
        }
        namespace.set_str(&str::intern("__annotate__"), &Owned::none())?;
        Ok(Owned::none())
    }

    #[setter(name = "__annotate__")]
    fn set_annotate(this: &Module, value: Option<&Object>) -> Result<()> {
        let Some(value) = value else {
            return Err(type_error!("cannot delete __annotate__ attribute"));
        };
        let namespace = this.namespace();
        namespace.set_str(&str::intern("__annotate__"), value)?;
        if !value.is_none() {
            drop(namespace.remove_str(&str::intern("__annotations__")));
        }
        Ok(())
    }
}

//! `_types`: the types of the interpreter's own objects, for the module `types`.

pub mod simple_namespace;

pub use simple_namespace::SIMPLE_NAMESPACE;

use pyrsc_core::object::Object;
use pyrsc_core::owned::Result;
use pyrsc_core::type_object::Class;
use pyrsc_core::{
    cell, descriptor, function, generic_alias, module, operations, slot_wrapper, str, traceback,
};
use pyrsc_macros::pymodule;

#[pymodule(name = "_types", doc = "Define names for built-in types.")]
pub mod module_members {
    use super::*;

    #[init]
    fn fill(this: &Object) -> Result<()> {
        let types = [
            ("BuiltinFunctionType", descriptor::BuiltinFunction::type_object()),
            ("BuiltinMethodType", descriptor::BuiltinFunction::type_object()),
            ("CellType", cell::Variable::type_object()),
            ("ClassMethodDescriptorType", descriptor::ClassMethodDescriptor::type_object()),
            ("EllipsisType", pyrsc_builtins::singletons::EllipsisType::type_object()),
            ("FunctionType", function::Function::type_object()),
            ("GenericAlias", generic_alias::GenericAlias::type_object()),
            ("GetSetDescriptorType", descriptor::GetSetDescriptor::type_object()),
            ("LambdaType", function::Function::type_object()),
            ("MappingProxyType", pyrsc_builtins::mapping_proxy::MappingProxy::type_object()),
            ("MemberDescriptorType", descriptor::MemberDescriptor::type_object()),
            ("MethodDescriptorType", descriptor::MethodDescriptor::type_object()),
            ("MethodType", descriptor::BoundMethod::type_object()),
            ("MethodWrapperType", slot_wrapper::MethodWrapper::type_object()),
            ("ModuleType", module::Module::type_object()),
            ("NoneType", pyrsc_builtins::singletons::NoneType::type_object()),
            ("NotImplementedType", pyrsc_builtins::singletons::NotImplementedType::type_object()),
            ("SimpleNamespace", &SIMPLE_NAMESPACE),
            ("TracebackType", traceback::Traceback::type_object()),
            ("UnionType", pyrsc_builtins::union::Union::type_object()),
            ("WrapperDescriptorType", slot_wrapper::SlotWrapper::type_object()),
        ];
        for (name, ty) in types {
            operations::set_attribute(this, &str::intern(name), ty.object())?;
        }
        for ty in ENGINE_TYPES.borrow().iter() {
            operations::set_attribute(this, &str::intern(ty.0), ty.1.object())?;
        }
        Ok(())
    }
}

/// Types of the engine (code, frames, generators) with the names that `_types` gives them; the engine adds them.
pub static ENGINE_TYPES: pyrsc_core::gil::Static<
    std::cell::RefCell<Vec<(&'static str, &'static pyrsc_core::type_object::TypeObject)>>,
> = pyrsc_core::gil::Static::new(std::cell::RefCell::new(Vec::new()));

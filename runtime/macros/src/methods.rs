//! `#[pymethods(Type)]`: the method table of a type.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Item, ItemFn, ItemMod, Type};

use crate::attribute::{AttributeArguments, plain_name, take_attribute, upper_case};
use crate::function::{self, Owner, Plan, Receiver, cast_receiver, is_object_reference, is_option};

/// Special methods that are called with the operands in source order, whichever of them has the type.
const EITHER_OPERAND: &[&str] = &[
    "add",
    "subtract",
    "multiply",
    "remainder",
    "divmod",
    "power",
    "left_shift",
    "right_shift",
    "and",
    "xor",
    "or",
    "floor_divide",
    "true_divide",
    "matrix_multiply",
];

/// The markers of functions inside the module.
const MARKERS: &[&str] =
    &["slot", "pymethod", "classmethod", "staticmethod", "getter", "setter", "attribute"];

/// A property's two halves.
#[derive(Default)]
struct Property {
    doc: Option<TokenStream>,
    get: Option<TokenStream>,
    set: Option<TokenStream>,
}

/// Expands `#[pymethods(Type)] mod name { … }`.
pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let class: Type = syn::parse2(arguments)?;
    let mut module: ItemMod = syn::parse2(item)?;
    let ident = module.ident.clone();
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(ident, "methods are written in the module's braces"));
    };
    let mut slots = Vec::new();
    let mut members = Vec::new();
    let mut properties: BTreeMap<String, Property> = BTreeMap::new();
    let mut property_order = Vec::new();
    for item in items.iter_mut() {
        let Item::Fn(function) = item else { continue };
        let Some(marker) = take_attribute(&mut function.attrs, MARKERS) else { continue };
        let arguments = AttributeArguments::of(&marker)?;
        match plain_name(marker.path().require_ident()?).as_str() {
            "slot" => slots.push(slot(function, arguments, &class)?),
            "pymethod" => members.push(method(function, arguments, &class, "Method", Receiver::Instance)?),
            "classmethod" => {
                members.push(method(function, arguments, &class, "ClassMethod", Receiver::Class)?)
            }
            "staticmethod" => {
                members.push(method(function, arguments, &class, "StaticMethod", Receiver::Nothing)?)
            }
            "attribute" => {
                members.push(attribute(function, arguments, quote! { ::pyrsc_core::spec::Member })?)
            }
            kind => accessor(kind, function, arguments, &marker, &mut properties, &mut property_order)?,
        }
    }
    for name in property_order {
        members.push(property(&name, &properties[&name], &ident)?);
    }
    let table = upper_case(&ident);
    items.push(syn::parse_quote! {
        #[doc = "What the functions of this module are in Python."]
        pub static #table: ::pyrsc_core::spec::MethodTable = ::pyrsc_core::spec::MethodTable {
            special: ::pyrsc_core::special_methods::SpecialMethods {
                #(#slots,)*
                ..::pyrsc_core::special_methods::SpecialMethods::NONE
            },
            members: &[#(#members),*],
        };
    });
    Ok(quote! {
        #[allow(clippy::needless_update, non_snake_case)]
        #module
        pub use #ident::#table;
    })
}

/// `entry: Some(wrapper)`
fn slot(function: &ItemFn, mut arguments: AttributeArguments, class: &Type) -> syn::Result<TokenStream> {
    let ident = &function.sig.ident;
    let name = plain_name(ident);
    let signature = arguments.take_string("signature")?;
    arguments.finish()?;
    let wrapper = if let Some(signature) = signature {
        let receiver = if name == "new" { Receiver::Class } else { Receiver::Instance };
        if !["new", "init", "call"].contains(&name.as_str()) {
            return Err(syn::Error::new_spanned(ident, "only new, init and call take a signature"));
        }
        let plan = Plan::new(function, receiver, Some(&signature))?;
        let body = plan.invoke(function, receiver, Owner::Class(class), None);
        // The class arrives as `&TypeObject`: nothing to convert.
        let cast = if name == "new" {
            quote! { receiver }
        } else {
            cast_receiver(function, receiver, quote! { receiver })
        };
        quote! { |receiver, arguments| {
            let receiver = #cast;
            ::pyrsc_core::arguments::IntoSlotResult::into_slot_result(#body)
        } }
    } else {
        let names: Vec<_> =
            (0..function.sig.inputs.len()).map(|index| format_ident!("operand{index}")).collect();
        let first = names.first().ok_or_else(|| syn::Error::new_spanned(ident, "the receiver is missing"))?;
        let typed = match function.sig.inputs.first() {
            Some(syn::FnArg::Typed(typed)) => !is_object_reference(&typed.ty),
            _ => false,
        };
        let check = if typed && EITHER_OPERAND.contains(&name.as_str()) {
            let target = receiver_type(function)?;
            quote! {
                let ::core::option::Option::Some(#first) = #first.downcast::<#target>() else {
                    return ::core::result::Result::Ok(::pyrsc_core::owned::Owned::not_implemented());
                };
            }
        } else if typed && name != "new" {
            let cast = cast_receiver(function, Receiver::Instance, quote! { #first });
            quote! { let #first = #cast; }
        } else {
            quote! {}
        };
        quote! { |#(#names),*| {
            #check
            ::pyrsc_core::arguments::IntoSlotResult::into_slot_result(#ident(#(#names),*))
        } }
    };
    Ok(quote! { #ident: ::core::option::Option::Some(#wrapper) })
}

fn receiver_type(function: &ItemFn) -> syn::Result<&Type> {
    match function.sig.inputs.first() {
        Some(syn::FnArg::Typed(typed)) => match &*typed.ty {
            Type::Reference(reference) => Ok(&reference.elem),
            other => Err(syn::Error::new_spanned(other, "the receiver is a reference")),
        },
        _ => Err(syn::Error::new_spanned(&function.sig, "the receiver is missing")),
    }
}

/// `Member::Method(&SPEC)` and the like.
fn method(
    function: &ItemFn,
    arguments: AttributeArguments,
    class: &Type,
    kind: &str,
    receiver: Receiver,
) -> syn::Result<TokenStream> {
    let specification = function::specification(function, arguments, receiver, Owner::Class(class))?;
    let kind = format_ident!("{kind}");
    Ok(quote! { ::pyrsc_core::spec::Member::#kind({
        static SPEC: ::pyrsc_core::spec::FunctionSpec = #specification;
        &SPEC
    }) })
}

/// `Member::Attribute(name, make)`; also for modules.
pub fn attribute(
    function: &ItemFn,
    mut arguments: AttributeArguments,
    members: TokenStream,
) -> syn::Result<TokenStream> {
    let ident = &function.sig.ident;
    let name = match arguments.take_string("name")? {
        Some(text) => text.value(),
        None => plain_name(ident),
    };
    arguments.finish()?;
    if !function.sig.inputs.is_empty() {
        return Err(syn::Error::new_spanned(&function.sig, "an attribute's function has no parameters"));
    }
    Ok(quote! { #members::Attribute(#name, || ::pyrsc_core::arguments::IntoResult::into_result(#ident())) })
}

fn accessor(
    kind: &str,
    function: &ItemFn,
    mut arguments: AttributeArguments,
    marker: &Attribute,
    properties: &mut BTreeMap<String, Property>,
    order: &mut Vec<String>,
) -> syn::Result<()> {
    let ident = &function.sig.ident;
    let name = match arguments.take_string("name")? {
        Some(text) => text.value(),
        None => {
            let name = plain_name(ident);
            let stripped = if kind == "setter" { name.strip_prefix("set_") } else { None };
            stripped.map(str::to_string).unwrap_or(name)
        }
    };
    let doc = function::doc(&mut arguments, function)?;
    arguments.finish()?;
    if !properties.contains_key(&name) {
        order.push(name.clone());
    }
    let property = properties.entry(name.clone()).or_default();
    let cast = cast_receiver(function, Receiver::Instance, quote! { receiver });
    if kind == "getter" {
        property.doc = Some(doc);
        property.get = Some(quote! {
            |receiver| ::pyrsc_core::arguments::IntoResult::into_result(#ident(#cast))
        });
        return Ok(());
    }
    let value = match function.sig.inputs.get(1) {
        Some(syn::FnArg::Typed(typed)) if is_option(&typed.ty) => quote! { value },
        Some(syn::FnArg::Typed(typed)) if is_object_reference(&typed.ty) => {
            quote! { ::pyrsc_core::arguments::not_deleted(value, #name)? }
        }
        _ => return Err(syn::Error::new_spanned(marker, "a setter takes `&Object` or `Option<&Object>`")),
    };
    property.set = Some(quote! { |receiver, value| #ident(#cast, #value) });
    Ok(())
}

fn property(name: &str, property: &Property, module: &Ident) -> syn::Result<TokenStream> {
    let Some(get) = &property.get else {
        return Err(syn::Error::new_spanned(module, format!("the property {name} has no getter")));
    };
    let doc = &property.doc;
    let set = match &property.set {
        Some(set) => quote! { ::core::option::Option::Some(#set) },
        None => quote! { ::core::option::Option::None },
    };
    Ok(quote! { ::pyrsc_core::spec::Member::Property({
        static SPEC: ::pyrsc_core::spec::PropertySpec =
            ::pyrsc_core::spec::PropertySpec { name: #name, doc: #doc, get: #get, set: #set };
        &SPEC
    }) })
}

//! `#[pymodule]`: a native module.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemMod};

use crate::attribute::{AttributeArguments, plain_name, take_attribute};
use crate::function::{self, Owner, Receiver};
use crate::methods;

/// Expands `#[pymodule(arguments)] mod name { … }`.
pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut module: ItemMod = syn::parse2(item)?;
    let mut arguments = AttributeArguments::parse(arguments)?;
    let name = match arguments.take_string("name")? {
        Some(text) => text.value(),
        None => plain_name(&module.ident),
    };
    let doc = match arguments.take_expression("doc")? {
        Some(text) => quote! { ::core::option::Option::Some(#text) },
        None => quote! { ::core::option::Option::None },
    };
    let types = arguments.take_paths("types")?;
    let shown_as = match arguments.take_path("static_name")? {
        Some(path) => path.require_ident()?.clone(),
        None => syn::Ident::new("MODULE", proc_macro2::Span::call_site()),
    };
    arguments.finish()?;
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module.ident, "functions are written in the module's braces"));
    };
    let owner = Owner::Module((name != "builtins").then_some(name.as_str()));
    let mut members: Vec<TokenStream> =
        types.iter().map(|path| quote! { ::pyrsc_core::spec::ModuleMember::Type(&#path) }).collect();
    let mut init = quote! { ::core::option::Option::None };
    for item in items.iter_mut() {
        let Item::Fn(function) = item else { continue };
        let Some(marker) = take_attribute(&mut function.attrs, &["pyfunction", "attribute", "init"]) else {
            continue;
        };
        let arguments = AttributeArguments::of(&marker)?;
        match plain_name(marker.path().require_ident()?).as_str() {
            "pyfunction" => {
                let specification = function::specification(function, arguments, Receiver::Nothing, owner)?;
                members.push(quote! { ::pyrsc_core::spec::ModuleMember::Function({
                    static SPEC: ::pyrsc_core::spec::FunctionSpec = #specification;
                    &SPEC
                }) });
            }
            "attribute" => {
                members.push(methods::attribute(
                    function,
                    arguments,
                    quote! { ::pyrsc_core::spec::ModuleMember },
                )?);
            }
            _ => {
                arguments.finish()?;
                let ident = &function.sig.ident;
                init = quote! { ::core::option::Option::Some(#ident) };
            }
        }
    }
    items.push(syn::parse_quote! {
        #[doc = "The module as Python sees it."]
        pub static MODULE: ::pyrsc_core::spec::ModuleSpec = ::pyrsc_core::spec::ModuleSpec {
            name: #name,
            doc: #doc,
            members: &[#(#members),*],
            init: #init,
        };
    });
    let ident = &module.ident;
    Ok(quote! {
        #module
        pub use #ident::MODULE as #shown_as;
    })
}

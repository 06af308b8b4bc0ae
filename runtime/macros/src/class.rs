//! `#[pyclass]`: the static type object of a struct.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attribute::{AttributeArguments, plain_name, upper_case};
use crate::traverse;

/// Expands `#[pyclass(arguments)] item`.
pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    let mut arguments = AttributeArguments::parse(arguments)?;
    if !is_repr_c(&input) {
        return Err(syn::Error::new_spanned(&input.ident, "the struct of a class needs #[repr(C)]"));
    }
    let ident = &input.ident;
    let name = match arguments.take_string("name")? {
        Some(text) => text.value(),
        None => plain_name(ident),
    };
    let module = arguments.take_string("module")?.map_or_else(|| "builtins".to_string(), |text| text.value());
    let doc = match arguments.take_expression("doc")? {
        Some(text) => quote! { ::core::option::Option::Some(#text) },
        None => quote! { ::core::option::Option::None },
    };
    let base = match arguments.take_path("base")? {
        Some(mut path) => {
            if let Some(last) = path.segments.last_mut()
                && last.ident.to_string().contains(|letter: char| letter.is_lowercase())
            {
                last.ident = upper_case(&last.ident);
            }
            quote! { #path }
        }
        None => quote! { ::pyrsc_core::type_object::OBJECT },
    };
    let shape = match arguments.take_path("shape")? {
        Some(path) => quote! { ::core::option::Option::Some(::pyrsc_abi::ShapeId::#path) },
        None => quote! { ::core::option::Option::None },
    };
    let flags = arguments.take_paths("flags")?;
    let flags =
        flags.iter().map(|path| path.require_ident().map(upper_case)).collect::<syn::Result<Vec<_>>>()?;
    let variable_size = match arguments.take_expression("variable_size")? {
        Some(function) => quote! { ::core::option::Option::Some(#function) },
        None => quote! { ::core::option::Option::None },
    };
    let static_name = match arguments.take_path("static_name")? {
        Some(path) => path.require_ident()?.clone(),
        None => upper_case(ident),
    };
    let traversal = if arguments.take_flag("custom_traverse") {
        quote! {}
    } else {
        traverse::implement(&input)?
    };
    arguments.finish()?;
    let shown = format!("The type `{name}`.");
    Ok(quote! {
        #input
        #traversal

        #[doc = #shown]
        pub static #static_name: ::pyrsc_core::type_object::TypeObject = {
            static SPEC: ::pyrsc_core::spec::TypeSpec = ::pyrsc_core::spec::TypeSpec {
                name: #name,
                module: #module,
                doc: #doc,
                base: ::core::option::Option::Some(&#base),
                shape: #shape,
                size: ::core::mem::size_of::<#ident>(),
                variable_size: #variable_size,
                kind: ::pyrsc_core::collector::page_kind::<#ident>(),
                flags: 0 #(| ::pyrsc_core::type_object::flags::#flags)*,
                traverse: ::pyrsc_core::collector::traverse_function::<#ident>(),
                clear: ::pyrsc_core::collector::clear_function::<#ident>(),
                drop: ::pyrsc_core::collector::drop_function::<#ident>(),
            };
            ::pyrsc_core::type_object::TypeObject::new_static(&SPEC)
        };

        // SAFETY: objects of the type, and of types that derive from it, are allocated with this struct at their start.
        unsafe impl ::pyrsc_core::type_object::Class for #ident {
            #[inline(always)]
            fn type_object() -> &'static ::pyrsc_core::type_object::TypeObject {
                &#static_name
            }
        }
    })
}

fn is_repr_c(input: &DeriveInput) -> bool {
    input.attrs.iter().any(|attribute| {
        attribute.path().is_ident("repr")
            && attribute
                .parse_args_with(syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated)
                .is_ok_and(|metas| metas.iter().any(|meta| meta.path().is_ident("C")))
    })
}

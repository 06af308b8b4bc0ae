//! `Traverse` from the fields of a struct or enum.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Fields};

/// Expands the derive.
pub fn expand(item: TokenStream) -> syn::Result<TokenStream> {
    let input: DeriveInput = syn::parse2(item)?;
    implement(&input)
}

/// `impl Traverse` for the type.
pub fn implement(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (implementation, of, conditions) = input.generics.split_for_impl();
    let (holds, traverse, clear, empty) = match &input.data {
        Data::Struct(data) => {
            let holds = holds(&data.fields);
            let members: Vec<_> = data.fields.members().collect();
            (
                holds,
                quote! { #(::pyrsc_core::collector::Traverse::traverse(&self.#members, visitor);)* },
                quote! { #(::pyrsc_core::collector::Traverse::break_cycles(&self.#members);)* },
                quote! { #(::pyrsc_core::collector::Traverse::take_references(&mut self.#members, garbage);)* },
            )
        }
        Data::Enum(data) => {
            let all: Vec<_> = data.variants.iter().map(|variant| holds(&variant.fields)).collect();
            let mut traverse = Vec::new();
            let mut clear = Vec::new();
            let mut empty = Vec::new();
            for variant in &data.variants {
                let ident = &variant.ident;
                let members: Vec<_> = variant.fields.members().collect();
                let names: Vec<_> = (0..members.len()).map(|index| format_ident!("field{index}")).collect();
                let pattern = quote! { #name::#ident { #(#members: #names),* } };
                traverse.push(quote! {
                    #pattern => { #(::pyrsc_core::collector::Traverse::traverse(#names, visitor);)* }
                });
                clear.push(
                    quote! { #pattern => { #(::pyrsc_core::collector::Traverse::break_cycles(#names);)* } },
                );
                empty.push(quote! {
                    #pattern => { #(::pyrsc_core::collector::Traverse::take_references(#names, garbage);)* }
                });
            }
            (
                quote! { false #(|| #all)* },
                quote! { match self { #(#traverse)* } },
                quote! { match self { #(#clear)* } },
                quote! { match self { #(#empty)* } },
            )
        }
        Data::Union(_) => return Err(syn::Error::new_spanned(name, "a union cannot be traversed")),
    };
    Ok(quote! {
        // SAFETY: visits exactly what the fields visit, each field once.
        unsafe impl #implementation ::pyrsc_core::collector::Traverse for #name #of #conditions {
            const HOLDS: bool = #holds;
            #[allow(unused_variables, clippy::match_single_binding)]
            fn traverse(&self, visitor: &mut ::pyrsc_core::collector::Visitor<'_>) {
                #traverse
            }
            #[allow(unused_variables, clippy::match_single_binding)]
            fn break_cycles(&self) {
                #clear
            }
            #[allow(unused_variables, clippy::match_single_binding)]
            fn take_references(&mut self, garbage: &mut ::pyrsc_core::collector::Garbage) {
                #empty
            }
        }
    })
}

/// The expression that says whether any of the fields can hold a value.
fn holds(fields: &Fields) -> TokenStream {
    let types = fields.iter().map(|field| &field.ty);
    quote! { false #(|| <#types as ::pyrsc_core::collector::Traverse>::HOLDS)* }
}

//! One function: its parameters, the code that binds a call's arguments to them, and its `FunctionSpec`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{FnArg, GenericArgument, ItemFn, LitStr, PathArguments, Type};

use crate::attribute::{AttributeArguments, doc_comment, plain_name, upper_case};
use crate::signature::{self, Parameter, ParameterKind};

/// What comes before the parameters that a caller writes in parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// A module's function or a static method: nothing.
    Nothing,
    /// An instance.
    Instance,
    /// The class.
    Class,
}

/// Where a function belongs, for error texts.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    /// The class's struct.
    Class(&'a Type),
    /// A module, none for `builtins`.
    Module(Option<&'a str>),
}

/// Expands a `#[pyfunction]` that stands alone.
pub fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let function: ItemFn = syn::parse2(item)?;
    let mut arguments = AttributeArguments::parse(arguments)?;
    let module = arguments.take_string("module")?.map(|text| text.value());
    let static_name = upper_case(&function.sig.ident);
    let spec = specification(&function, arguments, Receiver::Nothing, Owner::Module(module.as_deref()))?;
    let shown = format!("The function `{}`.", plain_name(&function.sig.ident));
    Ok(quote! {
        #function
        #[doc = #shown]
        pub static #static_name: ::pyrsc_core::spec::FunctionSpec = #spec;
    })
}

/// The expression of a function's `FunctionSpec`.
pub fn specification(
    function: &ItemFn,
    mut arguments: AttributeArguments,
    receiver: Receiver,
    owner: Owner<'_>,
) -> syn::Result<TokenStream> {
    let name = match arguments.take_string("name")? {
        Some(text) => text.value(),
        None => plain_name(&function.sig.ident),
    };
    let signature = arguments.take_string("signature")?;
    let doc = doc(&mut arguments, function)?;
    arguments.finish()?;
    let plan = Plan::new(function, receiver, signature.as_ref())?;
    let shown = match &plan.shown_signature {
        Some(text) => quote! { ::core::option::Option::Some(#text) },
        None => quote! { ::core::option::Option::None },
    };
    let call = plan.call(function, receiver, owner, Some(&name));
    Ok(quote! {
        ::pyrsc_core::spec::FunctionSpec { name: #name, signature: #shown, doc: #doc, call: #call }
    })
}

/// The expression of `__doc__`: `doc = …`, or the documentation comment.
pub fn doc(arguments: &mut AttributeArguments, function: &ItemFn) -> syn::Result<TokenStream> {
    if let Some(text) = arguments.take_expression("doc")? {
        return Ok(quote! { ::core::option::Option::Some(#text) });
    }
    Ok(match doc_comment(&function.attrs) {
        Some(text) => quote! { ::core::option::Option::Some(#text) },
        None => quote! { ::core::option::Option::None },
    })
}

/// How a call's arguments become the Rust function's.
pub struct Plan {
    steps: Vec<Step>,
    parameters: Vec<Parameter>,
    required_positional: usize,
    required_keyword: usize,
    shown_signature: Option<String>,
    takes_everything: bool,
}

/// Where one Rust argument (after the receiver) comes from.
enum Step {
    /// All arguments as they come.
    Everything,
    /// The positional ones beyond the named parameters.
    Rest,
    /// Bound parameter `index`.
    Bound { index: usize, ty: Box<Type>, default: Option<TokenStream> },
}

impl Plan {
    /// Compares the Rust parameters with the signature.
    pub fn new(function: &ItemFn, receiver: Receiver, signature: Option<&LitStr>) -> syn::Result<Plan> {
        let inputs: Vec<(String, Type)> = function
            .sig
            .inputs
            .iter()
            .map(|input| match input {
                FnArg::Typed(typed) => {
                    let name = match &*typed.pat {
                        syn::Pat::Ident(pattern) => {
                            plain_name(&pattern.ident).trim_start_matches('_').to_string()
                        }
                        _ => "argument".to_string(),
                    };
                    Ok((name, (*typed.ty).clone()))
                }
                FnArg::Receiver(this) => {
                    Err(syn::Error::new_spanned(this, "a free function: write `this: &Type`"))
                }
            })
            .collect::<syn::Result<_>>()?;
        let skip = usize::from(receiver != Receiver::Nothing);
        if inputs.len() < skip {
            return Err(syn::Error::new_spanned(&function.sig, "the receiver is missing"));
        }
        let inputs = &inputs[skip..];
        match signature {
            Some(text)
                if !(inputs.len() == 1
                    && is_arguments(&inputs[0].1)
                    && (!text.value().contains("*") || signature::parse(text)?.len() != 1)) =>
            {
                Plan::from_signature(function, inputs, text)
            }
            _ => Plan::positional(function, inputs, receiver, signature),
        }
    }

    /// Without a signature, or with one that only documents a function that takes `Arguments`.
    fn positional(
        function: &ItemFn,
        inputs: &[(String, Type)],
        receiver: Receiver,
        signature: Option<&LitStr>,
    ) -> syn::Result<Plan> {
        let mut plan = Plan {
            steps: Vec::new(),
            parameters: Vec::new(),
            required_positional: 0,
            required_keyword: 0,
            shown_signature: signature.map(LitStr::value),
            takes_everything: false,
        };
        let mut shown = match receiver {
            Receiver::Nothing => String::new(),
            Receiver::Instance => "self, ".to_string(),
            Receiver::Class => "cls, ".to_string(),
        };
        for (index, (name, ty)) in inputs.iter().enumerate() {
            if is_arguments(ty) {
                if inputs.len() != 1 {
                    return Err(syn::Error::new_spanned(
                        &function.sig,
                        "`Arguments` stands alone without a signature",
                    ));
                }
                plan.steps.push(Step::Everything);
                plan.takes_everything = true;
                return Ok(plan);
            }
            let optional = is_option(ty);
            if !optional && plan.required_positional < index {
                return Err(syn::Error::new_spanned(
                    &function.sig,
                    "a required parameter follows an optional one",
                ));
            }
            plan.required_positional += usize::from(!optional);
            let default = optional.then(|| "<unrepresentable>".to_string());
            shown += &match &default {
                Some(text) => format!("{name}={text}, "),
                None => format!("{name}, "),
            };
            let kind = ParameterKind::PositionalOnly;
            plan.parameters.push(Parameter { name: name.clone(), kind, default });
            plan.steps.push(Step::Bound { index, ty: Box::new(ty.clone()), default: None });
        }
        if plan.shown_signature.is_none() {
            plan.shown_signature =
                Some(if shown.is_empty() { "()".to_string() } else { format!("({shown}/)") });
        }
        Ok(plan)
    }

    fn from_signature(function: &ItemFn, inputs: &[(String, Type)], text: &LitStr) -> syn::Result<Plan> {
        let declared = signature::parse(text)?;
        if declared.len() != inputs.len() {
            let message = format!(
                "the signature has {} parameters and the function {}, without the receiver",
                declared.len(),
                inputs.len()
            );
            return Err(syn::Error::new_spanned(&function.sig, message));
        }
        let mut plan = Plan {
            steps: Vec::new(),
            parameters: Vec::new(),
            required_positional: 0,
            required_keyword: 0,
            shown_signature: Some(text.value()),
            takes_everything: false,
        };
        for (parameter, (_, ty)) in declared.into_iter().zip(inputs) {
            if parameter.kind == ParameterKind::Variadic {
                if !is_arguments(ty) {
                    return Err(syn::Error::new_spanned(ty, "a `*` parameter has the type `Arguments`"));
                }
                plan.steps.push(Step::Rest);
                plan.parameters.push(parameter);
                continue;
            }
            let index = plan.parameters.iter().filter(|other| other.kind != ParameterKind::Variadic).count();
            let default = match &parameter.default {
                None => {
                    if parameter.kind == ParameterKind::KeywordOnly {
                        plan.required_keyword += 1;
                    } else {
                        plan.required_positional += 1;
                    }
                    None
                }
                Some(_) if is_option(ty) => None,
                Some(text) => Some(default_value(text, ty)?),
            };
            plan.steps.push(Step::Bound { index, ty: Box::new(ty.clone()), default });
            plan.parameters.push(parameter);
        }
        Ok(plan)
    }

    /// The expression of a `fn(Arguments<'_>) -> Result` that binds, converts and calls.
    pub fn call(
        &self,
        function: &ItemFn,
        receiver: Receiver,
        owner: Owner<'_>,
        name: Option<&str>,
    ) -> TokenStream {
        let body = self.invoke(function, receiver, owner, name);
        let receive = match receiver {
            Receiver::Nothing => quote! {},
            Receiver::Instance | Receiver::Class => {
                let cast = cast_receiver(function, receiver, quote! { receiver });
                quote! {
                    let receiver = ::pyrsc_core::arguments::receiver(arguments);
                    let receiver = #cast;
                    let arguments = arguments.without_first(1);
                }
            }
        };
        quote! {{
            fn call(arguments: ::pyrsc_core::call::Arguments<'_>) -> ::pyrsc_core::owned::Result {
                #receive
                ::pyrsc_core::arguments::IntoResult::into_result(#body)
            }
            call
        }}
    }

    /// The block that binds `arguments` and calls the function, with `receiver` converted already.
    pub fn invoke(
        &self,
        function: &ItemFn,
        receiver: Receiver,
        owner: Owner<'_>,
        name: Option<&str>,
    ) -> TokenStream {
        let ident = &function.sig.ident;
        let mut values = Vec::new();
        if receiver != Receiver::Nothing {
            values.push(quote! { receiver });
        }
        let positional =
            self.count(|kind| matches!(kind, ParameterKind::PositionalOnly | ParameterKind::Either));
        for step in &self.steps {
            values.push(match step {
                Step::Everything => quote! { arguments },
                Step::Rest => quote! { arguments.positional_from(#positional) },
                Step::Bound { index, ty, default } => bound_value(*index, ty, default.as_ref()),
            });
        }
        if self.takes_everything {
            return quote! { #ident(#(#values),*) };
        }
        let names: Vec<&str> = self.bound().map(|parameter| parameter.name.as_str()).collect();
        let count = names.len();
        let positional_only = self.count(|kind| kind == ParameterKind::PositionalOnly);
        let variadic = self.parameters.iter().any(|parameter| parameter.kind == ParameterKind::Variadic);
        let required_positional = self.required_positional;
        let required_keyword = self.required_keyword;
        let name = match name {
            Some(name) => quote! { ::core::option::Option::Some(#name) },
            None => quote! { ::core::option::Option::None },
        };
        let owner = match owner {
            Owner::Class(ty) => quote! {
                ::pyrsc_core::arguments::FunctionOwner::Class(<#ty as ::pyrsc_core::type_object::Class>::type_object)
            },
            Owner::Module(Some(module)) => quote! { ::pyrsc_core::arguments::FunctionOwner::Module(#module) },
            Owner::Module(None) => quote! { ::pyrsc_core::arguments::FunctionOwner::Builtins },
        };
        quote! {{
            static PARAMETERS: ::pyrsc_core::arguments::Parameters = ::pyrsc_core::arguments::Parameters {
                function: #name,
                owner: #owner,
                names: &[#(#names),*],
                positional_only: #positional_only,
                positional: #positional,
                required_positional: #required_positional,
                required_keyword: #required_keyword,
                variadic: #variadic,
            };
            #[allow(unused_variables)]
            let bound = PARAMETERS.bind::<#count>(arguments)?;
            #ident(#(#values),*)
        }}
    }

    fn bound(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Variadic)
    }

    fn count(&self, test: impl Fn(ParameterKind) -> bool) -> usize {
        self.parameters.iter().filter(|parameter| test(parameter.kind)).count()
    }
}

/// The expression of a bound parameter's value.
fn bound_value(index: usize, ty: &Type, default: Option<&TokenStream>) -> TokenStream {
    let position = quote! { ::pyrsc_core::arguments::Position { parameters: &PARAMETERS, index: #index } };
    if let Some(inner) = option_argument(ty) {
        return quote! {
            match bound[#index] {
                ::core::option::Option::Some(value) => ::core::option::Option::Some(
                    <#inner as ::pyrsc_core::arguments::FromArgument>::from_argument(value, #position)?
                ),
                ::core::option::Option::None => ::core::option::Option::None,
            }
        };
    }
    let convert = quote! { <#ty as ::pyrsc_core::arguments::FromArgument>::from_argument(value, #position)? };
    match default {
        Some(default) => quote! {
            match bound[#index] {
                ::core::option::Option::Some(value) => #convert,
                ::core::option::Option::None => #default,
            }
        },
        None => quote! {{ let value = ::pyrsc_core::arguments::required(bound[#index]); #convert }},
    }
}

/// The Rust expression of a default value that is written in Python.
fn default_value(text: &str, ty: &Type) -> syn::Result<TokenStream> {
    let object_reference = is_object_reference(ty);
    let value = match text {
        "True" => quote! { true },
        "False" => quote! { false },
        "None" if object_reference => return Ok(quote! { ::pyrsc_core::arguments::none_reference() }),
        _ => match text.parse::<TokenStream>() {
            Ok(tokens) if text.starts_with(|first: char| first.is_ascii_digit() || first == '-') => tokens,
            _ => {
                let message = format!("the default {text} needs a parameter of type Option");
                return Err(syn::Error::new_spanned(ty, message));
            }
        },
    };
    if object_reference {
        return Err(syn::Error::new_spanned(
            ty,
            format!("the default {text} needs a parameter of type Option"),
        ));
    }
    Ok(value)
}

/// The expression that makes the receiver's Rust type of an `&Object`.
pub fn cast_receiver(function: &ItemFn, receiver: Receiver, value: TokenStream) -> TokenStream {
    match function.sig.inputs.first() {
        Some(FnArg::Typed(typed)) if !is_object_reference(&typed.ty) => {
            let Type::Reference(reference) = &*typed.ty else {
                return syn::Error::new_spanned(&typed.ty, "the receiver is a reference")
                    .into_compile_error();
            };
            let target = &reference.elem;
            if receiver == Receiver::Class {
                return quote! { ::pyrsc_core::arguments::class_receiver(#value) };
            }
            quote! {
                // SAFETY: descriptors and the table of special methods only pass receivers of the class.
                unsafe { &*(#value).address::<#target>() }
            }
        }
        _ => value,
    }
}

/// Whether a type is written `&Object` (with or without a lifetime).
pub fn is_object_reference(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => last_segment(&reference.elem).is_some_and(|name| name == "Object"),
        _ => false,
    }
}

pub fn is_arguments(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|name| name == "Arguments")
}

pub fn is_option(ty: &Type) -> bool {
    option_argument(ty).is_some()
}

/// `T` of `Option<T>`.
fn option_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    if segment.ident != "Option" {
        return None;
    }
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            })
        }
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

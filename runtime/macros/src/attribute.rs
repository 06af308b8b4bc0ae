//! The arguments of an attribute: `name = "…", types(a, b), flag`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Path, Token};

/// The parsed arguments, from which each reader takes what it knows; what is left is an error.
pub struct AttributeArguments {
    metas: Vec<Meta>,
}

impl AttributeArguments {
    pub fn parse(tokens: TokenStream) -> syn::Result<AttributeArguments> {
        let metas = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens)?;
        Ok(AttributeArguments { metas: metas.into_iter().collect() })
    }

    /// The arguments of `#[name]` or `#[name(…)]`.
    pub fn of(attribute: &Attribute) -> syn::Result<AttributeArguments> {
        match &attribute.meta {
            Meta::Path(_) => Ok(AttributeArguments { metas: Vec::new() }),
            Meta::List(list) => AttributeArguments::parse(list.tokens.clone()),
            Meta::NameValue(pair) => Err(syn::Error::new_spanned(pair, "expected arguments in parentheses")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Meta> {
        let index = self.metas.iter().position(|meta| meta.path().is_ident(name))?;
        Some(self.metas.remove(index))
    }

    fn take_value(&mut self, name: &str) -> syn::Result<Option<Expr>> {
        match self.take(name) {
            None => Ok(None),
            Some(Meta::NameValue(pair)) => Ok(Some(pair.value)),
            Some(other) => Err(syn::Error::new_spanned(other, format!("expected `{name} = …`"))),
        }
    }

    /// `name = "text"`
    pub fn take_string(&mut self, name: &str) -> syn::Result<Option<LitStr>> {
        match self.take_value(name)? {
            None => Ok(None),
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(Some(text)),
            Some(other) => Err(syn::Error::new_spanned(other, "expected a string")),
        }
    }

    /// `name = some::path`, or the same in a string.
    pub fn take_path(&mut self, name: &str) -> syn::Result<Option<Path>> {
        match self.take_value(name)? {
            None => Ok(None),
            Some(Expr::Path(path)) => Ok(Some(path.path)),
            Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => text.parse().map(Some),
            Some(other) => Err(syn::Error::new_spanned(other, "expected a path")),
        }
    }

    /// Any expression: `name = expression`.
    pub fn take_expression(&mut self, name: &str) -> syn::Result<Option<Expr>> {
        self.take_value(name)
    }

    /// `name(a, b)`
    pub fn take_paths(&mut self, name: &str) -> syn::Result<Vec<Path>> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Meta::List(list)) => {
                let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens)?;
                Ok(paths.into_iter().collect())
            }
            Some(other) => Err(syn::Error::new_spanned(other, format!("expected `{name}(…)`"))),
        }
    }

    /// `name` alone.
    pub fn take_flag(&mut self, name: &str) -> bool {
        self.take(name).is_some()
    }

    /// Nothing may be left.
    pub fn finish(self) -> syn::Result<()> {
        match self.metas.first() {
            None => Ok(()),
            Some(meta) => Err(syn::Error::new_spanned(meta, "unknown argument of this attribute")),
        }
    }
}

/// Takes the first attribute with one of these names out of a list.
pub fn take_attribute(attributes: &mut Vec<Attribute>, names: &[&str]) -> Option<Attribute> {
    let index =
        attributes.iter().position(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))?;
    Some(attributes.remove(index))
}

/// The text of a documentation comment, for `__doc__`.
pub fn doc_comment(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).to_string());
        }
    }
    if lines.is_empty() { None } else { Some(lines.join("\n")) }
}

/// An identifier without the `r#` of a raw one.
pub fn plain_name(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_string).unwrap_or(text)
}

/// `BaseException` → `BASE_EXCEPTION`, `from_bytes` → `FROM_BYTES`.
pub fn upper_case(ident: &Ident) -> Ident {
    let mut text = String::new();
    let mut previous_is_lower = false;
    let name = plain_name(ident);
    for letter in name.chars() {
        if letter.is_uppercase() && previous_is_lower {
            text.push('_');
        }
        previous_is_lower = letter.is_lowercase() || letter.is_ascii_digit();
        text.extend(letter.to_uppercase());
    }
    Ident::new(&text, Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_turn_to_upper_case() {
        let upper = |text: &str| upper_case(&Ident::new(text, Span::call_site())).to_string();
        assert_eq!(upper("BaseException"), "BASE_EXCEPTION");
        assert_eq!(upper("OSError"), "OSERROR");
        assert_eq!(upper("from_bytes"), "FROM_BYTES");
        assert_eq!(upper("List"), "LIST");
    }
}

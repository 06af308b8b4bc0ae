//! The text of a signature: `(self, iterable=(), /, *, key=None)`.

use syn::LitStr;

/// How an argument can be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    PositionalOnly,
    Either,
    /// `*arguments`
    Variadic,
    KeywordOnly,
}

/// One parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    pub name: String,
    pub kind: ParameterKind,
    /// The text of the default value, if there is one.
    pub default: Option<String>,
}

/// Parses a signature. A receiver (`self`, `cls`, `$self`, `$type`) in it is left out of the result.
pub fn parse(text: &LitStr) -> syn::Result<Vec<Parameter>> {
    let error = |message: &str| Err(syn::Error::new_spanned(text, message));
    let value = text.value();
    let Some(inner) = value.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return error("a signature is written in parentheses");
    };
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut kind = ParameterKind::Either;
    for (index, part) in split(inner).into_iter().enumerate() {
        match part.as_str() {
            "self" | "cls" | "$self" | "$type" | "$cls" | "$module" if index == 0 => continue,
            "/" => parameters.iter_mut().for_each(|parameter| parameter.kind = ParameterKind::PositionalOnly),
            "*" => kind = ParameterKind::KeywordOnly,
            part if part.starts_with("**") => return error("keywords by any name need plain `Arguments`"),
            part if part.starts_with('*') => {
                let name = part[1..].to_string();
                parameters.push(Parameter { name, kind: ParameterKind::Variadic, default: None });
                kind = ParameterKind::KeywordOnly;
            }
            part => {
                let (name, default) = match part.split_once('=') {
                    Some((name, default)) => (name.trim(), Some(default.trim().to_string())),
                    None => (part, None),
                };
                if name.is_empty() {
                    return error("a parameter without a name");
                }
                parameters.push(Parameter { name: name.to_string(), kind, default });
            }
        }
    }
    Ok(parameters)
}

/// The parts between the commas that are not inside brackets or quotes.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut current = String::new();
    let mut depth = 0;
    let mut quote = None;
    for letter in text.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(std::mem::take(&mut current).trim().to_string());
                continue;
            }
            _ => {}
        }
        current.push(letter);
    }
    parts.push(current.trim().to_string());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn parsed(text: &str) -> Vec<Parameter> {
        parse(&LitStr::new(text, Span::call_site())).expect("a signature")
    }

    #[test]
    fn kinds_follow_the_markers() {
        let parameters = parsed("(self, a, b=(1, 2), /, c=',', *, key=None)");
        let kinds: Vec<_> = parameters.iter().map(|parameter| parameter.kind).collect();
        use ParameterKind::*;
        assert_eq!(kinds, [PositionalOnly, PositionalOnly, Either, KeywordOnly]);
        assert_eq!(parameters[1].default.as_deref(), Some("(1, 2)"));
        assert_eq!(parameters[2].default.as_deref(), Some("','"));
    }

    #[test]
    fn variadic_parameters_make_the_rest_keyword_only() {
        let parameters = parsed("(*objects, sep=' ')");
        assert_eq!(parameters[0].kind, ParameterKind::Variadic);
        assert_eq!(parameters[1].kind, ParameterKind::KeywordOnly);
        assert!(parsed("($self, /)").is_empty());
    }
}

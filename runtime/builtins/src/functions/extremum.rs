//! `min` and `max`.

use pyrsc_core::call::Arguments;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::special_methods::Comparison;
use pyrsc_core::str::Str;
use pyrsc_core::{type_error, value_error};
use pyrsc_macros::pyfunction;

#[pyfunction]
pub fn min(arguments: Arguments<'_>) -> Result {
    extremum(arguments, "min", Comparison::Less)
}

#[pyfunction]
pub fn max(arguments: Arguments<'_>) -> Result {
    extremum(arguments, "max", Comparison::Greater)
}

fn extremum(arguments: Arguments<'_>, function: &str, better: Comparison) -> Result {
    let (mut key, mut default) = (None, None);
    for (name, value) in arguments.iter_keywords() {
        let name = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match name.as_str() {
            "key" => key = Some(value).filter(|key| !key.is_none()),
            "default" => default = Some(value),
            _ => return Err(type_error!("{function}() got an unexpected keyword argument '{name}'")),
        }
    }
    match arguments.positional_count() {
        0 => Err(type_error!("{function} expected at least 1 argument, got 0")),
        1 => {
            let iterator = pyrsc_core::iteration::iterate(arguments.positional(0).expect("counted"))?;
            let mut best = Best { key, better, found: None };
            while let Some(item) = pyrsc_core::iteration::next(&iterator)? {
                best.offer(item)?;
            }
            match (best.found, default) {
                (Some((item, _)), _) => Ok(item),
                (None, Some(default)) => Ok(default.to_owned()),
                (None, None) => Err(value_error!("{function}() iterable argument is empty")),
            }
        }
        _ if default.is_some() => {
            Err(type_error!("Cannot specify a default for {function}() with multiple positional arguments"))
        }
        _ => {
            let mut best = Best { key, better, found: None };
            for item in arguments.iter_positional() {
                best.offer(item.to_owned())?;
            }
            Ok(best.found.expect("there are two or more").0)
        }
    }
}

/// The best item so far with its key.
struct Best<'a> {
    key: Option<&'a Object>,
    better: Comparison,
    found: Option<(Owned, Owned)>,
}

impl Best<'_> {
    fn offer(&mut self, item: Owned) -> Result<()> {
        let value = match self.key {
            Some(key) => operations::call(key, &[&item])?,
            None => item.clone(),
        };
        let wins = match &self.found {
            None => true,
            Some((_, best)) => operations::compare_truth(&value, best, self.better)?,
        };
        if wins {
            self.found = Some((item, value));
        }
        Ok(())
    }
}

//! `_csv.Dialect`: how fields are separated and quoted.

use std::cell::RefCell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::dict::Dict;
use pyrsc_core::gil::Static;
use pyrsc_core::int;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::type_object::{Class, TypeObject, name_of};
use pyrsc_core::{exception, memory, operations, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods};

use super::ERROR;

/// When fields are quoted, and what unquoted ones mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    Minimal = 0,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

impl Quoting {
    pub const ALL: [(Quoting, &'static str); 6] = [
        (Quoting::Minimal, "QUOTE_MINIMAL"),
        (Quoting::All, "QUOTE_ALL"),
        (Quoting::NonNumeric, "QUOTE_NONNUMERIC"),
        (Quoting::None, "QUOTE_NONE"),
        (Quoting::Strings, "QUOTE_STRINGS"),
        (Quoting::NotNull, "QUOTE_NOTNULL"),
    ];
}

/// The rules themselves; characters are code points.
#[derive(Clone, Debug)]
pub struct Rules {
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub double_quote: bool,
    pub skip_initial_space: bool,
    pub line_terminator: Vec<u32>,
    pub quoting: Quoting,
    pub strict: bool,
}

#[pyclass(
    name = "Dialect",
    module = "_csv",
    flags(BASETYPE),
    doc = "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n"
)]
#[repr(C)]
pub struct Dialect {
    header: Header,
    rules: pyrsc_core::collector::Plain<Rules>,
}

impl Dialect {
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
}

/// The names of the options, in the order of the constructor's parameters.
const OPTIONS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// Drops the registered dialects.
pub(crate) fn forget() {
    let old = DIALECTS.take();
    drop(old);
}

/// The registered dialects by name.
static DIALECTS: Static<RefCell<Option<Ref<Dict>>>> = Static::new(RefCell::new(None));

/// The registered dialects by name.
pub fn registered() -> Ref<Dict> {
    DIALECTS.borrow_mut().get_or_insert_with(Dict::new).clone()
}

/// The dialect registered under a name.
pub fn find(name: &Object) -> Result {
    match registered().get(name)? {
        Some(dialect) => Ok(dialect),
        None => Err(ERROR.raise("unknown dialect")),
    }
}

fn character(value: &Object, name: &str, or_none: &str) -> Result<u32> {
    let Some(string) = value.downcast::<Str>() else {
        return Err(type_error!("\"{name}\" must be a unicode character{or_none}, not {}", name_of(value)));
    };
    if string.len() != 1 {
        return Err(type_error!(
            "\"{name}\" must be a unicode character{or_none}, not a string of length {}",
            string.len()
        ));
    }
    Ok(string.at(0))
}

fn optional_character(value: &Object, name: &str) -> Result<Option<u32>> {
    if value.is_none() { Ok(None) } else { character(value, name, " or None").map(Some) }
}

/// The rules that a dialect (a name, a dialect, any object with such attributes) and options say.
fn rules(dialect: Option<&Object>, options: &[Option<Owned>; 8]) -> Result<Rules> {
    let dialect = match dialect.filter(|dialect| !dialect.is_none()) {
        Some(name) if name.is_instance_of::<Str>() => Some(find(name)?),
        Some(dialect) => Some(dialect.to_owned()),
        None => None,
    };
    let option = |index: usize| -> Result<Option<Owned>> {
        if let Some(value) = &options[index] {
            return Ok(Some(value.clone()));
        }
        let Some(dialect) = &dialect else { return Ok(None) };
        match operations::get_attribute_named(dialect, OPTIONS[index]) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => {
                if exception::catch::<exception::AttributeError>() {
                    Ok(None)
                } else {
                    Err(raised)
                }
            }
        }
    };
    let delimiter = option(0)?.map_or(Ok(','.into()), |value| character(&value, "delimiter", ""))?;
    let double_quote = option(1)?.map_or(Ok(true), |value| operations::is_true(&value))?;
    let escape = option(2)?.map_or(Ok(None), |value| optional_character(&value, "escapechar"))?;
    let line_terminator = match option(3)? {
        None => vec!['\r'.into(), '\n'.into()],
        Some(value) => match value.downcast::<Str>() {
            Some(string) => string.code_points().collect(),
            None => {
                return Err(type_error!("\"lineterminator\" must be a string, not {}", name_of(&value)));
            }
        },
    };
    let quote_option = option(4)?;
    let quote_given = quote_option.is_some();
    let quote = quote_option.map_or(Ok(Some('"'.into())), |value| optional_character(&value, "quotechar"))?;
    let quoting_option = option(5)?;
    let quoting = match &quoting_option {
        None if quote.is_none() && quote_given => Quoting::None,
        None => Quoting::Minimal,
        Some(value) => {
            if !int::is_exact(value) {
                return Err(type_error!("\"quoting\" must be an integer, not {}", name_of(value)));
            }
            let number = int::to_i64(value).and_then(|number| usize::try_from(number).ok());
            match number.and_then(|number| Quoting::ALL.get(number)) {
                Some((quoting, _)) => *quoting,
                None => return Err(type_error!("bad \"quoting\" value")),
            }
        }
    };
    let skip_initial_space = option(6)?.map_or(Ok(false), |value| operations::is_true(&value))?;
    let strict = option(7)?.map_or(Ok(false), |value| operations::is_true(&value))?;
    if quoting != Quoting::None && quote.is_none() {
        return Err(type_error!("quotechar must be set if quoting enabled"));
    }
    let rules = Rules {
        delimiter,
        quote,
        escape,
        double_quote,
        skip_initial_space,
        line_terminator,
        quoting,
        strict,
    };
    check_characters(&rules)?;
    Ok(rules)
}

/// Characters with a meaning must differ, and be no line ends; a space must not be skipped.
fn check_characters(rules: &Rules) -> Result<()> {
    let check = |code: Option<u32>, name: &str, spaces: bool| -> Result<()> {
        let Some(code) = code else { return Ok(()) };
        let line_end = code == u32::from('\n') || code == u32::from('\r');
        if line_end || spaces && rules.skip_initial_space && code == u32::from(' ') {
            return Err(value_error!("bad {name} value"));
        }
        Ok(())
    };
    check(Some(rules.delimiter), "delimiter", false)?;
    check(rules.escape, "escapechar", true)?;
    check(rules.quote, "quotechar", true)?;
    let differ = |left: Option<u32>, right: Option<u32>, names: &str| -> Result<()> {
        if left.is_some() && left == right { Err(value_error!("bad {names} value")) } else { Ok(()) }
    };
    differ(Some(rules.delimiter), rules.escape, "delimiter or escapechar")?;
    differ(Some(rules.delimiter), rules.quote, "delimiter or quotechar")?;
    differ(rules.escape, rules.quote, "escapechar or quotechar")
}

/// A dialect from a call's dialect argument and keyword arguments.
pub fn from_arguments(dialect: Option<&Object>, arguments: Arguments<'_>) -> Result<Ref<Dialect>> {
    let mut options: [Option<Owned>; 8] = std::array::from_fn(|_| None);
    let mut dialect = dialect;
    for (name, value) in arguments.iter_keywords() {
        let name = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match OPTIONS.iter().position(|option| *option == name) {
            Some(index) => options[index] = Some(value.to_owned()),
            None if name == "dialect" => dialect = Some(value),
            None => return Err(type_error!("this function got an unexpected keyword argument '{name}'")),
        }
    }
    make(Dialect::type_object(), dialect, &options)
}

fn make(class: &TypeObject, dialect: Option<&Object>, options: &[Option<Owned>; 8]) -> Result<Ref<Dialect>> {
    // A dialect as it is needs no copy.
    if options.iter().all(Option::is_none)
        && let Some(dialect) = dialect
        && dialect.is_exact::<Dialect>()
        && let Ok(dialect) = dialect.to_owned().into_ref::<Dialect>()
    {
        return Ok(dialect);
    }
    let rules = pyrsc_core::collector::Plain(rules(dialect, options)?);
    Ok(memory::allocate(class, Dialect { header: Header::unset(), rules }))
}

fn character_object(code: Option<u32>) -> Owned {
    code.map_or(Owned::none(), |code| Str::from_code_point(code).into_owned())
}

#[pymethods(Dialect)]
mod methods {
    use super::*;

    #[slot(
        signature = "(dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, quoting=None, skipinitialspace=None, strict=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn new(
        class: &TypeObject,
        dialect: Option<&Object>,
        delimiter: Option<&Object>,
        doublequote: Option<&Object>,
        escapechar: Option<&Object>,
        lineterminator: Option<&Object>,
        quotechar: Option<&Object>,
        quoting: Option<&Object>,
        skipinitialspace: Option<&Object>,
        strict: Option<&Object>,
    ) -> Result<Ref<Dialect>> {
        let options = [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ]
        .map(|option| option.map(Object::to_owned));
        make(class, dialect, &options)
    }

    #[getter]
    fn delimiter(this: &Dialect) -> Owned {
        character_object(Some(this.rules().delimiter))
    }

    #[getter]
    fn doublequote(this: &Dialect) -> bool {
        this.rules().double_quote
    }

    #[getter]
    fn escapechar(this: &Dialect) -> Owned {
        character_object(this.rules().escape)
    }

    #[getter]
    fn lineterminator(this: &Dialect) -> Owned {
        Str::from_code_points(&this.rules().line_terminator).into_owned()
    }

    #[getter]
    fn quotechar(this: &Dialect) -> Owned {
        character_object(this.rules().quote)
    }

    #[getter]
    fn quoting(this: &Dialect) -> i64 {
        this.rules().quoting as i64
    }

    #[getter]
    fn skipinitialspace(this: &Dialect) -> bool {
        this.rules().skip_initial_space
    }

    #[getter]
    fn strict(this: &Dialect) -> bool {
        this.rules().strict
    }

    #[pymethod(name = "__reduce_ex__")]
    fn reduce_ex(this: &Object, _protocol: &Object) -> Result {
        Err(type_error!("cannot pickle '{}' instances", this.type_object().full_name()))
    }
}

/// The names of the registered dialects, under which `csv` finds them.
pub fn names() -> Result {
    let names = registered().keys();
    Ok(pyrsc_core::list::List::from_vec(names).into_owned())
}

/// Registers a dialect under a name.
pub fn register(name: &Object, dialect: &Dialect) -> Result<()> {
    if !name.is_instance_of::<Str>() {
        return Err(type_error!("dialect name must be a string"));
    }
    // SAFETY: a dialect is an object; its address is its word.
    let object = unsafe { Object::from_value(pyrsc_abi::Value(std::ptr::from_ref(dialect) as u64)) };
    registered().set(name, object)
}

/// Forgets the dialect of a name.
pub fn unregister(name: &Object) -> Result<()> {
    match registered().remove(name)? {
        Some(dialect) => {
            drop(dialect);
            Ok(())
        }
        None => Err(ERROR.raise("unknown dialect")),
    }
}

/// Sets the constants of the module.
pub fn set_constants(module: &Object) -> Result<()> {
    for (quoting, name) in Quoting::ALL {
        operations::set_attribute(module, &str::intern(name), &int::from_i64(quoting as i64))?;
    }
    operations::set_attribute(module, &str::intern("_dialects"), registered().object())
}

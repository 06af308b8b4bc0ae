//! `sys.stdin`, `sys.stdout` and `sys.stderr`.

use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{Str, intern};
use pyrsc_core::{dict::Dict, operations};

use super::file::FileIo;
use super::text::TextIoWrapper;
use super::{DEFAULT_BUFFER_SIZE, buffered, system};

/// Makes the standard streams and puts them in the namespace of `sys`. A descriptor that is not open gives None.
pub fn install(namespace: &Dict) -> Result<()> {
    let unbuffered = std::env::var_os("PYTHONUNBUFFERED").is_some_and(|value| !value.is_empty());
    for (descriptor, name, shown, mode) in
        [(0, "stdin", "<stdin>", "r"), (1, "stdout", "<stdout>", "w"), (2, "stderr", "<stderr>", "w")]
    {
        let stream = match system::status(descriptor) {
            Some(_) => make(descriptor, shown, mode, unbuffered)?,
            None => Owned::none(),
        };
        namespace.set_str(&intern(name), &stream)?;
        namespace.set_str(&intern(&format!("__{name}__")), &stream)?;
    }
    Ok(())
}

fn make(descriptor: i32, shown: &str, mode: &str, unbuffered: bool) -> Result {
    let writes = mode == "w";
    let raw = FileIo::of_descriptor(descriptor, writes);
    operations::set_attribute(raw.object(), &intern("name"), Str::new(shown).object())?;
    let buffer = if writes {
        buffered::new_writer(raw.object(), DEFAULT_BUFFER_SIZE)?.into_owned()
    } else {
        buffered::new_reader(raw.object(), DEFAULT_BUFFER_SIZE)?.into_owned()
    };
    let (encoding, errors) = coding(descriptor);
    let line_buffering = descriptor == 2 || system::is_terminal(descriptor) || unbuffered && writes;
    let write_through = unbuffered && writes;
    let stream = TextIoWrapper::standard(buffer, &encoding, &errors, line_buffering, write_through);
    if !writes {
        stream.set_universal_newlines();
    }
    operations::set_attribute(stream.object(), &intern("mode"), Str::new(mode).object())?;
    Ok(stream.into_owned())
}

/// The encoding and the error handler of a standard stream: `PYTHONIOENCODING`, else UTF-8, which passes bytes that are
/// none through where the locale is C.
fn coding(descriptor: i32) -> (String, String) {
    let wish = std::env::var("PYTHONIOENCODING").unwrap_or_default();
    let (encoding, errors) = wish.split_once(':').unwrap_or((&wish, ""));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let plain = locale.is_none_or(|locale| matches!(locale.as_str(), "C" | "POSIX"));
    let default = match descriptor {
        2 => "backslashreplace",
        _ if plain => "surrogateescape",
        _ => "strict",
    };
    let encoding = if encoding.is_empty() { "utf-8" } else { encoding };
    let errors = if errors.is_empty() || descriptor == 2 { default } else { errors };
    (encoding.to_string(), errors.to_string())
}

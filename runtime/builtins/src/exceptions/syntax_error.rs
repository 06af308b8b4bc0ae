//! `SyntaxError`.

use pyrsc_core::call::Arguments;
use pyrsc_core::exception::SyntaxError;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_error;
use pyrsc_macros::pymethods;

use super::{keywords, object, positional, slot_properties};

#[pymethods(SyntaxError)]
pub mod methods {
    use super::*;

    #[slot]
    fn init(this: &SyntaxError, arguments: Arguments<'_>) -> Result<()> {
        keywords(object(this).type_object(), arguments, &[])?;
        this.base.base.arguments.set(Some(positional(arguments)));
        if let Some(message) = arguments.positional(0) {
            this.message.set(Some(message.to_owned()));
        }
        if arguments.positional_count() == 2 {
            let details = pyrsc_core::iteration::collect(arguments.positional(1).expect("counted"))?;
            if !matches!(details.len(), 4 | 6 | 7) {
                return Err(if details.len() == 5 {
                    type_error!("end_offset must be provided when end_lineno is provided")
                } else {
                    type_error!(
                        "function takes at {} {} arguments ({} given)",
                        if details.len() < 4 { "least" } else { "most" },
                        if details.len() < 4 { 4 } else { 7 },
                        details.len()
                    )
                });
            }
            let slots = [
                &this.filename,
                &this.line,
                &this.offset,
                &this.text,
                &this.end_line,
                &this.end_offset,
                &this.metadata,
            ];
            for (slot, value) in slots.into_iter().zip(details) {
                slot.set(Some(value));
            }
        }
        Ok(())
    }

    #[slot]
    fn str(this: &SyntaxError) -> Result {
        let message = operations::str_string(&this.message.get_or_none())?;
        let filename = this.filename.get().and_then(|filename| {
            let text = filename.downcast::<Str>()?.to_string_lossy().into_owned();
            Some(text.rsplit('/').next().unwrap_or_default().to_string())
        });
        let line = this.line.get().filter(|line| pyrsc_core::int::to_i64(line).is_some());
        let text = match (filename, line) {
            (Some(filename), Some(line)) => {
                format!("{message} ({filename}, line {})", operations::str_string(&line)?)
            }
            (Some(filename), None) => format!("{message} ({filename})"),
            (None, Some(line)) => format!("{message} (line {})", operations::str_string(&line)?),
            (None, None) => message,
        };
        Ok(Str::new(&text).into_owned())
    }
}

slot_properties! {
    attributes, SyntaxError {
        msg set_msg message;
        filename set_filename filename;
        lineno set_lineno line;
        offset set_offset offset;
        text set_text text;
        end_lineno set_end_lineno end_line;
        end_offset set_end_offset end_offset;
        print_file_and_line set_print_file_and_line print_file_and_line;
        _metadata set__metadata metadata;
    }
}

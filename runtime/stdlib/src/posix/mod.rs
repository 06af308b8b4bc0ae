//! `posix`: the operating system's interface, which `os` shows.
//!
//! - [`status`]: `stat_result` and what gives it; [`directory`]: `listdir`, `scandir`, `DirEntry`
//! - [`limits`]: limits; [`identity`]: users, scheduling, ends of children; [`transfer`]: moving bytes
//! - [`special`]: terminals, devices, special descriptors
//! - [`files`]: descriptors and paths; [`process`]: processes and their properties; [`constants`]: numbers

pub mod constants;
pub mod directory;
pub mod files;
pub mod identity;
pub mod limits;
pub mod process;
pub mod special;
pub mod status;
pub mod transfer;

use pyrsc_core::spec::{BuiltinType, FunctionSpec, ModuleMember, ModuleSpec};

/// The types of the module with their methods.
pub const TYPES: &[BuiltinType] = &[
    BuiltinType { ty: &directory::DIRECTORY_ENTRY, methods: &[&directory::ENTRY_METHODS] },
    BuiltinType { ty: &status::STAT_RESULT, methods: &[&status::STAT_RESULT_METHODS] },
    BuiltinType { ty: &identity::WAITID_RESULT, methods: &[&identity::WAITID_RESULT_METHODS] },
    BuiltinType { ty: &identity::SCHEDULING_PARAMETER, methods: &[&identity::SCHEDULING_PARAMETER_METHODS] },
    BuiltinType { ty: &limits::FILE_SYSTEM_STATUS, methods: &[&limits::FILE_SYSTEM_STATUS_METHODS] },
    BuiltinType { ty: &files::TERMINAL_SIZE, methods: &[&files::TERMINAL_SIZE_METHODS] },
    BuiltinType { ty: &process::UNAME_RESULT, methods: &[&process::UNAME_RESULT_METHODS] },
    BuiltinType { ty: &process::TIMES_RESULT, methods: &[&process::TIMES_RESULT_METHODS] },
    BuiltinType { ty: &directory::SCANDIR_ITERATOR, methods: &[&directory::ITERATOR_METHODS] },
];

const COUNT: usize = files::MODULE.members.len()
    + status::MODULE.members.len()
    + directory::MODULE.members.len()
    + process::MODULE.members.len()
    + identity::MODULE.members.len()
    + limits::MODULE.members.len()
    + special::MODULE.members.len()
    + transfer::MODULE.members.len()
    + constants::MODULE.members.len();

/// The functions of all parts in one table.
static MEMBERS: [ModuleMember; COUNT] = {
    let parts: [&[ModuleMember]; 9] = [
        files::MODULE.members,
        status::MODULE.members,
        directory::MODULE.members,
        process::MODULE.members,
        identity::MODULE.members,
        limits::MODULE.members,
        special::MODULE.members,
        transfer::MODULE.members,
        constants::MODULE.members,
    ];
    let mut all = [const { ModuleMember::Attribute("", nothing) }; COUNT];
    let (mut filled, mut part) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            all[filled] = match parts[part][row] {
                ModuleMember::Function(function) => ModuleMember::Function(function as &'static FunctionSpec),
                ModuleMember::Type(ty) => ModuleMember::Type(ty),
                ModuleMember::Attribute(name, value) => ModuleMember::Attribute(name, value),
            };
            filled += 1;
            row += 1;
        }
        part += 1;
    }
    all
};

fn nothing() -> pyrsc_core::owned::Result {
    Ok(pyrsc_core::owned::Owned::none())
}

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "posix",
    doc: Some(
        "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    ),
    members: &MEMBERS,
    init: Some(constants::add_to),
};

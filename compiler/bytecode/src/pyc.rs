//! The `.pyc` container: a header in the manner of PEP 552 and a serialised code object.
//!
//! 16 bytes of header: magic, flags, and then either the source's modification time and size or the hash of its text.

use std::fmt;

use crate::code::Code;
use crate::serialize::{SerializeError, deserialize, serialize};

/// The version of the bytecode; to be raised with every change of the table or of the serialisation.
pub const BYTECODE_VERSION: u16 = 1;

/// The first four bytes of a file.
pub const MAGIC_NUMBER: [u8; 4] = [b'p', b'R', BYTECODE_VERSION as u8, (BYTECODE_VERSION >> 8) as u8];

/// What comes between the module's name and `.pyc`: `name.pyrsc-1.pyc`.
pub fn pyc_tag() -> String {
    format!("pyrsc-{BYTECODE_VERSION}")
}

/// How a cached file is matched with its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// By the source's modification time (seconds, truncated to 32 bits) and size (likewise).
    Timestamp {
        /// Seconds since the epoch.
        modified: u32,
        /// Size in bytes.
        size: u32,
    },
    /// By the hash of the source ([`source_hash`]).
    Hash {
        /// The hash.
        hash: u64,
        /// Whether the source is to be checked at import.
        check_source: bool,
    },
}

/// The header of a `.pyc` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PycHeader {
    /// How the file is matched with its source.
    pub validation: Validation,
}

/// Why a file was not accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PycError {
    /// Shorter than a header.
    Truncated,
    /// Written by something else, or another version.
    BadMagic,
    /// Flags that this version does not know.
    BadFlags(u32),
    /// The header is fine, the rest is not.
    Code(SerializeError),
}

impl fmt::Display for PycError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PycError::Truncated => write!(f, "reached end of file while reading the header"),
            PycError::BadMagic => write!(f, "bad magic number"),
            PycError::BadFlags(flags) => write!(f, "invalid flags {flags:#x}"),
            PycError::Code(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for PycError {}

impl PycHeader {
    /// The size of a header in bytes.
    pub const SIZE: usize = 16;

    /// Reads the header, which is enough to decide whether a cached file is up to date.
    pub fn read(bytes: &[u8]) -> Result<PycHeader, PycError> {
        let header = bytes.get(..Self::SIZE).ok_or(PycError::Truncated)?;
        if header[..4] != MAGIC_NUMBER {
            return Err(PycError::BadMagic);
        }
        let word =
            |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let validation = match word(4) {
            0 => Validation::Timestamp { modified: word(8), size: word(12) },
            flags @ (1 | 3) => Validation::Hash {
                hash: u64::from(word(8)) | u64::from(word(12)) << 32,
                check_source: flags == 3,
            },
            flags => return Err(PycError::BadFlags(flags)),
        };
        Ok(PycHeader { validation })
    }

    fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..4].copy_from_slice(&MAGIC_NUMBER);
        match self.validation {
            Validation::Timestamp { modified, size } => {
                bytes[8..12].copy_from_slice(&modified.to_le_bytes());
                bytes[12..].copy_from_slice(&size.to_le_bytes());
            }
            Validation::Hash { hash, check_source } => {
                bytes[4] = if check_source { 3 } else { 1 };
                bytes[8..].copy_from_slice(&hash.to_le_bytes());
            }
        }
        bytes
    }
}

/// The bytes of a `.pyc` file.
pub fn write_pyc(header: PycHeader, code: &Code) -> Vec<u8> {
    let mut bytes = header.to_bytes().to_vec();
    bytes.extend(serialize(code));
    bytes
}

/// The header and the code of a `.pyc` file; the code has been verified.
pub fn read_pyc(bytes: &[u8]) -> Result<(PycHeader, Code), PycError> {
    let header = PycHeader::read(bytes)?;
    let code = deserialize(&bytes[PycHeader::SIZE..]).map_err(PycError::Code)?;
    Ok((header, code))
}

/// The hash of a source file: SipHash-1-3 under a fixed key.
pub fn source_hash(source: &[u8]) -> u64 {
    let key = u64::from_le_bytes(*b"pyrscpyc");
    let mut state = [
        key ^ 0x736f_6d65_7073_6575,
        0x646f_7261_6e64_6f6d,
        key ^ 0x6c79_6765_6e65_7261,
        0x7465_6462_7974_6573,
    ];
    let mut chunks = source.chunks_exact(8);
    let mut compress = |word: u64| {
        state[3] ^= word;
        sip_round(&mut state);
        state[0] ^= word;
    };
    for chunk in &mut chunks {
        compress(chunk.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
    }
    let tail = chunks.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    compress((source.len() as u64) << 56 | tail);
    state[2] ^= 0xff;
    (0..3).for_each(|_| sip_round(&mut state));
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

fn sip_round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

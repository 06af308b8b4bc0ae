//! The object cache: a file for every compiled module, named by a hash of all that went into it.

use std::env;
use std::fs;
use std::hash::Hasher;
use std::io;
use std::path::{Path, PathBuf};

use siphasher::sip128::{Hasher128, SipHasher13};

/// A folder of files named by hashes.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The user's cache: `$PYRSC_CACHE`, else `$XDG_CACHE_HOME/pyrsc`, else `~/.cache/pyrsc`, else a temporary folder.
    pub fn of_user() -> Cache {
        let folder = env::var_os("PYRSC_CACHE")
            .map(PathBuf::from)
            .or_else(|| env::var_os("XDG_CACHE_HOME").map(|path| Path::new(&path).join("pyrsc")))
            .or_else(|| env::var_os("HOME").map(|path| Path::new(&path).join(".cache/pyrsc")))
            .unwrap_or_else(|| env::temp_dir().join("pyrsc-cache"));
        Cache { folder }
    }

    /// A cache in a folder of its own.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Cache {
        Cache { folder: folder.into() }
    }

    /// The path of an entry, whether it is there or not.
    pub fn path(&self, key: u128, extension: &str) -> PathBuf {
        self.folder.join(format!("{key:032x}.{extension}"))
    }

    /// The entry's path, when it is there.
    pub fn find(&self, key: u128, extension: &str) -> Option<PathBuf> {
        let path = self.path(key, extension);
        path.is_file().then_some(path)
    }

    /// Writes an entry, so that nobody ever sees half of it.
    pub fn store(&self, key: u128, extension: &str, contents: &[u8]) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let path = self.path(key, extension);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        io::Write::write_all(&mut file, contents)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }
}

/// A hash of parts; a part's length counts, so that moving bytes between parts changes it.
pub fn hash(parts: &[&[u8]]) -> u128 {
    let mut hasher = SipHasher13::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::in_folder(folder.path().join("deep"));
        let key = hash(&[b"a", b"b"]);
        assert_ne!(key, hash(&[b"ab", b""]));
        assert!(cache.find(key, "o").is_none());
        cache.store(key, "o", b"object").expect("written");
        assert_eq!(fs::read(cache.find(key, "o").expect("there")).expect("readable"), b"object");
    }
}

//! The pure Python standard library that the command carries: a read-only archive of compressed files.
//!
//! ```text
//! "pyrsclib" count:u32 { path length:u16, path, offset:u32, compressed length:u32, length:u32 }*  data
//! ```
//! Numbers are little-endian; offsets count from the start of the data; the paths are sorted.

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Library {
    bytes: &'static [u8],
    entries: Vec<Entry>,
    data: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    path: String,
    offset: usize,
    compressed: usize,
    length: usize,
}

const MAGIC: &[u8; 8] = b"pyrsclib";

/// Where `__file__` of the library's modules seems to lie.
pub const LIBRARY_ROOT: &str = "<pyrsc>";

impl Library {
    /// The library in an archive; none when it is damaged.
    pub fn open(bytes: &'static [u8]) -> Option<Library> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let mut reader = Reader { rest };
        let count = reader.u32()?;
        let mut entries = Vec::with_capacity(count.min(1 << 16));
        for _ in 0..count {
            let length = reader.u16()?;
            let path = std::str::from_utf8(reader.take(length)?).ok()?.to_string();
            entries.push(Entry {
                path,
                offset: reader.u32()?,
                compressed: reader.u32()?,
                length: reader.u32()?,
            });
        }
        let data = bytes.len() - reader.rest.len();
        Some(Library { bytes, entries, data })
    }

    /// A file's contents.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let index = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        let entry = &self.entries[index];
        let start = self.data.checked_add(entry.offset)?;
        let compressed = self.bytes.get(start..start.checked_add(entry.compressed)?)?;
        lz4_flex::block::decompress(compressed, entry.length).ok()
    }

    /// Whether the file is there.
    pub fn contains(&self, path: &str) -> bool {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).is_ok()
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.path.as_str())
    }

    /// An archive of files.
    pub fn pack(mut files: Vec<(String, Vec<u8>)>) -> Vec<u8> {
        files.sort();
        let mut head = MAGIC.to_vec();
        head.extend((files.len() as u32).to_le_bytes());
        let mut data: Vec<u8> = Vec::new();
        for (path, contents) in files {
            let compressed = lz4_flex::block::compress(&contents);
            head.extend((path.len() as u16).to_le_bytes());
            head.extend(path.as_bytes());
            head.extend((data.len() as u32).to_le_bytes());
            head.extend((compressed.len() as u32).to_le_bytes());
            head.extend((contents.len() as u32).to_le_bytes());
            data.extend(compressed);
        }
        head.extend(data);
        head
    }
}

struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn take(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<usize> {
        self.take(2).map(|bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
    }

    fn u32(&mut self) -> Option<usize> {
        self.take(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read() {
        let files =
            vec![("json/__init__.py".to_string(), b"x = 1\n".repeat(50)), ("abc.py".to_string(), vec![])];
        let archive: &'static [u8] = Library::pack(files).leak();
        let library = Library::open(archive).expect("an archive");
        assert_eq!(library.read("json/__init__.py"), Some(b"x = 1\n".repeat(50)));
        assert_eq!(library.read("abc.py"), Some(vec![]));
        assert_eq!(library.read("abd.py"), None);
        assert!(Library::open(&archive[..20]).is_none());
        assert!(Library::open(b"").is_none());
    }
}

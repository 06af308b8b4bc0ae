//! A read-only archive of text files, compressed in groups.
//!
//! ```text
//! "pyrsclib" count:u32 { path length:u16, path, group:u32, offset:u32, length:u32 }*
//!            groups:u32 { offset:u32, compressed length:u32, length:u32 }*  data
//! ```
//! Numbers are little-endian; a file's offset counts within its group, a group's from the start of the data; the paths
//! are sorted. A group is what is decompressed at once: large enough to compress well, small enough to be quick.

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub struct Library {
    bytes: &'static [u8],
    entries: Vec<Entry>,
    groups: Vec<Group>,
    data: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    path: &'static str,
    group: usize,
    offset: usize,
    length: usize,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    offset: usize,
    compressed: usize,
    length: usize,
}

const MAGIC: &[u8; 8] = b"pyrsclib";

/// Bytes after which a group is full.
const GROUP_LENGTH: usize = 128 << 10;

impl Library {
    /// The library in an archive; none when it is damaged.
    pub fn open(bytes: &'static [u8]) -> Option<Library> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let mut reader = Reader { rest };
        let count = reader.u32()?;
        let mut entries = Vec::with_capacity(count.min(1 << 16));
        for _ in 0..count {
            let length = reader.u16()?;
            let path = std::str::from_utf8(reader.take(length)?).ok()?;
            entries.push(Entry { path, group: reader.u32()?, offset: reader.u32()?, length: reader.u32()? });
        }
        let count = reader.u32()?;
        let mut groups = Vec::with_capacity(count.min(1 << 16));
        for _ in 0..count {
            groups.push(Group { offset: reader.u32()?, compressed: reader.u32()?, length: reader.u32()? });
        }
        let data = bytes.len() - reader.rest.len();
        Some(Library { bytes, entries, groups, data })
    }

    /// A file's contents.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let entry = &self.entries[self.position(path)?];
        let group = self.groups.get(entry.group)?;
        let start = self.data.checked_add(group.offset)?;
        let compressed = self.bytes.get(start..start.checked_add(group.compressed)?)?;
        let contents = miniz_oxide::inflate::decompress_to_vec_with_limit(compressed, group.length).ok()?;
        Some(contents.get(entry.offset..entry.offset.checked_add(entry.length)?)?.to_vec())
    }

    /// Whether the file is there.
    pub fn contains(&self, path: &str) -> bool {
        self.position(path).is_some()
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.path)
    }

    fn position(&self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.cmp(path)).ok()
    }

    /// An archive of files.
    pub fn pack(mut files: Vec<(String, Vec<u8>)>) -> Vec<u8> {
        files.sort();
        let mut head = MAGIC.to_vec();
        head.extend((files.len() as u32).to_le_bytes());
        let mut groups: Vec<Vec<u8>> = vec![Vec::new()];
        for (path, contents) in &files {
            if groups[groups.len() - 1].len() >= GROUP_LENGTH {
                groups.push(Vec::new());
            }
            let number = groups.len() - 1;
            head.extend((path.len() as u16).to_le_bytes());
            head.extend(path.as_bytes());
            for word in [number, groups[number].len(), contents.len()] {
                head.extend((word as u32).to_le_bytes());
            }
            groups[number].extend(contents);
        }
        head.extend((groups.len() as u32).to_le_bytes());
        let mut data: Vec<u8> = Vec::new();
        for group in &groups {
            let compressed = miniz_oxide::deflate::compress_to_vec(group, 9);
            for word in [data.len(), compressed.len(), group.len()] {
                head.extend((word as u32).to_le_bytes());
            }
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
        let files = vec![
            ("json/__init__.py".to_string(), b"x = 1\n".repeat(50_000)),
            ("abc.py".to_string(), vec![]),
            ("zipfile.py".to_string(), b"y = 2\n".to_vec()),
        ];
        let archive: &'static [u8] = Library::pack(files).leak();
        let library = Library::open(archive).expect("an archive");
        assert_eq!(library.read("json/__init__.py"), Some(b"x = 1\n".repeat(50_000)));
        assert_eq!(library.read("abc.py"), Some(vec![]));
        assert_eq!(library.read("zipfile.py"), Some(b"y = 2\n".to_vec()));
        assert_eq!(library.read("abd.py"), None);
        assert_eq!(library.paths().count(), 3);
        assert!(Library::open(&archive[..20]).is_none());
        assert!(Library::open(b"").is_none());
    }
}

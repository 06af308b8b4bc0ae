//! Compressed streams in their containers: raw deflate data, zlib (RFC 1950), gzip (RFC 1952).

use flate2::{FlushCompress, FlushDecompress, Status};

use crate::binascii::crc32;

/// What is around the deflate data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Container {
    Raw,
    Zlib,
    Gzip,
    /// zlib or gzip, as the first bytes say.
    Either,
}

impl Container {
    /// The container that a `wbits` argument means.
    pub fn from_window_bits(bits: i64, decompressing: bool) -> Option<Container> {
        match bits {
            -15..=-8 => Some(Container::Raw),
            8..=15 => Some(Container::Zlib),
            0 if decompressing => Some(Container::Zlib),
            24..=31 => Some(Container::Gzip),
            40..=47 if decompressing => Some(Container::Either),
            _ => None,
        }
    }
}

/// Why a stream cannot be read on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreamError {
    Header,
    Method,
    NeedsDictionary,
    Data,
    Checksum,
    Length,
}

impl StreamError {
    /// The text that zlib has for it.
    pub fn text(self) -> &'static str {
        match self {
            StreamError::Header => "Error -3 while decompressing data: incorrect header check",
            StreamError::Method => "Error -3 while decompressing data: unknown compression method",
            StreamError::NeedsDictionary => "Error 2 while decompressing data",
            StreamError::Data => "Error -3 while decompressing data: invalid data",
            StreamError::Checksum => "Error -3 while decompressing data: incorrect data check",
            StreamError::Length => "Error -3 while decompressing data: incorrect length check",
        }
    }
}

/// The checksum of zlib streams (RFC 1950), going on from that of what came before.
pub fn adler32(data: &[u8], before: u32) -> u32 {
    const PRIME: u32 = 65521;
    // So many bytes can be summed before the sums overflow.
    const RUN: usize = 5552;
    let (mut low, mut high) = (before & 0xFFFF, before >> 16);
    for run in data.chunks(RUN) {
        for byte in run {
            low += u32::from(*byte);
            high += low;
        }
        low %= PRIME;
        high %= PRIME;
    }
    high << 16 | low
}

/// A running checksum of the uncompressed data.
struct Checksum {
    container: Container,
    value: u32,
    length: u32,
}

impl Checksum {
    fn new(container: Container) -> Checksum {
        Checksum { container, value: u32::from(container == Container::Zlib), length: 0 }
    }

    fn add(&mut self, data: &[u8]) {
        match self.container {
            Container::Zlib => self.value = adler32(data, self.value),
            Container::Gzip => self.value = crc32(data, self.value),
            _ => {}
        }
        self.length = self.length.wrapping_add(data.len() as u32);
    }

    /// What ends the stream.
    fn trailer(&self) -> Vec<u8> {
        match self.container {
            Container::Zlib => self.value.to_be_bytes().to_vec(),
            Container::Gzip => [self.value.to_le_bytes(), self.length.to_le_bytes()].concat(),
            _ => Vec::new(),
        }
    }
}

/// A stream that is written.
pub struct Deflater {
    deflate: flate2::Compress,
    checksum: Checksum,
    header: Vec<u8>,
    finished: bool,
}

impl Deflater {
    /// The level is from 0 to 9.
    pub fn new(level: u32, container: Container) -> Deflater {
        let header = match container {
            Container::Zlib => {
                let speed: u8 = match level {
                    0 | 1 => 0x01,
                    2..=5 => 0x5E,
                    6 => 0x9C,
                    _ => 0xDA,
                };
                vec![0x78, speed]
            }
            Container::Gzip => {
                let speed = match level {
                    9 => 2,
                    1 => 4,
                    _ => 0,
                };
                vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, speed, 3]
            }
            _ => Vec::new(),
        };
        Deflater {
            deflate: flate2::Compress::new(flate2::Compression::new(level), false),
            checksum: Checksum::new(container),
            header,
            finished: false,
        }
    }

    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Takes data; gives what can be written so far.
    pub fn write(&mut self, data: &[u8], flush: FlushCompress) -> Option<Vec<u8>> {
        let mut out = std::mem::take(&mut self.header);
        self.checksum.add(data);
        let mut input = data;
        loop {
            out.reserve(input.len() / 2 + 1024);
            let room = out.capacity() - out.len();
            let (read, written) = (self.deflate.total_in(), self.deflate.total_out());
            let status = self.deflate.compress_vec(input, &mut out, flush).ok()?;
            input = &input[(self.deflate.total_in() - read) as usize..];
            let written = (self.deflate.total_out() - written) as usize;
            match status {
                Status::StreamEnd => {
                    self.finished = true;
                    out.extend_from_slice(&self.checksum.trailer());
                    return Some(out);
                }
                // Done when everything has been read and there was room to spare.
                _ if input.is_empty() && written < room && !matches!(flush, FlushCompress::Finish) => {
                    return Some(out);
                }
                Status::BufError if written == 0 && input.is_empty() => return Some(out),
                _ => {}
            }
        }
    }
}

/// Where in a stream the reader is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Header,
    Body,
    Trailer,
    Done,
}

/// A stream that is read.
pub struct Inflater {
    inflate: flate2::Decompress,
    container: Container,
    checksum: Checksum,
    state: State,
    /// Bytes of a header or trailer that is not complete.
    pending: Vec<u8>,
}

impl Inflater {
    pub fn new(container: Container) -> Inflater {
        Inflater {
            inflate: flate2::Decompress::new(false),
            container,
            checksum: Checksum::new(container),
            state: if container == Container::Raw { State::Body } else { State::Header },
            pending: Vec::new(),
        }
    }

    /// Whether the stream has come to its end.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Reads on, until the input is used up, the stream ends, or the output has as many bytes as it may. Gives the output
    /// and how much of the input was used.
    pub fn read(&mut self, input: &[u8], limit: Option<usize>) -> Result<(Vec<u8>, usize), StreamError> {
        let mut out = Vec::new();
        let mut used = 0;
        loop {
            match self.state {
                State::Header => {
                    let before = self.pending.len();
                    self.pending.extend_from_slice(&input[used..]);
                    match self.header()? {
                        Some(length) => {
                            used += length - before;
                            self.pending.clear();
                            self.state = State::Body;
                        }
                        None => return Ok((out, input.len())),
                    }
                }
                State::Body => {
                    let room = limit.map_or(usize::MAX, |limit| limit - out.len());
                    if room == 0 {
                        return Ok((out, used));
                    }
                    let mut part = Vec::with_capacity(room.min((input.len() - used) * 2 + 1024));
                    let read = self.inflate.total_in();
                    let status = self
                        .inflate
                        .decompress_vec(&input[used..], &mut part, FlushDecompress::None)
                        .map_err(|_| StreamError::Data)?;
                    let read = (self.inflate.total_in() - read) as usize;
                    used += read;
                    self.checksum.add(&part);
                    let written = part.len();
                    out.append(&mut part);
                    match status {
                        Status::StreamEnd => self.state = State::Trailer,
                        _ if read == 0 && written == 0 => return Ok((out, used)),
                        _ => {}
                    }
                }
                State::Trailer => {
                    let wanted = self.checksum.trailer();
                    let take = (wanted.len() - self.pending.len()).min(input.len() - used);
                    self.pending.extend_from_slice(&input[used..used + take]);
                    used += take;
                    if self.pending.len() < wanted.len() {
                        return Ok((out, used));
                    }
                    if self.pending[..4.min(wanted.len())] != wanted[..4.min(wanted.len())] {
                        return Err(StreamError::Checksum);
                    }
                    if self.pending != wanted {
                        return Err(StreamError::Length);
                    }
                    self.state = State::Done;
                }
                State::Done => return Ok((out, used)),
            }
        }
    }

    /// The length of the header in `pending`, once it is complete.
    fn header(&mut self) -> Result<Option<usize>, StreamError> {
        let bytes = &self.pending;
        if bytes.len() < 2 {
            return Ok(None);
        }
        let is_gzip = bytes[..2] == [0x1F, 0x8B];
        let container = match self.container {
            Container::Either if is_gzip => Container::Gzip,
            Container::Either => Container::Zlib,
            other => other,
        };
        self.checksum = Checksum::new(container);
        if container == Container::Zlib {
            if !u16::from_be_bytes([bytes[0], bytes[1]]).is_multiple_of(31) {
                return Err(StreamError::Header);
            }
            if bytes[0] & 15 != 8 {
                return Err(StreamError::Method);
            }
            if bytes[1] & 0x20 != 0 {
                return Err(StreamError::NeedsDictionary);
            }
            return Ok(Some(2));
        }
        if !is_gzip {
            return Err(StreamError::Header);
        }
        Ok(gzip_header_length(bytes))
    }
}

/// The length of a gzip header, when all of it is there.
fn gzip_header_length(bytes: &[u8]) -> Option<usize> {
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let flags = *bytes.get(3)?;
    let mut length = 10;
    if flags & EXTRA != 0 {
        length += 2 + usize::from(u16::from_le_bytes([*bytes.get(length)?, *bytes.get(length + 1)?]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            length += bytes.get(length..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & CHECKSUM != 0 {
        length += 2;
    }
    (bytes.len() >= length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_round_trip_byte_by_byte() {
        let data: Vec<u8> = (0..50_000u32).map(|number| ((number * number) >> 7) as u8).collect();
        for container in [Container::Raw, Container::Zlib, Container::Gzip] {
            let mut deflater = Deflater::new(6, container);
            let mut stream = deflater.write(&data[..20_000], FlushCompress::None).expect("data");
            stream.extend(deflater.write(&data[20_000..], FlushCompress::Sync).expect("data"));
            stream.extend(deflater.write(&[], FlushCompress::Finish).expect("data"));
            assert!(deflater.is_finished());
            let mut inflater = Inflater::new(container);
            let mut out = Vec::new();
            for byte in &stream {
                let (part, used) = inflater.read(std::slice::from_ref(byte), None).expect("a valid stream");
                assert_eq!(used, 1);
                out.extend(part);
            }
            assert!(inflater.is_done());
            assert_eq!(out, data);
        }
    }

    #[test]
    fn damage_is_noticed() {
        let mut deflater = Deflater::new(6, Container::Zlib);
        let mut stream = deflater.write(b"hello hello hello", FlushCompress::Finish).expect("data");
        let last = stream.len() - 1;
        stream[last] ^= 1;
        assert_eq!(Inflater::new(Container::Zlib).read(&stream, None), Err(StreamError::Checksum));
        assert_eq!(Inflater::new(Container::Zlib).read(b"abc", None), Err(StreamError::Header));
        assert_eq!(adler32(b"abc", 1), 38600999);
    }
}

//! BLAKE2b and BLAKE2s (RFC 7693) with all parameters of their specification: key, salt, personalisation, trees.

const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// What a hash is initialised with.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub digest_size: usize,
    pub key: Vec<u8>,
    pub salt: Vec<u8>,
    pub person: Vec<u8>,
    pub fanout: u8,
    pub depth: u8,
    pub leaf_size: u32,
    pub node_offset: u64,
    pub node_depth: u8,
    pub inner_size: u8,
    pub last_node: bool,
}

macro_rules! blake2 {
    (
        $(#[$doc:meta])*
        $name:ident, $word:ty, $count:ty, rounds $rounds:literal, rotations $rotations:expr, initial $initial:expr,
        parameters $parameters:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            state: [$word; 8],
            counted: $count,
            buffer: Vec<u8>,
            digest_size: usize,
            last_node: bool,
        }

        impl $name {
            /// Bytes in a block.
            pub const BLOCK: usize = 16 * size_of::<$word>();
            const INITIAL: [$word; 8] = $initial;

            pub fn new(parameters: &Parameters) -> $name {
                let block = $parameters(parameters);
                let mut state = Self::INITIAL;
                for (word, bytes) in state.iter_mut().zip(block.chunks_exact(size_of::<$word>())) {
                    *word ^= <$word>::from_le_bytes(bytes.try_into().expect("a word's bytes"));
                }
                let mut hash = $name {
                    state,
                    counted: 0,
                    buffer: Vec::with_capacity(Self::BLOCK),
                    digest_size: parameters.digest_size,
                    last_node: parameters.last_node,
                };
                if !parameters.key.is_empty() {
                    let mut block = parameters.key.clone();
                    block.resize(Self::BLOCK, 0);
                    hash.update(&block);
                }
                hash
            }

            pub fn update(&mut self, mut data: &[u8]) {
                // The last block is kept back: it is compressed with a flag.
                while self.buffer.len() + data.len() > Self::BLOCK {
                    let (now, later) = data.split_at(Self::BLOCK - self.buffer.len());
                    self.buffer.extend_from_slice(now);
                    data = later;
                    self.counted += Self::BLOCK as $count;
                    self.compress(false);
                    self.buffer.clear();
                }
                self.buffer.extend_from_slice(data);
            }

            pub fn digest(&self) -> Vec<u8> {
                let mut hash = self.clone();
                hash.counted += hash.buffer.len() as $count;
                hash.buffer.resize(Self::BLOCK, 0);
                hash.compress(true);
                let bytes: Vec<u8> = hash.state.iter().flat_map(|word| word.to_le_bytes()).collect();
                bytes[..self.digest_size].to_vec()
            }

            fn compress(&mut self, last: bool) {
                let mut message: [$word; 16] = [0; 16];
                for (word, bytes) in message.iter_mut().zip(self.buffer.chunks_exact(size_of::<$word>())) {
                    *word = <$word>::from_le_bytes(bytes.try_into().expect("a word's bytes"));
                }
                let mut v: [$word; 16] = [0; 16];
                v[..8].copy_from_slice(&self.state);
                v[8..].copy_from_slice(&Self::INITIAL);
                v[12] ^= self.counted as $word;
                v[13] ^= (self.counted >> (8 * size_of::<$word>())) as $word;
                if last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                const ROTATIONS: [u32; 4] = $rotations;
                let mix = |v: &mut [$word; 16], a: usize, b: usize, c: usize, d: usize, x: $word, y: $word| {
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
                    v[d] = (v[d] ^ v[a]).rotate_right(ROTATIONS[0]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(ROTATIONS[1]);
                    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
                    v[d] = (v[d] ^ v[a]).rotate_right(ROTATIONS[2]);
                    v[c] = v[c].wrapping_add(v[d]);
                    v[b] = (v[b] ^ v[c]).rotate_right(ROTATIONS[3]);
                };
                for round in 0..$rounds {
                    let order = &SIGMA[round % 10];
                    for column in 0..4 {
                        let (x, y) = (message[order[2 * column]], message[order[2 * column + 1]]);
                        mix(&mut v, column, 4 + column, 8 + column, 12 + column, x, y);
                    }
                    for diagonal in 0..4 {
                        let (x, y) = (message[order[8 + 2 * diagonal]], message[order[9 + 2 * diagonal]]);
                        let (b, c, d) = ((diagonal + 1) % 4, (diagonal + 2) % 4, (diagonal + 3) % 4);
                        mix(&mut v, diagonal, 4 + b, 8 + c, 12 + d, x, y);
                    }
                }
                for index in 0..8 {
                    self.state[index] ^= v[index] ^ v[index + 8];
                }
            }
        }
    };
}

blake2! {
    /// BLAKE2b: 64-bit words, digests of up to 64 bytes.
    Blake2b, u64, u128, rounds 12, rotations [32, 24, 16, 63], initial [
        0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
    ],
    parameters wide_parameters
}

blake2! {
    /// BLAKE2s: 32-bit words, digests of up to 32 bytes.
    Blake2s, u32, u64, rounds 10, rotations [16, 12, 8, 7], initial [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ],
    parameters narrow_parameters
}

/// What both parameter blocks start with.
fn common_parameters(parameters: &Parameters) -> Vec<u8> {
    let mut block =
        vec![parameters.digest_size as u8, parameters.key.len() as u8, parameters.fanout, parameters.depth];
    block.extend_from_slice(&parameters.leaf_size.to_le_bytes());
    block
}

/// Adds bytes, padded with zeros.
fn push_padded(block: &mut Vec<u8>, bytes: &[u8], size: usize) {
    let end = block.len() + size;
    block.extend_from_slice(bytes);
    block.resize(end, 0);
}

fn wide_parameters(parameters: &Parameters) -> Vec<u8> {
    let mut block = common_parameters(parameters);
    block.extend_from_slice(&parameters.node_offset.to_le_bytes());
    block.extend_from_slice(&[parameters.node_depth, parameters.inner_size]);
    push_padded(&mut block, &[], 14);
    push_padded(&mut block, &parameters.salt, 16);
    push_padded(&mut block, &parameters.person, 16);
    block
}

fn narrow_parameters(parameters: &Parameters) -> Vec<u8> {
    let mut block = common_parameters(parameters);
    block.extend_from_slice(&parameters.node_offset.to_le_bytes()[..6]);
    block.extend_from_slice(&[parameters.node_depth, parameters.inner_size]);
    push_padded(&mut block, &parameters.salt, 8);
    push_padded(&mut block, &parameters.person, 8);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_with_all_parameters() {
        let parameters = Parameters {
            digest_size: 20,
            key: b"k".to_vec(),
            salt: b"s".to_vec(),
            person: b"p".to_vec(),
            fanout: 2,
            depth: 3,
            leaf_size: 4,
            node_offset: 5,
            node_depth: 6,
            inner_size: 7,
            last_node: true,
        };
        let mut wide = Blake2b::new(&parameters);
        wide.update(b"abc");
        assert_eq!(hexadecimal(&wide.digest()), "335b0d7357ff67ced0d82cd4af94f3e2f2b8c82b");
        let mut narrow = Blake2s::new(&parameters);
        narrow.update(b"abc");
        assert_eq!(hexadecimal(&narrow.digest()), "ba567457294e3499318d97f397da27e077d94e23");
    }
}

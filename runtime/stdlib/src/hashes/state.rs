//! One running hash of any algorithm.

use sha3::digest::{Digest, ExtendableOutput, Update, XofReader};

use super::blake2::{Blake2b, Blake2s, Parameters};

macro_rules! algorithms {
    ($($variant:ident: $ty:ty, $name:literal, digest $digest:literal, block $block:literal, [$($kind:tt)*];)*) => {
        /// Which algorithm a hash is of.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Algorithm { $($variant,)* Blake2b, Blake2s }

        /// The running hash.
        #[derive(Clone)]
        pub enum State { $($variant($ty),)* Blake2b(Box<Blake2b>), Blake2s(Box<Blake2s>) }

        impl Algorithm {
            /// A new hash. BLAKE2 has parameters: [`State::with_parameters`].
            pub fn start(self) -> State {
                match self {
                    $(Algorithm::$variant => State::$variant(<$ty>::default()),)*
                    Algorithm::Blake2b | Algorithm::Blake2s => {
                        State::with_parameters(self, &default_parameters(self.digest_size()))
                    }
                }
            }

            /// `hash.name`
            pub fn name(self) -> &'static str {
                match self {
                    $(Algorithm::$variant => $name,)*
                    Algorithm::Blake2b => "blake2b",
                    Algorithm::Blake2s => "blake2s",
                }
            }

            /// Bytes of a digest: the most for BLAKE2, 0 where the caller chooses.
            pub fn digest_size(self) -> usize {
                match self {
                    $(Algorithm::$variant => $digest,)*
                    Algorithm::Blake2b => 64,
                    Algorithm::Blake2s => 32,
                }
            }

            pub fn block_size(self) -> usize {
                match self {
                    $(Algorithm::$variant => $block,)*
                    Algorithm::Blake2b => Blake2b::BLOCK,
                    Algorithm::Blake2s => Blake2s::BLOCK,
                }
            }
        }

        impl State {
            pub fn update(&mut self, data: &[u8]) {
                match self {
                    $(State::$variant(hash) => Update::update(hash, data),)*
                    State::Blake2b(hash) => hash.update(data),
                    State::Blake2s(hash) => hash.update(data),
                }
            }

            /// The digest of what has come; of the given length where the algorithm lets the caller choose.
            pub fn digest(&self, length: usize) -> Vec<u8> {
                match self {
                    $(State::$variant(hash) => algorithms!(@finish $($kind)* hash, length),)*
                    State::Blake2b(hash) => hash.digest(),
                    State::Blake2s(hash) => hash.digest(),
                }
            }
        }
    };
    (@finish fixed $hash:expr, $length:expr) => {{
        let _ = $length;
        Digest::finalize($hash.clone()).to_vec()
    }};
    (@finish extendable $hash:expr, $length:expr) => {{
        let mut out = vec![0; $length];
        $hash.clone().finalize_xof().read(&mut out);
        out
    }};
}

algorithms! {
    Md5: md5::Md5, "md5", digest 16, block 64, [fixed];
    Sha1: sha1::Sha1, "sha1", digest 20, block 64, [fixed];
    Sha224: sha2::Sha224, "sha224", digest 28, block 64, [fixed];
    Sha256: sha2::Sha256, "sha256", digest 32, block 64, [fixed];
    Sha384: sha2::Sha384, "sha384", digest 48, block 128, [fixed];
    Sha512: sha2::Sha512, "sha512", digest 64, block 128, [fixed];
    Sha3_224: sha3::Sha3_224, "sha3_224", digest 28, block 144, [fixed];
    Sha3_256: sha3::Sha3_256, "sha3_256", digest 32, block 136, [fixed];
    Sha3_384: sha3::Sha3_384, "sha3_384", digest 48, block 104, [fixed];
    Sha3_512: sha3::Sha3_512, "sha3_512", digest 64, block 72, [fixed];
    Shake128: sha3::Shake128, "shake_128", digest 0, block 168, [extendable];
    Shake256: sha3::Shake256, "shake_256", digest 0, block 136, [extendable];
}

fn default_parameters(digest_size: usize) -> Parameters {
    Parameters {
        digest_size,
        key: Vec::new(),
        salt: Vec::new(),
        person: Vec::new(),
        fanout: 1,
        depth: 1,
        leaf_size: 0,
        node_offset: 0,
        node_depth: 0,
        inner_size: 0,
        last_node: false,
    }
}

impl State {
    /// A BLAKE2 hash with parameters.
    pub fn with_parameters(algorithm: Algorithm, parameters: &Parameters) -> State {
        match algorithm {
            Algorithm::Blake2s => State::Blake2s(Box::new(Blake2s::new(parameters))),
            _ => State::Blake2b(Box::new(Blake2b::new(parameters))),
        }
    }
}

//! The hash of `str` and `bytes`: SipHash-1-3 under the key that `PYTHONHASHSEED` gives.
//!
//! The results are CPython's for a given seed (`Python/pyhash.c`, `Python/bootstrap_hash.c`), so that sets and
//! dictionaries of strings behave the same.

use std::sync::OnceLock;

static KEY: OnceLock<(u64, u64)> = OnceLock::new();

/// The key of this process, made at the first use.
#[inline]
fn key() -> (u64, u64) {
    *KEY.get_or_init(|| key_from_seed(std::env::var("PYTHONHASHSEED").ok().as_deref()))
}

/// Whether `PYTHONHASHSEED` has a value that CPython accepts.
pub fn seed_is_valid(seed: &str) -> bool {
    seed.is_empty() || seed == "random" || seed.parse::<u32>().is_ok()
}

/// Whether hashes differ from run to run (`sys.flags.hash_randomization`).
pub fn is_randomized() -> bool {
    std::env::var("PYTHONHASHSEED").map_or(true, |seed| seed.parse::<u32>() != Ok(0))
}

fn key_from_seed(seed: Option<&str>) -> (u64, u64) {
    let mut bytes = [0u8; 16];
    match seed.map(|seed| seed.parse::<u32>()) {
        Some(Ok(0)) => {}
        Some(Ok(seed)) => {
            let mut state = seed;
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
        _ => random_bytes(&mut bytes),
    }
    let word = |half: &[u8]| u64::from_le_bytes(half.try_into().expect("eight bytes"));
    (word(&bytes[..8]), word(&bytes[8..]))
}

/// Fills `bytes` from the system's random source.
fn random_bytes(bytes: &mut [u8; 16]) {
    // SAFETY: the buffer is valid for its length.
    let written = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), libc::GRND_NONBLOCK) };
    if written != bytes.len() as isize {
        // Early in boot: the address of a local and the time have to do, as for CPython's non-secret uses.
        let time = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |time| time.as_nanos());
        let seed = time ^ (std::ptr::from_ref(bytes) as u128) << 64;
        *bytes = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_le_bytes();
    }
}

/// The hash of a run of bytes as Python sees it: never -1, and 0 for no bytes.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let (first, second) = key();
    match siphash_1_3(first, second, bytes) as i64 {
        -1 => -2,
        hash => hash,
    }
}

fn siphash_1_3(first: u64, second: u64, bytes: &[u8]) -> u64 {
    let mut state = [
        first ^ 0x736f_6d65_7073_6575,
        second ^ 0x646f_7261_6e64_6f6d,
        first ^ 0x6c79_6765_6e65_7261,
        second ^ 0x7465_6462_7974_6573,
    ];
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        state[3] ^= word;
        round(&mut state);
        state[0] ^= word;
    }
    let mut last = [0u8; 8];
    let rest = chunks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    let word = u64::from_le_bytes(last) | (bytes.len() as u64) << 56;
    state[3] ^= word;
    round(&mut state);
    state[0] ^= word;
    state[2] ^= 0xff;
    round(&mut state);
    round(&mut state);
    round(&mut state);
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

#[inline(always)]
fn round(state: &mut [u64; 4]) {
    let [mut a, mut b, mut c, mut d] = *state;
    a = a.wrapping_add(b);
    b = b.rotate_left(13) ^ a;
    a = a.rotate_left(32);
    c = c.wrapping_add(d);
    d = d.rotate_left(16) ^ c;
    a = a.wrapping_add(d);
    d = d.rotate_left(21) ^ a;
    c = c.wrapping_add(b);
    b = b.rotate_left(17) ^ c;
    c = c.rotate_left(32);
    *state = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_with_seed(seed: &str, bytes: &[u8]) -> i64 {
        let (first, second) = key_from_seed(Some(seed));
        siphash_1_3(first, second, bytes) as i64
    }

    #[test]
    fn hashes_are_those_of_cpython() {
        assert_eq!(hash_with_seed("0", b"a"), 4644417185603328019);
        assert_eq!(hash_with_seed("0", b"hello"), -2096571579003691106);
        assert_eq!(hash_with_seed("0", b"the quick brown fox jumps"), 56729954816557122);
        assert_eq!(hash_with_seed("1", b"a"), -3012895188637184397);
        assert_eq!(hash_with_seed("1", b"hello"), -1712148659304476210);
        assert_eq!(hash_with_seed("1", b"the quick brown fox jumps"), -1539095717120809651);
        assert_eq!(hash_with_seed("42", b"a"), -123207753977932514);
        assert_eq!(hash_with_seed("42", b"hello"), 841626496250501200);
        assert_eq!(hash_with_seed("42", b"the quick brown fox jumps"), 3583404532686246658);
        assert_eq!(hash_with_seed("4294967295", b"a"), -5989683813037840249);
        assert_eq!(hash_with_seed("4294967295", b"hello"), 8346754777393815846);
        assert_eq!(hash_with_seed("4294967295", b"the quick brown fox jumps"), -3568711340700830588);
    }
}

//! `_random`: the Mersenne Twister, with the same numbers as CPython for a given seed.

use std::cell::RefCell;

use pyrsc_abi::Header;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::Plain;
use pyrsc_core::int::{self, View, limbs};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{arguments, exception, memory, operations, overflow_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

/// Words of the generator's state.
const LENGTH: usize = 624;
/// Distance of the words that are combined.
const MIDDLE: usize = 397;
const TWIST: u32 = 0x9908_B0DF;

/// The generator MT19937 of Matsumoto and Nishimura (ACM TOMACS 8, 1998), with their later initialisation by an array.
pub struct MersenneTwister {
    words: [u32; LENGTH],
    /// The next word to give; [`LENGTH`] when they are used up.
    index: usize,
}

impl MersenneTwister {
    const fn new() -> MersenneTwister {
        MersenneTwister { words: [0; LENGTH], index: LENGTH }
    }

    fn seed_with_number(&mut self, seed: u32) {
        self.words[0] = seed;
        for index in 1..LENGTH {
            let before = self.words[index - 1];
            self.words[index] =
                1_812_433_253u32.wrapping_mul(before ^ before >> 30).wrapping_add(index as u32);
        }
        self.index = LENGTH;
    }

    fn seed_with_key(&mut self, key: &[u32]) {
        self.seed_with_number(19_650_218);
        let words = &mut self.words;
        let mut index = 1;
        let wrap = |words: &mut [u32; LENGTH], index: &mut usize| {
            *index += 1;
            if *index >= LENGTH {
                words[0] = words[LENGTH - 1];
                *index = 1;
            }
        };
        for step in 0..LENGTH.max(key.len()) {
            let place = step % key.len();
            let before = words[index - 1];
            words[index] = (words[index] ^ (before ^ before >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[place])
                .wrapping_add(place as u32);
            wrap(words, &mut index);
        }
        for _ in 1..LENGTH {
            let before = words[index - 1];
            words[index] = (words[index] ^ (before ^ before >> 30).wrapping_mul(1_566_083_941))
                .wrapping_sub(index as u32);
            wrap(words, &mut index);
        }
        words[0] = 0x8000_0000;
    }

    fn refill(&mut self) {
        for index in 0..LENGTH {
            let joined = self.words[index] & 0x8000_0000 | self.words[(index + 1) % LENGTH] & 0x7FFF_FFFF;
            let twist = if joined & 1 == 1 { TWIST } else { 0 };
            self.words[index] = self.words[(index + MIDDLE) % LENGTH] ^ joined >> 1 ^ twist;
        }
        self.index = 0;
    }

    /// 32 random bits.
    pub fn next_word(&mut self) -> u32 {
        if self.index >= LENGTH {
            self.refill();
        }
        let mut word = self.words[self.index];
        self.index += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9D2C_5680;
        word ^= word << 15 & 0xEFC6_0000;
        word ^ word >> 18
    }

    /// A float in [0, 1) with 53 random bits.
    pub fn next_float(&mut self) -> f64 {
        let (high, low) = (self.next_word() >> 5, self.next_word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// An instance of `_random.Random`.
#[pyclass(
    name = "Random",
    module = "_random",
    flags(BASETYPE),
    doc = "Random() -> create a random number generator with its own internal state."
)]
#[repr(C)]
pub struct Random {
    header: Header,
    generator: RefCell<Plain<MersenneTwister>>,
}

/// Seeds with a number: the 32-bit digits of its magnitude are the key.
fn seed_with_int(random: &Random, seed: &Object) {
    let digits: Vec<u32> = View::of(seed).map_or_else(Vec::new, |view| {
        let parts = view.parts();
        parts.limbs().iter().flat_map(|limb| [*limb as u32, (limb >> 32) as u32]).collect()
    });
    let used = digits.iter().rposition(|digit| *digit != 0).map_or(1, |index| index + 1);
    let mut key = digits;
    key.resize(used, 0);
    random.generator.borrow_mut().seed_with_key(&key);
}

/// Seeds with randomness of the operating system.
fn seed_with_entropy(random: &Random) -> Result<()> {
    let mut key = [0u32; LENGTH];
    let mut filled = 0;
    let bytes = size_of_val(&key);
    while filled < bytes {
        // SAFETY: the rest of the array is that long.
        let count =
            unsafe { libc::getrandom(key.as_mut_ptr().cast::<u8>().add(filled).cast(), bytes - filled, 0) };
        match usize::try_from(count) {
            Ok(count) => filled += count,
            Err(_) if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
            Err(_) => return Err(exception::last_os_error()),
        }
    }
    random.generator.borrow_mut().seed_with_key(&key);
    Ok(())
}

fn seed_with(random: &Random, seed: Option<&Object>) -> Result<()> {
    let Some(seed) = seed.filter(|seed| !seed.is_none()) else { return seed_with_entropy(random) };
    if int::is_int(seed) {
        seed_with_int(random, seed);
    } else {
        let hash = operations::hash(seed)? as u64;
        seed_with_int(random, &int::from_u64(hash));
    }
    Ok(())
}

#[pymethods(Random)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        let generator = RefCell::new(Plain(MersenneTwister::new()));
        Ok(memory::allocate(class, Random { header: Header::unset(), generator }).into_owned())
    }

    #[slot]
    fn init(this: &Object, arguments: Arguments<'_>) -> Result<()> {
        if arguments.keyword_count() != 0 && this.is_exact::<Random>() {
            return Err(type_error!("Random() takes no keyword arguments"));
        }
        let positional = arguments.positional_from(0);
        arguments::check_positional("Random", positional, 0, 1)?;
        let Some(random) = this.downcast::<Random>() else { return Ok(()) };
        seed_with(random, positional.get(0))
    }

    #[pymethod(doc = "random() -> x in the interval [0, 1).")]
    fn random(this: &Random) -> f64 {
        this.generator.borrow_mut().next_float()
    }

    #[pymethod(
        doc = "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier."
    )]
    fn seed(this: &Random, n: Option<&Object>) -> Result<()> {
        seed_with(this, n)
    }

    #[pymethod(doc = "getstate() -> tuple containing the current state.")]
    fn getstate(this: &Random) -> Owned {
        let generator = this.generator.borrow();
        let mut state: Vec<Owned> =
            generator.words.iter().map(|word| int::from_i64((*word).into())).collect();
        state.push(int::from_usize(generator.index));
        Tuple::from_vec(state).into_owned()
    }

    #[pymethod(doc = "setstate(state) -> None.  Restores generator state.")]
    fn setstate(this: &Random, state: &Object) -> Result<()> {
        let Some(state) = state.downcast::<Tuple>() else {
            return Err(type_error!("state vector must be a tuple"));
        };
        if state.len() != LENGTH + 1 {
            return Err(value_error!("state vector is the wrong size"));
        }
        let invalid = || value_error!("invalid state");
        let mut numbers = Vec::with_capacity(state.len());
        for item in state.iter() {
            let Some(view) = View::of(item) else { return Err(type_error!("an integer is required")) };
            numbers.push(view.to_i64().and_then(|number| u32::try_from(number).ok()).ok_or_else(invalid)?);
        }
        let index = numbers.pop().map_or(0, |index| index as usize);
        if index > LENGTH {
            return Err(invalid());
        }
        let mut generator = this.generator.borrow_mut();
        generator.index = index;
        generator.words.copy_from_slice(&numbers);
        Ok(())
    }

    #[pymethod(doc = "getrandbits(k) -> x.  Generates an int with k random bits.")]
    fn getrandbits(this: &Random, k: &Object) -> Result {
        let count = int::index(k)?;
        if View::of(&count).is_some_and(|view| view.is_negative()) {
            return Err(value_error!("Cannot convert negative int"));
        }
        let Some(count) = int::to_u64(&count) else {
            return Err(overflow_error!("Python int too large for C uint64_t"));
        };
        let mut generator = this.generator.borrow_mut();
        if count == 0 {
            return Ok(int::from_i64(0));
        }
        if count <= 32 {
            return Ok(int::from_i64((generator.next_word() >> (32 - count)).into()));
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count / limbs::LIMB_BITS > int::MAXIMUM_LIMBS {
            return Err(pyrsc_core::memory_error!());
        }
        let mut magnitude = vec![0; count.div_ceil(limbs::LIMB_BITS)];
        for position in 0..count.div_ceil(32) {
            let rest = count - position * 32;
            let mut word = generator.next_word();
            if rest < 32 {
                word >>= 32 - rest;
            }
            magnitude[position / 2] |= u64::from(word) << (position % 2 * 32);
        }
        int::from_sign_and_limbs(false, &magnitude)
    }
}

#[pymodule(
    name = "_random",
    doc = "Module implements the Mersenne Twister random number generator.",
    types(RANDOM)
)]
mod module {
    #[allow(unused_imports)]
    use super::*;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_reference_implementation() {
        let mut generator = MersenneTwister::new();
        generator.seed_with_key(&[0x123, 0x234, 0x345, 0x456]);
        let numbers: Vec<u32> = (0..3).map(|_| generator.next_word()).collect();
        assert_eq!(numbers, [1067595299, 955945823, 477289528]);
        generator.seed_with_key(&[42]);
        assert_eq!(generator.next_float(), 0.6394267984578837);
        assert_eq!(generator.next_float(), 0.025010755222666936);
    }
}

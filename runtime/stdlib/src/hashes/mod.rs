//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: what `hashlib` is made of where there is no OpenSSL.
//!
//! - [`state`]: the algorithms
//! - [`blake2`]: BLAKE2, with all its parameters

pub mod blake2;
pub mod state;

use std::cell::RefCell;

use pyrsc_abi::Header;
use pyrsc_core::bytes::Bytes;
use pyrsc_core::call::Arguments;
use pyrsc_core::collector::Plain;
use pyrsc_core::int::{self, View};
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Ref, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::TypeObject;
use pyrsc_core::{buffer, memory, overflow_error, type_error, value_error};
use pyrsc_macros::{pyclass, pymethods, pymodule};

use blake2::Parameters;
use state::{Algorithm, State};

use crate::binascii::encode_hexadecimal;

/// What every hash object is.
#[pyclass(name = "HashObject", module = "_hash")]
#[repr(C)]
pub struct Hash {
    header: Header,
    algorithm: Plain<Algorithm>,
    digest_size: usize,
    state: RefCell<Plain<State>>,
}

macro_rules! hash_types {
    ($($ident:ident $static:ident $module:tt $name:tt;)*) => {
        $(
            #[doc = concat!("The type `", $module, ".", $name, "`.")]
            #[pyclass(name = $name, module = $module, base = HASH, static_name = $static)]
            #[repr(C)]
            pub struct $ident {
                base: Hash,
            }
        )*
    };
}

hash_types! {
    Md5Type MD5 "_md5" "md5";
    Sha1Type SHA1 "_sha1" "sha1";
    Sha224Type SHA224 "_sha2" "SHA224Type";
    Sha256Type SHA256 "_sha2" "SHA256Type";
    Sha384Type SHA384 "_sha2" "SHA384Type";
    Sha512Type SHA512 "_sha2" "SHA512Type";
    Sha3_224Type SHA3_224 "_sha3" "sha3_224";
    Sha3_256Type SHA3_256 "_sha3" "sha3_256";
    Sha3_384Type SHA3_384 "_sha3" "sha3_384";
    Sha3_512Type SHA3_512 "_sha3" "sha3_512";
    Shake128Type SHAKE_128 "_sha3" "shake_128";
    Shake256Type SHAKE_256 "_sha3" "shake_256";
    Blake2bType BLAKE2B "_blake2" "blake2b";
    Blake2sType BLAKE2S "_blake2" "blake2s";
}

fn new_hash(class: &TypeObject, algorithm: Algorithm, state: State, digest_size: usize) -> Owned {
    let contents = Hash {
        header: Header::unset(),
        algorithm: Plain(algorithm),
        digest_size,
        state: RefCell::new(Plain(state)),
    };
    memory::allocate(class, contents).into_owned()
}

/// Runs something with the bytes to be hashed.
fn with_data<T>(data: &Object, action: impl FnOnce(&[u8]) -> T) -> Result<T> {
    if data.is_instance_of::<Str>() {
        return Err(type_error!("Strings must be encoded before hashing"));
    }
    if !buffer::is_supported(data) {
        return Err(type_error!("object supporting the buffer API required"));
    }
    let data = buffer::acquire(data)?;
    Ok(action(data.as_slice()))
}

/// The data argument, which may go by either of two names.
fn data_argument<'a>(data: Option<&'a Object>, string: Option<&'a Object>) -> Result<Option<&'a Object>> {
    match (data, string.filter(|string| !string.is_none())) {
        (Some(_), Some(_)) => Err(type_error!(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version."
        )),
        (data, string) => Ok(data.or(string)),
    }
}

/// A new hash of an algorithm without parameters, with the first data in it.
fn start(class: &TypeObject, algorithm: Algorithm, data: Option<&Object>, string: Option<&Object>) -> Result {
    let mut state = algorithm.start();
    if let Some(data) = data_argument(data, string)? {
        with_data(data, |data| state.update(data))?;
    }
    Ok(new_hash(class, algorithm, state, algorithm.digest_size()))
}

/// The length of a digest that the caller chooses.
fn chosen_length(length: &Object) -> Result<usize> {
    const LONGEST: u64 = 1 << 29;
    let length = int::index(length)?;
    if View::of(&length).is_some_and(|view| view.is_negative()) {
        return Err(value_error!("Cannot convert negative int"));
    }
    match int::to_u64(&length) {
        Some(length) if length < LONGEST => Ok(length as usize),
        _ => Err(value_error!("length is too large")),
    }
}

impl Hash {
    fn digest_of(&self, length: usize) -> Vec<u8> {
        self.state.borrow().digest(length)
    }
}

#[pymethods(Hash)]
mod methods {
    use super::*;

    #[slot]
    fn new(class: &TypeObject, _arguments: Arguments<'_>) -> Result {
        Err(type_error!("cannot create '{}' instances", class.full_name()))
    }

    #[pymethod(doc = "Update this hash object's state with the provided string.")]
    fn update(this: &Hash, data: &Object) -> Result<()> {
        with_data(data, |data| this.state.borrow_mut().update(data))
    }

    #[pymethod(doc = "Return the digest value as a bytes object.")]
    fn digest(this: &Hash) -> Ref<Bytes> {
        Bytes::new(&this.digest_of(0))
    }

    #[pymethod(doc = "Return the digest value as a string of hexadecimal digits.")]
    fn hexdigest(this: &Hash) -> String {
        hexadecimal(&this.digest_of(0))
    }

    #[pymethod(doc = "Return a copy of the hash object.")]
    fn copy(this: &Object) -> Result {
        let Some(hash) = this.downcast::<Hash>() else { return Err(type_error!("a hash is required")) };
        let state = State::clone(&hash.state.borrow());
        Ok(new_hash(this.type_object(), *hash.algorithm, state, hash.digest_size))
    }

    #[getter]
    fn name(this: &Hash) -> &'static str {
        this.algorithm.name()
    }

    #[getter]
    fn digest_size(this: &Hash) -> usize {
        this.digest_size
    }

    #[getter]
    fn block_size(this: &Hash) -> usize {
        this.algorithm.block_size()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    String::from_utf8(encode_hexadecimal(bytes, None, 0)).expect("digits are ASCII")
}

/// What the SHA-3 types have beyond other hashes.
macro_rules! sha3_methods {
    ($($ident:ident $module:ident $algorithm:ident, suffix $suffix:literal, [$($digest:item)*];)*) => {
        $(
            #[pymethods($ident)]
            mod $module {
                use super::*;

                #[slot(signature = "(data=b'', *, usedforsecurity=True, string=None)")]
                fn new(
                    class: &TypeObject,
                    data: Option<&Object>,
                    _usedforsecurity: bool,
                    string: Option<&Object>,
                ) -> Result {
                    start(class, Algorithm::$algorithm, data, string)
                }

                #[getter(name = "_rate_bits")]
                fn rate_bits(_this: &Object) -> usize {
                    Algorithm::$algorithm.block_size() * 8
                }

                #[getter(name = "_capacity_bits")]
                fn capacity_bits(_this: &Object) -> usize {
                    1600 - Algorithm::$algorithm.block_size() * 8
                }

                #[getter(name = "_suffix")]
                fn suffix(_this: &Object) -> Ref<Bytes> {
                    Bytes::new(&[$suffix])
                }

                $($digest)*
            }
        )*
    };
}

sha3_methods! {
    Sha3_224Type sha3_224_methods Sha3_224, suffix 6, [];
    Sha3_256Type sha3_256_methods Sha3_256, suffix 6, [];
    Sha3_384Type sha3_384_methods Sha3_384, suffix 6, [];
    Sha3_512Type sha3_512_methods Sha3_512, suffix 6, [];
    Shake128Type shake_128_methods Shake128, suffix 0x1F, [
        #[pymethod(signature = "(self, length)", doc = "Return the digest value as a bytes object.")]
        fn digest(this: &Object, length: &Object) -> Result<Ref<Bytes>> {
            shake_digest(this, length).map(|digest| Bytes::new(&digest))
        }

        #[pymethod(
            signature = "(self, length)",
            doc = "Return the digest value as a string of hexadecimal digits."
        )]
        fn hexdigest(this: &Object, length: &Object) -> Result<String> {
            shake_digest(this, length).map(|digest| hexadecimal(&digest))
        }
    ];
    Shake256Type shake_256_methods Shake256, suffix 0x1F, [
        #[pymethod(signature = "(self, length)", doc = "Return the digest value as a bytes object.")]
        fn digest(this: &Object, length: &Object) -> Result<Ref<Bytes>> {
            shake_digest(this, length).map(|digest| Bytes::new(&digest))
        }

        #[pymethod(
            signature = "(self, length)",
            doc = "Return the digest value as a string of hexadecimal digits."
        )]
        fn hexdigest(this: &Object, length: &Object) -> Result<String> {
            shake_digest(this, length).map(|digest| hexadecimal(&digest))
        }
    ];
}

fn shake_digest(this: &Object, length: &Object) -> Result<Vec<u8>> {
    let length = chosen_length(length)?;
    Ok(this.downcast::<Hash>().map_or_else(Vec::new, |hash| hash.digest_of(length)))
}

/// The limits of one of the two BLAKE2 functions.
struct Limits {
    algorithm: Algorithm,
    shown: &'static str,
    largest: usize,
    salt: usize,
    offset_bits: u32,
}

static WIDE: Limits =
    Limits { algorithm: Algorithm::Blake2b, shown: "Blake2b", largest: 64, salt: 16, offset_bits: 64 };
static NARROW: Limits =
    Limits { algorithm: Algorithm::Blake2s, shown: "Blake2s", largest: 32, salt: 8, offset_bits: 48 };

/// The arguments of `blake2b` and `blake2s`, in the order of their signature.
struct Blake2Arguments<'a> {
    data: Option<&'a Object>,
    digest_size: Option<i64>,
    key: Option<&'a Object>,
    salt: Option<&'a Object>,
    person: Option<&'a Object>,
    fanout: i64,
    depth: i64,
    leaf_size: Option<&'a Object>,
    node_offset: Option<&'a Object>,
    node_depth: i64,
    inner_size: i64,
    last_node: bool,
    string: Option<&'a Object>,
}

/// An argument that is a number without a sign.
fn unsigned(object: Option<&Object>) -> Result<u64> {
    let Some(object) = object else { return Ok(0) };
    let number = int::index(object)?;
    if View::of(&number).is_some_and(|view| view.is_negative()) {
        return Err(value_error!("Cannot convert negative int"));
    }
    int::to_u64(&number).ok_or_else(|| overflow_error!("Python int too large for C unsigned long long"))
}

fn start_blake2(class: &TypeObject, limits: &Limits, arguments: &Blake2Arguments<'_>) -> Result {
    let data = data_argument(arguments.data, arguments.string)?;
    let digest_size = arguments.digest_size.unwrap_or(limits.largest as i64);
    if !(1..=limits.largest as i64).contains(&digest_size) {
        return Err(value_error!(
            "digest_size for {} must be between 1 and {} bytes, here it is {digest_size}",
            limits.shown,
            limits.largest
        ));
    }
    let bytes = |object: Option<&Object>, limit: usize, name: &str| -> Result<Vec<u8>> {
        let Some(object) = object else { return Ok(Vec::new()) };
        let bytes = buffer::acquire(object)?.to_vec();
        if bytes.len() > limit {
            return Err(value_error!("maximum {name} length is {limit} bytes"));
        }
        Ok(bytes)
    };
    let salt = bytes(arguments.salt, limits.salt, "salt")?;
    let person = bytes(arguments.person, limits.salt, "person")?;
    let small = |number: i64, least: i64, name: &str| -> Result<u8> {
        if number < least || number > 255 {
            return Err(value_error!("{name} must be between {least} and 255"));
        }
        Ok(number as u8)
    };
    let fanout = small(arguments.fanout, 0, "fanout")?;
    let depth = small(arguments.depth, 1, "depth")?;
    let Ok(leaf_size) = u32::try_from(unsigned(arguments.leaf_size)?) else {
        return Err(overflow_error!("leaf_size is too large"));
    };
    let node_offset = unsigned(arguments.node_offset)?;
    if limits.offset_bits < 64 && node_offset >> limits.offset_bits != 0 {
        return Err(overflow_error!("node_offset is too large"));
    }
    let node_depth = small(arguments.node_depth, 0, "node_depth")?;
    if !(0..=limits.largest as i64).contains(&arguments.inner_size) {
        return Err(value_error!("inner_size must be between 0 and is {}", limits.largest));
    }
    let key = bytes(arguments.key, limits.largest, "key")?;
    let parameters = Parameters {
        digest_size: digest_size as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: arguments.inner_size as u8,
        last_node: arguments.last_node,
    };
    let mut state = State::with_parameters(limits.algorithm, &parameters);
    if let Some(data) = data {
        with_data(data, |data| state.update(data))?;
    }
    Ok(new_hash(class, limits.algorithm, state, parameters.digest_size))
}

macro_rules! blake2_methods {
    ($($ident:ident $module:ident $limits:ident;)*) => {
        $(
            #[pymethods($ident)]
            mod $module {
                use super::*;

                #[slot(
                    signature = "(data=b'', /, *, digest_size=None, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
                )]
                #[allow(clippy::too_many_arguments)]
                fn new(
                    class: &TypeObject,
                    data: Option<&Object>,
                    digest_size: Option<i64>,
                    key: Option<&Object>,
                    salt: Option<&Object>,
                    person: Option<&Object>,
                    fanout: i64,
                    depth: i64,
                    leaf_size: Option<&Object>,
                    node_offset: Option<&Object>,
                    node_depth: i64,
                    inner_size: i64,
                    last_node: bool,
                    _usedforsecurity: bool,
                    string: Option<&Object>,
                ) -> Result {
                    let arguments = Blake2Arguments {
                        data,
                        digest_size,
                        key,
                        salt,
                        person,
                        fanout,
                        depth,
                        leaf_size,
                        node_offset,
                        node_depth,
                        inner_size,
                        last_node,
                        string,
                    };
                    start_blake2(class, &$limits, &arguments)
                }

                #[attribute(name = "MAX_DIGEST_SIZE")]
                fn max_digest_size() -> usize {
                    $limits.largest
                }

                #[attribute(name = "MAX_KEY_SIZE")]
                fn max_key_size() -> usize {
                    $limits.largest
                }

                #[attribute(name = "SALT_SIZE")]
                fn salt_size() -> usize {
                    $limits.salt
                }

                #[attribute(name = "PERSON_SIZE")]
                fn person_size() -> usize {
                    $limits.salt
                }
            }
        )*
    };
}

blake2_methods! {
    Blake2bType blake2b_methods WIDE;
    Blake2sType blake2s_methods NARROW;
}

/// From how many bytes on hashing lets other threads run.
const GIL_MINSIZE: usize = 2048;

#[pymodule(name = "_md5", static_name = MD5_MODULE)]
mod md5_module {
    use super::*;

    #[attribute(name = "_GIL_MINSIZE")]
    fn gil_minsize() -> usize {
        GIL_MINSIZE
    }

    #[attribute(name = "MD5Type")]
    fn md5_type() -> Owned {
        MD5.to_owned()
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new MD5 hash object; optionally initialized with a string."
    )]
    fn md5(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&MD5, Algorithm::Md5, data, string)
    }
}

#[pymodule(name = "_sha1", static_name = SHA1_MODULE)]
mod sha1_module {
    use super::*;

    #[attribute(name = "_GIL_MINSIZE")]
    fn gil_minsize() -> usize {
        GIL_MINSIZE
    }

    #[attribute(name = "SHA1Type")]
    fn sha1_type() -> Owned {
        SHA1.to_owned()
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new SHA1 hash object; optionally initialized with a string."
    )]
    fn sha1(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&SHA1, Algorithm::Sha1, data, string)
    }
}

#[pymodule(name = "_sha2", static_name = SHA2_MODULE, types(SHA224, SHA256, SHA384, SHA512))]
mod sha2_module {
    use super::*;

    #[attribute(name = "_GIL_MINSIZE")]
    fn gil_minsize() -> usize {
        GIL_MINSIZE
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new SHA-224 hash object; optionally initialized with a string."
    )]
    fn sha224(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&SHA224, Algorithm::Sha224, data, string)
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new SHA-256 hash object; optionally initialized with a string."
    )]
    fn sha256(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&SHA256, Algorithm::Sha256, data, string)
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new SHA-384 hash object; optionally initialized with a string."
    )]
    fn sha384(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&SHA384, Algorithm::Sha384, data, string)
    }

    #[pyfunction(
        signature = "(data=b'', *, usedforsecurity=True, string=None)",
        doc = "Return a new SHA-512 hash object; optionally initialized with a string."
    )]
    fn sha512(data: Option<&Object>, _usedforsecurity: bool, string: Option<&Object>) -> Result {
        start(&SHA512, Algorithm::Sha512, data, string)
    }
}

#[pymodule(name = "_sha3", static_name = SHA3_MODULE, types(SHA3_224, SHA3_256, SHA3_384, SHA3_512, SHAKE_128, SHAKE_256))]
mod sha3_module {
    use super::*;

    #[attribute(name = "_GIL_MINSIZE")]
    fn gil_minsize() -> usize {
        GIL_MINSIZE
    }

    #[attribute]
    fn implementation() -> &'static str {
        "RustCrypto"
    }
}

#[pymodule(name = "_blake2", static_name = BLAKE2_MODULE, doc = "_blake2b provides BLAKE2b for hashlib\n", types(BLAKE2B, BLAKE2S))]
mod blake2_module {
    use super::*;

    #[attribute(name = "_GIL_MINSIZE")]
    fn gil_minsize() -> usize {
        GIL_MINSIZE
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        for (prefix, limits) in [("BLAKE2B", &WIDE), ("BLAKE2S", &NARROW)] {
            let constants = [
                ("MAX_DIGEST_SIZE", limits.largest),
                ("MAX_KEY_SIZE", limits.largest),
                ("SALT_SIZE", limits.salt),
                ("PERSON_SIZE", limits.salt),
            ];
            for (name, value) in constants {
                let name = pyrsc_core::str::intern(&format!("{prefix}_{name}"));
                pyrsc_core::operations::set_attribute(module, &name, &int::from_usize(value))?;
            }
        }
        Ok(())
    }
}

# hashlib, base64, binascii, zlib.
import hashlib, base64, binascii, zlib
print(hashlib.md5(b"abc").hexdigest(), hashlib.sha256(b"abc").hexdigest(), hashlib.sha1(b"").hexdigest())
print(base64.b64encode(b"hello?"), base64.b64decode("aGk="), base64.urlsafe_b64encode(b"\xff\xfe"), binascii.hexlify(b"ab"), zlib.crc32(b"abc"), zlib.decompress(zlib.compress(b"abc" * 100)) == b"abc" * 100, zlib.adler32(b"abc"))

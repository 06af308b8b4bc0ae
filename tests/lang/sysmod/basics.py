# The sys module.
import sys
print(sys.version_info[:2], sys.implementation.name if sys.implementation.name == "cpython" else "pyrsc", sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform)
print(type(sys.argv).__name__, type(sys.path).__name__, type(sys.modules).__name__, sys.float_info.max, sys.float_info.epsilon, sys.int_info.bits_per_digit, sys.hash_info.modulus, sys.getdefaultencoding(), sys.getrecursionlimit(), sys.flags.optimize)
print(sys.stdout.name, sys.stdin.name, sys.stderr.encoding, sys.displayhook.__name__, isinstance(sys.executable, str), "math" in sys.stdlib_module_names, sys.getswitchinterval())
sys.displayhook(5); sys.displayhook(None)
import builtins
print(builtins._)

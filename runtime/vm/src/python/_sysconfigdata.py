# What `sysconfig` knows of how this runtime was built: there is no C compiler, no header and no extension module.
import sys

build_time_vars = {
    "ABIFLAGS": "",
    "BINDIR": sys.prefix + "/bin",
    "EXE": "",
    "EXT_SUFFIX": "",
    "HAVE_DUP3": 1,
    "MACHDEP": "linux",
    "MULTIARCH": sys.implementation._multiarch,
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "SHLIB_SUFFIX": ".so",
    "SIZEOF_VOID_P": 8,
    "SOABI": "",
    "TZPATH": "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
    "VERSION": "%d.%d" % sys.version_info[:2],
    "WITH_PYMALLOC": 1,
    "exec_prefix": sys.exec_prefix,
    "prefix": sys.prefix,
}

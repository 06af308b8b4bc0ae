"""faulthandler module."""

import sys as _sys

_enabled = False


def _file_number(file):
    if file is None:
        file = _sys.stderr
        if file is None:
            raise RuntimeError("unable to get sys.stderr")
    if isinstance(file, int):
        if file < 0:
            raise ValueError("file is not a valid file descriptor")
        return file, None
    number = file.fileno()
    if not isinstance(number, int):
        raise RuntimeError("file.fileno() is not a valid file descriptor")
    file.flush()
    return number, file


def _lines(frame):
    depth = 0
    while frame is not None:
        if depth == 100:
            yield "  ...\n"
            return
        yield f'  File "{frame.f_code.co_filename}", line {frame.f_lineno} in {frame.f_code.co_name}\n'
        depth += 1
        frame = frame.f_back


def dump_traceback(file=None, all_threads=True):
    """Dump the traceback of the current thread, or of all threads if all_threads is True, into file."""
    import os
    number, _ = _file_number(file)
    frame = _sys._getframe(1)
    text = "Stack (most recent call first):\n" + "".join(_lines(frame))
    os.write(number, text.encode("ascii", "backslashreplace"))


def dump_c_stack(file=None):
    """Dump the C stack of the current thread."""
    raise NotImplementedError("faulthandler.dump_c_stack is not supported")


def enable(file=None, all_threads=True, c_stack=True):
    """Enable the fault handler."""
    global _enabled
    import _faults
    number, _ = _file_number(file)
    _faults.enable(number)
    _enabled = True


def disable():
    """Disable the fault handler."""
    global _enabled
    import _faults
    was = _enabled
    _enabled = False
    _faults.disable()
    return was


def is_enabled():
    """Check if the handler is enabled."""
    return _enabled


def dump_traceback_later(timeout, repeat=False, file=None, exit=False):
    """Dump the traceback of all threads in timeout seconds."""
    raise NotImplementedError("faulthandler.dump_traceback_later is not supported")


def cancel_dump_traceback_later():
    """Cancel the previous call to dump_traceback_later()."""


def register(signum, file=None, all_threads=True, chain=False):
    """Register a handler for the signal 'signum': dump the traceback of the current thread into file."""
    import signal
    number, _ = _file_number(file)
    if signum in (signal.SIGSEGV, signal.SIGFPE, signal.SIGABRT, signal.SIGBUS, signal.SIGILL):
        raise RuntimeError(f"signal {int(signum)} cannot be registered, use enable() instead")
    previous = signal.getsignal(signum)

    def handler(signum, frame):
        import os
        text = "Stack (most recent call first):\n" + "".join(_lines(frame))
        os.write(number, text.encode("ascii", "backslashreplace"))
        if chain and callable(previous):
            previous(signum, frame)

    signal.signal(signum, handler)
    _registered[signum] = previous


_registered = {}


def unregister(signum, /):
    """Unregister the handler of the signal 'signum' registered by register()."""
    import signal
    if signum not in _registered:
        return False
    previous = _registered.pop(signum)
    signal.signal(signum, signal.SIG_DFL if previous is None else previous)
    return True

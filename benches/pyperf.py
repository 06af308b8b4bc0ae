"""What the benchmark scripts of pyperformance use of pyperf, and no more.

A script runs unmodified on any engine and prints one line for each of its benchmarks:

    BENCH name first=SECONDS best=SECONDS median=SECONDS n=RUNS

`first` is the first run in the process, which a user waits for; `median` is the steady state. Each benchmark is repeated
for about STUB_SECONDS seconds (an environment variable; 2 when it is not set), and at least three times unless that would
take three times as long.
"""

import os
import sys
import time

VERSION = (2, 0, 0)
SECONDS = float(os.environ.get("STUB_SECONDS", "2"))

perf_counter = time.perf_counter


def python_implementation():
    return sys.implementation.name


def python_has_jit():
    return False


class Arguments:
    """The result of parsing: one attribute for each option and positional argument."""


class ArgumentParser:
    """Options with values, flags and positional arguments, as far as the scripts declare them."""

    def __init__(self, *args, **kwargs):
        self.flags = {}
        self.defaults = {}
        self.positionals = []

    def add_argument(self, *names, **settings):
        if not names[0].startswith("-"):
            self.positionals.append((names[0], settings))
            return
        longest = max(names, key=len)
        dest = settings.get("dest") or longest.lstrip("-").replace("-", "_")
        self.defaults[dest] = settings.get("default", False if settings.get("action") == "store_true" else None)
        for name in names:
            self.flags[name] = (dest, settings)

    def add_argument_group(self, *args, **kwargs):
        return self

    def add_mutually_exclusive_group(self, *args, **kwargs):
        return self

    def set_defaults(self, **values):
        self.defaults.update(values)

    def parse_args(self, words=None):
        found = Arguments()
        found.__dict__.update(self.defaults)
        plain = []
        words = iter(sys.argv[1:] if words is None else words)
        for word in words:
            if word not in self.flags:
                plain.append(word)
                continue
            dest, settings = self.flags[word]
            action = settings.get("action", "store")
            if action == "store_true":
                value = True
            elif action == "store_const":
                value = settings.get("const")
            else:
                value = settings.get("type", str)(next(words))
            setattr(found, dest, value)
        for name, settings in self.positionals:
            setattr(found, name, self._positional(settings, plain))
        return found

    def _positional(self, settings, plain):
        if settings.get("nargs") in ("*", "+"):
            return plain or settings.get("default") or []
        if plain:
            return settings.get("type", str)(plain.pop(0))
        if "default" in settings:
            return settings["default"]
        choices = settings.get("choices")
        return sorted(choices)[0] if choices else None


class Runner:
    """Times functions and prints the results."""

    def __init__(self, *args, **kwargs):
        self.metadata = {}
        self.argparser = ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=1, metadata=None, **kwargs):
        def seconds():
            before = perf_counter()
            func(*args)
            return (perf_counter() - before) / (inner_loops or 1)

        self._repeat(name, seconds)

    def bench_time_func(self, name, func, *args, inner_loops=1, metadata=None, **kwargs):
        self._repeat(name, lambda: func(1, *args) / (inner_loops or 1))

    def bench_async_func(self, name, func, *args, loop_factory=None, **kwargs):
        import asyncio

        async def timed():
            before = perf_counter()
            await func(*args)
            return perf_counter() - before

        def seconds():
            if loop_factory is None:
                return asyncio.run(timed())
            loop = loop_factory()
            try:
                return loop.run_until_complete(timed())
            finally:
                loop.close()

        self._repeat(name, seconds)

    def bench_command(self, name, command):
        import subprocess

        def seconds():
            before = perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return perf_counter() - before

        self._repeat(name, seconds)

    def _repeat(self, name, seconds):
        self.parse_args()
        times = []
        begin = perf_counter()
        while True:
            times.append(seconds())
            spent = perf_counter() - begin
            if spent >= SECONDS and (len(times) >= 3 or spent >= 3 * SECONDS):
                break
        ordered = sorted(times)
        print(
            "BENCH %s first=%.7f best=%.7f median=%.7f n=%d"
            % (name, times[0], ordered[0], ordered[len(ordered) // 2], len(times))
        )
        sys.stdout.flush()

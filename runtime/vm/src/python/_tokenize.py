"""What tokenize needs: the tokens of the lines that a function gives."""

import _tokens


class TokenizerIter:
    def __init__(self, readline, /, *, encoding=None, extra_tokens=False):
        self._readline = readline
        self._encoding = encoding
        self._extra_tokens = extra_tokens
        self._rows = self._mistake = None

    def __iter__(self):
        return self

    def __next__(self):
        if self._rows is None:
            rows, self._mistake = _tokens.split(self._source(), self._extra_tokens)
            self._rows = iter(rows)
        for row in self._rows:
            return row
        if self._mistake is None:
            raise StopIteration
        import builtins

        class_name, message, line, column, text, has_end = self._mistake
        self._mistake = None
        cls = getattr(builtins, class_name)
        if text is None:
            error = cls(message)
            error.filename, error.lineno, error.offset, error.end_lineno = "<string>", line, column, line
            raise error
        end = (line, column) if has_end else (None, None)
        raise cls(message, ("<string>", line, column, text, *end))

    def _source(self):
        lines = []
        while True:
            try:
                line = self._readline()
            except StopIteration:
                break
            if not line:
                break
            if self._encoding is not None:
                if not isinstance(line, bytes):
                    raise TypeError("readline() returned a non-bytes object")
                line = line.decode(self._encoding)
            elif not isinstance(line, str):
                raise TypeError("readline() returned a non-string object")
            lines.append(line)
        return "".join(lines)

"""What tokenize needs. The tokens themselves need a tokenizer that keeps comments and blanks, which pyrsc has not."""


class TokenizerIter:
    def __init__(self, readline, /, *, encoding=None, extra_tokens=False):
        raise NotImplementedError("tokenizing source at run time is not supported")

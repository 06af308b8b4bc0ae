# Tokens of a source, and what is built on them.
import inspect, io, tokenize

source = '''def f(a, *b):  # comment

    x = f"a{b!r:>{a}}{{" \\
        + 'é'
    return (a,
            # in brackets
            0x1F, t'{x}')
'''
for token in tokenize.generate_tokens(io.StringIO(source).readline):
    print(tokenize.tok_name[token.type], tokenize.tok_name[token.exact_type], repr(token.string), token.start, token.end, repr(token.line))
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(source).readline)) == source)
for bad in ("x = (1,\n", "x = '''a\n", "if x:\n    y\n  z\n", "'abc\n", "1abc\n", "x = \\ 1\n"):
    try:
        print(len(list(tokenize.generate_tokens(io.StringIO(bad).readline))))
    except (tokenize.TokenError, SyntaxError) as error:
        print(type(error).__name__, error.args)


class Shape:
    """Has an area."""

    @property
    def area(self):
        return 0  # of no shape

    sides = [lambda: 1,
             lambda: 2]


def last(): return Shape


print(inspect.getsource(Shape))
print(inspect.getsource(Shape.area.fget), inspect.getsource(last), inspect.getsource(Shape.sides[1]))
print(inspect.getcomments(last), inspect.getsourcelines(Shape.area.fget)[1])

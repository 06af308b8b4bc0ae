"""The classes of syntax trees, and what is checked of a tree before it is compiled."""

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8400

_POSITIONS = ("lineno", "col_offset", "end_lineno", "end_col_offset")

# A line without indentation is a group: its base class, with `!` when its nodes have places, and with its classes, or with
# fields of its own.
_SPECIFICATION = """\
mod
  Module(stmt* body, type_ignore* type_ignores)
  Interactive(stmt* body)
  Expression(expr body)
  FunctionType(expr* argtypes, expr returns)
stmt!
  FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
  AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
  ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)
  Return(expr? value)
  Delete(expr* targets)
  Assign(expr* targets, expr value, string? type_comment)
  TypeAlias(expr name, type_param* type_params, expr value)
  AugAssign(expr target, operator op, expr value)
  AnnAssign(expr target, expr annotation, expr? value, int simple)
  For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
  AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
  While(expr test, stmt* body, stmt* orelse)
  If(expr test, stmt* body, stmt* orelse)
  With(withitem* items, stmt* body, string? type_comment)
  AsyncWith(withitem* items, stmt* body, string? type_comment)
  Match(expr subject, match_case* cases)
  Raise(expr? exc, expr? cause)
  Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
  TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
  Assert(expr test, expr? msg)
  Import(alias* names)
  ImportFrom(identifier? module, alias* names, int? level)
  Global(identifier* names)
  Nonlocal(identifier* names)
  Expr(expr value)
  Pass
  Break
  Continue
expr!
  BoolOp(boolop op, expr* values)
  NamedExpr(expr target, expr value)
  BinOp(expr left, operator op, expr right)
  UnaryOp(unaryop op, expr operand)
  Lambda(arguments args, expr body)
  IfExp(expr test, expr body, expr orelse)
  Dict(expr?* keys, expr* values)
  Set(expr* elts)
  ListComp(expr elt, comprehension* generators)
  SetComp(expr elt, comprehension* generators)
  DictComp(expr key, expr value, comprehension* generators)
  GeneratorExp(expr elt, comprehension* generators)
  Await(expr value)
  Yield(expr? value)
  YieldFrom(expr value)
  Compare(expr left, cmpop* ops, expr* comparators)
  Call(expr func, expr* args, keyword* keywords)
  FormattedValue(expr value, int conversion, expr? format_spec)
  Interpolation(expr value, constant str, int conversion, expr? format_spec)
  JoinedStr(expr* values)
  TemplateStr(expr* values)
  Constant(constant value, string? kind)
  Attribute(expr value, identifier attr, expr_context ctx)
  Subscript(expr value, expr slice, expr_context ctx)
  Starred(expr value, expr_context ctx)
  Name(identifier id, expr_context ctx)
  List(expr* elts, expr_context ctx)
  Tuple(expr* elts, expr_context ctx)
  Slice(expr? lower, expr? upper, expr? step)
expr_context
  Load
  Store
  Del
boolop
  And
  Or
operator
  Add
  Sub
  Mult
  MatMult
  Div
  Mod
  Pow
  LShift
  RShift
  BitOr
  BitXor
  BitAnd
  FloorDiv
unaryop
  Invert
  Not
  UAdd
  USub
cmpop
  Eq
  NotEq
  Lt
  LtE
  Gt
  GtE
  Is
  IsNot
  In
  NotIn
comprehension(expr target, expr iter, expr* ifs, int is_async)
excepthandler!
  ExceptHandler(expr? type, identifier? name, stmt* body)
arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)
arg!(identifier arg, expr? annotation, string? type_comment)
keyword!(identifier? arg, expr value)
alias!(identifier name, identifier? asname)
withitem(expr context_expr, expr? optional_vars)
match_case(pattern pattern, expr? guard, stmt* body)
pattern!
  MatchValue(expr value)
  MatchSingleton(constant value)
  MatchSequence(pattern* patterns)
  MatchMapping(expr* keys, pattern* patterns, identifier? rest)
  MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)
  MatchStar(identifier? name)
  MatchAs(pattern? pattern, identifier? name)
  MatchOr(pattern* patterns)
type_ignore
  TypeIgnore(int lineno, string tag)
type_param!
  TypeVar(identifier name, expr? bound, expr? default_value)
  ParamSpec(identifier name, expr? default_value)
  TypeVarTuple(identifier name, expr? default_value)
"""


def _warn_deprecated(message, *arguments):
    import warnings

    warnings._deprecated(*arguments, message=message, remove=(3, 15))


class AST:
    _fields = ()
    _attributes = ()
    _field_types = {}
    _kinds = ()
    __match_args__ = ()

    def __init__(self, /, *args, **kwargs):
        cls = type(self)
        fields = cls._fields
        if len(args) > len(fields):
            plural = "" if len(fields) == 1 else "s"
            raise TypeError(f"{cls.__name__} constructor takes at most {len(fields)} positional argument{plural}")
        given = set()
        for name, value in zip(fields, args):
            setattr(self, name, value)
            given.add(name)
        for name, value in kwargs.items():
            if name in given:
                raise TypeError(f"{cls.__name__} got multiple values for argument '{name}'")
            if name not in fields and name not in cls._attributes:
                _warn_deprecated(
                    "{name} got an unexpected keyword argument " + repr(name)
                    + ". Support for arbitrary keyword arguments is deprecated and will be removed in Python {remove}.",
                    f"{cls.__name__}.__init__",
                )
            setattr(self, name, value)
            given.add(name)
        for kind, name in cls._kinds:
            if name in given or name not in fields:
                continue
            if kind.endswith("*"):
                setattr(self, name, [])
            elif kind == "expr_context":
                setattr(self, name, Load())
            elif not kind.endswith("?"):
                _warn_deprecated(
                    "{name} missing 1 required positional argument: " + repr(name)
                    + ". This will become an error in Python {remove}.",
                    f"{cls.__name__}.__init__",
                )

    def __reduce__(self):
        return (type(self), (), self.__dict__.copy())

    def __replace__(self, /, **changes):
        cls = type(self)
        known = set(cls._fields) | set(cls._attributes)
        for name in changes:
            if name not in known:
                raise TypeError(f"{cls.__name__}.__replace__ got an unexpected keyword argument {name!r}.")
        values = {name: self.__dict__[name] for name in cls._fields + cls._attributes if name in self.__dict__}
        values.update(changes)
        missing = [
            name for kind, name in cls._kinds
            if name not in values and not kind.endswith(("?", "*")) and kind != "expr_context"
        ]
        if missing:
            names = ", ".join(map(repr, missing))
            plural = "" if len(missing) == 1 else "s"
            raise TypeError(f"{cls.__name__}.__replace__ missing {len(missing)} keyword argument{plural}: {names}.")
        return cls(**values)

    def __repr__(self):
        return _represent(self, 3)


def _represent(node, depth):
    cls = type(node)
    if depth <= 0:
        return f"{cls.__name__}(...)"
    shown = []
    for name in cls._fields:
        value = getattr(node, name)
        if isinstance(value, list):
            if len(value) > 2:
                text = f"[{_represent_item(value[0], depth)}, ..., {_represent_item(value[-1], depth)}]"
            else:
                text = f"[{', '.join(_represent_item(item, depth) for item in value)}]"
        elif isinstance(value, AST):
            text = _represent(value, depth - 1)
        else:
            text = repr(value)
        shown.append(f"{name}={text}")
    return f"{cls.__name__}({', '.join(shown)})"


def _represent_item(item, depth):
    return _represent(item, depth - 1) if isinstance(item, AST) else repr(item)


AST.__module__ = "ast"
_CLASSES = {}


def _define(line, base, attributes):
    name, _, fields = line.partition("(")
    kinds = tuple(tuple(field.split()) for field in fields.rstrip(")").split(", ") if field)
    names = tuple(field for _, field in kinds)
    namespace = {
        "__module__": "ast",
        "__doc__": line,
        "_fields": names,
        "__match_args__": names,
        "_attributes": attributes,
        "_kinds": kinds,
    }
    for kind, field in kinds:
        if kind.endswith("?"):
            namespace[field] = None
    if attributes:
        namespace["end_lineno"] = namespace["end_col_offset"] = None
    made = globals()[name] = _CLASSES[name] = type(name, (base,), namespace)
    return made


def _define_all():
    base, attributes, group = AST, (), None
    for line in _SPECIFICATION.splitlines():
        if line.startswith("  "):
            made = _define(line[2:], base, attributes)
            group.append(line[2:])
        else:
            attributes = _POSITIONS if "!" in line else ()
            group = []
            base = _define(line.replace("!", ""), AST, attributes)
            _GROUPS.append((base, group))
    # The docstring of a group lists its classes.
    for base, group in _GROUPS:
        if group:
            base.__doc__ = base.__name__ + " = " + ("\n" + " " * len(base.__name__) + " | ").join(group)
    plain = {"identifier": str, "string": str, "int": int, "constant": object}
    for cls in _CLASSES.values():
        types = {}
        for kind, field in cls._kinds:
            made = plain.get(kind.rstrip("?*")) or _CLASSES[kind.rstrip("?*")]
            if kind.endswith("?*"):
                made = list[made | None] if made is not object else list
            elif kind.endswith("*"):
                made = list[made]
            elif kind.endswith("?"):
                made = made | None
            types[field] = made
        cls._field_types = types


_GROUPS = []
_define_all()


# What `compile` takes is turned into tuples: (class name, place, {field: value}) for a node, (value,) for a constant.

_MODES = {"exec": "Module", "eval": "Expression", "single": "Interactive"}
_EMPTY = object()
_NON_EMPTY = {
    ("Delete", "targets"), ("Assign", "targets"), ("With", "items"), ("AsyncWith", "items"), ("Import", "names"),
    ("ImportFrom", "names"), ("Global", "names"), ("Nonlocal", "names"), ("Match", "cases"), ("FunctionDef", "body"),
    ("AsyncFunctionDef", "body"), ("ClassDef", "body"), ("For", "body"), ("AsyncFor", "body"), ("While", "body"),
    ("If", "body"), ("With", "body"), ("AsyncWith", "body"), ("Try", "body"), ("TryStar", "body"),
    ("ExceptHandler", "body"), ("match_case", "body"),
}
_STORED = {
    ("Assign", "targets"), ("AugAssign", "target"), ("AnnAssign", "target"), ("For", "target"), ("AsyncFor", "target"),
    ("NamedExpr", "target"), ("comprehension", "target"), ("withitem", "optional_vars"), ("TypeAlias", "name"),
}


def _prepare(tree, mode):
    expected = _MODES[mode]
    if type(tree).__name__ != expected and not isinstance(tree, _CLASSES[expected]):
        raise TypeError(f"expected {expected} node, got {type(tree).__name__}")
    return _node(tree, "mod", "Load")


def _class_of(node, kind):
    for cls in type(node).__mro__:
        if _CLASSES.get(cls.__name__) is cls:
            if issubclass(cls, _CLASSES[kind]) and cls is not _CLASSES[kind] or not _CLASSES[kind].__subclasses__():
                return cls
            break
    raise TypeError(f"expected some sort of {kind}, but got {node!r}")


def _node(node, kind, context):
    if not isinstance(node, _CLASSES[kind]):
        raise TypeError(f"expected some sort of {kind}, but got {node!r}")
    cls = _class_of(node, kind)
    name = cls.__name__
    place = _place(node, kind) if cls._attributes else None
    if "ctx" in cls._fields:
        given = type(getattr(node, "ctx", None) or Load()).__name__
        if given != context:
            raise ValueError(f"expression must have {context} context but has {given} instead")
    elif context != "Load" and kind == "expr":
        raise ValueError(f"expression which can't be assigned to in {context} context")
    inner = context if name in ("Tuple", "List", "Starred") else "Load"
    fields = {}
    for field_kind, field in cls._kinds:
        value = getattr(node, field, _EMPTY)
        if value is _EMPTY:
            if field_kind.endswith("*"):
                value = []
            elif field_kind == "expr_context":
                value = Load()
            else:
                raise TypeError(f'required field "{field}" missing from {name}')
        wanted = "Store" if (name, field) in _STORED else "Del" if name == "Delete" else inner
        fields[field] = _value(value, field_kind, name, field, wanted)
    _validate(name, node, fields)
    return (name, place, fields)


def _place(node, kind):
    numbers = []
    for attribute in _POSITIONS:
        value = getattr(node, attribute, _EMPTY)
        if value is _EMPTY or value is None:
            if attribute in ("lineno", "col_offset"):
                raise TypeError(f'required field "{attribute}" missing from {kind}')
            value = numbers[_POSITIONS.index(attribute) - 2]
        numbers.append(_integer(value))
    line, column, end_line, end_column = numbers
    if line > end_line:
        raise ValueError(f"AST node line range ({line}, {end_line}) is not valid")
    if line < 0 and end_line != line or column < 0 and end_column != column:
        raise ValueError(
            f"AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
        )
    if line == end_line and column > end_column:
        raise ValueError(f"line {line}, column {column}-{end_column} is not a valid range")
    return tuple(numbers)


def _integer(value):
    if not isinstance(value, int):
        raise ValueError(f"invalid integer value: {value!r}")
    return int(value)


def _value(value, kind, owner, field, context):
    if kind.endswith("*"):
        if not isinstance(value, list):
            raise TypeError(f'{owner} field "{field}" must be a list, not a {type(value).__name__}')
        if not value and (owner, field) in _NON_EMPTY:
            raise ValueError(f"empty {field} on {owner}")
        kind = kind[:-1]
        if None in value and kind in ("expr", "stmt"):
            raise ValueError(f"None disallowed in {'expression' if kind == 'expr' else 'statement'} list")
        return [_value(item, kind, owner, field, context) for item in value]
    if kind.endswith("?"):
        if value is None:
            return None
        kind = kind[:-1]
    if kind == "constant":
        _constant(value)
        return (value,)
    if value is None:
        raise ValueError(f"field '{field}' is required for {owner}")
    if kind == "identifier":
        if not isinstance(value, str):
            raise TypeError("AST identifier must be of type str")
        if value in ("None", "True", "False"):
            raise ValueError(f"identifier field can't represent '{value}' constant")
        return str(value)
    if kind == "string":
        if not isinstance(value, (str, bytes)):
            raise TypeError("AST string must be of type str")
        return str(value)
    if kind == "int":
        return _integer(value)
    return _node(value, kind, context if kind == "expr" else "Load")


def _constant(value):
    if value is None or value is ... or isinstance(value, (bool, int, float, complex, str, bytes)):
        if type(value) in (type(None), type(...), bool, int, float, complex, str, bytes):
            return
    elif type(value) in (tuple, frozenset):
        for item in value:
            _constant(item)
        return
    raise TypeError(f"got an invalid type in Constant: {type(value).__name__}")


def _validate(name, node, fields):
    match name:
        case "BoolOp" if len(fields["values"]) < 2:
            raise ValueError("BoolOp with less than 2 values")
        case "Dict" if len(fields["keys"]) != len(fields["values"]):
            raise ValueError("Dict doesn't have the same number of keys as values")
        case "Compare" if not fields["comparators"]:
            raise ValueError("Compare has no comparators")
        case "Compare" if len(fields["comparators"]) != len(fields["ops"]):
            raise ValueError("Compare has a different number of comparators and operands")
        case "ListComp" | "SetComp" | "DictComp" | "GeneratorExp" if not fields["generators"]:
            raise ValueError("comprehension with no generators")
        case "arguments":
            if len(fields["defaults"]) > len(fields["posonlyargs"]) + len(fields["args"]):
                raise ValueError("more positional defaults than args on arguments")
            if len(fields["kw_defaults"]) != len(fields["kwonlyargs"]):
                raise ValueError("length of kwonlyargs is not the same as kw_defaults on arguments")
        case "Try" | "TryStar":
            if not fields["handlers"] and not fields["finalbody"]:
                raise ValueError(f"{name} has neither handlers nor finalbody")
            if not fields["handlers"] and fields["orelse"]:
                raise ValueError(f"{name} has orelse but no except handlers")
        case "ImportFrom" if (fields["level"] or 0) < 0:
            raise ValueError("Negative ImportFrom level")
        case "Raise" if fields["cause"] is not None and fields["exc"] is None:
            raise ValueError("Raise with cause but no exception")
        case "AnnAssign" if fields["simple"] and fields["target"][0] != "Name":
            raise TypeError("AnnAssign with simple non-Name target")
        case "NamedExpr" if fields["target"][0] != "Name":
            raise TypeError("NamedExpr target must be a Name")
        case "MatchOr" if len(fields["patterns"]) < 2:
            raise ValueError("MatchOr requires at least 2 patterns")
        case "MatchAs":
            if fields["name"] == "_":
                raise ValueError("can't capture name '_' in patterns")
            if fields["pattern"] is not None and fields["name"] is None:
                raise ValueError("MatchAs must specify a target name if a pattern is given")
        case "MatchSingleton" if not (fields["value"][0] is None or isinstance(fields["value"][0], bool)):
            raise ValueError("MatchSingleton can only contain True, False and None")
        case "MatchMapping" if len(fields["keys"]) != len(fields["patterns"]):
            raise ValueError("MatchMapping doesn't have the same number of keys as patterns")
        case "MatchClass" if len(fields["kwd_attrs"]) != len(fields["kwd_patterns"]):
            raise ValueError("MatchClass doesn't have the same number of keyword attributes as patterns")

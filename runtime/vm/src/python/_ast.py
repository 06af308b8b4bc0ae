"""The classes of syntax trees. Making trees from source needs a parser that gives them, which pyrsc has not."""

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8400

_LISTS = frozenset("""
    body type_ignores argtypes orelse handlers finalbody decorator_list type_params bases keywords targets names items
    cases values generators ops comparators args elts keys ifs posonlyargs kwonlyargs kw_defaults defaults patterns
    kwd_attrs kwd_patterns
""".split())
_OPTIONAL = frozenset("""
    returns type_comment value msg cause exc module level simple annotation vararg kwarg asname optional_vars guard rest
    lower upper step kind format_spec bound default_value name cls type
""".split())


class AST:
    _fields = ()
    _attributes = ()
    _field_types = {}
    __match_args__ = ()

    def __init__(self, /, *args, **kwargs):
        fields = self._fields
        if len(args) > len(fields):
            plural = "" if len(fields) == 1 else "s"
            raise TypeError(
                f"{type(self).__name__} constructor takes at most {len(fields)} positional argument{plural}"
            )
        for name, value in zip(fields, args):
            if name in kwargs:
                raise TypeError(f"{type(self).__name__} got multiple values for argument '{name}'")
            setattr(self, name, value)
        for name, value in kwargs.items():
            setattr(self, name, value)
        given = self.__dict__
        for name in fields:
            if name in given or name in self._optional_fields:
                continue
            if name in _LISTS:
                setattr(self, name, [])
            elif name == "ctx":
                setattr(self, name, Load())

    _optional_fields = frozenset()

    def __reduce__(self):
        return (type(self), (), self.__dict__.copy())

    def __replace__(self, /, **changes):
        values = {name: getattr(self, name) for name in self._fields + self._attributes if hasattr(self, name)}
        unknown = changes.keys() - set(self._fields) - set(self._attributes)
        if unknown:
            raise TypeError(f"{type(self).__name__}.__replace__ got an unexpected keyword argument '{unknown.pop()}'.")
        values.update(changes)
        return type(self)(**values)

    def __repr__(self):
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields if hasattr(self, name))
        return f"{type(self).__name__}({shown})"


_POSITIONS = ("lineno", "col_offset", "end_lineno", "end_col_offset")

_SPECIFICATION = """
mod: Module(body,type_ignores) Interactive(body) Expression(body) FunctionType(argtypes,returns)
stmt!: FunctionDef(name,args,body,decorator_list,returns,type_comment,type_params)
  AsyncFunctionDef(name,args,body,decorator_list,returns,type_comment,type_params)
  ClassDef(name,bases,keywords,body,decorator_list,type_params) Return(value) Delete(targets)
  Assign(targets,value,type_comment) TypeAlias(name,type_params,value) AugAssign(target,op,value)
  AnnAssign(target,annotation,value,simple) For(target,iter,body,orelse,type_comment)
  AsyncFor(target,iter,body,orelse,type_comment) While(test,body,orelse) If(test,body,orelse)
  With(items,body,type_comment) AsyncWith(items,body,type_comment) Match(subject,cases) Raise(exc,cause)
  Try(body,handlers,orelse,finalbody) TryStar(body,handlers,orelse,finalbody) Assert(test,msg) Import(names)
  ImportFrom(module,names,level) Global(names) Nonlocal(names) Expr(value) Pass() Break() Continue()
expr!: BoolOp(op,values) NamedExpr(target,value) BinOp(left,op,right) UnaryOp(op,operand) Lambda(args,body)
  IfExp(test,body,orelse) Dict(keys,values) Set(elts) ListComp(elt,generators) SetComp(elt,generators)
  DictComp(key,value,generators) GeneratorExp(elt,generators) Await(value) Yield(value) YieldFrom(value)
  Compare(left,ops,comparators) Call(func,args,keywords) FormattedValue(value,conversion,format_spec)
  Interpolation(value,str,conversion,format_spec) JoinedStr(values) TemplateStr(values) Constant(value,kind)
  Attribute(value,attr,ctx) Subscript(value,slice,ctx) Starred(value,ctx) Name(id,ctx) List(elts,ctx)
  Tuple(elts,ctx) Slice(lower,upper,step)
expr_context: Load() Store() Del()
boolop: And() Or()
operator: Add() Sub() Mult() MatMult() Div() Mod() Pow() LShift() RShift() BitOr() BitXor() BitAnd() FloorDiv()
unaryop: Invert() Not() UAdd() USub()
cmpop: Eq() NotEq() Lt() LtE() Gt() GtE() Is() IsNot() In() NotIn()
comprehension(target,iter,ifs,is_async):
excepthandler!: ExceptHandler(type,name,body)
arguments(posonlyargs,args,vararg,kwonlyargs,kw_defaults,kwarg,defaults):
arg!(arg,annotation,type_comment):
keyword!(arg,value):
alias!(name,asname):
withitem(context_expr,optional_vars):
match_case(pattern,guard,body):
pattern!: MatchValue(value) MatchSingleton(value) MatchSequence(patterns) MatchMapping(keys,patterns,rest)
  MatchClass(cls,patterns,kwd_attrs,kwd_patterns) MatchStar(name) MatchAs(pattern,name) MatchOr(patterns)
type_ignore: TypeIgnore(lineno,tag)
type_param!: TypeVar(name,bound,default_value) ParamSpec(name,default_value) TypeVarTuple(name,default_value)
"""


def _define(text, base, attributes):
    name, _, fields = text.partition("(")
    fields = tuple(field for field in fields.rstrip(")").split(",") if field)
    namespace = {
        "__module__": "ast",
        "__doc__": text,
        "_fields": fields,
        "__match_args__": fields,
        "_attributes": attributes,
        "_optional_fields": frozenset(_OPTIONAL.intersection(fields)),
        "_field_types": {field: object for field in fields},
    }
    for field in _OPTIONAL.intersection(fields):
        namespace[field] = None
    for attribute in attributes[2:]:
        namespace[attribute] = None
    made = type(name, (base,), namespace)
    globals()[name] = made
    return made


def _define_all():
    base, attributes = AST, ()
    for word in _SPECIFICATION.replace("\n  ", " ").split():
        if word.endswith(":"):
            word = word[:-1]
            attributes = _POSITIONS if "!" in word else ()
            base = _define(word.replace("!", ""), AST, attributes)
        else:
            _define(word, base, attributes)


_define_all()
AST.__module__ = "ast"

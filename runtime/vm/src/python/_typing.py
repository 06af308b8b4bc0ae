"""Type parameters, type aliases and Generic (PEP 484, 612, 646, 695, 696), as typing builds on them."""

from types import GenericAlias, UnionType as Union


def _idfunc(x):
    return x


def _caller():
    import sys
    return sys._getframemodulename(2)


def _typing_function(name):
    import typing
    return getattr(typing, name)


class _NoDefaultType:
    __slots__ = ()
    _instance = None

    def __new__(cls):
        if _NoDefaultType._instance is None:
            _NoDefaultType._instance = object.__new__(cls)
        return _NoDefaultType._instance

    def __repr__(self):
        return "typing.NoDefault"

    def __reduce__(self):
        return "NoDefault"


NoDefault = _NoDefaultType()


class _Lazy:
    """A value that a function makes when it is asked for."""

    __slots__ = ("evaluate",)

    def __init__(self, evaluate):
        self.evaluate = evaluate


class _ConstEvaluator:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def __call__(self, format=1, /):
        if format == 4:
            return _typing_function("_type_repr")(self.value)
        return self.value

    def __repr__(self):
        return f"<constevaluator {self.value!r}>"


def _forced(holder, slot):
    value = getattr(holder, slot)
    if isinstance(value, _Lazy):
        value = value.evaluate(1)
        setattr(holder, slot, value)
    return value


def _evaluator(holder, slot, evaluators, absent):
    value = getattr(holder, slot)
    if isinstance(value, _Lazy):
        return value.evaluate
    kept = evaluators.get(slot)
    if kept is not None:
        return kept
    return None if value is absent else _ConstEvaluator(value)


class _Parameter:
    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")

    def __reduce__(self):
        return self.__name__

    @property
    def __default__(self):
        return _forced(self, "_default")

    @property
    def evaluate_default(self):
        return _evaluator(self, "_default", {}, NoDefault)

    def has_default(self):
        return self._default is not NoDefault

    def _set_lazy_default(self, evaluate):
        self._default = _Lazy(evaluate)

    def __or__(self, other):
        return _typing_function("Union")[self, other]

    def __ror__(self, other):
        return _typing_function("Union")[other, self]


def _check_name(name, kind):
    if not isinstance(name, str):
        raise TypeError(f"{kind}() argument 'name' must be str, not {type(name).__name__}")


def _variance_prefix(self):
    if self.__infer_variance__:
        return ""
    return "+" if self.__covariant__ else "-" if self.__contravariant__ else "~"


class TypeVar(_Parameter):
    def __init__(self, name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False,
                 infer_variance=False):
        _check_name(name, "typevar")
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if infer_variance and (covariant or contravariant):
            raise ValueError("Variance cannot be specified with infer_variance.")
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        if bound is not None:
            bound = _typing_function("_type_check")(bound, "Bound must be a type.")
        self.__name__ = name
        self._bound = bound
        self._constraints = constraints
        self._default = default
        self.__covariant__ = bool(covariant)
        self.__contravariant__ = bool(contravariant)
        self.__infer_variance__ = bool(infer_variance)
        module = _caller()
        if module != "typing":
            self.__module__ = module

    @property
    def __bound__(self):
        return _forced(self, "_bound")

    @property
    def __constraints__(self):
        return _forced(self, "_constraints")

    @property
    def evaluate_bound(self):
        return _evaluator(self, "_bound", {}, None)

    @property
    def evaluate_constraints(self):
        return _evaluator(self, "_constraints", {}, ())

    def __repr__(self):
        return _variance_prefix(self) + self.__name__

    def __typing_subst__(self, arg):
        return _typing_function("_typevar_subst")(self, arg)

    def __typing_prepare_subst__(self, alias, args):
        params = alias.__parameters__
        index = params.index(self)
        if index < len(args) or (index == len(args) and not self.has_default()):
            if index < len(args):
                return args
        if self.has_default() and index >= len(args):
            return (*args, self.__default__)
        raise TypeError(f"Too few arguments for {alias}")


class ParamSpecArgs:
    def __init__(self, origin):
        self.__origin__ = origin

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass an instance of ParamSpecArgs")

    def __eq__(self, other):
        return self.__origin__ == other.__origin__ if isinstance(other, ParamSpecArgs) else NotImplemented

    def __hash__(self):
        return hash((ParamSpecArgs, self.__origin__))

    def __repr__(self):
        return f"{self.__origin__.__name__}.args"


class ParamSpecKwargs:
    def __init__(self, origin):
        self.__origin__ = origin

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass an instance of ParamSpecKwargs")

    def __eq__(self, other):
        return self.__origin__ == other.__origin__ if isinstance(other, ParamSpecKwargs) else NotImplemented

    def __hash__(self):
        return hash((ParamSpecKwargs, self.__origin__))

    def __repr__(self):
        return f"{self.__origin__.__name__}.kwargs"


class ParamSpec(_Parameter):
    def __init__(self, name, *, bound=None, default=NoDefault, covariant=False, contravariant=False,
                 infer_variance=False):
        _check_name(name, "paramspec")
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if infer_variance and (covariant or contravariant):
            raise ValueError("Variance cannot be specified with infer_variance.")
        self.__name__ = name
        self.__bound__ = None if bound is None else _typing_function("_type_check")(bound, "Bound must be a type.")
        self._default = default
        self.__covariant__ = bool(covariant)
        self.__contravariant__ = bool(contravariant)
        self.__infer_variance__ = bool(infer_variance)
        module = _caller()
        if module != "typing":
            self.__module__ = module

    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecKwargs(self)

    def __repr__(self):
        return _variance_prefix(self) + self.__name__

    def __typing_subst__(self, arg):
        return _typing_function("_paramspec_subst")(self, arg)

    def __typing_prepare_subst__(self, alias, args):
        return _typing_function("_paramspec_prepare_subst")(self, alias, args)


class TypeVarTuple(_Parameter):
    def __init__(self, name, *, default=NoDefault):
        _check_name(name, "typevartuple")
        self.__name__ = name
        self._default = default
        module = _caller()
        if module != "typing":
            self.__module__ = module

    def __iter__(self):
        yield _typing_function("Unpack")[self]

    def __repr__(self):
        return self.__name__

    def __typing_subst__(self, arg):
        raise TypeError("Substitution of bare TypeVarTuple is not supported")

    def __typing_prepare_subst__(self, alias, args):
        return _typing_function("_typevartuple_prepare_subst")(self, alias, args)


class TypeAliasType:
    def __init__(self, name, value, *, type_params=()):
        _check_name(name, "typealias")
        if not isinstance(type_params, tuple):
            raise TypeError("type_params must be a tuple")
        self.__name__ = name
        self._value = value
        self.__type_params__ = type_params
        self.__module__ = _caller()

    @property
    def __value__(self):
        return _forced(self, "_value")

    @property
    def evaluate_value(self):
        return _evaluator(self, "_value", {}, None)

    @property
    def __parameters__(self):
        result = []
        for param in self.__type_params__:
            if isinstance(param, TypeVarTuple):
                result.extend(param)
            else:
                result.append(param)
        return tuple(result)

    def __getitem__(self, args):
        if not self.__type_params__:
            raise TypeError("Only generic type aliases are subscriptable")
        return GenericAlias(self, args)

    def __iter__(self):
        yield _typing_function("Unpack")[self]

    def __or__(self, other):
        return _typing_function("Union")[self, other]

    def __ror__(self, other):
        return _typing_function("Union")[other, self]

    def __reduce__(self):
        return self.__name__

    def __repr__(self):
        return self.__name__

    def __mro_entries__(self, bases):
        raise TypeError("type 'typing.TypeAliasType' is not an acceptable base type")


class Generic:
    """Abstract base class for generic types."""

    __slots__ = ()
    _is_protocol = False

    @classmethod
    def __class_getitem__(cls, *args, **kwargs):
        return _typing_function("_generic_class_getitem")(cls, *args, **kwargs)

    @classmethod
    def __init_subclass__(cls, *args, **kwargs):
        return _typing_function("_generic_init_subclass")(cls, *args, **kwargs)


def _make_type_var(name, bound, constraints):
    made = TypeVar.__new__(TypeVar)
    made.__name__ = name
    made._bound = None if bound is None else _Lazy(bound)
    made._constraints = () if constraints is None else _Lazy(constraints)
    made._default = NoDefault
    made.__covariant__ = made.__contravariant__ = False
    made.__infer_variance__ = True
    made.__module__ = _caller()
    return made


def _make_type_alias(name, params, value):
    made = TypeAliasType.__new__(TypeAliasType)
    made.__name__ = name
    made._value = _Lazy(value)
    made.__type_params__ = () if params is None else params
    made.__module__ = _caller()
    return made


for _class in (TypeVar, ParamSpec, TypeVarTuple, TypeAliasType, Generic, ParamSpecArgs, ParamSpecKwargs):
    _class.__module__ = "typing"
del _class

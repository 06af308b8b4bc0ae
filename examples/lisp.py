"""A Lisp: reader, evaluator with tail calls and macros, and a small library written in Lisp itself.

    lisp.py             runs the program at the end
    lisp.py FILE        runs a file
"""

import operator
import sys
from functools import reduce


class LispError(Exception):
    pass


class Symbol(str):
    """A name; equal names are one symbol."""

    table = {}

    def __new__(cls, name):
        if name not in cls.table:
            cls.table[name] = super().__new__(cls, name)
        return cls.table[name]

    def __repr__(self):
        return str(self)


QUOTE, IF, DEFINE, SET, LAMBDA, BEGIN, LET, QUASI, UNQUOTE, SPLICE, MACRO, COND, ELSE, AND, OR, DOT = (
    Symbol(name)
    for name in "quote if define set! lambda begin let quasiquote unquote unquote-splicing define-macro cond else and or .".split()
)
SHORT = {"'": QUOTE, "`": QUASI, ",": UNQUOTE, ",@": SPLICE}


def tokens(text):
    """The tokens of a program; comments and white space are left out."""
    i = 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
        elif c == ";":
            while i < len(text) and text[i] != "\n":
                i += 1
        elif c in "()'`":
            yield c
            i += 1
        elif c == ",":
            token = ",@" if text[i + 1 : i + 2] == "@" else ","
            yield token
            i += len(token)
        elif c == '"':
            end = text.index('"', i + 1)
            yield text[i : end + 1]
            i = end + 1
        else:
            start = i
            while i < len(text) and not text[i].isspace() and text[i] not in "()'`,;\"":
                i += 1
            yield text[start:i]


END = object()


def read(stream):
    """The next form of a stream of tokens, or END."""
    token = next(stream, END)
    if token is END:
        return END
    if token == "(":
        items = []
        while (item := read(stream)) is not CLOSE:
            if item is END:
                raise LispError("a parenthesis is not closed")
            items.append(item)
        return items
    if token == ")":
        return CLOSE
    if token in SHORT:
        return [SHORT[token], read(stream)]
    return atom(token)


CLOSE = object()


def atom(token):
    if token in ("#t", "#f"):
        return token == "#t"
    if token.startswith('"'):
        return Text(token[1:-1])
    for kind in (int, float):
        try:
            return kind(token)
        except ValueError:
            pass
    return Symbol(token)


class Text(str):
    """A string of the program, as opposed to a symbol."""


def show(value):
    """A value as Lisp prints it."""
    match value:
        case True:
            return "#t"
        case False:
            return "#f"
        case None:
            return ""
        case list():
            return "(" + " ".join(map(show, value)) + ")"
        case Text():
            return f'"{value}"'
        case Procedure():
            return f"<procedure {value.name}>"
        case _ if callable(value):
            return "<built-in>"
        case _:
            return str(value)


class Environment(dict):
    """Names and their values, inside an outer environment."""

    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values))
        self.outer = outer

    def find(self, name):
        environment = self
        while environment is not None:
            if name in environment:
                return environment
            environment = environment.outer
        raise LispError(f"{name} has no value")


class Procedure:
    """A lambda with the environment it was made in."""

    def __init__(self, parameters, body, environment, name="lambda"):
        self.rest = None
        if isinstance(parameters, Symbol):
            parameters, self.rest = [], parameters
        elif DOT in parameters:
            at = parameters.index(DOT)
            parameters, self.rest = parameters[:at], parameters[at + 1]
        self.parameters = parameters
        self.body = body
        self.environment = environment
        self.name = name

    def bind(self, arguments):
        wanted = len(self.parameters)
        if len(arguments) < wanted or (self.rest is None and len(arguments) > wanted):
            raise LispError(f"{self.name} takes {wanted} arguments, not {len(arguments)}")
        environment = Environment(self.parameters, arguments, self.environment)
        if self.rest is not None:
            environment[self.rest] = list(arguments[wanted:])
        return environment

    def __call__(self, *arguments):
        return evaluate(self.body, self.bind(arguments))


MACROS = {}


def evaluate(form, environment):
    """The value of a form. Calls in tail position loop instead of recursing."""
    while True:
        if isinstance(form, Symbol):
            return environment.find(form)[form]
        if not isinstance(form, list):
            return form
        if not form:
            return []
        head = form[0]
        if head is QUOTE:
            return form[1]
        elif head is IF:
            _, test, yes, *no = form
            if evaluate(test, environment) is not False:
                form = yes
            elif no:
                form = no[0]
            else:
                return None
        elif head is COND:
            for test, *body in form[1:]:
                if test is ELSE or evaluate(test, environment) is not False:
                    form = [BEGIN, *body]
                    break
            else:
                return None
        elif head is AND or head is OR:
            stop = head is OR
            value = not stop
            for part in form[1:]:
                value = evaluate(part, environment)
                if (value is not False) == stop:
                    break
            return value
        elif head is DEFINE:
            target = form[1]
            if isinstance(target, list):
                name = target[0]
                environment[name] = Procedure(target[1:], [BEGIN, *form[2:]], environment, name)
            else:
                environment[target] = evaluate(form[2], environment)
            return None
        elif head is MACRO:
            name, *parameters = form[1]
            MACROS[name] = Procedure(parameters, [BEGIN, *form[2:]], environment, name)
            return None
        elif head is SET:
            environment.find(form[1])[form[1]] = evaluate(form[2], environment)
            return None
        elif head is LAMBDA:
            return Procedure(form[1], [BEGIN, *form[2:]], environment)
        elif head is LET:
            names = [name for name, _ in form[1]]
            values = [evaluate(value, environment) for _, value in form[1]]
            environment = Environment(names, values, environment)
            form = [BEGIN, *form[2:]]
        elif head is BEGIN:
            for part in form[1:-1]:
                evaluate(part, environment)
            form = form[-1]
        elif head is QUASI:
            return quasiquote(form[1], environment)
        elif isinstance(head, Symbol) and head in MACROS:
            form = MACROS[head](*form[1:])
        else:
            function, *arguments = [evaluate(part, environment) for part in form]
            if isinstance(function, Procedure):
                form, environment = function.body, function.bind(arguments)
            elif callable(function):
                return function(*arguments)
            else:
                raise LispError(f"{show(function)} is no procedure")


def quasiquote(form, environment):
    if not isinstance(form, list) or not form:
        return form
    if form[0] is UNQUOTE:
        return evaluate(form[1], environment)
    result = []
    for part in form:
        if isinstance(part, list) and part and part[0] is SPLICE:
            result.extend(evaluate(part[1], environment))
        else:
            result.append(quasiquote(part, environment))
    return result


def chain(compare):
    return lambda *args: all(compare(a, b) for a, b in zip(args, args[1:]))


def standard_environment():
    environment = Environment()
    environment.update(
        {
            "+": lambda *args: sum(args),
            "*": lambda *args: reduce(operator.mul, args, 1),
            "-": lambda first, *rest: reduce(operator.sub, rest, first) if rest else -first,
            "/": lambda first, *rest: reduce(operator.truediv, rest, first),
            "quotient": operator.floordiv,
            "modulo": operator.mod,
            "expt": operator.pow,
            "=": chain(operator.eq),
            "<": chain(operator.lt),
            ">": chain(operator.gt),
            "<=": chain(operator.le),
            ">=": chain(operator.ge),
            "eq?": lambda a, b: a is b or a == b,
            "equal?": operator.eq,
            "not": lambda x: x is False,
            "list": lambda *args: list(args),
            "cons": lambda head, tail: [head, *tail],
            "car": lambda items: items[0],
            "cdr": lambda items: items[1:],
            "append": lambda *lists: sum(lists, []),
            "length": len,
            "null?": lambda x: x == [],
            "pair?": lambda x: isinstance(x, list) and x != [],
            "symbol?": lambda x: isinstance(x, Symbol),
            "number?": lambda x: isinstance(x, (int, float)) and not isinstance(x, bool),
            "string-append": lambda *parts: Text("".join(parts)),
            "apply": lambda function, arguments: function(*arguments),
            "display": lambda x: print(x if isinstance(x, str) else show(x), end=""),
            "newline": lambda: print(),
        }
    )
    environment = Environment(map(Symbol, environment), environment.values())
    run(LIBRARY, environment)
    return environment


def run(text, environment, echo=False):
    stream = tokens(text)
    while (form := read(stream)) is not END:
        try:
            value = evaluate(form, environment)
        except (LispError, TypeError, IndexError, ZeroDivisionError) as error:
            print(f"error in {show(form)}: {error}")
            continue
        if echo and value is not None:
            print(show(value))


LIBRARY = """
(define (map f items) (if (null? items) '() (cons (f (car items)) (map f (cdr items)))))
(define (filter p items)
  (cond ((null? items) '()) ((p (car items)) (cons (car items) (filter p (cdr items)))) (else (filter p (cdr items)))))
(define (fold f start items) (if (null? items) start (fold f (f start (car items)) (cdr items))))
(define (range from to) (if (>= from to) '() (cons from (range (+ from 1) to))))
(define (reverse items) (fold (lambda (done item) (cons item done)) '() items))
(define (compose . fs) (if (null? fs) (lambda (x) x) (lambda (x) ((car fs) ((apply compose (cdr fs)) x)))))
(define-macro (unless test . body) `(if ,test #f (begin ,@body)))
(define-macro (while test . body) `(let ((loop #f)) (set! loop (lambda () (if ,test (begin ,@body (loop)) #f))) (loop)))
"""

PROGRAM = """
; numbers
(+ 1 2 (* 3 4)) (- 5) (/ 7 2) (expt 2 100) (< 1 2 3) (= 1 2)
; recursion and lists
(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))
(factorial 30)
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(map fib (range 0 16))
(filter (lambda (n) (= 1 (modulo n 3))) (range 0 20))
(reverse '(1 2 (three four) "five"))
; tail calls do not grow the stack
(define (count n total) (if (= n 0) total (count (- n 1) (+ total n))))
(count 20000 0)
; closures
(define (counter) (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
(define tick (counter))
(tick) (tick) (list (tick) (tick))
((compose (lambda (x) (* x x)) (lambda (x) (+ x 1))) 4)
; macros and quasiquotation
(define n 0)
(while (< n 3) (display n) (display " ") (set! n (+ n 1)))
(unless (= 1 2) "one is not two")
`(1 ,(+ 1 1) ,@(map fib '(3 4 5)))
; a sorting procedure
(define (quicksort items)
  (if (null? items) '()
    (let ((pivot (car items)) (rest (cdr items)))
      (append (quicksort (filter (lambda (x) (< x pivot)) rest)) (list pivot)
              (quicksort (filter (lambda (x) (>= x pivot)) rest))))))
(quicksort '(3 1 4 1 5 9 2 6 5 3 5))
; queens
(define (safe? row queens distance)
  (or (null? queens)
      (and (not (= row (car queens))) (not (= row (+ (car queens) distance))) (not (= row (- (car queens) distance)))
           (safe? row (cdr queens) (+ distance 1)))))
(define (queens size left placed)
  (if (= left 0) 1
    (fold + 0 (map (lambda (row) (if (safe? row placed 1) (queens size (- left 1) (cons row placed)) 0)) (range 0 size)))))
(map (lambda (n) (queens n n '())) '(4 5 6))
; mistakes
undefined-name
(car '())
(factorial 1 2)
("not a procedure" 1)
(and 1 2 #f) (or #f 3) (and) car count
"""


def main():
    environment = standard_environment()
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            run(file.read(), environment, echo=True)
    else:
        run(PROGRAM, environment, echo=True)


main()

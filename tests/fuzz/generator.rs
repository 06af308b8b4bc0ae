//! Makes Python programs that end, print as they go, and behave the same on every run.
//!
//! Programs end because loops have few rounds, functions call only functions made before them, and only from outside of
//! nested loops. Values stay small because products are reduced, powers are low, and texts and lists are cut. Expressions
//! are made for a type, so most of them work; some are made for the wrong one, and print the exception that they raise.

use crate::random::Random;

/// The types that the generator knows variables by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Int,
    Float,
    Text,
    List,
    Dict,
    Bool,
    Object(usize),
}

#[derive(Clone)]
struct Variable {
    name: String,
    kind: Type,
}

/// A function that later code may call: parameters and result.
struct Function {
    name: String,
    parameters: Vec<Type>,
    result: Type,
    is_generator: bool,
}

/// A class: its number is its name, its base comes before it.
struct Class {
    base: Option<usize>,
    has_add: bool,
    has_iter: bool,
}

struct Generator {
    random: Random,
    out: String,
    indent: usize,
    scope: Vec<Variable>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    loops: usize,
    /// Calls that the present function may still make.
    calls: usize,
    names: usize,
}

/// The program of a seed, in parts that can be left out one by one.
pub fn program(seed: u64) -> Vec<String> {
    let mut g = Generator {
        random: Random::new(seed),
        out: String::new(),
        indent: 0,
        scope: Vec::new(),
        functions: Vec::new(),
        classes: Vec::new(),
        loops: 0,
        calls: 0,
        names: 0,
    };
    let mut parts = vec![format!("# seed {seed}\n")];
    for _ in 0..1 + g.random.below(3) {
        g.class();
        parts.push(std::mem::take(&mut g.out));
    }
    for _ in 0..2 + g.random.below(4) {
        g.function();
        parts.push(std::mem::take(&mut g.out));
    }
    for kind in
        [Type::Int, Type::Float, Type::Text, Type::List, Type::Dict, Type::Bool, Type::Object(0), Type::Int]
    {
        let (name, value) = (g.fresh("v"), g.literal(kind));
        g.line(&format!("{name} = {value}"));
        g.scope.push(Variable { name, kind });
    }
    parts.push(std::mem::take(&mut g.out));
    for _ in 0..8 + g.random.below(10) {
        g.calls = 3;
        let bound = g.scope.len();
        g.line("try:");
        g.block(|g| {
            for _ in 0..1 + g.random.below(3) {
                g.statement(2);
            }
        });
        g.line("except Exception as e:");
        g.block(|g| g.line("print('!', type(e).__name__, e)"));
        // What was bound in there may be missing, where an exception came first: that is used only now and then.
        if g.random.chance(80) {
            g.scope.truncate(bound);
        }
        parts.push(std::mem::take(&mut g.out));
    }
    g.line("for name in sorted(n for n in globals() if n[0] == 'v'):");
    g.block(|g| g.line("print(name, globals()[name])"));
    parts.push(std::mem::take(&mut g.out));
    parts
}

impl Generator {
    fn line(&mut self, text: &str) {
        self.out += &"    ".repeat(self.indent);
        self.out += text;
        self.out.push('\n');
    }

    fn block(&mut self, body: impl FnOnce(&mut Generator)) {
        self.indent += 1;
        body(self);
        self.indent -= 1;
    }

    fn fresh(&mut self, letter: &str) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }

    /// Runs `body` with variables of its own; what it binds is forgotten after it.
    fn inner_scope(&mut self, body: impl FnOnce(&mut Generator)) {
        let length = self.scope.len();
        body(self);
        self.scope.truncate(length);
    }

    fn some_type(&mut self) -> Type {
        match self.random.below(12) {
            0..=3 => Type::Int,
            4 | 5 => Type::Float,
            6 | 7 => Type::Text,
            8 => Type::List,
            9 => Type::Dict,
            10 => Type::Bool,
            _ if self.classes.is_empty() => Type::Int,
            _ => Type::Object(self.random.below(self.classes.len())),
        }
    }

    fn variable(&mut self, kind: Type) -> Option<String> {
        let fitting: Vec<usize> = (0..self.scope.len()).filter(|&i| self.scope[i].kind == kind).collect();
        (!fitting.is_empty()).then(|| self.scope[fitting[self.random.below(fitting.len())]].name.clone())
    }

    // Definitions

    fn class(&mut self) {
        let number = self.classes.len();
        let base = (number > 0 && self.random.chance(60)).then(|| self.random.below(number));
        let (has_add, has_iter) = (self.random.chance(50), self.random.chance(40));
        let header = base.map_or(format!("class C{number}:"), |base| format!("class C{number}(C{base}):"));
        self.line(&header);
        self.indent += 1;
        let shared = self.literal(Type::Int);
        self.line(&format!("shared = {shared}"));
        self.line("def __init__(self, a, b=2):");
        self.block(|g| {
            if base.is_some() {
                g.line("super().__init__(a, b)");
            }
            g.line("self.a = a");
            let kind = g.some_plain_type();
            let value = g.literal(kind);
            g.line(&format!("self.b{number} = b"));
            g.line(&format!("self.c = {value}"));
        });
        self.line("def __repr__(self):");
        self.block(|g| {
            g.line(&format!(
                "return f'C{number}({{self.a}}, {{self.b{number}!r}}, {{getattr(self, 'c', None)}})'"
            ))
        });
        self.line("def get(self, k=1):");
        self.block(|g| {
            g.inner_scope(|g| {
                g.scope = vec![Variable { name: "k".to_owned(), kind: Type::Int }];
                g.scope.push(Variable { name: "self.a".to_owned(), kind: Type::Int });
                g.scope.push(Variable { name: "self.shared".to_owned(), kind: Type::Int });
                let value = g.expression(Type::Int, 2);
                let call = if base.is_some() && g.random.chance(60) { "super().get(k) + " } else { "" };
                g.line(&format!("self.a = ({value}) % 1000"));
                g.line(&format!("return {call}self.a"));
            });
        });
        if self.random.chance(50) {
            self.line("@property");
            self.line("def twice(self):");
            self.block(|g| g.line("return self.a * 2"));
        } else {
            self.line("twice = 5");
        }
        if has_add {
            self.line("def __add__(self, other):");
            self.block(|g| {
                g.line("if isinstance(other, int):");
                g.block(|g| g.line("return type(self)(self.a + other)"));
                g.line("return NotImplemented");
            });
            self.line("def __lt__(self, other):");
            self.block(|g| g.line("return self.a < other.a"));
            self.line("def __eq__(self, other):");
            self.block(|g| g.line("return isinstance(other, type(self)) and self.a == other.a"));
            self.line("def __hash__(self):");
            self.block(|g| g.line("return hash(self.a)"));
        }
        if has_iter {
            self.line("def __iter__(self):");
            self.block(|g| {
                g.line("for i in range(self.a % 5):");
                g.block(|g| g.line("yield i + self.shared"));
            });
            self.line("def __len__(self):");
            self.block(|g| g.line("return self.a % 5"));
        }
        self.indent -= 1;
        let inherits =
            base.map_or((false, false), |base| (self.classes[base].has_add, self.classes[base].has_iter));
        self.classes.push(Class { base, has_add: has_add || inherits.0, has_iter: has_iter || inherits.1 });
    }

    fn function(&mut self) {
        let name = format!("f{}", self.functions.len());
        let parameters: Vec<Type> = (0..1 + self.random.below(3)).map(|_| self.some_type()).collect();
        let result = self.some_plain_type();
        let is_generator = self.random.chance(25);
        let mut texts = Vec::new();
        let mut scope = Vec::new();
        for (number, &kind) in parameters.iter().enumerate() {
            texts.push(format!("p{number}"));
            scope.push(Variable { name: format!("p{number}"), kind });
        }
        if self.random.chance(30) {
            let value = self.literal(Type::Int);
            texts.push(format!("d={value}"));
            scope.push(Variable { name: "d".to_owned(), kind: Type::Int });
        }
        if self.random.chance(20) {
            texts.push("*rest".to_owned());
        }
        if self.random.chance(20) {
            texts.push("key=3".to_owned());
            scope.push(Variable { name: "key".to_owned(), kind: Type::Int });
        }
        self.line(&format!("def {name}({}):", texts.join(", ")));
        let outer = std::mem::replace(&mut self.scope, scope);
        self.calls = 2;
        self.block(|g| {
            for _ in 0..1 + g.random.below(3) {
                g.statement(2);
            }
            if g.random.chance(30) {
                g.closure();
            }
            if is_generator {
                g.generator_body(result);
            } else {
                let value = g.expression(result, 2);
                g.line(&format!("return {value}"));
            }
        });
        self.scope = outer;
        self.functions.push(Function { name, parameters, result, is_generator });
    }

    fn closure(&mut self) {
        let (counter, inner) = (self.fresh("n"), self.fresh("g"));
        self.line(&format!("{counter} = 0"));
        self.line(&format!("def {inner}(step):"));
        self.block(|g| {
            g.line(&format!("nonlocal {counter}"));
            g.line(&format!("{counter} += step"));
            g.line(&format!("return {counter}"));
        });
        let step = self.literal(Type::Int);
        self.line(&format!("print([{inner}({step}) for _ in range(3)], {counter})"));
    }

    fn generator_body(&mut self, result: Type) {
        let rounds = 1 + self.random.below(4);
        self.line("try:");
        self.block(|g| {
            g.line(&format!("for i in range({rounds}):"));
            g.block(|g| {
                g.inner_scope(|g| {
                    g.scope.push(Variable { name: "i".to_owned(), kind: Type::Int });
                    let value = g.expression(result, 2);
                    g.line(&format!("got = yield {value}"));
                    g.line("if got is not None: print('sent', got)");
                });
            });
        });
        self.line("finally:");
        self.block(|g| g.line("print('closed')"));
    }

    // Statements

    fn statement(&mut self, depth: usize) {
        match self.random.below(if depth == 0 { 8 } else { 18 }) {
            0..=2 => self.assignment(),
            3 => self.augmented(),
            4 | 5 => self.print(),
            6 => self.container_change(),
            7 => self.wrong(),
            8 | 9 => self.if_statement(depth),
            10 | 11 => self.for_loop(depth),
            12 => self.while_loop(depth),
            13 => self.try_statement(depth),
            14 => self.generator_use(),
            15 => self.unpacking(),
            16 => self.match_statement(),
            _ => self.object_change(),
        }
    }

    fn assignment(&mut self) {
        let kind = self.some_type();
        let value = self.expression(kind, 3);
        let name = self.fresh("v");
        self.line(&format!("{name} = {value}"));
        // A name bound in a block may be unbound after it; that too is behaviour to compare.
        self.scope.push(Variable { name, kind });
    }

    fn augmented(&mut self) {
        let Some(name) = self.variable(Type::Int).filter(|name| !name.contains('.')) else {
            return self.print();
        };
        let operator = self.random.pick(&["+=", "-=", "^=", "|=", "&=", "//=", "%="]);
        let value = self.expression(Type::Int, 2);
        self.line(&format!("{name} {operator} {value}"));
    }

    fn print(&mut self) {
        let kinds = [self.some_type(), self.some_type()];
        let values: Vec<String> = kinds.into_iter().map(|kind| self.expression(kind, 3)).collect();
        self.line(&format!("print({})", values.join(", ")));
    }

    fn container_change(&mut self) {
        if let Some(name) = self.variable(Type::List) {
            let value = self.expression(Type::Int, 2);
            let text = match self.random.below(6) {
                0 => format!("{name}.append({value})"),
                1 => format!("{name}.insert(1, {value})"),
                2 => format!("print({name}.pop())"),
                3 => format!("{name}[0] = {value}"),
                4 => format!("{name}[1:2] = [{value}, 7]"),
                _ => format!("{name}.sort(key=str)"),
            };
            self.line(&text);
        } else if let Some(name) = self.variable(Type::Dict) {
            let (key, value) = (self.expression(Type::Text, 1), self.expression(Type::Int, 2));
            let text = match self.random.below(4) {
                0 => format!("{name}[{key}] = {value}"),
                1 => format!("{name}[{key}] = {name}.get({key}, 0) + 1"),
                2 => format!("print({name}.pop({key}, None))"),
                _ => format!("del {name}[{key}]"),
            };
            self.line(&text);
        } else {
            self.assignment();
        }
    }

    /// Something that usually raises, and what it raises.
    fn wrong(&mut self) {
        let kinds = [self.some_type(), self.some_type()];
        let [a, b] = kinds.map(|kind| self.expression(kind, 1));
        let operation = self.random.pick(&[
            "a + b",
            "a < b",
            "a[b]",
            "a.missing",
            "a // 0",
            "len(a)",
            "list(a)[:5]",
            "a(b)",
            "a % b if not isinstance(a, str) else -a",
        ]);
        self.line("try:");
        self.block(|g| g.line(&format!("print((lambda a, b: {operation})({a}, {b}))")));
        self.line("except (TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError) as e:");
        self.block(|g| g.line("print(type(e).__name__, e)"));
    }

    fn body(&mut self, depth: usize) {
        self.block(|g| {
            g.inner_scope(|g| {
                for _ in 0..1 + g.random.below(2) {
                    g.statement(depth - 1);
                }
            });
        });
    }

    fn if_statement(&mut self, depth: usize) {
        let condition = self.expression(Type::Bool, 2);
        self.line(&format!("if {condition}:"));
        self.body(depth);
        if self.random.chance(30) {
            let condition = self.expression(Type::Bool, 2);
            self.line(&format!("elif {condition}:"));
            self.body(depth);
        }
        if self.random.chance(50) {
            self.line("else:");
            self.body(depth);
        }
    }

    fn for_loop(&mut self, depth: usize) {
        let name = self.fresh("i");
        let (iterable, kind) = match self.random.below(5) {
            0 | 1 => (format!("range({})", 1 + self.random.below(5)), Type::Int),
            2 => (format!("({})[:4]", self.expression(Type::List, 1)), Type::Int),
            3 => (format!("({})[:4]", self.expression(Type::Text, 1)), Type::Text),
            _ => (format!("sorted({})[:4]", self.expression(Type::Dict, 1)), Type::Text),
        };
        self.line(&format!("for {name} in {iterable}:"));
        self.loop_body(depth, Variable { name, kind });
    }

    fn while_loop(&mut self, depth: usize) {
        let name = self.fresh("w");
        let rounds = 1 + self.random.below(4);
        self.line(&format!("{name} = {rounds}"));
        self.line(&format!("while {name} > 0:"));
        self.block(|g| g.line(&format!("{name} -= 1")));
        self.loop_body(depth, Variable { name, kind: Type::Int });
    }

    fn loop_body(&mut self, depth: usize, variable: Variable) {
        self.loops += 1;
        let calls = if self.loops > 1 { std::mem::take(&mut self.calls) } else { self.calls };
        let length = self.scope.len();
        // The variable of a while loop must not be assigned to: the loop might not end.
        self.scope.push(Variable { name: format!("({})", variable.name), kind: variable.kind });
        self.body(depth);
        if self.random.chance(25) {
            let condition = self.expression(Type::Bool, 1);
            let word = self.random.pick(&["break", "continue"]);
            self.block(|g| g.line(&format!("if {condition}: {word}")));
        }
        self.scope.truncate(length);
        if self.random.chance(20) {
            self.line("else:");
            self.block(|g| g.line("print('else')"));
        }
        self.loops -= 1;
        self.calls = self.calls.max(calls);
    }

    fn try_statement(&mut self, depth: usize) {
        self.line("try:");
        self.body(depth);
        let raised = self.random.pick(&["ValueError", "KeyError", "ZeroDivisionError"]);
        if self.random.chance(50) {
            let value = self.expression(Type::Int, 1);
            self.block(|g| g.line(&format!("if ({value}) % 2: raise {raised}({value})")));
        }
        let caught = self.random.pick(&["ValueError", "(KeyError, ZeroDivisionError)", "Exception"]);
        self.line(&format!("except {caught} as e:"));
        self.block(|g| g.line("print('caught', repr(e))"));
        if self.random.chance(40) {
            self.line("else:");
            self.body(depth);
        }
        if self.random.chance(40) {
            self.line("finally:");
            self.block(|g| g.line("print('finally')"));
        }
    }

    fn generator_use(&mut self) {
        let found: Vec<usize> =
            (0..self.functions.len()).filter(|&i| self.functions[i].is_generator).collect();
        if found.is_empty() || self.calls == 0 || self.loops > 0 {
            return self.print();
        }
        let index = found[self.random.below(found.len())];
        let call = self.call(index);
        let name = self.fresh("t");
        match self.random.below(3) {
            0 => self.line(&format!("print(list({call}))")),
            1 => {
                self.line(&format!("{name} = {call}"));
                self.line(&format!("print(next({name}, 'none'))"));
                self.line(&format!("try: print({name}.send(5))"));
                self.line("except StopIteration: print('stopped')");
                self.line(&format!("{name}.close()"));
            }
            _ => {
                self.line(&format!("for {name} in {call}:"));
                self.block(|g| {
                    g.line(&format!("print({name})"));
                    g.line("break");
                });
                self.line(&format!("{name} = None"));
            }
        }
    }

    fn unpacking(&mut self) {
        let names = [self.fresh("v"), self.fresh("v"), self.fresh("v")];
        let values = [(); 2].map(|()| self.expression(Type::Int, 2));
        let list = self.expression(Type::List, 2);
        match self.random.below(3) {
            0 => self.line(&format!("{}, {} = {}, {}", names[0], names[1], values[0], values[1])),
            1 => self.line(&format!("{}, *{} = [{}, *{list}]", names[0], names[1], values[0])),
            _ => self.line(&format!(
                "({}, {}), {} = ({}, {}), {list}",
                names[0], names[1], names[2], values[0], values[1]
            )),
        }
    }

    fn match_statement(&mut self) {
        let kind = self.some_type();
        let value = self.expression(kind, 2);
        self.line(&format!("match {value}:"));
        self.block(|g| {
            let literal = g.literal(Type::Int);
            g.line(&format!("case {} | 'a' | None: print('literal')", literal.trim_matches(['(', ')'])));
            g.line("case bool(x): print('bool', x)");
            g.line("case int(x) | float(x) if x > 1: print('number', x)");
            g.line("case [x, *rest]: print('list', x, rest)");
            g.line("case {'a': x, **rest}: print('dict', x, rest)");
            g.line("case str() as s: print('text', s)");
            g.line("case C0(a=x): print('object', x)");
            g.line("case _: print('other')");
        });
    }

    fn object_change(&mut self) {
        if self.classes.is_empty() {
            return self.print();
        }
        let kind = Type::Object(self.random.below(self.classes.len()));
        let Some(name) = self.variable(kind) else { return self.assignment() };
        let value = self.expression(Type::Int, 2);
        let text = match self.random.below(5) {
            0 => format!("{name}.a = {value}"),
            1 => format!("{name}.extra = {value}; print(sorted(vars({name})))"),
            2 => format!("print({name}.get({value}), {name}.twice)"),
            3 => format!("print({name}, {name}.shared, type({name}).__name__)"),
            _ => format!("del {name}.c; print({name})"),
        };
        self.line(&text);
    }

    // Expressions

    fn some_plain_type(&mut self) -> Type {
        [Type::Int, Type::Float, Type::Text, Type::Bool][self.random.below(4)]
    }

    fn literal(&mut self, kind: Type) -> String {
        match kind {
            Type::Int => {
                let choices = [
                    "0",
                    "1",
                    "2",
                    "3",
                    "7",
                    "10",
                    "255",
                    "(-1)",
                    "(-5)",
                    "1000000007",
                    "4611686018427387903",
                    "(-4611686018427387904)",
                ];
                self.random.pick(&choices).to_owned()
            }
            Type::Float => self
                .random
                .pick(&["0.0", "0.5", "1.5", "2.0", "(-0.25)", "3.25e5", "1e-3", "1e100", "(-1e-200)"])
                .to_owned(),
            Type::Text => {
                self.random.pick(&["''", "'a'", "'ab'", "'hello'", "'x y'", "'é€'", "'12'"]).to_owned()
            }
            Type::List => self.random.pick(&["[]", "[1]", "[3, 1, 2]", "[5, -1, 5, 0]"]).to_owned(),
            Type::Dict => self.random.pick(&["{}", "{'a': 1}", "{'b': 2, 'a': 3}"]).to_owned(),
            Type::Bool => self.random.pick(&["True", "False"]).to_owned(),
            Type::Object(class) => format!("C{class}({})", self.random.below(20)),
        }
    }

    fn expression(&mut self, kind: Type, depth: usize) -> String {
        if depth == 0 || self.random.chance(25) {
            if self.random.chance(70)
                && let Some(name) = self.variable(kind)
            {
                return name;
            }
            return self.literal(kind);
        }
        if self.calls > 0 && self.loops < 2 && self.random.chance(12) {
            let fitting: Vec<usize> = (0..self.functions.len())
                .filter(|&i| self.functions[i].result == kind && !self.functions[i].is_generator)
                .collect();
            if !fitting.is_empty() {
                let index = fitting[self.random.below(fitting.len())];
                return self.call(index);
            }
        }
        match kind {
            Type::Int => self.int(depth - 1),
            Type::Float => self.float(depth - 1),
            Type::Text => self.text(depth - 1),
            Type::List => self.list(depth - 1),
            Type::Dict => self.dict(depth - 1),
            Type::Bool => self.bool(depth - 1),
            Type::Object(class) => self.object(class, depth - 1),
        }
    }

    fn call(&mut self, index: usize) -> String {
        self.calls = self.calls.saturating_sub(1);
        let parameters = self.functions[index].parameters.clone();
        let arguments: Vec<String> = parameters.into_iter().map(|kind| self.expression(kind, 1)).collect();
        format!("{}({})", self.functions[index].name, arguments.join(", "))
    }

    fn int(&mut self, depth: usize) -> String {
        let (a, b) = (self.expression(Type::Int, depth), self.expression(Type::Int, depth));
        match self.random.below(14) {
            0 | 1 => format!("({a} + {b})"),
            2 => format!("({a} - {b})"),
            3 => format!("({a} * {b} % 1000003)"),
            4 => format!("({a} // {b})"),
            5 => format!("({a} % {b})"),
            6 => format!("({a} {} {b})", self.random.pick(&["&", "|", "^"])),
            7 => format!("({a} {} ({b} % 70))", self.random.pick(&["<<", ">>"])) + " % 10**25",
            8 => format!("abs({a}) % 11 ** (abs({b}) % 3)"),
            9 => format!("(-{a})"),
            10 => {
                let kind = [Type::Text, Type::List, Type::Dict][self.random.below(3)];
                format!("len({})", self.expression(kind, depth))
            }
            11 => format!("({a} if {} else {b})", self.expression(Type::Bool, depth)),
            12 => format!("sum({})", self.expression(Type::List, depth)),
            _ => format!("int({} % 1000)", self.expression(Type::Float, depth)),
        }
    }

    fn float(&mut self, depth: usize) -> String {
        let (a, b) = (self.expression(Type::Float, depth), self.expression(Type::Float, depth));
        let n = self.expression(Type::Int, depth);
        match self.random.below(9) {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("({a} * {b})"),
            3 => format!("({a} / {b})"),
            4 => format!("({n} % 100000 / {b})"),
            5 => format!("({a} + {n} % 1000)"),
            6 => format!("round({a}, 3)"),
            7 => format!("({a} // {b})"),
            _ => format!("abs({a})"),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let (a, b) = (self.expression(Type::Text, depth), self.expression(Type::Text, depth));
        let n = self.expression(Type::Int, depth);
        match self.random.below(11) {
            0 | 1 => format!("({a} + {b})[:30]"),
            2 => format!("str({n})"),
            3 => format!("({a} * ({n} % 4))[:30]"),
            4 => format!("f'{{{n}}}-{{{b}!r:>6}}'[:40]"),
            5 => format!("({a})[{}]", self.random.pick(&["1:", "::-1", ":-1", "::2", "0"])),
            6 => format!("({a}).{}()", self.random.pick(&["upper", "title", "strip", "swapcase"])),
            7 => format!("({a}).replace({b}, '.')[:30]"),
            8 => format!("'%d:%s' % ({n}, {a})"),
            9 => format!("','.join(map(str, {}))[:40]", self.expression(Type::List, depth)),
            _ => format!("repr({})[:40]", self.expression(Type::Float, depth)),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        let (a, b) = (self.expression(Type::List, depth), self.expression(Type::List, depth));
        let n = self.expression(Type::Int, depth);
        match self.random.below(9) {
            0 => format!("({a} + {b})[:12]"),
            1 => format!("[x * 2 % 1009 for x in {a}]"),
            2 => format!("[x for x in {a} if x % 2 == {n} % 2]"),
            3 => format!("sorted({a})"),
            4 => format!("({a})[{}]", self.random.pick(&["::-1", "1:", ":3", "-2:"])),
            5 => format!("list(range({n} % 6))"),
            6 => format!("[{n}, *{a}][:12]"),
            7 => format!("list(map(lambda x: x + ({n}), {a}))"),
            _ => format!("[ord(c) for c in {}]", self.expression(Type::Text, depth)),
        }
    }

    fn dict(&mut self, depth: usize) -> String {
        let a = self.expression(Type::Dict, depth);
        let (key, n) = (self.expression(Type::Text, depth), self.expression(Type::Int, depth));
        match self.random.below(5) {
            0 => format!("{{{key}: {n}}}"),
            1 => format!("{{**{a}, {key}: {n}}}"),
            2 => format!("({a} | {})", self.expression(Type::Dict, depth)),
            3 => format!("{{str(x): x for x in {}}}", self.expression(Type::List, depth)),
            _ => format!("dict(sorted({a}.items()))"),
        }
    }

    fn bool(&mut self, depth: usize) -> String {
        let (a, b) = (self.expression(Type::Int, depth), self.expression(Type::Int, depth));
        let operator = self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
        match self.random.below(9) {
            0 | 1 => format!("({a} {operator} {b})"),
            2 => format!(
                "({} {operator} {})",
                self.expression(Type::Float, depth),
                self.expression(Type::Float, depth)
            ),
            3 => format!(
                "({} {operator} {})",
                self.expression(Type::Text, depth),
                self.expression(Type::Text, depth)
            ),
            4 => format!("(not {})", self.expression(Type::Bool, depth)),
            5 => {
                let word = self.random.pick(&["and", "or"]);
                format!(
                    "({} {word} {})",
                    self.expression(Type::Bool, depth),
                    self.expression(Type::Bool, depth)
                )
            }
            6 => format!("({a} in {})", self.expression(Type::List, depth)),
            7 => {
                format!("({} in {})", self.expression(Type::Text, depth), self.expression(Type::Dict, depth))
            }
            _ => format!("({a} {operator} {b} < 100)"),
        }
    }

    fn object(&mut self, class: usize, depth: usize) -> String {
        let n = self.expression(Type::Int, depth);
        let Class { base, has_add, has_iter } = self.classes[class];
        match self.random.below(5) {
            0 if has_add => format!("({} + {n})", self.expression(Type::Object(class), depth)),
            1 if has_iter => format!("C{class}(sum({}))", self.expression(Type::Object(class), depth)),
            2 if base.is_some() => format!("C{class}({n} % 50, b={})", self.expression(Type::Text, depth)),
            3 if has_add => {
                let other = self.expression(Type::Object(class), depth);
                format!("min(C{class}({n} % 9), {other})")
            }
            _ => format!("C{class}({n} % 100)"),
        }
    }
}

//! Mistakes, and what CPython 3.14 says about them: message, line, offset, end line, end offset.

use pyrsc_frontend::{Options, compile};

const MISTAKES: &[(&str, &str, u32, u32, u32, i32)] = &[
    ("print 'x'", "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1, 1, 10),
    ("if x = 3:\n  pass\n", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4, 1, 9),
    ("f() = 1\n", "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1, 1, 4),
    ("(a, 'b') = 1\n", "cannot assign to literal", 1, 5, 1, 8),
    ("for f() in x: pass\n", "cannot assign to function call", 1, 5, 1, 8),
    ("[1, 2 3]\n", "invalid syntax. Perhaps you forgot a comma?", 1, 5, 1, 8),
    ("def f()\n  pass\n", "expected ':'", 1, 8, 1, 9),
    ("if x:\npass\n", "expected an indented block after 'if' statement on line 1", 2, 1, 2, 5),
    ("x = (1,\ny = 2\n", "'(' was never closed", 1, 5, 1, 0),
    ("x = 1)\n", "unmatched ')'", 1, 6, 1, 6),
    ("x = [1)\n", "closing parenthesis ')' does not match opening parenthesis '['", 1, 7, 1, 7),
    ("1abc\n", "invalid decimal literal", 1, 1, 1, 1),
    (
        "x = 007\n",
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        1,
        5,
        1,
        7,
    ),
    ("x = 'abc\n", "unterminated string literal (detected at line 1)", 1, 5, 1, 5),
    ("x = €\n", "invalid character '€' (U+20AC)", 1, 5, 1, 5),
    ("return 1\n", "'return' outside function", 1, 1, 1, 9),
    ("break\n", "'break' outside loop", 1, 1, 1, 6),
    ("def f():\n  nonlocal x\n", "no binding for nonlocal 'x' found", 2, 3, 2, 13),
    ("def f(a, a): pass\n", "duplicate argument 'a' in function definition", 1, 10, 1, 11),
    ("def f():\n  x = 1\n  global x\n", "name 'x' is assigned to before global declaration", 3, 3, 3, 11),
    ("class A:\n  def f(self):\n    yield\n    await x\n", "'await' outside async function", 4, 5, 4, 12),
    ("f'{}'\n", "f-string: valid expression required before '}'", 1, 4, 1, 5),
    ("try:\n  pass\nx = 1\n", "expected 'except' or 'finally' block", 3, 1, 3, 2),
    ("import a from b\n", "Did you mean to use 'from ... import ...' instead?", 1, 1, 1, 16),
    ("None = 1\n", "cannot assign to None", 1, 1, 1, 5),
    ("del f()\n", "cannot delete function call", 1, 5, 1, 8),
    ("x = 1 +\n", "invalid syntax", 1, 8, 1, 9),
    ("a, *b, *c = d\n", "multiple starred expressions in assignment", 1, 1, 1, 10),
    ("if x:\n\tpass\n        y\n", "inconsistent use of tabs and spaces in indentation", 3, 1, 3, 0),
    ("if x:\n   pass\n y\n", "unindent does not match any outer indentation level", 3, 3, 3, -1),
    ("  x\n", "unexpected indent", 1, 2, 1, -1),
    ("x = \\ 1\n", "unexpected character after line continuation character", 1, 6, 1, 0),
    ("x = \\", "unexpected EOF while parsing", 1, 6, 1, -1),
    (
        "'\\x1'\n",
        "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape",
        1,
        1,
        1,
        6,
    ),
    ("b'é'\n", "bytes can only contain ASCII literal characters", 1, 1, 1, 5),
    ("x = 'a' b'c'\n", "cannot mix bytes and nonbytes literals", 1, 13, 1, 14),
    ("x = 1 if 2\n", "expected 'else' after 'if' expression", 1, 5, 1, 11),
    ("x = 'é' y\n", "invalid syntax", 1, 9, 1, 10),
    ("f(**a, *b)\n", "iterable argument unpacking follows keyword argument unpacking", 1, 6, 1, 10),
    ("f(a for a in b, c)\n", "Generator expression must be parenthesized", 1, 3, 1, 15),
    ("{1:2, 3}\n", "':' expected after dictionary key", 1, 7, 1, 0),
    ("(*)\n", "Invalid star expression", 1, 3, 1, 4),
    ("lambda *: 1\n", "named arguments must follow bare *", 1, 9, 1, 10),
    ("f'{a!x}'\n", "f-string: invalid conversion character 'x': expected 's', 'r', or 'a'", 1, 6, 1, 7),
    ("f'{a b}' 1abc\n", "invalid decimal literal", 1, 10, 1, 10),
    ("def f(a=1, b): pass\n", "parameter without a default follows parameter with a default", 1, 12, 1, 13),
    ("match x:\n  case a.b as c.d: pass\n", "cannot use attribute as pattern target", 2, 15, 2, 18),
    ("f(a=1, b)\n", "positional argument follows keyword argument", 1, 9, 1, 10),
    ("while x:\n\n\n", "expected an indented block after 'while' statement on line 1", 3, 1, 3, -1),
    ("else: pass\n", "invalid syntax", 1, 1, 1, 5),
    ("class A[T: (yield)]: pass\n", "yield expression cannot be used within a TypeVar bound", 1, 13, 1, 18),
    ("for x y in z: pass\n", "invalid syntax", 1, 7, 1, 8),
    ("x = yield = 1\n", "assignment to yield expression not possible", 1, 5, 1, 10),
    ("a b = c", "invalid syntax", 1, 3, 1, 4),
    ("t'' 'a'\n", "cannot mix t-string literals with string or bytes literals", 1, 1, 1, 8),
    ("1 <> 2\n", "invalid syntax.  Maybe you meant '!=' instead of '<>'?", 1, 3, 1, 5),
    ("assert (x, y) = 1\n", "invalid syntax", 1, 15, 1, 16),
    ("with a as f(): pass\n", "cannot assign to function call", 1, 11, 1, 14),
    ("import a.b as c.d\n", "cannot use attribute as import target", 1, 15, 1, 18),
    ("from a import (b, c\n", "'(' was never closed", 1, 15, 1, 0),
    ("from a import b,\n", "trailing comma not allowed without surrounding parentheses", 1, 17, 1, 18),
    ("x = {a: 1, **b, c}\n", "':' expected after dictionary key", 1, 17, 1, 0),
    ("raise a from\n", "invalid syntax", 1, 13, 1, 14),
    ("async x\n", "invalid syntax", 1, 7, 1, 8),
    ("f(x=1, x=2)\n", "keyword argument repeated: x", 1, 8, 1, 11),
    ("def f():\n  return\n x\n", "unindent does not match any outer indentation level", 3, 3, 3, -1),
    ("x++\n", "invalid syntax", 1, 4, 1, 5),
    ("a = b c if d else e\n", "invalid syntax", 1, 7, 1, 8),
];

#[test]
fn mistakes_are_reported_as_python_does() {
    let mut wrong = Vec::new();
    for &(source, message, line, offset, end_line, end_offset) in MISTAKES {
        match compile(source, "<test>", &Options::default()) {
            Ok(_) => wrong.push(format!("{source:?} is accepted")),
            Err(errors) => {
                let error = &errors[0];
                let place = (error.line, error.offset, error.end_line, error.end_offset);
                if error.message != message
                    || place != (Some(line), Some(offset), Some(end_line), Some(end_offset))
                {
                    wrong.push(format!("{source:?}: {} at {place:?}", error.message));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let brackets = format!("x = {}1{}", "(".repeat(5000), ")".repeat(5000));
    let errors = compile(&brackets, "<test>", &Options::default()).expect_err("too many brackets");
    assert_eq!(errors[0].message, "too many nested parentheses");
    let blocks: String = (0..150).map(|level| format!("{}if x:\n", " ".repeat(level))).collect();
    let errors = compile(&blocks, "<test>", &Options::default()).expect_err("too many blocks");
    assert_eq!(errors[0].message, "too many levels of indentation");
    let sum = format!("x = a{}", " + a".repeat(10_000));
    compile(&sum, "<test>", &Options::default()).expect("a long sum");
    let attributes = format!("x = a{}", ".b".repeat(10_000));
    compile(&attributes, "<test>", &Options::default()).expect("a long chain of attributes");
    let branches = format!("if a: pass\n{}", "elif a: pass\n".repeat(5000));
    compile(&branches, "<test>", &Options::default()).expect("many branches");
}

#[test]
fn any_prefix_of_a_source_is_handled() {
    let source = "@d(1)\nasync def f[T: int](a, /, b=1, *c: 'x', d, **e) -> {1: [2]}:\n    async with a as (b, *c), d:\n        \
                  return f\"{x!r:>{y}} {{}}\" t'' if (z := 3) else lambda *a: [i async for i in b]\n    match x:\n        \
                  case {'a': [1, *_], **r} | P(q=2) if g: del x.y[0:1]\ntry:\n  0x1f_j\nexcept* A as e:\n  raise X from Y\n";
    for end in (0..source.len()).filter(|&end| source.is_char_boundary(end)) {
        let _ = compile(&source[..end], "<test>", &Options::default());
    }
}

//! The meaning of operations on their fast paths, as LLVM IR text.
//!
//! Every template is an internal function that is always inlined; an operation becomes a call of one. A template handles
//! what needs no look-up (immediate ints and floats, exact lists, cached shapes) and calls a *stub* for the rest: a cold
//! function that saves all registers (`preserve_mostcc`) and calls the runtime. Known operands fold the tests away
//! after inlining.
//!
//! Results follow the runtime's convention: the word 0, or -1 for a truth or status, when an exception is pending.
//!
//! **Invariant:** every number here comes from `pyrsc-abi`.

use std::fmt::Write;
use std::mem::offset_of;

use pyrsc_abi::descriptor::TAKES_ARGUMENTS;
use pyrsc_abi::layout::{
    CellLayout, FunctionLayout, HeapFloatLayout, ListLayout, RangeIteratorLayout, SequenceIteratorLayout,
    TupleLayout,
};
use pyrsc_abi::native_module::{CacheWay, GeneratorFrame, InlineCache};
use pyrsc_abi::runtime_functions::{ArgumentKind, Frequency, RUNTIME_FUNCTIONS, ResultKind, RuntimeFunction};
use pyrsc_abi::value::{FLOAT_BIAS, FLOAT_ROTATION};
use pyrsc_abi::{CodeDescriptor, ShapeId, ThreadBlock, Value};

/// Arguments that a direct entry can take.
pub const DIRECT_LIMIT: usize = 6;

/// The text of a module that declares the runtime and defines all stubs and templates.
pub fn prelude(target_triple: &str, data_layout: &str) -> String {
    let mut text = format!("target datalayout = \"{data_layout}\"\ntarget triple = \"{target_triple}\"\n");
    for function in RUNTIME_FUNCTIONS {
        declare(&mut text, function);
    }
    arithmetic(&mut text);
    comparisons(&mut text);
    for count in 0..=DIRECT_LIMIT {
        call_templates(&mut text, count);
    }
    cache_search(&mut text);
    text.push_str(&substitute(include_str!("templates.ll")));
    text
}

/// The LLVM type of an argument; `items` are two.
fn argument_types(kind: ArgumentKind) -> &'static [&'static str] {
    match kind {
        ArgumentKind::object
        | ArgumentKind::owned
        | ArgumentKind::word
        | ArgumentKind::name
        | ArgumentKind::number => &["i64"],
        ArgumentKind::items => &["ptr", "i64"],
        ArgumentKind::out | ArgumentKind::cache | ArgumentKind::pointer => &["ptr"],
        ArgumentKind::float => &["double"],
    }
}

fn result_type(kind: ResultKind) -> &'static str {
    match kind {
        ResultKind::object | ResultKind::word => "i64",
        ResultKind::truth | ResultKind::status => "i32",
        ResultKind::nothing => "void",
    }
}

/// A runtime function's declaration, and for a cold one its stub.
fn declare(text: &mut String, function: &RuntimeFunction) {
    let types: Vec<&str> =
        function.arguments.iter().flat_map(|kind| argument_types(*kind)).copied().collect();
    let result = result_type(function.result);
    let name = function.name;
    writeln!(text, "declare hidden {result} @pyrsc_rt_{name}({}) #0", types.join(", ")).expect("to a string");
    if function.frequency != Frequency::cold {
        return;
    }
    let parameters: Vec<String> =
        types.iter().enumerate().map(|(index, ty)| format!("{ty} %a{index}")).collect();
    let parameters = parameters.join(", ");
    let body = match result {
        "void" => format!("  call void @pyrsc_rt_{name}({parameters})\n  ret void"),
        _ => format!("  %r = call {result} @pyrsc_rt_{name}({parameters})\n  ret {result} %r"),
    };
    writeln!(text, "define internal preserve_mostcc {result} @slow.{name}({parameters}) #1 {{\n{body}\n}}")
        .expect("to a string");
}

/// `py_add` and its kind: both operands ints, else both numbers of which one is a float, else the stub.
fn arithmetic(text: &mut String) {
    const OPERATIONS: &[(&str, &str, Option<&str>, &str)] = &[
        (
            "add",
            "  %l0 = sub i64 %l, 1
  %o = call {i64, i1} @llvm.sadd.with.overflow.i64(i64 %l0, i64 %r)
  %result = extractvalue {i64, i1} %o, 0
  %bad = extractvalue {i64, i1} %o, 1",
            Some("fadd"),
            "false",
        ),
        (
            "subtract",
            "  %r0 = sub i64 %r, 1
  %o = call {i64, i1} @llvm.ssub.with.overflow.i64(i64 %l, i64 %r0)
  %result = extractvalue {i64, i1} %o, 0
  %bad = extractvalue {i64, i1} %o, 1",
            Some("fsub"),
            "false",
        ),
        (
            "multiply",
            "  %l0 = sub i64 %l, 1
  %r0 = ashr i64 %r, 1
  %o = call {i64, i1} @llvm.smul.with.overflow.i64(i64 %l0, i64 %r0)
  %product = extractvalue {i64, i1} %o, 0
  %bad = extractvalue {i64, i1} %o, 1
  %result = or i64 %product, 1",
            Some("fmul"),
            "false",
        ),
        (
            "true_divide",
            "  %l0 = ashr i64 %l, 1
  %r0 = ashr i64 %r, 1
  %lb = add i64 %l0, 9007199254740992
  %rb = add i64 %r0, 9007199254740992
  %lbad = icmp ugt i64 %lb, 18014398509481984
  %rbad = icmp ugt i64 %rb, 18014398509481984
  %zero = icmp eq i64 %r0, 0
  %bad0 = or i1 %lbad, %rbad
  %bad = or i1 %bad0, %zero
  %ld = sitofp i64 %l0 to double
  %rd = sitofp i64 %r0 to double
  %quotient = fdiv double %ld, %rd",
            Some("fdiv"),
            "fcmp oeq double %y, 0.0",
        ),
        (
            "floor_divide",
            "  %l0 = ashr i64 %l, 1
  %r0 = ashr i64 %r, 1
  %r1 = add i64 %r0, 1
  %bad = icmp ult i64 %r1, 2
  %divisor = select i1 %bad, i64 1, i64 %r0
  %q = sdiv i64 %l0, %divisor
  %m = mul i64 %q, %divisor
  %inexact = icmp ne i64 %m, %l0
  %signs = xor i64 %l0, %divisor
  %below = icmp slt i64 %signs, 0
  %adjust = and i1 %inexact, %below
  %down = sext i1 %adjust to i64
  %floor = add i64 %q, %down
  %twice = shl i64 %floor, 1
  %result = or i64 %twice, 1",
            None,
            "",
        ),
        (
            "remainder",
            "  %l0 = ashr i64 %l, 1
  %r0 = ashr i64 %r, 1
  %r1 = add i64 %r0, 1
  %bad = icmp ult i64 %r1, 2
  %divisor = select i1 %bad, i64 1, i64 %r0
  %m = srem i64 %l0, %divisor
  %inexact = icmp ne i64 %m, 0
  %signs = xor i64 %m, %divisor
  %below = icmp slt i64 %signs, 0
  %adjust = and i1 %inexact, %below
  %add = select i1 %adjust, i64 %divisor, i64 0
  %modulo = add i64 %m, %add
  %twice = shl i64 %modulo, 1
  %result = or i64 %twice, 1",
            None,
            "",
        ),
        (
            "left_shift",
            "  %s = ashr i64 %r, 1
  %l0 = sub i64 %l, 1
  %far = icmp ugt i64 %s, 62
  %n = select i1 %far, i64 0, i64 %s
  %shifted = shl i64 %l0, %n
  %back = ashr i64 %shifted, %n
  %lost = icmp ne i64 %back, %l0
  %bad = or i1 %far, %lost
  %result = or i64 %shifted, 1",
            None,
            "",
        ),
        (
            "right_shift",
            "  %s = ashr i64 %r, 1
  %bad = icmp slt i64 %s, 0
  %n = call i64 @llvm.umin.i64(i64 %s, i64 62)
  %shifted = ashr i64 %l, %n
  %result = or i64 %shifted, 1",
            None,
            "",
        ),
        ("bit_and", "  %bad = add i1 false, false\n  %result = and i64 %l, %r", None, ""),
        ("bit_or", "  %bad = add i1 false, false\n  %result = or i64 %l, %r", None, ""),
        (
            "bit_xor",
            "  %bad = add i1 false, false\n  %x = xor i64 %l, %r\n  %result = or i64 %x, 1",
            None,
            "",
        ),
    ];
    for inplace in ["", "inplace_"] {
        for (name, int, float, float_bad) in OPERATIONS {
            arithmetic_template(text, &format!("{inplace}{name}"), int, *float, float_bad);
        }
    }
    for (name, int, _, _) in OPERATIONS {
        let (ty, result) = if *name == "true_divide" { ("double", "%quotient") } else { ("i64", "%result") };
        write!(
            text,
            "define internal {{{ty}, i1}} @small_int_try_{name}(i64 %l, i64 %r) #2 {{
{int}
  %pair = insertvalue {{{ty}, i1}} poison, {ty} {result}, 0
  %both = insertvalue {{{ty}, i1}} %pair, i1 %bad, 1
  ret {{{ty}, i1}} %both
}}
"
        )
        .expect("to a string");
    }
}

fn arithmetic_template(text: &mut String, name: &str, int: &str, float: Option<&str>, float_bad: &str) {
    let next = if float.is_some() { "float" } else { "slow" };
    let encode = if int.contains("%quotient =") {
        "  %result = call i64 @float_encode(double %quotient)\n"
    } else {
        ""
    };
    write!(
        text,
        "define internal i64 @py_{name}(i64 %l, i64 %r) #2 {{
  %lr = and i64 %l, %r
  %both = trunc i64 %lr to i1
  br i1 %both, label %int, label %{next}, !prof !0
int:
{int}
  br i1 %bad, label %slow, label %done, !prof !1
done:
{encode}  ret i64 %result
"
    )
    .expect("to a string");
    if let Some(operation) = float {
        let bad = if float_bad == "false" {
            "  %bad2 = add i1 false, false".to_string()
        } else {
            format!("  %bad2 = {float_bad}")
        };
        write!(
            text,
            "{FLOAT_OPERANDS}
{bad}
  br i1 %bad2, label %slow, label %compute, !prof !1
compute:
  %z = {operation} double %x, %y
  %word = call i64 @float_encode(double %z)
  ret i64 %word
"
        )
        .expect("to a string");
    }
    write!(
        text,
        "slow:
  %answer = call preserve_mostcc i64 @slow.number_{name}(i64 %l, i64 %r) #3
  ret i64 %answer
}}
"
    )
    .expect("to a string");
}

/// Labels `float` (not both operands are ints) to `numbers`, where `%x` and `%y` are the operands as doubles.
const FLOAT_OPERANDS: &str = "float:
  %lt = and i64 %l, 3
  %lf = icmp eq i64 %lt, 2
  br i1 %lf, label %lfloat, label %lother, !prof !0
lfloat:
  %lx = call double @float_decode(i64 %l)
  br label %right
lother:
  %li = trunc i64 %l to i1
  br i1 %li, label %lint, label %slow, !prof !0
lint:
  %ln = ashr i64 %l, 1
  %lid = sitofp i64 %ln to double
  br label %right
right:
  %x = phi double [ %lx, %lfloat ], [ %lid, %lint ]
  %rt = and i64 %r, 3
  %rf = icmp eq i64 %rt, 2
  br i1 %rf, label %rfloat, label %rother, !prof !0
rfloat:
  %rx = call double @float_decode(i64 %r)
  br label %numbers
rother:
  %ri = trunc i64 %r to i1
  br i1 %ri, label %rint, label %slow, !prof !0
rint:
  %rn = ashr i64 %r, 1
  %rid = sitofp i64 %rn to double
  br label %numbers
numbers:
  %y = phi double [ %rx, %rfloat ], [ %rid, %rint ]";

/// Comparisons as truths (`test_*`) and as values (`compare_*`). An int and a float are compared by the runtime, because
/// an int need not be representable.
fn comparisons(text: &mut String) {
    for (name, int, float) in [
        ("less", "slt", "olt"),
        ("less_equal", "sle", "ole"),
        ("equal", "eq", "oeq"),
        ("not_equal", "ne", "une"),
        ("greater", "sgt", "ogt"),
        ("greater_equal", "sge", "oge"),
    ] {
        for (kind, ty, truth) in
            [("test", "i32", "zext i1 %truth to i32"), ("compare", "i64", "select i1 %truth, i64 12, i64 4")]
        {
            write!(
                text,
                "define internal {ty} @{kind}_{name}(i64 %l, i64 %r) #2 {{
  %lr = and i64 %l, %r
  %both = trunc i64 %lr to i1
  br i1 %both, label %int, label %float, !prof !0
int:
  %i = icmp {int} i64 %l, %r
  br label %done
float:
  %lx = xor i64 %l, 2
  %rx = xor i64 %r, 2
  %t = or i64 %lx, %rx
  %u = and i64 %t, 3
  %floats = icmp eq i64 %u, 0
  br i1 %floats, label %doubles, label %slow, !prof !0
doubles:
  %x = call double @float_decode(i64 %l)
  %y = call double @float_decode(i64 %r)
  %d = fcmp {float} double %x, %y
  br label %done
done:
  %truth = phi i1 [ %i, %int ], [ %d, %doubles ]
  %word = {truth}
  ret {ty} %word
slow:
  %answer = call preserve_mostcc {ty} @slow.{kind}_{name}(i64 %l, i64 %r) #3
  ret {ty} %answer
}}
"
            )
            .expect("to a string");
        }
    }
}

/// The search of a cache's further ways for a shape: the way, or null.
fn cache_search(text: &mut String) {
    text.push_str(
        "define internal preserve_mostcc ptr @further_way(i32 %shape, ptr %cache) #5 {
entry:
  br label %way1
",
    );
    for way in 1..InlineCache::WAYS {
        let place = way * size_of::<CacheWay>();
        let shape = place + offset_of!(CacheWay, shape);
        let next = if way + 1 < InlineCache::WAYS { format!("way{}", way + 1) } else { "no".to_string() };
        write!(
            text,
            "way{way}:
  %p{way} = getelementptr i8, ptr %cache, i64 {shape}
  %s{way} = load i32, ptr %p{way}, !tbaa !19
  %c{way} = icmp eq i32 %s{way}, %shape
  br i1 %c{way}, label %yes{way}, label %{next}
yes{way}:
  %r{way} = getelementptr i8, ptr %cache, i64 {place}
  ret ptr %r{way}
"
        )
        .expect("to a string");
    }
    text.push_str("no:\n  ret ptr null\n}\n");
}

/// Calls with `count` arguments: through the direct entry of a function that takes exactly so many.
fn call_templates(text: &mut String, count: usize) {
    let parameters = |from: usize| (from..count).map(|index| format!(", i64 %a{index}")).collect::<String>();
    let each = |line: &dyn Fn(usize) -> String| (0..count).rev().map(line).collect::<String>();
    write!(
        text,
        "define internal i64 @py_call_{count}(i64 %f{parameters}, ptr %items, i64 %given) #2 {{
  %is_function = call i1 @has_shape(i64 %f, i32 {function})
  br i1 %is_function, label %function, label %generic, !prof !0
function:
  %d = call ptr @function_descriptor(i64 %f)
  %n = call i32 @direct_count(ptr %d)
  %exact = icmp eq i32 %n, {count}
  br i1 %exact, label %direct, label %other, !prof !0
direct:
  %entry = call ptr @direct_entry(ptr %d)
  %r = call i64 %entry(i64 %f{parameters}) #4
{releases}  ret i64 %r
other:
  %taking = icmp eq i32 %n, {taking_count}
  br i1 %taking, label %takes, label %generic
takes:
  %q = call i64 @call_taking_{count}(i64 %f{parameters}, ptr %d, i64 %given) #4
  ret i64 %q
generic:
{stores}  %g = call i64 @pyrsc_rt_call_positional(i64 %f, ptr %items, i64 {count}, i64 %given) #4
  ret i64 %g
}}
define internal i64 @call_taking_{count}(i64 %f{parameters}, ptr %d, i64 %given) #6 {{
  %taken = call i64 @direct_takes(ptr %d)
{retains}  %entry = call ptr @direct_entry(ptr %d)
  %r = call i64 %entry(i64 %f{parameters}) #4
  %untaken = xor i64 %taken, -1
  %left = and i64 %given, %untaken
{left}  ret i64 %r
}}
",
        function = ShapeId::FUNCTION.0,
        parameters = parameters(0),
        taking_count = count as u32 | TAKES_ARGUMENTS,
        stores = item_stores(0, count),
        releases =
            each(&|index| format!("  call void @release_marked(i64 %a{index}, i64 %given, i64 {index})\n")),
        retains = each(&|index| format!(
            "  call void @retain_taken(i64 %a{index}, i64 %taken, i64 %given, i64 {index})\n"
        )),
        left = each(&|index| format!("  call void @release_marked(i64 %a{index}, i64 %left, i64 {index})\n")),
    )
    .expect("to a string");
    // A method call whose receiver is the first of the arguments, or UNBOUND.
    if count > 0 {
        write!(
            text,
            "define internal i64 @py_call_method_{rest}(i64 %f{all}, ptr %items, i64 %given) #2 {{
  %bound = icmp eq i64 %a0, {unbound}
  br i1 %bound, label %alone, label %method, !prof !1
alone:
  %others = lshr i64 %given, 1
  %q = call i64 @py_call_{rest}(i64 %f{but_first}, ptr %items, i64 %others)
  ret i64 %q
method:
  %r = call i64 @py_call_{count}(i64 %f{all}, ptr %items, i64 %given)
  ret i64 %r
}}
",
            rest = count - 1,
            all = parameters(0),
            but_first = parameters(1),
            unbound = Value::UNBOUND.0,
        )
        .expect("to a string");
    }
}

/// Stores `%a<from>` to `%a<to - 1>` into the words at `%items`.
fn item_stores(from: usize, to: usize) -> String {
    (from..to)
        .map(|index| {
            let place = index - from;
            format!(
                "  %p{index} = getelementptr i64, ptr %items, i64 {place}\n  store i64 %a{index}, ptr %p{index}\n"
            )
        })
        .collect()
}

/// Puts the numbers of `pyrsc-abi` in the place of `$NAME`s.
fn substitute(template: &str) -> String {
    let mut numbers: Vec<(&str, u64)> = vec![
        ("$FALSE", Value::FALSE.0),
        ("$TRUE", Value::TRUE.0),
        ("$NONE", Value::NONE.0),
        ("$UNBOUND", Value::UNBOUND.0),
        ("$STOP", Value::STOP.0),
        ("$FLOAT_BIAS", FLOAT_BIAS),
        ("$FLOAT_ROTATION", u64::from(FLOAT_ROTATION)),
        ("$SHAPE_LIST_ITERATOR", ShapeId::LIST_ITERATOR.0.into()),
        ("$SHAPE_RANGE_ITERATOR", ShapeId::RANGE_ITERATOR.0.into()),
        ("$SHAPE_TUPLE_ITERATOR", ShapeId::TUPLE_ITERATOR.0.into()),
        ("$SHAPE_LIST", ShapeId::LIST.0.into()),
        ("$SHAPE_TUPLE", ShapeId::TUPLE.0.into()),
        ("$SHAPE_FUNCTION", ShapeId::FUNCTION.0.into()),
        ("$SHAPE_HEAP_FLOAT", ShapeId::HEAP_FLOAT.0.into()),
        ("$HEAP_FLOAT_NUMBER", offset_of!(HeapFloatLayout, number) as u64),
        ("$LIST_LENGTH", offset_of!(ListLayout, length) as u64),
        ("$LIST_ITEMS", offset_of!(ListLayout, items) as u64),
        ("$LIST_CAPACITY", offset_of!(ListLayout, capacity) as u64),
        ("$TUPLE_LENGTH", offset_of!(TupleLayout, length) as u64),
        ("$TUPLE_ITEMS", size_of::<TupleLayout>() as u64),
        ("$CELL_CONTENTS", offset_of!(CellLayout, contents) as u64),
        ("$FUNCTION_DESCRIPTOR", offset_of!(FunctionLayout, descriptor) as u64),
        ("$FUNCTION_CLOSURE", offset_of!(FunctionLayout, closure) as u64),
        ("$DESCRIPTOR_DIRECT", offset_of!(CodeDescriptor, direct) as u64),
        ("$DESCRIPTOR_DIRECT_COUNT", offset_of!(CodeDescriptor, direct_count) as u64),
        ("$DESCRIPTOR_DIRECT_TAKES", offset_of!(CodeDescriptor, direct_takes) as u64),
        ("$RANGE_NEXT", offset_of!(RangeIteratorLayout, next) as u64),
        ("$RANGE_STEP", offset_of!(RangeIteratorLayout, step) as u64),
        ("$RANGE_REMAINING", offset_of!(RangeIteratorLayout, remaining) as u64),
        ("$SEQUENCE_ITERATOR_SEQUENCE", offset_of!(SequenceIteratorLayout, sequence) as u64),
        ("$SEQUENCE_ITERATOR_INDEX", offset_of!(SequenceIteratorLayout, index) as u64),
        ("$CACHE_SHAPE", offset_of!(CacheWay, shape) as u64),
        ("$CACHE_NEW_SHAPE", offset_of!(CacheWay, new_shape) as u64),
        ("$CACHE_VERSION_ADDRESS", offset_of!(CacheWay, version_address) as u64),
        ("$CACHE_VERSION", offset_of!(CacheWay, version) as u64),
        ("$CACHE_OFFSET", offset_of!(CacheWay, offset) as u64),
        ("$CACHE_CELL", offset_of!(CacheWay, cell) as u64),
        ("$GENERATOR_NEXT", GeneratorFrame::NEXT as u64),
        ("$GENERATOR_REGISTERS", GeneratorFrame::REGISTERS as u64),
        ("$THREAD_STACK_LIMIT", offset_of!(ThreadBlock, stack_limit) as u64),
        ("$THREAD_POLL", offset_of!(ThreadBlock, poll) as u64),
        ("$THREAD_PENDING", offset_of!(ThreadBlock, pending) as u64),
    ];
    // A name that another one starts with comes later.
    numbers.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut text = template.to_string();
    for (name, number) in numbers {
        text = text.replace(name, &number.to_string());
    }
    text
}

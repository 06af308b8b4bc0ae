//! Every op of the table becomes IR that LLVM accepts.

use std::sync::Arc;

use pyrsc_bytecode::{Code, CodeFlags, Constant, Local, LocalKind, PositionTable};
use pyrsc_codegen::{Machine, ModuleInput, Options, Output, module_text};
use pyrsc_mir::{
    BlockCall, Function, FunctionBuilder, FunctionId, Op, Representation, Terminator, ValueData, ValueId,
};

fn code() -> Arc<Code> {
    Arc::new(Code {
        name: "f".into(),
        qualified_name: "f".into(),
        filename: "f.py".into(),
        first_line: 1,
        flags: CodeFlags(CodeFlags::OPTIMIZED),
        positional_only_count: 0,
        argument_count: 2,
        keyword_only_count: 0,
        locals: vec![Local { name: "x".into(), kind: LocalKind::Plain }; 2],
        temporary_count: 0,
        cache_count: 8,
        names: vec!["name".into(); 8],
        constants: vec![Constant::string("text"); 8],
        instructions: vec![0],
        handlers: vec![],
        positions: PositionTable::default(),
        static_attributes: vec![],
    })
}

/// A function that runs `op` once.
fn function_with(op: Op) -> Function {
    let mut function = Function::new(op.info().name, FunctionId(0));
    let entry = function.new_block();
    for _ in 0..3 {
        let parameter = function.new_value(ValueData::BOXED);
        function.block_mut(entry).parameters.push(parameter);
    }
    let exit = function.new_block();
    function.block_mut(exit).terminator = Terminator::Unwind;
    let mut builder = FunctionBuilder::new(&mut function, entry);
    builder.site = Some(3);
    builder.on_error = Some(BlockCall { block: exit, arguments: vec![] });
    let info = op.info();
    let kinds =
        info.operands.iter().map(|(_, kind)| *kind).chain(info.rest.into_iter().flat_map(|kind| [kind; 3]));
    let operands: Vec<ValueId> = kinds
        .map(|kind| match kind.representation() {
            Representation::Boxed => ValueId(1),
            Representation::Int => builder.int_const(4),
            Representation::Float => builder.float_const(2.5f64.to_bits()),
            Representation::Truth => builder.is_word(ValueId(1), 0x14),
            Representation::Pointer => panic!("no op takes a pointer yet"),
        })
        .collect();
    let immediates = vec![2; info.immediates.len()];
    builder.append(op, operands, immediates);
    builder.terminate(Terminator::Return(ValueId(1)));
    function
}

fn compile(functions: &[Function], output: Output) -> Vec<u8> {
    let machine = Machine::host(Options::default()).expect("a host");
    let codes = vec![code(); functions.len()];
    let input = ModuleInput {
        name: "test",
        path: "test.py",
        is_namespace: false,
        is_package: false,
        codes: &codes,
        functions,
        bytecode: (b"\x00\"\\x", 4),
        source: None,
    };
    let text = module_text(input, machine.triple(), machine.data_layout());
    machine.compile(&text, output).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_op_is_lowered() {
    let functions: Vec<Function> = Op::ALL
        .iter()
        .enumerate()
        .map(|(index, op)| Function { id: FunctionId(index as u32), ..function_with(*op) })
        .collect();
    for function in &functions {
        pyrsc_mir::verify::verify(function).unwrap_or_else(|error| panic!("{error}\n{function}"));
    }
    let object = compile(&functions, Output::Object);
    assert!(object.starts_with(b"\x7fELF"));
}

#[test]
fn known_ints_need_no_tests() {
    let text = "\
function f0 \"constants\" {
b0(v0: boxed, v1: boxed, v2: boxed):
  v3: boxed small_int = const_word int 20
  v4: boxed value = py_add v3, v3 @0 !b1()
  return v4
b1():
  unwind
}
";
    let function = pyrsc_mir::parse::parse_function(text).expect("parses");
    let ir = String::from_utf8(compile(&[function], Output::Ir)).expect("text");
    // 40, tagged.
    assert!(ir.contains("[ 81, "), "{ir}");
}

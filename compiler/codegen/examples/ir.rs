use pyrsc_bytecode::*;
use pyrsc_codegen::{Machine, ModuleInput, Options, Output, module_text};
use std::sync::Arc;
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let out = match std::env::args().nth(2).as_deref() {
        Some("ir") => Output::Ir,
        _ => Output::Assembly,
    };
    let mut f = pyrsc_mir::parse::parse_function(&text).unwrap();
    let code = Arc::new(Code {
        name: "f".into(),
        qualified_name: "f".into(),
        filename: "f.py".into(),
        first_line: 1,
        flags: CodeFlags(CodeFlags::OPTIMIZED),
        positional_only_count: 0,
        argument_count: f.argument_count() as u32,
        keyword_only_count: 0,
        locals: vec![Local { name: "x".into(), kind: LocalKind::Plain }; f.argument_count()],
        temporary_count: 0,
        cache_count: 8,
        names: vec!["fib".into(); 8],
        constants: vec![Constant::string("text"); 8],
        instructions: vec![0],
        handlers: vec![],
        positions: PositionTable::default(),
        static_attributes: vec![],
    });
    let mut t = Default::default();
    pyrsc_passes::run(
        &mut f,
        &pyrsc_passes::Options { verify: true, ..Default::default() },
        &mut t,
        |n, f| {
            if std::env::args().nth(2).as_deref() == Some("mir") {
                println!("== {n}\n{f}")
            }
        },
    )
    .unwrap();
    let m = Machine::host(Options::default()).unwrap();
    let codes = vec![code];
    let fs = vec![f];
    let input = ModuleInput {
        name: "test",
        path: "t",
        is_package: false,
        codes: &codes,
        functions: &fs,
        bytecode: (b"", 0),
        source: None,
    };
    let text = module_text(input, m.triple(), m.data_layout());
    println!("{}", String::from_utf8(m.compile(&text, out).unwrap()).unwrap());
}

//! One function as LLVM IR text: blocks, edges, error paths and the generic entry.
//!
//! A function's body takes its arguments in registers when there are at most [`DIRECT_LIMIT`] and all are plain
//! positional parameters (its direct entry), else as the address of an array. The generic entry binds any arguments and
//! calls the body.

use std::collections::HashMap;
use std::fmt::Write;

use pyrsc_bytecode::{Code, CodeFlags};
use pyrsc_mir::{BlockCall, BlockId, Function, Instruction, Op, Representation, Terminator, ValueId};

use crate::debug_info::{Location, locations};
use crate::lower::Lower;
use crate::module::ModuleText;
use crate::templates::DIRECT_LIMIT;

/// State of one function's emission.
pub struct FunctionText<'a, 'm> {
    pub(crate) module: &'a mut ModuleText<'m>,
    pub(crate) mir: &'a Function,
    /// The number of the code object.
    pub(crate) number: u32,
    /// Each value as an LLVM operand.
    operands: Vec<String>,
    /// Finished and current text of each MIR block, without its phis.
    bodies: Vec<String>,
    /// Blocks that are seldom run.
    cold: String,
    /// Edges into each block: the label they come from, and the arguments.
    incoming: Vec<Vec<(String, Vec<String>)>>,
    current: usize,
    /// Blocks from which control only leaves the function with an exception.
    cold_blocks: Vec<bool>,
    label: String,
    temporaries: usize,
    /// The label of the current instruction's error path, once something needs it.
    error: Option<String>,
    /// The most words that a call needs in memory.
    pub(crate) item_capacity: usize,
    /// The function's node in the debug metadata.
    debug_node: usize,
    /// Where its sites are.
    locations: HashMap<u32, Location>,
    /// The node of the location of the lines that are appended.
    location: usize,
    /// Whether the arguments come in memory.
    arguments_in_memory: bool,
}

/// The blocks from which every way leads to the function's error exit.
fn cold_blocks(mir: &Function) -> Vec<bool> {
    let mut cold = vec![false; mir.blocks.len()];
    let order = mir.reverse_postorder();
    for id in order.iter().rev() {
        let block = mir.block(*id);
        let leaves = matches!(block.terminator, Terminator::Unwind)
            || (matches!(block.terminator, Terminator::Jump(_))
                && block.terminator.targets().all(|edge| cold[edge.block.index()]));
        cold[id.index()] = leaves;
    }
    cold
}

/// Whether a code object's body takes its arguments in registers.
pub fn has_direct_entry(code: &Code) -> bool {
    code.parameter_count() == code.argument_count as usize
        && code.parameter_count() <= DIRECT_LIMIT
        && !code.flags.contains(CodeFlags::VARARGS)
        && !code.flags.suspends()
        && !code.flags.contains(CodeFlags::VARKEYWORDS)
}

/// The name of a function's body in the object file.
pub fn body_name(function: &Function) -> String {
    format!("{}.{}", function.name.replace(['"', '\\'], "_"), function.id.0)
}

/// The parameters whose references a function takes over, counted from its first.
pub fn taken_parameters(function: &Function) -> Vec<usize> {
    let entry = &function.blocks[0];
    let taken = entry.instructions.iter().filter(|instruction| instruction.op == Op::TakeParameter);
    taken
        .filter_map(|instruction| {
            entry.parameters.iter().skip(1).position(|parameter| *parameter == instruction.operands[0])
        })
        .collect()
}

/// The symbol of a function's body.
pub fn body_symbol(function: &Function) -> String {
    format!("\"{}\"", body_name(function))
}

/// The symbol of a function's generic entry.
pub fn generic_symbol(function: &Function) -> String {
    format!("\"{}.{}.generic\"", function.name.replace(['"', '\\'], "_"), function.id.0)
}

/// Emits one function with its generic entry.
pub fn emit(module: &mut ModuleText<'_>, mir: &Function, code: &Code) {
    let count = mir.blocks.len();
    let debug_node = module.debug.function(&mir.name, code.first_line);
    let location = module.debug.location(debug_node, (code.first_line, 0));
    let mut text = FunctionText {
        module,
        mir,
        number: mir.id.0,
        operands: vec![String::new(); mir.values.len()],
        bodies: vec![String::new(); count],
        cold: String::new(),
        incoming: vec![Vec::new(); count],
        current: 0,
        cold_blocks: cold_blocks(mir),
        label: "b0".to_string(),
        temporaries: 0,
        error: None,
        item_capacity: 2,
        debug_node,
        locations: locations(mir, code),
        location,
        arguments_in_memory: false,
    };
    for index in 0..mir.values.len() {
        text.operands[index] = format!("%{}", ValueId::from_index(index));
    }
    let direct = has_direct_entry(code);
    let is_generator = code.flags.suspends();
    let parameters = &mir.blocks[0].parameters;
    let signature = if direct || is_generator {
        parameters.iter().map(|value| format!("i64 %{value}")).collect::<Vec<_>>().join(", ")
    } else {
        format!("i64 %{}, ptr %arguments", parameters[0])
    };
    text.arguments_in_memory = !(direct || is_generator);
    text.enter();
    for block in mir.reverse_postorder() {
        text.block(block);
    }
    text.finish(&signature);
    emit_generic(module, mir, code, direct, is_generator);
}

/// The generic entry: arguments as they come.
fn emit_generic(module: &mut ModuleText<'_>, mir: &Function, code: &Code, direct: bool, is_generator: bool) {
    let count = code.parameter_count();
    let body = body_symbol(mir);
    let taken = taken_parameters(mir);
    let loads = |array: &str, prefix: &str| {
        (0..count)
            .map(|index| {
                let mut text = format!(
                    "  %{prefix}p{index} = getelementptr i64, ptr {array}, i64 {index}\n  %{prefix}{index} = load i64, ptr %{prefix}p{index}\n"
                );
                if taken.contains(&index) {
                    let _ = writeln!(text, "  store i64 0, ptr %{prefix}p{index}");
                }
                text
            })
            .collect::<String>()
    };
    let arguments =
        |prefix: &str| (0..count).map(|index| format!(", i64 %{prefix}{index}")).collect::<String>();
    let mut text = format!(
        "define internal i64 @{}(i64 %function, ptr %values, i64 %count, i64 %names) #10 {{\nentry:\n",
        generic_symbol(mir)
    );
    if count > 0 {
        let _ = writeln!(text, "  %bound = alloca i64, i64 {count}");
    }
    if direct {
        let _ = write!(
            text,
            "  %plain = icmp eq i64 %names, 0
  %fits = icmp eq i64 %count, {count}
  %simple = and i1 %plain, %fits
  br i1 %simple, label %exact, label %bind, !prof !0
exact:
{}  %r = call i64 @{body}(i64 %function{})
  ret i64 %r
bind:
",
            loads("%values", "x"),
            arguments("x"),
        );
    }
    let array = if count > 0 { "%bound" } else { "null" };
    if is_generator {
        let _ = write!(
            text,
            "  %s = call i32 @pyrsc_rt_arguments_bind(i64 %function, ptr %values, i64 %count, i64 %names, ptr {array})
  %bad = icmp ne i32 %s, 0
  br i1 %bad, label %fail, label %go, !prof !1
go:
  %z = call i64 @pyrsc_rt_generator_new(i64 %function, ptr {array}, i64 {count})
  ret i64 %z
fail:
  ret i64 0
}}
"
        );
        module.functions.push_str(&text);
        return;
    }
    let (loads, call) = if direct {
        (loads("%bound", "y"), format!("call i64 @{body}(i64 %function{})", arguments("y")))
    } else {
        (String::new(), format!("call i64 @{body}(i64 %function, ptr {array})"))
    };
    let _ = write!(
        text,
        "  %s = call i32 @pyrsc_rt_arguments_bind(i64 %function, ptr %values, i64 %count, i64 %names, ptr {array})
  %bad = icmp ne i32 %s, 0
  br i1 %bad, label %fail, label %go, !prof !1
go:
{loads}  %z = {call}
  call void @pyrsc_rt_words_release(ptr {array}, i64 {count})
  ret i64 %z
fail:
  ret i64 0
}}
"
    );
    module.functions.push_str(&text);
}

impl FunctionText<'_, '_> {
    /// Whether control only leaves the function with an exception from here.
    pub(crate) fn is_cold(&self) -> bool {
        self.cold_blocks[self.current]
    }

    /// Appends a line to the current block; a call gets the location of the current site.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        let body = &mut self.bodies[self.current];
        body.push_str("  ");
        body.push_str(line);
        if line.starts_with("call ") || line.contains(" = call ") {
            let _ = write!(body, ", !dbg !{}", self.location);
        }
        body.push('\n');
    }

    /// What follows belongs to a site.
    fn at_site(&mut self, site: Option<u32>) {
        if let Some(location) = site.and_then(|unit| self.locations.get(&unit)) {
            self.location = self.module.debug.location(self.debug_node, *location);
        }
    }

    /// A fresh LLVM value name.
    pub(crate) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        format!("%t{}", self.temporaries)
    }

    /// Appends an instruction with a result.
    pub(crate) fn value(&mut self, instruction: impl AsRef<str>) -> String {
        let name = self.temporary();
        self.line(format!("{name} = {}", instruction.as_ref()));
        name
    }

    /// Starts a new LLVM block within the current MIR block.
    fn start(&mut self, label: String) {
        let body = &mut self.bodies[self.current];
        body.push_str(&label);
        body.push_str(":\n");
        self.label = label;
    }

    fn fresh_label(&mut self, prefix: &str) -> String {
        self.temporaries += 1;
        format!("{prefix}{}", self.temporaries)
    }

    /// Leaves by the current instruction's error edge when the bit is set.
    pub(crate) fn raise_if(&mut self, bit: &str) {
        let error = self.error_label();
        let next = self.fresh_label("n");
        self.line(format!("br i1 {bit}, label %{error}, label %{next}, !prof !1"));
        self.start(next);
    }

    /// Leaves by the current instruction's error edge when the word is 0; gives the word back.
    pub(crate) fn raise_if_zero(&mut self, word: String) -> String {
        let bit = self.value(format!("icmp eq i64 {word}, 0"));
        self.raise_if(&bit);
        word
    }

    /// Leaves by the current instruction's error edge when the status or truth is negative.
    pub(crate) fn raise_if_negative(&mut self, status: &str) {
        let bit = self.value(format!("icmp slt i32 {status}, 0"));
        self.raise_if(&bit);
    }

    fn error_label(&mut self) -> String {
        if let Some(label) = &self.error {
            return label.clone();
        }
        let label = self.fresh_label("error");
        self.error = Some(label.clone());
        label
    }

    /// Emits the error path of the instruction that has just been emitted.
    fn finish_error(&mut self, instruction: &Instruction) {
        let (Some(label), Some(edge)) = (self.error.take(), &instruction.on_error) else { return };
        let mut text = format!("{label}:\n");
        if let Some(site) = instruction.site {
            let this = self.mir.blocks[0].parameters[0];
            let place = self.temporary();
            let _ = write!(
                text,
                "  {place} = call ptr @llvm.addressofreturnaddress.p0()
  call preserve_mostcc void @slow.traceback_add(i64 %{this}, i64 {site}, ptr {place}) #3, !dbg !{}
",
                self.location
            );
        }
        let _ = writeln!(text, "  br label %{}", edge.block);
        self.cold.push_str(&text);
        self.add_incoming(edge, label);
    }

    fn add_incoming(&mut self, edge: &BlockCall, label: String) {
        let arguments = edge.arguments.iter().map(|value| self.operands[value.index()].clone()).collect();
        self.incoming[edge.block.index()].push((label, arguments));
    }

    /// The entry: the stack and poll check, and for arguments in memory their loads.
    fn enter(&mut self) {
        let status = self.value("call i32 @function_entry()");
        let bad = self.value(format!("icmp ne i32 {status}, 0"));
        let next = self.fresh_label("n");
        self.line(format!("br i1 {bad}, label %refused, label %{next}, !prof !1"));
        self.cold.push_str("refused:\n");
        if !self.arguments_in_memory {
            for parameter in taken_parameters(self.mir).into_iter().rev() {
                let parameter = self.mir.blocks[0].parameters[parameter + 1];
                let _ =
                    writeln!(self.cold, "  call void @release(i64 %{parameter}), !dbg !{}", self.location);
            }
        }
        self.cold.push_str("  ret i64 0\n");
        self.start(next);
        if self.arguments_in_memory {
            let parameters = self.mir.blocks[0].parameters.clone();
            for (index, parameter) in parameters.iter().skip(1).enumerate() {
                let place = self.value(format!("getelementptr i64, ptr %arguments, i64 {index}"));
                self.line(format!("%{parameter} = load i64, ptr {place}"));
            }
        }
    }

    /// Where a parameter's reference is taken out of the caller's memory, the word there becomes 0.
    pub(crate) fn take_from_memory(&mut self, parameter: ValueId) {
        let parameters = &self.mir.blocks[0].parameters;
        if self.arguments_in_memory
            && let Some(index) = parameters.iter().position(|known| *known == parameter)
        {
            let place = self.value(format!("getelementptr i64, ptr %arguments, i64 {}", index - 1));
            self.line(format!("store i64 0, ptr {place}"));
        }
    }

    fn block(&mut self, id: BlockId) {
        self.current = id.index();
        if id != BlockId(0) {
            self.label = id.to_string();
        }
        let mir = self.mir;
        let block = mir.block(id);
        // What has no site of its own belongs to the one before it, else to the block's first.
        self.at_site(block.instructions.iter().find_map(|instruction| instruction.site));
        for instruction in &block.instructions {
            self.at_site(instruction.site);
            let operands: Vec<String> =
                instruction.operands.iter().map(|value| self.operands[value.index()].clone()).collect();
            let results = self.lower(instruction, &operands);
            debug_assert_eq!(results.len(), instruction.results.len(), "{}", instruction.op);
            for (value, text) in instruction.results.iter().zip(results) {
                self.operands[value.index()] = text;
            }
            self.finish_error(instruction);
        }
        match &block.terminator {
            Terminator::Jump(target) => {
                self.line(format!("br label %{}", target.block));
                let label = self.label.clone();
                self.add_incoming(target, label);
            }
            Terminator::Branch { condition, then, otherwise } => {
                let condition = self.operands[condition.index()].clone();
                let label = self.label.clone();
                if then.block == otherwise.block {
                    // A phi needs two labels for two values.
                    let other = self.fresh_label("edge");
                    self.line(format!("br i1 {condition}, label %{}, label %{other}", then.block));
                    self.add_incoming(then, label);
                    self.start(other.clone());
                    self.line(format!("br label %{}", otherwise.block));
                    self.add_incoming(otherwise, other);
                } else {
                    self.line(format!(
                        "br i1 {condition}, label %{}, label %{}",
                        then.block, otherwise.block
                    ));
                    self.add_incoming(then, label.clone());
                    self.add_incoming(otherwise, label);
                }
            }
            Terminator::Switch { index, targets } => {
                let index = self.operands[index.index()].clone();
                let label = self.label.clone();
                let cases: String = targets
                    .iter()
                    .enumerate()
                    .map(|(number, target)| format!(" i64 {number}, label %{}", target.block))
                    .collect();
                self.line(format!("switch i64 {index}, label %nowhere [{cases} ]"));
                self.cold.push_str("nowhere:\n  unreachable\n");
                for target in targets {
                    self.add_incoming(target, label.clone());
                }
            }
            Terminator::Return(value) | Terminator::Suspend(value) => {
                let value = self.operands[value.index()].clone();
                self.line(format!("ret i64 {value}"));
            }
            Terminator::Unwind => self.line("ret i64 0"),
            Terminator::Unreachable => self.line("unreachable"),
        }
    }

    /// Puts the blocks together.
    fn finish(self, signature: &str) {
        let mut text = format!(
            "define internal i64 @{}({signature}) #11 !dbg !{} {{\n",
            body_symbol(self.mir),
            self.debug_node
        );
        for (id, block) in self.mir.iter_blocks() {
            if self.bodies[id.index()].is_empty() {
                // Nothing leads here.
                continue;
            }
            let _ = writeln!(text, "{id}:");
            if id == BlockId(0) {
                let _ = writeln!(text, "  %items = alloca i64, i64 {}, align 16", self.item_capacity);
            } else {
                for (position, parameter) in block.parameters.iter().enumerate() {
                    let ty = llvm_type(self.mir.value(*parameter).representation);
                    let edges: Vec<String> = self.incoming[id.index()]
                        .iter()
                        .map(|(label, arguments)| format!("[ {}, %{label} ]", arguments[position]))
                        .collect();
                    let _ = writeln!(text, "  %{parameter} = phi {ty} {}", edges.join(", "));
                }
            }
            text.push_str(&self.bodies[id.index()]);
        }
        text.push_str(&self.cold);
        text.push_str("}\n");
        self.module.functions.push_str(&text);
    }
}

/// The LLVM type of a representation.
pub fn llvm_type(representation: Representation) -> &'static str {
    match representation {
        Representation::Boxed | Representation::Int => "i64",
        Representation::Float => "double",
        Representation::Truth => "i1",
        Representation::Pointer => "ptr",
    }
}

impl FunctionText<'_, '_> {
    /// Ends the LLVM block: to the first of two new labels when the bit is set (which is rare).
    pub(crate) fn fork(&mut self, bit: &str) -> (String, String) {
        let (rare, usual) = (self.fresh_label("rare"), self.fresh_label("n"));
        self.line(format!("br i1 {bit}, label %{rare}, label %{usual}, !prof !1"));
        (rare, usual)
    }

    /// A new label.
    pub(crate) fn new_label(&mut self, prefix: &str) -> String {
        self.fresh_label(prefix)
    }

    /// Starts the LLVM block of that label.
    pub(crate) fn begin(&mut self, label: String) {
        self.start(label);
    }

    /// The label of the LLVM block that lines are appended to.
    pub(crate) fn current_label(&self) -> String {
        self.label.clone()
    }
}

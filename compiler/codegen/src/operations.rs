//! What every op becomes.

use pyrsc_abi::runtime_functions::{ArgumentKind, Frequency, ResultKind, runtime_function};
use pyrsc_mir::{ImmediateKind, Instruction, Type};

use crate::function::FunctionText;
use crate::lower::Lower;
use crate::templates::DIRECT_LIMIT;

type Results = Vec<String>;

impl FunctionText<'_, '_> {
    /// A template that gives a word, 0 when it raised.
    fn word_template(&mut self, name: &str, operands: &[&str]) -> Results {
        let word = self.template("i64", name, operands);
        vec![self.raise_if_zero(word)]
    }

    /// A template that gives a truth, negative when it raised.
    fn truth_template(&mut self, name: &str, operands: &[&str]) -> Results {
        let truth = self.template("i32", name, operands);
        self.raise_if_negative(&truth);
        vec![self.value(format!("icmp ne i32 {truth}, 0"))]
    }

    /// Calls a template whose operands are words.
    fn template(&mut self, ty: &str, name: &str, operands: &[&str]) -> String {
        let arguments =
            operands.iter().map(|operand| format!("i64 {operand}")).collect::<Vec<_>>().join(", ");
        self.value(format!("call {ty} @{name}({arguments})"))
    }

    /// A binary instruction on raw values.
    fn raw(&mut self, instruction: &str, left: &str, right: &str) -> Results {
        vec![self.value(format!("{instruction} {left}, {right}"))]
    }

    fn status_call(&mut self, call: String) -> Results {
        let status = self.value(call);
        self.raise_if_negative(&status);
        vec![]
    }

    /// Stores words to memory for a callee; gives their address and count as arguments.
    fn items(&mut self, words: &[String]) -> (String, usize) {
        for (index, word) in words.iter().enumerate() {
            let place = self.value(format!("getelementptr i64, ptr %items, i64 {index}"));
            self.line(format!("store i64 {word}, ptr {place}"));
        }
        self.item_capacity = self.item_capacity.max(words.len());
        ("%items".to_string(), words.len())
    }

    /// Words that a callee has written to memory.
    fn load_items(&mut self, count: usize) -> Results {
        (0..count)
            .map(|index| {
                let place = self.value(format!("getelementptr i64, ptr %items, i64 {index}"));
                self.value(format!("load i64, ptr {place}"))
            })
            .collect()
    }

    fn constant(&mut self, index: u64) -> String {
        let place = self.module.constant(self.number, 0, index as u32);
        self.value(format!("load i64, ptr {place}, !tbaa !21, !invariant.load !9"))
    }

    fn name(&mut self, index: u64) -> String {
        let place = self.module.constant(self.number, 1, index as u32);
        self.value(format!("load i64, ptr {place}, !tbaa !21, !invariant.load !9"))
    }

    fn this(&self) -> String {
        format!("%{}", self.mir.blocks[0].parameters[0])
    }

    /// A generator's frame: the second parameter of its body.
    fn generator_frame(&self) -> String {
        format!("%{}", self.mir.blocks[0].parameters[1])
    }

    fn generator_frame_pointer(&mut self) -> String {
        let frame = self.generator_frame();
        self.value(format!("inttoptr i64 {frame} to ptr"))
    }

    fn call_positional(&mut self, callable: &str, arguments: &[String], given: u64) -> Results {
        if arguments.len() <= DIRECT_LIMIT {
            self.item_capacity = self.item_capacity.max(arguments.len());
            let list: String = arguments.iter().map(|word| format!(", i64 {word}")).collect();
            let result = self.value(format!(
                "call i64 @py_call_{}(i64 {callable}{list}, ptr %items, i64 {given})",
                arguments.len()
            ));
            return vec![self.raise_if_zero(result)];
        }
        let (items, count) = self.items(arguments);
        let result = self.value(format!(
            "call i64 @pyrsc_rt_call_positional(i64 {callable}, ptr {items}, i64 {count}, i64 {given}) #4"
        ));
        vec![self.raise_if_zero(result)]
    }

    /// A method call through memory: the receiver comes first, or is left out when it is UNBOUND. Address, count, and
    /// which words are handed over.
    fn method_items(&mut self, receiver: &str, arguments: &[String], given: u64) -> (String, String, String) {
        let mut words = vec![receiver.to_string()];
        words.extend_from_slice(arguments);
        self.items(&words);
        let alone = self.value(format!("icmp eq i64 {receiver}, {}", pyrsc_abi::Value::UNBOUND.0));
        let rest = self.value("getelementptr i64, ptr %items, i64 1");
        let start = self.value(format!("select i1 {alone}, ptr {rest}, ptr %items"));
        let count = self.value(format!("select i1 {alone}, i64 {}, i64 {}", words.len() - 1, words.len()));
        let given = self.value(format!("select i1 {alone}, i64 {}, i64 {given}", given >> 1));
        (start, count, given)
    }
}

macro_rules! word_templates {
    ($($method:ident $template:literal;)*) => { $(
        fn $method(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
            self.word_template($template, &[left, right])
        }
    )* };
}

macro_rules! truth_templates {
    ($($method:ident $template:literal;)*) => { $(
        fn $method(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
            self.truth_template($template, &[left, right])
        }
    )* };
}

macro_rules! runtime_words {
    ($($method:ident $function:literal;)*) => { $(
        fn $method(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
            let word = self.value(format!(concat!("call i64 @pyrsc_rt_", $function, "(i64 {}, i64 {}) #4"), left, right));
            vec![self.raise_if_zero(word)]
        }
    )* };
}

macro_rules! raw_operations {
    ($($method:ident $instruction:literal;)*) => { $(
        fn $method(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
            self.raw($instruction, left, right)
        }
    )* };
}

/// Templates that give a result and whether it is not valid.
macro_rules! small_int_tries {
    ($($method:ident $ty:literal;)*) => { $(
        fn $method(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
            let pair = self.value(format!(
                concat!("call {{", $ty, ", i1}} @", stringify!($method), "(i64 {}, i64 {})"), left, right
            ));
            let result = self.value(format!(concat!("extractvalue {{", $ty, ", i1}} {}, 0"), pair));
            vec![result, self.value(format!(concat!("extractvalue {{", $ty, ", i1}} {}, 1"), pair))]
        }
    )* };
}

impl Lower for FunctionText<'_, '_> {
    fn call_runtime(&mut self, at: &Instruction, function: &str, operands: &[String]) -> Results {
        let row = runtime_function(function).unwrap_or_else(|| panic!("no runtime function {function}"));
        let info = at.op.info();
        let mut arguments: Vec<String> = Vec::new();
        let fixed = info.operands.len();
        arguments.extend(operands[..fixed].iter().map(|word| format!("i64 {word}")));
        if info.rest.is_some() {
            let (items, count) = self.items(&operands[fixed..]);
            arguments.push(format!("ptr {items}"));
            arguments.push(format!("i64 {count}"));
        }
        for (immediate, (_, kind)) in at.immediates.iter().zip(info.immediates) {
            arguments.push(match kind {
                ImmediateKind::Constant => format!("i64 {}", self.constant(*immediate)),
                ImmediateKind::Name => format!("i64 {}", self.name(*immediate)),
                ImmediateKind::Cache => format!("ptr {}", self.module.cache(self.number, *immediate)),
                ImmediateKind::Word | ImmediateKind::Register | ImmediateKind::Number => {
                    format!("i64 {}", *immediate as i64)
                }
            });
        }
        if row.arguments.last() == Some(&ArgumentKind::out) {
            self.item_capacity = self.item_capacity.max(at.results.len());
            arguments.push("ptr %items".to_string());
        }
        let (convention, symbol) = match row.frequency {
            Frequency::cold => ("preserve_mostcc ", format!("slow.{function}")),
            Frequency::plain => ("", format!("pyrsc_rt_{function}")),
        };
        let arguments = arguments.join(", ");
        let call = |ty: &str| format!("call {convention}{ty} @{symbol}({arguments}) #4");
        match row.result {
            ResultKind::object => {
                let word = self.value(call("i64"));
                vec![self.raise_if_zero(word)]
            }
            ResultKind::word => vec![self.value(call("i64"))],
            ResultKind::truth => {
                let truth = self.value(call("i32"));
                if info.effects.raises {
                    self.raise_if_negative(&truth);
                }
                vec![self.value(format!("icmp ne i32 {truth}, 0"))]
            }
            ResultKind::status => {
                let status = self.value(call("i32"));
                if at.op.always_raises() {
                    self.raise_if("true");
                } else {
                    self.raise_if_negative(&status);
                }
                self.load_items(at.results.len())
            }
            ResultKind::nothing => {
                self.line(call("void"));
                self.load_items(at.results.len())
            }
        }
    }

    fn const_word(&mut self, _at: &Instruction, word: u64) -> Results {
        vec![(word as i64).to_string()]
    }

    fn const_object(&mut self, _at: &Instruction, constant: u64) -> Results {
        vec![self.constant(constant)]
    }

    fn keep(&mut self, _at: &Instruction, _value: &str) -> Results {
        vec![]
    }

    fn take_parameter(&mut self, at: &Instruction, parameter: &str) -> Results {
        self.take_from_memory(at.operands[0]);
        vec![parameter.to_string()]
    }

    fn retain(&mut self, _at: &Instruction, value: &str) -> Results {
        self.line(format!("call void @retain(i64 {value})"));
        vec![]
    }

    fn release(&mut self, _at: &Instruction, value: &str) -> Results {
        // On the way out of the function, size matters more than speed.
        let call = if self.is_cold() { "call void @cold_release" } else { "call void @release" };
        self.line(format!("{call}(i64 {value})"));
        vec![]
    }

    fn check_bound(&mut self, at: &Instruction, value: &str, register: u64) -> Results {
        let unbound = self.value(format!("icmp eq i64 {value}, {}", pyrsc_abi::Value::UNBOUND.0));
        self.raise_with(at, &unbound, "unbound_local_raise", register);
        vec![]
    }

    fn cell_new(&mut self, _at: &Instruction, contents: &str) -> Results {
        let cell = self.value(format!("call i64 @pyrsc_rt_cell_new(i64 {contents}) #4"));
        vec![self.raise_if_zero(cell)]
    }

    fn closure_cell(&mut self, _at: &Instruction, function: &str, index: u64) -> Results {
        vec![self.value(format!("call i64 @closure_cell(i64 {function}, i64 {index})"))]
    }

    fn cell_load(&mut self, at: &Instruction, cell: &str, register: u64) -> Results {
        let word = self.template("i64", "cell_contents", &[cell]);
        let empty = self.value(format!("icmp eq i64 {word}, 0"));
        self.raise_with(at, &empty, "empty_cell_raise", register);
        vec![word]
    }

    fn cell_store(&mut self, _at: &Instruction, cell: &str, value: &str) -> Results {
        self.line(format!("call void @cell_store(i64 {cell}, i64 {value})"));
        vec![]
    }

    fn load_global(&mut self, _at: &Instruction, name: u64) -> Results {
        let (cell, builtin) = self.module.global(self.number, name as u32);
        let (this, name) = (self.this(), self.name(name));
        let word =
            self.value(format!("call i64 @global_load(i64 {this}, i64 {name}, ptr {cell}, ptr {builtin})"));
        vec![self.raise_if_zero(word)]
    }

    fn store_global(&mut self, _at: &Instruction, value: &str, name: u64) -> Results {
        let (cell, _) = self.module.global(self.number, name as u32);
        let (this, name) = (self.this(), self.name(name));
        self.status_call(format!("call i32 @global_store(i64 {this}, i64 {value}, i64 {name}, ptr {cell})"))
    }

    fn py_negative(&mut self, _at: &Instruction, value: &str) -> Results {
        self.word_template("py_negative", &[value])
    }

    word_templates! {
        py_add "py_add"; py_subtract "py_subtract"; py_multiply "py_multiply"; py_true_divide "py_true_divide";
        py_floor_divide "py_floor_divide"; py_remainder "py_remainder"; py_left_shift "py_left_shift";
        py_right_shift "py_right_shift"; py_bit_and "py_bit_and"; py_bit_or "py_bit_or"; py_bit_xor "py_bit_xor";
        py_inplace_add "py_inplace_add"; py_inplace_subtract "py_inplace_subtract";
        py_inplace_multiply "py_inplace_multiply"; py_inplace_true_divide "py_inplace_true_divide";
        py_inplace_floor_divide "py_inplace_floor_divide"; py_inplace_remainder "py_inplace_remainder";
        py_inplace_left_shift "py_inplace_left_shift"; py_inplace_right_shift "py_inplace_right_shift";
        py_inplace_bit_and "py_inplace_bit_and"; py_inplace_bit_or "py_inplace_bit_or";
        py_inplace_bit_xor "py_inplace_bit_xor"; py_less "compare_less"; py_less_equal "compare_less_equal";
        py_equal "compare_equal"; py_not_equal "compare_not_equal"; py_greater "compare_greater";
        py_greater_equal "compare_greater_equal"; py_load_item "item_load";
    }

    runtime_words! {
        py_power "number_power"; py_inplace_power "number_inplace_power";
    }

    truth_templates! {
        py_test_less "test_less"; py_test_less_equal "test_less_equal"; py_test_equal "test_equal";
        py_test_not_equal "test_not_equal"; py_test_greater "test_greater";
        py_test_greater_equal "test_greater_equal";
    }

    fn py_truth(&mut self, at: &Instruction, value: &str) -> Results {
        if self.mir.value(at.operands[0]).ty.is_subtype_of(Type::BOOL) {
            return vec![self.value(format!("icmp eq i64 {value}, {}", pyrsc_abi::Value::TRUE.0))];
        }
        self.truth_template("py_truth", &[value])
    }

    fn is_same(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let truth = self.template("i32", "is_same", &[left, right]);
        vec![self.value(format!("icmp ne i32 {truth}, 0"))]
    }

    fn is_word(&mut self, _at: &Instruction, value: &str, word: u64) -> Results {
        vec![self.value(format!("icmp eq i64 {value}, {}", word as i64))]
    }

    fn truth_not(&mut self, _at: &Instruction, truth: &str) -> Results {
        vec![self.value(format!("xor i1 {truth}, true"))]
    }

    fn bool_from_truth(&mut self, _at: &Instruction, truth: &str) -> Results {
        let (yes, no) = (pyrsc_abi::Value::TRUE.0, pyrsc_abi::Value::FALSE.0);
        vec![self.value(format!("select i1 {truth}, i64 {yes}, i64 {no}"))]
    }

    fn poll(&mut self, _at: &Instruction) -> Results {
        self.status_call("call i32 @loop_poll()".to_string())
    }

    fn py_load_attribute(&mut self, _at: &Instruction, object: &str, name: u64, cache: u64) -> Results {
        let (name, cache) = (self.name(name), self.module.cache(self.number, cache));
        let word = self.value(format!("call i64 @attribute_load(i64 {object}, i64 {name}, ptr {cache})"));
        vec![self.raise_if_zero(word)]
    }

    fn py_store_attribute(
        &mut self,
        _at: &Instruction,
        object: &str,
        value: &str,
        name: u64,
        cache: u64,
    ) -> Results {
        let (name, cache) = (self.name(name), self.module.cache(self.number, cache));
        self.status_call(format!(
            "call i32 @attribute_store(i64 {object}, i64 {value}, i64 {name}, ptr {cache})"
        ))
    }

    fn py_load_method(&mut self, _at: &Instruction, object: &str, name: u64, cache: u64) -> Results {
        let (name, cache) = (self.name(name), self.module.cache(self.number, cache));
        let pair = self.value(format!(
            "call {{i64, i64}} @method_load(i64 {object}, i64 {name}, ptr {cache}, ptr %items)"
        ));
        let callable = self.value(format!("extractvalue {{i64, i64}} {pair}, 0"));
        let receiver = self.value(format!("extractvalue {{i64, i64}} {pair}, 1"));
        vec![self.raise_if_zero(callable), receiver]
    }

    fn py_store_item(&mut self, _at: &Instruction, object: &str, index: &str, value: &str) -> Results {
        self.status_call(format!("call i32 @item_store(i64 {object}, i64 {index}, i64 {value})"))
    }

    fn py_call(&mut self, _at: &Instruction, callable: &str, arguments: &[String], given: u64) -> Results {
        self.call_positional(callable, arguments, given)
    }

    fn py_call_keywords(
        &mut self,
        _at: &Instruction,
        callable: &str,
        arguments: &[String],
        names: u64,
        given: u64,
    ) -> Results {
        let (items, count) = self.items(arguments);
        let names = self.constant(names);
        let result = self.value(format!(
            "call i64 @pyrsc_rt_call_keywords(i64 {callable}, ptr {items}, i64 {count}, i64 {names}, i64 {given}) #4"
        ));
        vec![self.raise_if_zero(result)]
    }

    fn py_call_method(
        &mut self,
        _at: &Instruction,
        callable: &str,
        receiver: &str,
        arguments: &[String],
        given: u64,
    ) -> Results {
        if arguments.len() < DIRECT_LIMIT {
            self.item_capacity = self.item_capacity.max(arguments.len() + 1);
            let list: String = arguments.iter().map(|word| format!(", i64 {word}")).collect();
            let result = self.value(format!(
                "call i64 @py_call_method_{}(i64 {callable}, i64 {receiver}{list}, ptr %items, i64 {given})",
                arguments.len()
            ));
            return vec![self.raise_if_zero(result)];
        }
        let (items, count, given) = self.method_items(receiver, arguments, given);
        let result = self.value(format!(
            "call i64 @pyrsc_rt_call_positional(i64 {callable}, ptr {items}, i64 {count}, i64 {given}) #4"
        ));
        vec![self.raise_if_zero(result)]
    }

    fn py_call_method_keywords(
        &mut self,
        _at: &Instruction,
        callable: &str,
        receiver: &str,
        arguments: &[String],
        names: u64,
        given: u64,
    ) -> Results {
        let (items, count, given) = self.method_items(receiver, arguments, given);
        let names = self.constant(names);
        let result = self.value(format!(
            "call i64 @pyrsc_rt_call_keywords(i64 {callable}, ptr {items}, i64 {count}, i64 {names}, i64 {given}) #4"
        ));
        vec![self.raise_if_zero(result)]
    }

    fn list_append(&mut self, _at: &Instruction, list: &str, value: &str) -> Results {
        self.status_call(format!("call i32 @list_append(i64 {list}, i64 {value})"))
    }

    fn py_unpack(&mut self, at: &Instruction, value: &str, count: u64) -> Results {
        let count = count as usize;
        self.item_capacity = self.item_capacity.max(count);
        let known = self.value(format!("call ptr @items_of(i64 {value}, i64 {count})"));
        let absent = self.value(format!("icmp eq ptr {known}, null"));
        self.unpack_known_or_call(at, value, count, &known, &absent)
    }

    fn py_iter(&mut self, _at: &Instruction, value: &str) -> Results {
        let iterator = self.value(format!("call i64 @pyrsc_rt_object_iter(i64 {value}) #4"));
        vec![self.raise_if_zero(iterator)]
    }

    fn py_next(&mut self, _at: &Instruction, iterator: &str) -> Results {
        self.word_template("iterator_next", &[iterator])
    }

    fn take_pending(&mut self, _at: &Instruction) -> Results {
        vec![self.value("call i64 @take_pending()")]
    }

    fn generator_state(&mut self, _at: &Instruction) -> Results {
        let frame = self.generator_frame();
        vec![self.template("i64", "generator_state", &[&frame])]
    }

    fn generator_suspend(
        &mut self,
        _at: &Instruction,
        state: u64,
        register: u64,
        delegates: u64,
        unit: u64,
    ) -> Results {
        let frame = self.generator_frame_pointer();
        self.line(format!(
            "call void @pyrsc_rt_generator_suspend(ptr {frame}, i64 {state}, i64 {register}, i64 {delegates}, i64 {unit}) #4"
        ));
        vec![]
    }

    fn generator_save(&mut self, _at: &Instruction, value: &str, register: u64) -> Results {
        let frame = self.generator_frame();
        self.line(format!("call void @generator_save(i64 {frame}, i64 {register}, i64 {value})"));
        vec![]
    }

    fn generator_load(&mut self, _at: &Instruction, register: u64) -> Results {
        let frame = self.generator_frame();
        vec![self.template("i64", "generator_load", &[&frame, &register.to_string()])]
    }

    fn generator_check_thrown(&mut self, _at: &Instruction) -> Results {
        // The body's third parameter.
        let thrown = format!("%{}", self.mir.blocks[0].parameters[2]);
        let bit = self.value(format!("icmp ne i64 {thrown}, 0"));
        self.raise_if(&bit);
        vec![]
    }

    fn generator_take_sent(&mut self, _at: &Instruction) -> Results {
        let frame = self.generator_frame_pointer();
        vec![self.value(format!("call i64 @pyrsc_rt_generator_take_sent(ptr {frame}) #4"))]
    }

    fn generator_enter_handler(&mut self, _at: &Instruction) -> Results {
        let frame = self.generator_frame_pointer();
        self.line(format!("call void @pyrsc_rt_generator_enter_handler(ptr {frame}, ptr %items) #4"));
        self.load_items(2)
    }

    fn generator_leave_handler(&mut self, _at: &Instruction, saved: &str) -> Results {
        let frame = self.generator_frame_pointer();
        self.line(format!("call void @pyrsc_rt_generator_leave_handler(ptr {frame}, i64 {saved}) #4"));
        vec![]
    }

    fn int_const(&mut self, _at: &Instruction, number: u64) -> Results {
        vec![(number as i64).to_string()]
    }

    fn float_const(&mut self, _at: &Instruction, bits: u64) -> Results {
        vec![format!("{bits:#018X}").replace("0X", "0x")]
    }

    fn is_small_int(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![self.value(format!("trunc i64 {value} to i1"))]
    }

    fn is_float(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![self.value(format!("call i1 @is_float(i64 {value})"))]
    }

    fn int_unbox(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![self.value(format!("ashr i64 {value}, 1"))]
    }

    fn int_box(&mut self, _at: &Instruction, number: &str) -> Results {
        let twice = self.value(format!("shl i64 {number}, 1"));
        vec![self.value(format!("or i64 {twice}, 1"))]
    }

    fn float_unbox(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![self.value(format!("call double @float_number(i64 {value})"))]
    }

    fn float_box(&mut self, _at: &Instruction, number: &str) -> Results {
        let call = if self.is_cold() { "call i64 @cold_float_box" } else { "call i64 @float_encode" };
        vec![self.value(format!("{call}(double {number})"))]
    }

    fn float_from_int(&mut self, _at: &Instruction, number: &str) -> Results {
        vec![self.value(format!("sitofp i64 {number} to double"))]
    }

    fn float_negate(&mut self, _at: &Instruction, number: &str) -> Results {
        vec![self.value(format!("fneg double {number}"))]
    }

    fn refine(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![value.to_string()]
    }

    fn are_small_ints(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let both = self.value(format!("and i64 {left}, {right}"));
        vec![self.value(format!("trunc i64 {both} to i1"))]
    }

    fn is_immediate_float(&mut self, _at: &Instruction, value: &str) -> Results {
        let tag = self.value(format!("and i64 {value}, 3"));
        vec![self.value(format!("icmp eq i64 {tag}, 2"))]
    }

    fn immediate_float_unbox(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![self.value(format!("call double @float_decode(i64 {value})"))]
    }

    fn float_from_small_int(&mut self, _at: &Instruction, value: &str) -> Results {
        let number = self.value(format!("ashr i64 {value}, 1"));
        vec![self.value(format!("sitofp i64 {number} to double"))]
    }

    fn truth_const(&mut self, _at: &Instruction, number: u64) -> Results {
        vec![if number == 0 { "false" } else { "true" }.to_string()]
    }

    fn float_bits(&mut self, _at: &Instruction, number: &str) -> Results {
        vec![self.value(format!("bitcast double {number} to i64"))]
    }

    fn word_bits(&mut self, _at: &Instruction, value: &str) -> Results {
        vec![value.to_string()]
    }

    fn either_box(&mut self, _at: &Instruction, bits: &str, is_float: &str) -> Results {
        vec![self.value(format!("call i64 @either_box(i64 {bits}, i1 {is_float})"))]
    }

    fn small_int_add(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let left = self.value(format!("sub i64 {left}, 1"));
        vec![self.value(format!("add nsw i64 {left}, {right}"))]
    }

    fn small_int_subtract(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let right = self.value(format!("sub i64 {right}, 1"));
        vec![self.value(format!("sub nsw i64 {left}, {right}"))]
    }

    fn small_int_multiply(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let left = self.value(format!("sub i64 {left}, 1"));
        let right = self.value(format!("ashr i64 {right}, 1"));
        let product = self.value(format!("mul nsw i64 {left}, {right}"));
        vec![self.value(format!("or i64 {product}, 1"))]
    }

    fn small_int_xor(&mut self, _at: &Instruction, left: &str, right: &str) -> Results {
        let tagless = self.value(format!("xor i64 {left}, {right}"));
        vec![self.value(format!("or i64 {tagless}, 1"))]
    }

    small_int_tries! {
        small_int_try_add "i64"; small_int_try_subtract "i64"; small_int_try_multiply "i64";
        small_int_try_floor_divide "i64"; small_int_try_remainder "i64"; small_int_try_left_shift "i64";
        small_int_try_right_shift "i64"; small_int_try_true_divide "double";
    }

    raw_operations! {
        small_int_and "and i64"; small_int_or "or i64"; small_int_less "icmp slt i64";
        small_int_less_equal "icmp sle i64"; small_int_equal "icmp eq i64"; float_add "fadd double"; float_subtract "fsub double"; float_multiply "fmul double";
        float_divide "fdiv double"; float_less "fcmp olt double"; float_less_equal "fcmp ole double";
        float_equal "fcmp oeq double"; int_add "add nsw i64"; int_subtract "sub nsw i64";
        int_multiply "mul nsw i64"; int_less "icmp slt i64"; int_less_equal "icmp sle i64";
        int_equal "icmp eq i64";
    }
}

impl FunctionText<'_, '_> {
    /// When the bit is set, calls a runtime function that raises (with the function and a register), and leaves.
    fn raise_with(&mut self, at: &Instruction, bit: &str, function: &str, register: u64) {
        debug_assert!(at.on_error.is_some());
        let (bad, next) = self.fork(bit);
        self.begin(bad);
        let this = self.this();
        self.line(format!("call preserve_mostcc void @slow.{function}(i64 {this}, i64 {register}) #3"));
        self.raise_if("true");
        self.line("unreachable");
        self.begin(next);
    }

    /// Items of a known tuple or list, retained, or what the runtime unpacks.
    fn unpack_known_or_call(
        &mut self,
        _at: &Instruction,
        value: &str,
        count: usize,
        known: &str,
        absent: &str,
    ) -> Results {
        let (slow, fast) = self.fork(absent);
        let join = self.new_label("join");
        self.begin(fast);
        let quick: Vec<String> = (0..count)
            .map(|index| {
                let place = self.value(format!("getelementptr i64, ptr {known}, i64 {index}"));
                self.value(format!("load i64, ptr {place}"))
            })
            .collect();
        for word in &quick {
            self.line(format!("call void @retain(i64 {word})"));
        }
        let quick_label = self.current_label();
        self.line(format!("br label %{join}"));
        self.begin(slow);
        let status = self
            .value(format!("call i32 @pyrsc_rt_sequence_unpack(i64 {value}, i64 {count}, ptr %items) #4"));
        self.raise_if_negative(&status);
        let loaded = self.load_items(count);
        let slow_label = self.current_label();
        self.line(format!("br label %{join}"));
        self.begin(join);
        quick
            .iter()
            .zip(&loaded)
            .map(|(quick, loaded)| {
                self.value(format!("phi i64 [ {quick}, %{quick_label} ], [ {loaded}, %{slow_label} ]"))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use pyrsc_abi::runtime_functions::{ArgumentKind, ResultKind, runtime_function};
    use pyrsc_mir::{ImmediateKind, Lowering, Op, OperandKind, ResultKind as Gives};

    /// The row of the runtime function that an op's row names must take and give what the op does.
    #[test]
    fn rows_of_both_tables_agree() {
        for &op in Op::ALL {
            let info = op.info();
            let Lowering::Call(name) = info.lowering else { continue };
            let row = runtime_function(name).unwrap_or_else(|| panic!("{op}: no runtime function {name}"));
            let mut arguments = row.arguments.iter();
            for (operand, kind) in info.operands {
                let taken = arguments.next();
                let fits = match kind {
                    OperandKind::Borrow => {
                        matches!(taken, Some(ArgumentKind::object | ArgumentKind::word | ArgumentKind::name))
                    }
                    OperandKind::Steal => taken == Some(&ArgumentKind::owned),
                    OperandKind::Word | OperandKind::Raw(_) => false,
                };
                assert!(fits, "{op}: {operand} is {kind:?} and {taken:?}");
            }
            if info.rest.is_some() {
                assert_eq!(arguments.next(), Some(&ArgumentKind::items), "{op}");
            }
            for (immediate, kind) in info.immediates {
                let expected = match kind {
                    ImmediateKind::Constant => ArgumentKind::object,
                    ImmediateKind::Name => ArgumentKind::name,
                    ImmediateKind::Cache => ArgumentKind::cache,
                    ImmediateKind::Word | ImmediateKind::Register | ImmediateKind::Number => {
                        ArgumentKind::number
                    }
                };
                assert_eq!(arguments.next(), Some(&expected), "{op}: {immediate}");
            }
            let many = info.results.len() > 1 || info.many_results;
            assert_eq!(arguments.next(), many.then_some(&ArgumentKind::out), "{op}");
            assert_eq!(arguments.next(), None, "{op}");
            let expected = match (info.results, info.effects.raises) {
                ([(Gives::Owned, _)], true) if !many => ResultKind::object,
                ([(Gives::Owned, _)], false) if !many => ResultKind::word,
                ([(Gives::Raw(_), _)], _) if !many => ResultKind::truth,
                (_, true) => ResultKind::status,
                (_, false) => ResultKind::nothing,
            };
            assert_eq!(row.result, expected, "{op}");
        }
    }
}

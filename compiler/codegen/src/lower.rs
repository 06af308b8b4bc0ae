//! The lowering trait: one method an op that the table marks `inline`, and the dispatch to it. The other ops are calls of
//! the runtime function that their row names.

use pyrsc_mir::{Instruction, Op, for_each_op};

/// Declares one method of the trait, for an `inline` row.
macro_rules! lowering_method {
    (inline; $name:ident ($($operand:ident),*) ($($rest:ident)?) ($($immediate:ident),*)) => {
        /// Emits the op; gives its results.
        fn $name(&mut self, at: &Instruction $(, $operand: &str)* $(, $rest: &[String])? $(, $immediate: u64)*)
            -> Vec<String>;
    };
    (call $function:ident; $($row:tt)*) => {};
}

/// Calls one method, or the runtime function.
macro_rules! lowering_call {
    ($self:ident, $at:ident, $operands:ident;
     inline; $name:ident ($($operand:ident),*) ($($rest:ident)?) ($($immediate:ident),*)) => {{
        #[allow(irrefutable_let_patterns)]
        let [$($operand,)* ..] = $operands else { panic!("{} has too few operands", $at.op) };
        const FIXED: usize = <[&str]>::len(&[$(stringify!($operand)),*]);
        $(let $rest = &$operands[FIXED..];)?
        let [$($immediate),*] = $at.immediates[..] else { panic!("{} has wrong immediates", $at.op) };
        let _ = FIXED;
        $self.$name($at $(, $operand)* $(, $rest)? $(, $immediate)*)
    }};
    ($self:ident, $at:ident, $operands:ident; call $function:ident; $($row:tt)*) => {
        $self.call_runtime($at, stringify!($function), $operands)
    };
}

macro_rules! define_lowering {
    ($($(#[$doc:meta])* $op:ident $name:ident
        ($($operand:ident: $kind:ident),* $(; $rest:ident: $rest_kind:ident)?)
        { $($immediate:ident: $immediate_kind:ident),* }
        -> [$($result:ident $ty:ident),*] ($effects:expr) $lowering:ident $($function:ident)?;)*) => {
        /// See the module's documentation. Operands and results are LLVM values as text.
        pub trait Lower {
            /// Calls a runtime function with the operands and immediates, as the op's row says; gives its results.
            fn call_runtime(&mut self, at: &Instruction, function: &str, operands: &[String]) -> Vec<String>;

            $(lowering_method! {
                $lowering $($function)?; $name ($($operand),*) ($($rest)?) ($($immediate),*)
            })*

            /// Emits any op.
            fn lower(&mut self, at: &Instruction, operands: &[String]) -> Vec<String> {
                match at.op {
                    $(Op::$op => lowering_call! {
                        self, at, operands;
                        $lowering $($function)?; $name ($($operand),*) ($($rest)?) ($($immediate),*)
                    },)*
                }
            }
        }
    };
}

for_each_op!(define_lowering);

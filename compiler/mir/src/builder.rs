//! Writes a function instruction by instruction: one method an op, derived from the table.

use crate::function::{BlockCall, Function, Instruction, Terminator, ValueData};
use crate::ids::{BlockId, ValueId};
use crate::op::Op;
use crate::range::Range;

/// Appends instructions to one block of a function at a time.
#[derive(Debug)]
pub struct FunctionBuilder<'a> {
    pub function: &'a mut Function,
    /// The block that instructions are appended to.
    pub block: BlockId,
    /// The bytecode position of the instructions that follow.
    pub site: Option<u32>,
    /// Where the instructions that follow go on when they raise.
    pub on_error: Option<BlockCall>,
}

impl<'a> FunctionBuilder<'a> {
    /// A builder that appends to `block`.
    pub fn new(function: &'a mut Function, block: BlockId) -> FunctionBuilder<'a> {
        FunctionBuilder { function, block, site: None, on_error: None }
    }

    /// Appends an op; its results are new values of the table's types.
    pub fn append(&mut self, op: Op, operands: Vec<ValueId>, immediates: Vec<u64>) -> Vec<ValueId> {
        let info = op.info();
        let count = if info.many_results { immediates[0] as usize } else { info.results.len() };
        let results = (0..count)
            .map(|index| {
                let (kind, ty) = info.results[if info.many_results { 0 } else { index }];
                let representation = kind.representation();
                self.function.new_value(ValueData { representation, ty, range: Range::FULL })
            })
            .collect::<Vec<_>>();
        let raises = info.effects.raises;
        self.function.block_mut(self.block).instructions.push(Instruction {
            op,
            operands,
            immediates,
            results: results.clone(),
            // What a dropped value's finalizer sees is the instruction that drops it.
            site: if raises || op == Op::Keep { self.site } else { None },
            on_error: if raises { self.on_error.clone() } else { None },
        });
        results
    }

    /// Ends the block.
    pub fn terminate(&mut self, terminator: Terminator) {
        self.function.block_mut(self.block).terminator = terminator;
    }
}

macro_rules! result_type {
    () => { () };
    (many) => { Vec<ValueId> };
    ($one:ident) => { ValueId };
    ($one:ident $two:ident) => { (ValueId, ValueId) };
}

macro_rules! unpack_results {
    ($results:expr;) => {{
        let _ = $results;
    }};
    ($results:expr; many) => {
        $results
    };
    ($results:expr; $one:ident) => {
        $results[0]
    };
    ($results:expr; $one:ident $two:ident) => {{
        let results = $results;
        (results[0], results[1])
    }};
}

macro_rules! define_builder {
    ($($(#[$doc:meta])* $op:ident $name:ident
        ($($operand:ident: $kind:ident),* $(; $rest:ident: $rest_kind:ident)?)
        { $($immediate:ident: $immediate_kind:ident),* }
        -> [$($result:ident $ty:ident),*] ($effects:expr) $lowering:ident $($function:ident)?;)*) => {
        impl FunctionBuilder<'_> {
            $($(#[$doc])*
            pub fn $name(&mut self $(, $operand: ValueId)* $(, $rest: &[ValueId])? $(, $immediate: u64)*)
                -> result_type!($($result)*)
            {
                #[allow(unused_mut)]
                let mut operands: Vec<ValueId> = vec![$($operand),*];
                $(operands.extend_from_slice($rest);)?
                unpack_results!(self.append(Op::$op, operands, vec![$($immediate),*]); $($result)*)
            })*
        }
    };
}

for_each_op!(define_builder);

//! A function in SSA form: blocks with parameters, instructions with results, one terminator a block.
//!
//! An instruction that can raise carries an error edge: the block to go on in with the exception pending. Blocks are
//! therefore *extended*: control can leave them in the middle. The function's own error exit is an ordinary block that
//! ends in [`Terminator::Unwind`].
//!
//! **Invariant:** block 0 is the entry, its parameters are the function object and then the arguments, all borrowed
//! from the caller, and no edge leads to it.

use crate::ids::{BlockId, FunctionId, ValueId};
use crate::op::Op;
use crate::range::Range;
use crate::types::{Representation, Type};

/// What is known of a value.
#[derive(Clone, Debug)]
pub struct ValueData {
    pub representation: Representation,
    pub ty: Type,
    pub range: Range,
}

impl ValueData {
    /// A boxed value of which nothing is known.
    pub const BOXED: ValueData =
        ValueData { representation: Representation::Boxed, ty: Type::ANY, range: Range::FULL };
}

/// A place to go on, and what its parameters get.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockCall {
    pub block: BlockId,
    pub arguments: Vec<ValueId>,
}

/// One operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    pub op: Op,
    pub operands: Vec<ValueId>,
    pub immediates: Vec<u64>,
    pub results: Vec<ValueId>,
    /// Where in the bytecode it comes from, for the traceback entry of what it raises and for who asks for the running
    /// line; none when neither matters.
    pub site: Option<u32>,
    /// Where to go on when it raises; there for exactly the ops that can.
    pub on_error: Option<BlockCall>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Terminator {
    Jump(BlockCall),
    Branch {
        condition: ValueId,
        then: BlockCall,
        otherwise: BlockCall,
    },
    /// Goes to the target that the raw integer counts to; it is below their number.
    Switch {
        index: ValueId,
        targets: Vec<BlockCall>,
    },
    /// Leaves a generator's body with a value (whose reference it hands over), to be entered again later.
    Suspend(ValueId),
    /// Hands the value's reference to the caller.
    Return(ValueId),
    /// Leaves the function with the exception pending.
    Unwind,
    /// Control never comes here.
    Unreachable,
}

impl Terminator {
    /// The edges, in order.
    pub fn targets(&self) -> impl Iterator<Item = &BlockCall> {
        let (first, second, rest): (_, _, &[BlockCall]) = match self {
            Terminator::Jump(target) => (Some(target), None, &[]),
            Terminator::Branch { then, otherwise, .. } => (Some(then), Some(otherwise), &[]),
            Terminator::Switch { targets, .. } => (None, None, targets),
            Terminator::Suspend(_) | Terminator::Return(_) | Terminator::Unwind | Terminator::Unreachable => {
                (None, None, &[])
            }
        };
        first.into_iter().chain(second).chain(rest)
    }

    /// The edges, in order, to change them.
    pub fn targets_mut(&mut self) -> impl Iterator<Item = &mut BlockCall> {
        let (first, second, rest): (_, _, &mut [BlockCall]) = match self {
            Terminator::Jump(target) => (Some(target), None, &mut []),
            Terminator::Branch { then, otherwise, .. } => (Some(then), Some(otherwise), &mut []),
            Terminator::Switch { targets, .. } => (None, None, targets),
            Terminator::Suspend(_) | Terminator::Return(_) | Terminator::Unwind | Terminator::Unreachable => {
                (None, None, &mut [])
            }
        };
        first.into_iter().chain(second).chain(rest)
    }

    /// The value that it uses itself, apart from its edges.
    pub fn operand(&self) -> Option<ValueId> {
        match self {
            Terminator::Branch { condition: value, .. }
            | Terminator::Switch { index: value, .. }
            | Terminator::Suspend(value)
            | Terminator::Return(value) => Some(*value),
            Terminator::Jump(_) | Terminator::Unwind | Terminator::Unreachable => None,
        }
    }

    /// The value that it uses itself, to change it.
    pub fn operand_mut(&mut self) -> Option<&mut ValueId> {
        match self {
            Terminator::Branch { condition: value, .. }
            | Terminator::Switch { index: value, .. }
            | Terminator::Suspend(value)
            | Terminator::Return(value) => Some(value),
            Terminator::Jump(_) | Terminator::Unwind | Terminator::Unreachable => None,
        }
    }
}

/// A basic block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    pub parameters: Vec<ValueId>,
    pub instructions: Vec<Instruction>,
    pub terminator: Terminator,
}

impl Block {
    /// Every edge that leaves the block: error edges in order, then the terminator's.
    pub fn edges(&self) -> impl Iterator<Item = &BlockCall> {
        self.instructions
            .iter()
            .filter_map(|instruction| instruction.on_error.as_ref())
            .chain(self.terminator.targets())
    }

    /// Every edge that leaves the block, to change it.
    pub fn edges_mut(&mut self) -> impl Iterator<Item = &mut BlockCall> {
        self.instructions
            .iter_mut()
            .filter_map(|instruction| instruction.on_error.as_mut())
            .chain(self.terminator.targets_mut())
    }
}

/// A function; see the module's documentation.
#[derive(Clone, Debug)]
pub struct Function {
    /// The qualified name, for people.
    pub name: String,
    pub id: FunctionId,
    pub values: Vec<ValueData>,
    pub blocks: Vec<Block>,
}

impl Function {
    /// A function without blocks.
    pub fn new(name: impl Into<String>, id: FunctionId) -> Function {
        Function { name: name.into(), id, values: Vec::new(), blocks: Vec::new() }
    }

    /// A new value.
    pub fn new_value(&mut self, data: ValueData) -> ValueId {
        self.values.push(data);
        ValueId::from_index(self.values.len() - 1)
    }

    /// A new block, which is unreachable and ends nowhere until it is filled.
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block {
            parameters: Vec::new(),
            instructions: Vec::new(),
            terminator: Terminator::Unreachable,
        });
        BlockId::from_index(self.blocks.len() - 1)
    }

    /// What is known of a value.
    pub fn value(&self, value: ValueId) -> &ValueData {
        &self.values[value.index()]
    }

    /// The block of that id.
    pub fn block(&self, block: BlockId) -> &Block {
        &self.blocks[block.index()]
    }

    /// The block of that id, to change it.
    pub fn block_mut(&mut self, block: BlockId) -> &mut Block {
        &mut self.blocks[block.index()]
    }

    /// The blocks with their ids.
    pub fn iter_blocks(&self) -> impl Iterator<Item = (BlockId, &Block)> {
        self.blocks.iter().enumerate().map(|(index, block)| (BlockId::from_index(index), block))
    }

    /// How many parameters there are, the function object not counted.
    pub fn argument_count(&self) -> usize {
        self.blocks[0].parameters.len() - 1
    }

    /// The blocks in reverse postorder from the entry: every block before its successors, but for back edges.
    pub fn reverse_postorder(&self) -> Vec<BlockId> {
        let mut order = Vec::with_capacity(self.blocks.len());
        let mut seen = vec![false; self.blocks.len()];
        let mut stack: Vec<(BlockId, Vec<BlockId>)> = Vec::new();
        let successors =
            |block: BlockId| self.block(block).edges().map(|edge| edge.block).collect::<Vec<_>>();
        seen[0] = true;
        stack.push((BlockId(0), successors(BlockId(0))));
        while let Some((block, rest)) = stack.last_mut() {
            match rest.pop() {
                Some(next) if !seen[next.index()] => {
                    seen[next.index()] = true;
                    stack.push((next, successors(next)));
                }
                Some(_) => {}
                None => {
                    order.push(*block);
                    stack.pop();
                }
            }
        }
        order.reverse();
        order
    }
}

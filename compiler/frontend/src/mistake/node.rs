//! What the matcher makes of a source: as much of a tree as messages need.

use std::rc::Rc;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Nothing was matched, or nothing that counts.
    Nothing,
    /// A keyword or operator.
    Word,
    /// Several nodes.
    Group,
    Name,
    Literal,
    True,
    False,
    None,
    Ellipsis,
    InterpolatedF,
    InterpolatedT,
    Statement,
    Tuple,
    List,
    Set,
    Dict,
    Starred,
    DoubleStarred,
    Keyword,
    Named,
    Conditional,
    Lambda,
    Yield,
    Await,
    Operation,
    Comparison,
    In,
    Attribute,
    Call,
    Subscript,
    Generator,
    ListComprehension,
    SetComprehension,
    DictComprehension,
}

impl Kind {
    /// The kind that the grammar names.
    pub fn of_name(name: &str) -> Option<Kind> {
        Some(match name {
            "True" => Kind::True,
            "False" => Kind::False,
            "None" => Kind::None,
            "Ellipsis" => Kind::Ellipsis,
            "InterpolatedF" => Kind::InterpolatedF,
            "InterpolatedT" => Kind::InterpolatedT,
            "Statement" => Kind::Statement,
            "Tuple" => Kind::Tuple,
            "List" => Kind::List,
            "Set" => Kind::Set,
            "Dict" => Kind::Dict,
            "Starred" => Kind::Starred,
            "DoubleStarred" => Kind::DoubleStarred,
            "Keyword" => Kind::Keyword,
            "Named" => Kind::Named,
            "Conditional" => Kind::Conditional,
            "Lambda" => Kind::Lambda,
            "Yield" => Kind::Yield,
            "Await" => Kind::Await,
            "Operation" => Kind::Operation,
            "Comparison" => Kind::Comparison,
            "In" => Kind::In,
            "Attribute" => Kind::Attribute,
            "Call" => Kind::Call,
            "Subscript" => Kind::Subscript,
            "Generator" => Kind::Generator,
            "ListComprehension" => Kind::ListComprehension,
            "SetComprehension" => Kind::SetComprehension,
            "DictComprehension" => Kind::DictComprehension,
            _ => return None,
        })
    }

    /// What messages call such an expression.
    pub fn description(self) -> &'static str {
        match self {
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred => "starred",
            Kind::Name => "name",
            Kind::List => "list",
            Kind::Tuple => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call => "function call",
            Kind::Operation => "expression",
            Kind::Generator => "generator expression",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::ListComprehension => "list comprehension",
            Kind::SetComprehension => "set comprehension",
            Kind::DictComprehension => "dict comprehension",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::InterpolatedF => "f-string expression",
            Kind::InterpolatedT => "t-string expression",
            Kind::Literal => "literal",
            Kind::True => "True",
            Kind::False => "False",
            Kind::None => "None",
            Kind::Ellipsis => "ellipsis",
            Kind::Comparison => "comparison",
            Kind::Conditional => "conditional expression",
            Kind::Named => "named expression",
            Kind::Nothing
            | Kind::Word
            | Kind::Group
            | Kind::Statement
            | Kind::DoubleStarred
            | Kind::Keyword
            | Kind::In => "expression",
        }
    }
}

/// A node: the tokens `first..=last`, and what lies in them.
#[derive(Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub first: u32,
    pub last: u32,
    /// Without keywords and operators; those of groups in their place.
    pub children: Vec<Rc<Node>>,
}

impl Node {
    pub fn leaf(kind: Kind, token: u32) -> Rc<Node> {
        Rc::new(Node { kind, first: token, last: token, children: Vec::new() })
    }

    pub fn nothing() -> Rc<Node> {
        Rc::new(Node { kind: Kind::Nothing, first: 0, last: 0, children: Vec::new() })
    }

    /// A node of several parts that was made of these tokens.
    pub fn of_tokens(kind: Kind, parts: &[Rc<Node>], first: u32, last: u32) -> Rc<Node> {
        let children = Node::of_parts(kind, parts).children.clone();
        Rc::new(Node { kind, first, last, children })
    }

    /// A node of several parts; nothing when they are nothing.
    pub fn of_parts(kind: Kind, parts: &[Rc<Node>]) -> Rc<Node> {
        let mut solid = parts.iter().filter(|part| part.kind != Kind::Nothing);
        let Some(first) = solid.next() else { return Node::nothing() };
        let last = solid.next_back().unwrap_or(first);
        let mut children = Vec::new();
        for part in parts {
            match part.kind {
                Kind::Nothing | Kind::Word => {}
                Kind::Group => children.extend(part.children.iter().cloned()),
                _ => children.push(part.clone()),
            }
        }
        Rc::new(Node { kind, first: first.first, last: last.last, children })
    }
}

//! Syntax trees of `compile` and `ast`: Python objects of the trees that the compiler gives, and the other way round.

use std::collections::HashMap;

use pyrsc_bytecode::{BigInteger, Constant, Position, PythonString, Tree, TreeNode};
use pyrsc_core::dict::Dict;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::operations;
use pyrsc_core::owned::{Owned, Result};
use pyrsc_core::str::{self, Str};
use pyrsc_core::tuple::Tuple;
use pyrsc_core::type_error;

const ATTRIBUTES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

fn module() -> Result {
    crate::import::import_module("_ast")
}

/// Whether a value is a node. Where `ast` is not loaded there are none.
pub fn is_tree(value: &Object) -> Result<bool> {
    match crate::import::loaded("_ast") {
        Some(module) => operations::is_instance(value, &*operations::get_attribute_named(&module, "AST")?),
        None => Ok(false),
    }
}

/// The objects of a tree.
pub fn to_object(tree: &Tree) -> Result {
    let module = module()?;
    let class = pyrsc_core::startup::builtin("object")?;
    let new = operations::get_attribute_named(&class, "__new__")?;
    Maker { module, new, classes: HashMap::new(), singletons: HashMap::new() }.make(tree)
}

struct Maker {
    module: Owned,
    /// `object.__new__`: the nodes are complete, so their `__init__` has nothing to do.
    new: Owned,
    classes: HashMap<String, Owned>,
    /// Operators and contexts are the same object everywhere.
    singletons: HashMap<String, Owned>,
}

impl Maker {
    fn make(&mut self, tree: &Tree) -> Result {
        Ok(match tree {
            Tree::Nothing => Owned::none(),
            Tree::Name(name) => str::intern(name).into_owned(),
            Tree::Number(number) => pyrsc_core::int::from_i64(*number),
            Tree::Constant(constant) => crate::code::constant_value(constant)?,
            Tree::List(items) => {
                let items: Result<Vec<Owned>> = items.iter().map(|item| self.make(item)).collect();
                List::from_vec(items?).into_owned()
            }
            Tree::Node(node) => self.node(node)?,
        })
    }

    fn node(&mut self, node: &TreeNode) -> Result {
        let is_singleton = node.fields.is_empty() && node.position.is_none();
        if is_singleton && let Some(known) = self.singletons.get(&*node.class) {
            return Ok(known.clone());
        }
        let class = match self.classes.get(&*node.class) {
            Some(class) => class.clone(),
            None => {
                let class = operations::get_attribute_named(&self.module, &node.class)?;
                self.classes.insert(node.class.to_string(), class.clone());
                class
            }
        };
        let object = operations::call(&self.new, &[&class])?;
        for (name, value) in &node.fields {
            let value = self.make(value)?;
            operations::set_attribute(&object, &str::intern(name), &value)?;
        }
        if let Some(place) = node.position {
            let column = |column: Option<u32>| i64::from(column.unwrap_or(0));
            let numbers = [
                i64::from(place.line),
                column(place.column),
                i64::from(place.end_line),
                column(place.end_column),
            ];
            for (name, number) in ATTRIBUTES.into_iter().zip(numbers) {
                operations::set_attribute(&object, &str::intern(name), &pyrsc_core::int::from_i64(number))?;
            }
        }
        if is_singleton {
            self.singletons.insert(node.class.to_string(), object.clone());
        }
        Ok(object)
    }
}

/// The tree of objects, which are checked as a whole first.
pub fn from_object(tree: &Object, mode: &str) -> Result<Tree> {
    let prepare = operations::get_attribute_named(&*module()?, "_prepare")?;
    let prepared = operations::call(&prepare, &[tree, &Str::new(mode).into_owned()])?;
    convert(&prepared)
}

/// What `_ast._prepare` gives.
fn convert(value: &Object) -> Result<Tree> {
    if value.is_none() {
        return Ok(Tree::Nothing);
    }
    if let Some(text) = value.downcast::<Str>() {
        return Ok(Tree::Name(text.to_string_lossy().into_owned()));
    }
    if value.is_instance_of::<List>() {
        let items = pyrsc_core::iteration::collect(value)?;
        let items: Result<Vec<Tree>> = items.iter().map(|item| convert(item)).collect();
        return Ok(Tree::List(items?));
    }
    if let Some(parts) = value.downcast::<Tuple>() {
        let parts: Vec<Owned> = parts.iter().map(Object::to_owned).collect();
        return match parts.as_slice() {
            [constant] => Ok(Tree::Constant(constant_of(constant)?)),
            [class, place, fields] => node(class, place, fields),
            _ => Err(type_error!("expected a node")),
        };
    }
    match pyrsc_core::int::to_i64(value) {
        Some(number) => Ok(Tree::Number(number)),
        None => Err(type_error!("expected a node")),
    }
}

fn node(class: &Object, place: &Object, fields: &Object) -> Result<Tree> {
    let mut numbers = Vec::new();
    if !place.is_none() {
        for number in pyrsc_core::iteration::collect(place)? {
            let number = pyrsc_core::int::to_i64(&number).unwrap_or(0);
            numbers.push(number.clamp(0, i64::from(u32::MAX)) as u32);
        }
    }
    let position = match numbers.as_slice() {
        &[line, column, end_line, end_column] => {
            Some(Position { line, end_line, column: Some(column), end_column: Some(end_column) })
        }
        _ => None,
    };
    let mut values = Vec::new();
    let dict = fields.downcast::<Dict>().ok_or_else(|| type_error!("expected a node"))?;
    let items = operations::call_method(dict.object(), "items", &[])?;
    for item in pyrsc_core::iteration::collect(&items)? {
        let pair = pyrsc_core::iteration::collect(&item)?;
        values.push((operations::str_string(&pair[0])?.into(), convert(&pair[1])?));
    }
    Ok(Tree::Node(Box::new(TreeNode {
        class: operations::str_string(class)?.into(),
        fields: values,
        position,
    })))
}

/// The constant that a value stands for; `_ast._prepare` let no others through.
fn constant_of(value: &Object) -> Result<Constant> {
    if value.is_none() {
        return Ok(Constant::None);
    }
    if value.is(&Owned::ellipsis()) {
        return Ok(Constant::Ellipsis);
    }
    for truth in [false, true] {
        if value.is(&Owned::bool(truth)) {
            return Ok(Constant::Bool(truth));
        }
    }
    if let Some(text) = value.downcast::<Str>() {
        let mut constant = PythonString::new();
        for code_point in text.code_points() {
            constant.push_code_point(code_point);
        }
        return Ok(Constant::Str(constant));
    }
    if let Some(bytes) = value.downcast::<pyrsc_core::bytes::Bytes>() {
        return Ok(Constant::Bytes(bytes.as_slice().to_vec()));
    }
    if let Some(number) = pyrsc_core::float::to_f64(value) {
        return Ok(Constant::Float(number));
    }
    if let Some(number) = pyrsc_core::complex::to_number(value) {
        return Ok(Constant::Complex(number.real, number.imaginary));
    }
    if let Some(number) = pyrsc_core::int::to_i64(value) {
        return Ok(Constant::Int(number));
    }
    if let Some(number) = pyrsc_core::int::View::of(value) {
        let magnitude = number.parts().limbs().iter().flat_map(|limb| limb.to_le_bytes()).collect();
        return Ok(Constant::BigInt(BigInteger { negative: number.is_negative(), magnitude }));
    }
    let items = pyrsc_core::iteration::collect(value)?;
    let items: Result<Vec<Constant>> = items.iter().map(|item| constant_of(item)).collect();
    Ok(if value.is_instance_of::<Tuple>() { Constant::Tuple(items?) } else { Constant::FrozenSet(items?) })
}

//! Pickles as data: a reader that builds plain values and runs nothing.
//!
//! A pickle is a small program for a stack machine, and Python runs whatever functions it names.
//! This machine knows the instructions that make numbers, texts, lists, sets and dictionaries. A
//! function or class becomes a [`Value::Call`], a note of what Python would have called; a file
//! that names a function able to harm is refused as a whole.
//!
//! Values live in one arena and refer to each other by [`Id`]. So lists that hold themselves and
//! lists nested a million deep are harmless, memory is proportional to the pickle, and its length
//! and number of instructions are limited.
//!
//! Source of the instructions: `pickletools.py` of CPython 3.11.

mod machine;
mod numpy;
mod opcode;
mod python;
mod refusal;

pub(crate) use machine::read;
pub(crate) use numpy::NumpyArray;
pub(crate) use refusal::Refusal;

/// A value's place in its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id(u32);

/// What a pickle can hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// `None`.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// A floating-point number; also a whole number too large for [`Self::Int`].
    Float(f64),
    /// A text, as stored.
    Text(&'a str),
    /// Bytes, as stored.
    Bytes(&'a [u8]),
    /// A tuple or a list.
    Sequence(Vec<Id>),
    /// A set.
    Set(Vec<Id>),
    /// A dictionary in its order; later entries win.
    Dictionary(Vec<(Id, Id)>),
    /// A class or function, named and not looked up.
    Global {
        /// Where Python would look for it.
        module: &'a str,
        /// Its name there.
        name: &'a str,
    },
    /// What Python would have got from calling something.
    Call {
        /// What to call.
        function: Id,
        /// With what.
        arguments: Id,
        /// What the result's state would have been set to.
        state: Option<Id>,
        /// What would have been put into it, where it is a kind of dictionary.
        items: Vec<(Id, Id)>,
    },
    /// A reference to something stored outside the pickle, such as a tensor's memory.
    Persistent(Id),
}

/// The values of one pickle.
#[derive(Debug)]
pub(crate) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    /// What the pickle is of.
    pub(crate) root: Id,
}

//! The stack machine.

use std::collections::HashMap;
use std::str;

use super::opcode as op;
use super::python;
use super::{Id, Pickle, Refusal, Value};

/// Instructions of one pickle: a checkpoint has some thousand.
const MOST_INSTRUCTIONS: usize = 2_000_000;
/// Bytes of one pickle: tensors' memory lies outside it.
const MOST_BYTES: usize = 64 << 20;

/// Reads one pickle; also says how many bytes it took.
pub(crate) fn read(bytes: &[u8]) -> Result<(Pickle<'_>, usize), Refusal> {
    let mut machine = Machine {
        bytes,
        at: 0,
        values: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    for _ in 0..MOST_INSTRUCTIONS {
        if machine.at > MOST_BYTES {
            let (what, limit) = ("bytes", MOST_BYTES);
            return Err(Refusal::TooLarge { what, limit });
        }
        if machine.step()? {
            let root = machine.pop()?;
            let length = machine.at;
            let values = machine.values;
            return Ok((Pickle { values, root }, length));
        }
    }
    Err(Refusal::TooLarge {
        what: "instructions",
        limit: MOST_INSTRUCTIONS,
    })
}

/// The machine between two instructions. Everything in it is proportional to what was read.
struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

impl<'a> Machine<'a> {
    /// Carries out one instruction; true at the last.
    fn step(&mut self) -> Result<bool, Refusal> {
        let at = self.at;
        let code = self.take(1)?[0];
        match code {
            op::STOP => return Ok(true),
            op::PROTO => drop(self.take(1)?),
            op::FRAME => drop(self.take(8)?),
            op::MARK | op::POP | op::POP_MARK | op::DUP => self.rearrange(code)?,
            op::PUT
            | op::BINPUT
            | op::LONG_BINPUT
            | op::MEMOIZE
            | op::GET
            | op::BINGET
            | op::LONG_BINGET => self.remember(code)?,
            op::EMPTY_LIST
            | op::EMPTY_TUPLE
            | op::LIST
            | op::TUPLE
            | op::TUPLE1
            | op::TUPLE2
            | op::TUPLE3
            | op::EMPTY_SET
            | op::FROZENSET
            | op::EMPTY_DICT
            | op::DICT => self.collect(code)?,
            op::APPEND | op::APPENDS | op::ADDITEMS | op::SETITEM | op::SETITEMS => {
                self.fill(code)?
            }
            op::GLOBAL
            | op::STACK_GLOBAL
            | op::REDUCE
            | op::NEWOBJ
            | op::NEWOBJ_EX
            | op::INST
            | op::OBJ
            | op::BUILD
            | op::PERSID
            | op::BINPERSID => self.call(code)?,
            _ => {
                let value = self
                    .literal(code)?
                    .ok_or(Refusal::Instruction { code, at })?;
                self.push(value);
            }
        }
        Ok(false)
    }

    fn rearrange(&mut self, code: u8) -> Result<(), Refusal> {
        match code {
            op::MARK => self.marks.push(self.stack.len()),
            // Popping right after a mark removes the mark.
            op::POP if self.marks.last() == Some(&self.stack.len()) => drop(self.marks.pop()),
            op::POP => drop(self.pop()?),
            op::POP_MARK => drop(self.pop_to_mark()?),
            _ => {
                let top = self.top()?;
                self.stack.push(top);
            }
        }
        Ok(())
    }

    fn remember(&mut self, code: u8) -> Result<(), Refusal> {
        let key = match code {
            op::MEMOIZE => self.memo.len() as u64,
            op::BINPUT | op::BINGET => u64::from(self.take(1)?[0]),
            op::LONG_BINPUT | op::LONG_BINGET => self.length(4)? as u64,
            _ => self.number_line()?,
        };
        match code {
            op::GET | op::BINGET | op::LONG_BINGET => {
                let missing = self.malformed("nothing was remembered under that number");
                let id = *self.memo.get(&key).ok_or(missing)?;
                self.stack.push(id);
            }
            _ => drop(self.memo.insert(key, self.top()?)),
        }
        Ok(())
    }

    fn collect(&mut self, code: u8) -> Result<(), Refusal> {
        let items = match code {
            op::TUPLE | op::LIST | op::FROZENSET | op::DICT => self.pop_to_mark()?,
            op::TUPLE1 => self.pop_last(1)?,
            op::TUPLE2 => self.pop_last(2)?,
            op::TUPLE3 => self.pop_last(3)?,
            _ => Vec::new(),
        };
        let value = match code {
            op::EMPTY_SET | op::FROZENSET => Value::Set(items),
            op::EMPTY_DICT | op::DICT => Value::Dictionary(self.pairs(&items)?),
            _ => Value::Sequence(items),
        };
        self.push(value);
        Ok(())
    }

    fn fill(&mut self, code: u8) -> Result<(), Refusal> {
        let items = match code {
            op::APPEND => self.pop_last(1)?,
            op::SETITEM => self.pop_last(2)?,
            _ => self.pop_to_mark()?,
        };
        let pairs = match code {
            op::SETITEM | op::SETITEMS => self.pairs(&items)?,
            _ => Vec::new(),
        };
        let into = self.top()?;
        match &mut self.values[into.0 as usize] {
            Value::Sequence(inside) | Value::Set(inside) if pairs.is_empty() => {
                inside.extend(items);
            }
            Value::Dictionary(inside) => inside.extend(pairs),
            Value::Call { items, .. } => items.extend(pairs),
            _ => return Err(self.malformed("items are added to something that holds none")),
        }
        Ok(())
    }

    fn call(&mut self, code: u8) -> Result<(), Refusal> {
        match code {
            op::GLOBAL => {
                let (module, name) = (self.line()?, self.line()?);
                return self.global(module, name);
            }
            op::STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                return match (self.value(module), self.value(name)) {
                    (Value::Text(module), Value::Text(name)) => {
                        let (module, name) = (*module, *name);
                        self.global(module, name)
                    }
                    _ => Err(self.malformed("a class is named by something that is no text")),
                };
            }
            op::BUILD => return self.build(),
            op::PERSID => {
                let line = self.line()?;
                let id = self.add(Value::Text(line));
                self.push(Value::Persistent(id));
                return Ok(());
            }
            op::BINPERSID => {
                let id = self.pop()?;
                self.push(Value::Persistent(id));
                return Ok(());
            }
            op::INST => {
                let (module, name) = (self.line()?, self.line()?);
                let arguments = self.pop_to_mark()?;
                self.global(module, name)?;
                let arguments = self.add(Value::Sequence(arguments));
                self.stack.push(arguments);
            }
            op::OBJ => {
                let mut items = self.pop_to_mark()?.into_iter();
                let class = items.next();
                let class = class.ok_or_else(|| self.malformed("an object without a class"))?;
                let arguments = self.add(Value::Sequence(items.collect()));
                self.stack.extend([class, arguments]);
            }
            // Named arguments are of no use here.
            op::NEWOBJ_EX => drop(self.pop()?),
            _ => (),
        }
        let (arguments, function) = (self.pop()?, self.pop()?);
        let value = python::call(&self.values, function, arguments);
        self.push(value);
        Ok(())
    }

    fn global(&mut self, module: &'a str, name: &'a str) -> Result<(), Refusal> {
        if python::is_harmful(module, name) {
            let (module, name) = (module.to_owned(), name.to_owned());
            return Err(Refusal::Harmful { module, name });
        }
        self.push(Value::Global { module, name });
        Ok(())
    }

    fn build(&mut self) -> Result<(), Refusal> {
        let given = self.pop()?;
        let object = self.top()?;
        if let Value::Call { state, .. } = &mut self.values[object.0 as usize] {
            *state = Some(given);
        }
        Ok(())
    }

    /// A number, text or the like; none if the instruction is unknown.
    fn literal(&mut self, code: u8) -> Result<Option<Value<'a>>, Refusal> {
        Ok(Some(match code {
            op::NONE => Value::None,
            op::NEWTRUE => Value::Bool(true),
            op::NEWFALSE => Value::Bool(false),
            op::BININT => Value::Int(i64::from(i32::from_le_bytes(self.array()?))),
            op::BININT1 => Value::Int(i64::from(self.take(1)?[0])),
            op::BININT2 => Value::Int(i64::from(u16::from_le_bytes(self.array()?))),
            op::BINFLOAT => Value::Float(f64::from_be_bytes(self.array()?)),
            op::LONG1 | op::LONG4 => {
                let count = self.length(if code == op::LONG1 { 1 } else { 4 })?;
                long(self.take(count)?)
            }
            op::INT | op::LONG | op::FLOAT => {
                let line = self.line()?;
                written_number(line).ok_or_else(|| self.malformed("a number is not one"))?
            }
            op::BINUNICODE => self.text(4)?,
            op::SHORT_BINUNICODE => self.text(1)?,
            op::BINUNICODE8 => self.text(8)?,
            op::UNICODE => Value::Text(self.line()?),
            op::STRING => Value::Text(self.line()?.trim_matches(['\'', '"'])),
            op::BINSTRING => self.text_or_bytes(4)?,
            op::SHORT_BINSTRING => self.text_or_bytes(1)?,
            op::BINBYTES => self.raw(4)?,
            op::SHORT_BINBYTES => self.raw(1)?,
            op::BINBYTES8 | op::BYTEARRAY8 => self.raw(8)?,
            _ => return Ok(None),
        }))
    }

    fn text(&mut self, size: usize) -> Result<Value<'a>, Refusal> {
        let count = self.length(size)?;
        let bytes = self.take(count)?;
        let text = str::from_utf8(bytes);
        text.map(Value::Text)
            .map_err(|_| self.malformed("a text is not UTF-8"))
    }

    /// A text of Python 2, which may as well be bytes.
    fn text_or_bytes(&mut self, size: usize) -> Result<Value<'a>, Refusal> {
        let count = self.length(size)?;
        let bytes = self.take(count)?;
        Ok(str::from_utf8(bytes).map_or(Value::Bytes(bytes), Value::Text))
    }

    fn raw(&mut self, size: usize) -> Result<Value<'a>, Refusal> {
        let count = self.length(size)?;
        self.take(count).map(Value::Bytes)
    }

    /// A length stored in `size` bytes.
    fn length(&mut self, size: usize) -> Result<usize, Refusal> {
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(self.take(size)?);
        let length = usize::try_from(u64::from_le_bytes(bytes));
        length.map_err(|_| Refusal::CutOff { at: self.at })
    }

    /// The next bytes, which must be there: a length that lies allocates nothing.
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let end = self.at.checked_add(count);
        let bytes = end.and_then(|end| self.bytes.get(self.at..end));
        let bytes = bytes.ok_or(Refusal::CutOff { at: self.at })?;
        self.at += count;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn line(&mut self) -> Result<&'a str, Refusal> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        let end = end.ok_or(Refusal::CutOff { at: self.at })?;
        self.at += end + 1;
        let line = str::from_utf8(&rest[..end]);
        line.map(|line| line.trim_end_matches('\r'))
            .map_err(|_| self.malformed("a line is not UTF-8"))
    }

    fn number_line(&mut self) -> Result<u64, Refusal> {
        let line = self.line()?;
        line.parse()
            .map_err(|_| self.malformed("a number is not one"))
    }

    fn pairs(&self, items: &[Id]) -> Result<Vec<(Id, Id)>, Refusal> {
        if !items.len().is_multiple_of(2) {
            return Err(self.malformed("a dictionary's key has no value"));
        }
        Ok(items.chunks(2).map(|pair| (pair[0], pair[1])).collect())
    }

    fn add(&mut self, value: Value<'a>) -> Id {
        self.values.push(value);
        // Fewer values than twice the instructions, which are limited.
        Id((self.values.len() - 1) as u32)
    }

    fn push(&mut self, value: Value<'a>) {
        let id = self.add(value);
        self.stack.push(id);
    }

    fn value(&self, id: Id) -> &Value<'a> {
        &self.values[id.0 as usize]
    }

    fn top(&self) -> Result<Id, Refusal> {
        let top = self.stack.last().copied();
        top.ok_or_else(|| self.malformed("the stack is empty"))
    }

    fn pop(&mut self) -> Result<Id, Refusal> {
        let top = self.stack.pop();
        top.ok_or_else(|| self.malformed("the stack is empty"))
    }

    fn pop_last(&mut self, count: usize) -> Result<Vec<Id>, Refusal> {
        let start = self.stack.len().checked_sub(count);
        let start = start.ok_or_else(|| self.malformed("the stack is empty"))?;
        Ok(self.stack.split_off(start))
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, Refusal> {
        let mark = self.marks.pop();
        let mark = mark.filter(|&mark| mark <= self.stack.len());
        let mark = mark.ok_or_else(|| self.malformed("there is no mark"))?;
        Ok(self.stack.split_off(mark))
    }

    fn malformed(&self, problem: &'static str) -> Refusal {
        let at = self.at;
        Refusal::Malformed { at, problem }
    }
}

/// A whole number in two's complement, lowest byte first.
fn long<'a>(bytes: &[u8]) -> Value<'a> {
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    if bytes.len() <= 8 {
        let mut padded = [fill; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        return Value::Int(i64::from_le_bytes(padded));
    }
    let sum = bytes
        .iter()
        .rev()
        .fold(0.0, |sum, &byte| sum * 256.0 + f64::from(byte ^ fill));
    Value::Float(if negative { -sum - 1.0 } else { sum })
}

/// A number as text: `01` and `00` are truth values.
fn written_number<'a>(line: &str) -> Option<Value<'a>> {
    match line {
        "01" => return Some(Value::Bool(true)),
        "00" => return Some(Value::Bool(false)),
        _ => (),
    }
    let text = line.trim_end_matches('L');
    let whole = text.parse().ok().map(Value::Int);
    whole.or_else(|| text.parse().ok().map(Value::Float))
}

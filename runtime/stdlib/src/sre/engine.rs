//! The matcher: runs compiled regular expressions by backtracking.
//!
//! One stack holds both the places where another try is possible and the old values of what has been changed since
//! ([`Entry`]), so that going back means popping: deep patterns and long texts need no native stack. What must match as a
//! whole (look-around, atomic groups, possessive repeats) runs above a *barrier*; when it has matched, the places to try
//! above the barrier are dropped and the old values are kept.

use pyrsc_core::gil;
use pyrsc_core::owned::Result;
use pyrsc_core::str_units::{Unit, Units};

use super::characters::{Folding, in_category, in_set, is_word};
use super::opcodes::*;

/// A group's end that is not set.
pub const UNSET: usize = usize::MAX;
const NO_BARRIER: usize = usize::MAX;
const NO_REPEAT: usize = usize::MAX;

/// What a match must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Starts at the start.
    Match,
    /// Goes from the start to the end.
    Full,
    /// Starts anywhere.
    Search,
}

/// A match.
#[derive(Clone, Debug)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    /// Start and end of each group, or [`UNSET`].
    pub marks: Vec<usize>,
    /// The group that was closed last, from 1; 0 for none.
    pub last_group: usize,
}

/// A place to go back to, or a value to restore on the way.
enum Entry {
    /// The alternatives from `skip` on.
    Branch {
        skip: usize,
        position: usize,
    },
    /// A greedy repeat of single characters, of which `count` may still be given back.
    Greedy {
        tail: usize,
        start: usize,
        count: usize,
        minimum: usize,
    },
    /// A lazy repeat of single characters.
    Lazy {
        at: usize,
        position: usize,
        count: usize,
    },
    /// The rest after a greedy repeat.
    AfterGreedy {
        until: usize,
        position: usize,
        repeat: usize,
    },
    /// One more round of a lazy repeat.
    OneMore {
        until: usize,
        position: usize,
        repeat: usize,
    },
    Barrier {
        kind: Barrier,
        position: usize,
        outer: usize,
    },
    Mark {
        index: usize,
        old: usize,
    },
    LastGroup {
        old: usize,
    },
    Repeat {
        old: usize,
    },
    Count {
        repeat: usize,
        old: i64,
    },
    LastPosition {
        repeat: usize,
        old: usize,
    },
}

/// What runs above a barrier.
#[derive(Clone, Copy)]
enum Barrier {
    /// Goes on at `tail`, where the look-ahead began.
    Assert {
        tail: usize,
    },
    AssertNot {
        tail: usize,
    },
    Atomic {
        tail: usize,
    },
    /// One round of the possessive repeat at `at`.
    Possessive {
        at: usize,
        count: u32,
    },
}

/// A running repeat of more than single characters.
struct Repeat {
    /// Where the minimum and the maximum are.
    bounds: usize,
    count: i64,
    last_position: usize,
    outer: usize,
}

struct Matcher<'a, U: Unit> {
    code: &'a [u32],
    text: &'a [U],
    mode: Mode,
    start: usize,
    must_advance: bool,
    marks: Vec<usize>,
    last_group: usize,
    repeats: Vec<Repeat>,
    repeat: usize,
    stack: Vec<Entry>,
    barrier: usize,
    steps: u32,
}

/// Matches `code` against `text[..end]` from `start` on. With `must_advance`, an empty match at `start` does not count.
pub fn run(
    code: &[u32],
    groups: usize,
    text: Units<'_>,
    start: usize,
    mode: Mode,
    must_advance: bool,
) -> Result<Option<Found>> {
    pyrsc_core::with_units!(text, |text| {
        let mut matcher = Matcher {
            code,
            text,
            mode,
            start,
            must_advance,
            marks: vec![UNSET; groups * 2],
            last_group: 0,
            repeats: Vec::new(),
            repeat: NO_REPEAT,
            stack: Vec::new(),
            barrier: NO_BARRIER,
            steps: 0,
        };
        if mode == Mode::Search { matcher.search() } else { matcher.try_at(start) }
    })
}

impl<U: Unit> Matcher<'_, U> {
    fn try_at(&mut self, start: usize) -> Result<Option<Found>> {
        self.reset();
        match self.execute(0, start)? {
            None => Ok(None),
            Some(end) => {
                Ok(Some(Found { start, end, marks: self.marks.clone(), last_group: self.last_group }))
            }
        }
    }

    fn reset(&mut self) {
        self.stack.clear();
        self.repeats.clear();
        self.repeat = NO_REPEAT;
        self.barrier = NO_BARRIER;
        self.marks.fill(UNSET);
        self.last_group = 0;
    }

    fn search(&mut self) -> Result<Option<Found>> {
        let end = self.text.len();
        let mut position = self.start;
        let (mut prefix, mut set, mut width) = (None, None, 0);
        if self.code[0] == INFO {
            let flags = self.code[2];
            width = self.code[3] as usize;
            if flags & INFO_PREFIX != 0 {
                let length = self.code[5] as usize;
                prefix = Some(&self.code[7..7 + length]);
            } else if flags & INFO_CHARSET != 0 {
                set = Some(&self.code[5..]);
            }
        }
        if position > end || end - position < width {
            return Ok(None);
        }
        let last = end - width;
        if let Some(prefix) = prefix {
            // A character that the text's width cannot hold is not in the text.
            let limit = 1u64 << (8 << U::KIND);
            if prefix.iter().any(|&code| u64::from(code) >= limit) {
                return Ok(None);
            }
            let needle: Vec<U> = prefix.iter().map(|&code| U::from_code(code)).collect();
            let Some(searcher) = pyrsc_core::str_units::Searcher::new(U::wrap(&needle), U::KIND) else {
                return Ok(None);
            };
            while let Some(found) = searcher.find(U::wrap(self.text), position) {
                if found > last {
                    break;
                }
                if let Some(found) = self.try_next(found)? {
                    return Ok(Some(found));
                }
                position = found + 1;
            }
            return Ok(None);
        }
        while position <= last {
            if let Some(set) = set {
                let found = self.text[position..].iter().position(|unit| in_set(set, unit.code()));
                position += match found {
                    Some(skipped) => skipped,
                    None => return Ok(None),
                };
                if position > last {
                    return Ok(None);
                }
            }
            if let Some(found) = self.try_next(position)? {
                return Ok(Some(found));
            }
            position += 1;
        }
        Ok(None)
    }

    fn try_next(&mut self, position: usize) -> Result<Option<Found>> {
        let must_advance = self.must_advance;
        self.must_advance = must_advance && position == self.start;
        let found = self.try_at(position);
        self.must_advance = must_advance;
        found
    }

    #[inline(always)]
    fn at(&self, position: usize) -> Option<u32> {
        self.text.get(position).map(|unit| unit.code())
    }

    /// Runs from `pc` at `position`; the end of the match.
    fn execute(&mut self, mut pc: usize, mut position: usize) -> Result<Option<usize>> {
        loop {
            let matched = match self.code[pc] {
                SUCCESS => match self.succeed(position) {
                    Success::Done => return Ok(Some(position)),
                    Success::Continue(next, place) => {
                        (pc, position) = (next, place);
                        continue;
                    }
                    Success::Fail => false,
                },
                FAILURE => false,
                LITERAL => {
                    let matched = self.at(position) == Some(self.code[pc + 1]);
                    (pc, position) = (pc + 2, position + 1);
                    matched
                }
                NOT_LITERAL => {
                    let matched = self.at(position).is_some_and(|code| code != self.code[pc + 1]);
                    (pc, position) = (pc + 2, position + 1);
                    matched
                }
                ANY => {
                    let matched = self.at(position).is_some_and(|code| code != 10);
                    (pc, position) = (pc + 1, position + 1);
                    matched
                }
                ANY_ALL => {
                    let matched = position < self.text.len();
                    (pc, position) = (pc + 1, position + 1);
                    matched
                }
                IN => {
                    let matched = self.at(position).is_some_and(|code| in_set(&self.code[pc + 2..], code));
                    (pc, position) = (pc + 1 + self.code[pc + 1] as usize, position + 1);
                    matched
                }
                IN_IGNORE | IN_UNI_IGNORE | IN_LOC_IGNORE => {
                    let folding =
                        if self.code[pc] == IN_UNI_IGNORE { Folding::Unicode } else { Folding::Ascii };
                    let set = &self.code[pc + 2..];
                    let matched = self.at(position).is_some_and(|code| {
                        in_set(set, folding.lower(code))
                            || self.code[pc] == IN_LOC_IGNORE && in_set(set, swap_ascii(code))
                    });
                    (pc, position) = (pc + 1 + self.code[pc + 1] as usize, position + 1);
                    matched
                }
                op @ (LITERAL_IGNORE
                | LITERAL_UNI_IGNORE
                | LITERAL_LOC_IGNORE
                | NOT_LITERAL_IGNORE
                | NOT_LITERAL_UNI_IGNORE
                | NOT_LITERAL_LOC_IGNORE) => {
                    let folding = literal_folding(op);
                    let wanted = self.code[pc + 1];
                    let wanted = if matches!(op, LITERAL_LOC_IGNORE | NOT_LITERAL_LOC_IGNORE) {
                        folding.lower(wanted)
                    } else {
                        wanted
                    };
                    let positive = matches!(op, LITERAL_IGNORE | LITERAL_UNI_IGNORE | LITERAL_LOC_IGNORE);
                    let matched =
                        self.at(position).is_some_and(|code| (folding.lower(code) == wanted) == positive);
                    (pc, position) = (pc + 2, position + 1);
                    matched
                }
                CATEGORY => {
                    let matched = self.at(position).is_some_and(|code| in_category(self.code[pc + 1], code));
                    (pc, position) = (pc + 2, position + 1);
                    matched
                }
                AT => {
                    let matched = self.is_at(self.code[pc + 1], position);
                    pc += 2;
                    matched
                }
                MARK => {
                    self.set_mark(self.code[pc + 1] as usize, position);
                    pc += 2;
                    true
                }
                JUMP => {
                    pc += 1 + self.code[pc + 1] as usize;
                    true
                }
                INFO => {
                    pc += 1 + self.code[pc + 1] as usize;
                    true
                }
                BRANCH => match self.branch(pc + 1, position) {
                    Some(next) => {
                        pc = next;
                        true
                    }
                    None => false,
                },
                REPEAT_ONE | POSSESSIVE_REPEAT_ONE => {
                    let possessive = self.code[pc] == POSSESSIVE_REPEAT_ONE;
                    let (skip, minimum, maximum) =
                        (self.code[pc + 1] as usize, self.code[pc + 2] as usize, self.code[pc + 3]);
                    let count = self.count(pc + 4, position, maximum);
                    let tail = pc + 1 + skip;
                    if count < minimum {
                        false
                    } else {
                        if !possessive && count > minimum {
                            self.stack.push(Entry::Greedy { tail, start: position, count, minimum });
                        }
                        (pc, position) = (tail, position + count);
                        true
                    }
                }
                MIN_REPEAT_ONE => {
                    let (skip, minimum, maximum) =
                        (self.code[pc + 1] as usize, self.code[pc + 2] as usize, self.code[pc + 3]);
                    let count = self.count(pc + 4, position, minimum as u32);
                    if count < minimum {
                        false
                    } else {
                        if (count as u64) < u64::from(maximum) || maximum == MAXREPEAT {
                            self.stack.push(Entry::Lazy { at: pc, position: position + count, count });
                        }
                        (pc, position) = (pc + 1 + skip, position + count);
                        true
                    }
                }
                REPEAT => {
                    self.repeats.push(Repeat {
                        bounds: pc + 2,
                        count: -1,
                        last_position: UNSET,
                        outer: self.repeat,
                    });
                    self.set_repeat(self.repeats.len() - 1);
                    pc += 1 + self.code[pc + 1] as usize;
                    true
                }
                MAX_UNTIL => match self.max_until(pc, position) {
                    Some(next) => {
                        pc = next;
                        true
                    }
                    None => false,
                },
                MIN_UNTIL => match self.min_until(pc, position) {
                    Some(next) => {
                        pc = next;
                        true
                    }
                    None => false,
                },
                op @ (ASSERT | ASSERT_NOT) => {
                    let tail = pc + 1 + self.code[pc + 1] as usize;
                    let back = self.code[pc + 2] as usize;
                    if position < back {
                        if op == ASSERT_NOT {
                            pc = tail;
                            continue;
                        }
                        false
                    } else {
                        let kind =
                            if op == ASSERT { Barrier::Assert { tail } } else { Barrier::AssertNot { tail } };
                        self.push_barrier(kind, position);
                        (pc, position) = (pc + 3, position - back);
                        true
                    }
                }
                ATOMIC_GROUP => {
                    self.push_barrier(
                        Barrier::Atomic { tail: pc + 1 + self.code[pc + 1] as usize },
                        position,
                    );
                    pc += 2;
                    true
                }
                POSSESSIVE_REPEAT => {
                    if self.code[pc + 3] == 0 {
                        pc += 2 + self.code[pc + 1] as usize;
                    } else {
                        self.push_barrier(Barrier::Possessive { at: pc, count: 0 }, position);
                        pc += 4;
                    }
                    true
                }
                op @ (GROUPREF | GROUPREF_IGNORE | GROUPREF_UNI_IGNORE | GROUPREF_LOC_IGNORE) => {
                    let folding = match op {
                        GROUPREF => Folding::None,
                        GROUPREF_UNI_IGNORE => Folding::Unicode,
                        _ => Folding::Ascii,
                    };
                    match self.group(self.code[pc + 1] as usize) {
                        Some((start, end)) => {
                            let length = end - start;
                            let matched = self.text.len() - position >= length
                                && (0..length).all(|index| {
                                    folding.lower(self.text[start + index].code())
                                        == folding.lower(self.text[position + index].code())
                                });
                            (pc, position) = (pc + 2, position + length);
                            matched
                        }
                        None => false,
                    }
                }
                GROUPREF_EXISTS => {
                    let exists = self.group(self.code[pc + 1] as usize).is_some();
                    pc += if exists { 3 } else { 1 + self.code[pc + 2] as usize };
                    true
                }
                _ => false,
            };
            if matched {
                continue;
            }
            self.steps = self.steps.wrapping_add(1);
            if self.steps & 0xF_FFFF == 0 {
                gil::check_signals()?;
            }
            match self.backtrack() {
                Some((next, place)) => (pc, position) = (next, place),
                None => return Ok(None),
            }
        }
    }

    fn group(&self, group: usize) -> Option<(usize, usize)> {
        let (start, end) = (*self.marks.get(group * 2)?, *self.marks.get(group * 2 + 1)?);
        (start != UNSET && end != UNSET && end >= start).then_some((start, end))
    }

    fn set_mark(&mut self, index: usize, position: usize) {
        let Some(mark) = self.marks.get_mut(index) else { return };
        let old = std::mem::replace(mark, position);
        self.stack.push(Entry::Mark { index, old });
        if index & 1 == 1 {
            self.stack.push(Entry::LastGroup { old: self.last_group });
            self.last_group = index / 2 + 1;
        }
    }

    fn set_repeat(&mut self, repeat: usize) {
        self.stack.push(Entry::Repeat { old: self.repeat });
        self.repeat = repeat;
    }

    fn push_barrier(&mut self, kind: Barrier, position: usize) {
        self.stack.push(Entry::Barrier { kind, position, outer: self.barrier });
        self.barrier = self.stack.len() - 1;
    }

    fn is_at(&self, place: u32, position: usize) -> bool {
        let length = self.text.len();
        let before = || position.checked_sub(1).and_then(|before| self.at(before));
        let is_boundary =
            |word: fn(u32) -> bool| before().is_some_and(word) != self.at(position).is_some_and(word);
        let ascii_word = |code: u32| in_category(CATEGORY_WORD, code);
        match place {
            AT_BEGINNING | AT_BEGINNING_STRING => position == 0,
            AT_BEGINNING_LINE => position == 0 || before() == Some(10),
            AT_END => position == length || position + 1 == length && self.at(position) == Some(10),
            AT_END_LINE => position == length || self.at(position) == Some(10),
            AT_END_STRING => position == length,
            AT_BOUNDARY | AT_LOC_BOUNDARY => is_boundary(ascii_word),
            AT_NON_BOUNDARY | AT_LOC_NON_BOUNDARY => !is_boundary(ascii_word),
            AT_UNI_BOUNDARY => is_boundary(is_word),
            AT_UNI_NON_BOUNDARY => !is_boundary(is_word),
            _ => false,
        }
    }

    /// Takes the first alternative from `skip` on that can start here; where there are more, they can be tried later.
    fn branch(&mut self, mut skip: usize, position: usize) -> Option<usize> {
        let next = self.at(position);
        while self.code[skip] != 0 {
            let body = skip + 1;
            let possible = match self.code[body] {
                LITERAL => next == Some(self.code[body + 1]),
                IN => next.is_some_and(|code| in_set(&self.code[body + 2..], code)),
                _ => true,
            };
            skip += self.code[skip] as usize;
            if possible {
                if self.code[skip] != 0 {
                    self.stack.push(Entry::Branch { skip, position });
                }
                return Some(body);
            }
        }
        None
    }

    /// How many characters from `position` on the single-character pattern at `item` matches, at most `maximum`.
    fn count(&self, item: usize, position: usize, maximum: u32) -> usize {
        let rest = &self.text[position.min(self.text.len())..];
        let rest = if maximum == MAXREPEAT { rest } else { &rest[..rest.len().min(maximum as usize)] };
        let length = |test: &dyn Fn(u32) -> bool| {
            rest.iter().position(|unit| !test(unit.code())).unwrap_or(rest.len())
        };
        match self.code[item] {
            ANY_ALL => rest.len(),
            ANY => rest.iter().position(|unit| unit.code() == 10).unwrap_or(rest.len()),
            LITERAL => {
                let wanted = self.code[item + 1];
                rest.iter().position(|unit| unit.code() != wanted).unwrap_or(rest.len())
            }
            NOT_LITERAL => {
                let wanted = self.code[item + 1];
                rest.iter().position(|unit| unit.code() == wanted).unwrap_or(rest.len())
            }
            IN => {
                let set = &self.code[item + 2..];
                rest.iter().position(|unit| !in_set(set, unit.code())).unwrap_or(rest.len())
            }
            CATEGORY => {
                let category = self.code[item + 1];
                length(&|code| in_category(category, code))
            }
            op @ (IN_IGNORE | IN_UNI_IGNORE | IN_LOC_IGNORE) => {
                let set = &self.code[item + 2..];
                let folding = if op == IN_UNI_IGNORE { Folding::Unicode } else { Folding::Ascii };
                length(&|code| {
                    in_set(set, folding.lower(code)) || op == IN_LOC_IGNORE && in_set(set, swap_ascii(code))
                })
            }
            op @ (LITERAL_IGNORE | LITERAL_UNI_IGNORE | LITERAL_LOC_IGNORE) => {
                let folding = literal_folding(op);
                let wanted = folding.lower(self.code[item + 1]);
                length(&|code| folding.lower(code) == wanted)
            }
            op @ (NOT_LITERAL_IGNORE | NOT_LITERAL_UNI_IGNORE | NOT_LITERAL_LOC_IGNORE) => {
                let folding = literal_folding(op);
                let wanted = folding.lower(self.code[item + 1]);
                length(&|code| folding.lower(code) != wanted)
            }
            // The compiler puts an item in a repeat of single characters only when it is one of the above, perhaps in a
            // group.
            _ => 0,
        }
    }

    fn bounds(&self, repeat: usize) -> (i64, i64) {
        let bounds = self.repeats[repeat].bounds;
        let maximum = self.code[bounds + 1];
        let maximum = if maximum == MAXREPEAT { i64::MAX } else { i64::from(maximum) };
        (i64::from(self.code[bounds]), maximum)
    }

    fn set_count(&mut self, repeat: usize, count: i64) {
        let old = std::mem::replace(&mut self.repeats[repeat].count, count);
        self.stack.push(Entry::Count { repeat, old });
    }

    fn set_last_position(&mut self, repeat: usize, position: usize) {
        let old = std::mem::replace(&mut self.repeats[repeat].last_position, position);
        self.stack.push(Entry::LastPosition { repeat, old });
    }

    fn max_until(&mut self, pc: usize, position: usize) -> Option<usize> {
        let repeat = self.repeat;
        if repeat == NO_REPEAT {
            return None;
        }
        let (minimum, maximum) = self.bounds(repeat);
        let count = self.repeats[repeat].count + 1;
        let body = self.repeats[repeat].bounds + 2;
        if count < minimum {
            self.set_count(repeat, count);
            return Some(body);
        }
        if count < maximum && self.repeats[repeat].last_position != position {
            self.stack.push(Entry::AfterGreedy { until: pc, position, repeat });
            self.set_count(repeat, count);
            self.set_last_position(repeat, position);
            return Some(body);
        }
        self.set_repeat(self.repeats[repeat].outer);
        Some(pc + 1)
    }

    fn min_until(&mut self, pc: usize, position: usize) -> Option<usize> {
        let repeat = self.repeat;
        if repeat == NO_REPEAT {
            return None;
        }
        let (minimum, _) = self.bounds(repeat);
        let count = self.repeats[repeat].count + 1;
        if count < minimum {
            self.set_count(repeat, count);
            return Some(self.repeats[repeat].bounds + 2);
        }
        self.stack.push(Entry::OneMore { until: pc, position, repeat });
        self.set_repeat(self.repeats[repeat].outer);
        Some(pc + 1)
    }

    /// What SUCCESS means: the end of everything, or of what runs above the barrier.
    fn succeed(&mut self, position: usize) -> Success {
        if self.barrier == NO_BARRIER {
            let whole = self.mode != Mode::Full || position == self.text.len();
            let advances = !self.must_advance || position != self.start;
            return if whole && advances { Success::Done } else { Success::Fail };
        }
        let place = self.barrier;
        let Entry::Barrier { kind, position: start, outer } = self.stack[place] else { return Success::Fail };
        if let Barrier::AssertNot { .. } = kind {
            // Everything above is undone; then this try has failed.
            while self.stack.len() > place + 1 {
                self.undo_top();
            }
            self.stack.pop();
            self.barrier = outer;
            return Success::Fail;
        }
        // Keep the old values, drop the places to try and the barrier.
        let mut kept = place;
        for index in place + 1..self.stack.len() {
            if self.stack[index].is_old_value() {
                self.stack.swap(kept, index);
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        self.barrier = outer;
        match kind {
            Barrier::Assert { tail } => Success::Continue(tail, start),
            Barrier::Atomic { tail } | Barrier::AssertNot { tail } => Success::Continue(tail, position),
            Barrier::Possessive { at, count } => {
                let count = count + 1;
                let maximum = self.code[at + 3];
                let more = count < maximum || maximum == MAXREPEAT;
                if count < self.code[at + 2] || more && position != start {
                    self.push_barrier(Barrier::Possessive { at, count }, position);
                    Success::Continue(at + 4, position)
                } else {
                    Success::Continue(at + 2 + self.code[at + 1] as usize, position)
                }
            }
        }
    }

    /// Pops the top entry, restoring what it keeps.
    fn undo_top(&mut self) {
        match self.stack.pop() {
            Some(Entry::Mark { index, old }) => self.marks[index] = old,
            Some(Entry::LastGroup { old }) => self.last_group = old,
            Some(Entry::Repeat { old }) => self.repeat = old,
            Some(Entry::Count { repeat, old }) => self.repeats[repeat].count = old,
            Some(Entry::LastPosition { repeat, old }) => self.repeats[repeat].last_position = old,
            Some(Entry::Barrier { outer, .. }) => self.barrier = outer,
            _ => {}
        }
    }

    /// Goes back to the last place where another try is possible.
    fn backtrack(&mut self) -> Option<(usize, usize)> {
        loop {
            match self.stack.last_mut()? {
                Entry::Branch { skip, position } => {
                    let (skip, position) = (*skip, *position);
                    self.stack.pop();
                    if let Some(next) = self.branch(skip, position) {
                        return Some((next, position));
                    }
                }
                Entry::Greedy { tail, start, count, minimum } => {
                    *count -= 1;
                    let (tail, start, minimum) = (*tail, *start, *minimum);
                    // Where the tail starts with a character, go back to that one.
                    if self.code[tail] == LITERAL {
                        let wanted = self.code[tail + 1];
                        while *count > minimum
                            && self.text.get(start + *count).map(|unit| unit.code()) != Some(wanted)
                        {
                            *count -= 1;
                        }
                    }
                    let position = start + *count;
                    if *count <= minimum {
                        self.stack.pop();
                    }
                    return Some((tail, position));
                }
                Entry::Lazy { at, position, count } => {
                    let (at, place, so_far) = (*at, *position, *count);
                    let maximum = self.code[at + 3];
                    let allowed = maximum == MAXREPEAT || (so_far as u64) < u64::from(maximum);
                    if allowed && self.count(at + 4, place, 1) == 1 {
                        if let Some(Entry::Lazy { position, count, .. }) = self.stack.last_mut() {
                            *position += 1;
                            *count += 1;
                        }
                        return Some((at + 1 + self.code[at + 1] as usize, place + 1));
                    }
                    self.stack.pop();
                }
                Entry::AfterGreedy { until, position, repeat } => {
                    let (until, position, repeat) = (*until, *position, *repeat);
                    self.stack.pop();
                    self.set_repeat(self.repeats[repeat].outer);
                    return Some((until + 1, position));
                }
                Entry::OneMore { until, position, repeat } => {
                    let (_, position, repeat) = (*until, *position, *repeat);
                    self.stack.pop();
                    let (_, maximum) = self.bounds(repeat);
                    let count = self.repeats[repeat].count + 1;
                    if count < maximum && self.repeats[repeat].last_position != position {
                        self.set_count(repeat, count);
                        self.set_last_position(repeat, position);
                        return Some((self.repeats[repeat].bounds + 2, position));
                    }
                }
                Entry::Barrier { kind, position, outer } => {
                    let (kind, position, outer) = (*kind, *position, *outer);
                    self.stack.pop();
                    self.barrier = outer;
                    match kind {
                        Barrier::Assert { .. } | Barrier::Atomic { .. } => {}
                        Barrier::AssertNot { tail } => return Some((tail, position)),
                        Barrier::Possessive { at, count } => {
                            if count >= self.code[at + 2] {
                                return Some((at + 2 + self.code[at + 1] as usize, position));
                            }
                        }
                    }
                }
                _ => self.undo_top(),
            }
        }
    }
}

impl Entry {
    fn is_old_value(&self) -> bool {
        matches!(
            self,
            Entry::Mark { .. }
                | Entry::LastGroup { .. }
                | Entry::Repeat { .. }
                | Entry::Count { .. }
                | Entry::LastPosition { .. }
        )
    }
}

enum Success {
    Done,
    Continue(usize, usize),
    Fail,
}

fn literal_folding(op: u32) -> Folding {
    if matches!(op, LITERAL_UNI_IGNORE | NOT_LITERAL_UNI_IGNORE) { Folding::Unicode } else { Folding::Ascii }
}

/// The other case of an ASCII letter.
fn swap_ascii(code: u32) -> u32 {
    match code {
        65..91 => code + 32,
        97..123 => code - 32,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(code: &[u32], groups: usize, text: &[u8], mode: Mode) -> Option<Found> {
        run(code, groups, Units::One(text), 0, mode, false).expect("no signal")
    }

    #[test]
    fn greedy_repeats_give_back() {
        // a*ab
        let code = [REPEAT_ONE, 6, 0, MAXREPEAT, LITERAL, 97, SUCCESS, LITERAL, 97, LITERAL, 98, SUCCESS];
        assert_eq!(find(&code, 0, b"aaab", Mode::Match).map(|found| found.end), Some(4));
        assert!(find(&code, 0, b"b", Mode::Match).is_none());
        assert_eq!(find(&code, 0, b"xxaab", Mode::Search).map(|found| found.start), Some(2));
    }

    #[test]
    fn groups_of_repeats_hold_the_last_round() {
        // (a|b)*
        let code = [
            REPEAT, 16, 0, MAXREPEAT, MARK, 0, BRANCH, 5, LITERAL, 97, JUMP, 7, 5, LITERAL, 98, JUMP, 2,
            FAILURE,
        ];
        let mut code = code.to_vec();
        code[1] = 0;
        code.extend([MARK, 1, MAX_UNTIL, SUCCESS]);
        code[1] = (code.len() - 2 - 1) as u32;
        let found = find(&code, 1, b"abab", Mode::Match).expect("a match");
        assert_eq!((found.end, found.marks, found.last_group), (4, vec![3, 4], 1));
    }

    #[test]
    fn a_negative_look_ahead_leaves_no_trace() {
        // (?!ab)a
        let code = [ASSERT_NOT, 7, 0, LITERAL, 97, LITERAL, 98, SUCCESS, LITERAL, 97, SUCCESS];
        assert!(find(&code, 0, b"ab", Mode::Match).is_none());
        assert_eq!(find(&code, 0, b"ac", Mode::Match).map(|found| found.end), Some(1));
    }
}

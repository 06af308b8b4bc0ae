//! The stable sort of `list.sort` and `sorted`: CPython's, comparison by comparison.
//!
//! Natural runs are found, extended to a minimal length by binary insertion, and merged in the order that powersort's
//! node powers tell (Munro and Wild, "Nearly-Optimal Mergesorts"), with galloping where one run wins many times in a row
//! (Tim Peters' listsort). Only `<` is asked. The same comparisons in the same order matter where the order is no order:
//! lists with NaNs, classes with an odd `__lt__`.
//!
//! **Invariant:** at every point where a comparison can fail the slice is a permutation of what it was, except during a
//! merge, which restores that before it returns.

use pyrsc_core::owned::Result;

/// Runs of at least this many wins in a row switch to galloping.
const MINIMUM_GALLOP: usize = 7;
/// Slices shorter than this are sorted by binary insertion alone.
const MAXIMUM_MINIMAL_RUN: usize = 64;

struct Run {
    start: usize,
    length: usize,
    /// Of the node between this run and the next, in powersort's tree.
    power: u32,
}

struct Sorter<'a, T, F> {
    items: &'a mut [T],
    less: F,
    minimum_gallop: usize,
    pending: Vec<Run>,
    temporary: Vec<T>,
}

/// Sorts `items` stably by `less`, which may fail. The items are only moved about, also when it fails.
pub fn sort<T: Copy, F: FnMut(&T, &T) -> Result<bool>>(items: &mut [T], less: F) -> Result<()> {
    let length = items.len();
    if length < 2 {
        return Ok(());
    }
    let minimal_run = minimal_run(length);
    let mut sorter =
        Sorter { items, less, minimum_gallop: MINIMUM_GALLOP, pending: Vec::new(), temporary: Vec::new() };
    let mut start = 0;
    while start < length {
        let remaining = length - start;
        let mut run = sorter.count_run(start, remaining)?;
        if run < minimal_run {
            let forced = remaining.min(minimal_run);
            sorter.insert_binary(start, forced, run)?;
            run = forced;
        }
        sorter.found_new_run(run, length)?;
        sorter.pending.push(Run { start, length: run, power: 0 });
        start += run;
    }
    while sorter.pending.len() > 1 {
        let mut at = sorter.pending.len() - 2;
        if at > 0 && sorter.pending[at - 1].length < sorter.pending[at + 1].length {
            at -= 1;
        }
        sorter.merge_at(at)?;
    }
    Ok(())
}

/// A run length such that the number of runs is a power of two or slightly below.
fn minimal_run(mut length: usize) -> usize {
    let mut rest = 0;
    while length >= MAXIMUM_MINIMAL_RUN {
        rest |= length & 1;
        length >>= 1;
    }
    length + rest
}

/// The power of the node between two neighbouring runs, the first of which starts at `start`.
fn power(start: usize, first: usize, second: usize, total: usize) -> u32 {
    let (mut left, mut right) = (2 * start + first, 2 * start + first + first + second);
    let mut power = 0;
    loop {
        power += 1;
        if left >= total {
            left -= total;
            right -= total;
        } else if right >= total {
            return power;
        }
        left <<= 1;
        right <<= 1;
    }
}

impl<T: Copy, F: FnMut(&T, &T) -> Result<bool>> Sorter<'_, T, F> {
    fn less_at(&mut self, left: usize, right: usize) -> Result<bool> {
        let (left, right) = (self.items[left], self.items[right]);
        (self.less)(&left, &right)
    }

    /// The length of the run at `start`, which is turned round where it descends. Equal neighbours in a descending run
    /// keep their order.
    fn count_run(&mut self, start: usize, remaining: usize) -> Result<usize> {
        let mut count = 1;
        while count < remaining && !self.less_at(start + count, start + count - 1)? {
            count += 1;
        }
        if count == remaining {
            return Ok(count);
        }
        if count > 1 {
            if self.less_at(start, start + count - 1)? {
                return Ok(count);
            }
            self.items[start..start + count].reverse();
        }
        count += 1;
        let mut equal = 0;
        while count < remaining {
            if self.less_at(start + count, start + count - 1)? {
                self.reverse_equal(start + count, &mut equal);
            } else if self.less_at(start + count - 1, start + count)? {
                break;
            } else {
                equal += 1;
            }
            count += 1;
        }
        self.reverse_equal(start + count, &mut equal);
        self.items[start..start + count].reverse();
        while count < remaining && !self.less_at(start + count, start + count - 1)? {
            count += 1;
        }
        Ok(count)
    }

    /// Turns the run of equal items that ends at `end` round.
    fn reverse_equal(&mut self, end: usize, equal: &mut usize) {
        if *equal > 0 {
            self.items[end - *equal - 1..end].reverse();
            *equal = 0;
        }
    }

    /// Sorts `length` items at `start`, of which the first `sorted` are in order.
    fn insert_binary(&mut self, start: usize, length: usize, sorted: usize) -> Result<()> {
        for next in sorted.max(1)..length {
            let pivot = self.items[start + next];
            let (mut left, mut right) = (0, next);
            while left < right {
                let middle = (left + right) >> 1;
                let candidate = self.items[start + middle];
                if (self.less)(&pivot, &candidate)? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.items[start + left..=start + next].rotate_right(1);
        }
        Ok(())
    }

    /// Merges what has to be merged before a run of `length` is pushed.
    fn found_new_run(&mut self, length: usize, total: usize) -> Result<()> {
        let Some(last) = self.pending.last() else { return Ok(()) };
        let power = power(last.start, last.length, length, total);
        while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > power {
            self.merge_at(self.pending.len() - 2)?;
        }
        if let Some(last) = self.pending.last_mut() {
            last.power = power;
        }
        Ok(())
    }

    /// Merges pending runs `at` and `at + 1`.
    fn merge_at(&mut self, at: usize) -> Result<()> {
        let (mut left, mut left_length) = (self.pending[at].start, self.pending[at].length);
        let (right, mut right_length) = (self.pending[at + 1].start, self.pending[at + 1].length);
        self.pending[at].length = left_length + right_length;
        self.pending.remove(at + 1);
        // Where the right run's first item goes in the left one: what is before it is in place.
        let key = self.items[right];
        let skipped = gallop_right(&mut self.less, &key, &self.items[left..left + left_length], 0)?;
        left += skipped;
        left_length -= skipped;
        if left_length == 0 {
            return Ok(());
        }
        // Where the left run's last item goes in the right one: what is behind it is in place.
        let key = self.items[left + left_length - 1];
        right_length =
            gallop_left(&mut self.less, &key, &self.items[right..right + right_length], right_length - 1)?;
        if right_length == 0 {
            return Ok(());
        }
        if left_length <= right_length {
            self.merge_low(left, left_length, right, right_length)
        } else {
            self.merge_high(left, left_length, right, right_length)
        }
    }

    /// Merges two neighbouring runs from the left; the left one is the shorter.
    fn merge_low(
        &mut self,
        left: usize,
        left_length: usize,
        right: usize,
        right_length: usize,
    ) -> Result<()> {
        let mut temporary = std::mem::take(&mut self.temporary);
        temporary.clear();
        temporary.extend_from_slice(&self.items[left..left + left_length]);
        let mut state = MergeLow {
            destination: left,
            first: 0,
            first_left: left_length,
            second: right,
            second_left: right_length,
        };
        let result = self.merge_low_loop(&mut state, &temporary);
        // What is left of the first run follows; of the second run, it is in place or behind one item of the first.
        let MergeLow { destination, first, first_left, second, second_left } = state;
        if result.is_ok() && first_left == 1 && second_left > 0 {
            self.items.copy_within(second..second + second_left, destination);
            self.items[destination + second_left] = temporary[first];
        } else if first_left > 0 {
            self.items[destination..destination + first_left]
                .copy_from_slice(&temporary[first..first + first_left]);
        }
        self.temporary = temporary;
        result
    }

    fn merge_low_loop(&mut self, state: &mut MergeLow, temporary: &[T]) -> Result<()> {
        self.take_second(state);
        if state.second_left == 0 || state.first_left == 1 {
            return Ok(());
        }
        let mut minimum_gallop = self.minimum_gallop;
        loop {
            let (mut first_wins, mut second_wins) = (0, 0);
            loop {
                let (candidate, key) = (self.items[state.second], temporary[state.first]);
                if (self.less)(&candidate, &key)? {
                    self.take_second(state);
                    second_wins += 1;
                    first_wins = 0;
                    if state.second_left == 0 {
                        return Ok(());
                    }
                    if second_wins >= minimum_gallop {
                        break;
                    }
                } else {
                    self.items[state.destination] = key;
                    state.destination += 1;
                    state.first += 1;
                    state.first_left -= 1;
                    first_wins += 1;
                    second_wins = 0;
                    if state.first_left == 1 {
                        return Ok(());
                    }
                    if first_wins >= minimum_gallop {
                        break;
                    }
                }
            }
            minimum_gallop += 1;
            loop {
                minimum_gallop -= usize::from(minimum_gallop > 1);
                self.minimum_gallop = minimum_gallop;
                let key = self.items[state.second];
                let run = &temporary[state.first..state.first + state.first_left];
                let first_wins = gallop_right(&mut self.less, &key, run, 0)?;
                if first_wins > 0 {
                    self.items[state.destination..state.destination + first_wins]
                        .copy_from_slice(&run[..first_wins]);
                    state.destination += first_wins;
                    state.first += first_wins;
                    state.first_left -= first_wins;
                    // Nothing left can only be when the order is not consistent.
                    if state.first_left <= 1 {
                        return Ok(());
                    }
                }
                self.take_second(state);
                if state.second_left == 0 {
                    return Ok(());
                }
                let key = temporary[state.first];
                let run = &self.items[state.second..state.second + state.second_left];
                let second_wins = gallop_left(&mut self.less, &key, run, 0)?;
                if second_wins > 0 {
                    self.items.copy_within(state.second..state.second + second_wins, state.destination);
                    state.destination += second_wins;
                    state.second += second_wins;
                    state.second_left -= second_wins;
                    if state.second_left == 0 {
                        return Ok(());
                    }
                }
                self.items[state.destination] = temporary[state.first];
                state.destination += 1;
                state.first += 1;
                state.first_left -= 1;
                if state.first_left == 1 {
                    return Ok(());
                }
                if first_wins < MINIMUM_GALLOP && second_wins < MINIMUM_GALLOP {
                    break;
                }
            }
            minimum_gallop += 1;
            self.minimum_gallop = minimum_gallop;
        }
    }

    fn take_second(&mut self, state: &mut MergeLow) {
        self.items[state.destination] = self.items[state.second];
        state.destination += 1;
        state.second += 1;
        state.second_left -= 1;
    }

    /// Merges two neighbouring runs from the right; the right one is the shorter.
    fn merge_high(
        &mut self,
        left: usize,
        left_length: usize,
        right: usize,
        right_length: usize,
    ) -> Result<()> {
        let mut temporary = std::mem::take(&mut self.temporary);
        temporary.clear();
        temporary.extend_from_slice(&self.items[right..right + right_length]);
        let mut state = MergeHigh { left, first_left: left_length, second_left: right_length };
        let result = self.merge_high_loop(&mut state, &temporary);
        let MergeHigh { left, first_left, second_left } = state;
        // The next free place is behind what is left of both runs.
        if result.is_ok() && second_left == 1 && first_left > 0 {
            self.items.copy_within(left..left + first_left, left + 1);
            self.items[left] = temporary[0];
        } else if second_left > 0 {
            self.items[left + first_left..left + first_left + second_left]
                .copy_from_slice(&temporary[..second_left]);
        }
        self.temporary = temporary;
        result
    }

    fn merge_high_loop(&mut self, state: &mut MergeHigh, temporary: &[T]) -> Result<()> {
        self.take_first(state);
        if state.first_left == 0 || state.second_left == 1 {
            return Ok(());
        }
        let mut minimum_gallop = self.minimum_gallop;
        loop {
            let (mut first_wins, mut second_wins) = (0, 0);
            loop {
                let first = self.items[state.left + state.first_left - 1];
                let second = temporary[state.second_left - 1];
                if (self.less)(&second, &first)? {
                    self.take_first(state);
                    first_wins += 1;
                    second_wins = 0;
                    if state.first_left == 0 {
                        return Ok(());
                    }
                    if first_wins >= minimum_gallop {
                        break;
                    }
                } else {
                    self.items[state.free()] = second;
                    state.second_left -= 1;
                    second_wins += 1;
                    first_wins = 0;
                    if state.second_left == 1 {
                        return Ok(());
                    }
                    if second_wins >= minimum_gallop {
                        break;
                    }
                }
            }
            minimum_gallop += 1;
            loop {
                minimum_gallop -= usize::from(minimum_gallop > 1);
                self.minimum_gallop = minimum_gallop;
                let key = temporary[state.second_left - 1];
                let run = &self.items[state.left..state.left + state.first_left];
                let kept = gallop_right(&mut self.less, &key, run, state.first_left - 1)?;
                let first_wins = state.first_left - kept;
                if first_wins > 0 {
                    let start = state.left + kept;
                    let end = state.free() + 1;
                    self.items.copy_within(start..start + first_wins, end - first_wins);
                    state.first_left = kept;
                    if state.first_left == 0 {
                        return Ok(());
                    }
                }
                self.items[state.free()] = temporary[state.second_left - 1];
                state.second_left -= 1;
                if state.second_left == 1 {
                    return Ok(());
                }
                let key = self.items[state.left + state.first_left - 1];
                let run = &temporary[..state.second_left];
                let kept = gallop_left(&mut self.less, &key, run, state.second_left - 1)?;
                let second_wins = state.second_left - kept;
                if second_wins > 0 {
                    let end = state.free() + 1;
                    self.items[end - second_wins..end].copy_from_slice(&temporary[kept..state.second_left]);
                    state.second_left = kept;
                    // Nothing left can only be when the order is not consistent.
                    if state.second_left <= 1 {
                        return Ok(());
                    }
                }
                self.take_first(state);
                if state.first_left == 0 {
                    return Ok(());
                }
                if first_wins < MINIMUM_GALLOP && second_wins < MINIMUM_GALLOP {
                    break;
                }
            }
            minimum_gallop += 1;
            self.minimum_gallop = minimum_gallop;
        }
    }

    fn take_first(&mut self, state: &mut MergeHigh) {
        self.items[state.free()] = self.items[state.left + state.first_left - 1];
        state.first_left -= 1;
    }
}

/// Where a merge from the left is. The first run is in the temporary array.
struct MergeLow {
    destination: usize,
    first: usize,
    first_left: usize,
    second: usize,
    second_left: usize,
}

/// Where a merge from the right is. The second run is in the temporary array; `left` is where the first one starts.
struct MergeHigh {
    left: usize,
    first_left: usize,
    second_left: usize,
}

impl MergeHigh {
    /// The place that is filled next.
    fn free(&self) -> usize {
        self.left + self.first_left + self.second_left - 1
    }
}

/// Where `key` goes in a sorted run, before what is equal to it; the search starts at `hint`.
fn gallop_left<T: Copy>(
    less: &mut impl FnMut(&T, &T) -> Result<bool>,
    key: &T,
    run: &[T],
    hint: usize,
) -> Result<usize> {
    let (mut last, mut offset) = (0isize, 1isize);
    let start = hint as isize;
    let (mut low, mut high);
    if less(&run[hint], key)? {
        let limit = run.len() as isize - start;
        while offset < limit && less(&run[(start + offset) as usize], key)? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        offset = offset.min(limit);
        low = last + start;
        high = offset + start;
    } else {
        let limit = start + 1;
        while offset < limit && !less(&run[(start - offset) as usize], key)? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        offset = offset.min(limit);
        low = start - offset;
        high = start - last;
    }
    low += 1;
    while low < high {
        let middle = low + ((high - low) >> 1);
        if less(&run[middle as usize], key)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(high as usize)
}

/// Where `key` goes in a sorted run, behind what is equal to it; the search starts at `hint`.
fn gallop_right<T: Copy>(
    less: &mut impl FnMut(&T, &T) -> Result<bool>,
    key: &T,
    run: &[T],
    hint: usize,
) -> Result<usize> {
    let (mut last, mut offset) = (0isize, 1isize);
    let start = hint as isize;
    let (mut low, mut high);
    if less(key, &run[hint])? {
        let limit = start + 1;
        while offset < limit && less(key, &run[(start - offset) as usize])? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        offset = offset.min(limit);
        low = start - offset;
        high = start - last;
    } else {
        let limit = run.len() as isize - start;
        while offset < limit && !less(key, &run[(start + offset) as usize])? {
            last = offset;
            offset = (offset << 1) + 1;
        }
        offset = offset.min(limit);
        low = last + start;
        high = offset + start;
    }
    low += 1;
    while low < high {
        let middle = low + ((high - low) >> 1);
        if less(key, &run[middle as usize])? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(high as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(numbers: &[u32]) {
        let mut tagged: Vec<(u32, usize)> = numbers.iter().copied().zip(0..).collect();
        let mut expected = tagged.clone();
        expected.sort_by_key(|pair| pair.0);
        sort(&mut tagged, |left, right| Ok(left.0 < right.0)).expect("no comparison fails");
        assert_eq!(tagged, expected);
    }

    #[test]
    fn sorts_stably() {
        let mut state = 12345u32;
        let mut random = |limit: u32| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 8) % limit
        };
        for length in [0, 1, 2, 3, 10, 63, 64, 65, 200, 1000, 5000] {
            for limit in [2, 10, 1000, 1 << 20] {
                let numbers: Vec<u32> = (0..length).map(|_| random(limit)).collect();
                check(&numbers);
                let mut descending = numbers.clone();
                descending.sort_by(|left, right| right.cmp(left));
                check(&descending);
                let runs: Vec<u32> = (0..length).map(|number| number % 300 * limit / 300).collect();
                check(&runs);
                let mut nearly = numbers;
                nearly.sort();
                nearly.extend([random(limit), random(limit)]);
                check(&nearly);
            }
        }
    }

    #[test]
    fn a_failed_comparison_leaves_a_permutation() {
        for fail_at in 0..400 {
            let mut numbers: Vec<u32> = (0..150u32).map(|number| number * 7919 % 151).collect();
            let mut count = 0;
            let result = sort(&mut numbers, |left, right| {
                count += 1;
                if count > fail_at { Err(pyrsc_core::owned::Raised) } else { Ok(left < right) }
            });
            assert!(result.is_err());
            numbers.sort();
            let mut expected: Vec<u32> = (0..150u32).map(|number| number * 7919 % 151).collect();
            expected.sort();
            assert_eq!(numbers, expected);
        }
    }
}

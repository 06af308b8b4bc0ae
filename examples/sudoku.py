"""A Sudoku solver: constraint propagation over bit sets of candidates, and search where that is not enough.

    sudoku.py           solves the puzzles below
    sudoku.py PUZZLE    solves one puzzle of 81 characters, with . for an empty cell
"""

import sys

ALL = 0b111_111_111


def units_of(cell):
    """The row, the column and the box of a cell, as lists of cells."""
    row, column = divmod(cell, 9)
    top, left = row // 3 * 3, column // 3 * 3
    return (
        [row * 9 + i for i in range(9)],
        [i * 9 + column for i in range(9)],
        [(top + i // 3) * 9 + left + i % 3 for i in range(9)],
    )


UNITS = [units_of(cell) for cell in range(81)]
PEERS = [sorted({other for unit in units for other in unit} - {cell}) for cell, units in enumerate(UNITS)]


class Contradiction(Exception):
    """A cell has no candidate left, or a digit no place."""


class Grid:
    """The candidates of each cell, one bit a digit."""

    guesses = 0

    def __init__(self, candidates):
        self.candidates = candidates

    @classmethod
    def parse(cls, puzzle):
        grid = cls([ALL] * 81)
        cells = [c for c in puzzle if c in "123456789.0"]
        if len(cells) != 81:
            raise ValueError(f"a puzzle has 81 cells, not {len(cells)}")
        for cell, character in enumerate(cells):
            if character in "123456789":
                grid.assign(cell, 1 << (int(character) - 1))
        return grid

    def copy(self):
        return Grid(self.candidates[:])

    def assign(self, cell, digit):
        """Leaves only one candidate in a cell."""
        others = self.candidates[cell] & ~digit
        while others:
            lowest = others & -others
            self.eliminate(cell, lowest)
            others ^= lowest

    def eliminate(self, cell, digit):
        """Takes a candidate from a cell, with everything that follows."""
        candidates = self.candidates
        if not candidates[cell] & digit:
            return
        candidates[cell] &= ~digit
        left = candidates[cell]
        if left == 0:
            raise Contradiction
        if left & (left - 1) == 0:
            for peer in PEERS[cell]:
                self.eliminate(peer, left)
        for unit in UNITS[cell]:
            places = [place for place in unit if candidates[place] & digit]
            if not places:
                raise Contradiction
            if len(places) == 1:
                self.assign(places[0], digit)

    def solutions(self):
        """Every solution, by searching from the cell with the fewest candidates."""
        open_cells = [(mask.bit_count(), cell) for cell, mask in enumerate(self.candidates) if mask & (mask - 1)]
        if not open_cells:
            yield self
            return
        _, cell = min(open_cells)
        mask = self.candidates[cell]
        while mask:
            digit = mask & -mask
            mask ^= digit
            Grid.guesses += 1
            attempt = self.copy()
            try:
                attempt.assign(cell, digit)
            except Contradiction:
                continue
            yield from attempt.solutions()

    def __str__(self):
        lines = []
        for row in range(9):
            if row in (3, 6):
                lines.append("------+-------+------")
            digits = [str(self.candidates[row * 9 + column].bit_length()) for column in range(9)]
            lines.append(" | ".join(" ".join(digits[i : i + 3]) for i in (0, 3, 6)))
        return "\n".join(lines)

    def check(self):
        """Whether every unit holds every digit."""
        return all(sum(self.candidates[cell] for cell in unit) == ALL for units in UNITS for unit in units)


PUZZLES = {
    "easy": "003020600900305001001806400008102900700000008006708200002609500800203009005010300",
    "hard": "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
    "harder": "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
    "two solutions": "295743861431865900876192543387459216612387495549216738763524189928671354154938600",
    "none": "55......................................................................6........",
}


def solve(name, puzzle):
    Grid.guesses = 0
    print(f"{name}:")
    try:
        grid = Grid.parse(puzzle)
    except Contradiction:
        print("the givens contradict each other")
        return
    count = 0
    for solution in grid.solutions():
        count += 1
        assert solution.check()
        if count == 1:
            print(solution)
        if count > 3:
            break
    print(f"{count} solution{'s' * (count != 1)}, {Grid.guesses} guesses\n")


def main():
    if len(sys.argv) > 1:
        solve("puzzle", sys.argv[1])
    else:
        for name, puzzle in PUZZLES.items():
            solve(name, puzzle)


main()

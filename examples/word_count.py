"""Statistics of a text: word frequencies, word lengths, sentences, pairs of words, and what rhymes.

    word_count.py [FILE]        (word_count.txt beside the script when not given)
"""

import os
import sys
from collections import Counter, defaultdict

COMMON = set("a an and are as at be but by for from has have he in is it its of on or our that the their them they this to us we with".split())


def words_of(text):
    """The words of a text in lower case; an apostrophe inside a word belongs to it."""
    word = []
    for character in text.lower() + " ":
        if character.isalpha() or (character == "'" and word):
            word.append(character)
        elif word:
            yield "".join(word).rstrip("'")
            word.clear()


def sentences_of(text):
    """The sentences, as lists of words."""
    for part in text.replace("\n\n", ".").replace("?", ".").replace("!", ".").split("."):
        words = list(words_of(part))
        if words:
            yield words


def bar(value, largest, width=40):
    return "#" * max(1, round(width * value / largest))


def table(title, rows):
    print(f"\n{title}")
    rows = list(rows)
    name_width = max(len(str(name)) for name, _ in rows)
    largest = max(value for _, value in rows)
    for name, value in rows:
        print(f"  {name!s:>{name_width}} {value:>5} {bar(value, largest)}")


def by_count(counter, number):
    """The most frequent, alphabetically where they are equally so."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:number]


def syllables(word):
    """A rough count: groups of vowels, without a silent e at the end."""
    groups = 0
    was_vowel = False
    for letter in word:
        is_vowel = letter in "aeiouy"
        groups += is_vowel and not was_vowel
        was_vowel = is_vowel
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def report(text):
    words = list(words_of(text))
    counts = Counter(words)
    sentences = list(sentences_of(text))
    lines = text.count("\n")
    print(f"{lines} lines, {len(words)} words, {len(counts)} different, {len(text)} characters, {len(sentences)} sentences")

    once = sum(1 for count in counts.values() if count == 1)
    print(f"{once} words occur once, {sum(map(len, words)) / len(words):.2f} letters a word")
    syllable_count = sum(map(syllables, words))
    ease = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllable_count / len(words)
    print(f"{syllable_count / len(words):.2f} syllables a word, reading ease {ease:.1f}")

    table("Most frequent", by_count(counts, 10))
    table("Most frequent that say something", by_count({w: c for w, c in counts.items() if w not in COMMON}, 10))
    table("Word lengths", sorted(Counter(map(len, words)).items()))
    table("Letters", by_count(Counter(c for c in text.lower() if c.isalpha()), 8))

    pairs = Counter(zip(words, words[1:]))
    table("Pairs", ((" ".join(pair), count) for pair, count in by_count(pairs, 8)))

    rhymes = defaultdict(set)
    for word in counts:
        if len(word) > 6:
            rhymes[word[-5:]].add(word)
    print("\nRhymes")
    for _, group in sorted(rhymes.items(), key=lambda item: (-len(item[1]), item[0]))[:5]:
        print("  " + ", ".join(sorted(group)))

    longest = max(sentences, key=len)
    print(f"\nThe longest sentence has {len(longest)} words and begins: {' '.join(longest[:8])} ...")
    print("The longest words:", ", ".join(sorted(counts, key=lambda word: (-len(word), word))[:5]))

    first = {}
    for position, word in enumerate(words):
        first.setdefault(word, position)
    half = sum(position < len(words) // 2 for position in first.values())
    print(f"{half / len(first):.1%} of the vocabulary is met in the first half")


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "word_count.txt")
    path = sys.argv[1] if len(sys.argv) > 1 else default
    with open(path, encoding="utf-8") as file:
        report(file.read())


main()

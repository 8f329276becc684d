"""Text: strings, dictionaries, and a file that is prepared beforehand."""

from __future__ import annotations

import os
from typing import Dict, List, Optional, Tuple

from benchmarking import BenchmarkContext, benchmark, benchmark_with_context

TEXT = os.path.join("data", "text.txt")


def write_text(mypy_repo: Optional[str]) -> None:
    """Made-up words in made-up sentences, always the same ones."""
    os.makedirs("data", exist_ok=True)
    syllables = ["ka", "lo", "mi", "ne", "ru", "sa", "ti", "vo"]
    state = 1
    with open(TEXT, "w") as file:
        for _ in range(15000):
            words: List[str] = []
            for _ in range(8):
                state = state * 16807 % 2147483647
                words.append(syllables[state % 8] + syllables[state // 8 % 8] + syllables[state // 64 % 8])
            file.write(" ".join(words).capitalize() + ".\n")


@benchmark(prepare=write_text)
def word_count() -> None:
    counts: Dict[str, int] = {}
    with open(TEXT) as file:
        for line in file:
            for word in line.lower().rstrip(".\n").split():
                counts[word] = counts.get(word, 0) + 1
    assert sum(counts.values()) == 120000


@benchmark_with_context
def tokenize(context: BenchmarkContext) -> None:
    source = "\n".join(f"total{number} = (first + {number}) * scale{number} - 0x{number:x}" for number in range(6000))
    context.start()
    tokens = split_tokens(source)
    assert len(tokens) == 6000 * 11, len(tokens)


def split_tokens(source: str) -> List[Tuple[str, str]]:
    tokens: List[Tuple[str, str]] = []
    position = 0
    while position < len(source):
        character = source[position]
        start = position
        position += 1
        if character == " " or character == "\n":
            continue
        if character.isalpha():
            while position < len(source) and source[position].isalnum():
                position += 1
            tokens.append(("name", source[start:position]))
        elif character.isdigit():
            while position < len(source) and source[position].isalnum():
                position += 1
            tokens.append(("number", source[start:position]))
        else:
            tokens.append(("operator", character))
    return tokens

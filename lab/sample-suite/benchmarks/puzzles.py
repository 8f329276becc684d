"""Searches: recursion, lists, sets and small objects."""

from __future__ import annotations

from typing import List, Optional

from benchmarking import benchmark


@benchmark()
def queens() -> None:
    for _ in range(2):
        assert Board(10).count_solutions(0) == 724


class Board:
    def __init__(self, size: int) -> None:
        self.size = size
        self.columns = [False] * size
        self.rising = [False] * (2 * size)
        self.falling = [False] * (2 * size)

    def count_solutions(self, row: int) -> int:
        if row == self.size:
            return 1
        count = 0
        for column in range(self.size):
            up = row + column
            down = row - column + self.size
            if self.columns[column] or self.rising[up] or self.falling[down]:
                continue
            self.columns[column] = self.rising[up] = self.falling[down] = True
            count += self.count_solutions(row + 1)
            self.columns[column] = self.rising[up] = self.falling[down] = False
        return count


@benchmark(min_iterations=15)
def search_tree() -> None:
    root: Optional[Node] = None
    key = 1
    for _ in range(30000):
        key = key * 16807 % 2147483647
        root = insert(root, key % 10007)
    assert root is not None
    keys: List[int] = []
    root.collect(keys)
    assert keys == sorted(set(keys))


class Node:
    def __init__(self, key: int) -> None:
        self.key = key
        self.left: Optional[Node] = None
        self.right: Optional[Node] = None

    def collect(self, keys: List[int]) -> None:
        if self.left is not None:
            self.left.collect(keys)
        keys.append(self.key)
        if self.right is not None:
            self.right.collect(keys)


def insert(node: Optional[Node], key: int) -> Node:
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    elif key > node.key:
        node.right = insert(node.right, key)
    return node

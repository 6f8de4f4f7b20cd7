"""Dice that fall the same way in every language."""


class Dice:
    def __init__(self, seed):
        self._state = seed

    def roll(self, sides):
        self._state = (self._state * 1103515245 + 12345) % 2**31
        return (self._state >> 16) % sides

    def seconds(self, microseconds):
        """Up to so many microseconds, with odd nanoseconds, so that no two moments are the same."""
        return (self.roll(microseconds) * 1000 + 1 + self.roll(997)) / 1e9

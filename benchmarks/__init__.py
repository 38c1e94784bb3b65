"""Measurements of the program on many briefings; docs/performance.md holds what they say."""

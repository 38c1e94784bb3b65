/**
 * Numbers as the index writes them, in digits (edition/search_bundle.py), read again.
 *
 * Must not know what the numbers stand for.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  /** One of the first so many digits ends a number. */
  const LAST = 40, BASE = DIGITS.length - LAST;
  /** Sections that a digit stands for in a list of many; levels. */
  const BITS = 6, LEVELS = 8;
  /** Character code → digit. */
  const VALUES = new Uint8Array(128);
  Array.from(DIGITS, (digit, value) => { VALUES[digit.charCodeAt(0)] = value; });

  /** "0" → 0, "e0" → 40: all numbers of a text, in order. */
  search.readNumbers = (text) => {
    const numbers = [];
    let number = 0, unit = 1;
    for (let at = 0; at < text.length; at++) {
      const digit = VALUES[text.charCodeAt(at)];
      number += digit * unit;
      unit *= BASE;
      if (digit >= LAST) continue;
      numbers.push(number);
      number = 0;
      unit = 1;
    }
    return numbers;
  };

  /** Rising numbers, each written as what it is above the one before, less one. */
  search.readRising = (text) => {
    const numbers = search.readNumbers(text);
    let last = -1;
    for (let i = 0; i < numbers.length; i++) last = numbers[i] += last + 1;
    return numbers;
  };

  /** The numbers of sections: rising, or after a "." a digit for each six sections. */
  search.readSections = (text) => {
    if (text[0] !== ".") return search.readRising(text);
    const numbers = [];
    for (let at = 1; at < text.length; at++) {
      const digit = VALUES[text.charCodeAt(at)];
      for (let bit = 0; bit < BITS; bit++) if (digit >> bit & 1) numbers.push((at - 1) * BITS + bit);
    }
    return numbers;
  };

  /** How well sections hold a word: 0–7 each, two in a digit. */
  search.readLevels = (text, count) => {
    const levels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const digit = VALUES[text.charCodeAt(i >> 1)];
      levels[i] = i & 1 ? digit >> 3 : digit & LEVELS - 1;
    }
    return levels;
  };
})(globalThis.RostrumSearch);

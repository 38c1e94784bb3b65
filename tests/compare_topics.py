"""Topics by cues and by small statistical models, on the same labelled sections, as a table.

`make compare` runs it in an environment of its own (requirements/topics.txt); scikit-learn is needed for nothing else,
and without ROSTRUM_SHARED there is nothing to measure. Models: TF-IDF of words and pairs of words (of Chinese: of one
to three characters) and logistic regression, one topic against the rest. They are trained twice: on the labels of the
tune half and the seeds; and on what the cues say of all sections of the corpus but those of the test half (weak
labels). A model's bar is chosen on its training sections, by cross-validation. Nothing is tuned on the test half.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edition.annotate.topics import make_topic_finder  # noqa: E402
from edition.authorities import read_authorities  # noqa: E402
from edition.model import Section  # noqa: E402
from edition.problems import Refused  # noqa: E402
from tests.labelled import Agreement, Labelled, find_labelled, read_transcript, table  # noqa: E402
from tests.labelled import measure as measure_labelled  # noqa: E402

_FOLDERS = ("mananera-es", "mfa-html-en", "mfa-html-zh", "mfa-html-zh-2020s", "whitehouse-html", "whitehouse-md")
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_BARS = [n / 50 for n in range(3, 40)]
_MOST = 3


def read_text(section: Section) -> str:
    """Return the words of a section; those of the question twice, as the cues count them."""
    texts = [p.text for turn in section.turns for p in turn.paragraphs for _ in range(1 + (turn.role == "question"))]
    return " ".join(texts)


def split(text: str) -> list[str]:
    """Return words and pairs of words; of Chinese runs of one to three characters."""
    words = [word.lower() for word in _WORD.findall(text)]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return (
        words + pairs + [f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False) if b > "\u3400"]
    )


def read_seeds(shared: Path) -> Iterator[tuple[Section, tuple[str, ...]]]:
    """Yield the sections of the hand-tagged seeds with their topics."""
    for path in sorted((shared / "gold").glob("00*.json")):
        (seed,) = (shared / "corpus" / "seeds").glob(f"{path.stem}*")
        sections = read_transcript(seed).sections
        for unit in json.loads(path.read_text(encoding="utf-8"))["units"]:
            first = " ".join(_WORD.findall((unit.get("question") or unit)["first8"]))
            for section in sections:
                if section.paragraphs and " ".join(_WORD.findall(section.paragraphs[0].text)).startswith(first):
                    yield section, tuple(unit.get("topics") or ())
                    break


class Model:
    """TF-IDF and logistic regression, one topic against the rest, with a bar chosen by cross-validation."""

    def __init__(self, texts: list[str], topics: list[tuple[str, ...]]) -> None:
        linear = import_module("sklearn.linear_model")
        multiclass = import_module("sklearn.multiclass")
        selection = import_module("sklearn.model_selection")
        features = import_module("sklearn.feature_extraction.text")
        pipeline = import_module("sklearn.pipeline")
        preprocessing = import_module("sklearn.preprocessing")
        counts = Counter(t for given in topics for t in given)
        kept = [tuple(t for t in given if counts[t] >= _MOST) for given in topics]
        binary = preprocessing.MultiLabelBinarizer()
        wanted = binary.fit_transform(kept)
        self.names = [str(name) for name in binary.classes_]
        self._model = pipeline.make_pipeline(
            features.TfidfVectorizer(
                tokenizer=split, token_pattern=None, sublinear_tf=True, min_df=2, max_features=60_000
            ),
            multiclass.OneVsRestClassifier(
                linear.LogisticRegression(C=20, class_weight="balanced", solver="liblinear")
            ),
        )
        folds = selection.KFold(3, shuffle=True, random_state=0)
        likely = selection.cross_val_predict(self._model, texts, wanted, cv=folds, method="predict_proba")
        self.bar, self.trained = max(
            ((bar, self._agreement(likely, topics, bar).f1) for bar in _BARS), key=lambda pair: (pair[1], pair[0])
        )
        self._model.fit(texts, wanted)

    def _agreement(self, likely: Any, topics: list[tuple[str, ...]], bar: float) -> Agreement:
        agreement = Agreement()
        for row, wanted in zip(likely, topics, strict=True):
            agreement.add(wanted, self._above(row, bar))
        return agreement

    def _above(self, row: Any, bar: float) -> tuple[str, ...]:
        best = sorted(zip(row, self.names, strict=True), key=lambda pair: (-pair[0], pair[1]))[:_MOST]
        return tuple(name for share, name in best if share >= bar)

    def find(self, section: Section) -> tuple[str, ...]:
        """Return the topics above the bar."""
        return self._above(self._model.predict_proba([read_text(section)])[0], self.bar)


def main() -> int:
    """Print the table; return 1 where there is nothing to measure on."""
    shared = Path(os.environ.get("ROSTRUM_SHARED") or ROOT.parent / "shared")
    if not (shared / "corpus").is_dir():
        print("topics: not compared, because the shared corpus is absent (ROSTRUM_SHARED)")
        return 0
    finder = make_topic_finder(read_authorities(None)[0].topics)
    labelled = find_labelled(shared / "corpus")
    test = [item for item in labelled if item.half == "test"]
    hidden = {read_text(item.section) for item in test}
    known = [(item.section, item.expected("topics")) for item in labelled if item.half == "tune"]
    known += list(read_seeds(shared))
    weak = []
    for path in sorted(p for folder in _FOLDERS for p in (shared / "corpus" / folder).iterdir()):
        try:
            transcript = read_transcript(path)
        except Refused:
            continue
        weak += [(s, finder.find(s, transcript.language)) for s in transcript.sections if read_text(s) not in hidden]
    ways: list[tuple[str, Callable[[Labelled], tuple[str, ...]]]] = [
        ("cues", lambda item: finder.find(item.section, item.transcript.language))
    ]
    for name, rows in (("model of labels", known), ("model of what cues say", weak)):
        began = time.process_time()
        model = Model([read_text(s) for s, _ in rows], [topics for _, topics in rows])
        seconds = time.process_time() - began
        print(f"{name}: {len(rows)} sections, {len(model.names)} topics, bar {model.bar}, F1 in its own "
              f"cross-validation {model.trained:.3f}, trained in {seconds:.0f} s")  # fmt: skip
        ways.append((name, lambda item, model=model: model.find(item.section)))  # type: ignore[misc]
    ways.append(("cues, else the last model", lambda item: ways[0][1](item) or ways[2][1](item)))
    for name, find in ways:
        began = time.process_time()
        figures = measure_labelled(labelled, "topics", find)
        milliseconds = (time.process_time() - began) * 1000 / len(labelled)
        figures = {key: agreement for key, agreement in figures.items() if key[0] == "test"}
        print(f"\n{name} ({milliseconds:.1f} ms a section)\n{table(figures)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

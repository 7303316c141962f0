"""Laws of Gambit's files: reading undoes writing, exactly; any text is a game or an error with a place."""

import re
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory.nfg import nfg_text, parse_nfg, read_nfg, write_nfg
from gametheory.normal_form import NormalForm
from gametheory.scanning import quoted, unquoted

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text('\\"{}\n\r\t ', max_size=6)
NUMBERS = st.fractions(max_denominator=10**30) | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def games(draw):
    shape = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    size = int(np.prod(shape))
    tables = [draw(st.lists(NUMBERS, min_size=size, max_size=size)) for _ in shape]
    names = [draw(st.lists(TEXT, min_size=n, max_size=n, unique=True)) for n in (len(shape), *shape)]
    arrays = [np.array([Fraction(p) for p in table], dtype=object).reshape(shape) for table in tables]
    return NormalForm(*arrays, players=names[0], strategies=names[1:])


@settings(deadline=None, max_examples=150)
@given(games(), TEXT, TEXT)
def test_reading_undoes_writing(tmp_path_factory, game, title, comment):
    path = tmp_path_factory.getbasetemp() / "law.nfg"
    write_nfg(game, path, title=title, comment=comment)
    for back in (read_nfg(path), parse_nfg(nfg_text(game, title=title, comment=comment))):
        assert back == game
        assert (back.players, back.strategies) == (game.players, game.strategies)


@settings(max_examples=300)
@given(st.text('\\"a\n', max_size=12))
def test_quotes_come_off_as_they_went_on(text):
    inside = quoted(text)[1:-1]
    assert unquoted(inside) == text
    assert not re.search(r'(?<!\\)(?:\\\\)*"', inside), "no quote in it ends the text"


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_any_text_is_a_game_or_an_error_with_its_place(data):
    """A good file with a part cut out, doubled, or replaced by noise."""
    game = NormalForm([[1, "1/2"], [3, 4]], [[5, 6], [7, 8]], players=["a", "b"])
    good = data.draw(st.sampled_from([nfg_text(game), 'NFG 1 D "t" {"a" "b"} {1 2} {{"x" 1, 2}} 1 0']))
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 12)))
    noise = data.draw(st.text('{}",0123456789./e- NFGRD\\', max_size=6) | st.just(good[start:end] * 2))
    try:
        found = parse_nfg(good[:start] + noise + good[end:])
    except ValueError as error:
        said = str(error)
    else:
        said = "text, line 1, column 1: found a game; expected it to be written and read again"
        assert parse_nfg(nfg_text(found)) == found
    assert re.match(r"text, line \d+, column \d+: found .*; expected ", said, re.DOTALL), said

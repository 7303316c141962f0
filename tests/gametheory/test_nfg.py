"""Gambit's files: what they say is taken exactly, and what is wrong is told with its line and column."""

import io
import os
import re
import time
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from gametheory import nfg
from gametheory.nfg import nfg_text, parse_nfg, read_nfg, write_nfg
from gametheory.normal_form import NormalForm

HEAD = 'NFG 1 R "t" { "Ann" "Bob" } '
OUTCOMES = 'NFG 1 R "t" { "Ann" "Bob" } { 2 2 } { { "both" 3, 3 } { "" 1/2 -5 } } '


def test_player_one_moves_fastest():
    game = parse_nfg(HEAD + "{ 2 3 }  11 0  21 1  12 2  22 3  13 4  23 5")
    assert game.payoffs[0].tolist() == [[11, 12, 13], [21, 22, 23]]
    assert game.payoffs[1].tolist() == [[0, 2, 4], [1, 3, 5]]
    assert game.strategies == (("1", "2"), ("1", "2", "3"))
    three = parse_nfg('NFG 1 D "" { "a" "b" "c" } { 2 1 2 } 1 2 3  4 5 6  7 8 9  10 11 12')
    assert [table[:, 0, :].tolist() for table in three.payoffs] == [
        [[1, 7], [4, 10]],
        [[2, 8], [5, 11]],
        [[3, 9], [6, 12]],
    ]


def test_outcomes_pay_by_their_number_and_the_null_outcome_pays_nothing():
    game = parse_nfg(OUTCOMES + "1 2 0 1")
    assert game.payoffs[0].tolist() == [[3, 0], [F(1, 2), 3]]
    assert game.payoffs[1].tolist() == [[3, 0], [-5, 3]]
    assert parse_nfg(HEAD + "{ 1 2 } { } 0 0").payoffs[0].tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3", F(3)),
        ("-3", F(-3)),
        ("+7", F(7)),
        ("007", F(7)),
        ("3/4", F(3, 4)),
        ("-6/8", F(-3, 4)),
        ("6/08", F(3, 4)),
        ("0.1", F(1, 10)),
        (".5", F(1, 2)),
        ("-.5", F(-1, 2)),
        ("5.", F(5)),
        ("1e3", F(1000)),
        ("-1.5E-2", F(-3, 200)),
        ("1.131000", F(1131, 1000)),
        ("123456789012345678901234567890", F(123456789012345678901234567890)),
        (f"{10**2000 + 1}/{10**2000}", F(10**2000 + 1, 10**2000)),
    ],
)
def test_numbers_are_exact(written, meant):
    game = parse_nfg(HEAD + f"{{ 1 1 }} {written} 0")
    assert game.payoffs[0][0, 0] == meant


def test_blanks_comments_quotes_and_names():
    game = parse_nfg(
        'NFG 1 R "say \\"no\\"\nor {"{"A\\"nn""B\\o b"}\r\n{{"up" "down"}\t{ "l, {1}" }}\n'
        '"a \\"comment\\" } 9\n" 1 2\v3 4\n\n'
    )
    assert game.players == ('A"nn', "B\\o b")
    assert game.strategies == (("up", "down"), ("l, {1}",))
    assert game.payoffs[1].tolist() == [[2], [4]]


def test_names_that_occur_twice_are_told_apart():
    game = parse_nfg('NFG 1 R "" { "" "" } { { "x" "x" "x_1" } { "" } } 1 2 3 4 5 6')
    assert game.players == ("_1", "_2")
    assert game.strategies == (("x_2", "x_3", "x_1"), ("",))


# what is wrong stands after the mark, which is no part of the file
BAD = {
    "empty": ("¶", "the end;", "NFG"),
    "blank": ("\n \n¶", "the end;", "NFG"),
    "another format": ('¶EFG 2 R "t" { "a" "b" }', "'EFG'", "NFG"),
    "no magic": ("¶hello", "'hello'", "NFG"),
    "small letters": ('¶nfg 1 R "t"', "'nfg'", "NFG"),
    "version": ('NFG ¶2 R "t"', "'2'", "1"),
    "no version": ('NFG ¶R "t"', "'R'", "1"),
    "kind": ('NFG 1 ¶Q "t"', "'Q'", "R or D"),
    "both kinds": ('NFG 1 ¶R/D "t"', "'R/D'", "R or D"),
    "no kind": ('NFG 1 ¶"t"', "the text 't'", "R or D"),
    "no title": ("NFG 1 R ¶{ }", "'{'", "the title in quotes"),
    "bare title": ("NFG 1 R ¶t", "'t'", "the title in quotes"),
    "open title": ('NFG 1 R ¶"t { 2', "a text in quotes that does not end", 'a closing "'),
    "no players": ('NFG 1 R "t"¶', "the end;", "{ and the name of each player"),
    "bare player": ('NFG 1 R "t" { ¶Ann }', "'Ann'", "the name of a player in quotes, or }"),
    "open players": ('NFG 1 R "t" { "Ann"¶', "the end;", "the name of a player in quotes, or }"),
    "none plays": ('NFG 1 R "t" ¶{ } { 2 } 1', "0 players", "2 to 64 players"),
    "one plays": ('NFG 1 R "t" ¶{ "Ann" } { 2 } 1 2', "1 player;", "2 to 64 players"),
    "too many play": ('NFG 1 R "t" ¶{' + ' "a"' * 65 + "}", "65 players", "2 to 64 players"),
    "no strategies": (HEAD + "¶", "the end;", "{ and the strategies"),
    "comment too early": (HEAD + '¶"c" { 2 2 }', "the text 'c'", "{ and the strategies"),
    "too few counts": (HEAD + "{ 2 ¶} 1 2", "'}'", "the strategies of player 2 of 2"),
    "too many counts": (HEAD + "{ 2 2 ¶2 } 1", "'2'", "} after the strategies of 2 players"),
    "count 0": (HEAD + "{ 2 ¶0 }", "'0'", "the number of strategies of player 2"),
    "count -1": (HEAD + "{ ¶-1 2 }", "'-1'", "the number of strategies of player 1"),
    "count 1.5": (HEAD + "{ 2 ¶1.5 }", "'1.5'", "the number of strategies of player 2"),
    "count of Arabic digits": (HEAD + "{ 2 ¶\u0662 }", "'\u0662'", "the number of strategies of player 2"),
    "huge count": (HEAD + "{ ¶" + "9" * 5000 + " 2 }", "'9999", "the number of strategies of player 1"),
    "too large": (HEAD + "¶{ 2000 501 }", "2 players with 2000 x 501", "at most 2000000 payoffs"),
    "far too large": (HEAD + "¶{ 1000000000 1000000000 }", "about 10^18 payoffs", "at most 2000000"),
    "names, then a count": (HEAD + '{ { "a" } ¶2 }', "'2'", "the strategies of player 2 of 2"),
    "a count, then names": (HEAD + '{ 2 ¶{ "a" } }', "'{'", "the strategies of player 2 of 2"),
    "no names": (HEAD + '{ { "a" } ¶{ } }', "'{'", "a strategy of player 2"),
    "bare name": (HEAD + "{ { ¶up }", "'up'", "the name of a strategy of player 1 in quotes"),
    "no payoffs": (HEAD + "{ 2 2 }¶", "the end;", "payoff 1, of player 1"),
    "two comments": (HEAD + '{ 1 1 } "a" ¶"b" 1 2', "the text 'b'", "payoff 1, of player 1"),
    "too few payoffs": (HEAD + "{ 2 2 }\n1 2 3\n¶", "the end;", "payoff 4, of player 2"),
    "too many payoffs": (HEAD + "{ 1 1 } 1 2 ¶3", "'3'", "the end of the file"),
    "no number": (
        'NFG 1 R "t\nu"\n{ "Ann" "Bob" }\n{ 2 2 }\n1 2 3 4\n5 6 ¶x 8\n',
        "'x', which is no number",
        "payoff 7",
    ),
    "comma": (HEAD + "{ 1 1 } 1¶, 2", "','", "payoff 2, of player 2"),
    "brace": (HEAD + "{ 1 1 } 1 ¶} 2", "'}'", "payoff 2, of player 2"),
    "divided by 0": (HEAD + "{ 1 1 } ¶1/0 2", "'1/0', which divides by 0", "payoff 1"),
    "decimal ratio": (HEAD + "{ 1 1 } ¶1.5/2 2", "'1.5/2', which is no number", "payoff 1"),
    "not a number": (HEAD + "{ 1 1 } ¶nan 2", "'nan', which is no number", "payoff 1"),
    "infinite": (HEAD + "{ 1 1 } 1 ¶-inf", "'-inf', which is no number", "payoff 2, of player 2"),
    "beyond floats": (HEAD + "{ 1 1 } ¶1e400 2", "'1e400', which is beyond", "payoff 1"),
    "large exponent": (HEAD + "{ 1 1 } ¶1e9999999 2", "'1e9999999', which is no number", "payoff 1"),
    "digits": (HEAD + "{ 1 1 } ¶1/" + "7" * 4001 + " 2", "which has more than 4000 digits", "payoff 1"),
    "underscore": (HEAD + "{ 1 1 } ¶1_000 2", "'1_000', which is no number", "payoff 1"),
    "Arabic digits": (HEAD + "{ 1 1 } ¶\u0662 2", "'\u0662', which is no number", "payoff 1"),
    "code": (HEAD + "{ 1 1 } ¶__import__('os') 2", "which is no number", "payoff 1"),
    "quoted number": (HEAD + '{ 1 1 } 1 ¶"2"', "the text '2'", "payoff 2, of player 2"),
    "outcome without a name": (HEAD + "{ 1 1 } { { ¶1 2 } } 1", "'1'", "the outcome's name in quotes"),
    "outcome pays too few": (HEAD + '{ 1 1 } { { "a" 1 ¶} } 1', "'}'", "what outcome 1 pays player 2"),
    "outcome pays too many": (HEAD + '{ 1 1 } { { "a" 1 2 ¶3 } } 1', "'3'", "} after 2 payoffs of outcome 1"),
    "outcome pays no number": (HEAD + '{ 1 1 } { { "a" 1 ¶b } } 1', "'b', which is no", "pays player 2"),
    "outcomes not closed": (HEAD + '{ 1 1 } { { "a" 1 2 } ¶1', "'1'", "{ and a further outcome, or }"),
    "too few outcomes chosen": (OUTCOMES + "1 2 0¶", "the end;", "the outcome of profile 4"),
    "too many outcomes chosen": (OUTCOMES + "1 2 0 1 ¶1", "'1'", "the end of the file"),
    "outcome not listed": (OUTCOMES + "1 2 0 ¶3", "'3'", "an outcome from 0 to 2"),
    "outcome -1": (OUTCOMES + "1 ¶-1 0 3", "'-1'", "the outcome of profile 2"),
    "outcome 1.0": (OUTCOMES + "¶1.0 1 0 3", "'1.0'", "the outcome of profile 1"),
}


@pytest.mark.parametrize(("marked", "found", "expected"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_with_line_and_column(tmp_path, marked, found, expected):
    path = tmp_path / "bad.nfg"
    path.write_bytes(marked.replace("¶", "").encode())
    lines = marked.split("¶")[0].split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    with pytest.raises(ValueError, match="expected") as caught:
        read_nfg(path)
    said = str(caught.value)
    assert said.startswith(f"{path}, line {line}, column {column}: found ")
    found_said, expected_said = said.split("; expected ", 1)
    assert found in found_said + ";"
    assert expected in expected_said
    assert re.search(r"\. [A-Z0-9].+\.$", said), "what to do"
    assert len(said) < 500


def test_refusals_come_before_memory_is_spent():
    started = time.perf_counter()
    primes = " ".join(f"1/{p}" for p in range(2, 40_000))
    for text in (
        HEAD + "{ 1000000000 1000000000 }",
        HEAD + "{ 1000 1000 } " + primes,  # a common denominator of tens of thousands of digits, a million times
        'NFG 1 R "' + 'a\\"' * 10**6,
    ):
        with pytest.raises(ValueError, match="line 1"):
            parse_nfg(text)
    assert time.perf_counter() - started < 5


def test_limits_are_the_callers(monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="at most 7 payoffs"):
        parse_nfg(HEAD + "{ 2 2 } 1 2 3 4 5 6 7 8", limit=7)
    write_nfg(NormalForm([[1]], [[2]]), tmp_path / "g.nfg")
    monkeypatch.setattr(nfg, "BYTES", 10)
    with pytest.raises(ValueError, match="more than 10 bytes"):
        read_nfg(tmp_path / "g.nfg")


def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path):
    path = tmp_path / "latin.nfg"
    path.write_bytes('NFG 1 R "t"\n{ "Zoë" "Bob" }'.encode("latin-1"))
    with pytest.raises(ValueError, match=re.escape(f"{path}, line 2, column 6: found the byte 0xeb; expected UTF-8. ")):
        read_nfg(path)
    with pytest.raises(FileNotFoundError):
        read_nfg(tmp_path / "none.nfg")


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path):
    path = tmp_path / "windows.nfg"
    path.write_bytes(b"\xef\xbb\xbf" + (HEAD + "{ 1 1 }\n1 2\n").replace("\n", "\r\n").encode())
    assert read_nfg(path) == NormalForm([[1]], [[2]])


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "game.nfg"
    game = NormalForm([[1, "1/3"]], [[2, 0.1]], players=["é", 'b"'], strategies=[["s"], ["\\", ""]])
    write_nfg(game, path, title='a "t"', comment="two\nlines\\")
    before = path.read_bytes()
    back = read_nfg(path)
    assert (back, back.players, back.strategies) == (game, game.players, game.strategies)

    def stop(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(OSError, match="No space"):
        write_nfg(NormalForm([[5]], [[5]]), path)
    assert path.read_bytes() == before
    assert [each.name for each in Path(tmp_path).iterdir()] == ["game.nfg"]


def test_numbers_too_long_to_read_are_not_written():
    huge = NormalForm([[F(1, 3**9000)]], [[0]])
    with pytest.raises(ValueError, match=r"payoff of player 1 has 14265 bits"):
        nfg_text(huge)
    longest = NormalForm([[F(1, 2**13190)]], [[0]])
    assert parse_nfg(nfg_text(longest)) == longest


def gambit():
    return pytest.importorskip("pygambit", reason="the peer to compare with; in the crosscheck extra")


def payoffs_of(theirs):
    """Exact tables of a pygambit game."""
    rational = gambit().Rational
    tables = theirs.to_arrays(dtype=rational)
    return [np.vectorize(lambda p: F(int(p.numerator), int(p.denominator)), otypes=[object])(t) for t in tables]


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (4, 1), (2, 3, 4), (3, 2, 2), (2, 2, 2, 2)], ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_pygambit_reads_what_is_written_here_and_the_other_way(shape, seed):
    pygambit = gambit()
    rng = np.random.default_rng(seed)
    tops, bottoms = rng.integers(-50, 50, (len(shape), *shape)), rng.integers(1, 30, (len(shape), *shape))
    tables = np.frompyfunc(lambda p, q: F(int(p), int(q)), 2, 1)(tops, bottoms if seed else bottoms**0)
    names = [[f"s{k} {i}" for i in range(n)] for k, n in enumerate(shape)]
    game = NormalForm(*tables, players=[f"p{k}" for k in range(len(shape))], strategies=names)
    theirs = pygambit.read_nfg(io.BytesIO(nfg_text(game, title='a "t" \\o/', comment="of\ntwo lines").encode()))
    assert (theirs.title, theirs.description) == ('a "t" \\o/', "of\ntwo lines")
    for mine, other in zip(game.payoffs, payoffs_of(theirs), strict=True):
        assert mine.tolist() == other.tolist()
    back = parse_nfg(theirs.to_nfg())
    assert (back, back.players, back.strategies) == (game, game.players, game.strategies)


@pytest.mark.parametrize(
    "text", [OUTCOMES + "1 2 0 1", 'NFG 1 D "" { "" "" } { { "x" "x" "x_1" } { "a" } } 1 .5 3.25 4 5 1e2']
)
def test_files_by_hand_mean_the_same_to_pygambit(text):
    theirs = gambit().read_nfg(io.BytesIO(text.encode()))
    game = parse_nfg(text)
    for mine, other in zip(game.payoffs, payoffs_of(theirs), strict=True):
        assert mine.tolist() == other.tolist()
    assert list(theirs.players) == list(game.players)
    assert [list(theirs.get_strategies(p)) for p in theirs.players] == [list(row) for row in game.strategies]


def test_errors_of_files_name_what_was_given(tmp_path):
    game = NormalForm([[1]], [[2]])
    with pytest.raises(FileNotFoundError) as missing:
        write_nfg(game, tmp_path / "no" / "game.nfg")
    with pytest.raises(IsADirectoryError) as folder:
        write_nfg(game, tmp_path)
    assert (missing.value.filename, folder.value.filename) == (str(tmp_path / "no" / "game.nfg"), str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TypeError, match="int"):
        read_nfg(0)  # not the standard input

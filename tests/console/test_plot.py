"""How bars are laid out: inside their drawing, to scale, with their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepass.pages.console.plot import Series, ceiling, compact, plotted


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1250, "1.2k"),
        (9999, "9.9k"),
        (10_000, "10k"),
        (999_999, "999k"),
        (1_000_000, "1M"),
        (2_500_000_000, "2.5G"),
    ],
)
def test_a_number_is_told_in_few_letters_and_never_as_more_than_it_is(
    number: int, text: str
) -> None:
    assert compact(number) == text


@given(st.integers(min_value=0, max_value=10**12))
def test_a_scale_holds_its_number_and_wastes_little(number: int) -> None:
    top = ceiling(number)

    assert max(1, number) <= top <= max(1, 2.5 * number)
    assert str(top).rstrip("0") in {"1", "2", "5"}


@given(
    st.integers(1, 40).flatmap(
        lambda places: st.lists(
            st.lists(st.integers(0, 10**9), min_size=places, max_size=places),
            min_size=1,
            max_size=4,
        )
    )
)
def test_every_bar_is_inside_of_its_row_and_as_high_as_its_number(rows: list[list[int]]) -> None:
    series = [Series(f"row {place}", "first", one) for place, one in enumerate(rows)]

    plot = plotted(series, [str(place) for place in range(len(rows[0]))], every=3)

    assert plot.labels[-1].text == str(len(rows[0]) - 1)
    for row, numbers in zip(plot.rows, rows, strict=True):
        floor, top = row.lines[0].y, row.lines[-1].y
        assert row.total == sum(numbers)
        for bar, number in zip(row.bars, numbers, strict=True):
            assert plot.left <= bar.x
            assert bar.x + bar.width <= plot.width
            assert row.top < bar.y <= floor
            assert bar.y + bar.height == pytest.approx(floor, abs=0.11)
            assert bar.height == pytest.approx(
                (floor - top) * number / ceiling(max(numbers)), abs=0.21
            )
            assert bool(bar.text) == bool(number)

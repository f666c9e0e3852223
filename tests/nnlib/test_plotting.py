"""Figures: readable without colour, described in words, closed after they are shown."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib.plotting import Shown, curves, show, use_style


def test_style_tells_curves_apart_by_colour_and_by_line():
    with plt.rc_context():
        use_style()
        ax = curves(
            [0.0, 1.0], {f"y = {k}": np.full(2, float(k)) for k in range(5)}, title="five", ylabel="y"
        )
        lines = ax.get_lines()
        assert len({line.get_color() for line in lines}) == 5
        assert len({str((line.get_linestyle(), line._dash_pattern)) for line in lines}) == 5
        plt.close("all")


def test_curves_draws_functions_and_arrays():
    ax = curves(np.array([1.0, 2.0]), {"square": np.square, "given": np.array([5.0, 6.0])}, xlabel="z")
    assert [line.get_ydata().tolist() for line in ax.get_lines()] == [[1, 4], [5, 6]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["square", "given"]
    assert ax.get_xlabel() == "z"
    assert curves([0.0, 1.0], {"one": np.cos}, ax=ax) is ax
    plt.close("all")


def test_show_embeds_a_png_with_its_alt_text_and_closes_the_figure():
    figure, ax = plt.subplots()
    shown = show(ax, alt='a "quoted" <tag>')
    assert isinstance(shown, Shown)
    assert shown.png.startswith(b"\x89PNG")
    assert 'alt="a &quot;quoted&quot; &lt;tag&gt;"' in shown._repr_html_()
    assert repr(shown) == 'Figure: a "quoted" <tag>'
    assert not plt.fignum_exists(figure.number)


def test_show_insists_on_alt_text():
    with pytest.raises(ValueError, match="show: alt must say what the figure shows"):
        show(plt.figure(), alt=" ")
    plt.close("all")

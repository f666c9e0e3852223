"""Figures: readable without colour, described in words, closed after they are shown."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib.plotting import (
    Shown,
    activation_histograms,
    alt_text,
    confusion_matrix_plot,
    curves,
    decision_boundary,
    filters,
    loss_curves,
    optimizer_paths_plot,
    show,
    use_style,
)


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


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_alt_text_is_the_plots_own_or_what_the_axes_say():
    ax = curves([0.0, 1.0], {"sine": np.sin, "cosine": np.cos}, title="waves", ylabel="y")
    assert alt_text(ax) == "waves: y over x; sine, cosine."
    ax.alt_text = "Two waves."
    assert show(ax, alt=alt_text(ax)).alt == "Two waves."


def test_loss_curves_say_where_each_loss_is_least():
    ax = loss_curves({"loss": [3.0, 2.0, 1.0], "val_loss": [3.0, np.nan, 2.5, 2.75]}, log=True)
    assert ax.get_yscale() == "log"
    assert "loss: from 3 to 1, least 1 after epoch 3" in ax.alt_text
    assert "val_loss: from 3 to 2.75, least 2.5 after epoch 3" in ax.alt_text
    assert ax.get_lines()[0].get_xdata().tolist() == [1, 2, 3]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "val_loss"]
    assert loss_curves({"loss": [np.nan]}, ax=ax) is ax
    with pytest.raises(ValueError, match=r"loss_curves: loss must be of shape \(epochs,\); got shape \(0,\)"):
        loss_curves({"loss": []})


def test_decision_boundary_colours_the_regions_by_prediction():
    X, y = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 2.0]]), np.array([0, 1, 2])

    def predict(x):
        return np.where(x[:, 1] > 1, 2, (x[:, 0] > 0).astype(int))

    ax = decision_boundary(predict, X, y, resolution=31)
    region = np.asarray(ax.collections[0].get_array()).reshape(31, 31)
    assert set(region.ravel().tolist()) == {0, 1, 2}
    assert region[0, 0] == 0
    assert region[0, -1] == 1
    assert (region[-1] == 2).all()
    assert [len(points.get_offsets()) for points in ax.collections[1:]] == [1, 1, 1]
    assert "3 of them in the region of their class" in ax.alt_text
    with pytest.raises(ValueError, match=r"decision_boundary: X must be of shape \(n, 2\)"):
        decision_boundary(predict, X[:, :1], y)
    with pytest.raises(ValueError, match=r"decision_boundary: y must be of shape \(3,\)"):
        decision_boundary(predict, X, y[:, None])


def test_confusion_matrix_shows_its_counts():
    ax = confusion_matrix_plot(np.array([[5, 0, 1], [0, 6, 0], [3, 0, 3]]))
    assert [text.get_text() for text in ax.texts] == ["5", "0", "1", "0", "6", "0", "3", "0", "3"]
    assert ax.get_xlabel() == "predicted"
    assert ax.get_ylabel() == "true"
    assert "14 of 18 samples are right" in ax.alt_text
    assert "2 taken for 0, 3 times" in ax.alt_text
    assert "mistake" not in confusion_matrix_plot(np.eye(2)).alt_text
    with pytest.raises(ValueError, match=r"confusion_matrix_plot: matrix must be of shape \(k, k\)"):
        confusion_matrix_plot(np.zeros((2, 3)))


def test_activation_histograms_are_shares_on_common_bins():
    rng = np.random.default_rng(0)
    ax = activation_histograms({"one": rng.normal(size=(50, 4)), "two": rng.uniform(size=300)}, bins=20)
    one, two = (patch.get_data() for patch in ax.patches)
    assert one.edges.tolist() == two.edges.tolist()
    assert one.values.sum() == pytest.approx(1)
    assert two.values.sum() == pytest.approx(1)
    assert "two: mean 0.5" in ax.alt_text


def test_filters_are_tiles_on_a_scale_around_zero():
    weights = np.arange(5 * 2 * 3).reshape(5, 2, 3) - 10.0
    ax = filters(weights, columns=3)
    image = ax.images[0]
    sheet = np.asarray(image.get_array())
    assert sheet.shape == (5, 11)
    assert (sheet[:2, :3] == weights[0]).all()
    assert (sheet[3:, 4:7] == weights[4]).all()
    assert image.get_clim() == (-19, 19)
    assert "5 units as pictures of 2 by 3, in 2 rows; they range from -10 to 19" in ax.alt_text
    colour = filters(np.ones((2, 2, 2, 3)))
    assert np.asarray(colour.images[0].get_array()).shape == (2, 5, 3)
    assert filters(np.zeros((1, 2, 2))).images[0].get_clim() == (-1, 1)
    with pytest.raises(ValueError, match="filters: weights must be of shape"):
        filters(np.zeros((2, 4)))


def test_optimizer_paths_lie_over_the_level_lines():
    def bowl(x, y):
        return x**2 + 4 * y**2

    paths = {"sgd": [[2.0, 1.0], [1.0, 0.0], [0.5, 0.0]], "adam": [[2.0, 1.0], [1.5, 0.5]]}
    ax = optimizer_paths_plot(bowl, paths)
    assert [line.get_xydata().tolist() for line in ax.get_lines()[::2]] == list(paths.values())
    assert "sgd: 2 steps from (2, 1), where it is 8, to (0.5, 0), where it is 0.25" in ax.alt_text
    assert optimizer_paths_plot(bowl, {"lost": [[1.0, 1.0], [np.inf, 0.0]]}, ax=ax) is ax
    with pytest.raises(ValueError, match=r"optimizer_paths_plot: sgd must be of shape \(steps \+ 1, 2\)"):
        optimizer_paths_plot(bowl, {"sgd": np.zeros(3)})

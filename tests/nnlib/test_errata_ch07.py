"""Statements of chapter 07 that one meets and that are not right, beside those that are."""

import inspect

import numpy as np
import pytest

from nnlib import lr_scheduler as L
from nnlib import optim, search
from tests.nnlib.spec import agree


def test_two_schedules_go_by_the_name_of_bert():
    """Hugging Face's falls from the peak; Google's decays over the whole run and jumps at the end of warm-up."""
    warmup, total = 100, 1000
    hugging_face = L.linear_warmup_decay(warmup, lr=1.0, warmup_steps=warmup, total_steps=total)
    google = 1.0 * (1 - warmup / total)
    assert (hugging_face, google) == (1.0, 0.9)
    before = L.linear_warmup_decay(warmup - 1, lr=1.0, warmup_steps=warmup, total_steps=total)
    assert before == 0.99
    assert hugging_face > before > google


def test_the_transformer_schedule_is_noams():
    t, width, warmup = np.arange(1, 2000), 512, 400
    noam = width**-0.5 * np.minimum(t**-0.5, t * warmup**-1.5)
    agree(L.transformer_lr(t, lr=(width * warmup) ** -0.5, warmup_steps=warmup), noam)


def test_one_cycle_has_no_verbose():
    assert "verbose" not in inspect.signature(L.OneCycleLR).parameters
    with pytest.raises(TypeError, match="verbose"):
        L.OneCycleLR(optim.SGD([np.zeros(1)]), max_lr=1.0, total_steps=5, verbose=False)
    assert not hasattr(L, "CycleLR")


def test_one_cycle_ends_below_its_start_by_the_final_factor():
    rate = L.one_cycle_lr(np.array([0, 99]), max_lr=1.0, total_steps=100)
    agree(rate, [1 / 25, 1 / 25 / 1e4])


def test_beta_acts_through_one_over_one_minus_beta():
    windows = 1 / (1 - np.array([0.9, 0.9005, 0.999, 0.9995]))
    np.testing.assert_allclose(windows, [10, 10.05, 1000, 2000], rtol=1e-4)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        linear = rng.uniform(0.9, 0.999, size=4000)
        by_scale = search.sample_beta(size=4000, rng=rng)
        assert np.mean(linear > 0.99) < 0.11
        assert np.mean(by_scale > 0.99) == pytest.approx(0.5, abs=0.04)

"""What chapter 08 says of its experiments, after a quarter of its epochs; three seeds, trained once for all tests."""

from functools import cache

import numpy as np

from nnlib import experiments as E
from nnlib import regularization as R

SEEDS, EPOCHS = range(3), 50
CHOSEN = {  # the strengths that the chapter finds on the validation images
    "plain": {},
    "L2": {"lam": 1.0},
    "dropout": {"p": 0.2},
    "augmentation": {"shift": 2},
}


@cache
def runs(name):
    return [E.few_digits(epochs=EPOCHS, rng=np.random.default_rng(seed), **CHOSEN[name]) for seed in SEEDS]


def ends(name, what):
    return np.array([getattr(run, what)[-1] for run in runs(name)])


def test_the_loss_rises_while_the_accuracy_stands():
    for run in runs("plain"):
        assert isinstance(run, E.FewDigits)
        assert run.training_accuracy[-1] == 1
        assert run.validation_loss.argmin() < 15
        assert run.validation_loss[-1] > 1.15 * run.validation_loss.min()
        assert np.ptp(run.validation_accuracy[20:]) < 0.02


def test_augmentation_is_worth_more_than_any_penalty():
    test = {name: ends(name, "test_accuracy") for name in CHOSEN}
    others = [test[name] for name in ("plain", "L2", "dropout")]
    assert test["augmentation"].min() > np.max(others)
    gain = {name: test[name].mean() - test["plain"].mean() for name in CHOSEN}
    assert gain["augmentation"] > 0.025
    assert 0 < gain["L2"] < gain["augmentation"] / 2
    assert 0 < gain["dropout"] < gain["augmentation"] / 2
    loss = {name: ends(name, "validation_loss").mean() for name in CHOSEN}
    assert loss["augmentation"] < 0.7 * min(loss["L2"], loss["dropout"])
    assert max(loss["L2"], loss["dropout"]) < 0.95 * loss["plain"]


def test_early_stopping_mends_the_loss_and_not_the_accuracy():
    kept = [R.early_stopping(run.validation_loss)[0] for run in runs("plain")]
    assert max(kept) < 20
    loss = np.mean([run.validation_loss[i] for run, i in zip(runs("plain"), kept)])
    test = np.mean([run.test_accuracy[i] for run, i in zip(runs("plain"), kept)])
    assert loss < 0.9 * ends("plain", "validation_loss").mean()
    assert test < ends("plain", "test_accuracy").mean()


def test_a_strength_rescaled_with_the_number_of_images_keeps_its_pull():
    few, kept, rescaled = (
        np.sum(
            E.few_digits(n_train=n, epochs=30_000 // n, lam=lam, rng=np.random.default_rng(0)).parameters[0]
            ** 2
        )
        for n, lam in ((1000, 3.0), (3000, 3.0), (3000, 9.0))
    )
    assert abs(rescaled - few) < 0.5 * abs(kept - few)


def test_l1_leaves_few_weights_and_l2_all():
    l1 = E.few_digits(epochs=30, l1=1.0, rng=np.random.default_rng(0)).parameters[0]
    assert np.mean(runs("L2")[0].parameters[0] == 0) == 0
    assert np.mean(l1 == 0) > 0.5
    assert np.mean((l1 == 0).all(axis=0)) > 0.2


def test_the_functions_that_are_handed_in_are_used():
    called = []

    def counting(f):
        def counted(*args, **kwargs):
            called.append(f.__name__)
            return f(*args, **kwargs)

        return counted

    names = ("dropout", "dropout_backward", "minibatch_l2_step", "soft_threshold")
    given = {name: counting(getattr(R, name)) for name in names}
    options = {"n_train": 100, "epochs": 2, "lam": 1.0, "l1": 0.1, "p": 0.5}
    own, ours = (
        E.few_digits(rng=np.random.default_rng(0), **options, **functions) for functions in ({}, given)
    )
    np.testing.assert_array_equal(own.validation_loss, ours.validation_loss)
    assert {name: called.count(name) for name in names} == dict(zip(names, (4, 4, 8, 8)))


def test_an_image_moved_is_an_image_and_the_first_move_of_none_is_itself():
    start = [
        E.few_digits(n_train=50, epochs=1, lr=0.0, shift=shift, rng=np.random.default_rng(0)).training_loss
        for shift in (0, 1)
    ]
    np.testing.assert_array_equal(*start)  # measured on the images as they are

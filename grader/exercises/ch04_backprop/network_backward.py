"""A network of any depth, backward. The wrong answers are in network_backward_slips."""

import numpy as np

from grader.exercises.ch04_backprop import network_backward_slips as slips
from grader.exercises.ch04_backprop.network import network, with_a_negative_output
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import nn
from nnlib._pair import pair

# ── mlp_backward ─────────────────────────────────────────────────────────────────────────────────────────


def mlp_backward_by_recursion(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)

    def back(a, weight, bias, *rest):
        if not rest:
            g = grad_output
            return g @ weight, g.T @ a, g.sum(axis=0)
        z = a @ weight.T + bias
        g_next, *grads = back(f(z), *rest)
        g = f_backward(g_next, z)
        return g @ weight, g.T @ a, g.sum(axis=0), *grads

    return back(x, *parameters)


def mlp_backward_sample_by_sample(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    grad_x, totals = np.zeros_like(x), [np.zeros_like(p) for p in parameters]
    for s in range(len(x)):
        a, zs = [x[s]], []
        for weight, bias in layers:
            zs.append(weight @ a[-1] + bias)
            a.append(f(zs[-1]))
        delta = grad_output[s]
        for l in reversed(range(len(layers))):
            totals[2 * l] += np.outer(delta, a[l])
            totals[2 * l + 1] += delta
            delta = layers[l][0].T @ delta
            if l:
                delta = f_backward(delta, zs[l - 1])
        grad_x[s] = delta
    return grad_x, *totals


def with_gradient(forward):
    """Draws the arguments of mlp_backward for a draw of those of mlp."""

    def draw(rng):
        args = forward(rng)
        return call(rng.normal(size=(len(args.args[0]), len(args.args[-1]))), *args.args, **args.kwargs)

    return draw


MLP_BACKWARD = Exercise(
    function="mlp_backward",
    topics=("C04-11",),
    points=4,
    difficulty=5,
    minutes=30,
    reference=nn.mlp_backward,
    gradient_of=nn.mlp,
    wrt=(0, 1, 2, 3, 4),
    returns=("grad_x", "grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    uses=("linear", "linear_backward"),
    cases=(
        Case(
            "one hidden layer, relu by default",
            with_gradient(with_a_negative_output),
            weight=2,
            example=call(
                [[1, -1], [0.5, 2]],
                [[1, 2], [-1, 1]],
                [[1, 0.25], [-1, 1]],
                [0, -0.5],
                [[1, -1], [-2, -1]],
                [0.25, -0.5],
            ),
        ),
        Case("one hidden layer, sigmoid", with_gradient(network(3, 4, 2, activation="sigmoid")), weight=2),
        # three and seven gradients, and `wrt` speaks of five
        Case(
            "a single layer", with_gradient(network(3, 2, activation="tanh")), weight=2, differentiable=False
        ),
        Case(
            "two hidden layers, tanh",
            with_gradient(network(3, 4, 5, 2, activation="tanh")),
            weight=3,
            differentiable=False,
        ),
        keeps_arguments(with_gradient(network(3, 4, 2)), weight=1),
    ),
    misconceptions=(
        Misconception(
            "no-slope",
            slips.no_slope,
            "The slope of the hidden layers is missing: g = f_backward(g, z) after each layer but the last.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "slope-of-output",
            slips.slope_of_output,
            "The last layer is linear, so no slope stands between grad_output and z of the last layer.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "slope-at-a",
            slips.slope_at_a,
            "You take the slope at the activation; f_backward wants z, the input of f.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "last-first",
            slips.last_first,
            "Your gradients come from the last layer to the first; return them in the order of the parameters.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "mean",
            slips.mean,
            "You divide by the number of samples; the contributions of the samples add up.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "no-grad-x",
            slips.no_grad_x,
            "grad_x is missing: return it first, then the gradients of the parameters.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "z-for-inputs",
            slips.inputs_are_z,
            "The gradient of a weight is the error times the layer's input, which is a = f(z), not z.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "always-relu",
            slips.always_relu,
            "You use relu whatever `activation` says: f, f_backward = pair(activation).",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "bias-before-weight",
            slips.bias_before_weight,
            "In each layer your bias comes before the weight; the order is W1, b1, W2, b2, ...",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "hidden-activation-lost",
            slips.hidden_activation_lost,
            "In your forward pass a layer sees z of the one before; it sees a = f(z).",
            case="two hidden layers, tanh",
        ),
        Misconception(
            "single-layer-twice",
            slips.single_layer_twice,
            "A network of a single layer has no hidden one; yours goes back through its layer twice.",
            case="a single layer",
        ),
        Misconception(
            "one-hidden-layer-only",
            slips.one_hidden_layer_only,
            "You go back through two layers; there are as many as `parameters` holds pairs, also one or three: loop.",
            case="two hidden layers, tanh",
        ),
        Misconception(
            "option-not-handed-on",
            slips.option_not_handed_on,
            "From the second hidden layer on you fall back to relu: hand `activation=activation` on.",
            case="two hidden layers, tanh",
        ),
        Misconception(
            "slope-of-relu",
            slips.slope_of_relu,
            "z > 0 is the slope of relu; other activations have their own: g = f_backward(g, z).",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "mean-at-the-top",
            slips.mean_at_the_top,
            "You divide grad_output by the number of samples; for a mean that is done before it arrives.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "slope-of-inputs",
            slips.slope_of_inputs,
            "You pass grad_x through an activation; the inputs x have none before them.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "only-the-top-slope",
            slips.only_the_top_slope,
            "Only the uppermost hidden layer has a slope; each hidden layer needs its own.",
            case="two hidden layers, tanh",
        ),
        Misconception(
            "biases-forgotten",
            slips.biases_forgotten,
            "Your forward pass leaves the biases out, so the slopes are taken at the wrong z.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "mean-in-place",
            slips.mean_in_place,
            "You divide grad_output by the number of samples, and in place, so that the caller's array changes.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "activation-for-slope",
            slips.activation_for_slope,
            "You multiply by f(z); the chain rule wants the slope f'(z): g = f_backward(g, z).",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "grad-x-last",
            slips.grad_x_last,
            "grad_x comes last in your tuple; it comes first, as x does in the arguments.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "nested",
            slips.nested,
            "You return a list inside of a tuple; return one flat tuple: `return g, *grads`.",
            case="one hidden layer, sigmoid",
        ),
    ),
    alternatives=(mlp_backward_by_recursion, mlp_backward_sample_by_sample),
    hints=(
        "Forward first, and keep what the way back needs: the input a and the z of every layer.",
        "Then from the last layer to the first: linear_backward gives three gradients; the first goes on down.",
        "Before you enter a hidden layer from above, pass g through its activation: g = f_backward(g, z).",
        "grads = [grad_weight, grad_bias, *grads] puts the newest pair in front.",
    ),
)

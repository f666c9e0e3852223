"""Chapter 15, adversarial training: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "mlp_input_gradient",
    "fgsm",
    "fgm",
    "project",
    "ball_point",
    "pgd",
    "adversarial_grads",
    "fgsm_training_step",
)

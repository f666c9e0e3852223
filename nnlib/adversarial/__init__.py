"""Adversarial examples: small changes that mislead a network, and training that makes it withstand them."""

from nnlib.adversarial.perturbations import fgm, fgsm, pgd, pgd_start, project
from nnlib.adversarial.training import adversarial_training_step, input_gradient

__all__ = ["adversarial_training_step", "fgm", "fgsm", "input_gradient", "pgd", "pgd_start", "project"]

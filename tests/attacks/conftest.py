from tests.attacks.attacked_class import room
from tests.grader.conftest import released_class

__all__ = ["released_class", "room"]

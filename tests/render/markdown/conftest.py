"""The stories' plans, as the other forms have them."""

from tests.render.formats.conftest import plans

__all__ = ["plans"]

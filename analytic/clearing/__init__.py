"""Clearing: demand and supply, prices that balance them, and rules by which prices move.

Every file declares what it names in `__all__`; the names are found here without a list.
"""

from ..gathering import gathering

__getattr__ = gathering(__name__)

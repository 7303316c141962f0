"""Families of bonding curves: one file a family, found here without a list.

>>> from analytic.curves import power
>>> power(c=1, n=2).price(3)
9.0
"""

from ..gathering import gathering

__getattr__ = gathering(__name__)

"""Rewards: what is paid for effort, stake, data and contributions.

Every file declares what it names in `__all__`; the names are found here without a list.
"""

from ..gathering import gathering

__getattr__ = gathering(__name__)

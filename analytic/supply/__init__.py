"""Supply: how tokens come into being, unlock, burn, and are kept in check.

Every file declares what it names in `__all__`; the names are found here without a list.
"""

from ..gathering import gathering

__getattr__ = gathering(__name__)

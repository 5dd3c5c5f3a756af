"""`weft swaps`: who would show what to whom, for whoever wants to check the matching or try it on a cluster."""

from bot.audits.command import swaps

__all__ = ["swaps"]

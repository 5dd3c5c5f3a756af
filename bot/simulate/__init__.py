"""`weft simulate`: the sceptic's proof. A cluster is played round by round under Weft's pairing, under the usual better
way and by lot, and how far knowledge reaches is set against what is possible at all.
"""

from bot.scenarios import ScenarioError
from bot.simulate.command import simulate
from bot.simulate.run import Result, run
from bot.simulate.scenario import Scenario, generated, read

__all__ = ["Result", "Scenario", "ScenarioError", "generated", "read", "run", "simulate"]

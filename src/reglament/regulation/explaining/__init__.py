"""One trace, worded for the client, the agent and the auditor: nothing is said beyond the trace."""

from reglament.regulation.explaining.arithmetic import Line, arithmetic
from reglament.regulation.explaining.explain import AUDIENCES, Sentence, explain

__all__ = ["AUDIENCES", "Line", "Sentence", "arithmetic", "explain"]
